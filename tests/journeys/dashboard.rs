//! The dashboard's pages: what waits, what happened, and who this is in each system.

use madoguchi::sandbox::faults::System;

use super::common::Desk;

#[tokio::test]
async fn the_timeline_tells_what_three_systems_wrote_down_and_leads_there() {
    let mut desk = Desk::open().await;
    desk.resize(160, 60).open_customer("Emma Lindqvist").await.press("]").await;
    desk.assert_shows("▸Timeline").assert_shows("Invoice").assert_shows("SF").assert_shows("WH");
    desk.press("G").await.assert_shows("Past operations on the lines: not kept by this system");
    desk.press("g").await;
    // A filter by kind holds in either language; Enter on a row leads to its record and the way back to the row.
    desk.keys("f").type_text("kind:invoice");
    desk.press("enter").await;
    let row = desk.row();
    assert!(row.contains("Invoice"), "{row}");
    desk.press("enter").await.assert_shows("› Billing");
    desk.press("-").await.assert_shows("▸Timeline").assert_shows("Filter kind:invoice");
    assert_eq!(desk.row(), row);
}

#[tokio::test]
async fn the_timeline_says_what_it_does_not_show_and_why() {
    let mut desk = Desk::open().await;
    desk.resize(160, 60);
    desk.refuse(System::Whmcs);
    desk.open_customer("Emma Lindqvist").await.press("]").await;
    desk.assert_shows("Payments: not read (").assert_shows("E-mails: not read (");
    desk.keys("f").type_text("kind:gap source:whmcs");
    desk.press("enter").await.assert_shows("Activity log: not read (").assert_hides("placed,");
}

#[tokio::test]
async fn requests_to_cancel_are_read_from_the_timeline_with_one_key() {
    let mut desk = Desk::open().await;
    desk.resize(160, 60).open_customer("蓮見").await.press("]").await;
    desk.assert_shows("Enter reads: Cancellation requests");
    desk.press("enter").await.assert_shows("▸Cancellations");
    desk.press("-").await.assert_shows("▸Timeline").assert_hides("Enter reads");
}

#[tokio::test]
async fn the_residence_card_is_told_with_what_came_of_it() {
    let mut desk = Desk::open().await;
    desk.resize(160, 60).open_customer("Haidari").await.press("] ]").await;
    let card = desk.line_with("Residence card");
    assert!(card.contains("under review · 20"), "{card}");
}

#[tokio::test]
async fn a_queue_shows_its_details_only_when_asked_and_keeps_that_for_the_next_queue() {
    let mut desk = Desk::open().await;
    desk.resize(120, 40).press("down down enter").await;
    desk.assert_shows("› Orders stuck").assert_hides("Details").assert_hides("Priority").assert_shows("Owner");
    desk.press("d ]").await.assert_shows("› Orders to review").assert_shows("Details");
    desk.press("d [").await.assert_shows("› Orders stuck").assert_hides("Details");
}

#[tokio::test]
async fn identity_compares_the_systems_and_counts_what_each_keeps() {
    let mut desk = Desk::open().await;
    desk.resize(160, 60).open_customer("Freja Andersen").await.press("] ]").await;
    desk.assert_shows("▸Identity");
    // The new address is in WHMCS only: the postal codes tell, and stay masked.
    let postcode = desk.line_with("Postal code");
    assert!(postcode.contains("DIFFER") && postcode.contains("*****"), "{postcode}");
    assert!(desk.line_with("E-mail ").contains("same"), "{}", desk.line_with("E-mail "));
    desk.press("R").await;
    assert!(!desk.line_with("Postal code").contains("*****"));
    for kept in ["Invoices", "Residence card", "Audit log here"] {
        desk.assert_shows(kept);
    }
}

#[tokio::test]
async fn links_that_are_wrong_are_said_on_the_identity_page() {
    let mut desk = Desk::open().await;
    desk.resize(160, 60).open_customer("C-000045").await.press("] ]").await;
    let link = desk.line_with("Names the other");
    assert!(link.contains("DIFFER"), "{link}");
    desk.keys("f").type_text("agree:differ");
    desk.press("enter").await.assert_shows("Names the other").assert_hides("Kana");
}

#[tokio::test]
async fn data_that_was_paid_and_never_came_is_the_first_task() {
    let mut desk = Desk::open().await;
    desk.resize(160, 60).open_customer("Li-Wei Chen").await.assert_shows("PAID, NOT DELIVERED: data for");
    desk.press("enter").await.assert_shows("› Billing");
    // Whose top-up came is not told so.
    desk.open_customer("高瀬").await.assert_hides("PAID, NOT DELIVERED");
}

#[tokio::test]
async fn a_late_promise_is_a_task_that_leads_to_it() {
    let mut desk = Desk::open().await;
    desk.resize(160, 60).open_customer("Castillo").await.assert_shows("d late: ");
    desk.press("enter").await.assert_shows("▸Promises");
    assert!(desk.row().contains("LATE"), "{}", desk.row());
}

/// Puts the cursor of the dashboard on the task of these words.
async fn on_task(desk: &mut Desk, words: &str) {
    desk.press("g").await;
    for _ in 0..10 {
        if desk.row().contains(words) {
            return;
        }
        desk.press("down").await;
    }
    panic!("{words:?} is no task of\n{}", desk.screen().join("\n"));
}

#[tokio::test]
async fn every_task_of_the_dashboard_leads_somewhere() {
    let mut desk = Desk::open().await;
    desk.resize(160, 60);
    for (customer, task, shows) in [
        ("C-000033", "Eligibility check waits", "Internet: result of the check"),
        ("C-000031", "rejected", "▸Identity"),
    ] {
        desk.open_customer(customer).await;
        on_task(&mut desk, task).await;
        desk.press("enter").await.assert_shows(shows);
        desk.press("esc").await.press("0").await;
    }
}

#[tokio::test]
async fn what_has_no_room_on_the_dashboard_is_counted() {
    let mut desk = Desk::open().await;
    // With the name of the client cut, the credit below it has its row.
    desk.resize(80, 24).open_customer("C-000007").await.assert_shows("Credit");
    let counted = |desk: &Desk| desk.screen().iter().any(|line| line.contains(" ⋯ ") && line.contains(" more"));
    let mut seen = 0;
    for customer in ["C-000031", "C-000042"] {
        desk.resize(80, 24).open_customer(customer).await;
        seen += usize::from(counted(&desk));
        desk.resize(160, 60);
        assert!(!counted(&desk), "{}", desk.screen().join("\n"));
    }
    assert!(seen > 0, "{}", desk.screen().join("\n"));
}

/// The number of an order is nobody's telephone, however many digits it has.
#[tokio::test]
async fn the_timeline_names_orders_by_their_numbers() {
    let mut desk = Desk::open().await;
    desk.resize(160, 50).open_customer("C-000002").await.press("1 ]").await;
    let row = desk.line_with("WHMCS order");
    assert!(!row.contains('*'), "{row}");
}
