//! What an org holds before its first customer: itself, its staff and queues, record types, stages, statuses, the
//! standard price book.

use serde_json::{Map, Value, json};

use super::db::Db;
use super::flows;
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
    Staff::Desk.id()
}

/// Who else acts in the org.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Staff {
    /// The user all clients act as.
    Desk,
    /// An agent of the other shift.
    Naoko,
    /// An agent.
    Tomas,
    /// The supervisor.
    Leila,
    /// What fulfils approved orders, and writes what customers enter in the portal.
    Worker,
}

impl Staff {
    const ALL: [Self; 5] = [Self::Desk, Self::Naoko, Self::Tomas, Self::Leila, Self::Worker];

    /// Id of the user.
    pub fn id(self) -> Id {
        Id::nth("005", 1 + self as u64)
    }

    /// Who has this user name.
    pub fn of_username(username: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|staff| staff.username() == username)
    }

    /// Who signs in as this user.
    pub fn username(self) -> &'static str {
        self.words()[2]
    }

    /// First name, last name, user name, title.
    fn words(self) -> [&'static str; 4] {
        match self {
            Self::Desk => ["Sandbox", "Desk", USERNAME, "Agent"],
            Self::Naoko => ["Naoko", "Shirakawa", "naoko@sandbox.example.jp", "Agent"],
            Self::Tomas => ["Tomas", "Rehn", "tomas@sandbox.example.jp", "Agent"],
            Self::Leila => ["Leila", "Farouk", "leila@sandbox.example.jp", "Supervisor"],
            Self::Worker => ["Portal", "Worker", "worker@sandbox.example.jp", "Integration"],
        }
    }
}

/// Who takes cases that nobody owns yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    /// Lines and cards.
    Sim,
    /// Fibre.
    Internet,
    /// Money.
    Billing,
}

impl Queue {
    const ALL: [Self; 3] = [Self::Sim, Self::Internet, Self::Billing];

    /// Id of the group.
    pub fn id(self) -> Id {
        Id::nth("00G", 1 + self as u64)
    }

    fn words(self) -> [&'static str; 3] {
        match self {
            Self::Sim => ["SIM team", "SIM_team", "sim@example.jp"],
            Self::Internet => ["Internet team", "Internet_team", "internet@example.jp"],
            Self::Billing => ["Billing", "Billing", "billing@example.jp"],
        }
    }

    /// The agent at the desk is in two of the three.
    fn members(self) -> &'static [Staff] {
        match self {
            Self::Sim => &[Staff::Desk, Staff::Naoko],
            Self::Internet => &[Staff::Tomas, Staff::Leila],
            Self::Billing => &[Staff::Desk, Staff::Leila],
        }
    }
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
    for staff in Staff::ALL {
        let [first, last, username, title] = staff.words();
        let alias = username.split('@').next();
        add(
            "User",
            json!({"Username": username, "LastName": last, "FirstName": first, "Email": username, "Alias": alias,
                   "Title": title}),
        );
    }
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
    add(
        "FlowDefinitionView",
        json!({"ApiName": flows::TELL_CUSTOMER, "Label": "Tell customer of review", "ProcessType": "AutoLaunchedFlow",
               "TriggerType": "RecordAfterSave", "IsActive": true}),
    );
    add("Pricebook2", json!({"Name": "Standard Price Book", "IsActive": true, "IsStandard": true}));
    for queue in Queue::ALL {
        let [name, developer_name, email] = queue.words();
        add("Group", json!({"Name": name, "DeveloperName": developer_name, "Type": "Queue", "Email": email}));
    }
    for queue in Queue::ALL {
        let id = queue.id().to_string();
        add("QueueSobject", json!({"QueueId": id, "SobjectType": "Case"}));
        for member in queue.members() {
            add("GroupMember", json!({"GroupId": id, "UserOrGroupId": member.id().to_string()}));
        }
    }
}
