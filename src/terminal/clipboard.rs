//! Whether a terminal can be asked to put text on its clipboard (OSC 52).

/// Whether the terminal that the environment tells of is not known to lack it. Whether it allows it cannot be known: xterm
/// and many others ask for a setting.
pub fn has_clipboard(variable: impl Fn(&str) -> Option<String>) -> bool {
    let set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    let term = variable("TERM").unwrap_or_default();
    // tmux calls itself screen too, and passes it on; screen swallows it.
    let screen = (set("STY") || term.starts_with("screen")) && !set("TMUX");
    let plain = ["linux", "vt", "ansi", "cons", "cygwin"].iter().any(|it| term.starts_with(it));
    !term.is_empty() && !screen && (!plain || term.starts_with("vte"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_those_known_to_lack_it_are_not_asked() {
        for (set, has) in [
            (&[("TERM", "xterm-256color")][..], true),
            (&[("TERM", "vte")], true),
            (&[("TERM", "screen-256color"), ("TMUX", "/tmp/tmux")], true),
            (&[("TERM", "screen.xterm-256color"), ("STY", "1.pts")], false),
            (&[("TERM", "linux")], false),
            (&[("TERM", "vt100")], false),
            (&[], false),
        ] {
            let variable = |name: &str| set.iter().find(|(it, _)| *it == name).map(|(_, value)| (*value).to_owned());
            assert_eq!(has_clipboard(variable), has, "{set:?}");
        }
    }
}
