//! The catalog's errors. Each variant corresponds to one kind of response of the server: not found, conflict, invalid,
//! denied, unavailable, or internal error.

/// The result of a catalog operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation of the catalog failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing has that name, or the viewer may not know of it.
    #[error("there is no {what} '{name}'")]
    NotFound {
        /// The kind of thing: `user`, `data set`, `namespace`.
        what: &'static str,
        name: String,
    },
    /// The name is in use.
    #[error("a {what} '{name}' already exists; choose another name")]
    Taken {
        /// The kind of thing: `user`, `data set`, `namespace`.
        what: &'static str,
        name: String,
    },
    /// An input breaks a rule.
    #[error("{what}: {problem}")]
    Invalid {
        what: &'static str,
        /// What was found, and what was expected.
        problem: String,
    },
    /// A wrong or expired password, token or link: the same message for all, so that it doesn't tell which names exist.
    #[error("wrong user name or password, or a token or link that has expired")]
    Denied,
    /// The last owner of the hub can't be removed or demoted.
    #[error("'{name}' is the hub's last owner; make another user an owner first")]
    LastOwner { name: String },
    /// The catalog has another commit or tag under this name than the store.
    #[error("{what} is {known} in the catalog and {found} in the store; run `hub reindex`")]
    Conflict {
        what: String,
        known: String,
        /// What was to be put there.
        found: String,
    },
    /// The database can't be reached, is too busy or can't write. The same request may succeed later.
    #[error("the catalog's database is unavailable: {source}")]
    Unavailable { source: sqlx::Error },
    /// A newer hub has migrated the database.
    #[error(
        "the catalog's database has schema version {found}, and this hub knows versions up to {known}; run the \
         newer hub, or restore the backup made before the upgrade"
    )]
    NewerSchema {
        found: i64,
        /// The newest version known here.
        known: i64,
    },
    /// The database's address is invalid.
    #[error(
        "'{url}' is not the address of a database: {problem}; expected sqlite:///path/to/catalog.db or \
         postgres://user@host/database"
    )]
    Url {
        /// The address, without a password.
        url: String,
        problem: String,
    },
    /// A PostgreSQL server can't be reached, or refuses the login.
    #[error("the catalog's database at {url} can't be used: {problem}")]
    Unreachable {
        /// The address, without a password.
        url: String,
        /// What the system or the server says.
        problem: String,
    },
    /// The file of an SQLite database can't be created.
    #[error("{path}: the catalog's SQLite file can't be created")]
    Io {
        path: String,
        #[source]
        source: std::io::Error,
    },
    /// The tables can't be brought up to date.
    #[error("the catalog's tables can't be migrated")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// The database refused a query: a bug in this crate.
    #[error("the catalog's database refused a query: {source}")]
    Database { source: sqlx::Error },
    /// A stored value that can't be decoded.
    #[error(
        "the catalog's database has the invalid value '{found}' in the column {column}, which this hub never writes; \
         restore a backup of the database"
    )]
    Damaged { column: &'static str, found: String },
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
    /// Did the write fail because the database's disk is full?
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
