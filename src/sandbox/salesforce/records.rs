//! One record at a time: read, create, change, delete, and upsert by external id.

use axum::http::Method;
use serde_json::{Map, Value, json};

use super::accept;
use super::cell::{self, Cell};
use super::conditions;
use super::db::Db;
use super::error::ApiError;
use super::flows;
use super::http::{Answer, Call};
use super::id::Id;
use super::row::Record;
use super::schema::{self, Access, Column, Field, Kind, Object};
use super::soql::Scene;
use super::validation;

/// An object named in a path; this org may not have it (404).
pub fn object(name: &str) -> Result<&'static Object, ApiError> {
    schema::object(name).ok_or_else(ApiError::not_found)
}

/// The live record of an object by id of 15 or 18 characters.
pub fn find<'a>(db: &'a Db, object: &'static Object, id: &str) -> Result<Record<'a>, ApiError> {
    let record = db.get(id).filter(|record| record.object.name == object.name).ok_or_else(ApiError::not_found)?;
    if record.is_deleted() {
        return Err(ApiError::new("ENTITY_IS_DELETED", "entity is deleted").with_status(404));
    }
    Ok(record)
}

/// `GET /sobjects/X/id?fields=a,b`
pub fn get(db: &Db, call: &Call, name: &str, id: &str) -> Result<Answer, ApiError> {
    let record = find(db, object(name)?, id)?;
    call.conditions.hold(record)?;
    if call.conditions.is_known(record) {
        return Ok(Answer::not_modified());
    }
    let body = write(record, call.param("fields"), &call.version)?;
    Ok(Answer { etag: conditions::etag(record), ..Answer::ok(body) })
}

/// `GET /sobjects/X/ExternalField/value`
pub fn get_by_external_id(db: &Db, call: &Call, name: &str, field: &str, value: &str) -> Result<Answer, ApiError> {
    let object = object(name)?;
    let found = by_external_id(db, object, field, value)?.ok_or_else(ApiError::not_found)?;
    Ok(Answer::ok(write(found, call.param("fields"), &call.version)?))
}

/// A record with the fields named, or with all.
pub fn write(record: Record<'_>, fields: Option<&str>, version: &str) -> Result<Value, ApiError> {
    let object = record.object;
    let columns: Vec<Column> = match fields {
        None => (0..object.fields.len() as Column).collect(),
        Some(names) => names
            .split(',')
            .map(|name| object.column(name.trim()).ok_or_else(|| no_field(object, name.trim())))
            .collect::<Result<_, _>>()?,
    };
    let mut json = Map::new();
    json.insert("attributes".to_owned(), record.attributes(version));
    for column in columns {
        json.insert(object.field(column).name.to_owned(), record.json(column));
    }
    json.entry("Id").or_insert_with(|| json!(record.id()));
    Ok(Value::Object(json))
}

fn no_field(object: &Object, name: &str) -> ApiError {
    ApiError::new("INVALID_FIELD", format!("No such column '{name}' on sobject of type {}", object.name))
}

/// `POST /sobjects/X`
pub fn create(db: &mut Db, call: &Call, name: &str) -> Result<Answer, ApiError> {
    let (object, mut fields) = (object(name)?, body(call)?);
    if call.assigns {
        flows::assign(object, &mut fields);
    }
    let id = create_one(db, object, fields)?;
    let location = format!("/services/data/v{}/sobjects/{name}/{id}", call.version);
    Ok(Answer { location: Some(location), ..Answer::with(201, json!({"id": id, "success": true, "errors": []})) })
}

/// `PATCH /sobjects/X/id`; never creates.
pub fn update(db: &mut Db, call: &Call, name: &str, id: &str) -> Result<Answer, ApiError> {
    let object = object(name)?;
    let record = find(db, object, id)?;
    call.conditions.hold(record)?;
    let fields = body(call)?;
    if fields.keys().any(|key| key.eq_ignore_ascii_case("Id")) {
        let message = "The Id field should not be specified in the sobject data.";
        return Err(ApiError::new("INVALID_FIELD", message).on("Id"));
    }
    update_one(db, object, id, fields)?;
    Ok(Answer::nothing())
}

/// `DELETE /sobjects/X/id`
pub fn delete(db: &mut Db, name: &str, id: &str) -> Result<Answer, ApiError> {
    delete_one(db, object(name)?, id)?;
    Ok(Answer::nothing())
}

/// `PATCH /sobjects/X/ExternalField/value`: 201 when made, 200 when changed.
pub fn upsert(db: &mut Db, call: &Call, name: &str, field: &str, value: &str) -> Result<Answer, ApiError> {
    let (id, created) = upsert_one(db, object(name)?, field, value, body(call)?)?;
    let status = if created { 201 } else { 200 };
    Ok(Answer::with(status, json!({"id": id, "success": true, "errors": [], "created": created})))
}

/// Creates as a user may: only writable fields, all required ones.
pub fn create_one(db: &mut Db, object: &'static Object, fields: Map<String, Value>) -> Result<String, ApiError> {
    if !object.writable {
        return Err(cannot_write(object));
    }
    let fields = writable(db, object, fields, Access::Create)?;
    let given = |field: &Field| {
        fields
            .iter()
            .any(|(name, value)| name.eq_ignore_ascii_case(field.name) && *value != Value::Null && *value != "")
    };
    // A person account has a last name in place of a name.
    let person = fields.keys().any(|name| name.eq_ignore_ascii_case("LastName"));
    let missing: Vec<&str> = object
        .fields
        .iter()
        .filter(|field| field.required && field.default.is_none() && !given(field))
        .filter(|field| !(person && field.name == "Name"))
        .map(|field| field.name)
        .collect();
    if !missing.is_empty() {
        let message = format!("Required fields are missing: [{}]", missing.join(", "));
        let error = ApiError::new("REQUIRED_FIELD_MISSING", message);
        return Err(missing.iter().fold(error, |error, name| error.on(*name)));
    }
    db.transaction(|db| {
        let id = db.insert(object.name, fields)?;
        validation::check(db, &id, None)?;
        Ok(id)
    })
}

/// Changes as a user may: only writable fields.
pub fn update_one(db: &mut Db, object: &'static Object, id: &str, fields: Map<String, Value>) -> Result<(), ApiError> {
    if !object.writable {
        return Err(cannot_write(object));
    }
    let before = find(db, object, id)?.row.clone();
    let fields = writable(db, object, fields, Access::Write)?;
    let emptied = object.fields.iter().find(|field| {
        field.required
            && fields
                .iter()
                .any(|(name, value)| name.eq_ignore_ascii_case(field.name) && (value.is_null() || *value == ""))
    });
    if let Some(field) = emptied {
        let message = format!("Required fields are missing: [{}]", field.name);
        return Err(ApiError::new("REQUIRED_FIELD_MISSING", message).on(field.name));
    }
    db.transaction(|db| {
        db.update(id, fields)?;
        validation::check(db, id, Some(&before))
    })
}

/// Deletes as a user may.
pub fn delete_one(db: &mut Db, object: &'static Object, id: &str) -> Result<(), ApiError> {
    let record = find(db, object, id)?;
    if !object.writable || object.name == "User" {
        return Err(ApiError::new("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id"));
    }
    validation::check_delete(db, record)?;
    db.delete(id)
}

/// Creates or changes by external id, and tells which.
pub fn upsert_one(
    db: &mut Db,
    object: &'static Object,
    field: &str,
    value: &str,
    mut fields: Map<String, Value>,
) -> Result<(String, bool), ApiError> {
    if field.eq_ignore_ascii_case("Id") {
        let id = find(db, object, value)?.id().to_owned();
        update_one(db, object, &id, fields)?;
        return Ok((id, false));
    }
    fields.retain(|name, _| !name.eq_ignore_ascii_case(field));
    if let Some(id) = by_external_id(db, object, field, value)?.map(|record| record.id().to_owned()) {
        update_one(db, object, &id, fields)?;
        return Ok((id, false));
    }
    fields.insert(field.to_owned(), json!(value));
    create_one(db, object, fields).map(|id| (id, true))
}

fn by_external_id<'a>(
    db: &'a Db,
    object: &'static Object,
    field: &str,
    value: &str,
) -> Result<Option<Record<'a>>, ApiError> {
    let column = object.column(field).filter(|column| object.field(*column).external_id || *column == schema::ID);
    let column = column.ok_or_else(|| {
        let message = format!("Provided external ID field does not exist or is not accessible: {field}");
        ApiError::new("NOT_FOUND", message).with_status(404)
    })?;
    let found = db.find(object, column, value).unwrap_or_default();
    Ok(found.into_iter().find(|record| !record.is_deleted()))
}

/// The fields a user may write, with references checked to lead somewhere; anything else is refused.
fn writable(
    db: &Db,
    object: &'static Object,
    fields: Map<String, Value>,
    need: Access,
) -> Result<Map<String, Value>, ApiError> {
    let mut kept = Map::new();
    let mut refused: Vec<&str> = Vec::new();
    for (name, value) in fields {
        if name == "attributes" {
            continue;
        }
        let field = object.field(object.column(&name).ok_or_else(|| no_field(object, &name))?);
        if field.access != Access::Write && field.access != need {
            refused.push(field.name);
            continue;
        }
        if let (Kind::Reference(_), Some(text)) = (field.kind, value.as_str())
            && Id::parse(text).is_some()
            && db.get(text).is_none_or(|record| record.is_deleted())
        {
            return Err(ApiError::new("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id").on(field.name));
        }
        let value = match (field.kind, &value) {
            (Kind::Picklist(..), Value::String(word)) => match db.words.inside(object.name, field.name, word) {
                Some(word) => Value::String(word.to_owned()),
                None => return Err(accept::bad_word(field, word)),
            },
            _ => value,
        };
        kept.insert(field.name.to_owned(), value);
    }
    if refused.is_empty() {
        return Ok(kept);
    }
    let message = format!(
        "Unable to create/update fields: {}. Please check the security settings of this field and verify that it is \
         read/write for your profile or permission set.",
        refused.join(", ")
    );
    Err(refused.iter().fold(ApiError::new("INVALID_FIELD_FOR_INSERT_UPDATE", message), |error, name| error.on(*name)))
}

fn cannot_write(object: &Object) -> ApiError {
    let message = format!("entity type {} does not support create or update", object.label());
    ApiError::new("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", message)
}

fn body(call: &Call) -> Result<Map<String, Value>, ApiError> {
    match &call.body {
        Some(Value::Object(fields)) => Ok(fields.clone()),
        None if call.method == Method::PATCH => Ok(Map::new()),
        _ => Err(ApiError::bad_body("The HTTP entity body is required, but this request has no entity body.")),
    }
}

/// `GET /sobjects/X/updated?start=&end=`
pub fn updated(scene: Scene<'_>, call: &Call, name: &str) -> Result<Answer, ApiError> {
    let (object, start, end) = span(call, name)?;
    let ids: Vec<&str> =
        within(scene, object, start, end).filter(|record| !record.is_deleted()).map(|record| record.id()).collect();
    Ok(Answer::ok(json!({"ids": ids, "latestDateCovered": cell::datetime(end)})))
}

/// `GET /sobjects/X/deleted?start=&end=`
pub fn deleted(scene: Scene<'_>, call: &Call, name: &str) -> Result<Answer, ApiError> {
    let (object, start, end) = span(call, name)?;
    let gone: Vec<Value> = within(scene, object, start, end)
        .filter(Record::is_deleted)
        .map(|record| json!({"id": record.id(), "deletedDate": record.json(schema::SYSTEM_MODSTAMP)}))
        .collect();
    Ok(Answer::ok(json!({
        "deletedRecords": gone,
        "earliestDateAvailable": cell::datetime(0),
        "latestDateCovered": cell::datetime(end),
    })))
}

fn span(call: &Call, name: &str) -> Result<(&'static Object, i64, i64), ApiError> {
    let moment = |name: &str| {
        let text = call.param(name).unwrap_or_default();
        cell::parse_datetime(text)
            .ok_or_else(|| ApiError::new("INVALID_FIELD", format!("{name} is no date and time with a zone: {text}")))
    };
    Ok((object(name)?, moment("start")?, moment("end")?))
}

fn within<'a>(scene: Scene<'a>, object: &'static Object, start: i64, end: i64) -> impl Iterator<Item = Record<'a>> {
    scene.db.all(object).filter(move |record| {
        matches!(record.row.get(schema::SYSTEM_MODSTAMP), Some(Cell::Time(at)) if (start..end).contains(at))
    })
}
