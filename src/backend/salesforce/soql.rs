//! Salesforce's two query languages, built by types so that what a person typed can never become part of the query.
//!
//! Names of objects and fields cannot be escaped in SOQL, so they are [`Name`]s: checked when the configuration is read.
//! Values go through [`literal`] or [`Like`]; search terms through [`Sosl`].

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

/// An object's or a field's name, possibly through a parent: `Account`, `SF_Account_No__c`, `Account.Owner.Name`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Name(Cow<'static, str>);

/// Text that is no name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” is no name of a Salesforce object or field: letters, digits and single underscores, starting with a letter"
)]
pub struct NameError(String);

impl Name {
    /// A name written in this program. Tests prove that the ones used are well formed.
    pub(super) const fn fixed(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// The name as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The parent relationship of a custom reference field: `Assigned_Account__c` → `Assigned_Account__r`.
    pub fn relation(&self) -> Self {
        let stem = self.0.strip_suffix("__c").map(|stem| format!("{stem}__r"));
        stem.map_or_else(|| self.clone(), |name| Self(Cow::Owned(name)))
    }

    /// A field of this parent: `Assigned_Account__r` and `Name` → `Assigned_Account__r.Name`.
    pub fn dot(&self, field: &Self) -> Self {
        Self(Cow::Owned(format!("{}.{}", self.0, field.0)))
    }
}

impl TryFrom<String> for Name {
    type Error = NameError;
    fn try_from(text: String) -> Result<Self, NameError> {
        let part = |part: &str| {
            part.starts_with(|c: char| c.is_ascii_alphabetic())
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
                && !part.ends_with('_')
                && part.len() <= 80
        };
        if text.split('.').all(part) {
            Ok(Self(Cow::Owned(text)))
        } else {
            Err(NameError(text.chars().take(80).collect()))
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A string literal with its quotes. The backslash is escaped before anything else could add one; control characters go
/// as escapes or, having none, are left out.
pub fn literal(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('\'');
    value.chars().for_each(|c| escape(c, &mut out));
    out.push('\'');
    out
}

fn literals(values: &[String]) -> String {
    values.iter().map(|value| literal(value)).collect::<Vec<_>>().join(",")
}

fn escape(c: char, out: &mut String) {
    match c {
        '\\' => out.push_str("\\\\"),
        '\'' => out.push_str("\\'"),
        '"' => out.push_str("\\\""),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c if c.is_control() => {}
        c => out.push(c),
    }
}

/// A pattern for `LIKE`, in which typed `%` and `_` stand for themselves. LIKE ignores case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Like(String);

impl Like {
    /// Text that begins with `part`.
    pub fn beginning(part: &str) -> Self {
        Self(format!("{}%", Self::escaped(part)))
    }

    /// Text that holds `part`.
    pub fn holding(part: &str) -> Self {
        Self(format!("%{}%", Self::escaped(part)))
    }

    /// Text that holds these characters in this order, with anything between them.
    pub fn holding_spread(part: &str) -> Self {
        let spread: Vec<String> = part.chars().map(|c| Self::escaped(c.encode_utf8(&mut [0; 4]))).collect();
        Self(format!("%{}%", spread.join("%")))
    }

    /// A phone number that ends with these digits, however it is spelled: the last four belong together in every Japanese
    /// spelling, anything may stand between the others. Wider than the number; what comes back must be compared.
    pub fn phone_ending(digits: &str) -> Self {
        let digits: Vec<char> = digits.chars().filter(char::is_ascii_digit).collect();
        let head = digits.len().saturating_sub(4);
        let mut pattern = String::from("%");
        for (i, digit) in digits.iter().enumerate() {
            pattern.push(*digit);
            if i < head {
                pattern.push('%');
            }
        }
        Self(pattern)
    }

    fn escaped(part: &str) -> String {
        let mut out = String::with_capacity(part.len());
        for c in part.chars() {
            match c {
                '%' | '_' => out.extend(['\\', c]),
                c => escape(c, &mut out),
            }
        }
        out
    }
}

/// A condition of a `WHERE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// The field equals a text.
    Is(Name, String),
    /// The field is one of these words; no word at all matches nothing.
    OneOf(Name, Vec<String>),
    /// The field is none of these words; an empty one is none of them.
    NoneOf(Name, Vec<String>),
    /// The field is empty.
    Empty(Name),
    /// The checkbox is so.
    Flag(Name, bool),
    /// The moment lies before this one.
    Before(Name, Timestamp),
    /// The moment is this one or a later one.
    After(Name, Timestamp),
    /// The day is this one or an earlier one.
    Until(Name, Date),
    /// The reference leads to a record of this object of which the condition holds. Salesforce takes at most two of these in
    /// a query, and none below an [`Self::Any`].
    Of(Name, Name, Box<Self>),
    /// The field is like a pattern.
    Like(Name, Like),
    /// One of them holds.
    Any(Vec<Self>),
    /// All of them hold.
    All(Vec<Self>),
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |f: &mut fmt::Formatter<'_>, parts: &[Self], word: &str| {
            for (i, part) in parts.iter().enumerate() {
                let before = if i == 0 { "(" } else { word };
                write!(f, "{before}{part}")?;
            }
            f.write_str(")")
        };
        match self {
            Self::Is(field, value) => write!(f, "{field} = {}", literal(value)),
            Self::OneOf(field, words) if !words.is_empty() => write!(f, "{field} IN ({})", literals(words)),
            Self::NoneOf(field, words) if !words.is_empty() => write!(f, "{field} NOT IN ({})", literals(words)),
            Self::Empty(field) => write!(f, "{field} = null"),
            Self::Flag(field, value) => write!(f, "{field} = {value}"),
            // Dates and times stand unquoted; they cannot hold anything but digits and separators.
            Self::Before(field, moment) => write!(f, "{field} < {}", moment.strftime("%Y-%m-%dT%H:%M:%SZ")),
            Self::After(field, moment) => write!(f, "{field} >= {}", moment.strftime("%Y-%m-%dT%H:%M:%SZ")),
            Self::Until(field, day) => write!(f, "{field} <= {day}"),
            Self::Of(field, object, condition) => {
                write!(f, "{field} IN (SELECT Id FROM {object} WHERE {condition})")
            }
            Self::Like(field, Like(pattern)) => write!(f, "{field} LIKE '{pattern}'"),
            // Nothing to choose from matches nothing; Id is never null.
            Self::OneOf(..) => f.write_str("Id = null"),
            Self::Any(parts) if parts.is_empty() => f.write_str("Id = null"),
            Self::NoneOf(..) => f.write_str("Id != null"),
            Self::All(parts) if parts.is_empty() => f.write_str("Id != null"),
            Self::Any(parts) => joined(f, parts, " OR "),
            Self::All(parts) => joined(f, parts, " AND "),
        }
    }
}

/// Which way a query's rows are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The least first.
    Rising,
    /// The greatest first.
    Falling,
}

/// A SOQL query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Soql(String);

impl Soql {
    /// `SELECT fields FROM object`.
    pub fn select<'a>(fields: impl IntoIterator<Item = &'a Name>, object: &Name) -> Self {
        let fields: Vec<&str> = fields.into_iter().map(Name::as_str).collect();
        Self(format!("SELECT {} FROM {object}", fields.join(",")))
    }

    /// `SELECT COUNT() FROM object`: the answer has no rows, its total is the count.
    pub fn count(object: &Name) -> Self {
        Self(format!("SELECT COUNT() FROM {object}"))
    }

    /// How many, and the least of a field among them, as one row with [`Self::HOW_MANY`] and [`Self::LEAST`].
    pub fn tally(object: &Name, field: &Name) -> Self {
        Self(format!("SELECT COUNT(Id) {},MIN({field}) {} FROM {object}", Self::HOW_MANY, Self::LEAST))
    }

    /// Where [`Self::tally`] answers how many.
    pub const HOW_MANY: Name = Name::fixed("waiting");
    /// Where [`Self::tally`] answers the least; null when there is none.
    pub const LEAST: Name = Name::fixed("oldest");

    /// Adds a child query, `(SELECT fields FROM relationship)`, to the selected fields. Call it before anything else.
    pub fn with_children<'a>(self, fields: impl IntoIterator<Item = &'a Name>, relationship: &Name) -> Self {
        self.with(Self::select(fields, relationship))
    }

    /// Adds a child query over a relationship to the selected fields. Call it before anything else.
    pub fn with(self, Self(child): Self) -> Self {
        let (selected, from) = self.0.rsplit_once(" FROM ").unwrap_or((&self.0, ""));
        Self(format!("{selected},({child}) FROM {from}"))
    }

    /// `WHERE condition`.
    pub fn filter(self, condition: &Condition) -> Self {
        Self(format!("{} WHERE {condition}", self.0))
    }

    /// `ORDER BY field DESC`, newest first.
    pub fn newest_by(self, field: &Name) -> Self {
        Self(format!("{} ORDER BY {field} DESC", self.0))
    }

    /// `ORDER BY field, …`; a field without a value comes last.
    pub fn ordered(self, fields: &[(&Name, Order)]) -> Self {
        let fields: Vec<String> = fields
            .iter()
            .map(|(field, order)| match order {
                Order::Rising => format!("{field} ASC NULLS LAST"),
                Order::Falling => format!("{field} DESC NULLS LAST"),
            })
            .collect();
        Self(format!("{} ORDER BY {}", self.0, fields.join(",")))
    }

    /// `LIMIT rows`.
    pub fn limit(self, rows: u32) -> Self {
        Self(format!("{} LIMIT {rows}", self.0))
    }

    /// The query's text. It may hold what a person typed, so it is never logged.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A SOSL search in one group of fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sosl(String);

/// Where a SOSL search looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchIn {
    /// Names.
    Names,
    /// Phone fields: Salesforce compares their digits.
    Phones,
}

impl Sosl {
    /// `FIND {term} IN … RETURNING object(fields LIMIT rows)`. `None` for terms Salesforce refuses: under two characters.
    pub fn find<'a>(
        term: &str,
        place: SearchIn,
        object: &Name,
        fields: impl IntoIterator<Item = &'a Name>,
        rows: u32,
    ) -> Option<Self> {
        if term.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
            return None;
        }
        let place = match place {
            SearchIn::Names => "NAME",
            SearchIn::Phones => "PHONE",
        };
        let fields: Vec<&str> = fields.into_iter().map(Name::as_str).collect();
        let (term, fields) = (Self::escaped(term), fields.join(","));
        Some(Self(format!("FIND {{{term}}} IN {place} FIELDS RETURNING {object}({fields} LIMIT {rows})")))
    }

    fn escaped(term: &str) -> String {
        let mut out = String::with_capacity(term.len());
        for c in term.chars().filter(|c| !c.is_control()) {
            if r#"?&|!{}[]()^~*:\"'+-"#.contains(c) {
                out.push('\\');
            }
            out.push(c);
        }
        out
    }

    /// The search's text. It holds what a person typed, so it is never logged.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn typed_text_stays_inside_its_literal() {
        for (typed, expected) in [
            ("O'Neil", r"'O\'Neil'"),
            (r"ends with \", r"'ends with \\'"),
            (r"\' OR Name != '", r"'\\\' OR Name != \''"),
            ("a\nb\u{7}", r"'a\nb'"),
            ("髙橋", "'髙橋'"),
        ] {
            assert_eq!(literal(typed), expected);
        }
        assert_eq!(Like::beginning(r"50%_\'").0, r"50\%\_\\\'%");
    }

    #[test]
    fn names_are_checked() {
        for good in ["Account", "SF_Account_No__c", "Account.Owner.Name", "ns__X__c"] {
            assert!(Name::try_from(good.to_owned()).is_ok(), "{good}");
        }
        for bad in ["", "1a", "a b", "a;b", "Name,Secret", "a.", "(SELECT Id FROM Users)", "名前", "a'b"] {
            assert!(Name::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }

    #[test]
    fn queries_read_as_expected() {
        let name = Name::fixed;
        let query = Soql::select(&[name("Id"), name("Name")], &name("Order"))
            .with_children(&[name("Id")], &name("OrderItems"))
            .filter(&Condition::Any(vec![
                Condition::Is(name("AccountId"), "x".into()),
                Condition::Like(name("Phone"), Like::phone_ending("0905678")),
            ]))
            .newest_by(&name("CreatedDate"))
            .limit(5);
        assert_eq!(
            query.as_str(),
            "SELECT Id,Name,(SELECT Id FROM OrderItems) FROM Order WHERE (AccountId = 'x' OR Phone LIKE '%0%9%0%5678') \
             ORDER BY CreatedDate DESC LIMIT 5"
        );
        let waits = Soql::tally(&name("Order"), &name("CreatedDate")).filter(&Condition::All(vec![
            Condition::OneOf(name("Status"), vec!["A'pproved".into(), "Reactivate".into()]),
            Condition::Any(vec![Condition::Empty(name("X__c")), Condition::OneOf(name("Y"), vec![])]),
            Condition::NoneOf(name("Z"), vec!["a".into()]),
            Condition::Flag(name("IsClosed"), false),
            Condition::Before(name("LastModifiedDate"), "2026-11-22T03:00:00.5Z".parse().unwrap()),
            Condition::After(name("SystemModstamp"), "2026-11-22T02:00:00.5Z".parse().unwrap()),
            Condition::Until(name("ActivityDate"), "2026-11-22".parse().unwrap()),
        ]));
        assert_eq!(
            waits.as_str(),
            "SELECT COUNT(Id) waiting,MIN(CreatedDate) oldest FROM Order WHERE (Status IN ('A\\'pproved','Reactivate') \
             AND (X__c = null OR Id = null) AND Z NOT IN ('a') AND IsClosed = false AND LastModifiedDate < 2026-11-22T03:00:00Z \
             AND SystemModstamp >= 2026-11-22T02:00:00Z AND ActivityDate <= 2026-11-22)"
        );
        let ordered = Soql::count(&name("Task")).ordered(&[(&name("A"), Order::Rising), (&name("B"), Order::Falling)]);
        assert_eq!(ordered.as_str(), "SELECT COUNT() FROM Task ORDER BY A ASC NULLS LAST,B DESC NULLS LAST");
        let search = Sosl::find("090-1234", SearchIn::Phones, &name("Account"), &[name("Id")], 3).unwrap();
        assert_eq!(search.as_str(), r"FIND {090\-1234} IN PHONE FIELDS RETURNING Account(Id LIMIT 3)");
        assert!(Sosl::find("a", SearchIn::Names, &name("Account"), &[name("Id")], 3).is_none());
    }

    /// Reads a literal by the documented escapes, as Salesforce does.
    fn unescaped(literal: &str) -> Option<String> {
        let mut chars = literal.strip_prefix('\'')?.chars();
        let mut out = String::new();
        loop {
            match chars.next()? {
                '\'' => return chars.next().is_none().then_some(out),
                '\\' => match chars.next()? {
                    'n' => out.push('\n'),
                    'r' => out.push('\r'),
                    't' => out.push('\t'),
                    c @ ('\\' | '\'' | '"') => out.push(c),
                    _ => return None,
                },
                c => out.push(c),
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_survives_the_round_trip(text in "\\PC*") {
            prop_assert_eq!(unescaped(&literal(&text)), Some(text));
        }

        #[test]
        fn a_search_term_never_closes_its_braces(text in "\\PC{2,}") {
            if let Some(search) = Sosl::find(&text, SearchIn::Names, &Name::fixed("Account"), &[Name::fixed("Id")], 1) {
                let inside = search.as_str().strip_prefix("FIND {").unwrap();
                let mut escaped = false;
                let end = inside.find(|c| {
                    let closes = c == '}' && !escaped;
                    escaped = c == '\\' && !escaped;
                    closes
                });
                let rest = &inside[end.unwrap()..];
                prop_assert_eq!(rest, "} IN NAME FIELDS RETURNING Account(Id LIMIT 1)");
            }
        }
    }
}
