//! Lines: J2 a new phone, J3 a lost phone, J4 the end of a contract, J11 a field engineer, J13 plan and network, J17 add-ons.

use super::super::common::Desk;
use super::super::esim::NEW_EID;
use super::{Hand, NO_FIGURE, reading};

/// From the call to the code that the new phone scans, in the smallest window.
#[tokio::test]
async fn j2_a_new_phone() {
    let mut hand = Hand { desk: Desk::with_notices().await, pressed: 0 };
    hand.desk.resize(80, 24);
    hand.write("Martin").await.press("enter 5").await.sees_together(&["***-****-0009", "✓ Active"]);
    // Who is calling: a code that came back from the address on file, and its reference.
    hand.press("v down down down right down 7 enter").await.sees(&["The caller is verified"]);
    hand.press("e").await.paste(NEW_EID).await.press("enter").await.sees(&["on the old phone dies"]);
    hand.desk.pass_seconds(1);
    hand.press("0 0 0 9 enter").await.sees(&["carrier's notice"]);
    hand.desk.notice_comes().await;
    hand.sees(&["shows the activation code"]);
    hand.press("E").await.sees(&["smdp.sandbox.example.jp", "∗∗∗∗∗∗∗∗", "Notice"]);
    hand.press("R").await.sees(&["Gone in 60 seconds", "Activation code"]);
    hand.within(34);
}

#[tokio::test]
async fn j2_what_is_known_of_an_esim() {
    let mut hand = Hand::at(120, 40).await;
    hand.write("Martin").await.press("enter 5").await;
    hand.sees_together(&["***-****-0009", "✓ Active", "9.2 GB"])
        .sees(&["Nothing is running, nothing is planned", "eSIM"]);
    // The numbers are shown once somebody wants them, and that is written down.
    hand.press("R enter G").await.sees(&["eSIM profile", "8904 9032 0000 0000 0000", "0005 0000 2280"]);
    hand.sees(&["State             carrier confirmed", "Whether the phone has downloaded it is not"]);
    hand.within(reading(34, "v e paste y 0 0 0 9"));
}

#[tokio::test]
async fn j3_a_lost_phone() {
    let mut hand = Hand::at(120, 40).await;
    hand.write("09002000010").await.press("enter").await;
    hand.sees_together(&["***-****-0010", "✓ Active"]).sees(&["Nothing is running, nothing is planned"]);
    // Who calls: two facts to ask for, and the case they opened themselves.
    hand.press("1 R").await.sees(&["Diego Fuentes  フエンテス ディエゴ", "Born", "Open cases        1"]);
    hand.sees(&["✓ in service"]);
    hand.within(reading(24, "v ! l y"));
}

#[tokio::test]
async fn j4_a_sim_ends_with_the_month() {
    let mut hand = Hand::at(120, 40).await;
    hand.write("蓮見").await.press("enter").await.sees(&["SIM ends 2026-11-30"]);
    hand.press("2").await.sees(&[
        "△Cancelling",
        "SIM ends",
        "2026-11-30 23:59",
        "Notice",
        "有",
        "end of billing period",
    ]);
    hand.press("5").await.sees(&["Cancellation takes effect on 30 November"]);
    hand.within(reading(36, "v x 1 0 0 1 1"));
}

#[tokio::test]
async fn j4_the_internet_ends_and_the_equipment_is_not_back() {
    let mut hand = Hand::at(120, 40).await;
    hand.write("Schneider").await.press("enter").await.sees(&["Internet ends 2026-12-31"]);
    hand.press("2").await.sees(&["△Cancelling", "Internet ends     2026-12-31 23:59", "end of billing period"]);
    hand.press("4 ] ]").await.sees(&["▸Opportunities", "2026-12-31 23:59", "有 received"]);
    hand.sees_together(&["Equipment return"]);
    hand.within(reading(36, "v x 1 0 0 1 2"));
}

/// In a basement: 80 by 24, and at most four keys after the number. Line, network, data and the age of all that; what was
/// used last; what is ordered and open.
#[tokio::test]
async fn j11_a_field_engineer() {
    let mut hand = Hand::at(80, 24).await;
    hand.write("09002000010").await;
    let typed = hand.pressed;
    hand.press("enter").await.sees_together(&["***-****-0010", "✓ Active", "11.2 GB", "now"]);
    hand.sees(&["SIM Voice 25GB", "5G", "2 of 3 reads left"]);
    hand.press("]").await.sees(&["Today 343 MB", "30 days before"]);
    hand.press("1").await.sees(&["Open orders       0", "Open cases        1"]);
    hand.within(typed + 4);
}

#[tokio::test]
async fn j11_a_line_that_is_being_registered() {
    let mut hand = Hand::at(80, 24).await;
    // Nothing but Freebit knows the number yet, and so it stands for the customer.
    hand.write("09002000017").await;
    let typed = hand.pressed;
    hand.press("enter").await.sees_together(&["***-****-0017", "! Locked", "now"]).sees(&["› ***-****-0017 › SIM"]);
    hand.sees_together(&["Locked by", "! Registration"]).sees_together(&["Locked until", "10:06"]);
    hand.within(typed + 4);
}

#[tokio::test]
async fn j13_a_change_of_network_that_is_running() {
    let mut hand = Hand::at(120, 40).await;
    hand.write("09002000013").await.press("enter").await;
    hand.sees(&["! Change of 4G/5G", "10:18 · in 18 min", "Network           4G", "SIM Voice 25GB"]);
    hand.wait(5).sees(&["10:18 · in 13 min"]);
    hand.press("2").await.sees_together(&["SIM Voice 25GB", "¥2,980"]);
    hand.within(reading(26, "v y"));
}

#[tokio::test]
async fn j13_fits_a_small_window() {
    let mut hand = Hand::at(80, 24).await;
    hand.write("0013").await.press("enter").await.sees(&["! Change of 4G/5G", "10:18 · in 18 min"]);
    hand.within(reading(26, "v y"));
}

#[tokio::test]
async fn j13_a_change_of_plan_with_its_day() {
    let mut hand = Hand::at(120, 40).await;
    hand.write("Papadakis").await.press("enter 5").await.sees(&["takes effect on 1 December"]);
    hand.within(reading(26, "v y"));
}

/// No figure was ever said for this job.
#[tokio::test]
async fn j17_add_ons_of_a_live_line() {
    let mut hand = Hand::at(120, 40).await;
    hand.write("Silva").await.press("enter 5").await;
    hand.sees_together(&["Voice mail", "no"]).sees_together(&["Call waiting", "no"]);
    hand.sees(&["! Change of voice options", "10:15 · in 15 min"]);
    hand.press("2 ]").await.sees(&["▸Add-ons", "Nothing here"]);
    hand.within(NO_FIGURE);

    let mut hand = Hand::at(120, 40).await;
    hand.write("Duarte").await.press("enter 2 ]").await.sees(&["▸Add-ons", "71 SIM Voice 25GB ›"]);
    hand.sees_together(&["Roaming data pass", "✓ Active", "¥980", "2026-12-01"]);
    hand.within(NO_FIGURE);
}
