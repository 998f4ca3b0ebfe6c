//! Records changed elsewhere: what was read of them is read again, and nothing else. A burst is one read: while one is on
//! its way the next waits for its end, and what is counted over all customers is counted again only so often.

use jiff::{SignedDuration, Timestamp};

use crate::domain::queue::Queue;
use crate::domain::text::Text;
use crate::flow::{Changed, Customer, Deeper, Effect, Query, RecordKind, Renewal, Slot};

use super::super::{App, View};

/// Between two counts of what waits because something changed: a count asks every system.
const COUNTED: SignedDuration = SignedDuration::from_secs(15);
/// Between two reads of a queue's list because something changed.
const LISTED: SignedDuration = SignedDuration::from_secs(3);
/// Between two reads of the open customer.
const RENEWED: SignedDuration = SignedDuration::from_secs(1);

/// What is to be read again once it is in sight and its turn has come.
#[derive(Debug, Default)]
pub(in crate::app) struct Moved {
    customer: Vec<Renewal>,
    deeper: Vec<Deeper>,
    /// The list of the open queue.
    pub(in crate::app) queue: Again,
    /// What the board counts.
    pub(in crate::app) board: Again,
    /// When the open customer was last read because something changed.
    renewed: Option<Timestamp>,
    /// A wake-up was asked for by then.
    wake: Option<Timestamp>,
    /// Until when something on the screen says that it changed.
    marked: Option<Timestamp>,
}

/// A list over all customers that something changed in.
#[derive(Debug, Default)]
pub(in crate::app) struct Again {
    /// It is old.
    wanted: bool,
    /// It is being read because something changed.
    pub(in crate::app) running: bool,
    /// When it was last read because something changed.
    last: Option<Timestamp>,
}

impl Again {
    fn begin(&mut self, now: Timestamp) {
        *self = Self { wanted: false, running: true, last: Some(now) };
    }
}

impl Moved {
    /// Another customer is open: what changed of the one before is nobody's matter.
    pub(in crate::app) fn forget_customer(&mut self) {
        self.customer.clear();
        self.deeper.clear();
    }

    fn touch(&mut self, renewal: Renewal) {
        if !self.customer.contains(&renewal) {
            self.customer.push(renewal);
        }
    }

    /// What nobody asked for is read when somebody looks, and is new then.
    fn touch_deeper(&mut self, deeper: Deeper, customer: &Customer) {
        if customer.has_asked(&deeper) && !self.deeper.contains(&deeper) {
            self.deeper.push(deeper);
        }
    }

    fn list(&mut self, slot: Slot) -> Option<&mut Again> {
        match slot {
            Slot::Board => Some(&mut self.board),
            Slot::Queue => Some(&mut self.queue),
            _ => None,
        }
    }
}

impl App {
    /// Records changed: what is on the screen of them is old.
    pub(in crate::app) fn moved(&mut self, changed: &Changed) {
        let moved = &mut self.elsewhere.moved;
        moved.board.wanted |= is_counted(changed.record);
        moved.queue.wanted |= self.queue.as_ref().is_some_and(|list| lists(list.queue, changed.record));
        let Some(customer) = self.customer.as_ref().filter(|customer| is_of(changed, customer)) else { return };
        if changed.record == RecordKind::Invoice {
            moved.touch(Renewal::Invoices);
        } else {
            moved.touch(Renewal::Salesforce);
            moved.touch_deeper(Deeper::Changes, customer);
        }
        for id in &changed.ids {
            let deeper = match changed.record {
                RecordKind::Invoice => id.parse().ok().map(Deeper::Invoice),
                RecordKind::Case => id.parse().ok().map(Deeper::Case),
                _ => None,
            };
            if let Some(deeper) = deeper {
                moved.touch_deeper(deeper, customer);
            }
        }
    }

    /// Reads what changed elsewhere and is in sight now, as far as its turn has come. Asks to be woken for the rest, and for
    /// the end of what is marked; an idle desk is not woken.
    pub(in crate::app) fn read_what_moved(&mut self) {
        if !self.connected {
            return;
        }
        let now = self.now;
        let mut due: Option<Timestamp> = None;
        let mut later = |at: Timestamp| due = Some(due.map_or(at, |due| due.min(at)));
        let Moved { customer, deeper, .. } = &self.elsewhere.moved;
        if self.view == View::Customer && !(customer.is_empty() && deeper.is_empty()) {
            if let Some(at) = next(self.elsewhere.moved.renewed, RENEWED, now) {
                later(at);
            } else {
                self.renew();
                self.renew_deeper();
            }
        }
        if self.view == View::Queue && self.elsewhere.moved.queue.wanted && !self.reading.contains(&Slot::Queue) {
            match next(self.elsewhere.moved.queue.last, LISTED, now) {
                Some(at) => later(at),
                None => self.list_again(),
            }
        }
        if self.on_board() && self.elsewhere.moved.board.wanted && !self.reading.contains(&Slot::Board) {
            match next(self.elsewhere.moved.board.last, COUNTED, now) {
                Some(at) => later(at),
                None => self.count_again(),
            }
        }
        if let Some(until) = self.elsewhere.moved.marked {
            if until > now {
                later(until);
            } else {
                self.elsewhere.moved.marked = None;
            }
        }
        let moved = &mut self.elsewhere.moved;
        if let Some(due) = due
            && moved.wake.is_none_or(|wake| wake > due)
        {
            moved.wake = Some(due);
            self.effects.push(Effect::Wake(due.duration_since(now)));
        }
    }

    /// The desk was woken, by whatever: what is still to come asks for it anew.
    pub(in crate::app) fn woken(&mut self) {
        self.elsewhere.moved.wake = None;
    }

    /// Rows were read again that changed: they say so for a moment.
    pub(in crate::app) fn mark_what_moved(&mut self, until: Option<Timestamp>) {
        let until = until.filter(|until| *until > self.now);
        self.elsewhere.moved.marked = self.elsewhere.moved.marked.max(until);
    }

    fn renew(&mut self) {
        let Some(customer) = &self.customer else { return };
        let key = customer.key.clone();
        let reading = &self.reading;
        // Whether a read of everything that is on its way saw the change nobody can tell: it is waited for.
        let busy = |renewal: &Renewal| reading.contains(&Slot::Customer) || reading.contains(&Slot::Renew(*renewal));
        let (wait, ready): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.elsewhere.moved.customer).into_iter().partition(busy);
        self.elsewhere.moved.customer = wait;
        if !ready.is_empty() {
            self.elsewhere.moved.renewed = Some(self.now);
        }
        for renewal in ready {
            self.read(Slot::Renew(renewal), Query::Renew(key.clone(), renewal));
        }
    }

    /// Lets what was read deeper be read again by the page that needs it. One that is on its way is waited for: replaced by
    /// every change, it would never come.
    fn renew_deeper(&mut self) {
        let reading = &self.reading;
        let busy = |deeper: &Deeper| reading.contains(&Slot::Deeper(deeper.kind()));
        let (wait, ready): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.elsewhere.moved.deeper).into_iter().partition(busy);
        self.elsewhere.moved.deeper = wait;
        if let Some(customer) = self.customer.as_mut().filter(|_| !ready.is_empty()) {
            self.elsewhere.moved.renewed = Some(self.now);
            for deeper in &ready {
                customer.forget(deeper);
            }
            self.read_what_is_needed();
        }
    }

    fn list_again(&mut self) {
        let Some(list) = &self.queue else { return };
        let query = Query::Queue(list.queue, None);
        self.elsewhere.moved.queue.begin(self.now);
        self.read(Slot::Queue, query);
    }

    fn count_again(&mut self) {
        self.elsewhere.moved.board.begin(self.now);
        self.read(Slot::Board, Query::Board);
    }

    /// Whether counts are old although they are young: something changed since.
    pub(in crate::app) const fn board_moved(&self) -> bool {
        self.elsewhere.moved.board.wanted
    }

    /// Somebody had it read anyway.
    pub(in crate::app) fn seen_moved(&mut self, slot: Slot) {
        if let Some(list) = self.elsewhere.moved.list(slot) {
            (list.wanted, list.running) = (false, false);
        }
    }

    /// A read of a list is over: what comes next was not asked for because of a change.
    pub(in crate::app) fn moved_is_over(&mut self, slot: Slot) {
        if let Some(list) = self.elsewhere.moved.list(slot) {
            list.running = false;
        }
    }
}

/// When the next read may be, where that is later than now.
fn next(last: Option<Timestamp>, pause: SignedDuration, now: Timestamp) -> Option<Timestamp> {
    let at = last?.saturating_add(pause).ok()?;
    (at > now).then_some(at)
}

/// Whether the board counts such records.
const fn is_counted(record: RecordKind) -> bool {
    !matches!(record, RecordKind::Opportunity)
}

/// Whether a queue lists such records, or what is told of them.
const fn lists(queue: Queue, record: RecordKind) -> bool {
    match queue {
        Queue::OrdersInReview | Queue::OrdersStuck | Queue::OrdersFailed => {
            matches!(record, RecordKind::Order | RecordKind::OrderItem)
        }
        Queue::IdWaiting | Queue::EligibilityWaiting => matches!(record, RecordKind::Account),
        Queue::CasesMine | Queue::CasesUnassigned | Queue::CasesBreaching | Queue::CasesOpen => {
            matches!(record, RecordKind::Case)
        }
        Queue::InvoicesOverdue => matches!(record, RecordKind::Invoice),
        Queue::FollowUpsDue | Queue::TicketsAwaiting | Queue::WhmcsOrdersPending | Queue::ModuleFailures => false,
    }
}

/// Whether a change is of this customer: by whose it is where that is known, by the records on the screen where it is not,
/// and where nothing is known it may be.
fn is_of(changed: &Changed, customer: &Customer) -> bool {
    let account = changed.account.zip(customer.key.account).map(|(a, b)| a == b);
    let client = changed.client.zip(customer.key.client).map(|(a, b)| a == b);
    match (account, client) {
        (Some(true), _) | (_, Some(true)) => true,
        (Some(false), _) | (_, Some(false)) => false,
        (None, None) if changed.ids.is_empty() => changed.account.is_none() && changed.client.is_none(),
        (None, None) => changed.ids.iter().any(|id| shows(changed.record, id, customer)),
    }
}

/// Whether a record is among what was read of a customer.
fn shows(record: RecordKind, id: &Text, customer: &Customer) -> bool {
    let salesforce = || id.parse().ok();
    match record {
        RecordKind::Account => salesforce().is_some_and(|id| customer.key.account == Some(id)),
        RecordKind::Case => salesforce().is_some_and(|id| holds(&customer.cases, |case| case.id == id)),
        RecordKind::Order => salesforce().is_some_and(|id| holds(&customer.orders, |order| order.id == id)),
        RecordKind::Opportunity => salesforce().is_some_and(|id| holds(&customer.opportunities, |it| it.id == id)),
        // An item without its order's account could be anybody's.
        RecordKind::OrderItem => false,
        RecordKind::Invoice => id.parse::<u64>().is_ok_and(|id| holds(&customer.invoices, |it| it.id == id)),
    }
}

fn holds<T>(part: &crate::flow::Remote<crate::domain::billing::Listing<T>>, is: impl Fn(&T) -> bool) -> bool {
    part.value().is_some_and(|list| list.rows.iter().any(is))
}
