//! What an org holds before its first customer: itself, one user, record types, stages, statuses, the standard price book.

use serde_json::{Map, Value, json};

use super::db::Db;
use super::id::Id;
use super::objects::{CASE_STATUSES, STAGES};

/// Who the sandbox's clients act as.
pub const USERNAME: &str = "desk@sandbox.example.jp";

/// Id of the org's own record.
pub fn org_id() -> Id {
    Id::nth("00D", 1)
}

/// Id of the user all clients act as.
pub fn user_id() -> Id {
    Id::nth("005", 1)
}

/// Id of the record type that person accounts have.
pub fn person_account_type() -> Id {
    Id::nth("012", 1)
}

/// Fills an empty database with the above.
pub fn fill(db: &mut Db) {
    let mut add = |object: &str, fields: Value| {
        let fields: Map<String, Value> = fields.as_object().cloned().unwrap_or_default();
        db.insert(object, fields).expect("the setup fits the schema");
    };
    add(
        "User",
        json!({"Username": USERNAME, "LastName": "Desk", "FirstName": "Sandbox", "Name": "Sandbox Desk",
               "Email": USERNAME, "Alias": "desk"}),
    );
    add(
        "Organization",
        json!({"Name": "Sandbox Telecom", "InstanceName": "SBX1", "IsSandbox": true, "LanguageLocaleKey": "ja",
               "OrganizationType": "Developer Edition", "TimeZoneSidKey": "Asia/Tokyo", "DefaultLocaleSidKey": "ja_JP"}),
    );
    add(
        "RecordType",
        json!({"Name": "Person Account", "DeveloperName": "PersonAccount", "SobjectType": "Account", "IsActive": true,
               "IsPersonType": true}),
    );
    add(
        "RecordType",
        json!({"Name": "Business Account", "DeveloperName": "BusinessAccount", "SobjectType": "Account",
               "IsActive": true}),
    );
    for (order, (stage, probability, closed, won)) in STAGES.iter().enumerate() {
        add(
            "OpportunityStage",
            json!({"MasterLabel": stage, "ApiName": stage, "IsActive": true, "SortOrder": order + 1,
                   "IsClosed": closed, "IsWon": won, "DefaultProbability": probability}),
        );
    }
    for (order, (status, closed)) in CASE_STATUSES.iter().enumerate() {
        add(
            "CaseStatus",
            json!({"MasterLabel": status, "ApiName": status, "SortOrder": order + 1, "IsDefault": order == 0,
                   "IsClosed": closed}),
        );
    }
    add("Pricebook2", json!({"Name": "Standard Price Book", "IsActive": true, "IsStandard": true}));
    add(
        "Group",
        json!({"Name": "Support", "DeveloperName": "Support", "Type": "Queue", "Email": "support@example.jp"}),
    );
}
