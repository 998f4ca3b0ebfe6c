//! The end of a line: which service stops being billed, when, and what keeps the line from ending after all.

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use madoguchi::domain::operation::{CheckState, Plan};
use madoguchi::domain::write::Write;
use madoguchi::domain::write::whmcs::Write as Whmcs;
use madoguchi::flow::OperationState;
use madoguchi::sandbox::whmcs::db::{Service, ServiceStatus};

use super::Office;
use super::sim::{failed, sent};

const NUMBER: &str = "C-000009";
const CLIENT: u64 = 1009;
const LINE: &str = "09002000009";
const END: [(&str, &str); 2] = [("line", LINE), ("reason", "Leaving Japan")];

/// The line's service.
fn service(office: &Office) -> Service {
    let of_line = |it: &&Service| it.domain.replace('-', "") == LINE && it.status == ServiceStatus::Active;
    office.world(|world| world.whmcs.services.of(CLIENT).find(of_line).cloned()).unwrap()
}

/// The service that the plan asks WHMCS to end.
fn stopped(plan: &Plan) -> Option<u64> {
    plan.steps.iter().find_map(|step| match &step.write {
        Write::Whmcs(Whmcs::CancelService { service, .. }) => Some(*service),
        _ => None,
    })
}

/// The line has another service, as after a contract that was ended and made anew. Answers its id.
fn another(office: &Office, status: ServiceStatus) -> u64 {
    let copy = Service { id: 0, status, ..service(office) };
    office.sandbox.change(|world| world.whmcs.services.insert(copy))
}

#[tokio::test]
async fn the_service_that_is_billed_ends_and_not_one_that_has_ended() {
    let office = Office::open().await;
    let old = service(&office).id;
    let new = another(&office, ServiceStatus::Active);
    office.sandbox.change(|world| {
        world.whmcs.services.update(old, |it| it.status = ServiceStatus::Cancelled);
    });
    let plan = office.plan(NUMBER, "sim-cancel", &END).await;
    assert_eq!((stopped(&plan), failed(&plan).len()), (Some(new), 0), "{plan:#?}");
    let says = plan.steps.iter().find(|step| step.says.key == "step-stop-billing").unwrap();
    assert!(format!("{:?}", says.says).contains(&new.to_string()), "the id is said: {says:?}");
    assert_eq!(office.confirm(&plan).await.state, OperationState::Done);
    let ended: Vec<u64> = office.world(|world| world.whmcs.cancel_requests.iter().map(|it| it.service_id).collect());
    assert!(ended.contains(&new) && !ended.contains(&old), "{ended:?}");
    // What WHMCS bills for another plan is told of the service that runs, too.
    let change = office.plan(NUMBER, "plan-change", &[("line", LINE), ("plan", "PNEW_100GB_V")]).await;
    assert_eq!(change.warnings.iter().filter(|it| it.key == "warning-plan-billed").count(), 1, "{change:#?}");
}

#[tokio::test]
async fn of_several_services_that_are_billed_none_is_guessed() {
    for status in [ServiceStatus::Active, ServiceStatus::Suspended, ServiceStatus::Pending] {
        let office = Office::open().await;
        let ids = [service(&office).id, another(&office, status)];
        let plan = office.plan(NUMBER, "sim-cancel", &END).await;
        assert_eq!((failed(&plan), stopped(&plan)), (vec!["check-services-several"], None), "{plan:#?}");
        let told = plan.checks.iter().find_map(|it| match &it.state {
            CheckState::Failed(why) => Some(format!("{why:?}")),
            _ => None,
        });
        assert!(ids.iter().all(|id| told.as_ref().unwrap().contains(&id.to_string())), "{told:?}");
    }
}

/// Why a plan that was right when it was made is not carried out any more. Nothing of it is left.
async fn refused(office: &Office, plan: &Plan) -> String {
    let view = office.confirm(plan).await;
    let OperationState::Undone(Some(why)) = view.state else { panic!("{view:#?}") };
    assert_eq!(sent(office, "cnclAcnt"), 0, "the line was not asked to end");
    let cancelling = |world: &super::SandboxWorld| {
        let rows = world.salesforce.rows("Opportunity");
        rows.filter(|it| it.text("StageName") == "△Cancelling").map(|it| it.id().to_string()).collect::<Vec<_>>()
    };
    let Write::Salesforce(madoguchi::domain::write::salesforce::Write::Update { id, .. }) = &plan.steps[0].write else {
        panic!("{plan:#?}")
    };
    let id = id.get(&std::collections::BTreeMap::new()).unwrap().to_owned();
    assert!(!office.world(cancelling).contains(&id), "what Salesforce was told is taken back");
    why.key.into_owned()
}

#[tokio::test]
async fn a_line_that_was_protected_meanwhile_is_not_ended() {
    let office = Office::open().await;
    let ending = office.plan(NUMBER, "sim-cancel", &END).await;
    assert_eq!(failed(&ending), [""; 0]);
    let reason = ("reason", "the family wants it back");
    let protect = office.carry(NUMBER, "protect", &[("line", LINE), reason]).await;
    assert_eq!(protect.state, OperationState::Done);
    assert_eq!(refused(&office, &ending).await, "check-protected-lift");
    // A protection that rested when the end was planned may hold again when it is confirmed.
    office.carry(NUMBER, "unprotect", &[("line", LINE), reason]).await;
    let ending = office.plan(NUMBER, "sim-cancel", &END).await;
    assert_eq!(failed(&ending), [""; 0]);
    office.pass(SignedDuration::from_mins(11));
    assert_eq!(refused(&office, &ending).await, "check-protected-lift");
    office.carry(NUMBER, "unprotect", &[("line", LINE), reason]).await;
    assert_eq!(office.carry(NUMBER, "sim-cancel", &END).await.state, OperationState::Done);
}

#[tokio::test]
async fn what_was_not_confirmed_by_the_cut_off_is_not_asked_for() {
    let office = Office::open().await;
    let until = |to: &str| to.parse::<Timestamp>().unwrap().duration_since(office.now());
    office.pass(until("2026-11-25T14:59:59Z"));
    let ending = office.plan(NUMBER, "sim-cancel", &END).await;
    assert_eq!(failed(&ending), [""; 0]);
    office.pass(SignedDuration::from_secs(1));
    assert_eq!(refused(&office, &ending).await, "check-end-cut-off");
}

/// When somebody is to ask for the end of which service, by the plan's tasks.
fn asked_later(plan: &Plan, service: u64) -> Option<String> {
    use madoguchi::domain::write::salesforce::{Content, Write as Salesforce};
    let text = |content: &Content| if let Content::Value(value) = content { value.to_string() } else { String::new() };
    plan.steps.iter().find_map(|step| {
        let Write::Salesforce(Salesforce::Create { object, fields, .. }) = &step.write else { return None };
        let field = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, content)| text(content));
        let ours = object == "Task" && field("Subject")?.contains(&format!("service {service} "));
        ours.then(|| field("ActivityDate").unwrap().trim_matches('"').to_owned())
    })
}

/// The service is due next on that day.
fn due(office: &Office, day: Date) {
    let id = service(office).id;
    office.sandbox.change(|world| world.whmcs.services.update(id, |it| it.next_due = Some(day)));
}

#[tokio::test]
async fn a_line_that_ends_in_a_later_month_is_billed_until_then() {
    for (next, asked, on, expected) in [
        // The present period ends with the line, or after it.
        (date(2026, 12, 1), "2026-11-22", "month-end", None),
        (date(2027, 6, 1), "2026-11-22", "2027-02-28", None),
        // A later month, also where the cut-off has made it one; and one that is not paid yet.
        (date(2026, 12, 1), "2026-11-22", "2027-02-28", Some("2027-02-01")),
        (date(2026, 12, 1), "2026-11-26", "2026-12-31", Some("2026-12-01")),
        (date(2026, 11, 30), "2026-11-22", "month-end", Some("2026-11-30")),
        (date(2026, 10, 31), "2026-11-22", "2027-02-28", Some("2027-02-28")),
        (date(2026, 11, 1), "2026-11-22", "month-end", Some("2026-11-22")),
    ] {
        let office = Office::open().await;
        let then: Timestamp = format!("{asked}T01:00:00Z").parse().unwrap();
        office.pass(then.duration_since(office.now()));
        due(&office, next);
        let id = service(&office).id;
        let plan = office.plan(NUMBER, "sim-cancel", &[END[0], END[1], ("on", on)]).await;
        let label = format!("{next} {asked} {on}: {plan:#?}");
        assert_eq!((failed(&plan).len(), asked_later(&plan, id).as_deref()), (0, expected), "{label}");
        assert_eq!(stopped(&plan), expected.is_none().then_some(id), "{label}");
        let told = plan.warnings.iter().any(|it| it.key == "warning-billed-until-end");
        assert_eq!(told, expected.is_some(), "{label}");
        let view = office.confirm(&plan).await;
        assert_eq!(view.state, OperationState::Done, "{label}");
        let requests =
            office.world(|world| world.whmcs.cancel_requests.iter().filter(|it| it.service_id == id).count());
        assert_eq!(requests, usize::from(expected.is_none()), "{label}");
        assert_eq!(view.receipt.unwrap().facts.contains_key("billing_task"), expected.is_some(), "{label}");
    }
}

#[tokio::test]
async fn an_end_at_once_stops_billing_at_once() {
    let office = Office::open().await;
    due(&office, date(2026, 11, 1));
    let plan = office.plan(NUMBER, "sim-cancel", &[END[0], END[1], ("on", "now")]).await;
    assert_eq!(stopped(&plan), Some(service(&office).id), "{plan:#?}");
}
