//! Names that an organisation chooses for itself. The sandbox's organisation chose these, which are also the desk's
//! defaults; a real one has its own.

/// Salesforce account field that holds the customer number.
pub const CUSTOMER_NUMBER: &str = "SF_Account_No__c";
/// Salesforce account field that names the WHMCS client, as `#<client id> - <name>`.
pub const BILLING_CLIENT: &str = "WH_Account__c";
/// WHMCS client custom field that holds the Salesforce customer number.
pub const CLIENT_FIELD_CUSTOMER_NUMBER: u64 = 198;
/// WHMCS service custom field that holds the Salesforce opportunity's id.
pub const SERVICE_OPPORTUNITY: &str = "OpportunityId";
/// WHMCS service custom field that holds the line's phone number.
pub const SERVICE_SIM_NUMBER: &str = "SIM Number";
/// WHMCS service custom field that holds the number printed on the card.
pub const SERVICE_SERIAL_NUMBER: &str = "Serial Number";
/// WHMCS service custom field that holds the eSIM chip's id.
pub const SERVICE_EID: &str = "EID";
/// What precedes the Salesforce order's id in the notes of a WHMCS order.
pub const ORDER_NOTE: &str = "sfOrderId=";

/// A customer number in this organisation's form: `C-000123`.
pub fn customer_number(number: u64) -> String {
    format!("C-{number:06}")
}

/// How a Salesforce account names its WHMCS client.
pub fn billing_client(client: u64, name: &str) -> String {
    format!("#{client} - {name}")
}
