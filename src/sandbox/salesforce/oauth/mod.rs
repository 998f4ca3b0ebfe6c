//! Who is signed in: access tokens, refresh tokens, authorization codes. [`web`] is their HTTP, [`jwt`] reads
//! assertions.

pub mod jwt;
pub mod web;

use std::collections::{HashMap, VecDeque};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::setup::{self, Staff};

/// Refresh tokens that may be alive for one user and app; the vendor revokes the oldest without a word.
const REFRESH_TOKENS: usize = 5;

/// How long an authorization code may wait.
const CODE_LIFE: SignedDuration = SignedDuration::from_mins(15);

/// Access tokens remembered; the oldest go first. Far more than any test or desk opens.
const REMEMBERED: usize = 10_000;

/// What an authorization code stands for.
#[derive(Clone, Debug)]
struct Code {
    redirect: String,
    challenge: Option<String>,
    scope: String,
    issued: Timestamp,
    user: Staff,
}

/// An access token that was handed out.
#[derive(Clone, Debug)]
struct Session {
    issued: Timestamp,
    scope: String,
    user: Staff,
}

/// A refresh token that is good.
#[derive(Clone, Debug)]
struct Refresh {
    token: String,
    scope: String,
    user: Staff,
}

/// Everything the token endpoint remembers.
#[derive(Clone)]
pub struct Sessions {
    open: HashMap<String, Session>,
    order: VecDeque<String>,
    refresh: VecDeque<Refresh>,
    codes: HashMap<String, Code>,
    life: SignedDuration,
    habits: Habits,
}

/// How signing in goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Habits {
    /// Whoever is asked in the browser says yes.
    pub consent: bool,
    /// A refresh token is good once: each answer has the next one.
    pub rotate: bool,
}

impl Default for Sessions {
    fn default() -> Self {
        Self {
            open: HashMap::new(),
            order: VecDeque::new(),
            refresh: VecDeque::new(),
            codes: HashMap::new(),
            // The vendor's default policy.
            life: SignedDuration::from_hours(2),
            habits: Habits { consent: true, rotate: true },
        }
    }
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sessions").field("open", &self.open.len()).finish_non_exhaustive()
    }
}

impl Sessions {
    /// Is this access token good at this moment of world time?
    pub fn is_open(&self, token: &str, now: Timestamp) -> bool {
        self.open.get(token).is_some_and(|session| now.duration_since(session.issued) < self.life)
    }

    /// Who is signed in by it, if it is good at this moment of world time.
    pub fn whose(&self, token: &str, now: Timestamp) -> Option<Staff> {
        self.open.get(token).filter(|_| self.is_open(token, now)).map(|session| session.user)
    }

    /// Ends every session; refresh tokens stay good.
    pub fn expire_all(&mut self) {
        self.open.clear();
        self.order.clear();
    }

    /// How long an access token lives from now on, the open ones included.
    pub fn set_life(&mut self, life: SignedDuration) {
        self.life = life;
    }

    /// Ends every refresh token; open sessions stay good.
    pub fn end_refresh_tokens(&mut self) {
        self.refresh.clear();
    }

    /// How signing in goes.
    pub const fn habits(&self) -> Habits {
        self.habits
    }

    /// How signing in goes from now on.
    pub const fn set_habits(&mut self, habits: Habits) {
        self.habits = habits;
    }

    /// How many sessions are open and how many refresh tokens are good.
    pub fn alive(&self) -> (usize, usize) {
        (self.open.len(), self.refresh.len())
    }

    fn sign_in(&mut self, scope: &str, user: Staff, now: Timestamp) -> String {
        let token = format!("{}!{}", setup::org_id().short(), random(72));
        if self.order.len() == REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.open.remove(&oldest);
        }
        self.order.push_back(token.clone());
        self.open.insert(token.clone(), Session { issued: now, scope: scope.to_owned(), user });
        token
    }

    fn add_refresh(&mut self, scope: &str, user: Staff) -> String {
        let token = format!("5Aep861{}", random(60));
        let of_user = |it: &Refresh| it.user == user;
        if self.refresh.iter().filter(|it| of_user(it)).count() == REFRESH_TOKENS
            && let Some(oldest) = self.refresh.iter().position(of_user)
        {
            self.refresh.remove(oldest);
        }
        self.refresh.push_back(Refresh { token: token.clone(), scope: scope.to_owned(), user });
        token
    }

    /// What a refresh token stands for, and the token to use next where it is replaced; `None` if it is no good.
    fn renew(&mut self, token: &str) -> Option<(Refresh, Option<String>)> {
        if !self.habits.rotate {
            let known = self.refresh.iter().find(|it| it.token == token)?;
            return Some((known.clone(), None));
        }
        let used = self.take_refresh(token)?;
        let next = self.add_refresh(&used.scope, used.user);
        Some((used, Some(next)))
    }

    /// Takes a refresh token out of service, as rotation does; `None` if it is no good.
    fn take_refresh(&mut self, token: &str) -> Option<Refresh> {
        let at = self.refresh.iter().position(|it| it.token == token)?;
        self.refresh.remove(at)
    }

    fn add_code(&mut self, code: Code) -> String {
        let now = code.issued;
        self.codes.retain(|_, code| now.duration_since(code.issued) < CODE_LIFE);
        // Real codes end in `==`, which clients must decode exactly once.
        let text = format!("aPrx{}==", random(40));
        self.codes.insert(text.clone(), code);
        text
    }

    /// A code is good once.
    fn take_code(&mut self, code: &str, now: Timestamp) -> Option<Code> {
        self.codes.remove(code).filter(|code| now.duration_since(code.issued) < CODE_LIFE)
    }

    /// Ends the session or the refresh token; false if it is unknown.
    fn revoke(&mut self, token: &str) -> bool {
        self.open.remove(token).is_some() || self.take_refresh(token).is_some()
    }
}

/// Unguessable text made of so many bytes.
fn random(bytes: usize) -> String {
    let mut buffer = vec![0; bytes];
    aws_lc_rs::rand::fill(&mut buffer).expect("the machine has a source of randomness");
    URL_SAFE_NO_PAD.encode(buffer).replace('-', ".")
}
