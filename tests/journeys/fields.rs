//! What is typed wrong: every field of every change says beside itself what would be right, and nothing typed is lost.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use madoguchi::domain::access::{Role, Seat};
use madoguchi::domain::change::{
    Field, FieldKind, Need, Reader, Source, Spec, SubjectKind, Values, What, When, Wrong, specs,
};
use madoguchi::domain::office::Office;
use madoguchi::domain::phone::Fixtures;
use madoguchi::domain::text::Text;
use madoguchi::flow::{Input, Msg};
use madoguchi::locale::{Language, Words};
use madoguchi::sandbox::faults::{Fault, Order, System};

use super::common::Desk;

/// What fits no field of its kind. What can be any text can only be missing.
const fn wrong(kind: FieldKind) -> &'static [&'static str] {
    match kind {
        FieldKind::Subject(SubjectKind::Line) => &["abc", "12345", "0312345678", "0901234"],
        FieldKind::Subject(SubjectKind::Opportunity | SubjectKind::Task) => {
            &["abc", "006", "00Tあああああああああああああああ"]
        }
        FieldKind::Subject(SubjectKind::Order) | FieldKind::Line | FieldKind::Block => &[],
        FieldKind::Subject(_) => &["abc", "-1", "99999999999999999999999"],
        FieldKind::Number => &["abc", "-1", "1.5", "99999999999999999999999"],
        FieldKind::Yen => &["abc", "0", "-5", "1.5", "99999999999999999999999"],
        FieldKind::Date => &["soon", "2026-02-30", "11/30", "1999-01-01", "2999-01-01"],
        FieldKind::Moment => &["soon", "2026-02-30", "1999-01-01", "3x"],
        FieldKind::Flag | FieldKind::Choice(_) | FieldKind::OneOf(Source::Plans | Source::ReplyTemplates) => {
            &["nonsense"]
        }
        FieldKind::Eid => &["abc", "8904", "89049032000000000000000000004238", "8981100000000000010"],
        // What there is of these only the systems know.
        FieldKind::OneOf(_) => &[],
    }
}

/// One of these stands in every message about such a field: what would be right, and not only that it is wrong.
const fn right(kind: FieldKind) -> &'static [&'static str] {
    match kind {
        FieldKind::Subject(SubjectKind::Line) => &["090", "11", "from its 0", "0 または"],
        FieldKind::Subject(SubjectKind::Opportunity | SubjectKind::Task) => &["18"],
        FieldKind::Subject(_) => &["number", "数字"],
        FieldKind::Number => &["50", "number", "数字"],
        FieldKind::Yen => &["1,100", "0", "smaller", "小さい"],
        FieldKind::Date => &["2026", "2027", "still to come", "未来", "to come", "以降", "within", "以内"],
        FieldKind::Moment => &["10:00", "over", "過ぎ"],
        FieldKind::Eid => &["32", "Digits", "digits", "数字", "37"],
        _ => &[],
    }
}

/// A verb and its field, what the other fields have to say, and what is wrong in this one.
type Also = (&'static str, &'static str, &'static [(&'static str, &'static str)], &'static [&'static str]);

/// What the other fields have to say so that this one is read at all, and fields of plain text that take not any text.
const ALSO: &[Also] = &[
    ("billable-item", "due", &[("billed", "on-date")], &[]),
    ("eligibility-result", "offering", &[("result", "eligible")], &["Castle 9G"]),
    ("client-area-link", "invoice", &[("page", "invoice")], &[]),
    ("reply", "language", &[("template", "esim-ready"), ("case", "7")], &[]),
    ("macro", "language", &[("macro", "received"), ("case", "7")], &[]),
    ("reply", "line", &[("template", "esim-ready"), ("case", "7")], &[]),
    ("reply", "amount", &[("template", "pay-link"), ("case", "7")], &[]),
    ("reply", "due", &[("template", "delay"), ("case", "7")], &[]),
    ("reply", "link", &[("template", "pay-link"), ("case", "7")], &["ftp://x", "https://x/?token=1"]),
    ("mark-paid", "transaction", &[], &["bank & co"]),
    ("create-invoice", "items", &[], &["Router", "Router 0", "Router 1000 Cable 500"]),
    ("port-in", "number", &[], &["abc", "0312345678"]),
    ("port-in", "card", &[], &["abc", "AX123"]),
    ("port-in", "reservation", &[], &["abc", "123"]),
    ("port-in", "family-kana", &[], &["やまだ", "Yamada"]),
    ("port-in", "given-kana", &[], &["はなこ", "花子"]),
    ("port-in", "born", &[("gender", "female")], &["1990", "20990101"]),
    ("address", "post-code", &[], &["123", "abc"]),
    ("address", "prefecture-letters", &[], &["愛知県"]),
    ("address", "city-letters", &[], &["名古屋市"]),
    ("address", "street-letters", &[], &["栄"]),
    ("address", "building-letters", &[], &["栄ビル"]),
];

fn now() -> Timestamp {
    "2026-11-22T01:00:00Z".parse().unwrap()
}

fn read(spec: &Spec, values: &[(&str, &str)]) -> Vec<Wrong> {
    let values: Values = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let office = Office::default();
    let mut reader = Reader::new(spec, &values, &office, now(), Fixtures::Allowed);
    let read = What::read(spec, &mut reader);
    let wrong = reader.wrong();
    assert_eq!(read.is_none(), !wrong.is_empty(), "{}: what is wrong is said, and only that: {wrong:?}", spec.name);
    wrong
}

/// Japanese letters, so that nobody is told in English what stands in a Japanese form.
fn is_japanese(text: &str) -> bool {
    text.chars().any(|c| ('ぁ'..='ヿ').contains(&c) || ('一'..='龠').contains(&c))
}

/// The sentence beside a field in both languages, if it says what is right.
#[track_caller]
fn says(spec: &Spec, field: &Field, wrong: &[Wrong], typed: &str) {
    let at = format!("{} {} {typed:?}", spec.name, field.name);
    let Some(found) = wrong.iter().find(|it| it.field == field.name) else {
        panic!("{at}: nothing is said, but {wrong:?}")
    };
    assert_ne!(found.why.key, "as-it-is", "{at}: a sentence of one language");
    let [en, ja] = WORDS.each_ref().map(|words| words.phrase(&found.why, false));
    for text in [&en, &ja] {
        assert!(!text.contains("wrong-") && !text.is_empty(), "{at}: {text:?} is no sentence");
        let kinds = right(field.kind);
        assert!(typed.is_empty() || kinds.is_empty() || kinds.iter().any(|it| text.contains(it)), "{at}: {text:?}");
        if let FieldKind::Choice(words) = field.kind
            && !typed.is_empty()
        {
            let named = words.iter().filter(|word| text.contains(**word)).count();
            assert!(named >= words.len().min(2), "{at}: {text:?}");
        }
    }
    assert!(is_japanese(&ja) && en != ja, "{at}: {en:?}, {ja:?}");
}

#[test]
fn every_field_of_every_change_says_what_would_be_right() {
    let mut read_at_all = BTreeMap::new();
    for spec in specs() {
        for field in spec.fields {
            let also = ALSO.iter().find(|(verb, name, ..)| (*verb, *name) == (spec.name, field.name));
            let (given, more) = also.map_or((&[][..], &[][..]), |(_, _, given, more)| (*given, *more));
            let mut given = given.to_vec();
            // What is asked for only where another field says so.
            if let When::Is(name, value) = field.when {
                given.push((name, value));
            }
            if field.need == Need::Required {
                says(spec, field, &read(spec, &given), "");
            }
            for typed in wrong(field.kind).iter().chain(more) {
                // A plan of the configuration, an id: the past is no matter of theirs.
                let mut values = given.clone();
                values.push((field.name, typed));
                let wrong = read(spec, &values);
                let of_template = matches!(spec.name, "reply" | "macro");
                let any_day = of_template || field.name == "received";
                if of_template && also.is_none() || any_day && typed.ends_with("999-01-01") {
                    continue;
                }
                says(spec, field, &wrong, typed);
                *read_at_all.entry(spec.name).or_insert(0) += 1;
            }
        }
    }
    assert!(read_at_all.values().sum::<i32>() > 150, "{read_at_all:?}");
}

#[test]
fn every_verb_and_field_has_its_words() {
    for words in &*WORDS {
        let language = words.language();
        for spec in specs() {
            for key in [format!("verb-{}", spec.name), format!("verb-{}-help", spec.name)] {
                assert_ne!(words.say(&key), key, "{language:?}");
            }
            for field in spec.fields {
                let key = format!("field-{}", field.name);
                assert_ne!(words.say(&key), key, "{language:?}");
                if let FieldKind::Choice(all) = field.kind {
                    for word in all {
                        let key = format!("choice-{}", word.to_lowercase());
                        assert_ne!(words.say(&key), key, "{language:?}");
                    }
                }
            }
        }
    }
}

static WORDS: LazyLock<[Words; 2]> = LazyLock::new(|| [Language::English, Language::Japanese].map(Words::new));

/// The caller gave a code back.
const VERIFIED: &str = "v down down down right down m 1 enter";

impl Desk {
    /// An admin's desk with a customer open who has much, known by a code.
    async fn for_forms() -> Self {
        let seat = Seat { name: Text::line("Mio"), role: Role::Admin, read_only: false };
        let mut desk = Self::open_for(seat).await;
        desk.resize(80, 24).open_customer("C-000053").await.press(VERIFIED).await;
        desk
    }

    /// The form of a change, whether it has a key here or not.
    async fn ask(&mut self, title: &str) -> &mut Self {
        self.press(":").await;
        self.paste(title);
        self.press("enter").await
    }

    /// Out of every overlay, and no further.
    async fn out(&mut self) {
        while self.screen().iter().any(|line| line.contains("┌─ ") && !line.contains("┌─ Details")) {
            self.press("esc").await;
        }
    }

    /// A form is in front, and not a plan.
    fn is_typing(&self) -> bool {
        let shows =
            |key: &str| self.screen().iter().any(|line| WORDS.iter().any(|words| line.contains(&*words.say(key))));
        let last = ["what was typed is kept", "入力は残る"];
        let form = self.screen().iter().any(|line| last.iter().any(|words| line.contains(words)));
        form && !shows("confirm-steps") && !shows("confirm-checks")
    }

    fn paste(&mut self, text: &str) {
        self.handle(Msg::Input(Input::Paste(text.to_owned())));
    }

    /// The lines of the overlay in front, from the field with the keyboard on.
    fn lines_in_focus(&self) -> Vec<String> {
        let screen = self.screen();
        let front = screen.iter().rposition(|line| line.contains('┌')).unwrap_or(0);
        let focused = |line: &&String| line.contains("▸ ") && line.contains('│');
        let at = screen.iter().skip(front).position(|line| focused(&line)).map_or(front, |at| front + at);
        screen[at..].to_vec()
    }
}

/// The form of every change that can be asked for here, with nonsense in every line: wherever one goes in it, what is wrong
/// with the field one stands in is in sight. In the smallest window, in both languages.
#[tokio::test]
async fn wherever_one_stands_in_a_form_what_is_wrong_is_in_sight() {
    let mut seen = 0;
    for words in &*WORDS {
        let mut desk = Desk::for_forms().await;
        if words.language() == Language::Japanese {
            desk.press("L").await;
        }
        for spec in specs() {
            let title = words.say(&format!("verb-{}", spec.name)).into_owned();
            desk.ask(&title).await;
            let open = desk.screen().iter().any(|line| line.contains(&format!("┌─ {title} ─")));
            if !open || !desk.is_typing() {
                desk.out().await;
                continue;
            }
            for _ in spec.fields {
                desk.paste("?!");
                desk.keys("tab");
            }
            desk.press("enter").await;
            // Whether it was refused, and where the keyboard went.
            if desk.is_typing() {
                let near = desk.lines_in_focus();
                assert!(near.iter().take(3).any(|line| line.contains("✗ ")), "{title}\n{}", desk.screen().join("\n"));
                // Of each field that is certainly typed, and takes no such thing, one hears where one stands on it.
                let typed = |kind| {
                    use FieldKind::{Date, Eid, Moment, Number, Yen};
                    matches!(kind, Date | Eid | Moment | Number | Yen)
                };
                let expected = spec.fields.iter().filter(|field| typed(field.kind)).count();
                let mut heard = 0;
                for _ in spec.fields {
                    desk.keys("up");
                }
                for _ in spec.fields {
                    let near = desk.lines_in_focus();
                    let wrong = near[0].contains("?!") && near.iter().take(3).any(|line| line.contains("✗ "));
                    heard += usize::from(wrong);
                    desk.keys("tab");
                }
                assert!(heard >= expected, "{title}: {heard} of {expected}\n{}", desk.screen().join("\n"));
                seen += heard;
            }
            desk.out().await;
        }
    }
    assert!(seen > 30, "{seen} messages were seen");
}

/// The form of a number from another carrier: twelve fields, most of them typed.
const PORT_IN: &[(&str, &str)] = &[("number", "0901"), ("card", "AX1"), ("reservation", "12"), ("family", "山田")];

async fn typed_port_in(desk: &mut Desk) {
    desk.ask("Number from another carrier").await;
    for (n, field) in ["number", "card", "plan", "reservation", "expires", "family"].into_iter().enumerate() {
        if n > 0 {
            desk.keys("tab");
        }
        if let Some((_, text)) = PORT_IN.iter().find(|(name, _)| *name == field) {
            desk.type_text(text);
        }
    }
}

#[track_caller]
fn shows_port_in(desk: &Desk) {
    for (_, text) in PORT_IN {
        desk.assert_shows(text);
    }
}

#[tokio::test]
async fn nothing_typed_is_lost_however_the_window_becomes() {
    let mut desk = Desk::for_forms().await;
    typed_port_in(&mut desk).await;
    for (width, height) in [(50, 15), (200, 60), (10, 3), (80, 24), (50, 15), (120, 40)] {
        desk.resize(width, height);
        if width < 80 {
            desk.assert_hides("AX1");
        }
    }
    shows_port_in(&desk);
    // What cannot be seen is not sent either.
    desk.resize(50, 15).press("enter").await;
    desk.resize(120, 40);
    shows_port_in(&desk);
}

#[tokio::test]
async fn nothing_typed_is_lost_when_it_is_wrong_or_put_aside() {
    let mut desk = Desk::for_forms().await;
    desk.resize(120, 40);
    typed_port_in(&mut desk).await;
    desk.press("enter").await;
    shows_port_in(&desk);
    desk.press("esc").await.assert_hides("AX1").assert_shows("What was typed is kept");
    desk.ask("Number from another carrier").await.assert_shows("What was typed before is back");
    shows_port_in(&desk);
}

#[tokio::test]
async fn nothing_typed_is_lost_when_the_desk_dies() {
    // After a pause it is on the disk; when the desk is asked to end or its terminal is gone, at once.
    for last in [Msg::Tick, Msg::Quit, Msg::Leaving] {
        let mut desk = Desk::for_forms().await;
        desk.resize(120, 40);
        typed_port_in(&mut desk).await;
        if last == Msg::Tick {
            desk.pass_seconds(1);
        }
        desk.handle(last);
        desk.settle().await;
        desk.restart().await.look().await;
        desk.open_customer("C-000053").await.press(VERIFIED).await;
        desk.ask("Number from another carrier").await.assert_shows("What was typed before is back");
        shows_port_in(&desk);
    }
}

#[tokio::test]
async fn nothing_typed_is_lost_while_the_systems_are_away() {
    let mut desk = Desk::open().await;
    desk.open_customer("Martin").await.press(VERIFIED).await.press("5 e").await;
    desk.type_text("89049032000000000000000000004237");
    for system in [System::Freebit, System::Whmcs, System::Salesforce] {
        desk.sandbox.misbehave(Order::on(system, Fault::Unavailable503));
    }
    desk.press("enter").await.assert_hides("Type the line's last four");
    // Beside what was typed, and it stays.
    desk.assert_shows("Lines are never kept to be changed later")
        .assert_shows("8904 9032 0000 0000 0000 0000 0000 4237");
    desk.sandbox.behave();
    desk.pass(3);
    desk.press("enter").await.assert_shows("Type the line's last four digits");
}

/// Japanese words begin with no key: the word of the command line chooses too, and an option that is left alone says so.
#[tokio::test]
async fn an_option_is_chosen_by_a_letter_in_japanese_too() {
    let mut desk = Desk::open().await;
    desk.open_customer("Emma Lindqvist").await.press("v 1 2 enter 5 L V").await;
    desk.assert_shows("(*) そのまま");
    desk.press("o").await.assert_shows("(*) オン");
}
