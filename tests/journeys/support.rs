//! Support: whose case it is, what is owed until when, what was said in it, and what was promised.

use super::common::Desk;

#[tokio::test]
async fn a_case_tells_what_is_owed_and_what_was_said_once_the_cursor_rests() {
    let mut desk = Desk::open().await;
    desk.resize(160, 60).open_customer("Sylvie Morel").await.press("6").await;
    desk.assert_shows("SF Case").assert_shows("WH Ticket").assert_shows("Answer owed");
    desk.keys("f").type_text("00000007");
    desk.press("enter").await.assert_shows("Router setup").assert_shows("INTERNAL comment").assert_shows("our comment");
    // The conversation was read: the deadline counts from the last word in it, and nothing is guessed.
    desk.assert_hides("Counted from the opening").assert_hides("Read when the cursor rests");
    desk.assert_shows("Changes").assert_shows("created it");
}

#[tokio::test]
async fn promises_are_listed_with_the_late_ones_first() {
    let mut desk = Desk::open().await;
    desk.open_customer("Castillo").await.press("6 ]").await;
    desk.assert_shows("Promised").assert_shows("LATE");
    assert!(desk.row().contains("LATE"), "{}", desk.row());
}

#[tokio::test]
async fn what_else_is_open_is_a_link_and_the_way_back_leads_to_the_case() {
    let mut desk = Desk::open().await;
    desk.resize(160, 60).open_customer("Sylvie Morel").await.press("6").await;
    desk.keys("f").type_text("00000007");
    desk.press("enter enter G").await;
    for _ in 0..30 {
        if desk.press("up enter").await.row().starts_with("300007") {
            break;
        }
    }
    assert!(desk.row().starts_with("300007"), "{}", desk.row());
    desk.press("-").await;
    assert!(desk.row().starts_with("00000007"), "{}", desk.row());
}

#[tokio::test]
async fn views_show_mine_nobodys_and_what_is_owed_by_today() {
    let mut desk = Desk::open().await;
    desk.resize(160, 60).open_customer("Sylvie Morel").await.press("6 w").await;
    desk.assert_shows("Mine, open").assert_shows("Nobody's yet").assert_shows("Answer owed by today");
    desk.press("down enter").await.assert_shows("whose:mine").assert_shows("00000007").assert_hides("WH Ticket");
}
