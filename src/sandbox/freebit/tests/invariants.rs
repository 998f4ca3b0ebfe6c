//! What holds whatever is asked in whatever order: changes that shut each other out never run together, and a line
//! that has ended stays ended.

use proptest::prelude::*;

use super::*;

const ACCOUNT: &str = "09001234567";
const EIDS: [&str; 2] = ["89049032123451234512345678901235", "89086030202200000022000023022943"];

/// Something somebody asks for, or time that passes.
#[derive(Debug, Clone)]
enum Turn {
    Ask(&'static str, Value),
    Pass(i64),
    /// The carrier will refuse what is asked for next.
    Fail,
}

fn turn() -> impl Strategy<Value = Turn> {
    let ask = |path: &'static str, body: Value| Turn::Ask(path, body);
    let flag = || prop_oneof![Just("10"), Just("20")];
    prop_oneof![
        4 => (1_i64..50).prop_map(Turn::Pass),
        1 => (1_i64..20).prop_map(|days| Turn::Pass(days * 60 * 24)),
        1 => Just(Turn::Fail),
        3 => (1_u32..2000).prop_map(move |mb| ask("/master/addSpec/", json!({"kind": "MVNO", "quota": mb}))),
        2 => prop_oneof![Just("4G"), Just("5G")]
            .prop_map(move |to| ask("/mvno/contractline/change/", json!({"contractLine": to}))),
        2 => (flag(), flag()).prop_map(move |(mail, waiting)| {
            let options = json!({"voiceMail": mail, "callWaiting": waiting});
            ask("/mvno/talkoption/changeOrder/", json!({"userConfirmed": "10", "talkOption": options}))
        }),
        2 => (0_i8..40, prop_oneof![Just("PNEW_5GB"), Just("PNEW_25GB")]).prop_map(move |(ahead, plan)| {
            let day = date(2026, 11, 22).saturating_add(jiff::Span::new().days(ahead));
            ask("/mvno/changePlan/", json!({"planCode": plan, "runTime": day.to_string()}))
        }),
        2 => (0_usize..2).prop_map(move |old| {
            let body = json!({"addKind": "R", "eid": EIDS[1 - old], "reissue": {"oldEid": EIDS[old]}});
            ask("/mvno/esim/addAcnt/", body)
        }),
        1 => prop::option::of(0_i8..40).prop_map(move |ahead| {
            let day = ahead.map(|ahead| date(2026, 11, 22).saturating_add(jiff::Span::new().days(ahead)).to_string());
            ask("/master/cnclAcnt/", json!({"kind": "MVNO", "runDate": day}))
        }),
    ]
}

fn changes(line: &Line) -> Vec<Kind> {
    line.pending.iter().chain(&line.planned).map(|pending| pending.change.kind()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn locks_never_overlap_and_the_end_is_the_end(turns in prop::collection::vec(turn(), 1..60)) {
        let mut db = Db::default();
        db.insert(Line { eid: Some(EIDS[0].to_owned()), ..line(ACCOUNT) });
        let mut at = now();
        let (mut ended, mut fails): (Option<Line>, bool) = (None, false);
        for turn in turns {
            match turn {
                Turn::Pass(minutes) => at += SignedDuration::from_mins(minutes),
                Turn::Fail => fails = true,
                Turn::Ask(path, mut body) => {
                    body["account"] = json!(ACCOUNT);
                    let before = db.line(ACCOUNT, at).unwrap();
                    let write = writes::ALL.iter().find(|(name, _)| *name == path).unwrap().1;
                    let known = db.notices_accepted();
                    let accepted = write(&mut db, &Request::from(body), at).is_ok();
                    if std::mem::take(&mut fails) {
                        db.fail_changes(known);
                    }
                    let after = db.line(ACCOUNT, at).unwrap();
                    if accepted {
                        prop_assert_ne!(before.state, LineState::Obsolete);
                        prop_assert!(!changes(&before).contains(&Kind::Network), "the line was shut for everything");
                    } else {
                        prop_assert_eq!(before, after, "a refused call does nothing");
                    }
                }
            }
            let line = db.line(ACCOUNT, at).unwrap();
            let running = changes(&line);
            for (place, first) in running.iter().enumerate() {
                for second in &running[..place] {
                    let both = first.shuts_out(*second) && second.shuts_out(*first);
                    prop_assert!(!both, "{:?} beside {:?}", first, second);
                }
            }
            prop_assert!(line.pending.iter().chain(&line.planned).all(|pending| pending.due > at));
            if let Some(ended) = &ended {
                prop_assert_eq!(ended, &line, "nothing happens to a line that has ended");
            }
            if line.state == LineState::Obsolete {
                ended = Some(line);
            }
        }
        let told = db.notices(Timestamp::MAX).count();
        prop_assert_eq!(told, db.notices_accepted());
    }
}
