//! Another product in the place of a service's: what it would cost, ordering it, and doing it once it is paid.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::api::Ask;
use super::checkout::{bill, order_number};
use super::clients::log;
use super::db::{BillingCycle, Db, Id, InvoiceItem, InvoiceStatus, Order, OrderLine, Product, Service, Upgrade};
use super::payments::move_credit;
use super::reply::{Answer, Refusal, html, joined, price, refuse, success, text};

/// What is asked for, and what it costs.
struct Quote {
    service: Service,
    old: Option<Product>,
    new: Product,
    cycle: BillingCycle,
    gateway: String,
    left: i64,
    total: i64,
    /// Yen without tax; negative for what is given back.
    amount: i64,
    /// A bill for an earlier upgrade of this service is not paid yet.
    in_progress: bool,
}

/// `UpgradeProduct`: the price of the days that are left, of the new product less the old one's. With `calconly` nothing
/// is written; else it is ordered and billed, and done when the bill is paid, or at once when nothing is to be paid.
pub(super) fn upgrade_product(db: &mut Db, ask: &Ask) -> Answer {
    let quote = Quote::asked(db, ask)?;
    let head = json!({
        "oldproductid": text(quote.service.product_id),
        "oldproductname": quote.old.as_ref().map_or_else(String::new, |it| html(&it.name)),
        "newproductid": text(quote.new.id), "newproductname": html(&quote.new.name),
        "daysuntilrenewal": quote.left, "totaldays": quote.total,
        "newproductbillingcycle": ask.params.text("newproductbillingcycle"),
        "price": price(quote.amount, db.settings.currencies.first()),
    });
    let rest = if ask.params.flag("calconly") {
        json!({"upgradeinprogress": u8::from(quote.in_progress)})
    } else if quote.in_progress {
        return refuse("You cannot upgrade this product until the previous upgrade invoice has been paid");
    } else {
        order(db, ask, &quote)
    };
    success(joined([head, rest]).into())
}

impl Quote {
    fn asked(db: &Db, ask: &Ask) -> Result<Self, Refusal> {
        let params = ask.params;
        let Some(service) = params.id("serviceid").and_then(|id| db.services.get(id)) else {
            return refuse("Service ID Not Found");
        };
        let gateways: Vec<&str> = db.settings.gateways.iter().map(|it| it.module.as_str()).collect();
        let Some(gateway) = params.get("paymentmethod").filter(|it| gateways.contains(it)) else {
            return refuse(&format!("Invalid Payment Method. Valid options include {}", gateways.join(",")));
        };
        match params.text("type") {
            "product" => {}
            "configoptions" => return refuse("The product of this service has no configurable options"),
            _ => return refuse("Invalid Upgrade Type"),
        }
        let Some(new) = params.id("newproductid").and_then(|id| db.products.get(id)) else {
            return refuse("Product ID Not Found");
        };
        let cycle = cycle(params.text("newproductbillingcycle"));
        let Some((cycle, amount)) = cycle.and_then(|it| Some((it, new.prices.get(&it)?.0))) else {
            return refuse("Invalid Billing Cycle Requested");
        };
        let (left, total) = days(service, ask.now.date());
        let share = |yen: i64| if total == 0 { 0 } else { (yen * left).div_euclid(total) };
        // A new cycle begins today and is paid in full; what is left of the old one is given back either way.
        let charged = if cycle == service.cycle { share(amount) } else { amount };
        Ok(Self {
            old: db.products.get(service.product_id).cloned(),
            new: new.clone(),
            cycle,
            gateway: gateway.to_owned(),
            left,
            total,
            amount: charged - share(service.recurring),
            in_progress: in_progress(db, service),
            service: service.clone(),
        })
    }
}

/// The upgrades whose bill an invoice is.
fn billed(items: &[InvoiceItem]) -> impl Iterator<Item = Id> {
    items.iter().filter(|line| line.kind == "Upgrade").map(|line| line.rel_id)
}

fn in_progress(db: &Db, service: &Service) -> bool {
    let unpaid = db.invoices.of(service.client_id).filter(|it| it.status == InvoiceStatus::Unpaid);
    unpaid
        .flat_map(|it| billed(&it.items))
        .any(|id| db.upgrades.get(id).is_some_and(|it| it.service_id == service.id && it.completed.is_none()))
}

/// Orders the upgrade, and bills it where something is to be paid.
fn order(db: &mut Db, ask: &Ask, quote: &Quote) -> Value {
    let client_id = quote.service.client_id;
    let upgrade = db.upgrades.insert(Upgrade {
        id: 0,
        service_id: quote.service.id,
        client_id,
        product_id: quote.new.id,
        cycle: quote.cycle,
        amount: quote.amount,
        completed: None,
    });
    let invoice_id = if quote.amount > 0 {
        let old = quote.old.as_ref().map_or("", |it| &it.name);
        let line = InvoiceItem {
            id: 0,
            kind: "Upgrade".to_owned(),
            rel_id: upgrade,
            description: format!("Upgrade/Downgrade: {old} => {}", quote.new.name),
            amount: quote.amount,
            taxed: true,
        };
        bill(db, ask, client_id, &quote.gateway, vec![line])
    } else {
        0
    };
    let order_id = db.orders.next_id();
    let number = order_number(order_id);
    db.orders.insert(Order {
        id: order_id,
        number,
        client_id,
        contact_id: 0,
        requestor_id: 0,
        admin_id: ask.caller.admin_id,
        date: ask.now,
        amount: quote.amount.max(0),
        gateway: quote.gateway.clone(),
        invoice_id,
        status: "Pending".to_owned(),
        ip: ask.caller.ip.clone(),
        promo_code: ask.params.text("promocode").to_owned(),
        notes: String::new(),
        lines: vec![OrderLine::Upgrade(upgrade)],
    });
    log(
        db,
        ask,
        client_id,
        &format!("New Upgrade Order Placed - Order ID: {order_id} - Service ID: {}", quote.service.id),
    );
    if invoice_id == 0 {
        if quote.amount < 0 {
            let words = format!("Upgrade/Downgrade Credit - Service ID: {}", quote.service.id);
            move_credit(db, client_id, -quote.amount, &words, 0, ask.now);
        }
        complete(db, ask, upgrade);
    }
    let invoice = if invoice_id == 0 { Value::Null } else { invoice_id.into() };
    json!({"id": text(upgrade), "orderid": order_id, "order_number": text(number), "invoiceid": invoice})
}

/// Does the upgrades that a bill was for, now that it is paid.
pub(super) fn complete_paid(db: &mut Db, ask: &Ask, invoice: Id) {
    let paid: Vec<Id> = db.invoices.get(invoice).map(|it| billed(&it.items).collect()).unwrap_or_default();
    for upgrade in paid {
        complete(db, ask, upgrade);
    }
}

/// The service becomes the new product. Custom field values move to the fields of the same names.
fn complete(db: &mut Db, ask: &Ask, upgrade: Id) {
    let Some(it) = db.upgrades.get(upgrade).filter(|it| it.completed.is_none()).cloned() else { return };
    let (Some(service), Some(new)) = (db.services.get(it.service_id), db.products.get(it.product_id)) else { return };
    let old_fields = db.products.get(service.product_id).map(|it| it.custom_fields.clone()).unwrap_or_default();
    let moved: BTreeMap<Id, String> = new
        .custom_fields
        .iter()
        .filter_map(|field| {
            let old = old_fields.iter().find(|old| old.name == field.name)?;
            Some((field.id, service.custom_fields.get(&old.id)?.clone()))
        })
        .collect();
    let recurring = new.prices.get(&it.cycle).map_or(0, |(price, _)| *price);
    let today = ask.now.date();
    db.services.update(it.service_id, |service| {
        if service.cycle != it.cycle {
            service.cycle = it.cycle;
            service.next_due = months(it.cycle).map(|months| today.saturating_add(months.months()));
        }
        service.product_id = it.product_id;
        service.recurring = recurring;
        service.custom_fields = moved;
    });
    db.upgrades.update(upgrade, |it| it.completed = Some(ask.now));
    log(db, ask, it.client_id, &format!("Product Upgrade Completed - Service ID: {}", it.service_id));
}

/// Days until the next bill, and days of the whole period it ends; nothing is left of a period that is over.
fn days(service: &Service, today: Date) -> (i64, i64) {
    let Some(due) = service.next_due else { return (0, 0) };
    let Some(months) = months(service.cycle) else { return (0, 0) };
    let between = |from: Date| i64::from(from.until(due).map_or(0, |span| span.get_days())).max(0);
    let total = between(due.saturating_sub(months.months()));
    (between(today).min(total), total)
}

/// Months of a cycle; none for what does not recur.
fn months(cycle: BillingCycle) -> Option<i32> {
    Some(match cycle {
        BillingCycle::Free | BillingCycle::OneTime => return None,
        BillingCycle::Monthly => 1,
        BillingCycle::Quarterly => 3,
        BillingCycle::SemiAnnually => 6,
        BillingCycle::Annually => 12,
        BillingCycle::Biennially => 24,
        BillingCycle::Triennially => 36,
    })
}

/// A cycle as orders and upgrades name it: lower case, without blanks or hyphens.
fn cycle(word: &str) -> Option<BillingCycle> {
    if word.eq_ignore_ascii_case("free") {
        return Some(BillingCycle::Free);
    }
    let plain = |text: &str| text.to_lowercase().replace([' ', '-'], "");
    BillingCycle::ALL.iter().copied().find(|it| plain(it.as_str()) == plain(word))
}
