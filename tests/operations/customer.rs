//! Customers: reviews, promises, links, addresses.

use jiff::SignedDuration;
use madoguchi::domain::operation::Plan;
use madoguchi::flow::{Carried, Command, OperationState, OperationView, Pin, PlanRefused};
use madoguchi::sandbox::faults::{Fault, System};
use madoguchi::sandbox::salesforce::cell::Cell;

use super::order::{number_of, of_account};
use super::{Office, hana, word};

const TICKED: [(&str, &str); 5] = [
    ("name-fits", "yes"),
    ("birth-fits", "yes"),
    ("address-fits", "yes"),
    ("period-good", "yes"),
    ("both-sides", "yes"),
];

/// Subjects of the customer's tasks.
fn tasks(office: &Office, family: &str) -> Vec<String> {
    office.world(|world| {
        let account =
            world.salesforce.rows("Account").find(|it| it.text("LastName") == family).unwrap().id().to_owned();
        let tasks = world.salesforce.rows("Task").filter(|it| it.text("WhatId") == account);
        tasks.map(|it| format!("{}: {}", it.text("Status"), it.text("Subject"))).collect()
    })
}

/// Confirmed by Hana, and by Kato at the same desk.
async fn with_kato(office: &Office, plan: &Plan) -> OperationView {
    assert_eq!(office.command(Command::AskSecond(Box::new(plan.clone()), hana())).await, Carried::Taken);
    let with = Command::ApproveHere { id: plan.id, name: "Kato".to_owned(), pin: Pin("4711".to_owned()) };
    assert_eq!(office.command(with).await, Carried::Taken);
    office.view(plan.id)
}

#[tokio::test]
async fn a_residence_card_is_approved_when_everything_is_ticked_and_the_customer_is_told() {
    let office = Office::open().await;
    let number = number_of(&office, "Haidari");
    let refused = office.plan(&number, "id-approve", &TICKED[..4]).await;
    assert_eq!(refused.blocked().map(|why| &*why.key), Some("check-not-ticked"));
    let view = office.carry(&number, "id-approve", &TICKED).await;
    assert_eq!(view.state, OperationState::Done, "{view:#?}");
    assert_eq!(of_account(&office, "Haidari", "Id_Verification_Status__c"), "Verified");
    assert_eq!(of_account(&office, "Haidari", "Id_Verification_Method__c"), "Portal upload");
    let facts = view.receipt.unwrap().facts;
    assert_eq!(facts["told"], "mail", "{facts:?}");
    assert!(tasks(&office, "Haidari").is_empty());
    let again = office.plan(&number, "id-approve", &TICKED).await;
    assert_eq!(again.blocked().map(|why| &*why.key), Some("check-card-decided"));
}

#[tokio::test]
async fn where_the_org_mails_nobody_a_task_says_that_the_customer_is_to_be_told() {
    let office = Office::open().await;
    office.sandbox.change(|world| world.salesforce.switch_flow("Tell_Customer_Of_Review", false));
    let number = number_of(&office, "Kim");
    office.once(System::Salesforce, "POST /sobjects/Task", Fault::DropAfter);
    let fields = [("result", "eligible"), ("offering", "home 1g"), ("remark", "checked with NTT")];
    let view = office.carry(&number, "eligibility-result", &fields).await;
    assert_eq!(view.state, OperationState::Done, "{view:#?}");
    assert_eq!(of_account(&office, "Kim", "Internet_Eligibility__c"), "Home 1G");
    assert_eq!(view.receipt.unwrap().facts["told"], "task");
    let tasks = tasks(&office, "Kim");
    assert!(tasks.len() == 1 && tasks[0].contains("Tell the customer"), "{tasks:?}");
    let stages = office.world(|world| {
        let account = world.salesforce.rows("Account").find(|it| it.text("LastName") == "Kim").unwrap().id().to_owned();
        let all = world.salesforce.rows("Opportunity").filter(|it| it.text("AccountId") == account);
        all.map(|it| it.text("StageName").to_owned()).collect::<Vec<_>>()
    });
    assert_eq!(stages, ["Ready"]);
}

#[tokio::test]
async fn an_offering_that_is_not_sold_is_wrong_beside_its_field() {
    use madoguchi::domain::change::{Reader, Values, What, spec};
    let values: Values =
        [("result", "eligible"), ("offering", "Castle 9G")].map(|(k, v)| (k.to_owned(), v.to_owned())).into();
    let office = madoguchi::domain::office::Office::default();
    let spec = spec("eligibility-result").unwrap();
    let now = "2026-11-22T01:00:00Z".parse().unwrap();
    let mut reader = Reader::new(spec, &values, &office, now, madoguchi::domain::phone::Fixtures::Allowed);
    assert_eq!(What::read(spec, &mut reader), None);
    assert_eq!(reader.wrong()[0].field, "offering");
}

#[tokio::test]
async fn what_the_building_needs_is_asked_in_a_case() {
    let office = Office::open().await;
    let number = number_of(&office, "Kim");
    let view = office.carry(&number, "eligibility-result", &[("result", "needs-building")]).await;
    assert_eq!(view.state, OperationState::Done, "{view:#?}");
    assert_eq!(of_account(&office, "Kim", "Internet_Eligibility_Status__c"), "Pending");
    assert!(view.receipt.unwrap().facts.contains_key("comment"));
}

#[tokio::test]
async fn a_rejected_card_says_why_in_both_languages() {
    let office = Office::open().await;
    let number = number_of(&office, "Haidari");
    let view = office.carry(&number, "id-reject", &[("card-reason", "one-side")]).await;
    assert_eq!(view.state, OperationState::Done, "{view:#?}");
    let words = of_account(&office, "Haidari", "Id_Verification_Rejection_Message__c");
    assert!(words.contains("both sides") && words.contains("両面"), "{words}");
    // It is rejected since now, and not since the day it was sent in.
    let reviewed = office.world(|world| {
        let mut accounts = world.salesforce.rows("Account");
        let account = accounts.find(|it| it.text("LastName") == "Haidari").unwrap();
        account.get("Id_Verification_Verified_Date_Time__c").cloned()
    });
    assert_eq!(reviewed, Some(Cell::Time(office.now().as_millisecond())));
}

#[tokio::test]
async fn notes_tasks_and_reminders_are_kept_once() {
    for fault in [Fault::DropAfter, Fault::DropBefore] {
        let office = Office::open().await;
        let number = number_of(&office, "Castillo");
        let before = tasks(&office, "Castillo").len();
        office.once(System::Salesforce, "POST /sobjects/Task", fault.clone());
        let view = office.carry(&number, "remind", &[("subject", "Call back"), ("at", "fri 10:00")]).await;
        let happened = fault == Fault::DropAfter;
        assert_eq!(word(&view.state), if happened { "done" } else { "undone" }, "{view:#?}");
        assert_eq!(tasks(&office, "Castillo").len(), before + usize::from(happened));
        let view = office.carry(&number, "note", &[("text", "Prefers Spanish.\nCalls after six.")]).await;
        assert_eq!(view.state, OperationState::Done, "{view:#?}");
        let view = office.carry(&number, "task", &[("subject", "Send the list"), ("until", "3d")]).await;
        assert_eq!(view.state, OperationState::Done, "{view:#?}");
        let task = view.receipt.unwrap().facts["task"].clone();
        let view = office.carry(&number, "task-done", &[("task", &task)]).await;
        assert_eq!(view.state, OperationState::Done, "{view:#?}");
        assert!(tasks(&office, "Castillo").contains(&"Completed: Send the list".to_owned()));
    }
}

#[tokio::test]
async fn a_link_is_repaired_on_both_sides_or_on_none() {
    for fault in [None, Some(Fault::DropAfter), Some(Fault::DropBefore)] {
        let office = Office::open().await;
        let number = number_of(&office, "Murphy");
        let client = office.world(|world| world.whmcs.clients.iter().find(|it| it.lastname == "Murphy").unwrap().id);
        let who = office.customer(&number).await;
        let change = office.change(&who, "link-repair", &[("client", &client.to_string())]);
        let plan = office.try_plan(change).await.unwrap();
        assert_eq!(plan.blocked(), None);
        assert!(plan.second);
        let none = fault == Some(Fault::DropBefore);
        if let Some(fault) = fault.clone() {
            office.once(System::Whmcs, "UpdateClient", fault);
        }
        let view = with_kato(&office, &plan).await;
        assert_eq!(word(&view.state), if none { "undone" } else { "done" }, "{fault:?} {view:#?}");
        let link = of_account(&office, "Murphy", "WH_Account__c");
        let named = office.world(|world| world.whmcs.clients.get(client).unwrap().custom_fields.get(&198).cloned());
        if none {
            assert_eq!(link, "");
            assert_eq!(named.unwrap_or_default(), "");
        } else {
            assert!(link.starts_with(&format!("#{client} - ")), "{link}");
            assert_eq!(named.as_deref(), Some(number.as_str()));
        }
    }
    let office = Office::open().await;
    let who = office.customer(&number_of(&office, "Murphy")).await;
    let refused = office.try_plan(office.change(&who, "link-repair", &[("client", "999999")])).await.unwrap_err();
    assert!(matches!(&refused, PlanRefused::Wrong(wrong) if wrong[0].field == "client"), "{refused:?}");
}

#[tokio::test]
async fn an_address_is_changed_in_both_scripts_or_in_none() {
    let fields = [
        ("post-code", "４６０ー０００８"),
        ("prefecture", "愛知県"),
        ("city", "名古屋市中区"),
        ("street", "栄2-8-11"),
        ("prefecture-letters", "Aichi"),
        ("city-letters", "Nagoya-shi Naka-ku"),
        ("street-letters", "2-8-11 Sakae"),
        ("building-letters", "Shiokaze 301"),
    ];
    for (fault, state) in [(None, "done"), (Some(Fault::NoEffect), "undone")] {
        let office = Office::open().await;
        let number = number_of(&office, "Morel");
        let before = of_account(&office, "Morel", "PersonMailingCity");
        let plan = office.plan(&number, "address", &fields).await;
        assert!(plan.warnings.iter().any(|it| it.key == "warning-address-internet"));
        if let Some(fault) = fault.clone() {
            office.once(System::Whmcs, "UpdateClient", fault);
        }
        office.pass(SignedDuration::from_secs(3));
        let view = office.confirm(&plan).await;
        assert_eq!(word(&view.state), state, "{view:#?}");
        let city = of_account(&office, "Morel", "PersonMailingCity");
        assert_eq!(city, if state == "done" { "名古屋市中区" } else { before.as_str() });
    }
}
