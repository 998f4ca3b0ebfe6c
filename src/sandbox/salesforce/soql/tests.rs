use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::ast::{Condition, Literal, Query};
use super::*;
use crate::sandbox::salesforce::db::Db;

const NOW: &str = "2026-11-22T01:00:00Z";

fn fields(value: &Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

/// Three accounts, the first with a case and two orders, one of which is deleted.
fn world() -> (Db, [String; 3]) {
    let mut db = Db::default();
    db.set_now(NOW.parse().unwrap());
    let mut account = |body: Value| db.insert("Account", fields(&body)).unwrap();
    let taro = account(json!({
        "LastName": "窓口", "FirstName": "太郎", "SF_Account_No__c": "C-000001", "PersonEmail": "taro@example.jp",
        "PersonMobilePhone": "09001234567", "AnnualRevenue": 5000, "NumberOfEmployees": 1, "PersonBirthdate": "1990-02-03",
        "CreatedDate": "2026-11-21T16:00:00Z", "PersonMailingCity": "架空市"
    }));
    let hanako = account(json!({
        "LastName": "O'Neil", "FirstName": "Hanako", "SF_Account_No__c": "C-000002", "AnnualRevenue": 1500,
        "CreatedDate": "2026-10-01T00:00:00Z", "ParentId": taro, "Type": "Customer"
    }));
    let firm = account(json!({"Name": "100% Factory", "CreatedDate": "2025-01-01T00:00:00Z", "Type": "Customer"}));
    let mut add = |object: &str, body: Value| db.insert(object, fields(&body)).unwrap();
    add("Case", json!({"AccountId": taro, "Subject": "No internet", "Priority": "High"}));
    add("Order", json!({"AccountId": taro, "Status": "Draft", "EffectiveDate": "2026-11-01"}));
    let gone = add("Order", json!({"AccountId": taro, "Status": "Draft", "EffectiveDate": "2026-11-02"}));
    db.delete(&gone).unwrap();
    (db, [taro, hanako, firm])
}

fn scene(db: &Db) -> Scene<'_> {
    Scene { db, now: NOW.parse().unwrap(), deleted: false }
}

fn ask(db: &Db, query: &str) -> Result<Vec<Value>, ApiError> {
    let scene = scene(db);
    let plan = Plan::new(scene, query)?;
    Ok(match plan.run(db) {
        Answer::Count(count) => vec![json!(count)],
        Answer::Rows(rows) => rows.into_iter().map(|row| plan.write(scene, row, "68.0")).collect(),
        Answer::Groups(rows) => rows,
    })
}

#[test]
fn which_accounts_fit() {
    let (db, ids) = world();
    for (filter, expected) in [
        ("Name = '窓口 太郎'", "0"),
        ("LastName = 'o\\'neil'", "1"),
        ("Name LIKE '100\\%%'", "2"),
        ("Name LIKE '%neil'", "1"),
        ("SF_Account_No__c IN ('c-000001', 'C-000002', 'C-9')", "01"),
        ("SF_Account_No__c NOT IN ('C-000001')", "12"),
        ("SF_Account_No__c = null", "2"),
        ("SF_Account_No__c != ''", "01"),
        ("AnnualRevenue > 1500", "0"),
        ("AnnualRevenue >= 1.5e3 AND AnnualRevenue < 5000.0", "1"),
        ("IsPersonAccount = false", "2"),
        ("NOT IsPersonAccount = false", "01"),
        ("NOT (Name LIKE '1%' OR Name LIKE 'H%')", "0"),
        ("(Type = 'customer' AND ParentId != null) OR PersonEmail = 'TARO@example.jp'", "01"),
        ("CreatedDate = TODAY", "0"),
        ("CreatedDate = THIS_MONTH", "0"),
        ("CreatedDate = LAST_N_MONTHS:1", "1"),
        ("CreatedDate < THIS_YEAR", "2"),
        ("CreatedDate >= 2026-11-22T01:00:00+09:00", "0"),
        ("CreatedDate > 2026-11-21T16:00:00Z", ""),
        ("PersonBirthdate = 1990-02-03", "0"),
        ("Parent.SF_Account_No__c = 'C-000001'", "1"),
        ("Owner.Name = 'Sandbox Desk'", "012"),
        ("Account.Parent.Name = '窓口 太郎'", "1"),
        ("Id IN (SELECT AccountId FROM Case WHERE Priority = 'High')", "0"),
        ("Id NOT IN (SELECT AccountId FROM Case)", "12"),
        ("CALENDAR_YEAR(CreatedDate) = 2025", "2"),
        ("Name > 'a'", "01"),
    ] {
        let found =
            ask(&db, &format!("SELECT Id FROM Account WHERE {filter}")).unwrap_or_else(|e| panic!("{filter}: {e}"));
        let found: String =
            found.iter().map(|row| ids.iter().position(|id| row["Id"] == **id).unwrap().to_string()).collect();
        assert_eq!(found, expected, "{filter}");
    }
    let by_id = ask(&db, &format!("SELECT Name FROM Account WHERE Id = '{}'", &ids[0][..15])).unwrap();
    assert_eq!(by_id[0]["Name"], "窓口 太郎");
}

#[test]
fn what_an_answer_looks_like() {
    let (db, [taro, ..]) = world();
    let query = "select id, ANNUALREVENUE, NumberOfEmployees, Parent.Name, owner.name, CreatedDate, PersonMailingAddress, \
                 (select OrderNumber, Status from Orders order by OrderNumber), (SELECT Id FROM Opportunities) \
                 from Account a where a.SF_Account_No__c = 'C-000001'";
    let found = ask(&db, query).unwrap();
    let text = found[0].to_string();
    assert!(text.starts_with(&format!(
        r#"{{"attributes":{{"type":"Account","url":"/services/data/v68.0/sobjects/Account/{taro}"}},"Id":"{taro}","AnnualRevenue":5000.0,"NumberOfEmployees":1,"Parent":null,"Owner":{{"attributes":{{"type":"User""#
    )), "{text}");
    assert_eq!(found[0]["CreatedDate"], "2026-11-21T16:00:00.000+0000");
    assert_eq!(found[0]["PersonMailingAddress"]["city"], "架空市");
    assert_eq!(found[0]["Orders"]["totalSize"], 1);
    assert_eq!(found[0]["Orders"]["records"][0]["OrderNumber"], "00000001");
    assert_eq!(found[0]["Opportunities"], Value::Null);
}

#[test]
fn order_and_cut() {
    let (db, _) = world();
    for (tail, expected) in [
        ("ORDER BY AnnualRevenue", vec!["100% Factory", "Hanako O'Neil", "窓口 太郎"]),
        ("ORDER BY AnnualRevenue DESC NULLS LAST", vec!["窓口 太郎", "Hanako O'Neil", "100% Factory"]),
        ("ORDER BY Type NULLS LAST, Name DESC", vec!["Hanako O'Neil", "100% Factory", "窓口 太郎"]),
        ("ORDER BY Name LIMIT 1 OFFSET 1", vec!["Hanako O'Neil"]),
        ("LIMIT 0", vec![]),
    ] {
        let found = ask(&db, &format!("SELECT Name FROM Account {tail}")).unwrap();
        let names: Vec<_> = found.iter().map(|row| row["Name"].as_str().unwrap()).collect();
        assert_eq!(names, expected, "{tail}");
    }
}

#[test]
fn counts_and_groups() {
    let (db, _) = world();
    for (query, expected) in [
        ("SELECT COUNT() FROM Account WHERE Type = 'Customer'", json!([2])),
        (
            "SELECT Type, COUNT(Id) n, SUM(AnnualRevenue), MAX(Name) FROM Account GROUP BY Type ORDER BY COUNT(Id) DESC",
            json!([
                {"attributes": {"type": "AggregateResult"}, "Type": "Customer", "n": 2, "expr0": 1500.0, "expr1": "Hanako O'Neil"},
                {"attributes": {"type": "AggregateResult"}, "Type": null, "n": 1, "expr0": 5000.0, "expr1": "窓口 太郎"},
            ]),
        ),
        (
            "SELECT Account.Name, COUNT(Id) FROM Case GROUP BY Account.Name",
            json!([{"attributes": {"type": "AggregateResult"}, "Name": "窓口 太郎", "expr0": 1}]),
        ),
        (
            "SELECT Type FROM Account GROUP BY Type HAVING COUNT(Id) > 1",
            json!([{"attributes": {"type": "AggregateResult"}, "Type": "Customer"}]),
        ),
        (
            "SELECT COUNT(Id), AVG(AnnualRevenue), COUNT_DISTINCT(Type), MIN(CreatedDate) d FROM Account",
            json!([{"attributes": {"type": "AggregateResult"}, "expr0": 3, "expr1": 3250.0, "expr2": 1,
                    "d": "2025-01-01T00:00:00.000+0000"}]),
        ),
    ] {
        assert_eq!(json!(ask(&db, query).unwrap()), expected, "{query}");
    }
}

#[test]
fn refusals_name_the_place() {
    let (db, _) = world();
    for (query, code, message) in [
        ("SELECT Id FORM Account", "MALFORMED_QUERY", "ERROR at Row:1:Column:16\nunexpected token: 'Account'"),
        ("SELECT Id FROM Account WHERE", "MALFORMED_QUERY", "unexpected token: <EOF>"),
        (
            "SELECT Id,\n  Nmae FROM Account",
            "INVALID_FIELD",
            "\n  Nmae FROM Account\n  ^\nERROR at Row:2:Column:3\nNo such column 'Nmae' on entity 'Account'.",
        ),
        ("SELECT Id FROM Acount", "INVALID_TYPE", "sObject type 'Acount' is not supported."),
        ("SELECT Id, Papa.Name FROM Account", "INVALID_FIELD", "Didn't understand relationship 'Papa' in field path."),
        (
            "SELECT (SELECT Id FROM Kids) FROM Account",
            "INVALID_TYPE",
            "Didn't understand relationship 'Kids' in FROM part",
        ),
        ("SELECT Id FROM Account WHERE a = 1 AND b = 2 OR c = 3", "MALFORMED_QUERY", "unexpected token: 'OR'"),
        (
            "SELECT Id FROM Account WHERE AnnualRevenue = '5'",
            "INVALID_FIELD",
            "must be of type double and should not be enclosed",
        ),
        ("SELECT Id FROM Account WHERE Name = 5", "INVALID_FIELD", "must be of type string and should be enclosed"),
        ("SELECT Id FROM Account WHERE CreatedDate = 2026-11-22", "INVALID_FIELD", "must be of type dateTime"),
        ("SELECT Id FROM Account WHERE CreatedDate > 2026-99-22T00:00:00Z", "MALFORMED_QUERY", "unexpected token"),
        ("SELECT Id FROM Account WHERE Id = 'x'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: x"),
        ("SELECT Id FROM Account WHERE Id LIKE '001%'", "INVALID_QUERY_FILTER_OPERATOR", "invalid operator"),
        ("SELECT Id FROM Account WHERE Description = 'x'", "INVALID_FIELD", "can not be filtered in a query call"),
        ("SELECT Id FROM Account OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE", "Maximum SOQL offset allowed is 2000"),
        ("SELECT FIELDS(ALL) FROM Account", "MALFORMED_QUERY", "LIMIT of at most 200"),
        ("SELECT Name, COUNT(Id) FROM Account", "MALFORMED_QUERY", "Field must be grouped or aggregated: Name"),
        ("SELECT Id FROM Account WHERE Name = 'x", "MALFORMED_QUERY", "missing quote"),
        ("SELECT Id FROM Account WHERE Name = '\\q'", "MALFORMED_QUERY", "Illegal character sequence '\\q'"),
        ("SELECT Id, Id FROM Account", "INVALID_FIELD", "duplicate field selected: Id"),
    ] {
        let error = ask(&db, query).unwrap_err();
        assert_eq!(error.code, code, "{query}: {error}");
        assert!(error.message.contains(message), "{query}: {error}");
    }
}

#[test]
fn what_clients_add() {
    let (db, _) = world();
    for query in [
        "SELECT FIELDS(STANDARD) FROM Account LIMIT 1",
        "SELECT toLabel(Type), FORMAT(CreatedDate) made FROM Account USING SCOPE mine WITH SECURITY_ENFORCED LIMIT 1",
        "SELECT TYPEOF What WHEN Account THEN Name, Phone ELSE Id END FROM Task",
        "SELECT Name, InstanceName, IsSandbox, TrialExpirationDate, NamespacePrefix, OrganizationType FROM Organization",
        "SELECT Id FROM Account ORDER BY CreatedDate ASC NULLS FIRST FOR VIEW",
        "SELECT Owner.Type, Owner.Name FROM Case WHERE Owner.Type = 'User'",
    ] {
        assert!(ask(&db, query).is_ok(), "{query}: {:?}", ask(&db, query));
    }
}

/// Escapes by the documented rules.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '\\' => escaped.push_str("\\\\"),
            '\'' => escaped.push_str("\\'"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            '\u{8}' => escaped.push_str("\\b"),
            '\u{c}' => escaped.push_str("\\f"),
            '"' => escaped.push_str("\\\""),
            c => escaped.push(c),
        }
    }
    escaped
}

#[test]
fn a_condition_is_no_longer_than_the_vendor_takes() {
    let of = |length: usize| {
        let query =
            format!("SELECT Id FROM Account WHERE Name = '{}' LIMIT 1", "あ".repeat(length - "Name = ''".len()));
        parser::parse(&query).map(drop)
    };
    assert_eq!(of(4_000), Ok(()));
    let Err(error) = of(4_001) else { panic!("it is taken") };
    assert_eq!(error.into_api("SELECT Id").code, "MALFORMED_QUERY");
}

fn literal(query: Query) -> String {
    match query.filter {
        Some(Condition::Compare(_, _, Literal::Text(text), _)) => text,
        other => panic!("{other:?}"),
    }
}

proptest! {
    #[test]
    fn an_escaped_literal_comes_back(text in any::<String>()) {
        let query = parser::parse(&format!("SELECT Id FROM Account WHERE Name = '{}'", escape(&text))).unwrap();
        prop_assert_eq!(literal(query), text);
    }

    #[test]
    fn garbage_is_refused_without_panic(text in any::<String>()) {
        if let Err(error) = parser::parse(&text) {
            let _ = error.into_api(&text);
        }
    }

    #[test]
    fn queries_of_garbled_words_do_not_panic(words in proptest::collection::vec(prop_oneof![
        Just("SELECT"), Just("FROM"), Just("WHERE"), Just("Id"), Just("Account"), Just("("), Just(")"), Just(","),
        Just("="), Just("'x'"), Just("LIKE"), Just("NOT"), Just("IN"), Just("COUNT"), Just("GROUP BY"), Just("."),
        Just("LIMIT"), Just("5"), Just("2026-11-22"), Just("TODAY"), Just("LAST_N_DAYS:"), Just("TYPEOF"), Just("'"),
    ], 0..20)) {
        let (db, _) = world();
        let _ = ask(&db, &words.join(" "));
    }

    #[test]
    fn depth_is_bounded(depth in 0usize..5000) {
        let query = format!("SELECT Id FROM Account WHERE {}Name = 'x'{}", "(".repeat(depth), ")".repeat(depth));
        prop_assert_eq!(parser::parse(&query).is_ok(), depth <= 60);
    }
}
