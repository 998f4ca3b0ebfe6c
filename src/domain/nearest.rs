//! A wrong word, and the right one that was probably meant.

/// A wrong word with the nearest right one, if one is near, and all there are.
pub fn instead(wrong: &str, right: &[&str]) -> String {
    let nearest = of(wrong, right).map(|word| format!(" (did you mean \"{word}\"?)")).unwrap_or_default();
    format!("\"{wrong}\"{nearest}; there are: {}", right.join(", "))
}

/// The right word that a wrong one looks like. A likeness by chance would send people the wrong way: then there is none.
pub fn of<'a>(wrong: &str, right: &[&'a str]) -> Option<&'a str> {
    let near = |word: &&&str| strsim::damerau_levenshtein(wrong, word) <= wrong.chars().count().div_ceil(2).min(4);
    right.iter().filter(near).min_by_key(|word| strsim::damerau_levenshtein(wrong, word)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_named_if_it_is_near() {
        let right = ["number", "status", "due"];
        assert_eq!(instead("stauts", &right), "\"stauts\" (did you mean \"status\"?); there are: number, status, due");
        assert_eq!(instead("colour", &right), "\"colour\"; there are: number, status, due");
        assert_eq!(of("", &right), None);
        assert_eq!(of("請求", &["請求書"]), Some("請求書"));
    }
}
