//! The pen that writes people into the three systems, and the small things every part of the seed needs.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, civil::Date};
use serde_json::{Value, json};

use super::{Recipe, catalogue, person::Person};
use crate::sandbox::{
    Clock, World, clock, freebit, names,
    salesforce::{self, flows::TELL_CUSTOMER, setup::Staff},
    whmcs::{
        self,
        db::{Activity, Client, ClientStatus, Email, Invoice, Login, PayMethod, PayMethodKind, Transaction, User},
    },
    worker::Worker,
};

/// WHMCS client ids start above this, so that they are not mistaken for the digits of customer numbers.
const CLIENTS_FROM: u64 = 1000;

/// A customer as the seed knows them; 0 and empty where a system does not.
#[derive(Debug, Clone)]
pub(super) struct Customer {
    pub(super) number: u64,
    pub(super) account: String,
    pub(super) client: u64,
    pub(super) person: Person,
    pub(super) since: Date,
}

/// A bill that waits to be entered in the order of dates.
pub(super) struct Bill {
    pub(super) invoice: Invoice,
    pub(super) payment: Option<Transaction>,
    /// Money given back, in a transaction of its own.
    pub(super) refund: Option<Transaction>,
}

/// One step in the life of a record.
pub(super) struct Moved {
    pub(super) at: Timestamp,
    pub(super) who: Staff,
    pub(super) fields: Value,
}

/// The world while it is being written.
pub(super) struct Town {
    pub(super) now: Timestamp,
    pub(super) today: Date,
    pub(super) rng: fastrand::Rng,
    pub(super) salesforce: salesforce::Db,
    pub(super) whmcs: whmcs::Db,
    pub(super) freebit: freebit::Db,
    pub(super) worker: Worker,
    /// Salesforce price book entry by SKU.
    pub(super) entries: BTreeMap<&'static str, String>,
    /// The portal's price book.
    pub(super) book: String,
    customers: u64,
    cards: u64,
    /// The first day whose changes Salesforce's histories still tell.
    remembered: Date,
    pub(super) bills: Vec<Bill>,
    mails: Vec<Email>,
    log: Vec<Activity>,
}

impl Town {
    pub(super) fn new(recipe: &Recipe) -> Self {
        let mut salesforce = salesforce::Db::default();
        salesforce.set_now(recipe.today);
        // What is written here was decided long ago: nobody is told of it now.
        salesforce.switch_flow(TELL_CUSTOMER, false);
        let mut town = Self {
            now: recipe.today,
            today: clock::jst(recipe.today).date(),
            // The documented customers do not depend on the seed; the others get their own dice later.
            rng: fastrand::Rng::with_seed(0),
            salesforce,
            whmcs: whmcs::Db::installed(),
            freebit: freebit::Db::default(),
            worker: Worker::default(),
            entries: BTreeMap::new(),
            book: String::new(),
            customers: 0,
            cards: 0,
            remembered: Date::MIN,
            bills: Vec::new(),
            mails: Vec::new(),
            log: Vec::new(),
        };
        catalogue::fill(&mut town);
        town
    }

    /// The finished world.
    pub(super) fn world(mut self) -> World {
        self.enter_books();
        // Whatever was approved before the world began is history, not work.
        self.salesforce.take_asked();
        self.salesforce.switch_flow(TELL_CUSTOMER, true);
        World {
            name: None,
            clock: Clock::starting(self.now),
            salesforce: self.salesforce,
            whmcs: self.whmcs,
            freebit: self.freebit,
            worker: self.worker,
        }
    }

    /// How many customers there are.
    pub(super) fn customers(&self) -> usize {
        self.customers as usize
    }

    /// Adds a Salesforce record and answers its id.
    pub(super) fn put(&mut self, object: &str, fields: Value) -> String {
        let Value::Object(mut fields) = fields else { return String::new() };
        fields.retain(|_, value| !value.is_null());
        self.salesforce.insert(object, fields).expect("the seed fits the schema, which a test proves")
    }

    /// Changes a Salesforce record.
    pub(super) fn change(&mut self, id: &str, fields: Value) {
        let Value::Object(fields) = fields else { return };
        self.salesforce.update(id, fields).expect("the seed fits the schema, which a test proves");
    }

    /// Changes a Salesforce record as if an agent had done so at `moment`.
    pub(super) fn change_on(&mut self, id: &str, moment: &str, fields: Value) {
        self.change_by(id, Staff::Desk, moment, fields);
    }

    /// Changes a Salesforce record as if `who` had done so at `moment`.
    pub(super) fn change_by(&mut self, id: &str, who: Staff, moment: &str, mut fields: Value) {
        fields["LastModifiedDate"] = json!(moment);
        fields["SystemModstamp"] = json!(moment);
        fields["LastModifiedById"] = json!(who.id().to_string());
        self.change(id, fields);
    }

    /// Histories reach back so many months from now on: a large world has no memory for more.
    pub(super) fn remember(&mut self, months: i32) {
        self.remembered = self.month(-months);
        self.salesforce.forget_before(moment(self.remembered, 0, 0));
    }

    /// Writes a record that came to be step by step. Where histories still tell of its day it is written so; elsewhere
    /// it is written once, as it is now.
    pub(super) fn put_in_steps(&mut self, object: &str, first: Value, steps: Vec<Moved>) -> String {
        let day = steps.last().map(|step| clock::jst(step.at).date());
        if day.is_some_and(|day| day >= self.remembered) {
            let id = self.put(object, first);
            for Moved { at, who, fields } in steps {
                self.change_by(&id, who, &at.to_string(), fields);
            }
            return id;
        }
        let mut whole = first;
        for Moved { at, who, fields } in steps {
            for (name, value) in fields.as_object().into_iter().flatten() {
                whole[name.as_str()] = value.clone();
            }
            whole["LastModifiedDate"] = json!(at.to_string());
            whole["LastModifiedById"] = json!(who.id().to_string());
        }
        self.put(object, whole)
    }

    /// A day before (negative) or after today.
    pub(super) fn day(&self, days: i32) -> Date {
        self.today.saturating_add(jiff::Span::new().days(days))
    }

    /// The first of the month, `months` before or after this one.
    pub(super) fn month(&self, months: i32) -> Date {
        self.today.first_of_month().saturating_add(jiff::Span::new().months(months))
    }

    /// The next number of a card, chip or subscriber.
    pub(super) fn card(&mut self) -> u64 {
        self.cards += 1;
        self.cards
    }

    /// A ten-digit order number that does not start with 0.
    pub(super) fn ten_digits(&mut self) -> u64 {
        self.rng.u64(1_000_000_000..=9_999_999_999)
    }

    /// Writes a customer into Salesforce and WHMCS, with the links between them as they should be.
    pub(super) fn enrol(&mut self, person: Person, since: Date) -> Customer {
        self.enrol_with(person, since, &[])
    }

    /// The same, with further account fields known from the start.
    pub(super) fn enrol_with(&mut self, person: Person, since: Date, known: &[Value]) -> Customer {
        self.customers += 1;
        let number = self.customers;
        let client = CLIENTS_FROM + number;
        let account = self.account(&person, number, Some(client), since, known);
        self.client(&person, client, Some(&names::customer_number(number)), since);
        Customer { number, account, client, person, since }
    }

    /// Writes a customer into Salesforce alone.
    pub(super) fn account_only(&mut self, person: Person, since: Date) -> Customer {
        self.customers += 1;
        let number = self.customers;
        let account = self.account(&person, number, None, since, &[]);
        Customer { number, account, client: 0, person, since }
    }

    /// Writes a customer into WHMCS alone, naming a customer number that need not exist.
    pub(super) fn client_only(&mut self, person: Person, names_account: Option<&str>, since: Date) -> Customer {
        self.customers += 1;
        let client = CLIENTS_FROM + self.customers;
        self.client(&person, client, names_account, since);
        Customer { number: self.customers, account: String::new(), client, person, since }
    }

    fn account(&mut self, person: &Person, number: u64, client: Option<u64>, since: Date, known: &[Value]) -> String {
        let address = &person.address;
        // Phones were typed by many hands: the spelling differs from customer to customer.
        let phone = match number % 4 {
            0 => format!("+81 {}", super::numbers::hyphened(&person.phone).trim_start_matches('0')),
            1 => super::numbers::hyphened(&person.phone),
            2 => person.phone.clone(),
            _ => full_width(&super::numbers::hyphened(&person.phone)),
        };
        let mut fields = json!({
            "SF_Account_No__c": names::customer_number(number),
            "Phone": phone,
            "Type": "Customer",
            "AccountSource": "Web",
            "Last_Name_Kana__c": person.last_kana,
            "First_Name_Kana__c": person.first_kana,
            "Internet_Eligibility_Status__c": "Not Requested",
            "Id_Verification_Status__c": "Not Submitted",
            "CreatedDate": at(since, 10),
            "CreatedById": Staff::Worker.id().to_string(),
        });
        if let Some(client) = client {
            fields[names::BILLING_CLIENT] = json!(names::billing_client(client, &person.bill_to()));
        }
        if let Some(company) = &person.company {
            fields["Name"] = json!(company);
            fields["BillingPostalCode"] = json!(address.post_code);
            fields["BillingState"] = json!(address.prefecture);
            fields["BillingCity"] = json!(address.city);
            fields["BillingStreet"] = json!(address.street);
            fields["BillingCountry"] = json!("日本");
        } else {
            fields["LastName"] = json!(person.last);
            fields["FirstName"] = json!(person.first);
            fields["PersonEmail"] = json!(person.email);
            fields["PersonMobilePhone"] = json!(phone);
            fields["PersonBirthdate"] = json!(person.born.map(|day| day.to_string()));
            fields["PersonMailingPostalCode"] = json!(address.post_code);
            fields["PersonMailingState"] = json!(address.prefecture);
            fields["PersonMailingCity"] = json!(address.city);
            fields["PersonMailingStreet"] = json!(address.street);
            fields["PersonMailingCountry"] = json!("日本");
        }
        for (name, value) in known.iter().filter_map(Value::as_object).flatten() {
            fields[name.as_str()] = value.clone();
        }
        self.put("Account", fields)
    }

    /// Writes a billing client with its login.
    pub(super) fn client(&mut self, person: &Person, id: u64, customer_number: Option<&str>, since: Date) {
        let address = &person.address;
        let created = since.at(10, 5, 0, 0);
        self.whmcs.users.insert(User {
            id,
            firstname: person.first_roman.clone(),
            lastname: person.last_roman.clone(),
            email: person.email.clone(),
            created,
            clients: vec![(id, true)],
        });
        let fields = customer_number.map(|number| (names::CLIENT_FIELD_CUSTOMER_NUMBER, number.to_owned()));
        self.whmcs.clients.insert(Client {
            id,
            uuid: format!("00000000-0000-4000-8000-{id:012}"),
            owner_user_id: id,
            firstname: person.first_roman.clone(),
            lastname: person.last_roman.clone(),
            companyname: person.company.clone().unwrap_or_default(),
            email: person.email.clone(),
            address1: address.street_roman.clone(),
            address2: address.building_roman.clone(),
            city: address.city_roman.to_owned(),
            state: address.prefecture_roman.to_owned(),
            postcode: address.post_code.clone(),
            country: "JP".to_owned(),
            phone: person.phone.clone(),
            status: ClientStatus::Active,
            credit: 0,
            created: since,
            group_id: 0,
            default_gateway: String::new(),
            notes: String::new(),
            language: if person.last.is_ascii() { "english" } else { "japanese" }.to_owned(),
            tax_exempt: false,
            auto_charge_off: false,
            marketing_opt_in: id.is_multiple_of(3),
            email_verified: true,
            last_login: Some(Login {
                at: self.day(-1 - (id % 40) as i32).at(21, 4, 0, 0),
                ip: format!("203.0.113.{}", id % 254 + 1),
                host: "host.example.jp".to_owned(),
            }),
            custom_fields: fields.into_iter().collect(),
        });
        self.note(id, created, "Created Client");
    }

    /// Puts a card on file that is good until the month `months` from now.
    pub(super) fn card_on_file(&mut self, client: u64, brand: &str, last_four: &str, months: i32) {
        let id = self.whmcs.pay_methods.next_id();
        self.whmcs.pay_methods.insert(PayMethod {
            id: 0,
            client_id: client,
            kind: PayMethodKind::RemoteCreditCard,
            description: String::new(),
            gateway: "stripe".to_owned(),
            last_four: last_four.to_owned(),
            expires: Some(self.month(months)),
            brand: brand.to_owned(),
            bank_name: String::new(),
            remote_token: format!(r#"{{"customer":"cus_sandbox{client}","method":"pm_sandbox{id}"}}"#),
            updated: self.day(-90).at(10, 1, 0, 0),
        });
        self.whmcs.clients.update(client, |it| "stripe".clone_into(&mut it.default_gateway));
    }

    /// Puts a bank account on file.
    pub(super) fn bank_on_file(&mut self, client: u64, bank: &str) {
        self.whmcs.pay_methods.insert(PayMethod {
            id: 0,
            client_id: client,
            kind: PayMethodKind::RemoteBankAccount,
            description: "Direct debit".to_owned(),
            gateway: "banktransfer".to_owned(),
            last_four: String::new(),
            expires: None,
            brand: String::new(),
            bank_name: bank.to_owned(),
            remote_token: format!(r#"{{"mandate":"md_sandbox{client}"}}"#),
            updated: self.day(-200).at(15, 20, 0, 0),
        });
    }

    /// A line of WHMCS's activity log, entered later in the order of time.
    pub(super) fn note(&mut self, client: u64, date: jiff::civil::DateTime, description: &str) {
        self.log.push(Activity {
            id: 0,
            client_id: client,
            user_id: 0,
            admin_id: 0,
            date,
            description: format!("{description} - User ID: {client}"),
            username: "System".to_owned(),
            ip: "203.0.113.5".to_owned(),
        });
    }

    /// A mail WHMCS sent, or failed to; entered later in the order of time.
    pub(super) fn mail(
        &mut self,
        customer: &Customer,
        subject: &str,
        date: jiff::civil::DateTime,
        failure: Option<&str>,
    ) {
        self.mails.push(Email {
            id: 0,
            client_id: customer.client,
            subject: subject.to_owned(),
            message: format!(
                "<html><body><p>Dear {},</p><p>{subject}</p></body></html>",
                html_escape::encode_text(&customer.person.roman())
            ),
            date,
            to: customer.person.email.clone(),
            pending: false,
            failure: failure.map(str::to_owned),
            retries: u32::from(failure.is_some()) * 3,
        });
    }

    /// A mail that still waits to be sent.
    pub(super) fn mail_waiting(&mut self, customer: &Customer, subject: &str, date: jiff::civil::DateTime) {
        self.mail(customer, subject, date, None);
        if let Some(mail) = self.mails.last_mut() {
            mail.pending = true;
        }
    }

    /// Gives bills, mails and log lines their ids in the order of time, as a system in use has them.
    pub(super) fn enter_books(&mut self) {
        let mut bills = std::mem::take(&mut self.bills);
        bills.sort_by_key(|bill| bill.invoice.created);
        for bill in bills {
            let id = self.whmcs.add_invoice(bill.invoice);
            if let Some(payment) = bill.payment {
                let paid = self.whmcs.transactions.insert(Transaction { invoice_id: id, ..payment });
                if let Some(refund) = bill.refund {
                    self.whmcs.transactions.insert(Transaction { invoice_id: id, refund_id: paid, ..refund });
                }
            }
        }
        let mut mails = std::mem::take(&mut self.mails);
        mails.sort_by_key(|mail| mail.date);
        self.whmcs.emails.extend(mails);
        let mut log = std::mem::take(&mut self.log);
        log.sort_by_key(|line| line.date);
        self.whmcs.activity.extend(log);
    }

    /// World time `minutes` ago (or ahead, when negative) as Salesforce writes it.
    pub(super) fn minutes_ago(&self, minutes: i64) -> String {
        self.moment(-minutes).to_string()
    }

    /// World time in `minutes`.
    pub(super) fn moment(&self, minutes: i64) -> Timestamp {
        self.now.saturating_add(SignedDuration::from_mins(minutes)).unwrap_or(self.now)
    }
}

/// `day` at `hour` in Japan, as Salesforce writes it.
pub(super) fn at(day: Date, hour: i8) -> String {
    at_minute(day, hour, 0)
}

/// `day` at a minute in Japan, as Salesforce writes it.
fn at_minute(day: Date, hour: i8, minute: i8) -> String {
    format!("{day}T{hour:02}:{minute:02}:00+09:00")
}

/// `day` at a minute in Japan.
pub(super) fn moment(day: Date, hour: i8, minute: i8) -> Timestamp {
    at_minute(day, hour, minute).parse().unwrap_or(Timestamp::MIN)
}

/// So many minutes later, or earlier.
pub(super) fn later(at: Timestamp, minutes: i64) -> Timestamp {
    at.saturating_add(SignedDuration::from_mins(minutes)).unwrap_or(at)
}

/// `090-0123` as `０９０－０１２３`.
fn full_width(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '0'..='9' => char::from_u32(c as u32 - 0x30 + 0xFF10).unwrap_or(c),
            '-' => '－',
            other => other,
        })
        .collect()
}
