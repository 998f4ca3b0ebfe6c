//! New orders: by the rules of the checkout, made once, taken back.

use std::sync::Arc;

use jiff::SignedDuration;
use madoguchi::domain::catalogue;
use madoguchi::domain::office::Office as House;
use madoguchi::domain::operation::{CheckState, Plan};
use madoguchi::domain::phrase::Phrase;
use madoguchi::flow::{OperationState, PlanRefused};
use madoguchi::sandbox::World;
use madoguchi::sandbox::faults::{Fault, System};
use madoguchi::sandbox::salesforce::cell::Cell;
use madoguchi::sandbox::salesforce::row::Record;
use serde_json::json;

use super::order::number_of;
use super::{Office, word};

const HOME: [(&str, &str); 3] = [("plan", "internet-gold-apt-1g"), ("installation", "single"), ("access", "ipoe-byor")];
const SIM: [(&str, &str); 2] = [("plan", "SIM Voice 10GB"), ("sim-type", "physical")];
const EID: &str = "89049032000000000000000000004237";

async fn plan(office: &Office, family: &str, fields: &[(&str, &str)]) -> Plan {
    office.plan(&number_of(office, family), "order-create", fields).await
}

fn account(world: &World, family: &str) -> String {
    let mut accounts = world.salesforce.rows("Account");
    accounts.find(|it| it.text("LastName") == family).unwrap().id().to_owned()
}

/// The newest order the desk made for a customer: these of its fields, and its items with their prices.
fn made(office: &Office, family: &str, fields: &[&str]) -> Option<(Vec<String>, Vec<String>)> {
    office.world(|world| {
        let (db, account) = (&world.salesforce, account(world, family));
        let ours = |it: &Record<'_>| {
            it.text("AccountId") == account && it.text("OrderReferenceNumber").starts_with("madoguchi:")
        };
        let order = db.rows("Order").filter(ours).max_by_key(|it| it.id().to_owned())?;
        let items = db.rows("OrderItem").filter(|it| it.text("OrderId") == order.id());
        let item = |it: Record<'_>| {
            let product = db.get(it.text("Product2Id")).unwrap();
            format!(
                "{} {} {}",
                product.text("StockKeepingUnit"),
                it.text("Billing_Cycle__c"),
                it.get("UnitPrice").and_then(Cell::number).unwrap()
            )
        };
        let mut items: Vec<String> = items.map(item).collect();
        items.sort();
        Some((fields.iter().map(|name| order.text(name).to_owned()).collect(), items))
    })
}

fn count(office: &Office, family: &str) -> usize {
    office.world(|world| {
        let account = account(world, family);
        world.salesforce.rows("Order").filter(|it| it.text("AccountId") == account).count()
    })
}

fn stage(office: &Office, family: &str) -> String {
    office.world(|world| {
        let account = account(world, family);
        let mut all = world.salesforce.rows("Opportunity");
        all.find(|it| it.text("AccountId") == account).unwrap().text("StageName").to_owned()
    })
}

fn cases(office: &Office, family: &str) -> usize {
    office.world(|world| {
        let account = account(world, family);
        world.salesforce.rows("Case").filter(|it| it.text("AccountId") == account).count()
    })
}

fn why(plan: &Plan) -> &str {
    plan.blocked().map(|why: &Phrase| &*why.key).unwrap_or_default()
}

fn warned(plan: &Plan) -> Vec<&str> {
    let warned = plan.checks.iter().filter_map(|check| match &check.state {
        CheckState::Warns(why) => Some(&*why.key),
        CheckState::Passed | CheckState::Failed(_) => None,
    });
    warned.collect()
}

#[tokio::test]
async fn internet_is_ordered_for_the_opportunity_that_waited_and_can_be_withdrawn() {
    let office = Office::open().await;
    let (before, told) = (stage(&office, "Björk"), cases(&office, "Björk"));
    let mut fields = HOME.to_vec();
    fields.extend([("weekend", "yes"), ("home-phone", "yes")]);
    let plan = plan(&office, "Björk", &fields).await;
    assert_eq!((plan.blocked(), warned(&plan)), (None, vec![]));
    let total = plan.differences.iter().find(|it| it.what.key == "order-total").unwrap();
    let totals = format!("{:?}", total.to);
    assert!(totals.contains("Yen(5450)") && totals.contains("Yen(23000)"), "{totals}");
    let view = office.confirm(&plan).await;
    assert_eq!(view.state, OperationState::Done, "{view:#?}");
    let names = ["Status", "Order_Type__c", "Internet_Plan_Tier__c", "Installation_Type__c", "Access_Mode__c"];
    let (order, items) = made(&office, "Björk", &names).unwrap();
    assert_eq!(order, ["Pending Review", "Internet", "Gold", "Single Installment", "IPoE-BYOR"]);
    assert_eq!(
        items,
        [
            "INTERNET-GOLD-APT-1G Monthly 5000",
            "INTERNET-HOME-PHONE Monthly 450",
            "INTERNET-INSTALL-SINGLE Onetime 20000",
            "INTERNET-INSTALL-WEEKEND Onetime 3000"
        ]
    );
    assert_eq!(stage(&office, "Björk"), "Post Processing");
    assert!(!made(&office, "Björk", &["OpportunityId"]).unwrap().0[0].is_empty());
    assert_eq!(office.calls(System::Salesforce, "POST /composite/tree/Order"), 1);
    // A second one would be a second installation.
    assert_eq!(why(&self::plan(&office, "Björk", &HOME).await), "check-ordered-already");
    // The number it got is in the receipt, and what undoes it names it.
    let number = made(&office, "Björk", &["OrderNumber"]).unwrap().0.remove(0);
    assert_eq!(view.receipt.unwrap().facts["order-number"], number);
    office.pass(SignedDuration::from_secs(5));
    let withdraw = office.try_plan(*view.inverse.unwrap()).await.unwrap();
    assert_eq!(office.confirm(&withdraw).await.state, OperationState::Done);
    assert_eq!(made(&office, "Björk", &["Status"]).unwrap().0, ["Cancelled"]);
    // As if nothing had been ordered: the opportunity waits again, the customer is told nothing, and can order.
    assert_eq!(stage(&office, "Björk"), before);
    assert_eq!(cases(&office, "Björk"), told);
    let again = self::plan(&office, "Björk", &HOME).await;
    assert_eq!((again.blocked(), warned(&again)), (None, vec![]));
}

#[tokio::test]
async fn a_sim_brings_its_activation_fee_along() {
    let office = Office::open().await;
    let fields = [
        ("plan", "SIM-VOICE-10GB-FAMILY"),
        ("sim-type", "esim"),
        ("eid", EID),
        ("voice-mail", "yes"),
        ("activation", "scheduled"),
        ("starts", "2026-12-01 10:00"),
    ];
    let plan = plan(&office, "Lindqvist", &fields).await;
    assert_eq!(plan.blocked(), None, "{:?}", plan.checks);
    let view = office.confirm(&plan).await;
    assert_eq!(view.state, OperationState::Done, "{view:#?}");
    let names = ["Status", "Order_Type__c", "SIM_Type__c", "EID__c", "Activation_Type__c", "Activation_Status__c"];
    let (order, items) = made(&office, "Lindqvist", &names).unwrap();
    assert_eq!(order, ["Pending Review", "SIM", "eSIM", EID, "Scheduled", "Not Started"]);
    assert_eq!(items, ["SIM-ACTIVATION-FEE Onetime 1500", "SIM-VOICE-10GB-FAMILY Monthly 1680"]);
    // It is approved like any other order, and the worker delivers it on its day.
    let number = made(&office, "Lindqvist", &["OrderNumber"]).unwrap().0.remove(0);
    let approve = office.plan("C-000001", "approve", &[("order", &number)]).await;
    assert_eq!(approve.blocked(), None, "{:?}", approve.checks);
    assert_eq!(office.confirm(&approve).await.state, OperationState::Done);
    office.pass(SignedDuration::from_mins(5));
    assert_eq!(made(&office, "Lindqvist", &["Activation_Status__c"]).unwrap().0, ["Scheduled"]);
    office.pass(SignedDuration::from_hours(24 * 10));
    assert_eq!(made(&office, "Lindqvist", &["Status"]).unwrap().0, ["Processed"]);
}

#[tokio::test]
async fn a_vpn_is_ordered_for_its_region() {
    let office = Office::open().await;
    let plan = plan(&office, "Lindqvist", &[("plan", "vpn-remote-uk-lon")]).await;
    assert_eq!(plan.blocked(), None, "{:?}", plan.checks);
    assert_eq!(office.confirm(&plan).await.state, OperationState::Done);
    assert_eq!(made(&office, "Lindqvist", &["VPN_Region__c"]).unwrap().0, ["UK-London"]);
}

#[tokio::test]
async fn the_rules_of_the_checkout_are_kept() {
    let office = Office::open().await;
    let house = |plan: &'static str| vec![("plan", plan), ("installation", "single"), ("access", "pppoe")];
    let sim = |plan: &'static str| vec![("plan", plan), ("sim-type", "physical")];
    for (family, fields, expected) in [
        ("Abebe", house("INTERNET-SILVER-HOME-1G"), "check-not-eligible"),
        ("Kim", house("INTERNET-SILVER-HOME-1G"), "check-eligibility-pending"),
        ("Björk", house("INTERNET-SILVER-HOME-1G"), "check-other-offering"),
        ("Walker", house("INTERNET-GOLD-APT-1G"), "check-internet-already"),
        ("Brandt", sim("SIM-VOICE-10GB"), "check-identity-missing"),
        ("Nguyen", sim("SIM-DATA-5GB"), "check-identity-rejected"),
        ("Haddad", sim("SIM-VOICE-10GB"), "check-no-pay-method"),
        ("Lopez", sim("SIM-VOICE-10GB-FAMILY"), "check-family-alone"),
        ("Lindqvist", sim("SIM-VOICE-100GB"), "check-product-unmapped"),
    ] {
        let plan = plan(&office, family, &fields).await;
        assert_eq!(why(&plan), expected, "{family} {:?}", plan.checks);
    }
    // One who waits for a line may still want another, and somebody should know.
    let lopez = plan(&office, "Lopez", &SIM).await;
    assert_eq!((lopez.blocked(), warned(&lopez)), (None, vec!["check-ordered-already"]));
}

/// Changes a product of the catalogue.
fn product(office: &Office, sku: &str, field: &str, value: serde_json::Value) {
    office.sandbox.change(|world| {
        let mut products = world.salesforce.rows("Product2");
        let id = products.find(|it| it.text("StockKeepingUnit") == sku).unwrap().id().to_owned();
        drop(products);
        let fields = [(field.to_owned(), value)].into_iter().collect();
        world.salesforce.update(&id, fields).unwrap();
    });
}

#[tokio::test]
async fn what_the_catalogue_does_not_hold_is_not_sold() {
    let office = Office::open().await;
    product(&office, "SIM-VOICE-10GB", "Portal_Accessible__c", json!(false));
    assert_eq!(why(&plan(&office, "Lindqvist", &SIM).await), "check-not-sold-here");
    product(&office, "SIM-VOICE-10GB", "Portal_Accessible__c", json!(true));
    product(&office, "SIM-ACTIVATION-FEE", "Auto_Add__c", json!(false));
    assert_eq!(why(&plan(&office, "Lindqvist", &SIM).await), "check-no-fee-sold");
    product(&office, "SIM-ACTIVATION-FEE", "Auto_Add__c", json!(true));
    assert_eq!(plan(&office, "Lindqvist", &SIM).await.blocked(), None);
    product(&office, "INTERNET-INSTALL-SINGLE", "IsActive", json!(false));
    assert_eq!(why(&plan(&office, "Björk", &HOME).await), "check-not-in-catalogue");
}

#[tokio::test]
async fn what_does_not_fit_the_product_stands_beside_its_field() {
    let office = Office::open().await;
    let who = office.customer("C-000001").await;
    for (fields, expected) in [
        (&[("plan", "SIM-VOICE-9000GB")][..], &["plan"][..]),
        (&[("plan", "SIM-ACTIVATION-FEE")], &["plan"]),
        (&[("plan", "SIM-VOICE-10GB")], &["sim-type"]),
        (&[("plan", "SIM-DATA-5GB"), ("sim-type", "physical"), ("voice-mail", "yes")], &["voice-mail"]),
        (&[("plan", "VPN-REMOTE-UK-LON"), ("sim-type", "physical"), ("weekend", "yes")], &["weekend", "sim-type"]),
        (&[("plan", "INTERNET-GOLD-HOME-1G")], &["installation", "access"]),
    ] {
        let refused = office.try_plan(office.change(&who, "order-create", fields)).await.unwrap_err();
        let PlanRefused::Wrong(wrong) = refused else { panic!("{refused:?}") };
        let named: Vec<&str> = wrong.iter().map(|it| it.field).collect();
        assert_eq!(named, expected, "{fields:?}");
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_is_settled_by_the_orders_mark() {
    for (fault, state, orders) in
        [(Fault::DropAfter, "done", 1), (Fault::DropBefore, "undone", 0), (Fault::NoEffect, "undone", 0)]
    {
        let office = Office::open().await;
        let plan = plan(&office, "Björk", &HOME).await;
        office.once(System::Salesforce, "composite/tree", fault.clone());
        let view = office.confirm(&plan).await;
        assert_eq!(word(&view.state), state, "{fault:?} {view:#?}");
        assert_eq!(count(&office, "Björk"), orders, "{fault:?}");
        // What was not ordered waits on.
        assert_eq!(stage(&office, "Björk"), if orders == 1 { "Post Processing" } else { "Ready" }, "{fault:?}");
        assert_eq!(office.calls(System::Salesforce, "POST /composite/tree/Order"), 1);
    }
}

#[tokio::test]
async fn a_locked_row_is_tried_again_and_a_refusal_is_told() {
    let office = Office::open().await;
    let error = |code: &str| Fault::VendorError { code: code.to_owned(), message: None };
    let plan = plan(&office, "Lindqvist", &SIM).await;
    office.once(System::Salesforce, "composite/tree", error("UNABLE_TO_LOCK_ROW"));
    assert_eq!(office.confirm(&plan).await.state, OperationState::Done);
    assert_eq!(made(&office, "Lindqvist", &["Status"]).unwrap().0, ["Pending Review"]);
    // The org refuses an item: there is no order without it either.
    let plan = self::plan(&office, "Björk", &HOME).await;
    office.sandbox.change(|world| {
        let mut entries = world.salesforce.rows("PricebookEntry");
        let single = entries.find(|it| it.text("ProductCode") == "INTERNET-INSTALL-SINGLE").unwrap().id().to_owned();
        drop(entries);
        world.salesforce.update(&single, [("IsActive".to_owned(), json!(false))].into_iter().collect()).unwrap();
    });
    let view = office.confirm(&plan).await;
    let OperationState::Undone(Some(told)) = &view.state else { panic!("{view:#?}") };
    assert!(format!("{told:?}").contains("pricebook entry is inactive"), "{told:?}");
    assert_eq!((count(&office, "Björk"), &*stage(&office, "Björk")), (0, "Ready"));
}

#[tokio::test]
async fn a_stale_plan_makes_no_order() {
    let office = Office::open().await;
    let plan = plan(&office, "Björk", &HOME).await;
    office.sandbox.change(|world| {
        let account = account(world, "Björk");
        let mut all = world.salesforce.rows("Opportunity");
        let id = all.find(|it| it.text("AccountId") == account).unwrap().id().to_owned();
        drop(all);
        world.salesforce.update(&id, [("StageName".to_owned(), json!("Void"))].into_iter().collect()).unwrap();
    });
    let view = office.confirm(&plan).await;
    assert_eq!(word(&view.state), "undone", "{view:#?}");
    assert_eq!((count(&office, "Björk"), &*stage(&office, "Björk")), (0, "Void"));
}

/// An org whose orders begin as drafts.
#[tokio::test]
async fn a_draft_that_does_not_get_to_review_is_cancelled() {
    let drafts = || {
        Office::with_settings(|settings| {
            let sale = catalogue::Rules { created_as: "Draft".to_owned(), ..catalogue::Rules::default() };
            settings.office = Arc::new(House { sale, ..House::default() }.in_their_words());
        })
    };
    let office = drafts().await;
    let view = office.confirm(&plan(&office, "Lindqvist", &SIM).await).await;
    assert_eq!(view.state, OperationState::Done, "{view:#?}");
    assert_eq!(made(&office, "Lindqvist", &["Status"]).unwrap().0, ["Pending Review"]);
    let office = drafts().await;
    let plan = plan(&office, "Lindqvist", &SIM).await;
    let refusal = Fault::VendorError { code: "FIELD_CUSTOM_VALIDATION_EXCEPTION".to_owned(), message: None };
    office.once(System::Salesforce, "PATCH", refusal);
    let view = office.confirm(&plan).await;
    assert_eq!(word(&view.state), "undone", "{view:#?}");
    assert_eq!(made(&office, "Lindqvist", &["Status"]).unwrap().0, ["Cancelled"]);
}

#[tokio::test]
async fn confirming_one_plan_twice_is_one_order() {
    let office = Office::open().await;
    let plan = plan(&office, "Lindqvist", &SIM).await;
    let before = count(&office, "Lindqvist");
    assert_eq!(office.confirm(&plan).await.state, OperationState::Done);
    office.confirm(&plan).await;
    assert_eq!(count(&office, "Lindqvist"), before + 1);
}
