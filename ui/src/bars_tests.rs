use super::*;
use crate::color::Depth;
use crate::glyphs::GlyphSet;
use crate::testing::{lines, theme};
use crate::theme::builtin;

fn bar(label: &'static str, words: &'static str, value: Option<u64>) -> Bar<'static> {
    Bar { label: label.into(), words: words.into(), value }
}

fn months() -> Vec<Bar<'static>> {
    vec![
        bar("2026-07", "¥0", Some(0)),
        bar("2026-08", "¥4,000", Some(4_000)),
        bar("2026-09", "unknown", None),
        bar("2026-10", "¥8,000", Some(8_000)),
        bar("2026-11", "¥1", Some(1)),
    ]
}

fn draw(width: u16, height: u16, theme: &Theme, render: impl Fn(Rect, &mut Buffer, &Theme)) -> Vec<String> {
    let mut buf = Buffer::empty(Rect::new(0, 0, width, height));
    render(buf.area, &mut buf, theme);
    lines(&buf)
}

fn bars(width: u16, height: u16, theme: &Theme) -> Vec<String> {
    let bars = months();
    let it = Bars { bars: &bars, highlight: Some(3), offset: 0 };
    draw(width, height, theme, |area, buf, theme| it.render(area, buf, theme))
}

#[test]
fn nothing_something_and_unknown_look_different() {
    assert_eq!(
        bars(28, 5, &theme()),
        [
            "  2026-07      ¥0           ",
            "  2026-08  ¥4,000 ████▌     ",
            "  2026-09 unknown ?         ",
            "▸ 2026-10  ¥8,000 █████████ ",
            "  2026-11      ¥1 ▏         ",
        ]
    );
}

#[test]
fn seven_bits_say_the_same() {
    let ascii = builtin("mono").unwrap().lower(Depth::None, GlyphSet::Ascii);
    assert_eq!(bars(28, 5, &ascii)[1], "  2026-08  ¥4,000 ####=     ");
    assert_eq!(bars(28, 5, &ascii)[3], "> 2026-10  ¥8,000 ######### ");
}

#[test]
fn words_outlive_bars() {
    assert_eq!(bars(20, 1, &theme()), ["  2026-⋯      ¥0   ▐"]);
}

#[test]
fn bars_are_found_by_their_rows() {
    let bars = months();
    let it = Bars { bars: &bars, highlight: None, offset: 99 };
    let area = Rect::new(3, 2, 20, 2);
    assert_eq!(it.bar_at(area, Position::new(9, 2)), Some(3));
    assert_eq!(it.bar_at(area, Position::new(9, 4)), None);
}

fn days(values: &[Option<u64>]) -> Vec<Column<'static>> {
    let day = |(at, value): (usize, &Option<u64>)| Column { label: (at + 1).to_string().into(), value: *value };
    values.iter().enumerate().map(day).collect()
}

fn columns(values: &[Option<u64>], highlight: Option<usize>, width: u16, height: u16) -> Vec<String> {
    let columns = days(values);
    let it = Columns { columns: &columns, highlight, max: "8 GB", empty: "nothing known" };
    draw(width, height, &theme(), |area, buf, theme| it.render(area, buf, theme))
}

#[test]
fn columns_stand_on_a_line_and_gaps_do_not() {
    assert_eq!(
        columns(&[Some(8), Some(4), None, Some(0), Some(1), Some(3)], Some(4), 24, 4),
        [
            "8 GB ██                 ",
            "     ██ ▄▄          ▁▁  ",
            "   0 ██ ██    __ ▃▃ ██  ",
            "     1  2  3  4  ▴5 6   ",
        ]
    );
}

#[test]
fn a_month_in_little_room_keeps_its_last_days() {
    let month: Vec<Option<u64>> = (1..=31).map(Some).collect();
    assert_eq!(columns(&month, Some(30), 40, 3)[2], "     1  4  7  10 13 16 19 22 25  31▴    ");
    assert_eq!(columns(&month, Some(30), 12, 3).concat().matches('▴').count(), 1);
    assert_eq!(columns(&month, None, 5, 1), ["▆▇▇▇█"]);
}

#[test]
fn without_any_value_a_sentence_stands_there() {
    assert!(columns(&[None, None], None, 20, 3).concat().contains("nothing known"));
    assert!(!columns(&[Some(0), None], None, 20, 3).concat().contains("nothing known"));
}

#[test]
fn columns_are_found_by_their_place() {
    let columns = days(&[Some(1); 10]);
    let it = Columns { columns: &columns, highlight: None, max: "1", empty: "" };
    let area = Rect::new(10, 0, 22, 5);
    let at = |x| it.column_at(area, Position::new(x, 3));
    assert_eq!([at(10), at(12), at(13), at(14), at(31)], [None, Some(0), Some(0), Some(1), Some(9)]);
}

#[test]
fn a_spark_tells_nothing_from_unknown() {
    assert_eq!(
        spark(&[Some(0), None, Some(1), Some(8), Some(4)], &theme()),
        "▁ ▁█▄".replacen('▁', theme().glyphs.ground, 1)
    );
    assert_eq!(spark(&[], &theme()), "");
    assert_eq!(spark(&[None, None], &theme()), "  ");
}
