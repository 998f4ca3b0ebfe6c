//! Signing in to Salesforce by hand.

use crate::domain::status::Tone;
use crate::domain::text::Text;
use crate::flow::{Pasted, Query, SignInQuery, SignInReply, Slot};
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

    /// Takes what came of it. Whoever is signed in sees the systems again at once.
    pub(super) fn sign_in_told(&mut self, reply: SignInReply) {
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
