//! Changes of cases and what is said in them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Field, FieldKind, Harm, Part, Reader, Source, Spec, SubjectKind, Verbs};
use crate::domain::access::{CallerLevel, Role};
use crate::domain::phrase::Phrase;
use crate::domain::template::{self, Piece, Template, Tongue};
use crate::domain::text::{Text, folded};
use crate::domain::when;
use crate::domain::words::List;

/// The most bytes Salesforce keeps of a comment, and so of a reply: a third as many characters where they are Japanese.
const LONGEST: usize = 4_000;
/// The most characters of what a case is about.
const LONGEST_CASE: usize = 4_000;

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
    /// An answer from a template.
    Reply {
        /// Which case.
        case: Text,
        /// The template's code.
        template: String,
        /// What is said.
        #[serde(flatten)]
        said: Said,
    },
    /// What the house does with such a case in one go. What is not there is not done.
    Macro {
        /// Which case.
        case: Text,
        /// The macro's code.
        code: String,
        /// What the customer is answered.
        reply: Option<Said>,
        /// What is noted for colleagues.
        note: Option<Text>,
        /// The status it is given.
        status: Option<String>,
        /// The priority it is given.
        priority: Option<String>,
        /// When the person at the desk is reminded of it.
        remind: Option<Timestamp>,
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

/// What a template says. The customer's name, and their language where nobody chose one, are filled in when it is planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// In the language that was chosen; in both where that is the customer's and they have none.
    pub text: Text,
    /// In each language, where the customer's decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theirs: Option<Theirs>,
}

/// A text in each language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Theirs {
    /// In English.
    pub en: Text,
    /// In Japanese.
    pub ja: Text,
}

impl Said {
    /// The text for a customer who speaks this, where that is known.
    pub const fn to(&self, tongue: Option<Tongue>) -> &Text {
        match (&self.theirs, tongue) {
            (Some(theirs), Some(Tongue::English)) => &theirs.en,
            (Some(theirs), Some(Tongue::Japanese)) => &theirs.ja,
            _ => &self.text,
        }
    }
}

const CASE: Field = Field::required("case", FieldKind::Subject(SubjectKind::Case));
const TEXT: Field = Field::required("text", FieldKind::Block);

const LANGUAGE: Field = Field::default("language", FieldKind::Choice(&["theirs", "both", "en", "ja"]), "theirs");
const LINE: Field = Field::optional("line", FieldKind::Subject(SubjectKind::Line));
const ORDER: Field = Field::optional("order", FieldKind::Subject(SubjectKind::Order));
const INVOICE: Field = Field::optional("invoice", FieldKind::Subject(SubjectKind::Invoice));
const AMOUNT: Field = Field::optional("amount", FieldKind::Yen);
const DUE: Field = Field::optional("due", FieldKind::Date);
const LINK: Field = Field::optional("link", FieldKind::Line);

/// What is asked where a template speaks in a case: which it is, the language, and what goes into its gaps.
const fn said_in_case(what: Field) -> [Field; 9] {
    [CASE, what, LANGUAGE, LINE, ORDER, INVOICE, AMOUNT, DUE, LINK]
}
const REPLY: [Field; 9] = said_in_case(Field::required("template", FieldKind::OneOf(Source::ReplyTemplates)));
const MACRO: [Field; 9] = said_in_case(Field::required("macro", FieldKind::OneOf(Source::Macros)));

const fn harmless(name: &'static str, key: &'static str, fields: &'static [Field]) -> Spec {
    Spec {
        name,
        part: Part::Support,
        key,
        harm: Harm::Harmless,
        role: Role::Operator,
        level: CallerLevel::V0,
        fields,
        bulk: false,
    }
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
                LINE,
                ORDER,
                INVOICE,
            ],
        ),
        harmless("comment", "m", &[CASE, TEXT, Field::default("public", FieldKind::Flag, "no")]).for_many(),
        harmless("reply", "e", &REPLY).for_many(),
        harmless("macro", "p", &MACRO).for_many(),
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
        )
        .for_many(),
        harmless(
            "case-priority",
            "",
            &[CASE, Field::required("priority", FieldKind::Choice(&["low", "medium", "high"]))],
        )
        .for_many(),
        harmless("case-take", "", &[CASE]).for_many(),
        harmless("case-assign", "", &[CASE, Field::required("owner", FieldKind::OneOf(Source::Owners))]).for_many(),
    ];

    fn read(verb: &str, reader: &mut Reader<'_>) -> Option<Self> {
        if verb == "case" {
            return new_case(reader);
        }
        let case = number(reader);
        match verb {
            "comment" => {
                let (text, public) = (comment(reader), reader.flag("public"));
                Some(Self::Comment { case: case?, text: text?, public: public? })
            }
            "reply" => {
                let template = template_of(reader);
                let said = said_by(reader, template?, case.as_ref());
                Some(Self::Reply { case: case?, template: template?.code.clone(), said: said? })
            }
            "macro" => in_one_go(reader, case),
            "case-status" => {
                let status = word(reader, "status", List::CaseStatusWords);
                Some(Self::CaseStatus { case: case?, status: status? })
            }
            "case-priority" => {
                let priority = word(reader, "priority", List::CasePriorityWords);
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
            Self::Macro { .. } => "macro",
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
    let digits = folded(written);
    match digits.trim_start_matches('#').parse::<u32>() {
        Ok(n) if n < 100_000_000 => Some(Text::line(&format!("{n:08}"))),
        _ => reader.refuse("case", "wrong-case"),
    }
}

/// Salesforce's word for the one that was typed.
fn word(reader: &mut Reader<'_>, field: &'static str, list: List) -> Option<String> {
    let words = &reader.office.words;
    let typed = reader.required(field)?;
    match words.typed(list, typed) {
        Some(word) => Some(word.to_owned()),
        None => {
            reader.refuse(field, Phrase::new("wrong-choice").with("words", words.to_type(list).join(", ").as_str()))
        }
    }
}

/// What is said, if Salesforce keeps all of it.
fn comment(reader: &mut Reader<'_>) -> Option<Text> {
    let text = reader.block("text")?;
    if is_kept(&text) { Some(text) } else { reader.refuse("text", too_long(&text)) }
}

fn is_kept(text: &Text) -> bool {
    text.len() <= LONGEST
}

/// How far a text is above what is kept, in what is counted.
fn too_long(text: &Text) -> Phrase {
    Phrase::new("wrong-long-comment").with("most", LONGEST as i64).with("has", text.len() as i64)
}

/// What a case is about.
fn about(reader: &mut Reader<'_>) -> Option<Text> {
    let text = reader.block("text")?;
    if text.chars().count() > LONGEST_CASE {
        return reader.refuse("text", Phrase::new("wrong-long").with("most", LONGEST_CASE as i64));
    }
    Some(text)
}

fn new_case(reader: &mut Reader<'_>) -> Option<Support> {
    let (subject, text) = (reader.text("subject"), about(reader));
    let kind = word(reader, "type", List::CaseTypeWords);
    let priority = word(reader, "priority", List::CasePriorityWords);
    let origin = word(reader, "origin", List::CaseOriginWords);
    let line = reader.optional("line", |reader| reader.line("line"));
    let mut about = Vec::new();
    if let Some(Some(line)) = &line {
        about.push(format!("Line: {}", line.digits()));
    }
    match reader.written("order") {
        "" => {}
        written => about.push(format!("Order: {}", Text::line(written))),
    }
    let invoice = reader.optional("invoice", |reader| reader.id("invoice"));
    if let Some(Some(invoice)) = invoice {
        about.push(format!("Invoice: {invoice}"));
    }
    let _ = (line?, invoice?);
    let text = text?;
    let text = if about.is_empty() { text } else { Text::block(&format!("{text}\n\n{}", about.join("\n"))) };
    Some(Support::Case { subject: subject?, text, kind: kind?, priority: priority?, origin: origin? })
}

/// The template that was meant.
fn template_of<'a>(reader: &mut Reader<'a>) -> Option<&'a Template> {
    let typed = reader.required("template")?;
    let templates = &reader.office.templates;
    templates.find(typed).or_else(|| {
        let codes: Vec<&str> = templates.0.iter().map(|it| it.code.as_str()).collect();
        reader.refuse("template", Phrase::new("wrong-choice").with("words", codes.join(", ").as_str()))
    })
}

/// What a template says of a case. Every gap but the customer's name is filled here, so that what is missing is said beside
/// its field.
fn said_by(reader: &mut Reader<'_>, template: &Template, case: Option<&Text>) -> Option<Said> {
    let spoken = spoken(reader);
    let values = gap_values(reader, &template.body(Tongue::Both), case);
    let (spoken, values) = (spoken?, values?);
    let value = |gap: &str| values.iter().find(|(name, _)| *name == gap).map(|(_, value)| value.as_str());
    let text = |tongue| Text::block(&template::filled(&template.body(tongue), value));
    let said = match spoken {
        Spoken::In(tongue) => Said { text: text(tongue), theirs: None },
        Spoken::Theirs => Said {
            text: text(Tongue::Both),
            theirs: Some(Theirs { en: text(Tongue::English), ja: text(Tongue::Japanese) }),
        },
    };
    if is_kept(&said.text) { Some(said) } else { reader.refuse("language", too_long(&said.text)) }
}

/// In which language something is said.
#[derive(Debug, Clone, Copy)]
enum Spoken {
    /// The customer's.
    Theirs,
    /// This one.
    In(Tongue),
}

fn spoken(reader: &mut Reader<'_>) -> Option<Spoken> {
    let words = [
        ("theirs", Spoken::Theirs),
        ("both", Spoken::In(Tongue::Both)),
        ("en", Spoken::In(Tongue::English)),
        ("ja", Spoken::In(Tongue::Japanese)),
    ];
    reader.choice("language", &words)
}

/// What goes into the gaps of a text, but for the customer's name. Nothing where one has nothing, which is said of all.
fn gap_values(reader: &mut Reader<'_>, body: &str, case: Option<&Text>) -> Option<Vec<(&'static str, String)>> {
    let mut values: Vec<(&str, String)> = case.map(|case| ("case", case.to_string())).into_iter().collect();
    let mut whole = true;
    for gap in template::gaps(body).filter(|gap| !matches!(*gap, "name" | "case")) {
        match gap_value(reader, gap) {
            Some(value) => values.push((gap, value)),
            None => whole = false,
        }
    }
    whole.then_some(values)
}

fn gap_value(reader: &mut Reader<'_>, gap: &'static str) -> Option<String> {
    match gap {
        "line" => reader.line(gap).map(|it| it.to_string()),
        "amount" => reader.yen(gap).map(|it| it.to_string()),
        "due" => reader.date(gap).map(|it| it.to_string()),
        "link" => link(reader),
        _ => reader.text(gap).map(|it| it.to_string()),
    }
}

fn in_one_go(reader: &mut Reader<'_>, case: Option<Text>) -> Option<Support> {
    let typed = reader.required("macro")?;
    let macros = &reader.office.macros;
    let Some(it) = macros.find(typed) else {
        let codes: Vec<&str> = macros.0.iter().map(|it| it.code.as_str()).collect();
        return reader.refuse("macro", Phrase::new("wrong-choice").with("words", codes.join(", ").as_str()));
    };
    let reply = match reader.office.templates.0.iter().find(|template| template.code == it.template) {
        Some(template) => Some(said_by(reader, template, case.as_ref())?),
        None => None,
    };
    let note = Some(it.note.trim()).filter(|note| !note.is_empty()).map(Text::block);
    let remind = Some(&it.reminder).filter(|at| !at.is_empty()).and_then(|at| when::read(at, reader.now));
    let words = &reader.office.words;
    let word = |list, ours: &Option<String>| words.typed(list, ours.as_deref()?).map(str::to_owned);
    Some(Support::Macro {
        case: case?,
        code: it.code.clone(),
        reply,
        note,
        status: word(List::CaseStatusWords, &it.status),
        priority: word(List::CasePriorityWords, &it.priority),
        remind,
    })
}

/// The template that a form of these values is about, where it is about one.
fn template_in<'a>(reader: &mut Reader<'a>) -> Option<&'a Template> {
    match reader.written("macro") {
        "" => reader.office.templates.find(Some(reader.written("template")).filter(|it| !it.is_empty())?),
        code => {
            let it = reader.office.macros.find(code)?;
            reader.office.templates.0.iter().find(|template| template.code == it.template)
        }
    }
}

/// Whether a field only fills a gap that the template in a form does not have.
pub fn is_idle(field: &str, reader: &mut Reader<'_>) -> bool {
    let gap = template::GAPS.into_iter().find(|gap| *gap == field && !matches!(*gap, "name" | "case"));
    let Some(gap) = gap else { return false };
    template_in(reader).is_none_or(|template| template::gaps(&template.body(Tongue::Both)).all(|it| it != gap))
}

/// What a form would say to a customer of this name who speaks this, as far as it is known.
pub fn preview(reader: &mut Reader<'_>, name: &str, theirs: Option<Tongue>) -> Option<Vec<Piece>> {
    let template = template_in(reader)?;
    let body = template.body(match spoken(reader)? {
        Spoken::In(tongue) => tongue,
        Spoken::Theirs => theirs.unwrap_or(Tongue::Both),
    });
    let mut values: Vec<(&str, String)> = vec![("name", name.to_owned())];
    values.extend(number(reader).map(|case| ("case", case.to_string())));
    for gap in template::gaps(&body).filter(|gap| !matches!(*gap, "name" | "case")) {
        values.extend(gap_value(reader, gap).map(|value| (gap, value)));
    }
    let value = |gap: &str| {
        let known = values.iter().find(|(name, value)| *name == gap && !value.is_empty());
        known.map(|(_, value)| value.as_str())
    };
    Some(template::pieces(&body, value))
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

#[cfg(test)]
mod tests {
    use super::super::{Values, What, spec};
    use super::*;
    use crate::domain::office::Office;
    use crate::domain::phone::Fixtures;

    #[test]
    fn a_comment_is_as_long_as_its_bytes() {
        let comment = |text: String| {
            let values: Values = [("case".to_owned(), "1".to_owned()), ("text".to_owned(), text)].into();
            let (spec, office) = (spec("comment").unwrap(), Office::default());
            let now = "2026-11-22T01:00:00Z".parse().unwrap();
            let mut reader = Reader::new(spec, &values, &office, now, Fixtures::Allowed);
            match What::read(spec, &mut reader) {
                Some(_) => Vec::new(),
                None => reader.wrong().into_iter().map(|it| (it.field, it.why.key.into_owned())).collect(),
            }
        };
        let long = vec![("text", "wrong-long-comment".to_owned())];
        assert_eq!(comment("a".repeat(4_000)), []);
        assert_eq!(comment("a".repeat(4_001)), long);
        assert_eq!(comment("あ".repeat(1_333)), []);
        assert_eq!(comment("あ".repeat(1_334)), long);
    }
}
