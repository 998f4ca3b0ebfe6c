//! A routine while it is recorded: what one came to, not which keys one pressed.
//!
//! Where one is and how one looks at a list are compared with what they were: walking through three tabs is going to the third,
//! and a filter is what was typed in the end. A value that is a customer's own is kept only to see which fields share it; it is
//! in no routine and in no `Debug`.

use std::fmt;

use super::{Asked, BOARD, Parameter, Routine, Step, Value, is_own, is_parameter};
use crate::domain::change::{Spec, Values};
use crate::domain::{mask, name, secret};

/// Letters from which on a part of a name is looked for in a text: shorter ones are words of their own.
const PART: usize = 3;
/// The same of Japanese, where one sign says more.
const PART_JAPANESE: usize = 2;

/// What was recorded so far.
#[derive(Debug, Default)]
pub struct Recording {
    /// The steps.
    pub steps: Vec<Recorded>,
    seen: Option<Look>,
}

/// Where one is, and how one looks at the list there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The page.
    pub page: &'static str,
    /// What is in the filter; empty where there is none.
    pub filter: String,
    /// The column it is sorted by, and whether from the largest.
    pub sort: Option<(&'static str, bool)>,
}

/// A step as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// Went to a page.
    Go(&'static str),
    /// Filtered the list.
    Filter(RecordedValue),
    /// Sorted it.
    Sort(&'static str, bool),
    /// Marked every row shown, or none.
    Mark(bool),
    /// Asked for a change.
    Change(RecordedChange),
}

/// A change as it was asked for.
#[derive(Debug, Clone)]
pub struct RecordedChange {
    /// Its verb.
    pub spec: &'static Spec,
    /// It was for every marked row, each of which is this field.
    pub rows: Option<&'static str>,
    /// What stood in its fields.
    pub fields: Vec<(&'static str, RecordedValue)>,
}

impl PartialEq for RecordedChange {
    fn eq(&self, other: &Self) -> bool {
        self.spec.name == other.spec.name && self.rows == other.rows && self.fields == other.fields
    }
}

impl Eq for RecordedChange {}

/// What stood in a field.
#[derive(Clone, PartialEq, Eq)]
pub struct RecordedValue {
    text: String,
    /// It is a customer's own: it is asked each time, and has no default.
    pub own: bool,
    /// It is asked when the routine is run.
    pub asked: bool,
}

impl fmt::Debug for RecordedValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordedValue").field("text", &self.shown()).field("asked", &self.asked).finish_non_exhaustive()
    }
}

impl RecordedValue {
    fn new(text: &str, own: bool) -> Self {
        Self { text: text.to_owned(), own, asked: own }
    }

    /// What it was; nothing where that is a customer's own.
    pub fn shown(&self) -> &str {
        if self.own { "" } else { &self.text }
    }

    /// From now on it is asked, or always the same. What is a customer's own is always asked.
    pub const fn turn(&mut self) {
        self.asked = self.own || !self.asked;
    }
}

impl RecordedChange {
    /// A change with what stood in its fields. `own` says whether a text is the customer's own.
    pub fn new(spec: &'static Spec, rows: Option<&'static str>, values: &Values, own: &impl Fn(&str) -> bool) -> Self {
        let said = spec.fields.iter().filter(|field| rows != Some(field.name)).filter_map(|field| {
            let text = values.get(field.name).map(|text| text.trim()).filter(|text| !text.is_empty())?;
            Some((field.name, RecordedValue::new(text, is_own(spec, field) || own(text))))
        });
        Self { spec, rows, fields: said.collect() }
    }

    /// The first field of text that was found to be the customer's own, which is worth saying.
    pub fn turned_own(&self) -> Option<&'static str> {
        let by_itself = |name: &str| self.spec.fields.iter().any(|it| it.name == name && is_own(self.spec, it));
        self.fields.iter().find(|(name, value)| value.own && !by_itself(name)).map(|(name, _)| *name)
    }
}

impl Recording {
    /// Sees where one is by now. `own` says whether a text is the customer's own.
    pub fn sees(&mut self, look: Look, own: &impl Fn(&str) -> bool) {
        let there = self.seen.take().filter(|before| before.page == look.page);
        if there.is_none() {
            self.step(Recorded::Go(look.page));
        }
        let (filter, sort) = there.map_or((String::new(), None), |before| (before.filter, before.sort));
        if filter != look.filter {
            let own = own(&look.filter);
            self.step(Recorded::Filter(RecordedValue::new(&look.filter, own)));
        }
        if let Some((column, descending)) = look.sort.filter(|_| sort != look.sort) {
            self.step(Recorded::Sort(column, descending));
        }
        self.seen = Some(look);
    }

    /// Another customer was opened: where one is there is no step.
    pub fn begins_anew(&mut self, look: Look) {
        self.seen = Some(look);
    }

    /// Went to the board.
    pub fn board(&mut self) {
        self.seen = None;
        self.step(Recorded::Go(BOARD));
    }

    /// Every row shown was marked, or every mark taken away.
    pub fn marks(&mut self, all: bool) {
        match self.steps.last() {
            Some(Recorded::Mark(true)) if !all => {
                self.steps.pop();
            }
            Some(Recorded::Mark(it)) if *it == all => {}
            _ => self.steps.push(Recorded::Mark(all)),
        }
    }

    /// A change was asked for.
    pub fn change(&mut self, change: RecordedChange) {
        self.steps.push(Recorded::Change(change));
    }

    /// One that only says better what the last one said takes its place.
    fn step(&mut self, step: Recorded) {
        let better = matches!(
            (self.steps.last(), &step),
            (Some(Recorded::Go(_)), Recorded::Go(_))
                | (Some(Recorded::Filter(_)), Recorded::Filter(_))
                | (Some(Recorded::Sort(..)), Recorded::Sort(..))
        );
        if better {
            self.steps.pop();
        }
        // A filter that was typed and taken away again is none.
        let none = matches!(&step, Recorded::Filter(value) if better && value.text.is_empty());
        if !none {
            self.steps.push(step);
        }
    }
}

/// The routine of that name that these steps are. Values that are asked and were the same in the same field are one
/// parameter.
pub fn routine(name: &str, steps: &[Recorded]) -> Routine {
    let mut parameters: Vec<(Parameter, &'static str, &RecordedValue)> = Vec::new();
    let mut built = Vec::with_capacity(steps.len());
    for step in steps {
        built.push(match step {
            Recorded::Go(page) => Step::Go(page),
            Recorded::Sort(column, descending) => Step::Sort { column: (*column).to_owned(), descending: *descending },
            Recorded::Mark(all) => Step::Mark(*all),
            Recorded::Filter(it) => Step::Filter(said("filter", it, &mut parameters)),
            Recorded::Change(RecordedChange { spec, rows, fields }) => {
                let fields = fields.iter().map(|(name, it)| (*name, said(name, it, &mut parameters))).collect();
                Step::Change(Asked { spec, rows: *rows, fields })
            }
        });
    }
    let parameters = parameters.into_iter().map(|(it, ..)| it).collect();
    Routine { name: name.to_owned(), parameters, steps: built }
}

/// What stands in a field of the routine: the text, or the parameter that asks for it.
fn said<'a>(
    field: &'static str,
    recorded: &'a RecordedValue,
    parameters: &mut Vec<(Parameter, &'static str, &'a RecordedValue)>,
) -> Value {
    if !recorded.asked {
        return Value::said(recorded.text.clone());
    }
    let same = |(_, of, it): &&(Parameter, &'static str, &RecordedValue)| *of == field && *it == recorded;
    if let Some((known, ..)) = parameters.iter().find(same) {
        return Value::asked(known.name.clone());
    }
    let free = |name: &String| is_parameter(name) && !parameters.iter().any(|(it, ..)| it.name == *name);
    let numbered = (2..).map(|n| format!("{field}-{n}"));
    let name = std::iter::once(field.to_owned()).chain(numbered).find(free).unwrap_or_default();
    let default = (!recorded.own).then(|| recorded.text.clone());
    parameters.push((Parameter { name: name.clone(), default }, field, recorded));
    Value::asked(name)
}

/// Whether a text is somebody's own: it holds a secret, a long number, an address of mail, or one of these facts of them.
pub fn is_personal(text: &str, facts: &[&str]) -> bool {
    if secret::is_in(text) || mask::free_text(text) != text || text.contains('@') {
        return true;
    }
    let text = name::fold(text);
    facts.iter().any(|fact| {
        let fact = name::fold(fact);
        let whole = fact.chars().count() >= PART_JAPANESE && holds(&text, &fact);
        let part = |part: &str| {
            let least = if part.is_ascii() { PART } else { PART_JAPANESE };
            part.chars().count() >= least && holds(&text, part)
        };
        whole || fact.split_whitespace().any(part)
    })
}

/// Whether a text holds these letters, as words where they are Latin.
fn holds(text: &str, part: &str) -> bool {
    let word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.match_indices(part).any(|(at, _)| {
        let (before, behind) = (text[..at].chars().next_back(), text[at + part.len()..].chars().next());
        !part.is_ascii() || !word(before) && !word(behind)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::change;

    fn look(page: &'static str, filter: &str) -> Look {
        Look { page, filter: filter.to_owned(), sort: None }
    }

    fn values(of: &[(&str, &str)]) -> Values {
        of.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_one_came_to_is_recorded_not_how() {
        let mut recording = Recording::default();
        let own = |_: &str| false;
        for page in ["overview", "subscriptions", "invoices"] {
            recording.sees(look(page, ""), &own);
        }
        for filter in ["s", "status:p", "status:unpaid"] {
            recording.sees(look("invoices", filter), &own);
        }
        recording.sees(Look { sort: Some(("due", false)), ..look("invoices", "status:unpaid") }, &own);
        recording.sees(Look { sort: Some(("due", true)), ..look("invoices", "status:unpaid") }, &own);
        recording.marks(true);
        recording.marks(true);
        let filter = Recorded::Filter(RecordedValue::new("status:unpaid", false));
        let expected = [Recorded::Go("invoices"), filter, Recorded::Sort("due", true), Recorded::Mark(true)];
        assert_eq!(recording.steps, expected);
        recording.marks(false);
        assert_eq!(recording.steps.len(), 3, "all of them marked and unmarked is nothing");
        recording.sees(Look { sort: Some(("due", true)), ..look("invoices", "x") }, &own);
        recording.sees(Look { sort: Some(("due", true)), ..look("invoices", "") }, &own);
        assert_eq!(recording.steps.len(), 3, "neither is a filter that was taken away again");
        recording.board();
        recording.sees(look("support", ""), &own);
        assert_eq!(recording.steps.last(), Some(&Recorded::Go("support")));
        recording.begins_anew(look("overview", ""));
        recording.sees(look("overview", ""), &own);
        assert_eq!(recording.steps.last(), Some(&Recorded::Go("support")), "a customer that was opened is no step");
    }

    #[test]
    fn what_is_a_customers_own_is_asked_and_the_same_is_asked_once() {
        let own = |text: &str| is_personal(text, &["Emma Lindqvist"]);
        let change =
            |verb: &str, of: &[(&str, &str)]| RecordedChange::new(change::spec(verb).unwrap(), None, &values(of), &own);
        let mut recording = Recording::default();
        recording.change(change("top-up", &[("line", "09002000001"), ("gb", "3")]));
        recording.change(change("voice-options", &[("line", "09002000001"), ("roaming", "on"), ("voice-mail", "")]));
        let note = change("note", &[("text", "Emma called")]);
        assert_eq!(note.turned_own(), Some("text"));
        assert!(!format!("{note:?} {recording:?}").contains("Emma") && !format!("{recording:?}").contains("0900"));
        recording.change(note);
        recording.change(change("note", &[("text", "topped up")]));
        if let Some(Recorded::Change(it)) = recording.steps.first_mut() {
            it.fields.iter_mut().for_each(|(_, value)| value.turn());
        }
        let routine = routine("ours", &recording.steps);
        let asked: Vec<(&str, Option<&str>)> =
            routine.parameters.iter().map(|it| (it.name.as_str(), it.default.as_deref())).collect();
        assert_eq!(asked, [("line", None), ("gb", Some("3")), ("text", None)]);
        let fields = |n: usize| routine.steps[n].change().unwrap().values(&values(&[("line", "L"), ("gb", "1")]));
        assert_eq!(fields(0), values(&[("line", "L"), ("gb", "1")]));
        assert_eq!(fields(1), values(&[("line", "L"), ("roaming", "on")]), "what was left empty is no field");
        assert_eq!(fields(3), values(&[("text", "topped up")]));
    }

    #[test]
    fn names_and_numbers_are_somebodys_and_words_are_not() {
        let facts = ["山田 太郎", "ヤマダ タロウ", "Taro Yamada", "C-000002", ""];
        for own in
            ["山田様", "call YAMADA back", "やまださん", "090-0200-0002", "a@b.example", "PIN 1234", "C-000002 again"]
        {
            assert!(is_personal(own, &facts), "{own}");
        }
        for said in ["status:unpaid", "topped up 3 GB", "Yamadaya shop", "山と田", "2026-12-01", ""] {
            assert!(!is_personal(said, &facts), "{said}");
        }
    }
}
