//! Changes that are not over: what is known of them, and what a person decides.

use std::io::{self, Write as _};
use std::time::Duration;

use serde_json::{Value, json};

use super::session::Session;
use super::{Exit, Stop, say};
use crate::cli::{CountersignArgs, DecisionWord, OperationArgs, OperationsArgs};
use crate::domain::access::CallerLevel;
use crate::domain::operation::Decision;
use crate::domain::text::Text;
use crate::flow::{Command, OperationState, OperationView};

/// Waits at most this long for what a system said it would be done by.
const PATIENCE: Duration = Duration::from_secs(90);

/// Looks at every operation that is not over and prints it. What was settled by looking is printed too.
pub(super) async fn list(session: &mut Session, args: &OperationsArgs) -> Result<Exit, Stop> {
    let began = Session::now();
    let mut views = session.carry(Command::Look).await?;
    let mut patience = PATIENCE;
    while let Some(pause) = soon(&views).filter(|pause| args.settle && *pause <= patience) {
        patience -= pause;
        tokio::time::sleep(pause).await;
        for view in session.carry(Command::Look).await? {
            match views.iter_mut().find(|it| it.id == view.id) {
                Some(old) => *old = view,
                None => views.push(view),
            }
        }
    }
    views.retain(|view| !view.state.over() || view.changed >= began);
    let mut out = io::stdout().lock();
    if args.json {
        let told: Vec<Value> = views.iter().map(|view| say::operation_json(view, &session.words)).collect();
        writeln!(out, "{}", Value::Array(told))?;
    } else if views.is_empty() {
        writeln!(out, "{}", session.words.say("cli-none"))?;
    } else {
        for view in &views {
            write!(out, "{}", say::operation(view, &session.words))?;
        }
    }
    out.flush()?;
    // What waits for a person matters more than what waits for a system.
    let worst = |exit| views.iter().any(|view| !view.state.over() && Exit::of(&view.state) == exit);
    Ok(if worst(Exit::WaitsForPerson) {
        Exit::WaitsForPerson
    } else if worst(Exit::WaitsForSystem) {
        Exit::WaitsForSystem
    } else {
        Exit::Done
    })
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
    let actor = session.actor(CallerLevel::V0);
    let views = session.carry(Command::Decide(args.id, actor, decision)).await?;
    let view = views.into_iter().find(|view| view.id == args.id);
    told(session, view, args.json)
}

/// Confirms as the second person.
pub(super) async fn countersign(session: &mut Session, args: &CountersignArgs) -> Result<Exit, Stop> {
    let by = session.actor(CallerLevel::V0);
    let views = session.carry(Command::Approve { code: args.code.clone(), by }).await?;
    told(session, views.into_iter().next(), args.json)
}

fn told(session: &Session, view: Option<OperationView>, as_json: bool) -> Result<Exit, Stop> {
    let Some(view) = view else {
        return Err(Stop::new(Exit::Refused, session.words.say("cli-unknown-operation").into_owned()));
    };
    let exit = Exit::of(&view.state);
    let mut out = io::stdout().lock();
    if as_json {
        let told = say::operation_json(&view, &session.words);
        writeln!(out, "{}", json!({ "exit": exit as u8, "operation": told }))?;
    } else {
        write!(out, "{}", say::operation(&view, &session.words))?;
    }
    out.flush()?;
    Ok(exit)
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
