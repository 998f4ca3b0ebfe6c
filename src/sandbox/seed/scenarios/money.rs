//! Quota and money: what ran out, what was not paid, what was paid for nothing.

use serde_json::json;

use super::super::{
    bills::top_up_item,
    catalogue::{VOICE_10GB, VOICE_25GB},
    talk::{Letter, Talk, Voice},
    town::Town,
};
use crate::sandbox::{
    freebit::TopUp,
    salesforce::setup::{Queue, Staff},
    whmcs::db::{Credit, InvoiceStatus, ServiceStatus},
};

pub(super) fn fill(town: &mut Town) {
    good(town);
    data_run_out(town);
    card_expired_and_overdue(town);
    no_pay_method(town);
    paid_not_delivered(town);
    suspended(town);
    invoice_due_and_credit(town);
    bank_and_expiring_card(town);
}

fn good(town: &mut Town) {
    let names = ["Lindqvist", "Emma", "リンドクヴィスト", "エマ", "Lindqvist", "Emma"];
    let customer = town.regular(names, 14);
    town.with_internet(&customer);
    town.with_line(&customer, &VOICE_10GB);
    town.monthly_bills(&customer, 14, 0);
    town.case(
        &customer,
        &Talk {
            subject: "Change of e-mail address",
            text: "Please use my new address from now on.",
            status: "Closed",
            opened: 60 * 24 * 90,
            comments: &[(60 * 24 * 89, Voice::Agent, "Done. Thank you!")],
            queue: Queue::Billing,
            owner: Some(Staff::Desk),
            ..Talk::default()
        },
    );
}

fn data_run_out(town: &mut Town) {
    let customer = town.regular(["高瀬", "美咲", "タカセ", "ミサキ", "Takase", "Misaki"], 9);
    let sold = town.with_line(&customer, &VOICE_10GB);
    town.monthly_bills(&customer, 9, 0);
    let bought = town.day(-8);
    let expires = town.month_end(0);
    town.bill(&customer, bought, vec![top_up_item(&sold.number)], InvoiceStatus::Paid);
    if let Some(line) = town.freebit.line_mut(&sold.number) {
        line.quota_kb = 0;
        line.throttled = true;
        line.today_kb = 812_000;
        line.recent_kb = vec![1_930_000, 2_410_000, 1_105_000, 980_000, 640_000, 720_000, 515_000];
        line.top_ups = vec![TopUp {
            quota_kb: 1_000_000,
            at: bought.at(18, 42, 10, 0),
            expires,
            code: Some("topup-sandbox-1".to_owned()),
        }];
    }
}

fn card_expired_and_overdue(town: &mut Town) {
    let person = town.somebody(["Bellini", "Marco", "ベッリーニ", "マルコ", "Bellini", "Marco"]);
    let since = town.since(11);
    let customer = town.enrol(person, since);
    town.card_on_file(customer.client, "MasterCard", "5454", -2);
    town.with_internet(&customer);
    town.monthly_bills(&customer, 11, 2);
    let date = town.day(-70).at(6, 0, 0, 0);
    town.mail(&customer, "Credit Card Expiring Soon", date, Some("550 5.2.2 mailbox full"));
}

fn no_pay_method(town: &mut Town) {
    let person = town.somebody(["Raman", "Priya", "ラマン", "プリヤ", "Raman", "Priya"]);
    let since = town.since(6);
    let customer = town.enrol(person, since);
    town.with_internet(&customer);
    town.monthly_bills(&customer, 6, 1);
    town.case(
        &customer,
        &Talk {
            subject: "How can I pay?",
            text: "I removed my old card. Where do I enter the new one?",
            status: "Awaiting Customer",
            opened: 60 * 30,
            comments: &[(60 * 28, Voice::Agent, "Please sign in to the portal and open Payment methods.")],
            kind: "Billing",
            queue: Queue::Billing,
            owner: Some(Staff::Desk),
            ..Talk::default()
        },
    );
}

/// The top-up was charged, and Freebit's history does not know it.
fn paid_not_delivered(town: &mut Town) {
    let customer = town.regular(["Chen", "Li-Wei", "チェン", "リーウェイ", "Chen", "Li-Wei"], 7);
    let sold = town.with_line(&customer, &VOICE_10GB);
    town.monthly_bills(&customer, 7, 0);
    let yesterday = town.day(-1);
    town.bill(&customer, yesterday, vec![top_up_item(&sold.number)], InvoiceStatus::Paid);
    if let Some(line) = town.freebit.line_mut(&sold.number) {
        line.quota_kb = 12_000;
        line.throttled = true;
    }
    town.case(
        &customer,
        &Talk {
            subject: "I paid for 1 GB and got nothing",
            text: "My card was charged 550 yen yesterday evening but my data is still empty.",
            priority: "High",
            kind: "Billing",
            opened: 95,
            letters: &[Letter {
                sent: 80,
                incoming: true,
                subject: "Re: I paid for 1 GB and got nothing",
                text: "Here is the mail about the charge.\r\n\r\n> Receipt: SIM Data Top-up 1GB, 550 yen",
            }],
            queue: Queue::Billing,
            ..Talk::default()
        },
    );
}

fn suspended(town: &mut Town) {
    let person = town.somebody(["Okafor", "Chidi", "オカフォー", "チディ", "Okafor", "Chidi"]);
    let since = town.since(10);
    let customer = town.enrol(person, since);
    town.card_on_file(customer.client, "Visa", "0002", 8);
    let sold = town.with_internet(&customer);
    town.monthly_bills(&customer, 10, 3);
    town.whmcs.services.update(sold.service, |it| {
        it.status = ServiceStatus::Suspended;
        "Overdue on Payment".clone_into(&mut it.suspension_reason);
    });
}

fn invoice_due_and_credit(town: &mut Town) {
    let customer = town.regular(["小田切", "恵子", "オダギリ", "ケイコ", "Odagiri", "Keiko"], 16);
    town.with_internet(&customer);
    town.monthly_bills(&customer, 16, 0);
    let date = town.day(-3);
    let items = vec![(0, "Engineer visit (2026)".replace("2026", &date.year().to_string()), 8000)];
    town.bill(&customer, date, items, InvoiceStatus::Unpaid);
    let date = town.day(-30);
    town.whmcs.credits.insert(Credit {
        id: 0,
        client_id: customer.client,
        date,
        description: "Compensation for the outage".to_owned(),
        amount: 1500,
        rel_id: 0,
    });
    town.whmcs.clients.update(customer.client, |it| it.credit = 1500);
}

fn bank_and_expiring_card(town: &mut Town) {
    let person = town.somebody(["Weber", "Jonas", "ヴェーバー", "ヨナス", "Weber", "Jonas"]);
    let since = town.since(20);
    let customer = town.enrol(person, since);
    town.card_on_file(customer.client, "JCB", "0505", 0);
    town.bank_on_file(customer.client, "Hinode Bank");
    town.with_line(&customer, &VOICE_25GB);
    town.monthly_bills(&customer, 20, 0);
    let fields = json!({ "Description": "Prefers calls after 18:00. 18時以降に電話希望。" });
    town.change_on(&customer.account, &super::super::town::at(since, 15), fields);
}
