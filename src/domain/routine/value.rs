//! What stands in a field of a routine: text, with `{parameter}` where something is asked. A brace that is meant is written
//! twice.

use std::fmt;

use crate::domain::change::Values;

/// A text with gaps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Value(Vec<Piece>);

/// A piece of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// As it is.
    Said(String),
    /// What this parameter is.
    Asked(String),
}

impl Value {
    /// A text that is always the same.
    pub fn said(text: impl Into<String>) -> Self {
        let text = text.into();
        Self(if text.is_empty() { Vec::new() } else { vec![Piece::Said(text)] })
    }

    /// A parameter and nothing else.
    pub fn asked(parameter: impl Into<String>) -> Self {
        Self(vec![Piece::Asked(parameter.into())])
    }

    /// Reads it as it is written.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(written: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut said = String::new();
        let mut rest = written;
        while let Some(at) = rest.find(['{', '}']) {
            said.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            rest = &rest[at + 1..];
            if let Some(behind) = rest.strip_prefix(brace) {
                said.push_str(brace);
                rest = behind;
            } else if brace == "{" {
                let unclosed = || "a \"{\" is not closed; a brace that is meant is written twice".to_owned();
                let (name, behind) = rest.split_once('}').ok_or_else(unclosed)?;
                if !super::is_parameter(name) {
                    return Err(format!(
                        "\"{{{name}}}\" names no parameter: letters, digits, - and _; a brace that is meant is written twice"
                    ));
                }
                if !said.is_empty() {
                    pieces.push(Piece::Said(std::mem::take(&mut said)));
                }
                pieces.push(Piece::Asked(name.to_owned()));
                rest = behind;
            } else {
                return Err("a \"}\" closes nothing; a brace that is meant is written twice".to_owned());
            }
        }
        said.push_str(rest);
        if !said.is_empty() {
            pieces.push(Piece::Said(said));
        }
        Ok(Self(pieces))
    }

    /// With what the parameters are. One that nobody told is nothing.
    pub fn filled(&self, parameters: &Values) -> String {
        let of = |piece: &Piece| match piece {
            Piece::Said(text) => text.clone(),
            Piece::Asked(name) => parameters.get(name).cloned().unwrap_or_default(),
        };
        self.0.iter().map(of).collect()
    }

    /// The parameters it asks for.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Asked(name) => Some(name.as_str()),
            Piece::Said(_) => None,
        })
    }

    /// Whether it asks for this one.
    pub fn asks(&self, parameter: &str) -> bool {
        self.parameters().any(|name| name == parameter)
    }

    /// The parameter that is all of it.
    pub fn only(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Piece::Asked(name)] => Some(name),
            _ => None,
        }
    }

    /// The text, where it asks for nothing.
    pub fn fixed(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Piece::Said(text)] => Some(text),
            _ => None,
        }
    }
}

/// As it is written.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|piece| match piece {
            Piece::Said(text) => f.write_str(&text.replace('{', "{{").replace('}', "}}")),
            Piece::Asked(name) => write!(f, "{{{name}}}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn gaps_are_filled_and_braces_are_kept() {
        let value = Value::parse("Topped up {gb} GB {{as asked}} by {who}").unwrap();
        let told = Values::from([("gb".to_owned(), "3".to_owned())]);
        assert_eq!(value.filled(&told), "Topped up 3 GB {as asked} by ");
        assert_eq!(value.parameters().collect::<Vec<_>>(), ["gb", "who"]);
        assert_eq!((value.only(), value.fixed()), (None, None));
        assert_eq!(Value::parse("{line}").unwrap().only(), Some("line"));
        assert_eq!(Value::parse("").unwrap().fixed(), Some(""));
        for wrong in ["{", "{gb", "gb}", "{a b}", "{}", "{rows}"] {
            assert!(Value::parse(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_written_is_read_as_it_was_meant(text in any::<String>(), name in "[a-z][a-z0-9_-]{0,9}") {
            prop_assume!(super::super::is_parameter(&name));
            for value in [Value::said(text.clone()), Value::asked(name.clone())] {
                prop_assert_eq!(Value::parse(&value.to_string()), Ok(value));
            }
            let both = format!("{}{}", Value::said(text.clone()), Value::asked(name.clone()));
            let told = Values::from([(name, "x".to_owned())]);
            prop_assert_eq!(Value::parse(&both).map(|it| it.filled(&told)), Ok(format!("{text}x")));
        }
    }
}
