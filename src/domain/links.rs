//! How well the systems agree that this is one customer. The links are text conventions, so they drift; a broken one is
//! shown as broken and never guessed over.

use serde::{Deserialize, Serialize};

use super::customer::{Account, Client, ClientId};
use super::text::Text;

/// Something about the links a person should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkFinding {
    /// The account names no WHMCS client.
    AccountNamesNoClient,
    /// The account's link text cannot be read as `#<id> - <name>`.
    AccountLinkUnreadable(Text),
    /// The account names a client that WHMCS does not have.
    ClientMissing(ClientId),
    /// The client names no customer number.
    ClientNamesNoAccount,
    /// The client names a customer number that no account has.
    AccountMissing(Text),
    /// The two numbers that should be equal are not.
    NumbersDisagree {
        /// The account's customer number.
        salesforce: Text,
        /// The number the client names.
        whmcs: Text,
    },
    /// More than one account has the customer number the client names.
    SeveralAccounts(u64),
    /// More than one WHMCS client looks like this customer.
    SeveralClients(Vec<ClientId>),
}

impl LinkFinding {
    /// Its name, in the language table under `drift-…`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::AccountNamesNoClient => "account-names-no-client",
            Self::AccountLinkUnreadable(_) => "account-link-unreadable",
            Self::ClientMissing(_) => "client-missing",
            Self::ClientNamesNoAccount => "client-names-no-account",
            Self::AccountMissing(_) => "account-missing",
            Self::NumbersDisagree { .. } => "numbers-disagree",
            Self::SeveralAccounts(_) => "several-accounts",
            Self::SeveralClients(_) => "several-clients",
        }
    }
}

/// The client id in an account's link text, written `#41 - Aiko Mori`.
pub fn client_in_link(link: &str) -> Option<ClientId> {
    let digits = link.trim().strip_prefix('#')?;
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let rest = digits[end..].trim_start();
    (rest.is_empty() || rest.starts_with('-')).then(|| digits[..end].parse().ok().map(ClientId)).flatten()
}

/// What the two sides say of each other. `None` for a side means it is not there at all (looked for and not found).
pub fn findings(account: Option<&Account>, client: Option<&Client>, same_looking: &[ClientId]) -> Vec<LinkFinding> {
    let mut found = Vec::new();
    if let Some(account) = account {
        match (account.whmcs_link.is_empty(), client_in_link(&account.whmcs_link)) {
            (true, _) => found.push(LinkFinding::AccountNamesNoClient),
            (false, None) => found.push(LinkFinding::AccountLinkUnreadable(account.whmcs_link.clone())),
            (false, Some(id)) if client.is_none() => found.push(LinkFinding::ClientMissing(id)),
            (false, Some(_)) => {}
        }
    }
    if let Some(client) = client {
        match account {
            _ if client.customer_number.is_empty() => found.push(LinkFinding::ClientNamesNoAccount),
            None => found.push(LinkFinding::AccountMissing(client.customer_number.clone())),
            Some(account) if account.number != client.customer_number => found.push(LinkFinding::NumbersDisagree {
                salesforce: account.number.clone(),
                whmcs: client.customer_number.clone(),
            }),
            Some(_) => {}
        }
        let mut all: Vec<_> = same_looking.iter().copied().filter(|id| *id != client.id).collect();
        if !all.is_empty() {
            all.insert(0, client.id);
            found.push(LinkFinding::SeveralClients(all));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_is_read_from_the_link_text() {
        for (link, expected) in [
            ("#41 - Aiko Mori", Some(41)),
            ("#41", Some(41)),
            (" #41-Aiko", Some(41)),
            ("41 - Aiko", None),
            ("#", None),
            ("#4x1 - A", None),
            ("", None),
            ("#99999999999999999999999 - A", None),
        ] {
            assert_eq!(client_in_link(link), expected.map(ClientId), "{link}");
        }
    }
}
