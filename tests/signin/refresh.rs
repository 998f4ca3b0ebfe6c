//! What is kept of a sign-in, under desks that use it at the same time.

use std::path::Path;
use std::sync::Arc;

use futures_util::future::join_all;
use madoguchi::backend;
use madoguchi::backend::salesforce::names::Names;
use madoguchi::backend::salesforce::session::browser::{self, Browser, Request, Whom};
use madoguchi::backend::salesforce::session::kept::{Kept, Token};
use madoguchi::backend::salesforce::{Org, People, Salesforce, SignIn};
use madoguchi::backend::trust::Trust;
use madoguchi::domain::text::Text;
use madoguchi::flow::fault::{FaultKind, Hint};
use madoguchi::flow::sign_in::{SignInQuery, SignInReply};
use madoguchi::sandbox::Sandbox;
use secrecy::ExposeSecret as _;
use serde_json::json;
use url::Url;

use super::http;
use super::vendor::{self, Vendor};

/// A desk of its own, as another process would be: it shares the file and nothing else.
fn desk(sandbox: &Sandbox, state: &Path) -> (Salesforce, Browser) {
    let login = Browser::new(sandbox.credentials.salesforce_client_id.clone(), None, 1717);
    let login = login.kept(Some(Kept::of(state, "live")));
    let sign_in = SignIn::Browser(login.clone());
    let org = Org { url: sandbox.salesforce.clone(), sign_in: sign_in.clone(), trust: Trust::default() };
    let (http, base) = backend::alone(&org).unwrap();
    (Salesforce::new(http, &base, sign_in, Names::default(), People::default()), login)
}

/// A sandbox at which somebody signed in, and the folder where that is kept.
async fn signed_in() -> (Arc<Sandbox>, tempfile::TempDir) {
    let sandbox = Arc::new(Box::pin(Sandbox::for_test("2026-11-22T01:00:00Z".parse().unwrap())).await.unwrap());
    let state = tempfile::tempdir().unwrap();
    let (_, login) = desk(&sandbox, state.path());
    let org = Org { url: sandbox.salesforce.clone(), sign_in: SignIn::Browser(login.clone()), trust: Trust::default() };
    let (client, base) = backend::alone(&org).unwrap();
    let request = Request::new(&base, &login, login.port, Whom::Anybody).unwrap();
    let answer = http().get(request.url().clone()).send().await.unwrap();
    let code = request.code(answer.headers()["location"].to_str().unwrap()).unwrap();
    let who = browser::finish(&client, &base, &login, &request, code).await.unwrap();
    assert_eq!(who.who.as_str(), "desk@sandbox.example.jp");
    (sandbox, state)
}

fn kept(state: &Path) -> Option<String> {
    let token = Kept::of(state, "live").read().unwrap()?;
    Some(token.refresh_token.expose_secret().to_owned())
}

fn token_calls(sandbox: &Sandbox) -> u64 {
    let counts = sandbox.counts();
    let of = |(name, calls): (&String, &u64)| if name.contains("oauth2/token") { *calls } else { 0 };
    counts.values().flat_map(|of_system| of_system.iter().map(of)).sum()
}

#[tokio::test]
async fn desks_that_sign_in_at_the_same_time_use_one_token_after_the_other() {
    let (sandbox, state) = signed_in().await;
    let first = kept(state.path());
    let desks: Vec<_> = (0..5).map(|_| desk(&sandbox, state.path()).0).collect();
    let passes = join_all(desks.iter().map(Salesforce::pass)).await;
    assert!(passes.iter().all(Result::is_ok), "{passes:?}");
    assert_ne!(kept(state.path()), first);
    assert_eq!(sandbox.look(|world| world.salesforce.sessions.alive().1), 1, "nothing is left over");
    // All sessions end at once, and each finds its way back.
    sandbox.change(|world| world.salesforce.sessions.expire_all());
    assert!(join_all(desks.iter().map(Salesforce::hello)).await.iter().all(Result::is_ok));
}

/// Opening another customer drops the reads of the one before, in the middle of a sign-in too.
#[tokio::test]
async fn a_sign_in_that_nobody_waits_for_any_more_is_kept_all_the_same() {
    let (sandbox, state) = signed_in().await;
    let before = kept(state.path());
    let (salesforce, _) = desk(&sandbox, state.path());
    let calls = token_calls(&sandbox);
    {
        let pass = std::pin::pin!(salesforce.pass());
        assert!(futures_util::poll!(pass).is_pending());
    }
    tokio::time::timeout(super::PATIENCE, async {
        while kept(state.path()) == before {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
    assert_eq!(token_calls(&sandbox), calls + 1);
    assert!(salesforce.pass().await.is_ok(), "with the new one");
}

#[tokio::test]
async fn a_token_that_was_refused_is_not_sent_again_and_a_new_sign_in_is_noticed() {
    let (sandbox, state) = signed_in().await;
    let (salesforce, _) = desk(&sandbox, state.path());
    assert!(salesforce.pass().await.is_ok());
    sandbox.change(|world| {
        world.salesforce.sessions.expire_all();
        world.salesforce.sessions.end_refresh_tokens();
    });
    let before = token_calls(&sandbox);
    let fault = salesforce.hello().await.unwrap_err();
    assert_eq!((fault.kind, fault.hint), (FaultKind::SignIn, Hint::SignInAgain));
    assert!(fault.message.contains("madoguchi login --profile live"), "{fault}");
    // The pause after a refusal is over.
    tokio::time::pause();
    tokio::time::advance(std::time::Duration::from_mins(1)).await;
    tokio::time::resume();
    let again = salesforce.hello().await.unwrap_err();
    assert_eq!((again.hint, token_calls(&sandbox)), (Hint::SignInAgain, before + 1), "it was sent once");

    // Somebody signs in for another desk of the machine.
    let (elsewhere, folder) = (desk(&sandbox, state.path()).1, state.path());
    let org =
        Org { url: sandbox.salesforce.clone(), sign_in: SignIn::Browser(elsewhere.clone()), trust: Trust::default() };
    let (client, base) = backend::alone(&org).unwrap();
    let request = Request::new(&base, &elsewhere, elsewhere.port, Whom::Anybody).unwrap();
    let answer = http().get(request.url().clone()).send().await.unwrap();
    let code = request.code(answer.headers()["location"].to_str().unwrap()).unwrap();
    browser::finish(&client, &base, &elsewhere, &request, code).await.unwrap();
    tokio::time::pause();
    tokio::time::advance(std::time::Duration::from_mins(1)).await;
    tokio::time::resume();
    assert!(salesforce.hello().await.is_ok());
    assert!(kept(folder).is_some());
}

#[tokio::test]
async fn a_sign_in_is_sent_to_nobody_but_who_gave_it() {
    let (sandbox, state) = signed_in().await;
    let (other, _) = signed_in().await;
    let (salesforce, _) = desk(&other, state.path());
    let before = token_calls(&other);
    let fault = salesforce.hello().await.unwrap_err();
    assert!(fault.message.contains("for another org or app"), "{fault}");
    assert_eq!(token_calls(&other), before);
    assert!(desk(&sandbox, state.path()).0.pass().await.is_ok(), "where it belongs it is good");
}

/// An org that answers each refresh token as the test says, and everything else with nothing.
async fn org(state: &Path, answer: impl Fn(&Kept, &str) -> vendor::Answer + Send + Sync + 'static) -> (Vendor, Kept) {
    let kept = Kept::of(state, "live");
    drop(kept.lock().await.unwrap());
    let place = kept.clone();
    let vendor = Vendor::start(move |_, asked| {
        asked.form("refresh_token").map_or_else(|| vendor::json(json!({})), |token| answer(&place, &token))
    })
    .await;
    kept.write(&token(&vendor.url, "one")).unwrap();
    (vendor, kept)
}

fn token(url: &Url, refresh_token: &str) -> Token {
    Token { url: url.clone(), client_id: "consumer".to_owned(), refresh_token: refresh_token.into() }
}

/// Signed in; with a refresh token to use next, where there is one.
fn granted(next: Option<&str>) -> vendor::Answer {
    let mut answer = json!({"access_token": "00D!session", "instance_url": "http://127.0.0.1:9/", "id": ""});
    if let Some(next) = next {
        answer["refresh_token"] = json!(next);
    }
    vendor::json(answer)
}

fn client(vendor: &Vendor, kept: &Kept) -> Salesforce {
    let login = Browser::new("consumer".to_owned(), None, 1717).kept(Some(kept.clone()));
    let org = Org { url: vendor.url.clone(), sign_in: SignIn::Browser(login.clone()), trust: Trust::default() };
    let (http, base) = backend::alone(&org).unwrap();
    Salesforce::new(http, &base, SignIn::Browser(login), Names::default(), People::default())
}

/// As a desk of another machine does that shares the folder and knows no locks.
#[tokio::test]
async fn a_token_that_somebody_replaced_meanwhile_is_noticed_before_giving_up() {
    let state = tempfile::tempdir().unwrap();
    let (vendor, kept) = org(state.path(), |kept, sent| {
        if sent == "two" {
            return granted(None);
        }
        let old = kept.read().unwrap().unwrap();
        kept.write(&Token { refresh_token: "two".into(), ..old }).unwrap();
        vendor::status(400, json!({"error": "invalid_grant", "error_description": "expired access/refresh token"}))
    })
    .await;
    client(&vendor, &kept).pass().await.unwrap();
    let sent: Vec<_> = vendor.asked().iter().filter_map(|asked| asked.form("refresh_token")).collect();
    assert_eq!(sent, ["one", "two"]);
}

/// The next token is the only one by then: it is not thrown away because a disk was full for a moment.
#[tokio::test]
async fn a_token_that_cannot_be_written_is_not_used_and_not_lost() {
    let state = tempfile::tempdir().unwrap();
    let (vendor, kept) = org(state.path(), |kept, sent| match sent {
        "one" => {
            // Nothing can take the name of a folder.
            kept.forget().unwrap();
            std::fs::create_dir(kept.path()).unwrap();
            granted(Some("two"))
        }
        _ => granted(None),
    })
    .await;
    let salesforce = client(&vendor, &kept);
    let fault = salesforce.pass().await.map(drop).unwrap_err();
    assert!(fault.message.contains("the sign-in cannot be kept") && !fault.message.contains("two"), "{fault}");
    std::fs::remove_dir(kept.path()).unwrap();
    kept.write(&token(&vendor.url, "one")).unwrap();
    pause_is_over().await;
    salesforce.pass().await.unwrap();
    assert!(kept.read().unwrap().unwrap().is(&"two".into()));
}

/// The pause after a refusal.
async fn pause_is_over() {
    tokio::time::pause();
    tokio::time::advance(std::time::Duration::from_mins(1)).await;
    tokio::time::resume();
}

/// Whoever signed in meanwhile, at this desk or another, or signed out, is not undone by a disk that has room again.
#[tokio::test]
async fn a_token_that_could_not_be_written_does_not_come_back_over_another_sign_in() {
    for next in [Some("three"), None] {
        let state = tempfile::tempdir().unwrap();
        let (vendor, kept) = org(state.path(), |kept, sent| {
            if sent == "one" {
                kept.forget().unwrap();
                std::fs::create_dir(kept.path()).unwrap();
                return granted(Some("two"));
            }
            granted(None)
        })
        .await;
        let salesforce = client(&vendor, &kept);
        assert!(salesforce.pass().await.is_err());
        std::fs::remove_dir(kept.path()).unwrap();
        if let Some(next) = next {
            kept.write(&token(&vendor.url, next)).unwrap();
        }
        pause_is_over().await;
        assert_eq!(salesforce.pass().await.is_ok(), next.is_some());
        let sent: Vec<_> = vendor.asked().iter().filter_map(|asked| asked.form("refresh_token")).collect();
        assert_eq!(sent, ["one"].into_iter().chain(next).collect::<Vec<_>>());
    }
}

/// Signs in at a desk by hand, as somebody who types who they are at the org's own page.
async fn signs_in(salesforce: &Salesforce, who: &str) {
    let SignInReply::Begun { url, .. } = salesforce.begin_sign_in(&SignInQuery::Begin).await else { panic!("{who}") };
    let answer = http().post(url).form(&[("username", who)]).send().await.unwrap();
    let reply = salesforce.finish_sign_in(answer.headers()["location"].to_str().unwrap()).await;
    assert_eq!(reply, SignInReply::Done(Text::line(who)));
}

#[tokio::test]
async fn after_another_person_signed_in_nothing_is_done_as_the_one_before() {
    let (sandbox, state) = signed_in().await;
    let (salesforce, _) = desk(&sandbox, state.path());
    let (pass, agent) = (salesforce.pass().await.unwrap(), salesforce.agent().await.unwrap());
    signs_in(&salesforce, "naoko@sandbox.example.jp").await;
    let alive = |sandbox: &Sandbox| sandbox.look(|world| world.salesforce.sessions.alive().1);
    assert_eq!(alive(&sandbox), 1, "what was kept before is good for nothing");
    let other = salesforce.pass().await.unwrap();
    assert_ne!(other.token().expose_secret(), pass.token().expose_secret());
    assert_ne!(salesforce.agent().await.unwrap(), agent);
    signs_in(&salesforce, "desk@sandbox.example.jp").await;
    assert_eq!(salesforce.agent().await.unwrap(), agent);
    assert_eq!(alive(&sandbox), 1);
}
