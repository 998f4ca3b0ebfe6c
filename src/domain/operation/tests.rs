//! The decision is tried against everything that can happen: any answer, any crash, any person.

use proptest::prelude::*;

use super::*;
use crate::domain::access::{CallerLevel, Role};
use crate::domain::change::sim::Sim;
use crate::domain::change::{What, Who};
use crate::domain::customer::CustomerKey;
use crate::domain::phone::{Fixtures, Msisdn};
use crate::domain::quota::TopUpOffer;
use crate::domain::write::{Id, whmcs};

fn at() -> Timestamp {
    "2026-11-22T01:00:00Z".parse().unwrap()
}

/// A plan whose steps are told by whether they can be taken back. The one at `no_return` is the point of no return.
fn plan(undos: &[bool], no_return: Option<usize>) -> Plan {
    let cancel = |n: usize| Write::Whmcs(whmcs::Write::CancelInvoice { invoice: Id::number(n as u64) });
    let step = |(n, undo): (usize, &bool)| Step {
        write: cancel(n),
        says: "step-capture".into(),
        undo: undo.then(|| cancel(100 + n)),
        no_return: no_return == Some(n),
        first: false,
    };
    let line = Msisdn::parse("09002000001", Fixtures::Allowed).unwrap();
    let what = What::Sim(Sim::TopUp { line, quota: TopUpOffer::default().gigabytes(1).unwrap() });
    let who = Who { key: CustomerKey::default(), number: Text::line("C-000001") };
    Plan {
        id: OperationId::new(at(), [7; 10]),
        change: Change { who, what },
        title: "plan-top-up".into(),
        about: "about-line".into(),
        steps: undos.iter().enumerate().map(step).collect(),
        checks: Vec::new(),
        price: Some(Yen(550)),
        effective: None,
        differences: Vec::new(),
        warnings: Vec::new(),
        confirm: Confirm::Key,
        second: false,
        deadline: None,
        inverse: None,
        instead: Vec::new(),
        read_at: at(),
        bulk: None,
        facts: Vec::new(),
        outbox: None,
        typing: None,
    }
}

/// The same as it is kept in the outbox.
fn waiting(plan: &Plan) -> Plan {
    let unread = Unread { system: crate::domain::system::System::Salesforce, why: "a".into() };
    let outbox = Outbox { unread: Some(unread), written: at(), then: Vec::new(), known_at: None };
    Plan { outbox: Some(Box::new(outbox)), steps: Vec::new(), ..plan.clone() }
}

fn person() -> Actor {
    Actor { name: Text::line("Hana"), role: Role::Operator, caller: CallerLevel::V2 }
}

fn decided(decision: Decision) -> Entry {
    Entry::Decided(person(), decision)
}

/// Does what the decision says, with what `dice` makes of it, and a crash wherever they say so. Answers the entries and
/// how often each step was sent.
fn drive(plan: &Plan, dice: &[u8]) -> Result<(Vec<Written>, Vec<usize>), TestCaseError> {
    let mut entries: Vec<Written> = Vec::new();
    let mut sent = vec![0; plan.steps.len()];
    let waits = || Entry::Pending { waits: "operation-settling".into(), until: None };
    for die in dice {
        let (step, came) = match next(plan, &entries) {
            Next::Send(step) => {
                let said = |it: &&Written| it.step == step && !matches!(it.entry, Entry::Pending { .. });
                let last = entries.iter().rev().find(said).map(|it| &it.entry);
                let may = matches!(
                    last,
                    None | Some(
                        Entry::NotSent(_)
                            | Entry::Planned(..)
                            | Entry::Decided(_, Decision::DriveOn | Decision::Undo | Decision::Hand(_))
                    )
                );
                prop_assert!(may, "sent after {last:?}");
                let untouched = Progress::of(plan, &entries).untouched();
                let came = match die % 10 {
                    0 => vec![Entry::Refused("a".into())],
                    // What may wait is kept only while nothing of it was sent.
                    9 if untouched => vec![Entry::Kept("a".into())],
                    1 => vec![Entry::Done(Facts::new())],
                    2 => vec![waits()],
                    // The desk dies between sending and hearing.
                    3 => vec![Entry::Intent(Facts::new())],
                    4 => vec![Entry::Intent(Facts::new()), Entry::Unanswered("a".into())],
                    5 => vec![Entry::Intent(Facts::new()), Entry::NotSent("a".into())],
                    6 => vec![Entry::Intent(Facts::new()), Entry::Refused("a".into())],
                    _ => vec![Entry::Intent(Facts::new()), Entry::Answered(Facts::new())],
                };
                sent[step] += usize::from(matches!(came[0], Entry::Intent(_)));
                (step, came)
            }
            Next::Verify(step) => (
                step,
                vec![match die % 4 {
                    0 => waits(),
                    1 => Entry::Absent,
                    _ => Entry::Done(Facts::new()),
                }],
            ),
            Next::Undo(step) => {
                prop_assert!(Progress::of(plan, &entries).was_sent(step), "somebody else's is taken back");
                prop_assert!(!Progress::of(plan, &entries).committed(), "taken back behind the point of no return");
                prop_assert!(plan.steps[step].undo.is_some());
                (step, vec![Entry::UndoIntent])
            }
            Next::VerifyUndo(step) => (
                step,
                vec![match die % 3 {
                    0 => Entry::UndoFailed("a".into()),
                    _ => Entry::Undone(Facts::new()),
                }],
            ),
            Next::Ask { step, .. } => (
                step,
                vec![decided(match die % 5 {
                    0 => Decision::Close(Text::line("settled")),
                    1 => Decision::Undo,
                    2 => Decision::Hand(Text::line("Kato")),
                    _ => Decision::DriveOn,
                })],
            ),
            Next::Keep => (
                0,
                vec![match die % 4 {
                    0 => decided(Decision::Close(Text::line("dropped"))),
                    // Edited while nothing can be read yet.
                    1 => Entry::Planned(person(), Box::new(waiting(plan))),
                    _ => Entry::Planned(person(), Box::new(plan.clone())),
                }],
            ),
            Next::Finish(ending) => (0, vec![Entry::Finished(ending)]),
            Next::Over(_) => break,
        };
        entries.extend(came.into_iter().map(|entry| Written { step, at: at(), entry }));
    }
    Ok((entries, sent))
}

proptest! {
    #[test]
    fn nothing_is_sent_again_unless_it_had_no_effect_and_somebody_said_so(
        undos in prop::collection::vec(any::<bool>(), 1..5),
        no_return in prop::option::of(0_usize..5),
        dice in prop::collection::vec(any::<u8>(), 0..60),
    ) {
        let plan = plan(&undos, no_return);
        let (entries, sent) = drive(&plan, &dice)?;
        let progress = Progress::of(&plan, &entries);
        // Sent at most three times by itself, and once more each time a person drove on.
        for (step, times) in sent.iter().enumerate() {
            let said = entries
                .iter()
                .filter(|it| matches!(it.entry, Entry::Decided(_, Decision::DriveOn) | Entry::Planned(..)))
                .count();
            let unsent = entries.iter().filter(|it| it.step == step && matches!(it.entry, Entry::NotSent(_))).count();
            prop_assert!(*times <= 1 + unsent + said, "step {step} {times} times: {entries:?}");
        }
        match next(&plan, &entries) {
            Next::Over(Ending::Done) => {
                prop_assert!((0..undos.len()).all(|step| progress.step(step) == StepState::Done));
            }
            Next::Over(Ending::Undone) => {
                let stands = |step| match progress.step(step) {
                    StepState::Done => progress.was_sent(step),
                    state => matches!(state, StepState::Open | StepState::UndoFailed(_)),
                };
                prop_assert!(!(0..undos.len()).any(stands), "undone, and something stands: {entries:?}");
            }
            _ => {}
        }
        // What was paid and did not come is over only when somebody closed it.
        if progress.committed() && !matches!(next(&plan, &entries), Next::Over(Ending::Done)) {
            prop_assert!(!matches!(next(&plan, &entries), Next::Over(Ending::Undone)), "{entries:?}");
        }
    }

    #[test]
    fn a_desk_that_starts_decides_as_the_one_that_died(
        undos in prop::collection::vec(any::<bool>(), 1..5),
        no_return in prop::option::of(0_usize..5),
        dice in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let plan = plan(&undos, no_return);
        let (entries, _) = drive(&plan, &dice)?;
        // What was kept as JSON decides the same.
        let kept: Vec<Written> = serde_json::from_str(&serde_json::to_string(&entries).unwrap()).unwrap();
        let again: Plan = serde_json::from_str(&serde_json::to_string(&plan).unwrap()).unwrap();
        prop_assert_eq!(next(&again, &kept), next(&plan, &entries));
        // An intent without an outcome is read about, whatever came before it.
        if let Some(Written { step, entry: Entry::Intent(_), .. }) = entries.last() {
            prop_assert_eq!(next(&plan, &entries), Next::Verify(*step));
        }
    }
}

#[test]
fn an_intent_after_one_that_stayed_here_is_not_forgotten() {
    let plan = plan(&[false], None);
    let written = |entry| Written { step: 0, at: at(), entry };
    let entries = [Entry::Intent(Facts::new()), Entry::NotSent("a".into()), Entry::Intent(Facts::new())].map(written);
    assert_eq!(next(&plan, &entries), Next::Verify(0));
}

#[test]
fn what_somebody_else_did_is_theirs_to_take_back() {
    let plan = plan(&[true, true, true], None);
    let written = |(step, entry)| Written { step, at: at(), entry };
    let intent = || Entry::Intent(Facts::new());
    let found = [(0, Entry::Done(Facts::new())), (1, intent()), (1, Entry::Done(Facts::new()))].map(written);
    let refused = [(2, Entry::Refused("a".into()))].map(written);
    let entries = [&found[..], &refused].concat();
    assert_eq!(next(&plan, &entries), Next::Undo(1));
    let undone = [(1, Entry::UndoIntent), (1, Entry::Undone(Facts::new()))].map(written);
    assert_eq!(next(&plan, &[&entries[..], &undone].concat()), Next::Finish(Ending::Undone));
}

#[test]
fn a_request_is_on_its_way_until_no_answer_came_and_a_while_after() {
    let second = SignedDuration::from_secs;
    let written = |at: i64, entry| Written { step: 1, at: self::at() + second(at), entry };
    let until = |entries: &[Written]| settles(entries, 1, second(30), second(120)).map(|it| it.duration_since(at()));
    assert_eq!(until(&[]), None);
    let sent = written(0, Entry::Intent(Facts::new()));
    // The desk died: nobody saw whether it was answered.
    assert_eq!(until(std::slice::from_ref(&sent)), Some(second(150)));
    assert_eq!(until(&[sent.clone(), written(120, Entry::Unanswered("a".into()))]), Some(second(150)));
    assert_eq!(until(&[sent.clone(), written(2, Entry::Unanswered("a".into()))]), Some(second(32)));
    assert_eq!(until(&[sent.clone(), written(2, Entry::Answered(Facts::new()))]), Some(second(32)));
    assert_eq!(settles(&[sent], 1, SignedDuration::ZERO, second(120)), None);
}

/// Anything at all that can stand in a journal.
fn any_entry() -> impl Strategy<Value = Entry> {
    prop_oneof![
        Just(Entry::Intent(Facts::new())),
        Just(Entry::Answered(Facts::new())),
        Just(Entry::Unanswered("a".into())),
        Just(Entry::NotSent("a".into())),
        Just(Entry::Refused("a".into())),
        Just(Entry::Done(Facts::new())),
        Just(Entry::Absent),
        Just(Entry::Pending { waits: "a".into(), until: None }),
        Just(Entry::UndoIntent),
        Just(Entry::Undone(Facts::new())),
        Just(Entry::UndoFailed("a".into())),
        Just(decided(Decision::DriveOn)),
        Just(decided(Decision::Undo)),
        Just(decided(Decision::Verify)),
        Just(decided(Decision::Confirm(Text::line("notice")))),
        Just(decided(Decision::Hand(Text::line("Kato")))),
        Just(decided(Decision::Close(Text::line("settled")))),
        Just(Entry::Kept("a".into())),
        any::<bool>().prop_map(|waits| {
            let plan = plan(&[true], None);
            Entry::Planned(person(), Box::new(if waits { waiting(&plan) } else { plan }))
        }),
        prop_oneof![Just(Ending::Done), Just(Ending::Undone), Just(Ending::Closed)].prop_map(Entry::Finished),
    ]
}

proptest! {
    /// I3: what is over has no exit, whatever is written behind it.
    #[test]
    fn what_is_over_stays_over_as_it_ended(
        undos in prop::collection::vec(any::<bool>(), 1..4),
        no_return in prop::option::of(0_usize..4),
        dice in prop::collection::vec(any::<u8>(), 0..40),
        ending in prop_oneof![Just(Ending::Done), Just(Ending::Undone), Just(Ending::Closed)],
        behind in prop::collection::vec((0_usize..4, any_entry()), 1..12),
    ) {
        let plan = plan(&undos, no_return);
        let (mut entries, _) = drive(&plan, &dice)?;
        entries.retain(|it| !matches!(it.entry, Entry::Finished(_)));
        entries.push(Written { step: 0, at: at(), entry: Entry::Finished(ending) });
        for (step, entry) in behind {
            entries.push(Written { step, at: at(), entry });
            prop_assert_eq!(next(&plan, &entries), Next::Over(ending));
            prop_assert!(!Progress::of(&plan, &entries).paid_not_delivered());
        }
    }

    /// I4, as far as the journal goes: once the money is taken an operation is done, closed by a person, or still open; and
    /// as long as something is missing it says so.
    #[test]
    fn whatever_is_written_money_that_was_taken_is_not_forgotten(
        steps in 2_usize..5,
        charge in 0_usize..4,
        dice in prop::collection::vec(any::<u8>(), 0..80),
    ) {
        let charge = charge.min(steps - 2);
        let plan = plan(&vec![true; steps], Some(charge));
        let (entries, _) = drive(&plan, &dice)?;
        let taken = entries.iter().any(|it| it.step == charge && matches!(it.entry, Entry::Done(_)));
        let all = (0..steps).all(|step| Progress::of(&plan, &entries).step(step) == StepState::Done);
        let closed = entries.iter().any(|it| matches!(it.entry, Entry::Decided(_, Decision::Close(_))));
        if taken {
            match next(&plan, &entries) {
                Next::Over(Ending::Done) | Next::Finish(Ending::Done) => prop_assert!(all, "{entries:?}"),
                Next::Over(Ending::Closed) | Next::Finish(Ending::Closed) => prop_assert!(closed, "{entries:?}"),
                Next::Over(Ending::Undone) | Next::Finish(Ending::Undone) => prop_assert!(false, "forgotten: {entries:?}"),
                _ => prop_assert!(Progress::of(&plan, &entries).paid_not_delivered() || all, "{entries:?}"),
            }
        }
    }
}

proptest! {
    /// What waits in the outbox sends nothing by itself, whatever died in between; and what was sent is never sent anew because
    /// somebody says that it waits.
    #[test]
    fn what_waits_in_the_outbox_is_sent_by_a_person_alone(
        undos in prop::collection::vec(any::<bool>(), 1..4),
        dice in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let kept = waiting(&plan(&undos, None));
        prop_assert_eq!(next(&kept, &[]), Next::Keep);
        let sends = Entry::Planned(person(), Box::new(plan(&undos, None)));
        let mut entries = vec![Written { step: 0, at: at(), entry: sends }];
        let (behind, _) = drive(&plan(&undos, None), &dice)?;
        entries.extend(behind);
        let before = next(&kept, &entries);
        if !Progress::of(&kept, &entries).untouched() {
            entries.push(Written { step: 0, at: at(), entry: Entry::Kept("a".into()) });
            prop_assert_eq!(next(&kept, &entries), before);
        }
    }
}

#[test]
fn what_changed_since_it_was_written_is_told_from_what_was_not_known() {
    let fact = |says: &str| Fact::new("case-status", Phrase::as_it_is(says));
    let kept = waiting(&plan(&[true], None));
    assert_eq!(kept.since(), Since::Unread);
    let with = |then: Vec<Fact>, now: Vec<Fact>| {
        let outbox = Outbox { unread: None, then, ..*kept.outbox.clone().unwrap() };
        Plan { facts: now, outbox: Some(Box::new(outbox)), ..plan(&[true], None) }
    };
    assert_eq!(with(vec![fact("New")], vec![fact("New")]).since(), Since::Same);
    assert_eq!(with(vec![fact("New")], vec![fact("Escalated")]).since(), Since::Changed);
    assert_eq!(with(Vec::new(), vec![fact("New")]).since(), Since::Unknown);
    let mut plan = with(vec![fact("New")], vec![fact("Escalated")]);
    plan.differences.push(Difference { what: "case-status".into(), from: "a".into(), to: Phrase::as_it_is("Closed") });
    let line = plan.compared().remove(0);
    let says = |it: Option<Phrase>| it.map(|it| it == Phrase::as_it_is("Closed"));
    assert_eq!((says(line.then), says(line.now), says(line.to)), (Some(false), Some(false), Some(true)));
}
