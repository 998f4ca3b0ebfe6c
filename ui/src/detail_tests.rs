use super::*;
use crate::testing::{lines, theme};

fn record() -> Vec<Entry<'static>> {
    vec![
        Entry::Section("Customer".into()),
        Entry::field("Name", "田中　太郎"),
        Entry::field("住所", "東京都千代田区丸の内一丁目、丸の内ビルディング"),
        Entry::Section("Line".into()),
        Entry::marked("State", "locked", Mark::Warning),
    ]
}

fn draw(entries: &[Entry<'_>], state: DetailState, focused: bool, width: u16, height: u16) -> Buffer {
    let mut buf = Buffer::empty(Rect::new(0, 0, width, height));
    Detail { entries, state: &state, focused }.render(buf.area, &mut buf, &theme());
    buf
}

fn trimmed(buf: &Buffer) -> Vec<String> {
    lines(buf).iter().map(|line| line.trim_end().to_owned()).collect()
}

#[test]
fn values_wrap_beside_their_labels() {
    let mut buf = Buffer::empty(Rect::new(0, 0, 24, 9));
    render(&record(), 0, buf.area, &mut buf, &theme());
    assert_eq!(
        trimmed(&buf),
        [
            "Customer",
            "Name   田中　太郎",
            "住所   東京都千代田区丸",
            "       の内一丁目、丸の",
            "       内ビルディング",
            "",
            "Line",
            "State  ! locked",
            "",
        ]
    );
}

#[test]
fn scrolling_shows_the_rest_and_no_more() {
    let entries = record();
    assert_eq!(height(&entries, 24), 8);
    let mut buf = Buffer::empty(Rect::new(0, 0, 24, 3));
    render(&entries, 99, buf.area, &mut buf, &theme());
    assert_eq!(lines(&buf)[2].trim_end_matches(['▐', ' ']), "State  ! locked");
    assert!(lines(&buf)[2].ends_with('▐'));
}

#[test]
fn a_megabyte_in_a_value_is_cut() {
    let entries = [Entry::field("Subject", "長い".repeat(200_000))];
    assert_eq!(height(&entries, 40), MAX_LINES);
}

#[test]
fn links_are_told_without_colour() {
    let entries = [
        Entry::field("Invoice", "2026-0001").linked(),
        Entry::marked("Order", "failed", Mark::Critical).linked(),
        Entry::field("Case", "長い名前の問い合わせ").linked(),
        Entry::field("Plan", "10 GB"),
    ];
    let buf = draw(&entries, DetailState::default(), false, 26, 6);
    assert_eq!(
        trimmed(&buf),
        [
            "Invoice  2026-0001 ›",
            "Order    ✗ failed ›",
            "Case     長い名前の問い",
            "         合わせ ›",
            "Plan     10 GB",
            ""
        ]
    );
    let underlined =
        |y: u16| (0..26).filter(|x| buf[(*x, y)].modifier.contains(Modifier::UNDERLINED)).collect::<Vec<_>>();
    assert_eq!(underlined(0), (9..18).collect::<Vec<_>>());
    assert_eq!(underlined(1), (11..17).collect::<Vec<_>>());
    assert_eq!(underlined(4), [0; 0]);
}

#[test]
fn the_cursor_goes_over_values_and_shows_their_headings() {
    let entries = record();
    let area = Rect::new(0, 0, 24, 3);
    let mut state = DetailState::default();
    assert_eq!(state.entry(&entries), Some(1));
    let mut after = |step| {
        state.go(step, &entries, area);
        (state.cursor, state.offset)
    };
    assert_eq!(after(Move::By(1)), (2, 2));
    assert_eq!(after(Move::By(1)), (4, 5));
    assert_eq!(after(Move::By(1)), (4, 5));
    assert_eq!(after(Move::By(-2)), (1, 0));
    assert_eq!(after(Move::End), (4, 5));
    assert_eq!(after(Move::View(-1)), (2, 4));
    assert_eq!(after(Move::View(-1)), (2, 3));
    assert_eq!(after(Move::Home), (1, 0));
    assert_eq!(after(Move::To(3)), (4, 5));
    assert_eq!(after(Move::Page(-1)), (2, 2));
    assert_eq!(after(Move::By(isize::MIN)), (1, 0));
}

#[test]
fn a_paragraph_taller_than_the_room_is_scrolled_through() {
    let entries = [
        Entry::field("From", "Hanako"),
        Entry::Text("one\ntwo\nthree\nfour\nfive".into(), Role::Text),
        Entry::field("To", "Taro"),
    ];
    let area = Rect::new(0, 0, 20, 3);
    let mut state = DetailState::default();
    let mut places = Vec::new();
    for _ in 0..5 {
        state.go(Move::By(1), &entries, area);
        places.push((state.cursor, state.offset));
    }
    assert_eq!(places, [(1, 1), (1, 2), (1, 3), (2, 4), (2, 4)]);
    state.go(Move::By(-1), &entries, area);
    assert_eq!((state.cursor, state.offset), (1, 3));
}

#[test]
fn the_selected_entry_is_one_style_over_all_its_lines_but_not_the_scrollbar() {
    let entries = record();
    let selection = theme().style(Role::Selection).bg;
    let buf = draw(&entries, DetailState { cursor: 2, offset: 1 }, true, 24, 4);
    let over = |y: u16| (0..24).filter(|x| Some(buf[(*x, y)].bg) == selection).count();
    assert_eq!([over(0), over(1), over(2), over(3)], [0, 23, 23, 23]);
    let idle = draw(&entries, DetailState { cursor: 2, offset: 1 }, false, 24, 4);
    assert!(idle.content.iter().all(|cell| Some(cell.bg) != selection));
}

#[test]
fn clicks_find_entries_but_no_headings() {
    let entries = record();
    let area = Rect::new(5, 2, 24, 4);
    let state = DetailState { cursor: 0, offset: 2 };
    let at = |x, y| state.entry_at(&entries, area, Position::new(x, y));
    assert_eq!([at(5, 2), at(9, 4), at(9, 5), at(9, 1), at(28, 2)], [Some(2), Some(2), None, None, None]);
    let below = DetailState { cursor: 0, offset: 99 };
    assert_eq!(below.entry_at(&entries, area, Position::new(6, 5)), Some(4));
}

#[test]
fn a_record_of_headings_has_no_cursor() {
    let entries = [Entry::Section("Empty".into())];
    let mut state = DetailState { cursor: 7, offset: 7 };
    for step in [Move::By(1), Move::Page(-1), Move::End, Move::Home, Move::To(3), Move::View(2)] {
        state.go(step, &entries, Rect::new(0, 0, 10, 1));
        assert_eq!(state.entry(&entries), None);
    }
    state.go(Move::By(3), &[], Rect::new(0, 0, 0, 0));
    assert_eq!(state, DetailState::default());
}

mod anywhere {
    use proptest::prelude::*;

    use super::*;

    fn entry() -> impl Strategy<Value = Entry<'static>> {
        prop_oneof![
            "[a-z]{0,9}".prop_map(|title| Entry::Section(title.into())),
            ("[a-z]{0,9}", "[a-z 漢字\n]{0,60}").prop_map(|(label, value)| Entry::field(label, value).linked()),
            "[a-z 漢字\n]{0,200}".prop_map(|words| Entry::Text(words.into(), Role::Text)),
        ]
    }

    fn step() -> impl Strategy<Value = Move> {
        prop_oneof![
            (-9isize..9).prop_map(Move::By),
            any::<isize>().prop_map(Move::Page),
            Just(Move::Home),
            Just(Move::End),
            (0usize..20).prop_map(Move::To),
            (-9isize..9).prop_map(Move::View),
        ]
    }

    proptest! {
        #[test]
        fn the_cursor_is_on_a_value_and_in_sight(
            entries in prop::collection::vec(entry(), 0..12),
            steps in prop::collection::vec(step(), 1..12),
            width in 1u16..60, height in 1u16..12,
        ) {
            let area = Rect::new(0, 0, width, height);
            let layout = Layout::of(&entries, width);
            let rows = usize::from(height);
            let mut state = DetailState::default();
            for step in steps {
                state.go(step, &entries, area);
                let Some(entry) = state.entry(&entries) else { continue };
                prop_assert!(entries[entry].value().is_some());
                let lines = layout.stack.span(entry);
                // Only scrolling, in little room, may leave nothing but headings in sight.
                let seen = lines.start < state.offset + rows && state.offset < lines.end;
                prop_assert!(seen || matches!(step, Move::View(_)));
                prop_assert!(state.offset <= layout.stack.total().saturating_sub(rows));
            }
        }
    }
}
