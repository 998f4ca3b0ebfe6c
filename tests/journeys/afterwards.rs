//! After a change and around it: undoing it, its receipt, and who may not ask for one.

use madoguchi::domain::access::{Role, Seat};
use madoguchi::domain::change::specs;
use madoguchi::domain::text::Text;
use madoguchi::flow::{Effect, Environment, Msg};
use madoguchi::sandbox::faults::{Fault, Order, System};

use super::common::Desk;

impl Desk {
    async fn seated(role: Role) -> Self {
        let mut desk = Self::open_for(Seat { name: Text::line("Hana"), role, read_only: false }).await;
        desk.open_customer("Lindqvist").await.press("v down down down right down m 1 enter").await;
        desk
    }

    /// What was seen is confirmed.
    async fn confirm(&mut self, keys: &str) -> &mut Self {
        self.pass_seconds(1).press(keys).await
    }

    /// The carrier does its work, and the desk looks.
    async fn later(&mut self, minutes: i64) -> &mut Self {
        self.sandbox.advance(jiff::SignedDuration::from_mins(minutes));
        self.pass(minutes).look().await
    }
}

#[tokio::test]
async fn what_can_be_undone_is_offered_while_it_is_news_and_is_a_change_of_its_own() {
    let mut desk = Desk::seated(Role::Operator).await;
    desk.press("5 N enter").await.confirm("y").await.later(31).await;
    desk.assert_shows("Change to 4G: done").assert_shows("z undo");
    desk.press("z").await.assert_shows("Change to 5G").assert_shows("4G → 5G").assert_shows("Is this right?");
    desk.confirm("y").await.later(31).await;
    let now = desk.now();
    let network = desk.sandbox.change(|world| world.freebit.line("09002000001", now)).unwrap().contract_line;
    assert_eq!(network, "5G");
}

#[tokio::test]
async fn what_cannot_be_undone_is_not_offered_to_be() {
    let mut desk = Desk::seated(Role::Operator).await;
    desk.press("5 t enter").await.confirm("5 0 0 enter").await;
    desk.assert_shows("Add 1 GB: done").assert_hides("z undo");
    desk.press("z").await.assert_shows("There is nothing to undo");
    // Nor is what is no news any more: it stands in the list.
    let mut desk = Desk::seated(Role::Operator).await;
    desk.press("5 N enter").await.confirm("y").await.later(31).await.assert_shows("z undo");
    desk.pass(1).assert_hides("z undo");
    desk.press("z").await.assert_shows("There is nothing to undo");
    desk.press("o").await.assert_shows("u undo");
    desk.press("u").await.assert_shows("Change to 5G");
}

#[tokio::test]
async fn a_receipt_is_said_in_a_case_for_colleagues() {
    let mut desk = Desk::open_for(Seat { name: Text::line("Hana"), ..Seat::default() }).await;
    // Their case is open, and so is their line.
    desk.open_customer("Fuentes").await.press("v 1 2 enter 5 t enter").await.confirm("5 0 0 enter").await;
    desk.assert_shows("Add 1 GB: done");
    desk.press("o p").await;
    desk.assert_shows("Comment on a case").assert_shows("· Hana · ");
    desk.press("enter").await.assert_shows("Is this right?");
    desk.confirm("y").await;
    let said = desk.sandbox.look(|world| {
        let comments = world.salesforce.rows("CaseComment");
        let of_desk = comments.filter(|it| it.text("CommentBody").contains("done · Add 1 GB"));
        of_desk.map(|it| (it.text("CommentBody").to_owned(), it.text("IsPublished").to_owned())).collect::<Vec<_>>()
    });
    let [(text, published)] = &said[..] else { panic!("{said:?}") };
    assert!(text.contains("Invoice") && text.contains("Hana") && text.contains("090-****-0010"), "{text}");
    assert_ne!(published, "true", "colleagues read it, the customer does not");
}

#[tokio::test]
async fn a_receipt_of_somebody_elses_goes_into_none_of_this_customers_cases() {
    let mut desk = Desk::seated(Role::Operator).await;
    desk.press("5 t enter").await.confirm("5 0 0 enter").await;
    desk.open_customer("Fuentes").await.press("o p").await.assert_hides("Comment on a case");
    // Where the list takes the whole window, it says so itself, until the next key.
    desk.resize(80, 24).assert_shows("Open the customer first");
    desk.press("down").await.assert_hides("Open the customer first").assert_shows("p put it into a case");
    desk.press("esc").await.assert_shows("Open the customer first");
}

#[tokio::test]
async fn whoever_only_looks_sees_every_change_greyed_with_the_reason() {
    let mut desk = Desk::seated(Role::Viewer).await;
    desk.resize(120, 60).press("5 t").await.assert_shows("Needs the role operator").assert_hides("Enter go on");
    desk.press("+").await;
    let greyed = desk.screen().iter().filter(|line| line.contains("Needs the role")).count();
    assert!(greyed > 10, "{}", desk.screen().join("\n"));
    assert!(specs().all(|spec| spec.role > Role::Viewer));
}

#[tokio::test]
async fn on_real_systems_nothing_is_changed_until_somebody_switches_it() {
    let mut desk = Desk::seated(Role::Operator).await;
    desk.handle(Msg::Environment(Environment::Live { profile: "production".to_owned() }));
    desk.press("5 t").await.assert_hides("Enter go on").assert_shows("Read-only for now; to change things, : writing");
    desk.press("z o").await.assert_hides("g drive on");
    desk.press("esc :").await;
    desk.type_text("writing").settle().await;
    desk.press("enter t").await.assert_shows("Enter go on");
    // A desk that may only look is not switched.
    let seat = Seat { name: Text::line("Hana"), role: Role::Operator, read_only: true };
    let mut desk = Desk::open_for(seat).await;
    desk.open_customer("Lindqvist").await.press("v 1 2 enter 5 t").await.assert_hides("Enter go on");
    desk.press(":").await;
    desk.type_text("writing").settle().await;
    desk.press("enter t").await.assert_hides("Enter go on").assert_shows("This desk was started to only look");
    assert!(!desk.effects.iter().any(|it| matches!(it, Effect::Run(madoguchi::flow::Command::Begin(..)))));
}

/// I5: what is said of a line carries where it is from and how old it is, whatever happens.
#[tokio::test]
async fn what_is_said_of_a_line_tells_its_source_and_age() {
    let mut desk = Desk::seated(Role::Operator).await;
    desk.press("5").await;
    let mut random = fastrand::Rng::with_seed(5);
    let mut read = 0;
    for _ in 0..40 {
        match random.u8(..4) {
            0 => {
                let away = random.bool();
                if away {
                    desk.sandbox.misbehave(Order::on(System::Freebit, Fault::Unavailable503));
                }
                let before = answered(&desk);
                desk.press("u").await;
                if !away && answered(&desk) > before {
                    read = 0;
                }
                desk.sandbox.behave();
            }
            1 => {
                let tab = random.choice(["1", "2", "3", "6"]).unwrap();
                desk.press(tab).await.press("5").await;
            }
            _ => {
                let minutes = random.i64(1..50);
                desk.pass(minutes).settle().await;
                read += minutes;
            }
        }
        let age = match read {
            0 => "FB now".to_owned(),
            1..60 => format!("FB {read}m ago"),
            _ => format!("FB {}h ago", read / 60),
        };
        let header = &desk.screen()[1];
        assert!(header.contains(&age), "{age:?} should be in {header:?}\n{}", desk.screen().join("\n"));
        desk.assert_shows("Line (Freebit)");
    }
}

/// Calls of Freebit that went out.
fn answered(desk: &Desk) -> u64 {
    desk.sandbox.counts().get(&System::Freebit).map(|calls| calls.values().sum()).unwrap_or_default()
}
