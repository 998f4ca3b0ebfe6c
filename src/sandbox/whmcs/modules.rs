//! Commands to the module that provisions a service: synchronous, and refused where there is none.

use serde_json::json;

use super::api::Ask;
use super::clients::log;
use super::db::{Db, Id, ServiceStatus};
use super::mail;
use super::reply::{Answer, Refusal, refuse, success};

/// Modules that are installed.
const INSTALLED: &[&str] = &["autorelease", "freebit"];

/// The service and its client, if a module can be asked about it. Older callers name it `accountid`.
fn provisioned(db: &Db, ask: &Ask) -> Result<(Id, Id), Refusal> {
    let Some(id) = ask.params.id("serviceid").or_else(|| ask.params.id("accountid")) else {
        return refuse("Service ID is required");
    };
    let Some(service) = db.services.get(id) else { return refuse("Service ID not found") };
    match db.products.get(service.product_id).map_or("", |it| it.module.as_str()) {
        "" => refuse("Service not assigned to a module"),
        module if !INSTALLED.contains(&module) => refuse("Module Not Found"),
        _ => Ok((id, service.client_id)),
    }
}

fn run(db: &mut Db, ask: &Ask, word: &str, status: Option<ServiceStatus>) -> Result<(Id, Id), Refusal> {
    let (id, client_id) = provisioned(db, ask)?;
    if let Some(status) = status {
        db.services.update(id, |it| it.status = status);
    }
    log(db, ask, client_id, &format!("Module {word} Successful - Service ID: {id}"));
    Ok((id, client_id))
}

/// `ModuleCreate`
pub(super) fn create(db: &mut Db, ask: &Ask) -> Answer {
    run(db, ask, "Create", Some(ServiceStatus::Active))?;
    success(json!({}))
}

/// What `AcceptOrder` does for each service with `autosetup`; a service without a module needs none.
pub(super) fn create_if_any(db: &mut Db, ask: &Ask, id: Id) -> Result<(), Refusal> {
    let Some(service) = db.services.get(id) else { return Ok(()) };
    let (client_id, product) = (service.client_id, db.products.get(service.product_id));
    match product.map_or("", |it| it.module.as_str()) {
        "" => Ok(()),
        module if !INSTALLED.contains(&module) => refuse("Module Not Found"),
        _ => {
            log(db, ask, client_id, &format!("Module Create Successful - Service ID: {id}"));
            Ok(())
        }
    }
}

/// `ModuleSuspend`
pub(super) fn suspend(db: &mut Db, ask: &Ask) -> Answer {
    let (id, client_id) = run(db, ask, "Suspend", Some(ServiceStatus::Suspended))?;
    db.services.update(id, |it| ask.params.text("suspendreason").clone_into(&mut it.suspension_reason));
    mail::send(db, ask, client_id, "Service Suspension Notification", &format!("<p>Service #{id}</p>"));
    success(json!({}))
}

/// `ModuleUnsuspend`
pub(super) fn unsuspend(db: &mut Db, ask: &Ask) -> Answer {
    let (id, _) = run(db, ask, "Unsuspend", Some(ServiceStatus::Active))?;
    db.services.update(id, |it| it.suspension_reason.clear());
    success(json!({}))
}

/// `ModuleTerminate`
pub(super) fn terminate(db: &mut Db, ask: &Ask) -> Answer {
    let (id, _) = run(db, ask, "Terminate", Some(ServiceStatus::Terminated))?;
    db.services.update(id, |it| it.terminated = Some(ask.now.date()));
    success(json!({}))
}

/// `ModuleChangePackage`: pushes the present product again.
pub(super) fn change_package(db: &mut Db, ask: &Ask) -> Answer {
    run(db, ask, "Change Package", None)?;
    success(json!({}))
}
