use proptest::prelude::*;

use super::*;

const REMIND: &str = r#"
[parameters.template]
default = "First Invoice Overdue Notice"

[parameters.line]

[[steps]]
go = "billing"

[[steps]]
filter = "status:unpaid"

[[steps]]
sort = "due"
descending = true

[[steps]]
mark = "all"

[[steps]]
change = "send-email"
rows = "invoice"
fields = { template = "{template}" }

[[steps]]
change = "top-up"
fields = { line = "{line}", gb = "3" }
"#;

fn parsed(text: &str) -> Result<Routine, String> {
    parse("ours", text, Path::new("ours.toml")).map_err(|error| error.to_string())
}

#[test]
fn a_file_is_a_routine_of_its_name() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("督促.toml"), REMIND).unwrap();
    fs::write(folder.path().join("broken.toml"), "[[steps]]\nchnage = \"note\"").unwrap();
    fs::write(folder.path().join("a.b.toml"), REMIND).unwrap();
    fs::write(folder.path().join("notes.txt"), "no routine").unwrap();
    fs::create_dir(folder.path().join("folder.toml")).unwrap();
    let files = read(folder.path());
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["a.b", "broken", "folder", "督促"]);
    let broken = files[1].routine.as_ref().unwrap_err();
    assert!(broken.contains("broken.toml:2: ") && broken.contains("did you mean \"change\"?"), "{broken}");
    let routine = files[3].routine.as_ref().unwrap();
    assert_eq!((routine.name.as_str(), routine.steps.len()), ("督促", 6));
    let asked: Vec<(&str, Option<&str>)> =
        routine.parameters.iter().map(|it| (it.name.as_str(), it.default.as_deref())).collect();
    assert_eq!(
        asked,
        [("template", Some("First Invoice Overdue Notice")), ("line", None)],
        "in the order of the steps"
    );
    assert!(routine.asks_own("line") && !routine.asks_own("template"));
    assert_eq!(read(Path::new("/nonexistent/routines")), []);
}

#[test]
fn what_is_wrong_is_told_at_its_place_with_what_would_be_right() {
    for (text, words) in [
        ("", &["ours.toml: steps: ", "at least one step"][..]),
        ("steps = 3", &["ours.toml:1: steps"]),
        ("[[steps]]\ngo = \"biling\"", &["ours.toml:2: steps[0].go: ", "did you mean \"billing\"?"]),
        ("[[steps]]\nmark = \"some\"", &["ours.toml:2: steps[0].mark", "all, none"]),
        ("[[steps]]\ngo = \"orders\"\nmark = \"all\"", &["ours.toml:1: steps[0]: ", "one of go, filter"]),
        ("[[steps]]\ngo = \"orders\"\n\n[[steps]]\n", &["ours.toml:4: steps[1]: "]),
        ("[[steps]]\ngo = \"orders\"\nfields = { gb = \"1\" }", &["steps[0].fields: ", "belongs to change"]),
        ("[[steps]]\nfilter = \"\"\ndescending = true", &["steps[0].descending: ", "belongs to sort"]),
        ("[[steps]]\nchange = \"topup\"", &["ours.toml:2: steps[0].change: ", "did you mean \"top-up\"?"]),
        (
            "[[steps]]\nchange = \"note\"\n[steps.fields]\ntxet = \"x\"",
            &["ours.toml:4: steps[0].fields.txet: ", "did you mean \"text\"?"],
        ),
        ("[[steps]]\nchange = \"note\"", &["steps[0]", "\"text\" is missing"]),
        (
            "[[steps]]\nchange = \"note\"\nfields = { text = \"{who}\" }",
            &["ours.toml:3: ", "no parameter \"who\"", "[parameters.who]"],
        ),
        (
            "[parameters.what]\n[[steps]]\nchange = \"note\"\nfields = { text = \"{waht} {what}\" }",
            &["ours.toml:4: ", "did you mean \"what\"?"],
        ),
        ("[parameters.gb]\n[[steps]]\ngo = \"sim\"", &["ours.toml:1: parameters.gb: ", "no step asks"]),
        ("[parameters.rows]\n[[steps]]\nfilter = \"{rows}\"", &["parameters.rows: "]),
        (
            "[[steps]]\nchange = \"top-up\"\nfields = { line = \"09002000002\" }",
            &["ours.toml:3: steps[0].fields.line: ", "a customer's own", "\"{line}\""],
        ),
        (
            "[parameters.line]\ndefault = \"09002000002\"\n[[steps]]\nchange = \"top-up\"\nfields = { line = \"{line}\" }",
            &["ours.toml:2: parameters.line.default: ", "a customer's own"],
        ),
        (
            "[parameters.case]\n[[steps]]\nchange = \"case-status\"\n[steps.fields]\ncase = \"{case}\"\nstatus = \"close\"",
            &["ours.toml:6: steps[0].fields.status: ", "did you mean \"closed\"?"],
        ),
        (
            "[[steps]]\nchange = \"send-email\"\nrows = \"invioce\"\nfields = { template = \"x\" }",
            &["ours.toml:3: steps[0].rows: ", "did you mean \"invoice\"?"],
        ),
        (
            "[[steps]]\nchange = \"top-up\"\nrows = \"line\"",
            &["ours.toml:3: steps[0].rows: ", "top-up is made one by one"],
        ),
        ("[[steps]]\nfilter = \"{\"", &["ours.toml:2: steps[0].filter: ", "written twice"]),
    ] {
        let said = parsed(text).unwrap_err();
        assert!(words.iter().all(|word| said.contains(word)) && !said.contains('\n'), "{said:?} should say {words:?}");
    }
}

#[test]
fn what_is_kept_replaces_the_whole_file_and_is_its_owners() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("madoguchi/routines");
    let mut routine = parsed(REMIND).unwrap();
    routine.name = "remind".to_owned();
    let path = keep(&folder, &routine).unwrap();
    routine.steps.truncate(3);
    routine.parameters.clear();
    assert_eq!(keep(&folder, &routine).unwrap(), path);
    let file = |routine: &Routine| RoutineFile { name: "remind".to_owned(), routine: Ok(Arc::new(routine.clone())) };
    assert_eq!(read(&folder), [file(&routine)], "nothing else is left in the folder");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    routine.name = "../remind".to_owned();
    assert!(keep(&folder, &routine).is_err());
}

/// A text in a step, asked or not: what a person may type into a field.
fn values() -> impl Strategy<Value = (String, bool)> {
    (any::<String>(), any::<bool>())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_again(
        filter in any::<String>(),
        (text, asks) in values(),
        column in any::<String>(),
        descending in any::<bool>(),
        all in any::<bool>(),
    ) {
        let spec = change::spec("note").unwrap();
        let said = if asks { Value::asked("text") } else { Value::said(text.clone()) };
        let parameters = if asks {
            vec![Parameter { name: "text".to_owned(), default: Some(text) }]
        } else {
            Vec::new()
        };
        let steps = vec![
            Step::Go("invoices"),
            Step::Filter(Value::said(filter)),
            Step::Sort { column, descending },
            Step::Mark(all),
            Step::Change(Asked { spec, rows: None, fields: vec![("text", said)] }),
        ];
        let routine = Routine { name: "ours".to_owned(), parameters, steps };
        prop_assert_eq!(parsed(&written(&routine)), Ok(routine));
    }

    #[test]
    fn whatever_is_in_a_file_is_read_or_refused(text in any::<String>()) {
        let _ = parsed(&text);
        let _ = parsed(&format!("[[steps]]\nfilter = {text:?}"));
    }
}
