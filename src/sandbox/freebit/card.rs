//! Cards that are not in use yet: with a number written onto them, waiting to be opened.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Where a card is in its life. A card is never used again, but one that was cancelled may be queued anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CardState {
    /// Number written, not opened ("semi-black").
    Queued,
    /// In use by a line.
    InUse,
    /// Taken off the queue.
    Cancelled,
    /// Gone.
    Lost,
    /// Sent back.
    Returned,
}

/// The codes of card states in PA05-20. `60` is documented, the others are this sandbox's own choice.
pub(super) const STATES: &[(&str, CardState)] =
    &[("60", CardState::Cancelled), ("70", CardState::Lost), ("80", CardState::Returned)];

/// A card that Freebit knows before there is a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Number printed on it.
    pub product_number: String,
    /// Phone number it was prepared for.
    pub account: String,
    /// Plan it was prepared for, if that is settled.
    pub plan_code: Option<String>,
    /// Last day of the number's reservation at the carrier it comes from.
    pub port_in_until: Option<Date>,
    /// Where it is in its life.
    pub state: CardState,
}

impl Card {
    /// A card with a number written onto it, ready to be registered.
    pub fn queued(product_number: &str, account: &str) -> Self {
        Self {
            product_number: product_number.to_owned(),
            account: account.to_owned(),
            plan_code: None,
            port_in_until: None,
            state: CardState::Queued,
        }
    }
}
