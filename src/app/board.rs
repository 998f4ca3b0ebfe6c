//! The board of the shift and the lists of its queues: what is shown while no customer is.

use jiff::SignedDuration;

use crate::domain::customer::CustomerKey;
use crate::domain::queue::Queue;
use crate::domain::status::Place;
use crate::domain::text::Text;
use crate::flow::{Action, Query, QueueList, Slot};
use crate::tabs::page::Page as _;
use crate::tabs::{Did, queue_screen};

use super::history::Spot;
use super::{App, View, scene};

/// Counts younger than this are not asked for again when the board comes into sight.
const FRESH: SignedDuration = SignedDuration::from_mins(1);

impl App {
    /// True while the board is on the screen: nobody is looked for.
    pub(super) fn on_board(&self) -> bool {
        self.view == View::Search && self.search.input.is_empty()
    }

    /// Goes to the board, with the keyboard on it.
    pub(super) fn go_board(&mut self) {
        self.leave();
        self.view = View::Search;
        self.search.input.clear();
        self.ask();
        self.search.focused = false;
        self.board_page.place();
        self.freshen_board();
    }

    /// Counts what waits, unless that was done a moment ago.
    pub(super) fn freshen_board(&mut self) {
        let tallies = || self.board.tallies.iter().map(|(_, tally)| tally);
        let read = tallies().filter_map(|tally| tally.known.as_ref()).map(|known| known.read_at).max();
        let old = read.is_none_or(|at| self.now.duration_since(at) >= FRESH);
        if (old || self.board_moved()) && self.connected && !tallies().any(|tally| tally.loading) {
            self.count_queues();
        }
    }

    /// Counts what waits.
    pub(super) fn count_queues(&mut self) {
        self.board.begin();
        self.seen_moved(Slot::Board);
        self.read(Slot::Board, Query::Board);
    }

    /// Opens the list of a queue.
    pub(super) fn open_queue(&mut self, queue: Queue) {
        self.leave();
        self.show_queue(queue);
    }

    pub(super) fn show_queue(&mut self, queue: Queue) {
        self.view = View::Queue;
        self.search.focused = false;
        self.open_when_read = false;
        if self.queue.as_ref().is_none_or(|list| list.queue != queue) {
            self.queue = Some(QueueList::opening(queue));
            self.queue_screen = queue_screen(queue, &self.queue_screen);
        }
        self.read_queue();
    }

    /// Reads the first page of the open queue again.
    pub(super) fn read_queue(&mut self) {
        if let Some(list) = &mut self.queue {
            list.page.begin();
            let query = Query::Queue(list.queue, None);
            self.seen_moved(Slot::Queue);
            self.read(Slot::Queue, query);
            self.refresh_queue();
        }
    }

    /// Reads the page after the last one, if there is one and none is on its way.
    fn read_more(&mut self) {
        let Some(list) = self.queue.as_mut().filter(|list| !list.page.loading) else { return };
        let Some(next) = list.page.value().and_then(|page| page.next.clone()) else { return };
        list.page.begin();
        let query = Query::Queue(list.queue, Some(next));
        self.moved_is_over(Slot::Queue);
        self.read(Slot::Queue, query);
    }

    pub(super) fn refresh_queue(&mut self) {
        if let Some(list) = &self.queue {
            let scene = scene(&self.look, self.now, self.revealed);
            self.queue_screen.refresh(list, &scene);
        }
    }

    /// Does what an action means in the list of a queue.
    pub(super) fn in_queue(&mut self, action: Action) {
        let area = self.body();
        let scene = scene(&self.look, self.now, self.revealed);
        let Some(list) = &self.queue else { return };
        let step = match action {
            Action::NextPage => 1,
            Action::PreviousPage => Queue::ALL.len() - 1,
            _ => {
                self.open_when_read = action == Action::Open && list.page.loading && list.page.value().is_none();
                let did = self.queue_screen.act(action, area, list, &scene);
                let near_end = self.queue_screen.near_end();
                if did == Did::Nothing && action == Action::Back {
                    self.view = View::Search;
                    self.freshen_board();
                }
                self.follow(did);
                if near_end {
                    self.read_more();
                }
                return;
            }
        };
        let at = Queue::ALL.iter().position(|queue| *queue == list.queue).unwrap_or(0);
        self.show_queue(Queue::ALL[(at + step) % Queue::ALL.len()]);
    }

    /// Opens the customer of something that waits, where it is cleared.
    pub(super) fn open_from_queue(&mut self, key: CustomerKey, called: Text, opens: &Place) {
        self.leave();
        self.open_key(key, called);
        let scene = scene(&self.look, self.now, self.revealed);
        self.tabs.go_to(opens, &scene);
        self.refresh_tabs();
    }

    /// Where the desk stands, to come back to.
    pub(super) fn here(&self) -> Spot {
        match (self.view, &self.queue, &self.customer) {
            (View::Queue, Some(list), _) => Spot::Queue(list.queue, self.queue_screen.bookmark()),
            (View::Customer, _, Some(customer)) => {
                Spot::Customer { key: customer.key.clone(), called: customer.name().clone(), spot: self.tabs.spot() }
            }
            _ => Spot::Search,
        }
    }

    /// Remembers where the desk stands before it goes elsewhere.
    pub(super) fn leave(&mut self) {
        let here = self.here();
        self.trail.leave(here);
    }

    pub(super) fn go_back(&mut self) {
        let here = self.here();
        if let Some(spot) = self.trail.back(here) {
            self.come_back(spot);
        }
    }

    pub(super) fn go_forward(&mut self) {
        let here = self.here();
        if let Some(spot) = self.trail.forward(here) {
            self.come_back(spot);
        }
    }

    fn come_back(&mut self, spot: Spot) {
        match spot {
            Spot::Search => {
                self.view = View::Search;
                self.search.focused = false;
                self.search.replace = !self.search.input.is_empty();
                self.board_page.place();
                self.freshen_board();
            }
            Spot::Queue(queue, bookmark) => {
                self.view = View::Queue;
                if self.queue.as_ref().is_none_or(|list| list.queue != queue) {
                    self.show_queue(queue);
                }
                let scene = scene(&self.look, self.now, self.revealed);
                self.queue_screen.restore(&bookmark, &scene);
            }
            Spot::Customer { key, called, spot } => {
                let open = self.customer.as_ref().is_some_and(|customer| customer.key.same_customer(&key));
                if open {
                    self.view = View::Customer;
                } else {
                    self.open_key(key, called);
                }
                let scene = scene(&self.look, self.now, self.revealed);
                self.tabs.restore(&spot, &scene);
                self.refresh_tabs();
            }
        }
    }
}
