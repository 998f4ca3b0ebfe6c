use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;

fn decode(bytes: &[u8]) -> Vec<Input> {
    let mut decoder = Decoder::default();
    let mut inputs = Vec::new();
    decoder.feed(bytes, &mut inputs);
    decoder.decide(&mut inputs);
    inputs
}

fn plain_key(code: Key) -> Input {
    Input::Key(KeyPress::plain(code))
}

fn with(code: Key, modifiers: Modifiers) -> Input {
    key(code, modifiers)
}

const ALT: Modifiers = Modifiers { alt: true, ..Modifiers::NONE };
const CTRL: Modifiers = Modifiers { ctrl: true, ..Modifiers::NONE };

#[test]
fn keys_of_the_common_terminals() {
    for (bytes, want) in [
        (&b"a"[..], plain_key(Key::Char('a'))),
        (b"A", plain_key(Key::Char('A'))),
        ("\u{7530}".as_bytes(), plain_key(Key::Char('田'))),
        (b"\r", plain_key(Key::Enter)),
        (b"\x7f", plain_key(Key::Backspace)),
        (b"\x08", plain_key(Key::Backspace)),
        (b"\x1b", plain_key(Key::Esc)),
        (b"\x03", Input::Key(KeyPress::ctrl('c'))),
        (b"\x10", Input::Key(KeyPress::ctrl('p'))),
        (b"\0", Input::Key(KeyPress::ctrl(' '))),
        (b"\x1f", Input::Key(KeyPress::ctrl('_'))),
        (b"\x1bx", with(Key::Char('x'), ALT)),
        (b"\x1b\r", with(Key::Enter, ALT)),
        (b"\x1b[", with(Key::Char('['), ALT)),
        (b"\x1b]", with(Key::Char(']'), ALT)),
        (b"\x1bO", with(Key::Char('O'), ALT)),
        (b"\x1bP", with(Key::Char('P'), ALT)),
        (b"\x1b_", with(Key::Char('_'), ALT)),
        (b"\x1b[A", plain_key(Key::Up)),
        (b"\x1bOB", plain_key(Key::Down)),
        (b"\x1b[1;5C", with(Key::Right, CTRL)),
        (b"\x1b[Z", plain_key(Key::BackTab)),
        (b"\x1b\t", plain_key(Key::BackTab)),
        (b"\x1b[5~", plain_key(Key::PageUp)),
        (b"\x1b[3;5~", with(Key::Delete, CTRL)),
        (b"\x1bOP", plain_key(Key::F(1))),
        (b"\x1b[[E", plain_key(Key::F(5))),
        (b"\x1b[15~", plain_key(Key::F(5))),
        (b"\x1b[24~", plain_key(Key::F(12))),
        (b"\x1b[97;5u", with(Key::Char('a'), CTRL)),
        (b"\x1b[97;2u", plain_key(Key::Char('A'))),
        (b"\x1b[27;2;9~", plain_key(Key::BackTab)),
        // With kitty's protocol.
        (b"\x1b[27u", plain_key(Key::Esc)),
        (b"\x1b[99;5u", Input::Key(KeyPress::ctrl('c'))),
        (b"\x1b[99;69u", Input::Key(KeyPress::ctrl('c'))), // with Caps Lock on
        (b"\x1b[120;3u", with(Key::Char('x'), ALT)),
        (b"\x1b[91;3u", with(Key::Char('['), ALT)),
        (b"\x1b[105;5u", plain_key(Key::Tab)),
        (b"\x1b[109;5u", plain_key(Key::Enter)),
        (b"\x1b[91;5u", plain_key(Key::Esc)),
        (b"\x1b[13;2u", plain_key(Key::Enter)),
        (b"\x1b[9;2u", plain_key(Key::BackTab)),
        (b"\x1b[32;5u", Input::Key(KeyPress::ctrl(' '))),
        (b"\x1b[P", plain_key(Key::F(1))),
        (b"\x1b[13~", plain_key(Key::F(3))),
        (b"\x1b[57376u", plain_key(Key::F(13))),
        (b"\x1b[57404u", plain_key(Key::Char('5'))),
        (b"\x1b[57414u", plain_key(Key::Enter)),
        (b"\x1b[57419;5u", with(Key::Up, CTRL)),
        (b"\x1b[128512u", plain_key(Key::Char('😀'))),
        (b"\x1b[97;1:2u", Input::Key(KeyPress { repeat: true, ..KeyPress::plain(Key::Char('a')) })),
        (b"\x1b[I", Input::Focus(true)),
        (b"\x1b[O", Input::Focus(false)),
        (b"\x1b[<0;10;5M", Input::Mouse(Mouse { kind: MouseKind::Click, x: 9, y: 4 })),
        (b"\x1b[<65;1;1M", Input::Mouse(Mouse { kind: MouseKind::WheelDown, x: 0, y: 0 })),
        (b"\x1b[200~a\r\nb\x1b[A\x1b[201~", Input::Paste("a\nb\x1b[A".into())),
    ] {
        assert_eq!(decode(bytes), [want], "{:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn what_nobody_asked_for_is_dropped_whole() {
    for bytes in [
        &b"\x1b[<0;10;5m"[..],
        b"\x1b[<35;10;5M",
        b"\x1b[<0;0;0M",
        b"\x1b[?62;22c",
        b"\x1b[97;1:3u",
        b"\x1b[97;9u",    // Super-A
        b"\x1b[57358u",   // Caps Lock
        b"\x1b[57441;2u", // Shift alone
        b"\x1b[1114112u", // no character
        b"\x1b[?1u",      // what a terminal would answer, had it been asked
        b"\x1b[<0;70000;5M",
        b"\x1b[M !!",
        b"\x1b[201~",
        b"\xff\xfe",
        b"\xc2\x9b",
        b"\x1b[99999999999999~",
        b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\",
        b"\x1b]11;rgb:ffff/ffff/ffff\x07",
        b"\x1b]4;1;rgb:1/2/3\x07",
        b"\x1b]52;c;",
        b"\x1bP>|XTerm(370)\x1b\\", // its name and version
        b"\x1bP>|XTerm(370)\x07",
        b"\x1bP1$r0 q\x1b\\", // a setting
        b"\x1bP0+r\x1b\\",
        b"\x1bP!|00000000\x1b\\",
        b"\x1b_Gi=31;OK\x1b\\", // a picture
        b"\x1b]lone\x1b\\",     // its title
        b"\x1b]Lone\x1b\\",
    ] {
        assert_eq!(decode(bytes), [], "{:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn the_background_is_heard_between_keys() {
    for (answer, ground) in [
        ("\x1b]11;rgb:ffff/ffff/ffff\x1b\\", Some(Ground::Light)),
        ("\x1b]11;rgb:ff/f/dddd\x07", Some(Ground::Light)),
        ("\x1b]11;rgba:1c1c/1c1c/1c1c/ffff\x1b\\", Some(Ground::Dark)),
        ("\x1b]11;rgb:12345/0/0\x1b\\", None),
        ("\x1b]11;rgb:/0/0\x1b\\", None),
        ("\x1b]11;rgb:f/f\x1b\\", None),
        ("\x1b]11;?\x1b\\", None),
        ("\x1b]10;rgb:ffff/ffff/ffff\x1b\\", None),
    ] {
        let (mut decoder, mut inputs) = (Decoder::default(), Vec::new());
        decoder.feed(format!("a{answer}\x1b[?62;22cb").as_bytes(), &mut inputs);
        assert_eq!(inputs, [plain_key(Key::Char('a')), plain_key(Key::Char('b'))], "{answer:?}");
        assert_eq!((decoder.ground(), decoder.answered()), (ground, true), "{answer:?}");
        assert_eq!(decoder.ground(), None);
    }
}

/// However slowly an answer drips in: no part of it was typed.
#[test]
fn an_answer_that_stalls_is_swallowed_to_its_end() {
    let answer = b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\";
    for cut in 3..answer.len() {
        let (mut decoder, mut inputs) = (Decoder::default(), Vec::new());
        decoder.feed(&answer[..cut], &mut inputs);
        decoder.decide(&mut inputs);
        decoder.feed(&answer[cut..], &mut inputs);
        decoder.feed(b"x", &mut inputs);
        assert_eq!(inputs, [plain_key(Key::Char('x'))], "{cut}");
    }
    // One that never ends gives the keys back.
    let (mut decoder, mut inputs) = (Decoder::default(), Vec::new());
    decoder.feed(b"\x1b]11;", &mut inputs);
    decoder.decide(&mut inputs);
    decoder.feed(b"\r", &mut inputs);
    assert_eq!(inputs, [plain_key(Key::Enter)]);
}

/// However long they are and however they come, words are not typed; what follows them is.
#[test]
fn long_words_are_passed_over_to_their_end() {
    for begin in ["\x1b]52;c;", "\x1bP1$r", "\x1b_Gi=1;"] {
        for end in ["\x1b\\", "\x07", "\x1b[A"] {
            let words = format!("{begin}{}{end}", "QUFB".repeat(2000));
            for cut in [words.len(), 4096, 300, 7] {
                let (mut decoder, mut inputs) = (Decoder::default(), Vec::new());
                for piece in words.as_bytes().chunks(cut) {
                    decoder.feed(piece, &mut inputs);
                    assert!(decoder.pending.len() <= LONGEST_ANSWER + 300, "{begin:?}");
                }
                decoder.feed(b"x", &mut inputs);
                let up = (end == "\x1b[A").then(|| plain_key(Key::Up));
                let want: Vec<Input> = up.into_iter().chain([plain_key(Key::Char('x'))]).collect();
                assert_eq!(inputs, want, "{begin:?} {end:?} in pieces of {cut}");
                assert!(decoder.patience().is_none());
            }
        }
    }
}

/// Keys never die with an end that was lost: silence gives them back, and so does too much of it.
#[test]
fn words_that_never_end_give_the_keys_back() {
    let (mut decoder, mut inputs) = (Decoder::default(), Vec::new());
    decoder.feed(b"\x1bP>|XTe", &mut inputs);
    assert_eq!(decoder.patience(), Some(REST_OF_LONG));
    decoder.decide(&mut inputs);
    decoder.feed(b"x", &mut inputs);
    assert_eq!(inputs, [plain_key(Key::Char('x'))]);

    let (mut decoder, mut inputs) = (Decoder::default(), Vec::new());
    decoder.feed(b"\x1bP>|", &mut inputs);
    (0..=LONGEST_WORDS / 4096).for_each(|_| decoder.feed(&[b'x'; 4096], &mut inputs));
    assert!(inputs.contains(&plain_key(Key::Char('x'))));
}

#[test]
fn a_sequence_cut_off_does_not_swallow_what_follows() {
    assert_eq!(decode(b"\x1b[1;\x1b[A"), [plain_key(Key::Up)]);
    assert_eq!(decode(b"\x1b\x1b[A"), [plain_key(Key::Esc), plain_key(Key::Up)]);
    assert_eq!(decode(b"\xe7\x94a"), [plain_key(Key::Char('a'))]);
}

#[test]
fn a_long_paste_is_cut_and_ends() {
    let mut bytes = b"\x1b[200~".to_vec();
    bytes.extend(std::iter::repeat_n(b'x', 3 * LONGEST_PASTE));
    bytes.extend(b"\x1b[201~y");
    let mut decoder = Decoder::default();
    let mut inputs = Vec::new();
    bytes.chunks(4096).for_each(|chunk| decoder.feed(chunk, &mut inputs));
    let [Input::Paste(text), last] = inputs.as_slice() else { panic!("{} inputs", inputs.len()) };
    assert!(text.len() <= LONGEST_PASTE);
    assert_eq!(*last, plain_key(Key::Char('y')));
}

#[test]
fn a_paste_that_never_ends_is_what_came_of_it() {
    let (mut decoder, mut inputs) = (Decoder::default(), Vec::new());
    decoder.feed(b"\x1b[200~ab", &mut inputs);
    decoder.feed(b"c\x1b", &mut inputs);
    assert_eq!((inputs.as_slice(), decoder.patience()), (&[][..], Some(REST_OF_LONG)));
    decoder.decide(&mut inputs);
    decoder.feed(b"x", &mut inputs);
    assert_eq!(inputs, [Input::Paste("abc\x1b".into()), plain_key(Key::Char('x'))]);
    assert!(decoder.patience().is_none());
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(20),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn where_the_bytes_are_cut_does_not_matter(
        parts in prop::collection::vec(prop_oneof![
            Just(b"\x1b[A".to_vec()), Just(b"\x1b[<64;200;90M".to_vec()), Just("田中".as_bytes().to_vec()),
            Just(b"\x1b[200~paste\x1b[201~".to_vec()), Just(b"\x1bP>|XTerm(370)\x1b\\".to_vec()),
            Just(b"\x1b]l".to_vec()), Just(b"\x1b\\".to_vec()), Just(b"\x1b[1;5".to_vec()),
            prop::collection::vec(any::<u8>(), 0..8),
        ], 0..12),
        cut in 1..5_usize,
    ) {
        let bytes = parts.concat();
        let mut decoder = Decoder::default();
        let mut pieces = Vec::new();
        bytes.chunks(cut).for_each(|chunk| decoder.feed(chunk, &mut pieces));
        decoder.decide(&mut pieces);
        prop_assert_eq!(pieces, decode(&bytes));
    }
}
