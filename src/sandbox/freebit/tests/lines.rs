//! What each call does to a line, seen in the line's detail.

use super::*;

const ODD: &str = "09001234567";
const EVEN: &str = "09001234568";

async fn told(bench: &Bench, account: &str) -> Value {
    bench.detail(&bench.key().await, account).await["responseDatas"][0].clone()
}

#[tokio::test]
async fn a_top_up_adds_to_the_quota_and_comes_back_with_its_code() {
    let bench = Bench::new().await;
    let body = json!({"kind": "MVNO", "account": ODD, "quota": "1000", "quotaCode": "op-1", "expire": "2026/12/31"});
    assert_eq!(bench.call("master/addSpec/", body.clone()).await["resultCode"], "100");
    let history = bench.call("mvno/getQuotaHistory/", json!({"account": ODD})).await;
    let newest = json!({"quota": "1000000", "date": "20261122100000", "expire": "20261231", "quotaCode": "op-1"});
    assert_eq!(history["quotaHistory"][0], newest);
    assert_eq!(told(&bench, ODD).await["quota"], "2234567");
    let traffic = bench.call("mvno/getTrafficInfo/", json!({"account": ODD})).await;
    assert_eq!(traffic["traffic"]["blackList"], "20", "a line with data is no longer slow");

    assert_eq!(bench.call("master/addSpec/", body).await["resultCode"], "100");
    assert_eq!(
        bench.line(ODD).top_ups.len(),
        4,
        "the same code twice is two top-ups: nobody but the caller prevents it"
    );

    let plain = json!({"kind": "MVNO", "account": EVEN, "quota": 512_000});
    assert_eq!(
        bench.call("master/addSpec/", plain).await["resultCode"],
        100,
        "lines with an even number answer in numbers"
    );
    assert_eq!(bench.line(EVEN).top_ups[0].expires, date(2026, 11, 30), "to the end of the month unless said");
}

#[tokio::test]
async fn a_plan_changes_at_once_or_on_its_day() {
    let bench = Bench::new().await;
    let change = async |body: Value| bench.call("mvno/changePlan/", body).await["resultCode"].clone();
    assert_eq!(change(json!({"account": ODD, "planCode": "PNEW_25GB"})).await, "100");
    assert_eq!(bench.line(ODD).plan_code, "PNEW_25GB", "no date means now");
    assert_eq!(change(json!({"account": ODD, "planCode": "PNEW_5GB", "runTime": "20261201"})).await, "100");
    assert_eq!(told(&bench, ODD).await["async"], json!({"func": "plan", "date": "20261201000000"}));
    assert_eq!(change(json!({"account": ODD, "planCode": "PNEW_10GB"})).await, "212", "one plan change at a time");
    let body = json!({"kind": "MVNO", "account": ODD, "quota": "500"});
    assert_eq!(bench.call("master/addSpec/", body).await["resultCode"], "100", "a planned change locks nothing else");
    bench.sandbox.change(|world| world.clock.set("2026-11-30T14:59:59Z".parse().unwrap()));
    assert_eq!(told(&bench, ODD).await["plancode"], "PNEW_25GB");
    bench.sandbox.advance(SignedDuration::from_secs(1));
    let after = told(&bench, ODD).await;
    assert_eq!((&after["plancode"], after.get("async")), (&json!("PNEW_5GB"), None), "from midnight in Japan on");
    assert_eq!(change(json!({"account": ODD, "planCode": "PNEW_10GB", "runTime": "2026-12-01"})).await, "100");
    assert_eq!(bench.line(ODD).plan_code, "PNEW_10GB", "today's date is now");
}

#[tokio::test]
async fn a_fixed_address_is_told_with_the_plan() {
    let bench = Bench::new().await;
    bench.sandbox.change(|world| world.freebit.line_mut(ODD).unwrap().ipv4 = Some("203.0.113.9".to_owned()));
    let body = |account: &str, ip: &str| json!({"account": account, "planCode": "PNEW_5GB", "globalIp": ip});
    assert_eq!(bench.call("mvno/changePlan/", body(ODD, "10")).await["ipv4"], "203.0.113.9");
    assert_eq!(bench.call("mvno/changePlan/", body(EVEN, "20")).await["ipv4"], Value::Null);
    assert_eq!(bench.call("mvno/changePlan/", body(EVEN, "10")).await["resultCode"], "400");
}

#[tokio::test]
async fn a_change_of_network_shuts_the_line_for_thirty_minutes() {
    let bench = Bench::new().await;
    let network = json!({"account": ODD, "contractLine": "5G", "productNumber": "AX1234567890123"});
    assert_eq!(bench.call("mvno/contractline/change/", network.clone()).await["resultCode"], "100");
    assert_eq!(told(&bench, ODD).await["async"], json!({"func": "contractline", "date": "20261122103000"}));
    bench.pass(29);
    for (path, body) in [
        ("mvno/contractline/change/", network),
        ("master/addSpec/", json!({"kind": "MVNO", "account": ODD, "quota": "500"})),
        ("mvno/changePlan/", json!({"account": ODD, "planCode": "PNEW_5GB", "runTime": "20261201"})),
        ("mvno/talkoption/changeOrder/", voice(json!({"voiceMail": "20"}))),
        ("master/cnclAcnt/", json!({"kind": "MVNO", "account": ODD, "runDate": "20261130"})),
    ] {
        assert_eq!(bench.call(path, body).await["resultCode"], "212", "{path}");
    }
    assert_eq!(bench.line(ODD).contract_line, "4G");
    bench.pass(1);
    assert_eq!(told(&bench, ODD).await["contractLine"], "5G");
    let body = json!({"kind": "MVNO", "account": ODD, "quota": "500"});
    assert_eq!(bench.call("master/addSpec/", body).await["resultCode"], "100");
}

fn voice(options: Value) -> Value {
    let mut body = json!({"account": ODD, "userConfirmed": "10"});
    body["talkOption"] = options;
    body
}

#[tokio::test]
async fn voice_options_change_alone_or_all_together() {
    let bench = Bench::new().await;
    let only = voice(json!({"callWaiting": "10"}));
    assert_eq!(bench.call("mvno/talkoption/changeOrder/", only.clone()).await["resultCode"], "100");
    assert_eq!(told(&bench, ODD).await["async"]["func"], "talkoption");
    assert_eq!(bench.call("mvno/talkoption/changeOrder/", only).await["resultCode"], "212");
    let network = json!({"account": ODD, "contractLine": "5G"});
    assert_eq!(bench.call("mvno/contractline/change/", network).await["resultCode"], "212");
    let top_up = json!({"kind": "MVNO", "account": ODD, "quota": "500"});
    assert_eq!(bench.call("master/addSpec/", top_up).await["resultCode"], "100", "data is not voice");
    bench.pass(30);
    let line = bench.line(ODD);
    assert_eq!((line.voice_mail, line.call_waiting), (true, true), "what is left out stays");

    let mut all = voice(json!({"callWaiting": "10"}));
    for (name, value) in [
        ("lastnameKanji", "高瀬"),
        ("firstnameKanji", "薫"),
        ("lastnameZenKana", "タカセ"),
        ("firstnameZenKana", "カオル"),
        ("gender", "W"),
        ("birthday", "19900401"),
    ] {
        all[name] = json!(value);
    }
    assert_eq!(bench.call("mvno/talkoption/addOrder/", all).await["resultCode"], "100");
    bench.pass(30);
    let line = bench.line(ODD);
    assert_eq!((line.voice_mail, line.call_waiting), (false, true), "here what is left out is switched off");
}

#[tokio::test]
async fn a_line_ends_when_its_last_day_ends_and_never_comes_back() {
    let bench = Bench::new().await;
    let cancel = json!({"kind": "MVNO", "account": ODD, "runDate": "20261130"});
    assert_eq!(bench.call("master/cnclAcnt/", cancel.clone()).await["resultCode"], "100");
    assert_eq!(told(&bench, ODD).await["async"], json!({"func": "cancel", "date": "20261130235959"}));
    assert_eq!(bench.call("master/cnclAcnt/", cancel.clone()).await["resultCode"], "212");
    let top_up = json!({"kind": "MVNO", "account": ODD, "quota": "500"});
    assert_eq!(bench.call("master/addSpec/", top_up.clone()).await["resultCode"], "100", "it works until it ends");
    bench.sandbox.change(|world| world.clock.set("2026-11-30T14:59:59Z".parse().unwrap()));
    assert_eq!(told(&bench, ODD).await["state"], "active");
    bench.sandbox.advance(SignedDuration::from_secs(1));
    let after = told(&bench, ODD).await;
    assert_eq!((&after["state"], &after["quota"]), (&json!("obsolete"), &json!("0")));
    let again = json!({"kind": "MVNO", "account": ODD});
    for (path, body) in [
        ("master/addSpec/", top_up),
        ("master/cnclAcnt/", again),
        ("master/addAcnt/", json!({"createType": "add", "requestDatas": [{"kind": "MVNO", "account": ODD}]})),
    ] {
        assert_eq!(bench.call(path, body).await["resultCode"], "213", "{path}");
    }
}

#[tokio::test]
async fn without_a_date_a_line_ends_now() {
    let bench = Bench::new().await;
    let cancel = json!({"kind": "MVNO", "account": ODD});
    assert_eq!(bench.call("master/cnclAcnt/", cancel).await["resultCode"], "100");
    assert_eq!(bench.line(ODD).state, LineState::Active);
    bench.pass(10);
    assert_eq!(bench.line(ODD).state, LineState::Obsolete);
}

#[tokio::test]
async fn a_card_is_queued_and_then_registered_or_opened() {
    let bench = Bench::new().await;
    let (first, second) = ("09000000011", "09000000013");
    let queue = |account: &str, card: &str| json!({"account": account, "productNumber": card, "repAccount": "R1"});
    let cards = ["AX0000000000011", "AX0000000000013"];
    for (account, card) in [(first, cards[0]), (second, cards[1])] {
        assert_eq!(bench.call("mvno/semiblack/addTempAcnt/", queue(account, card)).await["resultCode"], "100");
    }
    assert!(bench.sandbox.look(|world| world.freebit.line(first, now()).is_none()), "nothing is opened by that");

    let register = |account: &str| {
        json!({"createType": "add", "masterAccount": "M1",
               "requestDatas": [{"kind": "MVNO", "account": account, "planCode": "PNEW_10GB_V"}]})
    };
    assert_eq!(bench.call("master/addAcnt/", register(first)).await["resultCode"], "100");
    let waiting = told(&bench, first).await;
    assert_eq!((&waiting["state"], &waiting["async"]["func"]), (&json!("waiting"), &json!("regist")));
    assert_eq!(bench.call("master/addAcnt/", register(first)).await["resultCode"], "215");
    bench.pass(10);
    let line = bench.line(first);
    assert_eq!((line.state, line.start, line.talk), (LineState::Active, Some(date(2026, 11, 22)), true));
    assert_eq!(line.product_number, cards[0]);

    let open = json!({"account": second, "productNumber": cards[1], "aladinOperated": "20", "planCode": "PNEW_5GB"});
    assert_eq!(bench.call("mvno/semiblack/addAcnt/", open.clone()).await["resultCode"], "100");
    assert_eq!(told(&bench, second).await["state"], "active", "this one does not wait");
    assert_eq!(bench.call("mvno/semiblack/addAcnt/", open).await["resultCode"], "215");
    let lost = json!({"productNumber": cards[1], "state": "70"});
    assert_eq!(
        bench.call("mvno/semiblack/changeState/", lost).await["resultCode"],
        "216",
        "a card in use stays in use"
    );
    assert_eq!(
        bench.call("master/addAcnt/", register("09000000015")).await["resultCode"],
        "210",
        "its card was not queued"
    );
}

#[tokio::test]
async fn a_queued_card_is_cancelled_before_it_is_queued_again() {
    let bench = Bench::new().await;
    let queue = json!({"account": "09000000011", "productNumber": "AX0000000000011", "repAccount": "R1"});
    let add = async || bench.call("mvno/semiblack/addTempAcnt/", queue.clone()).await["resultCode"].clone();
    let state = async |word: &str| {
        let body = json!({"productNumber": "AX0000000000011", "account": "09000000011", "state": word});
        bench.call("mvno/semiblack/changeState/", body).await["resultCode"].clone()
    };
    assert_eq!(add().await, "100");
    assert_eq!(add().await, "216");
    assert_eq!(state("60").await, "100");
    assert_eq!(add().await, "100");
    assert_eq!(state("70").await, "100");
    for word in ["60", "80"] {
        assert_eq!(state(word).await, "216", "what is lost is lost");
    }
    assert_eq!(add().await, "216");
}

#[tokio::test]
async fn the_seed_queues_the_cards_of_orders_to_come() {
    let bench = Bench::new().await;
    let register = |account: &str| json!({"createType": "add", "requestDatas": [{"kind": "MVNO", "account": account}]});
    let code = async |account: &str| bench.call("master/addAcnt/", register(account)).await["resultCode"].clone();
    assert_eq!(code("09002000030").await, 100, "its order waits for a review");
    assert_eq!(code("09002000021").await, "210", "this card was forgotten, which is why the order failed");
}
