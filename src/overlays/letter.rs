//! Which of a field's options a letter means.

use crate::domain::name::fold;
use crate::scene::Scene;

use super::FieldOption;

/// A letter goes on to the next option that has it at its beginning, or else anywhere; or whose word on the command line
/// begins with it: what a Japanese option begins with is no key. Where none does, one stays at `at`.
pub(super) fn chosen(options: &[FieldOption], at: usize, letter: char, scene: &Scene<'_>) -> usize {
    let named: Vec<String> = options.iter().map(|(_, says)| fold(&scene.words.phrase(says, scene.revealed))).collect();
    let typed = fold(letter.encode_utf8(&mut [0; 4]));
    let n = options.len();
    let after = |holds: &dyn Fn(usize) -> bool| (1..=n).map(|step| (at + step) % n).find(|at| holds(*at));
    after(&|at| named[at].starts_with(&typed))
        .or_else(|| after(&|at| named[at].contains(&typed)))
        .or_else(|| after(&|at| options[at].0.starts_with(typed.as_str())))
        .unwrap_or(at)
}
