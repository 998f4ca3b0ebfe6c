//! Freebit's tables: lines, cards that wait for one, notices of what is done, keys.

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    card::{Card, CardState},
    change::{Change, Kind, Pending, Profile},
    code::{self, Refusal},
    line::{Line, LineState},
    notice::{self, Notice},
};
use crate::sandbox::seed::numbers;

/// How strict and how slow the emulation is. The vendor's real numbers are not public; times are in minutes of world time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    /// Minutes of world time an authentication key lives.
    pub key_minutes: i64,
    /// Different accounts that may be read within a minute; more counts as the bulk retrieval the vendor forbids.
    pub accounts_per_minute: Option<usize>,
    /// A registration takes so long.
    pub register_minutes: i64,
    /// A change of network locks the line so long.
    pub network_minutes: i64,
    /// A change of voice options takes so long.
    pub voice_minutes: i64,
    /// An eSIM profile is ready after so long.
    pub esim_minutes: i64,
    /// The end of a line, when it is to end at once, takes so long.
    pub cancel_minutes: i64,
    /// A notice comes so long after what it tells.
    pub notice_minutes: i64,
    /// Plan codes of the contract; empty takes every code.
    pub plans: Vec<String>,
    /// The reseller has the vendor's user management: new lines on a plan then name their master account.
    pub user_management: bool,
}

impl Default for Rules {
    fn default() -> Self {
        let plan = |size: &str| [format!("PNEW_{size}"), format!("PNEW_{size}_V")];
        Self {
            key_minutes: 60,
            accounts_per_minute: Some(30),
            register_minutes: 10,
            network_minutes: 30,
            voice_minutes: 30,
            esim_minutes: 15,
            cancel_minutes: 10,
            notice_minutes: 0,
            plans: ["5GB", "10GB", "25GB", "100GB"].iter().flat_map(|size| plan(size)).collect(),
            user_management: false,
        }
    }
}

/// Freebit's tables.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Db {
    /// Strictness.
    #[serde(default)]
    pub rules: Rules,
    lines: BTreeMap<String, Line>,
    /// By the number printed on them.
    #[serde(default)]
    cards: BTreeMap<String, Card>,
    /// In the order they were accepted in; those of changes that are not over lie in the future.
    #[serde(default)]
    notices: Vec<Notice>,
    /// How many profiles and numbers were made up.
    #[serde(default)]
    made: u64,
    /// Keys die with the process, as sessions do.
    #[serde(skip)]
    keys: BTreeMap<String, Timestamp>,
    #[serde(skip)]
    issued: u64,
    #[serde(skip)]
    asked: VecDeque<(Timestamp, String)>,
}

impl Db {
    /// Adds a line, or replaces the one with that number; its card is in use from now on.
    pub fn insert(&mut self, line: Line) {
        if let Some(card) = self.cards.get_mut(&line.product_number) {
            card.state = CardState::InUse;
        }
        self.lines.insert(line.account.clone(), line);
    }

    /// The line with that number, changes that are due included.
    pub fn line(&self, account: &str, now: Timestamp) -> Option<Line> {
        self.lines.get(account).map(|line| line.at(now))
    }

    /// The line with that number, to be changed.
    pub fn line_mut(&mut self, account: &str) -> Option<&mut Line> {
        self.lines.get_mut(account)
    }

    /// All lines, by number.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.values()
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Puts a card into the queue, or replaces the one with that number.
    pub fn prepare(&mut self, card: Card) {
        self.cards.insert(card.product_number.clone(), card);
    }

    /// The card with that number printed on it.
    pub fn card(&self, product_number: &str) -> Option<&Card> {
        self.cards.get(product_number)
    }

    pub(super) fn card_mut(&mut self, product_number: &str) -> Option<&mut Card> {
        self.cards.get_mut(product_number)
    }

    /// The card that waits for the line with this phone number.
    pub(super) fn queued(&self, account: &str) -> Option<&Card> {
        self.cards.values().find(|card| card.account == account && card.state == CardState::Queued)
    }

    /// The notices that have come by now, oldest first.
    pub fn notices(&self, now: Timestamp) -> impl Iterator<Item = &Notice> {
        self.notices.iter().filter(move |notice| notice.at <= now)
    }

    /// When the next notice comes, if one is on its way.
    pub fn next_notice(&self, now: Timestamp) -> Option<Timestamp> {
        self.notices.iter().map(|notice| notice.at).filter(|at| *at > now).min()
    }

    /// Notes that the notices with these numbers were filed.
    pub(in crate::sandbox) fn filed(&mut self, numbers: &[u64]) {
        for notice in self.notices.iter_mut().filter(|notice| numbers.contains(&notice.number)) {
            notice.filed = true;
        }
    }

    /// How many notices there are, those to come included.
    pub(in crate::sandbox) fn notices_accepted(&self) -> usize {
        self.notices.len()
    }

    /// Sends the notices accepted after the first `known` a second time, five minutes later and under other names.
    pub(in crate::sandbox) fn duplicate_notices(&mut self, known: usize) {
        for mut again in self.notices.get(known..).unwrap_or_default().to_vec() {
            again.number = self.notices.len() as u64 + 1;
            again.at = after(again.at, 5);
            self.notices.push(again);
        }
    }

    /// Lets the carrier refuse the changes whose notices were accepted after the first `known`.
    pub(in crate::sandbox) fn fail_changes(&mut self, known: usize) {
        for notice in self.notices.get_mut(known..).unwrap_or_default() {
            notice.ok = false;
            let Some(line) = self.lines.get_mut(&notice.account) else { continue };
            let due = |pending: &&mut Pending| pending.due == notice.done;
            if let Some(pending) = line.pending.iter_mut().chain(&mut line.planned).find(due) {
                pending.change = Change::Fails(Box::new(pending.change.clone()));
            }
        }
    }

    /// The line with that number, for a request of this kind: it must not have ended, and nothing that runs on it may
    /// shut the request out.
    pub(super) fn line_for(&mut self, account: &str, kind: Kind, now: Timestamp) -> Result<&mut Line, Refusal> {
        let line = self.lines.get_mut(account).ok_or(code::UNKNOWN_ACCOUNT)?;
        line.settle(now);
        if line.state == LineState::Obsolete {
            return Err(code::ENDED);
        }
        if line.shuts_out(kind) {
            return Err(code::LOCKED);
        }
        Ok(line)
    }

    /// The same, and the line must be in service.
    pub(super) fn in_service(&mut self, account: &str, kind: Kind, now: Timestamp) -> Result<&mut Line, Refusal> {
        let line = self.line_for(account, kind, now)?;
        if line.state == LineState::Active { Ok(line) } else { Err(code::NOT_IN_SERVICE) }
    }

    /// Refuses a phone number that has, or had, a line.
    pub(super) fn is_free(&self, account: &str, now: Timestamp) -> Result<(), Refusal> {
        match self.line(account, now) {
            None => Ok(()),
            Some(line) if line.state == LineState::Obsolete => Err(code::ENDED),
            Some(_) => Err(code::REGISTERED),
        }
    }

    /// Begins a change that takes `minutes`, and writes the notice of its end.
    pub(super) fn begin(&mut self, account: &str, change: Change, now: Timestamp, minutes: i64, code: Option<String>) {
        let pending = Pending { change, since: now, due: after(now, minutes) };
        self.tell(account, &pending, code);
        if let Some(line) = self.lines.get_mut(account) {
            line.pending = Some(pending);
        }
    }

    /// Plans a change for `due`, and writes the notice of it.
    pub(super) fn plan(&mut self, account: &str, change: Change, now: Timestamp, due: Timestamp) {
        let pending = Pending { change, since: now, due };
        self.tell(account, &pending, None);
        if let Some(line) = self.lines.get_mut(account) {
            line.planned.push(pending);
        }
    }

    fn tell(&mut self, account: &str, pending: &Pending, activation_code: Option<String>) {
        if !notice::is_told(&pending.change) {
            return;
        }
        let profile = match &pending.change {
            Change::Reissue(profile) => Some(profile.clone()),
            Change::Register => self.lines.get(account).and_then(profile_of),
            _ => None,
        };
        self.notices.push(Notice {
            number: self.notices.len() as u64 + 1,
            at: after(pending.due, self.rules.notice_minutes),
            done: pending.due,
            account: account.to_owned(),
            func: pending.change.func().to_owned(),
            ok: true,
            profile,
            activation_code,
            filed: false,
        });
    }

    /// Makes up a profile for the chip `eid`, with the code that puts it there.
    pub(super) fn new_profile(&mut self, eid: &str) -> (Profile, String) {
        let (number, profile) = self.new_card(eid);
        let mut dice = fastrand::Rng::with_seed(number ^ 0xe51d);
        let group = |dice: &mut fastrand::Rng| (0..5).map(|_| dice.char('A'..='Z')).collect::<String>();
        let groups: Vec<_> = (0..4).map(|_| group(&mut dice)).collect();
        (profile, format!("LPA:1$smdp.sandbox.example.jp${}", groups.join("-")))
    }

    /// Makes up the identities of a card; the seed's numbers end below where these begin.
    pub(super) fn new_card(&mut self, eid: &str) -> (u64, Profile) {
        self.made += 1;
        let number = 50_000_000 + self.made;
        let profile = Profile {
            product_number: numbers::product_number(number),
            iccid: numbers::iccid(number),
            imsi: numbers::imsi(number),
            eid: eid.to_owned(),
        };
        (number, profile)
    }

    /// A phone number that no line has.
    pub(super) fn new_account(&mut self) -> String {
        loop {
            self.made += 1;
            let account = numbers::mobile("0700", 9_000_000 + self.made);
            if !self.lines.contains_key(&account) {
                return account;
            }
        }
    }

    /// A new authentication key.
    pub(super) fn issue_key(&mut self, now: Timestamp) -> String {
        self.keys.retain(|_, until| *until > now);
        self.issued += 1;
        let key = format!("SBX{:016x}", fastrand::Rng::with_seed(self.issued ^ now.as_second() as u64).u64(..));
        let until = now.saturating_add(SignedDuration::from_mins(self.rules.key_minutes)).unwrap_or(Timestamp::MAX);
        self.keys.insert(key.clone(), until);
        key
    }

    pub(super) fn knows_key(&self, key: &str, now: Timestamp) -> bool {
        self.keys.get(key).is_some_and(|until| *until > now)
    }

    /// How many keys were issued and not forgotten.
    #[cfg(test)]
    pub(crate) fn keys_alive(&self) -> usize {
        self.keys.len()
    }

    /// Ends every session.
    pub fn forget_keys(&mut self) {
        self.keys.clear();
    }

    /// Notes that `account` is being read; false when that makes it bulk retrieval.
    pub(super) fn may_ask(&mut self, account: &str, now: Timestamp) -> bool {
        let Some(limit) = self.rules.accounts_per_minute else { return true };
        let minute_ago = now.saturating_sub(SignedDuration::from_mins(1)).unwrap_or(Timestamp::MIN);
        self.asked.retain(|(at, asked)| *at > minute_ago && asked != account);
        if self.asked.len() >= limit {
            return false;
        }
        self.asked.push_back((now, account.to_owned()));
        true
    }
}

/// `minutes` of world time later.
fn after(at: Timestamp, minutes: i64) -> Timestamp {
    at.saturating_add(SignedDuration::from_mins(minutes)).unwrap_or(Timestamp::MAX)
}

fn profile_of(line: &Line) -> Option<Profile> {
    Some(Profile {
        product_number: line.product_number.clone(),
        iccid: line.iccid.clone()?,
        imsi: line.imsi.clone()?,
        eid: line.eid.clone()?,
    })
}
