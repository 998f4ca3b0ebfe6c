//! What an examination of the desk and its systems finds: which system, what, how it is, and what to do. Data; the language
//! table says it.

use std::borrow::Cow;
use std::time::Duration;

use crate::domain::phone::Msisdn;
use crate::domain::phrase::{Arg, Phrase};
use crate::domain::system::System;

/// How an examination is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examination {
    /// Changes that WHMCS may be asked for are tried too, where they can have no effect.
    pub writes: bool,
    /// The line that is read from Freebit.
    pub line: Option<Msisdn>,
    /// How long each system may take.
    pub patience: Duration,
}

/// Where something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// What is configured.
    Configuration,
    /// This machine: what the desk keeps on it.
    Machine,
    /// One of the systems.
    System(System),
}

impl Area {
    /// All of them, in the order they are told.
    pub const ALL: [Self; 5] = [
        Self::Configuration,
        Self::Machine,
        Self::System(System::Salesforce),
        Self::System(System::Whmcs),
        Self::System(System::Freebit),
    ];

    /// What scripts know it by.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Machine => "machine",
            Self::System(System::Salesforce) => "salesforce",
            Self::System(System::Whmcs) => "whmcs",
            Self::System(System::Freebit) => "freebit",
        }
    }
}

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// Worth knowing.
    Note,
    /// It could not be looked at.
    Unknown,
    /// It works, and may not for long or not for all.
    Warning,
    /// Something does not work.
    Wrong,
}

impl Verdict {
    /// What scripts know it by.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Unknown => "unknown",
            Self::Warning => "warning",
            Self::Wrong => "wrong",
        }
    }

    /// The words that name it.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Ok => "doctor-verdict-ok",
            Self::Note => "doctor-verdict-note",
            Self::Unknown => "doctor-verdict-unknown",
            Self::Warning => "doctor-verdict-warning",
            Self::Wrong => "doctor-verdict-wrong",
        }
    }
}

macro_rules! codes {
    ($($code:ident = $name:literal, $verdict:ident, $doc:literal;)*) => {
        /// Everything that can be found, in the order it is told. The names are promised to scripts.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $doc] $code,)*
        }

        impl Code {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$code),*];

            /// What scripts know it by.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$code => $name,)* }
            }

            /// How it is where this is found.
            pub const fn verdict(self) -> Verdict {
                match self { $(Self::$code => Verdict::$verdict,)* }
            }

            /// The words for what was seen.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$code => concat!("doctor-", $name),)* }
            }

            /// The words for what to do. What is as it should be has none.
            pub const fn todo(self) -> Option<&'static str> {
                match (self.verdict(), self) {
                    (Verdict::Ok, _) => None,
                    $((_, Self::$code) => Some(concat!("doctor-", $name, "-do")),)*
                }
            }
        }
    };
}

codes! {
    ConfigRead = "config-read", Ok, "The configuration is in order.";
    ConfigDefault = "config-default", Note, "There is no configuration, so the embedded sandbox is used.";
    ConfigWrong = "config-wrong", Wrong, "The configuration, or a secret that it names, cannot be used.";
    ProfileLive = "profile-live", Ok, "The profile is one of real systems.";
    ProfileSandbox = "profile-sandbox", Note, "The profile is a sandbox.";
    SecretsThere = "secrets-there", Ok, "Every secret of the profile is there.";
    PlainHttp = "plain-http", Note, "A system on this machine is called without TLS.";
    Proxy = "proxy", Note, "Calls go through a proxy.";
    ReadOnly = "read-only", Note, "This desk changes nothing.";

    Folder = "folder", Ok, "What the desk keeps lies in a folder that is its owner's alone.";
    FolderMissing = "folder-missing", Wrong, "The desk cannot keep anything.";
    FolderOpen = "folder-open", Warning, "Others can look into what the desk keeps.";
    Disk = "disk", Ok, "There is room on the disk.";
    DiskLow = "disk-low", Warning, "The disk is nearly full.";
    DiskUntold = "disk-untold", Unknown, "How much room there is is not known.";
    AuditSound = "audit-sound", Ok, "The audit log is as it was written.";
    AuditEmpty = "audit-empty", Ok, "Nothing was written into the audit log yet.";
    AuditBroken = "audit-broken", Wrong, "A line of the audit log is not as it was written.";
    AuditUnread = "audit-unread", Wrong, "The audit log cannot be read or written.";
    JournalSound = "journal-sound", Ok, "The journal is open and as it was written.";
    JournalUnopened = "journal-unopened", Wrong, "The journal cannot be opened, so nothing can be changed.";
    JournalBroken = "journal-broken", Wrong, "Entries of the journal are not as they were written.";

    Reached = "reached", Ok, "The system answers.";
    NameUnknown = "name-unknown", Wrong, "The name of its host is not known.";
    ConnectionRefused = "connection-refused", Wrong, "Its host refuses the connection.";
    NoConnection = "no-connection", Wrong, "No connection could be made in time.";
    NoAnswer = "no-answer", Wrong, "It took the connection and gave no whole answer.";
    CertificateUntrusted = "certificate-untrusted", Wrong, "Its certificate is of nobody that this machine trusts.";
    CertificateExpired = "certificate-expired", Wrong, "Its certificate is over, or not valid yet.";
    CertificateName = "certificate-name", Wrong, "Its certificate is for another host.";
    TlsFailed = "tls-failed", Wrong, "No encrypted connection could be agreed on.";
    Certificate = "certificate", Ok, "How long its certificate is good.";
    CertificateEnds = "certificate-ends", Warning, "Its certificate ends soon.";
    Clock = "clock", Ok, "Its clock and this machine's agree.";
    ClockDrifts = "clock-drifts", Warning, "Its clock and this machine's differ.";
    ClockOff = "clock-off", Wrong, "Its clock and this machine's differ by more than a sign-in stands.";
    ClockUntold = "clock-untold", Unknown, "It does not tell the time.";
    Broken = "broken", Wrong, "It is in trouble, or something before it answers in its place.";
    SignedIn = "signed-in", Ok, "Who the desk is signed in as.";
    SignInRefused = "sign-in-refused", Wrong, "The sign-in was refused.";
    SignedOut = "signed-out", Wrong, "Nobody is signed in, and only a person can.";
    IdentityUntold = "identity-untold", Note, "It does not say who the desk is signed in as.";
    Skipped = "skipped", Unknown, "Nothing else could be looked at.";
    OutOfTime = "out-of-time", Unknown, "Not everything was looked at in time.";
    Unread = "unread", Unknown, "Something could not be read.";

    VersionServed = "version-served", Ok, "The version of the interface that the desk speaks is served.";
    VersionUnserved = "version-unserved", Wrong, "The version of the interface that the desk speaks is not served.";
    Organization = "organization", Ok, "Which organisation it is.";
    OrganizationSandbox = "organization-sandbox", Note, "The organisation is a sandbox or a trial.";
    Agent = "agent", Ok, "Whose cases and promises are mine.";
    AgentMissing = "agent-missing", Wrong, "Who is at the desk is not known.";
    PortalUsers = "portal-users", Ok, "The portal's users are there.";
    PortalUserMissing = "portal-user-missing", Wrong, "A user of the portal is not there, or not active.";
    PortalUsersNone = "portal-users-none", Note, "No user of the portal is configured.";
    OwnerMissing = "owner-missing", Wrong, "Who is to get requests to suspend a line is not there.";
    ObjectMissing = "object-missing", Wrong, "An object is not there, or hidden from the desk's user.";
    Fields = "fields", Ok, "Every field that is used is there and of the right kind.";
    FieldMissing = "field-missing", Wrong, "A field is not there, or hidden from the desk's user.";
    FieldKind = "field-kind", Wrong, "A field is of another kind than the desk needs.";
    FieldFixed = "field-fixed", Wrong, "A field that the desk writes cannot be written.";
    FieldUnfiltered = "field-unfiltered", Wrong, "A field that the desk looks records up by cannot be filtered by.";
    Histories = "histories", Ok, "The objects that keep changes are there.";
    HistoryMissing = "history-missing", Warning, "An object that keeps changes is not there, or hidden.";
    RecordTypes = "record-types", Ok, "The record types that are looked at are there.";
    RecordTypeMissing = "record-type-missing", Wrong, "A record type that is looked at is not there.";
    PicklistWords = "picklist-words", Ok, "Every word that is configured for a picklist was looked up.";
    WordMissing = "word-missing", Wrong, "A word that the desk needs is not in its picklist.";
    WordMistyped = "word-mistyped", Warning, "A word is not in its picklist, and one that looks like it is.";
    WordUnused = "word-unused", Note, "A word that is looked for is not in its picklist.";
    PriorityUnpromised = "priority-unpromised", Warning, "Cases of a priority are promised no answer.";
    Questions = "questions", Ok, "The desk's own queries are answered.";
    QuestionRefused = "question-refused", Wrong, "One of the desk's own queries is refused.";
    PriceBook = "price-book", Ok, "The price book is there and sells something.";
    PriceBookMissing = "price-book-missing", Wrong, "The price book is not there, or not active.";
    PriceBookEmpty = "price-book-empty", Warning, "The price book sells nothing.";
    SkuMissing = "sku-missing", Wrong, "An SKU that is configured is not sold.";
    Calls = "calls", Ok, "Calls left today.";
    CallsLow = "calls-low", Warning, "Few calls are left today.";
    Deliveries = "deliveries", Ok, "Event deliveries left today.";
    DeliveriesLow = "deliveries-low", Warning, "Few event deliveries are left today.";
    LimitUntold = "limit-untold", Unknown, "A limit is not told.";
    EventsOff = "events-off", Note, "Nothing is heard from elsewhere.";
    Topics = "topics", Ok, "Every topic can be listened to.";
    TopicMissing = "topic-missing", Wrong, "There is no such topic.";
    TopicRefused = "topic-refused", Wrong, "A topic may not be listened to.";
    BusUnreachable = "bus-unreachable", Wrong, "The event bus cannot be reached.";

    Version = "version", Ok, "Which version it is.";
    VersionOld = "version-old", Warning, "It is older than what the desk was made for.";
    VersionNew = "version-new", Note, "It is newer than what the desk was made for.";
    VersionUntold = "version-untold", Unknown, "It does not say which version it is.";
    AddressRefused = "address-refused", Wrong, "The address that the desk calls from is not on the list.";
    ZoneOff = "zone-off", Warning, "It is set to another time zone than configured.";
    Actions = "actions", Ok, "The actions that read are allowed.";
    ActionRefused = "action-refused", Wrong, "The role does not allow an action.";
    ActionUnknown = "action-unknown", Wrong, "This version does not know an action.";
    Writes = "writes", Ok, "The actions that change something and were tried are allowed.";
    WritesUntried = "writes-untried", Note, "Actions that change something were not tried.";
    ClientField = "client-field", Ok, "Clients have the field with the customer number.";
    ClientFieldMissing = "client-field-missing", Wrong, "Clients have no field with that id.";
    ClientFieldUnseen = "client-field-unseen", Unknown, "There is no client to look at.";
    ServiceFields = "service-fields", Ok, "Services have the fields that are used.";
    ServiceFieldMissing = "service-field-missing", Warning, "No service that was looked at has a field of that name.";
    ServiceFieldsUnseen = "service-fields-unseen", Unknown, "There is no service to look at.";
    Products = "products", Ok, "The products of the plans are there.";
    ProductMissing = "product-missing", Wrong, "The product of a plan is not there.";
    Gateway = "gateway", Ok, "The gateway for other payments is there.";
    GatewayMissing = "gateway-missing", Wrong, "The gateway for other payments is not there.";
    TemplatesNone = "templates-none", Warning, "There is no e-mail template to send.";
    AddonsUnlisted = "addons-unlisted", Note, "Whether add-ons have the configured numbers cannot be asked.";

    Line = "line", Ok, "A line was read.";
    LineUnknown = "line-unknown", Wrong, "There is no such line.";
    LineRefused = "line-refused", Wrong, "A line was not told.";
    LineUntried = "line-untried", Note, "No line was read.";
    Notices = "notices", Ok, "The folder with the carrier's notices can be read.";
    NoticesNone = "notices-none", Note, "No folder with the carrier's notices is configured.";
    NoticesUnread = "notices-unread", Wrong, "The folder with the carrier's notices cannot be read.";
}

impl Code {
    /// The system, or a part of it, could not be reached at all.
    pub const fn unreachable(self) -> bool {
        matches!(
            self,
            Self::NameUnknown
                | Self::ConnectionRefused
                | Self::NoConnection
                | Self::NoAnswer
                | Self::CertificateUntrusted
                | Self::CertificateExpired
                | Self::CertificateName
                | Self::TlsFailed
                | Self::Broken
                | Self::OutOfTime
                | Self::BusUnreachable
        )
    }
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub area: Area,
    /// What.
    pub code: Code,
    /// What goes into its words, by the name of the gap. `about` is what it is about, where there may be several.
    pub with: Vec<(Cow<'static, str>, Arg)>,
}

impl Finding {
    /// A finding about nothing in particular.
    pub const fn new(area: Area, code: Code) -> Self {
        Self { area, code, with: Vec::new() }
    }

    /// The same with a gap filled.
    #[must_use]
    pub fn with(mut self, name: &'static str, arg: impl Into<Arg>) -> Self {
        self.with.push((Cow::Borrowed(name), arg.into()));
        self
    }

    /// How it is.
    pub const fn verdict(&self) -> Verdict {
        self.code.verdict()
    }

    /// What it is about, e.g. a key of the configuration, an action or a topic.
    pub fn about(&self) -> Option<&str> {
        self.with.iter().find_map(|(name, arg)| match arg {
            Arg::Text(text) if name == "about" => Some(text.as_str()),
            _ => None,
        })
    }

    /// What was seen.
    pub fn says(&self) -> Phrase {
        Phrase { key: self.code.key().into(), with: self.with.clone() }
    }

    /// What to do about it.
    pub fn todo(&self) -> Option<Phrase> {
        self.code.todo().map(|key| Phrase { key: key.into(), with: self.with.clone() })
    }
}
