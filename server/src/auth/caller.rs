//! The caller of a request.

use hub_catalog::{Access, Catalog, Role, Scope, User, Viewer};
use hub_schema::api::AccessDenied;

use super::Address;
use crate::problem::{Kind, Problem, Result};
use crate::work::admission::Requester;

/// The caller of a request, by session or token.
#[derive(Clone, Debug)]
pub enum Caller {
    Anonymous,
    /// A user with a session.
    Person(User),
    /// A user's token, usually sent by a program.
    Program(Access),
}

impl Caller {
    /// The user, by session or token.
    ///
    /// # Errors
    /// [`Kind::Unauthorized`] for an anonymous caller.
    pub fn user(&self) -> Result<&User> {
        match self {
            Self::Person(user) => Ok(user),
            Self::Program(access) => Ok(&access.user),
            Self::Anonymous => Err(Problem::new(Kind::Unauthorized, "log in, or send a token")),
        }
    }

    /// The user's name, for the log and the audit; `-` for an anonymous caller.
    pub fn name(&self) -> &str {
        self.user().map_or("-", |user| &user.name)
    }

    pub fn viewer(&self) -> Viewer {
        match self {
            Self::Person(user) => user.into(),
            Self::Program(access) => access.into(),
            Self::Anonymous => Viewer::stranger(),
        }
    }

    /// Who permits for filters and queries are accounted to.
    pub fn requester(&self, address: &Address) -> Requester {
        Requester::new(self.user().ok().map(|user| user.id.0), &address.0)
    }

    /// Limits a role to the scope of the request's token: a token may do less than its user.
    pub fn capped(&self, role: Role) -> Role {
        match self {
            Self::Program(access) => role.min(access.token.scope.role()),
            _ => role,
        }
    }

    /// The caller's role in a namespace, limited by the token's scope.
    pub async fn role(&self, catalog: &Catalog, namespace: &str) -> Result<Option<Role>> {
        let role = catalog.role(&self.viewer(), namespace).await?;
        Ok(role.map(|role| self.capped(role)))
    }

    /// The user, if they have at least this role in the namespace.
    ///
    /// # Errors
    /// [`Kind::Unauthorized`] for an anonymous caller, [`Kind::Forbidden`] for others.
    pub async fn need(&self, catalog: &Catalog, namespace: &str, role: Role) -> Result<&User> {
        let user = self.user()?;
        match self.role(catalog, namespace).await? {
            Some(held) if held >= role => Ok(user),
            _ => Err(self.forbidden(catalog, namespace, role).await?),
        }
    }

    /// The user, if they are an owner of the hub, with a session or an unrestricted token of scope `admin`.
    pub fn admin(&self) -> Result<&User> {
        let user = self.user()?;
        let unrestricted = match self {
            Self::Program(access) => is_unrestricted(access),
            _ => true,
        };
        if user.admin && unrestricted {
            return Ok(user);
        }
        let access = AccessDenied {
            required_role: Some(AccessDenied::ADMIN.to_owned()),
            role: user.admin.then(|| AccessDenied::ADMIN.to_owned()),
            ..self.missing_access(Scope::Admin)
        };
        let detail = "only an owner of the hub may do this, with a session or a token of scope admin";
        Err(Problem::forbidden(access, detail))
    }

    /// The user, if they may change their own account: with a session, or an unrestricted token of scope `admin`.
    pub fn own_account(&self) -> Result<&User> {
        match self {
            Self::Program(access) if !is_unrestricted(access) => {
                let detail = "this needs a session, or a token of scope admin for all namespaces";
                Err(Problem::forbidden(self.missing_access(Scope::Admin), detail))
            }
            _ => self.user(),
        }
    }

    /// The problem for a caller who may know of the namespace, but lacks this role in it.
    ///
    /// # Errors
    /// The catalog's, if the caller's role can't be read.
    pub async fn forbidden(&self, catalog: &Catalog, namespace: &str, role: Role) -> Result<Problem> {
        // The user's role, not limited by the token: from `role` and `scope` a program knows which of the two to change.
        let held = match self.user() {
            Ok(user) => catalog.role(&user.into(), namespace).await?,
            Err(_) => None,
        };
        let access = AccessDenied {
            namespace: Some(namespace.to_owned()),
            required_role: Some(role.to_string()),
            role: held.map(|role| role.to_string()),
            ..self.missing_access(role.scope())
        };
        let who = match role {
            Role::Reader => "a reader, writer or owner",
            Role::Writer => "a writer or owner",
            Role::Owner => "an owner",
        };
        let detail = format!(
            "only {who} of namespace '{namespace}' may do this, with a session or a token whose scope allows it"
        );
        Ok(Problem::forbidden(access, detail))
    }

    /// The required scope, beside the scope and namespace of the request's token.
    fn missing_access(&self, required: Scope) -> AccessDenied {
        let token = match self {
            Self::Program(access) => Some(&access.token),
            _ => None,
        };
        AccessDenied {
            required_scope: Some(required.to_string()),
            scope: token.map(|token| token.scope.to_string()),
            token_namespace: token.and_then(|token| token.namespace.clone()),
            ..AccessDenied::default()
        }
    }
}

/// Is the token unrestricted, so that it may do all that its user may?
fn is_unrestricted(access: &Access) -> bool {
    access.token.scope == Scope::Admin && access.token.namespace.is_none()
}
