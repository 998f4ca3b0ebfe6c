//! Bytes from the terminal → [`Input`].
//!
//! Crossterm's reader was decided against: it loops for ever on end-of-file and on EIO, which is a whole core for
//! every terminal window closed under it, and what it reads beyond 1 KiB at once waits for the next key.
//!
//! Covers what xterm, VTE, tmux, screen, rxvt and the Linux console send for keys, what terminals with kitty's keyboard
//! protocol send instead, SGR mouse reports, bracketed paste, focus and the answers to what the desk asks. Anything else is
//! dropped whole, never shown as text.

use rustix::event::Timespec;

use crate::flow::{Ground, Input, Key, KeyPress, Modifiers, Mouse, MouseKind};

/// A paste is cut here, in bytes: more than any form takes, less than would hurt.
const LONGEST_PASTE: usize = 1 << 20;
/// No control sequence we understand is longer, in bytes.
const LONGEST_SEQUENCE: usize = 64;
/// No answer in words (OSC) that we understand is longer, in bytes.
const LONGEST_ANSWER: usize = 256;
/// Words that we do not understand are passed over up to here, in bytes: what a terminal tells of its clipboard is long.
const LONGEST_WORDS: usize = 1 << 20;
/// How long the rest of a sequence may take after its first byte. Terminals send a sequence in one piece, so this is
/// only felt as the delay of the Esc key.
const REST_OF_SEQUENCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 30_000_000 };
/// How long the rest may take of what is long. It comes in many pieces over a slow line; and where its end is lost, keys
/// belong to it until this much silence.
const REST_OF_LONG: Timespec = Timespec { tv_sec: 2, tv_nsec: 0 };
const PASTE_END: &[u8] = b"\x1b[201~";

/// Turns a stream of bytes, cut anywhere, into inputs.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    pending: Vec<u8>,
    pasting: bool,
    /// So many pending bytes of a paste were already searched for its end.
    searched: usize,
    /// Inside an answer of which nothing is of use, or that is too slow to be: the rest of it is nothing that was typed.
    rest: Rest,
    /// What the terminal said of its background and nobody took yet.
    ground: Option<Ground>,
    /// The terminal said what it is.
    answered: bool,
    /// How often it said that it is well, and nobody took yet.
    well: usize,
}

/// What is still to come of an answer in words.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Rest {
    /// Nothing.
    #[default]
    None,
    /// Words, of which so many bytes came.
    Words(usize),
    /// The second byte of its end.
    End,
}

/// What the front of the pending bytes is.
enum Front {
    /// Nothing can be said before more bytes came.
    Incomplete,
    /// This many bytes mean nothing to us.
    Noise(usize),
    /// This many bytes are this input.
    Input(usize, Input),
    /// This many bytes announce a paste.
    PasteBegins(usize),
    /// This many bytes announce words that mean nothing to us.
    WordsBegin(usize),
    /// This many bytes tell the background.
    Ground(usize, Ground),
    /// This many bytes tell what the terminal is.
    Answer(usize),
    /// This many bytes tell that it is well.
    Well(usize),
}

impl Decoder {
    /// Takes what was read and appends what it says to `inputs`.
    pub(super) fn feed(&mut self, bytes: &[u8], inputs: &mut Vec<Input>) {
        self.pending.extend_from_slice(bytes);
        let mut done = 0;
        while done < self.pending.len() {
            if self.rest != Rest::None {
                let Some(n) = self.pass_over(done) else { break };
                done += n;
                continue;
            }
            if self.pasting {
                let Some(end) = find(&self.pending[done + self.searched..], PASTE_END) else {
                    self.searched = (self.pending.len() - done).saturating_sub(PASTE_END.len() - 1);
                    break;
                };
                let end = done + self.searched + end;
                inputs.push(paste(&self.pending[done..end]));
                done = end + PASTE_END.len();
                (self.pasting, self.searched) = (false, 0);
                continue;
            }
            match front(&self.pending[done..]) {
                Front::Incomplete => break,
                Front::Noise(n) => done += n,
                Front::Input(n, input) => {
                    inputs.push(input);
                    done += n;
                }
                Front::PasteBegins(n) => {
                    done += n;
                    self.pasting = true;
                }
                Front::WordsBegin(n) => {
                    done += n;
                    self.rest = Rest::Words(0);
                }
                Front::Ground(n, ground) => {
                    done += n;
                    self.ground = Some(ground);
                }
                Front::Answer(n) => {
                    done += n;
                    self.answered = true;
                }
                Front::Well(n) => {
                    done += n;
                    self.well += 1;
                }
            }
        }
        self.pending.drain(..done);
        if self.pasting && self.pending.len() > LONGEST_PASTE + PASTE_END.len() {
            // Keep the last bytes: they may be the beginning of the end mark.
            let keep = self.pending.split_off(self.pending.len() - PASTE_END.len());
            self.pending.truncate(LONGEST_PASTE);
            self.pending.extend(keep);
            self.searched = LONGEST_PASTE;
        }
    }

    /// How long what is pending waits for the bytes that belong to it; nothing where none is.
    pub(super) fn patience(&self) -> Option<Timespec> {
        match (self.pending.is_empty(), self.rest) {
            _ if self.pasting => Some(REST_OF_LONG),
            (false, _) => Some(REST_OF_SEQUENCE),
            (true, Rest::None) => None,
            (true, _) => Some(REST_OF_LONG),
        }
    }

    /// Nothing followed within that time: what is pending is Esc, or Alt with a bracket, or all there is of a paste; the
    /// rest of a broken sequence is dropped.
    pub(super) fn decide(&mut self, inputs: &mut Vec<Input>) {
        match (self.pending.as_slice(), self.rest) {
            (pasted, _) if self.pasting => {
                inputs.push(paste(pasted));
                (self.pasting, self.searched) = (false, 0);
            }
            ([], _) => self.rest = Rest::None,
            ([0x1b], Rest::None) => inputs.push(key(Key::Esc, Modifiers::NONE)),
            ([0x1b, byte @ (b'[' | b'O' | b']' | b'P' | b'_')], _) => {
                inputs.push(key(Key::Char(char::from(*byte)), Modifiers { alt: true, ..Modifiers::NONE }));
            }
            ([0x1b] | [0x1b, b']', .., 0x1b], _) => self.rest = Rest::End,
            ([0x1b, b']', ..], _) => self.rest = Rest::Words(0),
            _ => {}
        }
        self.pending.clear();
    }

    /// How many of the pending bytes from there on belong to words that mean nothing. Nothing is said of what may be the
    /// first half of their end.
    fn pass_over(&mut self, from: usize) -> Option<usize> {
        let bytes = &self.pending[from..];
        let (n, rest) = match (self.rest, end_of_answer(bytes)) {
            (Rest::Words(before), None) if before + bytes.len() <= LONGEST_WORDS => {
                let n = bytes.len() - usize::from(bytes.last() == Some(&0x1b));
                (n, Rest::Words(before + n))
            }
            (Rest::Words(_), Some(end)) => (end, Rest::None),
            (Rest::End, _) => (usize::from(bytes[0] == b'\\'), Rest::None),
            _ => (0, Rest::None),
        };
        self.rest = rest;
        (n > 0 || rest == Rest::None).then_some(n)
    }

    /// What the terminal said of its background since this was asked last.
    pub(super) const fn ground(&mut self) -> Option<Ground> {
        self.ground.take()
    }

    /// How often the terminal said that it is well since this was asked last.
    pub(super) const fn well(&mut self) -> usize {
        std::mem::replace(&mut self.well, 0)
    }

    /// Whether the terminal said what it is.
    pub(super) const fn answered(&self) -> bool {
        self.answered
    }
}

/// Where an answer in words ends: behind its mark, or before a control byte that belongs to something else.
fn end_of_answer(bytes: &[u8]) -> Option<usize> {
    let at = bytes.iter().position(|byte| *byte < 0x20)?;
    match &bytes[at..] {
        [0x07, ..] => Some(at + 1),
        [0x1b, b'\\', ..] => Some(at + 2),
        [0x1b] => None,
        _ => Some(at),
    }
}

/// After `ESC ]`, which is also what Alt and the bracket send: an answer begins with a number, or with the letter of a title.
fn osc(rest: &[u8]) -> Front {
    match (rest.first(), end_of_answer(rest)) {
        (None, _) => Front::Incomplete,
        (Some(b'l' | b'L'), _) => Front::WordsBegin(2),
        (Some(byte), _) if !byte.is_ascii_digit() => {
            Front::Input(2, key(Key::Char(']'), Modifiers { alt: true, ..Modifiers::NONE }))
        }
        (_, Some(end)) => {
            let said = std::str::from_utf8(&rest[..end]).ok().and_then(|said| said.strip_prefix("11;"));
            said.and_then(colour).map_or(Front::Noise(2 + end), |colour| Front::Ground(2 + end, Ground::of(colour)))
        }
        (_, None) if rest.len() > LONGEST_ANSWER => Front::WordsBegin(2),
        (_, None) => Front::Incomplete,
    }
}

/// `rgb:rrrr/gggg/bbbb`, each of one to four digits, perhaps with an opacity behind them.
fn colour(said: &str) -> Option<[u16; 3]> {
    let said = said.trim_end_matches(|c: char| c.is_control() || c == '\\');
    let mut parts = said.strip_prefix("rgb:").or_else(|| said.strip_prefix("rgba:"))?.split('/').map(|digits| {
        let most = (1_u32 << (4 * digits.len() as u32).min(16)) - 1;
        let value = u32::from_str_radix(digits, 16).ok().filter(|value| *value <= most)?;
        u16::try_from(value * u32::from(u16::MAX) / most).ok()
    });
    Some([parts.next()??, parts.next()??, parts.next()??])
}

fn paste(bytes: &[u8]) -> Input {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(LONGEST_PASTE)]);
    Input::Paste(text.replace("\r\n", "\n").replace('\r', "\n"))
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

fn key(key: Key, modifiers: Modifiers) -> Input {
    Input::Key(KeyPress { key, modifiers, repeat: false })
}

fn front(bytes: &[u8]) -> Front {
    match bytes {
        [0x1b] | [0x1b, b'P' | b'_'] => Front::Incomplete,
        [0x1b, b'[', rest @ ..] => csi(rest),
        [0x1b, b'O', rest @ ..] => ss3(rest),
        [0x1b, b']', rest @ ..] => osc(rest),
        // What a terminal tells of itself (DCS) or of a picture (APC) is not Alt with a letter and more keys.
        [0x1b, b'P', b'0'..=b'9' | b'>' | b'!' | b'|' | b'$' | b'+', ..] | [0x1b, b'_', b'G', ..] => {
            Front::WordsBegin(2)
        }
        // What the Linux console sends for Shift and Tab.
        [0x1b, b'\t', ..] => Front::Input(2, key(Key::BackTab, Modifiers::NONE)),
        [0x1b, 0x1b, ..] => Front::Input(1, key(Key::Esc, Modifiers::NONE)),
        [0x1b, rest @ ..] => match plain(rest) {
            Front::Input(n, Input::Key(mut press)) => {
                press.modifiers.alt = true;
                Front::Input(n + 1, Input::Key(press))
            }
            Front::Noise(n) => Front::Noise(n + 1),
            other => other,
        },
        _ => plain(bytes),
    }
}

/// A key that is one character or one control byte.
fn plain(bytes: &[u8]) -> Front {
    let ctrl = |c: u8| key(Key::Char(char::from(c)), Modifiers { ctrl: true, ..Modifiers::NONE });
    let input = match bytes[0] {
        b'\r' => key(Key::Enter, Modifiers::NONE),
        b'\t' => key(Key::Tab, Modifiers::NONE),
        // Terminals differ in which of the two Backspace sends.
        0x08 | 0x7f => key(Key::Backspace, Modifiers::NONE),
        0 => ctrl(b' '),
        byte @ 0x01..=0x1a => ctrl(byte - 1 + b'a'),
        byte @ 0x1c..=0x1f => ctrl(byte + 0x40),
        0x1b => return Front::Noise(1),
        _ => return character(bytes),
    };
    Front::Input(1, input)
}

fn character(bytes: &[u8]) -> Front {
    let length = match bytes[0] {
        0x20..0x7f => 1,
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return Front::Noise(1),
    };
    let available = &bytes[..length.min(bytes.len())];
    match std::str::from_utf8(available) {
        Ok(text) => match text.chars().next().filter(|c| !c.is_control()) {
            Some(c) => Front::Input(length, key(Key::Char(c), Modifiers::NONE)),
            None => Front::Noise(length),
        },
        Err(error) if error.error_len().is_none() => Front::Incomplete,
        Err(_) => Front::Noise(1),
    }
}

/// After `ESC O`: the keypad's and some terminals' function keys.
fn ss3(rest: &[u8]) -> Front {
    let Some(byte) = rest.first() else { return Front::Incomplete };
    let code = match byte {
        b'M' => Some(Key::Enter),
        byte => letter_key(*byte),
    };
    match code {
        Some(code) => Front::Input(3, key(code, Modifiers::NONE)),
        None if byte.is_ascii_graphic() => Front::Noise(3),
        None => Front::Noise(2),
    }
}

fn letter_key(byte: u8) -> Option<Key> {
    Some(match byte {
        b'A' => Key::Up,
        b'B' => Key::Down,
        b'C' => Key::Right,
        b'D' => Key::Left,
        b'H' => Key::Home,
        b'F' => Key::End,
        b'P'..=b'S' => Key::F(byte - b'P' + 1),
        _ => return None,
    })
}

fn number_key(number: u32) -> Option<Key> {
    Some(match number {
        1 | 7 => Key::Home,
        2 => Key::Insert,
        3 => Key::Delete,
        4 | 8 => Key::End,
        5 => Key::PageUp,
        6 => Key::PageDown,
        11..=15 => Key::F(number as u8 - 10),
        17..=21 => Key::F(number as u8 - 11),
        23..=26 => Key::F(number as u8 - 12),
        28 | 29 => Key::F(number as u8 - 13),
        31..=34 => Key::F(number as u8 - 14),
        _ => return None,
    })
}

/// After `ESC [`.
fn csi(rest: &[u8]) -> Front {
    // The Linux console's F1 to F5 are the one sequence with a second bracket.
    if let [b'[', tail @ ..] = rest {
        return match tail.first() {
            None => Front::Incomplete,
            Some(byte @ b'A'..=b'E') => Front::Input(4, key(Key::F(byte - b'A' + 1), Modifiers::NONE)),
            Some(_) => Front::Noise(3),
        };
    }
    let Some(end) = rest.iter().position(|byte| !(0x20..0x40).contains(byte)) else {
        return if rest.len() > LONGEST_SEQUENCE { Front::Noise(2 + rest.len()) } else { Front::Incomplete };
    };
    if !(0x40..0x7f).contains(&rest[end]) {
        return Front::Noise(2 + end); // a sequence was cut off; the byte that cut it begins something new
    }
    let length = end + 3;
    let parameters = &rest[..end];
    let input = match (parameters.first(), rest[end]) {
        // The old mouse report, should a terminal not know the SGR one: three raw bytes follow.
        (None, b'M') if rest.len() < 4 => return Front::Incomplete,
        (None, b'M') => return Front::Noise(6),
        (None, b'I') => Some(Input::Focus(true)),
        (None, b'O') => Some(Input::Focus(false)),
        (None, b'Z') => Some(key(Key::BackTab, Modifiers::NONE)),
        (Some(b'<'), last @ (b'M' | b'm')) => mouse(&parameters[1..], last),
        (Some(b'?'), b'c') => return Front::Answer(length),
        (Some(b'0'), b'n') if end == 1 => return Front::Well(length),
        (Some(b'0'..=b'9' | b';') | None, last) => match (numbers(parameters).first(), last) {
            (Some([200, ..]), b'~') => return Front::PasteBegins(length),
            _ => key_sequence(parameters, last),
        },
        _ => None,
    };
    input.map_or(Front::Noise(length), |input| Front::Input(length, input))
}

/// Parameters separated by `;`, each with its sub-parameters separated by `:`. A missing number is 0.
fn numbers(parameters: &[u8]) -> Vec<[u32; 2]> {
    let number =
        |digits: &[u8]| std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()).unwrap_or_default();
    parameters
        .split(|byte| *byte == b';')
        .map(|parameter| {
            let mut parts = parameter.split(|byte| *byte == b':').map(number);
            [parts.next().unwrap_or_default(), parts.next().unwrap_or_default()]
        })
        .collect()
}

/// A key with a number and, after `;`, what was held: 1 + (1 Shift, 2 Alt, 4 Control); `:2` repeats, `:3` lets go.
fn key_sequence(parameters: &[u8], last: u8) -> Option<Input> {
    let numbers = numbers(parameters);
    let first = numbers.first()?[0];
    let [held, event] = numbers.get(1).copied().unwrap_or([1, 0]);
    if event == 3 {
        return None;
    }
    let held = held.max(1) - 1;
    // Super, Hyper and Meta are the window manager's: what is pressed with them is not typed.
    if last == b'u' && held & (8 | 16 | 32) != 0 {
        return None;
    }
    let mut modifiers = Modifiers { shift: held & 1 != 0, alt: held & 2 != 0, ctrl: held & 4 != 0 };
    let code = match (last, first) {
        // xterm's modifyOtherKeys: CSI 27 ; held ; character ~
        (b'~', 27) => coded(numbers.get(2)?[0], &mut modifiers)?,
        (b'~', number) => number_key(number)?,
        (b'u', character) => coded(character, &mut modifiers)?,
        (letter, _) => letter_key(letter)?,
    };
    Some(Input::Key(KeyPress { key: code, modifiers, repeat: event == 2 }))
}

/// A key sent as the number of its character. Shift becomes part of a letter, as everywhere in [`Key`], and what is one
/// key for terminals that send plain bytes is one key here: nobody should have to know which kind theirs is.
fn coded(number: u32, modifiers: &mut Modifiers) -> Option<Key> {
    let code = match (number, char::from_u32(number)) {
        (9, _) if modifiers.shift => Key::BackTab,
        (9, _) => Key::Tab,
        (13, _) => Key::Enter,
        (27, _) => Key::Esc,
        (8 | 127, _) => Key::Backspace,
        (_, Some('i')) if modifiers.ctrl => Key::Tab,
        (_, Some('m')) if modifiers.ctrl => Key::Enter,
        (_, Some('[')) if modifiers.ctrl => Key::Esc,
        (PRIVATE_FIRST..=PRIVATE_LAST, _) => private_key(number)?,
        (_, c) => {
            let c = c.filter(|c| !c.is_control())?;
            if std::mem::take(&mut modifiers.shift) && !modifiers.ctrl {
                Key::Char(c.to_uppercase().next()?)
            } else {
                Key::Char(c)
            }
        }
    };
    if matches!(code, Key::Enter | Key::Esc | Key::Tab | Key::BackTab) {
        (modifiers.ctrl, modifiers.shift) = (false, false);
    }
    Some(code)
}

/// Kitty's numbers for keys that are no characters.
const PRIVATE_FIRST: u32 = 57_344;
const PRIVATE_LAST: u32 = 63_743;

/// The keypad's keys, which say so, and the function keys nobody else has a number for. The others (locks, media keys,
/// modifiers alone) are nothing to us.
fn private_key(number: u32) -> Option<Key> {
    Some(match number {
        57_376..=57_387 => Key::F((number - 57_376) as u8 + 13),
        57_399..=57_408 => Key::Char(char::from_digit(number - 57_399, 10)?),
        57_409 => Key::Char('.'),
        57_410 => Key::Char('/'),
        57_411 => Key::Char('*'),
        57_412 => Key::Char('-'),
        57_413 => Key::Char('+'),
        57_414 => Key::Enter,
        57_415 => Key::Char('='),
        57_416 => Key::Char(','),
        57_417 => Key::Left,
        57_418 => Key::Right,
        57_419 => Key::Up,
        57_420 => Key::Down,
        57_421 => Key::PageUp,
        57_422 => Key::PageDown,
        57_423 => Key::Home,
        57_424 => Key::End,
        57_425 => Key::Insert,
        57_426 => Key::Delete,
        _ => return None,
    })
}

/// `CSI < button ; column ; row M`, counted from 1; `m` is a release. Held modifiers are bits 4, 8 and 16, motion is
/// 32: neither is asked for.
fn mouse(parameters: &[u8], last: u8) -> Option<Input> {
    let [[button, _], [x, _], [y, _]] = numbers(parameters).try_into().ok()?;
    let kind = match (button & !(4 | 8 | 16), last) {
        (0, b'M') => MouseKind::Click,
        (64, b'M') => MouseKind::WheelUp,
        (65, b'M') => MouseKind::WheelDown,
        _ => return None,
    };
    let cell = |n: u32| u16::try_from(n).ok()?.checked_sub(1);
    Some(Input::Mouse(Mouse { kind, x: cell(x)?, y: cell(y)? }))
}

#[cfg(test)]
#[path = "decode_tests.rs"]
mod tests;
