//! A text that is drawn and forgotten: borrowed where it stands somewhere, else written in place.

use std::borrow::Cow;
use std::fmt::{self, Display, Write as _};
use std::ops::Deref;

use compact_str::CompactString;

/// A borrowed text, or one that was made for this frame. A table writes hundreds of dates and amounts a frame; made ones of
/// up to 24 bytes take no memory of their own, which is why this is not a `Cow`.
#[derive(Clone)]
pub enum Written<'a> {
    /// It stands somewhere else.
    Borrowed(&'a str),
    /// It was made for this.
    Made(CompactString),
}

impl Written<'_> {
    /// What a value says of itself.
    pub fn of(value: impl Display) -> Self {
        let mut made = CompactString::const_new("");
        let written = write!(made, "{value}");
        debug_assert!(written.is_ok(), "a text takes everything");
        Self::Made(made)
    }

    /// What a value says of itself; nothing where there is none.
    pub fn some(value: Option<impl Display>) -> Self {
        value.map_or_else(Self::default, Self::of)
    }

    /// The same text, borrowed from nobody.
    pub fn kept<'k>(self) -> Written<'k> {
        Written::Made(match self {
            Self::Borrowed(text) => text.into(),
            Self::Made(text) => text,
        })
    }

    /// A text of its own.
    pub fn into_owned(self) -> String {
        match self {
            Self::Borrowed(text) => text.to_owned(),
            Self::Made(text) => text.into(),
        }
    }
}

impl Deref for Written<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Made(text) => text,
        }
    }
}

impl Default for Written<'_> {
    fn default() -> Self {
        Self::Borrowed("")
    }
}

impl PartialEq for Written<'_> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Written<'_> {}

impl fmt::Debug for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl Display for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

impl<'a> From<&'a str> for Written<'a> {
    fn from(text: &'a str) -> Self {
        Self::Borrowed(text)
    }
}

impl From<String> for Written<'_> {
    fn from(text: String) -> Self {
        Self::Made(text.into())
    }
}

impl<'a> From<Cow<'a, str>> for Written<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        match text {
            Cow::Borrowed(text) => Self::Borrowed(text),
            Cow::Owned(text) => text.into(),
        }
    }
}

impl<'a> From<Written<'a>> for Cow<'a, str> {
    fn from(text: Written<'a>) -> Self {
        match text {
            Written::Borrowed(text) => Cow::Borrowed(text),
            Written::Made(text) => Cow::Owned(text.into()),
        }
    }
}

impl From<Written<'_>> for String {
    fn from(text: Written<'_>) -> Self {
        text.into_owned()
    }
}
