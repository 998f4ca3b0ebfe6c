//! Systems whose changes are held, and the line of operations that wait for them. One line for all desks: what is asked and
//! what is let go is one transaction, so that however many desks look, so many go a minute and the oldest first.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension as _, params};

use super::error::JournalError;
use super::store::{Store, read, written};
use crate::domain::operation_id::OperationId;
use crate::domain::system::System;

/// A system that is held, or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Which.
    pub system: System,
    /// Since when; `None` when it was let go.
    pub since: Option<Timestamp>,
    /// Who holds it. Empty when nobody does.
    pub by: String,
    /// How many operations wait for it.
    pub queued: u32,
}

/// Whether an operation may write to a system now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gate {
    /// It may.
    Open,
    /// It may not: the system is held, by this person.
    Held {
        /// Who.
        by: String,
    },
    /// It may not yet: others are let go before it.
    InLine {
        /// When it should be its turn.
        turn: Timestamp,
    },
}

/// Holds a system, or lets it go. One that somebody holds already stays theirs.
pub fn hold(store: &mut Store, system: System, by: Option<&str>) -> Result<(), JournalError> {
    let (world, now, system) = (store.world.clone(), written(store.now()), system.name());
    let tx = store.writing()?;
    if let Some(by) = by {
        tx.execute(
            "INSERT INTO hold (world, system, since, by) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (world, system) DO UPDATE SET since = ?3, by = ?4 WHERE since IS NULL",
            params![world, system, now, by],
        )?;
        // Whoever was let go before waits again with their next write; who is over waits for nothing.
        tx.execute(
            "DELETE FROM kept_back WHERE world = ?1 AND system = ?2
             AND (let_go = 1 OR operation IN (SELECT id FROM operation WHERE world = ?1 AND open = 0))",
            params![world, system],
        )?;
    } else {
        tx.execute("UPDATE hold SET since = NULL, by = '' WHERE world = ?1 AND system = ?2", params![world, system])?;
    }
    Ok(tx.commit()?)
}

/// Every system that is held or ever was.
pub fn holds(store: &Store) -> Result<Vec<Hold>, JournalError> {
    let mut statement = store.db.prepare(
        "SELECT system, since, by, (
             SELECT count(*) FROM kept_back JOIN operation ON id = operation
             WHERE kept_back.world = hold.world AND kept_back.system = hold.system AND let_go = 0 AND open = 1
         ) FROM hold WHERE world = ?1",
    )?;
    let mut rows = statement.query([&store.world])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let name: String = row.get(0)?;
        let system = System::ALL.into_iter().find(|system| system.name() == name);
        found.push(Hold {
            system: system.ok_or_else(|| JournalError::Damaged("a system that is none".to_owned()))?,
            since: row.get::<_, Option<String>>(1)?.as_deref().map(read).transpose()?,
            by: row.get(2)?,
            queued: row.get(3)?,
        });
    }
    Ok(found)
}

/// Asks whether an operation may write to a system. Who may not is in line from then on, in the order of confirmation; who is
/// let go may go on until the system is held again.
pub fn gate(store: &mut Store, id: OperationId, system: System, pace: SignedDuration) -> Result<Gate, JournalError> {
    let (world, now, id, system) = (store.world.clone(), store.now(), id.to_string(), system.name());
    let tx = store.writing()?;
    let hold: Option<(bool, String, Option<String>)> = tx
        .query_row(
            "SELECT since IS NOT NULL, by, let_go FROM hold WHERE world = ?1 AND system = ?2",
            params![world, system],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .optional()?;
    let Some((held, by, last)) = hold else { return Ok(Gate::Open) };
    let own: Option<bool> = tx
        .query_row("SELECT let_go FROM kept_back WHERE operation = ?1 AND system = ?2", params![id, system], |row| {
            row.get(0)
        })
        .optional()?;
    let (others, ahead): (i32, i32) = tx.query_row(
        "SELECT count(*), coalesce(sum((it.created_at, it.id) < (own.created_at, own.id)), 0)
         FROM kept_back JOIN operation it ON it.id = kept_back.operation JOIN operation own ON own.id = ?3
         WHERE kept_back.world = ?1 AND kept_back.system = ?2 AND let_go = 0 AND it.open = 1 AND it.id <> ?3",
        params![world, system, id],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    if !held && (own == Some(true) || (own.is_none() && others == 0)) {
        return Ok(Gate::Open);
    }
    // A clock that was set back holds nobody up.
    let last = last.as_deref().map(read).transpose()?.map(|last| last.min(now));
    let next = last.map_or(now, |last| (last + pace).max(now));
    let goes = !held && ahead == 0 && next <= now;
    tx.execute(
        "INSERT INTO kept_back (operation, world, system, let_go) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (operation, system) DO UPDATE SET let_go = ?4",
        params![id, world, system, goes],
    )?;
    if goes {
        let sql = "UPDATE hold SET let_go = ?3 WHERE world = ?1 AND system = ?2";
        tx.execute(sql, params![world, system, written(now)])?;
    }
    tx.commit()?;
    Ok(match (goes, held) {
        (true, _) => Gate::Open,
        (false, true) => Gate::Held { by },
        (false, false) => Gate::InLine { turn: next + pace.saturating_mul(ahead) },
    })
}

/// An operation waits for its turn no more: a person is asked, or had it take another way.
pub fn leave_line(store: &Store, id: OperationId) -> Result<(), JournalError> {
    store.db.execute("DELETE FROM kept_back WHERE operation = ?1 AND let_go = 0", [id.to_string()])?;
    Ok(())
}
