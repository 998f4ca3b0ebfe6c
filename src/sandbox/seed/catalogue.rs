//! What the invented telecom sells: one list, written into both catalogues.

use serde_json::json;

use super::town::Town;
use crate::sandbox::{
    names,
    whmcs::db::{BillingCycle, CustomField, Product},
};

/// Which business a plan belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Category {
    Internet,
    Sim,
    Vpn,
}

impl Category {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Internet => "Internet",
            Self::Sim => "SIM",
            Self::Vpn => "VPN",
        }
    }
}

/// Something on sale. Prices in yen without tax.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) category: Category,
    pub(super) sku: &'static str,
    pub(super) name: &'static str,
    /// `Service`, `Installation`, `Add-on` or `Activation`.
    pub(super) class: &'static str,
    pub(super) monthly: bool,
    pub(super) price: i64,
    /// WHMCS product; 0 for a product whose mapping somebody forgot.
    pub(super) billing: u64,
    /// Tier and line of an internet plan, data size and kind of a SIM plan, region of a VPN.
    pub(super) detail: [&'static str; 2],
}

const fn plan(
    category: Category,
    sku: &'static str,
    name: &'static str,
    price: i64,
    billing: u64,
    detail: [&'static str; 2],
) -> Plan {
    Plan { category, sku, name, class: "Service", monthly: true, price, billing, detail }
}

const fn extra(
    category: Category,
    sku: &'static str,
    name: &'static str,
    class: &'static str,
    monthly: bool,
    price: i64,
    billing: u64,
) -> Plan {
    Plan { category, sku, name, class, monthly, price, billing, detail: ["", ""] }
}

use Category::{Internet, Sim, Vpn};

pub(super) const HOME_SILVER: Plan =
    plan(Internet, "INTERNET-SILVER-HOME-1G", "Internet Silver (Home 1G)", 4800, 10, ["Silver", "Home 1G"]);
pub(super) const HOME_GOLD: Plan =
    plan(Internet, "INTERNET-GOLD-HOME-1G", "Internet Gold (Home 1G)", 5500, 11, ["Gold", "Home 1G"]);
pub(super) const HOME_PLATINUM: Plan =
    plan(Internet, "INTERNET-PLATINUM-HOME-1G", "Internet Platinum (Home 1G)", 6900, 12, ["Platinum", "Home 1G"]);
pub(super) const APARTMENT_SILVER: Plan =
    plan(Internet, "INTERNET-SILVER-APT-1G", "Internet Silver (Apartment 1G)", 4300, 13, ["Silver", "Apartment 1G"]);
pub(super) const APARTMENT_GOLD: Plan =
    plan(Internet, "INTERNET-GOLD-APT-1G", "Internet Gold (Apartment 1G)", 5000, 14, ["Gold", "Apartment 1G"]);
pub(super) const APARTMENT_100M: Plan = plan(
    Internet,
    "INTERNET-SILVER-APT-100M",
    "Internet Silver (Apartment 100M)",
    3900,
    15,
    ["Silver", "Apartment 100M"],
);
pub(super) const INSTALLATION: Plan =
    extra(Internet, "INTERNET-INSTALL-SINGLE", "NTT Installation (Single)", "Installation", false, 20_000, 20);
const INSTALLATION_12: Plan =
    extra(Internet, "INTERNET-INSTALL-12M", "NTT Installation (12-Month)", "Installation", true, 1700, 23);
const INSTALLATION_24: Plan =
    extra(Internet, "INTERNET-INSTALL-24M", "NTT Installation (24-Month)", "Installation", true, 850, 24);
pub(super) const WEEKEND: Plan =
    extra(Internet, "INTERNET-INSTALL-WEEKEND", "Weekend Installation", "Add-on", false, 3000, 21);
pub(super) const HOME_PHONE: Plan =
    extra(Internet, "INTERNET-HOME-PHONE", "Hikari Denwa (Home Phone)", "Add-on", true, 450, 22);
pub(super) const DATA_5GB: Plan = plan(Sim, "SIM-DATA-5GB", "SIM Data 5GB", 980, 30, ["5GB", "DataOnly"]);
pub(super) const SMS_5GB: Plan = plan(Sim, "SIM-SMS-5GB", "SIM Data + SMS 5GB", 1100, 31, ["5GB", "DataSms"]);
pub(super) const VOICE_10GB: Plan = plan(Sim, "SIM-VOICE-10GB", "SIM Voice 10GB", 1980, 32, ["10GB", "DataSmsVoice"]);
pub(super) const VOICE_25GB: Plan = plan(Sim, "SIM-VOICE-25GB", "SIM Voice 25GB", 2980, 33, ["25GB", "DataSmsVoice"]);
pub(super) const FAMILY_10GB: Plan =
    plan(Sim, "SIM-VOICE-10GB-FAMILY", "SIM Voice 10GB (Family)", 1680, 34, ["10GB", "DataSmsVoice"]);
/// Sold before somebody mapped it to a WHMCS product.
pub(super) const VOICE_100GB: Plan =
    plan(Sim, "SIM-VOICE-100GB", "SIM Voice 100GB", 4980, 0, ["100GB", "DataSmsVoice"]);
pub(super) const ACTIVATION: Plan =
    extra(Sim, "SIM-ACTIVATION-FEE", "SIM Activation Fee", "Activation", false, 1500, 36);
pub(super) const VPN_US: Plan = plan(Vpn, "VPN-REMOTE-USA-SF", "VPN Router (San Francisco)", 2500, 40, ["USA-SF", ""]);
pub(super) const VPN_UK: Plan = plan(Vpn, "VPN-REMOTE-UK-LON", "VPN Router (London)", 2500, 41, ["UK-London", ""]);

/// Everything on sale.
pub(super) const ALL: &[&Plan] = &[
    &HOME_SILVER,
    &HOME_GOLD,
    &HOME_PLATINUM,
    &APARTMENT_SILVER,
    &APARTMENT_GOLD,
    &APARTMENT_100M,
    &INSTALLATION,
    &WEEKEND,
    &HOME_PHONE,
    &DATA_5GB,
    &SMS_5GB,
    &VOICE_10GB,
    &VOICE_25GB,
    &FAMILY_10GB,
    &VOICE_100GB,
    &ACTIVATION,
    &VPN_US,
    &VPN_UK,
    &INSTALLATION_12,
    &INSTALLATION_24,
];

/// A service custom field's id: WHMCS numbers them per product.
pub(super) fn field_id(product: u64, name: &str) -> u64 {
    let place =
        [names::SERVICE_OPPORTUNITY, names::SERVICE_SIM_NUMBER, names::SERVICE_SERIAL_NUMBER, names::SERVICE_EID]
            .iter()
            .position(|field| *field == name)
            .unwrap_or_default();
    product * 10 + place as u64
}

/// Writes the list into both catalogues.
pub(super) fn fill(town: &mut Town) {
    let since = "2024-04-01T00:00:00Z";
    let book = town.put(
        "Pricebook2",
        json!({"Name": "Portal", "IsActive": true, "Description": "Prices of the customer portal", "CreatedDate": since}),
    );
    for (order, plan) in ALL.iter().enumerate() {
        let id = town.put("Product2", product(plan, order, since));
        let price = json!({"Pricebook2Id": book, "Product2Id": id, "UnitPrice": plan.price, "IsActive": true,
                           "CreatedDate": since});
        let entry = town.put("PricebookEntry", price);
        town.entries.insert(plan.sku, entry);
        if plan.billing != 0 {
            town.whmcs.products.insert(billing_product(plan));
        }
    }
    town.book = book;
}

fn product(plan: &Plan, order: usize, since: &str) -> serde_json::Value {
    let mut fields = json!({
        "Name": plan.name, "ProductCode": plan.sku, "StockKeepingUnit": plan.sku, "Family": plan.category.word(),
        "IsActive": true, "Product2Categories1__c": plan.category.word(), "Portal_Catalog__c": true,
        "Portal_Accessible__c": true, "Item_Class__c": plan.class, "Display_Order__c": order + 1,
        "Billing_Cycle__c": if plan.monthly { "Monthly" } else { "Onetime" },
        "Auto_Add__c": plan.class == "Activation", "Is_Default__c": plan.class == "Activation", "CreatedDate": since,
    });
    if plan.billing != 0 {
        fields["WH_Product_ID__c"] = json!(plan.billing);
        fields["WH_Product_Name__c"] = json!(plan.name);
    }
    if plan.class == "Service" {
        let [first, second] = plan.detail;
        match plan.category {
            Category::Internet => {
                fields["Internet_Plan_Tier__c"] = json!(first);
                fields["Internet_Offering_Type__c"] = json!(second);
                fields["Internet_Monthly_Price__c"] = json!(plan.price);
            }
            Category::Sim => {
                fields["SIM_Data_Size__c"] = json!(first);
                fields["SIM_Plan_Type__c"] = json!(second);
                fields["SIM_Has_Family_Discount__c"] = json!(plan.sku.ends_with("FAMILY"));
            }
            Category::Vpn => fields["VPN_Region__c"] = json!(first),
        }
    }
    fields
}

fn billing_product(plan: &Plan) -> Product {
    let fields: &[&str] = match plan.category {
        _ if plan.class != "Service" => &[],
        Category::Sim => {
            &[names::SERVICE_OPPORTUNITY, names::SERVICE_SIM_NUMBER, names::SERVICE_SERIAL_NUMBER, names::SERVICE_EID]
        }
        Category::Internet | Category::Vpn => &[names::SERVICE_OPPORTUNITY],
    };
    let (group_id, group) = match plan.category {
        Category::Internet => (1, "Internet"),
        Category::Sim => (2, "Mobile"),
        Category::Vpn => (3, "VPN"),
    };
    let cycle = if plan.monthly { BillingCycle::Monthly } else { BillingCycle::OneTime };
    Product {
        id: plan.billing,
        group_id,
        group: group.to_owned(),
        name: plan.name.to_owned(),
        description: format!("<p>{}</p>", plan.name),
        module: String::new(),
        recurring: plan.monthly,
        prices: [(cycle, (plan.price, 0))].into(),
        custom_fields: fields
            .iter()
            .map(|name| CustomField { id: field_id(plan.billing, name), name: (*name).to_owned(), required: false })
            .collect(),
    }
}
