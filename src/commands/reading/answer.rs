//! What a reading answers: parts with rows of named values, said once and written as JSON or as tables.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Map, Value, json};
use unicode_width::UnicodeWidthStr as _;

use crate::commands::Exit;
use crate::domain::billing::Listing;
use crate::domain::mask::{self, Personal};
use crate::domain::money::Yen;
use crate::domain::time::{self, AgeUnit};
use crate::domain::web::{WebPages, WebRecord};
use crate::flow::{Fault, Remote};
use crate::locale::{self, Words};

/// Rows of a table on a terminal; the others are counted. JSON has all that were read.
const ROWS: usize = 20;

/// One value.
#[derive(Debug, Clone)]
pub enum Cell {
    /// Nobody told.
    Unknown,
    /// There is none.
    Nothing,
    /// As a system writes it.
    Text(String),
    /// A key of the language table; JSON has it without the word before its first hyphen.
    Word(&'static str),
    /// A whole number.
    Number(i64),
    /// An amount.
    Yen(Yen),
    /// Data, in MB.
    Megabytes(i64),
    /// Data, in KB.
    Kilobytes(i64),
    /// A day in Japan.
    Day(Date),
    /// A moment.
    Moment(Timestamp),
    /// Yes or no.
    Flag(bool),
    /// Several texts.
    List(Vec<String>),
    /// A word for scripts, and what it says to people.
    Named(&'static str, String),
    /// What names a record that has a page elsewhere.
    Leads(Box<Self>, WebRecord),
}

impl Cell {
    /// Text of a system; nothing where it is empty.
    pub fn text(text: &str) -> Self {
        if text.is_empty() { Self::Nothing } else { Self::Text(text.to_owned()) }
    }

    /// Personal data, masked unless revealed.
    pub fn personal(kind: Personal, text: &str, revealed: bool) -> Self {
        if revealed { Self::text(text) } else { Self::text(&mask::mask(kind, text)) }
    }

    /// Free text, which may name a line.
    pub fn free(text: &str, revealed: bool) -> Self {
        Self::text(&mask::shown(text, revealed))
    }

    /// An id or a count.
    pub fn count(n: u64) -> Self {
        Self::Number(i64::try_from(n).unwrap_or(i64::MAX))
    }

    /// What may not have been told.
    pub fn told<T>(value: Option<T>, cell: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::Unknown, cell)
    }

    /// What there may be none of.
    pub fn any<T>(value: Option<T>, cell: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::Nothing, cell)
    }

    /// The same, as what names this record.
    pub fn of(self, record: WebRecord) -> Self {
        Self::Leads(Box::new(self), record)
    }

    fn json(&self) -> Value {
        match self {
            Self::Leads(cell, _) => cell.json(),
            Self::Named(name, _) => (*name).into(),
            Self::Unknown | Self::Nothing => Value::Null,
            Self::Text(text) => text.as_str().into(),
            Self::Word(key) => key.split_once('-').map_or(*key, |(_, word)| word).into(),
            Self::Number(n) | Self::Megabytes(n) | Self::Kilobytes(n) => (*n).into(),
            Self::Yen(yen) => yen.0.into(),
            Self::Day(day) => time::iso(*day).into(),
            Self::Moment(at) => at.to_string().into(),
            Self::Flag(yes) => (*yes).into(),
            Self::List(texts) => texts.as_slice().into(),
        }
    }

    fn words(&self, words: &Words) -> String {
        match self {
            Self::Leads(cell, _) => cell.words(words),
            Self::Named(_, words) => words.clone(),
            Self::Unknown => "?".to_owned(),
            Self::Nothing => "-".to_owned(),
            Self::Text(text) => indented(text),
            Self::Word(key) => words.say(key).into_owned(),
            Self::Number(n) => n.to_string(),
            Self::Yen(yen) => yen.to_string(),
            Self::Megabytes(mb) => megabytes(*mb),
            Self::Kilobytes(kb) if kb.abs() < 1_000 => format!("{kb} KB"),
            Self::Kilobytes(kb) => megabytes(kb / 1_000),
            Self::Day(day) => time::iso(*day),
            Self::Moment(at) => time::date_time(*at),
            Self::List(texts) if texts.is_empty() => "-".to_owned(),
            Self::List(texts) => texts.join(", "),
            Self::Flag(yes) => words.say(if *yes { "yes" } else { "no" }).into_owned(),
        }
    }

    /// These words of it, as a link (OSC 8) where its record has a page.
    fn linked(&self, words: &str, pages: &WebPages) -> String {
        let page = match self {
            Self::Leads(_, record) => pages.of(*record),
            _ => None,
        };
        page.map_or_else(|| words.to_owned(), |page| format!("\x1b]8;;{page}\x1b\\{words}\x1b]8;;\x1b\\"))
    }
}

/// Further lines stand below the first; empty ones are left out.
fn indented(text: &str) -> String {
    text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n    ")
}

fn megabytes(mb: i64) -> String {
    crate::domain::quota::words(mb)
}

/// A value with its name in JSON and the key of its label.
pub type Field = (&'static str, &'static str, Cell);

/// One record.
pub type Row = Vec<Field>;

/// What a part holds.
#[derive(Debug, Clone)]
pub enum Body {
    /// One record, if it was told.
    One(Option<Row>),
    /// Records, if they were told, and how many there are in all, where that was told.
    Many(Option<(Vec<Row>, Option<u64>)>),
    /// Records for scripts alone: people are told what follows from them.
    Data(Option<Vec<Value>>),
}

/// A part of an answer, with its age and its fault.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its name in JSON.
    name: &'static str,
    /// The key of its heading.
    title: &'static str,
    read_at: Option<Timestamp>,
    fault: Option<Fault>,
    body: Body,
}

impl Part {
    /// One record.
    pub fn one<T>(name: &'static str, title: &'static str, of: &Remote<T>, row: impl FnOnce(&T) -> Row) -> Self {
        Self::of(name, title, of, Body::One(of.value().map(row)))
    }

    /// The rows of a list.
    pub fn list<T>(
        name: &'static str,
        title: &'static str,
        of: &Remote<Listing<T>>,
        row: impl FnMut(&T) -> Row,
    ) -> Self {
        let rows = of.value().map(|list| (list.rows.iter().map(row).collect(), Some(list.total)));
        Self::of(name, title, of, Body::Many(rows))
    }

    /// All rows there are.
    pub fn rows<T>(name: &'static str, title: &'static str, of: &Remote<T>, rows: impl FnOnce(&T) -> Vec<Row>) -> Self {
        let rows = of.value().map(rows).map(|rows| {
            let total = rows.len() as u64;
            (rows, Some(total))
        });
        Self::of(name, title, of, Body::Many(rows))
    }

    /// What is known of something remote.
    pub fn of<T>(name: &'static str, title: &'static str, of: &Remote<T>, body: Body) -> Self {
        let read_at = of.known.as_ref().map(|known| known.read_at);
        Self { name, title, read_at, fault: of.fault.clone(), body }
    }

    /// What follows from what was read, as of a moment.
    pub const fn made(name: &'static str, title: &'static str, at: Option<Timestamp>, body: Body) -> Self {
        Self { name, title, read_at: at, fault: None, body }
    }

    fn json(&self) -> Value {
        let mut told = Map::new();
        told.insert("read_at".to_owned(), self.read_at.map_or(Value::Null, |at| at.to_string().into()));
        told.insert("fault".to_owned(), self.fault.as_ref().map_or(Value::Null, fault_json));
        match &self.body {
            Body::One(row) => {
                told.insert("value".to_owned(), row.as_ref().map_or(Value::Null, row_json));
            }
            Body::Many(rows) => {
                let total = rows.as_ref().and_then(|(_, total)| *total);
                let rows = rows.as_ref().map(|(rows, _)| rows.iter().map(row_json).collect::<Vec<_>>());
                told.insert("rows".to_owned(), rows.map_or(Value::Null, Value::Array));
                told.insert("total".to_owned(), total.map_or(Value::Null, Value::from));
            }
            Body::Data(rows) => {
                told.insert("total".to_owned(), rows.as_ref().map_or(Value::Null, |rows| rows.len().into()));
                told.insert("rows".to_owned(), rows.clone().map_or(Value::Null, Value::Array));
            }
        }
        Value::Object(told)
    }

    fn write(&self, words: &Words, now: Timestamp, pages: &WebPages, out: &mut String) {
        let _ = write!(out, "{}", words.say(self.title));
        if let Body::Many(Some((_, Some(total)))) = &self.body {
            let _ = write!(out, " {total}");
        }
        if let Some(at) = self.read_at {
            let _ = write!(out, " · {}", age(now, at, words));
        }
        out.push('\n');
        match &self.body {
            Body::One(Some(row)) => record(row, words, pages, out),
            Body::Many(Some((rows, total))) => table(rows, *total, words, pages, out),
            Body::Data(_) => {}
            Body::One(None) | Body::Many(None) => {
                let why = self.fault.as_ref().map(|fault| fault_words(fault, words)).unwrap_or_default();
                let _ = writeln!(out, "{}", format!("  ? {why}").trim_end());
            }
        }
    }
}

/// A whole answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Whose it is: the customer number, or the client; empty where that is not known or does not apply.
    pub customer: String,
    /// Personal data is shown.
    pub revealed: bool,
    /// In the order they are told.
    pub parts: Vec<Part>,
    /// What went wrong with what is not told itself, but was read for it.
    pub beside: Vec<Fault>,
}

impl Answer {
    /// Everything went well, as far as it was asked: a system that is out counts more than one that refused.
    pub fn exit(&self) -> Exit {
        Exit::of_faults(&self.faults())
    }

    /// What went wrong, each once. That there is no such record is an answer, and stands in its place.
    pub fn faults(&self) -> Vec<&Fault> {
        let mut all: Vec<&Fault> = Vec::new();
        for fault in self.parts.iter().filter_map(|part| part.fault.as_ref()).chain(&self.beside) {
            if !fault.is_absence() && !all.contains(&fault) {
                all.push(fault);
            }
        }
        all
    }

    /// As JSON, beside the exit code.
    pub fn json(&self, exit: Exit) -> Value {
        let mut told = Map::new();
        told.insert("exit".to_owned(), (exit as u8).into());
        let customer = if self.customer.is_empty() { Value::Null } else { self.customer.as_str().into() };
        told.insert("customer".to_owned(), customer);
        told.insert("revealed".to_owned(), self.revealed.into());
        told.insert("faults".to_owned(), self.faults().into_iter().map(fault_json).collect::<Vec<_>>().into());
        for part in &self.parts {
            told.insert(part.name.to_owned(), part.json());
        }
        Value::Object(told)
    }

    fn for_people(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(|part| !matches!(part.body, Body::Data(_)))
    }

    /// As sentences.
    pub fn sentences(&self, words: &Words, now: Timestamp) -> String {
        let mut out = String::new();
        self.for_people().for_each(|part| sentences(part, words, now, &mut out));
        out
    }

    /// As tables, with links to these pages.
    pub fn text(&self, words: &Words, now: Timestamp, pages: &WebPages) -> String {
        let mut out = String::new();
        for (at, part) in self.for_people().enumerate() {
            if at > 0 {
                out.push('\n');
            }
            part.write(words, now, pages, &mut out);
        }
        out
    }
}

/// In sentences, one record a line, for those who hear them: what it is, which of how many, then each value with its name.
/// What there is none of is not told.
fn sentences(part: &Part, words: &Words, now: Timestamp, out: &mut String) {
    let title = words.say(part.title);
    let read = part.read_at.map(|at| age(now, at, words));
    let (rows, total): (&[Row], Option<u64>) = match &part.body {
        Body::One(Some(row)) => (std::slice::from_ref(row), None),
        Body::Many(Some((rows, total))) => (rows, Some(total.unwrap_or(rows.len() as u64).max(rows.len() as u64))),
        Body::Data(_) => return,
        Body::One(None) | Body::Many(None) => {
            let why =
                part.fault.as_ref().map_or_else(|| words.say("unknown").into_owned(), |it| fault_words(it, words));
            let _ = writeln!(out, "{title}: {why}");
            return;
        }
    };
    let head: Vec<String> = [total.map(|n| n.to_string()), read].into_iter().flatten().collect();
    let _ = writeln!(out, "{title}: {}", head.join(", "));
    let shown = rows.len().min(ROWS);
    for (at, row) in rows.iter().take(ROWS).enumerate() {
        let values = row.iter().filter(|(_, _, cell)| !matches!(cell, Cell::Nothing)).map(|(_, label, cell)| {
            let value = match cell {
                Cell::Unknown => words.say("unknown").into_owned(),
                cell => cell.words(words),
            };
            format!("{} {value}", words.say(label))
        });
        let values = values.collect::<Vec<_>>().join("; ");
        let _ = match total {
            None => writeln!(out, "{values}"),
            Some(_) => writeln!(out, "{}. {values}", at + 1),
        };
    }
    let more = total.unwrap_or(shown as u64) - shown as u64;
    if more > 0 {
        let _ = writeln!(out, "{}", more_words(more, words));
    }
}

fn more_words(more: u64, words: &Words) -> String {
    words.with("cli-more", &[("n", locale::Value::Number(i64::try_from(more).unwrap_or(i64::MAX)))])
}

fn row_json(row: &Row) -> Value {
    Value::Object(row.iter().map(|(name, _, cell)| ((*name).to_owned(), cell.json())).collect())
}

/// A fault as JSON.
pub fn fault_json(fault: &Fault) -> Value {
    let kind = fault.kind.key().trim_start_matches("fault-");
    json!({ "system": fault.system.name(), "kind": kind, "says": fault.message.as_str() })
}

/// A fault as one line: system, what happened, what to do.
pub fn fault_words(fault: &Fault, words: &Words) -> String {
    let mut line = format!("{}: {}", fault.system.name(), words.say(fault.kind.key()));
    if !fault.message.is_empty() {
        let _ = write!(line, " ({})", words.phrase(&fault.message.phrase(), true));
    }
    match (fault.hint, fault.hint.key()) {
        // The moment to wait for is over by the time somebody reads it.
        (crate::flow::Hint::WaitUntil(_), _) => line = format!("{line}. {}", words.say("hint-wait")),
        (_, Some(key)) => line = format!("{line}. {}", words.say(key)),
        (_, None) => {}
    }
    line
}

fn age(now: Timestamp, then: Timestamp, words: &Words) -> String {
    let (n, unit) = time::age(now, then).parts();
    let key = match unit {
        AgeUnit::Seconds => return words.say("age-now").into_owned(),
        AgeUnit::Minutes => "age-minutes",
        AgeUnit::Hours => "age-hours",
        AgeUnit::Days => "age-days",
    };
    words.with(key, &[("n", locale::Value::Number(n))])
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", blanks(text, width))
}

/// What a text lacks to be so wide.
fn blanks(text: &str, width: usize) -> String {
    " ".repeat(width.saturating_sub(text.width()))
}

fn record(row: &Row, words: &Words, pages: &WebPages, out: &mut String) {
    let wide = row.iter().map(|(_, label, _)| words.say(label).width()).max().unwrap_or_default();
    for (_, label, cell) in row {
        let value = cell.linked(&cell.words(words), pages);
        let _ = writeln!(out, "  {}  {value}", padded(&words.say(label), wide));
    }
}

fn table(rows: &[Row], total: Option<u64>, words: &Words, pages: &WebPages, out: &mut String) {
    let Some(first) = rows.first() else { return };
    let titles: Vec<String> = first.iter().map(|(_, label, _)| words.say(label).into_owned()).collect();
    let lines: Vec<Vec<String>> =
        rows.iter().take(ROWS).map(|row| row.iter().map(|(_, _, cell)| cell.words(words)).collect()).collect();
    let wide = |at: usize| lines.iter().chain([&titles]).filter_map(|line| line.get(at)).map(|text| text.width()).max();
    let widths: Vec<usize> = (0..first.len()).map(|at| wide(at).unwrap_or_default()).collect();
    let cells: Vec<String> = titles.iter().zip(&widths).map(|(text, width)| padded(text, *width)).collect();
    let _ = writeln!(out, "{}", format!("  {}", cells.join("  ")).trim_end());
    for (row, line) in rows.iter().zip(lines) {
        let cells = row.iter().zip(line).zip(&widths).map(|(((_, _, cell), text), width)| {
            // The link ends with the text, whatever stands behind it.
            let blanks = blanks(&text, *width);
            cell.linked(&text, pages) + &blanks
        });
        let _ = writeln!(out, "{}", format!("  {}", cells.collect::<Vec<_>>().join("  ")).trim_end());
    }
    let shown = rows.len().min(ROWS) as u64;
    let more = total.unwrap_or(rows.len() as u64).max(rows.len() as u64) - shown;
    if more > 0 {
        let _ = writeln!(out, "  {}", more_words(more, words));
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;
    use crate::locale::Language;

    /// The links are put around what stands there anyway.
    #[test]
    fn ids_lead_to_their_pages_and_the_text_is_the_same() {
        let row = |id: u64| {
            vec![
                ("id", "column-id", Cell::count(id).of(WebRecord::Invoice(id))),
                ("status", "column-status", Cell::Word("status-paid")),
            ]
        };
        let rows = Body::Many(Some((vec![row(7), row(1234)], None)));
        let parts = vec![
            Part::made("invoice", "label-invoice", None, Body::One(Some(row(7)))),
            Part::made("invoices", "cli-title-invoices", None, rows),
        ];
        let answer = Answer { customer: String::new(), revealed: false, parts, beside: Vec::new() };
        let words = Words::new(Language::English);
        let text = |pages: &WebPages| answer.text(&words, Timestamp::UNIX_EPOCH, pages);
        let plain = text(&WebPages::default());
        assert!(!plain.contains('\x1b'));
        let linked = text(&WebPages::new(None, Url::parse("https://x.example.jp/admin/").ok()));
        let around = |id: u64| {
            format!("\x1b]8;;https://x.example.jp/admin/invoices.php?action=edit&id={id}\x1b\\{id}\x1b]8;;\x1b\\")
        };
        assert_eq!(linked.replace(&around(7), "7").replace(&around(1234), "1234"), plain);
        assert_eq!(linked.matches("\x1b]8;;https").count(), 3);
        assert_eq!(answer.json(Exit::Done)["invoices"]["rows"][1]["id"], 1234);
    }
}
