//! The user on whose behalf a query runs.

use crate::ids::UserId;
use crate::session::Session;
use crate::token::Access;
use crate::user::User;

/// The user on whose behalf a query runs; decides which data sets it finds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Viewer {
    /// `None` for an anonymous viewer.
    pub user: Option<UserId>,
    /// An owner of the hub sees everything.
    pub admin: bool,
    /// If set: what is private is seen in this namespace only (a token's limit).
    pub within: Option<String>,
}

impl Viewer {
    /// A viewer who has not logged in.
    pub fn stranger() -> Self {
        Self::default()
    }

    /// The hub itself, in jobs and on the command line.
    pub fn hub() -> Self {
        Self { user: None, admin: true, within: None }
    }
}

impl From<&User> for Viewer {
    fn from(user: &User) -> Self {
        Self { user: Some(user.id), admin: user.admin, within: None }
    }
}

impl From<&Session> for Viewer {
    fn from(session: &Session) -> Self {
        Self::from(&session.user)
    }
}

impl From<&Access> for Viewer {
    fn from(access: &Access) -> Self {
        Self { within: access.token.namespace.clone(), ..Self::from(&access.user) }
    }
}
