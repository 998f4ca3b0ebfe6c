//! Changes across the systems: planned by reading, carried out write by write, proved by reading again.
//!
//! - `plan`: one file a part of the desk; turns a change into a plan by reading what it has to know.
//! - `carry`: one file a system; looks before a write, sends it once, and proves its effect by reading.
//! - `engine`: takes commands: what is begun, decided, looked at again.
//! - `run`: drives one operation as far as it goes, every step written into the journal before and after.
//! - `outbox`: what waits because a system could not be reached: edited, or read again and sent.
//! - `rows`: one change for many rows, one operation after the other.
//! - `beside`: which operations shut each other out, and what settles one in its place.
//! - `own`: what operations wrote to Salesforce, so that its events of it are known.
//! - `view`: how an operation stands, for the screen and for the journal.

mod beside;
mod carry;
mod engine;
mod outbox;
mod own;
mod pins;
pub(super) mod plan;
mod rows;
mod run;
mod view;

pub(super) use engine::Refused;
pub use engine::{Engine, Rules};
pub(super) use own::OwnWrite;
pub use pins::{PinHash, PinHashError, Supervisor};
