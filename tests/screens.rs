//! The screens as they stand, for eyes: every kind of screen at the sizes people have, with Japanese data. What moves
//! (time, latency, the order in which systems answer) stands still in the harness.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

#[path = "screens/ambiguous.rs"]
mod ambiguous;
#[expect(dead_code, reason = "a screen needs fewer steps than a journey takes")]
mod common;
#[path = "screens/live.rs"]
mod live;
#[path = "screens/looks.rs"]
mod looks;
#[path = "screens/pack.rs"]
mod pack;
#[path = "screens/tabs.rs"]
mod tabs;

use common::Desk;
use madoguchi::sandbox::faults::{Fault, Order, System};

const SIZES: [(u16, u16); 2] = [(80, 24), (120, 40)];

/// How many more lines may be read comes back with real seconds, the only thing on a screen that does.
fn steady(shown: &str) -> String {
    (0..=3).fold(shown.to_owned(), |shown, left| {
        let shown = shown.replace(&format!("{left} of 3 reads left"), "? of 3 reads left");
        shown.replace(&format!("残り {left}/3 回線"), "残り ?/3 回線")
    })
}

/// Compares a text with the one that was looked at and kept.
fn compare(name: &str, shown: &str) {
    let shown = steady(shown);
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, shown);
    });
}

/// Compares the screen at each size with the one that was looked at and kept.
fn keep(desk: &mut Desk, name: &str) {
    for (width, height) in SIZES {
        desk.resize(width, height);
        let cursor = desk.draw().1.map_or("no cursor".to_owned(), |at| format!("cursor at {},{}", at.x, at.y));
        let screen = desk.screen().join("\n");
        compare(&format!("{name}-{width}x{height}"), &format!("{screen}\n[{cursor}]"));
    }
}

#[tokio::test]
async fn before_anything_is_typed() {
    keep(&mut Desk::open().await, "welcome");
}

#[tokio::test]
async fn hits() {
    let mut desk = Desk::open().await;
    desk.type_text("高").settle().await;
    desk.assert_shows("高瀬");
    keep(&mut desk, "hits-by-name");
    desk.search("0001").await;
    keep(&mut desk, "hits-by-last-digits");
    desk.search("89049032000000000000500002281000").await;
    keep(&mut desk, "no-hits-and-a-wrong-eid");
}

#[tokio::test]
async fn what_may_follow_on_keys_that_were_begun() {
    let mut desk = Desk::with_keys("[keys]\npreset = \"vim\"\n").await;
    desk.open_customer("高瀬").await.press("g 3 g").await;
    keep(&mut desk, "keys-begun");
    desk.press("esc L g x").await;
    keep(&mut desk, "ja-keys-begun");
}

#[tokio::test]
async fn dashboards() {
    let mut desk = Desk::open().await;
    for (typed, name) in [
        ("高瀬", "ordinary"),
        ("Okafor", "troubled"),
        ("窓口商事", "organisation"),
        ("Haidari", "waiting"),
        ("Kovács", "broken-link"),
        ("Esther Empty", "empty"),
    ] {
        desk.open_customer(typed).await;
        keep(&mut desk, &format!("dashboard-{name}"));
    }
}

#[tokio::test]
async fn a_dashboard_with_billing_down() {
    let mut desk = Desk::open().await;
    desk.open_customer("高瀬").await;
    let refused = Fault::VendorError { code: "403".to_owned(), message: Some("Invalid IP 203.0.113.7".to_owned()) };
    desk.sandbox.misbehave(Order::on(System::Whmcs, refused));
    desk.pass(12).press("r").await;
    keep(&mut desk, "dashboard-billing-down");
    desk.press("3").await;
    keep(&mut desk, "billing-down");
}

#[tokio::test]
async fn tabs() {
    let mut desk = Desk::open().await;
    desk.open_customer("窓口商事").await;
    for (key, name) in [("2", "subscriptions"), ("3", "billing"), ("4", "orders"), ("5", "sim"), ("6", "support")] {
        desk.press(key).await;
        keep(&mut desk, name);
    }
    desk.press("3").await.keys("f").type_text("paid");
    keep(&mut desk, "billing-filtered");
}

#[tokio::test]
async fn overlays() {
    let mut desk = Desk::open().await;
    desk.press("f1").await;
    keep(&mut desk, "help-search");
    desk.press("esc").await.open_customer("髙雄").await.press("3 ?").await;
    keep(&mut desk, "help-list");
    desk.press("esc :").await;
    keep(&mut desk, "palette");
    desk.type_text("re");
    keep(&mut desk, "palette-typed");
}

#[tokio::test]
async fn in_japanese() {
    let mut desk = Desk::open().await;
    desk.press("esc L /").await;
    keep(&mut desk, "ja-welcome");
    desk.open_customer("高瀬").await;
    keep(&mut desk, "ja-dashboard");
    for (key, name) in [("3", "ja-billing"), ("5", "ja-sim"), ("?", "ja-help")] {
        desk.press(key).await;
        keep(&mut desk, name);
    }
}

#[tokio::test]
async fn a_screen_that_is_too_small_says_the_same_everywhere() {
    let mut desk = Desk::open().await;
    desk.open_customer("高瀬").await.resize(50, 15);
    let small = desk.screen().join("\n");
    compare("too-small-50x15", &small);
    for keys in ["3", "?", "esc esc"] {
        desk.press(keys).await;
        assert_eq!(desk.screen().join("\n"), small, "after {keys}");
    }
}

#[tokio::test]
async fn orders_looked_through() {
    let mut desk = Desk::open().await;
    desk.open_customer("Salma Ibrahim").await.press("4 ]").await;
    keep(&mut desk, "xray-stuck");
    desk.press("L").await;
    keep(&mut desk, "ja-xray-stuck");
    desk.press("L").await.open_customer("Emma Lindqvist").await.press("4 ]").await;
    keep(&mut desk, "xray-done");
    desk.open_customer("Esther Empty").await.press("4 ]").await;
    keep(&mut desk, "xray-empty");
    desk.open_customer("Schneider").await.press("4 ] ]").await;
    keep(&mut desk, "opportunities-cancelling");
}

#[tokio::test]
async fn lines_and_their_usage() {
    let mut desk = Desk::open().await;
    desk.open_customer("Kai Nakamoto").await.press("5").await;
    keep(&mut desk, "sim-locked");
    desk.press("]").await;
    keep(&mut desk, "usage");
    desk.open_customer("Rui Duarte").await.press("5 ]").await;
    keep(&mut desk, "usage-of-six");
    desk.open_customer("Esther Empty").await.press("5").await;
    keep(&mut desk, "sim-empty");
}
