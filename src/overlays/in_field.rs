//! What a key does to the field of a form that has the keyboard.

use madoguchi_ui::form::{FormState, Value};

use crate::domain::name::fold;
use crate::flow::{Key, KeyPress};
use crate::scene::Scene;
use crate::tabs::edit;

use super::FieldOption;

/// Types into a text; turns a choice, or goes to the one of its `options` that a letter means; ticks a box.
pub(super) fn key(form: &mut FormState, options: &[FieldOption], press: KeyPress, scene: &Scene<'_>) {
    match form.values.get_mut(form.focus) {
        Some(Value::Text(input)) => {
            edit::key(input, press);
        }
        Some(Value::Choice { at, .. }) => match press.key {
            Key::Left => {
                form.turn(false);
            }
            Key::Right | Key::Char(' ') => {
                form.turn(true);
            }
            Key::Char(c) if !press.modifiers.ctrl && !press.modifiers.alt => *at = meant(options, *at, c, scene),
            _ => {}
        },
        Some(Value::Check(_)) if matches!(press.key, Key::Char(' ') | Key::Left | Key::Right) => {
            form.turn(true);
        }
        Some(Value::Check(_)) | None => {}
    }
}

/// A letter goes on to the next option that has it at its beginning, or else anywhere; or whose word on the command line
/// begins with it: what a Japanese option begins with is no key. Where none does, one stays at `at`.
fn meant(options: &[FieldOption], at: usize, letter: char, scene: &Scene<'_>) -> usize {
    let named: Vec<String> = options.iter().map(|(_, says)| fold(&scene.words.phrase(says, scene.revealed))).collect();
    let typed = fold(letter.encode_utf8(&mut [0; 4]));
    let n = options.len();
    let after = |holds: &dyn Fn(usize) -> bool| (1..=n).map(|step| (at + step) % n).find(|at| holds(*at));
    after(&|at| named[at].starts_with(&typed))
        .or_else(|| after(&|at| named[at].contains(&typed)))
        .or_else(|| after(&|at| options[at].0.starts_with(typed.as_str())))
        .unwrap_or(at)
}
