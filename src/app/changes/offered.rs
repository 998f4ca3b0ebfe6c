//! What the open customer can order, as a form offers it.

use std::collections::BTreeMap;

use crate::domain::billing::{ProductKind, ServiceStatus};
use crate::domain::catalogue::Entry;
use crate::domain::customer::EligibilityState;
use crate::domain::phrase::Phrase;
use crate::flow::Customer;
use crate::overlays::FieldOption;

/// The plans of the catalogue with their prices, and of which kind each is. What fits the customer's address comes first,
/// and internet that does not fit it last; whether an order can be made is said by its plan.
pub fn plans(customer: &Customer) -> (Vec<FieldOption>, BTreeMap<String, ProductKind>) {
    let all = customer.catalogue.value().map(Vec::as_slice).unwrap_or_default();
    let mut plans: Vec<&Entry> = all.iter().filter(|it| it.is_plan()).collect();
    plans.sort_by_key(|plan| match plan.kind {
        ProductKind::Internet if fits(customer, plan) => 0,
        ProductKind::Internet => 2,
        ProductKind::Sim | ProductKind::Vpn | ProductKind::Other => 1,
    });
    let kinds = plans.iter().map(|plan| (plan.sku.to_string(), plan.kind)).collect();
    (plans.into_iter().map(option).collect(), kinds)
}

/// The address is good for it, and there is no other internet.
fn fits(customer: &Customer, plan: &Entry) -> bool {
    let eligible = customer.account.value().is_some_and(|account| {
        account.eligibility.state == EligibilityState::Eligible && account.eligibility.offering == plan.offering
    });
    let services = customer.subscriptions.value().map(|list| list.rows.as_slice()).unwrap_or_default();
    let is_internet = |it: &crate::domain::billing::Subscription| it.kind == ProductKind::Internet;
    eligible && !services.iter().any(|it| is_internet(it) && it.status == ServiceStatus::Active)
}

fn option(plan: &Entry) -> FieldOption {
    let key = if plan.once { "price-once" } else { "price-monthly" };
    let price = plan.price.map_or_else(|| "price-unknown".into(), |price| Phrase::new(key).with("amount", price));
    let says = Phrase::new("option-plan").with("name", plan.name.clone()).with("price", price);
    (plan.sku.to_string(), says)
}
