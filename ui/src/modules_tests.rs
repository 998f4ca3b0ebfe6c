use ratatui_core::style::{Color, Modifier};

use super::*;
use crate::color::Depth;
use crate::glyphs::GlyphSet;
use crate::theme::builtin;

/// Three by three, dark on one diagonal and in the middle of the last row.
fn few() -> Modules {
    Modules::new([true, false, false, false, true, false, false, true, true]).unwrap()
}

/// How dark each half of each cell is, as a camera sees it: the text's own colour is light unless `paper` is.
fn seen(buf: &Buffer, light_terminal: bool) -> Vec<String> {
    let is_dark = |color: Color, front: bool| match color {
        Color::Reset => front == light_terminal,
        Color::Black | Color::Indexed(0 | 16) | Color::Rgb(0, 0, 0) => true,
        Color::White | Color::Indexed(15 | 231) | Color::Rgb(255, 255, 255) => false,
        other => panic!("{other:?}"),
    };
    let half = |x: u16, y: u16, upper: bool| {
        let cell = &buf[(x, y)];
        let front = match cell.symbol() {
            " " => false,
            "▀" => upper,
            "▄" => !upper,
            other => panic!("{other}"),
        };
        let front = front != cell.modifier.contains(Modifier::REVERSED);
        is_dark(if front { cell.fg } else { cell.bg }, front)
    };
    let row = |y: u16, upper| (0..buf.area.width).map(|x| if half(x, y, upper) { '#' } else { '.' }).collect();
    (0..buf.area.height).flat_map(|y| [row(y, true), row(y, false)]).collect()
}

fn drawn(theme: &str, depth: Depth, glyphs: GlyphSet, inverted: bool) -> Buffer {
    let theme = builtin(theme).unwrap().lower(depth, glyphs);
    let modules = few();
    let view = ModulesView { modules: &modules, margin: 1, inverted };
    let (width, height) = view.size(theme.glyphs);
    let mut buf = Buffer::empty(Rect::new(0, 0, width, height));
    assert!(view.render(buf.area, &mut buf, &theme));
    buf
}

const SEEN: [&str; 6] = [".....", ".#...", "..#..", "..##.", ".....", "....."];

#[test]
fn dark_stands_on_light_in_every_theme_and_depth() {
    for name in ["dark", "light", "contrast"] {
        for depth in [Depth::None, Depth::Ansi16, Depth::Ansi256, Depth::True] {
            let buf = drawn(name, depth, GlyphSet::Unicode, false);
            assert_eq!(seen(&buf, name == "light"), SEEN, "{name} {depth:?}");
        }
    }
}

#[test]
fn a_terminal_that_is_the_other_way_round_can_be_told() {
    let buf = drawn("dark", Depth::None, GlyphSet::Unicode, true);
    assert_eq!(seen(&buf, true), SEEN);
    // With colours there is nothing to turn.
    let (plain, turned) = [false, true].map(|it| drawn("dark", Depth::True, GlyphSet::Unicode, it)).into();
    assert_eq!(plain, turned);
}

#[test]
fn without_half_blocks_a_module_is_two_blank_cells() {
    for depth in [Depth::None, Depth::Ansi16] {
        let buf = drawn("dark", depth, GlyphSet::Ascii, false);
        assert_eq!((buf.area.width, buf.area.height), (10, 5));
        assert!(buf.content.iter().all(|cell| cell.symbol() == " "));
        let rows: Vec<String> = seen(&buf, false).into_iter().step_by(2).collect();
        assert_eq!(rows, ["..........", "..##......", "....##....", "....####..", ".........."], "{depth:?}");
    }
}

#[test]
fn what_does_not_fit_is_not_drawn_at_all() {
    let theme = builtin("dark").unwrap().lower(Depth::True, GlyphSet::Unicode);
    let modules = few();
    let view = ModulesView { modules: &modules, margin: LEAST_MARGIN, inverted: false };
    assert_eq!(view.size(theme.glyphs), (7, 4));
    for (width, height) in [(6, 4), (7, 3), (0, 0)] {
        let mut buf = Buffer::empty(Rect::new(0, 0, 20, 20));
        let before = buf.clone();
        assert!(!view.render(Rect::new(0, 0, width, height), &mut buf, &theme));
        assert_eq!(buf, before);
    }
}

#[test]
fn only_squares_are_modules_and_nothing_prints_them() {
    assert_eq!(Modules::new(vec![true; 8]), None);
    assert_eq!(format!("{:?} {}", few(), few().side()), "Modules(3) 3");
}
