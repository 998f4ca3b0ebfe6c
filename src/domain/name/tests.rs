use proptest::prelude::*;

use super::*;

#[test]
fn scripts() {
    for (text, expected) in [
        ("佐藤 花子", Script::Kanji),
        ("佐々木", Script::Kanji),
        ("さとう　はなこ", Script::Hiragana),
        ("サトー・ハナコ", Script::Katakana),
        ("ﾔﾏﾀﾞ ﾀﾛｳ", Script::HalfWidthKatakana),
        ("Ōno Jun'ichi", Script::Romaji),
        ("Ｓａｔｏ", Script::Romaji),
        ("Nguyễn Thị Mai", Script::Romaji),
        ("佐藤 はなこ", Script::Mixed),
        ("123", Script::Other),
        ("", Script::Other),
        ("김", Script::Other),
    ] {
        assert_eq!(script(text), expected, "{text}");
    }
}

#[test]
fn folding() {
    for (text, expected) in [
        ("サトウ　ハナコ", "さとう はなこ"),
        ("ﾔﾏﾀﾞ ﾀﾛｳ", "やまだ たろう"),
        ("ＳＡＴＯ, Hanako", "sato hanako"),
        ("髙橋　眞一", "高橋 真一"),
        ("Nguyễn Đức", "nguyen duc"),
        ("Satô", "satō"),
        ("か\u{3099}", "が"),
        ("O’Neil", "o'neil"),
        ("Smith-Jones", "smith jones"),
        ("サト-", "さとー"),
    ] {
        assert_eq!(fold(text), expected, "{text}");
    }
    assert_eq!(half_width("ガギパー ヴェ"), "ｶﾞｷﾞﾊﾟｰ ｳﾞｪ");
}

#[track_caller]
fn finds(query: &str, name: &[&str], why: Option<Why>) {
    assert_eq!(matches(query, name), why, "{query} in {name:?}");
}

#[test]
fn as_written() {
    let taro = ["田中　太郎", "タナカ", "タロウ", "Taro Tanaka"];
    for query in [
        "田中",
        "田中太郎",
        "太郎 田中",
        "太郎",
        "タナカ",
        "ﾀﾅｶ ﾀﾛｳ",
        "たなか",
        "tanaka",
        "TARO TANAKA",
        "tanaka ta",
        "tanakataro",
    ] {
        finds(query, &taro, Some(Why::Written));
    }
    for query in ["中田", "佐藤", "tanaka jiro", "anaka", "田中 一郎", "", "　"] {
        finds(query, &taro, None);
    }
    finds("高橋", &["髙橋 恵"], Some(Why::Written));
    finds("斉藤", &["齋藤"], Some(Why::Written));
    finds("花子 佐藤", &["佐藤花子"], Some(Why::Written));
}

#[test]
fn by_reading() {
    for (query, name) in [
        ("さとう", "Sato"),
        ("さとう", "Satoh"),
        ("サトウ", "Satō"),
        ("sato", "サトウ"),
        ("satou", "Satoh"),
        ("satoh hanako", "サトウ ハナコ"),
        ("hanako sato", "さとう はなこ"),
        ("おおの", "Ohno"),
        ("ono", "オオノ"),
        ("いのうえ", "Inoue"),
        ("yuko", "ユウコ"),
        ("しんじ", "Sinzi"),
        ("shinji", "sinzi"),
        ("tuda", "ツダ"),
        ("tsuda", "tuda"),
        ("homma", "ホンマ"),
        ("nanba", "Namba"),
        ("junichi", "ジュンイチ"),
        ("jun'ichi", "Junichi"),
        ("hattori", "ハットリ"),
        ("hacchi", "Hatchi"),
        ("ｼﾖｳｺ", "ショウコ"),
        ("lisa", "リサ"),
        ("ケイコ", "Keiko"),
    ] {
        let why = matches(query, &[name]);
        assert!(why.is_some(), "{query} in {name}");
    }
    finds("さとう", &["佐藤"], None);
    finds("sato", &["サイトウ"], None);
    finds("keiko", &["カエコ"], None);
}

#[track_caller]
fn offers(typed: &str, romaji: &[&str], katakana: &[&str]) {
    let names = variants(typed);
    for expected in romaji {
        assert!(names.romaji.iter().any(|name| name == expected), "{typed}: {expected} in {:?}", names.romaji);
    }
    for expected in katakana {
        assert!(names.katakana.iter().any(|name| name == expected), "{typed}: {expected} in {:?}", names.katakana);
    }
}

#[test]
fn candidates() {
    offers("さとう", &["sato"], &["サトウ"]);
    offers(
        "さとう はなこ",
        &["sato hanako", "hanako sato", "satou hanako", "satoh hanako"],
        &["サトウ ハナコ", "ハナコ サトウ"],
    );
    offers("ｻﾄｳ", &["sato"], &["サトウ"]);
    offers("サトー", &["sato"], &["サトー", "サトウ"]);
    offers("satoh", &["sato"], &["サト"]);
    offers("Ōno", &["ono", "oono", "ohno"], &["オオノ"]);
    offers("ono", &["ono", "ohno"], &["オノ", "オオノ"]);
    offers("yuko sato", &["yuko sato", "sato yuko", "yuuko sato"], &["ユコ サト", "ユウコ サト", "サト ユウコ"]);
    offers("sinzi", &["shinji", "sinzi"], &["シンジ"]);
    offers("junichi", &["junichi", "jun'ichi"], &["ジュンイチ", "ジュニチ"]);
    offers("homma", &["homma", "honma"], &["ホンマ"]);
    offers("オカフォー チディ", &["okafo chidi"], &[]);
    offers("リンドクヴィスト", &["rindokuvisuto"], &[]);
    offers("エンプティ", &["emputi"], &[]);
    offers("John Smith", &["john smith", "smith john"], &[]);
    offers("Nguyễn Văn An", &["nguyen van an", "van an nguyen", "an nguyen van"], &[]);
    assert_eq!(variants("さとう").half_width, ["ｻﾄｳ"]);
    assert_eq!(variants("佐藤").romaji, Vec::<String>::new());
    assert_eq!(variants("John Smith").katakana, Vec::<String>::new());
    assert!(variants("高橋").written.contains(&"髙橋".to_owned()));
    assert!(variants("㈱ソラ").written.contains(&"(株)ソラ".to_owned()));
    assert!(variants("齋藤").written.contains(&"斎藤".to_owned()));
    assert_eq!(variants(" 田中　太郎 ").as_typed, "田中 太郎");
}

#[test]
fn endless_names_are_answered_at_once() {
    assert_eq!(matches("a a a a a z", &[&"ab ".repeat(300)]), None);
    assert!(variants(&"ono".repeat(300)).romaji.len() <= CANDIDATES);
}

proptest! {
    #[test]
    fn bounded_and_never_panics(typed in "\\PC{0,60}|[a-zōū' -]{0,60}|[ぁ-ゖァ-ヺーｦ-ﾟ 　]{0,60}") {
        let names = variants(&typed);
        for list in [&names.written, &names.romaji, &names.katakana, &names.half_width] {
            prop_assert!(list.len() <= CANDIDATES);
        }
        let _ = (matches(&typed, &["佐藤", "さとう", "Sato"]), matches("sato", &[&typed]));
    }

    #[test]
    fn a_name_matches_itself(name in "[a-z]{2,8} [a-z]{2,8}|[ァ-ヴ]{2,6}　[ァ-ヴ]{2,6}|[一-龠]{1,3}") {
        prop_assert_eq!(matches(&name, &[&name]), Some(Why::Written));
    }
}

#[test]
fn what_is_folded_quickly_is_folded_the_same() {
    // A letter that is not ASCII takes the long way; at the end of a word of its own it changes nothing else.
    let slowly = |text: &str| fold(&format!("{text} あ")).trim_end_matches('あ').trim_end().to_owned();
    for c in (0..128).map(char::from) {
        let text = format!("Ab{c}c{c} {c}9");
        assert_eq!(fold(&text), slowly(&text), "{text:?}");
    }
    assert_eq!(fold("¥3,300"), "3 300");
}
