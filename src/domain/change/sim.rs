//! Changes of lines and cards.

use serde::{Deserialize, Serialize};

use super::{Field, FieldKind, Harm, Part, Reader, Source, Spec, SubjectKind, Verbs};
use crate::domain::access::{CallerLevel, Role};
use crate::domain::effective::EffectiveDate;
use crate::domain::entry::KanaName;
use crate::domain::line::{Lock, Network, VoiceOptions};
use crate::domain::phone::Msisdn;
use crate::domain::phrase::Phrase;
use crate::domain::port_in::{Gender, Holder, PortIn};
use crate::domain::quota::{Quota, TopUpOffer};
use crate::domain::sim::{Eid, MnpReservation, ProductNumber};
use crate::domain::text::Text;
use crate::domain::time;

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
    /// Another eSIM profile, for another phone or the same.
    EsimReissue {
        /// Of which line.
        line: Msisdn,
        /// The chip it is for.
        eid: Eid,
    },
    /// The end of the line.
    SimCancel {
        /// Which line.
        line: Msisdn,
        /// With the end of which day.
        on: EffectiveDate,
        /// Why.
        reason: Text,
    },
    /// A number from another carrier.
    PortIn(Box<PortIn>),
    /// The SIM team is asked to suspend the line: no call is known that would.
    SuspendRequest {
        /// Which line.
        line: Msisdn,
        /// Why.
        reason: SuspendReason,
        /// What the caller said.
        note: Option<Text>,
    },
    /// The line is protected from being ended.
    Protect {
        /// Which line.
        line: Msisdn,
        /// Why.
        reason: Text,
    },
    /// The line's protection rests for some minutes.
    Unprotect {
        /// Which line.
        line: Msisdn,
        /// Why.
        reason: Text,
    },
}

/// Why a line is to be suspended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuspendReason {
    /// The phone is lost.
    Lost,
    /// It was stolen.
    Stolen,
    /// The customer asks for it.
    Asked,
}

/// How the subject of a case begins that asks for a line to be suspended.
const SUSPEND: &str = "[P1] Suspend line ";

/// The digits of the line that a case of this subject asks to have suspended.
pub fn suspension_of(subject: &str) -> Option<&str> {
    subject.strip_prefix(SUSPEND)?.split_once(':').map(|(line, _)| line)
}

impl SuspendReason {
    /// The subject of the case that asks for it.
    pub fn subject(self, line: &Msisdn) -> String {
        format!("{SUSPEND}{}: {}", line.digits(), self.written())
    }

    /// The key of its name in the language table.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Lost => "choice-lost",
            Self::Stolen => "choice-stolen",
            Self::Asked => "choice-asked",
        }
    }

    /// As it is written into a case.
    pub const fn written(self) -> &'static str {
        match self {
            Self::Lost => "phone lost (紛失)",
            Self::Stolen => "phone stolen (盗難)",
            Self::Asked => "asked for by the customer (本人希望)",
        }
    }
}

impl Sim {
    /// The line it is about.
    pub const fn line(&self) -> &Msisdn {
        match self {
            Self::TopUp { line, .. }
            | Self::PlanChange { line, .. }
            | Self::VoiceOptions { line, .. }
            | Self::Network { line, .. }
            | Self::EsimReissue { line, .. }
            | Self::SimCancel { line, .. }
            | Self::SuspendRequest { line, .. }
            | Self::Protect { line, .. }
            | Self::Unprotect { line, .. } => line,
            Self::PortIn(port_in) => &port_in.line,
        }
    }
}

/// Whether a verb has to wait until a change that locks the line is over. More data can be added beside some; what only the
/// desk keeps or only a case asks for goes beside all.
pub fn waits_for(verb: &str, lock: &Lock) -> bool {
    match verb {
        "top-up" => !lock.leaves_data(),
        verb => is_exclusive(verb),
    }
}

/// Whether a verb's changes shut each other out: of these a line has one on its way at a time.
pub fn is_exclusive(verb: &str) -> bool {
    matches!(verb, "plan-change" | "voice-options" | "network" | "esim-reissue" | "sim-cancel")
}

const LINE: Field = Field::required("line", FieldKind::Subject(SubjectKind::Line));
/// Options are set, or left as they are.
const ON_OFF: FieldKind = FieldKind::Choice(&["on", "off"]);

const fn verb(name: &'static str, key: &'static str, harm: Harm, level: CallerLevel, fields: &'static [Field]) -> Spec {
    Spec { name, part: Part::Sim, key, harm, role: Role::Operator, level, fields, bulk: false }
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
        verb("esim-reissue", "e", Harm::Moving, CallerLevel::V2, &[LINE, Field::required("eid", FieldKind::Eid)]),
        verb(
            "sim-cancel",
            "x",
            Harm::Moving,
            CallerLevel::V2,
            &[LINE, Field::default("on", FieldKind::Date, "month-end"), Field::required("reason", FieldKind::Line)],
        ),
        verb(
            "suspend-request",
            "!",
            Harm::Harmless,
            CallerLevel::V1,
            &[
                LINE,
                Field::default("suspend-reason", FieldKind::Choice(&["lost", "stolen", "asked"]), "lost"),
                Field::optional("note", FieldKind::Line),
            ],
        ),
        verb(
            "port-in",
            "",
            Harm::Harmless,
            CallerLevel::V1,
            &[
                Field::required("number", FieldKind::Line),
                Field::required("card", FieldKind::Line),
                Field::required("plan", FieldKind::OneOf(Source::Plans)),
                Field::required("reservation", FieldKind::Line),
                Field::required("expires", FieldKind::Date),
                Field::required("family", FieldKind::Line),
                Field::required("given", FieldKind::Line),
                Field::required("family-kana", FieldKind::Line),
                Field::required("given-kana", FieldKind::Line),
                Field::required("gender", FieldKind::Choice(&["male", "female", "company"])),
                Field::optional("born", FieldKind::Line),
                Field::optional("order", FieldKind::Subject(SubjectKind::Order)),
            ],
        ),
        verb("protect", "", Harm::Harmless, CallerLevel::V1, &[LINE, Field::required("reason", FieldKind::Line)]),
        verb("unprotect", "", Harm::Moving, CallerLevel::V2, &[LINE, Field::required("reason", FieldKind::Line)]),
    ];

    fn read(verb: &str, reader: &mut Reader<'_>) -> Option<Self> {
        if verb == "port-in" {
            return port_in(reader).map(|it| Self::PortIn(Box::new(it)));
        }
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
            "esim-reissue" => {
                let eid = reader.eid("eid");
                Some(Self::EsimReissue { line: line?, eid: eid? })
            }
            "sim-cancel" => {
                let (on, reason) = (end(reader, "on"), reader.text("reason"));
                Some(Self::SimCancel { line: line?, on: on?, reason: reason? })
            }
            "suspend-request" => {
                let reason = reader.choice("suspend-reason", SUSPEND_REASONS);
                let note = reader.optional("note", |reader| reader.text("note"));
                Some(Self::SuspendRequest { line: line?, reason: reason?, note: note? })
            }
            "protect" => {
                let reason = reader.text("reason");
                Some(Self::Protect { line: line?, reason: reason? })
            }
            "unprotect" => {
                let reason = reader.text("reason");
                Some(Self::Unprotect { line: line?, reason: reason? })
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
            Self::EsimReissue { .. } => "esim-reissue",
            Self::SimCancel { .. } => "sim-cancel",
            Self::PortIn(_) => "port-in",
            Self::SuspendRequest { .. } => "suspend-request",
            Self::Protect { .. } => "protect",
            Self::Unprotect { .. } => "unprotect",
        }
    }
}

fn top_up(reader: &mut Reader<'_>) -> Option<Quota> {
    let offer: TopUpOffer = reader.office.offer;
    let (least, most) = (i64::from(offer.least), i64::from(offer.most));
    let gb = reader.number("gb", least, most)?;
    let quota = u32::try_from(gb).ok().and_then(|gb| offer.gigabytes(gb).ok());
    quota.or_else(|| reader.refuse("gb", Phrase::new("wrong-number").with("least", least).with("most", most)))
}

/// A plan's code, from its code or its name.
fn plan(reader: &mut Reader<'_>, field: &'static str) -> Option<Text> {
    let rules = &reader.office.sim;
    reader.parsed(field, |written| {
        let codes = || rules.plans.iter().map(|plan| plan.code.as_str()).collect::<Vec<_>>().join(", ");
        let wrong = || Phrase::new("wrong-choice").with("words", codes().as_str());
        rules.named(written).map(|plan| Text::line(&plan.code)).ok_or_else(wrong)
    })
}

fn effective(reader: &mut Reader<'_>, field: &'static str) -> Option<EffectiveDate> {
    let now = reader.now;
    // What is left out is the first day that can still be had; a word that is typed means what it says.
    if !reader.is_typed(field)
        && let Some(day) = reader.office.sim.cut_off().soonest(reader.written(field), now)
    {
        return Some(EffectiveDate::On(day));
    }
    reader.parsed(field, |written| EffectiveDate::parse(written, now))
}

/// A line ends with a month, or at once when that is spelled.
fn end(reader: &mut Reader<'_>, field: &'static str) -> Option<EffectiveDate> {
    let on = effective(reader, field)?;
    let EffectiveDate::On(day) = on else { return Some(on) };
    let last = time::month_end(day);
    if day == last { Some(on) } else { reader.refuse(field, Phrase::new("wrong-no-month-end").with("last", last)) }
}

fn port_in(reader: &mut Reader<'_>) -> Option<PortIn> {
    let (now, today) = (reader.now, time::today(reader.now));
    let line = reader.line("number");
    let card = reader.parsed("card", ProductNumber::parse);
    let plan = plan(reader, "plan");
    let reservation = reader.parsed("reservation", MnpReservation::parse);
    let expires = reader.parsed("expires", |written| EffectiveDate::parse(written, now).map(|it| it.day(now)));
    let (family, given) = (reader.text("family"), reader.text("given"));
    let family_kana = reader.parsed("family-kana", KanaName::parse);
    let given_kana = reader.parsed("given-kana", KanaName::parse);
    let gender = reader.choice("gender", Gender::WORDS);
    let born = reader
        .optional("born", |reader| reader.parsed("born", |written| crate::domain::entry::birthday(written, today)));
    let born = match (gender, born) {
        (Some(Gender::Company), Some(Some(_))) => reader.refuse("born", "wrong-born-company"),
        (Some(Gender::Male | Gender::Female), Some(None)) => reader.refuse("born", "wrong-born-missing"),
        (_, born) => born,
    };
    let order = reader.optional("order", |reader| reader.text("order"));
    let holder = Holder {
        family: family?,
        given: given?,
        family_kana: family_kana?,
        given_kana: given_kana?,
        gender: gender?,
        born: born?,
    };
    let (line, card, plan, order) = (line?, card?, plan?, order?);
    Some(PortIn { line, card, plan, reservation: reservation?, expires: expires?, holder, order })
}

const SUSPEND_REASONS: &[(&str, SuspendReason)] =
    &[("lost", SuspendReason::Lost), ("stolen", SuspendReason::Stolen), ("asked", SuspendReason::Asked)];

fn voice_options(reader: &mut Reader<'_>) -> Option<VoiceOptions> {
    const WORDS: &[(&str, bool)] = &[("on", true), ("off", false), ("yes", true), ("no", false)];
    let mut option = |field| reader.optional(field, |reader| reader.choice(field, WORDS));
    let (voice_mail, call_waiting, roaming) = (option("voice-mail"), option("call-waiting"), option("roaming"));
    let set = VoiceOptions { voice_mail: voice_mail?, call_waiting: call_waiting?, roaming: roaming? };
    if set.is_empty() { reader.refuse("voice-mail", "wrong-no-option") } else { Some(set) }
}
