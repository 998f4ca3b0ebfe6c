//! The page that a record has in the web interface of the system that keeps it: Salesforce's is beside its API, WHMCS's where
//! the configuration says.
//!
//! An address is made of a base that was parsed and of ids, so nothing that anybody typed is in it, and no control character:
//! a terminal may be told it.

use url::Url;

use super::customer::ClientId;
use super::salesforce_id::SalesforceId;

/// A record that has a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebRecord {
    /// Any record of Salesforce.
    Salesforce(SalesforceId),
    /// A WHMCS client.
    Client(ClientId),
    /// A WHMCS service.
    Service(u64),
    /// A WHMCS invoice.
    Invoice(u64),
    /// A WHMCS order.
    Order(u64),
    /// A WHMCS ticket, by its internal id.
    Ticket(u64),
}

/// Where the pages are. Without a system's address its records have none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WebPages {
    salesforce: Option<Url>,
    whmcs: Option<Url>,
}

impl WebPages {
    /// Below the org's address and that of WHMCS's administration. Only what a browser opens is taken.
    pub fn new(salesforce: Option<Url>, whmcs: Option<Url>) -> Self {
        let opens = |url: &Url| matches!(url.scheme(), "https" | "http");
        Self { salesforce: salesforce.filter(opens), whmcs: whmcs.filter(opens) }
    }

    /// The address of a record's page.
    pub fn of(&self, record: WebRecord) -> Option<String> {
        let (base, page) = match record {
            // The org itself knows which of its pages that is.
            WebRecord::Salesforce(id) => (&self.salesforce, id.to_string()),
            WebRecord::Client(id) => (&self.whmcs, format!("clientssummary.php?userid={}", id.0)),
            WebRecord::Service(id) => (&self.whmcs, format!("clientsservices.php?id={id}")),
            WebRecord::Invoice(id) => (&self.whmcs, format!("invoices.php?action=edit&id={id}")),
            WebRecord::Order(id) => (&self.whmcs, format!("orders.php?action=view&id={id}")),
            WebRecord::Ticket(id) => (&self.whmcs, format!("supporttickets.php?action=view&id={id}")),
        };
        base.as_ref()?.join(&page).ok().map(String::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_has_the_page_that_its_system_gives_it() {
        let url = |text: &str| Url::parse(text).ok();
        let pages = WebPages::new(url("https://example.my.salesforce.com/"), url("https://billing.example.jp/admin/"));
        let id = SalesforceId::parse("001000000000001").unwrap();
        let of = |record| pages.of(record).unwrap();
        assert_eq!(of(WebRecord::Salesforce(id)), format!("https://example.my.salesforce.com/{id}"));
        let page = "https://billing.example.jp/admin/clientssummary.php?userid=7";
        assert_eq!(of(WebRecord::Client(ClientId(7))), page);
        assert_eq!(of(WebRecord::Service(77)), "https://billing.example.jp/admin/clientsservices.php?id=77");
        let page = "https://billing.example.jp/admin/invoices.php?action=edit&id=12";
        assert_eq!(of(WebRecord::Invoice(12)), page);
    }

    #[test]
    fn what_no_browser_opens_and_no_terminal_should_be_told_is_no_page() {
        let pages = WebPages::new(Url::parse("javascript:alert(1)").ok(), None);
        let id = SalesforceId::parse("001000000000001").unwrap();
        assert_eq!(pages.of(WebRecord::Salesforce(id)), None);
        assert_eq!(pages.of(WebRecord::Order(3)), None);
        let strange = Url::parse("https://x.example.jp/a\u{1b}]8;;\u{7}b/").ok();
        let page = WebPages::new(strange, None).of(WebRecord::Salesforce(id)).unwrap();
        assert!(page.is_ascii() && !page.chars().any(char::is_control), "{page:?}");
    }
}
