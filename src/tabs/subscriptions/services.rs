//! The WHMCS services, each with what the other two systems hold of it and where they do not agree.

use std::borrow::Cow;

use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::table::{Cell, Width};
use madoguchi_ui::text::Align;
use madoguchi_ui::theme::Role;
use madoguchi_ui::written::Written;

use crate::domain::agreement::{self, Disagreement, Elsewhere, Fact};
use crate::domain::billing::{ProductKind, ServiceStatus, Subscription};
use crate::domain::mask::Personal;
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::domain::web::WebRecord;
use crate::domain::words::List;
use crate::flow::{Customer, Deeper};

use super::super::Copied;
use super::super::cells::{self, chosen, cycle, kind_key, line_state, service_status};
use super::super::records::{BuiltIn, Column, Key, Record, Source};
use super::super::sheet::Sheet;
use super::{addons, cancellations};

/// A row of the list.
#[derive(Debug)]
pub struct ServiceRow {
    service: Subscription,
    /// Where the systems differ about it.
    differs: Vec<Disagreement>,
    /// Salesforce's side was read, so that no difference means agreement.
    compared: bool,
}

impl ServiceRow {
    fn new(service: Subscription, customer: &Customer) -> Self {
        let opportunities = customer.opportunities.value();
        let elsewhere = Elsewhere {
            opportunities: opportunities.map(|list| (list.rows.as_slice(), list.complete())),
            cards: customer.sim_cards.value().map(|list| list.rows.as_slice()),
            line: service.line.as_ref().and_then(|line| customer.line(line)).and_then(|line| line.value()),
        };
        let differs = agreement::of_service(&service, &elsewhere);
        Self { differs, compared: opportunities.is_some(), service }
    }
}

impl Record for ServiceRow {
    type Of = Customer;

    const NAME: &'static str = "subscriptions";
    const TITLE: &'static str = "page-subscriptions";
    const VIEWS: &'static [BuiltIn] = &[BuiltIn { title: "view-active", sort: "due", filter: "status:active" }];
    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            name: "id",
            title: "column-id",
            width: Width::Fixed(6),
            align: Align::Right,
            priority: 3,
            cell: |row, _| Cell::from(Written::of(row.service.id)),
            key: |row| Key::count(row.service.id),
        },
        Column {
            name: "name",
            title: "column-name",
            width: Width::Fill(24),
            align: Align::Left,
            priority: 0,
            cell: |row, _| Cell::from(row.service.name.as_str()),
            key: |row| Key::text(&row.service.name),
        },
        Column {
            name: "status",
            title: "column-status",
            width: Width::Fixed(12),
            align: Align::Left,
            priority: 0,
            cell: |row, scene| service_status(&row.service.status).cell(scene),
            key: |row| service_status(&row.service.status).key(),
        },
        Column {
            name: "agrees",
            title: "column-agrees",
            width: Width::Fixed(9),
            align: Align::Left,
            priority: 1,
            cell: |row, scene| match (row.differs.is_empty(), row.compared) {
                (false, _) => Cell::marked(Mark::Critical, scene.say("agrees-not")),
                (true, true) => Cell::marked(Mark::Good, ""),
                (true, false) => Cell::marked(Mark::Unknown, ""),
            },
            key: |row| {
                let rank = if row.differs.is_empty() { 1 + u8::from(!row.compared) } else { 0 };
                Key::Rank(rank, Cow::Borrowed(""))
            },
        },
        Column {
            name: "line",
            title: "column-line",
            width: Width::Fixed(14),
            align: Align::Left,
            priority: 3,
            cell: |row, scene| match &row.service.line {
                Some(line) => Cell::from(scene.personal(Personal::Phone, &line.to_string())),
                None => Cell::from(""),
            },
            key: |row| Key::or_missing(row.service.line.as_ref(), |line| Key::Text(line.to_string().into())),
        },
        Column {
            name: "price",
            title: "column-price",
            width: Width::Fixed(9),
            align: Align::Right,
            priority: 1,
            cell: |row, scene| Cell::from(scene.yen(row.service.amount)),
            key: |row| row.service.amount.into(),
        },
        Column {
            name: "due",
            title: "column-next-due",
            width: Width::Fixed(10),
            align: Align::Left,
            priority: 2,
            cell: |row, scene| Cell::from(scene.date(row.service.next_due)),
            key: |row| row.service.next_due.into(),
        },
        Column {
            name: "kind",
            title: "column-kind",
            width: Width::Fixed(9),
            align: Align::Left,
            priority: 5,
            cell: |row, scene| Cell::new(scene.say(kind_key(row.service.kind)), Role::Dim),
            key: |row| Key::Rank(row.service.kind as u8, Cow::Borrowed("")),
        },
        Column {
            name: "cycle",
            title: "column-cycle",
            width: Width::Fixed(10),
            align: Align::Left,
            priority: 6,
            cell: |row, scene| Cell::new(cycle(&row.service.cycle, scene), Role::Dim),
            key: |row| Key::text(&row.service.cycle),
        },
    ];

    fn collect(customer: &Customer) -> Vec<Self> {
        let rows = customer.subscriptions.value().map(|list| list.rows.clone()).unwrap_or_default();
        rows.into_iter().map(|service| Self::new(service, customer)).collect()
    }

    fn sources(customer: &Customer) -> Vec<Source<'_>> {
        let services = Source::of(System::Whmcs, &customer.subscriptions, |list| (list.rows.len() as u64, list.total));
        // Salesforce only adds to rows that are there.
        let compared = Source { rows: None, ..Source::of(System::Salesforce, &customer.opportunities, |_| (0, 0)) };
        let known = services.read_at.is_some();
        std::iter::once(services).chain(Some(compared).filter(|_| known)).collect()
    }

    fn version(customer: &Customer) -> Option<u64> {
        let lines: u64 = customer.lines.iter().map(|(_, line)| line.version()).sum();
        Some(lines + customer.opportunities.version() + customer.sim_cards.version())
    }

    fn list_needs(customer: &Customer) -> Vec<Deeper> {
        let any = customer.subscriptions.value().is_some_and(|list| !list.rows.is_empty());
        if any { vec![Deeper::Addons, Deeper::CancelRequests] } else { Vec::new() }
    }

    fn detail(&self, customer: &Customer, sheet: &mut Sheet<'_>) {
        let (it, scene) = (&self.service, sheet.scene());
        sheet.section("section-service");
        sheet.field("column-name", it.name.as_str());
        let status = service_status(&it.status);
        sheet.styled("label-status", status.say(&scene).into_owned(), status.role(), None);
        sheet.field("label-suspension", it.suspension_reason.as_str());
        sheet.field("label-no-suspend", it.no_suspend_until.map(|day| day.to_string()).unwrap_or_default());
        for differs in &self.differs {
            self.differing(differs, customer, sheet);
        }
        cancellations::of_service(it.id, customer, sheet);
        sheet.field("label-price", scene.yen(it.amount));
        sheet.field("label-cycle", cycle(&it.cycle, &scene));
        sheet.field("label-next-due", scene.date(it.next_due));
        match &it.line {
            Some(line) => sheet.leading(Place::Line(Some(line.clone())), |sheet| {
                sheet.personal("label-line", Personal::Phone, &line.to_string());
            }),
            None => sheet.field("label-label", it.label.as_str()),
        }
        sheet.personal("label-product-number", Personal::Id, &it.product_number);
        sheet.personal("label-eid", Personal::Id, &it.eid);
        if it.status == ServiceStatus::Active {
            sheet.link("label-plans", scene.say("plans-see"), Place::Plans(it.id));
        }
        sheet.field("column-id", it.id.to_string());
        sheet.field("label-group", it.group.as_str());
        sheet.field("label-kind", scene.say(kind_key(it.kind)));
        sheet.field("label-registered", scene.date(it.registered));
        let order = it.order.map(|id| id.to_string()).unwrap_or_default();
        sheet.link("label-whmcs-order", order, Place::WhmcsOrder(it.order));
        self.salesforce(customer, sheet);
        self.freebit(customer, sheet);
        addons::of_service(it.id, customer, sheet);
        for (key, pairs) in [("section-options", &it.options), ("section-fields", &it.fields)] {
            if !pairs.is_empty() {
                sheet.section(key);
            }
            for (name, value) in pairs {
                sheet.named_text(name, value);
            }
        }
    }

    fn page(&self) -> Option<WebRecord> {
        Some(WebRecord::Service(self.service.id))
    }

    fn identity(&self) -> String {
        self.service.id.to_string()
    }

    fn copied(&self) -> Copied {
        Copied::plain(self.service.id.to_string())
    }

    fn holds(place: &Place) -> bool {
        matches!(place, Place::Subscription(_))
    }

    fn is_at(&self, place: &Place) -> bool {
        *place == Place::Subscription(Some(self.service.id))
    }
}

impl ServiceRow {
    /// A fact of which two systems say different things, with both values.
    fn differing(&self, differs: &Disagreement, customer: &Customer, sheet: &mut Sheet<'_>) {
        let scene = sheet.scene();
        let (label, personal) = cells::fact(differs.about);
        let said = |(system, value): &(System, Text)| {
            let value = match personal {
                _ if value.is_empty() => scene.say("agrees-nothing").into_owned(),
                Some(kind) => scene.personal(kind, value),
                None => value.to_string(),
            };
            format!("{}: {value}", system.name())
        };
        let mut values: Vec<String> = differs.said.iter().map(said).collect();
        if let Fact::EndedButBilled | Fact::StoppedButBilled | Fact::ActiveButNotBilled = differs.about {
            let line = self.service.line.as_ref().and_then(|line| customer.line(line)).and_then(|line| line.value());
            let line = line.map(|line| line_state(&line.state).say(&scene)).unwrap_or_default();
            let service = service_status(&self.service.status).say(&scene);
            values =
                vec![format!("{}: {service}", System::Whmcs.name()), format!("{}: {line}", System::Freebit.name())];
        }
        let words = values.join(" / ");
        let write = |sheet: &mut Sheet<'_>| sheet.styled(label, words, Role::Critical, Some(Mark::Critical));
        if personal.is_some() { sheet.private(write) } else { write(sheet) }
    }

    /// The opportunity that belongs to the service.
    fn salesforce(&self, customer: &Customer, sheet: &mut Sheet<'_>) {
        let scene = sheet.scene();
        let Some(list) = sheet.part("section-opportunity", Some(&customer.opportunities)) else { return };
        let Some(it) = agreement::opportunity_of(&self.service, &list.rows) else {
            sheet.note(scene.say("opportunity-none"), Role::Dim, None);
            return;
        };
        sheet.link("column-name", it.name.as_str(), Place::Opportunity(it.id));
        sheet.field("label-stage", chosen(List::StageWords, &it.stage, &scene));
        let sim = self.service.kind == ProductKind::Sim;
        let (key, cancels) =
            if sim { ("label-sim-cancels", it.sim_cancels) } else { ("label-cancels", it.cancels.or(it.sim_cancels)) };
        if cancels.is_some() {
            sheet.styled(key, scene.moment(cancels), Role::Warning, None);
        }
        let notice = if sim { &it.sim_notice } else { &it.notice };
        sheet.field("label-notice", chosen(List::NoticeWords, notice, &scene));
    }

    /// The line as Freebit tells it, where it was read: a list never asks Freebit.
    fn freebit(&self, customer: &Customer, sheet: &mut Sheet<'_>) {
        let scene = sheet.scene();
        let Some(msisdn) = &self.service.line else { return };
        let Some(line) = customer.line(msisdn).filter(|line| line.known.is_some() || line.fault.is_some()) else {
            sheet.section("section-line");
            let words = scene.say("lines-not-read").into_owned();
            sheet.leading(Place::Line(Some(msisdn.clone())), |sheet| {
                sheet.styled("column-state", words, Role::Unknown, Some(Mark::Unknown));
            });
            return;
        };
        let Some(line) = sheet.part("section-line", Some(line)) else { return };
        let state = line_state(&line.state);
        let words = state.say(&scene).into_owned();
        sheet.leading(Place::Line(Some(msisdn.clone())), |sheet| {
            sheet.styled("column-state", words, state.role(), None);
        });
        sheet.field("label-plan", line.plan.as_str());
    }
}
