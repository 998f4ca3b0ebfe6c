//! Signing in with a browser: a person signs in at the org's own page, second factor and all, and the desk gets a code for it
//! that is good once. What it gets for the code is kept ([`super::kept`]) and signs in again without anybody.
//!
//! Decisions:
//! - Proof of possession (PKCE, S256) always, so that a code that somebody else caught opens nothing; a client secret besides
//!   where the app has one.
//! - The browser comes back to a fixed port of this machine, because an org knows the address by heart. What comes back is
//!   believed only with the word that was sent along (`state`), drawn for this sign-in.
//! - A refresh token is asked with by one desk at a time, and the new one is on the disk before the session that came with
//!   it is used. A refresh goes on when whoever waited for it stops waiting: the old token may be good for nothing by then.
//!   Only the end of the process can lose one, and costs another sign-in.
//! - Who left a desk and signs in again is asked for by the org even where their browser is signed in already
//!   (`prompt=login`). A sign-in of anybody else is ended at once and takes the place of none.
//! - A refresh token that was refused is not sent again. The fault says how to sign in, and the file is looked at again each
//!   time, so that a sign-in elsewhere ends the outage.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::kept::{Kept, KeptError, Token};
use super::{Grant, NoToken, granted, refused, token};
use crate::backend::http::{Http, Safety};
use crate::backend::lenient;
use crate::domain::phrase::Phrase;
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::flow::fault::{Fault, Hint};
use crate::flow::said::{self, Message};

/// What is asked for: to call, to be told who it is, and to sign in again.
const SCOPE: &str = "api id refresh_token";
/// Where the browser comes back to, as the vendor's own tools have it.
pub const PATH: &str = "/OauthRedirect";

/// What signs in as the person who signed in with their browser.
#[derive(Clone)]
pub struct Browser {
    /// Consumer key.
    pub client_id: String,
    /// Consumer secret, where the app has one.
    pub client_secret: Option<SecretString>,
    /// The port of this machine that the browser comes back to.
    pub port: u16,
    /// Where the sign-in is kept; `None` where it cannot be.
    pub kept: Option<Kept>,
    memory: Arc<Mutex<Memory>>,
}

/// What one process knows besides the file.
#[derive(Default)]
struct Memory {
    /// It was refused and is not sent again.
    refused: Option<SecretString>,
    /// It could not be written yet: the next one, and the one that it came for.
    unwritten: Option<(Token, SecretString)>,
}

impl std::fmt::Debug for Browser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Browser").field("port", &self.port).field("kept", &self.kept).finish_non_exhaustive()
    }
}

impl Browser {
    /// One that is kept nowhere yet.
    pub fn new(client_id: String, client_secret: Option<SecretString>, port: u16) -> Self {
        Self { client_id, client_secret, port, kept: None, memory: Arc::default() }
    }

    /// The same, kept there.
    #[must_use]
    pub fn kept(self, kept: Option<Kept>) -> Self {
        Self { kept, ..self }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn place(&self) -> Result<&Kept, Fault> {
        self.kept.as_ref().ok_or_else(|| refused(Message::ours(said::NO_FOLDER)))
    }

    fn is_mine(&self, token: &Token, base: &Url) -> bool {
        token.url == *base && token.client_id == self.client_id
    }

    fn form<'a>(&'a self, grant: &'a str, with: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let mut form = vec![("grant_type", grant), ("client_id", self.client_id.as_str())];
        form.extend(self.client_secret.iter().map(|secret| ("client_secret", secret.expose_secret())));
        form.extend(with);
        form
    }

    /// Keeps what signs in next time, in place of what was used up for it. What cannot be written is remembered, and written
    /// before anything else is tried.
    fn keep(&self, kept: &Kept, token: Token, used: SecretString) -> Result<(), Fault> {
        kept.write(&token).map_err(|why| {
            self.memory().unwritten = Some((token, used));
            unkept(&why)
        })
    }

    /// Writes what could not be written before, unless somebody signed in or out meanwhile: theirs counts then.
    fn keep_unwritten(&self, kept: &Kept) -> Result<(), Fault> {
        let Some((token, used)) = self.memory().unwritten.take() else { return Ok(()) };
        let replaced = match kept.read() {
            Ok(there) => there.is_none_or(|there| !there.is(&used)),
            Err(KeptError::Strange(_)) => false,
            Err(why) => {
                self.memory().unwritten = Some((token, used));
                return Err(unkept(&why));
            }
        };
        if replaced { Ok(()) } else { self.keep(kept, token, used) }
    }
}

fn unkept(why: &KeptError) -> Fault {
    let message = Message::ours(said::UNKEPT).with_said("why", &why.message());
    Fault { hint: Hint::None, ..refused(message) }
}

/// Nothing signs in by itself any more; a person has to.
fn again_by_hand(kept: &Kept, why: &Message) -> Fault {
    let message = Message::ours(said::BY_HAND).with_said("why", why).with("profile", kept.profile());
    Fault { hint: Hint::SignInAgain, ..refused(message) }
}

/// Signs in again with what is kept.
pub(super) async fn again(http: &Arc<Http>, base: &Url, login: &Browser) -> Result<Grant, Fault> {
    let (http, base, login) = (Arc::clone(http), base.clone(), login.clone());
    let refreshing = async move { refresh(&http, &base, &login).await };
    #[expect(
        clippy::disallowed_methods,
        reason = "whoever asked may be cancelled, and the old token is used up by then"
    )]
    let task = tokio::spawn(refreshing);
    task.await.unwrap_or_else(|_| Err(refused(Message::ours(said::BROKE_OFF))))
}

async fn refresh(http: &Http, base: &Url, login: &Browser) -> Result<Grant, Fault> {
    let kept = login.place()?;
    let _mine_alone = kept.lock().await.map_err(|why| unkept(&why))?;
    login.keep_unwritten(kept)?;
    let read = || {
        let token = kept.read().map_err(|why| unkept(&why))?;
        let token = token.ok_or_else(|| again_by_hand(kept, &Message::ours(said::NOBODY_YET)))?;
        if !login.is_mine(&token, base) {
            return Err(again_by_hand(kept, &Message::ours(said::KEPT_FOR_OTHER)));
        }
        if login.memory().refused.as_ref().is_some_and(|refused| token.is(refused)) {
            return Err(again_by_hand(kept, &Message::ours(said::SIGN_IN_OVER)));
        }
        Ok(token)
    };
    let mut used = read()?;
    loop {
        let form = login.form("refresh_token", &[("refresh_token", used.refresh_token.expose_secret())]);
        // Repeating it does no harm: a token whose answer was lost is lost whether it is sent again or not.
        let mut answer = match token(http, base, Safety::Read, &form).await {
            Ok(answer) => answer,
            Err(NoToken::Refused(_, error, sentence)) if is_over(&error, &sentence) => {
                login.memory().refused = Some(used.refresh_token.clone());
                // Somebody without the lock (another machine, an old desk) may have put another one there.
                match read() {
                    Ok(other) => used = other,
                    Err(fault) if fault.hint == Hint::SignInAgain => {
                        let said = Message::theirs(format!("{error}: {sentence}"));
                        let over = Message::ours(said::SIGN_IN_OVER_SAYS).with_said("what", &said);
                        return Err(again_by_hand(kept, &over));
                    }
                    Err(fault) => return Err(fault),
                }
                continue;
            }
            Err(other) => return Err(other.fault()),
        };
        if let Some(next) = answer.refresh_token.take().filter(|next| !used.is(next)) {
            let spent = used.refresh_token.clone();
            login.keep(kept, Token { refresh_token: next, ..used }, spent)?;
        }
        return granted(answer, base);
    }
}

/// What is refused is the token, rather than from where or for whom it is sent just now.
fn is_over(error: &Text, sentence: &Text) -> bool {
    let passing = ["ip restricted", "inactive"];
    error.as_str() == "invalid_grant" && !passing.iter().any(|word| sentence.as_str().contains(word))
}

/// Whom a sign-in is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// Whoever may.
    Anybody,
    /// This user alone, whom the org asks anew.
    Only(SalesforceId),
}

/// Who signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Their name, empty where the org did not tell.
    pub who: Text,
    /// Their user's id, where the org told it.
    pub user: Option<SalesforceId>,
}

/// Why nobody is signed in, though a browser came back.
#[derive(Debug, thiserror::Error)]
pub enum NotSignedIn {
    /// The org did not accept it, or it cannot be kept.
    #[error("{0}")]
    Fault(Fault),
    /// Somebody else than whom the sign-in is for: their name, empty where the org did not tell.
    #[error("somebody else signed in: {0}")]
    SomebodyElse(Text),
}

impl NotSignedIn {
    /// For people, in their language.
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Fault(fault) => fault.phrase(),
            Self::SomebodyElse(who) => Phrase::new("sign-in-somebody-else").with("who", who.clone()),
        }
    }
}

impl From<Fault> for NotSignedIn {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// One sign-in that was begun: where the browser is sent, and what comes back is told by.
pub struct Request {
    url: Url,
    redirect: Url,
    state: String,
    verifier: SecretString,
    whom: Whom,
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Request(…)")
    }
}

/// What the browser came back with.
pub struct Code(SecretString);

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code(…)")
    }
}

/// Why an address is not the one that a sign-in ends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoCode {
    /// It is something else.
    Nonsense,
    /// It belongs to another sign-in, or somebody made it up.
    OtherSignIn,
    /// The person said no, or may not.
    Denied(Text),
}

/// Unguessable text.
fn random() -> Result<String, Fault> {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| refused(Message::ours(said::NO_RANDOMNESS)))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

impl Request {
    /// Begins a sign-in of `whom` at `base` whose browser comes back to `port`.
    ///
    /// # Errors
    /// The address is not usable.
    pub fn new(base: &Url, login: &Browser, port: u16, whom: Whom) -> Result<Self, Fault> {
        let unusable = |_| refused(Message::ours(said::BAD_ADDRESS));
        let redirect = Url::parse(&format!("http://localhost:{port}{PATH}")).map_err(unusable)?;
        let mut url = base.join("services/oauth2/authorize").map_err(unusable)?;
        let (state, verifier) = (random()?, random()?);
        let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &login.client_id)
            .append_pair("redirect_uri", redirect.as_str())
            .append_pair("scope", SCOPE)
            .append_pair("state", &state)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        if whom != Whom::Anybody {
            url.query_pairs_mut().append_pair("prompt", "login");
        }
        Ok(Self { url, redirect, state, verifier: verifier.into(), whom })
    }

    /// Whom it is for.
    pub const fn whom(&self) -> Whom {
        self.whom
    }

    /// Where the browser is sent.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Where it comes back to.
    pub fn redirect(&self) -> &Url {
        &self.redirect
    }

    /// The code in the address that the browser ended on: all of it, or from the path on. Blanks and line ends that a
    /// terminal put into it do not matter.
    ///
    /// # Errors
    /// It is another address, or says no.
    pub fn code(&self, ended: &str) -> Result<Code, NoCode> {
        let ended: String = ended.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
        let url = self.redirect.join(&ended).map_err(|_| NoCode::Nonsense)?;
        if url.path() != PATH || url.host_str() != self.redirect.host_str() && url.host_str() != Some("127.0.0.1") {
            return Err(NoCode::Nonsense);
        }
        let find = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        let Some(state) = find("state") else { return Err(NoCode::Nonsense) };
        if verify_slices_are_equal(state.as_bytes(), self.state.as_bytes()).is_err() {
            return Err(NoCode::OtherSignIn);
        }
        match (find("code"), find("error")) {
            (Some(code), None) => Ok(Code(code.into())),
            (_, Some(error)) => {
                let said = find("error_description").unwrap_or_default();
                Err(NoCode::Denied(Text::line(format!("{error} {said}").trim())))
            }
            (None, None) => Err(NoCode::Nonsense),
        }
    }
}

/// Exchanges a code for a sign-in and keeps that.
///
/// # Errors
/// The org refused the code, nothing could be kept, or somebody else signed in than whom it is for.
pub async fn finish(
    http: &Http,
    base: &Url,
    login: &Browser,
    request: &Request,
    code: Code,
) -> Result<SignedIn, NotSignedIn> {
    let kept = login.place()?;
    let form = login.form(
        "authorization_code",
        &[
            ("code", code.0.expose_secret()),
            ("redirect_uri", request.redirect.as_str()),
            ("code_verifier", request.verifier.expose_secret()),
        ],
    );
    // Once: a code that was taken is not taken again.
    let mut answer = token(http, base, Safety::Write, &form).await.map_err(|why| match why {
        NoToken::Refused(_, _, sentence) if sentence.as_str().contains("expired authorization code") => {
            Fault { hint: Hint::SignInAgain, ..refused(Message::ours(said::CODE_OVER)) }
        }
        other => other.fault(),
    })?;
    let Some(refresh_token) = answer.refresh_token.take() else {
        return Err(refused(Message::ours(said::NO_REFRESH)).into());
    };
    let grant = granted(answer, base)?;
    if let Whom::Only(user) = request.whom
        && grant.user != Some(user)
    {
        let who = who(http, &grant).await.unwrap_or_default();
        // Nobody asked for it, so nothing of it stays.
        drop(revoke(http, base, &refresh_token).await);
        return Err(NotSignedIn::SomebodyElse(who));
    }
    let token = Token { url: base.clone(), client_id: login.client_id.clone(), refresh_token };
    let before = {
        let _mine_alone = kept.lock().await.map_err(|why| unkept(&why))?;
        let kept_so_far = kept.read();
        kept.write(&token).map_err(|why| unkept(&why))?;
        let unwritten = login.memory().unwritten.take().map(|(token, _)| token);
        unwritten.or_else(|| kept_so_far.ok().flatten())
    };
    // Nobody holds it any more, so nobody could end it later.
    if let Some(before) = before.filter(|it| login.is_mine(it, base) && !it.is(&token.refresh_token)) {
        drop(revoke(http, base, &before.refresh_token).await);
    }
    Ok(SignedIn { who: who(http, &grant).await.unwrap_or_default(), user: grant.user })
}

/// Whose session it is. Not knowing it changes nothing.
async fn who(http: &Http, grant: &Grant) -> Option<Text> {
    let url = grant.instance.join("services/oauth2/userinfo").ok()?;
    let bearer = |client: &reqwest::Client| client.get(url.clone()).bearer_auth(grant.token.expose_secret());
    let answer = http.send(Safety::Read, "who", bearer).await.ok()?;
    let user = lenient::json(&answer.body).ok()?;
    user["preferred_username"].as_str().map(Text::line)
}

/// How a sign-in ended by hand.
#[derive(Debug)]
pub enum SignedOut {
    /// There was none.
    Nobody,
    /// The org knows, and nothing is kept any more.
    Revoked,
    /// Nothing is kept any more, but the org could not be told.
    Forgotten(Fault),
}

/// Ends a sign-in: at the org, and here.
///
/// # Errors
/// It is still kept.
pub async fn sign_out(http: &Http, base: &Url, login: &Browser) -> Result<SignedOut, Fault> {
    let kept = login.place()?;
    let _mine_alone = kept.lock().await.map_err(|why| unkept(&why))?;
    let token = kept.read();
    // What cannot be read is taken away as well: nothing signs in with it.
    kept.forget().map_err(|why| unkept(&why))?;
    let token = match login.memory().unwritten.take() {
        Some((unwritten, _)) => Some(unwritten),
        None => token.map_err(|why| unkept(&why))?,
    };
    let Some(token) = token else { return Ok(SignedOut::Nobody) };
    // To nobody but who gave it.
    if !login.is_mine(&token, base) {
        return Ok(SignedOut::Forgotten(refused(Message::ours(said::WAS_FOR_OTHER))));
    }
    let ended = revoke(http, base, &token.refresh_token).await;
    Ok(ended.map_or_else(SignedOut::Forgotten, |()| SignedOut::Revoked))
}

/// Tells the org that a token is good for nothing any more.
async fn revoke(http: &Http, base: &Url, token: &SecretString) -> Result<(), Fault> {
    let url = base.join("services/oauth2/revoke").map_err(|_| refused(Message::ours(said::BAD_ADDRESS)))?;
    let form = [("token", token.expose_secret())];
    match http.send(Safety::Read, "sign-out", |client| client.post(url.clone()).form(&form)).await {
        // Refused is what a token is that was over already.
        Ok(answer) if answer.status.is_success() || answer.status.as_u16() == 400 => Ok(()),
        Ok(answer) => Err(refused(Message::ours(said::SERVER).with("status", answer.status.as_u16()))),
        Err(error) => Err(error.fault(System::Salesforce)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> Request {
        request_of(Whom::Anybody)
    }

    fn request_of(whom: Whom) -> Request {
        let base = Url::parse("https://example.my.salesforce.com/").unwrap();
        Request::new(&base, &Browser::new("consumer".to_owned(), None, 1717), 1717, whom).unwrap()
    }

    fn param(url: &Url, name: &str) -> String {
        url.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned()
    }

    #[test]
    fn the_browser_is_sent_with_a_challenge_and_a_word_that_nobody_guesses() {
        let (one, two) = (request(), request());
        assert!(one.url().as_str().starts_with("https://example.my.salesforce.com/services/oauth2/authorize?"));
        assert_eq!(param(one.url(), "redirect_uri"), "http://localhost:1717/OauthRedirect");
        assert_eq!(param(one.url(), "code_challenge_method"), "S256");
        let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, one.verifier.expose_secret().as_bytes()));
        assert_eq!(param(one.url(), "code_challenge"), challenge);
        assert!(!one.url().as_str().contains(one.verifier.expose_secret()), "the verifier stays here");
        for name in ["state", "code_challenge"] {
            assert_eq!(param(one.url(), name).len(), 43);
            assert_ne!(param(one.url(), name), param(two.url(), name));
        }
    }

    #[test]
    fn somebody_in_particular_is_asked_anew() {
        let asks =
            |whom| request_of(whom).url().query_pairs().find(|(key, _)| key == "prompt").map(|(_, it)| it.into_owned());
        assert_eq!(asks(Whom::Anybody), None);
        assert_eq!(asks(Whom::Only(SalesforceId::parse("005000000000001").unwrap())).as_deref(), Some("login"));
    }

    #[test]
    fn what_comes_back_is_read_once_decoded_and_judged() {
        let request = request();
        let state = request.state.clone();
        let back = |rest: &str| request.code(&format!("http://localhost:1717/OauthRedirect?{rest}"));
        let code = back(&format!("code=aPrx%3D%3D&state={state}")).unwrap();
        assert_eq!(code.0.expose_secret(), "aPrx==");
        // As a terminal breaks it, and as a listener sees it.
        let broken = format!("  http://localhost:1717/OauthRedirect?code=aP\r\n rx%3D%3D&state={state}\n");
        assert_eq!(request.code(&broken).unwrap().0.expose_secret(), "aPrx==");
        assert!(request.code(&format!("/OauthRedirect?code=x&state={state}")).is_ok());
        assert!(request.code(&format!("http://127.0.0.1:1717/OauthRedirect?code=x&state={state}")).is_ok());

        let no = |ended: &str| request.code(ended).unwrap_err();
        assert_eq!(back("code=x&state=guessed").unwrap_err(), NoCode::OtherSignIn);
        assert_eq!(back("code=x").unwrap_err(), NoCode::Nonsense);
        assert_eq!(back(&format!("state={state}")).unwrap_err(), NoCode::Nonsense);
        let denied = back(&format!("error=access_denied&error_description=end-user+denied&state={state}"));
        assert_eq!(denied.unwrap_err(), NoCode::Denied(Text::line("access_denied end-user denied")));
        for nonsense in
            ["", "yes", request.url().as_str(), &format!("https://evil.example/OauthRedirect?code=x&state={state}")]
        {
            assert_eq!(no(nonsense), NoCode::Nonsense, "{nonsense}");
        }
    }

    #[test]
    fn nothing_prints_what_opens() {
        let request = request();
        let code = request.code(&format!("/OauthRedirect?code=hush&state={}", request.state)).unwrap();
        let login = Browser::new("consumer".to_owned(), Some("hush".into()), 1717);
        let printed = format!("{request:?} {code:?} {login:?}");
        assert!(!printed.contains("hush") && !printed.contains(request.verifier.expose_secret()), "{printed}");
    }
}
