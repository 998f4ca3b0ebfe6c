//! The open file, on the journal's own thread.

use std::collections::HashSet;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::fmt::strtime;
use jiff::{Timestamp, ToSpan as _};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, Transaction, TransactionBehavior, params};

use super::desks::{Desk, Desks};
use super::error::JournalError;
use super::schema::LAYOUTS;
use crate::backend::Now;
use crate::domain::operation_id::OperationId;
use crate::folder;

/// How long a write waits for another desk's.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the operations in a journal are about. One file serves many worlds; each sees its own operations alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum World {
    /// One that is still there tomorrow: a profile and the addresses of its systems, or a sandbox that keeps its state.
    Lasting(String),
    /// One that ends with its desk, such as an embedded sandbox. A day after, when its desk is gone, it is swept away.
    Passing(String),
}

impl World {
    /// What tells it from other worlds.
    pub fn id(&self) -> &str {
        match self {
            Self::Lasting(id) | Self::Passing(id) => id,
        }
    }
}

/// Operations that somebody in this very process works on.
pub type Held = Arc<Mutex<HashSet<OperationId>>>;

/// The file and who has it open.
pub struct Store {
    pub db: Connection,
    pub world: String,
    pub now: Now,
    pub desks: Desks,
    pub held: Held,
    /// What this machine's desks are called together.
    pub site: String,
}

impl Store {
    /// Opens `journal.db` in a folder that is made where it is missing, brings it to today's layout, and sweeps worlds that
    /// have passed.
    pub fn open(folder: &Path, world: &World, now: Now) -> Result<Self, JournalError> {
        let path = folder.join("journal.db");
        let unopened = |error: io::Error| JournalError::Unopened { path: path.clone(), why: error.to_string() };
        folder::own(folder)?;
        // One desk at a time opens: turning a new file into a journal is no single transaction.
        let own = |path: &Path| folder::file().append(true).create(true).open(path);
        let opening = own(&folder.join("journal.lock")).map_err(unopened)?;
        opening.lock().map_err(unopened)?;
        // SQLite gives its side files the rights of the file itself, so that one is made first. One that is there is not
        // even opened: closing it would let go of the locks that another connection of this process has on it.
        match fs::symlink_metadata(&path) {
            Ok(it) if it.is_symlink() => return Err(unopened(io::Error::other("it is a link"))),
            Ok(_) => {}
            Err(why) if why.kind() == io::ErrorKind::NotFound => drop(own(&path).map_err(unopened)?),
            Err(why) => return Err(unopened(why)),
        }
        fs::set_permissions(&path, Permissions::from_mode(0o600)).map_err(unopened)?;

        let desks = Desks::join(folder).map_err(unopened)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut db = Connection::open_with_flags(&path, flags)?;
        db.busy_timeout(PATIENCE)?;
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        // Every commit waits until the disk has it. The last two matter on macOS alone, where syncing is not yet that.
        for (name, value) in [("synchronous", "FULL"), ("fullfsync", "ON"), ("checkpoint_fullfsync", "ON")] {
            db.pragma_update(None, name, value)?;
        }
        db.pragma_update(None, "foreign_keys", "ON")?;
        db.pragma_update(None, "recursive_triggers", "ON")?;
        migrate(&mut db)?;

        let site = db.query_row("SELECT id FROM site", [], |row| row.get(0))?;
        let mut store = Self { db, world: world.id().to_owned(), now, desks, held: Held::default(), site };
        store.enter(world)?;
        store.sweep()?;
        Ok(store)
    }

    /// Now, to the millisecond that is kept.
    pub fn now(&self) -> Timestamp {
        to_millis((self.now)())
    }

    /// A transaction that may write, and so waits its turn at once instead of failing half-way.
    pub fn writing(&mut self) -> Result<Transaction<'_>, JournalError> {
        Ok(self.db.transaction_with_behavior(TransactionBehavior::Immediate)?)
    }

    fn enter(&mut self, world: &World) -> Result<(), JournalError> {
        let passing = matches!(world, World::Passing(_));
        let at = written(self.now());
        self.db.execute(
            "INSERT INTO world (id, passing, desk, opened_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (id) DO UPDATE SET passing = ?2, desk = ?3, opened_at = ?4",
            params![world.id(), passing, self.desks.own().to_string(), at],
        )?;
        Ok(())
    }

    /// Removes passing worlds that were opened more than a day ago by a desk that is gone, and what dead desks left.
    fn sweep(&mut self) -> Result<(), JournalError> {
        let now = self.now();
        let before = written(now.checked_sub(24.hours()).unwrap_or(now));
        let desks = self.desks.clone();
        let tx = self.writing()?;
        let passed: Vec<(String, String)> = tx
            .prepare("SELECT id, desk FROM world WHERE passing = 1 AND opened_at < ?1")?
            .query_map([&before], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        for (world, desk) in passed {
            let gone = desk.parse::<Desk>().map_or(Ok(true), |desk| desks.dead(&desk));
            if !gone.unwrap_or(false) {
                continue;
            }
            // Leases and approvals go with their operations; drafts, protections and what was heard with the world.
            for sql in [
                "DELETE FROM entry WHERE world = ?1",
                "DELETE FROM operation WHERE world = ?1",
                "DELETE FROM world WHERE id = ?1",
            ] {
                tx.execute(sql, [&world])?;
            }
        }
        tx.commit()?;
        self.desks.clear();
        Ok(())
    }

    /// Says that an operation is of this world, or that it is not.
    pub fn known(db: &Connection, world: &str, id: OperationId) -> Result<(), JournalError> {
        let found: Option<i64> = db
            .query_row("SELECT 1 FROM operation WHERE id = ?1 AND world = ?2", params![id.to_string(), world], |row| {
                row.get(0)
            })
            .optional()?;
        found.map(drop).ok_or(JournalError::Unknown(id))
    }
}

fn migrate(db: &mut Connection) -> Result<(), JournalError> {
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = i64::try_from(LAYOUTS.len()).unwrap_or(i64::MAX);
    if !(0..=known).contains(&found) {
        return Err(JournalError::Newer { found, known });
    }
    for layout in LAYOUTS.iter().skip(usize::try_from(found).unwrap_or(0)) {
        tx.execute_batch(layout)?;
    }
    tx.pragma_update(None, "user_version", known)?;
    Ok(tx.commit()?)
}

/// A moment cut to the millisecond, which is what the journal keeps.
pub fn to_millis(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

/// A moment as it is kept: always as many digits, so that texts sort as moments do.
pub fn written(at: Timestamp) -> String {
    strtime::format("%Y-%m-%dT%H:%M:%S%.3fZ", at).unwrap_or_else(|_| at.to_string())
}

/// A moment that was kept.
pub fn read(text: &str) -> Result<Timestamp, JournalError> {
    text.parse().map_err(|_| JournalError::Damaged("a time that is none".to_owned()))
}
