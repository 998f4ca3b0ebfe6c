//! The one action table. Keymap, command palette, help, hints and documentation are made from it. The changes a person can
//! ask for stand in it by their own table ([`crate::domain::change`]).

use crate::domain::change::{self, Part, Spec};

use super::over::{OVERS, Over};

/// Something a person can do in the desk. What it means where is decided by the screen that has the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Go to the search box.
    Search,
    /// Go to the board of the shift.
    Board,
    /// Back to where one was before.
    HistoryBack,
    /// Forward again.
    HistoryForward,
    /// Open what is under the cursor.
    Open,
    /// One step back, without effect.
    Back,
    /// Go to a tab.
    Tab(Tab),
    /// Go to the next tab.
    NextTab,
    /// Go to the previous tab.
    PreviousTab,
    /// Go to the next page of the tab.
    NextPage,
    /// Go to the previous page of the tab.
    PreviousPage,
    /// Cursor one row up.
    Up,
    /// Cursor one row down.
    Down,
    /// Cursor one page up.
    PageUp,
    /// Cursor one page down.
    PageDown,
    /// Cursor to the first row.
    First,
    /// Cursor to the last row.
    Last,
    /// Sort by the next column.
    SortNext,
    /// Turn the sort order around.
    SortReverse,
    /// Type a filter for the list.
    Filter,
    /// Show or hide the detail pane.
    Detail,
    /// Scroll the detail pane up.
    DetailUp,
    /// Scroll the detail pane down.
    DetailDown,
    /// Mark the row under the cursor, or take its mark away, and go down.
    Mark,
    /// Mark the rows from the last mark to the cursor.
    MarkRange,
    /// Mark every row shown, or none.
    MarkAll,
    /// Choose which columns are shown, their order, and which one sorts.
    Columns,
    /// Choose a view of the list.
    Views,
    /// Write the list to a file.
    Export,
    /// Choose what of the row is copied.
    CopyMenu,
    /// Make the detail pane larger.
    Wider,
    /// Make the detail pane smaller.
    Narrower,
    /// Read again.
    Refresh,
    /// Show or mask personal data.
    Reveal,
    /// Copy what is under the cursor.
    Copy,
    /// Show what is under the cursor as plain text, to read aloud or copy.
    AsText,
    /// Spell what is under the cursor, for the telephone.
    ReadAloud,
    /// Read the line under the cursor from Freebit.
    ReadLine,
    /// Look through the order under the cursor.
    Xray,
    /// Ask for a change, by its verb's name.
    Change(&'static str),
    /// Ask for a change of every marked row, by its verb's name.
    ChangeRows(&'static str),
    /// Choose among the changes that can be asked for here.
    Changes,
    /// Show the activation code of the eSIM under the cursor.
    ActivationCode,
    /// Undo the change that was just made.
    Undo,
    /// Show the changes on their way and those that wait for somebody.
    Operations,
    /// Show what was written while a system could not be reached, and waits.
    Outbox,
    /// Choose a routine, and run it.
    Routines,
    /// Run a routine, by its place among them.
    Routine(usize),
    /// Record what one does as a routine, or end that.
    Record,
    /// Show what was changed of this customer.
    Receipts,
    /// Confirm as a second person, with the code one was told.
    Approve,
    /// Write down how sure one is of the caller.
    VerifyCaller,
    /// Let this desk change things, or only look.
    Writing,
    /// Show what happened elsewhere, and what the desk said.
    Notices,
    /// Show how the systems are, what is held, and what is out for many customers.
    Systems,
    /// Fold what is out for many customers to one row, or unfold it.
    Banner,
    /// Take customers along on the road, in a sealed pack.
    Pack,
    /// Open the field pack.
    OpenPack,
    /// Throw the field pack away.
    DropPack,
    /// Sign in to Salesforce with a browser.
    SignIn,
    /// Be led round the desk, or leave that.
    Tour,
    /// Show which keys work here.
    Help,
    /// Find an action by name.
    Palette,
    /// Change the language.
    Language,
    /// Change the theme.
    Theme,
    /// Draw every cell again.
    Repaint,
    /// Hide names too, for a screen that others see.
    Privacy,
    /// Take everything off the screen until somebody who may see it is back.
    Lock,
    /// Stop the program until the shell continues it.
    Suspend,
    /// Read the configuration again.
    Reload,
    /// Leave the desk.
    Quit,
    /// Something in what lies over the screen.
    Over(Over),
}

impl Action {
    /// Doing it so many times at once means something.
    pub const fn repeats(self) -> bool {
        matches!(
            self,
            Self::Up
                | Self::Down
                | Self::PageUp
                | Self::PageDown
                | Self::NextTab
                | Self::PreviousTab
                | Self::NextPage
                | Self::PreviousPage
                | Self::HistoryBack
                | Self::HistoryForward
                | Self::DetailUp
                | Self::DetailDown
                | Self::Wider
                | Self::Narrower
                | Self::SortNext
                | Self::Mark
        )
    }
}

/// The six tabs of an open customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tab {
    /// Everything at a glance.
    Dashboard,
    /// WHMCS services.
    Subscriptions,
    /// Invoices.
    Billing,
    /// Orders of both systems.
    Orders,
    /// Lines and cards.
    Sim,
    /// Cases and tickets.
    Support,
}

impl Tab {
    /// In the order of the tab bar and of the keys 1 to 6.
    pub const ALL: [Self; 6] =
        [Self::Dashboard, Self::Subscriptions, Self::Billing, Self::Orders, Self::Sim, Self::Support];

    /// The name in the language table, under `tab-…`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dashboard => "dashboard",
            Self::Subscriptions => "subscriptions",
            Self::Billing => "billing",
            Self::Orders => "orders",
            Self::Sim => "sim",
            Self::Support => "support",
        }
    }

    /// The part of the desk whose changes have their keys here.
    pub const fn part(self) -> Part {
        match self {
            Self::Dashboard => Part::Customer,
            Self::Subscriptions => Part::Service,
            Self::Billing => Part::Billing,
            Self::Orders => Part::Order,
            Self::Sim => Part::Sim,
            Self::Support => Part::Support,
        }
    }

    /// Position in the tab bar, 0 at the left.
    pub fn index(self) -> usize {
        Self::ALL.iter().position(|tab| *tab == self).unwrap_or(0)
    }
}

/// Where an action's keys work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Layer {
    /// Everywhere. While somebody types, only the keys that type nothing.
    Desk,
    /// Only with a customer open.
    Customer,
    /// Only in a list.
    Records,
    /// Only where a pane with details can stand: beside a list, or beside the steps of an order.
    Details,
    /// Only on the tab of that part of the desk. These keys come before all others there.
    Changes(Part),
    /// In whatever lies over the screen.
    Overlay,
    /// Where one of several is looked for by typing.
    Picker,
    /// In a form.
    Form,
    /// Where a plan is confirmed, or anything else.
    Confirm,
    /// In the list of changes on their way.
    Operations,
    /// In the notification centre.
    Centre,
    /// In the outbox.
    Outbox,
    /// Where the systems' health is.
    Systems,
    /// Where a change of many rows is.
    Rows,
    /// Where what was recorded is named.
    Routine,
    /// Where columns are chosen.
    Columns,
    /// Where an activation code is.
    Code,
}

impl Layer {
    /// It counts over the screen, where the screen's own layers do not.
    pub const fn lies_over(self) -> bool {
        !matches!(self, Self::Desk | Self::Customer | Self::Records | Self::Details | Self::Changes(_))
    }

    /// Somebody types there all the time.
    pub const fn types(self) -> bool {
        matches!(self, Self::Picker | Self::Form)
    }

    /// The name of its table in the configuration, under `keys`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Customer => "customer",
            Self::Records => "records",
            Self::Details => "details",
            Self::Changes(Part::Customer) => "dashboard",
            Self::Changes(Part::Service) => "subscriptions",
            Self::Changes(Part::Billing) => "billing",
            Self::Changes(Part::Order) => "orders",
            Self::Changes(Part::Sim) => "sim",
            Self::Changes(Part::Support) => "support",
            Self::Overlay => "overlay",
            Self::Picker => "picker",
            Self::Form => "form",
            Self::Confirm => "confirm",
            Self::Operations => "operations",
            Self::Centre => "centre",
            Self::Outbox => "outbox",
            Self::Systems => "systems",
            Self::Rows => "rows",
            Self::Routine => "routine",
            Self::Columns => "columns",
            Self::Code => "code",
        }
    }
}

/// Which heading help and palette show an action under; the words are under `group-…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// Finding customers.
    Find,
    /// Moving about.
    Move,
    /// Lists.
    List,
    /// The open customer.
    Customer,
    /// Changing something.
    Change,
    /// The desk itself.
    Desk,
}

impl Group {
    /// The name in the language table, under `group-…`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Find => "find",
            Self::Move => "move",
            Self::List => "list",
            Self::Customer => "customer",
            Self::Change => "change",
            Self::Desk => "desk",
        }
    }
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct ActionSpec {
    /// The action.
    pub action: Action,
    /// Its name: in the language table under [`ActionSpec::words`], in the palette, and in the configuration under `keys`.
    pub name: &'static str,
    /// Default keys, written like `ctrl-p`, `G`, `pageup`.
    pub keys: &'static [&'static str],
    /// Where the keys work.
    pub layer: Layer,
    /// Under which heading it is listed.
    pub group: Group,
}

impl ActionSpec {
    /// The key of its words.
    pub fn words(&self) -> String {
        match self.action {
            Action::Change(verb) | Action::ChangeRows(verb) => format!("verb-{verb}"),
            _ => format!("action-{}", self.name),
        }
    }
}

const fn row(
    action: Action,
    name: &'static str,
    keys: &'static [&'static str],
    layer: Layer,
    group: Group,
) -> ActionSpec {
    ActionSpec { action, name, keys, layer, group }
}

/// Every action, once: the desk's own, then the changes that can be asked for.
pub fn actions() -> impl Iterator<Item = ActionSpec> {
    ACTIONS.iter().copied().chain(change::specs().map(change_row))
}

/// Every action that can have keys: those, and what can be done in what lies over the screen.
pub fn bindable() -> impl Iterator<Item = ActionSpec> {
    actions().chain(OVERS.iter().copied())
}

/// The row of a change.
fn change_row(spec: &'static Spec) -> ActionSpec {
    let keys = if spec.key.is_empty() { &[] } else { std::slice::from_ref(&spec.key) };
    row(Action::Change(spec.name), spec.name, keys, Layer::Changes(spec.part), Group::Change)
}

/// Every action but the changes, once.
const ACTIONS: &[ActionSpec] = &[
    row(Action::Search, "search", &["/"], Layer::Desk, Group::Find),
    row(Action::Open, "open", &["enter"], Layer::Desk, Group::Find),
    row(Action::Board, "board", &["b"], Layer::Desk, Group::Find),
    row(Action::HistoryBack, "history-back", &["-", "backspace", "alt-left"], Layer::Desk, Group::Move),
    row(Action::HistoryForward, "history-forward", &["=", "alt-right"], Layer::Desk, Group::Move),
    row(Action::Back, "back", &["esc"], Layer::Desk, Group::Move),
    row(Action::Tab(Tab::Dashboard), "tab-dashboard", &["1"], Layer::Customer, Group::Move),
    row(Action::Tab(Tab::Subscriptions), "tab-subscriptions", &["2"], Layer::Customer, Group::Move),
    row(Action::Tab(Tab::Billing), "tab-billing", &["3"], Layer::Customer, Group::Move),
    row(Action::Tab(Tab::Orders), "tab-orders", &["4"], Layer::Customer, Group::Move),
    row(Action::Tab(Tab::Sim), "tab-sim", &["5"], Layer::Customer, Group::Move),
    row(Action::Tab(Tab::Support), "tab-support", &["6"], Layer::Customer, Group::Move),
    row(Action::NextTab, "next-tab", &["tab", "l", "right"], Layer::Customer, Group::Move),
    row(Action::PreviousTab, "previous-tab", &["backtab", "h", "left"], Layer::Customer, Group::Move),
    row(Action::NextPage, "next-page", &["]"], Layer::Customer, Group::Move),
    row(Action::PreviousPage, "previous-page", &["["], Layer::Customer, Group::Move),
    row(Action::Up, "up", &["up", "k"], Layer::Desk, Group::Move),
    row(Action::Down, "down", &["down", "j"], Layer::Desk, Group::Move),
    row(Action::PageUp, "page-up", &["pageup"], Layer::Desk, Group::Move),
    row(Action::PageDown, "page-down", &["pagedown"], Layer::Desk, Group::Move),
    row(Action::First, "first", &["g", "home"], Layer::Desk, Group::Move),
    row(Action::Last, "last", &["G", "end"], Layer::Desk, Group::Move),
    row(Action::SortNext, "sort-next", &["s"], Layer::Records, Group::List),
    row(Action::SortReverse, "sort-reverse", &["S"], Layer::Records, Group::List),
    row(Action::Filter, "filter", &["/", "f"], Layer::Records, Group::List),
    row(Action::Mark, "mark", &["space"], Layer::Records, Group::List),
    row(Action::MarkRange, "mark-range", &["M"], Layer::Records, Group::List),
    row(Action::MarkAll, "mark-all", &["*"], Layer::Records, Group::List),
    row(Action::Columns, "columns", &["|"], Layer::Records, Group::List),
    row(Action::Views, "views", &["w"], Layer::Records, Group::List),
    row(Action::Export, "export", &["ctrl-e"], Layer::Records, Group::List),
    row(Action::CopyMenu, "copy-menu", &["Y"], Layer::Records, Group::List),
    row(Action::Detail, "detail", &["d"], Layer::Details, Group::List),
    row(Action::DetailUp, "detail-up", &["K", "ctrl-up"], Layer::Details, Group::List),
    row(Action::DetailDown, "detail-down", &["J", "ctrl-down"], Layer::Details, Group::List),
    row(Action::Wider, "wider", &["<"], Layer::Details, Group::List),
    row(Action::Narrower, "narrower", &[">"], Layer::Details, Group::List),
    row(Action::Copy, "copy", &["y"], Layer::Customer, Group::List),
    row(Action::AsText, "as-text", &["i"], Layer::Records, Group::List),
    row(Action::ReadAloud, "read-aloud", &["a"], Layer::Customer, Group::List),
    row(Action::ReadLine, "read-line", &["u"], Layer::Customer, Group::Customer),
    row(Action::Xray, "xray", &["X"], Layer::Customer, Group::Customer),
    row(Action::Changes, "changes", &["+", "c"], Layer::Customer, Group::Change),
    row(Action::VerifyCaller, "verify-caller", &["v"], Layer::Customer, Group::Change),
    row(Action::ActivationCode, "activation-code", &["E"], Layer::Changes(Part::Sim), Group::Change),
    row(Action::Receipts, "receipts", &[], Layer::Customer, Group::Change),
    row(Action::Routines, "routines", &["&"], Layer::Customer, Group::Change),
    row(Action::Operations, "operations", &["o"], Layer::Desk, Group::Change),
    row(Action::Outbox, "outbox", &["@"], Layer::Desk, Group::Change),
    row(Action::Undo, "undo", &["z"], Layer::Desk, Group::Change),
    row(Action::Record, "record", &["%"], Layer::Desk, Group::Change),
    row(Action::Approve, "approve-code", &[], Layer::Desk, Group::Change),
    row(Action::Writing, "writing", &[], Layer::Desk, Group::Change),
    row(Action::Refresh, "refresh", &["r", "f5"], Layer::Desk, Group::Customer),
    row(Action::Reveal, "reveal", &["R"], Layer::Customer, Group::Customer),
    row(Action::Notices, "notices", &["n"], Layer::Desk, Group::Desk),
    row(Action::Systems, "systems", &["H"], Layer::Desk, Group::Desk),
    row(Action::Banner, "banner", &["0"], Layer::Desk, Group::Desk),
    row(Action::Pack, "pack", &[], Layer::Desk, Group::Desk),
    row(Action::OpenPack, "pack-open", &[], Layer::Desk, Group::Desk),
    row(Action::DropPack, "pack-drop", &[], Layer::Desk, Group::Desk),
    row(Action::SignIn, "sign-in", &[], Layer::Desk, Group::Desk),
    row(Action::Tour, "tour", &[], Layer::Desk, Group::Desk),
    row(Action::Help, "help", &["?", "f1"], Layer::Desk, Group::Desk),
    row(Action::Palette, "palette", &[":", "ctrl-p"], Layer::Desk, Group::Desk),
    row(Action::Language, "language", &["L"], Layer::Desk, Group::Desk),
    row(Action::Theme, "theme", &["T"], Layer::Desk, Group::Desk),
    row(Action::Privacy, "privacy", &["f2"], Layer::Desk, Group::Desk),
    row(Action::Lock, "lock", &["ctrl-x"], Layer::Desk, Group::Desk),
    row(Action::Repaint, "repaint", &["ctrl-l"], Layer::Desk, Group::Desk),
    row(Action::Reload, "reload", &[], Layer::Desk, Group::Desk),
    row(Action::Suspend, "suspend", &["ctrl-z"], Layer::Desk, Group::Desk),
    row(Action::Quit, "quit", &["q", "ctrl-q", "ctrl-c"], Layer::Desk, Group::Desk),
];
