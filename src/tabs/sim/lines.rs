//! The list of lines.

use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::table::{Cell, Width};
use madoguchi_ui::text::Align;
use madoguchi_ui::theme::Role;

use crate::domain::aloud::Spoken;
use crate::domain::billing::{ServiceStatus, Subscription};
use crate::domain::line::{Line, LineState};
use crate::domain::mask::Personal;
use crate::domain::order::{Order, SimCard};
use crate::domain::phone::Msisdn;
use crate::domain::quota;
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::flow::{Action, Customer, FaultKind, Remote};
use crate::scene::Scene;
use crate::tabs::cells::{data, line_state, service_status};
use crate::tabs::records::{Column, Key, Record, Source};
use crate::tabs::sheet::Sheet;
use crate::tabs::{Aloud, Copied, Did};

use super::sheet;

/// A line with what each system says of it.
#[derive(Debug, Clone)]
pub struct LineRow {
    /// The number.
    pub msisdn: Msisdn,
    /// WHMCS's service for it.
    pub service: Option<Subscription>,
    /// Salesforce's card in it.
    pub card: Option<SimCard>,
    /// The order it came with.
    pub order: Option<Order>,
    /// Freebit's line.
    pub line: Remote<Line>,
}

impl LineRow {
    fn service_status(&self) -> Option<&ServiceStatus> {
        self.service.as_ref().map(|service| &service.status)
    }

    fn line_state(&self) -> Option<&LineState> {
        self.line.value().map(|line| &line.state)
    }

    fn plan(&self) -> Option<&str> {
        let service = self.service.as_ref().map(|service| service.name.as_str());
        service.or_else(|| self.line.value().map(|line| line.plan.as_str()))
    }

    fn product_number(&self) -> &str {
        let line = self.line.value().map(|line| line.product_number.as_str());
        let card = self.card.as_ref().map(|card| card.product_number.as_str());
        let service = self.service.as_ref().map(|service| service.product_number.as_str());
        [line, card, service].into_iter().flatten().find(|number| !number.is_empty()).unwrap_or_default()
    }

    fn quota_left(&self) -> Option<i64> {
        self.line.value().and_then(|line| line.quota_left_mb)
    }

    /// How much data the plan holds, in MB, by the product's name: no system tells the figure itself.
    pub fn plan_size(&self) -> Option<i64> {
        self.service.as_ref().and_then(|service| quota::plan_size_mb(&service.name)).filter(|mb| *mb > 0)
    }
}

impl Record for LineRow {
    type Of = Customer;

    const NAME: &'static str = "lines";
    const TITLE: &'static str = "page-lines";
    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            name: "line",
            title: "column-line",
            width: Width::Fixed(14),
            align: Align::Left,
            priority: 0,
            cell: |row, scene| Cell::from(scene.personal(Personal::Phone, &row.msisdn.to_string())),
            key: |row| Key::Text(row.msisdn.to_string().into()),
        },
        Column {
            name: "plan",
            title: "column-plan",
            width: Width::Fill(10),
            align: Align::Left,
            priority: 2,
            cell: |row, _| Cell::from(row.plan().unwrap_or("-")),
            key: |row| Key::or_missing(row.plan(), Key::text),
        },
        Column {
            name: "status",
            title: "column-service",
            width: Width::Fixed(13),
            align: Align::Left,
            priority: 1,
            cell: |row, scene| match &row.service {
                Some(service) => service_status(&service.status).cell(scene),
                None => Cell::marked(Mark::Unknown, scene.say("unknown")),
            },
            key: |row| Key::or_missing(row.service_status(), |status| service_status(status).key()),
        },
        Column {
            name: "state",
            title: "column-state",
            width: Width::Fixed(13),
            align: Align::Left,
            priority: 0,
            cell: |row, scene| match (row.line.value(), &row.line.fault, row.line.loading) {
                (_, _, true) => Cell::marked(Mark::Pending, scene.say("loading")),
                (Some(line), _, _) if line.lock.is_some() => {
                    Cell::marked(Mark::Warning, scene.say("lines-locked-word"))
                }
                (Some(line), _, _) => line_state(&line.state).cell(scene),
                (None, Some(fault), _) if fault.kind == FaultKind::NotFound => {
                    Cell::marked(Mark::Unknown, scene.say("line-unknown-there"))
                }
                (None, Some(fault), _) => Cell::marked(Mark::Unknown, scene.say(fault.kind.key())),
                (None, None, false) => Cell::new(scene.say("lines-not-read"), Role::Unknown),
            },
            key: |row| Key::or_missing(row.line_state(), |state| line_state(state).key()),
        },
        Column {
            name: "network",
            title: "column-network",
            width: Width::Fixed(4),
            align: Align::Left,
            priority: 4,
            cell: |row, _| Cell::from(row.line.value().map_or("", |line| line.network.as_str())),
            key: |row| Key::or_missing(row.line.value(), |line| Key::text(&line.network)),
        },
        Column {
            name: "quota",
            title: "column-quota",
            width: Width::Fixed(10),
            align: Align::Right,
            priority: 2,
            cell: |row, _| match row.quota_left() {
                Some(mb) => Cell::new(data(mb), if mb <= 0 { Role::Critical } else { Role::Text }),
                None => Cell::new("?", Role::Unknown),
            },
            key: |row| row.quota_left().into(),
        },
        Column {
            name: "read",
            title: "column-read",
            width: Width::Fixed(8),
            align: Align::Left,
            priority: 3,
            cell: |row, scene| match &row.line.known {
                Some(known) => Cell::new(scene.age(known.read_at), Role::Dim),
                None => Cell::new("-", Role::Dim),
            },
            key: |row| row.line.known.as_ref().map(|known| known.read_at).into(),
        },
        Column {
            name: "card",
            title: "column-card",
            width: Width::Fixed(15),
            align: Align::Left,
            priority: 5,
            cell: |row, scene| Cell::from(scene.personal(Personal::Id, row.product_number())),
            key: |row| Key::text(row.product_number()),
        },
    ];

    fn collect(customer: &Customer) -> Vec<Self> {
        let services = customer.subscriptions.value().map(|list| list.rows.as_slice()).unwrap_or_default();
        let cards = customer.sim_cards.value().map(|list| list.rows.as_slice()).unwrap_or_default();
        let orders = customer.orders.value().map(|list| list.rows.as_slice()).unwrap_or_default();
        let row = |msisdn: Msisdn| {
            let service = services.iter().find(|service| service.line.as_ref() == Some(&msisdn));
            let sold = |order: &&Order| {
                let brought = order.port_in.as_ref().is_some_and(|it| it.line.as_ref() == Some(&msisdn));
                let became = |id| order.items.iter().any(|item| item.whmcs_service == Some(id));
                brought || service.is_some_and(|service| became(service.id))
            };
            Self {
                service: service.cloned(),
                card: cards.iter().find(|card| card.line.as_ref() == Some(&msisdn)).cloned(),
                order: orders.iter().find(sold).cloned(),
                line: customer.line(&msisdn).cloned().unwrap_or_default(),
                msisdn,
            }
        };
        customer.all_lines().into_iter().map(row).collect()
    }

    /// Freebit is one source whose age is that of its oldest read: every line has its own in the list. A line that Freebit
    /// does not have is no fault of the list.
    fn sources(customer: &Customer) -> Vec<Source<'_>> {
        let mut sources = vec![
            Source::of(System::Whmcs, &customer.subscriptions, |list| (list.rows.len() as u64, list.total)),
            Source::of(System::Salesforce, &customer.sim_cards, |list| (list.rows.len() as u64, list.total)),
        ];
        // Orders bring numbers along; their own faults are told on their own tab.
        sources[1].version += customer.orders.version() << 32;
        let lines = || customer.lines.iter().map(|(_, line)| line);
        if lines().next().is_some() {
            let known = lines().filter(|line| line.known.is_some()).count() as u64;
            sources.push(Source {
                system: System::Freebit,
                read_at: lines().filter_map(|line| line.known.as_ref()).map(|known| known.read_at).min(),
                fault: lines().filter_map(|line| line.fault.as_ref()).find(|fault| fault.kind.is_outage()),
                loading: lines().any(|line| line.loading),
                rows: Some((known, customer.all_lines().len() as u64)),
                // Which line is being read matters to the rows, not only whether one is.
                version: lines().fold(0, |all: u64, line| {
                    all.wrapping_mul(31).wrapping_add(line.version() * 2 + u64::from(line.loading))
                }),
            });
        }
        sources
    }

    fn detail(&self, customer: &Customer, sheet: &mut Sheet<'_>) {
        sheet::line(self, customer, sheet);
    }

    fn identity(&self) -> String {
        self.msisdn.digits().to_owned()
    }

    fn copied(&self) -> Copied {
        Copied { text: self.msisdn.digits().to_owned(), personal: true }
    }

    fn holds(place: &Place) -> bool {
        matches!(place, Place::Line(_))
    }

    /// The read key reads the line again; opening one reads it when it never was, and is the list's own afterwards.
    fn act(&self, action: Action, _: &Customer, _: &Scene<'_>) -> Did {
        let never = self.line.known.is_none() && !self.line.loading;
        match action {
            Action::ReadLine => Did::ReadLine(self.msisdn.clone()),
            Action::Open if never => Did::ReadLine(self.msisdn.clone()),
            _ => Did::Nothing,
        }
    }

    fn aloud(&self) -> Vec<Aloud> {
        let line = self.line.value();
        let card = self.card.as_ref();
        let of = |from_line: fn(&Line) -> &Text, from_card: fn(&SimCard) -> &Text| {
            line.map(from_line).filter(|text| !text.is_empty()).or_else(|| card.map(from_card)).cloned()
        };
        let iccid = of(|line| &line.iccid, |card| &card.iccid).unwrap_or_default();
        let eid = of(|line| &line.eid, |card| &card.eid).unwrap_or_default();
        vec![
            Aloud::personal("column-line", Spoken::Phone, self.msisdn.digits()),
            Aloud::personal("label-product-number", Spoken::ProductNumber, self.product_number()),
            Aloud::personal("label-iccid", Spoken::Sim, iccid.as_str()),
            Aloud::personal("label-eid", Spoken::Sim, eid.as_str()),
        ]
    }

    fn is_at(&self, place: &Place) -> bool {
        matches!(place, Place::Line(Some(msisdn)) if *msisdn == self.msisdn)
    }
}
