//! Making a user, and the namespace of the same name.

use hub_schema::DatasetName;

use super::User;
use crate::catalog::Catalog;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::UserId;
use crate::namespace::{self, Role};
use crate::time::now;

/// A user to be made.
#[derive(Clone)]
pub struct NewUser {
    /// The name; also that of the user's own namespace.
    pub name: String,
    /// None: the user has tokens only.
    pub password: Option<String>,
    /// Owner of the whole hub.
    pub admin: bool,
}

impl NewUser {
    /// A user without a password.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), password: None, admin: false }
    }

    pub fn password(mut self, password: impl Into<String>) -> Self {
        self.password = Some(password.into());
        self
    }

    /// As an owner of the whole hub.
    pub fn admin(mut self) -> Self {
        self.admin = true;
        self
    }
}

impl Catalog {
    /// Makes a user who owns the namespace of the same name. A namespace that is there already becomes the user's only if
    /// it has no members and no data sets, not even deleted ones. One with data sets (those of a removed user, or all
    /// after a reindex) waits: until an owner of the hub sets a member, only owners of the hub see what is private in it.
    ///
    /// # Errors
    /// [`Error::Taken`] for the name of a user (in any case) or of others' namespace; [`Error::Invalid`] for a
    /// bad name or password.
    pub async fn create_user(&self, new: &NewUser) -> Result<User> {
        let password = match &new.password {
            Some(password) => Some(self.hash_password(password).await?),
            None => None,
        };
        let mut tx = self.db.begin().await?;
        let user = insert(&mut tx, &new.name, password, new.admin).await?;
        tx.commit().await?;
        Ok(user)
    }
}

pub(crate) async fn insert(tx: &mut Tx, name: &str, password: Option<String>, admin: bool) -> Result<User> {
    check_name(name)?;
    let user = tx
        .sql(
            "INSERT INTO users (id, name, password, admin, created) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT DO NOTHING
             RETURNING id, name, admin, created",
        )
        .bind(UserId::draw())
        .bind(name)
        .bind(password)
        .bind(admin)
        .bind(now())
        .first::<User>()
        .await?
        .ok_or_else(|| Error::taken("user", name))?;
    if !namespace::insert_new(tx, name).await? {
        if namespace::has_members(tx, name).await? {
            return Err(Error::taken("namespace", name));
        }
        if namespace::has_datasets(tx, name).await? {
            return Ok(user);
        }
        namespace::begin_anew(tx, name).await?;
    }
    namespace::put_member(tx, name, user.id, Role::Owner).await?;
    Ok(user)
}

/// A user's name follows the rule for namespaces, since it becomes one.
fn check_name(name: &str) -> Result<()> {
    format!("{name}/x").parse::<DatasetName>()?;
    Ok(())
}
