//! Salesforce's own tables: rows by object, found by id and through indexes, changed within transactions.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::accept;
use super::cell::Cell;
use super::error::ApiError;
use super::events::bus::Event;
use super::events::change::{self, Commit};
use super::events::{Bus, Said, Words};
use super::id::Id;
use super::row::{Record, Row};
use super::schema::{self, Column, Field, Kind, Object};
use super::wordbook::Wordbook;
use super::{oauth, rules, setup};

/// Rows of one object, with what finds them fast.
#[derive(Clone, Debug, Default)]
struct Table {
    rows: Vec<Row>,
    by_id: HashMap<Id, u32>,
    indexes: HashMap<Column, HashMap<Box<str>, Vec<u32>>>,
    /// The words of picklists and the ids of users, each once in memory however many rows hold it.
    words: HashSet<Arc<str>>,
    last_id: u64,
    last_number: u64,
}

/// One row as it was before a change, so that a transaction can be taken back.
#[derive(Clone, Debug)]
pub(super) struct Before {
    pub(super) table: usize,
    pub(super) row: u32,
    pub(super) content: Option<Row>,
}

/// Somebody asked for an order to be fulfilled: the org tells its listeners once, and who does not listen never hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The order's id.
    pub order: String,
    /// When.
    pub at: Timestamp,
}

/// The org: every table, its sessions, and the time at which changes are stamped.
///
/// A new one already holds what no org is without: its own record, one user, the stages and statuses.
#[derive(Clone, Debug)]
pub struct Db {
    tables: Vec<Table>,
    now: Timestamp,
    /// Histories older than this are gone.
    kept_since: Timestamp,
    undo: Vec<Before>,
    depth: u32,
    asked: Vec<Asked>,
    /// Platform events that wait for the transaction to succeed.
    said: Vec<Said>,
    /// Which API and client the changes come from; empty for what the org does by itself.
    origin: Arc<str>,
    /// What was committed, for whoever subscribes to it.
    pub events: Bus,
    /// What the words of its picklists are called outside.
    pub words: Arc<Wordbook>,
    /// Who is signed in. Not kept on disk: after a restart everybody signs in again.
    pub sessions: oauth::Sessions,
}

impl Default for Db {
    fn default() -> Self {
        let mut db = Self::empty();
        setup::fill(&mut db);
        db
    }
}

impl Db {
    fn empty() -> Self {
        let mut tables = Vec::new();
        tables.resize_with(schema::objects().len(), Table::default);
        Self {
            tables,
            now: Timestamp::constant(1_767_225_600, 0),
            kept_since: Timestamp::MIN,
            undo: Vec::new(),
            depth: 0,
            asked: Vec::new(),
            said: Vec::new(),
            origin: Arc::default(),
            events: Bus::default(),
            words: Arc::default(),
            sessions: oauth::Sessions::default(),
        }
    }

    /// The moment that `CreatedDate` and `LastModifiedDate` get from now on.
    pub fn set_now(&mut self, now: Timestamp) {
        self.now = now;
    }

    /// The moment changes are stamped with.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Whether a flow of the org runs, by its API name. One that the org does not have does not.
    pub fn flow_is_active(&self, name: &str) -> bool {
        self.rows("FlowDefinitionView")
            .any(|it| it.text("ApiName") == name && it.get("IsActive") == Some(&Cell::Bool(true)))
    }

    /// Switches a flow on or off; false when the org has none of that name.
    pub fn switch_flow(&mut self, name: &str, active: bool) -> bool {
        let found = self.rows("FlowDefinitionView").find(|it| it.text("ApiName") == name).map(|it| it.id().to_owned());
        let Some(id) = found else { return false };
        self.update(&id, [("IsActive".to_owned(), Value::Bool(active))].into_iter().collect()).is_ok()
    }

    /// What was asked for since this was called last.
    pub fn take_asked(&mut self) -> Vec<Asked> {
        std::mem::take(&mut self.asked)
    }

    pub(super) fn ask(&mut self, order: &str) {
        self.asked.push(Asked { order: order.to_owned(), at: self.now });
    }

    /// From now on changes come from this API and client; from nobody outside when it is empty.
    pub(super) fn act_for(&mut self, origin: &str) {
        self.origin = origin.into();
    }

    /// Says something as soon as the transaction succeeds; the same only once in it.
    pub(super) fn say(&mut self, words: Option<Words>, by: &str) {
        let Some((event, values)) = words.filter(|_| self.events.is_open()) else { return };
        if self.said.iter().any(|said| said.event.name == event.name && said.values == values) {
            return;
        }
        let at = self.now.as_millisecond();
        let said = Said { event, id: self.events.key(at), at, by: by.into(), values };
        self.said.push(said);
    }

    /// Publishes what somebody outside says, with an id of theirs or a new one; that id and the event's position.
    pub(super) fn publish(&mut self, (event, values): Words, id: Option<Uuid>) -> (Uuid, u64) {
        let at = self.now.as_millisecond();
        let id = id.unwrap_or_else(|| self.events.key(at));
        let said = Said { event, id, at, by: setup::user_id().to_string().into(), values };
        self.events.commit(at, [Event::Said(said)]);
        (id, self.events.last())
    }

    /// Histories of changes before this moment are not written from now on: the vendor keeps them for 18 months.
    pub fn forget_before(&mut self, moment: Timestamp) {
        self.kept_since = moment;
    }

    /// Is a change of this moment recent enough for its history to be kept?
    pub(super) fn remembers(&self, moment: Option<&Cell>) -> bool {
        matches!(moment, Some(Cell::Time(ms)) if *ms >= self.kept_since.as_millisecond())
    }

    /// Adds a record and answers its 18-character id.
    ///
    /// Any field of the schema may be given, those included which only the system writes: this is how a world is
    /// filled. Dates of creation and change are `now` unless given; computed fields are computed.
    /// Fails for an unknown object or field, a value of the wrong type or length, and a second record with the same
    /// external id.
    pub fn insert(&mut self, object: &str, fields: Map<String, Value>) -> Result<String, ApiError> {
        let object = schema::object(object).ok_or_else(|| ApiError::no_such_object(object))?;
        self.transaction(|db| db.insert_row(object, fields))
    }

    fn insert_row(&mut self, object: &'static Object, fields: Map<String, Value>) -> Result<String, ApiError> {
        let mut row = Row::default();
        for (name, value) in fields {
            let (column, field) = field(object, &name)?;
            row.set(column, accept::cell(field, value)?);
        }
        let table = position(object);
        let given = row.text(schema::ID).and_then(Id::parse);
        if let Some(id) = given.filter(|id| id.prefix() != object.prefix) {
            return Err(ApiError::new("MALFORMED_ID", format!("Id: id value of incorrect type: {id}")).on("Id"));
        }
        if given.is_some_and(|id| self.tables[table].by_id.contains_key(&id)) {
            return Err(ApiError::new("DUPLICATE_VALUE", "duplicate value found: Id").on("Id"));
        }
        let id = given.unwrap_or_else(|| self.next_id(table, object));
        row.set(schema::ID, Some(Cell::Text(id.to_string().into())));
        self.stamp_new(object, &mut row);
        rules::before_save(self, object, None, &mut row);
        self.check_unique(object, &row, None)?;
        let index = self.tables[table].rows.len() as u32;
        self.remember(table, index, None);
        self.tables[table].push(object, id, row);
        rules::after_save(self, object, index, None)?;
        Ok(id.to_string())
    }

    fn next_id(&mut self, table: usize, object: &Object) -> Id {
        let table = &mut self.tables[table];
        loop {
            table.last_id += 1;
            let id = Id::nth(object.prefix, table.last_id);
            if !table.by_id.contains_key(&id) {
                return id;
            }
        }
    }

    fn stamp_new(&mut self, object: &Object, row: &mut Row) {
        let now = Cell::Time(self.now.as_millisecond());
        let created = row.get(schema::CREATED_DATE).cloned().unwrap_or(now);
        row.set(schema::CREATED_DATE, Some(created.clone()));
        let modified = row.get(schema::LAST_MODIFIED_DATE).cloned().unwrap_or(created);
        row.set(schema::LAST_MODIFIED_DATE, Some(modified.clone()));
        if row.get(schema::SYSTEM_MODSTAMP).is_none() {
            row.set(schema::SYSTEM_MODSTAMP, Some(modified));
        }
        let user = Cell::Text(setup::user_id().to_string().into());
        let creator = row.get(schema::CREATED_BY).cloned().unwrap_or_else(|| user.clone());
        row.set(schema::CREATED_BY, Some(creator.clone()));
        if row.get(schema::LAST_MODIFIED_BY).is_none() {
            row.set(schema::LAST_MODIFIED_BY, Some(creator));
        }
        if let Some(column) = object.column("OwnerId").filter(|column| row.get(*column).is_none()) {
            row.set(column, Some(user));
        }
        let table = position(object);
        for (field, column) in object.fields.iter().zip(0..) {
            if row.get(column).is_some() {
                if field.kind == Kind::AutoNumber {
                    let given = row.text(column).and_then(|text| text.parse().ok()).unwrap_or(0);
                    self.tables[table].last_number = self.tables[table].last_number.max(given);
                }
            } else if field.kind == Kind::AutoNumber {
                self.tables[table].last_number += 1;
                let number = format!("{:08}", self.tables[table].last_number);
                row.set(column, Some(Cell::Text(number.into())));
            } else if let Some(default) = field.default {
                let value = accept::cell(field, Value::String(default.to_owned()));
                row.set(column, value.ok().flatten());
            }
        }
    }

    /// A record by id of 15 or 18 characters, deleted ones too.
    pub fn get(&self, id: &str) -> Option<Record<'_>> {
        let id = Id::parse(id)?;
        let object = schema::by_prefix(id.prefix())?;
        let table = &self.tables[position(object)];
        let index = *table.by_id.get(&id)?;
        Some(Record { object, row: &table.rows[index as usize] })
    }

    /// Changes fields of a record; `null` or `""` empties one. The stamps are `now` unless given.
    ///
    /// Fails as [`Db::insert`] does, and for an id that is unknown (404) or deleted (404).
    pub fn update(&mut self, id: &str, fields: Map<String, Value>) -> Result<(), ApiError> {
        let (object, index) = self.locate(id)?;
        self.transaction(|db| {
            let table = position(object);
            let old = db.tables[table].rows[index as usize].clone();
            let mut row = old.clone();
            let now = Some(Cell::Time(db.now.as_millisecond()));
            row.set(schema::LAST_MODIFIED_DATE, now.clone());
            row.set(schema::LAST_MODIFIED_BY, Some(Cell::Text(setup::user_id().to_string().into())));
            row.set(schema::SYSTEM_MODSTAMP, now);
            for (name, value) in fields {
                let (column, field) = field(object, &name)?;
                if column != schema::ID {
                    row.set(column, accept::cell(field, value)?);
                }
            }
            rules::before_save(db, object, Some(&old), &mut row);
            db.check_unique(object, &row, Some(index))?;
            db.replace(table, index, row);
            rules::after_save(db, object, index, Some(&old))
        })
    }

    /// Marks a record as deleted; only `queryAll` sees it from then on. Fails if unknown or deleted already.
    pub fn delete(&mut self, id: &str) -> Result<(), ApiError> {
        let (object, index) = self.locate(id)?;
        self.transaction(|db| {
            let table = position(object);
            let mut row = db.tables[table].rows[index as usize].clone();
            row.set(schema::IS_DELETED, Some(Cell::Bool(true)));
            row.set(schema::SYSTEM_MODSTAMP, Some(Cell::Time(db.now.as_millisecond())));
            db.replace(table, index, row);
            Ok(())
        })
    }

    /// All rows of an object in the order they were made, deleted ones left out. Empty for an unknown object.
    pub fn rows(&self, object: &str) -> impl Iterator<Item = Record<'_>> {
        schema::object(object).into_iter().flat_map(|object| self.all(object)).filter(|record| !record.is_deleted())
    }

    /// All rows of an object, deleted ones included.
    pub fn all(&self, object: &'static Object) -> impl Iterator<Item = Record<'_>> {
        self.tables[position(object)].rows.iter().map(move |row| Record { object, row })
    }

    /// The rows whose indexed field equals a text, without regard to case; `None` if the field has no index.
    pub fn find(&self, object: &'static Object, column: Column, text: &str) -> Option<Vec<Record<'_>>> {
        let table = &self.tables[position(object)];
        if column == schema::ID {
            return Some(self.get(text).filter(|r| r.object.name == object.name).into_iter().collect());
        }
        if !object.field(column).indexed {
            return None;
        }
        let text = match object.field(column).kind {
            Kind::Reference(_) => Id::parse(text).map(|id| id.to_string())?,
            _ => text.to_owned(),
        };
        let rows = table.indexes.get(&column).and_then(|index| index.get(text.to_lowercase().as_str()));
        Some(rows.into_iter().flatten().map(|row| Record { object, row: &table.rows[*row as usize] }).collect())
    }

    /// Does the work as a whole or not at all: an error takes back every change made in it. May be nested.
    pub fn transaction<T, E>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E> {
        let (mark, asked, said) = (self.undo.len(), self.asked.len(), self.said.len());
        self.depth += 1;
        let result = work(self);
        self.depth -= 1;
        if result.is_err() {
            self.asked.truncate(asked);
            self.said.truncate(said);
            while self.undo.len() > mark {
                let Some(before) = self.undo.pop() else { break };
                let table = &mut self.tables[before.table];
                table.restore(&schema::objects()[before.table], before.row, before.content);
            }
        }
        if self.depth == 0 {
            self.tell();
            self.undo.clear();
        }
        result
    }

    /// Tells the bus what the transaction that ends here changed, then what was said in it.
    fn tell(&mut self) {
        if !self.events.is_open() || (self.undo.is_empty() && self.said.is_empty()) {
            return;
        }
        let (at, undo) = (self.now.as_millisecond(), std::mem::take(&mut self.undo));
        let number = self.events.last() + 1;
        let commit = Arc::new(Commit { key: self.events.key(at), number, at, origin: Arc::clone(&self.origin) });
        let changes = change::derive(self, &undo, &commit);
        let said = std::mem::take(&mut self.said);
        self.events.commit(at, changes.into_iter().map(Event::Change).chain(said.into_iter().map(Event::Said)));
        self.undo = undo;
    }

    fn locate(&self, id: &str) -> Result<(&'static Object, u32), ApiError> {
        let parsed = Id::parse(id).ok_or_else(ApiError::not_found)?;
        let object = schema::by_prefix(parsed.prefix()).ok_or_else(ApiError::not_found)?;
        let table = &self.tables[position(object)];
        let index = *table.by_id.get(&parsed).ok_or_else(ApiError::not_found)?;
        if table.rows[index as usize].is_true(schema::IS_DELETED) {
            return Err(ApiError::new("ENTITY_IS_DELETED", "entity is deleted").with_status(404));
        }
        Ok((object, index))
    }

    /// A record by its place in the table, where the rules stand after a save.
    pub(super) fn at(&self, object: &'static Object, index: u32) -> Record<'_> {
        Record { object, row: &self.tables[position(object)].rows[index as usize] }
    }

    fn replace(&mut self, table: usize, index: u32, row: Row) {
        let old = self.tables[table].restore(&schema::objects()[table], index, Some(row));
        self.remember(table, index, Some(old));
    }

    fn remember(&mut self, table: usize, row: u32, content: Option<Row>) {
        if self.depth > 0 {
            self.undo.push(Before { table, row, content });
        }
    }

    fn check_unique(&self, object: &'static Object, row: &Row, own: Option<u32>) -> Result<(), ApiError> {
        let table = &self.tables[position(object)];
        for (field, column) in object.fields.iter().zip(0..).filter(|(field, _)| field.external_id) {
            let Some(key) = row.get(column).and_then(index_key) else { continue };
            let holders = table.indexes.get(&column).and_then(|index| index.get(&key));
            let other = holders
                .into_iter()
                .flatten()
                .find(|index| Some(**index) != own && !table.rows[**index as usize].is_true(schema::IS_DELETED));
            if let Some(other) = other {
                let id = table.rows[*other as usize].text(schema::ID).unwrap_or_default();
                let message = format!("duplicate value found: {} duplicates value on record with id: {id}", field.name);
                return Err(ApiError::new("DUPLICATE_VALUE", message).on(field.name));
            }
        }
        Ok(())
    }
}

impl Table {
    fn push(&mut self, object: &Object, id: Id, mut row: Row) {
        let index = self.rows.len() as u32;
        self.by_id.insert(id, index);
        self.index(object, index, &row, None);
        row.settle(|column, text| {
            if !object.field(column).is_repetitive() {
                return None;
            }
            let known = self.words.get(&**text).cloned();
            if known.is_none() {
                self.words.insert(Arc::clone(text));
            }
            known
        });
        self.rows.push(row);
    }

    /// Puts a row in the place of another and answers that one; `None` removes it, and it is the last one then.
    fn restore(&mut self, object: &Object, index: u32, content: Option<Row>) -> Row {
        let old = match content {
            Some(row) => {
                let old = std::mem::take(&mut self.rows[index as usize]);
                self.index(object, index, &row, Some(&old));
                self.rows[index as usize] = row;
                old
            }
            None => self.rows.remove(index as usize),
        };
        if self.rows.len() == index as usize
            && let Some(id) = old.text(schema::ID).and_then(Id::parse)
        {
            self.by_id.remove(&id);
        }
        let now = self.rows.get(index as usize);
        for (column, cell) in old.cells().filter(|(column, _)| object.field(*column).indexed) {
            let now = now.and_then(|row| row.get(*column));
            if now == Some(cell) {
                continue;
            }
            let Some(key) = index_key(cell).filter(|key| Some(key) != now.and_then(index_key).as_ref()) else {
                continue;
            };
            if let Some(rows) = self.indexes.get_mut(column).and_then(|index| index.get_mut(&key)) {
                rows.retain(|row| *row != index);
            }
        }
        old
    }

    /// Enters a row into the indexes. What it has in common with the one before it in this place is there already.
    fn index(&mut self, object: &Object, index: u32, row: &Row, before: Option<&Row>) {
        for (column, cell) in row.cells().filter(|(column, _)| object.field(*column).indexed) {
            if before.and_then(|before| before.get(*column)) == Some(cell) {
                continue;
            }
            let Some(key) = index_key(cell) else { continue };
            let rows = self.indexes.entry(*column).or_default().entry(key).or_default();
            // A new row comes last; only a changed one has to look for its place.
            if rows.last().is_none_or(|last| *last < index) {
                rows.push(index);
            } else if let Err(at) = rows.binary_search(&index) {
                rows.insert(at, index);
            }
        }
    }
}

fn index_key(cell: &Cell) -> Option<Box<str>> {
    match cell {
        Cell::Text(text) => Some(text.to_lowercase().into()),
        Cell::Number(number) => Some(number.to_string().into()),
        Cell::Bool(_) | Cell::Date(_) | Cell::Time(_) => None,
    }
}

fn position(object: &Object) -> usize {
    object.position
}

fn field(object: &'static Object, name: &str) -> Result<(Column, &'static Field), ApiError> {
    let column = object.column(name).ok_or_else(|| {
        let message = format!("No such column '{name}' on sobject of type {}", object.name);
        ApiError::new("INVALID_FIELD", message)
    })?;
    Ok((column, object.field(column)))
}

/// On disk: per object its rows as plain records, in order, and how far its numbers have counted.
#[derive(Serialize, Deserialize)]
struct Stored {
    object: String,
    last_id: u64,
    last_number: u64,
    rows: Vec<Map<String, Value>>,
}

/// Under this name stands how far the positions of events have counted. The events themselves are not kept: whoever
/// asks for them after a restart is told that they are gone.
const EVENTS: &str = "(events)";

impl Serialize for Db {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let tables = schema::objects().iter().zip(&self.tables).map(|(object, table)| Stored {
            object: object.name.to_owned(),
            last_id: table.last_id,
            last_number: table.last_number,
            rows: table.rows.iter().map(|row| Record { object, row }.stored()).collect(),
        });
        let last_id = self.events.last();
        let events = Stored { object: EVENTS.to_owned(), last_id, last_number: 0, rows: Vec::new() };
        serializer.collect_seq(tables.chain([events]))
    }
}

impl<'de> Deserialize<'de> for Db {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;

        let mut db = Self::empty();
        for stored in Vec::<Stored>::deserialize(deserializer)? {
            if stored.object == EVENTS {
                db.events = Bus::at(stored.last_id);
                continue;
            }
            let object = schema::object(&stored.object).ok_or_else(|| D::Error::custom("unknown object"))?;
            let table = &mut db.tables[position(object)];
            table.last_id = stored.last_id;
            table.last_number = stored.last_number;
            for fields in stored.rows {
                let mut row = Row::default();
                for (name, value) in fields {
                    let (column, field) = field(object, &name).map_err(D::Error::custom)?;
                    row.set(column, accept::cell(field, value).map_err(D::Error::custom)?);
                }
                let id = row.text(schema::ID).and_then(Id::parse).ok_or_else(|| D::Error::missing_field("Id"))?;
                table.push(object, id, row);
            }
        }
        Ok(db)
    }
}

#[cfg(test)]
mod tests;
