//! Keys that edit a line of text.

use madoguchi_ui::input::{Edit, TextInput};

use crate::flow::{Key, KeyPress};

/// Applies a key to a line being typed. Returns whether the text changed.
pub fn key(input: &mut TextInput, press: KeyPress) -> bool {
    match edit(press) {
        Some(edit) => input.edit(edit),
        None => false,
    }
}

fn edit(press: KeyPress) -> Option<Edit> {
    let (ctrl, alt) = (press.modifiers.ctrl, press.modifiers.alt);
    Some(match press.key {
        Key::Char('a') if ctrl => Edit::GoToStart,
        Key::Char('e') if ctrl => Edit::GoToEnd,
        Key::Char('u') if ctrl => Edit::DeleteLine,
        Key::Char('k') if ctrl => Edit::DeleteTillEnd,
        Key::Char('w') if ctrl => Edit::DeletePrevWord,
        Key::Char('h') if ctrl => Edit::DeletePrevChar,
        Key::Char('d') if ctrl => Edit::DeleteNextChar,
        Key::Char('b') if alt => Edit::GoToPrevWord,
        Key::Char('f') if alt => Edit::GoToNextWord,
        Key::Char('d') if alt => Edit::DeleteNextWord,
        Key::Char(_) if ctrl || alt => return None,
        Key::Char(c) => Edit::InsertChar(c),
        Key::Backspace if ctrl || alt => Edit::DeletePrevWord,
        Key::Backspace => Edit::DeletePrevChar,
        Key::Delete => Edit::DeleteNextChar,
        Key::Left if ctrl || alt => Edit::GoToPrevWord,
        Key::Left => Edit::GoToPrevChar,
        Key::Right if ctrl || alt => Edit::GoToNextWord,
        Key::Right => Edit::GoToNextChar,
        Key::Home => Edit::GoToStart,
        Key::End => Edit::GoToEnd,
        _ => return None,
    })
}
