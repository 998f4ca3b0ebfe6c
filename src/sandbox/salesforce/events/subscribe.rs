//! One subscription: what was asked for is sent as it happens, never more than was asked for.

use std::sync::{Arc, PoisonError, RwLockReadGuard};

use futures_util::{Stream, StreamExt as _, stream};
use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};
use tonic::Status;

use super::bus::{Entry, Event};
use super::change::ChangeType;
use super::payload;
use super::refusal::Refusal;
use super::service::Hub;
use super::streams::Ticket;
use super::topic::Topic;
use super::wire::{self, ConsumerEvent, FetchRequest, FetchResponse, ProducerEvent};
use crate::sandbox::faults::{Call, Fault, Moment, System};
use crate::sandbox::{World, worker};

/// Events that may be asked for and not sent yet; what is asked beyond that is not owed.
const OUTSTANDING: u32 = 100;
/// Bytes of events in one answer; the vendor sends up to three million.
const ANSWER: usize = 2_000_000;

/// What a stream knows once its first request came.
#[derive(Debug)]
struct Live {
    topic: Topic,
    /// The last position that was looked at.
    cursor: u64,
    /// An event that waits for the next one to overtake it.
    held: Option<(u64, ConsumerEvent)>,
    wake: watch::Receiver<u64>,
    ticket: Ticket,
}

/// A stream.
#[derive(Debug)]
struct Subscription<S> {
    hub: Arc<Hub>,
    rpc_id: String,
    /// `None` once the client said that it asks for nothing more.
    requests: Option<S>,
    live: Option<Live>,
    pending: u32,
    cut: watch::Receiver<u64>,
    /// When it last said anything.
    spoken: Instant,
    /// Since when nothing is asked of it.
    idle: Instant,
    /// How it ends, once what came before is sent.
    end: Option<Status>,
}

/// Answers a stream of requests. It ends with a status, or without one when nothing is asked of it for too long.
pub(super) fn open<S>(
    hub: Arc<Hub>,
    rpc_id: String,
    requests: S,
) -> impl Stream<Item = Result<FetchResponse, Status>> + Send + 'static
where
    S: Stream<Item = Result<FetchRequest, Status>> + Send + Unpin + 'static,
{
    let (cut, now) = (hub.board().streams.cuts(), Instant::now());
    let stream = Subscription {
        hub,
        rpc_id,
        requests: Some(requests),
        live: None,
        pending: 0,
        cut,
        spoken: now,
        idle: now,
        end: None,
    };
    stream::unfold(Some(stream), async |stream| {
        let mut stream = stream?;
        match stream.next().await? {
            Ok(answer) => Some((Ok(answer), Some(stream))),
            Err(status) => Some((Err(status), None)),
        }
    })
}

impl<S: Stream<Item = Result<FetchRequest, Status>> + Send + Unpin> Subscription<S> {
    async fn next(&mut self) -> Option<Result<FetchResponse, Status>> {
        loop {
            if let Some(status) = self.end.take() {
                return Some(Err(status));
            }
            if self.cut.has_changed().unwrap_or(true) {
                return Some(Err(self.refused(Refusal::Unavailable)));
            }
            if let Some(answer) = self.deliver() {
                return Some(Ok(answer));
            }
            if self.end.is_some() {
                continue;
            }
            if self.requests.is_none() && self.pending == 0 {
                return None;
            }
            let pace = self.hub.board().streams.pace();
            let limit = if self.pending > 0 { self.spoken + pace.keepalive() } else { self.idle + pace.idle() };
            let world = &self.hub.board().world;
            tokio::select! {
                biased;
                _ = self.cut.changed() => return Some(Err(self.refused(Refusal::Unavailable))),
                request = heard(&mut self.requests) => match request {
                    Some(Ok(request)) => {
                        if let Err(refusal) = self.take(&request) {
                            return Some(Err(self.refused(refusal)));
                        }
                    }
                    // The client is gone, or asks for nothing more.
                    Some(Err(_)) => return None,
                    None => self.requests = None,
                },
                gone = told(&mut self.live) => if gone {
                    return Some(Err(self.refused(Refusal::Unavailable)));
                },
                // The portal's worker writes while nobody calls: whoever listens has it work.
                () = worker::next_due(world) => worker::catch_up_shared(world),
                () = sleep_until(limit) => return (self.pending > 0).then(|| Ok(self.answer(Vec::new()))),
            }
        }
    }

    fn refused(&self, refusal: Refusal) -> Status {
        refusal.status(&self.rpc_id)
    }

    /// Takes in a request for more.
    fn take(&mut self, request: &FetchRequest) -> Result<(), Refusal> {
        let wanted = u32::try_from(request.num_requested).ok().filter(|it| *it > 0).ok_or(Refusal::Requested)?;
        match &self.live {
            None => self.live = Some(self.begin(request)?),
            Some(live) if !request.topic_name.is_empty() && request.topic_name != live.topic.name() => {
                return Err(Refusal::TopicMismatch);
            }
            Some(_) => {}
        }
        let world = read(&self.hub);
        if !request.auth_refresh.is_empty()
            && !world.salesforce.sessions.is_open(&request.auth_refresh, world.clock.now())
        {
            return Err(Refusal::AuthRefresh);
        }
        drop(world);
        if self.pending == 0 {
            self.spoken = Instant::now();
        }
        self.pending = self.pending.saturating_add(wanted).min(OUTSTANDING);
        if let Some(live) = &self.live {
            live.ticket.note(0, self.pending);
        }
        Ok(())
    }

    /// The first request says of what and from where.
    fn begin(&self, request: &FetchRequest) -> Result<Live, Refusal> {
        if request.topic_name.is_empty() {
            return Err(Refusal::TopicEmpty);
        }
        let topic = Topic::parse(&request.topic_name).ok_or(Refusal::TopicNotFound)?;
        let custom = request.replay_preset == wire::CUSTOM;
        let name = topic.name();
        let moment = Moment::Subscription { custom };
        let call = Call { system: System::Salesforce, label: "Subscribe", target: &name, reads: true, moment };
        let fault = self.hub.board().faults().judge(&call).fault;
        let world = read(&self.hub);
        let (bus, now) = (&world.salesforce.events, world.clock.now());
        let cursor = match request.replay_preset {
            wire::LATEST => bus.last(),
            wire::EARLIEST => bus.gone(now),
            wire::CUSTOM if request.replay_id.is_empty() => return Err(Refusal::ReplayMissing),
            wire::CUSTOM => wire::position(&request.replay_id)
                .filter(|at| (bus.gone(now)..=bus.last()).contains(at) && fault != Some(Fault::CorruptReplay))
                .ok_or(Refusal::ReplayCorrupted)?,
            _ => return Err(Refusal::ReplayMissing),
        };
        if fault == Some(Fault::AllocationExhausted) || bus.deliveries(now).1 == 0 {
            return Err(Refusal::Allocation);
        }
        let wake = bus.listen();
        let ticket = self.hub.board().streams.enter(name).ok_or(Refusal::Clients)?;
        Ok(Live { topic, cursor, held: None, wake, ticket })
    }

    /// The next events, when there are any and they are owed.
    fn deliver(&mut self) -> Option<FetchResponse> {
        while self.pending > 0 && self.end.is_none() {
            let (events, more) = self.next_events()?;
            if !events.is_empty() {
                return Some(self.answer(events));
            }
            if !more {
                break;
            }
        }
        None
    }

    /// What is sent of the next events that are owed, and whether there are more behind them.
    fn next_events(&mut self) -> Option<(Vec<ConsumerEvent>, bool)> {
        let live = self.live.as_mut()?;
        let (entries, scanned, more, now) = {
            let world = read(&self.hub);
            let (bus, now) = (&world.salesforce.events, world.clock.now());
            if bus.gone(now) > live.cursor {
                drop(world);
                self.end = Some(self.refused(Refusal::ReplayCorrupted));
                return None;
            }
            let owed = bus.after(live.cursor).filter(|entry| live.topic.has(entry)).take(self.pending as usize);
            let entries: Vec<Arc<Entry>> = owed.cloned().collect();
            // What lies between two events of the topic need not be looked at again.
            let all = entries.len() < self.pending as usize;
            let scanned = if all { Some(bus.last()) } else { entries.last().map(|entry| entry.position) };
            (entries, scanned.unwrap_or(live.cursor), !all, now)
        };
        let (mut events, mut size) = (Vec::new(), 0);
        for entry in &entries {
            if size > ANSWER {
                break;
            }
            match hand_over(&self.hub, live, entry, now, &mut events) {
                Ok(bytes) => size += bytes,
                Err(refusal) => {
                    self.end = Some(refusal.status(&self.rpc_id));
                    break;
                }
            }
            live.cursor = entry.position;
        }
        if self.end.is_none() && size <= ANSWER {
            live.cursor = scanned;
        }
        Some((events, more))
    }

    fn answer(&mut self, events: Vec<ConsumerEvent>) -> FetchResponse {
        self.spoken = Instant::now();
        self.pending = self.pending.saturating_sub(events.len() as u32);
        if self.pending == 0 {
            self.idle = self.spoken;
        }
        let latest = self.live.as_ref().map_or(0, |live| {
            live.ticket.note(events.len(), self.pending);
            live.held.as_ref().map_or(live.cursor, |(at, _)| live.cursor.min(at - 1))
        });
        FetchResponse {
            events,
            latest_replay_id: wire::replay_id(latest),
            rpc_id: self.rpc_id.clone(),
            pending_num_requested: self.pending as i32,
        }
    }
}

/// Puts an event among those to be sent, as the faults in force will have it; the bytes it takes.
fn hand_over(
    hub: &Hub,
    live: &mut Live,
    entry: &Arc<Entry>,
    now: Timestamp,
    events: &mut Vec<ConsumerEvent>,
) -> Result<usize, Refusal> {
    let fault = judge(hub, live.topic, entry);
    let told_as = match (&entry.event, &fault) {
        (Event::Change(change), Some(Fault::GapEvent)) => Some(change.kind.gap()),
        (Event::Change(_), Some(Fault::OverflowEvent)) => Some(ChangeType::GapOverflow),
        _ => None,
    };
    match fault {
        Some(Fault::LoseEvent) => return Ok(0),
        Some(Fault::CutStream) => return Err(Refusal::Unavailable),
        Some(Fault::AllocationExhausted) => return Err(Refusal::Allocation),
        Some(Fault::ExpiredStream) => {
            let mut world = hub.board().world.write().unwrap_or_else(PoisonError::into_inner);
            world.salesforce.sessions.expire_all();
            return Err(Refusal::Auth);
        }
        _ => {}
    }
    let words = Arc::clone(&read(hub).salesforce.words);
    let Some((schema_id, payload)) = payload::encode(entry, told_as, &words) else { return Ok(0) };
    if !read(hub).salesforce.events.deliver_one(now) {
        return Err(Refusal::Allocation);
    }
    let size = payload.len();
    let event = ConsumerEvent {
        event: Some(ProducerEvent {
            id: entry.id.to_string(),
            schema_id: schema_id.to_owned(),
            payload,
            headers: Vec::new(),
        }),
        replay_id: wire::replay_id(entry.position),
    };
    if fault == Some(Fault::DelayEvent) && live.held.is_none() {
        live.held = Some((entry.position, event));
        return Ok(0);
    }
    if fault == Some(Fault::DuplicateEvent) {
        events.push(event.clone());
    }
    events.push(event);
    events.extend(live.held.take().map(|(_, held)| held));
    Ok(size)
}

/// What this delivery has to suffer.
fn judge(hub: &Hub, topic: Topic, entry: &Entry) -> Option<Fault> {
    let mut faults = hub.board().faults();
    if faults.in_force().is_empty() {
        return None;
    }
    let topic = topic.name();
    let (change, target) = match &entry.event {
        Event::Change(change) => {
            let records: Vec<String> = change.records.iter().map(ToString::to_string).collect();
            (true, format!("{topic} {} {} {}", change.entity.name, change.kind.word(), records.join(" ")))
        }
        Event::Said(said) => (false, format!("{topic} {}", said.event.name)),
    };
    let moment = Moment::Delivery { change };
    faults.judge(&Call { system: System::Salesforce, label: "Deliver", target: &target, reads: true, moment }).fault
}

fn read(hub: &Hub) -> RwLockReadGuard<'_, World> {
    hub.board().world.read().unwrap_or_else(PoisonError::into_inner)
}

/// The next request; `None` once, when there will be no more.
async fn heard<S: Stream + Unpin>(requests: &mut Option<S>) -> Option<S::Item> {
    match requests {
        Some(requests) => requests.next().await,
        None => std::future::pending().await,
    }
}

/// Ends when something was committed; true when the world is gone.
async fn told(live: &mut Option<Live>) -> bool {
    match live {
        Some(live) => live.wake.changed().await.is_err(),
        None => std::future::pending().await,
    }
}
