//! The installation itself: its version, staff, log, to-do list and counters.

use jiff::civil::{Date, Time};
use jiff::{Span, ToSpan};
use serde_json::{Map, Value, json};

use super::api::Ask;
use super::clients::log;
use super::db::{Activity, Db, Order, Row, ToDo, ToDoStatus};
use super::reply::{Answer, Page, date, html, lines, moment, price, refuse, success};
use super::style::Release;

/// `WhmcsDetails`: what runs here; the cheapest call, though often missing from API roles.
pub(super) fn whmcs_details(_: &Db, ask: &Ask) -> Answer {
    success(json!({"whmcs": version(ask)}))
}

fn version(ask: &Ask) -> Value {
    let (version, canonical) = ask.style.version();
    json!({"version": version, "canonicalversion": canonical})
}

/// `GetAdminDetails`: who is calling, and what the admin role permits.
pub(super) fn get_admin_details(db: &Db, ask: &Ask) -> Answer {
    let Some(it) = db.admins.get(ask.caller.admin_id) else { return refuse("Admin ID Not Found") };
    let departments: Vec<String> = it.departments.iter().map(ToString::to_string).collect();
    success(json!({
        "adminid": it.id, "name": html(&it.full_name()), "notes": "", "signature": "",
        "allowedpermissions": it.permissions.join(","), "departments": format!(",{},", departments.join(",")),
        "requesttime": moment(Some(ask.now)), "whmcs": version(ask),
    }))
}

/// `GetAdminUsers`: answers neither `result` nor `status`.
#[expect(clippy::unnecessary_wraps, reason = "an action's shape; this one never refuses")]
pub(super) fn get_admin_users(db: &Db, ask: &Ask) -> Answer {
    let params = ask.params;
    let rows: Vec<Value> = db
        .admins
        .iter()
        .filter(|it| params.flag("include_disabled") || !it.disabled)
        .filter(|it| params.id("roleid").is_none_or(|id| it.role_id == id))
        .filter(|it| params.get("email").is_none_or(|part| it.email.contains(part)))
        .map(|it| {
            let departments: Vec<String> = it.departments.iter().map(ToString::to_string).collect();
            json!({
                "id": it.id, "uuid": it.uuid, "roleId": it.role_id, "username": html(&it.username),
                "firstname": html(&it.firstname), "lastname": html(&it.lastname), "email": html(&it.email),
                "signature": "", "isDisabled": it.disabled, "supportDepartmentIds": departments,
                "fullName": html(&it.full_name()),
            })
        })
        .collect();
    Ok(Map::from_iter([("count".to_owned(), rows.len().into()), ("admin_users".to_owned(), rows.into())]))
}

/// `GetStaffOnline`: admins with an open session.
pub(super) fn get_staff_online(db: &Db, _: &Ask) -> Answer {
    let rows: Vec<Value> = db
        .admins
        .iter()
        .filter_map(|it| Some((it, it.session.as_ref()?)))
        .map(|(it, session)| {
            json!({
                "adminusername": html(&it.username), "logintime": moment(Some(session.login)),
                "ipaddress": session.ip, "lastvisit": moment(Some(session.last_visit)),
            })
        })
        .collect();
    success(json!({"totalresults": rows.len(), "staffonline": {"staff": rows}}))
}

/// `GetAutomationLog`: the only probe of the server's clock. This installation's daily run is at 00:05.
pub(super) fn get_automation_log(_: &Db, ask: &Ask) -> Answer {
    let run = Time::constant(0, 5, 0, 0);
    let day = if ask.now.time() < run { ask.now.date().saturating_sub(1.day()) } else { ask.now.date() };
    success(json!({
        "currentDatetime": moment(Some(ask.now)), "lastDailyCronInvocationTime": moment(Some(day.to_datetime(run))),
        "statistics": [],
    }))
}

/// `GetActivityLog`: newest first, without `numreturned`; the filter `userid` became `clientid` in 8.5.
pub(super) fn get_activity_log(db: &Db, ask: &Ask) -> Answer {
    let params = ask.params;
    let page = Page::asked(params);
    let client = params.id("clientid").or_else(|| params.id("userid"));
    let day = params.get("date").map(localised);
    let words = params.get("description").map(str::to_lowercase);
    let (user, ip) = (params.get("user"), params.get("ipaddress"));
    let wanted = |it: &&Activity| {
        day.is_none_or(|day| day == Some(it.date.date()))
            && words.as_ref().is_none_or(|part| it.description.to_lowercase().contains(part))
            && user.is_none_or(|name| it.username.eq_ignore_ascii_case(name))
            && ip.is_none_or(|ip| it.ip == ip)
    };
    let unfiltered = day.is_none() && words.is_none() && user.is_none() && ip.is_none();
    let rows = match client {
        Some(id) => page.counted(db.activity.of(id).rev().filter(wanted), activity_row),
        None if unfiltered => page.of(db.activity.len(), db.activity.iter().rev(), activity_row),
        None => page.counted(db.activity.iter().rev().filter(wanted), activity_row),
    };
    success(json!({
        "totalresults": rows.total, "startnumber": rows.start, "activity": {"entry": rows.page},
    }))
}

/// A date in this installation's own form, `DD/MM/YYYY`, or in the usual one.
fn localised(text: &str) -> Option<Date> {
    Date::strptime("%d/%m/%Y", text).or_else(|_| text.parse()).ok()
}

fn activity_row(it: &Activity) -> Value {
    json!({
        "id": it.id, "clientId": it.client_id, "userId": it.user_id, "adminId": it.admin_id,
        "date": moment(Some(it.date)), "description": html(&it.description), "username": html(&it.username),
        "ipaddress": it.ip, "userid": it.client_id,
    })
}

/// `LogActivity`: writes into the activity log in the caller's name.
pub(super) fn log_activity(db: &mut Db, ask: &Ask) -> Answer {
    let Some(description) = ask.params.get("description") else { return refuse("Description is required") };
    let client = match ask.params.id("clientid").or_else(|| ask.params.id("userid")) {
        Some(id) if db.clients.get(id).is_none() => return refuse("Client ID Not Found"),
        client => client.unwrap_or(0),
    };
    log(db, ask, client, description);
    success(json!({}))
}

/// `GetToDoItems`: an empty list has no key at all. Its name differs between what is documented and what is met:
/// release 8 answers `todoitems.todoitem`, release 9 `items.item`.
pub(super) fn get_to_do_items(db: &Db, ask: &Ask) -> Answer {
    let status = ask.params.get("status");
    let wanted = |it: &&ToDo| match status {
        None => true,
        Some("Incomplete") => it.is_open(),
        Some(word) => ToDoStatus::parse(word) == Some(it.status),
    };
    let rows = Page::asked(ask.params).counted(db.todos.iter().filter(wanted), |it| {
        json!({
            "id": it.id, "date": it.date.to_string(), "title": html(&it.title), "description": lines(&it.description),
            "admin": it.admin_id, "status": it.status.as_str(), "duedate": date(it.due),
        })
    });
    let (outer, inner) = match ask.style.release {
        Release::V8 => ("todoitems", "todoitem"),
        Release::V9 => ("items", "item"),
    };
    let empty = rows.page.is_empty();
    let mut answer = rows.envelope(outer, inner)?;
    if empty {
        answer.shift_remove(outer);
    }
    Ok(answer)
}

/// `UpdateToDoItem`: there is no action that makes one.
pub(super) fn update_to_do_item(db: &mut Db, ask: &Ask) -> Answer {
    let params = ask.params;
    let Some(id) = params.id("itemid").filter(|id| db.todos.get(*id).is_some()) else {
        return refuse("TODO Item ID Not Found");
    };
    let Some(admin_id) = params.id("adminid").filter(|id| db.admins.get(*id).is_some()) else {
        return refuse("Admin ID Not Found");
    };
    db.todos.update(id, |it| {
        it.admin_id = admin_id;
        it.status = ToDoStatus::parse(params.text("status")).unwrap_or(it.status);
        it.date = params.date("date").unwrap_or(it.date);
        it.due = params.date("duedate").or(it.due);
        params.set("title", &mut it.title);
        params.set("description", &mut it.description);
    });
    success(json!({"itemid": id}))
}

/// `GetStats`: every counter of the staff's front page in one flat answer.
pub(super) fn get_stats(db: &Db, ask: &Ask) -> Answer {
    let today = ask.now.date();
    let mut out = Map::new();
    income(db, today, &mut out);
    orders(db, today, &mut out);
    let open: Vec<_> = db.tickets.open().collect();
    let statuses = &db.settings.ticket_statuses;
    let in_status = |title: &str| open.iter().filter(|it| it.status == title).count();
    let awaiting: usize = statuses.iter().filter(|it| it.awaiting).map(|it| in_status(&it.title)).sum();
    let active: usize = statuses.iter().filter(|it| it.active).map(|it| in_status(&it.title)).sum();
    let flagged = open.iter().filter(|it| it.flag == ask.caller.admin_id).count();
    for (key, count) in [
        ("tickets_allactive", active),
        ("tickets_awaitingreply", awaiting),
        ("tickets_flaggedtickets", flagged),
        ("tickets_open", in_status("Open")),
        ("tickets_answered", in_status("Answered")),
        ("tickets_customerreply", in_status("Customer-Reply")),
        ("tickets_closed", db.tickets.len() - open.len()),
        ("tickets_onhold", in_status("On Hold")),
        ("tickets_inprogress", in_status("In Progress")),
        ("cancellations_pending", db.cancel_requests.len()),
        ("todoitems_due", db.todos.open().filter(|it| it.due.is_some_and(|due| due <= today)).count()),
        ("networkissues_open", 0),
        ("billableitems_uninvoiced", db.billable.open().count()),
        ("quotes_valid", 0),
        ("staff_online", db.admins.iter().filter(|it| it.session.is_some()).count()),
    ] {
        out.insert(key.to_owned(), count.into());
    }
    if let Some(days) = ask.params.int("timeline_days") {
        out.insert("timeline_data".to_owned(), timeline(db, today, days.clamp(0, 90)));
    }
    success(out.into())
}

fn income(db: &Db, today: Date, out: &mut Map<String, Value>) {
    let (mut day, mut month, mut year, mut all) = (0, 0, 0, 0);
    for it in db.transactions.iter() {
        let (at, yen) = (it.date.date(), it.amount_in - it.fees - it.amount_out);
        all += yen;
        if at.year() == today.year() {
            year += yen;
            if at.month() == today.month() {
                month += yen;
                if at == today {
                    day += yen;
                }
            }
        }
    }
    for (key, yen) in [("today", day), ("thismonth", month), ("thisyear", year), ("alltime", all)] {
        out.insert(format!("income_{key}"), price(yen, db.settings.currencies.first()).into());
    }
}

fn orders(db: &Db, today: Date, out: &mut Map<String, Value>) {
    out.insert("orders_pending".to_owned(), db.orders.open().count().into());
    let yesterday = today.saturating_sub(1.day());
    let year: Vec<&Order> =
        db.orders.iter().filter(|it| it.date.year() == today.year() || it.date.date() == yesterday).collect();
    for (name, day) in [("today", today), ("yesterday", yesterday)] {
        let of = |status: Option<&str>| {
            let that_day = year.iter().filter(|it| it.date.date() == day);
            that_day.filter(|it| status.is_none_or(|word| it.status == word)).count()
        };
        for status in ["Cancelled", "Pending", "Fraud", "Active"] {
            out.insert(format!("orders_{name}_{}", status.to_lowercase()), of(Some(status)).into());
        }
        out.insert(format!("orders_{name}_total"), of(None).into());
    }
    let this_year = year.iter().filter(|it| it.date.year() == today.year());
    let this_month = this_year.clone().filter(|it| it.date.month() == today.month()).count();
    out.insert("orders_thismonth_total".to_owned(), this_month.into());
    out.insert("orders_thisyear_total".to_owned(), this_year.count().into());
}

/// Counts and sums by day, oldest first.
fn timeline(db: &Db, today: Date, days: i64) -> Value {
    let from = today.saturating_sub(Span::new().days(days));
    let series = |values: &mut dyn Iterator<Item = (Date, i64)>| {
        let mut out: Map<String, Value> =
            from.series(1.day()).take_while(|it| *it <= today).map(|it| (it.to_string(), 0.into())).collect();
        for (day, value) in values.filter(|(day, _)| *day >= from && *day <= today) {
            if let Some(sum) = out.get_mut(&day.to_string()) {
                *sum = (sum.as_i64().unwrap_or(0) + value).into();
            }
        }
        Value::Object(out)
    };
    let orders = |status: Option<&'static str>| {
        db.orders.iter().filter(move |it| status.is_none_or(|word| it.status == word)).map(|it| (it.date.date(), 1))
    };
    json!({
        "new_orders": series(&mut orders(None)),
        "accepted_orders": series(&mut orders(Some("Active"))),
        "income": series(&mut db.transactions.iter().map(|it| (it.date.date(), it.amount_in))),
        "expenditure": series(&mut db.transactions.iter().map(|it| (it.date.date(), it.amount_out + it.fees))),
        "new_tickets": series(&mut db.tickets.iter().map(|it| (it.date.date(), 1))),
    })
}
