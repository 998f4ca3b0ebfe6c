//! The marked rows of a list.

use std::collections::HashSet;

use super::Record;
use super::rows::Rows;

/// Which rows are marked, by their index.
#[derive(Debug, Default)]
pub struct Marks {
    marked: HashSet<u32>,
    /// The row marked last: where a range begins.
    last: Option<u32>,
}

impl Marks {
    /// How many are marked, shown or not.
    pub fn len(&self) -> usize {
        self.marked.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.marked.is_empty()
    }

    /// Whether this row is.
    pub fn holds(&self, index: u32) -> bool {
        self.marked.contains(&index)
    }

    /// Marks a row, or takes its mark away.
    pub fn toggle(&mut self, index: u32) {
        if !self.marked.remove(&index) {
            self.marked.insert(index);
        }
        self.last = Some(index);
    }

    /// Marks what is shown from the row marked last to this place, or only this where none was.
    pub fn range<R: Record>(&mut self, rows: &Rows<R>, place: usize) {
        let from = self.last.and_then(|last| rows.place(last)).unwrap_or(place);
        let shown = rows.shown();
        let range = from.min(place)..=from.max(place).min(shown.len().saturating_sub(1));
        if let Some(shown) = shown.get(range) {
            self.marked.extend(shown);
            self.last = rows.index(place);
        }
    }

    /// Marks all that is shown; takes every mark away when all of it is marked.
    pub fn all<R: Record>(&mut self, rows: &Rows<R>) {
        if rows.shown().iter().all(|index| self.holds(*index)) {
            self.clear();
        } else {
            self.marked.extend(rows.shown());
        }
    }

    /// Takes every mark away.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The marked rows in the order of the list.
    pub fn in_order<R: Record>(&self, rows: &Rows<R>) -> Vec<u32> {
        rows.order().iter().copied().filter(|index| self.holds(*index)).collect()
    }

    /// What is marked, and what was last, by identity: for when indexes are about to mean other rows.
    pub fn identities<R: Record>(&self, rows: &Rows<R>) -> (HashSet<String>, Option<String>) {
        let marked = self.marked.iter().filter_map(|index| rows.row(*index)).map(R::identity).collect();
        (marked, self.last.and_then(|last| rows.row(last)).map(R::identity))
    }

    /// Marks the rows of these identities and no others.
    pub fn mark<R: Record>(&mut self, (marked, last): &(HashSet<String>, Option<String>), rows: &Rows<R>) {
        self.clear();
        if marked.is_empty() && last.is_none() {
            return;
        }
        for index in rows.order() {
            let Some(identity) = rows.row(*index).map(R::identity) else { continue };
            if last.as_ref() == Some(&identity) {
                self.last = Some(*index);
            }
            if marked.contains(&identity) {
                self.marked.insert(*index);
            }
        }
    }
}
