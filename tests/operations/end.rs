//! The end of a line: which service stops being billed, when, and what keeps the line from ending after all.

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
