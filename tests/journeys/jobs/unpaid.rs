//! J6 to the end: an unpaid bill and an expired card; the customer is written to, reminded of, and charged later.

use jiff::civil::date;
use madoguchi::sandbox::World;
use madoguchi::sandbox::faults::System;
use madoguchi::sandbox::whmcs::db::InvoiceStatus;

use super::Hand;

const CLIENT: u64 = 1003;
const KEYS: usize = 25;

fn overdue(world: &World) -> usize {
    world.whmcs.invoices.of(CLIENT).filter(|it| it.status == InvoiceStatus::Unpaid).count()
}

#[tokio::test]
async fn j6_the_plain_link_is_mailed_and_a_reminder_set() {
    let mut hand = Hand::at(120, 40).await;
    // From the board to the oldest bill.
    hand.press("pagedown up up enter enter").await.sees(&["› Billing", "✗ Overdue"]);
    hand.press("W enter").await.sees(&["/account/paymentmethods", "never take a card number"]);
    hand.misses(&["sso", "token"]);
    hand.confirm("y").await.sees(&["/account/paymentmethods: done"]);
    hand.press("1 t").await.told("Card changed?").await.press("down 2 d enter").await;
    hand.sees(&["Card changed?", "2026-11-24"]);
    hand.confirm("y").await.sees(&[": done"]);
    hand.within(KEYS);
    // The bill that has waited longest is another customer's.
    assert!(hand.desk.screen().join("").contains("C-000006"));
    let sent = hand.world(|world| world.whmcs.emails.of(1006).map(|it| it.message.clone()).collect::<Vec<_>>());
    let link = sent.iter().find(|text| text.contains("/account/paymentmethods")).expect("the link was mailed");
    assert!(!link.contains("token") && !link.contains("sso"), "{link}");
    assert_eq!(hand.calls(System::Whmcs, "CreateSsoToken"), 0);
}

#[tokio::test]
async fn j6_an_expired_card_is_not_charged_and_a_new_one_is() {
    let mut hand = Hand::at(120, 40).await;
    hand.write("Bellini").await.press("enter enter v 1 2 enter p").await;
    hand.sees(&["The card has expired", "This cannot be done", "i Send the customer page"]);
    hand.press("esc").await;
    assert_eq!((hand.calls(System::Whmcs, "CapturePayment"), hand.world(overdue)), (0, 2));
    // A pay method appears.
    hand.meanwhile(|world| {
        let card = world.whmcs.pay_methods.of(CLIENT).next().unwrap().id;
        world.whmcs.pay_methods.update(card, |it| it.expires = Some(date(2029, 7, 31)));
    });
    hand.press("p").await.sees(&["Charge ¥5,280"]);
    hand.confirm("5 2 8 0 enter").await.sees(&["¥5,280: done"]);
    hand.within(KEYS);
    assert_eq!(hand.world(overdue), 1);
}

#[tokio::test]
async fn j6_a_declined_card_says_why_and_is_not_tried_for_ever() {
    let mut hand = Hand::at(120, 40).await;
    hand.meanwhile(|world| {
        let card = world.whmcs.pay_methods.of(CLIENT).next().unwrap().id;
        world.whmcs.pay_methods.update(card, |it| {
            it.expires = Some(date(2029, 7, 31));
            "0002".clone_into(&mut it.last_four);
        });
    });
    hand.write("Bellini").await.press("enter enter v 1 2 enter").await;
    for _ in 0..3 {
        hand.press("p").await.confirm("5 2 8 0 enter").await;
        hand.sees(&["nothing was changed. Declined"]);
    }
    hand.press("p").await.sees(&["This cannot be done"]);
    assert_eq!((hand.calls(System::Whmcs, "CapturePayment"), hand.world(overdue)), (3, 2));
}
