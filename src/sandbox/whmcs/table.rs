//! One table: rows by auto-increment id, with the lookups that keep 100,000 customers quick.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use serde::{Deserialize, Serialize};
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// An auto-increment key; 0 in a new row asks [`Table::insert`] to choose one.
pub type Id = u64;

/// What a table must know about its rows.
pub trait Row {
    /// The row's key.
    fn id(&self) -> Id;
    /// Gives the row its key.
    fn set_id(&mut self, id: Id);
    /// The clients this row is listed under.
    fn owners(&self, _add: &mut dyn FnMut(Id)) {}
    /// Texts the row is found by; they are folded to lower case.
    fn words(&self, _add: &mut dyn FnMut(&str)) {}
    /// Whether somebody still has to act on it: the few rows that queues and counters look at.
    fn is_open(&self) -> bool {
        false
    }
}

/// A row's key, its client, its search words and whether it is open, in one line each.
macro_rules! row {
    ($name:ident $(, of $owner:ident)? $(, words $($word:ident)+)? $(, open |$it:ident| $open:expr)?) => {
        impl Row for $name {
            fn id(&self) -> Id {
                self.id
            }
            fn set_id(&mut self, id: Id) {
                self.id = id;
            }
            $(fn owners(&self, add: &mut dyn FnMut(Id)) {
                add(self.$owner);
            })?
            $(fn words(&self, add: &mut dyn FnMut(&str)) {
                $(add(&self.$word);)+
            })?
            $(fn is_open(&self) -> bool {
                let $it = self;
                $open
            })?
        }
    };
}
pub(super) use row;

/// Rows in the order of their ids. Rows change through [`Table::update`], so that no lookup goes stale.
#[derive(Clone, Serialize, Deserialize)]
#[serde(bound(serialize = "T: Serialize", deserialize = "T: Row + Deserialize<'de>"), from = "Stored<T>")]
pub struct Table<T> {
    next: Id,
    /// Boxed, because a tree filled in order leaves nearly half of every node empty, and rows are large.
    rows: BTreeMap<Id, Box<T>>,
    #[serde(skip)]
    by_owner: BTreeMap<Id, Vec<Id>>,
    #[serde(skip)]
    by_word: BTreeSet<(Box<str>, Id)>,
    #[serde(skip)]
    open: BTreeSet<Id>,
}

/// What of a table is written to disk; the lookups are rebuilt when it is read.
#[derive(Deserialize)]
struct Stored<T> {
    next: Id,
    rows: BTreeMap<Id, T>,
}

impl<T: Row> From<Stored<T>> for Table<T> {
    fn from(stored: Stored<T>) -> Self {
        let mut table = Self::default();
        for row in stored.rows.into_values() {
            table.insert(row);
        }
        table.next = table.next.max(stored.next);
        table
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            next: 1,
            rows: BTreeMap::new(),
            by_owner: BTreeMap::new(),
            by_word: BTreeSet::new(),
            open: BTreeSet::new(),
        }
    }
}

impl<T: Row> Table<T> {
    /// Adds a row and answers its id. A row that brings an id keeps it and replaces the row that had it.
    pub fn insert(&mut self, mut row: T) -> Id {
        if row.id() == 0 {
            row.set_id(self.next);
        }
        let id = row.id();
        self.remove(id);
        self.next = self.next.max(id + 1);
        self.index(&row);
        self.rows.insert(id, Box::new(row));
        id
    }

    /// Changes a row in place; `None` when there is no such row.
    pub fn update<R>(&mut self, id: Id, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        let mut row = self.remove(id)?;
        let result = change(&mut row);
        row.set_id(id);
        self.index(&row);
        self.rows.insert(id, Box::new(row));
        Some(result)
    }

    /// Takes a row out; its id is not used again.
    pub fn remove(&mut self, id: Id) -> Option<T> {
        let row = self.rows.remove(&id)?;
        row.owners(&mut |owner| {
            if let Some(ids) = self.by_owner.get_mut(&owner) {
                ids.retain(|it| *it != id);
            }
        });
        row.words(&mut |word| {
            self.by_word.remove(&(fold(word), id));
        });
        self.open.remove(&id);
        Some(*row)
    }

    /// The row with this id.
    pub fn get(&self, id: Id) -> Option<&T> {
        self.rows.get(&id).map(Box::as_ref)
    }

    /// The id the next new row will have.
    pub fn next_id(&self) -> Id {
        self.next
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Every row by ascending id.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        self.rows.values().map(Box::as_ref)
    }

    /// One client's rows by ascending id.
    pub fn of(&self, owner: Id) -> impl DoubleEndedIterator<Item = &T> {
        self.by_owner.get(&owner).into_iter().flatten().filter_map(|id| self.get(*id))
    }

    /// The rows somebody still has to act on, by ascending id.
    pub fn open(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.open.iter().filter_map(|id| self.get(*id))
    }

    /// Rows with a word that starts so, each once, by ascending id.
    pub fn starting_with(&self, prefix: &str) -> Vec<&T> {
        let prefix = fold(prefix);
        let from = (Bound::Included((prefix.clone(), 0)), Bound::Unbounded);
        let ids: BTreeSet<Id> = self
            .by_word
            .range::<(Box<str>, Id), _>(from)
            .take_while(|(word, _)| word.starts_with(&*prefix))
            .map(|(_, id)| *id)
            .collect();
        ids.into_iter().filter_map(|id| self.get(id)).collect()
    }

    /// Rows with exactly this word, by ascending id.
    pub fn named(&self, word: &str) -> impl Iterator<Item = &T> {
        let word = fold(word);
        self.by_word.range((word.clone(), 0)..=(word, Id::MAX)).filter_map(|(_, id)| self.get(*id))
    }

    fn index(&mut self, row: &T) {
        let id = row.id();
        row.owners(&mut |owner| {
            if owner != 0 {
                let ids = self.by_owner.entry(owner).or_default();
                let at = ids.partition_point(|it| *it < id);
                ids.insert(at, id);
            }
        });
        row.words(&mut |word| {
            if !word.is_empty() {
                self.by_word.insert((fold(word), id));
            }
        });
        if row.is_open() {
            self.open.insert(id);
        }
    }
}

impl<T: Row> FromIterator<T> for Table<T> {
    fn from_iter<I: IntoIterator<Item = T>>(rows: I) -> Self {
        let mut table = Self::default();
        table.extend(rows);
        table
    }
}

impl<T: Row> Extend<T> for Table<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, rows: I) {
        for row in rows {
            self.insert(row);
        }
    }
}

/// MySQL's default collation compares without regard to case and accents.
fn fold(word: &str) -> Box<str> {
    if word.is_ascii() {
        return word.to_ascii_lowercase().into_boxed_str();
    }
    word.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect::<String>().into_boxed_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Serialize, Deserialize)]
    struct Dog {
        id: Id,
        owner: Id,
        name: String,
        hungry: bool,
    }

    impl Row for Dog {
        fn id(&self) -> Id {
            self.id
        }
        fn set_id(&mut self, id: Id) {
            self.id = id;
        }
        fn owners(&self, add: &mut dyn FnMut(Id)) {
            add(self.owner);
        }
        fn words(&self, add: &mut dyn FnMut(&str)) {
            add(&self.name);
        }
        fn is_open(&self) -> bool {
            self.hungry
        }
    }

    fn kennel() -> Table<Dog> {
        ["Pochi", "Hachi", "Pon"]
            .into_iter()
            .map(|name| Dog { id: 0, owner: 7, name: name.into(), hungry: name == "Pon" })
            .collect()
    }

    #[track_caller]
    fn names<'a>(dogs: impl IntoIterator<Item = &'a Dog>, expected: &[&str]) {
        assert_eq!(dogs.into_iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn lookups_follow_a_change_and_a_removal() {
        let mut table = kennel();
        names(table.starting_with("PO"), &["Pochi", "Pon"]);
        names(table.named("hachi"), &["Hachi"]);
        names(table.open(), &["Pon"]);
        table.update(3, |dog| {
            dog.name = "Shiro".into();
            dog.hungry = false;
            dog.owner = 8;
        });
        names(table.starting_with("po"), &["Pochi"]);
        names(table.open(), &[]);
        names(table.of(7), &["Pochi", "Hachi"]);
        names(table.of(8), &["Shiro"]);
        table.remove(1);
        names(table.of(7), &["Hachi"]);
        assert!(table.update(1, |_| ()).is_none());
    }

    #[test]
    fn case_and_accents_do_not_count() {
        let mut table = kennel();
        table.insert(Dog { id: 0, owner: 7, name: "Gergő".into(), hungry: false });
        names(table.starting_with("gergo"), &["Gergő"]);
        names(table.named("GERGŐ"), &["Gergő"]);
        names(table.named("hachí"), &["Hachi"]);
    }

    #[test]
    fn an_id_is_never_used_twice_even_after_a_restart() {
        let mut table = kennel();
        table.remove(3);
        let text = serde_json::to_string(&table).unwrap();
        let mut table: Table<Dog> = serde_json::from_str(&text).unwrap();
        names(table.of(7), &["Pochi", "Hachi"]);
        assert_eq!(table.insert(Dog { id: 0, owner: 7, name: "Kuro".into(), hungry: true }), 4);
        names(table.starting_with("ku"), &["Kuro"]);
    }
}
