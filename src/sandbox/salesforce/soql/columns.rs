//! `columns=true`: what the columns of an answer are, which a command-line client asks for after every query.

use serde_json::{Value, json};

use super::ast::Function;
use super::eval::{Plan, Shape};
use super::field::Operand;
use super::render::Out;
use crate::sandbox::salesforce::schema::{self, Kind, Object};

/// `{columnMetadata, entityName, groupBy, idSelected, keyPrefix}` of a query.
pub fn metadata(plan: &Plan) -> Value {
    let (columns, grouped) = match &plan.shape {
        Shape::Count => (Vec::new(), false),
        Shape::Rows(outs) => (outs.iter().map(|out| column(plan.object, out)).collect(), false),
        Shape::Groups(by, select, _) => {
            (select.iter().map(|(name, operand)| value(plan.object, name, operand)).collect(), !by.is_empty())
        }
    };
    let id_selected =
        matches!(&plan.shape, Shape::Rows(outs) if outs.iter().any(|out| matches!(out, Out::Field("Id"))));
    json!({
        "columnMetadata": columns,
        "entityName": plan.object.name,
        "groupBy": grouped,
        "idSelected": id_selected,
        "keyPrefix": plan.object.prefix,
    })
}

fn column(object: &'static Object, out: &Out) -> Value {
    match out {
        Out::Field(name) => match object.column(name) {
            Some(column) => {
                let field = object.field(column);
                one(field.name, &field.label(), field.kind, field.is_custom(), false, &[])
            }
            None => one(name, name, Kind::Text(40), false, false, &[]),
        },
        Out::RecordName => one("Name", "Name", Kind::Text(255), false, false, &[]),
        Out::ObjectName => one("Type", "Type", Kind::Text(40), false, false, &[]),
        Out::Value(name, operand) => value(object, name, operand),
        Out::Parent(name, outs) => nested(object, name, outs, false),
        Out::TypeOf(name, by_object, otherwise) => {
            nested(object, name, by_object.first().map_or(otherwise, |(_, outs)| outs), false)
        }
        Out::Children(name, _, plan) => match &plan.shape {
            Shape::Rows(outs) => {
                let columns: Vec<Value> = outs.iter().map(|out| column(plan.object, out)).collect();
                one(name, name, Kind::Text(40), false, true, &columns)
            }
            Shape::Count | Shape::Groups(..) => one(name, name, Kind::Text(40), false, true, &[]),
        },
    }
}

fn nested(object: &'static Object, name: &str, outs: &[Out], aggregate: bool) -> Value {
    let targets = object.parent(name).map(|column| object.field(column).targets()).unwrap_or_default();
    let parent = targets.first().and_then(|target| schema::object(target)).unwrap_or(object);
    let columns: Vec<Value> = outs.iter().map(|out| column(parent, out)).collect();
    one(name, name, Kind::Text(40), false, aggregate, &columns)
}

fn value(object: &'static Object, name: &str, operand: &Operand) -> Value {
    let label = operand.field.as_ref().map_or(name, |field| field.name);
    let custom = object.column(label).is_some_and(|column| object.field(column).is_custom());
    let aggregate = operand.function.is_some_and(Function::is_aggregate);
    one(name, if aggregate { name } else { label }, operand.kind(), custom, aggregate, &[])
}

fn one(name: &str, label: &str, kind: Kind, custom: bool, aggregate: bool, columns: &[Value]) -> Value {
    let number = matches!(kind, Kind::Int | Kind::Double | Kind::Currency | Kind::Percent);
    let bool = kind == Kind::Bool;
    let text = !number && !bool && !matches!(kind, Kind::Date | Kind::DateTime | Kind::Address(_));
    let apex = match kind {
        Kind::Id | Kind::Reference(_) => "Id",
        Kind::Bool => "Boolean",
        Kind::Int => "Integer",
        Kind::Double | Kind::Currency | Kind::Percent => "Double",
        Kind::Date => "Date",
        Kind::DateTime => "Datetime",
        Kind::Address(_) => "Address",
        Kind::Any => "Object",
        _ => "String",
    };
    json!({
        "aggregate": aggregate,
        "apexType": apex,
        "booleanType": bool,
        "columnName": name,
        "custom": custom,
        "displayName": label,
        "foreignKeyName": null,
        "insertable": !aggregate,
        "joinColumns": columns,
        "numberType": number,
        "textType": text,
        "updatable": !aggregate,
    })
}
