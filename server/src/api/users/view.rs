//! A user as the interface shows one.

use hub_catalog::User;
use hub_schema::api::UserView;

/// A user, without what only the catalog needs.
pub fn view(user: User) -> UserView {
    UserView { name: user.name, admin: user.admin, created: user.created }
}
