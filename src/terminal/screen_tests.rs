use std::num::NonZeroU16;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use ratatui::style::{Color, Modifier, Style};

use super::*;

/// A terminal emulator that somebody else wrote, fed with our bytes.
struct Glass {
    screen: Screen,
    vt: vt100::Parser,
}

impl Glass {
    fn new(width: u16, height: u16, colour_erase: bool) -> Self {
        let size = |n| NonZeroU16::new(n).unwrap();
        let mut vt = vt100::Parser::new(size(height), size(width), 0);
        // What an earlier program left must not shine through.
        vt.process(b"\x1b[41mleft over\x1b[5;5Hleft over");
        Self { screen: Screen::new(width, height, colour_erase), vt }
    }

    /// Draws the model and returns how many bytes that took, having checked every cell.
    #[track_caller]
    fn show(&mut self, model: &Buffer, cursor: Option<Position>) -> usize {
        let bytes = self.screen.draw(|buffer| {
            buffer.clone_from(model);
            cursor
        });
        self.vt.process(bytes);
        let sent = bytes.len();
        let glass = self.vt.screen();
        for y in 0..model.area.height {
            for x in 0..model.area.width {
                let want = &self.screen.shown[(x, y)];
                let got = glass.cell(y, x).unwrap();
                let at = format!("cell {x},{y}: want {want:?}, got {got:?}");
                if want.symbol().is_empty() {
                    assert!(got.is_wide_continuation(), "{at}");
                    continue;
                }
                let text = if got.has_contents() { got.contents() } else { " " };
                assert_eq!(text, want.symbol(), "{at}");
                assert_eq!(got.bgcolor(), colour(want.bg), "{at}");
                assert_eq!(got.inverse(), want.modifier.contains(Modifier::REVERSED), "{at}");
                assert_eq!(got.underline(), want.modifier.contains(Modifier::UNDERLINED), "{at}");
                if !is_blank(want) {
                    assert_eq!(got.fgcolor(), colour(want.fg), "{at}");
                    assert_eq!(got.bold(), want.modifier.contains(Modifier::BOLD), "{at}");
                    assert_eq!(got.italic(), want.modifier.contains(Modifier::ITALIC), "{at}");
                }
            }
        }
        assert_eq!(glass.hide_cursor(), cursor.is_none());
        if let Some(at) = cursor {
            assert_eq!(glass.cursor_position(), (at.y, at.x));
        }
        sent
    }
}

fn colour(colour: Color) -> vt100::Color {
    match colour {
        Color::Reset => vt100::Color::Default,
        Color::Red => vt100::Color::Idx(1),
        Color::LightBlue => vt100::Color::Idx(12),
        Color::Indexed(n) => vt100::Color::Idx(n),
        Color::Rgb(r, g, b) => vt100::Color::Rgb(r, g, b),
        other => panic!("the tests do not use {other:?}"),
    }
}

/// One thing that happens to a screen between two frames.
#[derive(Debug, Clone)]
enum Change {
    Text { x: u16, y: u16, text: String, style: Style },
    Fill { x: u16, y: u16, width: u16, height: u16, style: Style },
    Popup { x: u16, y: u16, width: u16, height: u16 },
    Scroll { top: u16, bottom: u16, by: i16 },
    Clear,
}

impl Change {
    fn apply(&self, model: &mut Buffer) {
        let (width, height) = (model.area.width, model.area.height);
        match self {
            Self::Text { x, y, text, style } => model.set_string(x % width, y % height, text, *style),
            Self::Fill { x, y, width, height, style } => model.set_style(Rect::new(*x, *y, *width, *height), *style),
            Self::Popup { x, y, width, height } => {
                for at in Rect::new(*x, *y, *width, *height).intersection(model.area).positions() {
                    model[at].reset();
                }
            }
            Self::Scroll { top, bottom, by } => {
                let (top, bottom) = ((top % height).min(bottom % height), (top % height).max(bottom % height));
                let band = usize::from(top * width)..usize::from((bottom + 1) * width);
                let cells = usize::from(by.unsigned_abs() * width).min(band.len());
                if *by > 0 {
                    model.content[band].rotate_left(cells);
                } else {
                    model.content[band].rotate_right(cells);
                }
            }
            Self::Clear => model.reset(),
        }
    }
}

fn styles() -> impl Strategy<Value = Style> {
    let colours =
        [Color::Reset, Color::Red, Color::LightBlue, Color::Indexed(3), Color::Indexed(200), Color::Rgb(9, 80, 200)];
    let modifiers = [
        Modifier::empty(),
        Modifier::BOLD,
        Modifier::REVERSED,
        Modifier::ITALIC.union(Modifier::UNDERLINED),
        Modifier::BOLD.union(Modifier::ITALIC),
    ];
    (
        prop::sample::select(colours.to_vec()),
        prop::sample::select(colours.to_vec()),
        prop::sample::select(modifiers.to_vec()),
    )
        .prop_map(|(fg, bg, modifier)| {
            let style = Style::new().add_modifier(modifier);
            if (fg, bg) == (Color::Reset, Color::Reset) { style } else { style.fg(fg).bg(bg) }
        })
}

fn changes() -> impl Strategy<Value = Change> {
    let words = [
        "plain words",
        "田中　太郎",
        "ﾀﾅｶ ﾀﾛｳ",
        "a字b字c",
        "😀 ok 🍣",
        "          ",
        "090-0123-4567  active",
        "e\u{301}te\u{301}",
        "x",
        "字",
    ];
    let text = prop::collection::vec(prop::sample::select(words.to_vec()), 1..6).prop_map(|words| words.concat());
    prop_oneof![
        8 => (0..130_u16, 0..45_u16, text, styles())
            .prop_map(|(x, y, text, style)| Change::Text { x, y, text, style }),
        2 => (0..120_u16, 0..40_u16, 1..130_u16, 1..6_u16, styles())
            .prop_map(|(x, y, width, height, style)| Change::Fill { x, y, width, height, style }),
        2 => (0..120_u16, 0..40_u16, 1..60_u16, 1..20_u16)
            .prop_map(|(x, y, width, height)| Change::Popup { x, y, width, height }),
        4 => (0..60_u16, 0..60_u16, -5..6_i16).prop_map(|(top, bottom, by)| Change::Scroll { top, bottom, by }),
        1 => Just(Change::Clear),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        rng_seed: RngSeed::Fixed(20),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_glass_shows_the_buffer(
        size in prop::sample::select(vec![(1, 1), (2, 3), (7, 4), (50, 15), (80, 24), (120, 40)]),
        colour_erase: bool,
        frames in prop::collection::vec((prop::collection::vec(changes(), 0..6), any::<Option<(u16, u16)>>()), 1..12),
    ) {
        let mut glass = Glass::new(size.0, size.1, colour_erase);
        let mut model = Buffer::empty(Rect::new(0, 0, size.0, size.1));
        for (changes, cursor) in frames {
            for change in &changes {
                change.apply(&mut model);
            }
            let cursor = cursor.map(|(x, y)| Position::new(x % size.0, y % size.1));
            glass.show(&model, cursor);
            prop_assert_eq!(glass.show(&model, cursor), 0, "an unchanged frame sends nothing");
        }
    }
}

#[test]
fn half_width_sound_marks_cover_nothing() {
    let mut glass = Glass::new(20, 1, true);
    let mut model = Buffer::empty(Rect::new(0, 0, 20, 1));
    madoguchi_ui::text::put(&mut model, 0, 0, 20, "ﾊﾞｽ ﾔﾏﾀﾞﾊﾟ字x", Style::new());
    glass.show(&model, None);
    assert_eq!(glass.vt.screen().contents(), "ﾊﾞｽ ﾔﾏﾀﾞﾊﾟ字x");
}

/// A list of customers as the desk shows it: frame, header, rows in columns, selection over the whole row.
fn list(width: u16, first: u16, selected: u16) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, 40));
    buffer.set_string(0, 0, " madoguchi  SANDBOX", Style::new().fg(Color::Indexed(15)).bg(Color::Indexed(24)));
    buffer.set_string(0, 39, " ↑↓ move  Enter open  / search  ? help", Style::new().fg(Color::Indexed(245)));
    for y in 2..38 {
        let n = first + y - 2;
        let family = ["佐藤", "鈴木", "高橋", "田中", "伊藤"][usize::from(n % 5)];
        let line = format!(
            "C-{n:05}  {family}　花子さん{n}  0900{n:07}  Home 1G Gold  使用中  {n},980円  2026-11-{:02}",
            n % 28
        );
        buffer.set_string(1, y, line, Style::new());
        if n == selected {
            buffer
                .set_style(Rect::new(0, y, width, 1), Style::new().bg(Color::Indexed(25)).add_modifier(Modifier::BOLD));
        }
    }
    buffer
}

#[test]
fn moving_the_selection_costs_two_rows() {
    let mut glass = Glass::new(120, 40, true);
    glass.show(&list(120, 0, 4), None);
    let sent = glass.show(&list(120, 0, 5), None);
    assert!(sent <= 350, "{sent} bytes");
}

#[test]
fn scrolling_by_one_row_costs_three_rows() {
    let mut glass = Glass::new(120, 40, true);
    glass.show(&list(120, 0, 35), None);
    let down = glass.show(&list(120, 1, 36), None);
    assert!(down <= 500, "{down} bytes down");
    let up = glass.show(&list(120, 0, 0), None);
    assert!(up <= 900, "{up} bytes up, with the selection at the other end");
}

#[test]
fn a_first_frame_of_text_is_small() {
    let mut glass = Glass::new(120, 40, true);
    let sent = glass.show(&list(120, 0, 0), None);
    assert!(sent <= 4_500, "{sent} bytes");
}

#[test]
fn a_cluster_terminals_disagree_about_moves_nothing_else() {
    // The emulator takes the family for four wide characters; what follows must stand in its place all the same.
    let mut glass = Glass::new(20, 2, true);
    let model = Buffer::with_lines(["a👨\u{200d}👩\u{200d}👧\u{200d}👦b c d e f g h i", "next"]);
    glass.vt.process(glass.screen.draw(|buffer| {
        buffer.merge(&model);
        None
    }));
    let row = glass.vt.screen().rows(0, 20).next().unwrap();
    assert!(row.ends_with("b c d e f g h i"), "{row}");
}

/// A terminal with tables of another year takes one cell where two are meant.
#[test]
fn a_character_that_is_not_wide_everywhere_moves_nothing_else() {
    for wide in ["\u{1fae9}", "\u{1f600}", "\u{4dc0}"] {
        let mut glass = Glass::new(20, 1, true);
        for (text, seen) in [("abWcdef", "ab? cdef"), ("abWxdef", "ab? xdef"), ("aWWcd", "a? ? cd"), ("aWb", "a? b")] {
            let model = Buffer::with_lines([text.replace('W', wide)]);
            let bytes = glass.screen.draw(|buffer| {
                buffer.merge(&model);
                None
            });
            let narrow = String::from_utf8(bytes.to_vec()).unwrap().replace(wide, "?");
            glass.vt.process(narrow.as_bytes());
            let row = glass.vt.screen().rows(0, 20).next().unwrap();
            assert_eq!(row.trim_end(), seen, "{wide}");
        }
    }
    for settled in ["窓", "\u{3000}", "한", "Ａ", "𠮷", "ｱ", "①", "é", ""] {
        assert!(sure_of_width(settled), "{settled}");
    }
}

#[test]
fn half_a_wide_character_and_control_characters_become_blanks() {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 6, 1));
    for (x, symbol) in ["字", "x", "\u{9b}", "", "e\u{1b}", "字"].into_iter().enumerate() {
        buffer[(x as u16, 0)].set_symbol(symbol);
    }
    settle_widths(&mut buffer, false);
    let symbols: Vec<&str> = buffer.content.iter().map(Cell::symbol).collect();
    assert_eq!(symbols, ["字", "", " ", " ", " ", " "]);
}

#[test]
fn only_a_large_frame_is_marked_as_one_update() {
    let mut screen = Screen::new(120, 40, true);
    let large = screen.draw(|buffer| {
        buffer.merge(&list(120, 0, 0));
        None
    });
    assert!(large.starts_with(SYNC_BEGIN) && large.ends_with(SYNC_END));
    let small = screen.draw(|buffer| {
        buffer.merge(&list(120, 0, 1));
        None
    });
    assert!(!small.windows(6).any(|bytes| bytes == b"\x1b[?202"));
}

#[test]
fn only_the_cursor_moves_when_only_the_cursor_moved() {
    let mut screen = Screen::new(80, 24, true);
    screen.draw(|_| Some(Position::new(3, 3)));
    assert_eq!(screen.draw(|_| Some(Position::new(4, 3))), b"\x1b[C");
    assert_eq!(screen.draw(|_| None), b"\x1b[?25l");
    assert_eq!(screen.draw(|_| None), b"");
}

#[test]
fn a_row_that_gets_the_cursor_sends_its_texts_and_not_its_gaps() {
    let row = |style: Style| {
        let mut model = Buffer::empty(Rect::new(0, 0, 100, 3));
        model.set_string(0, 1, format!("{:<30}{:<30}{:<40}", "番号 1", "two", "three"), style);
        // Beside it stands something that has nothing to do with it.
        model.set_string(70, 1, "beside it, and longer than a gap", Style::new());
        model
    };
    let (plain, selected) = (row(Style::new()), row(Style::new().bg(Color::Indexed(24)).fg(Color::Indexed(231))));
    for (colour_erase, most) in [(true, 80), (false, 120)] {
        let mut glass = Glass::new(100, 3, colour_erase);
        glass.show(&plain, None);
        let bytes = glass.show(&selected, None) + glass.show(&plain, None);
        assert!(bytes < 2 * most, "{bytes} bytes");
    }
}

/// A glass on which colours stand for links: both are what a terminal writes with, and what it erases has neither.
struct LinkGlass {
    screen: Screen,
    vt: vt100::Parser,
}

impl LinkGlass {
    const WIDTH: u16 = 40;
    const HEIGHT: u16 = 12;

    fn new() -> Self {
        let size = |n| NonZeroU16::new(n).unwrap();
        let vt = vt100::Parser::new(size(Self::HEIGHT), size(Self::WIDTH), 0);
        Self { screen: Screen::new(Self::WIDTH, Self::HEIGHT, true), vt }
    }

    /// Draws rows of text, of which each leads to the record it names; answers how many bytes that took, having checked
    /// every cell's text and link.
    #[track_caller]
    fn show(&mut self, rows: &[(&str, u8)]) -> usize {
        let link =
            |y: usize, record: u8| ScreenLink { x: 2, y: y as u16, width: 4, to: format!("https://x/{record}").into() };
        let bytes = self.screen.draw(|buffer| {
            for (y, (text, _)) in rows.iter().enumerate() {
                buffer.set_string(0, y as u16, text, Style::new());
            }
            let leading = rows.iter().enumerate().filter(|(_, (_, record))| *record > 0);
            (None, leading.map(|(y, (_, record))| link(y, *record)).collect::<Vec<_>>())
        });
        let text = std::str::from_utf8(bytes).unwrap().to_owned();
        let sent = text.len();
        let mut coloured = String::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once("\x1b]8;;") {
            let (to, after) = after.split_once("\x1b\\").unwrap();
            let colour =
                to.strip_prefix("https://x/").map_or_else(|| "39".to_owned(), |record| format!("38;5;{record}"));
            coloured += before;
            coloured += "\x1b[";
            coloured += &colour;
            coloured.push('m');
            rest = after;
        }
        self.vt.process((coloured + rest).as_bytes());
        for (y, (text, record)) in rows.iter().enumerate() {
            let want = format!("{text:<width$}", width = usize::from(Self::WIDTH));
            for (x, c) in (0..).zip(want.chars()) {
                let cell = self.vt.screen().cell(y as u16, x).unwrap();
                let got = if cell.has_contents() { cell.contents() } else { " " };
                assert_eq!(got, c.to_string(), "cell {x},{y}");
                let leads = *record > 0 && (2..6).contains(&x);
                let to = if leads { vt100::Color::Idx(*record) } else { vt100::Color::Default };
                assert_eq!(cell.fgcolor(), to, "cell {x},{y} of {text:?}");
            }
        }
        sent
    }
}

#[test]
fn what_leads_elsewhere_leads_there_whatever_moved() {
    let mut glass = LinkGlass::new();
    let text: Vec<String> = (1..=30).map(|n| format!("> {n:04} and what is said of it")).collect();
    let page = |from: usize| (from..from + 12).map(|n| (text[n].as_str(), n as u8 + 1)).collect::<Vec<_>>();
    glass.show(&page(0));
    assert_eq!(glass.show(&page(0)), 0, "what did not change costs nothing");
    // Scrolled, by one and far, both ways.
    for from in [1, 2, 9, 8, 0] {
        glass.show(&page(from));
    }
    // The same words lead elsewhere, or nowhere any more.
    let mut rows = page(0);
    rows[3].1 = 77;
    glass.show(&rows);
    rows[3].1 = 0;
    glass.show(&rows);
    // Blanks and ends of rows.
    rows[4] = ("", 0);
    rows[5] = (">      x", 9);
    rows[6] = ("> 0007                                 x", 7);
    glass.show(&rows);
    rows[6] = ("                                       x", 0);
    glass.show(&rows);
    glass.screen.forget();
    glass.show(&page(5));
}

/// A terminal that is told no links gets not a byte more.
#[test]
fn without_links_nothing_is_different() {
    let (mut with, mut without) = (LinkGlass::new(), Screen::new(LinkGlass::WIDTH, LinkGlass::HEIGHT, true));
    for rows in [[("> 0001 one", 0), ("> 0002 two", 0)], [("> 0002 two", 0), ("", 0)]] {
        let bytes = without.draw(|buffer| {
            for (y, (text, _)) in rows.iter().enumerate() {
                buffer.set_string(0, y as u16, text, Style::new());
            }
            None
        });
        let plain = bytes.len();
        assert!(!bytes.windows(3).any(|it| it == b"\x1b]8"));
        assert_eq!(with.show(&rows), plain);
    }
}
