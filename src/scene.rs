//! What every view needs to turn data into words: the language, the theme, the time, and whether personal data is shown.

use std::borrow::Cow;
use std::cell::RefCell;

use jiff::Timestamp;
use jiff::civil::Date;
use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::theme::{Role, Theme};
use madoguchi_ui::written::Written;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::customer::CustomerKey;
use crate::domain::links::LinkFinding;
use crate::domain::mask::{self, Personal};
use crate::domain::money::Yen;
use crate::domain::notification::{Notification, NotificationKind, Source};
use crate::domain::status::{Count, Tone};
use crate::domain::time::{self, AgeUnit};
use crate::domain::web::{WebPages, WebRecord};
use crate::domain::words;
use crate::flow::{Action, Fault, FaultKind, Hint, Lists, ScreenLink, actions};
use crate::keymap::Keymap;
use crate::locale::{Shown, Value, Words};

/// What of a frame leads to pages elsewhere, collected while it is drawn.
#[derive(Debug)]
pub struct Doors<'a> {
    pages: &'a WebPages,
    found: RefCell<Vec<(ScreenLink, String)>>,
}

impl<'a> Doors<'a> {
    /// None so far.
    pub const fn new(pages: &'a WebPages) -> Self {
        Self { pages, found: RefCell::new(Vec::new()) }
    }

    /// Those that still stand on the finished screen as they were drawn: what was covered or hidden leads nowhere.
    pub fn on(self, buf: &Buffer) -> Vec<ScreenLink> {
        let mut found = self.found.into_inner();
        found.retain(|(link, text)| read(buf, link.x, link.y, link.width) == *text);
        found.into_iter().map(|(link, _)| link).collect()
    }
}

/// What stands there.
fn read(buf: &Buffer, x: u16, y: u16, width: u16) -> String {
    (x..x.saturating_add(width)).filter_map(|x| buf.cell((x, y))).map(ratatui::buffer::Cell::symbol).collect()
}

/// The surroundings of a view. Borrowed for one frame.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// The language.
    pub words: &'a Words,
    /// The colours and glyphs.
    pub theme: &'a Theme,
    /// Which keys do what, for hints.
    pub keys: &'a Keymap,
    /// The time of the last message.
    pub now: Timestamp,
    /// Personal data is shown, not masked.
    pub revealed: bool,
    /// What Salesforce's words mean.
    pub meanings: &'a words::Words,
    /// What the configuration says of lists.
    pub lists: &'a Lists,
    /// What is taken now was read because it changed elsewhere: the rows that differ say so for a moment.
    pub moved: bool,
    /// Others look at the screen: what was written of somebody is not on it before it is revealed.
    pub private: bool,
    /// Whose record is open.
    pub open: Option<&'a CustomerKey>,
    /// Where pages elsewhere are noted, while a frame is drawn for a terminal that is told them.
    pub doors: Option<&'a Doors<'a>>,
}

impl<'a> Scene<'a> {
    /// What was drawn in this row leads to a record's page, if it has one.
    pub fn leads(&self, row: Rect, buf: &Buffer, record: WebRecord) {
        let Some(doors) = self.doors else { return };
        if let Some(page) = doors.pages.of(record) {
            let link = ScreenLink { x: row.x, y: row.y, width: row.width, to: page.into() };
            let text = read(buf, row.x, row.y, row.width);
            doors.found.borrow_mut().push((link, text));
        }
    }

    /// The words of a key.
    pub fn say(&self, key: &'a str) -> Cow<'a, str> {
        self.words.say(key)
    }

    /// The words of a key with values put in.
    pub fn with(&self, key: &str, values: &[(&str, Value<'_>)]) -> String {
        self.words.with(key, values)
    }

    /// Today in Japan.
    pub fn today(&self) -> Date {
        time::today(self.now)
    }

    /// "not known", for a figure nobody could read.
    pub fn unknown(&self) -> String {
        self.say("unknown").into_owned()
    }

    /// How long ago, by the minute: the desk does not wake up to count seconds.
    pub fn age(&self, then: Timestamp) -> String {
        let (n, unit) = time::age(self.now, then).parts();
        let key = match unit {
            AgeUnit::Seconds => return self.say("age-now").into_owned(),
            AgeUnit::Minutes => "age-minutes",
            AgeUnit::Hours => "age-hours",
            AgeUnit::Days => "age-days",
        };
        self.with(key, &[("n", Value::Number(n))])
    }

    /// How long it is from now to a moment, either way: the words around it say which.
    pub fn span(&self, at: Timestamp) -> String {
        let (earlier, later) = if at < self.now { (at, self.now) } else { (self.now, at) };
        let (n, unit) = time::age(later, earlier).parts();
        let key = match unit {
            AgeUnit::Seconds => return self.with("span-minutes", &[("n", Value::Number(1))]),
            AgeUnit::Minutes => "span-minutes",
            AgeUnit::Hours => "span-hours",
            AgeUnit::Days => "span-days",
        };
        self.with(key, &[("n", Value::Number(n))])
    }

    /// A date; a dash where there is none.
    pub fn date(&self, date: Option<Date>) -> Written<'static> {
        date.map_or("-".into(), Written::of)
    }

    /// Date and time in Japan; a dash where there is none.
    pub fn moment(&self, at: Option<Timestamp>) -> Written<'static> {
        at.map_or("-".into(), |at| Written::of(time::wall_clock(at)))
    }

    /// An amount; "unknown" where there is none.
    pub fn yen(&self, yen: Option<Yen>) -> Written<'a> {
        yen.map_or_else(|| self.say("unknown").into(), Written::of)
    }

    /// A count, with "at least" when it is a lower bound; "unknown" when it could not be read.
    pub fn count(&self, count: Option<Count>) -> String {
        match count {
            None => self.unknown(),
            Some(Count { n, at_least: true }) => format!("{n}+"),
            Some(Count { n, .. }) => n.to_string(),
        }
    }

    /// Personal data, masked unless revealed. A dash where there is none.
    pub fn personal(&self, kind: Personal, text: &str) -> String {
        match (text.is_empty(), self.revealed) {
            (true, _) => "-".to_owned(),
            (false, true) => text.to_owned(),
            (false, false) => mask::mask(kind, text),
        }
    }

    /// Free text of a system: what in it is somebody's is masked unless revealed, and secrets are even then.
    pub fn free_text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        mask::shown(text, self.revealed)
    }

    /// The same of text that was put together for this.
    pub fn free_words(&self, words: String) -> String {
        match self.free_text(&words) {
            Cow::Borrowed(_) => words,
            Cow::Owned(shown) => shown,
        }
    }

    /// How much is shown of what is said of this customer, be they the open one or not.
    pub fn shown(&self, whose: &CustomerKey) -> Shown {
        let open = self.revealed && self.open.is_some_and(|open| open.same_customer(whose));
        if self.private && !open { Shown::Private } else { self.revealed.into() }
    }

    /// Yes, no, or unknown.
    pub fn yes_no(&self, value: Option<bool>) -> Cow<'a, str> {
        self.say(match value {
            Some(true) => "yes",
            Some(false) => "no",
            None => "unknown",
        })
    }

    /// A fault as one line: system, what happened, what to do.
    pub fn fault(&self, fault: &Fault) -> String {
        let mut line = format!("{}: {}", fault.system.name(), self.say(fault.kind.key()));
        if !fault.message.is_empty() {
            line.push_str(" (");
            line.push_str(&self.words.phrase(&fault.message.phrase(), self.revealed));
            line.push(')');
        }
        if let Some(hint) = self.hint(fault.hint) {
            line.push_str(". ");
            line.push_str(&hint);
        }
        line
    }

    /// What to do about a fault. A moment to wait for is told as a clock time beside the seconds, because the desk does not
    /// wake up to count them.
    pub fn hint(&self, hint: Hint) -> Option<String> {
        let key = hint.key()?;
        let Hint::WaitUntil(at) = hint else { return Some(self.say(key).into_owned()) };
        if at <= self.now {
            return Some(self.say("hint-wait-over").into_owned());
        }
        // Rounded up: told too early, the next try would be refused again.
        let seconds = (at.as_millisecond() - self.now.as_millisecond() + 999) / 1000;
        let clock = time::clock_with_seconds(at);
        Some(self.with(key, &[("n", Value::Number(seconds)), ("time", Value::Text(&clock))]))
    }

    /// What kind of thing happened.
    pub fn notification(&self, kind: NotificationKind) -> String {
        self.words.say(&format!("notification-{}", kind.name())).into_owned()
    }

    /// A finding about the links between the systems.
    pub fn finding(&self, found: &LinkFinding) -> String {
        self.words.finding(found)
    }

    /// More about what a notification tells: of a system that is down the kind of its fault, else words of a system.
    pub fn detail(&self, told: &'a Notification) -> Cow<'a, str> {
        match FaultKind::by_key(&told.detail) {
            Some(kind) => self.say(kind.key()),
            None => self.free_text(&told.detail),
        }
    }

    /// What a notification tells: its kind, or what the systems disagree on.
    pub fn told(&self, notification: &Notification) -> String {
        self.words.told(notification)
    }

    /// Who noticed, in the few letters of the status bar and the lists.
    pub fn source(&self, source: Source) -> Cow<'a, str> {
        match source {
            Source::System(system) => system.mark().into(),
            Source::Desk => self.say("source-desk"),
        }
    }

    /// A line that names keys, as the language tables have it: `<outbox.edit> edit  <outbox.drop> drop`. Each piece of it is
    /// said with its keys as they are, and not at all where one has none.
    pub fn keyed(&self, line: &str) -> String {
        let pieces = line.split("  ").filter_map(|piece| {
            let (mut said, mut rest) = (String::new(), piece);
            while let Some((before, (name, after))) =
                rest.split_once('<').and_then(|(before, after)| Some((before, after.split_once('>')?)))
            {
                let key = self.keys.label_of(name)?;
                if key.is_empty() {
                    return None;
                }
                said.push_str(before);
                said.push_str(key);
                rest = after;
            }
            said.push_str(rest);
            Some(said)
        });
        pieces.collect::<Vec<_>>().join("  ")
    }

    /// One piece of such a line, without the key where it has none.
    pub fn keyed_or_bare(&self, piece: &str) -> String {
        let said = self.keyed(piece);
        let bare = || piece.split_once("> ").map_or(piece, |(_, bare)| bare).to_owned();
        if said.is_empty() { bare() } else { said }
    }

    /// The same, by its key in the language tables.
    pub fn say_keyed(&self, key: &str) -> String {
        self.keyed(&self.words.say(key))
    }

    /// The key of an action, as people write it. Where it has none, its words, by which the palette finds it.
    pub fn key(&self, action: Action) -> String {
        let key = self.keys.label(action);
        if !key.is_empty() {
            return key.to_owned();
        }
        let words = actions().find(|spec| spec.action == action).map(|spec| spec.words()).unwrap_or_default();
        let palette = self.keys.label(Action::Palette);
        format!("{palette} “{}”", self.words.say(&words)).trim_start().to_owned()
    }
}

/// The mark a fault is told by. A system that has no such record is well; what the record would hold is unknown.
pub fn fault_mark(fault: &Fault) -> Mark {
    let unknown = fault.is_absence() || fault.kind == FaultKind::NotPacked;
    if unknown { Mark::Unknown } else { Mark::Critical }
}

/// The role a tone is drawn in.
pub const fn tone_role(tone: Tone) -> Role {
    match tone {
        Tone::Critical => Role::Critical,
        Tone::Warning => Role::Warning,
        Tone::Info => Role::Info,
        Tone::Neutral => Role::Dim,
    }
}

/// The mark a tone is told by where colour does not reach.
pub const fn tone_mark(tone: Tone) -> Mark {
    match tone {
        Tone::Critical => Mark::Critical,
        Tone::Warning => Mark::Warning,
        Tone::Info => Mark::Info,
        Tone::Neutral => Mark::Off,
    }
}

#[cfg(test)]
mod tests {
    use madoguchi_ui::color::Depth;
    use madoguchi_ui::glyphs::GlyphSet;
    use madoguchi_ui::theme::builtin;

    use super::*;
    use crate::keymap::{Preset, Rebinding};
    use crate::locale::Language;

    /// What the language tables call keys are actions of the tables of keys.
    #[test]
    fn every_key_a_table_of_words_names_is_an_actions() {
        let keys = Keymap::default();
        for table in [include_str!("../assets/locales/en.ftl"), include_str!("../assets/locales/ja.ftl")] {
            let named = table.split('<').skip(1).filter_map(|rest| Some(rest.split_once('>')?.0));
            let named: Vec<&str> = named.filter(|name| name.contains('.')).collect();
            assert!(named.len() > 100, "{}", named.len());
            for name in named {
                assert!(keys.label_of(name).is_some_and(|label| !label.is_empty()), "{name}");
            }
        }
    }

    #[test]
    fn a_line_of_keys_says_them_as_they_are_and_leaves_out_what_has_none() {
        let (none, other) = ([], ["f6".to_owned()]);
        let changes = [
            Rebinding { layer: "outbox", action: "edit", keys: &none },
            Rebinding { layer: "outbox", action: "drop", keys: &other },
        ];
        let keys = Keymap::new(Preset::Plain, &changes).unwrap();
        let theme = builtin("dark").unwrap().lower(Depth::None, GlyphSet::Ascii);
        let (words, lists) = (Words::new(Language::English), Lists::default());
        let meanings = words::Words::default();
        let now = Timestamp::UNIX_EPOCH;
        let (revealed, moved) = (false, false);
        let scene = Scene {
            words: &words,
            theme: &theme,
            keys: &keys,
            now,
            revealed,
            meanings: &meanings,
            lists: &lists,
            moved,
            private: false,
            open: None,
            doors: None,
        };
        let line =
            scene.keyed("Read only  <outbox.edit> edit  <outbox.drop> drop  <desk.open> or <overlay.leave> back");
        assert_eq!(line, "Read only  F6 drop  Enter or Esc back");
        assert_eq!(scene.keyed_or_bare("<outbox.edit> edit"), "edit");
        assert_eq!(scene.key(Action::Receipts), ": “What was changed of this customer”");
    }
}
