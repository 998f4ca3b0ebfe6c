//! What one row of each table holds.
//!
//! Dates are the server's local time (JST), money is whole yen, and an id of 0 means "none", as in the vendor's tables.

mod bills;
mod catalogue;
mod desk;
mod people;

pub use bills::*;
pub use catalogue::*;
pub use desk::*;
pub use people::*;
