//! What commands print.

use std::fmt::Write as _;

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use super::session::Session;
use super::{Exit, ended};
use crate::domain::operation::{CheckState, Plan};
use crate::domain::status::Tone;
use crate::flow::{OperationState, OperationView};
use crate::locale::Words;
use crate::told;

/// Most columns of the labels; a longer one pushes its text.
const LABEL: usize = 44;

/// A plan as text: exactly what the desk shows before it is confirmed. `plain` says in words what marks and columns say.
pub(super) fn plan(plan: &Plan, words: &Words, plain: bool) -> String {
    let mut out = String::new();
    let mut part = None;
    let lines = told::plan(plan, words, false);
    let label = lines.iter().map(|line| line.label.width()).max().unwrap_or_default().min(LABEL);
    for line in lines {
        if part != Some(line.part) {
            part = Some(line.part);
            let _ = writeln!(out, "{}{}", words.say(line.part.key()), if plain { ":" } else { "" });
        }
        let text = line.text.replace('\n', "\n    ");
        if plain {
            let mark = match line.tone {
                Tone::Critical => format!("{}: ", words.say("talk-against")),
                Tone::Warning => format!("{}: ", words.say("talk-mind")),
                Tone::Info | Tone::Neutral => String::new(),
            };
            let label = if line.label.is_empty() { String::new() } else { format!("{}: ", line.label) };
            let _ = writeln!(out, "{mark}{label}{text}");
            continue;
        }
        let mark = match line.tone {
            Tone::Critical => '✗',
            Tone::Warning => '!',
            Tone::Info | Tone::Neutral => ' ',
        };
        let blank = " ".repeat(label.saturating_sub(line.label.width()));
        let _ = if line.label.is_empty() {
            writeln!(out, "{mark} {text}")
        } else {
            writeln!(out, "{mark} {}{blank} {text}", line.label)
        };
    }
    out
}

/// A plan as JSON.
pub(super) fn plan_json(plan: &Plan, words: &Words) -> Value {
    let say = |phrase| words.phrase(phrase, false);
    let steps: Vec<Value> = plan
        .steps
        .iter()
        .map(|it| json!({ "system": it.write.system().name(), "says": say(&it.says), "no_return": it.no_return }))
        .collect();
    let differences: Vec<Value> = plan
        .differences
        .iter()
        .map(|it| json!({ "what": say(&it.what), "from": say(&it.from), "to": say(&it.to) }))
        .collect();
    let checks: Vec<Value> = plan
        .checks
        .iter()
        .map(|it| match &it.state {
            CheckState::Passed => json!({ "what": say(&it.what), "state": "passed" }),
            CheckState::Warns(why) => json!({ "what": say(&it.what), "state": "warns", "why": say(why) }),
            CheckState::Failed(why) => json!({ "what": say(&it.what), "state": "failed", "why": say(why) }),
        })
        .collect();
    json!({
        "id": plan.id, "verb": plan.change.what.verb(), "customer": plan.change.who.number, "title": say(&plan.title),
        "about": say(&plan.about), "steps": steps, "price": plan.price.map(|it| it.0.to_string()),
        "effective": plan.effective.as_ref().map(say), "differences": differences, "checks": checks,
        "warnings": plan.warnings.iter().map(say).collect::<Vec<_>>(), "confirm": plan.confirm, "second": plan.second,
    })
}

/// An operation as text: how it stands, its steps, its receipt.
pub(super) fn operation(view: &OperationView, words: &Words) -> String {
    let say = |phrase| words.phrase(phrase, false);
    let mut out = format!("{}  {}  {}  {}\n", view.id, view.who().number, say(&view.title), say(&view.about));
    let _ = writeln!(out, "  {}", told::state(&view.state, words, false));
    for (n, step) in view.steps.iter().enumerate() {
        let facts: Vec<String> =
            step.facts.iter().map(|(name, value)| format!("{} {value}", told::fact(name, words))).collect();
        let (n, system, says) = (n + 1, step.system.name(), say(&step.says));
        let _ = write!(out, "  {n} {system}: {says}: {}", words.say(told::step(step.state)));
        let _ = if facts.is_empty() { writeln!(out) } else { writeln!(out, " ({})", facts.join(", ")) };
    }
    if !view.can.is_empty() && !view.state.over() {
        let can: Vec<&str> = view.can.iter().map(|can| told::can(*can)).collect();
        let _ = writeln!(out, "  {}", words.with("cli-may", &[("words", crate::locale::Value::Text(&can.join(", ")))]));
    }
    if let Some(receipt) = &view.receipt {
        let _ = writeln!(out, "{}", told::receipt(receipt, words));
    }
    out
}

/// An operation as JSON.
pub(super) fn operation_json(view: &OperationView, words: &Words) -> Value {
    let say = |phrase| words.phrase(phrase, false);
    let steps: Vec<Value> = view
        .steps
        .iter()
        .map(|it| {
            let facts: serde_json::Map<String, Value> =
                it.facts.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
            let state = told::step(it.state).trim_start_matches("told-step-");
            json!({ "system": it.system.name(), "says": say(&it.says), "state": state, "facts": facts })
        })
        .collect();
    json!({
        "id": view.id, "verb": view.change.what.verb(), "customer": view.who().number, "title": say(&view.title),
        "about": say(&view.about), "state": word(&view.state), "says": told::state(&view.state, words, false),
        "steps": steps, "started": view.started, "changed": view.changed, "deadline": view.deadline,
        "can": view.can.iter().map(|can| told::can(*can)).collect::<Vec<_>>(),
        "paid_not_delivered": view.paid_not_delivered,
        "receipt": view.receipt.as_ref().map(|it| told::receipt(it, words)),
    })
}

const fn word(state: &OperationState) -> &'static str {
    match state {
        OperationState::AwaitsSecond { .. } => "awaits-second",
        OperationState::Queued => "queued",
        OperationState::Outbox(_) => "outbox",
        OperationState::Running => "running",
        OperationState::WaitsForSystem { .. } => "waits-for-system",
        OperationState::WaitsForPerson(_) => "waits-for-person",
        OperationState::Elsewhere => "elsewhere",
        OperationState::Done => "done",
        OperationState::Undone(_) => "undone",
        OperationState::Closed(_) => "closed",
    }
}

/// Tells how a change stands, as text or for a program.
pub(super) fn came(view: &OperationView, session: &Session, as_json: bool) -> Exit {
    let exit = Exit::of(&view.state);
    if as_json {
        let told = json!({ "exit": exit as u8, "operation": operation_json(view, &session.words) });
        return ended(exit, &format!("{told}\n"));
    }
    ended(exit, &operation(view, &session.words))
}
