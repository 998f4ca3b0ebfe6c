//! Orders: reviewed, held, refused, sent round again, repaired.

use jiff::SignedDuration;
use madoguchi::domain::change::order::{Order, Repair};
use madoguchi::domain::change::{Change, What};
use madoguchi::domain::operation::Plan;
use madoguchi::domain::phrase::Phrase;
use madoguchi::flow::{OperationState, PlanRefused};
use madoguchi::sandbox::faults::{Fault, System};

use super::{Office, word};

/// The number of the customer with this family name.
pub fn number_of(office: &Office, family: &str) -> String {
    office.world(|world| {
        let account = world.salesforce.rows("Account").find(|it| it.text("LastName") == family);
        account.unwrap().text("SF_Account_No__c").to_owned()
    })
}

/// A field of the customer's account.
pub fn of_account(office: &Office, family: &str, field: &str) -> String {
    office.world(|world| {
        let account = world.salesforce.rows("Account").find(|it| it.text("LastName") == family);
        account.unwrap().text(field).to_owned()
    })
}

/// A field of the customer's one order.
fn of_order(office: &Office, family: &str, field: &str) -> String {
    office.world(|world| {
        let account = world.salesforce.rows("Account").find(|it| it.text("LastName") == family).unwrap();
        let order = world.salesforce.rows("Order").find(|it| it.text("AccountId") == account.id());
        order.unwrap().text(field).to_owned()
    })
}

fn order_number(office: &Office, family: &str) -> String {
    of_order(office, family, "OrderNumber")
}

async fn plan(office: &Office, family: &str, verb: &str, more: &[(&str, &str)]) -> Plan {
    let order = order_number(office, family);
    let mut fields = vec![("order", order.as_str())];
    fields.extend(more);
    office.plan(&number_of(office, family), verb, &fields).await
}

fn why(plan: &Plan) -> &str {
    plan.blocked().map(|why: &Phrase| &*why.key).unwrap_or_default()
}

#[tokio::test]
async fn an_order_is_approved_once_its_card_is_verified_and_the_worker_takes_it() {
    let office = Office::open().await;
    let refused = plan(&office, "Haidari", "approve", &[]).await;
    assert_eq!(why(&refused), "check-identity-waits");
    let ticked = [
        ("name-fits", "yes"),
        ("birth-fits", "yes"),
        ("address-fits", "yes"),
        ("period-good", "yes"),
        ("both-sides", "yes"),
    ];
    let number = number_of(&office, "Haidari");
    assert_eq!(office.carry(&number, "id-approve", &ticked).await.state, OperationState::Done);
    let approve = plan(&office, "Haidari", "approve", &[]).await;
    assert_eq!(approve.blocked(), None);
    let view = office.confirm(&approve).await;
    assert_eq!(view.state, OperationState::Done, "{view:#?}");
    assert_eq!(of_order(&office, "Haidari", "Status"), "Approved");
    office.pass(SignedDuration::from_secs(12));
    assert_eq!(of_order(&office, "Haidari", "Activation_Status__c"), "Activating");
    // It has begun: nobody holds or rejects it any more.
    let hold = plan(&office, "Haidari", "hold", &[("hold-reason", "stock"), ("remark", "no cards")]).await;
    assert_eq!(why(&hold), "check-order-begun");
}

#[tokio::test]
async fn an_order_that_waits_for_its_card_or_its_pay_method_is_not_approved() {
    let office = Office::open().await;
    for (family, expected) in [("Nguyen", "check-identity-rejected"), ("Brandt", "check-identity-missing")] {
        assert_eq!(why(&plan(&office, family, "approve", &[]).await), expected, "{family}");
    }
    // Of another customer.
    let (number, order) = (number_of(&office, "Brandt"), order_number(&office, "Nguyen"));
    let who = office.customer(&number).await;
    let change = office.change(&who, "approve", &[("order", &order)]);
    let refused = office.try_plan(change).await.unwrap_err();
    assert!(matches!(&refused, PlanRefused::Wrong(wrong) if wrong[0].field == "order"), "{refused:?}");
}

#[tokio::test]
async fn a_hold_says_why_and_an_approval_takes_it_away() {
    let office = Office::open().await;
    let hold = plan(&office, "Lopez", "hold", &[("hold-reason", "documents"), ("remark", "passport copy")]).await;
    assert_eq!(hold.blocked(), None);
    let view = office.confirm(&hold).await;
    assert_eq!(view.state, OperationState::Done, "{view:#?}");
    assert_eq!(of_order(&office, "Lopez", "Status"), "Pending Review");
    assert_eq!(of_order(&office, "Lopez", "Activation_Error_Code__c"), "HOLD_DOCUMENTS");
    // It was approved, so that is what takes the hold back.
    let inverse = *view.inverse.unwrap();
    let back = office.try_plan(inverse).await.unwrap();
    assert_eq!(back.blocked(), None);
    assert_eq!(office.confirm(&back).await.state, OperationState::Done);
    assert_eq!(of_order(&office, "Lopez", "Status"), "Approved");
    assert_eq!(of_order(&office, "Lopez", "Activation_Error_Code__c"), "");
}

#[tokio::test]
async fn a_rejected_order_is_told_in_both_languages() {
    let office = Office::open().await;
    let reject =
        plan(&office, "Brandt", "reject", &[("order-reason", "documents"), ("message", "See you soon.")]).await;
    assert_eq!(reject.blocked(), None);
    // The answer about the case is lost: it is found again.
    office.once(System::Salesforce, "POST /sobjects/Case", Fault::DropAfter);
    let view = office.confirm(&reject).await;
    assert_eq!(view.state, OperationState::Done, "{view:#?}");
    assert_eq!(of_order(&office, "Brandt", "Status"), "Cancelled");
    let case = view.receipt.unwrap().facts["case"].clone();
    let comments = office.world(|world| {
        let comments = world.salesforce.rows("CaseComment").filter(|it| it.text("ParentId") == case);
        comments.map(|it| it.text("CommentBody").to_owned()).collect::<Vec<_>>()
    });
    assert_eq!(comments.len(), 1);
    for part in ["documents", "書類", "See you soon."] {
        assert!(comments[0].contains(part), "{comments:?}");
    }
}

#[tokio::test]
async fn a_stale_plan_is_refused_and_never_applied() {
    let office = Office::open().await;
    let approve = plan(&office, "Lopez", "hold", &[("hold-reason", "stock"), ("remark", "no cards")]).await;
    office.pass(SignedDuration::from_secs(2));
    let reject = plan(&office, "Lopez", "reject", &[("order-reason", "withdrawn")]).await;
    assert_eq!(office.confirm(&reject).await.state, OperationState::Done);
    let view = office.confirm(&approve).await;
    assert_eq!(word(&view.state), "undone", "{view:#?}");
    assert_eq!(of_order(&office, "Lopez", "Status"), "Cancelled");
}

#[tokio::test]
async fn an_answer_that_is_lost_is_settled_by_the_record_or_its_history() {
    for (fault, state) in [(Fault::DropAfter, "done"), (Fault::DropBefore, "undone"), (Fault::NoEffect, "undone")] {
        let office = Office::open().await;
        let again = plan(&office, "Lopez", "reactivate", &[]).await;
        assert_eq!(again.blocked(), None);
        office.once(System::Salesforce, "PATCH", fault.clone());
        let view = office.confirm(&again).await;
        assert_eq!(word(&view.state), state, "{fault:?} {view:#?}");
        let expected = if state == "done" { "Reactivate" } else { "Approved" };
        assert_eq!(of_order(&office, "Lopez", "Status"), expected, "{fault:?}");
    }
}

#[tokio::test]
async fn a_locked_row_is_tried_again() {
    let office = Office::open().await;
    let again = plan(&office, "Lopez", "reactivate", &[]).await;
    office.once(
        System::Salesforce,
        "PATCH",
        Fault::VendorError { code: "UNABLE_TO_LOCK_ROW".to_owned(), message: None },
    );
    let view = office.confirm(&again).await;
    assert_eq!(view.state, OperationState::Done, "{view:#?}");
}

#[tokio::test]
async fn an_order_is_sent_round_again_only_where_whmcs_has_none() {
    let office = Office::open().await;
    assert_eq!(why(&plan(&office, "Haddad", "reactivate", &[]).await), "check-no-pay-method");
    assert_eq!(why(&plan(&office, "Ferrari", "reactivate", &[]).await), "check-product-unmapped");
    let billed = plan(&office, "Ibrahim", "reactivate", &[]).await;
    assert_eq!(why(&billed), "check-at-whmcs-already");
    let instead = &billed.instead[0].what;
    assert!(matches!(instead, What::Order(Order::Repair { repair: Repair::AcceptOrder, .. })), "{instead:?}");
    let again = plan(&office, "Lopez", "reactivate", &[]).await;
    assert_eq!(office.confirm(&again).await.state, OperationState::Done);
    office.pass(SignedDuration::from_mins(30));
    let orders = office.world(|world| {
        let id = world.salesforce.rows("Account").find(|it| it.text("LastName") == "Lopez").unwrap().id().to_owned();
        world.salesforce.rows("Order").filter(|it| it.text("AccountId") == id).count()
    });
    assert_eq!(orders, 1);
}

async fn repair(office: &Office, family: &str, what: &str) -> (Plan, OperationState) {
    let plan = plan(office, family, "repair", &[("repair", what)]).await;
    assert_eq!(plan.blocked(), None, "{family} {what}");
    let state = office.confirm(&plan).await.state;
    (plan, state)
}

#[tokio::test]
async fn each_divergence_is_put_right_in_one_system() {
    let office = Office::open().await;
    for (family, what, field, expected) in [
        ("Mensah", "activated", "Activation_Status__c", "Activated"),
        ("Jansen", "write-back", "Status", "Processed"),
        ("Svensson", "failed", "", ""),
    ] {
        if field.is_empty() {
            // It says so already.
            let plan = plan(&office, family, "repair", &[("repair", what)]).await;
            assert_eq!(why(&plan), "check-activation-so");
            continue;
        }
        let (plan, state) = repair(&office, family, what).await;
        assert_eq!(state, OperationState::Done, "{family} {plan:#?}");
        assert_eq!(of_order(&office, family, field), expected, "{family}");
    }
    assert!(!of_order(&office, "Jansen", "WHMCS_Order_ID__c").is_empty());
    let items = office.world(|world| {
        let account =
            world.salesforce.rows("Account").find(|it| it.text("LastName") == "Jansen").unwrap().id().to_owned();
        let order = world.salesforce.rows("Order").find(|it| it.text("AccountId") == account).unwrap().id().to_owned();
        let items = world.salesforce.rows("OrderItem").filter(|it| it.text("OrderId") == order);
        items.map(|it| it.text("WHMCS_Service_ID__c").to_owned()).collect::<Vec<_>>()
    });
    assert!(items.iter().all(|id| !id.is_empty()) && items.len() == 2, "{items:?}");
    let (_, state) = repair(&office, "Yılmaz", "opportunity").await;
    assert_eq!(state, OperationState::Done);
    // What is not so is not written.
    let plan = plan(&office, "Svensson", "repair", &[("repair", "activated")]).await;
    assert!(plan.blocked().is_some());
}

#[tokio::test]
async fn an_order_is_accepted_at_whmcs_once() {
    for (fault, state) in
        [(None, "done"), (Some(Fault::DropAfter), "done"), (Some(Fault::NoEffect), "waits-for-person")]
    {
        let office = Office::open().await;
        let plan = plan(&office, "Ibrahim", "repair", &[("repair", "accept-order")]).await;
        assert_eq!(plan.blocked(), None);
        let lied = fault == Some(Fault::NoEffect);
        if let Some(fault) = fault.clone() {
            office.once(System::Whmcs, "AcceptOrder", fault);
        }
        let view = office.confirm(&plan).await;
        let expected = if lied { ["undone", "waits-for-person"] } else { [state, state] };
        assert!(expected.contains(&word(&view.state)), "{fault:?} {view:#?}");
        assert_eq!(office.calls(System::Whmcs, "AcceptOrder"), 1);
        if !lied {
            // There is nothing pending any more.
            let change = Change { who: plan.change.who.clone(), what: plan.change.what.clone() };
            let again = office.try_plan(change).await.unwrap();
            assert_eq!(why(&again), "check-whmcs-not-pending");
        }
    }
}
