use jiff::civil::date;
use proptest::prelude::*;

use super::*;

/// Month and day of every holiday in that year.
#[track_caller]
fn year(year: i16, expected: &str) {
    let days = days_from(date(year, 1, 1)).take_while(|day| day.year() == year);
    let found: Vec<_> =
        days.filter(|day| holiday(*day).is_some()).map(|d| format!("{}-{}", d.month(), d.day())).collect();
    assert_eq!(found.join(" "), expected, "{year}");
}

#[test]
fn the_holidays_of_these_years() {
    year(2024, "1-1 1-8 2-11 2-12 2-23 3-20 4-29 5-3 5-4 5-5 5-6 7-15 8-11 8-12 9-16 9-22 9-23 10-14 11-3 11-4 11-23");
    year(2025, "1-1 1-13 2-11 2-23 2-24 3-20 4-29 5-3 5-4 5-5 5-6 7-21 8-11 9-15 9-23 10-13 11-3 11-23 11-24");
    year(2026, "1-1 1-12 2-11 2-23 3-20 4-29 5-3 5-4 5-5 5-6 7-20 8-11 9-21 9-22 9-23 10-12 11-3 11-23");
    year(2027, "1-1 1-11 2-11 2-23 3-21 3-22 4-29 5-3 5-4 5-5 7-19 8-11 9-20 9-23 10-11 11-3 11-23");
}

#[test]
fn the_years_that_parliament_changed() {
    year(
        2019,
        "1-1 1-14 2-11 3-21 4-29 4-30 5-1 5-2 5-3 5-4 5-5 5-6 7-15 8-11 8-12 9-16 9-23 10-14 10-22 11-3 11-4 11-23",
    );
    year(2020, "1-1 1-13 2-11 2-23 2-24 3-20 4-29 5-3 5-4 5-5 5-6 7-23 7-24 8-10 9-21 9-22 11-3 11-23");
    year(2021, "1-1 1-11 2-11 2-23 3-20 4-29 5-3 5-4 5-5 7-22 7-23 8-8 8-9 9-20 9-23 11-3 11-23");
    // Before 2007 May 4 was a holiday only for lying between two, and a Sunday moved by one day only.
    year(1998, "1-1 1-15 2-11 3-21 4-29 5-3 5-4 5-5 7-20 9-15 9-23 10-10 11-3 11-23 12-23");
}

#[test]
fn holidays_have_names_in_both_languages() {
    for (day, english, japanese) in [
        (date(2026, 11, 23), "Labour Thanksgiving Day", "勤労感謝の日"),
        (date(2026, 9, 22), "Citizens' Holiday", "国民の休日"),
        (date(2026, 5, 6), "Substitute Holiday", "振替休日"),
        (date(2027, 3, 21), "Vernal Equinox Day", "春分の日"),
        (date(2019, 5, 1), "Accession of the Emperor", "天皇の即位の日"),
        (date(2021, 7, 23), "Sports Day", "スポーツの日"),
        (date(1998, 5, 4), "Substitute Holiday", "振替休日"),
        (date(1999, 5, 4), "Citizens' Holiday", "国民の休日"),
    ] {
        assert_eq!(holiday(day), Some(Holiday { english, japanese }), "{day}");
    }
    assert_eq!(holiday(date(2026, 11, 24)), None);
}

#[test]
fn equinoxes_far_away() {
    // As computed by the National Astronomical Observatory for these years.
    for (year, spring, autumn) in [(1980, 20, 23), (2012, 20, 22), (2030, 20, 23), (2044, 20, 22), (2050, 20, 23)] {
        assert_eq!(When::Spring.day(year), Some(date(year, 3, spring)));
        assert_eq!(When::Autumn.day(year), Some(date(year, 9, autumn)));
    }
    assert_eq!(When::Spring.day(2100), None);
}

/// A moment by the wall clock in Japan.
fn jst(wall: &str) -> Timestamp {
    time::from_jst(wall.parse().unwrap()).unwrap()
}

#[test]
fn open_on_working_days_within_hours() {
    let calendar = BusinessCalendar::default();
    for (at, open) in [
        ("2026-11-20T08:59:59", false), // Friday
        ("2026-11-20T09:00:00", true),
        ("2026-11-20T17:59:59", true),
        ("2026-11-20T18:00:00", false),
        ("2026-11-21T12:00:00", false), // Saturday
        ("2026-11-23T12:00:00", false), // a Monday, but a holiday
        ("2026-12-28T12:00:00", true),
        ("2026-12-29T12:00:00", false),
        ("2027-01-01T12:00:00", false),
        ("2027-01-04T12:00:00", true),
    ] {
        assert_eq!(calendar.is_open(jst(at)), open, "{at}");
    }
}

#[test]
fn minutes_run_only_while_open() {
    let calendar = BusinessCalendar::default();
    for (from, to, minutes) in [
        ("2026-11-20T10:00:00", "2026-11-20T10:30:59", 30),
        ("2026-11-20T17:30:00", "2026-11-24T09:30:00", 60), // over a weekend and a holiday
        ("2026-11-20T18:00:00", "2026-11-24T09:00:00", 0),
        ("2026-12-28T17:00:00", "2027-01-04T10:00:00", 120),
        ("2026-11-20T00:00:00", "2026-11-20T23:59:59", 540),
        ("2026-11-20T10:30:00", "2026-11-20T10:00:00", 0),
        ("2026-11-20T10:00:59", "2026-11-20T10:02:00", 1),
    ] {
        assert_eq!(calendar.open_minutes_between(jst(from), jst(to)), minutes, "{from} to {to}");
    }
}

#[test]
fn a_promise_ends_in_open_time() {
    let calendar = BusinessCalendar::default();
    for (from, minutes, end) in [
        ("2026-11-20T10:00:00", 60, "2026-11-20T11:00:00"),
        ("2026-11-20T17:30:00", 60, "2026-11-24T09:30:00"),
        ("2026-11-20T09:00:00", 540, "2026-11-20T18:00:00"),
        ("2026-11-21T03:00:00", 15, "2026-11-24T09:15:00"),
        ("2026-11-21T03:00:00", 0, "2026-11-21T03:00:00"),
        ("2026-12-28T17:00:00", 24 * 60, "2027-01-06T14:00:00"),
    ] {
        assert_eq!(calendar.add_open_minutes(jst(from), minutes), Some(jst(end)), "{from} and {minutes}");
    }
    let never = BusinessCalendar::new([None; 7], Vec::new());
    assert_eq!(never.add_open_minutes(jst("2026-11-20T10:00:00"), 1), None);
    let always = BusinessCalendar::new([Some("00:00-24:00".parse().unwrap()); 7], Vec::new());
    assert_eq!(always.add_open_minutes(jst("2026-11-20T10:00:00"), 1_440), Some(jst("2026-11-21T10:00:00")));
}

#[test]
fn hours_and_closed_days_are_read_from_the_configuration() {
    assert_eq!("09:30-24:00".parse::<Hours>(), Ok(Hours { opens: 570, closes: 1_440 }));
    for bad in ["", "9-18", "18:00-09:00", "09:00-24:01", "09:60-10:00", "09:00-09:00", "+9:00-10:00"] {
        let error = bad.parse::<Hours>().unwrap_err();
        assert_eq!(error, CalendarError::Hours(Text::line(bad)), "{bad}");
    }
    let days = |from: (i8, i8), to: (i8, i8)| Ok(ClosedDays::Yearly { from, to });
    assert_eq!("12-29..01-03".parse(), days((12, 29), (1, 3)));
    assert_eq!("08-15".parse(), days((8, 15), (8, 15)));
    assert_eq!("02-29".parse(), days((2, 29), (2, 29)));
    let obon = ClosedDays::Once { from: date(2026, 8, 13), to: date(2026, 8, 15) };
    assert_eq!("2026-08-13..2026-08-15".parse(), Ok(obon));
    assert!(obon.contains(date(2026, 8, 15)) && !obon.contains(date(2027, 8, 15)));
    for bad in ["", "13-01", "02-30", "2026-08-15..2026-08-13", "2026-08-15..08-16", "1-1", "8/15"] {
        assert_eq!(bad.parse::<ClosedDays>(), Err(CalendarError::Days(Text::line(bad))), "{bad}");
    }
}

proptest! {
    #[test]
    fn what_was_added_is_found_between(start in 1_400_000_000_i64..2_000_000_000, minutes in 0_i64..20_000) {
        let calendar = BusinessCalendar::default();
        let from = Timestamp::from_second(start).unwrap();
        let end = calendar.add_open_minutes(from, minutes).unwrap();
        prop_assert_eq!(calendar.open_minutes_between(from, end), minutes);
    }

    #[test]
    fn reading_never_panics(written in "\\PC{0,20}|[-0-9:.]{0,24}") {
        let _ = (written.parse::<Hours>(), written.parse::<ClosedDays>());
    }
}
