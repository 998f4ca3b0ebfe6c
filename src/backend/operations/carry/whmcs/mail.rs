//! E-mails.

use super::{answered, fact, owned};
use crate::backend::operations::carry::{Carrier, Looked, Proof, Sent};
use crate::domain::customer::ClientId;
use crate::domain::ledger::EmailState;
use crate::domain::phrase::Phrase;
use crate::domain::text::Text;
use crate::flow::fault::Fault;

/// The client's last e-mail before.
const LAST_EMAIL: &str = "_last_email";

impl Carrier<'_> {
    pub(super) async fn look_mail(&self, client: ClientId) -> Result<Looked, Fault> {
        let last = self.backend.whmcs.emails(client).await?.rows.iter().map(|it| it.id).max();
        Ok(Looked::Ready(fact(LAST_EMAIL, &last.unwrap_or(0))))
    }

    pub(super) async fn send_template(&self, template: &Text, about: u64) -> Sent {
        let about = about.to_string();
        let params = owned(&[("messagename", template), ("id", &about)]);
        answered(self.backend.whmcs.write("SendEmail", &params).await, &[])
    }

    pub(super) async fn send_message(&self, client: ClientId, subject: &Text, body: &Text) -> Sent {
        let client = client.0.to_string();
        let page = page(body);
        let params =
            owned(&[("customtype", "general"), ("customsubject", subject), ("custommessage", &page), ("id", &client)]);
        answered(self.backend.whmcs.write("SendEmail", &params).await, &[])
    }

    pub(super) async fn prove_mail(&self, client: ClientId, subject: &Text) -> Result<Proof, Fault> {
        let before = self.before(LAST_EMAIL);
        let emails = self.backend.whmcs.emails(client).await?.rows;
        let Some(email) = emails.iter().find(|it| it.id > before && fits(&it.subject, subject)) else {
            return Ok(Proof::Absent);
        };
        Ok(match &email.state {
            EmailState::Sent | EmailState::Pending => Proof::Done(fact("email", &email.id)),
            // WHMCS tries again by itself.
            EmailState::Failed(why) => {
                Proof::Pending { waits: Phrase::new("email-not-sent").with("why", why.clone()), until: None }
            }
        })
    }
}

/// Whether a subject is what a template's subject can become: its gaps `{…}` stand for anything.
fn fits(subject: &str, template: &str) -> bool {
    let mut rest = subject;
    template.split(['{', '}']).step_by(2).all(|part| match rest.find(part) {
        Some(at) => {
            rest = &rest[at + part.len()..];
            true
        }
        None => false,
    })
}

/// Plain text as the HTML that WHMCS wants. Nothing in it can become markup.
fn page(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<p>{}</p>", escaped.replace('\n', "<br>\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_fits_its_template() {
        assert!(fits("Invoice #9001 is due", "Invoice #{$invoice_num} is due"));
        assert!(fits("Hello", "{$subject}"));
        assert!(fits("Your card", "Your card"));
        assert!(!fits("Receipt #9001", "Invoice #{$invoice_num}"));
    }

    #[test]
    fn text_is_no_markup() {
        assert_eq!(page("a <b> & c\nd"), "<p>a &lt;b&gt; &amp; c<br>\nd</p>");
    }
}
