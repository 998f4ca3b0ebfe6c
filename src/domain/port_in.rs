//! A number that comes from another carrier: what that carrier compares letter by letter before it lets go.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::entry::KanaName;
use super::phone::Msisdn;
use super::sim::{MnpReservation, ProductNumber};
use super::text::Text;

/// Everything a number is brought over with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortIn {
    /// The number.
    pub line: Msisdn,
    /// The card that is to carry it.
    pub card: ProductNumber,
    /// Freebit's code of the plan it will be on.
    pub plan: Text,
    /// The reservation at the other carrier.
    pub reservation: MnpReservation,
    /// Its last day.
    pub expires: Date,
    /// Who the other carrier has on record.
    pub holder: Holder,
    /// The Salesforce order that waits for it, by its number.
    pub order: Option<Text>,
}

/// A person or a company, as the other carrier has them on record. `Debug` tells nothing of them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Family name or company, as written.
    pub family: Text,
    /// Given name, as written.
    pub given: Text,
    /// Family name in katakana.
    pub family_kana: KanaName,
    /// Given name in katakana.
    pub given_kana: KanaName,
    /// What they are.
    pub gender: Gender,
    /// Date of birth; none for a company.
    pub born: Option<Date>,
}

impl fmt::Debug for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Holder(…)")
    }
}

/// What carriers ask of a subscriber.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gender {
    /// A man.
    Male,
    /// A woman.
    Female,
    /// A company.
    Company,
}

impl Gender {
    /// Each with its word.
    pub const WORDS: &'static [(&'static str, Self)] =
        &[("male", Self::Male), ("female", Self::Female), ("company", Self::Company)];

    /// The letter Freebit has for it.
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Male => "M",
            Self::Female => "W",
            Self::Company => "C",
        }
    }
}
