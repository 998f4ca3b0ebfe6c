//! The table of resources: which path is answered by which room.

use axum::http::Method;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::db::Db;
use super::error::ApiError;
use super::events::bus::HOURLY_PUBLISHED;
use super::http::{Answer, Call, DAILY_CALLS, Site};
use super::soql::Scene;
use super::{collections, composite, describe, events, query, records, schema, search, setup};

/// Versions served, newest last, with the release they came with. Any number from 31 up is accepted all the same.
const RELEASES: &[(&str, &str)] = &[
    ("Winter '25", "62.0"),
    ("Spring '25", "63.0"),
    ("Summer '25", "64.0"),
    ("Winter '26", "65.0"),
    ("Spring '26", "66.0"),
    ("Summer '26", "67.0"),
    ("Winter '27", "68.0"),
];

/// Versions up to this one are retired.
const RETIRED: f64 = 30.0;

/// `GET /services/data`, the one resource that needs no session.
pub fn versions() -> Answer {
    let list: Vec<Value> = RELEASES
        .iter()
        .map(
            |(label, version)| json!({"label": label, "url": format!("/services/data/v{version}"), "version": version}),
        )
        .collect();
    Answer::ok(Value::Array(list))
}

/// Refuses what is no version (404) and what is retired (410).
pub fn check_version(version: &str) -> Result<(), ApiError> {
    let number: f64 = version.parse().ok().filter(|it: &f64| it.is_finite()).ok_or_else(ApiError::not_found)?;
    if number <= RETIRED {
        let message = "GONE: This API version is no longer available";
        return Err(ApiError::new("UNSUPPORTED_API_VERSION", message).with_status(410));
    }
    Ok(())
}

/// Answers a call that only looks.
pub fn read(site: &Site, db: &Db, now: Timestamp, call: &Call) -> Result<Answer, ApiError> {
    let scene = Scene { db, now, deleted: false };
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    match path.as_slice() {
        [] => Ok(resources(call)),
        ["query"] | ["tooling", "query"] => query::first(site, scene, call),
        ["queryAll"] => query::first(site, Scene { deleted: true, ..scene }, call),
        ["query" | "queryAll", locator] => query::next(site, scene, call, locator),
        ["search"] => search::sosl(scene, call),
        ["parameterizedSearch"] => search::parameterized(scene, call),
        ["sobjects"] => Ok(describe::all(&call.version)),
        ["sobjects", object] => describe::basic(db, object, &call.version),
        ["sobjects", object, "describe"] => describe::full(object, &call.version),
        ["sobjects", object, "updated"] => records::updated(scene, call, object),
        ["sobjects", object, "deleted"] => records::deleted(scene, call, object),
        ["sobjects", object, id] => records::get(db, call, object, id),
        ["sobjects", object, field, value] => records::get_by_external_id(db, call, object, field, value),
        ["composite", "sobjects", object] if call.method == Method::POST => collections::get_by_post(db, call, object),
        ["composite", "sobjects", object] => collections::get(db, call, object),
        ["event", "eventSchema", id] => events::rest::schema(call, id),
        ["limits"] => Ok(limits(site, db, now)),
        ["limits", "recordCount"] => Ok(record_count(db, call)),
        ["recent"] => Ok(Answer::ok(json!([]))),
        ["composite", ..] => Err(not_allowed(call)),
        _ => Err(ApiError::not_found()),
    }
}

/// Answers a call that changes something, and any other too: composite calls mix them.
pub fn write(site: &Site, db: &mut Db, now: Timestamp, call: &Call) -> Result<Answer, ApiError> {
    if call.only_reads() {
        return read(site, db, now, call);
    }
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    match (&call.method, path.as_slice()) {
        (&Method::POST, ["composite"]) => composite::run(site, db, now, call),
        (&Method::POST, ["composite", "batch"]) => composite::batch(site, db, now, call),
        (&Method::POST, ["composite", "graph"]) => composite::graph(site, db, now, call),
        (&Method::POST, ["composite", "tree", object]) => collections::tree(db, call, object),
        (&Method::POST, ["composite", "sobjects"]) => collections::create(db, call),
        (&Method::PATCH, ["composite", "sobjects"]) => collections::update(db, call),
        (&Method::PATCH, ["composite", "sobjects", object, field]) => collections::upsert(db, call, object, field),
        (&Method::DELETE, ["composite", "sobjects"]) => collections::delete(db, call),
        (&Method::POST, ["sobjects", object]) => match events::rest::event(object) {
            Some(event) => events::rest::publish(db, call, event),
            None => records::create(db, call, object),
        },
        (&Method::PATCH, ["sobjects", object, id]) => records::update(db, call, object, id),
        (&Method::DELETE, ["sobjects", object, id]) => records::delete(db, object, id),
        (&Method::PATCH, ["sobjects", object, field, value]) => records::upsert(db, call, object, field, value),
        (_, ["query" | "queryAll" | "search" | "limits" | "composite" | "sobjects" | "recent", ..]) => {
            Err(not_allowed(call))
        }
        _ => Err(ApiError::not_found()),
    }
}

fn not_allowed(call: &Call) -> ApiError {
    let message = format!("HTTP Method '{}' not allowed. Allowed are HEAD,GET,POST,PATCH,DELETE", call.method);
    ApiError::new("METHOD_NOT_ALLOWED", message).with_status(405)
}

/// `GET /services/data/vNN.0`: every resource by name.
fn resources(call: &Call) -> Answer {
    let base = format!("/services/data/v{}", call.version);
    let names = [
        "sobjects",
        "query",
        "queryAll",
        "search",
        "parameterizedSearch",
        "composite",
        "limits",
        "recent",
        "tooling",
        "event",
    ];
    let mut map: Map<String, Value> =
        names.iter().map(|name| ((*name).to_owned(), json!(format!("{base}/{name}")))).collect();
    // Clients take the identity's address from here. It is the only one with a host, because it may be another host.
    let identity = format!("{}/id/{}/{}", call.origin, setup::org_id(), setup::user_id());
    map.insert("identity".to_owned(), json!(identity));
    Answer::ok(Value::Object(map))
}

fn limits(site: &Site, db: &Db, now: Timestamp) -> Answer {
    let left = DAILY_CALLS.saturating_sub(site.used());
    let (deliveries, deliveries_left) = db.events.deliveries(now);
    Answer::ok(json!({
        "DailyApiRequests": {"Max": DAILY_CALLS, "Remaining": left},
        "DataStorageMB": {"Max": 1024, "Remaining": 1000},
        "DailyDeliveredPlatformEvents": {"Max": deliveries, "Remaining": deliveries_left},
        "HourlyPublishedPlatformEvents": {"Max": HOURLY_PUBLISHED, "Remaining": db.events.publishable(now)},
        "SingleEmail": {"Max": 5000, "Remaining": 5000},
    }))
}

fn record_count(db: &Db, call: &Call) -> Answer {
    let wanted = call.param("sObjects").map(|list| list.split(',').map(str::trim).collect::<Vec<_>>());
    let counts: Vec<Value> = schema::objects()
        .iter()
        .filter(|object| {
            wanted.as_ref().is_none_or(|wanted| wanted.iter().any(|w| w.eq_ignore_ascii_case(object.name)))
        })
        .map(|object| json!({"count": db.rows(object.name).count(), "name": object.name}))
        .collect();
    Answer::ok(json!({"sObjects": counts}))
}
