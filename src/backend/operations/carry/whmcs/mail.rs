//! E-mails.

use jiff::{SignedDuration, Timestamp};

use super::{answered, fact, owned};
use crate::backend::operations::carry::{Carrier, Looked, Proof, Sent};
use crate::domain::customer::ClientId;
use crate::domain::ledger::{Email, EmailState};
use crate::domain::phrase::Phrase;
use crate::domain::text::Text;
use crate::domain::write::Facts;
use crate::flow::fault::Fault;

/// The client's last e-mail before.
const LAST_EMAIL: &str = "_last_email";
/// When WHMCS said that it sent it; empty from the write's intent until then.
const SENT: &str = "_sent";
/// An e-mail with words of its own is what was sent where WHMCS dates it no later than this after it said so.
const SOON: SignedDuration = SignedDuration::from_mins(10);

impl Carrier<'_> {
    pub(super) async fn look_mail(&self, client: ClientId) -> Result<Looked, Fault> {
        let last = self.backend.whmcs.emails(client).await?.rows.iter().map(|it| it.id).max();
        let last = (LAST_EMAIL.to_owned(), last.unwrap_or(0).to_string());
        Ok(Looked::Ready(Facts::from([last, (SENT.to_owned(), String::new())])))
    }

    pub(super) async fn send_template(&self, template: &Text, about: u64) -> Sent {
        let about = about.to_string();
        let params = owned(&[("messagename", template), ("id", &about)]);
        self.send_email(&params).await
    }

    pub(super) async fn send_message(&self, client: ClientId, subject: &Text, body: &Text) -> Sent {
        let client = client.0.to_string();
        let page = page(body);
        let params =
            owned(&[("customtype", "general"), ("customsubject", subject), ("custommessage", &page), ("id", &client)]);
        self.send_email(&params).await
    }

    async fn send_email(&self, params: &[(String, String)]) -> Sent {
        match answered(self.backend.whmcs.write("SendEmail", params).await, &[]) {
            Sent::Answered(_) => Sent::Answered(fact(SENT, &self.now)),
            other => other,
        }
    }

    /// The first e-mail after those that were there before with one of these subjects. Where WHMCS said that it sent it,
    /// whatever it mailed just then is it, for hooks and languages give it other words; and as long as there is none, it is
    /// waited for and then a person is asked: nobody may take for unsent, and send again, what the customer may have read.
    pub(super) async fn prove_mail(&self, client: ClientId, subjects: &[&Text]) -> Result<Proof, Fault> {
        let before = self.before(LAST_EMAIL);
        let said: Option<Timestamp> = self.facts.get(SENT).and_then(|at| at.parse().ok());
        let just_then = |email: &Email| said.is_some_and(|said| email.at.is_none_or(|at| at <= said + SOON));
        let emails = self.backend.whmcs.emails(client).await?.rows;
        let newer = || emails.iter().filter(|it| it.id > before);
        let named = newer().filter(|it| subjects.iter().any(|subject| fits(&it.subject, subject)));
        let first = named.min_by_key(|it| it.id).or_else(|| newer().filter(|it| just_then(it)).min_by_key(|it| it.id));
        let Some(email) = first else {
            let waits = || Proof::Pending { waits: "email-not-listed".into(), until: None };
            return Ok(if said.is_some() { waits() } else { Proof::Absent });
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
