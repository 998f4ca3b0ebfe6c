//! What was typed and not yet sent, and which lines nobody may end.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, params};

use super::error::JournalError;
use super::store::{Store, read, written};

/// Longest draft, in bytes.
const LONGEST: usize = 1 << 20;

/// Something typed and not yet sent. It survives a crash, and shows in no log.
#[derive(Clone, PartialEq, Eq)]
pub struct Draft {
    /// What it is for, such as a case's id.
    pub key: String,
    /// What was typed.
    pub body: String,
    /// When it was kept.
    pub at: Timestamp,
}

impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Draft").field("key", &self.key).field("at", &self.at).finish_non_exhaustive()
    }
}

/// A line that must not be ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protection {
    /// Until when; `None` until somebody takes it away.
    pub until: Option<Timestamp>,
    /// Who set it.
    pub by: String,
    /// Why.
    pub why: String,
    /// When it was set.
    pub at: Timestamp,
    /// Until when it rests; after that it holds again by itself.
    pub lifted_until: Option<Timestamp>,
}

/// Keeps a draft in place of the one before.
pub fn save(store: &Store, key: &str, body: &str) -> Result<(), JournalError> {
    if key.len() + body.len() > LONGEST {
        return Err(JournalError::TooLong(key.len() + body.len()));
    }
    store.db.execute(
        "INSERT OR REPLACE INTO draft (world, key, body, at) VALUES (?1, ?2, ?3, ?4)",
        params![store.world, key, body, written(store.now())],
    )?;
    Ok(())
}

/// The draft of that key.
pub fn load(store: &Store, key: &str) -> Result<Option<Draft>, JournalError> {
    let found: Option<(String, String)> = store
        .db
        .query_row("SELECT body, at FROM draft WHERE world = ?1 AND key = ?2", params![store.world, key], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    found.map(|(body, at)| Ok(Draft { key: key.to_owned(), body, at: read(&at)? })).transpose()
}

/// Forgets a draft: it was sent, or thrown away.
pub fn forget(store: &Store, key: &str) -> Result<(), JournalError> {
    store.db.execute("DELETE FROM draft WHERE world = ?1 AND key = ?2", params![store.world, key])?;
    Ok(())
}

/// Every draft, the latest first.
pub fn all(store: &Store) -> Result<Vec<Draft>, JournalError> {
    let mut statement = store.db.prepare("SELECT key, body, at FROM draft WHERE world = ?1 ORDER BY at DESC, key")?;
    let mut rows = statement.query([&store.world])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(Draft { key: row.get(0)?, body: row.get(1)?, at: read(&row.get::<_, String>(2)?)? });
    }
    Ok(found)
}

/// Protects a line, in place of the protection it may have.
pub fn protect(store: &Store, line: &str, until: Option<Timestamp>, by: &str, why: &str) -> Result<(), JournalError> {
    store.db.execute(
        "INSERT OR REPLACE INTO protection (world, line, until, by, why, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![store.world, line, until.map(written), by, why, written(store.now())],
    )?;
    Ok(())
}

/// Lets a line's protection rest until a moment. A line without one stays without.
pub fn lift(store: &Store, line: &str, until: Timestamp) -> Result<(), JournalError> {
    store.db.execute(
        "UPDATE protection SET lifted_until = ?3 WHERE world = ?1 AND line = ?2",
        params![store.world, line, written(until)],
    )?;
    Ok(())
}

/// Takes a line's protection away.
pub fn unprotect(store: &Store, line: &str) -> Result<(), JournalError> {
    store.db.execute("DELETE FROM protection WHERE world = ?1 AND line = ?2", params![store.world, line])?;
    Ok(())
}

/// A line's protection. One whose time is over is none; one that rests says until when.
pub fn protection(store: &Store, line: &str) -> Result<Option<Protection>, JournalError> {
    let now = store.now();
    let found = store
        .db
        .query_row(
            "SELECT until, by, why, at, lifted_until FROM protection WHERE world = ?1 AND line = ?2",
            params![store.world, line],
            |row| {
                let text = |at: usize| row.get::<_, Option<String>>(at);
                Ok((text(0)?, row.get(1)?, row.get(2)?, row.get::<_, String>(3)?, text(4)?))
            },
        )
        .optional()?;
    let Some((until, by, why, at, lifted_until)) = found else { return Ok(None) };
    let until = until.as_deref().map(read).transpose()?;
    let lifted_until = lifted_until.as_deref().map(read).transpose()?.filter(|until| *until > now);
    let found = Protection { until, by, why, at: read(&at)?, lifted_until };
    Ok(Some(found).filter(|it| it.until.is_none_or(|until| until > now)))
}
