//! What kind of terminal the environment tells of, where that decides what it is sent.

/// Whether it knows what a VT100 knows and perhaps some more: no other screen, no colour, no modes that came later. What calls
/// itself so may know everything, but then it would say so.
pub fn is_old(term: &str) -> bool {
    term.starts_with("vt1") || term.starts_with("vt2")
}

/// Whether it is GNU screen, which calls itself after what it runs in, and not tmux, which may call itself screen.
pub(super) fn is_screen(variable: impl Fn(&str) -> Option<String>) -> bool {
    let set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    let called = variable("TERM").is_some_and(|term| term.starts_with("screen."));
    (set("STY") || called) && !set("TMUX")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_what_terminals_call_themselves() {
        for (term, old) in
            [("vt100", true), ("vt102", true), ("vt220", true), ("vte-256color", false), ("xterm", false)]
        {
            assert_eq!(is_old(term), old, "{term}");
        }
        for (set, screen) in [
            (&[("TERM", "screen.xterm-256color")][..], true),
            (&[("TERM", "screen"), ("STY", "1.pts")], true),
            (&[("TERM", "screen-256color")], false),
            (&[("TERM", "screen-256color"), ("TMUX", "/tmp/tmux"), ("STY", "1.pts")], false),
            (&[("TERM", "xterm")], false),
        ] {
            let variable = |name: &str| set.iter().find(|(it, _)| *it == name).map(|(_, value)| (*value).to_owned());
            assert_eq!(is_screen(variable), screen, "{set:?}");
        }
    }
}
