//! Amounts of data: what a plan holds, and what is added to a line: how much Freebit takes, how much this organisation
//! sells, and for how much.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::money::Yen;
use super::text::folded;

/// An amount of data in MB (1 GB = 1,000 MB) that Freebit takes in one call: 1 to 512,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quota(u32);

/// Why data cannot be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum QuotaError {
    /// Not a whole number of MB.
    #[error("a top-up is a whole number of MB")]
    NotANumber,
    /// More than Freebit takes, or nothing.
    #[error("Freebit takes 1 to {} MB at once", Quota::MOST)]
    BeyondFreebit,
    /// Not what is sold here.
    #[error("top-ups are sold in whole GB, from {least} to {most}")]
    NotSold {
        /// Smallest, in GB.
        least: u32,
        /// Largest, in GB.
        most: u32,
    },
}

impl Quota {
    /// The most that Freebit takes at once, in MB.
    pub const MOST: u32 = 512_000;

    /// So many MB.
    pub const fn new(mb: u32) -> Result<Self, QuotaError> {
        if mb >= 1 && mb <= Self::MOST { Ok(Self(mb)) } else { Err(QuotaError::BeyondFreebit) }
    }

    /// Reads MB, with or without thousands' commas.
    pub fn parse(written: &str) -> Result<Self, QuotaError> {
        let digits: String = folded(written).chars().filter(|c| *c != ',').collect();
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(QuotaError::NotANumber);
        }
        digits.parse().map_err(|_| QuotaError::BeyondFreebit).and_then(Self::new)
    }

    /// In MB, as Freebit wants it.
    pub const fn mb(self) -> u32 {
        self.0
    }
}

/// What an organisation sells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopUpOffer {
    /// Smallest top-up, in GB.
    pub least: u32,
    /// Largest top-up, in GB.
    pub most: u32,
    /// Price of each GB begun.
    pub per_gb: Yen,
}

/// One to 50 GB for ¥500 each.
impl Default for TopUpOffer {
    fn default() -> Self {
        Self { least: 1, most: 50, per_gb: Yen(500) }
    }
}

impl TopUpOffer {
    /// The top-up of so many GB, if it is sold.
    pub fn gigabytes(self, gb: u32) -> Result<Quota, QuotaError> {
        let quota = gb.checked_mul(1_000).ok_or(QuotaError::BeyondFreebit).and_then(Quota::new)?;
        self.check(quota).map(|()| quota)
    }

    /// Whether this much is sold.
    pub const fn check(self, quota: Quota) -> Result<(), QuotaError> {
        let (gb, rest) = (quota.0 / 1_000, quota.0 % 1_000);
        if rest == 0 && self.least <= gb && gb <= self.most {
            Ok(())
        } else {
            Err(QuotaError::NotSold { least: self.least, most: self.most })
        }
    }

    /// What it costs: every GB begun is paid whole.
    pub fn price(self, quota: Quota) -> Yen {
        Yen(self.per_gb.0.saturating_mul(i64::from(quota.0.div_ceil(1_000))))
    }
}

/// How much data a product's name promises, in MB (1 GB = 1,000 MB): `SIM Voice 10GB` is 10,000. `None` when it names none.
pub fn plan_size_mb(name: &str) -> Option<i64> {
    let name = folded(name).to_ascii_uppercase();
    [("GB", 1000), ("MB", 1)].into_iter().find_map(|(unit, mb)| {
        name.match_indices(unit).find_map(|(at, _)| {
            let before = name[..at].trim_end();
            let digits = before.len() - before.trim_end_matches(|c: char| c.is_ascii_digit()).len();
            // A dot before the digits would make this another number.
            let whole = !before[..before.len() - digits].ends_with(['.', ',']);
            let size: i64 = before[before.len() - digits..].parse().ok().filter(|_| whole)?;
            size.checked_mul(mb)
        })
    })
}

/// An amount of data as people write it: `500 MB`, `1 GB`, `1.5 GB`.
pub fn words(mb: i64) -> String {
    if mb.abs() < 1_000 {
        return format!("{mb} MB");
    }
    let (whole, rest) = (mb / 1_000, (mb % 1_000).abs());
    let fraction = format!("{rest:03}");
    match fraction.trim_end_matches('0') {
        "" => format!("{whole} GB"),
        fraction => format!("{whole}.{fraction} GB"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_gigabyte_begun_is_paid() {
        let offer = TopUpOffer::default();
        for (mb, yen) in [(1, 500), (1_000, 500), (1_001, 1_000), (50_000, 25_000), (512_000, 256_000)] {
            assert_eq!(offer.price(Quota::new(mb).unwrap()), Yen(yen), "{mb} MB");
        }
    }

    #[test]
    fn freebits_limits_are_wider_than_the_shops() {
        let offer = TopUpOffer::default();
        let not_sold = Err(QuotaError::NotSold { least: 1, most: 50 });
        for (mb, sold) in [(1_000, Ok(())), (50_000, Ok(())), (999, not_sold), (1_500, not_sold), (51_000, not_sold)] {
            assert_eq!(offer.check(Quota::new(mb).unwrap()), sold, "{mb} MB");
        }
        assert_eq!(offer.gigabytes(3).map(Quota::mb), Ok(3_000));
        assert_eq!(offer.gigabytes(51), Err(QuotaError::NotSold { least: 1, most: 50 }));
        assert_eq!(offer.gigabytes(u32::MAX), Err(QuotaError::BeyondFreebit));
    }

    #[test]
    fn reads_megabytes() {
        for (written, mb) in [("1", 1), ("512,000", 512_000), ("１０００", 1_000)] {
            assert_eq!(Quota::parse(written).map(Quota::mb), Ok(mb), "{written}");
        }
        for bad in ["", "1.5", "-1", "1 GB"] {
            assert_eq!(Quota::parse(bad), Err(QuotaError::NotANumber), "{bad}");
        }
        for beyond in ["0", "512001", "99999999999999"] {
            assert_eq!(Quota::parse(beyond), Err(QuotaError::BeyondFreebit), "{beyond}");
        }
    }

    #[test]
    fn a_plans_size_is_read_from_its_name_or_not_known() {
        for (name, mb) in [
            ("SIM Voice 10GB", Some(10_000)),
            ("SIM データ ２５ ＧＢ", Some(25_000)),
            ("Data 500MB", Some(500)),
            ("SIM Voice", None),
            ("1.5GB", None),
            ("GB", None),
            ("99999999999999999999GB", None),
        ] {
            assert_eq!(plan_size_mb(name), mb, "{name}");
        }
    }
}
