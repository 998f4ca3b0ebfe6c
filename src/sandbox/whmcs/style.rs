//! Which of the documented variants this installation is: PHP's age, WHMCS's age, and habits clients have met.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The variant. The default is what the vendor documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Style {
    /// Which release answers.
    pub release: Release,
    /// How whole numbers of table columns travel.
    pub numbers: Numbers,
    /// How an empty `x: {y: []}` list travels.
    pub empty: Empty,
    /// How a list of rows travels.
    pub lists: Lists,
    /// How a refused sign-in travels.
    pub refusals: Refusals,
}

/// The WHMCS release.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Release {
    /// 8.13.
    V8,
    /// 9.0, where only a draft invoice can be edited.
    #[default]
    V9,
}

/// Whole numbers of table columns. Counters of a list stay integers: pagers stop only at the integer 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Numbers {
    /// As each action's documentation shows: here a number, there a string.
    #[default]
    Documented,
    /// All strings: PHP below 8.1, whose MySQL driver answers text.
    Text,
    /// All numbers: PHP from 8.1. Echoed parameters stay strings.
    Native,
}

/// An empty list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Empty {
    /// As documented for the action, mostly `{y: []}`.
    #[default]
    Documented,
    /// `""`
    Text,
    /// `[]`
    Array,
    /// `{}`
    Object,
    /// `null`
    Null,
    /// No such key.
    Missing,
}

/// A list that holds something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lists {
    /// `[…, …]`
    #[default]
    Array,
    /// `{"0": …, "1": …}`
    Keyed,
    /// One row travels without a list around it.
    Collapsed,
}

/// A refused sign-in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusals {
    /// JSON, as asked.
    #[default]
    Json,
    /// `result=error;message=…;` whatever was asked, as some builds before 8 do.
    Nvp,
}

/// Columns that hold whole numbers in the vendor's tables.
const WHOLE: &[&str] = &[
    "id",
    "pid",
    "gid",
    "userid",
    "clientid",
    "contactid",
    "orderid",
    "serviceid",
    "serverid",
    "promoid",
    "addonid",
    "relid",
    "invoiceid",
    "refundid",
    "currency",
    "deptid",
    "replyid",
    "noteid",
    "flag",
    "qty",
    "tax",
    "diskusage",
    "disklimit",
    "bwusage",
    "bwlimit",
    "allowqty",
    "rating",
];

/// Root keys that PHP computes itself, whatever the driver.
const COUNTERS: &[&str] = &["totalresults", "startnumber", "numreturned", "count"];

impl Style {
    /// The release as `WhmcsDetails` answers it: version and canonical version.
    pub(super) fn version(self) -> (&'static str, &'static str) {
        match self.release {
            Release::V8 => ("8.13.1", "8.13.1-release.1"),
            Release::V9 => ("9.0.1", "9.0.1-release.1"),
        }
    }

    /// Dresses an answer written in the documented form.
    pub(super) fn apply(self, answer: &mut Map<String, Value>) {
        if self == Self::default() {
            return;
        }
        for (key, value) in answer.iter_mut() {
            if !COUNTERS.contains(&key.as_str()) {
                self.dress(value);
            }
        }
        self.drop_missing(answer);
    }

    fn dress(self, value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|it| self.dress(it)),
            Value::Object(fields) => {
                for (key, it) in fields.iter_mut() {
                    self.number(key, it);
                    self.dress(it);
                }
                self.drop_missing(fields);
                self.relist(value);
            }
            Value::Number(number) if self.numbers == Numbers::Text => *value = Value::String(number.to_string()),
            _ => {}
        }
    }

    fn number(self, key: &str, value: &mut Value) {
        if let (Numbers::Native, Value::String(text)) = (self.numbers, &*value)
            && WHOLE.contains(&key)
            && let Ok(number) = text.parse::<u64>()
        {
            *value = number.into();
        }
    }

    fn drop_missing(self, fields: &mut Map<String, Value>) {
        if self.empty == Empty::Missing {
            fields.retain(|_, it| !is_empty_list(it));
        }
    }

    fn relist(self, value: &mut Value) {
        if is_empty_list(value) {
            match self.empty {
                Empty::Documented | Empty::Missing => {}
                Empty::Text => *value = Value::String(String::new()),
                Empty::Array => *value = Value::Array(Vec::new()),
                Empty::Object => *value = Value::Object(Map::new()),
                Empty::Null => *value = Value::Null,
            }
        } else if let Some(list) = only_list(value) {
            match self.lists {
                Lists::Keyed => {
                    let rows = std::mem::take(list).into_iter().enumerate();
                    replace_only(value, rows.map(|(n, it)| (n.to_string(), it)).collect::<Map<_, _>>().into());
                }
                Lists::Collapsed if list.len() == 1 => {
                    let row = list.remove(0);
                    replace_only(value, row);
                }
                Lists::Array | Lists::Collapsed => {}
            }
        }
    }
}

fn only_list(value: &mut Value) -> Option<&mut Vec<Value>> {
    let fields = value.as_object_mut().filter(|it| it.len() == 1)?;
    fields.values_mut().next()?.as_array_mut()
}

fn is_empty_list(value: &Value) -> bool {
    let Some(fields) = value.as_object().filter(|it| it.len() == 1) else { return false };
    fields.values().next().and_then(Value::as_array).is_some_and(Vec::is_empty)
}

fn replace_only(value: &mut Value, with: Value) {
    if let Some(it) = value.as_object_mut().and_then(|it| it.values_mut().next()) {
        *it = with;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(style: Style, documented: Value, expected: &Value) {
        let Value::Object(mut answer) = documented else { panic!("an answer is an object") };
        style.apply(&mut answer);
        assert_eq!(&Value::Object(answer), expected);
    }

    #[test]
    fn an_old_php_answers_text_and_a_new_one_numbers() {
        let answer =
            json!({"totalresults": 1, "clientid": "41", "x": {"y": [{"id": 3, "pid": "22", "domain": "0900"}, {}]}});
        check(
            Style { numbers: Numbers::Text, ..Style::default() },
            answer.clone(),
            &json!({"totalresults": 1, "clientid": "41", "x": {"y": [{"id": "3", "pid": "22", "domain": "0900"}, {}]}}),
        );
        check(
            Style { numbers: Numbers::Native, ..Style::default() },
            answer,
            &json!({"totalresults": 1, "clientid": "41", "x": {"y": [{"id": 3, "pid": 22, "domain": "0900"}, {}]}}),
        );
    }

    #[test]
    fn every_kind_of_empty_list() {
        for (empty, expected) in [
            (Empty::Documented, json!({"a": 1, "x": {"y": []}})),
            (Empty::Text, json!({"a": 1, "x": ""})),
            (Empty::Array, json!({"a": 1, "x": []})),
            (Empty::Object, json!({"a": 1, "x": {}})),
            (Empty::Null, json!({"a": 1, "x": null})),
            (Empty::Missing, json!({"a": 1})),
        ] {
            check(Style { empty, ..Style::default() }, json!({"a": 1, "x": {"y": []}}), &expected);
        }
    }

    #[test]
    fn lists_as_objects_or_as_one_row() {
        let answer = json!({"x": {"y": [{"id": 1, "z": "a"}]}});
        check(
            Style { lists: Lists::Keyed, ..Style::default() },
            answer.clone(),
            &json!({"x": {"y": {"0": {"id": 1, "z": "a"}}}}),
        );
        check(Style { lists: Lists::Collapsed, ..Style::default() }, answer, &json!({"x": {"y": {"id": 1, "z": "a"}}}));
    }
}
