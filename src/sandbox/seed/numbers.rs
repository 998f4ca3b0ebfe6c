//! Numbers with valid check digits that can belong to nobody.

/// A mobile number of 11 digits starting with `prefix` (`0700`, `0800`, `0900`): blocks whose fourth digit is 0 are
/// not assigned, so nobody's phone rings. Different `n` below ten million give different numbers.
pub(in crate::sandbox) fn mobile(prefix: &str, n: u64) -> String {
    // 7919 shares no factor with ten million, so this only shuffles.
    format!("{prefix}{:07}", (n * 7919 + 123) % 10_000_000)
}

/// `090-0123-4567`.
pub(in crate::sandbox) fn hyphened(mobile: &str) -> String {
    match (mobile.get(..3), mobile.get(3..7), mobile.get(7..)) {
        (Some(first), Some(middle), Some(last)) => format!("{first}-{middle}-{last}"),
        _ => mobile.to_owned(),
    }
}

/// A card id of 19 digits: telecom, Japan, issuer, serial, Luhn check digit.
pub(in crate::sandbox) fn iccid(n: u64) -> String {
    let body = format!("898110{:012}", n % 1_000_000_000_000);
    let check = luhn(&body);
    format!("{body}{check}")
}

/// A chip id of 32 digits whose remainder by 97 is 1.
pub(in crate::sandbox) fn eid(n: u64) -> String {
    let body = format!("89049032{:022}", u128::from(n) * 1_000_003 + 7);
    let rest = body.bytes().fold(0u32, |rest, digit| (rest * 10 + u32::from(digit - b'0')) % 97);
    format!("{body}{:02}", 98 - rest * 100 % 97)
}

/// The number printed on a card: two letters, thirteen digits.
pub(in crate::sandbox) fn product_number(n: u64) -> String {
    format!("{}{:013}", if n.is_multiple_of(2) { "AX" } else { "DN" }, 1_000_000_000_000 + n * 104_729)
}

/// A subscriber id: Japan, a network code, ten digits.
pub(in crate::sandbox) fn imsi(n: u64) -> String {
    format!("44010{:010}", n * 7919 % 10_000_000_000)
}

fn luhn(digits: &str) -> u32 {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u32::from(digit - b'0');
            match place % 2 {
                0 if digit > 4 => digit * 2 - 9,
                0 => digit * 2,
                _ => digit,
            }
        })
        .sum();
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn check_digits_are_right() {
        assert_eq!(luhn("898110000000000001"), 0);
        assert_eq!(luhn("898110000000000002"), 8);
        assert_eq!(luhn("49015420323751"), 8);
        for n in [0, 1, 97, 12_345, 9_999_999] {
            let eid = eid(n);
            assert_eq!((eid.len(), eid.parse::<u128>().unwrap() % 97), (32, 1), "{eid}");
            assert_eq!((iccid(n).len(), product_number(n).len(), imsi(n).len()), (19, 15, 15));
        }
    }

    #[test]
    fn mobile_numbers_differ_and_cannot_ring() {
        let numbers: BTreeSet<_> = (0..200_000).map(|n| mobile("0700", n)).collect();
        assert_eq!(numbers.len(), 200_000);
        assert!(numbers.iter().all(|number| number.len() == 11 && number.as_bytes()[3] == b'0'));
        assert_eq!(hyphened("09001234567"), "090-0123-4567");
    }
}
