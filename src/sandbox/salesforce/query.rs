//! The query resource: first pages, further pages, and what the columns are.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError};

use serde_json::{Value, json};

use super::error::ApiError;
use super::http::{Answer, Call, Site};
use super::id::Id;
use super::soql::{self, Plan, Scene, columns};

/// Rows per page: the most, and what is answered unless less is asked for.
const PAGE: usize = 2000;

/// The least a client may ask for.
const SMALLEST_PAGE: usize = 200;

/// Open cursors kept. The vendor keeps them two days; here the oldest makes room.
const KEPT: usize = 200;

/// A query whose rows did not fit on one page.
struct Cursor {
    locator: String,
    plan: Arc<Plan>,
    rows: Arc<[String]>,
    page: usize,
}

/// The cursors that are open.
#[derive(Default)]
pub struct Cursors {
    open: VecDeque<Cursor>,
    count: u64,
}

impl std::fmt::Debug for Cursors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cursors").field("open", &self.open.len()).finish_non_exhaustive()
    }
}

/// `GET /query?q=…`
pub fn first(site: &Site, scene: Scene<'_>, call: &Call) -> Result<Answer, ApiError> {
    let query = call
        .param("q")
        .filter(|query| !query.trim().is_empty())
        .ok_or_else(|| ApiError::new("MALFORMED_QUERY", "SOQL query cannot be empty"))?;
    let plan = Plan::new(scene, query)?;
    if call.param("columns") == Some("true") {
        return Ok(Answer::ok(columns::metadata(&plan)));
    }
    let rows = match plan.run(scene.db) {
        soql::Answer::Count(count) => return Ok(Answer::ok(json!({"totalSize": count, "done": true, "records": []}))),
        soql::Answer::Groups(rows) => {
            return Ok(Answer::ok(json!({"totalSize": rows.len(), "done": true, "records": rows})));
        }
        soql::Answer::Rows(rows) => rows,
    };
    let page = call.batch_size.map_or(PAGE, |size| size.clamp(SMALLEST_PAGE, PAGE));
    let records: Vec<Value> = rows.iter().take(page).map(|row| plan.write(scene, *row, &call.version)).collect();
    let total = rows.len();
    if total <= page {
        return Ok(Answer::ok(json!({"totalSize": total, "done": true, "records": records})));
    }
    let rows: Arc<[String]> = rows.iter().map(|row| row.id().to_owned()).collect();
    let mut cursors = site.cursors.lock().unwrap_or_else(PoisonError::into_inner);
    cursors.count += 1;
    let locator = Id::nth("0r8", cursors.count).to_string();
    let next = format!("/services/data/v{}/query/{locator}-{page}", call.version);
    if cursors.open.len() == KEPT {
        cursors.open.pop_front();
    }
    cursors.open.push_back(Cursor { locator, plan: Arc::new(plan), rows, page });
    Ok(Answer::ok(json!({"totalSize": total, "done": false, "nextRecordsUrl": next, "records": records})))
}

/// `GET /query/0r8…-2000`: the rows from there on. A locator may be asked again.
pub fn next(site: &Site, scene: Scene<'_>, call: &Call, locator: &str) -> Result<Answer, ApiError> {
    let invalid = || ApiError::new("INVALID_QUERY_LOCATOR", "invalid query locator");
    let (locator, from) = locator.rsplit_once('-').ok_or_else(invalid)?;
    let from: usize = from.parse().map_err(|_| invalid())?;
    let (plan, rows, page) = {
        let cursors = site.cursors.lock().unwrap_or_else(PoisonError::into_inner);
        let cursor = cursors.open.iter().find(|cursor| cursor.locator == locator).ok_or_else(invalid)?;
        (Arc::clone(&cursor.plan), Arc::clone(&cursor.rows), cursor.page)
    };
    let rest = rows.get(from..).ok_or_else(invalid)?;
    let page = call.batch_size.map_or(page, |size| size.clamp(SMALLEST_PAGE, PAGE));
    let records: Vec<Value> = rest
        .iter()
        .take(page)
        .filter_map(|id| scene.db.get(id))
        .map(|row| plan.write(scene, row, &call.version))
        .collect();
    let mut answer = json!({"totalSize": rows.len(), "done": rest.len() <= page});
    if rest.len() > page {
        answer["nextRecordsUrl"] = json!(format!("/services/data/v{}/query/{locator}-{}", call.version, from + page));
    }
    answer["records"] = Value::Array(records);
    Ok(Answer::ok(answer))
}
