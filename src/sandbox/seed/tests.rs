use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::DateTime;

use super::*;
use crate::{
    domain::{
        calendar::BusinessCalendar,
        sim::{Eid, Iccid, ProductNumber},
    },
    sandbox::{
        Clock, clock,
        freebit::{Change, LineState},
        names,
        salesforce::{row::Record, setup::Staff},
        whmcs::db::{InvoiceStatus, ServiceStatus},
    },
};

const PAGE: &str = include_str!("../../../assets/sandbox.md");
const NOON: &str = "2026-11-22T03:00:00Z";

fn recipe(customers: usize, seed: u64) -> Recipe {
    Recipe { customers, seed, today: NOON.parse().unwrap(), worker: Mode::default() }
}

/// The world as text, with the clock stopped: it runs.
fn digest(mut world: World) -> String {
    world.clock = Clock::stopped(NOON.parse().unwrap());
    serde_json::to_string(&world).unwrap()
}

fn with<'a>(world: &'a World, object: &str, field: &str, value: &str) -> Vec<Record<'a>> {
    world.salesforce.rows(object).filter(|row| row.text(field) == value).collect()
}

fn account<'a>(world: &'a World, number: &str) -> Record<'a> {
    let found = with(world, "Account", names::CUSTOMER_NUMBER, number);
    assert_eq!(found.len(), 1, "{number}");
    found[0]
}

fn number_of(row: &Record<'_>) -> u64 {
    row.text(names::CUSTOMER_NUMBER).trim_start_matches("C-").parse().unwrap()
}

/// Everything about a customer (`C-000001`, or `#1046` for a client without an account) that a search may look at.
fn about(world: &World, customer: &str) -> String {
    let mut text = vec![customer.to_owned()];
    let client = if let Some(client) = customer.strip_prefix('#') {
        client.parse().unwrap()
    } else {
        let account = account(world, customer);
        let fields = ["Name", "LastName", "FirstName", "Last_Name_Kana__c", "PersonEmail"];
        text.extend(fields.iter().map(|field| account.text(field).to_owned()));
        for (object, field) in
            [("Order", "OrderNumber"), ("Order", "EID__c"), ("Case", "CaseNumber"), ("Contact", "Email")]
        {
            text.extend(with(world, object, "AccountId", account.id()).iter().map(|row| row.text(field).to_owned()));
        }
        1000 + number_of(&account)
    };
    let named = |it: &&crate::sandbox::whmcs::db::Client| {
        it.id == client || it.custom_fields.get(&names::CLIENT_FIELD_CUSTOMER_NUMBER).is_some_and(|it| it == customer)
    };
    for client in world.whmcs.clients.iter().filter(named) {
        text.extend([format!("#{}", client.id), client.full_name(), client.email.clone(), client.companyname.clone()]);
        text.extend(client.custom_fields.values().cloned());
        text.push(super::numbers::hyphened(&client.phone));
        text.extend(world.whmcs.services.of(client.id).map(|it| super::numbers::hyphened(&it.domain)));
    }
    text.join("\n")
}

/// Words in backticks.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

#[test]
fn the_page_tells_what_finds_each_customer() {
    let world = recipe(0, 5).world();
    let mut listed = BTreeSet::new();
    let mut jobs = BTreeSet::new();
    for row in PAGE.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<_> = row.trim_matches('|').split(" | ").collect();
        let customer = quoted(cells[0])[0];
        let about = about(&world, customer);
        for key in quoted(cells[1]) {
            // The page may spell a name in half-width kana, which the search folds.
            let key = if key == "ﾀｶｾ" { "タカセ" } else { key };
            assert!(about.contains(key), "{customer} is not found by {key}");
        }
        listed.insert(customer.to_owned());
        jobs.extend(cells[3].trim().trim_end_matches('|').split_whitespace().map(str::to_owned));
    }
    for account in world.salesforce.rows("Account") {
        assert!(listed.contains(account.text(names::CUSTOMER_NUMBER)), "{} is not on the page", account.text("Name"));
    }
    for job in 1..=17 {
        assert!(jobs.contains(&format!("J{job}")), "no customer for J{job}");
    }
}

#[test]
fn the_same_recipe_gives_the_same_world() {
    assert_eq!(digest(recipe(90, 7).world()), digest(recipe(90, 7).world()));
    assert_ne!(digest(recipe(90, 7).world()), digest(recipe(90, 8).world()));
    let (one, other) = (recipe(0, 1).world(), recipe(70, 99).world());
    assert_eq!(other.salesforce.rows("Account").count(), 69, "one of the seventy has no account");
    for (mine, theirs) in one.salesforce.rows("Account").zip(other.salesforce.rows("Account")) {
        assert_eq!((mine.id(), mine.row), (theirs.id(), theirs.row), "documented customers do not depend on the seed");
    }
    for invoice in one.whmcs.invoices.iter() {
        assert_eq!(other.whmcs.invoices.get(invoice.id).unwrap().total(), invoice.total());
    }
}

#[test]
fn numbers_are_valid_and_nobodys() {
    let world = recipe(150, 3).world();
    assert!(world.freebit.len() > 80);
    for line in world.freebit.lines() {
        assert_eq!((line.account.len(), &line.account[3..4]), (11, "0"), "{}", line.account);
        ProductNumber::parse(&line.product_number).unwrap();
        Iccid::parse(line.iccid.as_deref().unwrap()).unwrap();
        if let Some(eid) = &line.eid {
            Eid::parse(eid).unwrap();
        }
    }
    for client in world.whmcs.clients.iter() {
        assert_eq!(&client.phone[3..4], "0");
        let domain = client.email.split_once('@').unwrap().1;
        assert!(domain.ends_with("example.jp") || domain.ends_with("example.com"), "{domain}");
    }
    let phones: BTreeSet<_> = world.whmcs.clients.iter().map(|it| it.phone.as_str()).collect();
    assert_eq!(phones.len() + 1, world.whmcs.clients.len(), "only the doubled client shares a phone");
}

#[test]
fn ordinary_customers_are_linked_both_ways() {
    let world = recipe(150, 3).world();
    for row in world.salesforce.rows("Account").filter(|row| number_of(row) > 58) {
        let client = world.whmcs.clients.get(1000 + number_of(&row)).unwrap();
        assert_eq!(row.text(names::BILLING_CLIENT), names::billing_client(client.id, &client.full_name()));
        assert_eq!(client.custom_fields[&names::CLIENT_FIELD_CUSTOMER_NUMBER], row.text(names::CUSTOMER_NUMBER));
    }
    for order in world.whmcs.orders.iter() {
        let id = order.notes.strip_prefix(names::ORDER_NOTE).unwrap();
        assert_eq!(world.salesforce.get(id).unwrap().object.name, "Order");
    }
    for invoice in world.whmcs.invoices.iter().filter(|it| it.status == InvoiceStatus::Paid) {
        assert_eq!(world.whmcs.paid_towards(invoice), invoice.total());
    }
}

#[test]
fn each_step_of_fulfilment_has_its_stuck_order() {
    let world = recipe(0, 1).world();
    // customer, status, activation, line at Freebit, WHMCS order, WHMCS id in Salesforce, opportunity, inventory
    for (number, status, activation, line, billing, written, stage, inventory) in [
        (19, "Approved", "Failed", false, None, false, "Post Processing", "Reserved"),
        (20, "Approved", "Not Started", false, None, false, "Post Processing", "Reserved"),
        (21, "Approved", "Failed", false, None, false, "Post Processing", "Reserved"),
        (22, "Approved", "Activating", true, None, false, "Post Processing", "Reserved"),
        (23, "Approved", "Failed", true, None, false, "Post Processing", "Reserved"),
        (24, "Approved", "Failed", true, None, false, "Post Processing", "Reserved"),
        (25, "Approved", "Failed", true, Some("Pending"), false, "Post Processing", "Reserved"),
        (26, "Approved", "Activated", true, Some("Active"), false, "Post Processing", "Reserved"),
        (27, "Processed", "Activated", true, Some("Active"), true, "Post Processing", "Reserved"),
        (28, "Processed", "Activated", true, Some("Active"), true, "Active", "Reserved"),
        (1, "Processed", "Activated", true, Some("Active"), true, "Active", "Activated"),
    ] {
        let account = account(&world, &names::customer_number(number));
        let orders = with(&world, "Order", "AccountId", account.id());
        let order = orders.iter().find(|order| order.text("Order_Type__c") == "SIM").unwrap();
        assert_eq!((order.text("Status"), order.text("Activation_Status__c")), (status, activation), "{number}");
        let msisdn = format!("0900200{number:04}");
        assert_eq!(world.freebit.line(&msisdn, world.clock.now()).is_some(), line, "{number}");
        let note = format!("{}{}", names::ORDER_NOTE, order.id());
        let found = world.whmcs.orders.iter().find(|it| it.notes == note).map(|it| it.status.as_str());
        assert_eq!(found, billing, "{number}");
        assert_eq!(!order.text("WHMCS_Order_ID__c").is_empty(), written, "{number}");
        let opportunity = world.salesforce.get(order.text("OpportunityId")).unwrap();
        assert_eq!(opportunity.text("StageName"), stage, "{number}");
        assert_eq!(with(&world, "SIM_Inventory__c", "MSISDN__c", &msisdn)[0].text("Status__c"), inventory, "{number}");
        let pay_methods = world.whmcs.pay_methods.of(1000 + number).count();
        assert_eq!(pay_methods > 0, number != 19);
    }
}

#[test]
fn the_documented_troubles_are_there() {
    let world = recipe(0, 1).world();
    let now = world.clock.now();
    let today = clock::jst(now).date();
    let line = |number: u64| world.freebit.line(&format!("0900200{number:04}"), now).unwrap();
    assert_eq!((line(2).quota_kb, line(2).throttled), (0, true));
    assert_eq!(line(5).top_ups, []);
    assert!(matches!(line(13).pending.unwrap().change, Change::ContractLine(_)));
    assert!(matches!(line(15).pending.unwrap().change, Change::VoiceOptions(_)));
    assert_eq!(line(17).state, LineState::Waiting);
    assert_eq!(line(18).state, LineState::Obsolete);

    let overdue = |number: u64| world.whmcs.invoices.of(1000 + number).filter(|it| it.is_overdue(today)).count();
    assert_eq!((overdue(1), overdue(3), overdue(6)), (0, 2, 3));
    assert!(world.whmcs.services.of(1006).any(|it| it.status == ServiceStatus::Suspended));
    assert!(world.whmcs.invoices.of(1055).count() == 400);
    assert_eq!(world.whmcs.cancel_requests.of(1011).count() + world.whmcs.cancel_requests.of(1012).count(), 2);
    assert_eq!((world.whmcs.services.of(1054).count(), world.whmcs.invoices.of(1054).count()), (0, 0));
    let arriving = account(&world, "C-000016");
    let order = &with(&world, "Order", "AccountId", arriving.id())[0];
    let until: jiff::civil::Date =
        order.get("MNP_Expiry_Date__c").unwrap().to_json(false).as_str().unwrap().parse().unwrap();
    assert_eq!(today.until(until).unwrap().get_days(), 3);
}

#[test]
fn any_day_of_the_year_will_do_and_nothing_comes_from_the_future() {
    for today in ["2026-10-31T15:00:30Z", "2027-03-30T23:59:59Z", "2028-02-29T00:30:00Z", "2026-12-31T14:59:59Z", NOON]
    {
        let world = Recipe { customers: 80, seed: 2, today: today.parse().unwrap(), worker: Mode::default() }.world();
        let now = clock::jst(today.parse().unwrap()).datetime();
        let past = |at: DateTime, what: &str| assert!(at <= now, "{what} at {at}, and it is {now}");
        for invoice in world.whmcs.invoices.iter() {
            past(invoice.updated, "invoice");
        }
        world.whmcs.transactions.iter().for_each(|it| past(it.date, "payment"));
        world.whmcs.activity.iter().for_each(|it| past(it.date, "log"));
        world.whmcs.tickets.iter().for_each(|it| past(it.last_reply, "ticket"));
        world.whmcs.clients.iter().for_each(|it| past(it.last_login.as_ref().unwrap().at, "login"));
        for object in [
            "Account",
            "Order",
            "Opportunity",
            "Case",
            "Task",
            "CaseComment",
            "EmailMessage",
            "AccountHistory",
            "CaseHistory",
            "OrderHistory",
            "OpportunityHistory",
        ] {
            for row in world.salesforce.rows(object) {
                let at: jiff::Timestamp = stamp(&row).parse().unwrap();
                assert!(at <= today.parse().unwrap(), "{object} made at {at}, and it is {today}");
            }
        }
    }
}

#[test]
fn histories_lead_to_what_is_there_now() {
    let world = recipe(120, 4).world();
    for (object, history, parent, fields) in [
        ("Order", "OrderHistory", "OrderId", ["Status", "Activation_Status__c"]),
        ("Opportunity", "OpportunityFieldHistory", "OpportunityId", ["StageName", "StageName"]),
        ("Case", "CaseHistory", "CaseId", ["Status", "Priority"]),
        ("Account", "AccountHistory", "AccountId", ["Id_Verification_Status__c", "Internet_Eligibility_Status__c"]),
    ] {
        let mut told = 0;
        for field in fields {
            let mut now: BTreeMap<&str, (&str, String)> = BTreeMap::new();
            for row in with(&world, history, "Field", field) {
                let at = stamp(&row);
                if let Some((was, before)) = now.insert(row.text(parent), (row.text("NewValue"), at.clone())) {
                    assert_eq!(row.text("OldValue"), was, "{history} has a gap");
                    assert!(before <= at, "{history} goes back in time");
                }
                assert!(at >= stamp(&world.salesforce.get(row.text(parent)).unwrap()), "{history} before {object}");
                told += 1;
            }
            for (id, (value, _)) in now {
                assert_eq!(world.salesforce.get(id).unwrap().text(field), value, "{object}.{field}");
            }
        }
        assert!(told > 20, "{history}: {told}");
    }
    let approvals = with(&world, "OrderHistory", "NewValue", "Approved");
    let worker = Staff::Worker.id().to_string();
    assert!(approvals.iter().all(|row| row.text("CreatedById") != worker), "people approve");
    let started = with(&world, "OrderHistory", "NewValue", "Activating");
    assert!(started.iter().all(|row| row.text("CreatedById") == worker), "the worker fulfils");
}

#[test]
fn every_queue_of_the_shift_holds_something() {
    // A Sunday, a Monday before opening, a Friday evening.
    for today in [NOON, "2026-11-22T21:00:00Z", "2026-11-27T10:30:00Z"] {
        let world = Recipe { customers: 0, seed: 1, today: today.parse().unwrap(), worker: Mode::default() }.world();
        let now: jiff::Timestamp = today.parse().unwrap();
        let count = |object, wanted: &dyn Fn(&Record<'_>) -> bool| world.salesforce.rows(object).filter(wanted).count();
        let orders = |status, activation| {
            count("Order", &|it| it.text("Status") == status && it.text("Activation_Status__c") == activation)
        };
        assert_eq!(orders("Pending Review", "Not Started"), 4);
        assert_eq!(orders("Approved", "Scheduled"), 1);
        assert_eq!(orders("Reactivate", "Not Started"), 1);
        assert!(orders("Approved", "Failed") >= 6);
        let changed = |it: &Record<'_>| moment_of(it, "LastModifiedDate");
        let old = now - jiff::SignedDuration::from_mins(15);
        let activating = |it: &Record<'_>| it.text("Activation_Status__c") == "Activating";
        assert!(count("Order", &|it| activating(it) && changed(it) < old) >= 1);
        assert!(count("Order", &|it| activating(it) && changed(it) > old) >= 2);
        assert_eq!(count("Account", &|it| it.text("Id_Verification_Status__c") == "Submitted"), 1);
        assert_eq!(count("Account", &|it| it.text("Internet_Eligibility_Status__c") == "Pending"), 1);

        let calendar = BusinessCalendar::default();
        let open = |it: &Record<'_>| !it.row.is_true(it.object.column("IsClosed").unwrap());
        let mine = |it: &Record<'_>| it.text("OwnerId") == Staff::Desk.id().to_string();
        assert!(count("Case", &|it| open(it) && mine(it)) >= 5);
        assert!(count("Case", &|it| open(it) && it.text("OwnerId").starts_with("00G")) >= 8);
        let waited = |it: &Record<'_>| calendar.open_minutes_between(moment_of(it, "CreatedDate"), now);
        let urgent = |it: &Record<'_>| open(it) && it.text("Status") == "New" && it.text("Priority") == "High";
        assert!(count("Case", &|it| urgent(it) && waited(it) > 60) >= 1, "late");
        assert!(count("Case", &|it| urgent(it) && (45..60).contains(&waited(it))) >= 1, "nearly late");
        assert!(count("Task", &open) >= 4);

        let db = &world.whmcs;
        let date = clock::jst(now).date();
        assert!(db.invoices.open().filter(|it| it.is_overdue(date)).count() >= 5);
        assert!(db.tickets.open().filter(|it| matches!(it.status.as_str(), "Open" | "Customer-Reply")).count() >= 3);
        assert_eq!((db.orders.open().count(), db.module_queue.open().count()), (1, 3));
        assert_eq!(db.emails.iter().filter(|it| it.pending).count(), 1);
        assert!(db.emails.iter().filter(|it| it.failure.is_some()).count() >= 2);
        let refunds: Vec<_> = db.transactions.iter().filter(|it| it.amount_out > 0).collect();
        assert!(refunds.iter().all(|it| db.transactions.get(it.refund_id).unwrap().amount_in == it.amount_out));
        let credits: i64 = db.credits.of(1007).map(|it| it.amount).sum();
        assert_eq!((refunds.len(), credits), (1, db.clients.get(1007).unwrap().credit));
        assert!(db.addons.len() >= 5);
    }
}

fn moment_of(row: &Record<'_>, field: &str) -> jiff::Timestamp {
    let json = row.get(field).unwrap().to_json(false);
    json.as_str().unwrap().replace("+0000", "Z").parse().unwrap()
}

#[test]
fn a_world_with_little_memory_keeps_few_histories_and_the_same_records() {
    let world = |months| {
        let mut town = town::Town::new(&recipe(0, 1));
        town.remember(months);
        (0..40).for_each(|_| town.settle(2));
        town.world()
    };
    let (little, much) = (world(1), world(18));
    let count = |world: &World, object| world.salesforce.rows(object).count();
    assert!(2 * count(&little, "OrderHistory") < count(&much, "OrderHistory"));
    for (one, other) in little.salesforce.rows("Order").zip(much.salesforce.rows("Order")) {
        assert_eq!((one.id(), one.row), (other.id(), other.row));
    }
}

/// `CreatedDate` with the colon RFC 3339 wants.
fn stamp(row: &Record<'_>) -> String {
    let json = row.get("CreatedDate").unwrap().to_json(false);
    json.as_str().unwrap().replace("+0000", "Z")
}
