//! The sandbox's documented orders that stopped, built by hand, and the ways in which knowledge may be missing.

use super::*;
use crate::domain::history::{Field, Subject};
use crate::domain::ledger::EmailState;
use crate::domain::line::Lock;
use crate::domain::office::Office;
use crate::domain::phone::Fixtures;
use crate::domain::salesforce_id::SalesforceId;

const NOW: &str = "2026-11-20T03:00:00Z";

fn at(moment: &str) -> Timestamp {
    moment.parse().unwrap()
}

fn text(written: &str) -> Text {
    Text::line(written)
}

fn id(prefix: &str) -> SalesforceId {
    format!("{prefix}000000000001").parse().unwrap()
}

fn msisdn() -> Msisdn {
    Msisdn::parse("090-0200-0022", Fixtures::Allowed).unwrap()
}

fn list<T>(rows: Vec<T>) -> Listing<T> {
    Listing { total: rows.len() as u64, rows }
}

fn live(state: LineState) -> Line {
    Line {
        msisdn: msisdn(),
        state,
        plan: text("PNEW_10GB_V"),
        network: text("4G"),
        started: None,
        product_number: text("AX0000000000022"),
        iccid: Text::default(),
        eid: Text::default(),
        size: text("nano"),
        voice: Some(true),
        sms: Some(true),
        voice_mail: None,
        call_waiting: None,
        roaming: None,
        quota_left_mb: None,
        lock: None,
        planned: None,
        usage: None,
        top_ups: None,
    }
}

/// A customer with one SIM order, everything read and everything done.
struct World {
    order: Order,
    whmcs: Option<Listing<WhmcsOrder>>,
    services: Option<Listing<Subscription>>,
    invoices: Option<Listing<Invoice>>,
    pay_methods: Option<Vec<PayMethod>>,
    verification: Option<Verification>,
    opportunities: Option<Listing<Opportunity>>,
    line: Option<Line>,
    /// Freebit answered that there is no such line.
    line_missing: bool,
    cards: Option<Listing<SimCard>>,
    changes: Option<Listing<Change>>,
    emails: Option<Listing<Email>>,
}

impl World {
    fn done() -> Self {
        let order = Order {
            id: id("801"),
            number: text("00000022"),
            status: OrderStatus::Processed,
            kind: ProductKind::Sim,
            activation: ActivationStatus::Activated,
            scheduled: None,
            error_code: Text::default(),
            error_message: Text::default(),
            whmcs_order: Some(77),
            sim_type: text("Physical SIM"),
            esim: Some(false),
            eid: Text::default(),
            port_in: None,
            created: Some(at("2026-11-19T00:00:00Z")),
            modified: Some(at("2026-11-19T22:00:00Z")),
            total: None,
            opportunity: Some(id("006")),
            items: Vec::new(),
        };
        let whmcs = WhmcsOrder {
            id: 77,
            number: text("4829103756"),
            date: Some(at("2026-11-19T00:30:00Z")),
            status: text("Active"),
            amount: None,
            invoice: Some(9001),
            payment: text("Paid"),
            salesforce_order: Some(order.id),
            what: text("SIM 10GB"),
        };
        let service = Subscription {
            id: 310,
            name: text("SIM 10GB"),
            group: text("Mobile"),
            kind: ProductKind::Sim,
            status: ServiceStatus::Active,
            amount: None,
            cycle: text("Monthly"),
            registered: None,
            next_due: None,
            order: Some(77),
            label: text("09002000022"),
            line: Some(msisdn()),
            product_number: text("AX0000000000022"),
            eid: Text::default(),
            opportunity: order.opportunity,
            suspension_reason: Text::default(),
            no_suspend_until: None,
            fields: Vec::new(),
            options: Vec::new(),
            product: None,
        };
        let invoice = Invoice {
            id: 9001,
            number: Text::default(),
            date: None,
            due: None,
            paid: None,
            last_capture: None,
            total: crate::domain::money::Yen(3300),
            credit: crate::domain::money::Yen::ZERO,
            status: InvoiceStatus::Paid,
            gateway: Text::default(),
        };
        let card = SimCard {
            id: id("a01"),
            product_number: text("AX0000000000022"),
            line: Some(msisdn()),
            iccid: Text::default(),
            eid: Text::default(),
            kind: text("Physical SIM"),
            esim: Some(false),
            status: text("Activated"),
        };
        let mail = Email {
            id: 5,
            at: Some(at("2026-11-19T07:00:00Z")),
            subject: text("Your service is ready"),
            to: Text::default(),
            body: Text::default(),
            state: EmailState::Sent,
        };
        let method = PayMethod {
            id: 1,
            kind: crate::domain::billing::PayMethodKind::Card,
            brand: text("Visa"),
            last_four: text("1881"),
            expires: None,
            description: Text::default(),
            gateway: Text::default(),
        };
        Self {
            opportunities: Some(list(vec![opportunity(&order, "Active")])),
            order,
            whmcs: Some(list(vec![whmcs])),
            services: Some(list(vec![service])),
            invoices: Some(list(vec![invoice])),
            pay_methods: Some(vec![method]),
            verification: Some(Verification { state: VerificationState::Verified, ..Verification::default() }),
            line: Some(live(LineState::Active)),
            line_missing: false,
            cards: Some(list(vec![card])),
            changes: Some(list(Vec::new())),
            emails: Some(list(vec![mail])),
        }
    }

    /// As if the fulfilment had come to this step and no further.
    fn reached(step: usize) -> Self {
        let mut world = Self::done();
        if step < 10 {
            world.cards = Some(list(Vec::new()));
            world.emails = Some(list(Vec::new()));
        }
        if step < 9 {
            world.opportunities = Some(list(vec![opportunity(&world.order, "Post Processing")]));
        }
        if step < 8 {
            world.order.status = OrderStatus::Approved;
            world.order.whmcs_order = None;
        }
        if step < 7 {
            world.whmcs.as_mut().unwrap().rows[0].status = text("Pending");
            let service = &mut world.services.as_mut().unwrap().rows[0];
            service.status = ServiceStatus::Pending;
            service.product_number = Text::default();
        }
        if step < 6 {
            world.whmcs = Some(list(Vec::new()));
            world.services = Some(list(Vec::new()));
            world.invoices = Some(list(Vec::new()));
        }
        if step < 4 {
            world.order.activation = ActivationStatus::Activating;
        }
        if step < 3 {
            world.line = None;
        }
        if step < 2 {
            world.order.activation = ActivationStatus::NotStarted;
        }
        world
    }

    fn failing(mut self, code: &str, message: &str) -> Self {
        self.order.activation = ActivationStatus::Failed;
        self.order.error_code = text(code);
        self.order.error_message = text(message);
        self
    }

    fn look(&self) -> Xray {
        self.look_at(NOW)
    }

    fn look_at(&self, now: &str) -> Xray {
        let seen = match &self.line {
            Some(line) => LineSeen::Read(line),
            None if self.line_missing => LineSeen::Missing,
            None => LineSeen::NotRead,
        };
        let lines = [(msisdn(), seen)];
        let known = self.line.is_some() || self.line_missing || self.services.as_ref().is_some_and(|s| s.total > 0);
        let parts = Parts {
            order: &self.order,
            whmcs_orders: self.whmcs.as_ref(),
            services: self.services.as_ref(),
            invoices: self.invoices.as_ref(),
            pay_methods: self.pay_methods.as_deref(),
            verification: self.verification.as_ref(),
            opportunities: self.opportunities.as_ref(),
            lines: if known { &lines } else { &[] },
            cards: self.cards.as_ref(),
            changes: self.changes.as_ref(),
            emails: self.emails.as_ref(),
        };
        xray(&parts, &Office::default(), at(now))
    }
}

fn opportunity(order: &Order, stage: &str) -> Opportunity {
    Opportunity {
        id: order.opportunity.unwrap(),
        name: text("SIM C-000022"),
        stage: text(stage),
        whmcs_service: None,
        cancels: None,
        sim_cancels: None,
        notice: Text::default(),
        sim_notice: Text::default(),
        line_return: Text::default(),
    }
}

/// One letter a step: Done, Waiting, Failed, - not reached, n not needed, ? unknown.
fn picture(xray: &Xray) -> String {
    xray.steps
        .iter()
        .map(|step| match step.state {
            StepState::Done { .. } => 'D',
            StepState::Waiting { .. } => 'W',
            StepState::Failed { .. } => 'F',
            StepState::NotReached => '-',
            StepState::NotNeeded => 'n',
            StepState::Unknown { .. } => '?',
        })
        .collect()
}

#[track_caller]
fn shows(world: &World, expected: &str, divergence: Option<usize>, cause: Option<Cause>) {
    let xray = world.look();
    assert_eq!(picture(&xray), expected);
    assert_eq!(xray.divergence.map(|at| at + 1), divergence);
    assert_eq!(xray.cause, cause);
}

#[test]
fn an_order_that_went_well() {
    let world = World::done();
    shows(&world, "DDDDDDDDDD", None, None);
    let xray = world.look();
    assert_eq!((xray.current, xray.past_return), (None, Some(true)));
    assert!(
        xray.steps[5]
            .evidence
            .contains(&Evidence { lane: Lane::Whmcs, fact: Fact::Invoice { id: 9001, status: InvoiceStatus::Paid } })
    );
}

#[test]
fn c_000019_has_no_pay_method() {
    let mut world = World::reached(0).failing("PAYMENT_METHOD_MISSING", "Provisioning is paused.");
    world.pay_methods = Some(Vec::new());
    shows(&world, "F---------", Some(1), Some(Cause::PaymentMethodMissing { now_on_file: Some(false) }));
    // Once there is one, the order only has to be tried again.
    world.pay_methods = World::done().pay_methods;
    let cause = world.look().cause.unwrap();
    assert_eq!(cause, Cause::PaymentMethodMissing { now_on_file: Some(true) });
    assert_eq!(cause.remedy(), Remedy::TryAgain);
    world.order.status = OrderStatus::Reactivate;
    shows(&world, "DW--------", Some(2), Some(Cause::EventLost));
}

#[test]
fn c_000020_was_approved_and_nothing_started() {
    let world = World::reached(1);
    shows(&world, "DW--------", Some(2), Some(Cause::EventLost));
    let xray = world.look();
    assert_eq!(xray.past_return, Some(false));
    assert_eq!(xray.steps[1].state, waiting_for_worker("2026-11-19T22:00:00Z"));
    // A quarter of an hour after the approval nothing is wrong yet.
    let soon = world.look_at("2026-11-19T22:15:00Z");
    assert_eq!((soon.divergence, soon.current, soon.cause), (None, Some(1), None));
}

fn waiting_for_worker(since: &str) -> StepState {
    StepState::Waiting { whom: Whom::Worker, since: Some(at(since)) }
}

#[test]
fn an_order_sent_round_again_waits_from_then_on() {
    let mut world = World::reached(1);
    world.order.status = OrderStatus::Reactivate;
    let change = |new: &str, moment: &str| Change {
        at: Some(at(moment)),
        who: text("Portal Worker"),
        of: Subject::Order(text("00000022")),
        field: Field::Status,
        old: Text::default(),
        new: text(new),
    };
    let again = "2026-11-20T02:58:00Z";
    world.changes = Some(list(vec![change("Approved", "2026-11-19T22:00:00Z"), change("Reactivate", again)]));
    shows(&world, "DW--------", None, None);
    assert_eq!(world.look().steps[1].state, waiting_for_worker(again));
}

#[test]
fn c_000021_is_unknown_to_freebit() {
    let world = World::reached(2).failing("210", "アカウント不在エラー");
    shows(&world, "DDF-------", Some(3), Some(Cause::UnknownAccount));
    let failed = StepState::Failed { code: text("210"), message: text("アカウント不在エラー") };
    assert_eq!(world.look().steps[2].state, failed);
}

#[test]
fn c_000022_is_live_and_salesforce_was_not_told() {
    let mut world = World::reached(3);
    shows(&world, "DDDW------", Some(4), Some(Cause::SalesforceNotUpdated));
    // No system names the line of such an order: as long as nobody asked for it, that is all that can be said.
    world.line = None;
    shows(&world, "DD?W------", Some(4), Some(Cause::ActivatingTooLong));
    assert_eq!(world.look().steps[2].state, StepState::Unknown { why: Why::NoLine });
}

#[test]
fn c_000023_has_a_product_without_a_whmcs_product() {
    let world =
        World::reached(4).failing("PRODUCT_MAPPING_MISSING", "Product SIM-VOICE-100GB has no WHMCS product id.");
    shows(&world, "DDDDF-----", Some(5), Some(Cause::ProductMappingMissing));
}

#[test]
fn c_000024_never_came_to_whmcs() {
    let mut world = World::reached(5).failing("WHMCS_ADD_ORDER_FAILED", "AddOrder timed out.");
    shows(&world, "DDDDDF----", Some(6), Some(Cause::NotOrdered));
    assert_eq!(world.look().cause.unwrap().remedy(), Remedy::LookThenOrder);
    // The answer was lost, not the order: what WHMCS has counts more than the code.
    world.whmcs = World::reached(6).whmcs;
    world.services = World::reached(6).services;
    shows(&world, "DDDDDDW---", Some(7), Some(Cause::NotAccepted));
}

#[test]
fn c_000025_is_pending_at_whmcs() {
    let world = World::reached(6).failing("WHMCS_ACCEPT_ORDER_FAILED", "AcceptOrder answered 500.");
    shows(&world, "DDDDDDF---", Some(7), Some(Cause::NotAccepted));
}

#[test]
fn c_000026_does_not_carry_whmcs_ids() {
    let world = World::reached(7);
    shows(&world, "DDDDDDDW--", Some(8), Some(Cause::IdsNotWrittenBack));
    let said = Evidence { lane: Lane::Salesforce, fact: Fact::WrittenBack(None) };
    assert!(world.look().steps[7].evidence.contains(&said));
}

#[test]
fn c_000027_left_its_opportunity_behind() {
    shows(&World::reached(8), "DDDDDDDDW-", Some(9), Some(Cause::OpportunityBehind));
}

#[test]
fn c_000028_left_card_and_customer_behind() {
    let mut world = World::reached(9);
    shows(&world, "DDDDDDDDDW", Some(10), Some(Cause::SideEffectsMissing { card: true, mail: true }));
    world.cards = World::done().cards;
    shows(&world, "DDDDDDDDDW", Some(10), Some(Cause::SideEffectsMissing { card: false, mail: true }));
}

#[test]
fn c_000029_asks_for_what_the_carrier_does_not_offer() {
    let world = World::reached(2).failing("400-356", "未対応パターンです。");
    shows(&world, "DDF-------", Some(3), Some(Cause::UnsupportedCombination));
}

#[test]
fn nothing_read_is_nothing_said() {
    let mut world = World::done();
    world.whmcs = None;
    world.services = None;
    world.opportunities = None;
    world.line = None;
    world.cards = None;
    world.emails = None;
    world.changes = None;
    // What Salesforce's order says is all that is known.
    shows(&world, "DD?DD??D??", None, None);
    world.order.status = OrderStatus::Approved;
    world.order.activation = ActivationStatus::NotStarted;
    world.order.whmcs_order = None;
    world.pay_methods = None;
    shows(&world, "?W---??-??", Some(2), Some(Cause::EventLost));
}

#[test]
fn a_list_read_in_part_proves_nothing() {
    let mut world = World::reached(5);
    world.whmcs.as_mut().unwrap().total = 200;
    let xray = world.look();
    assert_eq!(xray.steps[5].state, StepState::Unknown { why: Why::Truncated(System::Whmcs) });
    assert_eq!(xray.divergence.map(|at| at + 1), Some(8));
}

#[test]
fn whmcs_went_on_without_a_line() {
    let mut world = World::done();
    world.line = None;
    world.line_missing = true;
    shows(&world, "DDWDDDDDDD", Some(3), Some(Cause::LineMissing));
    assert_eq!(world.look().cause.unwrap().remedy(), Remedy::ActivateOnly);
}

#[test]
fn salesforce_names_another_whmcs_order() {
    let mut world = World::done();
    world.order.whmcs_order = Some(78);
    shows(&world, "DDDDDDDWDD", Some(8), Some(Cause::IdsNotWrittenBack));
    let said = Evidence { lane: Lane::Whmcs, fact: Fact::IdsDisagree { salesforce: 78, whmcs: 77 } };
    assert!(world.look().steps[7].evidence.contains(&said));
    world.whmcs = Some(list(Vec::new()));
    shows(&world, "DD?DDF-DD?", Some(6), Some(Cause::WhmcsOrderMissing));
}

#[test]
fn an_accepted_service_carries_its_card() {
    let mut world = World::done();
    world.services.as_mut().unwrap().rows[0].product_number = Text::default();
    shows(&world, "DDDDDDWDDD", Some(7), Some(Cause::ServiceFieldsMissing));
    world.whmcs.as_mut().unwrap().rows[0].status = text("Fraud");
    shows(&world, "DDDDDDFDDD", Some(7), Some(Cause::WhmcsOrderEnded));
}

#[test]
fn waiting_for_people_is_no_divergence() {
    let mut world = World::reached(0);
    world.order.status = OrderStatus::PendingReview;
    shows(&world, "W---------", None, Some(Cause::AwaitingReview));
    for (state, whom, under_review) in [
        (VerificationState::UnderReview, Whom::Us, true),
        (VerificationState::Rejected, Whom::Customer, false),
        (VerificationState::NotSubmitted, Whom::Customer, false),
    ] {
        world.verification.as_mut().unwrap().state = state;
        shows(&world, "W---------", None, Some(Cause::IdentityNotVerified { under_review }));
        let since = world.order.created;
        assert_eq!(world.look().steps[0].state, StepState::Waiting { whom, since });
    }
}

#[test]
fn a_registration_that_runs_is_waited_for() {
    let mut world = World::reached(3);
    let since = Some(at("2026-11-20T02:55:00Z"));
    let mut line = live(LineState::Waiting);
    line.lock = Some(Lock { what: Operation::Registration, since, until: None });
    world.line = Some(line);
    shows(&world, "DDW-------", None, None);
    assert_eq!(world.look().steps[2].state, StepState::Waiting { whom: Whom::Carrier, since });
}

/// A desk that fulfils without a worker orders at WHMCS before the line is made.
#[test]
fn what_was_ordered_before_the_line_is_not_ahead_of_a_registration_that_runs() {
    let mut world = World::reached(6);
    world.order.activation = ActivationStatus::Activating;
    world.whmcs.as_mut().unwrap().rows[0].date = Some(at("2026-11-20T02:54:00Z"));
    let mut line = live(LineState::Waiting);
    let since = Some(at("2026-11-20T02:55:00Z"));
    line.lock = Some(Lock { what: Operation::Registration, since, until: None });
    world.line = Some(line);
    assert_eq!((world.look().divergence, world.look().cause), (None, None));
    let late = world.look_at("2026-11-20T03:26:00Z");
    assert_eq!((late.divergence, late.cause), (Some(2), Some(Cause::ActivatingTooLong)));
}

#[test]
fn an_agreed_date_is_waited_for_until_it_is_over() {
    let mut world = World::reached(1);
    world.order.activation = ActivationStatus::Scheduled;
    world.order.scheduled = Some(at("2026-11-21T00:00:00Z"));
    shows(&world, "DW--------", None, None);
    world.order.scheduled = Some(at("2026-11-20T00:00:00Z"));
    shows(&world, "DW--------", Some(2), Some(Cause::EventLost));
}

#[test]
fn internet_needs_no_line_and_no_card() {
    let mut world = World::done();
    world.order.kind = ProductKind::Internet;
    world.line = None;
    world.cards = Some(list(Vec::new()));
    shows(&world, "DDnDDDDDDD", None, None);
    assert_eq!(world.look().past_return, None);
}

#[test]
fn a_cancelled_order_owes_nothing() {
    let mut world = World::reached(1);
    world.order.status = OrderStatus::Cancelled;
    shows(&world, "Dnnnnnnnnn", None, None);
}

#[test]
fn a_code_the_desk_does_not_know_fails_the_step_whose_turn_it_is() {
    let world = World::reached(2).failing("E_WHATEVER", "?");
    shows(&world, "DF--------", Some(2), Some(Cause::Unrecognised));
}

#[test]
fn changes_tell_when_and_by_whom() {
    let mut world = World::done();
    let change = |field: Field, new: &str, moment: &str| Change {
        at: Some(at(moment)),
        who: text("Portal Worker"),
        of: Subject::Order(text("00000022")),
        field,
        old: Text::default(),
        new: text(new),
    };
    world.changes = Some(list(vec![
        change(Field::Status, "Processed", "2026-11-19T00:40:00Z"),
        change(Field::Activation, "Activated", "2026-11-19T00:20:00Z"),
        change(Field::Status, "Approved", "2026-11-19T00:10:00Z"),
    ]));
    let steps = world.look().steps;
    let mut failed = World::reached(2).failing("210", "アカウント不在エラー");
    failed.changes = Some(list(vec![change(Field::Activation, "Failed", "2026-11-19T00:25:00Z")]));
    let moment = Some(at("2026-11-19T00:25:00Z"));
    let when = Fact::Changed { at: moment, who: text("Portal Worker"), new: text("Failed") };
    assert!(failed.look().steps[2].evidence.contains(&Evidence { lane: Lane::Worker, fact: when }));
    assert_eq!(steps[0].state, StepState::Done { at: Some(at("2026-11-19T00:10:00Z")) });
    assert_eq!(steps[3].state, StepState::Done { at: Some(at("2026-11-19T00:20:00Z")) });
    assert_eq!(steps[7].state, StepState::Done { at: Some(at("2026-11-19T00:40:00Z")) });
    assert!(steps[7].evidence.iter().any(|said| said.lane == Lane::Worker));
}
