//! The field pack as it is made and opened, in both languages.

use super::common::Desk;
use super::keep;

const PHRASE: &str = "four words make one";

impl Desk {
    async fn does(&mut self, name: &str) {
        self.press("ctrl-p").await.type_text(name);
        self.press("enter").await;
    }
}

#[tokio::test]
async fn the_field_pack() {
    let mut desk = Desk::open().await;
    for (language, keys) in [("", "esc"), ("ja-", "esc L")] {
        desk.open_customer("高瀬").await.press(keys).await.press("3").await;
        desk.does("pack").await;
        keep(&mut desk, &format!("{language}pack-making"));
        desk.type_text(PHRASE).keys("tab").type_text(PHRASE);
        desk.press("enter").await;
        keep(&mut desk, &format!("{language}pack-sealed"));
        desk.press("esc").await;
        desk.does("pack-open").await;
        desk.type_text("another one").press("enter").await;
        keep(&mut desk, &format!("{language}pack-shut"));
        desk.type_text(PHRASE).press("enter").await;
        keep(&mut desk, &format!("{language}pack-open"));
        desk.press("esc").await;
        desk.does("pack-drop").await;
        keep(&mut desk, &format!("{language}pack-drop"));
        desk.press("esc").await;
    }
}
