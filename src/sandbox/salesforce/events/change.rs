//! What a transaction changed, record by record, derived at its commit from what stood there before.

use std::collections::HashSet;
use std::sync::Arc;

use uuid::Uuid;

use super::layout;
use crate::sandbox::salesforce::db::{Before, Db};
use crate::sandbox::salesforce::id::Id;
use crate::sandbox::salesforce::row::{Record, Row};
use crate::sandbox::salesforce::schema::{self, Column, Object};
use crate::sandbox::salesforce::setup;

/// What happened to a record. The discriminant is the word's place in the vendor's Avro enum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeType {
    /// It is new.
    Create,
    /// Fields changed.
    Update,
    /// It is in the recycle bin.
    Delete,
    /// It is back from there.
    Undelete,
    /// The same four, without saying what is in the record: it has to be read.
    GapCreate,
    /// Fields changed.
    GapUpdate,
    /// It is in the recycle bin.
    GapDelete,
    /// It is back from there.
    GapUndelete,
    /// Too much changed to say what.
    GapOverflow,
}

impl ChangeType {
    /// The enum's words in order; nothing here sends the last.
    pub const WORDS: [&'static str; 10] = [
        "CREATE",
        "UPDATE",
        "DELETE",
        "UNDELETE",
        "GAP_CREATE",
        "GAP_UPDATE",
        "GAP_DELETE",
        "GAP_UNDELETE",
        "GAP_OVERFLOW",
        "SNAPSHOT",
    ];

    /// As the vendor writes it.
    pub fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }

    /// The same change when its content could not be told.
    pub fn gap(self) -> Self {
        match self {
            Self::Create => Self::GapCreate,
            Self::Update => Self::GapUpdate,
            Self::Delete => Self::GapDelete,
            Self::Undelete => Self::GapUndelete,
            gap => gap,
        }
    }

    /// Does it say what is in the record?
    pub fn tells(self) -> bool {
        matches!(self, Self::Create | Self::Update | Self::Undelete)
    }
}

/// What the changes of one transaction have in common.
#[derive(Debug)]
pub struct Commit {
    /// The vendor's `transactionKey`.
    pub key: Uuid,
    /// `commitNumber`; later commits have higher ones.
    pub number: u64,
    /// World time in milliseconds.
    pub at: i64,
    /// `changeOrigin`: which API and client; empty for what the org did by itself.
    pub origin: Arc<str>,
}

/// One change event: the same change of one or more records of an object.
#[derive(Debug)]
pub struct Change {
    /// The object.
    pub entity: &'static Object,
    /// What happened.
    pub kind: ChangeType,
    /// To which records.
    pub records: Vec<Id>,
    /// In which transaction.
    pub commit: Arc<Commit>,
    /// Which event of the transaction, from 1.
    pub sequence: u32,
    /// Who did it.
    pub user: Arc<str>,
    /// Is it an account that is a person? Its name is told in parts.
    pub person: bool,
    /// The values to tell: all of a new record, the changed ones of an updated one.
    pub values: Row,
    /// The columns that changed, emptied ones included.
    pub changed: Vec<Column>,
    /// The columns that were emptied.
    pub nulled: Vec<Column>,
}

impl Change {
    fn is_like(&self, other: &Self) -> bool {
        self.entity.position == other.entity.position
            && self.kind == other.kind
            && self.user == other.user
            && self.person == other.person
            && self.changed == other.changed
            && self.nulled == other.nulled
            && self.values == other.values
    }
}

/// The events of a transaction: one for each record, however often it was written, and one for several records of an
/// object that changed alike.
pub(in crate::sandbox::salesforce) fn derive(db: &Db, undo: &[Before], commit: &Arc<Commit>) -> Vec<Change> {
    let mut seen = HashSet::new();
    let mut changes: Vec<Change> = Vec::new();
    for before in undo {
        let object = &schema::objects()[before.table];
        let Some(layout) = layout::of(object) else { continue };
        if undo.len() > 1 && !seen.insert((before.table, before.row)) {
            continue;
        }
        let Some(change) = one(db.at(object, before.row), before.content.as_ref(), layout.columns(), commit) else {
            continue;
        };
        match changes.iter_mut().find(|known| known.is_like(&change)) {
            Some(known) => known.records.extend(change.records),
            None => changes.push(change),
        }
    }
    for (change, sequence) in changes.iter_mut().zip(1..) {
        change.sequence = sequence;
    }
    changes
}

fn one(now: Record<'_>, before: Option<&Row>, columns: &[Column], commit: &Arc<Commit>) -> Option<Change> {
    let object = now.object;
    let was = before.map(|row| Record { object, row });
    let kind = match (was.is_some_and(|it| !it.is_deleted()), !now.is_deleted()) {
        (true, true) => ChangeType::Update,
        (true, false) => ChangeType::Delete,
        (false, true) if was.is_some() => ChangeType::Undelete,
        (false, true) => ChangeType::Create,
        (false, false) => return None,
    };
    let (mut values, mut changed, mut nulled) = (Row::default(), Vec::new(), Vec::new());
    for column in columns.iter().copied().filter(|_| kind.tells()) {
        let cell = now.cell(column);
        if kind == ChangeType::Update {
            // Every update stamps its record, even if the clock shows the same as before.
            let differs = was.and_then(|was| was.cell(column)) != cell || column == schema::LAST_MODIFIED_DATE;
            if !differs {
                continue;
            }
            changed.push(column);
            if cell.is_none() {
                nulled.push(column);
            }
        }
        values.set(column, cell.cloned());
    }
    let desk = setup::user_id().to_string();
    // Deleting does not stamp who did it.
    let user = if kind == ChangeType::Delete { &desk } else { now.text("LastModifiedById") };
    Some(Change {
        entity: object,
        kind,
        records: vec![now.key()?],
        commit: Arc::clone(commit),
        sequence: 0,
        user: user.into(),
        person: object.name == "Account" && !now.text("LastName").is_empty(),
        values,
        changed,
        nulled,
    })
}
