//! The field pack on the screen: made of whom one looks at, opened when the systems are out of reach, and gone when its time
//! is over. A customer out of a pack is looked at and not changed; asking the systems again makes them an ordinary one.

mod find;

use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::status::Segment;
use madoguchi_ui::text;
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::customer::CustomerKey;
use crate::domain::status::Tone;
use crate::domain::text::Text;
use crate::domain::time;
use crate::flow::{
    Action, AuditAct, AuditEntry, Command, Customer, Effect, Health, HealthState, Pack, PackCommand, PackHead, PackOf,
    PackQuery, PackReply, PackSeen, PackTold, Passphrase, Query, Slot,
};
use crate::locale::Value;
use crate::overlays::{Overlay, PackDoor, PackForm};
use crate::scene::Scene;

use super::{App, View, scene};

/// What is known of packs.
#[derive(Debug, Default)]
pub(super) struct Packs {
    /// The one that lies on this machine.
    seen: Option<PackHead>,
    /// The one that is open.
    open: Option<Pack>,
    /// Its passphrase was asked for by itself already: once is enough.
    offered: bool,
}

impl Packs {
    /// Whom the open pack names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.open.iter().flat_map(|pack| &pack.customers).flat_map(Customer::names)
    }

    /// A customer out of the open pack.
    pub(super) fn customer(&self, key: &CustomerKey) -> Option<&Customer> {
        self.open.as_ref()?.customers.iter().find(|customer| customer.key.same_customer(key))
    }
}

/// A system's last call failed because of the system or the way to it.
fn is_out(health: &Health) -> bool {
    health.fault.as_ref().is_some_and(|fault| fault.kind.is_outage())
}

impl App {
    /// Asks for the pack's passphrase before anything else.
    pub fn begin_with_pack(&mut self) {
        self.packs.offered = true;
        self.overlays.push(Overlay::PackDoor(Box::new(PackDoor::new(None, None))));
    }

    /// Some system answered its last call.
    pub(super) fn any_up(&self) -> bool {
        self.health.iter().any(|health| match health.state {
            HealthState::Up => true,
            HealthState::Degraded => !is_out(health),
            HealthState::Unknown | HealthState::Down => false,
        })
    }

    /// No system did, and each was asked.
    fn all_out(&self) -> bool {
        self.health.iter().all(is_out)
    }

    /// The customer on the screen is out of a pack.
    pub(super) fn shows_packed(&self) -> bool {
        self.view == View::Customer && self.customer.as_ref().is_some_and(|customer| customer.from_pack.is_some())
    }

    /// Why something cannot be done about packs here.
    pub(super) fn no_pack_here(&self, action: Action) -> Option<&'static str> {
        match action {
            Action::Pack if self.shows_packed() => Some("pack-read-only"),
            Action::Pack if self.pack_of().is_none() => Some("pack-whom"),
            Action::OpenPack | Action::DropPack if self.packs.seen.is_none() && self.packs.open.is_none() => {
                Some("pack-shut-gone")
            }
            _ => None,
        }
    }

    /// Whom a pack made here is made of.
    fn pack_of(&self) -> Option<PackOf> {
        match (self.view, &self.customer) {
            (View::Customer, Some(customer)) => {
                Some(PackOf::These(vec![(customer.key.clone(), customer.name().clone())]))
            }
            (View::Queue, _) => {
                let marked = self.marked().into_iter();
                let rows: Vec<_> = marked.filter_map(|row| Some((row.whose?, Text::line(&row.called)))).collect();
                (!rows.is_empty()).then_some(PackOf::These(rows))
            }
            _ if self.on_board() => Some(PackOf::Today),
            _ => {
                let found = self.search.current()?;
                Some(PackOf::These(vec![(found.key.clone(), found.name.clone())]))
            }
        }
    }

    /// Reads whom one looks at for a pack, and asks for its passphrase meanwhile.
    pub(super) fn make_pack(&mut self) {
        if let Some(why) = self.no_pack_here(Action::Pack) {
            self.say(Tone::Warning, why);
            return;
        }
        let Some(of) = self.pack_of() else { return };
        let until = self.look.options.office.pack.until(self.now);
        self.overlays.push(Overlay::Pack(Box::new(PackForm::new(until))));
        self.read(Slot::Pack, Query::Pack(PackQuery::Read(of)));
    }

    /// Shows the pack: its customers where it is open, else asks for its passphrase.
    pub(super) fn open_pack(&mut self) {
        let door = PackDoor::new(self.packs.seen, self.packs.open.as_ref());
        self.overlays.push(Overlay::PackDoor(Box::new(door)));
        self.look_for_pack();
    }

    pub(super) fn ask_drop_pack(&mut self) {
        match self.packs.open.as_ref().map(|pack| pack.head).or(self.packs.seen) {
            Some(head) => self.overlays.push(Overlay::PackDoor(Box::new(PackDoor::dropping(head)))),
            None => self.say(Tone::Neutral, "pack-shut-gone"),
        }
    }

    /// Looks whether there is a pack.
    pub(super) fn look_for_pack(&mut self) {
        self.read(Slot::PackSeen, Query::Pack(PackQuery::Look));
    }

    /// Asks for the passphrase by itself, once, when no system can be reached and nobody types: never under a hand.
    pub(super) fn offer_pack(&mut self) {
        let due = self.all_out() && !self.packs.offered && self.packs.seen.is_some() && self.packs.open.is_none();
        if !due {
            return;
        }
        self.packs.offered = true;
        if self.overlays.is_empty() && self.on_board() {
            self.open_pack();
        } else {
            self.say(Tone::Warning, "pack-offer");
        }
    }

    /// Nobody waits for what was read for a pack, or for its opening.
    pub(super) fn pack_closed(&mut self) {
        self.bump(Slot::Pack);
        self.effects.push(Effect::Cancel(Slot::Pack));
    }

    fn pack_form(&mut self) -> Option<&mut PackForm> {
        self.overlays.iter_mut().rev().find_map(|overlay| match overlay {
            Overlay::Pack(form) => Some(form.as_mut()),
            _ => None,
        })
    }

    fn pack_door(&mut self) -> Option<&mut PackDoor> {
        self.overlays.iter_mut().rev().find_map(|overlay| match overlay {
            Overlay::PackDoor(door) => Some(door.as_mut()),
            _ => None,
        })
    }

    /// Takes what was found about packs.
    pub(super) fn pack_found(&mut self, found: PackReply) {
        match found {
            PackReply::Seen(seen) => self.pack_seen(seen),
            PackReply::Opened(Ok(pack)) => self.pack_opened(*pack),
            PackReply::Opened(Err(why)) => {
                if let Some(door) = self.pack_door() {
                    door.shut(why);
                }
            }
            PackReply::Reading(rows, left_out) => {
                if let Some(form) = self.pack_form() {
                    form.reading(rows, left_out);
                }
            }
            PackReply::Read(at, customer) => {
                if let Some(form) = self.pack_form() {
                    form.take(at, customer);
                }
            }
            PackReply::NotReading(fault) => {
                let (look, now, revealed) = (&self.look, self.now, self.revealed);
                let scene = scene(look, now, revealed);
                let form = self.overlays.iter_mut().rev().find_map(|overlay| match overlay {
                    Overlay::Pack(form) => Some(form),
                    _ => None,
                });
                if let Some(form) = form {
                    form.not_reading(&fault, &scene);
                }
            }
        }
    }

    fn pack_seen(&mut self, seen: PackSeen) {
        self.packs.seen = match seen {
            PackSeen::There(head) => Some(head),
            _ => None,
        };
        match seen {
            PackSeen::Expired(_) => self.say(Tone::Info, "notice-pack-expired"),
            PackSeen::Damaged => self.say(Tone::Warning, "pack-shut-damaged"),
            PackSeen::Unreadable => self.say(Tone::Warning, "pack-shut-unreadable"),
            PackSeen::Nothing | PackSeen::There(_) => {}
        }
        if self.packs.open.is_none()
            && let Some(door) = self.pack_door()
        {
            door.seen(seen);
        }
        self.offer_pack();
    }

    /// It is open: that is written down before anything of it is shown.
    fn pack_opened(&mut self, mut pack: Pack) {
        let made = time::date_time(pack.head.made);
        let note = format!("field pack of {} made {made} JST", pack.head.customers);
        self.effects.push(Effect::Audit(AuditEntry {
            at: self.now,
            act: AuditAct::OpenPack,
            customer: "-".to_owned(),
            note,
            step: None,
        }));
        pack.customers.sort_by_key(Customer::reference);
        if let Some(door) = self.pack_door() {
            door.opened(&pack);
        }
        self.packs.seen = Some(pack.head);
        self.packs.open = Some(pack);
        let text = self.look.words.say("notice-pack-open").into_owned();
        self.notices.keep(self.now, Tone::Info, text);
        // Somebody may have looked for a customer already.
        self.find_packed();
    }

    /// What was read for the pack was handed over whole.
    pub(super) fn pack_read(&mut self) {
        let scene = scene(&self.look, self.now, self.revealed);
        for overlay in &mut self.overlays {
            if let Overlay::Pack(form) = overlay {
                form.ended(&scene);
            }
        }
    }

    /// Seals what was read: who goes into the pack is written down first, each by number.
    pub(super) fn seal_pack(&mut self, passphrase: Passphrase) {
        let made = self.now;
        let Some(form) = self.pack_form() else { return };
        let customers: Vec<Customer> = form.customers().cloned().collect();
        let until = form.until();
        form.sealing();
        let n = customers.len();
        let note = format!("field pack of {n}, until {} JST", time::date_time(until));
        for customer in &customers {
            self.effects.push(Effect::Audit(AuditEntry {
                at: made,
                act: AuditAct::Pack,
                customer: customer.reference(),
                note: note.clone(),
                step: None,
            }));
        }
        let head = PackHead { made, until, customers: u32::try_from(n).unwrap_or(u32::MAX) };
        let pack = Box::new(Pack { head, customers });
        self.effects.push(Effect::Run(Command::Pack(PackCommand::Seal(pack, passphrase))));
    }

    /// Tries a passphrase.
    pub(super) fn try_pack(&mut self, passphrase: Passphrase) {
        self.read(Slot::Pack, Query::Pack(PackQuery::Open(passphrase)));
    }

    /// Throws the pack away, with what is open of it.
    pub(super) fn drop_pack(&mut self) {
        self.overlays.retain(|overlay| !matches!(overlay, Overlay::PackDoor(_)));
        self.effects.push(Effect::Audit(AuditEntry {
            at: self.now,
            act: AuditAct::DropPack,
            customer: "-".to_owned(),
            note: String::new(),
            step: None,
        }));
        self.effects.push(Effect::Run(Command::Pack(PackCommand::Drop)));
    }

    /// Takes what came of it.
    pub(super) fn pack_told(&mut self, told: PackTold) {
        match told {
            PackTold::Sealed(head) => {
                self.packs.seen = Some(head);
                // What is open now is the pack before this one.
                self.forget_pack();
                if let Some(form) = self.pack_form() {
                    form.sealed();
                }
                let until = time::date_time(head.until);
                let values = [("n", Value::Number(i64::from(head.customers))), ("until", Value::Text(&until))];
                let text = self.look.words.with("notice-pack-sealed", &values);
                self.notices.add(self.now, Tone::Info, text);
            }
            PackTold::NotSealed(why) => {
                let why = self.look.words.say(why).into_owned();
                if let Some(form) = self.pack_form() {
                    form.failed(why.clone());
                }
                self.notices.add(self.now, Tone::Critical, why);
            }
            PackTold::Dropped => {
                self.packs.seen = None;
                self.forget_pack();
                self.say(Tone::Info, "notice-pack-dropped");
            }
            PackTold::NotDropped => self.say(Tone::Critical, "notice-pack-not-dropped"),
        }
    }

    /// What cannot be written into the audit log is neither sealed nor shown.
    pub(super) fn pack_unaudited(&mut self) {
        let why = self.look.words.say("pack-not-sealed-audit").into_owned();
        if let Some(form) = self.pack_form().filter(|form| form.is_sealing()) {
            form.failed(why);
        }
        if self.packs.open.is_some() {
            self.forget_pack();
            if let Some(door) = self.pack_door() {
                door.unaudited();
            }
        }
    }

    /// What was open of a pack is forgotten.
    pub(super) fn close_pack(&mut self) {
        self.packs.open = None;
    }

    /// What was open of a pack is forgotten, and the customer out of it is no longer shown.
    fn forget_pack(&mut self) {
        self.packs.open = None;
        self.search.forget_packed();
        if self.customer.as_ref().is_some_and(|customer| customer.from_pack.is_some()) {
            self.customer = None;
            self.drop_reads_of_customer();
            if self.view == View::Customer {
                self.view = View::Search;
                self.search.focused = self.search.found.is_empty();
            }
        }
    }

    /// The time of a pack may be over: then nothing of it stays.
    pub(super) fn mind_pack(&mut self) {
        let heads = self.packs.seen.iter().chain(self.packs.open.as_ref().map(|pack| &pack.head));
        if !heads.into_iter().any(|head| head.until <= self.now) {
            return;
        }
        self.packs.seen = None;
        self.forget_pack();
        self.overlays.retain(|overlay| !matches!(overlay, Overlay::PackDoor(_)));
        // Looking deletes it.
        self.look_for_pack();
    }

    /// A pack in the status bar: that there is one, and until when.
    pub(super) fn pack_segment<'a>(&self, scene: &Scene<'a>) -> Option<Segment<'a>> {
        let head = self.packs.open.as_ref().map(|pack| pack.head).or(self.packs.seen)?;
        let until = time::clock(head.until);
        let values = [("n", Value::Number(i64::from(head.customers))), ("until", Value::Text(&until))];
        if self.packs.open.is_some() {
            return Some(Segment::new(scene.with("status-pack-open", &values), 4));
        }
        if self.all_out() {
            let words = scene.with("status-pack-needed", &values);
            return Some(Segment::new(words, 0).mark(Mark::Info).role(Role::Info));
        }
        Some(Segment::new(scene.with("status-pack", &values), 6))
    }

    /// Where a customer comes from, over everything that is shown of them.
    pub(super) fn draw_packed(&self, area: Rect, buf: &mut Buffer, scene: &Scene<'_>) {
        let Some(made) = self.customer.as_ref().and_then(|customer| customer.from_pack) else { return };
        let theme = scene.theme;
        let style = theme.style(Role::Header).patch(theme.style(Role::Warning));
        text::fill(buf, area, theme.style(Role::Header));
        let (old, made) = (scene.span(made), time::date_time(made));
        let key = scene.key(Action::Refresh);
        let values = [("old", Value::Text(&old)), ("made", Value::Text(&made)), ("key", Value::Text(&key))];
        let words = format!("{} {}", theme.glyphs.mark(Mark::Warning), scene.with("pack-banner", &values));
        text::put_fit(buf, area.x + 1, area.y, area.width.saturating_sub(2), &words, style, theme.glyphs.ellipsis);
    }
}
