use serde_json::json;

use super::*;

fn fields(value: &Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn person(db: &mut Db, last: &str, first: &str) -> String {
    db.insert("Account", fields(&json!({"LastName": last, "FirstName": first}))).unwrap()
}

#[test]
fn records_get_ids_numbers_stamps_and_computed_fields() {
    let mut db = Db::default();
    let account = person(&mut db, "窓口", "花子");
    assert_eq!(account.len(), 18);
    assert!(account.starts_with("001") && Id::parse(&account).is_some());
    let record = db.get(&account[..15]).unwrap();
    assert_eq!(record.text("Name"), "窓口 花子");
    assert_eq!(record.get("IsPersonAccount"), Some(&Cell::Bool(true)));
    assert_eq!(record.get("CreatedDate"), record.get("SystemModstamp"));

    let case = db.insert("Case", fields(&json!({"AccountId": account, "Subject": "x", "Comments": "note"}))).unwrap();
    assert_eq!(db.get(&case).unwrap().text("CaseNumber"), "00000001");
    assert_eq!(db.rows("CaseComment").next().unwrap().text("CommentBody"), "note");
    db.update(&case, fields(&json!({"Status": "Closed"}))).unwrap();
    assert_eq!(db.get(&case).unwrap().get("IsClosed"), Some(&Cell::Bool(true)));
    let history = db.rows("CaseHistory").last().unwrap();
    assert_eq!((history.text("OldValue"), history.text("NewValue")), ("New", "Closed"));
}

#[test]
fn indexes_follow_changes_and_ignore_case() {
    let mut db = Db::default();
    let account = db.insert("Account", fields(&json!({"Name": "A", "PersonEmail": "Taro@Example.jp"}))).unwrap();
    let object = schema::object("Account").unwrap();
    let email = object.column("PersonEmail").unwrap();
    let found = |db: &Db, text: &str| db.find(object, email, text).unwrap().len();
    assert_eq!(found(&db, "taro@example.JP"), 1);
    db.update(&account, fields(&json!({"PersonEmail": "jiro@example.jp"}))).unwrap();
    assert_eq!((found(&db, "taro@example.jp"), found(&db, "jiro@example.jp")), (0, 1));
}

#[test]
fn a_failed_transaction_leaves_nothing() {
    let mut db = Db::default();
    let kept = person(&mut db, "Kept", "One");
    let before = serde_json::to_value(&db).unwrap();
    let result: Result<(), ApiError> = db.transaction(|db| {
        let order =
            db.insert("Order", fields(&json!({"AccountId": kept, "Status": "Draft", "EffectiveDate": "2026-11-22"})))?;
        db.insert("OrderItem", fields(&json!({"OrderId": order, "Quantity": 2, "UnitPrice": 500})))?;
        assert_eq!(db.get(&order).unwrap().get("TotalAmount"), Some(&Cell::Number(1000.0)));
        db.update(&kept, fields(&json!({"LastName": "Lost"})))?;
        db.delete(&kept)?;
        db.update(&kept, fields(&json!({"LastName": "Gone"})))
    });
    assert_eq!(result.unwrap_err().code, "ENTITY_IS_DELETED");
    let mut after = serde_json::to_value(&db).unwrap();
    for (table, old) in after.as_array_mut().unwrap().iter_mut().zip(before.as_array().unwrap()) {
        table["last_id"] = old["last_id"].clone();
        table["last_number"] = old["last_number"].clone();
    }
    assert_eq!(after, before);
    let object = schema::object("Account").unwrap();
    assert_eq!(db.find(object, object.column("LastName").unwrap(), "kept").unwrap().len(), 1);
}

#[test]
fn the_disk_gives_back_what_it_got() {
    let mut db = Db::default();
    let account = db.insert("Account", fields(&json!({"Name": "A", "AnnualRevenue": 1.5, "NumberOfEmployees": 3})));
    db.delete(&account.unwrap()).unwrap();
    let text = serde_json::to_string(&db).unwrap();
    let mut back: Db = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&back).unwrap(), text);
    assert_ne!(person(&mut back, "B", "C"), person(&mut db, "B", "C").replace("001", "003"));
    assert_eq!(person(&mut back, "D", "E"), person(&mut db, "D", "E"));
}

#[test]
fn refusals() {
    let mut db = Db::default();
    db.insert("Account", fields(&json!({"Name": "A", "SF_Account_No__c": "C-000001"}))).unwrap();
    for (object, body, code) in [
        ("Acount", json!({}), "INVALID_TYPE"),
        ("Account", json!({"Nmae": "x"}), "INVALID_FIELD"),
        ("Account", json!({"Name": "B", "SF_Account_No__c": "c-000001"}), "DUPLICATE_VALUE"),
        ("Account", json!({"Id": "003000000000001AAA"}), "MALFORMED_ID"),
    ] {
        assert_eq!(db.insert(object, fields(&body)).unwrap_err().code, code, "{object} {body}");
    }
    assert_eq!(db.delete("001000000000000").unwrap_err().status, 404);
}
