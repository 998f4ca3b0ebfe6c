//! The six tabs of an open customer. One file per tab; the only match over them is here.

pub mod billing;
mod cells;
mod dashboard;
pub mod edit;
mod orders;
mod pane;
mod records;
mod sheet;
mod sim;
mod subscriptions;
mod support;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::billing::{Invoice, Subscription};
use crate::domain::phone::Msisdn;
use crate::domain::status::Place;
use crate::flow::{Action, Customer, Deeper, KeyPress, Mouse, Tab};
use crate::scene::Scene;

use dashboard::Dashboard;
use orders::OrderRow;
use records::Records;
use sim::LineRow;
use support::SupportRow;

/// What an action came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Did {
    /// It means nothing here.
    Nothing,
    /// It was done.
    Something,
    /// This is to be copied.
    Copy(Copied),
    /// This place is to be shown.
    Go(Place),
    /// This line is to be read.
    ReadLine(Msisdn),
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

/// The tabs and which one is open.
#[derive(Debug)]
pub struct Tabs {
    /// The open tab.
    pub active: Tab,
    dashboard: Dashboard,
    subscriptions: Records<Subscription>,
    billing: Records<Invoice>,
    orders: Records<OrderRow>,
    sim: Records<LineRow>,
    support: Records<SupportRow>,
}

impl Default for Tabs {
    fn default() -> Self {
        Self {
            active: Tab::Dashboard,
            dashboard: Dashboard::default(),
            subscriptions: Records::default(),
            billing: Records::default(),
            orders: Records::default(),
            sim: Records::default(),
            support: Records::default(),
        }
    }
}

/// Runs an expression on the open tab: every tab has the same handful of methods, and this is the one match over them.
macro_rules! open_tab {
    ($tabs:expr, $tab:ident => $do:expr) => {
        match $tabs.active {
            Tab::Dashboard => {
                let $tab = &mut $tabs.dashboard;
                $do
            }
            Tab::Subscriptions => {
                let $tab = &mut $tabs.subscriptions;
                $do
            }
            Tab::Billing => {
                let $tab = &mut $tabs.billing;
                $do
            }
            Tab::Orders => {
                let $tab = &mut $tabs.orders;
                $do
            }
            Tab::Sim => {
                let $tab = &mut $tabs.sim;
                $do
            }
            Tab::Support => {
                let $tab = &mut $tabs.support;
                $do
            }
        }
    };
}

impl Tabs {
    /// Takes what is now known of the customer.
    pub fn refresh(&mut self, customer: &Customer, scene: &Scene<'_>) {
        self.dashboard.refresh(customer, scene);
        self.subscriptions.refresh(customer, scene);
        self.billing.refresh(customer, scene);
        self.orders.refresh(customer, scene);
        self.sim.refresh(customer, scene);
        self.support.refresh(customer, scene);
    }

    /// Shows a place: its tab, with the cursor on its row now or once it is read.
    pub fn go_to(&mut self, place: &Place, scene: &Scene<'_>) {
        self.active = match place {
            Place::Dashboard | Place::Timeline => Tab::Dashboard,
            Place::Subscription(_) => Tab::Subscriptions,
            Place::Invoice(_) | Place::PayMethods => Tab::Billing,
            Place::Order(_) | Place::WhmcsOrder(_) | Place::Xray(_) | Place::Opportunity(_) => Tab::Orders,
            Place::Line(_) => Tab::Sim,
            Place::Case(_) | Place::Ticket(_) => Tab::Support,
        };
        match place {
            Place::Subscription(Some(_)) => self.subscriptions.go_to(place, scene),
            Place::Invoice(Some(_)) => self.billing.go_to(place, scene),
            Place::Order(Some(_)) | Place::WhmcsOrder(Some(_)) => self.orders.go_to(place, scene),
            Place::Line(Some(_)) => self.sim.go_to(place, scene),
            Place::Case(Some(_)) => self.support.go_to(place, scene),
            _ => {}
        }
    }

    /// What the page in sight needs beyond what opening the customer reads.
    pub fn needs(&self, _customer: &Customer) -> Vec<Deeper> {
        Vec::new()
    }

    /// True while text is being typed in the open tab.
    pub const fn typing(&self) -> bool {
        match self.active {
            Tab::Dashboard => false,
            Tab::Subscriptions => self.subscriptions.typing(),
            Tab::Billing => self.billing.typing(),
            Tab::Orders => self.orders.typing(),
            Tab::Sim => self.sim.typing(),
            Tab::Support => self.support.typing(),
        }
    }

    /// The line under the cursor of the SIM tab, or the first one of the dashboard.
    pub fn line(&self, customer: &Customer) -> Option<Msisdn> {
        match self.active {
            Tab::Sim => self.sim.current().map(|row| row.msisdn.clone()),
            Tab::Dashboard => customer.all_lines().into_iter().next(),
            _ => None,
        }
    }

    /// Does what an action means in the open tab.
    pub fn act(&mut self, action: Action, area: Rect, customer: &Customer, scene: &Scene<'_>) -> Did {
        let typing = self.typing();
        match (action, self.line(customer)) {
            (Action::ReadLine, Some(line)) => Did::ReadLine(line),
            (Action::Open, Some(line)) if self.active == Tab::Sim && !typing => Did::ReadLine(line),
            _ => open_tab!(self, tab => tab.act(action, area, customer, scene)),
        }
    }

    /// Takes a key while text is being typed.
    pub fn type_key(&mut self, press: KeyPress, scene: &Scene<'_>) {
        open_tab!(self, tab => tab.type_key(press, scene));
    }

    /// Takes a paste.
    pub fn paste(&mut self, text: &str, scene: &Scene<'_>) {
        open_tab!(self, tab => tab.paste(text, scene));
    }

    /// Takes the mouse.
    pub fn mouse(&mut self, mouse: Mouse, area: Rect, customer: &Customer, scene: &Scene<'_>) -> Did {
        open_tab!(self, tab => tab.mouse(mouse, area, customer, scene))
    }

    /// Draws the open tab. Returns where the terminal's cursor belongs.
    pub fn view(&self, area: Rect, buf: &mut Buffer, customer: &Customer, scene: &Scene<'_>) -> Option<Position> {
        match self.active {
            Tab::Dashboard => {
                self.dashboard.view(area, buf, customer, scene);
                None
            }
            Tab::Subscriptions => self.subscriptions.view(area, buf, customer, scene),
            Tab::Billing => self.billing.view(area, buf, customer, scene),
            Tab::Orders => self.orders.view(area, buf, customer, scene),
            Tab::Sim => self.sim.view(area, buf, customer, scene),
            Tab::Support => self.support.view(area, buf, customer, scene),
        }
    }

    /// How fresh the open tab's list is; empty on the dashboard, whose panels each say it.
    pub fn freshness(&self, customer: &Customer, scene: &Scene<'_>) -> String {
        match self.active {
            Tab::Dashboard => String::new(),
            Tab::Subscriptions => Records::<Subscription>::freshness(customer, scene),
            Tab::Billing => Records::<Invoice>::freshness(customer, scene),
            Tab::Orders => Records::<OrderRow>::freshness(customer, scene),
            Tab::Sim => Records::<LineRow>::freshness(customer, scene),
            Tab::Support => Records::<SupportRow>::freshness(customer, scene),
        }
    }
}
