//! The lock, by messages: what is seen while nobody is there, what opens it, and what goes on behind it.

use jiff::SignedDuration;
use madoguchi::app::{App, Options};
use madoguchi::domain::notification::NotificationKind;
use madoguchi::domain::text::Text;
use madoguchi::flow::{
    Alerts, AuditAct, Command, Desktop, Effect, HashedPin, Input, Key, KeyPress, LockKey, LockRules, Msg, Pin, Query,
    Reply, SignInQuery, SignInReply, Slot, Unlock,
};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Core, options};

fn hash() -> HashedPin {
    HashedPin("the hash".to_owned())
}

impl Core {
    fn lockable(key: LockKey) -> Self {
        let mut core = Self::new();
        core.app = App::new(
            Options {
                lock: LockRules { minutes: 5, key },
                alerts: Alerts { bell: true, desktop: Desktop::Osc9 },
                ..options()
            },
            core.now,
        );
        core.tell(Msg::Input(Input::Resize { width: 120, height: 40 }));
        core.open();
        core.shows("Aiko Mori");
        core
    }

    fn minutes(&mut self, minutes: i64) -> Vec<Effect> {
        (0..minutes).flat_map(|_| self.pass(SignedDuration::from_mins(1), Msg::Minute)).collect()
    }

    fn cursor(&self) -> Option<Position> {
        self.app.view(&mut Buffer::empty(Rect::new(0, 0, 120, 40)))
    }

    /// Types a PIN; answers what is to be looked at.
    fn try_pin(&mut self, pin: &str) -> Vec<Effect> {
        self.type_text(pin);
        self.key(Key::Enter)
    }
}

#[test]
fn a_desk_that_nobody_touches_shows_nothing_of_anybody() {
    let mut core = Core::lockable(LockKey::Pin(hash()));
    core.minutes(3);
    core.key(Key::Down);
    core.minutes(4);
    core.shows("Aiko Mori");
    let effects = core.minutes(1);
    assert!(effects.contains(&Effect::Repaint), "what the terminal still has is overwritten: {effects:?}");
    core.hides("Mori");
    core.shows("locked");
    core.shows("JST");
    assert!(!core.minutes(20).contains(&Effect::Repaint), "once");
    // The desk's keys do nothing: behind those that leave it is a shell.
    for press in
        [KeyPress::ctrl('q'), KeyPress::ctrl('c'), KeyPress::ctrl('z'), KeyPress::ctrl('p'), KeyPress::ctrl('l')]
    {
        assert_eq!(core.tell(Msg::Input(Input::Key(press))), [], "{press:?}");
    }
    core.hides("Mori");
    // A signal still ends it.
    assert!(core.tell(Msg::Quit).contains(&Effect::Quit));
}

#[test]
fn the_pin_opens_it_where_it_was() {
    let mut core = Core::lockable(LockKey::Pin(hash()));
    core.minutes(5);
    let before = core.cursor().unwrap();
    core.type_text("47");
    core.hides("47");
    assert_eq!(core.cursor(), Some(Position::new(before.x + 2, before.y)));
    core.key(Key::Esc);
    let effects = core.try_pin("4711");
    let typed = Unlock { typed: Pin("4711".to_owned()), hash: hash() };
    assert_eq!(effects, [Effect::Unlock(typed)]);
    core.hides("Mori");
    // While it is looked at nothing more is taken.
    assert_eq!(core.try_pin("4711"), []);
    core.tell(Msg::Unlocked(true));
    core.shows("Aiko Mori");
    core.minutes(4);
    core.shows("Aiko Mori");
}

#[test]
fn wrong_pins_cost_time_and_then_what_was_open() {
    let mut core = Core::lockable(LockKey::Pin(hash()));
    core.minutes(5);
    for wrong in 1..=5 {
        assert_eq!(core.try_pin("0000").len(), 1, "it is looked at: {wrong}");
        let effects = core.tell(Msg::Unlocked(false));
        let audited = effects.iter().any(|it| matches!(it, Effect::Audit(entry) if entry.act == AuditAct::WrongPin));
        assert!(audited, "{effects:?}");
        assert_eq!(effects.contains(&Effect::Run(Command::Forget)), wrong == 5);
        assert_eq!(core.try_pin("4711"), [], "not so soon");
        core.now = core.now.checked_add(SignedDuration::from_secs(if wrong < 5 { 1 << wrong } else { 300 })).unwrap();
    }
    assert_eq!(core.try_pin("4711").len(), 1);
    core.tell(Msg::Unlocked(true));
    core.hides("Mori");
    core.shows("What waits");
}

#[test]
fn without_a_pin_it_is_a_curtain_and_says_so() {
    let mut core = Core::lockable(LockKey::Touch);
    core.tell(Msg::Input(Input::Key(KeyPress::ctrl('x'))));
    core.hides("Mori");
    core.shows("hidden, not locked");
    core.key(Key::Char('q'));
    core.shows("Aiko Mori");
}

/// Begins a sign-in at the locked desk, and answers what came of what somebody pasted.
fn pasted(core: &mut Core, reply: SignInReply) -> Vec<Effect> {
    let read = |effects: Vec<Effect>| {
        let found = effects.into_iter().find_map(|it| match it {
            Effect::Read { slot: Slot::SignIn, generation, query } => Some((generation, query)),
            _ => None,
        });
        found.unwrap()
    };
    let slot = Slot::SignIn;
    let (generation, query) = read(core.key(Key::Enter));
    assert_eq!(query, Query::SignIn(SignInQuery::Return));
    core.hides("Mori");
    let begun = SignInReply::Begun {
        url: "https://login.example.jp/".to_owned(),
        redirect: "http://localhost".to_owned(),
        returns: false,
    };
    core.tell(Msg::Reply { slot, generation, reply: Reply::SignIn(begun) });
    core.shows("https://login.example.jp/");
    let (generation, _) = read(core.tell(Msg::Input(Input::Paste("http://localhost/?code=x".to_owned()))));
    core.tell(Msg::Reply { slot, generation, reply: Reply::SignIn(reply) })
}

#[test]
fn who_left_opens_it_by_signing_in_and_nobody_else() {
    let mut core = Core::lockable(LockKey::SignIn);
    core.minutes(5);
    core.hides("Mori");
    core.shows("sign in again with a browser");
    core.type_text("4711");
    let effects = pasted(&mut core, SignInReply::SomebodyElse(Text::line("naoko@example.jp")));
    core.shows("naoko@example.jp");
    core.hides("Mori");
    let noted = effects.iter().any(|it| {
        matches!(it, Effect::Audit(entry) if entry.act == AuditAct::WrongPerson && entry.note == "naoko@example.jp")
    });
    assert!(noted, "{effects:?}");
    // A sign-in that asked for nobody in particular opens nothing.
    core.key(Key::Enter);
    pasted(&mut core, SignInReply::Done(Text::line("naoko@example.jp")));
    core.hides("Mori");
    core.key(Key::Esc);
    core.shows("sign in again with a browser");
    pasted(&mut core, SignInReply::Returned(Text::line("taro@example.jp")));
    core.shows("Aiko Mori");
    core.shows("Signed in to Salesforce: taro@example.jp");
}

/// What was answered to a sign-in that was given up comes to nothing.
#[test]
fn a_sign_in_that_was_given_up_opens_nothing() {
    let mut core = Core::lockable(LockKey::SignIn);
    core.minutes(5);
    let effects = core.key(Key::Enter);
    let Some(Effect::Read { generation, .. }) = effects.first() else { panic!("{effects:?}") };
    let generation = *generation;
    core.key(Key::Esc);
    let reply = Reply::SignIn(SignInReply::Returned(Text::line("taro@example.jp")));
    core.tell(Msg::Reply { slot: Slot::SignIn, generation, reply });
    core.hides("Mori");
}

#[test]
fn the_lock_works_over_whatever_is_open_and_takes_no_draft() {
    let mut core = Core::lockable(LockKey::Pin(hash()));
    core.key(Key::Char(':'));
    core.type_text("lock");
    core.tell(Msg::Input(Input::Key(KeyPress::ctrl('x'))));
    core.shows("locked");
    core.try_pin("4711");
    core.tell(Msg::Unlocked(true));
    core.shows("lock");
}

/// What happens meanwhile is counted, and told by number alone, also to the desktop.
#[test]
fn what_happens_meanwhile_is_counted_and_not_told() {
    let mut core = Core::lockable(LockKey::Pin(hash()));
    core.minutes(5);
    core.tell(Msg::Input(Input::Focus(false)));
    core.happens(NotificationKind::OrderFailed, "C-000021", "00000210");
    core.hides("C-000021");
    core.hides("Order failed");
    core.shows("!1");
    core.try_pin("4711");
    core.tell(Msg::Unlocked(true));
    core.shows("C-000021");
}

#[test]
fn a_desk_without_a_limit_is_never_locked_by_itself() {
    let mut core = Core::new();
    core.open();
    core.minutes(500);
    core.shows("Aiko Mori");
}
