//! What the vendor computes by itself when a record is saved: names, totals, closed flags, histories.

use serde_json::{Map, Value, json};

use super::cell::Cell;
use super::db::Db;
use super::error::ApiError;
use super::objects::{CASE_STATUSES, STAGES};
use super::row::{Record, Row};
use super::schema::{self, Object};
use super::{events, flows, history, setup};

/// Fills the computed fields of a row that is about to be saved; `old` is what stood there before.
pub(super) fn before_save(db: &Db, object: &'static Object, old: Option<&Row>, row: &mut Row) {
    let mut edit = Edit { db, object, old, row };
    match object.name {
        "Account" => edit.account(),
        "Contact" | "User" => edit.person_name(),
        "Case" => edit.case(),
        "Order" => edit.order(),
        "OrderItem" => edit.order_item(),
        "PricebookEntry" => edit.pricebook_entry(),
        "Opportunity" => edit.opportunity(),
        "Task" => edit.task(),
        _ => {}
    }
}

/// Writes what follows from a save in other tables.
pub(super) fn after_save(db: &mut Db, object: &'static Object, index: u32, old: Option<&Row>) -> Result<(), ApiError> {
    history::write(db, object, index, old)?;
    flows::publish(db, object, index, old);
    match object.name {
        "Account" => flows::tell_customer(db, object, index, old),
        "Case" => comment(db, object, index),
        "Order" => {
            ask_for_fulfilment(db, object, index, old);
            Ok(())
        }
        "OrderItem" => total(db, object, index),
        _ => Ok(()),
    }
}

struct Edit<'a> {
    db: &'a Db,
    object: &'static Object,
    old: Option<&'a Row>,
    row: &'a mut Row,
}

impl Edit<'_> {
    fn text(&self, name: &str) -> &str {
        Record { object: self.object, row: self.row }.text(name)
    }

    fn number(&self, name: &str) -> Option<f64> {
        self.object.column(name).and_then(|column| self.row.get(column)).and_then(Cell::number)
    }

    fn set(&mut self, name: &str, cell: Option<Cell>) {
        if let Some(column) = self.object.column(name) {
            self.row.set(column, cell);
        }
    }

    fn set_text(&mut self, name: &str, text: &str) {
        self.set(name, (!text.is_empty()).then(|| Cell::Text(text.into())));
    }

    fn is_null(&self, name: &str) -> bool {
        self.object.column(name).is_none_or(|column| self.row.get(column).is_none())
    }

    /// The field is new, or another than before.
    fn changed(&self, name: &str) -> bool {
        let Some(column) = self.object.column(name) else { return false };
        self.old.and_then(|old| old.get(column)) != self.row.get(column)
    }

    /// An account with a last name is a person.
    fn account(&mut self) {
        let person = !self.is_null("LastName");
        self.set("IsPersonAccount", person.then_some(Cell::Bool(true)));
        if person {
            self.person_name();
            self.set_text("RecordTypeId", &setup::person_account_type().to_string());
        }
    }

    /// Family name first where it is written in Japanese, as the org's locale has it; last where it is in Latin letters.
    fn person_name(&mut self) {
        let (last, first) = (self.text("LastName"), self.text("FirstName"));
        let latin = last.chars().all(|c| c < '\u{2E80}');
        let name = if latin { format!("{first} {last}") } else { format!("{last} {first}") };
        if !name.trim().is_empty() {
            let name = name.trim().to_owned();
            self.set_text("Name", &name);
        }
    }

    fn case(&mut self) {
        let status = self.text("Status");
        let closed = CASE_STATUSES.iter().any(|(name, closed)| *name == status && *closed);
        self.set("IsClosed", Some(Cell::Bool(closed)));
        if !closed {
            self.set("ClosedDate", None);
        } else if self.is_null("ClosedDate") {
            let at = self.row.get(schema::LAST_MODIFIED_DATE).cloned();
            self.set("ClosedDate", at);
        }
        let Some(contact) = self.db.get(self.text("ContactId")) else { return };
        self.set_text("ContactEmail", contact.text("Email"));
        self.set_text("ContactPhone", contact.text("Phone"));
        self.set_text("ContactMobile", contact.text("MobilePhone"));
    }

    /// The org's own statuses map onto the vendor's three categories.
    fn order(&mut self) {
        let code = match self.text("Status") {
            "Approved" | "Processed" => "A",
            "Cancelled" => "C",
            _ => "D",
        };
        self.set_text("StatusCode", code);
    }

    fn order_item(&mut self) {
        if let Some(entry) = self.db.get(self.text("PricebookEntryId")) {
            self.set_text("Product2Id", entry.text("Product2Id"));
            self.set("ListPrice", entry.get("UnitPrice").cloned());
        }
        let quantity = self.number("Quantity");
        let total = quantity.zip(self.number("UnitPrice")).map(|(quantity, price)| Cell::Number(quantity * price));
        self.set("TotalPrice", total);
        self.set("AvailableQuantity", quantity.map(Cell::Number));
    }

    fn pricebook_entry(&mut self) {
        let Some(product) = self.db.get(self.text("Product2Id")) else { return };
        self.set_text("Name", product.text("Name"));
        self.set_text("ProductCode", product.text("ProductCode"));
    }

    fn opportunity(&mut self) {
        let stage = self.text("StageName");
        let Some((_, probability, closed, won)) = STAGES.iter().find(|(name, ..)| *name == stage) else { return };
        self.set("IsClosed", Some(Cell::Bool(*closed)));
        self.set("IsWon", Some(Cell::Bool(*won)));
        if self.changed("StageName") && !self.changed("Probability") || self.is_null("Probability") {
            self.set("Probability", Some(Cell::Number(*probability)));
        }
    }

    fn task(&mut self) {
        let closed = self.text("Status") == "Completed";
        self.set("IsClosed", Some(Cell::Bool(closed)));
        if !closed {
            self.set("CompletedDateTime", None);
        } else if self.is_null("CompletedDateTime") {
            let at = self.row.get(schema::LAST_MODIFIED_DATE).cloned();
            self.set("CompletedDateTime", at);
        }
        if let Some(what) = self.db.get(self.text("WhatId")) {
            let account = if what.object.name == "Account" { what.id() } else { what.text("AccountId") };
            self.set_text("AccountId", account);
        }
    }
}

/// `Comments` is write-only: it becomes an internal comment of the case.
fn comment(db: &mut Db, object: &'static Object, index: u32) -> Result<(), ApiError> {
    let record = db.at(object, index);
    let (id, body) = (record.id().to_owned(), record.text("Comments").to_owned());
    if body.is_empty() {
        return Ok(());
    }
    db.update(&id, object_of(json!({"Comments": null})))?;
    db.insert("CaseComment", object_of(json!({"ParentId": id, "CommentBody": body, "IsPublished": false})))?;
    Ok(())
}

/// An order that becomes Approved or Reactivate is to be fulfilled. What the worker itself writes asks it for nothing.
fn ask_for_fulfilment(db: &mut Db, object: &'static Object, index: u32, old: Option<&Row>) {
    let order = db.at(object, index);
    let before = old.map(|row| Record { object, row }.text("Status")).unwrap_or_default();
    let by_worker = order.text("LastModifiedById") == setup::Staff::Worker.id().to_string();
    if matches!(order.text("Status"), "Approved" | "Reactivate") && order.text("Status") != before && !by_worker {
        let (id, by) = (order.id().to_owned(), order.text("LastModifiedById").to_owned());
        let words = events::provisioning(order);
        db.ask(&id);
        db.say(words, &by);
    }
}

/// The order's total is that of its items.
fn total(db: &mut Db, object: &'static Object, index: u32) -> Result<(), ApiError> {
    let order = db.at(object, index).text("OrderId").to_owned();
    let Some(column) = object.column("OrderId") else { return Ok(()) };
    let items = db.find(object, column, &order).unwrap_or_default();
    let total: f64 = items
        .iter()
        .filter(|item| !item.is_deleted())
        .filter_map(|item| item.get("TotalPrice").and_then(Cell::number))
        .sum();
    let stamps = db.get(&order).map(|it| (it.json(schema::LAST_MODIFIED_DATE), it.json(schema::LAST_MODIFIED_BY)));
    let Some((at, by)) = stamps else { return Ok(()) };
    let fields = json!({"TotalAmount": total, "LastModifiedDate": at, "LastModifiedById": by, "SystemModstamp": at});
    db.update(&order, object_of(fields))
}

pub(super) fn object_of(fields: Value) -> Map<String, Value> {
    match fields {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
