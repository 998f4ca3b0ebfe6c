//! How what happens elsewhere is told: beside what the desk itself says, and by customer.

use jiff::SignedDuration;
use madoguchi::domain::customer::{ClientId, CustomerKey};
use madoguchi::domain::notification::{NotificationKind, Whose};
use madoguchi::domain::salesforce_id::SalesforceId;
use madoguchi::domain::text::Text;
use madoguchi::flow::{Key, Live, Msg};

use super::Core;
use super::live::kept;

/// What is wrong at the desk itself is not covered by what comes in, unless that is worse.
#[test]
fn a_problem_of_the_desk_is_covered_by_nothing_less_urgent() {
    let mut core = Core::new();
    let now = core.now;
    core.app.refit(Err("config.toml:3: desk.theme".to_owned()), false, now);
    core.now = core.now.checked_add(SignedDuration::from_secs(5)).unwrap();
    core.happens(NotificationKind::OrderFailed, "C-000021", "00000210");
    let status = core.status(120);
    assert!(status.contains("config.toml:3") && !status.contains("Order failed"), "{status}");
    core.now = core.now.checked_add(SignedDuration::from_secs(5)).unwrap();
    core.happens(NotificationKind::Drift, "C-000023", "8801");
    assert!(core.status(120).contains("C-000023"), "{}", core.status(120));
    core.pass(SignedDuration::from_mins(2), Msg::Minute);
    assert!(!core.status(120).contains("config.toml:3"));
}

#[test]
fn customers_whose_numbers_are_not_told_are_not_taken_for_one() {
    let mut core = Core::new();
    core.key(Key::Esc);
    let of = |name: &str, case: &str| {
        let mut it = kept(&core, NotificationKind::CaseDue, "C-000001", case);
        let key = CustomerKey::default();
        let who = Whose { key, number: Text::default(), name: Text::line(name) };
        it.notification.who = Some(who);
        it
    };
    core.live(Live::Notifications(vec![of("Luc Moreau", "00000013"), of("Petr Novak", "00000014")]));
    core.key(Key::Char('n'));
    for (name, case) in [("Luc Moreau", "00000013"), ("Petr Novak", "00000014")] {
        assert!(core.line(case).contains(name), "{}", core.screen());
    }
}

/// One customer is one, by whichever of their numbers a system calls them.
#[test]
fn what_both_systems_tell_of_a_customer_stands_together() {
    let mut core = Core::new();
    core.key(Key::Esc);
    let account = SalesforceId::parse("001000000000001").ok();
    let of = |core: &mut Core, key: CustomerKey, number: &str, subject: &str| {
        core.now = core.now.checked_add(SignedDuration::from_secs(1)).unwrap();
        let mut it = kept(core, NotificationKind::CaseDue, "C-000007", subject);
        it.notification.who = Some(Whose { key, number: Text::line(number), name: Text::line("Aiko Mori") });
        core.live(Live::Notifications(vec![it]));
    };
    let client = |n: u64| Some(ClientId(n));
    of(&mut core, CustomerKey { account, ..CustomerKey::default() }, "C-000021", "case-a");
    of(&mut core, CustomerKey { client: client(99), ..CustomerKey::default() }, "#99", "invoice-x");
    of(&mut core, CustomerKey { client: client(41), ..CustomerKey::default() }, "#41", "invoice-b");
    of(&mut core, CustomerKey { account, client: client(41), line: None }, "C-000021", "order-c");
    core.key(Key::Char('n'));
    let at = |text: &str| core.screen().lines().position(|line| line.contains(text)).unwrap();
    let order = ["order-c", "invoice-b", "case-a", "invoice-x"].map(at);
    assert!(order.is_sorted(), "{order:?}\n{}", core.screen());
    for (subject, named) in [("order-c", true), ("invoice-b", false), ("case-a", false), ("invoice-x", true)] {
        assert_eq!(core.line(subject).contains("Aiko Mori"), named, "each customer is named once:\n{}", core.screen());
    }
}
