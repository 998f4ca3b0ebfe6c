//! Much, nothing, and the end.

use serde_json::json;

use super::super::{
    catalogue::{ACTIVATION, DATA_5GB, FAMILY_10GB, Plan, SMS_5GB, VOICE_10GB, VOICE_25GB, VPN_US},
    sale::{NewLine, Sale},
    talk::{Talk, Voice},
    town::{Customer, Town, at},
};
use crate::sandbox::{
    freebit::LineState,
    salesforce::setup::{Queue, Staff},
    whmcs::db::{Contact, InvoiceStatus},
};

const SIX: &[&Plan] = &[&VOICE_25GB, &FAMILY_10GB, &FAMILY_10GB, &SMS_5GB, &DATA_5GB, &VOICE_10GB];

/// Answers the customer with several lines.
pub(super) fn fill(town: &mut Town) -> Customer {
    let several = several_lines(town);
    empty(town);
    many_invoices(town);
    corporate(town);
    closed_long_ago(town);
    account_only(town);
    several
}

fn several_lines(town: &mut Town) -> Customer {
    let customer = town.regular(["Duarte", "Rui", "ドゥアルテ", "ルイ", "Duarte", "Rui"], 21);
    town.identity_verified(&customer, customer.since);
    for (place, plan) in SIX.iter().enumerate() {
        let number = Town::line_of(&customer, place as u64);
        let line = if place % 2 == 1 { NewLine::esim(&number) } else { NewLine::physical(&number) };
        let day = town.since(21 - 3 * place as i32);
        town.sell(&customer, &Sale::done(plan, &[&ACTIVATION], Some(line), day));
    }
    town.monthly_bills(&customer, 21, 0);
    customer
}

/// Signed up and did nothing.
fn empty(town: &mut Town) {
    let person = town.somebody(["Empty", "Esther", "エンプティ", "エスター", "Empty", "Esther"]);
    let today = town.day(-1);
    town.enrol(person, today);
}

/// Four hundred bills: weekly since long ago.
fn many_invoices(town: &mut Town) {
    let customer = town.regular(["Zimmermann", "Greta", "ツィンマーマン", "グレタ", "Zimmermann", "Greta"], 95);
    town.with_internet(&customer);
    for week in (0..400).rev() {
        let date = town.day(-7 * week - 12);
        let (status, text) = match week {
            3 => (InvoiceStatus::Cancelled, "Consulting, cancelled"),
            9 => (InvoiceStatus::Refunded, "Consulting, refunded"),
            _ => (InvoiceStatus::Paid, "Consulting"),
        };
        town.bill(
            &customer,
            date,
            vec![(0, format!("{text} week {}", 400 - week), 1000 + 10 * i64::from(week))],
            status,
        );
    }
}

fn corporate(town: &mut Town) {
    let mut person = town.somebody(["", "", "マドグチショウジ", "", "Accounting", "Department"]);
    person.company = Some("株式会社窓口商事".to_owned());
    person.email = "keiri@madoguchi-shoji.example.com".into();
    person.born = None;
    let since = town.since(33);
    let customer = town.enrol(person, since);
    town.bank_on_file(customer.client, "Hinode Bank");
    town.put(
        "Contact",
        json!({ "AccountId": customer.account, "LastName": "国分", "FirstName": "理恵", "Title": "経理部長",
                "Email": "r.kokubu@madoguchi-shoji.example.com", "Phone": "090-0100-9001", "CreatedDate": at(since, 11) }),
    );
    let client_id = customer.client;
    town.whmcs.contacts.insert(Contact {
        id: 0,
        client_id,
        firstname: "Rie".to_owned(),
        lastname: "Kokubu".to_owned(),
        companyname: "Madoguchi Shoji K.K.".to_owned(),
        email: "r.kokubu@madoguchi-shoji.example.com".to_owned(),
        address1: String::new(),
        address2: String::new(),
        city: String::new(),
        state: String::new(),
        postcode: String::new(),
        country: "JP".to_owned(),
        phone: "09001009001".to_owned(),
        invoice_emails: true,
        created: since.at(11, 0, 0, 0),
    });
    town.with_internet(&customer);
    town.sell(&customer, &Sale::done(&VPN_US, &[], None, since));
    for place in 0..3 {
        let line = NewLine::physical(&Town::line_of(&customer, place));
        town.sell(&customer, &Sale::done(&VOICE_10GB, &[&ACTIVATION], Some(line), since));
    }
    town.monthly_bills(&customer, 24, 0);
    town.case(
        &customer,
        &Talk {
            subject: "㈱窓口商事 請求書①の件",
            text: "請求書の発行日を月末に変更できますか。",
            status: "In Progress",
            kind: "Billing",
            opened: 60 * 26,
            comments: &[(60 * 20, Voice::Internal, "経理に確認中。")],
            queue: Queue::Billing,
            owner: Some(Staff::Desk),
            ..Talk::default()
        },
    );
}

/// Ended years ago; nothing is owed and nothing works.
fn closed_long_ago(town: &mut Town) {
    let customer = town.regular(["Old", "Oskar", "オルド", "オスカー", "Old", "Oskar"], 60);
    let sold = town.with_line(&customer, &VOICE_10GB);
    if let Some(line) = town.freebit.line_mut(&sold.number) {
        line.state = LineState::Obsolete;
        line.quota_kb = 0;
        line.recent_kb.clear();
    }
    for ago in 40..58 {
        let date = town.month(-ago);
        let items = vec![(sold.service, "SIM Voice 10GB".to_owned(), VOICE_10GB.price)];
        town.bill(&customer, date, items, InvoiceStatus::Paid);
    }
    let end = town.month_end(-40);
    town.change_on(&sold.opportunity, &at(end, 12), json!({ "StageName": "〇Cancelled" }));
    town.close(&customer, end);
}

/// Asked once about prices: an account, and no client.
fn account_only(town: &mut Town) {
    let person = town.somebody(["Prospect", "Paula", "プロスペクト", "パウラ", "Prospect", "Paula"]);
    let since = town.since(1);
    let customer = town.account_only(person, since);
    town.change_on(&customer.account, &at(since, 15), json!({ "Type": "Prospect" }));
}
