//! What an action on a screen came to, carried out: jumps, copies, exports, what is spelled, and what the audit log learns.

use crate::domain::aloud::Spoken;
use crate::domain::name;
use crate::domain::status::Tone;
use crate::domain::text::Text;
use crate::flow::{AuditAct, AuditEntry, Effect, LARGEST_COPY, Query, Slot};
use crate::overlays::{Overlay, PlainText, ReadAloud};
use crate::tabs::ask::Exported;
use crate::tabs::page::Page as _;
use crate::tabs::{Aloud, Copied, Did};

use super::{App, View, scene};

impl App {
    pub(super) fn follow(&mut self, did: Did) {
        match did {
            Did::Nothing | Did::Something => {}
            Did::Refused(why) => self.say(Tone::Warning, why),
            Did::Copy(copied) => self.copy(copied),
            Did::Text { title, text, personal } => {
                self.overlays.push(Overlay::Text(PlainText::new(title, Copied { text, personal })));
            }
            Did::Change(verb) => self.ask_change(verb),
            Did::ReadAloud(items) => self.read_aloud(items),
            Did::Routine(name) => self.ask_routine(&name),
            Did::OpenQueue(queue) => self.open_queue(queue),
            Did::OpenCustomer { key, called, opens } => self.open_from_queue(key, called, &opens),
            Did::Ask(ask) => self.overlays.push(Overlay::from(ask)),
            Did::Tell(told) => {
                let scene = scene(&self.look, self.now, self.revealed);
                let did = match self.view {
                    View::Queue => self.queue_screen.told(told, &scene),
                    _ => self.tabs.told(told, &scene),
                };
                self.follow(did);
            }
            Did::Export(exported) => self.export(exported),
            Did::Search(text) => {
                self.go_search();
                if !text.is_empty() {
                    self.search.input.clear();
                    self.paste(&text);
                }
            }
            Did::Go(place) => {
                self.leave();
                let scene = scene(&self.look, self.now, self.revealed);
                self.tabs.go_to(&place, &scene);
                self.refresh_tabs();
            }
            Did::ReadLine(line) => {
                if let Some(customer) = &mut self.customer {
                    customer.line_mut(&line).begin();
                    self.refresh_tabs();
                    self.read(Slot::Line, Query::Line(line));
                }
            }
        }
    }

    /// Writes a file. One with personal data is audited before: where that fails, the file is not written.
    pub(super) fn export(&mut self, exported: Exported) {
        let Exported { path, content, personal, note } = exported;
        if personal {
            let customer = match (self.view, &self.customer) {
                (View::Customer, Some(customer)) => customer.reference(),
                _ => "-".to_owned(),
            };
            let entry = AuditEntry { at: self.now, act: AuditAct::Export, customer, note, step: None };
            self.effects.push(Effect::Audit(entry));
        }
        self.effects.push(Effect::Export { path, content });
    }

    pub(super) fn copy(&mut self, copied: Copied) {
        // Elsewhere whoever writes the file says where it is.
        let clipboard = self.look.options.clipboard && copied.text.len() <= LARGEST_COPY;
        if copied.personal {
            self.audit(AuditAct::CopyPersonal);
        }
        if clipboard {
            self.say(Tone::Info, if copied.personal { "notice-copied-personal" } else { "notice-copied" });
        }
        self.effects.push(Effect::Copy(copied.text));
    }

    /// Spells these and the customer's name on the screen.
    pub(super) fn read_aloud(&mut self, mut items: Vec<Aloud>) {
        if let (View::Customer, Some(customer)) = (self.view, &self.customer) {
            let account = customer.account.value();
            let (name, kana) = account.map(|account| (&account.name, &account.kana)).unzip();
            let letters = customer.client.value().map(|client| &client.name).filter(|name| name::has_latin(name));
            let number = account.map(|account| account.number.as_str()).unwrap_or_default();
            let text = |text: Option<&Text>| text.map(Text::to_string).unwrap_or_default();
            items.push(Aloud::plain("label-name", Spoken::Name, text(name)));
            items.push(Aloud::plain("label-name-kana", Spoken::Name, text(kana)));
            items.push(Aloud::plain("label-name-romaji", Spoken::Name, text(letters)));
            items.push(Aloud::plain("label-customer-number", Spoken::Number, number));
        }
        if items.iter().any(|item| item.personal) {
            self.audit(AuditAct::ReadAloud);
        }
        self.overlays.push(Overlay::ReadAloud(ReadAloud::new(items)));
    }

    pub(super) fn reveal(&mut self) {
        if self.customer.is_none() {
            return;
        }
        self.revealed = !self.revealed;
        if self.revealed {
            self.audit(AuditAct::Reveal);
            self.say(Tone::Info, "notice-revealed");
        } else {
            self.say(Tone::Neutral, "notice-masked");
        }
        self.refresh_tabs();
    }

    pub(super) fn audit(&mut self, act: AuditAct) {
        if let Some(customer) = &self.customer {
            self.effects.push(Effect::Audit(AuditEntry {
                at: self.now,
                act,
                customer: customer.reference(),
                note: String::new(),
                step: None,
            }));
        }
    }
}
