//! Orders: Salesforce's and WHMCS's in one list, told apart.

use jiff::Timestamp;
use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::table::{Cell, Width};
use madoguchi_ui::text::Align;
use madoguchi_ui::theme::Role;

use crate::domain::billing::WhmcsOrder;
use crate::domain::mask::Personal;
use crate::domain::money::Yen;
use crate::domain::order::Order;
use crate::domain::sim;
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::domain::web::WebRecord;
use crate::domain::words::List;
use crate::flow::{Action, Customer};
use crate::scene::Scene;

use crate::tabs::cells::{Word, activation_status, chosen, kind_key, order_status, whmcs_order_status, word_of};
use crate::tabs::records::{BuiltIn, Column, Key, Record, Source};
use crate::tabs::sheet::Sheet;
use crate::tabs::sim::port_in;
use crate::tabs::{Copied, Did};

/// An order of either system.
#[derive(Debug, Clone)]
pub enum OrderRow {
    /// Salesforce's.
    Salesforce(Box<Order>),
    /// WHMCS's.
    Whmcs(WhmcsOrder),
}

impl OrderRow {
    const fn system(&self) -> System {
        match self {
            Self::Salesforce(_) => System::Salesforce,
            Self::Whmcs(_) => System::Whmcs,
        }
    }

    fn number(&self) -> String {
        match self {
            Self::Salesforce(order) => order.number.to_string(),
            Self::Whmcs(order) => order.number.to_string(),
        }
    }

    fn status(&self) -> Word<'_> {
        match self {
            Self::Salesforce(order) => order_status(&order.status),
            Self::Whmcs(order) => whmcs_order_status(&order.status),
        }
    }

    const fn placed(&self) -> Option<Timestamp> {
        match self {
            Self::Salesforce(order) => order.created,
            Self::Whmcs(order) => order.date,
        }
    }

    const fn total(&self) -> Option<Yen> {
        match self {
            Self::Salesforce(order) => order.total,
            Self::Whmcs(order) => order.amount,
        }
    }

    fn what(&self) -> String {
        match self {
            Self::Whmcs(order) => order.what.to_string(),
            Self::Salesforce(order) => {
                let names: Vec<&str> = order.items.iter().map(|item| item.product.as_str()).collect();
                names.join(", ")
            }
        }
    }
}

impl Record for OrderRow {
    type Of = Customer;

    const NAME: &'static str = "orders";
    const TITLE: &'static str = "page-orders";
    const VIEWS: &'static [BuiltIn] = &[BuiltIn { title: "view-failed", sort: "-placed", filter: "activation:failed" }];
    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            name: "number",
            title: "column-number",
            width: Width::Min(10),
            align: Align::Left,
            priority: 0,
            cell: |row, _| Cell::from(row.number()),
            key: |row| Key::Text(row.number().into()),
        },
        Column {
            name: "system",
            title: "column-system",
            width: Width::Fixed(8),
            align: Align::Left,
            priority: 1,
            cell: |row, _| Cell::new(row.system().mark(), Role::Dim),
            key: |row| Key::Rank(row.system() as u8, "".into()),
        },
        Column {
            name: "status",
            title: "column-status",
            width: Width::Fixed(16),
            align: Align::Left,
            priority: 0,
            cell: |row, scene| row.status().cell(scene),
            key: |row| row.status().key(),
        },
        Column {
            name: "activation",
            title: "column-activation",
            width: Width::Fixed(14),
            align: Align::Left,
            priority: 2,
            cell: |row, scene| match row {
                OrderRow::Salesforce(order) => activation_status(&order.activation).cell(scene),
                OrderRow::Whmcs(_) => Cell::new("-", Role::Dim),
            },
            key: |row| match row {
                OrderRow::Salesforce(order) => activation_status(&order.activation).key(),
                OrderRow::Whmcs(_) => Key::Missing,
            },
        },
        Column {
            name: "what",
            title: "column-what",
            width: Width::Fill(12),
            align: Align::Left,
            priority: 3,
            cell: |row, _| Cell::from(row.what()),
            key: |row| Key::Text(row.what().into()),
        },
        Column {
            name: "total",
            title: "column-total",
            width: Width::Fixed(9),
            align: Align::Right,
            priority: 5,
            cell: |row, scene| Cell::from(scene.yen(row.total())),
            key: |row| row.total().into(),
        },
        Column {
            name: "placed",
            title: "column-placed",
            width: Width::Fixed(16),
            align: Align::Left,
            priority: 2,
            cell: |row, scene| Cell::from(scene.moment(row.placed())),
            key: |row| row.placed().into(),
        },
    ];

    fn collect(customer: &Customer) -> Vec<Self> {
        let salesforce = customer.orders.value().map(|list| list.rows.as_slice()).unwrap_or_default();
        let whmcs = customer.whmcs_orders.value().map(|list| list.rows.as_slice()).unwrap_or_default();
        let rows = salesforce
            .iter()
            .cloned()
            .map(Box::new)
            .map(Self::Salesforce)
            .chain(whmcs.iter().cloned().map(Self::Whmcs));
        let mut rows: Vec<Self> = rows.collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.placed()));
        rows
    }

    fn sources(customer: &Customer) -> Vec<Source<'_>> {
        vec![
            Source::of(System::Salesforce, &customer.orders, |list| (list.rows.len() as u64, list.total)),
            Source::of(System::Whmcs, &customer.whmcs_orders, |list| (list.rows.len() as u64, list.total)),
        ]
    }

    fn detail(&self, customer: &Customer, sheet: &mut Sheet<'_>) {
        match self {
            Self::Salesforce(order) => salesforce_order(order, customer, sheet),
            Self::Whmcs(order) => whmcs_order(order, customer, sheet),
        }
    }

    fn page(&self) -> Option<WebRecord> {
        Some(match self {
            Self::Salesforce(order) => WebRecord::Salesforce(order.id),
            Self::Whmcs(order) => WebRecord::Order(order.id),
        })
    }

    fn identity(&self) -> String {
        format!("{} {}", self.system().mark(), self.number())
    }

    fn copied(&self) -> Copied {
        match self {
            Self::Salesforce(order) => Copied::plain(order.number.to_string()),
            Self::Whmcs(order) => Copied::plain(order.number.to_string()),
        }
    }

    fn holds(place: &Place) -> bool {
        matches!(place, Place::Order(_) | Place::WhmcsOrder(_))
    }

    fn act(&self, action: Action, customer: &Customer, _: &Scene<'_>) -> Did {
        let order = match self {
            Self::Salesforce(order) => Some(&**order),
            Self::Whmcs(order) => origin(order, customer),
        };
        match (action, order) {
            (Action::Xray, Some(order)) => Did::Go(Place::Xray(order.number.clone())),
            _ => Did::Nothing,
        }
    }

    fn is_at(&self, place: &Place) -> bool {
        match (self, place) {
            (Self::Salesforce(order), Place::Order(Some(number))) => order.number == *number,
            (Self::Whmcs(order), Place::WhmcsOrder(Some(id))) => order.id == *id,
            _ => false,
        }
    }
}

fn salesforce_order(order: &Order, customer: &Customer, sheet: &mut Sheet<'_>) {
    let scene = sheet.scene();
    sheet.section("label-salesforce-order");
    sheet.field("label-number", order.number.to_string());
    sheet.link("label-xray", scene.key(Action::Xray), Place::Xray(order.number.clone()));
    sheet.field("label-kind", scene.say(kind_key(order.kind)));
    let status = order_status(&order.status);
    sheet.styled("label-status", status.say(&scene).into_owned(), status.role(), None);
    let activation = activation_status(&order.activation);
    sheet.styled("column-activation", activation.say(&scene).into_owned(), activation.role(), None);
    if !order.error_code.is_empty() || !order.error_message.is_empty() {
        let error = format!("{} {}", order.error_code, order.error_message);
        sheet.styled("label-error", error, Role::Critical, Some(Mark::Critical));
    }
    if order.scheduled.is_some() {
        sheet.field("label-scheduled", scene.moment(order.scheduled));
    }
    sheet.field("label-created", scene.moment(order.created));
    sheet.field("label-modified", scene.moment(order.modified));
    sheet.field("label-total", scene.yen(order.total));
    let whmcs = order.whmcs_order.map(|id| id.to_string()).unwrap_or_default();
    sheet.link("label-whmcs-order", whmcs, Place::WhmcsOrder(order.whmcs_order));
    sheet.field("label-sim-type", chosen(List::SimTypeWords, &order.sim_type, &scene));
    sheet.personal("label-eid", Personal::Id, &sim::grouped(&order.eid));
    if let Some(id) = order.opportunity {
        let all = customer.opportunities.value().map(|list| list.rows.as_slice()).unwrap_or_default();
        let words = all.iter().find(|it| it.id == id).map_or_else(
            || id.to_string(),
            |it| format!("{} · {}", it.name, chosen(List::StageWords, &it.stage, &scene)),
        );
        sheet.link("label-opportunity", words, Place::Opportunity(id));
    }
    if let Some(arriving) = &order.port_in {
        sheet.section("section-port-in");
        port_in(arriving, order.open(), sheet);
    }
    if !order.items.is_empty() {
        sheet.section("section-items");
        for item in &order.items {
            let price = scene.yen(item.price);
            let cycle = chosen(List::CycleWords, &item.cycle, &scene);
            sheet.note(format!("{}× {} · {price} {cycle}", item.quantity, item.product), Role::Text, None);
            if let Some(service) = item.whmcs_service {
                sheet.link("label-service", service.to_string(), Place::Subscription(Some(service)));
            }
        }
    }
}

/// The Salesforce order that a WHMCS order names as its origin, where it was read.
fn origin<'a>(order: &WhmcsOrder, customer: &'a Customer) -> Option<&'a Order> {
    let id = order.salesforce_order.as_ref()?;
    customer.orders.value()?.rows.iter().find(|it| it.id == *id)
}

fn whmcs_order(order: &WhmcsOrder, customer: &Customer, sheet: &mut Sheet<'_>) {
    let scene = sheet.scene();
    sheet.section("label-whmcs-order");
    sheet.field("label-order-id", order.id.to_string());
    sheet.field("label-number", order.number.to_string());
    let status = whmcs_order_status(&order.status);
    sheet.styled("label-status", status.say(&scene).into_owned(), status.role(), None);
    sheet.field("label-payment", word_of(System::Whmcs, &order.payment, &scene));
    sheet.field("label-total", scene.yen(order.amount));
    sheet.field("label-created", scene.moment(order.date));
    let invoice = order.invoice.map(|id| id.to_string()).unwrap_or_default();
    sheet.link("label-invoice", invoice, Place::Invoice(order.invoice));
    sheet.field("column-what", order.what.to_string());
    if let Some(id) = &order.salesforce_order {
        match origin(order, customer) {
            Some(it) => {
                let place = Place::Order(Some(it.number.clone()));
                sheet.link("label-salesforce-order", it.number.to_string(), place);
                sheet.link("label-xray", scene.key(Action::Xray), Place::Xray(it.number.clone()));
            }
            // Its number is not known, and orders are found by number.
            None => sheet.field("label-salesforce-order", id.to_string()),
        }
    }
}
