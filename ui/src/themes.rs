//! The themes there are: those that come with the program, and the person's own.

use crate::theme::{BUILTIN, Palette, builtin};

/// The name that means the dark or the light theme, as the terminal is.
pub const AUTO: &str = "auto";

/// A theme by its name.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// What it is called.
    pub name: String,
    /// It is the person's own.
    pub own: bool,
    /// How it looks, or why it cannot be used.
    pub palette: Result<Palette, String>,
}

/// The themes there are, in the order they are offered.
#[derive(Debug, Clone, PartialEq)]
pub struct Themes(Vec<Listed>);

impl Default for Themes {
    /// Those that come with the program.
    fn default() -> Self {
        let come = BUILTIN.iter().filter_map(|name| Some((*name, builtin(name)?)));
        Self(come.map(|(name, palette)| Listed { name: name.to_owned(), own: false, palette: Ok(palette) }).collect())
    }
}

impl Themes {
    /// Those that come with the program and these of the person's own. One of the same name takes the other's place.
    pub fn with(own: impl IntoIterator<Item = (String, Result<Palette, String>)>) -> Self {
        let mut themes = Self::default();
        for (name, palette) in own {
            let listed = Listed { name, own: true, palette };
            match themes.0.iter_mut().find(|other| other.name == listed.name) {
                Some(other) => *other = listed,
                None => themes.0.push(listed),
            }
        }
        themes
    }

    /// All of them.
    pub fn all(&self) -> &[Listed] {
        &self.0
    }

    /// The theme of that name. `None` where there is none, or it cannot be used.
    pub fn get(&self, name: &str) -> Option<&Palette> {
        self.0.iter().find(|listed| listed.name == name)?.palette.as_ref().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_persons_own_comes_after_the_others_or_in_their_place() {
        let mono = builtin("mono").unwrap();
        let own = [("ours", Err("no".to_owned())), ("dark", Ok(mono.clone()))];
        let themes = Themes::with(own.map(|(name, palette)| (name.to_owned(), palette)));
        let names: Vec<&str> = themes.all().iter().map(|listed| listed.name.as_str()).collect();
        assert_eq!(names[..BUILTIN.len()], *BUILTIN);
        assert_eq!(names[BUILTIN.len()..], ["ours"]);
        assert_eq!(themes.get("dark"), Some(&mono));
        assert_eq!((themes.get("ours"), themes.get("theirs")), (None, None));
    }
}
