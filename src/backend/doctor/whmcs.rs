//! WHMCS: its role, action by action, and the ids that are configured.
//!
//! An API role names the actions that it allows, and there is no call that tells them: each is tried. Reads are asked for one row,
//! or about a record that is not there. What changes something is not tried, unless somebody wants it and it can have no effect
//! (`HARMLESS`).

use std::collections::BTreeSet;

use futures_util::future::join_all;
use jiff::SignedDuration;
use serde_json::Value;

use super::{Over, Visit, list, near};
use crate::backend::lenient::{id_of, rows_of, text_of};
use crate::backend::whmcs::reply::Refusal;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::domain::time;
use crate::flow::doctor::{Area, Code, Finding};
use crate::flow::fault::{Fault, FaultKind, Hint};

const SYSTEM: System = System::Whmcs;

/// The largest id that WHMCS's tables can hold. Nothing has it: that is proved before it is relied on.
const NOTHING: &str = "2147483647";
/// Calls at once: every one of them starts PHP.
const AT_ONCE: usize = 3;
/// Clients whose fields are looked at, and services of each product.
const CLIENTS: usize = 5;
const SERVICES: &str = "10";
/// An installation in another zone is off by half an hour at least.
const OTHER_ZONE: SignedDuration = SignedDuration::from_mins(25);
/// Versions that the desk was made for.
const VERSIONS: std::ops::RangeInclusive<u32> = 8..=9;

type Params = &'static [(&'static str, &'static str)];

/// The actions that read, each asked for as little as it can be. What is read here once more is left out.
const READS: &[(&str, Params)] = &[
    ("GetClientsAddons", &[("clientid", NOTHING)]),
    ("GetCancelledPackages", &[("limitnum", "1")]),
    ("GetInvoices", &[("limitnum", "1")]),
    ("GetInvoice", &[("invoiceid", NOTHING)]),
    ("GetTransactions", &[("invoiceid", NOTHING)]),
    ("GetCredits", &[("clientid", NOTHING)]),
    ("GetPayMethods", &[("clientid", NOTHING)]),
    ("GetOrders", &[("limitnum", "1")]),
    ("GetModuleQueue", &[("serviceType", "none")]),
    ("GetTickets", &[("limitnum", "1"), ("ignore_dept_assignments", "1")]),
    ("GetTicket", &[("ticketid", NOTHING)]),
    ("GetEmails", &[("clientid", NOTHING), ("limitnum", "1")]),
    ("GetActivityLog", &[("limitnum", "1")]),
    // Asked for a price, of a service that is not there.
    ("UpgradeProduct", &[("serviceid", NOTHING), ("type", "product"), ("newproductid", NOTHING), ("calconly", "1")]),
];

/// The actions that change something and can be tried without an effect: each changes one record that is there already, is asked
/// to change one that is not, and is told nothing to change. What makes something new, takes money or sends mail is never tried.
const HARMLESS: &[(&str, Params)] = &[
    ("UpdateClient", &[("clientid", NOTHING)]),
    ("UpdateInvoice", &[("invoiceid", NOTHING)]),
    ("ApplyCredit", &[("invoiceid", NOTHING)]),
    ("UpdateClientProduct", &[("serviceid", NOTHING)]),
    ("AcceptOrder", &[("orderid", NOTHING)]),
    ("CancelOrder", &[("orderid", NOTHING)]),
];

/// The other actions of the desk that change something.
const UNTRIED: &[&str] = &[
    "AddBillableItem",
    "AddCancelRequest",
    "AddCredit",
    "AddInvoicePayment",
    "AddOrder",
    "CapturePayment",
    "CreateInvoice",
    "SendEmail",
];

fn found(code: Code) -> Finding {
    Finding::new(Area::System(SYSTEM), code)
}

/// What came of trying an action.
enum Tried {
    /// It is allowed, whatever it said.
    Allowed,
    /// The role does not allow it.
    Refused(Fault),
    /// This version does not know it.
    Unknown,
    /// Nothing can be told.
    Failed(Fault),
}

impl Tried {
    fn of(action: &'static str, answer: Result<Value, Fault>) -> Self {
        let Err(fault) = answer else { return Self::Allowed };
        if fault == Refusal::UnknownAction(action).fault() {
            return Self::Unknown;
        }
        match fault.kind {
            FaultKind::NotPermitted => Self::Refused(fault),
            FaultKind::NotFound | FaultKind::Refused => Self::Allowed,
            _ => Self::Failed(fault),
        }
    }
}

impl Visit<'_> {
    pub(super) async fn whmcs(&self) -> Result<(), Over> {
        let whmcs = &self.backend.whmcs;
        let address = whmcs.client_area().ok_or(Over)?;
        self.reach(SYSTEM, whmcs.http(), &address).await?;
        self.who_calls().await?;
        let mut allowed = 2;
        // One that lists what is configured tells more than that it is allowed.
        allowed += self.clients().await;
        allowed += self.catalogue().await;
        for some in READS.chunks(AT_ONCE) {
            let mut asked = Vec::with_capacity(some.len());
            for (action, params) in some {
                asked.push(whmcs.read(action, params));
            }
            for ((action, _), answer) in some.iter().zip(join_all(asked).await) {
                allowed += self.tell(action, Tried::of(action, answer)).await;
            }
        }
        self.say(found(Code::Actions).with("n", allowed)).await;
        self.writes().await;
        if !self.backend.office.billing.addons.is_empty() {
            self.say(found(Code::AddonsUnlisted)).await;
        }
        Ok(())
    }

    /// Tells what came of trying an action, unless it is allowed. Answers how many are.
    async fn tell(&self, action: &'static str, tried: Tried) -> i64 {
        let finding = match tried {
            Tried::Allowed => return 1,
            Tried::Refused(fault) => found(Code::ActionRefused).with("why", fault.message.phrase()),
            Tried::Unknown => found(Code::ActionUnknown),
            Tried::Failed(fault) => {
                self.unread(action, &fault).await;
                return 0;
            }
        };
        self.say(finding.with("about", action)).await;
        0
    }

    /// Reads, and tells where that is not allowed or was not answered.
    async fn told(&self, action: &'static str, params: &[(&str, &str)]) -> Option<Value> {
        match self.backend.whmcs.read(action, params).await {
            Ok(answer) => Some(answer),
            Err(fault) => {
                self.tell(action, Tried::of(action, Err(fault))).await;
                None
            }
        }
    }

    /// Version, who the credential acts as, and the server's clock. What is refused here is refused everywhere: WHMCS bans an
    /// address that goes on with a wrong secret.
    async fn who_calls(&self) -> Result<(), Over> {
        let whmcs = &self.backend.whmcs;
        let details = self.let_in("WhmcsDetails", whmcs.read("WhmcsDetails", &[]).await).await?;
        let admin = self.let_in("GetAdminDetails", whmcs.read("GetAdminDetails", &[]).await).await?;
        let of = |answer: &Option<Value>, key: &str| answer.as_ref().and_then(|it| it.get(key)).map(text_of);
        let host = whmcs.client_area().map(|at| Text::line(at.host_str().unwrap_or_default())).unwrap_or_default();
        match of(&admin, "name").filter(|name| !name.is_empty()) {
            Some(name) => self.say(found(Code::SignedIn).with("who", Text::html(&name)).with("where", host)).await,
            None => self.say(found(Code::IdentityUntold).with("why", "GetAdminDetails")).await,
        }
        let version = [&details, &admin].into_iter().find_map(|answer| {
            Some(answer.as_ref()?.get("whmcs")?.get("version").map(text_of)?).filter(|it| !it.is_empty())
        });
        self.say(match &version {
            Some(written) => {
                let major = written.split('.').next().and_then(|it| it.parse::<u32>().ok());
                let code = match major {
                    Some(major) if VERSIONS.contains(&major) => Code::Version,
                    Some(major) if major > *VERSIONS.end() => Code::VersionNew,
                    Some(_) => Code::VersionOld,
                    None => Code::VersionUntold,
                };
                found(code).with("version", Text::line(written))
            }
            None => found(Code::VersionUntold).with("version", "?"),
        })
        .await;
        let there = of(&admin, "requesttime").and_then(|it| time::whmcs_datetime(&it, &whmcs.names.time_zone).ok());
        if let Some(there) = there.flatten() {
            let apart = there.duration_since((self.backend.now.0)());
            if apart.abs() >= OTHER_ZONE {
                let zone = whmcs.names.time_zone.iana_name().unwrap_or("?");
                let finding = found(Code::ZoneOff).with("about", "names.time_zone").with("zone", zone);
                self.say(finding.with("n", apart.as_mins())).await;
            }
        }
        Ok(())
    }

    /// An answer of a call that only says who is there, `None` where just that is not allowed.
    async fn let_in(&self, action: &'static str, answer: Result<Value, Fault>) -> Result<Option<Value>, Over> {
        let fault = match answer {
            Ok(answer) => return Ok(Some(answer)),
            Err(fault) => fault,
        };
        let finding = match (fault.kind, fault.hint) {
            (_, Hint::AllowAddress) => {
                let address = fault.message.split_whitespace().last().unwrap_or_default();
                found(Code::AddressRefused).with("address", address)
            }
            (FaultKind::SignIn, _) => found(Code::SignInRefused),
            // The admin's role has no access to the interface at all.
            (FaultKind::NotPermitted, _) if fault.message.starts_with("Access Denied") => found(Code::SignInRefused),
            (kind, _) if kind.is_outage() => found(Code::Broken),
            _ => {
                self.tell(action, Tried::of(action, Err(fault))).await;
                return Ok(None);
            }
        };
        self.say(finding.with("about", action).with("why", fault.message.phrase())).await;
        Err(Over)
    }

    /// Clients and services: that they can be read, and that they have the fields that are configured.
    async fn clients(&self) -> i64 {
        let names = &self.backend.whmcs.names;
        let mut allowed = 0;
        let wanted = CLIENTS.to_string();
        let clients = self.told("GetClients", &[("limitnum", &wanted)]).await;
        allowed += i64::from(clients.is_some());
        let rows = |answer: Option<Value>, [outer, inner]: [&str; 2]| {
            rows_of(answer.and_then(|mut it| it.get_mut(outer).map(Value::take)).unwrap_or_default(), inner)
        };
        let ids = rows(clients, ["clients", "client"]);
        let ids: Vec<u64> = ids.iter().filter_map(|row| id_of(row.get("id")?)).take(CLIENTS).collect();
        let mut seen: BTreeSet<u64> = BTreeSet::new();
        let mut read = 0;
        for id in &ids {
            let Some(answer) = self.told("GetClientsDetails", &[("clientid", &id.to_string())]).await else { break };
            read += 1;
            let client = answer.get("client").cloned().unwrap_or(answer);
            let fields = rows_of(client.get("customfields").cloned().unwrap_or_default(), "customfield");
            seen.extend(fields.iter().filter_map(|row| id_of(row.get("id")?)));
        }
        if ids.is_empty() {
            let nobody = self.backend.whmcs.read("GetClientsDetails", &[("clientid", NOTHING)]).await;
            allowed += self.tell("GetClientsDetails", Tried::of("GetClientsDetails", nobody)).await;
        }
        let field = names.customer_number_field;
        let finding =
            |code| found(code).with("about", "names.customer_number_field").with("id", Text::line(&field.to_string()));
        if read > 0 {
            allowed += 1;
            let there: Vec<String> = seen.iter().map(u64::to_string).collect();
            let there: Vec<&str> = there.iter().map(String::as_str).collect();
            self.say(if seen.contains(&field) {
                finding(Code::ClientField)
            } else {
                finding(Code::ClientFieldMissing).with("there", list(&there))
            })
            .await;
        } else if ids.is_empty() {
            self.say(finding(Code::ClientFieldUnseen)).await;
        }

        // Those of the plans have the fields, if any has.
        let plans = self.backend.office.sim.plans.iter().map(|plan| plan.product).filter(|product| *product > 0);
        let mut services = Vec::new();
        for product in plans.map(Some).chain([None]) {
            let product = product.map(|it| it.to_string());
            let mut params = vec![("limitnum", SERVICES)];
            params.extend(product.as_deref().map(|product| ("pid", product)));
            match self.told("GetClientsProducts", &params).await {
                Some(answer) => services.extend(rows(Some(answer), ["products", "product"])),
                None => return allowed,
            }
        }
        allowed += 1;
        if services.is_empty() {
            self.say(found(Code::ServiceFieldsUnseen)).await;
            return allowed;
        }
        let fields = services
            .iter()
            .flat_map(|row| rows_of(row.get("customfields").cloned().unwrap_or_default(), "customfield"));
        let there: BTreeSet<String> = fields
            .filter_map(|row| row.get("name").or_else(|| row.get("fieldname")).map(text_of))
            .filter(|name| !name.is_empty())
            .collect();
        let there: Vec<&str> = there.iter().map(String::as_str).collect();
        let wanted = [
            ("names.opportunity", &names.opportunity),
            ("names.sim_number", &names.sim_number),
            ("names.product_number", &names.product_number),
            ("names.eid", &names.eid),
        ];
        let mut well = 0;
        for (key, name) in wanted {
            if there.iter().any(|it| it.eq_ignore_ascii_case(name)) {
                well += 1;
                continue;
            }
            let finding = found(Code::ServiceFieldMissing).with("about", key).with("word", name.as_str());
            let finding = finding.with("near", near(name, &there)).with("there", list(&there));
            self.say(finding.with("n", services.len() as i64)).await;
        }
        if well > 0 {
            self.say(found(Code::ServiceFields).with("n", well)).await;
        }
        allowed
    }

    /// Products, gateways and templates: that they can be read, and that what is configured is among them.
    async fn catalogue(&self) -> i64 {
        let (whmcs, office) = (&self.backend.whmcs, &self.backend.office);
        let mut allowed = 0;
        match whmcs.products().await {
            Ok(products) => {
                allowed += 1;
                let is_there = |id: u64| products.iter().any(|product| product.id == id);
                let plans: Vec<_> = office.sim.plans.iter().filter(|plan| plan.product > 0).collect();
                let mut well = 0;
                for plan in plans {
                    if is_there(plan.product) {
                        well += 1;
                        continue;
                    }
                    let id = Text::line(&plan.product.to_string());
                    self.say(found(Code::ProductMissing).with("about", plan.code.as_str()).with("id", id)).await;
                }
                if well > 0 {
                    self.say(found(Code::Products).with("n", well)).await;
                }
            }
            Err(fault) => drop(self.tell("GetProducts", Tried::of("GetProducts", Err(fault))).await),
        }
        let gateway = &office.billing.other_gateway;
        if let Some(mut answer) = self.told("GetPaymentMethods", &[]).await {
            allowed += 1;
            let rows = rows_of(answer.get_mut("paymentmethods").map(Value::take).unwrap_or_default(), "paymentmethod");
            let modules: Vec<String> = rows.iter().filter_map(|row| row.get("module").map(text_of)).collect();
            let modules: Vec<&str> = modules.iter().map(String::as_str).collect();
            let finding = |code| found(code).with("about", "billing.other_gateway").with("word", gateway.as_str());
            self.say(if modules.contains(&gateway.as_str()) {
                finding(Code::Gateway)
            } else {
                finding(Code::GatewayMissing).with("near", near(gateway, &modules)).with("there", list(&modules))
            })
            .await;
        }
        match whmcs.email_templates().await {
            Ok(templates) => {
                allowed += 1;
                if templates.is_empty() {
                    self.say(found(Code::TemplatesNone)).await;
                }
            }
            Err(fault) => drop(self.tell("GetEmailTemplates", Tried::of("GetEmailTemplates", Err(fault))).await),
        }
        allowed
    }

    /// What changes something: told as untried, or tried where it can have no effect.
    async fn writes(&self) {
        if !self.changes() {
            return;
        }
        let untried = |more: &[(&str, Params)]| {
            let mut names: Vec<&str> = more.iter().map(|(action, _)| *action).chain(UNTRIED.iter().copied()).collect();
            names.sort_unstable();
            found(Code::WritesUntried).with("list", Text::line(&names.join(", ")))
        };
        if !self.how.writes || !self.nothing_there().await {
            return self.say(untried(HARMLESS)).await;
        }
        let mut allowed = 0;
        for (action, params) in HARMLESS {
            let params: Vec<(String, String)> =
                params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            allowed += self.tell(action, Tried::of(action, self.backend.whmcs.write(action, &params).await)).await;
        }
        if allowed > 0 {
            self.say(found(Code::Writes).with("n", allowed)).await;
        }
        self.say(untried(&[])).await;
    }

    /// No client, invoice, service or order has the id that changes are tried with.
    async fn nothing_there(&self) -> bool {
        let whmcs = &self.backend.whmcs;
        let absent = |answer: Result<Value, Fault>| answer.is_err_and(|fault| fault.is_absence());
        let empty = |answer: Result<Value, Fault>, outer: &str, inner: &str| {
            let rows = answer.map(|mut it| rows_of(it.get_mut(outer).map(Value::take).unwrap_or_default(), inner));
            rows.is_ok_and(|rows| rows.is_empty())
        };
        absent(whmcs.read("GetClientsDetails", &[("clientid", NOTHING)]).await)
            && absent(whmcs.read("GetInvoice", &[("invoiceid", NOTHING)]).await)
            && empty(whmcs.read("GetClientsProducts", &[("serviceid", NOTHING)]).await, "products", "product")
            && empty(whmcs.read("GetOrders", &[("id", NOTHING)]).await, "orders", "order")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::show::EXAMPLE;

    /// Who sets the role up reads the example.
    #[test]
    fn the_example_names_every_action_that_is_looked_at() {
        let own =
            ["WhmcsDetails", "GetAdminDetails", "GetClients", "GetClientsDetails", "GetClientsProducts", "GetProducts"];
        let tried = READS.iter().chain(HARMLESS).map(|(action, _)| *action);
        let all = tried.chain(own).chain(UNTRIED.iter().copied()).chain(["GetPaymentMethods", "GetEmailTemplates"]);
        for action in all {
            let named = |word: &str| word.trim_end_matches([',', '.']) == action;
            assert!(EXAMPLE.split_whitespace().any(named), "{action}");
        }
    }

    #[test]
    fn what_is_tried_without_an_effect_names_nothing_that_is_there_and_nothing_to_change() {
        for (action, params) in HARMLESS {
            assert!(matches!(params, [(_, id)] if *id == NOTHING), "{action}");
            assert!(!UNTRIED.contains(action), "{action}");
        }
        let dry = READS.iter().filter(|(action, _)| !action.starts_with("Get"));
        assert!(dry.into_iter().all(|(_, params)| params.contains(&("calconly", "1"))), "asked, not ordered");
    }
}
