//! A field engineer's terminal, 80 cells by 24, in Japanese: what matters is seen without scrolling, and in words.

use super::common::Desk;

#[tokio::test]
async fn what_runs_on_a_line_is_seen_before_its_options() {
    let mut desk = Desk::open().await;
    desk.resize(80, 24).open_customer("Kai Nakamoto").await.press("5").await;
    desk.assert_shows("Change of 4G/5G").assert_shows("in 18 min");
}

#[tokio::test]
async fn the_hints_say_what_the_keys_do_in_the_details() {
    let mut desk = Desk::open().await;
    desk.resize(80, 24).open_customer("Emma Lindqvist").await.press("4").await.assert_hides("follow link");
    desk.press("enter").await.assert_shows("Enter follow link").assert_shows("y copy").assert_shows("Esc to the list");
    desk.press("esc").await.assert_hides("follow link");
    desk.press("X").await.assert_shows("▸X-ray").assert_hides("follow link");
    desk.press("enter").await.assert_shows("Enter follow link");
}

#[tokio::test]
async fn what_the_systems_choose_from_is_said_in_japanese() {
    let mut desk = Desk::open().await;
    desk.resize(80, 24).open_customer("Sylvie Morel").await.press("L 6").await;
    desk.assert_shows("対応中").assert_shows("WH チケット").assert_hides("In Progress").assert_hides("Medium");
    desk.open_customer("Bishal Thapa").await.press("4 ]").await.assert_hides("Processed").assert_hides("Active");
}
