//! How the desk looks: its theme, tried while one is chosen, and read again where its file changed.

use madoguchi_ui::theme::{self, BUILTIN, Palette, Theme};
use madoguchi_ui::themes::{AUTO, Themes};

use crate::domain::status::Tone;
use crate::flow::{Effect, Ground, ThemeFile};
use crate::locale::{Value, Words};
use crate::overlays::{Overlay, ThemePicker};

use super::{App, Look, Options, scene};

/// The themes there are, with a person's own among them.
pub(super) fn themes(own: &[ThemeFile]) -> Themes {
    let text = |name: &str| own.iter().find(|file| file.name == name).map(|file| file.text.clone());
    Themes::with(own.iter().map(|file| {
        let palette = match &file.wrong {
            Some(why) => Err(why.clone()),
            None => Palette::named(&file.name, text).map_err(|error| error.to_string()),
        };
        (file.name.clone(), palette)
    }))
}

/// The theme of that name as this terminal shows it.
fn lowered(name: &str, themes: &Themes, options: &Options) -> Option<Theme> {
    let name = if name == AUTO { options.ground.word() } else { name };
    themes.get(name).map(|palette| palette.lower(options.depth, options.glyphs))
}

impl Look {
    pub(super) fn new(options: Options) -> Self {
        let themes = themes(&options.own_themes);
        let plain = || theme::builtin(BUILTIN[0]).map(|palette| palette.lower(options.depth, options.glyphs));
        let worn = lowered(&options.theme, &themes, &options).or_else(plain).expect("the first theme is compiled in");
        Self {
            words: Words::new(options.language),
            theme: worn.clone(),
            worn,
            themes,
            tried: None,
            keys: options.keys.clone(),
            options,
            moved: false,
        }
    }

    /// Puts the theme on. One that cannot be used any more stays as it was.
    pub(super) fn dress(&mut self) {
        if let Some(theme) = lowered(&self.options.theme, &self.themes, &self.options) {
            self.worn = theme;
        }
        let tried = self.tried.as_ref().and_then(|name| lowered(name, &self.themes, &self.options));
        self.theme = tried.unwrap_or_else(|| self.worn.clone());
    }
}

impl App {
    /// Whether the terminal is to be asked if it is dark or light.
    pub fn asks_ground(&self) -> bool {
        self.look.options.ask_ground && self.look.options.theme == AUTO
    }

    /// Whether the terminal draws characters of ambiguous width two cells wide.
    pub fn draws_wide(&self) -> bool {
        self.look.options.wide
    }

    /// Lists the themes, as their files are now.
    pub(super) fn choose_theme(&mut self) {
        let options = &self.look.options;
        let auto = options.ground.word();
        let picker = ThemePicker::new(&self.look.themes, auto, &options.theme, self.screen, &self.scene());
        self.overlays.push(Overlay::Theme(Box::new(picker)));
        self.read_themes();
    }

    /// Has the files of a person's own themes read again. There is no watch on them: a look when the desk gets the keyboard
    /// back, and when the themes are listed, finds what an editor has written meanwhile.
    pub(super) fn read_themes(&mut self) {
        if let Some(folder) = &self.look.options.theme_folder {
            self.effects.push(Effect::ReadThemes(folder.clone()));
        }
    }

    /// The keyboard is back.
    pub(super) fn look_at_themes(&mut self) {
        if !self.look.options.own_themes.is_empty() {
            self.read_themes();
        }
    }

    /// Takes the themes as their files are now. One that is in use and was spoilt stays as it was, and it is said what is
    /// wrong.
    pub(super) fn themes_read(&mut self, files: Vec<ThemeFile>) {
        if files == self.look.options.own_themes {
            return;
        }
        let used = files.iter().find(|file| file.name == self.look.options.theme);
        if let Some(why) = used.and_then(|file| file.wrong.clone()) {
            self.notices.add(self.now, Tone::Warning, why);
        }
        self.look.themes = themes(&files);
        self.look.options.own_themes = files;
        self.look.dress();
        let scene = scene(&self.look, self.now, self.revealed);
        if let Some(Overlay::Theme(picker)) = self.overlays.last_mut() {
            picker.refresh(&self.look.themes, self.look.options.ground.word(), self.screen, &scene);
        }
    }

    /// The terminal said what is behind its text.
    pub(super) fn ground(&mut self, ground: Ground) {
        self.look.options.ground = ground;
        self.look.dress();
    }

    /// From now on this theme.
    pub(super) fn keep_theme(&mut self, name: String) {
        let text = self.look.words.with("notice-theme", &[("name", Value::Text(&name))]);
        self.look.options.theme = name;
        self.look.tried = None;
        self.look.dress();
        self.notices.add(self.now, Tone::Neutral, text);
    }

    /// Shows the theme under the cursor while one is chosen, and the one in use when none is.
    pub(super) fn try_theme(&mut self) {
        let tried = match self.overlays.last() {
            Some(Overlay::Theme(picker)) => picker.tried(),
            _ => None,
        };
        if tried != self.look.tried.as_deref() {
            self.look.tried = tried.map(ToOwned::to_owned);
            self.look.dress();
        }
    }
}
