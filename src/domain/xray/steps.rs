//! How each step is told from the traces.

use jiff::Timestamp;

use crate::domain::billing::{ServiceStatus, Subscription, WhmcsOrder};
use crate::domain::customer::VerificationState;
use crate::domain::history::{Change, Field, Subject};
use crate::domain::line::{Line, LineState};
use crate::domain::office::Office;
use crate::domain::order::{ActivationStatus, Order, OrderStatus};
use crate::domain::phone::{Msisdn, Phone};
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::domain::words::{Said, Words};

use super::cause::failing_step;
use super::{Evidence, Fact, Lane, LineSeen, Parts, Rules, Step, StepName, StepState, Whom, Why, has_line};

/// Something looked for in a list that may not have been read, or not to its end.
#[derive(Clone, Copy)]
enum Found<T> {
    Yes(T),
    No,
    Unknown(Why),
}

impl<T> Found<T> {
    const fn yes(self) -> Option<T>
    where
        T: Copy,
    {
        match self {
            Self::Yes(found) => Some(found),
            Self::No | Self::Unknown(_) => None,
        }
    }
}

/// The parts, with what belongs to this order picked out.
pub(super) struct Look<'a> {
    parts: &'a Parts<'a>,
    rules: &'a Rules,
    words: &'a Words,
    order: &'a Order,
    whmcs: Found<&'a WhmcsOrder>,
    service: Option<&'a Subscription>,
    /// The line, and whether it is only assumed to be the order's.
    line: Option<(&'a Msisdn, LineSeen<'a>, bool)>,
    /// Index of the step that failed, as far as the code tells.
    failed: Option<usize>,
    /// Index up to which steps are proven by what came after them.
    through: usize,
}

/// Steps as they are told one after the other.
struct Told {
    steps: Vec<Step>,
    /// Every step so far is settled or cannot be told, so it is the next one's turn.
    open: bool,
    /// The latest moment at which a step is known to have been done.
    last: Option<Timestamp>,
}

impl Told {
    /// A step that is not done: its turn, or not yet.
    fn next(&self, whom: Whom) -> StepState {
        if self.open { waiting(whom, None) } else { StepState::NotReached }
    }
}

impl<'a> Look<'a> {
    pub(super) fn new(parts: &'a Parts<'a>, office: &'a Office) -> Self {
        let (rules, words) = (&office.orders, &office.words);
        let order = parts.order;
        let whmcs = whmcs_order(parts);
        let service = service(parts, whmcs.yes());
        let line = has_line(order).then(|| line(parts, service)).flatten();
        // Once it is set to be tried again, the failure it shows is the one before.
        let tried = order.activation == ActivationStatus::Failed && order.status != OrderStatus::Reactivate;
        let failed = tried.then(|| failing_step(&order.error_code)).flatten().map(|step| step as usize);
        let mut look = Self { parts, rules, words, order, whmcs, service, line, failed, through: 0 };
        look.through = look.proven_through();
        look
    }

    /// How many of the first steps must have been done, by what is seen of later ones.
    fn proven_through(&self) -> usize {
        let accepted = self.whmcs.yes().is_some_and(|whmcs| whmcs.status.eq_ignore_ascii_case("active"));
        let seen = [
            (self.order.status == OrderStatus::Processed, StepName::WriteBack),
            (accepted, StepName::AcceptOrder),
            (self.whmcs.yes().is_some(), StepName::AddOrder),
            (self.order.activation == ActivationStatus::Activated, StepName::Activated),
            (self.live().is_some(), StepName::Freebit),
            (self.order.activation == ActivationStatus::Activating, StepName::Activating),
        ];
        let seen = seen.iter().find(|(seen, _)| *seen).map_or(0, |(_, step)| step.number());
        seen.max(self.failed.unwrap_or(0))
    }

    /// The line, if it was read and is in service or was.
    fn live(&self) -> Option<&'a Line> {
        match self.line {
            Some((_, LineSeen::Read(line), _)) if !matches!(line.state, LineState::Waiting | LineState::Temporary) => {
                Some(line)
            }
            _ => None,
        }
    }

    pub(super) fn steps(&self) -> [Step; 10] {
        let mut told = Told { steps: Vec::with_capacity(10), open: true, last: None };
        for name in StepName::ALL {
            let mut evidence = Vec::new();
            let state = self.state(name, &told, &mut evidence);
            let state = match state {
                StepState::Waiting { .. }
                | StepState::NotReached
                | StepState::Failed { .. }
                | StepState::Unknown { why: Why::NoLine | Why::NoTrace }
                    if self.order.status == OrderStatus::Cancelled =>
                {
                    StepState::NotNeeded
                }
                StepState::Waiting { whom, since } => StepState::Waiting {
                    whom,
                    since: since.or(told.last).or(self.order.modified).or(self.order.created),
                },
                state => state,
            };
            match &state {
                StepState::Done { at } => told.last = told.last.max(*at),
                StepState::NotNeeded | StepState::Unknown { .. } => {}
                _ => told.open = false,
            }
            told.steps.push(Step { name, state, evidence });
        }
        let mut steps = told.steps.into_iter();
        StepName::ALL.map(|name| {
            let missing = Step { name, state: StepState::Unknown { why: Why::NoTrace }, evidence: Vec::new() };
            steps.next().unwrap_or(missing)
        })
    }

    fn state(&self, name: StepName, told: &Told, evidence: &mut Vec<Evidence>) -> StepState {
        let mut says = |lane, fact| evidence.push(Evidence { lane, fact });
        match name {
            StepName::Validate => self.validate(&mut says),
            StepName::Activating => self.activating(told, &mut says),
            StepName::Freebit => self.freebit(told, &mut says),
            StepName::Activated => self.activated(told, &mut says),
            StepName::Map => self.map(told, &mut says),
            StepName::AddOrder => self.add_order(told, &mut says),
            StepName::AcceptOrder => self.accept_order(&mut says),
            StepName::WriteBack => self.write_back(told, &mut says),
            StepName::Opportunity => self.opportunity(told, &mut says),
            StepName::SideEffects => self.side_effects(told, &mut says),
        }
    }

    fn validate(&self, says: &mut dyn FnMut(Lane, Fact)) -> StepState {
        says(Lane::Salesforce, Fact::Status(self.order.status.clone()));
        if let Some(methods) = self.parts.pay_methods {
            says(Lane::Whmcs, Fact::PayMethods(methods.len()));
        }
        let identity = self.parts.verification.filter(|_| has_line(self.order)).map(|check| &check.state);
        if let Some(state) = identity {
            says(Lane::Salesforce, Fact::Identity(state.clone()));
        }
        // Sent round again, it waits from then on, not from its first approval.
        let again = self.order.status == OrderStatus::Reactivate;
        let again = again.then(|| self.changed(&Field::Status, &self.words.order_status.reactivate, says)).flatten();
        let approved = again.or_else(|| self.changed(&Field::Status, &self.words.order_status.approved, says));
        if self.failed == Some(StepName::Validate as usize) {
            return self.failure(says);
        }
        if self.through > 0 {
            return StepState::Done { at: approved };
        }
        let identity = match identity {
            Some(VerificationState::UnderReview) => Some(Whom::Us),
            Some(VerificationState::NotSubmitted | VerificationState::Rejected) => Some(Whom::Customer),
            _ => None,
        };
        match (&self.order.status, identity, self.parts.pay_methods) {
            (OrderStatus::Draft, ..) => waiting(Whom::Us, self.order.created),
            (OrderStatus::PendingReview, whom, _) => waiting(whom.unwrap_or(Whom::Us), self.order.created),
            (_, Some(whom), _) => waiting(whom, approved),
            (_, None, Some([])) => waiting(Whom::Customer, approved),
            (_, None, Some(_)) => StepState::Done { at: approved },
            (_, None, None) => StepState::Unknown { why: Why::NotRead(System::Whmcs) },
        }
    }

    fn activating(&self, told: &Told, says: &mut dyn FnMut(Lane, Fact)) -> StepState {
        let proven = self.through > StepName::Activating as usize;
        // What failed afterwards is told by the step that failed: beside "done" the word would contradict it.
        if !(proven && self.order.activation == ActivationStatus::Failed) {
            says(Lane::Salesforce, Fact::Activation(self.order.activation.clone()));
        }
        let at = self.changed(&Field::Activation, &self.words.activation.activating, says);
        match &self.order.activation {
            ActivationStatus::Activating | ActivationStatus::Activated => StepState::Done { at },
            ActivationStatus::Failed | ActivationStatus::Other(_) if proven => StepState::Done { at },
            ActivationStatus::Failed if told.open => self.failure_or_retry(says),
            ActivationStatus::Scheduled if told.open => waiting(Whom::Date(self.order.scheduled), self.order.modified),
            ActivationStatus::Other(_) => unknown(Why::UnknownWord),
            _ => told.next(Whom::Worker),
        }
    }

    fn freebit(&self, told: &Told, says: &mut dyn FnMut(Lane, Fact)) -> StepState {
        if !has_line(self.order) {
            return StepState::NotNeeded;
        }
        let read = match self.line {
            Some((msisdn, LineSeen::Read(line), assumed)) => {
                let fact = Fact::Line { msisdn: msisdn.clone(), state: line.state.clone(), assumed };
                says(Lane::Freebit, fact);
                if let Some(lock) = &line.lock {
                    says(Lane::Freebit, Fact::Locked { what: lock.what.clone(), until: lock.until });
                }
                Some(line)
            }
            Some((msisdn, LineSeen::Missing, _)) => {
                says(Lane::Freebit, Fact::LineMissing(msisdn.clone()));
                None
            }
            Some((msisdn, LineSeen::NotRead, _)) => {
                says(Lane::Freebit, Fact::LineUnread(msisdn.clone()));
                None
            }
            None => None,
        };
        if self.live().is_some() {
            return StepState::Done { at: None };
        }
        if self.failed == Some(StepName::Freebit as usize) {
            return self.failure(says);
        }
        match (read, self.line) {
            (Some(line), _) => waiting(Whom::Carrier, line.lock.as_ref().and_then(|lock| lock.since)),
            (None, Some((_, LineSeen::Missing, _))) => told.next(Whom::Carrier),
            (None, Some(_)) => unknown(Why::NotRead(System::Freebit)),
            (None, None) if !told.open && self.through <= StepName::Freebit as usize => StepState::NotReached,
            (None, None) => unknown(Why::NoLine),
        }
    }

    fn activated(&self, told: &Told, says: &mut dyn FnMut(Lane, Fact)) -> StepState {
        let at = self.changed(&Field::Activation, &self.words.activation.activated, says);
        match &self.order.activation {
            ActivationStatus::Activated => StepState::Done { at },
            ActivationStatus::Failed if self.through > StepName::Activated as usize => StepState::Done { at },
            ActivationStatus::Failed if told.open => self.failure_or_retry(says),
            _ => told.next(Whom::Worker),
        }
    }

    fn map(&self, told: &Told, says: &mut dyn FnMut(Lane, Fact)) -> StepState {
        if self.failed == Some(StepName::Map as usize) {
            self.failure(says)
        } else if self.through > StepName::Map as usize {
            StepState::Done { at: None }
        } else if told.open {
            unknown(Why::NoTrace)
        } else {
            StepState::NotReached
        }
    }

    fn add_order(&self, told: &Told, says: &mut dyn FnMut(Lane, Fact)) -> StepState {
        match self.whmcs {
            Found::Yes(whmcs) => {
                self.whmcs_order_says(whmcs, says);
                StepState::Done { at: whmcs.date }
            }
            Found::No => match self.order.whmcs_order {
                Some(id) => {
                    says(Lane::Salesforce, Fact::WhmcsOrderMissing(id));
                    StepState::Failed { code: Text::default(), message: Text::default() }
                }
                None if self.failed == Some(StepName::AddOrder as usize) => self.failure(says),
                None => told.next(Whom::Worker),
            },
            Found::Unknown(_) if self.failed == Some(StepName::AddOrder as usize) => self.failure(says),
            Found::Unknown(why) => unknown(why),
        }
    }

    fn accept_order(&self, says: &mut dyn FnMut(Lane, Fact)) -> StepState {
        let failed = self.failed == Some(StepName::AcceptOrder as usize);
        let whmcs = match self.whmcs {
            Found::Yes(whmcs) => whmcs,
            _ if failed => return self.failure(says),
            Found::Unknown(why) => return unknown(why),
            Found::No => return StepState::NotReached,
        };
        says(Lane::Whmcs, Fact::WhmcsOrder { id: whmcs.id, status: whmcs.status.clone() });
        if let Some(service) = self.service {
            says(Lane::Whmcs, Fact::Service { id: service.id, status: service.status.clone() });
        }
        match whmcs.status.to_ascii_lowercase().as_str() {
            "active" => match self.service.filter(|service| lacks_card(self.order, service)) {
                Some(service) => {
                    says(Lane::Whmcs, Fact::FieldsMissing(service.id));
                    waiting(Whom::Worker, None)
                }
                None => StepState::Done { at: None },
            },
            "pending" if failed => self.failure(says),
            "pending" => waiting(Whom::Worker, whmcs.date),
            "cancelled" | "fraud" => StepState::Failed { code: whmcs.status.clone(), message: Text::default() },
            _ => unknown(Why::UnknownWord),
        }
    }

    fn write_back(&self, told: &Told, says: &mut dyn FnMut(Lane, Fact)) -> StepState {
        says(Lane::Salesforce, Fact::WrittenBack(self.order.whmcs_order));
        let at = self.changed(&Field::Status, &self.words.order_status.processed, says);
        let disagree = self.order.whmcs_order.zip(self.whmcs.yes()).filter(|(id, whmcs)| *id != whmcs.id);
        if let Some((salesforce, whmcs)) = disagree {
            says(Lane::Whmcs, Fact::IdsDisagree { salesforce, whmcs: whmcs.id });
        } else if self.order.whmcs_order.is_some() && self.order.status == OrderStatus::Processed {
            return StepState::Done { at };
        }
        told.next(Whom::Worker)
    }

    fn opportunity(&self, told: &Told, says: &mut dyn FnMut(Lane, Fact)) -> StepState {
        let Some(id) = self.order.opportunity else { return unknown(Why::NoLink) };
        let Some(list) = self.parts.opportunities else { return unknown(Why::NotRead(System::Salesforce)) };
        let Some(opportunity) = list.rows.iter().find(|opportunity| opportunity.id == id) else {
            return unknown(if list.complete() { Why::NoLink } else { Why::Truncated(System::Salesforce) });
        };
        says(Lane::Salesforce, Fact::Stage(opportunity.stage.clone()));
        if self.rules.delivered_stages.iter().any(|stage| opportunity.stage == stage.as_str()) {
            let of = |change: &&Change| {
                matches!(&change.of, Subject::Opportunity { id: of, .. } if *of == id)
                    && change.field == Field::Stage
                    && change.new == *opportunity.stage
            };
            let change = self.parts.changes.and_then(|changes| changes.rows.iter().find(of));
            return StepState::Done { at: change.and_then(|change| change.at) };
        }
        told.next(Whom::Worker)
    }

    fn side_effects(&self, told: &Told, says: &mut dyn FnMut(Lane, Fact)) -> StepState {
        let card = self.card(says);
        let mail = self.mail(says);
        match (card, mail) {
            (Found::No, _) | (_, Found::No) => told.next(Whom::Worker),
            (Found::Unknown(why), _) | (_, Found::Unknown(why)) => unknown(why),
            (Found::Yes(()), Found::Yes(at)) => StepState::Done { at },
        }
    }

    /// Whether the line's card is assigned to the customer.
    fn card(&self, says: &mut dyn FnMut(Lane, Fact)) -> Found<()> {
        if !has_line(self.order) {
            return Found::Yes(());
        }
        let Some(list) = self.parts.cards else { return Found::Unknown(Why::NotRead(System::Salesforce)) };
        let Some((msisdn, ..)) = self.line else { return Found::Unknown(Why::NoLine) };
        let product = self.service.map(|service| service.product_number.as_str()).filter(|number| !number.is_empty());
        let same = |number: &Text| product.is_some_and(|product| **number == *product);
        let card = list.rows.iter().find(|card| card.line.as_ref() == Some(msisdn) || same(&card.product_number));
        match card {
            Some(card) => {
                says(Lane::Salesforce, Fact::CardAssigned(card.status.clone()));
                Found::Yes(())
            }
            None if list.complete() => {
                says(Lane::Salesforce, Fact::CardNotAssigned);
                Found::No
            }
            None => Found::Unknown(Why::Truncated(System::Salesforce)),
        }
    }

    /// When the customer was told: by the first such mail after the order was placed. With several orders at once it may be
    /// another one's; mails name no order.
    fn mail(&self, says: &mut dyn FnMut(Lane, Fact)) -> Found<Option<Timestamp>> {
        if self.rules.delivered_subjects.is_empty() {
            return Found::Yes(None);
        }
        let Some(list) = self.parts.emails else { return Found::Unknown(Why::NotRead(System::Whmcs)) };
        let tells =
            |subject: &Text| self.rules.delivered_subjects.iter().any(|start| subject.starts_with(start.as_str()));
        let after = |at: Option<Timestamp>| at.is_none() || at >= self.order.created;
        let mail = list.rows.iter().filter(|mail| tells(&mail.subject) && after(mail.at)).min_by_key(|mail| mail.at);
        match mail {
            Some(mail) => {
                says(Lane::Worker, Fact::Mail(mail.subject.clone()));
                Found::Yes(mail.at)
            }
            None if list.complete() => {
                says(Lane::Worker, Fact::NoMail);
                Found::No
            }
            None => Found::Unknown(Why::Truncated(System::Whmcs)),
        }
    }

    fn whmcs_order_says(&self, whmcs: &WhmcsOrder, says: &mut dyn FnMut(Lane, Fact)) {
        says(Lane::Whmcs, Fact::WhmcsOrder { id: whmcs.id, status: whmcs.status.clone() });
        let invoice = whmcs.invoice.zip(self.parts.invoices);
        if let Some(invoice) = invoice.and_then(|(id, list)| list.rows.iter().find(|invoice| invoice.id == id)) {
            says(Lane::Whmcs, Fact::Invoice { id: invoice.id, status: invoice.status.clone() });
        }
    }

    /// When a field of the order last came to mean this; says so in the worker's lane.
    fn changed(&self, field: &Field, new: &Said, says: &mut dyn FnMut(Lane, Fact)) -> Option<Timestamp> {
        let of = |change: &&Change| {
            matches!(&change.of, Subject::Order(number) if *number == self.order.number)
                && change.field == *field
                && new.is(&change.new)
        };
        let change = self.parts.changes?.rows.iter().filter(of).max_by_key(|change| change.at)?;
        says(Lane::Worker, Fact::Changed { at: change.at, who: change.who.clone(), new: change.new.clone() });
        change.at
    }

    /// When it failed stands in the worker's lane.
    fn failure(&self, says: &mut dyn FnMut(Lane, Fact)) -> StepState {
        self.changed(&Field::Activation, &self.words.activation.failed, says);
        StepState::Failed { code: self.order.error_code.clone(), message: self.order.error_message.clone() }
    }

    /// A failure whose code tells no step belongs to the step whose turn it is, unless it is about to be tried again.
    fn failure_or_retry(&self, says: &mut dyn FnMut(Lane, Fact)) -> StepState {
        if self.order.status == OrderStatus::Reactivate {
            waiting(Whom::Worker, self.order.modified)
        } else {
            self.failure(says)
        }
    }
}

const fn waiting(whom: Whom, since: Option<Timestamp>) -> StepState {
    StepState::Waiting { whom, since }
}

const fn unknown(why: Why) -> StepState {
    StepState::Unknown { why }
}

/// The WHMCS order that stands for this one: its notes name it, or Salesforce names that.
fn whmcs_order<'a>(parts: &Parts<'a>) -> Found<&'a WhmcsOrder> {
    let Some(list) = parts.whmcs_orders else { return Found::Unknown(Why::NotRead(System::Whmcs)) };
    let noted = list.rows.iter().find(|whmcs| whmcs.salesforce_order.as_ref() == Some(&parts.order.id));
    let named = || list.rows.iter().find(|whmcs| parts.order.whmcs_order == Some(whmcs.id));
    match noted.or_else(named) {
        Some(whmcs) => Found::Yes(whmcs),
        None if list.complete() => Found::No,
        None => Found::Unknown(Why::Truncated(System::Whmcs)),
    }
}

/// The service that the order became: one that its items or WHMCS's order name, of the order's kind if there are several, as
/// fees are services of their own.
fn service<'a>(parts: &Parts<'a>, whmcs: Option<&WhmcsOrder>) -> Option<&'a Subscription> {
    let named = |id: u64| parts.order.items.iter().any(|item| item.whmcs_service == Some(id));
    let ordered = |order: Option<u64>| order.is_some() && order == whmcs.map(|whmcs| whmcs.id);
    let mut its = parts.services?.rows.iter().filter(|service| named(service.id) || ordered(service.order));
    let first = its.clone().find(|service| service.status != ServiceStatus::Completed);
    its.find(|service| service.kind == parts.order.kind).or(first)
}

/// The order's line: the one its service names, the number it brings, the one with its EID, or else the customer's only line
/// that no service claims.
fn line<'a>(parts: &Parts<'a>, service: Option<&Subscription>) -> Option<(&'a Msisdn, LineSeen<'a>, bool)> {
    let known = |is: &dyn Fn(&Msisdn, LineSeen<'_>) -> bool| {
        parts.lines.iter().find(|(msisdn, seen)| is(msisdn, *seen)).map(|(msisdn, seen)| (msisdn, *seen, false))
    };
    if let Some(line) = service.and_then(|service| service.line.as_ref()) {
        return known(&|msisdn, _| msisdn == line);
    }
    if let Some(phone) = parts.order.port_in.as_ref().and_then(|port_in| Phone::parse(&port_in.number).ok()) {
        return known(&|msisdn, _| *msisdn.phone() == phone);
    }
    let eid = &parts.order.eid;
    if !eid.is_empty()
        && let Some(line) = known(&|_, seen| matches!(seen, LineSeen::Read(line) if line.eid == *eid))
    {
        return Some(line);
    }
    let services = parts.services.filter(|list| list.complete())?;
    let claimed = |msisdn: &Msisdn| services.rows.iter().any(|service| service.line.as_ref() == Some(msisdn));
    let mut free = parts.lines.iter().filter(|(msisdn, _)| !claimed(msisdn));
    match (free.next(), free.next()) {
        (Some((msisdn, seen)), None) => Some((msisdn, *seen, true)),
        _ => None,
    }
}

fn lacks_card(order: &Order, service: &Subscription) -> bool {
    has_line(order) && service.product_number.is_empty() && service.eid.is_empty()
}
