//! Somebody signs in with their browser at the desk, where nobody is signed in.

use madoguchi::backend::salesforce::SignIn;
use madoguchi::backend::salesforce::session::browser::Browser;
use madoguchi::backend::salesforce::session::kept::Kept;
use madoguchi::flow::{Input, LockKey, Msg};
use url::Url;

use super::common::Desk;

/// Where the org sends a browser that went to an address.
async fn consented(url: &str) -> String {
    let builder = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    let answer = builder.build().unwrap().get(url).send().await.unwrap();
    answer.headers()["location"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_sign_in_that_is_missing_is_made_at_the_desk() {
    let mut desk = Box::pin(Desk::closed()).await;
    let client = desk.sandbox.credentials.salesforce_client_id.clone();
    let kept = Kept::of(desk.folder.path(), "test");
    let login = Browser::new(client, None, 0).kept(Some(kept.clone()));
    desk.sign_in = Some(Box::new(SignIn::Browser(login)));
    desk.connect().await;
    desk.settle().await;
    desk.press("H").await.assert_shows("nobody signed in with a browser yet");
    desk.press("esc").await;

    desk.does("sign-in").await.assert_shows("Open this address in a browser").assert_shows("/OauthRedirect");
    desk.press("ctrl-y").await;
    let url = desk.copied().unwrap();
    let back = consented(&url).await;
    let paste = |text: &str| Msg::Input(Input::Paste(text.to_owned()));
    desk.handle(paste("my shopping list"));
    desk.settle().await;
    desk.assert_shows("That is not the address the sign-in ended on");
    let mut other = Url::parse(&back).unwrap();
    other.query_pairs_mut().clear().append_pair("code", "x").append_pair("state", "guessed");
    desk.handle(paste(other.as_str()));
    desk.settle().await;
    desk.assert_shows("That address belongs to another sign-in");
    desk.handle(paste(&back));
    desk.settle().await;
    desk.assert_shows("Salesforce is back").assert_shows("✓ SF");
    assert!(kept.read().unwrap().is_some());
    desk.open_customer("Emma Lindqvist").await.assert_shows("C-000001");
}

/// Where the org sends a browser in which somebody signs in on its page.
async fn signed_in_as(url: &str, who: &str) -> String {
    let builder = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    let client = builder.build().unwrap();
    let page = client.get(url).send().await.unwrap();
    assert_eq!(page.status(), 200, "a browser that is signed in is asked all the same");
    let answer = client.post(url).form(&[("username", who)]).send().await.unwrap();
    answer.headers()["location"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_locked_desk_opens_for_who_left_it_and_for_nobody_else() {
    let mut desk = Box::pin(Desk::closed()).await;
    let client = desk.sandbox.credentials.salesforce_client_id.clone();
    let kept = Kept::of(desk.folder.path(), "test");
    let login = Browser::new(client, None, 0).kept(Some(kept.clone()));
    desk.sign_in = Some(Box::new(SignIn::Browser(login)));
    desk.lock_with(LockKey::SignIn);
    desk.connect().await;
    desk.settle().await;
    // Whoever was never here cannot come back.
    desk.press("ctrl-x enter").await.assert_shows("It is not known who was at this desk");
    desk.restart().await;
    desk.does("sign-in").await;
    desk.press("ctrl-y").await;
    let paste = |text: &str| Msg::Input(Input::Paste(text.to_owned()));
    let back = consented(&desk.copied().unwrap()).await;
    desk.handle(paste(&back));
    desk.settle().await;
    desk.open_customer("Emma Lindqvist").await.assert_shows("C-000001");
    let before = std::fs::read(kept.path()).unwrap();

    desk.press("ctrl-x").await.assert_hides("C-000001").assert_shows("Only who was at this desk opens it");
    desk.press("enter").await.assert_shows("prompt=login").assert_hides("C-000001");
    desk.press("ctrl-y").await;
    let url = desk.copied().unwrap();
    let back = signed_in_as(&url, "naoko@sandbox.example.jp").await;
    desk.handle(paste(&back));
    desk.settle().await;
    desk.assert_shows("Signed in was naoko@sandbox.example.jp").assert_hides("C-000001");
    assert_eq!(std::fs::read(kept.path()).unwrap(), before, "nothing of theirs is kept");
    let tokens = |desk: &Desk| desk.sandbox.look(|world| world.salesforce.sessions.alive().1);
    let alive = tokens(&desk);

    desk.press("enter enter").await;
    desk.press("ctrl-y").await;
    let back = signed_in_as(&desk.copied().unwrap(), "desk@sandbox.example.jp").await;
    desk.handle(paste(&back));
    desk.settle().await;
    desk.assert_shows("C-000001").assert_shows("desk@sandbox.example.jp");
    assert_eq!(tokens(&desk), alive, "the stranger's was ended, and so was the one that was there before");
}

/// A browser of this machine comes back to the port that the desk opened, as long as somebody waits for it.
#[tokio::test]
async fn a_browser_that_comes_back_signs_in_and_opens_the_lock() {
    let get = async |url: &str| {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer = client.get(url).send().await.map_err(drop)?;
        Ok::<_, ()>((answer.status().as_u16(), answer.text().await.unwrap()))
    };
    let mut desk = Box::pin(Desk::closed()).await;
    let client = desk.sandbox.credentials.salesforce_client_id.clone();
    let kept = Kept::of(desk.folder.path(), "test");
    desk.sign_in = Some(Box::new(SignIn::Browser(Browser::new(client, None, 0).kept(Some(kept)))));
    desk.lock_with(LockKey::SignIn);
    desk.connect().await;
    desk.settle().await;
    desk.does("sign-in").await.assert_shows("The browser comes back here by itself");
    desk.press("ctrl-y").await;
    let back = consented(&desk.copied().unwrap()).await;
    // A page of somebody else's knows the port, and not the word.
    let mut strange = Url::parse(&back).unwrap();
    strange.query_pairs_mut().clear().append_pair("code", "theirs").append_pair("state", "guessed");
    let (status, page) = get(strange.as_str()).await.unwrap();
    assert!(status == 400 && page.contains("did not sign you in"), "{status} {page}");
    desk.settle().await;
    desk.assert_shows("The browser comes back here by itself");
    let (status, page) = get(&back).await.unwrap();
    assert!(status == 200 && page.contains("You are signed in"), "{status} {page}");
    desk.settle().await;
    desk.assert_hides("comes back here").assert_shows("✓ SF");
    desk.open_customer("Emma Lindqvist").await.assert_shows("C-000001");

    desk.press("ctrl-x enter").await.assert_hides("C-000001");
    desk.press("ctrl-y").await;
    let back = signed_in_as(&desk.copied().unwrap(), "desk@sandbox.example.jp").await;
    // Whoever gave it up is not let in by it any more.
    desk.press("esc").await;
    assert_eq!(get(&back).await, Err(()), "nobody waits");
    desk.settle().await;
    desk.assert_hides("C-000001");
    desk.press("enter").await;
    desk.press("ctrl-y").await;
    let back = signed_in_as(&desk.copied().unwrap(), "desk@sandbox.example.jp").await;
    assert_eq!(get(&back).await.unwrap().0, 200);
    desk.settle().await;
    desk.assert_shows("C-000001");
}

#[tokio::test]
async fn a_desk_that_signs_in_by_itself_says_that_there_is_nothing_to_do() {
    let mut desk = Desk::open().await;
    desk.does("sign-in").await.assert_shows("The desk signs in by itself here");
    desk.press("enter").await;
    desk.assert_hides("The desk signs in by itself here");
}
