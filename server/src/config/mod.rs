//! The settings of a server, each as a flag of `hub serve`, a `HUB_*` variable and a key of a TOML file.
//!
//! [`Settings`] are the values that were given, [`Config`] the values in effect. The three names of a setting are
//! spellings of one (`--signed-url-secs`, `HUB_SIGNED_URL_SECS`, `signed_url_secs`), and the documentation's table is
//! generated from [`Settings`], so that it can't be out of date. A flag takes precedence over a variable, a variable
//! over the file, the file over the default.

mod resolve;
mod settings;
mod table;

pub use resolve::{Config, ConfigError};
pub use settings::{Links, LogFormat, Settings};
pub use table::table;
