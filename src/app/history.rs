//! Where somebody was: back and forward, with the cursor and the filter that stood there.

use crate::domain::customer::CustomerKey;
use crate::domain::queue::Queue;
use crate::domain::text::Text;
use crate::tabs::{self, page::Bookmark};

/// A place to come back to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spot {
    /// The search and its hits, or the board.
    Search,
    /// The list of a queue.
    Queue(Queue, Bookmark),
    /// A customer.
    Customer {
        /// Who.
        key: CustomerKey,
        /// The name to show until the systems answer.
        called: Text,
        /// Which tab and page, and where on it.
        spot: tabs::Spot,
    },
}

impl Spot {
    /// Both are the same screen, wherever on it.
    fn same_screen(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Search, Self::Search) => true,
            (Self::Queue(a, _), Self::Queue(b, _)) => a == b,
            (Self::Customer { key: a, spot: at, .. }, Self::Customer { key: b, spot: bt, .. }) => {
                a.same_customer(b) && at.same_row(bt)
            }
            _ => false,
        }
    }
}

/// Spots kept; the oldest goes first.
const KEPT: usize = 100;

/// The way somebody came, and the way they went back.
#[derive(Debug, Default)]
pub struct Trail {
    behind: Vec<Spot>,
    ahead: Vec<Spot>,
}

impl Trail {
    /// Somebody leaves this spot for a new one: what was ahead is forgotten.
    pub fn leave(&mut self, here: Spot) {
        self.ahead.clear();
        if self.behind.last().is_some_and(|last| last.same_screen(&here)) {
            self.behind.pop();
        }
        self.behind.push(here);
        if self.behind.len() > KEPT {
            self.behind.remove(0);
        }
    }

    /// One step back from here.
    pub fn back(&mut self, here: Spot) -> Option<Spot> {
        let spot = self.behind.pop()?;
        self.ahead.push(here);
        Some(spot)
    }

    /// One step forward again.
    pub fn forward(&mut self, here: Spot) -> Option<Spot> {
        let spot = self.ahead.pop()?;
        self.behind.push(here);
        Some(spot)
    }
}
