//! Subscriptions: the WHMCS services, what belongs to each, and what else each could be.

mod addons;
mod cancellations;
mod plans;
mod services;

use crate::domain::text::Text;
use crate::flow::Customer;

use super::list;
use super::page::Page;

/// The pages, from left to right.
pub fn pages() -> Vec<Box<dyn Page<Of = Customer>>> {
    vec![
        list::<services::ServiceRow>(),
        list::<addons::AddonRow>(),
        list::<cancellations::CancelRow>(),
        list::<plans::PlanRow>(),
    ]
}

/// A service in few words: two services of one name are told apart by their numbers.
fn service_name(id: u64, name: &str) -> String {
    if name.is_empty() { id.to_string() } else { format!("{id} {name}") }
}

/// The name of a service, as far as the services were read.
fn name_of(id: u64, customer: &Customer) -> Text {
    let services = customer.subscriptions.value().map(|list| list.rows.as_slice()).unwrap_or_default();
    services.iter().find(|service| service.id == id).map(|service| service.name.clone()).unwrap_or_default()
}
