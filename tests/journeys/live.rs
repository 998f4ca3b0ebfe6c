//! A desk that hears what happens elsewhere.

use std::panic::Location;

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

    /// Runs until the screen shows a text, however long what tells of it takes.
    #[track_caller]
    pub fn until<'a>(&'a mut self, text: &'a str) -> impl Future<Output = ()> + 'a {
        let caller = Location::caller();
        async move {
            let shows = async {
                while !self.screen().iter().any(|line| line.contains(text)) {
                    let msg = self.work.next().await;
                    self.handle(msg);
                }
            };
            let shown = tokio::time::timeout(PATIENCE, shows).await;
            assert!(shown.is_ok(), "{text:?} never comes at {caller} on\n{}", self.screen().join("\n"));
        }
    }
}

#[tokio::test]
async fn a_desk_that_listens_works_and_comes_to_rest_like_any_other() {
    let mut desk = Desk::open().await;
    desk.listen().open_customer("C-000001").await;
    desk.until("C-000001").await;
    desk.settle().await;
}
