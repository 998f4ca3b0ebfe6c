//! What belongs to a WHMCS service beside the service itself: add-ons, cancellation requests, what another plan would cost.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

use super::billing::ServiceStatus;
use super::money::Yen;
use super::text::Text;

/// An add-on of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addon {
    /// WHMCS's id.
    pub id: u64,
    /// The service it belongs to.
    pub service: u64,
    /// Name.
    pub name: Text,
    /// Where it stands.
    pub status: ServiceStatus,
    /// Recurring price in yen; `None` when not told.
    pub amount: Option<Yen>,
    /// One-time fee in yen.
    pub setup_fee: Option<Yen>,
    /// Billing cycle as written.
    pub cycle: Text,
    /// Since when.
    pub registered: Option<Date>,
    /// Next due date.
    pub next_due: Option<Date>,
}

/// Somebody asked to end a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelRequest {
    /// WHMCS's id.
    pub id: u64,
    /// The service that is to end.
    pub service: u64,
    /// When it was asked for.
    pub at: Option<Timestamp>,
    /// The reason given.
    pub reason: Text,
    /// When it takes effect.
    pub effect: CancelEffect,
}

/// When a cancellation takes effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CancelEffect {
    /// At once.
    Immediate,
    /// With the billing period.
    EndOfPeriod,
    /// A word the desk does not know.
    Other(Text),
}

/// A product that WHMCS sells, with its monthly or one-time price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Product id.
    pub id: u64,
    /// Name.
    pub name: Text,
    /// Group id: an upgrade stays within its group.
    pub group: u64,
    /// Cycles it is offered in, each with its price in yen.
    pub prices: Vec<(Cycle, Yen)>,
}

/// How often something is billed, as orders and upgrades name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cycle {
    /// For nothing.
    Free,
    /// Once.
    OneTime,
    /// Every month.
    Monthly,
    /// Every three months.
    Quarterly,
    /// Every six months.
    SemiAnnually,
    /// Every year.
    Annually,
    /// Every two years.
    Biennially,
    /// Every three years.
    Triennially,
}

impl Cycle {
    /// Reads a cycle as WHMCS writes it on a service (`Monthly`, `Semi-Annually`, `One Time`, `Free Account`) or in its
    /// requests (`monthly`, `semiannually`). `None` for any other word.
    pub fn read(written: &str) -> Option<Self> {
        let word: String = written.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        Some(match word.as_str() {
            "free" | "freeaccount" => Self::Free,
            "onetime" => Self::OneTime,
            "monthly" => Self::Monthly,
            "quarterly" => Self::Quarterly,
            "semiannually" => Self::SemiAnnually,
            "annually" => Self::Annually,
            "biennially" => Self::Biennially,
            "triennially" => Self::Triennially,
            _ => return None,
        })
    }

    /// How many months a period has; `None` for what is never billed again.
    pub const fn months(self) -> Option<i32> {
        match self {
            Self::Free | Self::OneTime => None,
            Self::Monthly => Some(1),
            Self::Quarterly => Some(3),
            Self::SemiAnnually => Some(6),
            Self::Annually => Some(12),
            Self::Biennially => Some(24),
            Self::Triennially => Some(36),
        }
    }
}

/// The first day of the billing period that `day` falls into: `due`, or a later day on which the service is due again. `due`
/// itself where the cycle tells of no later one.
pub fn period_with(day: Date, due: Date, cycle: Option<Cycle>) -> Date {
    let Some(months) = cycle.and_then(Cycle::months) else { return due };
    // Counted from the first: a month without a 31st must not make the later ones begin on the 30th.
    let starts = (0..).map_while(|n: i32| due.checked_add(months.checked_mul(n)?.months()).ok());
    starts.take_while(|start| *start <= day).last().unwrap_or(due)
}

/// What a change of product would cost now. WHMCS computes it (`UpgradeProduct` with `calconly`) and changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// The product now.
    pub from: Text,
    /// The product then.
    pub to: Text,
    /// The price as WHMCS writes it, e.g. `¥1200 JPY` or `¥-267 JPY`: it is formatted for display.
    pub price: Text,
    /// Days left of the billing period.
    pub days_left: Option<i64>,
    /// Days of the whole period.
    pub days_total: Option<i64>,
    /// An earlier change is not paid yet, so that another one would be refused.
    pub in_progress: Option<bool>,
}

impl Quote {
    /// What is to pay now, negative when WHMCS gives it back; `None` when it is written in a way that is not read as yen.
    pub fn due(&self) -> Option<Yen> {
        let written = self.price.trim().trim_end_matches("JPY").trim_end();
        // WHMCS puts the minus between the sign and the digits.
        Yen::parse(written.trim_start_matches(['¥', '￥'])).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_begins_on_the_due_day_or_the_last_of_a_shorter_month() {
        use jiff::civil::date;
        let month = Some(Cycle::Monthly);
        for (day, due, cycle, start) in [
            (date(2027, 2, 28), date(2026, 12, 1), month, date(2027, 2, 1)),
            (date(2027, 3, 31), date(2026, 12, 31), month, date(2027, 3, 31)),
            (date(2027, 2, 28), date(2026, 12, 31), month, date(2027, 2, 28)),
            (date(2027, 2, 28), date(2026, 12, 1), Some(Cycle::Quarterly), date(2026, 12, 1)),
            (date(2026, 11, 30), date(2026, 12, 1), month, date(2026, 12, 1)),
            (date(2027, 2, 28), date(2026, 12, 1), Some(Cycle::OneTime), date(2026, 12, 1)),
            (date(2027, 2, 28), date(2026, 12, 1), None, date(2026, 12, 1)),
        ] {
            assert_eq!(period_with(day, due, cycle), start, "{day} {due} {cycle:?}");
        }
    }

    #[test]
    fn a_quote_is_read_as_yen_where_it_is_written_so() {
        let due = |written: &str| {
            let price = Text::line(written);
            let (from, to) = (Text::default(), Text::default());
            Quote { from, to, price, days_left: None, days_total: None, in_progress: None }.due()
        };
        assert_eq!(due("¥-1,160 JPY"), Some(Yen(-1160)));
        assert_eq!(due("¥1200 JPY"), Some(Yen(1200)));
        assert_eq!(due("￥0"), Some(Yen::ZERO));
        assert_eq!((due("$12.00 USD"), due("")), (None, None));
    }

    #[test]
    fn cycles_are_read_in_both_spellings() {
        for (written, cycle) in [
            ("Monthly", Some(Cycle::Monthly)),
            ("Semi-Annually", Some(Cycle::SemiAnnually)),
            ("semiannually", Some(Cycle::SemiAnnually)),
            ("One Time", Some(Cycle::OneTime)),
            ("Free Account", Some(Cycle::Free)),
            ("Fortnightly", None),
            ("", None),
        ] {
            assert_eq!(Cycle::read(written), cycle, "{written}");
        }
    }
}
