use proptest::prelude::*;

use super::*;

/// A guess as one word and its value, to compare by.
fn short(what: &What) -> String {
    match what {
        What::Phone(phone) => format!("phone {}", phone.digits()),
        What::PhoneTail(tail) => format!("tail {}", tail.digits()),
        What::Email(text) => format!("email {text}"),
        What::EmailFragment(text) => format!("email… {text}"),
        What::Name(names) => format!("name {}", names.as_typed),
        What::NameAndTail(names, tail) => format!("name {} tail {}", names.as_typed, tail.digits()),
        What::PostalCode(code) => format!("postal {code}"),
        What::CustomerNumber(text) => format!("customer {text}"),
        What::ClientId(id) => format!("client {}", id.0),
        What::InvoiceNumber(text) => format!("invoice {text}"),
        What::OrderNumber(text) => format!("order {text}"),
        What::WhmcsOrderNumber(number) => format!("whmcs-order {number}"),
        What::WhmcsOrderId(id) => format!("whmcs-order-id {id}"),
        What::CaseNumber(text) => format!("case {text}"),
        What::Eid(eid) => format!("eid {}", eid.as_str()),
        What::Iccid(iccid) => format!("iccid {}", iccid.as_str()),
        What::ProductNumber(number) => format!("card {number}"),
        What::SalesforceId(id) => format!("record {id}"),
    }
}

#[track_caller]
fn check(typed: &str, guesses: &[&str], problems: &[Problem]) {
    let found = recognise(typed, &Shapes::default());
    assert_eq!(found.guesses.iter().map(|guess| short(&guess.what)).collect::<Vec<_>>(), guesses, "{typed}");
    assert_eq!(found.problems, problems, "{typed}");
}

#[test]
fn phone_numbers() {
    for typed in [
        "090-0123-4567",
        "09001234567",
        "０９０−０１２３−４５６７",
        "+81 90 0123 4567",
        "819001234567",
        "tel:090 0123 4567",
    ] {
        check(typed, &["phone 09001234567"], &[]);
    }
    check("電話 090-0123-4567", &["phone 09001234567"], &[]);
    check("03-0000-1234", &["phone 0300001234"], &[]);
    check("02000123456789", &["phone 02000123456789"], &[]);
    check("tel:4567", &["tail 4567"], &[]);
    check("0123-4567", &["tail 01234567"], &[]);
    let short = || Problem::Phone(PhoneError::Eleven { prefix: "090".into(), got: 10 });
    check("0900123456", &["tail 0900123456"], &[short()]);
    check("+99", &[], &[Problem::Phone(PhoneError::ForeignLength { got: 2 })]);
}

#[test]
fn digits_alone_are_everything_they_can_be() {
    check("41", &["client 41", "invoice 41"], &[]);
    check("4567", &["tail 4567", "client 4567", "invoice 4567"], &[]);
    check("0567", &["tail 0567"], &[]);
    check("９００１２", &["invoice 90012", "client 90012", "tail 90012"], &[]);
    check("00000123", &["order 00000123", "case 00000123", "tail 00000123"], &[]);
    check("10000123", &["order 10000123", "case 10000123", "tail 10000123", "invoice 10000123"], &[]);
    check("4820193375", &["whmcs-order 4820193375", "tail 4820193375", "invoice 4820193375"], &[]);
    check("12345678901234567", &[], &[Problem::UnknownLength { got: 17 }]);
    check("7", &["client 7", "invoice 7"], &[]);
}

#[test]
fn words_say_what_digits_are() {
    check("#41", &["client 41"], &[]);
    check("client: 41", &["client 41"], &[]);
    check("#41 - Aiko Mori", &["client 41"], &[]);
    check("inv:123", &["invoice 123"], &[]);
    check("INVOICE 123", &["invoice 123"], &[]);
    check("Invoice #123", &["invoice 123"], &[]);
    check("請求書123", &["invoice 123"], &[]);
    check("invoice:INV-2026-7", &["invoice INV-2026-7"], &[]);
    check("order:123", &["order 00000123", "whmcs-order-id 123"], &[]);
    check("order：4820193375", &["whmcs-order 4820193375"], &[]);
    check("case 1001", &["case 00001001"], &[]);
    check("customer:123", &["customer C-000123"], &[]);
    check("mail:aiko", &["email… aiko"], &[]);
    check("mailto:Aiko@example.jp", &["email aiko@example.jp"], &[]);
    check("name:123", &["name 123"], &[]);
    check("client:aiko", &["name aiko", "email… aiko"], &[Problem::NumberExpected("client:41")]);
    check("Case", &["name Case", "email… case"], &[]);
    check("Order Tanaka", &["name Order Tanaka"], &[]);
}

#[test]
fn postal_codes() {
    check("105-0014", &["postal 105-0014", "tail 1050014"], &[]);
    check("１０５－００１４", &["postal 105-0014", "tail 1050014"], &[]);
    for typed in ["〒1050014", "〒105-0014", "〒 105 0014", "郵便番号:1050014", "zip:105-0014"] {
        check(typed, &["postal 105-0014"], &[]);
    }
    check("1050014", &["invoice 1050014", "client 1050014", "tail 1050014", "postal 105-0014"], &[]);
    check("0600001", &["tail 0600001", "postal 060-0001"], &[]);
    check("10 50014", &["tail 1050014"], &[]);
    check("〒105001", &["invoice 105001", "client 105001", "tail 105001"], &[Problem::NumberExpected("〒105-0014")]);
}

#[test]
fn a_name_and_the_end_of_a_number() {
    check("佐藤 4567", &["name 佐藤 tail 4567", "name 佐藤 4567"], &[]);
    check("佐藤　花子様　４５６７", &["name 佐藤 花子 tail 4567", "name 佐藤 花子様 ４５６７"], &[]);
    check("Sato 090-0123-4567", &["name Sato tail 09001234567", "name Sato 090-0123-4567"], &[]);
    check("Sato 12", &["name Sato 12"], &[]);
    check("4567 Sato", &["name 4567 Sato"], &[]);
}

#[test]
fn numbers_on_sims() {
    let eid = "89049032123451234512345678901235";
    check(eid, &[&format!("eid {eid}")], &[]);
    check("8904 9032 1234 5123 4512 3456 7890 1235", &[&format!("eid {eid}")], &[]);
    check("89049032123451234512345678901234", &[], &[Problem::Eid(SimError::EidCheck { expected: 35 })]);
    let long = SimError::Length { what: "an EID", expected: "32", got: 33 };
    check("890490321234512345123456789012355", &[], &[Problem::Eid(long)]);
    check("8981100000000000010", &["iccid 8981100000000000010"], &[]);
    check("8981100000000000010F", &["iccid 8981100000000000010"], &[]);
    check("eid:8981100000000000010", &["iccid 8981100000000000010"], &[Problem::Eid(SimError::IccidForEid)]);
    check("8981100000000000011", &[], &[Problem::Iccid(SimError::IccidCheck { last: 0, added: 1 })]);
    check("AX1234567890123", &["card AX1234567890123"], &[]);
    check("ａｘ1234 567890123", &["card AX1234567890123"], &[]);
    check("AX123456789012", &[], &[Problem::ProductNumber(SimError::ProductNumber)]);
    check("490154203237518", &[], &[Problem::Imei]);
    check("LPA:1$smdp.example.com$SECRET", &[], &[Problem::ActivationCode]);
    check("1$smdp.example.com$SECRET", &[], &[Problem::ActivationCode]);
}

#[test]
fn letters() {
    check("佐藤　花子", &["name 佐藤 花子"], &[]);
    check("佐藤様", &["name 佐藤"], &[]);
    check("ｻﾄｳ", &["name ｻﾄｳ"], &[]);
    check("㈱ソラ", &["name ㈱ソラ"], &[]);
    check("Sato Hanako", &["name Sato Hanako"], &[]);
    check("sato", &["name sato", "email… sato"], &[]);
    check("aiko.mori", &["email… aiko.mori", "name aiko.mori"], &[]);
    check("Aiko@Example.JP", &["email aiko@example.jp"], &[]);
    check("aiko＠example．jp", &["email aiko@example.jp"], &[]);
    check("aiko@", &["email… aiko@"], &[]);
    check("@example.jp", &["email… @example.jp"], &[]);
    check("a b@c", &[], &[Problem::Email]);
    check("C-000123", &["customer C-000123"], &[]);
    check("c123", &["customer C-000123"], &[]);
    check("Ｃ０００１２３", &["customer C-000123"], &[]);
    check("INV-2026-0001", &["invoice INV-2026-0001", "email… inv-2026-0001", "name INV-2026-0001"], &[]);
    check("001D000000IqhSL", &["record 001D000000IqhSLIAZ"], &[]);
    check("001d000000iqhsliaz", &["record 001D000000IqhSLIAZ"], &[]);
    check("sf:001D000000IqhSL", &["record 001D000000IqhSLIAZ"], &[]);
    check("takahashihanako", &["name takahashihanako", "email… takahashihanako"], &[]);
    check("김민수", &["name 김민수"], &[]);
    check("", &[], &[]);
    check("　", &[], &[]);
    check("!?", &["email… !?"], &[]);
}

#[test]
fn an_organisation_has_its_own_customer_numbers() {
    let shapes = Shapes { customer_prefix: "KK".into(), customer_separator: String::new(), customer_digits: 4 };
    let found = recognise("kk-12", &shapes);
    assert_eq!(short(&found.guesses[0].what), "customer KK0012");
    assert_eq!(found.guesses[0].why, Why::Shape);
}

proptest! {
    #[test]
    fn never_panics(typed in "\\PC{0,80}|[-+0-9 ()#]{0,40}|(inv|case|order|tel|eid|#|電話)[:： ]?\\PC{0,20}|[a-zA-Z0-9@.]{0,20}") {
        let found = recognise(&typed, &Shapes::default());
        prop_assert!(found.guesses.len() <= 5);
    }
}
