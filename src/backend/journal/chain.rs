//! The chain through a world's entries: each hash covers the entry and the hash before it, so that no entry can be changed,
//! removed from the middle or put in without every later hash telling.
//!
//! Hashes without a key show what somebody did to the file who did not mean to hide it, or could not make the whole chain
//! anew; they prove nothing against who can. Cut off at its end, the chain shows it where an operation's row is newer.

use std::collections::HashMap;

use aws_lc_rs::digest::{SHA256, digest};
use rusqlite::{Connection, params};
use serde::Serialize;

use super::error::JournalError;
use super::operations::{Confirmed, EntryKind, Standing, open_and_over};

/// An entry as it lies in the file, text for text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    pub world: String,
    pub seq: i64,
    pub operation: String,
    pub step: Option<u32>,
    pub kind: String,
    pub at: String,
    pub body: String,
    pub standing: Option<String>,
}

impl Row {
    /// SHA-256 of the hash before (nothing, for a world's first entry) and this entry as one JSON object. The body goes in as
    /// the text that is kept, so that nobody has to write JSON the same way twice.
    pub fn hash(&self, before: Option<[u8; 32]>) -> Result<[u8; 32], JournalError> {
        let mut bytes = before.map(Vec::from).unwrap_or_default();
        serde_json::to_writer(&mut bytes, self)?;
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, &bytes).as_ref());
        Ok(hash)
    }
}

/// What walking the chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Entries that are as they were written.
    pub entries: u64,
    /// The first thing that is not.
    pub bad: Option<Bad>,
}

/// Something in the journal that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bad {
    /// The entry's number; for an operation's row, its last entry's.
    pub seq: i64,
    /// What is wrong, as a sentence.
    pub why: String,
}

/// Walks the world's chain, and compares each operation with what its entries say of it.
pub fn verify(db: &Connection, world: &str) -> Result<Verified, JournalError> {
    let sound: String = db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if sound != "ok" {
        return Err(JournalError::Damaged(sound));
    }
    let mut entries = 0;
    let mut before = None;
    let mut told: HashMap<String, (i64, Confirmed, Standing)> = HashMap::new();
    let mut statement = db.prepare(
        "SELECT seq, operation, step, kind, at, body, standing, hash FROM entry WHERE world = ?1 ORDER BY seq",
    )?;
    let mut rows = statement.query(params![world])?;
    while let Some(found) = rows.next()? {
        let row = Row {
            world: world.to_owned(),
            seq: found.get(0)?,
            operation: found.get(1)?,
            step: found.get(2)?,
            kind: found.get(3)?,
            at: found.get(4)?,
            body: found.get(5)?,
            standing: found.get(6)?,
        };
        let bad = |why: &str| Ok(Verified { entries, bad: Some(Bad { seq: row.seq, why: why.to_owned() }) });
        let hash: [u8; 32] = found.get(7)?;
        if row.hash(before)? != hash {
            return bad("it is not as it was written, or one before it is gone");
        }
        let standing = row.standing.as_deref().map(serde_json::from_str::<Standing>).transpose()?;
        match told.get_mut(&row.operation) {
            Some((seq, _, last)) => {
                *seq = row.seq;
                *last = standing.unwrap_or_else(|| last.clone());
            }
            None if EntryKind::read(row.kind.clone())? == EntryKind::Confirmed => {
                let confirmed = serde_json::from_str(&row.body)?;
                let Some(standing) = standing else { return bad("it says not where the operation stands") };
                told.insert(row.operation.clone(), (row.seq, confirmed, standing));
            }
            None => return bad("its operation was never confirmed"),
        }
        before = Some(hash);
        entries += 1;
    }
    let bad = open_and_over(db, world)?.into_iter().find_map(|operation| {
        let id = operation.confirmed.id.to_string();
        match told.remove(&id) {
            None => Some(Bad { seq: 0, why: format!("no entry tells of operation {id}") }),
            Some((seq, confirmed, standing)) => (operation.confirmed != confirmed || operation.standing != standing)
                .then(|| Bad { seq, why: format!("operation {id} is not what its entries say") }),
        }
    });
    let bad = bad.or_else(|| {
        let (id, (seq, ..)) = told.into_iter().min_by_key(|(_, (seq, ..))| *seq)?;
        Some(Bad { seq, why: format!("operation {id} is gone") })
    });
    Ok(Verified { entries, bad })
}
