//! Writes: sent once, whatever comes of them. What takes effect on a day cannot be asked for without one.

use jiff::{Timestamp, ToSpan as _};
use serde_json::{Map, Value, json};

use super::wire::Meaning;
use super::{Freebit, convert};
use crate::backend::http::Safety;
use crate::domain::effective::EffectiveDate;
use crate::domain::line::{Network, TopUp, VoiceOptions};
use crate::domain::phone::Msisdn;
use crate::domain::port_in::{Holder, PortIn};
use crate::domain::quota::Quota;
use crate::domain::sim::Eid;
use crate::domain::time;
use crate::domain::write::freebit::{Profile, SimKind};
use crate::flow::fault::Fault;

impl Freebit {
    /// Adds data to a line (PA04-04). `code` comes back in the line's history.
    pub async fn add_quota(&self, line: &Msisdn, quota: Quota, code: &str) -> Result<(), Fault> {
        let request = json!({
            "kind": "MVNO",
            "account": line.digits(),
            "quota": quota.mb().to_string(),
            "quotaCode": code,
        });
        self.carry(Safety::Write, "addSpec", &self.setup.add_quota, request).await.map(drop)
    }

    /// Changes the line's plan (PA05-21). Freebit changes at once when no day is told, so one always is: today's for "now".
    pub async fn change_plan(&self, line: &Msisdn, plan: &str, on: EffectiveDate, now: Timestamp) -> Result<(), Fault> {
        let request = json!({
            "account": line.digits(),
            "planCode": plan,
            "runTime": time::to_freebit_date(on.day(now)),
        });
        self.carry(Safety::Write, "changePlan", &self.setup.change_plan, request).await.map(drop)
    }

    /// Sets voice options (PA05-06): those that are told, and no others. It takes half an hour and cannot be called off.
    pub async fn set_voice(&self, line: &Msisdn, set: VoiceOptions) -> Result<(), Fault> {
        let options = [("voiceMail", set.voice_mail), ("callWaiting", set.call_waiting), ("worldWing", set.roaming)];
        let told = options.into_iter().filter_map(|(name, on)| Some((name.to_owned(), flag(on?))));
        let told: Map<String, Value> = told.collect();
        let request = json!({"account": line.digits(), "userConfirmed": flag(true), "talkOption": told});
        self.carry(Safety::Write, "changeTalkOption", &self.setup.set_voice, request).await.map(drop)
    }

    /// Changes between 4G and 5G (PA05-38). The line is locked for about half an hour, and nothing calls it off.
    pub async fn change_network(&self, line: &Msisdn, to: Network) -> Result<(), Fault> {
        let request = json!({"account": line.digits(), "contractLine": to.word()});
        self.carry(Safety::Write, "changeContractLine", &self.setup.change_network, request).await.map(drop)
    }

    /// Asks for another eSIM profile (PA05-41, `addKind` R). Accepted is not done: the carrier tells by a notice.
    pub async fn reissue(&self, line: &Msisdn, eid: &Eid, old: &Profile) -> Result<(), Fault> {
        let mut replaced = Map::new();
        if let Some(card) = &old.product_number {
            replaced.insert("oldProductNumber".to_owned(), card.as_str().into());
        }
        if let Some(chip) = &old.eid {
            replaced.insert("oldEid".to_owned(), chip.as_str().into());
        }
        let request = json!({
            "aladinOperated": flag(false),
            "createType": "add",
            "account": line.digits(),
            "eid": eid.as_str(),
            "addKind": "R",
            "reissue": replaced,
        });
        self.carry(Safety::Write, "reissueEsim", &self.setup.esim, request).await.map(drop)
    }

    /// Registers the line of a card that waits with this number (PA02-01). It takes minutes.
    pub async fn register(&self, line: &Msisdn, plan: &str) -> Result<(), Fault> {
        let one = json!({"kind": "MVNO", "account": line.digits(), "planCode": plan});
        let request = json!({"createType": "new", "requestDatas": [one]});
        self.carry(Safety::Write, "addAccount", &self.setup.register, request).await.map(drop)
    }

    /// Asks for a new line on an eSIM (PA05-41, `addKind` N). Accepted is not done.
    pub async fn open_esim(
        &self,
        line: &Msisdn,
        eid: &Eid,
        (plan, kind): (&str, SimKind),
        network: Network,
    ) -> Result<(), Fault> {
        let request = json!({
            "aladinOperated": flag(false),
            "createType": "new",
            "account": line.digits(),
            "eid": eid.as_str(),
            "simKind": kind.code(),
            "contractLine": network.word(),
            "planCode": plan,
            "addKind": "N",
        });
        self.carry(Safety::Write, "openEsim", &self.setup.esim, request).await.map(drop)
    }

    /// Registers the voice options of a new line and who has it (PA05-05). What is not told is switched off.
    pub async fn register_voice(&self, line: &Msisdn, on: VoiceOptions, holder: &Holder) -> Result<(), Fault> {
        let option = |on: Option<bool>| flag(on == Some(true));
        let mut request = json!({
            "account": line.digits(),
            "userConfirmed": flag(true),
            "talkOption": {
                "voiceMail": option(on.voice_mail),
                "callWaiting": option(on.call_waiting),
                "worldWing": option(on.roaming),
            },
        });
        if let Some(map) = request.as_object_mut() {
            map.extend(person(holder));
        }
        self.carry(Safety::Write, "addTalkOption", &self.setup.register_voice, request).await.map(drop)
    }

    /// Ends the line with the end of a day (PA02-04). Freebit ends it at once when no day is told, so one always is: today's
    /// for "now".
    pub async fn end_line(&self, line: &Msisdn, on: EffectiveDate, now: Timestamp) -> Result<(), Fault> {
        let request = json!({
            "kind": "MVNO",
            "account": line.digits(),
            "runDate": time::to_freebit_date(on.day(now)),
        });
        self.carry(Safety::Write, "cancelAccount", &self.setup.end_line, request).await.map(drop)
    }

    /// Queues a card for a number that comes from another carrier (PA05-18). `representative` is the reseller's account.
    pub async fn queue_card(&self, port_in: &PortIn, representative: &str) -> Result<(), Fault> {
        let mut mnp = json!({
            "method": "10",
            "reserveNumber": port_in.reservation.as_str(),
            "reserveExpireDate": time::to_freebit_date(port_in.expires),
        });
        if let Some(map) = mnp.as_object_mut() {
            map.extend(person(&port_in.holder));
        }
        let request = json!({
            "account": port_in.line.digits(),
            "productNumber": port_in.card.as_str(),
            "repAccount": representative,
            "planCode": port_in.plan,
            "mnp": mnp,
        });
        self.carry(Safety::Write, "queueCard", &self.setup.queue_card, request).await.map(drop)
    }

    /// Whether the line shares its data with others. Such a line is told no usage and takes no data of its own.
    pub async fn shares_data(&self, line: &Msisdn) -> Result<bool, Fault> {
        let request = json!({"account": line.digits()});
        match self.asked(Safety::Read, "getTrafficInfo", &self.setup.traffic, request).await {
            Ok((outcome, _)) => Ok(outcome.meaning() == Some(Meaning::InShareGroup)),
            Err(fault) => Err(fault),
        }
    }

    /// The line's top-ups of the last months, newest first.
    pub async fn top_ups(&self, line: &Msisdn, now: Timestamp) -> Result<Vec<TopUp>, Fault> {
        let today = time::today(now);
        let from = today.saturating_sub(self.setup.history_months.months());
        let request = json!({
            "account": line.digits(),
            "fromDate": time::to_freebit_date(from),
            "toDate": time::to_freebit_date(today),
        });
        let answer = self.call("getQuotaHistory", &self.setup.history, request).await?;
        Ok(convert::top_ups(&answer.list("quotaHistory"), self.setup.quota_unit))
    }
}

/// A subscriber as the carrier wants to know them.
fn person(holder: &Holder) -> Map<String, Value> {
    let told = [
        ("lastnameKanji", holder.family.to_string()),
        ("firstnameKanji", holder.given.to_string()),
        ("lastnameZenKana", wide(holder.family_kana.as_str())),
        ("firstnameZenKana", wide(holder.given_kana.as_str())),
        ("gender", holder.gender.letter().to_owned()),
    ];
    let born = holder.born.map(|day| ("birthday", time::to_freebit_date(day)));
    told.into_iter().chain(born).map(|(name, value)| (name.to_owned(), value.into())).collect()
}

/// Blanks between names as wide as the names.
fn wide(kana: &str) -> String {
    kana.replace(' ', "\u{3000}")
}

/// Yes and no in two digits.
fn flag(on: bool) -> Value {
    if on { "10".into() } else { "20".into() }
}
