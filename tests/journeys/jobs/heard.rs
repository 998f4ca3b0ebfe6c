//! J5, J10 and J12 as they come to a desk that listens: an order that stopped stands in the status bar and its repair is a few
//! keys away, what is out is told to every desk at once, and what one shift did not deal with is there for the next.

use jiff::SignedDuration;
use madoguchi::domain::access::{Role, Seat};
use madoguchi::domain::text::Text;
use madoguchi::sandbox::World;
use madoguchi::sandbox::faults::System;
use serde_json::{Map, Value};

use super::{Hand, NO_FIGURE};

const J5: usize = 16;

/// The order of the customer with this family name.
fn order(world: &World, family: &str) -> String {
    let account = world.salesforce.rows("Account").find(|it| it.text("LastName") == family).unwrap();
    let found = world.salesforce.rows("Order").find(|it| it.text("AccountId") == account.id());
    found.unwrap().id().to_owned()
}

/// Fields of the order of that customer become others, as the worker writes them.
fn becomes(world: &mut World, family: &str, fields: &[(&str, &str)]) {
    let id = order(world, family);
    world.clock.advance(SignedDuration::from_secs(1));
    world.salesforce.set_now(world.clock.now());
    let fields: Map<String, Value> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
    world.salesforce.update(&id, fields).unwrap();
}

fn fails(world: &mut World, family: &str) {
    becomes(world, family, &[("Activation_Status__c", "Failed"), ("Activation_Error_Code__c", "TIMEOUT")]);
}

#[tokio::test]
async fn j5_an_order_that_fails_elsewhere_is_repaired_from_the_status_bar() {
    let mut hand = Hand::at(120, 40).await;
    hand.desk.listen_closely().await;
    hand.meanwhile(|world| fails(world, "Lopez"));
    hand.desk.until("Order failed C-000020").await;
    hand.press("esc n").await.sees_together(&["▸ C-000020", "Order failed", "00000021"]);
    hand.press("enter").await.sees(&["▸X-ray", "00000021 · SIM", "What to do"]);
    hand.press("V").await.sees(&["No WHMCS order carries this order's id", "Approved → Reactivate"]);
    hand.confirm("y").await.sees(&["Send order 00000021 round again: done"]);
    hand.within(J5);
    let status = hand.world(|world| world.salesforce.get(&order(world, "Lopez")).unwrap().text("Status").to_owned());
    assert_eq!((status.as_str(), hand.calls(System::Whmcs, "AddOrder")), ("Reactivate", 0));
    // What comes of it elsewhere is told in its turn.
    hand.desk.pass_seconds(1);
    hand.meanwhile(|world| becomes(world, "Lopez", &[("Activation_Status__c", "Activated")]));
    hand.desk.until("Order works C-000020").await;
}

/// Whoever is on the page of an order sees it move, with the cursor and what is typed where they are.
#[tokio::test]
async fn j5_the_page_that_is_open_moves_by_itself() {
    let mut hand = Hand::at(120, 40).await;
    hand.write("Lopez").await.press("enter 4").await.sees_together(&["00000021", "Not started"]);
    hand.desk.listen_closely().await;
    hand.meanwhile(|world| fails(world, "Lopez"));
    hand.desk.until("✗ Failed").await;
    hand.sees_together(&["▸", "00000021"]).within(J5);
}

fn seat(name: &str, role: Role) -> Seat {
    Seat { name: Text::line(name), role, read_only: false }
}

#[tokio::test]
async fn j10_what_is_out_stands_on_every_desk_until_it_is_over() {
    let mut hand = Hand::supervisor().await;
    hand.desk.listen_closely().await;
    let mut colleague = hand.desk.beside(seat("Tomas", Role::Operator)).await;
    colleague.listen().resize(200, 40).until("events by another desk").await;
    colleague.resize(120, 40);

    hand.press("esc H i").await.told("Fibre in Minato is out").await;
    hand.press("tab").await.told("We know; it should be back by 18:00.").await.press("enter esc").await;
    hand.within(NO_FIGURE);
    for desk in [&mut hand.desk, &mut colleague] {
        desk.until("✗ Fibre in Minato is out (now)").await;
        desk.assert_shows("Tell callers: We know; it should be back by 18:00.");
    }
    // With a caller from there on the screen it still says so, and folds to a row.
    colleague.open_customer("Imogen Walker").await.assert_shows("Tell callers: We know");
    colleague.press("0").await.assert_shows("Fibre in Minato is out (now)  Tell callers: We know");
    // Who does not lead the shift cannot end it.
    colleague.press("H e esc").await.assert_shows("Fibre in Minato");
    // A desk that is opened now is told as well.
    let mut third = hand.desk.beside(seat("Naoko", Role::Operator)).await;
    third.listen();
    third.until("Tell callers: We know; it should be back by 18:00.").await;

    hand.press("H e y esc").await.within(NO_FIGURE);
    for desk in [&mut hand.desk, &mut colleague, &mut third] {
        desk.until_gone("Fibre in Minato").await;
    }
}

#[tokio::test]
async fn j12_what_one_shift_did_not_deal_with_is_there_for_the_next() {
    let mut hand = Hand::at(120, 40).await;
    hand.desk.listen_closely().await;
    for (family, number) in [("Lopez", "C-000020"), ("Jansen", "C-000026"), ("Yılmaz", "C-000027")] {
        hand.desk.pass_seconds(1);
        hand.meanwhile(|world| fails(world, family));
        hand.desk.until(&format!("Order failed {number}")).await;
    }
    // The newest is dealt with, the next is put off until the late shift, the third waits.
    hand.press("esc n").await.sees_together(&["▸ C-000027", "Order failed"]);
    hand.press("d").await.sees_together(&["▸ C-000026", "Order failed"]);
    hand.press("z").await.told("2h").await.press("enter").await.sees_together(&["▸ C-000020", "Order failed"]);
    hand.misses(&["C-000027", "C-000026"]);
    hand.press("esc").await.within(NO_FIGURE);

    // The next shift sits down: a desk that starts anew, on what is on the disk.
    hand.desk.restart().await.listen();
    hand.desk.until("Order failed C-000020").await;
    hand.press("esc n").await.sees_together(&["C-000020", "Order failed"]).misses(&["C-000027", "C-000026"]);
    // What was put off can be looked at, with until when; what is done is no matter of theirs.
    hand.press("a").await.sees_together(&["C-000026", "12:00"]).misses(&["C-000027"]);
    hand.press("a esc").await;
    hand.later(121).await.sees(&["Order failed C-000026"]);
    // Failing once more, what was done is another matter.
    hand.desk.pass_seconds(1);
    hand.meanwhile(|world| becomes(world, "Yılmaz", &[("Activation_Status__c", "Activating")]));
    hand.meanwhile(|world| fails(world, "Yılmaz"));
    hand.desk.until("Order failed C-000027").await;
}
