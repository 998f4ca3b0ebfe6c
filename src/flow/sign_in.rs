//! Signing in by hand at the desk: where the browser goes, and where it ended, as it comes back to this machine or as a person
//! pastes it.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

use super::fault::Fault;
use crate::domain::text::Text;

/// The address that a browser ended on. There is a code in it, so its `Debug` shows nothing.
#[derive(Clone)]
pub struct Pasted(SecretString);

impl Pasted {
    /// As it was pasted.
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// For whoever takes it apart.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl PartialEq for Pasted {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Pasted {}

impl fmt::Debug for Pasted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pasted(…)")
    }
}

/// What a browser is shown when it comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pages {
    /// It worked.
    pub done: String,
    /// It did not; the terminal says why.
    pub not_done: String,
}

/// What is asked about signing in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInQuery {
    /// Begin.
    Begin,
    /// Begin the one of a person who left the desk: theirs alone, and they are asked anew.
    Return,
    /// The browser ended here.
    Pasted(Pasted),
    /// Wait for the browser to come back to this machine. It may never.
    Back(Pages),
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInReply {
    /// It was begun.
    Begun {
        /// Where the browser goes.
        url: String,
        /// What the address it ends on begins with.
        redirect: String,
        /// A browser of this machine can come back by itself.
        returns: bool,
    },
    /// The desk signs in by itself, so nobody has to.
    ByItself,
    /// Somebody is signed in: their name, empty where the org did not tell.
    Done(Text),
    /// Who had left is back: their name, empty where the org did not tell.
    Returned(Text),
    /// Somebody else signed in than who had left: their name, empty where the org did not tell. It was undone.
    SomebodyElse(Text),
    /// It is not known who had left, so nobody can be told to be them.
    NobodyWasHere,
    /// What was pasted is no address that a sign-in ends on.
    Nonsense,
    /// It is the address of another sign-in.
    OtherSignIn,
    /// The person said no, or may not.
    Denied(Text),
    /// It was not accepted, or could not be kept.
    Failed(Fault),
}
