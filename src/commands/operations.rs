//! Changes that are not over: what is known of them, and what a person decides.

use std::time::Duration;

use serde_json::Value;

use super::session::Session;
use super::{Exit, Stop, ended, refused, say};
use crate::cli::{CountersignArgs, DecisionWord, OperationArgs, OperationsArgs};
use crate::domain::access::CallerLevel;
use crate::domain::operation::Decision;
use crate::domain::text::Text;
use crate::flow::{Command, Looking, OperationState, OperationView};

/// Waits at most this long for what a system said it would be done by.
const PATIENCE: Duration = Duration::from_secs(90);

/// Looks at every operation that is not over and prints it. What was settled by looking is printed too.
pub(super) async fn list(session: &mut Session, args: &OperationsArgs) -> Result<Exit, Stop> {
    let began = Session::now();
    // On a live profile a list alone changes nothing, also not what was confirmed before.
    let looking = if session.live && !args.write { Looking::OnlyReads } else { Looking::GoesOn };
    let mut views = session.carry(Command::Look(looking)).await?;
    let mut patience = PATIENCE;
    while let Some(pause) = soon(&views).filter(|pause| args.settle && *pause <= patience) {
        patience -= pause;
        tokio::time::sleep(pause).await;
        for view in session.carry(Command::Look(looking)).await? {
            match views.iter_mut().find(|it| it.id == view.id) {
                Some(old) => *old = view,
                None => views.push(view),
            }
        }
    }
    views.retain(|view| !view.state.over() || view.changed >= began);
    let told = if args.json {
        let told: Vec<Value> = views.iter().map(|view| say::operation_json(view, &session.words)).collect();
        format!("{}\n", Value::Array(told))
    } else if views.is_empty() {
        format!("{}\n", session.words.say("cli-none"))
    } else {
        views.iter().map(|view| say::operation(view, &session.words)).collect()
    };
    // What waits for a person matters more than what waits for a system.
    let worst = |exit| views.iter().any(|view| !view.state.over() && Exit::of(&view.state) == exit);
    let exit = [Exit::WaitsForPerson, Exit::WaitsForSystem].into_iter().find(|exit| worst(*exit));
    Ok(ended(exit.unwrap_or(Exit::Done), &told))
}

/// Carries out what a person decided.
pub(super) async fn decide(session: &mut Session, args: &OperationArgs) -> Result<Exit, Stop> {
    let reason = Text::line(args.reason.as_deref().unwrap_or_default());
    if args.decision.needs_reason() && reason.is_empty() {
        let why = session.words.say("wrong-missing").into_owned();
        return Err(Stop::new(Exit::Usage, format!("--reason: {why}")));
    }
    let decision = match args.decision {
        DecisionWord::Verify => Decision::Verify,
        DecisionWord::DriveOn => Decision::DriveOn,
        DecisionWord::Undo => Decision::Undo,
        DecisionWord::Confirm => Decision::Confirm(reason),
        DecisionWord::Hand => Decision::Hand(reason),
        DecisionWord::Close => Decision::Close(reason),
    };
    may_write(session, args.write)?;
    let actor = session.actor(CallerLevel::V0);
    let views = session.carry(Command::Decide(args.id, actor, decision)).await?;
    let view = views.into_iter().find(|view| view.id == args.id);
    told(session, view, args.json)
}

/// Confirms as the second person.
pub(super) async fn countersign(session: &mut Session, args: &CountersignArgs) -> Result<Exit, Stop> {
    may_write(session, args.write)?;
    let by = session.actor(CallerLevel::V0);
    let views = session.carry(Command::Approve { code: args.code.clone(), by }).await?;
    told(session, views.into_iter().next(), args.json)
}

/// A live profile is switched to writing for one run, here by naming it.
fn may_write(session: &Session, named: bool) -> Result<(), Stop> {
    if session.live && !named { Err(refused(&"access-read-only".into(), &session.words)) } else { Ok(()) }
}

fn told(session: &Session, view: Option<OperationView>, as_json: bool) -> Result<Exit, Stop> {
    let Some(view) = view else {
        return Err(Stop::new(Exit::Refused, session.words.say("cli-unknown-operation").into_owned()));
    };
    Ok(say::came(&view, session, as_json))
}

/// How long until something that waits can be looked at with hope.
fn soon(views: &[OperationView]) -> Option<Duration> {
    let now = Session::now();
    let until = views.iter().filter_map(|view| match &view.state {
        OperationState::Running => Some(now),
        OperationState::WaitsForSystem { until, .. } => *until,
        _ => None,
    });
    let pause = until.min()?.duration_since(now);
    Some(Duration::try_from(pause).unwrap_or_default().max(Duration::from_millis(500)))
}
