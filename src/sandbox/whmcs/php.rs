//! Reads what callers put through PHP's `serialize()` and base64: custom field values.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::db::Id;

/// A serialised map of custom field id to value. What cannot be read changes nothing, as in PHP.
pub(super) fn custom_fields(encoded: &str) -> BTreeMap<Id, String> {
    let bytes = STANDARD.decode(encoded).unwrap_or_default();
    let pairs = map(&mut bytes.as_slice()).unwrap_or_default();
    pairs.into_iter().filter_map(|(key, value)| Some((key.parse().ok()?, value))).collect()
}

fn map(rest: &mut &[u8]) -> Option<Vec<(String, String)>> {
    skip(rest, b"a:")?;
    let count: usize = until(rest, b':')?.parse().ok()?;
    skip(rest, b"{")?;
    let mut pairs = Vec::new();
    for _ in 0..count {
        pairs.push((scalar(rest)?, scalar(rest)?));
    }
    skip(rest, b"}")?;
    Some(pairs)
}

/// A string, number, boolean or null as PHP turns it into text. The length of a string counts bytes.
fn scalar(rest: &mut &[u8]) -> Option<String> {
    let (kind, after) = rest.split_first()?;
    *rest = after;
    match kind {
        b'N' => skip(rest, b";").map(|()| String::new()),
        b'i' | b'd' => {
            skip(rest, b":")?;
            until(rest, b';')
        }
        b'b' => {
            skip(rest, b":")?;
            Some(if until(rest, b';')? == "1" { "1".to_owned() } else { String::new() })
        }
        b's' => {
            skip(rest, b":")?;
            let length: usize = until(rest, b':')?.parse().ok()?;
            skip(rest, b"\"")?;
            let text = rest.get(..length)?;
            *rest = &rest[length..];
            skip(rest, b"\";")?;
            Some(String::from_utf8_lossy(text).into_owned())
        }
        _ => None,
    }
}

fn skip(rest: &mut &[u8], expected: &[u8]) -> Option<()> {
    *rest = rest.strip_prefix(expected)?;
    Some(())
}

fn until(rest: &mut &[u8], mark: u8) -> Option<String> {
    let at = rest.iter().position(|it| *it == mark)?;
    let text = str::from_utf8(&rest[..at]).ok()?.to_owned();
    *rest = &rest[at + 1..];
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(plain: &str, expected: &[(Id, &str)]) {
        let read = custom_fields(&STANDARD.encode(plain));
        assert_eq!(read.iter().map(|(id, value)| (*id, value.as_str())).collect::<Vec<_>>(), expected, "{plain}");
    }

    #[test]
    fn lengths_count_bytes() {
        assert_eq!(custom_fields("YToxOntpOjE7czo1OiJZYWhvbyI7fQ=="), [(1, "Yahoo".to_owned())].into());
        assert_eq!(custom_fields("YToxOntpOjM7czo5OiLmnbHkuqzpg70iO30="), [(3, "東京都".to_owned())].into());
        check("a:1:{i:3;s:3:\"東京都\";}", &[]);
    }

    #[test]
    fn other_values_become_text_and_nonsense_nothing() {
        check("a:3:{i:1;i:5;s:2:\"12\";b:1;i:7;N;}", &[(1, "5"), (7, ""), (12, "1")]);
        check("a:1:{s:4:\"name\";s:1:\"x\";}", &[]);
        for nonsense in ["", "a:", "a:9:{", "O:8:\"stdClass\":0:{}", "a:1:{i:1;s:99999:\"x\";}", "a:1:{i:1;a:0:{}}"] {
            check(nonsense, &[]);
        }
        assert!(custom_fields("not base64!").is_empty());
    }
}
