//! The bytes that call a person who looks elsewhere: the bell, and the sequences by which terminals show a notification of
//! the desktop.

use crate::flow::{Alert, Desktop};

/// Who calls. It also keeps what is said from beginning with a digit, which `OSC 9` would take for another command.
const CALLER: &str = "madoguchi";

/// What to write for a call.
pub(super) fn bytes(alert: &Alert) -> Vec<u8> {
    // Text holds nothing that ends the sequence or begins another; `;` parts the fields of one.
    let words: String = alert.words.chars().map(|c| if c == ';' { ',' } else { c }).collect();
    let mut out = match alert.by.desktop {
        Desktop::Off => String::new(),
        Desktop::Osc9 => format!("\x1b]9;{CALLER}: {words}\x1b\\"),
        Desktop::Osc777 => format!("\x1b]777;notify;{CALLER};{words}\x1b\\"),
        Desktop::Osc99 => format!("\x1b]99;;{CALLER}: {words}\x1b\\"),
    };
    if alert.by.bell {
        out.push('\x07');
    }
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::Text;
    use crate::flow::Alerts;

    fn written(bell: bool, desktop: Desktop, words: &str) -> String {
        let alert = Alert { by: Alerts { bell, desktop }, words: Text::line(words) };
        String::from_utf8(bytes(&alert)).unwrap()
    }

    #[test]
    fn each_sequence_is_whole_and_the_bell_comes_after_it() {
        let words = "Order failed C-000021";
        assert_eq!(written(true, Desktop::Off, words), "\x07");
        assert_eq!(written(false, Desktop::Osc9, words), "\x1b]9;madoguchi: Order failed C-000021\x1b\\");
        assert_eq!(written(false, Desktop::Osc777, words), "\x1b]777;notify;madoguchi;Order failed C-000021\x1b\\");
        assert_eq!(written(true, Desktop::Osc99, words), "\x1b]99;;madoguchi: Order failed C-000021\x1b\\\x07");
        assert_eq!(written(false, Desktop::Off, words), "");
    }

    #[test]
    fn what_is_said_ends_no_sequence_and_begins_none() {
        for desktop in [Desktop::Osc9, Desktop::Osc777, Desktop::Osc99] {
            let written = written(false, desktop, "a\x1b\\\x07\x1b]52;c;aGk=\x07;b\nc\u{9c}");
            assert_eq!(written.matches('\x1b').count(), 2, "{written:?}");
            assert!(written.ends_with("\x1b\\") && !written.contains(['\x07', '\n', '\u{9c}']), "{written:?}");
            let fields = written.matches(';').count();
            assert_eq!(
                fields,
                match desktop {
                    Desktop::Osc777 => 3,
                    Desktop::Osc99 => 2,
                    _ => 1,
                },
                "{written:?}"
            );
        }
    }
}
