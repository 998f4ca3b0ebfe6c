//! The numbers on and around a SIM: card, chip, phone, activation code, porting reservation.
//!
//! Each is read once, strictly, and an error says what would have been right. What identifies a customer's equipment shows
//! only its end in `Debug`; an activation code shows nothing at all.

use std::fmt;

use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

use super::text::folded;

/// Why a text is not the number it should be. The number itself is never repeated.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SimError {
    /// Something else than digits.
    #[error("{what} has only digits")]
    NotDigits {
        /// `an EID`.
        what: &'static str,
    },
    /// Too few or too many digits.
    #[error("{what} has {expected} digits, this has {got}")]
    Length {
        /// `an EID`.
        what: &'static str,
        /// `32`, `18 to 20`.
        expected: &'static str,
        /// How many there are.
        got: usize,
    },
    /// An ICCID does not start with 89, the telecoms' industry number.
    #[error("an ICCID starts with 89")]
    IccidPrefix,
    /// The check digit is another one, or was left out.
    #[error("the check digit is missing or wrong: the last digit would be {last}, or {added} would follow")]
    IccidCheck {
        /// What the last digit would be if one digit is mistyped in its place.
        last: u8,
        /// The check digit of all digits given, if it was left out.
        added: u8,
    },
    /// What was given is an ICCID: the card's number, where the chip's is wanted.
    #[error("this is an ICCID, the card's number; an EID has 32 digits")]
    IccidForEid,
    /// The last two digits of the EID do not fit the others.
    #[error("a digit is wrong: these 30 digits would end in {expected:02}")]
    EidCheck {
        /// The two check digits, 2 to 98.
        expected: u8,
    },
    /// The last digit of the IMEI does not fit the others.
    #[error("a digit is wrong: these 14 digits would end in {expected}")]
    ImeiCheck {
        /// The check digit.
        expected: u8,
    },
    /// 16 digits: the IMEI with a software version in place of its check digit.
    #[error("this is an IMEISV; the IMEI is its first 14 digits and the check digit {check}")]
    ImeiSv {
        /// The check digit.
        check: u8,
    },
    /// Not two capital letters and 13 digits.
    #[error("a card's product number is two capital letters and 13 digits, like AX0000000000001")]
    ProductNumber,
    /// The activation code does not start with format 1.
    #[error("an activation code starts with LPA:1$ or 1$")]
    LpaFormat,
    /// The activation code names no server.
    #[error("the part after the first $ is the server's name, like smdp.example.com")]
    LpaHost,
    /// The part after the server is missing or has other characters than letters, digits and hyphens.
    #[error("the part after the second $ has only letters, digits and hyphens")]
    LpaMatchingId,
    /// What follows the matching id is not understood.
    #[error("after the matching id only an object identifier and the flag 1 can follow")]
    LpaTail,
}

/// The digits in `written` without spaces and hyphens.
fn digits(written: &str, what: &'static str) -> Result<String, SimError> {
    let compact: String = folded(written).chars().filter(|c| !c.is_whitespace() && *c != '-' && *c != '‐').collect();
    if compact.bytes().all(|byte| byte.is_ascii_digit()) { Ok(compact) } else { Err(SimError::NotDigits { what }) }
}

/// The digit that makes `digits` and itself pass the Luhn check.
fn luhn_check_digit(digits: &str) -> u8 {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, digit)| {
            let digit = u32::from(digit - b'0');
            // The check digit will take the place of weight one, so doubling starts with the last digit given.
            if at % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { digit }
        })
        .sum();
    ((10 - sum % 10) % 10) as u8
}

fn last_digit(digits: &str) -> (&str, u8) {
    let (body, last) = digits.split_at(digits.len() - 1);
    (body, last.as_bytes()[0] - b'0')
}

/// Groups of four, as printed on cards and shown by phones.
fn in_fours(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() * 5 / 4);
    for (at, digit) in digits.char_indices() {
        if at > 0 && at % 4 == 0 {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// A number for reading aloud: in fours where it is digits alone, else as it is written.
pub fn grouped(written: &str) -> String {
    let bare: String = written.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    if bare.bytes().all(|byte| byte.is_ascii_digit()) { in_fours(&bare) } else { written.to_owned() }
}

fn ending(digits: &str) -> String {
    format!("****{}", &digits[digits.len() - 4..])
}

macro_rules! number {
    ($name:ident) => {
        impl $name {
            /// The digits without separators.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// For the screen before a reveal: the last four, behind four stars.
            pub fn masked(&self) -> String {
                ending(&self.0)
            }
        }

        /// In groups of four digits.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&in_fours(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.masked())
            }
        }
    };
}

/// The number of a SIM card or profile (ITU E.118), 18 to 20 digits with a Luhn check digit.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Iccid(Box<str>);
number!(Iccid);

impl Iccid {
    /// Reads the number with or without separators and the `F` that fills the card's last half byte.
    pub fn parse(written: &str) -> Result<Self, SimError> {
        const WHAT: &str = "an ICCID";
        let digits = digits(folded(written).trim_end_matches(['F', 'f']), WHAT)?;
        if !(18..=20).contains(&digits.len()) {
            return Err(SimError::Length { what: WHAT, expected: "18 to 20", got: digits.len() });
        }
        if !digits.starts_with("89") {
            return Err(SimError::IccidPrefix);
        }
        let (body, last) = last_digit(&digits);
        let expected = luhn_check_digit(body);
        if last != expected {
            return Err(SimError::IccidCheck { last: expected, added: luhn_check_digit(&digits) });
        }
        Ok(Self(digits.into()))
    }
}

/// The number of an eSIM chip (GSMA SGP.29), 32 digits whose last two are a check (ISO 7064 mod 97-10). Most start with 89,
/// but nothing says they must.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Eid(Box<str>);
number!(Eid);

impl Eid {
    /// Reads the number with or without separators.
    pub fn parse(written: &str) -> Result<Self, SimError> {
        const WHAT: &str = "an EID";
        let digits = digits(written, WHAT)?;
        if digits.len() != 32 {
            return Err(match Iccid::parse(&digits) {
                Ok(_) => SimError::IccidForEid,
                Err(_) => SimError::Length { what: WHAT, expected: "32", got: digits.len() },
            });
        }
        let remainder = |part: &str| part.bytes().fold(0_u32, |rest, digit| (rest * 10 + u32::from(digit - b'0')) % 97);
        // 32 nines mod 97 fit, so all arithmetic stays below a thousand.
        let expected = 98 - remainder(&digits[..30]) * 100 % 97;
        if remainder(&digits) != 1 {
            return Err(SimError::EidCheck { expected: expected as u8 });
        }
        Ok(Self(digits.into()))
    }
}

/// The number of a phone or another device (3GPP TS 23.003), 15 digits with a Luhn check digit.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Imei(Box<str>);
number!(Imei);

impl Imei {
    /// Reads the number with or without separators.
    pub fn parse(written: &str) -> Result<Self, SimError> {
        const WHAT: &str = "an IMEI";
        let digits = digits(written, WHAT)?;
        match digits.len() {
            15 => {}
            16 => return Err(SimError::ImeiSv { check: luhn_check_digit(&digits[..14]) }),
            got => return Err(SimError::Length { what: WHAT, expected: "15", got }),
        }
        let (body, last) = last_digit(&digits);
        let expected = luhn_check_digit(body);
        if last != expected {
            return Err(SimError::ImeiCheck { expected });
        }
        Ok(Self(digits.into()))
    }
}

/// What Freebit knows a card by: two capital letters and 13 digits, printed on its back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProductNumber(Box<str>);

impl ProductNumber {
    /// Reads exactly the printed form; capitals matter to Freebit.
    pub fn parse(written: &str) -> Result<Self, SimError> {
        let bytes = written.trim().as_bytes();
        let fits = bytes.len() == 15
            && bytes[..2].iter().all(u8::is_ascii_uppercase)
            && bytes[2..].iter().all(u8::is_ascii_digit);
        if fits { Ok(Self(written.trim().into())) } else { Err(SimError::ProductNumber) }
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProductNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A number-porting (MNP) reservation, ten digits given out by the carrier that is left. One-stop porting has none.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MnpReservation(Box<str>);

/// Who seems to have given out a porting reservation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Donor {
    /// Starts with 11.
    Docomo,
    /// Starts with 12.
    Au,
    /// Starts with 13.
    SoftBank,
}

/// How long a porting reservation can still be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReservationStanding {
    /// As long as is wanted.
    Good {
        /// Days left, today and the last one included.
        left: i64,
    },
    /// Not as long as is wanted; a warning and no reason to refuse.
    Short {
        /// Days left, today and the last one included.
        left: i64,
    },
    /// Its last day is over.
    Expired,
}

impl MnpReservation {
    /// Reads the number with or without separators.
    pub fn parse(written: &str) -> Result<Self, SimError> {
        const WHAT: &str = "a porting reservation";
        let digits = digits(written, WHAT)?;
        if digits.len() == 10 {
            Ok(Self(digits.into()))
        } else {
            Err(SimError::Length { what: WHAT, expected: "10", got: digits.len() })
        }
    }

    /// The digits without separators.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A guess by custom, never a reason to refuse a number.
    pub fn donor_hint(&self) -> Option<Donor> {
        match &self.0[..2] {
            "11" => Some(Donor::Docomo),
            "12" => Some(Donor::Au),
            "13" => Some(Donor::SoftBank),
            _ => None,
        }
    }

    /// The last day (in Japan) on which a reservation issued that day can be used: 15 days with the day of issue.
    pub fn last_day(issued: Date) -> Date {
        issued.saturating_add(14.days())
    }

    /// How a reservation that can be used until `last_day` stands on `today` (both in Japan), if the carrier wants `wanted` days
    /// to be left, the last one included. Operators ask for seven to eleven, most for ten.
    pub fn standing(last_day: Date, today: Date, wanted: i64) -> ReservationStanding {
        let left = super::time::days_between(today, last_day) + 1;
        match left {
            ..=0 => ReservationStanding::Expired,
            _ if left < wanted => ReservationStanding::Short { left },
            _ => ReservationStanding::Good { left },
        }
    }

    /// For the screen before a reveal.
    pub fn masked(&self) -> String {
        format!("**-***-*{}", &self.0[6..])
    }
}

/// `11-234-56789`.
impl fmt::Display for MnpReservation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}-{}-{}", &self.0[..2], &self.0[2..5], &self.0[5..]))
    }
}

impl fmt::Debug for MnpReservation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MnpReservation({})", self.masked())
    }
}

/// Characters that people take down in one go where they stand between hyphens.
const MOST_AT_ONCE: usize = 6;

/// An eSIM activation code (GSMA SGP.22). Whoever has it can take the line, so it has no `Display`, and showing it has a name
/// that is easy to search for.
#[derive(Clone, PartialEq, Eq)]
pub struct Lpa {
    code: Box<str>,
    host: Box<str>,
    confirmation_required: bool,
}

impl Lpa {
    /// Reads `LPA:1$server$matching-id`, perhaps followed by `$oid` and `$1`; `LPA:` may be in any case or missing.
    pub fn parse(written: &str) -> Result<Self, SimError> {
        let written = written.trim();
        let code = match written.get(..4) {
            Some(scheme) if scheme.eq_ignore_ascii_case("LPA:") => &written[4..],
            _ => written,
        };
        let parts: Vec<&str> = code.split('$').collect();
        if parts[0] != "1" {
            return Err(SimError::LpaFormat);
        }
        let host = parts.get(1).copied().unwrap_or_default();
        if !is_host(host) {
            return Err(SimError::LpaHost);
        }
        if !parts.get(2).is_some_and(|id| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')) {
            return Err(SimError::LpaMatchingId);
        }
        let oid = parts.get(3).copied().unwrap_or_default();
        let flag = parts.get(4).copied().unwrap_or_default();
        let oid_fits =
            oid.is_empty() || oid.split('.').all(|arc| !arc.is_empty() && arc.bytes().all(|b| b.is_ascii_digit()));
        if parts.len() > 5 || !oid_fits || !matches!(flag, "" | "1") {
            return Err(SimError::LpaTail);
        }
        Ok(Self { code: format!("LPA:{code}").into(), host: host.into(), confirmation_required: flag == "1" })
    }

    /// The whole code, for the one place that shows or sends it after a reveal.
    pub fn expose(&self) -> &str {
        &self.code
    }

    /// The part that makes it a secret, for the same place, as people take it down: what has no hyphens in fours. Blanks are
    /// not part of it. It may be empty.
    pub fn expose_matching_id(&self) -> String {
        let id = self.code.split('$').nth(2).unwrap_or_default();
        let fours = |piece: &str| match piece.len() {
            ..=MOST_AT_ONCE => piece.to_owned(),
            _ => in_fours(piece),
        };
        id.split('-').map(fours).collect::<Vec<_>>().join("-")
    }

    /// The server the profile is downloaded from; no secret.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether the customer will be asked for a confirmation code.
    pub fn confirmation_required(&self) -> bool {
        self.confirmation_required
    }

    /// `LPA:1$smdp.example.com$****`.
    pub fn masked(&self) -> String {
        format!("LPA:1${}$****", self.host)
    }
}

fn is_host(host: &str) -> bool {
    let label =
        |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    host.contains('.') && host.split('.').all(label)
}

impl fmt::Debug for Lpa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lpa({})", self.masked())
    }
}

/// Kept as it is written, and read again as strictly.
macro_rules! kept {
    ($($name:ident),*) => {
        $(impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
            }
        })*
    };
}

kept!(Iccid, Eid, ProductNumber, MnpReservation);

#[cfg(test)]
mod tests;
