//! Each tab with all its pages, for someone with whom all is well, for someone with the tab's own trouble, and for someone
//! of whom nothing is known yet.

use std::fmt::Write as _;

use super::SIZES;
use super::common::Desk;

/// The tabs by their keys, and who has the trouble of each.
pub const TABS: [(&str, &str, &str); 6] = [
    ("1", "dashboard", "C-000006"),
    ("2", "subscriptions", "C-000018"),
    ("3", "billing", "C-000003"),
    ("4", "orders", "C-000021"),
    ("5", "sim", "C-000013"),
    ("6", "support", "C-000062"),
];

const ORDINARY: &str = "C-000001";
const EMPTY: &str = "C-000054";

/// One file a tab and size, with every page of the three one below the other.
#[tokio::test]
async fn each_tab_for_three_customers() {
    let mut desk = Desk::open().await;
    for (key, tab, troubled) in TABS {
        let mut shown = SIZES.map(|_| String::new());
        for (kind, customer) in [("ordinary", ORDINARY), ("troubled", troubled), ("empty", EMPTY)] {
            desk.open_customer(customer).await.press(key).await;
            let first = page(&desk);
            loop {
                for ((width, height), shown) in SIZES.into_iter().zip(&mut shown) {
                    desk.resize(width, height).settle().await;
                    let screen = desk.screen().join("\n");
                    writeln!(shown, "==== {kind}: {customer}\n{screen}").unwrap();
                }
                if desk.press("]").await.screen()[2] == first || !first.contains('▸') {
                    break;
                }
            }
        }
        for ((width, height), shown) in SIZES.into_iter().zip(shown) {
            super::compare(&format!("tab-{tab}-{width}x{height}"), &shown);
        }
    }
}

/// The bar of pages, where a tab has several.
fn page(desk: &Desk) -> String {
    desk.screen()[2].clone()
}
