//! Changes of lines and cards.

use serde::{Deserialize, Serialize};

use super::{Field, FieldKind, Harm, Part, Reader, Spec, SubjectKind, Verbs};
use crate::domain::access::{CallerLevel, Role};
use crate::domain::phone::Msisdn;
use crate::domain::quota::{Quota, TopUpOffer};

/// A change of a line or a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "verb")]
pub enum Sim {
    /// More data, paid at once.
    TopUp {
        /// For which line.
        line: Msisdn,
        /// How much.
        quota: Quota,
    },
}

const LINE: Field = Field::required("line", FieldKind::Subject(SubjectKind::Line));

impl Verbs for Sim {
    const SPECS: &'static [Spec] = &[Spec {
        name: "top-up",
        part: Part::Sim,
        key: "t",
        harm: Harm::Money,
        role: Role::Operator,
        level: CallerLevel::V1,
        fields: &[LINE, Field::default("gb", FieldKind::Number, "1")],
    }];

    fn read(verb: &str, reader: &mut Reader<'_>) -> Option<Self> {
        match verb {
            "top-up" => {
                let line = reader.line("line");
                let quota = top_up(reader);
                Some(Self::TopUp { line: line?, quota: quota? })
            }
            _ => None,
        }
    }

    fn verb(&self) -> &'static str {
        match self {
            Self::TopUp { .. } => "top-up",
        }
    }
}

fn top_up(reader: &mut Reader<'_>) -> Option<Quota> {
    let offer: TopUpOffer = reader.office.offer;
    reader.parsed("gb", |written| {
        let gb = written.parse().map_err(|_| crate::domain::quota::QuotaError::NotANumber)?;
        offer.gigabytes(gb)
    })
}
