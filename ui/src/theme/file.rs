//! A theme's file: what it may say, and what is wrong with one that says something else.

use std::collections::BTreeMap;
use std::fmt;

use ratatui_core::style::{Color, Modifier, Style};
use serde::Deserialize;

use super::{Palette, Role, builtin, builtin_source};
use crate::color;

/// How much text contrasts at least at sixteen colours, where a theme does not say.
const CONTRAST: f64 = 4.5;

/// Why a theme cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeError {
    /// The theme in whose file it stands: the one that was asked for, or one it inherits.
    pub theme: String,
    /// What is wrong there.
    pub wrong: Wrong,
}

/// What is wrong in a theme's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// Not TOML, or a key or value that themes do not have.
    Syntax {
        /// Where in the text, in bytes.
        at: Option<usize>,
        /// What the reader of the file says.
        why: String,
    },
    /// A role of this name does not exist.
    UnknownRole(String),
    /// This role is given neither here nor by a parent.
    MissingRole(&'static str),
    /// This is not a colour.
    BadColor {
        /// Where it stands, e.g. `roles.good.bg`.
        key: String,
        /// What stands there.
        value: String,
    },
    /// The parent of this name does not exist.
    UnknownParent(String),
    /// A parent that leads back to itself.
    Loop(String),
}

impl fmt::Display for ThemeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the theme `{}`: ", self.theme)?;
        match &self.wrong {
            Wrong::Syntax { why, .. } => f.write_str(why),
            Wrong::UnknownRole(name) => write!(f, "there is no role `{name}`"),
            Wrong::MissingRole(name) => write!(f, "the role `{name}` is missing"),
            Wrong::BadColor { key, value } => write!(f, "`{value}` in `{key}` is no colour"),
            Wrong::UnknownParent(name) => write!(f, "it inherits `{name}`, which does not exist"),
            Wrong::Loop(name) => write!(f, "it inherits `{name}`, which inherits it in turn"),
        }
    }
}

impl std::error::Error for ThemeError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    inherits: Option<String>,
    background: Option<ColorText>,
    foreground: Option<ColorText>,
    paint: Option<bool>,
    contrast: Option<f64>,
    #[serde(default)]
    roles: BTreeMap<String, RoleText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleText {
    fg: Option<ColorText>,
    bg: Option<ColorText>,
    #[serde(default)]
    modifiers: Vec<ModifierText>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "a colour: \"#rrggbb\", 0 to 255, an ANSI name or \"default\"")]
enum ColorText {
    Index(i64),
    Text(String),
}

impl ColorText {
    fn color(&self, key: &str) -> Result<Color, Wrong> {
        let text = match self {
            Self::Index(n) => n.to_string(),
            Self::Text(text) => text.clone(),
        };
        color::parse(&text).ok_or_else(|| Wrong::BadColor { key: key.to_owned(), value: text })
    }
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum ModifierText {
    Bold,
    Dim,
    Italic,
    Underlined,
    Reversed,
}

impl From<ModifierText> for Modifier {
    fn from(text: ModifierText) -> Self {
        match text {
            ModifierText::Bold => Self::BOLD,
            ModifierText::Dim => Self::DIM,
            ModifierText::Italic => Self::ITALIC,
            ModifierText::Underlined => Self::UNDERLINED,
            ModifierText::Reversed => Self::REVERSED,
        }
    }
}

impl Palette {
    /// Reads a theme by its name. `own` gives the text of a person's own theme; where it knows none of that name, the one
    /// that comes with the program is meant. A theme that inherits its own name inherits that one too.
    pub fn named(name: &str, own: impl Fn(&str) -> Option<String>) -> Result<Self, ThemeError> {
        let mut chain: Vec<(String, File)> = Vec::new();
        let mut next = Some(name.to_owned());
        while let Some(name) = next {
            let child = chain.last().map(|(child, _)| child.clone());
            let wrong = |wrong| ThemeError { theme: child.clone().unwrap_or_else(|| name.clone()), wrong };
            let itself = child.as_ref() == Some(&name) && builtin_source(&name).is_some();
            if !itself && chain.iter().any(|(known, _)| *known == name) {
                return Err(wrong(Wrong::Loop(name.clone())));
            }
            let text = own(&name).filter(|_| !itself);
            let came = text.is_none();
            let source = text.or_else(|| builtin_source(&name).map(ToOwned::to_owned));
            let source = source.ok_or_else(|| wrong(Wrong::UnknownParent(name.clone())))?;
            let file = File::read(&source).map_err(|wrong| ThemeError { theme: name.clone(), wrong })?;
            // What comes with the program inherits from what comes with the program.
            if came && let Some(parent) = &file.inherits {
                let above = builtin(parent).ok_or_else(|| wrong(Wrong::UnknownParent(parent.clone())))?;
                return Self::of(above, chain, Some((name, file)));
            }
            let parent = file.inherits.clone();
            chain.push((name, file));
            next = parent;
        }
        Self::of(Self::EMPTY, chain, None)
    }

    const EMPTY: Self = Self {
        background: Color::Reset,
        foreground: Color::Reset,
        paint: false,
        contrast: CONTRAST,
        styles: BTreeMap::new(),
    };

    /// A palette with these files laid over it, the last one first.
    fn of(mut palette: Self, chain: Vec<(String, File)>, last: Option<(String, File)>) -> Result<Self, ThemeError> {
        let asked = chain.first().or(last.as_ref()).map(|(name, _)| name.clone()).unwrap_or_default();
        for (theme, file) in last.into_iter().chain(chain.into_iter().rev()) {
            palette.apply(&file).map_err(|wrong| ThemeError { theme, wrong })?;
        }
        match Role::ALL.iter().find(|role| !palette.styles.contains_key(role)) {
            Some(role) => Err(ThemeError { theme: asked, wrong: Wrong::MissingRole(role.name()) }),
            None => Ok(palette),
        }
    }

    fn apply(&mut self, file: &File) -> Result<(), Wrong> {
        if let Some(text) = &file.background {
            self.background = text.color("background")?;
        }
        if let Some(text) = &file.foreground {
            self.foreground = text.color("foreground")?;
        }
        self.paint = file.paint.unwrap_or(self.paint);
        self.contrast = file.contrast.unwrap_or(self.contrast);
        for (name, text) in &file.roles {
            let role = Role::from_name(name).ok_or_else(|| Wrong::UnknownRole(name.clone()))?;
            let mut style = Style::new();
            style.fg = text.fg.as_ref().map(|fg| fg.color(&format!("roles.{name}.fg"))).transpose()?;
            style.bg = text.bg.as_ref().map(|bg| bg.color(&format!("roles.{name}.bg"))).transpose()?;
            style.add_modifier = text.modifiers.iter().fold(Modifier::empty(), |all, one| all | Modifier::from(*one));
            self.styles.insert(role, style);
        }
        Ok(())
    }
}

impl File {
    fn read(source: &str) -> Result<Self, Wrong> {
        toml::from_str(source).map_err(|error| Wrong::Syntax {
            at: error.span().map(|span| span.start),
            why: error.message().trim_end().to_owned(),
        })
    }
}
