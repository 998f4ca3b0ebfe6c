//! What WHMCS takes as PHP's `serialize()` in base64: custom fields.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Values by custom field id. Only strings are written: WHMCS unserialises what it gets. Lengths count bytes.
pub fn map(values: &[(u64, &str)]) -> String {
    let mut plain = format!("a:{}:{{", values.len());
    for (id, value) in values {
        // Writing to a string cannot fail.
        let _ = write!(plain, "i:{id};s:{}:\"{value}\";", value.len());
    }
    plain.push('}');
    STANDARD.encode(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_php_writes() {
        assert_eq!(map(&[(1, "Yahoo")]), "YToxOntpOjE7czo1OiJZYWhvbyI7fQ==");
        assert_eq!(map(&[(3, "東京都")]), "YToxOntpOjM7czo5OiLmnbHkuqzpg70iO30=");
    }
}
