//! One interface to query two engines.
//!
//! In comes SQL with `$1`, `$2`, … and values; out come rows. [`Db`] is the pool of whichever engine the
//! address names, [`Statement`] one query with its values, [`Tx`] a transaction, [`Row`] a row that gives its
//! columns by name. A query that only reads begins with [`Db::read`], any other with [`Db::write`]: SQLite
//! allows one writer at a time, so its writers wait in line for one connection instead of fighting over the
//! file's lock, and readers never wait.
//!
//! Why not sqlx's `Any`: it knows neither `$1` on both engines nor what a transaction must begin with. Why not
//! generics over `sqlx::Database`: every function would carry a dozen bounds.

mod connect;
pub(crate) mod migrations;
mod pool;
mod row;
mod statement;
mod tx;
mod value;

pub(crate) use pool::Db;
pub use pool::Engine;
pub(crate) use row::{Record, Row};
pub(crate) use statement::{Sql, Statement};
pub(crate) use tx::Tx;
pub(crate) use value::{Nullable, Value};
