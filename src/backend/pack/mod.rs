//! The field pack: customers read for a day on the road, without secrets, sealed on this machine until their time is over.
//!
//! What a pack costs to open is memory and time on purpose ([`seal`]), so that is done away from where answers are handed over.

mod clean;
mod file;
mod read;
pub mod seal;

use std::path::PathBuf;

use jiff::Timestamp;
use tokio::sync::mpsc::Sender;
use tokio::task::spawn_blocking;

use super::{Backend, Replies};
use crate::flow::Customer;
use crate::flow::msg::Msg;
use crate::flow::pack::{Pack, PackCommand, PackHead, PackQuery, PackReply, PackSeen, PackShut, PackTold, Passphrase};
use crate::flow::query::Reply;
pub use seal::Cost;

/// Where packs lie, whose they are, and what opening one costs.
#[derive(Debug, Clone)]
pub struct Packs {
    path: Option<PathBuf>,
    profile: String,
    cost: Cost,
}

impl Packs {
    /// The packs of a profile in a folder; nowhere without one.
    pub fn new(folder: Option<PathBuf>, profile: &str) -> Self {
        let path = folder.map(|folder| file::path(&folder, profile));
        Self { path, profile: profile.to_owned(), cost: Cost::default() }
    }

    /// The same, with keys that cost this much: for tests, which have none to guard.
    #[must_use]
    pub fn at_cost(self, cost: Cost) -> Self {
        Self { cost, ..self }
    }

    fn look(&self, now: Timestamp) -> PackSeen {
        let Some(path) = &self.path else { return PackSeen::Nothing };
        let gone = path.parent().map(|folder| file::sweep(folder, now)).unwrap_or_default();
        if let Some((_, head)) = gone.into_iter().find(|(it, _)| it == path) {
            return PackSeen::Expired(head);
        }
        match file::read(path) {
            Ok(None) => PackSeen::Nothing,
            Ok(Some(bytes)) => seal::head(&bytes).map_or(PackSeen::Damaged, PackSeen::There),
            Err(_) => PackSeen::Unreadable,
        }
    }

    fn open(&self, passphrase: &Passphrase, now: Timestamp) -> Result<Pack, PackShut> {
        let path = self.path.as_ref().ok_or(PackShut::Gone)?;
        let bytes = file::read(path).map_err(|_| PackShut::Unreadable)?.ok_or(PackShut::Gone)?;
        let opened = seal::open(&bytes, &self.profile, passphrase, now);
        if opened == Err(PackShut::Expired)
            && let Err(error) = file::remove(path)
        {
            tracing::error!(kind = ?error.kind(), "a field pack whose time is over cannot be deleted");
        }
        let (head, plain) = opened?;
        let customers = clean::read(&plain).ok_or(PackShut::Damaged)?;
        Ok(Pack { head, customers: customers.into_iter().map(|it| it.unpacked(head.made)).collect() })
    }

    fn seal(&self, head: PackHead, customers: &[Customer], passphrase: &Passphrase) -> PackTold {
        let Some(path) = &self.path else { return PackTold::NotSealed("pack-not-sealed-folder") };
        let Some(plain) = clean::plain(customers) else { return PackTold::NotSealed("pack-not-sealed-secret") };
        let Some(sealed) = seal::seal(head, &self.profile, plain.to_vec(), passphrase, self.cost) else {
            return PackTold::NotSealed("pack-not-sealed-machine");
        };
        match file::write(path, &sealed) {
            Ok(()) => PackTold::Sealed(head),
            Err(error) => {
                tracing::error!(kind = ?error.kind(), "a field pack cannot be written");
                PackTold::NotSealed("pack-not-sealed-folder")
            }
        }
    }

    fn drop_it(&self) -> PackTold {
        match self.path.as_deref().map(file::remove) {
            None | Some(Ok(_)) => PackTold::Dropped,
            Some(Err(error)) => {
                tracing::error!(kind = ?error.kind(), "a field pack cannot be deleted");
                PackTold::NotDropped
            }
        }
    }
}

impl Backend {
    /// The same with somewhere to put packs.
    #[must_use]
    pub fn with_packs(self, packs: Packs) -> Self {
        Self { packs, ..self }
    }

    /// Answers what is asked about packs.
    pub(super) async fn about_packs(&self, query: PackQuery, replies: &Replies) {
        let (packs, now) = (self.packs.clone(), (self.now.0)());
        let reply = match query {
            PackQuery::Read(of) => return Box::pin(read::read(self, of, replies)).await,
            PackQuery::Look => {
                let seen = spawn_blocking(move || packs.look(now)).await;
                PackReply::Seen(seen.unwrap_or(PackSeen::Unreadable))
            }
            PackQuery::Open(passphrase) => {
                let opened = spawn_blocking(move || packs.open(&passphrase, now)).await;
                PackReply::Opened(opened.unwrap_or(Err(PackShut::Unreadable)).map(Box::new))
            }
        };
        replies.send(Reply::Pack(reply)).await;
    }

    /// Seals a pack, or deletes it.
    pub(super) async fn do_with_packs(&self, command: PackCommand, messages: &Sender<Msg>) {
        let packs = self.packs.clone();
        let done = spawn_blocking(move || match command {
            PackCommand::Seal(pack, passphrase) => packs.seal(pack.head, &pack.customers, &passphrase),
            PackCommand::Drop => packs.drop_it(),
        });
        let told = done.await.unwrap_or(PackTold::NotSealed("pack-not-sealed-machine"));
        let _ = messages.send(Msg::Pack(told)).await;
    }
}
