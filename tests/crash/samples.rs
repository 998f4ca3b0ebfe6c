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
pub const SAMPLES: &[Sample] = &[sample("top-up", "C-000001", &[("line", "09002000001"), ("gb", "2")])];
