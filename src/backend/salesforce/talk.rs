//! What was said in a case, and what was promised.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::convert::{day, id, moment, text};
use super::names::standard as s;
use super::soql::{Condition, Order, Soql};
use super::wire::Record;
use super::{Part, Partly, People, Rows, Salesforce, missing};
use crate::domain::billing::Listing;
use crate::domain::history::{FollowUp, Message, MessageKind, Side};
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::text::Text;
use crate::flow::fault::Fault;
use crate::flow::said;

/// Comments read of one case, and promises of one customer.
const ROWS: u32 = 200;
/// E-mails read of one case: a body may be long.
const EMAILS: u32 = 50;
/// An e-mail's status while it is written.
pub(super) const DRAFT: &str = "5";

impl People {
    /// Which side wrote a record, by its creator. What a customer writes in the portal is stored by the portal's own user
    /// or, where the org has the vendor's portal, by the customer's; neither is one of the staff.
    pub(super) fn side(&self, row: &Record) -> Side {
        let login = row.text(&s::CREATOR_LOGIN);
        let portal = self.portal.iter().any(|user| user.eq_ignore_ascii_case(&login));
        let kind = row.text(&s::CREATOR_TYPE);
        let customer = matches!(
            kind.as_str(),
            "PowerCustomerSuccess" | "CustomerSuccess" | "CspLitePortal" | "SelfService" | "Guest"
        );
        if portal || customer { Side::Customer } else { Side::Staff }
    }

    fn comment(&self, row: &Record) -> Message {
        let public = row.flag(&s::IS_PUBLISHED);
        // An internal note is nobody's outside, whoever stored it.
        let side = if public { self.side(row) } else { Side::Staff };
        let customer = [&s::PARENT_CONTACT, &s::PARENT_ACCOUNT].map(|name| text(row, name));
        let customer = customer.into_iter().find(|name| side == Side::Customer && !name.is_empty());
        Message {
            at: moment(row, &s::CREATED),
            who: customer.unwrap_or_else(|| text(row, &s::CREATOR)),
            side,
            kind: MessageKind::Comment,
            public,
            subject: Text::default(),
            body: Text::block(&row.text(&s::COMMENT_BODY)),
            files: Vec::new(),
        }
    }
}

fn email(row: &Record) -> Message {
    let plain = Text::block(&row.text(&s::TEXT_BODY));
    let sender = [&s::FROM_NAME, &s::FROM_ADDRESS].map(|field| text(row, field));
    Message {
        at: moment(row, &s::MESSAGE_DATE).or_else(|| moment(row, &s::CREATED)),
        who: sender.into_iter().find(|sender| !sender.is_empty()).unwrap_or_default(),
        side: if row.flag(&s::INCOMING) { Side::Customer } else { Side::Staff },
        kind: MessageKind::Email,
        public: row.text(&s::STATUS) != DRAFT,
        subject: text(row, &s::SUBJECT),
        body: if plain.is_empty() { without_tags(&row.text(&s::HTML_BODY)) } else { plain },
        files: Vec::new(),
    }
}

/// What an HTML body says, without its tags: a line for each block, nothing of what is not shown. No more is tried: a mail
/// that means something by its looks is read in Salesforce.
fn without_tags(html: &str) -> Text {
    let mut plain = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        plain.push_str(before);
        let Some((tag, after)) = tag.split_once('>') else {
            // No tag after all.
            plain.push('<');
            rest = tag;
            continue;
        };
        let name: String =
            tag.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '/').collect::<String>().to_ascii_lowercase();
        rest = match name.as_str() {
            "style" | "script" | "head" | "title" => {
                let closes = |at: &usize| {
                    let word = after.get(at + 2..at + 2 + name.len());
                    word.is_some_and(|word| word.eq_ignore_ascii_case(&name))
                };
                let end = after.match_indices("</").map(|(at, _)| at).find(closes);
                end.map_or("", |end| &after[end..])
            }
            _ => after,
        };
        if matches!(name.as_str(), "br" | "br/" | "/p" | "/div" | "/li" | "/tr" | "/h1" | "/h2" | "/h3") {
            plain.push('\n');
        }
    }
    plain.push_str(rest);
    Text::html_block(plain.trim())
}

fn follow_up(row: &Record) -> Option<FollowUp> {
    Some(FollowUp {
        id: id(row)?,
        subject: text(row, &s::SUBJECT),
        description: Text::block(&row.text(&s::DESCRIPTION)),
        status: text(row, &s::STATUS),
        closed: row.flag(&s::IS_CLOSED),
        priority: text(row, &s::PRIORITY),
        due: day(row, &s::ACTIVITY_DATE),
        owner: text(row, &s::OWNER_NAME),
        created: moment(row, &s::CREATED),
    })
}

impl Salesforce {
    /// What was said in a case, newest first, in one call.
    pub async fn messages(&self, case: SalesforceId) -> Partly<Listing<Message>> {
        let of_case = Condition::Is(s::PARENT_ID, case.as_str().to_owned());
        let comments = Soql::select(
            &[
                s::COMMENT_BODY,
                s::IS_PUBLISHED,
                s::CREATED,
                s::CREATOR,
                s::CREATOR_LOGIN,
                s::CREATOR_TYPE,
                s::PARENT_CONTACT,
                s::PARENT_ACCOUNT,
            ],
            &s::CASE_COMMENT,
        );
        let emails = Soql::select(
            &[
                s::SUBJECT,
                s::TEXT_BODY,
                s::HTML_BODY,
                s::FROM_NAME,
                s::FROM_ADDRESS,
                s::INCOMING,
                s::STATUS,
                s::MESSAGE_DATE,
                s::CREATED,
            ],
            &s::EMAIL_MESSAGE,
        );
        let parts = [
            comments.filter(&of_case).newest_by(&s::CREATED).limit(ROWS),
            Soql::count(&s::CASE_COMMENT).filter(&of_case),
            emails.filter(&of_case).newest_by(&s::CREATED).limit(EMAILS),
            Soql::count(&s::EMAIL_MESSAGE).filter(&of_case),
        ]
        .map(Part::Query);
        let answers = match self.batch("case", &parts).await {
            Ok(answers) => answers,
            Err(fault) => return Partly::failed(fault),
        };
        let mut answers = answers.into_iter();
        let mut next = || answers.next().unwrap_or_else(|| Err(super::unreadable(said::PART_MISSING)));
        let (comments, emails) = (Counted::of(next(), next()), Counted::of(next(), next()));
        let mut rows: Vec<Message> = comments.rows().iter().map(|row| self.people.comment(row)).collect();
        rows.extend(emails.rows().iter().map(email));
        rows.sort_by_key(|message| Reverse(message.at));
        let total = comments.total() + emails.total();
        let answered = comments.0.is_ok() || emails.0.is_ok();
        let faults = [("CaseComment", comments.0.err()), ("EmailMessage", emails.0.err())];
        let faults = faults.into_iter().filter_map(|(object, fault)| Some((object.to_owned(), fault?))).collect();
        Partly { value: answered.then_some(Listing { rows, total }), fault: missing(faults) }
    }

    /// The promises about an account and about its orders and cases: what is not done first, by its day. One call.
    ///
    /// Salesforce fills a task's account from an account or an opportunity; what is noted on an order or a case carries
    /// none, so those are asked for by the record they are about.
    pub async fn follow_ups(&self, account: SalesforceId) -> Partly<Listing<FollowUp>> {
        let is = |field, id: &SalesforceId| Condition::Is(field, id.as_str().to_owned());
        let of = |object| Condition::Of(s::WHAT_ID, object, Box::new(is(s::ACCOUNT_ID, &account)));
        let about =
            [Condition::Any(vec![is(s::ACCOUNT_ID, &account), is(s::WHAT_ID, &account)]), of(s::ORDER), of(s::CASE)];
        let fields = [
            s::ID,
            s::SUBJECT,
            s::DESCRIPTION,
            s::STATUS,
            s::IS_CLOSED,
            s::PRIORITY,
            s::ACTIVITY_DATE,
            s::OWNER_NAME,
            s::CREATED,
        ];
        // What is open comes before what is done, of which the newest matter.
        let order = [(&s::IS_CLOSED, Order::Rising), (&s::ACTIVITY_DATE, Order::Falling)];
        let parts: Vec<Part> = about
            .iter()
            .flat_map(|about| {
                let rows = Soql::select(&fields, &s::TASK).filter(about).ordered(&order).limit(ROWS);
                [rows, Soql::count(&s::TASK).filter(about)]
            })
            .map(Part::Query)
            .collect();
        let mut answers = match self.batch("follow-ups", &parts).await {
            Ok(answers) => answers.into_iter(),
            Err(fault) => return Partly::failed(fault),
        };
        let mut next = || answers.next().unwrap_or_else(|| Err(super::unreadable(said::PART_MISSING)));
        let mut rows: Vec<FollowUp> = Vec::new();
        let mut known = BTreeSet::new();
        let (mut answered, mut unread, mut faults) = (false, 0, Vec::new());
        for _ in &about {
            let read = Counted::of(next(), next());
            answered |= read.0.is_ok();
            unread += read.total() - read.rows().len() as u64;
            // A task of an order may carry the account too.
            rows.extend(read.rows().iter().filter_map(follow_up).filter(|row| known.insert(row.id)));
            faults.extend(read.0.err().map(|fault| ("Task".to_owned(), fault)));
        }
        rows.sort_by_key(|row| (row.closed, row.due.is_none(), row.due, row.created));
        let total = rows.len() as u64 + unread;
        Partly { value: answered.then_some(Listing { rows, total }), fault: missing(faults) }
    }
}

/// Rows, and how many there are in all.
struct Counted(Result<(Rows, u64), Fault>);

impl Counted {
    fn of(rows: Result<Rows, Fault>, count: Result<Rows, Fault>) -> Self {
        Self(rows.map(|rows| {
            let total = count.map_or(0, |count| count.total).max(rows.records.len() as u64);
            (rows, total)
        }))
    }

    fn rows(&self) -> &[Record] {
        self.0.as_ref().map_or(&[], |(rows, _)| &rows.records)
    }

    fn total(&self) -> u64 {
        self.0.as_ref().map_or(0, |(_, total)| *total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_of_tags_becomes_lines() {
        for (html, plain) in [
            ("<p>Please <b>restart</b></p><p>Thanks &amp; bye</p>", "Please restart\nThanks & bye"),
            ("<html><head><style>p{x<y}</style></head><body>a<br/>b</body></html>", "a\nb"),
            ("1 < 2", "1 < 2"),
            ("<STYLE>never closed", ""),
            ("&lt;b&gt; stays", "<b> stays"),
        ] {
            assert_eq!(without_tags(html).as_str(), plain);
        }
    }
}
