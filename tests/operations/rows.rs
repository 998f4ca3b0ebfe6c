//! One change for many rows of a queue: each an operation of its own, begun one after the other, and gone on with by whoever
//! comes next.

use std::sync::Arc;

use madoguchi::domain::access::Role;
use madoguchi::domain::bulk::Caps;
use madoguchi::domain::change::{Change, Who};
use madoguchi::domain::operation::{Actor, Plan};
use madoguchi::domain::queue::{Queue, QueueItem};
use madoguchi::domain::status::Place;
use madoguchi::domain::text::Text;
use madoguchi::flow::{Carried, Command, OperationView, PlanRefused, Query, Reply, Slot};
use madoguchi::sandbox::faults::{Fault, Order, System};
use serde_json::json;
use tokio::sync::mpsc;

use super::{Office, hana, word};

/// The oldest open cases of the house.
async fn cases(office: &Office, n: usize) -> Vec<QueueItem> {
    let replies = office.ask(Slot::Queue, Query::Queue(Queue::CasesOpen, None)).await;
    let page =
        replies.into_iter().find_map(|reply| if let Reply::Queue { page, .. } = reply { Some(page) } else { None });
    let rows = page.unwrap().known.unwrap().value.rows;
    rows.into_iter().filter(|row| matches!(row.opens, Place::Case(Some(_)))).take(n).collect()
}

/// A change of a row, as the list knows it: it does not tell the customer's number.
fn change(office: &Office, row: &QueueItem, verb: &str, fields: &[(&str, &str)]) -> Change {
    let who = Who { key: row.customer.clone(), number: Text::default() };
    let mut all = vec![("case", row.number.as_str())];
    all.extend(fields);
    office.change(&who, verb, &all)
}

pub async fn planned(office: &Office, changes: Vec<Change>) -> Vec<Result<Plan, PlanRefused>> {
    let replies = office.ask(Slot::Plan, Query::PlanRows(changes)).await;
    let rows = replies.into_iter().map(|reply| match reply {
        Reply::PlannedRow(at, plan) => (at, plan.map(|plan| *plan)),
        other => panic!("{other:?}"),
    });
    let (places, plans): (Vec<usize>, Vec<_>) = rows.unzip();
    assert_eq!(places, (0..plans.len()).collect::<Vec<_>>(), "one after the other");
    plans
}

async fn comments_planned(office: &Office, rows: &[QueueItem], text: &str) -> Vec<Plan> {
    let changes = rows.iter().map(|row| change(office, row, "comment", &[("text", text)])).collect();
    planned(office, changes).await.into_iter().map(Result::unwrap).collect()
}

/// How often these words were written into each of the rows' cases.
fn written(office: &Office, rows: &[QueueItem], text: &str) -> Vec<usize> {
    office.world(|world| {
        let id = |number: &str| {
            let mut cases = world.salesforce.rows("Case");
            cases.find(|row| row.text("CaseNumber") == number).unwrap().id().to_string()
        };
        let of = |row: &QueueItem| {
            let id = id(&row.number);
            let comments = world.salesforce.rows("CaseComment");
            comments.filter(|it| it.text("CommentBody") == text && it.text("ParentId") == id).count()
        };
        rows.iter().map(of).collect()
    })
}

pub fn states(office: &Office, plans: &[Plan]) -> Vec<&'static str> {
    plans.iter().map(|plan| word(&office.view(plan.id).state)).collect()
}

fn set_status(office: &Office, row: &QueueItem, status: &str) {
    office.sandbox.change(|world| {
        let id = world
            .salesforce
            .rows("Case")
            .find(|it| it.text("CaseNumber") == row.number.as_str())
            .map(|it| it.id().to_string())
            .unwrap();
        world.salesforce.update(&id, json!({ "Status": status }).as_object().unwrap().clone()).unwrap();
    });
}

#[tokio::test]
async fn every_row_has_a_verdict_and_those_that_can_are_changed_one_by_one() {
    let office = Office::open().await;
    let rows = cases(&office, 3).await;
    set_status(&office, &rows[0], "New");
    set_status(&office, &rows[1], "Escalated");
    set_status(&office, &rows[2], "New");
    let changes = rows.iter().map(|row| change(&office, row, "case-status", &[("status", "escalated")])).collect();
    let plans: Vec<Plan> = planned(&office, changes).await.into_iter().map(Result::unwrap).collect();
    let already: Vec<bool> = plans.iter().map(|plan| plan.blocked().is_some()).collect();
    assert_eq!(already, [false, true, false]);
    assert!(plans.iter().all(|plan| plan.change.who.number.starts_with("C-")), "the journal names whose each is");
    // A row that can not be changed takes all of them back to the person.
    let all = Command::BeginRows(plans.clone(), hana());
    assert!(matches!(office.command(all).await, Carried::Refused(_)));
    let able = vec![plans[0].clone(), plans[2].clone()];
    assert_eq!(office.command(Command::BeginRows(able.clone(), hana())).await, Carried::Taken);
    assert_eq!(states(&office, &able), ["done", "done"]);
    let places: Vec<(usize, usize)> =
        able.iter().map(|plan| office.view(plan.id).bulk.unwrap()).map(|bulk| (bulk.at, bulk.of)).collect();
    assert_eq!(places, [(1, 2), (2, 2)]);
}

#[tokio::test]
async fn what_was_not_begun_when_a_desk_dies_is_begun_by_another_at_a_persons_word_and_nothing_twice() {
    let office = Office::open().await;
    let rows = cases(&office, 3).await;
    let text = "The line is being repaired.";
    let plans = comments_planned(&office, &rows, text).await;
    let mut hanging = office.sandbox.hanging();
    let before = hanging.borrow_and_update().ever;
    let hangs = Order::on(System::Salesforce, Fault::HangAfter).matching("sobjects/CaseComment");
    office.sandbox.misbehave(hangs.writes().after(1).times(1));
    let (sender, mut messages) = mpsc::channel(64);
    let dies = Arc::clone(&office.backend).carry(Command::BeginRows(plans.clone(), hana()), sender);
    tokio::select! {
        () = dies => panic!("the second row hangs"),
        _ = hanging.wait_for(|hanging| hanging.ever > before) => {}
        () = async { while messages.recv().await.is_some() {} } => panic!("it ended"),
    }
    office.sandbox.behave();
    // Its journal lets go of the row before it does anything else: a dead desk's would be taken over.
    assert_eq!(office.command(Command::Draft("none".to_owned(), None)).await, Carried::Taken);
    let heir = office.second_desk().await;
    heir.look().await;
    assert_eq!(states(&heir, &plans), ["done", "done", "queued"]);
    heir.look().await;
    assert_eq!(written(&heir, &rows, text), [1, 1, 0], "nobody begins a row unasked");
    let resume = Command::ResumeRows(plans[0].id, hana());
    assert_eq!(heir.command(resume.clone()).await, Carried::Taken);
    assert_eq!(states(&heir, &plans), ["done", "done", "done"]);
    assert_eq!(heir.command(resume).await, Carried::Taken);
    assert_eq!(written(&heir, &rows, text), [1, 1, 1]);
}

#[tokio::test]
async fn a_system_that_goes_down_stops_the_rows_behind() {
    let office = Office::open().await;
    let rows = cases(&office, 3).await;
    let plans = comments_planned(&office, &rows, "We write again today.").await;
    office.sandbox.misbehave(Order::on(System::Salesforce, Fault::DropBefore));
    assert_eq!(office.command(Command::BeginRows(plans.clone(), hana())).await, Carried::Taken);
    assert_eq!(states(&office, &plans), ["waits-for-system", "queued", "queued"]);
    office.sandbox.behave();
    // An hour later the rows are read again before they are begun: one was closed meanwhile, which a comment survives.
    office.pass(jiff::SignedDuration::from_mins(10));
    office.look().await;
    assert_eq!(office.command(Command::ResumeRows(plans[0].id, hana())).await, Carried::Taken);
    assert_eq!(states(&office, &plans), ["done", "done", "done"]);
}

#[tokio::test]
async fn rows_that_were_not_begun_can_be_closed_and_old_ones_are_read_again() {
    let office = Office::open().await;
    let rows = cases(&office, 3).await;
    for row in &rows {
        set_status(&office, row, "New");
    }
    let changes = rows.iter().map(|row| change(&office, row, "case-status", &[("status", "escalated")])).collect();
    let plans: Vec<Plan> = planned(&office, changes).await.into_iter().map(Result::unwrap).collect();
    office.sandbox.misbehave(Order::on(System::Salesforce, Fault::DropBefore));
    assert_eq!(office.command(Command::BeginRows(plans.clone(), hana())).await, Carried::Taken);
    office.sandbox.behave();
    let why = madoguchi::domain::operation::Decision::Close(Text::line("Not needed"));
    assert_eq!(word(&office.decide(plans[1].id, why).await.state), "closed");
    office.pass(jiff::SignedDuration::from_mins(10));
    set_status(&office, &rows[2], "Escalated");
    assert_eq!(office.command(Command::ResumeRows(plans[0].id, hana())).await, Carried::Taken);
    let view: OperationView = office.view(plans[2].id);
    assert_eq!(word(&view.state), "undone", "it is so already: {view:#?}");
}

#[tokio::test]
async fn more_than_a_few_rows_need_a_supervisor_and_not_every_change_is_for_many() {
    let office = Office::with(|rules| rules.access.bulk = Caps { alone: 1, most: 2 }).await;
    let rows = cases(&office, 3).await;
    let plans = comments_planned(&office, &rows, "Soon.").await;
    let operator = Actor { role: Role::Operator, ..hana() };
    let refused = |carried: Carried| match carried {
        Carried::Refused(why) => why.key.into_owned(),
        Carried::Taken => "taken".to_owned(),
    };
    let two = || plans[..2].to_vec();
    assert_eq!(refused(office.command(Command::BeginRows(two(), operator)).await), "bulk-needs-supervisor");
    assert_eq!(refused(office.command(Command::BeginRows(plans.clone(), hana())).await), "bulk-too-many");
    let line = office.plan("C-000001", "top-up", &[("line", "09002000001"), ("gb", "1")]).await;
    assert_eq!(refused(office.command(Command::BeginRows(vec![line], hana())).await), "bulk-one-by-one");
    assert_eq!(written(&office, &rows, "Soon."), [0, 0, 0]);
    assert_eq!(refused(office.command(Command::BeginRows(two(), hana())).await), "taken");
    assert_eq!(written(&office, &rows, "Soon."), [1, 1, 0]);
}
