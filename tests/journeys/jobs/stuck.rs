//! J5 to the end: an order that stopped is sent round again, or the one thing is repaired that the systems disagree about.

use madoguchi::sandbox::World;
use madoguchi::sandbox::faults::System;

use super::Hand;

const KEYS: usize = 16;

/// A field of the order of the customer with this family name.
fn order(world: &World, family: &str, field: &str) -> String {
    let account = world.salesforce.rows("Account").find(|it| it.text("LastName") == family).unwrap();
    let found = world.salesforce.rows("Order").find(|it| it.text("AccountId") == account.id());
    found.unwrap().text(field).to_owned()
}

#[tokio::test]
async fn j5_an_order_that_nobody_heard_of_is_sent_round_again_after_proof() {
    let mut hand = Hand::at(80, 24).await;
    hand.press("down down enter enter")
        .await
        .sees(&["the approval's event was lost", "What to do        V  Set the order"]);
    hand.press("V").await.sees(&["No WHMCS order carries this order's id", "Approved → Reactivate"]);
    hand.confirm("y").await.sees(&["Send order 00000021 round again: done"]);
    hand.within(KEYS);
    // The worker does the rest; the desk ordered nothing itself.
    assert_eq!(hand.world(|world| order(world, "Lopez", "Status")), "Reactivate");
    assert_eq!(hand.calls(System::Whmcs, "AddOrder"), 0);
    hand.later(5).await.press("r").await.sees(&["All ten steps are done"]);
}

/// Each known divergence: who, what the x-ray offers, what is written, and where.
#[tokio::test]
async fn j5_each_known_divergence_is_repaired_in_one_step() {
    for (family, says, done, field, becomes) in [
        ("Mensah", "Line in service at Freebit", "the line is live", "Activation_Status__c", "Activated"),
        ("Ibrahim", "WHMCS order is pending", "Accept order", "Status", "Approved"),
        ("Jansen", "WHMCS order is active", "Write WHMCS's ids", "Status", "Processed"),
        ("Yılmaz", "last stage", "Move the opportunity", "Status", "Processed"),
    ] {
        let mut hand = Hand::at(120, 40).await;
        hand.write(family).await.press("enter 4 ]").await.sees(&["What to do        !"]);
        // What to repair is chosen already.
        hand.press("! enter").await.sees(&["Repair the order", "What is written", says, "Is this right?"]);
        hand.confirm("y").await.sees(&[": done"]);
        hand.desk.assert_shows(done);
        hand.within(KEYS + family.chars().count());
        assert_eq!(hand.world(|world| order(world, family, field)), becomes, "{family}");
        let again = hand.calls(System::Whmcs, "AddOrder") + hand.calls(System::Freebit, "addAcnt");
        assert_eq!(again, 0, "{family}");
    }
}

#[tokio::test]
async fn j5_an_order_without_a_pay_method_is_not_sent_round() {
    let mut hand = Hand::at(120, 40).await;
    hand.press("down enter enter V").await.sees(&["✗ Card on file: No pay method on file", "This cannot be done"]);
    hand.confirm("y").await;
    assert_eq!(hand.world(|world| order(world, "Haddad", "Status")), "Approved");
}

#[tokio::test]
async fn j5_an_order_that_whmcs_has_already_is_not_ordered_again() {
    let mut hand = Hand::at(120, 40).await;
    hand.write("Jansen").await.press("enter 4 ] V").await.sees(&["This cannot be done"]);
    hand.confirm("y").await;
    assert_eq!(hand.world(|world| order(world, "Jansen", "Status")), "Approved");
}
