//! Where numbers stand in a text that are somebody's: of lines and telephones, EIDs, ICCIDs, of cards too. People spell them in
//! groups, with blanks, dots, brackets or hyphens between, in full width as well; days, times and amounts are spelled much
//! the same. What is neither is taken for somebody's: too much is hidden rather than too little.

use crate::domain::phone::is_hyphen;

use super::{digit, folded};

/// Digits from which on a number in free text is somebody's: a phone number has ten; days, amounts and our own numbers
/// have fewer.
const SOMEBODYS: usize = 10;
/// No number of anybody has more: an EID has 32.
const MOST: usize = 40;
/// Words that a telephone's number may follow without anything between, as in `TEL03-0000-1234`.
const CALLED: [&str; 4] = ["tel", "fax", "phone", "mobile"];

/// What stands between two groups of digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Between {
    /// No number goes on over it.
    Else,
    /// Hyphens: the number goes on, whatever its groups.
    Hyphen,
    Blank,
    Dot,
    /// Brackets, hyphens between blanks.
    Loose,
    Slash,
    Colon,
    Comma,
}

impl Between {
    fn of(text: &str) -> Self {
        // Whatever joins is short: three characters at most, but for hyphens.
        let said: String = text.chars().take(4).map(|c| if is_hyphen(c) { '-' } else { folded(c) }).collect();
        match said.as_str() {
            " " => Self::Blank,
            "." => Self::Dot,
            "(" | ")" | ") " | " (" | ")-" | "-(" | "・" | " - " => Self::Loose,
            "/" => Self::Slash,
            ":" => Self::Colon,
            "," => Self::Comma,
            said if !said.is_empty() && said.chars().all(|c| c == '-') && text.chars().all(is_hyphen) => Self::Hyphen,
            _ => Self::Else,
        }
    }

    const fn joins(self) -> bool {
        matches!(self, Self::Hyphen | Self::Blank | Self::Dot | Self::Loose)
    }
}

/// Digits without anything between.
#[derive(Debug)]
struct Group {
    from: usize,
    to: usize,
    /// Its digits as ASCII has them.
    said: String,
    /// What stands before it.
    before: Between,
    /// It is of a number that somebody might have: not in a word, no day, no time, no amount.
    free: bool,
}

/// Where the numbers stand, from left to right.
pub(super) fn spans(text: &str) -> Vec<(usize, usize)> {
    if !has_enough(text) {
        return Vec::new();
    }
    let mut groups = groups(text);
    keep_words(text, &mut groups);
    keep_figures(&mut groups);
    let mut found = Vec::new();
    let mut at = 0;
    while at < groups.len() {
        let long = longest(text, &groups[at..]);
        if long > 0 {
            found.push((groups[at].from, groups[at + long - 1].to));
        }
        at += long.max(1);
    }
    found
}

/// Whether there are as many digits as somebody's number has, with no letter between nor what parts an amount. Every line that
/// is drawn is asked, and nearly all have not.
fn has_enough(text: &str) -> bool {
    let mut digits = 0;
    text.chars().any(|c| {
        if digit(c).is_some() {
            digits += 1;
        } else if c.is_alphabetic() && !is_hyphen(c) || matches!(c, '/' | ':' | ',') {
            digits = 0;
        }
        digits >= SOMEBODYS
    })
}

fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (at, c) in text.char_indices() {
        let Some(digit) = digit(c) else { continue };
        let to = at + c.len_utf8();
        match groups.last_mut() {
            Some(last) if last.to == at => {
                last.said.push(digit);
                last.to = to;
            }
            last => {
                let before = last.map_or(Between::Else, |last| Between::of(&text[last.to..at]));
                groups.push(Group { from: at, to, said: digit.into(), before, free: true });
            }
        }
    }
    groups
}

/// Digits within a word, such as a gateway's reference, stay, and so does what hyphens join to them. Japanese has no blanks
/// between words: only Latin letters go on.
fn keep_words(text: &str, groups: &mut [Group]) {
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut from = 0;
    while from < groups.len() {
        let joined = groups[from + 1..].iter().take_while(|group| group.before == Between::Hyphen).count();
        let run = &mut groups[from..=from + joined];
        let (head, behind) = (&text[..run[0].from], &text[run[joined].to..]);
        let word = &head[head.trim_end_matches(letter).len()..];
        let called = CALLED.iter().any(|called| called.eq_ignore_ascii_case(word));
        if !word.is_empty() && !called || behind.starts_with(letter) {
            set_apart(run);
        }
        from += joined + 1;
    }
}

/// Days, times and amounts stay.
fn keep_figures(groups: &mut [Group]) {
    let mut at = 0;
    let mut behind_figure = false;
    while at < groups.len() {
        let apart = matches!(groups[at].before, Between::Else | Between::Blank | Between::Loose);
        let long = if apart || behind_figure { figure(&groups[at..]) } else { 0 };
        set_apart(&mut groups[at..at + long]);
        behind_figure = long > 0;
        at += long.max(1);
    }
}

fn set_apart(groups: &mut [Group]) {
    for group in groups {
        group.free = false;
    }
}

/// How many of these groups, from the first on, are one day, time or amount.
fn figure(groups: &[Group]) -> usize {
    use Between::{Blank, Colon, Comma, Dot, Hyphen, Slash};
    let said = |at: usize| groups.get(at).map_or("", |group| group.said.as_str());
    let before = |at: usize| groups.get(at).map_or(Between::Else, |group| group.before);
    let small = |digits: &str| matches!(digits.len(), 1 | 2);
    let upto = |digits: &str, most: u8| small(digits) && digits.parse().is_ok_and(|n: u8| (1..=most).contains(&n));
    let year = |digits: &str| digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"));
    let written_small =
        |digits: &str| digits.len() == 8 && year(&digits[..4]) && upto(&digits[4..6], 12) && upto(&digits[6..], 31);
    let (a, b, c) = (said(0), said(1), said(2));
    match (before(1), before(2)) {
        (first @ (Hyphen | Dot | Slash | Blank), second)
            if first == second && year(a) && upto(b, 12) && upto(c, 31) =>
        {
            3
        }
        (first @ (Hyphen | Dot | Slash), second) if first == second && upto(a, 31) && upto(b, 31) && year(c) => 3,
        (Hyphen | Slash, _) if year(a) && upto(b, 12) => 2,
        (Slash, _) if small(a) && small(b) => 2,
        (Hyphen, _) if written_small(a) && written_small(b) => 2,
        (Colon, Colon) if small(a) && b.len() == 2 && c.len() == 2 => 3,
        (Colon, _) if small(a) && b.len() == 2 => 2,
        (Comma, _) if a.len() <= 3 && b.len() == 3 => {
            let more = groups[1..].iter().take_while(|group| group.before == Comma && group.said.len() == 3).count();
            1 + more + usize::from(before(1 + more) == Dot && small(said(1 + more)))
        }
        (Dot, second) if small(b) && !matches!(second, Dot | Hyphen) => 2,
        _ => 0,
    }
}

/// How many of these groups, from the first on, are one number of somebody: as many as can be.
fn longest(text: &str, groups: &[Group]) -> usize {
    let mut digits = String::new();
    let (mut long, mut hyphens, mut short) = (0, true, true);
    for (at, group) in groups.iter().enumerate() {
        if !group.free || at > 0 && (!group.before.joins() || digits.len() + group.said.len() > MOST) {
            break;
        }
        digits.push_str(&group.said);
        hyphens &= at == 0 || group.before == Between::Hyphen;
        short &= (2..=4).contains(&group.said.len());
        if digits.len() >= SOMEBODYS
            && (hyphens || short && !alike(&groups[..=at]) || is_phone(text, &groups[0], &digits))
        {
            long = at + 1;
        }
    }
    long
}

/// A few numbers of four digits one behind the other, such as amounts or invoices. An EID has more of them, and begins with
/// 89 as an ICCID does.
fn alike(groups: &[Group]) -> bool {
    let begins = &groups[0].said;
    groups.len() < 4 && groups.iter().all(|group| group.said.len() == 4) && !begins.starts_with(['0', '8'])
}

/// Whether these are a telephone's digits, wherever they are cut: as they are written here, or for abroad.
fn is_phone(text: &str, first: &Group, digits: &str) -> bool {
    let abroad = text[..first.from].chars().next_back().is_some_and(|c| folded(c) == '+');
    let here = first.said.len() >= 2 && digits.starts_with('0') && !digits.starts_with("00");
    abroad && first.said.len() <= 3 || here && matches!(digits.len(), 10 | 11 | 14)
}
