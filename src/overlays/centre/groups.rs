//! Which notifications are of one customer. Salesforce calls them by a customer number, WHMCS by a client's; what knows both
//! identities tells that they are one.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::customer::ClientId;
use crate::domain::notification::Kept;
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::text::Text;

/// Something that a customer is known by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Mark {
    Client(ClientId),
    Account(SalesforceId),
    Number(Text),
    /// Where nothing better is told.
    Name(Text),
}

/// The groups, by their first members.
#[derive(Debug, Default)]
struct Groups {
    /// The group that a member came to; a group leads to itself.
    into: Vec<usize>,
    /// The client of each group: two clients of one account are two customers.
    client: Vec<Option<ClientId>>,
    known: HashMap<Mark, usize>,
}

impl Groups {
    fn of(&self, mut member: usize) -> usize {
        while self.into[member] != member {
            member = self.into[member];
        }
        member
    }

    fn add(&mut self, marks: Vec<Mark>, client: Option<ClientId>) {
        let new = self.into.len();
        self.into.push(new);
        self.client.push(client);
        for mark in marks {
            let Some(known) = self.known.get(&mark).map(|known| self.of(*known)) else {
                self.known.insert(mark, new);
                continue;
            };
            let own = self.of(new);
            match (self.client[known], self.client[own]) {
                (Some(a), Some(b)) if a != b => {}
                (a, b) => {
                    self.client[known] = a.or(b);
                    self.into[own] = known;
                }
            }
        }
    }
}

/// What each is known by.
fn marks(kept: &Kept) -> Vec<Mark> {
    let Some(who) = &kept.notification.who else { return Vec::new() };
    let mut marks: Vec<Mark> = who.key.client.map(Mark::Client).into_iter().collect();
    marks.extend(who.key.account.map(Mark::Account));
    marks.extend((!who.number.is_empty()).then(|| Mark::Number(who.number.clone())));
    if marks.is_empty() {
        marks.push(Mark::Name(who.name.clone()));
    }
    marks
}

/// The group of each: a number that members of one group share; nothing where it is about no customer.
pub(super) fn groups<'a>(kept: impl Iterator<Item = &'a Arc<Kept>>) -> Vec<Option<usize>> {
    let mut groups = Groups::default();
    let mut about = Vec::new();
    for kept in kept {
        let client = kept.notification.who.as_ref().and_then(|who| who.key.client);
        groups.add(marks(kept), client);
        about.push(kept.notification.who.is_some());
    }
    about.into_iter().enumerate().map(|(member, about)| about.then(|| groups.of(member))).collect()
}
