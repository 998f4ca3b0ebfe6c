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
    if !db.remembers(row.get(schema::LAST_MODIFIED_DATE)) {
        return Ok(());
    }
    for (into, fields) in rows(db, object, row, old) {
        db.insert(into, fields)?;
    }
    Ok(())
}

fn rows(db: &Db, object: &'static Object, row: &Row, old: Option<&Row>) -> Vec<(&'static str, Map<String, Value>)> {
    let record = Record { object, row };
    let mut rows = Vec::new();
    let stamp = |parent: &str, mut fields: Value| {
        fields[parent] = json!(record.id());
        fields["CreatedDate"] = record.json(schema::LAST_MODIFIED_DATE);
        fields["CreatedById"] = json!(record.text("LastModifiedById"));
        object_of(fields)
    };
    let show = |row: &Row, name: &str| Record { object, row }.get(name).map_or(Value::Null, |cell| cell.to_json(false));
    if let (Some(tracked), Some(old)) = (TRACKED.iter().find(|it| it.object == object.name), old) {
        for name in tracked.fields {
            let (before, after) = (show(old, name), show(row, name));
            if before == after {
                continue;
            }
            let mut put = |field: &str, before: &Value, after: &Value| {
                let fields = json!({"Field": field, "OldValue": before, "NewValue": after});
                rows.push((tracked.history, stamp(tracked.parent, fields)));
            };
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
    if object.name == "Opportunity" && old.is_none_or(|old| SNAPSHOT.iter().any(|it| show(old, it) != show(row, it))) {
        let fields: Map<String, Value> = SNAPSHOT.iter().map(|name| ((*name).to_owned(), show(row, name))).collect();
        rows.push(("OpportunityHistory", stamp("OpportunityId", Value::Object(fields))));
    }
    rows
}
