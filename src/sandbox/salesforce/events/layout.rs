//! Which fields of an object its change events tell, in which order, and the Avro schema that says so.

use std::sync::LazyLock;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::change::ChangeType;
use super::platform;
use crate::sandbox::salesforce::id::Id;
use crate::sandbox::salesforce::schema::{self, Column, Field, Kind, Object};

/// Objects whose changes are events.
const WATCHED: &[&str] = &["Account", "Contact", "Case", "Order", "OrderItem", "Opportunity", "Task"];

/// Fields that are derived from others, or gone as soon as the record is saved: the vendor leaves them out.
const LEFT_OUT: &[&str] =
    &["Id", "IsDeleted", "SystemModstamp", "LastActivityDate", "IsPersonAccount", "Comments", "PersonContactId"];

/// The system's fields, which stand behind the object's own standard ones.
const STAMPS: &[&str] = &["CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById"];

/// The parts of an address, as they stand in the record; the last five are not kept here and always null.
pub(super) const ADDRESS: [&str; 10] = [
    "Street",
    "City",
    "State",
    "PostalCode",
    "Country",
    "StateCode",
    "CountryCode",
    "Latitude",
    "Longitude",
    "GeocodeAccuracy",
];
/// How many parts of an address are kept.
const ADDRESS_KEPT: usize = 5;

/// The parts of a person's name.
pub(super) const NAME: [&str; 3] = ["Salutation", "FirstName", "LastName"];

/// How a field of the event comes from columns of the table.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    /// One column.
    Plain(Column),
    /// A record of an address's parts.
    Address(Vec<Column>),
    /// A person's name in parts; an account that is no person sends `whole` instead.
    Name { whole: Option<Column>, parts: Vec<Column> },
}

/// What an object's change events tell. Field 0 is the header; a slot's field is one more than its place.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) object: &'static Object,
    pub(super) slots: Vec<Shape>,
    columns: Vec<Column>,
    pub(super) schema: Schema,
}

impl Layout {
    /// Every column that is told.
    pub(super) fn columns(&self) -> &[Column] {
        &self.columns
    }
}

/// An Avro schema and the id it is asked for by.
#[derive(Debug)]
pub(super) struct Schema {
    pub(super) id: String,
    pub(super) json: String,
}

impl Schema {
    /// Names the schema by what it says, so that another one never has the same id.
    pub(super) fn named_by_content(mut schema: Value) -> Self {
        let hash = digest::digest(&digest::SHA256, schema.to_string().as_bytes());
        let id = URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]);
        schema["uuid"] = json!(id);
        Self { id, json: schema.to_string() }
    }
}

static LAYOUTS: LazyLock<Vec<Option<Layout>>> = LazyLock::new(|| {
    schema::objects().iter().map(|object| WATCHED.contains(&object.name).then(|| layout(object))).collect()
});

/// The layout of an object; `None` when its changes are no events.
pub(super) fn of(object: &Object) -> Option<&'static Layout> {
    LAYOUTS.get(object.position)?.as_ref()
}

/// The layout behind `/data/OrderChangeEvent`, by `Order` or, for a custom object, `SIM_Inventory__`.
pub(super) fn by_channel(channel: &str) -> Option<&'static Layout> {
    LAYOUTS.iter().flatten().find(|layout| event_name(layout.object).strip_suffix("ChangeEvent") == Some(channel))
}

/// Any schema by its id.
pub(super) fn schema_by_id(id: &str) -> Option<&'static Schema> {
    let changes = LAYOUTS.iter().flatten().map(|layout| &layout.schema);
    changes.chain(platform::all().iter().map(|event| &event.schema)).find(|schema| schema.id == id)
}

/// `OrderChangeEvent`; a custom object's has two underscores in place of its `__c`.
pub(super) fn event_name(object: &Object) -> String {
    format!("{}ChangeEvent", object.name.strip_suffix('c').filter(|it| it.ends_with("__")).unwrap_or(object.name))
}

fn layout(object: &'static Object) -> Layout {
    let named = |wanted: &[&str], prefix: &str| -> Vec<Column> {
        wanted.iter().filter_map(|part| object.column(&format!("{prefix}{part}"))).collect()
    };
    let is_person = matches!(object.name, "Account" | "Contact");
    let names = if is_person { named(&NAME, "") } else { Vec::new() };
    let addresses: Vec<Vec<Column>> = object
        .fields
        .iter()
        .filter_map(|field| match field.kind {
            Kind::Address(prefix) => Some(named(&ADDRESS[..ADDRESS_KEPT], prefix)),
            _ => None,
        })
        .collect();
    let is_part = |column: &Column| names.contains(column) || addresses.iter().any(|parts| parts.contains(column));
    let all = || (0..object.fields.len() as Column).filter(|column| !is_part(column));
    let stamps = named(STAMPS, "");
    let own = |custom: bool| {
        let left_out = |column: &Column| LEFT_OUT.contains(&object.field(*column).name) || stamps.contains(column);
        all().filter(move |column| object.field(*column).is_custom() == custom && !left_out(column))
    };
    let order: Vec<Column> = own(false).chain(stamps.iter().copied()).chain(own(true)).collect();
    let mut addresses = addresses.into_iter();
    let (mut slots, mut fields, mut columns) = (Vec::new(), vec![header()], Vec::new());
    let mut known_address = false;
    for column in order {
        let field = object.field(column);
        let (shape, kind) = match field.kind {
            Kind::Address(_) => {
                let kind = if known_address { json!("Address") } else { address() };
                known_address = true;
                (Shape::Address(addresses.next().unwrap_or_default()), vec![kind])
            }
            _ if is_person && field.name == "Name" => {
                let whole = (object.name == "Account").then_some(column);
                let kinds = match whole {
                    Some(_) => vec![json!("string"), parts("Switchable_PersonName", &NAME)],
                    None => vec![parts("PersonName", &NAME)],
                };
                (Shape::Name { whole, parts: names.clone() }, kinds)
            }
            kind => (Shape::Plain(column), vec![json!(avro_type(kind))]),
        };
        match &shape {
            Shape::Plain(column) => columns.push(*column),
            Shape::Address(parts) => columns.extend(parts),
            Shape::Name { whole, parts } => columns.extend(whole.iter().chain(parts)),
        }
        slots.push(shape);
        let kinds = [vec![json!("null")], kind].concat();
        fields.push(json!({
            "name": field.name,
            "type": kinds,
            "doc": doc(object, field, column),
            "default": null,
        }));
    }
    let schema = json!({
        "name": event_name(object),
        "namespace": "com.sforce.eventbus",
        "type": "record",
        "fields": fields,
    });
    Layout { object, slots, columns, schema: Schema::named_by_content(schema) }
}

/// The header as real orgs send it, its fields in this order.
fn header() -> Value {
    let text = |name: &str| json!({"name": name, "type": "string"});
    let texts = |name: &str| json!({"name": name, "type": {"type": "array", "items": "string"}});
    let kind = json!({"type": "enum", "name": "ChangeType", "symbols": ChangeType::WORDS});
    json!({
        "name": "ChangeEventHeader",
        "type": {
            "type": "record",
            "name": "ChangeEventHeader",
            "fields": [
                text("entityName"),
                texts("recordIds"),
                {"name": "changeType", "type": kind},
                text("changeOrigin"),
                text("transactionKey"),
                {"name": "sequenceNumber", "type": "int"},
                {"name": "commitTimestamp", "type": "long"},
                {"name": "commitNumber", "type": "long"},
                text("commitUser"),
                texts("nulledFields"),
                texts("diffFields"),
                texts("changedFields"),
            ],
        },
        "doc": "Data:ComplexValueType",
    })
}

fn address() -> Value {
    let parts = ADDRESS.map(|part| match part {
        "Latitude" | "Longitude" => optional(part, "double"),
        _ => optional(part, "string"),
    });
    json!({"type": "record", "name": "Address", "fields": parts})
}

fn parts(name: &str, parts: &[&str]) -> Value {
    let fields: Vec<Value> = parts.iter().map(|part| optional(part, "string")).collect();
    json!({"type": "record", "name": name, "fields": fields})
}

fn optional(name: &str, kind: &str) -> Value {
    json!({"name": name, "type": ["null", kind], "default": null})
}

/// How a value is written: days and moments are milliseconds, all numbers but whole ones are doubles.
fn avro_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Bool => "boolean",
        Kind::Int => "int",
        Kind::Double | Kind::Currency | Kind::Percent => "double",
        Kind::Date | Kind::DateTime => "long",
        _ => "string",
    }
}

/// `role:type`, for a custom field with its id: the one place where the meaning of a field stands.
fn doc(object: &Object, field: &Field, column: Column) -> String {
    let role = match field.name {
        "CreatedDate" => "CreatedDate",
        "CreatedById" => "CreatedBy",
        _ if matches!(field.kind, Kind::Reference(_)) => "ForeignKey",
        _ => "Data",
    };
    let kind = match field.kind {
        Kind::Text(_) if field.name == "Name" && object.name == "Account" => "Switchable_PersonName",
        Kind::Text(_) if field.name == "Name" && object.name == "Contact" => "PersonName",
        Kind::Text(_) if field.external_id => "ExternalId",
        Kind::Id | Kind::Reference(_) => "EntityId",
        Kind::Text(_) | Kind::AutoNumber | Kind::Any => "Text",
        Kind::LongText(_) | Kind::Comment(_) => "StringPlusClob",
        Kind::Email => "Email",
        Kind::Phone => "Phone",
        Kind::Url => "Url",
        Kind::Picklist(_, true) => "StaticEnum",
        Kind::Picklist(_, false) => "DynamicEnum",
        Kind::MultiPicklist(_) => "MultiEnum",
        Kind::Bool => "Boolean",
        Kind::Int => "Integer",
        Kind::Double => "Double",
        Kind::Currency => "Currency",
        Kind::Percent => "Percent",
        Kind::Date => "DateOnly",
        Kind::DateTime => "DateTime",
        Kind::Address(_) => "Address",
    };
    if field.is_custom() {
        let id = Id::nth("00N", (object.position as u64) * 1000 + u64::from(column));
        return format!("{role}:{kind}:{}", id.short());
    }
    format!("{role}:{kind}")
}
