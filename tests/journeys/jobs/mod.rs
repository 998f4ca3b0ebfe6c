//! The jobs of a shift, read with the fingers counted: from the start screen, with the keyboard in the search box, to the
//! words that answer. Only what is read; what a job writes is left out, and its keys are taken off the job's figure.

mod lines;
mod links;
mod money;
mod waiting;

use madoguchi::flow::{Input, Msg};

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
