//! Orders that stopped at each of the ten steps of fulfilment, each for a reason that occurs.

use serde_json::json;

use super::super::{
    catalogue::{ACTIVATION, Plan, VOICE_10GB, VOICE_100GB},
    sale::{NewLine, Sale, Step},
    town::{Customer, Town},
};
use crate::sandbox::salesforce::setup::Staff;

#[derive(Clone, Copy)]
struct Stop {
    names: [&'static str; 6],
    plan: &'static Plan,
    reached: Step,
    failure: Option<(&'static str, &'static str)>,
    /// Hours since the order moved last.
    hours: i64,
    pay_method: bool,
    esim: bool,
}

const fn stop(names: [&'static str; 6], reached: Step, hours: i64) -> Stop {
    Stop { names, plan: &VOICE_10GB, reached, failure: None, hours, pay_method: true, esim: false }
}

const fn failing(stop: Stop, code: &'static str, message: &'static str) -> Stop {
    Stop { failure: Some((code, message)), ..stop }
}

const STOPS: &[Stop] = &[
    // 1 validate
    Stop {
        pay_method: false,
        ..failing(
            stop(["Haddad", "Karim", "ハダッド", "カリム", "Haddad", "Karim"], Step::Approved, 20),
            "PAYMENT_METHOD_MISSING",
            "Provisioning is paused until the customer adds a payment method.",
        )
    },
    // 2 the approval's event was lost: nothing ever started
    stop(["Lopez", "Inés", "ロペス", "イネス", "Lopez", "Inés"], Step::Validated, 5),
    // 3 the card was not registered beforehand
    failing(
        stop(["Svensson", "Ulla", "スヴェンソン", "ウッラ", "Svensson", "Ulla"], Step::Activating, 3),
        "210",
        "アカウント不在エラー",
    ),
    // 4 live at Freebit, and Salesforce was not told
    stop(["Mensah", "Kofi", "メンサー", "コフィ", "Mensah", "Kofi"], Step::OnFreebit, 2),
    // 5 the product has no WHMCS product
    Stop {
        plan: &VOICE_100GB,
        ..failing(
            stop(["Ferrari", "Giulia", "フェラーリ", "ジュリア", "Ferrari", "Giulia"], Step::Activated, 6),
            "PRODUCT_MAPPING_MISSING",
            "Product SIM-VOICE-100GB has no WHMCS product id.",
        )
    },
    // 6 WHMCS did not take the order
    failing(
        stop(["Novak", "Marek", "ノヴァク", "マレク", "Novak", "Marek"], Step::Mapped, 8),
        "WHMCS_ADD_ORDER_FAILED",
        "AddOrder timed out; no order carries this order's id.",
    ),
    // 7 ordered at WHMCS, not accepted
    failing(
        stop(["Ibrahim", "Salma", "イブラヒム", "サルマ", "Ibrahim", "Salma"], Step::Billed, 9),
        "WHMCS_ACCEPT_ORDER_FAILED",
        "AcceptOrder answered 500.",
    ),
    // 8 accepted at WHMCS, ids not written back
    stop(["Jansen", "Pieter", "ヤンセン", "ピーテル", "Jansen", "Pieter"], Step::Accepted, 7),
    // 9 order processed, opportunity still in post processing
    stop(["Yılmaz", "Defne", "ユルマズ", "デフネ", "Yilmaz", "Defne"], Step::WrittenBack, 26),
    // 10 card not assigned, nobody told the customer
    stop(["Thapa", "Bishal", "タパ", "ビシャル", "Thapa", "Bishal"], Step::Staged, 30),
    // and a combination the carrier does not offer
    Stop {
        esim: true,
        ..failing(
            stop(["Rossi", "Paolo", "ロッシ", "パオロ", "Rossi", "Paolo"], Step::Activating, 4),
            "400-356",
            "未対応パターンです。",
        )
    },
];

pub(super) fn fill(town: &mut Town) {
    for stop in STOPS {
        write(town, stop);
    }
}

fn write(town: &mut Town, stop: &Stop) -> Customer {
    let person = town.somebody(stop.names);
    let since = town.day(-9);
    let customer = town.enrol(person, since);
    if stop.pay_method {
        town.card_on_file(customer.client, "Visa", "1881", 30);
    }
    town.identity_verified(&customer, since);
    let number = Town::line_of(&customer, 0);
    let line = if stop.esim { NewLine::esim(&number) } else { NewLine::physical(&number) };
    let day = town.day(-((stop.hours / 24) as i32) - 1);
    let sale = Sale::done(stop.plan, &[&ACTIVATION], Some(line), day).stuck(stop.reached, stop.failure);
    let moved = town.moment(-stop.hours * 60);
    let sold = town.sell(&customer, &sale.moved(moved));
    if let Some((code @ "400-356", message)) = stop.failure {
        // The carrier will say so again, however often the order is sent round.
        let eid = town.salesforce.get(&sold.inventory).map_or("", |card| card.text("EID__c")).to_owned();
        town.worker.refused_cards.insert(eid, (code.to_owned(), message.to_owned()));
    }
    let fields = json!({ "Description": "Ordered in the portal." });
    town.change_by(&sold.order, Staff::Worker, &moved.to_string(), fields);
    customer
}
