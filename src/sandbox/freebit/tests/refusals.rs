//! What each call refuses, and with which code. Every case starts from a call that would be accepted.

use super::*;

const ACCOUNT: &str = "09001234567";
const EID: &str = "89049032123451234512345678901235";
const OTHER_EID: &str = "89086030202200000022000023022943";

/// Calls `path` with `good` changed in one place each: a `null` takes the member out. A refused call changes nothing.
async fn refuses(bench: &Bench, path: &str, good: &Value, cases: &[(&str, Value, &str)]) {
    let lines = |world: &crate::sandbox::World| serde_json::to_value(&world.freebit).unwrap();
    for (pointer, value, code) in cases {
        let mut body = good.clone();
        let (place, name) = pointer.rsplit_once('/').unwrap();
        let place = body.pointer_mut(place).unwrap().as_object_mut().unwrap();
        if value.is_null() {
            place.remove(name)
        } else {
            place.insert(name.to_owned(), value.clone())
        };
        let before = bench.sandbox.look(lines);
        let answer = bench.call(path, body.clone()).await;
        let told = match answer["status"]["statusCode"].as_str() {
            Some(status) if answer["resultCode"] != status => {
                format!("{}-{status}", answer["resultCode"].as_str().unwrap())
            }
            _ => answer["resultCode"].as_str().unwrap_or_default().to_owned(),
        };
        assert_eq!(&told, code, "{path} {pointer} = {value}: {answer}");
        assert_eq!(bench.sandbox.look(lines), before, "{path} {pointer}");
    }
    let answer = bench.call(path, good.clone()).await;
    assert!(answer["resultCode"] == "100" || answer["resultCode"] == 100, "{path}: the call itself is good: {answer}");
}

/// A sandbox with a suspended line, one that has ended, one in a share group and one without voice.
async fn bench() -> Bench {
    let bench = Bench::new().await;
    bench.sandbox.change(|world| {
        for (account, change) in [
            ("09001110001", (|line| line.state = LineState::Suspended) as fn(&mut Line)),
            ("09001110002", |line| line.state = LineState::Obsolete),
            ("09001110003", |line| line.share_group = Some("AAA0_00000000001".to_owned())),
            ("09001110004", |line| line.talk = false),
        ] {
            let mut line = line(account);
            change(&mut line);
            world.freebit.insert(line);
        }
    });
    bench
}

/// What every call about a line refuses.
fn of_a_line(place: &str) -> Vec<(String, Value, &'static str)> {
    let at = format!("{place}/account");
    vec![
        (at.clone(), Value::Null, "400"),
        (at.clone(), json!("090-0123-4567"), "400"),
        (at.clone(), json!("09009999999"), "210"),
        (at, json!("09001110002"), "213"),
    ]
}

async fn refuses_of_line(bench: &Bench, path: &str, good: &Value, cases: &[(&str, Value, &str)]) {
    let common = of_a_line("");
    let all: Vec<_> = common
        .iter()
        .map(|(at, value, code)| (at.as_str(), value.clone(), *code))
        .chain(cases.iter().cloned())
        .collect();
    refuses(bench, path, good, &all).await;
}

#[tokio::test]
async fn top_ups() {
    let bench = bench().await;
    let good = json!({"kind": "MVNO", "account": ACCOUNT, "quota": "1000", "quotaCode": "x"});
    let cases = [
        ("/kind", Value::Null, "400"),
        ("/quota", Value::Null, "400"),
        ("/quota", json!("0"), "400"),
        ("/quota", json!("512001"), "400"),
        ("/quota", json!("1.5"), "400"),
        ("/quota", json!("+5"), "400"),
        ("/quota", json!("１０００"), "400"),
        ("/quotaCode", json!("x".repeat(513)), "400"),
        ("/expire", json!("20261121"), "400"),
        ("/expire", json!("20261131"), "400"),
        ("/account", json!("09001110001"), "211"),
        ("/account", json!("09001110003"), "214"),
        ("/account", json!("AAA0_00000000001"), "210"),
    ];
    refuses_of_line(&bench, "master/addSpec/", &good, &cases).await;
    let traffic = bench.call("mvno/getTrafficInfo/", json!({"account": "09001110003"})).await;
    assert_eq!(traffic["resultCode"], "214", "a group's usage is told elsewhere");
}

#[tokio::test]
async fn plans() {
    let bench = bench().await;
    let good = json!({"account": ACCOUNT, "planCode": "PNEW_25GB", "runTime": "20261201"});
    let cases = [
        ("/planCode", Value::Null, "400"),
        ("/planCode", json!("P".repeat(33)), "400"),
        ("/planCode", json!("PNEW_7GB"), "400"),
        ("/runTime", json!("20261121"), "400"),
        ("/runTime", json!("tomorrow"), "400"),
        ("/globalIp", json!("1"), "400"),
        ("/account", json!("09001110001"), "211"),
    ];
    refuses_of_line(&bench, "mvno/changePlan/", &good, &cases).await;
}

#[tokio::test]
async fn networks() {
    let bench = bench().await;
    let good = json!({"account": ACCOUNT, "contractLine": "5G", "productNumber": "AX1234567890123"});
    let cases = [
        ("/contractLine", Value::Null, "400"),
        ("/contractLine", json!("6G"), "400"),
        ("/contractLine", json!("4G"), "400"),
        ("/productNumber", json!("AX123"), "400"),
        ("/productNumber", json!("AX9999999999999"), "400"),
        ("/account", json!("09001110001"), "211"),
    ];
    refuses_of_line(&bench, "mvno/contractline/change/", &good, &cases).await;
}

#[tokio::test]
async fn voice_options() {
    let bench = bench().await;
    let good = json!({"account": ACCOUNT, "userConfirmed": "10", "talkOption": {"voiceMail": "20"}});
    let cases = [
        ("/userConfirmed", Value::Null, "400"),
        ("/userConfirmed", json!("20"), "400"),
        ("/talkOption", Value::Null, "400"),
        ("/talkOption", json!({}), "400"),
        ("/talkOption", json!({"voiceMail": ""}), "400"),
        ("/talkOption", json!({"voiceMail": "on"}), "400"),
        ("/talkOption", json!({"tetris": "10"}), "400"),
        ("/account", json!("09001110001"), "211"),
        ("/account", json!("09001110004"), "217"),
    ];
    refuses_of_line(&bench, "mvno/talkoption/changeOrder/", &good, &cases).await;
    bench.pass(30);
    let mut good = good;
    for (name, value) in person() {
        good[name] = json!(value);
    }
    good["talkOption"] = json!({});
    let cases = [
        ("/lastnameKanji", Value::Null, "400"),
        ("/lastnameZenKana", json!("たかせ"), "400"),
        ("/firstnameZenKana", json!("ｶｵﾙ"), "400"),
        ("/gender", json!("X"), "400"),
        ("/gender", json!("C"), "400"),
        ("/birthday", json!("20261123"), "400"),
        ("/birthday", Value::Null, "400"),
        ("/userConfirmed", Value::Null, "400"),
        ("/talkOption", Value::Null, "400"),
    ];
    refuses_of_line(&bench, "mvno/talkoption/addOrder/", &good, &cases).await;
}

fn person() -> [(&'static str, &'static str); 6] {
    [
        ("lastnameKanji", "高瀬"),
        ("firstnameKanji", "薫"),
        ("lastnameZenKana", "タカセ"),
        ("firstnameZenKana", "カオル"),
        ("gender", "W"),
        ("birthday", "19900401"),
    ]
}

fn mnp() -> Value {
    let mut mnp = json!({"reserveNumber": "1234567890", "reserveExpireDate": "20261130", "method": "10"});
    for (name, value) in person() {
        mnp[name] = json!(value);
    }
    mnp
}

#[tokio::test]
async fn ends_of_lines() {
    let bench = bench().await;
    let good = json!({"kind": "MVNO", "account": ACCOUNT, "runDate": "2026-11-30"});
    let cases = [
        ("/kind", Value::Null, "400"),
        ("/kind", json!("MASTER"), "219"),
        ("/runDate", json!("20261121"), "400"),
        ("/runDate", json!("20260230"), "400"),
    ];
    refuses_of_line(&bench, "master/cnclAcnt/", &good, &cases).await;
}

#[tokio::test]
async fn new_lines_of_cards() {
    let bench = bench().await;
    let number = "09000000011";
    let good = json!({"account": number, "productNumber": "AX0000000000011", "repAccount": "R1", "mnp": mnp()});
    let cases = [
        ("/account", json!(ACCOUNT), "215"),
        ("/account", json!("09001110002"), "213"),
        ("/productNumber", Value::Null, "400"),
        ("/productNumber", json!("AX1234567890123"), "216"),
        ("/repAccount", Value::Null, "400"),
        ("/planCode", json!("PNEW_7GB"), "400"),
        ("/mnp/method", json!("30"), "400"),
        ("/mnp/method", json!("20"), "400"),
        ("/mnp/reserveNumber", json!("12-345-6789"), "400"),
        ("/mnp/reserveExpireDate", json!("20261121"), "218"),
        ("/mnp/firstnameKanji", Value::Null, "400"),
    ];
    refuses(&bench, "mvno/semiblack/addTempAcnt/", &good, &cases).await;

    let good = json!({"productNumber": "AX0000000000011", "state": "60"});
    let cases = [
        ("/productNumber", json!("AX9999999999999"), "210"),
        ("/productNumber", Value::Null, "400"),
        ("/account", json!("09000000099"), "210"),
        ("/state", json!("61"), "400"),
        ("/state", Value::Null, "400"),
    ];
    refuses(&bench, "mvno/semiblack/changeState/", &good, &cases).await;

    bench.sandbox.change(|world| world.freebit.rules.user_management = true);
    let card = |product: &str, account: &str| Card { port_in_until: None, ..Card::queued(product, account) };
    bench.sandbox.change(|world| world.freebit.prepare(card("AX0000000000012", "09000000012")));
    let good = json!({"account": "09000000012", "productNumber": "AX0000000000012", "planCode": "PNEW_5GB",
                      "createType": "new", "masterAccount": "M1", "masterPassword": "p"});
    let cases = [
        ("/productNumber", json!("AX0000000000011"), "210"),
        ("/productNumber", json!("AX9999999999999"), "210"),
        ("/account", json!("09000000099"), "210"),
        ("/aladinOperated", json!("1"), "400"),
        ("/masterAccount", Value::Null, "400"),
        ("/masterPassword", Value::Null, "400"),
        ("/createType", json!("old"), "400"),
    ];
    refuses(&bench, "mvno/semiblack/addAcnt/", &good, &cases).await;

    bench.sandbox.change(|world| {
        world.freebit.prepare(card("AX0000000000014", "09000000014"));
        world
            .freebit
            .prepare(Card { port_in_until: Some(date(2026, 11, 21)), ..card("AX0000000000016", "09000000016") });
    });
    let good = json!({"createType": "add", "masterAccount": "M1",
                      "requestDatas": [{"kind": "MVNO", "account": "09000000014", "planCode": "PNEW_5GB"}]});
    let cases = [
        ("/createType", Value::Null, "400"),
        ("/masterAccount", Value::Null, "400"),
        ("/requestDatas", json!([]), "400"),
        ("/requestDatas/0/kind", json!("MASTER"), "400"),
        ("/requestDatas/0/account", json!("09000000099"), "210"),
        ("/requestDatas/0/account", json!("09000000016"), "218"),
        ("/requestDatas/0/account", json!(ACCOUNT), "215"),
    ];
    refuses(&bench, "master/addAcnt/", &good, &cases).await;
}

#[tokio::test]
async fn esims() {
    let bench = bench().await;
    let new = json!({"addKind": "N", "eid": EID, "simKind": "E0", "contractLine": "5G", "planCode": "PNEW_10GB_V"});
    let cases = [
        ("/addKind", Value::Null, "400"),
        ("/addKind", json!("X"), "400"),
        ("/eid", Value::Null, "400"),
        ("/eid", json!("89049032123451234512345678901234"), "400"),
        ("/simKind", Value::Null, "400"),
        ("/simKind", json!("E1"), "400"),
        ("/contractLine", Value::Null, "400"),
        ("/mnp", mnp(), "400"),
        ("/reissue", json!({"oldEid": EID}), "400"),
        ("/account", json!(ACCOUNT), "215"),
        ("/account", json!("09001110002"), "213"),
        ("/aladinOperated", json!("10"), "400"),
    ];
    refuses(&bench, "mvno/esim/addAcnt/", &new, &cases).await;

    let by_hand = json!({"addKind": "N", "eid": EID, "simKind": "E2", "contractLine": "4G", "aladinOperated": "10",
                         "account": "09000000021", "shipDate": "20261122", "repAccount": "R1"});
    let cases = [
        ("/account", Value::Null, "400"),
        ("/shipDate", Value::Null, "400"),
        ("/repAccount", Value::Null, "400"),
        ("/addKind", json!("M"), "400-356"),
        ("/addKind", json!("R"), "400-356"),
    ];
    refuses(&bench, "mvno/esim/addAcnt/", &by_hand, &cases).await;

    let port_in = json!({"addKind": "M", "eid": EID, "simKind": "E3", "contractLine": "4G", "account": "09000000023",
                         "mnp": mnp()});
    let cases = [
        ("/mnp", Value::Null, "400"),
        ("/account", Value::Null, "400"),
        ("/account", json!(ACCOUNT), "215"),
        ("/mnp/reserveNumber", json!("123"), "400"),
        ("/mnp/reserveExpireDate", Value::Null, "400"),
        ("/mnp/reserveExpireDate", json!("20261121"), "218"),
        ("/mnp/gender", json!("1"), "400"),
        ("/aladinOperated", json!("10"), "400-356"),
    ];
    refuses(&bench, "mvno/esim/addAcnt/", &port_in, &cases).await;

    bench.sandbox.change(|world| world.freebit.line_mut(ACCOUNT).unwrap().eid = Some(EID.to_owned()));
    let reissue = json!({"addKind": "R", "eid": OTHER_EID, "account": ACCOUNT,
                         "reissue": {"oldEid": EID, "oldProductNumber": "AX1234567890123"}});
    let cases = [
        ("/reissue", Value::Null, "400"),
        ("/reissue", json!({}), "400"),
        ("/reissue/oldEid", json!(OTHER_EID), "400"),
        ("/reissue/oldEid", json!("1"), "400"),
        ("/reissue/oldProductNumber", json!("AX9999999999999"), "400"),
        ("/contractLine", json!("3G"), "400"),
        ("/aladinOperated", json!("10"), "400-356"),
        ("/account", json!("09001110001"), "211"),
    ];
    refuses_of_line(&bench, "mvno/esim/addAcnt/", &reissue, &cases).await;
}

#[tokio::test]
async fn every_call_wants_a_key_and_a_form() {
    let bench = bench().await;
    for (path, _) in writes::ALL {
        let path = path.trim_start_matches('/');
        assert_eq!(bench.post(path, &json!({"account": ACCOUNT})).await["resultCode"], "401", "{path}");
        let url = bench.sandbox.freebit.join(path).unwrap();
        let raw: Value = bench.http.post(url).json(&json!({})).send().await.unwrap().json().await.unwrap();
        assert_eq!(raw["resultCode"], "400", "{path}");
    }
}
