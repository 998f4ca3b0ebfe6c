//! The board of the shift: counts of what waits in every system, and the lists behind them.

use futures_util::join;

use super::salesforce::queues::Asking;
use super::{Backend, Replies};
use crate::domain::queue::{Queue, Tally};
use crate::domain::system::System;
use crate::flow::board::Cursor;
use crate::flow::fault::Fault;
use crate::flow::query::Reply;

/// Counts every queue and sends each count as it comes: Salesforce's from one call, WHMCS's one after the other, so that
/// an open customer is not kept waiting behind them.
pub(super) async fn count(backend: &Backend, replies: &Replies) {
    let send = async |queue, tally| {
        let tally: Result<Tally, Fault> = tally;
        replies.send(Reply::Tally(queue, backend.remembered(None, tally))).await;
    };
    let salesforce = async {
        for (queue, tally) in backend.salesforce.tallies(&backend.asking()).await {
            send(queue, tally).await;
        }
    };
    let whmcs = async {
        for queue in Queue::ALL.into_iter().filter(|queue| queue.system() == System::Whmcs) {
            send(queue, backend.whmcs.tally(queue).await).await;
        }
    };
    join!(salesforce, whmcs);
}

/// Reads one page of a queue.
pub(super) async fn page(backend: &Backend, queue: Queue, from: Option<Cursor>, replies: &Replies) {
    let page = match queue.system() {
        System::Salesforce => backend.salesforce.queue_page(&backend.asking(), queue, from.as_ref()).await,
        System::Whmcs => backend.whmcs.queue_page(queue, from.as_ref()).await,
        System::Freebit => return,
    };
    let page = backend.remembered(None, page);
    replies.send(Reply::Queue { queue, first: from.is_none(), page }).await;
}

impl Backend {
    /// What is asked of the queues, now.
    pub(super) fn asking(&self) -> Asking<'_> {
        Asking { rules: &self.waiting, promises: &self.promises, now: (self.now.0)() }
    }
}
