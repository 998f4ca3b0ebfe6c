//! The words on the screen, in English and Japanese, from one table of keys.
//!
//! The tables are Fluent files in `assets/locales`, compiled in. A test proves that both languages have the same keys
//! with the same variables, and that every action, tab and hint has its words.

use std::borrow::Cow;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use jiff::civil::Date;
use unic_langid::LanguageIdentifier;

use crate::domain::drift::Drift;
use crate::domain::links::LinkFinding;
use crate::domain::mask;
use crate::domain::notification::Notification;
use crate::domain::phrase::{Arg, Phrase};
use crate::domain::{quota, time};

/// A language of the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Japanese.
    Japanese,
}

impl Language {
    /// Both, in the order the language key walks through.
    pub const ALL: [Self; 2] = [Self::English, Self::Japanese];

    /// The other language.
    pub const fn next(self) -> Self {
        match self {
            Self::English => Self::Japanese,
            Self::Japanese => Self::English,
        }
    }

    /// Reads `en`, `ja`, `ja_JP.UTF-8` and the like; `None` for any other language.
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag.get(..2)?.to_ascii_lowercase().as_str() {
            "en" => Some(Self::English),
            "ja" => Some(Self::Japanese),
            _ => None,
        }
    }

    /// The language a locale asks for. The first variable that is set decides, as POSIX has it; anything but Japanese is
    /// English.
    pub fn of_locale(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(|it| variable(it).filter(|v| !v.is_empty()));
        set.and_then(|tag| Self::from_tag(&tag)).unwrap_or_default()
    }

    fn tag(self) -> LanguageIdentifier {
        let tag = match self {
            Self::English => "en",
            Self::Japanese => "ja",
        };
        tag.parse().unwrap_or_default()
    }

    const fn table(self) -> &'static str {
        match self {
            Self::English => include_str!("../assets/locales/en.ftl"),
            Self::Japanese => include_str!("../assets/locales/ja.ftl"),
        }
    }
}

/// How much of a sentence that was kept as data is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Everything.
    Revealed,
    /// Personal data is masked.
    Masked,
    /// Nothing that anybody wrote: others look at the screen, and nobody can tell whom it names.
    Private,
}

impl From<bool> for Shown {
    fn from(revealed: bool) -> Self {
        if revealed { Self::Revealed } else { Self::Masked }
    }
}

/// The words of one language.
pub struct Words {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Words").field("language", &self.language).finish_non_exhaustive()
    }
}

impl Words {
    /// Loads a language.
    pub fn new(language: Language) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![language.tag()]);
        // Isolating marks are invisible bidi controls; they have no place in a terminal cell.
        bundle.set_use_isolating(false);
        // A broken message is left out, and the test of the tables names it.
        let resource = FluentResource::try_new(language.table().to_owned()).unwrap_or_else(|(partial, _)| partial);
        bundle.add_resource_overriding(resource);
        Self { language, bundle }
    }

    /// Which language these are.
    pub const fn language(&self) -> Language {
        self.language
    }

    /// The words of a key; the key itself when the table lacks it.
    pub fn say<'a>(&'a self, key: &'a str) -> Cow<'a, str> {
        self.message(key, None)
    }

    /// The words of a key with values put in.
    pub fn with(&self, key: &str, values: &[(&str, Value<'_>)]) -> String {
        let mut args = FluentArgs::with_capacity(values.len());
        for (name, value) in values {
            match value {
                Value::Number(n) => args.set(*name, FluentValue::from(*n)),
                Value::Text(text) => args.set(*name, FluentValue::from(*text)),
            }
        }
        self.message(key, Some(&args)).into_owned()
    }

    /// A sentence that was kept as data.
    pub fn phrase(&self, phrase: &Phrase, shown: impl Into<Shown>) -> String {
        let shown = shown.into();
        let revealed = shown == Shown::Revealed;
        let mut args = FluentArgs::with_capacity(phrase.with.len());
        for (name, arg) in &phrase.with {
            let value = match arg {
                Arg::Number(n) => FluentValue::from(*n),
                Arg::Yen(yen) => FluentValue::from(yen.to_string()),
                Arg::Megabytes(mb) => FluentValue::from(quota::words(*mb)),
                Arg::Date(date) => FluentValue::from(self.day(*date)),
                Arg::Moment(at) => FluentValue::from(time::date_time(*at)),
                Arg::Line(line) => FluentValue::from(if revealed { line.to_string() } else { line.masked() }),
                Arg::Text(_) | Arg::Free(_) if shown == Shown::Private => FluentValue::from("****"),
                Arg::Text(text) => FluentValue::from(text.to_string()),
                Arg::Free(text) => FluentValue::from(mask::shown(text, revealed).into_owned()),
                Arg::Personal(text) | Arg::Masked(_, text) if revealed => FluentValue::from(text.to_string()),
                Arg::Masked(kind, text) if shown == Shown::Masked => FluentValue::from(mask::briefly(*kind, text)),
                Arg::Personal(_) | Arg::Masked(..) => FluentValue::from("****"),
                Arg::Phrase(phrase) => FluentValue::from(self.phrase(phrase, shown)),
            };
            args.set(name.as_ref(), value);
        }
        self.message(&phrase.key, Some(&args)).into_owned()
    }

    /// A day with its weekday, as the language writes it: `Tue 1 Dec 2026`, `2026年12月1日(火)`.
    pub fn day(&self, date: Date) -> String {
        let weekday = self.say(WEEKDAYS[usize::from(date.weekday().to_monday_zero_offset() as u8)]).into_owned();
        let month = self.say(MONTHS[usize::from(date.month() as u8 - 1)]).into_owned();
        let number = |n: i64| n.to_string();
        let (year, day) = (number(i64::from(date.year())), number(i64::from(date.day())));
        let values = [
            ("year", Value::Text(&year)),
            ("month", Value::Text(&month)),
            ("day", Value::Text(&day)),
            ("weekday", Value::Text(&weekday)),
        ];
        self.with("day-in-words", &values)
    }

    /// A finding about the links between the systems.
    pub fn finding(&self, found: &LinkFinding) -> String {
        let key = format!("drift-{}", found.name());
        let say = |values: &[(&str, Value<'_>)]| self.with(&key, values);
        match found {
            LinkFinding::AccountNamesNoClient | LinkFinding::ClientNamesNoAccount => say(&[]),
            LinkFinding::AccountLinkUnreadable(text) => say(&[("text", Value::Text(text))]),
            LinkFinding::ClientMissing(id) => say(&[("id", Value::Text(&id.to_string()))]),
            LinkFinding::AccountMissing(number) => say(&[("number", Value::Text(number))]),
            LinkFinding::NumbersDisagree { salesforce, whmcs } => {
                say(&[("salesforce", Value::Text(salesforce)), ("whmcs", Value::Text(whmcs))])
            }
            LinkFinding::SeveralAccounts(n) => say(&[("n", Value::Number(i64::try_from(*n).unwrap_or(i64::MAX)))]),
            LinkFinding::SeveralClients(ids) => {
                let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
                say(&[("ids", Value::Text(&ids.join(", ")))])
            }
        }
    }

    /// What a notification tells: its kind, or what the systems disagree on.
    pub fn told(&self, notification: &Notification) -> String {
        match &notification.drift {
            None => self.say(&format!("notification-{}", notification.kind.name())).into_owned(),
            Some(Drift::Link(finding)) => self.finding(finding),
            Some(drift) => self.say(&format!("drift-{}", drift.name())).into_owned(),
        }
    }

    fn message<'a>(&'a self, key: &'a str, args: Option<&FluentArgs<'_>>) -> Cow<'a, str> {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return Cow::Borrowed(key);
        };
        let mut errors = Vec::new();
        match self.bundle.format_pattern(pattern, args, &mut errors) {
            Cow::Borrowed(text) => Cow::Borrowed(text),
            Cow::Owned(text) => Cow::Owned(text),
        }
    }
}

const WEEKDAYS: [&str; 7] =
    ["weekday-mon", "weekday-tue", "weekday-wed", "weekday-thu", "weekday-fri", "weekday-sat", "weekday-sun"];
const MONTHS: [&str; 12] = [
    "month-1", "month-2", "month-3", "month-4", "month-5", "month-6", "month-7", "month-8", "month-9", "month-10",
    "month-11", "month-12",
];

/// A value put into a sentence.
#[derive(Debug, Clone, Copy)]
pub enum Value<'a> {
    /// A count; chooses the plural.
    Number(i64),
    /// Ready text.
    Text(&'a str),
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::domain::change::{self, FieldKind};
    use crate::flow::said::{self, Message};
    use crate::flow::{FaultKind, Tab, actions};

    /// Keys of a table with the variables each uses.
    fn keys(language: Language) -> BTreeMap<String, BTreeSet<String>> {
        let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut current = String::new();
        for line in language.table().lines().filter(|line| !line.starts_with('#')) {
            if let Some((key, _)) = line.split_once(" =").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase()))
            {
                assert!(!keys.contains_key(key), "{key} stands twice in {language:?}");
                current = key.to_owned();
                keys.entry(current.clone()).or_default();
            }
            for part in line.split('$').skip(1) {
                let name: String = part.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                keys.entry(current.clone()).or_default().insert(name);
            }
        }
        keys
    }

    #[test]
    fn both_languages_have_the_same_keys_and_variables() {
        let (en, ja) = (keys(Language::English), keys(Language::Japanese));
        for (key, variables) in &en {
            assert_eq!(ja.get(key), Some(variables), "{key} in Japanese");
        }
        for key in ja.keys() {
            assert!(en.contains_key(key), "{key} in English");
        }
    }

    #[test]
    fn the_tables_are_sound() {
        for language in Language::ALL {
            if let Err((_, errors)) = FluentResource::try_new(language.table().to_owned()) {
                panic!("{language:?}: {errors:?}");
            }
        }
    }

    #[test]
    fn actions_and_tabs_have_words() {
        let en = keys(Language::English);
        for spec in actions() {
            assert!(en.contains_key(&spec.words()), "{}", spec.words());
            assert!(en.contains_key(&format!("group-{}", spec.group.name())), "group-{}", spec.group.name());
        }
        for tab in Tab::ALL {
            assert!(en.contains_key(&format!("tab-{}", tab.name())), "tab-{}", tab.name());
        }
    }

    #[test]
    fn changes_and_their_fields_have_words() {
        let en = keys(Language::English);
        let mut missing = Vec::new();
        for spec in change::specs() {
            let mut needed = vec![format!("verb-{}", spec.name), format!("verb-{}-help", spec.name)];
            for field in spec.fields {
                needed.push(format!("field-{}", field.name));
                if let FieldKind::Choice(words) = field.kind {
                    needed.extend(words.iter().map(|word| format!("choice-{}", word.to_lowercase())));
                }
            }
            missing.extend(needed.into_iter().filter(|key| !en.contains_key(key)));
        }
        assert_eq!(missing, Vec::<String>::new());
    }

    /// What is not ours to translate: names, and what stands so in a file or on a command line.
    const NAMES: &[&str] = &[
        "HTTP",
        "JSON",
        "MB",
        "ID",
        "IP",
        "VPN",
        "WHMCS",
        "Freebit",
        "Salesforce",
        "madoguchi",
        "login",
        "profile",
        "sign",
        "in",
        "chmod",
        "ca",
        "file",
        "agent",
        "salesforce",
        "refresh",
        "token",
        "offline",
        "access",
    ];

    /// Words in Latin letters that are no names.
    fn foreign(text: &str) -> Vec<&str> {
        let words = text.split(|c: char| !c.is_ascii_alphabetic());
        words.filter(|word| word.len() > 1 && !NAMES.contains(word)).collect()
    }

    #[test]
    fn what_is_said_of_a_fault_is_said_in_each_language_and_in_the_log_as_in_english() {
        let [en, ja] = [Language::English, Language::Japanese].map(Words::new);
        for sentence in said::ALL {
            let mut message = Message::ours(*sentence);
            for gap in
                sentence.english.split("{ $").skip(1).filter_map(|rest| rest.split_once(" }")).map(|(gap, _)| gap)
            {
                message = message.with(gap.to_owned().leak(), "＊");
            }
            assert_eq!(en.phrase(&message.phrase(), true), message.as_str(), "{}", sentence.key);
            let japanese = ja.phrase(&message.phrase(), true);
            assert_eq!(foreign(&japanese), Vec::<&str>::new(), "{japanese}");
            assert_eq!(japanese.matches('＊').count(), message.matches('＊').count(), "{japanese}");
        }
        for kind in FaultKind::ALL {
            assert_eq!(foreign(&ja.say(kind.key())), Vec::<&str>::new(), "{kind:?}");
            assert_eq!(FaultKind::by_key(kind.key()), Some(kind));
        }
    }

    #[test]
    fn values_are_put_in_without_invisible_marks() {
        let text = Words::new(Language::English).with("age-minutes", &[("n", Value::Number(3))]);
        assert_eq!(text, "3m ago");
    }
}
