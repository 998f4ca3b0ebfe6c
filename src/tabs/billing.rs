//! Billing: the invoices, with the pay methods beside each.

use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::table::{Cell, Width};
use madoguchi_ui::text::Align;
use madoguchi_ui::theme::Role;

use crate::domain::billing::{Invoice, PayMethod};
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::flow::Customer;

use super::Copied;
use super::cells::{self, expiry_mark, invoice_status};
use super::records::{Column, Key, Record, Source};
use super::sheet::Sheet;

impl Record for Invoice {
    type Of = Customer;

    const NAME: &'static str = "invoices";
    const TITLE: &'static str = "page-invoices";
    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            name: "number",
            title: "column-number",
            width: Width::Fixed(12),
            align: Align::Left,
            priority: 0,
            cell: |row, _| Cell::new(row.spoken_number(), Role::Text),
            key: |row| Key::count(row.id),
        },
        Column {
            name: "date",
            title: "column-date",
            width: Width::Fixed(10),
            align: Align::Left,
            priority: 3,
            cell: |row, scene| Cell::new(scene.date(row.date), Role::Text),
            key: |row| row.date.into(),
        },
        Column {
            name: "due",
            title: "column-due",
            width: Width::Fixed(10),
            align: Align::Left,
            priority: 1,
            cell: |row, scene| Cell::new(scene.date(row.due), Role::Text),
            key: |row| row.due.into(),
        },
        Column {
            name: "total",
            title: "column-total",
            width: Width::Min(10),
            align: Align::Right,
            priority: 0,
            cell: |row, _| Cell::from(row.total.to_string()),
            key: |row| Some(row.total).into(),
        },
        Column {
            name: "status",
            title: "column-status",
            width: Width::Min(20),
            align: Align::Left,
            priority: 0,
            cell: |row, scene| invoice_status(&row.status, row.days_overdue(scene.today()).is_some()).cell(scene),
            key: |row| invoice_status(&row.status, false).key(),
        },
        Column {
            name: "paid",
            title: "column-paid",
            width: Width::Fixed(16),
            align: Align::Left,
            priority: 4,
            cell: |row, scene| Cell::new(scene.moment(row.paid), Role::Dim),
            key: |row| row.paid.into(),
        },
    ];

    fn collect(customer: &Customer) -> Vec<Self> {
        customer.invoices.value().map(|list| list.rows.clone()).unwrap_or_default()
    }

    fn sources(customer: &Customer) -> Vec<Source<'_>> {
        vec![Source::of(System::Whmcs, &customer.invoices, |list| (list.rows.len() as u64, list.total))]
    }

    fn detail(&self, customer: &Customer, sheet: &mut Sheet<'_>) {
        let scene = sheet.scene();
        let overdue = self.days_overdue(scene.today());
        sheet.section("label-invoice");
        sheet.field("label-number", self.spoken_number());
        let status = invoice_status(&self.status, overdue.is_some());
        sheet.styled("label-status", status.say(&scene).into_owned(), status.role(), None);
        sheet.styled(
            "label-days-overdue",
            overdue.map(|days| days.to_string()).unwrap_or_default(),
            Role::Critical,
            Some(Mark::Critical),
        );
        sheet.field("label-total", self.total.to_string());
        if !self.credit.is_zero() {
            sheet.field("label-credit-applied", self.credit.to_string());
        }
        sheet.field("label-date", scene.date(self.date));
        sheet.field("label-due", scene.date(self.due));
        sheet.field("label-paid", scene.moment(self.paid));
        if self.last_capture.is_some() {
            sheet.field("label-last-capture", scene.moment(self.last_capture));
        }
        sheet.field("label-gateway", self.gateway.to_string());
        sheet.section("section-pay-methods");
        match customer.pay_methods.value() {
            None => sheet.note(scene.unknown(), Role::Unknown, Some(Mark::Unknown)),
            Some(methods) if methods.is_empty() => {
                sheet.note(scene.say("pay-none"), Role::Warning, Some(Mark::Warning));
            }
            Some(methods) => {
                for method in methods {
                    pay_method(method, sheet);
                }
            }
        }
    }

    fn identity(&self) -> String {
        self.id.to_string()
    }

    fn copied(&self) -> Copied {
        Copied::plain(self.spoken_number().into_owned())
    }

    fn holds(place: &Place) -> bool {
        matches!(place, Place::Invoice(_) | Place::PayMethods)
    }

    fn is_at(&self, place: &Place) -> bool {
        *place == Place::Invoice(Some(self.id))
    }
}

/// Brand, masked digits and what the expiry means: all the desk knows of a card.
fn pay_method(method: &PayMethod, sheet: &mut Sheet<'_>) {
    let scene = sheet.scene();
    let mark = expiry_mark(method.expiry(scene.today()));
    let role = if mark == Mark::Good { Role::Text } else { mark.role() };
    sheet.note(cells::pay_method(method, &scene), role, Some(mark));
}
