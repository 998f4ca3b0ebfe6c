//! Names and texts that are hard to search, to show and to survive.

use serde_json::json;

use super::super::{
    catalogue::{DATA_5GB, VOICE_10GB},
    talk::Talk,
    town::{Town, at},
};
use crate::sandbox::salesforce::setup::Staff;

pub(super) fn fill(town: &mut Town) {
    japanese_only(town);
    letters_only(town);
    half_width(town);
    very_long(town);
    hostile(town);
}

/// Kanji in both systems, letters in none.
fn japanese_only(town: &mut Town) {
    let mut person = town.somebody(["𠮷﨑", "髙雄", "ヨシザキ", "タカオ", "𠮷﨑", "髙雄"]);
    person.email = "kokoro@example.jp".into();
    let since = town.since(19);
    let customer = town.enrol(person, since);
    town.card_on_file(customer.client, "JCB", "3566", 9);
    town.with_line(&customer, &VOICE_10GB);
    town.monthly_bills(&customer, 12, 0);
}

/// Letters in both systems, kana in none.
fn letters_only(town: &mut Town) {
    let customer = town.regular(["Smith-Jones", "Nigel", "", "", "Smith-Jones", "Nigel"], 8);
    town.with_internet(&customer);
    town.monthly_bills(&customer, 8, 0);
}

/// Kana typed on an old terminal.
fn half_width(town: &mut Town) {
    let customer = town.regular(["山添", "源太郎", "ﾔﾏｿﾞｴ", "ｹﾞﾝﾀﾛｳ", "Yamazoe", "Gentaro"], 30);
    town.with_internet(&customer);
    town.monthly_bills(&customer, 12, 0);
}

fn very_long(town: &mut Town) {
    let last = "Wijesundara Mudiyanselage Ranasinghe Bandaranayake Dissanayake Ekanayake Herath";
    let first = "Pabasara Nethmini Kaushalya Amarasin";
    let kana = "ウィジェスンダラムディヤンセラーゲラナシンハバンダラナヤカディサナヤカエカナヤカヘーラト";
    let mut person = town.somebody([last, first, kana, "パバサラネトミニカウシャリヤ", last, first]);
    person.email = "a-long-mail-address-that-no-column-was-made-for.pabasara@example.jp".into();
    let since = town.since(7);
    let customer = town.enrol(person, since);
    town.card_on_file(customer.client, "American Express", "0005", 40);
    town.with_line(&customer, &DATA_5GB);
    town.monthly_bills(&customer, 7, 0);
}

/// Everything that must not reach a terminal as it is.
fn hostile(town: &mut Town) {
    let customer = town.regular(["Hostile", "Harriet", "ホスタイル", "ハリエット", "Hostile", "Harriet"], 5);
    town.with_line(&customer, &VOICE_10GB);
    town.monthly_bills(&customer, 5, 0);
    town.change_on(
        &customer.account,
        &at(customer.since, 15),
        json!({
            "FirstName": "Harriet\u{200b}\u{202e}\u{1b}[31m",
            "Internet_Eligibility_Notes__c": "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}5n left\u{2066}right\u{2069} <script>alert(1)</script>",
        }),
    );
    town.whmcs.clients.update(customer.client, |it| {
        it.companyname = "O'Neill & <b>Söhne</b> \u{1b}[5m\u{feff}".into();
        it.notes = "line one\r\nline two\u{0}\u{8}\u{85}".into();
    });
    let flood = format!("{} end", "é\u{301}\u{301}\u{301}あ".repeat(40));
    for subject in [
        "\u{1b}[2J\u{1b}[HYour terminal is mine\u{7}",
        "invoice_gpj\u{202e}fdp.exe and \u{2067}more\u{2069}",
        "zero\u{200b}width\u{200d}joiner\u{feff}\u{ad} &amp;#039; &lt;b&gt;",
        "tabs\tand\r\nnew lines\u{2028}and \u{e000}private use",
        flood.as_str(),
    ] {
        let talk = Talk {
            subject,
            text: "\u{1b}P+q544e\u{1b}\\ \u{1b}[6n",
            opened: 60 * 50,
            owner: Some(Staff::Desk),
            ..Talk::default()
        };
        town.case(&customer, &talk);
        town.ticket(&customer, subject, "It's <i>not</i> &copy; fine\r\n\u{1b}[?1049l", 2, None);
    }
}
