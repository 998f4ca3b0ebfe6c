use super::*;

#[tokio::test]
async fn versions_need_no_session_and_everything_else_does() {
    let org = Org::open().await;
    let (status, versions) = answer(org.http.get(format!("{}/services/data", org.base))).await;
    assert_eq!(status, 200);
    assert_eq!(versions.as_array().unwrap().last().unwrap()["version"], "68.0");
    for (header, code) in
        [(None, "INVALID_SESSION_ID"), (Some("Bearer x"), "INVALID_SESSION_ID"), (Some("x"), "INVALID_AUTH_HEADER")]
    {
        let mut request = org.http.get(format!("{}/services/data/v68.0/limits", org.base));
        if let Some(header) = header {
            request = request.header("Authorization", header);
        }
        let (status, body) = answer(request).await;
        assert_eq!((status.as_u16(), &body[0]["errorCode"]), (401, &json!(code)));
    }
    assert_eq!(org.get("").await["identity"].as_str().unwrap().matches("/id/00D").count(), 1);
    for (version, status) in [("v30.0", 410), ("v41.0", 200), ("v99.0", 200), ("vx", 404)] {
        let (found, _) = org.call("GET", &format!("/services/data/{version}/limits/"), Value::Null).await;
        assert_eq!(found, status, "{version}");
    }
}

#[tokio::test]
async fn every_answer_tells_what_is_used() {
    let org = Org::open().await;
    let response = org.request("GET", "/sobjects/Nothing").send().await.unwrap();
    assert_eq!(response.status(), 404);
    assert_eq!(response.headers()["sforce-limit-info"], "api-usage=1/100000");
    assert_eq!(org.get("/limits").await["DailyApiRequests"]["Remaining"], 99_998);
}

#[tokio::test]
async fn records_live_and_die() {
    let org = Org::open().await;
    let (status, made) = org
        .call(
            "POST",
            "/sobjects/Account/",
            json!({"LastName": "窓口", "FirstName": "太郎", "Phone": "", "PersonEmail": "taro@example.jp"}),
        )
        .await;
    assert_eq!((status.as_u16(), &made["success"], &made["errors"]), (201, &json!(true), &json!([])));
    let id = made["id"].as_str().unwrap();
    let path = format!("/sobjects/Account/{id}");
    let account = org.get(&format!("{path}?fields=Name,Phone,CreatedDate")).await;
    assert_eq!(account["Name"], "窓口 太郎");
    assert_eq!(account["Phone"], Value::Null);
    assert_eq!(account["CreatedDate"], "2026-11-22T01:00:00.000+0000");
    assert_eq!(account["attributes"]["url"], format!("/services/data/v68.0{path}"));

    org.wait(SignedDuration::from_secs(60));
    assert_eq!(org.call("PATCH", &path, json!({"Phone": "0300000000"})).await.0, 204);
    let account = org.get(&format!("/sobjects/Account/{}", &id[..15])).await;
    assert_eq!(
        (&account["Phone"], &account["SystemModstamp"]),
        (&json!("0300000000"), &json!("2026-11-22T01:01:00.000+0000"))
    );
    let stale = org.request("PATCH", &path).header("If-Unmodified-Since", "Sun, 22 Nov 2026 01:00:30 GMT");
    let (status, body) = answer(stale.json(&json!({"Phone": "1"}))).await;
    assert_eq!((status.as_u16(), &body[0]["errorCode"]), (412, &json!("PRECONDITION_FAILED")));

    assert_eq!(org.call("DELETE", &path, Value::Null).await.0, 204);
    for method in ["GET", "PATCH", "DELETE"] {
        let body = if method == "PATCH" { json!({"Phone": "1"}) } else { Value::Null };
        let (status, body) = org.call(method, &path, body).await;
        assert_eq!((status.as_u16(), &body[0]["errorCode"]), (404, &json!("ENTITY_IS_DELETED")), "{method}");
    }
    assert_eq!(org.soql("SELECT COUNT() FROM Account").await["totalSize"], 0);
    assert_eq!(org.get("/queryAll?q=SELECT+Id,IsDeleted+FROM+Account").await["records"][0]["IsDeleted"], true);
}

#[tokio::test]
async fn what_cannot_be_written() {
    let org = Org::open().await;
    let account = org.insert("Account", json!({"Name": "A", "SF_Account_No__c": "C-000001"}));
    let path = format!("/sobjects/Account/{account}");
    for (method, path, body, status, code, fields) in [
        ("POST", "/sobjects/Account", json!({"Phone": "1"}), 400, "REQUIRED_FIELD_MISSING", json!(["Name"])),
        ("POST", "/sobjects/Case", json!({"Nope": "1"}), 400, "INVALID_FIELD", Value::Null),
        ("POST", "/sobjects/Nope", json!({}), 404, "NOT_FOUND", Value::Null),
        (
            "POST",
            "/sobjects/Case",
            json!({"CaseNumber": "1"}),
            400,
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            json!(["CaseNumber"]),
        ),
        (
            "POST",
            "/sobjects/Case",
            json!({"AccountId": "001000000000001"}),
            400,
            "INVALID_CROSS_REFERENCE_KEY",
            json!(["AccountId"]),
        ),
        ("POST", "/sobjects/Case", json!({"AccountId": "x"}), 400, "MALFORMED_ID", json!(["AccountId"])),
        (
            "POST",
            "/sobjects/Account",
            json!({"Name": "B", "SF_Account_No__c": "C-000001"}),
            400,
            "DUPLICATE_VALUE",
            json!(["SF_Account_No__c"]),
        ),
        (
            "POST",
            "/sobjects/CaseStatus",
            json!({"MasterLabel": "x"}),
            400,
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
            Value::Null,
        ),
        ("PATCH", path.as_str(), json!({"Id": account}), 400, "INVALID_FIELD", json!(["Id"])),
        ("PATCH", path.as_str(), json!({"Name": ""}), 400, "REQUIRED_FIELD_MISSING", json!(["Name"])),
        (
            "PATCH",
            path.as_str(),
            json!({"Id_Verification_Status__c": "Perhaps"}),
            400,
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            json!(["Id_Verification_Status__c"]),
        ),
        ("PATCH", "/sobjects/Account/001000000000001", json!({"Name": "x"}), 404, "NOT_FOUND", Value::Null),
        ("PUT", path.as_str(), json!({}), 405, "METHOD_NOT_ALLOWED", Value::Null),
        ("DELETE", "/limits", Value::Null, 405, "METHOD_NOT_ALLOWED", Value::Null),
    ] {
        let (found, body) = org.call(method, path, body).await;
        assert_eq!(
            (found.as_u16(), &body[0]["errorCode"], &body[0]["fields"]),
            (status, &json!(code), &fields),
            "{path} {body}"
        );
    }
    let broken = org.request("POST", "/sobjects/Account").header("Content-Type", "application/json").body("{\"Name\":");
    let (status, body) = answer(broken).await;
    assert_eq!((status.as_u16(), &body[0]["errorCode"]), (400, &json!("JSON_PARSER_ERROR")));
    let form = org.request("POST", "/sobjects/Account").form(&[("Name", "x")]);
    assert_eq!(answer(form).await.0, 415);
}

#[tokio::test]
async fn upsert_by_external_id() {
    let org = Org::open().await;
    let path = "/sobjects/Account/SF_Account_No__c/C-000009";
    let (status, body) = org.call("PATCH", path, json!({"Name": "A"})).await;
    assert_eq!((status.as_u16(), &body["created"]), (201, &json!(true)));
    let (status, again) = org.call("PATCH", path, json!({"Name": "B"})).await;
    assert_eq!((status.as_u16(), &again["created"], &again["id"]), (200, &json!(false), &body["id"]));
    assert_eq!(org.get(path).await["Name"], "B");
    let (status, body) = org.call("PATCH", "/sobjects/Account/Phone/1", json!({"Name": "B"})).await;
    assert_eq!((status.as_u16(), &body[0]["errorCode"]), (404, &json!("NOT_FOUND")));
}

#[tokio::test]
async fn long_answers_come_in_pages() {
    let org = Org::open().await;
    for n in 0..450 {
        org.insert("Account", json!({"Name": format!("A{n:04}")}));
    }
    let query = "/query/?q=SELECT%20Name+FROM+Account+ORDER+BY+Name";
    assert_eq!(org.get(query).await["done"], true);
    let paged = org.request("GET", query).header("Sforce-Query-Options", "batchSize=200");
    let (_, mut page) = answer(paged).await;
    let mut names: Vec<Value> = page["records"].as_array().unwrap().clone();
    while let Some(next) = page["nextRecordsUrl"].as_str().map(str::to_owned) {
        assert!(next.starts_with("/services/data/v68.0/query/0r8"), "{next}");
        page = org.get(&next).await;
        assert_eq!(page["totalSize"], 450);
        names.extend(page["records"].as_array().unwrap().iter().cloned());
    }
    assert_eq!((names.len(), &names[449]["Name"], &page["done"]), (450, &json!("A0449"), &json!(true)));
    for bad in ["0r8000000000000AAA-2000", "0r8", "0r8000000000000AAA-x"] {
        let (status, body) = org.call("GET", &format!("/query/{bad}"), Value::Null).await;
        assert_eq!((status.as_u16(), &body[0]["errorCode"]), (400, &json!("INVALID_QUERY_LOCATOR")));
    }
}

#[tokio::test]
async fn what_a_command_line_client_asks() {
    let org = Org::open().await;
    org.insert("Account", json!({"Name": "A"}));
    let columns = org.get("/query?q=SELECT+Id,Owner.Name,(SELECT+Id+FROM+Cases)+FROM+Account&columns=true").await;
    assert_eq!(columns["columnMetadata"][0]["columnName"], "Id");
    assert_eq!(columns["columnMetadata"][1]["joinColumns"][0]["columnName"], "Name");
    assert_eq!((&columns["columnMetadata"][2]["aggregate"], &columns["entityName"]), (&json!(true), &json!("Account")));
    let (status, body) =
        org.call("GET", "/services/data/v50.0/query?q=SELECT+Id+FROM+ScratchOrgInfo", Value::Null).await;
    assert_eq!((status.as_u16(), &body[0]["errorCode"]), (400, &json!("INVALID_TYPE")));
    let query = "SELECT Name, InstanceName, IsSandbox, TrialExpirationDate, NamespacePrefix, OrganizationType FROM Organization";
    assert_eq!(org.soql(query).await["records"][0]["IsSandbox"], true);
    let (status, user) =
        org.call("GET", &format!("/services/data/v51.0/sobjects/User/{}", setup::user_id()), Value::Null).await;
    assert_eq!((status.as_u16(), &user["Username"]), (200, &json!(setup::USERNAME)));
    let objects = org.get("/sobjects").await;
    assert!(objects["sobjects"].as_array().unwrap().iter().any(|object| object["keyPrefix"] == "500"));
    let describe = org.get("/sobjects/order/describe").await;
    let fields = describe["fields"].as_array().unwrap();
    let account = fields.iter().find(|field| field["name"] == "AccountId").unwrap();
    assert_eq!(
        (&account["referenceTo"], &account["relationshipName"], &account["nillable"]),
        (&json!(["Account"]), &json!("Account"), &json!(false))
    );
    let status = fields.iter().find(|field| field["name"] == "Activation_Status__c").unwrap();
    assert_eq!(
        (&status["restrictedPicklist"], &status["picklistValues"][0]["value"]),
        (&json!(true), &json!("Not Started"))
    );
    assert!(
        describe["childRelationships"]
            .as_array()
            .unwrap()
            .iter()
            .any(|child| child["relationshipName"] == "OrderItems")
    );
    let changed = org.get("/sobjects/Account/updated?start=2026-11-22T00:00:00Z&end=2099-01-01T00:00:00%2B00:00").await;
    assert_eq!(changed["ids"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn addresses_of_the_identity_have_a_host() {
    let org = Org::open().await;
    let identity = org.get("").await["identity"].as_str().unwrap().to_owned();
    assert!(identity.starts_with(&format!("{}/id/00D", org.base)), "{identity}");
    let (status, user) = answer(org.http.get(identity).query(&[("format", "json"), ("oauth_token", &org.token)])).await;
    assert_eq!((status.as_u16(), &user["user_type"]), (200, &json!("STANDARD")));
}

#[tokio::test]
async fn what_clients_bend_is_understood() {
    let org = Org::open().await;
    let id = org.insert("Case", json!({"Subject": "before"}));
    let path = format!("/sobjects/Case/{id}");
    // For clients whose HTTP library has no PATCH.
    let (status, _) = org.call("POST", &format!("{path}?_HttpMethod=PATCH"), json!({"Subject": "after"})).await;
    assert_eq!(status, 204);
    assert_eq!(org.get(&path).await["Subject"], "after");
    let (status, upserted) =
        org.call("PATCH", &format!("/sobjects/Case/Id/{}", &id[..15]), json!({"Subject": "again"})).await;
    assert_eq!((status.as_u16(), &upserted["id"]), (200, &json!(id)), "ids are answered with 18 characters");
    for scheme in ["bearer", "OAuth"] {
        let request = org.http.get(format!("{}/services/data/v68.0/limits", org.base));
        let (status, _) = answer(request.header("Authorization", format!("{scheme} {}", org.token))).await;
        assert_eq!(status, 200, "{scheme}");
    }
    let pretty = org.request("GET", "/limits").header("X-PrettyPrint", "1").send().await.unwrap().text().await.unwrap();
    assert!(pretty.starts_with("{\n"), "{pretty}");
    let (status, _) = org.call("GET", "/services/data/vNaN/limits", Value::Null).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn too_much_is_refused_in_the_vendors_way() {
    let org = Org::open().await;
    let (status, body) =
        org.call("POST", "/sobjects/Case", json!({"Subject": "s", "Description": "x".repeat(3_000_000)})).await;
    assert_eq!((status.as_u16(), &body[0]["errorCode"]), (400, &json!("STRING_TOO_LONG")));
    let ids = vec!["'001D000000IqhSLIAZ'"; 900].join(",");
    let query = format!("SELECT Id FROM Account WHERE Id IN ({ids})");
    let (status, page) = answer(org.request("GET", "/query").query(&[("q", &query)])).await;
    assert_eq!((status.as_u16(), page.as_str().unwrap().starts_with("<h1>Bad Message 414")), (414, true));
    let (status, _) = answer(org.request("GET", "/limits").header("X-Note", "x".repeat(17_000))).await;
    assert_eq!(status, 431);
}
