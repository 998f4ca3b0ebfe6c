//! Writes to WHMCS. It has no key for a request that is repeated, so each write is found again by what it leaves.

use crate::domain::billing::InvoiceStatus;
use crate::domain::customer::ClientId;
use crate::domain::phrase::Phrase;
use crate::domain::time;
use crate::domain::write::Facts;
use crate::domain::write::Id;
use crate::domain::write::whmcs::Write;
use crate::flow::fault::Fault;

use super::{Carrier, Looked, Proof, Sent, unsent};

/// The desk looks for an invoice of its own among so many of the client's newest.
const NEWEST: usize = 25;

impl Carrier<'_> {
    pub(super) async fn look_whmcs(&self, write: &Write) -> Result<Looked, Fault> {
        let whmcs = &self.backend.whmcs;
        match write {
            Write::CreateInvoice { client, .. } => Ok(match self.our_invoice(*client).await? {
                Some(invoice) => Looked::Already(fact("invoice", invoice)),
                None => Looked::Ready(Facts::new()),
            }),
            Write::Capture { invoice, amount } => {
                let Some(id) = self.number(invoice) else { return Ok(missing("invoice")) };
                let detail = whmcs.invoice_detail(id).await?;
                Ok(match detail.status {
                    InvoiceStatus::Paid => Looked::Already(Facts::new()),
                    InvoiceStatus::Unpaid if detail.balance == Some(*amount) => Looked::Ready(Facts::new()),
                    InvoiceStatus::Unpaid => Looked::Refused("capture-other-amount".into()),
                    _ => Looked::Refused("capture-not-unpaid".into()),
                })
            }
            Write::CancelInvoice { invoice } => {
                let Some(id) = self.number(invoice) else { return Ok(missing("invoice")) };
                Ok(match whmcs.invoice_detail(id).await?.status {
                    InvoiceStatus::Cancelled => Looked::Already(Facts::new()),
                    InvoiceStatus::Paid => Looked::Refused("cancel-paid-invoice".into()),
                    _ => Looked::Ready(Facts::new()),
                })
            }
        }
    }

    pub(super) async fn send_whmcs(&self, write: &Write) -> Sent {
        let whmcs = &self.backend.whmcs;
        let answer = match write {
            Write::CreateInvoice { client, items, due, send } => {
                let mut params = vec![
                    ("userid".to_owned(), client.0.to_string()),
                    ("date".to_owned(), time::iso(time::today(self.now))),
                    ("duedate".to_owned(), time::iso(*due)),
                    ("notes".to_owned(), self.mark()),
                ];
                if *send {
                    params.push(("sendinvoice".to_owned(), "1".to_owned()));
                }
                for (n, (what, amount)) in items.iter().enumerate() {
                    let n = n + 1;
                    params.push((format!("itemdescription{n}"), what.to_string()));
                    params.push((format!("itemamount{n}"), amount.0.to_string()));
                }
                whmcs.write("CreateInvoice", &params).await
            }
            Write::Capture { invoice, .. } => self.about_invoice("CapturePayment", invoice, &[]).await,
            Write::CancelInvoice { invoice } => {
                self.about_invoice("UpdateInvoice", invoice, &[("status", "Cancelled")]).await
            }
        };
        match answer {
            Ok(answer) => Sent::Answered(match (write, answer.get("invoiceid")) {
                (Write::CreateInvoice { .. }, Some(id)) => fact("invoice", id.to_string().trim_matches('"')),
                _ => Facts::new(),
            }),
            Err(fault) => unsent(&fault),
        }
    }

    pub(super) async fn prove_whmcs(&self, write: &Write) -> Result<Proof, Fault> {
        let whmcs = &self.backend.whmcs;
        match write {
            Write::CreateInvoice { client, .. } => Ok(match self.our_invoice(*client).await? {
                Some(invoice) => Proof::Done(fact("invoice", invoice)),
                None => Proof::Absent,
            }),
            Write::Capture { invoice, .. } => {
                let Some(id) = self.number(invoice) else { return Ok(Proof::Absent) };
                let detail = whmcs.invoice_detail(id).await?;
                let paid = detail.status == InvoiceStatus::Paid;
                let transaction = detail.transactions.first().map(|it| it.reference.to_string());
                Ok(match (paid, transaction) {
                    (true, Some(number)) => Proof::Done(fact("transaction", number)),
                    (true, None) => Proof::Done(Facts::new()),
                    (false, _) => Proof::Absent,
                })
            }
            Write::CancelInvoice { invoice } => {
                let Some(id) = self.number(invoice) else { return Ok(Proof::Absent) };
                let cancelled = whmcs.invoice_detail(id).await?.status == InvoiceStatus::Cancelled;
                Ok(if cancelled { Proof::Done(Facts::new()) } else { Proof::Absent })
            }
        }
    }

    async fn about_invoice(
        &self,
        action: &'static str,
        invoice: &Id,
        more: &[(&str, &str)],
    ) -> Result<serde_json::Value, Fault> {
        let id = invoice.get(self.facts).unwrap_or_default().to_owned();
        let mut params = vec![("invoiceid".to_owned(), id)];
        params.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.backend.whmcs.write(action, &params).await
    }

    /// The invoice of this client that carries the operation's mark.
    async fn our_invoice(&self, client: ClientId) -> Result<Option<String>, Fault> {
        let mark = self.mark();
        let whmcs = &self.backend.whmcs;
        let newest = whmcs.newest_invoices(client, NEWEST).await?;
        for id in newest {
            if whmcs.invoice_detail(id).await?.notes.contains(&mark) {
                return Ok(Some(id.to_string()));
            }
        }
        Ok(None)
    }

    fn number(&self, id: &Id) -> Option<u64> {
        id.get(self.facts)?.parse().ok()
    }
}

fn missing(fact: &str) -> Looked {
    Looked::Refused(Phrase::new("operation-fact-missing").with("fact", fact))
}

fn fact(name: &str, value: impl Into<String>) -> Facts {
    Facts::from([(name.to_owned(), value.into())])
}
