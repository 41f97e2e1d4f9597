//! Names of data sets as people type them, and those that are similar.

use hub_schema::DatasetName;

/// Names similar to the one that was typed, as a question; none where no name is. Namespaces are not compared: a name in
/// another namespace is near, too.
pub fn did_you_mean<S: AsRef<str>>(typed: &str, names: impl IntoIterator<Item = S>) -> Option<String> {
    let bare = |name: &str| name.rsplit('/').next().unwrap_or(name).to_owned();
    let names: Vec<String> = names.into_iter().map(|name| as_typed(name.as_ref()).to_owned()).collect();
    let bare_names: Vec<String> = names.iter().map(|name| bare(name)).collect();
    let near = hub_schema::similar::nearest(&bare(typed), bare_names.iter().map(String::as_str));
    let near = near.iter().flat_map(|near| names.iter().filter(move |name| bare(name) == *near));
    let near: Vec<String> = near.take(3).cloned().collect();
    (!near.is_empty()).then(|| format!("did you mean '{}'?", near.join("' or '")))
}

/// The name as the user typed it: without the default namespace.
pub fn as_typed(name: &str) -> &str {
    match name.split_once('/') {
        Some((DatasetName::DEFAULT_NAMESPACE, bare)) => bare,
        _ => name,
    }
}

/// Whether the name was typed without a namespace.
pub fn has_default_namespace(name: &str) -> bool {
    name.split('/').next() == Some(DatasetName::DEFAULT_NAMESPACE)
}
