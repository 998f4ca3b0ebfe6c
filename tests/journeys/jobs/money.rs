//! Quota and money: J1 the data ran out, J6 unpaid because the card expired.

use super::{Hand, reading};

#[tokio::test]
async fn j1_my_data_ran_out() {
    let mut hand = Hand::at(120, 40).await;
    hand.write("09002000002").await.press("enter").await.wait(4);
    hand.sees(&["0 MB of 10.0", "Slowed down       ! yes", "+1.0 GB · 2026-11-14 18:42", "4m ago · 3 of 3 reads left"]);
    // What it can be charged to, and what the last one cost.
    hand.press("1").await.sees(&["No data left", "✓ Visa **** · ends 07/28", "Overdue invoices  0"]);
    hand.press("3").await.sees_together(&["811", "¥550", "✓ Paid"]).sees(&["SIM Data Top-up: 1GB", "¥500"]);
    hand.within(reading(27, "v t 1 enter y"));
}

#[tokio::test]
async fn j1_fits_a_small_window() {
    let mut hand = Hand::at(80, 24).await;
    hand.write("0002").await.press("enter").await.sees_together(&["✓ Active", "0 MB", "now"]);
    hand.press("1").await.sees(&["! No data left", "✓ Visa **** · ends 07/28"]);
    hand.within(reading(27, "v t 1 enter y"));
}

#[tokio::test]
async fn j6_unpaid_because_the_card_expired() {
    let mut hand = Hand::at(120, 40).await;
    hand.write("Bellini").await.press("enter").await;
    hand.sees(&["2 invoices overdue: ¥10,560, oldest 43 days", "✗ MasterCard **** · expired 09/26"]);
    hand.press("enter").await;
    hand.sees_together(&["780", "¥5,280", "✗ Overdue", "12 d"]).sees_together(&["744", "¥5,280", "✗ Overdue", "43 d"]);
    hand.press("] ] ]").await.sees_together(&["MasterCard", "09/26", "✗ expired", "default"]);
    hand.within(reading(25, "m p m r 2 d enter c"));
}

#[tokio::test]
async fn j6_from_the_board_to_the_row() {
    let mut hand = Hand::at(120, 40).await;
    hand.press("pagedown up up enter").await.sees(&["Invoices overdue · "]).sees_together(&[
        "744",
        "43d ago",
        "Marco Bellini",
    ]);
    hand.press("enter").await.sees(&["› Billing", "▸Invoices"]).sees_together(&["▸", "✗ Overdue"]);
    hand.press("] ] ]").await.sees(&["▸Pay methods"]);
    hand.within(reading(25, "m p m r 2 d enter c"));
}
