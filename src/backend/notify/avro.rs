//! What an event says: an Avro datum without a header, read with the schema it was written with. Schemas are known at run
//! time only, so fields are found by name.

use std::collections::{BTreeMap, BTreeSet};

use apache_avro::Schema as Avro;
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::types::Value;
use jiff::Timestamp;

use super::bitmap::Bitmap;

/// The most memory one event may take: Salesforce's are 1 MB at most.
const LARGEST: usize = 16 << 20;
/// What the header of a change event is called.
const HEADER: &str = "ChangeEventHeader";

/// Why an event cannot be read. Holds nothing of what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// The schema is none.
    #[error("the schema of an event cannot be read")]
    Schema,
    /// The event is not as its schema says.
    #[error("an event is not as its schema says")]
    Datum,
    /// The event has another header than change events have.
    #[error("the header of a change event is another than expected")]
    Header,
    /// Its changed fields are not told as they should be.
    #[error("the changed fields of an event cannot be read")]
    Fields,
}

/// The schema of one kind of event.
#[derive(Debug)]
pub struct Schema {
    avro: Avro,
    name: String,
    /// The record's fields in their order, each with its children.
    fields: Vec<(String, Vec<String>)>,
}

impl Schema {
    /// Reads a schema.
    ///
    /// # Errors
    /// It is none, or not that of a record.
    pub fn parse(json: &str) -> Result<Self, Unreadable> {
        apache_avro::util::max_allocation_bytes(LARGEST);
        let avro = Avro::parse_str(json).map_err(|_| Unreadable::Schema)?;
        let Avro::Record(record) = &avro else { return Err(Unreadable::Schema) };
        let mut named = BTreeMap::new();
        record.fields.iter().for_each(|field| remember(&field.schema, &mut named));
        let fields = record.fields.iter().map(|field| (field.name.clone(), children(&field.schema, &named)));
        Ok(Self { name: record.name.name().to_owned(), fields: fields.collect(), avro })
    }

    /// What the record is called: `AccountChangeEvent`, `Case_Status_Update__e`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Reads an event.
    ///
    /// # Errors
    /// It is not as the schema says, to the last byte.
    pub fn read(&self, payload: &[u8]) -> Result<Event, Unreadable> {
        let reader = GenericDatumReader::builder(&self.avro).build().map_err(|_| Unreadable::Schema)?;
        let mut rest = payload;
        let value = reader.read_value(&mut rest).map_err(|_| Unreadable::Datum)?;
        if !rest.is_empty() {
            return Err(Unreadable::Datum);
        }
        let Value::Record(mut fields) = value else { return Err(Unreadable::Datum) };
        if fields.first().is_none_or(|(name, _)| name != HEADER) {
            let fields = fields.into_iter().map(|(name, value)| (name, plain(value))).collect();
            return Ok(Event::Told(Told { name: self.name.clone(), fields }));
        }
        let (_, header) = fields.remove(0);
        let (header, marks) = header_of(header)?;
        let changed = self.names(&marks.changed)?;
        let nulled = self.names(&marks.nulled)?;
        let differs = self.names(&marks.diffed)?;
        let fields = fields.into_iter().map(|(name, value)| (name, plain(value))).collect();
        Ok(Event::Change(Box::new(Change { header, fields, changed, nulled, differs })))
    }

    /// The names behind bitmaps: `Phone`, `BillingAddress.City`. Bits beyond the schema mean nothing.
    fn names(&self, marks: &[String]) -> Result<BTreeSet<String>, Unreadable> {
        let mut names = BTreeSet::new();
        for mark in marks {
            let bitmap = Bitmap::parse(mark).map_err(|_| Unreadable::Fields)?;
            match bitmap.parent {
                // The header is no field of the record.
                None => {
                    let own = self.fields.iter().enumerate().filter(|(at, _)| *at > 0 && bitmap.has(*at));
                    names.extend(own.map(|(_, (name, _))| name.clone()));
                }
                Some(parent) => {
                    let Some((parent, children)) = self.fields.get(parent) else { continue };
                    let own = children.iter().enumerate().filter(|(at, _)| bitmap.has(*at));
                    names.extend(own.map(|(_, child)| format!("{parent}.{child}")));
                }
            }
        }
        Ok(names)
    }
}

/// Remembers the records a field defines: a later field may only name them.
fn remember(schema: &Avro, named: &mut BTreeMap<String, Vec<String>>) {
    match schema {
        Avro::Record(record) => {
            let fields = record.fields.iter().map(|field| field.name.clone()).collect();
            named.insert(record.name.name().to_owned(), fields);
        }
        Avro::Union(union) => union.variants().iter().for_each(|variant| remember(variant, named)),
        _ => {}
    }
}

fn children(schema: &Avro, named: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    match schema {
        Avro::Record(record) => record.fields.iter().map(|field| field.name.clone()).collect(),
        Avro::Ref { name } => named.get(name.name()).cloned().unwrap_or_default(),
        Avro::Union(union) => {
            union.variants().iter().map(|it| children(it, named)).find(|it| !it.is_empty()).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// What an event says.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Records changed.
    Change(Box<Change>),
    /// An event of the organisation's own.
    Told(Told),
}

/// Records that changed together.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What happened to which.
    pub header: Header,
    /// Every field; those that did not change are empty like those that became so.
    fields: BTreeMap<String, Field>,
    changed: BTreeSet<String>,
    nulled: BTreeSet<String>,
    /// Long texts that are told as the difference to what they were.
    differs: BTreeSet<String>,
}

/// What a change event says of one field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Said<'a> {
    /// Nothing: it is what it was.
    Nothing,
    /// It became empty.
    Emptied,
    /// It became this.
    Became(&'a Field),
    /// It became something that only reading the record tells.
    Differs,
}

impl Change {
    /// What became of a field, by its name in any case.
    pub fn said(&self, name: &str) -> Said<'_> {
        let same = |known: &&String| known.eq_ignore_ascii_case(name);
        if self.differs.iter().any(|known| same(&known)) {
            return Said::Differs;
        }
        if self.nulled.iter().any(|known| same(&known)) {
            return Said::Emptied;
        }
        let field = self.fields.iter().find(|(known, _)| same(known)).map(|(_, field)| field);
        match field {
            Some(Field::Empty) | None => Said::Nothing,
            // What is told of a new record is all of it, whatever the bitmaps say.
            Some(field) if self.header.kind == ChangeKind::Create || self.touches(name) => Said::Became(field),
            Some(_) => Said::Nothing,
        }
    }

    /// Whether a field, or a part of it, changed.
    fn touches(&self, name: &str) -> bool {
        let parent = |known: &String| known.split('.').next().is_some_and(|known| known.eq_ignore_ascii_case(name));
        self.changed.iter().any(parent)
    }

    /// The names of the fields that are others now. Those of a new record are none: it is new as a whole.
    pub fn touched(&self) -> impl Iterator<Item = &str> {
        self.changed.union(&self.nulled).map(String::as_str)
    }
}

/// The header of a change event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The object: `Account`.
    pub entity: String,
    /// Ids of the records; one may be a wildcard such as `001*`.
    pub ids: Vec<String>,
    /// What happened to them.
    pub kind: ChangeKind,
    /// Where it came from: `com/salesforce/api/rest/66.0;client=…`.
    pub origin: String,
    /// The transaction it was a part of.
    pub transaction: String,
    /// Its place in the transaction.
    pub sequence: i32,
    /// When it was committed.
    pub at: Timestamp,
}

/// What happened to records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// They are new.
    Create,
    /// They are others.
    Update,
    /// They are gone.
    Delete,
    /// They are back.
    Undelete,
    /// Something happened to them that is not told: they are to be read.
    Gap,
    /// Too much happened to be told apart.
    Overflow,
}

/// An event of the organisation's own: a platform event.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// What it is called: `Case_Status_Update__e`.
    pub name: String,
    fields: BTreeMap<String, Field>,
}

impl Told {
    /// A field, by its name in any case.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, field)| field)
    }

    /// Every text in it but who published it.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let own = self.fields.iter().filter(|(name, _)| *name != "CreatedById");
        own.map(|(_, field)| field.text()).filter(|text| !text.is_empty())
    }

    /// When it was published, if it says so.
    pub fn at(&self) -> Option<Timestamp> {
        match self.field("CreatedDate")? {
            Field::Number(ms) => Timestamp::from_millisecond(*ms).ok(),
            _ => None,
        }
    }
}

/// A field's value.
#[derive(Debug, Clone, PartialEq)]
pub enum Field {
    /// Nothing.
    Empty,
    /// A checkbox.
    Flag(bool),
    /// A whole number, or a moment in milliseconds.
    Number(i64),
    /// An amount or a quantity.
    Amount(f64),
    /// A text, a word of a picklist or an id.
    Text(String),
    /// A compound field's parts.
    Parts(BTreeMap<String, Self>),
    /// Something the desk has no use for.
    Other,
}

impl Field {
    /// A text; empty for anything else.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            _ => "",
        }
    }

    /// A moment.
    pub fn moment(&self) -> Option<Timestamp> {
        match self {
            Self::Number(ms) => Timestamp::from_millisecond(*ms).ok(),
            _ => None,
        }
    }
}

fn plain(value: Value) -> Field {
    match value {
        Value::Null => Field::Empty,
        Value::Union(_, value) => plain(*value),
        Value::Boolean(value) => Field::Flag(value),
        Value::Int(value) | Value::Date(value) | Value::TimeMillis(value) => Field::Number(value.into()),
        Value::Long(value) | Value::TimestampMillis(value) => Field::Number(value),
        Value::Float(value) => Field::Amount(value.into()),
        Value::Double(value) => Field::Amount(value),
        Value::String(text) | Value::Enum(_, text) => Field::Text(text),
        Value::Record(parts) => Field::Parts(parts.into_iter().map(|(name, part)| (name, plain(part))).collect()),
        _ => Field::Other,
    }
}

/// The bitmaps of a header.
#[derive(Debug, Default)]
struct Marks {
    changed: Vec<String>,
    nulled: Vec<String>,
    diffed: Vec<String>,
}

fn header_of(value: Value) -> Result<(Header, Marks), Unreadable> {
    let Value::Record(fields) = value else { return Err(Unreadable::Header) };
    let mut fields: BTreeMap<String, Value> = fields.into_iter().collect();
    let mut take = |name: &str| unwrapped(fields.remove(name).unwrap_or(Value::Null));
    let text = |value: Value| match value {
        Value::String(text) | Value::Enum(_, text) => Ok(text),
        _ => Err(Unreadable::Header),
    };
    let texts = |value: Value| match value {
        Value::Array(items) => items.into_iter().map(|item| text(unwrapped(item))).collect(),
        // Older headers lack some of them.
        Value::Null => Ok(Vec::new()),
        _ => Err(Unreadable::Header),
    };
    let kind = match text(take("changeType"))?.as_str() {
        "CREATE" => ChangeKind::Create,
        "UPDATE" | "SNAPSHOT" => ChangeKind::Update,
        "DELETE" => ChangeKind::Delete,
        "UNDELETE" => ChangeKind::Undelete,
        "GAP_CREATE" | "GAP_UPDATE" | "GAP_DELETE" | "GAP_UNDELETE" => ChangeKind::Gap,
        "GAP_OVERFLOW" => ChangeKind::Overflow,
        _ => return Err(Unreadable::Header),
    };
    let at = match take("commitTimestamp") {
        Value::Long(ms) | Value::TimestampMillis(ms) => Timestamp::from_millisecond(ms).ok(),
        _ => None,
    };
    let sequence = match take("sequenceNumber") {
        Value::Int(n) => n,
        _ => 0,
    };
    let header = Header {
        entity: text(take("entityName"))?,
        ids: texts(take("recordIds"))?,
        kind,
        origin: text(take("changeOrigin")).unwrap_or_default(),
        transaction: text(take("transactionKey")).unwrap_or_default(),
        sequence,
        at: at.ok_or(Unreadable::Header)?,
    };
    let marks = Marks {
        changed: texts(take("changedFields"))?,
        nulled: texts(take("nulledFields"))?,
        diffed: texts(take("diffFields"))?,
    };
    Ok((header, marks))
}

fn unwrapped(value: Value) -> Value {
    match value {
        Value::Union(_, value) => *value,
        value => value,
    }
}

#[cfg(test)]
#[path = "avro_tests.rs"]
mod tests;
