//! Changes of the customer as a person: reviews, promises, the links between the systems, the address.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Field, FieldKind, Harm, Part, Reader, Source, Spec, SubjectKind, Verbs};
use crate::domain::access::{CallerLevel, Role};
use crate::domain::customer::ClientId;
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::text::Text;
use crate::domain::time;

/// A change of the customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "verb")]
pub enum Customer {
    /// The residence card is good.
    IdApprove {
        /// What was looked at.
        checked: Checklist,
        /// How the card was seen, by the word of the configuration.
        method: Text,
        /// The reviewer's note.
        note: Option<Text>,
    },
    /// It is taken as good although something does not fit.
    IdOverride {
        /// How the card was seen.
        method: Text,
        /// Why.
        note: Text,
    },
    /// The residence card is not good.
    IdReject {
        /// Why, by the word of the configuration.
        reason: Text,
        /// What the customer reads besides the reason's own words.
        message: Option<Text>,
    },
    /// What came of the check whether internet can be sold.
    EligibilityResult {
        /// The result.
        result: Eligibility,
        /// The checker's note.
        note: Option<Text>,
        /// Whether the customer is told.
        notify: bool,
    },
    /// Something worth knowing.
    Note {
        /// What.
        text: Text,
    },
    /// Something to be done until a day.
    Task {
        /// What.
        subject: Text,
        /// Until when.
        due: Date,
    },
    /// Something to be reminded of at a moment.
    Remind {
        /// Of what.
        subject: Text,
        /// When.
        at: Timestamp,
    },
    /// Something was done.
    TaskDone {
        /// Which task.
        task: SalesforceId,
    },
    /// Account and client name each other.
    LinkRepair {
        /// The client that is the customer's.
        client: ClientId,
    },
    /// Another address, in both scripts.
    Address {
        /// Postal code, `105-0014`.
        post_code: Text,
        /// As Salesforce has it.
        japanese: Place,
        /// As WHMCS has it.
        letters: Place,
        /// WHMCS's second line: building and room.
        building: Option<Text>,
    },
}

/// What a reviewer compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checklist {
    /// The name, in letters and in Japanese.
    pub name: bool,
    /// The birth date.
    pub birth: bool,
    /// The address.
    pub address: bool,
    /// The period of stay.
    pub period: bool,
    /// Both sides are there.
    pub sides: bool,
}

/// Whether internet can be sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Eligibility {
    /// It can: this.
    Eligible(Text),
    /// It cannot.
    Ineligible,
    /// The customer has to tell of the building first.
    NeedsBuilding,
}

/// A place in one script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Prefecture.
    pub prefecture: Text,
    /// City and ward.
    pub city: Text,
    /// Block, building, room.
    pub street: Text,
}

const fn spec(name: &'static str, key: &'static str, harm: Harm, role: Role, fields: &'static [Field]) -> Spec {
    Spec { name, part: Part::Customer, key, harm, role, level: CallerLevel::V0, fields, bulk: false }
}

const METHOD: Field = Field::default("method", FieldKind::Choice(&["upload", "in-person", "post"]), "upload");
const NOTE: Field = Field::optional("remark", FieldKind::Line);
const MESSAGE: Field = Field::optional("message", FieldKind::Block);
const SUBJECT: Field = Field::required("subject", FieldKind::Line);

const fn flag(name: &'static str) -> Field {
    Field::optional(name, FieldKind::Flag)
}

const fn line(name: &'static str) -> Field {
    Field::required(name, FieldKind::Line)
}

impl Verbs for Customer {
    const SPECS: &'static [Spec] = &[
        spec(
            "id-approve",
            "p",
            Harm::Harmless,
            Role::Operator,
            &[
                flag("name-fits"),
                flag("birth-fits"),
                flag("address-fits"),
                flag("period-good"),
                flag("both-sides"),
                METHOD,
                NOTE,
            ],
        ),
        spec(
            "id-override",
            "",
            Harm::Irreversible,
            Role::Supervisor,
            &[METHOD, Field::required("remark", FieldKind::Line)],
        ),
        spec(
            "id-reject",
            "D",
            Harm::Harmless,
            Role::Operator,
            &[
                Field::required(
                    "card-reason",
                    FieldKind::Choice(&["unreadable", "one-side", "expired", "name", "birth", "address"]),
                ),
                MESSAGE,
            ],
        ),
        spec(
            "eligibility-result",
            "",
            Harm::Harmless,
            Role::Operator,
            &[
                Field::required("result", FieldKind::Choice(&["eligible", "ineligible", "needs-building"])),
                Field::optional("offering", FieldKind::OneOf(Source::Offerings)),
                Field::optional("remark", FieldKind::Line),
                Field::default("notify", FieldKind::Flag, "yes"),
            ],
        ),
        spec("note", "m", Harm::Harmless, Role::Operator, &[Field::required("text", FieldKind::Block)]),
        spec("task", "", Harm::Harmless, Role::Operator, &[SUBJECT, Field::required("until", FieldKind::Moment)]),
        spec("remind", "t", Harm::Harmless, Role::Operator, &[SUBJECT, Field::required("at", FieldKind::Moment)]),
        spec(
            "task-done",
            "",
            Harm::Harmless,
            Role::Operator,
            &[Field::required("task", FieldKind::Subject(SubjectKind::Task))],
        )
        .for_many(),
        spec("link-repair", "W", Harm::Irreversible, Role::Supervisor, &[Field::required("client", FieldKind::Number)]),
        Spec {
            level: CallerLevel::V1,
            ..spec(
                "address",
                "A",
                Harm::Harmless,
                Role::Operator,
                &[
                    line("post-code"),
                    line("prefecture"),
                    line("city"),
                    line("street"),
                    line("prefecture-letters"),
                    line("city-letters"),
                    line("street-letters"),
                    Field::optional("building-letters", FieldKind::Line),
                ],
            )
        },
    ];

    fn read(verb: &str, reader: &mut Reader<'_>) -> Option<Self> {
        match verb {
            "id-approve" => {
                let checked = checklist(reader);
                let method = method(reader);
                let note = reader.optional("remark", |reader| reader.text("remark"));
                Some(Self::IdApprove { checked: checked?, method: method?, note: note? })
            }
            "id-override" => {
                let (method, note) = (method(reader), reader.text("remark"));
                Some(Self::IdOverride { method: method?, note: note? })
            }
            "id-reject" => {
                let known: Vec<String> = reader.office.reviews.card_reasons.keys().cloned().collect();
                let reason = reader.word_of("card-reason", &known);
                let message = reader.optional("message", |reader| reader.block("message"));
                Some(Self::IdReject { reason: reason?, message: message? })
            }
            "eligibility-result" => {
                let result = eligibility(reader);
                let note = reader.optional("remark", |reader| reader.text("remark"));
                let notify = reader.flag("notify");
                Some(Self::EligibilityResult { result: result?, note: note?, notify: notify? })
            }
            "note" => Some(Self::Note { text: reader.block("text")? }),
            "task" => {
                let (subject, due) = (reader.text("subject"), reader.moment("until"));
                Some(Self::Task { subject: subject?, due: time::today(due?) })
            }
            "remind" => {
                let (subject, at) = (reader.text("subject"), reader.moment("at"));
                Some(Self::Remind { subject: subject?, at: at? })
            }
            "task-done" => Some(Self::TaskDone { task: reader.record("task")? }),
            "link-repair" => Some(Self::LinkRepair { client: ClientId(reader.id("client")?) }),
            "address" => {
                let post_code = post_code(reader);
                let japanese = place(reader, ["prefecture", "city", "street"]);
                let letters = in_letters(reader, ["prefecture-letters", "city-letters", "street-letters"]);
                let letters = letters.map(|[prefecture, city, street]| Place { prefecture, city, street });
                let building = reader.optional("building-letters", |reader| in_letters(reader, ["building-letters"]));
                let building = building?.map(|[building]| building);
                Some(Self::Address { post_code: post_code?, japanese: japanese?, letters: letters?, building })
            }
            _ => None,
        }
    }

    fn verb(&self) -> &'static str {
        match self {
            Self::IdApprove { .. } => "id-approve",
            Self::IdOverride { .. } => "id-override",
            Self::IdReject { .. } => "id-reject",
            Self::EligibilityResult { .. } => "eligibility-result",
            Self::Note { .. } => "note",
            Self::Task { .. } => "task",
            Self::Remind { .. } => "remind",
            Self::TaskDone { .. } => "task-done",
            Self::LinkRepair { .. } => "link-repair",
            Self::Address { .. } => "address",
        }
    }
}

fn checklist(reader: &mut Reader<'_>) -> Option<Checklist> {
    let [name, birth, address, period, sides] =
        ["name-fits", "birth-fits", "address-fits", "period-good", "both-sides"].map(|field| reader.flag(field));
    Some(Checklist { name: name?, birth: birth?, address: address?, period: period?, sides: sides? })
}

fn method(reader: &mut Reader<'_>) -> Option<Text> {
    let known: Vec<String> = reader.office.reviews.methods.keys().cloned().collect();
    reader.word_of("method", &known)
}

fn eligibility(reader: &mut Reader<'_>) -> Option<Eligibility> {
    match reader.choice("result", &[("eligible", 0), ("ineligible", 1), ("needs-building", 2)])? {
        0 => {
            let offerings = reader.office.reviews.offerings.clone();
            reader.word_of("offering", &offerings).map(Eligibility::Eligible)
        }
        1 => Some(Eligibility::Ineligible),
        _ => Some(Eligibility::NeedsBuilding),
    }
}

fn post_code(reader: &mut Reader<'_>) -> Option<Text> {
    let written = reader.required("post-code")?;
    let digits: String = crate::domain::text::folded(written).chars().filter(char::is_ascii_digit).collect();
    if digits.len() == 7 {
        Some(Text::line(&format!("{}-{}", &digits[..3], &digits[3..])))
    } else {
        reader.refuse("post-code", "wrong-post-code")
    }
}

fn place(reader: &mut Reader<'_>, [prefecture, city, street]: [&'static str; 3]) -> Option<Place> {
    let (prefecture, city, street) = (reader.text(prefecture), reader.text(city), reader.text(street));
    Some(Place { prefecture: prefecture?, city: city?, street: street? })
}

/// WHMCS prints it on bills in letters.
fn in_letters<const N: usize>(reader: &mut Reader<'_>, fields: [&'static str; N]) -> Option<[Text; N]> {
    let mut good = true;
    let texts = fields.map(|field| {
        let text = reader.text(field);
        good &= text.is_some();
        if text.iter().any(|text| text.chars().any(|c| c >= '\u{2E80}')) {
            good = false;
            let _: Option<()> = reader.refuse(field, "wrong-letters");
        }
        text.unwrap_or_default()
    });
    good.then_some(texts)
}
