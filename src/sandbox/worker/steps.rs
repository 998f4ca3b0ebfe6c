//! The ten steps, each of which looks first whether it was done already: whoever sends an order round again must not
//! get a second line or a second WHMCS order.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::sandbox::{
    World, clock,
    freebit::{Change, Line, LineState, Pending},
    names,
    salesforce::{self, row::Record, schema, setup::Staff},
    whmcs::{
        self,
        db::{BillingCycle, OrderLine, ServiceStatus},
    },
};

/// The steps, numbered from 1 as the desk numbers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Step {
    /// 1 approved, not done yet, a pay method on file.
    Validate,
    /// 2 Salesforce says activating.
    Activating,
    /// 3 the line at Freebit.
    Freebit,
    /// 4 Salesforce says activated.
    Activated,
    /// 5 every item has its WHMCS product.
    Map,
    /// 6 ordered at WHMCS.
    AddOrder,
    /// 7 accepted at WHMCS, service fields filled.
    AcceptOrder,
    /// 8 ids written back, order processed.
    WriteBack,
    /// 9 opportunity active.
    Opportunity,
    /// 10 card assigned, customer told.
    SideEffects,
}

impl Step {
    pub(super) const FIRST: Self = Self::Validate;

    pub(super) fn next(self) -> Option<Self> {
        Some(match self {
            Self::Validate => Self::Activating,
            Self::Activating => Self::Freebit,
            Self::Freebit => Self::Activated,
            Self::Activated => Self::Map,
            Self::Map => Self::AddOrder,
            Self::AddOrder => Self::AcceptOrder,
            Self::AcceptOrder => Self::WriteBack,
            Self::WriteBack => Self::Opportunity,
            Self::Opportunity => Self::SideEffects,
            Self::SideEffects => return None,
        })
    }
}

/// What a step came to.
pub(super) enum Outcome {
    Done,
    /// Nothing can be done before then.
    Wait(Timestamp),
    /// The order failed, or somebody took it back.
    Over,
}

/// Why an order cannot go on, as Salesforce shows it.
struct Failure {
    code: String,
    message: String,
}

fn failure(code: &str, message: impl Into<String>) -> Failure {
    Failure { code: code.to_owned(), message: message.into() }
}

/// What the steps need to know of an order. Read anew for each: people change orders meanwhile.
struct Order {
    id: String,
    account: String,
    opportunity: String,
    kind: String,
    starts: Option<Timestamp>,
    status: String,
    activation: String,
    /// The WHMCS client that the account names.
    client: Option<u64>,
    items: Vec<Item>,
}

/// One item of an order, with what its product says of it.
struct Item {
    id: String,
    main: bool,
    sku: String,
    billing: u64,
    monthly: bool,
    size: String,
    plan: String,
}

/// A card and the number that goes with it.
struct Card {
    inventory: String,
    number: String,
    product_number: String,
    iccid: String,
    eid: String,
}

/// Takes one step of an order at a moment.
pub(super) fn take(world: &mut World, order: &str, step: Step, at: Timestamp) -> Outcome {
    world.salesforce.set_now(at);
    // Step 8 makes the order Processed; the two after it belong to an order that is.
    let busy: &[&str] = match step {
        Step::Opportunity | Step::SideEffects => &["Processed"],
        _ => &["Approved", "Reactivate"],
    };
    let Some(order) = read(world, order).filter(|it| busy.contains(&it.status.as_str())) else {
        return Outcome::Over;
    };
    let done = match step {
        Step::Validate => return validate(world, &order, at),
        Step::Activating => {
            let fields = json!({"Status": "Approved", "Activation_Status__c": "Activating",
                                "Activation_Error_Code__c": null, "Activation_Error_Message__c": null});
            write(world, &order.id, fields);
            Ok(())
        }
        Step::Freebit => register(world, &order, at),
        Step::Activated => {
            let now = at.to_string();
            write(world, &order.id, json!({"Activation_Status__c": "Activated", "ActivatedDate": now}));
            Ok(())
        }
        Step::Map => map(&order),
        Step::AddOrder => add_order(world, &order, at),
        Step::AcceptOrder => accept_order(world, &order, at),
        Step::WriteBack => write_back(world, &order),
        Step::Opportunity => {
            opportunity(world, &order);
            Ok(())
        }
        Step::SideEffects => side_effects(world, &order, at),
    };
    match done {
        Ok(()) => Outcome::Done,
        Err(failure) => fail(world, &order, &failure),
    }
}

fn read(world: &World, order: &str) -> Option<Order> {
    let db = &world.salesforce;
    let record = db.get(order).filter(|record| !record.is_deleted())?;
    let text = |name: &str| record.text(name).to_owned();
    let client = db.get(record.text("AccountId")).and_then(|account| client_named(account.text(names::BILLING_CLIENT)));
    let starts = match record.get("Activation_Scheduled_At__c") {
        Some(salesforce::cell::Cell::Time(ms)) if record.text("Activation_Type__c") == "Scheduled" => {
            Timestamp::from_millisecond(*ms).ok()
        }
        _ => None,
    };
    Some(Order {
        id: record.id().to_owned(),
        account: text("AccountId"),
        opportunity: text("OpportunityId"),
        kind: text("Order_Type__c"),
        starts,
        status: text("Status"),
        activation: text("Activation_Status__c"),
        client,
        items: items(db, record.id()),
    })
}

/// `#1001 - Name` names client 1001.
fn client_named(text: &str) -> Option<u64> {
    let digits: String = text.strip_prefix('#')?.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn items(db: &salesforce::Db, order: &str) -> Vec<Item> {
    let items = children(db, "OrderItem", "OrderId", order).into_iter().filter_map(|item| {
        let product = db.get(item.text("Product2Id"))?;
        Some(Item {
            id: item.id().to_owned(),
            main: product.text("Item_Class__c") == "Service",
            sku: product.text("StockKeepingUnit").to_owned(),
            billing: product.get("WH_Product_ID__c").and_then(salesforce::cell::Cell::number).unwrap_or(0.0) as u64,
            monthly: product.text("Billing_Cycle__c") != "Onetime",
            size: product.text("SIM_Data_Size__c").to_owned(),
            plan: product.text("SIM_Plan_Type__c").to_owned(),
        })
    });
    items.collect()
}

fn children<'a>(db: &'a salesforce::Db, object: &str, field: &str, parent: &str) -> Vec<Record<'a>> {
    let Some(object) = schema::object(object) else { return Vec::new() };
    let found = object.column(field).and_then(|column| db.find(object, column, parent)).unwrap_or_default();
    found.into_iter().filter(|record| !record.is_deleted()).collect()
}

/// Writes in the worker's own name.
fn write(world: &mut World, id: &str, fields: Value) {
    let Value::Object(mut fields) = fields else { return };
    fields.insert("LastModifiedById".to_owned(), json!(Staff::Worker.id().to_string()));
    if let Err(error) = world.salesforce.update(id, fields) {
        // The fields are this file's own: a refusal is a mistake in it, and the order stays where it is for all to see.
        tracing::warn!(%error, "the worker's change was refused");
    }
}

fn fail(world: &mut World, order: &Order, failure: &Failure) -> Outcome {
    let fields = json!({"Status": "Approved", "Activation_Status__c": "Failed",
                        "Activation_Error_Code__c": failure.code, "Activation_Error_Message__c": failure.message});
    write(world, &order.id, fields);
    Outcome::Over
}

fn validate(world: &mut World, order: &Order, at: Timestamp) -> Outcome {
    if let Some(starts) = order.starts.filter(|starts| *starts > at) {
        if order.activation != "Scheduled" {
            write(world, &order.id, json!({"Activation_Status__c": "Scheduled"}));
        }
        return Outcome::Wait(starts);
    }
    let Some(client) = order.client.filter(|id| world.whmcs.clients.get(*id).is_some()) else {
        return fail(world, order, &failure("WHMCS_CLIENT_MISSING", "The account names no WHMCS client that exists."));
    };
    if world.whmcs.pay_methods.of(client).next().is_none() {
        let words = "Provisioning is paused until the customer adds a payment method.";
        return fail(world, order, &failure("PAYMENT_METHOD_MISSING", words));
    }
    Outcome::Done
}

/// Step 3. The line of a number that lives already is that of an earlier attempt.
fn register(world: &mut World, order: &Order, at: Timestamp) -> Result<(), Failure> {
    if order.kind != "SIM" {
        return Ok(());
    }
    let plan = order.items.iter().find(|item| item.main && !item.size.is_empty());
    let plan = plan.ok_or_else(|| failure("SIM_PLAN_MISSING", "No item of the order is a SIM plan."))?;
    let card = card_of(world, order)?;
    if let Some((code, message)) =
        [&card.eid, &card.product_number].into_iter().find_map(|key| world.worker.refused_cards.get(key.as_str()))
    {
        return Err(failure(code, message));
    }
    match world.freebit.line(&card.number, at).map(|line| line.state) {
        None => {}
        Some(LineState::Obsolete) => return Err(failure("210", "アカウント不在エラー")),
        Some(_) => return Ok(()),
    }
    let due = super::later(at, world.worker.pace());
    let voice = plan.plan.contains("Voice");
    let record = world.salesforce.get(&order.id);
    let ticked = |name: &str| record.is_some_and(|it| it.get(name) == Some(&salesforce::cell::Cell::Bool(true)));
    let esim = !card.eid.is_empty();
    let allowance = plan.size.trim_end_matches("GB").parse::<u64>().unwrap_or(0) * 1_000_000;
    let line = Line {
        account: card.number,
        state: LineState::Waiting,
        start: None,
        plan_code: format!("PNEW_{}{}", plan.size.to_uppercase(), if voice { "_V" } else { "" }),
        product_number: card.product_number,
        iccid: Some(card.iccid),
        imsi: None,
        eid: esim.then_some(card.eid),
        contract_line: "5G".to_owned(),
        size: if esim { "esim" } else { "nano" }.to_owned(),
        sms: plan.plan != "DataOnly",
        talk: voice,
        voice_mail: voice && ticked("SIM_Voice_Mail__c"),
        call_waiting: voice && ticked("SIM_Call_Waiting__c"),
        quota_kb: allowance,
        pending: Some(Pending { change: Change::Register, since: at, due }),
        ..Line::default()
    };
    world.freebit.insert(line);
    Ok(())
}

/// The card reserved for the order or, when nobody reserved one, the next in stock, which is reserved for it now.
fn card_of(world: &mut World, order: &Order) -> Result<Card, Failure> {
    let db = &world.salesforce;
    let record = db.get(&order.id);
    let field = |name: &str| record.map(|it| it.text(name)).unwrap_or_default().to_owned();
    let (eid, kind, port_in) = (field("EID__c"), field("SIM_Type__c"), field("MNP_Phone_Number__c"));
    let reserved = ["Reserved_Order__c", "Assigned_Order__c"]
        .into_iter()
        .find_map(|name| children(db, "SIM_Inventory__c", name, &order.id).into_iter().next());
    let found = reserved.or_else(|| {
        let in_stock = children(db, "SIM_Inventory__c", "Status__c", "Available").into_iter();
        in_stock.filter(|card| card.text("SIM_Type__c") == kind).min_by_key(|card| card.text("Name"))
    });
    let in_hand = reserved.is_some();
    let Some(found) = found else {
        return Err(failure(
            "SIM_NOT_AVAILABLE",
            format!("No {kind} is reserved for this order, and none is in stock."),
        ));
    };
    let text = |name: &str| found.text(name).to_owned();
    let card = Card {
        inventory: found.id().to_owned(),
        number: if port_in.is_empty() { digits(&text("MSISDN__c")) } else { digits(&port_in) },
        product_number: text("Name"),
        iccid: text("ICCID__c"),
        eid: if eid.is_empty() { text("EID__c") } else { eid },
    };
    if !in_hand {
        let mut fields = json!({"Status__c": "Reserved", "Reserved_Order__c": order.id});
        if !card.eid.is_empty() {
            fields["EID__c"] = json!(card.eid);
        }
        write(world, &card.inventory, fields);
    }
    Ok(card)
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Step 5: one product that nobody mapped stops the whole order.
fn map(order: &Order) -> Result<(), Failure> {
    if order.items.is_empty() {
        return Err(failure("ORDER_EMPTY", "The order has no items."));
    }
    match order.items.iter().find(|item| item.billing == 0) {
        Some(item) => Err(failure("PRODUCT_MAPPING_MISSING", format!("Product {} has no WHMCS product id.", item.sku))),
        None => Ok(()),
    }
}

/// The WHMCS order that carries this order's id; one that was cancelled there is none.
fn billing_order<'a>(world: &'a World, order: &Order) -> Option<&'a whmcs::db::Order> {
    let mark = format!("{}{}", names::ORDER_NOTE, order.id);
    let orders = &world.whmcs.orders;
    orders.of(order.client?).find(|it| it.notes.contains(&mark) && matches!(it.status.as_str(), "Pending" | "Active"))
}

/// Step 6. There is no second one: the notes say whose order it is.
fn add_order(world: &mut World, order: &Order, at: Timestamp) -> Result<(), Failure> {
    if billing_order(world, order).is_some() {
        return Ok(());
    }
    let number = match order.kind.as_str() {
        "SIM" => card_of(world, order)?.number,
        _ => String::new(),
    };
    let Some(client) = order.client else { return Err(failure("WHMCS_CLIENT_MISSING", "The client is gone.")) };
    let gateway = world.whmcs.pay_methods.of(client).next().map_or("", |it| it.gateway.as_str()).to_owned();
    let mut fields = vec![
        ("clientid".to_owned(), client.to_string()),
        ("paymentmethod".to_owned(), gateway),
        ("notes".to_owned(), format!("{}{}", names::ORDER_NOTE, order.id)),
        ("noinvoice".to_owned(), "1".to_owned()),
        ("noemail".to_owned(), "1".to_owned()),
    ];
    for (place, item) in order.items.iter().enumerate() {
        let mut put = |name: &str, value: String| fields.push((format!("{name}[{place}]"), value));
        put("pid", item.billing.to_string());
        put("billingcycle", if item.monthly { "monthly" } else { "onetime" }.to_owned());
        if item.main {
            put("domain", number.clone());
        }
    }
    act(world, at, "AddOrder", &fields).map(drop).map_err(|words| failure("WHMCS_ADD_ORDER_FAILED", words))
}

fn act(
    world: &mut World,
    at: Timestamp,
    action: &str,
    fields: &[(String, String)],
) -> Result<Map<String, Value>, String> {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    whmcs::act(&mut world.whmcs, clock::jst(at).datetime(), action, &fields)
}

/// Step 7: accepted while pending, then the fields that link the service to the opportunity and the line.
fn accept_order(world: &mut World, order: &Order, at: Timestamp) -> Result<(), Failure> {
    let lost = || failure("WHMCS_ACCEPT_ORDER_FAILED", "No WHMCS order carries this order's id.");
    let (id, pending) = billing_order(world, order).map(|it| (it.id, it.status == "Pending")).ok_or_else(lost)?;
    if pending {
        act(world, at, "AcceptOrder", &[("orderid".to_owned(), id.to_string())])
            .map_err(|words| failure("WHMCS_ACCEPT_ORDER_FAILED", words))?;
    }
    let mut values = vec![(names::SERVICE_OPPORTUNITY, order.opportunity.clone())];
    if order.kind == "SIM" {
        let card = card_of(world, order)?;
        values.push((names::SERVICE_SIM_NUMBER, card.number));
        values.push((names::SERVICE_SERIAL_NUMBER, card.product_number));
        values.push((names::SERVICE_EID, card.eid));
    }
    for service in services(world, order).into_iter().flatten() {
        let product = world.whmcs.services.get(service).and_then(|it| world.whmcs.products.get(it.product_id));
        let fields: Vec<(u64, String)> = product
            .into_iter()
            .flat_map(|it| &it.custom_fields)
            .filter_map(|field| Some((field.id, values.iter().find(|(name, _)| *name == field.name)?.1.clone())))
            .collect();
        world.whmcs.services.update(service, |it| {
            it.custom_fields.extend(fields);
            // What is paid once has nothing left to run.
            if it.cycle == BillingCycle::OneTime && it.status == ServiceStatus::Active {
                it.status = ServiceStatus::Completed;
            }
        });
    }
    Ok(())
}

/// The WHMCS service of each item, in the items' order.
fn services(world: &World, order: &Order) -> Vec<Option<u64>> {
    let lines = billing_order(world, order).map(|it| it.lines.clone()).unwrap_or_default();
    let mut free: Vec<(u64, u64)> = lines
        .iter()
        .filter_map(|line| match line {
            OrderLine::Service(id) => Some((*id, world.whmcs.services.get(*id)?.product_id)),
            OrderLine::Addon(_) | OrderLine::Upgrade(_) => None,
        })
        .collect();
    let take = |item: &Item| {
        let place = free.iter().position(|(_, product)| *product == item.billing)?;
        Some(free.remove(place).0)
    };
    order.items.iter().map(take).collect()
}

/// Step 8.
fn write_back(world: &mut World, order: &Order) -> Result<(), Failure> {
    let lost = || failure("SALESFORCE_UPDATE_FAILED", "No WHMCS order carries this order's id.");
    let billing = billing_order(world, order).map(|it| it.id).ok_or_else(lost)?;
    for (item, service) in order.items.iter().zip(services(world, order)) {
        if let Some(service) = service {
            write(world, &item.id, json!({"WHMCS_Service_ID__c": service.to_string()}));
        }
    }
    write(world, &order.id, json!({"WHMCS_Order_ID__c": billing.to_string(), "Status": "Processed"}));
    Ok(())
}

/// Step 9.
fn opportunity(world: &mut World, order: &Order) {
    if order.opportunity.is_empty() {
        return;
    }
    let main = order.items.iter().position(|item| item.main);
    let service = main.and_then(|place| services(world, order).get(place).copied().flatten());
    let mut fields = json!({"StageName": "Active", "Application_Stage__c": "ACTIVE-1", "WH_Registeration__c": true});
    if let Some(service) = service {
        fields["WHMCS_Service_ID__c"] = json!(service.to_string());
    }
    write(world, &order.opportunity, fields);
}

/// Step 10.
fn side_effects(world: &mut World, order: &Order, at: Timestamp) -> Result<(), Failure> {
    if order.kind == "SIM" {
        let card = card_of(world, order)?;
        let fields = json!({"Status__c": "Activated", "Assigned_Account__c": order.account,
                            "Assigned_Order__c": order.id, "Reserved_Order__c": null, "MSISDN__c": card.number});
        write(world, &card.inventory, fields);
    }
    if let Some(client) = order.client {
        let mail = [
            ("customtype", "general".to_owned()),
            ("customsubject", "Your service is ready".to_owned()),
            ("custommessage", "<html><body><p>Your service is ready.</p></body></html>".to_owned()),
            ("id", client.to_string()),
        ];
        let mail = mail.map(|(name, value)| (name.to_owned(), value));
        if let Err(words) = act(world, at, "SendEmail", &mail) {
            tracing::warn!(words, "the worker's mail was refused");
        }
    }
    Ok(())
}
