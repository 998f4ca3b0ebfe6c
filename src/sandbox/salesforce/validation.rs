//! What the org's administrators and the vendor refuse when a user saves a record: one table of rules.
//!
//! The rules look at the record as it would be. Only the API asks them: the seed and the org's own machinery may write
//! what no user may.

use super::cell::Cell;
use super::db::Db;
use super::error::ApiError;
use super::row::{Record, Row};

/// An administrator's own rule, in the administrator's words.
const OWN: &str = "FIELD_CUSTOM_VALIDATION_EXCEPTION";
/// A rule of the vendor's about how records hang together.
const INTEGRITY: &str = "FIELD_INTEGRITY_EXCEPTION";

/// A rule: refused where it finds the record broken.
struct Rule {
    object: &'static str,
    code: &'static str,
    message: &'static str,
    /// The fields at fault.
    fields: &'static [&'static str],
    broken: fn(&Save<'_>) -> bool,
}

const RULES: &[Rule] = &[
    Rule {
        object: "Order",
        code: INTEGRITY,
        message: "A new order must have a status of the draft category",
        fields: &["Status"],
        broken: |it| it.old.is_none() && !matches!(it.text("Status"), "Draft" | "Pending Review"),
    },
    Rule {
        object: "Order",
        code: OWN,
        message: "This status does not follow from the present one.",
        fields: &["Status"],
        broken: |it| it.old.is_some() && it.changed("Status") && !may_become(it.was("Status"), it.text("Status")),
    },
    Rule {
        object: "Order",
        code: OWN,
        message: "Fulfilment has begun: the order cannot go back to review.",
        fields: &["Status"],
        broken: |it| {
            matches!(it.was("Status"), "Approved" | "Reactivate")
                && matches!(it.text("Status"), "Draft" | "Pending Review")
                && matches!(it.text("Activation_Status__c"), "Activating" | "Activated")
        },
    },
    Rule {
        object: "Order",
        code: OWN,
        message: "An order needs at least one product before it is approved.",
        fields: &["Status"],
        broken: |it| it.becomes("Status", "Approved") && it.was("Status") != "Reactivate" && !it.has_items(),
    },
    Rule {
        object: "Order",
        code: OWN,
        message: "The residence card of this customer is not verified: a SIM order cannot be approved. 本人確認が完了していません。",
        fields: &["Status"],
        broken: |it| {
            it.becomes("Status", "Approved")
                && it.was("Status") != "Reactivate"
                && it.text("Order_Type__c") == "SIM"
                && it.account().is_some_and(|account| {
                    account.get("IsPersonAccount") == Some(&Cell::Bool(true))
                        && account.text("Id_Verification_Status__c") != "Verified"
                })
        },
    },
    Rule {
        object: "Order",
        code: OWN,
        message: "Internet is not available at the address of this customer: it cannot be ordered. 提供エリア外です。",
        fields: &["Order_Type__c"],
        broken: |it| {
            it.old.is_none()
                && it.text("Order_Type__c") == "Internet"
                && it.account().is_some_and(|account| account.text("Internet_Eligibility_Status__c") != "Eligible")
        },
    },
    Rule {
        object: "Order",
        code: OWN,
        message: "An eSIM needs the EID of the phone it is for, 32 digits.",
        fields: &["EID__c"],
        broken: |it| {
            it.old.is_none()
                && it.text("SIM_Type__c") == "eSIM"
                && (it.text("EID__c").len() != 32 || !it.text("EID__c").bytes().all(|byte| byte.is_ascii_digit()))
        },
    },
    Rule {
        object: "Order",
        code: OWN,
        message: "A scheduled activation needs its date.",
        fields: &["Activation_Scheduled_At__c"],
        broken: |it| {
            it.old.is_none()
                && it.text("Activation_Type__c") == "Scheduled"
                && it.new.get("Activation_Scheduled_At__c").is_none()
        },
    },
    Rule {
        object: "Order",
        code: OWN,
        message: "A port-in needs the number, its reservation number and the reservation's last day.",
        fields: &["MNP_Reservation_Number__c", "MNP_Expiry_Date__c", "MNP_Phone_Number__c"],
        broken: |it| {
            let given = |name| it.new.get(name).is_some();
            it.becomes("Status", "Approved")
                && it.new.get("MNP_Application__c") == Some(&Cell::Bool(true))
                && !(given("MNP_Reservation_Number__c") && given("MNP_Expiry_Date__c") && given("MNP_Phone_Number__c"))
        },
    },
    Rule {
        object: "Order",
        code: INTEGRITY,
        message: "The account and the price book of an order can be changed in its draft status only",
        fields: &["AccountId", "Pricebook2Id"],
        broken: |it| it.old.is_some() && it.was("StatusCode") != "D" && it.changed_any(&["AccountId", "Pricebook2Id"]),
    },
    Rule {
        object: "OrderItem",
        code: INTEGRITY,
        message: "Products of an activated order cannot be added or changed",
        fields: &["OrderId"],
        broken: |it| {
            it.order().is_some_and(|order| order.text("StatusCode") != "D")
                && (it.old.is_none() || it.changed_any(&["Quantity", "UnitPrice"]))
        },
    },
    Rule {
        object: "OrderItem",
        code: INTEGRITY,
        message: "The order has no price book: assign one before adding products",
        fields: &["OrderId"],
        broken: |it| it.old.is_none() && it.order().is_some_and(|order| order.text("Pricebook2Id").is_empty()),
    },
    Rule {
        object: "OrderItem",
        code: INTEGRITY,
        message: "pricebook entry is in a different pricebook than the one assigned to the order",
        fields: &["PricebookEntryId"],
        broken: |it| {
            let entry = it.db.get(it.text("PricebookEntryId"));
            entry.zip(it.order()).is_some_and(|(entry, order)| {
                it.old.is_none() && entry.text("Pricebook2Id") != order.text("Pricebook2Id")
            })
        },
    },
    Rule {
        object: "OrderItem",
        code: INTEGRITY,
        message: "pricebook entry is inactive",
        fields: &["PricebookEntryId"],
        broken: |it| {
            let entry = it.db.get(it.text("PricebookEntryId"));
            it.old.is_none() && entry.is_some_and(|entry| entry.get("IsActive") != Some(&Cell::Bool(true)))
        },
    },
    Rule {
        object: "Account",
        code: OWN,
        message: "Tell the customer why: a rejected residence card needs a message. 却下理由を入力してください。",
        fields: &["Id_Verification_Rejection_Message__c"],
        broken: |it| {
            it.becomes("Id_Verification_Status__c", "Rejected")
                && it.text("Id_Verification_Rejection_Message__c").is_empty()
        },
    },
    Rule {
        object: "Account",
        code: OWN,
        message: "Choose what can be built at the address: an eligible customer needs an offering.",
        fields: &["Internet_Eligibility__c"],
        broken: |it| {
            it.becomes("Internet_Eligibility_Status__c", "Eligible") && it.text("Internet_Eligibility__c").is_empty()
        },
    },
    Rule {
        object: "Opportunity",
        code: OWN,
        message: "A cancellation needs the day it takes effect. 解約予定日を入力してください。",
        fields: &["ScheduledCancellationDateAndTime__c", "SIMScheduledCancellationDateAndTime__c"],
        broken: |it| {
            let days = ["ScheduledCancellationDateAndTime__c", "SIMScheduledCancellationDateAndTime__c"];
            it.becomes("StageName", "△Cancelling") && days.iter().all(|day| it.new.get(day).is_none())
        },
    },
    Rule {
        object: "Case",
        code: "INVALID_OPERATION",
        message: "Queue not associated with this SObject type",
        fields: &["OwnerId"],
        broken: |it| it.wrong_queue(),
    },
    Rule {
        object: "Task",
        code: "INVALID_OPERATION",
        message: "Queue not associated with this SObject type",
        fields: &["OwnerId"],
        broken: |it| it.wrong_queue(),
    },
    Rule {
        object: "Case",
        code: "INACTIVE_OWNER_OR_USER",
        message: "operation performed with inactive user as owner of case",
        fields: &["OwnerId"],
        broken: |it| it.inactive_owner(),
    },
    Rule {
        object: "Task",
        code: "INACTIVE_OWNER_OR_USER",
        message: "operation performed with inactive user as owner of task",
        fields: &["OwnerId"],
        broken: |it| it.inactive_owner(),
    },
];

/// Which status an order may take from which.
const MOVES: &[(&str, &[&str])] = &[
    ("Draft", &["Pending Review", "Approved", "Cancelled"]),
    ("Pending Review", &["Draft", "Approved", "Cancelled"]),
    ("Approved", &["Draft", "Pending Review", "Processed", "Reactivate", "Cancelled"]),
    ("Reactivate", &["Pending Review", "Approved", "Processed", "Cancelled"]),
    ("Processed", &["Cancelled"]),
    ("Cancelled", &[]),
];

fn may_become(from: &str, to: &str) -> bool {
    MOVES.iter().find(|(status, _)| *status == from).is_none_or(|(_, next)| next.contains(&to))
}

/// A record about to be saved.
struct Save<'a> {
    db: &'a Db,
    old: Option<Record<'a>>,
    new: Record<'a>,
}

impl<'a> Save<'a> {
    fn text(&self, name: &str) -> &'a str {
        self.new.text(name)
    }

    fn was(&self, name: &str) -> &'a str {
        self.old.map_or("", |old| old.text(name))
    }

    fn changed(&self, name: &str) -> bool {
        self.old.and_then(|old| old.get(name)) != self.new.get(name)
    }

    fn changed_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.changed(name))
    }

    fn becomes(&self, name: &str, word: &str) -> bool {
        self.text(name) == word && self.was(name) != word
    }

    fn account(&self) -> Option<Record<'a>> {
        self.db.get(self.text("AccountId"))
    }

    fn order(&self) -> Option<Record<'a>> {
        self.db.get(self.text("OrderId"))
    }

    fn has_items(&self) -> bool {
        let Some((items, column)) = self.new.object.children("OrderItems") else { return true };
        let found = self.db.find(items, column, self.new.id()).unwrap_or_default();
        found.iter().any(|item| !item.is_deleted())
    }

    fn owner(&self) -> Option<Record<'a>> {
        self.db.get(self.text("OwnerId")).filter(|_| self.changed("OwnerId"))
    }

    fn wrong_queue(&self) -> bool {
        let Some(group) = self.owner().filter(|owner| owner.object.name == "Group") else { return false };
        let owns =
            |row: &Record<'_>| row.text("QueueId") == group.id() && row.text("SobjectType") == self.new.object.name;
        !self.db.rows("QueueSobject").any(|row| owns(&row))
    }

    fn inactive_owner(&self) -> bool {
        let user = self.owner().filter(|owner| owner.object.name == "User");
        user.is_some_and(|user| user.get("IsActive") != Some(&Cell::Bool(true)))
    }
}

/// Refuses a record that was just written within a transaction; `old` is what stood there before.
pub(super) fn check(db: &Db, id: &str, old: Option<&Row>) -> Result<(), ApiError> {
    let Some(new) = db.get(id) else { return Ok(()) };
    let save = Save { db, old: old.map(|row| Record { object: new.object, row }), new };
    match RULES.iter().filter(|rule| rule.object == new.object.name).find(|rule| (rule.broken)(&save)) {
        Some(rule) => Err(rule.fields.iter().fold(ApiError::new(rule.code, rule.message), |error, it| error.on(*it))),
        None => Ok(()),
    }
}

/// Refuses to delete what others hang on, or what is past its draft.
pub(super) fn check_delete(db: &Db, record: Record<'_>) -> Result<(), ApiError> {
    let refuse = |message: String| Err(ApiError::new("DELETE_FAILED", message));
    let kept: &[&str] = match record.object.name {
        "Account" => &["Orders", "Cases", "Opportunities"],
        "Order" if record.text("StatusCode") == "A" => {
            return refuse("An activated order cannot be deleted".to_owned());
        }
        "OrderItem" if db.get(record.text("OrderId")).is_some_and(|order| order.text("StatusCode") == "A") => {
            return refuse("Products of an activated order cannot be deleted".to_owned());
        }
        _ => &[],
    };
    for children in kept {
        let Some((object, column)) = record.object.children(children) else { continue };
        let found = db.find(object, column, record.id()).unwrap_or_default();
        if found.iter().any(|child| !child.is_deleted()) {
            let message = format!(
                "Your attempt to delete {} could not be completed because it is associated with: {children}",
                record.text("Name")
            );
            return refuse(message);
        }
    }
    Ok(())
}
