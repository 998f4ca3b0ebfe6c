//! Changes of subscriptions.

use serde::{Deserialize, Serialize};

use super::{Field, FieldKind, Harm, Part, Reader, Source, Spec, SubjectKind, Verbs};
use crate::domain::access::{CallerLevel, Role};
use crate::domain::phrase::Phrase;
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::service::Cycle;
use crate::domain::text::Text;
use crate::domain::write::whmcs::Ends;

/// A change of a subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "verb")]
pub enum Service {
    /// Asks WHMCS to end a service.
    Cancel {
        /// Which.
        service: u64,
        /// When.
        ends: Ends,
        /// Why.
        reason: Text,
    },
    /// Another product, or another cycle.
    Upgrade {
        /// Of which service.
        service: u64,
        /// The product's number in WHMCS.
        product: u64,
        /// How often it is billed; as now when not told.
        cycle: Option<Cycle>,
    },
    /// What WHMCS keeps of a service beside its bill.
    Fields {
        /// Which service.
        service: u64,
        /// Only what is told is set.
        set: Vec<(Kept, Text)>,
    },
    /// An add-on for a service.
    AddOn {
        /// For which service.
        service: u64,
        /// Its number in WHMCS's catalogue.
        addon: u64,
    },
    /// The status WHMCS keeps of a service, and nothing else of it.
    Status {
        /// Which service.
        service: u64,
        /// Which status.
        to: Standing,
    },
}

/// A field of a service whose name the configuration knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// The Salesforce opportunity.
    Opportunity,
    /// The line's number.
    SimNumber,
    /// The card's product number.
    ProductNumber,
    /// EID.
    Eid,
}

/// A status a person may set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Running.
    Active,
    /// Stopped for a reason.
    Suspended,
    /// Ended by the customer.
    Cancelled,
    /// Paid off.
    Completed,
}

impl Standing {
    /// WHMCS's word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Suspended => "Suspended",
            Self::Cancelled => "Cancelled",
            Self::Completed => "Completed",
        }
    }

    /// The status of a WHMCS word, where a person may set it.
    pub fn of(word: &str) -> Option<Self> {
        STANDINGS.iter().find(|(_, it)| it.word() == word).map(|(_, it)| *it)
    }
}

const SERVICE: Field = Field::required("service", FieldKind::Subject(SubjectKind::Service));
const ENDS: &[(&str, Ends)] = &[("period-end", Ends::WithPeriod), ("at-once", Ends::AtOnce)];
const STANDINGS: &[(&str, Standing)] = &[
    ("active", Standing::Active),
    ("suspended", Standing::Suspended),
    ("ended", Standing::Cancelled),
    ("completed", Standing::Completed),
];

const fn verb(
    name: &'static str,
    key: &'static str,
    harm: Harm,
    (role, level): (Role, CallerLevel),
    fields: &'static [Field],
) -> Spec {
    Spec { name, part: Part::Service, key, harm, role, level, fields, bulk: false }
}

impl Verbs for Service {
    const SPECS: &'static [Spec] = &[
        verb(
            "cancel-service",
            "x",
            Harm::Moving,
            (Role::Operator, CallerLevel::V2),
            &[
                SERVICE,
                Field::default("ends", FieldKind::Choice(&["period-end", "at-once"]), "period-end"),
                Field::required("reason", FieldKind::Line),
            ],
        ),
        verb(
            "upgrade",
            "U",
            Harm::Money,
            (Role::Operator, CallerLevel::V1),
            &[
                SERVICE,
                Field::required("product", FieldKind::OneOf(Source::Products)),
                Field::optional(
                    "cycle",
                    FieldKind::Choice(&[
                        "monthly",
                        "quarterly",
                        "semiannually",
                        "annually",
                        "biennially",
                        "triennially",
                        "onetime",
                        "free",
                    ]),
                ),
            ],
        ),
        verb(
            "service-fields",
            "F",
            Harm::Harmless,
            (Role::Operator, CallerLevel::V0),
            &[
                SERVICE,
                Field::optional("opportunity", FieldKind::Line),
                Field::optional("sim-number", FieldKind::Line),
                Field::optional("product-number", FieldKind::Line),
                Field::optional("eid", FieldKind::Eid),
            ],
        ),
        verb(
            "add-on",
            "O",
            Harm::Money,
            (Role::Operator, CallerLevel::V1),
            &[SERVICE, Field::required("addon", FieldKind::Line)],
        ),
        verb(
            "service-status",
            "Z",
            Harm::Moving,
            (Role::Supervisor, CallerLevel::V0),
            &[SERVICE, Field::required("status", FieldKind::Choice(&["active", "suspended", "ended", "completed"]))],
        ),
    ];

    fn read(verb: &str, reader: &mut Reader<'_>) -> Option<Self> {
        let service = reader.id("service");
        match verb {
            "cancel-service" => {
                let (ends, reason) = (reader.choice("ends", ENDS), reader.text("reason"));
                Some(Self::Cancel { service: service?, ends: ends?, reason: reason? })
            }
            "upgrade" => {
                let (product, cycle) = (reader.id("product"), reader.optional("cycle", cycle));
                Some(Self::Upgrade { service: service?, product: product?, cycle: cycle? })
            }
            "service-fields" => {
                let set = fields(reader);
                Some(Self::Fields { service: service?, set: set? })
            }
            "add-on" => {
                let addon = addon(reader);
                Some(Self::AddOn { service: service?, addon: addon? })
            }
            "service-status" => {
                let to = reader.choice("status", STANDINGS);
                Some(Self::Status { service: service?, to: to? })
            }
            _ => None,
        }
    }

    fn verb(&self) -> &'static str {
        match self {
            Self::Cancel { .. } => "cancel-service",
            Self::Upgrade { .. } => "upgrade",
            Self::Fields { .. } => "service-fields",
            Self::AddOn { .. } => "add-on",
            Self::Status { .. } => "service-status",
        }
    }
}

fn cycle(reader: &mut Reader<'_>) -> Option<Cycle> {
    let written = reader.written("cycle");
    Cycle::read(written).or_else(|| reader.refuse("cycle", "wrong-cycle"))
}

/// What is told, each in its own shape. Nothing told is wrong.
fn fields(reader: &mut Reader<'_>) -> Option<Vec<(Kept, Text)>> {
    let opportunity = reader.optional("opportunity", |it| {
        let id: SalesforceId = it.record("opportunity")?;
        Some(Text::line(&id.to_string()))
    });
    let line = reader.optional("sim-number", |it| it.line("sim-number").map(|line| Text::line(line.digits())));
    let number = reader.optional("product-number", |it| it.text("product-number"));
    let eid = reader.optional("eid", |it| it.eid("eid").map(|eid| Text::line(eid.as_str())));
    let told = [
        (Kept::Opportunity, opportunity?),
        (Kept::SimNumber, line?),
        (Kept::ProductNumber, number?),
        (Kept::Eid, eid?),
    ];
    let set: Vec<(Kept, Text)> = told.into_iter().filter_map(|(field, value)| Some((field, value?))).collect();
    if set.is_empty() { reader.refuse("opportunity", "wrong-nothing") } else { Some(set) }
}

fn addon(reader: &mut Reader<'_>) -> Option<u64> {
    let written = reader.required("addon")?;
    let rules = &reader.office.billing;
    if let Some(offer) = rules.addon(written) {
        return Some(offer.id);
    }
    let all: Vec<String> = rules.addons.iter().map(|it| format!("{} ({})", it.name, it.id)).collect();
    reader.refuse("addon", Phrase::new("wrong-choice").with("words", all.join(", ").as_str()))
}

#[cfg(test)]
mod tests {
    use super::super::{Values, What, spec};
    use super::*;
    use crate::domain::office::Office;
    use crate::domain::phone::Fixtures;

    #[track_caller]
    fn read(verb: &str, fields: &[(&str, &str)]) -> Result<Service, Vec<(&'static str, String)>> {
        let values: Values = fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let (spec, office) = (spec(verb).unwrap(), Office::default());
        let now = "2026-11-22T01:00:00Z".parse().unwrap();
        let mut reader = Reader::new(spec, &values, &office, now, Fixtures::Allowed);
        match What::read(spec, &mut reader) {
            Some(What::Service(it)) => Ok(it),
            _ => Err(reader.wrong().into_iter().map(|it| (it.field, it.why.key.into_owned())).collect()),
        }
    }

    #[test]
    fn an_add_on_is_named_or_numbered() {
        let addon = |written| read("add-on", &[("service", "#5001"), ("addon", written)]);
        assert_eq!(addon("device insurance"), addon("2"));
        assert_eq!(addon("2"), Ok(Service::AddOn { service: 5001, addon: 2 }));
        assert_eq!(addon("99"), Err(vec![("addon", "wrong-choice".to_owned())]));
    }

    #[test]
    fn only_fields_that_are_told_are_set() {
        let fields = |more: &[(&str, &str)]| {
            let mut fields = vec![("service", "5001")];
            fields.extend(more);
            read("service-fields", &fields)
        };
        assert_eq!(fields(&[]), Err(vec![("opportunity", "wrong-nothing".to_owned())]));
        let Ok(Service::Fields { set, .. }) = fields(&[("sim-number", "090-0123-4567")]) else { panic!("a field") };
        assert_eq!(set, [(Kept::SimNumber, Text::line("09001234567"))]);
        assert_eq!(fields(&[("eid", "123")]).unwrap_err()[0].0, "eid");
    }

    #[test]
    fn a_cancellation_needs_a_reason_and_ends_with_the_period() {
        assert!(read("cancel-service", &[("service", "5001")]).is_err());
        let cancel = read("cancel-service", &[("service", "5001"), ("reason", "moves abroad")]);
        assert!(matches!(cancel, Ok(Service::Cancel { ends: Ends::WithPeriod, .. })));
    }
}
