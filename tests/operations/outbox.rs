//! The outbox: what is written while Salesforce cannot be reached waits, is looked at beside what the records say by then, and
//! is sent once, by a person.

use jiff::SignedDuration;
use madoguchi::domain::change::{Change, Offline};
use madoguchi::domain::operation::{Compared, Decision, OperationId, Plan, Since};
use madoguchi::domain::system::System as Which;
use madoguchi::domain::text::Text;
use madoguchi::flow::{Can, Carried, Command, OperationState, PlanRefused, Query, Reply, Slot};
use madoguchi::sandbox::faults::{Fault, Order, System};
use serde_json::json;

use super::{Office, hana, kato, word};

/// A customer with an open case.
const WHO: &str = "C-000036";
const CASE: &str = "00000007";

const TEXT: (&str, &str) = ("text", "She called about the outage.");

/// Fields by name.
type Fields = &'static [(&'static str, &'static str)];

/// Salesforce answers nothing any more: its day's calls are used up, which is an outage that nobody has to wait for.
fn down(office: &Office) {
    office.sandbox.misbehave(Order::on(System::Salesforce, Fault::TooMany429 { retry_after: 3600 }));
}

fn escalate(office: &Office) {
    office.pass(SignedDuration::from_mins(1));
    office.sandbox.change(|world| {
        let case =
            world.salesforce.rows("Case").find(|row| row.text("CaseNumber") == CASE).map(|it| it.id().to_string());
        let fields = json!({ "Status": "Escalated" }).as_object().unwrap().clone();
        world.salesforce.update(&case.unwrap(), fields).unwrap();
    });
}

/// Rows of an object in which a field says this.
fn rows(office: &Office, object: &str, field: &str, says: &str) -> usize {
    office.world(|world| world.salesforce.rows(object).filter(|row| row.text(field).contains(says)).count())
}

async fn now(office: &Office, id: OperationId) -> Result<Plan, PlanRefused> {
    let replies = office.ask(Slot::Outbox, Query::Outbox(vec![id])).await;
    let [Reply::PlannedKept(of, plan)] = &replies[..] else { panic!("{replies:?}") };
    assert_eq!(*of, id);
    plan.clone().map(|plan| *plan)
}

async fn send(office: &Office, plan: Plan) -> Carried {
    office.command(Command::Send(vec![plan], hana())).await
}

/// Written while Salesforce is out of reach, of a customer who was open before.
async fn kept(office: &Office, verb: &str, fields: &[(&str, &str)]) -> Plan {
    let who = office.customer(WHO).await;
    let change = office.change(&who, verb, fields);
    down(office);
    let plan = office.try_plan(change).await.unwrap();
    assert!(plan.waits() && plan.steps.is_empty() && plan.blocked().is_none(), "{verb}: {plan:#?}");
    let view = office.confirm(&plan).await;
    assert_eq!((&view.state, &view.can[..]), (&OperationState::Outbox(None), &[Can::Close][..]), "{verb}");
    plan
}

#[tokio::test]
async fn what_may_wait_waits_through_everything_and_is_sent_once_by_a_person() {
    let made: [(&str, Fields, &str, &str, &str); 8] = [
        ("note", &[TEXT], "Task", "Description", "She called about the outage."),
        ("task", &[("subject", "Send the list"), ("until", "3d")], "Task", "Subject", "Send the list"),
        ("remind", &[("subject", "Call back"), ("at", "fri 10:00")], "Task", "Subject", "Call back"),
        ("case", &[("subject", "No data"), TEXT, ("type", "problem")], "Case", "Subject", "No data"),
        ("comment", &[("case", CASE), TEXT], "CaseComment", "CommentBody", "She called about the outage."),
        ("reply", &[("case", CASE), ("template", "outage")], "CaseComment", "CommentBody", "There is an outage"),
        ("macro", &[("case", CASE), ("macro", "outage")], "CaseComment", "CommentBody", "There is an outage"),
        ("case-priority", &[("case", CASE), ("priority", "low")], "Case", "Priority", "Low"),
    ];
    for (verb, fields, object, field, says) in made {
        let office = Office::open().await;
        let before = rows(&office, object, field, says);
        let plan = kept(&office, verb, fields).await;
        let outbox = plan.outbox.clone().unwrap();
        assert_eq!(outbox.unread.unwrap().system, Which::Salesforce, "{verb}");
        assert!(!outbox.then.is_empty() && outbox.known_at.is_some(), "{verb}: what was known is kept with it");
        // Nothing leaves by itself: not while it is down, not when it is back, not days later, not at a desk that starts.
        office.look().await;
        office.sandbox.behave();
        office.pass(SignedDuration::from_hours(50));
        let heir = office.second_desk().await;
        heir.look().await;
        office.look().await;
        assert_eq!(word(&heir.view(plan.id).state), "outbox", "{verb}");
        assert_eq!(rows(&office, object, field, says), before, "{verb}");
        let fresh = now(&heir, plan.id).await.unwrap();
        assert_eq!((fresh.id, fresh.since()), (plan.id, Since::Same), "{verb}: {:#?}", fresh.compared());
        assert!(!fresh.steps.is_empty() && !fresh.waits(), "{verb}");
        assert_eq!(send(&heir, fresh.clone()).await, Carried::Taken, "{verb}");
        assert_eq!(heir.view(plan.id).state, OperationState::Done, "{verb}");
        assert_eq!(rows(&office, object, field, says), before + 1, "{verb}");
        // The other desk saw the same and sends it too: it is sent already.
        assert_eq!(send(&office, fresh).await, Carried::Refused("outbox-not-there".into()), "{verb}");
        assert_eq!(rows(&office, object, field, says), before + 1, "{verb}");
        let receipt = heir.view(plan.id).receipt.unwrap();
        assert_eq!(receipt.id, plan.id);
    }
}

#[tokio::test]
async fn what_the_record_says_now_is_told_beside_what_it_said() {
    let office = Office::open().await;
    let plan = kept(&office, "case-status", &[("case", CASE), ("status", "closed")]).await;
    assert_eq!(plan.since(), Since::Unread);
    escalate(&office);
    // Still out of reach: it waits on, and says so.
    let still = now(&office, plan.id).await.unwrap();
    assert!(still.waits() && still.id == plan.id);
    office.sandbox.behave();
    let fresh = now(&office, plan.id).await.unwrap();
    assert_eq!(fresh.since(), Since::Changed);
    let lines = fresh.compared();
    let status: &Compared = lines.iter().find(|line| line.what.key == "case-status").unwrap();
    let says = |it: &Option<madoguchi::domain::phrase::Phrase>| format!("{:?}", it.as_ref().unwrap().with);
    assert!(status.changed());
    assert!(says(&status.then).contains("New") || says(&status.then).contains("In Progress"), "{status:?}");
    assert!(says(&status.now).contains("Escalated") && says(&status.to).contains("Closed"), "{status:?}");
    assert_eq!(send(&office, fresh).await, Carried::Taken);
    assert_eq!(office.view(plan.id).state, OperationState::Done, "who saw it may send it all the same");
}

/// What was sent is no change by somebody else for what waits behind it on the same record; what somebody else does is.
#[tokio::test]
async fn what_was_sent_changes_nothing_for_what_waits_behind_it() {
    let office = Office::open().await;
    let who = office.customer(WHO).await;
    let first = office.change(&who, "case-priority", &[("case", CASE), ("priority", "low")]);
    let second = office.change(&who, "case-status", &[("case", CASE), ("status", "closed")]);
    down(&office);
    let mut plans = Vec::new();
    for change in [first, second] {
        let plan = office.try_plan(change).await.unwrap();
        office.confirm(&plan).await;
        plans.push(plan.id);
    }
    office.sandbox.behave();
    office.pass(SignedDuration::from_mins(1));
    let fresh = now(&office, plans[0]).await.unwrap();
    assert_eq!(fresh.since(), Since::Same, "{:#?}", fresh.compared());
    assert_eq!(send(&office, fresh).await, Carried::Taken);
    let fresh = now(&office, plans[1]).await.unwrap();
    assert_eq!(fresh.since(), Since::Same, "{:#?}", fresh.compared());
    escalate(&office);
    assert_eq!(now(&office, plans[1]).await.unwrap().since(), Since::Changed);
}

#[tokio::test]
async fn what_changed_after_it_was_looked_at_is_not_sent_but_looked_at_again() {
    let office = Office::open().await;
    let plan = kept(&office, "reply", &[("case", CASE), ("template", "outage")]).await;
    office.sandbox.behave();
    let seen = now(&office, plan.id).await.unwrap();
    escalate(&office);
    assert_eq!(send(&office, seen).await, Carried::Taken);
    let state = office.view(plan.id).state;
    assert_eq!(state, OperationState::Outbox(Some("record-changed".into())));
    assert_eq!(rows(&office, "CaseComment", "CommentBody", "There is an outage"), 0);
    let again = now(&office, plan.id).await.unwrap();
    assert_eq!(again.since(), Since::Changed, "against what was seen last");
    assert_eq!(send(&office, again).await, Carried::Taken);
    assert_eq!(office.view(plan.id).state, OperationState::Done);
    assert_eq!(rows(&office, "CaseComment", "CommentBody", "There is an outage"), 1);
}

#[tokio::test]
async fn what_was_confirmed_just_before_the_link_went_waits_in_the_outbox_too() {
    let office = Office::open().await;
    let plan = office.plan(WHO, "comment", &[("case", CASE), ("text", "Called back.")]).await;
    assert!(!plan.waits());
    down(&office);
    let view = office.confirm(&plan).await;
    assert!(matches!(view.state, OperationState::Outbox(Some(_))), "{view:#?}");
    office.sandbox.behave();
    office.look().await;
    assert_eq!(rows(&office, "CaseComment", "CommentBody", "Called back."), 0);
    let fresh = now(&office, plan.id).await.unwrap();
    assert_eq!(fresh.since(), Since::Same, "{:#?}", fresh.compared());
    // It is sent while the link goes again, and waits again; what is behind it is not tried.
    down(&office);
    assert_eq!(send(&office, fresh).await, Carried::Taken);
    assert!(office.view(plan.id).state.in_outbox());
    office.sandbox.behave();
    let fresh = now(&office, plan.id).await.unwrap();
    assert_eq!(send(&office, fresh).await, Carried::Taken);
    assert_eq!(rows(&office, "CaseComment", "CommentBody", "Called back."), 1);
}

#[tokio::test]
async fn a_write_that_never_left_waits_again_and_one_that_may_have_is_settled_by_reading() {
    let office = Office::open().await;
    let plan = kept(&office, "comment", &[("case", CASE), ("text", "Called back.")]).await;
    office.sandbox.behave();
    let refuses = Order::on(System::Salesforce, Fault::TooMany429 { retry_after: 0 }).matching("sobjects/CaseComment");
    office.sandbox.misbehave(refuses.writes());
    let fresh = now(&office, plan.id).await.unwrap();
    assert_eq!(send(&office, fresh).await, Carried::Taken);
    assert!(office.view(plan.id).state.in_outbox(), "{:?}", office.view(plan.id).state);
    office.sandbox.behave();
    office.once(System::Salesforce, "sobjects/CaseComment", Fault::DropAfter);
    let fresh = now(&office, plan.id).await.unwrap();
    assert_eq!(send(&office, fresh).await, Carried::Taken);
    assert_eq!(office.view(plan.id).state, OperationState::Done);
    assert_eq!(rows(&office, "CaseComment", "CommentBody", "Called back."), 1);
}

#[tokio::test]
async fn money_and_lines_are_refused_while_a_system_is_out_of_reach_and_never_kept() {
    let office = Office::open().await;
    let fields = [("line", "09002000001"), ("gb", "2")];
    let who = office.customer("C-000001").await;
    let change = office.change(&who, "top-up", &fields);
    assert!(matches!(change.what.offline(), Offline::Never(_)));
    let plan = office.plan("C-000001", "top-up", &fields).await;
    office.sandbox.misbehave(Order::on(System::Whmcs, Fault::TooMany429 { retry_after: 3600 }));
    assert!(matches!(office.try_plan(change).await, Err(PlanRefused::Fault(_))));
    // Confirmed just before the link went: nothing was sent, so it is given up instead of waiting.
    let view = office.confirm(&plan).await;
    let OperationState::Undone(Some(why)) = &view.state else { panic!("{view:#?}") };
    assert_eq!(why.key, "offline-given-up");
    office.sandbox.behave();
    office.look().await;
    assert_eq!(office.calls(System::Whmcs, "CreateInvoice"), 0);
    // Nor can it be smuggled in.
    let note = kept(&office, "note", &[("text", "x")]).await;
    office.sandbox.behave();
    let smuggled = Plan { outbox: note.outbox.clone(), ..office.plan("C-000001", "top-up", &fields).await };
    let carried = office.command(Command::Begin(Box::new(smuggled.clone()), hana())).await;
    assert_eq!(carried, Carried::Refused("offline-line".into()));
    let carried = send(&office, Plan { id: note.id, ..smuggled }).await;
    assert_eq!(carried, Carried::Refused("operation-not-now".into()));
    assert_eq!(word(&office.view(note.id).state), "outbox");
}

#[tokio::test]
async fn one_that_waits_is_edited_or_dropped_and_stays_one() {
    let office = Office::open().await;
    let plan = kept(&office, "comment", &[("case", CASE), ("text", "Caled back.")]).await;
    let edit = |text: &str| -> Change { office.change(&plan.change.who, "comment", &[("case", CASE), ("text", text)]) };
    // While it is down, it waits on as it was edited.
    let edited = planned(&office, plan.id, edit("Called back at noon.")).await;
    assert!(edited.waits() && edited.id == plan.id, "{edited:#?}");
    assert_eq!(send(&office, edited).await, Carried::Taken);
    let view = office.view(plan.id);
    assert_eq!((word(&view.state), view.change.what.verb()), ("outbox", "comment"));
    office.sandbox.behave();
    let fresh = now(&office, plan.id).await.unwrap();
    assert_eq!(send(&office, fresh).await, Carried::Taken);
    assert_eq!(rows(&office, "CaseComment", "CommentBody", "Called back at noon."), 1);
    assert_eq!(rows(&office, "CaseComment", "CommentBody", "Caled back."), 0);
    // Dropped, it is over; nothing of it can be sent any more.
    let second = kept(&office, "note", &[("text", "To be dropped")]).await;
    office.sandbox.behave();
    let fresh = now(&office, second.id).await.unwrap();
    let view = office.decide(second.id, Decision::Close(Text::line("told in person"))).await;
    assert_eq!(word(&view.state), "closed");
    assert_eq!(send(&office, fresh).await, Carried::Refused("outbox-not-there".into()));
    assert_eq!(rows(&office, "Task", "Description", "To be dropped"), 0);
}

async fn planned(office: &Office, id: OperationId, change: Change) -> Plan {
    let replies = office.ask(Slot::Plan, Query::PlanKept(id, Some(Box::new(change)))).await;
    let plan = replies.into_iter().find_map(|reply| if let Reply::Plan(plan) = reply { Some(plan) } else { None });
    *plan.unwrap().unwrap()
}

#[tokio::test]
async fn nothing_known_of_a_record_is_said_and_not_taken_for_unchanged() {
    let office = Office::open().await;
    let who = office.customer(WHO).await;
    let change = office.change(&who, "comment", &[("case", CASE), ("text", "Called back.")]);
    // Another desk, at which nobody was open.
    let after = office.second_desk().await;
    down(&office);
    let plan = after.try_plan(change).await.unwrap();
    let outbox = plan.outbox.clone().unwrap();
    assert!(outbox.then.is_empty() && outbox.known_at.is_none(), "{plan:#?}");
    after.confirm(&plan).await;
    office.sandbox.behave();
    assert_eq!(now(&after, plan.id).await.unwrap().since(), Since::Unknown);
    // Somebody who may not write cannot send.
    let nobody = madoguchi::domain::operation::Actor { role: madoguchi::domain::access::Role::Viewer, ..kato() };
    let fresh = now(&after, plan.id).await.unwrap();
    let carried = after.command(Command::Send(vec![fresh], nobody)).await;
    assert!(matches!(&carried, Carried::Refused(why) if why.key == "access-role"), "{carried:?}");
}
