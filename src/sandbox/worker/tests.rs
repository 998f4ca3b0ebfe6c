use jiff::civil::date;
use serde_json::{Value, json};

use super::*;
use crate::sandbox::{
    Clock, names,
    salesforce::{cell::Cell, setup::Staff},
    seed::Recipe,
    whmcs::db::{PayMethod, PayMethodKind, ServiceStatus},
};

fn world() -> World {
    let today = "2026-11-22T03:00:00Z".parse().unwrap();
    let mut world = Recipe { customers: 0, seed: 1, today, worker: Mode::On }.world();
    world.clock = Clock::stopped(today);
    world
}

/// The account of a customer number.
fn account(world: &World, customer: u64) -> String {
    let number = names::customer_number(customer);
    let found = world.salesforce.rows("Account").find(|it| it.text(names::CUSTOMER_NUMBER) == number);
    found.unwrap().id().to_owned()
}

/// The newest order of a customer number.
fn order(world: &World, customer: u64) -> String {
    let account = account(world, customer);
    world.salesforce.rows("Order").filter(|it| it.text("AccountId") == account).last().unwrap().id().to_owned()
}

fn status(world: &World, order: &str) -> [String; 3] {
    let order = world.salesforce.get(order).unwrap();
    ["Status", "Activation_Status__c", "Activation_Error_Code__c"].map(|name| order.text(name).to_owned())
}

fn change(world: &mut World, id: &str, fields: Value) {
    let Value::Object(fields) = fields else { panic!("{fields}") };
    let now = world.clock.now();
    world.salesforce.set_now(now);
    world.salesforce.update(id, fields).unwrap();
    listen(world);
}

fn pass(world: &mut World, seconds: i64) {
    world.clock.advance(SignedDuration::from_secs(seconds));
    catch_up(world);
}

fn verified(world: &mut World, customer: u64) {
    let account = account(world, customer);
    change(world, &account, json!({"Id_Verification_Status__c": "Verified"}));
}

/// WHMCS orders that carry a Salesforce order's id.
fn billed(world: &World, order: &str) -> Vec<u64> {
    let mark = format!("sfOrderId={order}");
    world.whmcs.orders.iter().filter(|it| it.notes == mark).map(|it| it.id).collect()
}

#[test]
fn an_approved_order_goes_through_ten_steps_on_the_clock() {
    let mut world = world();
    let (account, order) = (account(&world, 32), order(&world, 32));
    let client = 1032;
    verified(&mut world, 32);
    change(&mut world, &order, json!({"Status": "Approved"}));
    catch_up(&mut world);
    assert_eq!(status(&world, &order), ["Approved", "Not Started", ""], "a stopped clock is a stopped worker");
    pass(&mut world, 10);
    assert_eq!(status(&world, &order)[1], "Activating");
    pass(&mut world, 5);
    let line = world.freebit.line("09002000032", world.clock.now()).unwrap();
    assert_eq!((line.state.word(), line.plan_code.as_str()), ("waiting", "PNEW_10GB_V"));
    pass(&mut world, 5);
    assert_eq!(status(&world, &order)[1], "Activated");
    assert_eq!(world.freebit.line("09002000032", world.clock.now()).unwrap().state.word(), "active");
    assert_eq!(billed(&world, &order).len(), 0);
    pass(&mut world, 10);
    let billing = billed(&world, &order);
    assert_eq!(world.whmcs.orders.get(billing[0]).unwrap().status, "Pending");
    pass(&mut world, 5);
    assert_eq!(world.whmcs.orders.get(billing[0]).unwrap().status, "Active");
    let service = world.whmcs.services.of(client).find(|it| it.order_id == billing[0] && it.recurring > 0).unwrap();
    assert_eq!((service.domain.as_str(), service.status), ("09002000032", ServiceStatus::Active));
    let opportunity = world.salesforce.get(&order).unwrap().text("OpportunityId").to_owned();
    assert!(service.custom_fields.values().any(|it| *it == opportunity));
    assert!(service.custom_fields.values().any(|it| it == "09002000032"));
    pass(&mut world, 5);
    assert_eq!(status(&world, &order), ["Processed", "Activated", ""]);
    assert_eq!(world.salesforce.get(&order).unwrap().text("WHMCS_Order_ID__c"), billing[0].to_string());
    pass(&mut world, 10);
    let opportunity = world.salesforce.get(&opportunity).unwrap();
    assert_eq!(
        (opportunity.text("StageName"), opportunity.get("WH_Registeration__c")),
        ("Active", Some(&Cell::Bool(true)))
    );
    let card = world.salesforce.rows("SIM_Inventory__c").find(|it| it.text("MSISDN__c") == "09002000032").unwrap();
    assert_eq!(
        [card.text("Status__c"), card.text("Assigned_Account__c"), card.text("Assigned_Order__c")],
        ["Activated", &account, &order]
    );
    let mail = world.whmcs.emails.of(client).last().unwrap();
    assert_eq!(mail.subject, "Your service is ready");
    assert_eq!(world.worker.busy_with().count(), 0);
    let by: Vec<_> = world.salesforce.rows("OrderHistory").filter(|it| it.text("OrderId") == order).collect();
    assert_eq!(by.last().unwrap().text("CreatedById"), Staff::Worker.id().to_string());
}

#[test]
fn an_hour_at_once_is_dated_within_it() {
    let mut world = world();
    let order = order(&world, 32);
    change(&mut world, &order, json!({"Status": "Approved"}));
    pass(&mut world, 3600);
    assert_eq!(status(&world, &order)[0], "Processed");
    let modified = world.salesforce.get(&order).unwrap().get("LastModifiedDate").cloned();
    let after = |seconds: i64| {
        Some(Cell::Time("2026-11-22T03:00:00Z".parse::<Timestamp>().unwrap().as_millisecond() + seconds * 1000))
    };
    assert_eq!(modified, after(40), "the eighth step, five seconds each");
}

#[test]
fn what_stood_still_when_the_world_began_stays_so() {
    let mut world = world();
    let before: Vec<_> = [19, 20, 21, 22, 24, 25, 26, 27, 60, 61].map(|it| status(&world, &order(&world, it))).into();
    pass(&mut world, 86_400);
    let after: Vec<_> = [19, 20, 21, 22, 24, 25, 26, 27, 60, 61].map(|it| status(&world, &order(&world, it))).into();
    assert_eq!(before, after);
}

#[test]
fn sent_round_again_an_order_fails_or_succeeds_as_the_data_demands() {
    for (customer, code) in [(19, "PAYMENT_METHOD_MISSING"), (23, "PRODUCT_MAPPING_MISSING"), (29, "400-356")] {
        let mut world = world();
        let order = order(&world, customer);
        change(&mut world, &order, json!({"Status": "Reactivate"}));
        pass(&mut world, 120);
        assert_eq!(status(&world, &order), ["Approved", "Failed", code]);
    }
    for customer in [20, 21, 22, 24, 25, 26] {
        let mut world = world();
        let order = order(&world, customer);
        let lines = world.freebit.lines().filter(|it| it.account == format!("0900200{customer:04}")).count();
        let orders = billed(&world, &order).len();
        change(&mut world, &order, json!({"Status": "Reactivate"}));
        pass(&mut world, 120);
        assert_eq!(status(&world, &order), ["Processed", "Activated", ""], "C-{customer}");
        assert!(lines <= 1 && orders <= 1);
        assert_eq!(billed(&world, &order).len(), 1, "C-{customer} is billed once");
        let active = world.whmcs.services.of(1000 + customer).filter(|it| it.status == ServiceStatus::Active).count();
        assert_eq!(active, 1, "C-{customer}");
    }
}

#[test]
fn the_customer_adds_a_card_and_the_order_goes_on() {
    let mut world = world();
    let order = order(&world, 19);
    world.whmcs.pay_methods.insert(PayMethod {
        id: 0,
        client_id: 1019,
        kind: PayMethodKind::RemoteCreditCard,
        description: String::new(),
        gateway: "stripe".into(),
        last_four: "4242".into(),
        expires: Some(date(2028, 1, 1)),
        brand: "Visa".into(),
        bank_name: String::new(),
        remote_token: "t".into(),
        updated: date(2026, 11, 22).at(12, 0, 0, 0),
    });
    change(&mut world, &order, json!({"Status": "Reactivate"}));
    pass(&mut world, 60);
    assert_eq!(status(&world, &order), ["Processed", "Activated", ""]);
}

#[test]
fn asked_twice_it_works_once_and_taken_back_it_stops() {
    let mut world = world();
    let order = order(&world, 32);
    change(&mut world, &order, json!({"Status": "Approved"}));
    change(&mut world, &order, json!({"Status": "Reactivate"}));
    assert_eq!(world.worker.busy_with().count(), 1);
    pass(&mut world, 15);
    change(&mut world, &order, json!({"Status": "Cancelled"}));
    pass(&mut world, 600);
    assert_eq!(status(&world, &order)[0], "Cancelled");
    assert_eq!((billed(&world, &order).len(), world.worker.busy_with().count()), (0, 0));
}

#[test]
fn slow_takes_minutes_and_off_forgets() {
    let mut world = world();
    let order = order(&world, 32);
    world.worker.switch(Mode::Slow { minutes: 3 });
    change(&mut world, &order, json!({"Status": "Approved"}));
    pass(&mut world, 3 * 60);
    assert_eq!(status(&world, &order)[1], "Not Started");
    pass(&mut world, 3 * 60);
    assert_eq!(status(&world, &order)[1], "Activating");
    world.worker.switch(Mode::Off);
    pass(&mut world, 3600);
    assert_eq!(status(&world, &order)[1], "Activating");
    change(&mut world, &order, json!({"Status": "Reactivate"}));
    world.worker.switch(Mode::On);
    pass(&mut world, 3600);
    assert_eq!(status(&world, &order)[0], "Reactivate", "what was asked for while nobody listened is lost");
    let kept: World = serde_json::from_str(&serde_json::to_string(&world).unwrap()).unwrap();
    assert_eq!(kept.worker, world.worker);
}

#[test]
fn a_scheduled_order_waits_for_its_day() {
    let mut world = world();
    let order = order(&world, 32);
    let fields = json!({"Status": "Approved", "Activation_Type__c": "Scheduled",
                        "Activation_Scheduled_At__c": "2026-11-24T00:00:00Z"});
    change(&mut world, &order, fields);
    pass(&mut world, 3600);
    assert_eq!(status(&world, &order)[..2], ["Approved", "Scheduled"]);
    pass(&mut world, 2 * 86_400);
    assert_eq!(status(&world, &order)[0], "Processed");
}

#[test]
fn an_order_without_a_reserved_card_is_served_from_stock() {
    let mut world = world();
    let account = account(&world, 1);
    let like = world.salesforce.get(&order(&world, 32)).unwrap();
    let fields = json!({"AccountId": account, "EffectiveDate": "2026-11-22", "Status": "Draft", "Order_Type__c": "SIM",
                        "Pricebook2Id": like.text("Pricebook2Id"), "SIM_Type__c": "eSIM",
                        "EID__c": "89049032000000000000000500002280"});
    let items: Vec<String> = world
        .salesforce
        .rows("OrderItem")
        .filter(|it| it.text("OrderId") == like.id())
        .map(|it| it.text("PricebookEntryId").to_owned())
        .collect();
    let add = |world: &mut World, object: &str, fields: Value| {
        let Value::Object(fields) = fields else { panic!("{fields}") };
        world.salesforce.insert(object, fields).unwrap()
    };
    let order = add(&mut world, "Order", fields);
    for entry in items {
        add(
            &mut world,
            "OrderItem",
            json!({"OrderId": order, "PricebookEntryId": entry, "Quantity": 1, "UnitPrice": 1}),
        );
    }
    change(&mut world, &order, json!({"Status": "Approved"}));
    pass(&mut world, 120);
    assert_eq!(status(&world, &order), ["Processed", "Activated", ""]);
    let card = world.salesforce.rows("SIM_Inventory__c").find(|it| it.text("Assigned_Order__c") == order).unwrap();
    let line = world.freebit.line(card.text("MSISDN__c"), world.clock.now()).unwrap();
    assert_eq!(line.eid.as_deref(), Some("89049032000000000000000500002280"));
    let in_stock = world.salesforce.rows("SIM_Inventory__c").filter(|it| it.text("Status__c") == "Available").count();
    assert_eq!(in_stock, 15);
}
