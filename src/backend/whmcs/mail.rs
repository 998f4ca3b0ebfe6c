//! E-mails that WHMCS sent, or tried to.

use serde::Deserialize;

use super::convert::Names;
use super::plain::plain;
use super::{Whmcs, convert};
use crate::backend::lenient::{flag, id, text};
use crate::domain::billing::Listing;
use crate::domain::customer::ClientId;
use crate::domain::ledger::{Email, EmailState};
use crate::domain::text::Text;
use crate::flow::fault::Fault;

/// E-mails read of one client, the newest: every one comes with its whole page of HTML.
const EMAILS: u64 = 100;

impl Whmcs {
    /// The newest e-mails to a client, newest first; the listing's total says how many there are.
    pub async fn emails(&self, id: ClientId) -> Result<Listing<Email>, Fault> {
        self.older_emails(id, 0).await
    }

    /// The e-mails that follow the newest `from`, newest first.
    pub async fn older_emails(&self, id: ClientId, from: u64) -> Result<Listing<Email>, Fault> {
        let (params, list) = ([("clientid", &*id.0.to_string())], ("emails", "email"));
        let page = self.newest("GetEmails", &params, list, (from, EMAILS), |row: &EmailRow| row.id).await?;
        let mut listing = convert::listing(&page, |row| email(row, &self.names));
        listing.rows.sort_by_key(|it| std::cmp::Reverse((it.at, it.id)));
        Ok(listing)
    }
}

/// A row of `GetEmails`. The last three do not exist on old versions, which list only what was sent.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct EmailRow {
    #[serde(deserialize_with = "id")]
    id: Option<u64>,
    #[serde(deserialize_with = "text")]
    subject: String,
    /// A full HTML page.
    #[serde(deserialize_with = "text")]
    message: String,
    #[serde(deserialize_with = "text")]
    date: String,
    #[serde(deserialize_with = "text")]
    to: String,
    #[serde(deserialize_with = "flag")]
    pending: Option<bool>,
    #[serde(deserialize_with = "flag")]
    failed: Option<bool>,
    #[serde(deserialize_with = "text")]
    failure_reason: String,
}

fn email(row: &EmailRow, names: &Names) -> Option<Email> {
    let reason = Text::html(&row.failure_reason);
    let state = match (row.failed, row.pending) {
        (Some(true), _) => EmailState::Failed(reason),
        (_, Some(true)) => EmailState::Pending,
        _ => EmailState::Sent,
    };
    Some(Email {
        id: row.id?,
        at: names.moment(&row.date),
        subject: Text::html(&row.subject),
        to: Text::html(&row.to),
        body: plain(&row.message),
        state,
    })
}
