//! Signing in to Salesforce. A session has no lifetime in its answer: it is used until a call is refused with
//! `INVALID_SESSION_ID`, then another one is asked for.
//!
//! - [`SignIn::ClientCredentials`]: the desk is an app with a secret. It acts as the user the org chose for it.
//! - [`SignIn::Jwt`]: the desk signs for a user that the org approved (`jwt`).
//! - [`SignIn::Browser`]: a person signed in with their browser; what is kept of that signs the desk in again (`browser`,
//!   `kept`, `callback`).

pub mod browser;
pub mod callback;
pub mod jwt;
pub mod kept;

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::wire;
use crate::backend::http::{Http, SIGN_IN, Safety, base_address, is_loopback};
use crate::backend::session::Session;
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::flow::fault::{Fault, FaultKind, Hint};
use crate::flow::said::{self, Message};
use browser::Browser;
use jwt::Jwt;

/// How the desk signs in.
#[derive(Debug, Clone)]
pub enum SignIn {
    /// As an app with a secret.
    ClientCredentials(Login),
    /// As a user, by a signature.
    Jwt(Jwt),
    /// As the person who signed in with their browser.
    Browser(Browser),
}

impl From<Login> for SignIn {
    fn from(login: Login) -> Self {
        Self::ClientCredentials(login)
    }
}

/// The credentials of an external client app with the client-credentials flow.
#[derive(Clone)]
pub struct Login {
    /// Consumer key.
    pub client_id: SecretString,
    /// Consumer secret.
    pub client_secret: SecretString,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Login(…)")
    }
}

/// Where calls go and what they carry.
pub(super) struct Grant {
    pub(super) token: SecretString,
    /// The org's own host; it may differ from where the sign-in went, and may change with every sign-in.
    pub(super) instance: Url,
    /// Whom the session acts as.
    pub(super) user: Option<SalesforceId>,
    /// The organisation, as the event bus wants it.
    pub(super) org: String,
}

/// Signs in at `base`, the org's My Domain address: the generic login hosts refuse client credentials.
pub(super) async fn sign_in(http: &Arc<Http>, base: &Url, how: &SignIn) -> Result<Grant, Fault> {
    match how {
        SignIn::ClientCredentials(login) => {
            let form = [
                ("grant_type", "client_credentials"),
                ("client_id", login.client_id.expose_secret()),
                ("client_secret", login.client_secret.expose_secret()),
            ];
            granted(token(http, base, Safety::Read, &form).await.map_err(|why| why.told(http))?, base)
        }
        SignIn::Jwt(login) => {
            let assertion = login.assertion_now()?;
            let form = [
                ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                ("assertion", assertion.expose_secret()),
            ];
            granted(token(http, base, Safety::Read, &form).await.map_err(|why| why.told(http))?, base)
        }
        SignIn::Browser(login) => browser::again(http, base, login).await.inspect_err(|fault| http.tell(fault)),
    }
}

/// Why the token endpoint gave nothing.
enum NoToken {
    /// No answer came, or none that can be read.
    Fault(Fault),
    /// It said no: the status, the error's word and its sentence.
    Refused(u16, Text, Text),
}

impl NoToken {
    fn fault(self) -> Fault {
        match self {
            Self::Fault(fault) => fault,
            Self::Refused(status, error, sentence) => {
                let said = Message::theirs(format!("{error} {sentence}"));
                let message = Message::ours(said::SIGN_IN_REFUSED).with("status", status).with_said("what", &said);
                let approve = sentence.as_str().contains("approved this consumer");
                let hint = if approve { Hint::AskPermission } else { Hint::CheckCredentials };
                Fault { hint, ..refused(message) }
            }
        }
    }

    /// The fault, told to the status bar where it is a refusal: of what did not arrive the client told already.
    fn told(self, http: &Http) -> Fault {
        let is_refusal = matches!(self, Self::Refused(..));
        let fault = self.fault();
        if is_refusal {
            http.tell(&fault);
        }
        fault
    }
}

/// Asks the token endpoint.
async fn token(http: &Http, base: &Url, safety: Safety, form: &[(&str, &str)]) -> Result<wire::Token, NoToken> {
    let url = base.join("services/oauth2/token");
    let url = url.map_err(|_| NoToken::Fault(refused(Message::ours(said::BAD_ADDRESS))))?;
    let answer = http
        .send(safety, SIGN_IN, |client| client.post(url.clone()).form(form))
        .await
        .map_err(|error| NoToken::Fault(error.fault(System::Salesforce)))?;
    if !answer.status.is_success() {
        let error: wire::TokenError = serde_json::from_slice(&answer.body).unwrap_or_default();
        let [error, sentence] = [error.error, error.error_description].map(|words| Text::line(&words));
        return Err(NoToken::Refused(answer.status.as_u16(), error, sentence));
    }
    serde_json::from_slice(&answer.body)
        .map_err(|_| NoToken::Fault(Fault { kind: FaultKind::Unreadable, ..refused(Message::ours(said::ODD_SIGN_IN)) }))
}

fn granted(token: wire::Token, base: &Url) -> Result<Grant, Fault> {
    let instance = base_address(token.instance_url).map_err(|_| refused(Message::ours(said::BAD_INSTANCE)))?;
    if is_loopback(&instance) != is_loopback(base) {
        return Err(refused(Message::ours(said::OTHER_INSTANCE)));
    }
    // The identity is an address that ends with the user's id; it may be on another host and is not followed.
    let mut identity = token.id.rsplit('/').map(|id| SalesforceId::parse(id).ok());
    let user = identity.next().flatten();
    // A token begins with the organisation too, in the short form.
    let of_token =
        || SalesforceId::parse(token.access_token.expose_secret().split('!').next().unwrap_or_default()).ok();
    let org = identity.next().flatten().or_else(of_token);
    let org = org.map(|org| org.as_str().to_owned()).unwrap_or_default();
    Ok(Grant { token: token.access_token, instance, user, org })
}

/// What opens the event bus: the session of all other calls.
#[derive(Clone)]
pub struct Pass(pub(super) Arc<Session<Grant>>);

impl Pass {
    /// The session's token.
    pub fn token(&self) -> &SecretString {
        &self.0.value.token
    }

    /// The organisation's own host.
    pub fn instance(&self) -> &Url {
        &self.0.value.instance
    }

    /// The organisation. Empty when the sign-in did not say.
    pub fn tenant(&self) -> &str {
        &self.0.value.org
    }
}

impl std::fmt::Debug for Pass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pass(…)")
    }
}

fn refused(message: Message) -> Fault {
    Fault { system: System::Salesforce, kind: FaultKind::SignIn, message, hint: Hint::CheckCredentials }
}
