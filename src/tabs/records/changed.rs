//! Rows that changed elsewhere: which they are, and for how long they say so.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use jiff::{SignedDuration, Timestamp};

use super::Record;

/// Long enough for an eye that was elsewhere on the screen.
const SHOWN: SignedDuration = SignedDuration::from_secs(6);

/// What rows looked like, by their identities.
pub type Prints = HashMap<String, u64>;

/// The rows that changed, by identity, and until when each says so.
#[derive(Debug, Default)]
pub struct Changed(Vec<(String, Timestamp)>);

impl Changed {
    /// What these rows look like: by the values of their columns, because ages change without anything having happened.
    pub fn prints<R: Record>(rows: &[R]) -> Prints {
        rows.iter().map(|row| (row.identity(), print(row))).collect()
    }

    /// Marks the rows that differ from what they were, and new ones. A list of which nothing was known has no news.
    pub fn compare<R: Record>(&mut self, before: &Prints, rows: &[R], now: Timestamp) {
        if before.is_empty() {
            return;
        }
        self.0.retain(|(_, until)| *until > now);
        let until = now.saturating_add(SHOWN).unwrap_or(now);
        for row in rows {
            let identity = row.identity();
            if before.get(&identity) != Some(&print(row)) {
                self.0.retain(|(it, _)| *it != identity);
                self.0.push((identity, until));
            }
        }
    }

    /// Whether a row says that it changed.
    pub fn holds<R: Record>(&self, row: &R, now: Timestamp) -> bool {
        // Hardly ever is there any, and then an identity is not made for nothing.
        self.len(now) > 0 && {
            let identity = row.identity();
            self.0.iter().any(|(it, until)| *until > now && *it == identity)
        }
    }

    /// How many rows say so.
    pub fn len(&self, now: Timestamp) -> usize {
        self.0.iter().filter(|(_, until)| *until > now).count()
    }

    /// When the last of them stops.
    pub fn until(&self) -> Option<Timestamp> {
        self.0.iter().map(|(_, until)| *until).max()
    }
}

fn print<R: Record>(row: &R) -> u64 {
    let mut hasher = DefaultHasher::new();
    for column in R::COLUMNS {
        (column.key)(row).hash(&mut hasher);
    }
    hasher.finish()
}
