//! Replies that are written once: a text in each language with gaps, `{name}` or `{amount}`, that are filled for a customer.

use serde::Deserialize;

/// The gaps a template may have. A text in braces that is none of these stays as it is.
pub const GAPS: [&str; 8] = ["name", "case", "line", "invoice", "amount", "due", "order", "link"];

/// A reply that is written once.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// What it is found by, e.g. `pay-link`.
    pub code: String,
    /// In English.
    pub en: String,
    /// In Japanese.
    pub ja: String,
}

/// The templates of the house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Templates(pub Vec<Template>);

/// Which languages a reply is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tongue {
    /// English.
    English,
    /// Japanese.
    Japanese,
    /// Japanese, and English below it.
    Both,
}

impl Tongue {
    /// What a customer reads whose language WHMCS writes so, e.g. `japanese`. Nothing where it does not tell.
    pub fn of(language: &str) -> Option<Self> {
        match language.trim().to_lowercase().as_str() {
            "" => None,
            "japanese" => Some(Self::Japanese),
            _ => Some(Self::English),
        }
    }
}

impl Template {
    /// Its text with the gaps as they are.
    pub fn body(&self, tongue: Tongue) -> String {
        match tongue {
            Tongue::English => self.en.clone(),
            Tongue::Japanese => self.ja.clone(),
            Tongue::Both => format!("{}\n\n----\n\n{}", self.ja.trim_end(), self.en),
        }
    }
}

/// Which gaps a text has, in the order of [`GAPS`].
pub fn gaps(text: &str) -> impl Iterator<Item = &'static str> {
    GAPS.into_iter().filter(move |gap| text.contains(&format!("{{{gap}}}")))
}

/// A part of a text: what it says, or a gap that nothing fills yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// What it says.
    Said(String),
    /// The gap's name.
    Open(&'static str),
}

/// Fills the gaps that `value` knows and leaves the others open. What is filled in is never taken for a gap itself.
pub fn pieces<'a>(text: &str, value: impl Fn(&str) -> Option<&'a str>) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut said = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        said.push_str(before);
        let named = from[1..].split_once('}');
        let gap = named.and_then(|(name, after)| Some((GAPS.into_iter().find(|gap| *gap == name)?, after)));
        let Some((gap, after)) = gap else {
            said.push('{');
            rest = &from[1..];
            continue;
        };
        if let Some(value) = value(gap) {
            said.push_str(value);
        } else {
            out.push(Piece::Said(std::mem::take(&mut said)));
            out.push(Piece::Open(gap));
        }
        rest = after;
    }
    said.push_str(rest);
    out.push(Piece::Said(said));
    out.retain(|piece| !matches!(piece, Piece::Said(said) if said.is_empty()));
    out
}

/// The same as one text, with the gaps that are still open as they were written.
pub fn filled<'a>(text: &str, value: impl Fn(&str) -> Option<&'a str>) -> String {
    let written = |piece| match piece {
        Piece::Said(said) => said,
        Piece::Open(gap) => format!("{{{gap}}}"),
    };
    pieces(text, value).into_iter().map(written).collect()
}

impl Templates {
    /// The one that a code means: exactly it, or the only one whose code has these letters in this order.
    pub fn find(&self, typed: &str) -> Option<&Template> {
        let typed = typed.trim().to_lowercase();
        let exact = self.0.iter().find(|it| it.code.to_lowercase() == typed);
        exact.or_else(|| {
            let mut fits = self.0.iter().filter(|it| holds(&it.code.to_lowercase(), &typed));
            fits.next().filter(|_| fits.next().is_none())
        })
    }

    /// These, with those of the house in place of the ones with the same code.
    #[must_use]
    pub fn with(mut self, own: &[Template]) -> Self {
        for template in own {
            match self.0.iter_mut().find(|it| it.code == template.code) {
                Some(shipped) => *shipped = template.clone(),
                None => self.0.push(template.clone()),
            }
        }
        self
    }
}

/// Whether the letters of `part` stand in `text` in this order.
fn holds(text: &str, part: &str) -> bool {
    let mut letters = text.chars();
    part.chars().all(|wanted| letters.any(|letter| letter == wanted))
}

/// What every house starts with.
impl Default for Templates {
    fn default() -> Self {
        let template = |(code, en, ja): &(&str, &str, &str)| Template {
            code: (*code).to_owned(),
            en: (*en).to_owned(),
            ja: (*ja).to_owned(),
        };
        Self(SHIPPED.iter().map(template).collect())
    }
}

const SHIPPED: &[(&str, &str, &str)] = &[
    (
        "pay-link",
        "Dear {name},\nInvoice {invoice} of {amount} could not be paid with the card on file. Please add or replace the card \
         here after signing in:\n{link}\nAfter that we try again; you need not do anything else.",
        "{name} 様\n請求書 {invoice}（{amount}）を、ご登録のカードでお支払いいただけませんでした。ログインのうえ、下記でカードを\
         追加または変更してください。\n{link}\nその後こちらで再度お支払い手続きを行います。",
    ),
    (
        "delay",
        "Dear {name},\nYour order {order} takes longer than we promised. We are sorry. We now expect it by {due} and will write \
         again then at the latest.",
        "{name} 様\nご注文 {order} の手続きが予定より遅れております。申し訳ございません。{due} までに完了する見込みで、遅くとも\
         その日に改めてご連絡いたします。",
    ),
    (
        "esim-ready",
        "Dear {name},\nThe eSIM for {line} is ready. Please connect to Wi-Fi, sign in to the portal and follow the steps shown \
         there:\n{link}\nThe old SIM stops working when the new one starts.",
        "{name} 様\n{line} のeSIMの準備ができました。Wi-Fiに接続し、ポータルにログインして案内に従ってください。\n{link}\n新しい\
         SIMの利用開始とともに、以前のSIMは使えなくなります。",
    ),
    (
        "id-unreadable",
        "Dear {name},\nWe could not read the picture of your residence card. Please send both sides again, in good light and \
         with all four corners in the picture:\n{link}",
        "{name} 様\n在留カードの画像を読み取れませんでした。明るい場所で四隅が写るように撮影し、表裏両面を再度お送りください。\n{link}",
    ),
    (
        "id-expired",
        "Dear {name},\nThe period of stay on the residence card you sent is over. Please send the new card when you have it:\n\
         {link}",
        "{name} 様\nお送りいただいた在留カードの在留期間が満了しています。新しいカードがお手元に届きましたらお送りください。\n{link}",
    ),
    (
        "id-mismatch",
        "Dear {name},\nName, birth date or address on the residence card differ from what you told us. Please correct them in \
         the portal, or send the card again after the change:\n{link}",
        "{name} 様\n在留カードの氏名・生年月日・住所がご登録内容と異なります。ポータルで訂正いただくか、変更後のカードを再度\
         お送りください。\n{link}",
    ),
    (
        "eligible",
        "Dear {name},\nInternet service is available at your address. You can order it here:\n{link}",
        "{name} 様\nご住所でインターネットをご利用いただけます。こちらからお申し込みください。\n{link}",
    ),
    (
        "not-eligible",
        "Dear {name},\nWe are sorry: internet service cannot be provided at your address. A SIM with data may be an \
         alternative:\n{link}",
        "{name} 様\n申し訳ございませんが、ご住所ではインターネットをご提供できません。データ通信用SIMもご検討ください。\n{link}",
    ),
    (
        "outage",
        "Dear {name},\nThere is an outage in your area. It is being worked on, and you need not do anything. We write again in \
         this case ({case}) when it is over.",
        "{name} 様\nお住まいの地域で障害が発生しており、復旧作業を行っております。お客様による操作は不要です。復旧しましたら、\
         このお問い合わせ（{case}）でご連絡いたします。",
    ),
    (
        "received",
        "Dear {name},\nThank you for your message. We are looking into it and write again in this case ({case}). You need not do \
         anything until then.",
        "{name} 様\nお問い合わせありがとうございます。ただいま確認しており、結果はこのお問い合わせ（{case}）でご連絡いたします。\
         それまでお客様による操作は不要です。",
    ),
    (
        "solved",
        "Dear {name},\nWe take your question ({case}) as answered and close it. If something is still not right, please answer \
         here and we go on.",
        "{name} 様\nお問い合わせ（{case}）は解決済みとして完了いたします。まだお困りの点がございましたら、こちらにご返信ください。\
         引き続き対応いたします。",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shipped_has_the_same_gaps_in_both_languages() {
        for template in Templates::default().0 {
            let gaps_of = |text: &str| gaps(text).collect::<Vec<_>>();
            assert_eq!(gaps_of(&template.en), gaps_of(&template.ja), "{}", template.code);
            let rest = filled(&template.body(Tongue::Both), |gap| GAPS.contains(&gap).then_some(""));
            assert!(!rest.contains('{'), "{} has an unknown gap", template.code);
        }
    }

    #[test]
    fn a_code_is_found_by_its_letters_where_only_one_has_them() {
        let all = Templates::default();
        let code = |typed: &str| all.find(typed).map(|it| it.code.as_str());
        assert_eq!(code("pay"), Some("pay-link"));
        assert_eq!(code("ESIM"), Some("esim-ready"));
        assert_eq!((code("id"), code("eligible"), code("zzz")), (None, Some("eligible"), None));
        let own = Template { code: "delay".to_owned(), en: "Soon.".to_owned(), ja: "まもなく。".to_owned() };
        assert_eq!(all.with(&[own]).find("delay").map(|it| it.en.as_str()), Some("Soon."));
    }

    #[test]
    fn what_is_filled_in_is_no_gap() {
        let value = |gap: &str| match gap {
            "name" => Some("{case}"),
            "case" => Some("7"),
            _ => None,
        };
        assert_eq!(filled("{name} {case} {link} { {", value), "{case} 7 {link} { {");
        let said = |text: &str| Piece::Said(text.to_owned());
        assert_eq!(
            pieces("{name}, {link}{due}. {x}", value),
            [said("{case}, "), Piece::Open("link"), Piece::Open("due"), said(". {x}")]
        );
    }
}
