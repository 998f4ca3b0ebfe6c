//! Every widget in every theme, as plain output: `cargo run -p madoguchi-ui --example gallery -- dark 80`.
//!
//! Without a theme all are shown. A third word picks the depth (`16`, `256`, `none`) and a fourth, `ascii`, the shapes.
#![expect(clippy::print_stdout, reason = "the output is what this is for")]

use madoguchi_ui::bars::{Bar as Amount, Bars, Column as Day, Columns};
use madoguchi_ui::color::Depth;
use madoguchi_ui::detail::{Detail, DetailState, Entry};
use madoguchi_ui::form::{Field, Form, FormState, Value};
use madoguchi_ui::gauge::{Gauge, Level, Words};
use madoguchi_ui::glyphs::{GlyphSet, Mark};
use madoguchi_ui::hints::{self, Hint};
use madoguchi_ui::input::{InputView, TextInput};
use madoguchi_ui::lanes::{Lane, Lanes, LanesState, Step};
use madoguchi_ui::pages::{Page, Pages};
use madoguchi_ui::panel::{Aside, Panel};
use madoguchi_ui::picker::{Item, Items, Picker, PickerState};
use madoguchi_ui::scroll::Scroll;
use madoguchi_ui::status::{Bar, Segment};
use madoguchi_ui::table::{Cell, Column, Direction, Rows, Sort, Table, TableState, Width};
use madoguchi_ui::tabs::Tabs;
use madoguchi_ui::text::{fill, put, symbol_width};
use madoguchi_ui::theme::{BUILTIN, Role, Theme, builtin};
use madoguchi_ui::toast::{self, Toast};
use madoguchi_ui::{crumbs, overlay, spinner};
use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::{Color, Modifier, Style};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let arg = |at: usize| args.get(at).map(String::as_str);
    let width: u16 = arg(1).and_then(|text| text.parse().ok()).unwrap_or(100).clamp(1, 400);
    let depth = match arg(2) {
        Some("none") => Depth::None,
        Some("16") => Depth::Ansi16,
        _ => Depth::Ansi256,
    };
    let glyphs = if arg(3) == Some("ascii") { GlyphSet::Ascii } else { GlyphSet::Unicode };
    for name in BUILTIN.iter().filter(|name| arg(0).is_none_or(|wanted| wanted == "all" || wanted == **name)) {
        let Some(palette) = builtin(name) else { continue };
        println!("── {name}");
        let mut buf = Buffer::empty(Rect::new(0, 0, width, 44));
        screen(&mut buf, &palette.lower(depth, glyphs));
        println!("{}", ansi(&buf));
        let mut buf = Buffer::empty(Rect::new(0, 0, width, 32));
        charts(&mut buf, &palette.lower(depth, glyphs));
        println!("{}", ansi(&buf));
    }
}

struct People;

const NAMES: [&str; 5] = ["田中　太郎", "ﾔﾏﾀﾞ ﾊﾅｺ", "髙﨑 誠", "Émilie Durand", "🍣 すし"];

impl Rows for People {
    fn len(&self) -> usize {
        100_000
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        match column {
            0 => format!("{row:06}").into(),
            1 => NAMES[row % NAMES.len()].into(),
            2 => Cell::new(format!("¥{}", row * 37 % 90_000), Role::Text),
            _ => {
                let (mark, word) = [
                    (Mark::Good, "active"),
                    (Mark::Warning, "expiring"),
                    (Mark::Critical, "overdue"),
                    (Mark::Unknown, "unknown"),
                    (Mark::Pending, "activating"),
                ][row % 5];
                Cell::marked(mark, word)
            }
        }
    }
}

struct Verbs;

impl Items for Verbs {
    fn len(&self) -> usize {
        4
    }

    fn item(&self, at: usize) -> Item<'_> {
        let text = ["Open billing", "請求を開く", "Reveal personal data", "Cancel line"][at];
        let matches = [vec![5, 6], vec![0, 1], vec![], vec![]][at].clone();
        let aside = ["3", "3", "R", "needs verification"][at];
        Item { text: text.into(), matches: matches.into(), aside: aside.into(), disabled: at == 3, mark: None }
    }
}

fn screen(buf: &mut Buffer, theme: &Theme) {
    let area = buf.area;
    fill(buf, area, theme.base());
    let row = |y: u16| Rect { y, height: 1, ..area };
    let end = [Segment::new("SANDBOX", 0).role(Role::Sandbox), Segment::new("LIVE", 0).role(Role::Live)];
    Bar { left: &[], right: &end, role: Role::Header }.render(row(0), buf, theme);
    let path = Rect { x: 1, width: area.width.saturating_sub(24), ..row(0) };
    crumbs::render(&["Search", "田中　太郎", "Billing"], path, buf, theme, Role::Header);
    Tabs { titles: &["Dashboard", "Subscriptions", "Billing", "Orders", "SIM", "Support"], active: 2 }.render(
        row(1),
        buf,
        theme,
    );
    let pages = [Page::new("Invoices").count("12"), Page::new("Transactions").count("100+"), Page::new("月別")];
    Pages { pages: &pages, active: 1 }.render(row(2), buf, theme);

    let view = InputView { prompt: "/ ", placeholder: "phone, name, e-mail, order", error: "", ..InputView::default() };
    let half = area.width / 2;
    let field = |x: u16, y: u16| Rect { x, y, width: half.saturating_sub(1), height: 1 }.intersection(area);
    view.render(&TextInput::default(), field(0, 3), buf, theme);
    view.render(&TextInput::new("田中　たろう"), field(half, 3), buf, theme);
    InputView { masked: true, error: "too short", ..view }.render(&TextInput::new("secret"), field(0, 4), buf, theme);
    let level = Level::Of { part: 17, whole: 50 };
    Gauge { level, words: Words::Beside("17 of 50 GB"), role: Role::Bar }.render(field(half, 4), buf, theme);

    let aside = |text, mark: Mark| Some(Aside { text, role: mark.role(), mark: Some(mark) });
    let table = Rect { x: 0, y: 6, width: area.width, height: 14 };
    let inner =
        Panel { title: "Records 記録", aside: aside("12 s ago", Mark::Good), focused: true }.render(table, buf, theme);
    let columns = [
        Column::new("No.", Width::Fixed(6)),
        Column::new("Name", Width::Fill(12)),
        Column::new("Amount", Width::Fixed(10)).right().priority(1),
        Column::new("State", Width::Min(12)).priority(2),
    ];
    let sort = Some(Sort { column: 2, direction: Direction::Descending });
    let state = TableState { scroll: Scroll { cursor: 50_002, offset: 50_000 }, sort, ..TableState::default() };
    Table { columns: &columns, rows: &People, state: &state, focused: true, empty: "" }.render(inner, buf, theme);

    let left = Rect { x: 0, y: 20, width: half, height: 12 };
    let fault = aside("no answer for 20 s", Mark::Critical);
    let inner = Panel { title: "Detail", aside: fault, focused: false }.render(left, buf, theme);
    let entries = [
        Entry::Section("Customer".into()),
        Entry::field("Name", "田中　太郎"),
        Entry::toned("Phone", "090-0***-**78", Role::Masked),
        Entry::field("住所", "東京都千代田区丸の内一丁目一番一号　丸の内ビルディング十二階"),
        Entry::Section("Line".into()),
        Entry::field("Order", "00001234").linked(),
        Entry::marked("State", "locked until 14:20", Mark::Warning),
        Entry::marked("Usage", "unknown", Mark::Unknown),
        Entry::marked("Plan", "as of yesterday", Mark::Stale),
    ];
    Detail { entries: &entries, state: &DetailState { cursor: 6, offset: 0 }, focused: true }.render(inner, buf, theme);

    let right = Rect { x: half, y: 20, width: area.width - half, height: 12 };
    let inner = overlay::open("Palette", right, buf, theme);
    let state = PickerState { input: TextInput::new("bi"), ..PickerState::default() };
    Picker { state: &state, items: &Verbs, placeholder: "", empty: "" }.render(inner, buf, theme);

    let roles = Rect { x: 0, y: 33, width: area.width, height: 4 };
    let mut at = (0, roles.y);
    for role in Role::ALL {
        let cells = role.name().len() as u16;
        if at.0 + cells > area.width {
            at = (0, at.1 + 1);
        }
        if at.1 < roles.bottom() {
            at.0 = put(buf, at.0, at.1, area.width, role.name(), theme.style(*role)) + 2;
        }
    }

    let toasts = [
        Toast { mark: Mark::Good, text: "Copied" },
        Toast {
            mark: Mark::Critical, text: "請求システムが応答しません。最後の値を表示しています。"
        },
    ];
    toast::render(&toasts, Rect { y: 36, height: 6, ..area }, buf, theme);
    let x = put(buf, 1, 41, area.width, spinner::frame(theme, Some(2)), theme.style(Role::Info));
    put(buf, x + 1, 41, area.width.saturating_sub(x + 1), "asking three systems", theme.style(Role::Dim));

    let keys = [
        Hint::new("/", "search", 0),
        Hint::new("Enter", "open", 1),
        Hint::new("s", "sort", 3),
        Hint::new("R", "reveal", 4),
        Hint::new("?", "help", 0),
        Hint::new("q", "quit", 2),
    ];
    hints::render(&keys, row(42), buf, theme);
    let left = [
        Segment::new("CRM 84 ms", 1).mark(Mark::Good),
        Segment::new("Billing 20 s", 1).mark(Mark::Critical),
        Segment::new("Lines 3 min", 1).mark(Mark::Stale),
    ];
    Bar { left: &left, right: &[Segment::new("12:04 JST", 3)], role: Role::Status }.render(row(43), buf, theme);
}

fn charts(buf: &mut Buffer, theme: &Theme) {
    let area = buf.area;
    fill(buf, area, theme.base());
    let half = area.width / 2;
    let level = Level::Of { part: 12, whole: 30 };
    let gauges = [
        Gauge { level, words: Words::None, role: Role::Bar },
        Gauge { level, words: Words::Inside("12:04 left"), role: Role::Warning },
        Gauge { level: Level::Unknown, words: Words::Beside("not known"), role: Role::Bar },
    ];
    for (y, gauge) in (0..).zip(gauges) {
        gauge.render(Rect::new(1, y, half.saturating_sub(2), 1), buf, theme);
    }
    let month =
        |label: &'static str, words: &'static str, value| Amount { label: label.into(), words: words.into(), value };
    let months = [
        month("7月", "¥4,980", Some(4_980)),
        month("8月", "¥0", Some(0)),
        month("9月", "unknown", None),
        month("10月", "¥12,430", Some(12_430)),
        month("11月", "¥6,200", Some(6_200)),
    ];
    let lying = Rect { x: half, width: area.width - half, height: 5, y: 0 };
    Bars { bars: &months, highlight: Some(4), offset: 0 }.render(lying, buf, theme);
    let day = |at: u64| Day { label: at.to_string().into(), value: (at % 9 != 5).then_some(at * 37 % 100 * (at % 4)) };
    let days: Vec<_> = (1..=31).map(day).collect();
    let standing = Rect { y: 6, height: 7, ..area };
    Columns { columns: &days, highlight: Some(22), max: "300 MB", empty: "" }.render(standing, buf, theme);

    let titles = ["Orders", "Billing", "Lines", "Worker"].map(Into::into);
    let lane = |mark, text: &'static str| Some(Lane::new(mark, text));
    let done = |text| lane(Mark::Good, text);
    let steps = [
        Step { name: "1 validate".into(), lanes: [done("approved"), None, None, done("10:02")] },
        Step { name: "2 activating".into(), lanes: [done("activating"), None, None, done("10:02")] },
        Step {
            name: "3 回線の開通".into(),
            lanes: [None, None, lane(Mark::Critical, "210 unknown account"), lane(Mark::Unknown, "no event")],
        },
        Step { name: "4 billing".into(), lanes: [None, lane(Mark::Pending, "waits for 3"), None, None] },
    ];
    let below = Rect { y: 14, height: 10, ..area };
    let state = LanesState { cursor: 1, offset: 0 };
    Lanes { titles: &titles, steps: &steps, highlight: Some(2), state: &state, focused: true }
        .render(below, buf, theme);

    let fields = [
        Field::new("File").help("in the folder for downloads"),
        Field::new("形式").options(vec!["CSV".into(), "JSON".into()]),
        Field::new("Reveal personal data"),
        Field::new("Reason").error("at least four letters, because it is kept"),
    ];
    let line = |text: &str| Value::Text(TextInput::new(text));
    let values = vec![line("invoices.csv"), Value::Choice { at: 1, of: 2 }, Value::Check(true), line("ab")];
    let mut state = FormState::new(values);
    state.focus = 1;
    Form { fields: &fields, state: &state }.render(Rect { y: 25, height: 7, ..area }, buf, theme);
}

/// The buffer as text with colours, for a terminal.
fn ansi(buf: &Buffer) -> String {
    let mut out = String::new();
    for y in buf.area.top()..buf.area.bottom() {
        let mut last = Style::new();
        let mut x = buf.area.left();
        while x < buf.area.right() {
            let cell = &buf[(x, y)];
            if cell.style() != last {
                last = cell.style();
                out.push_str(&sgr(cell.fg, cell.bg, cell.modifier));
            }
            out.push_str(cell.symbol());
            x += symbol_width(cell.symbol());
        }
        out.push_str("\u{1b}[m\n");
    }
    out
}

fn sgr(fg: Color, bg: Color, modifier: Modifier) -> String {
    let mut codes = vec!["0".to_owned()];
    for (flag, code) in [
        (Modifier::BOLD, "1"),
        (Modifier::DIM, "2"),
        (Modifier::ITALIC, "3"),
        (Modifier::UNDERLINED, "4"),
        (Modifier::REVERSED, "7"),
    ] {
        if modifier.contains(flag) {
            codes.push(code.to_owned());
        }
    }
    for (color, ground, named) in [(fg, 38, 30), (bg, 48, 40)] {
        match color {
            Color::Reset => {}
            Color::Indexed(n) => codes.push(format!("{ground};5;{n}")),
            Color::Rgb(r, g, b) => codes.push(format!("{ground};2;{r};{g};{b}")),
            other => codes.extend(ansi_number(other).map(|n| (n + named).to_string())),
        }
    }
    format!("\u{1b}[{}m", codes.join(";"))
}

fn ansi_number(color: Color) -> Option<u8> {
    const DARK: [Color; 8] =
        [Color::Black, Color::Red, Color::Green, Color::Yellow, Color::Blue, Color::Magenta, Color::Cyan, Color::Gray];
    const LIGHT: [Color; 8] = [
        Color::DarkGray,
        Color::LightRed,
        Color::LightGreen,
        Color::LightYellow,
        Color::LightBlue,
        Color::LightMagenta,
        Color::LightCyan,
        Color::White,
    ];
    let at = |set: &[Color]| set.iter().position(|it| *it == color).map(|at| at as u8);
    at(&DARK).or_else(|| at(&LIGHT).map(|n| n + 60))
}
