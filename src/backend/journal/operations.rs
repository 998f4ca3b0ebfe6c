//! Operations and what happened to them.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::chain;
use super::error::JournalError;
use super::lease;
use super::store::{Store, read, to_millis, written};
use crate::domain::operation_id::OperationId;

/// What a person confirmed: never changed afterwards.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Confirmed {
    /// Made when the plan was shown, so that confirming twice is one operation.
    pub id: OperationId,
    /// Whose, by Salesforce customer number or WHMCS client id.
    pub customer: String,
    /// Which kind of change.
    pub verb: String,
    /// The change as it was asked for.
    pub change: Value,
    /// The plan as it was shown.
    pub plan: Value,
    /// Who confirmed it.
    pub actor: String,
    /// As what.
    pub role: String,
    /// How well the caller was verified.
    pub caller_level: String,
}

/// Where an operation stands. Always told whole: nothing of the standing before shines through.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// The engine's word for it.
    pub state: String,
    /// Whether somebody or something still has to act.
    pub open: bool,
    /// What it waits for.
    pub waits: Option<Value>,
    /// Until when that should have come.
    pub deadline: Option<Timestamp>,
    /// To whom it was handed.
    pub handed_to: Option<String>,
    /// Why and by whom it was closed.
    pub closed: Option<Value>,
}

impl Standing {
    /// Open, and waiting for nothing.
    pub fn open(state: impl Into<String>) -> Self {
        Self { state: state.into(), open: true, waits: None, deadline: None, handed_to: None, closed: None }
    }

    /// Over.
    pub fn over(state: impl Into<String>) -> Self {
        Self { open: false, ..Self::open(state) }
    }

    fn kept(mut self) -> Self {
        self.deadline = self.deadline.map(to_millis);
        self
    }
}

/// An operation as the journal has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// What was confirmed.
    pub confirmed: Confirmed,
    /// Where it stands.
    pub standing: Standing,
    /// When it was confirmed.
    pub created_at: Timestamp,
    /// When something was written about it last.
    pub updated_at: Timestamp,
}

/// What an entry tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryKind {
    /// The operation was confirmed. Written by the journal itself.
    Confirmed,
    /// A precheck was read.
    Checked,
    /// An act is about to be sent: the first byte leaves only after this.
    Intent,
    /// The act's answer, or that none came.
    Answered,
    /// The effect was looked for by reading.
    Verified,
    /// The step is over.
    Outcome,
    /// Something was learned that later steps need.
    Fact,
    /// It waits for somebody or something.
    Waiting,
    /// A person let it go on.
    DrivenOn,
    /// A step was undone.
    Undone,
    /// It was handed to somebody.
    HandedOver,
    /// A second person was asked. Written by the journal itself.
    ApprovalAsked,
    /// A second person agreed. Written by the journal itself.
    Approved,
    /// A second person did not agree, or the request was lost to wrong codes. Written by the journal itself.
    ApprovalRefused,
    /// A person closed it with a reason.
    Closed,
}

impl EntryKind {
    fn word(self) -> Result<String, JournalError> {
        Ok(serde_json::to_value(self)?.as_str().unwrap_or_default().to_owned())
    }

    pub(super) fn read(word: String) -> Result<Self, JournalError> {
        Ok(serde_json::from_value(Value::String(word))?)
    }
}

/// Something to be kept about an operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Which.
    pub operation: OperationId,
    /// Which step of its plan, from 0; `None` where it is about the whole.
    pub step: Option<u32>,
    /// What is told.
    pub kind: EntryKind,
    /// Its details. Never a secret: an entry cannot be taken back.
    pub body: Value,
    /// Where the operation stands from now on; `None` leaves it.
    pub standing: Option<Standing>,
}

/// What was kept about an operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its number: larger than every one before it.
    pub seq: i64,
    /// When it was written.
    pub at: Timestamp,
    /// What was written.
    pub record: Record,
}

/// What became of a confirmed change.
#[derive(Debug)]
pub enum Inserted {
    /// It is in the journal now, in this desk's hands.
    New(Operation),
    /// An operation of that id was there already: this is it, and nothing was written.
    Already(Operation),
    /// An open operation stands in its way, and nothing was written.
    ShutOut(Operation),
}

/// Standing of an operation that waits for its second person.
pub const AWAITS_SECOND: &str = "awaits-second";

const COLUMNS: &str = "id, customer, verb, change, plan, actor, role, caller_level,
    state, open, waits, deadline, handed_to, closed, created_at, updated_at";

/// Keeps a confirmed operation and takes its lease, unless it is there already or an open one shuts it out.
pub fn insert(
    store: &mut Store,
    confirmed: Confirmed,
    standing: Standing,
    shuts_out: &dyn Fn(&Value) -> bool,
) -> Result<Inserted, JournalError> {
    let now = store.now();
    let (world, desk) = (store.world.clone(), store.desks.own());
    let id = confirmed.id;
    let tx = store.writing()?;
    if let Some(first) = operation(&tx, &world, id)? {
        return Ok(Inserted::Already(first));
    }
    let on_its_way = |it: &Operation| it.standing.state != AWAITS_SECOND && shuts_out(&it.confirmed.change);
    if let Some(other) = open_operations(&tx, &world)?.into_iter().find(on_its_way) {
        return Ok(Inserted::ShutOut(other));
    }
    let operation = put(&tx, &world, now, confirmed, standing)?;
    lease::write(&tx, id, desk)?;
    tx.commit()?;
    lease::hold(&store.held, id);
    Ok(Inserted::New(operation))
}

/// Keeps several confirmed operations, all of them or none, and takes no lease. Those that are there already stay as they are.
pub fn insert_all(store: &mut Store, confirmed: Vec<Confirmed>, standing: &Standing) -> Result<(), JournalError> {
    let now = store.now();
    let world = store.world.clone();
    let tx = store.writing()?;
    for it in confirmed {
        if operation(&tx, &world, it.id)?.is_none() {
            put(&tx, &world, now, it, standing.clone())?;
        }
    }
    Ok(tx.commit()?)
}

/// Writes an operation and its first entry.
fn put(
    tx: &Transaction<'_>,
    world: &str,
    now: Timestamp,
    confirmed: Confirmed,
    standing: Standing,
) -> Result<Operation, JournalError> {
    let id = confirmed.id;
    let operation = Operation { confirmed, standing: standing.kept(), created_at: now, updated_at: now };
    let Operation { confirmed: it, standing, .. } = &operation;
    tx.execute(
        &format!(
            "INSERT INTO operation (world, {COLUMNS})
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?16)"
        ),
        params![
            world,
            id.to_string(),
            it.customer,
            it.verb,
            it.change.to_string(),
            it.plan.to_string(),
            it.actor,
            it.role,
            it.caller_level,
            standing.state,
            standing.open,
            standing.waits.as_ref().map(Value::to_string),
            standing.deadline.map(written),
            standing.handed_to,
            standing.closed.as_ref().map(Value::to_string),
            written(now),
        ],
    )?;
    let body = serde_json::to_value(it)?;
    let record =
        Record { operation: id, step: None, kind: EntryKind::Confirmed, body, standing: Some(standing.clone()) };
    append(tx, world, now, &record)?;
    Ok(operation)
}

/// Keeps an entry and the operation's new standing in one transaction.
pub fn record(store: &mut Store, record: Record) -> Result<i64, JournalError> {
    let now = store.now();
    let (world, desk) = (store.world.clone(), store.desks.own());
    let record = Record { standing: record.standing.map(Standing::kept), ..record };
    let id = record.operation;
    let tx = store.writing()?;
    Store::known(&tx, &world, id)?;
    // A desk that was taken for dead must not go on beside the one that took over. What is about to be sent needs the
    // lease; what a person says of an operation nobody works on does not.
    let mine = match lease::holder(&tx, id)? {
        Some(holder) => holder == desk,
        None => record.kind != EntryKind::Intent,
    };
    if !mine {
        return Err(JournalError::NotHeld(id));
    }
    let seq = append(&tx, &world, now, &record)?;
    stand(&tx, now, &record)?;
    tx.commit()?;
    Ok(seq)
}

/// Writes the operation's standing as a record tells it.
pub(super) fn stand(tx: &Transaction<'_>, now: Timestamp, record: &Record) -> Result<(), JournalError> {
    let id = record.operation.to_string();
    let Some(standing) = &record.standing else {
        tx.execute("UPDATE operation SET updated_at = ?2 WHERE id = ?1", params![id, written(now)])?;
        return Ok(());
    };
    tx.execute(
        "UPDATE operation SET state = ?2, open = ?3, waits = ?4, deadline = ?5, handed_to = ?6, closed = ?7, updated_at = ?8
         WHERE id = ?1",
        params![
            id,
            standing.state,
            standing.open,
            standing.waits.as_ref().map(Value::to_string),
            standing.deadline.map(written),
            standing.handed_to,
            standing.closed.as_ref().map(Value::to_string),
            written(now),
        ],
    )?;
    Ok(())
}

/// Adds an entry to the end of the world's chain.
pub(super) fn append(tx: &Transaction<'_>, world: &str, now: Timestamp, record: &Record) -> Result<i64, JournalError> {
    let seq: i64 = tx.query_row("SELECT coalesce(max(seq), 0) + 1 FROM entry", [], |row| row.get(0))?;
    let before: Option<[u8; 32]> = tx
        .query_row("SELECT hash FROM entry WHERE world = ?1 ORDER BY seq DESC LIMIT 1", [world], |row| row.get(0))
        .optional()?;
    let row = chain::Row {
        world: world.to_owned(),
        seq,
        operation: record.operation.to_string(),
        step: record.step,
        kind: record.kind.word()?,
        at: written(now),
        body: record.body.to_string(),
        standing: record.standing.as_ref().map(serde_json::to_string).transpose()?,
    };
    tx.execute(
        "INSERT INTO entry (seq, world, operation, step, kind, at, body, standing, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            row.seq,
            row.world,
            row.operation,
            row.step,
            row.kind,
            row.at,
            row.body,
            row.standing,
            row.hash(before)?
        ],
    )?;
    Ok(seq)
}

/// One operation.
pub fn operation(db: &Connection, world: &str, id: OperationId) -> Result<Option<Operation>, JournalError> {
    let sql = format!("SELECT {COLUMNS} FROM operation WHERE world = ?1 AND id = ?2");
    Ok(select(db, &sql, &[&world, &id.to_string()])?.pop())
}

/// Those that are not over, oldest first.
pub fn open_operations(db: &Connection, world: &str) -> Result<Vec<Operation>, JournalError> {
    select(db, &format!("SELECT {COLUMNS} FROM operation WHERE world = ?1 AND open = 1 ORDER BY id"), &[&world])
}

/// All of them, for who checks them.
pub(super) fn open_and_over(db: &Connection, world: &str) -> Result<Vec<Operation>, JournalError> {
    select(db, &format!("SELECT {COLUMNS} FROM operation WHERE world = ?1 ORDER BY id"), &[&world])
}

/// The latest, by what was last written about them.
pub fn recent(db: &Connection, world: &str, limit: u32) -> Result<Vec<Operation>, JournalError> {
    let sql = format!("SELECT {COLUMNS} FROM operation WHERE world = ?1 ORDER BY updated_at DESC, id DESC LIMIT ?2");
    select(db, &sql, &[&world, &limit])
}

/// The latest of one customer.
pub fn of_customer(db: &Connection, world: &str, customer: &str, limit: u32) -> Result<Vec<Operation>, JournalError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM operation WHERE world = ?1 AND customer = ?2 ORDER BY updated_at DESC, id DESC LIMIT ?3"
    );
    select(db, &sql, &[&world, &customer, &limit])
}

/// What was written about one operation, in order.
pub fn entries(db: &Connection, world: &str, id: OperationId) -> Result<Vec<Entry>, JournalError> {
    let mut statement = db.prepare(
        "SELECT seq, at, step, kind, body, standing FROM entry WHERE world = ?1 AND operation = ?2 ORDER BY seq",
    )?;
    let mut rows = statement.query(params![world, id.to_string()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let standing: Option<String> = row.get(5)?;
        let record = Record {
            operation: id,
            step: row.get(2)?,
            kind: EntryKind::read(row.get(3)?)?,
            body: serde_json::from_str(&row.get::<_, String>(4)?)?,
            standing: standing.map(|text| serde_json::from_str(&text)).transpose()?,
        };
        found.push(Entry { seq: row.get(0)?, at: read(&row.get::<_, String>(1)?)?, record });
    }
    Ok(found)
}

/// The last entry's number, and the operations that entries after `seq` are about.
pub fn changes_since(db: &Connection, world: &str, seq: i64) -> Result<(i64, Vec<OperationId>), JournalError> {
    let mut statement =
        db.prepare("SELECT operation, max(seq) FROM entry WHERE world = ?1 AND seq > ?2 GROUP BY operation")?;
    let mut rows = statement.query(params![world, seq])?;
    let (mut last, mut found) = (seq, Vec::new());
    while let Some(row) = rows.next()? {
        found.push(id(row.get(0)?)?);
        last = last.max(row.get(1)?);
    }
    Ok((last, found))
}

fn select(db: &Connection, sql: &str, with: &[&dyn rusqlite::ToSql]) -> Result<Vec<Operation>, JournalError> {
    let mut statement = db.prepare(sql)?;
    let mut rows = statement.query(with)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read_operation(row)?);
    }
    Ok(found)
}

fn read_operation(row: &Row<'_>) -> Result<Operation, JournalError> {
    let json = |text: String| serde_json::from_str::<Value>(&text);
    let text = |at: usize| row.get::<_, Option<String>>(at);
    Ok(Operation {
        confirmed: Confirmed {
            id: id(row.get(0)?)?,
            customer: row.get(1)?,
            verb: row.get(2)?,
            change: json(row.get(3)?)?,
            plan: json(row.get(4)?)?,
            actor: row.get(5)?,
            role: row.get(6)?,
            caller_level: row.get(7)?,
        },
        standing: Standing {
            state: row.get(8)?,
            open: row.get(9)?,
            waits: text(10)?.map(json).transpose()?,
            deadline: text(11)?.as_deref().map(read).transpose()?,
            handed_to: text(12)?,
            closed: text(13)?.map(json).transpose()?,
        },
        created_at: read(&row.get::<_, String>(14)?)?,
        updated_at: read(&row.get::<_, String>(15)?)?,
    })
}

pub(super) fn id(text: String) -> Result<OperationId, JournalError> {
    text.try_into().map_err(|_| JournalError::Damaged("an operation's id that is none".to_owned()))
}
