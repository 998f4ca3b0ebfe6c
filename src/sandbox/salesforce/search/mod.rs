//! Search: by statement (`FIND {…} RETURNING …`) and by parameters.

pub mod terms;

use serde_json::{Value, json};

use super::error::ApiError;
use super::http::{Answer, Call};
use super::schema;
use super::soql::ast::{Item, Name, Operand, Path, Query};
use super::soql::parser::Parser;
use super::soql::{self, Plan, QueryError, Scene};
use terms::{Buffers, Group, Terms};

/// Rows in one answer.
const MOST: usize = 2000;

/// The longest statement, in characters.
const LONGEST: usize = 10_000;

/// A whole search, whichever way it was asked.
struct Search {
    terms: Terms,
    group: Group,
    returning: Vec<Plan>,
    limit: usize,
}

impl Search {
    fn run(&self, scene: Scene<'_>, version: &str) -> Answer {
        let mut buffers = Buffers::default();
        let mut found: Vec<Value> = Vec::new();
        for plan in &self.returning {
            let records = scene.db.all(plan.object);
            let hits = records.filter(|record| self.terms.fit(*record, self.group, &mut buffers));
            if let soql::Answer::Rows(rows) = plan.run_over(scene.db, hits) {
                found.extend(rows.into_iter().take(MOST).map(|row| plan.write(scene, row, version)));
            }
        }
        found.truncate(self.limit.min(MOST));
        Answer::ok(json!({"searchRecords": found}))
    }
}

/// `GET /search?q=FIND {…}`
pub fn sosl(scene: Scene<'_>, call: &Call) -> Result<Answer, ApiError> {
    let source = call.param("q").unwrap_or_default();
    if source.chars().count() > LONGEST {
        return Err(malformed("SOSL statements cannot be longer than 10000 characters"));
    }
    let (expression, rest) = find_clause(source)?;
    let terms = Terms::parse(&expression)?;
    let as_search = |error: QueryError| ApiError { code: "MALFORMED_SEARCH", ..error.into_api(rest) };
    let mut parser = Parser::new(rest).map_err(as_search)?;
    let (group, queries, limit) = statement(&mut parser).map_err(as_search)?;
    let returning = if queries.is_empty() {
        let searchable = schema::objects().iter().filter(|object| object.writable);
        searchable
            .map(|object| Plan::new(scene, &format!("SELECT Id FROM {}", object.name)))
            .collect::<Result<_, _>>()?
    } else {
        let bind = |query: &Query| {
            let object = soql::eval::object(query)?;
            Plan::bind(scene, query, object)
        };
        queries.iter().map(|query| bind(query).map_err(|error| error.into_api(rest))).collect::<Result<_, _>>()?
    };
    Ok(Search { terms, group, returning, limit: limit.unwrap_or(MOST) }.run(scene, &call.version))
}

fn malformed(why: &str) -> ApiError {
    ApiError::new("MALFORMED_SEARCH", why)
}

/// What stands between the braces, escapes and all, and what follows them.
fn find_clause(source: &str) -> Result<(String, &str), ApiError> {
    let no_term = || malformed("No search term found. The search term must be enclosed in braces.");
    let source = source.trim_start();
    let find = source.get(..4).filter(|word| word.eq_ignore_ascii_case("FIND")).ok_or_else(no_term)?;
    let inner = source[find.len()..].trim_start().strip_prefix('{').ok_or_else(no_term)?;
    let mut escaped = false;
    let end = inner.char_indices().find_map(|(at, c)| {
        let closes = c == '}' && !escaped;
        escaped = c == '\\' && !escaped;
        closes.then_some(at)
    });
    let end = end.ok_or_else(no_term)?;
    Ok((inner[..end].to_owned(), &inner[end + 1..]))
}

fn statement(parser: &mut Parser<'_>) -> Result<(Group, Vec<Query>, Option<usize>), QueryError> {
    let mut group = Group::All;
    if parser.word("IN") {
        let name = parser.name()?;
        group = Group::parse(&name.text)
            .ok_or_else(|| QueryError::malformed(name.at, format!("unexpected token: '{}'", name.text)))?;
        parser.expect_word("FIELDS")?;
    }
    let queries = if parser.word("RETURNING") { parser.list(returning)? } else { Vec::new() };
    while parser.word("WITH") {
        parser.name()?;
        if parser.symbol("=") {
            parser.name()?;
        }
    }
    let limit = parser.count("LIMIT")?;
    parser.end()?;
    Ok((group, queries, limit))
}

/// `Account(Id, Name WHERE … ORDER BY … LIMIT n OFFSET n)`; only the object's name gives the id alone.
fn returning(parser: &mut Parser<'_>) -> Result<Query, QueryError> {
    let from = parser.name()?;
    let mut query = bare(from);
    if parser.symbol("(") {
        query.select = parser.list(Parser::item)?;
        query.filter = parser.filter()?;
        query.order = parser.order()?;
        query.limit = parser.count("LIMIT")?;
        query.offset = parser.count("OFFSET")?;
        parser.expect_symbol(")")?;
    }
    Ok(query)
}

fn bare(from: Name) -> Query {
    let id = Path { parts: vec!["Id".to_owned()], at: from.at };
    let id = Operand { function: None, at: from.at, path: Some(id) };
    Query {
        select: vec![Item::Operand(id, None)],
        from,
        alias: None,
        filter: None,
        group: Vec::new(),
        having: None,
        order: Vec::new(),
        limit: None,
        offset: None,
    }
}

/// `GET` and `POST /parameterizedSearch`. Its `q` is plain words: statements have no meaning in it.
pub fn parameterized(scene: Scene<'_>, call: &Call) -> Result<Answer, ApiError> {
    let asked = match &call.body {
        Some(body) => body.clone(),
        None => from_query(call),
    };
    let q = asked["q"].as_str().filter(|q| !q.trim().is_empty());
    let terms = Terms::parse(q.ok_or_else(|| ApiError::new("MISSING_ARGUMENT", "Missing required argument: q"))?)?;
    let group = match asked["in"].as_str() {
        None => Group::All,
        Some(word) => Group::parse(word).ok_or_else(|| malformed("in must be ALL, NAME, EMAIL, PHONE or SIDEBAR"))?,
    };
    let count = |value: &Value| value.as_u64().map(|count| count as usize);
    let shared = list(&asked["fields"]).unwrap_or_else(|| "Id".to_owned());
    let default_limit = count(&asked["defaultLimit"]).unwrap_or(MOST);
    let everything: Vec<Value> =
        schema::objects().iter().filter(|object| object.writable).map(|object| json!({"name": object.name})).collect();
    let objects = asked["sobjects"].as_array().filter(|list| !list.is_empty()).unwrap_or(&everything);
    let returning = objects
        .iter()
        .map(|object| {
            let name = object["name"].as_str().or_else(|| object.as_str()).unwrap_or_default();
            let fields = list(&object["fields"]).unwrap_or_else(|| shared.clone());
            let mut query = format!("SELECT {fields} FROM {name}");
            for (clause, key) in [("WHERE", "where"), ("ORDER BY", "orderBy")] {
                if let Some(text) = object[key].as_str().filter(|text| !text.trim().is_empty()) {
                    query = format!("{query} {clause} {text}");
                }
            }
            let limit = count(&object["limit"]).unwrap_or(default_limit);
            Plan::new(scene, &format!("{query} LIMIT {limit}"))
        })
        .collect::<Result<_, _>>()?;
    let limit = count(&asked["overallLimit"]).unwrap_or(MOST);
    Ok(Search { terms, group, returning, limit }.run(scene, &call.version))
}

/// Fields as a list or as text between commas.
fn list(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Array(names) if !names.is_empty() => {
            Some(names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "))
        }
        _ => None,
    }
}

/// The parameters of a GET in the form of a POST: `sobject=Account&Account.fields=Id,Name&Account.limit=10`.
fn from_query(call: &Call) -> Value {
    let number = |text: &str| text.parse::<u64>().map_or(Value::Null, Value::from);
    let mut asked = json!({"q": call.param("q"), "in": call.param("in"), "fields": call.param("fields")});
    for name in ["defaultLimit", "overallLimit"] {
        asked[name] = call.param(name).map_or(Value::Null, number);
    }
    let names = call.query.iter().filter(|(key, _)| key == "sobject");
    let objects = names.map(|(_, name)| {
        let own = |key: &str| call.param(&format!("{name}.{key}"));
        json!({
            "name": name,
            "fields": own("fields"),
            "where": own("where"),
            "orderBy": own("orderBy"),
            "limit": own("limit").map_or(Value::Null, number),
        })
    });
    asked["sobjects"] = objects.collect();
    asked
}
