//! Values that can be bound to a query: the few types that both engines store alike.

use chrono::{DateTime, Utc};
use hub_schema::{BranchName, ContentHash};
use sqlx::Arguments;
use sqlx::error::BoxDynError;
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use uuid::Uuid;

#[derive(Clone, Debug)]
pub(crate) enum Value {
    Text(Option<String>),
    Int(Option<i64>),
    Bool(bool),
    Bytes(Option<Vec<u8>>),
}

pub(super) fn for_postgres(values: Vec<Value>) -> Result<PgArguments, BoxDynError> {
    let mut arguments = PgArguments::default();
    for value in values {
        match value {
            Value::Text(v) => arguments.add(v)?,
            Value::Int(v) => arguments.add(v)?,
            Value::Bool(v) => arguments.add(v)?,
            Value::Bytes(v) => arguments.add(v)?,
        }
    }
    Ok(arguments)
}

pub(super) fn for_sqlite(values: Vec<Value>) -> Result<SqliteArguments, BoxDynError> {
    let mut arguments = SqliteArguments::default();
    for value in values {
        match value {
            Value::Text(v) => arguments.add(v)?,
            Value::Int(v) => arguments.add(v)?,
            Value::Bool(v) => arguments.add(v)?,
            Value::Bytes(v) => arguments.add(v)?,
        }
    }
    Ok(arguments)
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        // PostgreSQL's text can't hold a zero; both engines must store and find the same.
        let plain = if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text };
        Self::Text(Some(plain))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        text.clone().into()
    }
}

/// NULL still needs a type: PostgreSQL requires one for each parameter.
pub(crate) trait Nullable {
    const NULL: Value;
}

impl<T: Into<Value> + Nullable> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(T::NULL, Into::into)
    }
}

impl Nullable for &str {
    const NULL: Value = Value::Text(None);
}

impl Nullable for String {
    const NULL: Value = Value::Text(None);
}

impl Nullable for &[u8] {
    const NULL: Value = Value::Bytes(None);
}

impl Nullable for Uuid {
    const NULL: Value = Value::Text(None);
}

impl Nullable for &BranchName {
    const NULL: Value = Value::Text(None);
}

impl Nullable for i64 {
    const NULL: Value = Value::Int(None);
}

impl Nullable for u64 {
    const NULL: Value = Value::Int(None);
}

impl Nullable for DateTime<Utc> {
    const NULL: Value = Value::Int(None);
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(Some(number))
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Int(Some(i64::try_from(number).unwrap_or(i64::MAX)))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(Some(bytes))
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(Some(bytes.to_vec()))
    }
}

impl From<DateTime<Utc>> for Value {
    fn from(time: DateTime<Utc>) -> Self {
        time.timestamp_micros().into()
    }
}

impl From<Uuid> for Value {
    fn from(id: Uuid) -> Self {
        id.to_string().into()
    }
}

impl From<ContentHash> for Value {
    fn from(hash: ContentHash) -> Self {
        hash.to_string().into()
    }
}

impl From<&BranchName> for Value {
    fn from(name: &BranchName) -> Self {
        name.as_str().into()
    }
}

impl From<hub_schema::Visibility> for Value {
    fn from(visibility: hub_schema::Visibility) -> Self {
        visibility.as_str().into()
    }
}

impl From<hub_schema::Role> for Value {
    fn from(role: hub_schema::Role) -> Self {
        role.as_str().into()
    }
}

impl From<hub_schema::Scope> for Value {
    fn from(scope: hub_schema::Scope) -> Self {
        scope.as_str().into()
    }
}
