//! The command line.
//!
//! What has a screen, the sandbox, the journal and what is read have commands written here; every change has one made from the
//! table of verbs (`changes`).

mod changes;
mod doctor;
mod notices;
mod reading;
mod routine;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub use changes::{ChangeArgs, parse, try_parse, try_parse_line, whole};
pub use doctor::DoctorArgs;
pub use notices::{FollowArgs, ListArgs, NoticesCommand};
pub use reading::{
    CaseCommand, CaseListArgs, CustomerCommand, FindArgs, How, InvoiceCommand, OrderCommand, Reading, SimCommand,
};
pub use routine::{RoutineArgs, RoutineCommand};

use crate::config::{GlyphChoice, LanguageChoice, MOST_CUSTOMERS};

/// One desk for a telecom's customers: Salesforce, WHMCS and Freebit on one screen.
///
/// Without a configuration it opens on an embedded sandbox with invented customers.
#[derive(Debug, Parser)]
#[command(name = "madoguchi", version, about, max_term_width = 100)]
pub struct Cli {
    /// What to run; the desk when nothing is named.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How the desk is opened.
    #[command(flatten)]
    pub desk: DeskArgs,
}

/// How the desk is opened.
#[derive(Debug, Clone, Args)]
pub struct DeskArgs {
    /// Configuration file, instead of the one in the configuration folder.
    #[arg(long, value_name = "FILE", env = "MADOGUCHI_CONFIG", global = true)]
    pub config: Option<PathBuf>,
    /// Profile of the configuration to use; "sandbox" for the embedded sandbox.
    #[arg(long, value_name = "NAME", env = "MADOGUCHI_PROFILE", global = true)]
    pub profile: Option<String>,
    /// Language of the desk.
    #[arg(long, value_enum, env = "MADOGUCHI_LANGUAGE")]
    pub language: Option<LanguageChoice>,
    /// Theme of the desk: one that comes with it, or a file's in the folder "themes" beside the configuration.
    #[arg(long, value_name = "NAME", env = "MADOGUCHI_THEME")]
    pub theme: Option<String>,
    /// Shapes the terminal can draw.
    #[arg(long, value_enum, env = "MADOGUCHI_GLYPHS")]
    pub glyphs: Option<GlyphChoice>,
    /// Lines instead of a screen, and sentences instead of tables, for screen readers. Without a command: one after the
    /// other is typed.
    #[arg(long, global = true)]
    pub plain: bool,
    /// Only look: this desk changes nothing.
    #[arg(long)]
    pub read_only: bool,
    /// Ask for the passphrase of the field pack first.
    #[arg(long)]
    pub pack: bool,
    /// The embedded sandbox.
    #[command(flatten)]
    pub world: WorldArgs,
}

/// The sandbox's world.
#[derive(Debug, Clone, Args)]
pub struct WorldArgs {
    /// How many customers the sandbox invents (default 300).
    #[arg(long, value_name = "N", value_parser = customers)]
    pub customers: Option<usize>,
    /// From which number the sandbox invents them; the same number, the same customers.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Keep the sandbox's state in this file between runs.
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
}

impl WorldArgs {
    /// These, and where they say nothing, the others: options may stand before the command as well as behind it.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        Self {
            customers: self.customers.or(other.customers),
            seed: self.seed.or(other.seed),
            state: self.state.clone().or_else(|| other.state.clone()),
        }
    }
}

/// Commands besides the desk.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the sandbox alone, for other clients, until interrupted.
    Sandbox(SandboxArgs),
    /// Hash a supervisor's PIN for the configuration. Asks for it twice.
    Pin,
    /// Look at the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Sign in to Salesforce with a browser, for a profile with flow = "browser".
    Login,
    /// Sign out again: at Salesforce, and here.
    Logout,
    /// Look at the audit log: who saw, took or changed what of whom.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Find customers, or look at one. Nothing is changed.
    #[command(subcommand)]
    Customer(CustomerCommand),
    /// Look at an invoice.
    #[command(subcommand)]
    Invoice(InvoiceCommand),
    /// Look at an order.
    #[command(subcommand)]
    Order(OrderCommand),
    /// Look at a mobile line.
    #[command(subcommand)]
    Sim(SimCommand),
    /// List cases, look at one, or open one.
    #[command(subcommand)]
    Case(CaseCommand),
    /// Tell what happened elsewhere and waits for somebody, as the desk's notices do.
    #[command(subcommand)]
    Notices(NoticesCommand),
    /// Examine the configuration, this machine and the systems, and say what to do about what is found. Nothing is changed.
    Doctor(DoctorArgs),
    /// List the routines, look at one, or run one.
    #[command(subcommand)]
    Routine(RoutineCommand),
    /// List the changes that are not over, and go on with what can go on.
    Operations(OperationsArgs),
    /// Decide about one change that is not over.
    Operation(OperationArgs),
    /// Confirm, as the second person, the change that a code was given for.
    Countersign(CountersignArgs),
    /// Print completions for a shell.
    Completions {
        /// Which shell.
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write a page for every command into a folder.
    Man {
        /// The folder.
        #[arg(value_name = "FOLDER")]
        folder: Option<PathBuf>,
    },
    /// Make a change.
    #[command(skip)]
    Change(ChangeArgs),
}

/// How the changes that are not over are listed.
#[derive(Debug, Clone, Args)]
pub struct OperationsArgs {
    /// Look until nothing more can be settled by reading.
    #[arg(long)]
    pub settle: bool,
    /// Go on with them although the profile is live; without it they are settled by reading alone.
    #[arg(long)]
    pub write: bool,
    /// Answer as JSON.
    #[arg(long)]
    pub json: bool,
}

/// What is decided about a change.
#[derive(Debug, Clone, Args)]
pub struct OperationArgs {
    /// Its id.
    #[arg(value_name = "ID")]
    pub id: crate::domain::operation_id::OperationId,
    /// What is decided.
    #[arg(value_name = "DECISION", value_enum)]
    pub decision: DecisionWord,
    /// Why it is closed; what came; or to whom it is handed.
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Change things although the profile is live.
    #[arg(long)]
    pub write: bool,
    /// Answer as JSON.
    #[arg(long)]
    pub json: bool,
}

/// What a person may decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum DecisionWord {
    /// Look again.
    Verify,
    /// Go on: send what was proved to have had no effect.
    DriveOn,
    /// Take back what can be taken back.
    Undo,
    /// What is waited for has come; --reason says how it is known.
    Confirm,
    /// Give it to the colleague named by --reason.
    Hand,
    /// It is settled outside the desk; --reason says why.
    Close,
}

impl Command {
    /// Whether it is answered as JSON for sure.
    pub fn json(&self) -> bool {
        match self {
            Self::Change(args) => args.json,
            Self::Operations(args) => args.json,
            Self::Operation(args) => args.json,
            Self::Countersign(args) => args.json,
            Self::Doctor(args) => args.json,
            Self::Notices(command) => command.json(),
            Self::Routine(command) => command.json(),
            other => other.reading().is_some_and(|reading| reading.json()),
        }
    }

    /// What it reads, where it is a reading.
    pub const fn reading(&self) -> Option<Reading<'_>> {
        Some(match self {
            Self::Customer(command) => Reading::Customer(command),
            Self::Invoice(command) => Reading::Invoice(command),
            Self::Order(command) => Reading::Order(command),
            Self::Sim(command) => Reading::Sim(command),
            Self::Case(command) => Reading::Case(command),
            _ => return None,
        })
    }
}

impl DecisionWord {
    /// Whether it needs a reason.
    pub const fn needs_reason(self) -> bool {
        matches!(self, Self::Confirm | Self::Hand | Self::Close)
    }
}

/// Which change a second person confirms.
#[derive(Debug, Clone, Args)]
pub struct CountersignArgs {
    /// The code, as the first person told it.
    #[arg(value_name = "CODE")]
    pub code: String,
    /// Change things although the profile is live.
    #[arg(long)]
    pub write: bool,
    /// Answer as JSON.
    #[arg(long)]
    pub json: bool,
}

/// What is done with the configuration.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum ConfigCommand {
    /// Check all of it, and whether the secrets of the profile in use are there. The exit code is 2 where something is wrong.
    Check,
    /// Print where its file is.
    Path,
    /// Print what counts: the defaults, the file over them, and options and environment over that. No secret is in it.
    Show,
}

/// What is done with the audit log.
#[derive(Debug, Clone, Subcommand)]
pub enum AuditCommand {
    /// Check that no line was changed, removed or put in. The exit code is 0 where that holds, 1 where not.
    Verify {
        /// The log, instead of this person's.
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
        /// The last seal of an earlier check, which must still be there: shows whether lines were cut away since.
        #[arg(long, value_name = "SEAL")]
        noted: Option<String>,
    },
    /// Print the latest lines.
    Show {
        /// The log, instead of this person's.
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
        /// How many.
        #[arg(long, value_name = "N", default_value_t = 20)]
        last: usize,
    },
}

/// How the sandbox runs alone.
#[derive(Debug, Clone, Args)]
pub struct SandboxArgs {
    /// The world.
    #[command(flatten)]
    pub world: WorldArgs,
    /// Port of Salesforce; 0 lets the system pick one.
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub salesforce_port: u16,
    /// Port of WHMCS.
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub whmcs_port: u16,
    /// Port of Freebit.
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub freebit_port: u16,
    /// Port of the control endpoint.
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub control_port: u16,
    /// Port of Salesforce's Pub/Sub API over TLS; without TLS it answers at Salesforce's own.
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub pubsub_port: u16,
    /// Sign-ins by assertion (JWT) must be signed with the key in this file, which is made when it is not there.
    #[arg(long, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
}

fn customers(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(n) if n <= MOST_CUSTOMERS => Ok(n),
        _ => Err(format!("a number of customers from 0 to {MOST_CUSTOMERS} is needed, like 300")),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_world_may_stand_on_either_side_of_the_command() {
        let words = ["madoguchi", "--customers", "70", "--seed", "9", "sandbox", "--seed", "7"];
        let cli = Cli::try_parse_from(words).unwrap();
        let Some(Command::Sandbox(args)) = &cli.command else { panic!("the command was not read") };
        let world = args.world.or(&cli.desk.world);
        assert_eq!((world.customers, world.seed), (Some(70), Some(7)));
    }

    #[test]
    fn the_world_is_bounded() {
        assert!(Cli::try_parse_from(["madoguchi", "--customers", "100001"]).is_err());
        let cli = Cli::try_parse_from(["madoguchi", "sandbox", "--customers", "5", "--seed", "7"]).unwrap();
        assert!(matches!(cli.command, Some(Command::Sandbox(args)) if args.world.customers == Some(5)));
    }
}
