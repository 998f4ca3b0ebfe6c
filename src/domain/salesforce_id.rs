//! Salesforce record ids.
//!
//! An id has 15 characters whose case matters, or the same 15 and a suffix of three that says which of them are capitals.
//! Both name one record, so everything here is the 18-character form: it compares, sorts and prints alike.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

const SUFFIX: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/// The id of a Salesforce record, 18 characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SalesforceId([u8; 18]);

/// Why a text is not a record id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SalesforceIdError {
    /// Neither 15 nor 18 characters.
    #[error("a Salesforce id has 15 or 18 characters, this has {0}")]
    Length(usize),
    /// Something else than Latin letters and digits.
    #[error("a Salesforce id has only letters and digits")]
    Characters,
    /// The last three characters do not belong to the first fifteen.
    #[error("a character of the Salesforce id is wrong: its last three do not fit the others")]
    Suffix,
}

/// What kind of record an id names, by its first three characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SalesforceObject {
    /// `001`
    Account,
    /// `003`
    Contact,
    /// `005`
    User,
    /// `006`
    Opportunity,
    /// `00D`
    Organization,
    /// `00G`
    Group,
    /// `00T`
    Task,
    /// `00a`
    CaseComment,
    /// `012`
    RecordType,
    /// `017`
    CaseHistory,
    /// `01s`
    Pricebook,
    /// `01t`
    Product,
    /// `01u`
    PricebookEntry,
    /// `02s`
    EmailMessage,
    /// `0D5`
    FeedItem,
    /// `500`
    Case,
    /// `801`
    Order,
    /// `802`
    OrderItem,
    /// Another one: custom objects get theirs when an organisation creates them.
    Other([u8; 3]),
}

impl SalesforceId {
    /// Reads 15 or 18 characters. The suffix of 18 knows the capitals, so an id whose case was lost on the way (as in a
    /// spreadsheet, or read out) is read all the same.
    pub fn parse(written: &str) -> Result<Self, SalesforceIdError> {
        let bytes = written.trim().as_bytes();
        if !bytes.iter().all(u8::is_ascii_alphanumeric) {
            return Err(SalesforceIdError::Characters);
        }
        let mut id = [0; 18];
        match bytes.len() {
            15 => {
                id[..15].copy_from_slice(bytes);
                for group in 0..3 {
                    id[15 + group] = suffix(&id[group * 5..group * 5 + 5]);
                }
            }
            18 => {
                id.copy_from_slice(bytes);
                for group in 0..3 {
                    id[15 + group].make_ascii_uppercase();
                    let capitals =
                        SUFFIX.iter().position(|&code| code == id[15 + group]).ok_or(SalesforceIdError::Suffix)?;
                    for at in 0..5 {
                        let c = &mut id[group * 5 + at];
                        if capitals & 1 << at == 0 { c.make_ascii_lowercase() } else { c.make_ascii_uppercase() }
                    }
                    if suffix(&id[group * 5..group * 5 + 5]) != id[15 + group] {
                        return Err(SalesforceIdError::Suffix);
                    }
                }
            }
            got => return Err(SalesforceIdError::Length(got)),
        }
        Ok(Self(id))
    }

    /// The 18 characters.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).expect("only ASCII letters and digits are kept")
    }

    /// The kind of record.
    pub fn object(&self) -> SalesforceObject {
        use SalesforceObject as Object;
        match &self.0[..3] {
            b"001" => Object::Account,
            b"003" => Object::Contact,
            b"005" => Object::User,
            b"006" => Object::Opportunity,
            b"00D" => Object::Organization,
            b"00G" => Object::Group,
            b"00T" => Object::Task,
            b"00a" => Object::CaseComment,
            b"012" => Object::RecordType,
            b"017" => Object::CaseHistory,
            b"01s" => Object::Pricebook,
            b"01t" => Object::Product,
            b"01u" => Object::PricebookEntry,
            b"02s" => Object::EmailMessage,
            b"0D5" => Object::FeedItem,
            b"500" => Object::Case,
            b"801" => Object::Order,
            b"802" => Object::OrderItem,
            _ => Object::Other([self.0[0], self.0[1], self.0[2]]),
        }
    }
}

/// One bit per character of five, the first one lowest, set for capitals.
fn suffix(five: &[u8]) -> u8 {
    let capitals = five.iter().rev().fold(0, |bits, c| bits << 1 | usize::from(c.is_ascii_uppercase()));
    SUFFIX[capitals]
}

impl fmt::Display for SalesforceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for SalesforceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SalesforceId({})", self.as_str())
    }
}

impl FromStr for SalesforceId {
    type Err = SalesforceIdError;

    fn from_str(written: &str) -> Result<Self, SalesforceIdError> {
        Self::parse(written)
    }
}

impl Serialize for SalesforceId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for SalesforceId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn fifteen_and_eighteen_are_one_id() {
        for (short, long) in [("001D000000IqhSL", "001D000000IqhSLIAZ"), ("0014H00002LbR7Q", "0014H00002LbR7QQAV")] {
            let id = SalesforceId::parse(short).unwrap();
            assert_eq!(id.as_str(), long);
            assert_eq!(SalesforceId::parse(long), Ok(id));
            assert_eq!(SalesforceId::parse(&long.to_lowercase()), Ok(id));
            assert_eq!(SalesforceId::parse(&long.to_uppercase()), Ok(id));
        }
    }

    #[test]
    fn what_is_no_id_says_why() {
        for (written, error) in [
            ("", SalesforceIdError::Length(0)),
            ("001D000000IqhSLIA", SalesforceIdError::Length(17)),
            ("001D000000Iqh-L", SalesforceIdError::Characters),
            ("001D000000Iqhあ", SalesforceIdError::Characters),
            ("001D000000IqhSLIA9", SalesforceIdError::Suffix),
            ("001D000000IqhSLZAZ", SalesforceIdError::Suffix),
        ] {
            assert_eq!(SalesforceId::parse(written), Err(error), "{written}");
        }
    }

    #[test]
    fn the_prefix_names_the_object() {
        for (id, object) in [
            ("001D000000IqhSL", SalesforceObject::Account),
            ("500D000000IqhSL", SalesforceObject::Case),
            ("801D000000IqhSL", SalesforceObject::Order),
            ("a00D000000IqhSL", SalesforceObject::Other(*b"a00")),
        ] {
            assert_eq!(SalesforceId::parse(id).unwrap().object(), object, "{id}");
        }
    }

    proptest! {
        #[test]
        fn never_panics_and_reads_back(written in "\\PC{0,20}|[0-9a-zA-Z]{15}|[0-9a-zA-Z]{18}") {
            if let Ok(id) = SalesforceId::parse(&written) {
                prop_assert_eq!(SalesforceId::parse(id.as_str()), Ok(id));
                prop_assert_eq!(SalesforceId::parse(&id.as_str()[..15]), Ok(id));
            }
        }
    }
}
