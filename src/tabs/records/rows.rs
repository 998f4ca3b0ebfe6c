//! The rows of a list, in the order and choice they are shown in.
//!
//! What costs by the row is done once and kept: the order until a sort or new rows, the folded text of the cells until
//! they look different. A key in the filter that only narrows it looks at nothing but what is shown, and moving the cursor
//! at none of it.

use std::collections::HashMap;
use std::fmt::Write as _;

use jiff::Timestamp;
use madoguchi_ui::table::{Direction, Sort};

use crate::domain::name::fold_into;
use crate::domain::system::System;
use crate::locale::{Language, Words};
use crate::scene::Scene;

use super::filter::{Filter, MASKED, Names};
use super::{Key, Record, Source};

/// Rows with an order and a choice.
#[derive(Debug)]
pub struct Rows<R> {
    all: Vec<R>,
    /// Indexes into `all`, sorted.
    order: Vec<u32>,
    /// Those of `order` that pass the filter.
    shown: Vec<u32>,
    filter: Filter,
    /// Nothing holds the words of the filter, and these rows come near.
    near: bool,
    folded: Option<Folded>,
    names: Option<Names>,
    /// What the rows were made of when they were made.
    made_of: Vec<State>,
    counted: Option<u64>,
    look: Option<(bool, Language)>,
}

/// A source's state, as far as rows depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct State {
    system: System,
    version: u64,
    read_at: Option<Timestamp>,
    rows: Option<(u64, u64)>,
    loading: bool,
    failed: bool,
}

/// The cells of all rows as the filter sees them, in one piece of memory.
#[derive(Debug)]
struct Folded {
    text: String,
    /// Where each row ends.
    ends: Vec<usize>,
}

impl Folded {
    fn row(&self, row: u32) -> &str {
        let row = row as usize;
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[row]]
    }
}

impl<R> Default for Rows<R> {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            order: Vec::new(),
            shown: Vec::new(),
            filter: Filter::default(),
            near: false,
            folded: None,
            names: None,
            made_of: Vec::new(),
            counted: None,
            look: None,
        }
    }
}

/// What taking rows came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// The same rows look different: another language, or personal data shown or masked.
    Looks,
    /// There are new rows; indexes mean others than before.
    Rows,
}

impl<R: Record> Rows<R> {
    /// Whether nothing that the rows are made of has changed, nor how they look: a part read elsewhere costs nothing here.
    pub fn is_made_of(&self, of: &R::Of, scene: &Scene<'_>) -> bool {
        let counted = R::version(of);
        counted.is_some()
            && self.counted == counted
            && self.look == Some((scene.revealed, scene.words.language()))
            && self.made_of == states::<R>(of)
    }

    /// Takes the rows anew where what they are made of has changed.
    pub fn take(&mut self, of: &R::Of, scene: &Scene<'_>) -> Taken {
        let (made_of, counted) = (states::<R>(of), R::version(of));
        let look = Some((scene.revealed, scene.words.language()));
        let same = counted.is_some() && self.counted == counted && self.made_of == made_of;
        let taken = if same { Taken::Looks } else { Taken::Rows };
        self.folded = None;
        self.look = look;
        if taken == Taken::Rows {
            (self.made_of, self.counted) = (made_of, counted);
            self.all = R::collect(of);
        }
        taken
    }

    /// Every row, in the order they came.
    pub fn all(&self) -> &[R] {
        &self.all
    }

    /// How many are shown.
    pub const fn len(&self) -> usize {
        self.shown.len()
    }

    /// The row shown at a place, from 0.
    pub fn at(&self, place: usize) -> Option<&R> {
        self.shown.get(place).and_then(|i| self.all.get(*i as usize))
    }

    /// The row of an index.
    pub fn row(&self, index: u32) -> Option<&R> {
        self.all.get(index as usize)
    }

    /// The index of the row shown at a place. It stays the row's until new rows come.
    pub fn index(&self, place: usize) -> Option<u32> {
        self.shown.get(place).copied()
    }

    /// Where an index is shown.
    pub fn place(&self, index: u32) -> Option<usize> {
        self.shown.iter().position(|i| *i == index)
    }

    /// Where the first row is shown that is wanted.
    pub fn find(&self, wanted: impl Fn(&R) -> bool) -> Option<usize> {
        self.shown.iter().position(|i| wanted(&self.all[*i as usize]))
    }

    /// The indexes shown, in their order.
    pub fn shown(&self) -> &[u32] {
        &self.shown
    }

    /// Every index, in the order of the sort.
    pub fn order(&self) -> &[u32] {
        &self.order
    }

    /// The filter as it was understood.
    pub const fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Whether what is shown only comes near the words of the filter.
    pub const fn near(&self) -> bool {
        self.near
    }

    /// Orders the rows by a column, or as they came; rows that are equal stay as they came. The filter is to be applied
    /// afterwards.
    pub fn sort(&mut self, sort: Option<Sort>) {
        self.order = (0..u32::try_from(self.all.len()).unwrap_or(u32::MAX)).collect();
        self.shown.clear();
        let column = sort.and_then(|sort| Some((R::COLUMNS.get(sort.column)?, sort.direction)));
        if let Some((column, direction)) = column {
            // A key is made once a row, not once a comparison.
            let keys: Vec<Key<'_>> = self.all.iter().map(|row| (column.key)(row)).collect();
            self.order.sort_by(|a, b| keys[*a as usize].order(&keys[*b as usize], direction));
        }
        self.filter = Filter::default();
        self.near = false;
        self.shown.clone_from(&self.order);
    }

    /// Applies what was typed into the filter.
    pub fn choose(&mut self, typed: &str, scene: &Scene<'_>) {
        if typed.trim().is_empty() {
            self.filter = Filter::default();
            self.near = false;
            self.shown.clone_from(&self.order);
            return;
        }
        let names = self.names.get_or_insert_with(|| names::<R>(scene));
        let filter = Filter::parse(typed, names, scene.today());
        let narrows = !self.near && self.folded.is_some() && filter.narrows(&self.filter);
        let all = &self.all;
        let folded = self.folded.get_or_insert_with(|| fold_rows(all, scene));
        let key = |i: u32| move |column: usize| (R::COLUMNS[column].key)(&all[i as usize]);
        let passes = |i: &u32| filter.passes(folded.row(*i), key(*i));
        if narrows {
            self.shown.retain(passes);
        } else {
            self.shown = self.order.iter().copied().filter(passes).collect();
        }
        self.near = self.shown.is_empty() && filter.may_be_loose();
        if self.near {
            let near = |i: &u32| filter.nearly_passes(folded.row(*i), key(*i));
            self.shown = self.order.iter().copied().filter(near).collect();
            self.near = !self.shown.is_empty();
        }
        self.filter = filter;
    }
}

fn states<R: Record>(of: &R::Of) -> Vec<State> {
    let state = |source: Source<'_>| State {
        system: source.system,
        version: source.version,
        read_at: source.read_at,
        rows: source.rows,
        loading: source.loading,
        failed: source.fault.is_some(),
    };
    R::sources(of).into_iter().map(state).collect()
}

/// What the columns are called: their names, and their titles in both languages.
pub fn names<R: Record>(scene: &Scene<'_>) -> Names {
    let other = Words::new(scene.words.language().next());
    let columns = R::COLUMNS.iter().enumerate();
    Names::new(columns.flat_map(|(i, column)| {
        let here = scene.words.say(column.title).into_owned();
        [(column.name.to_owned(), i), (here, i), (other.say(column.title).into_owned(), i)]
    }))
}

/// Words kept while rows are folded: names are all different, and keeping them would only cost memory.
const KNOWN_WORDS: usize = 256;

fn fold_rows<R: Record>(rows: &[R], scene: &Scene<'_>) -> Folded {
    let (mut text, mut ends) = (String::with_capacity(rows.len() * 64), Vec::with_capacity(rows.len()));
    // Japanese takes long to fold, and a list says the same few words of its states in every row.
    let mut known: HashMap<String, String> = HashMap::new();
    for row in rows {
        for column in R::COLUMNS {
            let cell = (column.cell)(row, scene);
            let start = text.len();
            if is_masked(&cell.text, scene) {
                text.push(MASKED);
                fold_into(&mut text, &cell.text);
            } else {
                let quick = cell.text.strip_prefix('¥').unwrap_or(&cell.text).is_ascii();
                if quick {
                    fold_into(&mut text, &cell.text);
                } else if let Some(words) = known.get(&*cell.text) {
                    text.push_str(words);
                } else {
                    fold_into(&mut text, &cell.text);
                    if known.len() < KNOWN_WORDS {
                        known.insert(cell.text.into_owned(), text[start..].to_owned());
                    }
                }
                // 3300 finds ¥3,300.
                let words = &text[start..];
                if words.contains(' ')
                    && words.bytes().any(|b| b.is_ascii_digit())
                    && let Key::Number(n) = (column.key)(row)
                {
                    let written = write!(text, " {n}");
                    debug_assert!(written.is_ok(), "a String takes everything");
                }
            }
            text.push('\n');
        }
        ends.push(text.len());
    }
    Folded { text, ends }
}

/// Whether a cell's text stands for something it does not show.
pub fn is_masked(text: &str, scene: &Scene<'_>) -> bool {
    !scene.revealed && text.contains('*')
}

/// The other way round.
pub const fn turned(direction: Direction) -> Direction {
    match direction {
        Direction::Ascending => Direction::Descending,
        Direction::Descending => Direction::Ascending,
    }
}
