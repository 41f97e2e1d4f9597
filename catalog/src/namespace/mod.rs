//! Namespaces, and who may do what in them.

mod create;
mod members;

pub use create::Namespace;
pub(crate) use create::{begin_anew, has_datasets, has_members, insert, insert_new};
pub use hub_schema::Role;
pub use members::Member;
pub(crate) use members::put_member;
