use proptest::prelude::*;

use super::*;
use crate::sandbox::salesforce::http::Call;
use crate::sandbox::salesforce::soql::Scene;

async fn names(org: &Org, find: &str) -> Vec<String> {
    let (status, body) = answer(org.request("GET", "/search").query(&[("q", find)])).await;
    assert_eq!(status, 200, "{find}: {body}");
    let records = body["searchRecords"].as_array().unwrap();
    records.iter().map(|record| record["Name"].as_str().unwrap_or("-").to_owned()).collect()
}

async fn seeded() -> Org {
    let org = Org::open().await;
    org.insert("Account", json!({"LastName": "窓口", "FirstName": "太郎", "PersonMobilePhone": "090-0123-4567", "PersonEmail": "taro@example.jp"}));
    org.insert("Account", json!({"LastName": "Madoguchi", "FirstName": "Hanako", "Phone": "0300004567"}));
    let firm = org.insert("Account", json!({"Name": "Rock & Roll (Japan)", "Description": "asked by taro"}));
    org.insert("Contact", json!({"AccountId": firm, "LastName": "Taro", "Email": "t@example.com"}));
    org
}

#[tokio::test]
async fn find_in_fields_returning() {
    let org = seeded().await;
    for (find, expected) in [
        (
            "FIND {taro} IN ALL FIELDS RETURNING Account(Id, Name), Contact(Name)",
            vec!["窓口 太郎", "Rock & Roll (Japan)", "Taro"],
        ),
        ("FIND {taro} IN NAME FIELDS RETURNING Account(Name), Contact(Name)", vec!["Taro"]),
        ("find {taro*} in email fields returning account(name)", vec!["窓口 太郎"]),
        (
            "FIND {4567} IN PHONE FIELDS RETURNING Account(Name ORDER BY Name LIMIT 5)",
            vec!["Hanako Madoguchi", "窓口 太郎"],
        ),
        (r"FIND {090\-0123\-4567} IN PHONE FIELDS RETURNING Account(Name WHERE Name LIKE '窓%')", vec!["窓口 太郎"]),
        ("FIND {窓口} RETURNING Account(Name)", vec!["窓口 太郎"]),
        (r"FIND {Rock \& Roll \(Japan\)} IN NAME FIELDS RETURNING Account(Name)", vec!["Rock & Roll (Japan)"]),
        ("FIND {mado* OR 窓口} IN NAME FIELDS RETURNING Account(Name) LIMIT 1", vec!["窓口 太郎"]),
        ("FIND {Madoguchi} RETURNING Account", vec!["-"]),
    ] {
        assert_eq!(names(&org, find).await, expected, "{find}");
    }
}

#[tokio::test]
async fn searches_refused() {
    let org = seeded().await;
    for (find, code) in [
        ("FIND {a} RETURNING Account", "MALFORMED_SEARCH"),
        ("FIND taro RETURNING Account", "MALFORMED_SEARCH"),
        ("FIND {taro RETURNING Account", "MALFORMED_SEARCH"),
        ("FIND {taro} IN SOME FIELDS", "MALFORMED_SEARCH"),
        ("FIND {taro} RETURNING Account(Nmae)", "INVALID_FIELD"),
        ("FIND {taro} RETURNING Acount(Name)", "INVALID_TYPE"),
        ("", "MALFORMED_SEARCH"),
    ] {
        let (status, body) = answer(org.request("GET", "/search").query(&[("q", find)])).await;
        assert_eq!((status.as_u16(), &body[0]["errorCode"]), (400, &json!(code)), "{find}: {body}");
    }
}

#[tokio::test]
async fn by_parameters() {
    let org = seeded().await;
    let get = org.get("/parameterizedSearch?q=taro&sobject=Account&Account.fields=Id,Name&Account.limit=1&sobject=Contact&fields=Name&in=ALL").await;
    let found: Vec<_> = get["searchRecords"].as_array().unwrap().iter().map(|record| &record["Name"]).collect();
    assert_eq!(found, ["窓口 太郎", "Taro"]);
    let body = json!({"q": "taro", "in": "ALL", "fields": ["Id"], "overallLimit": 5, "sobjects": [
        {"name": "Account", "fields": ["Name"], "where": "PersonEmail != null", "orderBy": "Name", "limit": 3}]});
    let (status, post) = org.call("POST", "/parameterizedSearch", body).await;
    assert_eq!(
        (status.as_u16(), &post["searchRecords"][0]["Name"], post["searchRecords"].as_array().unwrap().len()),
        (200, &json!("窓口 太郎"), 1)
    );
    let (status, _) = org.call("GET", "/parameterizedSearch?sobject=Account", Value::Null).await;
    assert_eq!(status, 400);
}

fn find(db: &Db, statement: String) -> Result<http::Answer, ApiError> {
    let mut call = Call::parse(Method::GET, "/services/data/v68.0/search", None).unwrap();
    call.query = vec![("q".to_owned(), statement)];
    search::sosl(Scene { db, now: now(), deleted: false }, &call)
}

/// A backslash before everything that means something.
fn escape(text: &str) -> String {
    text.chars().flat_map(|c| "?&|!{}[]()^~*:\\\"'+-".contains(c).then_some('\\').into_iter().chain([c])).collect()
}

proptest! {
    #[test]
    fn garbage_is_refused_without_panic(text in any::<String>()) {
        let db = Db::default();
        let _ = find(&db, text.clone());
        let _ = find(&db, format!("FIND {{{text}}} IN NAME FIELDS RETURNING User(Name)"));
        let _ = find(&db, format!("FIND {{ab}} RETURNING {text}"));
    }

    #[test]
    fn an_escaped_name_is_found(name in "[a-z(){}&|!*?~^+'\"\\\\-]{0,8}[a-z]{2}[a-z(){}&|!*?~^+'\"\\\\-]{0,8}") {
        let mut db = Db::default();
        db.insert("Account", fields_of(json!({"Name": name}))).unwrap();
        let found = find(&db, format!("FIND {{{}}} IN NAME FIELDS RETURNING Account(Name)", escape(&name))).unwrap();
        prop_assert_eq!(&found.body.unwrap()["searchRecords"][0]["Name"], &json!(name));
    }
}
