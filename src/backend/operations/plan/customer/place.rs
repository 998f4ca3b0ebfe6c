//! Where the customer is: the link between the two systems, and the address in both scripts.

use serde_json::Value;

use super::AccountNow;
use crate::backend::operations::carry::whmcs::clients::written;
use crate::backend::operations::plan::{Draft, Planner};
use crate::backend::salesforce::names::standard as s;
use crate::backend::salesforce::soql::{Condition, Like, Soql};
use crate::domain::billing::{ProductKind, ServiceStatus};
use crate::domain::change::Wrong;
use crate::domain::change::customer::Place;
use crate::domain::customer::ClientId;
use crate::domain::links::client_in_link;
use crate::domain::operation::{CheckState, Difference};
use crate::domain::phrase::{Arg, Phrase};
use crate::domain::text::Text;
use crate::domain::write::whmcs::{ClientField, ClientSet};
use crate::domain::write::{Write, whmcs};
use crate::flow::fault::FaultKind;
use crate::flow::operation::PlanRefused;

impl Planner<'_> {
    /// Account and client are told to name each other. Which client it is, is told by a person and never guessed; what
    /// speaks against it is shown.
    pub(super) async fn link_repair(&self, client: ClientId) -> Result<Draft, PlanRefused> {
        let backend = self.backend;
        let names = &backend.salesforce.names;
        let account = AccountNow::read(self, &[&names.account_whmcs, &names.account_number, &s::NAME]).await?;
        let number = account.word(&names.account_number);
        let theirs = Soql::select([&s::ID, &names.account_whmcs], &s::ACCOUNT)
            .filter(&Condition::Any(vec![
                Condition::Is(names.account_whmcs.clone(), client.to_string()),
                Condition::Like(names.account_whmcs.clone(), Like::beginning(&format!("{client} "))),
                Condition::Like(names.account_whmcs.clone(), Like::beginning(&format!("{client}-"))),
            ]))
            .limit(10);
        let (found, others) =
            futures_util::join!(backend.whmcs.client(client), backend.salesforce.rows("linked", theirs));
        let found = match found {
            Err(fault) if fault.kind == FaultKind::NotFound => {
                return Err(PlanRefused::Wrong(vec![Wrong { field: "client", why: "wrong-client".into() }]));
            }
            found => found?,
        };
        let taken = others?.iter().any(|row| {
            row.text(&s::ID) != account.id.as_str() && client_in_link(&row.text(&names.account_whmcs)) == Some(client)
        });
        let link = Text::line(&format!("{client} - {}", found.name));
        let was = account.word(&names.account_whmcs);
        let (salesforce_name, number_there) = (account.word(&s::NAME), found.customer_number.clone());
        let alike = same_name(&salesforce_name, &found.name);
        let set = ClientSet {
            field: ClientField::Custom(backend.whmcs.names.customer_number_field),
            from: number_there.to_string(),
            to: number.to_string(),
        };
        let mut draft = self
            .about(Phrase::new("plan-link-repair").with("client", client.to_string().as_str()))
            .step(
                account.update(vec![account.set(&names.account_whmcs, link.as_str().into())]),
                Phrase::new("step-link-account").with("link", Arg::Personal(link.clone())),
                Some(undo(&account, &names.account_whmcs, link.as_str())),
            )
            .step(
                Write::Whmcs(whmcs::Write::SetClient { client, set: vec![set] }),
                Phrase::new("step-link-client").with("number", number.clone()),
                None,
            )
            .check("check-account-number", passed_if(!number.is_empty(), "check-account-unnumbered"))
            .check("check-link-free", passed_if(!taken, "check-link-taken"))
            .check(
                "check-client-free",
                if number_there.is_empty() || number_there == number {
                    CheckState::Passed
                } else {
                    CheckState::Warns(Phrase::new("check-client-names-other").with("number", number_there.clone()))
                },
            )
            .check(
                "check-names",
                if alike { CheckState::Passed } else { CheckState::Warns("check-names-differ".into()) },
            );
        draft.differences.push(Difference {
            what: "link-account".into(),
            from: Phrase::new("personal").with("text", Arg::Personal(was)),
            to: Phrase::new("personal").with("text", Arg::Personal(link)),
        });
        draft.differences.push(Difference {
            what: "link-client".into(),
            from: Phrase::as_it_is(&*number_there),
            to: Phrase::as_it_is(&*number),
        });
        draft.warnings.push("warning-link-repair".into());
        Ok(draft)
    }

    /// Salesforce keeps the address in Japanese, WHMCS in letters. Salesforce first: it can be taken back.
    pub(super) async fn address(
        &self,
        post_code: &Text,
        japanese: &Place,
        letters: &Place,
        building: Option<&Text>,
    ) -> Result<Draft, PlanRefused> {
        let client = self.client()?;
        let backend = self.backend;
        let person = AccountNow::read(self, &[&s::IS_PERSON_ACCOUNT]).await?;
        let fields = if person.row.get(s::IS_PERSON_ACCOUNT.as_str()) == Some(&Value::Bool(true)) {
            [s::MAILING_POSTAL_CODE, s::MAILING_STATE, s::MAILING_CITY, s::MAILING_STREET]
        } else {
            [s::BILLING_POSTAL_CODE, s::BILLING_STATE, s::BILLING_CITY, s::BILLING_STREET]
        };
        let account = AccountNow::read(self, &fields.each_ref()).await?;
        let (now, services) =
            futures_util::join!(backend.whmcs.client_details(client), backend.whmcs.subscriptions(client));
        let (now, services) = (now?, services?);
        let places = [post_code, &japanese.prefecture, &japanese.city, &japanese.street];
        let sets = |to: [&Text; 4]| -> Vec<_> {
            fields.iter().zip(to).map(|(field, to)| account.set(field, to.as_str().into())).collect()
        };
        let back = fields.iter().zip(places).map(|(field, to)| {
            let forward = account.set(field, to.as_str().into());
            crate::domain::write::salesforce::Set {
                field: forward.field,
                from: to.as_str().into(),
                to: crate::domain::write::salesforce::Content::Value(forward.from),
            }
        });
        let undo = match account.update(back.collect()) {
            Write::Salesforce(write) => Write::Salesforce(unstamped(write)),
            write => write,
        };
        let wanted = [
            (ClientField::PostCode, post_code),
            (ClientField::State, &letters.prefecture),
            (ClientField::City, &letters.city),
            (ClientField::Address1, &letters.street),
        ];
        let set = wanted.iter().map(|(field, to)| ClientSet {
            field: *field,
            from: written(&now, *field).to_string(),
            to: to.to_string(),
        });
        let mut set: Vec<ClientSet> = set.collect();
        let second = written(&now, ClientField::Address2);
        match building {
            Some(building) => {
                set.push(ClientSet {
                    field: ClientField::Address2,
                    from: second.to_string(),
                    to: building.to_string(),
                });
            }
            // WHMCS takes an empty text for "leave it", and the old building must not stay at the new address.
            None if !second.is_empty() => {
                return Err(PlanRefused::Wrong(vec![Wrong {
                    field: "building-letters",
                    why: "wrong-building".into(),
                }]));
            }
            None => {}
        }
        let before = |parts: Vec<Text>| {
            let parts: Vec<&str> = parts.iter().map(Text::as_str).filter(|it| !it.is_empty()).collect();
            Phrase::new("personal").with("text", Arg::Personal(Text::line(&parts.join(" "))))
        };
        let mut draft = self
            .about("plan-address".into())
            .step(account.update(sets(places)), "step-address-salesforce".into(), Some(undo))
            .step(Write::Whmcs(whmcs::Write::SetClient { client, set }), "step-address-whmcs".into(), None);
        draft.differences.push(Difference {
            what: "address-japanese".into(),
            from: before(fields.iter().map(|field| account.word(field)).collect()),
            to: before(places.into_iter().cloned().collect()),
        });
        draft.differences.push(Difference {
            what: "address-letters".into(),
            from: before(wanted.iter().map(|(field, _)| written(&now, *field)).collect()),
            to: before(wanted.iter().map(|(_, to)| (*to).clone()).collect()),
        });
        let fibre = |it: &&crate::domain::billing::Subscription| {
            it.kind == ProductKind::Internet && it.status == ServiceStatus::Active
        };
        if services.rows.iter().any(|it| fibre(&it)) {
            draft.warnings.push("warning-address-internet".into());
        }
        Ok(draft)
    }
}

fn undo(account: &AccountNow, field: &crate::backend::salesforce::soql::Name, now: &str) -> Write {
    let forward = account.set(field, now.into());
    let back = crate::domain::write::salesforce::Set {
        field: forward.field,
        from: now.into(),
        to: crate::domain::write::salesforce::Content::Value(forward.from),
    };
    match account.update(vec![back]) {
        Write::Salesforce(write) => Write::Salesforce(unstamped(write)),
        write => write,
    }
}

/// What takes back comes after a change of our own, so the stamp of before says nothing.
fn unstamped(write: crate::domain::write::salesforce::Write) -> crate::domain::write::salesforce::Write {
    use crate::domain::write::salesforce::Write::Update;
    match write {
        Update { object, id, fields, .. } => Update { object, id, fields, stamp: None },
        write => write,
    }
}

fn passed_if(good: bool, otherwise: &'static str) -> CheckState {
    if good { CheckState::Passed } else { CheckState::Failed(otherwise.into()) }
}

/// Whether two names share their words, in whatever order.
fn same_name(one: &str, other: &str) -> bool {
    let words = |name: &str| {
        let mut words: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
        words.sort();
        words
    };
    words(one) == words(other)
}
