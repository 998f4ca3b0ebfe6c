//! What another product in the place of a service's would cost.

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::json;

use super::api::Ask;
use super::db::{BillingCycle, Db, InvoiceStatus, Service};
use super::reply::{Answer, html, price, refuse, success, text};

/// `UpgradeProduct` with `calconly`: the price of the days that are left, of the new product less the old one's. Nothing
/// is written. Without `calconly` it would be ordered, which this sandbox does not do.
pub(super) fn upgrade_product(db: &Db, ask: &Ask) -> Answer {
    let params = ask.params;
    let Some(service) = params.id("serviceid").and_then(|id| db.services.get(id)) else {
        return refuse("Service ID Not Found");
    };
    let gateways: Vec<&str> = db.settings.gateways.iter().map(|it| it.module.as_str()).collect();
    if params.get("paymentmethod").is_none_or(|it| !gateways.contains(&it)) {
        return refuse(&format!("Invalid Payment Method. Valid options include {}", gateways.join(",")));
    }
    match params.text("type") {
        "product" => {}
        "configoptions" => return refuse("The product of this service has no configurable options"),
        _ => return refuse("Invalid Upgrade Type"),
    }
    if !params.flag("calconly") {
        return refuse("This sandbox quotes upgrades with calconly and does not order them");
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
    let old = db.products.get(service.product_id);
    let unpaid = |it: &&super::db::Invoice| it.status == InvoiceStatus::Unpaid;
    let upgrading = db
        .invoices
        .of(service.client_id)
        .filter(unpaid)
        .any(|it| it.items.iter().any(|line| line.kind == "Upgrade" && line.rel_id == service.id));
    success(json!({
        "oldproductid": text(service.product_id), "oldproductname": old.map_or_else(String::new, |it| html(&it.name)),
        "newproductid": text(new.id), "newproductname": html(&new.name), "daysuntilrenewal": left, "totaldays": total,
        "newproductbillingcycle": params.text("newproductbillingcycle"),
        "price": price(charged - share(service.recurring), db.settings.currencies.first()),
        "upgradeinprogress": u8::from(upgrading),
    }))
}

/// Days until the next bill, and days of the whole period it ends; nothing is left of a period that is over.
fn days(service: &Service, today: Date) -> (i64, i64) {
    let Some(due) = service.next_due else { return (0, 0) };
    let months = match service.cycle {
        BillingCycle::Free | BillingCycle::OneTime => return (0, 0),
        BillingCycle::Monthly => 1,
        BillingCycle::Quarterly => 3,
        BillingCycle::SemiAnnually => 6,
        BillingCycle::Annually => 12,
        BillingCycle::Biennially => 24,
        BillingCycle::Triennially => 36,
    };
    let between = |from: Date| i64::from(from.until(due).map_or(0, |span| span.get_days())).max(0);
    let total = between(due.saturating_sub(months.months()));
    (between(today).min(total), total)
}

/// A cycle as orders and upgrades name it: lower case, without blanks or hyphens.
fn cycle(word: &str) -> Option<BillingCycle> {
    if word.eq_ignore_ascii_case("free") {
        return Some(BillingCycle::Free);
    }
    let plain = |text: &str| text.to_lowercase().replace([' ', '-'], "");
    BillingCycle::ALL.iter().copied().find(|it| plain(it.as_str()) == plain(word))
}
