//! Invoices: what is owed, since when, what it is for, what was paid on it and what would be charged.

use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::table::{Cell, Width};
use madoguchi_ui::text::Align;
use madoguchi_ui::theme::Role;
use madoguchi_ui::written::Written;

use crate::domain::billing::{Invoice, InvoiceStatus};
use crate::domain::ledger::{InvoiceDetail, InvoiceItem, Transaction};
use crate::domain::money::Yen;
use crate::domain::statement;
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::domain::web::WebRecord;
use crate::flow::{Action, Customer, Deeper};
use crate::locale::Value;
use crate::scene::Scene;

use super::super::cells::{self, expiry_mark, invoice_status};
use super::super::records::{BuiltIn, Column, Key, Record, Source};
use super::super::sheet::Sheet;
use super::super::{Copied, Did};

/// From this major version on, WHMCS lets nobody change an invoice once it is published.
const IMMUTABLE_SINCE: u32 = 9;

/// A row of the list.
#[derive(Debug)]
pub struct InvoiceRow {
    invoice: Invoice,
    /// What is left to pay, where WHMCS or the payments tell it.
    balance: Option<Yen>,
}

impl InvoiceRow {
    fn new(invoice: Invoice, customer: &Customer) -> Self {
        let detail = customer.invoice_details.get(&invoice.id).and_then(|detail| detail.value());
        let told = detail.and_then(|detail| detail.balance);
        // Payments that were not all read may lack the one that counts.
        let payments = customer.transactions.value().filter(|list| list.complete());
        let balance = told.or_else(|| statement::balance(&invoice, &payments?.rows));
        Self { invoice, balance }
    }

    fn open(&self) -> bool {
        statement::is_open(&self.invoice.status)
    }

    /// The words of an amount left to pay. Nobody asks what is left of an invoice that is paid or withdrawn.
    fn balance<'a>(&self, scene: &Scene<'a>) -> (Written<'a>, Role) {
        match self.balance {
            Some(yen) if !yen.is_zero() => (Written::of(yen), Role::Warning),
            Some(yen) if self.open() => (Written::of(yen), Role::Dim),
            None if self.open() => (scene.say("unknown").into(), Role::Unknown),
            Some(_) | None => (Written::default(), Role::Dim),
        }
    }
}

impl Record for InvoiceRow {
    type Of = Customer;

    const NAME: &'static str = "invoices";
    const TITLE: &'static str = "page-invoices";
    const VIEWS: &'static [BuiltIn] = &[BuiltIn { title: "view-unpaid", sort: "due", filter: "status:unpaid" }];
    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            name: "number",
            title: "column-number",
            width: Width::Fixed(12),
            align: Align::Left,
            priority: 0,
            cell: |row, _| Cell::new(row.invoice.spoken_number(), Role::Text),
            key: |row| Key::count(row.invoice.id),
        },
        Column {
            name: "date",
            title: "column-date",
            width: Width::Fixed(10),
            align: Align::Left,
            priority: 4,
            cell: |row, scene| Cell::new(scene.date(row.invoice.date), Role::Text),
            key: |row| row.invoice.date.into(),
        },
        Column {
            name: "due",
            title: "column-due",
            width: Width::Fixed(10),
            align: Align::Left,
            priority: 1,
            cell: |row, scene| Cell::new(scene.date(row.invoice.due), Role::Text),
            key: |row| row.invoice.due.into(),
        },
        Column {
            name: "total",
            title: "column-total",
            width: Width::Min(9),
            align: Align::Right,
            priority: 0,
            cell: |row, _| Cell::from(Written::of(row.invoice.total)),
            key: |row| Some(row.invoice.total).into(),
        },
        Column {
            name: "balance",
            title: "column-balance",
            width: Width::Min(9),
            align: Align::Right,
            priority: 2,
            cell: |row, scene| {
                let (words, role) = row.balance(scene);
                Cell::new(words, role)
            },
            key: |row| row.balance.into(),
        },
        Column {
            name: "status",
            title: "column-status",
            width: Width::Min(12),
            align: Align::Left,
            priority: 0,
            cell: |row, scene| {
                let overdue = row.invoice.days_overdue(scene.today()).is_some();
                invoice_status(&row.invoice.status, overdue).cell(scene)
            },
            key: |row| invoice_status(&row.invoice.status, false).key(),
        },
        Column {
            name: "overdue",
            title: "column-days-overdue",
            width: Width::Fixed(7),
            align: Align::Right,
            priority: 3,
            cell: |row, scene| {
                let days = row.invoice.days_overdue(scene.today());
                let words = days.map(|days| scene.with("days-short", &[("n", Value::Number(days))]));
                Cell::new(words.unwrap_or_default(), Role::Critical)
            },
            key: |row| Key::since(row.invoice.due.filter(|_| row.open())),
        },
        Column {
            name: "paid",
            title: "column-paid",
            width: Width::Fixed(16),
            align: Align::Left,
            priority: 5,
            cell: |row, scene| Cell::new(scene.moment(row.invoice.paid), Role::Dim),
            key: |row| row.invoice.paid.into(),
        },
    ];

    fn collect(customer: &Customer) -> Vec<Self> {
        let rows = customer.invoices.value().map(|list| list.rows.clone()).unwrap_or_default();
        rows.into_iter().map(|invoice| Self::new(invoice, customer)).collect()
    }

    fn version(customer: &Customer) -> Option<u64> {
        let details = customer.invoice_details.iter().map(|(_, detail)| detail.version()).sum::<u64>();
        Some(details + customer.transactions.version())
    }

    fn sources(customer: &Customer) -> Vec<Source<'_>> {
        let invoices = Source::of(System::Whmcs, &customer.invoices, |list| (list.rows.len() as u64, list.total));
        // The payments only make a figure more exact: they are spoken of when they could not be read.
        let payments = Source::of(System::Whmcs, &customer.transactions, |_| (0, 0));
        std::iter::once(invoices).chain(Some(payments).filter(|it| it.fault.is_some())).collect()
    }

    /// The payments tell what is left to pay, so they are read where somebody has to pay.
    fn list_needs(customer: &Customer) -> Vec<Deeper> {
        let mut rows = customer.invoices.value().into_iter().flat_map(|list| &list.rows);
        if rows.any(|it| statement::is_open(&it.status)) { vec![Deeper::Transactions] } else { Vec::new() }
    }

    fn needs(&self, _: &Customer) -> Option<Deeper> {
        Some(Deeper::Invoice(self.invoice.id))
    }

    fn detail(&self, customer: &Customer, sheet: &mut Sheet<'_>) {
        let (it, scene) = (&self.invoice, sheet.scene());
        sheet.section("label-invoice");
        sheet.field("label-number", it.spoken_number());
        let overdue = it.days_overdue(scene.today());
        let status = invoice_status(&it.status, overdue.is_some());
        sheet.styled("label-status", status.say(&scene).into_owned(), status.role(), None);
        let days = overdue.map(|days| scene.with("days-short", &[("n", Value::Number(days))])).unwrap_or_default();
        sheet.styled("label-days-overdue", days, Role::Critical, Some(Mark::Critical));
        sheet.field("label-total", it.total.to_string());
        if !it.credit.is_zero() {
            sheet.field("label-credit-applied", it.credit.to_string());
        }
        let (balance, role) = self.balance(&scene);
        sheet.styled("label-balance", balance, role, None);
        sheet.field("label-date", scene.date(it.date));
        sheet.field("label-due", scene.date(it.due));
        if it.paid.is_some() {
            sheet.field("label-paid", scene.moment(it.paid));
        }
        if it.last_capture.is_some() {
            sheet.field("label-last-capture", scene.moment(it.last_capture));
        }
        sheet.field("label-gateway", it.gateway.as_str());
        if it.status != InvoiceStatus::Draft && customer.whmcs_major.is_some_and(|major| major >= IMMUTABLE_SINCE) {
            sheet.note(scene.say("invoice-immutable"), Role::Dim, Some(Mark::Info));
        }
        if self.open() {
            charged(customer, sheet);
        }
        if let Some(detail) = sheet.part("section-items", customer.invoice_details.get(&it.id)) {
            items(it, detail, sheet);
            payments(&detail.transactions, sheet);
            if !detail.notes.is_empty() {
                sheet.section("section-notes");
                sheet.note(scene.free_text(&detail.notes), Role::Text, None);
            }
        }
    }

    fn page(&self) -> Option<WebRecord> {
        Some(WebRecord::Invoice(self.invoice.id))
    }

    fn identity(&self) -> String {
        self.invoice.id.to_string()
    }

    fn copied(&self) -> Copied {
        Copied::plain(self.invoice.spoken_number().into_owned())
    }

    fn holds(place: &Place) -> bool {
        matches!(place, Place::Invoice(_))
    }

    fn stands_for(&self) -> Option<Place> {
        Some(Place::Invoice(Some(self.invoice.id)))
    }

    fn called(&self) -> String {
        format!("{} {}", self.invoice.spoken_number(), self.invoice.total)
    }

    fn is_at(&self, place: &Place) -> bool {
        *place == Place::Invoice(Some(self.invoice.id))
    }

    fn act(&self, action: Action, customer: &Customer, scene: &Scene<'_>) -> Did {
        match action {
            Action::AsText => self.as_text(customer, scene),
            _ => Did::Nothing,
        }
    }
}

impl InvoiceRow {
    /// The invoice to read aloud or paste. Of the customer it says the name, which is why a copy of it is audited.
    fn as_text(&self, customer: &Customer, scene: &Scene<'_>) -> Did {
        let say = |key| scene.words.say(key);
        let words = [
            "label-invoice",
            "label-name",
            "label-date",
            "label-due",
            "label-status",
            "label-subtotal",
            "label-tax",
            "label-credit-applied",
            "label-total",
            "label-paid-sum",
            "label-balance",
            "unknown",
            "invoice-items-unknown",
        ]
        .map(say);
        let [invoice, name, date, due, status, subtotal, tax, credit, total, paid, balance, unknown, items] =
            words.each_ref().map(|word| &**word);
        let labels = statement::Labels {
            invoice,
            name,
            date,
            due,
            status,
            subtotal,
            tax,
            credit,
            total,
            paid,
            balance,
            unknown,
            items_unknown: items,
        };
        let it = &self.invoice;
        let detail = customer.invoice_details.get(&it.id).and_then(|detail| detail.value()).map(|detail| {
            let shown = |item: &InvoiceItem| InvoiceItem {
                description: Text::block(&scene.free_text(&item.description)),
                ..item.clone()
            };
            InvoiceDetail { items: detail.items.iter().map(shown).collect(), ..detail.clone() }
        });
        let state = invoice_status(&it.status, it.days_overdue(scene.today()).is_some());
        let lines = statement::plain_text(it, detail.as_ref(), customer.name(), &state.say(scene), &labels);
        let number = it.spoken_number();
        let title = format!("{invoice} {number}");
        Did::Text { title, text: lines.join("\n"), personal: !customer.name().is_empty() }
    }
}

/// Which pay method a capture would take. WHMCS lists the default first and does not say that it is the default.
fn charged(customer: &Customer, sheet: &mut Sheet<'_>) {
    let scene = sheet.scene();
    sheet.section("section-charged");
    match customer.pay_methods.value().map(|all| all.first()) {
        None => sheet.note(scene.unknown(), Role::Unknown, Some(Mark::Unknown)),
        Some(None) => sheet.note(scene.say("pay-none"), Role::Warning, Some(Mark::Warning)),
        Some(Some(method)) => {
            let mark = expiry_mark(method.expiry(scene.today()));
            let role = if mark == Mark::Good { Role::Text } else { mark.role() };
            let words = cells::pay_method(method, &scene);
            sheet.leading(Place::PayMethods, |sheet| sheet.styled("label-pay-method", words, role, Some(mark)));
            sheet.note(scene.say("pay-default-why"), Role::Dim, None);
        }
    }
}

/// The lines of an invoice, each with the service it charges for, and how they come to the total.
fn items(invoice: &Invoice, detail: &InvoiceDetail, sheet: &mut Sheet<'_>) {
    let scene = sheet.scene();
    if detail.items.is_empty() {
        sheet.note(scene.say("invoice-no-items"), Role::Dim, None);
    }
    for InvoiceItem { description, amount, service, .. } in &detail.items {
        let write = |sheet: &mut Sheet<'_>| sheet.named_text(&scene.yen(*amount), description);
        match service {
            Some(id) => sheet.leading(Place::Subscription(Some(*id)), write),
            None => write(sheet),
        }
    }
    sheet.section("section-sum");
    sheet.field("label-subtotal", scene.yen(detail.subtotal));
    sheet.field("label-tax", scene.yen(detail.tax));
    if !invoice.credit.is_zero() {
        sheet.field("label-credit-applied", (-invoice.credit).to_string());
    }
    sheet.field("label-total", invoice.total.to_string());
    let paid = statement::paid(&detail.transactions);
    let role = if paid.is_some() { Role::Text } else { Role::Unknown };
    sheet.styled("label-paid-sum", scene.yen(paid), role, None);
    let role = if detail.balance.is_some() { Role::Text } else { Role::Unknown };
    sheet.styled("label-balance", scene.yen(detail.balance), role, None);
}

/// Payments and refunds on an invoice, with the reference the gateway knows them by.
fn payments(transactions: &[Transaction], sheet: &mut Sheet<'_>) {
    let scene = sheet.scene();
    sheet.section("section-payments");
    if transactions.is_empty() {
        sheet.note(scene.say("invoice-no-payments"), Role::Dim, None);
    }
    for it in transactions {
        let out = it.paid_out.filter(|yen| !yen.is_zero());
        let amount = match (out, it.received) {
            (Some(out), _) => Written::of(-out),
            (None, received) => scene.yen(received),
        };
        let parts = [&*amount, it.gateway.as_str(), it.reference.as_str(), it.description.as_str()];
        let words: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        sheet.named_text(&scene.moment(it.at), &words.join(" · "));
    }
}
