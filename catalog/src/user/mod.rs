//! People and programs that sign in.
//!
//! A new user owns the namespace of the same name. Names are compared case-insensitively ("Ada" can't be
//! taken for "ada"), passwords are optional (a user may have tokens only), and the hub's last owner can't be
//! removed or demoted.

mod create;
mod find;
mod password;
mod record;
mod remove;

pub use create::NewUser;
pub(crate) use create::insert;
pub use record::User;
