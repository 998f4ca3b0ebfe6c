//! The audit log: who saw, took or changed what of whom. Append-only, one line an act, never the data itself.
//!
//! Each line is sealed with a hash that covers the line before ([`chain`]), so that no line can be changed, taken out or put
//! in without the next one telling; [`verify()`] follows the chain. There is no key in it: who can make the whole file anew can
//! make a new chain, and lines cut away whole from the end show only against a seal that was noted elsewhere. Every desk of a
//! person writes into the one file, each line under its lock and on the disk before the act goes on.

pub mod chain;
#[cfg(test)]
mod tests;
mod verify;

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::domain::mask;
use crate::domain::text::Text;
use crate::domain::time::{clock_with_seconds, date};
use crate::flow::{AuditAct, AuditEntry};
use crate::folder;
use chain::{Kind, NOTHING, Region, acts, seal};
pub use verify::{Bad, Checked, Flaw, verify};

/// How much of the log's end is read to find its last line, in bytes. A line is shorter: its texts are bounded.
const END: u64 = 64 << 10;
/// Longest text in a line, in characters.
const LONGEST: usize = 1_000;

/// Where the audit log of a state folder is.
pub fn path(folder: &Path) -> PathBuf {
    folder.join("audit.log")
}

/// The audit log as this person writes it. Clones write the same one.
#[derive(Debug, Clone)]
pub struct AuditLog {
    path: Option<PathBuf>,
    person: String,
}

impl AuditLog {
    /// The log in a folder, readable by its owner alone. `person` is who works here, as the system knows them.
    ///
    /// A log that cannot be written is no reason not to start: every [`write`](Self::write) says so, and what must not happen
    /// unwritten does not happen.
    pub fn open(folder: Option<&Path>, person: &str) -> Self {
        let person = person.chars().map(|c| if c.is_control() || c.is_whitespace() { '_' } else { c }).collect();
        Self { path: folder.map(path), person }
    }

    /// Writes a line and returns when the disk has it. Waits for another desk that is writing one.
    ///
    /// # Errors
    /// The log cannot be written: what the line tells must not happen.
    pub fn write(&self, entry: &AuditEntry) -> io::Result<()> {
        let path = self.path.as_ref().ok_or(io::ErrorKind::NotFound)?;
        if let Some(folder) = path.parent() {
            folder::check(folder)?;
        }
        // Opened for each line: a log that was moved away is not written on where nobody looks.
        let mut file = folder::file().read(true).append(true).create(true).open(path)?;
        file.lock()?;
        let (mut text, mut last) = self.mended(&mut file, entry)?;
        last.add(&mut text, &self.line(entry))?;
        file.write_all(text.as_bytes())?;
        file.sync_data()?;
        if last.seq == 1 {
            // A new file is lost with its name.
            path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())?;
        }
        Ok(())
    }

    /// Where the chain goes on, and what has to be written first: the end of a line that lacks it, and a line that tells of
    /// what cannot be followed.
    fn mended(&self, file: &mut File, entry: &AuditEntry) -> io::Result<(String, Last)> {
        let length = file.seek(SeekFrom::End(0))?;
        if length == 0 {
            return Ok((String::new(), Last { seq: 0, hash: NOTHING.to_owned() }));
        }
        if let Some(last) = sound_end(file, length)? {
            return Ok((String::new(), last));
        }
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(0))?;
        file.read_to_end(&mut bytes)?;
        let mut text = String::new();
        if !bytes.ends_with(b"\n") {
            text.push('\n');
            bytes.push(b'\n');
        }
        let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        let seq = lines.len() as u64;
        // Back over what a crash cut off, or a second one cut off of what was to tell of the first.
        let mut rest = 0;
        let mut cut = 0;
        let last = loop {
            let Some(line) = lines.len().checked_sub(cut + 1).map(|at| lines[at]) else { break None };
            match Kind::of(&line[..line.len() - 1]) {
                Kind::Sound(link) => break Some(link.hash),
                Kind::Begun | Kind::Cut => (cut, rest) = (cut + 1, rest + line.len()),
                Kind::Changed | Kind::Foreign => break None,
            }
        };
        let whole_file = rest == bytes.len();
        let (act, note, covered, hash) = match last {
            // Only its end was missing. It tells of something that did not happen then, and it stays.
            Some(hash) if cut == 0 => return Ok((text, Last { seq, hash })),
            Some(hash) => (acts::CUT_OFF, "what stands before was cut off", &bytes[bytes.len() - rest..], hash),
            None if whole_file => (acts::CUT_OFF, "what stands before was cut off", &bytes[..], NOTHING.to_owned()),
            None => (acts::BEGUN, "what stands before is named by its hash", &bytes[..], NOTHING.to_owned()),
        };
        let mut last = Last { seq, hash };
        let line = Line { act, note: note.to_owned(), covers: Some(Region::of(covered)), ..self.blank(entry) };
        last.add(&mut text, &line)?;
        Ok((text, last))
    }

    fn line<'a>(&'a self, entry: &'a AuditEntry) -> Line<'a> {
        let line = Line {
            act: entry.act.word(),
            customer: plain(&entry.customer),
            // Who tried to open somebody's desk is no customer.
            note: if entry.act == AuditAct::WrongPerson { plain(&entry.note) } else { discreet(&entry.note) },
            ..self.blank(entry)
        };
        let Some(step) = &entry.step else { return line };
        Line {
            operation: plain(&step.operation),
            verb: plain(&step.verb),
            step: plain(&step.step),
            system: step.system.map_or("", |system| system.name()),
            before: discreet(&step.before),
            after: discreet(&step.after),
            result: discreet(&step.result),
            ..line
        }
    }

    /// A line that says who and when.
    fn blank(&self, entry: &AuditEntry) -> Line<'_> {
        Line {
            at: entry.at.to_string(),
            jst: format!("{} {}", date(entry.at), clock_with_seconds(entry.at)),
            actor: &self.person,
            ..Line::default()
        }
    }
}

/// The end of the chain.
struct Last {
    seq: u64,
    hash: String,
}

impl Last {
    fn add(&mut self, text: &mut String, line: &Line<'_>) -> io::Result<()> {
        self.seq += 1;
        let sealed = Sealed { seq: self.seq, line, prev: &self.hash };
        let (line, hash) = seal(serde_json::to_string(&sealed)?);
        text.push_str(&line);
        self.hash = hash;
        Ok(())
    }
}

/// The last line where it is sound and ended, found without reading the rest.
fn sound_end(file: &mut File, length: u64) -> io::Result<Option<Last>> {
    let from = length.saturating_sub(END);
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(from))?;
    file.take(END).read_to_end(&mut bytes)?;
    let Some(lines) = bytes.strip_suffix(b"\n") else { return Ok(None) };
    let line = match lines.iter().rposition(|byte| *byte == b'\n') {
        Some(at) => &lines[at + 1..],
        None if from == 0 => lines,
        None => return Ok(None),
    };
    Ok(match Kind::of(line) {
        Kind::Sound(link) => Some(Last { seq: link.seq, hash: link.hash }),
        _ => None,
    })
}

#[derive(Serialize)]
struct Sealed<'a> {
    seq: u64,
    #[serde(flatten)]
    line: &'a Line<'a>,
    prev: &'a str,
}

/// A line's words, in the order they are written. What is empty is left out.
#[derive(Default, Serialize)]
struct Line<'a> {
    at: String,
    jst: String,
    actor: &'a str,
    act: &'a str,
    #[serde(skip_serializing_if = "String::is_empty")]
    customer: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    operation: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    verb: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    step: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    system: &'a str,
    #[serde(skip_serializing_if = "String::is_empty")]
    before: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    after: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    result: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    note: String,
    /// For the acts of the log itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    covers: Option<Region>,
}

/// Bounded, and harmless on whatever shows it: Japanese stays readable, what moves cursors or turns text around is spelled.
fn plain(text: &str) -> String {
    let spelled = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let mut out = String::new();
    for (at, c) in text.chars().enumerate() {
        if at == LONGEST {
            out.push('…');
            break;
        }
        if spelled(c) { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}

/// As [`plain`], with what must not be here masked, should it come here by mistake or be typed as a reason: all that
/// [`mask::free_text`] finds, and activation codes whole, which are as good as the line they open.
fn discreet(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.as_bytes().windows(4).position(|four| four.eq_ignore_ascii_case(b"LPA:")) {
        let code = &rest[at..];
        let end = code.find(|c: char| c.is_whitespace() || "\"',;)".contains(c)).unwrap_or(code.len());
        out.push_str(&rest[..at]);
        out.push_str("LPA:****");
        rest = &code[end..];
    }
    out.push_str(rest);
    plain(&mask::free_text(&out))
}

/// The last lines of a log, the oldest first, as a person reads them.
///
/// # Errors
/// The log cannot be read.
pub fn show(log: &Path, last: usize) -> io::Result<Vec<String>> {
    let bytes = std::fs::read(log)?;
    let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    Ok(lines[lines.len().saturating_sub(last)..].iter().map(|line| spoken(line)).collect())
}

fn spoken(line: &[u8]) -> String {
    let Ok(told) = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(line) else {
        return Text::from_bytes(line).to_string();
    };
    let word = |name: &str| told.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
    let names = ["jst", "actor", "act", "customer", "operation", "verb", "step", "system"];
    let mut words: Vec<String> = names.map(|name| word(name).to_owned()).into();
    match (word("before"), word("after")) {
        ("", "") => {}
        ("", after) => words.push(format!("→ {after}")),
        (before, after) => words.push(format!("{before} → {after}")),
    }
    words.extend(["result", "note"].map(|name| word(name).to_owned()));
    words.retain(|word| !word.is_empty());
    Text::line(&words.join("  ")).to_string()
}
