//! E-mails that WHMCS sent, or tried to.

use serde::Deserialize;

use super::convert::Names;
use super::plain::plain;
use super::{Whmcs, convert};
use crate::backend::lenient::{flag, id, text};
use crate::domain::billing::Listing;
use crate::domain::customer::ClientId;
use crate::domain::ledger::{Email, EmailState};
use crate::domain::mail::{Template, TemplateKind};
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

/// As WHMCS writes it.
const fn word(kind: TemplateKind) -> &'static str {
    match kind {
        TemplateKind::General => "general",
        TemplateKind::Invoice => "invoice",
        TemplateKind::Product => "product",
    }
}

/// A row of `GetEmailTemplates`, which does not say its kind.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct TemplateRow {
    #[serde(deserialize_with = "text")]
    name: String,
    #[serde(deserialize_with = "text")]
    subject: String,
}

impl Whmcs {
    /// The templates of e-mails to customers, by kind and then as WHMCS lists them. Costs a call a kind.
    pub async fn email_templates(&self) -> Result<Vec<Template>, Fault> {
        let (general, invoice, product) = futures_util::join!(
            self.templates_in("", TemplateKind::General),
            self.templates_in("", TemplateKind::Invoice),
            self.templates_in("", TemplateKind::Product)
        );
        Ok([general?, invoice?, product?].concat())
    }

    /// The subject of a template in a client's language: WHMCS sends what it has in that language, and else the template
    /// itself. Nothing where it has none.
    pub async fn translated_subject(&self, template: &Template, language: &str) -> Result<Option<Text>, Fault> {
        if language.is_empty() {
            return Ok(None);
        }
        let rows = self.templates_in(language, template.kind).await?;
        Ok(rows.into_iter().find(|it| it.name == template.name).map(|it| it.subject))
    }

    /// The templates of a kind as they are in a language; in none they are as WHMCS sends them to everybody else.
    async fn templates_in(&self, language: &str, kind: TemplateKind) -> Result<Vec<Template>, Fault> {
        let params = [("type", word(kind)), ("language", language)];
        let page = self.page("GetEmailTemplates", &params, ("emailtemplates", "emailtemplate")).await?;
        let template =
            |row: &TemplateRow| Template { name: Text::html(&row.name), subject: Text::html(&row.subject), kind };
        Ok(page.rows.iter().map(template).collect())
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
