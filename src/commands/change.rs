//! One change: read, planned, confirmed, carried out.

use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::ops::ControlFlow;

use serde_json::json;

use super::session::Session;
use super::{Exit, Stop, ended, find, said, say, talk, unplanned, wrong_fields};
use crate::cli::ChangeArgs;
use crate::domain::access::{Access, CallerLevel};
use crate::domain::change::{Change, FieldKind, Reader, Spec, Values, What};
use crate::domain::operation::{Confirm, Plan};
use crate::domain::phrase::Phrase;
use crate::flow::{Command, OperationView, PlanRefused, Query, Reply, Slot};
use crate::told;

/// Standard input is read so far for a field, in bytes.
const LONGEST: u64 = 512 * 1024;

/// Plans the change, and carries it out once it is confirmed.
pub(super) async fn run(session: &mut Session, args: &ChangeArgs) -> Result<Exit, Stop> {
    let who = find::customer(session, args).await?;
    let what = read(session, args)?;
    let plan = planned(session, Change { who, what }).await?;
    let allowed = access(session, args).allows(args.spec, &session.office.access);
    let against = allowed.err().or_else(|| plan.blocked().cloned());
    if let Some(why) = against {
        let why = said(&why, &session.words);
        show(session, args, &plan, Exit::Refused, Some(&why));
        return if args.json { Ok(Exit::Refused) } else { Err(Stop::new(Exit::Refused, why)) };
    }
    if args.dry_run {
        return Ok(show(session, args, &plan, Exit::Done, None));
    }
    if !args.yes {
        let asks = (session.talks || io::stdin().is_terminal()) && !args.json;
        show(session, args, &plan, Exit::NotConfirmed, None);
        let say = |key| session.words.say(key).into_owned();
        if !asks {
            return if args.json { Ok(Exit::NotConfirmed) } else { Err(not_confirmed(say("cli-say-yes"))) };
        }
        if !confirmed(session, &plan)? {
            return Err(not_confirmed(say("cli-not-confirmed")));
        }
    }
    let view = begun(session, plan, args.caller).await?;
    Ok(say::came(&view, session, args.json))
}

/// Has a confirmed plan carried out, or a second person asked for. Answers how it stands then.
pub(super) async fn begun(session: &mut Session, plan: Plan, caller: CallerLevel) -> Result<OperationView, Stop> {
    let actor = session.actor(caller);
    let id = plan.id;
    let command =
        if plan.second { Command::AskSecond(Box::new(plan), actor) } else { Command::Begin(Box::new(plan), actor) };
    let views = session.carry(command).await?;
    let running = || Stop::new(Exit::WaitsForSystem, session.words.say("told-running").into_owned());
    views.into_iter().find(|view| view.id == id).ok_or_else(running)
}

pub(super) fn not_confirmed(why: String) -> Stop {
    Stop::new(Exit::NotConfirmed, why)
}

/// Reads the fields; what is wrong is said of all of them at once.
fn read(session: &Session, args: &ChangeArgs) -> Result<What, Stop> {
    let values = from_stdin(session, args)?;
    typed(session, args.spec, &values)
}

/// The same of values that are at hand.
pub(super) fn typed(session: &Session, spec: &Spec, values: &Values) -> Result<What, Stop> {
    let mut reader = Reader::new(spec, values, &session.office, Session::now(), session.fixtures);
    let what = What::read(spec, &mut reader);
    let wrong = reader.wrong();
    match what {
        Some(what) if wrong.is_empty() => Ok(what),
        _ => Err(wrong_fields(&wrong, &session.words)),
    }
}

/// The values, with what was left to standard input read from there.
fn from_stdin(session: &Session, args: &ChangeArgs) -> Result<Values, Stop> {
    let mut values = args.values.clone();
    let blocks = args.spec.fields.iter().filter(|field| field.kind == FieldKind::Block);
    for field in blocks {
        if let Some(value) = values.get_mut(field.name).filter(|value| *value == "-") {
            value.clear();
            if session.talks {
                *value = talk::block(&session.words)?;
            } else {
                io::stdin().lock().take(LONGEST).read_to_string(value)?;
            }
        }
    }
    Ok(values)
}

pub(super) async fn planned(session: &mut Session, change: Change) -> Result<Plan, Stop> {
    let mut plan: Result<Box<Plan>, PlanRefused> = Err(PlanRefused::Blocked(Phrase::new("operation-not-connected")));
    session
        .ask(Slot::Plan, Query::Plan(Box::new(change)), |reply| {
            if let Reply::Plan(it) = reply {
                plan = it;
            }
            ControlFlow::Continue(())
        })
        .await;
    plan.map(|plan| *plan).map_err(|why| unplanned(&why, &session.words))
}

fn access(session: &Session, args: &ChangeArgs) -> Access {
    // A live profile is switched to writing for one run, here by naming it.
    let read_only = session.live && !args.write && !args.dry_run;
    session.access(args.caller, read_only)
}

/// Shows the plan and, for a program, what stands against it.
fn show(session: &Session, args: &ChangeArgs, plan: &Plan, exit: Exit, against: Option<&str>) -> Exit {
    if !args.json {
        return ended(exit, &say::plan(plan, &session.words, session.plain));
    }
    let mut told = json!({ "exit": exit as u8, "plan": say::plan_json(plan, &session.words) });
    if let Some(why) = against {
        told["refused"] = json!([why]);
    }
    ended(exit, &format!("{told}\n"))
}

/// Asks as the desk does: one key for what hurts nobody, the wanted text for what does.
pub(super) fn confirmed(session: &Session, plan: &Plan) -> io::Result<bool> {
    let (asks, wanted) = match &plan.confirm {
        Confirm::Key => (session.words.say("cli-press-y").into_owned(), "y".to_owned()),
        Confirm::Typed(typed) => (told::confirm(&plan.confirm, &session.words).unwrap_or_default(), typed.expected()),
    };
    asked(&asks, &wanted)
}

/// Whether a person types what is wanted.
pub(super) fn asked(asks: &str, wanted: &str) -> io::Result<bool> {
    let mut out = io::stdout().lock();
    write!(out, "{asks}: ")?;
    out.flush()?;
    let mut typed = String::new();
    io::stdin().read_line(&mut typed)?;
    Ok(typed.trim() == wanted)
}
