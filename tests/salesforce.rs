//! The Salesforce client against hand-written answers of its REST API, and against the sandbox.

#[path = "salesforce/orgs.rs"]
mod orgs;
mod vendor;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use madoguchi::backend::http::Rules;
use madoguchi::backend::salesforce::names::Names;
use madoguchi::backend::salesforce::soql::{Condition, Name, Soql};
use madoguchi::backend::salesforce::{Login, Part, People, Salesforce, Whose, convert};
use madoguchi::domain::customer::{ClientId, EligibilityState, VerificationState};
use madoguchi::domain::history::{Field, MessageKind, Subject};
use madoguchi::domain::money::Yen;
use madoguchi::domain::order::{ActivationStatus, OrderStatus};
use madoguchi::domain::phone::Fixtures;
use madoguchi::domain::salesforce_id::SalesforceId;
use madoguchi::domain::system::System;
use madoguchi::domain::text::Text;
use madoguchi::domain::words::Words;
use madoguchi::flow::fault::{FaultKind, Hint};
use madoguchi::sandbox::{self, Sandbox, SandboxOptions, faults};
use serde_json::{Value, json};
use url::Url;
use vendor::{Answer, Asked, Vendor, json as reply, page, rules, silence, status};

const ACCOUNT: &str = "001D000000IqhSLIAZ";

fn salesforce_with(url: &Url, rules: Rules) -> Salesforce {
    let (http, _) = vendor::http(System::Salesforce, url, rules);
    let login = Login { client_id: "consumer-key".into(), client_secret: "the-secret".into() };
    Salesforce::new(http, url, login, Names::default(), People::default())
}

fn salesforce(url: &Url) -> Salesforce {
    salesforce_with(url, rules())
}

/// A vendor that signs in with a new token each time, and answers everything else as the test says.
async fn vendor(answer: impl Fn(&Asked, usize) -> Answer + Send + Sync + 'static) -> Vendor {
    let sign_ins = AtomicUsize::new(0);
    Vendor::start(move |n, asked| {
        if asked.target == "/services/oauth2/token" {
            let host = asked.headers["host"].to_str().unwrap_or_default();
            let token = sign_ins.fetch_add(1, Ordering::SeqCst) + 1;
            return reply(json!({
                "access_token": format!("00D!token-{token}"), "instance_url": format!("http://{host}"),
                "id": "https://login.salesforce.com/id/00D/005", "token_type": "Bearer", "issued_at": "1763780000000",
                "signature": "x", "scope": "api",
            }));
        }
        answer(asked, n)
    })
    .await
}

fn batch(results: &[Value]) -> Answer {
    let results: Vec<Value> = results.iter().map(|body| json!({"statusCode": 200, "result": body})).collect();
    reply(json!({"hasErrors": false, "results": results}))
}

#[expect(clippy::needless_pass_by_value, reason = "records are written where they are given")]
fn rows(records: Value) -> Value {
    let total = records.as_array().map_or(0, Vec::len);
    json!({"totalSize": total, "done": true, "records": records})
}

fn query(text: &str) -> Part {
    let name = |text: &str| Name::try_from(text.to_owned()).expect("a name");
    let condition = Condition::Is(name("Name"), text.to_owned());
    Part::Query(Soql::select(&[name("Id")], &name("Account")).filter(&condition))
}

fn sign_ins(vendor: &Vendor) -> usize {
    vendor.asked().iter().filter(|asked| asked.target.ends_with("/token")).count()
}

#[tokio::test]
async fn signs_in_with_client_credentials_and_carries_the_token() {
    let vendor = vendor(|_, _| batch(&[rows(json!([]))])).await;
    salesforce(&vendor.url).batch("test", &[query("O'Neil \\ + & あ")]).await.unwrap();
    let asked = vendor.asked();
    assert_eq!(asked[0].form("grant_type").as_deref(), Some("client_credentials"));
    assert_eq!(asked[0].form("client_id").as_deref(), Some("consumer-key"));
    assert_eq!(asked[0].form("client_secret").as_deref(), Some("the-secret"));
    assert_eq!(asked[1].target, "/services/data/v66.0/composite/batch");
    assert_eq!(asked[1].headers["authorization"], "Bearer 00D!token-1");
    let url = asked[1].json()["batchRequests"][0]["url"].as_str().unwrap().to_owned();
    let (path, query) = url.split_once("?q=").unwrap();
    assert_eq!(path, "v66.0/query", "parts of a batch name no /services/data");
    let sent = percent_encoding::percent_decode_str(query).decode_utf8().unwrap().into_owned();
    assert_eq!(sent, r"SELECT Id FROM Account WHERE Name = 'O\'Neil \\ + & あ'");
    assert!(!query.contains('+') && !query.contains('&'));
}

#[tokio::test]
async fn a_session_that_is_over_is_renewed_once_for_all_calls() {
    let vendor = vendor(|asked, _| {
        if asked.headers["authorization"] == "Bearer 00D!token-1" {
            return status(401, json!([{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]));
        }
        batch(&[rows(json!([]))])
    })
    .await;
    let salesforce = salesforce(&vendor.url);
    let part = [query("x")];
    let answers = join_all((0..10).map(|_| salesforce.batch("test", &part))).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(sign_ins(&vendor), 2, "one for the first session and one for all ten that found it over");
}

#[tokio::test]
async fn a_session_refused_twice_is_a_fault_and_not_a_loop() {
    let over = json!([{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]);
    let vendor = vendor(move |_, _| status(401, &over)).await;
    let fault = salesforce(&vendor.url).batch("test", &[query("x")]).await.unwrap_err();
    assert_eq!((fault.kind, fault.hint, sign_ins(&vendor)), (FaultKind::SignIn, Hint::CheckCredentials, 2));
}

#[tokio::test]
async fn a_refused_sign_in_says_why_and_is_not_repeated_by_every_call() {
    for (code, error, words) in [
        (400, "invalid_grant", "no client credentials user enabled"),
        (400, "invalid_grant", "request not supported on this domain"),
        (401, "invalid_client", "invalid client credentials"),
    ] {
        let body = json!({"error": error, "error_description": words});
        let vendor = Vendor::start(move |_, _| status(code, &body)).await;
        let salesforce = salesforce(&vendor.url);
        let part = [query("x")];
        for answer in join_all((0..5).map(|_| salesforce.batch("test", &part))).await {
            let fault = answer.unwrap_err();
            assert_eq!((fault.kind, fault.hint), (FaultKind::SignIn, Hint::CheckCredentials));
            assert!(fault.message.contains(words) && !fault.message.contains("the-secret"), "{fault}");
        }
        assert_eq!(vendor.calls(), 1);
    }
}

#[tokio::test]
async fn the_session_does_not_leave_for_another_place() {
    for instance in
        ["https://elsewhere.example.com", "http://elsewhere.example.com", "ftp://127.0.0.1", "not an address"]
    {
        let token = json!({"access_token": "00D!secret-token", "instance_url": instance});
        let vendor = Vendor::start(move |_, _| reply(&token)).await;
        let fault = salesforce(&vendor.url).batch("test", &[query("x")]).await.unwrap_err();
        assert!(matches!(fault.kind, FaultKind::SignIn | FaultKind::Unreadable), "{fault}");
        assert!(!fault.message.contains("secret-token"));
        assert_eq!(vendor.calls(), 1);
    }
    for path in ["https://elsewhere.example.com/services/data/x", "//elsewhere.example.com/services/data/x", "/other/x"]
    {
        let more = json!({"totalSize": 9, "done": false, "nextRecordsUrl": path, "records": [{"Id": ACCOUNT}]});
        let vendor = vendor(move |_, _| batch(std::slice::from_ref(&more))).await;
        let answer = salesforce(&vendor.url).batch("test", &[query("x")]).await.unwrap();
        assert_eq!(answer[0].as_ref().unwrap_err().kind, FaultKind::Unreadable);
        assert_eq!(vendor.calls(), 2);
    }
}

#[tokio::test]
async fn pages_are_followed_to_the_end() {
    let vendor = vendor(|asked, _| match asked.target.as_str() {
        "/services/data/v66.0/query/0r8xx1-2000" => {
            reply(json!({"totalSize": 3, "done": false, "nextRecordsUrl": "/services/data/v66.0/query/0r8xx1-4000", "records": [{"Id": "2"}]}))
        }
        "/services/data/v66.0/query/0r8xx1-4000" => reply(json!({"totalSize": 3, "done": true, "records": [{"Id": "3"}]})),
        _ => batch(&[json!({
            "totalSize": 3, "done": false, "nextRecordsUrl": "/services/data/v66.0/query/0r8xx1-2000", "records": [{"Id": "1"}],
        })]),
    })
    .await;
    let answer = salesforce(&vendor.url).batch("test", &[query("x")]).await.unwrap();
    let rows = answer[0].as_ref().unwrap();
    assert_eq!((rows.records.len(), rows.total), (3, 3));
}

#[tokio::test]
async fn a_customer_is_one_call_and_its_parts_fail_apart() {
    let account = json!([{
        "attributes": {"type": "Account", "url": "/x"}, "Id": ACCOUNT, "Name": "森　愛子", "IsPersonAccount": true,
        "PersonEmail": "aiko@example.jp", "PersonMobilePhone": "０９０－０１２３－４５６７", "Phone": null, "PersonBirthdate": "1990-02-28",
        "PersonMailingPostalCode": "105-0014", "PersonMailingState": "東京都", "PersonMailingCity": "港区",
        "PersonMailingStreet": "芝1-2-3\r\nコーポ101", "CreatedDate": "2024-05-02T00:00:00.000+0000",
        "SF_Account_No__c": "C-000123", "WH_Account__c": "#41 - Aiko Mori", "Last_Name_Kana__c": "モリ", "First_Name_Kana__c": "アイコ",
        "Internet_Eligibility_Status__c": "Eligible", "Internet_Eligibility__c": "Home 1G",
        "Internet_Eligibility_Checked_Date_Time__c": "2026-11-22T10:03:04.000+0000",
        "Id_Verification_Status__c": "Rejected", "Id_Verification_Note__c": "note", "Id_Verification_Rejection_Message__c": "too dark",
    }]);
    let orders = json!([
        {"Id": "801D000000IqhSLIAZ", "AccountId": ACCOUNT, "OrderNumber": "00000123", "Status": "Approved", "TotalAmount": 3300.0,
         "Order_Type__c": "SIM", "Activation_Status__c": "Failed", "Activation_Error_Code__c": "400-356", "WHMCS_Order_ID__c": "77",
         "MNP_Application__c": true, "MNP_Expiry_Date__c": "2026-11-30", "CreatedDate": "2026-11-20T01:00:00.000+0000",
         "OrderItems": {"totalSize": 1, "done": true, "records": [
            {"Product2": {"Name": "SIM 10GB"}, "Quantity": 1.0, "UnitPrice": 1.98E3, "WHMCS_Service_ID__c": "310"}]}},
        {"Id": "801D000000IqhSMIAZ", "AccountId": "001D000000IqhSMIAZ", "OrderNumber": "00000124", "Status": "Approved"},
        {"Id": "801D000000IqhSNIAZ", "AccountId": ACCOUNT, "OrderNumber": "00000125", "Status": "Half Done", "OrderItems": null},
    ]);
    let refusal =
        json!([{"errorCode": "INVALID_TYPE", "message": "sObject type 'SIM_Inventory__c' is not supported."}]);
    let vendor = vendor(move |_, _| {
        reply(json!({"hasErrors": true, "results": [
            {"statusCode": 200, "result": rows(account.clone())},
            {"statusCode": 200, "result": rows(orders.clone())},
            {"statusCode": 200, "result": rows(json!([]))},
            {"statusCode": 503, "result": null},
            {"statusCode": 400, "result": refusal},
        ]}))
    })
    .await;
    let salesforce = salesforce(&vendor.url);
    let id = SalesforceId::parse(ACCOUNT).unwrap();
    let records = salesforce.customer(&Whose::Account(id)).await.unwrap();
    assert_eq!(vendor.calls(), 2, "the sign-in and one batch");

    let account = convert::account(&records.accounts.unwrap().records[0], salesforce.called()).unwrap();
    assert_eq!((account.number.as_str(), account.kana.as_str()), ("C-000123", "モリ アイコ"));
    assert_eq!(account.phones.len(), 1);
    assert_eq!(account.phones[0].phone.as_ref().unwrap().digits(), "09001234567");
    assert!(!account.corporate && !account.address.contains('\r'));
    assert_eq!(account.birthdate.unwrap().to_string(), "1990-02-28");
    assert_eq!(account.eligibility.state, EligibilityState::Eligible);
    assert_eq!(account.eligibility.checked.unwrap().to_string(), "2026-11-22T10:03:04Z");
    assert_eq!(
        (account.verification.state, account.verification.note.as_str()),
        (VerificationState::Rejected, "too dark")
    );

    let read = |row: &_| convert::order(row, salesforce.called(), Fixtures::Allowed);
    let name = Name::try_from("AccountId".to_owned()).unwrap();
    let orders = convert::listing(&records.orders.unwrap(), &name, &id, read);
    assert_eq!((orders.rows.len(), orders.total), (2, 2), "another account's order is not this customer's");
    let order = &orders.rows[0];
    assert_eq!((&order.status, &order.activation), (&OrderStatus::Approved, &ActivationStatus::Failed));
    assert_eq!((order.whmcs_order, order.total), (Some(77), Some(Yen(3300))));
    assert_eq!((order.items[0].whmcs_service, order.items[0].price), (Some(310), Some(Yen(1980))));
    assert_eq!(order.port_in.as_ref().unwrap().expires.unwrap().to_string(), "2026-11-30");
    assert!(matches!(&orders.rows[1].status, OrderStatus::Other(word) if word.as_str() == "Half Done"));

    assert_eq!(records.cases.unwrap_err().kind, FaultKind::Broken);
    let cards = records.cards.unwrap_err();
    assert_eq!((cards.kind, cards.hint), (FaultKind::Refused, Hint::CheckNames));
}

#[tokio::test]
async fn a_customer_is_asked_for_by_number_and_by_link_without_knowing_the_account() {
    for (whose, expected) in [
        (Whose::Number(Text::line("C-00'1")), r"Account.SF_Account_No__c = 'C-00\'1'"),
        (Whose::Client(ClientId(41)), "Account.WH_Account__c LIKE '#41 %'"),
    ] {
        let vendor = vendor(|_, _| batch(&[])).await;
        let records = salesforce(&vendor.url).customer(&whose).await.unwrap();
        assert!(records.accounts.is_err(), "a part that is missing is a fault");
        let sent = vendor.asked()[1].json();
        let sent: Vec<String> = sent["batchRequests"]
            .as_array()
            .unwrap()
            .iter()
            .map(|part| {
                percent_encoding::percent_decode_str(part["url"].as_str().unwrap()).decode_utf8().unwrap().into_owned()
            })
            .collect();
        assert_eq!(sent.len(), 5);
        assert!(sent[1].contains(expected), "{}", sent[1]);
        assert!(sent[4].contains("Assigned_Account__r."), "{}", sent[4]);
    }
}

fn part(code: u16, body: &Value) -> Value {
    json!({"statusCode": code, "result": body})
}

fn counted(n: u64) -> Value {
    json!({"totalSize": n, "done": true, "records": []})
}

#[tokio::test]
async fn changes_of_every_record_are_one_call_and_each_history_fails_alone() {
    let order = json!({"OrderNumber": "00000123"});
    let orders = json!([
        {"OrderId": "801D000000IqhSLIAZ", "Order": order, "Field": "Status", "OldValue": "Approved", "NewValue": "Processed",
         "CreatedDate": "2026-11-22T02:00:00.000+0000", "CreatedBy": {"Name": "Portal Worker"}},
        {"OrderId": "801D000000IqhSLIAZ", "Order": order, "Field": "Owner", "OldValue": "005D000000IqhSLIAZ",
         "NewValue": "005D000000IqhSMIAZ", "CreatedDate": "2026-11-22T01:00:00.000+0000", "CreatedBy": {"Name": "Naoko"}},
        {"OrderId": "801D000000IqhSLIAZ", "Order": order, "Field": "Owner", "OldValue": "Naoko", "NewValue": "Tomas",
         "CreatedDate": "2026-11-22T01:00:00.000+0000", "CreatedBy": {"Name": "Naoko"}},
        {"OrderId": "801D000000IqhSLIAZ", "Order": order, "Field": "created", "OldValue": null, "NewValue": null,
         "CreatedDate": "2026-11-21T00:00:00.000+0000", "CreatedBy": {"Name": "Portal Worker"}},
    ]);
    let stage = |stage: &str, day: u32| {
        json!({"OpportunityId": "006D000000IqhSLIAZ", "Opportunity": {"Name": "SIM"}, "StageName": stage, "Amount": 1980.0,
               "CloseDate": "2026-12-01", "CreatedDate": format!("2026-11-{day}T03:00:00.000+0000"), "CreatedBy": {"Name": "Leila"}})
    };
    let stages = json!([stage("Active", 22), stage("Ready", 21), stage("Ready", 20)]);
    let hidden = json!([{"errorCode": "INVALID_TYPE", "message": "sObject type 'AccountHistory' is not supported."}]);
    let begun = json!([{"Id": "801D000000IqhSLIAZ", "OrderNumber": "00000123", "CreatedDate": "2026-11-21T00:00:00.000+0000",
                        "CreatedBy": {"Name": "Portal Worker"}},
                       {"Id": "801D000000IqhSMIAZ", "OrderNumber": "00000124", "CreatedDate": "2026-11-23T00:00:00.000+0000",
                        "CreatedBy": {"Name": "Portal Worker"}}]);
    let vendor = vendor(move |_, _| {
        reply(json!({"hasErrors": true, "results": [
            part(400, &hidden), part(400, &hidden),
            part(200, &rows(orders.clone())), part(200, &counted(7)),
            part(200, &rows(json!([]))), part(200, &counted(0)),
            part(200, &rows(stages.clone())), part(200, &counted(3)),
            part(200, &rows(begun.clone())), part(200, &rows(json!([]))), part(503, &Value::Null),
        ]}))
    })
    .await;
    let told = salesforce(&vendor.url).changes(SalesforceId::parse(ACCOUNT).unwrap()).await;
    assert_eq!(vendor.calls(), 2, "the sign-in and one batch");
    let fault = told.fault.unwrap();
    assert!(fault.message.starts_with("AccountHistory, Opportunity: sObject type"), "{fault}");
    assert_eq!(fault.hint, Hint::CheckNames);
    let listing = told.value.unwrap();
    let lines: Vec<String> = listing
        .rows
        .iter()
        .map(|change| {
            let of = match &change.of {
                Subject::Order(number) => number.as_str(),
                Subject::Opportunity { name, .. } => name.as_str(),
                other => panic!("{other:?}"),
            };
            format!("{of} {:?} {}>{} {}", change.field, change.old, change.new, change.who)
        })
        .collect();
    let expected = [
        "00000124 Created > Portal Worker",
        "SIM Stage Ready>Active Leila",
        "00000123 Status Approved>Processed Portal Worker",
        "00000123 Owner Naoko>Tomas Naoko",
        "00000123 Created > Portal Worker",
    ];
    assert_eq!(
        lines, expected,
        "newest first; ids told beside names, unchanged snapshots and second beginnings are not shown"
    );
    assert_eq!(listing.total, 8, "three of the order's rows were not read");
}

#[tokio::test]
async fn a_case_tells_who_said_what_and_who_may_read_it() {
    let comment = |body: &str, public: bool, login: &str, kind: &str, minute: u32| {
        json!({"CommentBody": body, "IsPublished": public, "CreatedDate": format!("2026-11-22T01:{minute:02}:00.000+0000"),
               "CreatedBy": {"Name": login, "Username": login, "UserType": kind},
               "Parent": {"Contact": null, "Account": {"Name": "森 愛子"}}})
    };
    let comments = json!([
        comment("We look", true, "naoko@example.jp", "Standard", 9),
        comment("careful", false, "portal@example.jp", "Standard", 8),
        comment("It is\r\nslow", true, "Portal@example.jp", "Standard", 1),
        comment("from the community", true, "x@example.jp", "CspLitePortal", 0),
    ]);
    let emails = json!([
        {"Subject": "Re: slow", "TextBody": null, "HtmlBody": "<p>Please <b>restart</b></p><p>Thanks</p>", "FromName": "Support",
         "FromAddress": "s@example.jp", "Incoming": false, "Status": "3", "MessageDate": "2026-11-22T01:05:00.000+0000"},
        {"Subject": "slow", "TextBody": "still", "FromName": null, "FromAddress": "aiko@example.jp", "Incoming": true, "Status": "1",
         "MessageDate": "2026-11-22T01:06:00.000+0000"},
        {"Subject": "draft", "TextBody": "…", "FromName": "Naoko", "Incoming": false, "Status": "5",
         "CreatedDate": "2026-11-22T01:07:00.000+0000"},
    ]);
    let vendor =
        vendor(move |_, _| batch(&[rows(comments.clone()), counted(4), rows(emails.clone()), counted(90)])).await;
    let people = People { portal: vec!["portal@example.jp".to_owned()], ..People::default() };
    let (http, _) = vendor::http(System::Salesforce, &vendor.url, rules());
    let login = Login { client_id: "consumer-key".into(), client_secret: "the-secret".into() };
    let salesforce = Salesforce::new(http, &vendor.url, login, Names::default(), people);
    let said = salesforce.messages(SalesforceId::parse("500D000000IqhSLIAZ").unwrap()).await;
    assert!(said.fault.is_none());
    let listing = said.value.unwrap();
    assert_eq!(listing.total, 94);
    let lines: Vec<String> = listing
        .rows
        .iter()
        .map(|it| format!("{:?} {:?} public={} {}: {:?}", it.side, it.kind, it.public, it.who, it.body.as_str()))
        .collect();
    let expected = [
        r#"Staff Comment public=true naoko@example.jp: "We look""#,
        r#"Staff Comment public=false portal@example.jp: "careful""#,
        r#"Staff Email public=false Naoko: "…""#,
        r#"Customer Email public=true aiko@example.jp: "still""#,
        r#"Staff Email public=true Support: "Please restart\nThanks""#,
        r#"Customer Comment public=true 森 愛子: "It is\nslow""#,
        r#"Customer Comment public=true 森 愛子: "from the community""#,
    ];
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn promises_are_read_by_account_order_and_case_and_the_first_due_comes_first() {
    let task = |id: &str, day: Option<&str>, closed: bool| json!({"Id": id, "Subject": id, "Status": "x", "IsClosed": closed, "ActivityDate": day, "Owner": {"Name": "Naoko"}});
    let [a, b, c, d] = ["00TD000000IqhSLMAZ", "00TD000000IqhSMMAZ", "00TD000000IqhSNMAZ", "00TD000000IqhSOMAZ"];
    let own = json!([task(a, None, false), task(b, Some("2026-11-30"), false), task(c, Some("2026-11-01"), true)]);
    let of_orders = json!([task(d, Some("2026-11-20"), false), task(b, Some("2026-11-30"), false)]);
    let none = rows(json!([]));
    let vendor = vendor(move |_, _| {
        batch(&[rows(own.clone()), counted(3), rows(of_orders.clone()), counted(2), none.clone(), counted(0)])
    })
    .await;
    let read = salesforce(&vendor.url).follow_ups(SalesforceId::parse(ACCOUNT).unwrap()).await;
    assert!(read.fault.is_none());
    let listing = read.value.unwrap();
    let ids: Vec<&str> = listing.rows.iter().map(|row| row.id.as_str()).collect();
    assert_eq!((ids, listing.total), (vec![d, b, a, c], 4));
}

#[tokio::test]
async fn every_error_becomes_a_fault_with_a_hint() {
    let error = |code: &str, message: &str| json!([{"errorCode": code, "message": message}]);
    for (answer, kind, hint, words) in [
        (
            status(403, error("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")),
            FaultKind::TooMany,
            Hint::Wait,
            "TotalRequests",
        ),
        (
            status(403, error("API_DISABLED_FOR_ORG", "API is not enabled")),
            FaultKind::NotPermitted,
            Hint::AskPermission,
            "API",
        ),
        (
            status(403, error("INSUFFICIENT_ACCESS", "no")),
            FaultKind::NotPermitted,
            Hint::AskPermission,
            "INSUFFICIENT_ACCESS",
        ),
        (
            status(404, error("NOT_FOUND", "The requested resource does not exist")),
            FaultKind::NotFound,
            Hint::None,
            "does not exist",
        ),
        (status(404, error("ENTITY_IS_DELETED", "entity is deleted")), FaultKind::NotFound, Hint::None, "deleted"),
        (
            status(
                400,
                error(
                    "INVALID_FIELD",
                    "\nSELECT x FROM y WHERE Email='aiko@example.jp'\n ^\nERROR at Row:1:Column:8\nNo such column 'x' on entity 'y'.",
                ),
            ),
            FaultKind::Refused,
            Hint::CheckNames,
            "No such column 'x'",
        ),
        (
            status(400, error("MALFORMED_QUERY", "unexpected token: aiko@example.jp")),
            FaultKind::Refused,
            Hint::None,
            "MALFORMED_QUERY",
        ),
        (status(410, error("UNSUPPORTED_API_VERSION", "gone")), FaultKind::Refused, Hint::None, "gone"),
        (status(400, "not json"), FaultKind::Broken, Hint::TryAgain, "HTTP 400"),
        (page(200), FaultKind::Broken, Hint::CheckNetwork, "web page"),
        (page(503), FaultKind::Broken, Hint::TryAgain, "503"),
        (status(500, error("UNKNOWN_EXCEPTION", "An unexpected error")), FaultKind::Broken, Hint::TryAgain, "500"),
        (reply("{"), FaultKind::Unreadable, Hint::TryAgain, "no JSON"),
        (reply("{}"), FaultKind::Unreadable, Hint::TryAgain, "shape"),
        (status(429, "[]").header("retry-after", "120"), FaultKind::TooMany, Hint::Wait, "120 s"),
        (status(302, "").header("location", "https://example.com/"), FaultKind::Broken, Hint::CheckNetwork, "redirect"),
    ] {
        let vendor = vendor(move |_, _| answer.clone()).await;
        let fault = salesforce(&vendor.url).batch("test", &[query("x")]).await.unwrap_err();
        assert_eq!((fault.kind, fault.hint), (kind, hint), "{fault}");
        assert!(fault.message.contains(words), "{fault} should say {words}");
        assert!(!fault.message.contains("aiko@example.jp"), "what was typed is not repeated: {fault}");
    }
}

#[tokio::test]
async fn the_days_calls_are_told_with_every_answer() {
    let vendor = vendor(|_, _| batch(&[rows(json!([]))]).header("sforce-limit-info", "api-usage=18/15000")).await;
    let (http, told) = vendor::http(System::Salesforce, &vendor.url, rules());
    let login = Login { client_id: "k".into(), client_secret: "s".into() };
    Salesforce::new(http, &vendor.url, login, Names::default(), People::default())
        .batch("test", &[query("x")])
        .await
        .unwrap();
    assert_eq!(told.lock().unwrap().last().unwrap().calls, Some((18, 15_000)));
}

#[tokio::test]
async fn an_answer_that_never_comes_is_a_timeout() {
    let vendor = vendor(|_, _| silence()).await;
    let rules = Rules { answer: Duration::from_millis(50), retries: 0, ..rules() };
    let fault = salesforce_with(&vendor.url, rules).batch("test", &[query("x")]).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Timeout);
}

#[test]
fn lines_of_cards_are_read_only_as_lines() {
    let record = |msisdn: &str| {
        serde_json::from_value(json!({"Id": "a00D000000IqhSLIAZ", "Name": "AX1234567890123", "MSISDN__c": msisdn}))
            .unwrap()
    };
    let (names, words) = (Names::default(), Words::default());
    let card = |msisdn: &str, fixtures| convert::sim_card(&record(msisdn), (&names, &words), fixtures).unwrap().line;
    assert!(card("09001234567", Fixtures::Allowed).is_some());
    assert!(card("09001234567", Fixtures::Refused).is_none());
    assert!(card("0312345678", Fixtures::Allowed).is_none());
}

/// A sandbox with a small invented population, and a client on it.
#[expect(clippy::unwrap_used, reason = "a test's helper fails with its test")]
async fn with_sandbox() -> (Sandbox, Salesforce) {
    let today = "2026-11-22T03:00:00Z".parse().unwrap();
    let options = SandboxOptions::new(0, 7, today);
    let sandbox = sandbox::start(options).await.unwrap();
    sandbox.ready().await.unwrap();
    let (http, _) = vendor::http(System::Salesforce, &sandbox.salesforce, rules());
    let login = Login {
        client_id: sandbox.credentials.salesforce_client_id.clone().into(),
        client_secret: sandbox.credentials.salesforce_client_secret.clone().into(),
    };
    let salesforce = Salesforce::new(http, &sandbox.salesforce, login, Names::default(), People::default());
    (sandbox, salesforce)
}

#[tokio::test]
async fn the_sandboxes_customers_are_read_as_they_are() {
    let (_sandbox, salesforce) = with_sandbox().await;
    let name = |text: &str| Name::try_from(text.to_owned()).unwrap();
    let all = Soql::select(&[name("Id"), name("Name"), name("SF_Account_No__c")], &name("Account"));
    let accounts = salesforce.batch("test", &[Part::Query(all)]).await.unwrap().remove(0).unwrap();
    assert!(accounts.records.len() >= 50);
    assert_eq!(accounts.total, accounts.records.len() as u64);
    for row in &accounts.records {
        let id = SalesforceId::parse(&row.text(&name("Id"))).unwrap();
        let number = row.text(&name("SF_Account_No__c"));
        let by_id = salesforce.customer(&Whose::Account(id)).await.unwrap();
        let account = convert::account(&by_id.accounts.unwrap().records[0], salesforce.called()).unwrap();
        assert_eq!((account.id, account.number.as_str()), (id, number.as_str()));
        let by_number = salesforce.customer(&Whose::Number(Text::line(&number))).await.unwrap();
        assert_eq!(by_number.accounts.unwrap().total, 1, "{number}");
        for (one, other) in [
            (by_id.orders, by_number.orders),
            (by_id.opportunities, by_number.opportunities),
            (by_id.cases, by_number.cases),
            (by_id.cards, by_number.cards),
        ] {
            assert_eq!(one.unwrap().total, other.unwrap().total, "{number}");
        }
    }
}

#[tokio::test]
async fn the_sandbox_tells_what_happened_what_was_said_and_what_was_promised() {
    let (_sandbox, salesforce) = with_sandbox().await;
    let name = |text: &str| Name::try_from(text.to_owned()).unwrap();
    let all = |object: &str| Part::Query(Soql::select(&[name("Id")], &name(object)));
    let found =
        salesforce.batch("test", &[all("Account"), all("Case"), all("Task"), all("CaseComment")]).await.unwrap();
    let ids = |at: usize| -> Vec<SalesforceId> {
        let rows = found[at].as_ref().unwrap();
        rows.records.iter().map(|row| SalesforceId::parse(&row.text(&name("Id"))).unwrap()).collect()
    };
    let (mut changes, mut promises, mut said) = (0, 0, 0);
    for account in ids(0) {
        let told = salesforce.changes(account).await;
        assert_eq!(told.fault, None);
        let listing = told.value.unwrap();
        assert!(listing.rows.is_sorted_by_key(|change| std::cmp::Reverse(change.at)));
        assert!(listing.rows.iter().all(|change| change.at.is_some() && change.field != Field::Other(Text::default())));
        changes += listing.rows.len();
        let due = salesforce.follow_ups(account).await;
        assert_eq!(due.fault, None);
        promises += due.value.unwrap().rows.len();
    }
    for case in ids(1) {
        let messages = salesforce.messages(case).await;
        assert_eq!(messages.fault, None);
        said += messages.value.unwrap().rows.iter().filter(|it| it.kind == MessageKind::Comment).count();
    }
    assert!(changes > 20);
    assert_eq!((promises, said), (ids(2).len(), ids(3).len()), "each task and comment belongs to one");
}

#[tokio::test]
async fn the_sandboxes_sessions_end_and_are_renewed_once() {
    let (sandbox, salesforce) = with_sandbox().await;
    salesforce.hello().await.unwrap();
    let tokens = |sandbox: &Sandbox| {
        let counts = sandbox.counts();
        let calls = counts.get(&faults::System::Salesforce).cloned().unwrap_or_default();
        calls.iter().filter(|(label, _)| label.contains("token")).map(|(_, n)| n).sum::<u64>()
    };
    let before = tokens(&sandbox);
    sandbox.misbehave(faults::Order::on(faults::System::Salesforce, faults::Fault::ExpiredSession));
    let parts = [query("nobody")];
    let answers = join_all((0..8).map(|_| salesforce.batch("test", &parts))).await;
    assert!(answers.iter().all(Result::is_ok), "{:?}", answers.iter().find(|answer| answer.is_err()));
    assert_eq!(tokens(&sandbox) - before, 1);
}

#[tokio::test]
async fn the_sandbox_refuses_names_it_does_not_have() {
    let (_sandbox, salesforce) = with_sandbox().await;
    let name = |text: &str| Name::try_from(text.to_owned()).unwrap();
    let parts = [
        Part::Query(Soql::select(&[name("Nope__c")], &name("Account"))),
        Part::Query(Soql::select(&[name("Id")], &name("Nothing__c"))),
        query("x' OR Name != '"),
    ];
    let answers = salesforce.batch("test", &parts).await.unwrap();
    for answer in &answers[..2] {
        let fault = answer.as_ref().unwrap_err();
        assert_eq!((fault.kind, fault.hint), (FaultKind::Refused, Hint::CheckNames), "{fault}");
    }
    assert_eq!(answers[2].as_ref().unwrap().total, 0, "typed text stays text");
}

#[tokio::test]
async fn the_sandboxes_misbehaviour_is_survived() {
    let (sandbox, salesforce) = with_sandbox().await;
    salesforce.hello().await.unwrap();
    for trouble in
        [faults::Fault::Html500, faults::Fault::Unavailable503, faults::Fault::DropBefore, faults::Fault::DropAfter]
    {
        sandbox.misbehave(faults::Order::on(faults::System::Salesforce, trouble.clone()).times(1));
        assert!(salesforce.hello().await.is_ok(), "{trouble:?} once is repeated away");
    }
    let busy = faults::Fault::VendorError { code: "REQUEST_LIMIT_EXCEEDED".to_owned(), message: None };
    sandbox.misbehave(faults::Order::on(faults::System::Salesforce, busy).times(1));
    assert_eq!(salesforce.hello().await.unwrap_err().kind, FaultKind::TooMany);
}
