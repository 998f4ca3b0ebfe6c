//! Changes across the systems: planned by reading, carried out write by write, proved by reading again.
//!
//! - `plan`: one file a part of the desk; turns a change into a [`Plan`] by reading what it has to know.
//! - `carry`: one file a system; looks before a write, sends it once, and proves its effect by reading.

#[expect(dead_code, reason = "the engine that drives it is not there yet")]
mod carry;
pub(super) mod plan;
