//! A row and how it is read: by column inside, by name from outside.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::cell::Cell;
use super::id::Id;
use super::schema::{self, Column, Kind, Object};

static FALSE: Cell = Cell::Bool(false);

/// The fields of one record that are not null, by column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row(Vec<(Column, Cell)>);

impl Row {
    /// What stands in a column, `None` for null.
    pub fn get(&self, column: Column) -> Option<&Cell> {
        self.0.binary_search_by_key(&column, |(at, _)| *at).ok().map(|at| &self.0[at].1)
    }

    /// Writes a column, `None` for null.
    pub fn set(&mut self, column: Column, cell: Option<Cell>) {
        match (self.0.binary_search_by_key(&column, |(at, _)| *at), cell) {
            (Ok(at), Some(cell)) => self.0[at].1 = cell,
            (Err(at), Some(cell)) => self.0.insert(at, (column, cell)),
            (Ok(at), None) => drop(self.0.remove(at)),
            (Err(_), None) => {}
        }
    }

    /// The text in a column.
    pub fn text(&self, column: Column) -> Option<&str> {
        self.get(column).and_then(Cell::text)
    }

    /// Is a checkbox ticked?
    pub fn is_true(&self, column: Column) -> bool {
        self.get(column) == Some(&Cell::Bool(true))
    }

    /// Gives back the room that was kept for more cells, and takes the texts that `known` answers instead of its own.
    pub fn settle(&mut self, mut known: impl FnMut(Column, &Arc<str>) -> Option<Arc<str>>) {
        for (column, cell) in &mut self.0 {
            if let Cell::Text(text) = cell
                && let Some(known) = known(*column, text)
            {
                *text = known;
            }
        }
        self.0.shrink_to_fit();
    }

    /// Everything that is not null.
    pub fn cells(&self) -> impl Iterator<Item = &(Column, Cell)> {
        self.0.iter()
    }
}

/// A record: a row and the object it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// The object.
    pub object: &'static Object,
    /// Its row.
    pub row: &'a Row,
}

impl<'a> Record<'a> {
    /// The 18-character id.
    pub fn id(&self) -> &'a str {
        self.row.text(schema::ID).unwrap_or_default()
    }

    /// Is it in the recycle bin?
    pub fn is_deleted(&self) -> bool {
        self.row.is_true(schema::IS_DELETED)
    }

    /// What stands in a column; a checkbox is never null.
    pub fn cell(&self, column: Column) -> Option<&'a Cell> {
        self.row.get(column).or_else(|| (self.object.field(column).kind == Kind::Bool).then_some(&FALSE))
    }

    /// What stands in a field by API name, `None` for null and for an unknown name.
    pub fn get(&self, name: &str) -> Option<&'a Cell> {
        self.cell(self.object.column(name)?)
    }

    /// The text of a field by API name, empty for null.
    pub fn text(&self, name: &str) -> &'a str {
        self.get(name).and_then(Cell::text).unwrap_or_default()
    }

    /// The field as the wire writes it.
    pub fn json(&self, column: Column) -> Value {
        let field = self.object.field(column);
        match field.kind {
            Kind::Address(prefix) => self.address(prefix),
            _ => self.cell(column).map_or(Value::Null, |cell| cell.to_json(field.is_whole())),
        }
    }

    /// `{"type", "url"}`, which every record on the wire begins with.
    pub fn attributes(&self, version: &str) -> Value {
        let name = self.object.name;
        json!({"type": name, "url": format!("/services/data/v{version}/sobjects/{name}/{}", self.id())})
    }

    /// The parts of an address as one object, null when all are.
    fn address(&self, prefix: &str) -> Value {
        let part = |name: &str| self.get(&format!("{prefix}{name}")).map_or(Value::Null, |cell| cell.to_json(false));
        let parts = [("city", "City"), ("country", "Country"), ("postalCode", "PostalCode"), ("state", "State")];
        let mut address: Map<String, Value> =
            parts.into_iter().map(|(key, name)| (key.to_owned(), part(name))).collect();
        address.insert("street".to_owned(), part("Street"));
        if address.values().all(Value::is_null) {
            return Value::Null;
        }
        for unknown in ["geocodeAccuracy", "latitude", "longitude"] {
            address.insert(unknown.to_owned(), Value::Null);
        }
        Value::Object(address)
    }

    /// What is kept on disk: the fields that are not null.
    pub(super) fn stored(&self) -> Map<String, Value> {
        let cells = self.row.cells();
        cells.map(|(column, cell)| (self.object.field(*column).name.to_owned(), cell.to_json(false))).collect()
    }

    /// The record's id, parsed.
    pub fn key(&self) -> Option<Id> {
        Id::parse(self.id())
    }
}
