//! A user as the REST interface shows it.

use hub_catalog::User;
use hub_schema::api::UserView;

/// A user: the members that the interface shows.
pub fn view(user: User) -> UserView {
    UserView { name: user.name, admin: user.admin, created: user.created }
}
