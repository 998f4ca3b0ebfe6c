//! Money in and out, as the gateways told WHMCS.

use madoguchi_ui::table::{Cell, Width};
use madoguchi_ui::text::Align;
use madoguchi_ui::theme::Role;
use madoguchi_ui::written::Written;

use crate::domain::ledger::Transaction;
use crate::domain::money::Yen;
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::flow::{Customer, Deeper};

use super::super::Copied;
use super::super::records::{Column, Key, Record, Source};
use super::super::sheet::Sheet;

/// A row of the list.
#[derive(Debug)]
pub struct TransactionRow(Transaction);

/// An amount of a column where most rows have none.
fn amount(yen: Option<Yen>, role: Role) -> Cell<'static> {
    Cell::new(Written::some(some(yen)), role)
}

/// WHMCS writes `0.00` into the column that a transaction does not use.
fn some(yen: Option<Yen>) -> Option<Yen> {
    yen.filter(|yen| !yen.is_zero())
}

impl Record for TransactionRow {
    type Of = Customer;

    const NAME: &'static str = "transactions";
    const TITLE: &'static str = "page-transactions";
    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            name: "date",
            title: "column-date",
            width: Width::Fixed(16),
            align: Align::Left,
            priority: 0,
            cell: |row, scene| Cell::new(scene.moment(row.0.at), Role::Text),
            key: |row| row.0.at.into(),
        },
        Column {
            name: "in",
            title: "column-in",
            width: Width::Fixed(10),
            align: Align::Right,
            priority: 0,
            cell: |row, _| amount(row.0.received, Role::Text),
            key: |row| some(row.0.received).into(),
        },
        Column {
            name: "out",
            title: "column-out",
            width: Width::Fixed(10),
            align: Align::Right,
            priority: 0,
            cell: |row, _| amount(row.0.paid_out, Role::Warning),
            key: |row| some(row.0.paid_out).into(),
        },
        Column {
            name: "fee",
            title: "column-fee",
            width: Width::Fixed(7),
            align: Align::Right,
            priority: 4,
            cell: |row, _| amount(row.0.fee, Role::Dim),
            key: |row| some(row.0.fee).into(),
        },
        Column {
            name: "invoice",
            title: "column-invoice",
            width: Width::Fixed(9),
            align: Align::Left,
            priority: 1,
            cell: |row, _| Cell::from(Written::some(row.0.invoice)),
            key: |row| Key::or_missing(row.0.invoice, Key::count),
        },
        Column {
            name: "gateway",
            title: "column-gateway",
            width: Width::Min(12),
            align: Align::Left,
            priority: 3,
            cell: |row, _| Cell::new(row.0.gateway.as_str(), Role::Dim),
            key: |row| Key::text(&row.0.gateway),
        },
        Column {
            name: "reference",
            title: "column-reference",
            width: Width::Fill(14),
            align: Align::Left,
            priority: 2,
            cell: |row, _| Cell::from(row.0.reference.as_str()),
            key: |row| Key::text(&row.0.reference),
        },
    ];

    fn collect(customer: &Customer) -> Vec<Self> {
        let rows = customer.transactions.value().map(|list| list.rows.clone()).unwrap_or_default();
        rows.into_iter().map(Self).collect()
    }

    fn version(_: &Customer) -> Option<u64> {
        // The source tells all.
        Some(0)
    }

    fn sources(customer: &Customer) -> Vec<Source<'_>> {
        vec![Source::of(System::Whmcs, &customer.transactions, |list| (list.rows.len() as u64, list.total))]
    }

    fn list_needs(_: &Customer) -> Vec<Deeper> {
        vec![Deeper::Transactions]
    }

    fn detail(&self, _: &Customer, sheet: &mut Sheet<'_>) {
        let (it, scene) = (&self.0, sheet.scene());
        sheet.section("section-transaction");
        sheet.field("label-date", scene.moment(it.at));
        if let Some(received) = some(it.received) {
            sheet.field("label-received", received.to_string());
        }
        if let Some(out) = some(it.paid_out) {
            sheet.styled("label-paid-out", out.to_string(), Role::Warning, None);
        }
        if it.received.is_none() && it.paid_out.is_none() {
            sheet.styled("label-received", scene.unknown(), Role::Unknown, None);
        }
        if let Some(fee) = some(it.fee) {
            sheet.field("label-fee", fee.to_string());
        }
        let invoice = it.invoice.map(|id| id.to_string()).unwrap_or_default();
        sheet.link("label-invoice", invoice, Place::Invoice(it.invoice));
        sheet.field("label-gateway", it.gateway.as_str());
        sheet.field("label-reference", it.reference.as_str());
        sheet.field("label-description", scene.free_text(&it.description));
        sheet.field("column-id", it.id.to_string());
    }

    fn identity(&self) -> String {
        self.0.id.to_string()
    }

    /// The gateway's id is what a bank or card company asks for.
    fn copied(&self) -> Copied {
        let it = &self.0;
        Copied::plain(if it.reference.is_empty() { it.id.to_string() } else { it.reference.to_string() })
    }
}
