//! What is wrong with what was typed into the search box, and what would be right, in the desk's language.

use crate::domain::phone::PhoneError;
use crate::domain::recognise::Problem;
use crate::domain::salesforce_id::SalesforceIdError;
use crate::domain::sim::SimError;
use crate::locale::Value::{Number, Text};
use crate::scene::Scene;

/// The sentence for a problem.
pub fn sentence(problem: &Problem, scene: &Scene<'_>) -> String {
    match problem {
        Problem::Eid(error) => sim("EID", error, scene),
        Problem::Iccid(error) => sim("ICCID", error, scene),
        Problem::ProductNumber(_) => scene.with("problem-product-number", &[]),
        Problem::Phone(error) => phone(error, scene),
        Problem::SalesforceId(error) => scene.with(
            match error {
                SalesforceIdError::Length(_) => "problem-record-id-length",
                SalesforceIdError::Characters => "problem-record-id-characters",
                SalesforceIdError::Suffix => "problem-record-id-suffix",
            },
            &[],
        ),
        Problem::Imei => scene.with("problem-imei", &[]),
        Problem::ActivationCode => scene.with("problem-activation-code", &[]),
        Problem::NumberExpected(example) => scene.with("problem-number-expected", &[("example", Text(example))]),
        Problem::Email => scene.with("problem-email", &[]),
        Problem::CustomerNumber(example) => scene.with("problem-customer-number", &[("example", Text(example))]),
        Problem::UnknownLength { got } => scene.with("problem-unknown-length", &[("got", count(*got))]),
    }
}

fn count(n: usize) -> crate::locale::Value<'static> {
    Number(i64::try_from(n).unwrap_or(i64::MAX))
}

fn sim(what: &str, error: &SimError, scene: &Scene<'_>) -> String {
    let what = ("what", Text(what));
    match error {
        SimError::NotDigits { .. } => scene.with("problem-not-digits", &[what]),
        SimError::Length { expected, got, .. } => {
            scene.with("problem-length", &[what, ("expected", Text(expected)), ("got", count(*got))])
        }
        SimError::IccidPrefix => scene.with("problem-iccid-prefix", &[]),
        SimError::IccidCheck { last, added } => {
            let (last, added) = (Number(i64::from(*last)), Number(i64::from(*added)));
            scene.with("problem-iccid-check", &[("last", last), ("added", added)])
        }
        SimError::IccidForEid => scene.with("problem-iccid-for-eid", &[]),
        SimError::EidCheck { expected } => {
            scene.with("problem-eid-check", &[("expected", Text(&format!("{expected:02}")))])
        }
        SimError::ProductNumber => scene.with("problem-product-number", &[]),
        SimError::ImeiCheck { .. } | SimError::ImeiSv { .. } => scene.with("problem-imei", &[]),
        SimError::LpaFormat | SimError::LpaHost | SimError::LpaMatchingId | SimError::LpaTail => {
            scene.with("problem-activation-code", &[])
        }
    }
}

fn phone(error: &PhoneError, scene: &Scene<'_>) -> String {
    match error {
        PhoneError::NotAPhone => scene.with("problem-not-a-phone", &[]),
        PhoneError::NoPrefix => scene.with("problem-phone-prefix", &[]),
        PhoneError::Eleven { prefix, got } => {
            scene.with("problem-phone-eleven", &[("prefix", Text(prefix)), ("got", count(*got))])
        }
        PhoneError::Length { got } => scene.with("problem-phone-length", &[("got", count(*got))]),
        PhoneError::ForeignLength { got } => scene.with("problem-phone-foreign", &[("got", count(*got))]),
    }
}
