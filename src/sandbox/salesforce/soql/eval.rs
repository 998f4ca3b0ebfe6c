//! Answering a query: candidates through an index where one helps, then filter, group or sort, cut.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use serde_json::{Map, Value as Json, json};

use super::ast::{Item, Op, Query};
use super::field::{self, Operand};
use super::filter::{self, Scope, Test, Value};
use super::render::{self, Out};
use super::{QueryError, parser};
use crate::sandbox::salesforce::cell::Cell;
use crate::sandbox::salesforce::db::Db;
use crate::sandbox::salesforce::error::ApiError;
use crate::sandbox::salesforce::row::Record;
use crate::sandbox::salesforce::schema::{self, Kind, Object};

/// The furthest OFFSET.
const FURTHEST: usize = 2000;

/// Most rows an aggregate query answers.
const MOST_GROUPS: usize = 2000;

/// What surrounds a query.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The tables.
    pub db: &'a Db,
    /// World time, for relative dates.
    pub now: Timestamp,
    /// `queryAll`: deleted records count.
    pub deleted: bool,
}

/// What a query answers with.
#[derive(Clone, Debug)]
pub enum Shape {
    /// `SELECT COUNT()`.
    Count,
    /// Records.
    Rows(Vec<Out>),
    /// One row per group: what to group by, then what to answer under which name.
    Groups(Vec<Operand>, Vec<(String, Operand)>, Option<Box<Test>>),
}

/// A query ready to be run, and to be asked for further pages.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The object.
    pub object: &'static Object,
    /// What comes out.
    pub shape: Shape,
    test: Option<Test>,
    order: Vec<(Operand, bool, bool)>,
    limit: Option<usize>,
    offset: usize,
    deleted: bool,
}

/// What a row is sorted by.
type Key<'a> = Vec<Option<Cow<'a, Cell>>>;

/// The answer before it is cut into pages.
pub enum Answer<'a> {
    /// A number of rows.
    Count(usize),
    /// Records, to be written by [`Plan::write`].
    Rows(Vec<Record<'a>>),
    /// Finished rows.
    Groups(Vec<Json>),
}

impl Plan {
    /// Reads a query and looks up everything it names.
    pub fn new(scene: Scene<'_>, source: &str) -> Result<Self, ApiError> {
        parser::parse(source)
            .and_then(|query| {
                let object = object(&query)?;
                Self::bind(scene, &query, object)
            })
            .map_err(|error| error.into_api(source))
    }

    /// Looks up a query on a known object: its own, or the child behind a relationship.
    pub fn bind(scene: Scene<'_>, query: &Query, object: &'static Object) -> Result<Self, QueryError> {
        let alias = query.alias.as_deref();
        let scope = Scope { object, alias, db: scene.db, now: scene.now, aggregates: false };
        let test = query.filter.as_ref().map(|filter| scope.test(filter)).transpose()?;
        let shape = shape(scene, query, object)?;
        let order = query
            .order
            .iter()
            .map(|order| Ok((sortable(Operand::bind(object, alias, &order.by)?)?, order.descending, order.nulls_last)))
            .collect::<Result<Vec<_>, QueryError>>()?;
        let offset = query.offset.unwrap_or(0);
        if offset > FURTHEST {
            let message = "Maximum SOQL offset allowed is 2000";
            return Err(QueryError::new("NUMBER_OUTSIDE_VALID_RANGE", query.from.at, message));
        }
        Ok(Self { object, shape, test, order, limit: query.limit, offset, deleted: scene.deleted })
    }

    /// Runs the query over the whole table, or over what an index offers.
    pub fn run<'a>(&self, db: &'a Db) -> Answer<'a> {
        let candidates = self.test.as_ref().and_then(|test| candidates(db, self.object, test));
        match candidates {
            Some(records) => self.run_over(db, records.into_iter()),
            None => self.run_over(db, db.all(self.object)),
        }
    }

    /// Runs the query over these records of its object.
    pub fn run_over<'a>(&self, db: &'a Db, records: impl Iterator<Item = Record<'a>>) -> Answer<'a> {
        let limit = self.limit.unwrap_or(usize::MAX);
        let matching = records.filter(|record| self.deleted || !record.is_deleted()).filter(|record| {
            self.test.as_ref().is_none_or(|test| test.holds(&|operand: &Operand| operand.value(db, *record)))
        });
        match &self.shape {
            Shape::Count => Answer::Count(matching.skip(self.offset).take(limit).count()),
            Shape::Rows(_) if self.order.is_empty() => Answer::Rows(matching.skip(self.offset).take(limit).collect()),
            Shape::Rows(_) => {
                let mut keyed: Vec<(Key<'a>, Record<'a>)> = matching
                    .map(|record| (self.order.iter().map(|(by, ..)| by.value(db, record)).collect(), record))
                    .collect();
                keyed.sort_by(|(a, _), (b, _)| self.compare(a, b));
                Answer::Rows(keyed.into_iter().map(|(_, record)| record).skip(self.offset).take(limit).collect())
            }
            Shape::Groups(by, select, having) => {
                let groups = self.groups(db, by, select, having.as_deref(), matching.collect());
                Answer::Groups(groups.into_iter().skip(self.offset).take(limit.min(MOST_GROUPS)).collect())
            }
        }
    }

    fn compare(&self, a: &[Option<Cow<'_, Cell>>], b: &[Option<Cow<'_, Cell>>]) -> Ordering {
        for ((_, descending, nulls_last), (a, b)) in self.order.iter().zip(a.iter().zip(b)) {
            let ordering = match (a, b) {
                (Some(a), Some(b)) if *descending => filter::compare(b, a),
                (Some(a), Some(b)) => filter::compare(a, b),
                (None, None) => Ordering::Equal,
                (None, Some(_)) if *nulls_last => Ordering::Greater,
                (None, Some(_)) => Ordering::Less,
                (Some(_), None) if *nulls_last => Ordering::Less,
                (Some(_), None) => Ordering::Greater,
            };
            if ordering.is_ne() {
                return ordering;
            }
        }
        Ordering::Equal
    }

    fn groups<'a>(
        &self,
        db: &'a Db,
        by: &[Operand],
        select: &[(String, Operand)],
        having: Option<&Test>,
        records: Vec<Record<'a>>,
    ) -> Vec<Json> {
        let mut groups: BTreeMap<Vec<String>, Vec<Record<'a>>> = BTreeMap::new();
        if by.is_empty() {
            groups.insert(Vec::new(), records);
        } else {
            for record in records {
                let key = by.iter().map(|operand| key(operand.value(db, record).as_deref())).collect();
                groups.entry(key).or_default().push(record);
            }
        }
        let value = |operand: &Operand, records: &[Record<'a>]| -> Option<Cow<'a, Cell>> {
            if operand.is_aggregate() {
                operand.aggregate(db, records).map(Cow::Owned)
            } else {
                operand.value(db, *records.first()?)
            }
        };
        let mut kept: Vec<(Key<'a>, Vec<Record<'a>>)> = groups
            .into_values()
            .filter(|records| having.is_none_or(|test| test.holds(&|operand: &Operand| value(operand, records))))
            .map(|records| (self.order.iter().map(|(by, ..)| value(by, &records)).collect(), records))
            .collect();
        kept.sort_by(|(a, _), (b, _)| self.compare(a, b));
        kept.iter()
            .map(|(_, records)| {
                let mut row = Map::new();
                row.insert("attributes".to_owned(), json!({"type": "AggregateResult"}));
                for (name, operand) in select {
                    let whole = operand.kind() == Kind::Int;
                    let cell = value(operand, records);
                    row.insert(name.clone(), cell.map_or(Json::Null, |cell| cell.to_json(whole)));
                }
                Json::Object(row)
            })
            .collect()
    }

    /// One record as this query selects it.
    pub fn write(&self, scene: Scene<'_>, record: Record<'_>, version: &str) -> Json {
        match &self.shape {
            Shape::Rows(outs) => render::record(scene.db, record, outs, version),
            Shape::Count | Shape::Groups(..) => Json::Null,
        }
    }
}

fn key(cell: Option<&Cell>) -> String {
    cell.map_or_else(String::new, |cell| format!(" {}", cell.to_json(false)))
}

fn sortable(operand: Operand) -> Result<Operand, QueryError> {
    match &operand.field {
        Some(field) if operand.function.is_none() && !field.kind.is_filterable() => {
            let message = format!("field '{}' can not be sorted in a query call", field.name);
            Err(QueryError::malformed(field.at, message))
        }
        _ => Ok(operand),
    }
}

/// The object a query names.
pub fn object(query: &Query) -> Result<&'static Object, QueryError> {
    schema::object(&query.from.text).ok_or_else(|| {
        QueryError::new("INVALID_TYPE", query.from.at, ApiError::no_such_object(&query.from.text).message)
    })
}

fn shape(scene: Scene<'_>, query: &Query, object: &'static Object) -> Result<Shape, QueryError> {
    let alias = query.alias.as_deref();
    let is_aggregate = |item: &Item| match item {
        Item::Operand(operand, _) => operand.function.is_some_and(super::ast::Function::is_aggregate),
        _ => false,
    };
    if let [Item::Operand(operand, None)] = query.select.as_slice()
        && operand.path.is_none()
        && query.group.is_empty()
    {
        return Ok(Shape::Count);
    }
    if query.group.is_empty() && !query.select.iter().any(is_aggregate) {
        return render::outs(scene, query, object).map(Shape::Rows);
    }
    let by = query.group.iter().map(|operand| Operand::bind(object, alias, operand)).collect::<Result<Vec<_>, _>>()?;
    let mut select = Vec::new();
    let mut unnamed = 0;
    for item in &query.select {
        let Item::Operand(operand, name) = item else {
            return Err(QueryError::malformed(
                query.from.at,
                "Only fields and aggregates can be selected with GROUP BY",
            ));
        };
        let bound = Operand::bind(object, alias, operand)?;
        if !bound.is_aggregate() && !query.group.iter().any(|group| same(group, operand)) {
            let field = operand.path.as_ref().map(|path| path.parts.join(".")).unwrap_or_default();
            return Err(QueryError::malformed(operand.at, format!("Field must be grouped or aggregated: {field}")));
        }
        let name = match (name, &bound.field) {
            (Some(name), _) => name.text.clone(),
            (None, Some(field)) if bound.function.is_none() => field.name.to_owned(),
            _ => {
                unnamed += 1;
                format!("expr{}", unnamed - 1)
            }
        };
        select.push((name, bound));
    }
    let scope = Scope { object, alias, db: scene.db, now: scene.now, aggregates: true };
    let having = query.having.as_ref().map(|having| scope.test(having).map(Box::new)).transpose()?;
    Ok(Shape::Groups(by, select, having))
}

fn same(a: &super::ast::Operand, b: &super::ast::Operand) -> bool {
    let parts = |operand: &super::ast::Operand| {
        operand.path.as_ref().map(|path| path.parts.iter().map(|part| part.to_ascii_lowercase()).collect::<Vec<_>>())
    };
    a.function == b.function && parts(a) == parts(b)
}

/// The texts of a semi-join's one column, folded for comparison.
pub(super) fn single_column(scope: &Scope<'_>, query: &Query) -> Result<HashSet<String>, QueryError> {
    let object = object(query)?;
    let [Item::Operand(operand, None)] = query.select.as_slice() else {
        return Err(QueryError::malformed(query.from.at, "The inner select must have exactly one field"));
    };
    let operand = Operand::bind(object, query.alias.as_deref(), operand)?;
    let scene = Scene { db: scope.db, now: scope.now, deleted: false };
    let plan = Plan::bind(scene, query, object)?;
    let Answer::Rows(records) = plan.run(scope.db) else { return Ok(HashSet::new()) };
    Ok(records
        .into_iter()
        .filter_map(|record| {
            let value = operand.value(scope.db, record)?;
            value.text().map(|text| filter::folded(operand.kind(), text))
        })
        .collect())
}

/// The fewest records among which all that fit must be, if an index knows.
fn candidates<'a>(db: &'a Db, object: &'static Object, test: &Test) -> Option<Vec<Record<'a>>> {
    match test {
        Test::And(all) => all.iter().filter_map(|test| candidates(db, object, test)).min_by_key(Vec::len),
        Test::Or(all) => {
            let found = all.iter().map(|test| candidates(db, object, test)).collect::<Option<Vec<_>>>()?;
            Some(in_order(found.into_iter().flatten().collect()))
        }
        Test::Compare(operand, Op::Eq, Value::Text(text)) if operand.function.is_none() => {
            look_up(db, object, operand.field.as_ref()?, text)
        }
        Test::In(operand, texts, others, true) if operand.function.is_none() && others.is_empty() => {
            let field = operand.field.as_ref()?;
            let found = texts.iter().map(|text| look_up(db, object, field, text)).collect::<Option<Vec<_>>>()?;
            Some(in_order(found.into_iter().flatten().collect()))
        }
        _ => None,
    }
}

fn look_up<'a>(db: &'a Db, object: &'static Object, field: &field::Bound, text: &str) -> Option<Vec<Record<'a>>> {
    if let Some(column) = field.own_column() {
        return db.find(object, column, text);
    }
    let (reference, parent, column) = field.parent_column()?;
    if !object.field(reference).indexed {
        return None;
    }
    let parents = db.find(parent, column, text)?;
    let rows = parents.iter().map(|parent| db.find(object, reference, parent.id())).collect::<Option<Vec<_>>>()?;
    Some(in_order(rows.into_iter().flatten().collect()))
}

/// Each record once, in the order they were made, which is that of their places in memory.
fn in_order(mut records: Vec<Record<'_>>) -> Vec<Record<'_>> {
    records.sort_by_key(|record| std::ptr::from_ref(record.row));
    records.dedup_by_key(|record| std::ptr::from_ref(record.row));
    records
}
