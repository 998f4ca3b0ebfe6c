//! Orders that are fulfilled from the desk, where no worker does it.

use std::sync::Arc;

use jiff::SignedDuration;
use madoguchi::domain::office::Office as House;
use madoguchi::domain::operation::Plan;
use madoguchi::domain::phrase::Phrase;
use madoguchi::domain::xray;
use madoguchi::flow::{Carried, Command, OperationState, PlanRefused};
use madoguchi::sandbox::World;
use madoguchi::sandbox::faults::{Fault, Order, System};
use madoguchi::sandbox::freebit::{Card, CardState};
use madoguchi::sandbox::worker::Mode;

use super::order::number_of;
use super::{Office, hana, word};

/// An office without a worker.
async fn alone() -> Office {
    let office = Office::with_settings(|settings| {
        let orders = xray::Rules { worker: false, ..xray::Rules::default() };
        settings.office = Arc::new(House { orders, ..House::default() }.in_their_words());
    })
    .await;
    office.sandbox.change(|world| world.worker.switch(Mode::Off));
    office
}

/// The newest order of a customer, as the world has it.
fn order(world: &World, family: &str) -> String {
    let mut accounts = world.salesforce.rows("Account");
    let account = accounts.find(|it| it.text("LastName") == family).unwrap().id().to_owned();
    let of_account = world.salesforce.rows("Order").filter(|it| it.text("AccountId") == account);
    of_account.max_by_key(|it| it.text("OrderNumber").to_owned()).unwrap().id().to_owned()
}

fn field(office: &Office, family: &str, name: &str) -> String {
    office.world(|world| world.salesforce.get(&order(world, family)).unwrap().text(name).to_owned())
}

/// WHMCS orders that carry the order's id: their statuses.
fn billed(office: &Office, family: &str) -> Vec<String> {
    office.world(|world| {
        let mark = format!("sfOrderId={}", order(world, family));
        let orders = world.whmcs.orders.iter().filter(|it| it.notes.contains(&mark));
        orders.map(|it| it.status.clone()).collect()
    })
}

/// An order of internet that was approved and that nobody takes up.
async fn internet() -> Office {
    let office = alone().await;
    let number = number_of(&office, "Björk");
    let fields = [("plan", "INTERNET-GOLD-APT-1G"), ("installation", "single"), ("access", "ipoe-byor")];
    assert_eq!(office.carry(&number, "order-create", &fields).await.state, OperationState::Done);
    let order = field(&office, "Björk", "OrderNumber");
    office.pass(SignedDuration::from_secs(5));
    assert_eq!(office.carry(&number, "approve", &[("order", &order)]).await.state, OperationState::Done);
    office.pass(SignedDuration::from_secs(5));
    office
}

/// An order of a SIM that was approved and that nobody takes up.
async fn sim(fields: &[(&str, &str)]) -> Office {
    let office = alone().await;
    assert_eq!(office.carry("C-000001", "order-create", fields).await.state, OperationState::Done);
    let order = field(&office, "Lindqvist", "OrderNumber");
    office.pass(SignedDuration::from_secs(5));
    assert_eq!(office.carry("C-000001", "approve", &[("order", &order)]).await.state, OperationState::Done);
    office.pass(SignedDuration::from_secs(5));
    office
}

const ESIM: [(&str, &str); 3] =
    [("plan", "SIM-VOICE-10GB"), ("sim-type", "esim"), ("eid", "89049032000000000000000000004237")];
const CARD: [(&str, &str); 3] = [("plan", "SIM-VOICE-10GB"), ("sim-type", "physical"), ("voice-mail", "yes")];

async fn plan(office: &Office, family: &str, more: &[(&str, &str)]) -> Plan {
    let order = field(office, family, "OrderNumber");
    let mut fields = vec![("order", order.as_str())];
    fields.extend(more);
    office.plan(&number_of(office, family), "fulfil", &fields).await
}

fn why(plan: &Plan) -> &str {
    plan.blocked().map(|why: &Phrase| &*why.key).unwrap_or_default()
}

#[tokio::test]
async fn where_a_worker_fulfils_the_desk_does_not() {
    let office = Office::open().await;
    let who = office.customer(&number_of(&office, "Lopez")).await;
    let order = field(&office, "Lopez", "OrderNumber");
    let refused = office.try_plan(office.change(&who, "fulfil", &[("order", &order)])).await.unwrap_err();
    assert!(matches!(&refused, PlanRefused::Blocked(why) if why.key == "fulfil-worker-here"), "{refused:?}");
}

#[tokio::test]
async fn internet_is_fulfilled_in_one_operation() {
    let office = internet().await;
    let plan = plan(&office, "Björk", &[]).await;
    assert_eq!(plan.blocked(), None, "{:?}", plan.checks);
    let view = office.confirm(&plan).await;
    assert_eq!(view.state, OperationState::Done, "{view:#?}");
    assert_eq!(billed(&office, "Björk"), ["Active"]);
    assert_eq!(field(&office, "Björk", "Status"), "Processed");
    assert_eq!(field(&office, "Björk", "Activation_Status__c"), "Activated");
    office.world(|world| {
        let order = order(world, "Björk");
        let items: Vec<_> = world.salesforce.rows("OrderItem").filter(|it| it.text("OrderId") == order).collect();
        assert!(items.len() == 2 && items.iter().all(|it| !it.text("WHMCS_Service_ID__c").is_empty()));
        let opportunity = world.salesforce.get(world.salesforce.get(&order).unwrap().text("OpportunityId")).unwrap();
        assert_eq!(opportunity.text("StageName"), "Active");
        let service: u64 = opportunity.text("WHMCS_Service_ID__c").parse().unwrap();
        let named = world.whmcs.services.get(service).unwrap();
        assert!(named.custom_fields.values().any(|it| it == opportunity.id()), "{:?}", named.custom_fields);
    });
    for action in ["AddOrder", "AcceptOrder", "SendEmail"] {
        assert_eq!(office.calls(System::Whmcs, action), 1, "{action}");
    }
    // It is done: nobody does it again.
    assert_eq!(why(&self::plan(&office, "Björk", &[]).await), "check-order-status");
}

#[tokio::test]
async fn an_order_that_is_at_whmcs_already_is_not_ordered_again() {
    for (fault, orders) in [(Fault::DropAfter, 1), (Fault::DropBefore, 0)] {
        let office = internet().await;
        let plan = plan(&office, "Björk", &[]).await;
        office.once(System::Whmcs, "AddOrder", fault.clone());
        let view = office.confirm(&plan).await;
        assert_eq!(billed(&office, "Björk").len(), orders, "{fault:?} {view:#?}");
        assert_eq!(office.calls(System::Whmcs, "AddOrder"), 1);
        let (state, activation) = if orders == 1 { ("done", "Activated") } else { ("undone", "Not Started") };
        assert_eq!(word(&view.state), state, "{fault:?} {view:#?}");
        assert_eq!(field(&office, "Björk", "Activation_Status__c"), activation, "{fault:?}");
    }
}

#[tokio::test]
async fn before_the_point_of_no_return_everything_is_taken_back() {
    let office = internet().await;
    let plan = plan(&office, "Björk", &[]).await;
    let refusal = Fault::VendorError { code: "error".to_owned(), message: Some("Order Accept Failed".to_owned()) };
    office.once(System::Whmcs, "AcceptOrder", refusal);
    let view = office.confirm(&plan).await;
    assert_eq!(word(&view.state), "undone", "{view:#?}");
    assert_eq!(billed(&office, "Björk"), ["Cancelled"]);
    assert_eq!(field(&office, "Björk", "Activation_Status__c"), "Not Started");
    // So it can be done again, and becomes one order that runs.
    office.pass(SignedDuration::from_secs(5));
    let again = self::plan(&office, "Björk", &[]).await;
    assert_eq!(again.blocked(), None, "{:?}", again.checks);
    assert_eq!(office.confirm(&again).await.state, OperationState::Done);
    assert_eq!(billed(&office, "Björk").iter().filter(|it| *it == "Active").count(), 1);
}

#[tokio::test]
async fn behind_it_the_way_is_forward() {
    let office = internet().await;
    let plan = plan(&office, "Björk", &[]).await;
    let refusal = Fault::VendorError { code: "FIELD_CUSTOM_VALIDATION_EXCEPTION".to_owned(), message: None };
    office.once(System::Salesforce, "PATCH /sobjects/OrderItem", refusal);
    let view = office.confirm(&plan).await;
    assert_eq!(word(&view.state), "waits-for-person", "{view:#?}");
    assert_eq!(billed(&office, "Björk"), ["Active"]);
    let view = office.decide(view.id, madoguchi::domain::operation::Decision::DriveOn).await;
    assert_eq!(view.state, OperationState::Done, "{view:#?}");
    assert_eq!(office.calls(System::Whmcs, "AddOrder"), 1);
    assert_eq!(field(&office, "Björk", "Status"), "Processed");
}

#[tokio::test]
async fn an_esim_is_opened_while_whmcs_can_still_take_its_order_back() {
    let office = sim(&ESIM).await;
    let plan = plan(&office, "Lindqvist", &[]).await;
    assert_eq!(plan.blocked(), None, "{:?}", plan.checks);
    let view = office.confirm(&plan).await;
    assert_eq!(word(&view.state), "waits-for-system", "{view:#?}");
    // The carrier works on it: nothing is accepted before the line is there.
    assert_eq!(billed(&office, "Lindqvist"), ["Pending"]);
    assert_eq!(field(&office, "Lindqvist", "Activation_Status__c"), "Activating");
    office.pass(SignedDuration::from_mins(30));
    office.look().await;
    assert_eq!(office.view(plan.id).state, OperationState::Done, "{:#?}", office.view(plan.id));
    assert_eq!(billed(&office, "Lindqvist"), ["Active"]);
    assert_eq!(field(&office, "Lindqvist", "Status"), "Processed");
    assert_eq!(office.calls(System::Freebit, "/mvno/esim/addAcnt/"), 1);
    office.world(|world| {
        let order = order(world, "Lindqvist");
        let mut cards = world.salesforce.rows("SIM_Inventory__c");
        let card = cards.find(|it| it.text("Assigned_Order__c") == order).unwrap();
        assert_eq!(card.text("Status__c"), "Activated");
        let line = world.freebit.line(card.text("MSISDN__c"), office.now()).unwrap();
        assert_eq!((line.plan_code.as_str(), line.eid.as_deref()), ("PNEW_10GB_V", Some(ESIM[2].1)));
    });
}

#[tokio::test]
async fn the_carriers_refusal_leaves_nothing_behind() {
    let office = sim(&ESIM).await;
    let plan = plan(&office, "Lindqvist", &[]).await;
    let refusal =
        Fault::VendorError { code: "400-356".to_owned(), message: Some("未対応パターンです。".to_owned()) };
    office.once(System::Freebit, "esim/addAcnt", refusal);
    let view = office.confirm(&plan).await;
    assert_eq!(word(&view.state), "undone", "{view:#?}");
    assert_eq!(billed(&office, "Lindqvist"), ["Cancelled"]);
    assert_eq!(field(&office, "Lindqvist", "Activation_Status__c"), "Not Started");
    let kept = office.world(|world| {
        let order = order(world, "Lindqvist");
        world.salesforce.rows("SIM_Inventory__c").filter(|it| it.text("Reserved_Order__c") == order).count()
    });
    assert_eq!(kept, 0);
}

#[tokio::test]
async fn a_line_whose_answer_was_lost_is_not_asked_for_twice() {
    let office = sim(&ESIM).await;
    let plan = plan(&office, "Lindqvist", &[]).await;
    office.once(System::Freebit, "esim/addAcnt", Fault::DropAfter);
    office.confirm(&plan).await;
    office.pass(SignedDuration::from_mins(30));
    office.look().await;
    assert_eq!(office.view(plan.id).state, OperationState::Done, "{:#?}", office.view(plan.id));
    assert_eq!(office.calls(System::Freebit, "/mvno/esim/addAcnt/"), 1);
}

/// The card must wait at the carrier with its number; then it is registered, and its voice options after that.
#[tokio::test]
async fn a_card_is_registered_and_then_its_voice_options() {
    let office = sim(&CARD).await;
    let who = office.customer("C-000001").await;
    let number = field(&office, "Lindqvist", "OrderNumber");
    let refused = office.try_plan(office.change(&who, "fulfil", &[("order", &number)])).await.unwrap_err();
    assert!(matches!(&refused, PlanRefused::Wrong(wrong) if wrong[0].field == "gender"), "{refused:?}");
    let plan = plan(&office, "Lindqvist", &[("gender", "female")]).await;
    assert_eq!(plan.blocked(), None, "{:?}", plan.checks);
    // Not yet: the carrier knows no such card, and everything is taken back.
    let view = office.confirm(&plan).await;
    assert_eq!(word(&view.state), "undone", "{view:#?}");
    office.pass(SignedDuration::from_secs(5));
    office.sandbox.change(|world| {
        let cards = world.salesforce.rows("SIM_Inventory__c");
        let stock = cards.filter(|it| it.text("Status__c") == "Available" && it.text("SIM_Type__c") == "Physical SIM");
        let card = stock.min_by_key(|it| it.text("Name").to_owned()).unwrap();
        let account: String = card.text("MSISDN__c").chars().filter(char::is_ascii_digit).collect();
        let product_number = card.text("Name").to_owned();
        world.freebit.prepare(Card {
            product_number,
            account,
            plan_code: None,
            port_in_until: None,
            state: CardState::Queued,
        });
    });
    let plan = self::plan(&office, "Lindqvist", &[("gender", "female")]).await;
    assert_eq!(word(&office.confirm(&plan).await.state), "waits-for-system");
    for _ in 0..3 {
        office.pass(SignedDuration::from_mins(40));
        office.look().await;
    }
    assert_eq!(office.view(plan.id).state, OperationState::Done, "{:#?}", office.view(plan.id));
    assert_eq!(office.calls(System::Freebit, "/master/addAcnt/"), 2);
    assert_eq!(office.calls(System::Freebit, "/mvno/talkoption/addOrder/"), 1);
    assert_eq!(billed(&office, "Lindqvist").iter().filter(|it| *it == "Active").count(), 1);
}

#[tokio::test]
async fn what_is_not_ready_is_not_fulfilled() {
    let office = alone().await;
    assert_eq!(why(&plan(&office, "Brandt", &[("gender", "male")]).await), "check-order-status");
    assert_eq!(why(&plan(&office, "Haddad", &[("gender", "male")]).await), "check-no-pay-method");
    assert_eq!(why(&plan(&office, "Ferrari", &[("gender", "female")]).await), "check-product-unmapped");
    // Live already: what it lacks is repaired, nothing is done again.
    assert_eq!(why(&plan(&office, "Mensah", &[("gender", "male")]).await), "check-order-begun");
}

#[tokio::test]
async fn what_another_desk_or_the_worker_does_of_an_order_is_not_taken_back() {
    let office = internet().await;
    let plan = plan(&office, "Björk", &[]).await;
    // Between the plan and its confirmation somebody else begins, and orders at WHMCS.
    let order = office.world(|world| order(world, "Björk"));
    let activating = serde_json::Map::from_iter([("Activation_Status__c".to_owned(), "Activating".into())]);
    office.sandbox.change(|world| world.salesforce.update(&order, activating).unwrap());
    let view = office.confirm(&plan).await;
    let OperationState::Undone(Some(why)) = &view.state else { panic!("{view:#?}") };
    assert_eq!(why.key, "operation-taken");
    assert_eq!(field(&office, "Björk", "Activation_Status__c"), "Activating", "it stays theirs");
    assert_eq!(billed(&office, "Björk").len(), 0);
}

#[tokio::test]
async fn two_desks_do_not_work_on_one_order_together() {
    let office = internet().await;
    let ours = plan(&office, "Björk", &[]).await;
    let theirs = plan(&office, "Björk", &[]).await;
    office.sandbox.misbehave(Order::on(System::Whmcs, Fault::Unavailable503));
    assert_eq!(word(&office.confirm(&ours).await.state), "waits-for-system");
    let carried = office.command(Command::Begin(Box::new(theirs), hana())).await;
    let Carried::Refused(why) = carried else { panic!("it was begun") };
    assert_eq!(why.key, "line-has-ours");
    office.sandbox.behave();
    office.pass(SignedDuration::from_mins(1));
    let after = office.second_desk().await;
    after.look().await;
    assert_eq!(after.view(ours.id).state, OperationState::Done);
    assert_eq!(billed(&office, "Björk"), ["Active"]);
}
