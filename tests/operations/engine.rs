//! What the engine promises, on the change that crosses two systems: a top-up.

use jiff::SignedDuration;
use madoguchi::domain::access::{CallerLevel, Role};
use madoguchi::domain::operation::{Actor, Decision, Plan};
use madoguchi::domain::text::Text;
use madoguchi::flow::{Can, Carried, Command, Looking, OperationState, Pin};
use madoguchi::sandbox::faults::{Fault, Order, System};

use super::{Office, Rules, hana, kato, rules, word};

/// A customer with a card on file and a line in service.
const NUMBER: &str = "C-000001";
const LINE: &str = "09002000001";

async fn top_up(office: &Office) -> Plan {
    let plan = office.plan(NUMBER, "top-up", &[("line", LINE), ("gb", "2")]).await;
    assert_eq!(plan.blocked(), None);
    plan
}

/// Payments taken and data given for an operation: what may never differ without a person knowing.
pub fn effects(office: &Office, plan: &Plan) -> (usize, usize) {
    let id = plan.id.to_string();
    office.world(|world| {
        let ours = world.whmcs.invoices.iter().filter(|it| it.notes.contains(&id));
        let invoices: Vec<u64> = ours.map(|it| it.id).collect();
        let paid = world.whmcs.transactions.iter().filter(|it| invoices.contains(&it.invoice_id)).count();
        let lines = world.freebit.lines();
        let given = lines.flat_map(|line| &line.top_ups).filter(|it| it.code.as_deref() == Some(id.as_str())).count();
        (paid, given)
    })
}

#[tokio::test]
async fn a_top_up_is_billed_paid_and_given_once() {
    let office = Office::open().await;
    let plan = top_up(&office).await;
    let view = office.confirm(&plan).await;
    assert_eq!(view.state, OperationState::Done, "{view:#?}");
    assert_eq!(effects(&office, &plan), (1, 1));
    let receipt = view.receipt.unwrap();
    for fact in ["invoice", "transaction", "quota_code"] {
        assert!(receipt.facts.contains_key(fact), "{receipt:?}");
    }
    // Confirming the same plan again is the same operation.
    assert_eq!(office.confirm(&plan).await.state, OperationState::Done);
    assert_eq!(effects(&office, &plan), (1, 1));
}

#[tokio::test]
async fn an_answer_that_never_came_is_settled_by_reading() {
    for fault in [Fault::DropAfter, Fault::DropBefore] {
        for (system, call) in
            [(System::Whmcs, "CreateInvoice"), (System::Whmcs, "CapturePayment"), (System::Freebit, "addSpec")]
        {
            let office = Office::open().await;
            let plan = top_up(&office).await;
            office.once(system, call, fault.clone());
            let view = office.confirm(&plan).await;
            let happened = fault == Fault::DropAfter;
            let (state, paid, given) = match (happened, call) {
                (true, _) => ("done", 1, 1),
                // What was paid is not taken back by the desk alone.
                (false, "addSpec") => ("waits-for-person", 1, 0),
                (false, _) => ("undone", 0, 0),
            };
            let label = format!("{fault:?} {call}: {view:#?}");
            assert_eq!((word(&view.state), effects(&office, &plan)), (state, (paid, given)), "{label}");
            assert_eq!(view.paid_not_delivered, state == "waits-for-person", "{label}");
        }
    }
}

#[tokio::test]
async fn an_answer_without_effect_is_never_taken_for_done() {
    for (call, state, seen) in [
        ("CreateInvoice", "undone", (0, 0)),
        ("CapturePayment", "undone", (0, 0)),
        ("addSpec", "waits-for-person", (1, 0)),
    ] {
        let office = Office::open().await;
        let plan = top_up(&office).await;
        let system = if call == "addSpec" { System::Freebit } else { System::Whmcs };
        office.once(system, call, Fault::NoEffect);
        let view = office.confirm(&plan).await;
        assert_eq!((word(&view.state), effects(&office, &plan)), (state, seen), "{call}: {view:#?}");
    }
}

#[tokio::test]
async fn what_was_paid_and_not_delivered_waits_until_somebody_settles_it() {
    let office = Office::open().await;
    let plan = top_up(&office).await;
    office.once(System::Freebit, "addSpec", Fault::VendorError { code: "260".to_owned(), message: None });
    let view = office.confirm(&plan).await;
    assert!(view.paid_not_delivered && view.can.contains(&Can::DriveOn) && !view.can.contains(&Can::Undo), "{view:#?}");
    // Closing needs a reason.
    let close = |why: &str| Command::Decide(plan.id, hana(), Decision::Close(Text::line(why)));
    assert_eq!(office.command(close("")).await, Carried::Refused("operation-close-why".into()));
    let view = office.decide(plan.id, Decision::DriveOn).await;
    assert_eq!((view.state, effects(&office, &plan)), (OperationState::Done, (1, 1)));
    assert_eq!(office.command(close("done already")).await, Carried::Refused("operation-not-now".into()));
}

#[tokio::test]
async fn a_request_that_may_be_on_its_way_is_given_time() {
    let office = Office::with(|rules| rules.settle = SignedDuration::from_secs(30)).await;
    let plan = top_up(&office).await;
    office.once(System::Whmcs, "CapturePayment", Fault::DropBefore);
    let view = office.confirm(&plan).await;
    let until = office.now() + SignedDuration::from_secs(30);
    let OperationState::WaitsForSystem { until: told, .. } = view.state else { panic!("{view:#?}") };
    assert_eq!(told, Some(until));
    office.look().await;
    assert_eq!(word(&office.view(plan.id).state), "waits-for-system");
    office.pass(SignedDuration::from_secs(31));
    office.look().await;
    assert_eq!(word(&office.view(plan.id).state), "undone");
    assert_eq!(office.calls(System::Whmcs, "CapturePayment"), 1, "and was never sent again");
}

#[tokio::test]
async fn a_system_that_looks_at_nothing_is_asked_again_a_few_times() {
    let office = Office::open().await;
    let plan = top_up(&office).await;
    office
        .sandbox
        .misbehave(Order::on(System::Whmcs, Fault::TooMany429 { retry_after: 0 }).matching("CapturePayment").times(2));
    assert_eq!(office.confirm(&plan).await.state, OperationState::Done);
    assert_eq!(effects(&office, &plan), (1, 1));
    let plan = top_up(&office).await;
    office.sandbox.misbehave(Order::on(System::Whmcs, Fault::TooMany429 { retry_after: 0 }).matching("CapturePayment"));
    assert_eq!(word(&office.confirm(&plan).await.state), "undone");
    assert_eq!(effects(&office, &plan), (0, 0));
}

#[tokio::test]
async fn a_system_that_cannot_be_read_is_waited_for() {
    let office = Office::open().await;
    let plan = top_up(&office).await;
    let fault = office.sandbox.misbehave(Order::on(System::Freebit, Fault::Unavailable503));
    let view = office.confirm(&plan).await;
    assert_eq!((word(&view.state), effects(&office, &plan)), ("waits-for-system", (1, 0)), "{view:#?}");
    assert!(fault > 0);
    office.sandbox.behave();
    // A desk that starts anew finds it, and goes on.
    let after = office.second_desk().await;
    after.pass(SignedDuration::from_mins(1));
    after.look().await;
    assert_eq!((after.view(plan.id).state, effects(&office, &plan)), (OperationState::Done, (1, 1)));
    // The first one hears of it.
    office.look().await;
    assert_eq!(office.view(plan.id).state, OperationState::Done);
}

#[tokio::test]
async fn a_second_person_agrees_in_a_desk_of_their_own() {
    let office = Office::open().await;
    let plan = Plan { second: true, ..top_up(&office).await };
    assert_eq!(
        office.command(Command::Begin(Box::new(plan.clone()), hana())).await,
        Carried::Refused("operation-needs-second".into())
    );
    assert_eq!(office.command(Command::AskSecond(Box::new(plan.clone()), hana())).await, Carried::Taken);
    let OperationState::AwaitsSecond { code: Some(code), .. } = office.view(plan.id).state else { panic!("no code") };
    assert_eq!(effects(&office, &plan), (0, 0), "nothing is sent before");
    let colleague = office.second_desk().await;
    colleague.look().await;
    assert!(matches!(colleague.view(plan.id).state, OperationState::AwaitsSecond { code: None, .. }));
    let approve = |code: &str, by| Command::Approve { code: code.to_owned(), by };
    assert_eq!(office.command(approve(&code, hana())).await, Carried::Refused("operation-same-person".into()));
    assert_eq!(colleague.command(approve("AAA-AAA", kato())).await, Carried::Refused("operation-code-wrong".into()));
    assert_eq!(colleague.command(approve(&code, kato())).await, Carried::Taken);
    assert_eq!((colleague.view(plan.id).state, effects(&office, &plan)), (OperationState::Done, (1, 1)));
}

#[tokio::test]
async fn a_second_person_agrees_at_this_desk_with_their_pin() {
    let office = Office::open().await;
    let plan = Plan { second: true, ..top_up(&office).await };
    office.command(Command::AskSecond(Box::new(plan.clone()), hana())).await;
    let with = |pin: &str| Command::ApproveHere { id: plan.id, name: "kato".to_owned(), pin: Pin(pin.to_owned()) };
    assert_eq!(office.command(with("0000")).await, Carried::Refused("operation-pin-wrong".into()));
    assert_eq!(effects(&office, &plan), (0, 0));
    assert_eq!(office.command(with("4711")).await, Carried::Taken);
    assert_eq!((office.view(plan.id).state, effects(&office, &plan)), (OperationState::Done, (1, 1)));
}

#[tokio::test]
async fn nothing_is_sent_that_the_audit_log_cannot_tell() {
    let office = Office::open().await;
    let plan = top_up(&office).await;
    std::fs::create_dir(office.folder().join("audit.log")).unwrap();
    let view = office.confirm(&plan).await;
    assert_eq!(word(&view.state), "waits-for-system");
    assert_eq!(office.calls(System::Whmcs, "CreateInvoice"), 0);
    std::fs::remove_dir(office.folder().join("audit.log")).unwrap();
    assert_eq!(office.decide(plan.id, Decision::Verify).await.state, OperationState::Done);
    let log = std::fs::read_to_string(office.folder().join("audit.log")).unwrap();
    for word in ["intent", "outcome", "step-capture", "top-up", "Hana"] {
        assert!(log.contains(word), "{word} should be in\n{log}");
    }
}

#[tokio::test]
async fn a_desk_that_started_days_later_asks_before_it_sends() {
    let office = Office::open().await;
    let plan = top_up(&office).await;
    office.sandbox.misbehave(Order::on(System::Freebit, Fault::Unavailable503));
    office.confirm(&plan).await;
    office.sandbox.behave();
    office.pass(SignedDuration::from_hours(50));
    let after = office.second_desk().await;
    after.look().await;
    let view = after.view(plan.id);
    assert!(view.paid_not_delivered && view.can.contains(&Can::DriveOn), "{view:#?}");
    assert_eq!(effects(&office, &plan), (1, 0));
    assert_eq!(after.decide(plan.id, Decision::DriveOn).await.state, OperationState::Done);
}

#[tokio::test]
async fn what_was_begun_waits_for_a_desk_that_may_write() {
    let office = Office::open().await;
    let plan = top_up(&office).await;
    office.sandbox.misbehave(Order::on(System::Freebit, Fault::Unavailable503));
    office.confirm(&plan).await;
    office.sandbox.behave();
    office.pass(SignedDuration::from_mins(1));
    // It is paid and the data is not there. A list that only looks changes nothing about that, nor does a desk that only reads.
    let lists = office.second_desk().await;
    assert_eq!(lists.command(Command::Look(Looking::OnlyReads)).await, Carried::Taken);
    let reads = office.second_desk_with(Rules { read_only: true, ..rules() }).await;
    reads.look().await;
    for desk in [&lists, &reads] {
        let OperationState::WaitsForSystem { waits, .. } = desk.view(plan.id).state else { panic!("it does not wait") };
        assert_eq!(waits.key, "operation-read-only");
    }
    assert_eq!(effects(&office, &plan), (1, 0));
    office.pass(SignedDuration::from_mins(1));
    office.look().await;
    assert_eq!((office.view(plan.id).state, effects(&office, &plan)), (OperationState::Done, (1, 1)));
}

#[tokio::test]
async fn a_desk_that_only_reads_agrees_to_nothing() {
    let office = Office::open().await;
    let plan = Plan { second: true, ..top_up(&office).await };
    office.command(Command::AskSecond(Box::new(plan.clone()), hana())).await;
    let OperationState::AwaitsSecond { code: Some(code), .. } = office.view(plan.id).state else { panic!("no code") };
    let reads = office.second_desk_with(Rules { read_only: true, ..rules() }).await;
    let pin = Pin("4711".to_owned());
    for command in
        [Command::Approve { code, by: kato() }, Command::ApproveHere { id: plan.id, name: "kato".to_owned(), pin }]
    {
        assert_eq!(reads.command(command).await, Carried::Refused("access-read-only".into()));
    }
    assert_eq!(effects(&office, &plan), (0, 0));
}

#[tokio::test]
async fn another_name_of_the_same_user_is_no_second_person() {
    let office = Office::open().await;
    let plan = Plan { second: true, ..top_up(&office).await };
    let as_user = |name: &str, actor: Actor| Actor { name: Text::line(name), ..actor };
    office.command(Command::AskSecond(Box::new(plan.clone()), as_user("hana(1000)", hana()))).await;
    let OperationState::AwaitsSecond { code: Some(code), .. } = office.view(plan.id).state else { panic!("no code") };
    let approve = |name: &str| Command::Approve { code: code.clone(), by: as_user(name, kato()) };
    assert_eq!(office.command(approve("kato(1000)")).await, Carried::Refused("operation-same-person".into()));
    // The audit log, which is written before, says what became of it.
    let log = || std::fs::read_to_string(office.folder().join("audit.log")).unwrap();
    assert!(log().contains("what kato(1000) agreed to does not count: a second person has to agree"), "{}", log());
    assert_eq!(office.command(approve("kato(1001)")).await, Carried::Taken);
    assert!(log().contains("kato(1001) agreed") && !log().contains("what kato(1001)"), "{}", log());
}

#[tokio::test]
async fn who_may_not_is_refused_by_the_engine_too() {
    let office = Office::open().await;
    let plan = top_up(&office).await;
    let viewer = Actor { role: Role::Viewer, ..hana() };
    let stranger = Actor { caller: CallerLevel::V0, ..hana() };
    for actor in [viewer, stranger] {
        let carried = office.command(Command::Begin(Box::new(plan.clone()), actor)).await;
        assert!(matches!(carried, Carried::Refused(_)));
    }
    let office = Office::with(|rules| rules.read_only = true).await;
    let plan = top_up(&office).await;
    let carried = office.command(Command::Begin(Box::new(plan), hana())).await;
    assert_eq!(carried, Carried::Refused("access-read-only".into()));
    assert_eq!(office.calls(System::Whmcs, "CreateInvoice"), 0);
}
