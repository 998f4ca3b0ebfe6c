//! Things go wrong while somebody works: what was known stays, what is unknown is said, and nobody is taken for another.

use std::time::Duration;

use madoguchi::backend::http::Error;
use madoguchi::locale::{Language, Words};
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

/// What is no word of ours: names, and what stands so in a file or on a command line.
const NAMES: &[&str] =
    &["HTTP", "JSON", "MB", "WHMCS", "Freebit", "Salesforce", "VPN", "IP", "WH", "SF", "FB", "ca", "file"];

/// Words in Latin letters that are no names.
fn foreign(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !c.is_ascii_alphabetic());
    words.filter(|word| word.len() > 1 && !NAMES.contains(word)).collect()
}

#[test]
fn however_a_call_ends_it_is_said_in_the_persons_language_and_logged_in_english() {
    let [en, ja] = [Language::English, Language::Japanese].map(Words::new);
    let wait = Duration::from_secs(7);
    let server = |page, retry_after| Error::Server { status: 503, page, retry_after };
    for error in [
        Error::Connect,
        Error::Untrusted,
        Error::Timeout(wait),
        Error::Dropped,
        server(false, None),
        server(false, Some(wait)),
        server(true, None),
        server(true, Some(wait)),
        Error::Busy { retry_after: None },
        Error::Busy { retry_after: Some(wait) },
        Error::Redirect(302),
        Error::TooLarge(16 << 20),
        Error::Held { retry_in: wait },
        Error::OverBudget { retry_in: wait },
        Error::Request,
    ] {
        for system in madoguchi::domain::system::System::ALL {
            let fault = error.fault(system);
            assert_eq!(en.phrase(&fault.phrase(), true), fault.to_string(), "{error:?}");
            assert!(fault.message.starts_with(&error.to_string()), "{error:?}: {}", fault.message);
            let said = ja.phrase(&fault.phrase(), true);
            assert_eq!(foreign(&said), Vec::<&str>::new(), "{error:?}: {said}");
        }
    }
}

#[tokio::test]
async fn a_japanese_desk_says_in_japanese_what_is_wrong_with_a_system() {
    let theirs = Fault::VendorError { code: "403".to_owned(), message: Some("Invalid IP 203.0.113.7".to_owned()) };
    for (fault, says) in [
        (Fault::Html500, "ウェブページ"),
        (Fault::Unavailable503, "503"),
        (Fault::TooMany429 { retry_after: 3600 }, "呼出が多すぎます"),
        (Fault::DropBefore, "途中で切れ"),
        (Fault::Garbage, "JSON ではありません"),
        (theirs, "203.0.113.7"),
    ] {
        let mut desk = Desk::open().await;
        desk.resize(200, 40).open_customer("Emma Lindqvist").await.press("L 3").await;
        desk.sandbox.misbehave(Order::on(System::Whmcs, fault.clone()));
        let screen = desk.press("r").await.screen();
        let lines: Vec<&String> = screen.iter().filter(|line| line.contains("✗ WHMCS: ")).collect();
        assert!(!lines.is_empty() && lines.iter().any(|line| line.contains(says)), "{fault:?}\n{}", screen.join("\n"));
        for line in lines {
            let line = line.split("WHMCS: ").nth(1).unwrap_or_default();
            // WHMCS calls its actions so, and its own sentence stays as it came.
            let is_theirs = |word: &&str| word.starts_with("Get") || *word == "Invalid";
            let ours: Vec<&str> = foreign(line).into_iter().filter(|word| !is_theirs(word)).collect();
            assert_eq!(ours, Vec::<&str>::new(), "{fault:?}: {line}");
        }
    }
}
