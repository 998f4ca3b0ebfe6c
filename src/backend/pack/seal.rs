//! How a pack is sealed: a key is made of the passphrase by Argon2id, slowly and with much memory, and AES-256-GCM-SIV seals
//! the customers under it, with what is written on the pack. A checksum at the end tells a damaged file from a wrong
//! passphrase; it proves nothing.
//!
//! ```text
//! magic 8 · memory, passes, lanes 4 each · salt 16 · nonce 12 · made, until 8 each · customers 4 │ sealed … tag 16 │ SHA-256 32
//! ```

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand;
use jiff::{SignedDuration, Timestamp};
use secrecy::zeroize::{Zeroize as _, Zeroizing};

use crate::flow::pack::{PackHead, PackShut, Passphrase};

const MAGIC: &[u8; 8] = b"MDGPACK1";
const SALT: usize = 16;
const KEY: usize = 32;
/// Everything before what is sealed.
const HEADER: usize = MAGIC.len() + 3 * 4 + SALT + NONCE_LEN + 2 * 8 + 4;
const TAG: usize = 16;
const SUM: usize = 32;
/// More than this no pack of ours asks for, so that a made-up file cannot ask for all of the memory.
const MOST: Cost = Cost { memory_kib: 256 << 10, passes: 16, lanes: 16 };
/// Clocks of machines differ by less.
const SKEW: SignedDuration = SignedDuration::from_mins(10);

/// What making a key of a passphrase costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// How often it is gone over.
    pub passes: u32,
    /// In how many lanes.
    pub lanes: u32,
}

/// About a third of a second on a laptop; RFC 9106 recommends this much where memory is scarce.
impl Default for Cost {
    fn default() -> Self {
        Self { memory_kib: 64 << 10, passes: 3, lanes: 4 }
    }
}

impl Cost {
    /// The least there can be, for tests.
    pub const LEAST: Self = Self { memory_kib: 8, passes: 1, lanes: 1 };

    /// The key of a passphrase.
    fn key(self, passphrase: &Passphrase, salt: &[u8]) -> Option<Zeroizing<[u8; KEY]>> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(KEY)).ok()?;
        let mut key = Zeroizing::new([0; KEY]);
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        argon.hash_password_into(passphrase.expose().as_bytes(), salt, key.as_mut()).ok()?;
        Some(key)
    }
}

/// What a file begins with.
struct Header {
    cost: Cost,
    salt: [u8; SALT],
    nonce: [u8; NONCE_LEN],
    head: PackHead,
}

impl Header {
    fn write(&self) -> Vec<u8> {
        let Self { cost, salt, nonce, head } = self;
        let mut out = Vec::with_capacity(HEADER);
        out.extend(MAGIC);
        for number in [cost.memory_kib, cost.passes, cost.lanes] {
            out.extend(number.to_be_bytes());
        }
        out.extend(salt);
        out.extend(nonce);
        for at in [head.made, head.until] {
            out.extend(at.as_millisecond().to_be_bytes());
        }
        out.extend(head.customers.to_be_bytes());
        out
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(MAGIC)?;
        let mut numbers = [0; 3];
        for number in &mut numbers {
            *number = u32::from_be_bytes(take(&mut rest)?);
        }
        let [memory_kib, passes, lanes] = numbers;
        let cost = Cost { memory_kib, passes, lanes };
        if memory_kib > MOST.memory_kib || passes > MOST.passes || lanes > MOST.lanes {
            return None;
        }
        let (salt, nonce) = (take(&mut rest)?, take(&mut rest)?);
        let mut moment = || Timestamp::from_millisecond(i64::from_be_bytes(take(&mut rest)?)).ok();
        let (made, until) = (moment()?, moment()?);
        let customers = u32::from_be_bytes(take(&mut rest)?);
        Some(Self { cost, salt, nonce, head: PackHead { made, until, customers } })
    }
}

/// The next so many bytes.
fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, left) = rest.split_first_chunk()?;
    *rest = left;
    Some(*taken)
}

/// What is sealed with the customers and stands in the open: the header, and whose systems they are of.
fn written_on(header: &[u8], profile: &str) -> Aad<Vec<u8>> {
    Aad::from([header, profile.as_bytes()].concat())
}

/// Seals what is in a pack. The plain bytes are gone afterwards. `None` where this machine gives no memory or no randomness.
pub fn seal(head: PackHead, profile: &str, mut plain: Vec<u8>, passphrase: &Passphrase, cost: Cost) -> Option<Vec<u8>> {
    let mut header = Header { cost, salt: [0; SALT], nonce: [0; NONCE_LEN], head };
    let drawn = rand::fill(&mut header.salt).and_then(|()| rand::fill(&mut header.nonce));
    let sealed = drawn.ok().and_then(|()| {
        let key = cost.key(passphrase, &header.salt)?;
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM_SIV, key.as_ref()).ok()?);
        let begins = header.write();
        let nonce = Nonce::assume_unique_for_key(header.nonce);
        let tag = key.seal_in_place_separate_tag(nonce, written_on(&begins, profile), &mut plain).ok()?;
        let mut file = [begins.as_slice(), &plain, tag.as_ref()].concat();
        file.extend(digest(&SHA256, &file).as_ref());
        Some(file)
    });
    if sealed.is_none() {
        plain.zeroize();
    }
    sealed
}

/// What is written on a file, if it is a whole pack.
pub fn head(file: &[u8]) -> Option<PackHead> {
    Some(parts(file)?.0.head)
}

/// Header, the bytes of it, and what is sealed.
fn parts(file: &[u8]) -> Option<(Header, &[u8], &[u8])> {
    let (body, sum) = file.split_last_chunk::<SUM>()?;
    if digest(&SHA256, body).as_ref() != sum || body.len() < HEADER + TAG {
        return None;
    }
    let (begins, sealed) = body.split_at(HEADER);
    Some((Header::read(begins)?, begins, sealed))
}

/// Opens a file at this moment.
///
/// # Errors
/// Why it does not open. Nothing of it is given away then.
pub fn open(
    file: &[u8],
    profile: &str,
    passphrase: &Passphrase,
    now: Timestamp,
) -> Result<(PackHead, Zeroizing<Vec<u8>>), PackShut> {
    let (header, begins, sealed) = parts(file).ok_or(PackShut::Damaged)?;
    if now >= header.head.until {
        return Err(PackShut::Expired);
    }
    if now.saturating_add(SKEW).unwrap_or(now) < header.head.made {
        return Err(PackShut::ClockBack);
    }
    let key = header.cost.key(passphrase, &header.salt).ok_or(PackShut::Damaged)?;
    let key = UnboundKey::new(&AES_256_GCM_SIV, key.as_ref()).map_err(|_| PackShut::Damaged)?;
    let nonce = Nonce::assume_unique_for_key(header.nonce);
    let mut opened = Zeroizing::new(sealed.to_vec());
    let long = LessSafeKey::new(key)
        .open_in_place(nonce, written_on(begins, profile), &mut opened)
        .map_err(|_| PackShut::Wrong)?
        .len();
    opened.truncate(long);
    Ok((header.head, opened))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn made() -> PackHead {
        PackHead { made: at("2026-11-22T01:00:00Z"), until: at("2026-11-22T15:00:00Z"), customers: 2 }
    }

    fn noon() -> Timestamp {
        at("2026-11-22T03:00:00Z")
    }

    fn phrase(typed: &str) -> Passphrase {
        Passphrase::new(typed)
    }

    fn sealed(plain: &[u8]) -> Vec<u8> {
        seal(made(), "live", plain.to_vec(), &phrase("correct horse battery"), Cost::LEAST).unwrap()
    }

    /// The same with the checksum that fits: what somebody would write who means it.
    fn with_sum(mut file: Vec<u8>) -> Vec<u8> {
        file.truncate(file.len() - SUM);
        file.extend(digest(&SHA256, &file).as_ref());
        file
    }

    #[test]
    fn what_was_sealed_comes_out_again_and_nothing_of_it_stands_in_the_file() {
        let file = sealed(b"Takase Yumi, 090-0200-0002");
        assert!(!file.windows(6).any(|six| six == b"Takase"));
        assert_eq!(head(&file), Some(made()));
        let (head, plain) = open(&file, "live", &phrase("correct horse battery"), noon()).unwrap();
        assert_eq!((head, plain.as_slice()), (made(), b"Takase Yumi, 090-0200-0002".as_slice()));
        // The same letters from another keyboard.
        assert!(open(&file, "live", &phrase("ｃｏｒｒｅｃｔ　ｈｏｒｓｅ　ｂａｔｔｅｒｙ"), noon()).is_ok());
        assert_ne!(sealed(b""), sealed(b""), "no two packs have one key");
    }

    #[test]
    fn a_wrong_passphrase_and_another_profile_open_nothing() {
        let file = sealed(b"x");
        for wrong in ["correct horse batterz", "Correct horse battery", "", "correct horse battery "] {
            assert_eq!(open(&file, "live", &phrase(wrong), noon()), Err(PackShut::Wrong), "{wrong}");
        }
        assert_eq!(open(&file, "test", &phrase("correct horse battery"), noon()), Err(PackShut::Wrong));
        assert!(open(&file, "live", &phrase("correct horse battery"), noon()).is_ok(), "nothing was lost by trying");
    }

    #[test]
    fn a_pack_opens_from_when_it_was_made_until_its_time_is_over() {
        let file = sealed(b"x");
        let opened = |now: &str| open(&file, "live", &phrase("correct horse battery"), at(now)).map(drop);
        assert_eq!(opened("2026-11-22T14:59:59.999Z"), Ok(()));
        assert_eq!(opened("2026-11-22T15:00:00Z"), Err(PackShut::Expired));
        assert_eq!(opened("2026-11-23T01:00:00Z"), Err(PackShut::Expired));
        assert_eq!(opened("2026-11-22T00:55:00Z"), Ok(()), "clocks of machines differ a little");
        assert_eq!(opened("2026-11-21T20:00:00Z"), Err(PackShut::ClockBack));
    }

    #[test]
    fn more_hours_are_not_got_by_writing_them_on_it() {
        let mut file = sealed(b"x");
        let until = HEADER - 4 - 8;
        let later = at("2027-11-22T15:00:00Z").as_millisecond().to_be_bytes();
        file[until..until + 8].copy_from_slice(&later);
        let file = with_sum(file);
        assert_eq!(head(&file).unwrap().until, at("2027-11-22T15:00:00Z"), "it says so");
        let shut = open(&file, "live", &phrase("correct horse battery"), at("2026-11-23T01:00:00Z"));
        assert_eq!(shut, Err(PackShut::Wrong));
    }

    #[test]
    fn the_key_costs_what_it_should() {
        let Cost { memory_kib, passes, lanes } = Cost::default();
        assert!(memory_kib >= 64 << 10 && passes >= 3 && lanes >= 1);
        let mut file = sealed(b"x");
        file[MAGIC.len()..MAGIC.len() + 4].copy_from_slice(&u32::MAX.to_be_bytes());
        assert_eq!(head(&with_sum(file)), None, "nor does a made-up file cost all of the memory");
    }

    proptest! {
        #[test]
        fn no_byte_can_be_another(at in 0_usize..200, bit in 0_u8..8, sums in any::<bool>()) {
            let file = sealed(b"what is in it does not matter here, as long as it is long enough for the test");
            let mut other = file.clone();
            let at = at % file.len();
            other[at] ^= 1 << bit;
            if sums {
                other = with_sum(other);
            }
            let opened = open(&other, "live", &phrase("correct horse battery"), noon());
            match (sums, at) {
                (false, _) => prop_assert_eq!(opened, Err(PackShut::Damaged)),
                // Only the sum was touched, and then put right.
                (true, at) if at >= file.len() - SUM => prop_assert!(opened.is_ok()),
                (true, _) => prop_assert!(opened.is_err()),
            }
        }

        #[test]
        fn no_cut_and_no_bytes_at_all_open(cut in 0_usize..150, bytes in proptest::collection::vec(any::<u8>(), 0..150)) {
            let file = sealed(b"x");
            let cut = &file[..cut.min(file.len() - 1)];
            for bytes in [cut, &bytes] {
                prop_assert_eq!(open(bytes, "live", &phrase("correct horse battery"), noon()), Err(PackShut::Damaged));
                prop_assert_eq!(head(bytes), None);
            }
        }
    }
}
