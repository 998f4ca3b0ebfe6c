//! The links are down: the desk works on what it knows, what may wait waits in the outbox, and is sent once by a person who saw
//! what the records say by then.

use madoguchi::domain::access::{Role, Seat};
use madoguchi::domain::text::Text;
use madoguchi::flow::{Command, Effect};
use madoguchi::sandbox::faults::{Fault, Order, System};
use serde_json::json;

use super::common::Desk;

/// Nothing answers that nobody has to wait for: the day's calls are used up.
fn away() -> Fault {
    Fault::TooMany429 { retry_after: 3600 }
}

fn down(desk: &Desk, system: System) {
    desk.sandbox.misbehave(Order::on(system, away()));
}

/// Comments of cases that hold these words.
fn comments(desk: &Desk, words: &str) -> usize {
    desk.sandbox.look(|world| {
        world.salesforce.rows("CaseComment").filter(|row| row.text("CommentBody").contains(words)).count()
    })
}

fn escalate(desk: &Desk) {
    desk.sandbox.advance(jiff::SignedDuration::from_mins(1));
    desk.sandbox.change(|world| {
        let case = world.salesforce.rows("Case").find(|row| row.text("CaseNumber") == "00000007");
        let id = case.unwrap().id().to_string();
        world.salesforce.update(&id, json!({ "Status": "Escalated" }).as_object().unwrap().clone()).unwrap();
    });
}

/// Support of a customer, the cursor on case 00000007, and Salesforce gone.
async fn with_case() -> Desk {
    let mut desk = Desk::open_for(Seat { name: Text::line("Hana"), ..Seat::default() }).await;
    desk.open_customer("Sylvie Morel").await.press("6").await.assert_shows("00000007");
    down(&desk, System::Salesforce);
    desk
}

/// Writes a comment on the case under the cursor and keeps it.
async fn keep(desk: &mut Desk, text: &str) {
    desk.press("m").await;
    desk.type_text(text).settle().await;
    desk.press("enter").await.assert_shows("Keep it in the outbox?").assert_shows("cannot be reached now");
    desk.pass_seconds(1).press("y").await;
}

#[tokio::test]
async fn what_is_written_while_salesforce_is_away_waits_through_a_restart_and_is_sent_once_after_it_was_seen() {
    let mut desk = with_case().await;
    desk.press("m").await;
    desk.type_text("She called about the outage.").settle().await;
    desk.press("enter").await;
    desk.assert_shows("Keep it in the outbox?").assert_shows("She called about the outage.");
    // What was known of the case, and how old that is.
    desk.assert_shows("of what was read").assert_shows("In Progress when written");
    desk.pass_seconds(1).press("y").await.assert_shows("outbox 1 (@)").assert_shows("kept in the outbox");
    assert_eq!(comments(&desk, "about the outage"), 0);
    // The desk dies, with nothing to be reached yet.
    desk.restart().await.look().await.assert_shows("outbox 1 (@)");
    desk.press("esc @").await.assert_shows("Outbox: written, not sent").assert_shows("still out of reach");
    desk.assert_shows("She called about the outage.").assert_shows("In Progress when written");
    desk.press("enter").await.assert_shows("cannot be read yet, so it is not sent");
    // The link is back. Nothing leaves by itself.
    desk.sandbox.behave();
    desk.pass(2).look().await.look().await;
    assert_eq!(comments(&desk, "about the outage"), 0);
    desk.press("r").await.assert_shows("ready, unchanged").assert_shows("In Progress, unchanged");
    desk.pass_seconds(1).press("enter").await.assert_shows("Send it now?").assert_shows("In Progress, unchanged");
    // Pressed too soon to have been read.
    desk.press("y").await.assert_shows("Send it now?");
    desk.pass_seconds(1).press("y").await.assert_shows("Nothing waits to be sent").assert_hides("outbox 1");
    assert_eq!(comments(&desk, "about the outage"), 1);
    desk.press("esc o").await.assert_shows("done");
    desk.look().await.restart().await.look().await;
    assert_eq!(comments(&desk, "about the outage"), 1);
    desk.assert_hides("outbox 1");
}

#[tokio::test]
async fn what_was_written_of_others_is_not_on_a_screen_that_is_shown() {
    let mut desk = with_case().await;
    keep(&mut desk, "Priya Raman called for SYLVIE MOREL.").await;
    desk.sandbox.behave();
    desk.open_customer("Emma Lindqvist").await.press("@").await.assert_shows("Priya Raman called for SYLVIE MOREL.");
    desk.press("esc f2 @").await.assert_shows("Outbox: written").assert_hides("Raman").assert_hides("MOREL");
    desk.assert_hides("called for");
    // Who is open and revealed is not among those.
    desk.press("esc R @").await.assert_hides("called for");
    desk.press("esc").await.open_customer("Sylvie Morel").await.press("@").await.assert_hides("called for");
    desk.press("esc R @").await.assert_shows("Priya Raman called for SYLVIE MOREL.");
}

#[tokio::test]
async fn what_changed_since_it_was_written_is_pointed_out_and_not_sent_with_the_rest() {
    let mut desk = with_case().await;
    keep(&mut desk, "Called back.").await;
    escalate(&desk);
    desk.sandbox.behave();
    desk.press("r").await.assert_shows("1 change waits in the outbox");
    desk.press("@").await.assert_shows("CHANGED SINCE").assert_shows("was In Progress, is Escalated now");
    desk.press("a").await.assert_shows("There is none whose records could be read and say what they said");
    desk.press("enter").await.assert_shows("Its record changed since this was written. Send it all the same?");
    desk.press("esc").await.assert_shows("Outbox: written, not sent");
    assert_eq!(comments(&desk, "Called back."), 0);
    desk.press("enter").await.pass_seconds(1).press("y").await.assert_shows("Nothing waits to be sent");
    assert_eq!(comments(&desk, "Called back."), 1);
}

#[tokio::test]
async fn money_and_lines_are_refused_beside_the_form_and_what_was_typed_is_kept() {
    let seat = Seat { name: Text::line("Kato"), role: Role::Supervisor, read_only: false };
    let mut desk = Desk::open_for(seat).await;
    desk.open_customer("Emma Lindqvist").await.press("v 1 2 enter").await;
    desk.sandbox.misbehave(Order::everywhere(away()));
    for (size, tab, key, typed, words) in [
        ((120, 40), "3", "$", "700", "Money is never kept to be moved later"),
        ((80, 24), "5", "t", "3", "Lines are never kept to be changed later"),
    ] {
        desk.resize(size.0, size.1).press(tab).await.press(key).await.press("ctrl-u").await;
        desk.type_text(typed).settle().await;
        if key == "$" {
            desk.press("tab").await;
            desk.type_text("Slow line").settle().await;
        }
        desk.press("enter").await.assert_shows(words).assert_shows("Enter go on").assert_shows(typed);
        desk.assert_hides("Keep it in the outbox?");
        desk.press("esc").await.assert_shows("What was typed is kept");
        desk.press(key).await.assert_shows("What was typed before is back").assert_shows(typed);
        desk.press("esc").await;
    }
    let begun = desk.effects.iter().any(|it| matches!(it, Effect::Run(Command::Begin(..) | Command::Send(..))));
    assert!(!begun);
    desk.assert_hides("outbox 1");
    desk.sandbox.behave();
    desk.look().await;
    assert_eq!(desk.sandbox.counts()[&System::Whmcs].get("AddCredit"), None);
}

#[tokio::test]
async fn with_every_link_down_the_desk_says_so_and_works_on_what_it_knew() {
    let mut desk = Desk::open().await;
    desk.open_customer("Emma Lindqvist").await.press("5").await.assert_shows("Line (Freebit)");
    desk.open_customer("Sylvie Morel").await;
    desk.sandbox.misbehave(Order::everywhere(away()));
    desk.pass(12).open_customer("Lindqvist").await.press("5 u u").await;
    desk.assert_shows("OFFLINE, last known 12m ago")
        .assert_shows("SF down")
        .assert_shows("WH down")
        .assert_shows("FB down");
    // Whoever was open at this desk is found in what it remembers, which is said to be old, and opened.
    desk.search("Lindqvist").await.assert_shows("Emma Lindqvist");
    desk.assert_shows("What this desk read of Salesforce before is shown").assert_shows("Salesforce:");
    desk.search("C-000001").await.assert_shows("Emma Lindqvist");
    desk.press("enter").await.assert_shows("C-000001").assert_shows("✗ 12m ago · Salesforce asks");
    desk.assert_shows("✗ 12m ago · WHMCS asks").assert_shows("Born").assert_shows("2026-12-01 · ¥6,780");
    desk.press("5")
        .await
        .assert_shows("Line (Freebit)")
        .assert_shows("FB 12m ago")
        .assert_shows("***-****-0001")
        .assert_shows("9.5 GB of 10.0 GB");
    desk.search("090-0200-0001").await.assert_shows("Emma Lindqvist");
    // Who was never open here is not made up.
    desk.search("Kai Nakamoto").await.assert_shows("Nobody found so far").assert_hides("What this desk read");
    desk.resize(80, 24).assert_shows("OFFLINE");
    desk.sandbox.behave();
    desk.search("Kai Nakamoto").await.press("enter").await.assert_hides("OFFLINE");
}

#[tokio::test]
async fn on_80_cells_the_clock_stays_beside_offline_and_the_outbox() {
    let mut desk = Desk::open_for(Seat { name: Text::line("Hana"), ..Seat::default() }).await;
    desk.open_customer("Emma Lindqvist").await.press("5").await;
    desk.open_customer("Sylvie Morel").await.press("6").await.assert_shows("00000007");
    down(&desk, System::Salesforce);
    keep(&mut desk, "She called about the outage.").await;
    desk.sandbox.misbehave(Order::everywhere(away()));
    desk.pass(12).open_customer("Lindqvist").await.press("5 u u").await.assert_shows("FB down");
    desk.resize(80, 24).assert_shows("OFFLINE, last known").assert_shows("outbox 1 (@)").assert_shows("JST");
}

#[tokio::test]
async fn several_that_nobody_changed_are_sent_in_their_order_one_is_edited_and_one_is_dropped() {
    let mut desk = with_case().await;
    for text in ["First words", "Secnd words", "Never mind"] {
        keep(&mut desk, text).await;
        desk.pass_seconds(5);
    }
    desk.assert_shows("outbox 3 (@)");
    desk.press("@ down e").await.assert_shows("Secnd words");
    desk.press("ctrl-u").await;
    desk.type_text("Second words").settle().await;
    desk.press("enter").await.assert_shows("Keep it in the outbox?").assert_shows("Second words");
    desk.pass_seconds(1).press("y").await.assert_shows("Second words").assert_shows("outbox 3");
    desk.press("down c").await.assert_shows("Drop it because:");
    desk.type_text("she called again").settle().await;
    desk.press("enter").await.assert_shows("outbox 2 (@)");
    desk.resize(80, 24).sandbox.behave();
    desk.press("r").await.press("a").await.assert_shows("Send the 2 of 2 whose records nobody changed?");
    desk.press("y").await.assert_shows("Send the 2 of 2");
    desk.pass_seconds(1).press("y").await.assert_shows("Nothing waits to be sent");
    let said = desk.sandbox.look(|world| {
        let mine = ["First words", "Second words", "Secnd words", "Never mind"];
        let rows = world.salesforce.rows("CaseComment").map(|row| row.text("CommentBody").to_owned());
        rows.filter(|body| mine.contains(&body.as_str())).collect::<Vec<_>>()
    });
    assert_eq!(said, ["First words", "Second words"]);
}

#[tokio::test]
async fn a_link_that_goes_while_it_is_confirmed_puts_it_into_the_outbox_and_tells_why() {
    let mut desk = Desk::open().await;
    desk.open_customer("Sylvie Morel").await.press("6 m").await;
    desk.type_text("Called back.").settle().await;
    desk.press("enter").await.assert_shows("Is this right?");
    down(&desk, System::Salesforce);
    desk.pass_seconds(1).press("y").await.assert_shows("outbox 1 (@)").assert_shows("waits in the outbox");
    desk.press("@").await.assert_shows("Not sent").assert_shows("Called back.");
    desk.press("?").await;
    desk.press("esc esc ?").await.assert_shows("outbox");
    assert_eq!(comments(&desk, "Called back."), 0);
}
