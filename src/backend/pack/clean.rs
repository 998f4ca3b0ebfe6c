//! What of a customer goes into a pack: everything but secrets. They are taken out by their place and by their shape, and what
//! is to be sealed is looked through once more.

use serde_json::Value;

use crate::domain::secret::{self, HIDDEN};
use crate::domain::text::Text;
use crate::flow::Customer;
use secrecy::zeroize::Zeroizing;

/// The customers as they are sealed. `None` where something in them is a secret after all: then nothing is sealed.
pub fn plain(customers: &[Customer]) -> Option<Zeroizing<Vec<u8>>> {
    let customers: Vec<Customer> = customers.iter().map(without_secrets).collect();
    let mut value = serde_json::to_value(customers).ok()?;
    each_text(&mut value, &mut |text| {
        if secret::is_in(text) {
            *text = secret::hide(text).into_owned();
        }
    });
    let plain = Zeroizing::new(serde_json::to_vec(&value).ok()?);
    is_clean(&plain).then_some(plain)
}

/// The customers that were sealed.
pub fn read(plain: &[u8]) -> Option<Vec<Customer>> {
    serde_json::from_slice(plain).ok()
}

/// Whether no text in what is to be sealed is a secret.
fn is_clean(plain: &[u8]) -> bool {
    let Ok(mut value) = serde_json::from_slice::<Value>(plain) else { return false };
    let mut clean = true;
    each_text(&mut value, &mut |text| clean &= !secret::is_in(text));
    clean
}

/// Every text within a value.
fn each_text(value: &mut Value, does: &mut impl FnMut(&mut String)) {
    match value {
        Value::String(text) => does(text),
        Value::Array(all) => all.iter_mut().for_each(|it| each_text(it, does)),
        Value::Object(all) => all.iter_mut().for_each(|(_, it)| each_text(it, does)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Without what is a secret by its place. Pay methods are not written down at all.
fn without_secrets(customer: &Customer) -> Customer {
    let mut customer = customer.clone();
    let hidden = || Text::line(HIDDEN);
    if let Some(services) = &mut customer.subscriptions.known {
        let fields = services.value.rows.iter_mut().flat_map(|row| row.fields.iter_mut().chain(&mut row.options));
        fields.filter(|(name, _)| secret::is_name(name)).for_each(|(_, value)| *value = hidden());
    }
    if let Some(orders) = &mut customer.orders.known {
        // Whoever has it can take the number away from the other carrier.
        let port_ins = orders.value.rows.iter_mut().filter_map(|order| order.port_in.as_mut());
        port_ins.filter(|it| !it.reservation.is_empty()).for_each(|it| it.reservation = hidden());
    }
    if let Some(emails) = &mut customer.emails.known {
        // Links that sign somebody in, codes, whatever a template was given: that it was sent is enough.
        emails.value.rows.iter_mut().filter(|it| !it.body.is_empty()).for_each(|it| it.body = hidden());
    }
    customer
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::billing::{Listing, PayMethod, PayMethodKind};
    use crate::domain::history::FollowUp;
    use crate::domain::ledger::{Email, EmailState};
    use crate::domain::order::{ActivationStatus, Order, OrderStatus, PortIn};
    use crate::domain::salesforce_id::SalesforceId;
    use crate::flow::Remote;

    fn at() -> Timestamp {
        "2026-11-22T01:00:00Z".parse().unwrap()
    }

    fn list<T>(row: T) -> Remote<Listing<T>> {
        Remote::read(Listing { rows: vec![row], total: 1 }, at())
    }

    fn promise(description: &str) -> FollowUp {
        FollowUp {
            id: id("00T000000000001"),
            subject: Text::line("Visit"),
            description: Text::block(description),
            status: Text::line("Open"),
            closed: false,
            priority: Text::default(),
            due: None,
            owner: Text::default(),
            created: None,
        }
    }

    fn id(fifteen: &str) -> SalesforceId {
        SalesforceId::parse(fifteen).unwrap()
    }

    #[test]
    fn no_secret_is_in_what_is_sealed() {
        let card = PayMethod {
            id: 1,
            kind: PayMethodKind::Card,
            brand: Text::line("VisaBrand"),
            last_four: Text::line("4243"),
            expires: None,
            description: Text::default(),
            gateway: Text::line("stripe"),
        };
        let order = Order {
            id: id("801000000000001"),
            number: Text::line("00004711"),
            status: OrderStatus::Approved,
            kind: crate::domain::billing::ProductKind::Sim,
            activation: ActivationStatus::Activating,
            scheduled: None,
            error_code: Text::default(),
            error_message: Text::default(),
            whmcs_order: None,
            sim_type: Text::default(),
            esim: None,
            eid: Text::line("89049032123451234512345678901235"),
            port_in: Some(PortIn {
                number: Text::line("09002000002"),
                line: None,
                reservation: Text::line("1234509876"),
                expires: None,
            }),
            created: None,
            modified: None,
            total: None,
            opportunity: None,
            items: Vec::new(),
        };
        let mail = Email {
            id: 9,
            at: None,
            subject: Text::line("Sign in"),
            to: Text::line("y@example.jp"),
            body: Text::line("https://example.jp/reset?key=s3cr3tkey"),
            state: EmailState::Sent,
        };
        let said = "LPA:1$smdp.example.com$QR-G-5C-1LS\nPUK 12345678, card 4242 4242 4242 4242, meter in the basement";
        let mut customer = Customer::default();
        customer.pay_methods = Remote::read(vec![card], at());
        customer.orders = list(order);
        customer.emails = list(mail);
        customer.follow_ups = list(promise(said));
        let plain = plain(std::slice::from_ref(&customer)).unwrap();
        let text = String::from_utf8(plain.to_vec()).unwrap();
        for secret in ["QR-G-5C", "12345678,", "4242 4242", "VisaBrand", "4243", "1234509876", "s3cr3tkey"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        for kept in ["meter in the basement", "00004711", "89049032123451234512345678901235", "09002000002", "Sign in"]
        {
            assert!(text.contains(kept), "{kept} in {text}");
        }
        let read = read(&plain).unwrap().remove(0);
        assert_eq!(read.orders.known.unwrap().read_at, at(), "with their ages");
        assert_eq!(read.pay_methods, Remote::default());
    }

    #[test]
    fn the_last_look_finds_what_was_left_in() {
        assert!(is_clean(br#"[{"a": ["PUKE", {"b": 12345678}]}]"#));
        assert!(!is_clean(br#"[{"a": ["PUK 12345678"]}]"#));
        assert!(!is_clean(br#"{"a": {"b": "LPA:1$smdp.example.com$ABC"}}"#));
        assert!(!is_clean(b"no json"));
    }
}
