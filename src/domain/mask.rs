//! Personal data behind a mask: enough is left to recognise a value somebody reads out, not enough to read it off.

use std::borrow::Cow;

/// What kind of personal data a text is, and so how it is masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Personal {
    /// Phone or line number: the last four digits stay.
    Phone,
    /// E-mail: first letter and domain stay.
    Email,
    /// Address: nothing stays.
    Address,
    /// Birth date: nothing stays.
    BirthDate,
    /// EID, ICCID, product number: the last four characters stay.
    Id,
    /// Card digits: nothing stays.
    Card,
}

/// The text with its personal part replaced by `*`. Empty stays empty: a mask over nothing would lie.
pub fn mask(kind: Personal, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    match kind {
        Personal::Phone | Personal::Id => tail(text, 4),
        Personal::Email => match text.split_once('@') {
            Some((local, domain)) => {
                format!("{}***@{domain}", local.chars().next().map(String::from).unwrap_or_default())
            }
            None => "***".to_owned(),
        },
        Personal::Address => "*****".to_owned(),
        Personal::BirthDate => "****-**-**".to_owned(),
        Personal::Card => "****".to_owned(),
    }
}

/// Digits from which on a number in free text is somebody's: a phone number has ten; days, amounts and our own numbers
/// have fewer.
const SOMEBODYS: usize = 10;

/// Free text with every long number in it masked but for its last four digits: an invoice's item may name a line. Digits
/// within a word, such as a gateway's reference, stay.
pub fn free_text(text: &str) -> Cow<'_, str> {
    let part = |c: char| c.is_ascii_digit() || c == '-';
    let mut out = String::new();
    let mut rest = text;
    let mut before = None;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (head, tail_from) = rest.split_at(start);
        let end = tail_from.find(|c| !part(c)).unwrap_or(tail_from.len());
        let (number, after) = tail_from.split_at(end);
        let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let alone = !word(head.chars().next_back().or(before)) && !word(after.chars().next());
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        out.push_str(head);
        if alone && digits >= SOMEBODYS {
            out.push_str(&tail(number, 4));
        } else {
            out.push_str(number);
        }
        before = number.chars().next_back();
        rest = after;
    }
    if out == text[..text.len() - rest.len()] {
        return Cow::Borrowed(text);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Stars for all letters and digits but the last `keep`; hyphens and spaces stay, so that the shape can be read. A text
/// too short to hide anything becomes stars whole.
fn tail(text: &str, keep: usize) -> String {
    let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
    let hidden = if letters > keep { letters - keep } else { letters };
    let mut seen = 0;
    text.chars()
        .map(|c| {
            if !c.is_alphanumeric() {
                return c;
            }
            seen += 1;
            if seen <= hidden { '*' } else { c }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_in_free_text_are_masked() {
        for (text, masked) in [
            ("SIM Data Top-up: 1GB for 09002000002", "SIM Data Top-up: 1GB for *******0002"),
            ("090-0200-0002 と 0900200000", "***-****-0002 と ******0000"),
            ("SIM Voice 10GB (2026/11/01 - 2026/11/30)", "SIM Voice 10GB (2026/11/01 - 2026/11/30)"),
            ("2026-11-01 - 2026-11-30, ¥1,500,000", "2026-11-01 - 2026-11-30, ¥1,500,000"),
            ("pi_sandbox_100212345678", "pi_sandbox_100212345678"),
            ("ch_3NabcX 4820193375", "ch_3NabcX ******3375"),
            ("", ""),
        ] {
            assert_eq!(free_text(text), masked, "{text}");
        }
    }

    #[test]
    fn masks_leave_only_what_is_needed() {
        for (kind, text, masked) in [
            (Personal::Phone, "090-0123-5678", "***-****-5678"),
            (Personal::Phone, "110", "***"),
            (Personal::Email, "aiko@example.jp", "a***@example.jp"),
            (Personal::Email, "no mail", "***"),
            (Personal::Email, "愛子@example.jp", "愛***@example.jp"),
            (Personal::Address, "東京都港区芝1-2-3", "*****"),
            (Personal::BirthDate, "1990-04-01", "****-**-**"),
            (Personal::Id, "AX1234567890123", "***********0123"),
            (Personal::Card, "4242", "****"),
            (Personal::Card, "", ""),
        ] {
            assert_eq!(mask(kind, text), masked, "{kind:?} {text}");
        }
    }
}
