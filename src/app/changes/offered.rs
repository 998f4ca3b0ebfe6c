//! What fields of a form offer that is read once the form is open: what the customer can order, and what can be sent to them.

use std::collections::BTreeMap;

use crate::domain::billing::{ProductKind, ServiceStatus};
use crate::domain::catalogue::Entry;
use crate::domain::change::{FieldKind, Source, Spec};
use crate::domain::customer::EligibilityState;
use crate::domain::mail::{Template, TemplateKind};
use crate::domain::phrase::Phrase;
use crate::flow::{Customer, CustomerPart, Deeper, Query, Slot};
use crate::overlays::{FieldOption, Overlay};

use super::super::{App, scene};

impl App {
    /// Reads what the fields of this change offer, unless it is known.
    pub(super) fn read_offered(&mut self, spec: &Spec) {
        for field in spec.fields {
            let deeper = match field.kind {
                FieldKind::OneOf(Source::Catalogue) => Deeper::Catalogue,
                FieldKind::OneOf(Source::EmailTemplates) => Deeper::EmailTemplates,
                _ => continue,
            };
            let Some(customer) = &mut self.customer else { return };
            if customer.ask(&deeper) {
                let key = customer.key.clone();
                self.read(Slot::Deeper(deeper.kind()), Query::Deeper(key, deeper));
            }
        }
    }

    /// What a field offers became known: a form that asks for it is told.
    pub(in crate::app) fn offered_came(&mut self, source: Source) {
        let Some(kinds) = self.customer.as_ref().map(|customer| plans(customer).1) else { return };
        let options = self.options(source);
        let scene = scene(&self.look, self.now, self.revealed);
        for overlay in &mut self.overlays {
            if let Overlay::Change(form) = overlay {
                form.offer(source, &options, &kinds, &scene);
            }
        }
    }
}

/// For which fields this part of a customer is what they offer.
pub(in crate::app) const fn offered_in(part: &CustomerPart) -> Option<Source> {
    match part {
        CustomerPart::Catalogue(_) => Some(Source::Catalogue),
        CustomerPart::EmailTemplates(_) => Some(Source::EmailTemplates),
        _ => None,
    }
}

/// The templates of WHMCS's e-mails by their names, each with what it is about. None is chosen before somebody did: it goes to
/// the customer.
pub fn templates(customer: &Customer) -> Vec<FieldOption> {
    let all = customer.email_templates.value().map(Vec::as_slice).unwrap_or_default();
    let mut named: Vec<&Template> = all.iter().collect();
    named.sort_by_key(|it| it.name.to_lowercase());
    let mut options: Vec<FieldOption> = named.into_iter().map(template).collect();
    if !options.is_empty() {
        options.insert(0, (String::new(), Phrase::as_it_is("-")));
    }
    options
}

fn template(it: &Template) -> FieldOption {
    let key = match it.kind {
        TemplateKind::General => "option-template",
        TemplateKind::Invoice => "option-template-invoice",
        TemplateKind::Product => "option-template-service",
    };
    (it.name.to_string(), Phrase::new(key).with("name", it.name.clone()))
}

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
