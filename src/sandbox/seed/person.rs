//! Invented people: names in the scripts each system keeps them in, addresses in two languages.

use jiff::civil::{Date, date};
use unicode_normalization::UnicodeNormalization as _;

/// Family names as Salesforce writes them, in kana, and as WHMCS writes them.
const FAMILIES: &[(&str, &str, &str)] = &[
    ("天野", "アマノ", "Amano"),
    ("有坂", "アリサカ", "Arisaka"),
    ("飯尾", "イイオ", "Iio"),
    ("石動", "イスルギ", "Isurugi"),
    ("宇佐見", "ウサミ", "Usami"),
    ("榎並", "エナミ", "Enami"),
    ("大曽根", "オオゾネ", "Ozone"),
    ("小此木", "オコノギ", "Okonogi"),
    ("柿沼", "カキヌマ", "Kakinuma"),
    ("霧島", "キリシマ", "Kirishima"),
    ("草薙", "クサナギ", "Kusanagi"),
    ("源田", "ゲンダ", "Genda"),
    ("佐伯", "サエキ", "Saeki"),
    ("塩見", "シオミ", "Shiomi"),
    ("須賀", "スガ", "Suga"),
    ("千住", "センジュ", "Senju"),
    ("髙梨", "タカナシ", "Takanashi"),
    ("津久井", "ツクイ", "Tsukui"),
    ("遠山", "トオヤマ", "Toyama"),
    ("長瀬", "ナガセ", "Nagase"),
    ("仁科", "ニシナ", "Nishina"),
    ("橋爪", "ハシヅメ", "Hashizume"),
    ("藤代", "フジシロ", "Fujishiro"),
    ("堀内", "ホリウチ", "Horiuchi"),
    ("真壁", "マカベ", "Makabe"),
    ("水無瀬", "ミナセ", "Minase"),
    ("室井", "ムロイ", "Muroi"),
    ("矢代", "ヤシロ", "Yashiro"),
    ("結城", "ユウキ", "Yuki"),
    ("若槻", "ワカツキ", "Wakatsuki"),
];

const GIVEN: &[(&str, &str, &str)] = &[
    ("葵", "アオイ", "Aoi"),
    ("明里", "アカリ", "Akari"),
    ("晃", "アキラ", "Akira"),
    ("一樹", "イツキ", "Itsuki"),
    ("絵美", "エミ", "Emi"),
    ("薫", "カオル", "Kaoru"),
    ("健司", "ケンジ", "Kenji"),
    ("航平", "コウヘイ", "Kohei"),
    ("小百合", "サユリ", "Sayuri"),
    ("静香", "シズカ", "Shizuka"),
    ("翔太", "ショウタ", "Shota"),
    ("鈴", "スズ", "Suzu"),
    ("貴子", "タカコ", "Takako"),
    ("千尋", "チヒロ", "Chihiro"),
    ("剛", "ツヨシ", "Tsuyoshi"),
    ("直人", "ナオト", "Naoto"),
    ("春菜", "ハルナ", "Haruna"),
    ("文子", "フミコ", "Fumiko"),
    ("誠", "マコト", "Makoto"),
    ("美津子", "ミツコ", "Mitsuko"),
    ("優一", "ユウイチ", "Yuichi"),
    ("亮", "リョウ", "Ryo"),
];

/// People from elsewhere: given name, its kana, family name, its kana.
const FROM_ELSEWHERE: &[(&str, &str, &str, &str)] = &[
    ("Aaliyah", "アリーヤ", "Abernathy", "アバナシー"),
    ("Ahmet", "アフメト", "Yildirim", "ユルドゥルム"),
    ("Ana", "アナ", "Figueiredo", "フィゲイレド"),
    ("Anh", "アイン", "Tran", "チャン"),
    ("Ben", "ベン", "Hollis", "ホリス"),
    ("Binh", "ビン", "Pham", "ファム"),
    ("Camille", "カミーユ", "Rousselet", "ルスレ"),
    ("Carlos", "カルロス", "Mendieta", "メンディエタ"),
    ("Daniel", "ダニエル", "O'Hara-Quinn", "オハラクイン"),
    ("Deepak", "ディーパク", "Srinivasan", "スリニヴァサン"),
    ("Elena", "エレナ", "Petrova", "ペトロワ"),
    ("Femi", "フェミ", "Adeyinka", "アデインカ"),
    ("Gita", "ギータ", "Wulandari", "ウランダリ"),
    ("Grace", "グレース", "Villanueva", "ビリャヌエバ"),
    ("Ivan", "イヴァン", "Horvatic", "ホルヴァティッチ"),
    ("Jihye", "ジヘ", "Namgung", "ナムグン"),
    ("José", "ホセ", "Ibáñez", "イバニェス"),
    ("Karma", "カルマ", "Tshering", "ツェリン"),
    ("Lars", "ラース", "Ingebrigt", "インゲブリクト"),
    ("Lucas", "ルーカス", "Tanaka Silva", "タナカシルバ"),
    ("Mei", "メイ", "Ouyang", "オウヤン"),
    ("Nadia", "ナディア", "Benslimane", "ベンスリマン"),
    ("Oliver", "オリバー", "Thackeray", "サッカレー"),
    ("Prakash", "プラカシュ", "Gurung", "グルン"),
    ("Rosa", "ローサ", "Quispe", "キスペ"),
    ("Sanduni", "サンドゥニ", "Wickrama", "ウィクラマ"),
    ("Sofia", "ソフィア", "Marchetti", "マルケッティ"),
    ("Thiha", "ティハ", "Zaw", "ゾー"),
    ("Yusuf", "ユスフ", "Rahmani", "ラフマニ"),
    ("Zoe", "ゾーイ", "Falkner", "フォークナー"),
];

/// Post code, prefecture, city, town in Japanese; prefecture, city, town in letters.
const PLACES: &[(&str, [&str; 3], [&str; 3])] = &[
    ("105-0014", ["東京都", "港区", "芝"], ["Tokyo", "Minato-ku", "Shiba"]),
    ("150-0002", ["東京都", "渋谷区", "渋谷"], ["Tokyo", "Shibuya-ku", "Shibuya"]),
    ("169-0075", ["東京都", "新宿区", "高田馬場"], ["Tokyo", "Shinjuku-ku", "Takadanobaba"]),
    ("134-0088", ["東京都", "江戸川区", "西葛西"], ["Tokyo", "Edogawa-ku", "Nishikasai"]),
    ("220-0012", ["神奈川県", "横浜市西区", "みなとみらい"], ["Kanagawa", "Yokohama-shi Nishi-ku", "Minatomirai"]),
    ("330-0854", ["埼玉県", "さいたま市大宮区", "桜木町"], ["Saitama", "Saitama-shi Omiya-ku", "Sakuragicho"]),
    ("261-0023", ["千葉県", "千葉市美浜区", "中瀬"], ["Chiba", "Chiba-shi Mihama-ku", "Nakase"]),
    ("460-0008", ["愛知県", "名古屋市中区", "栄"], ["Aichi", "Nagoya-shi Naka-ku", "Sakae"]),
    ("530-0001", ["大阪府", "大阪市北区", "梅田"], ["Osaka", "Osaka-shi Kita-ku", "Umeda"]),
    ("604-8006", ["京都府", "京都市中京区", "下丸屋町"], ["Kyoto", "Kyoto-shi Nakagyo-ku", "Shimomaruyacho"]),
    ("650-0021", ["兵庫県", "神戸市中央区", "三宮町"], ["Hyogo", "Kobe-shi Chuo-ku", "Sannomiyacho"]),
    ("810-0001", ["福岡県", "福岡市中央区", "天神"], ["Fukuoka", "Fukuoka-shi Chuo-ku", "Tenjin"]),
    ("060-0042", ["北海道", "札幌市中央区", "大通西"], ["Hokkaido", "Sapporo-shi Chuo-ku", "Odori Nishi"]),
];

const BUILDINGS: &[(&str, &str)] = &[
    ("", ""),
    ("コーポ若葉", "Corpo Wakaba"),
    ("メゾン柊", "Maison Hiiragi"),
    ("サンライトハイツ", "Sunlight Heights"),
    ("ヴィラ月見", "Villa Tsukimi"),
];

/// Where somebody lives, in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) post_code: String,
    pub(super) prefecture: &'static str,
    pub(super) city: &'static str,
    /// Town, block, building and room.
    pub(super) street: String,
    pub(super) prefecture_roman: &'static str,
    pub(super) city_roman: &'static str,
    pub(super) street_roman: String,
    pub(super) building_roman: String,
}

impl Address {
    /// The place numbered `place` (counted round), with block and building numbered by `block` and `building`.
    pub(super) fn numbered(place: usize, block: usize, building: usize) -> Self {
        let (post_code, [prefecture, city, town], [prefecture_roman, city_roman, town_roman]) =
            PLACES[place % PLACES.len()];
        let (name, roman) = BUILDINGS[building % BUILDINGS.len()];
        let block_text = format!("{}-{}-{}", block % 5 + 1, block % 17 + 1, block % 23 + 1);
        let room = 100 * (block % 9 + 1) + building % 12 + 1;
        let (suffix, building_roman) = if name.is_empty() {
            (String::new(), String::new())
        } else {
            (format!(" {name}{room}号室"), format!("{roman} {room}"))
        };
        Self {
            post_code: post_code.to_owned(),
            prefecture,
            city,
            street: format!("{town}{block_text}{suffix}"),
            prefecture_roman,
            city_roman,
            street_roman: format!("{block_text} {town_roman}"),
            building_roman,
        }
    }
}

/// Somebody who does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    /// Family name as Salesforce keeps it: kanji, or letters for people from elsewhere.
    pub(super) last: String,
    pub(super) first: String,
    /// Kana; empty when nobody asked.
    pub(super) last_kana: String,
    pub(super) first_kana: String,
    /// As WHMCS keeps it.
    pub(super) last_roman: String,
    pub(super) first_roman: String,
    /// Set for an organisation, whose name this is.
    pub(super) company: Option<String>,
    pub(super) email: String,
    /// Contact number, digits only.
    pub(super) phone: String,
    pub(super) born: Option<Date>,
    pub(super) address: Address,
}

impl Person {
    /// Somebody by chance; `n` makes e-mail address and phone number their own.
    pub(super) fn chance(rng: &mut fastrand::Rng, n: u64) -> Self {
        let pick = |rng: &mut fastrand::Rng, len: usize| rng.usize(..len);
        let address = Address::numbered(pick(rng, PLACES.len()), pick(rng, 1000), pick(rng, 60));
        let born = date(1945 + rng.i16(0..60), 1 + rng.i8(0..12), 1 + rng.i8(0..28));
        let mut person = if rng.u8(..10) < 7 {
            let given = FROM_ELSEWHERE[pick(rng, FROM_ELSEWHERE.len())];
            let family = FROM_ELSEWHERE[pick(rng, FROM_ELSEWHERE.len())];
            Self::named([family.2, given.0, family.3, given.1, family.2, given.0])
        } else {
            let family = FAMILIES[pick(rng, FAMILIES.len())];
            let given = GIVEN[pick(rng, GIVEN.len())];
            Self::named([family.0, given.0, family.1, given.1, family.2, given.2])
        };
        person.email = person.mail_address(&format!("{n}"));
        person.phone = super::numbers::mobile("0800", n);
        person.born = Some(born);
        person.address = address;
        person
    }

    /// Somebody with these names: family and given as Salesforce has them, in kana, in letters.
    pub(super) fn named([last, first, last_kana, first_kana, last_roman, first_roman]: [&str; 6]) -> Self {
        let own = str::to_owned;
        let mut person = Self {
            last: own(last),
            first: own(first),
            last_kana: own(last_kana),
            first_kana: own(first_kana),
            last_roman: own(last_roman),
            first_roman: own(first_roman),
            company: None,
            email: String::new(),
            phone: String::new(),
            born: Some(date(1988, 4, 12)),
            address: Address::numbered(0, 7, 0),
        };
        person.email = person.mail_address("");
        person
    }

    fn mail_address(&self, suffix: &str) -> String {
        let plain = |text: &str| {
            let letters = text.nfd().map(|c| if c == 'ø' { 'o' } else { c });
            letters.filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
        };
        format!("{}.{}{suffix}@example.jp", plain(&self.first_roman), plain(&self.last_roman))
    }

    /// The name bills go to: the organisation's, or first and last name as WHMCS joins them.
    pub(super) fn bill_to(&self) -> String {
        self.company.clone().unwrap_or_else(|| self.roman())
    }

    /// First and last name, as WHMCS joins them.
    pub(super) fn roman(&self) -> String {
        format!("{} {}", self.first_roman, self.last_roman)
    }
}
