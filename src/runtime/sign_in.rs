//! Signing in and out by hand: a browser goes to the org and comes back to this machine, or a person pastes where it ended.

use std::io;
use std::path::Path;

use tokio::sync::mpsc;
use url::Url;

use crate::backend;
use crate::backend::http::Http;
use crate::backend::salesforce::Org;
use crate::backend::salesforce::session::SignIn as How;
pub use crate::backend::salesforce::session::browser::SignedOut;
use crate::backend::salesforce::session::browser::{self, Browser, Code, NoCode, Request, Whom};
use crate::backend::salesforce::session::callback::Door;
use crate::backend::salesforce::session::kept::Kept;
use crate::domain::phrase::Phrase;
use crate::domain::text::Text;
use crate::flow::Pages;

/// What came of waiting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Somebody signed in: their name, empty where the org did not tell.
    SignedIn(Text),
    /// The org did not accept it, or it could not be kept. The sign-in is over.
    Failed(Phrase),
    /// The person said no, or may not. The sign-in is over.
    Denied(Text),
    /// What was pasted is no address that a sign-in ends on.
    Nonsense,
    /// It is the address of another sign-in.
    OtherSignIn,
    /// No browser can come back, and nobody can paste.
    Nobody,
}

/// The client of an org whose profile signs in with a browser.
struct Client {
    http: Http,
    base: Url,
    login: Browser,
}

impl Client {
    /// `None` where the profile signs in by itself.
    fn of(org: &Org, state: Option<&Path>, profile: &str) -> Result<Option<Self>, Phrase> {
        let How::Browser(login) = &org.sign_in else { return Ok(None) };
        let login = login.clone().kept(state.map(|state| Kept::of(state, profile)));
        let (http, base) = backend::alone(org).map_err(|error| Phrase::as_it_is(error.to_string()))?;
        Ok(Some(Self { http, base, login }))
    }
}

/// A sign-in that was begun.
pub struct SignIn {
    client: Client,
    request: Request,
    door: Option<Door>,
    /// Why no browser can come back to this machine, where none can.
    pub closed: Option<io::Error>,
}

impl SignIn {
    /// Begins one. `None` where the profile signs in by itself.
    ///
    /// # Errors
    /// The profile cannot be used. The sentence says why.
    pub async fn begin(org: &Org, state: Option<&Path>, profile: &str) -> Result<Option<Self>, Phrase> {
        let Some(client) = Client::of(org, state, profile)? else { return Ok(None) };
        let (door, closed) = match Door::open(client.login.port).await {
            Ok(door) => (Some(door), None),
            Err(why) => (None, Some(why)),
        };
        let port = door.as_ref().map_or(client.login.port, Door::port);
        let request = Request::new(&client.base, &client.login, port, Whom::Anybody);
        let request = request.map_err(|fault| fault.phrase())?;
        Ok(Some(Self { client, request, door, closed }))
    }

    /// Where the browser goes.
    pub fn url(&self) -> &Url {
        self.request.url()
    }

    /// Where it comes back to.
    pub fn redirect(&self) -> &Url {
        self.request.redirect()
    }

    /// Waits for the browser, or for somebody who pastes where it ended, and says what that was. May be called again until
    /// the sign-in is over.
    pub async fn next(&self, pasted: &mut mpsc::Receiver<String>, pages: &Pages) -> Heard {
        let mut pasting = true;
        loop {
            tokio::select! {
                caller = async { self.door.as_ref()?.next().await.into() }, if self.door.is_some() => {
                    let Some(caller) = caller else { continue };
                    let heard = self.judge(self.request.code(&caller.target)).await;
                    let (status, page) = match heard {
                        Heard::SignedIn(_) => ("200 OK", &pages.done),
                        _ => ("400 Bad Request", &pages.not_done),
                    };
                    caller.told(status, page).await;
                    return heard;
                }
                line = pasted.recv(), if pasting => match line {
                    Some(line) if line.trim().is_empty() => {}
                    Some(line) => return self.judge(self.request.code(&line)).await,
                    None => pasting = false,
                },
                else => return Heard::Nobody,
            }
        }
    }

    async fn judge(&self, code: Result<Code, NoCode>) -> Heard {
        let Client { http, base, login } = &self.client;
        match code {
            Ok(code) => match browser::finish(http, base, login, &self.request, code).await {
                Ok(signed_in) => Heard::SignedIn(signed_in.who),
                Err(why) => Heard::Failed(why.phrase()),
            },
            Err(NoCode::Denied(why)) => Heard::Denied(why),
            Err(NoCode::Nonsense) => Heard::Nonsense,
            Err(NoCode::OtherSignIn) => Heard::OtherSignIn,
        }
    }
}

/// Ends a sign-in. `None` where the profile signs in by itself.
///
/// # Errors
/// It is still kept. The sentence says why.
pub async fn sign_out(org: &Org, state: Option<&Path>, profile: &str) -> Result<Option<SignedOut>, Phrase> {
    let Some(Client { http, base, login }) = Client::of(org, state, profile)? else { return Ok(None) };
    browser::sign_out(&http, &base, &login).await.map(Some).map_err(|fault| fault.phrase())
}
