//! The list of one queue: what waits, oldest first, over all customers. Opening a row opens its customer where it is
//! cleared.

use std::borrow::Cow;

use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::table::{Cell, Width};
use madoguchi_ui::text::Align;
use madoguchi_ui::theme::Role;
use madoguchi_ui::written::Written;

use crate::domain::customer::CustomerKey;
use crate::domain::queue::{Queue, QueueItem};
use crate::domain::status::Place;
use crate::domain::text::Text;
use crate::flow::{Action, QueueList};
use crate::scene::Scene;

use super::cells;
use super::records::{Column, Key, Record, Records, Source};
use super::sheet::Sheet;
use super::{Copied, Did};

/// The screen of one queue.
pub type QueueScreen = Records<QueueItem>;

/// The screen of another queue than `last`: with its details shown or hidden as they were there.
pub fn screen(queue: Queue, last: &QueueScreen) -> QueueScreen {
    last.another(empty_columns(queue))
}

/// Columns that a queue's rows have nothing for, or the same in every row.
const fn empty_columns(queue: Queue) -> &'static [&'static str] {
    match queue {
        Queue::OrdersFailed | Queue::OrdersStuck | Queue::OrdersInReview => &["due", "priority"],
        Queue::IdWaiting | Queue::EligibilityWaiting => &["due", "what", "priority", "amount", "owner"],
        Queue::CasesMine => &["amount", "owner"],
        // A promise that is due is as good as never begun.
        Queue::FollowUpsDue => &["status", "amount", "owner"],
        Queue::CasesUnassigned | Queue::CasesBreaching | Queue::CasesOpen => &["amount"],
        Queue::TicketsAwaiting => &["due", "amount", "owner"],
        Queue::InvoicesOverdue | Queue::WhmcsOrdersPending => &["due", "priority", "owner"],
        Queue::ModuleFailures => &["due", "priority", "amount", "owner"],
    }
}

/// Where a row stands, in the desk's language.
fn stands<'a>(row: &'a QueueItem, scene: &Scene<'a>) -> Cow<'a, str> {
    match row.status.as_slice() {
        [word] => cells::word_of(row.system, word, scene),
        words => {
            let words: Vec<_> = words.iter().map(|word| cells::word_of(row.system, word, scene)).collect();
            Cow::Owned(words.join(" · "))
        }
    }
}

impl Record for QueueItem {
    type Of = QueueList;

    const NAME: &'static str = "queue";
    const TITLE: &'static str = "page-queue";
    /// A row says enough to choose whom to help next; its customer is one key away.
    const DETAIL: bool = false;

    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            name: "number",
            title: "column-number",
            width: Width::Min(10),
            align: Align::Left,
            priority: 0,
            cell: |row, _| Cell::from(row.number.as_str()),
            key: |row| Key::text(&row.number),
        },
        Column {
            name: "since",
            title: "column-waiting",
            width: Width::Fixed(8),
            align: Align::Right,
            priority: 0,
            cell: |row, scene| Cell::from(row.since.map_or_else(|| scene.unknown(), |at| scene.age(at))),
            key: |row| Key::or_missing(row.since, Key::Moment),
        },
        Column {
            name: "due",
            title: "column-due",
            width: Width::Fixed(14),
            align: Align::Left,
            priority: 2,
            cell: |row, scene| cells::answer_due(row.due, scene),
            key: |row| Key::or_missing(row.due, Key::Moment),
        },
        Column {
            name: "customer",
            title: "column-name",
            width: Width::Fill(14),
            align: Align::Left,
            priority: 0,
            cell: |row, _| match row.customer.client {
                // WHMCS's module queue names nobody.
                Some(id) if row.name.is_empty() => Cell::from(Written::of(id)),
                _ => Cell::from(row.name.as_str()),
            },
            key: |row| Key::name(&row.name, &row.kana),
        },
        Column {
            name: "what",
            title: "column-what",
            width: Width::Fill(14),
            align: Align::Left,
            priority: 1,
            cell: |row, scene| Cell::new(scene.free_text(&row.what), Role::Text),
            key: |row| Key::text(&row.what),
        },
        Column {
            name: "status",
            title: "column-status",
            // Of a failed order or command it begins with why.
            width: Width::Fill(12),
            align: Align::Left,
            priority: 1,
            cell: |row, scene| Cell::new(stands(row, scene), Role::Text),
            key: |row| match row.status.as_slice() {
                [word] => Key::text(word),
                words => Key::Text(Cow::Owned(words.iter().map(Text::as_str).collect::<Vec<_>>().join(" "))),
            },
        },
        Column {
            name: "priority",
            title: "column-priority",
            width: Width::Fixed(8),
            align: Align::Left,
            priority: 4,
            cell: |row, scene| Cell::new(cells::word_of(row.system, &row.priority, scene), Role::Text),
            key: |row| Key::text(&row.priority),
        },
        Column {
            name: "amount",
            title: "column-total",
            width: Width::Fixed(10),
            align: Align::Right,
            priority: 3,
            cell: |row, _| Cell::from(Written::some(row.amount)),
            key: |row| Key::or_missing(row.amount, |yen| Key::Number(yen.0)),
        },
        Column {
            name: "owner",
            title: "column-owner",
            width: Width::Min(10),
            align: Align::Left,
            priority: 5,
            cell: |row, _| Cell::from(row.owner.as_str()),
            key: |row| Key::name(&row.owner, ""),
        },
    ];

    fn collect(of: &QueueList) -> Vec<Self> {
        of.page.value().map(|page| page.rows.clone()).unwrap_or_default()
    }

    fn version(of: &QueueList) -> Option<u64> {
        Some(of.version)
    }

    fn sources(of: &QueueList) -> Vec<Source<'_>> {
        vec![Source::of(of.queue.system(), &of.page, |page| {
            let read = page.rows.len() as u64;
            (read, page.total.unwrap_or(read))
        })]
    }

    fn detail(&self, of: &QueueList, sheet: &mut Sheet<'_>) {
        let scene = sheet.scene();
        sheet.section(cells::queue_key(of.queue));
        sheet.field("label-number", self.number.as_str());
        sheet.field("label-name", self.name.as_str());
        sheet.field("column-what", self.what.as_str());
        sheet.field("label-status", stands(self, &scene));
        sheet.field("label-priority", cells::word_of(self.system, &self.priority, &scene));
        sheet.field("label-owner", self.owner.as_str());
        sheet.field("label-total", self.amount.map(|yen| yen.to_string()).unwrap_or_default());
        sheet.field("label-since", scene.moment(self.since));
        if self.due.is_some() {
            let due = cells::answer_due(self.due, &scene);
            let label = if of.queue.is_cases() { "column-answer" } else { "label-due" };
            sheet.styled(label, format!("{} · {}", scene.moment(self.due), due.text), due.role, due.mark);
        }
        sheet.field("label-client", self.customer.client.map(|id| id.to_string()).unwrap_or_default());
        if self.customer.account.is_none() && self.customer.client.is_none() {
            sheet.note(scene.say("queue-nobody"), Role::Unknown, Some(Mark::Unknown));
        }
    }

    fn identity(&self) -> String {
        format!("{} {}", self.system.mark(), self.number)
    }

    fn copied(&self) -> Copied {
        Copied::plain(self.number.to_string())
    }

    fn stands_for(&self) -> Option<Place> {
        Some(self.opens.clone())
    }

    fn whose(&self) -> Option<CustomerKey> {
        Some(self.customer.clone())
    }

    fn called(&self) -> String {
        format!("{} {}", self.number, self.what).trim_end().to_owned()
    }

    fn act(&self, action: Action, _: &QueueList, _: &Scene<'_>) -> Did {
        let known = self.customer.account.is_some() || self.customer.client.is_some();
        match action {
            Action::Open if known => {
                Did::OpenCustomer { key: self.customer.clone(), called: self.name.clone(), opens: self.opens.clone() }
            }
            _ => Did::Nothing,
        }
    }
}
