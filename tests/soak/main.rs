//! Busy days: the real program in a pseudo-terminal hears thousands of events while somebody types, is killed while it hears
//! them, and what it kept is counted against the sandbox's own log. `cargo bench --bench soak` has the figures of ten
//! thousand in a minute.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]
#![expect(
    clippy::disallowed_methods,
    reason = "a test reads the glass on a thread of its own, and the systems' clock runs"
)]

mod flap;
mod ledger;
mod line;
mod pty;
mod site;

use madoguchi::domain::status::Tone;
use site::Site;

/// The program.
const PROGRAM: &str = env!("CARGO_BIN_EXE_madoguchi");

#[test]
fn a_busy_day_is_heard_whole_and_told_once_while_somebody_types() {
    let site = Site::open(60);
    let mut desk = site.first_desk(PROGRAM);
    let before = desk.bytes;
    let day = site.day(2_000, 10, 7);
    let keys = site.type_until(&mut desk, "heard", || day.is_finished() && site.behind() == 0);

    // Every event was sent once, and all of them are kept.
    assert_eq!(site.delivered(), site.events());
    site.balance().assert_even();
    // What is on the screen is what is kept.
    let count = |tone| site.kept().iter().filter(|kept| kept.notification.kind.tone() == tone).count();
    let counts = format!("!{} i{}", count(Tone::Warning), count(Tone::Info));
    desk.until(&counts);
    // A frame shows whatever came since the last one: what is sent follows from the keys and the looks, not from the events.
    let bytes = desk.bytes - before;
    assert!(bytes < 20_000 + 100 * keys as u64, "{bytes} bytes for {keys} keys and {} frames", desk.frames);
    assert_eq!(desk.quit(), 0);
}

/// What the desk does about an event that tells something: it reads whose it is, and keeps that with how far it heard. It is
/// killed while it reads, and at once when something was sent to it.
#[test]
fn what_was_received_when_the_desk_was_killed_is_told_by_the_next_and_once() {
    use madoguchi::sandbox::faults::{Fault, Order, System};

    let site = Site::open(60);
    let mut desk = site.first_desk(PROGRAM);
    for kill in 0..6 {
        let day = site.day(80, 1, kill);
        if kill % 2 == 0 {
            site.sandbox.misbehave(Order::on(System::Salesforce, Fault::HangBefore).matching("composite/batch"));
            site.wait(day).unwrap();
            site.wait(site.sandbox.hung(kill / 2 + 1));
            assert!(site.delivered() > 0 && site.behind() > 0, "received, and not kept");
            desk.kill();
            site.sandbox.behave();
        } else {
            site.type_until(&mut desk, "sent", || site.delivered() >= 10);
            desk.kill();
            site.wait(day).unwrap();
        }
        desk = site.desk(PROGRAM);
    }
    site.type_until(&mut desk, "heard", || site.behind() == 0);
    site.balance().assert_even();
    assert_eq!(desk.quit(), 0);
}
