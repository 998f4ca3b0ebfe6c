//! WHMCS's HTTP API: one form POST per action.
//!
//! Everything goes in the body, so that credentials and names stay out of access logs on the way. Parameters are form
//! encoded by type; nothing here is pasted into text.
//!
//! What opening a customer reads is here, with its rows in [`wire`] and their meaning in [`convert`]. What is read when
//! somebody looks closer has a file a subject, rows and meaning together: `ledger`, `mail`, `queues`, `service`, `talk`.

pub mod convert;
mod door;
mod ledger;
pub mod mail;
pub mod php;
mod plain;
pub mod queues;
pub mod reply;
pub mod service;
mod talk;
pub mod wire;
mod write;

use reqwest::header::ACCEPT;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;

use super::http::{Error, Http, Safety};
use crate::domain::billing::{Activity, Invoice, Listing, PayMethod, Subscription, Ticket, WhmcsOrder};
use crate::domain::customer::{Client, ClientId};
use crate::domain::system::System;
use crate::flow::fault::{Fault, FaultKind, Hint};
use crate::flow::said;
use convert::Names;
use door::Door;
use reply::Refusal;

/// What opens WHMCS's API.
#[derive(Clone)]
pub struct Login {
    /// API credential's identifier.
    pub identifier: SecretString,
    /// API credential's secret.
    pub secret: SecretString,
    /// `$api_access_key` of the installation, which lets a caller past the address list.
    pub access_key: Option<SecretString>,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Login(…)")
    }
}

/// Rows asked for per call. WHMCS documents no limit; this is one call for nearly every customer.
const PAGE: u64 = 500;
/// Pages read of one list before the rest is left out; the listing then says so.
const PAGES: u64 = 4;

/// The client of one WHMCS installation.
#[derive(Debug)]
pub struct Whmcs {
    http: Http,
    endpoint: Url,
    login: Login,
    /// What the installation calls things.
    pub names: Names,
    door: Door,
}

type Params<'a> = &'a [(&'a str, &'a str)];

impl Whmcs {
    /// A client for the installation at `base`, which may have a path (see [`super::http::base_address`]).
    pub fn new(http: Http, base: &Url, login: Login, names: Names) -> Result<Self, url::ParseError> {
        Ok(Self { http, endpoint: base.join("includes/api.php")?, login, names, door: Door::default() })
    }

    /// The client, for who only comes by.
    pub(super) const fn http(&self) -> &Http {
        &self.http
    }

    /// The address of the client area, which is the installation's own.
    pub fn client_area(&self) -> Option<Url> {
        self.endpoint.join("..").ok()
    }

    /// Calls a read action. Refusals come as faults; so do answers that are none.
    pub async fn read(&self, action: &'static str, params: Params<'_>) -> Result<Value, Fault> {
        self.call(Safety::Read, action, params).await
    }

    async fn call(&self, safety: Safety, action: &'static str, params: Params<'_>) -> Result<Value, Fault> {
        service::changes_nothing(action, params)?;
        self.call_for_real(safety, action, params).await
    }

    async fn call_for_real(&self, safety: Safety, action: &'static str, params: Params<'_>) -> Result<Value, Fault> {
        let mut form = vec![
            ("action", action),
            ("responsetype", "json"),
            ("identifier", self.login.identifier.expose_secret()),
            ("secret", self.login.secret.expose_secret()),
        ];
        form.extend(self.login.access_key.iter().map(|key| ("accesskey", key.expose_secret())));
        form.extend(params);
        let build = |client: &reqwest::Client| {
            client.post(self.endpoint.clone()).header(ACCEPT, "application/json").form(&form)
        };
        let (_pass, sent) = loop {
            let pass = self.door.pass(safety).await?;
            let may = || self.door.lets(&pass);
            let sent = self.http.send_where((safety, action), may, build).await;
            // A sign-in was refused while it waited for a lane: it asks at the door again.
            if !matches!(sent, Err(Error::Withheld)) {
                break (pass, sent);
            }
        };
        let answer = sent.map_err(|error| {
            let fault = error.fault(System::Whmcs);
            self.door.unanswered(&fault);
            fault
        })?;
        let result = reply::read(action, &answer);
        self.door.answered(result.as_ref().err());
        result.map_err(|refusal| {
            let fault = refusal.fault();
            self.http.tell(&fault);
            fault
        })
    }

    /// Says hello and answers with WHMCS's major version. Roles often lack `WhmcsDetails` and old versions do not know it,
    /// so `GetAdminDetails` is asked next; a role that may do neither still proves that WHMCS is there.
    pub async fn hello(&self) -> Result<Option<u32>, Fault> {
        for action in ["WhmcsDetails", "GetAdminDetails"] {
            match self.read(action, &[]).await {
                Ok(answer) => return Ok(wire::major_version(&answer)),
                Err(
                    Fault { kind: FaultKind::NotPermitted, hint: Hint::AskPermission, .. }
                    | Fault { kind: FaultKind::Refused, .. },
                ) => {}
                Err(fault) => return Err(fault),
            }
        }
        Ok(None)
    }

    /// One list, page after page, at most [`PAGES`] of them.
    async fn list<T: serde::de::DeserializeOwned>(
        &self,
        action: &'static str,
        params: Params<'_>,
        (outer, inner): (&str, &str),
    ) -> Result<wire::Page<T>, Fault> {
        let mut rows = Vec::new();
        let mut total = 0;
        let limit = PAGE.to_string();
        for _ in 0..PAGES {
            let start = rows.len().to_string();
            let mut all = params.to_vec();
            all.extend([("limitstart", start.as_str()), ("limitnum", limit.as_str())]);
            let page = self.page(action, &all, (outer, inner)).await?;
            total = page.total.max(rows.len() as u64);
            let empty = page.rows.is_empty();
            rows.extend(page.rows);
            if empty || rows.len() as u64 >= total {
                break;
            }
        }
        // Actions without paging answer everything and, some of them, no total.
        total = total.max(rows.len() as u64);
        Ok(wire::Page { rows, total })
    }

    async fn page<T: serde::de::DeserializeOwned>(
        &self,
        action: &'static str,
        params: Params<'_>,
        (outer, inner): (&str, &str),
    ) -> Result<wire::Page<T>, Fault> {
        let answer = self.read(action, params).await?;
        wire::page(answer, outer, inner).map_err(|_| unreadable(action))
    }

    /// One client. A missing one is [`FaultKind::NotFound`].
    pub async fn client(&self, id: ClientId) -> Result<Client, Fault> {
        let details = self.client_details(id).await?;
        convert::client(&details, &self.names).ok_or_else(|| unreadable("GetClientsDetails"))
    }

    /// A client as WHMCS writes it. A missing one is [`FaultKind::NotFound`].
    pub async fn client_details(&self, id: ClientId) -> Result<wire::ClientDetails, Fault> {
        let action = "GetClientsDetails";
        let answer = self.read(action, &[("clientid", &id.0.to_string())]).await?;
        wire::client_details(answer).map_err(|_| unreadable(action))
    }

    /// A client's services.
    pub async fn subscriptions(&self, id: ClientId) -> Result<Listing<Subscription>, Fault> {
        let page = self.list("GetClientsProducts", &[("clientid", &id.0.to_string())], ("products", "product")).await?;
        Ok(convert::listing(&page, |row| convert::subscription(row, &self.names)))
    }

    /// A client's invoices, newest first.
    pub async fn invoices(&self, id: ClientId) -> Result<Listing<Invoice>, Fault> {
        let params = [("userid", &*id.0.to_string()), ("orderby", "id"), ("order", "desc")];
        let page = self.list("GetInvoices", &params, ("invoices", "invoice")).await?;
        let mut listing = convert::listing(&page, |row| convert::invoice(row, &self.names));
        listing.rows.sort_by_key(|invoice| std::cmp::Reverse((invoice.date, invoice.id)));
        Ok(listing)
    }

    /// A client's pay methods. Their list is flat and its tokens are dropped unread.
    pub async fn pay_methods(&self, id: ClientId) -> Result<Vec<PayMethod>, Fault> {
        let page = self.page("GetPayMethods", &[("clientid", &id.0.to_string())], ("paymethods", "paymethod")).await?;
        Ok(page.rows.iter().filter_map(convert::pay_method).collect())
    }

    /// A client's orders, newest first.
    pub async fn orders(&self, id: ClientId) -> Result<Listing<WhmcsOrder>, Fault> {
        let page = self.raw_orders(id).await?;
        let mut listing = convert::listing(&page, |row| convert::order(row, &self.names));
        listing.rows.sort_by_key(|order| std::cmp::Reverse((order.date, order.id)));
        Ok(listing)
    }

    /// A client's orders as WHMCS writes them, with their notes.
    pub async fn raw_orders(&self, id: ClientId) -> Result<wire::Page<wire::Order>, Fault> {
        self.list("GetOrders", &[("userid", &id.0.to_string())], ("orders", "order")).await
    }

    /// A client's tickets, newest first, of every department: without `ignore_dept_assignments` WHMCS leaves out those of
    /// departments the API's admin is no member of.
    pub async fn tickets(&self, id: ClientId) -> Result<Listing<Ticket>, Fault> {
        let params = [("clientid", &*id.0.to_string()), ("ignore_dept_assignments", "1")];
        let page = self.list("GetTickets", &params, ("tickets", "ticket")).await?;
        let mut listing = convert::listing(&page, |row| convert::ticket(row, &self.names));
        listing.rows.sort_by_key(|ticket| std::cmp::Reverse((ticket.last_reply, ticket.id)));
        Ok(listing)
    }

    /// The newest lines of a client's activity log. `userid` is what versions before 8.5 called it; others ignore it.
    pub async fn activity(&self, id: ClientId) -> Result<Listing<Activity>, Fault> {
        self.older_activity(id, 0).await
    }

    /// The lines that follow the newest `from`: WHMCS lists its log newest first.
    pub async fn older_activity(&self, id: ClientId, from: u64) -> Result<Listing<Activity>, Fault> {
        let (id, from) = (id.0.to_string(), from.to_string());
        let params = [("clientid", &*id), ("userid", &id), ("limitstart", &from), ("limitnum", "100")];
        let page = self.page("GetActivityLog", &params, ("activity", "entry")).await?;
        Ok(convert::listing(&page, |row| Some(convert::activity(row, &self.names))))
    }

    /// Clients whose e-mail, name or company begins with `prefix`: the only search WHMCS has.
    pub async fn clients_beginning(&self, prefix: &str, limit: u32) -> Result<Vec<wire::ClientRow>, Fault> {
        let limit = limit.to_string();
        let params = [("search", prefix), ("limitstart", "0"), ("limitnum", &limit)];
        Ok(self.page("GetClients", &params, ("clients", "client")).await?.rows)
    }

    /// Services whose "domain" is exactly `label`; a mobile service keeps its line's number there.
    pub async fn services_labelled(&self, label: &str) -> Result<Vec<wire::Product>, Fault> {
        let params = [("domain", label), ("limitstart", "0"), ("limitnum", "25")];
        Ok(self.page("GetClientsProducts", &params, ("products", "product")).await?.rows)
    }

    /// One invoice by its id.
    pub async fn invoice(&self, id: u64) -> Result<wire::Invoice, Fault> {
        let answer = self.read("GetInvoice", &[("invoiceid", &id.to_string())]).await?;
        serde_json::from_value(answer).map_err(|_| unreadable("GetInvoice"))
    }

    /// One order by its internal id; `None` when there is none (WHMCS then answers an empty list).
    pub async fn order(&self, id: u64) -> Result<Option<wire::Order>, Fault> {
        let page: wire::Page<wire::Order> =
            self.page("GetOrders", &[("id", &id.to_string())], ("orders", "order")).await?;
        Ok(page.rows.into_iter().find(|order| order.id == Some(id)))
    }

    /// The newest orders of the installation: WHMCS cannot look an order up by the number customers hold.
    pub async fn newest_orders(&self, limit: u64) -> Result<Vec<wire::Order>, Fault> {
        Ok(self.newest("GetOrders", &[], ("orders", "order"), (0, limit), |order: &wire::Order| order.id).await?.rows)
    }

    /// The newest rows of a list, after skipping some. In which order WHMCS lists is mostly not documented, so a first page that begins with
    /// the oldest is exchanged for the last one.
    async fn newest<T: serde::de::DeserializeOwned>(
        &self,
        action: &'static str,
        params: Params<'_>,
        list: (&str, &str),
        (skip, limit): (u64, u64),
        id: impl Fn(&T) -> Option<u64>,
    ) -> Result<wire::Page<T>, Fault> {
        let from = async |start: u64, limit: u64| {
            let mut all = params.to_vec();
            let (start, limit) = (start.to_string(), limit.to_string());
            all.extend([("limitstart", &*start), ("limitnum", &*limit)]);
            self.page::<T>(action, &all, list).await
        };
        let first = from(skip, limit).await?;
        let oldest_first = first.rows.first().map(&id) < first.rows.last().map(&id);
        let older = first.total.saturating_sub(skip);
        let start = older.saturating_sub(limit);
        // The whole of a short list is the first page whichever way it goes.
        if oldest_first && (start > 0 || skip > 0) { from(start, older.min(limit)).await } else { Ok(first) }
    }
}

fn unreadable(action: &'static str) -> Fault {
    Refusal::Unreadable { action, why: said::OTHER_ROWS }.fault()
}
