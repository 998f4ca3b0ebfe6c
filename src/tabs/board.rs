//! The board of the shift: what waits, over all customers. Shown while nobody is looked for.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};
use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::scroll::Move;
use madoguchi_ui::table::{self, Cell, Table, TableState, Width};
use madoguchi_ui::text;
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::queue::{Queue, Tally};
use crate::flow::{Action, Board, Mouse, MouseKind, Remote};
use crate::scene::Scene;

use super::Did;
use super::cells;

/// The board's own state: the cursor in its queues.
#[derive(Debug, Default)]
pub struct BoardPage {
    table: TableState,
    /// Queues whose count changed elsewhere, and until when each says so.
    changed: Vec<(Queue, Timestamp)>,
    /// Somebody moved the cursor; until then none is shown, because the search box has the keyboard.
    placed: bool,
}

/// Long enough for an eye that was elsewhere on the screen.
const MARKED: SignedDuration = SignedDuration::from_secs(6);
/// Rows the board takes at most: its title, its head, its queues.
const HEIGHT: u16 = 2 + Queue::ALL.len() as u16;

impl BoardPage {
    /// The queue under the cursor, once there is one.
    pub fn current(&self, board: &Board) -> Option<Queue> {
        self.placed.then(|| board.tallies.get(self.table.scroll.cursor).map(|(queue, _)| *queue)).flatten()
    }

    /// Puts the cursor on the first queue, unless it stands somewhere already.
    pub fn place(&mut self) {
        self.placed = true;
    }

    /// The count of a queue changed elsewhere: its row says so for a moment. Answers until when.
    pub fn mark(&mut self, queue: Queue, now: Timestamp) -> Timestamp {
        let until = now.saturating_add(MARKED).unwrap_or(now);
        self.changed.retain(|(it, until)| *it != queue && *until > now);
        self.changed.push((queue, until));
        until
    }

    /// Does what an action means here.
    pub fn act(&mut self, action: Action, area: Rect, board: &Board) -> Did {
        let step = match action {
            Action::Up => Move::By(-1),
            Action::Down if !self.placed => Move::By(0),
            Action::Down => Move::By(1),
            Action::PageUp => Move::Page(-1),
            Action::PageDown => Move::Page(1),
            Action::First => Move::Home,
            Action::Last => Move::End,
            Action::Open => return self.current(board).map_or(Did::Nothing, Did::OpenQueue),
            _ => return Did::Nothing,
        };
        self.placed = true;
        self.table.go(step, board.tallies.len(), table_area(area));
        Did::Something
    }

    /// Takes the mouse: the first click chooses, a second one on the same queue opens it.
    pub fn mouse(&mut self, mouse: Mouse, area: Rect, board: &Board) -> Did {
        let step = match mouse.kind {
            MouseKind::WheelUp => Move::View(-3),
            MouseKind::WheelDown => Move::View(3),
            MouseKind::Click => {
                let at = Position::new(mouse.x, mouse.y);
                match self.table.row_at(table_area(area), board.tallies.len(), at) {
                    Some(row) if self.placed && row == self.table.scroll.cursor => {
                        return self.current(board).map_or(Did::Nothing, Did::OpenQueue);
                    }
                    Some(row) => Move::To(row),
                    None => return Did::Nothing,
                }
            }
        };
        self.placed |= mouse.kind == MouseKind::Click;
        self.table.go(step, board.tallies.len(), table_area(area));
        Did::Something
    }

    /// Draws the board; returns the room that is left below it.
    pub fn view(&self, area: Rect, buf: &mut Buffer, board: &Board, scene: &Scene<'_>) -> Rect {
        let theme = scene.theme;
        let title = scene.say("board-title");
        text::put_fit(
            buf,
            area.x + 2,
            area.y,
            area.width.saturating_sub(2),
            &title,
            theme.style(Role::Title),
            theme.glyphs.ellipsis,
        );
        let columns = [
            table::Column::new(scene.say("column-queue"), Width::Fill(24)),
            table::Column::new(scene.say("column-count"), Width::Fixed(8)).right(),
            table::Column::new(scene.say("column-oldest"), Width::Fixed(10)).right(),
            table::Column::new(scene.say("column-system"), Width::Fixed(8)).priority(1),
            table::Column::new(scene.say("column-read"), Width::Fill(14)).priority(2),
        ];
        let rows = Rows { board, changed: &self.changed, scene };
        // While the search box has the keyboard, no row looks chosen.
        let state = TableState { unplaced: !self.placed, ..self.table };
        let table = Table { columns: &columns, rows: &rows, state: &state, focused: self.placed, empty: "" };
        let table_area = table_area(area);
        table.render(table_area, buf, theme);
        Rect { y: table_area.bottom(), height: area.bottom() - table_area.bottom(), ..area }
    }
}

const fn table_area(area: Rect) -> Rect {
    let height = if area.height < HEIGHT { area.height } else { HEIGHT };
    Rect { y: area.y + 1, height: height.saturating_sub(1), ..area }
}

struct Rows<'a> {
    board: &'a Board,
    changed: &'a [(Queue, Timestamp)],
    scene: &'a Scene<'a>,
}

impl table::Rows for Rows<'_> {
    fn len(&self) -> usize {
        self.board.tallies.len()
    }

    fn is_changed(&self, row: usize) -> bool {
        let (queue, _) = &self.board.tallies[row];
        self.changed.iter().any(|(it, until)| it == queue && *until > self.scene.now)
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let scene = self.scene;
        let (queue, tally) = &self.board.tallies[row];
        let (mark, role) = urgency(*queue, tally);
        match column {
            0 => Cell { mark: Some(mark), ..Cell::new(scene.words.say(cells::queue_key(*queue)), role) },
            1 => match tally.value() {
                Some(tally) => Cell::new(scene.count(Some(tally.count)), role),
                None if tally.loading => Cell::new(scene.theme.glyphs.ellipsis, Role::Dim),
                None => Cell::new(scene.unknown(), Role::Unknown),
            },
            2 => {
                let oldest = tally.value().and_then(|tally| tally.oldest);
                Cell::new(oldest.map(|at| scene.age(at)).unwrap_or_default(), role)
            }
            3 => Cell::new(queue.system().mark(), Role::Dim),
            _ => match (&tally.fault, &tally.known) {
                (Some(fault), _) => Cell::new(scene.fault(fault), Role::Critical),
                (None, Some(known)) => Cell::new(scene.age(known.read_at), Role::Dim),
                (None, None) if tally.loading => Cell::new(scene.words.say("loading"), Role::Dim),
                (None, None) => Cell::new(Cow::Borrowed(""), Role::Dim),
            },
        }
    }
}

/// How pressing a queue is, by what it holds and not by colour alone.
fn urgency(queue: Queue, tally: &Remote<Tally>) -> (Mark, Role) {
    let mark = match tally.value() {
        None if tally.loading => Mark::Pending,
        None => Mark::Unknown,
        Some(tally) if tally.count.n == 0 => return (Mark::Off, Role::Dim),
        Some(_) => match queue {
            Queue::OrdersFailed | Queue::OrdersStuck | Queue::CasesBreaching | Queue::ModuleFailures => Mark::Critical,
            Queue::OrdersInReview
            | Queue::IdWaiting
            | Queue::EligibilityWaiting
            | Queue::InvoicesOverdue
            | Queue::TicketsAwaiting
            | Queue::FollowUpsDue => Mark::Warning,
            Queue::CasesMine | Queue::CasesUnassigned | Queue::CasesOpen | Queue::WhmcsOrdersPending => Mark::Info,
        },
    };
    (mark, if matches!(mark, Mark::Info) { Role::Text } else { mark.role() })
}
