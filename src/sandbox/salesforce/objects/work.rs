//! Objects of daily work: cases and what is said in them, tasks, people and queues, and the histories of records.

use super::super::schema::{Field, Kind};
use super::{RECORD_TYPE, currency, date, email, flag, int, long, phone, pick, refers, strict, text, time};

/// Case status and whether it closes the case.
pub const CASE_STATUSES: &[(&str, bool)] =
    &[("New", false), ("In Progress", false), ("Awaiting Customer", false), ("Escalated", false), ("Closed", true)];

pub(super) const CASE: &[Field] = &[
    Field::new("CaseNumber", Kind::AutoNumber).read_only().indexed(),
    text("Subject", 255),
    long("Description", 32_000),
    strict("Status", &["New", "In Progress", "Awaiting Customer", "Escalated", "Closed"]).default("New").indexed(),
    strict("Priority", &["Low", "Medium", "High"]).default("Medium"),
    pick("Origin", &["Phone", "Email", "Web", "Portal Support"]),
    pick("Type", &["Question", "Problem", "Billing", "Cancellation", "Complaint"]),
    pick("Reason", &["Installation", "Performance", "Breakdown", "Feedback", "Other"]),
    refers("AccountId", &["Account"], "Account", "Cases"),
    refers("ContactId", &["Contact"], "Contact", "Cases"),
    refers("ParentId", &["Case"], "Parent", "Cases"),
    refers("OwnerId", &["User", "Group"], "Owner", ""),
    RECORD_TYPE,
    flag("IsClosed").read_only(),
    time("ClosedDate").read_only(),
    flag("IsEscalated"),
    text("SuppliedName", 80),
    email("SuppliedEmail"),
    phone("SuppliedPhone"),
    email("ContactEmail").read_only(),
    phone("ContactPhone").read_only(),
    phone("ContactMobile").read_only(),
    // Write-only in the vendor's API: it becomes an internal comment and reads back as null.
    Field::new("Comments", Kind::Comment(4000)),
];

pub(super) const CASE_STATUS: &[Field] =
    &[text("MasterLabel", 255), text("ApiName", 255), int("SortOrder"), flag("IsDefault"), flag("IsClosed")];

pub(super) const CASE_COMMENT: &[Field] = &[
    refers("ParentId", &["Case"], "Parent", "CaseComments").required().create_only(),
    Field::new("CommentBody", Kind::Comment(4000)),
    flag("IsPublished"),
];

/// A tracked field's change: what it was and what it became, neither of which can be filtered or sorted by.
const fn changed() -> [Field; 3] {
    [text("Field", 255), Field::new("OldValue", Kind::Any), Field::new("NewValue", Kind::Any)]
}

const fn history(parent: Field) -> [Field; 4] {
    let [field, old, new] = changed();
    [parent, field, old, new]
}

pub(super) const ACCOUNT_HISTORY: &[Field] = &history(refers("AccountId", &["Account"], "Account", "Histories"));

pub(super) const CASE_HISTORY: &[Field] = &history(refers("CaseId", &["Case"], "Case", "Histories"));

pub(super) const ORDER_HISTORY: &[Field] = &history(refers("OrderId", &["Order"], "Order", "Histories"));

pub(super) const OPPORTUNITY_FIELD_HISTORY: &[Field] =
    &history(refers("OpportunityId", &["Opportunity"], "Opportunity", "Histories"));

/// The opportunity as it was from then on, once for each change of one of these.
pub(super) const OPPORTUNITY_HISTORY: &[Field] = &[
    refers("OpportunityId", &["Opportunity"], "Opportunity", "OpportunityHistories"),
    text("StageName", 255),
    currency("Amount"),
    Field::new("Probability", Kind::Percent),
    date("CloseDate"),
];

pub(super) const EMAIL_MESSAGE: &[Field] = &[
    refers("ParentId", &["Case"], "Parent", "EmailMessages"),
    refers("RelatedToId", &["Account", "Case", "Order", "Opportunity"], "RelatedTo", "Emails"),
    text("Subject", 3000),
    long("TextBody", 131_072),
    long("HtmlBody", 131_072),
    email("FromAddress"),
    text("FromName", 1000),
    text("ToAddress", 4000),
    text("CcAddress", 4000),
    text("BccAddress", 4000),
    flag("Incoming"),
    strict("Status", &["0", "1", "2", "3", "4", "5"]).default("0"),
    time("MessageDate"),
    flag("HasAttachment").read_only(),
    text("ThreadIdentifier", 255),
];

pub(super) const TASK: &[Field] = &[
    refers("WhoId", &["Contact"], "Who", "Tasks"),
    refers("WhatId", &["Account", "Case", "Order", "Opportunity", "Product2", "SIM_Inventory__c"], "What", "Tasks"),
    refers("AccountId", &["Account"], "Account", "").read_only(),
    text("Subject", 255),
    pick("Status", &["Not Started", "In Progress", "Completed", "Waiting on someone else", "Deferred"])
        .default("Not Started"),
    pick("Priority", &["High", "Normal", "Low"]).default("Normal"),
    date("ActivityDate"),
    refers("OwnerId", &["User", "Group"], "Owner", ""),
    long("Description", 32_000),
    flag("IsClosed").read_only(),
    time("CompletedDateTime").read_only(),
    strict("TaskSubtype", &["Task", "Email", "Call"]).default("Task").create_only(),
    pick("CallType", &["Internal", "Inbound", "Outbound"]),
    int("CallDurationInSeconds"),
    text("CallDisposition", 255),
    flag("IsReminderSet"),
    time("ReminderDateTime"),
];

pub(super) const USER: &[Field] = &[
    text("Username", 80).required().indexed(),
    text("Name", 121).read_only(),
    text("LastName", 80).required(),
    text("FirstName", 40),
    email("Email").required(),
    text("Alias", 8).required(),
    text("Title", 80),
    text("Department", 80),
    flag("IsActive").default("true"),
    text("ProfileId", 18),
    text("UserRoleId", 18),
    text("TimeZoneSidKey", 40).default("Asia/Tokyo"),
    text("LocaleSidKey", 40).default("ja_JP"),
    text("LanguageLocaleKey", 40).default("ja"),
    text("UserType", 40).default("Standard"),
    text("FederationIdentifier", 512),
    refers("ManagerId", &["User"], "Manager", ""),
];

pub(super) const GROUP: &[Field] = &[
    text("Name", 40).required(),
    text("DeveloperName", 80).indexed(),
    strict("Type", &["Queue", "Regular"]).create_only(),
    email("Email"),
    flag("DoesSendEmailToMembers"),
];

/// Who is in a group; `UserOrGroupId` may name another group.
pub(super) const GROUP_MEMBER: &[Field] = &[
    refers("GroupId", &["Group"], "Group", "GroupMembers").required(),
    refers("UserOrGroupId", &["User", "Group"], "UserOrGroup", "").required(),
];

/// What kind of record a queue may own.
pub(super) const QUEUE_SOBJECT: &[Field] =
    &[refers("QueueId", &["Group"], "Queue", "QueueSobjects").required(), text("SobjectType", 40).indexed()];
