//! Names of data sets as the tables show them.

use hub_schema::DatasetName;

/// The name without the default namespace.
pub fn short(name: &DatasetName) -> String {
    match name.namespace() {
        DatasetName::DEFAULT_NAMESPACE => name.name().to_owned(),
        _ => name.to_string(),
    }
}
