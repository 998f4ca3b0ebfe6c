//! What an examination finds: in a healthy sandbox nothing to set right, and each fault that is planted by its code, with what to
//! do about it.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use madoguchi::backend::journal::World;
use madoguchi::backend::operations::Rules;
use madoguchi::backend::salesforce::Login;
use madoguchi::backend::salesforce::soql::Name;
use madoguchi::backend::trust::Trust;
use madoguchi::backend::{Backend, Settings};
use madoguchi::domain::office::Office;
use madoguchi::domain::phone::{Fixtures, Msisdn};
use madoguchi::domain::phrase::Phrase;
use madoguchi::domain::system::System;
use madoguchi::domain::words::Said;
use madoguchi::flow::{Area, Code, Examination, Finding, Msg, Query, Reply, Slot, Verdict};
use madoguchi::locale::{Language, Words};
use madoguchi::runtime::connect::{self, Changes, settings_of};
use madoguchi::sandbox::Sandbox;
use madoguchi::sandbox::faults::{Fault, Order, System as There};
use madoguchi::sandbox::whmcs::db::{Actions, ApiCredential};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use url::Url;

/// A clock that goes: what the systems' answers are dated by is this machine's.
#[expect(clippy::disallowed_methods, reason = "the answers' dates are of the real clock")]
fn now() -> Timestamp {
    Timestamp::now()
}

/// What is looked at, unless a test wants something else.
fn all() -> Examination {
    Examination { writes: true, line: None, patience: Duration::from_mins(1) }
}

struct Place {
    sandbox: Sandbox,
    settings: Settings,
    how: Examination,
    folder: tempfile::TempDir,
    rules: Rules,
}

impl Place {
    async fn new() -> Self {
        let sandbox = Box::pin(Sandbox::for_test(now())).await.unwrap();
        let settings = settings_of(&sandbox);
        Self { sandbox, settings, how: all(), folder: tempfile::tempdir().unwrap(), rules: Rules::default() }
    }

    fn office(&mut self) -> &mut Office {
        Arc::make_mut(&mut self.settings.office)
    }

    /// One thing in what a system answers is another.
    fn amend(&self, system: There, matching: &str, at: &str, to: Option<Value>) {
        let fault = Fault::Amended { at: at.to_owned(), to };
        self.sandbox.misbehave(Order::on(system, fault).matching(matching));
    }

    /// One thing in a describe is another.
    fn describe(&self, object: &str, at: &str, to: Option<Value>) {
        self.amend(There::Salesforce, &format!("/sobjects/{object}/describe"), at, to);
    }

    fn refuse(&self, system: There, matching: &str, code: &str, message: &str) {
        let fault = Fault::VendorError { code: code.to_owned(), message: Some(message.to_owned()) };
        self.sandbox.misbehave(Order::on(system, fault).matching(matching));
    }

    /// The credential of somebody whose role lacks some actions.
    fn role_without(&mut self, missing: &[&str]) {
        let allowed = "WhmcsDetails GetAdminDetails GetClients GetClientsDetails GetClientsProducts GetClientsAddons \
                       GetCancelledPackages GetProducts UpgradeProduct GetInvoices GetInvoice GetTransactions GetCredits \
                       GetPayMethods GetOrders GetModuleQueue GetTickets GetTicket GetEmails GetEmailTemplates \
                       GetActivityLog GetPaymentMethods UpdateClient UpdateInvoice ApplyCredit UpdateClientProduct \
                       AcceptOrder CancelOrder";
        let allowed = allowed.split_whitespace().filter(|action| !missing.contains(action));
        let actions = Actions::Only(allowed.map(str::to_lowercase).collect());
        let credential =
            ApiCredential { identifier: "small".to_owned(), secret: "small-secret".to_owned(), admin_id: 1, actions };
        self.sandbox.change(|world| world.whmcs.settings.credentials = vec![credential]);
        self.settings.whmcs_login.identifier = SecretString::from("small");
        self.settings.whmcs_login.secret = SecretString::from("small-secret");
    }

    async fn examine(&self) -> Vec<Finding> {
        let changes = Changes {
            folder: Some(self.folder.path().to_path_buf()),
            person: "hanako(1000)".to_owned(),
            rules: self.rules.clone(),
        };
        let engine = Box::pin(connect::open(World::Passing("a test".to_owned()), changes)).await;
        self.examine_with(
            Backend::new(self.settings.clone(), Arc::new(now), &(Arc::new(|_| {}) as _)).unwrap().with_engine(engine),
        )
        .await
    }

    async fn examine_with(&self, backend: Backend) -> Vec<Finding> {
        let (sender, mut told) = mpsc::channel(1000);
        Box::pin(backend.read(Slot::Examination, 1, Query::Examine(self.how.clone()), sender)).await;
        let (mut found, mut examined) = (Vec::new(), BTreeSet::new());
        while let Ok(Msg::Reply { reply, .. }) = told.try_recv() {
            match reply {
                Reply::Finding(finding) => found.push(finding),
                Reply::Examined(system) => drop(examined.insert(system)),
                _ => {}
            }
        }
        assert_eq!(examined, System::ALL.into(), "each system comes to its end");
        found
    }
}

fn said(found: &[Finding]) -> String {
    let words = Words::new(Language::English);
    let line = |it: &Finding| format!("{} {}: {}", it.area.name(), it.code.name(), words.phrase(&it.says(), false));
    found.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Something to find, about this, in both languages with what to do and nothing left open.
#[track_caller]
fn assert_found(found: &[Finding], area: Area, code: Code, about: &str) {
    let it = found.iter().find(|it| it.area == area && it.code == code && it.about().unwrap_or_default() == about);
    let Some(it) = it else { panic!("{} about {about:?} was not found in\n{}", code.name(), said(found)) };
    assert!(it.verdict() > Verdict::Ok, "{}", code.name());
    for language in Language::ALL {
        let words = Words::new(language);
        let todo = words.phrase(&it.todo().unwrap(), false);
        for sentence in [words.phrase(&it.says(), false), todo] {
            assert!(!sentence.is_empty() && !sentence.contains(['{', '$']), "{}: {sentence}", code.name());
        }
    }
}

const SALESFORCE: Area = Area::System(System::Salesforce);
const WHMCS: Area = Area::System(System::Whmcs);
const FREEBIT: Area = Area::System(System::Freebit);

#[tokio::test(flavor = "multi_thread")]
async fn a_healthy_sandbox_has_nothing_to_set_right() {
    let mut place = Box::pin(Place::new()).await;
    place.how.line = Some(Msisdn::parse("09002000002", Fixtures::Allowed).unwrap());
    let notices = tempfile::tempdir().unwrap();
    place.office().sim.notice_folder = notices.path().to_path_buf();
    let before = place.sandbox.look(|world| (world.whmcs.activity.len(), world.salesforce.events.last()));
    let found = place.examine().await;
    let bad: Vec<&Finding> = found.iter().filter(|it| it.verdict() > Verdict::Note).collect();
    assert!(bad.is_empty(), "{}", said(&bad.into_iter().cloned().collect::<Vec<_>>()));
    for (area, code) in [
        (Area::Machine, Code::JournalSound),
        (SALESFORCE, Code::Reached),
        (SALESFORCE, Code::Clock),
        (SALESFORCE, Code::VersionServed),
        (SALESFORCE, Code::SignedIn),
        (SALESFORCE, Code::Agent),
        (SALESFORCE, Code::PortalUsers),
        (SALESFORCE, Code::Fields),
        (SALESFORCE, Code::Histories),
        (SALESFORCE, Code::PicklistWords),
        (SALESFORCE, Code::Questions),
        (SALESFORCE, Code::PriceBook),
        (SALESFORCE, Code::Calls),
        (SALESFORCE, Code::Deliveries),
        (SALESFORCE, Code::Topics),
        (WHMCS, Code::SignedIn),
        (WHMCS, Code::Version),
        (WHMCS, Code::Actions),
        (WHMCS, Code::Writes),
        (WHMCS, Code::ClientField),
        (WHMCS, Code::ServiceFields),
        (WHMCS, Code::Products),
        (WHMCS, Code::Gateway),
        (FREEBIT, Code::SignedIn),
        (FREEBIT, Code::Line),
        (FREEBIT, Code::Notices),
    ] {
        assert!(found.iter().any(|it| it.area == area && it.code == code), "{}\n{}", code.name(), said(&found));
    }
    // Every word of it can be said.
    let words = Words::new(Language::Japanese);
    for it in &found {
        let says = words.phrase(&it.says(), false);
        assert!(!says.contains(['{', '$']) && !says.contains("2000002"), "{says}");
    }
    let after = place.sandbox.look(|world| (world.whmcs.activity.len(), world.salesforce.events.last()));
    assert_eq!(before, after, "looking changes nothing, and trying what cannot have an effect neither");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_is_found_at_each_system() {
    let mut place = Box::pin(Place::new()).await;
    let wrong = || SecretString::from("wrong-secret");
    let client_id = SecretString::from(place.sandbox.credentials.salesforce_client_id.clone());
    place.settings.salesforce_login = Login { client_id, client_secret: wrong() }.into();
    place.settings.whmcs_login.secret = wrong();
    place.settings.freebit_login.oem_key = wrong();
    let found = place.examine().await;
    assert_found(&found, SALESFORCE, Code::SignInRefused, "sign-in");
    assert_found(&found, WHMCS, Code::SignInRefused, "WhmcsDetails");
    assert_found(&found, FREEBIT, Code::SignInRefused, "authOem");
    for area in [SALESFORCE, WHMCS, FREEBIT] {
        assert_found(&found, area, Code::Skipped, "");
    }
    assert!(!said(&found).contains("wrong-secret"));
    // WHMCS bans an address that goes on.
    assert_eq!(place.sandbox.counts()[&There::Whmcs].values().sum::<u64>(), 2, "{:?}", place.sandbox.counts());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_nobody_can_read_is_no_refused_sign_in() {
    let place = Box::pin(Place::new()).await;
    place.sandbox.misbehave(Order::on(There::Freebit, Fault::Garbage));
    let found = place.examine().await;
    assert_found(&found, FREEBIT, Code::Broken, "authOem");
    assert!(found.iter().all(|it| it.code != Code::SignInRefused), "{}", said(&found));
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_and_words_that_an_org_does_not_have_are_found() {
    let place = Box::pin(Place::new()).await;
    // Of each call one fault wins, so there is one for each object.
    place.describe("Order", "fields/[name=Activation_Status__c]/name", Some(json!("Activation_State__c")));
    place.describe("Account", "fields/[name=Id_Verification_Verified_Date_Time__c]/type", Some(json!("date")));
    place.describe("OrderItem", "fields/[name=WHMCS_Service_ID__c]/updateable", Some(json!(false)));
    place.describe("Opportunity", "fields/[name=SIMCancellationNotice__c]", None);
    place.describe("SIM_Inventory__c", "fields/[name=Assigned_Account__c]/referenceTo", Some(json!(["Contact"])));
    place.describe("Case", "fields/[name=Status]/picklistValues/[value=Awaiting Customer]", None);
    place.describe("Product2", "fields/[name=Portal_Catalog__c]/filterable", Some(json!(false)));
    place.amend(There::Salesforce, "/limits", "DailyApiRequests/Remaining", Some(json!(3)));
    let found = place.examine().await;
    assert_found(&found, SALESFORCE, Code::FieldMissing, "names.order_activation");
    assert!(said(&found).contains("Activation_Status__c"));
    assert!(found.iter().any(|it| it.with.iter().any(|(_, arg)| *arg == "Activation_State__c".into())), "nearest");
    assert_found(&found, SALESFORCE, Code::FieldKind, "names.id_verified");
    assert_found(&found, SALESFORCE, Code::FieldFixed, "names.item_whmcs");
    assert_found(&found, SALESFORCE, Code::FieldMissing, "names.opportunity_sim_notice");
    assert_found(&found, SALESFORCE, Code::FieldKind, "names.sim_account");
    assert_found(&found, SALESFORCE, Code::WordMissing, "reviews.case_status");
    assert_found(&found, SALESFORCE, Code::WordMissing, "words.case_status.awaiting_customer");
    assert_found(&found, SALESFORCE, Code::FieldUnfiltered, "names.product_catalogue");
    assert_found(&found, SALESFORCE, Code::CallsLow, "");

    place.sandbox.behave();
    place.describe("Order", "fields/[name=Status]/picklistValues/[value=Approved]/active", Some(json!(false)));
    place.amend(There::Salesforce, "/limits", "DailyDeliveredPlatformEvents/Remaining", Some(json!(9)));
    place.refuse(There::Salesforce, "userinfo", "INSUFFICIENT_ACCESS", "no scope");
    let found = place.examine().await;
    assert_found(&found, SALESFORCE, Code::WordMissing, "words.order_status.approved");
    assert_found(&found, SALESFORCE, Code::DeliveriesLow, "");
    assert_found(&found, SALESFORCE, Code::IdentityUntold, "");

    place.sandbox.behave();
    place.amend(There::Salesforce, "/services/data", "[version=66.0]", None);
    assert_found(&place.examine().await, SALESFORCE, Code::VersionUnserved, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_configured_otherwise_than_the_org_is_found() {
    let mut place = Box::pin(Place::new()).await;
    let name = |text: &str| Name::try_from(text.to_owned()).unwrap();
    let settings = &mut place.settings;
    settings.salesforce_names.account_number = name("SF_Acount_No__c");
    settings.salesforce_names.sim = name("SIM_Inventry__c");
    settings.salesforce_names.case_history = name("CaseHistry");
    settings.salesforce_people.agent = "nobody@example.jp".to_owned();
    settings.salesforce_people.portal = vec!["worker@sandbox.example.jp".to_owned(), "gone@example.jp".to_owned()];
    settings.waiting.case_record_types = vec!["Retail".to_owned()];
    settings.live.rules.topics = vec!["/data/NopeChangeEvent".to_owned(), "/data/CaseChangeEvent".to_owned()];
    place.office().sale.price_book = "Portall".to_owned();
    let several = |words: &[&str]| Said::new(words.iter().map(|&it| it.to_owned()).collect()).unwrap();
    place.office().words.order_status.approved = several(&["Approved", "Aproved"]);
    place.office().words.id_status.rejected = several(&["Sent back"]);
    place.office().sim.suspension_owner = "005000000000000AAA".to_owned();
    place.office().promises.priorities.retain(|(word, _)| word != "Low");
    let found = place.examine().await;
    for (code, about) in [
        (Code::FieldMissing, "names.account_number"),
        (Code::QuestionRefused, "Account"),
        (Code::ObjectMissing, "SIM_Inventry__c"),
        (Code::HistoryMissing, "CaseHistry"),
        (Code::AgentMissing, ""),
        (Code::PortalUserMissing, "gone@example.jp"),
        (Code::OwnerMissing, "005000000000000AAA"),
        (Code::WordMistyped, "words.order_status.approved"),
        (Code::WordMissing, "words.id_status.rejected"),
        (Code::RecordTypeMissing, "board.case_record_types"),
        (Code::TopicMissing, "/data/NopeChangeEvent"),
        (Code::PriceBookMissing, "sale.price_book"),
        (Code::PriorityUnpromised, "sla.minutes"),
    ] {
        assert_found(&found, SALESFORCE, code, about);
    }
    assert!(found.iter().any(|it| it.code == Code::Topics), "the other topic is good");

    place.settings = settings_of(&place.sandbox);
    place.settings.live.bus = Some(closed_port("http"));
    place.settings.salesforce_people.portal = Vec::new();
    place.office().sale.weekend = "INTERNET-INSTALL-WEEKND".to_owned();
    let found = place.examine().await;
    assert_found(&found, SALESFORCE, Code::BusUnreachable, "");
    assert_found(&found, SALESFORCE, Code::PortalUsersNone, "");
    assert_found(&found, SALESFORCE, Code::SkuMissing, "sale.weekend");

    place.settings.live.rules.on = false;
    assert_found(&place.examine().await, SALESFORCE, Code::EventsOff, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_billing_system_refuses_or_lacks_is_found() {
    let mut place = Box::pin(Place::new()).await;
    place.role_without(&["GetInvoices", "GetEmailTemplates", "GetClientsProducts", "UpdateClient"]);
    place.refuse(There::Whmcs, "GetModuleQueue", "200", "Command Not Found");
    place.amend(There::Whmcs, "WhmcsDetails", "whmcs/version", Some(json!("7.10.3-release.1")));
    place.settings.whmcs_names.time_zone = TimeZone::UTC;
    place.settings.whmcs_names.customer_number_field = 9;
    place.office().sim.plans[0].product = 999;
    place.office().billing.other_gateway = "banktransfr".to_owned();
    let found = place.examine().await;
    for (code, about) in [
        (Code::ActionRefused, "GetInvoices"),
        (Code::ActionRefused, "GetEmailTemplates"),
        (Code::ActionRefused, "GetClientsProducts"),
        (Code::ActionUnknown, "GetModuleQueue"),
        (Code::VersionOld, ""),
        (Code::ZoneOff, "names.time_zone"),
        (Code::ClientFieldMissing, "names.customer_number_field"),
        (Code::ProductMissing, "PNEW_5GB"),
        (Code::GatewayMissing, "billing.other_gateway"),
    ] {
        assert_found(&found, WHMCS, code, about);
    }

    place.sandbox.behave();
    place.settings = settings_of(&place.sandbox);
    place.settings.whmcs_names.sim_number = "SIM Numbr".to_owned();
    place.role_without(&["UpdateClient"]);
    place.amend(There::Whmcs, "WhmcsDetails", "whmcs/version", Some(json!("11.0.0")));
    let found = place.examine().await;
    assert_found(&found, WHMCS, Code::ServiceFieldMissing, "names.sim_number");
    assert_found(&found, WHMCS, Code::ActionRefused, "UpdateClient");
    assert_found(&found, WHMCS, Code::VersionNew, "");
    assert_found(&found, WHMCS, Code::WritesUntried, "");

    // Without being asked to, nothing that changes something is called.
    place.how.writes = false;
    let before = place.sandbox.counts()[&There::Whmcs].get("UpdateInvoice").copied();
    assert_found(&place.examine().await, WHMCS, Code::WritesUntried, "");
    assert_eq!(place.sandbox.counts()[&There::Whmcs].get("UpdateInvoice").copied(), before);

    // A desk that changes nothing needs no action for it.
    place.rules.read_only = true;
    assert!(place.examine().await.iter().all(|it| it.code != Code::WritesUntried));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_not_on_the_list_is_named() {
    let place = Box::pin(Place::new()).await;
    let other = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7));
    place.sandbox.change(|world| world.whmcs.settings.allowed_ips = Some([other].into()));
    let found = place.examine().await;
    assert_found(&found, WHMCS, Code::AddressRefused, "WhmcsDetails");
    assert!(said(&found).contains("from 127.0.0.1"), "{}", said(&found));
    place.sandbox.change(|world| {
        world.whmcs.settings.allowed_ips = None;
        let admin = world.whmcs.admins.iter().next().unwrap().id;
        world.whmcs.admins.update(admin, |it| it.api_access = false);
    });
    assert_found(&place.examine().await, WHMCS, Code::SignInRefused, "WhmcsDetails");
}

/// An address at which nobody listens.
fn closed_port(scheme: &str) -> Url {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    Url::parse(&format!("{scheme}://127.0.0.1:{port}/")).unwrap()
}

/// A server that signed its own certificate for a host, good until the end of a year; and the certificate.
async fn strange_server(host: &str, until: i32) -> (Url, String) {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(vec![host.to_owned()]).unwrap();
    params.not_after = rcgen::date_time_ymd(until, 12, 31);
    let own = params.self_signed(&key).unwrap();
    let written = base64::engine::general_purpose::STANDARD.encode(own.der());
    let pem = format!("-----BEGIN CERTIFICATE-----\n{written}\n-----END CERTIFICATE-----\n");
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.der().clone()], key)
        .unwrap();
    let (acceptor, port) = (TlsAcceptor::from(Arc::new(config)), tokio::net::TcpListener::bind("127.0.0.1:0").await);
    let port = port.unwrap();
    let address = Url::parse(&format!("https://{}/", port.local_addr().unwrap())).unwrap();
    #[expect(clippy::disallowed_methods, reason = "the server of a test is its own program")]
    tokio::spawn(async move {
        while let Ok((connection, _)) = port.accept().await {
            // Who does not trust it goes away.
            let _ = acceptor.accept(connection).await;
        }
    });
    (address, pem)
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_way_to_a_system_ends_is_told_apart() {
    let mut place = Box::pin(Place::new()).await;
    place.settings.salesforce = closed_port("http");
    // A server whose certificate nobody here trusts.
    place.settings.whmcs = strange_server("127.0.0.1", 2090).await.0;
    place.sandbox.misbehave(Order::on(There::Freebit, Fault::Html500));
    let found = place.examine().await;
    assert_found(&found, SALESFORCE, Code::ConnectionRefused, "");
    assert_found(&found, WHMCS, Code::CertificateUntrusted, "");
    assert_found(&found, FREEBIT, Code::Broken, "authOem");
    assert_found(&found, SALESFORCE, Code::Skipped, "");

    // Plain words where TLS is expected.
    let Settings { salesforce, whmcs, .. } = settings_of(&place.sandbox);
    place.settings.salesforce = salesforce.clone();
    place.settings.whmcs = Url::parse(&whmcs.as_str().replace("http:", "https:")).unwrap();
    place.sandbox.behave();
    place.sandbox.misbehave(Order::on(There::Salesforce, Fault::ClockOff { seconds: -400 }));
    place.sandbox.misbehave(Order::on(There::Freebit, Fault::ClockOff { seconds: 60 }));
    let found = place.examine().await;
    assert_found(&found, WHMCS, Code::TlsFailed, "");
    assert_found(&found, SALESFORCE, Code::ClockOff, "");
    assert_found(&found, FREEBIT, Code::ClockDrifts, "");

    place.sandbox.behave();
    place.sandbox.misbehave(Order::on(There::Freebit, Fault::DropBefore));
    assert_found(&place.examine().await, FREEBIT, Code::NoAnswer, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_trusted_may_be_over_or_anothers() {
    let mut place = Box::pin(Place::new()).await;
    let (over, first) = strange_server("127.0.0.1", 2024).await;
    let (other, second) = strange_server("billing.example.com", 2090).await;
    let file = place.folder.path().join("own.pem");
    std::fs::write(&file, format!("{first}{second}")).unwrap();
    place.settings.trust = Trust::read(&file).unwrap();
    (place.settings.whmcs, place.settings.freebit) = (over, other);
    let found = place.examine().await;
    assert_found(&found, WHMCS, Code::CertificateExpired, "");
    assert_found(&found, FREEBIT, Code::CertificateName, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_system_that_says_nothing_holds_nobody_up() {
    let mut place = Box::pin(Place::new()).await;
    place.how.patience = Duration::from_millis(300);
    place.sandbox.misbehave(Order::on(There::Freebit, Fault::HangBefore));
    assert_found(&place.examine().await, FREEBIT, Code::OutOfTime, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_notices_and_the_journal_are_looked_at() {
    let mut place = Box::pin(Place::new()).await;
    place.how.line = Some(Msisdn::parse("09009999999", Fixtures::Allowed).unwrap());
    place.office().sim.notice_folder = place.folder.path().join("gone");
    let found = place.examine().await;
    assert_found(&found, FREEBIT, Code::LineUnknown, "");
    assert_found(&found, FREEBIT, Code::NoticesUnread, "");

    place.refuse(There::Freebit, "getDetail", "999", "規約違反");
    let found = place.examine().await;
    assert_found(&found, FREEBIT, Code::LineRefused, "");
    assert!(said(&found).contains("規約違反 (999)"), "{}", said(&found));

    place.how.line = None;
    place.office().sim.notice_folder = std::path::PathBuf::new();
    let health = Arc::new(|_| {}) as _;
    let backend = Backend::new(place.settings.clone(), Arc::new(now), &health).unwrap();
    let backend = backend.with_engine(Err(Phrase::as_it_is("the disk is full")));
    let found = Box::pin(place.examine_with(backend)).await;
    assert_found(&found, Area::Machine, Code::JournalUnopened, "");
    assert_found(&found, FREEBIT, Code::LineUntried, "");
    assert_found(&found, FREEBIT, Code::NoticesNone, "");
}
