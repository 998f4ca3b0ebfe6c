//! What went wrong, in a shape the screen can show: which system, what kind, a sentence, and what to do.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::said::{self, Message};
use crate::domain::phrase::Phrase;
use crate::domain::system::System;

/// A call that did not give its answer. Holds no personal data and no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Whose answer is missing.
    pub system: System,
    /// What kind of failure, for what the desk does about it.
    pub kind: FaultKind,
    /// What happened, in the system's own words where it had any (sanitised), or in ours. Empty where the kind says it all.
    pub message: Message,
    /// What a person can do about it, in words of the desk's language table.
    pub hint: Hint,
}

/// Kinds of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FaultKind {
    /// No connection: name, route, TLS.
    Unreachable,
    /// No answer in time.
    Timeout,
    /// The connection broke while the answer was due.
    Dropped,
    /// The system failed by itself (5xx, an HTML error page).
    Broken,
    /// The system asks for fewer calls, or the day's calls are used up.
    TooMany,
    /// The desk holds calls back: the system failed several times, or our own budget is used up.
    Held,
    /// Not signed in, or the sign-in was refused.
    SignIn,
    /// Signed in, but this is not permitted to the desk's role or address.
    NotPermitted,
    /// The system says there is no such thing.
    NotFound,
    /// The system refused the request with a reason of its own.
    Refused,
    /// The answer could not be understood.
    Unreadable,
    /// It was not put into the field pack that the customer comes from.
    NotPacked,
}

impl FaultKind {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Unreachable,
        Self::Timeout,
        Self::Dropped,
        Self::Broken,
        Self::TooMany,
        Self::Held,
        Self::SignIn,
        Self::NotPermitted,
        Self::NotFound,
        Self::Refused,
        Self::Unreadable,
        Self::NotPacked,
    ];

    /// The words that name a kind of fault.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Unreachable => "fault-unreachable",
            Self::Timeout => "fault-timeout",
            Self::Dropped => "fault-dropped",
            Self::Broken => "fault-broken",
            Self::TooMany => "fault-too-many",
            Self::Held => "fault-held",
            Self::SignIn => "fault-sign-in",
            Self::NotPermitted => "fault-not-permitted",
            Self::NotFound => "fault-not-found",
            Self::Refused => "fault-refused",
            Self::Unreadable => "fault-unreadable",
            Self::NotPacked => "fault-not-packed",
        }
    }

    /// The kind with that key.
    pub fn by_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// True when the system itself is in trouble, rather than this one request.
    pub const fn is_outage(self) -> bool {
        matches!(
            self,
            Self::Unreachable
                | Self::Timeout
                | Self::Dropped
                | Self::Broken
                | Self::TooMany
                | Self::Held
                | Self::SignIn
        )
    }
}

/// What to do about a fault; the wording is in the language table under `hint-…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Hint {
    /// Nothing to add.
    None,
    /// Read again with the refresh key; if it stays, tell operations.
    TryAgain,
    /// Wait: the desk tries by itself after a pause.
    Wait,
    /// Wait: the desk's own budget lets the next one through at that moment.
    WaitUntil(Timestamp),
    /// Check the credentials in the configuration.
    CheckCredentials,
    /// Sign in with the browser again.
    SignInAgain,
    /// Ask an administrator to allow this action for the desk's role.
    AskPermission,
    /// Ask an administrator to allow the address in the message.
    AllowAddress,
    /// Check the network or VPN.
    CheckNetwork,
    /// Check the configured names of objects and fields.
    CheckNames,
    /// The account names no WHMCS client.
    ClientNotNamed,
    /// No account names this WHMCS client.
    AccountNotNamed,
    /// No account has the customer number that WHMCS names.
    NumberNotKnown,
    /// More than one account claims to be this customer.
    SeveralAccounts,
    /// Which account is this customer's is not known.
    AccountNotKnown,
}

impl Hint {
    /// The words that say what to do.
    pub const fn key(self) -> Option<&'static str> {
        Some(match self {
            Self::None => return None,
            Self::TryAgain => "hint-try-again",
            Self::Wait => "hint-wait",
            Self::WaitUntil(_) => "hint-wait-until",
            Self::CheckCredentials => "hint-check-credentials",
            Self::SignInAgain => "hint-sign-in-again",
            Self::AskPermission => "hint-ask-permission",
            Self::AllowAddress => "hint-allow-address",
            Self::CheckNetwork => "hint-check-network",
            Self::CheckNames => "hint-check-names",
            Self::ClientNotNamed => "drift-account-names-no-client",
            Self::AccountNotNamed => "hint-account-not-named",
            Self::NumberNotKnown => "hint-number-not-known",
            Self::SeveralAccounts => "hint-several-accounts",
            Self::AccountNotKnown => "hint-account-not-known",
        })
    }
}

impl Fault {
    /// True when the system answered that there is no such thing. Nothing is known of it then, yet nothing went wrong.
    pub fn is_absence(&self) -> bool {
        self.kind == FaultKind::NotFound
    }

    /// True when no call of this desk would be answered: the system is in trouble, or refuses the desk's address.
    pub fn shuts_out(&self) -> bool {
        self.kind.is_outage() || self.hint == Hint::AllowAddress
    }
}

impl Fault {
    /// Whose fault and what was said of it, for people in their language. A fault of which nothing was said is told by its
    /// kind.
    pub fn phrase(&self) -> Phrase {
        let what = if self.message.is_empty() { Phrase::new(self.kind.key()) } else { self.message.phrase() };
        Phrase::new(said::OF_SYSTEM.key).with("system", self.system.name()).with("what", what)
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.system.name(), self.message)
    }
}

impl std::error::Error for Fault {}
