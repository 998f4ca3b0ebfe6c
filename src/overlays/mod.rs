//! What lies over the screen: a stack, the top one has the keyboard.

mod activation;
mod aloud;
mod caller;
mod centre;
mod change;
mod choice;
mod columns;
mod confirm;
mod export;
mod help;
mod in_field;
mod operations;
mod outbox;
mod pack;
mod pack_door;
mod palette;
mod pick;
mod routine;
mod routine_ask;
mod routine_form;
mod rows;
mod second;
mod sign_in;
mod systems;
mod text;
mod theme;
mod wish;

use madoguchi_ui::detail::{self, Entry};
use madoguchi_ui::overlay;
use madoguchi_ui::panel::Panel;
use madoguchi_ui::scroll::{Move, scrolled as kept_within};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::flow::{Action, Input, Key, KeyPress, Layer, Over};
use crate::keymap::types_text;
use crate::scene::Scene;
use crate::tabs::ask::Ask;
use crate::tabs::{Copied, Did};

pub use activation::{ActivationCode, reissued};
pub use aloud::ReadAloud;
pub use caller::CallerForm;
pub use centre::{Centre, Remark, Told};
pub use change::{Asked, AskedRow, Asking, ChangeForm, FieldOption};
pub use choice::Chooser;
pub use columns::ColumnsForm;
pub use confirm::{ConfirmPlan, plan_entries};
pub use export::ExportForm;
pub use help::{Help, search_help};
pub use operations::OperationList;
pub use outbox::OutboxList;
pub use pack::PackForm;
pub use pack_door::PackDoor;
pub use palette::Palette;
pub use routine::{RoutineNext, RoutineRun};
pub use routine_ask::{AskedParameter, RoutineAsk};
pub use routine_form::RoutineForm;
pub use rows::RowList;
pub use second::SecondPerson;
pub use sign_in::SignInForm;
pub use systems::{SystemsPanel, SystemsState};
pub use text::PlainText;
pub use theme::ThemePicker;
pub use wish::Wish;

/// Something over the screen.
#[derive(Debug)]
pub enum Overlay {
    /// Which keys work here.
    Help(Help),
    /// Find an action by name.
    Palette(Palette),
    /// What happened elsewhere, and what the desk said.
    Centre(Box<Centre>),
    /// How the systems are.
    Systems(Box<SystemsPanel>),
    /// A text to read aloud or copy.
    Text(PlainText),
    /// Something spelled for the telephone.
    ReadAloud(ReadAloud),
    /// One of a few.
    Choice(Chooser),
    /// The themes.
    Theme(Box<ThemePicker>),
    /// The columns of a list.
    Columns(ColumnsForm),
    /// A list to be written to a file.
    Export(ExportForm),
    /// The form of a change.
    Change(Box<ChangeForm>),
    /// The plan of a change.
    Confirm(Box<ConfirmPlan>),
    /// The plans of many rows, and what came of each.
    Rows(Box<RowList>),
    /// What a routine asks before it is run.
    RoutineAsk(Box<RoutineAsk>),
    /// What was recorded, before it is kept.
    RoutineForm(Box<RoutineForm>),
    /// A routine on its way.
    Routine(Box<RoutineRun>),
    /// A plan that waits for its second person.
    Second(Box<SecondPerson>),
    /// Changes on their way, and those that wait.
    Operations(Box<OperationList>),
    /// What was written while a system could not be reached, and waits.
    Outbox(Box<OutboxList>),
    /// How sure one is of the caller.
    Caller(Box<CallerForm>),
    /// An eSIM's activation code.
    Activation(Box<ActivationCode>),
    /// A field pack that is made.
    Pack(Box<PackForm>),
    /// A field pack that is opened, or thrown away.
    PackDoor(Box<PackDoor>),
    /// A sign-in by hand.
    SignIn(Box<SignInForm>),
}

impl From<Ask> for Overlay {
    fn from(ask: Ask) -> Self {
        match ask {
            Ask::Choose(choice) => Self::Choice(Chooser::new(choice)),
            Ask::Columns(asked) => Self::Columns(ColumnsForm::new(asked)),
            Ask::Export(asked) => Self::Export(ExportForm::new(asked)),
        }
    }
}

/// What an input to an overlay came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It stays.
    Stay,
    /// It closes.
    Close,
    /// It closes and this is to be done.
    Run(Action),
    /// It closes and this came of it.
    Do(Did),
    /// It closes, and this theme stays.
    Theme(String),
    /// It stays, and this is to be copied.
    Copy(Copied),
    /// It stays, and this is to be done about a change.
    Wish(Wish),
}

impl Overlay {
    /// Takes an input.
    pub fn input(&mut self, input: &Input, screen: Rect, scene: &Scene<'_>) -> Outcome {
        if let Input::Key(press) = input
            && scene.keys.action(*press, &[Layer::Overlay]) == Some(Action::Over(Over::Leave))
            && (press.key == Key::Esc || !types_text(*press))
        {
            let stays = match self {
                Self::Operations(list) => list.back(),
                Self::Outbox(list) => list.back(),
                Self::Centre(centre) => centre.back(),
                Self::Systems(panel) => panel.back(),
                _ => false,
            };
            return if stays { Outcome::Stay } else { Outcome::Close };
        }
        match self {
            Self::Help(help) => help.input(input, screen, scene),
            Self::Palette(palette) => palette.input(input, screen, scene),
            Self::Centre(centre) => centre.input(input, screen, scene),
            Self::Systems(panel) => panel.input(input, screen, scene),
            Self::Text(text) => text.input(input, screen, scene),
            Self::ReadAloud(aloud) => aloud.input(input, screen, scene),
            Self::Choice(choice) => choice.input(input, screen, scene),
            Self::Theme(picker) => picker.input(input, screen, scene),
            Self::Columns(columns) => columns.input(input, screen, scene),
            Self::Export(export) => export.input(input, screen, scene),
            Self::Change(form) => form.input(input, screen, scene),
            Self::Confirm(confirm) => confirm.input(input, screen, scene),
            Self::Rows(rows) => rows.input(input, screen, scene),
            Self::RoutineAsk(form) => form.input(input, screen, scene),
            Self::RoutineForm(form) => form.input(input, screen, scene),
            Self::Routine(run) => run.input(input, screen, scene),
            Self::Second(second) => second.input(input, screen, scene),
            Self::Operations(list) => list.input(input, screen, scene),
            Self::Outbox(list) => list.input(input, screen, scene),
            Self::Caller(form) => form.input(input, screen, scene),
            Self::Activation(code) => code.input(input, scene),
            Self::Pack(form) => form.input(input, screen, scene),
            Self::PackDoor(door) => door.input(input, screen, scene),
            Self::SignIn(form) => form.input(input, scene),
        }
    }

    /// Enter takes what is under its cursor.
    pub const fn chooses(&self) -> bool {
        matches!(self, Self::Palette(_) | Self::Choice(_) | Self::Theme(_) | Self::Columns(_))
    }

    /// Draws it. Returns where the terminal's cursor belongs.
    pub fn view(&self, screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) -> Option<Position> {
        match self {
            Self::Help(help) => help.view(screen, buf, scene),
            Self::Palette(palette) => return palette.view(screen, buf, scene),
            Self::Centre(centre) => return centre.view(screen, buf, scene),
            Self::Systems(panel) => return panel.view(screen, buf, scene),
            Self::Text(text) => text.view(screen, buf, scene),
            Self::ReadAloud(aloud) => aloud.view(screen, buf, scene),
            Self::Choice(choice) => return choice.view(screen, buf, scene),
            Self::Theme(picker) => return picker.view(screen, buf, scene),
            Self::Columns(columns) => columns.view(screen, buf, scene),
            Self::Export(export) => return export.view(screen, buf, scene),
            Self::Change(form) => return form.view(screen, buf, scene),
            Self::Confirm(confirm) => return confirm.view(screen, buf, scene),
            Self::Rows(rows) => return rows.view(screen, buf, scene),
            Self::RoutineAsk(form) => return form.view(screen, buf, scene),
            Self::RoutineForm(form) => return form.view(screen, buf, scene),
            Self::Routine(run) => run.view(screen, buf, scene),
            Self::Second(second) => return second.view(screen, buf, scene),
            Self::Operations(list) => return list.view(screen, buf, scene),
            Self::Outbox(list) => return list.view(screen, buf, scene),
            Self::Caller(form) => return form.view(screen, buf, scene),
            Self::Activation(code) => code.view(screen, buf, scene),
            Self::Pack(form) => return form.view(screen, buf, scene),
            Self::PackDoor(door) => return door.view(screen, buf, scene),
            Self::SignIn(form) => return form.view(screen, buf, scene),
        }
        None
    }
}

/// The layers whose actions can be run, for greying the others.
pub fn runnable(layer: Layer, layers: &[Layer]) -> bool {
    layers.contains(&layer)
}

/// Scrolls a page of this height that only shows these entries, or closes it.
fn scroll(
    offset: &mut usize,
    entries: &[Entry<'_>],
    input: &Input,
    screen: Rect,
    height: u16,
    scene: &Scene<'_>,
) -> Outcome {
    let inner = column(Panel::inner(page(screen, height)));
    match scrolled(*offset, input, detail::height(entries, inner.width), usize::from(inner.height), scene) {
        Some(moved) => *offset = moved,
        None => return Outcome::Close,
    }
    Outcome::Stay
}

/// The offset after a key or the wheel. `None` when the key closes the overlay.
fn scrolled(offset: usize, input: &Input, lines: usize, height: usize, scene: &Scene<'_>) -> Option<usize> {
    let page = height.saturating_sub(1).max(1) as isize;
    let by = match input {
        Input::Key(press) => match scene.keys.over(*press, Layer::Overlay) {
            Some(Action::Open | Action::Quit | Action::Help | Action::Notices) => return None,
            action => match action.and_then(step) {
                Some(Move::By(by)) => by,
                Some(Move::Page(by)) => by * page,
                Some(Move::Home) => -(lines as isize),
                Some(_) => lines as isize,
                None => 0,
            },
        },
        Input::Mouse(mouse) => match mouse.kind {
            crate::flow::MouseKind::WheelUp => -3,
            crate::flow::MouseKind::WheelDown => 3,
            crate::flow::MouseKind::Click => 0,
        },
        _ => 0,
    };
    Some(kept_within(offset, by, lines, height))
}

/// Where an action moves the cursor of what lies over the screen.
const fn step(action: Action) -> Option<Move> {
    Some(match action {
        Action::Up => Move::By(-1),
        Action::Down => Move::By(1),
        Action::PageUp => Move::Page(-1),
        Action::PageDown | Action::Over(Over::PageDown) => Move::Page(1),
        Action::First | Action::Over(Over::First) => Move::Home,
        Action::Last => Move::End,
        _ => return None,
    })
}

/// Where a key moves the cursor while somebody types.
fn step_while_typing(press: KeyPress, scene: &Scene<'_>) -> Option<Move> {
    if types_text(press) { None } else { scene.keys.action(press, &[Layer::Picker, Layer::Desk]).and_then(picked) }
}

const fn picked(action: Action) -> Option<Move> {
    match action {
        Action::Over(Over::PickUp) => Some(Move::By(-1)),
        Action::Over(Over::PickDown) => Some(Move::By(1)),
        action => step(action),
    }
}

/// Whether a key opens what is under the cursor while somebody types.
fn opens_while_typing(press: KeyPress, scene: &Scene<'_>) -> bool {
    !types_text(press) && scene.keys.action(press, &[Layer::Desk]) == Some(Action::Open)
}

/// What a key does in a form, where it does not belong to the field.
fn in_form(press: KeyPress, scene: &Scene<'_>) -> Option<Over> {
    match scene.keys.action(press, &[Layer::Form]) {
        Some(Action::Over(over)) => Some(over),
        _ => None,
    }
}

/// What is only read takes the whole width: rows that move as a whole are moved by the terminal itself, and a line further
/// costs one line.
fn page(screen: Rect, height: u16) -> Rect {
    overlay::centred(screen, screen.width, height)
}

/// The longest line of a page, in cells: from a longer one the eye does not find its way back.
const LONGEST_LINE: u16 = 116;

/// Where the lines of a page stand in it.
fn column(inner: Rect) -> Rect {
    overlay::centred(inner, LONGEST_LINE, inner.height)
}

/// Draws a page that only shows these entries.
fn draw_page(
    title: &str,
    entries: &[Entry<'_>],
    offset: usize,
    screen: Rect,
    height: u16,
    buf: &mut Buffer,
    scene: &Scene<'_>,
) {
    let inner = overlay::open(title, page(screen, height), buf, scene.theme);
    detail::render(entries, offset, column(inner), buf, scene.theme);
}

/// A frame in the middle of the screen, cleared, with a title; returns the room inside.
fn frame(title: &str, screen: Rect, width: u16, height: u16, buf: &mut Buffer, scene: &Scene<'_>) -> Rect {
    overlay::open(title, overlay::centred(screen, width, height), buf, scene.theme)
}
