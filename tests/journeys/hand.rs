//! More of what a person's eyes and hand do at the desk.

use madoguchi::flow::{AuditEntry, Effect, Input, Mouse, MouseKind, Msg};
use madoguchi::sandbox::faults::{Fault, Order, System};
use ratatui::layout::Position;

use super::common::Desk;

impl Desk {
    #[track_caller]
    pub fn assert_hides(&self, text: &str) -> &Self {
        let screen = self.screen();
        assert!(!screen.iter().any(|line| line.contains(text)), "{text:?} should not be on\n{}", screen.join("\n"));
        self
    }

    /// The first line that holds a text.
    #[track_caller]
    pub fn line_with(&self, text: &str) -> String {
        let screen = self.screen();
        let found = screen.iter().find(|line| line.contains(text)).cloned();
        found.unwrap_or_else(|| panic!("{text:?} should be on\n{}", screen.join("\n")))
    }

    /// What stands under the cursor of the list or the tasks.
    #[track_caller]
    pub fn row(&self) -> String {
        // Header, tabs, and the pages' bar or the columns' titles: the same sign marks the open page.
        let screen = self.screen();
        let line = screen.iter().skip(3).find(|line| line.contains('▸')).cloned().unwrap_or_default();
        line.split_once('▸').map(|(_, row)| row.trim().to_owned()).unwrap_or_default()
    }

    /// The cell where a text begins.
    #[track_caller]
    pub fn find(&self, text: &str) -> Position {
        let screen = self.screen();
        let found = screen.iter().zip(0..).find_map(|(line, y)| {
            let before = &line[..line.find(text)?];
            Some(Position::new(madoguchi_ui::text::width(before) as u16, y))
        });
        found.unwrap_or_else(|| panic!("{text:?} should be on\n{}", screen.join("\n")))
    }

    /// Clicks on the first letter of a text and waits for what comes of it.
    pub async fn click(&mut self, text: &str) -> &mut Self {
        self.mouse(MouseKind::Click, text);
        self.settle().await;
        self
    }

    #[track_caller]
    pub fn mouse(&mut self, kind: MouseKind, text: &str) {
        let Position { x, y } = self.find(text);
        self.handle(Msg::Input(Input::Mouse(Mouse { kind, x, y })));
    }

    pub fn audited(&self) -> Vec<&AuditEntry> {
        self.effects
            .iter()
            .filter_map(|effect| if let Effect::Audit(entry) = effect { Some(entry) } else { None })
            .collect()
    }

    /// What was copied last.
    pub fn copied(&self) -> Option<String> {
        let mut copies = self.effects.iter().filter_map(|effect| match effect {
            Effect::Copy(text) => Some(text.clone()),
            _ => None,
        });
        copies.next_back()
    }

    /// A system answers with an error of its own from now on, which nobody repeats.
    pub fn refuse(&self, system: System) {
        let fault = Fault::VendorError { code: "403".to_owned(), message: Some("refused by the test".to_owned()) };
        self.sandbox.misbehave(Order::on(system, fault));
    }
}
