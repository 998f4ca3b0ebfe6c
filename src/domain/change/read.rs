//! From what was typed to a change, or to what would be right beside each field.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Spec;
use crate::domain::money::Yen;
use crate::domain::office::Office;
use crate::domain::phone::{Fixtures, Msisdn};
use crate::domain::phrase::Phrase;
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::sim::Eid;
use crate::domain::text::{Text, folded};
use crate::domain::{time, when};

/// What was typed or chosen, by the field's name.
pub type Values = BTreeMap<String, String>;

/// What is wrong with a field, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The field's name.
    pub field: &'static str,
    /// What would be right.
    pub why: Phrase,
}

/// Reads the fields of one verb and remembers everything that is wrong, so that a person hears all of it at once.
#[derive(Debug)]
pub struct Reader<'a> {
    /// What was typed.
    pub values: &'a Values,
    /// The rules of the house.
    pub office: &'a Office,
    /// When it is read.
    pub now: Timestamp,
    /// Whether numbers that can belong to nobody are lines.
    pub fixtures: Fixtures,
    spec: &'a Spec,
    wrong: Vec<Wrong>,
}

impl<'a> Reader<'a> {
    /// A reader of a verb's fields.
    pub const fn new(
        spec: &'a Spec,
        values: &'a Values,
        office: &'a Office,
        now: Timestamp,
        fixtures: Fixtures,
    ) -> Self {
        Self { values, office, now, fixtures, spec, wrong: Vec::new() }
    }

    /// Everything that was wrong so far.
    pub fn wrong(self) -> Vec<Wrong> {
        self.wrong
    }

    /// Says that a field is wrong. Answers `None`, so that it can end a reading.
    pub fn refuse<T>(&mut self, field: &'static str, why: impl Into<Phrase>) -> Option<T> {
        self.wrong.push(Wrong { field, why: why.into() });
        None
    }

    fn typed(&self, field: &str) -> &'a str {
        self.values.get(field).map_or("", |value| value.trim())
    }

    /// Whether something stands in a field that is not its default.
    pub fn is_typed(&self, field: &str) -> bool {
        !self.typed(field).is_empty()
    }

    /// What stands in a field, or its default; empty where nothing does.
    pub fn written(&self, field: &str) -> &'a str {
        let typed = self.typed(field);
        if !typed.is_empty() {
            return typed;
        }
        match self.spec.fields.iter().find(|it| it.name == field).map(|it| it.need) {
            Some(super::Need::Default(value)) => value,
            _ => "",
        }
    }

    /// What must stand in a field.
    pub fn required(&mut self, field: &'static str) -> Option<&'a str> {
        match self.written(field) {
            "" => self.refuse(field, "wrong-missing"),
            written => Some(written),
        }
    }

    /// Reads a field by a rule of its own.
    pub fn parsed<T, E: Into<Phrase>>(
        &mut self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let written = self.required(field)?;
        match parse(written) {
            Ok(value) => Some(value),
            Err(why) => self.refuse(field, why),
        }
    }

    /// A field that may be empty, read by a rule of its own. The outer `None` is wrong, the inner one is empty.
    pub fn optional<T>(&mut self, field: &'static str, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        if self.written(field).is_empty() { Some(None) } else { read(self).map(Some) }
    }

    /// A line's number.
    pub fn line(&mut self, field: &'static str) -> Option<Msisdn> {
        let fixtures = self.fixtures;
        self.parsed(field, |written| Msisdn::parse(written, fixtures))
    }

    /// A WHMCS id.
    pub fn id(&mut self, field: &'static str) -> Option<u64> {
        let written = self.required(field)?;
        let digits = folded(written);
        digits.strip_prefix('#').unwrap_or(&digits).parse().ok().or_else(|| self.refuse(field, "wrong-id"))
    }

    /// A Salesforce record id.
    pub fn record(&mut self, field: &'static str) -> Option<SalesforceId> {
        self.parsed(field, SalesforceId::parse)
    }

    /// A whole number from `least` to `most`.
    pub fn number(&mut self, field: &'static str, least: i64, most: i64) -> Option<i64> {
        let written = self.required(field)?;
        let number: Option<i64> = folded(written).replace(',', "").parse().ok();
        number
            .filter(|n| (least..=most).contains(n))
            .or_else(|| self.refuse(field, Phrase::new("wrong-number").with("least", least).with("most", most)))
    }

    /// A positive amount.
    pub fn yen(&mut self, field: &'static str) -> Option<Yen> {
        let amount = self.parsed(field, |written| Yen::parse(&folded(written)))?;
        if amount.0 > 0 { Some(amount) } else { self.refuse(field, "wrong-amount") }
    }

    /// An EID, checked as typed.
    pub fn eid(&mut self, field: &'static str) -> Option<Eid> {
        self.parsed(field, Eid::parse)
    }

    /// A line of text.
    pub fn text(&mut self, field: &'static str) -> Option<Text> {
        self.required(field).map(Text::line)
    }

    /// Text of several lines.
    pub fn block(&mut self, field: &'static str) -> Option<Text> {
        self.required(field).map(Text::block)
    }

    /// One of a few words.
    pub fn choice<T: Copy>(&mut self, field: &'static str, words: &[(&str, T)]) -> Option<T> {
        let written = self.required(field)?;
        if let Some((_, value)) = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(written)) {
            return Some(*value);
        }
        let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        self.refuse(field, Phrase::new("wrong-choice").with("words", all.join(", ").as_str()))
    }

    /// Yes or no; nothing is no.
    pub fn flag(&mut self, field: &'static str) -> Option<bool> {
        match self.written(field) {
            "" => Some(false),
            _ => self.choice(
                field,
                &[("yes", true), ("no", false), ("true", true), ("false", false), ("1", true), ("0", false)],
            ),
        }
    }

    /// A day in Japan: `2026-12-01`, `today`, `tomorrow`, `month-end`, `next-month`.
    pub fn date(&mut self, field: &'static str) -> Option<jiff::civil::Date> {
        let written = self.required(field)?;
        let today = time::today(self.now);
        match written.to_ascii_lowercase().as_str() {
            "today" => Some(today),
            "tomorrow" => today.tomorrow().ok(),
            "month-end" => Some(time::month_end(today)),
            "next-month" => Some(time::next_month_start(today)),
            _ => written.parse().ok().or_else(|| self.refuse(field, "wrong-date")),
        }
    }

    /// One of the words that the configuration knows; in any case of letters, answered as the configuration writes it.
    pub fn word_of(&mut self, field: &'static str, words: &[String]) -> Option<Text> {
        let written = self.required(field)?;
        match words.iter().find(|word| word.eq_ignore_ascii_case(written)) {
            Some(word) => Some(Text::line(word)),
            None => self.refuse(field, Phrase::new("wrong-choice").with("words", words.join(", ").as_str())),
        }
    }

    /// A moment to come: `3d`, `2h`, `fri 10:00`, `tomorrow`, `2026-12-01 10:00`. A day alone is its morning.
    pub fn moment(&mut self, field: &'static str) -> Option<Timestamp> {
        let written = self.required(field)?;
        match when::read(written, self.now) {
            Some(at) if at > self.now => Some(at),
            Some(_) => self.refuse(field, "wrong-moment-past"),
            None => self.refuse(field, "wrong-moment"),
        }
    }
}
