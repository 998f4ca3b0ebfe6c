//! How the status bar tells what happens elsewhere: by mark, number and word, so that no colour is needed.

use jiff::Timestamp;
use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::status::Segment;
use madoguchi_ui::text;

use crate::domain::drift::Drift;
use crate::domain::notification::Kept;
use crate::domain::status::Tone;
use crate::domain::system::System;
use crate::domain::time;
use crate::flow::{Health, HealthState, StreamState};
use crate::locale::Value;
use crate::scene::{Scene, tone_mark, tone_role};

use super::super::App;
use super::{Elsewhere, shown_at};

/// Screens of this width have room for what can be looked up in the health panel as well.
const WIDE: u16 = 132;
/// With less of its day's calls left than this, in percent, a system says so on every screen.
const SCARCE: u64 = 15;

/// How much is said of the systems. What happened comes before it, and the health panel says the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Length {
    /// How they are, how fast, and when they last answered well.
    Whole,
    /// Those that are well by their marks alone.
    Brief,
    /// Of the others how they are, too.
    Short,
    /// Their marks alone.
    Mark,
    /// Those that are not well, by their marks.
    Unwell,
}

impl Length {
    const ALL: [Self; 5] = [Self::Whole, Self::Brief, Self::Short, Self::Mark, Self::Unwell];
}

/// A system's mark, latency and last good answer.
fn system<'a>(health: &Health, width: u16, length: Length, scene: &Scene<'a>) -> Segment<'a> {
    let mark = match health.state {
        HealthState::Unknown => Mark::Off,
        HealthState::Up => Mark::Good,
        HealthState::Degraded => Mark::Warning,
        HealthState::Down => Mark::Critical,
    };
    let mut words = health.system.mark().to_owned();
    match (health.state, health.latency_ms, health.last_good) {
        (HealthState::Unknown, ..) => {}
        (HealthState::Degraded | HealthState::Down, ..) if length >= Length::Mark => {}
        (HealthState::Up, ..) if length >= Length::Brief => {}
        (HealthState::Up, Some(ms), Some(at)) => words = format!("{words} {ms}ms {}", scene.age(at)),
        (state, _, last) => {
            let word = scene.say(if state == HealthState::Down { "health-down" } else { "health-degraded" });
            words = format!("{words} {word}");
            if length <= Length::Brief {
                let age = last.map_or_else(|| scene.say("never").into_owned(), |at| scene.age(at));
                words = format!("{words} · {age}");
            }
        }
    }
    let left = left_percent(health);
    let scarce = left.is_some_and(|left| left < SCARCE);
    if let Some(left) = left.filter(|_| scarce || width >= WIDE) {
        let values = [("n", Value::Number(i64::try_from(left).unwrap_or(i64::MAX)))];
        words = format!("{words} {}", scene.with("status-calls-left", &values));
    }
    match mark {
        Mark::Good if scarce => Segment::new(words, 0).mark(Mark::Warning).role(Mark::Warning.role()),
        Mark::Good => Segment::new(words, 3).mark(mark),
        // Where there is hardly room, one that nobody asked yet says nothing that matters.
        Mark::Off if length >= Length::Mark => Segment::new(words, 3).mark(mark).role(mark.role()),
        _ => Segment::new(words, 0).mark(mark).role(mark.role()),
    }
}

/// How much of the day's calls is left, in percent, where the system tells.
fn left_percent(health: &Health) -> Option<u64> {
    let (used, allowed) = health.calls.filter(|(_, allowed)| *allowed > 0)?;
    Some(allowed.saturating_sub(used).saturating_mul(100) / allowed)
}

impl Elsewhere {
    /// What is held, how the desk hears of changes, and how much nobody dealt with yet.
    fn segments<'a>(&self, scene: &Scene<'a>) -> Vec<Segment<'a>> {
        let mut segments = Vec::new();
        for held in System::ALL.into_iter().filter_map(|system| self.held(system)) {
            let values = [("system", Value::Text(held.system.mark())), ("n", Value::Number(held.queued as i64))];
            let key = if held.since.is_some() { "status-held" } else { "status-released" };
            let mark = if held.since.is_some() { Mark::Warning } else { Mark::Pending };
            segments.push(Segment::new(scene.with(key, &values), 0).mark(mark).role(mark.role()));
        }
        segments.extend(self.stream_segment(scene));
        segments.extend(self.counts_segment(scene));
        segments
    }

    fn stream_segment<'a>(&self, scene: &Scene<'a>) -> Option<Segment<'a>> {
        let stream = self.stream.as_ref()?;
        let segment = match &stream.state {
            StreamState::Off => return None,
            StreamState::Connecting => Segment::new(scene.say("status-stream-connecting"), 4).mark(Mark::Pending),
            StreamState::Listening { desks: 0 } => Segment::new(scene.say("status-stream"), 5).mark(Mark::Good),
            StreamState::Listening { desks } => {
                let values = [("n", Value::Number(*desks as i64))];
                Segment::new(scene.with("status-stream-for", &values), 5).mark(Mark::Good)
            }
            StreamState::Shared => Segment::new(scene.say("status-stream-shared"), 5).mark(Mark::Good),
            StreamState::Lost { .. } => {
                let since = time::clock(stream.since);
                let words = scene.with("status-stream-lost", &[("since", Value::Text(&since))]);
                Segment::new(words, 0).mark(Mark::Warning).role(Mark::Warning.role())
            }
        };
        Some(segment)
    }

    /// How much waits, by mark and number alone.
    pub(in crate::app) fn counted(&self, scene: &Scene<'_>) -> Option<String> {
        self.counts_segment(scene).map(|segment| segment.text.into_owned())
    }

    fn counts_segment<'a>(&self, scene: &Scene<'a>) -> Option<Segment<'a>> {
        if self.open.total() == 0 {
            return None;
        }
        let counts =
            [(Tone::Critical, self.open.critical), (Tone::Warning, self.open.warning), (Tone::Info, self.open.info)];
        let counts: Vec<String> = counts
            .into_iter()
            .filter(|(_, n)| *n > 0)
            .map(|(tone, n)| format!("{}{n}", scene.theme.glyphs.mark(tone_mark(tone))))
            .collect();
        Some(Segment::new(counts.join(" "), 1).role(tone_role(self.open.worst())))
    }

    /// The newest notification, when it is newer than what the desk itself had to say.
    fn news(&self, than: Option<Timestamp>) -> Option<&Kept> {
        self.newest.as_deref().filter(|kept| than.is_none_or(|at| shown_at(kept) > at))
    }
}

/// A notification in this many cells: what can be looked up is left out first, what happened last.
fn sentence(kept: &Kept, room: usize, scene: &Scene<'_>) -> String {
    let told = &kept.notification;
    let source = scene.source(told.key.source);
    // What is wrong with a link takes a sentence: the notification centre has room for it.
    let kind = match &told.drift {
        Some(Drift::Link(_)) => scene.notification(told.kind),
        _ => scene.told(told),
    };
    let (number, name) = told.who.as_ref().map_or(("", ""), |who| (who.number.as_str(), who.name.as_str()));
    let about = scene.free_text(&told.about);
    let age = scene.age(told.at);
    let pieces = |pieces: &[&str]| -> String {
        let pieces: Vec<&str> = pieces.iter().copied().filter(|piece| !piece.is_empty()).collect();
        pieces.join(" ")
    };
    let tries = [
        pieces(&[&source, &kind, number, name, &about, &age]),
        pieces(&[&source, &kind, number, &about, &age]),
        pieces(&[&source, &kind, number, &age]),
        pieces(&[&source, &kind, number]),
        pieces(&[&source, &kind]),
    ];
    let fits = tries.iter().find(|words| text::width(words) <= room).or(tries.last());
    fits.map(|words| text::truncate(words, room, scene.theme.glyphs.ellipsis).into_owned()).unwrap_or_default()
}

impl App {
    /// What stands at the left of a status bar of this width, in its order.
    pub(in crate::app) fn status_segments<'a>(&self, width: u16, right: usize, scene: &Scene<'a>) -> Vec<Segment<'a>> {
        /// Cells in which a notice still says something.
        const LEGIBLE: usize = 30;
        let mut rest = Vec::new();
        // That none of them answers is said for all of them.
        let offline = self.offline_segment(scene);
        let system = |health: &Health, length: Length| {
            let segment = system(health, width, length, scene);
            if offline.is_some() { Segment { priority: 3, ..segment } } else { segment }
        };
        if let Some((words, tone)) = self.operations_in_short(scene) {
            rest.push(Segment::new(words, 0).role(tone_role(tone)).mark(tone_mark(tone)));
        }
        rest.extend(self.recording_segment(scene));
        rest.extend(self.pack_segment(scene));
        rest.extend(offline.clone());
        rest.extend(self.outbox_segment(scene));
        rest.extend(self.elsewhere.segments(scene));
        let room = |length: Length| {
            let taken = |segment: &Segment<'_>| text::width(&segment.text) + 4;
            let systems = self.health.iter().map(|health| system(health, length));
            let systems = systems.filter(|it| it.priority == 0 || length < Length::Unwell);
            let systems: usize = systems.map(|it| taken(&it)).sum();
            // How events come is said where room is left.
            let rest: usize = rest.iter().filter(|it| it.priority <= 1).map(taken).sum();
            usize::from(width).checked_sub(systems + rest + right + 6)
        };
        // What just happened is told whole before the systems are, and of them their marks go last.
        let whole = self.news(usize::MAX, scene).map_or(0, |(words, _)| text::width(&words));
        let fits = |from: Length, cells: usize| {
            let lengths = Length::ALL.into_iter().filter(|length| (from..Length::Unwell).contains(length));
            lengths.into_iter().find(|length| room(*length).is_some_and(|room| room >= cells))
        };
        let length = fits(Length::Whole, whole).or_else(|| fits(Length::Short, LEGIBLE)).unwrap_or(Length::Unwell);
        let room = room(length).unwrap_or(0);
        let mut segments: Vec<_> = self.health.iter().map(|health| system(health, length)).collect();
        segments.append(&mut rest);
        segments.extend(
            self.news(room, scene)
                .map(|(words, tone)| Segment::new(words, 2).role(tone_role(tone)).mark(tone_mark(tone))),
        );
        if self.notices.dropped > 0 {
            let n = i64::try_from(self.notices.dropped).unwrap_or(i64::MAX);
            segments.push(Segment::new(scene.with("notices-dropped", &[("n", Value::Number(n))]), 7));
        }
        segments
    }

    /// That nothing at all can be read, and since when: what is shown is what was known then.
    fn offline_segment<'a>(&self, scene: &Scene<'a>) -> Option<Segment<'a>> {
        let down = self.health.iter().all(|health| health.state == HealthState::Down);
        let since = self.health.iter().filter_map(|health| health.last_good).max();
        let words = match since {
            Some(at) => scene.with("status-offline-since", &[("age", Value::Text(&scene.age(at)))]),
            None => scene.say("status-offline").into_owned(),
        };
        down.then(|| Segment::new(words, 0).mark(Mark::Critical).role(Mark::Critical.role()))
    }

    /// What the desk itself just said, or what happened elsewhere, whichever is newer, in this many cells.
    fn news(&self, room: usize, scene: &Scene<'_>) -> Option<(String, Tone)> {
        let remark = self.notices.fresh(self.now);
        // What is wrong at this desk is covered by nothing less urgent that comes in meanwhile.
        let covers = |kept: &&Kept| {
            let tone = kept.notification.kind.tone();
            remark.is_none_or(|it| it.tone > Tone::Warning || tone < it.tone)
        };
        match (self.elsewhere.news(remark.map(|it| it.at)).filter(covers), remark) {
            (Some(kept), _) => Some((sentence(kept, room, scene), kept.notification.kind.tone())),
            (None, Some(kept)) => Some((cut(&kept.text, room, scene.theme.glyphs.ellipsis), kept.tone)),
            (None, None) => None,
        }
    }
}

/// A remark in this many cells. It is cut at its end; one that ends in a path keeps the path's end, which says which file.
fn cut(remark: &str, room: usize, ellipsis: &str) -> String {
    let path =
        remark.split_whitespace().next_back().is_some_and(|last| last.starts_with('/') || last.starts_with("~/"));
    if path { text::middle(remark, room, ellipsis) } else { text::truncate(remark, room, ellipsis) }.into_owned()
}
