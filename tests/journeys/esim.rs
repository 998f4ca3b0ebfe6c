//! Another eSIM profile and its activation code: what is shown, to whom, for how long, and where it never is.

use std::fs;
use std::path::Path;

use jiff::SignedDuration;
use madoguchi::domain::sim::Lpa;
use madoguchi::flow::{AuditAct, Command, Effect, Input, Key, KeyPress, Looking, Msg};
use madoguchi::sandbox::faults::{Fault, Order, System};
use madoguchi_ui::color::Depth;
use madoguchi_ui::glyphs::GlyphSet;
use qrcode::{Color, EcLevel, QrCode};

use super::common::{Desk, options};

/// The chip of the new phone.
pub const NEW_EID: &str = "89049032123451234512345678901235";
/// How a caller becomes V2: a code came back by mail, with this reference.
const VERIFIED: &str = "v down down down right down 7 enter";
const CALL: &str = "esim/addAcnt";

impl Desk {
    /// A desk that finds the carrier's notices in a folder.
    pub async fn with_notices() -> Self {
        let mut desk = Self::closed().await;
        desk.file_notices();
        desk.connect().await;
        desk.settle().await;
        desk
    }

    fn file_notices(&mut self) {
        let folder = tempfile::tempdir().unwrap();
        self.sandbox.file_notices_in(folder.path().to_owned()).unwrap();
        self.notices = Some(folder);
    }

    /// The customer's SIM tab, the caller verified, and another profile asked for and confirmed.
    async fn reissue(&mut self) -> &mut Self {
        self.open_customer("Martin").await.press("5").await.press(VERIFIED).await;
        self.ask_reissue(NEW_EID).await
    }

    async fn ask_reissue(&mut self, eid: &str) -> &mut Self {
        self.press("e").await;
        self.handle(Msg::Input(Input::Paste(eid.to_owned())));
        self.press("enter").await.pass_seconds(1).press("0 0 0 9 enter").await
    }

    /// The carrier's time passes for everybody, and the desk looks again as the runtime has it do.
    pub async fn notice_comes(&mut self) -> &mut Self {
        self.sandbox.advance(SignedDuration::from_mins(17));
        self.pass(17).look_again().await
    }

    async fn look_again(&mut self) -> &mut Self {
        self.work.carry(Command::Look(Looking::GoesOn));
        self.settle().await;
        self
    }

    /// A desk on which the new profile is there.
    async fn reissued() -> Self {
        let mut desk = Self::with_notices().await;
        desk.reissue().await.notice_comes().await;
        desk
    }

    /// Lets the seconds of a countdown pass, each of them told as long as it is asked for.
    fn count_down(&mut self, seconds: i64) -> &mut Self {
        for _ in 0..seconds {
            self.pass_seconds(1);
            if let Some(at) = self.effects.iter().position(|effect| *effect == Effect::Second) {
                self.effects.remove(at);
                self.handle(Msg::Second);
            }
        }
        self
    }

    /// The code as the notice has it.
    fn code(&self) -> Lpa {
        let folder = self.notices.as_ref().unwrap().path();
        let texts = fs::read_dir(folder).unwrap().map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap());
        let code = texts.filter_map(|text| Some(text.trim_end().rsplit_once(',')?.1.to_owned())).max();
        Lpa::parse(&code.unwrap()).unwrap()
    }

    /// The groups of the secret part.
    fn secrets(&self) -> Vec<String> {
        self.code().expose_matching_id().split(['-', ' ']).map(str::to_owned).collect()
    }

    fn times_audited(&self) -> usize {
        self.audited().iter().filter(|entry| entry.act == AuditAct::ActivationCode).count()
    }

    /// Neither the square nor a piece of the code is in sight.
    #[track_caller]
    fn assert_wiped(&self) -> &Self {
        for secret in self.secrets() {
            self.assert_hides(&secret);
        }
        assert_eq!(self.square(), [""; 0], "the square is still in sight");
        self
    }

    /// The modules on the screen, row by row, with whatever light margin is around them; `#` is dark.
    fn square(&self) -> Vec<String> {
        let (buffer, _) = self.draw();
        let is_dark = |x: u16, y: u16, upper: bool| {
            let cell = &buffer[(x, y)];
            let front = cell.symbol() == if upper { "▀" } else { "▄" };
            let color = if front { cell.fg } else { cell.bg };
            color == ratatui::style::Color::Rgb(0, 0, 0)
        };
        let paper = |x: u16, y: u16| {
            let [fg, bg] = [buffer[(x, y)].fg, buffer[(x, y)].bg];
            [fg, bg]
                .iter()
                .all(|it| matches!(it, ratatui::style::Color::Rgb(0, 0, 0) | ratatui::style::Color::Rgb(255, 255, 255)))
        };
        let area = buffer.area;
        let rows = (0..area.height).filter(|y| (0..area.width).any(|x| paper(x, *y)));
        let row = |y: u16, upper: bool| -> String {
            let cells = (0..area.width).filter(|x| paper(*x, y));
            cells.map(|x| if is_dark(x, y, upper) { '#' } else { '.' }).collect()
        };
        rows.flat_map(|y| [row(y, true), row(y, false)]).collect()
    }
}

/// What a camera finds in the light margin.
fn trimmed(square: &[String]) -> Vec<String> {
    let rows: Vec<&String> = square.iter().filter(|row| row.contains('#')).collect();
    let left = rows.iter().filter_map(|row| row.find('#')).min().unwrap();
    let right = rows.iter().filter_map(|row| row.rfind('#')).max().unwrap();
    rows.iter().map(|row| row[left..=right].to_owned()).collect()
}

fn made_of(code: &Lpa, level: EcLevel) -> Vec<String> {
    let code = QrCode::with_error_correction_level(code.expose(), level).unwrap();
    let width = code.width();
    let dark: Vec<char> = code.to_colors().iter().map(|it| if *it == Color::Dark { '#' } else { '.' }).collect();
    dark.chunks(width).map(|row| row.iter().collect()).collect()
}

fn bytes_under(folder: &Path) -> Vec<u8> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    files.flat_map(|path| fs::read(path).unwrap()).collect()
}

/// The caller reads the chip's number out, and its end is compared.
#[tokio::test]
async fn the_plan_shows_the_ends_of_both_chips() {
    let mut desk = Desk::with_notices().await;
    desk.open_customer("Martin").await.press("5").await.press(VERIFIED).await.press("e").await;
    desk.handle(Msg::Input(Input::Paste(NEW_EID.to_owned())));
    desk.press("enter").await;
    desk.assert_shows(&format!("****2280 → ****{}", &NEW_EID[NEW_EID.len() - 4..]));
    assert!(!desk.screen().join("\n").contains(&NEW_EID[..8]), "{:?}", desk.screen());
}

#[tokio::test]
async fn the_code_is_masked_until_it_is_audited_and_wiped_after_a_minute() {
    for (width, height) in [(80, 24), (120, 40)] {
        let mut desk = Desk::reissued().await;
        desk.resize(width, height).press("E").await;
        desk.assert_shows("smdp.sandbox.example.jp").assert_shows("∗∗∗∗∗∗∗∗").assert_wiped();
        assert_eq!(desk.times_audited(), 0);
        desk.press("R").await.assert_shows("Gone in 60 seconds");
        assert_eq!(desk.times_audited(), 1);
        assert_eq!(trimmed(&desk.square()), made_of(&desk.code(), EcLevel::M), "{width}x{height}");
        let groups = desk.code().expose_matching_id();
        desk.assert_shows(&groups);
        desk.count_down(1).assert_shows("Gone in 59 seconds");
        desk.count_down(58).assert_shows("Gone in 1 second");
        desk.count_down(1).assert_shows("was wiped from the screen").assert_wiped();
        assert!(!desk.effects.contains(&Effect::Second), "nothing counts down any more");
        // A second look is a second line, and read again from the notice.
        desk.press("R").await.assert_shows("Gone in 60 seconds");
        assert_eq!(desk.times_audited(), 2);
        desk.press("R").await.assert_wiped();
        desk.count_down(2).assert_wiped();
        assert!(!desk.effects.contains(&Effect::Second), "what was hidden counts down no more");
    }
}

#[tokio::test]
async fn the_code_goes_with_esc_with_stopping_with_leaving_and_with_any_message_that_comes_too_late() {
    let mut desk = Desk::reissued().await;
    desk.press("E R").await.assert_shows("Gone in");
    desk.press("esc").await.assert_hides("SM-DP+").assert_wiped();
    for key in ["ctrl-z", "ctrl-q"] {
        desk.press("E R").await.assert_shows("Gone in");
        desk.press(key).await.assert_hides("SM-DP+").assert_wiped();
    }
    // The machine slept: what comes first finds it wiped.
    desk.press("E R").await.assert_shows("Gone in");
    desk.pass_seconds(61).keys("down").assert_wiped();
    desk.press("esc E R").await.assert_shows("Gone in");
    desk.pass_seconds(-5).handle(Msg::Minute);
    desk.assert_wiped();
}

#[tokio::test]
async fn the_code_is_nowhere_else() {
    let mut desk = Desk::reissued().await;
    desk.press("y E R").await.assert_shows("Gone in");
    // Nothing copies it, whatever is pressed.
    desk.press("y Y c a ctrl-e i").await.count_down(60).press("esc").await;
    desk.press("o y enter y esc esc - =").await;
    let secrets = desk.secrets();
    let kept = String::from_utf8_lossy(&bytes_under(desk.folder.path())).into_owned();
    assert!(kept.contains("esim-reissue"), "the journal is there");
    let asked = format!("{:?} {:?}", desk.effects, desk.app);
    for secret in &secrets {
        assert!(!kept.contains(secret.as_str()), "in the journal or the audit log");
        assert!(!asked.contains(secret.as_str()), "in an effect or in what the desk prints of itself");
    }
    assert!(!kept.contains("LPA:"), "in the journal or the audit log");
    assert!(desk.copied().unwrap().contains("done"), "the receipt can be copied");
    let audited = desk.audited();
    let entry = audited.iter().find(|entry| entry.act == AuditAct::ActivationCode).unwrap();
    assert_eq!(entry.customer, "C-000009");
    assert!(entry.note.starts_with("line 090-****-0009 notice esim_"), "{}", entry.note);
    // Shown while the desk draws itself, and not in what it prints of itself.
    desk.press("E R").await.assert_shows("Gone in");
    let printed = format!("{:?}", desk.app);
    assert!(secrets.iter().all(|secret| !printed.contains(secret.as_str())));
}

#[tokio::test]
async fn what_cannot_be_audited_is_not_read_and_not_shown() {
    let mut desk = Desk::reissued().await;
    desk.press("E").await;
    desk.audit_broken = true;
    desk.press("R").await.assert_shows("The audit log cannot be written, so the code is not shown").assert_wiped();
    desk.audit_broken = false;
    desk.press("R").await.assert_shows("Gone in 60 seconds");
    assert_eq!(desk.times_audited(), 1);
}

#[tokio::test]
async fn only_a_caller_one_is_sure_of_sees_it_and_only_their_own() {
    let mut desk = Desk::reissued().await;
    // Somebody else calls, and then somebody who says they are the customer.
    desk.open_customer("Emma Lindqvist").await.press("o").await;
    desk.press("E").await.assert_shows("smdp.sandbox.example.jp");
    desk.press("R").await.assert_shows("Open C-000009 and verify the caller there").assert_wiped();
    desk.press("esc esc").await.open_customer("Martin").await.press("5 E R").await;
    desk.assert_shows("Needs a caller verified to V2").assert_wiped();
    desk.press("v 1 2 enter").await.assert_hides("Needs a caller");
    desk.press("R").await;
    desk.assert_shows("Needs a caller verified to V2").assert_wiped();
    assert_eq!(desk.times_audited(), 0);
    desk.press(VERIFIED).await.press("R").await.assert_shows("Gone in 60 seconds");
    assert_eq!(desk.times_audited(), 1);
    // A held key shows nothing a second time.
    desk.press("R").await;
    desk.handle(Msg::Input(Input::Key(KeyPress { repeat: true, ..KeyPress::plain(Key::Char('R')) })));
    desk.settle().await;
    desk.assert_wiped();
}

#[tokio::test]
async fn a_session_that_is_recorded_shows_no_code() {
    let mut desk = Desk::closed().await;
    *desk.app = madoguchi::app::App::new(
        madoguchi::app::Options { recorded: true, ..options() },
        "2026-11-22T01:00:00Z".parse().unwrap(),
    );
    desk.resize(120, 40).file_notices();
    desk.connect().await;
    desk.settle().await;
    desk.reissue().await.notice_comes().await.press("E R").await;
    desk.assert_shows("This terminal session is being recorded").assert_wiped();
    assert_eq!(desk.times_audited(), 0);
}

#[tokio::test]
async fn where_no_square_can_be_drawn_the_code_can_be_typed() {
    let mut desk = Desk::closed().await;
    *desk.app = madoguchi::app::App::new(
        madoguchi::app::Options { glyphs: GlyphSet::Ascii, depth: Depth::None, ..options() },
        "2026-11-22T01:00:00Z".parse().unwrap(),
    );
    desk.resize(80, 24).file_notices();
    desk.connect().await;
    desk.settle().await;
    desk.reissue().await.notice_comes().await.press("E R").await;
    let groups = desk.code().expose_matching_id();
    desk.assert_shows("Gone in 60 seconds").assert_shows(&groups).assert_shows("To scan it, the window needs");
    // A larger one can draw it with blanks alone, dark and light turned around where that is what the terminal needs.
    desk.resize(140, 50).assert_hides("To scan it").assert_shows("i if the camera does not take").assert_shows(&groups);
    let light = |desk: &Desk| {
        let (buffer, _) = desk.draw();
        let cells = buffer.content.iter().filter(|it| it.modifier.contains(ratatui::style::Modifier::REVERSED));
        cells.count()
    };
    let before = light(&desk);
    assert!(before > 1000, "most of a square with its margin is light: {before}");
    desk.press("i").await;
    assert!(light(&desk) < before);
}

#[tokio::test]
async fn until_the_notice_comes_its_absence_is_said() {
    let mut desk = Desk::with_notices().await;
    desk.open_customer("Martin").await.press("5 E").await.assert_shows("No notice of the carrier about this eSIM");
    desk.press("R").await.assert_hides("Gone in");
    assert_eq!(desk.times_audited(), 0);
    desk.press("esc").await.press(VERIFIED).await.ask_reissue(NEW_EID).await;
    desk.press("E").await.assert_shows("Asked for at 2026-11-22 10:00").assert_shows("by 2026-11-22 10:30");
    // It never comes: somebody is asked, and the desk says what it waited for.
    desk.press("esc").await.pass(46).look_again().await.press("o").await;
    desk.assert_shows("Overdue: the ");
    desk.press("E").await.assert_shows("If nothing has come by 2026-11-22 10:30");
    // Looked again once it is there.
    desk.sandbox.advance(SignedDuration::from_mins(17));
    desk.press("r").await.assert_shows("smdp.sandbox.example.jp");
}

#[tokio::test]
async fn what_the_carrier_could_not_do_is_said_and_nothing_is_shown() {
    let mut desk = Desk::with_notices().await;
    desk.sandbox.misbehave(Order::on(System::Freebit, Fault::CarrierRefuses).matching(CALL).times(1));
    desk.reissue().await.notice_comes().await.assert_shows("had no effect");
    desk.press("E").await.assert_shows("The carrier says that it did not do it");
    desk.press("R").await.assert_hides("Gone in");
    assert_eq!(desk.times_audited(), 0);
}

#[tokio::test]
async fn a_notice_for_another_line_or_chip_is_not_shown() {
    let header = "account,func,result,date,eid,activationCode";
    for (row, says) in [
        (format!("09002000010,esim,OK,20261122101500,{NEW_EID},1$smdp.example.com$AB-12"), "is for this chip"),
        (
            "09002000009,esim,OK,20261122101500,89049032000000000000000000004237,1$smdp.example.com$AB-12".to_owned(),
            "is about this line, but for",
        ),
        (format!("09002000009,esim,OK,20261122101500,{NEW_EID},AB-12"), "has no"),
    ] {
        let mut desk = Desk::with_notices().await;
        desk.reissue().await;
        let folder = desk.notices.as_ref().unwrap().path().to_owned();
        fs::write(folder.join("esim_other.csv"), format!("{header}\n{row}\n")).unwrap();
        desk.press("E").await.assert_shows(says).assert_shows("esim_other.csv");
        desk.press("R").await.assert_hides("Gone in").assert_hides("AB-12");
        fs::remove_dir_all(&folder).unwrap();
        desk.press("r").await.assert_shows("cannot be read");
    }
}

#[tokio::test]
async fn a_person_may_say_that_the_notice_has_come() {
    let mut desk = Desk::open().await;
    desk.reissue().await.press("o n").await.assert_shows("What has come:");
    desk.type_text("notice 000001").press("enter").await.assert_shows("✓ done");
    // Without a folder for notices the desk cannot know the code, and says where it is.
    desk.press("E").await.assert_shows("No folder for the carrier's notices is configured");
}

#[tokio::test]
async fn a_wrong_eid_is_told_beside_its_field_and_stays() {
    let mut desk = Desk::with_notices().await;
    desk.open_customer("Martin").await.press("5").await;
    // Two facts are not enough to move a number.
    desk.press("v 1 2 enter e").await.assert_shows("Needs a caller verified to V2");
    desk.press(VERIFIED).await.press("e").await;
    let wrong = "89049032123451234512345678901234";
    desk.handle(Msg::Input(Input::Paste(wrong.to_owned())));
    desk.press("enter").await.assert_shows(wrong).assert_shows("35").assert_hides("What is written");
    desk.press("backspace 5 enter").await.assert_shows("What is written");
}

#[tokio::test]
async fn an_answer_that_is_lost_is_settled_by_reading() {
    let mut desk = Desk::with_notices().await;
    desk.sandbox.misbehave(Order::on(System::Freebit, Fault::DropAfter).matching(CALL).times(1));
    desk.reissue().await.notice_comes().await.assert_shows("shows the activation code");
    let sent: u64 = desk.sandbox.counts()[&System::Freebit]
        .iter()
        .filter(|(label, _)| label.contains("esim"))
        .map(|(_, n)| n)
        .sum();
    assert_eq!(sent, 1, "it was not sent again");
    desk.press("E R").await.assert_shows("Gone in 60 seconds");
}

#[tokio::test]
async fn the_words_are_there_in_japanese() {
    let mut desk = Desk::reissued().await;
    desk.press("L E").await.assert_shows("eSIM のアクティベーションコード").assert_shows("完了通知");
    desk.press("R").await.assert_shows("あと 60 秒で消えます");
}
