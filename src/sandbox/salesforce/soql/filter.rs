//! Conditions looked up and type-checked, and whether they hold.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashSet;

use jiff::Timestamp;
use jiff::civil::Date;

use super::ast::{Condition, Literal, Op, Set};
use super::field::Operand;
use super::lexer::{Pattern, fold};
use super::{QueryError, dates, eval};
use crate::sandbox::salesforce::cell::{Cell, parse_date, parse_datetime};
use crate::sandbox::salesforce::db::Db;
use crate::sandbox::salesforce::id::Id;
use crate::sandbox::salesforce::schema::{Kind, Object};

/// What no picklist calls anything.
const NO_WORD: &str = "\u{0}";

/// What a value is compared with.
#[derive(Clone, Debug)]
pub enum Value {
    /// Nothing there.
    Null,
    /// Text, compared without regard to case; ids in full.
    Text(String),
    /// A checkbox.
    Bool(bool),
    /// A number.
    Number(f64),
    /// From the first day up to, not including, the second.
    Days(Date, Date),
    /// From the first moment up to, not including, the second; milliseconds.
    Span(i64, i64),
}

/// A condition ready to be asked.
#[derive(Clone, Debug)]
pub enum Test {
    /// All of them.
    And(Vec<Test>),
    /// Any of them.
    Or(Vec<Test>),
    /// Not this one.
    Not(Box<Test>),
    /// A comparison.
    Compare(Operand, Op, Value),
    /// A pattern.
    Like(Operand, Vec<Pattern>),
    /// Membership (`true`) or its opposite: folded texts, then everything else.
    In(Operand, HashSet<String>, Vec<Value>, bool),
    /// Holds all words of one of these sets (`true`), or of none.
    Includes(Operand, Vec<Vec<String>>, bool),
}

/// Where a condition is looked up.
pub struct Scope<'a> {
    /// The object asked.
    pub object: &'static Object,
    /// Its short name.
    pub alias: Option<&'a str>,
    /// For semi-joins.
    pub db: &'a Db,
    /// For relative dates.
    pub now: Timestamp,
    /// May aggregates stand here (HAVING), or may they not (WHERE)?
    pub aggregates: bool,
}

impl Scope<'_> {
    /// Looks a condition up and checks every literal against its field's kind.
    pub fn test(&self, condition: &Condition) -> Result<Test, QueryError> {
        let many = |all: &[Condition]| all.iter().map(|one| self.test(one)).collect::<Result<Vec<_>, _>>();
        Ok(match condition {
            Condition::And(all) => Test::And(many(all)?),
            Condition::Or(all) => Test::Or(many(all)?),
            Condition::Not(inner) => Test::Not(Box::new(self.test(inner)?)),
            Condition::Compare(operand, op, literal, at) => {
                let operand = self.operand(operand)?;
                let ordered = !matches!(op, Op::Eq | Op::Ne);
                if ordered && matches!(operand.kind(), Kind::Bool | Kind::MultiPicklist(_)) {
                    return Err(bad_operator(&operand));
                }
                let value = self.value(&operand, literal, *at)?;
                Test::Compare(operand, *op, value)
            }
            Condition::Like(operand, pattern) => {
                let operand = self.operand(operand)?;
                if !is_text(operand.kind()) {
                    return Err(bad_operator(&operand));
                }
                Test::Like(operand, pattern.clone())
            }
            Condition::In(operand, set, wanted) => {
                let operand = self.operand(operand)?;
                let (texts, others) = match set {
                    Set::Query(query) => (eval::single_column(self, query)?, Vec::new()),
                    Set::Values(literals) => self.set(&operand, literals)?,
                };
                Test::In(operand, texts, others, *wanted)
            }
            Condition::Includes(operand, words, wanted) => {
                let operand = self.operand(operand)?;
                if !matches!(operand.kind(), Kind::MultiPicklist(_)) {
                    return Err(bad_operator(&operand));
                }
                let sets = words.iter().map(|set| set.split(';').map(str::to_lowercase).collect()).collect();
                Test::Includes(operand, sets, *wanted)
            }
        })
    }

    fn operand(&self, operand: &super::ast::Operand) -> Result<Operand, QueryError> {
        let bound = Operand::bind(self.object, self.alias, operand)?;
        if bound.is_aggregate() && !self.aggregates {
            return Err(QueryError::malformed(operand.at, "Grouped field should not be aggregated"));
        }
        let name = bound.field.as_ref().map_or("", |field| field.name);
        if !bound.kind().is_filterable() && bound.function.is_none() {
            let message = format!("field '{name}' can not be filtered in a query call");
            return Err(QueryError::new("INVALID_FIELD", operand.at, message));
        }
        Ok(bound)
    }

    fn set(&self, operand: &Operand, literals: &[Literal]) -> Result<(HashSet<String>, Vec<Value>), QueryError> {
        let at = operand.field.as_ref().map_or(0, |field| field.at);
        let mut texts = HashSet::new();
        let mut others = Vec::new();
        for literal in literals {
            match self.value(operand, literal, at)? {
                Value::Text(text) => drop(texts.insert(folded(operand.kind(), &text))),
                other => others.push(other),
            }
        }
        Ok((texts, others))
    }

    fn value(&self, operand: &Operand, literal: &Literal, at: usize) -> Result<Value, QueryError> {
        let kind = operand.kind();
        let name = operand.field.as_ref().map_or("", |field| field.name);
        let wrong = |of: &str, quotes: &str| {
            let message = format!(
                "value of filter criterion for field '{name}' must be of type {of} and should {quotes}be enclosed in quotes"
            );
            QueryError::new("INVALID_FIELD", at, message)
        };
        if *literal == Literal::Null || matches!(literal, Literal::Text(text) if text.is_empty()) {
            return Ok(Value::Null);
        }
        match kind {
            Kind::Bool => match literal {
                Literal::Bool(bool) => Ok(Value::Bool(*bool)),
                _ => Err(wrong("boolean", "not ")),
            },
            Kind::Int | Kind::Double | Kind::Currency | Kind::Percent => match literal {
                Literal::Number(number) => Ok(Value::Number(*number)),
                _ => Err(wrong(if kind == Kind::Int { "int" } else { "double" }, "not ")),
            },
            Kind::Date => self.days(literal, at)?.map(|(a, b)| Value::Days(a, b)).ok_or_else(|| wrong("date", "not ")),
            Kind::DateTime => match literal {
                Literal::Date(written) if written.contains(['T', 't']) => {
                    let ms = parse_datetime(written).ok_or_else(|| bad_date(written, at))?;
                    Ok(Value::Span(ms, ms + 1))
                }
                Literal::Relative(..) => {
                    let days = self.days(literal, at)?;
                    let span = days.map(|(a, b)| Value::Span(dates::start_of_day(a), dates::start_of_day(b)));
                    span.ok_or_else(|| wrong("dateTime", "not "))
                }
                _ => Err(wrong("dateTime", "not ")),
            },
            Kind::Id | Kind::Reference(_) => match literal {
                Literal::Text(text) => {
                    let id = Id::parse(text).ok_or_else(|| {
                        QueryError::new("INVALID_QUERY_FILTER_OPERATOR", at, format!("invalid ID field: {text}"))
                    })?;
                    Ok(Value::Text(id.to_string()))
                }
                _ => Err(wrong("ID", "")),
            },
            Kind::Picklist(..) if operand.field.as_ref().is_some_and(|field| field.own_column().is_some()) => {
                match literal {
                    // A word that is none here is nobody's.
                    Literal::Text(text) => Ok(Value::Text(
                        self.db.words.inside(self.object.name, name, text).unwrap_or(NO_WORD).to_owned(),
                    )),
                    _ => Err(wrong("string", "")),
                }
            }
            _ => match literal {
                Literal::Text(text) => Ok(Value::Text(text.clone())),
                _ => Err(wrong("string", "")),
            },
        }
    }

    fn days(&self, literal: &Literal, at: usize) -> Result<Option<dates::Days>, QueryError> {
        match literal {
            Literal::Date(written) if written.contains(['T', 't']) => Ok(None),
            Literal::Date(written) => {
                let day = parse_date(written).filter(|_| written.len() == 10).ok_or_else(|| bad_date(written, at))?;
                Ok(Some((day, day.tomorrow().map_err(|_| bad_date(written, at))?)))
            }
            Literal::Relative(word, count) => {
                dates::days(word, *count, self.now).map(Some).ok_or_else(|| bad_date(word, at))
            }
            _ => Ok(None),
        }
    }
}

fn bad_date(written: &str, at: usize) -> QueryError {
    QueryError::malformed(at, format!("unexpected token: '{written}'"))
}

fn bad_operator(operand: &Operand) -> QueryError {
    let at = operand.field.as_ref().map_or(0, |field| field.at);
    QueryError::new("INVALID_QUERY_FILTER_OPERATOR", at, "invalid operator")
}

/// A text as it is compared for equality: ids as they are, anything else without regard to case.
pub fn folded(kind: Kind, text: &str) -> String {
    match kind {
        Kind::Id | Kind::Reference(_) => text.to_owned(),
        _ => text.to_lowercase(),
    }
}

fn is_text(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Text(_)
            | Kind::Email
            | Kind::Phone
            | Kind::Url
            | Kind::Picklist(..)
            | Kind::MultiPicklist(_)
            | Kind::AutoNumber
    )
}

impl Test {
    /// Does it hold, where `value` gives an operand's value?
    pub fn holds<'a>(&self, value: &impl Fn(&Operand) -> Option<Cow<'a, Cell>>) -> bool {
        match self {
            Self::And(all) => all.iter().all(|test| test.holds(value)),
            Self::Or(all) => all.iter().any(|test| test.holds(value)),
            Self::Not(inner) => !inner.holds(value),
            Self::Compare(operand, op, wanted) => compares(value(operand).as_deref(), *op, wanted),
            Self::Like(operand, pattern) => {
                value(operand).as_deref().and_then(Cell::text).is_some_and(|text| like(text, pattern))
            }
            Self::In(operand, texts, others, wanted) => {
                let value = value(operand);
                let found = match value.as_deref() {
                    Some(Cell::Text(text)) => texts.contains(&folded(operand.kind(), text)),
                    _ => false,
                } || others.iter().any(|other| compares(value.as_deref(), Op::Eq, other));
                found == *wanted
            }
            Self::Includes(operand, sets, wanted) => {
                let value = value(operand);
                let held = value.as_deref().and_then(Cell::text).unwrap_or_default().to_lowercase();
                let has = |word: &String| held.split(';').any(|held| held == word);
                sets.iter().any(|set| set.iter().all(has)) == *wanted
            }
        }
    }
}

/// Null equals null alone, differs from everything else, and is neither less nor greater.
fn compares(cell: Option<&Cell>, op: Op, wanted: &Value) -> bool {
    let Some(cell) = cell else {
        return matches!((op, wanted), (Op::Eq | Op::Le | Op::Ge, Value::Null)) || (op == Op::Ne && !is_null(wanted));
    };
    let ordering = match (cell, wanted) {
        (Cell::Text(text), Value::Text(wanted)) => compare_text(text, wanted),
        (Cell::Bool(held), Value::Bool(wanted)) => held.cmp(wanted),
        (Cell::Number(held), Value::Number(wanted)) => held.total_cmp(wanted),
        (Cell::Date(held), Value::Days(from, to)) => within(held, from, to),
        (Cell::Time(held), Value::Span(from, to)) => within(held, from, to),
        _ => return op == Op::Ne,
    };
    match op {
        Op::Eq => ordering.is_eq(),
        Op::Ne => ordering.is_ne(),
        Op::Lt => ordering.is_lt(),
        Op::Le => ordering.is_le(),
        Op::Gt => ordering.is_gt(),
        Op::Ge => ordering.is_ge(),
    }
}

fn is_null(value: &Value) -> bool {
    matches!(value, Value::Null)
}

/// Before, in, or after a span whose end is not part of it.
fn within<T: PartialOrd>(held: &T, from: &T, to: &T) -> Ordering {
    if held < from {
        Ordering::Less
    } else if held < to {
        Ordering::Equal
    } else {
        Ordering::Greater
    }
}

fn compare_text(a: &str, b: &str) -> Ordering {
    a.chars().map(fold).cmp(b.chars().map(fold))
}

/// Order of two values of one field.
pub fn compare(a: &Cell, b: &Cell) -> Ordering {
    match (a, b) {
        (Cell::Text(a), Cell::Text(b)) => compare_text(a, b),
        (Cell::Bool(a), Cell::Bool(b)) => a.cmp(b),
        (Cell::Number(a), Cell::Number(b)) => a.total_cmp(b),
        (Cell::Date(a), Cell::Date(b)) => a.cmp(b),
        (Cell::Time(a), Cell::Time(b)) => a.cmp(b),
        _ => Ordering::Equal,
    }
}

/// Does the whole text fit the pattern? Looks back to the last `%` only, so it cannot take exponential time.
fn like(text: &str, pattern: &[Pattern]) -> bool {
    let mut chars = text.chars();
    let mut next = 0;
    let mut retry: Option<(usize, std::str::Chars<'_>)> = None;
    loop {
        let rest = chars.clone();
        let c = chars.next();
        match (pattern.get(next), c) {
            (Some(Pattern::Run), _) => {
                next += 1;
                if next == pattern.len() {
                    return true;
                }
                retry = Some((next, rest.clone()));
                chars = rest;
                continue;
            }
            (Some(Pattern::Any), Some(_)) => {
                next += 1;
                continue;
            }
            (Some(Pattern::One(wanted)), Some(c)) if *wanted == fold(c) => {
                next += 1;
                continue;
            }
            (None, None) => return true,
            (Some(_), None) => return false,
            (_, Some(_)) => {}
        }
        let Some((after, mut from)) = retry.take() else { return false };
        if from.next().is_none() {
            return false;
        }
        next = after;
        chars = from.clone();
        retry = Some((after, from));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::salesforce::soql::lexer::pattern;

    #[test]
    fn like_patterns() {
        for (text, raw, fits) in [
            ("Tanaka", "tan%", true),
            ("Tanaka", "%AKA", true),
            ("Tanaka", "%nak%", true),
            ("Tanaka", "T_n_k_", true),
            ("Tanaka", "tan", false),
            ("Tanaka", "%b%", false),
            ("", "%", true),
            ("", "_", false),
            ("100%", r"100\%", true),
            ("1000", r"100\%", false),
            ("田中　太郎", "田中%郎", true),
            ("aaaaaaaaaaaaaaaaaaaaaaaaab", "%a%a%a%a%a%a%c", false),
            ("abcabd", "%abd", true),
        ] {
            assert_eq!(like(text, &pattern(raw, 0).unwrap()), fits, "{text} LIKE {raw}");
        }
    }
}
