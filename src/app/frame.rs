//! The frame around everything: header, tab bar, hints, status bar.

use std::borrow::Cow;

use jiff::Timestamp;
use madoguchi_ui::crumbs;
use madoguchi_ui::hints::{self, Hint};
use madoguchi_ui::status::{Bar, Segment};
use madoguchi_ui::tabs::Tabs as TabBar;
use madoguchi_ui::text::{self, Align};
use madoguchi_ui::theme::Role;
use madoguchi_ui::written::Written;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::mask::Personal;
use crate::domain::queue::Queue;
use crate::domain::time;
use crate::domain::web::WebRecord;
use crate::flow::{Action, Environment, Key, KeyPress, Layer, Over, Tab};
use crate::keymap;
use crate::locale::Value;
use crate::scene::Scene;
use crate::tabs::page::Page as _;
use crate::tabs::queue_key;

use super::layout::{Areas, LEAST};
use super::{App, View};

impl App {
    /// Header, tab bar, hints and status bar.
    pub(super) fn draw_frame(&self, areas: Areas, buf: &mut Buffer, scene: &Scene<'_>) {
        self.draw_header(areas.header, buf, scene);
        self.draw_banner(areas.banner, buf, scene);
        match self.view {
            View::Customer => self.draw_tabs(areas.bar, buf, scene),
            View::Queue => self.draw_queue(areas.bar, buf, scene),
            View::Search => {}
        }
        let offered = self.offered(scene);
        let shown: Vec<Hint<'_>> = offered.into_iter().map(|(_, hint)| hint).collect();
        hints::render(&shown, areas.hints, buf, scene.theme);
        self.draw_status(areas.status, buf, scene);
    }

    fn draw_header(&self, area: Rect, buf: &mut Buffer, scene: &Scene<'_>) {
        let theme = scene.theme;
        let (badge, role) = match &self.environment {
            Environment::Starting => (scene.say("env-starting").into_owned(), Role::HeaderText),
            Environment::Sandbox { .. } => (scene.say("env-sandbox").into_owned(), Role::Sandbox),
            Environment::Live { profile } => (scene.with("env-live", &[("profile", Value::Text(profile))]), Role::Live),
            Environment::Failed(_) => (scene.say("env-failed").into_owned(), Role::Critical),
        };
        let badge = format!(" {badge} ");
        let badge_width = (text::width(&badge) as u16).min(area.width);
        let seat = self.seat_in_short(scene);
        let seat_width = text::width(&seat) as u16;
        // A cell stays free before it and after it, however long the path is.
        let seat_width = if seat_width > 0 { seat_width + 2 } else { 0 }.min(area.width - badge_width);
        let left = Rect { width: area.width - badge_width - seat_width, ..area };
        let app = format!("窓口 {}", scene.say("app-name"));
        let mut parts: Vec<Cow<'_, str>> = Vec::with_capacity(4);
        parts.extend([app.into(), scene.say("action-search-short")]);
        if let (View::Queue, Some(list)) = (self.view, &self.queue) {
            parts.push(scene.words.say(queue_key(list.queue)));
        } else if let Some(customer) = &self.customer {
            let number = customer.account.value().map(|account| account.number.as_str()).unwrap_or_default();
            let tab = (self.view == View::Customer).then(|| scene.words.say(tab_key(self.tabs.active)));
            // A very long name is cut before it pushes itself or the number out of the path.
            let others = 4 + 1 + text::width(number) + tab.as_ref().map_or(0, |tab| 3 + text::width(tab));
            let room = usize::from(left.width).saturating_sub(others).max(8);
            // A line that only Freebit knows has nobody's name yet: its number stands for it.
            let line = customer.key.line.as_ref().filter(|_| customer.name().is_empty());
            let line = line.map(|line| scene.personal(Personal::Phone, &line.to_string()));
            let name = text::truncate(line.as_deref().unwrap_or(customer.name()), room, theme.glyphs.ellipsis);
            parts.push(format!("{name} {number}").trim_end().to_owned().into());
            parts.extend(tab);
        }
        let parts: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
        text::fill(buf, area, theme.style(Role::Header));
        crumbs::render(&parts, left, buf, theme, Role::Header);
        if let Some(account) = self.customer.as_ref().and_then(|customer| customer.account.value())
            && let Some(row) = text_in(left, account.number.as_str(), buf)
        {
            scene.leads(row, buf, WebRecord::Salesforce(account.id));
        }
        text::put(buf, left.right() + 1, area.y, seat_width.saturating_sub(1), &seat, theme.style(Role::Header));
        text::put_aligned(
            buf,
            left.right() + seat_width,
            area.y,
            badge_width,
            &badge,
            theme.style(role),
            "",
            Align::Left,
        );
    }

    /// Who may do what here: the caller's level beside the customer, the role, and that the desk only looks.
    fn seat_in_short(&self, scene: &Scene<'_>) -> String {
        let access = self.access();
        let mut words = Vec::new();
        if access.read_only {
            words.push(scene.say("header-read-only"));
        } else if access.role != crate::domain::access::Role::default() {
            words.push(scene.say(access.role.key()));
        }
        if self.view == View::Customer {
            words.push(access.caller.name().into());
        }
        words.join(" · ")
    }

    fn draw_tabs(&self, area: Rect, buf: &mut Buffer, scene: &Scene<'_>) {
        let titles = titles(scene);
        let titles: Vec<&str> = titles.iter().map(AsRef::as_ref).collect();
        TabBar { titles: &titles, active: self.tabs.active.index() }.render(area, buf, scene.theme);
        let Some(customer) = &self.customer else { return };
        let fresh = self.tabs.freshness(customer, scene);
        let width = text::width(&fresh) as u16;
        // The tabs need their room first; what is left of it says how fresh the list is.
        let used: u16 = titles.iter().map(|title| text::width(title) as u16 + 5).sum();
        if width > 0 && used + width < area.width {
            let x = area.right() - width - 1;
            text::put(buf, x, area.y, width, &fresh, scene.theme.style(Role::Dim));
        }
    }

    /// Which queue this is, where it stands among the others, and how fresh it is.
    fn draw_queue(&self, area: Rect, buf: &mut Buffer, scene: &Scene<'_>) {
        let Some(list) = &self.queue else { return };
        let at = Queue::ALL.iter().position(|queue| *queue == list.queue).unwrap_or(0);
        let title = scene.with(
            "queue-of",
            &[
                ("queue", Value::Text(&scene.words.say(queue_key(list.queue)))),
                ("at", Value::Number(at as i64 + 1)),
                ("all", Value::Number(Queue::ALL.len() as i64)),
            ],
        );
        let theme = scene.theme;
        let fresh = self.queue_screen.freshness(list, scene);
        let room = area.width.saturating_sub(text::width(&fresh) as u16 + 4);
        text::put_fit(buf, area.x + 1, area.y, room, &title, theme.style(Role::Title), theme.glyphs.ellipsis);
        let width = text::width(&fresh) as u16;
        if width < area.width {
            text::put(buf, area.right() - width - 1, area.y, width, &fresh, theme.style(Role::Dim));
        }
    }

    fn draw_status(&self, area: Rect, buf: &mut Buffer, scene: &Scene<'_>) {
        let clock = clock(self.now);
        let left = self.status_segments(area.width, text::width(&clock), scene);
        let right = [Segment::new(clock, 1)];
        Bar { left: &left, right: &right, role: Role::Status }.render(area, buf, scene.theme);
    }

    /// What the hints line offers here, the most useful first; on the tour what to try before all. What has no key is not
    /// offered.
    fn offered<'a>(&self, scene: &Scene<'a>) -> Vec<(Action, Hint<'a>)> {
        let mut offered = self.fitting(scene);
        if let Some(next) = self.tour_hint(scene).filter(|_| self.overlays.is_empty()) {
            offered.retain(|(action, _)| *action != next.0);
            // Whoever is here the first time is told before all how to be told more.
            let help = offered.iter_mut().filter(|(action, _)| *action == Action::Help);
            help.for_each(|(_, hint)| hint.priority = 0);
            offered.insert(0, next);
        }
        if let Some(times) = self.times() {
            offered.insert(0, (Action::Back, Hint::new(times.to_string(), scene.say("hint-word-times"), 0)));
        }
        offered.retain(|(_, hint)| !hint.key.is_empty());
        offered
    }

    /// What fits where one stands.
    fn fitting<'a>(&self, scene: &Scene<'a>) -> Vec<(Action, Hint<'a>)> {
        let offer = |action: Action, word: &'static str, priority: u8| {
            (action, Hint::new(scene.keys.label(action), scene.say(word), priority))
        };
        let while_typing = |action: Action, word: &'static str, priority: u8| {
            (action, Hint::new(scene.keys.label_while_typing(action), scene.say(word), priority))
        };
        let pages = |word: &'static str, priority: u8| {
            let keys = [Action::PreviousPage, Action::NextPage].map(|action| scene.keys.label(action));
            let keys = if keys.iter().any(|key| key.is_empty()) { String::new() } else { keys.join(" ") };
            (Action::NextPage, Hint::new(keys, scene.say(word), priority))
        };
        // Room for all that any screen offers.
        let mut offered = Vec::with_capacity(20);
        // What lies over the screen has the keyboard: the screen's own keys would do nothing, or type.
        if let Some(overlay) = self.overlays.last() {
            if overlay.chooses() {
                offered.push(offer(Action::Open, "hint-word-choose", 1));
            }
            offered.push(offer(Action::Down, "hint-word-move", 2));
            offered.push(offer(Action::Over(Over::Leave), "hint-word-back", 0));
            return offered;
        }
        if self.begun() {
            offered.push((
                Action::Back,
                Hint::new(keymap::label(KeyPress::plain(Key::Esc)), scene.say("hint-word-back"), 0),
            ));
            return offered;
        }
        match (self.view, self.typing()) {
            (View::Search, true) => {
                offered.push(offer(Action::Open, "hint-word-open", 0));
                offered.push(offer(Action::Down, "hint-word-move", 2));
                offered.push(offer(Action::Back, "hint-word-leave-box", 1));
                offered.push(while_typing(Action::Palette, "hint-word-palette", 3));
                offered.push(while_typing(Action::Help, "hint-word-help", 2));
                offered.push(while_typing(Action::Quit, "hint-word-quit", 1));
                return offered;
            }
            (View::Search, false) => {
                offered.push(offer(Action::Search, "hint-word-search", 0));
                offered.push(offer(Action::Open, "hint-word-open", 0));
                offered.push(offer(Action::Down, "hint-word-move", 3));
                if self.customer.is_some() {
                    offered.push(offer(Action::Back, "hint-word-back-to-customer", 2));
                }
                offered.push(offer(Action::Refresh, "hint-word-refresh", 4));
            }
            (View::Queue, false) if self.queue_screen.in_details() => offer_details(&offer, &mut offered),
            (View::Queue, false) => {
                offered.push(offer(Action::Open, "hint-word-open", 0));
                offered.push(offer(Action::Back, "hint-word-back", 0));
                offered.push(pages("hint-word-next-queue", 1));
                offered.push(offer(Action::SortNext, "hint-word-sort", 4));
                offered.push(offer(Action::Filter, "hint-word-filter", 3));
                offered.push(offer(Action::Detail, "hint-word-detail", 6));
                offered.push(offer(Action::Refresh, "hint-word-refresh", 4));
            }
            (View::Customer | View::Queue, true) => {
                offered.push(offer(Action::Open, "hint-word-keep-filter", 0));
                offered.push(offer(Action::Back, "hint-word-drop-filter", 0));
                return offered;
            }
            (View::Customer, false) if self.tabs.in_details() => offer_details(&offer, &mut offered),
            (View::Customer, false) => {
                let layers = self.tabs.layers();
                let list = layers.contains(&Layer::Records);
                // In a list the key of the search is the filter's; a second press goes on to the search.
                if !list {
                    offered.push(offer(Action::Search, "hint-word-search", 1));
                }
                offered.push(offer(Action::Back, "hint-word-back", 0));
                let tabs = scene.keys.label_between(Action::Tab(Tab::Dashboard), Action::Tab(Tab::Support));
                let tabs = if tabs.is_empty() { scene.keys.label(Action::NextTab).to_owned() } else { tabs };
                offered.push((Action::NextTab, Hint::new(tabs, scene.say("hint-word-tabs"), 2)));
                if self.tabs.has_pages() {
                    offered.push(pages("hint-word-pages", 3));
                }
                if list {
                    if self.tabs.active == Tab::Sim {
                        offered.push(offer(Action::ReadLine, "hint-word-read-line", 2));
                    }
                    offered.push(offer(Action::SortNext, "hint-word-sort", 4));
                    offered.push(offer(Action::Filter, "hint-word-filter", 1));
                } else {
                    offered.push(offer(Action::Open, "hint-word-open", 3));
                }
                if layers.contains(&Layer::Details) {
                    offered.push(offer(Action::Detail, "hint-word-detail", 6));
                }
                offered.push(offer(Action::Changes, "hint-word-change", 2));
                let word = if self.revealed { "hint-word-mask" } else { "hint-word-reveal" };
                offered.push(offer(Action::Reveal, word, 3));
                offered.push(offer(Action::Refresh, "hint-word-refresh", 4));
                offered.push(offer(Action::Copy, "hint-word-copy", 5));
            }
        }
        if self.outbox_waits() {
            offered.push(offer(Action::Outbox, "hint-word-outbox", 3));
        }
        if self.elsewhere.waits() {
            offered.push(offer(Action::Notices, "hint-word-notices", 3));
        }
        offered.push(offer(Action::Palette, "hint-word-palette", 5));
        offered.push(offer(Action::Help, "hint-word-help", 2));
        offered.push(offer(Action::Quit, "hint-word-quit", 1));
        offered
    }

    /// The key of what the screen is for.
    pub(super) fn about(&self) -> String {
        match self.view {
            // What counts while one is recorded is what a person looks for then.
            _ if self.recording() => "about-recording".to_owned(),
            View::Search => "about-board".to_owned(),
            View::Queue => "about-queue".to_owned(),
            View::Customer => self.tabs.about(),
        }
    }

    /// The action of the hint at a place of the hints line.
    pub(super) fn hinted(&self, area: Rect, at: Position) -> Option<Action> {
        let scene = self.scene();
        let (actions, shown): (Vec<Action>, Vec<Hint<'_>>) = self.offered(&scene).into_iter().unzip();
        hints::hint_at(&shown, area, at).map(|i| actions[i])
    }
}

/// What the details offer while they have the keyboard.
fn offer_details<'a>(
    offer: &impl Fn(Action, &'static str, u8) -> (Action, Hint<'a>),
    offered: &mut Vec<(Action, Hint<'a>)>,
) {
    offered.push(offer(Action::Back, "hint-word-to-list", 0));
    offered.push(offer(Action::Open, "hint-word-follow", 0));
    offered.push(offer(Action::Copy, "hint-word-copy", 0));
    offered.push(offer(Action::Down, "hint-word-move", 2));
    offered.push(offer(Action::ReadAloud, "hint-word-aloud", 3));
    offered.push(offer(Action::HistoryBack, "hint-word-history", 4));
}

/// The tab bar's words, in the order of the keys.
pub(super) fn titles<'a>(scene: &Scene<'a>) -> Vec<Cow<'a, str>> {
    Tab::ALL.into_iter().map(|tab| scene.say(tab_key(tab))).collect()
}

const fn tab_key(tab: Tab) -> &'static str {
    match tab {
        Tab::Dashboard => "tab-dashboard",
        Tab::Subscriptions => "tab-subscriptions",
        Tab::Billing => "tab-billing",
        Tab::Orders => "tab-orders",
        Tab::Sim => "tab-sim",
        Tab::Support => "tab-support",
    }
}

fn clock(now: Timestamp) -> Written<'static> {
    Written::of(format_args!("{} JST", time::time_of_day(now)))
}

/// The polite sentence on a screen that is too small, cut to what fits.
pub(super) fn too_small(screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) {
    let values =
        [("width", Value::Number(i64::from(screen.width))), ("height", Value::Number(i64::from(screen.height)))];
    let words = scene.with("too-small", &values);
    debug_assert!(LEAST.0 == 80 && LEAST.1 == 24, "the sentence names these numbers");
    for (y, line) in (screen.top()..screen.bottom()).zip(text::wrap(&words, usize::from(screen.width))) {
        text::put(buf, screen.x, y, screen.width, line, scene.theme.base());
    }
}

/// Where a text without wide characters stands last in a row, if it does.
fn text_in(row: Rect, wanted: &str, buf: &Buffer) -> Option<Rect> {
    let width = u16::try_from(wanted.len()).ok().filter(|width| *width > 0 && *width <= row.width)?;
    let reads = |x: u16| {
        let cells = (x..x + width).filter_map(|x| buf.cell((x, row.y)));
        cells.map(ratatui::buffer::Cell::symbol).eq(wanted.split("").filter(|c| !c.is_empty()))
    };
    let at = (row.x..=row.right() - width).rev().find(|x| reads(*x))?;
    Some(Rect { x: at, width, height: 1, ..row })
}
