//! Why what was typed into a field does not fit, as sentences of every language: each says what would be right.

use crate::domain::effective::EffectiveError;
use crate::domain::entry::EntryError;
use crate::domain::money::MoneyError;
use crate::domain::phone::{MsisdnError, PhoneError};
use crate::domain::phrase::Phrase;
use crate::domain::salesforce_id::SalesforceIdError;
use crate::domain::sim::SimError;

impl From<PhoneError> for Phrase {
    fn from(why: PhoneError) -> Self {
        match why {
            PhoneError::NotAPhone => "wrong-phone".into(),
            PhoneError::NoPrefix => "wrong-phone-prefix".into(),
            PhoneError::Eleven { prefix, got } => {
                Self::new("wrong-phone-eleven").with("prefix", &*prefix).with("got", got as i64)
            }
            PhoneError::Length { got } => Self::new("wrong-phone-length").with("got", got as i64),
            PhoneError::ForeignLength { got } => Self::new("wrong-phone-foreign").with("got", got as i64),
        }
    }
}

impl From<MsisdnError> for Phrase {
    fn from(why: MsisdnError) -> Self {
        match why {
            MsisdnError::Phone(why) => why.into(),
            MsisdnError::NotALine => "wrong-line".into(),
            MsisdnError::Unassigned => "wrong-line-fourth".into(),
            MsisdnError::Pager => "wrong-line-pager".into(),
        }
    }
}

impl From<SalesforceIdError> for Phrase {
    fn from(why: SalesforceIdError) -> Self {
        match why {
            SalesforceIdError::Length(got) => Self::new("wrong-record-length").with("got", got as i64),
            SalesforceIdError::Characters => "wrong-record-characters".into(),
            SalesforceIdError::Suffix => "wrong-record-suffix".into(),
        }
    }
}

impl From<MoneyError> for Phrase {
    fn from(why: MoneyError) -> Self {
        match why {
            MoneyError::Empty | MoneyError::NotANumber(_) => "wrong-yen".into(),
            MoneyError::Fraction(_) => "wrong-yen-fraction".into(),
            MoneyError::TooLarge(_) => "wrong-yen-large".into(),
        }
    }
}

impl From<SimError> for Phrase {
    fn from(why: SimError) -> Self {
        match why {
            SimError::NotDigits { .. } => "wrong-digits".into(),
            SimError::Length { expected, got, .. } => {
                Self::new("wrong-digits-length").with("expected", expected).with("got", got as i64)
            }
            SimError::IccidForEid => "wrong-iccid-for-eid".into(),
            SimError::EidCheck { expected } => {
                Self::new("wrong-eid-check").with("expected", format!("{expected:02}").as_str())
            }
            SimError::ProductNumber => "wrong-product-number".into(),
            // No field asks for these.
            other => Self::as_it_is(other.to_string()),
        }
    }
}

impl From<EffectiveError> for Phrase {
    fn from(why: EffectiveError) -> Self {
        match why {
            EffectiveError::NotADay(_) => "wrong-effective".into(),
            EffectiveError::Past(day) => Self::new("wrong-day-over").with("day", day),
            EffectiveError::TooFar(day) => Self::new("wrong-day-far").with("day", day),
        }
    }
}

impl From<EntryError> for Phrase {
    fn from(why: EntryError) -> Self {
        match why {
            EntryError::Empty => "wrong-missing".into(),
            EntryError::Hiragana { katakana } => Self::new("wrong-hiragana").with("katakana", katakana.as_str()),
            EntryError::NotKatakana(other) => Self::new("wrong-katakana").with("other", other.to_string().as_str()),
            EntryError::PostalCode => "wrong-post-code".into(),
            EntryError::Birthday => "wrong-birthday".into(),
            EntryError::Future => "wrong-birthday-future".into(),
        }
    }
}
