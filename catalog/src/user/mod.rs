//! People and programs that sign in.
//!
//! A new user owns the namespace of the same name, unless that holds data sets already: a name that is given again
//! inherits nothing (see [`Catalog::create_user`](crate::Catalog::create_user)). Names are compared case-insensitively ("Ada" can't be
//! taken for "ada"), passwords are optional (a user may have tokens only), and the hub's last owner can't be
//! removed or demoted.

mod create;
mod find;
mod password;
mod record;
mod remove;

pub use create::NewUser;
pub(crate) use create::insert;
pub use password::EndedAccess;
pub use record::User;
