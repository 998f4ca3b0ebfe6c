//! What the three systems hold, in a form two worlds can be compared in.

use std::collections::BTreeMap;

use madoguchi::sandbox::World;
use serde_json::Value;

/// Which value stands how often at which place; rows of a table are one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen(BTreeMap<String, i64>);

/// What says nothing of effects: logs of attempts, counters, sessions, clocks, what was asked when.
const NOISE: &[&str] =
    &["/activity/", "/last_", "/next", "/clock/", "/sessions", "/keys", "/asked", "/reads", "/worker", "/budget"];

impl Seen {
    /// What a world holds. The operation's id stands as one word, whichever it is.
    pub fn of(world: &World, operation: Option<&str>) -> Self {
        let mut seen = BTreeMap::new();
        let value = serde_json::to_value(world).unwrap();
        collect(&value, "", operation.unwrap_or("no operation"), &mut seen);
        Self(seen)
    }
}

fn collect(value: &Value, path: &str, operation: &str, seen: &mut BTreeMap<String, i64>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                // Ids and numbers are names of rows.
                let row = name.bytes().any(|byte| byte.is_ascii_digit());
                collect(value, &format!("{path}/{}", if row { "*" } else { name }), operation, seen);
            }
        }
        Value::Array(rows) => rows.iter().for_each(|row| collect(row, &format!("{path}/*"), operation, seen)),
        leaf => {
            let path = format!("{path}/");
            if !NOISE.iter().any(|noise| path.contains(noise)) {
                *seen.entry(format!("{path}={}", leaf.to_string().replace(operation, "<operation>"))).or_default() += 1;
            }
        }
    }
}

/// What there is more and less of.
pub fn difference(before: &Seen, after: &Seen) -> BTreeMap<String, i64> {
    let mut difference = after.0.clone();
    for (key, n) in &before.0 {
        *difference.entry(key.clone()).or_default() -= n;
    }
    difference.retain(|_, n| *n != 0);
    difference
}

/// Money that moved and lines that changed: what no undone operation leaves behind.
pub fn is_kept(key: &str) -> bool {
    key.starts_with("/whmcs/transactions/") || key.starts_with("/whmcs/credits/") || key.starts_with("/freebit/")
}
