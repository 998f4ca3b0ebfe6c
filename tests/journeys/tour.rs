//! The tour: whoever is here the first time is led round by the line of keys, and works on as if it were not there.

use super::common::Desk;

#[tokio::test]
async fn the_line_of_keys_leads_round_and_takes_no_key() {
    let mut desk = Desk::open().await;
    desk.resize(120, 40).press("esc : t o u r enter").await.assert_shows("leads you round");
    for (does, says) in [
        ("", "Tour 1/7: type a name (try Takase)"),
        ("customer", "3 Tour 2/7: their invoices"),
        // Something else in between changes nothing.
        ("2", "3 Tour 2/7"),
        ("3", "Enter Tour 3/7"),
        ("enter", "Esc Tour 4/7"),
        ("esc", "Tour 5/7: what can be changed here"),
        ("c esc", "n Tour 6/7"),
        ("n esc", "? Tour 7/7"),
    ] {
        match does {
            "" => {}
            "customer" => drop(desk.open_customer("Marco Bellini").await),
            keys => drop(desk.press(keys).await),
        }
        desk.assert_shows(says);
    }
    desk.press("? esc").await.assert_shows("That was the tour").assert_hides("Tour 7/7");
}

#[tokio::test]
async fn the_tour_is_left_when_somebody_wants_to() {
    let mut desk = Desk::open().await;
    desk.resize(80, 24).press("esc : t o u r enter").await.assert_shows("Tour 1/7");
    desk.press("L").await.assert_shows("案内 1/7");
    desk.press("L : t o u r enter").await.assert_shows("The tour is over").assert_hides("Tour 1/7");
}
