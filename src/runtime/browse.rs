//! The browser of this machine.

use std::env;
use std::process::{Command, Stdio};
use std::thread;

/// Opens a browser where there is a screen to show one on. Over SSH the screen is somewhere else, and the address stands in the
/// terminal; there it stands as well where no browser can be opened.
pub fn show(url: String) {
    let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    if !(set("DISPLAY") || set("WAYLAND_DISPLAY")) || set("SSH_CONNECTION") || set("SSH_TTY") {
        return;
    }
    // Somebody has to wait for it, so that it does not stay as a zombie for as long as the desk is open.
    let _ = thread::Builder::new().name("browser".to_owned()).spawn(move || {
        let mut browser = Command::new("xdg-open");
        browser.arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()
    });
}
