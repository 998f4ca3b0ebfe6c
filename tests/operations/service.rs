//! Subscriptions: ended, exchanged, extended, corrected.

use madoguchi::domain::operation::{Confirm, Plan, Typed};
use madoguchi::flow::{OperationState, OperationView, PlanRefused};
use madoguchi::sandbox::World;
use madoguchi::sandbox::faults::{Fault, System};
use madoguchi::sandbox::whmcs::db::{InvoiceStatus, ServiceStatus};

use super::{Office, word};

/// Internet and SIM work, all is paid.
const NUMBER: &str = "C-000001";
const CLIENT: u64 = 1001;

/// Its active service whose product's name has this word.
fn service_of(world: &World, word: &str) -> u64 {
    let named = |pid| world.whmcs.products.get(pid).is_some_and(|it| it.name.contains(word));
    let mut services = world.whmcs.services.of(CLIENT).filter(|it| it.status == ServiceStatus::Active);
    services.find(|it| named(it.product_id)).unwrap().id
}

fn sim(world: &World) -> u64 {
    service_of(world, "SIM")
}

/// A product of the same group that costs more a month than the service does.
fn dearer(world: &World, service: u64) -> u64 {
    let service = world.whmcs.services.get(service).unwrap();
    let now = world.whmcs.products.get(service.product_id).unwrap();
    let mut products = world.whmcs.products.iter().filter(|it| it.group_id == now.group_id);
    products.find(|it| it.prices.get(&service.cycle).is_some_and(|(price, _)| *price > service.recurring)).unwrap().id
}

fn state(view: &OperationView) -> &'static str {
    word(&view.state)
}

fn blocked(plan: &Plan) -> &str {
    plan.blocked().map_or("", |why| &why.key)
}

type Fields = Vec<(&'static str, String)>;

/// A verb, the call that makes the change, its fields, and how often its effect is in the world.
type Case = (&'static str, &'static str, fn(&World) -> Fields, fn(&World) -> usize);

const CASES: &[Case] = &[
    (
        "cancel-service",
        "AddCancelRequest",
        |world| vec![("service", sim(world).to_string()), ("reason", "moves abroad".to_owned())],
        |world| world.whmcs.cancel_requests.of(CLIENT).count(),
    ),
    (
        "upgrade",
        "UpgradeProduct",
        |world| {
            let service = sim(world);
            vec![("service", service.to_string()), ("product", dearer(world, service).to_string())]
        },
        |world| world.whmcs.upgrades.of(CLIENT).count(),
    ),
    (
        "service-fields",
        "UpdateClientProduct",
        |world| vec![("service", sim(world).to_string()), ("product-number", "PT-NEW 東京".to_owned())],
        |world| {
            let service = world.whmcs.services.get(sim(world)).unwrap();
            service.custom_fields.values().filter(|it| *it == "PT-NEW 東京").count()
        },
    ),
    (
        "add-on",
        "AddOrder",
        |world| vec![("service", sim(world).to_string()), ("addon", "Roaming data pass".to_owned())],
        |world| world.whmcs.addons.of(CLIENT).count(),
    ),
    (
        "service-status",
        "UpdateClientProduct",
        |world| vec![("service", service_of(world, "Home").to_string()), ("status", "completed".to_owned())],
        |world| world.whmcs.services.of(CLIENT).filter(|it| it.status == ServiceStatus::Completed).count(),
    ),
];

async fn plan(office: &Office, case: &Case) -> Plan {
    let fields = office.world(case.2);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let plan = office.plan(NUMBER, case.0, &fields).await;
    assert_eq!(plan.blocked(), None, "{}", case.0);
    plan
}

#[tokio::test]
async fn each_is_done_once_and_proved() {
    for case in CASES {
        let office = Office::open().await;
        let before = office.world(case.3);
        let plan = plan(&office, case).await;
        let view = office.confirm(&plan).await;
        assert_eq!(view.state, OperationState::Done, "{}: {view:#?}", case.0);
        assert_eq!(office.world(case.3), before + 1, "{}", case.0);
    }
}

#[tokio::test]
async fn an_answer_that_never_came_is_settled_by_reading_and_nothing_is_sent_twice() {
    for case in CASES {
        for (fault, ends, more) in
            [(Fault::DropAfter, "done", 1), (Fault::DropBefore, "undone", 0), (Fault::NoEffect, "undone", 0)]
        {
            let office = Office::open().await;
            let before = office.world(case.3);
            let plan = plan(&office, case).await;
            // The price of an upgrade is asked for with the same action, once more before it is ordered.
            let quotes = u32::from(case.0 == "upgrade");
            let order = madoguchi::sandbox::faults::Order::on(System::Whmcs, fault.clone()).matching(case.1);
            office.sandbox.misbehave(order.times(1).after(quotes));
            let view = office.confirm(&plan).await;
            let label = format!("{} {fault:?}: {view:#?}", case.0);
            assert_eq!((state(&view), office.world(case.3)), (ends, before + more), "{label}");
        }
    }
}

#[tokio::test]
async fn an_upgrade_is_billed_at_the_quoted_price_and_made_when_it_is_paid() {
    let office = Office::open().await;
    let plan = plan(&office, &CASES[1]).await;
    let price = plan.price.unwrap();
    assert_eq!(plan.confirm, Confirm::Typed(Typed::Amount(price)));
    let view = office.confirm(&plan).await;
    let facts = view.receipt.unwrap().facts;
    let invoice: u64 = facts["invoice"].parse().unwrap();
    let billed = office.world(|world| world.whmcs.invoices.get(invoice).unwrap().subtotal());
    assert_eq!(billed, price.0);
    // The same again waits until that is paid.
    let fields = office.world(CASES[1].2);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(blocked(&office.plan(NUMBER, "upgrade", &fields).await), "upgrade-in-progress");
    let paid = office.carry(NUMBER, "capture", &[("invoice", &invoice.to_string())]).await;
    assert_eq!(paid.state, OperationState::Done, "{paid:#?}");
    let (service, product): (u64, u64) = (fields[0].1.parse().unwrap(), fields[1].1.parse().unwrap());
    assert_eq!(office.world(|world| world.whmcs.services.get(service).unwrap().product_id), product);
    assert_eq!(office.world(|world| world.whmcs.invoices.get(invoice).unwrap().status), InvoiceStatus::Paid);
}

#[tokio::test]
async fn a_price_that_changed_is_not_paid() {
    let office = Office::open().await;
    let plan = plan(&office, &CASES[1]).await;
    office.sandbox.change(|world| {
        let service = sim(world);
        world.whmcs.services.update(service, |it| it.recurring += 100);
    });
    let OperationState::Undone(Some(why)) = office.confirm(&plan).await.state else { panic!("it should be refused") };
    assert_eq!(why.key, "upgrade-other-price");
    assert_eq!(office.world(CASES[1].3), 0);
}

#[tokio::test]
async fn a_service_has_one_open_request_and_its_end_is_said_in_words() {
    let office = Office::open().await;
    let service = office.world(sim).to_string();
    let fields = [("service", service.as_str()), ("reason", "moves abroad")];
    let plan = office.plan(NUMBER, "cancel-service", &fields).await;
    assert_eq!(plan.effective.as_ref().unwrap().key, "ends-with-period-on");
    assert!(matches!(&plan.confirm, Confirm::Typed(Typed::LastFour(digits)) if digits.len() == 4), "{plan:#?}");
    let at_once = office.plan(NUMBER, "cancel-service", &[fields[0], fields[1], ("ends", "at-once")]).await;
    assert!(at_once.second, "ending at once takes two");
    assert_eq!(office.confirm(&plan).await.state, OperationState::Done);
    assert_eq!(blocked(&office.plan(NUMBER, "cancel-service", &fields).await), "cancel-request-there");
    // Somebody else's request is not overwritten by a plan that is older than it.
    let old = Plan { id: madoguchi::backend::journal::new_id(office.now()).unwrap(), second: false, ..at_once };
    let OperationState::Undone(Some(why)) = office.confirm(&old).await.state else { panic!("refused") };
    assert_eq!(why.key, "cancel-request-there");
}

#[tokio::test]
async fn only_what_changes_is_written_and_can_be_set_back() {
    let office = Office::open().await;
    let service = office.world(sim);
    let set = async |value: &str| {
        let fields = [("service", &*service.to_string()), ("product-number", value)].map(|(n, v)| (n, v.to_owned()));
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        office.plan(NUMBER, "service-fields", &fields).await
    };
    let first = set("PT-1").await;
    let stale = set("PT-2").await;
    let others = |office: &Office| office.world(|world| world.whmcs.services.get(service).unwrap().custom_fields.len());
    let before = others(&office);
    assert_eq!(office.confirm(&first).await.state, OperationState::Done);
    assert_eq!(others(&office), before, "the other fields stay");
    assert_eq!(blocked(&set("PT-1").await), "service-fields-same");
    let OperationState::Undone(Some(why)) = office.confirm(&stale).await.state else { panic!("stale") };
    assert_eq!(why.key, "record-changed");
    let back = office.try_plan(*first.inverse.unwrap()).await.unwrap();
    assert_eq!(office.confirm(&back).await.state, OperationState::Done);
    assert_eq!(set("PT-1").await.blocked(), None);
}

#[tokio::test]
async fn an_add_on_is_sold_once() {
    let office = Office::open().await;
    let service = office.world(sim).to_string();
    let fields = [("service", service.as_str()), ("addon", "2")];
    let plan = office.plan(NUMBER, "add-on", &fields).await;
    assert_eq!(plan.price.unwrap().0, 330);
    let view = office.confirm(&plan).await;
    assert!(view.receipt.unwrap().facts.contains_key("order"));
    assert_eq!(blocked(&office.plan(NUMBER, "add-on", &fields).await), "addon-there");
}

#[tokio::test]
async fn somebody_elses_service_is_not_touched() {
    let office = Office::open().await;
    let theirs = office.world(|world| world.whmcs.services.of(1002).next().unwrap().id).to_string();
    let who = office.customer(NUMBER).await;
    for (verb, more) in
        [("cancel-service", ("reason", "x")), ("add-on", ("addon", "2")), ("upgrade", ("product", "33"))]
    {
        let change = office.change(&who, verb, &[("service", &theirs), more]);
        let refused = office.try_plan(change).await.unwrap_err();
        assert_eq!(refused, PlanRefused::Blocked("plan-other-service".into()), "{verb}");
    }
}

#[tokio::test]
async fn internet_ends_in_salesforce_too_and_somebody_has_the_equipment_returned() {
    let office = Office::open().await;
    let internet = office.world(|world| service_of(world, "Home")).to_string();
    let fields = [("service", internet.as_str()), ("reason", "moves abroad")];
    let plan = office.plan(NUMBER, "cancel-service", &fields).await;
    let steps: Vec<&str> = plan.steps.iter().map(|it| &*it.says.key).collect();
    assert_eq!(steps, ["step-cancelling", "step-cancel-service", "step-equipment"], "{plan:#?}");
    let view = office.confirm(&plan).await;
    assert_eq!(view.state, OperationState::Done, "{view:#?}");
    office.world(|world| {
        let mut all = world.salesforce.rows("Opportunity");
        let ends = all.find(|it| it.text("StageName") == "△Cancelling" && it.text("CancellationNotice__c") == "有");
        let ends = ends.expect("the opportunity says that it ends");
        assert!(ends.get("ScheduledCancellationDateAndTime__c").is_some());
        assert_ne!(ends.text("SIMCancellationNotice__c"), "有");
        let mut tasks = world.salesforce.rows("Task");
        assert!(tasks.any(|it| it.text("Subject").starts_with("Equipment of ")));
        assert_eq!(world.whmcs.cancel_requests.of(CLIENT).count(), 1);
    });
}
