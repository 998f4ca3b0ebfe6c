//! Routines: a series of actions under a name, recorded once and run on whichever customer is in hand.
//!
//! A routine holds what was meant: a page to go to, a filter, a change by its verb with what stands in its fields. It holds
//! no keys, and nothing of whose record it was: what is a customer's own ([`is_own`]) is asked for when it is run. What its
//! changes do is planned, confirmed and carried out as that of any other change.

pub mod record;
mod value;

use super::change::{Field, FieldKind, Spec, SubjectKind, Values};
pub use value::{Piece, Value};

/// The board of the shift, as a place to go to.
pub const BOARD: &str = "board";
/// By this name the shell is told which rows are meant: it has no list to mark them in.
pub const ROWS: &str = "rows";
/// Longest name of a routine or a parameter, in characters.
const LONGEST_NAME: usize = 60;

/// The tabs and their pages, as they are gone to.
pub const PAGES: &[(&str, &[&str])] = &[
    ("dashboard", &["overview", "timeline", "identity"]),
    ("subscriptions", &["subscriptions", "addons", "cancellations", "plans"]),
    ("billing", &["invoices", "transactions", "credits", "pay-methods", "emails", "months"]),
    ("orders", &["orders", "xray", "opportunities"]),
    ("sim", &["lines", "usage"]),
    ("support", &["support", "promises"]),
];

/// Fields that hold what belongs to one customer, or was found of them, by their verbs.
const OWN: &[(&str, &[&str])] = &[
    (
        "address",
        &[
            "post-code",
            "prefecture",
            "city",
            "street",
            "prefecture-letters",
            "city-letters",
            "street-letters",
            "building-letters",
        ],
    ),
    (
        "port-in",
        &["number", "card", "reservation", "expires", "family", "given", "family-kana", "given-kana", "gender", "born"],
    ),
    ("service-fields", &["opportunity", "sim-number", "product-number"]),
    // A look at a card is a look at one card: nobody has it ticked by a routine.
    ("id-approve", &["name-fits", "birth-fits", "address-fits", "period-good", "both-sides"]),
    ("link-repair", &["client"]),
    ("mark-paid", &["transaction"]),
    ("fulfil", &["gender"]),
    // A link into the client area signs in whoever has it.
    ("reply", &["link"]),
    ("macro", &["link"]),
];

/// A routine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routine {
    /// What it is called.
    pub name: String,
    /// What is asked when it is run, in that order.
    pub parameters: Vec<Parameter>,
    /// What it does.
    pub steps: Vec<Step>,
}

/// Something that is asked when a routine is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// What it is called.
    pub name: String,
    /// What it is unless somebody says otherwise. What is a customer's own has none.
    pub default: Option<String>,
}

/// One step of a routine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Go to a page.
    Go(&'static str),
    /// Filter the list; an empty filter shows all of it.
    Filter(Value),
    /// Sort the list by a column, by what filters call it.
    Sort {
        /// The column.
        column: String,
        /// From the largest.
        descending: bool,
    },
    /// Mark every row shown, or none.
    Mark(bool),
    /// Make a change.
    Change(Asked),
}

/// A change as a routine asks for it.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Its verb.
    pub spec: &'static Spec,
    /// It is made for every marked row, each of which is this field.
    pub rows: Option<&'static str>,
    /// What stands in its fields, in the verb's order.
    pub fields: Vec<(&'static str, Value)>,
}

impl PartialEq for Asked {
    fn eq(&self, other: &Self) -> bool {
        self.spec.name == other.spec.name && self.rows == other.rows && self.fields == other.fields
    }
}

impl Eq for Asked {}

impl Asked {
    /// What its fields hold with these parameters. The field that is each of several rows is not among them.
    pub fn values(&self, parameters: &Values) -> Values {
        self.fields.iter().map(|(name, value)| ((*name).to_owned(), value.filled(parameters))).collect()
    }
}

impl Step {
    /// Everything in it that may ask for parameters.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        let (filter, fields) = match self {
            Self::Filter(value) => (Some(value), &[][..]),
            Self::Change(asked) => (None, asked.fields.as_slice()),
            Self::Go(_) | Self::Sort { .. } | Self::Mark(_) => (None, &[][..]),
        };
        filter.into_iter().chain(fields.iter().map(|(_, value)| value))
    }

    /// The change, where it is one.
    pub const fn change(&self) -> Option<&Asked> {
        match self {
            Self::Change(asked) => Some(asked),
            Self::Go(_) | Self::Filter(_) | Self::Sort { .. } | Self::Mark(_) => None,
        }
    }
}

impl Routine {
    /// The first field that a parameter fills by itself: what it is asked as.
    pub fn field_of(&self, parameter: &str) -> Option<(&'static Spec, &'static Field)> {
        self.steps.iter().filter_map(Step::change).find_map(|asked| {
            let (name, _) = asked.fields.iter().find(|(_, value)| value.only() == Some(parameter))?;
            Some((asked.spec, asked.spec.fields.iter().find(|field| field.name == *name)?))
        })
    }

    /// The defaults of its parameters.
    pub fn defaults(&self) -> Values {
        let of = |it: &Parameter| Some((it.name.clone(), it.default.clone()?));
        self.parameters.iter().filter_map(of).collect()
    }

    /// Whether a parameter holds what is a customer's own.
    pub fn asks_own(&self, parameter: &str) -> bool {
        self.steps.iter().filter_map(Step::change).any(|asked| {
            let of = |name: &str| asked.spec.fields.iter().find(|field| field.name == name);
            let own = |name: &str| of(name).is_some_and(|field| is_own(asked.spec, field));
            asked.fields.iter().any(|(name, value)| value.asks(parameter) && own(name))
        })
    }
}

/// Whether a field holds what is a customer's own: it is asked for, and is in no routine.
pub fn is_own(spec: &Spec, field: &Field) -> bool {
    match field.kind {
        FieldKind::Subject(_) | FieldKind::Eid => true,
        _ => OWN.iter().any(|(verb, fields)| *verb == spec.name && fields.contains(&field.name)),
    }
}

/// What a field is about, where it says what a change is about.
pub const fn subject_of(field: &Field) -> Option<SubjectKind> {
    match field.kind {
        FieldKind::Subject(kind) => Some(kind),
        _ => None,
    }
}

/// A page by its name; a tab is its first one.
pub fn page(name: &str) -> Option<&'static str> {
    if name == BOARD {
        return Some(BOARD);
    }
    let named = PAGES.iter().flat_map(|(_, pages)| *pages).find(|page| **page == name);
    let first = || PAGES.iter().find(|(tab, _)| *tab == name).and_then(|(_, pages)| pages.first());
    named.or_else(first).copied()
}

/// Every name of a place to go to.
pub fn pages() -> Vec<&'static str> {
    let mut all: Vec<&'static str> = vec![BOARD];
    for (tab, pages) in PAGES {
        all.extend((!pages.contains(tab)).then_some(*tab).into_iter().chain(pages.iter().copied()));
    }
    all
}

/// Whether a routine can be called so: it is a file's name as well, and a word on the command line.
pub fn is_name(name: &str) -> bool {
    let good = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ');
    !name.is_empty() && name.trim() == name && name.chars().count() <= LONGEST_NAME && name.chars().all(good)
}

/// Whether a parameter can be called so: it stands between braces and before an equals sign.
pub fn is_parameter(name: &str) -> bool {
    let good = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    !name.is_empty() && name != ROWS && name.chars().count() <= LONGEST_NAME && name.chars().all(good)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::change;

    #[test]
    fn what_is_a_customers_own_is_named_by_fields_there_are() {
        for (verb, fields) in OWN {
            let spec = change::spec(verb).unwrap_or_else(|| panic!("{verb}"));
            for name in *fields {
                assert!(spec.fields.iter().any(|field| field.name == *name), "{verb} has no field {name}");
            }
        }
        let own = |verb: &str, name: &str| {
            let spec = change::spec(verb).unwrap();
            is_own(spec, spec.fields.iter().find(|field| field.name == name).unwrap())
        };
        assert!(own("top-up", "line") && own("esim-reissue", "eid") && own("port-in", "family"));
        assert!(!own("top-up", "gb") && !own("note", "text") && !own("send-email", "template"));
    }

    #[test]
    fn a_place_is_a_page_or_a_tab() {
        assert_eq!((page("emails"), page("billing"), page("board")), (Some("emails"), Some("invoices"), Some(BOARD)));
        assert_eq!((page("orders"), page("")), (Some("orders"), None));
        assert!(pages().into_iter().all(|name| page(name).is_some()));
    }

    #[test]
    fn a_name_is_a_word_that_a_file_can_have() {
        assert!(["督促", "remind unpaid", "top-up_3"].into_iter().all(is_name));
        assert!(["", " a", "a/b", "..", "a.b", "a\u{1b}"].into_iter().all(|name| !is_name(name)));
        assert!(is_parameter("件名") && !is_parameter(ROWS) && !is_parameter("a=b") && !is_parameter("a b"));
    }
}
