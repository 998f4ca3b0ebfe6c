//! What a caller sent, read the way PHP reads it: query first, body over it, `key[0]=` and `key[]=` as arrays.

use jiff::civil::{Date, DateTime};

use super::db::Id;
use crate::sandbox::form;

/// PHP reads no more variables than this (`max_input_vars`) and says nothing about the rest.
const MOST_VARIABLES: usize = 1000;

/// Request parameters. Names keep their case, as in PHP.
#[derive(Default)]
pub(super) struct Params {
    fields: Vec<(String, Field)>,
}

enum Field {
    Text(String),
    Array(Vec<(String, Field)>),
}

impl Params {
    /// Reads a query string and a form of content type `kind`; of two plain values the later wins.
    pub(super) fn parse(query: &str, kind: &str, body: &[u8]) -> Self {
        let mut params = Self::default();
        let query = url::form_urlencoded::parse(query.as_bytes()).into_owned().take(MOST_VARIABLES);
        for (name, value) in query.chain(form::fields(kind, body).into_iter().take(MOST_VARIABLES)) {
            params.add(&name, value);
        }
        params
    }

    /// The plain value, if one was sent, even an empty one.
    pub(super) fn raw(&self, name: &str) -> Option<&str> {
        match self.field(name)? {
            Field::Text(text) => Some(text),
            Field::Array(_) => None,
        }
    }

    /// The plain value unless it is absent or empty: clients send empty fields for what they leave out.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.raw(name).filter(|it| !it.is_empty())
    }

    /// The plain value, or an empty one.
    pub(super) fn text(&self, name: &str) -> &str {
        self.raw(name).unwrap_or_default()
    }

    /// A number as PHP's `(int)` reads it: leading digits count, anything else is 0. `None` when absent or empty.
    pub(super) fn int(&self, name: &str) -> Option<i64> {
        self.get(name).map(int)
    }

    /// A row id; text that is no number names row 0, which does not exist.
    pub(super) fn id(&self, name: &str) -> Option<Id> {
        self.int(name).map(|it| Id::try_from(it).unwrap_or(0))
    }

    /// Whole yen from `3300` or `3300.00`; `None` when absent or no number.
    pub(super) fn yen(&self, name: &str) -> Option<i64> {
        yen(self.get(name)?)
    }

    /// A day from `YYYY-MM-DD`; `None` when absent or no such day.
    pub(super) fn date(&self, name: &str) -> Option<Date> {
        self.get(name)?.parse().ok()
    }

    /// A local time from `YYYY-MM-DD HH:MM:SS`, ISO 8601 or a day; `None` when absent or unreadable.
    pub(super) fn moment(&self, name: &str) -> Option<DateTime> {
        self.get(name)?.parse().ok()
    }

    /// Overwrites a text if the parameter was sent; an empty one changes nothing.
    pub(super) fn set(&self, name: &str, text: &mut String) {
        if let Some(value) = self.get(name) {
            value.clone_into(text);
        }
    }

    /// A flag as PHP sees truth: only absent, empty and `0` are false, so the text `false` is true.
    pub(super) fn flag(&self, name: &str) -> bool {
        match self.field(name) {
            None => false,
            Some(Field::Text(text)) => !text.is_empty() && text != "0",
            Some(Field::Array(items)) => !items.is_empty(),
        }
    }

    /// Keys and texts of an array; a plain value is an array of one, as the vendor's actions take it.
    pub(super) fn list(&self, name: &str) -> Vec<(&str, &str)> {
        match self.field(name) {
            None => Vec::new(),
            Some(Field::Text(text)) => vec![("0", text)],
            Some(Field::Array(items)) => items
                .iter()
                .filter_map(|(key, it)| match it {
                    Field::Text(text) => Some((key.as_str(), text.as_str())),
                    Field::Array(_) => None,
                })
                .collect(),
        }
    }

    fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|(key, _)| key == name).map(|(_, it)| it)
    }

    fn add(&mut self, name: &str, value: String) {
        let (root, keys) = split(name);
        if root.is_empty() {
            return;
        }
        let mut place = slot(&mut self.fields, &root);
        for key in keys {
            if let Field::Text(_) = place {
                *place = Field::Array(Vec::new());
            }
            let Field::Array(items) = place else { return };
            let key = if key.is_empty() { next_index(items) } else { key.to_owned() };
            place = slot(items, &key);
        }
        *place = Field::Text(value);
    }
}

fn slot<'a>(fields: &'a mut Vec<(String, Field)>, name: &str) -> &'a mut Field {
    let at = fields.iter().position(|(key, _)| key == name).unwrap_or_else(|| {
        fields.push((name.to_owned(), Field::Text(String::new())));
        fields.len() - 1
    });
    &mut fields[at].1
}

fn next_index(items: &[(String, Field)]) -> String {
    items.iter().filter_map(|(key, _)| key.parse::<u64>().ok()).max().map_or(0, |it| it + 1).to_string()
}

/// `a[b][]` as its name and keys. PHP turns dots and blanks of the name into underscores.
fn split(name: &str) -> (String, Vec<&str>) {
    let (root, mut rest) = match name.find('[') {
        Some(at) if at > 0 => name.split_at(at),
        _ => (name, ""),
    };
    let mut keys = Vec::new();
    while let Some(open) = rest.strip_prefix('[') {
        let Some((key, after)) = open.split_once(']') else { break };
        keys.push(key);
        rest = after;
    }
    (root.trim_start().replace(['.', ' '], "_"), keys)
}

/// A number as PHP's `(int)` reads it.
pub(super) fn int(text: &str) -> i64 {
    let text = text.trim_start();
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let end = digits.find(|it: char| !it.is_ascii_digit()).unwrap_or(digits.len());
    let value = digits[..end].parse().unwrap_or(if end == 0 { 0 } else { i64::MAX });
    if text.starts_with('-') { -value } else { value }
}

/// Whole yen from a decimal string, fractions dropped; `None` for what is no number.
pub(super) fn yen(text: &str) -> Option<i64> {
    let text = text.trim();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let numeric = !digits.is_empty() && digits.bytes().chain(fraction.bytes()).all(|it| it.is_ascii_digit());
    if numeric { whole.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str = "application/x-www-form-urlencoded";

    #[test]
    fn the_body_wins_over_the_query() {
        let params = Params::parse("action=GetClients&limitnum=5", FORM, b"limitnum=7&search=M%C3%B3ri+A");
        assert_eq!(params.get("action"), Some("GetClients"));
        assert_eq!(params.int("limitnum"), Some(7));
        assert_eq!(params.text("search"), "Móri A");
        assert_eq!(params.get("Action"), None, "names keep their case");
    }

    #[test]
    fn every_way_to_spell_an_array() {
        let params = Params::parse("pid[]=1&pid[]=2&q[5]=a&q[]=b&text%5B13%5D=line&one=7&deep[a][b]=c", FORM, b"");
        assert_eq!(params.list("pid"), [("0", "1"), ("1", "2")]);
        assert_eq!(params.list("q"), [("5", "a"), ("6", "b")]);
        assert_eq!(params.list("text"), [("13", "line")]);
        assert_eq!(params.list("one"), [("0", "7")]);
        assert!(params.list("deep").is_empty() && params.flag("deep"));
        assert_eq!(params.get("pid"), None, "an array is no plain value");
    }

    #[test]
    fn numbers_and_truth_are_phps() {
        let params =
            Params::parse("a=12abc&b=abc&c=-3&d=&e=0&f=false&g=99999999999999999999&h=3300.50&i=1,5", FORM, b"");
        assert_eq!(params.int("a"), Some(12));
        assert_eq!(params.int("b"), Some(0));
        assert_eq!(params.int("c"), Some(-3));
        assert_eq!(params.id("c"), Some(0));
        assert_eq!(params.int("d"), None);
        assert_eq!(params.int("g"), Some(i64::MAX));
        assert_eq!((params.yen("h"), params.yen("i"), params.yen("c")), (Some(3300), None, Some(-3)));
        assert!(!params.flag("d") && !params.flag("e") && params.flag("f") && !params.flag("zz"));
    }

    #[test]
    fn hostile_names_are_harmless() {
        let params = Params::parse("[=1&a[=2&b]=3&c[x=4&%00=5&=6&d[]]=7&%FF=8", FORM, b"\xff=\xfe&&&=");
        assert_eq!(params.get("b]"), Some("3"));
        let many = (0..3000).map(|n| format!("k{n}=1")).collect::<Vec<_>>().join("&");
        let params = Params::parse("", FORM, many.as_bytes());
        assert!(params.flag("k999") && !params.flag("k1000"));
    }
}
