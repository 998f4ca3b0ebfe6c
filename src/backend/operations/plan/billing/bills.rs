//! Invoices that are made and withdrawn, and time to pay them.

use jiff::civil::Date;

use super::Bill;
use crate::backend::operations::plan::{Draft, Planner};
use crate::domain::billing::{InvoiceStatus, ServiceStatus, Subscription};
use crate::domain::change::billing::Publish;
use crate::domain::customer::ClientId;
use crate::domain::money::Yen;
use crate::domain::operation::{CheckState, Difference};
use crate::domain::phrase::{Arg, Phrase};
use crate::domain::text::Text;
use crate::domain::time;
use crate::domain::words::Words;
use crate::domain::write::whmcs::{Billed, ServiceField, ServiceSet, Write as Whmcs};
use crate::domain::write::{Write, salesforce};
use crate::flow::operation::PlanRefused;

/// From this release on, WHMCS changes no invoice that was published: it makes credit notes.
const IMMUTABLE: u32 = 9;

impl Planner<'_> {
    pub(super) async fn create_invoice(
        &self,
        items: &[(Text, Yen)],
        due: Date,
        then: Publish,
    ) -> Result<Draft, PlanRefused> {
        let client = self.client()?;
        let known = self.backend.whmcs.client(client).await?;
        let total: Yen = items.iter().map(|(_, amount)| *amount).sum();
        // Each with its amount, so that one sees what is billed, and not only how much.
        let billed = |(item, amount): &(Text, Yen)| Difference {
            what: "invoice-item".into(),
            from: Phrase::as_it_is(""),
            to: Phrase::new("invoice-item-for").with("item", Arg::Free(item.clone())).with("amount", *amount),
        };
        let listed = items.iter().map(billed).collect();
        let items = items.to_vec();
        let (write, says, warning) = match then {
            Publish::Draft => {
                (Whmcs::DraftInvoice { client, items, due }, "step-draft-invoice", "warning-draft-invoice")
            }
            Publish::Publish => {
                let write = Whmcs::CreateInvoice { client, items, due, send: false };
                (write, "step-create-invoice", "warning-published-invoice")
            }
            Publish::Send => {
                let write = Whmcs::CreateInvoice { client, items, due, send: true };
                (write, "step-send-invoice", "warning-published-invoice")
            }
        };
        let mut draft =
            Draft::new(Phrase::new("plan-create-invoice").with("amount", total), super::about_client(&known))
                .step(Write::Whmcs(write), Phrase::new(says).with("amount", total), None)
                .no_return();
        draft.price = Some(total);
        draft.effective = Some(Phrase::new("due-on").with("day", due));
        draft.differences = listed;
        draft.warnings.push(warning.into());
        Ok(draft)
    }

    pub(super) fn billable_item(&self, item: &Text, amount: Yen, billed: Billed) -> Result<Draft, PlanRefused> {
        let client = self.client()?;
        let write = Whmcs::AddBillableItem { client, item: item.clone(), amount, billed };
        let says = Phrase::new("step-billable-item").with("amount", amount).with("item", Arg::Free(item.clone()));
        let about = Phrase::new("about-client").with("client", client.0.to_string().as_str());
        let mut draft = Draft::new(Phrase::new("plan-billable-item").with("amount", amount), about)
            .step(Write::Whmcs(write), says, None)
            .no_return();
        draft.price = Some(amount);
        draft.effective = Some(match billed {
            Billed::Held => "billed-held".into(),
            Billed::NextRun => "billed-next-run".into(),
            Billed::NextInvoice => "billed-next-invoice".into(),
            Billed::On(day) => Phrase::new("billed-on").with("day", day),
        });
        draft.warnings.push("warning-billable-item".into());
        Ok(draft)
    }

    /// What becomes of the money on it depends on WHMCS's release, so that is asked for.
    pub(super) async fn cancel_invoice(&self, id: u64) -> Result<Draft, PlanRefused> {
        let (bill, release) = futures_util::join!(self.bill(id), self.backend.whmcs.hello());
        let (bill, release) = (bill?, release.ok().flatten());
        let open = match bill.detail.status {
            InvoiceStatus::Draft | InvoiceStatus::Unpaid | InvoiceStatus::Collections => CheckState::Passed,
            InvoiceStatus::Paid => CheckState::Failed("cancel-paid-invoice".into()),
            InvoiceStatus::Cancelled => CheckState::Failed("cancel-cancelled-invoice".into()),
            _ => CheckState::Failed("cancel-other-invoice".into()),
        };
        let paid = crate::domain::statement::paid(&bill.detail.transactions);
        let untouched =
            if paid == Some(Yen::ZERO) { CheckState::Passed } else { CheckState::Failed("cancel-partly-paid".into()) };
        let mut draft = Draft::new("plan-cancel-invoice".into(), bill.about())
            .step(Write::Whmcs(Whmcs::CancelInvoice { invoice: bill.id() }), "step-cancel-invoice".into(), None)
            .no_return()
            .check("check-invoice-open", open)
            .check("check-nothing-paid", untouched);
        draft.differences.push(bill.owes(Yen::ZERO));
        if bill.invoice.credit > Yen::ZERO {
            draft.warnings.push(Phrase::new("warning-cancel-credit").with("amount", bill.invoice.credit));
        }
        draft.warnings.push(match release {
            Some(release) if release >= IMMUTABLE => "warning-cancel-credit-note".into(),
            Some(_) => "warning-cancel-status-only".into(),
            None => "warning-cancel-release-unknown".into(),
        });
        Ok(draft)
    }

    /// The services that the invoice is for are not suspended before the day; on the day somebody looks again.
    pub(super) async fn promise_to_pay(&self, id: u64, until: Date) -> Result<Draft, PlanRefused> {
        let client = self.client()?;
        let (bill, services) = futures_util::join!(self.bill(id), self.backend.whmcs.subscriptions(client));
        let (bill, services) = (bill?, services?.rows);
        let affected: Vec<&Subscription> = services
            .iter()
            .filter(|it| bill.detail.items.iter().any(|item| item.service == Some(it.id)))
            .filter(|it| matches!(it.status, ServiceStatus::Active | ServiceStatus::Suspended))
            .collect();
        let title = Phrase::new("plan-promise-to-pay").with("day", until);
        let mut draft = Draft::new(title, bill.about()).check("check-invoice-owed", bill.is_owed());
        let found = if affected.is_empty() {
            CheckState::Failed("promise-no-service".into())
        } else if affected.iter().any(|it| it.status == ServiceStatus::Suspended) {
            CheckState::Warns("promise-suspended".into())
        } else {
            CheckState::Passed
        };
        draft = draft.check("check-services-of-invoice", found);
        for service in affected {
            let (write, undo) = held_until(client, service, until);
            let says = Phrase::new("step-hold-suspension").with("service", service.name.clone()).with("day", until);
            draft = draft.step(Write::Whmcs(write), says, Some(Write::Whmcs(undo)));
            draft.differences.push(Difference {
                what: Phrase::new("not-suspended-until").with("service", service.name.clone()),
                from: service.no_suspend_until.map_or_else(|| "none".into(), day),
                to: day(until),
            });
        }
        draft = match self.change.who.key.account {
            Some(account) => {
                let subject = Text::line(&format!("Promise to pay: invoice {}", bill.invoice.spoken_number()));
                let says = Phrase::new("step-promise-task").with("day", until);
                draft.step(
                    Write::Salesforce(task(&self.office.words, &account.to_string(), &subject, &bill, until)),
                    says,
                    None,
                )
            }
            None => draft.check("check-account", CheckState::Warns("promise-no-task".into())),
        };
        draft.effective = Some(Phrase::new("until-day").with("day", until));
        draft.warnings.push("warning-promise".into());
        Ok(draft)
    }
}

fn day(day: Date) -> Phrase {
    Phrase::new("on-day").with("day", day)
}

/// The write that holds suspension off, and the one that sets back what was there.
fn held_until(client: ClientId, service: &Subscription, until: Date) -> (Whmcs, Whmcs) {
    let was = service.no_suspend_until.map(time::iso).unwrap_or_default();
    let set = |from: &str, to: &str| Whmcs::SetService {
        client,
        service: service.id,
        set: vec![ServiceSet { field: ServiceField::NoSuspendUntil, from: from.to_owned(), to: to.to_owned() }],
    };
    let until = time::iso(until);
    (set(&was, &until), set(&until, &was))
}

fn task(words: &Words, account: &str, subject: &Text, bill: &Bill, on: Date) -> salesforce::Write {
    let text = format!("The customer promised to pay {} by this day.", bill.balance());
    let field = |name: &str, value: &str| (name.to_owned(), value.into());
    salesforce::Write::Create {
        object: "Task".to_owned(),
        fields: vec![
            field("Subject", subject),
            field("ActivityDate", &time::iso(on)),
            field("WhatId", account),
            field("Status", words.task_status.not_started.word()),
            field("Priority", words.task_priority.normal.word()),
            field("Description", &text),
        ],
        fact: "task".to_owned(),
        unchanged: None,
    }
}
