//! Yen. The currency has no fraction, so amounts are whole numbers and never a float.

use std::{
    fmt,
    iter::Sum,
    ops::{Add, AddAssign, Neg, Sub},
    str::FromStr,
};

use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

use super::text::Text;

/// An amount in whole yen; negative for credits and refunds. Arithmetic stops at the ends of `i64` instead of wrapping.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Yen(pub i64);

/// Why a text is not an amount of yen.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MoneyError {
    /// Nothing was given; an absent amount is unknown and never zero.
    #[error("no amount was given")]
    Empty,
    /// Not a decimal number.
    #[error("“{0}” is not an amount")]
    NotANumber(Text),
    /// Yen have no fraction, so this amount is in another currency or wrong; rounding would hide which.
    #[error("“{0}” has a fraction, and yen have none")]
    Fraction(Text),
    /// Beyond what is counted here.
    #[error("“{0}” is too large to be an amount")]
    TooLarge(Text),
}

impl Yen {
    /// Nothing to pay.
    pub const ZERO: Self = Self(0);

    /// Reads a decimal as WHMCS writes it (`3300.00`), also `3,300`, `-500.00`, `¥3,300`.
    pub fn parse(written: &str) -> Result<Self, MoneyError> {
        let amount = written.trim();
        if amount.is_empty() {
            return Err(MoneyError::Empty);
        }
        let wrong = || MoneyError::NotANumber(Text::line(written));
        let (negative, amount) = match amount.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, amount),
        };
        let amount = amount.strip_prefix(['¥', '￥']).unwrap_or(amount);
        let digits = ungrouped(amount).ok_or_else(wrong)?;
        let value = Decimal::from_str_exact(&digits)
            .or_else(|_| Decimal::from_scientific(&digits))
            .map_err(|_| MoneyError::TooLarge(Text::line(written)))?;
        if !value.fract().is_zero() {
            return Err(MoneyError::Fraction(Text::line(written)));
        }
        let yen = value.to_i64().ok_or_else(|| MoneyError::TooLarge(Text::line(written)))?;
        Ok(Self(if negative { -yen } else { yen }))
    }

    /// Whether there is nothing to pay.
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }
}

/// The digits without their thousands separators; `None` when the separators are not where thousands are.
fn ungrouped(amount: &str) -> Option<String> {
    let (whole, rest) = amount.split_at(amount.find(['.', 'e', 'E']).unwrap_or(amount.len()));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next().filter(|first| digits(first))?;
    let grouped = whole.len() > first.len();
    if grouped && (first.len() > 3 || !groups.all(|group| group.len() == 3 && digits(group))) {
        return None;
    }
    // The fraction, and the exponent that a JSON writer may choose for large numbers.
    let number = rest.strip_prefix('.').map_or_else(
        || rest.is_empty() || exponent(rest),
        |fraction| {
            let (fraction, power) = fraction.split_at(fraction.find(['e', 'E']).unwrap_or(fraction.len()));
            digits(fraction) && (power.is_empty() || exponent(power))
        },
    );
    // Trailing zeroes say nothing, and there may be more of them than a decimal can hold.
    let rest = if rest.contains(['e', 'E']) { rest } else { rest.trim_end_matches('0').trim_end_matches('.') };
    number.then(|| whole.replace(',', "") + rest)
}

fn exponent(part: &str) -> bool {
    let power = part.trim_start_matches(['e', 'E']).trim_start_matches(['+', '-']);
    (1..=3).contains(&power.len()) && power.bytes().all(|byte| byte.is_ascii_digit())
}

/// `¥3,300`, `-¥500`.
impl fmt::Display for Yen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Written backwards into a place of its own: a table of bills writes a hundred of these a frame.
        let mut out = [0; 32];
        let mut start = out.len();
        let mut put = |bytes: &[u8]| {
            start -= bytes.len();
            out[start..start + bytes.len()].copy_from_slice(bytes);
        };
        let mut rest = self.0.unsigned_abs();
        for at in 0.. {
            if at > 0 && at % 3 == 0 {
                put(b",");
            }
            put(&[b'0' + (rest % 10) as u8]);
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        put("¥".as_bytes());
        if self.0 < 0 {
            put(b"-");
        }
        f.pad(str::from_utf8(&out[start..]).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for Yen {
    type Err = MoneyError;

    fn from_str(written: &str) -> Result<Self, MoneyError> {
        Self::parse(written)
    }
}

impl Add for Yen {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Yen {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Yen {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Yen {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for Yen {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl Serialize for Yen {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

/// From a JSON number or a decimal string, as systems send the one or the other for the same field.
impl<'de> Deserialize<'de> for Yen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl de::Visitor<'_> for Visitor {
            type Value = Yen;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an amount in yen, as a number or a decimal string")
            }

            fn visit_i64<E: de::Error>(self, yen: i64) -> Result<Yen, E> {
                Ok(Yen(yen))
            }

            fn visit_u64<E: de::Error>(self, yen: u64) -> Result<Yen, E> {
                i64::try_from(yen).map(Yen).map_err(|_| E::custom(MoneyError::TooLarge(Text::line(&yen.to_string()))))
            }

            fn visit_f64<E: de::Error>(self, yen: f64) -> Result<Yen, E> {
                Yen::parse(&yen.to_string()).map_err(E::custom)
            }

            fn visit_str<E: de::Error>(self, yen: &str) -> Result<Yen, E> {
                Yen::parse(yen).map_err(E::custom)
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_what_systems_write() {
        for (written, yen) in [
            ("3300.00", 3300),
            ("3,300", 3300),
            ("1,234,567.00", 1_234_567),
            ("0.00", 0),
            ("-500.00", -500),
            (" 12 ", 12),
            ("¥3,300", 3300),
            ("-¥500", -500),
            ("3.3e3", 3300),
            ("9223372036854775807", i64::MAX),
            ("1.00000000000000000000000000000000000000", 1),
        ] {
            assert_eq!(Yen::parse(written), Ok(Yen(yen)), "{written}");
        }
    }

    #[test]
    fn refuses_what_is_no_yen_and_says_why() {
        let text = Text::line;
        for (written, error) in [
            ("", MoneyError::Empty),
            ("  ", MoneyError::Empty),
            ("abc", MoneyError::NotANumber(text("abc"))),
            ("3,30", MoneyError::NotANumber(text("3,30"))),
            ("1.234,56", MoneyError::NotANumber(text("1.234,56"))),
            ("--5", MoneyError::NotANumber(text("--5"))),
            ("+5", MoneyError::NotANumber(text("+5"))),
            ("5.", MoneyError::NotANumber(text("5."))),
            ("1_000", MoneyError::NotANumber(text("1_000"))),
            ("3300.50", MoneyError::Fraction(text("3300.50"))),
            ("99999999999999999999", MoneyError::TooLarge(text("99999999999999999999"))),
            ("1e300", MoneyError::TooLarge(text("1e300"))),
        ] {
            assert_eq!(Yen::parse(written), Err(error), "{written}");
        }
    }

    #[test]
    fn shows_groups_of_thousands() {
        for (yen, shown) in [
            (0, "¥0"),
            (999, "¥999"),
            (3300, "¥3,300"),
            (-500, "-¥500"),
            (1_234_567, "¥1,234,567"),
            (-100_000, "-¥100,000"),
        ] {
            assert_eq!(Yen(yen).to_string(), shown);
        }
        assert_eq!(format!("{:>8}", Yen(500)), "    ¥500");
    }

    #[test]
    fn reads_json_numbers_and_strings() {
        let read = |json| serde_json::from_str::<Yen>(json).map_err(|error| error.to_string());
        assert_eq!(read("3300"), Ok(Yen(3300)));
        assert_eq!(read("3300.0"), Ok(Yen(3300)));
        assert_eq!(read("-1"), Ok(Yen(-1)));
        assert_eq!(read("\"3300.00\""), Ok(Yen(3300)));
        assert!(read("1.5").is_err_and(|error| error.contains("fraction")));
        assert!(read("null").is_err());
        assert!(read("18446744073709551615").is_err());
    }

    #[test]
    fn sums_without_wrapping() {
        assert_eq!([Yen(1), Yen(2)].into_iter().sum::<Yen>(), Yen(3));
        assert_eq!(Yen(i64::MAX) + Yen(1), Yen(i64::MAX));
        assert_eq!(-Yen(i64::MIN), Yen(i64::MAX));
    }

    proptest! {
        #[test]
        fn never_panics(written in "\\PC{0,40}|[-0-9.,eE¥]{0,40}") {
            let _ = Yen::parse(&written);
        }

        #[test]
        fn reads_back_what_it_shows(yen in -1_000_000_000_000_i64..1_000_000_000_000) {
            prop_assert_eq!(Yen::parse(&Yen(yen).to_string()), Ok(Yen(yen)));
        }
    }
}
