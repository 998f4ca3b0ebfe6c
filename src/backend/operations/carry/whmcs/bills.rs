//! Invoices: made, paid, cancelled.

use jiff::civil::Date;

use super::{answered, fact, missing, owned, proved};
use crate::backend::operations::carry::{Carrier, Looked, Proof, Sent};
use crate::domain::billing::InvoiceStatus;
use crate::domain::customer::ClientId;
use crate::domain::ledger::Transaction;
use crate::domain::money::Yen;
use crate::domain::phrase::Phrase;
use crate::domain::text::Text;
use crate::domain::time;
use crate::domain::write::whmcs::Billed;
use crate::domain::write::{Facts, Id};
use crate::flow::fault::{Fault, FaultKind};

/// The desk looks for an invoice of its own among so many of the client's newest.
const NEWEST: usize = 25;
/// The last payment on the invoice before a capture.
const LAST_PAYMENT: &str = "_last_payment";
/// The last line of the client's activity log before a billable item was added.
const LAST_ACTIVITY: &str = "_last_activity";
/// What WHMCS's activity log calls a billable item.
const BILLABLE: &str = "billable item";

impl Carrier<'_> {
    pub(super) async fn look_new_invoice(&self, client: ClientId) -> Result<Looked, Fault> {
        Ok(match self.our_invoice(client).await? {
            Some(invoice) => Looked::Already(fact("invoice", &invoice)),
            None => Looked::Ready(Facts::new()),
        })
    }

    /// `flag` is what WHMCS is told to do with it besides making it.
    pub(super) async fn send_new_invoice(
        &self,
        client: ClientId,
        items: &[(Text, Yen)],
        due: Date,
        flag: Option<&str>,
    ) -> Sent {
        let (client, mark) = (client.0.to_string(), self.mark());
        let (date, due) = (time::iso(time::today(self.now)), time::iso(due));
        let mut params = owned(&[("userid", &client), ("date", &date), ("duedate", &due), ("notes", &mark)]);
        params.extend(flag.map(|flag| (flag.to_owned(), "1".to_owned())));
        for (n, (what, amount)) in items.iter().enumerate() {
            let n = n + 1;
            params.push((format!("itemdescription{n}"), what.to_string()));
            params.push((format!("itemamount{n}"), amount.0.to_string()));
        }
        answered(self.backend.whmcs.write("CreateInvoice", &params).await, &[("invoice", "invoiceid")])
    }

    pub(super) async fn prove_new_invoice(&self, client: ClientId) -> Result<Proof, Fault> {
        Ok(match self.our_invoice(client).await? {
            Some(invoice) => Proof::Done(fact("invoice", &invoice)),
            None => Proof::Absent,
        })
    }

    /// The invoice of this client that carries the operation's mark.
    async fn our_invoice(&self, client: ClientId) -> Result<Option<u64>, Fault> {
        let mark = self.mark();
        let whmcs = &self.backend.whmcs;
        for id in whmcs.newest_invoices(client, NEWEST).await? {
            if whmcs.invoice_detail(id).await?.notes.contains(&mark) {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    pub(super) async fn look_capture(&self, invoice: &Id, amount: Yen) -> Result<Looked, Fault> {
        let Some(id) = self.number(invoice) else { return Ok(missing("invoice")) };
        let detail = self.backend.whmcs.invoice_detail(id).await?;
        Ok(match detail.status {
            // An invoice of the operation's own is there to be paid, however it was. Of another one, "charged" would be untrue
            // unless this operation has tried.
            InvoiceStatus::Paid if matches!(invoice, Id::Known(_)) && !self.facts.contains_key(LAST_PAYMENT) => {
                Looked::Refused("capture-paid-already".into())
            }
            InvoiceStatus::Paid => Looked::Already(Facts::new()),
            InvoiceStatus::Unpaid if detail.balance == Some(amount) => {
                Looked::Ready(fact(LAST_PAYMENT, &last_payment(&detail.transactions)))
            }
            InvoiceStatus::Unpaid => Looked::Refused("capture-other-amount".into()),
            _ => Looked::Refused("capture-not-unpaid".into()),
        })
    }

    pub(super) async fn send_capture(&self, invoice: &Id) -> Sent {
        match self.about_invoice("CapturePayment", invoice, &[]).await {
            // WHMCS keeps the gateway's reason to itself: its own words are all there is.
            Err(fault) if fault.kind == FaultKind::Refused => {
                Sent::Refused(Phrase::new("capture-declined").with("why", fault.message.phrase()))
            }
            answer => answered(answer, &[]),
        }
    }

    pub(super) async fn prove_capture(&self, invoice: &Id) -> Result<Proof, Fault> {
        let Some(id) = self.number(invoice) else { return Ok(Proof::Absent) };
        let detail = self.backend.whmcs.invoice_detail(id).await?;
        let before = self.before(LAST_PAYMENT);
        let payment = detail.transactions.iter().rev().find(|it| it.id > before);
        Ok(match (payment, detail.status) {
            (Some(payment), _) => Proof::Done(fact("transaction", &payment.reference)),
            (None, InvoiceStatus::Paid) => Proof::Done(Facts::new()),
            (None, InvoiceStatus::PaymentPending) => Proof::Pending { waits: "capture-on-its-way".into(), until: None },
            (None, _) => Proof::Absent,
        })
    }

    pub(super) async fn look_cancel_invoice(&self, invoice: &Id) -> Result<Looked, Fault> {
        let Some(id) = self.number(invoice) else { return Ok(missing("invoice")) };
        let detail = self.backend.whmcs.invoice_detail(id).await?;
        let paid = crate::domain::statement::paid(&detail.transactions);
        Ok(match detail.status {
            InvoiceStatus::Cancelled => Looked::Already(Facts::new()),
            InvoiceStatus::Paid => Looked::Refused("cancel-paid-invoice".into()),
            _ if paid != Some(Yen::ZERO) => Looked::Refused("cancel-partly-paid".into()),
            _ => Looked::Ready(Facts::new()),
        })
    }

    pub(super) async fn prove_cancel_invoice(&self, invoice: &Id) -> Result<Proof, Fault> {
        let Some(id) = self.number(invoice) else { return Ok(Proof::Absent) };
        Ok(proved(self.backend.whmcs.invoice_detail(id).await?.status == InvoiceStatus::Cancelled))
    }

    /// WHMCS takes the same transaction twice, so it is looked for first.
    pub(super) async fn look_payment(&self, invoice: &Id, transaction: &Text, amount: Yen) -> Result<Looked, Fault> {
        let Some(id) = self.number(invoice) else { return Ok(missing("invoice")) };
        let whmcs = &self.backend.whmcs;
        if let Some(known) = whmcs.payment(transaction).await? {
            let ours = known.invoice == Some(id) && known.received == Some(amount);
            return Ok(if ours {
                Looked::Already(fact("transaction", transaction))
            } else {
                Looked::Refused("payment-id-used".into())
            });
        }
        let detail = whmcs.invoice_detail(id).await?;
        Ok(match detail.status {
            InvoiceStatus::Unpaid if detail.balance >= Some(amount) => Looked::Ready(Facts::new()),
            InvoiceStatus::Unpaid => Looked::Refused("payment-more-than-owed".into()),
            _ => Looked::Refused("capture-not-unpaid".into()),
        })
    }

    pub(super) async fn send_payment(
        &self,
        invoice: &Id,
        transaction: &Text,
        gateway: &str,
        amount: Yen,
        date: Date,
    ) -> Sent {
        let (amount, date) = (amount.0.to_string(), format!("{} 00:00:00", time::iso(date)));
        let more: [(&str, &str); 4] =
            [("transid", transaction), ("gateway", gateway), ("amount", &amount), ("date", &date)];
        answered(self.about_invoice("AddInvoicePayment", invoice, &more).await, &[])
    }

    pub(super) async fn prove_payment(&self, invoice: &Id, transaction: &Text) -> Result<Proof, Fault> {
        let known = self.backend.whmcs.payment(transaction).await?;
        let ours = known.is_some_and(|it| it.invoice.is_some() && it.invoice == self.number(invoice));
        Ok(if ours { Proof::Done(fact("transaction", transaction)) } else { Proof::Absent })
    }

    pub(super) async fn look_billable(&self, client: ClientId) -> Result<Looked, Fault> {
        let last = self.backend.whmcs.log_lines(client).await?.into_iter().map(|(id, _)| id).max();
        Ok(Looked::Ready(fact(LAST_ACTIVITY, &last.unwrap_or(0))))
    }

    pub(super) async fn send_billable(&self, client: ClientId, item: &Text, amount: Yen, billed: Billed) -> Sent {
        let (client, amount) = (client.0.to_string(), amount.0.to_string());
        let mut params = owned(&[
            ("clientid", &client),
            ("description", item),
            ("amount", &amount),
            ("unit", "quantity"),
            ("quantity", "1"),
        ]);
        let (action, due) = match billed {
            Billed::Held => ("noinvoice", None),
            Billed::NextRun => ("nextcron", None),
            Billed::NextInvoice => ("nextinvoice", None),
            Billed::On(day) => ("duedate", Some(day)),
        };
        params.push(("invoiceaction".to_owned(), action.to_owned()));
        params.extend(due.map(|day| ("duedate".to_owned(), time::iso(day))));
        answered(self.backend.whmcs.write("AddBillableItem", &params).await, &[("billable", "billableid")])
    }

    pub(super) async fn prove_billable(&self, client: ClientId) -> Result<Proof, Fault> {
        let before = self.before(LAST_ACTIVITY);
        let new = self
            .backend
            .whmcs
            .log_lines(client)
            .await?
            .into_iter()
            .find(|(id, line)| *id > before && line.to_lowercase().contains(BILLABLE));
        Ok(match new {
            // The line ends with the item's id.
            Some((_, line)) => match line.rsplit(|c: char| !c.is_ascii_digit()).find(|id| !id.is_empty()) {
                Some(id) => Proof::Done(fact("billable", &id)),
                None => Proof::Done(Facts::new()),
            },
            None => Proof::Absent,
        })
    }
}

fn last_payment(payments: &[Transaction]) -> u64 {
    payments.iter().map(|it| it.id).max().unwrap_or(0)
}
