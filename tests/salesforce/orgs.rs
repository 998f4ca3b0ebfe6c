//! Orgs that have more of something than the desk expects, or less.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::collections::BTreeSet;

use madoguchi::backend::salesforce::live::{Found, Wanted};
use madoguchi::backend::salesforce::queues::Rules as Waiting;
use madoguchi::backend::salesforce::{Records, Whose};
use madoguchi::domain::text::Text;
use madoguchi::flow::live::RecordKind;
use serde_json::{Value, json};

use crate::vendor::{Asked, Vendor, json as reply};
use crate::{batch, rows, salesforce, vendor};

/// What the parts of a batch ask, decoded.
fn queries(asked: &Asked) -> Vec<String> {
    let parts = asked.json()["batchRequests"].as_array().cloned().unwrap_or_default();
    let query = |part: &Value| {
        let url = part["url"].as_str().unwrap_or_default();
        percent_encoding::percent_decode_str(url).decode_utf8_lossy().into_owned()
    };
    parts.iter().map(query).collect()
}

/// An org with more changed accounts than one answer holds: each answer has three, of these seconds after ten.
async fn many_changed(seconds: &'static [u32]) -> (Vendor, Found) {
    let stamp = |second: u32| format!("2026-11-22T01:{:02}:{:02}.000+0000", second / 60, second % 60);
    let vendor = vendor(move |asked, _| {
        let asked = queries(asked);
        let (_, since) = asked[0].split_once("SystemModstamp >= ").unwrap_or_default();
        let since = &since[..19];
        let left: Vec<usize> = (0..seconds.len()).filter(|at| stamp(seconds[*at])[..19] >= *since).collect();
        let account = |at: &usize| {
            let id = format!("001D0000000{at:04}");
            json!({"Id": id, "Name": "A", "LastModifiedDate": stamp(seconds[*at]), "SystemModstamp": stamp(seconds[*at])})
        };
        let records: Vec<Value> = left.iter().take(3).map(account).collect();
        batch(&[json!({"totalSize": left.len(), "done": true, "records": records})])
    })
    .await;
    let wanted = [(RecordKind::Account, Wanted::Since("2026-11-22T01:00:00Z".parse().unwrap()))].into();
    let found = salesforce(&vendor.url).seen(&wanted, &Waiting::default()).await.unwrap();
    (vendor, found)
}

#[tokio::test]
async fn what_changed_is_read_to_its_end_or_it_is_known_until_when() {
    let ids = |found: &Found| found.seen.iter().map(|seen| seen.id).collect::<BTreeSet<_>>().len();
    let (_, found) = many_changed(&[1, 2, 3, 3, 4]).await;
    assert_eq!((ids(&found), found.until), (5, None), "two of one second at an answer's end are both read");
    // More of one second than an answer holds: nothing tells one from the other.
    let (_, found) = many_changed(&[1, 2, 2, 2, 2, 5]).await;
    assert_eq!((ids(&found), found.until), (5, Some("2026-11-22T01:00:02Z".parse().unwrap())));
    let (vendor, found) = many_changed(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]).await;
    assert_eq!((vendor.calls(), found.until), (6, Some("2026-11-22T01:00:11Z".parse().unwrap())), "within reason");
}

/// An org that lacks some fields of accounts, and its answers to three readings of a customer.
async fn without(lacks: &'static [&'static str]) -> (Vendor, Vec<Records>) {
    let vendor = vendor(move |asked, _| {
        if asked.target.ends_with("/describe") {
            let has = ["Name", "IsPersonAccount", "PersonEmail", "PersonBirthdate", "PersonMobilePhone"];
            let has = has.into_iter().filter(|name| !lacks.contains(name)).map(|name| json!({"name": name}));
            return reply(json!({"fields": has.collect::<Vec<_>>(), "recordTypeInfos": []}));
        }
        let part = |query: &String| {
            let lacking = lacks.iter().find(|name| query.contains(*name)).filter(|_| query.contains(" FROM Account "));
            let Some(name) = lacking else {
                return json!({"statusCode": 200, "result": rows(json!([{"Id": "001D000000IqhSLIAZ", "Name": "A"}]))});
            };
            let message = format!("\nSELECT\n^\nERROR at Row:1:Column:8\nNo such column '{name}' on entity 'Account'.");
            json!({"statusCode": 400, "result": [{"errorCode": "INVALID_FIELD", "message": message}]})
        };
        let results: Vec<Value> = queries(asked).iter().map(part).collect();
        reply(json!({"hasErrors": true, "results": results}))
    })
    .await;
    let client = salesforce(&vendor.url);
    let mut read = Vec::new();
    for _ in 0..3 {
        read.push(client.customer(&Whose::Number(Text::line("C-000001"))).await.unwrap());
    }
    (vendor, read)
}

#[tokio::test]
async fn what_an_org_lacks_of_persons_is_left_out_once_it_refused_it() {
    for lacks in [&["PersonBirthdate"][..], &["IsPersonAccount", "PersonEmail", "PersonBirthdate", "PersonMobilePhone"]]
    {
        let (vendor, read) = without(lacks).await;
        assert!(read.iter().all(|records| records.accounts.is_ok() && records.cases.is_ok()), "{read:?}");
        let asked = vendor.asked();
        let described = asked.iter().filter(|asked| asked.target.ends_with("/describe")).count();
        let batches: Vec<Vec<String>> = asked.iter().map(queries).filter(|queries| !queries.is_empty()).collect();
        assert_eq!((described, batches.len()), (1, 4), "asked once, and again for the account alone");
        assert_eq!(batches[1].len(), 1);
        for query in batches[1..].iter().map(|queries| &queries[0]) {
            assert!(!lacks.iter().any(|name| query.contains(name)), "{query}");
            assert!(query.contains("PersonEmail") != lacks.contains(&"PersonEmail"), "{query}");
        }
    }
    // Of a name that is configured wrongly it is said so.
    let (vendor, read) = without(&["SF_Account_No__c"]).await;
    assert!(read.iter().all(|records| records.accounts.is_err()));
    assert!(vendor.asked().iter().all(|asked| !asked.target.ends_with("/describe")));
}
