//! Subscriptions: the services, what belongs to each, and what else each could be.

use super::common::Desk;

#[tokio::test]
async fn a_service_shows_what_the_other_systems_hold_of_it() {
    let mut desk = Desk::open().await;
    desk.resize(160, 60).open_customer("Emma Lindqvist").await.press("2 down down").await;
    for words in
        ["SIM Voice 10GB", "Opportunity (Salesforce) · now", "Stage", "Active", "Line (Freebit)", "Add-ons · now"]
    {
        desk.assert_shows(words);
    }
    assert!(!desk.screen().join("\n").contains("differs"), "{}", desk.screen().join("\n"));
}

#[tokio::test]
async fn a_line_that_ended_at_freebit_and_is_billed_is_marked_with_both_values() {
    let mut desk = Desk::open().await;
    desk.resize(160, 50).open_customer("Dvořák").await.press("2").await;
    desk.assert_shows("✗ differs").assert_shows("WHMCS: Active / Freebit: Ended");
}

#[tokio::test]
async fn a_cancellation_request_stands_on_its_service() {
    let mut desk = Desk::open().await;
    desk.resize(160, 50).open_customer("蓮見").await.press("2").await;
    desk.assert_shows("end of billing period");
    desk.press("] ]").await.assert_shows("▸Cancellations").assert_shows("end of billing period");
    desk.press("enter enter").await.assert_shows("▸Services");
}

#[tokio::test]
async fn another_plan_is_quoted_and_nothing_is_changed() {
    let mut desk = Desk::open().await;
    desk.resize(160, 50).open_customer("Emma Lindqvist").await.press("2 down down").await;
    desk.click("prices and quote").await.click("prices and quote").await;
    desk.assert_shows("▸Other plans").assert_shows("WHMCS's quote · now");
    assert!(desk.row().trim_start().starts_with("3 SIM"), "the plans of that service: {}", desk.row());
    desk.assert_shows("To pay now").assert_shows("Days left").assert_shows("nothing is changed or ordered");
    desk.press("-").await.assert_shows("▸Services");
}

#[tokio::test]
async fn add_ons_lead_to_their_service() {
    let mut desk = Desk::open().await;
    desk.resize(160, 50).open_customer("C-000010").await.press("2 ]").await;
    desk.assert_shows("Device insurance").assert_shows("Roaming data pass").assert_shows("¥330");
    desk.press("enter down down enter").await.assert_shows("▸Services").assert_shows("Device insurance · Active");
    desk.press("-").await.assert_shows("▸Add-ons");
}

#[tokio::test]
async fn other_plans_are_plans_and_not_what_comes_beside_them() {
    let mut desk = Desk::open().await;
    desk.resize(160, 60).open_customer("C-000001").await.press("2").await;
    for _ in 0..4 {
        if desk.screen().iter().any(|line| line.contains("▸Other plans")) {
            break;
        }
        desk.press("]").await;
    }
    desk.assert_shows("▸Other plans").assert_shows("Gold");
    for beside in ["Hikari Denwa", "Installation", "Weekend"] {
        desk.assert_hides(beside);
    }
}
