//! What is typed of a person into a form, where systems accept one spelling only: kana, postal code, birth date.
//!
//! A name is compared letter by letter with what another carrier has on record, so nothing is corrected silently: what does
//! not fit is told, with what it would be, and a person decides. Kanji and addresses are not read here at all; bringing them
//! to a "plain" form would change them (`①` to `1`, `㈱` to `(株)`).

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

use super::text::folded;
use super::time;

/// Why a text is not what the form wants. Personal data is not repeated, but for the one character in the way.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EntryError {
    /// Nothing was typed.
    #[error("nothing is typed yet")]
    Empty,
    /// Kana, but not katakana.
    #[error("this is hiragana; in katakana it is {katakana}")]
    Hiragana {
        /// The same in katakana, to be offered.
        katakana: String,
    },
    /// A character that a name in kana cannot have.
    #[error("“{0}” is not katakana")]
    NotKatakana(char),
    /// Not seven digits.
    #[error("a postal code has seven digits, like 150-0002")]
    PostalCode,
    /// Not a day of the calendar.
    #[error("a birth date has eight digits, like 19900401, and is a day of the calendar")]
    Birthday,
    /// A day that has not come.
    #[error("a birth date does not lie in the future")]
    Future,
}

/// A name in full-width katakana, its parts separated by one space. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct KanaName(Box<str>);

impl KanaName {
    /// Reads katakana of either width. Hiragana is refused with the katakana to offer.
    pub fn parse(written: &str) -> Result<Self, EntryError> {
        let name = folded(written).split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() {
            return Err(EntryError::Empty);
        }
        let katakana = |c: &char| matches!(c, 'ァ'..='ヶ' | 'ー' | '・' | 'ヽ' | 'ヾ' | ' ');
        let hiragana = |c: &char| matches!(c, 'ぁ'..='ゖ' | 'ゝ' | 'ゞ');
        match name.chars().find(|c| !katakana(c)) {
            None => Ok(Self(name.into())),
            Some(_) if name.chars().all(|c| katakana(&c) || hiragana(&c)) => {
                // The two scripts lie side by side, 96 characters apart.
                let shifted = |c: char| if hiragana(&c) { char::from_u32(u32::from(c) + 0x60).unwrap_or(c) } else { c };
                Err(EntryError::Hiragana { katakana: name.chars().map(shifted).collect() })
            }
            Some(other) => Err(EntryError::NotKatakana(other)),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for KanaName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for KanaName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

impl fmt::Debug for KanaName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KanaName(***)")
    }
}

/// A Japanese postal code, seven digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PostalCode(Box<str>);

impl PostalCode {
    /// Reads it with or without 〒, hyphen and spaces, in digits of either width.
    pub fn parse(written: &str) -> Result<Self, EntryError> {
        let plain = folded(written);
        let written = plain.trim().trim_start_matches('〒');
        let digits: String =
            written.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '‐' | '−' | 'ー' | '–')).collect();
        let fits = digits.len() == 7 && digits.bytes().all(|byte| byte.is_ascii_digit());
        if fits { Ok(Self(digits.into())) } else { Err(EntryError::PostalCode) }
    }

    /// Seven digits, as systems want them.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

/// `150-0002`.
impl fmt::Display for PostalCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}-{}", &self.0[..3], &self.0[3..]))
    }
}

/// A birth date written `19900401`, also with hyphens or slashes, that is not after `today` (JST).
pub fn birthday(written: &str, today: Date) -> Result<Date, EntryError> {
    let digits: String = folded(written).chars().filter(|c| !matches!(c, '-' | '/' | '.')).collect();
    let day = time::freebit_date(&digits).map_err(|_| EntryError::Birthday)?;
    if day > today { Err(EntryError::Future) } else { Ok(day) }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_katakana() {
        for (written, name) in [
            ("ヤマダ タロウ", "ヤマダ タロウ"),
            ("ﾔﾏﾀﾞ　ﾀﾛｳ", "ヤマダ タロウ"),
            (" リンドクヴィスト ", "リンドクヴィスト"),
            ("ヴァン・ダイク", "ヴァン・ダイク"),
            ("ミスヾ", "ミスヾ"),
        ] {
            assert_eq!(KanaName::parse(written).as_ref().map(KanaName::as_str), Ok(name), "{written}");
        }
        for (bad, error) in [
            ("", EntryError::Empty),
            ("やまだ", EntryError::Hiragana { katakana: "ヤマダ".into() }),
            ("ヤマだ", EntryError::Hiragana { katakana: "ヤマダ".into() }),
            ("ヤマダ1", EntryError::NotKatakana('1')),
            ("山田", EntryError::NotKatakana('山')),
            ("ヤマダ-タロウ", EntryError::NotKatakana('-')),
        ] {
            assert_eq!(KanaName::parse(bad), Err(error), "{bad}");
        }
        assert_eq!(format!("{:?}", KanaName::parse("ヤマダ").unwrap()), "KanaName(***)");
    }

    #[test]
    fn postal_codes_have_seven_digits() {
        for written in ["1500002", "150-0002", "〒150-0002", "〒１５０−０００２", "150 0002", "１５０ー０００２"]
        {
            assert_eq!(PostalCode::parse(written).unwrap().to_string(), "150-0002", "{written}");
        }
        for bad in ["", "150-000", "150-00022", "15O-0002", "+1500002"] {
            assert_eq!(PostalCode::parse(bad), Err(EntryError::PostalCode), "{bad}");
        }
    }

    #[test]
    fn birthdays_are_days_that_were() {
        let today = date(2026, 11, 23);
        for (written, day) in [
            ("19900401", date(1990, 4, 1)),
            ("1990-04-01", date(1990, 4, 1)),
            ("１９９０/０４/０１", date(1990, 4, 1)),
            ("20240229", date(2024, 2, 29)),
            ("20261123", today),
        ] {
            assert_eq!(birthday(written, today), Ok(day), "{written}");
        }
        for (bad, error) in [
            ("19900431", EntryError::Birthday),
            ("20230229", EntryError::Birthday),
            ("900401", EntryError::Birthday),
            ("", EntryError::Birthday),
            ("20261124", EntryError::Future),
        ] {
            assert_eq!(birthday(bad, today), Err(error), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(written in "\\PC{0,20}|[ぁ-ヶ0-9-]{0,12}") {
            let _ = (KanaName::parse(&written), PostalCode::parse(&written), birthday(&written, date(2026, 11, 23)));
        }
    }
}
