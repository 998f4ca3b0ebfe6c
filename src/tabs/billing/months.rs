//! Billed, paid and open by month: bars above, figures below.

use madoguchi_ui::bars::{Bar, Bars};
use madoguchi_ui::table::{Cell, Width};
use madoguchi_ui::text::Align;
use madoguchi_ui::theme::Role;
use madoguchi_ui::written::Written;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::billing::Invoice;
use crate::domain::money::Yen;
use crate::domain::statement::{self, Month, month_word};
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::flow::Customer;
use crate::locale::Value;
use crate::scene::Scene;

use super::super::Copied;
use super::super::cells::invoice_status;
use super::super::records::headed::Head;
use super::super::records::{Column, Key, Record, Source};
use super::super::sheet::Sheet;

/// A row of the list.
#[derive(Debug)]
pub struct MonthRow(Month);

/// An amount; nothing where it is zero, so that what is open stands out.
fn amount(yen: Yen, role: Role) -> Cell<'static> {
    Cell::new(Written::some((!yen.is_zero()).then_some(yen)), role)
}

fn invoices(customer: &Customer) -> &[Invoice] {
    customer.invoices.value().map(|list| list.rows.as_slice()).unwrap_or_default()
}

impl Record for MonthRow {
    type Of = Customer;

    const NAME: &'static str = "months";
    const TITLE: &'static str = "page-months";
    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            name: "month",
            title: "column-month",
            width: Width::Fixed(8),
            align: Align::Left,
            priority: 0,
            cell: |row, _| Cell::from(Written::of(month_word(row.0.first))),
            key: |row| Key::Day(row.0.first),
        },
        Column {
            name: "billed",
            title: "column-billed",
            width: Width::Min(10),
            align: Align::Right,
            priority: 0,
            cell: |row, _| Cell::from(Written::of(row.0.billed)),
            key: |row| Some(row.0.billed).into(),
        },
        Column {
            name: "paid",
            title: "column-paid-sum",
            width: Width::Min(10),
            align: Align::Right,
            priority: 1,
            cell: |row, _| amount(row.0.paid, Role::Text),
            key: |row| Some(row.0.paid).into(),
        },
        Column {
            name: "open",
            title: "column-open",
            width: Width::Min(10),
            align: Align::Right,
            priority: 0,
            cell: |row, _| amount(row.0.open, Role::Warning),
            key: |row| Some(row.0.open).into(),
        },
        Column {
            name: "other",
            title: "column-refunded",
            width: Width::Min(10),
            align: Align::Right,
            priority: 3,
            cell: |row, _| amount(row.0.other, Role::Dim),
            key: |row| Some(row.0.other).into(),
        },
        Column {
            name: "invoices",
            title: "column-invoices",
            width: Width::Fixed(8),
            align: Align::Right,
            priority: 2,
            cell: |row, _| Cell::new(Written::of(row.0.invoices.len()), Role::Dim),
            key: |row| Key::count(row.0.invoices.len() as u64),
        },
    ];

    fn collect(customer: &Customer) -> Vec<Self> {
        statement::months(invoices(customer)).into_iter().map(Self).collect()
    }

    fn version(_: &Customer) -> Option<u64> {
        // The source tells all.
        Some(0)
    }

    fn sources(customer: &Customer) -> Vec<Source<'_>> {
        vec![Source::of(System::Whmcs, &customer.invoices, |list| (list.rows.len() as u64, list.total))]
    }

    fn detail(&self, customer: &Customer, sheet: &mut Sheet<'_>) {
        let (month, scene) = (&self.0, sheet.scene());
        sheet.section("section-month");
        sheet.field("column-month", month_word(month.first).as_str());
        sheet.field("column-billed", month.billed.to_string());
        sheet.field("column-paid-sum", month.paid.to_string());
        let role = if month.open.is_zero() { Role::Text } else { Role::Warning };
        sheet.styled("column-open", month.open.to_string(), role, None);
        if !month.other.is_zero() {
            sheet.field("column-refunded", month.other.to_string());
        }
        if let Some(list) = customer.invoices.value().filter(|list| !list.complete()) {
            let (shown, total) = (list.rows.len() as i64, list.total as i64);
            let values = [("shown", Value::Number(shown)), ("total", Value::Number(total))];
            sheet.note(scene.with("months-partial", &values), Role::Stale, None);
        }
        if !month.invoices.is_empty() {
            sheet.section("section-invoices");
        }
        for invoice in invoices(customer).iter().filter(|it| month.invoices.contains(&it.id)) {
            let status = invoice_status(&invoice.status, invoice.days_overdue(scene.today()).is_some());
            let words = format!("{} · {}", invoice.total, status.say(&scene));
            sheet.leading(Place::Invoice(Some(invoice.id)), |sheet| sheet.named(&invoice.spoken_number(), &words));
        }
    }

    fn identity(&self) -> String {
        month_word(self.0.first).to_string()
    }

    fn copied(&self) -> Copied {
        Copied::plain(format!("{}\t{}", month_word(self.0.first), self.0.billed))
    }
}

impl Head for MonthRow {
    /// A third of the room, but no more than a year.
    fn height(len: usize, area: Rect) -> u16 {
        let months = len.min(12) as u16;
        if months == 0 { 0 } else { months.min(area.height / 3) + 1 }
    }

    fn draw(all: &[Self], current: Option<&Self>, area: Rect, buf: &mut Buffer, _: &Customer, scene: &Scene<'_>) {
        let bars: Vec<Bar<'_>> = all.iter().map(|row| bar(&row.0, scene)).collect();
        let highlight = current.and_then(|current| all.iter().position(|row| row.0.first == current.0.first));
        let area = Rect { height: area.height.saturating_sub(1), ..area };
        let offset = highlight.unwrap_or(0).saturating_sub(usize::from(area.height / 2));
        Bars { bars: &bars, highlight, offset }.render(area, buf, scene.theme);
    }
}

/// A month as a bar. Credit notes may make it less than nothing, which a bar cannot show; its words still say it.
fn bar(month: &Month, scene: &Scene<'_>) -> Bar<'static> {
    let billed = month.billed.to_string();
    let words = if month.open.is_zero() {
        billed
    } else {
        let open = month.open.to_string();
        scene.with("months-open", &[("billed", Value::Text(&billed)), ("open", Value::Text(&open))])
    };
    Bar {
        label: month_word(month.first).to_string().into(),
        words: words.into(),
        value: Some(u64::try_from(month.billed.0).unwrap_or(0)),
    }
}
