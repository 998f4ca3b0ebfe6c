//! What belongs to services: add-ons, cancellation requests, the catalogue, and what another product would cost.

use serde::Deserialize;
use serde_json::Value;

use super::convert::{self, Names, date, yen};
use super::{Params, Whmcs, unreadable, wire};
use crate::backend::http::Safety;
use crate::backend::lenient::{flag_of, id, int_of, text, text_of};
use crate::domain::billing::{Listing, Subscription};
use crate::domain::customer::ClientId;
use crate::domain::money::Yen;
use crate::domain::service::{Addon, CancelEffect, CancelRequest, Cycle, Product, Quote};
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::flow::fault::{Fault, FaultKind, Hint};
use crate::flow::said::{self, Message, Sentence};

/// Cancellation requests asked for per call: they are small, and there is no filter.
const REQUESTS: u64 = 1_000;
/// Calls spent on looking for a client's cancellation requests among everybody's.
const REQUEST_PAGES: u64 = 4;

impl Whmcs {
    /// Add-ons of a client's services, by service. The list has no pages: it comes whole.
    pub async fn addons(&self, id: ClientId) -> Result<Listing<Addon>, Fault> {
        let page = self.page("GetClientsAddons", &[("clientid", &id.0.to_string())], ("addons", "addon")).await?;
        let mut listing = convert::listing(&page, addon);
        listing.rows.sort_by_key(|it| (it.service, it.id));
        Ok(listing)
    }

    /// Requests to end one of `services`, newest first.
    ///
    /// WHMCS lists everybody's requests and filters by nothing, so the newest are looked through until they are older than
    /// the oldest service. When that takes more than four calls the rest is left out, and the total is the most there
    /// could be: those found and all that were not looked at.
    pub async fn cancel_requests(&self, services: &Listing<Subscription>) -> Result<Listing<CancelRequest>, Fault> {
        if services.rows.is_empty() {
            return Ok(Listing { rows: Vec::new(), total: 0 });
        }
        let since = services.rows.iter().map(|service| service.registered).min().flatten();
        let since = since.and_then(|day| self.names.midnight(day));
        let before = |rows: &[RequestRow]| {
            rows.iter().any(|row| self.names.moment(&row.date).zip(since).is_some_and(|(at, since)| at < since))
        };
        let first = self.requests(0, REQUESTS).await?;
        let oldest_first = first.rows.first().map(|row| row.id) < first.rows.last().map(|row| row.id);
        let mut unread = first.rows.len() as u64..first.total;
        let mut older = !oldest_first && before(&first.rows);
        let mut rows = first.rows;
        for _ in 1..REQUEST_PAGES {
            if older || unread.is_empty() {
                break;
            }
            let start = if oldest_first { unread.end.saturating_sub(REQUESTS).max(unread.start) } else { unread.start };
            let page = self.requests(start, REQUESTS.min(unread.end - start)).await?.rows;
            if page.is_empty() {
                break;
            }
            older = before(&page);
            if oldest_first {
                unread.end = start;
            } else {
                unread.start += page.len() as u64;
            }
            rows.extend(page);
        }
        let theirs = |row: &RequestRow| services.rows.iter().any(|service| Some(service.id) == row.relid);
        let mut found: Vec<CancelRequest> =
            rows.iter().filter(|row| theirs(row)).filter_map(|row| cancel_request(row, &self.names)).collect();
        found.sort_by_key(|it| std::cmp::Reverse((it.at, it.id)));
        let left_out = if older { 0 } else { unread.end.saturating_sub(unread.start) };
        Ok(Listing { total: found.len() as u64 + left_out, rows: found })
    }

    async fn requests(&self, start: u64, limit: u64) -> Result<wire::Page<RequestRow>, Fault> {
        let params = [("limitstart", &*start.to_string()), ("limitnum", &*limit.to_string())];
        self.page("GetCancelledPackages", &params, ("packages", "package")).await
    }

    /// WHMCS's catalogue with its prices in yen. The list has no pages: it comes whole.
    pub async fn products(&self) -> Result<Vec<Product>, Fault> {
        let page: wire::Page<ProductRow> = self.page("GetProducts", &[], ("products", "product")).await?;
        Ok(page.rows.iter().filter_map(product).collect())
    }

    /// What changing a client's service to another product would cost now, billed every `cycle` and paid the way the
    /// service is paid. WHMCS computes it with the action that would do it, told by `calconly=1` to do nothing; it is sent
    /// once and never repeated.
    pub async fn quote(&self, client: ClientId, service: u64, product: u64, cycle: Cycle) -> Result<Quote, Fault> {
        let params = self.upgrade(client, service, product, cycle).await?;
        let mut params: Vec<(&str, &str)> = params.iter().map(|(name, value)| (*name, value.as_str())).collect();
        params.push(CALCULATE_ONLY);
        let answer = self.call(Safety::Write, UPGRADE, &params).await?;
        quote(&answer).ok_or_else(|| unreadable(UPGRADE))
    }

    /// Orders another product for a client's service, for real. The price must have been asked for just before.
    pub async fn order_upgrade(
        &self,
        client: ClientId,
        service: u64,
        product: u64,
        cycle: Cycle,
    ) -> Result<Value, Fault> {
        let params = self.upgrade(client, service, product, cycle).await.map_err(|fault| Fault {
            // What failed was a reading: nothing of the order has left this machine.
            kind: FaultKind::Unreachable,
            ..fault
        })?;
        let params: Vec<(&str, &str)> = params.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.call_for_real(Safety::Write, UPGRADE, &params).await
    }

    /// What both are told: the service is paid on the way it is paid now.
    async fn upgrade(
        &self,
        client: ClientId,
        service: u64,
        product: u64,
        cycle: Cycle,
    ) -> Result<[(&'static str, String); 5], Fault> {
        let row = self.service(client, service).await?;
        if row.paymentmethod.is_empty() {
            return Err(fault(FaultKind::Refused, said::NO_PAY_METHOD));
        }
        Ok([
            ("serviceid", service.to_string()),
            ("type", "product".to_owned()),
            ("newproductid", product.to_string()),
            ("newproductbillingcycle", cycle_word(cycle).to_owned()),
            ("paymentmethod", row.paymentmethod),
        ])
    }

    /// One service of a client as WHMCS writes it. A missing one is [`FaultKind::NotFound`].
    pub async fn service(&self, client: ClientId, service: u64) -> Result<wire::Product, Fault> {
        let (client, id) = (client.0.to_string(), service.to_string());
        let own = [("clientid", &*client), ("serviceid", &*id)];
        let page: wire::Page<wire::Product> = self.page("GetClientsProducts", &own, ("products", "product")).await?;
        let row = page.rows.into_iter().find(|row| row.id == Some(service));
        row.ok_or_else(|| fault(FaultKind::NotFound, said::NO_SERVICE))
    }
}

/// The action that changes a service's product, and with [`CALCULATE_ONLY`] says what that would cost.
const UPGRADE: &str = "UpgradeProduct";
const CALCULATE_ONLY: (&str, &str) = ("calconly", "1");

/// Holds back the one action that is sent dry everywhere but in [`Whmcs::order_upgrade`], unless it says so exactly once:
/// PHP would take the last of two.
pub(super) fn changes_nothing(action: &str, params: Params<'_>) -> Result<(), Fault> {
    let mut said = params.iter().filter(|(name, _)| *name == CALCULATE_ONLY.0);
    if !action.eq_ignore_ascii_case(UPGRADE) || (said.next() == Some(&CALCULATE_ONLY) && said.next().is_none()) {
        return Ok(());
    }
    Err(fault(FaultKind::Refused, said::NOT_DRY))
}

fn fault(kind: FaultKind, why: Sentence) -> Fault {
    Fault { system: System::Whmcs, kind, message: Message::ours(why), hint: Hint::None }
}

/// The word of a cycle in a request.
pub const fn cycle_word(cycle: Cycle) -> &'static str {
    match cycle {
        Cycle::Free => "free",
        Cycle::OneTime => "onetime",
        Cycle::Monthly => "monthly",
        Cycle::Quarterly => "quarterly",
        Cycle::SemiAnnually => "semiannually",
        Cycle::Annually => "annually",
        Cycle::Biennially => "biennially",
        Cycle::Triennially => "triennially",
    }
}

/// The price is formatted for people and kept as it is; an answer without one is none.
fn quote(answer: &Value) -> Option<Quote> {
    let text = |key: &str| Text::html(&answer.get(key).map(text_of).unwrap_or_default());
    let int = |key: &str| answer.get(key).and_then(int_of);
    let price = Some(text("price")).filter(|price| !price.is_empty())?;
    Some(Quote {
        from: text("oldproductname"),
        to: text("newproductname"),
        price,
        days_left: int("daysuntilrenewal"),
        days_total: int("totaldays"),
        in_progress: answer.get("upgradeinprogress").and_then(flag_of),
    })
}

/// A row of `GetClientsAddons`, whose values are all strings.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct AddonRow {
    #[serde(deserialize_with = "id")]
    id: Option<u64>,
    #[serde(deserialize_with = "id")]
    serviceid: Option<u64>,
    #[serde(deserialize_with = "text")]
    name: String,
    #[serde(deserialize_with = "text")]
    setupfee: String,
    #[serde(deserialize_with = "text")]
    recurring: String,
    #[serde(deserialize_with = "text")]
    billingcycle: String,
    #[serde(deserialize_with = "text")]
    status: String,
    #[serde(deserialize_with = "text")]
    regdate: String,
    #[serde(deserialize_with = "text")]
    nextduedate: String,
}

fn addon(row: &AddonRow) -> Option<Addon> {
    Some(Addon {
        id: row.id?,
        service: row.serviceid?,
        name: Text::html(&row.name),
        status: convert::service_status(Text::html(&row.status)),
        amount: yen(&row.recurring),
        setup_fee: yen(&row.setupfee),
        cycle: Text::html(&row.billingcycle),
        registered: date(&row.regdate),
        next_due: date(&row.nextduedate),
    })
}

/// A row of `GetCancelledPackages`. It names no client.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct RequestRow {
    #[serde(deserialize_with = "id")]
    id: Option<u64>,
    #[serde(deserialize_with = "text")]
    date: String,
    /// The service.
    #[serde(deserialize_with = "id")]
    relid: Option<u64>,
    #[serde(deserialize_with = "text")]
    reason: String,
    #[serde(rename = "type", deserialize_with = "text")]
    kind: String,
}

fn cancel_request(row: &RequestRow, names: &Names) -> Option<CancelRequest> {
    Some(CancelRequest {
        id: row.id?,
        service: row.relid?,
        at: names.moment(&row.date),
        reason: Text::html_block(&row.reason),
        effect: match row.kind.as_str() {
            "Immediate" => CancelEffect::Immediate,
            "End of Billing Period" => CancelEffect::EndOfPeriod,
            other => CancelEffect::Other(Text::html(other)),
        },
    })
}

/// A row of `GetProducts`. Its description is HTML and not read.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct ProductRow {
    #[serde(deserialize_with = "id")]
    pid: Option<u64>,
    #[serde(deserialize_with = "id")]
    gid: Option<u64>,
    #[serde(deserialize_with = "text")]
    name: String,
    /// `free`, `onetime`, `recurring`.
    #[serde(deserialize_with = "text")]
    paytype: String,
    /// By currency, then by cycle.
    pricing: Value,
}

fn product(row: &ProductRow) -> Option<Product> {
    Some(Product { id: row.pid?, name: Text::html(&row.name), group: row.gid?, prices: prices(row) })
}

/// What is offered, in yen. WHMCS writes a cycle that is not offered as `-1.00`, and a one-time price as a monthly one.
fn prices(row: &ProductRow) -> Vec<(Cycle, Yen)> {
    let price = |cycle: Cycle| {
        let written = row.pricing.get("JPY")?.get(cycle_word(cycle)).map(text_of)?;
        yen(&written).filter(|price| *price >= Yen::ZERO).map(|price| (cycle, price))
    };
    match row.paytype.as_str() {
        "free" => vec![(Cycle::Free, Yen::ZERO)],
        "onetime" => price(Cycle::Monthly).map(|(_, price)| (Cycle::OneTime, price)).into_iter().collect(),
        _ => {
            use Cycle::{Annually, Biennially, Monthly, Quarterly, SemiAnnually, Triennially};
            [Monthly, Quarterly, SemiAnnually, Annually, Biennially, Triennially]
                .into_iter()
                .filter_map(price)
                .collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_product_is_sent_only_as_a_question() {
        let asks = |action, params: Params<'_>| changes_nothing(action, params).is_ok();
        assert!(asks("UpgradeProduct", &[("serviceid", "1"), ("calconly", "1")]));
        assert!(asks("GetProducts", &[]));
        for params in [
            &[("serviceid", "1")][..],
            &[("calconly", "0")],
            &[("calconly", "true")],
            &[("Calconly", "1")],
            &[("calconly", "1"), ("calconly", "0")],
            &[("calconly", "1"), ("calconly", "1")],
        ] {
            for action in ["UpgradeProduct", "upgradeproduct"] {
                assert!(!asks(action, params), "{action} {params:?}");
            }
        }
    }
}
