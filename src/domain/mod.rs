//! Plain data and rules of the business. Knows nothing of screens, wires or clocks: time enters as an argument.
pub mod system;
