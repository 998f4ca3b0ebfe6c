//! Services: ended, changed, exchanged, extended.

use super::{answered, fact, owned, proved};
use crate::backend::operations::carry::{Carrier, Looked, Proof, Sent};
use crate::backend::whmcs::wire;
use crate::domain::billing::Listing;
use crate::domain::customer::ClientId;
use crate::domain::service::{CancelEffect, CancelRequest, Cycle};
use crate::domain::text::Text;
use crate::domain::write::Facts;
use crate::domain::write::whmcs::{Ends, ServiceField, ServiceSet};
use crate::flow::fault::Fault;

/// The client's last order before a new one.
const LAST_ORDER: &str = "_last_order";

impl Carrier<'_> {
    pub(super) async fn look_cancel_service(
        &self,
        client: ClientId,
        service: u64,
        ends: Ends,
        reason: &Text,
    ) -> Result<Looked, Fault> {
        Ok(match self.cancel_request(client, service).await? {
            None => Looked::Ready(Facts::new()),
            Some(there) if there.effect == effect(ends) && there.reason == *reason => {
                Looked::Already(fact("cancel_request", &there.id))
            }
            Some(_) => Looked::Refused("cancel-request-there".into()),
        })
    }

    pub(super) async fn send_cancel_service(&self, service: u64, ends: Ends, reason: &Text) -> Sent {
        let service = service.to_string();
        let kind = match ends {
            Ends::AtOnce => "Immediate",
            Ends::WithPeriod => "End of Billing Period",
        };
        let params = owned(&[("serviceid", &service), ("type", kind), ("reason", reason)]);
        answered(self.backend.whmcs.write("AddCancelRequest", &params).await, &[])
    }

    pub(super) async fn prove_cancel_service(&self, client: ClientId, service: u64) -> Result<Proof, Fault> {
        Ok(match self.cancel_request(client, service).await? {
            Some(there) => Proof::Done(fact("cancel_request", &there.id)),
            None => Proof::Absent,
        })
    }

    async fn cancel_request(&self, client: ClientId, service: u64) -> Result<Option<CancelRequest>, Fault> {
        self.backend.cancel_request(client, service).await
    }

    pub(super) async fn look_set_service(
        &self,
        client: ClientId,
        service: u64,
        set: &[ServiceSet],
    ) -> Result<Looked, Fault> {
        let row = self.backend.whmcs.service(client, service).await?;
        let now: Vec<String> = set.iter().map(|set| stands(&row, &set.field)).collect();
        if set.iter().zip(&now).all(|(set, now)| set.to == *now) {
            return Ok(Looked::Already(Facts::new()));
        }
        let other = set.iter().zip(&now).any(|(set, now)| set.from != *now && set.to != *now);
        Ok(if other { Looked::Refused("record-changed".into()) } else { Looked::Ready(Facts::new()) })
    }

    pub(super) async fn send_set_service(&self, service: u64, set: &[ServiceSet]) -> Sent {
        let service = service.to_string();
        let mut params = owned(&[("serviceid", &service)]);
        let mut custom = Vec::new();
        for ServiceSet { field, to, .. } in set {
            match field {
                ServiceField::NoSuspendUntil if to.is_empty() => {
                    params.extend(owned(&[("overideautosuspend", "off")]));
                }
                // Both, for WHMCS suspends on the day where only the switch is on.
                ServiceField::NoSuspendUntil => {
                    params.extend(owned(&[("overideautosuspend", "on"), ("overidesuspenduntil", to)]));
                }
                ServiceField::Status => params.extend(owned(&[("status", to)])),
                ServiceField::Custom(id) => custom.push((*id, to.as_str())),
            }
        }
        if !custom.is_empty() {
            params.push(("customfields".to_owned(), crate::backend::whmcs::php::map(&custom)));
        }
        answered(self.backend.whmcs.write("UpdateClientProduct", &params).await, &[])
    }

    pub(super) async fn prove_set_service(
        &self,
        client: ClientId,
        service: u64,
        set: &[ServiceSet],
    ) -> Result<Proof, Fault> {
        let row = self.backend.whmcs.service(client, service).await?;
        Ok(proved(set.iter().all(|set| stands(&row, &set.field) == set.to)))
    }

    pub(super) async fn look_upgrade(
        &self,
        client: ClientId,
        (service, product, cycle): (u64, u64, Cycle),
        quoted: &Text,
    ) -> Result<Looked, Fault> {
        let whmcs = &self.backend.whmcs;
        let row = whmcs.service(client, service).await?;
        if is_now(&row, product, cycle) {
            return Ok(Looked::Already(Facts::new()));
        }
        let (quote, last) = futures_util::join!(whmcs.quote(client, service, product, cycle), self.last_order(client));
        let (quote, last) = (quote?, last?);
        Ok(match quote.in_progress {
            Some(true) => Looked::Refused("upgrade-in-progress".into()),
            _ if quote.price != *quoted => Looked::Refused("upgrade-other-price".into()),
            _ => Looked::Ready(fact(LAST_ORDER, &last)),
        })
    }

    pub(super) async fn send_upgrade(&self, client: ClientId, (service, product, cycle): (u64, u64, Cycle)) -> Sent {
        let answer = self.backend.whmcs.order_upgrade(client, service, product, cycle).await;
        answered(answer, &[("order", "orderid"), ("invoice", "invoiceid")])
    }

    /// The order was not there before; where its bill is not paid yet, WHMCS says that an upgrade of the service is in
    /// progress, and else the service is what it should be.
    pub(super) async fn prove_upgrade(
        &self,
        client: ClientId,
        (service, product, cycle): (u64, u64, Cycle),
    ) -> Result<Proof, Fault> {
        let whmcs = &self.backend.whmcs;
        let before = self.before(LAST_ORDER);
        let orders = whmcs.raw_orders(client).await?.rows;
        let Some(order) = orders.iter().find(|it| it.id.is_some_and(|id| id > before)) else {
            return Ok(Proof::Absent);
        };
        let done = is_now(&whmcs.service(client, service).await?, product, cycle)
            || whmcs.quote(client, service, product, cycle).await?.in_progress == Some(true);
        Ok(if done { Proof::Done(order_facts(order)) } else { Proof::Absent })
    }

    pub(super) async fn look_addon(&self, client: ClientId) -> Result<Looked, Fault> {
        Ok(match self.our_order(client).await? {
            Some(order) => Looked::Already(order),
            None => Looked::Ready(Facts::new()),
        })
    }

    pub(super) async fn send_addon(&self, client: ClientId, service: u64, addon: u64, gateway: &str) -> Sent {
        let (client, service, addon) = (client.0.to_string(), service.to_string(), addon.to_string());
        let mark = self.mark();
        let params = owned(&[
            ("clientid", &client),
            ("paymentmethod", gateway),
            ("addonids[0]", &addon),
            ("serviceids[0]", &service),
            ("notes", &mark),
        ]);
        answered(
            self.backend.whmcs.write("AddOrder", &params).await,
            &[("order", "orderid"), ("invoice", "invoiceid"), ("addon", "addonids")],
        )
    }

    pub(super) async fn prove_addon(&self, client: ClientId) -> Result<Proof, Fault> {
        Ok(match self.our_order(client).await? {
            Some(order) => Proof::Done(order),
            None => Proof::Absent,
        })
    }

    /// The order of this client that carries the operation's mark.
    async fn our_order(&self, client: ClientId) -> Result<Option<Facts>, Fault> {
        let mark = self.mark();
        let orders = self.backend.whmcs.raw_orders(client).await?.rows;
        Ok(orders.iter().find(|it| it.notes.contains(&mark)).map(order_facts))
    }

    async fn last_order(&self, client: ClientId) -> Result<u64, Fault> {
        let orders = self.backend.whmcs.raw_orders(client).await?.rows;
        Ok(orders.iter().filter_map(|it| it.id).max().unwrap_or(0))
    }
}

impl crate::backend::Backend {
    /// The request to end a service, where there is one.
    pub(in crate::backend::operations) async fn cancel_request(
        &self,
        client: ClientId,
        service: u64,
    ) -> Result<Option<CancelRequest>, Fault> {
        let mut services = self.whmcs.subscriptions(client).await?.rows;
        services.retain(|it| it.id == service);
        let own = Listing { total: services.len() as u64, rows: services };
        Ok(self.whmcs.cancel_requests(&own).await?.rows.into_iter().next())
    }
}

const fn effect(ends: Ends) -> CancelEffect {
    match ends {
        Ends::AtOnce => CancelEffect::Immediate,
        Ends::WithPeriod => CancelEffect::EndOfPeriod,
    }
}

fn is_now(row: &wire::Product, product: u64, cycle: Cycle) -> bool {
    row.pid == Some(product) && Cycle::read(&row.billingcycle) == Some(cycle)
}

/// What stands in a field, as [`ServiceSet`] writes it.
fn stands(row: &wire::Product, field: &ServiceField) -> String {
    match field {
        ServiceField::NoSuspendUntil => row.suspension_held_until(),
        ServiceField::Status => Text::html(&row.status).to_string(),
        ServiceField::Custom(id) => row.custom(*id),
    }
}

fn order_facts(order: &wire::Order) -> Facts {
    let id = |name: &str, id: Option<u64>| id.filter(|id| *id > 0).map(|id| (name.to_owned(), id.to_string()));
    id("order", order.id).into_iter().chain(id("invoice", order.invoiceid)).collect()
}
