//! A sentence that has not been put into a language yet: a key of the language table and what goes into it.
//!
//! What a change says of itself outlives the screen it was asked on: the journal keeps it, a colleague reads it in another
//! language, and the command line prints it. So it is kept as data and spoken last.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::mask::Personal;
use super::money::Yen;
use super::phone::Msisdn;
use super::text::Text;

/// A key of the language table with what goes into its gaps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phrase {
    /// The key.
    pub key: Cow<'static, str>,
    /// What goes into each gap, by its name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<(Cow<'static, str>, Arg)>,
}

/// What goes into a gap. Each is written as the language writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arg {
    /// A count; chooses the plural.
    Number(i64),
    /// An amount.
    Yen(Yen),
    /// Data, in MB (1 GB = 1,000 MB).
    Megabytes(i64),
    /// A day in Japan, with its weekday.
    Date(Date),
    /// A moment, as date and time in Japan.
    Moment(Timestamp),
    /// The number of a line: masked unless personal data is shown.
    Line(Msisdn),
    /// Text that may be shown as it is.
    Text(Text),
    /// What somebody wrote in a system, such as a subject: what in it is somebody's is masked unless personal data is shown.
    Free(Text),
    /// Personal data: hidden whole unless personal data is shown.
    Personal(Text),
    /// Personal data of a kind: masked unless personal data is shown, so that what somebody reads out can be recognised.
    Masked(Personal, Text),
    /// Another sentence.
    Phrase(Box<Phrase>),
}

impl Phrase {
    /// A sentence without gaps.
    pub const fn new(key: &'static str) -> Self {
        Self { key: Cow::Borrowed(key), with: Vec::new() }
    }

    /// The same with a gap filled.
    #[must_use]
    pub fn with(mut self, name: &'static str, arg: impl Into<Arg>) -> Self {
        self.with.push((Cow::Borrowed(name), arg.into()));
        self
    }

    /// A sentence of a system or a person, as it is.
    pub fn as_it_is(sentence: impl AsRef<str>) -> Self {
        Self::new("as-it-is").with("text", Text::line(sentence.as_ref()))
    }
}

impl From<&'static str> for Phrase {
    fn from(key: &'static str) -> Self {
        Self::new(key)
    }
}

macro_rules! arg {
    ($($from:ty => $to:ident),* $(,)?) => {
        $(impl From<$from> for Arg {
            fn from(it: $from) -> Self {
                Self::$to(it)
            }
        })*
    };
}

arg! { i64 => Number, Yen => Yen, Date => Date, Timestamp => Moment, Msisdn => Line, Text => Text }

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(Text::line(text))
    }
}

impl From<Phrase> for Arg {
    fn from(phrase: Phrase) -> Self {
        Self::Phrase(Box::new(phrase))
    }
}
