//! Billing: what is owed, what was paid, what was written about it.

use madoguchi::flow::{Input, Msg};
use madoguchi::sandbox::faults::System;

use super::common::Desk;

/// How often WHMCS was asked for this.
fn calls(desk: &Desk, action: &str) -> u64 {
    let counts = desk.sandbox.counts();
    counts.get(&System::Whmcs).and_then(|by| by.get(action)).copied().unwrap_or(0)
}

#[tokio::test]
async fn did_my_payment_go_through() {
    let mut desk = Desk::open().await;
    desk.resize(160, 50).open_customer("Okafor").await.press("3").await;
    // Overdue since when and what is left, in the row; what would be charged, items and payments beside it.
    desk.assert_shows("Overdue").assert_shows("12 d");
    assert_eq!(desk.line_with("12 d").matches("¥5,280").count(), 2, "total and what is left");
    for words in ["Would be charged", "The first on file", "Items · now", "Payments", "No payment on it"] {
        desk.assert_shows(words);
    }
    desk.assert_shows("Without tax").assert_shows("¥4,800");
    // The payments of all invoices are one page on, and lead back.
    desk.press("]").await.assert_shows("Transaction (WHMCS)").assert_shows("stripe");
    desk.press("enter").await;
    for _ in 0..6 {
        // Enter does nothing on a value that leads nowhere.
        if desk.press("enter").await.screen()[2].contains("▸Invoices") {
            break;
        }
        desk.press("down").await;
    }
    desk.assert_shows("▸Invoices").assert_shows("✓ Paid");
    desk.press("-").await.assert_shows("▸Transactions");
}

#[tokio::test]
async fn a_link_from_a_month_leads_to_the_invoice_and_back() {
    let mut desk = Desk::open().await;
    desk.resize(120, 40).open_customer("Okafor").await.press("3 [").await;
    desk.assert_shows("▸Months").assert_shows("¥5,280, ¥5,280 open").assert_shows("Its invoices");
    desk.press("enter G enter").await.assert_shows("▸Invoices").assert_shows("Left to pay");
    desk.press("-").await.assert_shows("▸Months");
}

#[tokio::test]
async fn months_say_over_how_many_invoices_they_count() {
    let mut desk = Desk::open().await;
    desk.resize(120, 40).open_customer("Zimmermann").await.press("3 [").await;
    let all = desk.screen().join("\n");
    assert!(all.contains("of 400 invoices") || !all.contains("of 400 read"), "{all}");
}

#[tokio::test]
async fn an_invoice_is_shown_as_text_and_copied() {
    let mut desk = Desk::open().await;
    desk.open_customer("Okafor").await.press("3").await.press("i").await;
    for words in ["Invoice: ", "Name: Chidi Okafor", "Without tax: ¥4,800", "Left to pay: ¥5,280", "y copies this"] {
        desk.assert_shows(words);
    }
    desk.press("y").await.assert_shows("this was written to the audit log");
    assert_eq!(desk.audited().len(), 1, "it holds the customer's name");
    let text = desk.copied().unwrap();
    assert!(text.starts_with("Invoice: ") && text.ends_with("Left to pay: ¥5,280"), "{text}");
    assert!(!text.contains("example.jp") && !text.contains("090"), "{text}");
    desk.press("i").await.assert_hides("Name: Chidi Okafor");
    desk.press("L i").await.assert_shows("残額: ¥5,280");
}

#[tokio::test]
async fn who_is_late_is_filtered_by_days() {
    let mut desk = Desk::open().await;
    desk.open_customer("Okafor").await.press("3").await.assert_shows("73 d").assert_shows("43 d");
    desk.press("/").await.type_text("late:>60").settle().await;
    desk.assert_shows("73 d").assert_hides("43 d").assert_hides("Nothing matches");
}

#[tokio::test]
async fn a_text_that_was_opened_before_its_items_were_read_follows() {
    let mut desk = Desk::open().await;
    desk.open_customer("Okafor").await.keys("3 i").assert_shows("What it is for is not read yet");
    desk.settle().await;
    desk.assert_shows("Without tax: ¥4,800").assert_hides("What it is for is not read yet");
    assert!(desk.press("y").await.copied().unwrap().contains("Without tax: ¥4,800"));
}

#[tokio::test]
async fn a_line_named_in_an_item_is_masked_in_the_sheet_and_in_the_text() {
    let mut desk = Desk::open().await;
    desk.resize(160, 40).open_customer("高瀬").await.press("3").await;
    desk.assert_shows("SIM Data Top-up: 1GB for *******0002");
    desk.press("i").await.assert_shows("*******0002").assert_hides("09002000002");
    desk.press("esc R i").await.assert_shows("09002000002");
}

#[tokio::test]
async fn credit_is_told_by_what_whmcs_says_is_left() {
    let mut desk = Desk::open().await;
    desk.open_customer("小田切").await.press("3 ] ]").await;
    desk.assert_shows("Credit left  ¥1,500").assert_shows("▸Credits");
}

#[tokio::test]
async fn pay_methods_say_what_their_end_means_and_stay_masked() {
    let mut desk = Desk::open().await;
    desk.open_customer("Bellini").await.press("3 ] ] ]").await;
    desk.assert_shows("✗ expired").assert_shows("****").assert_shows("default, assumed");
    desk.assert_shows("Never take card numbers by phone");
    desk.open_customer("Jonas Weber").await.press("3 ] ] ]").await;
    desk.assert_shows("ends soon").assert_shows("does not end");
}

#[tokio::test]
async fn mails_that_failed_say_why_and_bodies_wait_for_a_reveal() {
    let mut desk = Desk::open().await;
    desk.resize(160, 40).open_customer("Bellini").await.press("3 [ [").await;
    desk.assert_shows("▸E-mails").assert_shows("✗ Failed").assert_shows("m***@example.jp");
    desk.assert_shows("Hidden: it may hold a password");
    desk.press("R").await.assert_hides("Hidden: it may hold").assert_shows("marco.bellini@example.jp");
    desk.press("s s g").await.assert_shows("Reason");
}

#[tokio::test]
async fn whmcs_9_says_that_an_invoice_cannot_be_changed() {
    let mut desk = Desk::open().await;
    desk.resize(120, 40).open_customer("Okafor").await.press("3").await;
    desk.assert_shows("WHMCS 9: a published invoice cannot be");
}

#[tokio::test]
async fn nobody_is_asked_twice_and_running_over_rows_costs_nothing() {
    let mut desk = Desk::open().await;
    desk.open_customer("Emma Lindqvist").await.press("3").await;
    assert_eq!(calls(&desk, "GetTransactions"), 0, "nothing is open, so nobody asks what is left");
    desk.press("] [ ]").await;
    assert_eq!(calls(&desk, "GetTransactions"), 1, "the payments, once");
    desk.press("[").await;
    let before = calls(&desk, "GetInvoice");
    desk.keys("down down down down down").settle().await;
    assert_eq!(calls(&desk, "GetInvoice") - before, 1, "only the invoice where the cursor rests is read");
    desk.press("up down").await;
    assert_eq!(calls(&desk, "GetInvoice") - before, 2, "the one above, and none twice");
}

#[tokio::test]
async fn nothing_is_said_to_be_nothing() {
    let mut desk = Desk::open().await;
    desk.open_customer("Esther Empty").await.press("3").await.assert_shows("Nothing here");
    for page in ["Transactions", "Credits", "Pay methods", "E-mails", "Months"] {
        desk.press("]").await.assert_shows(&format!("▸{page}")).assert_shows("Nothing here");
    }
}

#[tokio::test]
async fn items_of_a_new_invoice_are_pasted_in_lines_and_each_is_in_the_plan() {
    let mut desk = Desk::open().await;
    desk.resize(120, 40).open_customer("Okafor").await.press("v 1 2 enter").await.press("3 I").await;
    desk.assert_shows("New invoice");
    desk.handle(Msg::Input(Input::Paste("Router 1000\nCable 500\n".to_owned())));
    desk.assert_shows("Router 1000; Cable 500");
    desk.press("enter").await.assert_shows("Router: ¥1,000").assert_shows("Cable: ¥500").assert_shows("¥1,500");
    // What ran together is said beside the field, and nothing is billed in its place.
    desk.press("esc").await;
    desk.press("ctrl-u").await.type_text("Router 1000 Cable 500");
    desk.press("enter").await.assert_shows("holds a sum itself").assert_hides("Cable: ¥500");
}

/// A template is chosen by what it is called, and none before somebody chose.
#[tokio::test]
async fn the_templates_of_emails_are_offered() {
    let mut desk = Desk::open().await;
    desk.open_customer("C-000007").await.press("v 1 2 enter 3").await;
    desk.keys("E").assert_shows("until their list is read");
    desk.settle().await;
    desk.assert_shows("< - >").assert_hides("until their list is read");
    desk.press("enter").await.assert_shows("Needed");
    desk.press("i").await.assert_shows("Invoice Created · about an invoice");
    desk.press("c c").await;
    desk.assert_shows("Credit Card Payment Failed · about an invoice");
    desk.press("s enter")
        .await
        .assert_shows("Service Suspension Notification · about a service")
        .assert_shows("Needed");
    desk.press("right enter").await.assert_shows("Send “Service Suspension Notification”");
}

/// What was typed before they were read chooses from them.
#[tokio::test]
async fn a_template_typed_ahead_is_the_one_that_is_chosen() {
    let mut desk = Desk::open().await;
    desk.open_customer("C-000007").await.press("v 1 2 enter 3").await;
    desk.keys("E").type_text("client s");
    desk.settle().await;
    desk.assert_shows("< Client Signup Email >");
    desk.press("enter").await.assert_shows("Send “Client Signup Email”").assert_shows("***@example.jp");
}
