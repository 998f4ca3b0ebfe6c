//! What waits for somebody here: residence cards, addresses, answers, an outage, a privacy request.

use serde_json::json;

use super::super::{
    catalogue::{ACTIVATION, APARTMENT_GOLD, INSTALLATION, VOICE_10GB},
    person::Person,
    sale::{NewLine, Sale, Step},
    talk::{Errand, Letter, Talk, Voice},
    town::{Customer, Town, at},
};
use crate::sandbox::{
    salesforce::setup::{Queue, Staff},
    whmcs::db::InvoiceStatus,
};

pub(super) fn fill(town: &mut Town) {
    identity(town);
    eligibility(town);
    reply_in_two_languages(town);
    outage(town);
    handover(town);
    moving(town);
    privacy(town);
}

fn identity(town: &mut Town) {
    let under_review = town.regular(["Haidari", "Fatima", "ハイダリ", "ファティマ", "Haidari", "Fatima"], 0);
    waiting_order(town, &under_review);
    let submitted = town.minutes_ago(60 * 53);
    let fields =
        json!({ "Id_Verification_Status__c": "Submitted", "Id_Verification_Submitted_Date_Time__c": submitted });
    town.change_on(&under_review.account, &submitted, fields);

    let rejected = town.regular(["Nguyen", "Thi Lan", "グエン", "ティラン", "Nguyen", "Thi Lan"], 0);
    waiting_order(town, &rejected);
    let (submitted, reviewed) = (town.minutes_ago(60 * 80), town.minutes_ago(60 * 21));
    let fields = json!({
        "Id_Verification_Status__c": "Rejected",
        "Id_Verification_Submitted_Date_Time__c": submitted,
        "Id_Verification_Note__c": "Back side missing, period of stay not readable.",
        "Id_Verification_Rejection_Message__c": "Please upload both sides. 両面をアップロードしてください。",
    });
    town.change_on(&rejected.account, &reviewed, fields);

    let missing = town.regular(["Brandt", "Felix", "ブラント", "フェリックス", "Brandt", "Felix"], 0);
    waiting_order(town, &missing);
}

/// A SIM order that cannot go on before the residence card is verified.
fn waiting_order(town: &mut Town, customer: &Customer) {
    let line = NewLine::physical(&Town::line_of(customer, 0));
    let day = town.day(-3);
    town.sell(customer, &Sale::done(&VOICE_10GB, &[&ACTIVATION], Some(line), day).stuck(Step::Ordered, None));
}

fn eligibility(town: &mut Town) {
    let pending = town.regular(["Kim", "Seo-yeon", "キム", "ソヨン", "Kim", "Seo-yeon"], 0);
    let asked = town.minutes_ago(60 * 31);
    let fields =
        json!({ "Internet_Eligibility_Status__c": "Pending", "Internet_Eligibility_Request_Date_Time__c": asked });
    town.change_on(&pending.account, &asked, fields);
    introduction(town, &pending, "Introduction");
    town.case(
        &pending,
        &Talk {
            subject: "Internet availability check (Portal)",
            text: "Please check availability at the address of the account.",
            opened: 60 * 31,
            queue: Queue::Internet,
            ..Talk::default()
        },
    );

    let ready = town.regular(["Björk", "Axel", "ビョルク", "アクセル", "Björk", "Axel"], 0);
    let checked = town.day(-2);
    town.eligible(&ready, "Apartment 1G", checked);
    introduction(town, &ready, "Ready");

    let impossible = town.regular(["Abebe", "Selam", "アベベ", "セラム", "Abebe", "Selam"], 0);
    let (asked, checked) = (town.minutes_ago(60 * 100), town.minutes_ago(60 * 46));
    let fields = json!({
        "Internet_Eligibility_Status__c": "Ineligible",
        "Internet_Eligibility_Request_Date_Time__c": asked,
        "Internet_Eligibility_Checked_Date_Time__c": checked,
        "Internet_Eligibility_Notes__c": "建物に設備なし。管理組合の許可が必要。 No fibre in the building.",
    });
    town.change_on(&impossible.account, &checked, fields);
    introduction(town, &impossible, "Void");
}

fn introduction(town: &mut Town, customer: &Customer, stage: &str) {
    let (day, created) = (town.day(20), town.minutes_ago(60 * 31));
    town.put(
        "Opportunity",
        json!({ "Name": format!("Internet {}", customer.person.roman()), "AccountId": customer.account,
                "StageName": stage, "Application_Stage__c": "INTRO-1", "CloseDate": day.to_string(),
                "CreatedDate": created }),
    );
}

fn reply_in_two_languages(town: &mut Town) {
    let customer = town.regular(["Morel", "Sylvie", "モレル", "シルヴィ", "Morel", "Sylvie"], 15);
    town.with_internet(&customer);
    town.monthly_bills(&customer, 15, 0);
    town.case(
        &customer,
        &Talk {
            subject: "ルーターの設定 / Router setup",
            text: "My husband reads Japanese, I read English. Please answer in both languages.",
            status: "In Progress",
            opened: 60 * 7,
            comments: &[
                (60 * 6, Voice::Agent, "We are checking the setup of your router. ルーターの設定を確認しております。"),
                (60 * 5, Voice::Internal, "Firmware 2.1 has the known IPoE problem, send the workaround."),
                (25, Voice::Customer, "It still does not connect. まだ繋がりません。"),
            ],
            letters: &[
                Letter {
                    sent: 60 * 6 - 20,
                    incoming: false,
                    subject: "Router setup / ルーターの設定",
                    text: "Please press the reset button for ten seconds.\r\nリセットボタンを10秒押してください。",
                },
                Letter {
                    sent: 60 * 3,
                    incoming: true,
                    subject: "Re: Router setup / ルーターの設定",
                    text: "I did. The lamp is orange now.\r\n\r\n> Please press the reset button",
                },
            ],
            queue: Queue::Internet,
            owner: Some(Staff::Desk),
            ..Talk::default()
        },
    );
    town.ticket(&customer, "Router does not connect", "Hello,\r\n\r\nIt's down & I need it", 1, None);
}

/// Four neighbours in one building, calling since this morning.
fn outage(town: &mut Town) {
    let neighbours = [
        ["Ito-Perez", "Camila", "イトウペレス", "カミラ", "Ito-Perez", "Camila"],
        ["潮見", "大地", "シオミ", "ダイチ", "Shiomi", "Daichi"],
        ["Walker", "Imogen", "ウォーカー", "イモージェン", "Walker", "Imogen"],
        ["Gupta", "Arjun", "グプタ", "アルジュン", "Gupta", "Arjun"],
    ];
    let morning = town.this_morning();
    for (place, names) in neighbours.into_iter().enumerate() {
        let mut person = town.somebody(names);
        let room = 301 + place;
        person.address.post_code = "105-0014".into();
        (person.address.prefecture, person.address.city) = ("東京都", "港区");
        (person.address.prefecture_roman, person.address.city_roman) = ("Tokyo", "Minato-ku");
        person.address.street = format!("芝9-9-9 グランドハイツ潮風{room}号室");
        person.address.street_roman = "9-9-9 Shiba".into();
        person.address.building_roman = format!("Grand Heights Shiokaze {room}");
        let since = town.since(13);
        let customer = town.enrol(person, since);
        town.card_on_file(customer.client, "Visa", "4242", 17);
        town.eligible(&customer, "Apartment 1G", since);
        town.sell(&customer, &Sale::done(&APARTMENT_GOLD, &[&INSTALLATION], None, since));
        town.monthly_bills(&customer, 12, 0);
        let text = format!("No connection since about {}.", morning.strftime("%H:%M"));
        town.case(
            &customer,
            &Talk {
                subject: "Internet down in Grand Heights Shiokaze",
                text: &text,
                priority: "High",
                kind: "Problem",
                opened: 70 - 15 * place as i64,
                queue: Queue::Internet,
                // A colleague took the first call.
                owner: (place == 0).then_some(Staff::Tomas),
                ..Talk::default()
            },
        );
    }
}

fn handover(town: &mut Town) {
    let customer = town.regular(["Castillo", "Rafael", "カスティーリョ", "ラファエル", "Castillo", "Rafael"], 6);
    town.with_line(&customer, &VOICE_10GB);
    town.monthly_bills(&customer, 6, 0);
    let (today, yesterday) = (town.day(0), town.day(-1));
    let promise = Errand {
        subject: "Call back about roaming charges (promised by the day shift)",
        text: "He was in Seoul from the 2nd to the 9th. Speaks Spanish and English, after 18:00.",
        day: today,
        priority: "High",
        about: &customer.account,
        owner: Staff::Desk,
        author: Staff::Naoko,
        made: 60 * 26,
        done: None,
    };
    town.errand(&promise);
    let text = "Asked by mail, no answer yet.";
    town.errand(&Errand {
        subject: "Carrier to confirm the roaming amount",
        text,
        day: yesterday,
        priority: "Normal",
        ..promise
    });
    town.errand(&Errand {
        subject: "Send the price list for roaming",
        text: "",
        day: yesterday,
        priority: "Normal",
        owner: Staff::Naoko,
        done: Some(60 * 25),
        ..promise
    });
}

/// The new address has reached WHMCS and not Salesforce, and there is fibre at the old one.
fn moving(town: &mut Town) {
    let customer = town.regular(["Andersen", "Freja", "アンデルセン", "フレヤ", "Andersen", "Freja"], 22);
    let sold = town.with_internet(&customer);
    town.monthly_bills(&customer, 22, 0);
    let asked = town.minutes_ago(60 * 29);
    town.change_on(&sold.opportunity, &asked, json!({ "CancellationNotice__c": "移転" }));
    town.whmcs.clients.update(customer.client, |it| {
        "2-8-11 Sakae".clone_into(&mut it.address1);
        it.address2.clear();
        "Nagoya-shi Naka-ku".clone_into(&mut it.city);
        "Aichi".clone_into(&mut it.state);
        "460-0008".clone_into(&mut it.postcode);
    });
    town.case(
        &customer,
        &Talk {
            subject: "引っ越し / Moving to Nagoya",
            text: "I move at the end of next month. Can I keep my internet?",
            opened: 60 * 29,
            queue: Queue::Internet,
            ..Talk::default()
        },
    );
}

/// Gone for two years, and wants to be forgotten; the invoices must stay.
fn privacy(town: &mut Town) {
    let person: Person = town.somebody(["Moreau", "Luc", "モロー", "リュック", "Moreau", "Luc"]);
    let since = town.since(50);
    let customer = town.enrol(person, since);
    town.with_internet(&customer);
    for ago in 27..39 {
        let date = town.month(-ago);
        town.bill(&customer, date, vec![(0, "Internet Silver (Home 1G)".to_owned(), 4800)], InvoiceStatus::Paid);
    }
    let end = town.month_end(-27);
    town.close(&customer, end);
    let opened = 60 * 24 * 3;
    town.case(
        &customer,
        &Talk {
            subject: "Please delete my data",
            text: "I left Japan. Under the privacy law I ask you to delete everything you hold about me.",
            kind: "Complaint",
            opened,
            owner: Some(Staff::Leila),
            ..Talk::default()
        },
    );
    town.change_on(&customer.account, &at(end, 12), json!({ "Type": "Other" }));
}
