//! What the configuration says while the desk runs: keys, views, theme, shapes and language are taken at once, the rest
//! counts from the next start.

use jiff::Timestamp;

use crate::domain::status::Tone;
use crate::locale::{Value, Words};

use super::looks::themes;
use super::{App, Options, check};

impl App {
    /// Takes what the configuration says by now, or says why it cannot: then what was stays in force. `asked` when a person
    /// wanted it read. What a person changed at the desk stays, unless the configuration changed just that.
    pub fn refit(&mut self, said: Result<Box<Options>, String>, asked: bool, now: Timestamp) {
        self.now = now;
        let said = said.and_then(|said| check(&said, now).map(|()| said));
        let said = match said {
            Ok(said) => said,
            Err(why) => {
                let text = self.look.words.with("notice-config-wrong", &[("why", Value::Text(&why))]);
                self.notices.add(now, Tone::Warning, text);
                return;
            }
        };
        let before = std::mem::replace(&mut self.said, said);
        let mut taken = false;
        let mut differs = |differs: bool| {
            taken |= differs;
            differs
        };
        if differs(before.keys != self.said.keys) {
            self.look.keys = self.said.keys.clone();
            self.forget_begun();
        }
        if differs(before.language != self.said.language) {
            self.look.words = Words::new(self.said.language);
        }
        let worn = (before.theme != self.said.theme, before.glyphs != self.said.glyphs);
        if differs(worn != (false, false)) {
            self.look.options.theme.clone_from(&self.said.theme);
            self.look.options.glyphs = self.said.glyphs;
            self.look.options.own_themes.clone_from(&self.said.own_themes);
            self.look.themes = themes(&self.said.own_themes);
            self.look.dress();
        }
        if differs(before.routines != self.said.routines) {
            self.look.options.routines.clone_from(&self.said.routines);
            self.warn_of_routines();
        }
        if differs(before.lists != self.said.lists) {
            self.look.options.lists = self.said.lists.clone();
        }
        if taken {
            self.refresh_tabs();
        }
        if taken || asked {
            self.say(Tone::Neutral, if taken { "notice-config-taken" } else { "notice-config-same" });
            self.warn_of_keys();
        }
    }
}
