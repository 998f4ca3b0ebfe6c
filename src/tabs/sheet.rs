//! Labels and values, one below the other: what a detail pane says of a record.

use std::borrow::Cow;

use madoguchi_ui::detail::Entry;
use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::theme::Role;
use madoguchi_ui::written::Written;

use crate::domain::mask::{self, Personal};
use crate::domain::status::Place;
use crate::domain::web::WebRecord;
use crate::flow::Remote;
use crate::scene::Scene;

/// A sheet being written.
#[derive(Debug)]
pub struct Sheet<'a> {
    scene: Scene<'a>,
    /// What was written so far.
    pub entries: Vec<Entry<'a>>,
    /// Which entries lead where.
    links: Vec<(usize, Place)>,
    /// Which entries hold personal data.
    personal: Vec<usize>,
    /// The record it is of, where that has a page elsewhere.
    pub record: Option<WebRecord>,
}

impl<'a> Sheet<'a> {
    /// An empty sheet.
    pub const fn new(scene: Scene<'a>) -> Self {
        Self { scene, entries: Vec::new(), links: Vec::new(), personal: Vec::new(), record: None }
    }

    /// The surroundings it is written in.
    pub const fn scene(&self) -> Scene<'a> {
        self.scene
    }

    /// A heading, by its key.
    pub fn section(&mut self, key: &'static str) {
        self.entries.push(Entry::Section(self.word(key)));
    }

    /// A value in ordinary text. Left out when empty: a label without a value says nothing.
    pub fn field<'v>(&mut self, key: &'static str, value: impl Into<Written<'v>>) {
        self.styled(key, value, Role::Text, None);
    }

    /// A value that looks or is marked in its own way. Left out when empty.
    pub fn styled<'v>(&mut self, key: &'static str, value: impl Into<Written<'v>>, role: Role, mark: Option<Mark>) {
        let value = value.into();
        if !value.is_empty() {
            let value = value.kept();
            self.entries.push(Entry::Field { label: self.word(key), value, role, mark, link: false });
        }
    }

    /// A value that leads to a place: an invoice's number, an order, a line. Left out when empty.
    pub fn link<'v>(&mut self, key: &'static str, value: impl Into<Written<'v>>, place: Place) {
        self.leading(place, |sheet| sheet.field(key, value));
    }

    /// The value that is written meanwhile leads to a place: for links that look or are marked in their own way, or are
    /// personal. Nothing leads there when nothing was written.
    pub fn leading(&mut self, place: Place, write: impl FnOnce(&mut Self)) {
        let before = self.entries.len();
        write(self);
        if let Some(Entry::Field { link, .. }) = self.entries[before..].last_mut() {
            *link = true;
            self.links.push((self.entries.len() - 1, place));
        }
    }

    /// Where an entry leads.
    pub fn place(&self, entry: usize) -> Option<&Place> {
        self.links.iter().find(|(at, _)| *at == entry).map(|(_, place)| place)
    }

    /// Whether an entry shows personal data unmasked, so that copying it is audited.
    pub fn shows_personal(&self, entry: usize) -> bool {
        self.scene.revealed && self.personal.contains(&entry)
    }

    /// A section on a part that is read on its own: its heading with the part's age, and what is wrong with it or that it
    /// is on its way. Returns what is known of it.
    pub fn part<'v, T>(&mut self, key: &'static str, part: Option<&'v Remote<T>>) -> Option<&'v T> {
        let known = part.and_then(|part| part.known.as_ref());
        let heading = match known {
            Some(known) => format!("{} · {}", self.word(key), self.scene.age(known.read_at)),
            None => self.word(key).into_owned(),
        };
        self.entries.push(Entry::Section(heading.into()));
        match part {
            Some(Remote { fault: Some(fault), .. }) => {
                self.note(self.scene.fault(fault), Role::Critical, Some(Mark::Critical));
            }
            Some(Remote { known: None, loading: true, .. }) => self.note(self.scene.say("loading"), Role::Dim, None),
            Some(Remote { known: None, .. }) | None => {
                self.note(self.scene.unknown(), Role::Unknown, Some(Mark::Unknown));
            }
            Some(_) => {}
        }
        known.map(|known| &known.value)
    }

    /// A value under a label that is not in the language table, such as a custom field's name.
    pub fn named(&mut self, label: &str, value: &str) {
        self.entries.push(Entry::field(label.to_owned(), Written::from(value).kept()));
    }

    /// Personal data, masked unless revealed. Left out when empty.
    pub fn personal(&mut self, key: &'static str, kind: Personal, value: &str) {
        if !value.is_empty() {
            let role = if self.scene.revealed { Role::Text } else { Role::Masked };
            self.personal.push(self.entries.len());
            self.styled(key, self.scene.personal(kind, value), role, None);
        }
    }

    /// A heading that is no key of the language table.
    pub fn heading(&mut self, words: String) {
        self.entries.push(Entry::Section(Cow::Owned(words)));
    }

    /// What is written meanwhile shows personal data where it is revealed: for values that hold more than one.
    pub fn private(&mut self, write: impl FnOnce(&mut Self)) {
        let before = self.entries.len();
        write(self);
        self.personal.extend(before..self.entries.len());
    }

    /// Free text of a system below a label that is not in the language table: what in it is somebody's is masked unless
    /// revealed.
    pub fn named_text(&mut self, label: &str, text: &str) {
        self.free(text, |sheet, shown| sheet.named(label, &shown));
    }

    /// The same below a label of the language table.
    pub fn free_text(&mut self, key: &'static str, text: &str) {
        self.free(text, |sheet, shown| sheet.field(key, shown));
    }

    /// The same as a paragraph without a label.
    pub fn free_note(&mut self, text: &str, role: Role, mark: Option<Mark>) {
        self.free(text, |sheet, shown| sheet.note(shown, role, mark));
    }

    /// Free text, as it may be shown. It is personal data where something in it is somebody's.
    fn free(&mut self, text: &str, write: impl FnOnce(&mut Self, Cow<'_, str>)) {
        let masked = mask::free_text(text);
        let whole = masked == text;
        let shown = if self.scene.revealed { self.scene.free_text(text) } else { masked };
        if whole {
            write(self, shown);
        } else {
            self.private(|sheet| write(sheet, shown));
        }
    }

    /// Yes, no, or unknown.
    pub fn yes_no(&mut self, key: &'static str, value: Option<bool>) {
        let role = if value.is_some() { Role::Text } else { Role::Unknown };
        self.styled(key, self.scene.yes_no(value), role, None);
    }

    /// A paragraph without a label.
    pub fn note<'v>(&mut self, text: impl Into<Cow<'v, str>>, role: Role, mark: Option<Mark>) {
        let text = text.into();
        let text = match mark {
            Some(mark) => format!("{} {text}", self.scene.theme.glyphs.mark(mark)),
            None => text.into_owned(),
        };
        self.entries.push(Entry::Text(Cow::Owned(text), role));
    }

    fn word(&self, key: &'static str) -> Cow<'a, str> {
        self.scene.say(key)
    }
}
