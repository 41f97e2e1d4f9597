//! What can go wrong with the catalog. Each variant is one answer of the service: not found, taken, refused,
//! try again later, or a fault of ours.

/// The result of a catalog operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong with the catalog.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing of that name, or nothing that this viewer may know of.
    #[error("there is no {what} '{name}'")]
    NotFound {
        /// The noun.
        what: &'static str,
        /// What was asked for.
        name: String,
    },
    /// The name is in use.
    #[error("there is a {what} '{name}' already; choose another name")]
    Taken {
        /// The noun.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// What was given breaks a rule.
    #[error("{what}: {problem}")]
    Invalid {
        /// Which input.
        what: &'static str,
        /// What was found, and what was expected.
        problem: String,
    },
    /// A wrong password, token or link, or one that has run out: the same words for all of them.
    #[error("the name, password, token or link is wrong or has expired")]
    Denied,
    /// Someone must be left to run the hub.
    #[error("'{name}' is the hub's last owner; make another user an owner first")]
    LastOwner {
        /// The user.
        name: String,
    },
    /// The catalog knows something else at this place.
    #[error("{what} is {known} in the catalog and {found} in the store; run `hub reindex`")]
    Conflict {
        /// The place.
        what: String,
        /// What the catalog has.
        known: String,
        /// What was to be put there.
        found: String,
    },
    /// The database can't be reached, is too busy or can't write. Nothing is wrong with the request; the same
    /// one may succeed later.
    #[error("the catalog's database can't be used now: {source}")]
    Unavailable {
        /// What the driver says.
        source: sqlx::Error,
    },
    /// A newer hub has migrated the database.
    #[error(
        "the catalog's database has schema version {found}, and this hub knows versions up to {known}; run the \
         newer hub, or restore the backup made before the upgrade"
    )]
    NewerSchema {
        /// The database's version.
        found: i64,
        /// The newest version known here.
        known: i64,
    },
    /// The database's address makes no sense.
    #[error(
        "'{url}' is no address of a database: {problem}; expected sqlite:///path/to/catalog.db or \
         postgres://user@host/database"
    )]
    Url {
        /// The address, without a password.
        url: String,
        /// What is wrong.
        problem: String,
    },
    /// A PostgreSQL server can't be reached, or doesn't let this hub in.
    #[error("the catalog's database at {url} can't be used: {problem}")]
    Unreachable {
        /// The address, without a password.
        url: String,
        /// What the system or the server says.
        problem: String,
    },
    /// The file of an SQLite database can't be made.
    #[error("{path}: can't make the catalog's file")]
    Io {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The tables can't be brought up to date.
    #[error("the catalog's tables can't be migrated")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// The database refused a query: a mistake of ours.
    #[error("the catalog's database refused a query: {source}")]
    Database {
        /// What it says.
        source: sqlx::Error,
    },
    /// A stored value that can't be understood.
    #[error(
        "the catalog holds '{found}' as {column}, which is no such thing; someone else wrote to its tables"
    )]
    Damaged {
        /// The column.
        column: &'static str,
        /// The value.
        found: String,
    },
    /// A password can't be hashed.
    #[error("the password can't be hashed: {0}")]
    Hashing(String),
    /// A data set can't be read.
    #[error(transparent)]
    Dataset(#[from] Box<hub_dataset::Error>),
    /// A name that breaks the rule for names.
    #[error(transparent)]
    Name(#[from] hub_schema::NameError),
}

impl Error {
    /// Did the database find no room for what was to be written?
    pub fn is_full(&self) -> bool {
        let (Self::Unavailable { source } | Self::Database { source }) = self else { return false };
        let sqlx::Error::Database(refused) = source else { return false };
        let code = refused.code().unwrap_or_default();
        match refused.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
            Some(_) => code == "53100",
            None => code.parse::<u32>().is_ok_and(|code| code & 0xff == SQLITE_FULL),
        }
    }

    pub(crate) fn not_found(what: &'static str, name: impl ToString) -> Self {
        Self::NotFound { what, name: name.to_string() }
    }

    pub(crate) fn taken(what: &'static str, name: impl ToString) -> Self {
        Self::Taken { what, name: name.to_string() }
    }

    pub(crate) fn invalid(what: &'static str, problem: impl Into<String>) -> Self {
        Self::Invalid { what, problem: problem.into() }
    }
}

impl From<hub_dataset::Error> for Error {
    fn from(error: hub_dataset::Error) -> Self {
        Self::Dataset(Box::new(error))
    }
}

impl From<sqlx::Error> for Error {
    fn from(source: sqlx::Error) -> Self {
        if is_unavailable(&source) { Self::Unavailable { source } } else { Self::Database { source } }
    }
}

/// SQLite's code for a full disk.
const SQLITE_FULL: u32 = 13;

/// Would the same request succeed on a healthy database?
fn is_unavailable(error: &sqlx::Error) -> bool {
    use sqlx::Error::{BeginFailed, Database, Io, PoolClosed, PoolTimedOut, Protocol, Tls, WorkerCrashed};
    match error {
        // The driver reports a connection that ends between two messages as a breach of protocol.
        Io(_) | Tls(_) | PoolTimedOut | PoolClosed | WorkerCrashed | BeginFailed | Protocol(_) => true,
        Database(refused) => {
            let code = refused.code().unwrap_or_default();
            if refused.try_downcast_ref::<sqlx::postgres::PgDatabaseError>().is_some() {
                // Connection lost, rolled back for another, resources, being shut down, disk trouble,
                // database gone, read-only standby.
                ["08", "40", "53", "57", "58"].iter().any(|class| code.starts_with(class))
                    || ["3D000", "25006", "55000", "55P03"].contains(&&*code)
            } else {
                // The primary code is the low byte: busy, locked, read-only, I/O, full, can't open.
                code.parse::<u32>().is_ok_and(|c| [5, 6, 8, 10, 13, 14].contains(&(c & 0xff)))
            }
        }
        _ => false,
    }
}
