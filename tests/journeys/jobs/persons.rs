//! The customer as a person, to the end: J7 residence cards, J14 who this is and the link, J15 an address in two scripts.

use madoguchi::sandbox::World;
use madoguchi::sandbox::faults::{Fault, System};

use super::Hand;

/// A field of the account of the customer with this family name.
fn account(world: &World, family: &str, field: &str) -> String {
    world.salesforce.rows("Account").find(|it| it.text("LastName") == family).unwrap().text(field).to_owned()
}

/// The client of this id.
fn client(world: &World, id: u64) -> madoguchi::sandbox::whmcs::db::Client {
    world.whmcs.clients.get(id).unwrap().clone()
}

const J7: usize = 14;

/// From the board to the customer whose card waits longest.
async fn card(hand: &mut Hand) {
    hand.press("down down down down enter enter").await.sees(&["Fatima Haidari", "» under review"]);
}

#[tokio::test]
async fn j7_a_card_that_fits_is_approved_with_how_it_was_seen() {
    let mut hand = Hand::at(80, 24).await;
    card(&mut hand).await;
    // All five are ticked where one stands.
    hand.press("p 1 2 3 4 5 enter").await.sees(&["Method allowed for a mobile line", "Submitted → Verified"]);
    hand.confirm("y").await.sees(&["The residence card is good: done"]);
    hand.within(J7);
    let is = |field: &str| hand.world(|world| account(world, "Haidari", field));
    assert_eq!(is("Id_Verification_Status__c"), "Verified");
    assert_eq!(is("Id_Verification_Method__c"), "Portal upload");
}

#[tokio::test]
async fn j7_what_was_not_compared_is_not_approved() {
    let mut hand = Hand::at(120, 40).await;
    card(&mut hand).await;
    hand.press("p 1 2 3 4 enter").await.sees(&["This cannot be done"]).sees_together(&["✗ Both sides are there"]);
    hand.confirm("y").await;
    assert_eq!(hand.world(|world| account(world, "Haidari", "Id_Verification_Status__c")), "Submitted");
    // Back in the form everything ticked is still ticked.
    hand.press("esc 5 enter").await.sees(&["Is this right?"]);
}

#[tokio::test]
async fn j7_a_card_that_does_not_fit_is_sent_back_in_two_languages() {
    let mut hand = Hand::at(80, 24).await;
    card(&mut hand).await;
    hand.press("D enter").await.sees(&["The picture cannot be read", "画像が読み取れません"]);
    hand.confirm("y").await.sees(&["to be sent again: done"]);
    hand.within(J7);
    let says = hand.world(|world| account(world, "Haidari", "Id_Verification_Rejection_Message__c"));
    assert!(says.contains("The picture cannot be read") && says.contains("画像が読み取れません"), "{says}");
}

#[tokio::test]
async fn j7_a_card_that_a_colleague_decided_meanwhile_is_not_decided_again() {
    let mut hand = Hand::at(120, 40).await;
    card(&mut hand).await;
    hand.press("p 1 2 3 4 5 enter").await.sees(&["Is this right?"]);
    hand.meanwhile(|world| {
        let id = world.salesforce.rows("Account").find(|it| it.text("LastName") == "Haidari").unwrap().id().to_owned();
        let rejected = [("Id_Verification_Status__c", "Rejected"), ("Id_Verification_Rejection_Message__c", "expired")];
        let fields = rejected.into_iter().map(|(field, value)| (field.to_owned(), value.into())).collect();
        world.salesforce.update(&id, fields).unwrap();
    });
    hand.confirm("y").await.sees(&["The residence card is good: nothing was changed"]);
    assert_eq!(hand.world(|world| account(world, "Haidari", "Id_Verification_Status__c")), "Rejected");
}

const J14: usize = 40;

#[tokio::test]
async fn j14_who_this_is_and_the_link_with_a_second_person() {
    let mut hand = Hand::supervisor().await;
    hand.desk.resize(80, 24);
    hand.write("マーフィー").await.sees_together(&["Aoife Murphy", "C-000047"]);
    hand.press("enter W").await.write("1047").await.press("enter").await;
    hand.sees(&["Names agree", "Type link-repair to confirm"]);
    hand.desk.pass_seconds(1);
    hand.write("link-repair").await.press("enter").await.sees(&["A second person"]);
    hand.write("Kato").await.press("tab").await.write("0000").await.press("enter").await;
    hand.sees(&["Account and client #1047 name each other: done"]);
    hand.within(J14);
    hand.desk.resize(120, 40);
    hand.sees(&["✓ Salesforce and WHMCS name each other"]);
    let number = hand.world(|world| account(world, "Murphy", "SF_Account_No__c"));
    assert!(hand.world(|world| client(world, 1047).custom_fields.values().any(|it| *it == number)));
}

#[tokio::test]
async fn j14_an_operator_is_told_who_mends_links() {
    let mut hand = Hand::at(120, 40).await;
    hand.write("Murphy").await.press("enter W").await.sees(&["Needs the role supervisor"]);
    hand.misses(&["WHMCS client *"]);
}

#[tokio::test]
async fn j14_a_client_that_is_somebody_elses_is_not_linked() {
    let mut hand = Hand::supervisor().await;
    hand.write("Murphy").await.press("enter W").await.write("1001").await.press("enter").await;
    hand.sees(&["This cannot be done"]).misses(&["Type link-repair"]);
    // Nor one that there is not, which is said beside the field.
    hand.press("esc ctrl-u").await.write("424242").await.press("enter").await;
    hand.sees(&["WHMCS has no such client", "424242"]);
}

/// No figure was said for this job: the keys that steer, without the customer's own words.
const J15: usize = 20;
const SAKAE: [&str; 7] =
    ["460-0008", "愛知県", "名古屋市中区", "栄2-8-11", "Aichi", "Nagoya-shi Naka-ku", "2-8-11 Sakae"];

async fn address(hand: &mut Hand, customer: &str) {
    hand.write(customer).await.press("enter v 1 2 enter A").await;
    for (n, words) in SAKAE.into_iter().enumerate() {
        if n > 0 {
            hand.press("tab").await;
        }
        hand.told(words).await;
    }
    hand.press("enter").await;
}

#[tokio::test]
async fn j15_an_address_stands_in_both_scripts() {
    let mut hand = Hand::at(120, 40).await;
    address(&mut hand, "0042").await;
    hand.sees(&["Is this right?", "Salesforce", "WHMCS"]);
    hand.confirm("y").await.sees(&[": done"]);
    hand.within(J15);
    let street = hand.world(|world| client(world, 1042).address1);
    assert!(street.contains("2-8-11 Sakae"), "{street}");
    hand.press("] ]").await.sees(&["▸Identity"]).misses(&["✗ DIFFER"]);
}

#[tokio::test]
async fn j15_where_one_side_is_not_written_the_other_is_taken_back_and_that_is_told() {
    let mut hand = Hand::at(120, 40).await;
    address(&mut hand, "Lindqvist").await;
    // What only the systems can know is said beside its field, too.
    hand.sees(&["WHMCS keeps a building that cannot be"]);
    hand.told("Sakae Heights 301").await.press("enter").await;
    let before = hand.world(|world| client(world, 1001).address1);
    let street = hand.world(|world| account(world, "Lindqvist", "PersonMailingStreet"));
    hand.fails(System::Whmcs, "UpdateClient", Fault::NoEffect, 1).confirm("y").await;
    assert_eq!(hand.world(|world| client(world, 1001).address1), before);
    hand.sees(&["Change the address in both systems: nothing was changed"]);
    hand.press("o enter").await.sees(&["The address in Japanese (taken back)", "The address in letters (no effect)"]);
    // What was typed is still there to be tried again.
    assert_eq!(hand.world(|world| account(world, "Lindqvist", "PersonMailingStreet")), street);
    hand.press("esc esc A").await.sees(&["What was typed before is back", "2-8-11 Sakae"]);
}

#[tokio::test]
async fn j15_letters_where_letters_belong() {
    let mut hand = Hand::at(80, 24).await;
    hand.write("0042").await.press("enter v 1 2 enter A").await;
    for (n, words) in SAKAE.into_iter().enumerate() {
        if n > 0 {
            hand.press("tab").await;
        }
        hand.told(if n == 6 { "栄2-8-11" } else { words }).await;
    }
    hand.press("enter").await.sees(&["In letters as WHMCS prints it", "栄2-8-11", "愛知県"]);
    hand.misses(&["Is this right?"]);
}
