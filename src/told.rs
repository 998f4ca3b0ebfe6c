//! What a plan, an operation and a receipt say, line by line, in a language.
//!
//! The overlay that is confirmed and the command line say the same because both say this.

pub mod routine;

use crate::domain::operation::{CheckState, Confirm, Ending, Plan, Typed};
use crate::domain::phrase::Phrase;
use crate::domain::receipt::Receipt;
use crate::domain::status::Tone;
use crate::domain::time;
use crate::flow::{Can, OperationState, StepState};
use crate::locale::{Value, Words};

/// A line of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where it belongs.
    pub part: Part,
    /// What it is about; empty where the text says it.
    pub label: String,
    /// What it says.
    pub text: String,
    /// How much it matters.
    pub tone: Tone,
}

/// The parts of a plan, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// What it does, about what, for whom, when, at which price.
    Head,
    /// The writes.
    Steps,
    /// Before and after.
    Differences,
    /// What was looked at.
    Checks,
    /// What cannot be undone, and what to tell the customer.
    Warnings,
}

impl Part {
    /// The key of its heading in the language table.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Head => "told-head",
            Self::Steps => "told-steps",
            Self::Differences => "told-differences",
            Self::Checks => "told-checks",
            Self::Warnings => "told-warnings",
        }
    }
}

/// A whole plan. Personal data in it is masked unless `revealed`.
pub fn plan(plan: &Plan, words: &Words, revealed: bool) -> Vec<Line> {
    let say = |phrase: &Phrase| words.phrase(phrase, revealed);
    let line = |part, label: String, text: String, tone| Line { part, label, text, tone };
    let head = |key: &'static str, text: String| line(Part::Head, words.say(key).into_owned(), text, Tone::Neutral);
    let mut lines = vec![
        head("told-change", say(&plan.title)),
        head("told-about", say(&plan.about)),
        head("told-customer", plan.change.who.number.to_string()),
    ];
    if let Some(price) = plan.price {
        lines.push(head("told-price", price.to_string()));
    }
    let effective = plan.effective.as_ref().map_or_else(|| words.say("told-at-once").into_owned(), say);
    lines.push(head("told-effective", effective));
    for (n, step) in plan.steps.iter().enumerate() {
        let label = format!("{} {}", n + 1, step.write.system().name());
        let text = say(&step.says);
        let text = if step.no_return { words.with("told-no-return", &[("step", Value::Text(&text))]) } else { text };
        lines.push(line(Part::Steps, label, text, Tone::Neutral));
    }
    for difference in &plan.differences {
        let (from, to) = (say(&difference.from), say(&difference.to));
        let text = if from.is_empty() { to } else { format!("{from} → {to}") };
        lines.push(line(Part::Differences, say(&difference.what), text, Tone::Neutral));
    }
    for check in &plan.checks {
        let (text, tone) = match &check.state {
            CheckState::Passed => (words.say("told-passed").into_owned(), Tone::Neutral),
            CheckState::Warns(why) => (say(why), Tone::Warning),
            CheckState::Failed(why) => (say(why), Tone::Critical),
        };
        lines.push(line(Part::Checks, say(&check.what), text, tone));
    }
    if plan.waits() {
        let text = words.say("told-will-wait").into_owned();
        lines.push(line(Part::Warnings, String::new(), text, Tone::Warning));
    }
    for warning in &plan.warnings {
        lines.push(line(Part::Warnings, String::new(), say(warning), Tone::Warning));
    }
    lines
}

/// What has to be typed to confirm a plan; nothing where a key is enough.
pub fn confirm(confirm: &Confirm, words: &Words) -> Option<String> {
    let (key, wanted) = match confirm {
        Confirm::Key => return None,
        Confirm::Typed(it @ Typed::Amount(_)) => ("told-type-amount", it.expected()),
        Confirm::Typed(it @ Typed::LastFour(_)) => ("told-type-last-four", it.expected()),
        Confirm::Typed(it @ Typed::Word(_)) => ("told-type-word", it.expected()),
    };
    Some(words.with(key, &[("wanted", Value::Text(&wanted))]))
}

/// How an operation stands, in a sentence.
pub fn state(state: &OperationState, words: &Words, revealed: bool) -> String {
    let say = |phrase: &Phrase| words.phrase(phrase, revealed);
    let until = |key, text: String| words.with(key, &[("until", Value::Text(&text))]);
    match state {
        OperationState::AwaitsSecond { code: Some(code), until: at } => {
            let at = time::date_time(*at);
            words.with("told-awaits-second-code", &[("code", Value::Text(code)), ("until", Value::Text(&at))])
        }
        OperationState::AwaitsSecond { code: None, until: at } => until("told-awaits-second", time::date_time(*at)),
        OperationState::Queued => words.say("told-queued").into_owned(),
        OperationState::Outbox(None) => words.say("told-outbox").into_owned(),
        OperationState::Outbox(Some(why)) => words.with("told-outbox-why", &[("why", Value::Text(&say(why)))]),
        OperationState::Running => words.say("told-running").into_owned(),
        OperationState::WaitsForSystem { waits, until: None } => say(waits),
        OperationState::WaitsForSystem { waits, until: Some(at) } => {
            let (waits, at) = (say(waits), time::date_time(*at));
            words.with("told-waits-until", &[("waits", Value::Text(&waits)), ("until", Value::Text(&at))])
        }
        OperationState::WaitsForPerson(why) => words.with("told-waits-for-person", &[("why", Value::Text(&say(why)))]),
        OperationState::Elsewhere => words.say("told-elsewhere").into_owned(),
        OperationState::Done => words.say(ending(Ending::Done)).into_owned(),
        OperationState::Undone(None) => words.say(ending(Ending::Undone)).into_owned(),
        OperationState::Undone(Some(why)) => words.with("told-undone-why", &[("why", Value::Text(&say(why)))]),
        OperationState::Closed(why) => words.with("told-closed-why", &[("why", Value::Text(why))]),
    }
}

/// The one line of an operation that is over: when, what, of whom, ids and amounts, who. It is made to be pasted elsewhere:
/// personal data in it stays masked.
pub fn receipt(receipt: &Receipt, words: &Words) -> String {
    let mut parts = vec![
        format!("{} JST", time::date_time(receipt.at)),
        words.say(ending(receipt.ending)).into_owned(),
        words.phrase(&receipt.title, false),
        words.phrase(&receipt.about, false),
        receipt.customer.to_string(),
    ];
    parts.extend(receipt.facts.iter().map(|(name, value)| format!("{} {value}", fact(name, words))));
    parts.push(receipt.actor.name.to_string());
    parts.push(receipt.id.to_string());
    parts.retain(|part| !part.is_empty());
    parts.join(" · ")
}

/// What a fact is called: `service-2` is the second service. Its own name where nobody gave it words.
pub fn fact(name: &str, words: &Words) -> String {
    let plain = name.replace('_', "-");
    let (stem, number) = match plain.rsplit_once('-') {
        Some((stem, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => (stem, Some(number)),
        _ => (plain.as_str(), None),
    };
    let key = format!("fact-{stem}");
    match (words.say(&key), number) {
        (said, _) if said == key => name.replace('_', " "),
        (said, Some(number)) => format!("{said} {number}"),
        (said, None) => said.into_owned(),
    }
}

const fn ending(ending: Ending) -> &'static str {
    match ending {
        Ending::Done => "ending-done",
        Ending::Undone => "ending-undone",
        Ending::Closed => "ending-closed",
    }
}

/// The key of how a step stands.
pub const fn step(state: StepState) -> &'static str {
    match state {
        StepState::Ahead => "told-step-ahead",
        StepState::Running => "told-step-running",
        StepState::Waiting => "told-step-waiting",
        StepState::Done => "told-step-done",
        StepState::Failed => "told-step-failed",
        StepState::Undone => "told-step-undone",
    }
}

/// The word of what a person may do, as the command line takes it.
pub const fn can(can: Can) -> &'static str {
    match can {
        Can::Verify => "verify",
        Can::DriveOn => "drive-on",
        Can::Undo => "undo",
        Can::Confirm => "confirm",
        Can::Hand => "hand",
        Can::Close => "close",
    }
}
