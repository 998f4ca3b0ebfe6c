//! The same work in an organisation whose Salesforce has other words: nothing is written, found or understood by a word that
//! the desk is made with. The sandbox refuses every word that it would have by itself.

use jiff::SignedDuration;
use madoguchi::domain::words::Words;
use madoguchi::flow::{OperationState, Query, Reply, Slot};
use madoguchi::sandbox::worker::Mode;

use super::order::{number_of, of_account};
use super::{Office, word};

/// Every word of every list is another.
const WORDS: &str = r#"
order_status = { draft = "下書き", pending_review = "審査待ち", approved = "承認済み", processed = "完了", cancelled = "取消", reactivate = "再実行" }
activation = { not_started = "未着手", activating = "開通中", activated = "開通済み", failed = "失敗", scheduled = "予約" }
activation_type = { immediate = "即時", scheduled = "指定日" }
product_kind = { internet = "インターネット", sim = "モバイル", vpn = "専用線" }
item_class = { service = "本体", activation = "開通手数料" }
cycle = { monthly = "月額", once = "一回" }
sim_type = { physical = "カード", esim = "チップ" }
card = { stock = "在庫", kept = "取置", assigned = "割当", service = "使用中", retired = "廃棄" }
id_status = { not_submitted = "未提出", waiting = ["提出済み", "確認中"], verified = "確認済み", rejected = "差戻し" }
eligibility = { not_requested = "未依頼", pending = "照会中", eligible = "提供可", ineligible = "提供不可" }
notice = { received = "受領", not_yet = "待ち", not_needed = "不問", moving = "転居" }
case_status = { new = "新着", in_progress = "対応中", awaiting_customer = "お客様待ち", escalated = "上申", closed = "終了" }
case_priority = { low = "低", medium = "中", high = "高" }
case_type = { question = "質問", problem = "不具合", billing = "請求", cancellation = "解約", complaint = "苦情" }
case_origin = { phone = "電話", email = "メール", web = "ウェブ", portal = "会員ページ" }
task_status = { not_started = "未", in_progress = "着手", completed = "済", waiting = "他者待ち", deferred = "延期" }
task_priority = { high = "急", normal = "並", low = "緩" }

[stage]
contact = "接触"
introduction = "紹介"
ready = "準備完了"
post_processing = "後処理"
active = "利用中"
cancelling = "解約予定"
cancelled = "解約済み"
completed = "終結"
void = "無効"
"#;

async fn elsewhere() -> Office {
    let words: Words = toml::from_str(WORDS).unwrap();
    assert_eq!(words.check(), Ok(()));
    Office::speaking(words).await
}

/// What a verb carried out comes to, for this customer.
async fn done(office: &Office, number: &str, verb: &str, fields: &[(&str, &str)]) {
    let view = office.carry(number, verb, fields).await;
    assert_eq!(view.state, OperationState::Done, "{verb}: {view:#?}");
    office.pass(SignedDuration::from_secs(5));
}

fn order(office: &Office, family: &str, field: &str) -> String {
    let account = of_account(office, family, "Id");
    office.world(|world| {
        let of_account = world.salesforce.rows("Order").filter(|it| it.text("AccountId") == account);
        of_account.max_by_key(|it| it.text("OrderNumber").to_owned()).unwrap().text(field).to_owned()
    })
}

#[tokio::test]
async fn an_order_is_made_approved_and_fulfilled() {
    let office = elsewhere().await;
    office.sandbox.change(|world| world.worker.switch(Mode::Off));
    let number = number_of(&office, "Björk");
    let fields = [("plan", "INTERNET-GOLD-APT-1G"), ("installation", "single"), ("access", "ipoe-byor")];
    done(&office, &number, "order-create", &fields).await;
    let named = order(&office, "Björk", "OrderNumber");
    done(&office, &number, "approve", &[("order", &named)]).await;
    let plan = office.plan(&number, "fulfil", &[("order", &named)]).await;
    assert_eq!(plan.blocked(), None, "{:?}", plan.checks);
    let sent = serde_json::to_string(&plan).unwrap();
    for (said, never) in [("開通済み", "Activated"), ("完了", "Processed"), ("利用中", "\"Active\"")] {
        assert!(sent.contains(said) && !sent.contains(never), "{said}: {sent}");
    }
    assert_eq!(office.confirm(&plan).await.state, OperationState::Done);
    // Inside, the sandbox has its own words.
    for (field, stands) in
        [("Status", "Processed"), ("Activation_Status__c", "Activated"), ("Order_Type__c", "Internet")]
    {
        assert_eq!(order(&office, "Björk", field), stands, "{field}");
    }
    let again = office.plan(&number, "fulfil", &[("order", &named)]).await;
    assert_eq!(again.blocked().map(|why| &*why.key), Some("check-order-status"));
}

#[tokio::test]
async fn a_line_is_ordered_and_opened_on_a_card_from_stock() {
    let office = elsewhere().await;
    office.sandbox.change(|world| world.worker.switch(Mode::Off));
    let fields = [("plan", "SIM-VOICE-10GB"), ("sim-type", "esim"), ("eid", "89049032000000000000000000004237")];
    done(&office, "C-000001", "order-create", &fields).await;
    let named = order(&office, "Lindqvist", "OrderNumber");
    done(&office, "C-000001", "approve", &[("order", &named)]).await;
    let view = office.carry("C-000001", "fulfil", &[("order", &named)]).await;
    assert_eq!(word(&view.state), "waits-for-system", "the carrier takes its time: {view:#?}");
    assert_eq!(order(&office, "Lindqvist", "SIM_Type__c"), "eSIM");
    office.pass(SignedDuration::from_mins(30));
    office.look().await;
    assert_eq!(word(&office.view(view.id).state), "done");
    let card = office.world(|world| {
        let id = world.salesforce.rows("Order").find(|it| it.text("OrderNumber") == named).unwrap().id().to_owned();
        let mut cards = world.salesforce.rows("SIM_Inventory__c");
        cards.find(|it| it.text("Assigned_Order__c") == id).unwrap().text("Status__c").to_owned()
    });
    assert_eq!(card, "Activated");
}

#[tokio::test]
async fn reviews_are_decided() {
    let office = elsewhere().await;
    let ticked = ["name-fits", "birth-fits", "address-fits", "period-good", "both-sides"].map(|field| (field, "yes"));
    let number = number_of(&office, "Haidari");
    done(&office, &number, "id-approve", &ticked).await;
    assert_eq!(of_account(&office, "Haidari", "Id_Verification_Status__c"), "Verified");
    let again = office.plan(&number, "id-approve", &ticked).await;
    assert_eq!(again.blocked().map(|why| &*why.key), Some("check-card-decided"), "what was written is understood");
    let number = number_of(&office, "Kim");
    done(&office, &number, "eligibility-result", &[("result", "eligible"), ("offering", "Home 1G")]).await;
    assert_eq!(of_account(&office, "Kim", "Internet_Eligibility_Status__c"), "Eligible");
}

#[tokio::test]
async fn cases_are_opened_answered_and_closed() {
    let office = elsewhere().await;
    let fields = [("subject", "No data"), ("text", "Since noon."), ("type", "problem"), ("priority", "high")];
    done(&office, "C-000001", "case", &fields).await;
    let account = of_account(&office, "Lindqvist", "Id");
    let case = |field: &str| {
        office.world(|world| {
            let cases = world.salesforce.rows("Case").filter(|it| it.text("AccountId") == account);
            cases.max_by_key(|it| it.text("CaseNumber").to_owned()).unwrap().text(field).to_owned()
        })
    };
    let words = ["Status", "Priority", "Type", "Origin"].map(case);
    assert_eq!(words, ["New", "High", "Problem", "Phone"].map(str::to_owned));
    let number = case("CaseNumber");
    done(&office, "C-000001", "macro", &[("case", &number), ("macro", "received")]).await;
    assert_eq!(case("Status"), "In Progress");
    let plan = office.plan("C-000001", "case-status", &[("case", &number), ("status", "closed")]).await;
    assert!(plan.warnings.iter().any(|it| it.key == "warning-case-closed"), "{:?}", plan.warnings);
    assert_eq!(office.confirm(&plan).await.state, OperationState::Done);
    assert_eq!(case("Status"), "Closed");
    done(&office, "C-000001", "note", &[("text", "Called back.")]).await;
}

#[tokio::test]
async fn the_board_counts_the_same() {
    let (office, other) = (Office::open().await, elsewhere().await);
    let board = async |office: &Office| {
        let replies = office.ask(Slot::Board, Query::Board).await;
        let mut counted: Vec<String> = replies
            .into_iter()
            .filter_map(|it| match it {
                Reply::Tally(queue, tally) => Some(format!("{queue:?} {:?}", tally.value())),
                _ => None,
            })
            .collect();
        counted.sort();
        counted
    };
    let (here, there) = (board(&office).await, board(&other).await);
    assert!(!here.is_empty());
    assert_eq!(here, there);
}
