//! A second person who confirms at this desk: recognised by name and PIN.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::{pbkdf2, rand};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Deserializer};
use thiserror::Error;

use super::engine::Refused;
use crate::domain::access::{CallerLevel, Role};
use crate::domain::operation::Actor;
use crate::domain::phrase::Phrase;
use crate::domain::text::Text;
use crate::flow::operation::Pin;

/// Rounds for a new hash: about a quarter of a second on a small machine.
const ROUNDS: u32 = 600_000;
/// Fewer rounds than this protect nothing.
const FEWEST_ROUNDS: u32 = 10_000;
/// Rounds that nobody would wait for.
const MOST_ROUNDS: u32 = 20_000_000;
/// Wrong PINs after which a name is locked.
const MOST_WRONG: u32 = 5;
/// For how long.
const LOCKED: SignedDuration = SignedDuration::from_mins(15);

/// A person who may confirm what cannot be undone.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Supervisor {
    /// Their name.
    pub name: String,
    /// Their PIN, hashed by `madoguchi pin`.
    pub pin: PinHash,
}

/// A hashed PIN: `pbkdf2-sha256$<rounds>$<salt>$<hash>`, salt and hash in hex. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct PinHash {
    rounds: NonZeroU32,
    salt: [u8; 16],
    hash: [u8; 32],
}

/// The text is no hashed PIN, or none could be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PinHashError {
    /// The text is none.
    #[error("a hashed PIN looks like pbkdf2-sha256$600000$…$…: make one with `madoguchi pin`")]
    Shape,
    /// The PIN is too short.
    #[error("a PIN has four characters or more")]
    Short,
    /// No random numbers.
    #[error("the system gives no random numbers")]
    Random,
}

impl PinHash {
    /// Hashes a PIN.
    pub fn of(pin: &str) -> Result<Self, PinHashError> {
        if pin.chars().count() < 4 {
            return Err(PinHashError::Short);
        }
        let mut salt = [0; 16];
        rand::fill(&mut salt).map_err(|_| PinHashError::Random)?;
        Ok(Self::with(pin, salt, ROUNDS))
    }

    /// The PIN of the sandbox's supervisor, which opens nothing.
    pub fn of_sandbox(pin: &str) -> Self {
        Self::with(pin, *b"madoguchi sandbx", FEWEST_ROUNDS)
    }

    fn with(pin: &str, salt: [u8; 16], rounds: u32) -> Self {
        let rounds = NonZeroU32::new(rounds).unwrap_or(NonZeroU32::MIN);
        let mut hash = [0; 32];
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, rounds, &salt, pin.as_bytes(), &mut hash);
        Self { rounds, salt, hash }
    }

    /// Whether that is the PIN. Takes as long for a wrong one.
    pub fn fits(&self, pin: &str) -> bool {
        pbkdf2::verify(pbkdf2::PBKDF2_HMAC_SHA256, self.rounds, &self.salt, pin.as_bytes(), &self.hash).is_ok()
    }
}

impl std::fmt::Debug for PinHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PinHash(…)")
    }
}

impl std::fmt::Display for PinHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "pbkdf2-sha256${}$", self.rounds)?;
        self.salt.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str("$")?;
        self.hash.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::str::FromStr for PinHash {
    type Err = PinHashError;

    fn from_str(text: &str) -> Result<Self, PinHashError> {
        let read = || {
            let mut parts = text.trim().split('$');
            let ("pbkdf2-sha256", rounds) = (parts.next()?, parts.next()?.parse().ok()?) else { return None };
            let (salt, hash) = (bytes(parts.next()?)?, bytes(parts.next()?)?);
            let rounds = Some(rounds).filter(|it| (FEWEST_ROUNDS..=MOST_ROUNDS).contains(it))?;
            parts.next().is_none().then_some(Self { rounds: NonZeroU32::new(rounds)?, salt, hash })
        };
        read().ok_or(PinHashError::Shape)
    }
}

impl<'de> Deserialize<'de> for PinHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

fn bytes<const N: usize>(hex: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if hex.len() != 2 * N || !hex.is_ascii() {
        return None;
    }
    for (n, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[2 * n..2 * n + 2], 16).ok()?;
    }
    Some(bytes)
}

/// The supervisors of a desk, and the wrong PINs that were typed.
#[derive(Debug)]
pub struct Pins {
    supervisors: Arc<[Supervisor]>,
    wrong: Mutex<HashMap<String, (u32, Timestamp)>>,
}

impl Pins {
    pub fn new(supervisors: Vec<Supervisor>) -> Self {
        Self { supervisors: supervisors.into(), wrong: Mutex::default() }
    }

    /// The supervisor of that name, if that is their PIN.
    ///
    /// # Errors
    /// It is not, nobody is called so, or too many wrong ones were typed. The first two are told alike.
    pub async fn recognise(&self, name: String, pin: Pin, now: Timestamp) -> Result<Actor, Refused> {
        let key = name.trim().to_lowercase();
        if let Some((wrong, at)) = self.wrong().get(&key)
            && *wrong >= MOST_WRONG
            && now.duration_since(*at) < LOCKED
        {
            return Err(Refused(Phrase::new("operation-pin-locked").with("until", *at + LOCKED)));
        }
        let supervisors = Arc::clone(&self.supervisors);
        let named = key.clone();
        // Hashing takes long on purpose.
        let found = tokio::task::spawn_blocking(move || {
            let found = supervisors.iter().find(|it| it.name.trim().to_lowercase() == named);
            found.filter(|it| it.pin.fits(&pin.0)).cloned()
        });
        let Some(found) = found.await.ok().flatten() else {
            let mut wrong = self.wrong();
            let tries = wrong.entry(key).or_insert((0, now));
            // A lock that is over is forgotten.
            let count = if tries.0 >= MOST_WRONG { 0 } else { tries.0 };
            *tries = (count + 1, now);
            return Err("operation-pin-wrong".into());
        };
        self.wrong().remove(&key);
        Ok(Actor { name: Text::line(&found.name), role: Role::Supervisor, caller: CallerLevel::V0 })
    }

    fn wrong(&self) -> std::sync::MutexGuard<'_, HashMap<String, (u32, Timestamp)>> {
        self.wrong.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_reads_back_and_knows_its_pin() {
        let hash = PinHash::of_sandbox("4711");
        let read: PinHash = hash.to_string().parse().unwrap();
        assert_eq!(read, hash);
        assert!(read.fits("4711") && !read.fits("4712"));
        assert_eq!(format!("{hash:?}"), "PinHash(…)");
        assert_eq!(PinHash::of("123"), Err(PinHashError::Short));
    }

    #[test]
    fn other_texts_are_no_hashes() {
        let hash = PinHash::of_sandbox("4711").to_string();
        let weak = hash.replace("$10000$", "$1$");
        for text in ["", "4711", "pbkdf2-sha256$600000$00$00", &weak, &hash[1..], &format!("{hash}$")] {
            assert_eq!(text.parse::<PinHash>(), Err(PinHashError::Shape), "{text}");
        }
    }

    #[tokio::test]
    async fn five_wrong_pins_lock_the_name_for_a_quarter_of_an_hour() {
        let pins = Pins::new(vec![Supervisor { name: "Kato".to_owned(), pin: PinHash::of_sandbox("4711") }]);
        let now: Timestamp = "2026-11-22T01:00:00Z".parse().unwrap();
        let ask = |pin: &str, at| pins.recognise(" kato".to_owned(), Pin(pin.to_owned()), at);
        assert_eq!(ask("4711", now).await.unwrap().name, "Kato");
        for _ in 0..5 {
            assert_eq!(ask("0000", now).await.unwrap_err().0.key, "operation-pin-wrong");
        }
        assert_eq!(ask("4711", now).await.unwrap_err().0.key, "operation-pin-locked");
        assert!(ask("4711", now + LOCKED).await.is_ok());
    }
}
