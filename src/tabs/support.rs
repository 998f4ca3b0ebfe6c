//! Support: Salesforce cases and WHMCS tickets in one list, told apart.

use jiff::Timestamp;
use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::table::{Cell, Width};
use madoguchi_ui::text::Align;
use madoguchi_ui::theme::Role;

use crate::domain::billing::Ticket;
use crate::domain::order::Case;
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::flow::Customer;

use super::Copied;
use super::records::{Column, Key, Record, Source};
use super::sheet::Sheet;

/// Something a customer asked, in either system.
#[derive(Debug, Clone)]
pub enum SupportRow {
    /// A Salesforce case.
    Case(Case),
    /// A WHMCS ticket.
    Ticket(Ticket),
}

impl SupportRow {
    const fn kind_key(&self) -> &'static str {
        match self {
            Self::Case(_) => "support-case",
            Self::Ticket(_) => "support-ticket",
        }
    }

    fn number(&self) -> &str {
        match self {
            Self::Case(case) => &case.number,
            Self::Ticket(ticket) => &ticket.number,
        }
    }

    fn subject(&self) -> &str {
        match self {
            Self::Case(case) => &case.subject,
            Self::Ticket(ticket) => &ticket.subject,
        }
    }

    fn status(&self) -> &str {
        match self {
            Self::Case(case) => &case.status,
            Self::Ticket(ticket) => &ticket.status,
        }
    }

    fn priority(&self) -> &str {
        match self {
            Self::Case(case) => &case.priority,
            Self::Ticket(ticket) => &ticket.priority,
        }
    }

    fn closed(&self) -> bool {
        match self {
            Self::Case(case) => case.closed,
            Self::Ticket(ticket) => ticket.status.eq_ignore_ascii_case("closed"),
        }
    }

    const fn opened(&self) -> Option<Timestamp> {
        match self {
            Self::Case(case) => case.created,
            Self::Ticket(ticket) => ticket.opened,
        }
    }

    fn changed(&self) -> Option<Timestamp> {
        match self {
            Self::Case(case) => case.modified,
            Self::Ticket(ticket) => ticket.last_reply.or(ticket.opened),
        }
    }
}

/// High before medium before low, whatever their letters.
fn urgency(priority: &str) -> u8 {
    match priority {
        "High" => 0,
        "Medium" => 1,
        "Low" => 2,
        _ => 3,
    }
}

impl Record for SupportRow {
    type Of = Customer;

    const NAME: &'static str = "support";
    const TITLE: &'static str = "page-support";
    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            name: "number",
            title: "column-number",
            width: Width::Fixed(10),
            align: Align::Left,
            priority: 0,
            cell: |row, _| Cell::from(row.number()),
            key: |row| Key::text(row.number()),
        },
        Column {
            name: "kind",
            title: "column-kind",
            width: Width::Fixed(8),
            align: Align::Left,
            priority: 2,
            cell: |row, scene| Cell::new(scene.say(row.kind_key()), Role::Dim),
            key: |row| Key::Rank(u8::from(matches!(row, Self::Ticket(_))), "".into()),
        },
        Column {
            name: "subject",
            title: "column-subject",
            width: Width::Fill(16),
            align: Align::Left,
            priority: 0,
            cell: |row, _| Cell::new(row.subject(), if row.closed() { Role::Dim } else { Role::Text }),
            key: |row| Key::text(row.subject()),
        },
        Column {
            name: "status",
            title: "column-status",
            width: Width::Fixed(19),
            align: Align::Left,
            priority: 1,
            cell: |row, _| {
                if row.closed() {
                    Cell { mark: Some(Mark::Good), ..Cell::new(row.status(), Role::Dim) }
                } else {
                    Cell::marked(Mark::Pending, row.status())
                }
            },
            key: |row| Key::text(row.status()),
        },
        Column {
            name: "priority",
            title: "column-priority",
            width: Width::Fixed(8),
            align: Align::Left,
            priority: 3,
            cell: |row, _| {
                let role = if urgency(row.priority()) == 0 && !row.closed() { Role::Warning } else { Role::Text };
                Cell::new(row.priority(), role)
            },
            key: |row| Key::Rank(urgency(row.priority()), row.priority().into()),
        },
        Column {
            name: "opened",
            title: "column-opened",
            width: Width::Fixed(16),
            align: Align::Left,
            priority: 4,
            cell: |row, scene| Cell::from(scene.moment(row.opened()).into_owned()),
            key: |row| row.opened().into(),
        },
        Column {
            name: "changed",
            title: "column-changed",
            width: Width::Fixed(9),
            align: Align::Right,
            priority: 2,
            cell: |row, scene| Cell::new(row.changed().map(|at| scene.age(at)).unwrap_or_default(), Role::Dim),
            key: |row| row.changed().into(),
        },
    ];

    fn collect(customer: &Customer) -> Vec<Self> {
        let cases = customer.cases.value().map(|list| list.rows.as_slice()).unwrap_or_default();
        let tickets = customer.tickets.value().map(|list| list.rows.as_slice()).unwrap_or_default();
        let rows = cases.iter().cloned().map(Self::Case).chain(tickets.iter().cloned().map(Self::Ticket));
        let mut rows: Vec<Self> = rows.collect();
        rows.sort_by_key(|row| (row.closed(), std::cmp::Reverse(row.changed())));
        rows
    }

    fn sources(customer: &Customer) -> Vec<Source<'_>> {
        vec![
            Source::of(System::Salesforce, &customer.cases, |list| (list.rows.len() as u64, list.total)),
            Source::of(System::Whmcs, &customer.tickets, |list| (list.rows.len() as u64, list.total)),
        ]
    }

    fn detail(&self, _: &Customer, sheet: &mut Sheet<'_>) {
        let scene = sheet.scene();
        sheet.section(self.kind_key());
        sheet.field("label-number", self.number().to_owned());
        sheet.field("label-subject", self.subject().to_owned());
        sheet.field("label-status", self.status().to_owned());
        sheet.field("label-priority", self.priority().to_owned());
        sheet.field("label-opened", scene.moment(self.opened()));
        match self {
            Self::Case(case) => {
                sheet.field("label-kind", case.kind.to_string());
                sheet.field("label-origin", case.origin.to_string());
                sheet.field("label-owner", case.owner.to_string());
                sheet.field("label-modified", scene.moment(case.modified));
            }
            Self::Ticket(ticket) => sheet.field("label-last-reply", scene.moment(ticket.last_reply)),
        }
    }

    fn identity(&self) -> String {
        format!("{} {}", self.kind_key(), self.number())
    }

    fn copied(&self) -> Copied {
        Copied::plain(self.number().to_owned())
    }

    fn holds(place: &Place) -> bool {
        matches!(place, Place::Case(_) | Place::Ticket(_))
    }

    fn is_at(&self, place: &Place) -> bool {
        match (self, place) {
            (Self::Case(case), Place::Case(Some(number))) => case.number == *number,
            (Self::Ticket(ticket), Place::Ticket(Some(id))) => ticket.id == *id,
            _ => false,
        }
    }
}
