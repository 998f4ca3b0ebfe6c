//! One desk of a machine listens for all of them: what is delivered counts once, however many desks there are.
//!
//! Whoever gets the lock listens and serves the others over a socket that only their user may open. They share the journal, so
//! that the socket carries little: that there is news, what changed, and how the listening does. When the desk that listens
//! ends, however it ends, the system lets go of its lock, and another goes on from the positions in the journal.

use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::PathBuf;
use std::time::Duration;

use aws_lc_rs::digest;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use jiff::Timestamp;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::broadcast::error::RecvError;

use super::hear::{Hearing, KINDS};
use super::out::{Frame, Out, frame};
use super::poll::Poll;
use super::stream::Stream;
use crate::backend::Backend;
use crate::backend::jitter::Jitter;
use crate::backend::journal::Journal;
use crate::domain::system::System;
use crate::flow::live::Changed;

/// The longest frame, in bytes.
const LONGEST: u32 = 1 << 20;
/// Before it is tried again to reach the desk that listens, or to become it; and half as much again at the most, by chance.
const PAUSE: Duration = Duration::from_millis(100);

/// How long what there is waits for who is at the desk, and between two more attempts to learn it.
pub(super) const WHO: Duration = Duration::from_secs(3);
const ASKS: Duration = Duration::from_mins(1);

/// Where the desks of one machine and one world meet.
#[derive(Debug)]
struct Meeting {
    lock: PathBuf,
    socket: PathBuf,
    /// Whose folder it is.
    user: u32,
}

impl Meeting {
    fn of(journal: &Journal) -> io::Result<Self> {
        let world = digest::digest(&digest::SHA256, journal.world().id().as_bytes());
        let name = world.as_ref().iter().take(6).fold(0_u64, |name, byte| name << 8 | u64::from(*byte));
        let folder = journal.folder();
        Ok(Self {
            lock: folder.join(format!("live-{name:012x}.lock")),
            socket: folder.join(format!("live-{name:012x}.sock")),
            user: fs::metadata(folder)?.uid(),
        })
    }

    /// The lock, unless another desk has it.
    fn lead(&self) -> io::Result<Option<File>> {
        let lock = OpenOptions::new().append(true).create(true).mode(0o600).open(&self.lock)?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(lock)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Opens the door for the others. Only with the lock in hand.
    fn open(&self) -> io::Result<UnixListener> {
        match fs::remove_file(&self.socket) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(&self.socket)?;
        fs::set_permissions(&self.socket, Permissions::from_mode(0o600))?;
        Ok(listener)
    }

    /// Whether somebody at the door is the same user.
    fn knows(&self, stream: &UnixStream) -> bool {
        stream.peer_cred().is_ok_and(|peer| peer.uid() == self.user)
    }
}

/// Tells what happens elsewhere for as long as it is polled.
pub async fn run(backend: &Backend, journal: &Journal, out: &Out<'_>) {
    // Whose matter it is should be told at once; what there is must not wait for long.
    let known = tokio::time::timeout(WHO, out.learn_who()).await.unwrap_or(false);
    out.own_news().await;
    let learns = async {
        if !known {
            loop {
                tokio::time::sleep(ASKS).await;
                if out.learn_who().await {
                    return out.own_again().await;
                }
            }
        }
    };
    futures_util::join!(meet(backend, journal, out), learns);
}

/// Listens for every desk of the machine, or hears from the one that does.
async fn meet(backend: &Backend, journal: &Journal, out: &Out<'_>) {
    let meeting = match Meeting::of(journal) {
        Ok(meeting) => meeting,
        Err(error) => {
            tracing::warn!(%error, "the desks of this machine cannot meet");
            return lead(backend, journal, out, None).await;
        }
    };
    let mut jitter = Jitter::default();
    loop {
        match meeting.lead() {
            Ok(Some(_lock)) => return lead(backend, journal, out, Some(&meeting)).await,
            Ok(None) => follow(backend, out, &meeting).await,
            Err(error) => {
                tracing::warn!(%error, "the desks of this machine cannot meet");
                return lead(backend, journal, out, None).await;
            }
        }
        // Whoever was served is by itself for a moment, and all of them try.
        tokio::time::sleep(jitter.from(PAUSE)).await;
        out.own_news().await;
    }
}

/// Listens, and tells the others.
async fn lead(backend: &Backend, journal: &Journal, out: &Out<'_>, meeting: Option<&Meeting>) {
    let stream = Stream { hearing: Hearing { backend, journal }, out };
    let poll = Poll { hearing: Hearing { backend, journal }, out };
    let nudged = async {
        loop {
            backend.notify.nudge.notified().await;
            out.news().await;
        }
    };
    let served = async {
        let Some(meeting) = meeting else { return };
        match meeting.open() {
            Ok(listener) => serve(backend, out, meeting, &listener).await,
            Err(error) => tracing::warn!(%error, "other desks of this machine cannot be told"),
        }
    };
    futures_util::join!(Box::pin(stream.run()), Box::pin(poll.run()), nudged, served);
}

/// Serves whoever comes to the door.
async fn serve(backend: &Backend, out: &Out<'_>, meeting: &Meeting, listener: &UnixListener) {
    let mut others = FuturesUnordered::new();
    loop {
        tokio::select! {
            came = listener.accept() => match came {
                Ok((stream, _)) if meeting.knows(&stream) => others.push(tell(backend, out, stream)),
                Ok(_) => tracing::warn!("somebody else's desk was not told"),
                Err(error) => {
                    tracing::warn!(%error, "a desk of this machine cannot be told");
                    tokio::time::sleep(PAUSE).await;
                }
            },
            Some(ended) = others.next(), if !others.is_empty() => {
                let _: io::Result<()> = ended;
                out.counted().await;
            }
        }
    }
}

/// Tells one other desk all there is, until it goes.
async fn tell(backend: &Backend, out: &Out<'_>, stream: UnixStream) -> io::Result<()> {
    let mut frames = out.subscribe();
    let (mut from, mut to) = stream.into_split();
    write(&mut to, &frame(&out.now_so())).await?;
    // What happened between its own look at the journal and this moment was told to nobody who would pass it on.
    write(&mut to, &Frame::News).await?;
    out.counted().await;
    let tells = async {
        loop {
            match frames.recv().await {
                Ok(told) => write(&mut to, &told).await?,
                // It was too slow to hear all: everything may be old.
                Err(RecvError::Lagged(_)) => {
                    write(&mut to, &Frame::News).await?;
                    write(&mut to, &Frame::Changed(whole(out.now_so().since))).await?;
                }
                Err(RecvError::Closed) => return Ok(()),
            }
        }
    };
    let hears = async {
        loop {
            // It changed something in the journal that everybody should see. Nothing else is taken from it.
            if read(&mut from).await? == Frame::News {
                backend.notify.touched.notify_one();
                backend.notify.due.notify_one();
                out.news().await;
            }
        }
    };
    tokio::select! {
        ended = tells => ended,
        ended = hears => ended,
    }
}

/// Every kind of record, as a whole.
fn whole(at: Timestamp) -> Vec<Changed> {
    let whole = |record| Changed {
        system: System::Salesforce,
        record,
        ids: Vec::new(),
        account: None,
        client: None,
        fields: Vec::new(),
        ours: false,
        at,
    };
    KINDS.map(whole).into()
}

/// Hears from the desk that listens, until it goes.
async fn follow(backend: &Backend, out: &Out<'_>, meeting: &Meeting) {
    let Ok(stream) = UnixStream::connect(&meeting.socket).await else { return };
    let (mut from, mut to) = stream.into_split();
    let hears = async {
        loop {
            match read(&mut from).await {
                Ok(Frame::News) => out.own_news().await,
                Ok(Frame::Changed(changed)) => out.own_changed(changed).await,
                Ok(told @ Frame::Stream { .. }) => out.shared(told).await,
                Err(_) => return,
            }
        }
    };
    let says = async {
        loop {
            backend.notify.nudge.notified().await;
            if write(&mut to, &Frame::News).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = hears => {}
        () = says => {}
    }
}

/// Writes a frame: how long it is, and then it.
async fn write(to: &mut OwnedWriteHalf, frame: &Frame) -> io::Result<()> {
    let body = serde_json::to_vec(frame).map_err(io::Error::other)?;
    let length = u32::try_from(body.len()).ok().filter(|length| *length <= LONGEST);
    let length = length.ok_or_else(|| io::Error::other("too long"))?;
    to.write_all(&[&length.to_be_bytes(), body.as_slice()].concat()).await
}

/// Reads a frame.
async fn read(from: &mut OwnedReadHalf) -> io::Result<Frame> {
    let mut length = [0; 4];
    from.read_exact(&mut length).await?;
    let length = u32::from_be_bytes(length);
    if length > LONGEST {
        return Err(io::Error::other("too long"));
    }
    let mut body = vec![0; length as usize];
    from.read_exact(&mut body).await?;
    serde_json::from_slice(&body).map_err(io::Error::other)
}
