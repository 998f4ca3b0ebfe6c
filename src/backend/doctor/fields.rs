//! Which fields of Salesforce the desk uses, and what it does with each: read from the queries, the plans and the writes. A test
//! holds that every configured name is among them.

use super::near;
use crate::backend::salesforce::names::Names;
use crate::backend::salesforce::{Described, Field};
use crate::domain::phrase::Phrase;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::flow::doctor::{Area, Code, Finding};

/// An object that fields are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Object {
    Account,
    Order,
    OrderItem,
    Opportunity,
    Case,
    CaseComment,
    Task,
    Product,
    Card,
}

impl Object {
    pub const ALL: [Self; 9] = [
        Self::Account,
        Self::Order,
        Self::OrderItem,
        Self::Opportunity,
        Self::Case,
        Self::CaseComment,
        Self::Task,
        Self::Product,
        Self::Card,
    ];

    /// What the org calls it.
    pub fn name(self, names: &Names) -> &str {
        match self {
            Self::Account => "Account",
            Self::Order => "Order",
            Self::OrderItem => "OrderItem",
            Self::Opportunity => "Opportunity",
            Self::Case => "Case",
            Self::CaseComment => "CaseComment",
            Self::Task => "Task",
            Self::Product => "Product2",
            Self::Card => names.sim.as_str(),
        }
    }
}

/// What a field has to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Words.
    Text,
    /// Yes or no.
    Flag,
    /// A day.
    Day,
    /// A moment.
    Moment,
    /// A number.
    Number,
    /// Another system's number, as a number or as text.
    Foreign,
    /// A record of this object.
    Link(Object),
}

impl Kind {
    fn takes(self, field: &Field, names: &Names) -> bool {
        let number = matches!(field.kind.as_str(), "int" | "double" | "currency" | "percent" | "long");
        let text = matches!(
            field.kind.as_str(),
            "string"
                | "textarea"
                | "picklist"
                | "multipicklist"
                | "combobox"
                | "phone"
                | "email"
                | "url"
                | "encryptedstring"
        );
        match self {
            Self::Text => text,
            Self::Flag => field.kind == "boolean",
            Self::Day => field.kind == "date",
            Self::Moment => field.kind == "datetime",
            Self::Number => number,
            Self::Foreign => number || text,
            Self::Link(to) => {
                let to = to.name(names);
                field.kind == "reference" && field.reference_to.iter().any(|it| it.eq_ignore_ascii_case(to))
            }
        }
    }

    /// The words for it.
    const fn key(self) -> &'static str {
        match self {
            Self::Text => "doctor-kind-text",
            Self::Flag => "doctor-kind-flag",
            Self::Day => "doctor-kind-day",
            Self::Moment => "doctor-kind-moment",
            Self::Number => "doctor-kind-number",
            Self::Foreign => "doctor-kind-foreign",
            Self::Link(_) => "doctor-kind-link",
        }
    }
}

/// What the desk does with a field besides reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Use {
    /// Looks records up by it.
    filters: bool,
    /// Gives it to a new record.
    creates: bool,
    /// Changes it.
    changes: bool,
}

const READ: Use = Use { filters: false, creates: false, changes: false };
const FILTER: Use = Use { filters: true, ..READ };
const CREATE: Use = Use { creates: true, ..READ };
const CHANGE: Use = Use { changes: true, ..READ };
const BOTH: Use = Use { creates: true, changes: true, ..READ };
const FILTER_CREATE: Use = Use { filters: true, ..CREATE };
const FILTER_CHANGE: Use = Use { filters: true, ..CHANGE };
const ALL: Use = Use { filters: true, ..BOTH };

use Object::{Account, Card, Case, CaseComment, Opportunity, Order, OrderItem, Product, Task};

/// The fields that an org may call otherwise, by the key of their name.
const NAMED: &[(&str, Object, Kind, Use)] = &[
    ("account_number", Account, Kind::Text, FILTER),
    ("account_whmcs", Account, Kind::Text, FILTER),
    ("account_last_kana", Account, Kind::Text, FILTER),
    ("account_first_kana", Account, Kind::Text, FILTER),
    ("eligibility", Account, Kind::Text, CHANGE),
    ("eligibility_status", Account, Kind::Text, FILTER_CHANGE),
    ("eligibility_requested", Account, Kind::Moment, FILTER),
    ("eligibility_checked", Account, Kind::Moment, CHANGE),
    ("eligibility_notes", Account, Kind::Text, CHANGE),
    ("id_status", Account, Kind::Text, FILTER_CHANGE),
    ("id_submitted", Account, Kind::Moment, FILTER),
    ("id_verified", Account, Kind::Moment, CHANGE),
    ("id_note", Account, Kind::Text, CHANGE),
    ("id_rejection", Account, Kind::Text, CHANGE),
    ("id_method", Account, Kind::Text, CHANGE),
    ("order_type", Order, Kind::Text, CREATE),
    ("order_activation", Order, Kind::Text, ALL),
    ("order_activation_type", Order, Kind::Text, CREATE),
    ("order_scheduled", Order, Kind::Moment, CREATE),
    ("order_error_code", Order, Kind::Text, CHANGE),
    ("order_error_message", Order, Kind::Text, CHANGE),
    ("order_whmcs", Order, Kind::Text, FILTER_CHANGE),
    ("order_sim_type", Order, Kind::Text, CREATE),
    ("order_eid", Order, Kind::Text, FILTER_CREATE),
    ("order_voice_mail", Order, Kind::Flag, CREATE),
    ("order_call_waiting", Order, Kind::Flag, CREATE),
    ("order_tier", Order, Kind::Text, CREATE),
    ("order_installation", Order, Kind::Text, CREATE),
    ("order_weekend", Order, Kind::Flag, CREATE),
    ("order_access", Order, Kind::Text, CREATE),
    ("order_home_phone", Order, Kind::Flag, CREATE),
    ("order_region", Order, Kind::Text, CREATE),
    ("order_reference", Order, Kind::Text, FILTER_CREATE),
    ("order_mnp", Order, Kind::Flag, CHANGE),
    ("order_mnp_number", Order, Kind::Text, CHANGE),
    ("order_mnp_reservation", Order, Kind::Text, CHANGE),
    ("order_mnp_expires", Order, Kind::Day, CHANGE),
    ("item_whmcs", OrderItem, Kind::Text, CHANGE),
    ("item_cycle", OrderItem, Kind::Text, CREATE),
    ("product_category", Product, Kind::Text, READ),
    ("product_catalogue", Product, Kind::Flag, FILTER),
    ("product_sold", Product, Kind::Flag, READ),
    ("product_added", Product, Kind::Flag, READ),
    ("product_place", Product, Kind::Number, FILTER),
    ("product_cycle", Product, Kind::Text, READ),
    ("product_tier", Product, Kind::Text, READ),
    ("product_size", Product, Kind::Text, READ),
    ("product_sim_plan", Product, Kind::Text, READ),
    ("product_region", Product, Kind::Text, READ),
    ("product_class", Product, Kind::Text, READ),
    ("product_whmcs", Product, Kind::Foreign, READ),
    ("product_offering", Product, Kind::Text, READ),
    ("product_family", Product, Kind::Flag, READ),
    ("opportunity_whmcs", Opportunity, Kind::Text, CHANGE),
    ("opportunity_cancels", Opportunity, Kind::Moment, READ),
    ("opportunity_notice", Opportunity, Kind::Text, READ),
    ("opportunity_sim_cancels", Opportunity, Kind::Moment, CHANGE),
    ("opportunity_sim_notice", Opportunity, Kind::Text, CHANGE),
    ("opportunity_line_return", Opportunity, Kind::Text, READ),
    ("sim_line", Card, Kind::Text, FILTER),
    ("sim_iccid", Card, Kind::Text, FILTER),
    ("sim_eid", Card, Kind::Text, FILTER),
    ("sim_type", Card, Kind::Text, READ),
    ("sim_status", Card, Kind::Text, CHANGE),
    ("sim_reserved", Card, Kind::Link(Order), FILTER_CHANGE),
    ("sim_order", Card, Kind::Link(Order), FILTER_CHANGE),
    ("sim_account", Card, Kind::Link(Account), FILTER_CHANGE),
];

/// Names of objects and not of fields.
#[cfg(test)]
const OBJECTS: [&str; 5] = ["sim", "account_history", "order_history", "case_history", "opportunity_history"];

/// The vendor's own fields that the desk writes, or that an org may lack.
const STANDARD: &[(Object, &str, Kind, Use)] = &[
    (Account, "PersonEmail", Kind::Text, READ),
    (Account, "PersonBirthdate", Kind::Day, READ),
    (Account, "PersonMobilePhone", Kind::Text, READ),
    (Order, "Status", Kind::Text, ALL),
    (Order, "EffectiveDate", Kind::Day, CREATE),
    (Case, "Subject", Kind::Text, CREATE),
    (Case, "Description", Kind::Text, CREATE),
    (Case, "Status", Kind::Text, BOTH),
    (Case, "Priority", Kind::Text, BOTH),
    (Case, "Origin", Kind::Text, CREATE),
    (CaseComment, "CommentBody", Kind::Text, CREATE),
    (CaseComment, "IsPublished", Kind::Flag, CREATE),
    (Opportunity, "StageName", Kind::Text, FILTER_CHANGE),
    (Task, "Subject", Kind::Text, CREATE),
    (Task, "Description", Kind::Text, CREATE),
    (Task, "Status", Kind::Text, BOTH),
    (Task, "ActivityDate", Kind::Day, FILTER_CREATE),
    (Task, "ReminderDateTime", Kind::Moment, CREATE),
    (Product, "StockKeepingUnit", Kind::Text, READ),
];

const AREA: Area = Area::System(System::Salesforce);

/// What is wrong with the fields of an object, and how many were looked at.
pub fn check(object: Object, described: &Described, names: &Names, changes: bool) -> (usize, Vec<Finding>) {
    let all = names.all();
    let named = NAMED.iter().filter(|it| it.1 == object).filter_map(|(key, _, kind, used)| {
        let (_, name) = all.iter().find(|(known, _)| known == key)?;
        Some((format!("names.{key}"), name.as_str(), *kind, *used))
    });
    let standard = STANDARD.iter().filter(|it| it.0 == object);
    let standard =
        standard.map(|(_, name, kind, used)| (format!("{}.{name}", object.name(names)), *name, *kind, *used));
    let wanted: Vec<_> = named.chain(standard).collect();
    let found = wanted.iter().filter_map(|(about, name, kind, used)| {
        // A desk that only looks needs nothing that it could write.
        let used = if changes { *used } else { Use { creates: false, changes: false, ..*used } };
        let finding = |code| {
            let place = Text::line(&format!("{}.{name}", object.name(names)));
            Finding::new(AREA, code).with("about", about.as_str()).with("field", place)
        };
        let Some(field) = described.field(name) else {
            return Some(finding(Code::FieldMissing).with("near", near(name, &described.names())));
        };
        if !kind.takes(field, names) {
            let is = if field.reference_to.is_empty() {
                field.kind.clone()
            } else {
                format!("{} ({})", field.kind, field.reference_to.join(", "))
            };
            return Some(finding(Code::FieldKind).with("is", Text::line(&is)).with("wanted", Phrase::new(kind.key())));
        }
        if (used.creates && !field.createable) || (used.changes && !field.updateable) {
            return Some(finding(Code::FieldFixed));
        }
        (used.filters && !field.filterable).then(|| finding(Code::FieldUnfiltered))
    });
    let found: Vec<Finding> = found.collect();
    (wanted.len(), found)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_configured_name_is_looked_at() {
        let names = Names::default();
        let all: BTreeSet<&str> = names.all().into_iter().map(|(key, _)| key).collect();
        let looked: Vec<&str> = NAMED.iter().map(|it| it.0).chain(OBJECTS).collect();
        assert_eq!(looked.iter().copied().collect::<BTreeSet<_>>(), all);
        assert_eq!(looked.len(), all.len(), "each once");
    }
}
