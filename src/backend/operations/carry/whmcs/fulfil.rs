//! What a Salesforce order becomes at WHMCS. Its notes carry the Salesforce order's id, and so does its proof: whoever ordered
//! it, this desk, another one or a worker, it is there once.

use super::{answered, fact, missing, owned, proved};
use crate::backend::operations::carry::{Carrier, Looked, Proof, Sent};
use crate::backend::whmcs::service::cycle_word;
use crate::backend::whmcs::{php, wire};
use crate::domain::customer::ClientId;
use crate::domain::phrase::Phrase;
use crate::domain::write::whmcs::Ordered;
use crate::domain::write::{Facts, Id};
use crate::flow::fault::Fault;

/// Under which name the order is learned.
const ORDER: &str = "billed-order";

impl Carrier<'_> {
    pub(super) async fn look_order_of(
        &self,
        client: ClientId,
        order: &str,
        items: &[Ordered],
    ) -> Result<Looked, Fault> {
        let orders = self.backend.whmcs.orders(client).await?;
        Ok(match self.order_of(client, order, items).await? {
            Some(there) => Looked::Already(there),
            // Among those that were not read there may be one.
            None if !orders.complete() => Looked::Refused("check-whmcs-orders-partial".into()),
            None => Looked::Ready(Facts::new()),
        })
    }

    pub(super) async fn send_order_of(
        &self,
        client: ClientId,
        (order, gateway): (&str, &str),
        items: &[Ordered],
    ) -> Sent {
        let (client, mark) = (client.0.to_string(), format!("{}{order}", self.backend.whmcs.names.order_mark));
        let mut params = owned(&[
            ("clientid", &client),
            ("paymentmethod", gateway),
            ("notes", &mark),
            ("noinvoice", "1"),
            ("noinvoiceemail", "1"),
            ("noemail", "1"),
        ]);
        for (item, at) in items.iter().zip(0..) {
            params.push((format!("pid[{at}]"), item.product.to_string()));
            params.push((format!("billingcycle[{at}]"), cycle_word(item.cycle).to_owned()));
            if !item.domain.is_empty() {
                params.push((format!("domain[{at}]"), item.domain.clone()));
            }
        }
        answered(self.backend.whmcs.write("AddOrder", &params).await, &[(ORDER, "orderid")])
    }

    pub(super) async fn prove_order_of(
        &self,
        client: ClientId,
        order: &str,
        items: &[Ordered],
    ) -> Result<Proof, Fault> {
        Ok(self.order_of(client, order, items).await?.map_or(Proof::Absent, Proof::Done))
    }

    /// The order that carries the Salesforce order's id, and the service that each item became: the one of its product in
    /// that order, each taken once. One that was ended is none.
    async fn order_of(&self, client: ClientId, order: &str, items: &[Ordered]) -> Result<Option<Facts>, Fault> {
        let whmcs = &self.backend.whmcs;
        let orders = whmcs.orders(client).await?.rows;
        let runs = |status: &str| ["pending", "active"].contains(&&*status.to_ascii_lowercase());
        let ours =
            orders.iter().find(|it| it.salesforce_order.is_some_and(|id| id.as_str() == order) && runs(&it.status));
        let Some(ours) = ours else { return Ok(None) };
        let mut free = whmcs.subscriptions(client).await?.rows;
        free.retain(|it| it.order == Some(ours.id));
        free.sort_by_key(|it| it.id);
        let mut facts = fact(ORDER, &ours.id);
        for (item, n) in items.iter().zip(1..) {
            if let Some(at) = free.iter().position(|it| it.product == Some(item.product)) {
                facts.insert(format!("service-{n}"), free.remove(at).id.to_string());
            }
        }
        Ok(Some(facts))
    }

    pub(super) async fn look_cancel_order(&self, client: ClientId, order: &Id) -> Result<Looked, Fault> {
        let Some(id) = self.number(order) else { return Ok(missing(ORDER)) };
        Ok(match &*self.order_status(client, id).await? {
            "pending" => Looked::Ready(Facts::new()),
            "cancelled" => Looked::Already(Facts::new()),
            other => Looked::Refused(Phrase::new("order-not-pending").with("status", other)),
        })
    }

    pub(super) async fn send_cancel_order(&self, order: &Id) -> Sent {
        let id = order.get(self.facts).unwrap_or_default();
        let params = owned(&[("orderid", id), ("cancelsub", "0"), ("noemail", "1")]);
        answered(self.backend.whmcs.write("CancelOrder", &params).await, &[])
    }

    pub(super) async fn prove_cancel_order(&self, client: ClientId, order: &Id) -> Result<Proof, Fault> {
        let Some(id) = self.number(order) else { return Ok(Proof::Absent) };
        Ok(proved(self.order_status(client, id).await? == "cancelled"))
    }

    pub(super) async fn look_name_service(
        &self,
        client: ClientId,
        service: &Id,
        fields: &[(String, String)],
    ) -> Result<Looked, Fault> {
        let Some(id) = self.number(service) else { return Ok(missing("service")) };
        let row = self.backend.whmcs.service(client, id).await?;
        let stands = named(&row, fields);
        Ok(if stands.iter().all(|(field, to)| row.custom(*field) == **to) {
            Looked::Already(Facts::new())
        } else if stands.iter().all(|(field, to)| ["", *to].contains(&&*row.custom(*field))) {
            Looked::Ready(Facts::new())
        } else {
            Looked::Refused("record-changed".into())
        })
    }

    pub(super) async fn send_name_service(&self, client: ClientId, service: &Id, fields: &[(String, String)]) -> Sent {
        let id = self.number(service).unwrap_or_default();
        // Only a reading failed: nothing has left this machine.
        let row = match self.backend.whmcs.service(client, id).await {
            Ok(row) => row,
            Err(fault) => return Sent::Stayed(fault.phrase()),
        };
        let mut params = owned(&[("serviceid", &id.to_string())]);
        params.push(("customfields".to_owned(), php::map(&named(&row, fields))));
        answered(self.backend.whmcs.write("UpdateClientProduct", &params).await, &[])
    }

    pub(super) async fn prove_name_service(
        &self,
        client: ClientId,
        service: &Id,
        fields: &[(String, String)],
    ) -> Result<Proof, Fault> {
        let Some(id) = self.number(service) else { return Ok(Proof::Absent) };
        let row = self.backend.whmcs.service(client, id).await?;
        Ok(proved(named(&row, fields).iter().all(|(field, to)| row.custom(*field) == **to)))
    }
}

/// The fields that the service's product has, by their ids: WHMCS numbers them per product.
fn named<'a>(row: &wire::Product, fields: &'a [(String, String)]) -> Vec<(u64, &'a str)> {
    fields.iter().filter_map(|(name, value)| Some((row.field_named(name)?, value.as_str()))).collect()
}
