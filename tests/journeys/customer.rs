//! One customer on one screen: what is known, since when, and what went wrong, each part for itself.

use madoguchi::flow::{AuditAct, Effect};
use madoguchi::sandbox::faults::{Fault, Order, System};

use super::common::Desk;

/// Every block of the dashboard with a word that belongs to each system alone.
const ALIVE: [(System, &[&str]); 3] = [
    (System::Salesforce, &["Customer no.  C-000001", "✓ eligible: Home 1G", "✓ verified"]),
    (System::Whmcs, &["Active services   2", "Overdue invoices  0", "Visa **** · ends"]),
    (System::Freebit, &["***-****-0001  ✓ in service · 5G · 9.5 GB"]),
];

const NAMES: [(System, &str); 3] =
    [(System::Salesforce, "Salesforce"), (System::Whmcs, "WHMCS"), (System::Freebit, "Freebit")];

#[tokio::test]
async fn a_customer_comes_from_three_systems_on_one_screen() {
    let mut desk = Desk::open().await;
    desk.open_customer("Emma Lindqvist").await;
    desk.assert_shows("Emma Lindqvist C-000001 › Dashboard").assert_shows("Nothing to do");
    for (_, words) in ALIVE {
        for word in words {
            desk.assert_shows(word);
        }
    }
    desk.assert_shows("Salesforce and WHMCS name each other").assert_hides("✗").assert_hides("unknown");
}

#[tokio::test]
async fn with_one_system_down_its_parts_keep_the_last_known_value_and_the_others_live() {
    for (down, name) in NAMES {
        let mut desk = Desk::open().await;
        desk.open_customer("Emma Lindqvist").await;
        desk.sandbox.misbehave(Order::on(down, Fault::Html500));
        desk.pass(7).press("r").await;
        for (_, words) in ALIVE {
            for word in words {
                desk.assert_shows(word); // fresh or last known, and never zero
            }
        }
        desk.assert_shows(&format!("✗ 7m ago · {name}"));
        let why = desk.line_with(&format!("✗ {name}: "));
        assert!(why.contains("is in trouble itself") || why.contains("held back by the desk"), "{why}");
        for (_, other) in NAMES.into_iter().filter(|(system, _)| *system != down) {
            desk.assert_hides(&format!("✗ {other}")).assert_hides(&format!("ago · {other}"));
        }
        desk.resize(80, 24).assert_shows("✗ 7m ago");
    }
}

#[tokio::test]
async fn what_was_never_read_is_unknown_and_not_zero() {
    let mut desk = Desk::open().await;
    desk.search("Emma Lindqvist").await;
    desk.sandbox.misbehave(Order::on(System::Whmcs, Fault::Html500));
    desk.press("enter").await;
    for label in ["Active services", "Unpaid invoices", "Overdue invoices", "Next due"] {
        let line = desk.line_with(label);
        assert!(line.contains("unknown"), "{line}");
    }
    desk.assert_shows("May be incomplete: WHMCS could not be read").assert_hides("none on file");
    desk.press("3").await.assert_shows("WHMCS: ").assert_shows("Could not be read").assert_hides("Nothing here");
}

#[tokio::test]
async fn a_line_that_freebit_cannot_tell_is_unknown() {
    let mut desk = Desk::open().await;
    desk.search("Emma Lindqvist").await;
    desk.sandbox.misbehave(Order::on(System::Freebit, Fault::Html500));
    desk.press("enter").await;
    desk.assert_shows("1 line, 0 read from Freebit").assert_shows("Freebit").assert_hides("0.0 GB");
    desk.assert_shows("Active services   2");
}

#[tokio::test]
async fn broken_and_ambiguous_links_are_said() {
    let mut desk = Desk::open().await;
    for (typed, says) in [
        ("#1044", "#1044, #900044"),
        ("Tremblay", "WHMCS has no client #999999036, which the account names"),
        ("#1046", "The WHMCS client names C-999036, which no account has"),
        ("C-000047", "The account names no WHMCS client"),
    ] {
        desk.resize(200, 60).open_customer(typed).await;
        desk.assert_shows(says).assert_hides("Salesforce and WHMCS name each other");
        desk.press("esc").await;
    }
}

#[tokio::test]
async fn a_record_that_does_not_exist_is_unknown_and_no_failure() {
    let mut desk = Desk::open().await;
    desk.open_customer("C-000058").await.press("]").await;
    desk.assert_shows("▸Timeline").assert_shows("? Nothing from WHMCS: it has no re");
    desk.assert_shows("Account made").assert_hides("✗").assert_hides("Enter reads").assert_hides("not read");
    for page in ["2", "3", "3 ]"] {
        desk.press(page).await.assert_shows("? WHMCS: has no such record. The account names no WHMCS client");
        desk.assert_shows("Unknown: the record it would belong to").assert_hides("✗").assert_hides("Nothing here");
        desk.assert_hides("Could not be read");
    }
    desk.press("L").await.assert_shows("? WHMCS: 該当データがありません. Salesforce側にWHMCS番号がありません");
}

#[tokio::test]
async fn a_client_is_not_called_missing_when_the_account_could_not_be_read() {
    let mut desk = Desk::open().await;
    desk.search("C-000058").await;
    desk.sandbox.misbehave(Order::on(System::Salesforce, Fault::Html500));
    desk.press("enter 3").await.assert_shows("✗ Salesforce: ").assert_shows("Could not be read");
    desk.assert_hides("no such record").assert_hides("names no WHMCS client");
}

#[tokio::test]
async fn personal_data_is_masked_until_it_is_revealed_and_that_is_audited() {
    let mut desk = Desk::open().await;
    desk.resize(200, 60).open_customer("Emma Lindqvist").await;
    let personal = desk.sandbox.look(|world| {
        let client = world.whmcs.clients.get(1001).unwrap();
        let card = world.freebit.line("09002000001", world.clock.now()).unwrap();
        let mine = [client.phone.clone(), client.email.clone(), client.postcode.clone(), client.address1.clone()];
        mine.into_iter().chain([card.product_number, card.iccid.unwrap()]).collect::<Vec<_>>()
    });
    for tab in ["1", "2", "3", "4", "5", "6"] {
        desk.press(tab).await;
        for datum in personal.iter().map(String::as_str).chain(["090-0100-0001", "090-0200-0001"]) {
            desk.assert_hides(datum);
        }
    }
    assert!(desk.audited().is_empty());

    desk.press("1 R").await.assert_shows("090-0100-0001").assert_shows(&personal[1]);
    desk.press("5").await.assert_shows(&personal[4]);
    let audited = desk.audited();
    assert_eq!(audited.len(), 1);
    assert_eq!((audited[0].act, audited[0].customer.as_str()), (AuditAct::Reveal, "C-000001"));

    desk.press("1 R").await.assert_hides("090-0100-0001");
    assert_eq!(desk.audited().len(), 1, "masking again is no reveal");
}

#[tokio::test]
async fn the_next_customer_is_masked_again() {
    let mut desk = Desk::open().await;
    desk.open_customer("Emma Lindqvist").await.press("R").await.assert_shows("090-0100-0001");
    desk.open_customer("C-000002").await.assert_shows("C-000002").assert_hides("090-0200-0002");
    desk.assert_shows("***-****-0002");
}

#[tokio::test]
async fn what_cannot_be_audited_stays_masked() {
    let mut desk = Desk::open().await;
    desk.open_customer("Emma Lindqvist").await;
    desk.audit_broken = true;
    desk.press("R").await;
    desk.assert_hides("090-0100-0001").assert_shows("***-****-0001").assert_shows("The audit log cannot be written");
    // Copying personal data is audited too, and does not happen unaudited.
    desk.press("5 y").await;
    assert!(!desk.effects.iter().any(|effect| matches!(effect, Effect::Copy(_))), "{:?}", desk.effects);
    desk.audit_broken = false;
    desk.press("R").await.assert_shows("090-0200-0001");
}

/// Each trouble is a task, and Enter on it goes to where it is dealt with.
#[tokio::test]
async fn tasks_open_their_place() {
    let mut desk = Desk::open().await;
    for (typed, task, place) in [
        ("Bellini", "2 invoices overdue: ¥10,560", "Billing"),
        ("Okafor", "3 invoices overdue: ¥15,840", "Billing"),
        ("Karim Haddad", "failed: PAYMENT_METHOD_MISSING", "Orders"),
        ("Kofi Mensah", "in progress, changed", "Orders"),
        ("Haidari", "waits for review", "Orders"),
        ("Felix Brandt", "waits for a residence card", ""),
        ("Nguyen", "Residence card was rejected", ""),
        ("Seo-yeon Kim", "Eligibility check waits", ""),
        ("Priya Raman", "No pay method on file", "Billing"),
    ] {
        desk.open_customer(typed).await.assert_shows(task);
        let first = desk.find("To do").y + 1;
        for _ in first..desk.find(task).y {
            desk.keys("down");
        }
        if !place.is_empty() {
            desk.press("enter").await;
            desk.assert_shows(&format!("› {place}"));
        }
    }
}

#[tokio::test]
async fn reading_again_takes_what_changed_and_keeps_the_cursor() {
    let mut desk = Desk::open().await;
    desk.open_customer("Emma Lindqvist").await.press("3 down down").await;
    let third = desk.row();
    desk.sandbox.change(|world| {
        let invoice = world.whmcs.invoices.of(1001).next_back().unwrap().id;
        world.whmcs.invoices.update(invoice, |it| it.status = madoguchi::sandbox::whmcs::db::InvoiceStatus::Cancelled);
    });
    desk.pass(3).press("r").await;
    assert_eq!(desk.row(), third);
    desk.assert_shows("Cancelled").assert_shows("WH now");
}

#[tokio::test]
async fn each_system_that_failed_is_named_once() {
    let mut desk = Desk::open().await;
    desk.search("Emma Lindqvist").await;
    for system in [System::Salesforce, System::Whmcs] {
        desk.sandbox.misbehave(Order::on(system, Fault::Html500));
    }
    desk.press("enter").await.assert_shows("May be incomplete: Salesforce, WHMCS could").assert_hides("WHMCS, Sales");
}

/// What the systems answered and only both together tell.
#[tokio::test]
async fn what_only_two_systems_together_tell_is_said() {
    let mut desk = Desk::open().await;
    desk.open_customer("C-000018").await.assert_shows("✗ Line ***-****-0018 has ended, but WHMCS bills it");
    desk.open_customer("C-000042").await.assert_shows("In WHMCS");
    desk.open_customer("C-000001").await.assert_hides("In WHMCS").assert_hides("has ended");
}

#[tokio::test]
async fn a_very_long_name_leaves_room_for_number_and_place() {
    let mut desk = Desk::open().await;
    desk.open_customer("C-000051").await;
    for size in [(200, 60), (120, 40), (80, 24)] {
        desk.resize(size.0, size.1);
        let header = desk.screen().remove(0);
        assert!(header.contains("Pabasara") && header.contains("C-000051 › Dashboard"), "{size:?}: {header}");
    }
}
