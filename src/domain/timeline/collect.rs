//! What each part has to tell.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::billing::{Activity, Invoice, InvoiceStatus, Listing, Ticket};
use crate::domain::customer::Account;
use crate::domain::history::{Change, Field, Message, Subject};
use crate::domain::line::Line;
use crate::domain::phone::Msisdn;
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::domain::text::Text;

use super::{Event, Gap, GapWhy, Part, Parts, Timeline, What, When};

/// Characters of what was said that are shown.
const BEGINNING: usize = 160;

pub(super) fn collect(parts: &Parts<'_>, timeline: &mut Timeline) {
    salesforce(parts, timeline);
    whmcs(parts, timeline);
    for (msisdn, read) in parts.lines {
        line(msisdn, *read, timeline);
    }
    if !parts.lines.is_empty() {
        // Of what was done to a line Freebit tells only what is running now.
        timeline.gaps.push(Gap { source: System::Freebit, part: Part::LineOperations, why: GapWhy::NotKept });
    }
}

/// Takes the events of a list, and says what of it is missing.
fn list<T>(
    timeline: &mut Timeline,
    (source, part): (System, Part),
    listing: Option<&Listing<T>>,
    when: impl Fn(&T) -> Option<When>,
    tell: impl Fn(&T, &mut Timeline),
) {
    let Some(listing) = listing else {
        timeline.gaps.push(Gap { source, part, why: GapWhy::NotRead });
        return;
    };
    for row in &listing.rows {
        tell(row, timeline);
    }
    if !listing.complete() {
        let than = listing.rows.iter().filter_map(when).min_by_key(|when| when.key());
        let missing = listing.total - listing.rows.len() as u64;
        timeline.gaps.push(Gap { source, part, why: GapWhy::Older { than, missing } });
    }
}

impl Timeline {
    fn at(&mut self, source: System, at: Option<Timestamp>, what: What, place: Option<Place>) {
        self.tell(source, at.map(When::At), what, place);
    }

    fn on(&mut self, source: System, day: Option<Date>, what: What, place: Option<Place>) {
        self.tell(source, day.map(When::Day), what, place);
    }

    fn tell(&mut self, source: System, when: Option<When>, what: What, place: Option<Place>) {
        if let Some(when) = when {
            self.events.push(Event { when, source, what, place, echo: false });
        }
    }
}

fn salesforce(parts: &Parts<'_>, timeline: &mut Timeline) {
    const SF: System = System::Salesforce;
    match parts.account {
        Some(known) => account(known, timeline),
        None => timeline.gaps.push(Gap { source: SF, part: Part::Account, why: GapWhy::NotRead }),
    }
    list(
        timeline,
        (SF, Part::Orders),
        parts.orders,
        |order| order.created.map(When::At),
        |order, timeline| {
            let what = What::OrderPlaced { number: order.number.clone(), total: order.total };
            timeline.at(SF, order.created, what, Some(Place::Order(Some(order.number.clone()))));
        },
    );
    list(
        timeline,
        (SF, Part::Cases),
        parts.cases,
        |case| case.created.map(When::At),
        |case, timeline| {
            let what = What::CaseOpened { number: case.number.clone(), subject: case.subject.clone() };
            let place = Place::Case(Some(case.number.clone()));
            timeline.at(SF, case.created, what, Some(place.clone()));
            match parts.case_messages.iter().find(|(number, _)| case.number == **number) {
                Some((_, messages)) => said(SF, &case.number, &place, messages, timeline),
                None => not_read(timeline, SF, Part::Messages(case.number.clone())),
            }
        },
    );
    list(
        timeline,
        (SF, Part::Changes),
        parts.changes,
        |change| change.at.map(When::At),
        |change, timeline| {
            if !told_already(change, parts) {
                timeline.at(SF, change.at, What::Changed(change.clone()), Some(place_of(&change.of)));
            }
        },
    );
    list(
        timeline,
        (SF, Part::FollowUps),
        parts.follow_ups,
        |promise| promise.created.map(When::At),
        |promise, timeline| {
            let what = What::Promised { subject: promise.subject.clone(), owner: promise.owner.clone() };
            timeline.at(SF, promise.created, what, Some(Place::FollowUp(Some(promise.id))));
        },
    );
}

fn not_read(timeline: &mut Timeline, source: System, part: Part) {
    timeline.gaps.push(Gap { source, part, why: GapWhy::NotRead });
}

fn account(account: &Account, timeline: &mut Timeline) {
    let mut tell = |at, what| timeline.at(System::Salesforce, at, what, Some(Place::Dashboard));
    tell(account.created, What::AccountMade);
    let eligibility = &account.eligibility;
    tell(eligibility.requested, What::EligibilityAsked);
    tell(eligibility.checked, What::EligibilityAnswered(eligibility.state.clone()));
    let verification = &account.verification;
    tell(verification.submitted, What::IdentitySent);
    tell(verification.reviewed, What::IdentityReviewed(verification.state.clone()));
}

/// Salesforce writes down in the history that a record came to be; its list says so already.
fn told_already(change: &Change, parts: &Parts<'_>) -> bool {
    change.field == Field::Created
        && match &change.of {
            Subject::Order(number) => parts.orders.is_some_and(|list| list.rows.iter().any(|it| it.number == *number)),
            Subject::Case(number) => parts.cases.is_some_and(|list| list.rows.iter().any(|it| it.number == *number)),
            Subject::Account => parts.account.is_some_and(|account| account.created.is_some()),
            Subject::Opportunity { .. } => false,
        }
}

fn place_of(subject: &Subject) -> Place {
    match subject {
        Subject::Order(number) => Place::Order(Some(number.clone())),
        Subject::Case(number) => Place::Case(Some(number.clone())),
        Subject::Opportunity { id, .. } => Place::Opportunity(*id),
        Subject::Account => Place::Dashboard,
    }
}

fn whmcs(parts: &Parts<'_>, timeline: &mut Timeline) {
    const WH: System = System::Whmcs;
    list(timeline, (WH, Part::Invoices), parts.invoices, |invoice| invoice.date.map(When::Day), invoice);
    list(
        timeline,
        (WH, Part::Transactions),
        parts.transactions,
        |money| money.at.map(When::At),
        |money, timeline| {
            let (received, paid_out) = (money.received, money.paid_out);
            let what = What::Money { received, paid_out, gateway: money.gateway.clone() };
            timeline.at(WH, money.at, what, money.invoice.map(|id| Place::Invoice(Some(id))));
        },
    );
    list(
        timeline,
        (WH, Part::Credits),
        parts.credits,
        |credit| credit.date.map(When::Day),
        |credit, timeline| {
            let what = What::Credit { amount: credit.amount, description: credit.description.clone() };
            timeline.on(WH, credit.date, what, credit.invoice.map(|id| Place::Invoice(Some(id))));
        },
    );
    list(
        timeline,
        (WH, Part::Emails),
        parts.emails,
        |mail| mail.at.map(When::At),
        |mail, timeline| {
            let what = What::Mail { subject: mail.subject.clone(), state: mail.state.clone() };
            timeline.at(WH, mail.at, what, None);
        },
    );
    list(
        timeline,
        (WH, Part::WhmcsOrders),
        parts.whmcs_orders,
        |order| order.date.map(When::At),
        |order, timeline| {
            let what = What::WhmcsOrderPlaced { number: order.number.clone(), what: order.what.clone() };
            timeline.at(WH, order.date, what, Some(Place::WhmcsOrder(Some(order.id))));
        },
    );
    list(
        timeline,
        (WH, Part::Services),
        parts.services,
        |service| service.registered.map(When::Day),
        |service, timeline| {
            let what = What::ServiceRegistered { name: service.name.clone() };
            timeline.on(WH, service.registered, what, Some(Place::Subscription(Some(service.id))));
        },
    );
    list(
        timeline,
        (WH, Part::CancelRequests),
        parts.cancel_requests,
        |request| request.at.map(When::At),
        |request, timeline| {
            let what = What::CancelAsked { reason: request.reason.clone(), effect: request.effect.clone() };
            timeline.at(WH, request.at, what, Some(Place::Subscription(Some(request.service))));
        },
    );
    list(
        timeline,
        (WH, Part::Tickets),
        parts.tickets,
        |ticket| ticket.opened.map(When::At),
        |row, timeline| {
            let messages = parts.ticket_messages.iter().find(|(id, _)| *id == row.id).map(|(_, messages)| *messages);
            ticket(row, messages, timeline);
        },
    );
    list(
        timeline,
        (WH, Part::Activity),
        parts.activity,
        |entry| entry.at.map(When::At),
        |entry, timeline| {
            let what = What::Logged { what: entry.what.clone(), who: entry.who.clone() };
            timeline.at(WH, entry.at, what, named(entry));
        },
    );
}

fn invoice(invoice: &Invoice, timeline: &mut Timeline) {
    if invoice.status == InvoiceStatus::Draft {
        return;
    }
    let number = Text::line(&invoice.spoken_number());
    let place = Some(Place::Invoice(Some(invoice.id)));
    let issued = What::InvoiceIssued { number: number.clone(), total: invoice.total };
    timeline.on(System::Whmcs, invoice.date, issued, place.clone());
    if invoice.paid.is_none() {
        let tried = What::CaptureTried { number: number.clone() };
        timeline.at(System::Whmcs, invoice.last_capture, tried, place.clone());
    }
    let paid = What::InvoicePaid { number, total: invoice.total };
    timeline.at(System::Whmcs, invoice.paid, paid, place);
}

fn ticket(ticket: &Ticket, messages: Option<&Listing<Message>>, timeline: &mut Timeline) {
    let (number, subject) = (ticket.number.clone(), ticket.subject.clone());
    let place = Place::Ticket(Some(ticket.id));
    let opened = What::TicketOpened { number: number.clone(), subject: subject.clone() };
    timeline.at(System::Whmcs, ticket.opened, opened, Some(place.clone()));
    if let Some(messages) = messages {
        said(System::Whmcs, &number, &place, messages, timeline);
    } else {
        // WHMCS gives a ticket without replies its opening as the last reply.
        let replied = ticket.last_reply.filter(|at| Some(*at) != ticket.opened);
        timeline.at(System::Whmcs, replied, What::TicketReplied { number: number.clone(), subject }, Some(place));
        not_read(timeline, System::Whmcs, Part::Messages(number));
    }
}

fn said(source: System, number: &Text, place: &Place, messages: &Listing<Message>, timeline: &mut Timeline) {
    let tell = |message: &Message, timeline: &mut Timeline| {
        let mut beginning: String = message.body.chars().take(BEGINNING).collect();
        if beginning.len() < message.body.len() {
            beginning.push('…');
        }
        let what = What::Said {
            number: number.clone(),
            who: message.who.clone(),
            side: message.side,
            kind: message.kind,
            public: message.public,
            beginning: Text::line(&beginning),
        };
        timeline.at(source, message.at, what, Some(place.clone()));
    };
    let part = Part::Messages(number.clone());
    list(timeline, (source, part), Some(messages), |message| message.at.map(When::At), tell);
}

/// The record that a line of the log names: WHMCS writes `… - Invoice ID: 9001`.
fn named(entry: &Activity) -> Option<Place> {
    let id = |label: &str| {
        let rest = entry.what.split_once(label)?.1.trim_start();
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest[..end].parse().ok()
    };
    id("Invoice ID:")
        .map(|id| Place::Invoice(Some(id)))
        .or_else(|| id("Order ID:").map(|id| Place::WhmcsOrder(Some(id))))
        .or_else(|| id("Service ID:").map(|id| Place::Subscription(Some(id))))
        .or_else(|| id("Ticket ID:").map(|id| Place::Ticket(Some(id))))
}

fn line(msisdn: &Msisdn, read: Option<&Line>, timeline: &mut Timeline) {
    const FB: System = System::Freebit;
    let Some(line) = read else {
        not_read(timeline, FB, Part::Line(msisdn.clone()));
        return;
    };
    let place = Place::Line(Some(msisdn.clone()));
    timeline.on(FB, line.started, What::LineStarted(msisdn.clone()), Some(place.clone()));
    if let Some(lock) = &line.lock {
        let what = What::LineLocked { msisdn: msisdn.clone(), what: lock.what.clone(), until: lock.until };
        timeline.at(FB, lock.since, what, Some(place.clone()));
    }
    let Some(top_ups) = &line.top_ups else {
        not_read(timeline, FB, Part::TopUps(msisdn.clone()));
        return;
    };
    for top_up in top_ups {
        let what = What::ToppedUp { msisdn: msisdn.clone(), mb: top_up.mb, code: top_up.code.clone() };
        timeline.at(FB, top_up.at, what, Some(place.clone()));
    }
}
