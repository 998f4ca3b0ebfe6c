use super::*;

fn text_roles() -> impl Iterator<Item = Role> {
    Role::ALL.iter().copied().filter(|role| !matches!(role, Role::Border | Role::BorderFocus | Role::Scrollbar))
}

/// The themes that bring their own background, and how much text contrasts with it at least. The terminal's own palette is
/// not among them: what it looks like is not known.
const PAINTED: [(&str, f64); 4] = [("dark", 4.5), ("light", 4.5), ("contrast", 7.0), ("deuteranopia", 4.5)];

/// A theme of the person's own.
fn own(text: &str) -> Result<Palette, Wrong> {
    Palette::named("mine", |name| (name == "mine").then(|| text.to_owned())).map_err(|error| error.wrong)
}

#[test]
fn every_builtin_parses() {
    for name in BUILTIN {
        Palette::named(name, |_| None).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    assert_eq!(builtin("nope"), None);
}

#[test]
fn text_contrasts_with_what_it_stands_on() {
    for (name, least) in PAINTED {
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
    for (name, least) in PAINTED {
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

/// As the theme is drawn, at every depth that has colours: what is lowered contrasts as much as what was written.
#[test]
fn text_contrasts_at_every_depth() {
    for (name, least) in PAINTED {
        let palette = builtin(name).unwrap();
        for depth in [Depth::True, Depth::Ansi256, Depth::Ansi16] {
            let theme = palette.lower(depth, GlyphSet::Unicode);
            let base = theme.base();
            for role in text_roles() {
                let style = base.patch(theme.style(role));
                let ratio = color::contrast(style.fg.unwrap(), style.bg.unwrap());
                let ratio = ratio.unwrap_or_else(|| panic!("{name}.{} is not a colour of its own", role.name()));
                assert!(ratio >= least, "{name}.{} at {depth:?}: {ratio:.2}", role.name());
            }
        }
    }
}

/// What its sixteen colours look like is the terminal's affair. They are trusted on its own background as far as every
/// scheme keeps them apart from it, and where both are given they contrast as xterm has them.
#[test]
fn the_terminals_own_palette_hides_nothing() {
    let palette = builtin("terminal").unwrap();
    assert_eq!((palette.background, palette.foreground, palette.paint), (Color::Reset, Color::Reset, false));
    let hues = [Color::Red, Color::Green, Color::Yellow, Color::Blue, Color::Magenta, Color::Cyan];
    for (role, style) in &palette.styles {
        match (style.fg.unwrap_or(Color::Reset), style.bg.unwrap_or(Color::Reset)) {
            (fg, Color::Reset) => assert!(fg == Color::Reset || hues.contains(&fg), "{}: {fg}", role.name()),
            (fg, bg) => {
                let ratio = color::contrast(fg, bg).unwrap();
                assert!(ratio >= 4.5, "{}: {ratio:.2}", role.name());
            }
        }
    }
    for depth in [Depth::Ansi16, Depth::Ansi256, Depth::True] {
        let theme = palette.lower(depth, GlyphSet::Unicode);
        assert_eq!(theme.base(), Style::new());
        for role in Role::ALL {
            let style = theme.style(*role);
            for colour in [style.fg, style.bg].into_iter().flatten() {
                assert!(!matches!(colour, Color::Indexed(_) | Color::Rgb(..)), "{}: {colour}", role.name());
            }
            assert_eq!(style, palette.styles[role], "{} at {depth:?}", role.name());
        }
    }
}

/// Linear light as an eye without the cones for green sees it (Machado, Oliveira and Fernandes 2009, severity 1).
const DEUTERANOPIA: [[f64; 3]; 3] =
    [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]];

/// How far two colours look apart to such an eye: their distance in CIELAB, where 2 is just seen.
fn seen_apart(one: Color, other: Color) -> f64 {
    let (one, other) = (lab(one), lab(other));
    one.iter().zip(other).map(|(one, other)| (one - other).powi(2)).sum::<f64>().sqrt()
}

/// A colour in CIELAB, as it is seen without the cones for green.
fn lab(colour: Color) -> [f64; 3] {
    let linear = color::linear(colour).unwrap();
    let times = |matrix: [[f64; 3]; 3], light: [f64; 3]| {
        matrix.map(|row| row.iter().zip(light).map(|(factor, value)| factor * value).sum::<f64>())
    };
    let seen = times(DEUTERANOPIA, linear).map(|value| value.clamp(0.0, 1.0));
    let [x, y, z] =
        times(XYZ, seen).map(|value| if value > 0.008_856 { value.cbrt() } else { 7.787 * value + 16.0 / 116.0 });
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// Linear light as CIE XYZ, white being 1.
const XYZ: [[f64; 3]; 3] =
    [[0.433_953, 0.376_219, 0.189_828], [0.212_673, 0.715_152, 0.072_175], [0.017_757, 0.109_476, 0.872_767]];

#[test]
fn what_is_well_and_what_is_not_look_apart_without_green() {
    let states = [Role::Good, Role::Info, Role::Warning, Role::Critical];
    let apart = |name: &str| {
        let theme = builtin(name).unwrap().lower(Depth::Ansi256, GlyphSet::Unicode);
        let fg = |role: &Role| theme.style(*role).fg.unwrap();
        let pairs = states.iter().flat_map(|a| states.iter().filter(move |b| *b > a).map(move |b| (a, b)));
        pairs.map(|(a, b)| (seen_apart(fg(a), fg(b)), *a, *b)).min_by(|a, b| a.0.total_cmp(&b.0)).unwrap()
    };
    let (least, a, b) = apart("deuteranopia");
    assert!(least >= 30.0, "{a:?} and {b:?} are {least:.1} apart");
    // What it is for: there, this pair is told by marks and words alone.
    let (least, ..) = apart("dark");
    assert!(least < 10.0, "{least:.1}");
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
    let child = own("inherits = \"dark\"\n[roles]\nwarning = { fg = \"#ff8800\" }").unwrap();
    let dark = builtin("dark").unwrap();
    assert_eq!(child.styles[&Role::Warning].fg, Some(Color::Rgb(255, 136, 0)));
    assert_eq!(child.styles[&Role::Good], dark.styles[&Role::Good]);
}

#[test]
fn parents_may_be_the_persons_own_and_take_a_builtins_place() {
    let own = |name: &str| {
        let text = match name {
            "mine" => "inherits = \"yours\"\n[roles]\ngood = { fg = 2 }",
            "yours" => "inherits = \"light\"\n[roles]\nwarning = { fg = 3 }",
            // This one builds on the one whose place it takes.
            "dark" => "inherits = \"dark\"\n[roles]\ninfo = { fg = 4 }",
            _ => return None,
        };
        Some(text.to_owned())
    };
    let mine = Palette::named("mine", own).unwrap();
    let fg = |palette: &Palette, role| palette.styles[&role].fg;
    assert_eq!(fg(&mine, Role::Good), Some(Color::Indexed(2)));
    assert_eq!(fg(&mine, Role::Warning), Some(Color::Indexed(3)));
    assert_eq!(fg(&mine, Role::Info), fg(&builtin("light").unwrap(), Role::Info));
    let dark = Palette::named("dark", own).unwrap();
    assert_eq!(fg(&dark, Role::Info), Some(Color::Indexed(4)));
    assert_eq!(fg(&dark, Role::Good), fg(&builtin("dark").unwrap(), Role::Good));
    // What comes with the program is not changed by what a person calls like its parent.
    assert_eq!(Palette::named("deuteranopia", own).unwrap(), builtin("deuteranopia").unwrap());
}

#[test]
fn mistakes_are_named() {
    let error = |source: &str| own(source).unwrap_err();
    assert_eq!(error("inherits = \"dark\"\n[roles]\nwarnign = { fg = 1 }"), Wrong::UnknownRole("warnign".into()));
    assert_eq!(error("[roles]"), Wrong::MissingRole("text"));
    assert_eq!(error("inherits = \"x\""), Wrong::UnknownParent("x".into()));
    assert_eq!(
        error("inherits = \"dark\"\n[roles]\ngood = { bg = 256 }"),
        Wrong::BadColor { key: "roles.good.bg".into(), value: "256".into() }
    );
    let unknown = error("inherits = \"dark\"\nblink = true");
    assert!(matches!(&unknown, Wrong::Syntax { at: Some(18), why } if why.contains("blink")), "{unknown:?}");
    let unknown = error("inherits = \"dark\"\n[roles]\ngood = { modifiers = [\"blinking\"] }");
    assert!(matches!(&unknown, Wrong::Syntax { at: Some(_), why } if why.contains("blinking")), "{unknown:?}");
}

#[test]
fn a_loop_is_named_with_the_file_that_closes_it() {
    let own = |name: &str| match name {
        "a" => Some("inherits = \"b\"".to_owned()),
        "b" => Some("inherits = \"c\"".to_owned()),
        "c" => Some("inherits = \"a\"".to_owned()),
        "self" => Some("inherits = \"self\"".to_owned()),
        // It takes a built-in's place, and yet it does not end there.
        "dark" => Some("inherits = \"mine\"".to_owned()),
        "mine" => Some("inherits = \"dark\"".to_owned()),
        _ => None,
    };
    for (asked, closes, back) in [("a", "c", "a"), ("self", "self", "self"), ("dark", "mine", "dark")] {
        let error = Palette::named(asked, own).unwrap_err();
        assert_eq!(error, ThemeError { theme: closes.to_owned(), wrong: Wrong::Loop(back.to_owned()) });
    }
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
    for (name, _) in PAINTED {
        for depth in [Depth::True, Depth::Ansi256, Depth::Ansi16] {
            let theme = builtin(name).unwrap().lower(depth, GlyphSet::Unicode);
            assert!(theme.base().bg.is_some());
            for role in Role::ALL {
                let style = theme.style(*role);
                assert!(![style.fg, style.bg].contains(&Some(Color::Reset)), "{name} at {depth:?}: {role:?}");
            }
        }
    }
}
