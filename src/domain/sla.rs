//! By when a customer was promised an answer, and how that stands.
//!
//! What is assumed, because no system says it: the promise is about the *answer* and not about the solution. The clock starts
//! when the customer last spoke (or opened the matter), and stops with our answer; an answered matter owes nothing until the
//! customer writes again, which starts a new clock. In a status that waits for somebody else the clock is held; how long it
//! was held before is not known, so a matter taken up again counts from the customer's last word as if never held. Time runs
//! in open hours unless the promise is kept around the clock.

use jiff::{Timestamp, ToSpan};

use super::billing::Ticket;
use super::calendar::BusinessCalendar;
use super::history::{Message, Side};
use super::order::Case;

/// An answer within this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promise {
    /// Minutes: of open time, or of any.
    pub minutes: i64,
    /// Nights, weekends and holidays count too.
    pub around_the_clock: bool,
}

/// What was promised for which priority, and what the words of a status mean for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promises {
    /// Words of priorities as Salesforce and WHMCS write them (case does not matter), each with its promise.
    pub priorities: Vec<(String, Promise)>,
    /// Statuses in which we wait for the customer or for somebody outside. Case does not matter.
    pub paused: Vec<String>,
    /// The last part of the promised time, in percent, in which it is called soon.
    pub soon_percent: u8,
    /// When somebody is here.
    pub calendar: BusinessCalendar,
}

/// P1 15 minutes at any hour; P2 one hour, P3 four and P4 twenty-four, in open time. Both systems usually know three words
/// only: `High` is taken for P2, `Medium` for P3, `Low` for P4, so P1 has to be said.
impl Default for Promises {
    fn default() -> Self {
        let open = |minutes| Promise { minutes, around_the_clock: false };
        let p1 = Promise { minutes: 15, around_the_clock: true };
        let (p2, p3, p4) = (open(60), open(4 * 60), open(24 * 60));
        let words = [
            ("P1", p1),
            ("Critical", p1),
            ("P2", p2),
            ("High", p2),
            ("P3", p3),
            ("Medium", p3),
            ("P4", p4),
            ("Low", p4),
        ];
        Self {
            priorities: words.map(|(word, promise)| (word.to_owned(), promise)).into(),
            paused: ["Awaiting Customer", "On Hold"].map(str::to_owned).into(),
            soon_percent: 25,
            calendar: BusinessCalendar::default(),
        }
    }
}

/// What the promise needs to know of a case or a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Matter<'a> {
    /// Priority as written.
    pub priority: &'a str,
    /// Status as written.
    pub status: &'a str,
    /// Nothing is to be done any more.
    pub closed: bool,
    /// When it was opened.
    pub opened: Option<Timestamp>,
    /// When the customer last wrote, if that is known and later than the opening.
    pub customer_wrote: Option<Timestamp>,
    /// When we last answered so that the customer could see it.
    pub we_answered: Option<Timestamp>,
}

impl<'a> Matter<'a> {
    /// A Salesforce case, with what was said in it where that was read.
    pub fn of_case(case: &'a Case, said: &[Message]) -> Self {
        let (customer_wrote, we_answered) = last_words(said);
        Self {
            priority: &case.priority,
            status: &case.status,
            closed: case.closed,
            opened: case.created,
            customer_wrote,
            we_answered,
        }
    }

    /// A WHMCS ticket, with what was said in it where that was read. Where it was not, WHMCS's own statuses tell who wrote
    /// last: `Answered` is ours, `Customer-Reply` is not.
    pub fn of_ticket(ticket: &'a Ticket, said: &[Message]) -> Self {
        let (mut customer_wrote, mut we_answered) = last_words(said);
        if said.is_empty() {
            customer_wrote = ticket.last_reply.filter(|_| same("Customer-Reply", &ticket.status));
            we_answered = ticket.last_reply.filter(|_| same("Answered", &ticket.status));
        }
        Self {
            priority: &ticket.priority,
            status: &ticket.status,
            closed: ticket.closed(),
            opened: ticket.opened,
            customer_wrote,
            we_answered,
        }
    }
}

/// When the customer last wrote, and when we last answered so that the customer could see it.
fn last_words(said: &[Message]) -> (Option<Timestamp>, Option<Timestamp>) {
    let last = |side| said.iter().filter(|it| it.side == side && it.public).filter_map(|it| it.at).max();
    (last(Side::Customer), last(Side::Staff))
}

/// What is owed in a matter, whatever the time is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owed {
    /// An answer, until this moment.
    Until(Timestamp),
    /// An answer, but somebody else has to act first.
    Held,
    /// Nothing until the customer writes again: answered, so many minutes after the deadline, or in time.
    Answered {
        /// Minutes too late.
        late: Option<i64>,
    },
    /// Nothing: it is closed, or its priority has no promise.
    Nothing,
    /// When it began is not known, so nothing can be said.
    Unknown,
}

/// How an answer stands to its promise. Minutes are the promise's: open ones, or any if it is kept around the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sla {
    /// Over the promised time by so many minutes, and not answered.
    Breached {
        /// Minutes too late by now.
        by: i64,
    },
    /// The last part of the time runs.
    Soon {
        /// Minutes left.
        left: i64,
    },
    /// There is time.
    Running {
        /// Minutes left.
        left: i64,
    },
    /// Held: somebody else has to act.
    Paused,
    /// Answered too late; nothing is owed now.
    Late {
        /// Minutes too late.
        by: i64,
    },
    /// Answered in time.
    Met,
    /// Nothing is promised: it is closed, or its priority has no promise.
    None,
    /// When it began is not known, so nothing can be said.
    Unknown,
}

impl Sla {
    /// For sorting: what needs somebody first comes first.
    pub fn urgency(self) -> (u8, i64) {
        match self {
            Self::Breached { by } => (0, -by),
            Self::Soon { left } => (1, left),
            Self::Running { left } => (2, left),
            Self::Unknown => (3, 0),
            Self::Paused => (4, 0),
            Self::Late { .. } => (5, 0),
            Self::Met => (6, 0),
            Self::None => (7, 0),
        }
    }
}

impl Promises {
    /// What is promised for a priority, as either system writes it.
    pub fn promise(&self, priority: &str) -> Option<Promise> {
        self.priorities.iter().find(|(word, _)| same(word, priority)).map(|(_, promise)| *promise)
    }

    /// By when the matter has to be answered, whether it was or not; `None` when nothing is promised or its beginning is not
    /// known.
    pub fn deadline(&self, matter: &Matter<'_>) -> Option<Timestamp> {
        let (promise, start) = self.promise(matter.priority).zip(start(matter))?;
        self.end(promise, start)
    }

    /// What is owed in the matter. It changes with what is said and done, never with the time, so that a list can keep it.
    pub fn owed(&self, matter: &Matter<'_>) -> Owed {
        let Some(promise) = self.promise(matter.priority).filter(|_| !matter.closed) else { return Owed::Nothing };
        let Some((start, deadline)) = start(matter).and_then(|start| Some((start, self.end(promise, start)?))) else {
            return Owed::Unknown;
        };
        if let Some(answered) = matter.we_answered.filter(|answered| *answered >= start) {
            let late = (answered > deadline).then(|| self.minutes(promise, deadline, answered));
            return Owed::Answered { late };
        }
        if self.paused.iter().any(|word| same(word, matter.status)) { Owed::Held } else { Owed::Until(deadline) }
    }

    /// How the matter stands at `now`.
    pub fn sla(&self, matter: &Matter<'_>, now: Timestamp) -> Sla {
        let deadline = match self.owed(matter) {
            Owed::Until(deadline) => deadline,
            Owed::Held => return Sla::Paused,
            Owed::Answered { late: Some(by) } => return Sla::Late { by },
            Owed::Answered { late: None } => return Sla::Met,
            Owed::Nothing => return Sla::None,
            Owed::Unknown => return Sla::Unknown,
        };
        let Some(promise) = self.promise(matter.priority) else { return Sla::None };
        if now > deadline {
            return Sla::Breached { by: self.minutes(promise, deadline, now) };
        }
        let left = self.minutes(promise, now, deadline);
        if left * 100 <= promise.minutes * i64::from(self.soon_percent) {
            Sla::Soon { left }
        } else {
            Sla::Running { left }
        }
    }

    fn end(&self, promise: Promise, start: Timestamp) -> Option<Timestamp> {
        if promise.around_the_clock {
            start.checked_add(promise.minutes.minutes()).ok()
        } else {
            self.calendar.add_open_minutes(start, promise.minutes)
        }
    }

    fn minutes(&self, promise: Promise, from: Timestamp, to: Timestamp) -> i64 {
        if promise.around_the_clock {
            (to.as_second() - from.as_second()).max(0) / 60
        } else {
            self.calendar.open_minutes_between(from, to)
        }
    }
}

/// When the clock started: with the customer's last word.
fn start(matter: &Matter<'_>) -> Option<Timestamp> {
    matter.customer_wrote.max(matter.opened)
}

fn same(word: &str, written: &str) -> bool {
    word.eq_ignore_ascii_case(written.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::history::MessageKind;
    use crate::domain::salesforce_id::SalesforceId;
    use crate::domain::text::Text;
    use crate::domain::time;

    /// A moment by the wall clock in Japan; 2026-11-20 is a Friday, Monday 23 is a holiday.
    fn jst(wall: &str) -> Timestamp {
        time::from_jst(wall.parse().unwrap()).unwrap()
    }

    fn matter(priority: &'static str, opened: &str) -> Matter<'static> {
        Matter { priority, status: "New", opened: Some(jst(opened)), ..Matter::default() }
    }

    #[test]
    fn each_priority_has_its_time() {
        let promises = Promises::default();
        for (priority, opened, deadline) in [
            ("P1", "2026-11-20T23:50:00", "2026-11-21T00:05:00"),
            ("critical", "2026-11-22T12:00:00", "2026-11-22T12:15:00"),
            ("High", "2026-11-20T17:30:00", "2026-11-24T09:30:00"),
            ("medium ", "2026-11-20T10:00:00", "2026-11-20T14:00:00"),
            ("Low", "2026-11-20T10:00:00", "2026-11-25T16:00:00"),
        ] {
            assert_eq!(promises.deadline(&matter(priority, opened)), Some(jst(deadline)), "{priority}");
        }
        assert_eq!(promises.deadline(&matter("Whenever", "2026-11-20T10:00:00")), None);
        assert_eq!(promises.deadline(&Matter { priority: "High", ..Matter::default() }), None);
    }

    #[test]
    fn the_clock_runs_down_and_over() {
        let (promises, case) = (Promises::default(), matter("High", "2026-11-20T17:30:00"));
        for (now, sla) in [
            ("2026-11-20T17:30:00", Sla::Running { left: 60 }),
            ("2026-11-20T17:44:00", Sla::Running { left: 46 }),
            ("2026-11-22T12:00:00", Sla::Running { left: 30 }),
            ("2026-11-24T09:15:00", Sla::Soon { left: 15 }),
            ("2026-11-24T09:30:00", Sla::Soon { left: 0 }),
            ("2026-11-24T10:00:00", Sla::Breached { by: 30 }),
            ("2026-11-25T09:30:00", Sla::Breached { by: 540 }),
        ] {
            assert_eq!(promises.sla(&case, jst(now)), sla, "{now}");
        }
    }

    #[test]
    fn an_answer_stops_it_and_the_customers_next_word_starts_it_again() {
        let promises = Promises::default();
        let now = jst("2026-11-20T16:00:00");
        let opened = matter("High", "2026-11-20T10:00:00");
        let answered = |at: &str| Matter { we_answered: Some(jst(at)), ..opened };
        assert_eq!(promises.sla(&answered("2026-11-20T11:00:00"), now), Sla::Met);
        assert_eq!(promises.sla(&answered("2026-11-20T11:20:00"), now), Sla::Late { by: 20 });
        let again = Matter { customer_wrote: Some(jst("2026-11-20T15:30:00")), ..answered("2026-11-20T11:20:00") };
        assert_eq!(promises.sla(&again, now), Sla::Running { left: 30 });
    }

    #[test]
    fn who_waits_for_the_customer_owes_nothing() {
        let promises = Promises::default();
        let now = jst("2026-11-20T16:00:00");
        let case = matter("High", "2026-11-20T10:00:00");
        for status in ["Awaiting Customer", "on hold"] {
            assert_eq!(promises.sla(&Matter { status, ..case }, now), Sla::Paused);
        }
        assert_eq!(promises.sla(&Matter { closed: true, ..case }, now), Sla::None);
        assert_eq!(promises.sla(&Matter { priority: "", ..case }, now), Sla::None);
        assert_eq!(promises.sla(&Matter { opened: None, ..case }, now), Sla::Unknown);
    }

    #[test]
    fn what_was_said_tells_who_owes_an_answer() {
        let promises = Promises::default();
        let case = Case {
            id: SalesforceId::parse("5005g00000AbCdE").unwrap(),
            number: Text::line("00000007"),
            subject: Text::line(""),
            status: Text::line("Working"),
            closed: false,
            priority: Text::line("High"),
            kind: Text::line(""),
            origin: Text::line(""),
            owner: Text::line(""),
            owner_id: None,
            description: Text::line(""),
            created: Some(jst("2026-11-20T10:00:00")),
            modified: None,
        };
        let said = |side, public, at: &str| Message {
            at: Some(jst(at)),
            who: Text::line(""),
            side,
            kind: MessageKind::Comment,
            public,
            subject: Text::line(""),
            body: Text::line(""),
            files: Vec::new(),
        };
        let owed = |said: &[Message]| promises.owed(&Matter::of_case(&case, said));
        assert_eq!(owed(&[]), Owed::Until(jst("2026-11-20T11:00:00")));
        let answer = said(Side::Staff, true, "2026-11-20T10:30:00");
        assert_eq!(owed(std::slice::from_ref(&answer)), Owed::Answered { late: None });
        // A note that only staff see answers nobody.
        assert_eq!(owed(&[said(Side::Staff, false, "2026-11-20T10:30:00")]), Owed::Until(jst("2026-11-20T11:00:00")));
        let again = said(Side::Customer, true, "2026-11-20T12:00:00");
        assert_eq!(owed(&[again, answer]), Owed::Until(jst("2026-11-20T13:00:00")));
    }

    #[test]
    fn a_tickets_status_tells_who_wrote_last() {
        let promises = Promises::default();
        let ticket = |status: &str| Ticket {
            id: 1,
            number: Text::line("ABC-1"),
            subject: Text::line(""),
            status: Text::line(status),
            priority: Text::line("Medium"),
            opened: Some(jst("2026-11-18T10:00:00")),
            last_reply: Some(jst("2026-11-20T10:00:00")),
        };
        let owed = |status: &str| promises.owed(&Matter::of_ticket(&ticket(status), &[]));
        assert_eq!(owed("Open"), Owed::Until(jst("2026-11-18T14:00:00")));
        assert_eq!(owed("Customer-Reply"), Owed::Until(jst("2026-11-20T14:00:00")));
        assert!(matches!(owed("Answered"), Owed::Answered { late: Some(_) }));
        assert_eq!(owed("On Hold"), Owed::Held);
        assert_eq!(owed("Closed"), Owed::Nothing);
    }

    #[test]
    fn the_most_pressing_comes_first() {
        let mut all =
            [Sla::Met, Sla::Running { left: 5 }, Sla::Breached { by: 1 }, Sla::Paused, Sla::Breached { by: 9 }];
        all.sort_by_key(|sla| sla.urgency());
        let first = [Sla::Breached { by: 9 }, Sla::Breached { by: 1 }, Sla::Running { left: 5 }];
        assert_eq!(all[..3], first);
    }
}
