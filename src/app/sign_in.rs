//! Signing in to Salesforce by hand.

use crate::domain::status::Tone;
use crate::domain::text::Text;
use crate::flow::{Effect, Pages, Pasted, Query, SignInQuery, SignInReply, Slot};
use crate::locale::Value;
use crate::overlays::{Overlay, SignInForm};

use super::App;

impl App {
    /// Begins one.
    pub(super) fn sign_in(&mut self) {
        self.overlays.push(Overlay::SignIn(Box::default()));
        self.read(Slot::SignIn, Query::SignIn(SignInQuery::Begin));
    }

    /// The browser ended here.
    pub(super) fn sign_in_pasted(&mut self, pasted: Pasted) {
        self.read(Slot::SignIn, Query::SignIn(SignInQuery::Pasted(pasted)));
    }

    /// Nobody waits for what was begun any more.
    pub(super) fn sign_in_left(&mut self) {
        for slot in [Slot::SignIn, Slot::Browser] {
            self.bump(slot);
            self.effects.push(Effect::Cancel(slot));
        }
    }

    /// Takes what came of it, by the browser or by what was pasted. Whoever is signed in sees the systems again at once.
    pub(super) fn sign_in_told(&mut self, slot: Slot, reply: SignInReply) {
        match &reply {
            SignInReply::Begun { url, returns, .. } => {
                self.effects.push(Effect::Browse(url.clone()));
                if *returns {
                    let say = |key: &str| self.look.words.say(key).into_owned();
                    let pages = Pages { done: say("login-page-done"), not_done: say("login-page-not-done") };
                    self.read(Slot::Browser, Query::SignIn(SignInQuery::Back(pages)));
                }
            }
            // Another address may be the right one.
            SignInReply::Nonsense | SignInReply::OtherSignIn => {}
            // The browser's own read has a page to show and ends by itself.
            _ if slot == Slot::SignIn => self.sign_in_left(),
            _ => {}
        }
        if self.lock.is_some() {
            self.sign_in_told_at_the_lock(reply);
            return;
        }
        if let SignInReply::Done(who) = &reply {
            self.overlays.retain(|overlay| !matches!(overlay, Overlay::SignIn(_)));
            self.signed_in(who);
            return;
        }
        if let Some(form) = self.sign_in_form() {
            form.told(reply);
        }
    }

    /// Somebody signed in: says who, and asks again what could not be had.
    pub(super) fn signed_in(&mut self, who: &Text) {
        let text = self.look.words.with("notice-signed-in", &[("who", Value::Text(who.as_str()))]);
        self.notices.add(self.now, Tone::Info, text);
        self.read(Slot::Hello, Query::Hello);
        self.read_again();
    }

    fn sign_in_form(&mut self) -> Option<&mut SignInForm> {
        self.overlays.iter_mut().rev().find_map(|overlay| match overlay {
            Overlay::SignIn(form) => Some(form.as_mut()),
            _ => None,
        })
    }
}
