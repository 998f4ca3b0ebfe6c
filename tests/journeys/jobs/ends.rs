//! J4 to the end: a line ends with a month, in three systems or in none.

use madoguchi::sandbox::World;
use madoguchi::sandbox::faults::{Fault, System};

use super::Hand;

const LINE: &str = "09002000001";
const KEYS: usize = 36;

/// Whether the end stands in Salesforce, at Freebit and in WHMCS.
fn ending(world: &World) -> [bool; 3] {
    let service = world.whmcs.services.iter().find(|it| it.domain.replace('-', "") == LINE).unwrap().id;
    let line = world.freebit.lines().find(|it| it.account == LINE).unwrap();
    let mut sold = world.salesforce.rows("Opportunity");
    let sold = sold
        .any(|row| row.text("WHMCS_Service_ID__c") == service.to_string() && row.text("StageName") == "△Cancelling");
    [sold, !line.planned.is_empty(), world.whmcs.cancel_requests.iter().any(|it| it.service_id == service)]
}

/// Somebody has something else to do before the second person comes.
#[tokio::test]
async fn j4_what_is_left_waiting_for_a_second_person_is_said_with_where_it_is() {
    let mut hand = Hand::at(80, 24).await;
    hand.write("0001").await.press("enter 5 v").await;
    hand.press("down down down right down").await.write("m1").await.press("enter x").await;
    hand.sees(&["month-end, or now"]);
    hand.press("ctrl-u").await.write("now").await.press("down").await.told("Leaves Japan").await.press("enter").await;
    hand.sees(&["Down: the rest of the plan"]);
    for _ in 0..9 {
        hand.press("down").await;
    }
    hand.misses(&["Down: the rest of the plan"]).sees(&["4 Salesforce"]);
    hand.desk.pass_seconds(1);
    hand.write("sim-cancel").await.press("enter").await.sees(&["A second person"]);
    hand.press("esc").await.sees(&["Waits for a second person until 10:15: press o"]);
    hand.press("o").await.sees_together(&["End the line", "Line 090-****-0001"]);
}

/// The caller gave the code back that was sent to them, and the end is planned.
async fn asked(hand: &mut Hand, day: &str) {
    hand.write("0001").await.press("enter 5 v").await;
    hand.press("down down down right down").await.write("m1").await.press("enter x").await;
    if !day.is_empty() {
        hand.press("ctrl-u").await.write(day).await;
    }
    hand.press("down").await.told("Leaves Japan").await.press("enter").await;
}

#[tokio::test]
async fn j4_a_line_ends_with_the_month_in_three_systems() {
    let mut hand = Hand::at(120, 40).await;
    asked(&mut hand, "").await;
    hand.sees(&["with the end of Mon 30 Nov 2026", "The number and what is left of the data are lost"]);
    hand.sees(&["port-out", "Type the line's last four digits, 0001"]);
    hand.confirm("0 0 0 1 enter").await.sees(&["End the line 090-****-0001: done"]);
    hand.within(KEYS);
    assert_eq!(hand.world(ending), [true; 3]);
    // The day is everywhere where the customer is looked at, and somebody looks whether all three are closed.
    hand.press("1").await.sees(&["SIM ends 2026-11-30"]);
    hand.press("2 down down").await.sees(&["△Cancelling", "end of billing period"]);
    hand.press("6 ]").await.sees_together(&["Check that *******0", "2026-12-01"]);
}

#[tokio::test]
async fn j4_without_the_code_sent_to_the_customer_it_is_not_asked_for() {
    let mut hand = Hand::at(120, 40).await;
    hand.write("0001").await.press("enter v 1 2 enter 5 x").await;
    hand.sees(&["Needs a caller verified to V2"]).misses(&["End the line"]);
    // The list of changes says why, in the smallest window too, and by which keys the changes of other tabs are reached.
    hand.desk.resize(80, 24);
    hand.press("+").await.sees_together(&["End the line", "Needs a caller verified to V2; press v"]);
    hand.sees_together(&["Residence card: send again", "1 D"]);
}

#[tokio::test]
async fn j4_the_cut_off_is_counted_in_japan() {
    // Wednesday, 25 November, 23:59 in Japan, and a minute later. In Greenwich it is the 25th all the while.
    let mut hand = Hand::at(120, 40).await;
    hand.desk.pass(3 * 24 * 60 + 13 * 60 + 59);
    asked(&mut hand, "").await;
    hand.sees(&["Type the line's last four digits"]);
    hand.press("esc esc").await.later(1).await.press("x enter").await;
    hand.sees(&["This cannot be done", "2026"]).misses(&["Type the line's last four digits"]);
    hand.confirm("0 0 0 1 enter").await;
    assert_eq!(hand.world(ending), [false; 3]);
}

#[tokio::test]
async fn j4_a_day_that_is_no_month_end_is_told_beside_its_field() {
    let mut hand = Hand::at(80, 24).await;
    asked(&mut hand, "2026-12-15").await;
    hand.sees(&["A line ends with a month", "Leaves Japan"]).misses(&["Type the line's last four digits"]);
}

#[tokio::test]
async fn j4_what_freebit_refuses_is_taken_back_in_salesforce() {
    let mut hand = Hand::at(120, 40).await;
    asked(&mut hand, "").await;
    hand.fails(System::Freebit, "cnclAcnt", Fault::VendorError { code: "500".to_owned(), message: None }, 1);
    hand.confirm("0 0 0 1 enter").await.sees(&["nothing was changed"]);
    assert_eq!(hand.world(ending), [false; 3]);
}

#[tokio::test]
async fn j4_what_whmcs_did_not_take_waits_for_a_person_and_is_driven_on() {
    let mut hand = Hand::at(120, 40).await;
    asked(&mut hand, "").await;
    let refuses = Fault::VendorError { code: "error".to_owned(), message: Some("no".to_owned()) };
    hand.fails(System::Whmcs, "AddCancelRequest", refuses, 1).confirm("0 0 0 1 enter").await;
    assert_eq!(hand.world(ending), [true, true, false]);
    hand.sees(&["End the line 090-****-0001"]);
    hand.press("o").await.sees(&["g drive on"]).misses(&["u undo"]);
    hand.confirm("g").await.sees(&["✓ done"]);
    assert_eq!((hand.world(ending), hand.calls(System::Freebit, "cnclAcnt")), ([true; 3], 1));
}

#[tokio::test]
async fn j4_an_end_at_once_waits_for_a_second_person() {
    let mut hand = Hand::at(120, 40).await;
    asked(&mut hand, "now").await;
    hand.sees(&["A second person confirms after you. Type sim-cancel to confirm"]);
    hand.desk.pass_seconds(1);
    hand.write("sim-cancel").await.press("enter").await.sees(&["A second person", "Tell this code to a supervisor"]);
    assert_eq!(hand.calls(System::Freebit, "cnclAcnt"), 0);
    // Neither the wrong PIN nor the same person counts.
    hand.told("x").await.write("Kato").await.press("tab").await.write("1111").await.press("enter").await;
    assert_eq!(hand.calls(System::Freebit, "cnclAcnt"), 0);
    hand.sees(&["A second person"]);
    hand.press("ctrl-u").await.write("0000").await.press("enter").await;
    hand.sees(&["End the line 090-****-0001: done"]);
    assert_eq!(hand.calls(System::Freebit, "cnclAcnt"), 1);
}
