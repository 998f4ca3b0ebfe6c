//! What was heard from elsewhere, and what a person did about it. How far a topic was listened to is kept with what it told,
//! in one transaction: nothing is heard twice, and nothing is passed over.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan as _};
use rusqlite::{OptionalExtension as _, Row, Transaction, params};
use serde_json::json;

use super::error::JournalError;
use super::store::{Store, read, written};
use crate::domain::notification::{Incident, Kept, Mute, Notification, NotificationKey, Standing};

/// What was dealt with is forgotten after this time: long after the event bus could tell it once more.
const FORGOTTEN_DAYS: i64 = 30;

/// How far a topic was listened to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The event bus's own mark, as it came. Empty where there is none, and `at` says since when there should be.
    pub replay: Vec<u8>,
    /// When it was kept.
    pub at: Timestamp,
}

/// A notification and whose matter it is, by the id that the system knows them by.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// What it tells. Its owner is somebody's name; whose desk it is depends on the desk.
    pub notification: Notification,
    /// The owner's id.
    pub owner: Option<String>,
}

/// What one aspect of a subject came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownState {
    /// A record's id.
    pub subject: String,
    /// Which of its fields, in the desk's words.
    pub aspect: String,
    /// What it came to.
    pub state: String,
    /// When.
    pub at: Timestamp,
    /// Read by a query rather than told: what happened until then was seen with it.
    pub covered: Option<Timestamp>,
}

/// What is kept at once.
#[derive(Debug, Clone, Default)]
pub struct Update {
    /// What is told.
    pub notifications: Vec<Heard>,
    /// Notifications that are dealt with because what they told of is over.
    pub closed: Vec<NotificationKey>,
    /// What subjects came to.
    pub states: Vec<KnownState>,
    /// Subjects that one aspect of is nothing any more.
    pub ended: Vec<(String, String)>,
    /// How far topics were listened to.
    pub positions: Vec<(String, Vec<u8>)>,
}

impl Update {
    /// Whether there is nothing to keep.
    pub const fn is_empty(&self) -> bool {
        let Self { notifications, closed, states, ended, positions } = self;
        notifications.is_empty() && closed.is_empty() && states.is_empty() && ended.is_empty() && positions.is_empty()
    }
}

/// What changed.
#[derive(Debug, Clone, PartialEq)]
pub struct News {
    /// Up to where.
    pub heard: i64,
    /// Notifications, oldest first, each with its owner's id.
    pub notifications: Vec<(Kept, Option<String>)>,
    /// The rules in force.
    pub mutes: Vec<Mute>,
    /// What is out, if anything is.
    pub incident: Option<Incident>,
}

/// How far each topic was listened to.
pub fn positions(store: &Store) -> Result<BTreeMap<String, Position>, JournalError> {
    let mut statement = store.db.prepare("SELECT topic, replay, at FROM position WHERE world = ?1")?;
    let mut rows = statement.query([&store.world])?;
    let mut found = BTreeMap::new();
    while let Some(row) = rows.next()? {
        found.insert(row.get(0)?, Position { replay: row.get(1)?, at: read(&row.get::<_, String>(2)?)? });
    }
    Ok(found)
}

/// Keeps what was heard, all of it or nothing. Answers how many notifications are new, or are dealt with by it.
pub fn hear(store: &mut Store, update: &Update) -> Result<usize, JournalError> {
    let (world, now) = (store.world.clone(), store.now());
    let at = written(now);
    let tx = store.writing()?;
    let mut new = 0;
    if !(update.notifications.is_empty() && update.closed.is_empty()) {
        let heard: i64 = tx.query_row("SELECT heard + 1 FROM world WHERE id = ?1", [&world], |row| row.get(0))?;
        for Heard { notification, owner } in &update.notifications {
            new += tx.execute(
                "INSERT INTO notification (world, source, subject, state, body, owner, standing, done, reached, heard)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8, ?9) ON CONFLICT DO NOTHING",
                params![
                    world,
                    source(&notification.key),
                    notification.key.subject.as_str(),
                    notification.key.state.as_str(),
                    json!(notification).to_string(),
                    owner,
                    json!(Standing::New).to_string(),
                    at,
                    heard,
                ],
            )?;
        }
        for key in &update.closed {
            new += usize::from(set(&tx, &world, key, Standing::Done(now), heard)?);
        }
        // What was known already is nothing to tell anybody.
        if new > 0 {
            next(&tx, &world)?;
        }
        let before = written(now.checked_sub((24 * FORGOTTEN_DAYS).hours()).unwrap_or(now));
        tx.execute("DELETE FROM notification WHERE world = ?1 AND done = 1 AND reached < ?2", params![world, before])?;
    }
    for state in &update.states {
        let KnownState { subject, aspect, state, at, covered } = state;
        tx.execute(
            "INSERT OR REPLACE INTO known_state (world, subject, aspect, state, at, covered)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![world, subject, aspect, state, written(*at), covered.map(written)],
        )?;
    }
    for (subject, aspect) in &update.ended {
        let sql = "DELETE FROM known_state WHERE world = ?1 AND subject = ?2 AND aspect = ?3";
        tx.execute(sql, params![world, subject, aspect])?;
    }
    for (topic, replay) in &update.positions {
        tx.execute(
            "INSERT OR REPLACE INTO position (world, topic, replay, at) VALUES (?1, ?2, ?3, ?4)",
            params![world, topic, replay, at],
        )?;
    }
    tx.commit()?;
    Ok(new)
}

/// A topic's position is none any more; since when it should have been heard stays known.
pub fn lose_position(store: &Store, topic: &str) -> Result<(), JournalError> {
    let sql = "UPDATE position SET replay = x'' WHERE world = ?1 AND topic = ?2";
    store.db.execute(sql, params![store.world, topic])?;
    Ok(())
}

/// Forgets how far other topics than these were listened to.
pub fn keep_positions(store: &Store, topics: &[String]) -> Result<(), JournalError> {
    let sql = "DELETE FROM position WHERE world = ?1 AND topic NOT IN (SELECT value FROM json_each(?2))";
    store.db.execute(sql, params![store.world, json!(topics).to_string()])?;
    Ok(())
}

/// What is known of some subjects.
pub fn known_states(store: &Store, subjects: &[String]) -> Result<Vec<KnownState>, JournalError> {
    let sql = "SELECT subject, aspect, state, at, covered FROM known_state WHERE world = ?1
               AND subject IN (SELECT value FROM json_each(?2))";
    states(store, sql, params![store.world, json!(subjects).to_string()])
}

/// Every subject of which one aspect came to one of these states, the longest ago first.
pub fn in_state(store: &Store, aspect: &str, words: &[String]) -> Result<Vec<KnownState>, JournalError> {
    let sql = "SELECT subject, aspect, state, at, covered FROM known_state WHERE world = ?1 AND aspect = ?2
               AND state IN (SELECT value FROM json_each(?3)) ORDER BY at";
    states(store, sql, params![store.world, aspect, json!(words).to_string()])
}

fn states(store: &Store, sql: &str, about: impl rusqlite::Params) -> Result<Vec<KnownState>, JournalError> {
    let mut statement = store.db.prepare(sql)?;
    let mut rows = statement.query(about)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(KnownState {
            subject: row.get(0)?,
            aspect: row.get(1)?,
            state: row.get(2)?,
            at: read(&row.get::<_, String>(3)?)?,
            covered: row.get::<_, Option<String>>(4)?.as_deref().map(read).transpose()?,
        });
    }
    Ok(found)
}

/// What changed after `seen`.
pub fn news(store: &Store, seen: i64) -> Result<Option<News>, JournalError> {
    let heard: i64 = store.db.query_row("SELECT heard FROM world WHERE id = ?1", [&store.world], |row| row.get(0))?;
    if heard == seen && seen > 0 {
        return Ok(None);
    }
    // At the start what is dealt with is of no interest; later it is what a colleague did.
    let mut statement = store.db.prepare(
        "SELECT body, standing, reached, owner FROM notification WHERE world = ?1 AND heard > ?2 AND (?2 > 0 OR done = 0)
         ORDER BY heard, reached, rowid",
    )?;
    let mut rows = statement.query(params![store.world, seen])?;
    let mut notifications = Vec::new();
    while let Some(row) = rows.next()? {
        notifications.push((kept(row)?, row.get(3)?));
    }
    let mut statement = store.db.prepare("SELECT rule FROM mute WHERE world = ?1 ORDER BY rule")?;
    let mut rows = statement.query([&store.world])?;
    let mut mutes = Vec::new();
    while let Some(row) = rows.next()? {
        mutes.push(serde_json::from_str(&row.get::<_, String>(0)?)?);
    }
    let sql = "SELECT body FROM incident WHERE world = ?1";
    let incident: Option<String> = store.db.query_row(sql, [&store.world], |row| row.get(0)).optional()?;
    let incident = incident.map(|body| serde_json::from_str(&body)).transpose()?;
    Ok(Some(News { heard, notifications, mutes, incident }))
}

/// One notification.
pub fn notification(store: &Store, key: &NotificationKey) -> Result<Option<Kept>, JournalError> {
    let mut statement = store.db.prepare(
        "SELECT body, standing, reached FROM notification WHERE world = ?1 AND source = ?2 AND subject = ?3 AND state = ?4",
    )?;
    let mut rows = statement.query(params![store.world, source(key), key.subject.as_str(), key.state.as_str()])?;
    rows.next()?.map(kept).transpose()
}

/// What became of a notification. Answers whether there is such a one.
pub fn stand(store: &mut Store, key: &NotificationKey, standing: Standing) -> Result<bool, JournalError> {
    let world = store.world.clone();
    let tx = store.writing()?;
    let heard = next(&tx, &world)?;
    let there = set(&tx, &world, key, standing, heard)?;
    tx.commit()?;
    Ok(there)
}

fn set(
    tx: &Transaction<'_>,
    world: &str,
    key: &NotificationKey,
    standing: Standing,
    heard: i64,
) -> Result<bool, JournalError> {
    let done = matches!(standing, Standing::Done(_));
    let standing = json!(standing).to_string();
    let set = tx.execute(
        "UPDATE notification SET standing = ?5, done = ?6, heard = ?7
         WHERE world = ?1 AND source = ?2 AND subject = ?3 AND state = ?4",
        params![world, source(key), key.subject.as_str(), key.state.as_str(), standing, done, heard],
    )?;
    Ok(set > 0)
}

/// Announces what a rule covers no more, or again.
pub fn mute(store: &mut Store, rule: &Mute, on: bool) -> Result<(), JournalError> {
    let world = store.world.clone();
    let sql = if on {
        "INSERT INTO mute (world, rule) VALUES (?1, ?2) ON CONFLICT DO NOTHING"
    } else {
        "DELETE FROM mute WHERE world = ?1 AND rule = ?2"
    };
    let tx = store.writing()?;
    tx.execute(sql, params![world, json!(rule).to_string()])?;
    next(&tx, &world)?;
    Ok(tx.commit()?)
}

/// Says that something is out for many customers, or that it is not any more.
pub fn incident(store: &mut Store, incident: Option<&Incident>) -> Result<(), JournalError> {
    let world = store.world.clone();
    let tx = store.writing()?;
    match incident {
        Some(incident) => tx.execute(
            "INSERT OR REPLACE INTO incident (world, body) VALUES (?1, ?2)",
            params![world, json!(incident).to_string()],
        )?,
        None => tx.execute("DELETE FROM incident WHERE world = ?1", [&world])?,
    };
    next(&tx, &world)?;
    Ok(tx.commit()?)
}

/// The number of a new change.
fn next(tx: &Transaction<'_>, world: &str) -> Result<i64, JournalError> {
    Ok(tx.query_row("UPDATE world SET heard = heard + 1 WHERE id = ?1 RETURNING heard", [world], |row| row.get(0))?)
}

fn kept(row: &Row<'_>) -> Result<Kept, JournalError> {
    Ok(Kept {
        notification: serde_json::from_str(&row.get::<_, String>(0)?)?,
        standing: serde_json::from_str(&row.get::<_, String>(1)?)?,
        reached: read(&row.get::<_, String>(2)?)?,
    })
}

fn source(key: &NotificationKey) -> String {
    json!(key.source).to_string()
}

#[cfg(test)]
#[path = "heard_tests.rs"]
mod tests;
