use jiff::civil::date;
use proptest::prelude::*;

use super::*;

#[test]
fn iccid() {
    for valid in [
        "8981100000000000010",
        "8981100000000000028",
        "89811000000000001234",
        "8944474600000109251",
        "89852351224030086192",
        "89103000000489435368",
        "8981 1000 0000 0000 010",
        "8981100000000000010F",
        "８９８１１００００００００００００１０",
    ] {
        assert!(Iccid::parse(valid).is_ok(), "{valid}");
    }
    for (bad, error) in [
        ("8981100025977896319", SimError::IccidCheck { last: 4, added: 5 }),
        ("8981100000000000011", SimError::IccidCheck { last: 0, added: 1 }),
        ("1981100000000000010", SimError::IccidPrefix),
        ("898110000000", SimError::Length { what: "an ICCID", expected: "18 to 20", got: 12 }),
        ("89811000000000000x0", SimError::NotDigits { what: "an ICCID" }),
    ] {
        assert_eq!(Iccid::parse(bad), Err(error), "{bad}");
    }
    let iccid = Iccid::parse("8981100000000000010").unwrap();
    assert_eq!(iccid.to_string(), "8981 1000 0000 0000 010");
    assert_eq!(format!("{iccid:?}"), "Iccid(****0010)");
}

#[test]
fn eid() {
    for valid in [
        "89049032123451234512345678901235",
        "89086030202200000022000023022943",
        "89044045116727494800000004479366",
        "89001012012341234012345678901224",
        "35000000000000000000000000000033",
        "89049032000000000000000000004237",
        "8904 9032 1234 5123 4512 3456 7890 1235",
    ] {
        assert!(Eid::parse(valid).is_ok(), "{valid}");
    }
    for (bad, error) in [
        ("89049032123451234512345678901234", SimError::EidCheck { expected: 35 }),
        ("12345011014230000000000000123456", SimError::EidCheck { expected: 83 }),
        ("890490321234512345123456789012355", SimError::Length { what: "an EID", expected: "32", got: 33 }),
        ("8981100000000000010", SimError::IccidForEid),
        ("8981100000000000011", SimError::Length { what: "an EID", expected: "32", got: 19 }),
    ] {
        assert_eq!(Eid::parse(bad), Err(error), "{bad}");
    }
    let eid = Eid::parse("89049032123451234512345678901235").unwrap();
    assert_eq!(eid.to_string(), "8904 9032 1234 5123 4512 3456 7890 1235");
    assert_eq!(eid.masked(), "****1235");
    assert_eq!(
        Eid::parse("89049032123451234512345678901234").unwrap_err().to_string(),
        "a digit is wrong: these 30 digits would end in 35"
    );
}

#[test]
fn imei() {
    for valid in ["490154203237518", "352099001761481", "860016040008240", "49-015420-323751-8"] {
        assert!(Imei::parse(valid).is_ok(), "{valid}");
    }
    assert_eq!(Imei::parse("490154203237517"), Err(SimError::ImeiCheck { expected: 8 }));
    assert_eq!(Imei::parse("4901542032375101"), Err(SimError::ImeiSv { check: 8 }));
    assert_eq!(Imei::parse("1"), Err(SimError::Length { what: "an IMEI", expected: "15", got: 1 }));
}

#[test]
fn product_number() {
    assert_eq!(ProductNumber::parse("AX1234567890123").unwrap().as_str(), "AX1234567890123");
    for bad in ["ax1234567890123", "AX123456789012", "AX12345678901234", "A11234567890123", ""] {
        assert_eq!(ProductNumber::parse(bad), Err(SimError::ProductNumber), "{bad}");
    }
}

#[test]
fn porting_reservation() {
    let reservation = MnpReservation::parse("11-234-56789").unwrap();
    assert_eq!((reservation.as_str(), reservation.to_string().as_str()), ("1123456789", "11-234-56789"));
    assert_eq!(reservation.donor_hint(), Some(Donor::Docomo));
    assert_eq!(format!("{reservation:?}"), "MnpReservation(**-***-*6789)");
    assert_eq!(MnpReservation::parse("9923456789").unwrap().donor_hint(), None);
    assert_eq!(MnpReservation::last_day(date(2026, 11, 10)), date(2026, 11, 24));
    assert_eq!(
        MnpReservation::parse("123456789"),
        Err(SimError::Length { what: "a porting reservation", expected: "10", got: 9 })
    );
}

#[test]
fn porting_reservations_run_out() {
    let last = MnpReservation::last_day(date(2026, 11, 10));
    for (today, standing) in [
        (date(2026, 11, 10), ReservationStanding::Good { left: 15 }),
        (date(2026, 11, 15), ReservationStanding::Good { left: 10 }),
        (date(2026, 11, 16), ReservationStanding::Short { left: 9 }),
        (date(2026, 11, 24), ReservationStanding::Short { left: 1 }),
        (date(2026, 11, 25), ReservationStanding::Expired),
    ] {
        assert_eq!(MnpReservation::standing(last, today, 10), standing, "{today}");
    }
}

#[test]
fn activation_code() {
    for (valid, confirmation) in [
        ("LPA:1$rsp.truphone.com$QR-G-5C-1LS-1W1Z9P7", false),
        ("1$smdp.example.com$04386-AGYFT-A74Y8-3F815$1.3.6.1.4.1.31746$1", true),
        ("LPA:1$smdp.example.com$", false),
        ("lpa:1$smdp.example.com$ABC$$1", true),
    ] {
        let lpa = Lpa::parse(valid).unwrap();
        assert_eq!(lpa.confirmation_required(), confirmation, "{valid}");
        assert!(lpa.expose().starts_with("LPA:1$"));
    }
    for (bad, error) in [
        ("LPA:2$smdp.example.com$ABC", SimError::LpaFormat),
        ("LPA:$smdp.example.com$ABC", SimError::LpaFormat),
        ("", SimError::LpaFormat),
        ("1$smdp.example.com", SimError::LpaMatchingId),
        ("1$smdp example.com$ABC", SimError::LpaHost),
        ("1$$ABC", SimError::LpaHost),
        ("1$smdp.example.com$AB_C", SimError::LpaMatchingId),
        ("1$smdp.example.com$ABC$x", SimError::LpaTail),
        ("1$smdp.example.com$ABC$$2", SimError::LpaTail),
    ] {
        assert_eq!(Lpa::parse(bad), Err(error), "{bad}");
    }
    let secret = Lpa::parse("LPA:1$smdp.example.com$SECRET").unwrap();
    assert_eq!(format!("{secret:?}"), "Lpa(LPA:1$smdp.example.com$****)");
}

proptest! {
    #[test]
    fn never_panics(written in "\\PC{0,40}|[0-9]{10,34}|(LPA:|lpa:|)[12$.a-z_-]{0,30}") {
        let _ = (Iccid::parse(&written), Eid::parse(&written), Imei::parse(&written), Lpa::parse(&written));
        let _ = (ProductNumber::parse(&written), MnpReservation::parse(&written));
    }

    #[test]
    fn the_check_digits_named_are_right(body in "[0-9]{30}") {
        match Eid::parse(&format!("{body}00")) {
            Err(SimError::EidCheck { expected }) => {
                let corrected = format!("{body}{expected:02}");
                prop_assert!(Eid::parse(&corrected).is_ok());
            }
            // 00 and 97 are the same modulo 97.
            other => prop_assert!(other.is_ok()),
        }
        let card = format!("89{}", &body[..16]);
        match Iccid::parse(&card) {
            Err(SimError::IccidCheck { last, added }) => {
                let corrected = format!("{}{last}", &card[..17]);
                prop_assert!(Iccid::parse(&corrected).is_ok());
                let completed = format!("{card}{added}");
                prop_assert!(Iccid::parse(&completed).is_ok());
            }
            other => prop_assert!(other.is_ok()),
        }
    }
}

#[test]
fn the_secret_part_of_an_activation_code_is_grouped_as_it_is_taken_down() {
    for (code, shown) in [
        ("1$smdp.example.com$04386-AGYFT-A74Y8-3F815", "04386-AGYFT-A74Y8-3F815"),
        ("1$smdp.example.com$QR-G-5C-1LS-1W1Z9P7", "QR-G-5C-1LS-1W1Z 9P7"),
        ("1$smdp.example.com$ABCDEFGHIJ$$1", "ABCD EFGH IJ"),
        ("1$smdp.example.com$", ""),
    ] {
        assert_eq!(Lpa::parse(code).unwrap().expose_matching_id(), shown);
    }
}
