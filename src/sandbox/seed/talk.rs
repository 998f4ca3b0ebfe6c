//! What was said and asked: cases, tickets, promises, and the states that follow from review.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::town::{Customer, Town, at};
use crate::sandbox::whmcs::db::{ClientStatus, Priority, Reply, Requestor, ServiceStatus, Ticket};

/// A case as it is told: newest facts last.
pub(super) struct Talk<'a> {
    pub(super) subject: &'a str,
    pub(super) text: &'a str,
    pub(super) status: &'a str,
    pub(super) priority: &'a str,
    pub(super) kind: &'a str,
    /// Minutes since it was opened.
    pub(super) opened: i64,
    /// Comments, oldest first: minutes ago, visible to the customer, text.
    pub(super) comments: &'a [(i64, bool, &'a str)],
}

impl Default for Talk<'_> {
    fn default() -> Self {
        Self { subject: "", text: "", status: "New", priority: "Medium", kind: "Question", opened: 60, comments: &[] }
    }
}

impl Town {
    /// Opens a case and answers its id.
    pub(super) fn case(&mut self, customer: &Customer, talk: &Talk<'_>) -> String {
        let last = talk.comments.last().map_or(talk.opened, |(minutes, ..)| *minutes);
        let id = self.put(
            "Case",
            json!({
                "AccountId": customer.account,
                "Subject": talk.subject,
                "Description": talk.text,
                "Status": talk.status,
                "Priority": talk.priority,
                "Type": talk.kind,
                "Origin": "Portal Support",
                "SuppliedName": customer.person.roman().chars().take(80).collect::<String>(),
                "SuppliedEmail": customer.person.email,
                "ClosedDate": (talk.status == "Closed").then(|| self.minutes_ago(last)),
                "CreatedDate": self.minutes_ago(talk.opened),
                "LastModifiedDate": self.minutes_ago(last),
            }),
        );
        for (minutes, public, text) in talk.comments {
            self.put(
                "CaseComment",
                json!({ "ParentId": id, "CommentBody": text, "IsPublished": public,
                        "CreatedDate": self.minutes_ago(*minutes) }),
            );
        }
        id
    }

    /// A promise for a day.
    pub(super) fn task(&mut self, customer: &Customer, subject: &str, day: Date, priority: &str) {
        self.put(
            "Task",
            json!({
                "WhatId": customer.account,
                "Subject": subject,
                "Status": "Not Started",
                "Priority": priority,
                "ActivityDate": day.to_string(),
                "CreatedDate": self.minutes_ago(60 * 26),
            }),
        );
    }

    /// A ticket at WHMCS, answered when `answer` is there.
    pub(super) fn ticket(
        &mut self,
        customer: &Customer,
        subject: &str,
        text: &str,
        days_ago: i32,
        answer: Option<&str>,
    ) {
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
        });
    }

    /// The residence card was reviewed and accepted.
    pub(super) fn identity_verified(&mut self, customer: &Customer, day: Date) {
        self.change_on(&customer.account, &at(day, 15), verified(day));
    }

    /// The address was checked and this can be built there.
    pub(super) fn eligible(&mut self, customer: &Customer, offering: &str, day: Date) {
        self.change_on(&customer.account, &at(day, 17), eligible(offering, day));
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
        "Id_Verification_Submitted_Date_Time__c": at(day, 9),
        "Id_Verification_Verified_Date_Time__c": at(day, 15),
    })
}

/// Account fields after the address was found good for `offering` on `day`.
pub(super) fn eligible(offering: &str, day: Date) -> Value {
    json!({
        "Internet_Eligibility_Status__c": "Eligible",
        "Internet_Eligibility__c": offering,
        "Internet_Eligibility_Request_Date_Time__c": at(day, 9),
        "Internet_Eligibility_Checked_Date_Time__c": at(day, 17),
    })
}
