//! Pay methods: brand, last four digits and expiry are all the desk ever knows of a card.

use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::table::{Cell, Width};
use madoguchi_ui::text::Align;
use madoguchi_ui::theme::Role;

use crate::domain::billing::{CardExpiry, PayMethod, PayMethodKind};
use crate::domain::mask::Personal;
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::flow::Customer;

use super::super::Copied;
use super::super::cells::{expiry_mark, month_words};
use super::super::records::{Column, Key, Record, Source};
use super::super::sheet::Sheet;

/// A row of the list.
#[derive(Debug)]
pub struct PayMethodRow {
    method: PayMethod,
    /// The first of the list. WHMCS lists the default first and does not say so, hence assumed.
    first: bool,
}

impl PayMethodRow {
    /// What the end of the method means. A bank account has none.
    const fn expiry_key(&self, expiry: CardExpiry) -> &'static str {
        match (self.method.kind, expiry) {
            (PayMethodKind::Bank, _) => "expiry-none",
            (_, CardExpiry::Good) => "expiry-good",
            (_, CardExpiry::Soon) => "expiry-soon",
            (_, CardExpiry::Expired) => "expiry-expired",
            (_, CardExpiry::Unknown) => "unknown",
        }
    }

    const fn kind_key(&self) -> &'static str {
        match self.method.kind {
            PayMethodKind::Card => "pay-kind-card",
            PayMethodKind::Bank => "pay-kind-bank",
            PayMethodKind::Other => "kind-other",
        }
    }
}

impl Record for PayMethodRow {
    type Of = Customer;

    const NAME: &'static str = "pay-methods";
    const TITLE: &'static str = "page-pay-methods";
    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            name: "brand",
            title: "column-brand",
            width: Width::Fill(14),
            align: Align::Left,
            priority: 0,
            cell: |row, _| Cell::from(row.method.brand.as_str()),
            key: |row| Key::text(&row.method.brand),
        },
        Column {
            name: "digits",
            title: "column-last-four",
            width: Width::Fixed(8),
            align: Align::Left,
            priority: 1,
            cell: |row, scene| Cell::from(scene.personal(Personal::Card, &row.method.last_four)),
            key: |_| Key::Missing,
        },
        Column {
            name: "expires",
            title: "column-expires",
            width: Width::Fixed(8),
            align: Align::Left,
            priority: 1,
            cell: |row, _| Cell::from(row.method.expires.map(month_words).unwrap_or_default()),
            key: |row| row.method.expires.into(),
        },
        Column {
            name: "state",
            title: "column-status",
            width: Width::Min(15),
            align: Align::Left,
            priority: 0,
            cell: |row, scene| {
                let expiry = row.method.expiry(scene.today());
                Cell::marked(expiry_mark(expiry), scene.say(row.expiry_key(expiry)))
            },
            key: |row| row.method.expires.into(),
        },
        Column {
            name: "charged",
            title: "column-charged",
            width: Width::Min(18),
            align: Align::Left,
            priority: 2,
            cell: |row, scene| {
                if row.first { Cell::new(scene.say("pay-default-assumed"), Role::Accent) } else { Cell::from("") }
            },
            key: |row| Key::Number(i64::from(!row.first)),
        },
        Column {
            name: "label",
            title: "label-description",
            width: Width::Min(12),
            align: Align::Left,
            priority: 3,
            cell: |row, _| Cell::new(row.method.description.as_str(), Role::Dim),
            key: |row| Key::text(&row.method.description),
        },
    ];

    fn collect(customer: &Customer) -> Vec<Self> {
        let all = customer.pay_methods.value().cloned().unwrap_or_default();
        all.into_iter().enumerate().map(|(at, method)| Self { method, first: at == 0 }).collect()
    }

    fn version(_: &Customer) -> Option<u64> {
        // The source tells all.
        Some(0)
    }

    fn sources(customer: &Customer) -> Vec<Source<'_>> {
        let count = |all: &Vec<PayMethod>| (all.len() as u64, all.len() as u64);
        vec![Source::of(System::Whmcs, &customer.pay_methods, count)]
    }

    fn detail(&self, _: &Customer, sheet: &mut Sheet<'_>) {
        let (it, scene) = (&self.method, sheet.scene());
        sheet.section("section-pay-method");
        sheet.field("column-brand", it.brand.as_str());
        sheet.field("label-kind", scene.say(self.kind_key()));
        sheet.personal("column-last-four", Personal::Card, &it.last_four);
        let expiry = it.expiry(scene.today());
        sheet.field("column-expires", it.expires.map(month_words).unwrap_or_default());
        let mark = expiry_mark(expiry);
        let role = if mark == Mark::Good { Role::Text } else { mark.role() };
        sheet.styled("column-status", scene.say(self.expiry_key(expiry)), role, Some(mark));
        sheet.field("label-description", it.description.as_str());
        sheet.field("column-id", it.id.to_string());
        if self.first {
            sheet.note(scene.say("pay-default-why"), Role::Dim, Some(Mark::Info));
        }
        if expiry == CardExpiry::Expired {
            sheet.note(scene.say("pay-no-card-number"), Role::Dim, Some(Mark::Info));
        }
    }

    fn identity(&self) -> String {
        self.method.id.to_string()
    }

    fn copied(&self) -> Copied {
        Copied::plain(self.method.id.to_string())
    }

    fn holds(place: &Place) -> bool {
        *place == Place::PayMethods
    }
}
