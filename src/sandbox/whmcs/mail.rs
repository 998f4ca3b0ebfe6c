//! Mail: what was sent, what can be sent, and what actions send by themselves.

use serde_json::{Value, json};

use super::api::Ask;
use super::clients::log;
use super::db::{Db, Email, Id};
use super::reply::{Answer, Page, html, moment, refuse, success};

/// `GetEmails`: what was mailed to one client, newest first; whether it arrived is in `failed`.
pub(super) fn get_emails(db: &Db, ask: &Ask) -> Answer {
    let params = ask.params;
    let Some(client) = params.id("clientid").filter(|id| db.clients.get(*id).is_some()) else {
        return refuse("Client ID Not Found");
    };
    let subject = params.get("subject").map(str::to_lowercase);
    let wanted = |it: &&Email| {
        subject.as_ref().is_none_or(|part| it.subject.to_lowercase().contains(part))
            && params.get("date").is_none_or(|day| moment(Some(it.date)).starts_with(day))
    };
    let emails = db.emails.of(client).rev().filter(wanted);
    Page::asked(params).counted(emails, email_row).envelope("emails", "email")
}

fn email_row(it: &Email) -> Value {
    let at = moment(Some(it.date));
    json!({
        "id": it.id, "userid": it.client_id, "subject": it.subject, "message": it.message, "date": at, "to": it.to,
        "cc": "", "bcc": "", "attachments": "", "pending": u8::from(it.pending), "message_data": "",
        "failed": u8::from(it.failure.is_some()), "failure_reason": it.failure.as_deref().unwrap_or_default(),
        "retry_count": it.retries, "created_at": at, "updated_at": at, "campaign_id": 0,
    })
}

/// `GetEmailTemplates`
pub(super) fn get_email_templates(db: &Db, ask: &Ask) -> Answer {
    let rows: Vec<Value> = db
        .email_templates
        .iter()
        .filter(|it| ask.params.get("type").is_none_or(|kind| it.kind == kind))
        .filter(|it| it.language == ask.params.text("language"))
        .map(|it| json!({"id": it.id, "name": html(&it.name), "subject": it.subject, "custom": it.custom}))
        .collect();
    success(json!({"totalresults": rows.len(), "emailtemplates": {"emailtemplate": rows}}))
}

/// `SendEmail`: a template by name, in the client's language where there is one, or a text of one's own; `id` is the
/// client's, service's, invoice's or ticket's, by the kind of mail.
pub(super) fn send_email(db: &mut Db, ask: &Ask) -> Answer {
    let params = ask.params;
    let (kind, subject, message) = if let Some(name) = params.get("messagename") {
        let found = db.email_templates.named(name).find(|it| it.language.is_empty());
        let Some(template) = found else { return refuse("Email Template not found") };
        (template.kind.clone(), template.subject.clone(), format!("<p>{}</p>", html(&template.name)))
    } else {
        let text = |name| params.text(name).to_owned();
        (text("customtype"), text("customsubject"), text("custommessage"))
    };
    let id = params.id("id").unwrap_or(0);
    let client = match kind.as_str() {
        "general" | "affiliate" => db.clients.get(id).map(|it| it.id),
        "product" => db.services.get(id).map(|it| it.client_id),
        "invoice" => db.invoices.get(id).map(|it| it.client_id),
        "support" => db.tickets.get(id).map(|it| it.client_id),
        _ => None,
    };
    match client {
        Some(client) if !subject.is_empty() => {
            let subject = translated(db, params.text("messagename"), client).unwrap_or(subject);
            send(db, ask, client, &subject, &message);
        }
        _ => return refuse("Sending Failed. Please see documentation."),
    }
    success(json!({}))
}

/// The subject of a template in the client's language.
fn translated(db: &Db, name: &str, client: Id) -> Option<String> {
    let language = &db.clients.get(client)?.language;
    let found = db.email_templates.named(name).find(|it| !language.is_empty() && it.language == *language);
    found.map(|it| it.subject.clone())
}

/// Keeps what would have been mailed to a client. Nothing leaves the sandbox.
pub(super) fn send(db: &mut Db, ask: &Ask, client_id: Id, subject: &str, message: &str) {
    let to = db.clients.get(client_id).map_or_else(String::new, |it| it.email.clone());
    db.emails.insert(Email {
        id: 0,
        client_id,
        subject: subject.to_owned(),
        message: message.to_owned(),
        date: ask.now,
        to,
        pending: false,
        failure: None,
        retries: 0,
    });
    log(db, ask, client_id, &format!("Email Sent - {subject} - User ID: {client_id}"));
}
