//! Showing an eSIM's activation code: found in the carrier's notices without it, written into the audit log, and only then
//! read and shown, for a minute.

use crate::domain::change::{self, Who};
use crate::domain::operation::OperationId;
use crate::domain::phrase::Phrase;
use crate::domain::sim::Eid;
use crate::domain::status::Tone;
use crate::domain::text::Text;
use crate::flow::{Activation, ActivationOf, AuditAct, AuditEntry, Effect, OperationState, Query, Slot};
use crate::overlays::{ActivationCode, Overlay, reissued};

use super::App;

/// The change whose secret it is: who may ask for it may see what it ends with.
const VERB: &str = "esim-reissue";

impl App {
    /// Why there is no eSIM here whose code could be shown.
    pub(super) fn no_activation_here(&self) -> Option<&'static str> {
        match (&self.customer, self.line_under_cursor()) {
            (None, _) => Some("change-needs-customer"),
            (Some(_), None) => Some("activation-no-line"),
            (Some(_), Some(_)) => None,
        }
    }

    /// Looks for the code of the line under the cursor: of its last change of profile, or of the profile it has.
    pub(super) fn ask_activation(&mut self) {
        if let Some(why) = self.no_activation_here() {
            self.say(Tone::Warning, why);
            return;
        }
        let (Some(customer), Some(line)) = (&self.customer, self.line_under_cursor()) else { return };
        let last = self.changes.operations.iter().find(|view| {
            let ours = reissued(&view.change).is_some_and(|(of, _)| *of == line);
            // One that had no effect ends with no code.
            ours && !matches!(view.state, OperationState::Undone(_))
        });
        let overlay = last.and_then(ActivationCode::of_operation).unwrap_or_else(|| {
            let eid = customer.line(&line).and_then(|it| it.value()).and_then(|it| Eid::parse(&it.eid).ok());
            let who = Who { key: customer.key.clone(), number: Text::line(&customer.reference()) };
            ActivationCode::of_line(ActivationOf { line: line.clone(), eid, since: None }, who)
        });
        self.open_activation(overlay);
    }

    /// Looks for the code that a change of profile ends with.
    pub(super) fn ask_activation_of(&mut self, id: OperationId) {
        let view = self.changes.operations.iter().find(|view| view.id == id);
        if let Some(overlay) = view.and_then(ActivationCode::of_operation) {
            self.open_activation(overlay);
        }
    }

    fn open_activation(&mut self, overlay: ActivationCode) {
        self.overlays.push(Overlay::Activation(Box::new(overlay)));
        self.find_activation();
    }

    /// Looks whether there is a code, without reading it.
    pub(super) fn find_activation(&mut self) {
        let Some(overlay) = self.activation() else { return };
        overlay.read_again();
        let of = Box::new(overlay.of().clone());
        self.read(Slot::Activation, Query::Activation { of, code: false });
    }

    /// Reads the code, once the audit log has it. What is refused is said where it was asked for.
    pub(super) fn show_activation(&mut self) {
        let why = self.stands_against_showing().map(|why| self.look.words.phrase(&why, self.revealed));
        let (at, act) = (self.now, AuditAct::ActivationCode);
        let Some(overlay) = self.activation() else { return };
        if let Some(why) = why {
            overlay.refuse(why);
            return;
        }
        let of = Box::new(overlay.of().clone());
        let note = format!("line {} notice {}", of.line.masked(), overlay.file());
        let customer = overlay.who().number.to_string();
        self.effects.push(Effect::Audit(AuditEntry { at, act, customer, note, step: None }));
        self.read(Slot::Activation, Query::Activation { of, code: true });
    }

    /// Why the code may not be shown to whoever is calling.
    fn stands_against_showing(&self) -> Option<Phrase> {
        let overlay = self.overlays.iter().rev().find_map(|overlay| match overlay {
            Overlay::Activation(overlay) => Some(overlay),
            _ => None,
        })?;
        if self.look.options.recorded {
            return Some("activation-recorded".into());
        }
        // One is sure of the caller for the customer who is open, and for nobody else.
        let who = overlay.who();
        if !self.customer.as_ref().is_some_and(|customer| customer.key.same_customer(&who.key)) {
            return Some(Phrase::new("activation-open-customer").with("customer", who.number.as_str()));
        }
        let spec = change::spec(VERB)?;
        self.access().may_see_secret_of(spec, &self.look.options.office.access).err()
    }

    /// Takes what the notices say.
    pub(super) fn activation_found(&mut self, found: Activation) {
        let now = self.now;
        let shows = matches!(&found, Activation::Found { code: Some(_), .. });
        let Some(overlay) = self.activation() else { return };
        if overlay.take(found, now) {
            self.show_activation();
        } else if shows {
            self.effects.push(Effect::Second);
        }
    }

    /// The notices were looked through.
    pub(super) fn activation_ended(&mut self) {
        if let Some(overlay) = self.activation() {
            overlay.ended();
        }
    }

    /// What could not be written into the audit log is not shown.
    pub(super) fn activation_unaudited(&mut self) {
        let why = self.look.words.say("activation-unaudited").into_owned();
        if let Some(overlay) = self.activation() {
            overlay.refuse(why);
            self.bump(Slot::Activation);
        }
    }

    /// Wipes a code whose time is over.
    pub(super) fn mind_activation(&mut self) {
        let now = self.now;
        if let Some(overlay) = self.activation() {
            overlay.mind_the_time(now);
        }
    }

    /// As long as a code is in sight, the next second is asked for.
    pub(super) fn count_down(&mut self) {
        if self.activation().is_some_and(|overlay| overlay.is_shown()) {
            self.effects.push(Effect::Second);
        }
    }

    /// The desk is left, or another customer opens: no code stays in sight, and none that was asked for comes any more.
    pub(super) fn drop_activation(&mut self) {
        let before = self.overlays.len();
        self.overlays.retain(|overlay| !matches!(overlay, Overlay::Activation(_)));
        if self.overlays.len() != before {
            self.activation_closed();
        }
    }

    /// Nobody waits for a code any more.
    pub(super) fn activation_closed(&mut self) {
        self.bump(Slot::Activation);
        self.effects.push(Effect::Cancel(Slot::Activation));
    }

    fn activation(&mut self) -> Option<&mut ActivationCode> {
        self.overlays.iter_mut().rev().find_map(|overlay| match overlay {
            Overlay::Activation(overlay) => Some(overlay.as_mut()),
            _ => None,
        })
    }
}
