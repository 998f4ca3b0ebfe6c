//! The board of the shift: what waits, over all customers, and the list of one queue.

use crate::domain::queue::{Queue, QueueItem, Tally};

use super::remote::Remote;

/// How much waits in each queue, as the answers come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// In the order of the board.
    pub tallies: Vec<(Queue, Remote<Tally>)>,
}

impl Default for Board {
    fn default() -> Self {
        Self { tallies: Queue::ALL.into_iter().map(|queue| (queue, Remote::default())).collect() }
    }
}

impl Board {
    /// Marks every queue as being read.
    pub fn begin(&mut self) {
        self.tallies.iter_mut().for_each(|(_, tally)| tally.begin());
    }

    /// Takes an answer.
    pub fn take(&mut self, queue: Queue, answer: Remote<Tally>) {
        if let Some((_, tally)) = self.tallies.iter_mut().find(|(it, _)| *it == queue) {
            tally.take(answer);
        }
    }

    /// The read is over: a queue that got no answer is no longer on its way.
    pub fn end(&mut self) {
        self.tallies.iter_mut().for_each(|(_, tally)| tally.loading = false);
    }
}

/// One page of a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuePage {
    /// Its rows.
    pub rows: Vec<QueueItem>,
    /// How many wait in all, where the system tells.
    pub total: Option<u64>,
    /// What to ask with for the next page; `None` at the end.
    pub next: Option<Cursor>,
}

/// Where the next page of a queue begins. Only the backend knows what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(pub String);

/// The list of one queue, as far as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueList {
    /// Which queue.
    pub queue: Queue,
    /// All pages read so far, as one; its age is the first page's.
    pub page: Remote<QueuePage>,
    /// Counts what happened to the rows, so that a screen knows when to look at them again.
    pub version: u64,
}

impl QueueList {
    /// A queue about to be read.
    pub fn opening(queue: Queue) -> Self {
        let mut page = Remote::default();
        page.begin();
        Self { queue, page, version: 0 }
    }

    /// Takes the first page once more because something changed: what was read behind it stays, so that whoever is down there
    /// is not thrown back to the top.
    pub fn renew(&mut self, answer: Remote<QueuePage>) {
        let mut answer = answer;
        if let (Some(new), Some(old)) = (&mut answer.known, &self.page.known)
            && new.value.next.is_some()
            && old.value.rows.len() > new.value.rows.len()
        {
            let first = new.value.rows.len();
            let is_new =
                |row: &QueueItem| new.value.rows.iter().any(|it| it.system == row.system && it.number == row.number);
            let behind: Vec<QueueItem> =
                old.value.rows.iter().skip(first).filter(|row| !is_new(row)).cloned().collect();
            new.value.rows.extend(behind);
            new.value.next.clone_from(&old.value.next);
        }
        self.take(true, answer);
    }

    /// Takes a page: the first one replaces what was there, a further one is added.
    pub fn take(&mut self, first: bool, answer: Remote<QueuePage>) {
        self.version += 1;
        match (first, &mut self.page.known, answer) {
            (false, Some(known), Remote { known: Some(more), fault, .. }) => {
                known.value.rows.extend(more.value.rows);
                known.value.total = more.value.total.or(known.value.total);
                known.value.next = more.value.next;
                self.page.fault = fault;
                self.page.loading = false;
            }
            (_, _, answer) => self.page.take(answer),
        }
    }
}
