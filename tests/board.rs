//! The board of the shift: counting and listing what waits, over the sandbox and over recorded answers.

mod vendor;

use std::sync::Arc;

use jiff::Timestamp;
use madoguchi::backend::Backend;
use madoguchi::backend::salesforce::names::Names;
use madoguchi::backend::salesforce::queues::{Asking, Rules};
use madoguchi::backend::salesforce::{Login, People, Salesforce};
use madoguchi::domain::customer::ClientId;
use madoguchi::domain::queue::{Queue, QueueItem, Tally};
use madoguchi::domain::sla::Promises;
use madoguchi::domain::status::{Count, Place};
use madoguchi::domain::system::System;
use madoguchi::domain::text::Text;
use madoguchi::domain::words::{Said, Words};
use madoguchi::flow::board::{Cursor, QueuePage};
use madoguchi::flow::fault::{FaultKind, Hint};
use madoguchi::flow::msg::Msg;
use madoguchi::flow::query::{Agent, Query, Reply, Slot};
use madoguchi::runtime::connect::settings_of;
use madoguchi::sandbox::{self, Sandbox, SandboxOptions, faults};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use url::Url;
use vendor::{Answer, Asked, Vendor, json as reply, rules, status};

const USER: &str = "005D000000IqhSLIAZ";
const ACCOUNT: &str = "001D000000IqhSLIAZ";

fn now() -> Timestamp {
    "2026-11-24T03:00:00Z".parse().expect("a timestamp")
}

fn salesforce_queues() -> impl Iterator<Item = Queue> {
    Queue::ALL.into_iter().filter(|queue| queue.system() == System::Salesforce)
}

/// A backend on a sandbox.
struct Desk {
    sandbox: Sandbox,
    backend: Backend,
}

#[expect(clippy::unwrap_used, reason = "a test's helper fails with its test")]
impl Desk {
    async fn open() -> Self {
        let options = SandboxOptions::new(40, 7, now());
        let sandbox = sandbox::start(options).await.unwrap();
        sandbox.ready().await.unwrap();
        let backend = Backend::new(settings_of(&sandbox), Arc::new(now), &(Arc::new(|_| ()) as _)).unwrap();
        Self { sandbox, backend }
    }

    async fn ask(&self, query: Query) -> Vec<Reply> {
        let (sender, mut messages) = mpsc::channel(1);
        let mut replies = Vec::new();
        let collect = async {
            while let Some(message) = messages.recv().await {
                if let Msg::Reply { reply, .. } = message {
                    replies.push(reply);
                }
            }
        };
        futures_util::future::join(Box::pin(self.backend.read(Slot::Board, 1, query, sender)), collect).await;
        replies
    }

    async fn tallies(&self) -> Vec<(Queue, Tally)> {
        let replies = self.ask(Query::Board).await;
        let tallies = replies.into_iter().filter_map(|reply| match reply {
            Reply::Tally(queue, tally) => Some((queue, tally)),
            _ => None,
        });
        tallies
            .map(|(queue, tally)| (queue, tally.known.unwrap_or_else(|| panic!("{queue:?}: {:?}", tally.fault)).value))
            .collect()
    }

    async fn page(&self, queue: Queue, from: Option<Cursor>) -> QueuePage {
        let first_asked = from.is_none();
        let mut replies = self.ask(Query::Queue(queue, from)).await;
        let Some(Reply::Queue { queue: of, first, page }) = replies.pop() else { panic!("{queue:?} has no page") };
        assert_eq!((of, first), (queue, first_asked));
        page.known.unwrap_or_else(|| panic!("{queue:?}: {:?}", page.fault)).value
    }

    /// Calls so far that count against the day's limit.
    fn calls(&self) -> u64 {
        let counts = self.sandbox.counts();
        let calls = counts.get(&faults::System::Salesforce).cloned().unwrap_or_default();
        calls.iter().filter(|(label, _)| !label.contains("oauth2")).map(|(_, n)| n).sum()
    }
}

#[tokio::test]
async fn every_queue_holds_what_the_board_counts() {
    let desk = Desk::open().await;
    let tallies = desk.tallies().await;
    assert_eq!(tallies.len(), Queue::ALL.len(), "each queue is counted once");
    let mut some = 0;
    for (queue, tally) in tallies {
        let mut page = desk.page(queue, None).await;
        assert_eq!(page.total, Some(tally.count.n), "{queue:?}");
        let mut rows = page.rows;
        while let Some(next) = page.next.take() {
            page = desk.page(queue, Some(next)).await;
            rows.append(&mut page.rows);
        }
        assert_eq!(rows.len() as u64, tally.count.n, "{queue:?}");
        assert_eq!(rows.iter().filter_map(|row| row.since).min(), tally.oldest, "{queue:?}");
        if queue != Queue::CasesBreaching {
            assert!(rows.is_sorted_by_key(|row| (row.since.is_none(), row.since)), "{queue:?}");
        }
        for row in &rows {
            check(queue, row);
        }
        some += usize::from(!rows.is_empty());
    }
    assert!(some >= 7, "only {some} of the sandbox's queues hold anything");
}

#[track_caller]
fn check(queue: Queue, row: &QueueItem) {
    if queue.system() == System::Salesforce {
        assert!(row.customer.account.is_some() && !row.name.is_empty(), "{queue:?}: {row:?}");
    }
    let opens = match queue {
        Queue::OrdersFailed | Queue::OrdersStuck => Place::Xray(row.number.clone()),
        Queue::OrdersInReview => Place::Order(Some(row.number.clone())),
        Queue::CasesBreaching | Queue::CasesMine | Queue::CasesUnassigned | Queue::CasesOpen => {
            Place::Case(Some(row.number.clone()))
        }
        _ => return,
    };
    assert_eq!(row.opens, opens);
    assert!(queue != Queue::CasesBreaching || row.due.is_some());
}

#[tokio::test]
async fn the_board_costs_one_call_once_it_is_known_who_asks() {
    let desk = Desk::open().await;
    let hello = desk.ask(Query::Hello).await;
    let agent = hello.into_iter().find_map(|reply| if let Reply::Agent(agent) = reply { Some(agent) } else { None });
    assert_eq!(agent.map(|agent| agent.name), Some(Text::line("Sandbox Desk")));
    let before = desk.calls();
    desk.tallies().await;
    assert_eq!(desk.calls() - before, 1);
    desk.page(Queue::CasesMine, None).await;
    assert_eq!(desk.calls() - before, 2);
}

/// A vendor that signs in as a user, and answers everything else as the test says.
async fn vendor(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Vendor {
    Vendor::start(move |_, asked| {
        if asked.target == "/services/oauth2/token" {
            let host = asked.headers["host"].to_str().unwrap_or_default();
            return reply(json!({
                "access_token": "00D!token", "instance_url": format!("http://{host}"), "token_type": "Bearer",
                "id": format!("https://login.salesforce.com/id/00D000000000001AAA/{USER}"),
            }));
        }
        answer(asked)
    })
    .await
}

fn salesforce(url: &Url, people: People) -> Salesforce {
    let (http, _) = vendor::http(System::Salesforce, url, rules());
    let login = Login { client_id: "consumer-key".into(), client_secret: "the-secret".into() };
    Salesforce::new(http, url, login, Names::default(), people)
}

/// The queries of a batch.
fn queries(asked: &Asked) -> Vec<String> {
    let body = asked.json();
    let parts = body["batchRequests"].as_array().cloned().unwrap_or_default();
    let decoded = |part: &Value| {
        let url = part["url"].as_str().unwrap_or_default();
        let query = url.split_once("?q=").map_or("", |(_, query)| query);
        percent_encoding::percent_decode_str(query).decode_utf8_lossy().into_owned()
    };
    parts.iter().map(decoded).collect()
}

fn rows(records: &Value) -> Value {
    json!({"totalSize": records.as_array().map_or(0, Vec::len), "done": true, "records": records})
}

fn part(code: u16, body: &Value) -> Value {
    json!({"statusCode": code, "result": body})
}

/// Answers a batch: the agent by name, every count by `n`, and lists by `cases`.
fn board(asked: &Asked, n: &Value, cases: &Value) -> Answer {
    let answer = |query: &String| match query.as_str() {
        it if it.contains("FROM User ") => part(200, &rows(&json!([{"Id": USER, "Name": "Naoko"}]))),
        it if it.starts_with("SELECT COUNT") => {
            part(200, &rows(&json!([{"waiting": n, "oldest": "2026-11-20T01:00:00.000+0000"}])))
        }
        _ => part(200, &rows(cases)),
    };
    let results: Vec<Value> = queries(asked).iter().map(answer).collect();
    reply(json!({"hasErrors": false, "results": results}))
}

fn tally_of(
    tallies: &[(Queue, Result<Tally, madoguchi::flow::Fault>)],
    queue: Queue,
) -> Result<Tally, madoguchi::flow::Fault> {
    let found = tallies.iter().find(|(it, _)| *it == queue);
    found.map_or_else(|| panic!("{queue:?} is missing"), |(_, tally)| tally.clone())
}

#[tokio::test]
async fn what_is_mine_is_the_named_agents_and_typed_words_stay_words() {
    let vendor = vendor(|asked| board(asked, &json!(3), &json!([]))).await;
    let people = People { agent: "o'naoko@example.jp".to_owned(), ..People::default() };
    let mut words = Words::default();
    words.order_status.pending_review = Said::new(vec!["Ou'r \\ review".to_owned()]).unwrap();
    let salesforce = salesforce(&vendor.url, people).speaking(words);
    let waits = Rules { case_record_types: vec!["Support".to_owned()], ..Rules::default() };
    let promises = Promises::default();
    let tallies = salesforce.tallies(&Asking { rules: &waits, promises: &promises, now: now() }).await;
    let asked = vendor.asked();
    assert_eq!(queries(&asked[1]), [r"SELECT Id,Name FROM User WHERE Username = 'o\'naoko@example.jp' LIMIT 1"]);
    assert_eq!(asked.len(), 3, "the sign-in, the agent, the board");
    let sent = queries(&asked[2]);
    let count = "SELECT COUNT(Id) waiting,MIN";
    for expected in [
        format!(r"{count}(CreatedDate) oldest FROM Order WHERE (Status IN ('Ou\'r \\ review'))"),
        format!(
            "{count}(LastModifiedDate) oldest FROM Order WHERE (((Activation_Status__c IN ('Activating') AND Status NOT IN \
             ('Processed','Cancelled')) OR (Status IN ('Approved','Reactivate') AND (Activation_Status__c IN ('Not Started') \
             OR Activation_Status__c = null))) AND LastModifiedDate < 2026-11-24T02:45:00Z)"
        ),
        format!(
            "{count}(CreatedDate) oldest FROM Case WHERE (IsClosed = false AND OwnerId = '{USER}' AND \
             RecordType.DeveloperName IN ('Support'))"
        ),
        format!(
            "{count}(ActivityDate) oldest FROM Task WHERE (OwnerId = '{USER}' AND IsClosed = false AND \
             ActivityDate <= 2026-11-24)"
        ),
    ] {
        assert!(sent.contains(&expected), "{expected} is not among {sent:#?}");
    }
    let mine = tally_of(&tallies, Queue::CasesMine).unwrap();
    assert_eq!(mine.count, Count { n: 3, at_least: false });
    assert_eq!(mine.oldest.unwrap().to_string(), "2026-11-20T01:00:00Z");
}

#[tokio::test]
async fn without_an_agent_mine_is_a_fault_that_says_what_to_configure() {
    let vendor = vendor(|asked| {
        if queries(asked).iter().any(|query| query.contains("FROM User ")) {
            let results = [part(200, &rows(&json!([])))];
            return reply(json!({"hasErrors": false, "results": results}));
        }
        board(asked, &json!(1), &json!([]))
    })
    .await;
    let salesforce = salesforce(&vendor.url, People { agent: "nobody@example.jp".to_owned(), ..People::default() });
    let (waits, promises) = (Rules::default(), Promises::default());
    let asking = Asking { rules: &waits, promises: &promises, now: now() };
    let tallies = salesforce.tallies(&asking).await;
    for queue in [Queue::CasesMine, Queue::FollowUpsDue] {
        let fault = tally_of(&tallies, queue).unwrap_err();
        assert!(fault.message.contains("agent = "), "{fault}");
        assert_eq!(salesforce.queue_page(&asking, queue, None).await.unwrap_err(), fault);
    }
    assert!(tally_of(&tallies, Queue::CasesOpen).is_ok());
    assert_eq!(tallies.len(), salesforce_queues().count());
}

#[tokio::test]
async fn a_queue_that_cannot_be_counted_fails_alone() {
    let hidden =
        json!([{"errorCode": "INVALID_FIELD", "message": "No such column 'Activation_Status__c' on entity 'Order'."}]);
    let vendor = vendor(move |asked| {
        let answer = |query: &String| match query.as_str() {
            it if it.contains("FROM User ") => part(200, &rows(&json!([{"Id": USER, "Name": "Naoko"}]))),
            it if it.contains("Activation_Status__c") => part(400, &hidden),
            it if it.contains("FROM Task") => part(200, &rows(&json!([]))),
            it if it.starts_with("SELECT COUNT") => part(200, &rows(&json!([{"waiting": 0, "oldest": null}]))),
            _ => part(503, &Value::Null),
        };
        reply(json!({"hasErrors": true, "results": queries(asked).iter().map(answer).collect::<Vec<_>>()}))
    })
    .await;
    let (waits, promises) = (Rules::default(), Promises::default());
    let tallies = salesforce(&vendor.url, People::default())
        .tallies(&Asking { rules: &waits, promises: &promises, now: now() })
        .await;
    let fault = tally_of(&tallies, Queue::OrdersStuck).unwrap_err();
    assert_eq!((fault.kind, fault.hint), (FaultKind::Refused, Hint::CheckNames));
    assert_eq!(tally_of(&tallies, Queue::FollowUpsDue).unwrap_err().kind, FaultKind::Unreadable, "no row is not zero");
    assert_eq!(tally_of(&tallies, Queue::CasesBreaching).unwrap_err().kind, FaultKind::Broken);
    let none = Tally { count: Count { n: 0, at_least: false }, oldest: None };
    assert_eq!(tally_of(&tallies, Queue::IdWaiting).unwrap(), none);
}

fn case(number: &str, priority: &str, opened: &str, comments: &Value) -> Value {
    json!({
        "Id": "500D000000IqhSLIAZ", "CaseNumber": number, "Subject": "No signal", "Status": "New", "Priority": priority,
        "IsClosed": false, "CreatedDate": opened, "Owner": {"Name": "SIM team"}, "AccountId": ACCOUNT,
        "Account": {"Name": "森 愛子", "SF_Account_No__c": "C-000123", "WH_Account__c": "#41 - Aiko Mori"},
        "CaseComments": comments, "EmailMessages": null,
    })
}

/// 2026-11-24 is a Tuesday, 12:00 in Japan; the day before was a holiday.
#[tokio::test]
async fn the_answers_that_are_due_come_first_and_answered_cases_are_not_among_them() {
    let staff = json!({"totalSize": 1, "done": true, "records": [
        {"CreatedDate": "2026-11-24T02:00:00.000+0000", "CreatedBy": {"Username": "naoko@example.jp", "UserType": "Standard"}}]});
    let customer = json!({"totalSize": 1, "done": true, "records": [
        {"CreatedDate": "2026-11-24T02:59:00.000+0000", "CreatedBy": {"Username": "x", "UserType": "CspLitePortal"}}]});
    let cases = json!([
        case("00000001", "High", "2026-11-24T00:30:00.000+0000", &Value::Null),
        case("00000002", "High", "2026-11-20T01:00:00.000+0000", &staff),
        case("00000003", "High", "2026-11-20T01:00:00.000+0000", &customer),
        case("00000004", "Medium", "2026-11-20T07:00:00.000+0000", &Value::Null),
        case("00000005", "Whenever", "2026-11-01T07:00:00.000+0000", &Value::Null),
        case("00000006", "High", "2026-11-24T02:10:00.000+0000", &Value::Null),
    ]);
    let vendor = vendor(move |asked| board(asked, &json!(6), &cases)).await;
    let salesforce = salesforce(&vendor.url, People::default());
    let promises = Promises::default();
    for (judged, at_least) in [(1_000, false), (6, true)] {
        let waits = Rules { cases_judged: judged, ..Rules::default() };
        let asking = Asking { rules: &waits, promises: &promises, now: now() };
        let page = salesforce.queue_page(&asking, Queue::CasesBreaching, None).await.unwrap();
        let lines: Vec<String> =
            page.rows.iter().map(|row| format!("{} {}", row.number, row.due.unwrap_or_default())).collect();
        assert_eq!(
            lines,
            ["00000001 2026-11-24T01:30:00Z", "00000004 2026-11-24T02:00:00Z", "00000006 2026-11-24T03:10:00Z"]
        );
        assert_eq!((page.total, page.next), ((!at_least).then_some(3), None));
        let tallies = salesforce.tallies(&asking).await;
        let tally = tally_of(&tallies, Queue::CasesBreaching).unwrap();
        assert_eq!(tally.count, Count { n: 3, at_least });
        assert_eq!(tally.oldest.unwrap().to_string(), "2026-11-20T07:00:00Z");
        let first = &page.rows[0];
        assert_eq!((first.name.as_str(), first.owner.as_str()), ("森 愛子", "SIM team"));
        assert_eq!(
            (first.customer.client, &first.opens),
            (Some(ClientId(41)), &Place::Case(Some(Text::line("00000001"))))
        );
    }
    let sent = queries(&vendor.asked()[1]).remove(0);
    assert!(sent.contains(
        "(SELECT CreatedDate,CreatedBy.Username,CreatedBy.UserType FROM CaseComments WHERE IsPublished = true"
    ));
    assert!(sent.ends_with("ORDER BY CreatedDate ASC NULLS LAST LIMIT 1000"), "{sent}");
}

#[tokio::test]
async fn pages_are_followed_by_their_cursor_within_the_org() {
    let order = json!({
        "Id": "801D000000IqhSLIAZ", "OrderNumber": "00000123", "Status": "Approved", "Activation_Status__c": "Failed",
        "Activation_Error_Code__c": "400-356", "LastModifiedDate": "2026-11-22T01:00:00.000+0000", "TotalAmount": 3300.0,
        "AccountId": ACCOUNT, "Account": {"Name": "森 愛子", "SF_Account_No__c": "C-000123", "WH_Account__c": null},
        "Owner": {"Name": "Naoko"}, "OrderItems": {"totalSize": 2, "done": true, "records": [
            {"Product2": {"Name": "SIM 10GB"}}, {"Product2": {"Name": "Activation"}}]},
    });
    let next = "/services/data/v66.0/query/0r8xx1-200";
    let vendor = vendor(move |asked| {
        if asked.target == next {
            return reply(json!({"totalSize": 201, "done": true, "records": [order]}));
        }
        reply(json!({"totalSize": 201, "done": false, "nextRecordsUrl": next, "records": [order]}))
    })
    .await;
    let salesforce = salesforce(&vendor.url, People::default());
    let (waits, promises) = (Rules::default(), Promises::default());
    let asking = Asking { rules: &waits, promises: &promises, now: now() };
    let first = salesforce.queue_page(&asking, Queue::OrdersFailed, None).await.unwrap();
    assert_eq!((first.total, &first.next), (Some(201), &Some(Cursor(next.to_owned()))));
    let row = &first.rows[0];
    let stands: Vec<&str> = row.status.iter().map(Text::as_str).collect();
    assert_eq!((row.what.as_str(), &*stands), ("SIM 10GB, Activation", &["400-356", "Failed", "Approved"][..]));
    assert_eq!((row.amount.map(|yen| yen.0), &row.opens), (Some(3300), &Place::Xray(Text::line("00000123"))));
    let last = salesforce.queue_page(&asking, Queue::OrdersFailed, first.next.as_ref()).await.unwrap();
    assert_eq!((last.rows.len(), last.next), (1, None));
    let asked = vendor.asked();
    assert_eq!(asked[1].headers["sforce-query-options"], "batchSize=200");
    for strange in ["https://elsewhere.example.com/services/data/x", "//elsewhere.example.com/x", "/other"] {
        let from = Cursor(strange.to_owned());
        let fault = salesforce.queue_page(&asking, Queue::OrdersFailed, Some(&from)).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Unreadable);
    }
    assert_eq!(vendor.calls(), asked.len(), "nothing was sent there");
}

#[tokio::test]
async fn the_agent_is_asked_for_once_and_again_after_a_failure() {
    let calls = std::sync::atomic::AtomicUsize::new(0);
    let vendor = vendor(move |asked| {
        if calls.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0 {
            return status(403, json!([{"errorCode": "INSUFFICIENT_ACCESS", "message": "no"}]));
        }
        board(asked, &json!(0), &json!([]))
    })
    .await;
    let salesforce = salesforce(&vendor.url, People::default());
    assert_eq!(salesforce.agent().await.unwrap_err().kind, FaultKind::NotPermitted);
    let naoko: Agent = salesforce.agent().await.unwrap();
    assert_eq!((naoko.id.as_str(), naoko.name.as_str()), (USER, "Naoko"));
    assert_eq!(salesforce.agent().await.unwrap(), naoko);
    assert_eq!(vendor.calls(), 3, "the sign-in, the refusal, the answer");
}
