//! Signing in by hand at the desk: its browser comes back to this machine, or a person pastes where it ended, as over SSH.

use super::{Backend, Replies};
use crate::flow::query::Reply;
use crate::flow::sign_in::{Pages, SignInQuery, SignInReply};

impl Backend {
    pub(super) async fn about_sign_in(&self, query: SignInQuery, replies: &Replies) {
        let reply = match &query {
            SignInQuery::Begin | SignInQuery::Return => self.salesforce.begin_sign_in(&query).await,
            SignInQuery::Pasted(ended) => self.salesforce.finish_sign_in(ended.expose()).await,
            SignInQuery::Back(pages) => return self.wait_for_browser(pages, replies).await,
        };
        let signed_in = is_signed_in(&reply);
        replies.send(Reply::SignIn(reply)).await;
        if signed_in {
            self.learn_who_anew().await;
        }
    }

    /// Waits until the browser of the sign-in that was begun comes back. Who knows the port and not the sign-in's own word is
    /// shown that this was nothing, and is waited on no less.
    async fn wait_for_browser(&self, pages: &Pages, replies: &Replies) {
        let Some(door) = self.salesforce.door() else { return };
        loop {
            let caller = door.next().await;
            let reply = self.salesforce.finish_sign_in(&caller.target).await;
            let signed_in = is_signed_in(&reply);
            let (status, page) = if signed_in { ("200 OK", &pages.done) } else { ("400 Bad Request", &pages.not_done) };
            if matches!(reply, SignInReply::Nonsense | SignInReply::OtherSignIn) {
                caller.told(status, page).await;
                continue;
            }
            replies.send(Reply::SignIn(reply)).await;
            caller.told(status, page).await;
            if signed_in {
                self.learn_who_anew().await;
            }
            return;
        }
    }
}

const fn is_signed_in(reply: &SignInReply) -> bool {
    matches!(reply, SignInReply::Done(_) | SignInReply::Returned(_))
}
