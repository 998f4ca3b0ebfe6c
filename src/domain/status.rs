//! Status of a customer: what the whole of the parts means. Computed in one place, from whatever parts could be read; a
//! part that could not be read makes its figures unknown, never zero.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::billing::{CardExpiry, Invoice, InvoiceStatus, Listing, PayMethod, ProductKind, ServiceStatus};
use super::billing::{Subscription, WhmcsOrder};
use super::change::sim::suspension_of;
use super::customer::{Account, EligibilityState, VerificationState};
use super::history::FollowUp;
use super::line::{Line, LineState};
use super::links::LinkFinding;
use super::money::Yen;
use super::order::{ActivationStatus, Case, Opportunity, Order, OrderStatus};
use super::phone::Msisdn;
use super::salesforce_id::SalesforceId;
use super::text::Text;
use super::time;

/// A place within an open customer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The dashboard.
    #[default]
    Dashboard,
    /// The subscriptions, one of them by WHMCS service id.
    Subscription(Option<u64>),
    /// The other plans a subscription can be changed to, by WHMCS service id.
    Plans(u64),
    /// Subscriptions, the requests to cancel them.
    Cancellations,
    /// Billing, one invoice by id.
    Invoice(Option<u64>),
    /// Billing, the pay methods.
    PayMethods,
    /// Orders, one by its Salesforce order number.
    Order(Option<Text>),
    /// Orders, one of WHMCS's by id.
    WhmcsOrder(Option<u64>),
    /// SIM, one line.
    Line(Option<Msisdn>),
    /// Support, one case by number.
    Case(Option<Text>),
    /// Support, one of WHMCS's tickets by id.
    Ticket(Option<u64>),
    /// Support, one promise.
    FollowUp(Option<SalesforceId>),
    /// Orders, the x-ray of one order by its Salesforce order number.
    Xray(Text),
    /// Orders, one opportunity.
    Opportunity(SalesforceId),
    /// The dashboard's timeline.
    Timeline,
    /// The dashboard's page of who this is in each system.
    Identity,
}

impl Place {
    /// Whether it is one record rather than a whole page.
    pub const fn is_record(&self) -> bool {
        match self {
            Self::Dashboard | Self::Timeline | Self::Identity | Self::Cancellations | Self::PayMethods => false,
            Self::Plans(_) | Self::Xray(_) | Self::Opportunity(_) => true,
            Self::Subscription(id) | Self::Invoice(id) | Self::WhmcsOrder(id) | Self::Ticket(id) => id.is_some(),
            Self::Order(number) | Self::Case(number) => number.is_some(),
            Self::Line(line) => line.is_some(),
            Self::FollowUp(id) => id.is_some(),
        }
    }
}

/// How much something matters. Shown by a mark and a word as well as by colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tone {
    /// Act now.
    Critical,
    /// Act soon.
    Warning,
    /// Good to know.
    Info,
    /// Nothing pressing.
    Neutral,
}

/// The parts a status is computed from. `None` means the part was not read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facts<'a> {
    /// Salesforce account.
    pub account: Option<&'a Account>,
    /// WHMCS services.
    pub subscriptions: Option<&'a Listing<Subscription>>,
    /// WHMCS invoices.
    pub invoices: Option<&'a Listing<Invoice>>,
    /// WHMCS pay methods.
    pub pay_methods: Option<&'a [PayMethod]>,
    /// Salesforce orders.
    pub orders: Option<&'a Listing<Order>>,
    /// WHMCS orders.
    pub whmcs_orders: Option<&'a Listing<WhmcsOrder>>,
    /// Salesforce cases.
    pub cases: Option<&'a Listing<Case>>,
    /// Salesforce opportunities.
    pub opportunities: Option<&'a Listing<Opportunity>>,
    /// What the links say.
    pub links: Option<&'a [LinkFinding]>,
    /// Promises.
    pub follow_ups: Option<&'a Listing<FollowUp>>,
}

/// A count that may be a lower bound, because only a part of a longer list was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// How many were seen.
    pub n: u64,
    /// There may be more.
    pub at_least: bool,
}

/// Figures at a glance. `None` is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Active services.
    pub active_subscriptions: Option<Count>,
    /// Unpaid invoices, and their sum.
    pub unpaid: Option<(Count, Yen)>,
    /// Those past due, their sum, and the oldest one's days.
    pub overdue: Option<(Count, Yen, i64)>,
    /// Open cases.
    pub open_cases: Option<Count>,
    /// Open orders.
    pub open_orders: Option<Count>,
    /// What is due next: an unpaid invoice, or else the next renewal.
    pub next_due: Option<NextDue>,
}

/// What is due next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextDue {
    /// Nothing is.
    Nothing,
    /// This sum on this day.
    On(Date, Yen),
}

/// Computes the figures as of `today` (JST).
pub fn summary(facts: &Facts<'_>, today: Date) -> Summary {
    let unpaid = facts.invoices.map(|list| {
        let rows = list.rows.iter().filter(|invoice| invoice.status == InvoiceStatus::Unpaid);
        (count_of(list, rows.clone().count()), rows.map(|invoice| invoice.total).sum())
    });
    let overdue = facts.invoices.map(|list| {
        let rows = list.rows.iter().filter(|invoice| invoice.days_overdue(today).is_some());
        let oldest = rows.clone().filter_map(|invoice| invoice.days_overdue(today)).max().unwrap_or(0);
        (count_of(list, rows.clone().count()), rows.map(|invoice| invoice.total).sum(), oldest)
    });
    Summary {
        active_subscriptions: facts.subscriptions.map(|list| counted(list, |s| s.status == ServiceStatus::Active)),
        unpaid,
        overdue,
        open_cases: facts.cases.map(|list| counted(list, |case| !case.closed)),
        open_orders: facts.orders.map(|list| counted(list, Order::open)),
        next_due: next_due(facts, today),
    }
}

fn counted<T>(list: &Listing<T>, is: impl Fn(&T) -> bool) -> Count {
    count_of(list, list.rows.iter().filter(|row| is(row)).count())
}

fn count_of<T>(list: &Listing<T>, n: usize) -> Count {
    Count { n: n as u64, at_least: !list.complete() }
}

fn next_due(facts: &Facts<'_>, today: Date) -> Option<NextDue> {
    let invoices = facts.invoices?;
    let unpaid = invoices
        .rows
        .iter()
        .filter(|invoice| invoice.status == InvoiceStatus::Unpaid)
        .filter_map(|invoice| Some((invoice.due.filter(|due| *due >= today)?, invoice.total)))
        .min_by_key(|(due, _)| *due);
    if let Some((day, sum)) = unpaid {
        return Some(NextDue::On(day, sum));
    }
    let services = facts.subscriptions?;
    let renewals = services.rows.iter().filter(|service| service.status == ServiceStatus::Active);
    let next = renewals.clone().filter_map(|service| service.next_due).filter(|due| *due >= today).min();
    Some(next.map_or(NextDue::Nothing, |day| {
        let sum = renewals.filter(|service| service.next_due == Some(day)).filter_map(|service| service.amount).sum();
        NextDue::On(day, sum)
    }))
}

/// Something a person should do or know, with how much it matters and the place that clears it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// How much it matters.
    pub tone: Tone,
    /// What it is.
    pub kind: TaskKind,
    /// The place it opens.
    pub opens: Place,
}

impl Task {
    /// The change that settles it and whose form it opens, where it is ours to decide.
    pub const fn settled_by(&self) -> Option<&'static str> {
        match self.kind {
            TaskKind::EligibilityPending { .. } => Some("eligibility-result"),
            TaskKind::IdUnderReview { .. } => Some("id-approve"),
            _ => None,
        }
    }
}

/// The tasks the desk knows, with the figures their wording needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskKind {
    /// Invoices past due.
    InvoiceOverdue {
        /// How many.
        count: Count,
        /// Their sum.
        sum: Yen,
        /// Days the oldest is past due.
        oldest_days: i64,
    },
    /// An invoice waits to be paid.
    InvoiceDue {
        /// Due date.
        due: Date,
        /// Total.
        total: Yen,
    },
    /// Nothing on file to charge.
    NoPayMethod,
    /// The default card ends soon.
    CardExpiring {
        /// Its last month.
        month: Date,
    },
    /// The default card is over.
    CardExpired {
        /// Its last month.
        month: Date,
    },
    /// An order is on its way.
    OrderInProgress {
        /// Order number.
        number: Text,
        /// Since when it stands so.
        since: Option<Timestamp>,
    },
    /// An order waits for our review.
    OrderInReview {
        /// Order number.
        number: Text,
        /// Since when.
        since: Option<Timestamp>,
    },
    /// An order's activation failed.
    OrderFailed {
        /// Order number.
        number: Text,
        /// Error code.
        code: Text,
    },
    /// An eligibility check waits for an answer.
    EligibilityPending {
        /// Since when.
        since: Option<Timestamp>,
    },
    /// A residence card waits for a reviewer.
    IdUnderReview {
        /// Since when.
        since: Option<Timestamp>,
    },
    /// The residence card was refused.
    IdRejected,
    /// A SIM order waits and no residence card was sent in.
    IdMissing {
        /// The order that waits.
        number: Text,
    },
    /// Money was taken for an order whose activation failed.
    PaidNotDelivered {
        /// Order number.
        number: Text,
        /// What was paid.
        sum: Option<Yen>,
    },
    /// Data was paid for, and the line's history does not know it.
    TopUpNotDelivered {
        /// The invoice's number as spoken.
        number: Text,
        /// The line.
        line: Msisdn,
        /// What was paid.
        sum: Yen,
    },
    /// A promise whose day is over.
    PromiseLate {
        /// What was promised.
        subject: Text,
        /// Whose it is.
        owner: Text,
        /// Days it is late.
        days: i64,
    },
    /// A line is to be suspended at the carrier, and the case is open.
    SuspensionAsked {
        /// The line's digits.
        line: Text,
        /// The case's number.
        number: Text,
        /// Since when.
        since: Option<Timestamp>,
    },
    /// A line has no data left.
    DataRunOut(Msisdn),
    /// A contract is about to end.
    CancellationScheduled {
        /// What ends: internet or a SIM.
        what: ProductKind,
        /// When.
        at: Timestamp,
    },
    /// WHMCS bills a line that has ended at the carrier.
    EndedLineBilled(Msisdn),
    /// The systems disagree.
    Drift(LinkFinding),
    /// The customer has nothing yet.
    Onboarding,
}

/// What to do for this customer as of `today` (JST), most pressing first. Parts that were not read add nothing here; the
/// dashboard shows them as unknown in their own place. `lines` are those that Freebit told of.
pub fn tasks<'a>(facts: &Facts<'_>, lines: impl Iterator<Item = &'a Line>, today: Date) -> Vec<Task> {
    let mut tasks = Vec::new();
    let mut add = |tone, kind, opens| tasks.push(Task { tone, kind, opens });
    billing_tasks(facts, today, &mut add);
    order_tasks(facts, &mut add);
    account_tasks(facts, &mut add);
    lines.for_each(|line| line_tasks(facts, line, &mut add));
    for opportunity in facts.opportunities.map(|list| list.rows.as_slice()).unwrap_or_default() {
        let ends = [(ProductKind::Internet, opportunity.cancels), (ProductKind::Sim, opportunity.sim_cancels)];
        for (what, at) in ends {
            if let Some(at) = at.filter(|at| time::today(*at) >= today) {
                let opens = Place::Subscription(opportunity.whmcs_service);
                add(Tone::Info, TaskKind::CancellationScheduled { what, at }, opens);
            }
        }
    }
    for promise in facts.follow_ups.map(|list| list.rows.as_slice()).unwrap_or_default() {
        if let Some(due) = promise.due.filter(|_| promise.late(today)) {
            let (subject, owner) = (promise.subject.clone(), promise.owner.clone());
            let kind = TaskKind::PromiseLate { subject, owner, days: time::days_between(due, today) };
            add(Tone::Warning, kind, Place::FollowUp(Some(promise.id)));
        }
    }
    for case in facts.cases.map(|list| list.rows.as_slice()).unwrap_or_default() {
        if let Some(line) = suspension_of(&case.subject).filter(|_| !case.closed) {
            let (line, number, since) = (Text::line(line), case.number.clone(), case.created);
            let opens = Place::Case(Some(number.clone()));
            add(Tone::Warning, TaskKind::SuspensionAsked { line, number, since }, opens);
        }
    }
    for finding in facts.links.unwrap_or_default() {
        add(Tone::Critical, TaskKind::Drift(finding.clone()), Place::Identity);
    }
    if is_new(facts) {
        add(Tone::Neutral, TaskKind::Onboarding, Place::Identity);
    }
    tasks.sort_by_key(|task| task.tone); // stable: within a tone the order above stays
    tasks
}

type Add<'a> = dyn FnMut(Tone, TaskKind, Place) + 'a;

fn billing_tasks(facts: &Facts<'_>, today: Date, add: &mut Add<'_>) {
    if let Some(list) = facts.invoices {
        let mut overdue: Vec<_> = list.rows.iter().filter_map(|i| Some((i.days_overdue(today)?, i))).collect();
        overdue.sort_by_key(|(days, _)| -days);
        if let Some((oldest_days, oldest)) = overdue.first() {
            let kind = TaskKind::InvoiceOverdue {
                count: count_of(list, overdue.len()),
                sum: overdue.iter().map(|(_, invoice)| invoice.total).sum(),
                oldest_days: *oldest_days,
            };
            add(Tone::Critical, kind, Place::Invoice(Some(oldest.id)));
        }
        let waiting = list.rows.iter().filter(|i| i.status == InvoiceStatus::Unpaid && i.days_overdue(today).is_none());
        if let Some((due, invoice)) = waiting.filter_map(|i| Some((i.due?, i))).min_by_key(|(due, _)| *due) {
            let kind = TaskKind::InvoiceDue { due, total: invoice.total };
            add(Tone::Warning, kind, Place::Invoice(Some(invoice.id)));
        }
    }
    if let Some(methods) = facts.pay_methods {
        match methods.first() {
            None if is_charged(facts) => add(Tone::Warning, TaskKind::NoPayMethod, Place::PayMethods),
            None => {}
            Some(default) => match (default.expiry(today), default.expires) {
                (CardExpiry::Expired, Some(month)) => {
                    add(Tone::Warning, TaskKind::CardExpired { month }, Place::PayMethods);
                }
                (CardExpiry::Soon, Some(month)) => {
                    add(Tone::Warning, TaskKind::CardExpiring { month }, Place::PayMethods);
                }
                _ => {}
            },
        }
    }
}

fn order_tasks(facts: &Facts<'_>, add: &mut Add<'_>) {
    for order in facts.orders.map(|list| list.rows.as_slice()).unwrap_or_default() {
        let (number, since) = (order.number.clone(), order.modified.or(order.created));
        let opens = Place::Order(Some(number.clone()));
        if order.activation == ActivationStatus::Failed && order.status != OrderStatus::Cancelled {
            if let Some(paid) = paid_order_of(facts, order) {
                let kind = TaskKind::PaidNotDelivered { number: number.clone(), sum: paid.amount };
                add(Tone::Critical, kind, opens.clone());
            }
            add(Tone::Critical, TaskKind::OrderFailed { number, code: order.error_code.clone() }, opens);
        } else if order.status == OrderStatus::PendingReview {
            add(Tone::Info, TaskKind::OrderInReview { number, since }, opens);
        } else if order.open() {
            add(Tone::Info, TaskKind::OrderInProgress { number, since }, opens);
        }
    }
}

/// The paid WHMCS order that stands for a Salesforce order, found by either side's link.
pub(super) fn paid_order_of<'a>(facts: &Facts<'a>, order: &Order) -> Option<&'a WhmcsOrder> {
    facts.whmcs_orders?.rows.iter().find(|whmcs| {
        let same = order.whmcs_order == Some(whmcs.id) || whmcs.salesforce_order.as_ref() == Some(&order.id);
        same && whmcs.payment.eq_ignore_ascii_case("paid")
    })
}

fn line_tasks(facts: &Facts<'_>, line: &Line, add: &mut Add<'_>) {
    let msisdn = line.msisdn.clone();
    if line.state == LineState::Ended {
        let services = facts.subscriptions.map(|list| list.rows.as_slice()).unwrap_or_default();
        let billed = |service: &&Subscription| {
            service.status == ServiceStatus::Active && service.line.as_ref() == Some(&line.msisdn)
        };
        if let Some(service) = services.iter().find(billed) {
            add(Tone::Critical, TaskKind::EndedLineBilled(msisdn), Place::Subscription(Some(service.id)));
        }
    } else if line.quota_left_mb.is_some_and(|mb| mb <= 0) {
        add(Tone::Warning, TaskKind::DataRunOut(msisdn.clone()), Place::Line(Some(msisdn)));
    }
}

fn account_tasks(facts: &Facts<'_>, add: &mut Add<'_>) {
    let Some(account) = facts.account else { return };
    if account.eligibility.state == EligibilityState::Pending {
        let since = account.eligibility.requested;
        add(Tone::Info, TaskKind::EligibilityPending { since }, Place::Identity);
    }
    match account.verification.state {
        VerificationState::Rejected => add(Tone::Warning, TaskKind::IdRejected, Place::Identity),
        VerificationState::UnderReview => {
            let since = account.verification.submitted;
            add(Tone::Info, TaskKind::IdUnderReview { since }, Place::Identity);
        }
        VerificationState::NotSubmitted => {
            let orders = facts.orders.map(|list| list.rows.as_slice()).unwrap_or_default();
            if let Some(order) = orders.iter().find(|order| order.open() && order.kind == ProductKind::Sim) {
                let number = order.number.clone();
                add(Tone::Warning, TaskKind::IdMissing { number: number.clone() }, Place::Order(Some(number)));
            }
        }
        _ => {}
    }
}

/// A customer who has something to pay for: a service that runs or an order on its way. One who left needs no card.
fn is_charged(facts: &Facts<'_>) -> bool {
    let services = facts.subscriptions.map(|list| list.rows.as_slice()).unwrap_or_default();
    let orders = facts.orders.map(|list| list.rows.as_slice()).unwrap_or_default();
    let unpaid = |invoice: &Invoice| invoice.status == InvoiceStatus::Unpaid;
    services.iter().any(|service| matches!(service.status, ServiceStatus::Active | ServiceStatus::Suspended))
        || orders.iter().any(Order::open)
        || facts.invoices.is_some_and(|list| list.rows.iter().any(unpaid))
}

/// A customer who has nothing yet. Only said when every part that could tell was read.
fn is_new(facts: &Facts<'_>) -> bool {
    let empty = |len: Option<usize>| len == Some(0);
    empty(facts.subscriptions.map(|l| l.rows.len()))
        && empty(facts.invoices.map(|l| l.rows.len()))
        && empty(facts.orders.map(|l| l.rows.len()))
}

/// What is known of the lines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lines {
    /// How many lines the customer has.
    pub count: usize,
    /// How many of them were read from Freebit, which allows one at a time.
    pub read: usize,
    /// Lines locked by a running change, with the end of the lock where it is known.
    pub locked: Vec<(Msisdn, Option<Timestamp>)>,
}

/// Sums up the lines: `all` from WHMCS and Salesforce, `read` those that Freebit told of.
pub fn lines<'a>(all: &[Msisdn], read: impl Iterator<Item = &'a Line>, now: Timestamp) -> Lines {
    let mut lines = Lines { count: all.len(), ..Lines::default() };
    for line in read {
        lines.read += 1;
        if let Some(lock) = &line.lock
            && lock.until.is_none_or(|until| until > now)
        {
            lines.locked.push((line.msisdn.clone(), lock.until));
        }
    }
    lines
}
