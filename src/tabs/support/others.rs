//! What else is open for the same customer: who calls about one thing is told of the others.

use madoguchi_ui::glyphs::Mark;

use crate::domain::status::Place;
use crate::domain::system::System;
use crate::domain::words::List;
use crate::flow::Customer;
use crate::locale::Value;
use crate::tabs::cells;
use crate::tabs::sheet::Sheet;

/// Writes the customer's open cases, tickets and orders and the invoices past due, each a link, without the one at `here`.
/// What was not read is said to be unknown.
pub fn open_matters(customer: &Customer, here: &Place, sheet: &mut Sheet<'_>) {
    let scene = sheet.scene();
    let mut found = Vec::new();
    if let Some(cases) = customer.cases.value() {
        for case in cases.rows.iter().filter(|case| !case.closed) {
            let place = Place::Case(Some(case.number.clone()));
            found.push((
                "support-case",
                format!(
                    "{} {} · {}",
                    case.number,
                    scene.free_text(&case.subject),
                    cells::chosen(List::CaseStatusWords, &case.status, &scene)
                ),
                place,
                None,
            ));
        }
    }
    if let Some(tickets) = customer.tickets.value() {
        for ticket in tickets.rows.iter().filter(|ticket| !ticket.closed()) {
            let words = format!(
                "{} {} · {}",
                ticket.number,
                scene.free_text(&ticket.subject),
                cells::word_of(System::Whmcs, &ticket.status, &scene)
            );
            found.push(("support-ticket", words, Place::Ticket(Some(ticket.id)), None));
        }
    }
    if let Some(orders) = customer.orders.value() {
        for order in orders.rows.iter().filter(|order| order.open()) {
            let status = cells::order_status(&order.status);
            let words = format!("{} · {}", order.number, status.say(&scene));
            found.push(("support-order", words, Place::Order(Some(order.number.clone())), None));
        }
    }
    if let Some(invoices) = customer.invoices.value() {
        for invoice in &invoices.rows {
            if let Some(days) = invoice.days_overdue(scene.today()) {
                let (number, total) = (invoice.spoken_number(), invoice.total.to_string());
                let values =
                    [("number", Value::Text(&number)), ("sum", Value::Text(&total)), ("days", Value::Number(days))];
                let words = scene.with("support-overdue", &values);
                found.push(("label-invoice", words, Place::Invoice(Some(invoice.id)), Some(Mark::Critical)));
            }
        }
    }
    found.retain(|(_, _, place, _)| place != here);
    let unread = [
        customer.cases.value().is_none(),
        customer.tickets.value().is_none(),
        customer.orders.value().is_none(),
        customer.invoices.value().is_none(),
    ]
    .into_iter()
    .zip(["support-case", "support-ticket", "support-order", "label-invoice"])
    .filter_map(|(unread, key)| unread.then_some(key));
    sheet.section("support-also-open");
    let none = found.is_empty();
    for (label, words, place, mark) in found {
        let role = mark.map_or(madoguchi_ui::theme::Role::Text, Mark::role);
        sheet.leading(place, |sheet| sheet.styled(label, words, role, mark));
    }
    let mut all_read = true;
    for key in unread {
        all_read = false;
        sheet.styled(key, scene.unknown(), Mark::Unknown.role(), Some(Mark::Unknown));
    }
    if none && all_read {
        sheet.note(scene.say("support-nothing-else"), madoguchi_ui::theme::Role::Dim, None);
    }
}
