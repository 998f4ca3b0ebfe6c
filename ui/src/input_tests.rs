use proptest::prelude::*;

use super::*;
use crate::testing::{lines, theme};

fn draw(input: &TextInput, width: u16, view: InputView<'_>) -> (String, Option<Position>) {
    let mut buf = Buffer::empty(Rect::new(0, 0, width, 1));
    let at = view.render(input, buf.area, &mut buf, &theme());
    (lines(&buf).remove(0), at)
}

const FOCUSED: InputView<'_> = InputView { prompt: "", placeholder: "", error: "", masked: false, focused: true };

#[test]
fn the_cursor_is_shown_to_the_cell() {
    let mut input = TextInput::new("田中　太郎");
    assert_eq!(draw(&input, 12, FOCUSED), ("田中　太郎  ".into(), Some(Position::new(10, 0))));
    // Five cells: nine hidden would cut a character, so ten columns of text leave two characters and the cursor.
    assert_eq!(draw(&input, 5, FOCUSED), ("太郎 ".into(), Some(Position::new(4, 0))));
    assert_eq!(draw(&input, 4, FOCUSED), ("郎  ".into(), Some(Position::new(2, 0))));
    input.edit(Edit::GoToStart);
    assert_eq!(draw(&input, 5, FOCUSED), ("田中 ".into(), Some(Position::new(0, 0))));
}

#[test]
fn half_width_kana_count_their_marks() {
    let input = TextInput::new("ﾔﾏﾀﾞ");
    assert_eq!(draw(&input, 8, FOCUSED), ("ﾔﾏﾀﾞ    ".into(), Some(Position::new(4, 0))));
}

#[test]
fn what_is_typed_takes_the_place_of_a_suggestion() {
    let after = |edits: &[Edit]| {
        let mut input = TextInput::suggesting("12");
        for edit in edits {
            input.edit(*edit);
        }
        input.value().to_owned()
    };
    assert_eq!(after(&[]), "12");
    assert_eq!(after(&[Edit::InsertChar('3'), Edit::InsertChar('4')]), "34");
    // Going into it or taking from it makes it one's own.
    assert_eq!(after(&[Edit::GoToStart, Edit::InsertChar('3')]), "312");
    assert_eq!(after(&[Edit::DeletePrevChar, Edit::InsertChar('3')]), "13");
    let mut input = TextInput::suggesting("12");
    assert!(!input.paste("\u{200B}"), "nothing that can be drawn replaces nothing");
    assert!(input.paste("2026-12-01"));
    assert_eq!(input.value(), "2026-12-01");
    let mut input = TextInput::suggesting("12");
    input.click(Position::new(0, 0), Rect::new(0, 0, 8, 1), FOCUSED);
    input.edit(Edit::InsertChar('3'));
    assert_eq!(input.value(), "312");
}

#[test]
fn a_suggestion_looks_unlike_a_text_in_every_theme() {
    use crate::color::Depth;
    for (name, depth) in crate::theme::BUILTIN.iter().flat_map(|it| [(it, Depth::None), (it, Depth::Ansi256)]) {
        let theme = crate::theme::builtin(name).unwrap().lower(depth, crate::glyphs::GlyphSet::Unicode);
        let style = |input: &TextInput, focused| {
            let mut buf = Buffer::empty(Rect::new(0, 0, 4, 1));
            InputView { focused, ..FOCUSED }.render(input, buf.area, &mut buf, &theme);
            buf[(0, 0)].style()
        };
        for focused in [false, true] {
            let (suggested, own) = (TextInput::suggesting("1"), TextInput::new("1"));
            assert_ne!(style(&suggested, focused), style(&own, focused), "{name}");
        }
    }
}

#[test]
fn pasting_folds_lines_and_drops_what_cannot_be_drawn() {
    let mut input = TextInput::new("ab");
    input.edit(Edit::GoToPrevChar);
    assert!(input.paste("1\r\n2\t3\u{1b}[31m\u{202E}\u{0}\n"));
    assert_eq!(input.value(), "a1 2 3[31mb");
    assert!(!input.paste("\u{200B}\n"));
    assert!(!input.edit(Edit::InsertChar('\u{7}')));
    input.paste(&"x".repeat(5_000_000));
    assert_eq!(input.value().chars().count(), MAX_CHARS);
}

#[test]
fn masked_shows_no_character_and_no_debug() {
    let input = TextInput::new("ひみつ");
    let view = InputView { masked: true, ..FOCUSED };
    assert_eq!(draw(&input, 6, view), ("∗∗∗   ".into(), Some(Position::new(3, 0))));
    assert!(!format!("{input:?}").contains("ひみつ"));
}

#[test]
fn prompt_placeholder_and_error() {
    let view = InputView { prompt: "/ ", placeholder: "name or phone", error: "too short", ..FOCUSED };
    let mut buf = Buffer::empty(Rect::new(0, 0, 20, 2));
    let at = view.render(&TextInput::default(), buf.area, &mut buf, &theme());
    assert_eq!(lines(&buf), ["/ name or phone     ", "  too short         "]);
    assert_eq!(at, Some(Position::new(2, 0)));
    assert_eq!(draw(&TextInput::new("ab"), 24, view).0, "/ ab           too short");
}

#[test]
fn a_click_places_the_cursor() {
    let mut input = TextInput::new("田中a");
    let area = Rect::new(3, 0, 10, 1);
    assert!(input.click(Position::new(6, 0), area, FOCUSED));
    input.edit(Edit::InsertChar('x'));
    assert_eq!(input.value(), "田x中a");
    assert!(!input.click(Position::new(2, 0), area, FOCUSED));
}

proptest! {
    #[test]
    fn the_cursor_stays_in_the_field(
        text in "[a-z田中ｱﾞ🍣\u{301}]{0,30}", back in 0usize..30, width in 1u16..12, masked: bool
    ) {
        let mut input = TextInput::new(&text);
        for _ in 0..back { input.edit(Edit::GoToPrevChar); }
        let (_, at) = draw(&input, width, InputView { masked, ..FOCUSED });
        prop_assert!(at.unwrap().x < width);
    }
}
