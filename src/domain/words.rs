//! What the organisation's lists of choices in Salesforce call what the desk means.
//!
//! The code knows meanings, the configuration knows words. They meet where a record is read and where a write is planned. A
//! word that is not here is kept, and shown as it is written.

use std::fmt;

use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::billing::ProductKind;
use super::catalogue::ItemClass;
use super::customer::{EligibilityState, VerificationState};
use super::order::{ActivationStatus, OrderStatus};
use super::text::Text;
use super::write::freebit::SimKind;

/// How one meaning is written: the first word is what the desk writes, each of them is what it understands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said(Vec<String>);

impl Said {
    /// One meaning in these words.
    ///
    /// # Errors
    /// There is none, or an empty one: what the desk means has to be called something.
    pub fn new(words: Vec<String>) -> Result<Self, String> {
        if words.is_empty() || words.iter().any(|word| word.trim().is_empty()) {
            return Err("the word that Salesforce has for it should stand here, or a list of such words".to_owned());
        }
        Ok(Self(words))
    }

    /// The word that is written.
    pub fn word(&self) -> &str {
        self.0.first().map(String::as_str).unwrap_or_default()
    }

    /// Every word that means it.
    pub fn all(&self) -> &[String] {
        &self.0
    }

    /// Whether a word that was read means it.
    pub fn is(&self, written: &str) -> bool {
        self.0.iter().any(|word| word == written)
    }
}

impl<'de> Deserialize<'de> for Said {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;

        impl<'de> Visitor<'de> for Written {
            type Value = Said;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a word of Salesforce's, or a list of them")
            }

            fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<Said, E> {
                Said::new(vec![word.to_owned()]).map_err(E::custom)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut words: A) -> Result<Said, A::Error> {
                let mut all = Vec::new();
                while let Some(word) = words.next_element()? {
                    all.push(word);
                }
                Said::new(all).map_err(A::Error::custom)
            }
        }

        deserializer.deserialize_any(Written)
    }
}

/// A meaning of a list.
#[derive(Debug, Clone, Copy)]
pub struct Meaning<'a> {
    /// Its key in the configuration.
    pub key: &'static str,
    /// How it is written.
    pub said: &'a Said,
    /// The key of the desk's own word for it in the language table; empty where Salesforce's is shown.
    pub spoken: &'static str,
}

macro_rules! lists {
    ($($(#[$doc:meta])* $list:ident: $name:ident { $($(#[$of:meta])* $field:ident = [$($word:literal),+], $spoken:literal;)+ })+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
            #[serde(default, deny_unknown_fields)]
            pub struct $name {
                $($(#[$of])* pub $field: Said,)+
            }

            impl Default for $name {
                fn default() -> Self {
                    Self { $($field: Said([$($word),+].map(str::to_owned).into()),)+ }
                }
            }

            impl $name {
                /// Everything that a word of this list can mean, in the order in which it is offered.
                pub fn meanings(&self) -> Vec<Meaning<'_>> {
                    vec![$(Meaning { key: stringify!($field), said: &self.$field, spoken: $spoken },)+]
                }
            }
        )+

        /// Every list.
        #[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Words {
            $($(#[$doc])* pub $list: $name,)+
        }

        /// One of the lists.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum List {
            $($(#[$doc])* $name,)+
        }

        impl List {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Its key in the configuration.
            pub const fn key(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($list),)+
                }
            }
        }

        impl Words {
            /// Everything that a word of a list can mean.
            pub fn meanings(&self, list: List) -> Vec<Meaning<'_>> {
                match list {
                    $(List::$name => self.$list.meanings(),)+
                }
            }
        }
    };
}

lists! {
    /// Where an order stands.
    order_status: OrderStatusWords {
        /// Being written.
        draft = ["Draft"], "status-draft";
        /// Waits for our review.
        pending_review = ["Pending Review"], "status-pending-review";
        /// Its fulfilment may begin.
        approved = ["Approved"], "status-approved";
        /// Delivered.
        processed = ["Processed"], "status-processed";
        /// Withdrawn.
        cancelled = ["Cancelled"], "status-cancelled";
        /// Set to be tried again.
        reactivate = ["Reactivate"], "status-reactivate";
    }
    /// Where the activation of an order stands. Nothing written is not started.
    activation: ActivationWords {
        /// Nobody began.
        not_started = ["Not Started"], "status-not-started";
        /// Running.
        activating = ["Activating"], "status-activating";
        /// Done.
        activated = ["Activated"], "status-activated";
        /// Failed.
        failed = ["Failed"], "status-failed";
        /// Waits for its date.
        scheduled = ["Scheduled"], "status-scheduled";
    }
    /// When an order is activated.
    activation_type: ActivationTypeWords {
        /// Once it is approved.
        immediate = ["Immediate"], "choice-immediate";
        /// On a day.
        scheduled = ["Scheduled"], "choice-scheduled";
    }
    /// What an order or a product is; what has another word is something else.
    product_kind: ProductKindWords {
        /// Internet.
        internet = ["Internet"], "kind-internet";
        /// A mobile line.
        sim = ["SIM"], "kind-sim";
        /// A VPN.
        vpn = ["VPN"], "kind-vpn";
    }
    /// What a product of the catalogue is for.
    item_class: ItemClassWords {
        /// It is ordered for itself.
        service = ["Service"], "";
        /// The fee that every SIM order carries once.
        activation = ["Activation"], "";
    }
    /// How often a product is paid.
    cycle: CycleWords {
        /// Every month.
        monthly = ["Monthly"], "cycle-monthly";
        /// Once.
        once = ["Onetime"], "cycle-one-time";
    }
    /// What the plan of a line can do: a part of its word.
    sim_plan: SimPlanWords {
        /// Calls.
        voice = ["Voice"], "";
        /// Messages.
        messages = ["Sms"], "";
    }
    /// What a card is.
    sim_type: SimTypeWords {
        /// One to be put in.
        physical = ["Physical SIM"], "choice-physical-sim";
        /// A profile.
        esim = ["eSIM"], "choice-esim";
    }
    /// State of a card in the inventory.
    card: CardWords {
        /// In stock.
        stock = ["Available"], "choice-available";
        /// Kept for an order.
        kept = ["Reserved"], "choice-reserved";
        /// Given to somebody.
        assigned = ["Assigned"], "choice-assigned";
        /// In service.
        service = ["Activated"], "status-activated";
        /// Used up.
        retired = ["Retired"], "choice-retired";
    }
    /// Where the check of a residence card stands. Nothing written is not submitted.
    id_status: IdStatusWords {
        /// Nothing was sent in.
        not_submitted = ["Not Submitted"], "verification-not-submitted";
        /// Waits for a reviewer.
        waiting = ["Submitted", "Under Review"], "verification-under-review";
        /// Taken as good.
        verified = ["Verified"], "verification-verified";
        /// Sent back.
        rejected = ["Rejected"], "verification-rejected";
    }
    /// Where the check of what internet an address can have stands. Nothing written is not requested.
    eligibility: EligibilityWords {
        /// Nobody asked.
        not_requested = ["Not Requested"], "eligibility-not-requested";
        /// Waits for an answer.
        pending = ["Pending"], "eligibility-pending";
        /// Internet is offered.
        eligible = ["Eligible"], "eligibility-eligible";
        /// None is.
        ineligible = ["Ineligible"], "eligibility-ineligible";
    }
    /// Stages of an opportunity, in their order.
    stage: StageWords {
        /// The customer is known.
        contact = ["WIKI"], "";
        /// Waits for the check of the address.
        introduction = ["Introduction"], "choice-introduction";
        /// Internet can be ordered.
        ready = ["Ready"], "choice-ready";
        /// Ordered.
        post_processing = ["Post Processing"], "choice-post-processing";
        /// In service.
        active = ["Active"], "choice-active";
        /// Its end is coming.
        cancelling = ["△Cancelling"], "choice-cancelling";
        /// Ended.
        cancelled = ["〇Cancelled"], "choice-cancelled";
        /// Delivered once, and over.
        completed = ["Completed"], "choice-completed";
        /// Nothing came of it.
        void = ["Void"], "choice-void";
    }
    /// Whether the notice of an end was received.
    notice: NoticeWords {
        /// It was.
        received = ["有"], "notice-received";
        /// Not yet.
        not_yet = ["未"], "notice-not-yet";
        /// None is needed.
        not_needed = ["不要"], "notice-not-needed";
        /// The customer moves.
        moving = ["移転"], "notice-moving";
    }
    /// Where a case stands.
    case_status: CaseStatusWords {
        /// Nobody looked at it.
        new = ["New"], "choice-new";
        /// Somebody works on it.
        in_progress = ["In Progress"], "choice-in-progress";
        /// The customer has to act.
        awaiting_customer = ["Awaiting Customer"], "choice-awaiting-customer";
        /// Somebody else has to look at it.
        escalated = ["Escalated"], "choice-escalated";
        /// Nothing is to be done any more.
        closed = ["Closed"], "choice-closed";
    }
    /// How pressing a case is.
    case_priority: CasePriorityWords {
        /// Not very.
        low = ["Low"], "choice-low";
        /// As usual.
        medium = ["Medium"], "choice-medium";
        /// Very.
        high = ["High"], "choice-high";
    }
    /// What a case is about.
    case_type: CaseTypeWords {
        /// Something to know.
        question = ["Question"], "choice-question";
        /// Something that does not work.
        problem = ["Problem"], "choice-problem";
        /// Money.
        billing = ["Billing"], "choice-billing";
        /// An end.
        cancellation = ["Cancellation"], "choice-cancellation";
        /// Displeasure.
        complaint = ["Complaint"], "choice-complaint";
    }
    /// Where a case came from.
    case_origin: CaseOriginWords {
        /// A call.
        phone = ["Phone"], "choice-phone";
        /// An e-mail.
        email = ["Email"], "choice-email";
        /// A page.
        web = ["Web"], "choice-web";
        /// The customer portal.
        portal = ["Portal Support"], "choice-portal";
    }
    /// Where a promise stands.
    task_status: TaskStatusWords {
        /// To be done.
        not_started = ["Not Started"], "choice-not-started";
        /// Being done.
        in_progress = ["In Progress"], "choice-in-progress";
        /// Done.
        completed = ["Completed"], "choice-completed";
        /// Somebody else has to act.
        waiting = ["Waiting on someone else"], "choice-waiting";
        /// Put off.
        deferred = ["Deferred"], "choice-deferred";
    }
    /// How pressing a promise is.
    task_priority: TaskPriorityWords {
        /// Very.
        high = ["High"], "choice-high";
        /// As usual.
        normal = ["Normal"], "choice-normal";
        /// Not very.
        low = ["Low"], "choice-low";
    }
}

/// What a word means in a list, or else what follows.
macro_rules! meaning {
    ($list:expr, $word:expr, { $($field:ident => $meaning:expr,)+ } or $other:expr) => {{
        let (list, word): (_, &str) = ($list, $word);
        $(if list.$field.is(word) { $meaning } else)+ { $other }
    }};
}

impl Words {
    /// Where an order stands.
    pub fn order_status(&self, word: Text) -> OrderStatus {
        meaning!(&self.order_status, &word, {
            draft => OrderStatus::Draft,
            pending_review => OrderStatus::PendingReview,
            approved => OrderStatus::Approved,
            processed => OrderStatus::Processed,
            cancelled => OrderStatus::Cancelled,
            reactivate => OrderStatus::Reactivate,
        } or OrderStatus::Other(word))
    }

    /// Where an activation stands.
    pub fn activation(&self, word: Text) -> ActivationStatus {
        if word.is_empty() {
            return ActivationStatus::NotStarted;
        }
        meaning!(&self.activation, &word, {
            not_started => ActivationStatus::NotStarted,
            activating => ActivationStatus::Activating,
            activated => ActivationStatus::Activated,
            failed => ActivationStatus::Failed,
            scheduled => ActivationStatus::Scheduled,
        } or ActivationStatus::Other(word))
    }

    /// What an order or a product is.
    pub fn product_kind(&self, word: &str) -> ProductKind {
        meaning!(&self.product_kind, word, {
            internet => ProductKind::Internet,
            sim => ProductKind::Sim,
            vpn => ProductKind::Vpn,
        } or ProductKind::Other)
    }

    /// What a product of the catalogue is for.
    pub fn item_class(&self, word: &str) -> ItemClass {
        meaning!(&self.item_class, word, {
            service => ItemClass::Service,
            activation => ItemClass::Activation,
        } or ItemClass::Other)
    }

    /// What the plan of a line can do.
    pub fn sim_plan(&self, word: &str) -> SimKind {
        let holds = |said: &Said| said.all().iter().any(|part| word.contains(part.as_str()));
        match (holds(&self.sim_plan.voice), holds(&self.sim_plan.messages)) {
            (true, _) => SimKind::Voice,
            (false, true) => SimKind::DataAndMessages,
            (false, false) => SimKind::Data,
        }
    }

    /// Whether a card is an eSIM; `None` where nobody says.
    pub fn esim(&self, word: &str) -> Option<bool> {
        meaning!(&self.sim_type, word, { esim => Some(true), physical => Some(false), } or None)
    }

    /// Where the check of a residence card stands.
    pub fn verification(&self, word: Text) -> VerificationState {
        if word.is_empty() {
            return VerificationState::NotSubmitted;
        }
        meaning!(&self.id_status, &word, {
            not_submitted => VerificationState::NotSubmitted,
            waiting => VerificationState::UnderReview,
            verified => VerificationState::Verified,
            rejected => VerificationState::Rejected,
        } or VerificationState::Other(word))
    }

    /// Where the check of an address stands.
    pub fn eligibility(&self, word: Text) -> EligibilityState {
        if word.is_empty() {
            return EligibilityState::NotRequested;
        }
        meaning!(&self.eligibility, &word, {
            not_requested => EligibilityState::NotRequested,
            pending => EligibilityState::Pending,
            eligible => EligibilityState::Eligible,
            ineligible => EligibilityState::Ineligible,
        } or EligibilityState::Other(word))
    }

    /// Every word of an order that is over.
    pub fn finished(&self) -> Vec<String> {
        let over = [&self.order_status.processed, &self.order_status.cancelled];
        over.into_iter().flat_map(Said::all).cloned().collect()
    }

    /// The key of the desk's own word for a word of a list; `None` where it is shown as it is written.
    pub fn spoken(&self, list: List, word: &str) -> Option<&'static str> {
        let meaning = self.meanings(list).into_iter().find(|it| it.said.is(word))?;
        Some(meaning.spoken).filter(|key| !key.is_empty())
    }

    /// The same for a word of which it is not known in which list it stands.
    pub fn spoken_anywhere(&self, word: &str) -> Option<&'static str> {
        List::ALL.iter().find_map(|list| self.spoken(*list, word))
    }

    /// What a word of ours means, as it is typed: `in-progress` for instance.
    pub fn named(&self, list: List, typed: &str) -> Option<&Said> {
        let typed = typed.replace('-', "_");
        self.meanings(list).into_iter().find(|it| it.key.eq_ignore_ascii_case(&typed)).map(|it| it.said)
    }

    /// Salesforce's words for one of ours; a word that is none of ours is Salesforce's own.
    pub fn theirs(&self, list: List, written: &str) -> Vec<String> {
        self.named(list, written).map_or_else(|| vec![written.to_owned()], |said| said.all().to_vec())
    }

    /// The word that is written for one of ours.
    pub fn typed(&self, list: List, typed: &str) -> Option<&str> {
        self.named(list, typed).map(Said::word)
    }

    /// What a person can type of a list.
    pub fn to_type(&self, list: List) -> Vec<String> {
        self.meanings(list).iter().map(|it| it.key.replace('_', "-")).collect()
    }

    /// Whether each word of a list on which a decision hangs means one thing.
    ///
    /// # Errors
    /// The key of the list, and the word that means two.
    pub fn check(&self) -> Result<(), (String, String)> {
        for list in List::ALL {
            // What is only offered and shown may be one thing in an organisation that does not tell them apart.
            let is_shown = matches!(
                list,
                List::CaseStatusWords | List::CasePriorityWords | List::CaseTypeWords | List::CaseOriginWords
            );
            let meanings = self.meanings(*list);
            let mut taken: Vec<(&str, &str)> = Vec::new();
            for (word, key) in meanings.iter().flat_map(|it| it.said.all().iter().map(|word| (word.as_str(), it.key))) {
                match taken.iter().find(|(known, _)| *known == word) {
                    Some((_, other)) if !is_shown => {
                        return Err((
                            format!("words.{}.{key}", list.key()),
                            format!("\"{word}\" means {other} already, and a word means one thing"),
                        ));
                    }
                    _ => taken.push((word, key)),
                }
            }
        }
        Ok(())
    }
}

/// One of our words for a list, out of the configuration; nothing is none.
pub(super) fn ours_or_none<'de, D: Deserializer<'de>>(deserializer: D, list: List) -> Result<Option<String>, D::Error> {
    let written = String::deserialize(deserializer)?;
    if written.is_empty() {
        return Ok(None);
    }
    let words = Words::default();
    if words.typed(list, &written).is_some() {
        return Ok(Some(written));
    }
    let all = words.to_type(list).join(", ");
    Err(D::Error::custom(format!("{written:?} should be one of: {all}; [words.{}] has Salesforce's", list.key())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(toml: &str) -> Result<Words, String> {
        toml::from_str(toml).map_err(|it| it.to_string())
    }

    #[test]
    fn a_meaning_is_read_in_each_of_its_words_and_written_in_the_first() {
        let words =
            read("order_status.approved = [\"承認済み\", \"Approved\"]\nid_status.verified = \"確認済み\"").unwrap();
        for word in ["承認済み", "Approved"] {
            assert_eq!(words.order_status(Text::line(word)), OrderStatus::Approved);
        }
        assert_eq!(words.order_status.approved.word(), "承認済み");
        assert_eq!(words.verification(Text::line("確認済み")), VerificationState::Verified);
        let raw = Text::line("Verified");
        assert_eq!(words.verification(raw.clone()), VerificationState::Other(raw));
        assert_eq!(words.spoken(List::IdStatusWords, "確認済み"), Some("verification-verified"));
        assert_eq!(words.spoken(List::IdStatusWords, "Verified"), None);
        assert_eq!(words.check(), Ok(()));
    }

    #[test]
    fn what_is_not_written_has_a_meaning_where_that_is_the_beginning() {
        let words = Words::default();
        assert_eq!(words.activation(Text::default()), ActivationStatus::NotStarted);
        assert_eq!(words.verification(Text::default()), VerificationState::NotSubmitted);
        assert_eq!(words.eligibility(Text::default()), EligibilityState::NotRequested);
        assert_eq!(words.order_status(Text::default()), OrderStatus::Other(Text::default()));
    }

    #[test]
    fn what_has_no_word_or_one_for_two_meanings_is_refused() {
        for wrong in ["order_status.approved = []", "order_status.approved = \"\"", "order_status.approved = [\" \"]"] {
            assert!(read(wrong).unwrap_err().contains("the word that Salesforce has"), "{wrong}");
        }
        assert!(read("order_status.aproved = \"A\"").is_err());
        let twice = read("activation.failed = [\"Failed\", \"Activated\"]").unwrap().check().unwrap_err();
        assert_eq!(twice.0, "words.activation.failed");
        assert!(twice.1.contains("\"Activated\" means activated"), "{}", twice.1);
        // Nothing hangs on these, and some organisations tell fewer apart.
        assert_eq!(read("case_status.escalated = \"In Progress\"").unwrap().check(), Ok(()));
    }

    #[test]
    fn what_is_typed_is_our_word_and_what_is_sent_is_theirs() {
        let words = read("case_status.awaiting_customer = \"お客様待ち\"").unwrap();
        assert_eq!(words.typed(List::CaseStatusWords, "awaiting-customer"), Some("お客様待ち"));
        assert_eq!(words.typed(List::CaseStatusWords, "Closed"), Some("Closed"));
        assert_eq!(words.typed(List::CaseStatusWords, "お客様待ち"), None);
        let all = ["new", "in-progress", "awaiting-customer", "escalated", "closed"];
        assert_eq!(words.to_type(List::CaseStatusWords), all);
    }

    #[test]
    fn a_plan_of_a_line_is_told_by_a_part_of_its_word() {
        let words = Words::default();
        for (word, can) in
            [("DataSmsVoice", SimKind::Voice), ("DataSms", SimKind::DataAndMessages), ("DataOnly", SimKind::Data)]
        {
            assert_eq!(words.sim_plan(word), can);
        }
        let own = read("sim_plan.voice = \"通話\"").unwrap();
        assert_eq!((own.sim_plan("データ通話"), own.sim_plan("DataVoice")), (SimKind::Voice, SimKind::Data));
    }
}
