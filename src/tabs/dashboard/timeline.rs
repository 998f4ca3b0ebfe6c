//! The timeline: what three systems wrote down about the customer, in one column, newest first, and where they are silent.

use std::borrow::Cow;

use jiff::Timestamp;
use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::table::{Cell, Width};
use madoguchi_ui::text::Align;
use madoguchi_ui::theme::Role;
use madoguchi_ui::written::Written;

use crate::domain::status::Place;
use crate::domain::system::System;
use crate::domain::time;
use crate::domain::timeline::{Event, Gap, GapWhy, Part, What, When};
use crate::flow::{Customer, Deeper, Fault, FaultKind, Remote};
use crate::locale::Value;
use crate::scene::Scene;
use crate::tabs::Copied;
use crate::tabs::records::{BuiltIn, Column, Key, Record, Source};
use crate::tabs::sheet::Sheet;

use super::happened;

/// A row of the timeline.
#[derive(Debug, Clone)]
pub enum Entry {
    /// Something happened.
    Event(Event),
    /// Something is not shown.
    Gap {
        /// What, and why.
        gap: Gap,
        /// It is being read.
        loading: bool,
        /// Why the last read failed.
        fault: Option<FaultKind>,
    },
    /// Nothing of the system's is known: it has no record of the customer.
    Absent(System),
}

impl Entry {
    const fn source(&self) -> System {
        match self {
            Self::Event(event) => event.source,
            Self::Gap { gap, .. } => gap.source,
            Self::Absent(system) => *system,
        }
    }

    const fn when(&self) -> Option<When> {
        match self {
            Self::Event(event) => Some(event.when),
            Self::Gap { gap: Gap { why: GapWhy::Older { than, .. }, .. }, .. } => *than,
            Self::Gap { .. } | Self::Absent(_) => None,
        }
    }

    /// The beginning of the day where only the day is told.
    fn moment(&self) -> Option<Timestamp> {
        match self.when()? {
            When::At(at) => Some(at),
            When::Day(day) => time::from_jst(day.to_datetime(jiff::civil::Time::midnight())),
        }
    }

    const fn kind(&self) -> (u8, &'static str, &'static str) {
        match self {
            Self::Event(event) => happened::kind(&event.what),
            Self::Gap { .. } | Self::Absent(_) => (0, "gap", "timeline-kind-gap"),
        }
    }

    const fn place(&self) -> Option<&Place> {
        match self {
            Self::Event(event) => event.place.as_ref(),
            // WHMCS lists everybody's requests: looking through them is left to their own page.
            Self::Gap { gap: Gap { part: Part::CancelRequests, .. }, .. } => Some(&Place::Cancellations),
            Self::Gap { .. } | Self::Absent(_) => None,
        }
    }

    /// Whether its words are what somebody wrote, and so free text for whoever shows it. Orders and invoices are told by
    /// numbers of the systems, which can be as long as a telephone's.
    const fn is_written(&self) -> bool {
        !matches!(
            self,
            Self::Event(Event {
                what: What::WhmcsOrderPlaced { .. }
                    | What::OrderPlaced { .. }
                    | What::InvoiceIssued { .. }
                    | What::InvoicePaid { .. }
                    | What::CaptureTried { .. },
                ..
            })
        )
    }

    /// What it says.
    fn words(&self, scene: &Scene<'_>) -> String {
        match self {
            Self::Event(event) => happened::words(&event.what, scene),
            Self::Gap { gap, loading, fault } => happened::gap(gap, *loading, *fault, scene),
            Self::Absent(system) => scene.with("gap-absent", &[("system", Value::Text(system.name()))]),
        }
    }

    /// How the words look: what only repeats a neighbour stands back, what went wrong or is missing stands out.
    fn look(&self) -> (Role, Option<Mark>) {
        match self {
            Self::Event(event) if event.echo => (Role::Dim, Some(Mark::Blank)),
            Self::Event(event) => match happened::mark(&event.what) {
                Some(mark) => (if mark == Mark::Critical { mark.role() } else { Role::Text }, Some(mark)),
                None => (Role::Text, Some(Mark::Blank)),
            },
            Self::Gap { loading: true, .. } => (Role::Dim, Some(Mark::Pending)),
            Self::Gap { fault: Some(_), .. } => (Role::Critical, Some(Mark::Critical)),
            Self::Gap { .. } | Self::Absent(_) => (Role::Unknown, Some(Mark::Unknown)),
        }
    }
}

/// A gap of a whole list, which is said at the top; what is missing of single records is said at the end.
const fn is_whole(part: &Part) -> bool {
    !matches!(part, Part::Messages(_) | Part::Line(_) | Part::TopUps(_) | Part::LineOperations)
}

/// The systems that have no record of the customer: of their lists none can be read.
fn absent(customer: &Customer) -> Vec<System> {
    fn gone<T>(remote: &Remote<T>) -> bool {
        remote.known.is_none() && remote.fault.as_ref().is_some_and(Fault::is_absence)
    }
    let records = [(System::Salesforce, gone(&customer.account)), (System::Whmcs, gone(&customer.client))];
    records.into_iter().filter_map(|(system, gone)| gone.then_some(system)).collect()
}

/// The rows: lists that were not read at all, then what happened with "older was not read" in its place, then what single
/// records do not tell.
fn entries(customer: &Customer) -> Vec<Entry> {
    let mut timeline = customer.timeline();
    let absent = absent(customer);
    timeline.gaps.retain(|gap| !(absent.contains(&gap.source) && is_whole(&gap.part)));
    let entry = |gap: Gap| {
        let (loading, fault) = state(customer, &gap.part);
        Entry::Gap { gap, loading, fault: fault.map(|fault| fault.kind) }
    };
    let (dated, undated): (Vec<Gap>, Vec<Gap>) =
        timeline.gaps.into_iter().partition(|gap| matches!(gap.why, GapWhy::Older { than: Some(_), .. }));
    let (top, bottom): (Vec<Gap>, Vec<Gap>) = undated.into_iter().partition(|gap| is_whole(&gap.part));
    let mut middle: Vec<Entry> = timeline.events.into_iter().map(Entry::Event).collect();
    for gap in dated.into_iter().map(entry) {
        let day = gap.when().map(When::day);
        let at = middle.iter().position(|it| it.when().map(When::day) < day).unwrap_or(middle.len());
        middle.insert(at, gap);
    }
    let absent = absent.into_iter().map(Entry::Absent);
    absent.chain(top.into_iter().map(entry)).chain(middle).chain(bottom.into_iter().map(entry)).collect()
}

/// Whether a part is on its way, and why its last read failed.
fn state<'c>(customer: &'c Customer, part: &Part) -> (bool, Option<&'c Fault>) {
    fn of<T>(remote: &Remote<T>) -> (bool, Option<&Fault>) {
        (remote.loading, remote.fault.as_ref())
    }
    match part {
        Part::Account => of(&customer.account),
        Part::Activity => of(&customer.activity),
        Part::Invoices => of(&customer.invoices),
        Part::Transactions => of(&customer.transactions),
        Part::Credits => of(&customer.credits),
        Part::Emails => of(&customer.emails),
        Part::WhmcsOrders => of(&customer.whmcs_orders),
        Part::Services => of(&customer.subscriptions),
        Part::CancelRequests => of(&customer.cancel_requests),
        Part::Tickets => of(&customer.tickets),
        Part::Cases => of(&customer.cases),
        Part::Orders => of(&customer.orders),
        Part::Changes => of(&customer.changes),
        Part::FollowUps => of(&customer.follow_ups),
        Part::Line(msisdn) | Part::TopUps(msisdn) => customer.line(msisdn).map_or((false, None), of),
        Part::Messages(_) | Part::LineOperations => (false, None),
    }
}

/// One source for all parts of a system: its oldest age, its first fault.
fn joined<'c>(system: System, parts: &[Source<'c>]) -> Source<'c> {
    Source {
        system,
        read_at: parts.iter().filter_map(|part| part.read_at).min(),
        fault: parts.iter().find_map(|part| part.fault),
        loading: parts.iter().any(|part| part.loading),
        rows: None,
        version: parts.iter().map(|part| 2 * part.version + u64::from(part.loading)).sum(),
    }
}

fn source<T>(system: System, part: &Remote<T>) -> Source<'_> {
    Source::of(system, part, |_| (0, 0))
}

impl Record for Entry {
    type Of = Customer;

    const NAME: &'static str = "timeline";
    const TITLE: &'static str = "page-timeline";
    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            name: "when",
            title: "column-when",
            width: Width::Fixed(16),
            align: Align::Left,
            priority: 0,
            cell: |row, scene| match row.when() {
                Some(When::At(at)) => Cell::new(scene.moment(Some(at)), Role::Text),
                Some(When::Day(day)) => Cell::new(scene.date(Some(day)), Role::Text),
                None => Cell::new("", Role::Dim),
            },
            key: |row| row.moment().into(),
        },
        Column {
            name: "source",
            title: "column-from",
            width: Width::Fixed(6),
            align: Align::Left,
            priority: 0,
            cell: |row, _| Cell::new(row.source().mark(), Role::Label),
            key: |row| Key::Rank(row.source() as u8, Cow::Borrowed(row.source().name())),
        },
        Column {
            name: "kind",
            title: "column-kind",
            width: Width::Fixed(9),
            align: Align::Left,
            priority: 1,
            cell: |row, scene| Cell::new(scene.say(row.kind().2), Role::Dim),
            key: |row| Key::Rank(row.kind().0, Cow::Borrowed(row.kind().1)),
        },
        Column {
            name: "what",
            title: "column-what",
            width: Width::Fill(24),
            align: Align::Left,
            priority: 0,
            cell: |row, scene| {
                let (role, mark) = row.look();
                let words = row.words(scene);
                let words = if row.is_written() { scene.free_words(words) } else { words };
                Cell { mark, ..Cell::new(words, role) }
            },
            key: |_| Key::Missing,
        },
    ];
    const VIEWS: &'static [BuiltIn] = &[
        BuiltIn { title: "view-salesforce", sort: "", filter: "source:salesforce" },
        BuiltIn { title: "view-whmcs", sort: "", filter: "source:whmcs" },
        BuiltIn { title: "view-freebit", sort: "", filter: "source:freebit" },
        BuiltIn { title: "view-without-log", sort: "", filter: "-kind:log" },
        BuiltIn { title: "view-gaps", sort: "", filter: "kind:gap" },
    ];

    fn collect(customer: &Customer) -> Vec<Self> {
        entries(customer)
    }

    fn sources(customer: &Customer) -> Vec<Source<'_>> {
        const SF: System = System::Salesforce;
        const WH: System = System::Whmcs;
        let salesforce = [
            source(SF, &customer.account),
            source(SF, &customer.orders),
            source(SF, &customer.cases),
            source(SF, &customer.changes),
            source(SF, &customer.follow_ups),
        ];
        let whmcs = [
            source(WH, &customer.activity),
            source(WH, &customer.invoices),
            source(WH, &customer.transactions),
            source(WH, &customer.credits),
            source(WH, &customer.emails),
            source(WH, &customer.whmcs_orders),
            source(WH, &customer.subscriptions),
            source(WH, &customer.tickets),
        ];
        let lines: Vec<_> = customer.lines.iter().map(|(_, line)| source(System::Freebit, line)).collect();
        let mut sources = vec![joined(SF, &salesforce), joined(WH, &whmcs)];
        if !lines.is_empty() {
            sources.push(joined(System::Freebit, &lines));
        }
        sources
    }

    fn version(customer: &Customer) -> Option<u64> {
        let said = customer.case_messages.iter().map(|(_, said)| said.version()).sum::<u64>()
            + customer.ticket_messages.iter().map(|(_, said)| said.version()).sum::<u64>();
        let asked_for = 2 * customer.cancel_requests.version() + u64::from(customer.cancel_requests.loading);
        let cards = customer.sim_cards.version();
        Some(Self::sources(customer).iter().map(|source| source.version).sum::<u64>() + said + asked_for + cards)
    }

    fn list_needs(_: &Customer) -> Vec<Deeper> {
        vec![Deeper::Changes, Deeper::FollowUps, Deeper::Transactions, Deeper::Credits, Deeper::Emails]
    }

    /// Older lines are read when the cursor comes to where they are missing.
    fn needs(&self, customer: &Customer) -> Option<Deeper> {
        let Self::Gap { gap: Gap { why: GapWhy::Older { .. }, part, .. }, .. } = self else { return None };
        match part {
            Part::Activity => Some(Deeper::OlderActivity(customer.activity.value()?.rows.len() as u64)),
            Part::Emails => Some(Deeper::OlderEmails(customer.emails.value()?.rows.len() as u64)),
            _ => None,
        }
    }

    fn detail(&self, _: &Customer, sheet: &mut Sheet<'_>) {
        let scene = sheet.scene();
        sheet.section("timeline-entry");
        sheet.field(
            "column-when",
            match self.when() {
                Some(When::At(at)) => scene.moment(Some(at)),
                Some(When::Day(day)) => scene.date(Some(day)),
                None => Written::default(),
            },
        );
        sheet.field("column-system", self.source().name());
        sheet.field("column-kind", scene.say(self.kind().2));
        let (role, mark) = self.look();
        let words = self.words(&scene);
        if self.is_written() {
            sheet.free_note(&words, role, mark);
        } else {
            sheet.note(words, role, mark);
        }
        if let Self::Event(event) = self {
            if let What::Logged { who, .. } = &event.what {
                sheet.field("label-by", who.as_str());
            }
            if event.echo {
                sheet.note(scene.say("timeline-echo"), Role::Dim, None);
            }
        }
        if let Some(place) = self.place() {
            sheet.link("label-opens", scene.say(happened::place_key(place)), place.clone());
        }
    }

    fn identity(&self) -> String {
        match self {
            Self::Event(event) => format!("{:?} {:?} {:?}", event.when, event.source, event.what),
            Self::Gap { gap, .. } => format!("{:?} {:?}", gap.source, gap.part),
            Self::Absent(system) => format!("{system:?}"),
        }
    }

    fn copied(&self) -> Copied {
        let when = self.moment().map(time::date_time).unwrap_or_default();
        Copied::plain(format!("{when} {} {}", self.source().name(), self.kind().1).trim().to_owned())
    }

    fn holds(place: &Place) -> bool {
        matches!(place, Place::Timeline)
    }

    fn opens(&self) -> Option<Place> {
        self.place().filter(|place| **place != Place::Dashboard).cloned()
    }
}
