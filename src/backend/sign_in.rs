//! Signing in by hand at the desk. The browser's way back to this machine is `madoguchi login`'s; here a person pastes it, as
//! over SSH, so that no question waits for somebody who may never come.

use super::salesforce::session::browser::NoCode;
use super::{Backend, Replies};
use crate::flow::query::Reply;
use crate::flow::sign_in::{SignInQuery, SignInReply};

impl Backend {
    pub(super) async fn about_sign_in(&self, query: SignInQuery, replies: &Replies) {
        let reply = match query {
            SignInQuery::Begin => match self.salesforce.begin_sign_in() {
                Ok(Some((url, redirect))) => {
                    SignInReply::Begun { url: url.to_string(), redirect: redirect.to_string() }
                }
                Ok(None) => SignInReply::ByItself,
                Err(fault) => SignInReply::Failed(fault),
            },
            SignInQuery::Pasted(ended) => match self.salesforce.finish_sign_in(ended.expose()).await {
                Ok(Ok(who)) => SignInReply::Done(who),
                Ok(Err(NoCode::Nonsense)) => SignInReply::Nonsense,
                Ok(Err(NoCode::OtherSignIn)) => SignInReply::OtherSignIn,
                Ok(Err(NoCode::Denied(why))) => SignInReply::Denied(why),
                Err(fault) => SignInReply::Failed(fault),
            },
        };
        replies.send(Reply::SignIn(reply)).await;
    }
}
