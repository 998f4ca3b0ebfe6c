//! Routines: recorded by what was meant, named, and run on another customer after a look at what they would do.

use std::path::PathBuf;

use madoguchi::config;
use madoguchi::flow::{Command, Effect, Msg};
use madoguchi::sandbox::faults::{Fault, Order, System};
use madoguchi::sandbox::whmcs::db::InvoiceStatus;

use super::common::Desk;

const TOP_UP: &str = r#"
[parameters.line]
[parameters.gb]
default = "2"

[[steps]]
go = "sim"
[[steps]]
change = "top-up"
fields = { line = "{line}", gb = "{gb}" }
[[steps]]
change = "note"
fields = { text = "Topped up {gb} GB" }
"#;

const NOTES: &str = r#"
[[steps]]
go = "support"
[[steps]]
change = "note"
fields = { text = "first" }
[[steps]]
change = "note"
fields = { text = "second" }
"#;

const REMIND: &str = r#"
[[steps]]
go = "billing"
[[steps]]
filter = "status:unpaid"
[[steps]]
sort = "due"
[[steps]]
mark = "all"
[[steps]]
change = "send-email"
rows = "invoice"
fields = { template = "First Invoice Overdue Notice" }
[[steps]]
change = "note"
fields = { text = "reminded" }
"#;

impl Desk {
    fn routines(&self) -> PathBuf {
        self.folder.path().join("routines")
    }

    /// A routine's file is there, and the desk has seen it.
    fn with_routine(&mut self, name: &str, text: &str) -> &mut Self {
        let folder = self.routines();
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{name}.toml")), text).unwrap();
        self.handle(Msg::Routines(config::routines::read(&folder)));
        self
    }

    fn kept(&self, name: &str) -> String {
        std::fs::read_to_string(self.routines().join(format!("{name}.toml"))).unwrap()
    }

    fn begun_changes(&self) -> Vec<&'static str> {
        let begun = self.effects.iter().filter_map(|effect| match effect {
            Effect::Run(Command::Begin(plan, _) | Command::AskSecond(plan, _)) => Some(plan.change.what.verb()),
            Effect::Run(Command::BeginRows(plans, _)) => plans.first().map(|plan| plan.change.what.verb()),
            _ => None,
        });
        begun.collect()
    }

    fn notes(&self) -> Vec<String> {
        self.sandbox.look(|world| {
            let tasks = world.salesforce.rows("Task");
            tasks.map(|row| row.text("Description").to_owned()).filter(|it| !it.is_empty()).collect()
        })
    }
}

#[tokio::test]
async fn what_was_done_for_one_customer_is_recorded_and_done_for_another() {
    let mut desk = Desk::open().await;
    desk.open_customer("Emma Lindqvist").await.press("v 1 2 enter %").await;
    desk.assert_shows("RECORDING").assert_shows("Recording: what you do");
    // Through three tabs to the fourth: what counts is where one came to.
    desk.press("2 3 4 5 t").await.press("ctrl-u 2 enter").await.assert_shows("Add 2 GB");
    desk.pass_seconds(1).press("1 0 0 0 enter").await.assert_shows("Add 2 GB: done");
    desk.press("1 m").await.type_text("Emma asked for data");
    desk.press("enter").await.assert_shows("is the customer’s own");
    desk.pass_seconds(1).press("y").await.assert_shows("RECORDING 4");
    desk.press("%").await.assert_shows("What was recorded").assert_shows("1 Go to SIM › Lines");
    desk.assert_shows("asked: the customer’s own").assert_shows("GB: 2").assert_shows("always so");
    desk.assert_hides("Emma asked");
    desk.assert_hides("09002000001");
    // Nothing is kept without a name that can be one.
    desk.press("enter").await.assert_shows("A name is letters");
    desk.type_text("more/data");
    desk.press("enter").await.assert_shows("A name is letters");
    desk.press("ctrl-u").await.type_text("more-data");
    // The amount is asked, the walk back to the dashboard is deleted.
    desk.press("tab down down down space").await.assert_shows("asked, this at first");
    desk.press("down x").await.assert_hides("Go to Dashboard");
    desk.press("enter").await.assert_hides("RECORDING");
    let kept = desk.kept("more-data");
    for word in ["go = \"lines\"", "change = \"top-up\"", "line = \"{line}\"", "[parameters.gb]", "default = \"2\""] {
        assert!(kept.contains(word), "{word} should be in\n{kept}");
    }
    assert!(kept.contains("text = \"{text}\"") && !kept.contains("Emma") && !kept.contains("0900"), "{kept}");

    // On another customer: asked, looked at, made.
    desk.open_customer("C-000002").await.press("v 1 2 enter &").await.assert_shows("more-data").assert_shows("3 steps");
    desk.press("enter").await.assert_shows("Asked each time").assert_shows("090-****-0002");
    desk.press("tab ctrl-u 1 enter").await.assert_shows("Needed");
    desk.type_text("as asked");
    let before = desk.begun_changes().len();
    desk.press("enter").await;
    desk.assert_shows("Add 1 GB").assert_shows("would be done · ¥500 · asks first");
    desk.assert_shows("¥500 altogether").assert_shows("1 Go to SIM › Lines");
    assert_eq!(desk.begun_changes().len(), before, "nothing is sent by looking");
    desk.press("y").await;
    assert_eq!(desk.begun_changes().len(), before, "typed before it could be seen");
    // The money still asks for its amount.
    desk.pass_seconds(1).press("y").await.assert_shows("Type the amount, 500");
    desk.pass_seconds(1).press("5 0 0 enter").await.assert_shows("All 3 steps done");
    assert_eq!(desk.begun_changes()[before..], ["top-up", "note"]);
    assert!(desk.notes().iter().any(|note| note == "as asked"), "{:?}", desk.notes());
    desk.press("y").await;
    assert_eq!(desk.copied().unwrap().lines().count(), 3);
    desk.press("enter").await.assert_shows("Note on the customer: done");
}

#[tokio::test]
async fn marked_rows_are_filtered_marked_and_confirmed_by_their_number() {
    let mut desk = Desk::open().await;
    desk.with_routine("remind", REMIND);
    desk.open_customer("C-000003").await.press("ctrl-p").await.type_text("routine remind");
    desk.press("enter").await;
    desk.assert_shows("2 Show only rows with status:unpaid").assert_shows("2 marked rows").assert_shows("5 Send");
    assert_eq!(desk.begun_changes(), Vec::<&str>::new());
    desk.pass_seconds(1).press("y").await.assert_shows("2 of 2 will be changed");
    desk.pass_seconds(1).press("2 enter").await.assert_shows("2 done, 0 not, 0 not begun");
    desk.press("enter").await.assert_shows("All 6 steps done");
    assert_eq!(desk.begun_changes(), ["send-email", "note"]);
    let sent = desk.sandbox.look(|world| {
        let unpaid = world.whmcs.invoices.of(1003).filter(|it| it.status == InvoiceStatus::Unpaid).count();
        (unpaid, world.whmcs.emails.of(1003).filter(|it| it.subject.contains("Overdue")).count())
    });
    assert_eq!(sent.0, 2);
    assert!(sent.1 >= 2, "{sent:?}");
    // Who owes nothing has nothing marked: said, and what comes after is not tried.
    desk.press("enter").await.open_customer("C-000001").await.press("& enter").await;
    desk.assert_shows("No row is marked").assert_shows("not tried").assert_shows("Nothing was changed");
    desk.pass_seconds(1).press("y").await;
    assert_eq!(desk.begun_changes().len(), 2);
}

#[tokio::test]
async fn a_refused_step_is_the_last_that_was_tried() {
    let mut desk = Desk::open().await;
    desk.with_routine("data", TOP_UP);
    // Nobody compared a fact of the caller.
    desk.open_customer("C-000002").await.press("& enter").await.assert_shows("GB");
    desk.press("enter").await.assert_shows("Needs a caller verified to V1").assert_shows("not tried");
    desk.pass_seconds(1).press("y").await;
    assert_eq!(desk.begun_changes(), Vec::<&str>::new());
    // What is wrong with a value is said by its field.
    desk.press("enter v 1 2 enter & enter tab ctrl-u").await.type_text("many");
    desk.press("enter").await.assert_shows("GB: ").assert_shows("not tried");
    // A carrier's lock stands against it, as it does against the change alone.
    desk.press("enter").await.open_customer("C-000013").await.press("v 1 2 enter & enter enter").await;
    desk.assert_shows("running on the line").assert_shows("not tried");
}

#[tokio::test]
async fn a_step_that_fails_stops_it_and_what_is_done_is_said() {
    let mut desk = Desk::open().await;
    desk.with_routine("notes", NOTES);
    desk.open_customer("C-000002").await.press("& enter").await.assert_shows("Is this right?");
    desk.sandbox.misbehave(Order::on(System::Salesforce, Fault::Unavailable503).matching("Task"));
    desk.pass_seconds(1).press("y").await.assert_shows("Stopped: 1 of 3 steps done");
    assert_eq!(desk.begun_changes(), ["note"]);
    desk.sandbox.behave();
    desk.press("esc").await.assert_shows("Stopped: 1 of 3 steps done");
    assert!(!desk.notes().iter().any(|note| note == "second"));
}

#[tokio::test]
async fn what_changed_meanwhile_is_seen_before_its_turn() {
    const BOTH: &str = r#"
[parameters.line]
[[steps]]
change = "note"
fields = { text = "asks for data" }
[[steps]]
change = "top-up"
fields = { line = "{line}", gb = "1" }
"#;
    let mut desk = Desk::open().await;
    desk.with_routine("both", BOTH);
    desk.open_customer("C-000002").await.press("v 1 2 enter & enter enter").await.assert_shows("¥500");
    desk.sandbox.change(|world| {
        let card = world.whmcs.pay_methods.of(1002).next().unwrap().id;
        world.whmcs.pay_methods.remove(card);
    });
    desk.pass_seconds(1).press("y").await.assert_shows("Stopped: 1 of 2 steps done").assert_shows("No pay method");
    assert_eq!(desk.begun_changes(), ["note"]);
    desk.press("m").await;
    assert_eq!(desk.begun_changes(), ["note"], "what is refused is not gone on with");
}

#[tokio::test]
async fn it_can_be_left_at_what_it_asks_and_gone_on_with() {
    let mut desk = Desk::open().await;
    desk.with_routine("data", TOP_UP);
    desk.open_customer("C-000002").await.press("v 1 2 enter & enter enter").await.assert_shows("¥1,000");
    desk.pass_seconds(1).press("y").await.assert_shows("Type the amount, 1000");
    desk.press("esc").await;
    desk.assert_shows("Stopped: 1 of 3 steps done").assert_shows("You left what it asked");
    assert_eq!(desk.begun_changes(), Vec::<&str>::new());
    desk.press("m").await.assert_shows("Type the amount, 1000");
    desk.pass_seconds(1).press("1 0 0 0 enter").await.assert_shows("All 3 steps done");
    assert_eq!(desk.begun_changes(), ["top-up", "note"]);
}

#[tokio::test]
async fn what_needs_a_second_person_waits_for_one_and_stops_where_none_comes() {
    const CREDIT: &str = r#"
[[steps]]
change = "add-credit"
fields = { amount = "20000", reason = "outage" }
[[steps]]
change = "note"
fields = { text = "credited" }
"#;
    let mut desk = Desk::open().await;
    desk.with_routine("credit", CREDIT);
    desk.open_customer("C-000002").await.press("v 1 2 enter & enter").await.assert_shows("A second person");
    desk.pass_seconds(1).press("y").await.pass_seconds(1).type_text("add-credit").press("enter").await;
    assert_eq!(desk.begun_changes(), ["add-credit"]);
    desk.assert_hides("steps done");
    desk.press("esc").await.assert_shows("Stopped: 0 of 2 steps done");
    assert_eq!(desk.begun_changes(), ["add-credit"], "what comes after it is not tried");
    desk.press("esc & enter").await.pass_seconds(1).press("y").await;
    desk.pass_seconds(1).type_text("add-credit").press("enter").await.type_text("Kato");
    desk.press("tab").await.type_text("0000");
    desk.press("enter").await.assert_shows("All 2 steps done");
    assert_eq!(desk.begun_changes(), ["add-credit", "add-credit", "note"]);
}

#[tokio::test]
async fn a_broken_file_is_told_and_stops_nothing() {
    let mut desk = Desk::open().await;
    desk.with_routine("good", NOTES).with_routine("broken", "[[steps]]\ngo = \"biling\"");
    desk.assert_shows("The routine broken cannot be used");
    desk.open_customer("C-000002").await.press("&").await.assert_shows("good").assert_shows("cannot be used");
    desk.press("enter").await.assert_shows("biling\" (did you mean");
    desk.press("esc & down enter").await.assert_shows("Is this right?");
}

#[tokio::test]
async fn what_is_in_no_routine_is_said_at_once() {
    let mut desk = Desk::open().await;
    desk.with_routine("notes", NOTES);
    desk.open_customer("C-000002").await.press("% %").await.assert_shows("Nothing was recorded");
    desk.press("% R").await.assert_shows("Not recorded: Show or mask personal data");
    desk.press("3 space").await.assert_shows("Single marks are not recorded");
    desk.press("esc")
        .await
        .search("C-000001")
        .await
        .press("enter")
        .await
        .assert_shows("a routine runs on the customer");
    desk.press("& enter").await.assert_shows("While one is recorded");
    desk.press("3 f").await.type_text("status:paid");
    desk.press("enter *").await.assert_shows("RECORDING");
    desk.press("%").await.assert_shows("Show only rows with status:paid").assert_shows("Mark every row shown");
    // Left, it goes on where it was; thrown away, it is gone.
    desk.press("esc").await.assert_shows("Recording goes on").assert_shows("RECORDING");
    desk.press("% tab X").await.assert_shows("thrown away").assert_hides("RECORDING");
}
