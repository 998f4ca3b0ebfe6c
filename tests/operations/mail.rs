//! E-mails in the customer's language: WHMCS translates them, so that they are listed by another subject than was asked for.

use jiff::SignedDuration;
use madoguchi::domain::operation::Plan;
use madoguchi::flow::{Can, Carried, Command};
use madoguchi::sandbox::faults::{Fault, System};
use madoguchi::sandbox::whmcs::db::{Email, EmailTemplate, InvoiceStatus};

use super::rows::{planned, states};
use super::{Office, hana, word};

/// Two who read Japanese and owe something.
const OWE: [(&str, u64); 2] = [("C-000007", 1007), ("C-000004", 1004)];
const TEMPLATE: &str = "First Invoice Overdue Notice";
const SUBJECT: &str = "【重要】お支払い期限超過のお知らせ";

/// WHMCS has the template in Japanese from now on.
fn translate(office: &Office) {
    let row = EmailTemplate {
        id: 0,
        kind: "invoice".to_owned(),
        name: TEMPLATE.to_owned(),
        subject: SUBJECT.to_owned(),
        custom: false,
        language: "japanese".to_owned(),
    };
    office.sandbox.change(|world| {
        world.whmcs.email_templates.insert(row);
        for (_, client) in OWE {
            world.whmcs.clients.update(client, |it| "japanese".clone_into(&mut it.language));
        }
    });
}

fn unpaid(office: &Office, client: u64) -> String {
    let owed = |world: &super::SandboxWorld| {
        world.whmcs.invoices.of(client).find(|it| it.status == InvoiceStatus::Unpaid).map(|it| it.id.to_string())
    };
    office.world(owed).unwrap()
}

async fn reminder(office: &Office) -> Plan {
    let (number, client) = OWE[0];
    office.plan(number, "send-email", &[("template", TEMPLATE), ("invoice", &unpaid(office, client))]).await
}

/// How often each of them was mailed that.
fn mailed(office: &Office) -> [usize; 2] {
    office.world(|world| OWE.map(|(_, id)| world.whmcs.emails.of(id).filter(|it| it.subject == SUBJECT).count()))
}

#[tokio::test]
async fn a_translated_mail_is_known_by_its_subject_in_the_customers_language() {
    for (fault, ends) in
        [(None, ("done", 1)), (Some(Fault::DropAfter), ("done", 1)), (Some(Fault::DropBefore), ("undone", 0))]
    {
        let office = Office::open().await;
        translate(&office);
        let plan = reminder(&office).await;
        assert!(format!("{:?}", plan.steps[0].says).contains(SUBJECT), "as they will read it: {plan:#?}");
        if let Some(fault) = fault.clone() {
            office.once(System::Whmcs, "SendEmail", fault);
        }
        let view = office.confirm(&plan).await;
        assert_eq!((word(&view.state), mailed(&office)[0]), ends, "{fault:?}: {view:#?}");
        assert_eq!(office.calls(System::Whmcs, "SendEmail"), 1);
    }
}

#[tokio::test]
async fn a_mail_that_whmcs_says_it_sent_is_never_told_as_unsent() {
    let office = Office::open().await;
    // A subject that nothing told beforehand, as a hook may set one.
    let plan = reminder(&office).await;
    translate(&office);
    let view = office.confirm(&plan).await;
    assert_eq!((word(&view.state), mailed(&office)[0]), ("done", 1), "{view:#?}");
    // And one that is not in the list at all is waited for, until a person is asked.
    let plan = reminder(&office).await;
    office.once(System::Whmcs, "SendEmail", Fault::NoEffect);
    assert_eq!(word(&office.confirm(&plan).await.state), "waits-for-system");
    office.pass(SignedDuration::from_mins(61));
    // What WHMCS mails by itself an hour later is something else.
    office.sandbox.change(|world| {
        let last = world.whmcs.emails.of(OWE[0].1).last().unwrap().clone();
        let (date, subject) = (last.date.saturating_add(SignedDuration::from_mins(61)), "Invoice Created".to_owned());
        world.whmcs.emails.insert(Email { id: 0, date, subject, ..last });
    });
    office.look().await;
    let view = office.view(plan.id);
    assert_eq!(word(&view.state), "waits-for-person", "{view:#?}");
    assert!(view.can.contains(&Can::Confirm) && !view.can.contains(&Can::DriveOn), "{view:#?}");
    assert_eq!(office.calls(System::Whmcs, "SendEmail"), 2);
}

#[tokio::test]
async fn reminders_for_many_are_each_sent_once_and_told_as_sent() {
    for fault in [None, Some(Fault::NoEffect)] {
        let office = Office::open().await;
        let mut changes = Vec::new();
        for (number, client) in OWE {
            let who = office.customer(number).await;
            let fields = [("template", TEMPLATE), ("invoice", &*unpaid(&office, client))];
            changes.push(office.change(&who, "send-email", &fields));
        }
        let plans: Vec<Plan> = planned(&office, changes).await.into_iter().map(Result::unwrap).collect();
        translate(&office);
        if let Some(fault) = fault.clone() {
            office.once(System::Whmcs, "SendEmail", fault);
        }
        assert_eq!(office.command(Command::BeginRows(plans.clone(), hana())).await, Carried::Taken);
        let (first, sent) = if fault.is_some() { ("waits-for-system", [0, 1]) } else { ("done", [1, 1]) };
        assert_eq!((states(&office, &plans), mailed(&office)), (vec![first, "done"], sent), "{fault:?}");
        office.pass(SignedDuration::from_mins(10));
        office.look().await;
        assert_eq!(office.calls(System::Whmcs, "SendEmail"), 2, "{fault:?}");
    }
}
