//! The presets have no conflict and fight nobody; a configuration's keys are taken or refused with a reason.

use super::*;
use crate::domain::change::Part;

const PARTS: [Part; 6] = [Part::Customer, Part::Service, Part::Billing, Part::Order, Part::Sim, Part::Support];
const GENERAL: [Layer; 4] = [Layer::Records, Layer::Details, Layer::Customer, Layer::Desk];
const PRESETS: [Preset; 2] = [Preset::Plain, Preset::Vim];

fn new(preset: Preset, changes: &[(&str, &str, &[&str])]) -> Result<Keymap, WrongKeys> {
    let keys: Vec<Vec<String>> =
        changes.iter().map(|(.., keys)| keys.iter().map(|&key| key.to_owned()).collect()).collect();
    let changes: Vec<Rebinding<'_>> =
        changes.iter().zip(&keys).map(|((layer, action, _), keys)| Rebinding { layer, action, keys }).collect();
    Keymap::new(preset, &changes)
}

fn chords(written: &str) -> Chords {
    Chords::read(written).unwrap()
}

#[test]
fn every_default_key_can_be_read() {
    for preset in PRESETS {
        for spec in bindable() {
            for written in preset.keys(&spec) {
                assert!(Chords::read(written).is_ok(), "{}: {:?}", spec.name, Chords::read(written));
            }
        }
    }
}

#[test]
fn the_presets_have_no_conflict_and_fight_nobody() {
    for preset in PRESETS {
        let map = Keymap::of(preset);
        for spec in bindable() {
            assert_eq!(map.against(spec.action, spec.layer, preset), None, "{} in {preset:?}", spec.name);
        }
        assert_eq!(map.fights(), [], "{preset:?}");
        assert!(map.can_be_left());
    }
}

#[test]
fn a_change_takes_no_key_of_the_desk() {
    for preset in PRESETS {
        let keys = Keymap::of(preset);
        for part in PARTS {
            let mut layers = vec![Layer::Changes(part)];
            layers.extend(GENERAL);
            for spec in bindable().filter(|spec| GENERAL.contains(&spec.layer)) {
                let own = keys.labels(spec.action, &GENERAL);
                assert_eq!(keys.labels(spec.action, &layers), own, "{} on {part:?}", spec.name);
            }
        }
    }
}

#[test]
fn every_action_stands_once() {
    for spec in bindable() {
        let same = bindable().filter(|s| s.action == spec.action || (s.layer, s.name) == (spec.layer, spec.name));
        assert_eq!(same.count(), 1, "{}", spec.name);
    }
}

#[test]
fn an_action_takes_other_keys_or_none() {
    let map = new(Preset::Plain, &[("desk", "search", &["ctrl-f", "; s"]), ("sim", "top-up", &[])]).unwrap();
    assert_eq!(map.label(Action::Search), "Ctrl-F");
    assert_eq!(map.labels(Action::Search, &GENERAL), ["Ctrl-F", "; s"].map(String::from));
    assert_eq!(map.meaning(&chords("/"), &[Layer::Desk]), Meaning::Nothing);
    assert_eq!(map.label(Action::Change("top-up")), "");
    assert_eq!(map.meaning(&chords("t"), &[Layer::Changes(Part::Sim), Layer::Desk]), Meaning::Nothing);
    assert_eq!(map.label_while_typing(Action::Quit), "Ctrl-Q");
}

#[test]
fn keys_one_after_the_other_come_to_their_action() {
    let map = Keymap::of(Preset::Vim);
    let layers = [Layer::Customer, Layer::Desk];
    assert_eq!(map.meaning(&chords("g"), &layers), Meaning::Begun);
    assert_eq!(map.meaning(&chords("g g"), &layers), Meaning::Action(Action::First));
    assert_eq!(map.meaning(&chords("g t"), &layers), Meaning::Action(Action::NextTab));
    assert_eq!(map.meaning(&chords("g t"), &[Layer::Desk]), Meaning::Nothing, "no customer is open");
    assert_eq!(map.meaning(&chords("g x"), &layers), Meaning::Nothing);
    let following = map.following(&chords("g"), &layers);
    assert_eq!(following.len(), 9, "six tabs, two neighbours, the first row: {following:?}");
    assert!(following.contains(&(parse("g").unwrap(), Some(Action::First))));
    assert_eq!(map.following(&chords("g"), &[Layer::Desk]), [(parse("g").unwrap(), Some(Action::First))]);
    assert_eq!(
        map.label_between(Action::Tab(crate::flow::Tab::Dashboard), Action::Tab(crate::flow::Tab::Support)),
        "g 1-6"
    );
}

#[test]
fn what_cannot_be_is_refused_where_it_stands() {
    for (preset, changes, action, says) in [
        (Preset::Plain, &[("desk", "serach", &["x"][..])][..], "serach", &["\"search\"?"][..]),
        (Preset::Plain, &[("desk", "filter", &["x"])], "filter", &["[keys.records]"]),
        (Preset::Plain, &[("desk", "top-upp", &["x"])], "top-upp", &["\"top-up\"", "[keys.sim]"]),
        (Preset::Plain, &[("desk", "search", &["ctrl-i"])], "search", &["it is tab"]),
        (Preset::Plain, &[("desk", "search", &["b"])], "search", &["b is desk.board already"]),
        (Preset::Plain, &[("desk", "search", &["s"])], "search", &["s is records.sort-next already"]),
        (Preset::Plain, &[("desk", "search", &["g g"])], "search", &["begins with g", "desk.first"]),
        (Preset::Vim, &[("desk", "search", &["g"])], "search", &["g is the beginning of g"]),
        (Preset::Plain, &[("desk", "search", &["Q", "Q y"])], "search", &["Q is the beginning of Q y"]),
        (Preset::Vim, &[("desk", "search", &["5"])], "search", &["how often"]),
        (Preset::Plain, &[("form", "submit", &["f3", "s"])], "submit", &["s types or edits text there"]),
        (Preset::Plain, &[("outbox", "edit", &["g e"])], "edit", &["single keys"]),
        (Preset::Plain, &[("outbox", "edit", &["c"])], "edit", &["c is outbox.drop already"]),
        (Preset::Plain, &[("outbox", "edit", &["j"])], "edit", &["j is desk.down already"]),
        (Preset::Plain, &[("confirm", "confirm", &["enter"])], "confirm", &["Enter is desk.open already"]),
        (Preset::Plain, &[("desk", "quit", &[])], "quit", &["ctrl-q"]),
        (Preset::Plain, &[("desk", "quit", &["q", "x x"])], "quit", &["ctrl-q"]),
    ] {
        let error = new(preset, changes).unwrap_err();
        assert_eq!(error.action, action);
        for word in says {
            assert!(error.why.contains(word), "{:?} should name {word}", error.why);
        }
    }
}

#[test]
fn what_does_not_meet_may_share_a_key() {
    let swapped = [("desk", "search", &["b"][..]), ("desk", "board", &["/"])];
    assert!(new(Preset::Plain, &swapped).is_err(), "the board is not what a list's / is shared with");
    let swapped = [("desk", "board", &["Q"][..]), ("desk", "search", &["b"])];
    assert!(new(Preset::Plain, &swapped).is_ok());
    let both = [("records", "filter", &["ctrl-f"][..]), ("desk", "search", &["ctrl-f"])];
    assert!(new(Preset::Plain, &both).is_ok(), "a filter comes before the search, as by default");
    let tabs = [("sim", "top-up", &["f7"][..]), ("billing", "capture", &["f7"])];
    assert!(new(Preset::Plain, &tabs).is_ok(), "two tabs are never open together");
    assert!(new(Preset::Plain, &[("outbox", "edit", &["b"])]).is_ok(), "the board is not reached from the outbox");
    assert!(new(Preset::Plain, &[("centre", "done", &["e"])]).is_ok(), "nor the outbox from the centre");
    assert!(new(Preset::Plain, &[("desk", "quit", &["f10"])]).is_ok());
    assert!(new(Preset::Vim, &[("desk", "banner", &["0"])]).is_ok(), "a count never begins with 0");
}

#[test]
fn keys_that_others_take_first_are_told() {
    let map = new(
        Preset::Plain,
        &[("desk", "search", &["ctrl-b"]), ("desk", "board", &["ctrl-a"]), ("desk", "help", &["f1", "space ctrl-\\"])],
    );
    // Space is a list's own key.
    assert_eq!(
        map.unwrap_err().why,
        "Space Ctrl-\\ begins with Space, which is records.mark, and would never be reached"
    );
    let map = new(
        Preset::Plain,
        &[("desk", "search", &["ctrl-b"]), ("desk", "board", &["ctrl-a"]), ("desk", "help", &["f1", "Q ctrl-\\"])],
    );
    let fights: Vec<(String, Rival)> = map.unwrap().fights().into_iter().map(|it| (it.action, it.rival)).collect();
    let expected = [("desk.search", Rival::Tmux), ("desk.board", Rival::Screen), ("desk.help", Rival::InputMethod)];
    assert_eq!(fights, expected.map(|(action, rival)| (action.to_owned(), rival)));
}

#[test]
fn esc_leads_out_of_whatever_lies_over_the_screen() {
    let esc = KeyPress::plain(Key::Esc);
    for keys in [&[][..], &["f12"]] {
        let map = new(Preset::Plain, &[("overlay", "leave", keys), ("desk", "back", &[])]).unwrap();
        assert_eq!(map.over(esc, Layer::Outbox), Some(Action::Over(Over::Leave)));
    }
}
