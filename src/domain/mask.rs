//! Personal data behind a mask: enough is left to recognise a value somebody reads out, not enough to read it off.

mod numbers;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

use super::secret;

/// What kind of personal data a text is, and so how it is masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

/// The same within a sentence, where the stars of a long number would leave no room for its end.
pub fn briefly(kind: Personal, text: &str) -> String {
    let masked = mask(kind, text);
    match kind {
        Personal::Phone | Personal::Id if !masked.is_empty() => {
            format!("****{}", masked.trim_start_matches(|c: char| !c.is_alphanumeric()))
        }
        _ => masked,
    }
}

/// Free text without what in it is somebody's: secrets are taken out, addresses of mail keep their first letter, and long
/// numbers their last four digits: an invoice's item may name a line, and whoever writes a case writes a phone number.
pub fn free_text(text: &str) -> Cow<'_, str> {
    // None of these is without a digit or an `@`.
    if !text.chars().any(|c| is_at(c) || digit(c).is_some()) {
        return Cow::Borrowed(text);
    }
    let text = secret::hide(text);
    let mails = mails(&text);
    let numbers = numbers::spans(&text).into_iter();
    // Digits of an address are masked with it.
    let numbers = numbers.filter(|(from, to)| !mails.iter().any(|mail| *from < mail.1 && mail.0 < *to));
    let mut found: Vec<(usize, usize, Personal)> = numbers.map(|(from, to)| (from, to, Personal::Phone)).collect();
    found.extend(mails.iter().map(|(from, to)| (*from, *to, Personal::Email)));
    if found.is_empty() {
        return text;
    }
    found.sort_unstable_by_key(|(from, ..)| *from);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (from, to, kind) in found {
        out.push_str(&text[at..from]);
        out.push_str(&mask(kind, &text[from..to]));
        at = to;
    }
    out.push_str(&text[at..]);
    Cow::Owned(out)
}

/// Free text as it may be shown. Secrets stay hidden even where personal data is `revealed`: a card's number is nobody's to
/// read, and an activation code has a door of its own.
pub fn shown(text: &str, revealed: bool) -> Cow<'_, str> {
    if revealed { secret::hide(text) } else { free_text(text) }
}

/// A character as its plain form: a full-width digit is a digit. What has none, or one of several characters, is itself.
fn folded(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    let mut plain = std::iter::once(c).nfkc();
    plain.next().filter(|_| plain.next().is_none()).unwrap_or(c)
}

/// The digit that a character is, in whatever width.
fn digit(c: char) -> Option<char> {
    c.is_numeric().then(|| folded(c)).filter(char::is_ascii_digit)
}

const fn is_at(c: char) -> bool {
    matches!(c, '@' | '＠' | '﹫')
}

/// Where addresses of mail stand. `@` before a price, or before a name alone, makes none.
fn mails(text: &str) -> Vec<(usize, usize)> {
    let name = |c: char| folded(c).is_ascii_alphanumeric() || "._%+-'".contains(folded(c));
    let host = |c: char| folded(c).is_ascii_alphanumeric() || ".-".contains(folded(c));
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (at, sign) in text.char_indices().filter(|(_, c)| is_at(*c)) {
        let begin = found.last().map_or(0, |last| last.1);
        let (head, behind) = (&text[begin..at], &text[at + sign.len_utf8()..]);
        let mut called = head.trim_end_matches(name).len();
        if called == head.len() {
            // A name in Japanese goes as far back as the sentence does.
            called = head.trim_end_matches(char::is_alphanumeric).len();
        }
        let long = behind.find(|c| !host(c)).unwrap_or(behind.len());
        let named = behind[..long].chars().chain(behind.chars().take(1)).any(char::is_alphabetic);
        if called < head.len() && named {
            found.push((begin + called, at + sign.len_utf8() + long));
        }
    }
    found
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
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn long_numbers_in_free_text_are_masked() {
        for (text, masked) in [
            ("SIM Data Top-up: 1GB for 09002000002", "SIM Data Top-up: 1GB for *******0002"),
            ("090-0200-0002 と 0900200000", "***-****-0002 と ******0000"),
            ("ch_3NabcX 4820193375", "ch_3NabcX ******3375"),
            ("電話09002000002です", "電話*******0002です"),
            ("TEL03-0000-1234まで", "TEL**-****-1234まで"),
            ("call 090 0200 0002, or 090.0200.0002.", "call *** **** 0002, or ***.****.0002."),
            ("０９０－０２００－０００２", "***－****－０００２"),
            ("+81 90 0200 0002 (mobile)", "+** ** **** 0002 (mobile)"),
            ("+1 (415) 555-0123/090 02000002", "+* (***) ***-0123/*** ****0002"),
            ("10:30 090 0200 0002 2026-11-22", "10:30 *** **** 0002 2026-11-22"),
            ("8904 9032 0000 0000 0000 0000 0000 1234", "**** **** **** **** **** **** **** 1234"),
            ("ICCID 8981 1000 0000 0001 234", "ICCID **** **** **** ***1 234"),
            ("Misaki misaki@example.jp called", "Misaki m***@example.jp called"),
            ("メールは09002000002@example.jpです", "メールは0***@example.jpです"),
            ("宛先は愛子@example.jp、ａｉ＠example.jp", "宛***@example.jp、***"),
            ("PUK 12345678, 4242 4242 4242 4242", "PUK ****, ****"),
            ("LPA:1$smdp.example.com$QR-G-5C for 09002000002", "**** for *******0002"),
        ] {
            assert_eq!(free_text(text), masked, "{text}");
            assert_eq!(free_text(masked), masked, "masked again");
        }
    }

    #[test]
    fn what_is_nobodys_stays() {
        for text in [
            "SIM Voice 10GB (2026/11/01 - 2026/11/30)",
            "2026-11-01 - 2026-11-30, ¥1,500,000",
            "2026-11-01-2026-11-30 20261101-20261130 2026-11 - 2026-12",
            "31.12.2026 31.12.2026 12/31 11/30 12/24",
            "2026-11-22 10:30 - 2026-11-22 11:45:00, 2026 11 22 10 30",
            "2026-11-22T01:00:00Z",
            "1,980 2,980 3,980 4,980 and 1,234,567.00 1,234,567.00",
            "4980.00 4980.50 1500.25 9800.75",
            "1500000 4980 1980, invoices 1001 1002 1003 and 100234 100235",
            "order 00004711 4980 円, case 00001234 00001235",
            "12 個 @980円, 2個@500円, @hana",
            "pi_sandbox_100212345678",
            "550e8400-e29b-41d4-a716-446655440000",
            "十 ①",
            "",
        ] {
            assert_eq!(free_text(text), text);
        }
    }

    /// A telephone's digits in one of the spellings that people use.
    fn spelled(digits: &str, joint: &str, cuts: &[usize], wide: bool) -> String {
        let mut out = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if cuts.contains(&at) {
                out.push_str(joint);
            }
            out.push(digit);
        }
        let widened = |c: char| match c {
            '0'..='9' | '+' | '-' | '.' => char::from_u32(u32::from(c) + 0xfee0).unwrap(),
            c => c,
        };
        if wide { out.chars().map(widened).collect() } else { out }
    }

    /// The digits that follow each other in a text, with nothing or what joins a number between.
    fn runs(text: &str) -> Vec<String> {
        let folded: String = text.nfkc().filter(|c| !" -.".contains(*c)).collect();
        folded.split(|c: char| !c.is_ascii_digit()).map(str::to_owned).collect()
    }

    proptest! {
        #[test]
        fn no_spelling_of_a_number_is_read_off(
            number in "0[789]0[0-9]{8}",
            joint in prop::sample::select(vec!["", " ", "-", ".", "\u{3000}", "\u{a0}", "‐", " - "]),
            abroad in prop::bool::ANY,
            short in prop::bool::ANY,
            wide in prop::bool::ANY,
            head in prop::sample::select(vec!["", "call ", "電話は", "TEL", "¥1,500 ", "2026-11-22 10:30 ", "(", "「"]),
            tail in prop::sample::select(vec!["", " called", "です", ", ¥1,500", " 2026/11/22", ")", "、"]),
        ) {
            let cuts = if short { vec![3] } else { vec![3, 7] };
            let digits = if abroad { format!("+81{}", &number[1..]) } else { number.clone() };
            let cuts: Vec<usize> = if abroad { [3].into_iter().chain(cuts.iter().map(|at| at + 2)).collect() } else { cuts };
            let spelled = spelled(&digits, joint, &cuts, wide);
            let masked = free_text(&format!("{head}{spelled}{tail}")).into_owned();
            prop_assert!(masked.starts_with(head) && masked.ends_with(tail), "{}", masked);
            let shown = &masked[head.len()..masked.len() - tail.len()];
            prop_assert!(runs(shown).iter().all(|run| run.len() <= 4), "{}", masked);
        }

        #[test]
        fn days_times_amounts_and_ids_stay(
            parts in prop::collection::vec((0..7_u8, 1_i64..100_000_000, 1..13_i8, 1..29_i8, 0..60_u8), 1..6),
        ) {
            let parts = parts.into_iter().map(|(kind, n, month, day, minute)| match kind {
                0 => crate::domain::money::Yen(n).to_string(),
                1 => format!("{n}円"),
                2 => format!("2026-{month:02}-{day:02}"),
                3 => format!("2026/{month:02}/{day:02} {:02}:{minute:02}", minute / 3),
                4 => format!("{day:02}.{month:02}.2026"),
                5 => format!("{:02}:{minute:02}", minute / 3),
                _ => format!("#{}", 100_000 + n % 900_000),
            });
            let text = parts.collect::<Vec<_>>().join(" ");
            prop_assert_eq!(free_text(&text), &*text);
        }

        #[test]
        fn any_text_can_be_masked(text in "\\PC{0,40}|[0-9０-９+(). /:,@a-c_－ー-]{0,40}") {
            let masked = free_text(&text).into_owned();
            let digits = |text: &str| text.nfkc().filter(char::is_ascii_digit).count();
            prop_assert!(digits(&masked) <= digits(&text), "{}", masked);
            let alone = |run: &String| run.len() >= 10 && masked.split(' ').any(|word| word == run);
            prop_assert!(!runs(&masked).iter().any(alone), "{}", masked);
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
        for (kind, text, masked) in [
            (Personal::Id, "8904 9032 0000 0000 0000 0000 0000 1234", "****1234"),
            (Personal::Id, "12", "****"),
            (Personal::Id, "", ""),
            (Personal::Email, "aiko@example.jp", "a***@example.jp"),
        ] {
            assert_eq!(briefly(kind, text), masked, "{kind:?} {text}");
        }
    }
}
