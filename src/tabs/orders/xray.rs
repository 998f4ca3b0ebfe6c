//! The x-ray of an order: ten steps over four lanes, and below them why it stopped, what to do, and what the systems say of
//! the step under the cursor.

use std::borrow::Cow;

use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::lanes::{self, Lanes, LanesState};
use madoguchi_ui::scroll::Move;
use madoguchi_ui::text;
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::aloud::Spoken;
use crate::domain::order::Order;
use crate::domain::phone::Msisdn;
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::domain::web::WebRecord;
use crate::domain::xray::{Cause, Fact, Lane, Remedy, Step, StepState, Xray};
use crate::flow::{Action, Customer, Deeper, Layer, Mouse, MouseKind};
use crate::locale::Value;
use crate::scene::Scene;
use crate::tabs::ask::Layout;
use crate::tabs::cells::{activation_status, kind_key, order_status};
use crate::tabs::page::{Bookmark, Habits, Page};
use crate::tabs::pane::Pane;
use crate::tabs::sheet::Sheet;
use crate::tabs::{Aloud, Copied, Did};

use super::words;

/// From this width on the pane stands beside the lanes, which need a hundred columns for themselves.
const BESIDE: u16 = 175;
/// Which order, and how it stands.
const HEADING: u16 = 2;

/// The look through one of the customer's Salesforce orders.
#[derive(Debug)]
pub struct XrayPage {
    orders: Vec<Order>,
    at: usize,
    xray: Option<Xray>,
    lanes: LanesState,
    pane: Pane,
    /// Somebody chose the order; until then it is the one that most needs a look.
    chosen: bool,
    /// An order that was asked for before it was read.
    awaited: Option<Text>,
    /// The cursor was moved. Until then it stands where the order stopped.
    moved: bool,
}

impl Default for XrayPage {
    fn default() -> Self {
        Self {
            orders: Vec::new(),
            at: 0,
            xray: None,
            lanes: LanesState::default(),
            pane: Pane::beside_from(BESIDE),
            chosen: false,
            awaited: None,
            moved: false,
        }
    }
}

impl XrayPage {
    fn order(&self) -> Option<&Order> {
        self.orders.get(self.at)
    }

    fn step(&self) -> Option<&Step> {
        self.xray.as_ref()?.steps.get(self.lanes.cursor)
    }

    /// Another order is looked through, from where it stopped.
    fn open(&mut self, at: usize) {
        (self.at, self.moved, self.chosen) = (at, false, true);
        self.xray = None;
        self.lanes = LanesState::default();
        self.pane.reset();
    }

    fn look(&mut self, customer: &Customer, scene: &Scene<'_>) {
        self.xray = self.order().map(|order| customer.xray(order, &customer.office, scene.now));
        if let (Some(xray), false) = (&self.xray, self.moved) {
            self.lanes.cursor = xray.divergence.or(xray.current).unwrap_or(0);
        }
    }

    /// The order's line, if nobody read it yet.
    fn unread_line(&self) -> Option<&Msisdn> {
        let evidence = self.xray.as_ref()?.steps.iter().flat_map(|step| &step.evidence);
        evidence.map(|it| &it.fact).find_map(|fact| if let Fact::LineUnread(line) = fact { Some(line) } else { None })
    }

    /// The order's line, read or not.
    fn line(&self) -> Option<&Msisdn> {
        let evidence = self.xray.as_ref()?.steps.iter().flat_map(|step| &step.evidence);
        evidence.map(|it| &it.fact).find_map(|fact| match fact {
            Fact::LineUnread(line) | Fact::LineMissing(line) | Fact::Line { msisdn: line, .. } => Some(line),
            _ => None,
        })
    }

    fn steps<'a>(&self, scene: &Scene<'a>) -> Vec<lanes::Step<'a>> {
        let steps = self.xray.as_ref().map(|xray| xray.steps.as_slice()).unwrap_or_default();
        steps
            .iter()
            .map(|step| {
                let name = format!("{:>2} {}", step.name.number(), scene.say(step.name.key()));
                lanes::Step { name: Cow::Owned(name), lanes: Lane::ALL.map(|lane| self::lane(step, lane, scene)) }
            })
            .collect()
    }

    fn sheet<'a>(&self, customer: &Customer, scene: &Scene<'a>) -> Sheet<'a> {
        let mut sheet = Sheet::new(*scene);
        let (Some(xray), Some(order)) = (&self.xray, self.order()) else { return sheet };
        sheet.record = Some(WebRecord::Salesforce(order.id));
        if let Some(cause) = xray.cause {
            sheet.section("section-cause");
            let role = if xray.divergence.is_some() { Role::Warning } else { Role::Text };
            let mark = if xray.divergence.is_some() { Mark::Warning } else { Mark::Info };
            sheet.note(scene.say(cause.key()).into_owned(), role, Some(mark));
            let remedy = scene.words.say(cause.remedy().key());
            // Only the key of a change of orders works here.
            let verb = cause.remedy().change().map(|(verb, _)| verb).filter(|verb| {
                crate::domain::change::spec(verb).is_some_and(|spec| spec.part == crate::domain::change::Part::Order)
            });
            let key = verb.map(|verb| scene.key(Action::Change(verb))).unwrap_or_default();
            sheet.field("label-remedy", format!("{key}  {remedy}").trim().to_owned());
        } else if xray.current.is_none() {
            sheet.note(scene.words.say("xray-all-done"), Role::Good, Some(Mark::Good));
        }
        if xray.past_return == Some(true) && xray.current.is_some() {
            sheet.note(scene.words.say("xray-past-return"), Role::Text, Some(Mark::Info));
        }
        // What every step has stands before what differs: nothing below a step moves when the cursor does.
        sheet.link("label-salesforce-order", order.number.to_string(), Place::Order(Some(order.number.clone())));
        if let Some(id) = order.opportunity {
            sheet.link("label-opportunity", id.to_string(), Place::Opportunity(id));
        }
        for fault in customer.changes.fault.iter().chain(&customer.emails.fault) {
            sheet.note(scene.fault(fault), Role::Critical, Some(Mark::Critical));
        }
        if let Some(step) = self.step() {
            let name = scene.words.say(step.name.key());
            sheet.heading(format!("{} {name}", step.name.number()));
            let mark = words::mark(&step.state);
            sheet.styled("label-state", words::long(&step.state, scene), mark.role(), Some(mark));
            for evidence in &step.evidence {
                let lane = words::lane(evidence.lane, scene);
                let said = words::fact(&evidence.fact, scene);
                let write = |sheet: &mut Sheet<'_>| sheet.named(&lane, &said);
                let personal = matches!(evidence.fact, Fact::Line { .. } | Fact::LineMissing(_) | Fact::LineUnread(_));
                match (words::place(&evidence.fact), personal) {
                    (Some(place), true) => sheet.private(|sheet| sheet.leading(place, write)),
                    (Some(place), false) => sheet.leading(place, write),
                    (None, _) => write(&mut sheet),
                }
            }
        }
        sheet
    }

    fn heading(&self, area: Rect, buf: &mut Buffer, scene: &Scene<'_>) {
        let theme = scene.theme;
        let Some(order) = self.order() else { return };
        let (at, of) = (self.at as i64 + 1, self.orders.len() as i64);
        let mut first = format!("{} · {}", order.number, scene.say(kind_key(order.kind)));
        if of > 1 {
            let keys = [scene.key(Action::PageUp), scene.key(Action::PageDown)];
            let values = [
                ("at", Value::Number(at)),
                ("of", Value::Number(of)),
                ("up", Value::Text(&keys[0])),
                ("down", Value::Text(&keys[1])),
            ];
            first = format!("{first} · {}", scene.with("xray-order-of", &values));
        }
        let status = order_status(&order.status);
        let activation = activation_status(&order.activation);
        let placed = scene.moment(order.created);
        let second = format!(
            "{} · {} {} · {} {placed}",
            status.say(scene),
            scene.say("column-activation"),
            activation.say(scene),
            scene.say("label-created"),
        );
        let rows = [(first, Role::Heading), (second, Role::Dim)];
        for (y, (words, role)) in (area.top()..area.bottom()).zip(rows) {
            let room = area.width.saturating_sub(2);
            text::put_fit(buf, area.x + 1, y, room, &words, theme.style(role), theme.glyphs.ellipsis);
        }
    }
}

fn areas(area: Rect) -> (Rect, Rect) {
    let heading = Rect { height: HEADING.min(area.height), ..area };
    (heading, Rect { y: heading.bottom(), height: area.height - heading.height, ..area })
}

/// What stands in one lane of a step: its state in its own system, and what the others say.
fn lane<'a>(step: &Step, lane: Lane, scene: &Scene<'a>) -> Option<lanes::Lane<'a>> {
    let own = step.name.lane() == lane;
    let facts = step.evidence.iter().filter(|it| it.lane == lane).map(|it| &it.fact);
    if own {
        let told = !matches!(step.state, StepState::NotReached | StepState::NotNeeded);
        let facts = facts.filter(|fact| told && !matches!(fact, Fact::Changed { .. }));
        let said = joined(words::short(&step.state, scene), facts.map(|fact| words::fact(fact, scene)));
        return Some(lanes::Lane::new(words::mark(&step.state), said));
    }
    // What is missing before its step's turn has come is no warning yet.
    let early = step.state == StepState::NotReached;
    let marks = facts.clone().map(|fact| if early { Mark::Off } else { words::fact_mark(fact) });
    let mark = marks.min_by_key(|mark| match mark {
        Mark::Warning => 0,
        Mark::Unknown => 1,
        _ => 2,
    })?;
    let mut said = facts.map(|fact| words::brief(fact, scene));
    let first = said.next()?;
    Some(lanes::Lane::new(mark, joined(first, said)))
}

/// Most lanes say one thing: it is taken as it is.
fn joined(first: String, others: impl Iterator<Item = String>) -> String {
    others.fold(first, |said, other| said + " · " + &other)
}

/// The order that most needs a look: the newest one that is still open, else the newest.
fn first_choice(orders: &[Order]) -> usize {
    orders.iter().position(Order::open).unwrap_or(0)
}

impl Page for XrayPage {
    type Of = Customer;

    fn title(&self) -> &'static str {
        "page-xray"
    }

    fn layers(&self) -> &'static [Layer] {
        &[Layer::Details, Layer::Customer, Layer::Desk]
    }

    fn in_details(&self) -> bool {
        self.pane.focused()
    }

    fn refresh(&mut self, customer: &Customer, scene: &Scene<'_>) {
        let number = self.order().filter(|_| self.chosen).map(|order| order.number.clone());
        self.orders = customer.orders.value().map(|list| list.rows.clone()).unwrap_or_default();
        let find = |number: &Text| self.orders.iter().position(|order| order.number == *number);
        let awaited = self.awaited.as_ref().and_then(find);
        if awaited.is_some() {
            (self.awaited, self.chosen) = (None, true);
        }
        let kept = number.as_ref().and_then(|number| self.orders.iter().position(|order| order.number == *number));
        self.at = awaited.or(kept).unwrap_or_else(|| first_choice(&self.orders));
        self.look(customer, scene);
    }

    fn act(&mut self, action: Action, area: Rect, customer: &Customer, scene: &Scene<'_>) -> Did {
        let room = areas(area).1;
        let mut pane = self.pane;
        let did = pane.act(action, room, || self.sheet(customer, scene));
        self.pane = pane;
        if did != Did::Nothing {
            return did;
        }
        let steps = self.steps(scene);
        let lanes = self.pane.split(room).0;
        let step = match action {
            Action::Up => Move::By(-1),
            Action::Down => Move::By(1),
            Action::First => Move::Home,
            Action::Last => Move::End,
            Action::PageUp | Action::PageDown if self.orders.len() > 1 => {
                let step = if action == Action::PageUp { self.orders.len() - 1 } else { 1 };
                self.open((self.at + step) % self.orders.len());
                self.look(customer, scene);
                return Did::Something;
            }
            Action::ReadLine => return self.line().map_or(Did::Nothing, |line| Did::ReadLine(line.clone())),
            Action::Copy => {
                return self.order().map_or(Did::Nothing, |order| Did::Copy(Copied::plain(order.number.to_string())));
            }
            Action::ReadAloud => {
                let number = |order: &Order| {
                    Did::ReadAloud(vec![Aloud::plain("label-number", Spoken::Number, order.number.as_str())])
                };
                return self.order().map_or(Did::Nothing, number);
            }
            _ => return Did::Nothing,
        };
        let before = self.lanes.cursor;
        self.lanes.go(step, &steps, lanes);
        self.moved = true;
        if self.lanes.cursor != before {
            self.pane.reset();
        }
        Did::Something
    }

    /// A click on a step puts the cursor there; over the pane the mouse is the pane's.
    fn mouse(&mut self, mouse: Mouse, area: Rect, customer: &Customer, scene: &Scene<'_>) -> Did {
        let room = areas(area).1;
        let (lanes, detail) = self.pane.split(room);
        let at = Position::new(mouse.x, mouse.y);
        if let Some(detail) = detail.filter(|detail| detail.contains(at)) {
            let mut pane = self.pane;
            let did = pane.mouse(mouse, detail, &self.sheet(customer, scene));
            self.pane = pane;
            return did;
        }
        let steps = self.steps(scene);
        let step = match mouse.kind {
            MouseKind::WheelUp => Move::By(-1),
            MouseKind::WheelDown => Move::By(1),
            MouseKind::Click => match self.lanes.step_at(&steps, lanes, at) {
                Some(step) => Move::To(step),
                None => return Did::Nothing,
            },
        };
        self.lanes.go(step, &steps, lanes);
        self.moved = true;
        self.pane.reset();
        Did::Something
    }

    fn view(&self, area: Rect, buf: &mut Buffer, customer: &Customer, scene: &Scene<'_>) -> Option<Position> {
        let (heading, room) = areas(area);
        let Some(xray) = &self.xray else {
            let key = match &customer.orders {
                orders if orders.loading => "loading",
                orders if orders.known.is_some() => "xray-no-order",
                _ => "records-no-source",
            };
            madoguchi_ui::empty::render(area, buf, scene.theme, &scene.say(key));
            return None;
        };
        self.heading(heading, buf, scene);
        let (lanes, detail) = self.pane.split(room);
        let titles = Lane::ALL.map(|lane| Cow::Owned(words::lane(lane, scene)));
        let steps = self.steps(scene);
        let focused = !self.pane.focused();
        let view = Lanes { titles: &titles, steps: &steps, highlight: xray.divergence, state: &self.lanes, focused };
        view.render(lanes, buf, scene.theme);
        if let Some(detail) = detail {
            self.pane.view(&self.sheet(customer, scene), detail, buf, scene);
        }
        None
    }

    fn holds(&self, place: &Place) -> bool {
        matches!(place, Place::Xray(_))
    }

    fn remedy(&self) -> Option<Remedy> {
        self.xray.as_ref()?.cause.map(Cause::remedy)
    }

    fn stands_at(&self, place: &Place) -> bool {
        matches!(place, Place::Xray(number) if self.order().is_some_and(|order| order.number == *number))
    }

    fn go_to(&mut self, place: &Place, _: &Scene<'_>) {
        let Place::Xray(number) = place else { return };
        match self.orders.iter().position(|order| order.number == *number) {
            Some(at) => self.open(at),
            None => self.chosen = true,
        }
        // Looked through with the next refresh, which alone has the customer.
        self.awaited = Some(number.clone());
    }

    /// Changes and mails tell who did what; the order's line is read once, because without it half of the steps are unknown.
    fn needs(&self, customer: &Customer) -> Vec<Deeper> {
        let Some(order) = self.order().filter(|_| !customer.orders.loading) else { return Vec::new() };
        let mut needs = vec![Deeper::Changes, Deeper::Emails];
        let untouched = |line: &&Msisdn| {
            customer.line(line).is_none_or(|remote| remote.known.is_none() && remote.fault.is_none() && !remote.loading)
        };
        if order.kind == crate::domain::billing::ProductKind::Sim
            && let Some(line) = self.unread_line().filter(untouched)
        {
            needs.push(Deeper::Line(line.clone()));
        }
        needs
    }

    fn freshness(&self, customer: &Customer, scene: &Scene<'_>) -> String {
        let mut said = Vec::new();
        let mut tell = |system: System, read_at: Option<jiff::Timestamp>, loading: bool| {
            let age = match read_at {
                Some(at) => scene.age(at),
                None if loading => scene.say("loading").into_owned(),
                None => scene.unknown(),
            };
            said.push(format!("{} {age}", system.mark()));
        };
        let (orders, whmcs) = (&customer.orders, &customer.whmcs_orders);
        tell(System::Salesforce, orders.known.as_ref().map(|known| known.read_at), orders.loading);
        tell(System::Whmcs, whmcs.known.as_ref().map(|known| known.read_at), whmcs.loading);
        if let Some(line) = self.line().and_then(|line| customer.line(line)) {
            tell(System::Freebit, line.known.as_ref().map(|known| known.read_at), line.loading);
        }
        said.join("  ")
    }

    fn habits(&self) -> Option<Habits> {
        Some(Habits { layout: Layout::default(), pane: self.pane.anew() })
    }

    fn adopt(&mut self, habits: Habits) {
        self.pane = habits.pane;
    }

    fn bookmark(&self) -> Bookmark {
        let identity = self.order().map(|order| order.number.to_string());
        Bookmark { row: self.lanes.cursor, identity, ..Bookmark::default() }
    }

    fn restore(&mut self, bookmark: &Bookmark, _: &Scene<'_>) {
        let same = |order: &Order| bookmark.identity.as_deref() == Some(order.number.as_str());
        if let Some(at) = self.orders.iter().position(same)
            && at != self.at
        {
            self.open(at);
            self.awaited = self.orders.get(at).map(|order| order.number.clone());
        }
        (self.lanes.cursor, self.moved) = (bookmark.row, true);
    }
}
