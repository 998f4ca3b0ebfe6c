//! A change of every kind that can be planned and goes through: verb, customer, fields. A new verb is covered by a line here;
//! without one, a test fails.

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
    pub fields: Fields,
    /// What is carried out for this customer before it: verbs and fields.
    pub before: &'static [(&'static str, Fields)],
    /// Whether a worker fulfils orders where it is made.
    pub worker: bool,
}

/// Fields by name.
type Fields = &'static [(&'static str, &'static str)];

const fn sample(verb: &'static str, customer: &'static str, fields: Fields) -> Sample {
    Sample { verb, customer, fields, before: &[], worker: true }
}

impl Sample {
    /// The same after these.
    const fn after(self, before: &'static [(&'static str, Fields)]) -> Self {
        Self { before, ..self }
    }

    /// The same where the desk fulfils orders.
    const fn without_worker(self) -> Self {
        Self { worker: false, ..self }
    }
}

/// Verbs that write to no system, and why there is no boundary to be killed at.
pub const ALONE: &[(&str, &str)] = &[
    ("protect", "a line's protection is a row of the desk's own journal"),
    ("unprotect", "that it rests is written into that row"),
];

/// Writes (from zero) whose answer is believed, because no call reads what they did: a yes without an effect is not noticed.
pub const BELIEVED: &[(&str, u32, &str)] = &[("port-in", 1, "no call shows the cards in Freebit's queue")];

/// Verbs that may wait in the outbox.
pub const WAITING: &[&str] =
    &["note", "task", "remind", "task-done", "case", "comment", "reply", "macro", "case-status", "case-priority"];

/// What stands for an id or a number that only the world knows.
pub fn resolved(world: &World, value: &str) -> String {
    let whmcs = &world.whmcs;
    let service = |word: &str| {
        let named = |pid| whmcs.products.get(pid).is_some_and(|it| it.name.contains(word));
        let mut services = whmcs.services.of(1001).filter(|it| it.status == ServiceStatus::Active);
        services.find(|it| named(it.product_id)).unwrap()
    };
    if let Some((word, family)) = value.strip_prefix('@').and_then(|value| value.split_once(' ')) {
        return of_customer(world, word, family);
    }
    match value {
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

/// What a customer has, by their family name.
fn of_customer(world: &World, word: &str, family: &str) -> String {
    let salesforce = &world.salesforce;
    let account = salesforce.rows("Account").find(|it| it.text("LastName") == family).unwrap();
    let newest = |object: &str, whose: &str, field: &str| {
        let theirs = salesforce.rows(object).filter(|it| it.text(whose) == account.id());
        theirs.map(|it| it.text(field).to_owned()).max().unwrap()
    };
    match word {
        "customer" => account.text("SF_Account_No__c").to_owned(),
        "order" => newest("Order", "AccountId", "OrderNumber"),
        "case" => newest("Case", "AccountId", "CaseNumber"),
        "task" => {
            let mut tasks = salesforce.rows("Task").filter(|it| it.text("WhatId") == account.id());
            tasks.find(|it| it.text("Status") != "Completed").unwrap().id().to_owned()
        }
        "client" => world.whmcs.clients.iter().find(|it| it.lastname == family).unwrap().id.to_string(),
        word => panic!("there is no word @{word}"),
    }
}

const LINE: (&str, &str) = ("line", "09002000001");
const UNPAID: (&str, &str) = ("invoice", "@unpaid");
const SIM: (&str, &str) = ("service", "@sim");

const CASE: (&str, &str) = ("case", "00000007");
const REASON: (&str, &str) = ("reason", "porting fraud");
/// Everything on a residence card fits.
const FITS: Fields = &[
    ("name-fits", "yes"),
    ("birth-fits", "yes"),
    ("address-fits", "yes"),
    ("period-good", "yes"),
    ("both-sides", "yes"),
];
const INTERNET: Fields = &[("plan", "INTERNET-GOLD-APT-1G"), ("installation", "single"), ("access", "ipoe-hgw")];
const ESIM: Fields = &[("plan", "SIM-VOICE-10GB"), ("sim-type", "esim"), ("eid", "89049032000000000000000000004237")];
const NAGOYA: Fields = &[
    ("post-code", "460-0008"),
    ("prefecture", "愛知県"),
    ("city", "名古屋市中区"),
    ("street", "栄2-8-11"),
    ("prefecture-letters", "Aichi"),
    ("city-letters", "Nagoya-shi Naka-ku"),
    ("street-letters", "2-8-11 Sakae"),
    ("building-letters", "Shiokaze 301"),
];
const ARRIVING: Fields = &[
    ("number", "09007770001"),
    ("card", "AX0000000000042"),
    ("plan", "PNEW_10GB_V"),
    ("reservation", "1123456789"),
    ("expires", "2026-12-05"),
    ("family", "神代"),
    ("given", "さくら"),
    ("family-kana", "クマシロ"),
    ("given-kana", "サクラ"),
    ("gender", "female"),
    ("born", "19900401"),
    ("order", "@order 神代"),
];

/// All of them, those with the most writes first: they take the longest.
pub const SAMPLES: &[Sample] = &[
    sample("fulfil", "@customer Lindqvist", &[("order", "@order Lindqvist")])
        .after(&[("order-create", ESIM), ("approve", &[("order", "@order Lindqvist")])])
        .without_worker(),
    sample("fulfil", "@customer Björk", &[("order", "@order Björk")])
        .after(&[("order-create", INTERNET), ("approve", &[("order", "@order Björk")])])
        .without_worker(),
    sample("order-create", "@customer Björk", INTERNET),
    sample("approve", "@customer Haidari", &[("order", "@order Haidari")]).after(&[("id-approve", FITS)]),
    sample("hold", "@customer Lopez", &[("order", "@order Lopez"), ("hold-reason", "documents"), ("remark", "a copy")]),
    sample("reject", "@customer Brandt", &[("order", "@order Brandt"), ("order-reason", "documents")]),
    sample("reactivate", "@customer Lopez", &[("order", "@order Lopez")]),
    sample("repair", "@customer Jansen", &[("order", "@order Jansen"), ("repair", "write-back")]),
    sample("repair", "@customer Ibrahim", &[("order", "@order Ibrahim"), ("repair", "accept-order")]),
    sample("repair", "@customer Yılmaz", &[("order", "@order Yılmaz"), ("repair", "opportunity")]),
    sample("repair", "@customer Mensah", &[("order", "@order Mensah"), ("repair", "activated")]),
    sample("id-approve", "@customer Haidari", FITS),
    sample("id-override", "@customer Haidari", &[("remark", "the name is as on the passport")]),
    sample("id-reject", "@customer Haidari", &[("card-reason", "one-side")]),
    sample("eligibility-result", "@customer Kim", &[("result", "eligible"), ("offering", "home 1g")]),
    sample("eligibility-result", "@customer Kim", &[("result", "needs-building")]),
    sample("note", "@customer Castillo", &[("text", "Prefers Spanish.\nCalls after six.")]),
    sample("task", "@customer Castillo", &[("subject", "Send the list"), ("until", "3d")]),
    sample("remind", "@customer Castillo", &[("subject", "Call back"), ("at", "fri 10:00")]),
    sample("task-done", "@customer Castillo", &[("task", "@task Castillo")]),
    sample("link-repair", "@customer Murphy", &[("client", "@client Murphy")]),
    sample("address", "@customer Morel", NAGOYA),
    sample("port-in", "@customer 神代", ARRIVING),
    sample("suspend-request", "C-000010", &[("line", "09002000010"), ("suspend-reason", "lost")]),
    sample("protect", "C-000001", &[LINE, REASON]),
    sample("unprotect", "C-000001", &[LINE, REASON]).after(&[("protect", &[LINE, REASON])]),
    sample("case", "C-000001", &[("subject", "No data"), ("text", "Since noon."), ("type", "problem"), LINE]),
    sample("comment", "C-000036", &[CASE, ("text", "Called back.")]),
    sample("case-status", "C-000036", &[CASE, ("status", "closed")]),
    sample("case-priority", "C-000036", &[CASE, ("priority", "high")]),
    sample("case-take", "@customer Walker", &[("case", "@case Walker")]),
    sample("case-assign", "C-000036", &[CASE, ("owner", "Billing")]),
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
    sample("client-area-link", "C-000007", &[]),
    sample("reply", "C-000036", &[CASE, ("template", "outage")]),
    sample("macro", "C-000036", &[CASE, ("macro", "outage")]),
];
