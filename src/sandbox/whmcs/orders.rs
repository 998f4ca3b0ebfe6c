//! Orders.

use serde_json::{Value, json};

use super::api::Ask;
use super::db::{Db, Order, OrderLine};
use super::reply::{Answer, Page, html, lines, moment, money, success};
use super::services::gateway_name;

/// `GetOrders`: by internal id, client, requestor or status, newest first. The customer's order number is no filter.
pub(super) fn get_orders(db: &Db, ask: &Ask) -> Answer {
    let params = ask.params;
    let page = Page::asked(params);
    let (id, client, requestor) = (params.id("id"), params.id("userid"), params.id("requestor_id"));
    let status = params.get("status");
    let row = |it| order_row(db, it);
    if id.is_none() && client.is_none() && requestor.is_none() && status.is_none() {
        return page.of(db.orders.len(), db.orders.iter().rev(), row).envelope("orders", "order");
    }
    let orders: Vec<&Order> = match (id, client) {
        (Some(id), _) => db.orders.get(id).into_iter().collect(),
        (None, Some(client)) => db.orders.of(client).rev().collect(),
        (None, None) if status == Some("Pending") => db.orders.open().rev().collect(),
        (None, None) => db.orders.iter().rev().collect(),
    };
    let wanted = |it: &&Order| {
        client.is_none_or(|id| it.client_id == id)
            && requestor.is_none_or(|id| it.requestor_id == id)
            && status.is_none_or(|word| it.status.eq_ignore_ascii_case(word))
    };
    page.counted(orders.into_iter().filter(wanted), row).envelope("orders", "order")
}

fn order_row(db: &Db, it: &Order) -> Value {
    let name = db.clients.get(it.client_id).map_or_else(String::new, |it| html(&it.full_name()));
    let payment = db.invoices.get(it.invoice_id).map_or("No Invoice Due", |it| it.status.as_str());
    let currency = db.settings.currencies.first();
    let items: Vec<Value> = it.lines.iter().filter_map(|line| line_row(db, *line)).collect();
    json!({
        "id": it.id, "ordernum": it.number, "userid": it.client_id, "contactid": it.contact_id,
        "requestor_id": it.requestor_id, "admin_requestor_id": it.admin_id, "date": moment(Some(it.date)),
        "nameservers": "", "transfersecret": "", "renewals": "",
        "renewalsByType": {"domains": [], "services": [], "addons": []}, "promocode": html(&it.promo_code),
        "promotype": "", "promovalue": "", "orderdata": "", "amount": money(it.amount), "paymentmethod": it.gateway,
        "invoiceid": it.invoice_id, "status": it.status, "ipaddress": it.ip, "fraudmodule": "", "fraudoutput": "",
        "notes": lines(&it.notes), "paymentmethodname": gateway_name(db, &it.gateway), "paymentstatus": payment,
        "name": name, "currencyprefix": currency.map_or("", |it| &it.prefix),
        "currencysuffix": currency.map_or("", |it| &it.suffix), "frauddata": "", "validationdata": "",
        "lineitems": {"lineitem": items},
    })
}

/// A line's words are those of what it created, as they are now.
fn line_row(db: &Db, line: OrderLine) -> Option<Value> {
    match line {
        OrderLine::Service(id) => {
            let it = db.services.get(id)?;
            let product = db.products.get(it.product_id);
            let name = product.map_or_else(String::new, |it| html(&format!("{} - {}", it.group, it.name)));
            Some(json!({
                "type": "product", "relid": id, "producttype": "Other Product/Service", "product": name,
                "domain": html(&it.domain), "billingcycle": it.cycle.as_str(), "amount": money(it.first_payment),
                "status": it.status.as_str(),
            }))
        }
        OrderLine::Upgrade(id) => {
            let it = db.upgrades.get(id)?;
            let product = db.products.get(it.product_id);
            Some(json!({
                "type": "upgrade", "relid": it.service_id, "producttype": "Product Upgrade",
                "product": product.map_or_else(String::new, |it| html(&it.name)), "domain": "",
                "billingcycle": it.cycle.as_str(), "amount": money(it.amount),
                "status": if it.completed.is_some() { "Completed" } else { "Pending" },
            }))
        }
        OrderLine::Addon(id) => {
            let it = db.addons.get(id)?;
            Some(json!({
                "type": "addon", "relid": id, "producttype": "Addon", "product": html(&it.name), "domain": "",
                "billingcycle": it.cycle.as_str(), "amount": money(it.setup_fee + it.recurring),
                "status": it.status.as_str(),
            }))
        }
    }
}

/// `GetOrderStatuses`
pub(super) fn get_order_statuses(db: &Db, _: &Ask) -> Answer {
    let rows: Vec<Value> = db
        .settings
        .order_statuses
        .iter()
        .map(|title| json!({"title": title, "count": db.orders.iter().filter(|it| it.status == *title).count()}))
        .collect();
    success(json!({"totalresults": rows.len(), "statuses": {"status": rows}}))
}
