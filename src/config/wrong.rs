//! Why a configuration cannot be used: the file, the line, the key, and the word that would be right.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::secrets::{self, SecretError};
use crate::backend::trust::TrustError;
use crate::domain::nearest;
use crate::domain::text::Text;

/// Why the configuration cannot be used. Each sentence names the place and what would be right.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration {path} cannot be read: {why}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        why: io::Error,
    },
    /// The file is not what it should be.
    #[error("{}{}{why}", place(path, *line), at.as_deref().map(|at| format!("{at}: ")).unwrap_or_default())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1, where one is to blame.
        line: Option<usize>,
        /// The key, as `profiles.live.whmcs.url`; `None` when it is the syntax.
        at: Option<String>,
        /// What is wrong, and what would be right.
        why: String,
    },
    /// A profile that is not there was asked for.
    #[error("there is no profile {0}")]
    NoProfile(String),
    /// A profile that calls itself a sandbox has an address elsewhere.
    #[error(
        "the profile \"{0}\" says sandbox = true, but a sandbox is on this machine: use 127.0.0.1 or take that line out"
    )]
    SandboxElsewhere(String),
    /// The certificates that the profile trusts cannot be read.
    #[error("{0}: {1}")]
    Trust(&'static str, TrustError),
    /// Secrets of the profile cannot be had.
    #[error("{}", sentences(.0))]
    Secrets(Vec<SecretError>),
}

/// As compilers write it, and editors open it.
fn place(path: &Path, line: Option<usize>) -> String {
    let line = line.map(|line| format!("{line}:")).unwrap_or_default();
    format!("{}:{line} ", path.display())
}

/// One a line, as compilers do.
fn sentences(all: &[SecretError]) -> String {
    all.iter().map(|error| harmless(&error.to_string())).collect::<Vec<_>>().join("\n  ")
}

impl ConfigError {
    /// What the file's reader says, at a key or about the syntax.
    pub(super) fn read(error: &toml::de::Error, text: &str, path: &Path) -> Self {
        let at = error.span().and_then(|span| key_at(text, &span));
        let told = at.as_deref().and_then(|at| secrets::pasted(at).or_else(|| moved(at)));
        let (at, why) = (at.as_deref().map(harmless), harmless(&told.unwrap_or_else(|| reworded(error.message()))));
        let line = error.span().map(|span| line_of(text, span.start)).or_else(|| line_of_key(text, at.as_deref()?));
        Self::Wrong { path: path.to_path_buf(), line, at, why }
    }

    /// What is wrong at a key, beyond what its type says.
    pub(super) fn at(key: &str, why: &str, text: &str, path: &Path) -> Self {
        let line = line_of_key(text, key);
        Self::Wrong { path: path.to_path_buf(), line, at: Some(harmless(key)), why: harmless(why) }
    }

    /// What a file's reader says, `at` so many bytes of it.
    pub(super) fn said(why: &str, at: Option<usize>, text: &str, path: &Path) -> Self {
        let line = at.map(|at| line_of(text, at));
        Self::Wrong { path: path.to_path_buf(), line, at: None, why: harmless(&reworded(why)) }
    }
}

/// Keys that there were, and what says the same now.
const MOVED: &[(&str, &str)] = &[
    ("board.review", "words.order_status.pending_review"),
    ("board.approved", "words.order_status.approved and words.order_status.reactivate"),
    ("board.finished", "words.order_status.processed and words.order_status.cancelled"),
    ("board.not_started", "words.activation.not_started"),
    ("board.activating", "words.activation.activating"),
    ("board.failed", "words.activation.failed"),
    ("board.id_waiting", "words.id_status.waiting"),
    ("board.eligibility_waiting", "words.eligibility.pending"),
    ("orders.activation_field", "order_activation under the profile's salesforce.names"),
    ("orders.card_states", "words.card"),
    ("sale.sim_types", "words.sim_type"),
    ("sim.notice_received", "words.notice.received"),
];

/// Where a key went that is no longer one.
fn moved(at: &str) -> Option<String> {
    let (_, now) = MOVED.iter().find(|(was, _)| *was == at)?;
    Some(format!("this is said by {now} now, once for the whole desk"))
}

/// Without what a terminal would obey.
fn harmless(said: &str) -> String {
    Text::line(said).to_string()
}

fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or(text).matches('\n').count() + 1
}

/// The key that stands at these bytes or whose value does, as `profiles.live.whmcs.url` or `macros[1].status`; `None` where
/// the text is no tree.
fn key_at(text: &str, span: &Range<usize>) -> Option<String> {
    let tree = DeTable::parse(text).ok()?;
    in_table("", tree.get_ref(), span)
}

fn in_table(above: &str, table: &DeTable, span: &Range<usize>) -> Option<String> {
    table.iter().find_map(|(key, value)| {
        let at = if above.is_empty() { key.get_ref().to_string() } else { format!("{above}.{}", key.get_ref()) };
        // What is deeper is nearer: an array of tables has the span of its first.
        in_value(&at, value.get_ref(), span).or_else(|| (key.span() == *span || value.span() == *span).then_some(at))
    })
}

fn in_value(at: &str, value: &DeValue, span: &Range<usize>) -> Option<String> {
    match value {
        DeValue::Table(table) => in_table(at, table, span),
        DeValue::Array(items) => items.iter().enumerate().find_map(|(n, item)| {
            let at = format!("{at}[{n}]");
            in_value(&at, item.get_ref(), span).or_else(|| (item.span() == *span).then_some(at))
        }),
        _ => None,
    }
}

/// The line of a key, or of the table it would stand in. `macros[1].status` is looked for as the file's reader knows it:
/// by the spans of its tree.
fn line_of_key(text: &str, key: &str) -> Option<usize> {
    let tree = DeTable::parse(text).ok()?;
    let mut table = tree.get_ref();
    let mut line = None;
    for part in key.split('.') {
        let (name, index) = part.split_once('[').map_or((part, None), |(name, rest)| (name, rest.strip_suffix(']')));
        let Some((spelled, value)) = table.iter().find(|(spelled, _)| spelled.get_ref() == name) else { break };
        line = Some(line_of(text, spelled.span().start));
        let mut value = value.get_ref();
        if let (Some(index), Some(array)) = (index.and_then(|it| it.parse::<usize>().ok()), value.as_array()) {
            let Some(item) = array.get(index) else { break };
            line = Some(line_of(text, item.span().start));
            value = item.get_ref();
        }
        let Some(inner) = value.as_table() else { break };
        table = inner;
    }
    line
}

/// serde's sentence about a word it does not know, as one that names the nearest it does.
fn reworded(message: &str) -> String {
    let unknown = ["unknown field `", "unknown variant `"].iter().find_map(|start| message.strip_prefix(start));
    let Some((wrong, rest)) = unknown.and_then(|rest| rest.split_once("`, expected ")) else {
        return message.trim_end().to_owned();
    };
    let right: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
    nearest::instead(wrong, &right)
}
