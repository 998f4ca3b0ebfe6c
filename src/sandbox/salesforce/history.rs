//! What the vendor remembers of a record's changes: one row per tracked field, written as part of the save.

use serde_json::{Map, Value, json};

use super::db::Db;
use super::error::ApiError;
use super::row::{Record, Row};
use super::rules::object_of;
use super::schema::{self, Object};

/// The tracked fields of an object, and where their changes are written.
struct Tracked {
    object: &'static str,
    history: &'static str,
    /// The history's reference to the record.
    parent: &'static str,
    fields: &'static [&'static str],
}

const TRACKED: &[Tracked] = &[
    Tracked {
        object: "Account",
        history: "AccountHistory",
        parent: "AccountId",
        fields: &["Internet_Eligibility_Status__c", "Id_Verification_Status__c"],
    },
    Tracked { object: "Case", history: "CaseHistory", parent: "CaseId", fields: &["Status", "Priority", "OwnerId"] },
    Tracked {
        object: "Order",
        history: "OrderHistory",
        parent: "OrderId",
        fields: &["Status", "Activation_Status__c"],
    },
    Tracked {
        object: "Opportunity",
        history: "OpportunityFieldHistory",
        parent: "OpportunityId",
        fields: &["StageName", "Amount", "CloseDate"],
    },
];

/// What a snapshot of an opportunity holds.
const SNAPSHOT: &[&str] = &["StageName", "Amount", "Probability", "CloseDate"];

/// Writes the histories that follow from a save; `old` is what stood there before. The rows are dated and signed as
/// the save is. Nothing is written that would be older than what the org still keeps.
pub(super) fn write(db: &mut Db, object: &'static Object, index: u32, old: Option<&Row>) -> Result<(), ApiError> {
    let row = db.at(object, index).row;
    let at = if old.is_some() { schema::LAST_MODIFIED_DATE } else { schema::CREATED_DATE };
    if !db.remembers(row.get(at)) {
        return Ok(());
    }
    for (into, fields) in rows(db, Record { object, row }, old) {
        db.insert(into, fields)?;
    }
    Ok(())
}

fn rows(db: &Db, record: Record<'_>, old: Option<&Row>) -> Vec<(&'static str, Map<String, Value>)> {
    let object = record.object;
    let mut rows = Vec::new();
    let (at, by) = match old {
        Some(_) => (schema::LAST_MODIFIED_DATE, schema::LAST_MODIFIED_BY),
        None => (schema::CREATED_DATE, schema::CREATED_BY),
    };
    let stamped = |parent: &str, mut fields: Value| {
        fields[parent] = json!(record.id());
        fields["CreatedDate"] = record.json(at);
        fields["CreatedById"] = record.json(by);
        object_of(fields)
    };
    let show = |row: &Row, name: &str| Record { object, row }.get(name).map_or(Value::Null, |cell| cell.to_json(false));
    if let Some(tracked) = TRACKED.iter().find(|it| it.object == object.name) {
        let mut put = |field: &str, before: &Value, after: &Value| {
            let fields = json!({"Field": field, "OldValue": before, "NewValue": after});
            rows.push((tracked.history, stamped(tracked.parent, fields)));
        };
        if old.is_none() {
            put("created", &Value::Null, &Value::Null);
        }
        for (name, old) in tracked.fields.iter().filter_map(|name| Some((name, old?))) {
            let (before, after) = (show(old, name), show(record.row, name));
            if before == after {
                continue;
            }
            if *name == "OwnerId" {
                // The vendor writes two rows for a reference, one with the names and one with the ids.
                let named = |id: &Value| json!(db.get(id.as_str().unwrap_or_default()).map(|it| it.text("Name")));
                put("Owner", &named(&before), &named(&after));
                put("Owner", &before, &after);
            } else {
                put(name, &before, &after);
            }
        }
    }
    let differs = |old: &Row| SNAPSHOT.iter().any(|name| show(old, name) != show(record.row, name));
    if object.name == "Opportunity" && old.is_none_or(differs) {
        let fields = SNAPSHOT.iter().map(|name| ((*name).to_owned(), show(record.row, name))).collect();
        rows.push(("OpportunityHistory", stamped("OpportunityId", Value::Object(fields))));
    }
    rows
}
