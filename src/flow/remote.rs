//! A value that lives elsewhere: what is known of it, since when, and what went wrong last.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::fault::Fault;
use crate::domain::billing::Listing;

/// A value read from a system, with its age and its failure. Unknown is unknown, never a default.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Remote<T> {
    /// The last value that was read, if any ever was.
    pub known: Option<Known<T>>,
    /// Why the last read failed; `None` when it went well.
    pub fault: Option<Fault>,
    /// A read is on its way.
    #[serde(skip)]
    pub loading: bool,
    /// Counts the answers taken.
    #[serde(skip)]
    version: u64,
}

/// How often it was answered is no part of what is known.
impl<T: PartialEq> PartialEq for Remote<T> {
    fn eq(&self, other: &Self) -> bool {
        self.known == other.known && self.fault == other.fault && self.loading == other.loading
    }
}

impl<T: Eq> Eq for Remote<T> {}

/// A value with the moment it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known<T> {
    /// What was read.
    pub value: T,
    /// When.
    pub read_at: Timestamp,
}

impl<T> Default for Remote<T> {
    fn default() -> Self {
        Self { known: None, fault: None, loading: false, version: 0 }
    }
}

impl<T> Remote<T> {
    /// Freshly read.
    pub const fn read(value: T, read_at: Timestamp) -> Self {
        Self { known: Some(Known { value, read_at }), fault: None, loading: false, version: 0 }
    }

    /// The read failed; `last` is what was known before.
    pub const fn failed(fault: Fault, last: Option<Known<T>>) -> Self {
        Self { known: last, fault: Some(fault), loading: false, version: 0 }
    }

    /// What is known, with what went wrong, where both may be.
    pub const fn answered(known: Option<Known<T>>, fault: Option<Fault>) -> Self {
        Self { known, fault, loading: false, version: 0 }
    }

    /// The value, fresh or old.
    pub fn value(&self) -> Option<&T> {
        self.known.as_ref().map(|known| &known.value)
    }

    /// Counts the answers taken, so that what is made of the value is made anew only when one came.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Marks a read as begun; what is known stays.
    pub fn begin(&mut self) {
        self.loading = true;
    }

    /// Takes an answer. A failed answer without a value of its own keeps the last known one.
    pub fn take(&mut self, answer: Self) {
        self.loading = false;
        self.version += 1;
        self.fault = answer.fault;
        if answer.known.is_some() {
            self.known = answer.known;
        }
    }
}

impl<T: PartialEq> Remote<Listing<T>> {
    /// Takes the rows that follow the first `from`. A list that has changed meanwhile takes nothing; a row that came twice,
    /// because newer ones moved it, is taken once. The age stays the first rows'.
    pub fn extend(&mut self, from: u64, older: Self) {
        self.loading = false;
        self.version += 1;
        self.fault = older.fault;
        let (Some(known), Some(older)) = (&mut self.known, older.known) else { return };
        if known.value.rows.len() as u64 == from {
            for row in older.value.rows {
                if !known.value.rows.contains(&row) {
                    known.value.rows.push(row);
                }
            }
            known.value.total = older.value.total.max(known.value.rows.len() as u64);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(rows: &[u8], total: u64) -> Remote<Listing<u8>> {
        Remote::read(Listing { rows: rows.to_vec(), total }, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn older_rows_follow_the_ones_they_were_asked_after() {
        let mut known = list(&[5, 4, 3], 6);
        known.extend(3, list(&[3, 2], 7));
        assert_eq!(known.value().unwrap().rows, [5, 4, 3, 2], "one came twice because a newer one moved it");
        assert_eq!(known.value().unwrap().total, 7);
        known.extend(3, list(&[9], 7));
        assert_eq!(known.value().unwrap().rows, [5, 4, 3, 2], "they were asked for after three, and there are four");
    }
}
