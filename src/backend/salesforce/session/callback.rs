//! The port of this machine that a browser comes back to after a sign-in. It answers nothing but that, and only while a
//! sign-in is under way.

use std::future;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::browser::PATH;

/// The longest request that is read, in bytes.
const LONGEST: usize = 16 << 10;
/// How long a browser may take to say what it wants; some open connections only to have them.
const PATIENCE: Duration = Duration::from_secs(30);

/// The port, open.
#[derive(Debug)]
pub struct Door {
    four: TcpListener,
    /// What `localhost` may mean first; not every machine has it.
    six: Option<TcpListener>,
    port: u16,
}

/// A browser that came back, waiting for a page.
#[derive(Debug)]
pub struct Caller {
    stream: TcpStream,
    /// Path and query of the address it ended on.
    pub target: String,
}

impl Door {
    /// Opens the port; 0 lets the system choose.
    ///
    /// # Errors
    /// Somebody else has it.
    pub async fn open(port: u16) -> io::Result<Self> {
        let four = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let port = four.local_addr()?.port();
        let six = TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await.ok();
        Ok(Self { four, six, port })
    }

    /// Which one it is.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Waits for a browser that comes back from a sign-in. Whoever wants anything else is told that it is not here.
    pub async fn next(&self) -> Caller {
        let mut calling = FuturesUnordered::new();
        loop {
            tokio::select! {
                Some(Some(caller)) = calling.next() => return caller,
                Some(stream) = accepted(&self.four) => calling.push(call(stream)),
                Some(stream) = async {
                    match &self.six {
                        Some(six) => accepted(six).await,
                        None => future::pending().await,
                    }
                } => calling.push(call(stream)),
                // A moment in which no more connections can be had.
                else => tokio::task::yield_now().await,
            }
        }
    }
}

async fn accepted(listener: &TcpListener) -> Option<TcpStream> {
    listener.accept().await.ok().map(|(stream, _)| stream)
}

/// What a connection is about; `None` when it is answered already.
async fn call(mut stream: TcpStream) -> Option<Caller> {
    let target = tokio::time::timeout(PATIENCE, asked(&mut stream)).await.ok()??;
    if target.split('?').next() == Some(PATH) {
        return Some(Caller { stream, target });
    }
    Caller { stream, target }.answer("404 Not Found", "").await;
    None
}

/// The target of a GET, once its head is whole.
async fn asked(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        if head.len() > LONGEST || stream.read_buf(&mut head).await.ok()? == 0 {
            return None;
        }
    }
    let head = std::str::from_utf8(&head).ok()?;
    let mut words = head.lines().next()?.split(' ');
    (words.next()? == "GET").then_some(words.next()?.to_owned())
}

impl Caller {
    /// Shows the browser a sentence and lets it go. Nothing of what it sent is in the page.
    pub async fn told(self, status: &str, sentence: &str) {
        let sentence = html_escape::encode_text(sentence);
        let page = format!(
            "<!doctype html><meta charset=\"utf-8\"><title>madoguchi</title>\
             <body style=\"font-family:sans-serif;margin:4em\"><p>{sentence}</p>"
        );
        self.answer(status, &page).await;
    }

    async fn answer(mut self, status: &str, page: &str) {
        // The address has the code in it: the browser keeps no copy of the page and tells nobody where it was.
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\ncache-control: no-store\r\n\
             referrer-policy: no-referrer\r\ncontent-security-policy: default-src 'none'; style-src 'unsafe-inline'\r\n\
             connection: close\r\n\r\n",
            page.len()
        );
        let answering = async {
            self.stream.write_all(format!("{head}{page}").as_bytes()).await?;
            self.stream.shutdown().await
        };
        let _ = tokio::time::timeout(PATIENCE, answering).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn ask(port: u16, request: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn a_browser_that_comes_back_is_heard_among_others() {
        let door = Door::open(0).await.unwrap();
        let port = door.port();
        // One that only opens a connection holds up nobody.
        let _idle = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
        let browser = async {
            let icon = ask(port, "GET /favicon.ico HTTP/1.1\r\nhost: x\r\n\r\n").await;
            let post = ask(port, "POST /OauthRedirect?code=x HTTP/1.1\r\n\r\n").await;
            let page = ask(port, "GET /OauthRedirect?code=<b>x HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
            (icon, post, page)
        };
        let desk = async {
            let caller = door.next().await;
            let target = caller.target.clone();
            caller.told("200 OK", "Done & <well>").await;
            target
        };
        let ((icon, post, page), target) = tokio::join!(browser, desk);
        assert_eq!(target, "/OauthRedirect?code=<b>x");
        assert!(icon.starts_with("HTTP/1.1 404 ") && post.is_empty(), "{icon} {post}");
        assert!(page.contains("Done &amp; &lt;well&gt;") && !page.contains("<b>"), "{page}");
        assert!(page.contains("no-store") && page.contains("no-referrer"), "{page}");
    }

    #[tokio::test]
    async fn a_port_that_is_taken_is_an_error() {
        let first = Door::open(0).await.unwrap();
        assert_eq!(Door::open(first.port()).await.unwrap_err().kind(), io::ErrorKind::AddrInUse);
    }
}
