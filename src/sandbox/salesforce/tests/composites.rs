use super::*;

fn part(method: &str, url: &str, reference: &str, body: Value) -> Value {
    let url = format!("/services/data/v68.0{url}");
    let mut part = json!({"method": method, "url": url, "referenceId": reference});
    part["body"] = body;
    part
}

async fn composite(org: &Org, all_or_none: bool, parts: Vec<Value>) -> Vec<Value> {
    let (status, body) =
        org.call("POST", "/composite", json!({"allOrNone": all_or_none, "compositeRequest": parts})).await;
    assert_eq!(status, 200, "{body}");
    body["compositeResponse"].as_array().unwrap().clone()
}

#[tokio::test]
async fn parts_refer_to_earlier_ones() {
    let org = Org::open().await;
    let parts = composite(
        &org,
        true,
        vec![
            part("POST", "/sobjects/Account", "acc", json!({"Name": "A", "SF_Account_No__c": "C-000001"})),
            part("POST", "/sobjects/Case", "case", json!({"AccountId": "@{acc.id}", "Subject": "for @{acc.id}"})),
            part("GET", "/sobjects/Account/@{acc.id}?fields=Name", "read", Value::Null),
            part("GET", "/query?q=SELECT+Id,AccountId+FROM+Case+WHERE+AccountId='@{acc.id}'", "query", Value::Null),
            part("PATCH", "/sobjects/Case/@{query.records[0].Id}", "patch", json!({"Status": "In Progress"})),
        ],
    )
    .await;
    let statuses: Vec<_> = parts.iter().map(|part| part["httpStatusCode"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [201, 201, 200, 200, 204], "{parts:?}");
    assert_eq!(parts[2]["body"]["Name"], "A");
    assert_eq!((&parts[4]["body"], &parts[4]["referenceId"]), (&Value::Null, &json!("patch")));
    assert!(parts[0]["httpHeaders"]["Location"].as_str().unwrap().contains("/sobjects/Account/001"));
    assert_eq!(org.soql("SELECT Status FROM Case").await["records"][0]["Status"], "In Progress");
}

#[tokio::test]
async fn all_or_none_takes_everything_back() {
    let org = Org::open().await;
    let parts = || {
        vec![
            part("POST", "/sobjects/Account", "a", json!({"Name": "A"})),
            part("POST", "/sobjects/Account", "b", json!({"Phone": "1"})),
            part("POST", "/sobjects/Account", "c", json!({"Name": "@{b.id}"})),
        ]
    };
    let answers = composite(&org, true, parts()).await;
    let codes: Vec<_> = answers.iter().map(|part| &part["body"][0]["errorCode"]).collect();
    assert_eq!(codes, ["PROCESSING_HALTED", "REQUIRED_FIELD_MISSING", "PROCESSING_HALTED"]);
    assert_eq!(org.soql("SELECT COUNT() FROM Account").await["totalSize"], 0);

    let answers = composite(&org, false, parts()).await;
    let statuses: Vec<_> = answers.iter().map(|part| part["httpStatusCode"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [201, 400, 400]);
    assert_eq!(org.soql("SELECT COUNT() FROM Account").await["totalSize"], 1);
}

#[tokio::test]
async fn composites_have_limits() {
    let org = Org::open().await;
    let many = |count: usize, url: &str| {
        let parts: Vec<_> = (0..count).map(|n| part("GET", url, &format!("r{n}"), Value::Null)).collect();
        json!({"compositeRequest": parts})
    };
    for (body, expected) in [(many(25, "/limits"), 200), (many(26, "/limits"), 400), (many(6, "/query?q=x"), 400)] {
        assert_eq!(org.call("POST", "/composite", body).await.0, expected);
    }
    assert_eq!(org.call("GET", "/composite", Value::Null).await.0, 405);
    assert_eq!(org.call("POST", "/composite", json!([])).await.0, 400);
}

#[tokio::test]
async fn batches_are_independent_until_told_to_halt() {
    let org = Org::open().await;
    let requests = json!([
        {"method": "POST", "url": "v68.0/sobjects/Account", "richInput": {"Name": "A"}},
        {"method": "GET", "url": "v68.0/sobjects/Account/001000000000001"},
        {"method": "GET", "url": "v68.0/limits"},
    ]);
    let (_, body) = org.call("POST", "/composite/batch", json!({"batchRequests": requests})).await;
    let statuses = |body: &Value| -> Vec<u64> {
        body["results"].as_array().unwrap().iter().map(|result| result["statusCode"].as_u64().unwrap()).collect()
    };
    assert_eq!((statuses(&body), &body["hasErrors"]), (vec![201, 404, 200], &json!(true)));
    let (_, body) = org.call("POST", "/composite/batch", json!({"haltOnError": true, "batchRequests": requests})).await;
    assert_eq!(statuses(&body), [201, 404, 412]);
    assert_eq!(body["results"][2]["result"][0]["errorCode"], "BATCH_PROCESSING_HALTED");
}

#[tokio::test]
async fn collections_say_status_code() {
    let org = Org::open().await;
    let record = |fields: Value| {
        let mut fields = fields_of(fields);
        fields.insert("attributes".to_owned(), json!({"type": "Account"}));
        Value::Object(fields)
    };
    let records = json!([record(json!({"Name": "A", "SF_Account_No__c": "C-1"})), record(json!({"Phone": "1"}))]);
    let (status, body) = org.call("POST", "/composite/sobjects", json!({"allOrNone": true, "records": records})).await;
    assert_eq!(status, 200);
    assert_eq!(body[0]["errors"][0]["statusCode"], "ALL_OR_NONE_OPERATION_ROLLED_BACK");
    assert_eq!(body[1]["errors"][0]["statusCode"], "REQUIRED_FIELD_MISSING");
    let (_, body) = org.call("POST", "/composite/sobjects", json!({"records": records})).await;
    assert_eq!((&body[0]["success"], &body[1]["success"]), (&json!(true), &json!(false)));
    let id = body[0]["id"].as_str().unwrap();

    let update = json!({"records": [record(json!({"id": id, "Phone": "0300000000"}))]});
    assert_eq!(org.call("PATCH", "/composite/sobjects", update).await.1[0]["success"], true);
    let upsert = json!({"records": [record(json!({"SF_Account_No__c": "C-1", "Name": "B"})), record(json!({"SF_Account_No__c": "C-2", "Name": "C"}))]});
    let (_, body) = org.call("PATCH", "/composite/sobjects/Account/SF_Account_No__c", upsert).await;
    assert_eq!((&body[0]["created"], &body[1]["created"]), (&json!(false), &json!(true)));
    let read = org.get(&format!("/composite/sobjects/Account?ids={id},001000000000001&fields=Name,Phone")).await;
    assert_eq!((&read[0]["Name"], &read[0]["Phone"], &read[1]), (&json!("B"), &json!("0300000000"), &Value::Null));
    let (_, body) = org.call("DELETE", &format!("/composite/sobjects?ids={id}&allOrNone=false"), Value::Null).await;
    assert_eq!(body[0]["success"], true);
}

#[tokio::test]
async fn trees_and_graphs() {
    let org = Org::open().await;
    let tree = json!({"records": [{"attributes": {"type": "Account", "referenceId": "a"}, "Name": "A",
        "Cases": {"records": [{"attributes": {"type": "Case", "referenceId": "c"}, "Subject": "x"}]}}]});
    let (status, body) = org.call("POST", "/composite/tree/Account", tree).await;
    assert_eq!((status.as_u16(), body["results"].as_array().unwrap().len()), (201, 2), "{body}");
    let found = org.soql("SELECT Account.Name FROM Case").await;
    assert_eq!(found["records"][0]["Account"]["Name"], "A");

    let graphs = json!({"graphs": [
        {"graphId": "1", "compositeRequest": [part("POST", "/sobjects/Account", "x", json!({"Name": "G"}))]},
        {"graphId": "2", "compositeRequest": [
            part("POST", "/sobjects/Account", "x", json!({"Name": "H"})), part("POST", "/sobjects/Account", "y", json!({}))]},
    ]});
    let (_, body) = org.call("POST", "/composite/graph", graphs).await;
    assert_eq!((&body["graphs"][0]["isSuccessful"], &body["graphs"][1]["isSuccessful"]), (&json!(true), &json!(false)));
    assert_eq!(org.soql("SELECT COUNT() FROM Account WHERE Name IN ('G', 'H')").await["totalSize"], 1);
}

#[tokio::test]
async fn many_records_are_read_by_post_too() {
    let org = Org::open().await;
    let ids = ["a", "b"].map(|subject| org.insert("Case", json!({"Subject": subject})));
    let asked = json!({"ids": [ids[0], "500000000000000AAA", ids[1]], "fields": ["Id", "Subject"]});
    let (status, found) = org.call("POST", "/composite/sobjects/Case", asked).await;
    assert_eq!(status, 200, "{found}");
    assert_eq!((&found[0]["Subject"], &found[1], &found[2]["Id"]), (&json!("a"), &Value::Null, &json!(ids[1])));
    let (status, refused) = org.call("POST", "/composite/sobjects/Case", json!({"fields": ["Id"]})).await;
    assert_eq!((status.as_u16(), &refused[0]["errorCode"]), (400, &json!("JSON_PARSER_ERROR")));
}
