//! Events as bytes, put together by hand from Avro's specification: the crate that reads them had no part in it.

use proptest::prelude::*;

use super::*;

const HEADER_SCHEMA: &str = r#"{"name":"ChangeEventHeader","doc":"Data:ComplexValueType","type":{"type":"record","name":"ChangeEventHeader","fields":[
 {"name":"entityName","type":"string"},
 {"name":"recordIds","type":{"type":"array","items":"string"}},
 {"name":"changeType","type":{"type":"enum","name":"ChangeType","symbols":["CREATE","UPDATE","DELETE","UNDELETE","GAP_CREATE","GAP_UPDATE","GAP_DELETE","GAP_UNDELETE","GAP_OVERFLOW","SNAPSHOT"]}},
 {"name":"changeOrigin","type":"string"},
 {"name":"transactionKey","type":"string"},
 {"name":"sequenceNumber","type":"int"},
 {"name":"commitTimestamp","type":"long"},
 {"name":"commitNumber","type":"long"},
 {"name":"commitUser","type":"string"},
 {"name":"nulledFields","type":{"type":"array","items":"string"}},
 {"name":"diffFields","type":{"type":"array","items":"string"}},
 {"name":"changedFields","type":{"type":"array","items":"string"}}]}}"#;

/// An account with every shape a field has: 1 Name, 2 Phone, 3 and 4 addresses, 5 status, 6 moment, 7 count, 8 yen, 9 flag.
fn schema() -> Schema {
    let address = r#"{"type":"record","name":"Address","fields":[{"name":"Street","type":["null","string"]},{"name":"City","type":["null","string"]}]}"#;
    let person = r#"{"type":"record","name":"Switchable_PersonName","fields":[{"name":"Salutation","type":["null","string"]},{"name":"FirstName","type":["null","string"]},{"name":"LastName","type":["null","string"]}]}"#;
    let json = format!(
        r#"{{"type":"record","name":"AccountChangeEvent","namespace":"com.sforce.eventbus","fields":[{HEADER_SCHEMA},
        {{"name":"Name","type":["null","string",{person}],"default":null,"doc":"Data:Switchable_PersonName"}},
        {{"name":"Phone","type":["null","string"],"default":null}},
        {{"name":"BillingAddress","type":["null",{address}],"default":null}},
        {{"name":"ShippingAddress","type":["null","Address"],"default":null}},
        {{"name":"Id_Verification_Status__c","type":["null","string"],"default":null}},
        {{"name":"LastModifiedDate","type":["null","long"],"default":null}},
        {{"name":"NumberOfEmployees","type":["null","int"],"default":null}},
        {{"name":"AnnualRevenue","type":["null","double"],"default":null}},
        {{"name":"IsPersonAccount","type":["null","boolean"],"default":null}}],"uuid":"K98aAtiNFBjA-PJlcvaQ2g"}}"#
    );
    Schema::parse(&json).unwrap()
}

/// A number as Avro writes it: zigzag, seven bits a byte, the lowest first.
fn long(value: i64) -> Vec<u8> {
    let mut rest = ((value << 1) ^ (value >> 63)) as u64;
    let mut bytes = Vec::new();
    while rest > 0x7f {
        bytes.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
    bytes
}

fn string(text: &str) -> Vec<u8> {
    [long(text.len() as i64), text.as_bytes().to_vec()].concat()
}

fn strings(texts: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    if !texts.is_empty() {
        bytes.extend(long(texts.len() as i64));
        for text in texts {
            bytes.extend(string(text));
        }
    }
    bytes.push(0);
    bytes
}

/// A header of one record: the kind by its number, then what was nulled, told as a difference, and changed.
fn header(kind: i64, nulled: &[&str], diffed: &[&str], changed: &[&str]) -> Vec<u8> {
    [
        string("Account"),
        strings(&["0015g00000XyZabAAB"]),
        long(kind),
        string("com/salesforce/api/rest/66.0;client=madoguchi-7f"),
        string("0002343d-9d90-e395-ed20-cf416ba652ad"),
        long(2),
        long(1_795_311_784_000),
        long(-5),
        string("0055g000001AbCdAAK"),
        strings(nulled),
        strings(diffed),
        strings(changed),
    ]
    .concat()
}

fn some(bytes: Vec<u8>) -> Vec<u8> {
    [vec![2], bytes].concat()
}

const NULL: [u8; 1] = [0];

/// An update of phone, city, status and moment, whose shipping street went away.
fn update() -> Vec<u8> {
    [
        // Fields 2 and 5: 0010_0100; 6: 0100_0000. Of address 3 the city (bit 1); of address 4 the street (bit 0) is nulled.
        header(1, &["4-0x01"], &[], &["0x64", "3-0x02"]),
        NULL.to_vec(),
        some(string("03-1234-5678")),
        some([NULL.to_vec(), some(string("千代田区"))].concat()),
        some([NULL.to_vec(), NULL.to_vec()].concat()),
        some(string("Verified")),
        some(long(1_795_311_783_000)),
        NULL.to_vec(),
        NULL.to_vec(),
        NULL.to_vec(),
    ]
    .concat()
}

fn change(payload: &[u8]) -> Change {
    match schema().read(payload).unwrap() {
        Event::Change(change) => *change,
        Event::Told(told) => panic!("{told:?}"),
    }
}

#[test]
fn numbers_are_written_as_the_specification_says() {
    // Its own examples, so that the tests do not only agree with themselves.
    for (value, bytes) in
        [(0, &[0][..]), (-1, &[1]), (1, &[2]), (-64, &[0x7f]), (64, &[0x80, 1]), (8192, &[0x80, 0x80, 1])]
    {
        assert_eq!(long(value), bytes, "{value}");
    }
    assert_eq!(string("foo"), [0x06, 0x66, 0x6f, 0x6f]);
}

#[test]
fn an_update_says_what_changed_what_was_emptied_and_nothing_else() {
    let change = change(&update());
    assert_eq!(change.header.entity, "Account");
    assert_eq!(change.header.ids, ["0015g00000XyZabAAB"]);
    assert_eq!(change.header.kind, ChangeKind::Update);
    assert_eq!(change.header.origin, "com/salesforce/api/rest/66.0;client=madoguchi-7f");
    assert_eq!(change.header.sequence, 2);
    assert_eq!(change.header.at.as_millisecond(), 1_795_311_784_000);
    let touched: Vec<&str> = change.touched().collect();
    let expected =
        ["BillingAddress.City", "Id_Verification_Status__c", "LastModifiedDate", "Phone", "ShippingAddress.Street"];
    assert_eq!(touched, expected);
    assert_eq!(change.said("id_verification_status__C"), Said::Became(&Field::Text("Verified".to_owned())));
    assert_eq!(change.said("Name"), Said::Nothing);
    assert_eq!(change.said("ShippingAddress.Street"), Said::Emptied);
    let Said::Became(Field::Parts(address)) = change.said("BillingAddress") else { panic!("no address") };
    assert_eq!(address["City"].text(), "千代田区");
    let Said::Became(moment) = change.said("LastModifiedDate") else { panic!("no moment") };
    assert_eq!(moment.moment().unwrap().as_millisecond(), 1_795_311_783_000);
}

/// The same update as bytes that nothing put together.
#[test]
fn bytes_of_a_deletion_are_read_to_the_letter() {
    let payload = [
        0x0e, b'A', b'c', b'c', b'o', b'u', b'n', b't', // entityName, 7 long
        0x02, 0x06, b'0', b'0', b'1', 0x00, // recordIds, a block of one, and the end
        0x04, // DELETE
        0x00, 0x00, // changeOrigin and transactionKey, empty
        0x01, // sequenceNumber -1
        0xd0, 0x0f, // commitTimestamp 1000
        0x00, 0x00, // commitNumber, commitUser
        0x00, 0x00, 0x00, // nulled, diff, changed
        0, 0, 0, 0, 0, 0, 0, 0, 0, // nine fields without a value
    ];
    let change = change(&payload);
    assert_eq!((change.header.kind, change.header.sequence), (ChangeKind::Delete, -1));
    assert_eq!(change.header.at.as_millisecond(), 1_000);
    assert_eq!(change.header.ids, ["001"]);
    assert_eq!(change.touched().count(), 0);
}

/// A list comes in blocks; one whose count is below zero says its size in bytes behind it.
#[test]
fn the_records_of_a_merged_change_may_come_in_several_blocks() {
    let ids = [long(1), string("001"), long(-2), long(8), string("002"), string("003"), vec![0]].concat();
    let numbers = [long(1), string(""), string(""), long(1), long(1_000), long(1), string("")].concat();
    let payload =
        [string("Account"), ids, numbers, strings(&[]), strings(&[]), strings(&["0x04"]), vec![0; 9]].concat();
    let change = change(&payload);
    assert_eq!(change.header.ids, ["001", "002", "003"]);
    assert_eq!((change.header.kind, change.touched().collect::<Vec<_>>()), (ChangeKind::Update, vec!["Phone"]));
}

#[test]
fn a_new_record_says_all_it_has() {
    let payload = [
        header(0, &[], &[], &[]),
        // A person's name is the third branch.
        [vec![4], NULL.to_vec(), some(string("美奈")), some(string("佐藤"))].concat(),
        NULL.to_vec(),
        NULL.to_vec(),
        NULL.to_vec(),
        some(string("Submitted")),
        NULL.to_vec(),
        some(long(3)),
        some(5_000.0_f64.to_le_bytes().to_vec()),
        some(vec![1]),
    ]
    .concat();
    let change = change(&payload);
    assert_eq!(change.header.kind, ChangeKind::Create);
    let Said::Became(Field::Parts(name)) = change.said("Name") else { panic!("no name") };
    assert_eq!(name["LastName"].text(), "佐藤");
    assert_eq!(change.said("Id_Verification_Status__c"), Said::Became(&Field::Text("Submitted".to_owned())));
    assert_eq!(change.said("NumberOfEmployees"), Said::Became(&Field::Number(3)));
    assert_eq!(change.said("AnnualRevenue"), Said::Became(&Field::Amount(5_000.0)));
    assert_eq!(change.said("IsPersonAccount"), Said::Became(&Field::Flag(true)));
    assert_eq!(change.said("Phone"), Said::Nothing);
}

#[test]
fn bits_beyond_the_schema_and_parents_that_are_none_mean_nothing() {
    let nothing = [0; 9].to_vec();
    let payload = [header(1, &["0x04"], &["0x20"], &["0xFFFFFF000002", "99-0xFF", "2-0x07"]), nothing].concat();
    let change = change(&payload);
    assert_eq!(change.touched().collect::<Vec<_>>(), ["Name", "Phone"]);
    assert_eq!(change.said("Phone"), Said::Emptied);
    assert_eq!(change.said("Id_Verification_Status__c"), Said::Differs);
}

#[test]
fn gaps_and_overflows_have_no_fields() {
    let nothing = [0; 9].to_vec();
    for (number, kind) in [
        (3, ChangeKind::Undelete),
        (4, ChangeKind::Gap),
        (5, ChangeKind::Gap),
        (6, ChangeKind::Gap),
        (7, ChangeKind::Gap),
        (8, ChangeKind::Overflow),
    ] {
        let change = change(&[header(number, &[], &[], &[]), nothing.clone()].concat());
        assert_eq!(change.header.kind, kind);
    }
}

#[test]
fn an_event_of_the_organisations_own_is_read_by_its_names() {
    let schema = Schema::parse(
        r#"{"name":"Case_Status_Update__e","namespace":"com.sforce.eventbus","type":"record","fields":[
        {"name":"CreatedDate","type":"long","doc":"CreatedDate:DateTime"},
        {"name":"CreatedById","type":"string","doc":"CreatedBy:EntityId"},
        {"name":"Case_Id__c","type":["null","string"],"doc":"Data:Text:00N","default":null}],"uuid":"x"}"#,
    )
    .unwrap();
    let payload = [long(1_000), string("005"), some(string("500"))].concat();
    let Event::Told(told) = schema.read(&payload).unwrap() else { panic!("a change") };
    assert_eq!(told.name, "Case_Status_Update__e");
    assert_eq!(told.field("case_id__c").map(Field::text), Some("500"));
    assert_eq!(told.at().unwrap().as_millisecond(), 1_000);
}

#[test]
fn what_is_cut_short_or_too_long_is_no_event() {
    let whole = update();
    for end in 0..whole.len() {
        assert_eq!(schema().read(&whole[..end]), Err(Unreadable::Datum), "{end} bytes");
    }
    assert_eq!(schema().read(&[whole, vec![0]].concat()), Err(Unreadable::Datum));
}

#[test]
fn lengths_that_cannot_be_are_refused_without_taking_memory() {
    // The entity's name is said to be two thousand million bytes long, then to be shorter than nothing.
    for length in [2_000_000_000, -1, i64::MAX, i64::MIN] {
        let payload = [long(length), b"Account".to_vec()].concat();
        assert!(schema().read(&payload).is_err(), "{length}");
    }
    // So is the list of records.
    let payload = [string("Account"), long(i64::MAX)].concat();
    assert!(schema().read(&payload).is_err());
}

#[test]
fn what_is_no_schema_is_said() {
    for json in ["", "null", "\"string\"", "{}", r#"{"type":"record","name":"x","fields":[{"name":"a","type":"b"}]}"#] {
        assert!(Schema::parse(json).is_err(), "{json}");
    }
    let strange = r#"{"type":"record","name":"x","fields":[{"name":"ChangeEventHeader","type":"string"}]}"#;
    assert_eq!(Schema::parse(strange).unwrap().read(&string("Account")), Err(Unreadable::Header));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = schema().read(&bytes);
    }

    /// One byte of an event is another: whatever it is taken for, nothing breaks.
    #[test]
    fn a_byte_that_is_another_breaks_nothing(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut payload = update();
        let at = at.index(payload.len());
        payload[at] = byte;
        if let Ok(Event::Change(change)) = schema().read(&payload) {
            let _ = change.touched().count();
        }
    }

    #[test]
    fn any_text_is_a_schema_or_refused(json in "[\\[\\]{}\":,a-z0-9 ]{0,80}") {
        let _ = Schema::parse(&json);
    }
}
