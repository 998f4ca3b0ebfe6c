//! What did the person type?
//!
//! One box takes whatever a caller says. Its shape tells what it can be; digits alone are ambiguous, so every reading that fits
//! is given, the likeliest first, and nothing is guessed away. What is nearly right (an EID with a wrong digit) comes back as a
//! problem that says what would be right, beside the guesses.

use thiserror::Error;

use super::{
    customer::ClientId,
    name::{self, SearchNames},
    phone::{Phone, PhoneError, PhoneTail, phone_digits},
    salesforce_id::{SalesforceId, SalesforceIdError},
    sim::{Eid, Iccid, Imei, Lpa, ProductNumber, SimError},
    text::{Text, folded},
};

/// How an organisation writes its own numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shapes {
    /// What a customer number starts with, without a hyphen: `C`.
    pub customer_prefix: String,
    /// What stands between prefix and digits when Salesforce stores the number: `-`, or nothing.
    pub customer_separator: String,
    /// How many digits a customer number has; fewer are filled up with zeroes.
    pub customer_digits: usize,
}

impl Default for Shapes {
    /// `C-000123`
    fn default() -> Self {
        Self { customer_prefix: "C".to_owned(), customer_separator: "-".to_owned(), customer_digits: 6 }
    }
}

/// What something typed may be, and what about it is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recognised {
    /// Every reading that fits, the likeliest first.
    pub guesses: Vec<Guess>,
    /// What is nearly something, and what would be right.
    pub problems: Vec<Problem>,
}

/// One reading of what was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    /// What it is read as.
    pub what: What,
    /// What makes it so.
    pub why: Why,
}

/// What something typed is read as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A whole phone number.
    Phone(Phone),
    /// The last digits of a phone or line number.
    PhoneTail(PhoneTail),
    /// A whole e-mail address, lower case.
    Email(Text),
    /// The beginning of an e-mail address (`aiko.m`, `aiko@`), or of its domain (`@example.jp`), lower case.
    EmailFragment(Text),
    /// A person's or a company's name.
    Name(SearchNames),
    /// A name and the last digits of a phone or line number: both have to fit.
    NameAndTail(SearchNames, PhoneTail),
    /// A Japanese postal code, `105-0014`.
    PostalCode(Text),
    /// A customer number as Salesforce stores it, `C-000123`.
    CustomerNumber(Text),
    /// A WHMCS client.
    ClientId(ClientId),
    /// A WHMCS invoice, by its id or by the number printed on it.
    InvoiceNumber(Text),
    /// A Salesforce order's number, eight digits.
    OrderNumber(Text),
    /// The ten-digit number of a WHMCS order, which the customer has been told.
    WhmcsOrderNumber(u64),
    /// A WHMCS order's id, which staff see.
    WhmcsOrderId(u64),
    /// A Salesforce case's number, eight digits.
    CaseNumber(Text),
    /// An eSIM chip.
    Eid(Eid),
    /// A SIM card or profile.
    Iccid(Iccid),
    /// A SIM card by its printed product number.
    ProductNumber(ProductNumber),
    /// A Salesforce record.
    SalesforceId(SalesforceId),
}

/// What makes a guess a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// The person said so: `inv:123`, `#41`.
    Said,
    /// Its check digits fit.
    CheckDigits,
    /// Nothing else looks like this.
    Shape,
    /// So many digits can be this, among other things.
    Digits,
    /// Words or parts of an address: letters.
    Letters,
}

/// What was typed is nearly something. The sentences name what would be right and never repeat what was typed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Problem {
    /// Nearly an EID.
    #[error("EID: {0}")]
    Eid(SimError),
    /// Nearly an ICCID.
    #[error("ICCID: {0}")]
    Iccid(SimError),
    /// Nearly a card's product number.
    #[error(transparent)]
    ProductNumber(SimError),
    /// Nearly a phone number.
    #[error(transparent)]
    Phone(PhoneError),
    /// Nearly a Salesforce id.
    #[error(transparent)]
    SalesforceId(SalesforceIdError),
    /// A device's number; no system knows which customer has it.
    #[error("this is an IMEI, the device's number; lines are found by phone number, EID or product number")]
    Imei,
    /// A secret, which is not sent anywhere by searching for it.
    #[error(
        "this is an eSIM activation code, a secret that is not searched for; lines are found by phone number or EID"
    )]
    ActivationCode,
    /// After a word like `client:` no number follows.
    #[error("after this word a number follows, like {0}")]
    NumberExpected(&'static str),
    /// After `mail:` no address follows.
    #[error("an e-mail address looks like name@example.jp")]
    Email,
    /// After `customer:` no customer number follows.
    #[error("a customer number looks like {0}")]
    CustomerNumber(String),
    /// So many digits are nothing that is known here.
    #[error("no number has {got} digits: phone numbers have 10, 11 or 14, ICCIDs 18 to 20, EIDs 32")]
    UnknownLength {
        /// How many there are.
        got: usize,
    },
}

/// Reads what was typed, in any width of letters and with any separators.
pub fn recognise(typed: &str, shapes: &Shapes) -> Recognised {
    let text = folded(typed);
    let text = text.trim();
    let mut found = Recognised::default();
    if text.is_empty() {
        return found;
    }
    // Before anything else, so that a secret is neither searched for nor shown as a name.
    if Lpa::parse(text).is_ok() || text.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("LPA:1$")) {
        found.problems.push(Problem::ActivationCode);
        return found;
    }
    match said(text) {
        Some((word, rest)) => {
            found.by_word(word, rest, shapes);
            if found.guesses.is_empty() && !rest.is_empty() {
                found.by_shape(rest, rest, shapes);
            }
        }
        None => found.by_shape(text, typed, shapes),
    }
    found
}

/// What a person says a number is, by a word before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Invoice,
    Client,
    Order,
    Case,
    Phone,
    Email,
    Eid,
    Iccid,
    ProductNumber,
    Customer,
    Name,
    Record,
    PostalCode,
}

const WORDS: [(Word, &[&str]); 13] = [
    (Word::Invoice, &["invoice", "inv", "請求書", "請求"]),
    (Word::Client, &["client", "whmcs", "#"]),
    (Word::Order, &["order", "ord", "注文番号", "注文"]),
    (Word::Case, &["case", "ケース"]),
    (Word::Phone, &["tel", "phone", "電話番号", "電話"]),
    (Word::Email, &["mailto", "e-mail", "email", "mail", "メール"]),
    (Word::Eid, &["eid"]),
    (Word::Iccid, &["iccid"]),
    (Word::ProductNumber, &["sim", "card", "製造番号"]),
    (Word::Customer, &["customer", "cust", "顧客番号"]),
    (Word::Name, &["name", "名前", "氏名"]),
    (Word::Record, &["sf", "id"]),
    (Word::PostalCode, &["〒", "郵便番号", "postal", "zip"]),
];

/// A word and what follows it: `inv:123`, `invoice 123`, `invoice #123`, `#41`. Without a colon a digit or a sign has to follow, so
/// that people called Case or Order are found by name.
fn said(text: &str) -> Option<(Word, &str)> {
    WORDS.iter().flat_map(|(word, spellings)| spellings.iter().map(move |spelling| (*word, *spelling))).find_map(
        |(word, spelling)| {
            let start = text.get(..spelling.len()).filter(|start| start.eq_ignore_ascii_case(spelling))?;
            let after = text[start.len()..].trim_start();
            let rest = after.strip_prefix(':').map(str::trim_start);
            let number = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit() || c == '+');
            let spaced = spelling == "#"
                || after.len() < text.len() - start.len()
                || !spelling.is_ascii()
                || after.starts_with('#');
            // `inv:` with nothing after it is said already; what is missing is told.
            let rest = rest.or_else(|| {
                let rest = after.trim_start_matches('#');
                (spaced && number(rest)).then_some(rest)
            })?;
            Some((word, rest))
        },
    )
}

impl Recognised {
    fn guess(&mut self, what: What, why: Why) {
        let guess = Guess { what, why };
        if !self.guesses.iter().any(|known| known.what == guess.what) {
            self.guesses.push(guess);
        }
    }

    /// A value or what is wrong with it.
    fn take<T, E>(&mut self, read: Result<T, E>, why: Why, what: fn(T) -> What, problem: fn(E) -> Problem) {
        match read {
            Ok(value) => self.guess(what(value), why),
            Err(error) => self.problems.push(problem(error)),
        }
    }

    fn by_word(&mut self, word: Word, rest: &str, shapes: &Shapes) {
        let rest = rest.trim_start_matches('#').trim();
        let digits = phone_digits(rest).filter(|digits| !digits.starts_with('+'));
        let number = digits.as_deref().and_then(|digits| digits.parse::<u64>().ok());
        match (word, number) {
            (Word::Name, _) if rest.is_empty() => {}
            (Word::Invoice, _) if rest.is_empty() => self.problems.push(Problem::NumberExpected("inv:9001")),
            (Word::Invoice, _) => self.guess(What::InvoiceNumber(Text::line(rest)), Why::Said),
            (Word::Client, _) => match number.or_else(|| linked_client(rest)) {
                Some(id) => self.guess(What::ClientId(ClientId(id)), Why::Said),
                None => self.problems.push(Problem::NumberExpected("client:41")),
            },
            (Word::Order, Some(number)) => {
                if number >= 1_000_000_000 {
                    self.guess(What::WhmcsOrderNumber(number), Why::Said);
                } else {
                    if number < 100_000_000 {
                        self.guess(What::OrderNumber(eight_digits(number)), Why::Said);
                    }
                    self.guess(What::WhmcsOrderId(number), Why::Said);
                }
            }
            (Word::Order, None) => self.problems.push(Problem::NumberExpected("order:00000123")),
            (Word::Case, Some(number)) if number < 100_000_000 => {
                self.guess(What::CaseNumber(eight_digits(number)), Why::Said);
            }
            (Word::Case, _) => self.problems.push(Problem::NumberExpected("case:00001234")),
            (Word::Phone, _) => match (Phone::parse(rest), PhoneTail::parse(rest)) {
                (Ok(phone), _) => self.guess(What::Phone(phone), Why::Said),
                (Err(error), Some(tail)) => {
                    self.near_phone(&error, tail.digits());
                    self.guess(What::PhoneTail(tail), Why::Said);
                }
                (Err(error), None) => self.problems.push(Problem::Phone(error)),
            },
            (Word::Email, _) => match email(rest) {
                Some(what) => self.guess(what, Why::Said),
                None if is_address_part(rest) => self.guess(What::EmailFragment(lower(rest)), Why::Said),
                None => self.problems.push(Problem::Email),
            },
            (Word::Eid, _) => self.take(Eid::parse(rest), Why::Said, What::Eid, Problem::Eid),
            (Word::Iccid, _) => self.take(Iccid::parse(rest), Why::Said, What::Iccid, Problem::Iccid),
            (Word::ProductNumber, _) => {
                let read = ProductNumber::parse(&compact(rest).to_uppercase());
                self.take(read, Why::Said, What::ProductNumber, Problem::ProductNumber);
            }
            (Word::Customer, _) => {
                let prefixed = customer_number(rest, shapes);
                match prefixed.or_else(|| digits.and_then(|digits| stored_customer_number(&digits, shapes))) {
                    Some(number) => self.guess(What::CustomerNumber(number), Why::Said),
                    None => self.problems.push(Problem::CustomerNumber(
                        stored_customer_number("123", shapes).unwrap_or_default().to_string(),
                    )),
                }
            }
            (Word::Name, _) => self.guess(What::Name(name::variants(rest)), Why::Said),
            (Word::PostalCode, _) => match digits.and_then(|digits| postal_code(&digits)) {
                Some(code) => self.guess(What::PostalCode(code), Why::Said),
                None => self.problems.push(Problem::NumberExpected("〒105-0014")),
            },
            (Word::Record, _) => {
                self.take(SalesforceId::parse(rest), Why::Said, What::SalesforceId, Problem::SalesforceId);
            }
        }
    }

    /// `typed` is the text before folding: a name is searched for as it is written.
    fn by_shape(&mut self, text: &str, typed: &str, shapes: &Shapes) {
        let digits = phone_digits(text);
        if text.contains('@') {
            match email(text) {
                Some(what) => self.guess(what, Why::Shape),
                None => self.problems.push(Problem::Email),
            }
        } else if let Some(digits) = digits {
            let parts: Vec<usize> = text.split(|c: char| !c.is_ascii_digit()).map(str::len).collect();
            if parts == [3, 4]
                && let Some(code) = postal_code(&digits)
            {
                self.guess(What::PostalCode(code), Why::Shape);
            }
            self.by_digits(&digits, text);
        } else {
            self.by_letters(text, typed, shapes);
        }
    }

    /// Digits and nothing but separators, perhaps a leading `+`.
    fn by_digits(&mut self, digits: &str, text: &str) {
        let got = digits.len();
        let plain = text.bytes().all(|byte| byte.is_ascii_digit());
        // Ids are written without leading zeroes and without separators.
        let id = digits.parse::<u64>().ok().filter(|_| plain && !digits.starts_with('0'));
        match Phone::parse(digits) {
            Ok(phone) => return self.guess(What::Phone(phone), Why::Shape),
            Err(error) if digits.starts_with('+') => return self.problems.push(Problem::Phone(error)),
            Err(error) => self.near_phone(&error, digits),
        }
        if got >= 14 {
            return self.by_many_digits(digits);
        }
        let tail = PhoneTail::parse(digits).map(What::PhoneTail);
        let client = id.filter(|_| got <= 7).map(|id| What::ClientId(ClientId(id)));
        let invoice = id.map(|_| What::InvoiceNumber(Text::line(digits)));
        let order = (plain && got == 8).then(|| What::OrderNumber(Text::line(digits)));
        let case = (plain && got == 8).then(|| What::CaseNumber(Text::line(digits)));
        let whmcs_order = id.filter(|_| got == 10).map(What::WhmcsOrderNumber);
        let postal = postal_code(digits).filter(|_| plain).map(What::PostalCode);
        let readings = match got {
            // Four digits are what agents ask for; invoices and clients have few or several.
            4 => [tail, client, invoice, None, None],
            ..4 => [client, invoice, None, None, None],
            5..8 => [invoice, client, tail, postal, None],
            8 => [order, case, tail, invoice, None],
            _ => [whmcs_order, tail, invoice, None, None],
        };
        for what in readings.into_iter().flatten() {
            self.guess(what, Why::Digits);
        }
    }

    /// Says what is wrong with a number that can only be meant as a whole phone number.
    fn near_phone(&mut self, error: &PhoneError, digits: &str) {
        let whole = matches!(digits.len(), 9..=13) && !digits.starts_with("00");
        if whole && !matches!(error, PhoneError::NoPrefix | PhoneError::NotAPhone) {
            self.problems.push(Problem::Phone(error.clone()));
        }
    }

    /// Numbers on SIMs and devices.
    fn by_many_digits(&mut self, digits: &str) {
        match digits.len() {
            18..=20 => self.take(Iccid::parse(digits), Why::CheckDigits, What::Iccid, Problem::Iccid),
            30..=34 => self.take(Eid::parse(digits), Why::CheckDigits, What::Eid, Problem::Eid),
            15 | 16 if Imei::parse(digits).is_ok() || digits.len() == 16 => self.problems.push(Problem::Imei),
            got => self.problems.push(Problem::UnknownLength { got }),
        }
    }

    fn by_letters(&mut self, text: &str, typed: &str, shapes: &Shapes) {
        let compact = compact(text);
        let letters = compact.chars().take_while(char::is_ascii_alphabetic).count();
        let numbered = letters > 0 && letters < compact.len() && compact[letters..].bytes().all(|b| b.is_ascii_digit());
        if let Some(card) = compact.strip_suffix(['F', 'f']).filter(|card| Iccid::parse(card).is_ok()) {
            return self.take(Iccid::parse(card), Why::CheckDigits, What::Iccid, Problem::Iccid);
        }
        if let Some(number) = customer_number(text, shapes) {
            return self.guess(What::CustomerNumber(number), Why::Shape);
        }
        if numbered && letters == 2 && (12..=17).contains(&compact.len()) {
            let read = ProductNumber::parse(&compact.to_uppercase());
            return self.take(read, Why::Shape, What::ProductNumber, Problem::ProductNumber);
        }
        if is_record_id(text) {
            match SalesforceId::parse(text) {
                Ok(id) => return self.guess(What::SalesforceId(id), Why::Shape),
                Err(error) => self.problems.push(Problem::SalesforceId(error)),
            }
        }
        let one_word = is_address_part(text);
        let with_digits = text.bytes().any(|byte| byte.is_ascii_digit());
        if one_word && with_digits && text.starts_with(|c: char| c.is_ascii_alphabetic()) {
            self.guess(What::InvoiceNumber(Text::line(text)), Why::Shape);
        }
        if one_word && (with_digits || text.contains(['.', '_', '+'])) {
            self.guess(What::EmailFragment(lower(text)), Why::Letters);
        }
        if let Some((name, tail)) = name_and_tail(typed) {
            self.guess(What::NameAndTail(name, tail), Why::Letters);
        }
        if text.chars().any(char::is_alphabetic) {
            self.guess(What::Name(name::variants(without_title(typed.trim()))), Why::Letters);
        }
        if one_word && text.len() >= 2 {
            self.guess(What::EmailFragment(lower(text)), Why::Letters);
        }
    }
}

/// The client of a link copied from Salesforce, which is text like `#41 - Aiko Mori`.
fn linked_client(rest: &str) -> Option<u64> {
    let (id, _name) = rest.split_once(" - ")?;
    id.parse().ok()
}

fn compact(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect()
}

fn lower(text: &str) -> Text {
    Text::line(&text.to_lowercase())
}

fn eight_digits(number: u64) -> Text {
    Text::line(&format!("{number:08}"))
}

/// What agents write behind a customer's name.
fn without_title(text: &str) -> &str {
    ["様", "さま"]
        .iter()
        .find_map(|title| text.strip_suffix(title))
        .map(str::trim_end)
        .filter(|n| !n.is_empty())
        .unwrap_or(text)
}

/// Words without digits, and then the end of a phone number: `佐藤 4567`, `Sato 090-0123-4567`.
fn name_and_tail(typed: &str) -> Option<(SearchNames, PhoneTail)> {
    let words: Vec<&str> = typed.split_whitespace().collect();
    let at = words.iter().position(|word| folded(word).contains(|c: char| c.is_ascii_digit()))?;
    let (name, digits) = (words[..at].join(" "), words[at..].join(" "));
    let named = name.chars().any(char::is_alphabetic);
    PhoneTail::parse(&digits).filter(|_| named).map(|tail| (name::variants(without_title(&name)), tail))
}

/// Seven digits as they are written in an address.
fn postal_code(digits: &str) -> Option<Text> {
    let (area, place) = digits.split_at_checked(3).filter(|(_, place)| place.len() == 4)?;
    Some(Text::line(&format!("{area}-{place}")))
}

/// An address, or the part of one on either side of its `@`.
fn email(text: &str) -> Option<What> {
    let (local, domain) = text.split_once('@')?;
    let whole = |part: &str| part.split('.').all(|label| !label.is_empty());
    match (local.is_empty(), domain.is_empty()) {
        (true, true) => None,
        _ if !(local.is_empty() || is_address_part(local)) || !(domain.is_empty() || is_address_part(domain)) => None,
        (false, false) if domain.contains('.') && whole(domain) => Some(What::Email(lower(text))),
        _ => Some(What::EmailFragment(lower(text))),
    }
}

fn is_address_part(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+-/=?^_`{|}~".contains(&byte))
}

/// A customer number with its prefix: `C-000123`, `c000123`, `C 123`.
fn customer_number(text: &str, shapes: &Shapes) -> Option<Text> {
    let prefix = &shapes.customer_prefix;
    let start = text.get(..prefix.len()).filter(|start| !start.is_empty() && start.eq_ignore_ascii_case(prefix))?;
    let digits = text[start.len()..].trim_start_matches([' ', '-', '_']);
    stored_customer_number(digits, shapes)
}

fn stored_customer_number(digits: &str, shapes: &Shapes) -> Option<Text> {
    let Shapes { customer_prefix, customer_separator, customer_digits } = shapes;
    let fits = !digits.is_empty() && digits.len() <= *customer_digits && digits.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| Text::line(&format!("{customer_prefix}{customer_separator}{digits:0>customer_digits$}")))
}

/// Letters and digits in the length of a record id, with a record's prefix. Ids are mostly digits; names have none.
fn is_record_id(text: &str) -> bool {
    matches!(text.len(), 15 | 18)
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && text.bytes().filter(u8::is_ascii_digit).count() >= 3
        && text.starts_with(['0', '5', '8', 'a'])
}

#[cfg(test)]
mod tests;
