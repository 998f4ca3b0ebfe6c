//! Personal data behind a mask: enough is left to recognise a value somebody reads out, not enough to read it off.

/// What kind of personal data a text is, and so how it is masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Personal {
    /// Phone or line number: the last four digits stay.
    Phone,
    /// E-mail: first letter and domain stay.
    Email,
    /// Address: nothing stays.
    Address,
    /// Birth date: nothing stays.
    BirthDate,
    /// EID, ICCID, product number: the last four characters stay.
    Id,
    /// Card digits: nothing stays.
    Card,
}

/// The text with its personal part replaced by `*`. Empty stays empty: a mask over nothing would lie.
pub fn mask(kind: Personal, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    match kind {
        Personal::Phone | Personal::Id => tail(text, 4),
        Personal::Email => match text.split_once('@') {
            Some((local, domain)) => {
                format!("{}***@{domain}", local.chars().next().map(String::from).unwrap_or_default())
            }
            None => "***".to_owned(),
        },
        Personal::Address => "*****".to_owned(),
        Personal::BirthDate => "****-**-**".to_owned(),
        Personal::Card => "****".to_owned(),
    }
}

/// Stars for all letters and digits but the last `keep`; hyphens and spaces stay, so that the shape can be read. A text
/// too short to hide anything becomes stars whole.
fn tail(text: &str, keep: usize) -> String {
    let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
    let hidden = if letters > keep { letters - keep } else { letters };
    let mut seen = 0;
    text.chars()
        .map(|c| {
            if !c.is_alphanumeric() {
                return c;
            }
            seen += 1;
            if seen <= hidden { '*' } else { c }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_leave_only_what_is_needed() {
        for (kind, text, masked) in [
            (Personal::Phone, "090-0123-5678", "***-****-5678"),
            (Personal::Phone, "110", "***"),
            (Personal::Email, "aiko@example.jp", "a***@example.jp"),
            (Personal::Email, "no mail", "***"),
            (Personal::Email, "愛子@example.jp", "愛***@example.jp"),
            (Personal::Address, "東京都港区芝1-2-3", "*****"),
            (Personal::BirthDate, "1990-04-01", "****-**-**"),
            (Personal::Id, "AX1234567890123", "***********0123"),
            (Personal::Card, "4242", "****"),
            (Personal::Card, "", ""),
        ] {
            assert_eq!(mask(kind, text), masked, "{kind:?} {text}");
        }
    }
}
