//! Finding a customer by whatever a caller says.

use madoguchi::flow::{Generation, Msg, Reply, SearchReply, Slot};
use madoguchi::sandbox::faults::{Fault, Order, System};
use madoguchi::sandbox::salesforce::row::Record;

use super::common::Desk;

const PAGE: &str = include_str!("../../assets/sandbox.md");

/// Words in backticks.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

#[tokio::test]
async fn every_word_of_the_documented_page_finds_its_customer() {
    let rows: Vec<&str> = PAGE.lines().filter(|line| line.starts_with("| `")).collect();
    assert!(rows.len() > 50, "the page lists its customers in tables");
    // A desk for a few customers each: one would be held back by its own rate budget.
    for rows in rows.chunks(6) {
        let mut desk = Desk::open().await;
        for row in rows {
            let cells: Vec<&str> = row.trim_matches('|').split(" | ").collect();
            let customer = quoted(cells[0]).next().unwrap();
            // WHMCS alone, which has the Latin spelling, names the client and not the customer number.
            let client = customer.strip_prefix("C-00").map_or(customer.to_owned(), |rest| format!("#1{}", &rest[1..]));
            for key in quoted(cells[0]).chain(quoted(cells[1])) {
                desk.search(key).await;
                let shown = desk.screen();
                let found = shown.iter().skip(2).any(|line| line.contains(customer) || line.contains(&client));
                assert!(found, "{key} should find {customer}:\n{}", shown.join("\n"));
            }
        }
    }
}

fn order_of(desk: &Desk, customer: u64, field: &str) -> String {
    desk.sandbox.look(|world| {
        let number = format!("C-{customer:06}");
        let named = |row: &Record<'_>| row.text("SF_Account_No__c") == number;
        let account = world.salesforce.rows("Account").find(named).unwrap();
        let order = world.salesforce.rows("Order").find(|row| row.text("AccountId") == account.id()).unwrap();
        order.text(field).to_owned()
    })
}

/// Every kind of key, in the spellings people use, with the reason the hit gives.
#[tokio::test]
async fn every_kind_of_key_is_recognised_by_its_shape() {
    let cases: &[(&[&str], &str, &str)] = &[
        (
            &[
                "090-0100-0001",
                "09001000001",
                "+81 90 0100 0001",
                "+81-90-0100-0001",
                "81 90 0100 0001",
                "０９０－０１００－０００１",
                "(090) 0100 0001",
                "090.0100.0001",
            ],
            "C-000001",
            "phone ***-****-0001",
        ),
        (&["0001", "00001", "０００１"], "C-000001", "last digits ***"),
        (&["marco.bellini@example.jp", "Marco.Bellini@EXAMPLE.jp", "marco.b"], "C-000003", "e-mail m***@example.jp"),
        (&["高瀬", "高瀬 美咲", "高瀬美咲", "高瀬　美咲"], "C-000002", "name 高瀬 美咲"),
        (&["たかせ", "タカセ", "ﾀｶｾ", "ﾀｶｾ ﾐｻｷ", "タカセ　ミサキ"], "C-000002", "高瀬 美咲"),
        (&["takase", "Misaki Takase", "Takase Misaki", "TAKASE MISAKI"], "C-000002", "高瀬 美咲"),
        (&["Emma Lindqvist", "Lindqvist Emma", "lindqvist", "EMMA"], "C-000001", "name Emma Lindqvist"),
        (&["C-000004", "c-000004", "C000004", "C-4"], "C-000004", "customer number C-000004"),
        (&["#1004", "client:1004"], "C-000004", "client number"),
    ];
    for (spellings, customer, why) in cases {
        let mut desk = Desk::open().await;
        for typed in *spellings {
            desk.search(typed).await;
            let line = desk.row();
            assert!(line.contains(customer), "{typed} should find {customer}: {line}");
            assert!(line.contains(why), "{typed} finds {customer}, and should say {why:?}: {line}");
        }
    }
}

#[tokio::test]
async fn numbers_of_orders_invoices_cases_and_cards_find_their_customer() {
    let mut desk = Desk::open().await;
    let number = order_of(&desk, 1, "OrderNumber");
    let in_whmcs = order_of(&desk, 1, "WHMCS_Order_ID__c");
    let (printed, invoice) = desk.sandbox.look(|world| {
        let order = world.whmcs.orders.get(in_whmcs.parse().unwrap()).unwrap();
        (order.number.to_string(), world.whmcs.invoices.of(1001).next().unwrap().id)
    });
    let line = desk.sandbox.look(|world| world.freebit.lines().find(|it| it.account == "09002000009").cloned());
    let card = line.unwrap();
    let (number_said, id_said) = (format!("order:{number}"), format!("order:{in_whmcs}"));
    let (invoice_said, invoice) = (format!("inv:{invoice}"), invoice.to_string());
    for (typed, customer, why) in [
        (number.as_str(), ("C-000001", "#1001"), "order"),
        (&number_said, ("C-000001", "#1001"), "order"),
        (&printed, ("C-000001", "#1001"), "WHMCS order"),
        (&id_said, ("C-000001", "#1001"), "WHMCS order"),
        (&invoice, ("C-000001", "#1001"), "invoice"),
        (&invoice_said, ("C-000001", "#1001"), "invoice"),
        ("00000007", ("C-000036", "#1036"), "case 00000007"),
        ("case:00000007", ("C-000036", "#1036"), "case 00000007"),
        (card.product_number.as_str(), ("C-000009", "#1009"), "card number"),
        (card.eid.as_deref().unwrap(), ("C-000009", "#1009"), "EID"),
        (card.iccid.as_deref().unwrap(), ("C-000009", "#1009"), "ICCID"),
        ("090-0200-0009", ("C-000009", "#1009"), "*0009"),
    ] {
        desk.search(typed).await;
        let (number, client) = customer;
        let line = desk.line_with(client);
        assert!(line.contains(why), "{typed} should say {why}: {line}");
        assert!(line.contains(number) || line.ends_with("WH"), "only WHMCS does not know {number}: {line}");
    }
}

#[tokio::test]
async fn what_a_system_cannot_search_is_said() {
    let mut desk = Desk::open().await;
    for (typed, says) in [
        ("0001", &["WHMCS cannot search by last digits", "Freebit cannot search by last digits"][..]),
        ("C-000001", &["WHMCS cannot search by customer number"]),
        ("090-0100-0001", &["WHMCS cannot search by phone"]),
        ("778", &["Salesforce cannot search by invoice"]),
    ] {
        desk.search(typed).await;
        for sentence in says {
            desk.assert_shows(sentence);
        }
    }
    desk.search("nobody has this name").await.assert_shows("No customer found for this");
    desk.search("-").await.assert_shows("Go on typing");
    desk.search("89049032000000000000500002281000").await.assert_shows("EID");
}

#[tokio::test]
async fn enter_opens_and_esc_returns_to_the_hit_it_came_from() {
    let mut desk = Desk::open().await;
    desk.search("@example.jp").await;
    desk.assert_shows("▸");
    let first = desk.row();
    let third = desk.keys("down down").row();
    assert_ne!(first, third);
    let number = third.split_whitespace().find(|word| word.starts_with("C-")).unwrap();
    desk.press("enter").await;
    desk.assert_shows(&format!("{number} › Dashboard"));
    desk.press("esc").await;
    assert_eq!(desk.row(), third, "the cursor is where it was");
    desk.press("enter 3 esc").await;
    assert_eq!(desk.row(), third, "also from another tab");
    // A letter typed now begins a new search instead of lengthening the old one.
    desk.keys("/").type_text("Raman").settle().await;
    desk.assert_shows("Find Raman").assert_shows("C-000004");
}

#[tokio::test]
async fn the_answer_to_an_older_keystroke_never_shows() {
    let mut desk = Desk::open().await;
    let slow = Fault::Latency { ms: 20_000, jitter_ms: 0 };
    desk.sandbox.misbehave(Order::everywhere(slow).matching("lindq"));
    desk.keys("/").type_text("lindq");
    // The older search is on its way to all systems when the newer one is typed.
    while !matches!(desk.work.next().await, Msg::Reply { reply: Reply::Search(SearchReply::Asked(_)), .. }) {}
    desk.keys("ctrl-u").type_text("takase").settle().await;
    desk.assert_shows("C-000002").assert_hides("Lindqvist");

    // An answer that was already in the channel when the next letter came.
    let stale = |generation: Generation| Msg::Reply {
        slot: Slot::Search,
        generation,
        reply: Reply::Search(SearchReply::CannotSearch(
            madoguchi::domain::system::System::Freebit,
            madoguchi::flow::Searched::Name,
        )),
    };
    let before = desk.screen();
    for generation in 0..11 {
        desk.handle(stale(generation));
        desk.handle(Msg::Ended { slot: Slot::Search, generation });
    }
    assert_eq!(desk.screen(), before);
}

#[tokio::test]
async fn what_was_typed_before_the_systems_were_there_is_searched_and_opened() {
    let mut desk = Desk::closed().await;
    desk.assert_shows("STARTING").assert_hides("SANDBOX");
    desk.type_text("Emma Lindqvist").keys("enter");
    desk.connect().await;
    desk.settle().await;
    desk.assert_shows("SANDBOX").assert_shows("Emma Lindqvist C-000001 › Dashboard");
}

#[tokio::test]
async fn a_system_that_fails_is_named_beside_the_hits_of_the_others() {
    for (system, name, typed, found) in [
        (System::Salesforce, "Salesforce", "Emma Lindqvist", "#1001"),
        (System::Whmcs, "WHMCS", "Emma Lindqvist", "C-000001"),
        // Nobody was found, but one who could know was not there.
        (System::Freebit, "Freebit", "090-0999-9999", "not every system could be asked"),
    ] {
        let mut desk = Desk::open().await;
        desk.refuse(system);
        desk.search(typed).await.assert_shows(found);
        let line = desk.line_with(&format!("{name}: "));
        assert!(line.starts_with('✗') || line.contains(name), "{line}");
    }
}

#[tokio::test]
async fn the_box_is_edited_like_any_other() {
    let mut desk = Desk::open().await;
    desk.type_text("高瀬x").keys("backspace").settle().await;
    desk.assert_shows("Find 高瀬").assert_shows("C-000002");
    let (_, cursor) = desk.draw();
    assert_eq!(cursor, Some(ratatui::layout::Position::new(9, 1)), "two wide characters behind the label");
    let (_, cursor) = desk.keys("home").draw();
    assert_eq!(cursor.unwrap().x, 5);
    desk.keys("end ctrl-u").settle().await;
    desk.assert_hides("C-000002");
}

#[tokio::test]
async fn more_than_the_desk_asks_for_is_said() {
    let mut desk = Desk::open().await;
    desk.search("@example.jp").await.assert_shows("Salesforce may have more than these");
    desk.search("Bellini").await.assert_hides("may have more");
}

#[tokio::test]
async fn a_word_with_nothing_after_it_says_what_is_missing() {
    let mut desk = Desk::open().await;
    for (typed, example) in [("inv:", "inv:9001"), ("order:", "order:00000123"), ("case: ", "case:00001234"), ("#", "")]
    {
        desk.search(typed).await.assert_shows(example).assert_hides("No customer found");
    }
}

#[tokio::test]
async fn nobody_found_is_not_said_of_systems_that_could_not_be_asked() {
    let mut desk = Desk::open().await;
    for system in [System::Salesforce, System::Whmcs] {
        desk.sandbox.misbehave(Order::on(system, Fault::Html500));
    }
    desk.search("Okafor").await.assert_shows("not every system could be asked").assert_hides("No customer found");
    desk.assert_shows("✗ Salesforce: ").assert_shows("✗ WHMCS: ");
}

/// A caller spells what a keyboard has. WHMCS compares without regard to accents, as its database does.
#[tokio::test]
async fn accents_need_not_be_typed() {
    let mut desk = Desk::open().await;
    for (typed, name) in [("Bjork", "Björk"), ("Dvorak", "Dvořák"), ("gergo", "Gergő")] {
        desk.search(typed).await.assert_shows(name);
    }
}
