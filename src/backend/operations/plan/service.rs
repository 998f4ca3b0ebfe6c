//! Plans for subscriptions.

use jiff::civil::Date;

use crate::domain::agreement::opportunity_of;
use crate::domain::billing::{ProductKind, ServiceStatus, Subscription};
use crate::domain::change::service::{Kept, Service, Standing};
use crate::domain::change::{Change, Harm, What, Wrong};
use crate::domain::customer::ClientId;
use crate::domain::mask::Personal;
use crate::domain::money::Yen;
use crate::domain::operation::{CheckState, Difference};
use crate::domain::phrase::{Arg, Phrase};
use crate::domain::service::{Cycle, Product};
use crate::domain::text::Text;
use crate::domain::time;
use crate::domain::write::whmcs::{Ends, ServiceField, ServiceSet, Write as Whmcs};
use crate::domain::write::{Id, Write};
use crate::flow::operation::PlanRefused;

use super::{Draft, Planner};

impl Planner<'_> {
    pub(super) async fn service(&self, service: &Service) -> Result<Draft, PlanRefused> {
        match service {
            Service::Cancel { service, ends, reason } => self.cancel_service(*service, *ends, reason).await,
            Service::Upgrade { service, product, cycle } => self.upgrade(*service, *product, *cycle).await,
            Service::Fields { service, set } => self.service_fields(*service, set).await,
            Service::AddOn { service, addon } => self.add_on(*service, *addon).await,
            Service::Status { service, to } => self.service_status(*service, *to).await,
        }
    }

    /// A service, if it is this customer's: its number may have been typed.
    async fn subscription(&self, client: ClientId, id: u64) -> Result<Subscription, PlanRefused> {
        let services = self.backend.whmcs.subscriptions(client).await?.rows;
        let found = services.into_iter().find(|it| it.id == id);
        found.ok_or_else(|| PlanRefused::Blocked("plan-other-service".into()))
    }

    fn inverse(&self, what: Service) -> Change {
        Change { who: self.change.who.clone(), what: What::Service(what) }
    }

    async fn cancel_service(&self, id: u64, ends: Ends, reason: &Text) -> Result<Draft, PlanRefused> {
        let client = self.client()?;
        let (service, there) =
            futures_util::join!(self.subscription(client, id), self.backend.cancel_request(client, id));
        let (service, there) = (service?, there?);
        let write = Whmcs::CancelService { client, service: id, ends, reason: reason.clone() };
        let none = match there {
            None => CheckState::Passed,
            Some(_) => CheckState::Failed("cancel-request-there".into()),
        };
        let mut draft = Draft::new("plan-cancel-service".into(), about(&service));
        let last = last_day(&service, ends, time::today(self.now));
        if service.kind == ProductKind::Internet {
            draft = self.internet_ends(draft, &service, last).await?;
        }
        draft = draft
            .step(
                Write::Whmcs(write),
                Phrase::new("step-cancel-service").with("reason", Arg::Free(reason.clone())),
                None,
            )
            .no_return()
            .check("check-service-runs", runs(&service))
            .check("check-no-cancel-request", none);
        if service.kind == ProductKind::Internet {
            draft = self.equipment_returns(draft, &service, last);
        }
        draft.line.clone_from(&service.line);
        draft.effective = Some(match (ends, service.next_due) {
            (Ends::AtOnce, _) => "ends-at-once".into(),
            (Ends::WithPeriod, Some(day)) => Phrase::new("ends-with-period-on").with("day", day),
            (Ends::WithPeriod, None) => "ends-with-period".into(),
        });
        draft.harm = (ends == Ends::AtOnce).then_some(Harm::Irreversible);
        draft.warnings.push("warning-cancel-service".into());
        if service.kind == ProductKind::Sim {
            draft.warnings.push("warning-cancel-service-line".into());
        }
        Ok(draft)
    }

    /// Internet ends in Salesforce too: its opportunity gets the stage, the last day and the notice.
    async fn internet_ends(
        &self,
        mut draft: Draft,
        service: &Subscription,
        last: Option<Date>,
    ) -> Result<Draft, PlanRefused> {
        let opportunities = self.opportunities().await?;
        let stage = self.office.sim.cancelling_stage.as_str();
        let (opportunity, last) = match (opportunity_of(service, &opportunities), last) {
            (Some(it), Some(_)) if *it.stage == *stage && it.cancels.is_some() => {
                return Ok(draft.check("check-opportunity", CheckState::Warns("check-opportunity-ends".into())));
            }
            (Some(opportunity), Some(last)) => (opportunity, last),
            (None, _) => {
                return Ok(draft.check("check-opportunity", CheckState::Warns("check-service-no-opportunity".into())));
            }
            (Some(_), None) => {
                return Ok(draft.check("check-opportunity", CheckState::Warns("check-service-no-end".into())));
            }
        };
        let names = &self.backend.salesforce.names;
        let fields = (names.opportunity_cancels.as_str(), names.opportunity_notice.as_str());
        let (write, undo) = self.cancelling(opportunity, last, fields).await?;
        draft.differences.push(Difference {
            what: "field-stage".into(),
            from: Phrase::as_it_is(&opportunity.stage),
            to: Phrase::as_it_is(stage),
        });
        Ok(draft
            .step(write, Phrase::new("step-cancelling").with("stage", stage), Some(undo))
            .check("check-opportunity", CheckState::Passed))
    }

    /// Somebody sends for the router and looks whether the end came everywhere.
    fn equipment_returns(&self, draft: Draft, service: &Subscription, last: Option<Date>) -> Draft {
        let day = last.unwrap_or_else(|| time::today(self.now)).tomorrow().unwrap_or(Date::MAX);
        let subject =
            format!("Equipment of {} ({}): have it returned, and check that it ended", service.name, service.id);
        let about = self.change.who.key.account.map(|id| Id::Known(id.as_str().to_owned()));
        let task = self.task_of_desk("task", &subject, day, &self.office.words.task_priority.normal, about);
        draft.step(task, Phrase::new("step-equipment").with("day", day), None)
    }

    /// The price is WHMCS's own, asked for now and again before the order is sent.
    async fn upgrade(&self, id: u64, product: u64, cycle: Option<Cycle>) -> Result<Draft, PlanRefused> {
        let client = self.client()?;
        let whmcs = &self.backend.whmcs;
        let (service, products) = futures_util::join!(self.subscription(client, id), whmcs.products());
        let (service, products) = (service?, products?);
        let wrong = |field, why: &'static str| PlanRefused::Wrong(vec![Wrong { field, why: why.into() }]);
        let new = products.iter().find(|it| it.id == product).ok_or_else(|| wrong("product", "wrong-product"))?;
        let old = products.iter().find(|it| Some(it.id) == service.product);
        let now = Cycle::read(&service.cycle);
        let cycle = cycle.or(now).ok_or_else(|| wrong("cycle", "wrong-cycle"))?;
        let offered = new.prices.iter().find(|(it, _)| *it == cycle);
        let (_, recurring) = *offered.ok_or_else(|| wrong("cycle", "wrong-cycle-not-sold"))?;
        if old.is_some_and(|old| old.id == new.id) && now == Some(cycle) {
            return Err(wrong("product", "wrong-same-product"));
        }
        let quote = whmcs.quote(client, id, product, cycle).await?;
        let due = quote.due();
        let write = Whmcs::Upgrade { client, service: id, product, cycle, quoted: quote.price.clone() };
        let says = match due {
            Some(due) if due < Yen::ZERO => Phrase::new("step-upgrade-back").with("price", -due),
            Some(due) => Phrase::new("step-upgrade").with("price", due),
            None => Phrase::new("step-upgrade").with("price", quote.price.clone()),
        };
        let says = says.with("product", new.name.clone());
        let title = Phrase::new("plan-upgrade").with("product", new.name.clone());
        let mut draft = Draft::new(title, about(&service))
            .step(Write::Whmcs(write), says, None)
            .no_return()
            .check("check-service-active", active(&service))
            .check("check-same-group", same_group(old, new))
            .check(
                "check-upgrade-free",
                if quote.in_progress == Some(true) {
                    CheckState::Failed("upgrade-in-progress".into())
                } else {
                    CheckState::Passed
                },
            )
            .check(
                "check-price-told",
                if due.is_some() { CheckState::Passed } else { CheckState::Failed("upgrade-price-unreadable".into()) },
            );
        draft.differences.push(Difference {
            what: "product".into(),
            from: Phrase::as_it_is(&service.name),
            to: Phrase::as_it_is(&new.name),
        });
        draft.differences.push(Difference {
            what: "price-a-cycle".into(),
            from: service.amount.map_or_else(|| "unknown".into(), yen),
            to: yen(recurring),
        });
        draft.price = due.filter(|due| *due > Yen::ZERO);
        draft.effective = Some(if draft.price.is_some() { "upgrade-when-paid" } else { "upgrade-at-once" }.into());
        if let Some(back) = due.filter(|due| *due < Yen::ZERO) {
            draft.warnings.push(Phrase::new("warning-upgrade-credit").with("amount", -back));
        }
        draft.warnings.push("warning-upgrade".into());
        if service.kind == ProductKind::Sim {
            draft.warnings.push("warning-upgrade-line".into());
        }
        Ok(draft)
    }

    async fn service_fields(&self, id: u64, told: &[(Kept, Text)]) -> Result<Draft, PlanRefused> {
        let client = self.client()?;
        let whmcs = &self.backend.whmcs;
        let (service, row) = futures_util::join!(self.subscription(client, id), whmcs.service(client, id));
        let (service, row) = (service?, row?);
        let mut draft = Draft::new("plan-service-fields".into(), about(&service));
        let (mut set, mut back) = (Vec::new(), Vec::new());
        for (kept, to) in told {
            let name = match kept {
                Kept::Opportunity => &whmcs.names.opportunity,
                Kept::SimNumber => &whmcs.names.sim_number,
                Kept::ProductNumber => &whmcs.names.product_number,
                Kept::Eid => &whmcs.names.eid,
            };
            let Some(field) = row.field_named(name) else {
                let why = Phrase::new("service-no-field").with("field", name.as_str());
                draft = draft.check(Phrase::as_it_is(name), CheckState::Failed(why));
                continue;
            };
            let from = row.custom(field);
            if from == to.as_str() {
                continue;
            }
            // An opportunity is nobody's to recognise somebody by.
            let said = |value: &str| if *kept == Kept::Opportunity { Phrase::as_it_is(value) } else { masked(value) };
            draft.differences.push(Difference {
                what: Phrase::as_it_is(name),
                from: if from.is_empty() { "none".into() } else { said(&from) },
                to: said(to),
            });
            back.push((*kept, Text::line(&from)));
            set.push(ServiceSet { field: ServiceField::Custom(field), from, to: to.to_string() });
        }
        if set.is_empty() {
            return Ok(draft.check("check-something-changes", CheckState::Failed("service-fields-same".into())));
        }
        // A field that was empty cannot be told back: nothing told is nothing changed.
        if back.iter().all(|(_, from)| !from.is_empty()) {
            draft.inverse = Some(self.inverse(Service::Fields { service: id, set: back }));
        }
        let write = Whmcs::SetService { client, service: id, set };
        Ok(draft.step(Write::Whmcs(write), "step-service-fields".into(), None))
    }

    async fn add_on(&self, id: u64, addon: u64) -> Result<Draft, PlanRefused> {
        let client = self.client()?;
        let whmcs = &self.backend.whmcs;
        let (service, row, addons) =
            futures_util::join!(self.subscription(client, id), whmcs.service(client, id), whmcs.addons(client));
        let (service, row, addons) = (service?, row?, addons?.rows);
        let offer = self.office.billing.addons.iter().find(|it| it.id == addon);
        let offer = offer.ok_or_else(|| PlanRefused::Blocked("plan-no-addon".into()))?;
        let there = addons.iter().any(|it| {
            it.service == id
                && it.name.to_lowercase() == offer.name.to_lowercase()
                && matches!(it.status, ServiceStatus::Active | ServiceStatus::Pending | ServiceStatus::Suspended)
        });
        let gateway = if row.paymentmethod.is_empty() {
            CheckState::Failed("check-no-gateway".into())
        } else {
            CheckState::Passed
        };
        let write = Whmcs::OrderAddon { client, service: id, addon, gateway: row.paymentmethod };
        let price = offer.first();
        let says = Phrase::new("step-order-addon").with("addon", offer.name.as_str());
        let mut draft = Draft::new(Phrase::new("plan-add-on").with("addon", offer.name.as_str()), about(&service))
            .step(Write::Whmcs(write), says, None)
            .no_return()
            .check("check-service-active", active(&service))
            .check("check-addon-new", if there { CheckState::Failed("addon-there".into()) } else { CheckState::Passed })
            .check("check-gateway", gateway);
        draft.price = Some(price);
        draft.effective = Some("addon-when-accepted".into());
        draft.warnings.push("warning-add-on".into());
        if !offer.then.is_empty() {
            draft.warnings.push(Phrase::as_it_is(&offer.then));
        }
        Ok(draft)
    }

    async fn service_status(&self, id: u64, to: Standing) -> Result<Draft, PlanRefused> {
        let client = self.client()?;
        let whmcs = &self.backend.whmcs;
        let (service, row) = futures_util::join!(self.subscription(client, id), whmcs.service(client, id));
        let (service, row) = (service?, row?);
        let from = row.status.clone();
        let other =
            if from == to.word() { CheckState::Failed("service-status-same".into()) } else { CheckState::Passed };
        let set = vec![ServiceSet { field: ServiceField::Status, from: from.clone(), to: to.word().to_owned() }];
        let write = Whmcs::SetService { client, service: id, set };
        let says = Phrase::new("step-service-status").with("status", to.word());
        let mut draft = Draft::new(Phrase::new("plan-service-status").with("status", to.word()), about(&service))
            .step(Write::Whmcs(write), says, None)
            .check("check-something-changes", other);
        draft.differences.push(Difference {
            what: "status".into(),
            from: Phrase::as_it_is(&from),
            to: Phrase::as_it_is(to.word()),
        });
        draft.line.clone_from(&service.line);
        draft.inverse = Standing::of(&from).map(|to| self.inverse(Service::Status { service: id, to }));
        draft.warnings.push("warning-service-status".into());
        Ok(draft)
    }
}

/// The last day that is paid for: a period ends before the next one is due.
fn last_day(service: &Subscription, ends: Ends, today: Date) -> Option<Date> {
    match ends {
        Ends::AtOnce => Some(today),
        Ends::WithPeriod => service.next_due.and_then(|due| due.yesterday().ok()).filter(|day| *day >= today),
    }
}

fn about(service: &Subscription) -> Phrase {
    let id = service.id.to_string();
    match &service.line {
        Some(line) => Phrase::new("about-service-line")
            .with("service", service.name.clone())
            .with("id", id.as_str())
            .with("line", line.clone()),
        None => Phrase::new("about-service").with("service", service.name.clone()).with("id", id.as_str()),
    }
}

fn yen(amount: Yen) -> Phrase {
    Phrase::new("yen").with("amount", amount)
}

fn masked(value: &str) -> Phrase {
    Phrase::new("as-it-is").with("text", Arg::Masked(Personal::Id, Text::line(value)))
}

fn active(service: &Subscription) -> CheckState {
    match service.status {
        ServiceStatus::Active => CheckState::Passed,
        _ => CheckState::Failed("check-service-not-active".into()),
    }
}

fn runs(service: &Subscription) -> CheckState {
    match service.status {
        ServiceStatus::Active | ServiceStatus::Suspended => CheckState::Passed,
        _ => CheckState::Failed("check-service-over".into()),
    }
}

/// WHMCS's own pages offer upgrades within a group only.
fn same_group(old: Option<&Product>, new: &Product) -> CheckState {
    match old {
        Some(old) if old.group == new.group => CheckState::Passed,
        Some(_) => CheckState::Failed("upgrade-other-group".into()),
        None => CheckState::Warns("upgrade-group-unknown".into()),
    }
}
