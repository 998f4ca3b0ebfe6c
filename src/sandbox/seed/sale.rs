//! Selling something: the ten steps from an approved order to a running service, done up to any of them.

use jiff::{SignedDuration, Timestamp, civil::Date};
use serde_json::json;

use super::{
    catalogue::{Category, Plan, field_id},
    numbers,
    town::{Customer, Moved, Town, at, later, moment},
};
use crate::sandbox::{
    clock,
    freebit::{self, Change, Line, LineState, Pending},
    names,
    salesforce::setup::Staff,
    whmcs::db::{BillingCycle, Order, OrderLine, Service, ServiceStatus},
};

/// How far the fulfilment of an order has come. The steps are numbered as the desk numbers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// Not yet approved.
    Ordered,
    /// Nothing done after approval.
    Approved,
    /// 1 found in order.
    Validated,
    /// 2 Salesforce says activating.
    Activating,
    /// 3 the line exists at Freebit.
    OnFreebit,
    /// 4 Salesforce says activated.
    Activated,
    /// 5 items mapped to WHMCS products.
    Mapped,
    /// 6 ordered at WHMCS.
    Billed,
    /// 7 accepted at WHMCS, service fields filled.
    Accepted,
    /// 8 ids written back, order processed.
    WrittenBack,
    /// 9 opportunity active.
    Staged,
    /// 10 card assigned, mail sent.
    Done,
}

/// A mobile line to be sold.
#[derive(Debug, Clone)]
pub(super) struct NewLine {
    pub(super) number: String,
    pub(super) esim: bool,
    /// Reservation number and its last day, when the number comes from another carrier.
    pub(super) port_in: Option<(&'static str, Date)>,
}

impl NewLine {
    pub(super) fn physical(number: &str) -> Self {
        Self { number: number.to_owned(), esim: false, port_in: None }
    }

    pub(super) fn esim(number: &str) -> Self {
        Self { esim: true, ..Self::physical(number) }
    }
}

/// What is sold, when, and how far it came.
pub(super) struct Sale<'a> {
    pub(super) plan: &'a Plan,
    pub(super) extras: &'a [&'a Plan],
    pub(super) line: Option<NewLine>,
    pub(super) day: Date,
    pub(super) reached: Step,
    /// Error code and message that Salesforce shows.
    pub(super) failure: Option<(&'a str, &'a str)>,
    /// When Salesforce's order moved last; on the day itself unless said.
    pub(super) moved: Option<Timestamp>,
    /// Approved, to be started on a day to come.
    pub(super) starts: Option<Date>,
}

impl<'a> Sale<'a> {
    /// A sale that went well.
    pub(super) fn done(plan: &'a Plan, extras: &'a [&'a Plan], line: Option<NewLine>, day: Date) -> Self {
        Self { plan, extras, line, day, reached: Step::Done, failure: None, moved: None, starts: None }
    }

    /// A sale that came this far and no further.
    pub(super) fn stuck(self, reached: Step, failure: Option<(&'a str, &'a str)>) -> Self {
        Self { reached, failure, ..self }
    }

    /// The last change of the order was then.
    pub(super) fn moved(self, at: Timestamp) -> Self {
        Self { moved: Some(at), ..self }
    }

    /// When it was ordered: before noon, and always before it was approved.
    fn ordered(&self) -> Timestamp {
        moment(self.day, 11, 0).min(later(self.approved(), -12))
    }

    /// When it was approved, if it was: the steps after that follow within minutes.
    fn approved(&self) -> Timestamp {
        let last = self.course().last().map_or(0, |(minutes, ..)| *minutes);
        self.moved.map_or(moment(self.day, 11, 12), |at| later(at, -last))
    }

    /// What fulfilment wrote into the order so far: minutes after the approval, status, activation.
    fn course(&self) -> Vec<(i64, &'static str, &'static str)> {
        if self.reached == Step::Ordered {
            return Vec::new();
        }
        if self.starts.is_some() {
            return vec![(0, "Approved", "Scheduled")];
        }
        let mut course = vec![(0, "Approved", "Not Started")];
        if self.reached >= Step::Activating {
            course.push((1, "Approved", "Activating"));
        }
        if self.reached >= Step::Activated {
            course.push((9, "Approved", "Activated"));
        }
        if self.failure.is_some() {
            course.push((19, "Approved", "Failed"));
        } else if self.reached >= Step::WrittenBack {
            course.push((20, "Processed", "Activated"));
        }
        course
    }
}

/// What a sale left behind; 0 and empty where it did not come that far.
#[derive(Debug, Clone, Default)]
pub(super) struct Sold {
    pub(super) order: String,
    pub(super) opportunity: String,
    pub(super) billing_order: u64,
    pub(super) service: u64,
    pub(super) number: String,
    pub(super) inventory: String,
}

/// Who approved a customer's orders.
fn reviewer(customer: &Customer) -> Staff {
    match customer.number % 3 {
        0 => Staff::Desk,
        1 => Staff::Naoko,
        _ => Staff::Tomas,
    }
}

/// The identities of one card.
struct Card {
    product_number: String,
    iccid: String,
    imsi: String,
    eid: Option<String>,
}

impl Town {
    /// Sells to a customer.
    pub(super) fn sell(&mut self, customer: &Customer, sale: &Sale<'_>) -> Sold {
        let card = sale.line.as_ref().map(|line| self.new_card(line));
        let mut sold = Sold::default();
        if sale.reached >= Step::Billed {
            // The ids the bill will get, so that Salesforce's records are written once.
            sold.billing_order = self.whmcs.orders.next_id();
            sold.service = self.whmcs.services.next_id();
        }
        sold.opportunity = self.opportunity(customer, sale, &sold);
        sold.order = self.order(customer, sale, &sold, card.as_ref());
        if let (Some(line), Some(card)) = (&sale.line, &card) {
            sold.number.clone_from(&line.number);
            if sale.reached >= Step::OnFreebit {
                let line = self.freebit_line(sale, line, card);
                self.freebit.insert(line);
            } else if !line.esim && sale.failure.is_none_or(|(code, _)| code != "210") {
                // The card was queued when it was bought; 210 says that this was forgotten.
                self.freebit.prepare(freebit::Card {
                    port_in_until: line.port_in.map(|(_, until)| until),
                    ..freebit::Card::queued(&card.product_number, &line.number)
                });
            }
            sold.inventory = self.inventory(customer, sale, &sold, line, card);
        }
        if sale.reached >= Step::Billed {
            self.bill_order(customer, sale, &sold, card.as_ref());
        }
        self.order_items(sale, &sold);
        if sale.reached == Step::Done {
            self.mail(customer, "Your service is ready", sale.day.at(16, 0, 0, 0), None);
        }
        sold
    }

    fn new_card(&mut self, line: &NewLine) -> Card {
        let n = self.card();
        Card {
            product_number: numbers::product_number(n),
            iccid: numbers::iccid(n),
            imsi: numbers::imsi(n),
            eid: line.esim.then(|| numbers::eid(n)),
        }
    }

    fn opportunity(&mut self, customer: &Customer, sale: &Sale<'_>, sold: &Sold) -> String {
        let created = later(sale.ordered(), -45);
        let first = json!({
            "Name": format!("{} {}", sale.plan.category.word(), names::customer_number(customer.number)),
            "AccountId": customer.account,
            "StageName": "Introduction",
            "Application_Stage__c": "INTRO-1",
            "CloseDate": sale.day.to_string(),
            "Amount": sale.plan.price,
            "CreatedDate": created.to_string(),
            "CreatedById": Staff::Worker.id().to_string(),
        });
        let mut steps = vec![Moved {
            at: sale.ordered(),
            who: Staff::Worker,
            fields: json!({"StageName": "Post Processing", "Application_Stage__c": "POST-1"}),
        }];
        if sale.reached >= Step::Staged {
            steps.push(Moved {
                at: later(sale.approved(), 22),
                who: Staff::Worker,
                fields: json!({"StageName": "Active", "Application_Stage__c": "ACTIVE-1",
                               "WHMCS_Service_ID__c": sold.service.to_string(), "WH_Registeration__c": true}),
            });
        }
        self.put_in_steps("Opportunity", first, steps)
    }

    fn order(&mut self, customer: &Customer, sale: &Sale<'_>, sold: &Sold, card: Option<&Card>) -> String {
        let approved = sale.approved();
        let steps = sale.course().into_iter().map(|(minutes, status, activation)| {
            let mut fields = json!({"Status": status, "Activation_Status__c": activation});
            if activation == "Failed" {
                fields["Activation_Error_Code__c"] = json!(sale.failure.map(|(code, _)| code));
                fields["Activation_Error_Message__c"] = json!(sale.failure.map(|(_, message)| message));
            }
            if status == "Processed" {
                fields["WHMCS_Order_ID__c"] = json!(sold.billing_order.to_string());
            }
            // People approve, the worker does the rest.
            let who = if minutes == 0 { reviewer(customer) } else { Staff::Worker };
            Moved { at: later(approved, minutes), who, fields }
        });
        let steps = steps.collect();
        let first = self.new_order(customer, sale, sold, card);
        self.put_in_steps("Order", first, steps)
    }

    /// The order as the portal writes it.
    fn new_order(&self, customer: &Customer, sale: &Sale<'_>, sold: &Sold, card: Option<&Card>) -> serde_json::Value {
        let [first, second] = sale.plan.detail;
        let mut fields = json!({
            "AccountId": customer.account,
            "EffectiveDate": sale.day.to_string(),
            "Status": "Pending Review",
            "Type": sale.plan.category.word(),
            "Order_Type__c": sale.plan.category.word(),
            "OpportunityId": sold.opportunity,
            "Pricebook2Id": self.book,
            "Activation_Type__c": if sale.starts.is_some() { "Scheduled" } else { "Immediate" },
            "Activation_Status__c": "Not Started",
            "Activation_Scheduled_At__c": sale.starts.map(|day| at(day, 9)),
            "CreatedDate": sale.ordered().to_string(),
            "CreatedById": Staff::Worker.id().to_string(),
        });
        match sale.plan.category {
            Category::Internet => {
                fields["Internet_Plan_Tier__c"] = json!(first);
                fields["Installation_Type__c"] = json!("Single Installment");
                fields["Access_Mode__c"] = json!("IPoE-BYOR");
                let has = |sku: &str| sale.extras.iter().any(|extra| extra.sku == sku);
                fields["Weekend_Install__c"] = json!(has("INTERNET-INSTALL-WEEKEND"));
                fields["Hikari_Denwa__c"] = json!(has("INTERNET-HOME-PHONE"));
            }
            Category::Sim => {
                let eid = card.and_then(|card| card.eid.as_deref());
                fields["SIM_Type__c"] = json!(if eid.is_some() { "eSIM" } else { "Physical SIM" });
                fields["EID__c"] = json!(eid);
                fields["SIM_Voice_Mail__c"] = json!(second == "DataSmsVoice");
                fields["SIM_Call_Waiting__c"] = json!(false);
            }
            Category::Vpn => fields["VPN_Region__c"] = json!(first),
        }
        if let Some((line, (number, until))) = sale.line.as_ref().and_then(|line| Some((line, line.port_in?))) {
            let person = &customer.person;
            fields["MNP_Application__c"] = json!(true);
            fields["MNP_Reservation_Number__c"] = json!(number);
            fields["MNP_Expiry_Date__c"] = json!(until.to_string());
            fields["MNP_Phone_Number__c"] = json!(line.number);
            fields["MNP_Last_Name_Kanji__c"] = json!(person.last);
            fields["MNP_First_Name_Kanji__c"] = json!(person.first);
            fields["MNP_Last_Name_Kana__c"] = json!(person.last_kana);
            fields["MNP_First_Name_Kana__c"] = json!(person.first_kana);
            fields["MNP_Date_Of_Birth__c"] = json!(person.born.map(|day| day.to_string()));
        }
        fields
    }

    fn order_items(&mut self, sale: &Sale<'_>, sold: &Sold) {
        for (place, plan) in std::iter::once(&sale.plan).chain(sale.extras).enumerate() {
            let service = (place == 0 && sale.reached >= Step::WrittenBack).then(|| sold.service.to_string());
            let entry = self.entries.get(plan.sku).cloned();
            self.put(
                "OrderItem",
                json!({
                    "OrderId": sold.order,
                    "PricebookEntryId": entry,
                    "Quantity": 1,
                    "UnitPrice": plan.price,
                    "Billing_Cycle__c": if plan.monthly { "Monthly" } else { "Onetime" },
                    "WHMCS_Service_ID__c": service,
                    "CreatedDate": sale.ordered().to_string(),
                }),
            );
        }
    }

    fn freebit_line(&mut self, sale: &Sale<'_>, line: &NewLine, card: &Card) -> Line {
        let [size, kind] = sale.plan.detail;
        let allowance_kb = size.trim_end_matches("GB").parse::<u64>().unwrap_or(5) * 1_000_000;
        let used = allowance_kb / 100 * self.rng.u64(5..70);
        let voice = kind == "DataSmsVoice";
        let lived = self.today.since(sale.day).map_or(0, |span| span.get_days()).clamp(0, 30) as usize;
        let mut opened = Line {
            account: line.number.clone(),
            state: LineState::Active,
            start: Some(sale.day),
            plan_code: format!("PNEW_{}{}", size.to_uppercase(), if voice { "_V" } else { "" }),
            product_number: card.product_number.clone(),
            iccid: Some(card.iccid.clone()),
            imsi: Some(card.imsi.clone()),
            eid: card.eid.clone(),
            contract_line: if line.esim || self.rng.bool() { "5G" } else { "4G" }.to_owned(),
            size: if line.esim { "esim" } else { "nano" }.to_owned(),
            sms: kind != "DataOnly",
            talk: voice,
            voice_mail: voice,
            call_waiting: false,
            world_wing: voice && self.rng.bool(),
            quota_kb: allowance_kb - used,
            today_kb: used / 40,
            recent_kb: (0..14).map(|_| used / 100 * self.rng.u64(1..12)).collect(),
            throttled: false,
            ipv4: None,
            top_ups: Vec::new(),
            ..Line::default()
        };
        // The days before have dice of their own, weekends in them.
        let mut dice = fastrand::Rng::with_seed(line.number.parse().unwrap_or(0));
        opened.recent_kb.extend((14..30).map(|day| used / 100 * dice.u64(1..if day % 7 < 2 { 18 } else { 9 })));
        opened.recent_kb.truncate(lived);
        opened
    }

    /// The stock record of the card: assigned only by the last step.
    fn inventory(&mut self, customer: &Customer, sale: &Sale<'_>, sold: &Sold, line: &NewLine, card: &Card) -> String {
        let done = sale.reached == Step::Done;
        self.put(
            "SIM_Inventory__c",
            json!({
                "Name": card.product_number,
                "MSISDN__c": line.number,
                "ICCID__c": card.iccid,
                "EID__c": card.eid,
                "SIM_Type__c": if line.esim { "eSIM" } else { "Physical SIM" },
                "Status__c": if done { "Activated" } else { "Reserved" },
                "Assigned_Account__c": done.then_some(&customer.account),
                "Assigned_Order__c": done.then_some(&sold.order),
                "Reserved_Order__c": (!done).then_some(&sold.order),
                "CreatedDate": at(sale.day, 8),
            }),
        )
    }

    /// The order at WHMCS with its services, accepted or not.
    fn bill_order(&mut self, customer: &Customer, sale: &Sale<'_>, sold: &Sold, card: Option<&Card>) {
        let accepted = sale.reached >= Step::Accepted;
        let mut lines = Vec::new();
        for plan in std::iter::once(&sale.plan).chain(sale.extras).filter(|plan| plan.billing != 0) {
            let main = plan.class == "Service";
            let number = if main { sold.number.clone() } else { String::new() };
            let mut fields = std::collections::BTreeMap::new();
            if main && accepted {
                let mut set = |name, value: &str| fields.insert(field_id(plan.billing, name), value.to_owned());
                set(names::SERVICE_OPPORTUNITY, &sold.opportunity);
                if let Some(card) = card {
                    set(names::SERVICE_SIM_NUMBER, &number);
                    set(names::SERVICE_SERIAL_NUMBER, &card.product_number);
                    set(names::SERVICE_EID, card.eid.as_deref().unwrap_or_default());
                }
            }
            let id = self.whmcs.services.insert(Service {
                id: 0,
                client_id: customer.client,
                order_id: sold.billing_order,
                product_id: plan.billing,
                registered: sale.day,
                domain: number,
                first_payment: plan.price,
                recurring: if plan.monthly { plan.price } else { 0 },
                gateway: "stripe".to_owned(),
                cycle: if plan.monthly { BillingCycle::Monthly } else { BillingCycle::OneTime },
                next_due: plan.monthly.then(|| self.month(1)),
                status: match (accepted, plan.monthly) {
                    (false, _) => ServiceStatus::Pending,
                    (true, true) => ServiceStatus::Active,
                    (true, false) => ServiceStatus::Completed,
                },
                suspension_reason: String::new(),
                username: String::new(),
                password: String::new(),
                notes: String::new(),
                no_suspend_until: None,
                terminated: None,
                custom_fields: fields,
                options: Vec::new(),
            });
            lines.push(OrderLine::Service(id));
        }
        let amount: i64 = std::iter::once(&sale.plan).chain(sale.extras).map(|plan| plan.price).sum();
        let number = self.ten_digits();
        let placed = clock::jst(later(sale.approved(), 18)).datetime();
        self.whmcs.orders.insert(Order {
            id: sold.billing_order,
            number,
            client_id: customer.client,
            contact_id: 0,
            requestor_id: customer.client,
            admin_id: 1,
            date: placed,
            amount,
            gateway: "stripe".to_owned(),
            invoice_id: 0,
            status: if accepted { "Active" } else { "Pending" }.to_owned(),
            ip: "203.0.113.7".to_owned(),
            promo_code: String::new(),
            notes: format!("{}{}", names::ORDER_NOTE, sold.order),
            lines,
        });
        self.note(customer.client, placed, "New Order Placed");
    }

    /// Begins a change at Freebit that was accepted `since` minutes ago and takes `minutes`.
    pub(super) fn begin(&mut self, number: &str, change: Change, since: i64, minutes: i64) {
        let accepted = self.moment(-since);
        let due = accepted.saturating_add(SignedDuration::from_mins(minutes)).unwrap_or(accepted);
        if let Some(line) = self.freebit.line_mut(number) {
            line.pending = Some(Pending { change, since: accepted, due });
        }
    }

    /// Begins a change at Freebit that takes effect on the first minute of a day.
    pub(super) fn begin_on(&mut self, number: &str, change: Change, day: Date) {
        let since = self.moment(-60 * 24 * 3);
        let due = at(day, 0).parse().unwrap_or(self.now);
        if let Some(line) = self.freebit.line_mut(number) {
            line.planned.push(Pending { change, since, due });
        }
    }

    /// The last day of the month, `months` from now, in Japan.
    pub(super) fn month_end(&self, months: i32) -> Date {
        self.month(months).last_of_month()
    }

    /// The minute of the day, for things that happened this morning.
    pub(super) fn this_morning(&self) -> jiff::civil::DateTime {
        clock::jst(self.moment(-75)).datetime()
    }
}
