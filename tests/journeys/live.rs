//! A desk that hears what happens elsewhere.

use std::panic::Location;

use madoguchi::backend::notify::Rules;
use madoguchi::runtime::connect;

use crate::common::{Desk, PATIENCE};

impl Desk {
    /// Listens to what happens elsewhere from now on, which a desk of the tests does not by itself. What is heard owes nothing,
    /// so that a desk that listens comes to rest like any other: wait for what should be seen with [`Self::until`].
    pub fn listen(&mut self) -> &mut Self {
        let backend = self.backend.as_ref().expect("a desk that is connected");
        let ears = connect::ears(backend, self.work.messages());
        self.work.listen(ears);
        self
    }

    /// The same, until every topic is listened to: what happens from now on is heard.
    pub async fn listen_closely(&mut self) {
        let (mut streaming, topics) = (self.sandbox.streaming(), Rules::default().topics.len());
        let before = streaming.borrow().ever;
        self.listen();
        let all = streaming.wait_for(|streaming| streaming.ever - before == topics as u64);
        tokio::time::timeout(PATIENCE, all).await.expect("nobody listens").unwrap();
    }

    /// Runs until the screen shows a text, however long what tells of it takes.
    #[track_caller]
    pub fn until<'a>(&'a mut self, text: &'a str) -> impl Future<Output = ()> + 'a {
        let caller = Location::caller();
        async move {
            let shown = self.until_so(|screen| screen.iter().any(|line| line.contains(text))).await;
            assert!(shown, "{text:?} never comes at {caller} on\n{}", self.screen().join("\n"));
        }
    }

    /// Runs until the screen does not show a text any more.
    #[track_caller]
    pub fn until_gone<'a>(&'a mut self, text: &'a str) -> impl Future<Output = ()> + 'a {
        let caller = Location::caller();
        async move {
            let gone = self.until_so(|screen| !screen.iter().any(|line| line.contains(text))).await;
            assert!(gone, "{text:?} never goes at {caller} from\n{}", self.screen().join("\n"));
        }
    }

    async fn until_so(&mut self, wanted: impl Fn(&[String]) -> bool) -> bool {
        let so = async {
            while !wanted(&self.screen()) {
                let msg = self.work.next().await;
                self.handle(msg);
            }
        };
        tokio::time::timeout(PATIENCE, so).await.is_ok()
    }
}

#[tokio::test]
async fn a_desk_that_listens_works_and_comes_to_rest_like_any_other() {
    let mut desk = Desk::open().await;
    desk.listen().open_customer("C-000001").await;
    desk.until("C-000001").await;
    desk.settle().await;
}
