//! What waits for somebody here: J5 stuck orders, J7 residence cards, J8 eligibility, J9 cases in two languages, J10 an
//! outage, J12 what the last shift promised.

use super::{Hand, NO_FIGURE, reading};

#[tokio::test]
async fn j5_an_order_that_is_stuck() {
    for (width, height) in [(120, 40), (80, 24)] {
        let mut hand = Hand::at(width, height).await;
        hand.press("down down enter").await.sees(&["Orders stuck"]).sees_together(&[
            "▸ 00000021",
            "5h ago",
            "Inés Lopez",
        ]);
        hand.press("enter").await.sees(&["▸X-ray", "00000021 · SIM"]);
        // The first step that is not as it should be, why, and what to do.
        hand.sees_together(&["▸!", "2 Activating"]).sees(&["Why it stands here", "What to do"]);
        hand.within(reading(16, "y"));
    }
}

/// Whoever knows the way types ahead of the systems.
#[tokio::test]
async fn j5_typed_ahead() {
    let mut hand = Hand::at(120, 40).await;
    hand.rush("down down enter enter").await.sees(&["▸X-ray", "00000021 · SIM", "What to do"]);
    hand.within(reading(16, "y"));
    // Elsewhere by the time the list comes, nobody is taken back into it.
    let mut hand = Hand::at(120, 40).await;
    hand.rush("down down enter enter b").await.sees(&["What waits"]);
}

#[tokio::test]
async fn j5_an_order_that_failed() {
    let mut hand = Hand::at(120, 40).await;
    hand.press("down enter enter").await.sees(&["▸X-ray", "00000020 · SIM"]);
    hand.sees_together(&["▸!", "1 Validate", "✗ failed", "no pay method"]);
    hand.sees(&["There is no pay method to charge, so the worker paused", "Ask the customer to add a pay method"]);
    hand.within(reading(16, "y"));
}

#[tokio::test]
async fn j7_a_residence_card_to_check() {
    let mut hand = Hand::at(120, 40).await;
    hand.press("down down down down enter")
        .await
        .sees(&["Residence cards to check"])
        .sees_together(&["▸", "2d ago", "Haidari"]);
    hand.press("enter").await;
    hand.sees(&["Residence card waits for review, sent 2d ago", "» under review", "Order 00000031 waits for review"]);
    // Name, birth date and address are compared with the card.
    hand.press("R").await.sees(&["Fatima Haidari  ハイダリ ファティマ"]).sees_together(&["Born", "19"]);
    hand.press("4").await.sees_together(&["00000031", "Pending review", "Not started"]).sees(&["SIM Voice 10GB"]);
    hand.within(reading(14, "a"));
}

#[tokio::test]
async fn j8_eligibility_that_was_asked_for() {
    let mut hand = Hand::at(120, 40).await;
    hand.press("down down down down down enter")
        .await
        .sees(&["Internet checks to do"])
        .sees_together(&["▸", "1d ago", "Kim"]);
    hand.press("enter").await.sees(&["Eligibility check waits, asked 1d ago", "» pending", "Since  2026-11-21 03:00"]);
    hand.press("R").await.sees_together(&["Address", "460-0008 愛知県"]);
    hand.within(reading(30, "o"));
}

#[tokio::test]
async fn j9_a_case_in_two_languages() {
    let mut hand = Hand::at(120, 40).await;
    hand.write("Morel").await.press("enter 6").await;
    hand.sees(&[
        "00000007 SF Case",
        "ルーターの設定",
        "Please answer in both languages",
        "Owner             Sandbox Desk · mine",
    ]);
    hand.sees(&["· customer · Sylvie Morel", "INTERNAL comment"]);
    // Which language they prefer is WHMCS's to know.
    hand.press("1 ] ]").await.sees(&["▸Identity"]).sees_together(&["Language", "english"]);
    hand.within(reading(20, "C m tab ctrl-s"));
}

/// The whole job: found, answered in their language, with its status and a reminder.
#[tokio::test]
async fn j9_answered() {
    for (width, height) in [(120, 40), (80, 24)] {
        let mut hand = Hand::at(width, height).await;
        hand.write("Morel").await.press("enter 6 p o tab").await.sees(&["The customer reads", "Sylvie Morel 様"]);
        hand.press("enter").await.sees(&["Macro outage", "The customer can read it at once"]);
        hand.wait_a_moment().press("y").await.sees(&["Macro outage: done"]);
        hand.within(20);
    }
}

/// No figure was ever said for this job.
#[tokio::test]
async fn j10_who_lives_there_and_who_said_so() {
    let mut hand = Hand::at(120, 40).await;
    hand.write("105-0014").await;
    for neighbour in ["Camila Ito-Perez", "潮見 大地", "Imogen Walker", "Arjun Gupta"] {
        hand.sees_together(&[neighbour, "postal code 105-0014"]);
    }
    hand.press("down down enter 6").await.sees_together(&["00000008", "New"]).sees(&["Internet down in Grand"]);
    hand.within(NO_FIGURE);
}

/// All cases of one building at once, from the board.
#[tokio::test]
async fn j10_the_cases_of_one_building() {
    let mut hand = Hand::at(120, 40).await;
    hand.press("pagedown up up up up up enter /").await.sees(&["Cases: all open"]);
    hand.write("shiokaze").await;
    for neighbour in ["Camila Ito-Per", "潮見 大地", "Imogen Walker", "Arjun Gupta"] {
        hand.sees_together(&[neighbour, "Internet down"]);
    }
    hand.within(NO_FIGURE);
}

/// No figure was ever said for this job.
#[tokio::test]
async fn j12_what_the_last_shift_promised() {
    let mut hand = Hand::at(80, 24).await;
    hand.sees_together(&["! My promises due", "3", "1d ago"]);
    hand.press("pagedown up up up up enter").await.sees(&["My promises due"]);
    hand.sees_together(&["▸", "1d ago", "Castillo", "Carrier to conf"]).sees_together(&["Petr Dvořák", "10h ago"]);
    hand.press("enter").await.sees(&["▸Promises"]);
    hand.sees_together(&["▸ Carrier to confirm", "LATE"]).sees_together(&["Call back about roa", "today"]);
    hand.press("1").await.sees_together(&["! Promise of Sandbox Desk 1d late"]);
    hand.within(NO_FIGURE);
}
