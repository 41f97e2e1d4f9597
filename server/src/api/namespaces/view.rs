//! Namespaces and members as the REST interface shows them.

use hub_catalog::{Member, Namespace};
use hub_schema::api::{MemberView, NamespaceView};

/// A namespace: the members that the interface shows.
pub fn view(namespace: Namespace) -> NamespaceView {
    NamespaceView { name: namespace.name, created: namespace.created }
}

/// A member: the members that the interface shows.
pub fn member(member: Member) -> MemberView {
    MemberView { user: member.user, role: member.role }
}
