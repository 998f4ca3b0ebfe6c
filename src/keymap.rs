//! Which key means which action: from the one action table, a preset, and what the configuration says over both.

mod chord;
mod conflict;
mod preset;
#[cfg(test)]
mod tests;

use crate::domain::nearest;
use crate::flow::{Action, ActionSpec, Key, KeyPress, Layer, Modifiers, Over, bindable};

pub use chord::{Chords, MOST, label, parse, types_text};
pub use conflict::{Fight, Rival};
pub use preset::Preset;

/// Keys and what they mean, most specific layer first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    bindings: Vec<Binding>,
    counts: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Binding {
    layer: Layer,
    keys: Chords,
    /// The keys as people write them. Every frame says a dozen of them, so they are written once.
    written: String,
    action: Action,
}

impl Binding {
    fn new(layer: Layer, keys: Chords, action: Action) -> Self {
        Self { layer, keys, written: keys.label(), action }
    }
}

/// What keys mean so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// This is to be done.
    Action(Action),
    /// More has to follow.
    Begun,
    /// Nothing.
    Nothing,
}

/// What a configuration says of the keys of one action.
#[derive(Debug, Clone, Copy)]
pub struct Rebinding<'a> {
    /// The table it stands in.
    pub layer: &'a str,
    /// The action's name.
    pub action: &'a str,
    /// Its keys from now on; none takes them away.
    pub keys: &'a [String],
}

/// Why keys cannot be as configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongKeys {
    /// The table.
    pub layer: String,
    /// The action.
    pub action: String,
    /// What is wrong, and what would be right.
    pub why: String,
}

impl Default for Keymap {
    fn default() -> Self {
        Self::of(Preset::Plain)
    }
}

impl Keymap {
    /// The keys of a preset.
    pub fn of(preset: Preset) -> Self {
        let bindings = bindable().flat_map(|spec| {
            let keys = preset.keys(&spec).iter().filter_map(|written| Chords::read(written).ok());
            keys.map(move |keys| Binding::new(spec.layer, keys, spec.action))
        });
        Self { bindings: bindings.collect(), counts: preset.counts() }
    }

    /// The keys of a preset, with others for some actions.
    ///
    /// # Errors
    /// The first that cannot be, and why.
    pub fn new(preset: Preset, changes: &[Rebinding<'_>]) -> Result<Self, WrongKeys> {
        let mut map = Self::of(preset);
        let mut changed = Vec::new();
        for it in changes {
            let wrong = |why: String| WrongKeys { layer: it.layer.to_owned(), action: it.action.to_owned(), why };
            let spec = named(it).map_err(wrong)?;
            let mut keys =
                it.keys.iter().map(|written| Chords::read(written)).collect::<Result<Vec<_>, _>>().map_err(wrong)?;
            if let Some(why) = keys.iter().find_map(|keys| conflict::out_of_place(keys, spec.layer)) {
                return Err(wrong(why));
            }
            // Whatever lies over the screen, Esc leads out of it.
            let esc = Chords::from(KeyPress::plain(Key::Esc));
            if spec.action == Action::Over(Over::Leave) && !keys.contains(&esc) {
                keys.push(esc);
            }
            map.rebind(&spec, &keys);
            changed.push((it, spec));
        }
        for (it, spec) in changed {
            let wrong = |why: String| WrongKeys { layer: it.layer.to_owned(), action: it.action.to_owned(), why };
            if spec.action == Action::Quit && !map.can_be_left() {
                return Err(wrong(
                    "nobody could leave the desk while they type: keep ctrl-q, or another key that types nothing"
                        .to_owned(),
                ));
            }
            if let Some(why) = map.against(spec.action, spec.layer, preset) {
                return Err(wrong(why));
            }
        }
        Ok(map)
    }

    /// Gives an action these keys, where its first one was.
    fn rebind(&mut self, spec: &ActionSpec, keys: &[Chords]) {
        let of_it = |it: &Binding| it.action == spec.action;
        let at = self.bindings.iter().position(of_it).unwrap_or(self.bindings.len());
        self.bindings.retain(|it| !of_it(it));
        let new = keys.iter().map(|keys| Binding::new(spec.layer, *keys, spec.action));
        self.bindings.splice(at..at, new);
    }

    /// Leaving has a key that works everywhere, whatever lies over the screen and whoever types.
    fn can_be_left(&self) -> bool {
        let leaves = |press: &KeyPress| press.modifiers.ctrl || press.modifiers.alt || matches!(press.key, Key::F(_));
        let of_quit = self.bindings.iter().filter(|it| it.action == Action::Quit);
        of_quit.map(|it| it.keys.presses()).any(|keys| matches!(keys, [one] if leaves(one) && !types_text(*one)))
    }

    /// What these keys mean where these layers are active; the first layer that knows them decides.
    pub fn meaning(&self, keys: &Chords, layers: &[Layer]) -> Meaning {
        let of_layer = |layer: &Layer| {
            let mut begun = None;
            for it in self.bindings.iter().filter(|it| it.layer == *layer) {
                if it.keys == *keys {
                    return Some(Meaning::Action(it.action));
                }
                if keys.begins(&it.keys) {
                    begun = Some(Meaning::Begun);
                }
            }
            begun
        };
        layers.iter().find_map(of_layer).unwrap_or(Meaning::Nothing)
    }

    /// What a key alone means where these layers are active.
    pub fn action(&self, press: KeyPress, layers: &[Layer]) -> Option<Action> {
        match self.meaning(&press.into(), layers) {
            Meaning::Action(action) => Some(action),
            Meaning::Begun | Meaning::Nothing => None,
        }
    }

    /// What may follow on keys that were begun: each key once, and the action it comes to; `None` where still more follow.
    pub fn following(&self, begun: &Chords, layers: &[Layer]) -> Vec<(KeyPress, Option<Action>)> {
        let mut found: Vec<(KeyPress, Option<Action>)> = Vec::new();
        for layer in layers {
            for it in self.bindings.iter().filter(|it| it.layer == *layer) {
                if let Some(press) = it.keys.after(begun)
                    && !found.iter().any(|(known, _)| *known == press)
                {
                    found.push((press, (begun.then(press) == it.keys).then_some(it.action)));
                }
            }
        }
        found
    }

    /// What a key is in something that lies over the screen: its own action, one of all overlays, or one of the desk.
    pub fn over(&self, press: KeyPress, layer: Layer) -> Option<Action> {
        self.action(press, &[layer, Layer::Overlay, Layer::Customer, Layer::Records, Layer::Desk])
    }

    /// The first key of an action by its table's name and its own, as `outbox.edit`; empty when it has none, `None` where
    /// there is no such action.
    pub fn label_of(&self, name: &str) -> Option<&str> {
        let (layer, name) = name.split_once('.')?;
        let spec = bindable().find(|spec| spec.layer.name() == layer && spec.name == name)?;
        Some(self.label(spec.action))
    }

    /// Digits say how often what follows is done.
    pub const fn counts(&self) -> bool {
        self.counts
    }

    /// The first key of an action as people write it, e.g. `Ctrl-P`; empty when it has none.
    pub fn label(&self, action: Action) -> &str {
        self.of_action(action).next().map(|it| it.written.as_str()).unwrap_or_default()
    }

    /// The first key of an action that works while somebody types; empty when it has none.
    pub fn label_while_typing(&self, action: Action) -> &str {
        let types = |it: &Binding| it.keys.presses().first().is_some_and(|press| types_text(*press));
        self.of_action(action).find(|it| !types(it)).map(|it| it.written.as_str()).unwrap_or_default()
    }

    /// The keys from one action's to another's, of actions that stand in a row: `1-6`, `g 1-6`. Both where they have
    /// nothing in common, empty where one has none.
    pub fn label_between(&self, first: Action, last: Action) -> String {
        let (first, last) = (self.label(first), self.label(last));
        if first.is_empty() || last.is_empty() {
            return String::new();
        }
        let stem = |label: &str| label.char_indices().last().map_or(0, |(at, _)| at);
        let (at, same) = (stem(last), first.get(..stem(first)) == last.get(..stem(last)));
        if same { format!("{first}-{}", &last[at..]) } else { format!("{first} {last}") }
    }

    /// All keys of an action as people write them, where these layers are active. A key that a more specific layer took
    /// comes to the action when it is pressed again: in a list `/` filters, and `/ /` goes to the search. One that a change
    /// took is not the action's there.
    pub fn labels(&self, action: Action, layers: &[Layer]) -> Vec<String> {
        let written = self.of_action(action).filter_map(|it| {
            let label = &it.written;
            match self.meaning(&it.keys, layers) {
                Meaning::Action(first) if first == action => Some(label.clone()),
                Meaning::Nothing => Some(label.clone()),
                Meaning::Action(Action::Change(_)) | Meaning::Begun => None,
                Meaning::Action(_) => Some(format!("{label} {label}")),
            }
        });
        written.collect()
    }

    fn of_action(&self, action: Action) -> impl Iterator<Item = &Binding> {
        self.bindings.iter().filter(move |it| it.action == action)
    }
}

/// The digit a key is.
pub fn digit(press: KeyPress) -> Option<u32> {
    match press.key {
        Key::Char(c) if press.modifiers == Modifiers::NONE => c.to_digit(10),
        _ => None,
    }
}

/// The action a configuration names, in the table it stands in.
fn named(it: &Rebinding<'_>) -> Result<ActionSpec, String> {
    let of_layer = || bindable().filter(|spec| spec.layer.name() == it.layer);
    if let Some(spec) = of_layer().find(|spec| spec.name == it.action) {
        return Ok(spec);
    }
    // Known elsewhere is a likelier mistake than misspelled.
    if let Some(spec) = bindable().find(|spec| spec.name == it.action) {
        return Err(format!("\"{}\" stands in [keys.{}]", it.action, spec.layer.name()));
    }
    let names: Vec<&str> = of_layer().map(|spec| spec.name).collect();
    // This table's first: of two that are as near it has the likelier one.
    let all: Vec<&str> = names.iter().copied().chain(bindable().map(|spec| spec.name)).collect();
    match nearest::of(it.action, &all) {
        Some(near) if !names.contains(&near) => {
            let layer = bindable().find(|spec| spec.name == near).map_or("", |spec| spec.layer.name());
            Err(format!("\"{}\" is no action (did you mean \"{near}\" of [keys.{layer}]?)", it.action))
        }
        _ => Err(nearest::instead(it.action, &names)),
    }
}

/// What the table calls an action of a layer.
fn name_of(action: Action, layer: Layer) -> &'static str {
    bindable().find(|spec| spec.action == action && spec.layer == layer).map_or("", |spec| spec.name)
}
