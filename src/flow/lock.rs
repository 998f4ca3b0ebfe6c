//! The lock of a desk that nobody is at.

use super::operation::Pin;

/// When a desk locks itself, and what opens it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LockRules {
    /// Minutes without a key; 0 for never.
    pub minutes: u32,
    /// What opens it.
    pub key: LockKey,
}

/// What opens a locked desk.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum LockKey {
    /// Anything: the screen is only hidden.
    #[default]
    Touch,
    /// The PIN with this hash.
    Pin(HashedPin),
    /// The sign-in, with their browser, of the person who left.
    SignIn,
}

/// A hashed PIN, as the configuration has it. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct HashedPin(pub String);

impl std::fmt::Debug for HashedPin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HashedPin(…)")
    }
}

/// A PIN that was typed, and the hash it should fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlock {
    /// What was typed.
    pub typed: Pin,
    /// What it should be.
    pub hash: HashedPin,
}
