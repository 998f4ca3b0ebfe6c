//! Everything that can happen to the app.

use jiff::Timestamp;

use crate::domain::phrase::Phrase;
use crate::domain::status::Tone;
use crate::domain::system::System;

use super::fault::Fault;
use super::ground::Ground;
use super::input::Input;
use super::live::Live;
use super::operation::{Carried, OperationView};
use super::pack::PackTold;
use super::query::{Generation, Reply, Slot};
use super::routine::RoutineFile;
use super::theme::ThemeFile;

/// Everything that can happen. `App::update` takes one of these and the time it happened.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a reply is moved twice in its life; a box for each would cost more")]
pub enum Msg {
    /// A person did something.
    Input(Input),
    /// A read answered, in whole or in part.
    Reply {
        /// Whose answer it is.
        slot: Slot,
        /// Which read of that slot.
        generation: Generation,
        /// The answer.
        reply: Reply,
    },
    /// A read has sent all its answers.
    Ended {
        /// Whose.
        slot: Slot,
        /// Which read of that slot.
        generation: Generation,
    },
    /// How an operation stands.
    Operation(Box<OperationView>),
    /// A command has been carried out as far as it goes for now.
    Carried(Carried),
    /// What was being typed when a desk ended, by its key.
    Draft(String, String),
    /// A system's state as its last calls showed it.
    Health(Health),
    /// Something happened elsewhere.
    Live(Live),
    /// Something worth a line in the status bar.
    Notice(Notice),
    /// What came of what was done about field packs.
    Pack(PackTold),
    /// Whether the PIN that was typed at the lock is right.
    Unlocked(bool),
    /// What the terminal's text stands on became known.
    Ground(Ground),
    /// The person's own themes, as their files are now.
    Themes(Vec<ThemeFile>),
    /// The routines, as their files are now.
    Routines(Vec<RoutineFile>),
    /// A line could not be written into the audit log.
    AuditFailed,
    /// What the desk is connected to became known.
    Environment(Environment),
    /// A minute began, or the machine woke: clock and ages may have changed.
    Minute,
    /// A step of an animation the app asked for.
    Tick,
    /// A second of a countdown the app asked for.
    Second,
    /// It comes to an end, whatever anybody says: the terminal is gone.
    Leaving,
    /// Come to an end: quit as if asked by a person (signals do this).
    Quit,
}

/// What the desk talks to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Environment {
    /// Not known yet: the sandbox is starting or the configuration is being read.
    Starting,
    /// The embedded sandbox, with its number of invented customers.
    Sandbox {
        /// Where its faults and its clock are switched: the control endpoint's address. Empty when it runs elsewhere.
        control: String,
    },
    /// A configured profile on real systems.
    Live {
        /// The profile's name.
        profile: String,
    },
    /// It could not be started; the sentence says why and what would be right.
    Failed(String),
}

/// A system's state as its calls showed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Which system.
    pub system: System,
    /// How it is.
    pub state: HealthState,
    /// How long its last answer took, in milliseconds.
    pub latency_ms: Option<u32>,
    /// When it last answered well.
    pub last_good: Option<Timestamp>,
    /// Calls used today and the day's allowance, where the system tells.
    pub calls: Option<(u64, u64)>,
    /// Why it is not up.
    pub fault: Option<Fault>,
    /// How its calls went lately.
    pub figures: Figures,
}

impl Health {
    /// A system that was never called yet.
    pub const fn unasked(system: System) -> Self {
        let figures = Figures { p50_ms: None, p95_ms: None, calls: 0, failed: 0, held_until: None, signed_in: None };
        Self {
            system,
            state: HealthState::Unknown,
            latency_ms: None,
            last_good: None,
            calls: None,
            fault: None,
            figures,
        }
    }
}

/// How a system's calls of the last minutes went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// Half of them were answered within this, in milliseconds.
    pub p50_ms: Option<u32>,
    /// Nineteen of twenty were.
    pub p95_ms: Option<u32>,
    /// How many there were.
    pub calls: u32,
    /// How many of them failed.
    pub failed: u32,
    /// After failures no call is sent until then.
    pub held_until: Option<Timestamp>,
    /// Since when the desk is signed in.
    pub signed_in: Option<Timestamp>,
}

/// How a system is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HealthState {
    /// Never called yet.
    #[default]
    Unknown,
    /// Answers.
    Up,
    /// Answers some calls.
    Degraded,
    /// Does not answer.
    Down,
}

/// A line for the status bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How much it matters.
    pub tone: Tone,
    /// What it says.
    pub text: NoticeText,
}

/// What a notice says: words of the language table, or a sentence from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoticeText {
    /// A key of the language table.
    Words(&'static str),
    /// Words of the language table with the path of a file put in.
    Path(&'static str, String),
    /// A sentence of the language table.
    Phrase(Phrase),
    /// A sentence as it is (sanitised).
    Sentence(String),
}
