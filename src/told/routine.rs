//! What a step of a routine does, in a sentence.

use std::fmt::Write as _;

use crate::domain::routine::{Asked, BOARD, PAGES, Step};
use crate::domain::text::Text;
use crate::locale::{Value, Words};

/// A step, in a language. What is asked stands in it between braces.
pub fn step(step: &Step, words: &Words) -> String {
    match step {
        Step::Go(page) => words.with("routine-step-go", &[("page", Value::Text(&place(page, words)))]),
        Step::Filter(value) if value.fixed() == Some("") => words.say("routine-step-all").into_owned(),
        Step::Filter(value) => {
            let filter = Text::line(&value.to_string());
            words.with("routine-step-filter", &[("filter", Value::Text(&filter))])
        }
        Step::Sort { column, descending } => {
            let key = if *descending { "routine-step-sort-down" } else { "routine-step-sort" };
            words.with(key, &[("column", Value::Text(&Text::line(column)))])
        }
        Step::Mark(true) => words.say("routine-step-mark").into_owned(),
        Step::Mark(false) => words.say("routine-step-unmark").into_owned(),
        Step::Change(asked) => change(asked, words),
    }
}

/// A change: its name, for which rows, and what stands in its fields.
fn change(asked: &Asked, words: &Words) -> String {
    let mut said = name(asked, words);
    for (at, (field, value)) in asked.fields.iter().enumerate() {
        let label = words.say(&format!("field-{field}")).into_owned();
        let value = Text::line(&value.to_string());
        let _ = write!(said, "{}{label} {value}", if at == 0 { ": " } else { " · " });
    }
    said
}

/// A change by its name, and for which rows.
pub fn name(asked: &Asked, words: &Words) -> String {
    let verb = words.say(&format!("verb-{}", asked.spec.name)).into_owned();
    match asked.rows {
        Some(_) => words.with("routine-step-rows", &[("verb", Value::Text(&verb))]),
        None => verb,
    }
}

/// A page as the tab bar and the pages' bar call it.
fn place(page: &str, words: &Words) -> String {
    if page == BOARD {
        return words.say("action-board").into_owned();
    }
    let own = words.say(&format!("page-{page}")).into_owned();
    let tab = PAGES.iter().find(|(_, pages)| pages.contains(&page)).map(|(tab, _)| *tab).unwrap_or_default();
    let tab = words.say(&format!("tab-{tab}")).into_owned();
    if tab == own { own } else { format!("{tab} › {own}") }
}
