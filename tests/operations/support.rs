//! Cases: opened, commented, answered, handed on; refused, stale, and with the answer lost.

use madoguchi::domain::change::{Reader, Values, What, spec};
use madoguchi::domain::office::Office as House;
use madoguchi::domain::operation::CheckState;
use madoguchi::domain::phone::Fixtures;
use madoguchi::flow::PlanRefused;
use madoguchi::sandbox::faults::{Fault, Order, System};
use madoguchi::sandbox::salesforce::cell::Cell;
use serde_json::json;

use super::{Office, word};

/// A case of Sylvie Morel's.
const WHO: &str = "C-000036";
const CASE: &str = "00000007";

/// The bodies of comments with these words, and whether the customer can read them.
fn comments(office: &Office, words: &str) -> Vec<bool> {
    office.world(|world| {
        let rows = world.salesforce.rows("CaseComment").filter(|row| row.text("CommentBody").contains(words));
        rows.map(|row| row.get("IsPublished") == Some(&Cell::Bool(true))).collect()
    })
}

fn case_id(office: &Office) -> String {
    office.world(|world| {
        let mut cases = world.salesforce.rows("Case");
        cases.find(|row| row.text("CaseNumber") == CASE).unwrap().id().to_string()
    })
}

fn case_field(office: &Office, field: &str) -> String {
    let id = case_id(office);
    office.world(|world| world.salesforce.get(&id).unwrap().text(field).to_owned())
}

fn wrong(verb: &str, fields: &[(&str, &str)]) -> Vec<&'static str> {
    let spec = spec(verb).unwrap();
    let values: Values = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let house = House::default();
    let mut reader = Reader::new(spec, &values, &house, super::NOW.parse().unwrap(), Fixtures::Allowed);
    assert_eq!(What::read(spec, &mut reader), None, "{verb}: {fields:?}");
    reader.wrong().into_iter().map(|wrong| wrong.field).collect()
}

#[tokio::test]
async fn a_comment_is_written_once_whatever_becomes_of_the_answer() {
    let office = Office::open().await;
    for (n, fault) in [None, Some(Fault::DropAfter), Some(Fault::DropBefore)].into_iter().enumerate() {
        let text = format!("Called back, take {n}.");
        let plan = office.plan(WHO, "comment", &[("case", "7"), ("text", &text)]).await;
        if let Some(fault) = fault.clone() {
            office.sandbox.misbehave(Order::on(System::Salesforce, fault).matching("sobjects/CaseComment").times(1));
        }
        let view = office.confirm(&plan).await;
        let expected = if fault == Some(Fault::DropBefore) { ("undone", 0) } else { ("done", 1) };
        assert_eq!((word(&view.state), comments(&office, &text).len()), expected, "{fault:?}: {view:#?}");
    }
    assert_eq!(comments(&office, "Called back, take 0."), [false], "for colleagues alone");
    // The same words said again are another comment.
    let view = office.carry(WHO, "comment", &[("case", CASE), ("text", "Called back, take 0.")]).await;
    assert_eq!((word(&view.state), comments(&office, "Called back, take 0.").len()), ("done", 2));
}

#[tokio::test]
async fn a_reply_is_whole_or_not_sent() {
    let office = Office::open().await;
    assert_eq!(wrong("reply", &[("case", CASE), ("template", "pay")]), ["invoice", "amount", "link"]);
    assert_eq!(wrong("reply", &[("case", CASE), ("template", "id")]), ["template"]);
    assert_eq!(wrong("reply", &[("template", "outage")]), ["case"]);
    for link in ["http://example.jp/", "https://example.jp/?sso=1", "javascript:alert(1)"] {
        assert_eq!(wrong("reply", &[("case", CASE), ("template", "eligible"), ("link", link)]), ["link"], "{link}");
    }
    let fields =
        [("case", CASE), ("template", "eligible"), ("language", "both"), ("link", "https://portal.example.jp/order")];
    let view = office.carry(WHO, "reply", &fields).await;
    assert_eq!(word(&view.state), "done", "{view:#?}");
    assert_eq!(comments(&office, "Dear Sylvie Morel,"), [true]);
    assert_eq!(comments(&office, "Sylvie Morel 様\n"), [true]);
    assert!(comments(&office, "{").is_empty());
}

#[tokio::test]
async fn a_case_that_somebody_else_changed_is_not_overwritten() {
    let office = Office::open().await;
    let plan = office.plan(WHO, "case-status", &[("case", CASE), ("status", "closed")]).await;
    let id = case_id(&office);
    office.pass(jiff::SignedDuration::from_mins(1));
    office.sandbox.change(|world| {
        world.salesforce.update(&id, json!({ "Status": "Escalated" }).as_object().unwrap().clone()).unwrap();
    });
    let view = office.confirm(&plan).await;
    assert_eq!((word(&view.state), &*case_field(&office, "Status")), ("undone", "Escalated"), "{view:#?}");
    let view = office.carry(WHO, "case-status", &[("case", CASE), ("status", "awaiting-customer")]).await;
    assert_eq!((word(&view.state), &*case_field(&office, "Status")), ("done", "Awaiting Customer"));
    let plan = office.plan(WHO, "case-status", &[("case", CASE), ("status", "awaiting-customer")]).await;
    assert!(plan.blocked().is_some(), "it is so already");
}

#[tokio::test]
async fn a_case_is_given_to_a_person_or_a_queue_that_exists() {
    let office = Office::open().await;
    let view = office.carry(WHO, "case-assign", &[("case", CASE), ("owner", "Billing")]).await;
    assert_eq!(word(&view.state), "done", "{view:#?}");
    let back = view.inverse.unwrap();
    let view = office.carry(WHO, "case-take", &[("case", CASE)]).await;
    assert_eq!(word(&view.state), "done");
    assert!(case_field(&office, "OwnerId").starts_with("005"));
    assert_eq!(back.what.verb(), "case-assign");
    let who = office.customer(WHO).await;
    for owner in ["Nobody Here", "' OR Name != '"] {
        let change = office.change(&who, "case-assign", &[("case", CASE), ("owner", owner)]);
        let Err(PlanRefused::Wrong(wrong)) = office.try_plan(change).await else { panic!("{owner} is nobody") };
        assert_eq!(wrong[0].field, "owner");
    }
    let other = office.customer("C-000001").await;
    let change = office.change(&other, "case-take", &[("case", CASE)]);
    let Err(PlanRefused::Wrong(wrong)) = office.try_plan(change).await else { panic!("it is another customer's") };
    assert_eq!(wrong[0].field, "case");
}

#[tokio::test]
async fn a_case_is_opened_and_a_second_one_is_doubted() {
    let office = Office::open().await;
    let fields = [("subject", "No data"), ("text", "Since noon."), ("type", "problem"), ("line", "09002000001")];
    let plan = office.plan("C-000001", "case", &fields).await;
    let view = office.confirm(&plan).await;
    assert_eq!(word(&view.state), "done", "{view:#?}");
    let kept = office.world(|world| {
        let made = world.salesforce.rows("Case").filter(|row| row.text("Subject") == "No data");
        made.map(|row| (row.text("Description").to_owned(), row.text("Type").to_owned())).collect::<Vec<_>>()
    });
    assert_eq!(kept, [("Since noon.\n\nLine: 09002000001".to_owned(), "Problem".to_owned())]);
    let again = office.plan("C-000001", "case", &fields).await;
    let doubted = again.checks.iter().any(|check| matches!(check.state, CheckState::Warns(_)));
    assert!(doubted && again.instead.iter().any(|it| it.what.verb() == "comment"), "{again:#?}");
}

/// Subjects and reminders of the tasks about a case.
fn tasks(office: &Office) -> Vec<(String, String)> {
    office.world(|world| {
        let rows = world.salesforce.rows("Task").filter(|row| row.text("Subject").starts_with("Case 00000007:"));
        rows.map(|row| (row.text("Subject").to_owned(), format!("{:?}", row.get("ActivityDate")))).collect()
    })
}

#[tokio::test]
async fn a_macro_is_one_operation_of_answer_status_and_reminder() {
    let office = Office::open().await;
    assert_eq!(wrong("macro", &[("case", CASE), ("macro", "card")]), ["invoice", "amount", "link"]);
    assert_eq!(wrong("macro", &[("case", CASE), ("macro", "nonsense")]), ["macro"]);
    let link = ("link", "https://portal.example.jp/cards");
    let fields = [("case", CASE), ("macro", "card"), ("invoice", "780"), ("amount", "3300"), link];
    let plan = office.plan(WHO, "macro", &fields).await;
    assert_eq!(plan.steps.len(), 3, "{plan:#?}");
    assert!(plan.steps[0].no_return, "what the customer reads cannot be taken back");
    let view = office.confirm(&plan).await;
    assert_eq!(word(&view.state), "done", "{view:#?}");
    // WHMCS says that she reads English.
    assert_eq!(comments(&office, "Invoice 780 of ¥3,300 could not be paid"), [true]);
    assert!(comments(&office, "お支払いいただけませんでした").is_empty());
    assert_eq!(case_field(&office, "Status"), "Awaiting Customer");
    assert_eq!(tasks(&office).len(), 1, "{:?}", tasks(&office));
    assert!(tasks(&office)[0].1.contains("2026-11-25"), "three days on: {:?}", tasks(&office));
    let facts: Vec<String> = view.receipt.unwrap().facts.into_keys().collect();
    assert_eq!(facts, ["comment", "task"]);
}

#[tokio::test]
async fn a_macro_sets_what_is_not_so_already_and_speaks_both_languages_to_who_has_none() {
    let office = Office::open().await;
    let id = case_id(&office);
    office.sandbox.change(|world| {
        world.salesforce.update(&id, json!({ "Status": "In Progress" }).as_object().unwrap().clone()).unwrap();
    });
    office.sandbox.misbehave(Order::on(System::Whmcs, Fault::DropBefore).matching("GetClientsDetails"));
    let plan = office.plan(WHO, "macro", &[("case", CASE), ("macro", "outage")]).await;
    assert_eq!(plan.steps.len(), 2, "the status is so already: {plan:#?}");
    let untold = |state: &CheckState| matches!(state, CheckState::Warns(why) if why.key == "check-language-unknown");
    let doubted = plan.checks.iter().any(|check| untold(&check.state));
    assert!(doubted, "{plan:#?}");
    assert_eq!(word(&office.confirm(&plan).await.state), "done");
    assert_eq!((comments(&office, "There is an outage").len(), comments(&office, "障害が発生").len()), (1, 1));
}

#[tokio::test]
async fn nothing_is_answered_to_a_case_that_somebody_changed_since() {
    let office = Office::open().await;
    let reply = office.plan(WHO, "reply", &[("case", CASE), ("template", "outage")]).await;
    let in_one_go = office.plan(WHO, "macro", &[("case", CASE), ("macro", "outage")]).await;
    let id = case_id(&office);
    office.pass(jiff::SignedDuration::from_mins(1));
    office.sandbox.change(|world| {
        world.salesforce.update(&id, json!({ "Status": "Escalated" }).as_object().unwrap().clone()).unwrap();
    });
    for plan in [reply, in_one_go] {
        let view = office.confirm(&plan).await;
        assert_eq!(word(&view.state), "undone", "{view:#?}");
    }
    assert!(comments(&office, "There is an outage").is_empty());
    assert_eq!((tasks(&office).len(), &*case_field(&office, "Status")), (0, "Escalated"));
}

#[tokio::test]
async fn a_macro_whose_status_is_refused_behind_the_answer_asks_and_answers_once() {
    let office = Office::open().await;
    let plan = office.plan(WHO, "macro", &[("case", CASE), ("macro", "solved")]).await;
    office.sandbox.misbehave(
        Order::on(System::Salesforce, Fault::VendorError { code: "LOCKED".to_owned(), message: None })
            .matching("sobjects/Case/")
            .writes()
            .times(1),
    );
    let view = office.confirm(&plan).await;
    assert_eq!(word(&view.state), "waits-for-person", "{view:#?}");
    let view = office.decide(view.id, madoguchi::domain::operation::Decision::DriveOn).await;
    assert_eq!((word(&view.state), &*case_field(&office, "Status")), ("done", "Closed"), "{view:#?}");
    assert_eq!(comments(&office, "take your question").len(), 1);
}

/// The desk's own subject of a case.
const SUBJECT: &str = "Nothing works since noon";

fn cases_said(office: &Office) -> Vec<String> {
    office.world(|world| {
        let cases = world.salesforce.rows("Case").filter(|it| it.text("Subject") == SUBJECT);
        cases.map(|it| it.id().to_string()).collect()
    })
}

#[tokio::test]
async fn a_record_that_was_answered_is_there_whatever_a_flow_makes_of_it() {
    let fields = [("subject", SUBJECT), ("text", "No signal at home.")];
    for deleted in [false, true] {
        let office = Office::open().await;
        let plan = office.plan(WHO, "case", &fields).await;
        // The look before it is read, and nothing behind: the org has time to do what it does.
        let unread = Order::on(System::Salesforce, Fault::DropBefore).matching("composite/batch").after(1);
        office.sandbox.misbehave(unread);
        let view = office.confirm(&plan).await;
        assert_eq!(word(&view.state), "waits-for-system", "{view:#?}");
        let ids = cases_said(&office);
        assert_eq!(ids.len(), 1);
        office.sandbox.change(|world| {
            if deleted {
                world.salesforce.delete(&ids[0]).unwrap();
            } else {
                let raised = json!({ "Priority": "High", "Type": "Problem", "Subject": SUBJECT });
                world.salesforce.update(&ids[0], raised.as_object().unwrap().clone()).unwrap();
            }
        });
        office.sandbox.behave();
        office.pass(jiff::SignedDuration::from_mins(2));
        office.look().await;
        let view = office.view(plan.id);
        if deleted {
            assert_eq!((word(&view.state), cases_said(&office).len()), ("undone", 0), "{view:#?}");
            continue;
        }
        assert_eq!((word(&view.state), cases_said(&office).len()), ("done", 1), "{view:#?}");
        assert_eq!(view.receipt.unwrap().facts["case"], ids[0]);
    }
}
