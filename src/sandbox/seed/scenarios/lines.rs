//! Mobile lines: locked, lost, leaving, arriving.

use serde_json::json;

use super::super::{
    catalogue::{ACTIVATION, VOICE_10GB, VOICE_25GB},
    sale::{NewLine, Sale, Step},
    talk::{Letter, Talk},
    town::Town,
};
use crate::sandbox::{
    freebit::{Change, LineState, Voice},
    names,
    whmcs::db::{CancelKind, CancelRequest},
};

pub(super) fn fill(town: &mut Town) {
    new_phone(town);
    lost_phone(town);
    leaving_mobile(town);
    leaving_fibre(town);
    locked(town);
    plan_change(town);
    voice_options(town);
    arriving(town);
    being_registered(town);
    gone_at_freebit(town);
}

/// An eSIM that must move to another phone.
fn new_phone(town: &mut Town) {
    let customer = town.regular(["Martin", "Chloé", "マルタン", "クロエ", "Martin", "Chloé"], 5);
    town.identity_verified(&customer, customer.since);
    let line = NewLine::esim(&Town::line_of(&customer, 0));
    town.sell(&customer, &Sale::done(&VOICE_10GB, &[&ACTIVATION], Some(line), customer.since));
    town.monthly_bills(&customer, 5, 0);
    town.case(
        &customer,
        &Talk {
            subject: "New iPhone, please move my eSIM",
            text: "I bought a new phone. The new EID is in the photo I will send.",
            opened: 40,
            letters: &[Letter {
                sent: 31,
                incoming: true,
                subject: "New iPhone, please move my eSIM",
                text: "The photo is attached. Sorry, it is a little dark.\r\n\r\nChloé",
            }],
            ..Talk::default()
        },
    );
}

fn lost_phone(town: &mut Town) {
    let customer = town.regular(["Fuentes", "Diego", "フエンテス", "ディエゴ", "Fuentes", "Diego"], 8);
    town.with_line(&customer, &VOICE_25GB);
    town.monthly_bills(&customer, 8, 0);
    town.case(
        &customer,
        &Talk {
            subject: "Lost my phone on the Yamanote line",
            text: "Please stop the SIM. I am calling from a friend's phone.",
            priority: "High",
            kind: "Problem",
            opened: 12,
            ..Talk::default()
        },
    );
}

fn leaving_mobile(town: &mut Town) {
    let customer = town.regular(["蓮見", "蓮", "ハスミ", "レン", "Hasumi", "Ren"], 18);
    let sold = town.with_line(&customer, &VOICE_10GB);
    town.monthly_bills(&customer, 18, 0);
    let end = town.month_end(0);
    let asked = town.minutes_ago(60 * 24 * 4);
    town.change_on(
        &sold.opportunity,
        &asked,
        json!({
            "StageName": "△Cancelling",
            "SIMCancellationNotice__c": "有",
            "SIMScheduledCancellationDateAndTime__c": format!("{end}T23:59:00+09:00"),
        }),
    );
    town.begin_on(&sold.number, Change::Cancel, end.saturating_add(jiff::Span::new().days(1)));
    cancel_request(town, customer.client, sold.service, "Moving abroad");
}

fn leaving_fibre(town: &mut Town) {
    let customer = town.regular(["Schneider", "Hannah", "シュナイダー", "ハンナ", "Schneider", "Hannah"], 26);
    let sold = town.with_internet(&customer);
    town.monthly_bills(&customer, 24, 0);
    let end = town.month_end(1);
    let asked = town.minutes_ago(60 * 24 * 2);
    town.change_on(
        &sold.opportunity,
        &asked,
        json!({
            "StageName": "△Cancelling",
            "CancellationNotice__c": "有",
            "ScheduledCancellationDateAndTime__c": format!("{end}T23:59:00+09:00"),
            "LineReturn__c": "NotYet",
        }),
    );
    cancel_request(town, customer.client, sold.service, "Leaving Japan");
}

fn cancel_request(town: &mut Town, client: u64, service: u64, reason: &str) {
    let date = town.day(-2).at(11, 20, 0, 0);
    town.whmcs.cancel_requests.insert(CancelRequest {
        id: 0,
        service_id: service,
        client_id: client,
        date,
        reason: reason.to_owned(),
        kind: CancelKind::EndOfBillingPeriod,
    });
    town.note(client, date, "Requested Cancellation");
}

/// The change from 4G to 5G was accepted twelve minutes ago and takes thirty.
fn locked(town: &mut Town) {
    let customer = town.regular(["Nakamoto", "Kai", "ナカモト", "カイ", "Nakamoto", "Kai"], 12);
    let sold = town.with_line(&customer, &VOICE_25GB);
    town.monthly_bills(&customer, 12, 0);
    if let Some(line) = town.freebit.line_mut(&sold.number) {
        "4G".clone_into(&mut line.contract_line);
    }
    town.begin(&sold.number, Change::ContractLine("5G".to_owned()), 12, 30);
}

fn plan_change(town: &mut Town) {
    let customer = town.regular(["Papadakis", "Eleni", "パパダキス", "エレニ", "Papadakis", "Eleni"], 10);
    let sold = town.with_line(&customer, &VOICE_10GB);
    town.monthly_bills(&customer, 10, 0);
    let first = town.month(1);
    town.begin_on(&sold.number, Change::Plan("PNEW_25GB_V".to_owned()), first);
}

fn voice_options(town: &mut Town) {
    let customer = town.regular(["Silva", "Beatriz", "シルバ", "ベアトリス", "Silva", "Beatriz"], 4);
    let sold = town.with_line(&customer, &VOICE_10GB);
    town.monthly_bills(&customer, 4, 0);
    if let Some(line) = town.freebit.line_mut(&sold.number) {
        line.voice_mail = false;
    }
    let voice = Voice { voice_mail: Some(true), call_waiting: Some(true), ..Voice::default() };
    town.begin(&sold.number, Change::VoiceOptions(voice), 5, 20);
}

/// A number that comes from another carrier; its reservation ends in three days.
fn arriving(town: &mut Town) {
    let customer = town.regular(["神代", "さくら", "クマシロ", "サクラ", "Kumashiro", "Sakura"], 0);
    let since = town.day(-6);
    town.identity_verified(&customer, since);
    let until = town.day(3);
    let mut line = NewLine::physical(&Town::line_of(&customer, 0));
    line.port_in = Some(("1234567890", until));
    town.sell(&customer, &Sale::done(&VOICE_10GB, &[&ACTIVATION], Some(line), since).stuck(Step::Ordered, None));
}

/// A technician's job for tomorrow: the line is being registered right now.
fn being_registered(town: &mut Town) {
    let customer = town.regular(["Kowalska", "Zofia", "コヴァルスカ", "ゾフィア", "Kowalska", "Zofia"], 1);
    town.identity_verified(&customer, customer.since);
    let day = town.day(-1);
    let line = NewLine::physical(&Town::line_of(&customer, 0));
    let sale = Sale::done(&VOICE_10GB, &[&ACTIVATION], Some(line), day).stuck(Step::OnFreebit, None);
    let now = town.moment(-4);
    let sold = town.sell(&customer, &sale.moved(now));
    if let Some(line) = town.freebit.line_mut(&sold.number) {
        line.state = LineState::Waiting;
        line.start = None;
    }
    town.begin(&sold.number, Change::Register, 4, 10);
    let tomorrow = town.day(1);
    town.task(&customer, "Home visit: install router and test SIM", tomorrow, "High");
}

/// WHMCS bills a line that Freebit has ended.
fn gone_at_freebit(town: &mut Town) {
    let customer = town.regular(["Dvořák", "Petr", "ドヴォルザーク", "ペトル", "Dvořák", "Petr"], 13);
    let sold = town.with_line(&customer, &VOICE_10GB);
    town.monthly_bills(&customer, 13, 0);
    if let Some(line) = town.freebit.line_mut(&sold.number) {
        line.state = LineState::Obsolete;
        line.quota_kb = 0;
    }
    let text = format!("Line of {} ended at the carrier?", names::customer_number(customer.number));
    let today = town.day(0);
    town.task(&customer, &text, today, "Normal");
}
