//! Somebody signs in with their browser at the desk, where nobody is signed in.

use madoguchi::backend::salesforce::SignIn;
use madoguchi::backend::salesforce::session::browser::Browser;
use madoguchi::backend::salesforce::session::kept::Kept;
use madoguchi::flow::{Input, Msg};
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
    let login = Browser::new(client, None, 1717).kept(Some(kept.clone()));
    desk.sign_in = Some(Box::new(SignIn::Browser(login)));
    desk.connect().await;
    desk.settle().await;
    desk.press("H").await.assert_shows("nobody signed in with a browser yet");
    desk.press("esc").await;

    desk.does("sign-in")
        .await
        .assert_shows("Open this address in a browser")
        .assert_shows("localhost:1717/OauthRedirect");
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

#[tokio::test]
async fn a_desk_that_signs_in_by_itself_says_that_there_is_nothing_to_do() {
    let mut desk = Desk::open().await;
    desk.does("sign-in").await.assert_shows("The desk signs in by itself here");
    desk.press("enter").await;
    desk.assert_hides("The desk signs in by itself here");
}
