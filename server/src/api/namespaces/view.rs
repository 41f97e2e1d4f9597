//! Namespaces and members as the interface shows them.

use hub_catalog::{Member, Namespace};
use hub_schema::api::{MemberView, NamespaceView};

/// A namespace, without what only the catalog needs.
pub fn view(namespace: Namespace) -> NamespaceView {
    NamespaceView { name: namespace.name, created: namespace.created }
}

/// A member, without what only the catalog needs.
pub fn member(member: Member) -> MemberView {
    MemberView { user: member.user, role: member.role }
}
