//! What a shift finds in its queues: orders that start later, begin just now or begin again, cases late and nearly
//! late, and what WHMCS could not do.

use jiff::SignedDuration;
use serde_json::json;

use super::super::{
    catalogue::{ACTIVATION, VOICE_10GB, VOICE_25GB},
    sale::{NewLine, Sale, Step},
    talk::{Talk, Voice},
    town::{Customer, Town, later},
};
use crate::{
    domain::calendar::BusinessCalendar,
    sandbox::{
        salesforce::setup::{Queue, Staff},
        whmcs::db::{Note, Priority, Reply, Requestor},
    },
};

pub(super) fn fill(town: &mut Town) {
    starts_later(town);
    begins_again(town);
    just_begun(town);
    late_answer(town);
    nearly_late_answer(town);
    tickets(town);
}

/// A SIM order of a verified customer, approved `minutes` ago at the latest and come this far.
fn order(town: &mut Town, customer: &Customer, sale: impl FnOnce(Sale<'static>) -> Sale<'static>) -> String {
    let since = town.day(-8);
    town.identity_verified(customer, since);
    let line = NewLine::physical(&Town::line_of(customer, 0));
    let day = town.day(-1);
    town.sell(customer, &sale(Sale::done(&VOICE_10GB, &[&ACTIVATION], Some(line), day))).order
}

/// Approved, and to be activated on the day the customer arrives.
fn starts_later(town: &mut Town) {
    let customer = town.regular(["Solheim", "Ingrid", "ソルハイム", "イングリッド", "Solheim", "Ingrid"], 0);
    let (approved, day) = (town.moment(-60 * 3), town.day(2));
    order(town, &customer, |sale| Sale { starts: Some(day), ..sale.stuck(Step::Approved, None).moved(approved) });
}

/// Failed two hours ago for an unknown account; an agent has just sent it round again.
fn begins_again(town: &mut Town) {
    let customer = town.regular(["Reyes", "Marisol", "レイエス", "マリソル", "Reyes", "Marisol"], 0);
    let failed = town.moment(-125);
    let failure = Some(("210", "アカウント不在エラー"));
    let order = order(town, &customer, |sale| sale.stuck(Step::Activating, failure).moved(failed));
    let again = town.minutes_ago(2);
    town.change_by(
        &order,
        Staff::Leila,
        &again,
        json!({ "Status": "Reactivate", "Activation_Status__c": "Not Started", "Activation_Error_Code__c": null,
                "Activation_Error_Message__c": null }),
    );
}

/// Approved five minutes ago: nothing is wrong yet.
fn just_begun(town: &mut Town) {
    let customer = town.regular(["Bauer", "Leonie", "バウアー", "レオニー", "Bauer", "Leonie"], 0);
    let moved = town.moment(-4);
    order(town, &customer, |sale| sale.stuck(Step::Activating, None).moved(moved));
}

/// Asked three open hours ago, an answer was owed within one, and nobody has taken the case.
fn late_answer(town: &mut Town) {
    let customer = town.regular(["Petrosyan", "Ani", "ペトロシャン", "アニ", "Petrosyan", "Ani"], 9);
    town.with_line(&customer, &VOICE_25GB);
    town.monthly_bills(&customer, 9, 0);
    let opened = open_minutes_ago(town, 180);
    town.case(
        &customer,
        &Talk {
            subject: "No calls since the morning",
            text: "Data works, but nobody can call me and I cannot call anybody.",
            priority: "High",
            kind: "Problem",
            opened,
            ..Talk::default()
        },
    );
    town.case(
        &customer,
        &Talk {
            subject: "Copy of the contract in English",
            text: "My employer needs it.",
            status: "Awaiting Customer",
            opened: 60 * 24 * 6,
            comments: &[
                (60 * 24 * 5, Voice::Agent, "Gladly. Which period does it have to cover?"),
                (60 * 24 * 5 - 4, Voice::Internal, "Template EN-7, ask Naoko for the stamp."),
            ],
            owner: Some(Staff::Naoko),
            ..Talk::default()
        },
    );
}

/// Ten open minutes are left to answer.
fn nearly_late_answer(town: &mut Town) {
    let customer = town.regular(["Okonjo", "Tobi", "オコンジョ", "トビ", "Okonjo", "Tobi"], 14);
    town.with_internet(&customer);
    town.monthly_bills(&customer, 14, 0);
    let opened = open_minutes_ago(town, 50);
    town.case(
        &customer,
        &Talk {
            subject: "Charged twice this month",
            text: "Two charges of the same amount on the same day.",
            priority: "High",
            kind: "Billing",
            opened,
            queue: Queue::Billing,
            owner: Some(Staff::Desk),
            ..Talk::default()
        },
    );
}

/// So many minutes of opening hours ago, in minutes of any.
fn open_minutes_ago(town: &Town, wanted: i64) -> i64 {
    let calendar = BusinessCalendar::default();
    // A week of holidays is the longest we may be closed.
    let longest = 60 * 24 * 14;
    let minutes = (wanted..longest).find(|ago| calendar.open_minutes_between(town.moment(-ago), town.now) >= wanted);
    minutes.unwrap_or(wanted)
}

/// Waits for us at WHMCS: a ticket with an answer, a question back, and a note between colleagues.
fn tickets(town: &mut Town) {
    let customer = town.regular(["Mirza", "Hamza", "ミルザ", "ハムザ", "Mirza", "Hamza"], 11);
    let sold = town.with_line(&customer, &VOICE_10GB);
    town.monthly_bills(&customer, 11, 0);
    let last = town.moment(-60 * 24);
    town.top_up(&customer, &sold.number, crate::sandbox::clock::jst(last).date());
    let ticket = town.ticket(
        &customer,
        "Invoice address",
        "Please put my company's name on the invoices.",
        3,
        Some("Done. Does the last one need it, too?"),
    );
    let asked = crate::sandbox::clock::jst(later(town.now, -200)).datetime();
    let (name, email) = (customer.person.roman(), customer.person.email.clone());
    town.whmcs.last_message += 2;
    let id = town.whmcs.last_message;
    town.whmcs.tickets.update(ticket, |it| {
        it.replies.push(Reply {
            id,
            client_id: customer.client,
            contact_id: 0,
            name,
            email,
            requestor: Requestor::Owner,
            date: asked,
            message: "Yes please, and the one before.".to_owned(),
            attachments: Vec::new(),
            admin: String::new(),
        });
        let date = it.date.saturating_add(jiff::Span::new().hours(3));
        let message = "Paid invoices cannot be changed: send a receipt instead.".to_owned();
        it.notes.push(Note { id: id - 1, admin: "Desk One".to_owned(), date, message });
        it.last_reply = asked;
        it.priority = Priority::High;
        "Customer-Reply".clone_into(&mut it.status);
        it.service = format!("S{}", sold.service);
    });
    let now = crate::sandbox::clock::jst(town.now).datetime();
    let minutes = |minutes| now.saturating_sub(SignedDuration::from_mins(minutes));
    town.mail_waiting(&customer, "Support Ticket Response", minutes(2));
    town.mail(&customer, "Invoice Payment Reminder", minutes(60 * 30), Some("421 4.7.0 try again later"));
}
