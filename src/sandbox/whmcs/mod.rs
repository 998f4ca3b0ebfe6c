//! WHMCS as its clients see it on the wire: what it stores, and how it answers `includes/api.php`.
//!
//! | file | job |
//! |---|---|
//! | `api` | the door: parameters in, three error channels out, who may pass |
//! | `actions` | the one table of action names |
//! | `clients`, `services`, `upgrade`, `invoices`, `billing`, `orders`, `support`, `mail`, `system` | the actions that read, by what they read |
//! | `bills`, `payments`, `checkout`, `replies`, `modules` | the actions that change invoices, money, orders, tickets, and what is provisioned |
//! | `params`, `php`, `reply`, `style` | PHP's way of reading, the vendor's way of writing, and its variants |
//! | `db`, `rows`, `table`, `words`, `installation` | what is stored |

mod actions;
mod api;
mod billing;
mod bills;
mod checkout;
mod clients;
pub mod db;
mod installation;
mod invoices;
mod mail;
mod modules;
mod orders;
mod params;
mod payments;
mod php;
mod replies;
mod reply;
mod rows;
mod services;
mod style;
mod support;
mod system;
mod table;
#[cfg(test)]
mod tests;
mod upgrade;
mod words;

pub use api::{act, router};
pub use db::Db;
pub use style::{Empty, Lists, Numbers, Refusals, Release, Style};
