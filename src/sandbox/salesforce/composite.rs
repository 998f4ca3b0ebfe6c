//! Several calls in one: composite (with references between them), batch (independent), graph.

use axum::http::Method;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::api;
use super::db::Db;
use super::error::ApiError;
use super::http::{Answer, Call, Site};
use super::reference::resolve;

/// Calls in one composite call or batch, and how many of them may be queries or collections.
const MOST: usize = 25;
const MOST_QUERIES: usize = 5;

/// Graphs in a call, and calls in all of them.
const MOST_GRAPHS: usize = 75;
const MOST_NODES: usize = 500;

/// One part of a composite call.
struct Part {
    reference: String,
    method: Method,
    url: String,
    headers: Value,
    body: Option<Value>,
}

/// `POST /composite`. The whole is 200 even when parts failed.
pub fn run(site: &Site, db: &mut Db, now: Timestamp, call: &Call) -> Result<Answer, ApiError> {
    let body = call.body.as_ref().unwrap_or(&Value::Null);
    let parts = parts(&body["compositeRequest"])?;
    if parts.len() > MOST {
        return Err(too_many(MOST));
    }
    let queries = parts.iter().filter(|part| is_query(&part.url)).count();
    if queries > MOST_QUERIES {
        let message =
            format!("Cannot perform more than {MOST_QUERIES} query, query more or sobject collection operations");
        return Err(ApiError::new("PROCESSING_HALTED", message));
    }
    let all_or_none = body["allOrNone"] == true;
    let (responses, _) = sequence(site, db, now, &parts, all_or_none);
    Ok(Answer::ok(json!({"compositeResponse": responses})))
}

fn is_query(url: &str) -> bool {
    let path = url.split('?').next().unwrap_or_default();
    path.split('/').any(|part| matches!(part, "query" | "queryAll")) || path.contains("/composite/sobjects")
}

fn too_many(most: usize) -> ApiError {
    ApiError::new("PROCESSING_HALTED", format!("The number of subrequests cannot exceed {most}"))
}

fn parts(list: &Value) -> Result<Vec<Part>, ApiError> {
    let list = list.as_array().ok_or_else(|| ApiError::bad_body("compositeRequest must be a list"))?;
    list.iter()
        .map(|part| {
            let text = |name: &str| {
                part[name].as_str().ok_or_else(|| ApiError::bad_body(format!("{name} is missing in a subrequest")))
            };
            let method = text("method")?.to_ascii_uppercase();
            Ok(Part {
                reference: text("referenceId")?.to_owned(),
                method: method.parse().map_err(ApiError::bad_body)?,
                url: text("url")?.to_owned(),
                headers: part["httpHeaders"].clone(),
                body: part.get("body").filter(|body| !body.is_null()).cloned(),
            })
        })
        .collect()
}

/// Runs parts one after another; false when any failed. All or none takes back what the others did.
fn sequence(site: &Site, db: &mut Db, now: Timestamp, parts: &[Part], all_or_none: bool) -> (Vec<Value>, bool) {
    let mut answers: Vec<(String, Answer)> = Vec::new();
    let done: Result<(), usize> = db.transaction(|db| {
        let mut failed = None;
        for (place, part) in parts.iter().enumerate() {
            let answer = db.transaction(|db| match one(site, db, now, part, &answers) {
                Ok(answer) => Ok(answer),
                Err(error) => Err(Answer::from(error)),
            });
            let answer = answer.unwrap_or_else(|failed| failed);
            let bad = answer.status >= 400;
            answers.push((part.reference.clone(), answer));
            if bad {
                failed.get_or_insert(place);
                if all_or_none {
                    break;
                }
            }
        }
        failed.map_or(Ok(()), |place| if all_or_none { Err(place) } else { Ok(()) })
    });
    if let Err(guilty) = done {
        let message = "The transaction was rolled back since another operation in the same transaction failed.";
        let halted = Answer::from(ApiError::new("PROCESSING_HALTED", message));
        let guilty_answer = answers.pop().map_or_else(|| halted.clone(), |(_, answer)| answer);
        answers = parts
            .iter()
            .enumerate()
            .map(|(place, part)| {
                (part.reference.clone(), if place == guilty { guilty_answer.clone() } else { halted.clone() })
            })
            .collect();
    }
    let good = answers.iter().all(|(_, answer)| answer.status < 400);
    let responses = answers
        .into_iter()
        .map(|(reference, answer)| {
            let mut headers = answer.location.map_or(json!({}), |location| json!({"Location": location}));
            if let Some(etag) = answer.etag {
                headers["ETag"] = json!(etag);
            }
            json!({
                "body": answer.body,
                "httpHeaders": headers,
                "httpStatusCode": answer.status,
                "referenceId": reference,
            })
        })
        .collect();
    (responses, good)
}

fn one(site: &Site, db: &mut Db, now: Timestamp, part: &Part, before: &[(String, Answer)]) -> Result<Answer, ApiError> {
    let known = |reference: &str| before.iter().find(|(name, _)| name == reference).map(|(_, answer)| answer);
    let url = resolve(&part.url, &known)?;
    let mut body = part.body.clone();
    if let Some(body) = &mut body {
        resolve_in(body, &known)?;
    }
    let mut call = Call::parse(part.method.clone(), &url, body).ok_or_else(ApiError::not_found)?;
    api::check_version(&call.version)?;
    call.set_headers(|name| header(&part.headers, name))?;
    // A composite call cannot hold another, nor a search, which the vendor does not list either.
    if call.path.first().is_some_and(|first| first == "composite") && call.path.get(1).is_none_or(|p| p != "sobjects") {
        return Err(
            ApiError::new("NOT_FOUND", "The requested resource cannot be used in a composite request").with_status(404)
        );
    }
    api::write(site, db, now, &call)
}

fn header<'a>(headers: &'a Value, name: &str) -> Option<&'a str> {
    headers.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?.1.as_str()
}

fn resolve_in<'a>(value: &mut Value, known: &impl Fn(&str) -> Option<&'a Answer>) -> Result<(), ApiError> {
    match value {
        Value::String(text) if text.contains("@{") => *text = resolve(text, known)?,
        Value::Array(list) => list.iter_mut().try_for_each(|item| resolve_in(item, known))?,
        Value::Object(map) => map.values_mut().try_for_each(|item| resolve_in(item, known))?,
        _ => {}
    }
    Ok(())
}

/// `POST /composite/batch`: independent calls, whose addresses leave `/services/data` out.
pub fn batch(site: &Site, db: &mut Db, now: Timestamp, call: &Call) -> Result<Answer, ApiError> {
    let body = call.body.as_ref().unwrap_or(&Value::Null);
    let list = body["batchRequests"].as_array().ok_or_else(|| ApiError::bad_body("batchRequests must be a list"))?;
    if list.len() > MOST {
        return Err(too_many(MOST));
    }
    let halt = body["haltOnError"] == true;
    let mut failed = false;
    let mut results = Vec::new();
    for request in list {
        let answer = if failed && halt {
            let message = "The batch processing was halted by an error in an earlier request";
            Answer::from(ApiError::new("BATCH_PROCESSING_HALTED", message).with_status(412))
        } else {
            db.transaction(|db| independent(site, db, now, request).map_err(Answer::from)).unwrap_or_else(|error| error)
        };
        failed |= answer.status >= 400;
        results.push(json!({"statusCode": answer.status, "result": answer.body}));
    }
    Ok(Answer::ok(json!({"hasErrors": failed, "results": results})))
}

fn independent(site: &Site, db: &mut Db, now: Timestamp, request: &Value) -> Result<Answer, ApiError> {
    let url = request["url"].as_str().ok_or_else(|| ApiError::bad_body("url is missing in a batch request"))?;
    let method = request["method"].as_str().unwrap_or("GET").to_ascii_uppercase();
    let method = method.parse().map_err(ApiError::bad_body)?;
    let rest = url.trim_start_matches('/');
    let rest = rest.strip_prefix("services/data/").unwrap_or(rest);
    let body = request.get("richInput").filter(|body| !body.is_null()).cloned();
    let call = Call::parse(method, &format!("/services/data/{rest}"), body).ok_or_else(ApiError::not_found)?;
    api::check_version(&call.version)?;
    if call.path.first().is_some_and(|first| first == "composite") {
        return Err(ApiError::not_found());
    }
    api::write(site, db, now, &call)
}

/// `POST /composite/graph`: each graph is done as a whole or not at all.
pub fn graph(site: &Site, db: &mut Db, now: Timestamp, call: &Call) -> Result<Answer, ApiError> {
    let body = call.body.as_ref().unwrap_or(&Value::Null);
    let list = body["graphs"].as_array().ok_or_else(|| ApiError::bad_body("graphs must be a list"))?;
    let graphs: Vec<(Value, Vec<Part>)> = list
        .iter()
        .map(|graph| Ok((graph["graphId"].clone(), parts(&graph["compositeRequest"])?)))
        .collect::<Result<_, ApiError>>()?;
    if graphs.len() > MOST_GRAPHS || graphs.iter().map(|(_, parts)| parts.len()).sum::<usize>() > MOST_NODES {
        return Err(too_many(MOST_NODES));
    }
    let answers: Vec<Value> = graphs
        .iter()
        .map(|(id, parts)| {
            let (responses, good) = sequence(site, db, now, parts, true);
            json!({"graphId": id, "graphResponse": {"compositeResponse": responses}, "isSuccessful": good})
        })
        .collect();
    Ok(Answer::ok(json!({"graphs": answers})))
}
