//! Clients and their orders: what is set, and what is accepted.

use super::{answered, fact, owned, proved};
use crate::backend::operations::carry::{Carrier, Looked, Proof, Sent};
use crate::backend::whmcs::{php, wire};
use crate::domain::customer::ClientId;
use crate::domain::phrase::Phrase;
use crate::domain::text::Text;
use crate::domain::write::Facts;
use crate::domain::write::whmcs::{ClientField, ClientSet};
use crate::flow::fault::Fault;

impl Carrier<'_> {
    pub(super) async fn look_accept(&self, client: ClientId, order: u64) -> Result<Looked, Fault> {
        Ok(match &*self.order_status(client, order).await? {
            "pending" => Looked::Ready(Facts::new()),
            "active" => Looked::Already(fact("order", &order)),
            other => Looked::Refused(Phrase::new("order-not-pending").with("status", other)),
        })
    }

    pub(super) async fn send_accept(&self, order: u64) -> Sent {
        let order = order.to_string();
        let params = owned(&[("orderid", &order), ("autosetup", "0"), ("sendregistrar", "0"), ("sendemail", "0")]);
        answered(self.backend.whmcs.write("AcceptOrder", &params).await, &[])
    }

    pub(super) async fn prove_accept(&self, client: ClientId, order: u64) -> Result<Proof, Fault> {
        Ok(match &*self.order_status(client, order).await? {
            "active" => Proof::Done(fact("order", &order)),
            _ => Proof::Absent,
        })
    }

    /// The order's status in small letters; empty when the client has no such order.
    pub(super) async fn order_status(&self, client: ClientId, order: u64) -> Result<String, Fault> {
        let orders = self.backend.whmcs.orders(client).await?.rows;
        Ok(orders.iter().find(|it| it.id == order).map(|it| it.status.to_ascii_lowercase()).unwrap_or_default())
    }

    pub(super) async fn look_client(&self, client: ClientId, set: &[ClientSet]) -> Result<Looked, Fault> {
        let now = self.backend.whmcs.client_details(client).await?;
        let holds = |set: &ClientSet, value: &str| written(&now, set.field) == *Text::line(value);
        Ok(if set.iter().all(|it| holds(it, &it.to)) {
            Looked::Already(Facts::new())
        } else if set.iter().all(|it| holds(it, &it.from)) {
            Looked::Ready(Facts::new())
        } else {
            Looked::Refused("record-changed".into())
        })
    }

    pub(super) async fn send_client(&self, client: ClientId, set: &[ClientSet]) -> Sent {
        let mut params =
            vec![("clientid".to_owned(), client.0.to_string()), ("skipvalidation".to_owned(), "1".to_owned())];
        let mut custom = Vec::new();
        for ClientSet { field, to, .. } in set {
            match param(*field) {
                Ok(name) => params.push((name.to_owned(), to.clone())),
                Err(id) => custom.push((id, to.as_str())),
            }
        }
        if !custom.is_empty() {
            params.push(("customfields".to_owned(), php::map(&custom)));
        }
        answered(self.backend.whmcs.write("UpdateClient", &params).await, &[])
    }

    pub(super) async fn prove_client(&self, client: ClientId, set: &[ClientSet]) -> Result<Proof, Fault> {
        let now = self.backend.whmcs.client_details(client).await?;
        Ok(proved(set.iter().all(|it| written(&now, it.field) == *Text::line(&it.to))))
    }
}

/// What WHMCS calls a field; of a custom one its id.
const fn param(field: ClientField) -> Result<&'static str, u64> {
    Ok(match field {
        ClientField::Address1 => "address1",
        ClientField::Address2 => "address2",
        ClientField::City => "city",
        ClientField::State => "state",
        ClientField::PostCode => "postcode",
        ClientField::Custom(id) => return Err(id),
    })
}

/// What stands in a field, as people read it: WHMCS keeps what was typed as HTML entities.
pub(in crate::backend::operations) fn written(client: &wire::ClientDetails, field: ClientField) -> Text {
    Text::html(match field {
        ClientField::Address1 => &client.address1,
        ClientField::Address2 => &client.address2,
        ClientField::City => &client.city,
        ClientField::State => &client.state,
        ClientField::PostCode => &client.postcode,
        ClientField::Custom(id) => {
            let field = client.customfields.iter().find(|field| field.id == Some(id));
            return field.map(|field| Text::html(&field.value)).unwrap_or_default();
        }
    })
}
