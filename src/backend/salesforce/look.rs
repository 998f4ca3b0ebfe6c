//! What an org says of itself: its objects and fields, its limits, who the session acts as. Read by an examination alone.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::names::standard as s;
use super::soql::{Condition, Name, Soql};
use super::{Part, Salesforce, VERSION, joined, unreadable};
use crate::backend::http::Http;
use crate::domain::text::Text;
use crate::flow::fault::{Fault, FaultKind};
use crate::flow::said;

/// An object as the session's user sees it.
#[derive(Debug, Clone)]
pub struct Described {
    /// Its fields, by name in lower case: Salesforce does not tell them apart by case.
    fields: HashMap<String, Field>,
    /// The developer names of its active record types.
    pub record_types: Vec<String>,
}

/// A field as the session's user sees it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its kind, e.g. `picklist`.
    #[serde(rename = "type")]
    pub kind: String,
    /// It may be given when a record is made.
    pub createable: bool,
    /// It may be changed.
    pub updateable: bool,
    /// Records may be looked up by it.
    pub filterable: bool,
    /// Nothing but the words of its list is taken.
    pub restricted_picklist: bool,
    picklist_values: Vec<PicklistValue>,
    /// The objects it may refer to.
    pub reference_to: Vec<String>,
}

impl Default for Field {
    /// What a describe does not say stands against nothing.
    fn default() -> Self {
        Self {
            name: String::new(),
            kind: String::new(),
            createable: true,
            updateable: true,
            filterable: true,
            restricted_picklist: false,
            picklist_values: Vec::new(),
            reference_to: Vec::new(),
        }
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct PicklistValue {
    active: bool,
    value: String,
}

impl Field {
    /// The words of its list; `None` where it has none.
    pub fn words(&self) -> Option<Vec<&str>> {
        let listed = matches!(self.kind.as_str(), "picklist" | "multipicklist" | "combobox");
        let active = self.picklist_values.iter().filter(|it| it.active);
        listed.then(|| active.map(|it| it.value.as_str()).collect())
    }
}

impl Described {
    /// A field by its name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.get(&name.to_ascii_lowercase())
    }

    /// The names of all fields, in order.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.fields.values().map(|field| field.name.as_str()).collect();
        names.sort_unstable();
        names
    }

    fn read(answer: &Value) -> Option<Self> {
        let fields = answer.get("fields")?.as_array()?.iter().filter_map(|it| Field::deserialize(it).ok());
        let types = answer.get("recordTypeInfos").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let active = types.iter().filter(|it| it.get("active") != Some(&Value::Bool(false)));
        Some(Self {
            fields: fields.map(|field| (field.name.to_ascii_lowercase(), field)).collect(),
            record_types: active.filter_map(|it| Some(it.get("developerName")?.as_str()?.to_owned())).collect(),
        })
    }
}

/// Who the session acts as.
#[derive(Debug, Clone)]
pub struct Identity {
    /// Name.
    pub name: Text,
    /// User name.
    pub username: Text,
}

/// The organisation.
#[derive(Debug, Clone)]
pub struct Organization {
    /// Name.
    pub name: Text,
    /// The instance it lives on.
    pub instance: Text,
    /// Nothing in it is real.
    pub sandbox: bool,
}

/// What is left of a day's allowance, and the allowance.
pub type Left = Option<(u64, u64)>;

const ORGANIZATION: Name = Name::fixed("Organization");
const INSTANCE: Name = Name::fixed("InstanceName");
const IS_SANDBOX: Name = Name::fixed("IsSandbox");
const TRIAL_ENDS: Name = Name::fixed("TrialExpirationDate");

impl Salesforce {
    /// The client, for who only comes by.
    pub(in crate::backend) fn http(&self) -> &Http {
        &self.http
    }

    /// What tells which versions are served, to anybody.
    pub(in crate::backend) fn versions_at(&self) -> Option<Url> {
        self.base.join("services/data").ok()
    }

    /// Whether the version that the desk speaks is among those told there; `None` where that is no such list.
    pub(in crate::backend) fn serves(told: &[u8]) -> Option<bool> {
        #[derive(Deserialize)]
        struct Served {
            version: String,
        }
        let served: Vec<Served> = serde_json::from_slice(told).ok()?;
        Some(served.iter().any(|it| VERSION.strip_prefix('v') == Some(it.version.as_str())))
    }

    /// The version that the desk speaks.
    pub(in crate::backend) const VERSION: &str = VERSION;

    async fn ask(&self, action: &'static str, path: &str) -> Result<Value, Fault> {
        let path = format!("services/data/{VERSION}/{path}");
        self.call(action, |client, instance| client.get(joined(instance, &path))).await
    }

    /// What an object is to the session's user; `None` where there is no such object for them.
    pub(in crate::backend) async fn describe(&self, object: &Name) -> Result<Option<Described>, Fault> {
        match self.ask("describe", &format!("sobjects/{object}/describe")).await {
            Ok(answer) => Described::read(&answer).map(Some).ok_or_else(|| unreadable(said::OTHER_DESCRIBE)),
            Err(fault) if fault.kind == FaultKind::NotFound => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// Who the session acts as. An app may lack the scope to ask.
    pub(in crate::backend) async fn identity(&self) -> Result<Identity, Fault> {
        let path = "services/oauth2/userinfo";
        let told = self.call("identity", |client, instance| client.get(joined(instance, path))).await?;
        let text = |key: &str| Text::line(told.get(key).and_then(Value::as_str).unwrap_or_default());
        Ok(Identity { name: text("name"), username: text("preferred_username") })
    }

    /// The organisation.
    pub(in crate::backend) async fn organization(&self) -> Result<Organization, Fault> {
        let query = Soql::select(&[s::NAME, INSTANCE, IS_SANDBOX, TRIAL_ENDS], &ORGANIZATION).limit(1);
        let rows = self.rows("organization", query).await?;
        let row = rows.first().ok_or_else(|| unreadable(said::NO_ORGANISATION))?;
        Ok(Organization {
            name: Text::line(&row.text(&s::NAME)),
            instance: Text::line(&row.text(&INSTANCE)),
            sandbox: row.flag(&IS_SANDBOX) || !row.text(&TRIAL_ENDS).is_empty(),
        })
    }

    /// Calls and event deliveries that are left today.
    pub(in crate::backend) async fn allowances(&self) -> Result<[Left; 2], Fault> {
        let limits = self.ask("limits", "limits").await?;
        let of = |name: &str| {
            let limit = limits.get(name)?;
            Some((limit.get("Remaining")?.as_u64()?, limit.get("Max")?.as_u64()?))
        };
        Ok([of("DailyApiRequests"), of("DailyDeliveredPlatformEvents")])
    }

    /// The names of the active price books.
    pub(in crate::backend) async fn price_books(&self) -> Result<Vec<String>, Fault> {
        let active = Condition::Flag(s::IS_ACTIVE, true);
        let query = Soql::select(&[s::NAME], &s::PRICE_BOOK).filter(&active).limit(200);
        Ok(self.rows("price-books", query).await?.iter().map(|row| row.text(&s::NAME)).collect())
    }

    /// Of these users, those that are there and active.
    pub(in crate::backend) async fn active_users(&self, usernames: &[String]) -> Result<Vec<String>, Fault> {
        let those = Condition::All(vec![
            Condition::OneOf(s::USERNAME, usernames.to_vec()),
            Condition::Flag(s::IS_ACTIVE, true),
        ]);
        let query = Soql::select(&[s::USERNAME], &s::USER).filter(&those).limit(200);
        Ok(self.rows("users", query).await?.iter().map(|row| row.text(&s::USERNAME)).collect())
    }

    /// Whether a user or a queue has this id.
    pub(in crate::backend) async fn may_own(&self, id: &str) -> Result<bool, Fault> {
        let of = |object| Part::Query(Soql::select(&[s::ID], object).filter(&Condition::Is(s::ID, id.to_owned())));
        let mut there = false;
        for rows in self.batch("owner", &[of(&s::USER), of(&s::GROUP)]).await? {
            there |= !rows?.records.is_empty();
        }
        Ok(there)
    }

    /// User names under which the portal stores what customers write.
    pub(in crate::backend) fn portal(&self) -> &[String] {
        &self.people.portal
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_describe_is_read_without_regard_to_case_and_to_what_is_no_longer_active() {
        let told = json!({
            "fields": [
                {"name": "Status", "type": "picklist", "updateable": false, "filterable": true, "picklistValues": [
                    {"active": true, "value": "Draft"}, {"active": false, "value": "Old"},
                ]},
                {"name": "Note__c", "type": "textarea", "filterable": false, "createable": true},
            ],
            "recordTypeInfos": [{"active": true, "developerName": "Person"}, {"active": false, "developerName": "Old"}],
        });
        let it = Described::read(&told).unwrap();
        let status = it.field("status").unwrap();
        assert_eq!((status.words(), status.updateable), (Some(vec!["Draft"]), false));
        let note = it.field("NOTE__C").unwrap();
        assert_eq!(
            (note.words(), note.filterable, note.updateable),
            (None, false, true),
            "what is not told is no fault"
        );
        assert_eq!((it.names(), &*it.record_types), (vec!["Note__c", "Status"], &["Person".to_owned()][..]));
        assert!(Described::read(&json!([])).is_none());
    }

    #[test]
    fn the_version_that_is_spoken_is_among_those_served() {
        let served = |list: &str| Salesforce::serves(list.as_bytes());
        assert_eq!(served(r#"[{"label": "x", "version": "65.0"}, {"version": "66.0"}]"#), Some(true));
        assert_eq!(served(r#"[{"version": "41.0"}]"#), Some(false));
        assert_eq!(served("<html>"), None);
    }
}
