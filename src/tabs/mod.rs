//! The six tabs of an open customer, each a row of [`page::Page`]s. One file per list; which stands where is said once, in
//! [`Tabs::default`].

pub mod ask;
pub mod billing;
mod board;
mod cells;
mod dashboard;
mod days;
pub mod edit;
mod orders;
pub mod page;
mod pane;
mod queue;
pub mod records;
mod sheet;
mod sim;
mod subscriptions;
mod support;

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::aloud::Spoken;
use crate::domain::customer::CustomerKey;
use crate::domain::nearest;
use crate::domain::phone::Msisdn;
use crate::domain::queue::Queue;
use crate::domain::status::Place;
use crate::domain::text::Text;
use crate::domain::xray::Remedy;
use crate::flow::{Action, Customer, Deeper, KeyPress, Layer, Mouse, Tab, View};
use crate::scene::Scene;

use ask::{Ask, Exported, Told};
use page::{Bookmark, ListLook, Page, Pages};
use records::Records;
use sim::{LineRow, UsagePage};

pub use board::BoardPage;
pub use cells::queue_key;
pub use queue::{QueueScreen, screen as queue_screen};

/// What an action came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Did {
    /// It means nothing here.
    Nothing,
    /// It was done.
    Something,
    /// It cannot be done now, for this reason of the language table.
    Refused(&'static str),
    /// This is to be copied.
    Copy(Copied),
    /// This place is to be shown.
    Go(Place),
    /// The form of this change is to be opened.
    Change(&'static str),
    /// This text is to be shown over the screen, to read aloud or copy.
    Text {
        /// What it is.
        title: String,
        /// Its lines.
        text: String,
        /// It holds personal data, so a copy is audited.
        personal: bool,
    },
    /// This is to be asked over the screen.
    Ask(Ask),
    /// The open page is to be told this.
    Tell(Told),
    /// This file is to be written.
    Export(Exported),
    /// Customers are to be looked for by this; an empty text only goes to the search.
    Search(String),
    /// The routine of this name is to be run.
    Routine(String),
    /// This line is to be read.
    ReadLine(Msisdn),
    /// This is to be spelled for the telephone.
    ReadAloud(Vec<Aloud>),
    /// The list of this queue is to be shown.
    OpenQueue(Queue),
    /// This customer is to be opened.
    OpenCustomer {
        /// Who.
        key: CustomerKey,
        /// The name to show until the systems answer.
        called: Text,
        /// Where to look first.
        opens: Place,
    },
}

/// A text for the clipboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// The text.
    pub text: String,
    /// It is personal data, so the copy is audited.
    pub personal: bool,
}

impl Copied {
    /// A text that is not personal data.
    pub const fn plain(text: String) -> Self {
        Self { text, personal: false }
    }
}

/// A marked row of a list, for a change of many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// What a change of it is about; nothing where such rows are not changed many at once.
    pub place: Option<Place>,
    /// Whose it is, where the list is not one customer's.
    pub whose: Option<CustomerKey>,
    /// What it is called.
    pub called: String,
}

/// Something to read out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aloud {
    /// Key of its label in the language table.
    pub label: &'static str,
    /// What it is, and so where it is cut.
    pub kind: Spoken,
    /// The text itself.
    pub text: String,
    /// It is personal data, so showing it is audited.
    pub personal: bool,
}

impl Aloud {
    /// Something that is not personal data.
    pub fn plain(label: &'static str, kind: Spoken, text: impl Into<String>) -> Self {
        Self { label, kind, text: text.into(), personal: false }
    }

    /// Personal data.
    pub fn personal(label: &'static str, kind: Spoken, text: impl Into<String>) -> Self {
        Self { label, kind, text: text.into(), personal: true }
    }
}

/// The tabs and which one is open.
#[derive(Debug)]
pub struct Tabs {
    /// The open tab.
    pub active: Tab,
    /// In the order of [`Tab::ALL`].
    tabs: [Pages<Customer>; 6],
}

/// A place on the tabs to come back to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    tab: Tab,
    page: usize,
    at: Bookmark,
}

impl Spot {
    /// Both are the same row of the same page, whatever the filter.
    pub fn same_row(&self, other: &Self) -> bool {
        self.tab == other.tab && self.page == other.page && self.at.identity == other.at.identity
    }
}

impl Default for Tabs {
    fn default() -> Self {
        let pages = |tab| match tab {
            Tab::Dashboard => Pages::new(dashboard::pages()),
            Tab::Subscriptions => Pages::new(subscriptions::pages()),
            Tab::Billing => Pages::new(billing::pages()),
            Tab::Orders => Pages::new(orders::pages()),
            Tab::Sim => row([list::<LineRow>(), Box::<UsagePage>::default()]),
            Tab::Support => Pages::new(support::pages()),
        };
        Self { active: Tab::Dashboard, tabs: Tab::ALL.map(pages) }
    }
}

/// The pages of a tab, from left to right.
fn row<const N: usize>(pages: [Box<dyn Page<Of = Customer>>; N]) -> Pages<Customer> {
    Pages::new(pages.into())
}

/// A page that lists these rows.
fn list<R: records::Record<Of = Customer>>() -> Box<dyn Page<Of = Customer>> {
    Box::<Records<R>>::default()
}

/// What a routine calls a page.
fn name_of(page: &dyn Page<Of = Customer>) -> &'static str {
    page.title().trim_start_matches("page-")
}

/// Whether the configured views are of lists and columns there are.
///
/// # Errors
/// What is wrong with the first that is not, with the word that would be right.
pub fn check_views(views: &[View], scene: &Scene<'_>) -> Result<(), String> {
    let (tabs, queue) = (Tabs::default(), QueueScreen::default());
    let names = tabs.tabs.iter().flat_map(Pages::all).map(Page::list_name).chain([queue.list_name()]);
    let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    for view in views {
        let said = |why: String| format!("the view \"{}\" is wrong: {why}", view.name);
        if !names.contains(&view.list.as_str()) {
            return Err(said(format!("there is no list {}", nearest::instead(&view.list, &names))));
        }
        for page in tabs.tabs.iter().flat_map(Pages::all).filter(|page| page.list_name() == view.list) {
            page.check_view(view, scene).map_err(said)?;
        }
        if queue.list_name() == view.list {
            queue.check_view(view, scene).map_err(said)?;
        }
    }
    Ok(())
}

impl Tabs {
    fn open(&self) -> &Pages<Customer> {
        &self.tabs[self.active.index()]
    }

    fn open_mut(&mut self) -> &mut Pages<Customer> {
        &mut self.tabs[self.active.index()]
    }

    /// Tabs for the next customer, with columns and panes as somebody likes them.
    pub fn anew(&self) -> Self {
        let mut tabs = Self::default();
        for (new, old) in tabs.tabs.iter_mut().zip(&self.tabs) {
            new.adopt(old);
        }
        tabs
    }

    /// Takes what is now known of the customer.
    pub fn refresh(&mut self, customer: &Customer, scene: &Scene<'_>) {
        self.tabs.iter_mut().for_each(|pages| pages.refresh(customer, scene));
    }

    /// Only the open page takes what is now known: for what no other page shows, such as that a read has begun.
    pub fn refresh_open(&mut self, customer: &Customer, scene: &Scene<'_>) {
        self.open_mut().page_mut().refresh(customer, scene);
    }

    /// Shows a place: its tab and page, with the cursor on its row now or once it is read.
    pub fn go_to(&mut self, place: &Place, scene: &Scene<'_>) {
        let found =
            Tab::ALL.into_iter().zip(&mut self.tabs).find_map(|(tab, it)| it.go_to(place, scene).then_some(tab));
        self.active = found.unwrap_or(self.active);
    }

    /// The open page, by its name in a routine.
    pub fn page_name(&self) -> &'static str {
        name_of(self.open().page())
    }

    /// Opens the page of that name. False where there is none.
    pub fn go_page(&mut self, name: &str) -> bool {
        for (tab, pages) in Tab::ALL.into_iter().zip(&mut self.tabs) {
            let found = pages.all().position(|page| name_of(page) == name);
            if let Some(at) = found {
                pages.open(at);
                self.active = tab;
                return true;
            }
        }
        false
    }

    /// The open page, to look at its list in another way.
    pub fn page_mut(&mut self) -> &mut dyn Page<Of = Customer> {
        self.open_mut().page_mut()
    }

    /// How the list of the open page is looked at.
    pub fn look(&self) -> Option<ListLook> {
        self.open().page().look()
    }

    /// Where the open page stands.
    pub fn spot(&self) -> Spot {
        let open = self.open();
        Spot { tab: self.active, page: open.active(), at: open.page().bookmark() }
    }

    /// Comes back to where a page stood.
    pub fn restore(&mut self, spot: &Spot, scene: &Scene<'_>) {
        self.active = spot.tab;
        self.open_mut().open(spot.page);
        self.open_mut().page_mut().restore(&spot.at, scene);
    }

    /// Whether this place is what the cursor of the open page is on.
    pub fn stands_at(&self, place: &Place) -> bool {
        self.open().page().stands_at(place)
    }

    /// The rows of the open page that are marked.
    pub fn marked(&self) -> Vec<Marked> {
        self.open().page().marked()
    }

    /// What to do about what the open page shows, where it knows.
    pub fn remedy(&self) -> Option<Remedy> {
        self.open().page().remedy()
    }

    /// What the open page needs beyond what opening the customer reads.
    pub fn needs(&self, customer: &Customer) -> Vec<Deeper> {
        self.open().page().needs(customer)
    }

    /// Until when rows of the open page are marked because they changed elsewhere.
    pub fn marked_until(&self) -> Option<Timestamp> {
        self.open().page().marked_until()
    }

    /// Where keys count in the open page, most specific first.
    pub fn layers(&self) -> &'static [Layer] {
        self.open().page().layers()
    }

    /// The key of what the open page is for, in the agent's words.
    pub fn about(&self) -> String {
        self.open().page().title().replacen("page-", "about-", 1)
    }

    /// True when the open tab has more than one page.
    pub fn has_pages(&self) -> bool {
        self.open().count() > 1
    }

    /// True while text is being typed in the open page.
    pub fn typing(&self) -> bool {
        self.open().page().typing()
    }

    /// True while the details of the open page have the keyboard.
    pub fn in_details(&self) -> bool {
        self.open().page().in_details()
    }

    /// Does what an action means in the open tab.
    pub fn act(&mut self, action: Action, area: Rect, customer: &Customer, scene: &Scene<'_>) -> Did {
        self.open_mut().act(action, area, customer, scene)
    }

    /// Takes a key while text is being typed.
    pub fn type_key(&mut self, press: KeyPress, scene: &Scene<'_>) -> Did {
        self.open_mut().page_mut().type_key(press, scene)
    }

    /// Takes a paste.
    pub fn paste(&mut self, text: &str, scene: &Scene<'_>) {
        self.open_mut().page_mut().paste(text, scene);
    }

    /// Takes the mouse.
    pub fn mouse(&mut self, mouse: Mouse, area: Rect, customer: &Customer, scene: &Scene<'_>) -> Did {
        self.open_mut().mouse(mouse, area, customer, scene)
    }

    /// Tells the open page what it asked for.
    pub fn told(&mut self, told: Told, scene: &Scene<'_>) -> Did {
        self.open_mut().page_mut().told(told, scene)
    }

    /// Draws the open tab. Returns where the terminal's cursor belongs.
    pub fn view(&self, area: Rect, buf: &mut Buffer, customer: &Customer, scene: &Scene<'_>) -> Option<Position> {
        self.open().view(area, buf, customer, scene)
    }

    /// How fresh the open page is; empty on the dashboard, whose panels each say it.
    pub fn freshness(&self, customer: &Customer, scene: &Scene<'_>) -> String {
        self.open().page().freshness(customer, scene)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::routine::PAGES;

    #[test]
    fn a_routine_goes_to_the_pages_there_are() {
        let tabs = Tabs::default();
        let there = Tab::ALL.into_iter().zip(&tabs.tabs);
        let there: Vec<(&str, Vec<&str>)> =
            there.map(|(tab, pages)| (tab.name(), pages.all().map(name_of).collect())).collect();
        let named: Vec<(&str, Vec<&str>)> = PAGES.iter().map(|(tab, pages)| (*tab, pages.to_vec())).collect();
        assert_eq!(there, named);
    }
}
