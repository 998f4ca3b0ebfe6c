//! A query as written: names not yet looked up.

use super::lexer::Pattern;

/// A name with its place in the source, for error messages.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// As written.
    pub text: String,
    /// Byte offset.
    pub at: usize,
}

/// `Account.Owner.Name`.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// The parts between the dots, at least one.
    pub parts: Vec<String>,
    /// Byte offset of the first.
    pub at: usize,
}

/// A function over a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// Rows, or values that are not null.
    Count,
    /// Different values.
    CountDistinct,
    /// Total.
    Sum,
    /// Mean.
    Avg,
    /// Least.
    Min,
    /// Greatest.
    Max,
    /// A picklist's word in the user's language; here the word itself.
    ToLabel,
    /// As text in the user's locale.
    Format,
    /// In the user's currency; here unchanged.
    ConvertCurrency,
    /// The year of a date.
    CalendarYear,
    /// The month of a date, 1 to 12.
    CalendarMonth,
    /// The day of the month.
    DayInMonth,
    /// The day a moment falls on.
    DayOnly,
    /// The hour of a moment, in the user's zone with `convertTimezone`, else UTC.
    HourInDay,
}

impl Function {
    /// Does it sum up many rows?
    pub fn is_aggregate(self) -> bool {
        matches!(self, Self::Count | Self::CountDistinct | Self::Sum | Self::Avg | Self::Min | Self::Max)
    }
}

/// A field or a function of one.
#[derive(Clone, Debug, PartialEq)]
pub struct Operand {
    /// The function, if any.
    pub function: Option<Function>,
    /// The field; `None` in `COUNT()`.
    pub path: Option<Path>,
    /// Byte offset.
    pub at: usize,
}

/// What `FIELDS(…)` stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldSet {
    /// Everything.
    All,
    /// The vendor's fields.
    Standard,
    /// The administrator's fields.
    Custom,
}

/// One item of the select list.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A field or function, with the name it is answered under.
    Operand(Operand, Option<Name>),
    /// `(SELECT … FROM Contacts)`.
    Children(Box<Query>),
    /// `FIELDS(ALL)`.
    Fields(FieldSet, usize),
    /// `TYPEOF Owner WHEN User THEN … ELSE … END`.
    TypeOf {
        /// The polymorphic parent.
        parent: Path,
        /// What to select per object.
        whens: Vec<(Name, Vec<Path>)>,
        /// What to select of any other.
        otherwise: Vec<Path>,
    },
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// `=`
    Eq,
    /// `!=`, `<>`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

/// A literal.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number.
    Number(f64),
    /// A string, unescaped.
    Text(String),
    /// A day or moment as written.
    Date(String),
    /// `TODAY`, `LAST_N_DAYS:30`: the word, and the number or 0.
    Relative(String, i64),
}

/// What an IN looks into.
#[derive(Clone, Debug, PartialEq)]
pub enum Set {
    /// Literals.
    Values(Vec<Literal>),
    /// A semi-join.
    Query(Box<Query>),
}

/// A condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// All of them.
    And(Vec<Condition>),
    /// Any of them.
    Or(Vec<Condition>),
    /// Not this one.
    Not(Box<Condition>),
    /// `x >= 5`, with the place of the value.
    Compare(Operand, Op, Literal, usize),
    /// `x LIKE 'a%'`
    Like(Operand, Vec<Pattern>),
    /// `x IN (…)`; `false` for NOT IN.
    In(Operand, Set, bool),
    /// `x INCLUDES ('a;b', 'c')`; `false` for EXCLUDES.
    Includes(Operand, Vec<String>, bool),
}

/// One key of ORDER BY.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// By what.
    pub by: Operand,
    /// Greatest first.
    pub descending: bool,
    /// Nulls after everything else; the vendor puts them first unless told.
    pub nulls_last: bool,
}

/// A whole query.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// What is selected.
    pub select: Vec<Item>,
    /// The object, or for children the relationship.
    pub from: Name,
    /// A short name for the object, usable in front of fields.
    pub alias: Option<String>,
    /// WHERE.
    pub filter: Option<Condition>,
    /// GROUP BY.
    pub group: Vec<Operand>,
    /// HAVING.
    pub having: Option<Condition>,
    /// ORDER BY.
    pub order: Vec<Order>,
    /// LIMIT.
    pub limit: Option<usize>,
    /// OFFSET.
    pub offset: Option<usize>,
}
