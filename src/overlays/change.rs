//! The form of a change, made from its verb's fields. What is wrong is said beside the field, as soon as one leaves it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use madoguchi_ui::form::{Field as FormField, Form, FormState, Value};
use madoguchi_ui::input::TextInput;
use madoguchi_ui::overlay;
use madoguchi_ui::panel::Panel;
use madoguchi_ui::scroll::Move;
use madoguchi_ui::text;
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::billing::ProductKind;
use crate::domain::change::{
    Change, Field, FieldKind, Need, Reader, Source, Spec, Values, What, When, Who, Wrong, support,
};
use crate::domain::name::fold;
use crate::domain::office::Office;
use crate::domain::operation::OperationId;
use crate::domain::phone::Fixtures;
use crate::domain::phrase::Phrase;
use crate::domain::sim;
use crate::domain::template::{Piece, Tongue};
use crate::domain::text::Text;
use crate::flow::{Input, Key, KeyPress, MouseKind, Over};
use crate::locale;
use crate::scene::Scene;

use super::{Outcome, Wish, frame, in_field, in_form};

const WIDTH: u16 = 78;
/// The field of verbs that write to the customer.
const LANGUAGE: &str = "language";
/// The field that takes one item a line. A line being typed has no lines: a semicolon parts them.
const ITEMS: &str = "items";
/// Lines of a preview besides its text: a blank above, and its heading.
const PREVIEW_HEAD: usize = 2;

/// A word that a field takes, and how it is named on the screen.
pub type FieldOption = (String, Phrase);

/// A field that is asked.
#[derive(Debug)]
pub struct Asked {
    /// The field.
    pub field: &'static Field,
    /// What it can be; empty where it is typed.
    pub options: Vec<FieldOption>,
    /// What stands in it at first, where that is not the field's own default.
    pub start: Option<Cow<'static, str>>,
}

/// One of the rows that a change is asked for at once.
#[derive(Debug, Clone)]
pub struct AskedRow {
    /// Whose; the number is empty where the list does not tell it.
    pub who: Who,
    /// As the field takes it that says what the change is about.
    pub value: String,
    /// What it is called.
    pub called: String,
}

/// What a form is made from.
#[derive(Debug)]
pub struct Asking {
    /// The verb.
    pub spec: &'static Spec,
    /// Whose change it is.
    pub who: Who,
    /// Fields told by where the cursor stands, each with its words.
    pub told: Vec<(&'static str, String, Phrase)>,
    /// Fields to fill in, in order.
    pub asked: Vec<Asked>,
    /// Of which kind a plan of the catalogue is, by its word: the kind decides what else is asked for.
    pub kinds: BTreeMap<String, ProductKind>,
    /// The rules of the house.
    pub office: Arc<Office>,
    /// Whether numbers that can belong to nobody are lines.
    pub fixtures: Fixtures,
    /// The customer's name, for what is written to them.
    pub name: Text,
    /// What they read, where that is known.
    pub theirs: Option<Tongue>,
    /// The rows it is asked for, where those are several, and the field that says which.
    pub rows: Option<(&'static str, Vec<AskedRow>)>,
    /// The one in the outbox that is edited.
    pub kept: Option<OperationId>,
}

impl Asking {
    /// Reads the fields: the change, or what is wrong.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn read(&self, values: &Values, now: jiff::Timestamp) -> Result<Change, Vec<Wrong>> {
        let mut reader = self.reader(values, now);
        let what = What::read(self.spec, &mut reader);
        match (what, reader.wrong()) {
            (Some(what), wrong) if wrong.is_empty() => Ok(Change { who: self.who.clone(), what }),
            (_, wrong) => Err(wrong),
        }
    }

    /// Reads the fields for every row: what each is called and its change, or what is wrong.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn read_rows(&self, values: &Values, now: jiff::Timestamp) -> Result<Vec<(String, Change)>, Vec<Wrong>> {
        let Some((field, rows)) = &self.rows else { return Ok(Vec::new()) };
        let one = |row: &AskedRow| {
            let mut values = values.clone();
            values.insert((*field).to_owned(), row.value.clone());
            let change = self.read(&values, now)?;
            Ok((row.called.clone(), Change { who: row.who.clone(), ..change }))
        };
        rows.iter().map(one).collect()
    }

    fn reader<'a>(&'a self, values: &'a Values, now: jiff::Timestamp) -> Reader<'a> {
        Reader::new(self.spec, values, &self.office, now, self.fixtures)
    }

    /// What would be written to the customer with these values, where something would be.
    fn preview(&self, values: &Values, now: jiff::Timestamp) -> Option<Vec<Piece>> {
        let writes = self.spec.fields.iter().any(|field| field.name == LANGUAGE);
        writes.then(|| support::preview(&mut self.reader(values, now), &self.name, self.theirs)).flatten()
    }

    /// What the cursor told.
    pub fn values(&self) -> Values {
        self.told.iter().map(|(name, value, _)| ((*name).to_owned(), value.clone())).collect()
    }

    /// Under which key its draft is kept: the verb and what it is about.
    pub fn key(&self) -> String {
        if self.rows.is_some() {
            return format!("{}:rows", self.spec.name);
        }
        if let Some(id) = self.kept {
            return format!("outbox:{id}");
        }
        let mut parts = vec![self.spec.name.to_owned(), self.who.number.to_string()];
        parts.extend(self.told.iter().map(|(name, value, _)| format!("{name}={value}")));
        parts.join(":")
    }
}

/// The form being filled in.
#[derive(Debug)]
pub struct ChangeForm {
    asking: Asking,
    form: FormState,
    /// Fields that were left or asked for, so that what is wrong with them is said.
    judged: Vec<bool>,
    /// What was wrong when it was last read, by the fields' names.
    wrong: Vec<Wrong>,
    /// It holds what was typed another time.
    restored: bool,
    /// Fields that the chosen template has no gap for, with what stands in them.
    idle: Vec<(Asked, Value)>,
    /// Why it cannot be asked for now; until something is typed.
    shut_out: String,
}

impl ChangeForm {
    /// A form with its defaults.
    pub fn new(asking: Asking) -> Self {
        let values = asking.asked.iter().map(blank).collect();
        let judged = vec![false; asking.asked.len()];
        let form = FormState::new(values);
        Self { asking, form, judged, wrong: Vec::new(), restored: false, idle: Vec::new(), shut_out: String::new() }
    }

    /// The same form with what was typed another time.
    pub fn restore(&mut self, typed: &Values) {
        let mut fill_in = |asked: &Asked, value: &mut Value| {
            let Some(typed) = typed.get(asked.field.name).filter(|typed| !typed.is_empty()) else { return };
            self.restored = true;
            // What was left as it was suggested still is that.
            if !matches!(value, Value::Text(input) if input.value() == typed) {
                fill(asked, value, typed);
            }
        };
        self.asking.asked.iter().zip(&mut self.form.values).for_each(|(asked, value)| fill_in(asked, value));
        self.idle.iter_mut().for_each(|(asked, value)| fill_in(asked, value));
    }

    /// Shows the fields that the chosen template has a gap for, and puts the others aside with what stands in them.
    pub fn choose_fields(&mut self, now: jiff::Timestamp) {
        if !self.asking.spec.fields.iter().any(|field| field.name == LANGUAGE) {
            return;
        }
        let values = self.values();
        let idle: Vec<&str> = {
            let mut reader = self.asking.reader(&values, now);
            self.asking.spec.fields.iter().map(|it| it.name).filter(|it| support::is_idle(it, &mut reader)).collect()
        };
        let under_keyboard = self.asking.asked.get(self.form.focus).map(|asked| asked.field.name);
        let judged = self.asking.asked.iter().zip(&self.judged).filter(|(_, judged)| **judged);
        let was_judged: Vec<&str> = judged.map(|(asked, _)| asked.field.name).collect();
        let shown = std::mem::take(&mut self.asking.asked).into_iter().zip(std::mem::take(&mut self.form.values));
        let mut all: Vec<(Asked, Value)> = shown.chain(std::mem::take(&mut self.idle)).collect();
        let place = |name: &str| self.asking.spec.fields.iter().position(|field| field.name == name);
        all.sort_by_key(|(asked, _)| place(asked.field.name));
        for (asked, value) in all {
            if idle.contains(&asked.field.name) {
                self.idle.push((asked, value));
            } else {
                self.asking.asked.push(asked);
                self.form.values.push(value);
            }
        }
        self.judged = self.asking.asked.iter().map(|asked| was_judged.contains(&asked.field.name)).collect();
        let stands = self.asking.asked.iter().position(|asked| Some(asked.field.name) == under_keyboard);
        self.form.focus = stands.unwrap_or(0);
    }

    /// Takes over fields from elsewhere, such as a change that undoes another. Those are no draft.
    pub fn prefill(&mut self, typed: &Values) {
        self.restore(typed);
        self.restored = false;
    }

    /// What it asks.
    pub const fn asking(&self) -> &Asking {
        &self.asking
    }

    /// Everything that was told or typed, by the fields' names.
    pub fn values(&self) -> Values {
        let mut values = self.asking.values();
        values.extend(self.typed());
        values
    }

    /// What was typed or chosen.
    pub fn typed(&self) -> Values {
        let written = |(at, asked): (usize, &Asked)| {
            let text = if self.is_hidden(at) { String::new() } else { self.written(at) };
            (asked.field.name.to_owned(), text)
        };
        self.asking.asked.iter().enumerate().map(written).collect()
    }

    /// What one field holds, as it is read.
    fn written(&self, at: usize) -> String {
        let options = self.asking.asked.get(at).map(|asked| asked.options.as_slice()).unwrap_or_default();
        match self.form.values.get(at) {
            Some(Value::Text(input)) => input.value().trim().to_owned(),
            Some(Value::Choice { at, .. }) => options.get(*at).map(|(word, _)| word.clone()).unwrap_or_default(),
            Some(Value::Check(yes)) => if *yes { "yes" } else { "no" }.to_owned(),
            None => String::new(),
        }
    }

    /// Whether nobody is asked for this field, as the others stand.
    fn is_hidden(&self, at: usize) -> bool {
        let asked = &self.asking.asked;
        match asked[at].field.when {
            When::Always => false,
            When::Kind(kind) => {
                let plan = asked.iter().position(|it| it.field.kind == FieldKind::OneOf(Source::Catalogue));
                plan.and_then(|plan| self.asking.kinds.get(&self.written(plan))) != Some(&kind)
            }
            When::Is(field, word) => {
                let other = asked.iter().position(|it| it.field.name == field);
                other.is_none_or(|other| self.is_hidden(other) || self.written(other) != word)
            }
        }
    }

    /// What a field offers became known while the form is open. What was typed meanwhile chooses.
    pub fn offer(
        &mut self,
        source: Source,
        options: &[FieldOption],
        kinds: &BTreeMap<String, ProductKind>,
        scene: &Scene<'_>,
    ) {
        let offers = |it: &Asked| it.field.kind == FieldKind::OneOf(source);
        let Some(at) = self.asking.asked.iter().position(offers) else { return };
        let typed = self.written(at);
        self.asking.kinds.clone_from(kinds);
        self.asking.asked[at].options = options.to_vec();
        let asked = &self.asking.asked[at];
        let mut value = blank(asked);
        if !typed.is_empty() {
            let begins = |text: &str| fold(text).starts_with(&fold(&typed));
            let fits = |(word, says): &FieldOption| {
                word.eq_ignore_ascii_case(&typed) || begins(&scene.words.phrase(says, scene.revealed))
            };
            let word = asked.options.iter().find(|it| fits(it)).map_or(typed.as_str(), |(word, _)| word);
            fill(asked, &mut value, word);
        }
        self.form.values[at] = value;
    }

    /// Whether nothing was typed that is worth keeping.
    pub fn is_untouched(&self) -> bool {
        let blank = Self::blank_values(&self.asking);
        self.typed() == blank
    }

    fn blank_values(asking: &Asking) -> Values {
        let of = |asked: &Asked| {
            let text = match blank(asked) {
                Value::Text(input) => input.value().to_owned(),
                Value::Choice { at, .. } => asked.options.get(at).map(|(word, _)| word.clone()).unwrap_or_default(),
                Value::Check(yes) => if yes { "yes" } else { "no" }.to_owned(),
            };
            (asked.field.name.to_owned(), text)
        };
        asking.asked.iter().map(of).collect()
    }

    /// The systems say that what was typed does not fit: that stands beside the fields now.
    pub fn refuse(&mut self, wrong: Vec<Wrong>) {
        self.judged.fill(true);
        self.focus_on(&wrong);
        self.wrong = wrong;
    }

    /// A system does not answer: that stands above the fields now, and why it is not kept to be sent later.
    pub fn shut_out(&mut self, why: String) {
        self.shut_out = why;
    }

    fn focus_on(&mut self, wrong: &[Wrong]) {
        let is_wrong = |at: &usize| wrong.iter().any(|it| it.field == self.asking.asked[*at].field.name);
        let first = (0..self.asking.asked.len()).find(|at| is_wrong(at) && !self.is_hidden(*at));
        self.form.focus = first.unwrap_or(self.form.focus);
    }

    fn judge(&mut self, scene: &Scene<'_>) {
        self.wrong = self.asking.read(&self.values(), scene.now).err().unwrap_or_default();
    }

    fn submit(&mut self, scene: &Scene<'_>) -> Outcome {
        let values = self.values();
        let read = match &self.asking.rows {
            None => self.asking.read(&values, scene.now).map(|change| match self.asking.kept {
                Some(id) => Wish::PlanKept(id, Box::new(change)),
                None => Wish::Plan(Box::new(change)),
            }),
            Some(_) => {
                self.asking.read_rows(&values, scene.now).map(|rows| Wish::PlanRows(self.asking.spec.name, rows))
            }
        };
        match read {
            Ok(wish) => {
                self.wrong.clear();
                Outcome::Wish(wish)
            }
            Err(wrong) => {
                self.refuse(wrong);
                Outcome::Stay
            }
        }
    }

    /// Lines of the form, and below it of what would be written to the customer.
    fn lines(&self, width: u16, scene: &Scene<'_>) -> (u16, u16) {
        let form = Form { fields: &self.fields(scene), state: &self.form }.height(width) as u16;
        let written = self.asking.preview(&self.values(), scene.now);
        let written = written.map(|pieces| preview_lines(&pieces, width).len() + PREVIEW_HEAD);
        (form, written.and_then(|lines| u16::try_from(lines).ok()).unwrap_or(0))
    }

    /// What is said above the form: whom and what it is about, what the change does or what is wrong with something that no
    /// field asks, and why it cannot be had now.
    fn above(&self, width: u16, scene: &Scene<'_>) -> Vec<(String, Role)> {
        let Asking { spec, who, told, rows, asked, .. } = &self.asking;
        let of_one = rows.is_none().then(|| who.number.to_string());
        let told = told.iter().map(|(.., says)| scene.words.phrase(says, scene.revealed)).filter(|it| !it.is_empty());
        let about: Vec<String> = of_one.into_iter().chain(told).collect();
        let asks = |name: &str| asked.iter().enumerate().any(|(at, it)| it.field.name == name && !self.is_hidden(at));
        let said = match self.wrong.iter().find(|it| !asks(it.field)) {
            Some(wrong) => (scene.words.phrase(&wrong.why, scene.revealed), Role::Critical),
            None => (scene.words.say(&format!("verb-{}-help", spec.name)).into_owned(), Role::Dim),
        };
        let mut lines = vec![(about.join(" · "), Role::Heading)];
        for (words, role) in [said, (self.shut_out.clone(), Role::Critical)] {
            let wrapped = text::wrap(&words, usize::from(width)).filter(|line| !line.is_empty());
            lines.extend(wrapped.map(|line| (line.to_owned(), role)));
        }
        lines
    }

    /// Lines above the form, with the blank one.
    fn head(&self, width: u16, scene: &Scene<'_>) -> u16 {
        u16::try_from(self.above(width, scene).len()).unwrap_or(u16::MAX).saturating_add(1)
    }

    /// Room for the whole form, as far as the screen has it.
    fn area(&self, screen: Rect, scene: &Scene<'_>) -> Rect {
        let inner = Panel::inner(overlay::centred(screen, WIDTH, u16::MAX));
        let (form, written) = self.lines(inner.width, scene);
        // Frame, head, a blank, the keys; a line to spare, so that a message does not make the frame jump.
        overlay::centred(screen, WIDTH, form + written + self.head(inner.width, scene) + 5)
    }

    /// Head, form, what would be written, keys. The form comes first where there is little room.
    fn parts(&self, inner: Rect, scene: &Scene<'_>) -> (Rect, Rect, Rect, Rect) {
        let (lines, written) = self.lines(inner.width, scene);
        let rows = self.head(inner.width, scene);
        let head = Rect { height: rows.min(inner.height), ..inner };
        let keys = Rect { y: inner.bottom().saturating_sub(1), height: inner.height.min(1), ..inner };
        let room = inner.height.saturating_sub(rows + 1);
        let height = if written == 0 { room } else { room.min(lines + 1) };
        let form = Rect { y: head.bottom(), height, ..inner };
        let preview = Rect { y: form.bottom(), height: room - height, ..inner };
        (head, form, preview, keys)
    }

    /// Turns the language of what is written to the customer: English and Japanese, or both at once.
    fn turn_language(&mut self, both: bool, scene: &Scene<'_>) -> bool {
        let at = self.asking.asked.iter().position(|asked| asked.field.name == LANGUAGE);
        let Some((at, asked)) = at.and_then(|at| Some((at, self.asking.asked.get(at)?))) else { return false };
        let now = self.values().get(LANGUAGE).cloned().unwrap_or_default();
        let english = now == "en" || now == "theirs" && self.asking.theirs == Some(Tongue::English);
        let to = match (both, english) {
            (true, _) => "both",
            (false, true) => "ja",
            (false, false) => "en",
        };
        if let Some(value) = self.form.values.get_mut(at) {
            fill(asked, value, to);
        }
        self.judge(scene);
        true
    }

    /// Fills in, goes on or leaves it.
    pub fn input(&mut self, input: &Input, screen: Rect, scene: &Scene<'_>) -> Outcome {
        let (_, area, ..) = self.parts(Panel::inner(self.area(screen, scene)), scene);
        let fields = self.fields(scene);
        let before = self.form.focus;
        if matches!(input, Input::Key(_) | Input::Paste(_)) {
            self.shut_out.clear();
        }
        match input {
            Input::Key(press) => match in_form(*press, scene) {
                Some(Over::Submit) if !press.repeat => return self.submit(scene),
                _ if press.key == Key::Tab && self.turn_language(false, scene) => return Outcome::Stay,
                Some(Over::BothLanguages) if self.turn_language(true, scene) => return Outcome::Stay,
                Some(Over::PreviousField) => self.form.go(Move::By(-1), &fields, area),
                Some(Over::NextField) => self.form.go(Move::By(1), &fields, area),
                _ => self.key(*press, scene),
            },
            Input::Paste(text) => {
                let field = self.asking.asked.get(self.form.focus).map(|it| it.field.name);
                if field == Some(ITEMS) {
                    let items: Vec<&str> = text.split(['\r', '\n']).filter(|it| !it.trim().is_empty()).collect();
                    self.form.paste(&items.join("; "));
                } else {
                    self.form.paste(text);
                }
            }
            Input::Mouse(mouse) if mouse.kind == MouseKind::Click => {
                self.form.click(Position::new(mouse.x, mouse.y), &fields, area);
            }
            Input::Mouse(_) | Input::Resize { .. } | Input::Focus(_) => {}
        }
        if self.form.focus != before
            && let Some(judged) = self.judged.get_mut(before)
        {
            *judged = true;
        }
        self.choose_fields(scene.now);
        self.judge(scene);
        Outcome::Stay
    }

    fn key(&mut self, press: KeyPress, scene: &Scene<'_>) {
        let ticking = matches!(self.form.values.get(self.form.focus), Some(Value::Check(_)));
        // Its number ticks one of several without going there.
        if let Key::Char(c @ '1'..='9') = press.key
            && ticking
        {
            let at = self.ticks().nth(c as usize - '1' as usize);
            if let Some(Value::Check(yes)) = at.and_then(|at| self.form.values.get_mut(at)) {
                *yes = !*yes;
            }
            return;
        }
        let options = self.asking.asked.get(self.form.focus).map(|it| it.options.as_slice()).unwrap_or_default();
        in_field::key(&mut self.form, options, press, scene);
    }

    /// The fields that are ticked, where there are several.
    fn ticks(&self) -> impl Iterator<Item = usize> {
        let tick = |(at, value): (usize, &Value)| matches!(value, Value::Check(_)).then_some(at);
        let all: Vec<usize> = self.form.values.iter().enumerate().filter_map(tick).collect();
        (all.len() > 1).then_some(all).into_iter().flatten()
    }

    fn fields<'a>(&self, scene: &Scene<'a>) -> Vec<FormField<'a>> {
        let of = |(at, asked): (usize, &Asked)| {
            let name = asked.field.name;
            let mut label = scene.words.say(&format!("field-{name}")).into_owned();
            if let Some(n) = self.ticks().position(|tick| tick == at) {
                label = format!("{} {label}", n + 1);
            }
            if asked.field.need == Need::Required {
                label.push_str(" *");
            }
            let typed = self.form.text(at);
            let complete = asked.field.kind == FieldKind::Eid && digits(typed) >= 32;
            let wrong = self.wrong.iter().find(|it| it.field == name).filter(|_| self.judged[at] || complete);
            let error = wrong.map(|it| scene.words.phrase(&it.why, scene.revealed)).unwrap_or_default();
            let options = asked.options.iter().map(|(_, says)| scene.words.phrase(says, scene.revealed).into());
            FormField::new(label)
                .options(options.collect())
                .help(self.help(asked, typed, scene))
                .error(error)
                .hidden(self.is_hidden(at))
        };
        self.asking.asked.iter().enumerate().map(of).collect()
    }

    /// What a field is for; under a template's code that is still to be typed, which there are.
    fn help(&self, asked: &Asked, typed: &str, scene: &Scene<'_>) -> String {
        if asked.field.kind != FieldKind::OneOf(Source::ReplyTemplates) {
            return help(asked, typed, scene);
        }
        let templates = &self.asking.office.templates;
        if templates.find(typed.trim()).is_some() {
            return String::new();
        }
        let codes: Vec<&str> = templates.0.iter().map(|it| it.code.as_str()).collect();
        scene.with("change-help-template", &[("words", locale::Value::Text(&codes.join(", ")))])
    }

    /// Draws it. Returns where the terminal's cursor belongs.
    pub fn view(&self, screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) -> Option<Position> {
        let theme = scene.theme;
        let area = self.area(screen, scene);
        let title = scene.words.say(&format!("verb-{}", self.asking.spec.name)).into_owned();
        let inner = frame(&title, screen, area.width, area.height, buf, scene);
        let (head, form, preview, keys) = self.parts(inner, scene);
        for ((words, role), y) in self.above(head.width, scene).iter().zip(head.y..head.bottom()) {
            text::put_fit(buf, head.x, y, head.width, words, theme.style(*role), theme.glyphs.ellipsis);
        }
        let writes = self.asking.asked.iter().any(|asked| asked.field.name == LANGUAGE);
        let keys_words = match (self.restored, writes) {
            (false, false) => "change-keys",
            (true, false) => "change-keys-restored",
            (false, true) => "change-keys-language",
            (true, true) => "change-keys-language-restored",
        };
        text::put_fit(
            buf,
            keys.x,
            keys.y,
            keys.width,
            &scene.say_keyed(keys_words),
            theme.style(Role::Dim),
            theme.glyphs.ellipsis,
        );
        if let Some(pieces) = self.asking.preview(&self.values(), scene.now) {
            draw_preview(&pieces, preview, buf, scene);
        }
        Form { fields: &self.fields(scene), state: &self.form }.render(form, buf, theme)
    }
}

/// A text to the customer in lines of this width, each in parts: what is said, and gaps that nothing fills.
fn preview_lines(pieces: &[Piece], width: u16) -> Vec<Vec<(String, bool)>> {
    // An open gap is one word while lines are broken.
    let written = |piece: &Piece| match piece {
        Piece::Said(said) => said.clone(),
        Piece::Open(gap) => format!("{{{gap}}}"),
    };
    let text: String = pieces.iter().map(written).collect();
    let open: Vec<String> = pieces.iter().filter(|it| matches!(it, Piece::Open(_))).map(written).collect();
    let parts = |line: &str| {
        let mut parts = Vec::new();
        let mut rest = line;
        while let Some((at, gap)) = open.iter().filter_map(|gap| Some((rest.find(gap.as_str())?, gap))).min() {
            parts.push((rest[..at].to_owned(), false));
            parts.push((gap.clone(), true));
            rest = &rest[at + gap.len()..];
        }
        parts.push((rest.to_owned(), false));
        parts
    };
    text::wrap(&text, usize::from(width)).map(parts).collect()
}

/// What would be written to the customer. A gap that nothing fills stands out, and is named: it cannot be sent so.
fn draw_preview(pieces: &[Piece], area: Rect, buf: &mut Buffer, scene: &Scene<'_>) {
    if area.height < 2 {
        return;
    }
    let theme = scene.theme;
    let mut open: Vec<String> = Vec::new();
    for piece in pieces {
        if let Piece::Open(gap) = piece {
            let name = scene.words.say(&format!("open-gap-{gap}")).into_owned();
            if !open.contains(&name) {
                open.push(name);
            }
        }
    }
    let (words, role) = if open.is_empty() {
        (scene.say("change-preview").into_owned(), Role::Heading)
    } else {
        let gaps = open.join(&*scene.say("change-preview-and"));
        (scene.with("change-preview-open", &[("gaps", locale::Value::Text(&gaps))]), Role::Critical)
    };
    text::put_fit(buf, area.x, area.y, area.width, &words, theme.style(role), theme.glyphs.ellipsis);
    let lines = preview_lines(pieces, area.width);
    let room = usize::from(area.height - 1);
    for (line, y) in lines.iter().take(room).zip(area.y + 1..) {
        let mut x = area.x;
        for (part, open) in line {
            let style = theme.style(if *open { Role::Critical } else { Role::Text });
            text::put_fit(buf, x, y, area.right().saturating_sub(x), part, style, theme.glyphs.ellipsis);
            x = x.saturating_add(text::width(part) as u16).min(area.right());
        }
    }
}

/// A field as it is before anything is typed: its default.
fn blank(asked: &Asked) -> Value {
    let default = match (&asked.start, asked.field.need) {
        (Some(value), _) => value,
        (None, Need::Default(value)) => value,
        (None, Need::Required | Need::Optional) => "",
    };
    let mut value = if !asked.options.is_empty() {
        Value::Choice { at: 0, of: asked.options.len() }
    } else if asked.field.kind == FieldKind::Flag {
        Value::Check(false)
    } else {
        Value::Text(TextInput::default())
    };
    match &mut value {
        Value::Text(input) => *input = TextInput::suggesting(default),
        _ if default.is_empty() => {}
        value => fill(asked, value, default),
    }
    value
}

fn fill(asked: &Asked, value: &mut Value, typed: &str) {
    match value {
        Value::Text(input) => *input = TextInput::new(typed),
        Value::Choice { at, .. } => *at = asked.options.iter().position(|(word, _)| word == typed).unwrap_or(*at),
        Value::Check(yes) => *yes = matches!(typed, "yes" | "true" | "1"),
    }
}

fn digits(typed: &str) -> usize {
    typed.chars().filter(char::is_ascii_digit).count()
}

/// What a field is for, or what is made of what was typed.
fn help(asked: &Asked, typed: &str, scene: &Scene<'_>) -> String {
    let words = |key: &'static str| scene.say(key).into_owned();
    match asked.field.kind {
        FieldKind::Eid if !typed.is_empty() => {
            // Read back to the caller while it is typed, in groups, with how many are missing.
            let grouped = sim::grouped(typed);
            let values = [("typed", locale::Value::Text(&grouped)), ("n", locale::Value::Number(digits(typed) as i64))];
            scene.with("change-help-eid-typed", &values)
        }
        FieldKind::Eid => words("change-help-eid"),
        FieldKind::Date if asked.field.need == Need::Default("month-end") => words("change-help-end"),
        FieldKind::Date if asked.field.need == Need::Default("next-month") => words("change-help-effective"),
        FieldKind::Date => words("change-help-date"),
        FieldKind::Moment => words("change-help-moment"),
        FieldKind::Yen => words("change-help-yen"),
        FieldKind::OneOf(Source::Catalogue) if asked.options.is_empty() => words("change-help-catalogue"),
        FieldKind::OneOf(Source::EmailTemplates) if asked.options.is_empty() => words("change-help-email-template"),
        _ if asked.options.len() > 1 => words("change-help-choice"),
        _ => String::new(),
    }
}
