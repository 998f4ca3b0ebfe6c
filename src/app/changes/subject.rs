//! What a change is about, told by where the cursor stands: line, service, order and opportunity lead to each other.

use crate::domain::change::SubjectKind;
use crate::domain::phrase::{Arg, Phrase};
use crate::domain::status::Place;
use crate::flow::Customer;

/// Something of the customer that a change can be about.
#[derive(Debug, Clone)]
pub struct Subject {
    /// As the field takes it.
    pub value: String,
    /// As people are shown it.
    pub says: Phrase,
    /// Where the cursor stands on it.
    pub places: Vec<Place>,
}

/// Everything of this kind that the customer has, as far as it was read.
pub fn subjects(kind: SubjectKind, customer: &Customer) -> Vec<Subject> {
    match kind {
        SubjectKind::Line => lines(customer),
        SubjectKind::Service => services(customer),
        SubjectKind::Invoice => invoices(customer),
        SubjectKind::Order => orders(customer),
        SubjectKind::Opportunity => opportunities(customer),
        SubjectKind::Case => cases(customer),
        SubjectKind::Ticket => tickets(customer),
        SubjectKind::Task => tasks(customer),
    }
}

/// The key of the words that say that the customer has none of this kind.
pub const fn none_of(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Line => "change-needs-line",
        SubjectKind::Service => "change-needs-service",
        SubjectKind::Invoice => "change-needs-invoice",
        SubjectKind::Order => "change-needs-order",
        SubjectKind::Opportunity => "change-needs-opportunity",
        SubjectKind::Case => "change-needs-case",
        SubjectKind::Ticket => "change-needs-ticket",
        SubjectKind::Task => "change-needs-task",
    }
}

fn lines(customer: &Customer) -> Vec<Subject> {
    let services = customer.subscriptions.value().map(|list| list.rows.as_slice()).unwrap_or_default();
    let one = |line: crate::domain::phone::Msisdn| {
        let of_line = services.iter().filter(|service| service.line.as_ref() == Some(&line));
        let mut places: Vec<Place> = of_line.map(|service| Place::Subscription(Some(service.id))).collect();
        places.insert(0, Place::Line(Some(line.clone())));
        Subject { value: line.digits().to_owned(), says: Phrase::new("about-line").with("line", line), places }
    };
    customer.all_lines().into_iter().map(one).collect()
}

fn services(customer: &Customer) -> Vec<Subject> {
    let services = customer.subscriptions.value().map(|list| list.rows.as_slice()).unwrap_or_default();
    let one = |service: &crate::domain::billing::Subscription| {
        let mut places = vec![Place::Subscription(Some(service.id)), Place::Plans(service.id)];
        places.extend(service.line.clone().map(|line| Place::Line(Some(line))));
        let says = match &service.line {
            Some(line) => Phrase::new("subject-service-line").with("line", line.clone()),
            None => Phrase::new("subject-service"),
        };
        let says = says.with("id", service.id.to_string().as_str()).with("name", service.name.clone());
        Subject { value: service.id.to_string(), says, places }
    };
    services.iter().map(one).collect()
}

fn invoices(customer: &Customer) -> Vec<Subject> {
    let invoices = customer.invoices.value().map(|list| list.rows.as_slice()).unwrap_or_default();
    let one = |invoice: &crate::domain::billing::Invoice| Subject {
        value: invoice.id.to_string(),
        says: Phrase::new("subject-invoice").with("number", &*invoice.spoken_number()).with("total", invoice.total),
        places: vec![Place::Invoice(Some(invoice.id))],
    };
    invoices.iter().map(one).collect()
}

fn orders(customer: &Customer) -> Vec<Subject> {
    let orders = customer.orders.value().map(|list| list.rows.as_slice()).unwrap_or_default();
    let one = |order: &crate::domain::order::Order| Subject {
        value: order.number.to_string(),
        says: Phrase::new("subject-order").with("number", order.number.clone()),
        places: vec![
            Place::Order(Some(order.number.clone())),
            Place::Xray(order.number.clone()),
            Place::WhmcsOrder(Some(order.whmcs_order.unwrap_or(0))),
        ],
    };
    orders.iter().map(one).collect()
}

fn opportunities(customer: &Customer) -> Vec<Subject> {
    let all = customer.opportunities.value().map(|list| list.rows.as_slice()).unwrap_or_default();
    let orders = customer.orders.value().map(|list| list.rows.as_slice()).unwrap_or_default();
    let one = |opportunity: &crate::domain::order::Opportunity| {
        let of_it = orders.iter().filter(|order| order.opportunity == Some(opportunity.id));
        let mut places: Vec<Place> = of_it.map(|order| Place::Order(Some(order.number.clone()))).collect();
        places.push(Place::Opportunity(opportunity.id));
        places.extend(opportunity.whmcs_service.map(|id| Place::Subscription(Some(id))));
        let says = Phrase::new("subject-opportunity").with("name", opportunity.name.clone());
        Subject { value: opportunity.id.to_string(), says, places }
    };
    all.iter().map(one).collect()
}

fn cases(customer: &Customer) -> Vec<Subject> {
    let cases = customer.cases.value().map(|list| list.rows.as_slice()).unwrap_or_default();
    let one = |case: &crate::domain::order::Case| Subject {
        value: case.number.to_string(),
        says: Phrase::new("subject-case")
            .with("number", case.number.clone())
            .with("subject", Arg::Free(case.subject.clone())),
        places: vec![Place::Case(Some(case.number.clone()))],
    };
    cases.iter().map(one).collect()
}

fn tickets(customer: &Customer) -> Vec<Subject> {
    let tickets = customer.tickets.value().map(|list| list.rows.as_slice()).unwrap_or_default();
    let one = |ticket: &crate::domain::billing::Ticket| Subject {
        value: ticket.id.to_string(),
        says: Phrase::new("subject-ticket").with("number", ticket.number.clone()),
        places: vec![Place::Ticket(Some(ticket.id))],
    };
    tickets.iter().map(one).collect()
}

fn tasks(customer: &Customer) -> Vec<Subject> {
    let tasks = customer.follow_ups.value().map(|list| list.rows.as_slice()).unwrap_or_default();
    let one = |task: &crate::domain::history::FollowUp| Subject {
        value: task.id.to_string(),
        says: Phrase::new("as-it-is").with("text", Arg::Free(task.subject.clone())),
        places: vec![Place::FollowUp(Some(task.id))],
    };
    tasks.iter().filter(|task| !task.closed).map(one).collect()
}
