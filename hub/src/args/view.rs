//! A view, and optionally one of its versions.

use std::str::FromStr;

use hub_schema::{BranchName, NameError};

/// A view, `dogs`, or one of its versions, `dogs:2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewRef {
    pub name: BranchName,
    /// The version, from 0; `None` is the newest.
    pub version: Option<u64>,
}

impl FromStr for ViewRef {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        match text.rsplit_once(':').map(|(name, version)| (name, version.parse())) {
            Some((name, Ok(version))) => Ok(Self { name: name.parse()?, version: Some(version) }),
            _ => Ok(Self { name: text.parse()?, version: None }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_stands_behind_a_colon() {
        let view = |text: &str| text.parse::<ViewRef>().map(|v| (v.name.to_string(), v.version));
        assert_eq!(view("dogs").unwrap(), ("dogs".to_owned(), None));
        assert_eq!(view("dogs:2").unwrap(), ("dogs".to_owned(), Some(2)));
        assert!(view("dogs:x").is_err() && view("").is_err());
    }
}
