use jiff::{SignedDuration, Timestamp, civil::date};
use serde_json::{Value, json};

use super::*;
use crate::sandbox::{Clock, Sandbox, faults::System};

mod invariants;
mod lines;
mod notices;
mod refusals;

const DUE: &str = "2026-11-22T01:18:00Z";

fn now() -> Timestamp {
    "2026-11-22T01:00:00Z".parse().unwrap()
}

fn line(account: &str) -> Line {
    Line {
        account: account.to_owned(),
        state: LineState::Active,
        start: Some(date(2025, 4, 1)),
        plan_code: "PNEW_10G".to_owned(),
        product_number: "AX1234567890123".to_owned(),
        iccid: Some("8981100000000000010".to_owned()),
        imsi: Some("440101234567890".to_owned()),
        eid: None,
        contract_line: "4G".to_owned(),
        size: "nano".to_owned(),
        sms: true,
        talk: true,
        voice_mail: true,
        call_waiting: false,
        world_wing: false,
        quota_kb: 1_234_567,
        today_kb: 10,
        recent_kb: vec![300, 20, 1],
        throttled: true,
        ipv4: None,
        top_ups: vec![
            TopUp {
                quota_kb: 1_000_000,
                at: date(2026, 11, 20).at(9, 30, 0, 0),
                expires: date(2026, 12, 31),
                code: Some("inv-9001".to_owned()),
            },
            TopUp { quota_kb: 500_000, at: date(2026, 9, 1).at(0, 0, 0, 0), expires: date(2026, 9, 30), code: None },
        ],
        ..Line::default()
    }
}

struct Bench {
    sandbox: Sandbox,
    http: reqwest::Client,
}

impl Bench {
    async fn new() -> Self {
        let sandbox = Sandbox::for_test(now()).await.unwrap();
        sandbox.change(|world| {
            world.freebit.insert(line("09001234567"));
            world.freebit.insert(line("09001234568"));
        });
        Self { sandbox, http: crate::sandbox::tests::http() }
    }

    async fn post(&self, path: &str, json: &Value) -> Value {
        let url = self.sandbox.freebit.join(path).unwrap();
        let answer = self.http.post(url).form(&[("json", json.to_string())]).send().await.unwrap();
        assert_eq!(answer.status(), 200, "the vendor says everything with 200");
        answer.json().await.unwrap()
    }

    async fn key(&self) -> String {
        let credentials = &self.sandbox.credentials;
        let body = json!({"oemId": credentials.freebit_oem_id, "oemKey": credentials.freebit_oem_key});
        let answer = self.post("authOem/", &body).await;
        assert_eq!(answer["resultCode"], "100");
        answer["authKey"].as_str().unwrap().to_owned()
    }

    /// A call with a fresh key.
    async fn call(&self, path: &str, mut json: Value) -> Value {
        json["authKey"] = json!(self.key().await);
        self.post(path, &json).await
    }

    /// The line as the vendor knows it now.
    fn line(&self, account: &str) -> Line {
        self.sandbox.look(|world| world.freebit.line(account, world.clock.now())).unwrap()
    }

    fn pass(&self, minutes: i64) {
        self.sandbox.advance(SignedDuration::from_mins(minutes));
    }

    async fn detail(&self, key: &str, account: &str) -> Value {
        let body = json!({"authKey": key, "requestDatas": [{"kind": "MVNO", "account": account}, {"kind": "no"}]});
        self.post("mvno/getDetail/", &body).await
    }
}

#[tokio::test]
async fn details_come_with_mixed_case_and_mixed_numbers() {
    let bench = Bench::new().await;
    let key = bench.key().await;
    let odd = &bench.detail(&key, "09001234567").await["responseDatas"];
    assert_eq!(odd.as_array().unwrap().len(), 1, "only the first item is looked at");
    assert_eq!(odd[0]["quota"], "1234567");
    assert_eq!(odd[0]["voicemail"], "10");
    assert_eq!(odd[0]["startDate"], "20250401");
    let even = &bench.detail(&key, "09001234568").await["responseDatas"][0];
    assert_eq!(even["quota"], 1_234_567);
    assert_eq!(even["voiceMail"], "10");
    assert_eq!(even["callWaiting"], "20");
}

#[tokio::test]
async fn traffic_is_text_in_text() {
    let bench = Bench::new().await;
    let key = bench.key().await;
    let answer = bench.post("mvno/getTrafficInfo/", &json!({"authKey": key, "account": "09001234567"})).await;
    assert_eq!(answer["resultCode"], 100);
    assert_eq!(answer["traffic"], json!({"today": "10", "inRecentDays": "300,20,1", "blackList": "10"}));
}

#[tokio::test]
async fn quota_history_is_cut_by_days() {
    let bench = Bench::new().await;
    let key = bench.key().await;
    let ask = async |from: &str, to: &str| {
        let body = json!({"authKey": key, "account": "09001234567", "fromDate": from, "toDate": to});
        bench.post("mvno/getQuotaHistory/", &body).await
    };
    let all = ask("", "").await;
    assert_eq!((&all["count"], &all["total"]), (&json!("2"), &json!("1500000")));
    assert_eq!(all["quotaHistory"][0]["quotaCode"], "inv-9001");
    assert_eq!(all["quotaHistory"][0]["date"], "20261120093000");
    assert_eq!(all["quotaHistory"][1]["quotaCode"], Value::Null);
    assert_eq!(ask("20261101", "20261130").await["count"], "1");
    assert_eq!(ask("20260230", "20261130").await["resultCode"], "400");
}

#[tokio::test]
async fn refusals_tell_their_code() {
    let bench = Bench::new().await;
    let key = bench.key().await;
    for (json, code) in [
        (json!({"authKey": key, "requestDatas": [{"kind": "MVNO", "account": "09009999999"}]}), "210"),
        (json!({"authKey": "SBX0", "requestDatas": [{"kind": "MVNO", "account": "09001234567"}]}), "401"),
        (json!({"requestDatas": [{"kind": "MVNO", "account": "09001234567"}]}), "401"),
        (json!({"authKey": key, "requestDatas": []}), "400"),
        (json!({"authKey": key, "requestDatas": [{"kind": "MASTER", "account": "M001"}]}), "400"),
        (json!({"authKey": key, "requestDatas": [{"kind": "MVNO", "account": "090-0123-4567"}]}), "400"),
        (json!(["no object"]), "400"),
    ] {
        let answer = bench.post("mvno/getDetail/", &json).await;
        assert_eq!(answer["resultCode"], code, "{json}");
        assert!(!answer["status"]["message"].as_str().unwrap().is_empty());
    }
    let wrong = bench.post("authOem/", &json!({"oemId": "SANDBOXOEM", "oemKey": "guess"})).await;
    assert_eq!(wrong["resultCode"], "401");
}

#[tokio::test]
async fn the_transport_is_a_form_at_a_path_with_a_slash() {
    let bench = Bench::new().await;
    let credentials = &bench.sandbox.credentials;
    let body = json!({"oemId": credentials.freebit_oem_id, "oemKey": credentials.freebit_oem_key});
    let url = bench.sandbox.freebit.join("authOem/").unwrap();
    let raw: Value = bench.http.post(url.clone()).json(&body).send().await.unwrap().json().await.unwrap();
    assert_eq!(raw["resultCode"], "400");
    let parts = format!("--x\r\nContent-Disposition: form-data; name=\"json\"\r\n\r\n{body}\r\n--x--\r\n");
    let kind = "multipart/form-data; boundary=x";
    let answer = bench.http.post(url.clone()).header("content-type", kind).body(parts).send().await.unwrap();
    assert_eq!(answer.json::<Value>().await.unwrap()["resultCode"], "100");
    let form = [("json", body.to_string())];
    let bare = bench.sandbox.freebit.join("authOem").unwrap();
    assert_eq!(bench.http.post(bare).form(&form).send().await.unwrap().status(), 404);
    assert_eq!(bench.http.get(url).send().await.unwrap().status(), 405);
}

#[tokio::test]
async fn keys_die_of_age_and_when_told() {
    let bench = Bench::new().await;
    let key = bench.key().await;
    bench.sandbox.change(|world| world.clock.advance(SignedDuration::from_mins(59)));
    assert_eq!(bench.detail(&key, "09001234567").await["resultCode"], "100");
    bench.sandbox.change(|world| world.clock.advance(SignedDuration::from_mins(2)));
    assert_eq!(bench.detail(&key, "09001234567").await["resultCode"], "401");
    let key = bench.key().await;
    bench.sandbox.change(|world| world.freebit.forget_keys());
    assert_eq!(bench.detail(&key, "09001234567").await["resultCode"], "401");
}

#[tokio::test]
async fn reading_many_lines_in_a_minute_is_refused() {
    let bench = Bench::new().await;
    bench.sandbox.change(|world| {
        world.freebit.rules.accounts_per_minute = Some(1);
        world.clock = Clock::stopped(now());
    });
    let key = bench.key().await;
    for _ in 0..3 {
        assert_eq!(bench.detail(&key, "09001234567").await["resultCode"], "100", "the same line again is no bulk");
    }
    assert_eq!(bench.detail(&key, "09001234568").await["resultCode"], "429");
    let traffic = json!({"authKey": key, "account": "09001234568"});
    assert_eq!(bench.post("mvno/getTrafficInfo/", &traffic).await["resultCode"], "429");
    assert_eq!(bench.sandbox.counts()[&System::Freebit]["complaint: bulk reading"], 2);
    bench.sandbox.change(|world| world.clock.advance(SignedDuration::from_mins(1)));
    assert_eq!(bench.detail(&key, "09001234568").await["resultCode"], "100");
}

#[tokio::test]
async fn a_change_locks_the_line_until_its_time_has_come() {
    let bench = Bench::new().await;
    bench.sandbox.change(|world| {
        let line = world.freebit.line_mut("09001234567").unwrap();
        line.pending =
            Some(Pending { change: Change::ContractLine("5G".to_owned()), since: now(), due: DUE.parse().unwrap() });
    });
    let key = bench.key().await;
    let locked = &bench.detail(&key, "09001234567").await["responseDatas"][0];
    assert_eq!(locked["contractLine"], "4G");
    assert_eq!(locked["async"], json!({"func": "contractline", "date": "20261122101800"}));
    bench.sandbox.change(|world| world.clock.advance(SignedDuration::from_mins(18)));
    let done = &bench.detail(&key, "09001234567").await["responseDatas"][0];
    assert_eq!(done["contractLine"], "5G");
    assert_eq!(done.get("async"), None);
}

#[test]
fn each_change_leaves_its_mark() {
    let voice = Voice { voice_mail: Some(false), call_waiting: Some(true), ..Voice::default() };
    for (change, check) in [
        (Change::Register, (|line: &Line| line.state == LineState::Active) as fn(&Line) -> bool),
        (Change::Cancel, |line| line.state == LineState::Obsolete),
        (Change::Plan("PNEW_20G".to_owned()), |line| line.plan_code == "PNEW_20G"),
        (Change::VoiceOptions(voice), |line| !line.voice_mail && line.call_waiting),
    ] {
        let mut line = line("09001234567");
        line.state = LineState::Waiting;
        line.pending = Some(Pending { change, since: now(), due: DUE.parse().unwrap() });
        assert_eq!(line.at(now()), line);
        let done = line.at(DUE.parse().unwrap());
        assert!(check(&done) && done.pending.is_none());
    }
}
