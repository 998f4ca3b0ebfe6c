//! What an input means to a list that is searched by typing. Every picker takes it from here.

use madoguchi_ui::picker::PickerState;
use madoguchi_ui::scroll::Move;
use ratatui::layout::{Position, Rect};

use crate::flow::{Input, MouseKind};
use crate::scene::Scene;
use crate::tabs::edit;

use super::{opens_while_typing, step_while_typing};

/// What an input came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Picked {
    /// The cursor moved, or nothing happened.
    Nothing,
    /// Other words are to be found.
    Typed,
    /// What is under the cursor is chosen.
    Chosen,
}

/// Types, moves, chooses in a list of so many items, drawn in `inner`.
pub(super) fn pick(state: &mut PickerState, input: &Input, len: usize, inner: Rect, scene: &Scene<'_>) -> Picked {
    let typed = |typed: bool| if typed { Picked::Typed } else { Picked::Nothing };
    match input {
        Input::Key(press) if opens_while_typing(*press, scene) => return Picked::Chosen,
        Input::Key(press) => match step_while_typing(*press, scene) {
            Some(step) => state.go(step, len, inner),
            None => return typed(edit::key(&mut state.input, *press)),
        },
        Input::Paste(text) => return typed(state.input.paste(text)),
        Input::Mouse(mouse) => match mouse.kind {
            MouseKind::WheelUp => state.go(Move::View(-3), len, inner),
            MouseKind::WheelDown => state.go(Move::View(3), len, inner),
            MouseKind::Click => {
                if let Some(at) = state.item_at(inner, len, Position::new(mouse.x, mouse.y)) {
                    state.go(Move::To(at), len, inner);
                    return Picked::Chosen;
                }
            }
        },
        Input::Resize { .. } | Input::Focus(_) => {}
    }
    Picked::Nothing
}
