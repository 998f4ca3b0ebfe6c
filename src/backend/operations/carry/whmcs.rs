//! Writes to WHMCS. It has no key for a request that is repeated, so each write is found again by what it leaves: the mark of
//! the operation where WHMCS keeps a text of ours, else a row that was not there before. Its ids only grow, so the highest
//! one before is all that has to be remembered.

mod bills;
pub(in crate::backend::operations) mod clients;
mod credit;
mod fulfil;
mod mail;
mod services;

use serde_json::Value;

use crate::backend::lenient;
use crate::domain::phrase::Phrase;
use crate::domain::text::Text;
use crate::domain::write::Facts;
use crate::domain::write::Id;
use crate::domain::write::whmcs::Write;
use crate::flow::fault::Fault;

use super::{Carrier, Looked, Proof, Sent, unsent};

impl Carrier<'_> {
    pub(super) async fn look_whmcs(&self, write: &Write) -> Result<Looked, Fault> {
        match write {
            Write::CreateInvoice { client, .. } | Write::DraftInvoice { client, .. } => {
                self.look_new_invoice(*client).await
            }
            Write::Capture { invoice, amount } => self.look_capture(invoice, *amount).await,
            Write::CancelInvoice { invoice } => self.look_cancel_invoice(invoice).await,
            Write::AddPayment { invoice, transaction, amount, .. } => {
                self.look_payment(invoice, transaction, *amount).await
            }
            Write::ApplyCredit { client, invoice, amount, credit, balance } => {
                self.look_use_of_credit(*client, invoice, *amount, (*credit, *balance)).await
            }
            Write::AddCredit { client, .. } => self.look_credit(*client).await,
            Write::AddBillableItem { client, .. } => self.look_billable(*client).await,
            Write::CancelService { client, service, ends, reason } => {
                self.look_cancel_service(*client, *service, *ends, reason).await
            }
            Write::SetService { client, service, set } => self.look_set_service(*client, *service, set).await,
            Write::Upgrade { client, service, product, cycle, quoted } => {
                self.look_upgrade(*client, (*service, *product, *cycle), quoted).await
            }
            Write::OrderAddon { client, .. } => self.look_addon(*client).await,
            Write::AcceptOrder { client, order } => self.look_accept(*client, *order).await,
            Write::AcceptOrderOf { client, order } => match self.number(order) {
                Some(order) => self.look_accept(*client, order).await,
                None => Ok(missing("billed-order")),
            },
            Write::OrderOf { client, order, items, .. } => self.look_order_of(*client, order, items).await,
            Write::CancelOrder { client, order } => self.look_cancel_order(*client, order).await,
            Write::NameService { client, service, fields } => self.look_name_service(*client, service, fields).await,
            Write::SetClient { client, set } => self.look_client(*client, set).await,
            Write::SendTemplate { client, .. } | Write::SendMessage { client, .. } => self.look_mail(*client).await,
        }
    }

    pub(super) async fn send_whmcs(&self, write: &Write) -> Sent {
        match write {
            Write::CreateInvoice { client, items, due, send } => {
                self.send_new_invoice(*client, items, *due, send.then_some("sendinvoice")).await
            }
            Write::DraftInvoice { client, items, due } => {
                self.send_new_invoice(*client, items, *due, Some("draft")).await
            }
            Write::Capture { invoice, .. } => self.send_capture(invoice).await,
            Write::CancelInvoice { invoice } => {
                answered(self.about_invoice("UpdateInvoice", invoice, &[("status", "Cancelled")]).await, &[])
            }
            Write::AddPayment { invoice, transaction, gateway, amount, date } => {
                self.send_payment(invoice, transaction, gateway, *amount, *date).await
            }
            Write::ApplyCredit { invoice, amount, .. } => {
                let amount = amount.0.to_string();
                answered(self.about_invoice("ApplyCredit", invoice, &[("amount", &amount)]).await, &[])
            }
            Write::AddCredit { client, amount, reason } => self.send_credit(*client, *amount, reason).await,
            Write::AddBillableItem { client, item, amount, billed } => {
                self.send_billable(*client, item, *amount, *billed).await
            }
            Write::CancelService { service, ends, reason, .. } => {
                self.send_cancel_service(*service, *ends, reason).await
            }
            Write::SetService { service, set, .. } => self.send_set_service(*service, set).await,
            Write::Upgrade { client, service, product, cycle, .. } => {
                self.send_upgrade(*client, (*service, *product, *cycle)).await
            }
            Write::OrderAddon { client, service, addon, gateway } => {
                self.send_addon(*client, *service, *addon, gateway).await
            }
            Write::AcceptOrder { order, .. } => self.send_accept(*order).await,
            Write::AcceptOrderOf { order, .. } => self.send_accept(self.number(order).unwrap_or_default()).await,
            Write::OrderOf { client, order, gateway, items } => {
                self.send_order_of(*client, (order, gateway), items).await
            }
            Write::CancelOrder { order, .. } => self.send_cancel_order(order).await,
            Write::NameService { client, service, fields } => self.send_name_service(*client, service, fields).await,
            Write::SetClient { client, set } => self.send_client(*client, set).await,
            Write::SendTemplate { template, about, .. } => self.send_template(template, *about).await,
            Write::SendMessage { client, subject, body } => self.send_message(*client, subject, body).await,
        }
    }

    pub(super) async fn prove_whmcs(&self, write: &Write) -> Result<Proof, Fault> {
        match write {
            Write::CreateInvoice { client, .. } | Write::DraftInvoice { client, .. } => {
                self.prove_new_invoice(*client).await
            }
            Write::Capture { invoice, .. } => self.prove_capture(invoice).await,
            Write::CancelInvoice { invoice } => self.prove_cancel_invoice(invoice).await,
            Write::AddPayment { invoice, transaction, .. } => self.prove_payment(invoice, transaction).await,
            Write::ApplyCredit { client, invoice, amount, .. } => {
                self.prove_use_of_credit(*client, invoice, *amount).await
            }
            Write::AddCredit { client, .. } => self.prove_credit(*client).await,
            Write::AddBillableItem { client, .. } => self.prove_billable(*client).await,
            Write::CancelService { client, service, .. } => self.prove_cancel_service(*client, *service).await,
            Write::SetService { client, service, set } => self.prove_set_service(*client, *service, set).await,
            Write::Upgrade { client, service, product, cycle, .. } => {
                self.prove_upgrade(*client, (*service, *product, *cycle)).await
            }
            Write::OrderAddon { client, .. } => self.prove_addon(*client).await,
            Write::AcceptOrder { client, order } => self.prove_accept(*client, *order).await,
            Write::AcceptOrderOf { client, order } => match self.number(order) {
                Some(order) => self.prove_accept(*client, order).await,
                None => Ok(Proof::Absent),
            },
            Write::OrderOf { client, order, items, .. } => self.prove_order_of(*client, order, items).await,
            Write::CancelOrder { client, order } => self.prove_cancel_order(*client, order).await,
            Write::NameService { client, service, fields } => self.prove_name_service(*client, service, fields).await,
            Write::SetClient { client, set } => self.prove_client(*client, set).await,
            Write::SendTemplate { client, subject, translated, .. } => {
                let subjects: Vec<&Text> = translated.iter().chain([subject]).collect();
                self.prove_mail(*client, &subjects).await
            }
            Write::SendMessage { client, subject, .. } => self.prove_mail(*client, &[subject]).await,
        }
    }

    async fn about_invoice(&self, action: &'static str, invoice: &Id, more: &[(&str, &str)]) -> Result<Value, Fault> {
        let id = invoice.get(self.facts).unwrap_or_default();
        let mut params = vec![("invoiceid", id)];
        params.extend(more);
        self.backend.whmcs.write(action, &owned(&params)).await
    }

    fn number(&self, id: &Id) -> Option<u64> {
        id.get(self.facts)?.parse().ok()
    }

    /// The highest id before the write, as it was remembered under `name`. Without one, everything was there before: what
    /// cannot be told from the past must not be taken for an effect.
    fn before(&self, name: &str) -> u64 {
        self.facts.get(name).and_then(|id| id.parse().ok()).unwrap_or(u64::MAX)
    }
}

fn missing(fact: &str) -> Looked {
    Looked::Refused(Phrase::new("operation-fact-missing").with("fact", fact))
}

fn fact(name: &str, value: &impl ToString) -> Facts {
    Facts::from([(name.to_owned(), value.to_string())])
}

fn owned(params: &[(&str, &str)]) -> Vec<(String, String)> {
    params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// What an answer says: each of `facts` is a name and the key of the answer that holds its value.
fn answered(answer: Result<Value, Fault>, facts: &[(&str, &str)]) -> Sent {
    match answer {
        Ok(answer) => Sent::Answered(
            facts
                .iter()
                .filter_map(|(name, key)| {
                    let value = answer.get(key).map(lenient::text_of)?;
                    // WHMCS writes "none" as nothing, null or 0.
                    (!matches!(value.as_str(), "" | "0")).then(|| ((*name).to_owned(), value))
                })
                .collect(),
        ),
        Err(fault) => unsent(&fault),
    }
}

fn proved(done: bool) -> Proof {
    if done { Proof::Done(Facts::new()) } else { Proof::Absent }
}
