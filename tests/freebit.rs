//! The Freebit client against hand-written answers in every shape Freebit is known to give, and against the sandbox.

mod vendor;

use jiff::Timestamp;
use madoguchi::backend::freebit::{Freebit, Login, Setup};
use madoguchi::domain::effective::EffectiveDate;
use madoguchi::domain::line::{LineState, Network, VoiceOptions};
use madoguchi::domain::phone::{Fixtures, Msisdn};
use madoguchi::domain::sim::Eid;
use madoguchi::domain::system::System;
use madoguchi::domain::write::freebit::Profile;
use madoguchi::flow::fault::{FaultKind, Hint};
use madoguchi::sandbox::{self, Sandbox, SandboxOptions, faults};
use serde_json::{Value, json};
use url::Url;
use vendor::{Answer, Asked, Vendor, bytes, json as reply, page, rules, status};

fn now() -> Timestamp {
    "2026-11-22T03:00:00Z".parse().expect("a timestamp")
}

fn line() -> Msisdn {
    Msisdn::parse("090-0123-4567", Fixtures::Allowed).expect("a fixture number")
}

fn freebit(url: &Url) -> Freebit {
    patient(url, Setup::default())
}

fn patient(url: &Url, setup: Setup) -> Freebit {
    let (http, _) = vendor::http(System::Freebit, url, rules());
    let login = Login { oem_id: "OEM".into(), oem_key: "the-oem-key".into() };
    Freebit::new(http, url, login, setup)
}

/// A vendor that signs in and answers calls by path; what a test does not say is answered well.
async fn vendor(answer: impl Fn(&str, &Asked, usize) -> Option<Answer> + Send + Sync + 'static) -> Vendor {
    Vendor::start(move |n, asked| {
        answer(&asked.target, asked, n).unwrap_or_else(|| match asked.target.as_str() {
            "/authOem/" => reply(json!({"resultCode": "100", "authKey": format!("key-{n}")})),
            "/mvno/getDetail/" => reply(detail(json!({"state": "active"}))),
            _ => reply(json!({"resultCode": 100})),
        })
    })
    .await
}

#[expect(clippy::needless_pass_by_value, reason = "rows are written where they are given")]
fn detail(row: Value) -> Value {
    json!({"resultCode": "100", "status": {"message": "OK", "statusCode": "200"}, "responseDatas": [row]})
}

#[tokio::test]
async fn a_call_is_one_form_field_with_the_key_inside() {
    let vendor = vendor(|_, _, _| None).await;
    freebit(&vendor.url).line(&line(), now()).await.unwrap();
    let asked = vendor.asked();
    let of = |path: &str| asked.iter().find(|asked| asked.target == path).unwrap();
    assert_eq!(of("/authOem/").json(), json!({"oemId": "OEM", "oemKey": "the-oem-key"}));
    assert!(of("/authOem/").headers["content-type"].to_str().unwrap().starts_with("application/x-www-form-urlencoded"));
    let account = "09001234567";
    let detail = of("/mvno/getDetail/").json();
    assert_eq!(detail["requestDatas"], json!([{"kind": "MVNO", "account": account}]));
    assert!(detail["authKey"].as_str().unwrap().starts_with("key-"));
    assert_eq!(of("/mvno/getTrafficInfo/").json()["account"], account);
    let history = of("/mvno/getQuotaHistory/").json();
    assert_eq!((&history["fromDate"], &history["toDate"]), (&json!("20260522"), &json!("20261122")));
    assert_eq!(vendor.calls(), 4);
}

/// Freebit takes a missing day for "at once", and a missing option for "off" where options are registered.
#[tokio::test]
async fn a_write_names_its_day_and_nothing_it_does_not_change() {
    let vendor = vendor(|_, _, _| None).await;
    let (freebit, line) = (freebit(&vendor.url), line());
    let on = EffectiveDate::On(jiff::civil::date(2026, 12, 1));
    for on in [EffectiveDate::Now, on] {
        freebit.change_plan(&line, "PNEW_10GB_V", on, now()).await.unwrap();
        freebit.end_line(&line, on, now()).await.unwrap();
    }
    let set = VoiceOptions { call_waiting: Some(false), ..VoiceOptions::default() };
    freebit.set_voice(&line, set).await.unwrap();
    freebit.change_network(&line, Network::FiveG).await.unwrap();
    let eid = |text: &str| Eid::parse(text).unwrap();
    let (old, new) = ("89049032123451234512345678901235", "89049032000000000000000000004237");
    let profile = Profile { product_number: None, iccid: None, eid: Some(eid(old)) };
    freebit.reissue(&line, &eid(new), &profile).await.unwrap();
    let asked = vendor.asked();
    let of = |path: &str| asked.iter().filter(|it| it.target == path).map(Asked::json).collect::<Vec<_>>();
    let days = |calls: Vec<Value>, name: &str| calls.iter().map(|it| it[name].clone()).collect::<Vec<_>>();
    // The 22nd in Japan.
    assert_eq!(days(of("/mvno/changePlan/"), "runTime"), ["20261122", "20261201"]);
    assert_eq!(days(of("/master/cnclAcnt/"), "runDate"), ["20261122", "20261201"]);
    let voice = &of("/mvno/talkoption/changeOrder/")[0];
    assert_eq!((&voice["talkOption"], &voice["userConfirmed"]), (&json!({"callWaiting": "20"}), &json!("10")));
    assert_eq!(of("/mvno/contractline/change/")[0]["contractLine"], "5G");
    let esim = &of("/mvno/esim/addAcnt/")[0];
    assert_eq!((&esim["addKind"], &esim["eid"], &esim["reissue"]), (&json!("R"), &json!(new), &json!({"oldEid": old})));
    assert_eq!((&esim["aladinOperated"], esim.get("mnp")), (&json!("20"), None));
    assert!(asked.iter().all(|it| it.target != "/mvno/talkoption/addOrder/"));
}

#[tokio::test]
async fn fields_are_read_in_either_case_and_type() {
    let camel = json!({
        "account": "09001234567", "state": "active", "startDate": "20240502", "planCode": "PASI_10G", "productNumber": "AX1234567890123",
        "contractLine": "5G", "size": "esim", "sms": 10, "talk": 20, "voiceMail": "10", "callWaiting": "", "worldWing": null,
        "quota": 1_234_567, "async": {"func": "contractline", "date": "20261122121500"},
    });
    let lower = json!({
        "account": "09001234567", "state": "ACTIVE", "startdate": "20240502", "plancode": "PASI_10G", "productnumber": "AX1234567890123",
        "contractline": "5G", "size": "esim", "sms": "10", "talk": "20", "voicemail": 10, "quota": "1234567",
        "async": {"func": "contractline", "date": 20_261_122_121_500_u64},
    });
    for row in [camel, lower] {
        let answer = detail(row);
        let vendor = vendor(move |path, _, _| (path == "/mvno/getDetail/").then(|| reply(&answer))).await;
        let read = freebit(&vendor.url).line(&line(), now()).await.unwrap();
        assert_eq!((read.state, read.plan.as_str(), read.network.as_str()), (LineState::Active, "PASI_10G", "5G"));
        assert_eq!((read.sms, read.voice, read.voice_mail), (Some(true), Some(false), Some(true)));
        assert_eq!((read.call_waiting, read.roaming), (None, None), "not told is not off");
        assert_eq!(read.quota_left_mb, Some(1234));
        assert_eq!(read.lock.unwrap().until.unwrap().to_string(), "2026-11-22T03:15:00Z");
        assert_eq!(read.started.unwrap().to_string(), "2024-05-02");
    }
}

#[tokio::test]
async fn what_is_missing_is_unknown_and_never_zero() {
    let vendor = vendor(|path, _, _| match path {
        "/mvno/getDetail/" => {
            Some(reply(json!({"resultCode": "100", "responseDatas": {"state": "on holiday", "quota": ""}})))
        }
        "/mvno/getTrafficInfo/" => {
            Some(reply(json!({"resultCode": "100", "traffic": {"today": null, "inRecentDays": ""}})))
        }
        "/mvno/getQuotaHistory/" => Some(reply(json!({"resultCode": "500", "status": {"message": "maintenance"}}))),
        _ => None,
    })
    .await;
    let read = freebit(&vendor.url).line(&line(), now()).await.unwrap();
    assert!(matches!(&read.state, LineState::Other(word) if word.as_str() == "on holiday"));
    assert_eq!((read.quota_left_mb, read.lock, read.top_ups), (None, None, None));
    let usage = read.usage.unwrap();
    assert_eq!((usage.today_kb, usage.days_kb.len(), usage.throttled), (None, 0, None));
}

#[tokio::test]
async fn usage_and_top_ups_are_read() {
    let vendor = vendor(|path, _, _| match path {
        "/mvno/getTrafficInfo/" => Some(reply(
            json!({"resultCode": 100, "traffic": {"today": "1500", "inRecentDays": "100,200,300", "blackList": "10"}}),
        )),
        "/mvno/getQuotaHistory/" => Some(reply(json!({"resultCode": "100", "quotaHistory": [
            {"quota": "1000000", "date": "20261001120000", "expire": "20261031", "quotaCode": "old"},
            {"quota": 5_000_000, "date": "20261101120000", "expire": "", "quotaCode": "new\u{1b}[0m"},
        ]}))),
        _ => None,
    })
    .await;
    let read = freebit(&vendor.url).line(&line(), now()).await.unwrap();
    let usage = read.usage.unwrap();
    assert_eq!(
        (usage.today_kb, usage.days_kb, usage.throttled),
        (Some(1500), vec![Some(100), Some(200), Some(300)], Some(true))
    );
    let top_ups = read.top_ups.unwrap();
    assert_eq!((top_ups[0].mb, top_ups[1].mb), (Some(5000), Some(1000)), "newest first");
    assert!(top_ups[0].code.starts_with("new") && !top_ups[0].code.contains('\u{1b}'));
}

#[tokio::test]
async fn result_codes_decide_whatever_http_says() {
    let code = |result: Value, status: Value| json!({"resultCode": result, "status": {"message": "理由", "statusCode": status}});
    for (answer, kind, hint, words) in [
        (reply(code(json!("210"), json!("210"))), FaultKind::NotFound, Hint::None, "理由 (210)"),
        (reply(code(json!(210), json!(null))), FaultKind::NotFound, Hint::None, "(210)"),
        (reply(code(json!("400"), json!("356"))), FaultKind::Refused, Hint::None, "(400-356)"),
        (reply(code(json!("777"), json!("1"))), FaultKind::Refused, Hint::None, "理由 (777-1)"),
        (reply(code(json!("429"), json!("429"))), FaultKind::TooMany, Hint::Wait, "429"),
        (status(400, code(json!("210"), json!("210"))), FaultKind::NotFound, Hint::None, "210"),
        (reply(json!({"ok": true})), FaultKind::Unreadable, Hint::TryAgain, "no result code"),
        (reply(json!({"resultCode": "100"})), FaultKind::Unreadable, Hint::TryAgain, "another line"),
        (reply(detail(json!({"account": "09009999999"}))), FaultKind::Unreadable, Hint::TryAgain, "another line"),
        (bytes(b"\xff\xfe"), FaultKind::Unreadable, Hint::TryAgain, "no JSON"),
        (page(200), FaultKind::Broken, Hint::CheckNetwork, "web page"),
        (page(503), FaultKind::Broken, Hint::TryAgain, "503"),
    ] {
        let vendor = vendor(move |path, _, _| (path == "/mvno/getDetail/").then(|| answer.clone())).await;
        let fault = freebit(&vendor.url).line(&line(), now()).await.unwrap_err();
        assert_eq!((fault.kind, fault.hint), (kind, hint), "{fault}");
        assert!(fault.message.contains(words), "{fault} should say {words}");
    }
}

#[tokio::test]
async fn a_key_that_is_over_is_renewed_once_for_all_calls() {
    let vendor = vendor(|path, asked, _| {
        let fresh = asked.json()["authKey"] != "key-0";
        (path != "/authOem/" && !fresh)
            .then(|| reply(json!({"resultCode": "401", "status": {"message": "認証エラー"}})))
    })
    .await;
    let read = freebit(&vendor.url).line(&line(), now()).await.unwrap();
    assert!(read.usage.is_some() && read.top_ups.is_some());
    let sign_ins = vendor.asked().iter().filter(|asked| asked.target == "/authOem/").count();
    assert_eq!(sign_ins, 2, "three calls found the key over, one renewed it");
}

#[tokio::test]
async fn a_key_that_is_refused_for_good_is_not_renewed_for_ever() {
    let vendor = vendor(|path, _, _| (path != "/authOem/").then(|| reply(json!({"resultCode": "401"})))).await;
    let fault = freebit(&vendor.url).line(&line(), now()).await.unwrap_err();
    assert_eq!((fault.kind, fault.hint), (FaultKind::SignIn, Hint::CheckCredentials));
    assert!(vendor.asked().iter().filter(|asked| asked.target == "/authOem/").count() <= 4);

    let vendor = Vendor::start(|_, _| reply(json!({"resultCode": "401", "status": {"message": "認証エラー"}}))).await;
    let fault = freebit(&vendor.url).line(&line(), now()).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::SignIn);
    assert_eq!(vendor.calls(), 1, "the other two calls do not try again");
    assert!(!fault.message.contains("the-oem-key"));
}

#[tokio::test]
async fn lines_in_quick_succession_are_held_back_with_the_reason() {
    let vendor = vendor(|_, _, _| None).await;
    let freebit = patient(&vendor.url, Setup { patience_seconds: 0, ..Setup::default() });
    let line = line();
    let reads = futures_util::future::join_all((0..12).map(|_| freebit.line(&line, now()))).await;
    assert!(reads[..3].iter().all(Result::is_ok), "three at once after a rest");
    let held = reads[11].as_ref().unwrap_err();
    assert_eq!(held.kind, FaultKind::Held);
    let Hint::WaitUntil(at) = held.hint else { panic!("{held:?} says from when on") };
    assert!(at > now() && at <= now() + jiff::SignedDuration::from_secs(1), "{at}");
    assert_eq!((freebit.reads().most, freebit.reads().left(now())), (3, 0));
    assert!(held.message.contains("forbids bulk retrieval"), "{held}");
}

#[expect(clippy::unwrap_used, reason = "a test's helper fails with its test")]
async fn with_sandbox() -> (Sandbox, Freebit, Vec<String>) {
    let options = SandboxOptions::new(30, 7, now());
    let sandbox = sandbox::start(options).await.unwrap();
    sandbox.ready().await.unwrap();
    let (http, _) = vendor::http(System::Freebit, &sandbox.freebit, rules());
    let login = Login {
        oem_id: sandbox.credentials.freebit_oem_id.clone().into(),
        oem_key: sandbox.credentials.freebit_oem_key.clone().into(),
    };
    let freebit = Freebit::new(http, &sandbox.freebit, login, Setup::default());
    let labels = sandbox.look(|world| world.whmcs.services.iter().map(|service| service.domain.clone()).collect());
    (sandbox, freebit, labels)
}

#[tokio::test]
async fn the_sandboxes_lines_are_read_as_they_are() {
    let (sandbox, freebit, labels) = with_sandbox().await;
    let lines: Vec<Msisdn> = labels.iter().filter_map(|label| Msisdn::parse(label, Fixtures::Allowed).ok()).collect();
    let known: Vec<&Msisdn> = lines
        .iter()
        .filter(|line| sandbox.change(|world| world.freebit.line(line.digits(), now()).is_some()))
        .take(3)
        .collect();
    assert!(!known.is_empty());
    for msisdn in known {
        let read = freebit.line(msisdn, now()).await.unwrap();
        let stored = sandbox.change(|world| world.freebit.line(msisdn.digits(), now())).unwrap();
        assert_eq!(read.plan.as_str(), stored.plan_code);
        assert_eq!(read.product_number.as_str(), stored.product_number);
        assert_eq!(read.sms, Some(stored.sms));
        assert_eq!(read.voice_mail, Some(stored.voice_mail));
        assert_eq!(read.usage.unwrap().throttled, Some(stored.throttled));
        assert_eq!(
            read.lock.is_some() || read.planned.is_some(),
            stored.pending.is_some() || !stored.planned.is_empty()
        );
    }
}

#[tokio::test]
async fn the_sandboxes_misbehaviour_is_survived() {
    let (sandbox, freebit, _) = with_sandbox().await;
    let unknown = Msisdn::parse("09009999999", Fixtures::Allowed).unwrap();
    freebit.hello().await.unwrap();
    sandbox.misbehave(faults::Order::on(faults::System::Freebit, faults::Fault::ExpiredSession));
    let fault = freebit.line(&unknown, now()).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::NotFound, "the key was renewed and the answer is the vendor's: {fault}");
}
