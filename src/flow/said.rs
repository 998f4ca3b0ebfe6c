//! What the desk itself says of a fault. Each sentence stands in the language table, where screens and people read it, and
//! here as logs and `--json` tell it, which are the same everywhere. A test holds the two together.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

use crate::domain::phrase::{Arg, Phrase};
use crate::domain::text::Text;

/// A sentence of the desk's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sentence {
    /// Its key in the language table.
    pub key: &'static str,
    /// The same in English, with the names of its gaps.
    pub english: &'static str,
}

macro_rules! sentences {
    ($($(#[$doc:meta])* $name:ident = $key:literal, $english:literal;)+) => {
        $($(#[$doc])* pub const $name: Sentence = Sentence { key: $key, english: $english };)+

        /// All of them.
        pub const ALL: &[Sentence] = &[$($name),+];
    };
}

sentences! {
    /// No connection.
    NO_CONNECTION = "said-no-connection", "no connection could be made";
    /// Whoever answered is not who they should be.
    UNTRUSTED = "said-untrusted",
        "no connection could be made: its certificate is not trusted here (ca_file in the profile names more)";
    /// No whole answer in time.
    NO_ANSWER = "said-no-answer", "no answer within { $n } s";
    /// The connection ended in the middle.
    DROPPED = "said-dropped", "the connection was dropped before the whole answer came";
    /// HTTP 5xx.
    SERVER = "said-server", "answered HTTP { $status }";
    /// The same, and when to come again.
    SERVER_WAIT = "said-server-wait", "answered HTTP { $status } (asks to wait { $n } s)";
    /// HTTP 5xx with a web page.
    SERVER_PAGE = "said-server-page", "answered HTTP { $status } with a web page instead of data";
    /// The same, and when to come again.
    SERVER_PAGE_WAIT = "said-server-page-wait",
        "answered HTTP { $status } with a web page instead of data (asks to wait { $n } s)";
    /// HTTP 429.
    BUSY = "said-busy", "answered HTTP 429: too many calls";
    /// The same, and when to come again.
    BUSY_WAIT = "said-busy-wait", "answered HTTP 429: too many calls (asks to wait { $n } s)";
    /// HTTP 3xx.
    REDIRECT = "said-redirect", "answered with a redirect (HTTP { $status }), which is not followed";
    /// More than is taken.
    TOO_LARGE = "said-too-large", "the answer is larger than { $n } MB";
    /// The breaker is open.
    HELD = "said-held", "failed several times in a row, so nothing is sent to it for now; next try in { $n } s";
    /// The desk's own budget.
    OVER_BUDGET = "said-over-budget", "the rate budget is used up; next try in { $n } s";
    /// A defect of the desk or its configuration.
    NO_REQUEST = "said-no-request", "the request could not be built";
    /// A web page where data should be.
    PAGE = "said-page", "answered with a web page instead of data (HTTP { $status })";
    /// A status that says nothing more.
    NO_REASON = "said-no-reason", "answered HTTP { $status } without a reason";
    /// Several parts, and what the first of them says.
    OF_PARTS = "said-of-parts", "{ $who }: { $what }";
    /// Whose fault, and what is said of it.
    OF_SYSTEM = "said-of-system", "{ $system }: { $what }";

    /// An answer that is no JSON.
    NO_JSON = "said-no-json", "it is no JSON";
    /// An answer that is another kind of JSON.
    NO_OBJECT = "said-no-object", "it is no JSON object";
    /// Rows of another shape.
    OTHER_ROWS = "said-other-rows", "its rows have another shape";
    /// A page of another shape.
    OTHER_PAGE = "said-other-page", "a page has another shape";
    /// A batch of another shape.
    OTHER_BATCH = "said-other-batch", "the batch has another shape";
    /// A part of a batch of another shape.
    OTHER_PART = "said-other-part", "a part of the batch has another shape";
    /// A batch with less in it than was asked for.
    PART_MISSING = "said-part-missing", "a part of the batch is missing";
    /// A description of another shape.
    OTHER_DESCRIBE = "said-other-describe", "the describe has another shape";
    /// No organisation.
    NO_ORGANISATION = "said-no-organisation", "there is no organisation";
    /// An address that leads elsewhere.
    STRANGE_PAGE = "said-strange-page", "the next page is at a strange place";
    /// A count that is not there.
    NO_COUNT = "said-no-count", "a count is missing";
    /// A count that is none.
    ODD_COUNT = "said-odd-count", "a count is no number";
    /// A queue of another system.
    NO_QUEUE = "said-no-queue", "it keeps no such queue";
    /// No record.
    NO_RECORD = "said-no-record", "there is no such record";
    /// A record that was made and not named.
    NO_ID = "said-no-id", "the new record has no id";
    /// An action whose answer cannot be read.
    UNREADABLE_ACTION = "said-unreadable-action", "the answer to { $action } could not be read: { $why }";
    /// An action that this version does not know.
    UNKNOWN_ACTION = "said-unknown-action", "this WHMCS does not know the action { $action }";
    /// What WHMCS says, and of which action.
    OF_ACTION = "said-of-action", "{ $what } (action { $action })";
    /// A queue that WHMCS does not have.
    NO_WHMCS_QUEUE = "said-no-whmcs-queue", "WHMCS keeps no such queue";
    /// WHMCS bans an address that goes on.
    SIGN_INS_REFUSED = "said-sign-ins-refused",
        "sign-in was refused { $times } times; WHMCS bans an address that goes on, so the next try is in { $n } min, or when the desk is started again with the right secret";
    /// No quote without a payment method.
    NO_PAY_METHOD = "said-no-pay-method", "the service names no payment method, without which WHMCS quotes nothing";
    /// A service of somebody else.
    NO_SERVICE = "said-no-service", "this client has no such service";
    /// A call that would have changed a product.
    NOT_DRY = "said-not-dry",
        "products are changed by a confirmed upgrade alone; this should have asked for a price, and did not";

    /// Freebit's sign-in gave nothing.
    NO_KEY = "said-no-key", "the sign-in gave no key";
    /// A path that leads nowhere.
    BAD_PATH = "said-bad-path", "the configured path is not usable";
    /// Another line's answer.
    OTHER_LINE = "said-other-line", "the answer tells of another line";
    /// No code that would say how it went.
    NO_CODE = "said-no-code", "the answer has no result code";
    /// The desk's own budget of lines.
    LINES_PACED = "said-lines-paced",
        "lines are read one a second and three at once, because Freebit forbids bulk retrieval";

    /// An org's address that cannot be used.
    BAD_ADDRESS = "said-bad-address", "the address of the org is not usable";
    /// An org's instance that cannot be used.
    BAD_INSTANCE = "said-bad-instance", "the org's instance has an address that may not be used";
    /// An instance that is elsewhere.
    OTHER_INSTANCE = "said-other-instance", "the sign-in named an instance that is not beside it";
    /// A sign-in whose answer cannot be read.
    ODD_SIGN_IN = "said-odd-sign-in", "the answer to the sign-in could not be read";
    /// A sign-in that was refused.
    SIGN_IN_REFUSED = "said-sign-in-refused", "the sign-in was refused (HTTP { $status }): { $what }";
    /// A key that does not sign.
    NO_SIGNATURE = "said-no-signature", "the private key does not sign";
    /// No folder for a sign-in.
    NO_FOLDER = "said-no-folder", "no folder is known in which a sign-in could be kept";
    /// A sign-in that cannot be kept.
    UNKEPT = "said-unkept", "the sign-in cannot be kept: { $why }";
    /// A file that cannot be used, and what the machine says.
    FILE_UNUSABLE = "said-file-unusable", "{ $path } cannot be used: { $why }";
    /// A file that others can read.
    FILE_OPEN = "said-file-open",
        "{ $path } has mode { $mode }, so others can read the sign-in in it: chmod 600 { $path }, or better sign in anew";
    /// A file that is something else.
    FILE_STRANGE = "said-file-strange", "{ $path } is no kept sign-in";
    /// A file that another desk holds.
    FILE_HELD = "said-file-held", "{ $path } is held by another desk that is signing in";
    /// A sign-in that broke off.
    BROKE_OFF = "said-broke-off", "the sign-in broke off";
    /// What a person does by hand.
    BY_HAND = "said-by-hand", "{ $why }; sign in with: madoguchi login --profile { $profile }";
    /// Nobody signed in.
    NOBODY_YET = "said-nobody-yet", "nobody signed in with a browser yet";
    /// A sign-in of something else.
    KEPT_FOR_OTHER = "said-kept-for-other", "the sign-in that is kept is for another org or app";
    /// The same of one that is taken away.
    WAS_FOR_OTHER = "said-was-for-other", "the sign-in that was kept is for another org or app";
    /// A sign-in that is over.
    SIGN_IN_OVER = "said-sign-in-over", "the sign-in is over";
    /// The same, and what the system says.
    SIGN_IN_OVER_SAYS = "said-sign-in-over-says", "the sign-in is over ({ $what })";
    /// No randomness.
    NO_RANDOMNESS = "said-no-randomness", "this machine has no source of randomness";
    /// A code that is over.
    CODE_OVER = "said-code-over", "the code is over: it is good once and for some minutes; begin again";
    /// A sign-in that gives nothing to keep.
    NO_REFRESH = "said-no-refresh",
        "the app gives nothing to sign in again with: its scopes must have \"Perform requests at any time (refresh_token, offline_access)\"";
    /// Who is at the desk is not said.
    AGENT_UNTOLD = "said-agent-untold",
        "the sign-in does not say which user is at the desk; the profile can name it: agent = \"user name\" below salesforce";
    /// Who is at the desk is not there.
    AGENT_UNKNOWN = "said-agent-unknown",
        "the org has no such user for who is at the desk; the profile can name it: agent = \"user name\" below salesforce";
    /// The event bus cannot be reached.
    BUS_UNREACHABLE = "said-bus-unreachable", "Salesforce's event bus cannot be reached";
    /// The event bus says nothing.
    BUS_SILENT = "said-bus-silent", "Salesforce's event bus has fallen silent";
    /// The event bus broke off.
    BUS_ENDED = "said-bus-ended", "Salesforce's event bus ended the stream";
    /// The event bus refused, with its code.
    BUS_REFUSED = "said-bus-refused", "Salesforce's event bus refused ({ $code })";
    /// No more events today.
    EVENTS_USED_UP = "said-events-used-up", "the organisation's event deliveries of the day are used up";
    /// Nothing to listen to.
    NO_TOPICS = "said-no-topics", "none of the topics in the configuration can be listened to";
    /// Nothing to keep what is heard in.
    NOT_ANNOUNCED = "said-not-announced", "the journal is not open, and what cannot be kept is not announced";
    /// The journal cannot be read.
    JOURNAL_UNREAD = "said-journal-unread", "the journal cannot be read";
}

/// What was said of a fault: the system's own words, or a sentence of ours.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Message {
    /// As logs tell it.
    plain: String,
    /// The sentence of ours, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ours: Option<Box<Phrase>>,
}

impl Message {
    /// The words of a system, which stay as they came. They must be sanitised.
    pub fn theirs(words: impl Into<String>) -> Self {
        Self { plain: words.into(), ours: None }
    }

    /// A sentence of ours. Its gaps are filled with [`Message::with`].
    pub fn ours(sentence: Sentence) -> Self {
        Self { plain: sentence.english.to_owned(), ours: Some(Box::new(Phrase::new(sentence.key))) }
    }

    /// The same with a gap filled.
    #[must_use]
    pub fn with(self, gap: &'static str, value: impl fmt::Display) -> Self {
        let value = value.to_string();
        let said = Arg::Text(Text::line(&value));
        self.filled(gap, &value, said)
    }

    /// The same with another message in a gap.
    #[must_use]
    pub fn with_said(self, gap: &'static str, said: &Self) -> Self {
        let phrase = said.phrase();
        self.filled(gap, &said.plain, phrase.into())
    }

    fn filled(mut self, gap: &'static str, plain: &str, said: Arg) -> Self {
        self.plain = self.plain.replace(&format!("{{ ${gap} }}"), plain);
        self.ours = self.ours.map(|phrase| Box::new(phrase.with(gap, said)));
        self
    }

    /// For people, in their language.
    pub fn phrase(&self) -> Phrase {
        self.ours.as_deref().cloned().unwrap_or_else(|| Phrase::as_it_is(&self.plain))
    }

    /// For logs and scripts.
    pub fn as_str(&self) -> &str {
        &self.plain
    }
}

impl Deref for Message {
    type Target = str;

    fn deref(&self) -> &str {
        &self.plain
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.plain)
    }
}
