//! Readings: what is found, and what is shown of one thing. Each is a thing and what is read of it: `customer find`,
//! `order xray`. `case` alone is a change as well, which opens one.

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

/// What is read of customers.
#[derive(Debug, Clone, Subcommand)]
pub enum CustomerCommand {
    /// Find customers by anything that identifies them, as the desk's search does.
    Find(FindArgs),
    /// Show a customer: who they are, and their services, invoices, orders, lines and cases.
    Show {
        /// A customer number, a client like #41, a Salesforce id, or the number of a line.
        #[arg(value_name = "CUSTOMER")]
        which: String,
        /// How it is answered.
        #[command(flatten)]
        how: How,
    },
}

/// What is read of invoices.
#[derive(Debug, Clone, Subcommand)]
pub enum InvoiceCommand {
    /// Show an invoice: its lines and payments.
    Show {
        /// Its id, or the number printed on it.
        #[arg(value_name = "ID")]
        which: String,
        /// How it is answered.
        #[command(flatten)]
        how: How,
    },
}

/// What is read of orders.
#[derive(Debug, Clone, Subcommand)]
pub enum OrderCommand {
    /// Show a Salesforce order and what is in it.
    Show {
        /// Its number.
        #[arg(value_name = "NUMBER")]
        which: String,
        /// How it is answered.
        #[command(flatten)]
        how: How,
    },
    /// Show where an order stands: the ten steps of its fulfilment through all systems, where it stopped, and what to do.
    Xray {
        /// The order's number.
        #[arg(value_name = "NUMBER")]
        which: String,
        /// How it is answered.
        #[command(flatten)]
        how: How,
    },
}

/// What is read of mobile lines.
#[derive(Debug, Clone, Subcommand)]
pub enum SimCommand {
    /// Show a mobile line, as Freebit tells it.
    Show {
        /// Its number.
        #[arg(value_name = "LINE")]
        which: String,
        /// How it is answered.
        #[command(flatten)]
        how: How,
    },
    /// Show the data that a mobile line used, day by day, and what was added to it.
    Usage {
        /// Its number.
        #[arg(value_name = "LINE")]
        which: String,
        /// How it is answered.
        #[command(flatten)]
        how: How,
    },
}

/// What is read of cases. Without one of these words, `case` is the change that opens one.
#[derive(Debug, Clone, Subcommand)]
pub enum CaseCommand {
    /// List the open cases of a queue, of all customers; mine unless told.
    List(CaseListArgs),
    /// Show a Salesforce case and what was said in it.
    Show {
        /// Its number.
        #[arg(value_name = "NUMBER")]
        which: String,
        /// How it is answered.
        #[command(flatten)]
        how: How,
    },
}

/// Which cases are listed.
#[derive(Debug, Clone, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command line, and clap lets through one alone"
)]
pub struct CaseListArgs {
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

impl CaseListArgs {
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

/// What is read, without anything being changed.
#[derive(Debug, Clone)]
pub enum Reading<'a> {
    /// Of customers.
    Customer(&'a CustomerCommand),
    /// Of an invoice.
    Invoice(&'a InvoiceCommand),
    /// Of an order.
    Order(&'a OrderCommand),
    /// Of a line.
    Sim(&'a SimCommand),
    /// Of cases.
    Case(&'a CaseCommand),
}

impl Reading<'_> {
    /// Whether it is answered as JSON.
    pub const fn json(&self) -> bool {
        match self {
            Self::Customer(CustomerCommand::Find(FindArgs { how, .. }) | CustomerCommand::Show { how, .. })
            | Self::Invoice(InvoiceCommand::Show { how, .. })
            | Self::Order(OrderCommand::Show { how, .. } | OrderCommand::Xray { how, .. })
            | Self::Sim(SimCommand::Show { how, .. } | SimCommand::Usage { how, .. })
            | Self::Case(CaseCommand::Show { how, .. }) => how.json,
            Self::Case(CaseCommand::List(args)) => args.json,
        }
    }
}
