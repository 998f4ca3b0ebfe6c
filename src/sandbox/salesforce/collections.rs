//! Up to two hundred records in one call. Their errors call the code `statusCode`, unlike all others.

use serde_json::{Map, Value, json};

use super::db::Db;
use super::error::ApiError;
use super::flows;
use super::http::{Answer, Call};
use super::records;
use super::schema::{self, Object};

/// Records in one call.
const MOST: usize = 200;

/// `GET /composite/sobjects/X?ids=&fields=`: null stands in place of what is not there.
pub fn get(db: &Db, call: &Call, name: &str) -> Result<Answer, ApiError> {
    let ids: Vec<&str> = call.param("ids").unwrap_or_default().split(',').filter(|id| !id.is_empty()).collect();
    retrieve(db, call, name, &ids, call.param("fields"))
}

/// `POST /composite/sobjects/X` with `{"ids":[…],"fields":[…]}`: the same for more ids than an address can hold.
pub fn get_by_post(db: &Db, call: &Call, name: &str) -> Result<Answer, ApiError> {
    let body = call.body.as_ref().unwrap_or(&Value::Null);
    let texts =
        |name: &str| body[name].as_array().map(|list| list.iter().filter_map(Value::as_str).collect::<Vec<_>>());
    let ids = texts("ids").ok_or_else(|| ApiError::bad_body("The request body must have a list of ids."))?;
    retrieve(db, call, name, &ids, texts("fields").map(|fields| fields.join(",")).as_deref())
}

fn retrieve(db: &Db, call: &Call, name: &str, ids: &[&str], fields: Option<&str>) -> Result<Answer, ApiError> {
    let object = records::object(name)?;
    check_count(ids.len())?;
    let fields = fields.ok_or_else(|| ApiError::new("MISSING_ARGUMENT", "The fields parameter is required"))?;
    let found: Result<Vec<Value>, ApiError> = ids
        .iter()
        .map(|id| match records::find(db, object, id) {
            Ok(record) => records::write(record, Some(fields), &call.version),
            Err(_) => Ok(Value::Null),
        })
        .collect();
    Ok(Answer::ok(Value::Array(found?)))
}

/// `POST /composite/sobjects`
pub fn create(db: &mut Db, call: &Call) -> Result<Answer, ApiError> {
    each(db, call, |db, object, mut fields| {
        if call.assigns {
            flows::assign(object, &mut fields);
        }
        records::create_one(db, object, fields).map(|id| json!({"id": id, "success": true, "errors": []}))
    })
}

/// `PATCH /composite/sobjects`
pub fn update(db: &mut Db, call: &Call) -> Result<Answer, ApiError> {
    each(db, call, |db, object, mut fields| {
        let id = take(&mut fields, "Id")
            .ok_or_else(|| ApiError::new("MISSING_ARGUMENT", "Id not specified in an update call"))?;
        records::update_one(db, object, &id, fields)?;
        Ok(json!({"id": id, "success": true, "errors": []}))
    })
}

/// `PATCH /composite/sobjects/X/ExternalField`
pub fn upsert(db: &mut Db, call: &Call, name: &str, field: &str) -> Result<Answer, ApiError> {
    let named = records::object(name)?;
    each(db, call, |db, object, mut fields| {
        if object.name != named.name {
            return Err(ApiError::new("INVALID_TYPE", "The records must be of the type in the path"));
        }
        let value = take(&mut fields, field)
            .ok_or_else(|| ApiError::new("MISSING_ARGUMENT", format!("{field} not specified")).on(field))?;
        let (id, created) = records::upsert_one(db, object, field, &value, fields)?;
        Ok(json!({"id": id, "success": true, "errors": [], "created": created}))
    })
}

/// `DELETE /composite/sobjects?ids=&allOrNone=`
pub fn delete(db: &mut Db, call: &Call) -> Result<Answer, ApiError> {
    let ids: Vec<String> =
        call.param("ids").unwrap_or_default().split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect();
    check_count(ids.len())?;
    let all_or_none = call.param("allOrNone") == Some("true");
    Ok(run(db, all_or_none, ids, |db, id| {
        let object = db
            .get(&id)
            .map(|record| record.object)
            .ok_or_else(|| ApiError::new("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id"))?;
        records::delete_one(db, object, &id)?;
        Ok(json!({"id": id, "success": true, "errors": []}))
    }))
}

/// `POST /composite/tree/X`: records with their children, all or none.
pub fn tree(db: &mut Db, call: &Call, name: &str) -> Result<Answer, ApiError> {
    let object = records::object(name)?;
    let list = list(call)?;
    let mut results = Vec::new();
    let done = db.transaction(|db| list.into_iter().try_for_each(|record| plant(db, object, record, &mut results)));
    Ok(match done {
        Ok(()) => Answer::with(201, json!({"hasErrors": false, "results": results})),
        Err((reference, error)) => Answer::with(
            400,
            json!({"hasErrors": true, "results": [{"referenceId": reference, "errors": [error.to_collection_json()]}]}),
        ),
    })
}

fn plant(
    db: &mut Db,
    object: &'static Object,
    record: Map<String, Value>,
    results: &mut Vec<Value>,
) -> Result<(), (String, ApiError)> {
    let reference = record
        .get("attributes")
        .and_then(|attributes| attributes["referenceId"].as_str())
        .unwrap_or_default()
        .to_owned();
    let (children, fields): (Vec<_>, Vec<_>) =
        record.into_iter().partition(|(name, value)| name != "attributes" && value.is_object());
    let fail = |error| (reference.clone(), error);
    let id = records::create_one(db, object, fields.into_iter().collect()).map_err(fail)?;
    results.push(json!({"referenceId": reference, "id": id}));
    for (relationship, list) in children {
        let (child, column) = object.children(&relationship).ok_or_else(|| {
            fail(ApiError::new("INVALID_FIELD", format!("No such relationship '{relationship}' on {}", object.name)))
        })?;
        for record in list["records"].as_array().cloned().unwrap_or_default() {
            let Value::Object(mut record) = record else { continue };
            record.insert(child.field(column).name.to_owned(), json!(id));
            plant(db, child, record, results)?;
        }
    }
    Ok(())
}

fn check_count(count: usize) -> Result<(), ApiError> {
    if count > MOST {
        let message = format!("record limit reached. cannot submit more than {MOST} records in this call");
        return Err(ApiError::new("EXCEEDED_ID_LIMIT", message));
    }
    Ok(())
}

fn list(call: &Call) -> Result<Vec<Map<String, Value>>, ApiError> {
    let body = call.body.as_ref().unwrap_or(&Value::Null);
    let Some(list) = body["records"].as_array() else {
        return Err(ApiError::bad_body("The request body must be an object with a list of records."));
    };
    check_count(list.len())?;
    list.iter()
        .map(|record| record.as_object().cloned().ok_or_else(|| ApiError::bad_body("A record must be an object.")))
        .collect()
}

fn each(
    db: &mut Db,
    call: &Call,
    work: impl Fn(&mut Db, &'static Object, Map<String, Value>) -> Result<Value, ApiError>,
) -> Result<Answer, ApiError> {
    let records = list(call)?;
    let all_or_none = call.body.as_ref().is_some_and(|body| body["allOrNone"] == true);
    Ok(run(db, all_or_none, records, |db, record| {
        let name = record.get("attributes").and_then(|attributes| attributes["type"].as_str()).unwrap_or_default();
        let object = schema::object(name).ok_or_else(|| ApiError::no_such_object(name))?;
        work(db, object, record)
    }))
}

/// Does each on its own, or all as a whole: then the innocent are rolled back with the guilty and say so.
fn run<T>(
    db: &mut Db,
    all_or_none: bool,
    items: Vec<T>,
    work: impl Fn(&mut Db, T) -> Result<Value, ApiError>,
) -> Answer {
    let results = db.transaction(|db| {
        let results: Vec<Result<Value, ApiError>> =
            items.into_iter().map(|item| db.transaction(|db| work(db, item))).collect();
        if all_or_none && results.iter().any(Result::is_err) { Err(results) } else { Ok(results) }
    });
    let failed = |error: &ApiError| json!({"success": false, "errors": [error.to_collection_json()]});
    let rolled_back = ApiError::new(
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "Record rolled back because not all records were valid and the request was using AllOrNone header",
    );
    let written: Vec<Value> = match results {
        Ok(results) => results.into_iter().map(|result| result.unwrap_or_else(|error| failed(&error))).collect(),
        Err(results) => results.iter().map(|result| failed(result.as_ref().err().unwrap_or(&rolled_back))).collect(),
    };
    Answer::ok(Value::Array(written))
}

fn take(fields: &mut Map<String, Value>, name: &str) -> Option<String> {
    let key = fields.keys().find(|key| key.eq_ignore_ascii_case(name))?.clone();
    fields.remove(&key)?.as_str().map(str::to_owned)
}
