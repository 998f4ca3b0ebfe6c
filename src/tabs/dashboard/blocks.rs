//! The dashboard's blocks as data: title, age or fault, and lines.

use std::borrow::Cow;

use jiff::Timestamp;
use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::scroll::Scroll;
use madoguchi_ui::text;
use madoguchi_ui::theme::Role;
use madoguchi_ui::written::Written;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::billing::PayMethod;
use crate::domain::customer::{Contact, EligibilityState, VerificationState};
use crate::domain::mask::Personal;
use crate::domain::status::{self, NextDue, Summary};
use crate::domain::system::System;
use crate::flow::{Customer, Fault, Remote};
use crate::locale::Value;
use crate::scene::{Scene, fault_mark};
use crate::tabs::cells::{self, expiry_mark};

use super::words;

/// A block of the dashboard.
#[derive(Debug, Clone)]
pub struct Block<'a> {
    pub title: Cow<'a, str>,
    /// Age or fault, at the right of the title.
    pub aside: (Cow<'a, str>, Role, Option<Mark>),
    pub lines: Vec<Line<'a>>,
    /// Something it is computed from was never read.
    pub unsure: bool,
    /// Long lines go on in the next row; otherwise they are cut.
    pub wraps: bool,
}

/// A line of a block.
#[derive(Debug, Clone)]
pub struct Line<'a> {
    pub label: Option<Label<'a>>,
    pub text: Cow<'a, str>,
    pub role: Role,
    pub mark: Option<Mark>,
    /// It is cut where others go on in the next row: what it loses stands elsewhere too.
    pub cut: bool,
}

/// What stands before a line.
#[derive(Debug, Clone)]
pub enum Label<'a> {
    Words(Cow<'a, str>),
    /// Written only where it is drawn: of a long list most is out of sight.
    Moment(Timestamp),
}

impl Label<'_> {
    fn width(&self) -> usize {
        match self {
            Self::Words(words) => text::width(words),
            Self::Moment(_) => "2026-11-22 19:03".len(),
        }
    }
}

impl<'a> Line<'a> {
    /// A line that a mark explains.
    pub fn marked(mark: Mark, text: impl Into<Cow<'a, str>>) -> Self {
        Self { label: None, text: text.into(), role: mark.role(), mark: Some(mark), cut: false }
    }

    fn plain(text: impl Into<Cow<'a, str>>, role: Role) -> Self {
        Self { label: None, text: text.into(), role, mark: None, cut: false }
    }

    fn labelled(scene: &Scene<'a>, key: &'static str, text: impl Into<Cow<'a, str>>, role: Role) -> Self {
        Self { label: Some(Label::Words(scene.say(key))), text: text.into(), role, mark: None, cut: false }
    }
}

/// Age, fault and progress of one part, whatever it holds.
#[derive(Clone, Copy)]
struct Part<'a> {
    system: System,
    read_at: Option<Timestamp>,
    fault: Option<&'a Fault>,
    loading: bool,
}

impl Part<'_> {
    /// The system could not be asked, which is something else than that it has no such record.
    fn failed(&self) -> bool {
        self.fault.is_some_and(|fault| !fault.is_absence())
    }
}

fn part<T>(system: System, remote: &Remote<T>) -> Part<'_> {
    let read_at = remote.known.as_ref().map(|known| known.read_at);
    Part { system, read_at, fault: remote.fault.as_ref(), loading: remote.loading }
}

/// Age or fault of a block made from several parts: the first fault, else what is on its way, else the oldest age.
fn aside<'a>(parts: &[Part<'_>], scene: &Scene<'a>) -> (Cow<'a, str>, Role, Option<Mark>) {
    let oldest = parts.iter().filter_map(|part| part.read_at).min();
    if let Some(fault) = parts.iter().find_map(|part| part.fault) {
        // The age first: it is what a narrow block must not cut off, and the blocks' lines tell the rest.
        let age = oldest.map(|at| format!("{} · ", scene.age(at))).unwrap_or_default();
        let what = format!("{age}{} {}", fault.system.name(), scene.say(fault.kind.key()));
        let mark = fault_mark(fault);
        return (what.into(), mark.role(), Some(mark));
    }
    if parts.iter().any(|part| part.loading) {
        return (scene.say("loading"), Role::Dim, Some(Mark::Pending));
    }
    match oldest {
        Some(at) => (scene.age(at).into(), Role::Dim, None),
        None => (Cow::default(), Role::Dim, None),
    }
}

fn block<'a>(title: &'static str, parts: &[Part<'_>], lines: Vec<Line<'a>>, scene: &Scene<'a>) -> Block<'a> {
    let unsure = parts.iter().any(|part| part.read_at.is_none());
    let title = scene.say(title);
    Block { title, aside: aside(parts, scene), lines, unsure, wraps: true }
}

/// What the systems said of their failures, each once: the blocks themselves only name the system and the kind.
fn faults<'a>(customer: &'a Customer, scene: &Scene<'a>) -> Vec<Line<'a>> {
    let parts = [
        customer.account.fault.as_ref(),
        customer.client.fault.as_ref(),
        customer.subscriptions.fault.as_ref(),
        customer.invoices.fault.as_ref(),
        customer.pay_methods.fault.as_ref(),
        customer.orders.fault.as_ref(),
        customer.cases.fault.as_ref(),
        customer.activity.fault.as_ref(),
    ];
    let lines = customer.lines.iter().map(|(_, line)| line.fault.as_ref());
    let mut said: Vec<&Fault> = Vec::new();
    for fault in parts.into_iter().chain(lines).flatten() {
        if !said.iter().any(|other| other.system == fault.system && other.kind == fault.kind) {
            said.push(fault);
        }
    }
    said.into_iter().map(|fault| Line::marked(fault_mark(fault), scene.fault(fault))).collect()
}

fn unknown<'a>(scene: &Scene<'a>, loading: bool) -> Vec<Line<'a>> {
    if loading {
        vec![Line::plain(scene.say("loading"), Role::Dim)]
    } else {
        vec![Line::marked(Mark::Unknown, scene.unknown())]
    }
}

/// The head of the tasks block; the dashboard fills in the tasks.
pub fn tasks_head<'a>(customer: &'a Customer, scene: &Scene<'a>) -> Block<'a> {
    let parts = [
        part(System::Salesforce, &customer.account),
        part(System::Whmcs, &customer.invoices),
        part(System::Whmcs, &customer.pay_methods),
        part(System::Salesforce, &customer.orders),
    ];
    let mut block = block("panel-tasks", &parts, Vec::new(), scene);
    block.wraps = false;
    let mut failed: Vec<&str> = parts.iter().filter(|part| part.failed()).map(|part| part.system.name()).collect();
    failed.sort_unstable();
    failed.dedup();
    if !failed.is_empty() {
        let systems = failed.join(", ");
        let words = scene.with("tasks-incomplete", &[("systems", Value::Text(&systems))]);
        block.aside = (words.into(), Role::Warning, Some(Mark::Warning));
    }
    block
}

/// Every other block: customer, summary, pay methods, eligibility, verification, lines, links, activity.
pub fn all<'a>(customer: &'a Customer, scene: &Scene<'a>) -> [Block<'a>; 8] {
    [
        who(customer, scene),
        glance(customer, scene),
        pay_methods(customer, scene),
        eligibility(customer, scene),
        verification(customer, scene),
        lines(customer, scene),
        links(customer, scene),
        activity(customer, scene),
    ]
}

fn who<'a>(customer: &'a Customer, scene: &Scene<'a>) -> Block<'a> {
    let mut lines = Vec::new();
    let personal = if scene.revealed { Role::Text } else { Role::Masked };
    if let Some(account) = customer.account.value() {
        let mut name = account.name.to_string();
        if !account.kana.is_empty() {
            name = format!("{name}  {}", account.kana);
        }
        lines.push(Line::labelled(scene, "label-name", name, Role::Text));
        lines.push(Line::labelled(scene, "label-customer-number", account.number.as_str(), Role::Text));
        lines.push(Line::labelled(scene, "label-email", scene.personal(Personal::Email, &account.email), personal));
        let mut phones: Vec<String> = account.phones.iter().map(written).collect();
        phones.dedup();
        for written in phones {
            lines.push(Line::labelled(scene, "label-phone", scene.personal(Personal::Phone, &written), personal));
        }
        lines.push(Line::labelled(
            scene,
            "label-address",
            scene.personal(Personal::Address, &account.address),
            personal,
        ));
        if let Some(born) = account.birthdate {
            let born = scene.personal(Personal::BirthDate, &born.to_string());
            lines.push(Line::labelled(scene, "label-birthdate", born, personal));
        }
    }
    if let Some(client) = customer.client.value() {
        let name = if client.company.is_empty() { client.name.to_string() } else { client.company.to_string() };
        let status = match cells::client_status_key(&client.status) {
            Some(key) => scene.say(key),
            None => Cow::Borrowed(client.status.as_str()),
        };
        // Where there is little room, the name is lost first: it stands above.
        let status = format!("{} · {status} · {name}", client.id);
        lines.push(Line { cut: true, ..Line::labelled(scene, "label-client", status, Role::Text) });
        if let Some(credit) = client.credit.filter(|credit| !credit.is_zero()) {
            lines.push(Line::labelled(scene, "label-credit", credit.to_string(), Role::Text));
        }
        if let Some(account) = customer.account.value() {
            if !same_place(&account.address, &client.address) {
                let address = scene.personal(Personal::Address, &client.address);
                lines.push(Line::labelled(scene, "label-client-address", address, personal));
            }
        } else {
            lines.push(Line::labelled(scene, "label-email", scene.personal(Personal::Email, &client.email), personal));
            let phone = scene.personal(Personal::Phone, &written(&client.phone));
            lines.push(Line::labelled(scene, "label-phone", phone, personal));
        }
    }
    if lines.is_empty() {
        lines = unknown(scene, customer.loading());
    }
    lines.extend(faults(customer, scene));
    let parts = [part(System::Salesforce, &customer.account), part(System::Whmcs, &customer.client)];
    block("panel-customer", &parts, lines, scene)
}

/// Whether two addresses, one in Japanese and one in Latin letters, name the same postcode. Where one has none, they
/// cannot be told to differ.
fn same_place(one: &str, other: &str) -> bool {
    match (postcode(one), postcode(other)) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    }
}

/// Seven digits, written `134-0088` or `1340088`.
pub fn postcode(address: &str) -> Option<String> {
    let words = address.split(|c: char| c.is_whitespace() || c == ',');
    words
        .map(|word| word.trim_start_matches('〒').replace('-', ""))
        .find(|word| word.len() == 7 && word.bytes().all(|b| b.is_ascii_digit()))
}

/// A number as people read it, or as it was written when it is no phone number.
pub fn written(contact: &Contact) -> String {
    contact.phone.as_ref().map_or_else(|| contact.written.to_string(), ToString::to_string)
}

fn glance<'a>(customer: &'a Customer, scene: &Scene<'a>) -> Block<'a> {
    let Summary { active_subscriptions, unpaid, overdue, open_cases, open_orders, next_due } =
        status::summary(&customer.facts(), scene.today());
    let figure = |known: bool| if known { Role::Text } else { Role::Unknown };
    let unpaid_words = match unpaid {
        None => scene.unknown(),
        Some((count, _)) if count.n == 0 => scene.count(Some(count)),
        Some((count, sum)) => {
            let (count, sum) = (scene.count(Some(count)), sum.to_string());
            scene.with("summary-sum", &[("count", Value::Text(&count)), ("sum", Value::Text(&sum))])
        }
    };
    let (overdue_words, overdue_role) = match overdue {
        None => (scene.unknown(), Role::Unknown),
        Some((count, ..)) if count.n == 0 => (scene.count(Some(count)), Role::Text),
        Some((count, sum, days)) => {
            let (count, sum) = (scene.count(Some(count)), sum.to_string());
            let values = [("count", Value::Text(&count)), ("sum", Value::Text(&sum)), ("days", Value::Number(days))];
            (scene.with("summary-overdue-since", &values), Role::Critical)
        }
    };
    let (next, next_role) = match next_due {
        None => (scene.say("unknown"), Role::Unknown),
        Some(NextDue::Nothing) => (scene.say("nothing-due"), Role::Text),
        Some(NextDue::On(day, yen)) => (format!("{day} · {yen}").into(), Role::Text),
    };
    let lines = vec![
        Line::labelled(
            scene,
            "summary-subscriptions",
            scene.count(active_subscriptions),
            figure(active_subscriptions.is_some()),
        ),
        Line::labelled(scene, "summary-unpaid", unpaid_words, figure(unpaid.is_some())),
        Line::labelled(scene, "summary-overdue", overdue_words, overdue_role),
        Line::labelled(scene, "summary-next", next, next_role),
        Line::labelled(scene, "summary-orders", scene.count(open_orders), figure(open_orders.is_some())),
        Line::labelled(scene, "summary-cases", scene.count(open_cases), figure(open_cases.is_some())),
    ];
    let parts = [
        part(System::Whmcs, &customer.subscriptions),
        part(System::Whmcs, &customer.invoices),
        part(System::Salesforce, &customer.orders),
        part(System::Salesforce, &customer.cases),
    ];
    let mut block = block("panel-summary", &parts, lines, scene);
    // While a figure's part is on its way for the first time, "unknown" would say too much.
    let [subscriptions, invoices, orders, cases] = parts;
    let sources = [subscriptions, invoices, invoices, invoices, orders, cases];
    for (line, source) in block.lines.iter_mut().zip(sources) {
        if line.role == Role::Unknown && source.loading {
            line.text = scene.say("loading");
            line.role = Role::Dim;
        }
    }
    block
}

fn pay_methods<'a>(customer: &'a Customer, scene: &Scene<'a>) -> Block<'a> {
    let parts = [part(System::Whmcs, &customer.pay_methods)];
    let lines = match customer.pay_methods.value() {
        None => unknown(scene, customer.pay_methods.loading),
        Some(methods) if methods.is_empty() => vec![Line::marked(Mark::Warning, scene.say("pay-none"))],
        Some(methods) => methods.iter().map(|method| pay_method(method, scene)).collect(),
    };
    block("panel-pay-methods", &parts, lines, scene)
}

fn pay_method<'a>(method: &PayMethod, scene: &Scene<'a>) -> Line<'a> {
    let mark = expiry_mark(method.expiry(scene.today()));
    let role = if mark == Mark::Good { Role::Text } else { mark.role() };
    Line { label: None, text: cells::pay_method(method, scene).into(), role, mark: Some(mark), cut: false }
}

fn eligibility<'a>(customer: &'a Customer, scene: &Scene<'a>) -> Block<'a> {
    let parts = [part(System::Salesforce, &customer.account)];
    let Some(account) = customer.account.value() else {
        return block("panel-eligibility", &parts, unknown(scene, customer.account.loading), scene);
    };
    let it = &account.eligibility;
    let (word, mark) = match &it.state {
        EligibilityState::NotRequested => (scene.say("eligibility-not-requested"), Mark::Off),
        EligibilityState::Pending => (scene.say("eligibility-pending"), Mark::Pending),
        EligibilityState::Eligible => (scene.say("eligibility-eligible"), Mark::Good),
        EligibilityState::Ineligible => (scene.say("eligibility-ineligible"), Mark::Warning),
        EligibilityState::Other(word) => (std::borrow::Cow::Borrowed(word.as_str()), Mark::Unknown),
    };
    let mut head = word.into_owned();
    if !it.offering.is_empty() {
        head = format!("{head}: {}", it.offering);
    }
    let mut lines = vec![Line::marked(mark, head)];
    if it.checked.or(it.requested).is_some() {
        lines.push(Line::labelled(scene, "label-since", scene.moment(it.checked.or(it.requested)), Role::Text));
    }
    if !it.note.is_empty() {
        lines.push(Line::labelled(scene, "label-note", it.note.to_string(), Role::Text));
    }
    block("panel-eligibility", &parts, lines, scene)
}

fn verification<'a>(customer: &'a Customer, scene: &Scene<'a>) -> Block<'a> {
    let parts = [part(System::Salesforce, &customer.account)];
    let Some(account) = customer.account.value() else {
        return block("panel-verification", &parts, unknown(scene, customer.account.loading), scene);
    };
    let it = &account.verification;
    let (word, mark) = match &it.state {
        VerificationState::NotSubmitted => (scene.say("verification-not-submitted"), Mark::Off),
        VerificationState::UnderReview => (scene.say("verification-under-review"), Mark::Pending),
        VerificationState::Verified => (scene.say("verification-verified"), Mark::Good),
        VerificationState::Rejected => (scene.say("verification-rejected"), Mark::Critical),
        VerificationState::Other(word) => (std::borrow::Cow::Borrowed(word.as_str()), Mark::Unknown),
    };
    let mut lines = vec![Line::marked(mark, word.into_owned())];
    if let Some((label, at)) = it.last() {
        lines.push(Line::labelled(scene, label, scene.moment(Some(at)), Role::Text));
    }
    if !it.note.is_empty() {
        lines.push(Line::labelled(scene, "label-note", it.note.to_string(), Role::Text));
    }
    block("panel-verification", &parts, lines, scene)
}

fn lines<'a>(customer: &'a Customer, scene: &Scene<'a>) -> Block<'a> {
    let mut parts = vec![part(System::Whmcs, &customer.subscriptions), part(System::Salesforce, &customer.sim_cards)];
    parts.extend(customer.lines.iter().map(|(_, line)| part(System::Freebit, line)));
    let all = customer.all_lines();
    if all.is_empty() && !customer.knows_its_lines() {
        let loading = customer.subscriptions.loading || customer.sim_cards.loading;
        return block("panel-lines", &parts, unknown(scene, loading), scene);
    }
    let read = customer.lines.iter().filter_map(|(_, line)| line.value());
    let sum = status::lines(&all, read, scene.now);
    if all.is_empty() {
        return block("panel-lines", &parts, vec![Line::plain(scene.say("lines-none"), Role::Dim)], scene);
    }
    let values = [("n", Value::Number(sum.count as i64)), ("read", Value::Number(sum.read as i64))];
    let mut lines = vec![Line::plain(scene.with("lines-count", &values), Role::Text)];
    for msisdn in &all {
        let number = scene.personal(Personal::Phone, &msisdn.to_string());
        let (text, mark): (Cow<'_, str>, Mark) =
            match (sum.locked.iter().find(|(line, _)| line == msisdn), customer.line(msisdn)) {
                (Some((_, until)), _) => (words::lock_words(*until, scene).into(), Mark::Warning),
                (None, Some(Remote { known: Some(line), .. })) => {
                    let (words, mark) = words::line(&line.value, scene);
                    (words.into(), mark)
                }
                (None, Some(Remote { loading: true, .. })) => (scene.say("loading"), Mark::Pending),
                (None, Some(Remote { fault: Some(_), .. })) => (scene.say("unknown"), Mark::Unknown),
                _ => (scene.say("lines-not-read"), Mark::Off),
            };
        let role = if mark == Mark::Good { Role::Text } else { mark.role() };
        lines.push(Line { label: Some(Label::Words(number.into())), text, role, mark: Some(mark), cut: false });
    }
    block("panel-lines", &parts, lines, scene)
}

fn links<'a>(customer: &'a Customer, scene: &Scene<'a>) -> Block<'a> {
    let parts = [part(System::Salesforce, &customer.links)];
    let lines = match customer.links.value() {
        None => unknown(scene, customer.links.loading),
        Some(found) if found.is_empty() => vec![Line::marked(Mark::Good, scene.say("links-fine"))],
        Some(found) => found.iter().map(|it| Line::marked(Mark::Critical, scene.finding(it))).collect(),
    };
    block("panel-links", &parts, lines, scene)
}

fn activity<'a>(customer: &'a Customer, scene: &Scene<'a>) -> Block<'a> {
    let parts = [part(System::Whmcs, &customer.activity)];
    let lines = match customer.activity.value() {
        None => unknown(scene, customer.activity.loading),
        Some(list) if list.rows.is_empty() => vec![Line::plain(scene.say("none"), Role::Dim)],
        Some(list) => list
            .rows
            .iter()
            .take(40)
            .map(|row| Line {
                label: Some(row.at.map_or(Label::Words(scene.moment(None).into()), Label::Moment)),
                ..Line::plain(scene.free_text(&row.what), Role::Text)
            })
            .collect(),
    };
    Block { wraps: false, ..block("panel-activity", &parts, lines, scene) }
}

impl Block<'_> {
    /// Lets long lines go on in the next rows of a block this wide.
    pub fn wrap(&mut self, width: u16) {
        if !self.wraps {
            return;
        }
        let label = self.label_width(width);
        let mut wrapped = Vec::with_capacity(self.lines.len());
        for line in self.lines.drain(..) {
            let before = if line.label.is_some() { label } else { 0 } + if line.mark.is_some() { 2 } else { 0 };
            let room = usize::from(width.saturating_sub(before).max(1));
            if line.cut || text::wrap(&line.text, room).nth(1).is_none() {
                wrapped.push(line);
                continue;
            }
            let mut rows = text::wrap(&line.text, room).map(ToString::to_string).collect::<Vec<_>>().into_iter();
            let (first_label, mark, role) = (line.label, line.mark, line.role);
            let goes_on = first_label.is_some() || mark.is_some();
            let text = rows.next().unwrap_or_default().into();
            wrapped.push(Line { label: first_label, text, role, mark, cut: false });
            let indent = if goes_on { " ".repeat(usize::from(before)) } else { String::new() };
            wrapped.extend(rows.map(|row| Line::plain(format!("{indent}{row}"), role)));
        }
        self.lines = wrapped;
    }

    fn label_width(&self, width: u16) -> u16 {
        let longest = self.lines.iter().filter_map(|line| line.label.as_ref()).map(Label::width).max();
        longest.map_or(0, |longest| (longest as u16 + 2).min(width * 3 / 5))
    }

    /// Draws the lines; with a scroll, as a list with a cursor.
    pub fn draw(&self, area: Rect, list: Option<Scroll>, buf: &mut Buffer, scene: &Scene<'_>) {
        let theme = scene.theme;
        let height = usize::from(area.height);
        let label_width = self.label_width(area.width);
        let scroll = list.unwrap_or_default().fitted(self.lines.len(), height);
        for (y, i) in (area.top()..area.bottom()).zip(scroll.visible(self.lines.len(), height)) {
            let line = &self.lines[i];
            let selected = list.is_some() && i == scroll.cursor;
            if selected {
                text::fill(buf, Rect { y, height: 1, ..area }, theme.style(Role::Selection));
            }
            let style =
                |role| if selected { theme.style(role).patch(theme.style(Role::Selection)) } else { theme.style(role) };
            let mut x = area.x;
            let right = area.right();
            if list.is_some() {
                if selected {
                    text::put(buf, x, y, 1, theme.glyphs.cursor, style(Role::Accent));
                }
                x += 2;
            }
            if let Some(label) = &line.label {
                let label = match label {
                    Label::Words(words) => Written::from(&**words),
                    Label::Moment(at) => scene.moment(Some(*at)),
                };
                text::put_fit(
                    buf,
                    x,
                    y,
                    label_width.saturating_sub(1),
                    &label,
                    style(Role::Label),
                    theme.glyphs.ellipsis,
                );
                x += label_width;
            }
            if let Some(mark) = line.mark {
                text::put(buf, x, y, right.saturating_sub(x), theme.glyphs.mark(mark), style(mark.role()));
                x += 2;
            }
            text::put_fit(buf, x, y, right.saturating_sub(x), &line.text, style(line.role), theme.glyphs.ellipsis);
        }
    }
}
