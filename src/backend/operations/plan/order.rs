//! Plans for orders: made, reviewed, held, refused, sent round again, repaired.

mod create;
mod found;
mod fulfil;
mod repair;

use serde_json::Value;

use crate::domain::billing::{CardExpiry, PayMethod, ProductKind, ServiceStatus, Subscription};
use crate::domain::catalogue::ItemClass;
use crate::domain::change::What;
use crate::domain::change::order::{HoldReason, Order, Repair, Withdrawn};
use crate::domain::customer::{Account, EligibilityState, VerificationState};
use crate::domain::operation::{CheckState, Difference};
use crate::domain::order::{ActivationStatus, OrderStatus};
use crate::domain::phrase::Phrase;
use crate::domain::text::Text;
use crate::domain::time;
use crate::domain::write::salesforce::{Content, Set};
use crate::domain::write::{Id, Write, salesforce};
use crate::flow::operation::PlanRefused;

use super::{Draft, Planner};
use found::Found;

impl Planner<'_> {
    pub(super) async fn change_order(&self, order: &Order) -> Result<Draft, PlanRefused> {
        Ok(match order {
            Order::Create(new) => self.create_order(new).await?,
            Order::Approve { order } => self.approve(&self.find_order(order).await?),
            Order::Hold { order, reason, note } => self.hold(&self.find_order(order).await?, *reason, note),
            Order::Reject { order, withdrawn: Some(withdrawn), .. } => {
                self.withdraw(&self.find_order(order).await?, withdrawn)
            }
            Order::Reject { order, reason, message, withdrawn: None } => {
                self.reject(&self.find_order(order).await?, reason, message.as_ref())
            }
            Order::Reactivate { order } => self.reactivate(&self.find_order(order).await?).await?,
            Order::Fulfil { order, gender } => self.fulfil(&self.find_order(order).await?, *gender).await?,
            Order::Repair { order, repair } => self.repair(&self.find_order(order).await?, *repair).await?,
        })
    }

    fn approve(&self, found: &Found) -> Draft {
        let names = &self.backend.salesforce.names;
        let approved = self.office.words.order_status.approved.word();
        let mut fields = vec![found.set("Status", approved)];
        // What it was held for is no longer so.
        fields.extend([&names.order_error_code, &names.order_error_message].into_iter().filter_map(|field| {
            let from = found.now(field.as_str());
            (!from.is_null()).then(|| Set { from, field: field.to_string(), to: Content::Value(Value::Null) })
        }));
        let mut draft = found
            .draft("plan-approve")
            .step(found.update(fields), found.says("step-order-status", approved), None)
            .check("check-order-waits", waits_for_review(found))
            .check("check-pay-method", self.pay_method(&found.methods));
        draft.checks.extend(self.product_checks(found));
        draft.differences.push(found.difference(approved));
        draft.warnings.push("warning-approve".into());
        if let Some(at) = found.order.scheduled {
            draft.effective = Some(Phrase::new("effective-at").with("at", at));
        }
        let number = found.order.number.clone();
        let note = Text::line("approved by mistake");
        let hold = Order::Hold { order: number, reason: HoldReason::Customer, note };
        draft.inverse = Some(self.also(What::Order(hold)));
        draft
    }

    fn hold(&self, found: &Found, reason: HoldReason, note: &Text) -> Draft {
        let names = &self.backend.salesforce.names;
        let mut fields = Vec::new();
        let waiting = self.office.words.order_status.pending_review.word();
        let was_approved = found.order.status == OrderStatus::Approved;
        if was_approved {
            fields.push(found.set("Status", waiting));
        }
        fields.push(found.set(names.order_error_code.as_str(), reason.code()));
        fields.push(found.set(names.order_error_message.as_str(), note));
        let says = Phrase::new("step-order-hold").with("order", found.order.number.clone()).with("code", reason.code());
        let mut draft = found
            .draft("plan-hold")
            .step(found.update(fields), says, None)
            .check("check-order-not-begun", not_begun(found));
        if was_approved {
            draft.differences.push(found.difference(waiting));
        }
        draft.warnings.push("warning-hold".into());
        draft.inverse =
            was_approved.then(|| self.also(What::Order(Order::Approve { order: found.order.number.clone() })));
        draft
    }

    /// Status first: a customer who was told of a rejection that then was refused would be told wrong.
    fn reject(&self, found: &Found, reason: &Text, message: Option<&Text>) -> Draft {
        let names = &self.backend.salesforce.names;
        let rules = &self.office.reviews;
        let words =
            rules.order_reasons.get(reason.as_str()).map(crate::domain::reviews::Words::both).unwrap_or_default();
        let text = message.map_or_else(|| words.clone(), |more| Text::block(&format!("{words}\n\n{more}")));
        let cancelled = self.office.words.order_status.cancelled.word();
        let code = format!("REJECTED_{}", reason.to_uppercase().replace('-', "_"));
        let fields = vec![
            found.set("Status", cancelled),
            found.set(names.order_error_code.as_str(), &code),
            found.set(names.order_error_message.as_str(), &text),
        ];
        let mut draft = found
            .draft("plan-reject")
            .step(found.update(fields), found.says("step-order-status", cancelled), None)
            .no_return()
            .check("check-order-not-begun", not_begun(found));
        if rules.tell_by_case {
            let subject = format!("Order {} / お申し込み {}", found.order.number, found.order.number);
            draft = self.tell_by_case(draft, found.account.id, &subject, &text);
        } else {
            draft.warnings.push("warning-not-told".into());
        }
        draft.differences.push(found.difference(cancelled));
        draft.warnings.push("warning-reject".into());
        draft
    }

    /// An order made by mistake goes, and its opportunity waits again; the customer, who heard of none, hears of nothing.
    fn withdraw(&self, found: &Found, before: &Withdrawn) -> Draft {
        let cancelled = self.office.words.order_status.cancelled.word();
        let code = self.backend.salesforce.names.order_error_code.as_str();
        let fields = vec![found.set("Status", cancelled), found.set(code, "WITHDRAWN")];
        let mut draft = found
            .draft("plan-withdraw")
            .step(found.update(fields), found.says("step-order-status", cancelled), None)
            .no_return()
            .check("check-order-not-begun", not_begun(found));
        draft.differences.push(found.difference(cancelled));
        if let (Some(opportunity), Some(stage)) = (&found.opportunity, &before.stage) {
            let ordered = self.office.sale.ordered_stage.as_str();
            if *opportunity.stage == *ordered {
                let says = Phrase::new("step-opportunity").with("stage", stage.clone());
                draft = draft.step(create::stage(opportunity, ordered, stage), says, None);
                draft.differences.push(Difference {
                    what: "opportunity-stage".into(),
                    from: Phrase::as_it_is(ordered),
                    to: Phrase::as_it_is(stage),
                });
            } else {
                let moved = Phrase::new("check-opportunity-moved").with("stage", opportunity.stage.clone());
                draft = draft.check("check-opportunity", CheckState::Warns(moved));
            }
        }
        draft.warnings.push("warning-not-told".into());
        draft.warnings.push("warning-reject".into());
        draft
    }

    /// A retry is the trigger alone: never a second order at WHMCS, so that there is none is proved first.
    async fn reactivate(&self, found: &Found) -> Result<Draft, PlanRefused> {
        let number = || found.order.number.clone();
        let billed = found.billed();
        let again = self.office.words.order_status.reactivate.word();
        let mut draft = found
            .draft("plan-reactivate")
            .step(found.update(vec![found.set("Status", again)]), found.says("step-order-status", again), None)
            .check("check-order-approved", self.stopped(found))
            .check("check-pay-method", self.pay_method(&found.methods))
            .check("check-products", found.mapped());
        draft = match &billed {
            Some(order) => draft.check(
                "check-not-at-whmcs",
                CheckState::Failed(
                    Phrase::new("check-at-whmcs-already")
                        .with("id", format!("#{}", order.id).as_str())
                        .with("status", order.status.clone()),
                ),
            ),
            None if !found.whmcs_orders.complete() => {
                draft.check("check-not-at-whmcs", CheckState::Failed("check-whmcs-orders-partial".into()))
            }
            None => draft.check("check-not-at-whmcs", CheckState::Passed),
        };
        if let Some(line) = self.live_line(found).await? {
            draft = draft
                .check("check-line-not-live", CheckState::Warns(Phrase::new("check-line-lives").with("line", line)));
        }
        let repair = match &billed {
            Some(order) if order.status.eq_ignore_ascii_case("pending") => Some(Repair::AcceptOrder),
            Some(_) => Some(Repair::WriteBack),
            None => None,
        };
        draft.instead.extend(repair.map(|repair| self.also(What::Order(Order::Repair { order: number(), repair }))));
        if found.order.status == OrderStatus::PendingReview {
            draft.instead.push(self.also(What::Order(Order::Approve { order: number() })));
        }
        draft.differences.push(found.difference(again));
        draft.warnings.push("warning-reactivate".into());
        Ok(draft)
    }

    fn pay_method(&self, methods: &[PayMethod]) -> CheckState {
        let today = time::today(self.now);
        match methods.first() {
            None => CheckState::Failed("check-no-pay-method".into()),
            Some(_) if methods.iter().any(|it| it.expiry(today) != CardExpiry::Expired) => CheckState::Passed,
            Some(_) => CheckState::Warns("check-card-expired".into()),
        }
    }

    /// What must be so of what was ordered.
    fn product_checks(&self, found: &Found) -> Vec<crate::domain::operation::Check> {
        let mut checks = vec![("check-products", found.mapped())];
        match found.order.kind {
            ProductKind::Sim => {
                checks.push(("check-identity", identity(&found.account)));
                checks.push(("check-activation-fee", fee(found)));
                if found.items.iter().any(|item| item.family) {
                    let has = has_service(&found.services, ProductKind::Sim);
                    checks.push(("check-family", passed_if(has, "check-family-alone")));
                }
                if let Some(port_in) = &found.order.port_in {
                    let today = time::today(self.now);
                    checks.push((
                        "check-port-in",
                        match port_in.expires {
                            _ if port_in.number.is_empty() => CheckState::Failed("check-port-in-missing".into()),
                            Some(day) if day < today => {
                                CheckState::Failed(Phrase::new("check-port-in-over").with("day", day))
                            }
                            Some(_) => CheckState::Passed,
                            None => CheckState::Warns("check-port-in-undated".into()),
                        },
                    ));
                }
            }
            ProductKind::Internet => {
                let wanted = found.items.iter().map(|item| &item.offering).find(|offering| !offering.is_empty());
                checks.push(("check-eligible", eligible(&found.account, wanted)));
                let again = has_service(&found.services, ProductKind::Internet);
                checks.push(("check-no-internet", passed_if(!again, "check-internet-already")));
            }
            ProductKind::Vpn | ProductKind::Other => {}
        }
        checks.into_iter().map(|(what, state)| crate::domain::operation::Check { what: what.into(), state }).collect()
    }

    /// The worker has it no longer.
    fn stopped(&self, found: &Found) -> CheckState {
        let order = &found.order;
        if order.status != OrderStatus::Approved {
            return CheckState::Failed(Phrase::new("check-order-status").with("status", found.status()));
        }
        let patience = jiff::SignedDuration::from_mins(self.office.orders.patience);
        let moved = order.modified.is_some_and(|at| self.now.duration_since(at) < patience);
        match order.activation {
            ActivationStatus::Failed => CheckState::Passed,
            ActivationStatus::Scheduled => CheckState::Failed("check-order-scheduled".into()),
            _ if moved => CheckState::Failed("check-order-under-way".into()),
            _ => CheckState::Passed,
        }
    }

    /// Two writes that tell a customer something in a case of its own.
    pub(super) fn tell_by_case(
        &self,
        draft: Draft,
        account: crate::domain::salesforce_id::SalesforceId,
        subject: &str,
        text: &Text,
    ) -> Draft {
        let rules = &self.office.reviews;
        let value = |text: &str| Content::from(text);
        let case = salesforce::Write::Create {
            object: "Case".to_owned(),
            fields: vec![
                ("AccountId".to_owned(), value(account.as_str())),
                ("Subject".to_owned(), value(subject)),
                ("Status".to_owned(), value(&rules.case_status)),
                ("Origin".to_owned(), value(&rules.case_origin)),
            ],
            fact: "case".to_owned(),
            unchanged: None,
        };
        let comment = salesforce::Write::Create {
            object: "CaseComment".to_owned(),
            fields: vec![
                ("ParentId".to_owned(), Content::Fact("case".to_owned())),
                ("CommentBody".to_owned(), value(text)),
                ("IsPublished".to_owned(), Content::Value(Value::Bool(true))),
            ],
            fact: "comment".to_owned(),
            unchanged: None,
        };
        draft.step(Write::Salesforce(case), Phrase::new("step-case").with("subject", subject), None).step(
            Write::Salesforce(comment),
            Phrase::new("step-comment").with("text", text.clone()),
            None,
        )
    }
}

impl Found {
    /// A plan about the order.
    fn draft(&self, title: &'static str) -> Draft {
        let number = || self.order.number.clone();
        Draft::new(Phrase::new(title).with("order", number()), Phrase::new("about-order").with("order", number()))
    }

    /// A field of the order that is set to a text.
    fn set(&self, field: &str, to: &str) -> Set {
        Set { field: field.to_owned(), from: self.now(field), to: Content::from(to) }
    }

    fn update(&self, fields: Vec<Set>) -> Write {
        Write::Salesforce(salesforce::Write::Update {
            object: "Order".to_owned(),
            id: Id::Known(self.order.id.as_str().to_owned()),
            fields,
            stamp: self.stamp(),
        })
    }

    fn says(&self, key: &'static str, status: &str) -> Phrase {
        Phrase::new(key).with("order", self.order.number.clone()).with("status", status)
    }

    fn difference(&self, to: &str) -> Difference {
        Difference { what: "order-status".into(), from: Phrase::as_it_is(&*self.status()), to: Phrase::as_it_is(to) }
    }

    /// Every item has its WHMCS product: without one the order would stop when its line is live already.
    fn mapped(&self) -> CheckState {
        match self.items.iter().find(|item| item.whmcs_product.is_none()) {
            _ if self.items.is_empty() => CheckState::Failed("check-order-empty".into()),
            Some(item) => CheckState::Failed(Phrase::new("check-product-unmapped").with("product", item.name.clone())),
            None => CheckState::Passed,
        }
    }
}

fn passed_if(good: bool, otherwise: &'static str) -> CheckState {
    if good { CheckState::Passed } else { CheckState::Failed(otherwise.into()) }
}

fn waits_for_review(found: &Found) -> CheckState {
    match found.order.status {
        OrderStatus::PendingReview | OrderStatus::Draft => CheckState::Passed,
        _ => CheckState::Failed(Phrase::new("check-order-status").with("status", found.status())),
    }
}

fn not_begun(found: &Found) -> CheckState {
    let begun = matches!(found.order.activation, ActivationStatus::Activating | ActivationStatus::Activated);
    match found.order.status {
        OrderStatus::PendingReview | OrderStatus::Draft => CheckState::Passed,
        OrderStatus::Approved if !begun => CheckState::Passed,
        OrderStatus::Approved => CheckState::Failed("check-order-begun".into()),
        _ => CheckState::Failed(Phrase::new("check-order-status").with("status", found.status())),
    }
}

fn has_service(services: &[Subscription], kind: ProductKind) -> bool {
    services.iter().any(|it| it.kind == kind && it.status == ServiceStatus::Active)
}

fn identity(account: &Account) -> CheckState {
    if account.corporate {
        return CheckState::Passed;
    }
    match account.verification.state {
        VerificationState::Verified => CheckState::Passed,
        VerificationState::UnderReview => CheckState::Failed("check-identity-waits".into()),
        VerificationState::Rejected => CheckState::Failed("check-identity-rejected".into()),
        VerificationState::NotSubmitted | VerificationState::Other(_) => {
            CheckState::Failed("check-identity-missing".into())
        }
    }
}

fn fee(found: &Found) -> CheckState {
    match found.items.iter().filter(|item| item.class == ItemClass::Activation).count() {
        1 => CheckState::Passed,
        0 => CheckState::Failed("check-activation-fee-missing".into()),
        _ => CheckState::Failed("check-activation-fee-twice".into()),
    }
}

fn eligible(account: &Account, wanted: Option<&Text>) -> CheckState {
    let eligibility = &account.eligibility;
    match (&eligibility.state, wanted) {
        (EligibilityState::Eligible, Some(wanted)) if *wanted != eligibility.offering => {
            CheckState::Failed(Phrase::new("check-other-offering").with("offering", eligibility.offering.clone()))
        }
        (EligibilityState::Eligible, _) => CheckState::Passed,
        (EligibilityState::Pending, _) => CheckState::Failed("check-eligibility-pending".into()),
        _ => CheckState::Failed("check-not-eligible".into()),
    }
}
