//! Avro's binary encoding, as much as the vendor's events need: raw values, no container, no marker in front.

/// Bytes being written.
#[derive(Debug, Default)]
pub(super) struct Datum(Vec<u8>);

impl Datum {
    /// What was written.
    pub(super) fn bytes(self) -> Vec<u8> {
        self.0
    }

    /// An `int`, a `long`, a union's branch, an enum's word: zigzag, seven bits a byte, the lowest first.
    pub(super) fn long(&mut self, number: i64) {
        let mut rest = ((number << 1) ^ (number >> 63)) as u64;
        while rest >= 0x80 {
            self.0.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        self.0.push(rest as u8);
    }

    /// A `string`: its length in bytes, its bytes.
    pub(super) fn string(&mut self, text: &str) {
        self.long(text.len() as i64);
        self.0.extend_from_slice(text.as_bytes());
    }

    /// A `boolean`.
    pub(super) fn boolean(&mut self, yes: bool) {
        self.0.push(u8::from(yes));
    }

    /// A `double`, the low byte first.
    pub(super) fn double(&mut self, number: f64) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    /// An `array` of strings: one block and the empty one that ends it.
    pub(super) fn strings<T: AsRef<str>>(&mut self, texts: &[T]) {
        if !texts.is_empty() {
            self.long(texts.len() as i64);
            for text in texts {
                self.string(text.as_ref());
            }
        }
        self.long(0);
    }

    /// The null branch of `["null", …]`.
    pub(super) fn null(&mut self) {
        self.long(0);
    }
}

/// The fields of a record, by position, as the vendor names several at once: a number whose bit `i` stands for the
/// i-th field, in upper-case hex with an even number of digits. `None` for no field.
pub(super) fn bitmap(fields: impl IntoIterator<Item = usize>) -> Option<String> {
    let mut bytes: Vec<u8> = Vec::new();
    for field in fields {
        let byte = field / 8;
        if bytes.len() <= byte {
            bytes.resize(byte + 1, 0);
        }
        bytes[byte] |= 1 << (field % 8);
    }
    if bytes.is_empty() {
        return None;
    }
    Some(bytes.iter().rev().fold("0x".to_owned(), |text, byte| text + &format!("{byte:02X}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_the_specification_writes_them() {
        for (number, bytes) in [
            (0, &[0x00][..]),
            (-1, &[0x01]),
            (1, &[0x02]),
            (-64, &[0x7f]),
            (64, &[0x80, 0x01]),
            (i64::MAX, &[0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]),
            (i64::MIN, &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]),
        ] {
            let mut datum = Datum::default();
            datum.long(number);
            assert_eq!(datum.bytes(), bytes, "{number}");
        }
        let mut datum = Datum::default();
        datum.string("窓");
        datum.strings(&["a", ""]);
        datum.strings::<&str>(&[]);
        datum.double(1.5);
        datum.boolean(true);
        let expected = [
            &[0x06, 0xe7, 0xaa, 0x93][..],
            &[0x04, 0x02, b'a', 0x00, 0x00],
            &[0x00],
            &[0, 0, 0, 0, 0, 0, 0xf8, 0x3f],
            &[0x01],
        ];
        assert_eq!(datum.bytes(), expected.concat());
    }

    #[test]
    fn bitmaps_are_upper_case_and_even() {
        assert_eq!(bitmap([5, 6, 7, 10, 24, 26, 29, 30]).as_deref(), Some("0x650004E0"));
        assert_eq!(bitmap([4]).as_deref(), Some("0x10"));
        assert_eq!(bitmap([1, 2]).as_deref(), Some("0x06"));
        assert_eq!(bitmap([9, 1]).as_deref(), Some("0x0202"));
        assert_eq!(bitmap([64]).as_deref(), Some("0x010000000000000000"));
        assert_eq!(bitmap([]), None);
    }
}
