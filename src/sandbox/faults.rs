//! Misbehaviour on demand: what a system may be told to do wrong, to which calls, and how often.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// One of the three emulated systems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum System {
    /// Accounts, orders, cases.
    Salesforce,
    /// Billing.
    Whmcs,
    /// Mobile lines.
    Freebit,
}

impl System {
    /// All three, in the order they are shown.
    pub const ALL: [Self; 3] = [Self::Salesforce, Self::Whmcs, Self::Freebit];
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// The answer comes later by `ms`, plus or minus up to `jitter_ms`.
    Latency {
        /// Milliseconds added.
        ms: u64,
        /// Largest deviation from `ms`, in milliseconds.
        #[serde(default)]
        jitter_ms: u64,
    },
    /// HTTP 500 with a page for people, as PHP and load balancers answer. Nothing was done.
    Html500,
    /// HTTP 503 without a word. Nothing was done.
    Unavailable503,
    /// HTTP 429 with `Retry-After`. Nothing was done.
    TooMany429 {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// The connection ends before anything was done.
    DropBefore,
    /// The call takes effect, then the connection ends: the caller cannot know.
    DropAfter,
    /// The call arrives, has no effect and is never answered. It hangs until the caller goes away.
    HangBefore,
    /// The call takes effect and is never answered. It hangs until the caller goes away.
    HangAfter,
    /// The system says what it would say and does nothing: the call is answered by a copy of the world that is thrown
    /// away. Reads are passed by, because nothing about them could be a lie.
    NoEffect,
    /// Freebit's notice that the accepted change is done comes twice, under two names.
    DuplicateNotice,
    /// Freebit accepts the change and the carrier does not make it: the line stays as it was, and the notice says `NG`.
    CarrierRefuses,
    /// The session ends: Salesforce's tokens and Freebit's keys die and a new one must be fetched; WHMCS, which has
    /// no sessions, refuses the credentials. Happens once unless `times` says otherwise.
    ExpiredSession,
    /// The vendor's own error body. Nothing was done.
    VendorError {
        /// Salesforce's `errorCode`, Freebit's `resultCode` (or `resultCode-statusCode`), for WHMCS an HTTP status
        /// or any word.
        code: String,
        /// The vendor's sentence; the code stands in for a missing one.
        #[serde(default)]
        message: Option<String>,
    },
    /// An event is not delivered, and the stream goes on as if it had been.
    LoseEvent,
    /// An event is delivered twice, with the same replay id.
    DuplicateEvent,
    /// An event comes after the next one of its stream.
    DelayEvent,
    /// A change is told as a gap: which record, not what changed.
    GapEvent,
    /// A change is told as more than can be told: `GAP_OVERFLOW`, without a record.
    OverflowEvent,
    /// The server goes away in the middle of a stream, before it delivers an event: `UNAVAILABLE`.
    CutStream,
    /// Every session ends, and a stream with them, before it delivers an event: `UNAUTHENTICATED`. Streams survive a
    /// session that merely grows old.
    ExpiredStream,
    /// A replay id that somebody subscribes with is refused as corrupted.
    CorruptReplay,
    /// The day's deliveries are used up: a stream ends before it delivers an event, a new one does not begin.
    AllocationExhausted,
    /// The right answer with one thing in it changed, as another installation would give it. Nothing else differs: what is
    /// hidden from a describe can still be asked for.
    Amended {
        /// Where: names and places, and `[name=value]` for a row of a list, e.g. `fields/[name=EID__c]/updateable`.
        at: String,
        /// What stands there; left out, it is taken away.
        #[serde(default)]
        to: Option<serde_json::Value>,
    },
    /// The right answer, by a clock that is off.
    ClockOff {
        /// Seconds ahead; behind, where negative.
        seconds: i64,
    },
    /// HTTP 200 with bytes that are no JSON and no UTF-8.
    Garbage,
    /// The right answer, in eight pieces spread over `ms`.
    SlowBody {
        /// Milliseconds from the first to the last byte.
        ms: u64,
    },
}

/// What is happening when a fault may strike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// A call came.
    Call,
    /// A stream begins, from a replay id of its client's or not.
    Subscription { custom: bool },
    /// A stream is about to deliver an event, which tells a change or is a platform event.
    Delivery { change: bool },
}

impl Fault {
    /// Is this a moment for it?
    fn strikes_at(&self, moment: Moment) -> bool {
        match self {
            Self::LoseEvent | Self::DuplicateEvent | Self::DelayEvent | Self::CutStream | Self::ExpiredStream => {
                matches!(moment, Moment::Delivery { .. })
            }
            Self::GapEvent | Self::OverflowEvent => moment == Moment::Delivery { change: true },
            Self::CorruptReplay => moment == Moment::Subscription { custom: true },
            Self::AllocationExhausted => moment != Moment::Call,
            _ => moment == Moment::Call,
        }
    }
}

/// A fault in force: what, to whom, how often.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The system that misbehaves; none means all three.
    #[serde(default)]
    pub system: Option<System>,
    /// Only calls whose action name, path or query contains this text, upper and lower case alike.
    #[serde(default)]
    pub matching: Option<String>,
    /// What it does.
    pub fault: Fault,
    /// How many more calls it hits; none means until cleared (once for an expired session).
    #[serde(default)]
    pub times: Option<u32>,
    /// Only calls that may write something.
    #[serde(default)]
    pub only_writes: bool,
    /// How many calls that match are let through first: the third write is `only_writes` and `skip` 2.
    #[serde(default)]
    pub skip: u32,
    /// Chance of hitting a call that matches, 0 to 1.
    #[serde(default = "always")]
    pub probability: f64,
}

fn always() -> f64 {
    1.0
}

impl Order {
    /// `fault` for every call to every system, until cleared.
    pub fn everywhere(fault: Fault) -> Self {
        Self { system: None, matching: None, fault, times: None, only_writes: false, skip: 0, probability: 1.0 }
    }

    /// `fault` for every call to `system`, until cleared.
    pub fn on(system: System, fault: Fault) -> Self {
        Self { system: Some(system), ..Self::everywhere(fault) }
    }

    /// The same, only for calls containing `text`.
    pub fn matching(self, text: &str) -> Self {
        Self { matching: Some(text.to_owned()), ..self }
    }

    /// The same, for the next `times` calls only.
    pub fn times(self, times: u32) -> Self {
        Self { times: Some(times), ..self }
    }

    /// The same, only for calls that may write something.
    pub fn writes(self) -> Self {
        Self { only_writes: true, ..self }
    }

    /// The same, after `skip` calls that match were let through.
    pub fn after(self, skip: u32) -> Self {
        Self { skip, ..self }
    }

    fn hits(&self, call: &Call<'_>) -> bool {
        let about_writes = matches!(self.fault, Fault::NoEffect | Fault::DuplicateNotice | Fault::CarrierRefuses);
        let only_writes = self.only_writes || about_writes;
        self.fault.strikes_at(call.moment)
            && !(only_writes && call.reads)
            && self.system.is_none_or(|system| system == call.system)
            && self.matching.as_deref().is_none_or(|text| {
                let text = text.to_lowercase();
                call.label.to_lowercase().contains(&text) || call.target.to_lowercase().contains(&text)
            })
    }
}

/// A call about to be answered, as faults look at it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call<'a> {
    pub(super) system: System,
    /// What the call is counted as.
    pub(super) label: &'a str,
    /// Path and query, percent-decoded.
    pub(super) target: &'a str,
    /// It surely writes nothing that is kept.
    pub(super) reads: bool,
    /// What of it: the call itself, or what a stream does.
    pub(super) moment: Moment,
}

/// What one call has to suffer: first the wait, then at most one fault.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Sentence {
    pub(super) wait: Duration,
    pub(super) fault: Option<Fault>,
}

/// The faults in force, with the seeded dice that decide about the improbable ones.
#[derive(Debug)]
pub(super) struct Faults {
    next: u64,
    orders: Vec<(u64, Order)>,
    dice: fastrand::Rng,
}

impl Faults {
    pub(super) fn seeded(seed: u64) -> Self {
        Self { next: 1, orders: Vec::new(), dice: fastrand::Rng::with_seed(seed ^ 0x00fa_0175) }
    }

    /// Puts `order` in force and names it.
    pub(super) fn add(&mut self, mut order: Order) -> u64 {
        if order.fault == Fault::ExpiredSession {
            order.times = order.times.or(Some(1));
        }
        let id = self.next;
        self.next += 1;
        self.orders.push((id, order));
        id
    }

    /// Lifts one fault; false when it was not in force.
    pub(super) fn lift(&mut self, id: u64) -> bool {
        let before = self.orders.len();
        self.orders.retain(|(other, _)| *other != id);
        self.orders.len() < before
    }

    pub(super) fn clear(&mut self) {
        self.orders.clear();
    }

    pub(super) fn in_force(&self) -> &[(u64, Order)] {
        &self.orders
    }

    /// What `call` suffers. Waits add up; of the others the one ordered first wins, and only that one is used up.
    pub(super) fn judge(&mut self, call: &Call<'_>) -> Sentence {
        let mut sentence = Sentence::default();
        for (_, order) in &mut self.orders {
            let latency = matches!(order.fault, Fault::Latency { .. });
            if (!latency && sentence.fault.is_some()) || !order.hits(call) || self.dice.f64() >= order.probability {
                continue;
            }
            if order.skip > 0 {
                order.skip -= 1;
                continue;
            }
            match &order.fault {
                Fault::Latency { ms, jitter_ms } => {
                    let jitter = self.dice.u64(0..=jitter_ms.saturating_mul(2));
                    sentence.wait += Duration::from_millis(ms.saturating_add(jitter).saturating_sub(*jitter_ms));
                }
                fault => sentence.fault = Some(fault.clone()),
            }
            if let Some(left) = &mut order.times {
                *left = left.saturating_sub(1);
            }
        }
        self.orders.retain(|(_, order)| order.times != Some(0));
        sentence
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(system: System, label: &str) -> Call<'_> {
        let reads = label.starts_with("Get");
        Call { system, label, target: "/includes/api.php", reads, moment: Moment::Call }
    }

    #[test]
    fn scope_is_system_and_text() {
        let mut faults = Faults::seeded(1);
        faults.add(Order::on(System::Whmcs, Fault::Html500).matching("getinvoice"));
        assert_eq!(faults.judge(&call(System::Whmcs, "GetInvoices")).fault, Some(Fault::Html500));
        assert_eq!(faults.judge(&call(System::Whmcs, "GetClients")).fault, None);
        assert_eq!(faults.judge(&call(System::Freebit, "GetInvoices")).fault, None);
    }

    #[test]
    fn a_counted_fault_is_used_up_and_the_next_one_takes_over() {
        let mut faults = Faults::seeded(1);
        faults.add(Order::everywhere(Fault::DropBefore).times(1));
        faults.add(Order::everywhere(Fault::Garbage).times(1));
        let mut next = || faults.judge(&call(System::Freebit, "x")).fault;
        assert_eq!([next(), next(), next()], [Some(Fault::DropBefore), Some(Fault::Garbage), None]);
    }

    #[test]
    fn the_third_write_is_told_from_the_calls_before_it() {
        let mut faults = Faults::seeded(1);
        faults.add(Order::everywhere(Fault::HangAfter).writes().after(2).times(1));
        let mut next = |label| faults.judge(&call(System::Whmcs, label)).fault;
        let calls = ["GetInvoice", "CreateInvoice", "GetInvoice", "CapturePayment", "GetInvoice"];
        assert!(calls.map(&mut next).iter().all(Option::is_none));
        assert_eq!([next("AddCredit"), next("AddCredit")], [Some(Fault::HangAfter), None]);
    }

    #[test]
    fn what_happens_to_events_happens_to_no_call_and_the_other_way_round() {
        let mut faults = Faults::seeded(1);
        faults.add(Order::everywhere(Fault::Html500).times(1));
        faults.add(Order::everywhere(Fault::GapEvent).matching("Order").times(1));
        faults.add(Order::everywhere(Fault::LoseEvent).times(1));
        faults.add(Order::everywhere(Fault::CorruptReplay).times(1));
        let mut at = |target, moment| {
            let call = Call { target, moment, ..call(System::Salesforce, "Deliver") };
            faults.judge(&call).fault
        };
        assert_eq!(at("/data/Account", Moment::Subscription { custom: false }), None);
        assert_eq!(at("/event/Order__e", Moment::Delivery { change: false }), Some(Fault::LoseEvent));
        assert_eq!(at("/data/Account", Moment::Delivery { change: true }), None);
        assert_eq!(at("/data/Order", Moment::Delivery { change: true }), Some(Fault::GapEvent));
        assert_eq!(at("/data/Account", Moment::Subscription { custom: true }), Some(Fault::CorruptReplay));
        assert_eq!(at("/data/Order", Moment::Call), Some(Fault::Html500));
    }

    #[test]
    fn a_lie_waits_for_a_write() {
        let mut faults = Faults::seeded(1);
        faults.add(Order::everywhere(Fault::NoEffect).times(1));
        let mut next = |label| faults.judge(&call(System::Whmcs, label)).fault;
        assert_eq!([next("GetInvoice"), next("AddCredit"), next("AddCredit")], [None, Some(Fault::NoEffect), None]);
    }

    #[test]
    fn waits_add_up_and_stay_inside_their_jitter() {
        let mut faults = Faults::seeded(7);
        faults.add(Order::everywhere(Fault::Latency { ms: 100, jitter_ms: 20 }));
        faults.add(Order::everywhere(Fault::Latency { ms: 50, jitter_ms: 0 }));
        for _ in 0..100 {
            let wait = faults.judge(&call(System::Whmcs, "x")).wait.as_millis();
            assert!((130..=170).contains(&wait), "{wait}");
        }
    }

    #[test]
    fn chance_is_seeded() {
        let run = |seed| {
            let mut faults = Faults::seeded(seed);
            faults.add(Order { probability: 0.5, ..Order::everywhere(Fault::Html500) });
            (0..64).map(|_| faults.judge(&call(System::Whmcs, "x")).fault.is_some()).collect::<Vec<_>>()
        };
        assert_eq!(run(3), run(3));
        assert_ne!(run(3), run(4));
        let hit = run(3).into_iter().filter(|hit| *hit).count();
        assert!((16..48).contains(&hit), "{hit}");
    }

    #[test]
    fn an_expired_session_happens_once_and_typing_errors_are_refused() {
        let mut faults = Faults::seeded(1);
        faults.add(serde_json::from_str(r#"{"system":"freebit","fault":{"kind":"expired_session"}}"#).unwrap());
        assert_eq!(faults.judge(&call(System::Freebit, "x")).fault, Some(Fault::ExpiredSession));
        assert_eq!(faults.judge(&call(System::Freebit, "x")).fault, None);
        assert!(serde_json::from_str::<Order>(r#"{"sistem":"freebit","fault":{"kind":"garbage"}}"#).is_err());
    }
}
