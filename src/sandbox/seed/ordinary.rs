//! The many: customers by chance, in the proportions a small telecom has.

use super::{
    catalogue::{
        ACTIVATION, APARTMENT_100M, APARTMENT_GOLD, APARTMENT_SILVER, DATA_5GB, FAMILY_10GB, HOME_GOLD, HOME_PHONE,
        HOME_PLATINUM, HOME_SILVER, INSTALLATION, Plan, SMS_5GB, VOICE_10GB, VOICE_25GB, VPN_UK, VPN_US, WEEKEND,
    },
    numbers,
    person::Person,
    sale::{NewLine, Sale},
    talk::{Talk, Voice, eligible, verified},
    town::{Customer, Town},
};
use crate::sandbox::{
    freebit::{Change, LineState},
    salesforce::setup::{Queue, Staff},
};

const INTERNET: &[&Plan] =
    &[&HOME_SILVER, &HOME_GOLD, &HOME_PLATINUM, &APARTMENT_SILVER, &APARTMENT_GOLD, &APARTMENT_100M];
const SIMS: &[&Plan] = &[&DATA_5GB, &SMS_5GB, &VOICE_10GB, &VOICE_10GB, &VOICE_25GB, &FAMILY_10GB];
const INSTALLATIONS: &[&[&Plan]] = &[&[&INSTALLATION], &[&INSTALLATION, &WEEKEND], &[&INSTALLATION, &HOME_PHONE]];

const QUESTIONS: &[(&str, &str, &str)] = &[
    ("Slow internet in the evening", "Since last week the line is slow between 20:00 and 23:00.", "Problem"),
    ("請求書の宛名変更", "請求書の宛名を会社名に変更してください。", "Billing"),
    ("How do I set up the APN on Android?", "The phone shows no data connection.", "Question"),
    ("開通工事の日程について", "開通工事を土曜日に変更できますか。", "Question"),
    ("Invoice shows two charges", "My card was charged twice this month, please check.", "Billing"),
    ("引っ越しの手続き", "来月引っ越します。手続きを教えてください。", "Question"),
    ("Roaming in Korea", "Can I use my SIM abroad next week?", "Question"),
];

/// How many months of bills a customer of a world this size remembers: memory is finite, hundred thousands are many.
pub(super) fn memory(customers: usize) -> u32 {
    match customers {
        0..=1000 => 24,
        1001..=10_000 => 6,
        _ => 2,
    }
}

impl Town {
    /// One more customer by chance.
    pub(super) fn settle(&mut self, memory: u32) {
        let n = self.customers() as u64 + 1;
        let mut rng = self.rng.fork();
        let person = Person::chance(&mut rng, n);
        let months = 1 + rng.i32(0..40);
        let since = self.month(-months).saturating_add(jiff::Span::new().days(rng.i64(0..27)));
        if rng.u8(..100) < 5 {
            self.enrol(person, since);
            return;
        }
        let internet = (rng.u8(..100) < 60).then(|| INTERNET[rng.usize(..INTERNET.len())]);
        let sims = internet.is_none() || rng.u8(..100) < 40;
        let mut known = Vec::new();
        known.extend(internet.map(|plan| eligible(plan.detail[1], since)));
        known.extend(sims.then(|| verified(since)));
        let customer = self.enrol_with(person, since, &known);
        self.put_on_file(&customer, &mut rng);
        if let Some(plan) = internet {
            let extras = INSTALLATIONS[rng.usize(..INSTALLATIONS.len())];
            self.sell(&customer, &Sale::done(plan, extras, None, since));
        }
        if sims {
            self.sell_sims(&customer, &mut rng);
        }
        if rng.u8(..100) < 8 {
            let plan = if rng.bool() { &VPN_US } else { &VPN_UK };
            self.sell(&customer, &Sale::done(plan, &[], None, since));
        }
        let unpaid = u32::from(rng.u8(..100) < 6) * (1 + rng.u32(..2));
        self.monthly_bills(&customer, memory.min(months as u32 + 1), unpaid);
        self.chat(&customer, &mut rng);
        if rng.u8(..100) < 4 {
            let end = self.month_end(-1);
            self.close(&customer, end);
            let lines: Vec<_> = self.whmcs.services.of(customer.client).map(|it| it.domain.clone()).collect();
            for number in lines {
                if let Some(line) = self.freebit.line_mut(&number) {
                    line.state = LineState::Obsolete;
                }
            }
        }
    }

    fn put_on_file(&mut self, customer: &Customer, rng: &mut fastrand::Rng) {
        let brand = ["Visa", "MasterCard", "JCB", "American Express"][rng.usize(..4)];
        let last_four = format!("{:04}", rng.u16(..10_000));
        match rng.u8(..100) {
            0..=2 => {}
            3..=5 => self.card_on_file(customer.client, brand, &last_four, -1 - rng.i32(0..6)),
            6..=9 => self.card_on_file(customer.client, brand, &last_four, rng.i32(0..2)),
            10..=14 => self.bank_on_file(customer.client, "Hinode Bank"),
            _ => self.card_on_file(customer.client, brand, &last_four, 3 + rng.i32(0..45)),
        }
    }

    fn sell_sims(&mut self, customer: &Customer, rng: &mut fastrand::Rng) {
        for line in 0..if rng.u8(..100) < 85 { 1 } else { 2 } {
            let number = numbers::mobile("0700", customer.number * 2 + line);
            let plan = SIMS[rng.usize(..SIMS.len())];
            let new = if rng.u8(..10) < 3 { NewLine::esim(&number) } else { NewLine::physical(&number) };
            self.sell(customer, &Sale::done(plan, &[&ACTIVATION], Some(new), customer.since));
            if rng.u8(..100) < 2 {
                self.begin(&number, Change::ContractLine("5G".to_owned()), rng.i64(1..25), 30);
            }
        }
    }

    fn chat(&mut self, customer: &Customer, rng: &mut fastrand::Rng) {
        if rng.u8(..100) < 30 {
            let (subject, text, kind) = QUESTIONS[rng.usize(..QUESTIONS.len())];
            let (status, opened) = match rng.u8(..10) {
                0 => ("New", rng.i64(10..600)),
                1 => ("In Progress", rng.i64(600..4000)),
                2 => ("Awaiting Customer", rng.i64(3000..9000)),
                _ => ("Closed", rng.i64(10_000..400_000)),
            };
            let answer = [(opened - opened / 8, Voice::Agent, "We have looked into it. ご確認をお願いいたします。")];
            let comments: &[_] = if status == "New" { &[] } else { &answer };
            // New cases still wait in their queue; the others belong to whoever took them.
            let agents = [Staff::Desk, Staff::Naoko, Staff::Tomas, Staff::Leila];
            let owner = (status != "New").then(|| agents[customer.number as usize % agents.len()]);
            let queue = match kind {
                "Billing" => Queue::Billing,
                "Problem" => Queue::Internet,
                _ => Queue::Sim,
            };
            self.case(
                customer,
                &Talk { subject, text, status, kind, opened, comments, queue, owner, ..Talk::default() },
            );
        }
        if rng.u8(..100) < 15 {
            let (subject, text, _) = QUESTIONS[rng.usize(..QUESTIONS.len())];
            let answer = (rng.u8(..10) > 1).then_some("Thank you for your message. It is fixed now.");
            self.ticket(customer, subject, text, rng.i32(1..200), answer);
        }
    }
}
