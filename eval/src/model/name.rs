//! Names of stored models.

use std::fmt;
use std::str::FromStr;

use hub_schema::{DatasetName, NameError};
use serde::{Deserialize, Serialize};

/// The name of a stored model: as a data set's, `name` or `namespace/name`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ModelName(DatasetName);

impl ModelName {
    /// The part before the slash; `local` where none was given.
    pub fn namespace(&self) -> &str {
        self.0.namespace()
    }

    /// The part after the slash.
    pub fn name(&self) -> &str {
        self.0.name()
    }
}

impl FromStr for ModelName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        text.parse().map(Self).map_err(|error| match error {
            NameError::Part { what: "namespace", found } => NameError::Part { what: "namespace", found },
            NameError::Part { found, .. } => NameError::Part { what: "model's name", found },
            // The message names what the text isn't; its slashes are what is wrong.
            other => other,
        })
    }
}

/// Without the default namespace.
impl fmt::Display for ModelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.namespace() {
            DatasetName::DEFAULT_NAMESPACE => f.write_str(self.name()),
            namespace => write!(f, "{namespace}/{}", self.name()),
        }
    }
}

impl TryFrom<String> for ModelName {
    type Error = NameError;
    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<ModelName> for String {
    fn from(name: ModelName) -> Self {
        name.to_string()
    }
}
