//! What is under the cursor, spelled for the telephone; and the way back to where one was.

use madoguchi::flow::{AuditAct, Effect};

use crate::common::Desk;

#[tokio::test]
async fn the_sim_tab_spells_the_line_and_its_ids_and_writes_it_into_the_audit_log() {
    let mut desk = Desk::open().await;
    desk.open_customer("C-000009").await.press("5 a").await;
    desk.assert_shows("Read aloud");
    desk.assert_shows("eight nine zero four");
    desk.assert_shows("ハチ キュウ ゼロ ヨン");
    let audited = |effect: &Effect| matches!(effect, Effect::Audit(entry) if entry.act == AuditAct::ReadAloud);
    assert!(desk.effects.iter().any(audited));
    desk.press("esc").await;
    assert!(!desk.screen().iter().any(|line| line.contains("Read aloud")));
}

#[tokio::test]
async fn what_the_audit_log_cannot_take_is_not_spelled() {
    let mut desk = Desk::open().await;
    desk.open_customer("C-000009").await.press("5").await;
    desk.audit_broken = true;
    desk.press("a").await;
    assert!(!desk.screen().iter().any(|line| line.contains("eight nine zero four")));
}

#[tokio::test]
async fn a_name_is_spelled_in_every_script_the_systems_know() {
    let mut desk = Desk::open().await;
    desk.open_customer("C-000002").await.press("1 a").await;
    desk.assert_shows("高瀬");
    desk.assert_shows("Tango Alfa Kilo Alfa");
    desk.assert_shows("煙草のタ");
}

#[tokio::test]
async fn back_and_forward_bring_the_tab_the_cursor_and_the_filter_back() {
    let mut desk = Desk::open().await;
    desk.open_customer("C-000055").await.press("3 f").await;
    desk.type_text("cancelled").press("enter").await;
    let billing = desk.screen();
    desk.press("5").await;
    assert_ne!(desk.screen(), billing);
    desk.press("-").await;
    assert_eq!(desk.screen(), billing, "tab, cursor and filter are as they were");
    desk.press("=").await;
    assert!(desk.screen()[1].contains("SIM"));
    desk.press("- - - -").await;
    desk.assert_shows("Find");
}
