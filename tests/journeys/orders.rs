//! Orders: both systems in one list, the look through one of them, the opportunities.

use madoguchi::sandbox::faults::System;

use super::common::Desk;

#[tokio::test]
async fn an_order_that_stopped_says_where_why_and_what_to_do() {
    let mut desk = Desk::open().await;
    desk.resize(120, 40);
    for (typed, step, why, what) in [
        ("Karim Haddad", " 1 Validate", "no pay method to charge", "add a pay method"),
        ("Inés Lopez", " 2 Activating", "event was lost", "Reactivate"),
        ("Svensson", " 3 SIM at Freebit", "(210)", "Register the card"),
        ("Kofi Mensah", " 4 Activated", "line could not be seen", "Read the line first"),
        ("Giulia Ferrari", " 5 Map products", "has no WHMCS product", "Give the product"),
        ("Marek Novak", " 6 Order at WHMCS", "never came to WHMCS", "order only if"),
        ("Salma Ibrahim", " 7 Accept", "not accepted", "Accept the pending order"),
        ("Jansen", " 8 Write ids back", "lacks its ids", "set it to Processed"),
        ("Paolo Rossi", " 3 SIM at Freebit", "(400-356)", "another combination"),
    ] {
        desk.open_customer(typed).await.press("4 ]").await.assert_shows("X-ray");
        let row = desk.row();
        assert!(row.contains(step), "{typed}: {row}\n{}", desk.screen().join("\n"));
        desk.assert_shows(why).assert_shows(what);
    }
}

#[tokio::test]
async fn a_key_on_an_order_looks_through_it_and_back() {
    let mut desk = Desk::open().await;
    desk.resize(160, 40).open_customer("Kofi Mensah").await.press("4").await;
    let row = desk.row();
    let number = row.split_whitespace().find(|word| word.len() == 8 && word.bytes().all(|b| b.is_ascii_digit()));
    let number = number.unwrap_or_else(|| panic!("an order's number in {row}")).to_owned();
    desk.press("X").await.assert_shows("Salesforce").assert_shows("Worker").assert_shows(&number);
    desk.press("-").await;
    assert_eq!(desk.row(), row, "back on the order");
}

#[tokio::test]
async fn the_orders_line_is_read_once_and_no_other() {
    let mut desk = Desk::open().await;
    desk.open_customer("Rui Duarte").await;
    let read = |desk: &Desk| desk.sandbox.counts()[&System::Freebit].get("/emptool/api/mvno/getDetail/").copied();
    let before = read(&desk);
    desk.press("4 ]").await;
    let after = read(&desk);
    assert!(after <= before.map(|n| n + 1), "{before:?} → {after:?}");
    desk.press("j j j k").await;
    assert_eq!(read(&desk), after, "moving about reads nothing");
}

#[tokio::test]
async fn an_opportunity_tells_its_end_for_internet_and_sim_apart() {
    let mut desk = Desk::open().await;
    desk.resize(160, 40).open_customer("蓮見").await.press("4 ] ]").await;
    desk.assert_shows("△Cancelling").assert_shows("SIM cancellation").assert_shows("有 received");
    desk.assert_hides("Internet cancellation");
    desk.open_customer("Schneider").await.press("4 ] ]").await;
    desk.assert_shows("Internet cancellation").assert_shows("NotYet").assert_hides("SIM cancellation");
}

#[tokio::test]
async fn a_whmcs_order_is_looked_through_as_the_order_it_came_from() {
    let mut desk = Desk::open().await;
    desk.open_customer("C-000026").await.press("4").await;
    let whmcs = desk.screen().iter().position(|line| line.contains(" WH ") && line.contains("Active")).unwrap();
    let salesforce = desk.screen().iter().position(|line| line.contains(" SF ") && line.contains("Approved")).unwrap();
    assert!(whmcs < salesforce, "the newer WHMCS order is under the cursor");
    desk.press("X").await;
    desk.assert_shows("Write ids back");
}

#[tokio::test]
async fn the_keys_of_the_details_work_beside_the_steps() {
    let mut desk = Desk::open().await;
    desk.resize(180, 24).open_customer("Kofi Mensah").await.press("4 ]").await.assert_shows("d detail");
    let ordinary = desk.find("Details").x;
    desk.press("<").await;
    assert!(desk.find("Details").x < ordinary, "wider");
    desk.press("> >").await;
    assert!(desk.find("Details").x > ordinary, "narrower");
    let narrow = desk.find("Details").x;
    desk.press("d").await.assert_hides("Details");
    // How somebody likes it is kept for the next customer.
    desk.open_customer("Inés Lopez").await.press("4 ]").await.assert_shows("▸X-ray").assert_hides("Details");
    desk.press("d").await;
    assert_eq!(desk.find("Details").x, narrow);
    let (top, cursor) = (desk.resize(80, 24).screen(), desk.row());
    desk.press("J").await;
    assert_ne!(desk.screen(), top, "scrolled");
    assert_eq!(desk.row(), cursor, "and still on the same step");
    desk.press("K").await;
    assert_eq!(desk.screen(), top);
}

#[tokio::test]
async fn what_is_no_list_keeps_the_key_of_the_search() {
    let mut desk = Desk::open().await;
    desk.resize(120, 60).open_customer("Kofi Mensah").await.press("4 ] ?").await;
    for said in ["Show or hide the detail pane", "Larger detail pane", "Scroll the details down"] {
        desk.assert_shows(said);
    }
    desk.assert_hides("Sort by");
    desk.press("esc /").await.assert_shows("leave the box");
    // A page without details does not offer their keys.
    desk.press("esc esc 1 ?").await.assert_shows("What works here").assert_hides("detail pane");
    desk.press("esc : d e t a i l").await.assert_shows("needs details");
}
