//! Routines: files beside the configuration, each a routine of its name. What is wrong in one is told by file, line and key,
//! with the word that was probably meant.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::ConfigError;
use crate::domain::change::{self, Field, FieldKind, Need, Spec, When};
use crate::domain::nearest;
use crate::domain::routine::{self, Asked, Parameter, Routine, Step, Value};
use crate::flow::RoutineFile;

/// No routine of more bytes is read.
const LARGEST: u64 = 64 * 1024;
/// What a file begins with.
const HEAD: &str = "# A routine of madoguchi: run it with `routine run`, or from the palette of the desk.\n\n";

/// A routine as a file has it.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    parameters: BTreeMap<String, WrittenParameter>,
    steps: Vec<WrittenStep>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct WrittenParameter {
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<String>,
}

/// A step: exactly one of the first five, with what belongs to it.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct WrittenStep {
    #[serde(skip_serializing_if = "Option::is_none")]
    go: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    filter: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sort: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mark: Option<Marks>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    descending: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    fields: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Marks {
    All,
    None,
}

/// What is wrong, and at which key.
type Wrong = (String, String);

/// The folder of the routines that belong to a configuration.
pub fn beside(config: &Path) -> PathBuf {
    config.with_file_name("routines")
}

/// The routines of this folder, by name, and what is wrong with those that cannot be used.
pub fn read(folder: &Path) -> Vec<RoutineFile> {
    let there = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path());
    let mut paths: Vec<PathBuf> = there.filter(|path| path.extension().is_some_and(|it| it == "toml")).collect();
    paths.sort();
    let named = paths.into_iter().filter_map(|path| Some((path.file_stem()?.to_str()?.to_owned(), path)));
    // What is being written has a name that begins with a full stop.
    let seen = named.filter(|(name, _)| !name.starts_with('.'));
    seen.map(|(name, path)| RoutineFile { routine: file(&name, &path).map(Arc::new), name: shown(&name) }).collect()
}

/// A name as it may stand on a screen.
fn shown(name: &str) -> String {
    crate::domain::text::Text::line(name).to_string()
}

fn file(name: &str, path: &Path) -> Result<Routine, String> {
    if !routine::is_name(name) {
        let why = "a routine's name is letters, digits, -, _ and spaces";
        return Err(format!("{}: {why}", shown(&path.display().to_string())));
    }
    let unread = |why| ConfigError::Unreadable { path: path.to_path_buf(), why }.to_string();
    let known = fs::metadata(path).map_err(unread)?;
    if !known.is_file() || known.len() > LARGEST {
        return Err(unread(io::Error::other("it is no file of a routine's size")));
    }
    let text = fs::read_to_string(path).map_err(unread)?;
    parse(name, &text, path).map_err(|error| error.to_string())
}

/// Reads a routine from text; `path` is for the error.
///
/// # Errors
/// The first thing that is wrong, at its place, and what would be right.
pub fn parse(name: &str, text: &str, path: &Path) -> Result<Routine, ConfigError> {
    let written: Written = toml::from_str(text).map_err(|error| ConfigError::read(&error, text, path))?;
    built(name, &written).map_err(|(key, why)| ConfigError::at(&key, &why, text, path))
}

fn built(name: &str, written: &Written) -> Result<Routine, Wrong> {
    let names: Vec<&str> = written.parameters.keys().map(String::as_str).collect();
    if let Some(name) = names.iter().find(|name| !routine::is_parameter(name)) {
        let why =
            format!("\"{name}\" is no name of a parameter: letters, digits, - and _, and not \"{}\"", routine::ROWS);
        return Err((format!("parameters.{name}"), why));
    }
    let mut steps = Vec::with_capacity(written.steps.len());
    for (n, it) in written.steps.iter().enumerate() {
        steps.push(step(it, &names).map_err(|(key, why)| (join(&format!("steps[{n}]"), &key), why))?);
    }
    if steps.is_empty() {
        return Err(("steps".to_owned(), "a routine has at least one step".to_owned()));
    }
    // They are asked for in the order in which they are needed.
    let mut parameters: Vec<Parameter> = Vec::new();
    for asked in steps.iter().flat_map(Step::values).flat_map(Value::parameters) {
        if !parameters.iter().any(|it| it.name == asked) {
            let default = written.parameters.get(asked).and_then(|it| it.default.clone());
            parameters.push(Parameter { name: asked.to_owned(), default });
        }
    }
    if let Some(unused) = names.iter().find(|name| !parameters.iter().any(|it| it.name == **name)) {
        return Err((format!("parameters.{unused}"), format!("no step asks for it: write {{{unused}}} into a field")));
    }
    let routine = Routine { name: name.to_owned(), parameters, steps };
    let told = |it: &&Parameter| it.default.is_some() && routine.asks_own(&it.name);
    if let Some(own) = routine.parameters.iter().find(told) {
        let why = "it is a customer's own, so it has no default: it is asked for each time";
        return Err((format!("parameters.{}.default", own.name), why.to_owned()));
    }
    Ok(routine)
}

fn join(before: &str, key: &str) -> String {
    if key.is_empty() { before.to_owned() } else { format!("{before}.{key}") }
}

fn step(written: &WrittenStep, parameters: &[&str]) -> Result<Step, Wrong> {
    let WrittenStep { go, filter, sort, mark, change, descending, rows, fields } = written;
    let said = [go.is_some(), filter.is_some(), sort.is_some(), mark.is_some(), change.is_some()];
    if said.into_iter().filter(|it| *it).count() != 1 {
        return Err((String::new(), "a step is one of go, filter, sort, mark, change".to_owned()));
    }
    if descending.is_some() && sort.is_none() {
        return Err(("descending".to_owned(), "it belongs to sort".to_owned()));
    }
    if change.is_none() && (rows.is_some() || !fields.is_empty()) {
        let key = if rows.is_some() { "rows" } else { "fields" };
        return Err((key.to_owned(), "it belongs to change".to_owned()));
    }
    if let Some(name) = go {
        return match routine::page(name) {
            Some(page) => Ok(Step::Go(page)),
            None => Err(("go".to_owned(), nearest::instead(name, &routine::pages()))),
        };
    }
    if let Some(filter) = filter {
        return Ok(Step::Filter(value("filter", filter, parameters)?));
    }
    if let Some(column) = sort {
        return Ok(Step::Sort { column: column.clone(), descending: descending.unwrap_or(false) });
    }
    if let Some(mark) = mark {
        return Ok(Step::Mark(*mark == Marks::All));
    }
    let verb = change.as_deref().unwrap_or_default();
    let Some(spec) = change::spec(verb) else {
        let verbs: Vec<&str> = change::specs().map(|spec| spec.name).collect();
        return Err(("change".to_owned(), nearest::instead(verb, &verbs)));
    };
    asked(spec, rows.as_deref(), fields, parameters).map(Step::Change)
}

fn value(key: &str, written: &str, parameters: &[&str]) -> Result<Value, Wrong> {
    let value = Value::parse(written).map_err(|why| (key.to_owned(), why))?;
    let unknown = value.parameters().find(|name| !parameters.contains(name));
    let why = match unknown {
        None => return Ok(value),
        Some(name) if parameters.is_empty() => {
            format!("there is no parameter \"{name}\": write [parameters.{name}]")
        }
        Some(name) => format!("parameters: {}", nearest::instead(name, parameters)),
    };
    Err((key.to_owned(), why))
}

fn asked(
    spec: &'static Spec,
    rows: Option<&str>,
    fields: &BTreeMap<String, String>,
    parameters: &[&str],
) -> Result<Asked, Wrong> {
    let names: Vec<&str> = spec.fields.iter().map(|field| field.name).collect();
    if let Some(unknown) = fields.keys().find(|name| !names.contains(&name.as_str())) {
        return Err((format!("fields.{unknown}"), nearest::instead(unknown, &names)));
    }
    let rows = rows.map(|name| of_rows(spec, name)).transpose()?;
    let mut all = Vec::new();
    for field in spec.fields {
        let key = format!("fields.{}", field.name);
        let Some(written) = fields.get(field.name) else {
            // Of what is asked only of some products, the systems say whether it is needed.
            if field.need == Need::Required && field.when == When::Always && rows != Some(field.name) {
                return Err(("fields".to_owned(), format!("\"{}\" is missing: {} needs it", field.name, spec.name)));
            }
            continue;
        };
        if rows == Some(field.name) {
            return Err((key, "it is each of the marked rows, as \"rows\" says".to_owned()));
        }
        let value = value(&key, written, parameters)?;
        fits(spec, field, &value).map_err(|why| (key, why))?;
        all.push((field.name, value));
    }
    Ok(Asked { spec, rows, fields: all })
}

/// The field that is each of the marked rows.
fn of_rows(spec: &'static Spec, name: &str) -> Result<&'static str, Wrong> {
    let wrong = |why: String| ("rows".to_owned(), why);
    if !spec.bulk {
        return Err(wrong(format!("{} is made one by one", spec.name)));
    }
    let subjects = spec.fields.iter().filter(|field| routine::subject_of(field).is_some()).map(|field| field.name);
    let subjects: Vec<&str> = subjects.collect();
    let meant = spec.fields.iter().map(|field| field.name).find(|it| *it == name && subjects.contains(it));
    meant.ok_or_else(|| wrong(nearest::instead(name, &subjects)))
}

/// Whether a field can always hold this.
fn fits(spec: &Spec, field: &Field, value: &Value) -> Result<(), String> {
    let Some(fixed) = value.fixed() else {
        let only = value.only().is_some();
        let own = routine::is_own(spec, field);
        return if own && !only { Err("it is one parameter and nothing else".to_owned()) } else { Ok(()) };
    };
    if routine::is_own(spec, field) {
        let ask = format!("{{{}}}", field.name);
        return Err(format!(
            "it is a customer's own, so it is asked for: write \"{ask}\", and [parameters.{}]",
            field.name
        ));
    }
    let words: &[&str] = match field.kind {
        FieldKind::Choice(words) => words,
        FieldKind::Flag => &["yes", "no"],
        _ => return Ok(()),
    };
    let known = words.iter().any(|word| word.eq_ignore_ascii_case(fixed));
    if known || fixed.is_empty() { Ok(()) } else { Err(nearest::instead(fixed, words)) }
}

/// A routine as its file has it.
pub fn written(routine: &Routine) -> String {
    let parameters = routine.parameters.iter();
    let parameters = parameters.map(|it| (it.name.clone(), WrittenParameter { default: it.default.clone() })).collect();
    let steps = routine.steps.iter().map(written_step).collect();
    let text = toml::to_string_pretty(&Written { parameters, steps }).unwrap_or_default();
    format!("{HEAD}{text}")
}

fn written_step(step: &Step) -> WrittenStep {
    let none = WrittenStep::default();
    match step {
        Step::Go(page) => WrittenStep { go: Some((*page).to_owned()), ..none },
        Step::Filter(value) => WrittenStep { filter: Some(value.to_string()), ..none },
        Step::Sort { column, descending } => {
            WrittenStep { sort: Some(column.clone()), descending: descending.then_some(true), ..none }
        }
        Step::Mark(all) => WrittenStep { mark: Some(if *all { Marks::All } else { Marks::None }), ..none },
        Step::Change(Asked { spec, rows, fields }) => WrittenStep {
            change: Some(spec.name.to_owned()),
            rows: rows.map(ToOwned::to_owned),
            fields: fields.iter().map(|(name, value)| ((*name).to_owned(), value.to_string())).collect(),
            ..none
        },
    }
}

/// Writes a routine's file: the whole of it or nothing. One of that name is replaced.
///
/// # Errors
/// It cannot be written; what was there is as it was.
pub fn keep(folder: &Path, routine: &Routine) -> io::Result<PathBuf> {
    if !routine::is_name(&routine.name) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "a routine cannot be called so"));
    }
    fs::create_dir_all(folder)?;
    let path = folder.join(format!("{}.toml", routine.name));
    // In the same folder, because a rename across file systems is no single step.
    let beside = folder.join(format!(".{}.{}", routine.name, std::process::id()));
    let write = || {
        let mut file = fs::File::options().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
        file.write_all(written(routine).as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, &path)
    };
    write().inspect_err(|_| {
        let _ = fs::remove_file(&beside);
    })?;
    Ok(path)
}

#[cfg(test)]
#[path = "routines_tests.rs"]
mod tests;
