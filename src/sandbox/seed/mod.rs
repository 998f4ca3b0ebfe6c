//! The invented population, the same in every sandbox made with the same recipe.

use jiff::Timestamp;

use super::{Clock, World};

/// Everything a world depends on: the same recipe gives the same world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipe {
    /// How many customers to make, the documented ones included.
    pub customers: usize,
    /// Seed of all chance.
    pub seed: u64,
    /// The time the world starts at.
    pub today: Timestamp,
}

impl Recipe {
    /// Makes the world.
    pub fn world(&self) -> World {
        World { clock: Clock::starting(self.today), ..World::default() }
    }
}
