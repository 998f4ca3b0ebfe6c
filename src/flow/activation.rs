//! An eSIM's activation code on its way from the carrier's notice to the screen. Whoever has it can take the line: it is read
//! from the notice each time somebody wants to see it, and kept nowhere.

use jiff::Timestamp;

use crate::domain::phone::Msisdn;
use crate::domain::sim::{Eid, Lpa};
use crate::domain::text::Text;

/// Whose code is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivationOf {
    /// The line.
    pub line: Msisdn,
    /// The chip it is for, where that is known.
    pub eid: Option<Eid>,
    /// When it was asked for, where that is known: a notice of before is about another profile.
    pub since: Option<Timestamp>,
}

/// What the notices say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Activation {
    /// There is a code.
    Found {
        /// What may be seen of it by anybody.
        told: ActivationTold,
        /// The code, where it was asked for.
        code: Option<Lpa>,
    },
    /// There is none.
    Missing(NoActivation),
}

/// What a notice with a code tells besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivationTold {
    /// When the carrier was done.
    pub at: Option<Timestamp>,
    /// The notice's file.
    pub file: Text,
    /// The server the profile is downloaded from.
    pub host: String,
    /// The phone will ask for a confirmation code.
    pub confirmation: bool,
}

/// Why there is no code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoActivation {
    /// The configuration names no folder for notices.
    NoFolder,
    /// The folder cannot be read.
    Unreadable,
    /// No notice about it has come.
    NoNotice,
    /// The carrier says that it did not do it.
    Refused {
        /// When.
        at: Option<Timestamp>,
        /// The notice's file.
        file: Text,
    },
    /// The notice has no code that can be read.
    NoCode {
        /// The notice's file.
        file: Text,
    },
    /// The notice is about the line, and about another chip.
    OtherChip {
        /// The notice's file.
        file: Text,
    },
    /// The notice is about the chip, and about another line.
    OtherLine {
        /// The notice's file.
        file: Text,
    },
}
