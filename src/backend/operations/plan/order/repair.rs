//! One thing that the systems disagree about, put right in one system. Each is allowed only where reading shows that it is
//! true: a repair never makes the systems agree on something that is not so.

use serde_json::Value;

use crate::domain::billing::ProductKind;
use crate::domain::catalogue::ItemClass;
use crate::domain::change::order::Repair;
use crate::domain::operation::{CheckState, Difference};
use crate::domain::order::{ActivationStatus, OrderStatus};
use crate::domain::phrase::Phrase;
use crate::domain::write::salesforce::{Content, Set};
use crate::domain::write::{Id, Write, salesforce, whmcs};
use crate::flow::operation::PlanRefused;

use super::super::{Draft, Planner};
use super::found::{Found, Item};
use super::passed_if;

impl Planner<'_> {
    pub(super) async fn repair(&self, found: &Found, repair: Repair) -> Result<Draft, PlanRefused> {
        let draft = found.draft(match repair {
            Repair::AcceptOrder => "plan-repair-accept",
            Repair::WriteBack => "plan-repair-write-back",
            Repair::Opportunity => "plan-repair-opportunity",
            Repair::Activated => "plan-repair-activated",
            Repair::Failed => "plan-repair-failed",
        });
        match repair {
            Repair::AcceptOrder => self.accept_order(draft, found).await,
            Repair::WriteBack => Ok(self.write_back(draft, found)),
            Repair::Opportunity => Ok(self.opportunity(draft, found)),
            Repair::Activated => self.activated(draft, found).await,
            Repair::Failed => self.failed(draft, found).await,
        }
    }

    async fn accept_order(&self, draft: Draft, found: &Found) -> Result<Draft, PlanRefused> {
        let client = self.client()?;
        let Some(billed) = found.billed() else { return Err(PlanRefused::Blocked("repair-no-whmcs-order".into())) };
        let pending = billed.status.eq_ignore_ascii_case("pending");
        let id = format!("#{}", billed.id);
        let says = Phrase::new("step-accept-order").with("id", id.as_str());
        let mut draft = draft
            .step(Write::Whmcs(whmcs::Write::AcceptOrder { client, order: billed.id }), says, None)
            .no_return()
            .check("check-whmcs-pending", passed_if(pending, "check-whmcs-not-pending"))
            .check("check-line-live", self.line_is_live(found).await?);
        draft.differences.push(Difference {
            what: Phrase::new("whmcs-order").with("id", id.as_str()),
            from: Phrase::as_it_is(&*billed.status),
            to: Phrase::as_it_is("Active"),
        });
        Ok(draft)
    }

    /// Items first: the order is processed once everything in it says what it became.
    fn write_back(&self, mut draft: Draft, found: &Found) -> Draft {
        let names = &self.backend.salesforce.names;
        let processed = self.office.words.order_status.processed.word();
        let billed = found.billed();
        let active = billed.is_some_and(|it| it.status.eq_ignore_ascii_case("active"));
        let mut missing = false;
        for (item, service) in services_of_items(found) {
            let Some(service) = service else {
                missing |= item.whmcs_service.is_none();
                continue;
            };
            if item.whmcs_service == Some(service) {
                continue;
            }
            let from = item.whmcs_service.map_or(Value::Null, |id| Value::from(id.to_string()));
            let field = names.item_whmcs.to_string();
            let write = Write::Salesforce(salesforce::Write::Update {
                object: "OrderItem".to_owned(),
                id: Id::Known(item.id.as_str().to_owned()),
                fields: vec![Set { field, from, to: Content::from(service.to_string().as_str()) }],
                stamp: None,
            });
            let says = Phrase::new("step-item-service")
                .with("product", item.name.clone())
                .with("id", format!("#{service}").as_str());
            draft = draft.step(write, says, None).no_return();
        }
        if let Some(billed) = billed {
            let id = billed.id.to_string();
            let fields = vec![found.set(names.order_whmcs.as_str(), &id), found.set("Status", processed)];
            let write = match found.update(fields) {
                // Writing the items touched the order too, so its stamp says nothing.
                Write::Salesforce(salesforce::Write::Update { object, id, fields, .. }) => {
                    Write::Salesforce(salesforce::Write::Update { object, id, fields, stamp: None })
                }
                write => write,
            };
            let says = Phrase::new("step-order-processed").with("id", format!("#{id}").as_str());
            draft = draft.step(write, says, None).no_return();
        }
        let status = matches!(found.order.status, OrderStatus::Approved | OrderStatus::Reactivate);
        let status_now = Phrase::new("check-order-status").with("status", found.status());
        let mut draft = draft
            .check("check-whmcs-active", passed_if(active, "check-whmcs-not-active"))
            .check("check-order-approved", if status { CheckState::Passed } else { CheckState::Failed(status_now) });
        if missing {
            draft = draft.check("check-item-services", CheckState::Warns("check-item-services-missing".into()));
        }
        draft.differences.push(found.difference(processed));
        draft
    }

    fn opportunity(&self, draft: Draft, found: &Found) -> Draft {
        let names = &self.backend.salesforce.names;
        let Some(opportunity) = &found.opportunity else {
            return draft.check("check-opportunity", CheckState::Failed("check-opportunity-missing".into()));
        };
        let Some(last) = self.office.orders.delivered_stages.first() else {
            return draft.check("check-opportunity", CheckState::Failed("check-no-delivered-stage".into()));
        };
        let last = last.as_str();
        let behind = !self.office.orders.delivered_stages.iter().any(|stage| **stage == *opportunity.stage);
        let mut fields = Vec::new();
        if behind {
            fields.push(Set {
                field: "StageName".to_owned(),
                from: Value::from(opportunity.stage.as_str()),
                to: Content::from(last),
            });
        }
        let main = services_of_items(found).into_iter().find(|(item, _)| item.class == ItemClass::Service);
        let service = main.and_then(|(item, service)| service.or(item.whmcs_service));
        if let Some(service) = service.filter(|service| opportunity.whmcs_service != Some(*service)) {
            fields.push(Set {
                field: names.opportunity_whmcs.to_string(),
                from: opportunity.whmcs_service.map_or(Value::Null, |id| Value::from(id.to_string())),
                to: Content::from(service.to_string().as_str()),
            });
        }
        let nothing = fields.is_empty();
        let write = Write::Salesforce(salesforce::Write::Update {
            object: "Opportunity".to_owned(),
            id: Id::Known(opportunity.id.as_str().to_owned()),
            fields,
            stamp: None,
        });
        let delivered = found.order.status == OrderStatus::Processed;
        let says = Phrase::new("step-opportunity").with("stage", last);
        let mut draft = draft
            .step(write, says, None)
            .check("check-order-processed", passed_if(delivered, "check-order-not-processed"))
            .check("check-opportunity", passed_if(!nothing, "check-opportunity-fine"));
        draft.differences.push(Difference {
            what: "opportunity-stage".into(),
            from: Phrase::as_it_is(&*opportunity.stage),
            to: Phrase::as_it_is(last),
        });
        draft
    }

    async fn activated(&self, draft: Draft, found: &Found) -> Result<Draft, PlanRefused> {
        let live = self.line_is_live(found).await?;
        let names = &self.backend.salesforce.names;
        let activated = self.office.words.activation.activated.word();
        let mut fields = vec![found.set(names.order_activation.as_str(), activated)];
        fields.extend([&names.order_error_code, &names.order_error_message].into_iter().filter_map(|field| {
            let from = found.now(field.as_str());
            (!from.is_null()).then(|| Set { from, field: field.to_string(), to: Content::Value(Value::Null) })
        }));
        let done = found.order.activation == ActivationStatus::Activated;
        let draft = draft
            .step(found.update(fields), found.says("step-activation", activated), None)
            .check("check-line-live", live)
            .check("check-activation", passed_if(!done, "check-activation-so"));
        Ok(found.with_activation(draft, names.order_activation.as_str(), activated))
    }

    async fn failed(&self, draft: Draft, found: &Found) -> Result<Draft, PlanRefused> {
        let names = &self.backend.salesforce.names;
        let live = self.live_line(found).await?;
        let failed = self.office.words.activation.failed.word();
        let fields = vec![
            found.set(names.order_activation.as_str(), failed),
            found.set(names.order_error_code.as_str(), "NOT_ACTIVATED"),
            found.set(names.order_error_message.as_str(), "Freebit has no such line in service."),
        ];
        let known = found.line().is_some();
        let done = matches!(found.order.activation, ActivationStatus::Failed | ActivationStatus::Activated);
        let draft = draft
            .step(found.update(fields), found.says("step-activation", failed), None)
            .check("check-line-known", passed_if(known, "check-line-unknown"))
            .check("check-line-not-live", passed_if(live.is_none(), "check-line-live-after-all"))
            .check("check-activation", passed_if(!done, "check-activation-so"));
        Ok(found.with_activation(draft, names.order_activation.as_str(), failed))
    }

    /// A mobile line is in service at Freebit; other orders have none.
    async fn line_is_live(&self, found: &Found) -> Result<CheckState, PlanRefused> {
        if found.order.kind != ProductKind::Sim {
            return Ok(CheckState::Passed);
        }
        if found.line().is_none() {
            return Ok(CheckState::Failed("check-line-unknown".into()));
        }
        Ok(passed_if(self.live_line(found).await?.is_some(), "check-line-not-active"))
    }
}

impl Found {
    fn with_activation(&self, mut draft: Draft, field: &str, to: &str) -> Draft {
        draft.differences.push(Difference {
            what: "order-activation".into(),
            from: Phrase::as_it_is(self.now(field).as_str().unwrap_or_default()),
            to: Phrase::as_it_is(to),
        });
        draft
    }
}

/// Each item with the service it became: the one of the same product in the WHMCS order, each taken once.
fn services_of_items(found: &Found) -> Vec<(&Item, Option<u64>)> {
    let billed = found.billed().map(|it| it.id);
    let mut free: Vec<_> = found.services.iter().filter(|it| billed.is_some() && it.order == billed).collect();
    found
        .items
        .iter()
        .map(|item| {
            let at = free.iter().position(|it| it.product.is_some() && it.product == item.whmcs_product);
            (item, at.map(|at| free.remove(at).id))
        })
        .collect()
}
