//! E-mails that WHMCS sends, and addresses that customers are given.

use jiff::SignedDuration;
use url::Url;

use crate::backend::operations::plan::{Draft, Planner};
use crate::domain::change::Wrong;
use crate::domain::change::billing::Page;
use crate::domain::customer::Client;
use crate::domain::mail::{Template, TemplateKind};
use crate::domain::mask::Personal;
use crate::domain::operation::CheckState;
use crate::domain::phrase::{Arg, Phrase};
use crate::domain::text::Text;
use crate::domain::write::Write;
use crate::domain::write::whmcs::Write as Whmcs;
use crate::flow::operation::PlanRefused;

/// After this long an e-mail that WHMCS could not send is somebody's to look after.
const DELIVERY: SignedDuration = SignedDuration::from_hours(1);

impl Planner<'_> {
    pub(super) async fn send_email(
        &self,
        name: &Text,
        invoice: Option<u64>,
        service: Option<u64>,
    ) -> Result<Draft, PlanRefused> {
        let (client, whmcs) = (self.client()?, &self.backend.whmcs);
        let (known, templates) = futures_util::join!(whmcs.client(client), whmcs.email_templates());
        let (known, templates) = (known?, templates?);
        let template = find(&templates, name)?;
        let about = match template.kind {
            TemplateKind::General => client.0,
            TemplateKind::Invoice => {
                let id = invoice.ok_or_else(|| missing("invoice"))?;
                self.bill(id).await?.invoice.id
            }
            TemplateKind::Product => {
                let id = service.ok_or_else(|| missing("service"))?;
                whmcs.service(client, id).await?;
                id
            }
        };
        let translated = whmcs.translated_subject(template, &known.language).await?;
        // As the customer will read it.
        let subject = translated.as_ref().unwrap_or(&template.subject);
        let title = Phrase::new("plan-send-email").with("template", template.name.clone());
        let says = Phrase::new("step-send-email").with("subject", subject.clone());
        let (template, subject) = (template.name.clone(), template.subject.clone());
        let write = Whmcs::SendTemplate { client, template, subject, translated, about };
        Ok(self.mail(title, &known, write, says))
    }

    /// The plain address, where the customer signs in: an address that signs somebody in is a key, and is never sent.
    pub(super) async fn client_area_link(&self, page: Page, invoice: Option<u64>) -> Result<Draft, PlanRefused> {
        let client = self.client()?;
        let rules = &self.office.billing;
        let base = if rules.client_area.is_empty() {
            self.backend.whmcs.client_area()
        } else {
            Url::parse(&rules.client_area).ok()
        };
        let plain = |url: &Url| url.query().is_none() && url.username().is_empty() && url.password().is_none();
        let base = base.filter(plain).ok_or_else(|| PlanRefused::Blocked("plan-client-area".into()))?;
        let base = base.as_str().trim_end_matches('/');
        let link = match (page, invoice) {
            (Page::Home, _) => format!("{base}/"),
            (Page::PayMethods, _) => format!("{base}/{}", rules.pay_methods_page),
            (Page::Invoice, Some(id)) => {
                let id = self.bill(id).await?.invoice.id;
                format!("{base}/{}{id}", rules.invoice_page)
            }
            (Page::Invoice, None) => return Err(missing("invoice")),
        };
        let known = self.backend.whmcs.client(client).await?;
        let message = if is_japanese(&known) { &rules.link_ja } else { &rules.link_en };
        let write = Whmcs::SendMessage {
            client,
            subject: Text::line(&message.subject),
            body: Text::block(&message.body.replace("{link}", &link)),
        };
        let title = Phrase::new("plan-client-area-link").with("link", link.as_str());
        let says = Phrase::new("step-send-email").with("subject", Arg::Free(Text::line(&message.subject)));
        let mut draft = self.mail(title, &known, write, says);
        draft.warnings.push("warning-link".into());
        Ok(draft)
    }

    fn mail(&self, title: Phrase, client: &Client, write: Whmcs, says: Phrase) -> Draft {
        let about = Phrase::new("about-email").with("to", Arg::Masked(Personal::Email, client.email.clone()));
        let address =
            if client.email.contains('@') { CheckState::Passed } else { CheckState::Failed("check-no-email".into()) };
        let mut draft =
            Draft::new(title, about).step(Write::Whmcs(write), says, None).no_return().check("check-email", address);
        draft.deadline = self.now.saturating_add(DELIVERY).ok();
        draft.warnings.push(if is_japanese(client) { "warning-email-ja".into() } else { "warning-email-en".into() });
        draft
    }
}

/// WHMCS chooses the language of a template by the client's, which it writes in English and lower case.
fn is_japanese(client: &Client) -> bool {
    client.language.eq_ignore_ascii_case("japanese")
}

fn missing(field: &'static str) -> PlanRefused {
    PlanRefused::Wrong(vec![Wrong { field, why: "wrong-missing".into() }])
}

fn find<'a>(templates: &'a [Template], name: &str) -> Result<&'a Template, PlanRefused> {
    let found = templates.iter().find(|it| it.name.to_lowercase() == name.to_lowercase());
    found.ok_or_else(|| {
        let names: Vec<&str> = templates.iter().map(|it| it.name.as_str()).collect();
        let why = Phrase::new("wrong-choice").with("words", names.join(", ").as_str());
        PlanRefused::Wrong(vec![Wrong { field: "template", why }])
    })
}
