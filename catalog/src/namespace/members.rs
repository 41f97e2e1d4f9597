//! Members of namespaces and their roles.

use serde::Serialize;

use super::Role;
use crate::catalog::Catalog;
use crate::dataset::Viewer;
use crate::db::{Record, Row, Tx};
use crate::error::{Error, Result};
use crate::ids::UserId;

/// A member of a namespace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Member {
    pub namespace: String,
    pub user_id: UserId,
    pub user: String,
    /// What the user may do.
    pub role: Role,
}

impl Record for Member {
    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            namespace: row.get("namespace")?,
            user_id: row.parse("user_id")?,
            user: row.get("name")?,
            role: row.parse("role")?,
        })
    }
}

impl Catalog {
    /// Makes a user a member of a namespace, or changes the role.
    pub async fn set_member(&self, namespace: &str, user: &str, role: Role) -> Result<Member> {
        let user = self.user(user).await?;
        self.namespace(namespace).await?;
        let mut tx = self.db.begin().await?;
        put_member(&mut tx, namespace, user.id, role).await?;
        tx.commit().await?;
        Ok(Member { namespace: namespace.to_owned(), user_id: user.id, user: user.name, role })
    }

    pub async fn remove_member(&self, namespace: &str, user: &str) -> Result<()> {
        let user = self.user(user).await?;
        let removed = self
            .db
            .write("DELETE FROM memberships WHERE namespace = $1 AND user_id = $2")
            .bind(namespace)
            .bind(user.id)
            .run()
            .await?;
        if removed == 0 { Err(Error::not_found("member", user.name)) } else { Ok(()) }
    }

    /// The members of a namespace by name; they are few.
    pub async fn members(&self, namespace: &str) -> Result<Vec<Member>> {
        self.db
            .read(
                "SELECT m.namespace, m.user_id, u.name, m.role
                 FROM memberships m JOIN users u ON u.id = m.user_id
                 WHERE m.namespace = $1 ORDER BY u.name",
            )
            .bind(namespace)
            .all()
            .await
    }

    /// The memberships of a user by namespace.
    pub async fn memberships(&self, user: UserId) -> Result<Vec<Member>> {
        self.db
            .read(
                "SELECT m.namespace, m.user_id, u.name, m.role
                 FROM memberships m JOIN users u ON u.id = m.user_id
                 WHERE m.user_id = $1 ORDER BY m.namespace",
            )
            .bind(user)
            .all()
            .await
    }

    /// What a viewer may do in a namespace; an owner of the hub is an owner everywhere. `None` for an anonymous viewer,
    /// and for a namespace that does not exist, unless the viewer is an owner of the hub.
    pub async fn role(&self, viewer: &Viewer, namespace: &str) -> Result<Option<Role>> {
        if viewer.within.as_ref().is_some_and(|within| within != namespace) {
            return Ok(None);
        }
        if viewer.admin {
            return Ok(Some(Role::Owner));
        }
        let Some(user) = viewer.user else { return Ok(None) };
        let row = self
            .db
            .read("SELECT role FROM memberships WHERE namespace = $1 AND user_id = $2")
            .bind(namespace)
            .bind(user)
            .row()
            .await?;
        row.map(|row| row.parse("role")).transpose()
    }
}

pub(crate) async fn put_member(tx: &mut Tx, namespace: &str, user: UserId, role: Role) -> Result<()> {
    tx.sql(
        "INSERT INTO memberships (namespace, user_id, role) VALUES ($1, $2, $3)
         ON CONFLICT (namespace, user_id) DO UPDATE SET role = excluded.role",
    )
    .bind(namespace)
    .bind(user)
    .bind(role)
    .run()
    .await?;
    Ok(())
}
