//! Permissions: a member's role in a namespace, and the scope of a token.
//!
//! Both are ordered from least to most, so that "may do at least this" is a comparison. They are stored, sent and
//! typed as lower-case words.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a user may do in a namespace; each may do what the ones before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Read its private data sets.
    Reader,
    /// Push and commit to data sets of the namespace.
    Writer,
    /// Change, rename and delete data sets, and manage the members.
    Owner,
}

/// What a token may be used for, at most; each may do what the ones before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Read what its user may read.
    Read,
    /// Push and commit to what its user may write to.
    Write,
    /// All that its user may do.
    Admin,
}

/// The text is not one of the words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{found}' is not a {what}; use one of {expected}")]
pub struct AccessError {
    /// What was parsed: `role` or `scope`.
    pub what: &'static str,
    /// The invalid text.
    pub found: String,
    /// The words, separated by commas.
    pub expected: &'static str,
}

impl Role {
    /// All of them, the least first.
    pub const ALL: &[Self] = &[Self::Reader, Self::Writer, Self::Owner];

    /// The word in JSON and on the command line: `reader`, `writer` or `owner`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Writer => "writer",
            Self::Owner => "owner",
        }
    }

    /// The least scope with which a token may do what the role may.
    pub const fn scope(self) -> Scope {
        match self {
            Self::Reader => Scope::Read,
            Self::Writer => Scope::Write,
            Self::Owner => Scope::Admin,
        }
    }
}

impl Scope {
    /// All of them, the least first.
    pub const ALL: &[Self] = &[Self::Read, Self::Write, Self::Admin];

    /// The word in JSON and on the command line: `read`, `write` or `admin`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }

    /// The greatest role that a token of this scope can use.
    pub const fn role(self) -> Role {
        match self {
            Self::Read => Role::Reader,
            Self::Write => Role::Writer,
            Self::Admin => Role::Owner,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = AccessError;

    fn from_str(text: &str) -> Result<Self, AccessError> {
        let found = Self::ALL.iter().find(|role| role.as_str() == text).copied();
        found.ok_or_else(|| AccessError {
            what: "role",
            found: text.to_owned(),
            expected: "reader, writer, owner",
        })
    }
}

impl FromStr for Scope {
    type Err = AccessError;

    fn from_str(text: &str) -> Result<Self, AccessError> {
        let found = Self::ALL.iter().find(|scope| scope.as_str() == text).copied();
        found.ok_or_else(|| AccessError {
            what: "scope",
            found: text.to_owned(),
            expected: "read, write, admin",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_the_same_as_text_and_as_json() {
        for role in Role::ALL {
            assert_eq!(role.to_string().parse(), Ok(*role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
            assert_eq!(role.scope().role(), *role);
        }
        for scope in Scope::ALL {
            assert_eq!(scope.to_string().parse(), Ok(*scope));
            assert_eq!(serde_json::to_value(scope).unwrap(), scope.as_str());
        }
        assert!(Role::Reader < Role::Owner && Scope::Read < Scope::Admin);
        assert!("Reader".parse::<Role>().is_err());
    }
}
