//! Cases and tickets in one list, told apart by their system: who owes an answer, until when, and all that was said.

use std::borrow::Cow;

use jiff::Timestamp;
use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::table::{Cell, Width};
use madoguchi_ui::text::Align;
use madoguchi_ui::theme::Role;
use madoguchi_ui::written::Written;

use crate::domain::billing::{Listing, Ticket};
use crate::domain::history::{Message, Subject};
use crate::domain::mask;
use crate::domain::order::Case;
use crate::domain::salesforce_id::SalesforceObject;
use crate::domain::sla::{Matter, Owed};
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::domain::web::WebRecord;
use crate::domain::words::{CasePriorityWords, List};
use crate::flow::{Customer, Deeper, Remote};
use crate::locale::Value;
use crate::scene::Scene;
use crate::tabs::records::{BuiltIn, Column, Key, Record, Source};
use crate::tabs::sheet::Sheet;
use crate::tabs::{Copied, cells};

use super::{others, talk};

/// Something a customer asked, with what is owed for it.
#[derive(Debug, Clone)]
pub struct Asked {
    what: What,
    owed: Owed,
    /// What was said in it is not read, so the deadline counts from its opening.
    guessed: bool,
    whose: Whose,
    /// How pressing it is, the most first.
    urgency: u8,
}

/// In either system.
#[derive(Debug, Clone)]
enum What {
    Case(Case),
    Ticket(Ticket),
}

/// Whose it is, as far as the desk can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// The person's at the desk.
    Mine,
    /// A colleague's.
    Somebodys,
    /// Nobody's yet: it lies in a queue.
    Nobodys,
    /// Not told: WHMCS's list of tickets names no owner.
    Untold,
}

impl Whose {
    /// Its rank, the word a filter finds it by in either language, the key of its word, and how that looks.
    const fn told(self) -> (u8, &'static str, &'static str, Role) {
        match self {
            Self::Mine => (0, "mine", "whose-mine", Role::Accent),
            Self::Nobodys => (1, "nobody", "whose-nobody", Role::Warning),
            Self::Somebodys => (2, "colleague", "whose-colleague", Role::Text),
            Self::Untold => (3, "untold", "unknown", Role::Unknown),
        }
    }
}

impl Asked {
    fn case(case: &Case, customer: &Customer) -> Self {
        let read = talk::words(customer.case_messages.get(&case.id));
        let said = read.unwrap_or_default();
        let me = customer.agent.as_ref().map(|agent| &agent.id);
        let whose = match &case.owner_id {
            Some(owner) if Some(owner) == me => Whose::Mine,
            Some(owner) if owner.object() == SalesforceObject::Group => Whose::Nobodys,
            Some(_) => Whose::Somebodys,
            None => Whose::Untold,
        };
        Self {
            owed: customer.office.promises.owed(&Matter::of_case(case, said)),
            guessed: read.is_none(),
            whose,
            urgency: urgency_of_case(&case.priority, &customer.office.words.case_priority),
            what: What::Case(case.clone()),
        }
    }

    fn ticket(ticket: &Ticket, customer: &Customer) -> Self {
        let read = talk::words(customer.ticket_messages.get(&ticket.id));
        let owed = customer.office.promises.owed(&Matter::of_ticket(ticket, read.unwrap_or_default()));
        let guessed = read.is_none();
        let urgency = urgency_of_ticket(&ticket.priority);
        Self { owed, guessed, whose: Whose::Untold, urgency, what: What::Ticket(ticket.clone()) }
    }

    const fn kind_key(&self) -> &'static str {
        match self.what {
            What::Case(_) => "support-case",
            What::Ticket(_) => "support-ticket",
        }
    }

    const fn system(&self) -> System {
        match self.what {
            What::Case(_) => System::Salesforce,
            What::Ticket(_) => System::Whmcs,
        }
    }

    fn number(&self) -> &str {
        match &self.what {
            What::Case(case) => &case.number,
            What::Ticket(ticket) => &ticket.number,
        }
    }

    fn subject(&self) -> &str {
        match &self.what {
            What::Case(case) => &case.subject,
            What::Ticket(ticket) => &ticket.subject,
        }
    }

    fn status(&self) -> &str {
        match &self.what {
            What::Case(case) => &case.status,
            What::Ticket(ticket) => &ticket.status,
        }
    }

    fn priority(&self) -> &str {
        match &self.what {
            What::Case(case) => &case.priority,
            What::Ticket(ticket) => &ticket.priority,
        }
    }

    /// Its status in the desk's language.
    fn stands<'a>(&'a self, scene: &Scene<'a>) -> Cow<'a, str> {
        match &self.what {
            What::Case(case) => cells::chosen(List::CaseStatusWords, &case.status, scene),
            What::Ticket(ticket) => cells::word_of(System::Whmcs, &ticket.status, scene),
        }
    }

    /// Its priority in the desk's language.
    fn presses<'a>(&'a self, scene: &Scene<'a>) -> Cow<'a, str> {
        match &self.what {
            What::Case(case) => cells::chosen(List::CasePriorityWords, &case.priority, scene),
            What::Ticket(ticket) => cells::word_of(System::Whmcs, &ticket.priority, scene),
        }
    }

    fn owner(&self) -> &str {
        match &self.what {
            What::Case(case) => &case.owner,
            What::Ticket(_) => "",
        }
    }

    fn closed(&self) -> bool {
        match &self.what {
            What::Case(case) => case.closed,
            What::Ticket(ticket) => ticket.closed(),
        }
    }

    const fn opened(&self) -> Option<Timestamp> {
        match &self.what {
            What::Case(case) => case.created,
            What::Ticket(ticket) => ticket.opened,
        }
    }

    fn changed(&self) -> Option<Timestamp> {
        match &self.what {
            What::Case(case) => case.modified,
            What::Ticket(ticket) => ticket.last_reply.or(ticket.opened),
        }
    }

    fn place(&self) -> Place {
        match &self.what {
            What::Case(case) => Place::Case(Some(case.number.clone())),
            What::Ticket(ticket) => Place::Ticket(Some(ticket.id)),
        }
    }

    fn said<'c>(&self, customer: &'c Customer) -> Option<&'c Remote<Listing<Message>>> {
        match &self.what {
            What::Case(case) => customer.case_messages.get(&case.id),
            What::Ticket(ticket) => customer.ticket_messages.get(&ticket.id),
        }
    }

    /// For the list's own order: owed answers by their deadline, then what waits, then what is done, the newest first.
    fn order(&self) -> (u8, Option<Timestamp>, std::cmp::Reverse<Option<Timestamp>>) {
        let changed = std::cmp::Reverse(self.changed());
        match self.owed {
            _ if self.closed() => (3, None, changed),
            Owed::Until(deadline) => (0, Some(deadline), changed),
            Owed::Unknown | Owed::Nothing => (1, None, changed),
            Owed::Held | Owed::Answered { .. } => (2, None, changed),
        }
    }
}

/// High before medium before low, whatever their letters.
fn urgency_of_case(priority: &str, words: &CasePriorityWords) -> u8 {
    let order = [&words.high, &words.medium, &words.low];
    order.iter().position(|said| said.is(priority)).unwrap_or(order.len()) as u8
}

/// The same in the words of WHMCS.
fn urgency_of_ticket(priority: &str) -> u8 {
    match priority {
        "High" => 0,
        "Medium" => 1,
        "Low" => 2,
        _ => 3,
    }
}

impl Record for Asked {
    type Of = Customer;

    const NAME: &'static str = "support";
    const TITLE: &'static str = "page-support";
    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            name: "number",
            title: "column-number",
            width: Width::Min(8),
            align: Align::Left,
            priority: 0,
            cell: |row, _| Cell::from(row.number()),
            key: |row| Key::text(row.number()),
        },
        Column {
            name: "system",
            title: "column-kind",
            width: Width::Min(11),
            align: Align::Left,
            priority: 2,
            cell: |row, scene| {
                Cell::new(Written::of(format_args!("{} {}", row.system().mark(), scene.say(row.kind_key()))), Role::Dim)
            },
            key: |row| Key::Rank(row.system() as u8, row.system().mark().into()),
        },
        Column {
            name: "subject",
            title: "column-subject",
            width: Width::Fill(16),
            align: Align::Left,
            priority: 0,
            cell: |row, scene| {
                Cell::new(scene.free_text(row.subject()), if row.closed() { Role::Dim } else { Role::Text })
            },
            key: |row| Key::text(row.subject()),
        },
        Column {
            name: "status",
            title: "column-status",
            width: Width::Min(14),
            align: Align::Left,
            priority: 1,
            cell: |row, scene| {
                let status = row.stands(scene);
                if row.closed() {
                    Cell { mark: Some(Mark::Good), ..Cell::new(status, Role::Dim) }
                } else {
                    Cell::marked(Mark::Pending, status)
                }
            },
            key: |row| Key::Rank(u8::from(row.closed()), row.status().into()),
        },
        Column {
            name: "answer",
            title: "column-answer",
            width: Width::Min(11),
            align: Align::Left,
            priority: 1,
            cell: |row, scene| {
                let cell = cells::owed(row.owed, scene);
                // The sheet says so in words, under the same mark.
                if row.guesses() { Cell { mark: Some(Mark::Unknown), ..cell } } else { cell }
            },
            key: |row| match row.owed {
                Owed::Until(deadline) => Key::Moment(deadline),
                _ => Key::Missing,
            },
        },
        Column {
            name: "priority",
            title: "column-priority",
            width: Width::Fixed(8),
            align: Align::Left,
            priority: 3,
            cell: |row, scene| {
                let role = if row.urgency == 0 && !row.closed() { Role::Warning } else { Role::Text };
                Cell::new(row.presses(scene), role)
            },
            key: |row| Key::Rank(row.urgency, row.priority().into()),
        },
        Column {
            name: "opened",
            title: "column-opened",
            width: Width::Min(8),
            align: Align::Right,
            priority: 2,
            cell: |row, scene| Cell::new(row.opened().map(|at| scene.age(at)).unwrap_or_default(), Role::Dim),
            key: |row| row.opened().into(),
        },
        Column {
            name: "changed",
            title: "column-changed",
            width: Width::Min(8),
            align: Align::Right,
            priority: 5,
            cell: |row, scene| Cell::new(row.changed().map(|at| scene.age(at)).unwrap_or_default(), Role::Dim),
            key: |row| row.changed().into(),
        },
        Column {
            name: "owner",
            title: "column-owner",
            width: Width::Min(12),
            align: Align::Left,
            priority: 4,
            cell: |row, scene| match row.whose {
                Whose::Untold => Cell::new(scene.unknown(), Role::Unknown),
                _ => Cell::from(row.owner()),
            },
            key: |row| Key::text(row.owner()),
        },
        Column {
            name: "whose",
            title: "column-whose",
            width: Width::Min(9),
            align: Align::Left,
            priority: 4,
            cell: |row, scene| {
                let (_, _, key, role) = row.whose.told();
                Cell::new(scene.say(key), role)
            },
            key: |row| {
                let (rank, word, ..) = row.whose.told();
                Key::Rank(rank, word.into())
            },
        },
    ];

    const VIEWS: &'static [BuiltIn] = &[
        BuiltIn { title: "view-mine", sort: "answer", filter: "whose:mine -status:closed" },
        BuiltIn { title: "view-unassigned", sort: "answer", filter: "whose:nobody -status:closed" },
        BuiltIn { title: "view-breaching", sort: "answer", filter: "answer:<=today" },
        BuiltIn { title: "view-open", sort: "answer", filter: "-status:closed" },
    ];

    fn collect(customer: &Customer) -> Vec<Self> {
        let cases = customer.cases.value().map(|list| list.rows.as_slice()).unwrap_or_default();
        let tickets = customer.tickets.value().map(|list| list.rows.as_slice()).unwrap_or_default();
        let cases = cases.iter().map(|case| Self::case(case, customer));
        let mut rows: Vec<Self> = cases.chain(tickets.iter().map(|ticket| Self::ticket(ticket, customer))).collect();
        rows.sort_by_key(Self::order);
        rows
    }

    fn sources(customer: &Customer) -> Vec<Source<'_>> {
        vec![
            Source::of(System::Salesforce, &customer.cases, |list| (list.rows.len() as u64, list.total)),
            Source::of(System::Whmcs, &customer.tickets, |list| (list.rows.len() as u64, list.total)),
        ]
    }

    fn list_needs(_: &Customer) -> Vec<Deeper> {
        vec![Deeper::Changes]
    }

    fn needs(&self, _: &Customer) -> Option<Deeper> {
        Some(match &self.what {
            What::Case(case) => Deeper::Case(case.id),
            What::Ticket(ticket) => Deeper::Ticket(ticket.id),
        })
    }

    fn detail(&self, customer: &Customer, sheet: &mut Sheet<'_>) {
        let scene = sheet.scene();
        sheet.section(self.kind_key());
        sheet.field("label-number", format!("{} {}", self.system().mark(), self.number()));
        sheet.free_text("label-subject", self.subject());
        sheet.field("label-status", self.stands(&scene));
        sheet.field("label-priority", self.presses(&scene));
        self.write_owed(sheet);
        sheet.field("label-opened", format!("{} · {}", scene.moment(self.opened()), age(self.opened(), &scene)));
        match &self.what {
            What::Case(case) => {
                sheet.field("label-kind", cells::chosen(List::CaseTypeWords, &case.kind, &scene));
                sheet.field("label-origin", cells::chosen(List::CaseOriginWords, &case.origin, &scene));
                let (.., whose, role) = self.whose.told();
                sheet.styled("label-owner", format!("{} · {}", case.owner, scene.say(whose)), role, None);
                sheet.field("label-modified", scene.moment(case.modified));
            }
            What::Ticket(ticket) => sheet.field("label-last-reply", scene.moment(ticket.last_reply)),
        }
        others::open_matters(customer, &self.place(), sheet);
        if let What::Case(case) = &self.what {
            sheet.section("support-description");
            if case.description.is_empty() {
                sheet.note(scene.say("none"), Role::Dim, None);
            } else {
                sheet.free_note(&case.description, Role::Text, None);
            }
        }
        talk::write(self.said(customer), sheet);
        if let What::Case(case) = &self.what {
            write_changes(case, customer, sheet);
        }
    }

    fn page(&self) -> Option<WebRecord> {
        Some(match &self.what {
            What::Case(case) => WebRecord::Salesforce(case.id),
            What::Ticket(ticket) => WebRecord::Ticket(ticket.id),
        })
    }

    fn identity(&self) -> String {
        format!("{} {}", self.system().mark(), self.number())
    }

    fn copied(&self) -> Copied {
        Copied::plain(self.number().to_owned())
    }

    fn holds(place: &Place) -> bool {
        matches!(place, Place::Case(_) | Place::Ticket(_))
    }

    fn stands_for(&self) -> Option<Place> {
        Some(self.place())
    }

    fn called(&self) -> String {
        format!("{} {}", self.number(), mask::free_text(self.subject()))
    }

    fn is_at(&self, place: &Place) -> bool {
        match (&self.what, place) {
            (What::Case(case), Place::Case(Some(number))) => case.number == *number,
            (What::Ticket(ticket), Place::Ticket(Some(id))) => ticket.id == *id,
            _ => false,
        }
    }
}

impl Asked {
    /// Whether what it owes is a guess.
    const fn guesses(&self) -> bool {
        self.guessed && matches!(self.owed, Owed::Until(_) | Owed::Unknown)
    }

    /// By when an answer is owed, with what that is counted from.
    fn write_owed(&self, sheet: &mut Sheet<'_>) {
        let scene = sheet.scene();
        let cell = cells::owed(self.owed, &scene);
        let words = match self.owed {
            Owed::Until(deadline) => format!("{} · {}", cell.text, scene.moment(Some(deadline))),
            Owed::Held => scene.with("answer-held-while", &[("status", Value::Text(&self.stands(&scene)))]),
            Owed::Nothing => scene.say(if self.closed() { "answer-closed" } else { "answer-none" }).into_owned(),
            _ => cell.text.into_owned(),
        };
        sheet.styled("column-answer", words, cell.role, cell.mark);
        if self.guesses() {
            sheet.note(scene.say("answer-from-opening"), Role::Dim, Some(Mark::Unknown));
        }
    }
}

fn age(at: Option<Timestamp>, scene: &crate::scene::Scene<'_>) -> String {
    at.map_or_else(|| scene.unknown(), |at| scene.age(at))
}

/// What was changed in the case, newest first.
fn write_changes(case: &Case, customer: &Customer, sheet: &mut Sheet<'_>) {
    let scene = sheet.scene();
    sheet.section("support-history");
    let changes = &customer.changes;
    if let Some(fault) = &changes.fault {
        sheet.note(scene.fault(fault), Role::Critical, Some(Mark::Critical));
    }
    let Some(known) = changes.value() else {
        let key = if changes.loading { "loading" } else { "unknown" };
        sheet.note(scene.say(key), Role::Dim, Some(if changes.loading { Mark::Pending } else { Mark::Unknown }));
        return;
    };
    let mut none = true;
    for change in known.rows.iter().filter(|change| matches!(&change.of, Subject::Case(n) if *n == case.number)) {
        none = false;
        let words = format!("{} · {}", scene.moment(change.at), cells::change(change, &scene));
        sheet.free_note(&words, Role::Text, None);
    }
    if !known.complete() {
        let values = [("shown", Value::Number(known.rows.len() as i64)), ("total", Value::Number(known.total as i64))];
        sheet.note(scene.with("support-history-partial", &values), Role::Dim, Some(Mark::Unknown));
    } else if none {
        sheet.note(scene.say("none"), Role::Dim, None);
    }
}
