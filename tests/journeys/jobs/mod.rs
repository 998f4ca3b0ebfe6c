//! The jobs of a shift with the fingers counted: from the start screen, with the keyboard in the search box, to the words
//! that answer, or to the change that is done and proved. What only reads has the keys of the job's writing taken off the
//! job's figure; what goes to the end (`ends`, `network`, `persons`, `stuck`, `top_up`, `unpaid`) has the whole figure. Where
//! a job comes to the desk by itself (`heard`), it begins with what the status bar says.

mod ends;
mod heard;
mod lines;
mod links;
mod money;
mod network;
mod persons;
mod stuck;
mod top_up;
mod unpaid;
mod waiting;

use madoguchi::domain::access::{Role, Seat};
use madoguchi::domain::text::Text;
use madoguchi::flow::{Input, Msg};
use madoguchi::sandbox::World;
use madoguchi::sandbox::faults::{Fault, Order, System};

use super::common::Desk;

/// A hand at the desk. Every key counts, a letter as much as any other: what an input method needs for a kanji is the
/// input method's.
pub struct Hand {
    desk: Desk,
    pressed: usize,
}

impl Hand {
    /// At the start screen of a window this large.
    pub async fn at(width: u16, height: u16) -> Self {
        let mut desk = Desk::open().await;
        desk.resize(width, height);
        Self { desk, pressed: 0 }
    }

    /// The same with a supervisor at the desk.
    pub async fn supervisor() -> Self {
        let seat = Seat { name: Text::line("Leila"), role: Role::Supervisor, read_only: false };
        Self { desk: Desk::open_for(seat).await, pressed: 0 }
    }

    /// Presses keys once what is on the screen was seen: what confirms counts only then.
    pub async fn confirm(&mut self, keys: &str) -> &mut Self {
        self.desk.pass_seconds(1);
        self.press(keys).await
    }

    /// What the caller says goes into the field. It is theirs: how long it is says nothing of the desk.
    pub async fn told(&mut self, words: &str) -> &mut Self {
        self.desk.handle(Msg::Input(Input::Paste(words.to_owned())));
        self.desk.settle().await;
        self
    }

    /// The next calls that match go wrong, so many of them.
    pub fn fails(&mut self, system: System, matching: &str, fault: Fault, times: u32) -> &mut Self {
        self.fails_after(0, system, matching, fault, times)
    }

    /// The same once so many calls went well.
    pub fn fails_after(&mut self, well: u32, system: System, matching: &str, fault: Fault, times: u32) -> &mut Self {
        self.desk.sandbox.misbehave(Order::on(system, fault).matching(matching).after(well).times(times));
        self
    }

    /// All is well again.
    pub fn heals(&mut self) -> &mut Self {
        self.desk.sandbox.behave();
        self
    }

    /// Something happens in the systems that nobody at this desk did.
    pub fn meanwhile(&mut self, happens: impl FnOnce(&mut World)) -> &mut Self {
        self.desk.sandbox.change(happens);
        self
    }

    /// What the systems hold.
    pub fn world<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        self.desk.sandbox.look(look)
    }

    /// Time passes for the desk and the systems, and the desk looks again at what waits.
    pub async fn later(&mut self, minutes: i64) -> &mut Self {
        self.desk.sandbox.advance(jiff::SignedDuration::from_mins(minutes));
        self.desk.pass(minutes);
        self.desk.look().await;
        self
    }

    /// How often a call came.
    pub fn calls(&self, system: System, call: &str) -> u64 {
        let counts = self.desk.sandbox.counts();
        let of_system = counts.get(&system).into_iter().flatten();
        of_system.filter(|(label, _)| label.contains(call)).map(|(_, n)| n).sum()
    }

    /// The words do not stand on the screen.
    #[track_caller]
    pub fn misses(&self, words: &[&str]) -> &Self {
        for words in words {
            self.desk.assert_hides(words);
        }
        self
    }

    /// Presses keys written like `enter ] 5`, one after the other, and waits for what comes of each.
    pub async fn press(&mut self, keys: &str) -> &mut Self {
        for key in keys.split_whitespace() {
            self.desk.press(key).await;
            self.pressed += 1;
        }
        self
    }

    /// Presses keys as fast as they come, without looking, and waits at the end.
    pub async fn rush(&mut self, keys: &str) -> &mut Self {
        self.desk.press(keys).await;
        self.pressed += keys.split_whitespace().count();
        self
    }

    /// Types letter by letter and waits for what comes of it.
    pub async fn write(&mut self, text: &str) -> &mut Self {
        self.desk.type_text(text).settle().await;
        self.pressed += text.chars().count();
        self
    }

    /// Pastes, which is one key of the terminal's.
    pub async fn paste(&mut self, text: &str) -> &mut Self {
        self.desk.handle(Msg::Input(Input::Paste(text.to_owned())));
        self.desk.settle().await;
        self.pressed += 1;
        self
    }

    /// Lets minutes pass, which costs no key.
    pub fn wait(&mut self, minutes: i64) -> &mut Self {
        self.desk.pass(minutes);
        self
    }

    /// Looks at what is shown, as long as a plan has to be looked at before a key confirms it.
    pub fn wait_a_moment(&mut self) -> &mut Self {
        self.desk.pass_seconds(1);
        self
    }

    /// The words stand on the screen, each of them on one line.
    #[track_caller]
    pub fn sees(&self, words: &[&str]) -> &Self {
        for words in words {
            self.desk.assert_shows(words);
        }
        self
    }

    /// The words stand on one line of the screen, whatever stands between them.
    #[track_caller]
    pub fn sees_together(&self, words: &[&str]) -> &Self {
        let screen = self.desk.screen();
        let together = screen.iter().any(|line| words.iter().all(|word| line.contains(word)));
        assert!(together, "{words:?} should be on one line of\n{}", screen.join("\n"));
        self
    }

    /// No more keys were pressed than this.
    #[track_caller]
    pub fn within(&self, most: usize) {
        assert!(self.pressed <= most, "{} keys, and {most} are the most", self.pressed);
    }
}

/// The most keys that reading may take: the whole job's, without those of its writing steps, written like `t 1 enter`.
fn reading(whole: usize, writing: &str) -> usize {
    whole - writing.split_whitespace().count()
}

/// The most keys where nobody has said a figure for the job.
const NO_FIGURE: usize = 20;
