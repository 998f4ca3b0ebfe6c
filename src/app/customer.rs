//! The open customer: opened from a hit, a queue or the way back, read as deep as the page in sight needs.

use std::sync::Arc;

use crate::domain::customer::CustomerKey;
use crate::domain::status::Tone;
use crate::domain::text::Text;
use crate::flow::{Action, Customer, Effect, Query, Slot, Tab};
use crate::overlays::Overlay;
use crate::tabs::{Copied, Did};

use super::search::Found;
use super::{App, View, scene};

impl App {
    /// Reads the parts of the customer that the page in sight needs and nobody asked for yet.
    pub(super) fn read_what_is_needed(&mut self) {
        let reachable = self.any_up();
        let (View::Customer, Some(customer)) = (self.view, &mut self.customer) else { return };
        // Out of reach, a page of the pack is as it is; somebody who wants more asks for it.
        if customer.from_pack.is_some() && !reachable {
            return;
        }
        let mut wanted = self.tabs.needs(customer);
        wanted.retain(|deeper| customer.ask(deeper));
        if wanted.is_empty() {
            return;
        }
        let key = customer.key.clone();
        // A running cursor asks for something at every row: what it costs must not grow with the other pages.
        let scene = scene(&self.look, self.now, self.revealed);
        self.tabs.refresh_open(customer, &scene);
        for deeper in wanted {
            self.read(Slot::Deeper(deeper.kind()), Query::Deeper(key.clone(), deeper));
        }
    }

    pub(super) fn in_customer(&mut self, action: Action) {
        let area = self.body();
        let scene = scene(&self.look, self.now, self.revealed);
        let Some(customer) = &self.customer else { return };
        if action == Action::Copy
            && self.copies_receipt()
            && let Some(receipt) = self.fresh_receipt()
        {
            self.copy(Copied::plain(receipt));
            return;
        }
        let did = self.tabs.act(action, area, customer, &scene);
        if did == Did::Nothing && action == Action::ReadAloud {
            self.read_aloud(Vec::new());
            return;
        }
        if did == Did::Nothing && action == Action::Copy {
            self.say(Tone::Neutral, "nothing-to-copy");
        }
        if did == Did::Nothing && action == Action::Back {
            // Back to the list, or to the hits; the box keeps its text, ready to be replaced.
            self.view = self.behind;
            if self.view == View::Search {
                self.search.focused = self.search.found.is_empty();
                self.search.replace = !self.search.input.is_empty();
                self.freshen_board();
            }
        }
        self.follow(did);
    }

    pub(super) fn go_tab(&mut self, tab: Tab) {
        if self.customer.is_some() && (self.view != View::Customer || self.tabs.active != tab) {
            self.leave();
            self.view = View::Customer;
            self.tabs.active = tab;
        }
    }

    /// Opens a customer that was found.
    pub(super) fn open(&mut self, found: Found) {
        self.leave();
        self.open_key(found.key, found.name);
        let scene = scene(&self.look, self.now, self.revealed);
        self.tabs.go_to(&found.opens, &scene);
        self.refresh_tabs();
    }

    /// Opens a customer. One that is open already keeps what is known of it while it is read again.
    pub(super) fn open_key(&mut self, key: CustomerKey, called: Text) {
        let reachable = self.any_up();
        let same = self.customer.take_if(|customer| customer.key.same_customer(&key));
        let customer = if let Some(mut customer) = same {
            customer.key.line = key.line.clone().or(customer.key.line);
            customer
        } else {
            self.tabs = self.tabs.anew();
            if std::mem::take(&mut self.revealed) {
                self.say(Tone::Neutral, "notice-masked");
            }
            self.drop_reads_of_customer();
            self.forget_moved();
            self.forget_caller();
            // What the pack knows is known, until a system says more.
            let mut customer = match self.packs.customer(&key) {
                Some(packed) => packed.clone(),
                None => Customer::opening(key.clone(), called),
            };
            customer.key.line = key.line.or(customer.key.line);
            customer.whmcs_major = self.whmcs_major;
            customer.office = Arc::clone(&self.look.options.office);
            customer.agent.clone_from(&self.agent);
            customer.operations = self.changes.open_of(&customer.key);
            customer
        };
        let query = Query::Customer(customer.key.clone());
        // With no system in reach nobody waits for what does not come: what the pack knows is all there is.
        let reads = reachable || customer.from_pack.is_none();
        let customer = self.customer.insert(customer);
        if reads {
            customer.forget_asked();
            customer.begin();
        }
        if self.view != View::Customer {
            self.behind = self.view;
        }
        self.view = View::Customer;
        self.search.focused = false;
        self.search.open_when_found = false;
        self.refresh_tabs();
        if reads {
            self.read(Slot::Customer, query);
        } else {
            self.bump(Slot::Customer);
            self.effects.push(Effect::Cancel(Slot::Customer));
        }
    }

    /// Nothing that was asked about one customer may be taken for another's.
    pub(super) fn drop_reads_of_customer(&mut self) {
        let of_customer = |slot: &Slot| matches!(slot, Slot::Line | Slot::Deeper(_) | Slot::Renew(_));
        let mut slots: Vec<Slot> = self.generations.keys().copied().filter(of_customer).collect();
        slots.sort_unstable();
        for slot in slots {
            self.bump(slot);
            self.effects.push(Effect::Cancel(slot));
        }
    }

    pub(super) fn refresh_tabs(&mut self) {
        let area = self.body();
        if let Some(customer) = &self.customer {
            let scene = scene(&self.look, self.now, self.revealed);
            self.tabs.refresh(customer, &scene);
            // What was opened as text before all of it was read must not be read out as if that were all.
            if let Some(Overlay::Text(shown)) = self.overlays.last_mut()
                && let Did::Text { title, text, personal } = self.tabs.act(Action::AsText, area, customer, &scene)
            {
                shown.tell(&title, Copied { text, personal });
            }
        }
    }
}
