//! The app: everything on the screen, as state and two functions. `update` takes what happened and answers what to do
//! outside; `view` draws. Neither waits, reads a clock or does IO.
//!
//! A key goes: overlay on top, if any → the box being typed in, if the key types → [`crate::keymap`] → [`App::perform`].

mod activation;
mod answers;
mod board;
mod changes;
mod customer;
mod did;
mod frame;
mod history;
mod keys;
pub mod layout;
mod live;
mod lock;
mod looks;
mod mouse;
mod notices;
mod pack;
mod privacy;
mod problems;
mod refit;
mod results;
mod routines;
mod search;
mod sign_in;
mod tour;

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use madoguchi_ui::color::Depth;
use madoguchi_ui::glyphs::GlyphSet;
use madoguchi_ui::scroll::Move;
use madoguchi_ui::text;
use madoguchi_ui::theme::{BUILTIN, Theme};
use madoguchi_ui::themes::Themes;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::domain::access::Seat;
use crate::domain::office::Office;
use crate::domain::recognise::Shapes;
use crate::domain::status::Tone;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::domain::web::WebPages;
use crate::flow::{
    Action, Agent, Alerts, Board, Customer, Effect, Environment, Generation, Ground, Health, Input, Layer, Lists,
    LockRules, Msg, Over, Query, QueueList, RoutineFile, ScreenLink, Slot, Tab, ThemeFile,
};
use crate::keymap::{self, Keymap};
use crate::locale::{Language, Words};
use crate::overlays::{Help, Outcome, Overlay, Palette};
use crate::scene::{Doors, Scene};
use crate::tabs::page::Page as _;
use crate::tabs::{BoardPage, Did, QueueScreen, Tabs, check_views};

use changes::Changes;
use history::Trail;
use keys::Pending;
use live::Elsewhere;
use lock::Lock;
use notices::Notices;
use pack::Packs;
use routines::Recorder;
use search::Search;
use tour::Tour;

/// How the desk looks and speaks, from the configuration and the terminal.
#[derive(Debug, Clone)]
pub struct Options {
    /// The language to start in.
    pub language: Language,
    /// Name of the theme to start with.
    pub theme: String,
    /// The person's own themes.
    pub own_themes: Vec<ThemeFile>,
    /// Where their files are.
    pub theme_folder: Option<PathBuf>,
    /// Whether the terminal is dark or light, as far as it is known without asking.
    pub ground: Ground,
    /// It may be asked.
    pub ask_ground: bool,
    /// It has a clipboard.
    pub clipboard: bool,
    /// The pages of records elsewhere; none for a terminal that makes no links.
    pub pages: WebPages,
    /// When the desk locks itself.
    pub lock: LockRules,
    /// Names are hidden too from the start.
    pub private: bool,
    /// How many colours the terminal shows.
    pub depth: Depth,
    /// Which shapes it can draw.
    pub glyphs: GlyphSet,
    /// Which keys do what.
    pub keys: Keymap,
    /// Somebody is here the first time.
    pub tour: bool,
    /// It draws characters of ambiguous width two cells wide.
    pub wide: bool,
    /// What this organisation's numbers look like.
    pub shapes: Shapes,
    /// What the configuration says of lists.
    pub lists: Lists,
    /// When its customers were promised answers.
    pub office: Arc<Office>,
    /// Who sits at the desk.
    pub seat: Seat,
    /// What the terminal shows is being recorded by a program that says so.
    pub recorded: bool,
    /// What calls them while they look elsewhere.
    pub alerts: Alerts,
    /// The routines there are.
    pub routines: Vec<RoutineFile>,
    /// Where their files are.
    pub routine_folder: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            language: Language::default(),
            theme: BUILTIN[0].to_owned(),
            own_themes: Vec::new(),
            theme_folder: None,
            ground: Ground::default(),
            ask_ground: false,
            clipboard: true,
            pages: WebPages::default(),
            lock: LockRules::default(),
            private: false,
            depth: Depth::True,
            glyphs: GlyphSet::default(),
            keys: Keymap::default(),
            tour: false,
            wide: false,
            shapes: Shapes::default(),
            lists: Lists::default(),
            office: Arc::default(),
            seat: Seat::default(),
            recorded: false,
            alerts: Alerts::default(),
            routines: Vec::new(),
            routine_folder: None,
        }
    }
}

/// Whether the configured views can be shown.
///
/// # Errors
/// What is wrong, with the word that would be right.
pub fn check(options: &Options, now: Timestamp) -> Result<(), String> {
    let look = Look::new(options.clone());
    check_views(&options.lists.views, &scene(&look, now, false))
}

/// What has the screen: the search and its hits, or the open customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    Search,
    Queue,
    Customer,
}

/// How things look.
#[derive(Debug)]
struct Look {
    words: Words,
    /// What is drawn with: the theme in use, or the one that is tried.
    theme: Theme,
    worn: Theme,
    tried: Option<String>,
    themes: Themes,
    keys: Keymap,
    options: Options,
    /// What is being taken was read because it changed elsewhere.
    moved: bool,
}

/// The whole desk.
#[derive(Debug)]
pub struct App {
    look: Box<Look>,
    /// What the configuration says, whatever was changed at the desk since.
    said: Box<Options>,
    now: Timestamp,
    screen: Rect,
    environment: Environment,
    health: Vec<Health>,
    view: View,
    search: Search,
    customer: Option<Customer>,
    tabs: Tabs,
    revealed: bool,
    overlays: Vec<Overlay>,
    notices: Notices,
    generations: HashMap<Slot, Generation>,
    /// Slots whose newest read is not over.
    reading: BTreeSet<Slot>,
    agent: Option<Agent>,
    whmcs_major: Option<u32>,
    board: Board,
    board_page: BoardPage,
    queue: Option<QueueList>,
    queue_screen: QueueScreen,
    /// Enter was pressed before the queue was read: its first row is opened once it is there.
    open_when_read: bool,
    /// From where the open customer was opened: where Esc leads.
    behind: View,
    trail: Trail,
    changes: Changes,
    elsewhere: Elsewhere,
    packs: Box<Packs>,
    /// There is somebody to ask.
    connected: bool,
    pending: Pending,
    /// Names are hidden too.
    private: bool,
    /// Nobody is at the desk.
    lock: Option<Lock>,
    /// When somebody last did something.
    touched: Timestamp,
    tour: Option<Tour>,
    /// A routine is being recorded.
    recorder: Option<Box<Recorder>>,
    effects: Vec<Effect>,
}

impl App {
    /// A desk that has not drawn yet.
    pub fn new(options: Options, now: Timestamp) -> Self {
        // What is measured and what is drawn is decided together, on the thread that does both.
        text::draw_ambiguous_wide(options.wide);
        let mut app = Self {
            look: Box::new(Look::new(options.clone())),
            said: Box::new(options.clone()),
            now,
            screen: Rect::new(0, 0, layout::LEAST.0, layout::LEAST.1),
            environment: Environment::Starting,
            health: System::ALL.into_iter().map(Health::unasked).collect(),
            view: View::Search,
            search: Search { focused: true, shapes: options.shapes, ..Search::default() },
            customer: None,
            tabs: Tabs::default(),
            revealed: false,
            overlays: Vec::new(),
            notices: Notices::default(),
            generations: HashMap::new(),
            reading: BTreeSet::new(),
            agent: None,
            whmcs_major: None,
            board: Board::default(),
            board_page: BoardPage::default(),
            queue: None,
            queue_screen: QueueScreen::default(),
            open_when_read: false,
            behind: View::Search,
            trail: Trail::default(),
            changes: Changes::new(options.seat),
            elsewhere: Elsewhere::default(),
            packs: Box::default(),
            connected: false,
            pending: Pending::default(),
            private: options.private,
            lock: None,
            touched: now,
            tour: None,
            recorder: None,
            effects: Vec::new(),
        };
        app.warn_of_keys();
        app.warn_of_routines();
        if options.tour {
            app.offer_tour();
        }
        app
    }

    /// Takes what happened, at the time it happened, and answers what to do outside.
    pub fn update(&mut self, msg: Msg, now: Timestamp) -> Vec<Effect> {
        self.now = now;
        // A code whose time is over is gone before anything else is done.
        self.mind_activation();
        self.mind_pack();
        match msg {
            Msg::Input(input) => self.input(input),
            Msg::Reply { slot, generation, reply } if self.is_current(slot, generation) => self.answered(slot, reply),
            Msg::Ended { slot, generation } if self.is_current(slot, generation) => self.ended(slot),
            // An answer to a question nobody asks any more.
            Msg::Reply { .. } | Msg::Ended { .. } => {}
            Msg::Minute | Msg::Tick => {
                self.keep_typed();
                self.time_passes();
                self.mind_lock();
            }
            Msg::Second => self.count_down(),
            Msg::Operation(view) => self.operation(*view),
            Msg::Carried(carried) => self.carried(carried),
            Msg::Draft(key, body) => self.changes.draft(key, body),
            Msg::Health(health) => self.health(health),
            Msg::Live(live) => self.live(live),
            Msg::Notice(notice) => self.notice(notice),
            Msg::Pack(told) => self.pack_told(told),
            Msg::Unlocked(right) => self.unlocked(right),
            Msg::Ground(ground) => self.ground(ground),
            Msg::Themes(files) => self.themes_read(files),
            Msg::Routines(files) => self.routines_read(files),
            Msg::AuditFailed => {
                // What is not written down is not shown.
                self.revealed = false;
                self.overlays.retain(|overlay| !matches!(overlay, Overlay::ReadAloud(_) | Overlay::Caller(_)));
                self.activation_unaudited();
                self.pack_unaudited();
                self.refresh_tabs();
                self.say(Tone::Critical, "notice-audit-failed");
            }
            Msg::Environment(environment) => self.connected(environment),
            Msg::Leaving => self.keep_now(),
            Msg::Quit => self.quit(),
        }
        self.try_theme();
        self.mind_tour();
        self.watch_call();
        self.read_what_is_needed();
        self.read_what_moved();
        self.drive_routine();
        self.observe();
        std::mem::take(&mut self.effects)
    }

    /// Draws everything. Returns where the terminal's cursor belongs.
    pub fn view(&self, buf: &mut Buffer) -> Option<Position> {
        self.frame(buf).0
    }

    /// Draws everything. Returns where the terminal's cursor belongs, and what of it leads to pages elsewhere.
    pub fn frame(&self, buf: &mut Buffer) -> (Option<Position>, Vec<ScreenLink>) {
        let doors = Doors::new(&self.look.options.pages);
        let cursor = self.draw(buf, &Scene { doors: Some(&doors), ..self.scene() });
        // An address says whose record it is, which is not for who sees a screen that is shown to others.
        let links = if self.private { Vec::new() } else { doors.on(buf) };
        (cursor, links)
    }

    fn draw(&self, buf: &mut Buffer, scene: &Scene<'_>) -> Option<Position> {
        let screen = buf.area;
        if scene.theme.base() != Style::new() {
            text::fill(buf, screen, scene.theme.base());
        }
        if let Some(lock) = &self.lock {
            return self.draw_lock(lock, screen, buf, scene);
        }
        let Some(areas) = layout::areas(screen, self.banner_rows()) else {
            frame::too_small(screen, buf, scene);
            return None;
        };
        self.draw_frame(areas, buf, scene);
        let mut cursor = match (self.view, &self.customer) {
            (View::Customer, Some(customer)) => self.tabs.view(areas.body, buf, customer, scene),
            (View::Queue, _) if self.queue.is_some() => {
                self.queue.as_ref().and_then(|list| self.queue_screen.view(areas.body, buf, list, scene))
            }
            _ => {
                let cursor = results::view(&self.search, areas, buf, scene);
                if self.on_board() {
                    let below = self.board_page.view(areas.body, buf, &self.board, scene);
                    results::welcome(below, buf, scene);
                }
                cursor
            }
        };
        self.draw_toast(areas.body, buf, scene);
        self.draw_following(areas.body, buf, scene);
        for overlay in &self.overlays {
            cursor = overlay.view(screen, buf, scene);
        }
        if self.private {
            self.hide(buf, scene);
        }
        cursor
    }

    fn scene(&self) -> Scene<'_> {
        let open = self.customer.as_ref().map(|customer| &customer.key);
        Scene { private: self.private, open, ..scene(&self.look, self.now, self.revealed) }
    }

    /// Where keys count, most specific first.
    fn layers(&self) -> Vec<Layer> {
        let general = match (self.view, &self.customer) {
            (View::Customer, Some(_)) => self.tabs.layers(),
            (View::Queue, _) => self.queue_screen.layers(),
            _ => &[Layer::Desk],
        };
        self.changes_part().map(Layer::Changes).into_iter().chain(general.iter().copied()).collect()
    }

    /// The room of the open tab, the list or the hits.
    fn body(&self) -> Rect {
        layout::areas(self.screen, self.banner_rows()).map(|areas| areas.body).unwrap_or_default()
    }

    fn typing(&self) -> bool {
        match self.view {
            View::Search => self.search.focused,
            View::Queue => self.queue_screen.typing(),
            View::Customer => self.tabs.typing(),
        }
    }

    fn input(&mut self, input: Input) {
        if let Input::Resize { width, height } = input {
            self.screen = Rect::new(0, 0, width, height);
            return;
        }
        if let Input::Focus(focused) = input {
            self.elsewhere.focus(focused);
            if focused {
                self.look_at_themes();
            }
            return;
        }
        self.touched = self.now;
        if self.lock.is_some() {
            self.at_the_lock(&input);
            return;
        }
        if let Input::Key(press) = input
            && !keymap::types_text(press)
            && let Some(action @ (Action::Quit | Action::Repaint | Action::Suspend | Action::Lock | Action::Privacy)) =
                self.look.keys.action(press, &[Layer::Desk])
            && (self.overlays.is_empty()
                || self.look.keys.action(press, &[Layer::Overlay]) != Some(Action::Over(Over::Leave)))
        {
            // These work whatever lies over the screen; only a key that leaves that, as Ctrl-C does, leaves it first.
            self.forget_begun();
            self.perform(action);
            return;
        }
        if !matches!(input, Input::Key(_)) {
            self.forget_begun();
        }
        if let Some(overlay) = self.overlays.last_mut() {
            let scene = scene(&self.look, self.now, self.revealed);
            match overlay.input(&input, self.screen, &scene) {
                Outcome::Stay => self.typed(),
                Outcome::Close => {
                    if let Some(overlay) = self.overlays.pop() {
                        self.closed(&overlay);
                    }
                }
                Outcome::Wish(wish) => self.wish(wish),
                Outcome::Copy(copied) => self.copy(copied),
                Outcome::Do(did) => {
                    self.overlays.pop();
                    self.follow(did);
                }
                Outcome::Theme(name) => {
                    self.overlays.pop();
                    self.keep_theme(name);
                }
                Outcome::Run(action) => {
                    self.overlays.pop();
                    self.perform(action);
                }
            }
            return;
        }
        match input {
            Input::Key(press) => self.key(press),
            Input::Mouse(mouse) => self.mouse(mouse),
            Input::Paste(text) => self.paste(&text),
            Input::Resize { .. } | Input::Focus(_) => {}
        }
    }

    fn paste(&mut self, text: &str) {
        // A coloured text brings escape sequences; without this their letters would be searched for.
        let text = Text::line(text);
        let scene = scene(&self.look, self.now, self.revealed);
        match self.view {
            View::Customer => self.tabs.paste(&text, &scene),
            View::Queue => self.queue_screen.paste(&text, &scene),
            View::Search => {
                self.search.focused = true;
                if self.search.paste(&text) {
                    self.ask();
                }
            }
        }
    }

    /// Does an action, where it stands. The one place that knows what each means.
    pub fn perform(&mut self, action: Action) {
        self.toured(action);
        self.note_action(action);
        match action {
            Action::Search => self.go_search(),
            Action::Board => self.go_board(),
            Action::HistoryBack => self.go_back(),
            Action::HistoryForward => self.go_forward(),
            Action::Tab(tab) => self.go_tab(tab),
            Action::NextTab => self.go_tab(Tab::ALL[(self.tabs.active.index() + 1) % Tab::ALL.len()]),
            Action::PreviousTab => {
                self.go_tab(Tab::ALL[(self.tabs.active.index() + Tab::ALL.len() - 1) % Tab::ALL.len()]);
            }
            Action::Refresh => self.read_again(),
            Action::Reveal => self.reveal(),
            Action::Notices => self.open_centre(),
            Action::Systems => self.open_systems(),
            Action::Banner => self.fold_banner(),
            Action::Pack => self.make_pack(),
            Action::OpenPack => self.open_pack(),
            Action::DropPack => self.ask_drop_pack(),
            Action::SignIn => self.sign_in(),
            Action::Help => {
                let search = self.view == View::Search;
                let about = self.about();
                let help = Help::new(&about, &self.layers(), search, &|action| self.why_not(action), &self.scene());
                self.overlays.push(Overlay::Help(help));
            }
            Action::Palette => {
                let routines = self.look.options.routines.iter().map(|file| file.name.clone()).collect();
                let palette = Palette::new(self.layers(), |action| self.why_not(action), &self.scene());
                let palette = palette.with_routines(routines, |action| self.why_not(action), &self.scene());
                self.overlays.push(Overlay::Palette(palette));
            }
            Action::Changes => self.show_changes(),
            Action::ChangeRows(verb) => self.ask_rows(verb),
            Action::Change(verb) => self.ask_change(verb),
            Action::ActivationCode => self.ask_activation(),
            Action::Operations => self.show_list(false),
            Action::Outbox => self.open_outbox(),
            Action::Receipts => self.show_list(true),
            Action::Routines => self.choose_routine(),
            Action::Routine(at) => {
                if let Some(name) = self.look.options.routines.get(at).map(|file| file.name.clone()) {
                    self.ask_routine(&name);
                }
            }
            Action::Record => self.switch_recording(),
            Action::Approve => self.approve(),
            Action::Undo => self.undo(),
            Action::VerifyCaller => self.ask_caller(),
            Action::Writing => self.switch_writing(),
            Action::Language => {
                self.look.words = Words::new(self.look.words.language().next());
                self.refresh_tabs();
            }
            Action::Theme => self.choose_theme(),
            Action::Tour => self.switch_tour(),
            Action::Privacy => self.switch_privacy(),
            Action::Lock => self.lock(),
            Action::Repaint => self.effects.push(Effect::Repaint),
            Action::Reload => self.effects.push(Effect::Reload),
            Action::Suspend => {
                self.drop_activation();
                self.effects.push(Effect::Suspend);
            }
            Action::Quit => self.quit(),
            _ => match self.view {
                View::Search => self.in_search(action),
                View::Queue => self.in_queue(action),
                View::Customer => self.in_customer(action),
            },
        }
    }

    fn go_search(&mut self) {
        if self.view != View::Search {
            self.leave();
        }
        self.view = View::Search;
        self.search.focused = true;
        self.search.replace = !self.search.input.is_empty();
    }

    fn in_search(&mut self, action: Action) {
        if self.on_board() {
            let area = self.body();
            let did = self.board_page.act(action, area, &self.board);
            if did != Did::Nothing {
                self.follow(did);
                return;
            }
        }
        let area = results::areas(&self.search, self.body()).hits;
        match action {
            Action::Up => self.search.go(Move::By(-1), area),
            Action::Down => self.search.go(Move::By(1), area),
            Action::PageUp => self.search.go(Move::Page(-1), area),
            Action::PageDown => self.search.go(Move::Page(1), area),
            Action::First => self.search.go(Move::Home, area),
            Action::Last => self.search.go(Move::End, area),
            Action::Open => match self.search.current().cloned() {
                Some(found) => self.open(found),
                None => self.search.open_when_found = self.search.running,
            },
            Action::Back if self.search.focused => {
                self.search.focused = false;
                self.search.open_when_found = false;
                if self.search.input.is_empty() && self.customer.is_some() {
                    self.view = View::Customer;
                }
            }
            Action::Back if self.customer.is_some() => self.view = View::Customer,
            _ => {}
        }
    }

    /// Asks for what is typed now. Whatever was asked before is no longer waited for.
    fn ask(&mut self) {
        let text = self.search.text().to_owned();
        self.search.begin(!text.is_empty());
        if text.is_empty() {
            self.bump(Slot::Search);
            self.effects.push(Effect::Cancel(Slot::Search));
        } else {
            self.read(Slot::Search, Query::Search(text));
            self.find_packed();
        }
    }

    fn read_again(&mut self) {
        let on_board = self.on_board();
        match (self.view, &mut self.customer) {
            (View::Customer, Some(customer)) => {
                customer.begin();
                customer.forget_asked();
                let query = Query::Customer(customer.key.clone());
                self.read(Slot::Customer, query);
            }
            (View::Queue, _) => self.read_queue(),
            _ if on_board => self.count_queues(),
            _ => self.ask(),
        }
    }

    fn read(&mut self, slot: Slot, query: Query) {
        let generation = self.bump(slot);
        self.reading.insert(slot);
        self.effects.push(Effect::Read { slot, generation, query });
    }

    fn bump(&mut self, slot: Slot) -> Generation {
        let generation = self.generations.entry(slot).or_default();
        *generation += 1;
        self.reading.remove(&slot);
        *generation
    }

    fn is_current(&self, slot: Slot, generation: Generation) -> bool {
        self.generations.get(&slot) == Some(&generation)
    }

    fn say(&mut self, tone: Tone, key: &str) {
        let text = self.look.words.say(key).into_owned();
        self.notices.add(self.now, tone, text);
    }
}

fn scene(look: &Look, now: Timestamp, revealed: bool) -> Scene<'_> {
    let (lists, meanings) = (&look.options.lists, &look.options.office.words);
    let (words, theme, keys) = (&look.words, &look.theme, &look.keys);
    let (private, open, doors) = (false, None, None);
    Scene { words, theme, keys, now, revealed, meanings, lists, moved: look.moved, private, open, doors }
}
