//! The second person: asked with a short code that can be said across a room, and answering in a desk of their own.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use serde_json::{Value, json};
use thiserror::Error;

use super::error::JournalError;
use super::operations::{EntryKind, Record, append, id, stand};
use super::random;
use super::store::{Store, read, written};
use crate::domain::operation_id::OperationId;
use crate::domain::text::folded;

/// Letters and digits that are not taken for each other, read or heard across a room: no 0 O, 1 I L, 2 Z, 5 S, 8 B, U V.
const ALPHABET: &[u8; 24] = b"34679ACDEFGHJKMNPQRTVWXY";
/// Characters of a code.
const LENGTH: usize = 6;
/// Wrong codes after which an open request is void.
const MOST_WRONG: i64 = 5;

/// The code a second person types. It is shown to who asked and kept nowhere: the journal has a salted hash.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    fn draw() -> Result<Self, JournalError> {
        let mut code = String::new();
        while code.len() < LENGTH {
            // Bytes beyond the last whole alphabet are thrown away: else the first letters came more often.
            let usable = random::<16>()?.into_iter().filter(|byte| usize::from(*byte) < 256 / 24 * 24);
            code.extend(usable.take(LENGTH - code.len()).map(|byte| char::from(ALPHABET[usize::from(byte) % 24])));
        }
        Ok(Self(code))
    }

    /// As somebody typed it: in any case, with or without spaces and hyphens.
    fn typed(text: &str) -> Self {
        Self(
            folded(text)
                .chars()
                .filter(|c| c.is_alphanumeric())
                .flat_map(char::to_uppercase)
                .take(LENGTH + 1)
                .collect(),
        )
    }

    fn hash(&self, salt: &[u8]) -> [u8; 32] {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, &[salt, self.0.as_bytes()].concat()).as_ref());
        hash
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, second) = self.0.split_at(self.0.len() / 2);
        write!(f, "{first}-{second}")
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

/// A second person who was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Who asked.
    pub asked_by: String,
    /// When.
    pub asked_at: Timestamp,
    /// Until when the code is good.
    pub expires_at: Timestamp,
    /// What came of it.
    pub answer: Answer,
}

/// What came of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Nothing yet.
    Awaited,
    /// Nothing, and the code is no longer good.
    Expired,
    /// Agreed.
    Given {
        /// Who.
        by: String,
        /// As what.
        role: String,
        /// When.
        at: Timestamp,
    },
    /// Not agreed.
    Refused {
        /// Who.
        by: String,
        /// As what.
        role: String,
        /// When.
        at: Timestamp,
        /// Why.
        why: String,
    },
    /// Too many wrong codes were typed.
    Void,
}

/// Why a code approves nothing.
#[derive(Debug, Error)]
pub enum ApprovalError {
    /// No open request has it. Counts against every open request, since nobody knows which was meant.
    #[error("no request has this code; after {MOST_WRONG} wrong codes every open request must be made anew")]
    Wrong,
    /// Its time is over.
    #[error("this code has expired: ask for a new one")]
    Expired,
    /// Who asked cannot agree.
    #[error("a second person has to agree, not the one who asked")]
    SamePerson,
    /// Nobody was asked, or there is an answer already.
    #[error("nothing waits for an approval here")]
    NotAwaited,
    /// The journal failed.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl From<rusqlite::Error> for ApprovalError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Journal(error.into())
    }
}

/// Which request is answered, and so how the second person was recognised.
#[derive(Debug, Clone)]
pub enum Asked {
    /// By a code they typed in a desk of their own.
    Code(String),
    /// By this desk, where they proved who they are.
    Here(OperationId),
}

/// What the second person says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Go on.
    Approve,
    /// Do not, and why.
    Refuse(String),
}

/// Asks for a second person. A request that was open before is replaced, with its code.
pub fn ask(store: &mut Store, operation: OperationId, by: &str, good: SignedDuration) -> Result<Code, JournalError> {
    let now = store.now();
    let expires = now.checked_add(good).map_err(|error| JournalError::Failed(error.to_string()))?;
    let (code, salt) = (Code::draw()?, random::<16>()?);
    let world = store.world.clone();
    let tx = store.writing()?;
    Store::known(&tx, &world, operation)?;
    tx.execute(
        "INSERT OR REPLACE INTO approval (operation, world, salt, code, asked_by, asked_at, expires_at, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'asked')",
        params![operation.to_string(), world, salt, code.hash(&salt), by, written(now), written(expires)],
    )?;
    note(&tx, &world, now, operation, EntryKind::ApprovalAsked, json!({ "by": by, "until": written(expires) }))?;
    tx.commit()?;
    Ok(code)
}

/// Which operation a code is about, so that the second person sees it before they answer.
pub fn find(store: &mut Store, typed: &str) -> Result<OperationId, ApprovalError> {
    let now = store.now();
    let world = store.world.clone();
    let tx = store.writing()?;
    let found = matching(&tx, &world, now, &Code::typed(typed))?;
    tx.commit()?; // a wrong code was counted
    found
}

/// Writes down what a second person says.
pub fn answer(
    store: &mut Store,
    asked: &Asked,
    by: &str,
    role: &str,
    verdict: &Verdict,
) -> Result<OperationId, ApprovalError> {
    let now = store.now();
    let world = store.world.clone();
    let tx = store.writing()?;
    let operation = match asked {
        Asked::Here(operation) => *operation,
        Asked::Code(typed) => match matching(&tx, &world, now, &Code::typed(typed))? {
            Ok(operation) => operation,
            Err(error) => {
                tx.commit()?;
                return Err(error);
            }
        },
    };
    let request = request(&tx, &world, now, operation)?.ok_or(ApprovalError::NotAwaited)?;
    match request.answer {
        Answer::Awaited => {}
        Answer::Expired => return Err(ApprovalError::Expired),
        Answer::Given { .. } | Answer::Refused { .. } | Answer::Void => return Err(ApprovalError::NotAwaited),
    }
    if same_person(&request.asked_by, by) {
        return Err(ApprovalError::SamePerson);
    }
    let (state, kind, why) = match verdict {
        Verdict::Approve => ("given", EntryKind::Approved, None),
        Verdict::Refuse(why) => ("refused", EntryKind::ApprovalRefused, Some(why)),
    };
    tx.execute(
        "UPDATE approval SET state = ?2, by = ?3, role = ?4, decided_at = ?5, why = ?6 WHERE operation = ?1",
        params![operation.to_string(), state, by, role, written(now), why],
    )?;
    note(&tx, &world, now, operation, kind, json!({ "by": by, "role": role, "why": why }))?;
    tx.commit()?;
    Ok(operation)
}

/// The latest request for an operation.
pub fn approval(store: &Store, operation: OperationId) -> Result<Option<Approval>, JournalError> {
    request(&store.db, &store.world, store.now(), operation)
}

fn request(
    db: &Connection,
    world: &str,
    now: Timestamp,
    operation: OperationId,
) -> Result<Option<Approval>, JournalError> {
    let found = db
        .query_row(
            "SELECT asked_by, asked_at, expires_at, state, by, role, decided_at, why FROM approval
             WHERE operation = ?1 AND world = ?2",
            params![operation.to_string(), world],
            |row| {
                let text = |at: usize| row.get::<_, Option<String>>(at).map(Option::unwrap_or_default);
                Ok([text(0)?, text(1)?, text(2)?, text(3)?, text(4)?, text(5)?, text(6)?, text(7)?])
            },
        )
        .optional()?;
    let Some([asked_by, asked_at, expires_at, state, by, role, decided, why]) = found else { return Ok(None) };
    let expires_at = read(&expires_at)?;
    let answer = match state.as_str() {
        "given" => Answer::Given { by, role, at: read(&decided)? },
        "refused" => Answer::Refused { by, role, at: read(&decided)?, why },
        "void" => Answer::Void,
        _ if expires_at <= now => Answer::Expired,
        _ => Answer::Awaited,
    };
    Ok(Some(Approval { asked_by, asked_at: read(&asked_at)?, expires_at, answer }))
}

/// The request a code belongs to. A wrong one is counted: against every request that is open, because a code that fits none
/// does not say which it was meant for.
fn matching(
    tx: &Transaction<'_>,
    world: &str,
    now: Timestamp,
    code: &Code,
) -> Result<Result<OperationId, ApprovalError>, JournalError> {
    let mut statement = tx.prepare(
        "SELECT operation, salt, code, expires_at, wrong FROM approval WHERE world = ?1 AND state = 'asked'",
    )?;
    let mut rows = statement.query([world])?;
    let mut open = Vec::new();
    let mut late = false;
    while let Some(row) = rows.next()? {
        let operation = id(row.get(0)?)?;
        let salt: Vec<u8> = row.get(1)?;
        let kept: [u8; 32] = row.get(2)?;
        let fits = verify_slices_are_equal(&kept, &code.hash(&salt)).is_ok();
        let expired = read(&row.get::<_, String>(3)?)? <= now;
        match (fits, expired) {
            (true, false) => return Ok(Ok(operation)),
            (true, true) => late = true,
            (false, false) => open.push((operation, row.get::<_, i64>(4)?)),
            (false, true) => {}
        }
    }
    if late {
        return Ok(Err(ApprovalError::Expired));
    }
    for (operation, wrong) in open {
        let state = if wrong + 1 >= MOST_WRONG { "void" } else { "asked" };
        tx.execute(
            "UPDATE approval SET wrong = ?2, state = ?3 WHERE operation = ?1",
            params![operation.to_string(), wrong + 1, state],
        )?;
        if state == "void" {
            note(tx, world, now, operation, EntryKind::ApprovalRefused, json!({ "wrong_codes": wrong + 1 }))?;
        }
    }
    Ok(Err(ApprovalError::Wrong))
}

/// Names are compared as people write them: case and spaces at the ends make nobody a second person. Where the machine's
/// number of a person is told, it counts: what they are called there is theirs to say.
fn same_person(one: &str, other: &str) -> bool {
    let folded = |name: &str| name.trim().to_lowercase();
    folded(one) == folded(other) || uid(one).is_some_and(|it| Some(it) == uid(other))
}

/// The number in `hana(1000)`.
fn uid(name: &str) -> Option<u32> {
    name.trim().strip_suffix(')')?.rsplit_once('(')?.1.parse().ok()
}

fn note(
    tx: &Transaction<'_>,
    world: &str,
    now: Timestamp,
    operation: OperationId,
    kind: EntryKind,
    body: Value,
) -> Result<(), JournalError> {
    let record = Record { operation, step: None, kind, body, standing: None };
    append(tx, world, now, &record)?;
    stand(tx, now, &record)
}
