//! The busiest day: ten thousand events in a minute while somebody types, twice, and then two minutes over a network that is
//! cut every few seconds. The real program in a pseudo-terminal, the systems in a process of their own.
//!
//! `cargo bench --bench soak`; `MADOGUCHI_SOAK_PROGRAM` names another program than the one that was built with it. The bars:
//! nothing lost or told twice, 95 of 100 keys on the screen within 50 ms, no more memory at the end than in the middle, at
//! most 60 frames a second, at most 8 attempts in a minute.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run has no figures")]
#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock, and types as fast as people do")]

#[expect(dead_code, reason = "the tests ask for more than is measured here")]
#[path = "../tests/soak/ledger.rs"]
mod ledger;
#[expect(dead_code, reason = "the tests ask for more than is measured here")]
#[path = "../tests/soak/pty.rs"]
mod pty;
#[expect(dead_code, reason = "the tests ask for more than is measured here")]
#[path = "../tests/soak/site.rs"]
mod site;

use std::env;
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use madoguchi::sandbox::Made;
use pty::Pty;
use site::Site;
use tokio::task::JoinHandle;

const EVENTS: u64 = 10_000;
const SECONDS: u32 = 60;
/// Between two keys of somebody who types well.
const BETWEEN: Duration = Duration::from_millis(90);
/// Between two cuts, and how many.
const HOLDS: Duration = Duration::from_secs(4);
const CUTS: u32 = 30;

fn main() {
    let program = env::var("MADOGUCHI_SOAK_PROGRAM");
    let program = program.unwrap_or_else(|_| env!("CARGO_BIN_EXE_madoguchi").to_owned());
    let site = Site::open(300);
    let mut desk = site.first_desk(&program);
    println!("{EVENTS} events in {SECONDS} s, a key every {} ms, 300 customers", BETWEEN.as_millis());
    println!("{:<16}{:>9}{:>9}{:>9}{:>8}{:>10}{:>12}", "", "p50", "p95", "worst", "keys", "frames/s", "bytes/s");
    println!("memory at the start: {} KiB", memory(&desk));
    for (name, seed) in [("the first day", 7), ("the second", 8)] {
        let day = site.day(EVENTS, SECONDS, seed);
        let mut figures = Figures::of(&desk);
        figures.types(&site, &mut desk, &day);
        figures.print(name, &desk);
        println!("  heard whole {} ms after its end; memory {} KiB", caught_up(&site, &mut desk), memory(&desk));
        told(&site);
    }
    flapping(&site, &mut desk);
    desk.quit();
}

/// What typing costs, and what the terminal is sent meanwhile.
struct Figures {
    began: Instant,
    bytes: u64,
    frames: u64,
    keys: Vec<Duration>,
}

impl Figures {
    fn of(desk: &Pty) -> Self {
        Self { began: Instant::now(), bytes: desk.bytes, frames: desk.frames, keys: Vec::new() }
    }

    /// Types words and takes them away again until a day is over.
    fn types(&mut self, site: &Site, desk: &mut Pty, day: &JoinHandle<Made>) {
        let word = ["t", "a", "k", "a", "s", "e", "\x7f", "\x7f", "\x7f", "\x7f", "\x7f", "\x7f"];
        let (middle, mut passed) = (Duration::from_secs(u64::from(SECONDS) / 2), false);
        for key in word.into_iter().cycle() {
            if day.is_finished() && key == "t" {
                return;
            }
            if !passed && self.began.elapsed() > middle {
                passed = true;
                println!("  in the middle: memory {} KiB, {} events behind", memory(desk), site.behind());
            }
            thread::sleep(BETWEEN);
            desk.look();
            let pressed = Instant::now();
            desk.key(key);
            self.keys.push(pressed.elapsed());
        }
    }

    fn print(mut self, name: &str, desk: &Pty) {
        let seconds = self.began.elapsed().as_secs_f64();
        let per_second = |n: u64| n as f64 / seconds;
        self.keys.sort_unstable();
        let at = |share: f64| self.keys[((self.keys.len() - 1) as f64 * share) as usize].as_secs_f64() * 1_000.0;
        println!(
            "{name:<16}{:>6.1} ms{:>6.1} ms{:>6.1} ms{:>8}{:>10.1}{:>12.0}",
            at(0.5),
            at(0.95),
            at(1.0),
            self.keys.len(),
            per_second(desk.frames - self.frames),
            per_second(desk.bytes - self.bytes)
        );
    }
}

/// Milliseconds until everything is kept.
fn caught_up(site: &Site, desk: &mut Pty) -> u128 {
    let over = Instant::now();
    site.type_until(desk, "heard", || site.behind() == 0);
    over.elapsed().as_millis()
}

fn told(site: &Site) {
    let balance = site.balance();
    println!(
        "  of {} notices deserved {} were told: {} lost, {} twice, {} unfounded; of {} replies {} alone, {} lost",
        balance.deserved,
        balance.told,
        balance.lost.len(),
        balance.doubled.len(),
        balance.unfounded.len(),
        balance.replies,
        balance.replies_told,
        balance.replies_lost.len()
    );
}

/// A day over a network that is cut every few seconds.
fn flapping(site: &Site, desk: &mut Pty) {
    let before = site.sandbox.streaming().borrow().ever;
    let began = Instant::now();
    let day = site.day(EVENTS / 4, CUTS * HOLDS.as_secs() as u32, 9);
    for _ in 0..CUTS {
        thread::sleep(HOLDS);
        desk.look();
        site.sandbox.cut_streams();
    }
    site.wait(day).unwrap();
    let minutes = began.elapsed().as_secs_f64() / 60.0;
    let topics = madoguchi::backend::notify::Rules::default().topics.len() as u64;
    let tries = (site.sandbox.streaming().borrow().ever - before) / topics;
    println!("cut every {} s for {minutes:.1} minutes: {tries} attempts", HOLDS.as_secs());
    println!("  heard whole {} ms after its end; memory {} KiB", caught_up(site, desk), memory(desk));
    told(site);
}

/// The memory a process has, in KiB; 0 where the system does not tell.
fn memory(desk: &Pty) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", desk.pid().as_raw_nonzero())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}
