//! What was said and asked: cases, tickets, promises, and the states that follow from review.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::town::{Customer, Moved, Town, moment};
use crate::sandbox::salesforce::setup::{Queue, Staff};
use crate::sandbox::whmcs::db::{ClientStatus, Priority, Reply, Requestor, ServiceStatus, Ticket};

/// Who says something in a case, and who may read it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Voice {
    /// The customer, through the portal.
    Customer,
    /// Whoever owns the case, to the customer.
    Agent,
    /// Whoever owns the case, to colleagues.
    Internal,
}

/// A mail in a case.
pub(super) struct Letter<'a> {
    /// Minutes ago.
    pub(super) sent: i64,
    /// From the customer to us.
    pub(super) incoming: bool,
    pub(super) subject: &'a str,
    pub(super) text: &'a str,
}

/// A case as it is told: newest facts last.
pub(super) struct Talk<'a> {
    pub(super) subject: &'a str,
    pub(super) text: &'a str,
    pub(super) status: &'a str,
    pub(super) priority: &'a str,
    pub(super) kind: &'a str,
    /// Minutes since it was opened.
    pub(super) opened: i64,
    /// Comments, oldest first: minutes ago, who, text.
    pub(super) comments: &'a [(i64, Voice, &'a str)],
    /// Mails, oldest first.
    pub(super) letters: &'a [Letter<'a>],
    /// Where it waited, or still waits.
    pub(super) queue: Queue,
    /// Who took it from there.
    pub(super) owner: Option<Staff>,
}

impl Default for Talk<'_> {
    fn default() -> Self {
        Self {
            subject: "",
            text: "",
            status: "New",
            priority: "Medium",
            kind: "Question",
            opened: 60,
            comments: &[],
            letters: &[],
            queue: Queue::Sim,
            owner: None,
        }
    }
}

/// A promise somebody made, or an errand.
pub(super) struct Errand<'a> {
    pub(super) subject: &'a str,
    pub(super) text: &'a str,
    pub(super) day: Date,
    pub(super) priority: &'a str,
    /// The record it is about.
    pub(super) about: &'a str,
    pub(super) owner: Staff,
    pub(super) author: Staff,
    /// Minutes ago.
    pub(super) made: i64,
    /// Minutes ago, when it is done.
    pub(super) done: Option<i64>,
}

impl Town {
    /// Opens a case and answers its id.
    pub(super) fn case(&mut self, customer: &Customer, talk: &Talk<'_>) -> String {
        let owner = talk.owner.map_or(talk.queue.id(), Staff::id).to_string();
        let id = self.put_in_steps(
            "Case",
            json!({
                "AccountId": customer.account,
                "Subject": talk.subject,
                "Description": talk.text,
                "Status": "New",
                "Priority": talk.priority,
                "Type": talk.kind,
                "Origin": "Portal Support",
                "OwnerId": talk.queue.id().to_string(),
                "SuppliedName": customer.person.roman().chars().take(80).collect::<String>(),
                "SuppliedEmail": customer.person.email,
                "CreatedDate": self.minutes_ago(talk.opened),
                "CreatedById": Staff::Worker.id().to_string(),
            }),
            self.course(talk, &owner),
        );
        let agent = talk.owner.unwrap_or(Staff::Desk);
        for (minutes, voice, text) in talk.comments {
            let author = if *voice == Voice::Customer { Staff::Worker } else { agent };
            self.put(
                "CaseComment",
                json!({ "ParentId": id, "CommentBody": text, "IsPublished": *voice != Voice::Internal,
                        "CreatedDate": self.minutes_ago(*minutes), "CreatedById": author.id().to_string() }),
            );
        }
        for letter in talk.letters {
            self.letter(customer, &id, agent, letter);
        }
        id
    }

    /// Who took the case and what became of it.
    fn course(&self, talk: &Talk<'_>, owner: &str) -> Vec<Moved> {
        let Some(who) = talk.owner else { return Vec::new() };
        let spoke =
            talk.comments.iter().filter(|(_, voice, _)| *voice != Voice::Customer).map(|(minutes, ..)| *minutes);
        let taken = spoke.max().unwrap_or(talk.opened * 7 / 8);
        let mut fields = json!({ "OwnerId": owner });
        if talk.status != "New" {
            fields["Status"] = json!("In Progress");
        }
        let mut course = vec![Moved { at: self.moment(-taken), who, fields }];
        let last = talk.comments.last().map_or(taken, |(minutes, ..)| *minutes);
        if !matches!(talk.status, "New" | "In Progress") {
            course.push(Moved { at: self.moment(-last), who, fields: json!({ "Status": talk.status }) });
        } else if last < taken {
            // A comment is a change of the case, too.
            course.push(Moved { at: self.moment(-last), who, fields: json!({}) });
        }
        course
    }

    fn letter(&mut self, customer: &Customer, case: &str, agent: Staff, letter: &Letter<'_>) {
        let ours = ("support@example.jp", "Support");
        let name = customer.person.roman();
        let theirs = (customer.person.email.as_str(), name.as_str());
        let (from, to) = if letter.incoming { (theirs, ours) } else { (ours, theirs) };
        let author = if letter.incoming { Staff::Worker } else { agent };
        let sent = self.minutes_ago(letter.sent);
        self.put(
            "EmailMessage",
            json!({
                "ParentId": case, "RelatedToId": case, "Subject": letter.subject, "TextBody": letter.text,
                "FromAddress": from.0, "FromName": from.1, "ToAddress": to.0, "Incoming": letter.incoming,
                "Status": if letter.incoming { "1" } else { "3" }, "MessageDate": sent, "CreatedDate": sent,
                "CreatedById": author.id().to_string(),
            }),
        );
    }

    /// A promise for a day, made yesterday by this desk.
    pub(super) fn task(&mut self, customer: &Customer, subject: &str, day: Date, priority: &str) {
        let (owner, author) = (Staff::Desk, Staff::Desk);
        let about = &customer.account;
        let made = 60 * 26;
        self.errand(&Errand { subject, text: "", day, priority, about, owner, author, made, done: None });
    }

    /// Something to be done on a day, or done already.
    pub(super) fn errand(&mut self, errand: &Errand<'_>) {
        let Errand { subject, text, day, priority, about, owner, author, made, done } = *errand;
        let steps = done.map(|minutes| Moved {
            at: self.moment(-minutes),
            who: owner,
            fields: json!({ "Status": "Completed" }),
        });
        self.put_in_steps(
            "Task",
            json!({
                "WhatId": about, "Subject": subject, "Description": text, "Status": "Not Started",
                "Priority": priority, "ActivityDate": day.to_string(), "OwnerId": owner.id().to_string(),
                "CreatedDate": self.minutes_ago(made), "CreatedById": author.id().to_string(),
            }),
            steps.into_iter().collect(),
        );
    }

    /// A ticket at WHMCS, answered when `answer` is there; answers its id.
    pub(super) fn ticket(
        &mut self,
        customer: &Customer,
        subject: &str,
        text: &str,
        days_ago: i32,
        answer: Option<&str>,
    ) -> u64 {
        let date = self.day(-days_ago).at(9, 12, 0, 0);
        let n = self.whmcs.tickets.next_id();
        let replies: Vec<_> = answer
            .map(|text| Reply {
                id: 0,
                client_id: 0,
                contact_id: 0,
                name: String::new(),
                email: String::new(),
                requestor: Requestor::Operator,
                date: date.saturating_add(jiff::Span::new().hours(3)),
                message: text.to_owned(),
                attachments: Vec::new(),
                admin: "Desk One".to_owned(),
            })
            .into_iter()
            .collect();
        self.whmcs.add_ticket(Ticket {
            id: 0,
            tid: format!("{}", 300_000 + n * 7 % 600_000),
            department_id: 1 + n % 2,
            client_id: customer.client,
            contact_id: 0,
            name: customer.person.roman(),
            email: customer.person.email.clone(),
            requestor: Requestor::Owner,
            cc: String::new(),
            secret: format!("sbx{n:05}"),
            date,
            subject: subject.to_owned(),
            message: text.to_owned(),
            status: if replies.is_empty() { "Open" } else { "Answered" }.to_owned(),
            priority: Priority::Medium,
            admin: String::new(),
            attachments: Vec::new(),
            last_reply: replies.last().map_or(date, |reply| reply.date),
            flag: 0,
            service: String::new(),
            replies,
            notes: Vec::new(),
        })
    }

    /// The residence card was sent, reviewed and accepted.
    pub(super) fn identity_verified(&mut self, customer: &Customer, day: Date) {
        let fields = verified(day);
        let sent = json!({"Id_Verification_Status__c": "Submitted"});
        self.change_by(&customer.account, Staff::Worker, &moment(day, 10, 10).to_string(), sent);
        self.change_by(&customer.account, Staff::Naoko, &moment(day, 10, 40).to_string(), fields);
    }

    /// The address was checked and this can be built there.
    pub(super) fn eligible(&mut self, customer: &Customer, offering: &str, day: Date) {
        let fields = eligible(offering, day);
        let asked = json!({"Internet_Eligibility_Status__c": "Pending"});
        self.change_by(&customer.account, Staff::Worker, &moment(day, 10, 5).to_string(), asked);
        self.change_by(&customer.account, Staff::Tomas, &moment(day, 10, 50).to_string(), fields);
    }

    /// Everything of the client ended on `day`.
    pub(super) fn close(&mut self, customer: &Customer, day: Date) {
        let services: Vec<_> = self.whmcs.services.of(customer.client).map(|service| service.id).collect();
        for service in services {
            self.whmcs.services.update(service, |it| {
                it.status = ServiceStatus::Terminated;
                it.terminated = Some(day);
                it.next_due = None;
            });
        }
        self.whmcs.clients.update(customer.client, |it| it.status = ClientStatus::Closed);
        self.note(customer.client, day.at(12, 0, 0, 0), "Client Status changed to Closed");
    }
}

/// Account fields after the residence card was accepted on `day`.
pub(super) fn verified(day: Date) -> Value {
    json!({
        "Id_Verification_Status__c": "Verified",
        "Id_Verification_Submitted_Date_Time__c": moment(day, 10, 10).to_string(),
        "Id_Verification_Verified_Date_Time__c": moment(day, 10, 40).to_string(),
    })
}

/// Account fields after the address was found good for `offering` on `day`.
pub(super) fn eligible(offering: &str, day: Date) -> Value {
    json!({
        "Internet_Eligibility_Status__c": "Eligible",
        "Internet_Eligibility__c": offering,
        "Internet_Eligibility_Request_Date_Time__c": moment(day, 10, 5).to_string(),
        "Internet_Eligibility_Checked_Date_Time__c": moment(day, 10, 50).to_string(),
    })
}
