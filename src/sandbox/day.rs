//! A day at the desk, as fast as one likes: what customers, colleagues and the portal do meanwhile, over the customers that
//! are there, decided by a seed.
//!
//! Everything is written through the tables' own rules, so that each step makes the events, histories and mails it makes
//! when a client writes it. Orders are the day's own: those that were there before stay as they are.

use std::{sync::PoisonError, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::{
    World,
    gate::Switchboard,
    salesforce::{self, setup::Staff},
    whmcs::db::{Activity, InvoiceStatus},
    worker::{self, Mode},
};

/// How often the day looks at the time.
const BEAT: Duration = Duration::from_millis(10);
/// Steps after which others get their turn.
const TURN: u32 = 20;
/// Steps without an event after which the world has nothing left to happen in.
const PATIENCE: u32 = 1000;

/// What day it is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Day {
    /// So many events of Salesforce's, and a few more where one step makes several.
    pub events: u64,
    /// Spread over so many seconds; 0 is as fast as it goes.
    #[serde(default)]
    pub seconds: u32,
    /// The same seed over the same world, the same day.
    #[serde(default)]
    pub seed: u64,
}

/// How far a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Made {
    /// The position before its first event.
    pub from: u64,
    /// The position of its last event so far.
    pub to: u64,
    /// Events so far.
    pub events: u64,
    /// Is it over?
    pub over: bool,
}

/// Lives a day to its end.
pub(super) async fn live(board: &Switchboard, day: Day) -> Made {
    let (mut script, mut made, first) = {
        let world = board.world.read().unwrap_or_else(PoisonError::into_inner);
        let (at, count) = (world.salesforce.events.last(), world.salesforce.events.count());
        (Script::over(&world, day.seed), Made { from: at, to: at, ..Made::default() }, count)
    };
    let (began, whole) = (Instant::now(), Duration::from_secs(day.seconds.into()));
    let mut in_vain = 0;
    while made.events < day.events && in_vain < PATIENCE {
        let passed = if whole.is_zero() { 1.0 } else { began.elapsed().as_secs_f64() / whole.as_secs_f64() };
        let due = ((day.events as f64 * passed).ceil() as u64).min(day.events);
        for _ in 0..TURN {
            if made.events >= due || in_vain >= PATIENCE {
                break;
            }
            let mut world = board.world.write().unwrap_or_else(PoisonError::into_inner);
            worker::catch_up(&mut world);
            script.step(&mut world);
            worker::listen(&mut world);
            let events = world.salesforce.events.count() - first;
            in_vain = if events == made.events { in_vain + 1 } else { 0 };
            made = Made { to: world.salesforce.events.last(), events, ..made };
        }
        board.day.send_replace(made);
        board.touch();
        if made.events >= due { tokio::time::sleep(BEAT).await } else { tokio::task::yield_now().await }
    }
    made.over = true;
    board.day.send_replace(made);
    made
}

/// Who and what the day happens to.
struct Script {
    rng: fastrand::Rng,
    accounts: Vec<String>,
    cases: Vec<String>,
    opportunities: Vec<String>,
    invoices: Vec<u64>,
    /// The day's own orders that are not done yet.
    orders: Vec<String>,
}

impl Script {
    fn over(world: &World, seed: u64) -> Self {
        let ids = |object: &str, wanted: fn(&salesforce::row::Record<'_>) -> bool| {
            world.salesforce.rows(object).filter(wanted).map(|it| it.id().to_owned()).collect()
        };
        Self {
            rng: fastrand::Rng::with_seed(seed ^ 0x00da_41f3),
            accounts: ids("Account", |it| !it.text("LastName").is_empty() && !it.text("SF_Account_No__c").is_empty()),
            cases: ids("Case", |it| it.text("Status") != "Closed"),
            opportunities: ids("Opportunity", |it| it.text("StageName") == "Active"),
            invoices: world.whmcs.invoices.open().map(|it| it.id).collect(),
            orders: Vec::new(),
        }
    }

    /// One thing that happens.
    fn step(&mut self, world: &mut World) {
        match self.rng.u32(0..100) {
            0..35 => self.order(world),
            35..60 => self.case(world),
            60..75 => self.eligibility(world),
            75..88 => self.identity(world),
            88..94 => self.cancellation(world),
            94..97 => self.overdue(world),
            _ => self.capture(world),
        }
    }

    fn one_of(&mut self, ids: &[String]) -> Option<String> {
        self.rng.choice(ids).cloned()
    }

    /// A customer orders, a colleague approves or cancels, and where no worker works the portal's part happens too.
    fn order(&mut self, world: &mut World) {
        let works = world.worker.mode() != Mode::Off;
        if self.orders.len() < 8 || self.rng.u8(0..4) == 0 {
            let accounts = std::mem::take(&mut self.accounts);
            let account = self.one_of(&accounts);
            self.accounts = accounts;
            let Some(account) = account else { return };
            let kind = self.rng.choice(["Internet", "SIM", "VPN"]).unwrap_or("VPN");
            let fields = json!({
                "AccountId": account, "EffectiveDate": world.clock.today().to_string(), "Status": "Pending Review",
                "Order_Type__c": kind, "Type": kind, "Activation_Type__c": "Immediate",
                "Activation_Status__c": "Not Started", "CreatedById": Staff::Worker.id().to_string(),
            });
            self.orders.extend(world.salesforce.insert("Order", object(fields)).ok());
            return;
        }
        let place = self.rng.usize(0..self.orders.len());
        let id = self.orders[place].clone();
        let Some(order) = world.salesforce.get(&id) else { return };
        let next = match (order.text("Status"), order.text("Activation_Status__c")) {
            ("Pending Review", _) if self.rng.u8(0..10) == 0 => Some((Staff::Leila, json!({"Status": "Cancelled"}))),
            ("Pending Review", _) => Some((Staff::Naoko, json!({"Status": "Approved"}))),
            ("Approved", "Not Started") if !works => {
                Some((Staff::Worker, json!({"Activation_Status__c": "Activating", "Activation_Error_Code__c": null})))
            }
            ("Approved", "Activating") if !works && self.rng.u8(0..5) == 0 => Some((
                Staff::Worker,
                json!({"Activation_Status__c": "Failed", "Activation_Error_Code__c": "PAYMENT_METHOD_MISSING",
                       "Activation_Error_Message__c": "No pay method on file"}),
            )),
            ("Approved", "Activating") if !works => Some((Staff::Worker, json!({"Activation_Status__c": "Activated"}))),
            ("Approved", "Activated") if !works => Some((Staff::Worker, json!({"Status": "Processed"}))),
            // Done, failed, or in the worker's hands: the day has nothing more to do with it.
            _ => None,
        };
        match next {
            Some((who, fields)) => write(world, &id, who, fields),
            None => drop(self.orders.swap_remove(place)),
        }
    }

    /// A customer answers in the portal or by mail, or a colleague does.
    fn case(&mut self, world: &mut World) {
        let cases = std::mem::take(&mut self.cases);
        let case = self.one_of(&cases);
        self.cases = cases;
        let Some(id) = case else { return };
        let Some(case) = world.salesforce.get(&id) else { return };
        let waiting = case.text("Status") == "Awaiting Customer";
        let (who, status, text) = if waiting {
            (Staff::Worker, "In Progress", "Thank you, I tried it. It still does not work.")
        } else {
            (Staff::Tomas, "Awaiting Customer", "Please restart the router and tell us what its lamps show.")
        };
        let comment = json!({"ParentId": id, "CommentBody": text, "IsPublished": true,
                             "CreatedById": who.id().to_string()});
        let _ = world.salesforce.insert("CaseComment", object(comment));
        write(world, &id, who, json!({"Status": status}));
    }

    /// A customer asks whether there is fibre, or a colleague finds out.
    fn eligibility(&mut self, world: &mut World) {
        let now = world.clock.now().to_string();
        let (yes, offering) = (self.rng.bool(), self.rng.choice(["Home 1G", "Apartment 1G", "Apartment 100M"]));
        self.review(world, |account| match account.text("Internet_Eligibility_Status__c") {
            "Pending" if yes => (
                Staff::Tomas,
                json!({"Internet_Eligibility_Status__c": "Eligible", "Internet_Eligibility__c": offering,
                       "Internet_Eligibility_Checked_Date_Time__c": now}),
            ),
            "Pending" => (
                Staff::Tomas,
                json!({"Internet_Eligibility_Status__c": "Ineligible", "Internet_Eligibility__c": null,
                       "Internet_Eligibility_Checked_Date_Time__c": now}),
            ),
            _ => (
                Staff::Worker,
                json!({"Internet_Eligibility_Status__c": "Pending", "Internet_Eligibility__c": null,
                       "Internet_Eligibility_Request_Date_Time__c": now,
                       "Internet_Eligibility_Checked_Date_Time__c": null}),
            ),
        });
    }

    /// A customer sends a residence card, or a colleague looks at it.
    fn identity(&mut self, world: &mut World) {
        let (now, good) = (world.clock.now().to_string(), self.rng.u8(0..4) > 0);
        self.review(world, |account| match account.text("Id_Verification_Status__c") {
            "Submitted" if good => (
                Staff::Naoko,
                json!({"Id_Verification_Status__c": "Verified", "Id_Verification_Verified_Date_Time__c": now,
                       "Id_Verification_Rejection_Message__c": null}),
            ),
            "Submitted" => (
                Staff::Naoko,
                json!({"Id_Verification_Status__c": "Rejected",
                       "Id_Verification_Rejection_Message__c": "The picture is too dark to read."}),
            ),
            _ => (
                Staff::Worker,
                json!({"Id_Verification_Status__c": "Submitted", "Id_Verification_Submitted_Date_Time__c": now,
                       "Id_Verification_Verified_Date_Time__c": null, "Id_Verification_Method__c": "Portal upload"}),
            ),
        });
    }

    fn review(&mut self, world: &mut World, next: impl FnOnce(salesforce::row::Record<'_>) -> (Staff, Value)) {
        if self.accounts.is_empty() {
            return;
        }
        let id = &self.accounts[self.rng.usize(0..self.accounts.len())];
        let Some((who, fields)) = world.salesforce.get(id).map(next) else { return };
        write(world, id, who, fields);
    }

    /// A customer wants to leave at the end of the month, or stays after all.
    fn cancellation(&mut self, world: &mut World) {
        if self.opportunities.is_empty() {
            return;
        }
        let id = &self.opportunities[self.rng.usize(0..self.opportunities.len())];
        let Some(it) = world.salesforce.get(id) else { return };
        let leaves = it.text("StageName") == "Active";
        // Internet and SIM end in fields of their own.
        let (notice, day) = if it.text("Name").starts_with("SIM") {
            ("SIMCancellationNotice__c", "SIMScheduledCancellationDateAndTime__c")
        } else {
            ("CancellationNotice__c", "ScheduledCancellationDateAndTime__c")
        };
        let end = format!("{}T14:59:59Z", world.clock.today().last_of_month());
        let fields = if leaves {
            json!({"StageName": "△Cancelling", notice: "有", day: end})
        } else {
            json!({"StageName": "Active", notice: null, day: null})
        };
        write(world, id, Staff::Worker, fields);
    }

    /// A bill's day to be paid has passed.
    fn overdue(&mut self, world: &mut World) {
        let today = world.clock.today();
        let Some(id) = self.bill() else { return };
        world.whmcs.invoices.update(id, |bill| {
            if bill.status == InvoiceStatus::Unpaid && !bill.is_overdue(today) {
                bill.due = today.yesterday().unwrap_or(today);
            }
        });
    }

    /// WHMCS tries a card, which is declined.
    fn capture(&mut self, world: &mut World) {
        let now = world.clock.jst().datetime();
        let Some(id) = self.bill() else { return };
        let tried = world.whmcs.invoices.update(id, |bill| {
            let open = bill.status == InvoiceStatus::Unpaid;
            if open {
                (bill.captured_at, bill.updated) = (Some(now), now);
            }
            open.then_some(bill.client_id)
        });
        let Some(client_id) = tried.flatten() else { return };
        world.whmcs.activity.insert(Activity {
            id: 0,
            client_id,
            user_id: 0,
            admin_id: 0,
            date: now,
            description: format!("Credit Card Payment Failed - Invoice ID: {id}"),
            username: "System".to_owned(),
            ip: String::new(),
        });
    }

    fn bill(&mut self) -> Option<u64> {
        self.rng.choice(&self.invoices).copied()
    }
}

/// Writes as `who`. What the rules refuse does not happen.
fn write(world: &mut World, id: &str, who: Staff, mut fields: Value) {
    fields["LastModifiedById"] = json!(who.id().to_string());
    let _ = world.salesforce.update(id, object(fields));
}

fn object(fields: Value) -> Map<String, Value> {
    match fields {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
