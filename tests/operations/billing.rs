//! Money: charged, booked, credited, billed, promised; and e-mails about it.

use std::collections::BTreeSet;

use madoguchi::domain::money::Yen;
use madoguchi::domain::operation::{CheckState, Confirm, Plan, Typed};
use madoguchi::domain::phrase::Phrase;
use madoguchi::domain::write::Write;
use madoguchi::domain::write::whmcs::Write as Whmcs;
use madoguchi::flow::{Carried, Command, OperationState, OperationView, PlanRefused};
use madoguchi::sandbox::World;
use madoguchi::sandbox::faults::{Fault, System};
use madoguchi::sandbox::whmcs::db::{InvoiceStatus, ServiceStatus};

use super::{Office, Rules, hana, rules, word};

/// One unpaid invoice, credit, a good card.
const OWES: &str = "C-000007";
const OWES_ID: u64 = 1007;
/// No pay method, one invoice.
const NO_CARD: &str = "C-000004";
/// All is paid.
const PAID: &str = "C-000001";
const PAID_ID: u64 = 1001;

fn invoice(office: &Office, client: u64, status: InvoiceStatus) -> u64 {
    office.world(|world| world.whmcs.invoices.of(client).find(|it| it.status == status).map(|it| it.id)).unwrap()
}

fn unpaid(office: &Office) -> u64 {
    invoice(office, OWES_ID, InvoiceStatus::Unpaid)
}

fn status(office: &Office, id: u64) -> InvoiceStatus {
    office.world(|world| world.whmcs.invoices.get(id).unwrap().status)
}

fn blocked(plan: &Plan) -> &str {
    plan.blocked().map_or("", |why| &why.key)
}

fn state(view: &OperationView) -> &'static str {
    word(&view.state)
}

/// One change, the call that makes it, and how often its effect is in the world.
struct Case {
    number: &'static str,
    verb: &'static str,
    call: &'static str,
    fields: fn(&Office) -> Vec<(&'static str, String)>,
    effects: fn(&World) -> usize,
}

fn about_unpaid(office: &Office) -> Vec<(&'static str, String)> {
    vec![("invoice", unpaid(office).to_string())]
}

fn told(fields: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

fn invoices(world: &World, status: InvoiceStatus) -> usize {
    world.whmcs.invoices.of(OWES_ID).filter(|it| it.status == status).count()
}

fn emails(world: &World, subject: &str) -> usize {
    world.whmcs.emails.of(OWES_ID).filter(|it| it.subject == subject).count()
}

const CASES: &[Case] = &[
    Case {
        number: OWES,
        verb: "capture",
        call: "CapturePayment",
        fields: about_unpaid,
        effects: |world| world.whmcs.transactions.of(OWES_ID).count(),
    },
    Case {
        number: OWES,
        verb: "mark-paid",
        call: "AddInvoicePayment",
        fields: |office| [about_unpaid(office), told(&[("transaction", "BANK-1")])].concat(),
        effects: |world| world.whmcs.transactions.of(OWES_ID).filter(|it| it.transid == "BANK-1").count(),
    },
    Case {
        number: OWES,
        verb: "apply-credit",
        call: "ApplyCredit",
        fields: |office| [about_unpaid(office), told(&[("amount", "300")])].concat(),
        effects: |world| world.whmcs.credits.of(OWES_ID).filter(|it| it.amount == -300).count(),
    },
    Case {
        number: OWES,
        verb: "add-credit",
        call: "AddCredit",
        fields: |_| told(&[("amount", "700"), ("reason", "Slow line & late answer")]),
        effects: |world| world.whmcs.credits.of(OWES_ID).filter(|it| it.amount == 700).count(),
    },
    Case {
        number: OWES,
        verb: "create-invoice",
        call: "CreateInvoice",
        fields: |_| told(&[("items", "Router rental 1,100\nVisit ¥5,500")]),
        effects: |world| invoices(world, InvoiceStatus::Unpaid),
    },
    Case {
        number: OWES,
        verb: "billable-item",
        call: "AddBillableItem",
        fields: |_| told(&[("item", "Router"), ("amount", "1100")]),
        effects: |world| world.whmcs.billable.of(OWES_ID).count(),
    },
    Case {
        number: OWES,
        verb: "cancel-invoice",
        call: "UpdateInvoice",
        fields: about_unpaid,
        effects: |world| invoices(world, InvoiceStatus::Cancelled),
    },
    Case {
        number: OWES,
        verb: "send-email",
        call: "SendEmail",
        fields: |office| [about_unpaid(office), told(&[("template", "first invoice overdue notice")])].concat(),
        effects: |world| emails(world, "Invoice Overdue Notice"),
    },
    Case {
        number: OWES,
        verb: "client-area-link",
        call: "SendEmail",
        fields: |_| told(&[("page", "pay-methods")]),
        effects: |world| emails(world, "お客様ページのご案内") + emails(world, "Your customer page"),
    },
];

impl Case {
    async fn plan(&self, office: &Office) -> Plan {
        let fields = (self.fields)(office);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let plan = office.plan(self.number, self.verb, &fields).await;
        assert_eq!(plan.blocked(), None, "{}", self.verb);
        plan
    }
}

#[tokio::test]
async fn each_is_done_once_and_proved() {
    for case in CASES {
        // What one did must not be in the next one's way.
        let office = &Office::open().await;
        let before = office.world(case.effects);
        let plan = case.plan(office).await;
        let view = office.confirm(&plan).await;
        assert_eq!(view.state, OperationState::Done, "{}: {view:#?}", case.verb);
        assert_eq!(office.world(case.effects), before + 1, "{}", case.verb);
        office.confirm(&plan).await;
        assert_eq!(office.world(case.effects), before + 1, "{} confirmed twice", case.verb);
        assert!(!plan.warnings.is_empty(), "{}", case.verb);
    }
}

#[tokio::test]
async fn an_answer_that_never_came_is_settled_by_reading_and_nothing_is_sent_twice() {
    for case in CASES {
        // What WHMCS says that it mailed is never told as unsent, and so never sent again.
        let lied = if case.call == "SendEmail" { "waits-for-system" } else { "undone" };
        for (fault, ends, more) in [
            (Fault::DropAfter, "done", 1),
            (Fault::DropBefore, "undone", 0),
            (Fault::NoEffect, lied, 0),
            (Fault::VendorError { code: "error".to_owned(), message: Some("No".to_owned()) }, "undone", 0),
        ] {
            let office = Office::open().await;
            let before = office.world(case.effects);
            let plan = case.plan(&office).await;
            office.once(System::Whmcs, case.call, fault.clone());
            let view = office.confirm(&plan).await;
            let label = format!("{} {fault:?}: {view:#?}", case.verb);
            assert_eq!((state(&view), office.world(case.effects)), (ends, before + more), "{label}");
            assert_eq!(office.calls(System::Whmcs, case.call), 1, "{label}");
        }
    }
}

#[tokio::test]
async fn a_declined_card_says_so_and_is_not_tried_for_ever() {
    let office = Office::open().await;
    office.sandbox.change(|world| {
        let card = world.whmcs.pay_methods.of(OWES_ID).next().unwrap().id;
        world.whmcs.pay_methods.update(card, |it| "0002".clone_into(&mut it.last_four));
    });
    let id = unpaid(&office).to_string();
    for tried in 0..3 {
        let plan = office.plan(OWES, "capture", &[("invoice", &id)]).await;
        assert_eq!(plan.blocked(), None, "{tried}");
        let warned = plan.checks.iter().any(|it| matches!(it.state, CheckState::Warns(_)));
        assert_eq!(warned, tried > 0, "{tried}");
        assert_eq!(plan.instead.len(), 1, "the link to the pay methods");
        let OperationState::Undone(Some(why)) = office.confirm(&plan).await.state else { panic!("{tried}") };
        assert_eq!(why.key, "capture-declined");
    }
    let plan = office.plan(OWES, "capture", &[("invoice", &id)]).await;
    assert_eq!(blocked(&plan), "check-tried-enough");
    office.pass(jiff::SignedDuration::from_hours(24));
    assert_eq!(office.plan(OWES, "capture", &[("invoice", &id)]).await.blocked(), None, "another day");
}

#[tokio::test]
async fn what_changed_since_it_was_read_is_not_applied() {
    let office = Office::open().await;
    let id = unpaid(&office);
    let text = id.to_string();
    let capture = office.plan(OWES, "capture", &[("invoice", &text)]).await;
    let credit = office.plan(OWES, "apply-credit", &[("invoice", &text), ("amount", "300")]).await;
    let book = office.plan(OWES, "mark-paid", &[("invoice", &text), ("transaction", "BANK-9")]).await;
    let view = office.carry(OWES, "apply-credit", &[("invoice", &text), ("amount", "100")]).await;
    assert_eq!(view.state, OperationState::Done);
    for (plan, why) in [(capture, "capture-other-amount"), (credit, "credit-changed"), (book, "payment-more-than-owed")]
    {
        let OperationState::Undone(Some(told)) = office.confirm(&plan).await.state else { panic!("{why}") };
        assert_eq!(told.key, why);
    }
    assert_eq!(office.calls(System::Whmcs, "CapturePayment") + office.calls(System::Whmcs, "AddInvoicePayment"), 0);
}

#[tokio::test]
async fn one_invoice_is_not_settled_by_two_at_once() {
    let patient = || Rules { settle: jiff::SignedDuration::from_secs(30), ..rules() };
    let office = Office::with(|rules| *rules = patient()).await;
    let id = unpaid(&office).to_string();
    let ours = office.plan(OWES, "capture", &[("invoice", &id)]).await;
    let others = [
        office.plan(OWES, "capture", &[("invoice", &id)]).await,
        office.plan(OWES, "cancel-invoice", &[("invoice", &id)]).await,
        office.plan(OWES, "mark-paid", &[("invoice", &id), ("transaction", "BANK-7")]).await,
    ];
    office.once(System::Whmcs, "CapturePayment", Fault::DropBefore);
    assert_eq!(word(&office.confirm(&ours).await.state), "waits-for-system", "it may still be on its way");
    let colleague = office.second_desk_with(patient()).await;
    for plan in others {
        let carried = colleague.command(Command::Begin(Box::new(plan), hana())).await;
        assert!(matches!(&carried, Carried::Refused(why) if why.key == "line-has-ours"), "{carried:?}");
    }
    assert_eq!(office.calls(System::Whmcs, "CapturePayment"), 1);
}

#[tokio::test]
async fn what_was_paid_meanwhile_is_not_called_charged() {
    let office = Office::open().await;
    let id = unpaid(&office).to_string();
    let capture = office.plan(OWES, "capture", &[("invoice", &id)]).await;
    let cancel = office.plan(OWES, "cancel-invoice", &[("invoice", &id)]).await;
    let part = [("invoice", id.as_str()), ("transaction", "BANK-3"), ("amount", "100")];
    assert_eq!(office.carry(OWES, "mark-paid", &part).await.state, OperationState::Done);
    let OperationState::Undone(Some(why)) = office.confirm(&cancel).await.state else { panic!("partly paid") };
    assert_eq!(why.key, "cancel-partly-paid");
    let rest = [("invoice", id.as_str()), ("transaction", "BANK-4")];
    assert_eq!(office.carry(OWES, "mark-paid", &rest).await.state, OperationState::Done);
    let OperationState::Undone(Some(why)) = office.confirm(&capture).await.state else { panic!("paid") };
    assert_eq!(why.key, "capture-paid-already");
}

#[tokio::test]
async fn what_cannot_be_paid_is_said_before_anything_is_sent() {
    let office = Office::open().await;
    let none = invoice(&office, 1004, InvoiceStatus::Unpaid).to_string();
    let plan = office.plan(NO_CARD, "capture", &[("invoice", &none)]).await;
    assert_eq!(blocked(&plan), "check-no-pay-method");
    let paid = invoice(&office, PAID_ID, InvoiceStatus::Paid).to_string();
    for (verb, why) in [
        ("capture", "capture-not-unpaid"),
        ("apply-credit", "capture-not-unpaid"),
        ("cancel-invoice", "cancel-paid-invoice"),
    ] {
        let plan = office.plan(PAID, verb, &[("invoice", &paid)]).await;
        assert_eq!(blocked(&plan), why, "{verb}");
    }
    // A number that was mistyped is somebody else's invoice.
    let who = office.customer(PAID).await;
    let change = office.change(&who, "capture", &[("invoice", &none)]);
    let refused = office.try_plan(change).await.unwrap_err();
    assert_eq!(refused, PlanRefused::Blocked("plan-other-invoice".into()));
}

#[tokio::test]
async fn a_transaction_is_booked_once() {
    let office = Office::open().await;
    let used = office.world(|world| world.whmcs.transactions.of(PAID_ID).next().unwrap().transid.clone());
    let id = unpaid(&office).to_string();
    let fields = [("invoice", id.as_str()), ("transaction", used.as_str())];
    assert_eq!(blocked(&office.plan(OWES, "mark-paid", &fields).await), "payment-id-used");
    let more = [("invoice", id.as_str()), ("transaction", "BANK-2"), ("amount", "9999999")];
    assert_eq!(blocked(&office.plan(OWES, "mark-paid", &more).await), "payment-more-than-owed");
}

#[tokio::test]
async fn more_credit_takes_a_second_person_and_too_much_is_not_given() {
    let office = Office::open().await;
    let plan = async |amount: &str| office.plan(OWES, "add-credit", &[("amount", amount), ("reason", "Outage")]).await;
    let little = plan("5000").await;
    assert_eq!((little.second, &little.confirm), (false, &Confirm::Typed(Typed::Amount(Yen(5_000)))));
    let more = plan("5001").await;
    assert!(more.second && more.blocked().is_none());
    let begin = Command::Begin(Box::new(more.clone()), hana());
    assert_eq!(office.command(begin).await, Carried::Refused("operation-needs-second".into()));
    assert_eq!(blocked(&plan("50001").await), "credit-beyond");
    // Both are found again by the operation they are from.
    let view = office.confirm(&little).await;
    let receipt = view.receipt.unwrap();
    let text = office.world(|world| world.whmcs.credits.of(OWES_ID).last().unwrap().description.clone());
    assert_eq!(text, format!("Outage (madoguchi:{})", little.id));
    assert!(receipt.facts.contains_key("credit"));
}

#[tokio::test]
async fn an_invoice_is_a_draft_published_or_sent() {
    for (then, expected, mails) in
        [("draft", InvoiceStatus::Draft, 0), ("publish", InvoiceStatus::Unpaid, 0), ("send", InvoiceStatus::Unpaid, 1)]
    {
        let office = Office::open().await;
        let before = office.world(|world| emails(world, "Customer Invoice"));
        let view = office.carry(OWES, "create-invoice", &[("items", "Router 1,100"), ("then", then)]).await;
        let id: u64 = view.receipt.unwrap().facts["invoice"].parse().unwrap();
        assert_eq!(status(&office, id), expected, "{then}");
        assert_eq!(office.world(|world| emails(world, "Customer Invoice")) - before, mails, "{then}");
    }
}

#[tokio::test]
async fn cancelling_an_invoice_tells_of_credit_and_of_the_release() {
    let office = Office::open().await;
    let id = unpaid(&office).to_string();
    office.carry(OWES, "apply-credit", &[("invoice", &id), ("amount", "300")]).await;
    let plan = office.plan(OWES, "cancel-invoice", &[("invoice", &id)]).await;
    let told: BTreeSet<&str> = plan.warnings.iter().map(|it| &*it.key).collect();
    assert!(told.contains("warning-cancel-credit"), "{told:?}");
    let release = ["warning-cancel-credit-note", "warning-cancel-status-only"];
    assert!(release.iter().any(|it| told.contains(it)), "{told:?}");
    assert_eq!(plan.confirm, Confirm::Typed(Typed::Word("cancel-invoice".to_owned())));
}

/// An unpaid invoice for a service that runs.
fn billed_service(world: &World) -> Option<(u64, u64, u64)> {
    world.whmcs.invoices.iter().filter(|it| it.status == InvoiceStatus::Unpaid).find_map(|invoice| {
        let service = invoice.items.iter().find(|line| line.kind == "Hosting")?.rel_id;
        let runs = world.whmcs.services.get(service)?.status == ServiceStatus::Active;
        runs.then_some((invoice.client_id, invoice.id, service))
    })
}

#[tokio::test]
async fn a_promise_holds_suspension_off_and_reminds_on_its_day() {
    let office = Office::open().await;
    let (client, invoice, service) = office.world(billed_service).unwrap();
    let number = format!("C-{:06}", client - 1000);
    let invoice = invoice.to_string();
    let fields = [("invoice", invoice.as_str()), ("until", "2026-11-30")];
    let held = |office: &Office| office.world(|world| world.whmcs.services.get(service).unwrap().no_suspend_until);
    let plan = office.plan(&number, "promise-to-pay", &fields).await;
    assert!(plan.blocked().is_none() && plan.confirm == Confirm::Key, "{plan:#?}");
    assert!(matches!(plan.steps.last().unwrap().write, Write::Salesforce(_)));
    // When the task cannot be made, what was held off is set back.
    office.once(System::Salesforce, "Task", Fault::NoEffect);
    let view = office.confirm(&plan).await;
    assert_eq!((state(&view), held(&office)), ("undone", None), "{view:#?}");
    let view = office.carry(&number, "promise-to-pay", &fields).await;
    assert_eq!(view.state, OperationState::Done, "{view:#?}");
    assert_eq!(held(&office).unwrap().to_string(), "2026-11-30");
    assert!(view.receipt.unwrap().facts.contains_key("task"));
}

#[tokio::test]
async fn a_link_is_a_plain_address() {
    let office = Office::open().await;
    let id = unpaid(&office).to_string();
    let plan = office.plan(OWES, "client-area-link", &[("page", "invoice"), ("invoice", &id)]).await;
    let Write::Whmcs(Whmcs::SendMessage { body, .. }) = &plan.steps[0].write else { panic!("{plan:#?}") };
    assert!(body.contains(&format!("/viewinvoice.php?id={id}")), "{body}");
    for key in ["sso", "token", "autoauth", "hash"] {
        assert!(!body.to_lowercase().contains(key), "{body}");
    }
}

#[tokio::test]
async fn a_template_is_one_of_whmcs_and_says_what_it_is_about() {
    let office = Office::open().await;
    let who = office.customer(OWES).await;
    let refused = async |fields: &[(&str, &str)]| match office.try_plan(office.change(&who, "send-email", fields)).await
    {
        Err(PlanRefused::Wrong(wrong)) => wrong.into_iter().map(|it| it.field).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(&[("template", "Nonsense")]).await, ["template"]);
    assert_eq!(refused(&[("template", "Invoice Created")]).await, ["invoice"]);
    assert_eq!(refused(&[("template", "Service Suspension Notification")]).await, ["service"]);
    let plan = office.plan(OWES, "send-email", &[("template", "Client Signup Email")]).await;
    assert!(plan.warnings.contains(&Phrase::new("warning-email-ja")), "{plan:#?}");
}
