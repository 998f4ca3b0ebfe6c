//! What comes back from outside: answers to reads, the systems' health, notices, the environment.

use crate::domain::status::Tone;
use crate::domain::text::Text;
use crate::flow::{Action, Environment, Health, HealthState, Notice, NoticeText, Query, Reply, Slot};
use crate::locale::Value;

use crate::tabs::page::Page as _;

use super::{App, View};

impl App {
    /// Takes an answer. One to a question that a change elsewhere asked marks what differs.
    pub(super) fn answered(&mut self, slot: Slot, reply: Reply) {
        let moved = match slot {
            Slot::Renew(_) => true,
            Slot::Queue => self.elsewhere.is_listing(),
            _ => false,
        };
        self.look.moved = moved;
        self.reply(slot, reply);
        self.look.moved = false;
        if moved {
            let until = if slot == Slot::Queue { self.queue_screen.marked_until() } else { self.tabs.marked_until() };
            self.mark_what_moved(until);
        }
    }

    fn reply(&mut self, slot: Slot, reply: Reply) {
        match reply {
            Reply::Search(reply) => self.search.take(reply),
            Reply::Customer(part) => {
                let offered = super::changes::offered_in(&part);
                if let Some(customer) = &mut self.customer {
                    customer.take(part);
                    self.refresh_tabs();
                }
                if let Some(source) = offered {
                    self.offered_came(source);
                }
            }
            Reply::Line(msisdn, line) => {
                if let Some(customer) = &mut self.customer {
                    customer.line_mut(&msisdn).take(line);
                    self.refresh_tabs();
                }
            }
            Reply::Agent(agent) => {
                if let Some(customer) = &mut self.customer {
                    customer.agent = Some(agent.clone());
                    self.refresh_tabs();
                }
                self.agent = Some(agent);
            }
            Reply::WhmcsMajor(major) => {
                self.whmcs_major = Some(major);
                if let Some(customer) = &mut self.customer {
                    customer.whmcs_major = self.whmcs_major;
                    self.refresh_tabs();
                }
            }
            Reply::Plan(plan) => self.planned(plan),
            Reply::Activation(found) => self.activation_found(found),
            Reply::Pack(found) => self.pack_found(found),
            Reply::SignIn(told) => self.sign_in_told(slot, told),
            Reply::PlannedRow(at, plan) => self.row_planned(at, plan),
            Reply::PlannedKept(id, plan) => self.kept_planned(id, plan),
            Reply::Tally(queue, tally) => self.tallied(queue, tally),
            // Asked for without a screen.
            Reply::Finding(_) | Reply::Examined(_) | Reply::Unkept(_) => {}
            Reply::Queue { queue, first, page } => {
                if let Some(list) = self.queue.as_mut().filter(|list| list.queue == queue) {
                    if first && self.elsewhere.is_listing() {
                        list.renew(page);
                    } else {
                        list.take(first, page);
                    }
                    self.refresh_queue();
                    let ahead = std::mem::take(&mut self.open_when_read);
                    if ahead && self.view == View::Queue && self.overlays.is_empty() {
                        self.in_queue(Action::Open);
                    }
                }
            }
        }
    }

    pub(super) fn ended(&mut self, slot: Slot) {
        self.reading.remove(&slot);
        self.moved_is_over(slot);
        match slot {
            Slot::Search => {
                self.search.end();
                if std::mem::take(&mut self.search.open_when_found) {
                    match self.search.found.as_slice() {
                        [only] => self.open(only.clone()),
                        _ => self.search.focused = self.search.found.is_empty(),
                    }
                }
            }
            Slot::Customer => {
                if let Some(customer) = &mut self.customer {
                    customer.end();
                    customer.is_live_again();
                    self.refresh_tabs();
                }
            }
            Slot::Line => {
                if let Some(customer) = &mut self.customer {
                    customer.lines.iter_mut().for_each(|(_, line)| line.loading = false);
                    self.refresh_tabs();
                }
            }
            Slot::Deeper(kind) => {
                if let Some(customer) = &mut self.customer {
                    customer.ended(kind);
                    self.refresh_tabs();
                }
            }
            Slot::Board => self.board.end(),
            Slot::Queue => {
                if let Some(list) = &mut self.queue {
                    list.page.loading = false;
                    self.refresh_queue();
                }
            }
            Slot::Plan => self.plan_ended(),
            Slot::Activation => self.activation_ended(),
            Slot::Pack => self.pack_read(),
            Slot::Hello
            | Slot::Renew(_)
            | Slot::PackSeen
            | Slot::SignIn
            | Slot::Browser
            | Slot::Kept
            | Slot::Examination => {}
            Slot::Outbox => self.outbox_ended(),
        }
    }

    pub(super) fn health(&mut self, health: Health) {
        let Some(known) = self.health.iter_mut().find(|known| known.system == health.system) else { return };
        let (before, after) = (known.state, health.state);
        let system = health.system;
        *known = health;
        self.show_elsewhere();
        if after == HealthState::Up && matches!(before, HealthState::Down | HealthState::Degraded) {
            self.outbox_can_go(system);
        }
        let values = [("system", Value::Text(system.name()))];
        match (before, after) {
            (HealthState::Down, HealthState::Up) => {
                let text = self.look.words.with("notice-system-back", &values);
                self.notices.add(self.now, Tone::Info, text);
            }
            (before, HealthState::Down) if before != HealthState::Down => {
                let text = self.look.words.with("notice-system-down", &values);
                self.notices.add(self.now, Tone::Critical, text);
            }
            _ => {}
        }
        self.offer_pack();
    }

    pub(super) fn notice(&mut self, notice: Notice) {
        let text = match notice.text {
            NoticeText::Words(key) => self.look.words.say(key).into_owned(),
            NoticeText::Path(key, path) => {
                // A path is typed by a person or comes from the configuration; the screen takes neither as it is.
                self.look.words.with(key, &[("path", Value::Text(&Text::line(&path)))])
            }
            NoticeText::Phrase(phrase) => self.look.words.phrase(&phrase, false),
            NoticeText::Sentence(sentence) => sentence,
        };
        self.notices.add(self.now, notice.tone, text);
    }

    pub(super) fn connected(&mut self, environment: Environment) {
        self.looks_first(&environment);
        if let Environment::Failed(why) = &environment {
            let text = self.look.words.with("notice-environment-failed", &[("why", Value::Text(why))]);
            self.notices.add(self.now, Tone::Critical, text);
        } else {
            if let Environment::Sandbox { control } = &environment
                && !control.is_empty()
            {
                let text = self.look.words.with("notice-sandbox", &[("control", Value::Text(control))]);
                self.notices.keep(self.now, Tone::Neutral, text);
            }
            self.connected = true;
            self.read(Slot::Hello, Query::Hello);
            self.look_for_pack();
            self.count_queues();
            // Somebody may have typed while the systems were starting.
            if !self.search.text().is_empty() {
                let open = self.search.open_when_found;
                self.ask();
                self.search.open_when_found = open;
            }
        }
        self.environment = environment;
    }
}
