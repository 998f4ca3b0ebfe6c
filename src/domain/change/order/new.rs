//! A new order: one plan of the catalogue, and what has to be known to deliver it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::super::{Field, FieldKind, Reader, Source, When};
use crate::domain::billing::ProductKind;
use crate::domain::sim::Eid;
use crate::domain::text::Text;
use crate::domain::words::List;

/// What is ordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewOrder {
    /// The plan, by its SKU or its name.
    pub product: Text,
    /// What only some kinds of products have.
    pub details: Details,
}

/// What only some kinds of products have. Whether it fits the product is known when the catalogue is read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Details {
    /// Internet: how it is installed, by the configuration's word.
    pub installation: Option<Text>,
    /// Internet: installed at a weekend.
    pub weekend: bool,
    /// Internet: how it is reached, by the configuration's word.
    pub access: Option<Text>,
    /// Internet: with a home phone.
    pub home_phone: bool,
    /// SIM: what kind of card, by the configuration's word.
    pub sim_type: Option<Text>,
    /// eSIM: the chip it is for.
    pub eid: Option<Eid>,
    /// SIM: with voice mail.
    pub voice_mail: bool,
    /// SIM: with call waiting.
    pub call_waiting: bool,
    /// SIM: when it starts; nothing for as soon as it is approved.
    pub starts: Option<Timestamp>,
}

/// Our word for a card without a card.
const ESIM: &str = "esim";

const fn of(kind: ProductKind, field: Field) -> Field {
    field.when(When::Kind(kind))
}

const fn flag(kind: ProductKind, name: &'static str) -> Field {
    of(kind, Field::optional(name, FieldKind::Flag))
}

const fn choice(kind: ProductKind, name: &'static str, words: &'static [&'static str]) -> Field {
    of(kind, Field::optional(name, FieldKind::Choice(words)))
}

use ProductKind::{Internet, Sim};

/// The fields of a new order.
pub const FIELDS: &[Field] = &[
    Field::required("plan", FieldKind::OneOf(Source::Catalogue)),
    choice(Internet, "installation", &["single", "12-months", "24-months"]),
    flag(Internet, "weekend"),
    choice(Internet, "access", &["ipoe-byor", "ipoe-hgw", "pppoe"]),
    flag(Internet, "home-phone"),
    choice(Sim, "sim-type", &["physical", ESIM]),
    Field::optional("eid", FieldKind::Eid).when(When::Is("sim-type", ESIM)),
    flag(Sim, "voice-mail"),
    flag(Sim, "call-waiting"),
    choice(Sim, "activation", &["immediate", "scheduled"]),
    Field::optional("starts", FieldKind::Moment).when(When::Is("activation", "scheduled")),
];

impl NewOrder {
    /// Reads the fields.
    pub fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let product = reader.text("plan");
        let details = Details::read(reader);
        Some(Self { product: product?, details: details? })
    }
}

impl Details {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let sale = &reader.office.sale;
        let installations: Vec<String> = sale.installations.keys().cloned().collect();
        let access: Vec<String> = sale.access.keys().cloned().collect();
        let sim_types = reader.office.words.to_type(List::SimTypeWords);
        let installation = reader.optional("installation", |it| it.word_of("installation", &installations));
        let access = reader.optional("access", |it| it.word_of("access", &access));
        let sim_type = reader.optional("sim-type", |it| it.word_of("sim-type", &sim_types));
        let [weekend, home_phone, voice_mail, call_waiting] =
            ["weekend", "home-phone", "voice-mail", "call-waiting"].map(|field| reader.flag(field));
        let esim = reader.written("sim-type").eq_ignore_ascii_case(ESIM);
        let eid = match (esim, reader.written("eid").is_empty()) {
            (false, true) => Some(None),
            (false, false) => reader.refuse("eid", "wrong-eid-of-card"),
            (true, _) => reader.eid("eid").map(Some),
        };
        let later =
            reader.optional("activation", |it| it.choice("activation", &[("immediate", false), ("scheduled", true)]));
        let starts = match (later, reader.written("starts").is_empty()) {
            (None, _) => None,
            (Some(Some(true)), _) => reader.moment("starts").map(Some),
            (Some(_), true) => Some(None),
            (Some(_), false) => reader.refuse("starts", "wrong-starts-at-once"),
        };
        Some(Self {
            installation: installation?,
            weekend: weekend?,
            access: access?,
            home_phone: home_phone?,
            sim_type: sim_type?,
            eid: eid?,
            voice_mail: voice_mail?,
            call_waiting: call_waiting?,
            starts: starts?,
        })
    }

    /// The fields that are told and belong to no product of this kind.
    pub fn strangers(&self, kind: ProductKind) -> Vec<&'static str> {
        let told = [
            (Internet, "installation", self.installation.is_some()),
            (Internet, "weekend", self.weekend),
            (Internet, "access", self.access.is_some()),
            (Internet, "home-phone", self.home_phone),
            (Sim, "sim-type", self.sim_type.is_some()),
            (Sim, "voice-mail", self.voice_mail),
            (Sim, "call-waiting", self.call_waiting),
            (Sim, "starts", self.starts.is_some()),
        ];
        told.into_iter().filter(|(of, _, told)| *told && *of != kind).map(|(_, name, _)| name).collect()
    }

    /// The fields that a product of this kind needs and that are not told.
    pub fn missing(&self, kind: ProductKind) -> Vec<&'static str> {
        let needed = [
            (Internet, "installation", self.installation.is_none()),
            (Internet, "access", self.access.is_none()),
            (Sim, "sim-type", self.sim_type.is_none()),
        ];
        needed.into_iter().filter(|(of, _, missing)| *missing && *of == kind).map(|(_, name, _)| name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::change::{Values, What, spec};
    use crate::domain::office::Office;
    use crate::domain::phone::Fixtures;

    fn read(fields: &[(&str, &str)]) -> Result<What, Vec<&'static str>> {
        let spec = spec("order-create").unwrap();
        let values: Values = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let (office, now) = (Office::default(), "2026-11-22T01:00:00Z".parse().unwrap());
        let mut reader = Reader::new(spec, &values, &office, now, Fixtures::Allowed);
        let what = What::read(spec, &mut reader);
        let wrong = reader.wrong();
        if wrong.is_empty() { Ok(what.unwrap()) } else { Err(wrong.into_iter().map(|it| it.field).collect()) }
    }

    #[test]
    fn what_is_wrong_is_said_of_its_field() {
        let plan = ("plan", "SIM-VOICE-10GB");
        let eid = ("eid", "89049032000000000000000000004237");
        assert!(read(&[plan, ("sim-type", "eSIM"), eid]).is_ok());
        assert!(read(&[plan, ("sim-type", "physical"), ("activation", "scheduled"), ("starts", "3d")]).is_ok());
        for (fields, wrong) in [
            (&[][..], &["plan"][..]),
            (&[plan, ("sim-type", "esim")], &["eid"]),
            (&[plan, ("sim-type", "esim"), ("eid", "89049032000000000000000000004238")], &["eid"]),
            (&[plan, ("sim-type", "physical"), eid], &["eid"]),
            (&[plan, ("sim-type", "micro")], &["sim-type"]),
            (&[plan, ("activation", "scheduled")], &["starts"]),
            (&[plan, ("activation", "scheduled"), ("starts", "2026-11-01")], &["starts"]),
            (&[plan, ("starts", "3d")], &["starts"]),
            (&[plan, ("weekend", "perhaps"), ("access", "dial-up")], &["access", "weekend"]),
        ] {
            assert_eq!(read(fields), Err(wrong.to_vec()), "{fields:?}");
        }
    }
}
