//! A system is held: what would be sent to it waits, and goes one after the other when it is let go.

use jiff::SignedDuration;
use madoguchi::domain::access::Role;
use madoguchi::domain::operation::{Actor, Decision, OperationId, Plan};
use madoguchi::domain::system::System;
use madoguchi::domain::text::Text;
use madoguchi::flow::{Can, Carried, Command, Held, OperationState, Tend};
use madoguchi::sandbox::faults::System as Vendor;

use super::engine::effects;
use super::{Office, hana, kato, word};

/// Six a minute.
const PACE: SignedDuration = SignedDuration::from_secs(10);

async fn hold(office: &Office, system: System, on: bool) {
    let carried = office.command(Command::Tend(Tend::Hold(system, on), kato())).await;
    assert_eq!(carried, Carried::Taken);
}

async fn top_up(office: &Office) -> Plan {
    office.plan("C-000001", "top-up", &[("line", "09002000001"), ("gb", "2")]).await
}

/// Confirms credit for a customer, a second after whatever was before.
async fn credit(office: &Office, number: &str) -> OperationId {
    office.pass(SignedDuration::from_secs(1));
    let plan = office.plan(number, "add-credit", &[("amount", "700"), ("reason", "Slow line")]).await;
    office.confirm(&plan).await;
    plan.id
}

/// What a waiting operation waits for.
fn waits(office: &Office, id: OperationId) -> String {
    match office.view(id).state {
        OperationState::WaitsForSystem { waits, .. } => waits.key.into_owned(),
        state => word(&state).to_owned(),
    }
}

fn told(office: &Office, system: System) -> Held {
    let held = office.held.lock().unwrap();
    held.iter().rev().find(|held| held.system == system).cloned().unwrap()
}

#[tokio::test]
async fn a_held_system_is_sent_nothing_and_what_waited_goes_on_once() {
    let office = Office::open().await;
    hold(&office, System::Freebit, true).await;
    let since = Some(office.now());
    assert_eq!(
        told(&office, System::Freebit),
        Held { system: System::Freebit, since, by: Text::line("Kato"), queued: 0 }
    );
    let plan = top_up(&office).await;
    let view = office.confirm(&plan).await;
    assert_eq!(waits(&office, plan.id), "operation-held", "{view:#?}");
    assert!(view.can.contains(&Can::Close) && !view.paid_not_delivered, "{view:#?}");
    // Nobody pays for what cannot be delivered for now.
    let sent = || (office.calls(Vendor::Whmcs, "CreateInvoice"), effects(&office, &plan));
    assert_eq!(sent(), (0, (0, 0)));
    assert_eq!(told(&office, System::Freebit).queued, 1);
    // Hours later nobody is asked: it is held, not forgotten.
    office.pass(SignedDuration::from_hours(5));
    office.look().await;
    assert_eq!(waits(&office, plan.id), "operation-held");
    hold(&office, System::Freebit, false).await;
    office.look().await;
    office.look().await;
    assert_eq!(office.view(plan.id).state, OperationState::Done);
    assert_eq!(sent(), (1, (1, 1)));
    assert_eq!((told(&office, System::Freebit).queued, told(&office, System::Freebit).since), (0, None));
}

#[tokio::test]
async fn what_waited_is_let_go_in_order_and_at_one_pace_for_all_desks() {
    let office = Office::open().await;
    hold(&office, System::Whmcs, true).await;
    let first = credit(&office, "C-000001").await;
    let second = credit(&office, "C-000003").await;
    let third = credit(&office, "C-000007").await;
    let colleague = office.second_desk().await;
    colleague.look().await;
    assert_eq!(told(&colleague, System::Whmcs).queued, 3);
    hold(&office, System::Whmcs, false).await;
    let calls = || office.calls(Vendor::Whmcs, "AddCredit");
    office.look().await;
    colleague.look().await;
    assert_eq!((word(&office.view(first).state), calls()), ("done", 1));
    // Whoever comes now waits behind them, and is told until when.
    let fourth = credit(&colleague, "C-000004").await;
    let OperationState::WaitsForSystem { waits: why, until } = colleague.view(fourth).state else { panic!() };
    let last = office.now() - SignedDuration::from_secs(1);
    assert_eq!((&*why.key, until), ("operation-in-line", Some(last + PACE * 3)));
    assert_eq!(told(&colleague, System::Whmcs).queued, 3);
    office.pass(SignedDuration::from_secs(8));
    colleague.look().await;
    assert_eq!((waits(&colleague, second), calls()), ("operation-in-line".to_owned(), 1));
    for (at, desk, id) in [(2, &colleague, second), (3, &office, third), (4, &colleague, fourth)] {
        office.pass(if at == 2 { SignedDuration::from_secs(1) } else { PACE });
        desk.look().await;
        office.look().await;
        colleague.look().await;
        assert_eq!((word(&desk.view(id).state), calls()), ("done", at));
    }
    // The line is empty: nobody waits any more.
    assert_eq!(told(&office, System::Whmcs).queued, 0);
    let plan = office.plan("C-000007", "add-credit", &[("amount", "300"), ("reason", "Slow line")]).await;
    assert_eq!(office.confirm(&plan).await.state, OperationState::Done);
}

#[tokio::test]
async fn a_desk_that_starts_anew_still_holds_and_what_waits_can_be_given_up() {
    let office = Office::open().await;
    hold(&office, System::Whmcs, true).await;
    let (given_up, waiting) = (credit(&office, "C-000001").await, credit(&office, "C-000003").await);
    let after = office.second_desk().await;
    after.look().await;
    let held = told(&after, System::Whmcs);
    assert_eq!((held.by.as_str(), held.queued, held.since.is_some()), ("Kato", 2, true));
    let closed = after.decide(given_up, Decision::Close(Text::line("The customer called it off"))).await;
    assert_eq!((word(&closed.state), told(&after, System::Whmcs).queued), ("closed", 1));
    hold(&after, System::Whmcs, false).await;
    after.look().await;
    assert_eq!((word(&after.view(waiting).state), office.calls(Vendor::Whmcs, "AddCredit")), ("done", 1));
}

#[tokio::test]
async fn what_nobody_looked_at_since_it_was_let_go_asks_and_holds_up_nobody() {
    let office = Office::open().await;
    hold(&office, System::Whmcs, true).await;
    let (first, second) = (credit(&office, "C-000001").await, credit(&office, "C-000003").await);
    hold(&office, System::Whmcs, false).await;
    office.look().await;
    assert_eq!((word(&office.view(first).state), waits(&office, second)), ("done", "operation-in-line".to_owned()));
    office.pass(SignedDuration::from_hours(50));
    let after = office.second_desk().await;
    after.look().await;
    assert_eq!(word(&after.view(second).state), "waits-for-person");
    assert_eq!(office.calls(Vendor::Whmcs, "AddCredit"), 1);
    // Nothing waits, and nothing is held: there is nothing to tell.
    assert_eq!(*after.held.lock().unwrap(), []);
    let plan = after.plan("C-000007", "add-credit", &[("amount", "300"), ("reason", "Slow line")]).await;
    assert_eq!(after.confirm(&plan).await.state, OperationState::Done);
}

#[tokio::test]
async fn only_a_supervisor_holds_a_system() {
    let office = Office::open().await;
    let operator = Actor { role: Role::Operator, ..hana() };
    let carried = office.command(Command::Tend(Tend::Hold(System::Freebit, true), operator)).await;
    assert!(matches!(&carried, Carried::Refused(why) if why.key == "access-role"), "{carried:?}");
    let office = Office::with(|rules| rules.read_only = true).await;
    let carried = office.command(Command::Tend(Tend::Hold(System::Freebit, true), kato())).await;
    assert_eq!(carried, Carried::Refused("access-read-only".into()));
    assert!(office.held.lock().unwrap().is_empty());
}
