//! J11: a day on the road. Customers are taken along in a sealed pack, looked at with every system out of reach, and gone
//! the next day.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use madoguchi::flow::{AuditAct, Command, Effect, Msg};
use madoguchi::sandbox::faults::{Fault, Order, System};
use serde_json::json;

use super::common::Desk;

const PHRASE: &str = "four words make one";

impl Desk {
    /// Does an action that has no key, by its name in the palette.
    pub async fn does(&mut self, name: &str) -> &mut Self {
        self.press("ctrl-p").await.type_text(name);
        self.press("enter").await
    }

    /// Has whom one looks at read for a pack, and seals it.
    async fn seal(&mut self, passphrase: &str) -> &mut Self {
        self.does("pack").await.type_text(passphrase).keys("tab").type_text(passphrase);
        self.press("enter").await
    }

    async fn open_pack(&mut self, passphrase: &str) -> &mut Self {
        self.does("pack-open").await.type_text(passphrase);
        self.press("enter").await
    }

    /// Nothing answers any more, and every system is known not to.
    fn go_down(&mut self) -> &mut Self {
        self.sandbox.misbehave(Order::everywhere(Fault::Unavailable503));
        self
    }

    fn packs(&self) -> Vec<PathBuf> {
        let files = fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path());
        files.filter(|path| path.to_string_lossy().contains("field-pack")).collect()
    }

    fn audited_as(&self, act: AuditAct) -> Vec<String> {
        let lines = self.audited().into_iter().filter(|entry| entry.act == act);
        lines.map(|entry| format!("{} {}", entry.customer, entry.note).trim_end().to_owned()).collect()
    }

    /// What stands under the cursor of the list, left of its details.
    fn list_row(&self) -> String {
        let screen = self.screen();
        let row = screen.iter().skip(3).find_map(|line| line.split_once("▸ ")).map(|(_, row)| row.to_owned());
        row.unwrap_or_default().split('│').next().unwrap_or_default().trim().to_owned()
    }

    fn changes_begun(&self) -> usize {
        let begins = |effect: &&Effect| matches!(effect, Effect::Run(Command::Begin(..) | Command::BeginRows(..)));
        self.effects.iter().filter(begins).count()
    }
}

/// A desk in whose queue two customers are marked and packed.
async fn packed_two() -> (Desk, Vec<String>) {
    let mut desk = Desk::open().await;
    desk.press("pagedown up up up up up enter").await.assert_shows("Cases: all open");
    desk.press("space space")
        .await
        .seal(PHRASE)
        .await
        .assert_shows("Sealed on this machine until 2026-11-23 00:00 JST");
    let packed = desk.audited_as(AuditAct::Pack);
    let numbers = packed.iter().map(|line| line.split(' ').next().unwrap().to_owned()).collect();
    desk.press("esc").await;
    (desk, numbers)
}

#[tokio::test]
async fn a_day_on_the_road() {
    let mut desk = Desk::open().await;
    desk.open_customer("Martin").await.press("5").await;
    let line = desk.list_row();
    assert!(line.contains("-0009") && line.contains("9.2 GB"), "{line}");
    let order = desk.press("4").await.list_row();
    assert!(order.contains("Active"), "{order}");
    // Two of those who wait for an answer are visited today.
    desk.press("b pagedown up up up up up enter").await.assert_shows("Cases: all open");
    for name in ["Martin", "Morel"] {
        desk.press("/ ctrl-u").await.type_text(name);
        desk.press("enter space").await;
    }
    desk.press("/ ctrl-u enter").await.does("pack").await;
    desk.assert_shows("2 customers, can be opened until 2026-11-23 00:00 JST").assert_shows("everything, now");
    desk.type_text(PHRASE).keys("tab").type_text(PHRASE);
    desk.press("enter").await.assert_shows("Sealed on this machine until 2026-11-23 00:00 JST");
    let told = ["C-000009", "C-000036"].map(|number| format!("{number} field pack of 2, until 2026-11-23 00:00 JST"));
    let mut packed = desk.audited_as(AuditAct::Pack);
    packed.sort_unstable();
    assert_eq!(packed, told);
    let [file] = desk.packs().try_into().unwrap();
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);

    // In the basement, six hours later: another process, and nobody answers.
    desk.go_down().pass(360).restart().await;
    desk.assert_shows("Field pack").assert_shows("2026-11-22 10:00 (6h ago)");
    desk.type_text("four words make two");
    desk.press("enter").await.assert_shows("does not open the pack. Nothing is");
    desk.type_text(PHRASE);
    desk.press("enter").await.assert_shows("C-000009").assert_shows("C-000036");
    assert_eq!(desk.audited_as(AuditAct::OpenPack), ["- field pack of 2 made 2026-11-22 10:00 JST"]);
    desk.press("enter").await.assert_shows("From the pack, 6h old (2026-11-22 10:00)").assert_shows("Chloé Martin");
    desk.press("5").await.assert_shows("6h ago");
    assert_eq!(desk.list_row(), line, "what the carrier said of the line");
    assert_eq!(desk.press("4").await.list_row(), order, "how the order stands");
    // What goes by more than a pack knows is not done; what was seen on the spot is written down and waits.
    desk.press("5 p").await.assert_shows("From the field pack: only notes");
    assert_eq!(desk.changes_begun(), 0);
    desk.press("1 m").await.type_text("Antenna replaced, -67 dBm");
    desk.press("enter").await.assert_shows("Keep it in the outbox?");
    desk.pass_seconds(1).press("y").await.assert_shows("outbox 1");

    // Found by what the customer would say, with the systems' silence beside it.
    for said in ["マルタン", "martin", "C-000009", "0009", "090-0200-0009", "Morel", "00000007"] {
        desk.search(said).await.assert_shows("pack");
        desk.press("enter").await.assert_shows("From the pack, 6h old");
    }

    // The next morning nothing of it is left, on the screen or on the disk.
    desk.pass(480).settle().await;
    desk.assert_hides("From the pack").assert_shows("The field pack's time is over");
    assert!(desk.packs().is_empty());
    desk.search("C-000009").await.assert_hides("Martin");
}

#[tokio::test]
async fn marked_customers_of_a_queue_are_packed_and_found_when_every_system_is_down() {
    let (mut desk, numbers) = packed_two().await;
    assert_eq!(numbers.len(), 2, "{numbers:?}");
    desk.go_down().pass(60).restart().await;
    desk.assert_shows("Customers");
    desk.type_text(PHRASE);
    desk.press("enter").await;
    for number in &numbers {
        desk.assert_shows(number);
    }
    desk.press("esc").await;
    for number in &numbers {
        desk.search(number).await.press("enter").await.assert_shows("From the pack, 1h old");
        desk.assert_shows(number);
    }
    // The clock of the cases stands still in a pack, and a second look asks nobody.
    let calls = |desk: &Desk| -> u64 { desk.sandbox.counts().values().flat_map(|calls| calls.values()).sum() };
    let before = calls(&desk);
    desk.press("1 2 3 4 5 6").await;
    assert_eq!(calls(&desk), before, "pages of the pack ask nobody");
}

#[tokio::test]
async fn a_pack_is_expired_at_the_next_start() {
    let (mut desk, _) = packed_two().await;
    assert_eq!(desk.packs().len(), 1);
    desk.go_down().pass(24 * 60).restart().await;
    desk.assert_hides("Passphrase");
    assert!(desk.packs().is_empty());
    desk.press("esc n").await.assert_shows("The field pack's time is over");
}

#[tokio::test]
async fn once_a_system_answers_the_customer_is_live_again_and_what_fails_keeps_the_packs_knowledge() {
    let (mut desk, numbers) = packed_two().await;
    desk.go_down().pass(120).restart().await;
    desk.type_text(PHRASE);
    desk.press("enter").await.press("esc").await.search(&numbers[0]).await.press("enter").await;
    desk.assert_shows("From the pack, 2h old");
    // Asked with the link still gone: what was known stays.
    desk.press("r").await.assert_shows("From the pack, 2h old").assert_shows(&numbers[0]);
    // The link is back. Billing is not: what the pack knew of it stands beside what is read.
    desk.sandbox.behave();
    desk.restart().await.refuse(System::Whmcs);
    desk.pass(60).open_pack(PHRASE).await.press("esc").await.search(&numbers[0]).await.press("enter").await;
    desk.assert_hides("From the pack").assert_shows(&numbers[0]);
    desk.press("2").await.assert_shows("WHMCS: does not allow this").assert_shows("✓ Active").assert_shows("SF now");
    desk.assert_shows("3h ago");
}

#[tokio::test]
async fn a_damaged_pack_is_told_and_a_dropped_one_is_gone() {
    let (mut desk, _) = packed_two().await;
    let file = desk.packs().remove(0);
    let whole = fs::read(&file).unwrap();
    let mut other = whole.clone();
    let middle = other.len() / 2;
    other[middle] ^= 1;
    fs::write(&file, &other).unwrap();
    desk.restart().await.assert_shows("file is damaged");
    fs::write(&file, &whole).unwrap();
    desk.restart().await.does("pack-drop").await.assert_shows("Throw this pack away?");
    desk.press("x esc").await;
    assert_eq!(desk.packs().len(), 1, "any other key keeps it");
    desk.does("pack-drop").await.press("y").await.assert_shows("The field pack is gone");
    assert!(desk.packs().is_empty());
    assert_eq!(desk.audited_as(AuditAct::DropPack), ["-"]);
}

#[tokio::test]
async fn the_passphrase_is_typed_twice_is_long_enough_and_stands_nowhere() {
    let mut desk = Desk::open().await;
    desk.open_customer("C-000009").await.does("pack").await.type_text("short");
    desk.press("enter").await.assert_shows("At least 12 characters");
    desk.type_text(" no longer so");
    desk.press("tab").await.type_text("something else of length");
    desk.press("enter").await.assert_shows("Not the same as above");
    assert!(desk.packs().is_empty());
    desk.type_text("short no longer so");
    desk.press("enter").await.assert_shows("Sealed on this machine");
    let asked = format!("{:?} {:?}", desk.effects, desk.app);
    assert!(!asked.contains("no longer so"), "in an effect or in what the desk prints of itself");
    let screen = desk.screen().join("\n");
    assert!(!screen.contains("no longer"), "{screen}");
    for file in fs::read_dir(desk.folder.path()).unwrap().map(|entry| entry.unwrap().path()) {
        if file.is_dir() {
            continue;
        }
        let bytes = fs::read(&file).unwrap();
        let found = |secret: &[u8]| bytes.windows(secret.len()).any(|it| it == secret);
        assert!(!found(b"no longer so"), "{}", file.display());
    }
    let sealed = fs::read(&desk.packs()[0]).unwrap();
    assert!(!String::from_utf8_lossy(&sealed).contains("C-000009"), "nor can the pack be read");
}

#[tokio::test]
async fn without_an_audit_log_nothing_is_sealed_and_nothing_is_opened() {
    let (mut desk, numbers) = packed_two().await;
    desk.audit_broken = true;
    desk.open_customer("C-000009").await.seal(PHRASE).await.assert_shows("so nothing was sealed");
    desk.press("esc").await.go_down().restart().await;
    desk.type_text(PHRASE);
    desk.press("enter").await.assert_shows("so the pack is").assert_hides(&numbers[0]);
    desk.press("esc").await.search(&numbers[0]).await.press("enter").await.assert_hides("From the pack");
}

#[tokio::test]
async fn on_the_board_a_pack_is_made_of_todays_promises() {
    let mut desk = Desk::open().await;
    desk.press("pagedown up up up up enter").await.assert_shows("My promises due");
    let shown = desk.screen().join("\n");
    desk.press("b").await.seal(PHRASE).await.assert_shows("Sealed on this machine");
    let packed = desk.screen().join("\n");
    for (name, number) in [("Rafael Castillo", "C-000041"), ("Petr Dvořák", "C-000018")] {
        assert!(shown.contains(name) && packed.contains(name), "{name}\n{shown}\n{packed}");
        assert!(desk.audited_as(AuditAct::Pack).iter().any(|line| line.starts_with(number)), "{number}");
    }
}

#[tokio::test]
async fn a_customer_nobody_could_read_is_said_and_not_packed() {
    let mut desk = Desk::open().await;
    desk.open_customer("C-000009").await.press("b").await;
    desk.go_down().does("pack").await.assert_shows("No pack was made").assert_shows("Salesforce");
    assert!(desk.packs().is_empty());
    // What was read before is packed as it was last known, and says how old it is.
    desk.press("esc").await.pass(30).press("-").await.does("pack").await.assert_shows("30m ago");
}

#[tokio::test]
async fn secrets_that_people_write_down_are_not_packed() {
    let mut desk = Desk::open().await;
    desk.sandbox.change(|world| {
        let case = world.salesforce.rows("Case").find(|row| row.text("Status") == "New").map(|it| it.id().to_string());
        let said = json!({ "Description": "PUK 12345678, LPA:1$smdp.example.com$QR-G-5C, meter in the basement" });
        world.salesforce.update(&case.unwrap(), said.as_object().unwrap().clone()).unwrap();
    });
    desk.handle(Msg::Minute);
    let number = desk.sandbox.look(|world| {
        let mut cases = world.salesforce.rows("Case");
        cases.find(|row| row.text("Description").contains("basement")).unwrap().text("CaseNumber").to_owned()
    });
    let number = format!("case:{number}");
    desk.open_customer(&number).await.seal(PHRASE).await.assert_shows("Sealed on this machine");
    desk.press("esc").await.go_down().pass(60).restart().await;
    desk.type_text(PHRASE);
    desk.press("enter").await.press("esc").await.search(&number).await.press("enter").await.press("6").await;
    desk.assert_shows("meter in the basement");
    desk.assert_hides("12345678").assert_hides("QR-G-5C");
}
