//! A line to the event bus that breaks: whatever comes from the bus goes through, until so many bytes have, and then the
//! connection is gone in the middle of whatever was being said.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::Instant;
use url::Url;

/// The line.
pub struct Line {
    /// Its near end.
    pub url: Url,
    tried: watch::Receiver<Vec<Instant>>,
    breaks: Arc<AtomicUsize>,
}

impl Line {
    /// A line to whoever listens at an address, which holds until it is told to break. Then so many bytes go through before, at
    /// the most.
    pub async fn to(far: &Url, most: usize) -> Self {
        let far = (far.host_str().unwrap().to_owned(), far.port().unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        let (tries, tried) = watch::channel(Vec::new());
        let breaks = Arc::new(AtomicUsize::new(0));
        let coming = Arc::clone(&breaks);
        tokio::spawn(async move {
            let mut dice = fastrand::Rng::with_seed(7);
            loop {
                let (near, _) = listener.accept().await.unwrap();
                tries.send_modify(|tries| tries.push(Instant::now()));
                let one_less = |breaks: usize| breaks.checked_sub(1);
                let breaking = coming.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_ok();
                let through = breaking.then(|| dice.usize(0..=most));
                let far = TcpStream::connect(far.clone()).await.unwrap();
                tokio::spawn(carry(near, far, through));
            }
        });
        Self { url, tried, breaks }
    }

    /// How often somebody connected.
    pub fn tries(&self) -> usize {
        self.tried.borrow().len()
    }

    /// When the first so many connections were made.
    pub async fn tried(&mut self, times: usize) -> Vec<Instant> {
        self.tried.wait_for(|tried| tried.len() >= times).await.unwrap()[..times].to_vec()
    }

    /// So many connections break from now on.
    pub fn break_next(&self, times: usize) {
        self.breaks.store(times, Ordering::Relaxed);
    }

    /// How many are still to break.
    pub fn to_break(&self) -> usize {
        self.breaks.load(Ordering::Relaxed)
    }
}

/// Carries both ways until either end is gone, or the line breaks.
async fn carry(near: TcpStream, far: TcpStream, through: Option<usize>) {
    let (mut from_near, mut to_near) = near.into_split();
    let (mut from_far, mut to_far) = far.into_split();
    let answers = async {
        let mut left = through.unwrap_or(usize::MAX);
        let mut buffer = [0; 4096];
        while left > 0 {
            let room = left.min(buffer.len());
            let Ok(n @ 1..) = from_far.read(&mut buffer[..room]).await else { return };
            if to_near.write_all(&buffer[..n]).await.is_err() {
                return;
            }
            left -= n;
        }
    };
    tokio::select! {
        () = answers => {}
        _ = copy(&mut from_near, &mut to_far) => {}
    }
}
