//! What is said of routines and of their runs.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use serde_json::{Value as Json, json};

use super::super::session::Session;
use super::super::{Exit, ended, say};
use super::{Doing, Run, State};
use crate::cli::RoutineArgs;
use crate::domain::money::Yen;
use crate::domain::routine::{Routine, Step};
use crate::flow::RoutineFile;
use crate::locale::{Value, Words};
use crate::told;

fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    write!(out, "{text}")?;
    out.flush()
}

/// Every routine, and what is wrong with those that cannot be used.
pub(super) fn list(files: &[RoutineFile], words: &Words, as_json: bool) -> io::Result<()> {
    if as_json {
        let one = |file: &RoutineFile| match &file.routine {
            Ok(it) => {
                let asks: Vec<&str> = it.parameters.iter().map(|it| it.name.as_str()).collect();
                json!({ "name": file.name, "steps": it.steps.len(), "parameters": asks, "wrong": null })
            }
            Err(why) => json!({ "name": file.name, "wrong": why }),
        };
        let all: Vec<Json> = files.iter().map(one).collect();
        return print(&format!("{}\n", json!({ "exit": Exit::Done as u8, "routines": all })));
    }
    if files.is_empty() {
        return print(&format!("{}\n", words.say("cli-no-routines")));
    }
    let mut out = String::new();
    for file in files {
        let said = match &file.routine {
            Ok(it) => {
                let n = Value::Number(it.steps.len() as i64);
                let asks: Vec<&str> = it.parameters.iter().map(|it| it.name.as_str()).collect();
                let steps = words.with("routine-steps", &[("n", n)]);
                let asks = words.with("routine-asks", &[("names", Value::Text(&asks.join(", ")))]);
                if it.parameters.is_empty() { steps } else { format!("{steps}, {asks}") }
            }
            Err(why) => words.with("routine-broken", &[("why", Value::Text(why))]),
        };
        let _ = writeln!(out, "{}: {said}", file.name);
    }
    print(&out)
}

/// What a routine asks and does.
pub(super) fn show(routine: &Routine, words: &Words, as_json: bool) -> io::Result<()> {
    let asks = |it: &crate::domain::routine::Parameter| json!({ "name": it.name, "default": it.default, "own": routine.asks_own(&it.name) });
    if as_json {
        let step = |step: &Step| {
            let rows = step.change().and_then(|it| it.rows);
            json!({ "says": told::routine::step(step, words), "verb": step.change().map(|it| it.spec.name), "rows": rows })
        };
        let parameters: Vec<Json> = routine.parameters.iter().map(asks).collect();
        let steps: Vec<Json> = routine.steps.iter().map(step).collect();
        let all = json!({ "exit": Exit::Done as u8, "name": routine.name, "parameters": parameters, "steps": steps });
        return print(&format!("{all}\n"));
    }
    let mut out = format!("{}\n", routine.name);
    for it in &routine.parameters {
        let told = match &it.default {
            Some(value) => words.with("cli-default", &[("value", Value::Text(value))]),
            None => words.say("routine-asked-each-time").into_owned(),
        };
        let _ = writeln!(out, "  --set {}=…  ({told})", it.name);
    }
    for (n, step) in (1..).zip(&routine.steps) {
        let _ = writeln!(out, "  {n} {}", told::routine::step(step, words));
    }
    print(&out)
}

/// How the steps of a run stand.
pub(super) fn told(session: &Session, args: &RoutineArgs, run: &Run, exit: Exit) -> Exit {
    let Run { routine, who, steps } = run;
    let words = &session.words;
    let price = steps.iter().flat_map(|step| &step.plans).filter_map(|plan| plan.price).map(|yen| yen.0).sum::<i64>();
    if args.json {
        let all: Vec<Json> = steps.iter().map(|step| json_of(step, words)).collect();
        let told = json!({
            "exit": exit as u8, "routine": routine.name, "customer": who.number, "price": price.to_string(), "steps": all,
        });
        return ended(exit, &format!("{told}\n"));
    }
    let mut out = format!("{} · {}\n", routine.name, who.number);
    for (n, step) in (1..).zip(steps) {
        let _ = writeln!(out, "{n} {}: {}", step.says, words.say(key(step.state)));
        match step.state {
            State::Planned => {
                for plan in &step.plans {
                    out.push_str(&indented(&say::plan(plan, words, session.plain), session.plain));
                }
            }
            State::Done | State::Stopped => {
                for view in &step.views {
                    out.push_str(&indented(&say::operation(view, words), session.plain));
                }
            }
            State::Skipped | State::NotTried | State::Refused => {}
        }
    }
    let planned = steps.iter().any(|step| step.state == State::Planned);
    if planned && price > 0 {
        let price = Yen(price).to_string();
        let _ = writeln!(out, "{}", words.with("routine-costs", &[("price", Value::Text(&price))]));
    }
    ended(exit, &out)
}

/// What belongs to a step stands under it; read out, nothing is told by columns.
fn indented(text: &str, plain: bool) -> String {
    let before = if plain { "" } else { "    " };
    text.lines().fold(String::new(), |mut out, line| {
        let _ = writeln!(out, "{before}{line}");
        out
    })
}

const fn key(state: State) -> &'static str {
    match state {
        State::Skipped => "routine-skipped",
        State::NotTried => "routine-not-tried",
        State::Planned => "routine-planned",
        State::Refused => "routine-refused",
        State::Stopped => "routine-stopped",
        State::Done => "routine-done",
    }
}

fn json_of(step: &Doing, words: &Words) -> Json {
    let plans: Vec<Json> = step.plans.iter().map(|plan| say::plan_json(plan, words)).collect();
    let views: Vec<Json> = step.views.iter().map(|view| say::operation_json(view, words)).collect();
    json!({
        "says": step.says, "verb": step.asks.map(|(spec, _)| spec.name),
        "state": key(step.state).trim_start_matches("routine-"), "why": step.why, "plans": plans, "operations": views,
    })
}
