//! Every widget at any size, anywhere in the buffer, with any text: it never panics, never writes outside its area, and
//! leaves no half of a wide character inside it.

use madoguchi_ui::bars::{Bar as Amount, Bars, Column as Day, Columns};
use madoguchi_ui::color::Depth;
use madoguchi_ui::detail::{self, Detail, DetailState, Entry};
use madoguchi_ui::form::{Field, Form, FormState, Value};
use madoguchi_ui::gauge::{Gauge, Level, Words as Beside};
use madoguchi_ui::glyphs::{GlyphSet, Mark};
use madoguchi_ui::hints::{self, Hint};
use madoguchi_ui::input::{InputView, TextInput};
use madoguchi_ui::lanes::{Lane, Lanes, LanesState, Step};
use madoguchi_ui::pages::{Page, Pages};
use madoguchi_ui::panel::{Aside, Panel};
use madoguchi_ui::picker::{Item, Items, Picker, PickerState};
use madoguchi_ui::scroll::{Move, Scroll};
use madoguchi_ui::status::{Bar, Segment};
use madoguchi_ui::table::{Cell, Column, Direction, Rows, Sort, Table, TableState, Width, column_at};
use madoguchi_ui::tabs::Tabs;
use madoguchi_ui::text::{self, symbol_width};
use madoguchi_ui::theme::{BUILTIN, Role, Theme, builtin};
use madoguchi_ui::toast::{self, Toast};
use madoguchi_ui::{crumbs, empty, overlay, scroll};
use proptest::prelude::*;
use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Position, Rect};

#[derive(Debug)]
struct Words(Vec<String>);

impl Words {
    fn word(&self, at: usize) -> &str {
        &self.0[at % self.0.len()]
    }
}

impl Rows for Words {
    fn len(&self) -> usize {
        self.0.len() * 9 - 9
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        match column % 2 {
            0 => self.word(row).into(),
            _ => Cell::marked(Mark::Warning, self.word(row + 1)),
        }
    }
}

impl Items for Words {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn item(&self, at: usize) -> Item<'_> {
        let matches = vec![0, 2, 3, 99].into();
        let mark = at.is_multiple_of(2).then_some(Mark::Info);
        Item { text: self.word(at).into(), matches, aside: self.word(at + 1).into(), mark, disabled: at == 1 }
    }
}

fn theme(at: usize) -> Theme {
    let glyphs = if at.is_multiple_of(2) { GlyphSet::Unicode } else { GlyphSet::Ascii };
    builtin(BUILTIN[at % BUILTIN.len()]).expect("a built-in theme").lower(Depth::Ansi256, glyphs)
}

/// Draws widget number `which` and asks it everything it can be asked.
fn draw(which: usize, words: &Words, n: usize, area: Rect, buf: &mut Buffer, theme: &Theme) {
    let word = |at: usize| words.word(n + at);
    let at = Position::new(area.x.saturating_add((n % 7) as u16), area.y.saturating_add((n % 3) as u16));
    let inside = |it: Option<Position>| assert!(it.is_none_or(|it| area.contains(it)), "{it:?} outside {area:?}");
    match which {
        0 => {
            let mut state = TableState { scroll: Scroll { cursor: n, offset: n / 2 }, ..TableState::default() };
            state.sort = Some(Sort { column: n % 3, direction: Direction::Ascending });
            let columns = [
                Column::new(word(0), Width::Fill((n % 9) as u16)),
                Column::new(word(1), Width::Fixed((n % 12) as u16)).right().priority(1),
                Column::new(word(2), Width::Min(4)).priority(2),
            ];
            let len = Rows::len(words);
            Table { columns: &columns, rows: words, state: &state, focused: n.is_multiple_of(2), empty: word(3) }
                .render(area, buf, theme);
            assert!(state.row_at(area, len, at).is_none_or(|row| row < len));
            assert!(column_at(&columns, area, at).is_none_or(|column| column < 3));
            state.go(Move::Page(1), len, area);
        }
        1 => {
            let view = InputView {
                prompt: word(0),
                placeholder: word(1),
                error: if n.is_multiple_of(3) { word(2) } else { "" },
                masked: n.is_multiple_of(5),
                focused: true,
            };
            let mut input = TextInput::new(word(3));
            inside(view.render(&input, area, buf, theme));
            input.click(at, area, view);
            inside(view.render(&input, area, buf, theme));
        }
        2 => {
            let aside = Some(Aside { text: word(1), role: Role::Stale, mark: Some(Mark::Stale) });
            let inner = Panel { title: word(0), aside, focused: n.is_multiple_of(2) }.render(area, buf, theme);
            assert_eq!(inner.intersection(area), inner);
        }
        3 => {
            let entries = [
                Entry::Section(word(0).into()),
                Entry::field(word(1), word(2)).linked(),
                Entry::marked(word(2), word(3), Mark::Critical),
                Entry::Text(word(4).into(), Role::Dim),
            ];
            let mut state = DetailState { cursor: n % 5, offset: n };
            assert!(state.entry_at(&entries, area, at).is_none_or(|entry| entry < 4));
            Detail { entries: &entries, state: &state, focused: n.is_multiple_of(2) }.render(area, buf, theme);
            state.go(Move::Page(-1), &entries, area);
            detail::render(&entries, state.offset, area, buf, theme);
        }
        4 => {
            let titles = [word(0), word(1), word(2)];
            let tabs = Tabs { titles: &titles, active: n % 4 };
            tabs.render(area, buf, theme);
            tabs.tab_at(area, at);
        }
        5 => {
            crumbs::render(&[word(0), word(1), word(2)][..n % 4], area, buf, theme, Role::Header);
        }
        6 => {
            let all = [Hint::new("/", word(0), 0), Hint::new(word(1), "x", 2), Hint::new("?", word(2), 1)];
            hints::render(&all, area, buf, theme);
            hints::hint_at(&all, area, at);
        }
        7 => {
            let left = [Segment::new(word(0), 0).mark(Mark::Good), Segment::new(word(1), 3)];
            let right = [Segment::new(word(2), 1).role(Role::Sandbox)];
            Bar { left: &left, right: &right, role: Role::Status }.render(area, buf, theme);
        }
        8 => {
            let place = overlay::centred(area, (n % 30) as u16, (n % 9) as u16);
            assert_eq!(place.intersection(area), place);
            overlay::open(word(0), area, buf, theme);
        }
        9 => {
            let mut state = PickerState { input: TextInput::new(word(0)), ..PickerState::default() };
            state.go(Move::To(n), Items::len(words), area);
            let picker = Picker { state: &state, items: words, placeholder: word(1), empty: word(2) };
            inside(picker.render(area, buf, theme));
            state.item_at(area, Items::len(words), at);
        }
        10 => toast::render(
            &[Toast { mark: Mark::Good, text: word(0) }, Toast { mark: Mark::Unknown, text: word(1) }],
            area,
            buf,
            theme,
        ),
        11 => {
            let known = Level::Of { part: n as u64, whole: 40 };
            let level = if n.is_multiple_of(3) { Level::Unknown } else { known };
            let words = [Beside::None, Beside::Inside(word(0)), Beside::Beside(word(1))][n % 3];
            Gauge { level, words: if n < 30 { words } else { Beside::Inside(word(2)) }, role: Role::Good }
                .render(area, buf, theme);
        }
        12 => empty::render(area, buf, theme, word(0)),
        13 => scroll::render(area, buf, theme, n, n * 3),
        14 => {
            let pages = [Page::new(word(0)).count(word(1)), Page::new(word(2)), Page::new(word(3)).count("9")];
            let it = Pages { pages: &pages[..n % 4], active: n % 5 };
            it.render(area, buf, theme);
            assert!(it.page_at(area, at).is_none_or(|page| page < n % 4));
        }
        15 => {
            let value = |at: usize| (!at.is_multiple_of(4)).then_some((at * 7 % 5) as u64);
            let bar = |at: usize| Amount { label: word(at).into(), words: word(at + 1).into(), value: value(at) };
            let bars: Vec<_> = (0..n % 9).map(bar).collect();
            let it = Bars { bars: &bars, highlight: Some(n % 5), offset: n % 11 };
            it.render(area, buf, theme);
            assert!(it.bar_at(area, at).is_none_or(|bar| bar < bars.len()));
        }
        16 => {
            let value = |at: usize| (!at.is_multiple_of(4)).then_some((at * 7 % 5) as u64);
            let days: Vec<_> = (0..n).map(|at| Day { label: word(at).into(), value: value(at) }).collect();
            let it = Columns { columns: &days, highlight: Some(n / 2), max: word(1), empty: word(2) };
            it.render(area, buf, theme);
            assert!(it.column_at(area, at).is_none_or(|day| day < n));
        }
        17 => {
            let lane = |at: usize| (!at.is_multiple_of(3)).then(|| Lane::new(Mark::ALL[at % 8], word(at)));
            let step = |at: usize| Step { name: word(at).into(), lanes: std::array::from_fn(|i| lane(at + i)) };
            let steps: Vec<_> = (0..n % 11).map(step).collect();
            let titles = [word(0), word(1), word(2), word(3)].map(Into::into);
            let mut state = LanesState { cursor: n % 7, offset: n };
            Lanes { titles: &titles, steps: &steps, highlight: Some(n % 4), state: &state, focused: true }
                .render(area, buf, theme);
            assert!(state.step_at(&steps, area, at).is_none_or(|step| step < steps.len()));
            state.go(Move::View(2), &steps, area);
        }
        18 => {
            let field = |at: usize| {
                let error = if at.is_multiple_of(2) { word(at) } else { "" };
                let options = vec![word(at).into(), word(at + 1).into()];
                Field::new(word(at)).help(word(at + 2)).error(error).options(options)
            };
            let fields: Vec<_> = (0..n % 7).map(field).collect();
            let value = |at: usize| match at % 3 {
                0 => Value::Text(TextInput::new(word(at))),
                1 => Value::Choice { at: n % 4, of: n % 5 },
                _ => Value::Check(true),
            };
            let mut state = FormState::new((0..n % 8).map(value).collect());
            state.focus = n % 9;
            inside(Form { fields: &fields, state: &state }.render(area, buf, theme));
            state.click(at, &fields, area);
            state.go(Move::By(1), &fields, area);
            state.turn(false);
            state.paste(word(0));
        }
        _ => text::fill(buf, area, theme.style(Role::Selection)),
    }
}

const WIDGETS: usize = 20;

fn words() -> impl Strategy<Value = Words> {
    let word = prop_oneof![
        any::<String>(),
        "[a-z ]{0,12}",
        prop::sample::select(vec![
            "田中　太郎",
            "ﾔﾏﾀﾞ",
            "髙﨑",
            "e\u{301}mile",
            "👨\u{200D}👩\u{200D}👧🍣",
            "a\u{1b}[2J\u{202E}\n\n",
            "",
            "請求システムが応答しません。（回線は正常です）",
        ])
        .prop_map(String::from),
    ];
    prop::collection::vec(word, 1..6).prop_map(Words)
}

/// Small sizes, where things go wrong, and some of any size.
fn side() -> impl Strategy<Value = u16> {
    prop_oneof![0u16..4, 0u16..30, 30u16..150]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn every_widget_fits_everywhere(
        which in 0..WIDGETS, words in words(), n in 0usize..60, x in 0u16..12, y in 0u16..6, w in side(), h in side(),
    ) {
        let screen = Rect::new(2, 1, if n.is_multiple_of(4) { 130 } else { 40 }, 12);
        let mut buf = Buffer::empty(screen);
        for row in screen.rows() {
            text::put(&mut buf, row.x, row.y, row.width, &"字".repeat(65), ratatui_core::style::Style::new());
        }
        let before = buf.clone();
        let area = Rect::new(x, y, w, h);
        draw(which, &words, n, area, &mut buf, &theme(n));
        for (i, (was, is)) in before.content.iter().zip(&buf.content).enumerate() {
            let at = Position::from(buf.pos_of(i));
            // The half of a wide character that was cut by an edge is the one thing that may change outside.
            let cut = is.symbol() == " " && is.style() == was.style() && symbol_width(was.symbol()) == 2;
            prop_assert!(area.contains(at) || was == is || cut, "{at:?} changed outside {area:?}");
            if symbol_width(is.symbol()) == 2 {
                prop_assert!(at.x + 1 < screen.right(), "{at:?} straddles the edge");
                prop_assert_eq!(buf[(at.x + 1, at.y)].symbol(), " ");
            }
            prop_assert!(!is.symbol().chars().any(char::is_control));
        }
    }

    #[test]
    fn nothing_and_next_to_nothing(which in 0..WIDGETS, words in words(), n in 0usize..60, w in 0u16..3, h in 0u16..3) {
        let mut buf = Buffer::empty(Rect::new(0, 0, w, h));
        draw(which, &words, n, buf.area, &mut buf, &theme(n));
    }
}
