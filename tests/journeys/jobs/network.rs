//! J13 to the end: another network or plan, and what the line's lock keeps away meanwhile.

use madoguchi::sandbox::faults::{Fault, System};

use super::Hand;

const LINE: &str = "09002000001";
const KEYS: usize = 26;

impl Hand {
    fn line(&self) -> madoguchi::sandbox::freebit::Line {
        let now = self.desk.now();
        self.desk.sandbox.change(|world| world.freebit.line(LINE, now)).unwrap()
    }

    /// Answers what the desk says to each key of a change on the SIM tab.
    async fn keys_say(&mut self, keys: &[&str], says: &str) {
        for key in keys {
            self.press(key).await.sees(&[says]);
            self.misses(&["Enter go on", "What is written"]);
        }
    }
}

async fn verified(hand: &mut Hand) {
    hand.write("0001").await.press("enter v 1 2 enter 5").await;
}

#[tokio::test]
async fn j13_the_network_changes_and_the_line_is_locked_meanwhile() {
    let mut hand = Hand::at(120, 40).await;
    verified(&mut hand).await;
    hand.press("N enter").await.sees(&["The line is locked for about 30 minutes and nothing calls it off", "5G → 4G"]);
    hand.confirm("y").await.sees(&["! Locked", "10:30 · in 30 min"]);
    hand.within(KEYS);
    // The other changes are refused here, with the reason, and nobody is asked.
    let asked = hand.calls(System::Freebit, "");
    hand.keys_say(&["p", "V", "N", "t"], "A change is running on the line until 2026-11-22 10:30").await;
    assert_eq!(hand.calls(System::Freebit, ""), asked);
    hand.press("+").await.sees_together(&["Change the plan", "A change is running"]);
    hand.press("esc").await.later(12).await.sees(&["10:30 · in 18 min"]);
    hand.later(19).await.sees(&["Change to 4G: done"]);
    assert_eq!((hand.line().contract_line, hand.calls(System::Freebit, "contractline")), ("4G".to_owned(), 1));
    hand.press("p").await.sees(&["Enter go on"]);
}

#[tokio::test]
async fn j13_more_data_can_be_added_while_options_are_being_changed() {
    let mut hand = Hand::at(120, 40).await;
    verified(&mut hand).await;
    hand.press("V down down right enter").await.confirm("y").await.sees(&["! Locked"]);
    hand.keys_say(&["N", "p"], "A change is running on the line until").await;
    hand.press("t enter").await.sees(&["Type the amount, 500"]);
}

#[tokio::test]
async fn j13_a_plan_begins_with_the_next_month_in_words() {
    let mut hand = Hand::at(80, 24).await;
    verified(&mut hand).await;
    // What the line can change to, without the plan it has and those without calls.
    hand.press("p").await.sees(&["SIM Voice 5GB · ¥1,480 a month"]);
    hand.press("2 enter").await;
    hand.sees(&["from Tue 1 Dec 2026"]);
    hand.confirm("y").await.sees(&[": done"]);
    hand.within(KEYS);
    assert_eq!(hand.line().plan_code, "PNEW_10GB_V");
    hand.later(60 * 24 * 9).await;
    assert_eq!(hand.line().plan_code, "PNEW_25GB_V");
}

#[tokio::test]
async fn j13_what_is_on_its_way_keeps_others_away_before_the_carrier_shows_it() {
    let mut hand = Hand::at(120, 40).await;
    verified(&mut hand).await;
    hand.press("N enter").await;
    // Whether it had its effect is not known, and Freebit cannot be read.
    hand.fails(System::Freebit, "contractline", Fault::DropBefore, 1);
    hand.fails_after(1, System::Freebit, "getDetail", Fault::Unavailable503, 9).confirm("y").await;
    hand.heals();
    hand.keys_say(&["p", "V", "N"], "Another change of it is on its way: Change to 4G").await;
    assert_eq!(hand.calls(System::Freebit, "talkoption"), 0);
    // Read, it is known to have had none.
    hand.later(1).await.sees(&["Change to 4G: nothing was changed"]);
    hand.press("p").await.sees(&["Enter go on"]);
}
