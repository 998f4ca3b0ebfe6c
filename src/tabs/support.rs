//! Support: what a customer asked, in either system, and what was promised.

mod matters;
mod others;
mod promises;
mod talk;

use crate::domain::history::FollowUp;
use crate::flow::Customer;

use super::list;
use super::page::Page;

use matters::Asked;
use others::open_matters;

/// What was asked and what was promised.
pub fn pages() -> Vec<Box<dyn Page<Of = Customer>>> {
    vec![list::<Asked>(), list::<FollowUp>()]
}
