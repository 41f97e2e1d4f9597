//! What can be set: once as a flag of `hub serve`, once as a `HUB_*` variable, once as a key of a TOML file.
//!
//! [`Settings`] is what somebody set, [`Config`] is what holds. The three names of a setting are one word in
//! three spellings (`--signed-url-secs`, `HUB_SIGNED_URL_SECS`, `signed_url_secs`), and the table of all of them
//! is made from [`Settings`] itself, so that it can't be out of date. A flag wins over a variable, a variable
//! over the file, the file over the default.

mod resolve;
mod settings;
mod table;

pub use resolve::{Config, ConfigError};
pub use settings::{Links, LogFormat, Settings};
pub use table::table;
