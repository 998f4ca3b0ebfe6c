//! Readings: what is found, and what is shown of one thing. They stand below `find` and `show`, because the plain words
//! (`case`, `comment`) are changes.

use clap::{Args, Subcommand};

use crate::domain::queue::Queue;

/// What is searched for.
#[derive(Debug, Clone, Args)]
pub struct FindArgs {
    /// What identifies the customer: name, kana, phone, e-mail, customer number, line, invoice, order, case, card.
    #[arg(value_name = "TEXT", required = true, num_args = 1..)]
    pub text: Vec<String>,
    /// How it is answered.
    #[command(flatten)]
    pub how: How,
}

/// How a reading is answered.
#[derive(Debug, Clone, Args)]
pub struct How {
    /// Answer as JSON.
    #[arg(long)]
    pub json: bool,
    /// Show personal data unmasked, for this reason, which is kept in the audit log.
    #[arg(long, value_name = "REASON")]
    pub reveal: Option<String>,
}

/// Of what one thing is shown.
#[derive(Debug, Clone, Subcommand)]
pub enum ShowCommand {
    /// A customer: who they are, and their services, invoices, orders, lines and cases.
    Customer {
        /// A customer number, a client like #41, a Salesforce id, or the number of a line.
        #[arg(value_name = "CUSTOMER")]
        which: String,
        /// How it is answered.
        #[command(flatten)]
        how: How,
    },
    /// An invoice: its lines and payments.
    Invoice {
        /// Its id, or the number printed on it.
        #[arg(value_name = "ID")]
        which: String,
        /// How it is answered.
        #[command(flatten)]
        how: How,
    },
    /// A Salesforce order and what is in it.
    Order {
        /// Its number.
        #[arg(value_name = "NUMBER")]
        which: String,
        /// How it is answered.
        #[command(flatten)]
        how: How,
    },
    /// Where an order stands: the ten steps of its fulfilment through all systems, where it stopped, and what to do.
    Xray {
        /// The order's number.
        #[arg(value_name = "NUMBER")]
        which: String,
        /// How it is answered.
        #[command(flatten)]
        how: How,
    },
    /// A mobile line, as Freebit tells it.
    Sim {
        /// Its number.
        #[arg(value_name = "LINE")]
        which: String,
        /// How it is answered.
        #[command(flatten)]
        how: How,
    },
    /// The data that a mobile line used, day by day, and what was added to it.
    Usage {
        /// Its number.
        #[arg(value_name = "LINE")]
        which: String,
        /// How it is answered.
        #[command(flatten)]
        how: How,
    },
    /// A Salesforce case and what was said in it.
    Case {
        /// Its number.
        #[arg(value_name = "NUMBER")]
        which: String,
        /// How it is answered.
        #[command(flatten)]
        how: How,
    },
    /// The open cases of a queue, of all customers; mine unless told.
    Cases(CasesArgs),
}

/// Which cases are listed.
#[derive(Debug, Clone, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command line, and clap lets through one alone"
)]
pub struct CasesArgs {
    /// Mine.
    #[arg(long, group = "queue")]
    pub mine: bool,
    /// Those that nobody took.
    #[arg(long, group = "queue")]
    pub unassigned: bool,
    /// Those past their answer time, or about to be.
    #[arg(long, group = "queue")]
    pub breaching: bool,
    /// Every open one.
    #[arg(long, group = "queue")]
    pub all: bool,
    /// How many are read at most.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub most: u32,
    /// Answer as JSON.
    #[arg(long)]
    pub json: bool,
}

impl CasesArgs {
    /// The board's queue that was named.
    pub const fn queue(&self) -> Queue {
        match (self.unassigned, self.breaching, self.all) {
            (true, ..) => Queue::CasesUnassigned,
            (_, true, _) => Queue::CasesBreaching,
            (_, _, true) => Queue::CasesOpen,
            _ => Queue::CasesMine,
        }
    }
}

impl ShowCommand {
    /// Whether it is answered as JSON.
    pub const fn json(&self) -> bool {
        match self {
            Self::Customer { how, .. }
            | Self::Invoice { how, .. }
            | Self::Order { how, .. }
            | Self::Xray { how, .. }
            | Self::Sim { how, .. }
            | Self::Usage { how, .. }
            | Self::Case { how, .. } => how.json,
            Self::Cases(args) => args.json,
        }
    }
}
