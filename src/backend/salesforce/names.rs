//! What one Salesforce org calls its custom fields and objects. Defaults are this operator's; the configuration may change
//! any of them, and [`Name`] makes sure that what it says can only ever be a name.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::soql::Name;

macro_rules! names {
    ($($field:ident = $default:literal, $doc:literal;)*) => {
        /// Names of an org's own fields and objects.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Names {
            $(#[doc = $doc] pub $field: Name,)*
        }

        const KEYS: &[&str] = &[$(stringify!($field)),*];

        impl Default for Names {
            fn default() -> Self {
                Self { $($field: Name::fixed($default),)* }
            }
        }

        impl Names {
            /// Every name with its key, for the documentation of the configuration.
            pub fn all(&self) -> Vec<(&'static str, &Name)> {
                vec![$((stringify!($field), &self.$field),)*]
            }

            /// Where each name is kept, in the order of [`KEYS`].
            fn places(&mut self) -> Vec<&mut Name> {
                vec![$(&mut self.$field,)*]
            }
        }
    };
}

names! {
    account_number = "SF_Account_No__c", "Account: customer number, e.g. `C-000123`.";
    account_whmcs = "WH_Account__c", "Account: the link to WHMCS, `#41 - Aiko Mori`.";
    account_last_kana = "Last_Name_Kana__c", "Account: family name in katakana.";
    account_first_kana = "First_Name_Kana__c", "Account: given name in katakana.";
    eligibility = "Internet_Eligibility__c", "Account: what internet can be sold, empty unless eligible.";
    eligibility_status = "Internet_Eligibility_Status__c", "Account: where the eligibility check stands.";
    eligibility_requested = "Internet_Eligibility_Request_Date_Time__c", "Account: when eligibility was asked for.";
    eligibility_checked = "Internet_Eligibility_Checked_Date_Time__c", "Account: when eligibility was answered.";
    eligibility_notes = "Internet_Eligibility_Notes__c", "Account: the checker's note.";
    id_status = "Id_Verification_Status__c", "Account: where the residence-card check stands.";
    id_submitted = "Id_Verification_Submitted_Date_Time__c", "Account: when the card was sent in.";
    id_verified = "Id_Verification_Verified_Date_Time__c", "Account: when the card was reviewed.";
    id_note = "Id_Verification_Note__c", "Account: the reviewer's note.";
    id_rejection = "Id_Verification_Rejection_Message__c", "Account: why the card was refused.";
    id_method = "Id_Verification_Method__c", "Account: how the card was checked.";
    order_type = "Order_Type__c", "Order: Internet, SIM or VPN.";
    order_activation = "Activation_Status__c", "Order: where its activation stands.";
    order_activation_type = "Activation_Type__c", "Order: Immediate or Scheduled.";
    order_scheduled = "Activation_Scheduled_At__c", "Order: when activation is planned.";
    order_error_code = "Activation_Error_Code__c", "Order: error code of a failed activation.";
    order_error_message = "Activation_Error_Message__c", "Order: error text of a failed activation.";
    order_whmcs = "WHMCS_Order_ID__c", "Order: the WHMCS order it became.";
    order_sim_type = "SIM_Type__c", "Order: physical SIM or eSIM.";
    order_eid = "EID__c", "Order: EID of the phone the eSIM is for.";
    order_voice_mail = "SIM_Voice_Mail__c", "Order: the line gets voice mail.";
    order_call_waiting = "SIM_Call_Waiting__c", "Order: the line gets call waiting.";
    order_tier = "Internet_Plan_Tier__c", "Order: tier of the internet plan.";
    order_installation = "Installation_Type__c", "Order: how internet is installed.";
    order_weekend = "Weekend_Install__c", "Order: it is installed at a weekend.";
    order_access = "Access_Mode__c", "Order: how internet is reached.";
    order_home_phone = "Hikari_Denwa__c", "Order: with a home phone.";
    order_region = "VPN_Region__c", "Order: region of the VPN.";
    order_reference = "OrderReferenceNumber", "Order: where the desk leaves a mark by which it finds its order again; text that can be filtered by.";
    order_mnp = "MNP_Application__c", "Order: the number comes from another carrier.";
    order_mnp_number = "MNP_Phone_Number__c", "Order: the number to bring.";
    order_mnp_reservation = "MNP_Reservation_Number__c", "Order: port-in reservation number.";
    order_mnp_expires = "MNP_Expiry_Date__c", "Order: last day of the reservation.";
    item_whmcs = "WHMCS_Service_ID__c", "Order item: the WHMCS service it became.";
    item_cycle = "Billing_Cycle__c", "Order item: Monthly or Onetime.";
    product_category = "Product2Categories1__c", "Product: Internet, SIM, VPN or Other.";
    product_catalogue = "Portal_Catalog__c", "Product: it is in the portal's catalogue.";
    product_sold = "Portal_Accessible__c", "Product: customers of the portal can order it.";
    product_added = "Auto_Add__c", "Product: it comes with every order of its kind.";
    product_place = "Display_Order__c", "Product: its place in the catalogue.";
    product_cycle = "Billing_Cycle__c", "Product: Monthly or Onetime.";
    product_tier = "Internet_Plan_Tier__c", "Product: tier of an internet plan.";
    product_size = "SIM_Data_Size__c", "Product: data a month of a SIM plan, e.g. `10GB`.";
    product_sim_plan = "SIM_Plan_Type__c", "Product: what a SIM plan can do, with Voice in its word where it makes calls.";
    product_region = "VPN_Region__c", "Product: region of a VPN.";
    product_class = "Item_Class__c", "Product: Service, Installation, Add-on or Activation.";
    product_whmcs = "WH_Product_ID__c", "Product: the WHMCS product it is billed as.";
    product_offering = "Internet_Offering_Type__c", "Product: the kind of line an internet plan needs.";
    product_family = "SIM_Has_Family_Discount__c", "Product: a plan for a second line of a family.";
    opportunity_whmcs = "WHMCS_Service_ID__c", "Opportunity: the WHMCS service it stands for.";
    opportunity_cancels = "ScheduledCancellationDateAndTime__c", "Opportunity: when internet ends.";
    opportunity_notice = "CancellationNotice__c", "Opportunity: cancellation notice for internet.";
    opportunity_sim_cancels = "SIMScheduledCancellationDateAndTime__c", "Opportunity: when the SIM ends.";
    opportunity_sim_notice = "SIMCancellationNotice__c", "Opportunity: cancellation notice for the SIM.";
    opportunity_line_return = "LineReturn__c", "Opportunity: where the return of the equipment stands.";
    sim = "SIM_Inventory__c", "The object of the card inventory. Its Name is the product number.";
    sim_line = "MSISDN__c", "Card: the line on it.";
    sim_iccid = "ICCID__c", "Card: ICCID.";
    sim_eid = "EID__c", "Card: EID.";
    sim_type = "SIM_Type__c", "Card: physical SIM or eSIM.";
    sim_status = "Status__c", "Card: available, assigned, …";
    sim_reserved = "Reserved_Order__c", "Card: the order it is kept for.";
    sim_order = "Assigned_Order__c", "Card: the order it was given to.";
    sim_account = "Assigned_Account__c", "Card: the account it is assigned to.";
    account_history = "AccountHistory", "The object that keeps changes of accounts.";
    order_history = "OrderHistory", "The object that keeps changes of orders.";
    case_history = "CaseHistory", "The object that keeps changes of cases.";
    opportunity_history = "OpportunityHistory", "The object that keeps changes of opportunities: `OpportunityHistory`, which every org has (stage, amount, close date), or `OpportunityFieldHistory`, which knows every tracked field.";
}

/// One of [`KEYS`], by its place.
struct Key(usize);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = Cow::<str>::deserialize(deserializer)?;
        let place = KEYS.iter().position(|key| *key == word);
        place.map(Self).ok_or_else(|| de::Error::unknown_field(&word, KEYS))
    }
}

impl<'de> Deserialize<'de> for Names {
    /// In one loop. Derived, every name would bring code of its own: a quarter of a megabyte for one table of words.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Table;

        impl<'de> Visitor<'de> for Table {
            type Value = Names;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table of names")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Names, A::Error> {
                let mut names = Names::default();
                let mut places = names.places();
                while let Some(Key(n)) = map.next_key()? {
                    *places[n] = map.next_value()?;
                }
                Ok(names)
            }
        }

        deserializer.deserialize_map(Table)
    }
}

/// Standard names the desk uses.
pub(crate) mod standard {
    use super::Name;

    macro_rules! standard {
        ($($name:ident = $text:literal;)*) => {
            $(pub(crate) const $name: Name = Name::fixed($text);)*
            #[cfg(test)]
            pub(crate) const ALL: &[&str] = &[$($text),*];
        };
    }

    standard! {
        ACCOUNT = "Account";
        ACCOUNT_ID = "AccountId";
        ACCOUNT_PARENT = "Account";
        ACTIVITY_DATE = "ActivityDate";
        AMOUNT = "Amount";
        BILLING_CITY = "BillingCity";
        BILLING_POSTAL_CODE = "BillingPostalCode";
        BILLING_STATE = "BillingState";
        BILLING_STREET = "BillingStreet";
        CASE = "Case";
        CASE_ACCOUNT = "Case.AccountId";
        CASE_COMMENT = "CaseComment";
        CASE_ID = "CaseId";
        CASE_NUMBER = "CaseNumber";
        CASE_OF_NUMBER = "Case.CaseNumber";
        CLOSE_DATE = "CloseDate";
        COMMENT_BODY = "CommentBody";
        CONTACT = "Contact";
        CONTACT_POSTAL_CODE = "MailingPostalCode";
        CREATED = "CreatedDate";
        CREATOR = "CreatedBy.Name";
        CREATOR_LOGIN = "CreatedBy.Username";
        CREATOR_TYPE = "CreatedBy.UserType";
        DESCRIPTION = "Description";
        EFFECTIVE_DATE = "EffectiveDate";
        EMAIL = "Email";
        EMAIL_MESSAGE = "EmailMessage";
        FIELD = "Field";
        FROM_ADDRESS = "FromAddress";
        FROM_NAME = "FromName";
        GROUP = "Group";
        HTML_BODY = "HtmlBody";
        ID = "Id";
        INCOMING = "Incoming";
        IS_ACTIVE = "IsActive";
        IS_CLOSED = "IsClosed";
        IS_PERSON_ACCOUNT = "IsPersonAccount";
        IS_PUBLISHED = "IsPublished";
        LAST_MODIFIED = "LastModifiedDate";
        MAILING_CITY = "PersonMailingCity";
        MAILING_POSTAL_CODE = "PersonMailingPostalCode";
        MAILING_STATE = "PersonMailingState";
        MAILING_STREET = "PersonMailingStreet";
        MESSAGE_DATE = "MessageDate";
        MOBILE_PHONE = "MobilePhone";
        NAME = "Name";
        NEW_VALUE = "NewValue";
        OLD_VALUE = "OldValue";
        OPPORTUNITY = "Opportunity";
        OPPORTUNITY_ACCOUNT = "Opportunity.AccountId";
        OPPORTUNITY_ID = "OpportunityId";
        OPPORTUNITY_NAME = "Opportunity.Name";
        ORDER = "Order";
        ORDER_ACCOUNT = "Order.AccountId";
        ORDER_ID = "OrderId";
        ORDER_ITEM = "OrderItem";
        ORDER_ITEMS = "OrderItems";
        ORDER_NUMBER = "OrderNumber";
        ORDER_OF_NUMBER = "Order.OrderNumber";
        ORIGIN = "Origin";
        OWNER_ID = "OwnerId";
        OWNER_NAME = "Owner.Name";
        OWNER_TYPE = "Owner.Type";
        PARENT_ACCOUNT = "Parent.Account.Name";
        PARENT_CONTACT = "Parent.Contact.Name";
        PARENT_ID = "ParentId";
        PERSON_BIRTHDATE = "PersonBirthdate";
        PERSON_EMAIL = "PersonEmail";
        PERSON_HOME_PHONE = "PersonHomePhone";
        PERSON_MOBILE_PHONE = "PersonMobilePhone";
        PERSON_OTHER_PHONE = "PersonOtherPhone";
        PHONE = "Phone";
        PRICE_BOOK = "Pricebook2";
        PRICE_BOOK_ENTRY = "PricebookEntry";
        PRICE_BOOK_ENTRY_ID = "PricebookEntryId";
        PRICE_BOOK_ID = "Pricebook2Id";
        PRIORITY = "Priority";
        PRODUCT_NAME = "Product2.Name";
        QUANTITY = "Quantity";
        PRODUCT = "Product2";
        RECORD_TYPE = "RecordType.DeveloperName";
        RELATED_TO = "RelatedToId";
        SKU = "StockKeepingUnit";
        STAGE = "StageName";
        STAMP = "SystemModstamp";
        STATUS = "Status";
        SUBJECT = "Subject";
        TASK = "Task";
        TEXT_BODY = "TextBody";
        TOTAL_AMOUNT = "TotalAmount";
        TYPE = "Type";
        UNIT_PRICE = "UnitPrice";
        USER = "User";
        USERNAME = "Username";
        WHAT_ID = "WhatId";
        WHAT_NAME = "What.Name";
        WHAT_TYPE = "What.Type";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_used_is_a_name() {
        let names = Names::default();
        let custom = names.all().into_iter().map(|(_, name)| name.as_str().to_owned());
        for name in custom.chain(standard::ALL.iter().map(|&name| name.to_owned())) {
            assert!(Name::try_from(name.clone()).is_ok(), "{name}");
        }
    }

    #[test]
    fn a_configuration_may_rename_but_not_inject() {
        let read = |toml: &str| toml::from_str::<Names>(toml);
        assert_eq!(read("account_number = \"No__c\"").unwrap().account_number.as_str(), "No__c");
        assert!(read("account_number = \"No__c FROM User\"").is_err());
        let error = read("sim = \"S__c\"\nacount_number = \"No__c\"").unwrap_err();
        assert!(
            error.message().starts_with("unknown field `acount_number`, expected one of `account_number`, "),
            "{error}"
        );
        assert_eq!(error.span(), Some(13..26));
    }
}
