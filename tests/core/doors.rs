//! What of the screen leads to a record's page elsewhere.

use madoguchi::app::{App, Options};
use madoguchi::domain::billing::Listing;
use madoguchi::domain::web::WebPages;
use madoguchi::flow::{CustomerPart, Input, Key, KeyPress, Msg, Remote, ScreenLink};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use url::Url;

use super::{Core, options, unpaid};

impl Core {
    fn links(&self) -> Vec<(String, String)> {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 120, 40));
        let (_, links) = self.app.frame(&mut buffer);
        let text = |it: &ScreenLink| (it.x..it.x + it.width).map(|x| buffer[(x, it.y)].symbol()).collect::<String>();
        links.iter().map(|it| (text(it), it.to.to_string())).collect()
    }

    fn billing_with(pages: WebPages) -> Self {
        let mut core = Self::new();
        core.app = App::new(Options { pages, ..options() }, core.now);
        core.tell(Msg::Input(Input::Resize { width: 120, height: 40 }));
        let read = core.open();
        let invoices = Listing { rows: vec![unpaid(9001, "2026-11-10"), unpaid(9002, "2026-11-10")], total: 2 };
        core.part(read, CustomerPart::Invoices(Remote::read(invoices, core.now)));
        core.tell(Msg::Ended { slot: super::Slot::Customer, generation: read });
        core.key(Key::Char('3'));
        core.shows("9001");
        core
    }
}

#[test]
fn the_pane_leads_to_the_page_of_the_record_it_is_of() {
    let admin = Url::parse("https://billing.example.jp/admin/").ok();
    let mut core = Core::billing_with(WebPages::new(None, admin));
    let link = |id: u32| {
        let page = format!("https://billing.example.jp/admin/invoices.php?action=edit&id={id}");
        ("Details".to_owned(), page)
    };
    let first = core.links();
    assert!(first == [link(9001)] || first == [link(9002)], "{first:?}");
    core.key(Key::Down);
    let second = core.links();
    assert!(second != first && (second == [link(9001)] || second == [link(9002)]), "{second:?}");
    // Covered, hidden or locked away it leads nowhere.
    core.tell(Msg::Input(Input::Key(KeyPress::plain(Key::F(2)))));
    assert_eq!(core.links(), []);
    core.tell(Msg::Input(Input::Key(KeyPress::plain(Key::F(2)))));
    assert_eq!(core.links(), second);
    core.tell(Msg::Input(Input::Key(KeyPress::ctrl('x'))));
    assert_eq!(core.links(), []);
}

#[test]
fn without_an_address_nothing_leads_elsewhere() {
    assert_eq!(Core::billing_with(WebPages::default()).links(), []);
}
