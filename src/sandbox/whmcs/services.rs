//! What clients subscribe to, what can be bought, and what failed to be set up.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::api::Ask;
use super::clients::log;
use super::db::{Addon, BillingCycle, CancelKind, CancelRequest, Currency, Db, Id, Product, Service, ServiceStatus};
use super::params;
use super::php::custom_fields;
use super::reply::{Answer, Page, date, html, joined, lines, moment, money, on, refuse, success, text};

/// `GetClientsProducts`: filters by client, service, product and exact domain, and echoes them. Ids are strings.
pub(super) fn get_clients_products(db: &Db, ask: &Ask) -> Answer {
    let params = ask.params;
    let (client, id, pid) = (params.id("clientid"), params.id("serviceid"), params.id("pid"));
    let domain = params.get("domain");
    let services: Box<dyn Iterator<Item = &Service>> = if let Some(id) = id {
        Box::new(db.services.get(id).into_iter())
    } else if let Some(client) = client {
        Box::new(db.services.of(client))
    } else if let Some(domain) = domain {
        Box::new(db.services.named(domain))
    } else {
        Box::new(db.services.iter())
    };
    let wanted = |it: &&Service| {
        client.is_none_or(|id| it.client_id == id)
            && pid.is_none_or(|id| it.product_id == id)
            && domain.is_none_or(|word| it.domain.eq_ignore_ascii_case(word))
            && params.get("username2").is_none_or(|name| it.username == name)
    };
    let page = Page::asked(params);
    let everything = ["clientid", "serviceid", "pid", "domain", "username2"].iter().all(|it| params.get(it).is_none());
    let rows = if everything {
        // Clients page through all services to search them: a page must not cost a look at every service.
        page.of(db.services.len(), db.services.iter(), |it| service_row(db, it))
    } else {
        page.counted(services.filter(wanted), |it| service_row(db, it))
    };
    success(json!({
        "clientid": params.get("clientid"), "serviceid": params.get("serviceid"), "pid": params.get("pid"),
        "domain": domain, "totalresults": rows.total.to_string(), "startnumber": rows.start,
        "numreturned": rows.page.len(), "products": {"product": rows.page},
    }))
}

fn service_row(db: &Db, it: &Service) -> Value {
    let product = db.products.get(it.product_id);
    let (name, group) = product.map_or((String::new(), String::new()), |it| (html(&it.name), html(&it.group)));
    let order = db.orders.get(it.order_id).map_or_else(String::new, |it| it.number.to_string());
    let fields: Vec<Value> = product
        .into_iter()
        .flat_map(|it| &it.custom_fields)
        .map(|field| {
            let value = it.custom_fields.get(&field.id).map_or_else(String::new, |it| html(it));
            let name = html(&field.name);
            json!({"id": text(field.id), "name": name, "translated_name": name, "value": value})
        })
        .collect();
    let options: Vec<Value> = it
        .options
        .iter()
        .map(|it| json!({"id": text(it.id), "option": html(&it.name), "type": it.kind, "value": html(&it.value)}))
        .collect();
    let head = json!({
        "id": text(it.id), "qty": "1", "clientid": text(it.client_id), "orderid": text(it.order_id),
        "ordernumber": order, "pid": text(it.product_id), "regdate": it.registered.to_string(),
        "name": name, "translated_name": name, "groupname": group, "translated_groupname": group,
        "domain": html(&it.domain), "dedicatedip": "", "serverid": "0", "servername": "", "serverip": "",
        "serverhostname": "", "suspensionreason": html(&it.suspension_reason),
    });
    let rest = json!({
        "firstpaymentamount": money(it.first_payment), "recurringamount": money(it.recurring),
        "paymentmethod": it.gateway, "paymentmethodname": gateway_name(db, &it.gateway),
        "billingcycle": it.cycle.as_str(), "nextduedate": date(it.next_due), "status": it.status.as_str(),
        "username": it.username, "password": it.password, "subscriptionid": "", "promoid": "0",
        "overideautosuspend": on(it.no_suspend_until.is_some()), "overidesuspenduntil": date(it.no_suspend_until),
        "ns1": "", "ns2": "", "assignedips": "", "notes": lines(&it.notes), "diskusage": "0", "disklimit": "0",
        "bwusage": "0", "bwlimit": "0", "lastupdate": moment(None),
        "customfields": {"customfield": fields}, "configoptions": {"configoption": options},
    });
    joined([head, rest]).into()
}

/// `UpdateClientProduct`: changes the record only, and runs nothing on the line. `unset[]` blanks a text.
pub(super) fn update_client_product(db: &mut Db, ask: &Ask) -> Answer {
    let params = ask.params;
    let Some(id) = params.id("serviceid").filter(|id| db.services.get(*id).is_some()) else {
        return refuse("Service ID Not Found");
    };
    let price = params.flag("autorecalc").then(|| listed_price(db, ask, id)).flatten();
    let client_id = db.services.update(id, |it| {
        it.product_id = params.id("pid").unwrap_or(it.product_id);
        it.registered = params.date("regdate").unwrap_or(it.registered);
        it.next_due = params.date("nextduedate").or(it.next_due);
        it.terminated = params.date("terminationdate").or(it.terminated);
        it.first_payment = params.yen("firstpaymentamount").unwrap_or(it.first_payment);
        it.recurring = params.yen("recurringamount").or(price).unwrap_or(it.recurring);
        it.cycle = BillingCycle::parse(params.text("billingcycle")).unwrap_or(it.cycle);
        it.status = ServiceStatus::parse(params.text("status")).unwrap_or(it.status);
        it.no_suspend_until = match params.get("overideautosuspend") {
            Some("off") => None,
            _ => params.date("overidesuspenduntil").or(it.no_suspend_until),
        };
        let unset = params.list("unset");
        for (name, field) in [
            ("domain", &mut it.domain),
            ("paymentmethod", &mut it.gateway),
            ("serviceusername", &mut it.username),
            ("servicepassword", &mut it.password),
            ("notes", &mut it.notes),
            ("suspendreason", &mut it.suspension_reason),
        ] {
            params.set(name, field);
            if name != "paymentmethod" && unset.iter().any(|(_, it)| *it == name) {
                field.clear();
            }
        }
        it.custom_fields.extend(custom_fields(params.text("customfields")));
        it.client_id
    });
    log(db, ask, client_id.unwrap_or(0), &format!("Modified Product/Service - Service ID: {id}"));
    success(json!({"serviceid": params.text("serviceid")}))
}

/// What the service will cost a cycle by the catalogue, once it is changed as asked.
fn listed_price(db: &Db, ask: &Ask, id: Id) -> Option<i64> {
    let service = db.services.get(id)?;
    let product = db.products.get(ask.params.id("pid").unwrap_or(service.product_id))?;
    let cycle = BillingCycle::parse(ask.params.text("billingcycle")).unwrap_or(service.cycle);
    product.prices.get(&cycle).map(|(price, _)| *price)
}

/// What a gateway module is called in front of people.
pub(super) fn gateway_name<'a>(db: &'a Db, module: &str) -> &'a str {
    db.settings.gateways.iter().find(|it| it.module == module).map_or("", |it| &it.display_name)
}

/// `GetClientsAddons`: every value is a string, and there is no paging.
pub(super) fn get_clients_addons(db: &Db, ask: &Ask) -> Answer {
    let params = ask.params;
    let services = ids(params.get("serviceid"));
    let (client, addon) = (params.id("clientid"), params.id("addonid"));
    let of_services = services.iter().flatten().filter_map(|id| db.services.get(*id)).map(|it| it.client_id);
    let owners: Option<BTreeSet<Id>> = match client {
        Some(id) => Some([id].into()),
        None => services.is_some().then(|| of_services.collect()),
    };
    let addons: Vec<&Addon> = match owners {
        Some(owners) => owners.into_iter().flat_map(|id| db.addons.of(id)).collect(),
        None => db.addons.iter().collect(),
    };
    let rows: Vec<Value> = addons
        .into_iter()
        .filter(|it| services.as_ref().is_none_or(|ids| ids.contains(&it.service_id)))
        .filter(|it| addon.is_none_or(|id| it.addon_id == id))
        .map(|it| {
            json!({
                "id": text(it.id), "qty": "1", "userid": text(it.client_id), "orderid": text(it.order_id),
                "serviceid": text(it.service_id), "addonid": text(it.addon_id), "name": html(&it.name),
                "setupfee": money(it.setup_fee), "recurring": money(it.recurring), "billingcycle": it.cycle.as_str(),
                "tax": on(it.taxed), "status": it.status.as_str(), "regdate": it.registered.to_string(),
                "nextduedate": date(it.next_due), "nextinvoicedate": date(it.next_due), "paymentmethod": it.gateway,
                "paymentmethodname": gateway_name(db, &it.gateway), "notes": lines(&it.notes),
            })
        })
        .collect();
    success(json!({
        "serviceid": params.get("serviceid"), "clientid": params.get("clientid"),
        "totalresults": rows.len(), "addons": {"addon": rows},
    }))
}

/// Ids as `"1,2"`.
fn ids(list: Option<&str>) -> Option<Vec<Id>> {
    Some(list?.split(',').map(|it| Id::try_from(params::int(it)).unwrap_or(0)).collect())
}

/// `GetCancelledPackages`: requested cancellations; there is no filter by client.
pub(super) fn get_cancelled_packages(db: &Db, ask: &Ask) -> Answer {
    let requests = &db.cancel_requests;
    let rows = Page::asked(ask.params).of(requests.len(), requests.iter(), |it| {
        let at = moment(Some(it.date));
        json!({
            "id": it.id, "date": at, "relid": it.service_id, "reason": lines(&it.reason), "type": it.kind.as_str(),
            "created_at": at, "updated_at": at,
        })
    });
    rows.envelope("packages", "package")
}

/// `AddCancelRequest`: there is no action that takes it back.
pub(super) fn add_cancel_request(db: &mut Db, ask: &Ask) -> Answer {
    let Some(service) = ask.params.id("serviceid").and_then(|id| db.services.get(id)) else {
        return refuse("Service ID Not Found");
    };
    let (service_id, client_id) = (service.id, service.client_id);
    if db.cancel_requests.of(client_id).any(|it| it.service_id == service_id) {
        return refuse("Existing Cancellation Request Exists");
    }
    let kind = CancelKind::parse(ask.params.text("type")).unwrap_or(CancelKind::Immediate);
    let reason = ask.params.text("reason").to_owned();
    db.cancel_requests.insert(CancelRequest { id: 0, service_id, client_id, date: ask.now, reason, kind });
    log(db, ask, client_id, &format!("New {} Cancellation Request - Service ID: {service_id}", kind.as_str()));
    success(json!({"serviceid": service_id, "userid": client_id}))
}

/// `GetProducts`: the catalogue, by `pid` (`"1,2"`), group or module; no paging.
pub(super) fn get_products(db: &Db, ask: &Ask) -> Answer {
    let (wanted, group, module) = (ids(ask.params.get("pid")), ask.params.id("gid"), ask.params.get("module"));
    let rows: Vec<Value> = db
        .products
        .iter()
        .filter(|it| wanted.as_ref().is_none_or(|ids| ids.contains(&it.id)))
        .filter(|it| group.is_none_or(|id| it.group_id == id) && module.is_none_or(|name| it.module == name))
        .map(|it| product_row(db, it))
        .collect();
    success(json!({"totalresults": rows.len(), "products": {"product": rows}}))
}

fn product_row(db: &Db, it: &Product) -> Value {
    let slug = it.name.to_lowercase().replace(' ', "-");
    let pricing: Map<String, Value> =
        db.settings.currencies.iter().map(|currency| (currency.code.clone(), pricing(it, currency))).collect();
    let fields: Vec<Value> = it
        .custom_fields
        .iter()
        .map(|it| json!({"id": text(it.id), "name": html(&it.name), "description": "", "required": on(it.required)}))
        .collect();
    json!({
        "pid": it.id, "gid": it.group_id, "type": "other", "name": html(&it.name), "slug": slug,
        "product-url": format!("index.php?rp=/store/{slug}"), "description": it.description, "module": it.module,
        "paytype": pay_type(it), "allowqty": 0, "quantity_available": 0, "pricing": pricing,
        "customfields": {"customfield": fields}, "configoptions": {"configoption": []},
    })
}

fn pay_type(it: &Product) -> &'static str {
    match it.prices.keys().next() {
        None | Some(BillingCycle::Free) => "free",
        Some(_) if it.recurring => "recurring",
        Some(_) => "onetime",
    }
}

/// Prices of every cycle; `-1.00` says that a cycle is not offered.
fn pricing(it: &Product, currency: &Currency) -> Value {
    let mut out = Map::new();
    out.insert("prefix".to_owned(), currency.prefix.clone().into());
    out.insert("suffix".to_owned(), currency.suffix.clone().into());
    let keys = ["monthly", "quarterly", "semiannually", "annually", "biennially", "triennially"];
    let of = |key: &str| it.prices.iter().find(|(cycle, _)| cycle.price_key() == Some(key)).map(|(_, it)| *it);
    for key in keys {
        let initial = &key[..1];
        out.insert(format!("{initial}setupfee"), money(of(key).map_or(0, |(_, setup)| setup)).into());
    }
    for key in keys {
        out.insert(key.to_owned(), money(of(key).map_or(-1, |(price, _)| price)).into());
    }
    out.into()
}

/// `GetModuleQueue`: provisioning calls that failed, as a flat list.
pub(super) fn get_module_queue(db: &Db, ask: &Ask) -> Answer {
    let params = ask.params;
    let since = params.text("since").replace('T', " ");
    let same = |key, value: &str| params.get(key).is_none_or(|asked| asked.eq_ignore_ascii_case(value));
    let rows: Vec<Value> = db
        .module_queue
        .open()
        .filter(|it| same("serviceType", &it.service_type))
        .filter(|it| same("moduleName", &it.module) && same("moduleAction", &it.action))
        .filter(|it| moment(Some(it.last_attempt)) >= since)
        .map(|it| {
            json!({
                "id": it.id, "serviceType": it.service_type, "serviceId": it.service_id, "moduleName": it.module,
                "moduleAction": it.action, "lastAttempt": moment(Some(it.last_attempt)),
                "lastAttemptError": html(&it.last_error), "numRetries": it.retries, "completed": 0,
                "createdAt": moment(Some(it.created)), "updatedAt": moment(Some(it.last_attempt)),
            })
        })
        .collect();
    success(json!({"count": rows.len(), "queue": rows}))
}
