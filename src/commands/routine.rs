//! Routines: listed, looked at, and run for one customer.
//!
//! Here only their changes count: there is no list to go to or to mark rows in. All of them are planned before the first is
//! sent, and each is planned again before its turn: what it says must be what it said. They end at the first that fails.

mod say;

use std::io::{self, IsTerminal as _};
use std::path::Path;
use std::sync::Arc;

use super::session::Session;
use super::{Exit, Stop, change, find};
use crate::cli::{ChangeArgs, RoutineArgs, RoutineCommand};
use crate::config::routines;
use crate::domain::change::{Change, Spec, Values, Who};
use crate::domain::nearest;
use crate::domain::operation::{Confirm, Plan};
use crate::domain::routine::{Asked, ROWS, Routine, Step};
use crate::flow::{Command, OperationView};
use crate::locale::{Value, Words};
use crate::told;

/// A routine on its way.
#[derive(Debug)]
struct Run {
    routine: Arc<Routine>,
    who: Who,
    steps: Vec<Doing>,
}

/// A step on its way.
#[derive(Debug)]
struct Doing {
    says: String,
    state: State,
    /// The change it asks for, once for each row; nothing where it is none.
    asks: Option<(&'static Spec, bool)>,
    changes: Vec<Change>,
    plans: Vec<Plan>,
    views: Vec<OperationView>,
    /// Why it does not go on.
    why: Vec<String>,
}

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// It goes about in the desk.
    Skipped,
    /// Nobody looked at it.
    NotTried,
    /// This is what it would do.
    Planned,
    /// Something stands against it. Nothing was sent.
    Refused,
    /// It was sent, and is not done.
    Stopped,
    /// It is done.
    Done,
}

/// Lists the routines or shows one. Nothing where one is to be run.
pub(super) fn look(words: &Words, folder: &Path, command: &RoutineCommand) -> Option<Result<Exit, Stop>> {
    let told = match command {
        RoutineCommand::List { json } => say::list(&routines::read(folder), words, *json).map_err(Stop::from),
        RoutineCommand::Show { name, json } => {
            found(words, folder, name).and_then(|routine| say::show(&routine, words, *json).map_err(Stop::from))
        }
        RoutineCommand::Run(_) => return None,
    };
    Some(told.map(|()| Exit::Done))
}

/// The routine of that name.
fn found(words: &Words, folder: &Path, name: &str) -> Result<Arc<Routine>, Stop> {
    let files = routines::read(folder);
    if let Some(file) = files.iter().find(|file| file.name == name) {
        return file.routine.clone().map_err(|why| Stop::new(Exit::Usage, why));
    }
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let values = [("name", Value::Text(name))];
    let why = match nearest::of(name, &names) {
        Some(meant) => words.with("cli-no-routine-but", &[values[0], ("meant", Value::Text(meant))]),
        None => words.with("cli-no-routine", &values),
    };
    Err(Stop::new(Exit::Usage, why))
}

/// Runs a routine; what only looks is answered as well.
pub(super) async fn run(session: &mut Session, command: &RoutineCommand) -> Result<Exit, Stop> {
    let RoutineCommand::Run(args) = command else {
        return look(&session.words, &session.routines, command).unwrap_or(Ok(Exit::Done));
    };
    let routine = found(&session.words, &session.routines, &args.name)?;
    let values = told(session, &routine, args)?;
    let who = whose(session, &routine, args, &values).await?;
    let steps = prepared(session, &routine, &who, &values)?;
    let mut run = Run { routine, who, steps };
    let exit = plan_all(session, args, &mut run.steps).await;
    if exit != Exit::Done || args.dry_run {
        return end(session, args, &run, exit);
    }
    if !args.yes {
        let asks = (session.talks || io::stdin().is_terminal()) && !args.json;
        say::told(session, args, &run, Exit::NotConfirmed);
        if !asks {
            let why = session.words.say("cli-say-yes").into_owned();
            return if args.json { Ok(Exit::NotConfirmed) } else { Err(change::not_confirmed(why)) };
        }
        if !change::asked(&session.words.say("cli-press-y"), "y")? {
            let why = session.words.say("cli-not-confirmed").into_owned();
            return Err(change::not_confirmed(why));
        }
    }
    let exit = carry_all(session, args, &mut run.steps).await?;
    for step in run.steps.iter_mut().filter(|step| step.state == State::Planned) {
        step.state = State::NotTried;
    }
    end(session, args, &run, exit)
}

/// Says how it ended; what stands against it goes where errors go.
fn end(session: &Session, args: &RoutineArgs, run: &Run, exit: Exit) -> Result<Exit, Stop> {
    say::told(session, args, run, exit);
    let why: Vec<String> = run.steps.iter().flat_map(|step| step.why.clone()).collect();
    if args.json || why.is_empty() { Ok(exit) } else { Err(Stop { exit, why }) }
}

/// What the parameters are: as they were told, or their defaults. What is wrong is said of all of them.
fn told(session: &Session, routine: &Routine, args: &RoutineArgs) -> Result<Values, Stop> {
    let words = &session.words;
    let rows = routine.steps.iter().filter_map(Step::change).any(|asked| asked.rows.is_some());
    let mut names: Vec<&str> = routine.parameters.iter().map(|it| it.name.as_str()).collect();
    names.extend(rows.then_some(ROWS));
    let mut values = routine.defaults();
    let mut why = Vec::new();
    for (n, (name, value)) in args.set.iter().enumerate() {
        if args.set[..n].iter().any(|(before, _)| before == name) {
            why.push(words.with("cli-set-twice", &[("name", Value::Text(name))]));
            continue;
        }
        if names.contains(&name.as_str()) {
            values.insert(name.clone(), value.clone());
            continue;
        }
        let said = [("name", Value::Text(name))];
        why.push(match nearest::of(name, &names) {
            Some(meant) => words.with("cli-no-parameter-but", &[said[0], ("meant", Value::Text(meant))]),
            None => words.with("cli-no-parameter", &said),
        });
    }
    for name in names.iter().filter(|name| !values.contains_key(**name)) {
        why.push(format!("--set {name}=…: {}", words.say(if *name == ROWS { "cli-rows" } else { "wrong-missing" })));
    }
    if why.is_empty() { Ok(values) } else { Err(Stop { exit: Exit::Usage, why }) }
}

/// Whose record it is run on: the one that was named, or whose the first change is.
async fn whose(session: &mut Session, routine: &Routine, args: &RoutineArgs, values: &Values) -> Result<Who, Stop> {
    let first = routine.steps.iter().find_map(Step::change);
    let Some(first) = first else {
        return Err(Stop::new(Exit::Usage, session.words.say("cli-routine-changes-nothing").into_owned()));
    };
    let asked = ChangeArgs {
        spec: first.spec,
        values: of_row(first, values).into_iter().next().unwrap_or_default(),
        customer: args.customer.clone(),
        caller: args.caller,
        dry_run: args.dry_run,
        yes: args.yes,
        json: args.json,
        write: args.write,
    };
    find::customer(session, &asked).await
}

/// What the fields of a change hold; once for each row, where it is for several.
fn of_row(asked: &Asked, values: &Values) -> Vec<Values> {
    let fields = asked.values(values);
    let Some(name) = asked.rows else { return vec![fields] };
    let rows = values.get(ROWS).map(String::as_str).unwrap_or_default();
    let rows = rows.split(',').map(str::trim).filter(|row| !row.is_empty());
    rows.map(|row| fields.clone().into_iter().chain([(name.to_owned(), row.to_owned())]).collect()).collect()
}

/// The steps with what they ask for. What is wrong with a field is said of all of them at once.
fn prepared(session: &Session, routine: &Routine, who: &Who, values: &Values) -> Result<Vec<Doing>, Stop> {
    let mut steps = Vec::with_capacity(routine.steps.len());
    let mut wrong = Vec::new();
    for (n, step) in (1..).zip(&routine.steps) {
        let says = told::routine::step(step, &session.words);
        let mut doing = Doing {
            says,
            state: State::Skipped,
            asks: None,
            changes: Vec::new(),
            plans: Vec::new(),
            views: Vec::new(),
            why: Vec::new(),
        };
        if let Some(asked) = step.change() {
            doing.state = State::NotTried;
            doing.says = told::routine::name(asked, &session.words);
            doing.asks = Some((asked.spec, asked.rows.is_some()));
            for fields in of_row(asked, values) {
                match change::typed(session, asked.spec, &fields) {
                    Ok(what) => doing.changes.push(Change { who: who.clone(), what }),
                    Err(stop) => {
                        wrong.extend(stop.why.into_iter().map(|why| format!("{n} {}: {why}", asked.spec.name)));
                    }
                }
            }
        }
        steps.push(doing);
    }
    wrong.dedup();
    if wrong.is_empty() { Ok(steps) } else { Err(Stop { exit: Exit::Usage, why: wrong }) }
}

/// Plans every change, up to the first that something stands against.
async fn plan_all(session: &mut Session, args: &RoutineArgs, steps: &mut [Doing]) -> Exit {
    for step in steps.iter_mut().filter(|step| step.asks.is_some()) {
        match plan_one(session, args, step).await {
            Ok(plans) => (step.plans, step.state) = (plans, State::Planned),
            Err(Stop { exit, why }) => {
                (step.why, step.state) = (why, State::Refused);
                return exit;
            }
        }
    }
    Exit::Done
}

/// The plans of a step, if it may be made.
async fn plan_one(session: &mut Session, args: &RoutineArgs, step: &Doing) -> Result<Vec<Plan>, Stop> {
    let Some((spec, many)) = step.asks else { return Ok(Vec::new()) };
    let read_only = session.live && !args.write && !args.dry_run;
    let access = session.access(args.caller, read_only);
    let rules = &session.office.access;
    let allowed = access.allows(spec, rules);
    let allowed =
        if many { allowed.and_then(|()| rules.bulk.allows(step.changes.len(), access.role)) } else { allowed };
    let mut plans = Vec::with_capacity(step.changes.len());
    for change in step.changes.clone() {
        let plan = change::planned(session, change).await?;
        if let Some(why) = allowed.as_ref().err().or_else(|| plan.blocked()) {
            return Err(super::refused(why, &session.words));
        }
        plans.push(plan);
    }
    Ok(plans)
}

/// Carries the steps out, up to the first that is not done.
async fn carry_all(session: &mut Session, args: &RoutineArgs, steps: &mut [Doing]) -> Result<Exit, Stop> {
    let mut first = true;
    for step in steps.iter_mut().filter(|step| step.asks.is_some()) {
        // What was sent before may stand against it now.
        let again =
            if std::mem::take(&mut first) { Ok(step.plans.clone()) } else { plan_one(session, args, step).await };
        let plans = match again.and_then(|plans| as_seen(session, &step.plans, plans)) {
            Ok(plans) => plans,
            Err(Stop { exit, why }) => {
                (step.why, step.state) = (why, State::Refused);
                return Ok(exit);
            }
        };
        if !args.yes && !person_confirms(session, step, &plans)? {
            (step.why, step.state) = (vec![session.words.say("cli-not-confirmed").into_owned()], State::Refused);
            return Ok(Exit::NotConfirmed);
        }
        match carry_one(session, args, step, plans).await {
            Ok(views) => step.views = views,
            Err(Stop { exit, why }) => {
                (step.why, step.state) = (why, State::Stopped);
                return Ok(exit);
            }
        }
        let exit = step.views.iter().map(|view| Exit::of(&view.state)).find(|exit| *exit != Exit::Done);
        step.state = if exit.is_none() { State::Done } else { State::Stopped };
        if let Some(exit) = exit {
            return Ok(exit);
        }
    }
    Ok(Exit::Done)
}

/// The plans, where they say what they said when they were seen.
fn as_seen(session: &Session, seen: &[Plan], now: Vec<Plan>) -> Result<Vec<Plan>, Stop> {
    let same = seen.len() == now.len() && seen.iter().zip(&now).all(|(seen, now)| now.does_what(seen));
    let changed = || Stop::new(Exit::Refused, session.words.say("routine-changed").into_owned());
    if same { Ok(now) } else { Err(changed()) }
}

/// What is typed to confirm is asked for as for any change; of several rows, their number.
fn person_confirms(session: &Session, step: &Doing, plans: &[Plan]) -> io::Result<bool> {
    if let Some((_, true)) = step.asks {
        let n = i64::try_from(plans.len()).unwrap_or(i64::MAX);
        let asks = session.words.with("cli-type-rows", &[("n", Value::Number(n))]);
        return change::asked(&asks, &n.to_string());
    }
    match plans.first() {
        Some(plan) if plan.confirm != Confirm::Key => change::confirmed(session, plan),
        _ => Ok(true),
    }
}

async fn carry_one(
    session: &mut Session,
    args: &RoutineArgs,
    step: &Doing,
    mut plans: Vec<Plan>,
) -> Result<Vec<OperationView>, Stop> {
    match (step.asks, plans.pop()) {
        (Some((_, false)), Some(plan)) => Ok(vec![change::begun(session, plan, args.caller).await?]),
        (_, Some(last)) => {
            plans.push(last);
            let actor = session.actor(args.caller);
            session.carry(Command::BeginRows(plans, actor)).await
        }
        (_, None) => Ok(Vec::new()),
    }
}
