//! SIM: what runs on a line is told apart from the line, and Freebit is asked for one line at a time.

use super::common::Desk;

#[tokio::test]
async fn a_locked_line_says_until_when_by_the_minute() {
    let mut desk = Desk::open().await;
    desk.resize(160, 60).open_customer("Kai Nakamoto").await.press("5").await;
    desk.assert_shows("Locked").assert_shows("Change of 4G/5G").assert_shows("in 18 min").assert_shows("30 minutes");
    desk.pass(8).assert_shows("in 10 min");
    desk.pass(20).assert_shows("should be over");
}

#[tokio::test]
async fn a_planned_change_says_its_day_and_locks_nothing() {
    let mut desk = Desk::open().await;
    desk.resize(160, 60).open_customer("Papadakis").await.press("5").await;
    desk.assert_shows("Change of plan takes effect on").assert_shows("1 December, in 9 days").assert_hides("Locked");
    desk.open_customer("蓮見").await.press("5").await;
    desk.assert_shows("Cancellation takes effect on").assert_hides("Locked");
}

#[tokio::test]
async fn what_is_left_is_a_bar_where_the_plans_size_is_known() {
    let mut desk = Desk::open().await;
    desk.resize(160, 60).open_customer("Emma Lindqvist").await.press("5").await;
    desk.assert_shows("9.5 GB of 10.0 GB").assert_shows("[███");
    desk.open_customer("高瀬").await.press("5").await.assert_shows("0 MB of 10.0 GB");
}

#[tokio::test]
async fn a_profile_is_confirmed_and_never_installed() {
    let mut desk = Desk::open().await;
    desk.resize(160, 60).open_customer("Chloé Martin").await.press("5").await;
    desk.assert_shows("eSIM profile").assert_shows("carrier confirmed").assert_hides("installed");
    desk.press("R").await.assert_shows("8904 9032 0000");
}

#[tokio::test]
async fn a_number_on_its_way_is_listed_with_the_days_its_reservation_has_left() {
    let mut desk = Desk::open().await;
    desk.resize(160, 60).open_customer("神代").await.press("5").await;
    desk.assert_shows("3 days left, last day 25 November");
}

#[tokio::test]
async fn six_lines_are_read_one_by_one_and_a_rush_is_told_when_to_go_on() {
    let mut desk = Desk::open().await;
    desk.open_customer("Rui Duarte").await.press("5").await.assert_shows("reads left");
    desk.press("G").await.assert_shows("Not read yet");
    desk.press("enter").await.assert_hides("Not read yet");
    let usage = desk.press("]").await.screen().join("\n");
    assert!(usage.contains("6 of 6") || usage.contains("of 6"), "the line read last: {usage}");
    desk.assert_shows("2026-11-22 Sun");
}

#[tokio::test]
async fn usage_is_a_chart_over_a_table_of_days() {
    let mut desk = Desk::open().await;
    desk.open_customer("Emma Lindqvist").await.press("5 ]").await;
    desk.assert_shows("2026-11-22 Sun").assert_shows("2026-11-21 Sat").assert_shows("days before");
    desk.resize(80, 24).assert_shows("2026-11-22 Sun");
}

#[tokio::test]
async fn after_the_cut_off_the_form_suggests_the_day_that_can_still_be_had() {
    let mut desk = Desk::open().await;
    desk.open_customer("Emma Lindqvist").await.press("5 v 1 2 enter").await;
    desk.press("p").await;
    assert!(desk.line_with("Takes effect").contains("next-month"), "{}", desk.line_with("Takes effect"));
    desk.press("esc").await.pass(60 * 24 * 4);
    desk.press("p").await;
    assert!(desk.line_with("Takes effect").contains("2027-01-01"), "{}", desk.line_with("Takes effect"));
}

#[tokio::test]
async fn a_suspension_that_was_asked_for_waits_on_the_dashboard_and_is_not_asked_for_twice() {
    let mut desk = Desk::open().await;
    desk.resize(160, 60).open_customer("Emma Lindqvist").await.press("5 v 1 2 enter").await;
    desk.press("!").await.press("enter").await.pass_seconds(1).press("y").await;
    desk.assert_shows("done");
    desk.press("1").await.assert_shows("is to be suspended").assert_shows("0001");
    desk.press("5 !").await.press("enter").await;
    desk.assert_shows("asks for it already").assert_shows("i Comment on a case");
    desk.pass_seconds(1).press("i").await.assert_shows("phone lost");
}
