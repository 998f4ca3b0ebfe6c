//! The objects of the sandbox's org: the vendor's standard ones, and the custom fields a telecom adds to them.

use super::schema::{Field, Kind};

mod work;

pub use work::CASE_STATUSES;

/// One object as declared; [`super::schema::Object`] adds the system fields.
#[derive(Debug)]
pub struct Declared {
    /// API name.
    pub name: &'static str,
    /// First three characters of its ids.
    pub prefix: &'static str,
    /// Plural label.
    pub plural: &'static str,
    /// May be written through the API.
    pub writable: bool,
    /// Its own fields.
    pub fields: &'static [Field],
}

const fn object(name: &'static str, prefix: &'static str, plural: &'static str, fields: &'static [Field]) -> Declared {
    Declared { name, prefix, plural, writable: true, fields }
}

const fn setup(name: &'static str, prefix: &'static str, plural: &'static str, fields: &'static [Field]) -> Declared {
    Declared { name, prefix, plural, writable: false, fields }
}

const fn text(name: &'static str, length: u32) -> Field {
    Field::new(name, Kind::Text(length))
}

const fn long(name: &'static str, length: u32) -> Field {
    Field::new(name, Kind::LongText(length))
}

const fn phone(name: &'static str) -> Field {
    Field::new(name, Kind::Phone)
}

const fn email(name: &'static str) -> Field {
    Field::new(name, Kind::Email)
}

const fn pick(name: &'static str, values: &'static [&'static str]) -> Field {
    Field::new(name, Kind::Picklist(values, false))
}

const fn strict(name: &'static str, values: &'static [&'static str]) -> Field {
    Field::new(name, Kind::Picklist(values, true))
}

const fn flag(name: &'static str) -> Field {
    Field::new(name, Kind::Bool)
}

const fn int(name: &'static str) -> Field {
    Field::new(name, Kind::Int)
}

const fn double(name: &'static str) -> Field {
    Field::new(name, Kind::Double)
}

const fn currency(name: &'static str) -> Field {
    Field::new(name, Kind::Currency)
}

const fn date(name: &'static str) -> Field {
    Field::new(name, Kind::Date)
}

const fn time(name: &'static str) -> Field {
    Field::new(name, Kind::DateTime)
}

/// A reference; `children` is empty where the parent has no list of them.
const fn refers(
    name: &'static str,
    targets: &'static [&'static str],
    relationship: &'static str,
    children: &'static str,
) -> Field {
    let mut field = Field::new(name, Kind::Reference(targets)).indexed();
    field.relationship = relationship;
    field.children = children;
    field
}

/// A reference to one of very few records, where an index would only cost memory.
const fn refers_to_few(name: &'static str, targets: &'static [&'static str], relationship: &'static str) -> Field {
    let mut field = refers(name, targets, relationship, "");
    field.indexed = false;
    field
}

/// Fields every object has.
pub const SYSTEM: &[Field] = &[
    Field::new("Id", Kind::Id).read_only(),
    flag("IsDeleted").read_only(),
    time("CreatedDate").read_only(),
    refers_to_few("CreatedById", &["User"], "CreatedBy").read_only(),
    time("LastModifiedDate").read_only(),
    refers_to_few("LastModifiedById", &["User"], "LastModifiedBy").read_only(),
    time("SystemModstamp").read_only(),
];

const OWNER: Field = refers("OwnerId", &["User"], "Owner", "");
const RECORD_TYPE: Field = refers_to_few("RecordTypeId", &["RecordType"], "RecordType");

const ACCOUNT: &[Field] = &[
    text("Name", 255).required().indexed(),
    text("LastName", 80).indexed(),
    text("FirstName", 40),
    pick("Salutation", &["Mr.", "Ms.", "Mrs.", "Dr."]),
    pick("Type", &["Customer", "Prospect", "Partner", "Other"]),
    RECORD_TYPE,
    refers("ParentId", &["Account"], "Parent", "ChildAccounts"),
    phone("Phone").indexed(),
    phone("Fax"),
    text("AccountNumber", 40).indexed(),
    Field::new("Website", Kind::Url),
    pick("Industry", &["Communications", "Education", "Retail", "Other"]),
    currency("AnnualRevenue"),
    int("NumberOfEmployees"),
    pick("Rating", &["Hot", "Warm", "Cold"]),
    OWNER,
    long("Description", 32_000),
    pick("AccountSource", &["Web", "Phone Inquiry", "Partner Referral", "Other"]),
    date("LastActivityDate").read_only(),
    long("BillingStreet", 255),
    text("BillingCity", 40),
    text("BillingState", 80),
    text("BillingPostalCode", 20),
    text("BillingCountry", 80),
    Field::new("BillingAddress", Kind::Address("Billing")).read_only(),
    long("ShippingStreet", 255),
    text("ShippingCity", 40),
    text("ShippingState", 80),
    text("ShippingPostalCode", 20),
    text("ShippingCountry", 80),
    Field::new("ShippingAddress", Kind::Address("Shipping")).read_only(),
    flag("IsPersonAccount").read_only(),
    refers("PersonContactId", &["Contact"], "PersonContact", "").read_only(),
    email("PersonEmail").indexed(),
    phone("PersonMobilePhone").indexed(),
    phone("PersonHomePhone").indexed(),
    phone("PersonOtherPhone").indexed(),
    date("PersonBirthdate"),
    text("PersonTitle", 80),
    flag("PersonDoNotCall"),
    flag("PersonHasOptedOutOfEmail"),
    long("PersonMailingStreet", 255),
    text("PersonMailingCity", 40),
    text("PersonMailingState", 80),
    text("PersonMailingPostalCode", 20),
    text("PersonMailingCountry", 80),
    Field::new("PersonMailingAddress", Kind::Address("PersonMailing")).read_only(),
    // The same address in letters, where the org keeps it.
    long("PersonOtherStreet", 255),
    text("PersonOtherCity", 40),
    text("PersonOtherState", 80),
    text("PersonOtherPostalCode", 20),
    text("PersonOtherCountry", 80),
    Field::new("PersonOtherAddress", Kind::Address("PersonOther")).read_only(),
    text("SF_Account_No__c", 40).external(),
    text("WH_Account__c", 255).indexed(),
    text("Last_Name_Kana__c", 80).indexed(),
    text("First_Name_Kana__c", 80),
    text("Internet_Eligibility__c", 255),
    strict("Internet_Eligibility_Status__c", &["Not Requested", "Pending", "Eligible", "Ineligible"]).indexed(),
    time("Internet_Eligibility_Request_Date_Time__c"),
    time("Internet_Eligibility_Checked_Date_Time__c"),
    long("Internet_Eligibility_Notes__c", 4000),
    strict("Id_Verification_Status__c", &["Not Submitted", "Submitted", "Verified", "Rejected"]).indexed(),
    time("Id_Verification_Submitted_Date_Time__c"),
    time("Id_Verification_Verified_Date_Time__c"),
    pick("Id_Verification_Method__c", &["Portal upload", "In person", "Post"]),
    long("Id_Verification_Note__c", 4000),
    long("Id_Verification_Rejection_Message__c", 4000),
];

const CONTACT: &[Field] = &[
    refers("AccountId", &["Account"], "Account", "Contacts"),
    text("Name", 121).read_only().indexed(),
    text("LastName", 80).required(),
    text("FirstName", 40),
    pick("Salutation", &["Mr.", "Ms.", "Mrs.", "Dr."]),
    email("Email").indexed(),
    phone("Phone").indexed(),
    phone("MobilePhone").indexed(),
    phone("HomePhone"),
    text("Title", 128),
    text("Department", 80),
    date("Birthdate"),
    long("MailingStreet", 255),
    text("MailingCity", 40),
    text("MailingState", 80),
    text("MailingPostalCode", 20),
    text("MailingCountry", 80),
    Field::new("MailingAddress", Kind::Address("Mailing")).read_only(),
    refers("ReportsToId", &["Contact"], "ReportsTo", ""),
    pick("LeadSource", &["Web", "Phone Inquiry", "Partner Referral", "Other"]),
    OWNER,
    flag("IsPersonAccount").read_only(),
    flag("DoNotCall"),
    flag("HasOptedOutOfEmail"),
];

const ORDER: &[Field] = &[
    Field::new("OrderNumber", Kind::AutoNumber).read_only().indexed(),
    refers("AccountId", &["Account"], "Account", "Orders").required(),
    date("EffectiveDate").required(),
    date("EndDate"),
    strict("Status", &["Draft", "Pending Review", "Approved", "Processed", "Cancelled", "Reactivate"]).required(),
    strict("StatusCode", &["D", "A", "C"]).read_only(),
    pick("Type", &["Internet", "SIM", "VPN"]),
    text("Name", 80),
    text("PoNumber", 80),
    text("OrderReferenceNumber", 80),
    refers("OpportunityId", &["Opportunity"], "Opportunity", "Orders"),
    refers_to_few("Pricebook2Id", &["Pricebook2"], "Pricebook2"),
    OWNER,
    RECORD_TYPE,
    time("ActivatedDate"),
    currency("TotalAmount").read_only(),
    refers("BillToContactId", &["Contact"], "BillToContact", ""),
    refers("ShipToContactId", &["Contact"], "ShipToContact", ""),
    long("BillingStreet", 255),
    text("BillingCity", 40),
    text("BillingState", 80),
    text("BillingPostalCode", 20),
    text("BillingCountry", 80),
    Field::new("BillingAddress", Kind::Address("Billing")).read_only(),
    long("Description", 32_000),
    strict("Order_Type__c", &["Internet", "SIM", "VPN"]),
    strict("Activation_Type__c", &["Immediate", "Scheduled"]),
    strict("Activation_Status__c", &["Not Started", "Activating", "Activated", "Failed", "Scheduled"]).indexed(),
    time("Activation_Scheduled_At__c"),
    text("Activation_Error_Code__c", 80),
    long("Activation_Error_Message__c", 4000),
    text("WHMCS_Order_ID__c", 40).indexed(),
    strict("Internet_Plan_Tier__c", &["Silver", "Gold", "Platinum"]),
    strict("Installation_Type__c", &["Single Installment", "12-Month Installment", "24-Month Installment"]),
    flag("Weekend_Install__c"),
    strict("Access_Mode__c", &["IPoE-BYOR", "IPoE-HGW", "PPPoE"]),
    flag("Hikari_Denwa__c"),
    strict("VPN_Region__c", &["USA-SF", "UK-London"]),
    strict("SIM_Type__c", &["Physical SIM", "eSIM"]),
    text("EID__c", 32).indexed(),
    flag("SIM_Voice_Mail__c"),
    flag("SIM_Call_Waiting__c"),
    flag("MNP_Application__c"),
    text("MNP_Reservation_Number__c", 20),
    date("MNP_Expiry_Date__c"),
    phone("MNP_Phone_Number__c").indexed(),
    text("MNP_Account_Number__c", 40),
    text("MNP_Last_Name_Kanji__c", 80),
    text("MNP_First_Name_Kanji__c", 80),
    text("MNP_Last_Name_Kana__c", 80),
    text("MNP_First_Name_Kana__c", 80),
    strict("MNP_Gender__c", &["Male", "Female", "Corporate"]),
    date("MNP_Date_Of_Birth__c"),
];

const ORDER_ITEM: &[Field] = &[
    refers("OrderId", &["Order"], "Order", "OrderItems").required().create_only(),
    refers("PricebookEntryId", &["PricebookEntry"], "PricebookEntry", "OrderItems").required().create_only(),
    refers("Product2Id", &["Product2"], "Product2", ""),
    Field::new("OrderItemNumber", Kind::AutoNumber).read_only(),
    double("Quantity").required(),
    currency("UnitPrice").required(),
    currency("ListPrice").read_only(),
    currency("TotalPrice").read_only(),
    date("ServiceDate"),
    date("EndDate"),
    text("Description", 255),
    double("AvailableQuantity").read_only(),
    text("WHMCS_Service_ID__c", 40).indexed(),
    strict("Billing_Cycle__c", &["Monthly", "Onetime"]),
];

const PRODUCT: &[Field] = &[
    text("Name", 255).required().indexed(),
    text("ProductCode", 255).indexed(),
    long("Description", 4000),
    pick("Family", &["Internet", "SIM", "VPN"]),
    flag("IsActive").default("true"),
    text("StockKeepingUnit", 180).indexed(),
    pick("QuantityUnitOfMeasure", &["Each"]),
    flag("IsArchived").read_only(),
    pick("Product2Categories1__c", &["Internet", "SIM", "VPN", "Other"]),
    flag("Portal_Catalog__c"),
    flag("Portal_Accessible__c"),
    pick("Item_Class__c", &["Service", "Installation", "Add-on", "Activation"]),
    pick("Billing_Cycle__c", &["Monthly", "Onetime"]),
    int("WH_Product_ID__c").indexed(),
    text("WH_Product_Name__c", 255),
    flag("Auto_Add__c"),
    flag("Is_Default__c"),
    int("Display_Order__c"),
    pick("Internet_Plan_Tier__c", &["Silver", "Gold", "Platinum"]),
    pick("Internet_Offering_Type__c", &["Home 1G", "Apartment 1G", "Apartment 100M"]),
    currency("Internet_Monthly_Price__c"),
    text("SIM_Data_Size__c", 20),
    pick("SIM_Plan_Type__c", &["DataOnly", "DataSmsVoice", "VoiceOnly", "DataSms"]),
    flag("SIM_Has_Family_Discount__c"),
    pick("VPN_Region__c", &["USA-SF", "UK-London"]),
];

const PRICEBOOK: &[Field] =
    &[text("Name", 255).required(), flag("IsActive"), flag("IsStandard").read_only(), text("Description", 255)];

const PRICEBOOK_ENTRY: &[Field] = &[
    refers("Pricebook2Id", &["Pricebook2"], "Pricebook2", "PricebookEntries").required().create_only(),
    refers("Product2Id", &["Product2"], "Product2", "PricebookEntries").required().create_only(),
    currency("UnitPrice").required(),
    flag("IsActive").default("true"),
    flag("UseStandardPrice"),
    text("ProductCode", 255).read_only(),
    text("Name", 255).read_only(),
];

/// Stage, probability in percent, closed, won. 〇Cancelled counts as won in this org, so "won" says nothing about churn.
pub const STAGES: &[(&str, f64, bool, bool)] = &[
    ("Introduction", 30.0, false, false),
    ("WIKI", 10.0, false, false),
    ("Ready", 60.0, false, false),
    ("Post Processing", 75.0, false, false),
    ("Active", 90.0, false, false),
    ("△Cancelling", 95.0, false, false),
    ("〇Cancelled", 100.0, true, true),
    ("Completed", 100.0, true, true),
    ("Void", 0.0, true, false),
    ("Pending", 20.0, false, false),
];

const OPPORTUNITY: &[Field] = &[
    text("Name", 120).required(),
    refers("AccountId", &["Account"], "Account", "Opportunities"),
    pick(
        "StageName",
        &[
            "Introduction",
            "WIKI",
            "Ready",
            "Post Processing",
            "Active",
            "△Cancelling",
            "〇Cancelled",
            "Completed",
            "Void",
            "Pending",
        ],
    )
    .required(),
    date("CloseDate").required(),
    currency("Amount"),
    Field::new("Probability", Kind::Percent),
    pick("Type", &["New Customer", "Existing Customer"]),
    pick("LeadSource", &["Web", "Phone Inquiry", "Partner Referral", "Other"]),
    text("NextStep", 255),
    long("Description", 32_000),
    flag("IsClosed").read_only(),
    flag("IsWon").read_only(),
    OWNER,
    RECORD_TYPE,
    refers_to_few("Pricebook2Id", &["Pricebook2"], "Pricebook2"),
    strict("Application_Stage__c", &["INTRO-1", "READY-1", "POST-1", "ACTIVE-1"]),
    text("WHMCS_Service_ID__c", 40).indexed(),
    // Spelled so in the org this imitates.
    flag("WH_Registeration__c"),
    time("ScheduledCancellationDateAndTime__c"),
    strict("CancellationNotice__c", &["有", "未", "不要", "移転"]),
    strict("LineReturn__c", &["NotYet", "SentKit", "AS/Pickup", "Returned1", "NTT", "Returned2", "不要"]),
    strict("SIMCancellationNotice__c", &["有", "未", "不要"]),
    time("SIMScheduledCancellationDateAndTime__c"),
];

const OPPORTUNITY_STAGE: &[Field] = &[
    text("MasterLabel", 255),
    text("ApiName", 255),
    flag("IsActive"),
    int("SortOrder"),
    flag("IsClosed"),
    flag("IsWon"),
    Field::new("DefaultProbability", Kind::Percent),
];

const ORGANIZATION: &[Field] = &[
    text("Name", 80),
    text("InstanceName", 5),
    flag("IsSandbox"),
    time("TrialExpirationDate"),
    text("NamespacePrefix", 15),
    text("OrganizationType", 40),
    text("LanguageLocaleKey", 40),
    text("TimeZoneSidKey", 40),
    text("DefaultLocaleSidKey", 40),
];

const FLOW: &[Field] =
    &[text("ApiName", 255), text("Label", 255), text("ProcessType", 40), text("TriggerType", 40), flag("IsActive")];

const RECORD_TYPE_OBJECT: &[Field] = &[
    text("Name", 80),
    text("DeveloperName", 80).indexed(),
    text("SobjectType", 40).indexed(),
    flag("IsActive"),
    flag("IsPersonType"),
    text("Description", 255),
];

const SIM_INVENTORY: &[Field] = &[
    text("Name", 80).required().indexed(),
    phone("MSISDN__c").indexed(),
    text("ICCID__c", 22).external(),
    text("EID__c", 32).indexed(),
    pick("SIM_Type__c", &["Physical SIM", "eSIM"]),
    refers("Assigned_Account__c", &["Account"], "Assigned_Account__r", "SIM_Inventories__r"),
    refers("Assigned_Order__c", &["Order"], "Assigned_Order__r", "SIM_Inventories__r"),
    refers("Reserved_Order__c", &["Order"], "Reserved_Order__r", "Reserved_SIMs__r"),
    pick("Status__c", &["Available", "Reserved", "Assigned", "Activated", "Retired"]).indexed(),
    OWNER,
];

/// Every object of the org.
pub const ALL: &[Declared] = &[
    object("Account", "001", "Accounts", ACCOUNT),
    object("Contact", "003", "Contacts", CONTACT),
    object("User", "005", "Users", work::USER),
    object("Opportunity", "006", "Opportunities", OPPORTUNITY),
    object("Order", "801", "Orders", ORDER),
    object("OrderItem", "802", "Order Products", ORDER_ITEM),
    object("Product2", "01t", "Products", PRODUCT),
    object("Pricebook2", "01s", "Price Books", PRICEBOOK),
    object("PricebookEntry", "01u", "Price Book Entries", PRICEBOOK_ENTRY),
    object("Case", "500", "Cases", work::CASE),
    object("CaseComment", "00a", "Case Comments", work::CASE_COMMENT),
    object("EmailMessage", "02s", "Email Messages", work::EMAIL_MESSAGE),
    object("Task", "00T", "Tasks", work::TASK),
    object("SIM_Inventory__c", "a00", "SIM Inventory", SIM_INVENTORY),
    object("Group", "00G", "Groups", work::GROUP),
    object("GroupMember", "011", "Group Members", work::GROUP_MEMBER),
    object("QueueSobject", "03g", "Queue Sobjects", work::QUEUE_SOBJECT),
    // The vendor gives all histories of one kind the prefix 017; here each table has its own, which finds it.
    setup("CaseHistory", "017", "Case History", work::CASE_HISTORY),
    setup("OrderHistory", "8zH", "Order History", work::ORDER_HISTORY),
    setup("AccountHistory", "01H", "Account History", work::ACCOUNT_HISTORY),
    setup("OpportunityHistory", "008", "Opportunity History", work::OPPORTUNITY_HISTORY),
    setup("OpportunityFieldHistory", "00H", "Opportunity Field History", work::OPPORTUNITY_FIELD_HISTORY),
    setup("OpportunityStage", "01J", "Opportunity Stages", OPPORTUNITY_STAGE),
    setup("CaseStatus", "3CS", "Case Status Values", work::CASE_STATUS),
    setup("FlowDefinitionView", "3dd", "Flow Definitions", FLOW),
    setup("Organization", "00D", "Organizations", ORGANIZATION),
    setup("RecordType", "012", "Record Types", RECORD_TYPE_OBJECT),
];
