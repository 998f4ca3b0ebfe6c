//! Which fields of a change event changed: bitmaps over the fields of its schema, in hexadecimal.
//!
//! `0x650004E0` is over the fields of the record itself: the digits are big-endian, and bit *i* stands for the *i*-th field
//! (the header is field 0). `4-0x10` is over the children of field 4. Either may be missing.

use std::fmt;

/// The most digits a bitmap may have: objects have a thousand fields at most.
const LONGEST: usize = 1024;

/// A bitmap that is none. Holds nothing of what was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoBitmap;

impl fmt::Display for NoBitmap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a bitmap of changed fields cannot be read")
    }
}

/// One element: whose fields, and which of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bitmap {
    /// The field whose children are meant; `None` for the record's own fields.
    pub parent: Option<usize>,
    /// The least significant byte last.
    bytes: Vec<u8>,
}

impl Bitmap {
    /// Reads one element.
    ///
    /// # Errors
    /// It is not written as they are.
    pub fn parse(text: &str) -> Result<Self, NoBitmap> {
        let (parent, digits) = match text.split_once('-') {
            Some((parent, digits)) => (Some(parent.parse().map_err(|_| NoBitmap)?), digits),
            None => (None, text),
        };
        let digits = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")).ok_or(NoBitmap)?.as_bytes();
        if digits.len() > LONGEST {
            return Err(NoBitmap);
        }
        // From the right, two at a time: an odd digit at the left stands alone.
        let pairs = digits.rchunks(2).map(|pair| {
            pair.iter().try_fold(0_u8, |byte, digit| {
                let digit = char::from(*digit).to_digit(16).ok_or(NoBitmap)?;
                Ok(byte << 4 | digit as u8)
            })
        });
        let mut bytes = pairs.collect::<Result<Vec<u8>, NoBitmap>>()?;
        bytes.reverse();
        Ok(Self { parent, bytes })
    }

    /// Whether the bit of a field is set. What lies beyond the bitmap is not.
    pub fn has(&self, field: usize) -> bool {
        let byte = self.bytes.iter().rev().nth(field / 8);
        byte.is_some_and(|byte| byte >> (field % 8) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn set(text: &str) -> Vec<usize> {
        let bitmap = Bitmap::parse(text).unwrap();
        (0..64).filter(|field| bitmap.has(*field)).collect()
    }

    #[test]
    fn bit_i_is_field_i_counted_from_the_right() {
        assert_eq!(set("0x01"), [0]);
        assert_eq!(set("0x0A"), [1, 3]);
        // 0110 0101 0000 0000 0000 0100 1110 0000
        assert_eq!(set("0x650004E0"), [5, 6, 7, 10, 24, 26, 29, 30]);
        assert_eq!(set("0x"), [] as [usize; 0]);
    }

    #[test]
    fn children_are_told_by_their_parent_and_case_does_not_matter() {
        let bitmap = Bitmap::parse("4-0x1a").unwrap();
        assert_eq!((bitmap.parent, bitmap), (Some(4), Bitmap { parent: Some(4), bytes: vec![0x1a] }));
        assert_eq!(set("7-0X1A"), set("0x1a"));
        assert_eq!(set("0x1"), set("0x01"));
        assert_eq!(set("0x101"), [0, 8]);
    }

    #[test]
    fn what_is_no_bitmap_is_said() {
        for text in ["", "-", "0", "x0", "0xZZ", "a-0x01", "-1-0x01", "4-", "99999999999999999999999-0x1", "0x０１"] {
            assert_eq!(Bitmap::parse(text), Err(NoBitmap), "{text:?}");
        }
        assert!(Bitmap::parse(&format!("0x{}", "F".repeat(2000))).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}", field in any::<usize>()) {
            if let Ok(bitmap) = Bitmap::parse(&text) {
                let _ = bitmap.has(field);
            }
        }
    }
}
