//! Support: whose case it is, what is owed until when, what was said in it, and what was promised.

use madoguchi::flow::Effect;
use madoguchi::sandbox::faults::System;
use serde_json::json;

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
async fn a_deadline_of_a_talk_that_is_not_read_is_marked_and_ones_own_answer_counts_at_once() {
    let mut desk = Desk::open().await;
    desk.resize(160, 60).open_customer("Sylvie Morel").await.keys("6");
    assert!(desk.line_with("00000007").contains("? "), "{}", desk.line_with("00000007"));
    desk.settle().await;
    desk.press("g").await;
    assert!(!desk.line_with("00000007").contains("? "), "{}", desk.line_with("00000007"));
    desk.press("e").await.type_text("out");
    desk.press("enter").await.pass_seconds(1).press("y").await.assert_shows("Answer a case: done");
    assert!(desk.line_with("00000007").contains("answered"), "{}", desk.line_with("00000007"));
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

#[tokio::test]
async fn what_somebody_wrote_shows_nobodys_number_before_it_is_revealed() {
    let mut desk = Desk::open().await;
    desk.sandbox.change(|world| {
        let case = world.salesforce.rows("Case").find(|row| row.text("CaseNumber") == "00000007").unwrap();
        let id = case.id().to_string();
        let said = json!({
            "Subject": "Call 090 0200 0002",
            "Description": "PUK 12345678, ０９０－０２００－０００２, misaki@example.jp",
        });
        world.salesforce.update(&id, said.as_object().unwrap().clone()).unwrap();
        let said = json!({ "ParentId": id, "CommentBody": "Said +81 90 0200 0002", "IsPublished": true });
        world.salesforce.insert("CaseComment", said.as_object().unwrap().clone()).unwrap();
    });
    desk.resize(160, 60).open_customer("Sylvie Morel").await.press("6").await;
    desk.keys("f").type_text("00000007");
    desk.press("enter").await.assert_shows("Call *** **** 0002").assert_shows("***－****－０００２, m***@example.jp");
    desk.assert_shows("Said +** ** **** 0002").assert_hides("0200").assert_hides("０２００").assert_hides("12345678");
    // What is written to a file or marked is what is seen.
    desk.press("ctrl-e enter").await;
    let content = desk.effects.iter().find_map(|it| match it {
        Effect::Export { content, .. } => Some(content.clone()),
        _ => None,
    });
    assert!(content.is_some_and(|it| it.contains("*** **** 0002") && !it.contains("0200")));
    desk.press("1 ]").await.assert_shows("Call *** **** 0002").assert_hides("0200");
    desk.press("6 R").await.assert_shows("Call 090 0200 0002").assert_shows("misaki@example.jp");
    desk.assert_shows("Said +81 90 0200 0002").assert_shows("PUK ****").assert_hides("12345678");
}

/// The comments of the customer's case that hold these words.
fn written(desk: &Desk, words: &str) -> usize {
    desk.sandbox.look(|world| {
        world.salesforce.rows("CaseComment").filter(|row| row.text("CommentBody").contains(words)).count()
    })
}

/// Support of a customer, with the cursor on case 00000007.
async fn with_case() -> Desk {
    let mut desk = Desk::open().await;
    desk.open_customer("Sylvie Morel").await.press("6").await.assert_shows("00000007");
    desk
}

#[tokio::test]
async fn what_is_answered_on_a_ticket_does_not_go_to_the_only_case() {
    let mut desk = with_case().await;
    for _ in 0..10 {
        if desk.press("down").await.row().contains("Ticket") {
            break;
        }
    }
    assert!(desk.row().contains("Ticket"), "{}", desk.row());
    for key in ["e", "m", "p"] {
        desk.press(key).await.assert_shows("Tickets are answered in WHMCS").assert_hides("The customer reads");
        assert!(desk.row().contains("Ticket"), "{}", desk.row());
    }
}

#[tokio::test]
async fn a_macro_answers_sets_the_status_and_reminds_with_one_key_and_its_letter() {
    let mut desk = with_case().await;
    desk.press("p").await.assert_shows("Run a macro on a case").assert_shows("received");
    // A letter chooses; what the customer will read stands below, and fields that its text has no gap for are not asked.
    desk.press("o").await.assert_shows("outage").assert_shows("The customer reads").assert_shows("Dear Sylvie Morel,");
    desk.assert_hides("Amount").assert_hides("Link");
    desk.press("tab").await.assert_shows("Sylvie Morel 様").assert_hides("Dear Sylvie Morel,");
    desk.press("ctrl-t").await.assert_shows("Sylvie Morel 様").assert_shows("Dear Sylvie Morel,");
    desk.press("tab enter").await.assert_shows("Macro outage").assert_shows("Remind you of the case");
    desk.pass_seconds(1).press("y").await.assert_shows("Macro outage: done");
    assert_eq!((written(&desk, "There is an outage"), written(&desk, "障害が発生")), (1, 0));
}

#[tokio::test]
async fn what_is_missing_in_a_text_is_named_and_the_text_cannot_be_sent() {
    let mut desk = with_case().await;
    desk.press("p c").await.assert_shows("Cannot be sent so, still missing: invoice, amount, link");
    desk.assert_shows("Invoice {invoice} of {amount}");
    desk.press("ctrl-s").await.assert_hides("What is written").assert_shows("Needed");
    desk.press("down").await.type_text("3300");
    desk.press("down").await.type_text("https://portal.example.jp/?sso=1");
    desk.press("enter").await.assert_shows("would sign its reader in").assert_shows("Invoice {invoice} of ¥3,300");
    assert_eq!(written(&desk, "could not be paid"), 0);
}

#[tokio::test]
async fn an_answer_outlives_a_salesforce_that_is_down_and_is_sent_when_it_is_back() {
    let mut desk = with_case().await;
    desk.press("e").await.type_text("out");
    desk.press("tab").await.assert_shows("Sylvie Morel 様");
    desk.refuse(System::Salesforce);
    desk.press("enter").await.assert_shows("refused by the test");
    desk.press("esc").await.assert_shows("Sylvie Morel 様");
    desk.press("esc").await.assert_shows("What was typed is kept");
    desk.sandbox.behave();
    desk.press("e").await.assert_shows("What was typed is back").assert_shows("Sylvie Morel 様");
    desk.press("enter").await.pass_seconds(1).press("y").await.assert_shows("Answer a case: done");
    assert_eq!((written(&desk, "障害が発生"), written(&desk, "There is an outage")), (1, 0));
}

#[tokio::test]
async fn a_case_that_a_colleague_changed_meanwhile_says_so_and_nothing_is_sent() {
    let mut desk = with_case().await;
    desk.press("p o enter").await.assert_shows("Macro outage");
    desk.pass_seconds(1);
    let case = desk.sandbox.look(|world| {
        let mut cases = world.salesforce.rows("Case");
        cases.find(|row| row.text("CaseNumber") == "00000007").unwrap().id().to_string()
    });
    desk.sandbox.advance(jiff::SignedDuration::from_secs(5));
    desk.sandbox.change(|world| {
        let fields = serde_json::json!({ "Status": "Escalated" });
        world.salesforce.update(&case, fields.as_object().unwrap().clone()).unwrap();
    });
    desk.press("y").await.assert_shows("Macro outage: nothing was changed").assert_shows("omebody changed");
    assert_eq!(written(&desk, "There is an outage"), 0);
}

#[tokio::test]
async fn a_second_case_about_the_same_is_said_in_the_first_one_with_one_key() {
    let mut desk = with_case().await;
    let mut made = 0;
    for _ in 0..2 {
        desk.press("C").await.type_text("Slow at night");
        desk.press("down").await.type_text("It is slow from nine on.");
        desk.press("enter").await.pass_seconds(1);
        if desk.screen().iter().any(|line| line.contains("i Comment")) {
            break;
        }
        desk.press("y").await.assert_shows("Open a case: done");
        desk.pass_seconds(10);
        made += 1;
    }
    desk.assert_shows("i Comment").assert_shows("Is this right?");
    desk.press("i").await.assert_shows("It is slow from nine on.");
    desk.pass_seconds(1).press("y").await;
    assert_eq!(written(&desk, "It is slow from nine on."), 1);
    let cases = desk
        .sandbox
        .look(|world| world.salesforce.rows("Case").filter(|row| row.text("Subject") == "Slow at night").count());
    assert_eq!(cases, made);
}

#[tokio::test]
async fn a_case_opened_from_an_invoice_names_it() {
    let mut desk = Desk::open().await;
    desk.open_customer("Sylvie Morel").await.press("3 c").await.type_text("open a case");
    desk.press("enter").await.assert_shows("Open a case").assert_shows("Invoice");
    desk.type_text("Wrong amount");
    desk.press("down").await.type_text("Asks why.");
    desk.press("enter").await.pass_seconds(1).press("y").await.assert_shows("Open a case: done");
    let told = desk.sandbox.look(|world| {
        let mut cases = world.salesforce.rows("Case");
        cases.find(|row| row.text("Subject") == "Wrong amount").unwrap().text("Description").to_owned()
    });
    assert!(told.starts_with("Asks why.\n\nInvoice: "), "{told}");
}
