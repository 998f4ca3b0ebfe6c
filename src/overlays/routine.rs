//! A routine on its way: first what each of its steps would do, then what became of it.
//!
//! What only goes about in the desk is done while it is looked at. The changes are planned one after the other; the first that
//! something stands against is the last that was tried. One key has them made, each through its own plan and confirmation, and
//! the routine stops behind the first that is not done.

mod view;

use jiff::{SignedDuration, Timestamp};
use madoguchi_ui::detail;
use madoguchi_ui::overlay;
use madoguchi_ui::panel::Panel;
use madoguchi_ui::scroll::{self, Move};
use madoguchi_ui::table::TableState;
use ratatui::layout::Rect;

use crate::domain::change::{Change, Who};
use crate::domain::money::Yen;
use crate::domain::operation::{CheckState, Confirm, OperationId, Plan};
use crate::domain::routine::Step;
use crate::flow::{Action, Input, KeyPress, Layer, MouseKind, OperationState, OperationView, Over, PlanRefused};
use crate::scene::Scene;
use crate::tabs::Copied;

use super::confirm::DWELL;
use super::{Outcome, step as moves};

const WIDTH: u16 = 104;
const HEIGHT: u16 = 36;
/// Lines below: a blank, the question, the keys.
const FOOT: u16 = 3;
/// Rows of the list with its titles, where what is below needs the room.
const LIST: u16 = 9;
/// A plan that is older is read again before it is made.
const FRESH: SignedDuration = SignedDuration::from_mins(2);

/// A routine, for one customer.
#[derive(Debug)]
pub struct RoutineRun {
    name: String,
    who: Who,
    doings: Vec<Doing>,
    stage: Stage,
    /// No further step is to be begun.
    stopping: bool,
    /// A plan is being read.
    reading: bool,
    table: TableState,
    /// The first line shown of what the step under the cursor does.
    offset: usize,
}

#[derive(Debug)]
struct Doing {
    step: Step,
    /// What it asks for, and what each is called where they are several.
    changes: Vec<(String, Change)>,
    stands: Stands,
}

/// How a step stands.
#[derive(Debug)]
enum Stands {
    /// Nobody tried it.
    Ahead,
    /// It went about in the desk.
    Went,
    /// Its plans are being read, these were.
    Reading(Vec<Plan>),
    /// This is what it would do.
    Would(Vec<Plan>),
    /// Something stands against it. Nothing was sent.
    Refused(PlanRefused),
    /// Its plan is read again, or lies before a person.
    Asked(Vec<Plan>),
    /// It was begun; how its operations stand, once that is told.
    Begun(Vec<OperationId>, Vec<OperationView>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Stage {
    /// It is being looked at: this step is next.
    Looking(usize),
    /// All of it lies before a person since then.
    Planned(Timestamp),
    /// It is being made: this step is next, or on its way.
    Making(usize),
    /// It stopped at this step, and why.
    Stopped(usize, String),
    /// All of it is done.
    Over,
}

/// What is to be done next about a routine.
#[derive(Debug, Clone)]
pub enum RoutineNext {
    /// Nothing: it waits for an answer, or for a person.
    Nothing,
    /// This is to be done on the screen, or the changes it asks for are to be told.
    Look(Box<Step>),
    /// This change is to be planned.
    Plan(Box<Change>),
    /// This plan was seen, and is to be carried out.
    Begin(Box<Plan>),
    /// These changes of many rows are to be confirmed.
    Rows(&'static str, Vec<(String, Change)>),
}

impl RoutineRun {
    /// A routine that nobody has looked at yet.
    pub fn new(name: String, who: Who, steps: Vec<Step>) -> Self {
        let doing = |step: Step| Doing { step, changes: Vec::new(), stands: Stands::Ahead };
        let doings = steps.into_iter().map(doing).collect();
        let (table, offset) = (TableState::default(), 0);
        Self { name, who, doings, stage: Stage::Looking(0), stopping: false, reading: false, table, offset }
    }

    /// Whose.
    pub const fn who(&self) -> &Who {
        &self.who
    }

    /// What is to be done now.
    pub fn next(&mut self, now: Timestamp) -> RoutineNext {
        let next = match self.stage {
            _ if self.reading => RoutineNext::Nothing,
            Stage::Looking(at) => self.next_look(at, now),
            Stage::Making(at) => self.next_made(at, now),
            Stage::Planned(_) | Stage::Stopped(..) | Stage::Over => RoutineNext::Nothing,
        };
        self.reading |= matches!(next, RoutineNext::Plan(_));
        next
    }

    fn next_look(&mut self, at: usize, now: Timestamp) -> RoutineNext {
        let Some(doing) = self.doings.get(at) else { return self.looked(now) };
        match &doing.stands {
            Stands::Ahead => RoutineNext::Look(Box::new(doing.step.clone())),
            Stands::Reading(plans) => match doing.changes.get(plans.len()) {
                Some((_, change)) => RoutineNext::Plan(Box::new(change.clone())),
                None => RoutineNext::Nothing,
            },
            Stands::Went | Stands::Would(_) => {
                self.stage = Stage::Looking(at + 1);
                self.next_look(at + 1, now)
            }
            Stands::Refused(_) | Stands::Asked(_) | Stands::Begun(..) => self.looked(now),
        }
    }

    /// All of it was looked at: the cursor goes to what most wants to be read.
    fn looked(&mut self, now: Timestamp) -> RoutineNext {
        self.stage = Stage::Planned(now);
        let weighs = |doing: &Doing| match &doing.stands {
            Stands::Refused(_) => 3,
            Stands::Would(plans) if plans.iter().any(|it| it.second || it.confirm != Confirm::Key || warns(it)) => 2,
            Stands::Would(_) => 1,
            _ => 0,
        };
        let most = self.doings.iter().map(weighs).max().unwrap_or_default();
        self.stand(self.doings.iter().position(|doing| weighs(doing) == most).unwrap_or_default());
        RoutineNext::Nothing
    }

    fn next_made(&mut self, at: usize, now: Timestamp) -> RoutineNext {
        let first = !self.doings.iter().any(|doing| matches!(doing.stands, Stands::Begun(..)));
        let Some(doing) = self.doings.get_mut(at) else {
            self.stage = Stage::Over;
            return RoutineNext::Nothing;
        };
        match &doing.stands {
            Stands::Would(_) if self.stopping => {
                self.stage = Stage::Stopped(at, String::new());
                RoutineNext::Nothing
            }
            Stands::Would(plans) => {
                let seen = plans.clone();
                doing.stands = Stands::Asked(seen.clone());
                if let Some(asked) = doing.step.change().filter(|asked| asked.rows.is_some()) {
                    return RoutineNext::Rows(asked.spec.name, doing.changes.clone());
                }
                match seen.into_iter().next() {
                    // Nothing of ours was sent since it was read.
                    Some(plan) if first && now.duration_since(plan.read_at) <= FRESH => {
                        RoutineNext::Begin(Box::new(plan))
                    }
                    Some(plan) => RoutineNext::Plan(Box::new(plan.change)),
                    None => RoutineNext::Nothing,
                }
            }
            Stands::Begun(_, views) if views.iter().all(|view| matches!(view.state, OperationState::Done)) => {
                // What was begun and is not told of yet is on its way.
                if let Stands::Begun(ids, views) = &doing.stands
                    && views.len() < ids.len()
                {
                    return RoutineNext::Nothing;
                }
                self.stage = Stage::Making(at + 1);
                self.next_made(at + 1, now)
            }
            Stands::Went => {
                self.stage = Stage::Making(at + 1);
                self.next_made(at + 1, now)
            }
            _ => RoutineNext::Nothing,
        }
    }

    /// The step that was to be looked at went about in the desk.
    pub fn went(&mut self) {
        self.look_at(|doing| doing.stands = Stands::Went);
    }

    /// The step that was to be looked at asks for these changes.
    pub fn asks(&mut self, changes: Vec<(String, Change)>) {
        self.look_at(|doing| {
            doing.changes = changes;
            doing.stands = Stands::Reading(Vec::new());
        });
    }

    /// Something stands against the step that was to be looked at.
    pub fn cannot(&mut self, why: PlanRefused) {
        self.look_at(|doing| doing.stands = Stands::Refused(why));
    }

    fn look_at(&mut self, then: impl FnOnce(&mut Doing)) {
        if let Stage::Looking(at) = self.stage
            && let Some(doing) = self.doings.get_mut(at)
        {
            then(doing);
        }
        self.follow_cursor();
    }

    /// Whether a plan is being read for it.
    pub const fn wants_plan(&self) -> bool {
        self.reading
    }

    /// Takes a plan that was read. Answers the plan that is to be confirmed by a person or begun, and whether it does what
    /// was seen.
    pub fn take(&mut self, plan: Result<Box<Plan>, PlanRefused>) -> Option<(Box<Plan>, bool)> {
        self.reading = false;
        match self.stage {
            Stage::Looking(at) => {
                let doing = self.doings.get_mut(at)?;
                let Stands::Reading(plans) = &mut doing.stands else { return None };
                match unblocked(plan) {
                    Ok(plan) => {
                        plans.push(*plan);
                        if plans.len() == doing.changes.len() {
                            doing.stands = Stands::Would(std::mem::take(plans));
                        }
                    }
                    Err(why) => doing.stands = Stands::Refused(why),
                }
                None
            }
            Stage::Making(at) => {
                let doing = self.doings.get_mut(at)?;
                let Stands::Asked(seen) = &doing.stands else { return None };
                match unblocked(plan) {
                    Ok(plan) => {
                        let same = seen.first().is_some_and(|seen| plan.does_what(seen));
                        Some((plan, same))
                    }
                    Err(why) => {
                        doing.stands = Stands::Refused(why);
                        self.stage = Stage::Stopped(at, String::new());
                        None
                    }
                }
            }
            _ => None,
        }
    }

    /// Reading a plan brought nothing.
    pub fn end_reading(&mut self) {
        if self.reading {
            let _ = self.take(Err(PlanRefused::Blocked("confirm-no-answer".into())));
        }
    }

    /// These were begun for the step on its way.
    pub fn began(&mut self, ids: Vec<OperationId>) {
        if let Stage::Making(at) = self.stage
            && let Some(doing) = self.doings.get_mut(at)
            && matches!(doing.stands, Stands::Asked(_))
        {
            doing.stands = Stands::Begun(ids, Vec::new());
        }
        self.follow_cursor();
    }

    /// A person left what was to be confirmed: it stops there, and can be gone on with.
    pub fn left(&mut self, why: String) {
        if let Stage::Making(at) = self.stage
            && let Some(doing) = self.doings.get_mut(at)
            && let Stands::Asked(seen) = &mut doing.stands
        {
            doing.stands = Stands::Would(std::mem::take(seen));
            self.stage = Stage::Stopped(at, why);
        }
    }

    /// What was begun was not taken.
    pub fn refused(&mut self, why: &str) {
        if let Stage::Making(at) = self.stage
            && let Some(Stands::Begun(_, views)) = self.doings.get(at).map(|it| &it.stands)
            && views.is_empty()
        {
            self.stage = Stage::Stopped(at, why.to_owned());
        }
    }

    /// Sees how the operations of its steps stand now. What neither goes on nor is done stops it; what waits for its second
    /// person does so once nobody is asked here any more.
    pub fn follow(&mut self, operations: &[OperationView], asks_second: bool) {
        for doing in &mut self.doings {
            if let Stands::Begun(ids, views) = &mut doing.stands {
                *views = operations.iter().filter(|it| ids.contains(&it.id)).cloned().collect();
            }
        }
        let Stage::Making(at) = self.stage else { return };
        let Some(Stands::Begun(_, views)) = self.doings.get(at).map(|it| &it.stands) else { return };
        let goes_on = |state: &OperationState| match state {
            OperationState::Running | OperationState::Queued | OperationState::Elsewhere | OperationState::Done => true,
            OperationState::AwaitsSecond { .. } => asks_second,
            _ => false,
        };
        let runs = |state: &OperationState| matches!(state, OperationState::Running);
        // Of several rows each is told by itself: the last one decides.
        if views.iter().any(|view| !goes_on(&view.state)) && !views.iter().any(|view| runs(&view.state)) {
            self.stage = Stage::Stopped(at, String::new());
        }
    }

    /// How many steps are done, and how many there are.
    pub fn count(&self) -> (usize, usize) {
        (self.doings.iter().filter(|it| it.is_done()).count(), self.doings.len())
    }

    /// It is being made, or stopped on the way.
    pub fn is_begun(&self) -> bool {
        self.doings.iter().any(|doing| matches!(doing.stands, Stands::Begun(..))) && self.stage != Stage::Over
    }

    /// What of it may be gone on with: the step where it stopped was not begun, or is on its way by itself.
    fn can_go_on(&self) -> Option<usize> {
        let Stage::Stopped(at, _) = self.stage else { return None };
        match &self.doings.get(at)?.stands {
            Stands::Would(_) => Some(at),
            Stands::Begun(_, views) if !views.is_empty() => {
                let left = |view: &OperationView| {
                    use OperationState::{Done, Outbox, WaitsForSystem};
                    matches!(view.state, Done | Outbox(_) | WaitsForSystem { .. })
                };
                (views.iter().all(left) && at + 1 < self.doings.len()).then_some(at + 1)
            }
            _ => None,
        }
    }

    fn price(&self) -> Yen {
        let plans = self.doings.iter().flat_map(Doing::plans);
        Yen(plans.filter_map(|plan| plan.price).map(|yen| yen.0).sum())
    }

    fn is_refused(&self) -> bool {
        self.doings.iter().any(|doing| matches!(doing.stands, Stands::Refused(_)))
    }

    fn changes(&self) -> usize {
        self.doings.iter().filter(|doing| doing.step.change().is_some()).count()
    }

    /// The cursor goes with what is being done.
    fn follow_cursor(&mut self) {
        if let Stage::Looking(at) | Stage::Making(at) | Stage::Stopped(at, _) = self.stage {
            self.stand(at.min(self.doings.len().saturating_sub(1)));
        }
    }

    fn stand(&mut self, at: usize) {
        self.table.scroll.go(Move::To(at), self.doings.len(), usize::from(LIST - 1));
        self.offset = 0;
    }

    fn current(&self) -> Option<&Doing> {
        self.doings.get(self.table.scroll.cursor)
    }

    /// As tall as the step that says most needs it, so that nothing jumps while the cursor moves.
    fn area(&self, screen: Rect, scene: &Scene<'_>) -> Rect {
        let width = Panel::inner(overlay::centred(screen, WIDTH, HEIGHT)).width;
        let most = self.doings.iter().map(|it| detail::height(&it.entries(scene), width)).max().unwrap_or_default();
        let rows = u16::try_from(self.doings.len()).unwrap_or(LIST).saturating_add(1).min(LIST);
        let below = u16::try_from(most).unwrap_or(HEIGHT);
        overlay::centred(screen, WIDTH, rows.saturating_add(below).saturating_add(FOOT + 4).min(HEIGHT))
    }

    fn parts(&self, inner: Rect) -> (Rect, Rect, Rect) {
        let foot = FOOT.min(inner.height);
        let room = inner.height - foot;
        let rows = u16::try_from(self.doings.len()).unwrap_or(LIST);
        let table = Rect { height: rows.saturating_add(1).clamp(2, LIST).min(room), ..inner };
        let below = Rect { y: table.bottom() + 1, height: room.saturating_sub(table.height + 1), ..inner };
        (table, below, Rect { y: inner.bottom() - foot, height: foot, ..inner })
    }

    /// Looks, has it made, stops it.
    pub fn input(&mut self, input: &Input, screen: Rect, scene: &Scene<'_>) -> Outcome {
        let (table, below, _) = self.parts(Panel::inner(self.area(screen, scene)));
        let page = isize::from(below.height.max(2).cast_signed()) - 1;
        let (step, by) = match input {
            Input::Key(press) => match scene.keys.over(*press, Layer::Rows).and_then(moves) {
                Some(Move::Page(pages)) => (None, pages * page),
                Some(step) => (Some(step), 0),
                None => return self.key(*press, scene),
            },
            Input::Mouse(mouse) => match mouse.kind {
                MouseKind::WheelUp => (None, -3),
                MouseKind::WheelDown => (None, 3),
                MouseKind::Click => return Outcome::Stay,
            },
            Input::Paste(_) | Input::Resize { .. } | Input::Focus(_) => return Outcome::Stay,
        };
        if let Some(step) = step {
            self.table.scroll.go(step, self.doings.len(), usize::from(table.height.saturating_sub(1)));
            self.offset = 0;
        } else if let Some(doing) = self.current() {
            let lines = detail::height(&doing.entries(scene), below.width);
            self.offset = scroll::scrolled(self.offset, by, lines, usize::from(below.height));
        }
        Outcome::Stay
    }

    fn key(&mut self, press: KeyPress, scene: &Scene<'_>) -> Outcome {
        if press.repeat {
            return Outcome::Stay;
        }
        // The key that says yes may be the one that copies: it does what is asked below.
        let asks = matches!(self.stage, Stage::Planned(_)) && !self.is_refused() && self.changes() > 0;
        let layer = if asks { Layer::Confirm } else { Layer::Customer };
        let action = scene.keys.action(press, &[Layer::Rows, layer, Layer::Desk]);
        if action == Some(Action::Copy) {
            return Outcome::Copy(Copied::plain(self.as_text(scene)));
        }
        match (&self.stage, action) {
            (Stage::Planned(since), Some(Action::Over(Over::Confirm)))
                if asks && scene.now.duration_since(*since) >= DWELL =>
            {
                self.stage = Stage::Making(0);
            }
            (Stage::Making(_), Some(Action::Over(Over::StopRows))) => self.stopping = true,
            (Stage::Stopped(..), Some(Action::Over(Over::GoOn))) => {
                if let Some(at) = self.can_go_on() {
                    self.stopping = false;
                    self.stage = Stage::Making(at);
                }
            }
            (Stage::Planned(_) | Stage::Stopped(..) | Stage::Over, Some(Action::Open)) => return Outcome::Close,
            _ => {}
        }
        Outcome::Stay
    }

    /// Every step with how it stands, to be copied.
    fn as_text(&self, scene: &Scene<'_>) -> String {
        let line = |(n, doing): (usize, &Doing)| format!("{n}\t{}\t{}", doing.says(scene), doing.stands(scene).1);
        (1..).zip(&self.doings).map(line).collect::<Vec<_>>().join("\n")
    }
}

impl Doing {
    fn is_done(&self) -> bool {
        match &self.stands {
            Stands::Went => true,
            Stands::Begun(ids, views) => {
                views.len() == ids.len() && views.iter().all(|view| matches!(view.state, OperationState::Done))
            }
            _ => false,
        }
    }

    fn plans(&self) -> &[Plan] {
        match &self.stands {
            Stands::Reading(plans) | Stands::Would(plans) | Stands::Asked(plans) => plans,
            Stands::Ahead | Stands::Went | Stands::Refused(_) | Stands::Begun(..) => &[],
        }
    }
}

/// A plan that nothing stands against.
fn unblocked(plan: Result<Box<Plan>, PlanRefused>) -> Result<Box<Plan>, PlanRefused> {
    let plan = plan?;
    match plan.blocked() {
        Some(why) => Err(PlanRefused::Blocked(why.clone())),
        None => Ok(plan),
    }
}

/// Something of it should be known before it is made.
fn warns(plan: &Plan) -> bool {
    plan.checks.iter().any(|check| matches!(check.state, CheckState::Warns(_))) || plan.waits()
}
