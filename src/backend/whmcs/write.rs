//! Writes: sent once, whatever comes of them.

use serde_json::Value;

use super::{Whmcs, wire};
use crate::backend::http::Safety;
use crate::domain::customer::ClientId;
use crate::domain::text::Text;
use crate::flow::fault::Fault;

impl Whmcs {
    /// Calls an action that changes something, once. A fault says whether it may have had its effect (see
    /// [`crate::flow::fault::FaultKind`]).
    pub async fn write(&self, action: &'static str, params: &[(String, String)]) -> Result<Value, Fault> {
        let params: Vec<(&str, &str)> = params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.call(Safety::Write, action, &params).await
    }

    /// The ids of a client's newest invoices, newest first.
    pub async fn newest_invoices(&self, client: ClientId, limit: usize) -> Result<Vec<u64>, Fault> {
        let (client, limit) = (client.0.to_string(), limit.to_string());
        let params = [("userid", &*client), ("orderby", "id"), ("order", "desc"), ("limitnum", &*limit)];
        let page: wire::Page<wire::Invoice> = self.page("GetInvoices", &params, ("invoices", "invoice")).await?;
        Ok(page.rows.into_iter().filter_map(|row| row.id).collect())
    }

    /// The newest lines of a client's activity log, each with its number.
    pub async fn log_lines(&self, client: ClientId) -> Result<Vec<(u64, Text)>, Fault> {
        let client = client.0.to_string();
        let params = [("clientid", &*client), ("userid", &client), ("limitstart", "0"), ("limitnum", "100")];
        let page: wire::Page<wire::Entry> = self.page("GetActivityLog", &params, ("activity", "entry")).await?;
        let line = |row: wire::Entry| Some((u64::try_from(row.id?).ok()?, Text::html(&row.description)));
        Ok(page.rows.into_iter().filter_map(line).collect())
    }
}
