//! The closed word lists of WHMCS, each spelled exactly as it travels.

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$variant_doc])* #[doc = concat!("`", $text, "`")] $variant),+ }

        impl $name {
            /// Every word, in the vendor's order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word as WHMCS writes it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// Reads the word as WHMCS does, without regard to case.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.as_str().eq_ignore_ascii_case(text))
            }
        }
    };
}

words! {
    /// Whether a client may be served.
    ClientStatus { Active = "Active", Inactive = "Inactive", Closed = "Closed" }
}

words! {
    /// State of a service or of an addon.
    ServiceStatus {
        Pending = "Pending", Active = "Active", Completed = "Completed", Suspended = "Suspended",
        Terminated = "Terminated", Cancelled = "Cancelled", Fraud = "Fraud",
    }
}

words! {
    /// Stored state of an invoice. "Overdue" is no state: it is Unpaid past its due date.
    InvoiceStatus {
        Draft = "Draft", Unpaid = "Unpaid", Paid = "Paid", Cancelled = "Cancelled", Refunded = "Refunded",
        Collections = "Collections", PaymentPending = "Payment Pending",
    }
}

words! {
    /// How often a service is billed, as stored and as returned.
    BillingCycle {
        Free = "Free Account", OneTime = "One Time", Monthly = "Monthly", Quarterly = "Quarterly",
        SemiAnnually = "Semi-Annually", Annually = "Annually", Biennially = "Biennially", Triennially = "Triennially",
    }
}

words! {
    /// What kind of pay method a client stored.
    PayMethodKind {
        CreditCard = "CreditCard", RemoteCreditCard = "RemoteCreditCard", BankAccount = "BankAccount",
        RemoteBankAccount = "RemoteBankAccount",
    }
}

words! {
    /// When a requested cancellation takes effect.
    CancelKind { Immediate = "Immediate", EndOfBillingPeriod = "End of Billing Period" }
}

words! {
    /// Urgency of a ticket.
    Priority { Low = "Low", Medium = "Medium", High = "High" }
}

words! {
    /// Progress of a staff to-do item.
    ToDoStatus {
        New = "New", Pending = "Pending", InProgress = "In Progress", Completed = "Completed", Postponed = "Postponed",
    }
}

words! {
    /// Who opened or answered a ticket.
    Requestor { Owner = "Owner", Operator = "Operator", Contact = "Contact", Guest = "Guest" }
}

impl BillingCycle {
    /// The key of this cycle's price in `GetProducts`; a free product has none.
    pub const fn price_key(self) -> Option<&'static str> {
        match self {
            Self::Free => None,
            Self::OneTime | Self::Monthly => Some("monthly"),
            Self::Quarterly => Some("quarterly"),
            Self::SemiAnnually => Some("semiannually"),
            Self::Annually => Some("annually"),
            Self::Biennially => Some("biennially"),
            Self::Triennially => Some("triennially"),
        }
    }
}

impl PayMethodKind {
    /// Whether it is a card rather than a bank account.
    pub const fn is_card(self) -> bool {
        matches!(self, Self::CreditCard | Self::RemoteCreditCard)
    }
}
