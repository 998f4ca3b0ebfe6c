//! A change of every kind that can be planned and goes through: verb, customer, fields. A new verb is covered by a line here.

/// A change that goes through on the sandbox's documented customers.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// The verb.
    pub verb: &'static str,
    /// The customer's number.
    pub customer: &'static str,
    /// The fields.
    pub fields: &'static [(&'static str, &'static str)],
}

const fn sample(verb: &'static str, customer: &'static str, fields: &'static [(&'static str, &'static str)]) -> Sample {
    Sample { verb, customer, fields }
}

/// All of them.
pub const SAMPLES: &[Sample] = &[
    sample("top-up", "C-000001", &[("line", "09002000001"), ("gb", "2")]),
    // Money.
    sample("capture", "C-000007", &[("invoice", "812")]),
    sample("mark-paid", "C-000007", &[("invoice", "812"), ("transaction", "BANK-1")]),
    sample("apply-credit", "C-000007", &[("invoice", "812"), ("amount", "300")]),
    sample("add-credit", "C-000007", &[("amount", "700"), ("reason", "Outage")]),
    sample("create-invoice", "C-000007", &[("items", "Router rental 1,100")]),
    sample("billable-item", "C-000007", &[("item", "Router"), ("amount", "1100")]),
    sample("cancel-invoice", "C-000007", &[("invoice", "812")]),
    sample("promise-to-pay", "C-000003", &[("invoice", "780"), ("until", "2026-11-30")]),
    sample("send-email", "C-000007", &[("template", "Client Signup Email")]),
    sample("client-area-link", "C-000007", &[]),
    // Subscriptions.
    sample("cancel-service", "C-000001", &[("service", "3"), ("reason", "Moves abroad")]),
    // Not upgrade: its price is asked for with the action that orders it, so its plan fails where a write would. How it
    // behaves when answers are lost is tried with the other operations.
    sample("service-fields", "C-000001", &[("service", "3"), ("product-number", "PT-1")]),
    sample("add-on", "C-000001", &[("service", "3"), ("addon", "2")]),
];
