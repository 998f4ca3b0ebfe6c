//! The plan of a change, and its confirmation.
//!
//! Only a key pressed by a person who has seen the plan confirms: repeats and pastes do not count, nor does anything that
//! arrives within [`DWELL`] of the plan, because it was typed for what was on the screen before. Enter alone goes back.

use jiff::{SignedDuration, Timestamp};
use madoguchi_ui::detail::{self, Entry};
use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::input::{InputView, TextInput};
use madoguchi_ui::overlay;
use madoguchi_ui::panel::Panel;
use madoguchi_ui::scroll::{Move, scrolled};
use madoguchi_ui::text;
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::change::{Change, Offline};
use crate::domain::operation::{CheckState, Confirm, OperationId, Plan, Since, Typed};
use crate::domain::phrase::Phrase;
use crate::domain::text::folded;
use crate::flow::{Action, Input, KeyPress, Layer, MouseKind, Over, PlanRefused};
use crate::locale::Value;
use crate::scene::Scene;
use crate::tabs::edit;

use super::outbox::compared;
use super::{Outcome, Wish, frame, in_form, step_while_typing};

const WIDTH: u16 = 92;
const HEIGHT: u16 = 36;
/// Lines below the plan: a rule's blank, the question, the keys.
const FOOT: u16 = 3;
/// How long a plan is on the screen before a key can confirm it.
pub const DWELL: SignedDuration = SignedDuration::from_millis(300);
/// A plan that is older is read again before it can be confirmed.
const FRESH: SignedDuration = SignedDuration::from_mins(2);

/// The plan of a change on its way to being confirmed.
#[derive(Debug)]
pub struct ConfirmPlan {
    change: Change,
    state: State,
    typed: TextInput,
    /// What was typed is not what was asked for.
    wrong: bool,
    /// It was read again because it was old.
    again: bool,
    offset: usize,
    /// The one in the outbox that it is about.
    kept: Option<OperationId>,
}

#[derive(Debug)]
enum State {
    Reading,
    Ready { plan: Box<Plan>, since: Timestamp },
    Refused(PlanRefused),
}

impl ConfirmPlan {
    /// A plan that is being read.
    pub fn reading(change: Change, kept: Option<OperationId>) -> Self {
        let typed = TextInput::default();
        Self { change, state: State::Reading, typed, wrong: false, again: false, offset: 0, kept }
    }

    /// The plan of one that waits in the outbox, as it was read there.
    pub fn kept(plan: Box<Plan>, now: Timestamp) -> Self {
        let mut confirm = Self::reading(plan.change.clone(), Some(plan.id));
        confirm.take(Ok(plan), now);
        confirm
    }

    /// The one in the outbox that it is about.
    pub const fn of_outbox(&self) -> Option<OperationId> {
        self.kept
    }

    /// What is to be changed.
    pub const fn change(&self) -> &Change {
        &self.change
    }

    /// Whether the plan is still being read.
    pub const fn is_reading(&self) -> bool {
        matches!(self.state, State::Reading)
    }

    /// It is read again; what was typed for the older plan does not count for the newer.
    pub fn read_again(&mut self) {
        self.again = matches!(self.state, State::Ready { .. });
        self.state = State::Reading;
        self.typed.clear();
        self.wrong = false;
    }

    /// Takes the plan that was read.
    pub fn take(&mut self, plan: Result<Box<Plan>, PlanRefused>, now: Timestamp) {
        self.state = match plan {
            Ok(plan) => State::Ready { plan, since: now },
            Err(why) => State::Refused(why),
        };
        self.offset = 0;
    }

    fn inner(screen: Rect) -> Rect {
        Panel::inner(overlay::centred(screen, WIDTH, HEIGHT))
    }

    /// The plan's room and the lines below it.
    fn parts(inner: Rect) -> (Rect, Rect) {
        let foot = FOOT.min(inner.height);
        let body = Rect { height: inner.height - foot, ..inner };
        (body, Rect { y: body.bottom(), height: foot, ..inner })
    }

    /// Confirms, scrolls or goes back.
    pub fn input(&mut self, input: &Input, screen: Rect, scene: &Scene<'_>) -> Outcome {
        let (body, _) = Self::parts(Self::inner(screen));
        let lines = detail::height(&self.entries(scene), body.width);
        let height = usize::from(body.height);
        let page = height.saturating_sub(1).max(1) as isize;
        let by = match input {
            Input::Mouse(mouse) => match mouse.kind {
                MouseKind::WheelUp => -3,
                MouseKind::WheelDown => 3,
                MouseKind::Click => 0,
            },
            Input::Key(press) => match step_while_typing(*press, scene) {
                Some(Move::By(by)) => by,
                Some(Move::Page(by)) => by * page,
                _ => return self.key(*press, scene),
            },
            Input::Paste(_) | Input::Resize { .. } | Input::Focus(_) => 0,
        };
        self.offset = scrolled(self.offset, by, lines, height);
        Outcome::Stay
    }

    fn key(&mut self, press: KeyPress, scene: &Scene<'_>) -> Outcome {
        if press.repeat {
            return Outcome::Stay;
        }
        let action = scene.keys.action(press, &[Layer::Confirm, Layer::Desk]);
        let again = action == Some(Action::Refresh);
        let open = action == Some(Action::Open);
        let plan = match &self.state {
            State::Reading => return Outcome::Stay,
            State::Refused(PlanRefused::Wrong(_)) if open => return Outcome::Wish(Wish::Mend),
            State::Refused(_) => {
                return match action {
                    Some(Action::Open) => Outcome::Close,
                    _ if again => Outcome::Wish(Wish::PlanAgain),
                    _ => Outcome::Stay,
                };
            }
            State::Ready { plan, .. } if plan.blocked().is_some() => {
                return match (action, other_way(plan)) {
                    (Some(Action::Open), _) => Outcome::Close,
                    (Some(Action::Over(Over::Instead)), Some(change)) => {
                        Outcome::Wish(Wish::Follow(Box::new(change.clone())))
                    }
                    _ if again => Outcome::Wish(Wish::PlanAgain),
                    _ => Outcome::Stay,
                };
            }
            State::Ready { since, .. } if scene.now.duration_since(*since) < DWELL => return Outcome::Stay,
            State::Ready { plan, .. } => plan,
        };
        if let (Some(Action::Over(Over::Instead)), Some(change)) = (action, other_way(plan)) {
            return Outcome::Wish(Wish::Follow(Box::new(change.clone())));
        }
        let submits = in_form(press, scene) == Some(Over::Submit);
        let confirmed = match &plan.confirm {
            Confirm::Key if open => return Outcome::Close,
            Confirm::Key if action == Some(Action::Over(Over::Confirm)) => true,
            Confirm::Key => return Outcome::Stay,
            Confirm::Typed(_) if submits && self.typed.is_empty() => return Outcome::Close,
            Confirm::Typed(typed) if submits => {
                let right = bare(typed, self.typed.value()) == typed.expected();
                if !right {
                    self.typed.clear();
                }
                self.wrong = !right;
                right
            }
            Confirm::Typed(_) => {
                self.wrong = false;
                edit::key(&mut self.typed, press);
                return Outcome::Stay;
            }
        };
        if !confirmed {
            Outcome::Stay
        } else if scene.now.duration_since(plan.read_at) > FRESH {
            Outcome::Wish(Wish::PlanAgain)
        } else {
            Outcome::Wish(Wish::Begin(plan.clone()))
        }
    }

    fn entries(&self, scene: &Scene<'_>) -> Vec<Entry<'static>> {
        match &self.state {
            State::Reading => vec![Entry::Text(scene.words.say("confirm-reading").into_owned().into(), Role::Dim)],
            State::Ready { plan, .. } => plan_entries(plan, scene),
            State::Refused(why) => {
                let mut entries = refused(why, scene);
                if let (PlanRefused::Fault(fault), Offline::Never(never)) = (why, self.change.what.offline())
                    && fault.shuts_out()
                {
                    let words = scene.words.say(never.key()).into_owned();
                    entries.push(Entry::Text(words.into(), Role::Text));
                }
                entries
            }
        }
    }

    /// What can be done in the place of the plan.
    fn instead(&self) -> Option<&'static str> {
        match &self.state {
            State::Ready { plan, .. } => other_way(plan).map(|change| change.what.verb()),
            State::Reading | State::Refused(_) => None,
        }
    }

    /// The question below the plan, how it looks, and which keys answer it.
    fn question(&self, scene: &Scene<'_>) -> (String, Role, &'static str) {
        let say = |key: &'static str| scene.say(key).into_owned();
        let plan = match &self.state {
            State::Reading => return (String::new(), Role::Dim, "confirm-keys-reading"),
            State::Refused(PlanRefused::Wrong(_)) => return (String::new(), Role::Dim, "confirm-keys-mend"),
            State::Refused(_) => return (String::new(), Role::Dim, "confirm-keys-again"),
            State::Ready { plan, .. } => plan,
        };
        if plan.blocked().is_some() {
            return (say("confirm-blocked"), Role::Critical, "confirm-keys-again");
        }
        if self.wrong {
            return (say("confirm-wrong"), Role::Critical, "confirm-keys-typed");
        }
        let second = if plan.second { format!("{} ", say("confirm-second")) } else { String::new() };
        match &plan.confirm {
            Confirm::Key if plan.waits() => (say("confirm-ask-keep"), Role::Accent, "confirm-keys-keep"),
            Confirm::Key if plan.since() == Since::Changed => {
                (say("confirm-ask-changed"), Role::Warning, "confirm-keys-send")
            }
            Confirm::Key if plan.outbox.is_some() => (say("confirm-ask-send"), Role::Accent, "confirm-keys-send"),
            Confirm::Key => (format!("{second}{}", say("confirm-ask-key")), Role::Accent, "confirm-keys-key"),
            Confirm::Typed(typed) => {
                let text = typed.expected();
                let key = match typed {
                    Typed::Amount(_) => "confirm-ask-amount",
                    Typed::LastFour(_) => "confirm-ask-last-four",
                    Typed::Word(_) => "confirm-ask-word",
                };
                let ask = scene.with(key, &[("text", Value::Text(&text))]);
                (format!("{second}{ask}"), Role::Accent, "confirm-keys-typed")
            }
        }
    }

    /// Draws it. Returns where the terminal's cursor belongs.
    pub fn view(&self, screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) -> Option<Position> {
        let theme = scene.theme;
        let title = scene.words.say(&format!("verb-{}", self.change.what.verb())).into_owned();
        // As tall as the plan, within bounds.
        let entries = self.entries(scene);
        let width = Self::inner(screen).width;
        let lines = detail::height(&entries, width).min(usize::from(HEIGHT)) as u16;
        let area = overlay::centred(screen, WIDTH, HEIGHT);
        let height = if self.is_reading() { HEIGHT / 2 } else { (lines + FOOT + 2).min(HEIGHT) };
        let inner = frame(&title, screen, area.width, height, buf, scene);
        let (body, foot) = Self::parts(inner);
        let offset = self.offset.min(detail::height(&entries, body.width).saturating_sub(usize::from(body.height)));
        detail::render(&entries, offset, body, buf, theme);
        if offset + usize::from(body.height) < detail::height(&entries, body.width) {
            let more = scene.say("confirm-more");
            text::put_fit(buf, foot.x, foot.y, foot.width, &more, theme.style(Role::Dim), theme.glyphs.ellipsis);
        }
        let (question, role, keys) = self.question(scene);
        let style = theme.style(role);
        text::put_fit(buf, foot.x, foot.y + 1, foot.width, &question, style, theme.glyphs.ellipsis);
        let y = foot.y + FOOT.saturating_sub(1);
        let note = if self.again && !self.is_reading() { "confirm-again" } else { keys };
        let mut words = scene.say_keyed(note);
        if let Some(verb) = self.instead() {
            let verb = scene.words.say(&format!("verb-{verb}")).into_owned();
            words = scene
                .keyed(&format!("{}  {words}", scene.with("confirm-keys-instead", &[("verb", Value::Text(&verb))])));
        }
        let asks = matches!(&self.state, State::Ready { plan, .. }
            if matches!(plan.confirm, Confirm::Typed(_)) && plan.blocked().is_none());
        if !asks {
            text::put_fit(buf, foot.x, y, foot.width, &words, theme.style(Role::Dim), theme.glyphs.ellipsis);
            return None;
        }
        let box_width = 24.min(foot.width);
        let view = InputView { prompt: "> ", placeholder: "", error: "", masked: false, focused: true };
        let cursor = view.render(&self.typed, Rect { y, height: 1, width: box_width, ..foot }, buf, theme);
        let x = foot.x + box_width + 1;
        let room = foot.right().saturating_sub(x);
        text::put_fit(buf, x, y, room, &words, theme.style(Role::Dim), theme.glyphs.ellipsis);
        cursor
    }
}

/// What can be done in the place of a plan that something stands against, or that warns of something and is confirmed with
/// one key: where something is typed, a letter is a letter.
fn other_way(plan: &Plan) -> Option<&Change> {
    let warns = || plan.checks.iter().any(|check| matches!(check.state, CheckState::Warns(_)));
    let open = plan.confirm == Confirm::Key && plan.outbox.is_none();
    plan.instead.first().filter(|_| plan.blocked().is_some() || open && warns())
}

/// What was typed, as it is compared: full-width digits and an amount's signs mean the same.
fn bare(asked: &Typed, typed: &str) -> String {
    let typed = folded(typed.trim());
    match asked {
        Typed::Amount(_) => typed.chars().filter(|c| !matches!(c, ',' | '¥' | '\\' | '円' | ' ')).collect(),
        Typed::LastFour(_) | Typed::Word(_) => typed,
    }
}

/// A plan as a record: what it does, what stands for and against it, what is written where.
pub fn plan_entries(plan: &Plan, scene: &Scene<'_>) -> Vec<Entry<'static>> {
    let phrase = |it: &Phrase| scene.words.phrase(it, scene.revealed);
    let say = |key: &'static str| scene.words.say(key).into_owned();
    let section = |key: &'static str| Entry::Section(say(key).into());
    let mut entries = vec![
        Entry::toned(say("confirm-what"), phrase(&plan.title), Role::Heading),
        Entry::field(say("confirm-about"), format!("{} · {}", plan.change.who.number, phrase(&plan.about))),
    ];
    if let Some(price) = plan.price {
        entries.push(Entry::toned(say("confirm-price"), price.to_string(), Role::Heading));
    }
    if let Some(unread) = plan.outbox.as_ref().and_then(|outbox| outbox.unread.as_ref()) {
        let why = phrase(&unread.why);
        let values = [("system", Value::Text(unread.system.name())), ("why", Value::Text(&why))];
        entries.push(Entry::marked(say("confirm-when"), scene.with("confirm-when-sent", &values), Mark::Warning));
    } else {
        let when = plan.effective.as_ref().map_or_else(|| say("confirm-at-once"), phrase);
        entries.push(Entry::field(say("confirm-when"), when));
    }
    entries.extend(compared(plan, scene.revealed.into(), scene));
    for it in plan.differences.iter().filter(|_| plan.outbox.is_none()) {
        let (from, to) = (phrase(&it.from), phrase(&it.to));
        let change = if from.is_empty() {
            to
        } else {
            scene.with("confirm-difference", &[("from", Value::Text(&from)), ("to", Value::Text(&to))])
        };
        entries.push(Entry::field(phrase(&it.what), change));
    }
    for warning in &plan.warnings {
        entries.push(Entry::marked("", phrase(warning), Mark::Warning));
    }
    if !plan.checks.is_empty() {
        entries.push(section("confirm-checks"));
    }
    for check in &plan.checks {
        let (mark, more) = match &check.state {
            CheckState::Passed => (Mark::Good, String::new()),
            CheckState::Warns(why) => (Mark::Warning, phrase(why)),
            CheckState::Failed(why) => (Mark::Critical, phrase(why)),
        };
        let what = phrase(&check.what);
        let words = if more.is_empty() { what } else { format!("{what}: {more}") };
        let role = if mark == Mark::Good { Role::Text } else { mark.role() };
        entries.push(Entry::Field { label: "".into(), value: words.into(), role, mark: Some(mark), link: false });
    }
    if !plan.steps.is_empty() {
        entries.push(section("confirm-steps"));
    }
    for (n, step) in (1..).zip(&plan.steps) {
        let mut words = phrase(&step.says);
        if step.no_return && n < plan.steps.len() {
            words = format!("{words} ({})", say("confirm-no-return"));
        }
        entries.push(Entry::field(format!("{n} {}", step.write.system().name()), words));
    }
    entries
}

pub(super) fn refused(why: &PlanRefused, scene: &Scene<'_>) -> Vec<Entry<'static>> {
    let mark = |words: String| Entry::marked("", words, Mark::Critical);
    match why {
        PlanRefused::Fault(fault) => vec![mark(scene.fault(fault))],
        PlanRefused::Blocked(why) => vec![mark(scene.words.phrase(why, scene.revealed))],
        PlanRefused::Wrong(wrong) => {
            let one = |it: &crate::domain::change::Wrong| {
                let label = scene.words.say(&format!("field-{}", it.field)).into_owned();
                Entry::marked(label, scene.words.phrase(&it.why, scene.revealed), Mark::Critical)
            };
            wrong.iter().map(one).collect()
        }
    }
}
