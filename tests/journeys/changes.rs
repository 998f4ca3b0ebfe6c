//! Changing something: asked for with a key, planned, looked at, confirmed.

use madoguchi::flow::{AuditAct, Command, Effect, Input, Key, KeyPress, LockKey, Msg};

use super::common::Desk;

impl Desk {
    /// The commands the desk gave, without those that keep or forget what is typed.
    fn commands(&self) -> Vec<&Command> {
        let all = self.effects.iter().filter_map(|it| if let Effect::Run(it) = it { Some(it) } else { None });
        all.filter(|it| !matches!(it, Command::Draft(..) | Command::Look(_))).collect()
    }

    /// A customer with one line that can take data, the SIM tab open and the caller known by two facts.
    async fn with_verified_line() -> Self {
        let mut desk = Self::open().await;
        desk.open_customer("Emma Lindqvist").await.press("5 v 1 2 enter").await;
        desk
    }
}

#[tokio::test]
async fn a_top_up_is_asked_for_with_few_keys_and_confirmed_by_its_amount() {
    let mut desk = Desk::with_verified_line().await;
    desk.press("t").await.assert_shows("Add data").assert_shows("GB");
    desk.press("enter").await;
    desk.assert_shows("Add 1 GB").assert_shows("Create an invoice of").assert_shows("from here on it can only go on");
    desk.assert_shows("Line in service").assert_shows("¥500");
    // Typed before the plan could be seen: it counts for nothing.
    desk.press("5 0 0 enter").await;
    assert_eq!(desk.commands(), Vec::<&Command>::new());
    desk.pass_seconds(1).press("5 0 1 enter").await.assert_shows("not what was asked for");
    assert_eq!(desk.commands(), Vec::<&Command>::new());
    desk.press("5 0 0 enter").await;
    assert!(matches!(desk.commands()[..], [Command::Begin(..)]), "{:?}", desk.commands());
    // Carried out, told, and read again: the line has its data.
    desk.assert_shows("Add 1 GB: done").assert_shows("10.5 GB");
    desk.press("y").await;
    let receipt = desk.copied().unwrap();
    assert!(
        receipt.contains("done · Add 1 GB · Line 090-****-0001 · C-000001 · ") && receipt.contains("Invoice"),
        "{receipt}"
    );
}

#[tokio::test]
async fn what_is_typed_replaces_a_default_and_what_is_edited_keeps_it() {
    let mut desk = Desk::with_verified_line().await;
    // One GB stands there; who types 1 wants one, and not eleven.
    desk.press("t 1 enter").await.assert_shows("Add 1 GB").assert_hides("¥5,500");
    desk.press("esc").await.press("esc").await;
    desk.press("t 3 enter").await.assert_shows("Add 3 GB");
    desk.press("esc").await.press("esc").await;
    desk.press("t home 2 enter").await.assert_shows("Add 2");
}

#[tokio::test]
async fn held_keys_and_pastes_confirm_nothing() {
    let mut desk = Desk::with_verified_line().await;
    desk.press("t enter").await.pass_seconds(1);
    desk.handle(Msg::Input(Input::Paste("500".to_owned())));
    for key in [Key::Char('5'), Key::Char('0'), Key::Char('0'), Key::Enter] {
        desk.handle(Msg::Input(Input::Key(KeyPress { repeat: true, ..KeyPress::plain(key) })));
    }
    desk.settle().await;
    assert_eq!(desk.commands(), Vec::<&Command>::new());
    desk.assert_shows("Type the amount, 500");
}

#[tokio::test]
async fn an_old_plan_is_read_again_before_it_counts() {
    let mut desk = Desk::with_verified_line().await;
    desk.press("t enter").await.pass(3).press("5 0 0 enter").await;
    assert_eq!(desk.commands(), Vec::<&Command>::new());
    desk.assert_shows("It was read again because it was old");
    desk.pass_seconds(1).press("5 0 0 enter").await;
    assert_eq!(desk.commands().len(), 1);
}

#[tokio::test]
async fn what_is_wrong_stands_beside_the_field_and_nothing_typed_is_lost() {
    let mut desk = Desk::with_verified_line().await;
    desk.press("t ctrl-u 9 9 9 enter").await;
    let field = desk.line_with("999");
    assert!(field.contains("GB"), "{field}");
    desk.assert_hides("What is written");
    desk.resize(80, 24).press("esc").await.assert_shows("What was typed is kept");
    desk.press("t").await.assert_shows("999").assert_shows("What was typed before is back");
    assert!(
        desk.effects.iter().any(|it| matches!(it, Effect::Run(Command::Draft(_, Some(body))) if body.contains("999")))
    );
}

#[tokio::test]
async fn nobody_is_charged_for_a_caller_nobody_knows() {
    let mut desk = Desk::open().await;
    desk.open_customer("Emma Lindqvist").await.press("5 t").await.assert_shows("Needs a caller verified to V1");
    desk.press("+").await.assert_shows("Change something").assert_shows("Add data");
    desk.press("enter").await;
    assert!(desk.commands().is_empty());
    desk.press("esc v").await.assert_shows("Who is calling?");
    desk.press("enter").await.assert_shows("Two facts have to fit");
    desk.press("1 3 enter").await.assert_shows("V1").assert_shows("The caller is verified");
    let audited: Vec<AuditAct> = desk.audited().iter().map(|entry| entry.act).collect();
    assert_eq!(audited, [AuditAct::Reveal, AuditAct::VerifyCaller]);
    let note = &desk.audited()[1].note;
    assert_eq!(note, "V1 birth-date last-invoice", "which facts, never the facts");
    desk.press("t").await.assert_shows("GB");
    desk.press("esc").await;
    desk.open_customer("Kai Nakamoto").await.assert_shows("V0");
}

#[tokio::test]
async fn a_callers_facts_are_not_there_for_whoever_opens_the_lock() {
    let mut desk = Box::pin(Desk::closed()).await;
    desk.lock_with(LockKey::Touch);
    desk.connect().await;
    desk.settle().await;
    desk.open_customer("Emma Lindqvist").await.press("v").await.assert_shows("Who is calling?");
    desk.press("ctrl-x").await.assert_hides("Who is calling?");
    desk.press("enter").await.assert_shows("Lindqvist").assert_hides("Who is calling?");
    desk.press("v").await.assert_shows("Who is calling?");
    let reveals = desk.audited().iter().filter(|entry| entry.act == AuditAct::Reveal).count();
    assert_eq!(reveals, 2, "each look is written down");
}

#[tokio::test]
async fn a_locked_line_takes_no_second_change() {
    let mut desk = Desk::open().await;
    desk.open_customer("Kai Nakamoto").await.press("5 v 1 2 enter t").await.assert_shows("until 2026-11-22");
    desk.assert_hides("Enter go on");
}

#[tokio::test]
async fn a_callers_facts_that_cannot_be_audited_are_not_shown() {
    let mut desk = Desk::open().await;
    desk.open_customer("Emma Lindqvist").await;
    desk.audit_broken = true;
    desk.press("v").await.assert_hides("Who is calling?").assert_shows("V0");
}
