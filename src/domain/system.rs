//! The three systems that hold the truth between them.

use serde::{Deserialize, Serialize};

/// A system of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum System {
    /// Accounts, orders, cases, eligibility, identity checks.
    Salesforce,
    /// Billing: clients, services, invoices, pay methods.
    Whmcs,
    /// The mobile lines.
    Freebit,
}

impl System {
    /// All of them, in the order the status bar shows them.
    pub const ALL: [Self; 3] = [Self::Salesforce, Self::Whmcs, Self::Freebit];

    /// The name people use. The same in every language.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Salesforce => "Salesforce",
            Self::Whmcs => "WHMCS",
            Self::Freebit => "Freebit",
        }
    }

    /// Two letters for a narrow column.
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Salesforce => "SF",
            Self::Whmcs => "WH",
            Self::Freebit => "FB",
        }
    }
}
