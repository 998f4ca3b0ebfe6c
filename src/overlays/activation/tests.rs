use super::*;

fn shown(since: &str) -> Shown {
    let code = Lpa::parse("1$smdp.example.com$AB-12").unwrap();
    Shown { squares: Squares::of(code.expose()), code, since: since.parse().unwrap() }
}

#[test]
fn a_code_is_seen_for_a_minute_to_the_second() {
    let shown = shown("2026-11-22T01:00:00.250Z");
    for (now, left) in [
        ("2026-11-22T01:00:00.250Z", Some(60)),
        ("2026-11-22T01:00:00.251Z", Some(60)),
        ("2026-11-22T01:00:01.250Z", Some(59)),
        ("2026-11-22T01:01:00.249Z", Some(1)),
        ("2026-11-22T01:01:00.250Z", None),
        ("2026-11-23T01:00:00Z", None),
        // The clock was set back: nobody knows how long it has been seen.
        ("2026-11-22T01:00:00Z", None),
    ] {
        assert_eq!(shown.left(now.parse().unwrap()), left, "{now}");
    }
}

#[test]
fn neither_the_code_nor_its_square_is_printed() {
    let printed = format!("{:?}", shown("2026-11-22T01:00:00Z"));
    assert!(!printed.contains("AB-12") && printed.contains("Modules(25)"), "{printed}");
}
