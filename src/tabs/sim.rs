//! SIM: the customer's lines. The list comes from WHMCS and Salesforce; Freebit is asked for one line at a time.

use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::table::{Cell, Width};
use madoguchi_ui::text::Align;
use madoguchi_ui::theme::Role;

use crate::domain::aloud::Spoken;
use crate::domain::billing::{ServiceStatus, Subscription};
use crate::domain::line::{Line, LineState, Usage};
use crate::domain::mask::Personal;
use crate::domain::order::SimCard;
use crate::domain::phone::Msisdn;
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::flow::{Action, Customer, Remote};
use crate::locale::Value;
use crate::scene::Scene;

use super::cells::{data, line_state, service_status};
use super::records::{Column, Key, Record, Source};
use super::sheet::Sheet;
use super::{Aloud, Copied, Did};

/// A line with what each system says of it.
#[derive(Debug, Clone)]
pub struct LineRow {
    /// The number.
    pub msisdn: Msisdn,
    service: Option<Subscription>,
    card: Option<SimCard>,
    line: Remote<Line>,
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
            title: "column-status",
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
                (Some(line), _, _) if line.lock.is_some() => {
                    Cell::marked(Mark::Warning, scene.say("lines-locked-word"))
                }
                (Some(line), _, _) => line_state(&line.state).cell(scene),
                (None, Some(_), _) => Cell::marked(Mark::Unknown, scene.say("unknown")),
                (None, None, true) => Cell::new(scene.say("loading"), Role::Dim),
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
        let row = |msisdn: Msisdn| Self {
            service: services.iter().find(|service| service.line.as_ref() == Some(&msisdn)).cloned(),
            card: cards.iter().find(|card| card.line.as_ref() == Some(&msisdn)).cloned(),
            line: customer.line(&msisdn).cloned().unwrap_or_default(),
            msisdn,
        };
        customer.all_lines().into_iter().map(row).collect()
    }

    fn sources(customer: &Customer) -> Vec<Source<'_>> {
        let mut sources = vec![
            Source::of(System::Whmcs, &customer.subscriptions, |list| (list.rows.len() as u64, list.total)),
            Source::of(System::Salesforce, &customer.sim_cards, |list| (list.rows.len() as u64, list.total)),
        ];
        sources.extend(customer.lines.iter().map(|(_, line)| Source::of(System::Freebit, line, |_| (1, 1))));
        sources
    }

    fn detail(&self, _: &Customer, sheet: &mut Sheet<'_>) {
        let scene = sheet.scene();
        sheet.personal("label-line", Personal::Phone, &self.msisdn.to_string());
        sheet.section("section-line");
        match &self.line {
            Remote { known: Some(known), .. } => {
                sheet.note(scene.age(known.read_at), Role::Dim, None);
                freebit_line(&known.value, sheet);
            }
            Remote { loading: true, .. } => sheet.note(scene.say("loading"), Role::Dim, Some(Mark::Pending)),
            Remote { fault: Some(fault), .. } => sheet.note(scene.fault(fault), Role::Critical, Some(Mark::Critical)),
            _ => {
                let key = scene.key(Action::ReadLine);
                sheet.note(
                    scene.with("line-not-read", &[("key", Value::Text(&key))]),
                    Role::Unknown,
                    Some(Mark::Unknown),
                );
            }
        }
        if let Some(card) = &self.card {
            sheet.section("section-card");
            sheet.personal("label-product-number", Personal::Id, &card.product_number);
            sheet.personal("label-iccid", Personal::Id, &card.iccid);
            sheet.personal("label-eid", Personal::Id, &card.eid);
            sheet.field("label-sim-type", card.kind.to_string());
            sheet.field("label-card-status", card.status.to_string());
        }
        if let Some(service) = &self.service {
            sheet.section("section-service");
            sheet.link("column-id", service.id.to_string(), Place::Subscription(Some(service.id)));
            sheet.field("label-name", service.name.to_string());
            let status = service_status(&service.status);
            sheet.styled("label-status", status.say(&scene).into_owned(), status.role(), None);
            sheet.field("label-price", scene.yen(service.amount));
            sheet.field("label-next-due", scene.date(service.next_due));
        }
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

    fn act(&self, action: Action, _: &Customer, _: &Scene<'_>) -> Did {
        match action {
            Action::ReadLine => Did::ReadLine(self.msisdn.clone()),
            // Once it is read, opening it goes over its values as on every list.
            Action::Open if self.line.known.is_none() => Did::ReadLine(self.msisdn.clone()),
            _ => Did::Nothing,
        }
    }

    fn aloud(&self) -> Vec<Aloud> {
        let line = self.line.value();
        let card = self.card.as_ref();
        let of = |from_line: fn(&Line) -> &Text, from_card: fn(&SimCard) -> &Text| {
            line.map(from_line).filter(|text| !text.is_empty()).or_else(|| card.map(from_card)).cloned()
        };
        let number = of(|line| &line.product_number, |card| &card.product_number).unwrap_or_default();
        let iccid = of(|line| &line.iccid, |card| &card.iccid).unwrap_or_default();
        let eid = of(|line| &line.eid, |card| &card.eid).unwrap_or_default();
        vec![
            Aloud::personal("column-line", Spoken::Phone, self.msisdn.digits()),
            Aloud::personal("label-product-number", Spoken::ProductNumber, number.as_str()),
            Aloud::personal("label-iccid", Spoken::Sim, iccid.as_str()),
            Aloud::personal("label-eid", Spoken::Sim, eid.as_str()),
        ]
    }

    fn is_at(&self, place: &Place) -> bool {
        matches!(place, Place::Line(Some(msisdn)) if *msisdn == self.msisdn)
    }
}

fn freebit_line(line: &Line, sheet: &mut Sheet<'_>) {
    let scene = sheet.scene();
    let state = line_state(&line.state);
    sheet.styled("label-status", state.say(&scene).into_owned(), state.role(), None);
    if let Some(lock) = &line.lock {
        sheet.styled("label-lock", lock.what.to_string(), Role::Warning, Some(Mark::Warning));
        let until = lock.until.map_or_else(|| scene.unknown(), |_| scene.moment(lock.until).into_owned());
        sheet.styled("label-lock-until", until, Role::Warning, None);
    }
    sheet.field("label-plan", line.plan.to_string());
    sheet.field("label-network", line.network.to_string());
    sheet.field("label-started", scene.date(line.started));
    sheet.section("section-data");
    let (left, role) = match line.quota_left_mb {
        Some(mb) if mb <= 0 => (data(mb), Role::Critical),
        Some(mb) => (data(mb), Role::Text),
        None => (scene.unknown(), Role::Unknown),
    };
    sheet.styled("label-quota", left, role, None);
    usage(line.usage.as_ref(), sheet);
    for top_up in line.top_ups.iter().flatten().take(5) {
        let amount = top_up.mb.map_or_else(|| scene.unknown(), data);
        sheet.note(format!("+{amount} · {} · {}", scene.moment(top_up.at), top_up.code), Role::Dim, None);
    }
    sheet.section("section-voice");
    sheet.yes_no("label-voice", line.voice);
    sheet.yes_no("label-sms", line.sms);
    sheet.yes_no("label-voice-mail", line.voice_mail);
    sheet.yes_no("label-call-waiting", line.call_waiting);
    sheet.yes_no("label-roaming", line.roaming);
    sheet.section("column-card");
    sheet.personal("label-product-number", Personal::Id, &line.product_number);
    sheet.personal("label-iccid", Personal::Id, &line.iccid);
    sheet.personal("label-eid", Personal::Id, &line.eid);
    sheet.field("label-size", line.size.to_string());
}

fn usage(usage: Option<&Usage>, sheet: &mut Sheet<'_>) {
    let scene = sheet.scene();
    let Some(usage) = usage else {
        sheet.styled("label-used-today", scene.unknown(), Role::Unknown, None);
        return;
    };
    let today = usage.today_kb.map_or_else(|| scene.unknown(), |kb| data(kb / 1000));
    sheet.field("label-used-today", today);
    let days: Vec<String> = usage.days_kb.iter().take(7).map(|kb| data(kb / 1000)).collect();
    sheet.field("label-used-days", days.join(" · "));
    if usage.throttled == Some(true) {
        sheet.styled("label-throttled", scene.say("yes"), Role::Warning, Some(Mark::Warning));
    } else {
        sheet.yes_no("label-throttled", usage.throttled);
    }
}
