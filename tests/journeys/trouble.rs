//! Things go wrong while somebody works: what was known stays, what is unknown is said, and nobody is taken for another.

use madoguchi::sandbox::faults::{Fault, Order, System};

use super::common::Desk;

/// Every page of every tab, as the keys that lead there from any other page of the customer.
const PAGES: [(&str, usize); 6] = [("1", 3), ("2", 4), ("3", 6), ("4", 3), ("5", 2), ("6", 2)];

impl Desk {
    /// Presses these keys on every page of the open customer and looks at it.
    async fn leaf_through(&mut self, keys: &str) -> Vec<(String, Vec<String>)> {
        let mut seen = Vec::new();
        for (tab, pages) in PAGES {
            for page in 0..pages {
                self.press(if page == 0 { tab } else { "]" }).await.press(keys).await;
                seen.push((format!("{tab}.{page}"), self.screen()));
            }
            for _ in 1..pages {
                self.keys("[");
            }
            self.settle().await;
        }
        seen
    }
}

/// What identifies something on a page: dates, sums, numbers. Not the frame, whose ages and clock move.
fn facts(screen: &[String]) -> Vec<String> {
    let body = screen.iter().skip(3).take(screen.len() - 5);
    let words = body.flat_map(|line| line.split(|c: char| c.is_whitespace() || "│┌┐└┘─▐".contains(c)));
    let fact = |word: &&str| word.contains(|c: char| c.is_ascii_digit()) && word.contains(['-', '¥', '#']);
    words.filter(fact).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_system_that_refuses_the_desks_address_is_not_ticked_off() {
    let mut desk = Desk::open().await;
    desk.open_customer("Emma Lindqvist").await.assert_shows("✓ WH");
    let refused = Fault::VendorError { code: "403".to_owned(), message: Some("Invalid IP 203.0.113.7".to_owned()) };
    desk.sandbox.misbehave(Order::on(System::Whmcs, refused));
    desk.press("r").await.assert_shows("! WH unsteady").assert_shows("✓ SF").assert_hides("✓ WH");
    desk.sandbox.behave();
    desk.press("r").await.assert_shows("✓ WH");
}

#[tokio::test]
async fn parts_that_fail_together_are_told_once() {
    let mut desk = Desk::open().await;
    desk.open_customer("Marco Bellini").await.press("3").await.assert_shows("43 d");
    let refused = Fault::VendorError { code: "403".to_owned(), message: Some("Invalid IP 203.0.113.7".to_owned()) };
    desk.sandbox.misbehave(Order::on(System::Whmcs, refused));
    let screen = desk.press("r").await.screen();
    assert!(screen[3].contains("✗ WHMCS: ") && screen[4].contains("Number"), "{}", screen.join("\n"));
    assert_eq!(screen[1].matches("WH now").count(), 1, "{}", screen[1]);
}

#[tokio::test]
async fn no_fault_takes_from_any_page_what_was_known() {
    let refused = Fault::VendorError { code: "403".to_owned(), message: None };
    for (customer, fault) in [("Sylvie Morel", refused), ("Hamza Mirza", Fault::Garbage)] {
        let mut desk = Desk::open().await;
        // High enough that a line about a fault pushes nothing out of sight.
        desk.resize(200, 140).open_customer(customer).await.leaf_through("").await;
        // Once more: what one page reads, the pages before it show too.
        let fine = desk.leaf_through("").await;
        desk.sandbox.misbehave(Order::everywhere(fault));
        let ill = desk.pass(1).leaf_through("r").await;
        for ((page, before), (_, after)) in fine.iter().zip(&ill) {
            let (known, kept) = (facts(before), facts(after));
            let lost: Vec<_> = known.iter().filter(|fact| !kept.contains(fact)).collect();
            assert!(lost.is_empty(), "{customer} {page}: {lost:?} is gone from\n{}", after.join("\n"));
        }
        desk.sandbox.behave();
        desk.leaf_through("r").await;
        let well = desk.leaf_through("").await;
        for ((page, before), (_, after)) in fine.iter().zip(&well) {
            assert_eq!(facts(before), facts(after), "{customer} {page} once all is well again");
        }
    }
}

#[tokio::test]
async fn what_salesforce_alone_could_name_is_not_said_to_be_missing() {
    let mut desk = Desk::open().await;
    desk.search("Sylvie Morel").await;
    desk.refuse(System::Salesforce);
    desk.press("enter").await.assert_hides("no lines");
    desk.press("5").await.assert_shows("Nothing here in what could be read");
    desk.press("]").await.assert_shows("Could not be read").assert_hides("no lines");
    desk.sandbox.behave();
    desk.press("r").await.assert_shows("no lines");
}

#[tokio::test]
async fn two_clients_of_one_account_are_two() {
    let mut desk = Desk::open().await;
    for client in ["#900044", "#1044", "#900044"] {
        desk.open_customer(client).await;
        let shown = desk.line_with("WHMCS client  ");
        assert!(shown.contains(&format!("{client} ")), "{client}: {shown}");
    }
}

#[tokio::test]
async fn what_only_salesforce_tells_waits_until_the_account_is_known() {
    let mut desk = Desk::open().await;
    // Found in WHMCS alone: which account it names is read after it was opened.
    desk.open_customer("#900044").await.press("6 ]").await;
    desk.assert_hides("not known").assert_shows("SF now");
}

#[tokio::test]
async fn an_idle_desk_asks_nothing_and_a_running_cursor_next_to_nothing() {
    let mut desk = Desk::open().await;
    desk.open_customer("Zimmermann").await.press("3").await;
    let calls = |desk: &Desk| -> u64 { desk.sandbox.counts().values().flat_map(|calls| calls.values()).sum() };
    let before = calls(&desk);
    desk.pass(30).settle().await;
    assert_eq!(calls(&desk), before);
    for _ in 0..100 {
        desk.keys("down");
    }
    desk.settle().await;
    let run = calls(&desk) - before;
    assert!((1..=2).contains(&run), "{run} calls while the cursor ran over a hundred invoices");
}
