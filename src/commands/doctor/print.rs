//! How findings are told: sections of lines that fit 80 columns, or one object of JSON.

use std::io::{self, Write as _};

use serde_json::{Map, Value, json};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::exit;
use crate::cli::DoctorArgs;
use crate::commands::{Exit, Stop};
use crate::domain::phrase::{Arg, Phrase};
use crate::domain::time;
use crate::flow::{Area, Finding, Verdict};
use crate::locale::{self, Language, Words};

/// Columns of the narrowest terminal that anybody has.
const COLUMNS: usize = 80;

/// What was found so far, and how it is told.
#[derive(Debug)]
pub(super) struct Told {
    findings: Vec<Finding>,
    /// Areas of which everything is known, and those that are printed.
    over: Vec<Area>,
    printed: usize,
    profile: String,
    strict: bool,
    as_json: bool,
}

impl Told {
    pub(super) fn new(args: &DoctorArgs, profile: String) -> Self {
        let profile = if profile.is_empty() { "sandbox".to_owned() } else { profile };
        Self { findings: Vec::new(), over: Vec::new(), printed: 0, profile, strict: args.strict, as_json: args.json }
    }

    pub(super) fn take(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    pub(super) fn take_all(&mut self, findings: Vec<Finding>) {
        self.findings.extend(findings);
    }

    /// Nothing more comes of some areas. Those whose turn it is are printed: a person sees what is known meanwhile.
    pub(super) fn over(&mut self, areas: &[Area], words: &Words) -> Result<(), Stop> {
        self.over.extend(areas);
        if !self.as_json {
            self.print(words, |over, area| over.contains(&area))?;
        }
        Ok(())
    }

    fn print(&mut self, words: &Words, is_over: impl Fn(&[Area], Area) -> bool) -> Result<(), Stop> {
        let mut out = io::stdout().lock();
        while let Some(area) = Area::ALL.get(self.printed).filter(|area| is_over(&self.over, **area)) {
            self.printed += 1;
            let mut its: Vec<&Finding> = self.findings.iter().filter(|it| it.area == *area).collect();
            its.sort_by_key(|it| it.code);
            if !its.is_empty() {
                write!(out, "{}", section(*area, &its, words))?;
            }
        }
        out.flush()?;
        Ok(())
    }

    /// Tells the rest, and how it ends.
    pub(super) fn end(mut self, words: &Words) -> Result<Exit, Stop> {
        let exit = exit(&self.findings, self.strict);
        if self.as_json {
            let mut out = io::stdout().lock();
            writeln!(out, "{}", self.json(exit, words))?;
            out.flush()?;
        } else {
            self.print(words, |_, _| true)?;
            writeln!(io::stdout(), "{}", self.sum(words))?;
        }
        Ok(exit)
    }

    fn how_many(&self, verdict: Verdict) -> i64 {
        i64::try_from(self.findings.iter().filter(|it| it.verdict() == verdict).count()).unwrap_or(i64::MAX)
    }

    fn sum(&self, words: &Words) -> String {
        let all = [Verdict::Wrong, Verdict::Warning, Verdict::Unknown, Verdict::Note, Verdict::Ok];
        let told = all.map(|verdict| (words.say(verdict.key()).into_owned(), self.how_many(verdict)));
        let told: Vec<String> =
            told.into_iter().filter(|(_, n)| *n > 0).map(|(word, n)| format!("{n} {word}")).collect();
        words.with("doctor-sum", &[("counts", locale::Value::Text(&told.join(", ")))])
    }

    fn json(&self, exit: Exit, words: &Words) -> Value {
        let verdicts: Map<String, Value> =
            [Verdict::Ok, Verdict::Note, Verdict::Unknown, Verdict::Warning, Verdict::Wrong]
                .into_iter()
                .map(|verdict| (verdict.name().to_owned(), self.how_many(verdict).into()))
                .collect();
        let mut ordered: Vec<&Finding> = self.findings.iter().collect();
        ordered.sort_by_key(|it| (it.area, it.code));
        let findings: Vec<Value> = ordered.into_iter().map(|it| finding(it, words)).collect();
        json!({ "exit": exit as u8, "profile": self.profile, "verdicts": verdicts, "findings": findings })
    }
}

fn finding(it: &Finding, words: &Words) -> Value {
    let say = |phrase: &Phrase| words.phrase(phrase, false);
    let values: Map<String, Value> =
        it.with.iter().map(|(name, arg)| (name.clone().into_owned(), value(arg, words))).collect();
    json!({
        "area": it.area.name(), "code": it.code.name(), "verdict": it.verdict().name(), "about": it.about(),
        "says": say(&it.says()), "do": it.todo().as_ref().map(say), "values": values,
    })
}

fn value(arg: &Arg, words: &Words) -> Value {
    match arg {
        Arg::Number(n) => (*n).into(),
        Arg::Text(text) => text.as_str().into(),
        Arg::Date(day) => time::iso(*day).into(),
        // What is said of a fault is the same for every script.
        Arg::Phrase(said) => Words::new(Language::English).phrase(said, false).into(),
        other => {
            let phrase = Phrase { key: "as-it-is".into(), with: vec![("text".into(), other.clone())] };
            words.phrase(&phrase, false).into()
        }
    }
}

fn section(area: Area, findings: &[&Finding], words: &Words) -> String {
    let mut out = match area {
        Area::Configuration => words.say("doctor-configuration").into_owned(),
        Area::Machine => words.say("doctor-machine").into_owned(),
        Area::System(system) => system.name().to_owned(),
    };
    out.push('\n');
    let all = [Verdict::Ok, Verdict::Note, Verdict::Unknown, Verdict::Warning, Verdict::Wrong];
    let wide = all.iter().map(|verdict| words.say(verdict.key()).width()).max().unwrap_or_default();
    for it in findings {
        let verdict = words.say(it.verdict().key());
        let blank = " ".repeat(wide.saturating_sub(verdict.width()));
        let mut head = format!("  {verdict}{blank}  ");
        let indent = " ".repeat(head.width());
        let says = words.phrase(&it.says(), false);
        let todo = it.todo().map(|todo| format!("→ {}", words.phrase(&todo, false)));
        for text in [Some(says), todo].into_iter().flatten() {
            for line in wrapped(&text, COLUMNS - indent.len()) {
                out.push_str(format!("{head}{line}").trim_end());
                out.push('\n');
                head.clone_from(&indent);
            }
        }
    }
    out.push('\n');
    out
}

/// A text in lines of so many columns at most: broken at a space, or where there is none, anywhere, as Japanese is.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for c in text.chars() {
        if line.width() + c.width().unwrap_or_default() > columns {
            let rest = match line.rfind(' ') {
                // A word of Latin letters stays whole where that leaves a line that is half full.
                Some(at) if c.is_ascii() && line[..at].width() > columns / 2 => line.split_off(at),
                _ => String::new(),
            };
            lines.push(std::mem::replace(&mut line, rest.trim_start().to_owned()));
            if line.is_empty() && c == ' ' {
                continue;
            }
        }
        line.push(c);
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::Code;

    #[test]
    fn every_finding_and_what_to_do_has_words_that_fit() {
        for language in Language::ALL {
            let words = Words::new(language);
            for code in Code::ALL {
                for key in [Some(code.key()), code.todo()].into_iter().flatten() {
                    assert_ne!(words.say(key), key, "{language:?}");
                }
                let it = Finding::new(Area::Machine, *code);
                let told = section(Area::Machine, &[&it], &words);
                assert!(told.lines().all(|line| line.width() <= COLUMNS), "{told}");
            }
        }
    }

    #[test]
    fn lines_are_broken_at_spaces_and_japanese_anywhere() {
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(wrapped("", 8), [""]);
        assert_eq!(wrapped("証明書の期限が切れています", 10), ["証明書の期", "限が切れて", "います"]);
        assert_eq!(wrapped("Averyveryverylongword", 8), ["Averyver", "yverylon", "gword"]);
    }
}
