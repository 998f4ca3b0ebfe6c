//! How the desk looks, by messages: the theme that is tried, the one that is kept, and the terminal's own say.

use madoguchi::app::{App, Options};
use madoguchi::flow::{Effect, Environment, Ground, Input, Key, KeyPress, Msg, ThemeFile};
use madoguchi::locale::Language;
use madoguchi_ui::color::{self, Depth};
use madoguchi_ui::theme::Role;
use madoguchi_ui::theme::builtin;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::Color;

use super::{Core, options};

impl Core {
    fn with(options: Options) -> Self {
        let mut core = Self::new();
        core.app = App::new(options, core.now);
        core.tell(Msg::Input(Input::Resize { width: 120, height: 40 }));
        core
    }

    fn cells(&self) -> Vec<Cell> {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 120, 40));
        self.app.view(&mut buffer);
        buffer.content
    }

    /// What the body is painted with.
    fn ground(&self) -> Color {
        self.cells()[120 * 38 - 1].bg
    }

    fn press(&mut self, keys: &[Key]) -> Vec<Effect> {
        keys.iter().flat_map(|key| self.tell(Msg::Input(Input::Key(KeyPress::plain(*key))))).collect()
    }
}

fn painted(theme: &str) -> Color {
    builtin(theme).unwrap().lower(Depth::Ansi256, madoguchi_ui::glyphs::GlyphSet::Unicode).base().bg.unwrap()
}

fn file(name: &str, text: &str) -> ThemeFile {
    ThemeFile { name: name.to_owned(), text: text.to_owned(), wrong: None }
}

#[test]
fn a_theme_is_tried_under_the_cursor_and_given_back_by_esc() {
    let mut core = Core::new();
    core.key(Key::Esc);
    let before = core.cells();
    core.key(Key::Char('T'));
    assert_eq!(core.ground(), painted("dark"), "nothing changes before the cursor moves");
    core.shows("deuteranopia");
    core.key(Key::Down);
    assert_eq!(core.ground(), painted("light"));
    core.key(Key::Esc);
    assert_eq!(core.cells(), before);
    core.press(&[Key::Char('T'), Key::Down, Key::Enter]);
    assert_eq!(core.ground(), painted("light"));
    core.shows("theme = \"light\"");
    // It is the one that the next choice begins with.
    core.press(&[Key::Char('T'), Key::Up, Key::Esc]);
    assert_eq!(core.ground(), painted("light"));
}

#[test]
fn a_theme_is_found_by_typing_and_what_matches_none_changes_nothing() {
    let mut core = Core::new();
    core.press(&[Key::Esc, Key::Char('T')]);
    core.type_text("contr");
    assert_eq!(core.ground(), painted("contrast"));
    core.type_text("xx");
    assert_eq!(core.ground(), painted("dark"));
    core.press(&[Key::Enter, Key::Esc]);
    assert_eq!(core.ground(), painted("dark"));
}

#[test]
fn auto_is_what_the_terminal_says_until_a_person_chooses() {
    let auto = || Options { theme: "auto".to_owned(), ask_ground: true, ..options() };
    let mut core = Core::with(auto());
    assert!(core.app.asks_ground());
    assert_eq!(core.ground(), painted("dark"), "as long as it said nothing");
    core.tell(Msg::Ground(Ground::Light));
    assert_eq!(core.ground(), painted("light"));
    core.press(&[Key::Esc, Key::Char('T')]);
    core.shows("as the terminal is: light");
    core.type_text("mono");
    core.key(Key::Enter);
    let chosen = core.ground();
    core.tell(Msg::Ground(Ground::Dark));
    assert_eq!(core.ground(), chosen, "an answer does not undo a choice");

    let core = Core::with(Options { ground: Ground::Light, ..auto() });
    assert_eq!(core.ground(), painted("light"), "as the environment has it");
    assert!(!Core::with(Options { theme: "light".to_owned(), ..auto() }).app.asks_ground());
    assert!(!Core::with(Options { ask_ground: false, ..auto() }).app.asks_ground());
}

/// A file that is written while the desk runs is seen when the keyboard comes back, and when the themes are listed.
#[test]
fn a_theme_of_ones_own_follows_its_file() {
    let folder = std::path::PathBuf::from("/themes");
    let text = |colour: u8| format!("inherits = \"dark\"\nbackground = {colour}");
    let mut core = Core::with(Options {
        theme: "ours".to_owned(),
        own_themes: vec![file("ours", &text(17))],
        theme_folder: Some(folder.clone()),
        ..options()
    });
    assert_eq!(core.ground(), Color::Indexed(17));
    assert_eq!(core.tell(Msg::Input(Input::Focus(true))), [Effect::ReadThemes(folder.clone())]);
    assert_eq!(core.tell(Msg::Input(Input::Focus(false))), []);
    core.tell(Msg::Themes(vec![file("ours", &text(18))]));
    assert_eq!(core.ground(), Color::Indexed(18));
    // One that is spoilt while it is in use stays as it was, and says what is wrong.
    let wrong = Some("ours.toml:2: roles.godo".to_owned());
    core.tell(Msg::Themes(vec![ThemeFile { wrong, ..file("ours", "") }]));
    assert_eq!(core.ground(), Color::Indexed(18));
    core.shows("ours.toml:2: roles.godo");
    // The list shows what there is by now, the cursor on its theme.
    core.key(Key::Esc);
    assert_eq!(core.press(&[Key::Char('T')]), [Effect::ReadThemes(folder)]);
    core.tell(Msg::Themes(vec![file("night", &text(19)), file("ours", &text(18))]));
    core.shows("night");
    core.key(Key::Up);
    assert_eq!(core.ground(), Color::Indexed(19));
    core.key(Key::Esc);
    assert_eq!(core.ground(), Color::Indexed(18));
    // The text of it can be read, whatever was tried.
    let style =
        builtin("dark").unwrap().lower(Depth::Ansi256, madoguchi_ui::glyphs::GlyphSet::Unicode).style(Role::Text);
    assert!(color::contrast(style.fg.unwrap(), Color::Indexed(18)).unwrap() > 4.5);
}

/// Whoever is here the first time and has a small terminal is told how to be told more.
#[test]
fn the_first_step_of_the_tour_leaves_room_for_help_at_80_cells() {
    for language in [Language::English, Language::Japanese] {
        let mut core = Core::with(Options { tour: true, language, ..options() });
        core.tell(Msg::Environment(Environment::Sandbox { control: String::new() }));
        core.tell(Msg::Input(Input::Resize { width: 80, height: 24 }));
        let mut buffer = Buffer::empty(Rect::new(0, 0, 80, 24));
        core.app.view(&mut buffer);
        let hints: String = (0..80).map(|x| buffer[(x, 22)].symbol()).collect();
        assert!(hints.contains("Takase") && hints.contains("F1"), "{hints}");
    }
}
