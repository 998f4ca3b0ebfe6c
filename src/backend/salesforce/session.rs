//! Signing in to Salesforce with client credentials. There is no refresh token in this grant and no lifetime in its answer:
//! a session is used until a call is refused with `INVALID_SESSION_ID`.

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

/// Signs in at `base`, the org's My Domain address: the generic login hosts refuse this grant.
pub(super) async fn sign_in(http: &Http, base: &Url, login: &Login) -> Result<Grant, Fault> {
    let url = base.join("services/oauth2/token").map_err(|_| refused("the address of the org is not usable"))?;
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", login.client_id.expose_secret()),
        ("client_secret", login.client_secret.expose_secret()),
    ];
    let answer = http
        .send(Safety::Read, SIGN_IN, |client| client.post(url.clone()).form(&form))
        .await
        .map_err(|error| error.fault(System::Salesforce))?;
    if !answer.status.is_success() {
        let error: wire::TokenError = serde_json::from_slice(&answer.body).unwrap_or_default();
        let words = Text::line(&format!("{} {}", error.error, error.error_description));
        let fault = refused(&format!("the sign-in was refused (HTTP {}): {words}", answer.status.as_u16()));
        http.tell(&fault);
        return Err(fault);
    }
    let token: wire::Token = serde_json::from_slice(&answer.body)
        .map_err(|_| Fault { kind: FaultKind::Unreadable, ..refused("the answer to the sign-in could not be read") })?;
    let instance =
        base_address(token.instance_url).map_err(|error| refused(&format!("the org's instance: {error}")))?;
    if is_loopback(&instance) != is_loopback(base) {
        return Err(refused("the sign-in named an instance that is not beside it"));
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

fn refused(message: &str) -> Fault {
    Fault {
        system: System::Salesforce,
        kind: FaultKind::SignIn,
        message: message.to_owned(),
        hint: Hint::CheckCredentials,
    }
}
