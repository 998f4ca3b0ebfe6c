//! Orders that are placed, accepted and taken back.

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::json;

use super::api::Ask;
use super::bills::{become_status, credit_note};
use super::clients::log;
use super::db::{
    Addon, BillingCycle, Db, Id, Invoice, InvoiceItem, InvoiceStatus, Order, OrderLine, Product, Service, ServiceStatus,
};
use super::mail;
use super::modules;
use super::params::yen;
use super::php::custom_fields;
use super::reply::{Answer, Refusal, refuse, success};

/// `AddOrder`: creates pending services and, unless `noinvoice`, their bill. Nothing is set up before `AcceptOrder`,
/// and there is no guard against ordering twice.
pub(super) fn add_order(db: &mut Db, ask: &Ask) -> Answer {
    let params = ask.params;
    let Some(client_id) = params.id("clientid").filter(|id| db.clients.get(*id).is_some()) else {
        return refuse("Client ID Not Found");
    };
    let gateways: Vec<&str> = db.settings.gateways.iter().map(|it| it.module.as_str()).collect();
    let Some(gateway) = params.get("paymentmethod").filter(|it| gateways.contains(it)).map(str::to_owned) else {
        return refuse(&format!("Invalid Payment Method. Valid options include {}", gateways.join(",")));
    };
    let order_id = db.orders.next_id();
    let mut lines = Vec::new();
    let mut items = Vec::new();
    for (key, pid) in params.list("pid") {
        let Some(product) = pid.parse().ok().and_then(|id: Id| db.products.get(id)) else { continue };
        let of = |name: &str| {
            let list = params.list(name);
            list.iter().find(|(it, _)| *it == key).map_or_else(String::new, |(_, value)| (*value).to_owned())
        };
        let service = Service {
            order_id,
            gateway: gateway.clone(),
            domain: of("domain"),
            custom_fields: custom_fields(&of("customfields")),
            ..ordered(product, client_id, &of("billingcycle"), yen(&of("priceoverride")), ask.now.date())
        };
        let (name, amount) = (product.name.clone(), service.first_payment);
        let (addons, next_due) = (of("addons"), service.next_due);
        let id = db.services.insert(service);
        lines.push(OrderLine::Service(id));
        items.push(item("Hosting", id, name, amount));
        for addon in addons.split(',').filter_map(|it| it.trim().parse().ok()) {
            add_addon(
                db,
                ask,
                addon,
                Host { service_id: id, client_id, order_id, next_due, gateway: &gateway },
                &mut lines,
                &mut items,
            );
        }
    }
    for (key, addon) in params.list("addonids") {
        let services = params.list("serviceids");
        let service = services.iter().find(|(it, _)| *it == key).and_then(|(_, id)| id.parse().ok());
        let Some(service) = service.and_then(|id: Id| db.services.get(id)).filter(|it| it.client_id == client_id)
        else {
            return refuse("Service ID not owned by Client ID provided");
        };
        let (service_id, next_due) = (service.id, service.next_due);
        let host = Host { service_id, client_id, order_id, next_due, gateway: &gateway };
        let Some(addon) = addon.parse().ok().filter(|id| db.settings.addons.iter().any(|it| it.id == *id)) else {
            return refuse("Addon ID invalid");
        };
        add_addon(db, ask, addon, host, &mut lines, &mut items);
    }
    if lines.is_empty() {
        return refuse("No items added to cart so order cannot proceed");
    }
    let amount = items.iter().map(|it| it.amount).sum();
    let invoice_id = if params.flag("noinvoice") { 0 } else { bill(db, ask, client_id, &gateway, items) };
    let (serviceids, addonids) = (service_ids(&lines), addon_ids(&lines));
    db.orders.insert(Order {
        id: order_id,
        number: order_number(order_id),
        client_id,
        contact_id: params.id("contactid").unwrap_or(0),
        requestor_id: 0,
        admin_id: ask.caller.admin_id,
        date: ask.now,
        amount,
        gateway,
        invoice_id,
        status: "Pending".to_owned(),
        ip: params.get("clientip").unwrap_or(&ask.caller.ip).to_owned(),
        promo_code: params.text("promocode").to_owned(),
        notes: params.text("notes").to_owned(),
        lines,
    });
    log(db, ask, client_id, &format!("New Order Placed - Order ID: {order_id} - User ID: {client_id}"));
    if !params.flag("noemail") {
        mail::send(db, ask, client_id, "Order Confirmation", &format!("<p>Order #{}</p>", order_number(order_id)));
    }
    success(json!({
        "orderid": order_id, "productids": serviceids, "serviceids": serviceids, "addonids": addonids, "domainids": "",
        "invoiceid": invoice_id,
    }))
}

fn ordered(product: &Product, client_id: Id, cycle: &str, price: Option<i64>, today: Date) -> Service {
    let cycle = ordered_cycle(product, cycle);
    let (recurring, setup) = product.prices.get(&cycle).copied().unwrap_or((0, 0));
    let recurring = price.unwrap_or(recurring);
    let once = matches!(cycle, BillingCycle::Free | BillingCycle::OneTime);
    Service {
        id: 0,
        client_id,
        order_id: 0,
        product_id: product.id,
        registered: today,
        domain: String::new(),
        first_payment: recurring + setup,
        recurring: if once { 0 } else { recurring },
        gateway: String::new(),
        cycle,
        next_due: if once { None } else { Some(today.saturating_add(1.month())) },
        status: ServiceStatus::Pending,
        suspension_reason: String::new(),
        username: String::new(),
        password: String::new(),
        notes: String::new(),
        no_suspend_until: None,
        terminated: None,
        custom_fields: [].into(),
        options: Vec::new(),
    }
}

/// Orders spell cycles without blanks, hyphens and capitals: `onetime`, `semiannually`. One that is not offered
/// becomes the product's first.
fn ordered_cycle(product: &Product, asked: &str) -> BillingCycle {
    let plain = |it: BillingCycle| it.as_str().replace([' ', '-'], "").to_lowercase();
    let wanted = BillingCycle::ALL.iter().copied().find(|it| match it {
        BillingCycle::Free => asked == "free",
        it => plain(*it) == asked.replace(['_', ' ', '-'], "").to_lowercase(),
    });
    let first = product.prices.keys().next().copied().unwrap_or(BillingCycle::Free);
    wanted.filter(|it| product.prices.contains_key(it)).unwrap_or(first)
}

pub(super) fn bill(db: &mut Db, ask: &Ask, client_id: Id, gateway: &str, items: Vec<InvoiceItem>) -> Id {
    let today = ask.now.date();
    db.add_invoice(Invoice {
        id: 0,
        client_id,
        number: String::new(),
        date: today,
        due: today,
        paid_at: None,
        captured_at: None,
        refunded_at: None,
        cancelled_at: None,
        credit: 0,
        tax_percent: db.settings.tax_percent,
        status: InvoiceStatus::Unpaid,
        gateway: gateway.to_owned(),
        notes: String::new(),
        created: ask.now,
        updated: ask.now,
        items,
    })
}

fn service_ids(lines: &[OrderLine]) -> String {
    let ids = lines.iter().filter_map(|it| match it {
        OrderLine::Service(id) => Some(id.to_string()),
        OrderLine::Addon(_) | OrderLine::Upgrade(_) => None,
    });
    ids.collect::<Vec<_>>().join(",")
}

fn addon_ids(lines: &[OrderLine]) -> String {
    let ids = lines.iter().filter_map(|it| match it {
        OrderLine::Addon(id) => Some(id.to_string()),
        OrderLine::Service(_) | OrderLine::Upgrade(_) => None,
    });
    ids.collect::<Vec<_>>().join(",")
}

fn item(kind: &str, rel_id: Id, description: String, amount: i64) -> InvoiceItem {
    InvoiceItem { id: 0, kind: kind.to_owned(), rel_id, description, amount, taxed: true }
}

/// The service that an extra is ordered for.
#[derive(Clone, Copy)]
struct Host<'a> {
    service_id: Id,
    client_id: Id,
    order_id: Id,
    next_due: Option<Date>,
    gateway: &'a str,
}

/// Adds an extra of the catalogue; one that is not on sale is left out, as the vendor does with what it does not know.
fn add_addon(db: &mut Db, ask: &Ask, id: Id, host: Host<'_>, lines: &mut Vec<OrderLine>, items: &mut Vec<InvoiceItem>) {
    let Some(on_sale) = db.settings.addons.iter().find(|it| it.id == id).cloned() else { return };
    let addon = db.addons.insert(Addon {
        id: 0,
        service_id: host.service_id,
        client_id: host.client_id,
        order_id: host.order_id,
        addon_id: id,
        name: on_sale.name.clone(),
        setup_fee: on_sale.setup_fee,
        recurring: on_sale.recurring,
        cycle: BillingCycle::Monthly,
        taxed: true,
        status: ServiceStatus::Pending,
        registered: ask.now.date(),
        next_due: host.next_due,
        gateway: host.gateway.to_owned(),
        notes: String::new(),
    });
    lines.push(OrderLine::Addon(addon));
    items.push(item("Addon", addon, on_sale.name, on_sale.setup_fee + on_sale.recurring));
}

/// Ten digits that do not follow each other, the same in every run.
pub(super) fn order_number(id: Id) -> u64 {
    let mixed = id.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(3_037_000_493).rotate_right(17);
    1_000_000_000 + mixed % 9_000_000_000
}

/// `AcceptOrder`: only while pending; its services become active. With `autosetup` their modules are run first, and a
/// module that fails keeps the order pending. With `sendemail` the customer gets the welcome mail.
pub(super) fn accept_order(db: &mut Db, ask: &Ask) -> Answer {
    let order = pending(db, ask)?;
    let services: Vec<Id> = order
        .lines
        .iter()
        .filter_map(|line| match line {
            OrderLine::Service(id) => Some(*id),
            OrderLine::Addon(_) | OrderLine::Upgrade(_) => None,
        })
        .collect();
    if ask.params.flag("autosetup") {
        for id in &services {
            modules::create_if_any(db, ask, *id)?;
        }
    }
    for id in &services {
        db.services.update(*id, |it| {
            ask.params.set("serviceusername", &mut it.username);
            ask.params.set("servicepassword", &mut it.password);
        });
    }
    turn(db, ask, &order, "Active", ServiceStatus::Active, "Order Accepted");
    if ask.params.flag("sendemail") {
        let text = format!("<p>Order #{} is active</p>", order.number);
        mail::send(db, ask, order.client_id, "New Product Information", &text);
    }
    success(json!({}))
}

/// `CancelOrder`: only while pending; its services and its unpaid bill are cancelled with it.
pub(super) fn cancel_order(db: &mut Db, ask: &Ask) -> Answer {
    let order = pending(db, ask)?;
    turn(db, ask, &order, "Cancelled", ServiceStatus::Cancelled, "Order Cancelled");
    if db.invoices.get(order.invoice_id).is_some_and(|it| it.status == InvoiceStatus::Unpaid) {
        db.invoices.update(order.invoice_id, |it| {
            become_status(it, InvoiceStatus::Cancelled, ask);
            it.updated = ask.now;
        });
        let left = db.invoices.get(order.invoice_id).map_or(0, |it| it.total() - db.paid_towards(it));
        credit_note(db, ask, order.invoice_id, left);
    }
    let upgrades: Vec<Id> = order
        .lines
        .iter()
        .filter_map(|line| match line {
            OrderLine::Upgrade(id) => Some(*id),
            OrderLine::Service(_) | OrderLine::Addon(_) => None,
        })
        .collect();
    for id in upgrades {
        if db.upgrades.get(id).is_some_and(|it| it.completed.is_none()) {
            db.upgrades.remove(id);
        }
    }
    if !ask.params.flag("noemail") {
        mail::send(db, ask, order.client_id, "Order Cancelled", &format!("<p>Order #{}</p>", order.number));
    }
    success(json!({}))
}

/// `PendingOrder`: sets an order and its services back.
pub(super) fn pending_order(db: &mut Db, ask: &Ask) -> Answer {
    let Some(order) = ask.params.id("orderid").and_then(|id| db.orders.get(id)).cloned() else {
        return refuse("Order ID Not Found");
    };
    turn(db, ask, &order, "Pending", ServiceStatus::Pending, "Order Set Pending");
    success(json!({}))
}

fn pending(db: &Db, ask: &Ask) -> Result<Order, Refusal> {
    let order = ask.params.id("orderid").and_then(|id| db.orders.get(id));
    match order.filter(|it| it.status == "Pending") {
        Some(order) => Ok(order.clone()),
        None => refuse("Order ID not found or Status not Pending"),
    }
}

fn turn(db: &mut Db, ask: &Ask, order: &Order, word: &str, status: ServiceStatus, event: &str) {
    for line in &order.lines {
        match *line {
            OrderLine::Service(id) => _ = db.services.update(id, |it| it.status = status),
            OrderLine::Addon(id) => _ = db.addons.update(id, |it| it.status = status),
            // An upgrade is done when it is paid, whatever becomes of its order.
            OrderLine::Upgrade(_) => {}
        }
    }
    db.orders.update(order.id, |it| word.clone_into(&mut it.status));
    log(db, ask, order.client_id, &format!("{event} - Order ID: {}", order.id));
}
