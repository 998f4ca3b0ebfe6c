//! The customer's credit: what is left, and where it came from and went.

use madoguchi_ui::table::{Cell, Width};
use madoguchi_ui::text::{self, Align};
use madoguchi_ui::theme::Role;
use madoguchi_ui::written::Written;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::ledger::CreditEntry;
use crate::domain::money::Yen;
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::flow::{Customer, Deeper};
use crate::scene::Scene;

use super::super::Copied;
use super::super::records::headed::Head;
use super::super::records::{Column, Key, Record, Source};
use super::super::sheet::Sheet;

/// A row of the list.
#[derive(Debug)]
pub struct CreditRow(CreditEntry);

/// With its sign: an amount alone does not say whether credit came or went.
fn signed(amount: Option<Yen>, scene: &Scene<'_>) -> (String, Role) {
    match amount {
        None => (scene.unknown(), Role::Unknown),
        Some(yen) if yen < Yen::ZERO => (yen.to_string(), Role::Warning),
        Some(yen) => (format!("+{yen}"), Role::Good),
    }
}

impl Record for CreditRow {
    type Of = Customer;

    const NAME: &'static str = "credits";
    const TITLE: &'static str = "page-credits";
    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            name: "date",
            title: "column-date",
            width: Width::Fixed(10),
            align: Align::Left,
            priority: 0,
            cell: |row, scene| Cell::new(scene.date(row.0.date), Role::Text),
            key: |row| row.0.date.into(),
        },
        Column {
            name: "what",
            title: "column-what",
            width: Width::Fill(20),
            align: Align::Left,
            priority: 0,
            cell: |row, scene| Cell::new(scene.free_text(&row.0.description), Role::Text),
            key: |row| Key::text(&row.0.description),
        },
        Column {
            name: "amount",
            title: "column-amount",
            width: Width::Fixed(11),
            align: Align::Right,
            priority: 0,
            cell: |row, scene| {
                let (words, role) = signed(row.0.amount, scene);
                Cell::new(words, role)
            },
            key: |row| row.0.amount.into(),
        },
        Column {
            name: "invoice",
            title: "column-invoice",
            width: Width::Fixed(9),
            align: Align::Left,
            priority: 2,
            cell: |row, _| Cell::from(Written::some(row.0.invoice)),
            key: |row| Key::or_missing(row.0.invoice, Key::count),
        },
    ];

    fn collect(customer: &Customer) -> Vec<Self> {
        let rows = customer.credits.value().map(|list| list.rows.clone()).unwrap_or_default();
        rows.into_iter().map(Self).collect()
    }

    fn version(_: &Customer) -> Option<u64> {
        // The source tells all.
        Some(0)
    }

    fn sources(customer: &Customer) -> Vec<Source<'_>> {
        vec![Source::of(System::Whmcs, &customer.credits, |list| (list.rows.len() as u64, list.total))]
    }

    fn list_needs(_: &Customer) -> Vec<Deeper> {
        vec![Deeper::Credits]
    }

    fn detail(&self, _: &Customer, sheet: &mut Sheet<'_>) {
        let (it, scene) = (&self.0, sheet.scene());
        sheet.section("section-credit");
        sheet.field("label-date", scene.date(it.date));
        let (words, role) = signed(it.amount, &scene);
        sheet.styled("label-amount", words, role, None);
        sheet.field("column-what", scene.free_text(&it.description));
        let invoice = it.invoice.map(|id| id.to_string()).unwrap_or_default();
        sheet.link("label-invoice", invoice, Place::Invoice(it.invoice));
        sheet.field("column-id", it.id.to_string());
    }

    fn identity(&self) -> String {
        self.0.id.to_string()
    }

    fn copied(&self) -> Copied {
        Copied::plain(self.0.id.to_string())
    }
}

/// What is left, as WHMCS tells it of the client: the entries are not added up, because WHMCS does not keep them for ever.
impl Head for CreditRow {
    fn height(_: usize, area: Rect) -> u16 {
        if area.height < 8 { 1 } else { 2 }
    }

    fn draw(_: &[Self], _: Option<&Self>, area: Rect, buf: &mut Buffer, customer: &Customer, scene: &Scene<'_>) {
        let theme = scene.theme;
        let credit = customer.client.value().and_then(|client| client.credit);
        let label = format!("{}  ", scene.say("credit-left"));
        let x = text::put(buf, area.x + 2, area.y, area.width.saturating_sub(2), &label, theme.style(Role::Label));
        let role = if credit.is_some() { Role::Accent } else { Role::Unknown };
        text::put(buf, x, area.y, area.right().saturating_sub(x), &scene.yen(credit), theme.style(role));
    }
}
