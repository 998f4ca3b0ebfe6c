//! Where secrets come from.

use std::path::Path;

use madoguchi::backend::Settings;
use madoguchi::config::{Config, keyring};
use madoguchi::domain::customer::{ClientId, CustomerKey};
use madoguchi::flow::{CustomerPart, Msg, Query, Reply, Slot};
use madoguchi::runtime::Work;
use madoguchi::runtime::connect::{self, Changes, Rules, Target};
use madoguchi::sandbox::Credentials;

use super::{Alone, OTHERS, Place};

#[test]
fn a_secret_comes_from_a_variable_a_program_or_a_file() {
    let alone = Alone::start();
    let it = Credentials::default();

    let variables = Place::new(&alone, ["client_secret_env = \"SF\"", OTHERS[0], OTHERS[1]]).with_others();
    variables.with("SF", &it.salesforce_client_secret).opens_a_customer();

    let program = |stem: &str, secret: &str| format!("{stem}_command = [\"printf\", \"{secret}\\nuser: desk\\n\"]\n");
    let programs = Place::new(
        &alone,
        [
            &program("client_secret", &it.salesforce_client_secret),
            &(program("identifier", &it.whmcs_identifier) + &program("secret", &it.whmcs_secret)),
            &(program("oem_id", &it.freebit_oem_id) + &program("oem_key", &it.freebit_oem_key)),
        ],
    );
    programs.opens_a_customer();

    // One of each, as people have it.
    let folder = tempfile::tempdir().unwrap();
    let file = |stem: &str| format!("{stem}_file = \"{}\"\n", folder.path().join(stem).display());
    let mixed = Place::new(
        &alone,
        [
            "client_secret_env = \"SF\"",
            &(file("secret") + &program("identifier", &it.whmcs_identifier)),
            &(file("oem_key") + &file("oem_id")),
        ],
    )
    .with("SF", &it.salesforce_client_secret);
    for (stem, secret) in
        [("secret", &it.whmcs_secret), ("oem_id", &it.freebit_oem_id), ("oem_key", &it.freebit_oem_key)]
    {
        let path = mixed.file(stem, &format!("{secret}\n"), 0o600);
        std::fs::rename(path, folder.path().join(stem)).unwrap();
    }
    mixed.opens_a_customer();
    let shown = mixed.ends(&["config", "show"], 0);
    assert!(shown.contains("oem_key_file") && !shown.contains(&it.freebit_oem_key), "{shown}");
}

#[test]
fn a_file_that_others_can_read_opens_nothing_and_says_how_it_is_mended() {
    let alone = Alone::start();
    let place = Place::new(&alone, ["client_secret_file = \"HERE\"", OTHERS[0], OTHERS[1]]).with_others();
    let secret = Credentials::default().salesforce_client_secret;
    let path = place.file("salesforce", &secret, 0o644);
    let config = place.path(".config/madoguchi/config.toml");
    let written = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, written.replace("HERE", path.to_str().unwrap())).unwrap();
    for args in
        [&["customer", "show", "C-000001"][..], &["config", "check"], &["customer", "find", "Lindqvist", "--json"]]
    {
        let said = place.ends(args, 2);
        let mend = format!("mode 0644, so others can read the secret in it: chmod 600 {}", path.display());
        assert!(said.contains(&mend) && !said.contains(&secret), "{said}");
    }
    place.file("salesforce", &secret, 0o600);
    assert!(place.ends(&["config", "check"], 0).contains("in order"));
    place.opens_a_customer();
}

#[test]
fn what_is_missing_is_told_at_once_and_never_a_value() {
    let alone = Alone::start();
    let lines = [
        "client_secret_command = [\"sh\", \"-c\", \"echo hush-hush; exit 1\"]",
        "identifier_env = \"WH_ID\"\nsecret_env = \"UNSET\"",
        "oem_id_env = \"FB_ID\"\noem_key_file = \"/nonexistent/key\"",
    ];
    let place = Place::new(&alone, lines).with_others();
    let said = place.ends(&["config", "check"], 2);
    for word in [
        "program sh ended with exit code 1",
        "profiles.alone.whmcs.secret_env: the environment variable of this name is not set",
        "profiles.alone.freebit.oem_key_file: the file of this name cannot be read",
    ] {
        assert!(said.contains(word), "{said}");
    }
    assert!(!said.contains("hush"), "{said}");
    // There is no keyring here, whether this program could ask one or not.
    let place = Place::new(&alone, ["client_secret_keyring = \"alone\"", OTHERS[0], OTHERS[1]]).with_others();
    let said = place.ends(&["customer", "show", "C-000001"], 2);
    assert!(said.contains("keyring: "), "{said}");
}

/// The keyring of this process: what the desktop's is asked is the same.
#[tokio::test]
async fn a_secret_comes_from_the_keyring() {
    let alone = Alone::start();
    keyring_core::set_default_store(keyring_core::mock::Store::new().unwrap());
    let it = Credentials::default();
    let entries = [
        ("sf", &it.salesforce_client_secret),
        ("wh-id", &it.whmcs_identifier),
        ("wh", &it.whmcs_secret),
        ("fb-id", &it.freebit_oem_id),
        ("fb", &it.freebit_oem_key),
    ];
    for (name, secret) in entries {
        keyring_core::Entry::new(keyring::SERVICE, name).unwrap().set_password(secret).unwrap();
    }
    let place = Place::new(
        &alone,
        [
            "client_secret_keyring = \"sf\"",
            "identifier_keyring = \"wh-id\"\nsecret_keyring = \"wh\"",
            "oem_id_keyring = \"fb-id\"\noem_key_keyring = \"fb\"",
        ],
    );
    let config = Config::load(Some(&place.path(".config/madoguchi/config.toml"))).unwrap();
    let (settings, sandboxed) = config.settings("alone", |_| None).unwrap().unwrap();
    assert!(sandboxed);
    opens_a_customer(settings, place.home.path()).await;
}

/// By the doors that the desk opens.
async fn opens_a_customer(settings: Settings, folder: &Path) {
    let mut work = Work::default();
    let (folder, person) = (Some(folder.to_path_buf()), "hana(1000)".to_owned());
    let changes = Changes { folder, person, rules: Rules::default() };
    let target = Target::Profile { name: "alone".to_owned(), settings: Box::new(settings), sandboxed: true };
    let connected = connect::connect(target, changes, work.messages()).await;
    work.connect(connected.read.unwrap());
    let key = CustomerKey { client: Some(ClientId(1001)), ..CustomerKey::default() };
    work.start(Slot::Customer, 1, Query::Customer(key));
    let (mut account, mut services) = (false, false);
    loop {
        match work.next().await {
            Msg::Reply { reply: Reply::Customer(CustomerPart::Account(it)), .. } => account |= it.known.is_some(),
            Msg::Reply { reply: Reply::Customer(CustomerPart::Subscriptions(it)), .. } => {
                services |= it.known.is_some();
            }
            Msg::Ended { .. } => break,
            _ => {}
        }
    }
    assert!(account && services);
}
