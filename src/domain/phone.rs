//! Phone numbers, in whatever spelling a caller's number is written down.
//!
//! Two types, because two questions are asked. [`Phone`] is anybody's number as found in a contact: it is only brought to one
//! spelling. [`Msisdn`] is the number of a line this operator runs, and has to fit Japan's numbering plan for mobiles and
//! machines. A general phone-number library was decided against: the current one calls 020 a pager and refuses the 14-digit
//! 0200 numbers that real data SIMs have.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

use super::text::folded;

/// A phone number in one canonical spelling. `Debug` shows it masked.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone {
    country: Country,
    /// Japan: national digits with their leading 0. Elsewhere: country code and number, without `+`.
    digits: Box<str>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Country {
    Japan,
    Other,
}

/// What sort of number it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PhoneKind {
    /// 060, 070, 080, 090 and eight digits.
    Mobile,
    /// 020 and eight digits, or 0200 and ten: numbers of machines and data SIMs.
    Machine,
    /// 050 and eight digits.
    Internet,
    /// An area code and a local number, ten digits together, or a service number such as 0120.
    Fixed,
    /// A number outside Japan.
    Foreign,
}

/// Why a text is not a phone number. The number itself is never repeated.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PhoneError {
    /// Letters or signs that no spelling of a phone number has, or nothing at all.
    #[error("a phone number has digits, spaces, hyphens, dots, parentheses and perhaps a leading +")]
    NotAPhone,
    /// Neither a leading 0 nor a country code.
    #[error("a whole phone number starts with 0 or with + and a country code")]
    NoPrefix,
    /// Mobile and internet numbers have 11 digits.
    #[error("a number starting with {prefix} has 11 digits, this has {got}")]
    Eleven {
        /// The first three digits, `090`.
        prefix: Box<str>,
        /// How many digits there are.
        got: usize,
    },
    /// Wrong number of digits for Japan.
    #[error("a phone number in Japan has 10 or 11 digits (14 when it starts with 0200), this has {got}")]
    Length {
        /// How many digits there are.
        got: usize,
    },
    /// Wrong number of digits for the world.
    #[error("an international number has 7 to 15 digits after the +, this has {got}")]
    ForeignLength {
        /// How many digits there are.
        got: usize,
    },
}

impl Phone {
    /// Reads any spelling: full-width digits, every dash, dots, parentheses, `+81`, `81`, `0081`, `+81 (0)90`.
    pub fn parse(written: &str) -> Result<Self, PhoneError> {
        let digits = phone_digits(written).ok_or(PhoneError::NotAPhone)?;
        let international = digits
            .strip_prefix('+')
            // The prefixes for dialling abroad, from Japan and from most of the world; nothing in Japan starts so.
            .or_else(|| digits.strip_prefix("010"))
            .or_else(|| digits.strip_prefix("00"));
        if let Some(number) = international {
            return match number.strip_prefix("81") {
                Some(national) => Self::japan(national),
                None if (7..=15).contains(&number.len()) && !number.starts_with('0') => {
                    Ok(Self { country: Country::Other, digits: number.into() })
                }
                None => Err(PhoneError::ForeignLength { got: number.len() }),
            };
        }
        match digits.strip_prefix("81") {
            _ if digits.starts_with('0') => Self::japan(&digits),
            Some(national) if national.len() >= 9 => Self::japan(national),
            _ => Err(PhoneError::NoPrefix),
        }
    }

    /// `national` with or without its leading 0.
    fn japan(national: &str) -> Result<Self, PhoneError> {
        let digits = format!("0{}", national.strip_prefix('0').unwrap_or(national));
        let got = digits.len();
        let expected = match digits.get(..3) {
            _ if digits.starts_with("0200") => 14,
            _ if digits.starts_with("0800") => 11,
            Some("020" | "050" | "060" | "070" | "080" | "090") => 11,
            _ => 10,
        };
        match (expected, got) {
            _ if got == expected => Ok(Self { country: Country::Japan, digits: digits.into() }),
            (11, 3..) => Err(PhoneError::Eleven { prefix: digits[..3].into(), got }),
            _ => Err(PhoneError::Length { got }),
        }
    }

    /// What sort of number it is.
    pub fn kind(&self) -> PhoneKind {
        if self.country == Country::Other {
            return PhoneKind::Foreign;
        }
        match &self.digits[..3] {
            _ if self.digits.len() == 10 || self.digits.starts_with("0800") => PhoneKind::Fixed,
            "020" => PhoneKind::Machine,
            "050" => PhoneKind::Internet,
            _ => PhoneKind::Mobile,
        }
    }

    /// The canonical digits: national with the leading 0 for Japan, with the country code elsewhere.
    pub fn digits(&self) -> &str {
        &self.digits
    }

    /// `+819012345678`.
    pub fn e164(&self) -> String {
        match self.country {
            Country::Japan => format!("+81{}", &self.digits[1..]),
            Country::Other => format!("+{}", self.digits),
        }
    }

    /// The digits as people group them: `["090", "1234", "5678"]`. Systems store any separator between these, so they are
    /// also what a search with wildcards is made of.
    pub fn groups(&self) -> Vec<&str> {
        let digits = &*self.digits;
        let cut = |first: usize, second: usize| {
            let (area, rest) = digits.split_at(first);
            let (local, last) = rest.split_at(second);
            vec![area, local, last]
        };
        match self.kind() {
            PhoneKind::Foreign => vec![digits],
            PhoneKind::Machine if digits.len() == 14 => cut(4, 5),
            PhoneKind::Mobile | PhoneKind::Internet | PhoneKind::Machine => cut(3, 4),
            PhoneKind::Fixed if digits.len() == 11 => cut(4, 3),
            PhoneKind::Fixed if is_service(digits) => cut(4, 3),
            PhoneKind::Fixed => {
                let area = area_code_len(digits);
                cut(area, 6 - area)
            }
        }
    }

    /// Whether the number ends so.
    pub fn matches_suffix(&self, tail: &PhoneTail) -> bool {
        self.digits.ends_with(&*tail.0)
    }

    /// For the screen before a reveal: `090-****-5678`. The last four digits stay, because callers are asked for them.
    pub fn masked(&self) -> String {
        let keep = self.digits.len() - 4;
        match self.groups().as_slice() {
            [area, local, last] if last.len() == 4 => format!("{area}-{}-{last}", "*".repeat(local.len())),
            [area, ..] if self.country == Country::Japan => {
                format!("{area}-{}{}", "*".repeat(keep - area.len()), &self.digits[keep..])
            }
            _ => format!("+{}{}", "*".repeat(keep), &self.digits[keep..]),
        }
    }
}

/// Grouped by hyphens: `090-1234-5678`, `03-1234-5678`; foreign numbers as `+14155550123`.
impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.country {
            Country::Japan => f.pad(&self.groups().join("-")),
            Country::Other => f.pad(&self.e164()),
        }
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone({})", self.masked())
    }
}

/// In its canonical spelling.
impl Serialize for Phone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.e164())
    }
}

impl<'de> Deserialize<'de> for Phone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// The last digits of a number, four or more: what a caller reads out instead of the whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhoneTail(Box<str>);

impl PhoneTail {
    /// Reads at least four and at most 14 digits with any separators; `None` for anything else.
    pub fn parse(written: &str) -> Option<Self> {
        let digits = phone_digits(written)?;
        ((4..=14).contains(&digits.len()) && !digits.starts_with('+')).then(|| Self(digits.into()))
    }

    /// The digits.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

/// The digits of a phone number's spelling, with `+` if it leads; `None` when something else is in there.
pub(super) fn phone_digits(written: &str) -> Option<String> {
    let mut digits = String::new();
    for c in folded(written).chars() {
        match c {
            '0'..='9' => digits.push(c),
            '+' if digits.is_empty() => digits.push(c),
            '.' | '・' | '(' | ')' | '/' => {}
            _ if is_hyphen(c) || c.is_whitespace() => {}
            _ => return None,
        }
    }
    (digits.len() > usize::from(digits.starts_with('+'))).then_some(digits)
}

/// What people write for a hyphen between digits.
pub(super) const fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '－' | '﹣' | 'ｰ' | '‐'..='―' | '−' | 'ー' | '─' | '━')
}

/// Numbers that belong to a service and not to a place.
fn is_service(digits: &str) -> bool {
    ["0120", "0570", "0990", "0180", "0170"].iter().any(|prefix| digits.starts_with(prefix))
}

/// How many digits the area code has. The plan has some 500 areas; this table knows the large ones and gives the others four
/// digits, which is right for most of them and only a matter of where a hyphen stands for the rest.
fn area_code_len(digits: &str) -> usize {
    const FOUR: [&str; 19] = [
        "0422", "0428", "0436", "0438", "0439", "0460", "0463", "0465", "0466", "0467", "0470", "0475", "0476", "0478",
        "0479", "0480", "0493", "0494", "0495",
    ];
    const THREE: [&str; 47] = [
        "011", "017", "018", "019", "022", "023", "024", "025", "026", "027", "028", "029", "042", "043", "044", "045",
        "046", "047", "048", "049", "052", "053", "054", "055", "058", "059", "072", "073", "075", "076", "077", "078",
        "079", "082", "083", "084", "086", "087", "088", "089", "092", "093", "095", "096", "097", "098", "099",
    ];
    match digits {
        _ if digits.starts_with("03") || digits.starts_with("06") => 2,
        _ if FOUR.contains(&&digits[..4]) => 4,
        _ if THREE.contains(&&digits[..3]) => 3,
        _ => 4,
    }
}

/// Whether numbers that can belong to nobody are lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fixtures {
    /// Only numbers that a person can have.
    #[default]
    Refused,
    /// Also mobile numbers whose fourth digit is 0. They are assigned to nobody, which is why invented customers have them.
    Allowed,
}

/// The number of one line: Freebit's `account`. `Debug` shows it masked.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Msisdn(Phone);

/// Why a number cannot be a line's.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MsisdnError {
    /// Not a phone number at all, or with digits missing.
    #[error(transparent)]
    Phone(#[from] PhoneError),
    /// A landline, a service number, an internet phone or a number abroad.
    #[error("a line's number starts with 060, 070, 080, 090 or 020")]
    NotALine,
    /// 0600 belongs to fixed-mobile services; 0700, 0800 and 0900 to nobody.
    #[error("the fourth digit of a mobile number is never 0")]
    Unassigned,
    /// 0204 belongs to pagers.
    #[error("numbers starting with 0204 are pagers")]
    Pager,
}

impl Msisdn {
    /// Reads any spelling of a line's number.
    pub fn parse(written: &str, fixtures: Fixtures) -> Result<Self, MsisdnError> {
        Self::try_from_phone(Phone::parse(written)?, fixtures)
    }

    /// The line's number that `phone` is.
    pub fn try_from_phone(phone: Phone, fixtures: Fixtures) -> Result<Self, MsisdnError> {
        let fourth = phone.digits.as_bytes().get(3).copied();
        match (phone.kind(), fourth) {
            (PhoneKind::Mobile, Some(b'0')) if fixtures == Fixtures::Refused => Err(MsisdnError::Unassigned),
            // 0800 and seven digits is a toll-free number; with the fixtures it is an invented mobile as well.
            (PhoneKind::Fixed, Some(b'0')) if phone.digits.starts_with("0800") && fixtures == Fixtures::Allowed => {
                Ok(Self(phone))
            }
            (PhoneKind::Machine, Some(b'4')) => Err(MsisdnError::Pager),
            (PhoneKind::Mobile | PhoneKind::Machine, _) => Ok(Self(phone)),
            (PhoneKind::Fixed | PhoneKind::Internet | PhoneKind::Foreign, _) => Err(MsisdnError::NotALine),
        }
    }

    /// National digits without separators, 11 or 14, as Freebit wants them.
    pub fn digits(&self) -> &str {
        self.0.digits()
    }

    /// The number as a phone number.
    pub fn phone(&self) -> &Phone {
        &self.0
    }

    /// `090-****-5678`.
    pub fn masked(&self) -> String {
        self.0.masked()
    }
}

impl fmt::Display for Msisdn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// As digits.
impl Serialize for Msisdn {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.digits())
    }
}

/// From digits that were checked when they were written down, invented numbers too.
impl<'de> Deserialize<'de> for Msisdn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?, Fixtures::Allowed).map_err(de::Error::custom)
    }
}

impl fmt::Debug for Msisdn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Msisdn({})", self.masked())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn canonical(digits: &str, spellings: &[&str]) {
        for spelling in spellings {
            assert_eq!(Phone::parse(spelling).as_ref().map(Phone::digits), Ok(digits), "{spelling}");
        }
    }

    #[test]
    fn every_spelling_is_one_number() {
        canonical(
            "09001234567",
            &[
                "09001234567",
                "090-0123-4567",
                "090 0123 4567",
                "０９０－０１２３－４５６７",
                "090‐0123‑4567",
                "090–0123—4567",
                "090―0123−4567",
                "090ー0123ｰ4567",
                "(090)0123-4567",
                "090.0123.4567",
                "+81 90 0123 4567",
                "＋８１ ９０ ０１２３ ４５６７",
                "+81-(0)90-0123-4567",
                "819001234567",
                "+81.9001234567",
                "0081 90 0123 4567",
                "010-81-90-0123-4567",
                "81 090 0123 4567",
            ],
        );
        canonical("0300001234", &["03-0000-1234", "+81300001234", "81300001234", "（０３）００００−１２３４"]);
        canonical("02000123456789", &["02000123456789", "+81 2000123456789"]);
        canonical("14155550123", &["+1 (415) 555-0123", "0014155550123"]);
    }

    #[test]
    fn shown_grouped_and_masked() {
        for (number, shown, masked) in [
            ("09001234567", "090-0123-4567", "090-****-4567"),
            ("0300001234", "03-0000-1234", "03-****-1234"),
            ("0450001234", "045-000-1234", "045-***-1234"),
            ("0422001234", "0422-00-1234", "0422-**-1234"),
            ("0120000123", "0120-000-123", "0120-**0123"),
            ("05000001234", "050-0000-1234", "050-****-1234"),
            ("02000123456789", "0200-01234-56789", "0200-******6789"),
            ("+14155550123", "+14155550123", "+*******0123"),
        ] {
            let phone = Phone::parse(number).unwrap();
            assert_eq!((phone.to_string(), phone.masked()), (shown.into(), masked.into()));
            assert_eq!(format!("{phone:?}"), format!("Phone({masked})"));
        }
        assert_eq!(Phone::parse("090-0123-4567").unwrap().e164(), "+819001234567");
    }

    #[test]
    fn what_is_no_number_says_what_would_be() {
        for (written, error) in [
            ("", PhoneError::NotAPhone),
            ("+", PhoneError::NotAPhone),
            ("call me", PhoneError::NotAPhone),
            ("090+123", PhoneError::NotAPhone),
            ("5678", PhoneError::NoPrefix),
            ("0900123456", PhoneError::Eleven { prefix: "090".into(), got: 10 }),
            ("09", PhoneError::Length { got: 2 }),
            ("031234567", PhoneError::Length { got: 9 }),
            ("+99", PhoneError::ForeignLength { got: 2 }),
        ] {
            assert_eq!(Phone::parse(written), Err(error), "{written}");
        }
    }

    #[test]
    fn tails_have_four_digits_or_more() {
        let phone = Phone::parse("090-0123-4567").unwrap();
        for (tail, matches) in
            [("4567", true), ("3-4567", true), ("４５６７", true), ("09001234567", true), ("4568", false)]
        {
            assert_eq!(phone.matches_suffix(&PhoneTail::parse(tail).unwrap()), matches, "{tail}");
        }
        for none in ["567", "", "+8190", "456a", "123456789012345"] {
            assert_eq!(PhoneTail::parse(none), None, "{none}");
        }
    }

    #[test]
    fn lines_follow_the_numbering_plan() {
        for accepted in [
            "09012345678",
            "090-1234-5678",
            "＋８１ ９０ １２３４ ５６７８",
            "819012345678",
            "06012345678",
            "02012345678",
            "02001234567890",
        ] {
            assert!(Msisdn::parse(accepted, Fixtures::Refused).is_ok(), "{accepted}");
        }
        for (rejected, error) in [
            ("06001234567", MsisdnError::Unassigned),
            ("02041234567", MsisdnError::Pager),
            ("09001234567", MsisdnError::Unassigned),
            ("08001234567", MsisdnError::NotALine),
            ("0312345678", MsisdnError::NotALine),
            ("05012345678", MsisdnError::NotALine),
            ("+14155550123", MsisdnError::NotALine),
            ("0901234567", PhoneError::Eleven { prefix: "090".into(), got: 10 }.into()),
            ("02001234567", PhoneError::Length { got: 11 }.into()),
        ] {
            assert_eq!(Msisdn::parse(rejected, Fixtures::Refused), Err(error), "{rejected}");
        }
    }

    #[test]
    fn invented_customers_have_impossible_numbers() {
        for fixture in ["09001234567", "08001234567", "07001234567", "06001234567"] {
            assert!(Msisdn::parse(fixture, Fixtures::Refused).is_err(), "{fixture}");
            assert_eq!(Msisdn::parse(fixture, Fixtures::Allowed).as_ref().map(Msisdn::digits), Ok(fixture));
        }
        assert_eq!(Msisdn::parse("02041234567", Fixtures::Allowed), Err(MsisdnError::Pager));
    }

    proptest! {
        #[test]
        fn never_panics(written in "\\PC{0,30}|[-+0-9 ()]{0,30}") {
            if let Ok(phone) = Phone::parse(&written) {
                prop_assert_eq!(Phone::parse(&phone.e164()), Ok(phone.clone()));
                prop_assert_eq!(Phone::parse(&phone.to_string()), Ok(phone.clone()));
                prop_assert!(!phone.masked().contains(phone.digits()));
                let _ = Msisdn::try_from_phone(phone, Fixtures::Allowed);
            }
            let _ = PhoneTail::parse(&written);
        }
    }
}
