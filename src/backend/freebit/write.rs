//! Writes: sent once, whatever comes of them.

use jiff::{Timestamp, ToSpan as _};
use serde_json::json;

use super::{Freebit, convert};
use crate::backend::http::Safety;
use crate::domain::line::TopUp;
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
