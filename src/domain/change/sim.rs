//! Changes of lines and cards.

use serde::{Deserialize, Serialize};

use super::{Field, FieldKind, Harm, Part, Reader, Source, Spec, SubjectKind, Verbs};
use crate::domain::access::{CallerLevel, Role};
use crate::domain::effective::EffectiveDate;
use crate::domain::line::{Network, VoiceOptions};
use crate::domain::phone::Msisdn;
use crate::domain::quota::{Quota, TopUpOffer};
use crate::domain::text::Text;

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
    /// Another plan.
    PlanChange {
        /// Of which line.
        line: Msisdn,
        /// The plan's code at Freebit.
        plan: Text,
        /// From when.
        on: EffectiveDate,
    },
    /// Voice mail, call waiting, roaming.
    VoiceOptions {
        /// Of which line.
        line: Msisdn,
        /// Only what is to be another.
        set: VoiceOptions,
    },
    /// 4G or 5G.
    Network {
        /// Of which line.
        line: Msisdn,
        /// Which.
        to: Network,
    },
}

const LINE: Field = Field::required("line", FieldKind::Subject(SubjectKind::Line));
/// Options are set, or left as they are.
const ON_OFF: FieldKind = FieldKind::Choice(&["on", "off"]);

const fn verb(name: &'static str, key: &'static str, harm: Harm, level: CallerLevel, fields: &'static [Field]) -> Spec {
    Spec { name, part: Part::Sim, key, harm, role: Role::Operator, level, fields }
}

impl Verbs for Sim {
    const SPECS: &'static [Spec] = &[
        verb("top-up", "t", Harm::Money, CallerLevel::V1, &[LINE, Field::default("gb", FieldKind::Number, "1")]),
        verb(
            "plan-change",
            "p",
            Harm::Harmless,
            CallerLevel::V1,
            &[
                LINE,
                Field::required("plan", FieldKind::OneOf(Source::Plans)),
                Field::default("on", FieldKind::Date, "next-month"),
            ],
        ),
        verb(
            "voice-options",
            "V",
            Harm::Harmless,
            CallerLevel::V1,
            &[
                LINE,
                Field::optional("voice-mail", ON_OFF),
                Field::optional("call-waiting", ON_OFF),
                Field::optional("roaming", ON_OFF),
            ],
        ),
        verb(
            "network",
            "N",
            Harm::Harmless,
            CallerLevel::V1,
            &[LINE, Field::required("network", FieldKind::Choice(&["4G", "5G"]))],
        ),
    ];

    fn read(verb: &str, reader: &mut Reader<'_>) -> Option<Self> {
        let line = reader.line("line");
        match verb {
            "top-up" => {
                let quota = top_up(reader);
                Some(Self::TopUp { line: line?, quota: quota? })
            }
            "plan-change" => {
                let (plan, on) = (plan(reader, "plan"), effective(reader, "on"));
                Some(Self::PlanChange { line: line?, plan: plan?, on: on? })
            }
            "voice-options" => {
                let set = voice_options(reader);
                Some(Self::VoiceOptions { line: line?, set: set? })
            }
            "network" => {
                let to = reader.choice("network", &[("4G", Network::Lte), ("5G", Network::FiveG)]);
                Some(Self::Network { line: line?, to: to? })
            }
            _ => None,
        }
    }

    fn verb(&self) -> &'static str {
        match self {
            Self::TopUp { .. } => "top-up",
            Self::PlanChange { .. } => "plan-change",
            Self::VoiceOptions { .. } => "voice-options",
            Self::Network { .. } => "network",
        }
    }
}

fn top_up(reader: &mut Reader<'_>) -> Option<Quota> {
    let offer: TopUpOffer = reader.office.offer;
    reader.parsed("gb", |written| {
        let gb = crate::domain::text::folded(written).trim().parse();
        offer.gigabytes(gb.map_err(|_| crate::domain::quota::QuotaError::NotANumber)?)
    })
}

/// A plan's code, from its code or its name.
fn plan(reader: &mut Reader<'_>, field: &'static str) -> Option<Text> {
    let rules = &reader.office.sim;
    reader.parsed(field, |written| {
        let codes = || rules.plans.iter().map(|plan| plan.code.as_str()).collect::<Vec<_>>().join(", ");
        let plan = rules.named(written).ok_or_else(|| format!("one of the configured plans: {}", codes()))?;
        Ok::<_, String>(Text::line(&plan.code))
    })
}

fn effective(reader: &mut Reader<'_>, field: &'static str) -> Option<EffectiveDate> {
    let now = reader.now;
    reader.parsed(field, |written| EffectiveDate::parse(written, now))
}

fn voice_options(reader: &mut Reader<'_>) -> Option<VoiceOptions> {
    const WORDS: &[(&str, bool)] = &[("on", true), ("off", false), ("yes", true), ("no", false)];
    let mut option = |field| reader.optional(field, |reader| reader.choice(field, WORDS));
    let (voice_mail, call_waiting, roaming) = (option("voice-mail"), option("call-waiting"), option("roaming"));
    let set = VoiceOptions { voice_mail: voice_mail?, call_waiting: call_waiting?, roaming: roaming? };
    if set.is_empty() { reader.refuse("voice-mail", "wrong-no-option") } else { Some(set) }
}
