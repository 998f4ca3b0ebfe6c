//! Completion notices: what they say, when they come, and how they go wrong.

use super::*;
use crate::sandbox::faults::{Fault, Order};

const ACCOUNT: &str = "09001234567";
const OLD: &str = "89049032123451234512345678901235";
const NEW: &str = "89086030202200000022000023022943";

async fn bench() -> Bench {
    let bench = Bench::new().await;
    bench.sandbox.change(|world| world.freebit.line_mut(ACCOUNT).unwrap().eid = Some(OLD.to_owned()));
    bench
}

async fn reissue(bench: &Bench) -> Value {
    let body = json!({"addKind": "R", "eid": NEW, "account": ACCOUNT, "reissue": {"oldEid": OLD}});
    bench.call("mvno/esim/addAcnt/", body).await["resultCode"].clone()
}

impl Bench {
    async fn get(&self, path: &str) -> reqwest::Response {
        self.http.get(self.sandbox.control.join(path).unwrap()).send().await.unwrap()
    }

    async fn names(&self) -> Vec<String> {
        self.get("freebit/notices").await.json().await.unwrap()
    }

    /// A file's only row, by column.
    async fn notice(&self, name: &str) -> Value {
        let text = self.get(&format!("freebit/notices/{name}")).await.text().await.unwrap();
        row(&text)
    }
}

fn row(text: &str) -> Value {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names = reader.headers().unwrap().clone();
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 1);
    names.iter().zip(rows[0].iter()).map(|(name, value)| (name.to_owned(), json!(value))).collect()
}

#[tokio::test]
async fn a_new_profile_is_told_by_a_file_and_replaces_the_old_one() {
    let bench = bench().await;
    let before = bench.line(ACCOUNT);
    assert_eq!(reissue(&bench).await, "100");
    assert_eq!(reissue(&bench).await, "212", "one profile at a time");
    let asynchronous = bench.detail(&bench.key().await, ACCOUNT).await["responseDatas"][0]["async"].clone();
    assert_eq!(asynchronous, json!({"func": "esim", "date": "20261122101500"}));
    bench.pass(14);
    assert_eq!(bench.names().await, [""; 0]);
    assert_eq!(bench.line(ACCOUNT).eid.as_deref(), Some(OLD), "the old profile works until then");
    bench.pass(1);
    let names = bench.names().await;
    assert_eq!(names, ["esim_20261122101500_000001.csv"]);
    let row = bench.notice(&names[0]).await;
    let line = bench.line(ACCOUNT);
    assert_eq!((&row["account"], &row["result"], &row["eid"]), (&json!(ACCOUNT), &json!("OK"), &json!(NEW)));
    assert_eq!((&row["iccid"], &row["productNumber"]), (&json!(line.iccid), &json!(line.product_number)));
    assert_eq!(line.eid.as_deref(), Some(NEW));
    assert!(line.iccid != before.iccid && line.imsi != before.imsi && line.product_number != before.product_number);
    let code = row["activationCode"].as_str().unwrap();
    assert!(code.starts_with("LPA:1$smdp.sandbox.example.jp$") && code.split('$').count() == 3, "{code}");
    assert!(
        !format!("{:?}", bench.sandbox.look(|world| world.freebit.notices(now()).cloned().collect::<Vec<_>>()))
            .contains("LPA")
    );
    assert_eq!(bench.get("freebit/notices/esim_20261122101500_000002.csv").await.status(), 404);

    let back = json!({"addKind": "R", "eid": OLD, "account": ACCOUNT, "reissue": {"oldEid": NEW}});
    assert_eq!(bench.call("mvno/esim/addAcnt/", back).await["resultCode"], "100");
    bench.pass(15);
    let second = bench.notice(&bench.names().await[1]).await;
    assert_ne!(second["activationCode"], row["activationCode"], "a code is good for one download");
}

#[tokio::test]
async fn every_change_that_takes_time_is_told_but_a_plan() {
    let bench = bench().await;
    for (path, body, func) in [
        ("mvno/contractline/change/", json!({"account": ACCOUNT, "contractLine": "5G"}), "contractline"),
        (
            "mvno/talkoption/changeOrder/",
            json!({"account": ACCOUNT, "userConfirmed": "10", "talkOption": {"voiceMail": "20"}}),
            "talkoption",
        ),
        ("master/cnclAcnt/", json!({"kind": "MVNO", "account": ACCOUNT}), "cancel"),
    ] {
        assert_eq!(bench.call(path, body).await["resultCode"], "100", "{path}");
        bench.pass(30);
        let names = bench.names().await;
        let row = bench.notice(names.last().unwrap()).await;
        assert_eq!((&row["func"], &row["activationCode"]), (&json!(func), &json!("")));
    }
    let plan = json!({"account": "09001234568", "planCode": "PNEW_5GB", "runTime": "20261201"});
    assert_eq!(bench.call("mvno/changePlan/", plan).await["resultCode"], 100);
    bench.pass(60 * 24 * 30);
    assert_eq!(bench.names().await.len(), 3);
}

#[tokio::test]
async fn a_new_esim_line_gets_its_number_from_the_carrier() {
    let bench = bench().await;
    let body = json!({"addKind": "N", "eid": NEW, "simKind": "E0", "contractLine": "5G", "planCode": "PNEW_10GB_V"});
    let answer = bench.call("mvno/esim/addAcnt/", body).await;
    let account = answer["account"].as_str().unwrap().to_owned();
    assert!(account.starts_with("0700") && account.len() == 11, "a number that cannot ring");
    assert_eq!(bench.line(&account).state, LineState::Waiting);
    bench.pass(15);
    let line = bench.line(&account);
    assert_eq!((line.state, line.talk, line.contract_line.as_str()), (LineState::Active, true, "5G"));
    let row = bench.notice(&bench.names().await[0]).await;
    assert_eq!((&row["account"], &row["func"], &row["eid"]), (&json!(account), &json!("regist"), &json!(NEW)));
}

#[tokio::test]
async fn a_notice_may_come_twice() {
    let bench = bench().await;
    bench.sandbox.misbehave(Order::on(System::Freebit, Fault::DuplicateNotice).times(1));
    assert_eq!(reissue(&bench).await, "100");
    bench.pass(19);
    assert_eq!(bench.names().await.len(), 1);
    bench.pass(1);
    let names = bench.names().await;
    assert_eq!(names, ["esim_20261122101500_000001.csv", "esim_20261122102000_000002.csv"]);
    assert_eq!(bench.notice(&names[0]).await, bench.notice(&names[1]).await);
}

#[tokio::test]
async fn the_carrier_may_refuse_what_was_accepted() {
    let bench = bench().await;
    bench.sandbox.misbehave(Order::on(System::Freebit, Fault::CarrierRefuses).times(1));
    assert_eq!(reissue(&bench).await, "100");
    bench.pass(15);
    let row = bench.notice(&bench.names().await[0]).await;
    assert_eq!((&row["result"], &row["eid"], &row["activationCode"]), (&json!("NG"), &json!(""), &json!("")));
    let line = bench.line(ACCOUNT);
    assert_eq!((line.eid.as_deref(), line.pending), (Some(OLD), None), "the line is as it was, and open again");
    assert_eq!(reissue(&bench).await, "100");
}

#[tokio::test]
async fn notices_are_filed_in_a_folder() {
    let bench = bench().await;
    let folder = tempfile::tempdir().unwrap();
    let inbox = folder.path().join("notices");
    let files = || {
        let mut names: Vec<_> = std::fs::read_dir(&inbox).unwrap().map(|it| it.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(reissue(&bench).await, "100");
    bench.sandbox.file_notices_in(inbox.clone()).unwrap();
    bench.pass(14);
    assert!(files().is_empty());
    bench.pass(1);
    let name = "esim_20261122101500_000001.csv";
    assert_eq!(files(), [name]);
    assert_eq!(row(&std::fs::read_to_string(inbox.join(name)).unwrap())["eid"], NEW);
    std::fs::remove_file(inbox.join(name)).unwrap();
    bench.pass(60);
    assert!(files().is_empty(), "what was fetched does not come again");

    let body = json!({"account": ACCOUNT, "contractLine": "5G"});
    assert_eq!(bench.call("mvno/contractline/change/", body).await["resultCode"], "100");
    let clock = bench.sandbox.control.join("clock").unwrap();
    bench.http.post(clock).json(&json!({"advance_seconds": 1800})).send().await.unwrap();
    assert_eq!(files().len(), 1, "whoever moves the clock finds what came meanwhile");
}

#[tokio::test]
async fn a_running_clock_brings_notices_by_itself() {
    let bench = bench().await;
    let folder = tempfile::tempdir().unwrap();
    bench.sandbox.file_notices_in(folder.path().to_owned()).unwrap();
    assert_eq!(reissue(&bench).await, "100");
    bench.sandbox.change(|world| world.clock.run_at(1_000_000.0));
    let filed = async {
        while std::fs::read_dir(folder.path()).unwrap().all(|it| it.unwrap().path().extension() != Some("csv".as_ref()))
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), filed).await.unwrap();
}
