//! The invented population, the same in every sandbox made with the same recipe.
//!
//! [`Recipe::world`] first writes the documented customers, then as many more as asked for. Each is written into the
//! three systems apart, by the same ten steps that real fulfilment takes, so that an order can be left at any of them.

mod bills;
mod catalogue;
pub(in crate::sandbox) mod numbers;
mod ordinary;
mod person;
mod sale;
mod scenarios;
mod stock;
mod talk;
mod town;

use jiff::Timestamp;

use super::{World, worker::Mode};

/// How long Salesforce keeps the changes of fields.
const HISTORY_MONTHS: i32 = 18;

/// Everything a world depends on: the same recipe gives the same world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipe {
    /// How many customers to make, the documented ones included; there are never fewer than those.
    pub customers: usize,
    /// Seed of all chance. The documented customers do not depend on it.
    pub seed: u64,
    /// The time the world starts at; everything in it is dated relative to this.
    pub today: Timestamp,
    /// Whether the portal's worker works in it.
    pub worker: Mode,
}

impl Recipe {
    /// Makes the world.
    pub fn world(&self) -> World {
        let mut town = town::Town::new(self);
        town.remember(HISTORY_MONTHS);
        scenarios::fill(&mut town);
        town.rng = fastrand::Rng::with_seed(self.seed);
        let memory = ordinary::memory(self.customers);
        town.remember(HISTORY_MONTHS.min(memory as i32));
        while town.customers() < self.customers {
            town.settle(memory);
        }
        stock::fill(&mut town);
        town.worker.switch(self.worker);
        town.world()
    }
}

#[cfg(test)]
mod tests;
