//! Other plans: what each running service could be changed to, and WHMCS's own quote for it. Nothing is changed here.

use std::borrow::Cow;

use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::table::{Cell, Width};
use madoguchi_ui::text::Align;
use madoguchi_ui::theme::Role;
use madoguchi_ui::written::Written;

use crate::domain::billing::{ServiceStatus, Subscription};
use crate::domain::catalogue::{Entry, ItemClass};
use crate::domain::money::Yen;
use crate::domain::service::{Cycle, Product, Quote};
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::flow::{Customer, Deeper};
use crate::locale::Value;

use super::super::Copied;
use super::super::cells::cycle_key;
use super::super::records::{Column, Key, Record, Source};
use super::super::sheet::Sheet;
use super::service_name;

/// A row of the list: one service as another product.
#[derive(Debug)]
pub struct PlanRow {
    service: u64,
    /// The service's name.
    from: Text,
    /// What it costs now, in which cycle.
    now: Option<Yen>,
    current: Option<Cycle>,
    product: u64,
    /// The product's name.
    to: Text,
    cycle: Cycle,
    /// The catalogue's price.
    price: Yen,
    /// What WHMCS would ask for the change. Empty until it was asked.
    quoted: String,
    /// The same, in yen.
    due: Option<Yen>,
}

/// The products of the same group: WHMCS changes a service only within its group. What the catalogue knows to come beside a
/// plan, an installation or an add-on, is none.
fn others<'a>(
    service: &'a Subscription,
    all: &'a [Product],
    catalogue: &'a [Entry],
) -> impl Iterator<Item = &'a Product> {
    let group = service.product.and_then(|id| all.iter().find(|it| it.id == id)).map(|it| it.group);
    let of = |id: u64| catalogue.iter().filter(move |it| it.whmcs_product == Some(id));
    let beside = move |id: u64| of(id).next().is_some() && of(id).all(|it| it.class != ItemClass::Service);
    all.iter().filter(move |it| Some(it.group) == group && !beside(it.id))
}

impl PlanRow {
    fn all_of(service: &Subscription, products: &[Product], customer: &Customer) -> Vec<Self> {
        let current = Cycle::read(&service.cycle);
        let mut rows = Vec::new();
        let catalogue = customer.catalogue.value().map(Vec::as_slice).unwrap_or_default();
        for product in others(service, products, catalogue) {
            for (cycle, price) in &product.prices {
                let same = Some(product.id) == service.product && Some(*cycle) == current;
                // What is paid once is a fee beside a plan, not a plan.
                if same || (*cycle == Cycle::OneTime && current != Some(Cycle::OneTime)) {
                    continue;
                }
                let quote = customer.quotes.get(&(service.id, product.id, *cycle)).and_then(|quote| quote.value());
                rows.push(Self {
                    service: service.id,
                    from: service.name.clone(),
                    now: service.amount,
                    current,
                    product: product.id,
                    to: product.name.clone(),
                    cycle: *cycle,
                    price: *price,
                    quoted: quote.map(due_words).unwrap_or_default(),
                    due: quote.and_then(Quote::due),
                });
            }
        }
        // What is billed as now can be compared at a glance.
        rows.sort_by_key(|row| (Some(row.cycle) != row.current, row.price));
        rows
    }

    /// How much more it costs from then on; only where both are billed alike.
    fn more(&self) -> Option<Yen> {
        let now = self.now.filter(|_| self.current == Some(self.cycle))?;
        Some(self.price - now)
    }
}

/// What is to pay now as the desk writes money, or as WHMCS wrote it.
fn due_words(quote: &Quote) -> String {
    quote.due().map_or_else(|| quote.price.to_string(), |yen| yen.to_string())
}

fn signed(yen: Yen) -> String {
    if yen < Yen::ZERO { yen.to_string() } else { format!("+{yen}") }
}

impl Record for PlanRow {
    type Of = Customer;

    const NAME: &'static str = "plans";
    const TITLE: &'static str = "page-plans";
    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            name: "service",
            title: "column-service",
            width: Width::Min(8),
            align: Align::Left,
            priority: 1,
            cell: |row, _| Cell::new(service_name(row.service, &row.from), Role::Dim),
            key: |row| Key::count(row.service),
        },
        Column {
            name: "plan",
            title: "column-plan",
            width: Width::Fill(22),
            align: Align::Left,
            priority: 0,
            cell: |row, _| Cell::from(row.to.as_str()),
            key: |row| Key::text(&row.to),
        },
        Column {
            name: "cycle",
            title: "column-cycle",
            width: Width::Fixed(12),
            align: Align::Left,
            priority: 2,
            cell: |row, scene| Cell::new(scene.say(cycle_key(row.cycle)), Role::Text),
            key: |row| Key::Rank(row.cycle as u8, Cow::Borrowed("")),
        },
        Column {
            name: "price",
            title: "column-price",
            width: Width::Fixed(9),
            align: Align::Right,
            priority: 0,
            cell: |row, _| Cell::from(Written::of(row.price)),
            key: |row| Some(row.price).into(),
        },
        Column {
            name: "more",
            title: "column-more",
            width: Width::Fixed(9),
            align: Align::Right,
            priority: 3,
            cell: |row, _| Cell::new(row.more().map(signed).unwrap_or_default(), Role::Dim),
            key: |row| row.more().into(),
        },
        Column {
            name: "quote",
            title: "column-quote",
            width: Width::Fixed(14),
            align: Align::Right,
            priority: 1,
            cell: |row, _| Cell::new(row.quoted.as_str(), Role::Accent),
            key: |row| row.due.into(),
        },
    ];

    fn collect(customer: &Customer) -> Vec<Self> {
        let products = customer.products.value().map(Vec::as_slice).unwrap_or_default();
        let services = customer.subscriptions.value().map(|list| list.rows.as_slice()).unwrap_or_default();
        let running = services.iter().filter(|service| service.status == ServiceStatus::Active);
        running.flat_map(|service| Self::all_of(service, products, customer)).collect()
    }

    fn sources(customer: &Customer) -> Vec<Source<'_>> {
        let count = |all: &Vec<Product>| (all.len() as u64, all.len() as u64);
        vec![Source::of(System::Whmcs, &customer.products, count)]
    }

    fn version(customer: &Customer) -> Option<u64> {
        let quotes: u64 = customer.quotes.iter().map(|(_, quote)| quote.version()).sum();
        Some(quotes + customer.subscriptions.version() + customer.catalogue.version())
    }

    fn list_needs(_: &Customer) -> Vec<Deeper> {
        vec![Deeper::Products, Deeper::Catalogue]
    }

    fn needs(&self, _: &Customer) -> Option<Deeper> {
        Some(Deeper::Quote { service: self.service, product: self.product, cycle: self.cycle })
    }

    fn detail(&self, customer: &Customer, sheet: &mut Sheet<'_>) {
        let scene = sheet.scene();
        sheet.section("section-plan");
        let place = Place::Subscription(Some(self.service));
        sheet.link("column-service", service_name(self.service, &self.from), place);
        sheet.field("column-plan", self.to.as_str());
        sheet.field("label-cycle", scene.say(cycle_key(self.cycle)));
        sheet.field("label-price", self.price.to_string());
        sheet.field("label-price-now", scene.yen(self.now));
        if let Some(more) = self.more() {
            sheet.field("column-more", signed(more));
        }
        let key = (self.service, self.product, self.cycle);
        if let Some(quote) = sheet.part("section-quote", customer.quotes.get(&key)) {
            sheet.field("label-from", quote.from.as_str());
            sheet.field("label-to", quote.to.as_str());
            sheet.styled("label-now-due", due_words(quote), Role::Accent, None);
            let days = match (quote.days_left, quote.days_total) {
                (Some(left), Some(total)) => {
                    scene.with("quote-days", &[("left", Value::Number(left)), ("total", Value::Number(total))])
                }
                _ => scene.unknown(),
            };
            sheet.field("label-days-left", days);
            if quote.in_progress == Some(true) {
                sheet.note(scene.say("quote-in-progress"), Role::Warning, Some(Mark::Warning));
            }
        }
        sheet.note(scene.say("quote-changes-nothing"), Role::Dim, Some(Mark::Info));
    }

    fn identity(&self) -> String {
        format!("{}-{}-{:?}", self.service, self.product, self.cycle)
    }

    fn copied(&self) -> Copied {
        Copied::plain(format!("{} · {}", self.to, self.price))
    }

    fn holds(place: &Place) -> bool {
        matches!(place, Place::Plans(_))
    }

    fn is_at(&self, place: &Place) -> bool {
        *place == Place::Plans(self.service)
    }
}
