//! Whether a line is an eSIM, and what can be known of its profile.

use super::line::{Line, LineState};
use super::order::{ActivationStatus, Order, SimCard};
use super::text;

/// Whether a size names an eSIM, as Freebit writes it: `esim`.
pub fn is_esim(word: &str) -> bool {
    let letters = text::folded(word).chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    letters.to_ascii_uppercase().contains("ESIM")
}

/// What can be known of an eSIM profile. Freebit learns that the carrier confirmed the order; whether the phone downloaded
/// the profile, it never learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// A card of plastic has none.
    Physical,
    /// Asked for, not confirmed.
    Requested,
    /// The carrier confirmed it: the line is in service on this EID.
    Confirmed,
    /// Nobody says.
    Unknown,
}

/// What the line and the order it came from tell of its profile.
pub fn profile(line: Option<&Line>, card: Option<&SimCard>, order: Option<&Order>) -> Profile {
    let size = line.map(|it| &it.size).filter(|size| !size.is_empty()).map(|size| is_esim(size));
    let esim = size.or_else(|| card.and_then(|it| it.esim)).or_else(|| order.and_then(|it| it.esim));
    let eid = line.is_some_and(|line| !line.eid.is_empty());
    match esim {
        Some(false) if !eid => return Profile::Physical,
        None if !eid => return Profile::Unknown,
        _ => {}
    }
    match (line.map(|line| &line.state), order.map(|order| &order.activation)) {
        (Some(LineState::Active | LineState::Suspended | LineState::Ended), _) => Profile::Confirmed,
        (Some(LineState::Waiting | LineState::Temporary), _)
        | (None, Some(ActivationStatus::Activating | ActivationStatus::Scheduled)) => Profile::Requested,
        _ => Profile::Unknown,
    }
}

#[cfg(test)]
mod tests;
