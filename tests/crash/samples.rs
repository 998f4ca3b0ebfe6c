//! A change of every kind that can be planned and goes through: verb, customer, fields. A new verb is covered by a line here.

use madoguchi::sandbox::World;
use madoguchi::sandbox::whmcs::db::{InvoiceStatus, ServiceStatus};

/// A change that goes through on the sandbox's documented customers.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// The verb.
    pub verb: &'static str,
    /// The customer's number.
    pub customer: &'static str,
    /// The fields.
    pub fields: &'static [(&'static str, &'static str)],
}

const fn sample(verb: &'static str, customer: &'static str, fields: &'static [(&'static str, &'static str)]) -> Sample {
    Sample { verb, customer, fields }
}

/// What stands for an id or a number that only the world knows.
pub fn resolved(world: &World, value: &str) -> String {
    let whmcs = &world.whmcs;
    let service = |word: &str| {
        let named = |pid| whmcs.products.get(pid).is_some_and(|it| it.name.contains(word));
        let mut services = whmcs.services.of(1001).filter(|it| it.status == ServiceStatus::Active);
        services.find(|it| named(it.product_id)).unwrap()
    };
    match value {
        "@ready" => {
            let mut accounts = world.salesforce.rows("Account");
            accounts.find(|it| it.text("LastName") == "Björk").unwrap().text("SF_Account_No__c").to_owned()
        }
        "@unpaid" => whmcs.invoices.of(1007).find(|it| it.status == InvoiceStatus::Unpaid).unwrap().id.to_string(),
        "@sim" => service("SIM").id.to_string(),
        "@home" => service("Home").id.to_string(),
        "@dearer" => {
            let service = service("SIM");
            let group = whmcs.products.get(service.product_id).unwrap().group_id;
            let mut products = whmcs.products.iter().filter(|it| it.group_id == group);
            let dearer =
                products.find(|it| it.prices.get(&service.cycle).is_some_and(|(price, _)| *price > service.recurring));
            dearer.unwrap().id.to_string()
        }
        value => value.to_owned(),
    }
}

const LINE: (&str, &str) = ("line", "09002000001");
const UNPAID: (&str, &str) = ("invoice", "@unpaid");
const SIM: (&str, &str) = ("service", "@sim");

const CASE: (&str, &str) = ("case", "00000007");

/// All of them.
pub const SAMPLES: &[Sample] = &[
    sample("top-up", "C-000001", &[LINE, ("gb", "2")]),
    sample("plan-change", "C-000001", &[LINE, ("plan", "PNEW_25GB_V")]),
    sample("voice-options", "C-000001", &[LINE, ("roaming", "on")]),
    sample("network", "C-000001", &[LINE, ("network", "4G")]),
    sample("esim-reissue", "C-000009", &[("line", "09002000009"), ("eid", "89049032000000000000000000004237")]),
    sample("sim-cancel", "C-000001", &[LINE, ("on", "month-end"), ("reason", "moving")]),
    sample("capture", "C-000007", &[UNPAID]),
    sample("mark-paid", "C-000007", &[UNPAID, ("transaction", "BANK-1")]),
    sample("apply-credit", "C-000007", &[UNPAID, ("amount", "300")]),
    sample("add-credit", "C-000007", &[("amount", "700"), ("reason", "Slow line")]),
    sample("create-invoice", "C-000007", &[("items", "Router rental 1,100")]),
    sample("billable-item", "C-000007", &[("item", "Router"), ("amount", "1100")]),
    sample("cancel-invoice", "C-000007", &[UNPAID]),
    sample("cancel-service", "C-000001", &[SIM, ("reason", "moves abroad")]),
    sample("upgrade", "C-000001", &[SIM, ("product", "@dearer")]),
    sample("service-fields", "C-000001", &[SIM, ("product-number", "PT-NEW")]),
    sample("add-on", "C-000001", &[SIM, ("addon", "Roaming data pass")]),
    sample("service-status", "C-000001", &[("service", "@home"), ("status", "completed")]),
    sample("promise-to-pay", "C-000003", &[("invoice", "780"), ("until", "2026-11-30")]),
    sample("send-email", "C-000007", &[("template", "Client Signup Email")]),
    sample(
        "order-create",
        "@ready",
        &[("plan", "INTERNET-GOLD-APT-1G"), ("installation", "single"), ("access", "ipoe-hgw")],
    ),
    sample("client-area-link", "C-000007", &[]),
    sample("reply", "C-000036", &[CASE, ("template", "outage")]),
    sample("macro", "C-000036", &[CASE, ("macro", "outage")]),
];
