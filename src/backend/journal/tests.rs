use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::ToSpan as _;
use rusqlite::Connection;
use serde_json::json;
use tempfile::TempDir;

use super::*;

/// A folder with a journal in it, and the clock of everybody who opens it.
struct Place {
    folder: TempDir,
    minutes: Arc<AtomicI64>,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), minutes: Arc::default() }
    }

    fn now(&self) -> Now {
        let minutes = self.minutes.clone();
        Arc::new(move || noon() + minutes.load(Ordering::SeqCst).minutes())
    }

    fn pass(&self, minutes: i64) {
        self.minutes.fetch_add(minutes, Ordering::SeqCst);
    }

    async fn open_world(&self, world: World) -> Journal {
        Journal::open(self.folder.path(), world, self.now()).await.unwrap()
    }

    /// Another desk at the same world.
    async fn desk(&self) -> Journal {
        self.open_world(World::Lasting("live at example.jp".to_owned())).await
    }

    /// The file as somebody with another program has it.
    fn file(&self) -> Connection {
        Connection::open(self.folder.path().join("journal.db")).unwrap()
    }
}

fn noon() -> Timestamp {
    "2026-11-22T03:00:00Z".parse().unwrap()
}

fn id(number: u8) -> OperationId {
    OperationId::new(noon(), [number; 10])
}

fn top_up(number: u8) -> Confirmed {
    Confirmed {
        id: id(number),
        customer: "C-000001".to_owned(),
        verb: "top-up".to_owned(),
        change: json!({ "line": "09000000001", "megabytes": 1000 }),
        plan: json!({ "steps": ["invoice", "capture", "quota"] }),
        actor: "hanako".to_owned(),
        role: "operator".to_owned(),
        caller_level: "V1".to_owned(),
    }
}

fn running() -> Standing {
    Standing::open("running")
}

fn told(number: u8, kind: EntryKind, standing: Standing) -> Record {
    Record { operation: id(number), step: Some(0), kind, body: json!({ "system": "whmcs" }), standing: Some(standing) }
}

async fn inserted(journal: &Journal, number: u8) -> Lease {
    journal.insert(top_up(number), running()).await.unwrap().1.unwrap()
}

#[tokio::test]
async fn what_was_written_is_there_when_the_desk_opens_again() {
    let place = Place::new();
    let desk = place.desk().await;
    let lease = inserted(&desk, 1).await;
    let deadline = noon() + 30.minutes();
    let waiting = Standing { waits: Some(json!("the carrier")), deadline: Some(deadline), ..running() };
    place.pass(1);
    let intent = desk.record(told(1, EntryKind::Intent, waiting.clone())).await.unwrap();
    // The desk dies here: the intent is written, its answer is not.
    desk.close().await;
    drop(lease);

    let desk = place.desk().await;
    let found = desk.open_operations().await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0].confirmed, &found[0].standing), (&top_up(1), &waiting));
    assert_eq!((found[0].created_at, found[0].updated_at), (noon(), noon() + 1.minutes()));
    assert_eq!(desk.operation(id(1)).await.unwrap().as_ref(), found.first());
    let entries = desk.entries(id(1)).await.unwrap();
    assert_eq!(entries.iter().map(|it| it.record.kind).collect::<Vec<_>>(), [EntryKind::Confirmed, EntryKind::Intent]);
    assert_eq!((entries[1].seq, entries[1].at), (intent, noon() + 1.minutes()));
    assert_eq!(entries[1].record, told(1, EntryKind::Intent, waiting));
    assert_eq!(desk.verify().await.unwrap(), Verified { entries: 2, bad: None });
}

#[tokio::test]
async fn confirming_twice_is_one_operation() {
    let place = Place::new();
    let (desk, other) = (place.desk().await, place.desk().await);
    let _lease = inserted(&desk, 1).await;
    let again = Confirmed { actor: "taro".to_owned(), ..top_up(1) };
    for journal in [&desk, &other] {
        let (found, lease) = journal.insert(again.clone(), running()).await.unwrap();
        assert!(matches!(found, Inserted::Already(first) if first.confirmed == top_up(1)));
        assert!(lease.is_none());
    }
    assert_eq!(desk.entries(id(1)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_over_is_recent_and_no_longer_open() {
    let place = Place::new();
    let desk = place.desk().await;
    let leases = [inserted(&desk, 1).await, inserted(&desk, 2).await];
    place.pass(1);
    desk.record(told(1, EntryKind::Outcome, Standing::over("done"))).await.unwrap();
    let ids = |found: Vec<Operation>| found.iter().map(|it| it.confirmed.id).collect::<Vec<_>>();
    assert_eq!(ids(desk.open_operations().await.unwrap()), [id(2)]);
    assert_eq!(ids(desk.recent(9).await.unwrap()), [id(1), id(2)]);
    assert_eq!(ids(desk.recent(1).await.unwrap()), [id(1)]);
    assert_eq!(ids(desk.of_customer("C-000001".to_owned(), 9).await.unwrap()), [id(1), id(2)]);
    assert!(desk.of_customer("C-000002".to_owned(), 9).await.unwrap().is_empty());
    drop(leases);
}

#[tokio::test]
async fn another_desk_learns_what_changed() {
    let place = Place::new();
    let (desk, other) = (place.desk().await, place.desk().await);
    let (start, nothing) = other.changes_since(0).await.unwrap();
    assert_eq!((start, nothing), (0, vec![]));
    let _lease = inserted(&desk, 1).await;
    let (seq, changed) = other.changes_since(start).await.unwrap();
    assert_eq!(changed, [id(1)]);
    assert_eq!(other.changes_since(seq).await.unwrap(), (seq, vec![]));
    let _second = inserted(&desk, 2).await;
    desk.record(told(1, EntryKind::Fact, running())).await.unwrap();
    let mut changed = other.changes_since(seq).await.unwrap().1;
    changed.sort();
    assert_eq!(changed, [id(1), id(2)]);
}

#[tokio::test]
async fn one_living_desk_works_on_an_operation() {
    let place = Place::new();
    let (desk, other) = (place.desk().await, place.desk().await);
    let lease = inserted(&desk, 1).await;
    assert!(desk.lease(id(1)).await.unwrap().is_none(), "twice in one desk is two at work as well");
    assert!(other.lease(id(1)).await.unwrap().is_none());
    assert_eq!((desk.hands(id(1)).await.unwrap(), other.hands(id(1)).await.unwrap()), (Hands::Ours, Hands::Others));
    let refused = other.record(told(1, EntryKind::Outcome, Standing::over("done"))).await;
    assert!(matches!(refused, Err(JournalError::NotHeld(_))), "{refused:?}");

    drop(lease);
    assert_eq!(desk.hands(id(1)).await.unwrap(), Hands::Nobodys);
    let refused = desk.record(told(1, EntryKind::Intent, running())).await;
    assert!(matches!(refused, Err(JournalError::NotHeld(_))), "nothing is sent without a lease");
    desk.record(told(1, EntryKind::HandedOver, running())).await.unwrap();
    let taken = other.lease(id(1)).await.unwrap().unwrap();
    assert!(!taken.taken_over(), "it was let go of by who lived");
    assert!(matches!(desk.lease(id(9)).await, Err(JournalError::Unknown(_))));
}

#[tokio::test]
async fn what_a_dead_desk_had_is_taken_over_by_one_heir() {
    let place = Place::new();
    let (desk, heir, other) = (place.desk().await, place.desk().await, place.desk().await);
    let lease = inserted(&desk, 1).await;
    desk.close().await;
    assert_eq!(heir.hands(id(1)).await.unwrap(), Hands::Nobodys);
    let (first, second) = tokio::join!(heir.lease(id(1)), other.lease(id(1)));
    let taken: Vec<Lease> = [first.unwrap(), second.unwrap()].into_iter().flatten().collect();
    assert_eq!(taken.len(), 1);
    assert!(taken[0].taken_over());
    drop(lease);
}

#[tokio::test]
async fn a_desk_that_was_taken_for_dead_writes_no_more() {
    let place = Place::new();
    let (desk, heir) = (place.desk().await, place.desk().await);
    let lease = inserted(&desk, 1).await;
    // Somebody tidied the folder up: the lock is held, but on a file that has no name any more.
    for file in fs::read_dir(place.folder.path().join("desks")).unwrap() {
        fs::remove_file(file.unwrap().path()).unwrap();
    }
    let _taken = heir.lease(id(1)).await.unwrap().unwrap();
    let refused = desk.record(told(1, EntryKind::Intent, running())).await;
    assert!(matches!(refused, Err(JournalError::NotHeld(_))), "{refused:?}");
    drop(lease);
    assert_eq!(desk.hands(id(1)).await.unwrap(), Hands::Nobodys, "its file is gone, so to others it is dead");
}

#[tokio::test]
async fn entries_are_never_changed() {
    let place = Place::new();
    let desk = place.desk().await;
    let _lease = inserted(&desk, 1).await;
    let file = place.file();
    for sql in [
        "UPDATE entry SET body = '{}'",
        "DELETE FROM entry",
        "DELETE FROM operation",
        "UPDATE operation SET change = '{}'",
        "UPDATE operation SET actor = 'taro'",
    ] {
        assert!(file.execute(sql, []).unwrap_err().to_string().contains("never"), "{sql}");
    }
}

#[tokio::test]
async fn whatever_is_changed_behind_the_journal_is_found() {
    for (sql, seq) in [
        ("UPDATE entry SET body = '{\"system\":\"freebit\"}' WHERE seq = 2", 2),
        ("UPDATE entry SET at = '2026-11-22T03:00:00.001Z' WHERE seq = 2", 2),
        ("UPDATE entry SET step = 1 WHERE seq = 2", 2),
        ("UPDATE entry SET kind = 'outcome' WHERE seq = 2", 2),
        ("UPDATE entry SET operation = (SELECT operation FROM entry WHERE seq = 3) WHERE seq = 2", 2),
        ("UPDATE entry SET standing = replace(standing, 'running', 'done') WHERE seq = 2", 2),
        ("UPDATE entry SET hash = randomblob(32) WHERE seq = 2", 2),
        ("DELETE FROM entry WHERE seq = 2", 3),
        ("DELETE FROM entry WHERE seq = 1", 2),
        ("UPDATE operation SET state = 'done', open = 0", 2),
        ("UPDATE operation SET plan = '{}'", 2),
        // The end of the chain is cut off, but the operation stands where that entry put it.
        ("DELETE FROM entry WHERE seq = 4", 3),
        ("PRAGMA foreign_keys = OFF; DELETE FROM operation", 2),
    ] {
        let place = Place::new();
        let desk = place.desk().await;
        let leases = [inserted(&desk, 1).await];
        desk.record(told(1, EntryKind::Intent, running())).await.unwrap();
        let leases = (leases, inserted(&desk, 2).await);
        desk.record(told(2, EntryKind::Outcome, Standing::over("done"))).await.unwrap();
        assert_eq!(desk.verify().await.unwrap(), Verified { entries: 4, bad: None });
        let file = place.file();
        let triggers = "entry_is_not_changed entry_is_kept operation_is_what_was_confirmed operation_is_kept";
        for trigger in triggers.split(' ') {
            file.execute(&format!("DROP TRIGGER {trigger}"), []).unwrap();
        }
        file.execute_batch(sql).unwrap();
        let found = desk.verify().await.unwrap().bad.map(|bad| bad.seq);
        assert_eq!(found, Some(seq), "{sql}");
        drop(leases);
    }
}

#[tokio::test]
async fn worlds_do_not_see_each_other() {
    let place = Place::new();
    let desk = place.desk().await;
    let _lease = inserted(&desk, 1).await;
    let sandbox = place.open_world(World::Passing("sandbox 7".to_owned())).await;
    assert!(sandbox.open_operations().await.unwrap().is_empty());
    assert!(matches!(sandbox.lease(id(1)).await, Err(JournalError::Unknown(_))));
    assert!(matches!(sandbox.record(told(1, EntryKind::Fact, running())).await, Err(JournalError::Unknown(_))));
    assert!(sandbox.insert(top_up(1), running()).await.is_err(), "the id is taken");
    let _other = inserted(&sandbox, 2).await;
    assert_eq!(sandbox.verify().await.unwrap(), Verified { entries: 1, bad: None });
    assert_eq!(desk.changes_since(0).await.unwrap().1, [id(1)]);
    sandbox.draft_save("case/5".to_owned(), "hello".to_owned()).await.unwrap();
    assert_eq!(desk.drafts().await.unwrap(), []);
}

#[tokio::test]
async fn worlds_that_passed_are_swept_a_day_after() {
    let place = Place::new();
    let living = place.open_world(World::Passing("sandbox 1".to_owned())).await;
    let _kept = inserted(&living, 1).await;
    let gone = place.open_world(World::Passing("sandbox 2".to_owned())).await;
    let lease = inserted(&gone, 2).await;
    gone.ask_approval(id(2), "hanako".to_owned(), SignedDuration::from_mins(10)).await.unwrap();
    gone.draft_save("case/5".to_owned(), "hello".to_owned()).await.unwrap();
    gone.close().await;
    drop(lease);
    let operations = |place: &Place| {
        place.file().query_row("SELECT count(*) FROM operation", [], |row| row.get::<_, i64>(0)).unwrap()
    };
    place.pass(60);
    place.desk().await.close().await;
    assert_eq!(operations(&place), 2, "an hour is not a day");
    place.pass(24 * 60);
    let desk = place.desk().await;
    assert_eq!(operations(&place), 1, "the living desk's world stays");
    assert_eq!(living.verify().await.unwrap(), Verified { entries: 1, bad: None });
    assert_eq!(desk.verify().await.unwrap(), Verified { entries: 0, bad: None });
}

#[tokio::test]
async fn drafts_survive_until_they_are_dropped() {
    let place = Place::new();
    let desk = place.desk().await;
    let key = || "case/500C-1".to_owned();
    desk.draft_save(key(), "お世話に".to_owned()).await.unwrap();
    desk.draft_save(key(), "お世話になっております".to_owned()).await.unwrap();
    desk.close().await;
    let desk = place.desk().await;
    let draft = desk.draft_load(key()).await.unwrap().unwrap();
    assert_eq!(draft.body, "お世話になっております");
    assert!(!format!("{draft:?}").contains("お世話"));
    assert_eq!(desk.drafts().await.unwrap(), [draft]);
    desk.draft_drop(key()).await.unwrap();
    assert_eq!(desk.draft_load(key()).await.unwrap(), None);
    let long = desk.draft_save(key(), "x".repeat(2 << 20)).await;
    assert!(matches!(long, Err(JournalError::TooLong(_))), "{long:?}");
}

#[tokio::test]
async fn a_line_is_protected_until_its_time() {
    let place = Place::new();
    let desk = place.desk().await;
    let line = || "09000000001".to_owned();
    let who = || ("hanako".to_owned(), "the customer asked".to_owned());
    let until = noon() + 10.minutes();
    desk.protect(line(), Some(until), who().0, who().1).await.unwrap();
    let found = desk.protection(line()).await.unwrap().unwrap();
    assert_eq!((found.until, found.by.as_str(), found.at), (Some(until), "hanako", noon()));
    place.pass(10);
    assert_eq!(desk.protection(line()).await.unwrap(), None);
    desk.protect(line(), None, who().0, who().1).await.unwrap();
    assert!(desk.protection(line()).await.unwrap().is_some());
    desk.lift_protection(line(), noon() + 20.minutes()).await.unwrap();
    let lifted = || async { desk.protection(line()).await.unwrap().unwrap().lifted_until };
    assert_eq!(lifted().await, Some(noon() + 20.minutes()));
    place.pass(10);
    assert_eq!(lifted().await, None, "it holds again by itself");
    desk.unprotect(line()).await.unwrap();
    assert_eq!(desk.protection(line()).await.unwrap(), None);
}

#[tokio::test]
async fn a_second_person_agrees_in_their_own_desk() {
    let place = Place::new();
    let (desk, other) = (place.desk().await, place.desk().await);
    let _lease = inserted(&desk, 1).await;
    let good = SignedDuration::from_mins(10);
    let code = desk.ask_approval(id(1), "hanako".to_owned(), good).await.unwrap();
    let seen = code.to_string();
    assert_eq!((seen.len(), seen.find('-')), (7, Some(3)));
    assert_eq!(format!("{code:?}"), "Code(…)");
    assert_eq!(desk.approval(id(1)).await.unwrap().unwrap().answer, Answer::Awaited);

    let typed = format!(" {}", seen.to_lowercase().replace('-', " "));
    assert_eq!(other.find_approval(typed.clone()).await.unwrap(), id(1));
    let answer = |by: &str| {
        let asked = Asked::Code(typed.clone());
        other.answer_approval(asked, by.to_owned(), "supervisor".to_owned(), Verdict::Approve)
    };
    assert!(matches!(answer("Hanako ").await, Err(ApprovalError::SamePerson)));
    let before = desk.changes_since(0).await.unwrap().0;
    assert_eq!(answer("taro").await.unwrap(), id(1));
    assert!(matches!(answer("jiro").await, Err(ApprovalError::Wrong)), "a code is good once");
    assert_eq!(desk.changes_since(before).await.unwrap().1, [id(1)], "who asked learns of it");
    let given = Answer::Given { by: "taro".to_owned(), role: "supervisor".to_owned(), at: noon() };
    assert_eq!(desk.approval(id(1)).await.unwrap().unwrap().answer, given);
    assert_eq!(desk.verify().await.unwrap(), Verified { entries: 3, bad: None });
    let kept = fs::read(place.folder.path().join("journal.db-wal")).unwrap();
    let plain = seen.replace('-', "");
    assert!(!kept.windows(6).any(|bytes| bytes == plain.as_bytes()), "the code itself is kept nowhere");
}

#[tokio::test]
async fn a_second_person_may_refuse_and_a_request_may_be_made_anew() {
    let place = Place::new();
    let desk = place.desk().await;
    let _lease = inserted(&desk, 1).await;
    let ask = || desk.ask_approval(id(1), "hanako".to_owned(), SignedDuration::from_mins(10));
    let old = ask().await.unwrap();
    let new = ask().await.unwrap();
    assert!(matches!(desk.find_approval(old.to_string()).await, Err(ApprovalError::Wrong)));
    let no = Verdict::Refuse("the amount is wrong".to_owned());
    let answer = |verdict| {
        desk.answer_approval(Asked::Code(new.to_string()), "taro".to_owned(), "supervisor".to_owned(), verdict)
    };
    answer(no).await.unwrap();
    let found = desk.approval(id(1)).await.unwrap().unwrap().answer;
    assert!(matches!(found, Answer::Refused { why, .. } if why == "the amount is wrong"));
    let here = || desk.answer_approval(Asked::Here(id(1)), "taro".to_owned(), "admin".to_owned(), Verdict::Approve);
    assert!(matches!(here().await, Err(ApprovalError::NotAwaited)));
    ask().await.unwrap();
    assert_eq!(here().await.unwrap(), id(1));
}

#[tokio::test]
async fn codes_expire_and_guessing_voids_them() {
    let place = Place::new();
    let desk = place.desk().await;
    let _lease = inserted(&desk, 1).await;
    let ask = || desk.ask_approval(id(1), "hanako".to_owned(), SignedDuration::from_mins(10));
    let code = ask().await.unwrap().to_string();
    place.pass(10);
    assert!(matches!(desk.find_approval(code.clone()).await, Err(ApprovalError::Expired)));
    assert_eq!(desk.approval(id(1)).await.unwrap().unwrap().answer, Answer::Expired);

    let code = ask().await.unwrap().to_string();
    for guess in ["", "AAA", "000000", "ABCDEFGHIJK"] {
        assert!(matches!(desk.find_approval(guess.to_owned()).await, Err(ApprovalError::Wrong)));
    }
    assert_eq!(desk.find_approval(code.clone()).await.unwrap(), id(1), "four are not five");
    assert!(desk.find_approval("LLLLLL".to_owned()).await.is_err());
    assert_eq!(desk.approval(id(1)).await.unwrap().unwrap().answer, Answer::Void);
    assert!(matches!(desk.find_approval(code).await, Err(ApprovalError::Wrong)));
}

#[tokio::test]
async fn the_file_is_its_owners_alone() {
    let place = Place::new();
    let desk = place.desk().await;
    let _lease = inserted(&desk, 1).await;
    let mode = |name: &str| fs::metadata(place.folder.path().join(name)).unwrap().permissions().mode() & 0o777;
    for (name, expected) in
        [("journal.db", 0o600), ("journal.db-wal", 0o600), ("journal.db-shm", 0o600), ("desks", 0o700)]
    {
        assert_eq!(mode(name), expected, "{name}");
    }
}

#[tokio::test]
async fn where_others_may_write_there_is_no_journal_nor_behind_a_link() {
    let place = Place::new();
    let (folder, path) = (place.folder.path(), place.folder.path().join("journal.db"));
    let open = || Journal::open(folder, World::Lasting("live".to_owned()), place.now());
    std::os::unix::fs::symlink(folder.join("elsewhere.db"), &path).unwrap();
    assert!(matches!(open().await.unwrap_err(), JournalError::Unopened { .. }));
    assert!(!folder.join("elsewhere.db").exists());
    fs::remove_file(&path).unwrap();
    fs::set_permissions(folder, fs::Permissions::from_mode(0o777)).unwrap();
    assert!(matches!(open().await.unwrap_err(), JournalError::Open(_, 0o777)));
    assert!(!path.exists());
}

#[tokio::test]
async fn a_file_that_is_no_journal_is_left_alone() {
    let place = Place::new();
    let path = place.folder.path().join("journal.db");
    fs::write(&path, "not a database at all, but long enough to be looked at as one by SQLite".repeat(20)).unwrap();
    let world = || World::Lasting("live".to_owned());
    let refused = Journal::open(place.folder.path(), world(), place.now()).await.unwrap_err();
    assert!(matches!(refused, JournalError::Damaged(_)), "{refused:?}");
    assert!(fs::read_to_string(&path).unwrap().starts_with("not a database"));

    fs::remove_file(&path).unwrap();
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let refused = Journal::open(place.folder.path(), world(), place.now()).await.unwrap_err();
    assert!(matches!(refused, JournalError::Newer { found: 99, .. }), "{refused:?}");
    assert!(refused.to_string().contains("newer madoguchi"));

    let nowhere = Journal::open(Path::new("/proc/nowhere"), world(), place.now()).await.unwrap_err();
    assert!(matches!(nowhere, JournalError::Unopened { .. }), "{nowhere:?}");
}

#[tokio::test]
async fn a_file_of_an_older_layout_becomes_todays() {
    let place = Place::new();
    let file = place.file();
    file.execute_batch(schema::LAYOUTS[0]).unwrap();
    file.execute("INSERT INTO world VALUES ('live at example.jp', 0, '', '2026-11-21T03:00:00.000Z')", []).unwrap();
    file.execute("INSERT INTO draft VALUES ('live at example.jp', 'case/1', 'hello', '2026-11-21T03:00:00.000Z')", [])
        .unwrap();
    file.pragma_update(None, "user_version", 1).unwrap();
    let (desk, other) = tokio::join!(place.desk(), place.desk());
    assert_eq!(other.drafts().await.unwrap().len(), 1);
    desk.lift_protection("09000000001".to_owned(), noon()).await.unwrap();
}

#[tokio::test]
async fn a_journal_that_is_full_says_so_and_keeps_what_it_had() {
    let place = Place::new();
    let desk = place.desk().await;
    let _lease = inserted(&desk, 1).await;
    let cap = desk.ask(|store| Ok::<_, JournalError>(store.db.pragma_update(None, "max_page_count", 1)?));
    cap.await.unwrap();
    let big = Record { body: json!("x".repeat(100_000)), ..told(1, EntryKind::Intent, running()) };
    let refused = desk.record(big).await;
    assert!(matches!(refused, Err(JournalError::Full)), "{refused:?}");
    assert_eq!(desk.entries(id(1)).await.unwrap().len(), 1);
    assert_eq!(desk.verify().await.unwrap().bad, None);
}

#[tokio::test]
async fn a_journal_that_is_read_only_says_so() {
    let place = Place::new();
    let desk = place.desk().await;
    desk.ask(|store| Ok::<_, JournalError>(store.db.pragma_update(None, "query_only", "ON")?)).await.unwrap();
    let refused = desk.insert(top_up(1), running()).await;
    assert!(matches!(refused, Err(JournalError::ReadOnly)), "{refused:?}");
}

#[tokio::test]
async fn after_closing_every_call_fails() {
    let place = Place::new();
    let desk = place.desk().await;
    let clone = desk.clone();
    desk.close().await;
    assert!(matches!(clone.recent(1).await, Err(JournalError::Closed)));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_desks_write_at_once_and_the_chain_holds() {
    let place = Place::new();
    let mut desks = Vec::new();
    for _ in 0..4 {
        desks.push(place.desk().await);
    }
    let mut work = tokio::task::JoinSet::new();
    for (number, desk) in (1_u8..).zip(desks.clone()) {
        work.spawn(async move {
            let _lease = inserted(&desk, number).await;
            for _ in 0..10 {
                desk.record(told(number, EntryKind::Fact, running())).await.unwrap();
            }
        });
    }
    while let Some(done) = work.join_next().await {
        done.unwrap();
    }
    assert_eq!(desks[0].verify().await.unwrap(), Verified { entries: 44, bad: None });
}

#[tokio::test]
async fn several_are_kept_together_and_none_is_in_anybodys_hands() {
    let place = Place::new();
    let desk = place.desk().await;
    drop(inserted(&desk, 2).await);
    desk.insert_all([1, 2, 3].map(top_up).into(), Standing::open("queued")).await.unwrap();
    let open = desk.open_operations().await.unwrap();
    let stand: Vec<(OperationId, &str)> = open.iter().map(|it| (it.confirmed.id, &*it.standing.state)).collect();
    assert_eq!(stand, [(id(1), "queued"), (id(2), "running"), (id(3), "queued")], "what was there stays as it was");
    assert_eq!(desk.hands(id(1)).await.unwrap(), Hands::Nobodys);
    assert_eq!(desk.verify().await.unwrap().bad, None);
    let again = Confirmed { verb: "network".to_owned(), ..top_up(3) };
    desk.insert_all(vec![top_up(4), again], Standing::open("queued")).await.unwrap();
    let verbs: Vec<String> = desk.open_operations().await.unwrap().into_iter().map(|it| it.confirmed.verb).collect();
    assert_eq!(verbs, ["top-up"; 4], "what was confirmed is never changed");
}
