//! Who somebody is and where: J14 broken links, J15 an address in two scripts, J16 everything that is kept.

use super::{Hand, NO_FIGURE, reading};

#[tokio::test]
async fn j14_a_name_in_kana_and_two_clients() {
    let mut hand = Hand::at(120, 40).await;
    hand.write("セーレンセン").await.sees_together(&["▸ Mikkel Sørensen", "C-000044", "#1044"]);
    hand.press("enter").await.sees(&["✗ Several WHMCS clients for one customer: #1044, #900044"]);
    hand.press("] ] down down").await.sees_together(&["▸ Names the other", "✗ DIFFER", "#1044", "C-000044"]);
    hand.sees(&["#900044"]);
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

/// No figure was ever said for this job.
#[tokio::test]
async fn j15_an_address_in_two_scripts() {
    let mut hand = Hand::at(120, 40).await;
    hand.write("Andersen")
        .await
        .press("enter ] ]")
        .await
        .sees(&["▸Identity"])
        .sees_together(&["Postal code", "✗ DIFFER"]);
    hand.press("R").await.sees_together(&["Address", "134-0088 東京都", "2-8-11 Sakae, Nagoya"]);
    hand.sees_together(&["Postal code", "✗ DIFFER", "1340088", "4600008"]);
    hand.press("6").await.sees(&["引っ越し / Moving to Nagoya", "Can I keep"]);
    hand.within(NO_FIGURE);
}

/// No figure was ever said for this job. One who left: the three systems, this desk, and what must stay.
#[tokio::test]
async fn j16_everything_that_is_kept_of_one_who_left() {
    let mut hand = Hand::at(120, 40).await;
    hand.write("Moreau").await.press("enter 6").await.sees(&["Please delete my data", "✗ 2d late"]);
    hand.press("1 ] ] d").await.sees_together(&["What", "Salesforce", "WHMCS", "Freebit"]);
    for kept in
        [&["Orders", "1"], &["Invoices", "12"], &["Activity log", "3"], &["SIM lines", "0"], &["Pay methods", "0"]]
    {
        hand.sees_together(kept);
    }
    hand.press("d G").await.sees(&["This desk keeps nothing of the customer but", "its audit log"]);
    hand.press("k k k k k k").await.sees(&["Kept seven years by law: they stay when the"]);
    hand.within(NO_FIGURE);
}
