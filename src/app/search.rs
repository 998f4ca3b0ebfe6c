//! The search box and its hits. Each system's hits come on their own; those that are one customer are joined here.

use jiff::Timestamp;
use madoguchi_ui::input::{Edit, TextInput};
use madoguchi_ui::scroll::Move;
use madoguchi_ui::table::TableState;
use ratatui::layout::Rect;

use crate::domain::customer::CustomerKey;
use crate::domain::recognise::{self, Problem, Shapes};
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::flow::{Fault, Hit, Key, KeyPress, SearchReply, Searched};
use crate::tabs::edit;

/// The search and what it found.
#[derive(Debug, Default)]
pub struct Search {
    /// What is typed.
    pub input: TextInput,
    /// What this organisation's numbers look like.
    pub shapes: Shapes,
    /// The box has the keyboard; otherwise the hits have it.
    pub focused: bool,
    /// The next letter replaces what stands there, as in a box whose text is selected.
    pub replace: bool,
    /// Customers found, each once.
    pub found: Vec<Found>,
    /// What was said beside the hits.
    pub remarks: Vec<Remark>,
    /// What is wrong with what was typed, although it can be guessed what was meant.
    pub problems: Vec<Problem>,
    /// Systems that have not answered yet.
    pub waiting: Vec<System>,
    /// Answers are still to come.
    pub running: bool,
    /// Somebody was asked at all.
    pub asked: bool,
    /// Cursor and offset in the hits.
    pub table: TableState,
    /// Enter was pressed before anything was found: if just one customer is found, it opens.
    pub open_when_found: bool,
}

/// A customer that was found, perhaps by several systems.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// How to open it.
    pub key: CustomerKey,
    /// Name, Salesforce's before WHMCS's.
    pub name: Text,
    /// Reading in kana.
    pub kana: Text,
    /// Salesforce customer number.
    pub customer_number: Text,
    /// Why it matched, by system.
    pub why: Vec<(System, Searched, Text)>,
    /// Where to look first.
    pub opens: Place,
    /// Only the field pack knows of them; when it was made.
    pub packed: Option<Timestamp>,
}

/// Something about the answer that is not a hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// A system cannot search by this.
    Cannot(System, Searched),
    /// A system looked only at its newest records.
    Newest(System, Searched, u64),
    /// A system had more than these.
    OnlyFirst(System),
    /// A system could not answer; what is shown of it is remembered.
    Remembered(System),
    /// A system could not answer.
    Failed(Fault),
}

impl Search {
    /// Takes a key for the box. Returns whether what is searched for changed.
    pub fn type_key(&mut self, press: KeyPress) -> bool {
        self.open_when_found = false;
        if self.replace {
            self.replace = false;
            let plain = !press.modifiers.ctrl && !press.modifiers.alt;
            if plain && matches!(press.key, Key::Char(_) | Key::Backspace | Key::Delete) {
                self.input.edit(Edit::DeleteLine);
                self.input.clear();
                if !matches!(press.key, Key::Char(_)) {
                    return true;
                }
            }
        }
        edit::key(&mut self.input, press)
    }

    /// Takes a paste. Returns whether what is searched for changed.
    pub fn paste(&mut self, text: &str) -> bool {
        self.open_when_found = false;
        if std::mem::take(&mut self.replace) {
            self.input.clear();
        }
        self.input.paste(text)
    }

    /// What to search for, without the blanks around it.
    pub fn text(&self) -> &str {
        self.input.value().trim()
    }

    /// Forgets the last answer. `running` when a new one is on its way.
    pub fn begin(&mut self, running: bool) {
        self.problems = recognise::recognise(self.text(), &self.shapes).problems;
        self.found.clear();
        self.remarks.clear();
        self.waiting.clear();
        self.running = running;
        self.asked = false;
        self.table = TableState::default();
    }

    /// Takes a piece of the answer.
    pub fn take(&mut self, reply: SearchReply) {
        match reply {
            SearchReply::Asked(systems) => {
                self.asked |= !systems.is_empty();
                self.waiting = systems;
            }
            SearchReply::Hits(_, hits) => hits.into_iter().for_each(|hit| self.join(hit)),
            SearchReply::Finished(system) => self.waiting.retain(|waiting| *waiting != system),
            SearchReply::CannotSearch(system, what) => self.remark(Remark::Cannot(system, what)),
            SearchReply::LookedOnlyAt { system, searched, newest } => {
                self.remark(Remark::Newest(system, searched, newest));
            }
            SearchReply::OnlyFirst(system) => self.remark(Remark::OnlyFirst(system)),
            SearchReply::Remembered(system) => self.remark(Remark::Remembered(system)),
            SearchReply::Failed(fault) => {
                self.waiting.retain(|waiting| *waiting != fault.system);
                self.remark(Remark::Failed(fault));
            }
        }
    }

    fn remark(&mut self, remark: Remark) {
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }

    /// A system could not answer, so that finding nobody means nothing.
    pub fn failed(&self) -> bool {
        self.remarks.iter().any(|remark| matches!(remark, Remark::Failed(_)))
    }

    /// The answer is whole.
    pub fn end(&mut self) {
        self.running = false;
        self.waiting.clear();
    }

    /// Puts a hit with the customer it belongs to. A hit that names both identities can show that two customers found
    /// before are one.
    fn join(&mut self, hit: Hit) {
        self.join_found(Found {
            key: hit.key,
            name: hit.name,
            kana: hit.kana,
            customer_number: hit.customer_number,
            why: vec![(hit.system, hit.why, hit.matched)],
            opens: hit.opens,
            packed: None,
        });
    }

    /// Puts somebody out of the field pack among them.
    pub fn join_packed(&mut self, found: Found) {
        self.join_found(found);
    }

    /// Nobody out of a pack stays among them.
    pub fn forget_packed(&mut self) {
        self.found.retain(|found| found.packed.is_none());
    }

    /// Puts somebody among them: whom Salesforce knows before whom WHMCS alone knows, so that the order is the same whoever
    /// answers first. The cursor stays on its customer.
    fn join_found(&mut self, mut joined: Found) {
        let under_cursor = self.current().map(|found| found.key.clone());
        let mut i = 0;
        while i < self.found.len() {
            if self.found[i].key.same_customer(&joined.key) {
                let other = self.found.remove(i);
                joined = other.with(joined);
                i = 0;
            } else {
                i += 1;
            }
        }
        let rank = joined.rank();
        let at = self.found.iter().rposition(|found| found.rank() <= rank).map_or(0, |at| at + 1);
        self.found.insert(at, joined);
        let of_cursor = |key: CustomerKey| self.found.iter().position(|found| found.key.same_customer(&key));
        if let Some(at) = under_cursor.and_then(of_cursor) {
            self.table.scroll.cursor = at;
        }
    }

    /// The customer under the cursor.
    pub fn current(&self) -> Option<&Found> {
        self.found.get(self.table.scroll.cursor.min(self.found.len().checked_sub(1)?))
    }

    /// Moves the cursor in the hits.
    pub fn go(&mut self, step: Move, area: Rect) {
        self.open_when_found = false;
        self.table.go(step, self.found.len(), area);
    }
}

impl Found {
    /// The first of the systems that know them; those that only the field pack knows come last.
    fn rank(&self) -> (bool, Option<System>) {
        (self.packed.is_some(), self.why.iter().map(|(system, ..)| *system).min())
    }

    fn with(mut self, other: Self) -> Self {
        let by_salesforce = |found: &Self| found.why.iter().any(|(system, ..)| *system == System::Salesforce);
        let renamed = by_salesforce(&other) && !by_salesforce(&self);
        // Whom a system knows is its own.
        self.packed = self.packed.and(other.packed);
        self.key.account = self.key.account.or(other.key.account);
        self.key.client = self.key.client.or(other.key.client);
        self.key.line = self.key.line.take().or_else(|| other.key.line.clone());
        // Salesforce writes the name as the customer does; WHMCS has letters only.
        if renamed {
            (self.name, self.kana) = (other.name, other.kana);
        }
        if self.customer_number.is_empty() {
            self.customer_number = other.customer_number;
        }
        if self.opens == Place::Dashboard {
            self.opens = other.opens;
        }
        for why in other.why {
            if !self.why.contains(&why) {
                self.why.push(why);
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::customer::ClientId;
    use crate::domain::salesforce_id::SalesforceId;

    fn hit(system: System, account: Option<&str>, client: Option<u64>, name: &str) -> Hit {
        Hit {
            system,
            key: CustomerKey {
                account: account.map(|id| SalesforceId::parse(id).unwrap()),
                client: client.map(ClientId),
                line: None,
            },
            name: Text::line(name),
            kana: Text::default(),
            customer_number: Text::default(),
            why: Searched::Name,
            matched: Text::line(name),
            opens: Place::Dashboard,
        }
    }

    #[test]
    fn hits_of_one_customer_are_joined_even_when_the_link_comes_last() {
        let mut search = Search::default();
        let account = Some("001D000000IqhSLIAZ");
        search.take(SearchReply::Hits(System::Salesforce, vec![hit(System::Salesforce, account, None, "森 愛子")]));
        search.take(SearchReply::Hits(System::Whmcs, vec![hit(System::Whmcs, None, Some(41), "Aiko Mori")]));
        assert_eq!(search.found.len(), 2);
        search.take(SearchReply::Hits(System::Salesforce, vec![hit(System::Salesforce, account, Some(41), "森 愛子")]));
        assert_eq!(search.found.len(), 1, "the last hit names both identities");
        assert_eq!(search.found[0].key.client, Some(ClientId(41)));
        assert_eq!(search.found[0].name, "森 愛子");
    }

    /// Two unlinked records of one name stand as they stand whoever answers first, and the cursor stays where it was.
    #[test]
    fn the_order_of_the_hits_is_not_that_of_the_answers() {
        let (first, second) = (Some("001D000000IqhSLIAZ"), Some("001D000000IqhSMIAZ"));
        let salesforce = || {
            let hits = vec![
                hit(System::Salesforce, first, None, "Aiko Mori"),
                hit(System::Salesforce, second, Some(42), "Ken Mori"),
            ];
            SearchReply::Hits(System::Salesforce, hits)
        };
        let whmcs = || {
            let hits =
                vec![hit(System::Whmcs, None, Some(41), "Aiko Mori"), hit(System::Whmcs, None, Some(42), "Ken Mori")];
            SearchReply::Hits(System::Whmcs, hits)
        };
        let keys = |search: &Search| search.found.iter().map(|found| found.key.clone()).collect::<Vec<_>>();
        let (mut one, mut other) = (Search::default(), Search::default());
        one.take(salesforce());
        one.take(whmcs());
        other.take(whmcs());
        assert_eq!(other.current().unwrap().key.client, Some(ClientId(41)));
        other.take(salesforce());
        assert_eq!(keys(&one), keys(&other));
        assert_eq!(keys(&one).last().unwrap().client, Some(ClientId(41)), "whom only WHMCS knows comes last");
        assert_eq!(other.current().unwrap().key.client, Some(ClientId(41)), "the cursor is where it was");
    }

    #[test]
    fn a_letter_replaces_the_text_of_a_search_that_was_left() {
        let mut search = Search { input: TextInput::new("mori"), replace: true, ..Search::default() };
        assert!(search.type_key(KeyPress::plain(Key::Char('s'))));
        assert_eq!(search.text(), "s");
        search.replace = true;
        search.type_key(KeyPress::plain(Key::End));
        search.type_key(KeyPress::plain(Key::Char('a')));
        assert_eq!(search.text(), "sa", "moving the cursor first keeps the text");
    }
}
