//! Parts of a customer that are read only when somebody looks at them. A page says what it needs; the app reads what was
//! not asked for yet.

use crate::domain::phone::Msisdn;
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::service::Cycle;

/// A part of the open customer beyond what opening it reads.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Deeper {
    /// WHMCS transactions.
    Transactions,
    /// WHMCS credit entries.
    Credits,
    /// WHMCS e-mails.
    Emails,
    /// WHMCS e-mails older than the newest so many.
    OlderEmails(u64),
    /// Lines of WHMCS's activity log older than the newest so many.
    OlderActivity(u64),
    /// Add-ons of the services.
    Addons,
    /// Cancellation requests.
    CancelRequests,
    /// WHMCS's catalogue, for what a service can be changed to.
    Products,
    /// The portal's catalogue in Salesforce, for what can be ordered.
    Catalogue,
    /// The templates of WHMCS's e-mails, for what can be sent.
    EmailTemplates,
    /// Changes of the customer's Salesforce records.
    Changes,
    /// Promises: Salesforce tasks.
    FollowUps,
    /// Items and payments of one invoice.
    Invoice(u64),
    /// Comments and e-mails of one case.
    Case(SalesforceId),
    /// Replies and notes of one ticket.
    Ticket(u64),
    /// One line from Freebit, which a page cannot do without. Lists never ask for it: Freebit forbids bulk retrieval.
    Line(Msisdn),
    /// What changing a service to another product would cost.
    Quote {
        /// The service.
        service: u64,
        /// The product it would become.
        product: u64,
        /// How it would be billed.
        cycle: Cycle,
    },
}

/// A [`Deeper`] without whose: reads of one kind replace each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DeeperKind {
    /// See [`Deeper::Transactions`].
    Transactions,
    /// See [`Deeper::Credits`].
    Credits,
    /// See [`Deeper::Emails`].
    Emails,
    /// See [`Deeper::OlderEmails`].
    OlderEmails,
    /// See [`Deeper::OlderActivity`].
    OlderActivity,
    /// See [`Deeper::Addons`].
    Addons,
    /// See [`Deeper::CancelRequests`].
    CancelRequests,
    /// See [`Deeper::Products`].
    Products,
    /// See [`Deeper::Catalogue`].
    Catalogue,
    /// See [`Deeper::EmailTemplates`].
    EmailTemplates,
    /// See [`Deeper::Changes`].
    Changes,
    /// See [`Deeper::FollowUps`].
    FollowUps,
    /// See [`Deeper::Invoice`].
    Invoice,
    /// See [`Deeper::Case`].
    Case,
    /// See [`Deeper::Ticket`].
    Ticket,
    /// See [`Deeper::Line`].
    Line,
    /// See [`Deeper::Quote`].
    Quote,
}

impl Deeper {
    /// Which kind it is.
    pub const fn kind(&self) -> DeeperKind {
        match self {
            Self::Transactions => DeeperKind::Transactions,
            Self::Credits => DeeperKind::Credits,
            Self::Emails => DeeperKind::Emails,
            Self::OlderEmails(_) => DeeperKind::OlderEmails,
            Self::OlderActivity(_) => DeeperKind::OlderActivity,
            Self::Addons => DeeperKind::Addons,
            Self::CancelRequests => DeeperKind::CancelRequests,
            Self::Products => DeeperKind::Products,
            Self::Catalogue => DeeperKind::Catalogue,
            Self::EmailTemplates => DeeperKind::EmailTemplates,
            Self::Changes => DeeperKind::Changes,
            Self::FollowUps => DeeperKind::FollowUps,
            Self::Invoice(_) => DeeperKind::Invoice,
            Self::Case(_) => DeeperKind::Case,
            Self::Ticket(_) => DeeperKind::Ticket,
            Self::Line(_) => DeeperKind::Line,
            Self::Quote { .. } => DeeperKind::Quote,
        }
    }

    /// Follows the cursor, so that it is read only once the cursor rests.
    pub const fn follows_cursor(&self) -> bool {
        matches!(self, Self::Invoice(_) | Self::Case(_) | Self::Ticket(_) | Self::Line(_) | Self::Quote { .. })
    }
}
