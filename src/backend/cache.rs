//! The last known value of every part of the last customers, so that a system that is down shows old data with its age
//! instead of nothing. In memory only: it is personal data.

use std::any::{Any, TypeId};
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use crate::domain::customer::ClientId;
use crate::domain::phone::Msisdn;
use crate::domain::salesforce_id::SalesforceId;
use crate::flow::deeper::Deeper;
use crate::flow::remote::Known;

/// Whose value it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Owner {
    /// A Salesforce account.
    Account(SalesforceId),
    /// A WHMCS client.
    Client(ClientId),
    /// A line.
    Line(Msisdn),
    /// What has an id of its own: one invoice, ticket, case or quote, and WHMCS's one catalogue.
    Deeper(Deeper),
}

/// Owners kept; the one remembered longest ago goes first.
const OWNERS: usize = 300;

/// Values by owner and type: each part of a customer has a type of its own.
#[derive(Debug, Default)]
pub(super) struct Cache {
    kept: Mutex<Kept>,
}

type Parts = HashMap<TypeId, Box<dyn Any + Send>>;

#[derive(Debug, Default)]
struct Kept {
    parts: HashMap<Owner, Parts>,
    order: VecDeque<Owner>,
}

impl Cache {
    /// Keeps a value in place of the one before.
    pub(super) fn remember<T: Clone + Send + 'static>(&self, owner: &Owner, value: Known<T>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if !kept.parts.contains_key(owner) {
            kept.order.push_back(owner.clone());
            if kept.order.len() > OWNERS
                && let Some(oldest) = kept.order.pop_front()
            {
                kept.parts.remove(&oldest);
            }
        }
        kept.parts.entry(owner.clone()).or_default().insert(TypeId::of::<T>(), Box::new(value));
    }

    /// Forgets everything.
    pub(super) fn forget(&self) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Kept::default();
    }

    /// Every value of this type that is kept, those remembered last first.
    pub(super) fn all<T: Clone + Send + 'static>(&self) -> Vec<(Owner, Known<T>)> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let value = |owner: &Owner| kept.parts.get(owner)?.get(&TypeId::of::<T>())?.downcast_ref::<Known<T>>().cloned();
        kept.order.iter().rev().filter_map(|owner| Some((owner.clone(), value(owner)?))).collect()
    }

    /// The value kept last, if any.
    pub(super) fn last<T: Clone + Send + 'static>(&self, owner: &Owner) -> Option<Known<T>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.parts.get(owner)?.get(&TypeId::of::<T>())?.downcast_ref::<Known<T>>().cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    fn known<T>(value: T) -> Known<T> {
        Known { value, read_at: Timestamp::UNIX_EPOCH }
    }

    #[test]
    fn values_are_kept_by_owner_and_type_and_the_oldest_owner_goes() {
        let cache = Cache::default();
        let owner = |n| Owner::Client(ClientId(n));
        cache.remember(&owner(1), known(7_u8));
        cache.remember(&owner(1), known("seven"));
        cache.remember(&owner(1), known(8_u8));
        assert_eq!(cache.last::<u8>(&owner(1)).unwrap().value, 8);
        assert_eq!(cache.last::<&str>(&owner(1)).unwrap().value, "seven");
        assert!(cache.last::<u8>(&owner(2)).is_none());
        assert_eq!(cache.all::<u8>(), [(owner(1), known(8))]);
        for n in 2..=OWNERS as u64 + 1 {
            cache.remember(&owner(n), known(0_u8));
        }
        assert!(cache.last::<u8>(&owner(1)).is_none());
        assert!(cache.last::<u8>(&owner(2)).is_some());
        cache.forget();
        assert!(cache.last::<u8>(&owner(2)).is_none() && cache.all::<u8>().is_empty());
    }
}
