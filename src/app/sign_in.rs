//! Signing in to Salesforce by hand.

use crate::domain::status::Tone;
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
        if let SignInReply::Done(who) = &reply {
            self.overlays.retain(|overlay| !matches!(overlay, Overlay::SignIn(_)));
            let text = self.look.words.with("notice-signed-in", &[("who", Value::Text(who.as_str()))]);
            self.notices.add(self.now, Tone::Info, text);
            self.read(Slot::Hello, Query::Hello);
            self.read_again();
            return;
        }
        if let Some(form) = self.sign_in_form() {
            form.told(reply);
        }
    }

    fn sign_in_form(&mut self) -> Option<&mut SignInForm> {
        self.overlays.iter_mut().rev().find_map(|overlay| match overlay {
            Overlay::SignIn(form) => Some(form.as_mut()),
            _ => None,
        })
    }
}
