//! The real program in a pseudo-terminal, and what is seen of it: colours as the terminal can show them, and the pictures of
//! the README. `cargo test --test glass -- --ignored` takes the pictures anew.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]
#![expect(clippy::disallowed_methods, reason = "a test reads the glass on a thread of its own")]

mod depths;
#[path = "../held/mod.rs"]
mod held;
mod old;
mod pictures;
mod pty;
mod svg;
