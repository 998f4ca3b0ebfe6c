//! One change for the marked rows of a list: previewed row by row, confirmed by their number, told row by row.

use madoguchi::flow::{Command, Effect};
use madoguchi::sandbox::faults::{Fault, Order, System};
use serde_json::json;

use super::common::Desk;

/// The list of all open cases, and the numbers of its first three, which are new.
async fn open_cases() -> (Desk, Vec<String>) {
    let mut desk = Desk::open().await;
    desk.press("pagedown up up up up up enter").await.assert_shows("Cases: all open");
    let mut numbers = Vec::new();
    for _ in 0..3 {
        numbers.push(desk.row().split_whitespace().next().unwrap().to_owned());
        desk.press("down").await;
    }
    for number in &numbers {
        set_status(&desk, number, "New");
    }
    desk.press("g").await;
    (desk, numbers)
}

fn set_status(desk: &Desk, number: &str, status: &str) {
    desk.sandbox.change(|world| {
        let id = world
            .salesforce
            .rows("Case")
            .find(|row| row.text("CaseNumber") == number)
            .map(|it| it.id().to_string())
            .unwrap();
        world.salesforce.update(&id, json!({ "Status": status }).as_object().unwrap().clone()).unwrap();
    });
}

fn status(desk: &Desk, number: &str) -> String {
    desk.sandbox.look(|world| {
        let mut cases = world.salesforce.rows("Case");
        cases.find(|row| row.text("CaseNumber") == number).unwrap().text("Status").to_owned()
    })
}

fn begun(desk: &Desk) -> usize {
    desk.effects.iter().filter(|it| matches!(it, Effect::Run(Command::BeginRows(..)))).count()
}

#[tokio::test]
async fn marked_rows_are_changed_after_their_number_was_typed_and_each_tells_what_came_of_it() {
    let (mut desk, numbers) = open_cases().await;
    set_status(&desk, &numbers[1], "Escalated");
    desk.press("space space space c").await.assert_shows("For 3 marked: Change a case's status");
    desk.assert_hides("Add data");
    desk.type_text("status");
    desk.press("enter").await.assert_shows("3 marked rows");
    desk.press("e enter").await;
    desk.assert_shows("2 of 3 will be changed").assert_shows("It is so already").assert_shows("will be changed");
    // Typed before the plans could be seen, and typed wrong: neither counts.
    desk.press("2 enter").await;
    desk.pass_seconds(1).press("3 enter").await.assert_shows("not what was asked for");
    assert_eq!(begun(&desk), 0);
    desk.press("2 enter").await.assert_shows("2 done, 0 not, 0 not begun");
    assert_eq!(begun(&desk), 1);
    assert_eq!(numbers.iter().map(|it| status(&desk, it)).collect::<Vec<_>>(), ["Escalated"; 3]);
    desk.press("y").await;
    let copied = desk.copied().unwrap();
    assert_eq!(copied.lines().count(), 3, "{copied}");
    assert!(copied.contains("It is so already") && copied.contains("C-0"), "{copied}");
    desk.press("enter").await.assert_shows("Cases: all open");
}

#[tokio::test]
async fn one_row_without_a_mark_is_the_one_under_the_cursor_and_a_macro_is_for_many_too() {
    let (mut desk, _) = open_cases().await;
    desk.press("c").await.assert_shows("For 1 marked: Take a case").assert_shows("For 1 marked: Run a macro");
    desk.press("esc space space c").await.type_text("macro");
    desk.press("enter o").await.assert_shows("2 marked rows").assert_shows("Dear …,");
    desk.press("enter").await.assert_shows("2 of 2 will be changed");
    desk.pass_seconds(1).press("2 enter").await.assert_shows("2 done, 0 not, 0 not begun");
    let said = desk.sandbox.look(|world| {
        let comments = world.salesforce.rows("CaseComment");
        let texts = comments.map(|row| row.text("CommentBody").to_owned());
        texts.filter(|text| text.contains("There is an outage") || text.contains("障害が発生")).collect::<Vec<_>>()
    });
    assert_eq!(said.len(), 2);
    assert!(said.iter().all(|text| !text.contains('…') && !text.contains('{')), "each has its own name: {said:?}");
}

#[tokio::test]
async fn rows_that_a_system_kept_from_being_begun_wait_in_the_operations_and_are_gone_on_with() {
    let (mut desk, numbers) = open_cases().await;
    desk.press("space space space c").await.type_text("status");
    desk.press("enter e enter").await.assert_shows("3 of 3 will be changed");
    desk.sandbox.misbehave(Order::on(System::Salesforce, Fault::DropBefore));
    desk.pass_seconds(1).press("3 enter").await.assert_shows("2 not begun").assert_shows("m go on with the rest");
    desk.sandbox.behave();
    desk.press("esc o").await.assert_shows("not begun").assert_shows("m go on with all its rows");
    desk.press("m").await.assert_shows("done");
    desk.press("esc").await.press("r").await;
    assert_eq!(numbers.iter().map(|it| status(&desk, it)).collect::<Vec<_>>(), ["Escalated"; 3]);
}
