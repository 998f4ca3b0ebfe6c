//! J1 to the end: more data is billed, paid and given, or it is said what of that was not.

use jiff::civil::date;
use madoguchi::sandbox::World;
use madoguchi::sandbox::faults::{Fault, System};
use madoguchi::sandbox::whmcs::db::InvoiceStatus;

use super::Hand;

const CLIENT: u64 = 1002;
const LINE: &str = "09002000002";
const KEYS: usize = 27;

/// Bills of the last minutes that are still to be paid, credit given, and MB added.
fn made(world: &World) -> (usize, i64, i64) {
    let today = world.whmcs.invoices.of(CLIENT).map(|it| it.date).max();
    let unpaid = |it: &&_| {
        let it: &madoguchi::sandbox::whmcs::db::Invoice = it;
        it.status == InvoiceStatus::Unpaid && Some(it.date) == today
    };
    let open = world.whmcs.invoices.of(CLIENT).filter(unpaid).count();
    let credit = world.whmcs.credits.of(CLIENT).map(|it| it.amount).sum();
    let line = world.freebit.lines().find(|line| line.account == LINE).unwrap();
    let given = line.top_ups.iter().filter(|it| it.code.as_deref().is_some_and(|code| !code.contains("sandbox")));
    (open, credit, given.map(|it| i64::try_from(it.quota_kb / 1_000).unwrap()).sum())
}

/// The caller is known by two facts, and the form of the top-up is planned.
async fn asked(hand: &mut Hand) {
    hand.write("0002").await.press("enter v 1 2 enter 5 t enter").await;
}

#[tokio::test]
async fn j1_one_gb_is_billed_paid_and_given() {
    let mut hand = Hand::at(80, 24).await;
    asked(&mut hand).await;
    hand.sees(&["Create an invoice of ¥500", "Charge ¥500 to Visa 4242", "0 MB → 1 GB"]);
    hand.confirm("5 0 0 enter").await.sees(&["Add 1 GB: done", "y copies the receipt"]);
    hand.within(KEYS);
    assert_eq!(hand.world(made), (0, 0, 1_000));
}

#[tokio::test]
async fn j1_without_a_card_nothing_is_begun_and_the_customer_is_asked_for_one() {
    for expired in [false, true] {
        let mut hand = Hand::at(120, 40).await;
        hand.meanwhile(|world| {
            let card = world.whmcs.pay_methods.of(CLIENT).next().unwrap().id;
            if expired {
                world.whmcs.pay_methods.update(card, |it| it.expires = Some(date(2026, 9, 30)));
            } else {
                world.whmcs.pay_methods.remove(card);
            }
        });
        asked(&mut hand).await;
        hand.sees(&[if expired { "✗ Card on file: The card" } else { "✗ Card on file: No pay method on file" }]);
        hand.sees(&["i Send the customer page"]).misses(&["Type the amount"]);
        // Enter and the amount confirm nothing; the other way is a key away, and stays a change of its own.
        hand.confirm("i").await.sees(&["Send the customer page", "E-mail address", "Is this right?"]);
        assert_eq!(hand.calls(System::Whmcs, "SendEmail"), 0);
        hand.confirm("y").await.sees(&["/account/paymentmethods: done"]);
        hand.within(KEYS);
        assert_eq!((hand.calls(System::Whmcs, "CreateInvoice"), hand.world(made)), (0, (0, 0, 0)));
    }
}

#[tokio::test]
async fn j1_a_declined_card_leaves_no_bill_and_says_so() {
    let mut hand = Hand::at(120, 40).await;
    hand.meanwhile(|world| {
        let card = world.whmcs.pay_methods.of(CLIENT).next().unwrap().id;
        world.whmcs.pay_methods.update(card, |it| "0002".clone_into(&mut it.last_four));
    });
    asked(&mut hand).await;
    hand.confirm("5 0 0 enter").await.sees(&["Add 1 GB: nothing was changed. Declined"]);
    assert_eq!((hand.world(made), hand.calls(System::Freebit, "addSpec")), ((0, 0, 0), 0));
    hand.press("o enter").await.sees(&["(taken back)", "Declined"]);
}

fn no() -> Fault {
    Fault::VendorError { code: "260".to_owned(), message: Some("no".to_owned()) }
}

#[tokio::test]
async fn j1_what_was_paid_and_not_delivered_stays_in_sight_and_is_driven_on() {
    let mut hand = Hand::at(80, 24).await;
    asked(&mut hand).await;
    hand.fails(System::Freebit, "addSpec", no(), 1).confirm("5 0 0 enter").await;
    hand.sees(&["PAID, NOT DELIVERED C-000002"]);
    // Neither leaving the customer, nor time, nor a desk that starts anew makes it go away.
    hand.press("esc esc").await.sees(&["PAID, NOT DELIVERED C-000002"]);
    hand.later(20).await.sees(&["PAID, NOT DELIVERED C-000002"]);
    hand.desk.restart().await.look().await;
    hand.sees(&["PAID, NOT DELIVERED C-000002"]);
    assert_eq!(hand.world(made), (0, 0, 0));
    hand.press("esc o").await.sees_together(&["PAID, NOT DELIVERED", "Add 1 GB", "Line 090-****-0002"]);
    hand.sees(&["g drive on", "i Give credit", "c close"]).misses(&["u undo"]);
    hand.confirm("g").await.sees(&["✓ done"]);
    hand.press("esc").await.misses(&["NOT DELIVERED"]);
    assert_eq!((hand.world(made), hand.calls(System::Freebit, "addSpec")), ((0, 0, 1_000), 2));
}

#[tokio::test]
async fn j1_what_was_paid_and_not_delivered_is_given_back_as_credit_and_settled_by_it() {
    let mut hand = Hand::at(120, 40).await;
    asked(&mut hand).await;
    hand.fails(System::Freebit, "addSpec", no(), 1).confirm("5 0 0 enter").await;
    hand.press("o i").await.sees(&["Give ¥500 of credit", "What was paid for did not come"]);
    hand.confirm("5 0 0 enter").await;
    assert_eq!(hand.world(made), (0, 500, 0));
    // The one settles the other: whoever drove it on now would give both.
    hand.sees_together(&["closed", "Add 1 GB"]).sees_together(&["✓ done", "Give ¥500 of credit"]);
    hand.press("down").await.confirm("g").await;
    hand.press("esc").await.misses(&["NOT DELIVERED"]);
    assert_eq!((hand.world(made), hand.calls(System::Freebit, "addSpec")), ((0, 500, 0), 1));
}

#[tokio::test]
async fn j1_data_that_came_meanwhile_are_not_paid_back() {
    let mut hand = Hand::at(120, 40).await;
    asked(&mut hand).await;
    hand.fails(System::Freebit, "addSpec", no(), 1).confirm("5 0 0 enter").await;
    hand.press("o i").await.sees(&["Give ¥500 of credit"]);
    // A colleague drives it on while the credit is being looked at.
    hand.press("esc").await.confirm("g").await.press("esc").await;
    hand.sees(&["Add 1 GB: done"]);
    hand.press("o").await.misses(&["i instead"]);
    assert_eq!(hand.world(made), (0, 0, 1_000));
}

#[tokio::test]
async fn j1_an_answer_that_is_lost_is_settled_by_the_history_and_nothing_is_sent_again() {
    for call in ["CapturePayment", "addSpec"] {
        let mut hand = Hand::at(120, 40).await;
        asked(&mut hand).await;
        let system = if call == "addSpec" { System::Freebit } else { System::Whmcs };
        hand.fails(system, call, Fault::DropAfter, 1).confirm("5 0 0 enter").await;
        hand.sees(&["Add 1 GB: done"]);
        assert_eq!((hand.world(made), hand.calls(system, call)), ((0, 0, 1_000), 1), "{call}");
    }
}
