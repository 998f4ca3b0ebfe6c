//! What holds whatever is asked for in whatever order and whatever goes wrong: the invariants of lines and money, tried with
//! random sequences against engine and sandbox. Each run is the same as the last one.

use jiff::{SignedDuration, Timestamp};
use madoguchi::domain::change::sim::{self, Sim};
use madoguchi::domain::change::{Change, Reader, Values, What, spec};
use madoguchi::domain::effective::EffectiveDate;
use madoguchi::domain::office::Office as House;
use madoguchi::domain::operation::{Decision, Plan};
use madoguchi::domain::phone::Fixtures;
use madoguchi::domain::phrase::Phrase;
use madoguchi::domain::text::Text;
use madoguchi::domain::time;
use madoguchi::flow::{Can, Carried, Command, OperationView};
use madoguchi::sandbox::faults::{Fault, Order, System};
use madoguchi::sandbox::freebit::LineState;

use super::{Office, hana, word};

const NUMBER: &str = "C-000001";
const LINE: &str = "09002000001";
const EIDS: [&str; 2] = ["89049032123451234512345678901235", "89086030202200000022000023022943"];

fn minutes(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

/// One thing that may go wrong with a call, or nothing.
fn trouble(random: &mut fastrand::Rng) -> Option<Fault> {
    match random.u8(..9) {
        0 => Some(Fault::DropBefore),
        1 => Some(Fault::DropAfter),
        2 => Some(Fault::NoEffect),
        3 => Some(Fault::Garbage),
        4 => Some(Fault::VendorError { code: "260".to_owned(), message: Some("no".to_owned()) }),
        5 => Some(Fault::Unavailable503),
        _ => None,
    }
}

/// What a top-up of ¥500 came to in the systems: times charged, times given, credit given.
fn came_to(office: &Office, plan: &Plan) -> (usize, usize, i64) {
    let id = plan.id.to_string();
    office.world(|world| {
        let ours = world.whmcs.invoices.iter().filter(|it| it.notes.contains(&id));
        let ours: Vec<u64> = ours.map(|it| it.id).collect();
        let charged = world.whmcs.transactions.iter().filter(|it| ours.contains(&it.invoice_id)).count();
        let given = world.freebit.lines().flat_map(|line| &line.top_ups);
        let given = given.filter(|it| it.code.as_deref() == Some(id.as_str())).count();
        (charged, given, world.whmcs.credits.of(1001).map(|it| it.amount).sum())
    })
}

/// One of the things a person may do about an operation, by chance.
async fn somebody(office: &Office, view: &OperationView, random: &mut fastrand::Rng) {
    let decision = match random.u8(..6) {
        0 if view.can.contains(&Can::Verify) => Decision::Verify,
        1 | 2 if view.can.contains(&Can::DriveOn) => Decision::DriveOn,
        3 if view.can.contains(&Can::Undo) => Decision::Undo,
        4 if !view.instead.is_empty() => {
            // Asked for whether or not it fits: a plan that something stands against is refused.
            let Ok(plan) = office.try_plan(view.instead[0].clone()).await else { return };
            office.command(Command::Begin(Box::new(plan), hana())).await;
            return;
        }
        _ => {
            office.pass(minutes(1));
            office.look().await;
            return;
        }
    };
    office.command(Command::Decide(view.id, hana(), decision)).await;
}

/// I4 and I7: whatever goes wrong and whatever anybody does, each charge ends in exactly one of: data given, credit given,
/// or an operation that is open and says so. And asked for again, by the same or another desk, it is one and the same.
#[tokio::test]
async fn each_charge_ends_in_exactly_one_of_data_credit_or_a_person_who_knows() {
    let mut random = fastrand::Rng::with_seed(4);
    let mut seen = [0; 4];
    for run in 0..24 {
        let office = Office::open().await;
        let plan = office.plan(NUMBER, "top-up", &[("line", LINE), ("gb", "1")]).await;
        let before = came_to(&office, &plan).2;
        for (system, call) in [
            (System::Whmcs, "CreateInvoice"),
            (System::Whmcs, "CapturePayment"),
            (System::Freebit, "addSpec"),
            (System::Freebit, "addSpec"),
            (System::Whmcs, "AddCredit"),
        ] {
            let likely = call == "addSpec" || random.u8(..4) == 0;
            if let Some(fault) = trouble(&mut random).filter(|_| likely) {
                office.sandbox.misbehave(Order::on(system, fault).matching(call).times(1));
            }
        }
        let begin = || Command::Begin(Box::new(plan.clone()), hana());
        assert_eq!(office.command(begin()).await, Carried::Taken);
        let colleague = office.second_desk().await;
        for _ in 0..random.usize(1..8) {
            let desk = if random.bool() { &office } else { &colleague };
            if random.u8(..4) == 0 {
                desk.command(begin()).await;
            }
            desk.look().await;
            let view = desk.views.lock().unwrap().get(&plan.id).cloned();
            if let Some(view) = view {
                somebody(desk, &view, &mut random).await;
            }
            let (charged, given, credit) = came_to(&office, &plan);
            let credit = usize::from(credit > before);
            assert!(charged <= 1 && given + credit <= charged, "{run}: {charged} {given} {credit}");
        }
        // A desk that starts anew sees what is known.
        let fresh = office.second_desk().await;
        fresh.look().await;
        let view = fresh.view(plan.id);
        let (charged, given, credit) = came_to(&office, &plan);
        assert!([0, 500].contains(&(credit - before)), "{run}: {credit}");
        let ends = (charged, given, credit > before, word(&view.state));
        let which = match ends {
            (0, 0, false, "undone" | "waits-for-system" | "waits-for-person") => 0,
            (1, 1, false, "done" | "waits-for-system" | "waits-for-person") => 1,
            (1, 0, true, "closed") => 2,
            // The credit may be on its way still; as long as it is, the other one is open.
            (1, 0, _, "waits-for-system" | "waits-for-person") => 3,
            ends => panic!("{run}: {ends:?} {view:#?}"),
        };
        seen[which] += 1;
    }
    assert!(seen.iter().all(|n| *n > 0), "each of them was seen: {seen:?}");
}

/// I1: of changes that shut each other out a line never has two on their way, whatever becomes of their calls, at whichever
/// desk they are asked for.
#[tokio::test]
async fn two_changes_that_shut_each_other_out_are_never_on_their_way_together() {
    let mut random = fastrand::Rng::with_seed(11);
    let (mut begun, mut refused) = (0, 0);
    for _ in 0..4 {
        let office = Office::open().await;
        office.sandbox.change(|world| {
            let line = world.freebit.line_mut(LINE).unwrap();
            (line.talk, line.voice_mail, line.world_wing) = (true, true, false);
        });
        let colleague = office.second_desk().await;
        // Planned while nothing was in the way, begun later.
        let mut plans: Vec<Plan> = Vec::new();
        for _ in 0..14 {
            let (verb, mut fields) = match random.u8(..4) {
                0 => ("plan-change", vec![("plan", *random.choice(&["PNEW_5GB_V", "PNEW_25GB_V"]).unwrap())]),
                1 => ("voice-options", vec![("roaming", *random.choice(&["on", "off"]).unwrap())]),
                2 => ("network", vec![("network", *random.choice(&["4G", "5G"]).unwrap())]),
                _ => ("esim-reissue", vec![("eid", *random.choice(&EIDS).unwrap())]),
            };
            fields.push(("line", LINE));
            plans.push(office.plan(NUMBER, verb, &fields).await);
            if let Some(fault) = trouble(&mut random) {
                let call = *random.choice(&["changePlan", "talkoption", "contractline", "esim"]).unwrap();
                office.sandbox.misbehave(Order::on(System::Freebit, fault).matching(call).times(1));
            }
            let plan = plans.swap_remove(random.usize(..plans.len()));
            let desk = if random.bool() { &office } else { &colleague };
            match desk.command(Command::Begin(Box::new(plan), hana())).await {
                Carried::Taken => begun += 1,
                Carried::Refused(_) => refused += 1,
            }
            office.look().await;
            colleague.look().await;
            let views = office.views.lock().unwrap().clone();
            let open: Vec<&OperationView> = views
                .values()
                .filter(|it| !it.state.over())
                .filter(|it| matches!(&it.change.what, What::Sim(_) if sim::is_exclusive(it.change.what.verb())))
                .collect();
            assert!(open.len() <= 1, "{open:#?}");
            office.pass(minutes(random.i64(0..25)));
        }
    }
    assert!(begun > 5 && refused > 5, "{begun} begun, {refused} refused");
}

/// A plan that was made when nothing was in the way is not begun beside what came in the way since, and what that is is said.
#[tokio::test]
async fn what_came_in_the_way_since_it_was_planned_is_named() {
    let office = Office::open().await;
    let network = office.plan(NUMBER, "network", &[("line", LINE), ("network", "4G")]).await;
    let voice = office.plan(NUMBER, "voice-options", &[("line", LINE), ("roaming", "on")]).await;
    office.sandbox.misbehave(Order::on(System::Freebit, Fault::DropAfter).matching("contractline").times(1));
    office.confirm(&network).await;
    let carried = office.command(Command::Begin(Box::new(voice.clone()), hana())).await;
    let named = Phrase::new("line-has-ours").with("what", network.title.clone());
    assert_eq!(carried, Carried::Refused(named));
    // Over, and nobody has looked yet: it is looked at, and the way is free.
    office.pass(minutes(31));
    let carried = office.command(Command::Begin(Box::new(voice), hana())).await;
    assert_eq!(carried, Carried::Taken);
}

/// I2: whatever day is typed, Freebit is told one, and nothing happens at once but what "now" was spelled for.
#[tokio::test]
async fn no_change_that_has_a_day_is_sent_without_one() {
    let mut random = fastrand::Rng::with_seed(2);
    for _ in 0..14 {
        let office = Office::open().await;
        office.pass(SignedDuration::from_hours(random.i64(0..24 * 90)));
        let day = |ahead: i64| time::iso(time::today(office.now()).saturating_add(jiff::Span::new().days(ahead)));
        let ends = random.bool();
        let typed = match random.u8(..5) {
            0 => "now".to_owned(),
            1 => "month-end".to_owned(),
            2 => "next-month".to_owned(),
            _ => day(random.i64(1..60)),
        };
        let fields = [("line", LINE), ("plan", "PNEW_25GB_V"), ("reason", "moving"), ("on", typed.as_str())];
        let verb = if ends { "sim-cancel" } else { "plan-change" };
        // What is no month's end, or over, was told beside its field.
        let Some(change) = asked(&office, verb, &fields).await else { continue };
        let on = match &change.what {
            What::Sim(Sim::SimCancel { on, .. } | Sim::PlanChange { on, .. }) => *on,
            other => panic!("{other:?}"),
        };
        let plan = office.try_plan(change).await.unwrap();
        let before = line(&office);
        let begin = if plan.second { continue } else { Command::Begin(Box::new(plan.clone()), hana()) };
        let taken = office.command(begin).await == Carried::Taken;
        let after = line(&office);
        let at_once = after.plan_code != before.plan_code || after.state == LineState::Obsolete;
        assert_eq!(at_once, taken && on == EffectiveDate::Now, "{verb} {typed}");
        if let (true, EffectiveDate::On(day)) = (taken, on) {
            let begins = if ends { day.tomorrow().unwrap() } else { day };
            let due: Vec<Timestamp> = after.planned.iter().map(|it| it.due).collect();
            // On the day itself it is at once, which was spelled by its date.
            let expected = time::from_jst(begins.at(0, 0, 0, 0)).unwrap();
            assert_eq!(due, [expected], "{verb} {typed}");
        }
    }
}

/// A change as it is read from what was typed; nothing where something is wrong.
async fn asked(office: &Office, verb: &str, fields: &[(&str, &str)]) -> Option<Change> {
    let who = office.customer(NUMBER).await;
    let spec = spec(verb).unwrap();
    let values: Values = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let house = House::default();
    let mut reader = Reader::new(spec, &values, &house, office.now(), Fixtures::Allowed);
    What::read(spec, &mut reader).map(|what| Change { who, what })
}

fn line(office: &Office) -> madoguchi::sandbox::freebit::Line {
    let now = office.now();
    office.sandbox.change(|world| world.freebit.line(LINE, now)).unwrap()
}

/// I3 at the engine: nobody does anything with what is over.
#[tokio::test]
async fn nothing_is_done_with_what_is_over() {
    let office = Office::open().await;
    let done = office.plan(NUMBER, "top-up", &[("line", LINE)]).await;
    office.confirm(&done).await;
    let undone = office.plan(NUMBER, "top-up", &[("line", LINE)]).await;
    office.sandbox.misbehave(Order::on(System::Whmcs, Fault::NoEffect).matching("CapturePayment").times(1));
    office.confirm(&undone).await;
    let all = || came_to(&office, &done).1 + came_to(&office, &undone).1;
    assert_eq!(all(), 1);
    for plan in [&done, &undone] {
        let before = office.view(plan.id);
        for decision in [
            Decision::Verify,
            Decision::DriveOn,
            Decision::Undo,
            Decision::Confirm(Text::line("notice")),
            Decision::Hand(Text::line("Kato")),
            Decision::Close(Text::line("settled")),
        ] {
            let carried = office.command(Command::Decide(plan.id, hana(), decision)).await;
            assert_eq!(carried, Carried::Refused("operation-not-now".into()));
        }
        office.confirm(plan).await;
        assert_eq!(office.view(plan.id).state, before.state);
    }
    assert_eq!(all(), 1);
}
