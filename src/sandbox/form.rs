//! What a form holds, in either of the two encodings clients use.

/// The value of `name` in a form: the first field of that name.
pub(super) fn field(kind: &str, body: &[u8], name: &str) -> Option<String> {
    fields(kind, body).into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

/// Names and values of a form of content type `kind`: urlencoded, or multipart. Anything else has no fields.
pub(super) fn fields(kind: &str, body: &[u8]) -> Vec<(String, String)> {
    let (essence, parameters) = kind.split_once(';').unwrap_or((kind, ""));
    match essence.trim().to_ascii_lowercase().as_str() {
        "application/x-www-form-urlencoded" => url::form_urlencoded::parse(body).into_owned().collect(),
        "multipart/form-data" => {
            parameter(parameters, "boundary").map(|boundary| parts(body, &boundary)).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// A parameter of a header: `boundary=x`, `boundary="x y"`.
fn parameter(parameters: &str, name: &str) -> Option<String> {
    parameters.split(';').find_map(|parameter| {
        let (key, value) = parameter.split_once('=')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"').to_owned())
    })
}

/// The named parts: the content of each lies between the blank line after its head and the next boundary.
fn parts(body: &[u8], boundary: &str) -> Vec<(String, String)> {
    let body = String::from_utf8_lossy(body);
    let delimiter = format!("--{boundary}");
    let named = |part: &str| {
        let (head, content) = part.strip_prefix("\r\n")?.split_once("\r\n\r\n")?;
        let name = head.split("\r\n").find_map(|line| {
            let (key, value) = line.split_once(':')?;
            if key.trim().eq_ignore_ascii_case("content-disposition") { parameter(value, "name") } else { None }
        })?;
        Some((name, content.strip_suffix("\r\n").unwrap_or(content).to_owned()))
    };
    body.split(delimiter.as_str()).skip(1).filter_map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MULTIPART: &str = "--b1\r\nContent-Disposition: form-data; name=\"version\"\r\n\r\n2\r\n\
        --b1\r\nContent-Type: text/plain\r\ncontent-disposition: form-data; name=\"json\"\r\n\r\n{\"a\":\r\n\"ア\"}\r\n--b1--\r\n";

    #[test]
    fn both_encodings_are_understood_and_nothing_else() {
        for (kind, body, found) in [
            ("application/x-www-form-urlencoded", "x=1&json=%7B%22a%22%3A%22+b%22%7D", Some("{\"a\":\" b\"}")),
            ("application/x-www-form-urlencoded; charset=utf-8", "json={}", Some("{}")),
            ("multipart/form-data; boundary=b1", MULTIPART, Some("{\"a\":\r\n\"ア\"}")),
            ("Multipart/Form-Data; charset=utf-8; boundary=\"b1\"", MULTIPART, Some("{\"a\":\r\n\"ア\"}")),
            ("multipart/form-data; boundary=other", MULTIPART, None),
            ("multipart/form-data", MULTIPART, None),
            ("application/json", "{\"json\":1}", None),
            ("", "json={}", None),
        ] {
            assert_eq!(field(kind, body.as_bytes(), "json").as_deref(), found, "{kind}");
        }
    }
}
