//! Whether a terminal makes links of text (OSC 8). The others mostly pass over them; some show the address.

/// Whether the terminal that the environment tells of is known to.
pub fn has_hyperlinks(variable: impl Fn(&str) -> Option<String>) -> bool {
    let text = |name: &str| variable(name).unwrap_or_default();
    let set = |name: &str| !text(name).is_empty();
    let number = |name: &str| text(name).parse::<u32>().unwrap_or_default();
    let (term, program) = (text("TERM"), text("TERM_PROGRAM"));
    if set("TMUX") {
        // What it was started in may have written the other variables, and another terminal may look at it by now.
        return program == "tmux" && passes_on(&text("TERM_PROGRAM_VERSION"));
    }
    if set("STY") || ["screen", "dumb", "linux", "vt100", "vt220"].iter().any(|it| term.starts_with(it)) {
        return false;
    }
    let families = ["xterm-kitty", "xterm-ghostty", "foot", "wezterm", "contour", "alacritty"];
    families.iter().any(|it| term.starts_with(it))
        || ["iTerm.app", "WezTerm", "ghostty", "vscode"].contains(&program.as_str())
        || ["KITTY_WINDOW_ID", "WT_SESSION"].iter().any(|name| set(name))
        || number("VTE_VERSION") >= 5_000
        || number("KONSOLE_VERSION") >= 201_200
}

/// tmux has passed them on since 3.4.
fn passes_on(version: &str) -> bool {
    let mut parts = version.split(|c: char| !c.is_ascii_digit()).map(|part| part.parse::<u32>().unwrap_or_default());
    (parts.next(), parts.next()) >= (Some(3), Some(4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_those_known_to_make_links_are_told_any() {
        for (set, has) in [
            (&[("TERM", "xterm-kitty")][..], true),
            (&[("TERM", "foot")], true),
            (&[("TERM", "xterm-256color")], false),
            (&[("TERM", "xterm-256color"), ("WT_SESSION", "1")], true),
            (&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "iTerm.app")], true),
            (&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "Apple_Terminal")], false),
            (&[("TERM", "xterm-256color"), ("VTE_VERSION", "7600")], true),
            (&[("TERM", "xterm-256color"), ("VTE_VERSION", "4804")], false),
            (&[("TERM", "xterm-256color"), ("KONSOLE_VERSION", "220402")], true),
            (&[("TERM", "screen-256color"), ("VTE_VERSION", "7600"), ("STY", "1.pts")], false),
            (&[("TERM", "screen-256color"), ("VTE_VERSION", "7600")], false),
            (&[("TERM", "linux")], false),
            (&[("TERM", "vt100"), ("VTE_VERSION", "7600")], false),
            (&[("TERM", "dumb"), ("WT_SESSION", "1")], false),
            (&[], false),
        ] {
            let variable = |name: &str| set.iter().find(|(it, _)| *it == name).map(|(_, value)| (*value).to_owned());
            assert_eq!(has_hyperlinks(variable), has, "{set:?}");
        }
        for (version, has) in
            [("3.4", true), ("3.5a", true), ("4.0", true), ("3.3a", false), ("2.9", false), ("", false)]
        {
            let tmux = [("TMUX", "/tmp/tmux"), ("TERM_PROGRAM", "tmux"), ("VTE_VERSION", "7600")];
            let variable = |name: &str| match name {
                "TERM_PROGRAM_VERSION" => Some(version.to_owned()),
                _ => tmux.iter().find(|(it, _)| *it == name).map(|(_, value)| (*value).to_owned()),
            };
            assert_eq!(has_hyperlinks(variable), has, "tmux {version}");
        }
    }
}
