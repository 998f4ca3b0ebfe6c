//! What objects and fields there are, as clients are told.

use serde_json::{Value, json};

use super::db::Db;
use super::error::ApiError;
use super::http::Answer;
use super::records;
use super::schema::{self, Access, Field, Kind, Object};
use super::setup;

/// `GET /sobjects`
pub fn all(version: &str) -> Answer {
    let objects: Vec<Value> = schema::objects().iter().map(|object| summary(object, version)).collect();
    Answer::ok(json!({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": objects}))
}

/// `GET /sobjects/X`
pub fn basic(db: &Db, name: &str, version: &str) -> Result<Answer, ApiError> {
    let object = records::object(name)?;
    let recent: Vec<Value> = db
        .rows(object.name)
        .take(5)
        .map(|record| json!({"attributes": record.attributes(version), "Id": record.id(), "Name": record.text("Name")}))
        .collect();
    Ok(Answer::ok(json!({"objectDescribe": summary(object, version), "recentItems": recent})))
}

/// `GET /sobjects/X/describe`
pub fn full(name: &str, version: &str) -> Result<Answer, ApiError> {
    let object = records::object(name)?;
    let mut body = summary(object, version);
    body["fields"] = object.fields.iter().map(field).collect();
    body["childRelationships"] = schema::child_relationships(object)
        .map(|(child, column)| {
            let field = child.field(column);
            json!({
                "cascadeDelete": false,
                "childSObject": child.name,
                "deprecatedAndHidden": false,
                "field": field.name,
                "junctionIdListNames": [],
                "junctionReferenceTo": [],
                "relationshipName": field.children,
                "restrictedDelete": false,
            })
        })
        .collect();
    body["recordTypeInfos"] = record_types(object);
    body["supportedScopes"] = json!([{"label": "All", "name": "everything"}, {"label": "Mine", "name": "mine"}]);
    Ok(Answer::ok(body))
}

fn record_types(object: &Object) -> Value {
    let mut types = vec![json!({
        "active": true, "available": true, "defaultRecordTypeMapping": object.name != "Account",
        "developerName": "Master", "master": true, "name": "Master", "recordTypeId": "012000000000000AAA",
    })];
    if object.name == "Account" {
        types.push(json!({
            "active": true, "available": true, "defaultRecordTypeMapping": true, "developerName": "PersonAccount",
            "master": false, "name": "Person Account", "recordTypeId": setup::person_account_type().to_string(),
        }));
    }
    Value::Array(types)
}

fn summary(object: &Object, version: &str) -> Value {
    let base = format!("/services/data/v{version}/sobjects/{}", object.name);
    json!({
        "activateable": false,
        "createable": object.writable,
        "custom": object.is_custom(),
        "customSetting": false,
        "deletable": object.writable && object.name != "User",
        "deprecatedAndHidden": false,
        "feedEnabled": object.writable,
        "hasSubtypes": false,
        "keyPrefix": object.prefix,
        "label": object.label(),
        "labelPlural": object.plural,
        "layoutable": object.writable,
        "mergeable": object.name == "Account" || object.name == "Contact",
        "mruEnabled": object.writable,
        "name": object.name,
        "queryable": true,
        "replicateable": true,
        "retrieveable": true,
        "searchable": object.writable,
        "triggerable": object.writable,
        "undeletable": object.writable,
        "updateable": object.writable,
        "urls": {
            "rowTemplate": format!("{base}/{{ID}}"),
            "describe": format!("{base}/describe"),
            "sobject": base,
        },
    })
}

fn field(field: &Field) -> Value {
    let (kind, soap, length) = types(field);
    let (precision, scale) = match field.kind {
        Kind::Currency | Kind::Double => (18, 0),
        Kind::Percent => (3, 0),
        _ => (0, 0),
    };
    let values: &[&str] = match field.kind {
        Kind::Picklist(values, _) | Kind::MultiPicklist(values) => values,
        _ => &[],
    };
    let values: Vec<Value> = values
        .iter()
        .map(|value| {
            let default = field.default == Some(*value);
            json!({"active": true, "defaultValue": default, "label": value, "validFor": null, "value": value})
        })
        .collect();
    let nillable = !field.required && !matches!(field.kind, Kind::Bool | Kind::Id);
    let filterable = field.is_filterable();
    json!({
        "aggregatable": filterable,
        "autoNumber": field.kind == Kind::AutoNumber,
        "byteLength": if matches!(field.kind, Kind::Comment(_)) { length } else { length * 3 },
        "calculated": false,
        "caseSensitive": false,
        "compoundFieldName": null,
        "controllerName": null,
        "createable": field.access != Access::Read,
        "custom": field.is_custom(),
        "defaultValue": field.default,
        "defaultedOnCreate": field.default.is_some() || field.kind == Kind::Bool,
        "dependentPicklist": false,
        "deprecatedAndHidden": false,
        "digits": if field.kind == Kind::Int { 9 } else { 0 },
        "externalId": field.external_id,
        "filterable": filterable,
        "groupable": filterable && !matches!(field.kind, Kind::Double | Kind::Currency | Kind::Percent | Kind::DateTime),
        "idLookup": field.external_id || field.kind == Kind::Id,
        "inlineHelpText": null,
        "label": field.label(),
        "length": length,
        "name": field.name,
        "nameField": matches!(field.name, "Name" | "CaseNumber" | "OrderNumber"),
        "nillable": nillable,
        "permissionable": field.access != Access::Read && !field.required,
        "picklistValues": values,
        "polymorphicForeignKey": field.targets().len() > 1,
        "precision": precision,
        "referenceTo": field.targets(),
        "relationshipName": (!field.relationship.is_empty()).then_some(field.relationship),
        "restrictedPicklist": matches!(field.kind, Kind::Picklist(_, true)),
        "scale": scale,
        "soapType": soap,
        "sortable": filterable,
        "type": kind,
        "unique": field.external_id,
        "updateable": field.access == Access::Write,
    })
}

/// The field's type, its SOAP type, and its length in characters.
fn types(field: &Field) -> (&'static str, &'static str, u32) {
    match field.kind {
        Kind::Id => ("id", "tns:ID", 18),
        Kind::Reference(_) => ("reference", "tns:ID", 18),
        Kind::Text(length) => ("string", "xsd:string", length),
        Kind::LongText(length) | Kind::Comment(length) => ("textarea", "xsd:string", length),
        Kind::AutoNumber => ("string", "xsd:string", 30),
        Kind::Email => ("email", "xsd:string", 80),
        Kind::Phone => ("phone", "xsd:string", 40),
        Kind::Url => ("url", "xsd:string", 255),
        Kind::Picklist(..) => ("picklist", "xsd:string", 255),
        Kind::MultiPicklist(_) => ("multipicklist", "xsd:string", 4099),
        Kind::Bool => ("boolean", "xsd:boolean", 0),
        Kind::Int => ("int", "xsd:int", 0),
        Kind::Double => ("double", "xsd:double", 0),
        Kind::Currency => ("currency", "xsd:double", 0),
        Kind::Percent => ("percent", "xsd:double", 0),
        Kind::Date => ("date", "xsd:date", 0),
        Kind::DateTime => ("datetime", "xsd:dateTime", 0),
        Kind::Any => ("anyType", "xsd:anyType", 0),
        Kind::Address(_) => ("address", "urn:address", 0),
    }
}
