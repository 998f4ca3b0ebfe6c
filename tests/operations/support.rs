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
