//! A field path looked up in the schema, and its value in a record.

use std::borrow::Cow;

use super::QueryError;
use super::ast::{self, Function, Path};
use super::dates;
use crate::sandbox::salesforce::cell::{self, Cell};
use crate::sandbox::salesforce::db::Db;
use crate::sandbox::salesforce::row::Record;
use crate::sandbox::salesforce::schema::{self, Column, Kind, Object};

/// What stands at the end of a path, for each object the path may lead to.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Leaf {
    Column(Column),
    /// `Owner.Type`: what a polymorphic reference points at.
    ObjectName,
}

/// A path from an object over its parents to a field. References may point at several objects, so every step is a
/// choice by object.
#[derive(Clone, Debug)]
pub struct Bound {
    hops: Vec<Vec<(usize, Column)>>,
    leaf: Vec<(usize, Leaf)>,
    /// What the field holds.
    pub kind: Kind,
    /// Its API name, as the schema writes it.
    pub name: &'static str,
    /// Where it stood in the query.
    pub at: usize,
}

/// Looks a path up, starting at `object`; `alias` is the object's short name in this query.
pub fn bind(object: &'static Object, alias: Option<&str>, path: &Path) -> Result<Bound, QueryError> {
    let own = |part: &String| {
        alias.is_some_and(|alias| alias.eq_ignore_ascii_case(part))
            || (part.eq_ignore_ascii_case(object.name) && object.parent(part).is_none())
    };
    let parts = match path.parts.split_first() {
        Some((first, rest)) if !rest.is_empty() && own(first) => rest,
        _ => &path.parts[..],
    };
    let Some((last, parents)) = parts.split_last() else { return Err(no_column("", object, path.at)) };
    let mut objects = vec![object];
    let mut hops = Vec::new();
    for parent in parents {
        let hop: Vec<(usize, Column)> =
            objects.iter().filter_map(|o| o.parent(parent).map(|column| (o.position, column))).collect();
        let mut targets: Vec<&'static Object> = Vec::new();
        for target in hop.iter().flat_map(|(o, column)| schema::objects()[*o].field(*column).targets()) {
            targets.extend(schema::object(target).filter(|t| !targets.iter().any(|known| known.name == t.name)));
        }
        if targets.is_empty() {
            let message = format!(
                "Didn't understand relationship '{parent}' in field path. If you are attempting to use a custom \
                 relationship, be sure to append the '__r' after the custom relationship name. Please reference your \
                 WSDL or the describe call for the appropriate names."
            );
            return Err(QueryError::new("INVALID_FIELD", path.at, message));
        }
        hops.push(hop);
        objects = targets;
    }
    if objects.len() > 1 && last.eq_ignore_ascii_case("Type") {
        let leaf = objects.iter().map(|o| (o.position, Leaf::ObjectName)).collect();
        return Ok(Bound { hops, leaf, kind: Kind::Text(40), name: "Type", at: path.at });
    }
    if objects.len() > 1 && last.eq_ignore_ascii_case("Name") {
        // Whatever the reference leads to has a name, even if its own object calls it a number.
        let leaf = objects.iter().filter_map(|o| Some((o.position, Leaf::Column(o.name_column()?)))).collect();
        return Ok(Bound { hops, leaf, kind: Kind::Text(255), name: "Name", at: path.at });
    }
    let leaf: Vec<(usize, Leaf)> =
        objects.iter().filter_map(|o| o.column(last).map(|column| (o.position, Leaf::Column(column)))).collect();
    let field = objects.iter().find_map(|o| o.column(last).map(|column| o.field(column)));
    let field = field.ok_or_else(|| no_column(last, objects[0], path.at))?;
    Ok(Bound { hops, leaf, kind: field.kind, name: field.name, at: path.at })
}

fn no_column(name: &str, object: &Object, at: usize) -> QueryError {
    let message = format!(
        "No such column '{name}' on entity '{}'. If you are attempting to use a custom field, be sure to append the \
         '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.",
        object.name
    );
    QueryError::new("INVALID_FIELD", at, message)
}

impl Bound {
    /// The column, when it is one of the object's own.
    pub fn own_column(&self) -> Option<Column> {
        match (self.hops.as_slice(), self.leaf.as_slice()) {
            ([], [(_, Leaf::Column(column))]) => Some(*column),
            _ => None,
        }
    }

    /// The reference column, the parent object and its column, when the path has exactly one step to one object.
    pub fn parent_column(&self) -> Option<(Column, &'static Object, Column)> {
        match (self.hops.as_slice(), self.leaf.as_slice()) {
            ([hop], [(object, Leaf::Column(column))]) if hop.len() == 1 => {
                Some((hop[0].1, &schema::objects()[*object], *column))
            }
            _ => None,
        }
    }

    /// May the path lead to several objects?
    pub fn is_polymorphic(&self) -> bool {
        self.leaf.len() > 1
    }

    /// The names of the parents on the way, as the schema writes them.
    pub fn relationships(&self) -> impl Iterator<Item = &'static str> {
        self.hops.iter().filter_map(|hop| {
            hop.first().map(|(object, column)| schema::objects()[*object].field(*column).relationship)
        })
    }

    /// The value in a record, `None` for null.
    pub fn value<'a>(&self, db: &'a Db, record: Record<'a>) -> Option<Cow<'a, Cell>> {
        let mut record = record;
        for hop in &self.hops {
            record = step(db, record, hop)?;
        }
        let position = record.object.position;
        match self.leaf.iter().find(|(object, _)| *object == position)?.1 {
            Leaf::Column(column) => record.cell(column).map(Cow::Borrowed),
            Leaf::ObjectName => Some(Cow::Owned(Cell::Text(object_name(record).into()))),
        }
    }
}

/// What `Type` answers of a polymorphic parent: its object, but `Queue` for an owning group that is one.
pub fn object_name(record: Record<'_>) -> &str {
    if record.object.name == "Group" { record.text("Type") } else { record.object.name }
}

fn step<'a>(db: &'a Db, record: Record<'a>, hop: &[(usize, Column)]) -> Option<Record<'a>> {
    let position = record.object.position;
    let (_, column) = hop.iter().find(|(object, _)| *object == position)?;
    db.get(record.row.text(*column)?)
}

/// A field or a function of one, looked up.
#[derive(Clone, Debug)]
pub struct Operand {
    /// The function, if any.
    pub function: Option<Function>,
    /// The field; `None` in `COUNT()`.
    pub field: Option<Bound>,
}

impl Operand {
    /// Looks the operand's field up.
    pub fn bind(object: &'static Object, alias: Option<&str>, operand: &ast::Operand) -> Result<Self, QueryError> {
        let field = operand.path.as_ref().map(|path| bind(object, alias, path)).transpose()?;
        Ok(Self { function: operand.function, field })
    }

    /// Is it an aggregate?
    pub fn is_aggregate(&self) -> bool {
        self.function.is_some_and(Function::is_aggregate)
    }

    /// What it yields.
    pub fn kind(&self) -> Kind {
        let field = self.field.as_ref().map_or(Kind::Int, |field| field.kind);
        match self.function {
            Some(
                Function::Count
                | Function::CountDistinct
                | Function::CalendarYear
                | Function::CalendarMonth
                | Function::DayInMonth
                | Function::HourInDay,
            ) => Kind::Int,
            Some(Function::Avg) => Kind::Double,
            Some(Function::DayOnly) => Kind::Date,
            Some(Function::Format) => Kind::Text(255),
            _ => field,
        }
    }

    /// The value in one record; of an aggregate, the value it sums up.
    pub fn value<'a>(&self, db: &'a Db, record: Record<'a>) -> Option<Cow<'a, Cell>> {
        let value = self.field.as_ref()?.value(db, record)?;
        let number = |n: f64| Some(Cow::Owned(Cell::Number(n)));
        let Some(function) = self.function else { return Some(value) };
        match function {
            Function::CalendarYear => number(f64::from(day(&value)?.year())),
            Function::CalendarMonth => number(f64::from(day(&value)?.month())),
            Function::DayInMonth => number(f64::from(day(&value)?.day())),
            Function::DayOnly => day(&value).map(|day| Cow::Owned(Cell::Date(day))),
            Function::HourInDay => match *value {
                Cell::Time(ms) => number((ms.div_euclid(3_600_000) % 24) as f64),
                _ => None,
            },
            Function::Format => Some(Cow::Owned(Cell::Text(formatted(&value).into()))),
            _ => Some(value),
        }
    }

    /// The value over many records. Nulls are left out; the sum of nothing is null, the count of nothing 0.
    pub fn aggregate<'a>(&self, db: &'a Db, records: &[Record<'a>]) -> Option<Cell> {
        if self.field.is_none() {
            return Some(Cell::Number(records.len() as f64));
        }
        let mut values = records.iter().filter_map(|record| self.value(db, *record));
        let numbers = |values: &mut dyn Iterator<Item = Cow<'a, Cell>>| -> Vec<f64> {
            values.filter_map(|value| value.number()).collect()
        };
        match self.function? {
            Function::Count => Some(Cell::Number(values.count() as f64)),
            Function::CountDistinct => {
                let distinct: std::collections::BTreeSet<String> =
                    values.map(|value| value.to_json(false).to_string().to_lowercase()).collect();
                Some(Cell::Number(distinct.len() as f64))
            }
            Function::Sum => {
                let numbers = numbers(&mut values);
                (!numbers.is_empty()).then(|| Cell::Number(numbers.iter().sum()))
            }
            Function::Avg => {
                let numbers = numbers(&mut values);
                (!numbers.is_empty()).then(|| Cell::Number(numbers.iter().sum::<f64>() / numbers.len() as f64))
            }
            Function::Min => values.min_by(|a, b| super::filter::compare(a, b)).map(Cow::into_owned),
            Function::Max => values.max_by(|a, b| super::filter::compare(a, b)).map(Cow::into_owned),
            _ => None,
        }
    }
}

fn day(cell: &Cell) -> Option<jiff::civil::Date> {
    match cell {
        Cell::Date(date) => Some(*date),
        Cell::Time(ms) => Some(dates::day_of(*ms)),
        _ => None,
    }
}

/// As the Japanese locale writes it: days with slashes, numbers as they are.
fn formatted(value: &Cell) -> String {
    match value {
        Cell::Date(date) => date.strftime("%Y/%m/%d").to_string(),
        Cell::Time(ms) => cell::datetime(*ms + 9 * 3_600_000)[..16].replace('-', "/").replace('T', " "),
        other => match other.to_json(true) {
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        },
    }
}
