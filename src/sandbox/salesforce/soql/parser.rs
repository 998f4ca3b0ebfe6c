//! Tokens → query.

use super::QueryError;
use super::ast::{Condition, FieldSet, Function, Item, Literal, Name, Op, Operand, Order, Path, Query, Set};
use super::dates;
use super::lexer::{self, Token};

/// The longest statement the vendor takes, in characters.
const LONGEST: usize = 100_000;

/// The longest condition behind a `WHERE`, in characters.
const LONGEST_WHERE: usize = 4_000;

/// Parentheses within parentheses; more are refused rather than overflowing the stack.
const DEEPEST: usize = 60;

/// Words that end a list of fields, so they are no alias.
const CLAUSES: &[&str] =
    &["FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "WITH", "USING", "FOR", "ALL", "END"];

/// Reads one whole query.
pub fn parse(source: &str) -> Result<Query, QueryError> {
    if source.chars().count() > LONGEST {
        return Err(QueryError::malformed(0, "SOQL statements cannot be longer than 100000 characters."));
    }
    let mut parser = Parser::new(source)?;
    let query = parser.query()?;
    parser.end()?;
    Ok(query)
}

/// A cursor over tokens. Search statements use it too, for what they share with queries.
pub struct Parser<'a> {
    source: &'a str,
    tokens: Vec<(Token<'a>, usize)>,
    next: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    /// Starts at the first token.
    pub fn new(source: &'a str) -> Result<Self, QueryError> {
        Ok(Self { source, tokens: lexer::tokens(source)?, next: 0, depth: 0 })
    }

    fn peek(&self) -> Token<'a> {
        self.tokens[self.next].0
    }

    fn second(&self) -> Token<'a> {
        self.tokens.get(self.next + 1).map_or(Token::End, |(token, _)| *token)
    }

    /// Byte offset of the next token.
    pub fn at(&self) -> usize {
        self.tokens[self.next].1
    }

    fn take(&mut self) -> Token<'a> {
        let token = self.peek();
        self.next = (self.next + 1).min(self.tokens.len() - 1);
        token
    }

    /// Takes a keyword if it is next.
    pub fn word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Token::Word(next) if next.eq_ignore_ascii_case(word));
        if found {
            self.take();
        }
        found
    }

    /// Takes punctuation if it is next.
    pub fn symbol(&mut self, symbol: &str) -> bool {
        let found = self.peek() == Token::Symbol(symbol);
        if found {
            self.take();
        }
        found
    }

    fn unexpected<T>(&self) -> Result<T, QueryError> {
        let shown = match self.peek() {
            Token::Word(word) | Token::Number(word) | Token::Date(word) | Token::Symbol(word) => format!("'{word}'"),
            Token::Text(raw) => format!("'{raw}'"),
            Token::End => "<EOF>".to_owned(),
        };
        Err(QueryError::malformed(self.at(), format!("unexpected token: {shown}")))
    }

    /// The keyword must be next.
    pub fn expect_word(&mut self, word: &str) -> Result<(), QueryError> {
        if self.word(word) { Ok(()) } else { self.unexpected() }
    }

    /// The punctuation must be next.
    pub fn expect_symbol(&mut self, symbol: &str) -> Result<(), QueryError> {
        if self.symbol(symbol) { Ok(()) } else { self.unexpected() }
    }

    /// Nothing more may come.
    pub fn end(&self) -> Result<(), QueryError> {
        if self.peek() == Token::End { Ok(()) } else { self.unexpected() }
    }

    /// A name.
    pub fn name(&mut self) -> Result<Name, QueryError> {
        let at = self.at();
        match self.peek() {
            Token::Word(text) => {
                self.take();
                Ok(Name { text: text.to_owned(), at })
            }
            _ => self.unexpected(),
        }
    }

    fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, QueryError>) -> Result<T, QueryError> {
        if self.depth == DEEPEST {
            return Err(QueryError::malformed(self.at(), "SOQL statement is nested too deeply"));
        }
        self.depth += 1;
        let result = work(self);
        self.depth -= 1;
        result
    }

    fn query(&mut self) -> Result<Query, QueryError> {
        self.expect_word("SELECT")?;
        let select = self.list(Self::item)?;
        self.expect_word("FROM")?;
        let from = self.name()?;
        self.word("AS");
        let alias = self.alias().map(|name| name.text);
        if self.word("USING") {
            self.expect_word("SCOPE")?;
            self.name()?;
        }
        let mut query = Query {
            select,
            from,
            alias,
            filter: self.filter()?,
            group: Vec::new(),
            having: None,
            order: Vec::new(),
            limit: None,
            offset: None,
        };
        if self.word("WITH") {
            self.name()?;
        }
        if self.word("GROUP") {
            self.expect_word("BY")?;
            query.group = self.list(Self::operand)?;
            if self.word("HAVING") {
                query.having = Some(self.condition()?);
            }
        }
        query.order = self.order()?;
        query.limit = self.count("LIMIT")?;
        query.offset = self.count("OFFSET")?;
        while self.word("FOR") {
            self.name()?;
        }
        Ok(query)
    }

    /// `WHERE …`, if it is next.
    pub fn filter(&mut self) -> Result<Option<Condition>, QueryError> {
        if !self.word("WHERE") {
            return Ok(None);
        }
        let from = self.at();
        let condition = self.condition()?;
        if self.source[from..self.at()].trim_end().chars().count() > LONGEST_WHERE {
            return Err(QueryError::malformed(from, "WHERE clause is longer than 4000 characters"));
        }
        Ok(Some(condition))
    }

    /// `ORDER BY …`, if it is next.
    pub fn order(&mut self) -> Result<Vec<Order>, QueryError> {
        if !self.word("ORDER") {
            return Ok(Vec::new());
        }
        self.expect_word("BY")?;
        self.list(|parser| {
            let by = parser.operand()?;
            let descending = !parser.word("ASC") && parser.word("DESC");
            let mut nulls_last = false;
            if parser.word("NULLS") {
                nulls_last = parser.word("LAST");
                if !nulls_last {
                    parser.expect_word("FIRST")?;
                }
            }
            Ok(Order { by, descending, nulls_last })
        })
    }

    /// `LIMIT n` or `OFFSET n`, if it is next.
    pub fn count(&mut self, word: &str) -> Result<Option<usize>, QueryError> {
        if !self.word(word) {
            return Ok(None);
        }
        let Token::Number(digits) = self.peek() else { return self.unexpected() };
        let Ok(count) = digits.parse() else { return self.unexpected() };
        self.take();
        Ok(Some(count))
    }

    /// Things between commas, at least one.
    pub fn list<T>(&mut self, mut each: impl FnMut(&mut Self) -> Result<T, QueryError>) -> Result<Vec<T>, QueryError> {
        let mut found = vec![each(self)?];
        while self.symbol(",") {
            found.push(each(self)?);
        }
        Ok(found)
    }

    fn alias(&mut self) -> Option<Name> {
        match self.peek() {
            Token::Word(word) if !CLAUSES.iter().any(|clause| clause.eq_ignore_ascii_case(word)) => self.name().ok(),
            _ => None,
        }
    }

    /// One item of a select list.
    pub fn item(&mut self) -> Result<Item, QueryError> {
        let at = self.at();
        if self.symbol("(") {
            let query = self.deeper(Self::query)?;
            self.expect_symbol(")")?;
            return Ok(Item::Children(Box::new(query)));
        }
        if self.word("TYPEOF") {
            return self.type_of();
        }
        if matches!((self.peek(), self.second()), (Token::Word(w), Token::Symbol("(")) if w.eq_ignore_ascii_case("FIELDS"))
        {
            self.take();
            self.take();
            let set = match self.name()?.text.to_ascii_uppercase().as_str() {
                "ALL" => FieldSet::All,
                "STANDARD" => FieldSet::Standard,
                "CUSTOM" => FieldSet::Custom,
                _ => return Err(QueryError::malformed(at, "FIELDS() takes ALL, STANDARD or CUSTOM")),
            };
            self.expect_symbol(")")?;
            return Ok(Item::Fields(set, at));
        }
        let operand = self.operand()?;
        Ok(Item::Operand(operand, self.alias()))
    }

    fn type_of(&mut self) -> Result<Item, QueryError> {
        let parent = self.path()?;
        let mut whens = Vec::new();
        while self.word("WHEN") {
            let object = self.name()?;
            self.expect_word("THEN")?;
            whens.push((object, self.list(Self::path)?));
        }
        let otherwise = if self.word("ELSE") { self.list(Self::path)? } else { Vec::new() };
        self.expect_word("END")?;
        Ok(Item::TypeOf { parent, whens, otherwise })
    }

    /// `Account.Owner.Name`.
    pub fn path(&mut self) -> Result<Path, QueryError> {
        let Name { text, at } = self.name()?;
        let mut parts = vec![text];
        while self.symbol(".") {
            parts.push(self.name()?.text);
        }
        Ok(Path { parts, at })
    }

    fn operand(&mut self) -> Result<Operand, QueryError> {
        let at = self.at();
        let (Token::Word(word), Token::Symbol("(")) = (self.peek(), self.second()) else {
            return Ok(Operand { function: None, path: Some(self.path()?), at });
        };
        let function =
            function(word).ok_or_else(|| QueryError::malformed(at, format!("unexpected token: '{word}'")))?;
        self.take();
        self.take();
        let path = if function == Function::Count && self.peek() == Token::Symbol(")") {
            None
        } else {
            self.deeper(Self::argument)?
        };
        self.expect_symbol(")")?;
        Ok(Operand { function: Some(function), path, at })
    }

    /// The field inside a function; `convertTimezone` and nested formatting change nothing here.
    fn argument(&mut self) -> Result<Option<Path>, QueryError> {
        match (self.peek(), self.second()) {
            (Token::Word(_), Token::Symbol("(")) => {
                self.take();
                self.take();
                let path = self.deeper(Self::argument)?;
                self.expect_symbol(")")?;
                Ok(path)
            }
            _ => self.path().map(Some),
        }
    }

    /// AND and OR do not mix without parentheses: the vendor refuses it.
    fn condition(&mut self) -> Result<Condition, QueryError> {
        let first = self.single()?;
        for (word, join) in [("AND", Condition::And as fn(Vec<Condition>) -> Condition), ("OR", Condition::Or)] {
            if matches!(self.peek(), Token::Word(next) if next.eq_ignore_ascii_case(word)) {
                let mut all = vec![first];
                while self.word(word) {
                    all.push(self.single()?);
                }
                return Ok(join(all));
            }
        }
        Ok(first)
    }

    fn single(&mut self) -> Result<Condition, QueryError> {
        if self.word("NOT") {
            return Ok(Condition::Not(Box::new(self.deeper(Self::single)?)));
        }
        if self.symbol("(") {
            let inner = self.deeper(Self::condition)?;
            self.expect_symbol(")")?;
            return Ok(inner);
        }
        let operand = self.operand()?;
        if self.word("LIKE") {
            let at = self.at();
            let Token::Text(raw) = self.peek() else { return self.unexpected() };
            self.take();
            return Ok(Condition::Like(operand, lexer::pattern(raw, at)?));
        }
        for (word, includes) in [("INCLUDES", true), ("EXCLUDES", false)] {
            if self.word(word) {
                self.expect_symbol("(")?;
                let words = self.list(Self::text)?;
                self.expect_symbol(")")?;
                return Ok(Condition::Includes(operand, words, includes));
            }
        }
        let negated = self.word("NOT");
        if self.word("IN") {
            return Ok(Condition::In(operand, self.set()?, !negated));
        }
        if negated {
            return self.unexpected();
        }
        let op = match self.peek() {
            Token::Symbol("=") => Op::Eq,
            Token::Symbol("!=" | "<>") => Op::Ne,
            Token::Symbol("<") => Op::Lt,
            Token::Symbol("<=") => Op::Le,
            Token::Symbol(">") => Op::Gt,
            Token::Symbol(">=") => Op::Ge,
            _ => return self.unexpected(),
        };
        self.take();
        let at = self.at();
        Ok(Condition::Compare(operand, op, self.literal()?, at))
    }

    fn set(&mut self) -> Result<Set, QueryError> {
        self.expect_symbol("(")?;
        let set = if matches!(self.peek(), Token::Word(word) if word.eq_ignore_ascii_case("SELECT")) {
            Set::Query(Box::new(self.deeper(Self::query)?))
        } else {
            Set::Values(self.list(Self::literal)?)
        };
        self.expect_symbol(")")?;
        Ok(set)
    }

    fn text(&mut self) -> Result<String, QueryError> {
        let at = self.at();
        let Token::Text(raw) = self.peek() else { return self.unexpected() };
        self.take();
        lexer::unescape(raw, at)
    }

    fn literal(&mut self) -> Result<Literal, QueryError> {
        let literal = match self.peek() {
            Token::Text(_) => return self.text().map(Literal::Text),
            Token::Number(digits) => match digits.parse::<f64>() {
                Ok(number) if number.is_finite() => Literal::Number(number),
                _ => return self.unexpected(),
            },
            Token::Date(written) => Literal::Date(written.to_owned()),
            Token::Word(word) => {
                let word = word.to_ascii_uppercase();
                match word.as_str() {
                    "NULL" => Literal::Null,
                    "TRUE" => Literal::Bool(true),
                    "FALSE" => Literal::Bool(false),
                    _ if dates::is_relative(&word) => {
                        self.take();
                        let count = if dates::takes_count(&word) { self.relative_count()? } else { 0 };
                        return Ok(Literal::Relative(word, count));
                    }
                    _ => return self.unexpected(),
                }
            }
            _ => return self.unexpected(),
        };
        self.take();
        Ok(literal)
    }

    fn relative_count(&mut self) -> Result<i64, QueryError> {
        self.expect_symbol(":")?;
        let Token::Number(digits) = self.peek() else { return self.unexpected() };
        match digits.parse::<i64>() {
            Ok(count) if (0..=100_000).contains(&count) => {
                self.take();
                Ok(count)
            }
            _ => self.unexpected(),
        }
    }
}

fn function(word: &str) -> Option<Function> {
    Some(match word.to_ascii_uppercase().as_str() {
        "COUNT" => Function::Count,
        "COUNT_DISTINCT" => Function::CountDistinct,
        "SUM" => Function::Sum,
        "AVG" => Function::Avg,
        "MIN" => Function::Min,
        "MAX" => Function::Max,
        "TOLABEL" => Function::ToLabel,
        "FORMAT" => Function::Format,
        "CONVERTCURRENCY" => Function::ConvertCurrency,
        "CALENDAR_YEAR" => Function::CalendarYear,
        "CALENDAR_MONTH" => Function::CalendarMonth,
        "DAY_IN_MONTH" => Function::DayInMonth,
        "DAY_ONLY" => Function::DayOnly,
        "HOUR_IN_DAY" => Function::HourInDay,
        _ => return None,
    })
}
