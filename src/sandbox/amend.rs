//! Answers that are right but for one thing in them, so that whoever compares an installation with what it expects can be tried.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// The answer with a value in it set to another, or taken away. An answer that has no such place stays as it is.
pub(super) async fn amended(answer: Response, at: &str, to: Option<&Value>) -> Response {
    let (mut parts, body) = answer.into_parts();
    let Ok(whole) = axum::body::to_bytes(body, usize::MAX).await else {
        return Response::from_parts(parts, Body::empty());
    };
    let Ok(mut told) = serde_json::from_slice::<Value>(&whole) else {
        return Response::from_parts(parts, Body::from(whole));
    };
    put(&mut told, at, to);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(told.to_string()))
}

/// The answer as a server would give it whose clock is off by so many seconds.
pub(super) fn dated(mut answer: Response, now: Timestamp, seconds: i64) -> Response {
    let at = now.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(now);
    let written = at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(date) = HeaderValue::try_from(written) {
        answer.headers_mut().insert(header::DATE, date);
    }
    answer
}

/// Goes down a path of names, places and `[name=value]`, which chooses among rows, and sets what is there.
fn put(told: &mut Value, at: &str, to: Option<&Value>) {
    let (step, rest) = at.split_once('/').map_or((at, None), |(step, rest)| (step, Some(rest)));
    match (told, rest) {
        (Value::Object(map), Some(rest)) => {
            if let Some(inner) = map.get_mut(step) {
                put(inner, rest, to);
            }
        }
        (Value::Object(map), None) => match to {
            Some(to) => drop(map.insert(step.to_owned(), to.clone())),
            None => drop(map.shift_remove(step)),
        },
        (Value::Array(rows), rest) => {
            let Some(place) = place(rows, step) else { return };
            match (rest, to) {
                (Some(rest), to) => put(&mut rows[place], rest, to),
                (None, Some(to)) => rows[place] = to.clone(),
                (None, None) => drop(rows.remove(place)),
            }
        }
        _ => {}
    }
}

fn place(rows: &[Value], step: &str) -> Option<usize> {
    let chosen = step.strip_prefix('[').and_then(|it| it.strip_suffix(']')).and_then(|it| it.split_once('='));
    let Some((name, value)) = chosen else { return step.parse().ok().filter(|place| *place < rows.len()) };
    rows.iter().position(|row| match row.get(name) {
        Some(Value::String(text)) => text == value,
        Some(Value::Number(number)) => value.parse().is_ok_and(|value: i64| number.as_i64() == Some(value)),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn one_thing_is_changed_and_nothing_else() {
        let told =
            json!({"fields": [{"name": "A", "type": "string"}, {"name": "B"}], "left": 9, "rows": [{"pid": 30}]});
        for (at, to, expected) in [
            ("left", Some(json!(1)), json!({"left": 1})),
            (
                "fields/[name=A]/type",
                Some(json!("date")),
                json!({"fields": [{"name": "A", "type": "date"}, {"name": "B"}]}),
            ),
            ("fields/[name=A]", None, json!({"fields": [{"name": "B"}]})),
            ("fields/1/name", Some(json!("C")), json!({"fields": [{"name": "A", "type": "string"}, {"name": "C"}]})),
            ("rows/[pid=30]", None, json!({"rows": []})),
            ("fields/[name=Z]/type", Some(json!("date")), json!({})),
            ("fields/7", None, json!({})),
            ("nothing/there", Some(json!(1)), json!({})),
        ] {
            let mut wanted = told.clone();
            for (key, value) in expected.as_object().unwrap() {
                wanted[key] = value.clone();
            }
            let mut got = told.clone();
            put(&mut got, at, to.as_ref());
            assert_eq!(got, wanted, "{at}");
        }
    }
}
