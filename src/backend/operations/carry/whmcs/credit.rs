//! A client's credit: given, and used on invoices.

use super::{answered, fact, missing, owned};
use crate::backend::operations::carry::{Carrier, Looked, Proof, Sent};
use crate::domain::billing::InvoiceStatus;
use crate::domain::customer::ClientId;
use crate::domain::ledger::CreditEntry;
use crate::domain::money::Yen;
use crate::domain::text::Text;
use crate::domain::write::{Facts, Id};
use crate::flow::fault::Fault;

/// The last entry of the client's credit before it was used.
const LAST_CREDIT: &str = "_last_credit";

impl Carrier<'_> {
    pub(super) async fn look_use_of_credit(
        &self,
        client: ClientId,
        invoice: &Id,
        amount: Yen,
        (credit, balance): (Yen, Yen),
    ) -> Result<Looked, Fault> {
        let Some(id) = self.number(invoice) else { return Ok(missing("invoice")) };
        let whmcs = &self.backend.whmcs;
        let (has, detail, entries) =
            futures_util::join!(whmcs.client(client), whmcs.invoice_detail(id), whmcs.credits(client));
        let (has, detail, entries) = (has?.credit, detail?, entries?.rows);
        Ok(match detail.status {
            InvoiceStatus::Unpaid if has != Some(credit) || detail.balance != Some(balance) => {
                Looked::Refused("credit-changed".into())
            }
            InvoiceStatus::Unpaid if amount > credit || amount > balance => Looked::Refused("credit-too-much".into()),
            InvoiceStatus::Unpaid => {
                Looked::Ready(fact(LAST_CREDIT, &entries.iter().map(|it| it.id).max().unwrap_or(0)))
            }
            _ => Looked::Refused("capture-not-unpaid".into()),
        })
    }

    pub(super) async fn prove_use_of_credit(
        &self,
        client: ClientId,
        invoice: &Id,
        amount: Yen,
    ) -> Result<Proof, Fault> {
        let (id, before) = (self.number(invoice), self.before(LAST_CREDIT));
        let entries = self.backend.whmcs.credits(client).await?.rows;
        let ours = |it: &&CreditEntry| it.id > before && it.amount == Some(-amount) && it.invoice == id;
        Ok(match entries.iter().find(ours) {
            Some(entry) => Proof::Done(fact("credit", &entry.id)),
            None => Proof::Absent,
        })
    }

    pub(super) async fn look_credit(&self, client: ClientId) -> Result<Looked, Fault> {
        Ok(match self.our_credit(client).await? {
            Some(credit) => Looked::Already(credit),
            None => Looked::Ready(Facts::new()),
        })
    }

    pub(super) async fn send_credit(&self, client: ClientId, amount: Yen, reason: &Text) -> Sent {
        let (client, amount) = (client.0.to_string(), amount.0.to_string());
        let description = format!("{reason} ({})", self.mark());
        let params = owned(&[("clientid", &client), ("description", &description), ("amount", &amount)]);
        answered(self.backend.whmcs.write("AddCredit", &params).await, &[])
    }

    pub(super) async fn prove_credit(&self, client: ClientId) -> Result<Proof, Fault> {
        Ok(match self.our_credit(client).await? {
            Some(credit) => Proof::Done(credit),
            None => Proof::Absent,
        })
    }

    /// The entry of the client's credit that carries the operation's mark.
    async fn our_credit(&self, client: ClientId) -> Result<Option<Facts>, Fault> {
        let mark = self.mark();
        let entries = self.backend.whmcs.credits(client).await?.rows;
        Ok(entries.iter().find(|it| it.description.contains(&mark)).map(|it| fact("credit", &it.id)))
    }
}
