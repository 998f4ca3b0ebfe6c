//! What a query selects, as a tree that follows the shape of the answer, and the answer's JSON.

use serde_json::{Map, Value, json};

use super::QueryError;
use super::ast::{FieldSet, Item, Path, Query};
use super::eval::{Answer, Plan, Scene};
use super::field::{self, Operand};
use crate::sandbox::salesforce::db::Db;
use crate::sandbox::salesforce::row::Record;
use crate::sandbox::salesforce::schema::{self, Column, Object};

/// Most rows `FIELDS(ALL)` and `FIELDS(CUSTOM)` answer.
const MOST_WITH_ALL_FIELDS: usize = 200;

/// One member of a record in the answer.
#[derive(Clone, Debug)]
pub enum Out {
    /// A field by its API name.
    Field(&'static str),
    /// `Name` of a reference that may lead to several objects.
    RecordName,
    /// `Type` of such a reference: what it leads to.
    ObjectName,
    /// A function of a field under a name.
    Value(String, Operand),
    /// A parent's fields.
    Parent(&'static str, Vec<Out>),
    /// A parent's fields by its object, and those of any other object.
    TypeOf(&'static str, Vec<(&'static str, Vec<Out>)>, Vec<Out>),
    /// Children behind a relationship: the column that points here, and their query.
    Children(&'static str, Column, Box<Plan>),
}

/// Looks up a select list without aggregates.
pub fn outs(scene: Scene<'_>, query: &Query, object: &'static Object) -> Result<Vec<Out>, QueryError> {
    let alias = query.alias.as_deref();
    let mut outs = Vec::new();
    for item in &query.select {
        match item {
            Item::Operand(operand, name) => {
                if let (Some(path), None) = (&operand.path, operand.function) {
                    if let Some(name) = name {
                        return Err(QueryError::malformed(name.at, "only aggregate expressions use field aliasing"));
                    }
                    add_path(&mut outs, object, alias, path)?;
                } else {
                    let bound = Operand::bind(object, alias, operand)?;
                    let own = bound.field.as_ref().map_or("expr0", |field| field.name);
                    let name = name.as_ref().map_or(own, |name| name.text.as_str()).to_owned();
                    outs.push(Out::Value(name, bound));
                }
            }
            Item::Fields(set, at) => {
                if *set != FieldSet::Standard && query.limit.is_none_or(|limit| limit > MOST_WITH_ALL_FIELDS) {
                    let message = "The SOQL FIELDS function must have a LIMIT of at most 200";
                    return Err(QueryError::malformed(*at, message));
                }
                let wanted = object.fields.iter().filter(|field| match set {
                    FieldSet::All => true,
                    FieldSet::Standard => !field.is_custom(),
                    FieldSet::Custom => field.is_custom(),
                });
                outs.extend(wanted.map(|field| Out::Field(field.name)));
            }
            Item::Children(children) => outs.push(bind_children(scene, children, object)?),
            Item::TypeOf { parent, whens, otherwise } => outs.push(type_of(object, parent, whens, otherwise)?),
        }
    }
    Ok(outs)
}

fn bind_children(scene: Scene<'_>, query: &Query, object: &'static Object) -> Result<Out, QueryError> {
    let relationship = &query.from.text;
    let (child, column) = object.children(relationship).ok_or_else(|| {
        let message = format!(
            "Didn't understand relationship '{relationship}' in FROM part of query call. If you are attempting to use a \
             custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your \
             WSDL or the describe call for the appropriate names."
        );
        QueryError::new("INVALID_TYPE", query.from.at, message)
    })?;
    let plan = Plan::bind(scene, query, child)?;
    Ok(Out::Children(child.field(column).children, column, Box::new(plan)))
}

fn type_of(
    object: &'static Object,
    parent: &Path,
    whens: &[(super::ast::Name, Vec<Path>)],
    otherwise: &[Path],
) -> Result<Out, QueryError> {
    let [relationship] = parent.parts.as_slice() else {
        return Err(QueryError::malformed(parent.at, "TYPEOF takes one relationship"));
    };
    let column = object.parent(relationship).ok_or_else(|| {
        QueryError::new(
            "INVALID_FIELD",
            parent.at,
            format!("Didn't understand relationship '{relationship}' in TYPEOF"),
        )
    })?;
    let field = object.field(column);
    let select = |target: &'static Object, paths: &[Path]| {
        let mut outs = Vec::new();
        paths.iter().try_for_each(|path| add_path(&mut outs, target, None, path)).map(|()| outs)
    };
    let mut by_object = Vec::new();
    for (name, paths) in whens {
        let target = schema::object(&name.text).filter(|target| field.targets().contains(&target.name));
        let target = target.ok_or_else(|| {
            let message = format!("'{}' is no possible type of '{relationship}'", name.text);
            QueryError::new("INVALID_TYPE", name.at, message)
        })?;
        by_object.push((target.name, select(target, paths)?));
    }
    let first = field.targets().first().and_then(|name| schema::object(name)).unwrap_or(object);
    Ok(Out::TypeOf(field.relationship, by_object, select(first, otherwise)?))
}

fn add_path(outs: &mut Vec<Out>, object: &'static Object, alias: Option<&str>, path: &Path) -> Result<(), QueryError> {
    let bound = field::bind(object, alias, path)?;
    let mut level = outs;
    for relationship in bound.relationships() {
        let at = level.iter().position(|out| matches!(out, Out::Parent(name, _) if *name == relationship));
        let at = at.unwrap_or_else(|| {
            level.push(Out::Parent(relationship, Vec::new()));
            level.len() - 1
        });
        let Out::Parent(_, inner) = &mut level[at] else { return Ok(()) };
        level = inner;
    }
    let out = match bound.name {
        "Name" if bound.is_polymorphic() => Out::RecordName,
        "Type" if bound.is_polymorphic() => Out::ObjectName,
        name => Out::Field(name),
    };
    let taken = |it: &Out| match (it, &out) {
        (Out::Field(one), Out::Field(other)) => one == other,
        (Out::RecordName, Out::RecordName) | (Out::ObjectName, Out::ObjectName) => true,
        _ => false,
    };
    if level.iter().any(taken) {
        return Err(QueryError::new("INVALID_FIELD", path.at, format!("duplicate field selected: {}", bound.name)));
    }
    level.push(out);
    Ok(())
}

/// One record: `attributes` first, then what was selected in the order it was.
pub fn record(db: &Db, record: Record<'_>, outs: &[Out], version: &str) -> Value {
    let mut json = Map::new();
    json.insert("attributes".to_owned(), record.attributes(version));
    for out in outs {
        let (name, value) = match out {
            Out::Field(name) => (*name, member(record, name)),
            Out::RecordName => ("Name", record.object.name_column().map_or(Value::Null, |column| record.json(column))),
            Out::ObjectName => ("Type", json!(field::object_name(record))),
            Out::Value(name, operand) => {
                let cell = operand.value(db, record);
                let whole = operand.kind() == schema::Kind::Int;
                (name.as_str(), cell.map_or(Value::Null, |cell| cell.to_json(whole)))
            }
            Out::Parent(name, outs) => {
                (*name, parent(db, record, name).map_or(Value::Null, |parent| self::record(db, parent, outs, version)))
            }
            Out::TypeOf(name, by_object, otherwise) => {
                let value = parent(db, record, name).map_or(Value::Null, |parent| {
                    let found = by_object.iter().find(|(object, _)| *object == parent.object.name);
                    self::record(db, parent, found.map_or(otherwise, |(_, outs)| outs), version)
                });
                (*name, value)
            }
            Out::Children(name, column, plan) => (*name, children(db, record, *column, plan, version)),
        };
        json.insert(name.to_owned(), value);
    }
    Value::Object(json)
}

/// A field by name, null where a parent's object has no such field.
fn member(record: Record<'_>, name: &str) -> Value {
    record.object.column(name).map_or(Value::Null, |column| record.json(column))
}

fn parent<'a>(db: &'a Db, record: Record<'a>, relationship: &str) -> Option<Record<'a>> {
    db.get(record.row.text(record.object.parent(relationship)?)?)
}

/// `{totalSize, done, records}`, or null where there are none.
fn children(db: &Db, record: Record<'_>, column: Column, plan: &Plan, version: &str) -> Value {
    let children = db.find(plan.object, column, record.id()).unwrap_or_default();
    let Answer::Rows(rows) = plan.run_over(db, children.into_iter()) else { return Value::Null };
    if rows.is_empty() {
        return Value::Null;
    }
    let super::eval::Shape::Rows(outs) = &plan.shape else { return Value::Null };
    let records: Vec<Value> = rows.iter().map(|row| self::record(db, *row, outs, version)).collect();
    json!({"totalSize": records.len(), "done": true, "records": records})
}
