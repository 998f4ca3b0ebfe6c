//! Who works on an operation: at most one living desk, and in it at most one piece of work.

use std::sync::PoisonError;

use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

use super::desks::{Desk, Desks};
use super::error::JournalError;
use super::store::{Held, Store};
use super::{Job, Jobs};
use crate::domain::operation_id::OperationId;

/// An operation in this desk's hands, until this is dropped.
///
/// Dropping it never waits. Should the row in the file stay behind, it is this desk's own and is taken again, or it is a
/// dead desk's and is taken over.
#[derive(Debug)]
#[must_use = "the operation is let go of when this is dropped"]
pub struct Lease {
    operation: OperationId,
    taken_over: bool,
    held: Held,
    jobs: Jobs,
}

impl Lease {
    pub(super) const fn new(operation: OperationId, taken_over: bool, held: Held, jobs: Jobs) -> Self {
        Self { operation, taken_over, held, jobs }
    }

    /// Which operation.
    pub const fn operation(&self) -> OperationId {
        self.operation
    }

    /// Whether a desk had it that died.
    pub const fn taken_over(&self) -> bool {
        self.taken_over
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let operation = self.operation;
        self.held.lock().unwrap_or_else(PoisonError::into_inner).remove(&operation);
        let release: Job = Box::new(move |store| {
            if let Err(error) = release(store, operation) {
                tracing::warn!(%error, "a lease stays behind");
            }
        });
        if let Some(jobs) = self.jobs.upgrade() {
            let _ = jobs.try_send(super::Message::Job(release));
        }
    }
}

/// In whose hands an operation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hands {
    /// Nobody's, or a dead desk's: it may be taken.
    Nobodys,
    /// This desk's.
    Ours,
    /// Another living desk's.
    Others,
}

/// Takes an operation. Answers whether it was taken over from a dead desk; `None` when somebody living works on it.
pub fn take(store: &mut Store, id: OperationId) -> Result<Option<bool>, JournalError> {
    if is_held(&store.held, id) {
        return Ok(None);
    }
    let desks = store.desks.clone();
    let world = store.world.clone();
    let tx = store.writing()?;
    Store::known(&tx, &world, id)?;
    // Two heirs do not both find it free: the transaction of the second begins after the first one's lease is written.
    let taken_over = match holder(&tx, id)? {
        Some(desk) if desk != desks.own() => {
            if !dead(&desks, desk)? {
                return Ok(None);
            }
            true
        }
        Some(_) | None => false,
    };
    write(&tx, id, desks.own())?;
    tx.commit()?;
    hold(&store.held, id);
    Ok(Some(taken_over))
}

fn dead(desks: &Desks, desk: Desk) -> Result<bool, JournalError> {
    desks.dead(&desk).map_err(|error| JournalError::Failed(error.to_string()))
}

/// In whose hands it is now.
pub fn hands(store: &Store, id: OperationId) -> Result<Hands, JournalError> {
    Store::known(&store.db, &store.world, id)?;
    let ours = store.desks.own();
    Ok(match holder(&store.db, id)? {
        Some(desk) if desk == ours && is_held(&store.held, id) => Hands::Ours,
        Some(desk) if desk != ours && !dead(&store.desks, desk)? => Hands::Others,
        Some(_) | None => Hands::Nobodys,
    })
}

fn release(store: &Store, id: OperationId) -> Result<(), JournalError> {
    // Taken again in the meantime: the row is the new lease's.
    if !is_held(&store.held, id) {
        let own = store.desks.own().to_string();
        store.db.execute("DELETE FROM lease WHERE operation = ?1 AND desk = ?2", params![id.to_string(), own])?;
    }
    Ok(())
}

/// The desk in the lease's row, living or dead. A name that is none is nobody's.
pub fn holder(db: &Connection, id: OperationId) -> Result<Option<Desk>, JournalError> {
    let desk: Option<String> =
        db.query_row("SELECT desk FROM lease WHERE operation = ?1", [id.to_string()], |row| row.get(0)).optional()?;
    Ok(desk.and_then(|desk| desk.parse().ok()))
}

/// Writes the lease's row.
pub fn write(tx: &Transaction<'_>, id: OperationId, desk: Desk) -> Result<(), JournalError> {
    tx.execute(
        "INSERT INTO lease (operation, desk) VALUES (?1, ?2) ON CONFLICT (operation) DO UPDATE SET desk = ?2",
        params![id.to_string(), desk.to_string()],
    )?;
    Ok(())
}

/// Notes that this process works on it.
pub fn hold(held: &Held, id: OperationId) {
    held.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
}

fn is_held(held: &Held, id: OperationId) -> bool {
    held.lock().unwrap_or_else(PoisonError::into_inner).contains(&id)
}
