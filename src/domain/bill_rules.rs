//! What the organisation decides about money: how often a card is tried, how much credit one person gives, what is sold
//! beside the products, and where customers look after their bills.

use serde::Deserialize;

use super::money::Yen;

/// The rules for bills.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// How often a card is tried for one invoice in a day (JST): card companies penalise those who go on.
    pub captures_per_day: usize,
    /// Words of WHMCS's activity log, any case, that tell of a declined card.
    pub declined_words: Vec<String>,
    /// The gateway under which money that came in some other way is booked, as WHMCS calls its module.
    pub other_gateway: String,
    /// Days until an invoice the desk made is due, unless another day is told.
    pub due_days: i64,
    /// Credit that one person gives alone, in yen.
    pub credit_alone_yen: i64,
    /// Credit that a person and a second one of a higher role give together, in yen. More is not given at the desk.
    pub credit_most_yen: i64,
    /// The most days for which suspension is held off on a promise to pay.
    pub promise_days: i64,
    /// Address of the client area; empty for WHMCS's own.
    pub client_area: String,
    /// Its page with the pay methods.
    pub pay_methods_page: String,
    /// Its page with an invoice, before the invoice's id.
    pub invoice_page: String,
    /// The e-mail that brings a link, for customers whose language in WHMCS is Japanese. `{link}` stands for the link.
    pub link_ja: Message,
    /// The same for all others.
    pub link_en: Message,
    /// The add-ons on sale: WHMCS's API has no list of them.
    pub addons: Vec<AddonOffer>,
}

/// An e-mail.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub body: String,
}

/// An add-on on sale.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddonOffer {
    /// Its number in WHMCS's catalogue.
    pub id: u64,
    /// What it is called.
    pub name: String,
    /// Price a month in yen, without tax.
    pub yen: i64,
    /// Fee at the start in yen, without tax.
    #[serde(default)]
    pub setup_yen: i64,
    /// What somebody has to do before the customer has it; empty for nothing.
    #[serde(default)]
    pub then: String,
}

impl AddonOffer {
    /// What is to pay at the start: the fee and the first month.
    pub fn first(&self) -> Yen {
        Yen(self.yen) + Yen(self.setup_yen)
    }
}

impl Rules {
    /// An add-on by its number or its name, any case.
    pub fn addon(&self, written: &str) -> Option<&AddonOffer> {
        let number: Option<u64> = written.trim_start_matches('#').parse().ok();
        self.addons.iter().find(|it| Some(it.id) == number || it.name.to_lowercase() == written.to_lowercase())
    }
}

impl Default for Rules {
    fn default() -> Self {
        let message = |subject: &str, body: &str| Message { subject: subject.to_owned(), body: body.to_owned() };
        let addon = |id, name: &str, yen, then: &str| AddonOffer {
            id,
            name: name.to_owned(),
            yen,
            setup_yen: 0,
            then: then.to_owned(),
        };
        Self {
            captures_per_day: 3,
            declined_words: vec!["payment failed".to_owned(), "declined".to_owned()],
            other_gateway: "banktransfer".to_owned(),
            due_days: 14,
            credit_alone_yen: 5_000,
            credit_most_yen: 50_000,
            promise_days: 14,
            client_area: String::new(),
            pay_methods_page: "account/paymentmethods".to_owned(),
            invoice_page: "viewinvoice.php?id=".to_owned(),
            link_ja: message(
                "お客様ページのご案内",
                "お客様ページはこちらです。ログインしてご利用ください。\n{link}\n\nこのメールでパスワードやカード番号をお尋ねすることはありません。",
            ),
            link_en: message(
                "Your customer page",
                "This is your customer page. Please sign in there.\n{link}\n\nWe never ask for passwords or card numbers by e-mail.",
            ),
            addons: vec![
                addon(1, "Roaming data pass", 980, "The SIM team switches roaming on"),
                addon(2, "Device insurance", 330, ""),
                addon(3, "Fixed IP address", 1_100, "The network team assigns the address"),
            ],
        }
    }
}
