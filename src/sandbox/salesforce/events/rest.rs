//! What of events is REST: a platform event is published as a record is created, and a schema is read by its id.

use serde_json::{Value, json};

use super::layout;
use super::platform::{self, PlatformEvent};
use crate::sandbox::salesforce::db::Db;
use crate::sandbox::salesforce::error::ApiError;
use crate::sandbox::salesforce::http::{Answer, Call};
use crate::sandbox::salesforce::id::Id;

/// The platform event of this name.
pub(in crate::sandbox::salesforce) fn event(name: &str) -> Option<&'static PlatformEvent> {
    platform::by_name(name)
}

/// `POST /sobjects/X__e`: answered with an error that is success, because the event is only queued.
pub(in crate::sandbox::salesforce) fn publish(
    db: &mut Db,
    call: &Call,
    event: &'static PlatformEvent,
) -> Result<Answer, ApiError> {
    let Some(Value::Object(fields)) = &call.body else { return Err(ApiError::bad_body("an object is expected")) };
    let words = platform::read(event, fields)?;
    let (id, position) = db.publish(words, None);
    let record = Id::nth("e01", position);
    let queued = json!({"statusCode": "OPERATION_ENQUEUED", "message": id.to_string(), "fields": []});
    Ok(Answer::with(201, json!({"id": record.to_string(), "success": true, "errors": [queued]})))
}

/// `GET /event/eventSchema/{id}?payloadFormat=COMPACT`
pub(in crate::sandbox::salesforce) fn schema(call: &Call, id: &str) -> Result<Answer, ApiError> {
    if !call.param("payloadFormat").is_some_and(|format| format.eq_ignore_ascii_case("COMPACT")) {
        let message = "The only payloadFormat offered here is COMPACT";
        return Err(ApiError::new("INVALID_QUERY_VALUE", message));
    }
    let schema = layout::schema_by_id(id).ok_or_else(ApiError::not_found)?;
    serde_json::from_str(&schema.json).map(Answer::ok).map_err(ApiError::bad_body)
}
