//! Words of picklists as another organisation has them. The world keeps its own; they change on their way in and out.

use std::collections::HashMap;

use serde_json::{Map, Value};

/// What each picklist calls its words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wordbook(HashMap<(String, String), Vec<Renamed>>);

/// A word that is another outside.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Renamed {
    inside: String,
    outside: String,
}

impl Wordbook {
    /// The same with a word of a field of an object that is another outside.
    pub fn rename(&mut self, object: &str, field: &str, inside: &str, outside: &str) {
        if inside != outside {
            let words = self.0.entry((object.to_owned(), field.to_owned())).or_default();
            words.push(Renamed { inside: inside.to_owned(), outside: outside.to_owned() });
        }
    }

    fn of(&self, object: &str, field: &str) -> &[Renamed] {
        if self.0.is_empty() {
            return &[];
        }
        self.0.get(&(object.to_owned(), field.to_owned())).map_or(&[], Vec::as_slice)
    }

    /// A word that came from outside, as it is called here; `None` for one that is only called so here.
    pub fn inside<'a>(&'a self, object: &str, field: &str, word: &'a str) -> Option<&'a str> {
        let renamed = self.of(object, field);
        match renamed.iter().find(|it| it.outside.eq_ignore_ascii_case(word)) {
            Some(it) => Some(&it.inside),
            None => (!renamed.iter().any(|it| it.inside.eq_ignore_ascii_case(word))).then_some(word),
        }
    }

    /// A word as it is called outside.
    pub fn outside<'a>(&'a self, object: &str, field: &str, word: &'a str) -> &'a str {
        self.of(object, field).iter().find(|it| it.inside == word).map_or(word, |it| &it.outside)
    }

    /// Puts every word of an answer as it is called outside.
    pub fn tell(&self, answer: &mut Value) {
        if self.0.is_empty() {
            return;
        }
        match answer {
            Value::Array(all) => all.iter_mut().for_each(|one| self.tell(one)),
            Value::Object(map) => {
                map.values_mut().for_each(|one| self.tell(one));
                if let Some(object) = map.get("attributes").and_then(|it| it.get("type")?.as_str()).map(str::to_owned) {
                    self.record(&object, map);
                } else if let (Some(object), true) =
                    (map.get("name").and_then(Value::as_str).map(str::to_owned), map.contains_key("childRelationships"))
                {
                    self.described(&object, map);
                }
            }
            _ => {}
        }
    }

    fn record(&self, object: &str, map: &mut Map<String, Value>) {
        // A history tells words of another object's fields.
        let told = map.get("Field").and_then(Value::as_str).map(str::to_owned);
        let of = object.strip_suffix("FieldHistory").or_else(|| object.strip_suffix("History")).unwrap_or(object);
        for (name, value) in map.iter_mut() {
            let field = match (&told, name.as_str()) {
                (Some(told), "OldValue" | "NewValue") => told.as_str(),
                _ => name.as_str(),
            };
            if let Value::String(word) = value {
                *word = self.outside(of, field, word).to_owned();
            }
        }
    }

    fn described(&self, object: &str, map: &mut Map<String, Value>) {
        let fields = map.get_mut("fields").and_then(Value::as_array_mut);
        for field in fields.into_iter().flatten().filter_map(Value::as_object_mut) {
            let Some(name) = field.get("name").and_then(Value::as_str).map(str::to_owned) else { continue };
            let words = field.get_mut("picklistValues").and_then(Value::as_array_mut);
            let words = words.into_iter().flatten().filter_map(Value::as_object_mut);
            let words =
                words.flat_map(|word| word.iter_mut().filter(|(key, _)| matches!(key.as_str(), "value" | "label")));
            for word in words.map(|(_, word)| word) {
                if let Value::String(word) = word {
                    *word = self.outside(object, &name, word).to_owned();
                }
            }
            if let Some(Value::String(word)) = field.get_mut("defaultValue") {
                *word = self.outside(object, &name, word).to_owned();
            }
        }
    }
}
