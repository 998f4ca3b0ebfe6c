//! app → runtime: what to do outside. The app only asks; the runtime is the one place that does.

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};

use crate::domain::routine::Routine;
use crate::domain::system::System;

use super::alert::Alert;
use super::lock::Unlock;
use super::query::{Generation, Query, Slot};

/// More than this, in bytes, common terminals ignore when it is sent to their clipboard: 74,994 once it is encoded.
pub const LARGEST_COPY: usize = 56_244;

/// Work for the outside world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Start a read. An older read of the same slot is cancelled.
    Read {
        /// Where the answer goes.
        slot: Slot,
        /// Comes back with each answer.
        generation: Generation,
        /// What to read.
        query: Query,
    },
    /// Cancel the slot's read: nobody waits for it any more.
    Cancel(Slot),
    /// Carry out a change. It is never cancelled, and leaving the desk waits for it.
    Run(super::operation::Command),
    /// Write a line into the audit log, before what it tells is shown.
    Audit(AuditEntry),
    /// Put text on the terminal's clipboard (OSC 52). Where the terminal has none, or the text is too long for it, it is
    /// written to a file that its owner alone can read, and a notice says where.
    Copy(String),
    /// Write a new file that its owner alone can read. One that is there already is left as it is.
    Export {
        /// Where to.
        path: PathBuf,
        /// What it holds.
        content: String,
    },
    /// Look whether a PIN opens the lock: `Msg::Unlocked` answers.
    Unlock(Unlock),
    /// Read the person's own themes in this folder again: `Msg::Themes` answers.
    ReadThemes(PathBuf),
    /// Show this address in a browser, where this machine has a screen for one.
    Browse(String),
    /// Write a routine's file into this folder, in the place of one of its name, and read all of them again:
    /// `Msg::Routines` answers.
    KeepRoutine(PathBuf, Routine),
    /// Send one `Msg::Tick` after a frame's pause: something on the screen moves.
    Tick,
    /// Send one `Msg::Second` in a second: something on the screen counts down.
    Second,
    /// Send one `Msg::Tick` after this long, or sooner for something else: what is shown for a moment is over then, or what
    /// was put off is due.
    Wake(SignedDuration),
    /// Call a person who looks elsewhere.
    Alert(Alert),
    /// Redraw every cell: the screen may have been overwritten.
    Repaint,
    /// Stop the program until the shell continues it (Ctrl-Z).
    Suspend,
    /// The tour is over: it is not offered again.
    Toured,
    /// Read the configuration again.
    Reload,
    /// Leave.
    Quit,
}

/// A line of the audit log: who saw or changed what of whom. Never holds the data itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// What was done.
    pub act: AuditAct,
    /// Whose data, by Salesforce customer number or WHMCS client id, never by name.
    pub customer: String,
    /// What more is to be known of the act, such as why; empty where nothing is.
    pub note: String,
    /// For what was changed, or was about to be: which step of which operation.
    pub step: Option<Box<AuditStep>>,
}

/// What a line of the audit log says of a step of an operation. Words of ours, ids and amounts; never the data itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditStep {
    /// The operation's id.
    pub operation: String,
    /// Which kind of change it is.
    pub verb: String,
    /// Which of its steps; empty where it is about the whole.
    pub step: String,
    /// Where the step is made.
    pub system: Option<System>,
    /// What was there before, in a few words.
    pub before: String,
    /// What is to be there, or is.
    pub after: String,
    /// What came of it; empty for an intent.
    pub result: String,
}

/// Acts the audit log knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditAct {
    /// Masked personal data was shown.
    Reveal,
    /// Personal data was copied to the clipboard.
    CopyPersonal,
    /// Personal data was spelled on the screen.
    ReadAloud,
    /// Personal data was written to a file.
    Export,
    /// Something is about to be changed.
    Intent,
    /// What came of it.
    Outcome,
    /// A second person agreed to a change.
    Approve,
    /// An eSIM's activation code was shown; the note says which line's, and from which notice.
    ActivationCode,
    /// The caller was found to be the customer; the note says how surely.
    VerifyCaller,
    /// A customer was put into a field pack; the note says with how many others, and until when.
    Pack,
    /// A field pack was opened.
    OpenPack,
    /// A field pack was deleted before its time was over.
    DropPack,
    /// Changes of a system wait from now on, for every desk.
    Hold,
    /// They are let go.
    LetGo,
    /// Every desk says that something is out for many customers, and what to tell callers.
    Incident,
    /// It is over.
    IncidentOver,
    /// A wrong PIN was typed at the locked desk; the note says the how many-th.
    WrongPin,
    /// Somebody else signed in at the locked desk; the note says who.
    WrongPerson,
}

impl AuditAct {
    /// The word in the log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Reveal => "reveal",
            Self::CopyPersonal => "copy-personal",
            Self::ReadAloud => "read-aloud",
            Self::Export => "export",
            Self::Intent => "intent",
            Self::Outcome => "outcome",
            Self::Approve => "approve",
            Self::ActivationCode => "activation-code",
            Self::VerifyCaller => "verify-caller",
            Self::Pack => "pack",
            Self::OpenPack => "open-pack",
            Self::DropPack => "drop-pack",
            Self::Hold => "hold",
            Self::LetGo => "let-go",
            Self::Incident => "incident",
            Self::IncidentOver => "incident-over",
            Self::WrongPin => "wrong-pin",
            Self::WrongPerson => "wrong-person",
        }
    }
}
