//! Changes, what became of them, and readings without a screen: the same plans, the same engine, the same journal, the same
//! search as the desk's.
//!
//! Everything goes through [`Work`](crate::runtime::Work), as the desk's own questions do. What is shown of a customer is
//! masked as on the desk.

mod change;
pub mod doctor;
mod find;
mod login;
mod notices;
mod operations;
mod reading;
mod routine;
mod say;
mod session;
mod talk;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;

use crate::cli::Command;
use crate::config::{Config, routines};
use crate::domain::change::Wrong;
use crate::domain::phrase::Phrase;
use crate::domain::web::WebPages;
use crate::flow::{Fault, OperationState, PlanRefused};
use crate::locale::Words;
use crate::logging;
use crate::runtime::connect::{self, Target};
use doctor::Place;
pub use login::{sign_in, sign_out};
use session::Session;

/// How a command ended. The numbers are promised to scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// As asked.
    Done = 0,
    /// A check, a role or a system's state stands against it. Nothing was sent.
    Refused = 1,
    /// What was typed, or the configuration, is wrong.
    Usage = 2,
    /// Nobody confirmed it. Nothing was sent.
    NotConfirmed = 3,
    /// It is under way: a system works on it.
    WaitsForSystem = 4,
    /// A person has to decide or to confirm.
    WaitsForPerson = 5,
    /// It had no effect, or what it did was taken back.
    Undone = 6,
    /// A system cannot be reached.
    Unreachable = 7,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl Exit {
    const fn of(state: &OperationState) -> Self {
        match state {
            OperationState::Done | OperationState::Closed(_) => Self::Done,
            OperationState::Running | OperationState::WaitsForSystem { .. } | OperationState::Elsewhere => {
                Self::WaitsForSystem
            }
            OperationState::WaitsForPerson(_)
            | OperationState::AwaitsSecond { .. }
            | OperationState::Queued
            | OperationState::Outbox(_) => Self::WaitsForPerson,
            OperationState::Undone(_) => Self::Undone,
        }
    }
}

impl Exit {
    /// How a reading ended with which this went wrong: a system that is out counts more than one that refused.
    fn of_faults(faults: &[&Fault]) -> Self {
        match faults {
            [] => Self::Done,
            faults if faults.iter().any(|fault| fault.shuts_out()) => Self::Unreachable,
            _ => Self::Refused,
        }
    }
}

/// A command that cannot go on, and why, a sentence a line.
#[derive(Debug)]
struct Stop {
    exit: Exit,
    why: Vec<String>,
}

impl Stop {
    fn new(exit: Exit, why: impl Into<String>) -> Self {
        Self { exit, why: vec![why.into()] }
    }

    fn fault(fault: &Fault, words: &Words) -> Self {
        Self::new(Exit::of_faults(&[fault]), words.phrase(&fault.phrase(), false))
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        // Whoever read the answer has read enough, as `head` does.
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self { exit: Exit::Done, why: Vec::new() };
        }
        Self::new(Exit::Usage, error.to_string())
    }
}

/// What every command needs.
pub struct Run<'a> {
    /// In whose words it answers.
    pub words: Words,
    /// What it connects to.
    pub target: Target,
    /// How changes are carried out.
    pub rules: connect::Rules,
    /// What the organisation decides.
    pub config: &'a Config,
    /// Where that is written.
    pub place: Place,
    /// Answer in sentences instead of tables.
    pub plain: bool,
    /// The pages of records elsewhere, where standard output makes links.
    pub pages: WebPages,
    /// The embedded sandbox answers, and nobody named it: its customers could be taken for real ones.
    pub invented: bool,
}

impl Run<'_> {
    /// Where the routines are.
    fn routines(&self) -> PathBuf {
        self.place.file.as_deref().map(routines::beside).unwrap_or_default()
    }

    /// Runs one of the commands without a screen; without one, all that a person types.
    ///
    /// # Errors
    /// The process cannot be set up or nothing can be written to standard output.
    pub fn command(self, command: Option<&Command>) -> io::Result<Exit> {
        let as_json = command.is_some_and(Command::json);
        // Kept until the end: dropping it writes the rest of the log.
        let log = logging::start();
        if let Some(problem) = &log.problem {
            writeln!(io::stderr(), "madoguchi: {problem}")?;
        }
        let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let ended = tokio.block_on(async {
            if let Some(Command::Doctor(args)) = command {
                return doctor::run(self, args, log.folder.clone()).await;
            }
            // What only looks at files needs no systems.
            if let Some(Command::Routine(command)) = command
                && let Some(told) = routine::look(&self.words, &self.routines(), command)
            {
                return told;
            }
            let invented = self.invented;
            let mut session = Session::open(self, log.folder.clone()).await?;
            if invented && command.is_some() {
                writeln!(io::stderr(), "madoguchi: {}", session.words.say("cli-invented"))?;
            }
            match command {
                Some(command) => dispatch(&mut session, command).await,
                None => talk::run(&mut session).await,
            }
        });
        tokio.shutdown_background();
        drop(log);
        match ended {
            Ok(exit) => Ok(exit),
            Err(Stop { exit, why }) if as_json => Ok(refused_json(exit, &why)),
            Err(Stop { exit, why }) => {
                for why in why {
                    writeln!(io::stderr(), "madoguchi: {why}")?;
                }
                Ok(exit)
            }
        }
    }
}

/// Tells a program why nothing came of it.
pub fn refused_json(exit: Exit, why: &[String]) -> Exit {
    ended(exit, &format!("{}\n", json!({ "exit": exit as u8, "refused": why })))
}

/// Runs one command over a connection.
async fn dispatch(session: &mut Session, command: &Command) -> Result<Exit, Stop> {
    match command {
        Command::Change(args) => change::run(session, args).await,
        Command::Operations(args) => operations::list(session, args).await,
        Command::Operation(args) => operations::decide(session, args).await,
        Command::Countersign(args) => operations::countersign(session, args).await,
        Command::Notices(command) => notices::run(session, command).await,
        Command::Routine(command) => routine::run(session, command).await,
        other => match other.reading() {
            Some(asked) => reading::read(session, &asked).await,
            // What needs no systems was done before.
            None => Ok(Exit::Done),
        },
    }
}

/// Why there is no plan.
fn unplanned(why: &PlanRefused, words: &Words) -> Stop {
    match why {
        PlanRefused::Fault(fault) => Stop::fault(fault, words),
        PlanRefused::Wrong(wrong) => wrong_fields(wrong, words),
        PlanRefused::Blocked(why) => refused(why, words),
    }
}

fn wrong_fields(wrong: &[Wrong], words: &Words) -> Stop {
    let why = wrong.iter().map(|it| format!("--{}: {}", it.field, words.phrase(&it.why, false))).collect();
    Stop { exit: Exit::Usage, why }
}

fn refused(why: &Phrase, words: &Words) -> Stop {
    Stop::new(Exit::Refused, said(why, words))
}

/// Why something is refused, in a shell's words: here an option says what a key says on the desk.
fn said(why: &Phrase, words: &Words) -> String {
    let here = match &*why.key {
        "access-read-only" => "cli-access-read-only",
        "access-caller" => "cli-access-caller",
        _ => return words.phrase(why, false),
    };
    words.phrase(&Phrase { key: here.into(), with: why.with.clone() }, false)
}

/// Tells what came of something. It came of it whether or not anybody reads that.
fn ended(exit: Exit, told: &str) -> Exit {
    let mut out = io::stdout().lock();
    match out.write_all(told.as_bytes()).and_then(|()| out.flush()) {
        Err(why) if why.kind() != io::ErrorKind::BrokenPipe => {
            let _ = writeln!(io::stderr(), "madoguchi: {why}");
        }
        _ => {}
    }
    exit
}
