//! Signing in by hand at the desk. The browser's way back to this machine is `madoguchi login`'s; here a person pastes it, as
//! over SSH, so that no question waits for somebody who may never come.

use super::{Backend, Replies};
use crate::flow::query::Reply;
use crate::flow::sign_in::SignInQuery;

impl Backend {
    pub(super) async fn about_sign_in(&self, query: SignInQuery, replies: &Replies) {
        let reply = match &query {
            SignInQuery::Begin | SignInQuery::Return => self.salesforce.begin_sign_in(&query).await,
            SignInQuery::Pasted(ended) => self.salesforce.finish_sign_in(ended.expose()).await,
        };
        replies.send(Reply::SignIn(reply)).await;
    }
}
