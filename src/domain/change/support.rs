//! Changes of cases and what is said in them.

use serde::{Deserialize, Serialize};

use super::{Field, FieldKind, Harm, Part, Reader, Source, Spec, SubjectKind, Verbs};
use crate::domain::access::{CallerLevel, Role};
use crate::domain::phrase::Phrase;
use crate::domain::template::{self, Tongue};
use crate::domain::text::Text;

/// The most characters Salesforce keeps of a comment.
const LONGEST: usize = 4_000;

/// A change of a case. Cases are named by their numbers; words of lists are Salesforce's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "verb")]
pub enum Support {
    /// A new case.
    Case {
        /// Its subject.
        subject: Text,
        /// What it is about, with the line, order or invoice it came from.
        text: Text,
        /// Its type.
        kind: String,
        /// Its priority.
        priority: String,
        /// Where it came from.
        origin: String,
    },
    /// Something said in a case.
    Comment {
        /// Which.
        case: Text,
        /// What.
        text: Text,
        /// Whether the customer can read it.
        public: bool,
    },
    /// An answer from a template. The customer's name is filled in when it is planned.
    Reply {
        /// Which case.
        case: Text,
        /// The template's code.
        template: String,
        /// What is said.
        text: Text,
    },
    /// Another status.
    CaseStatus {
        /// Which.
        case: Text,
        /// The status.
        status: String,
    },
    /// Another priority.
    CasePriority {
        /// Which.
        case: Text,
        /// The priority.
        priority: String,
    },
    /// The case becomes the person's at the desk.
    CaseTake {
        /// Which.
        case: Text,
    },
    /// The case becomes a colleague's or a queue's.
    CaseAssign {
        /// Which.
        case: Text,
        /// Name or user name of a person, or a queue's name.
        owner: Text,
    },
}

const CASE: Field = Field::required("case", FieldKind::Subject(SubjectKind::Case));
const TEXT: Field = Field::required("text", FieldKind::Block);

/// Statuses as they are typed and as Salesforce has them.
pub const STATUSES: &[(&str, &str)] = &[
    ("new", "New"),
    ("in-progress", "In Progress"),
    ("awaiting-customer", "Awaiting Customer"),
    ("escalated", "Escalated"),
    ("closed", "Closed"),
];
/// Priorities likewise.
pub const PRIORITIES: &[(&str, &str)] = &[("low", "Low"), ("medium", "Medium"), ("high", "High")];
const KINDS: &[(&str, &str)] = &[
    ("question", "Question"),
    ("problem", "Problem"),
    ("billing", "Billing"),
    ("cancellation", "Cancellation"),
    ("complaint", "Complaint"),
];
const ORIGINS: &[(&str, &str)] = &[("phone", "Phone"), ("email", "Email"), ("web", "Web")];

const fn harmless(name: &'static str, key: &'static str, fields: &'static [Field]) -> Spec {
    Spec { name, part: Part::Support, key, harm: Harm::Harmless, role: Role::Operator, level: CallerLevel::V0, fields }
}

impl Verbs for Support {
    const SPECS: &'static [Spec] = &[
        harmless(
            "case",
            "C",
            &[
                Field::required("subject", FieldKind::Line),
                TEXT,
                Field::default(
                    "type",
                    FieldKind::Choice(&["question", "problem", "billing", "cancellation", "complaint"]),
                    "question",
                ),
                Field::default("priority", FieldKind::Choice(&["low", "medium", "high"]), "medium"),
                Field::default("origin", FieldKind::Choice(&["phone", "email", "web"]), "phone"),
                Field::optional("line", FieldKind::Subject(SubjectKind::Line)),
                Field::optional("order", FieldKind::Subject(SubjectKind::Order)),
                Field::optional("invoice", FieldKind::Subject(SubjectKind::Invoice)),
            ],
        ),
        harmless("comment", "m", &[CASE, TEXT, Field::default("public", FieldKind::Flag, "no")]),
        harmless(
            "reply",
            "e",
            &[
                CASE,
                Field::required("template", FieldKind::OneOf(Source::ReplyTemplates)),
                Field::default("language", FieldKind::Choice(&["both", "en", "ja"]), "both"),
                Field::optional("line", FieldKind::Subject(SubjectKind::Line)),
                Field::optional("order", FieldKind::Subject(SubjectKind::Order)),
                Field::optional("invoice", FieldKind::Subject(SubjectKind::Invoice)),
                Field::optional("amount", FieldKind::Yen),
                Field::optional("due", FieldKind::Date),
                Field::optional("link", FieldKind::Line),
            ],
        ),
        harmless(
            "case-status",
            "",
            &[
                CASE,
                Field::required(
                    "status",
                    FieldKind::Choice(&["new", "in-progress", "awaiting-customer", "escalated", "closed"]),
                ),
            ],
        ),
        harmless(
            "case-priority",
            "",
            &[CASE, Field::required("priority", FieldKind::Choice(&["low", "medium", "high"]))],
        ),
        harmless("case-take", "", &[CASE]),
        harmless("case-assign", "", &[CASE, Field::required("owner", FieldKind::OneOf(Source::Owners))]),
    ];

    fn read(verb: &str, reader: &mut Reader<'_>) -> Option<Self> {
        if verb == "case" {
            return new_case(reader);
        }
        let case = number(reader);
        match verb {
            "comment" => {
                let (text, public) = (said(reader), reader.flag("public"));
                Some(Self::Comment { case: case?, text: text?, public: public? })
            }
            "reply" => reply(reader, case),
            "case-status" => {
                let status = word(reader, "status", STATUSES);
                Some(Self::CaseStatus { case: case?, status: status? })
            }
            "case-priority" => {
                let priority = word(reader, "priority", PRIORITIES);
                Some(Self::CasePriority { case: case?, priority: priority? })
            }
            "case-take" => Some(Self::CaseTake { case: case? }),
            "case-assign" => {
                let owner = reader.text("owner");
                Some(Self::CaseAssign { case: case?, owner: owner? })
            }
            _ => None,
        }
    }

    fn verb(&self) -> &'static str {
        match self {
            Self::Case { .. } => "case",
            Self::Comment { .. } => "comment",
            Self::Reply { .. } => "reply",
            Self::CaseStatus { .. } => "case-status",
            Self::CasePriority { .. } => "case-priority",
            Self::CaseTake { .. } => "case-take",
            Self::CaseAssign { .. } => "case-assign",
        }
    }
}

/// A case's number: eight digits, of which those in front may be left out.
fn number(reader: &mut Reader<'_>) -> Option<Text> {
    let written = reader.required("case")?;
    let digits = written.trim_start_matches('#');
    match digits.parse::<u32>() {
        Ok(n) if n < 100_000_000 => Some(Text::line(&format!("{n:08}"))),
        _ => reader.refuse("case", "wrong-case"),
    }
}

fn word(reader: &mut Reader<'_>, field: &'static str, words: &[(&str, &str)]) -> Option<String> {
    let index: Vec<(&str, usize)> = words.iter().enumerate().map(|(n, (word, _))| (*word, n)).collect();
    reader.choice(field, &index).map(|n| words[n].1.to_owned())
}

/// What is said, if Salesforce keeps all of it.
fn said(reader: &mut Reader<'_>) -> Option<Text> {
    let text = reader.block("text")?;
    if text.chars().count() > LONGEST {
        return reader.refuse("text", Phrase::new("wrong-long").with("most", LONGEST as i64));
    }
    Some(text)
}

fn new_case(reader: &mut Reader<'_>) -> Option<Support> {
    let (subject, text) = (reader.text("subject"), said(reader));
    let kind = word(reader, "type", KINDS);
    let priority = word(reader, "priority", PRIORITIES);
    let origin = word(reader, "origin", ORIGINS);
    let line = reader.optional("line", |reader| reader.line("line"));
    let mut about = Vec::new();
    if let Some(Some(line)) = &line {
        about.push(format!("Line: {}", line.digits()));
    }
    for (field, label) in [("order", "Order"), ("invoice", "Invoice")] {
        match reader.written(field) {
            "" => {}
            written => about.push(format!("{label}: {}", Text::line(written))),
        }
    }
    let _ = line?;
    let text = text?;
    let text = if about.is_empty() { text } else { Text::block(&format!("{text}\n\n{}", about.join("\n"))) };
    Some(Support::Case { subject: subject?, text, kind: kind?, priority: priority?, origin: origin? })
}

/// Every gap but the customer's name is filled here, so that what is missing is said beside its field.
fn reply(reader: &mut Reader<'_>, case: Option<Text>) -> Option<Support> {
    let typed = reader.required("template");
    let tongue =
        reader.choice("language", &[("both", Tongue::Both), ("en", Tongue::English), ("ja", Tongue::Japanese)]);
    let found = reader.office.templates.find(typed?);
    let Some(template) = found else {
        let codes: Vec<&str> = reader.office.templates.0.iter().map(|it| it.code.as_str()).collect();
        return reader.refuse("template", Phrase::new("wrong-choice").with("words", codes.join(", ").as_str()));
    };
    let body = template.body(tongue?);
    let mut values: Vec<(&str, String)> = vec![("case", case.as_ref()?.to_string())];
    let mut whole = true;
    for gap in template::gaps(&body).filter(|gap| !matches!(*gap, "name" | "case")) {
        let value = match gap {
            "line" => reader.line(gap).map(|it| it.to_string()),
            "amount" => reader.yen(gap).map(|it| it.to_string()),
            "due" => reader.date(gap).map(|it| it.to_string()),
            "link" => link(reader),
            _ => reader.text(gap).map(|it| it.to_string()),
        };
        match value {
            Some(value) => values.push((gap, value)),
            None => whole = false,
        }
    }
    let text =
        template::filled(&body, |gap| values.iter().find(|(name, _)| *name == gap).map(|(_, value)| value.as_str()));
    whole.then_some(Support::Reply { case: case?, template: template.code.clone(), text: Text::block(&text) })
}

/// An address that is safe to send. One that signs its reader in is none: whoever is forwarded it would be the customer.
fn link(reader: &mut Reader<'_>) -> Option<String> {
    let written = reader.required("link")?;
    let lower = written.to_ascii_lowercase();
    let signs_in = ["token=", "sso", "dologin"].iter().any(|part| lower.contains(part));
    if !lower.starts_with("https://") || written.contains(char::is_whitespace) {
        return reader.refuse("link", "wrong-link");
    }
    if signs_in { reader.refuse("link", "wrong-link-signs-in") } else { Some(written.to_owned()) }
}
