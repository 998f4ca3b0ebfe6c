//! Who somebody is and where: J14 broken links, J15 an address in two scripts, J16 everything that is kept.

use super::{Hand, reading};

#[tokio::test]
async fn j14_a_name_in_kana_and_two_clients() {
    let mut hand = Hand::at(120, 40).await;
    hand.write("セーレンセン").await.sees_together(&["▸ Mikkel Sørensen", "C-000044", "#1044"]);
    hand.press("enter").await.sees(&["✗ Several WHMCS clients for one customer: #1044, #900044"]);
    hand.within(reading(40, "L"));
}

#[tokio::test]
async fn j14_candidates_say_why_they_matched() {
    let mut hand = Hand::at(120, 40).await;
    hand.write("Sørensen").await.sees(&["2 customers"]);
    hand.sees_together(&["C-000044", "#1044", "name Mikkel Sørensen", "SF WH"]).sees_together(&["#900044", "WH"]);
    hand.within(reading(40, "L"));
}

#[tokio::test]
async fn j14_links_that_lead_nowhere() {
    for (typed, says) in [
        ("Tremblay", "WHMCS has no client #999999036"),
        ("#1046", "names C-999036, which no account has"),
        ("Murphy", "The account names no WHMCS client"),
    ] {
        let mut hand = Hand::at(120, 40).await;
        hand.write(typed).await.press("enter").await.sees(&[says]);
        hand.within(reading(40, "L"));
    }
}
