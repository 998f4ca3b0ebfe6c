//! Writes: sent once, whatever comes of them. What takes effect on a day cannot be asked for without one.

use jiff::{Timestamp, ToSpan as _};
use serde_json::{Map, Value, json};

use super::{Freebit, convert};
use crate::backend::http::Safety;
use crate::domain::effective::EffectiveDate;
use crate::domain::line::{Network, TopUp, VoiceOptions};
use crate::domain::phone::Msisdn;
use crate::domain::quota::Quota;
use crate::domain::time;
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

/// Yes and no in two digits.
fn flag(on: bool) -> Value {
    if on { "10".into() } else { "20".into() }
}
