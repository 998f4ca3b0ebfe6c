use proptest::prelude::*;
use ratatui_core::buffer::Buffer;
use ratatui_core::style::{Color, Modifier};

use super::*;

#[test]
fn where_the_terminal_widens_them_ambiguous_characters_are_two_cells() {
    let text = "○→Αж…";
    assert_eq!(width(text), 5);
    let before = draw_ambiguous_wide(true);
    let (wide, cut) = (width(text), truncate(text, 5, "~").into_owned());
    let mut buf = Buffer::empty(Rect::new(0, 0, 6, 1));
    let next = put(&mut buf, 0, 0, 5, text, Style::new());
    draw_ambiguous_wide(before);
    let typical = "○△□●★※→…①Ⅰ℃×±°§αЯé─│";
    draw_ambiguous_wide(true);
    let all = width(typical);
    draw_ambiguous_wide(before);
    assert_eq!(all, 2 * typical.chars().count());
    assert_eq!((wide, cut.as_str(), next), (10, "○→~", 4));
    let cells: Vec<&str> = buf.content.iter().map(Cell::symbol).collect();
    assert_eq!(cells, ["○", " ", "→", " ", " ", " "]);
    assert_eq!(width("漢字ｶﾅabc"), 9);
}

fn row(buf: &Buffer, y: u16) -> String {
    (buf.area.left()..buf.area.right()).map(|x| buf[(x, y)].symbol()).collect()
}

#[test]
fn widths_of_what_customers_are_called() {
    for (text, cells) in [
        ("Tanaka", 6),
        ("田中　太郎", 10),
        ("ﾔﾏﾀﾞ", 4),
        ("髙﨑", 4),
        ("e\u{301}", 1),
        ("か\u{3099}", 2),
        ("葛\u{E0100}城", 4),
        ("🍣", 2),
        ("🇯🇵", 2),
        ("👍\u{1F3FD}", 2),
        ("👨\u{200D}👩\u{200D}👧", 6),
        ("❤\u{FE0F}", 1),
        ("한글", 4),
        ("", 0),
    ] {
        assert_eq!(width(text), cells, "{text}");
    }
}

#[test]
fn hostile_characters_are_not_drawn() {
    let mut buf = Buffer::empty(Rect::new(0, 0, 10, 1));
    let next = put(&mut buf, 0, 0, 10, "a\u{1b}[2J\u{202E}b\u{200B}\r\n\u{7}c\u{9b}\u{2066}", Style::new());
    assert_eq!((next, row(&buf, 0)), (6, "a[2Jbc    ".into()));
    let zalgo = format!("o{}k", "\u{336}".repeat(500));
    assert_eq!(width(&zalgo), 2);
    assert!(pieces(&zalgo).all(|piece| piece.symbol.len() <= 1 + 2 * MAX_MARKS));
}

#[test]
fn truncation_ends_in_an_ellipsis_that_fits() {
    assert_eq!(truncate("田中　太郎", 10, "⋯"), "田中　太郎");
    assert_eq!(truncate("田中　太郎", 9, "⋯"), "田中　太⋯");
    assert_eq!(truncate("田中　太郎", 8, "⋯"), "田中　⋯");
    assert_eq!(truncate("田中", 1, "⋯"), "⋯");
    assert_eq!(truncate("田中", 0, "⋯"), "");
    assert_eq!(truncate("田中", 1, "..."), "");
}

#[test]
fn middle_keeps_both_ends() {
    assert_eq!(middle("89049032000001000000000000000123", 11, "⋯"), "89049⋯00123");
    assert_eq!(middle("0900", 11, "⋯"), "0900");
    assert_eq!(middle("田中　太郎", 6, "⋯"), "田⋯郎");
    assert_eq!(middle("abcdef", 0, "⋯"), "");
}

#[test]
fn padding_is_exact() {
    assert_eq!(pad("円", 5, Align::Right), "   円");
    assert_eq!(pad("円", 5, Align::Center), " 円  ");
    assert_eq!(pad("田中", 3, Align::Left), "田 ");
}

fn lines(text: &str, cells: usize) -> Vec<&str> {
    wrap(text, cells).collect()
}

#[test]
fn wrapping_at_spaces_and_between_wide_characters() {
    assert_eq!(lines("the quick brown", 9), ["the quick", "brown"]);
    assert_eq!(lines("the   quick", 5), ["the", "quick"]);
    assert_eq!(lines("回線が混んでいます", 8), ["回線が混", "んでいま", "す"]);
    assert_eq!(lines("SIMの再発行", 6), ["SIMの", "再発行"]);
    assert_eq!(lines("abcdefgh", 3), ["abc", "def", "gh"]);
    assert_eq!(lines("a\n\nb\n", 5), ["a", "", "b"]);
    assert_eq!(lines("", 5), Vec::<&str>::new());
    assert_eq!(lines("abc", 0), Vec::<&str>::new());
    assert_eq!(lines("田", 1), ["田"]);
}

#[test]
fn wrapping_keeps_punctuation_with_its_word() {
    assert_eq!(lines("開通しました。次に", 12), ["開通しまし", "た。次に"]);
    assert_eq!(lines("料金（月額）です", 6), ["料金", "（月", "額）で", "す"]);
}

#[test]
fn half_a_wide_character_is_never_left() {
    let mut buf = Buffer::empty(Rect::new(0, 0, 6, 1));
    put(&mut buf, 0, 0, 6, "田中太", Style::new());
    put(&mut buf, 3, 0, 1, "x", Style::new());
    assert_eq!(row(&buf, 0), "田  x太 ");
    let next = put(&mut buf, 5, 0, 9, "郎", Style::new());
    assert_eq!((next, buf[(5, 0)].symbol()), (5, " "));
}

#[test]
fn a_wide_character_is_styled_whole() {
    let mut buf = Buffer::empty(Rect::new(0, 0, 4, 1));
    put(&mut buf, 0, 0, 4, "字", Style::new().bg(Color::Red).add_modifier(Modifier::BOLD));
    assert_eq!(buf[(0, 0)].style(), buf[(1, 0)].style());
}

#[test]
fn alignment() {
    let mut buf = Buffer::empty(Rect::new(0, 0, 8, 1));
    put_aligned(&mut buf, 0, 0, 8, "2,980円", Style::new(), "⋯", Align::Right);
    assert_eq!(row(&buf, 0), " 2,980円 ");
    put_aligned(&mut buf, 0, 0, 3, "2,980円", Style::new(), "⋯", Align::Right);
    assert_eq!(&row(&buf, 0)[.."2,⋯".len()], "2,⋯");
}

#[test]
fn a_megabyte_of_nothing_costs_nothing() {
    let junk = "\u{200B}".repeat(300_000) + "x";
    let mut buf = Buffer::empty(Rect::new(0, 0, 4, 1));
    assert_eq!(put_fit(&mut buf, 0, 0, 4, &junk, Style::new(), "~"), 1);
}

fn hostile() -> impl Strategy<Value = String> {
    let parts = prop_oneof![
        any::<char>().prop_map(String::from),
        "[a-z ]{0,6}",
        prop::sample::select(vec![
            "田中　太郎",
            "ﾔﾏﾀﾞ",
            "髙﨑",
            "e\u{301}",
            "👨\u{200D}👩\u{200D}👧",
            "🇯🇵",
            "❤\u{FE0F}",
            "\u{202E}",
            "\u{1b}[31m",
            "\n",
            "。",
            "（",
            "ᄀ\u{1161}\u{11A8}",
            "क\u{94D}ष",
            "ﾞ",
        ])
        .prop_map(String::from),
    ];
    prop::collection::vec(parts, 0..12).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn put_stays_in_its_place(text in hostile(), x in 0u16..12, y in 0u16..4, max in 0u16..14, fit: bool) {
        let area = Rect::new(1, 1, 8, 2);
        let mut buf = Buffer::empty(area);
        fill(&mut buf, area, Style::new().bg(Color::Blue));
        let before = buf.clone();
        let style = Style::new().bg(Color::Red);
        let next =
            if fit { put_fit(&mut buf, x, y, max, &text, style, "⋯") } else { put(&mut buf, x, y, max, &text, style) };
        prop_assert!(next >= x && next <= x.saturating_add(max));
        for (i, (was, is)) in before.content.iter().zip(&buf.content).enumerate() {
            let (cx, cy) = buf.pos_of(i);
            let inside = cy == y && cx >= x && cx < next;
            prop_assert_eq!(inside, is.bg == Color::Red);
            prop_assert!(inside || was == is);
            prop_assert!(!is.symbol().chars().any(char::is_control));
        }
        // Each cell holds what its width says: nothing straddles the right edge, a wide one is followed by a blank.
        for cy in area.top()..area.bottom() {
            for cx in area.left()..area.right() {
                if is_wide(&buf[(cx, cy)]) {
                    prop_assert!(cx + 1 < area.right());
                    prop_assert_eq!(buf[(cx + 1, cy)].symbol(), " ");
                } else {
                    prop_assert_eq!(width(buf[(cx, cy)].symbol()), 1);
                }
            }
        }
    }

    #[test]
    fn cutting_never_exceeds(text in hostile(), cells in 0usize..20) {
        prop_assert!(width(&truncate(&text, cells, "⋯")) <= cells);
        prop_assert!(width(&middle(&text, cells, "⋯")) <= cells);
        prop_assert_eq!(width(&pad(&text, cells, Align::Center)), cells);
    }

    #[test]
    fn wrapped_lines_fit_and_lose_nothing_but_spaces(text in hostile(), cells in 2usize..12) {
        let visible = |s: &str| pieces(s).filter(|p| !is_space(*p)).map(|p| p.symbol.to_owned()).collect::<String>();
        let lines: Vec<&str> = wrap(&text, cells).collect();
        for line in &lines {
            prop_assert!(width(line) <= cells, "{:?} > {}", line, cells);
        }
        let whole: String = text.split('\n').map(visible).collect();
        let parts: String = lines.iter().map(|line| visible(line)).collect();
        prop_assert_eq!(whole, parts);
    }

    #[test]
    fn widths_add_up(a in "[a-zあ-ん田中ｱﾞ🍣]{0,6}", b in "[a-zあ-ん田中ｱﾞ🍣]{0,6}") {
        prop_assert_eq!(width(&a) + width(&b), width(&format!("{a}{b}")));
    }
}

#[test]
fn what_never_begins_or_ends_a_line_is_found() {
    assert!(NEVER_FIRST.is_sorted() && NEVER_LAST.is_sorted());
    for c in "。、）」』】ーっゃ々!?".chars() {
        assert_eq!(wrap(&format!("漢字{c}"), 4).collect::<Vec<_>>(), ["漢", &format!("字{c}")], "{c}");
    }
    for c in "（「『【(".chars() {
        assert_eq!(wrap(&format!("漢{c}字"), 4).next(), Some("漢"), "{c}");
    }
}
