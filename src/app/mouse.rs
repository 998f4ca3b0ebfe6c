//! The mouse: a click does what the key for the thing under it does, the wheel scrolls what is under it.

use madoguchi_ui::scroll::Move;
use madoguchi_ui::tabs::Tabs as TabBar;
use ratatui::layout::Position;

use crate::flow::{Action, Mouse, MouseKind, Tab};
use crate::tabs::page::Page as _;

use super::layout::{self, Areas};
use super::{App, View, frame, results, scene};

impl App {
    pub(super) fn mouse(&mut self, mouse: Mouse) {
        let Some(areas) = layout::areas(self.screen, self.banner_rows()) else { return };
        let at = Position::new(mouse.x, mouse.y);
        if areas.hints.contains(at) && mouse.kind == MouseKind::Click {
            if let Some(action) = self.hinted(areas.hints, at) {
                self.perform(action);
            }
            return;
        }
        match (self.view, &self.customer) {
            (View::Customer, Some(customer)) => {
                let scene = scene(&self.look, self.now, self.revealed);
                if areas.bar.contains(at) && mouse.kind == MouseKind::Click {
                    let titles = frame::titles(&scene);
                    let titles: Vec<&str> = titles.iter().map(AsRef::as_ref).collect();
                    let bar = TabBar { titles: &titles, active: self.tabs.active.index() };
                    if let Some(tab) = bar.tab_at(areas.bar, at) {
                        self.tabs.active = Tab::ALL[tab];
                    }
                } else if areas.body.contains(at) {
                    let did = self.tabs.mouse(mouse, areas.body, customer, &scene);
                    self.follow(did);
                }
            }
            (View::Queue, _) if areas.body.contains(at) => {
                let scene = scene(&self.look, self.now, self.revealed);
                if let Some(list) = &self.queue {
                    let did = self.queue_screen.mouse(mouse, areas.body, list, &scene);
                    self.follow(did);
                }
            }
            (View::Queue, _) => {}
            _ if self.on_board() && areas.body.contains(at) => {
                let did = self.board_page.mouse(mouse, areas.body, &self.board);
                self.follow(did);
            }
            _ => self.mouse_in_search(mouse, at, areas),
        }
    }

    fn mouse_in_search(&mut self, mouse: Mouse, at: Position, areas: Areas) {
        let hits = results::areas(&self.search, areas.body).hits;
        match mouse.kind {
            MouseKind::WheelUp => self.search.go(Move::View(-3), hits),
            MouseKind::WheelDown => self.search.go(Move::View(3), hits),
            MouseKind::Click if areas.bar.contains(at) => self.search.focused = true,
            MouseKind::Click => {
                if let Some(row) = self.search.table.row_at(hits, self.search.found.len(), at) {
                    // The first click chooses, a second one on the same customer opens.
                    if row == self.search.table.scroll.cursor && !self.search.focused {
                        self.perform(Action::Open);
                    } else {
                        self.search.go(Move::To(row), hits);
                        self.search.focused = false;
                    }
                }
            }
        }
    }
}
