use super::*;

fn text_roles() -> impl Iterator<Item = Role> {
    Role::ALL.iter().copied().filter(|role| !matches!(role, Role::Border | Role::BorderFocus | Role::Scrollbar))
}

#[test]
fn every_builtin_parses() {
    for name in BUILTIN {
        Palette::parse(builtin_source(name).unwrap()).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    assert_eq!(builtin("nope"), None);
}

#[test]
fn text_contrasts_with_what_it_stands_on() {
    for (name, least) in [("dark", 4.5), ("light", 4.5), ("contrast", 7.0)] {
        let palette = builtin(name).unwrap();
        let or = |color: Option<Color>, otherwise| color.filter(|c| *c != Color::Reset).unwrap_or(otherwise);
        for role in text_roles() {
            let style = palette.styles[&role];
            let ratio = color::contrast(or(style.fg, palette.foreground), or(style.bg, palette.background)).unwrap();
            assert!(ratio >= least, "{name}.{}: {ratio:.2} < {least}", role.name());
        }
        // Matches are laid over the selected row as well.
        let over = palette.styles[&Role::Selection].patch(palette.styles[&Role::Match]);
        let ratio = color::contrast(or(over.fg, palette.foreground), or(over.bg, palette.background)).unwrap();
        assert!(ratio >= least, "{name}: match over selection {ratio:.2}");
    }
}

#[test]
fn what_is_pointed_out_is_told_by_more_than_colour() {
    for name in BUILTIN {
        let theme = builtin(name).unwrap().lower(Depth::None, GlyphSet::Ascii);
        assert_ne!(theme.style(Role::Highlight), theme.style(Role::Text), "{name}");
    }
}

#[test]
fn tones_are_legible_on_bars() {
    for (name, least) in [("dark", 4.5), ("light", 4.5), ("contrast", 7.0)] {
        let palette = builtin(name).unwrap();
        for bar in [Role::Header, Role::Status] {
            for role in [Role::Good, Role::Info, Role::Warning, Role::Critical, Role::Stale, Role::Unknown, Role::Dim] {
                let over = palette.styles[&bar].patch(palette.styles[&role]);
                let ratio = color::contrast(over.fg.unwrap(), over.bg.unwrap()).unwrap();
                assert!(ratio >= least, "{name}: {} on {}: {ratio:.2}", role.name(), bar.name());
            }
        }
    }
}

#[test]
fn sixteen_colours_never_hide_text() {
    for name in BUILTIN {
        let palette = builtin(name).unwrap();
        let theme = palette.lower(Depth::Ansi16, GlyphSet::Unicode);
        for role in text_roles() {
            let style = theme.style(role);
            let least = if style.bg.is_some() { 4.5 } else { 3.0 };
            let ratio = style.fg.and_then(|fg| color::contrast(fg, style.bg.unwrap_or(palette.background)));
            assert!(ratio.is_none_or(|ratio| ratio >= least), "{name}.{}: {ratio:?}", role.name());
        }
    }
}

#[test]
fn without_colour_nothing_is_coloured_and_bars_stay_visible() {
    for name in BUILTIN {
        let theme = builtin(name).unwrap().lower(Depth::None, GlyphSet::Ascii);
        for role in Role::ALL {
            assert_eq!((theme.style(*role).fg, theme.style(*role).bg), (None, None));
        }
        assert_eq!(theme.base(), Style::new());
        for role in [Role::Selection, Role::TabActive, Role::Sandbox, Role::Live] {
            assert!(theme.style(role).add_modifier.contains(Modifier::REVERSED), "{name}.{}", role.name());
        }
    }
}

#[test]
fn mono_has_no_colour_at_any_depth() {
    for depth in [Depth::None, Depth::Ansi16, Depth::Ansi256, Depth::True] {
        let theme = builtin("mono").unwrap().lower(depth, GlyphSet::Unicode);
        assert!(Role::ALL.iter().all(|role| theme.style(*role).fg.is_none() && theme.style(*role).bg.is_none()));
    }
}

#[test]
fn builtins_are_cheap_on_the_wire() {
    for name in BUILTIN {
        let theme = builtin(name).unwrap().lower(Depth::True, GlyphSet::Unicode);
        for role in Role::ALL {
            let style = theme.style(*role);
            assert!(!matches!(style.fg, Some(Color::Rgb(..))) && !matches!(style.bg, Some(Color::Rgb(..))));
        }
    }
}

#[test]
fn a_child_says_only_what_differs() {
    let child = Palette::parse("inherits = \"dark\"\n[roles]\nwarning = { fg = \"#ff8800\" }").unwrap();
    let dark = builtin("dark").unwrap();
    assert_eq!(child.styles[&Role::Warning].fg, Some(Color::Rgb(255, 136, 0)));
    assert_eq!(child.styles[&Role::Good], dark.styles[&Role::Good]);
}

#[test]
fn parents_may_come_from_elsewhere_and_may_shadow_builtins() {
    let mine = "inherits = \"light\"\n[roles]\ngood = { fg = 2 }";
    let child = Palette::parse_with("inherits = \"mine\"", |name| (name == "mine").then(|| mine.to_owned())).unwrap();
    assert_eq!(child.styles[&Role::Good].fg, Some(Color::Indexed(2)));
}

#[test]
fn mistakes_are_named() {
    let error = |source: &str| Palette::parse(source).unwrap_err();
    let unknown = error("inherits = \"dark\"\n[roles]\nwarnign = { fg = 1 }");
    assert_eq!(unknown, ThemeError::UnknownRole("warnign".into()));
    assert!(unknown.to_string().contains("`warnign`") && unknown.to_string().contains("warning"));
    assert_eq!(error("[roles]"), ThemeError::MissingRole("text"));
    assert_eq!(error("inherits = \"x\""), ThemeError::UnknownParent("x".into()));
    assert_eq!(
        error("inherits = \"dark\"\n[roles]\ngood = { bg = 256 }"),
        ThemeError::BadColor("good.bg".into(), "256".into())
    );
    assert!(matches!(error("inherits = \"dark\"\nblink = true"), ThemeError::Syntax(why) if why.contains("blink")));
    assert!(matches!(
        error("inherits = \"dark\"\n[roles]\ngood = { modifiers = [\"blinking\"] }"),
        ThemeError::Syntax(_)
    ));
    let looping = Palette::parse_with("inherits = \"a\"", |_| Some("inherits = \"a\"".to_owned()));
    assert_eq!(looping, Err(ThemeError::Loop("a".into())));
}

#[test]
fn sixteen_colours_keep_their_meaning() {
    let theme = builtin("dark").unwrap().lower(Depth::Ansi16, GlyphSet::Unicode);
    let fg = |role| theme.style(role).fg.unwrap();
    assert!(matches!(fg(Role::Good), Color::Green | Color::LightGreen));
    assert!(matches!(fg(Role::Warning), Color::Yellow | Color::LightYellow));
    assert!(matches!(fg(Role::Critical), Color::Red | Color::LightRed));
}

#[test]
fn a_theme_that_paints_never_falls_back_to_the_terminals_own_colours() {
    for name in BUILTIN {
        let theme = builtin(name).unwrap().lower(Depth::Ansi256, GlyphSet::Unicode);
        if theme.base() == Style::new() {
            continue;
        }
        for role in Role::ALL {
            let style = theme.style(*role);
            assert!(![style.fg, style.bg].contains(&Some(Color::Reset)), "{name}: {role:?}");
        }
    }
}
