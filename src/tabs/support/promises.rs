//! Promises: what somebody said would be done for the customer, until when. Salesforce keeps them as tasks.

use jiff::civil::Date;
use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::table::{Cell, Width};
use madoguchi_ui::text::Align;
use madoguchi_ui::theme::Role;

use crate::domain::history::FollowUp;
use crate::domain::mask;
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::domain::time;
use crate::domain::words::List;
use crate::flow::{Customer, Deeper};
use crate::locale::Value;
use crate::scene::Scene;
use crate::tabs::Copied;
use crate::tabs::cells;
use crate::tabs::records::{Column, Key, Record, Source};
use crate::tabs::sheet::Sheet;

/// The day of a promise, and how far it is away; a late one says so in a word as well as by its mark.
fn due<'a>(promise: &FollowUp, scene: &Scene<'a>) -> Cell<'a> {
    let Some(day) = promise.due else { return Cell::new(scene.say("promise-no-day"), Role::Dim) };
    if promise.closed {
        return Cell::new(time::iso(day), Role::Dim);
    }
    let days = time::days_between(scene.today(), day);
    let words = |key, n| format!("{day} {}", scene.with(key, &[("n", Value::Number(n))]));
    match days {
        ..0 => Cell::marked(Mark::Critical, words("promise-late", -days)),
        0 => Cell::marked(Mark::Warning, words("promise-today", 0)),
        _ => Cell { mark: Some(Mark::Off), ..Cell::new(words("promise-in", days), Role::Text) },
    }
}

impl Record for FollowUp {
    type Of = Customer;

    const NAME: &'static str = "promises";
    const TITLE: &'static str = "page-promises";
    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            name: "what",
            title: "column-promised",
            width: Width::Fill(20),
            align: Align::Left,
            priority: 0,
            cell: |row, scene| {
                Cell::new(scene.free_text(&row.subject), if row.closed { Role::Dim } else { Role::Text })
            },
            key: |row| Key::text(&row.subject),
        },
        Column {
            name: "due",
            title: "column-due",
            width: Width::Min(22),
            align: Align::Left,
            priority: 0,
            cell: due,
            key: |row| row.due.into(),
        },
        Column {
            name: "status",
            title: "column-status",
            width: Width::Min(12),
            align: Align::Left,
            priority: 2,
            cell: |row, scene| {
                let mark = if row.closed { Mark::Good } else { Mark::Pending };
                Cell {
                    mark: Some(mark),
                    ..Cell::new(
                        cells::chosen(List::TaskStatusWords, &row.status, scene),
                        if row.closed { Role::Dim } else { Role::Text },
                    )
                }
            },
            key: |row| Key::Rank(u8::from(row.closed), row.status.as_str().into()),
        },
        Column {
            name: "owner",
            title: "column-owner",
            width: Width::Min(12),
            align: Align::Left,
            priority: 1,
            cell: |row, _| Cell::from(row.owner.as_str()),
            key: |row| Key::text(&row.owner),
        },
        Column {
            name: "priority",
            title: "column-priority",
            width: Width::Fixed(8),
            align: Align::Left,
            priority: 3,
            cell: |row, scene| Cell::new(cells::chosen(List::TaskPriorityWords, &row.priority, scene), Role::Text),
            key: |row| Key::text(&row.priority),
        },
        Column {
            name: "created",
            title: "column-written",
            width: Width::Min(8),
            align: Align::Right,
            priority: 4,
            cell: |row, scene| Cell::new(row.created.map(|at| scene.age(at)).unwrap_or_default(), Role::Dim),
            key: |row| row.created.into(),
        },
    ];

    fn collect(customer: &Customer) -> Vec<Self> {
        let mut rows = customer.follow_ups.value().map(|list| list.rows.clone()).unwrap_or_default();
        rows.sort_by_key(|row| (row.closed, row.due.unwrap_or(Date::MAX)));
        rows
    }

    fn sources(customer: &Customer) -> Vec<Source<'_>> {
        vec![Source::of(System::Salesforce, &customer.follow_ups, |list| (list.rows.len() as u64, list.total))]
    }

    fn list_needs(_: &Customer) -> Vec<Deeper> {
        vec![Deeper::FollowUps]
    }

    fn detail(&self, customer: &Customer, sheet: &mut Sheet<'_>) {
        let scene = sheet.scene();
        sheet.section("support-promise");
        sheet.free_text("column-promised", &self.subject);
        let day = due(self, &scene);
        sheet.styled("label-due", day.text, day.role, day.mark);
        sheet.field("label-status", cells::chosen(List::TaskStatusWords, &self.status, &scene));
        sheet.field("label-owner", self.owner.as_str());
        sheet.field("label-priority", cells::chosen(List::TaskPriorityWords, &self.priority, &scene));
        sheet.field("label-promised", scene.moment(self.created));
        if !self.description.is_empty() {
            sheet.section("support-description");
            sheet.free_note(&self.description, Role::Text, None);
        }
        super::open_matters(customer, &Place::FollowUp(Some(self.id)), sheet);
    }

    fn identity(&self) -> String {
        self.id.to_string()
    }

    fn copied(&self) -> Copied {
        Copied { text: self.subject.to_string(), personal: mask::free_text(&self.subject) != *self.subject }
    }

    fn holds(place: &Place) -> bool {
        matches!(place, Place::FollowUp(_))
    }

    fn stands_for(&self) -> Option<Place> {
        Some(Place::FollowUp(Some(self.id)))
    }

    fn called(&self) -> String {
        mask::free_text(&self.subject).into_owned()
    }

    fn is_at(&self, place: &Place) -> bool {
        matches!(place, Place::FollowUp(Some(id)) if *id == self.id)
    }
}
