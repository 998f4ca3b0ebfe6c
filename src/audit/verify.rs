//! Following the chain from the first line to the last.

use std::fmt;
use std::io::{self, BufRead};

use aws_lc_rs::digest::{Context, SHA256};

use super::chain::{Kind, Link, NOTHING, Region, acts, to_hex};

/// What following the chain found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checked {
    /// Lines of the chain that are as they were written.
    pub lines: u64,
    /// Lines from before the log had a chain. The chain names their hash.
    pub before: u64,
    /// Lines that were cut off by a crash, and are told of.
    pub cut: u64,
    /// The last line is cut off. The next one that is written will tell of it.
    pub unfinished: bool,
    /// The seal of the last sound line. Noted elsewhere, it shows later that nothing was cut away up to here.
    pub last: Option<String>,
    /// Whether the seal that was noted is there; `None` where none was given.
    pub noted: Option<bool>,
    /// The first line that is not as it was written.
    pub bad: Option<Bad>,
}

impl Checked {
    /// Whether nothing was tampered with, as far as a chain can tell.
    pub fn sound(&self) -> bool {
        self.bad.is_none() && self.noted != Some(false)
    }
}

/// What `audit verify` prints.
impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = |count: u64| if count == 1 { "1 line".to_owned() } else { format!("{count} lines") };
        write!(f, "{} checked", lines(self.lines))?;
        if self.before > 0 {
            let named = if self.last.is_some() { ", named by its first line" } else { "; there is no chain yet" };
            write!(f, "\n{} from before the chain{named}", lines(self.before))?;
        }
        if self.cut > 0 {
            write!(f, "\n{} cut off by a crash, and told of", lines(self.cut))?;
        }
        if self.unfinished {
            write!(f, "\nthe last line is cut off, as a crash leaves it; the next one will tell of it")?;
        }
        if let Some(last) = &self.last {
            write!(f, "\nlast seal {last}")?;
        }
        if let Some(Bad { line, flaw }) = self.bad {
            return write!(f, "\nBAD: line {line}: {flaw}");
        }
        match self.noted {
            Some(false) => write!(f, "\nBAD: the noted seal is not there: lines were cut away"),
            Some(true) | None => write!(f, "\nsound"),
        }
    }
}

/// A line that is not as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bad {
    /// Its number in the file, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub flaw: Flaw,
}

/// What can be wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// Its seal does not fit it.
    Changed,
    /// It does not follow the line before it.
    Torn,
    /// It has another number.
    Moved,
    /// It is no line of this log.
    Foreign,
    /// It is cut off, and the next line does not tell of it.
    Cut,
    /// It tells of lines before it that are not there, or not so.
    Mistaken,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Changed => "it was changed after it was written",
            Self::Torn => "it does not follow the line before it: one was changed, removed or put in",
            Self::Moved => "its number is another: lines before it were removed or put in",
            Self::Foreign => "it is not a line of this log",
            Self::Cut => "it is cut off, and the line after it does not say so",
            Self::Mistaken => "the lines before it are not those it tells of",
        })
    }
}

/// Follows the chain through a log. `noted` is a seal from an earlier check that must still be there.
///
/// # Errors
/// The log cannot be read.
pub fn verify(mut log: impl BufRead, noted: Option<&str>) -> io::Result<Checked> {
    let mut walk = Walk { noted: noted.map(str::to_lowercase), ..Walk::new() };
    walk.checked.noted = noted.map(|_| false);
    let mut line = Vec::new();
    let mut number = 0;
    while log.read_until(b'\n', &mut line)? > 0 {
        number += 1;
        if let Err(bad) = walk.line(number, &line) {
            walk.checked.bad = Some(bad);
            return Ok(walk.checked);
        }
        line.clear();
    }
    Ok(walk.end())
}

struct Walk {
    checked: Checked,
    /// The last sound line's.
    seal: Option<String>,
    /// Lines that wait for one that tells of them.
    waiting: Vec<(u64, Kind)>,
    /// Everything that waits, and everything there was.
    waiting_bytes: Vec<u8>,
    all: Context,
    bytes: u64,
    noted: Option<String>,
}

impl Walk {
    fn new() -> Self {
        Self {
            checked: Checked::default(),
            seal: None,
            waiting: Vec::new(),
            waiting_bytes: Vec::new(),
            all: Context::new(&SHA256),
            bytes: 0,
            noted: None,
        }
    }

    fn line(&mut self, number: u64, bytes: &[u8]) -> Result<(), Bad> {
        let text = bytes.strip_suffix(b"\n");
        self.checked.unfinished = text.is_none();
        match Kind::of(text.unwrap_or(bytes)) {
            Kind::Sound(link) => self.sound(number, link)?,
            kind => {
                self.waiting.push((number, kind));
                // Lines from before the chain are told of by the hash of everything; they need not be kept.
                if self.seal.is_some() || self.waiting.iter().all(|(_, kind)| kind.is_cut()) {
                    self.waiting_bytes.extend_from_slice(bytes);
                }
                if self.seal.is_some() && self.waiting.iter().any(|(_, kind)| !kind.is_cut()) {
                    return self.nobody_tells();
                }
            }
        }
        self.all.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    fn sound(&mut self, number: u64, link: Link) -> Result<(), Bad> {
        let bad = |flaw| Err(Bad { line: number, flaw });
        let waiting = self.waiting.len() as u64;
        match link.act.as_str() {
            acts::BEGUN if self.seal.is_none() => {
                let sha256 = to_hex(self.all.clone().finish().as_ref());
                if link.covers != Some(Region { lines: waiting, bytes: self.bytes, sha256 }) {
                    return bad(Flaw::Mistaken);
                }
                self.predates()?;
                self.checked.before = waiting;
            }
            acts::CUT_OFF => {
                if link.covers.as_ref() != Some(&Region::of(&self.waiting_bytes)) || waiting == 0 {
                    return bad(Flaw::Mistaken);
                }
                self.checked.cut += waiting;
            }
            _ => self.nobody_tells()?,
        }
        if link.prev != self.seal.as_deref().unwrap_or(NOTHING) {
            return bad(Flaw::Torn);
        }
        if link.seq != number {
            return bad(Flaw::Moved);
        }
        self.waiting.clear();
        self.waiting_bytes.clear();
        self.checked.lines += 1;
        if self.noted.as_ref() == Some(&link.hash) {
            self.checked.noted = Some(true);
        }
        self.checked.last = Some(link.hash.clone());
        self.seal = Some(link.hash);
        Ok(())
    }

    /// What waits may be from before there were seals. What once had a seal is not, nor is what begins as a sealed line does,
    /// unless a crash cut it off at the end: a line end was put into it.
    fn predates(&self) -> Result<(), Bad> {
        let end = self.waiting.iter().rposition(|(_, kind)| !kind.is_cut()).map_or(0, |last| last + 1);
        let flaw = |kind: &Kind| match kind {
            Kind::Changed => Some(Flaw::Changed),
            Kind::Begun => Some(Flaw::Cut),
            Kind::Cut | Kind::Foreign | Kind::Sound(_) => None,
        };
        let found = self.waiting[..end].iter().find_map(|(line, kind)| Some(Bad { line: *line, flaw: flaw(kind)? }));
        found.map_or(Ok(()), Err)
    }

    /// The first line that waits is not told of by the one after.
    fn nobody_tells(&self) -> Result<(), Bad> {
        let flaw = |kind: &Kind| match kind {
            Kind::Cut | Kind::Begun => Flaw::Cut,
            Kind::Changed => Flaw::Changed,
            Kind::Foreign | Kind::Sound(_) => Flaw::Foreign,
        };
        self.waiting.first().map_or(Ok(()), |(line, kind)| Err(Bad { line: *line, flaw: flaw(kind) }))
    }

    fn end(mut self) -> Checked {
        let waiting = self.waiting.len() as u64;
        if waiting > 0 && self.waiting.iter().all(|(_, kind)| kind.is_cut()) {
            // Cut off, and nothing was written since.
            self.checked.unfinished = true;
        } else if self.seal.is_none() {
            match self.predates() {
                Ok(()) => self.checked.before = waiting,
                Err(bad) => self.checked.bad = Some(bad),
            }
        } else {
            self.checked.bad = self.nobody_tells().err();
        }
        self.checked
    }
}
