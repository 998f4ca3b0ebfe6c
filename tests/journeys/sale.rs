//! Selling: J8 from the answer of an address check to the order, and orders for who is on the line.

use madoguchi::flow::{Command, Effect};
use madoguchi::sandbox::faults::{Fault, Order, System};

use super::common::Desk;

impl Desk {
    /// What the desk had carried out.
    fn begun(&self) -> usize {
        self.effects.iter().filter(|it| matches!(it, Effect::Run(Command::Begin(..)))).count()
    }

    /// Presses keys as a person does who waits for the plan and reads it.
    async fn walk(&mut self, keys: &str) -> usize {
        for key in keys.split_whitespace() {
            // A plan counts once it could be seen.
            self.press(key).await.pass_seconds(1);
        }
        keys.split_whitespace().count()
    }
}

#[tokio::test]
async fn j8_from_the_answer_to_the_order() {
    let mut desk = Desk::open().await;
    let mut keys = desk.walk("down down down down down enter enter").await;
    desk.assert_shows("Eligibility check waits, asked 1d ago");
    keys += desk.walk("+ e l i g enter").await;
    desk.assert_shows("Internet: result of the check");
    keys += desk.walk("tab h enter").await;
    desk.assert_shows("Internet is available: Home 1G").assert_shows("The opportunity goes to Ready");
    keys += desk.walk("y").await;
    desk.assert_shows("Internet is available: Home 1G: done");
    // The caller is on the line: who they are, and what they want.
    keys += desk.walk("v 1 2 enter 4 O").await;
    desk.assert_shows("New order").assert_shows("Internet Silver (Home 1G) · ¥4,800 a month");
    keys += desk.walk("i enter").await;
    desk.assert_shows("Order Internet Gold (Home 1G)").assert_shows("¥5,500 a month, ¥20,000 once");
    desk.assert_shows("The opportunity goes to Post Processing").assert_shows("No internet service yet");
    keys += desk.walk("y").await;
    desk.assert_shows("Order Internet Gold (Home 1G): done").assert_shows("Pending review");
    assert!(keys <= 30, "{keys} keys");
    assert_eq!(desk.begun(), 2);
    desk.press("] ]").await.assert_shows("Post Processing");
}

/// The mail to the customer is switched off, the address is good for something else, and another order is open.
#[tokio::test]
async fn j8_what_stands_in_the_way_is_said() {
    let mut desk = Desk::open().await;
    desk.sandbox.change(|world| world.salesforce.switch_flow("Tell_Customer_Of_Review", false));
    desk.walk("down down down down down enter enter + e l i g enter tab h enter y").await;
    desk.assert_shows("Internet is available: Home 1G: done");
    // Nobody mailed the customer: somebody has to.
    desk.press("6 ]").await.assert_shows("Tell the customer");
    desk.walk("v 1 2 enter 4 O").await;
    // One of the last, and not for this address.
    desk.walk("left enter").await;
    desk.assert_shows("good for Home 1G only");
    assert_eq!(desk.begun(), 1);
    desk.press("y").await;
    assert_eq!(desk.begun(), 1);
}

#[tokio::test]
async fn j8_an_address_where_nothing_can_be_built() {
    let mut desk = Desk::open().await;
    desk.walk("down down down down down enter enter + e l i g enter right enter").await;
    desk.assert_shows("Internet is not available").assert_shows("The opportunity goes to Void");
    desk.walk("y v 1 2 enter 4 O").await;
    // What can be had without fibre comes first.
    desk.assert_shows("SIM Data 5GB · ¥980 a month");
    desk.assert_hides("Installation").assert_shows("Card");
}

#[tokio::test]
async fn a_form_asks_only_what_the_product_has_and_says_what_is_wrong_beside_it() {
    let mut desk = Desk::open().await;
    desk.open_customer("Emma Lindqvist").await.walk("v 1 2 enter 4 O").await;
    desk.assert_shows("SIM Data 5GB").assert_shows("Voice mail").assert_hides("Installation").assert_hides("EID");
    // Down to the card: an eSIM asks for its chip.
    desk.walk("down right").await;
    desk.assert_shows("(*) eSIM").assert_shows("EID");
    desk.walk("enter").await;
    assert!(desk.line_with("Needed").contains("✗"), "{:?}", desk.screen());
    desk.type_text("8904903200000000000000000000423").press("down").await;
    desk.assert_shows("✗");
    // The plan says what the catalogue knows: this one makes no calls.
    desk.walk("up").await;
    desk.type_text("7").press("down space enter").await;
    desk.assert_shows("The plan makes no calls");
    desk.walk("space down down right").await;
    desk.assert_shows("Starts");
    desk.press("enter").await.assert_shows("Needed");
    desk.type_text("3d").press("enter").await.assert_shows("Once the order is approved, from 2026-11-25");
    desk.assert_shows("SIM Activation Fee")
        .assert_shows("¥980 a month, ¥1,500 once")
        .assert_shows("One activation fee");
    assert_eq!(desk.begun(), 0);
    desk.pass_seconds(1).press("y").await;
    assert_eq!(desk.begun(), 1);
    // Taken back while it is news: the number it got is named.
    desk.press("z").await.assert_shows("Withdraw order 0000");
}

/// Whoever types ahead of the systems gets the product they began to write.
#[tokio::test]
async fn what_is_typed_before_the_catalogue_came_chooses_from_it() {
    let mut desk = Desk::open().await;
    desk.open_customer("Emma Lindqvist").await.walk("v 1 2 enter 4").await;
    desk.keys("O").type_text("vpn");
    desk.assert_shows("until its list is read");
    desk.settle().await;
    desk.assert_shows("VPN Router (San Francisco) · ¥2,500 a month").assert_hides("Voice mail");
    desk.press("enter").await.assert_shows("¥2,500 a month, ¥0 once");
}

/// Salesforce does not tell what is sold: the form stays, and so does what was typed.
#[tokio::test]
async fn without_a_catalogue_the_form_says_so_and_nothing_is_lost() {
    let mut desk = Desk::open().await;
    desk.open_customer("Emma Lindqvist").await.walk("v 1 2 enter 4").await;
    desk.sandbox.misbehave(Order::on(System::Salesforce, Fault::Html500).matching("composite/batch"));
    desk.press("O").await;
    desk.type_text("SIM-DATA-5GB").press("enter").await;
    desk.sandbox.behave();
    desk.assert_shows("Orders are never kept to be decided later").assert_shows("SIM-DATA-5GB");
    assert_eq!(desk.begun(), 0);
}

/// Two who fulfil one order make two lines and two bills of it.
#[tokio::test]
async fn the_desk_fulfils_nothing_where_a_worker_does() {
    let mut desk = Desk::open().await;
    desk.open_customer("Inés Lopez").await.press("4 F").await;
    desk.assert_shows("The portal's worker fulfils orders here");
    desk.press("+ f u l").await.assert_shows("Fulfil the order here");
    desk.press("enter").await;
    assert_eq!(desk.begun(), 0);
}
