use jiff::civil::date;

use super::*;

const TODAY: Date = date(2026, 11, 22);

fn names() -> Names {
    Names::new([("number", 0), ("Number", 0), ("番号", 0), ("total", 1), ("合計", 1), ("due", 2), ("Next due", 2)])
}

/// An invoice of ¥3,300 due on 20 November.
fn shown(typed: &str) -> bool {
    let line = format!("{}\n{}\n{}", fold("INV-2026-0007"), fold("¥3,300"), fold("2026-11-20"));
    let key = |column| match column {
        0 => Key::text("INV-2026-0007"),
        1 => Key::Number(3300),
        _ => Key::Day(date(2026, 11, 20)),
    };
    Filter::parse(typed, &names(), TODAY).passes(&line, key)
}

#[test]
fn words_are_looked_for_in_what_the_row_shows() {
    for typed in ["inv", "INV 0007", "ｉｎｖ", "3,300", "2026-11", "\"2026 11\"", "", "  ", "-", "10:30 -10:30 -x inv"]
    {
        let expected = !typed.contains("10:30");
        assert_eq!(shown(typed), expected, "{typed:?}");
    }
    for typed in ["inx", "inv 9999", "\"0007 3\"", "-inv", "!inv"] {
        assert!(!shown(typed), "{typed:?}");
    }
}

#[test]
fn a_field_holds_or_compares() {
    for typed in [
        "number:0007",
        "total:3300",
        "total:3,300",
        "total:>3000",
        "total:>=¥3,300",
        "total:<=3300円",
        "total:=3300",
        "合計：＞3000",
        "tot:3300",
        "due:2026-11",
        "due:<today",
        "due:>-7d",
        "due:>=2026-11-20",
        "due:<=2026",
        "due:=2026-11",
        "nextdue:2026/11/20",
        "-due:>today",
        "!total:9",
        "due:",
        "total:>",
        "number:\"inv 2026\"",
        "due:yesterday inv -due:yesterday x",
    ] {
        assert_eq!(shown(typed), !typed.ends_with(" x"), "{typed:?}");
    }
    for typed in [
        "total:>3300",
        "total:<3300",
        "due:>2026-11",
        "due:today",
        "due:>-2d",
        "number:zzz",
        "-total:3300",
        "total:>abc",
    ] {
        assert!(!shown(typed), "{typed:?}");
    }
}

#[test]
fn an_unknown_field_is_named_and_the_rest_holds() {
    let filter = Filter::parse("colour:red inv", &names(), TODAY);
    assert_eq!(filter.unknown.as_deref(), Some("colour"));
    assert!(filter.passes("inv", |_| Key::Missing) && !filter.passes("x", |_| Key::Missing));
    // “n” begins both number and Next due.
    assert_eq!(Filter::parse("n:1", &names(), TODAY).unknown.as_deref(), Some("n"));
}

#[test]
fn days_since_are_counted_from_today() {
    let line = |cell: &str| format!("a\nb\n{cell}");
    let since = |_| Key::since(Some(date(2026, 10, 2)));
    let passes = |typed| Filter::parse(typed, &names(), TODAY).passes(&line(&fold("51 d")), since);
    for typed in ["due:>30", "due:>=51", "due:<=51d", "due:=51日", "due:51", "-due:<51"] {
        assert!(passes(typed), "{typed}");
    }
    assert!(!passes("due:>51") && !passes("due:<51"));
    let not_late = Filter::parse("due:<99", &names(), TODAY);
    assert!(!not_late.passes(&line(""), |_| Key::since(Some(date(2026, 12, 2)))), "it is not late at all");
    let said = Filter::parse("due:>soon", &names(), TODAY);
    assert_eq!(said.incomparable(since).map(|(_, text)| text.to_owned()).as_deref(), Some("soon"));
}

#[test]
fn what_is_neither_a_number_nor_a_day_is_said_to_be_incomparable() {
    let said = |typed, key: Key<'static>| {
        let filter = Filter::parse(typed, &names(), TODAY);
        filter.incomparable(|_| key.clone()).map(|(_, text)| text.to_owned())
    };
    assert_eq!(said("total:>abc", Key::Number(1)).as_deref(), Some("abc"));
    assert_eq!(said("due:<=2026-13", Key::Day(TODAY)).as_deref(), Some("2026-13"));
    assert_eq!(said("total:>1", Key::Number(1)), None);
    assert_eq!(said("due:>2026-11", Key::Day(TODAY)), None);
    assert_eq!(said("total:>abc", Key::Text("x".into())), None);
    assert_eq!(said("total:>", Key::Number(1)), None);
}

#[test]
fn what_is_masked_is_not_compared() {
    let line = format!("a\n{MASKED}    \nb");
    let key = |_| Key::Number(3300);
    for typed in ["total:3300", "total:>1", "total:<9999", "total:=3300"] {
        assert!(!Filter::parse(typed, &names(), TODAY).passes(&line, key), "{typed}");
    }
}

#[test]
fn a_longer_word_narrows_and_anything_else_does_not() {
    let parse = |typed| Filter::parse(typed, &names(), TODAY);
    for (before, now) in [("", "a"), ("a", "ab"), ("a", "a b"), ("a total:>3", "ab total:>3")] {
        assert!(parse(now).narrows(&parse(before)), "{before:?} {now:?}");
    }
    for (before, now) in [("ab", "a"), ("-a", "-ab"), ("total:>3", "total:>33"), ("a", "-a"), ("a b", "a")] {
        assert!(!parse(now).narrows(&parse(before)), "{before:?} {now:?}");
    }
}

#[test]
fn letters_in_their_order_are_near() {
    let near = |typed: &str, line: &str| {
        let filter = Filter::parse(typed, &names(), TODAY);
        filter.may_be_loose() && filter.nearly_passes(line, |_| Key::Missing)
    };
    assert!(near("intrnet", "internet silver"));
    assert!(near("slvr", "internet silver\nactive"));
    assert!(!near("slva", "internet silver\nactive"), "not across cells");
    assert!(!near("is", "internet silver"), "two letters are near everything");
    assert!(!near("itv", "internet silver"), "too far apart");
    assert!(!near("slvr -act", "silver\nactive"));
}

#[test]
fn amounts_and_days_are_read_as_people_write_them() {
    assert_eq!(number("1.5GB"), Some(1500));
    assert_eq!(number("850 MB"), Some(850));
    assert_eq!(number("¥-3"), None);
    assert_eq!(number("-¥3,300"), Some(-3300));
    assert_eq!(days("+2w", TODAY), Some((date(2026, 12, 6), date(2026, 12, 6))));
    assert_eq!(days("-1m", TODAY), Some((date(2026, 10, 22), date(2026, 10, 22))));
    assert_eq!(days("2026.2", TODAY), Some((date(2026, 2, 1), date(2026, 2, 28))));
    assert_eq!(days("3300", TODAY), None);
    assert_eq!(days("2026-13", TODAY), None);
    assert_eq!(days("99999999999d", TODAY), None);
    assert_eq!(days("日", TODAY), None);
}

#[test]
fn nothing_typed_makes_it_fail() {
    for typed in ["\"", ":", "a:", ":a", "-:", "!\"", "--a", "total:\"", "：：", "é:1", "-é:1", "total:＞＝"] {
        let _ = shown(typed);
    }
}
