//! The language both sides speak. Closed types, one file per arrow.

pub mod input;

pub use input::{Input, Key, KeyPress, Modifiers, Mouse, MouseKind};
