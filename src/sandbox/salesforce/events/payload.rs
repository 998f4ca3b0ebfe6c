//! Events as bytes: the Avro value that the schema of the same event reads.

use super::avro::{Datum, bitmap};
use super::bus::{Entry, Event};
use super::change::{Change, ChangeType};
use super::layout::{self, ADDRESS, Layout, Shape};
use super::platform::Said;
use crate::sandbox::salesforce::cell::Cell;
use crate::sandbox::salesforce::row::{Record, Row};
use crate::sandbox::salesforce::schema::{Column, Kind, Object};
use crate::sandbox::salesforce::wordbook::Wordbook;

/// An event's schema and its bytes. `told_as` replaces what happened, where a change is to be told as a gap.
pub(super) fn encode(entry: &Entry, told_as: Option<ChangeType>, book: &Wordbook) -> Option<(&'static str, Vec<u8>)> {
    match &entry.event {
        Event::Said(said) => Some((&said.event.schema.id, words(said))),
        Event::Change(change) => {
            let layout = layout::of(change.entity)?;
            Some((&layout.schema.id, fields(layout, change, told_as.unwrap_or(change.kind), book)))
        }
    }
}

fn words(said: &Said) -> Vec<u8> {
    let mut datum = Datum::default();
    datum.long(said.at);
    datum.string(&said.by);
    for value in &said.values {
        optional(&mut datum, value.as_deref());
    }
    datum.bytes()
}

fn optional(datum: &mut Datum, text: Option<&str>) {
    match text {
        Some(text) => {
            datum.long(1);
            datum.string(text);
        }
        None => datum.null(),
    }
}

fn fields(layout: &Layout, change: &Change, kind: ChangeType, book: &Wordbook) -> Vec<u8> {
    let mut datum = Datum::default();
    let tells = kind.tells();
    let record = Record { object: change.entity, row: &change.values };
    header(&mut datum, layout, change, kind);
    for slot in &layout.slots {
        match slot {
            _ if !tells => datum.null(),
            Shape::Plain(column) => value(&mut datum, change, *column, book),
            Shape::Address(parts) => compound(&mut datum, &change.values, parts, 1, ADDRESS.len()),
            Shape::Name { whole: Some(whole), .. } if !change.person => optional(&mut datum, record.row.text(*whole)),
            Shape::Name { whole, parts } => {
                compound(&mut datum, &change.values, parts, if whole.is_some() { 2 } else { 1 }, parts.len());
            }
        }
    }
    datum.bytes()
}

fn header(datum: &mut Datum, layout: &Layout, change: &Change, kind: ChangeType) {
    // What overflowed is told of the object as a whole.
    let records: Vec<String> = match kind {
        ChangeType::GapOverflow => vec!["000000000000000AAA".to_owned()],
        _ => change.records.iter().map(ToString::to_string).collect(),
    };
    let (changed, nulled) = match kind {
        ChangeType::Update => (bitmaps(layout, change, &change.changed), bitmaps(layout, change, &change.nulled)),
        _ => (Vec::new(), Vec::new()),
    };
    datum.string(change.entity.name);
    datum.strings(&records);
    datum.long(kind as i64);
    datum.string(&change.commit.origin);
    datum.string(&change.commit.key.to_string());
    datum.long(i64::from(change.sequence));
    datum.long(change.commit.at);
    datum.long(change.commit.number as i64);
    datum.string(&change.user);
    datum.strings(&nulled);
    datum.strings::<&str>(&[]);
    datum.strings(&changed);
}

/// The fields that these columns are, in the vendor's spelling: the plain ones together, and each compound one's parts
/// behind its own number.
fn bitmaps(layout: &Layout, change: &Change, columns: &[Column]) -> Vec<String> {
    let (mut plain, mut compound) = (Vec::new(), Vec::new());
    for (slot, field) in layout.slots.iter().zip(1..) {
        let parts = match slot {
            Shape::Plain(column) | Shape::Name { whole: Some(column), .. }
                if matches!(slot, Shape::Plain(_)) || !change.person =>
            {
                plain.extend(columns.contains(column).then_some(field));
                continue;
            }
            Shape::Plain(_) => continue,
            Shape::Address(parts) | Shape::Name { parts, .. } => parts,
        };
        let named = (0..parts.len()).filter(|part| columns.contains(&parts[*part]));
        compound.extend(bitmap(named).map(|bits| format!("{field}-{bits}")));
    }
    bitmap(plain).into_iter().chain(compound).collect()
}

/// One field of `["null", T]`.
fn value(datum: &mut Datum, change: &Change, column: Column, book: &Wordbook) {
    let Some(cell) = told(change, column) else { return datum.null() };
    datum.long(1);
    scalar(datum, change.entity, column, cell, book);
}

/// The cell to tell. An update tells only what changed; a box without a tick is no empty field.
fn told(change: &Change, column: Column) -> Option<&Cell> {
    if change.kind == ChangeType::Update && !change.changed.contains(&column) {
        return None;
    }
    Record { object: change.entity, row: &change.values }.cell(column)
}

fn scalar(datum: &mut Datum, object: &Object, column: Column, cell: &Cell, book: &Wordbook) {
    match (cell, object.field(column).kind) {
        (Cell::Bool(yes), _) => datum.boolean(*yes),
        (Cell::Number(number), Kind::Int) => datum.long(*number as i64),
        (Cell::Number(number), _) => datum.double(*number),
        (Cell::Time(ms), _) => datum.long(*ms),
        (Cell::Date(day), _) => {
            let days = day.duration_since(jiff::civil::Date::constant(1970, 1, 1)).as_hours() / 24;
            datum.long(days * 86_400_000);
        }
        (Cell::Text(text), _) => datum.string(book.outside(object.name, object.field(column).name, text)),
    }
}

/// A record of texts, or null when none of them is told. What stands behind the columns kept here is null.
fn compound(datum: &mut Datum, row: &Row, parts: &[Column], branch: i64, width: usize) {
    if parts.iter().all(|part| row.get(*part).is_none()) {
        return datum.null();
    }
    datum.long(branch);
    for part in parts {
        optional(datum, row.text(*part));
    }
    for _ in parts.len()..width {
        datum.null();
    }
}
