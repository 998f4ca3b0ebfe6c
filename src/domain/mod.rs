//! Plain data and rules of the business. Knows nothing of screens, wires or clocks: time enters as an argument.

pub mod money;
pub mod system;
pub mod text;
pub mod time;
