//! Macros: a reply, a status and a reminder that belong together, asked for with one key.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};

use super::template::Templates;
use super::when;
use super::words::{self, List};

/// What is done with a case in one go. What is empty is not done.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Macro {
    /// What it is found by, e.g. `card`. A letter goes to the macro whose code begins with it.
    pub code: String,
    /// What it is called in English.
    pub en: String,
    /// In Japanese.
    pub ja: String,
    /// Code of the template that the customer is answered with.
    #[serde(default)]
    pub template: String,
    /// What is noted in the case for colleagues.
    #[serde(default)]
    pub note: String,
    /// The status the case is given, by our word.
    #[serde(default, deserialize_with = "status")]
    pub status: Option<String>,
    /// The priority it is given, by our word.
    #[serde(default, deserialize_with = "priority")]
    pub priority: Option<String>,
    /// When the person at the desk is reminded of it, such as `3d`.
    #[serde(default, deserialize_with = "moment")]
    pub reminder: String,
}

/// The macros of the house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Macros(pub Vec<Macro>);

impl Macros {
    /// The one with that code, in any case of letters.
    pub fn find(&self, typed: &str) -> Option<&Macro> {
        self.0.iter().find(|it| it.code.eq_ignore_ascii_case(typed.trim()))
    }

    /// These, with those of the house in place of the ones with the same code.
    #[must_use]
    pub fn with(mut self, own: &[Macro]) -> Self {
        for it in own {
            match self.0.iter_mut().find(|shipped| shipped.code == it.code) {
                Some(shipped) => *shipped = it.clone(),
                None => self.0.push(it.clone()),
            }
        }
        self
    }
}

impl Macro {
    /// Whether it can be carried out with these templates.
    ///
    /// # Errors
    /// What is wrong with it, with the words that would be right.
    pub fn check(&self, templates: &Templates) -> Result<(), String> {
        if self.code.is_empty() || self.code.contains(char::is_whitespace) {
            return Err("its code should be one word".to_owned());
        }
        let known = self.template.is_empty() || templates.0.iter().any(|it| it.code == self.template);
        if !known {
            let codes: Vec<&str> = templates.0.iter().map(|it| it.code.as_str()).collect();
            return Err(format!("there is no template \"{}\"; there are: {}", self.template, codes.join(", ")));
        }
        let idle = self.template.is_empty() && self.note.is_empty() && self.reminder.is_empty();
        if idle && self.status.is_none() && self.priority.is_none() {
            return Err("it does nothing: give it a template, note, status, priority or reminder".to_owned());
        }
        Ok(())
    }
}

fn status<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    words::ours_or_none(deserializer, List::CaseStatusWords)
}

fn priority<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    words::ours_or_none(deserializer, List::CasePriorityWords)
}

fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let written = String::deserialize(deserializer)?;
    if written.is_empty() || when::read(&written, Timestamp::UNIX_EPOCH).is_some() {
        return Ok(written);
    }
    Err(serde::de::Error::custom(format!("{written:?} should be a moment like 3d, 4h or fri 10:00")))
}

/// What every house starts with.
impl Default for Macros {
    fn default() -> Self {
        let it = |(code, en, ja, template, status, reminder): &(&str, &str, &str, &str, &str, &str)| Macro {
            code: (*code).to_owned(),
            en: (*en).to_owned(),
            ja: (*ja).to_owned(),
            template: (*template).to_owned(),
            status: Some((*status).to_owned()),
            reminder: (*reminder).to_owned(),
            ..Macro::default()
        };
        Self(SHIPPED.iter().map(it).collect())
    }
}

/// Code, names, template, status, reminder.
const SHIPPED: &[(&str, &str, &str, &str, &str, &str)] = &[
    ("received", "Received, we look into it", "受付済み・調査中", "received", "in-progress", "1d"),
    ("card", "Card declined, ask for another", "カード決済不可・登録のお願い", "pay-link", "awaiting-customer", "3d"),
    ("delay", "Order takes longer", "手続き遅延のご案内", "delay", "in-progress", "2d"),
    ("esim", "eSIM is ready", "eSIM準備完了のご案内", "esim-ready", "awaiting-customer", "3d"),
    ("id", "Residence card again, please", "在留カード再提出のお願い", "id-unreadable", "awaiting-customer", "5d"),
    ("outage", "Outage in the area", "地域の障害のご案内", "outage", "in-progress", "4h"),
    ("solved", "Solved, close the case", "解決・ケース完了", "solved", "closed", ""),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::words::Words;

    #[test]
    fn what_is_shipped_can_be_carried_out() {
        let (templates, all) = (Templates::default(), Macros::default());
        for it in &all.0 {
            assert_eq!(it.check(&templates), Ok(()), "{}", it.code);
            let ours = it.status.as_deref().unwrap_or_default();
            assert!(Words::default().typed(List::CaseStatusWords, ours).is_some(), "{}", it.code);
            assert!(it.reminder.is_empty() || when::read(&it.reminder, Timestamp::UNIX_EPOCH).is_some(), "{}", it.code);
            // One letter chooses it.
            let letter = &it.code[..1];
            assert_eq!(all.0.iter().filter(|other| other.code.starts_with(letter)).count(), 1, "{}", it.code);
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_what_would_be_right() {
        let read = |more: &str| {
            toml::from_str::<Macro>(&format!("code = \"x\"\nen = \"X\"\nja = \"X\"\n{more}"))
                .map_err(|it| it.to_string())
        };
        assert!(read("status = \"shut\"").unwrap_err().contains("awaiting-customer"));
        assert!(read("priority = \"huge\"").unwrap_err().contains("medium"));
        assert!(read("reminder = \"soon\"").unwrap_err().contains("3d"));
        let templates = Templates::default();
        assert!(read("template = \"nope\"").unwrap().check(&templates).unwrap_err().contains("pay-link"));
        assert!(read("").unwrap().check(&templates).unwrap_err().contains("does nothing"));
        let own = read("status = \"closed\"").unwrap();
        assert_eq!((own.status.as_deref(), own.check(&templates)), (Some("closed"), Ok(())));
        assert_eq!(Macros::default().with(&[own]).find("X").map(|it| it.status.as_deref()), Some(Some("closed")));
    }
}
