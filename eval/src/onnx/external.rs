//! Weights in files beside a model. They never lead out of the model's folder.

use std::path::{Component, Path};

use super::messages::TensorProto;

/// Do the tensor's elements lie in another file?
pub fn is_external(tensor: &TensorProto) -> bool {
    tensor.data_location == 1
}

/// Checks that the file is in the model's folder and holds the elements; it isn't opened.
pub fn check(tensor: &TensorProto, needed: u64, model: &Path) -> Result<(), String> {
    let entry = |key: &str| tensor.external_data.iter().find(|e| e.key == key).map(|e| e.value.as_str());
    let number = |key: &str| match entry(key) {
        None => Ok(None),
        Some(text) => text
            .parse::<u64>()
            .map(Some)
            .map_err(|_| format!("its external data has the {key} '{text}', expected a number of bytes")),
    };
    let Some(location) = entry("location") else {
        return Err("its data is external, but no file is named".to_owned());
    };
    let outside = || {
        format!(
            "its data lies outside of the model's own folder ('{location}'); put it beside the model and export again"
        )
    };
    let path = Path::new(location);
    let is_inside = path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if !is_inside || location.contains('\\') || location.is_empty() {
        return Err(outside());
    }
    let folder = model.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let missing = |_| format!("its data should be in '{location}' beside the model, which isn't there");
    // Links are followed before they are compared.
    let folder = folder.canonicalize().map_err(missing)?;
    let file = folder.join(path).canonicalize().map_err(missing)?;
    if !file.starts_with(&folder) {
        return Err(outside());
    }
    let size = file.metadata().map_err(missing)?.len();
    let (offset, length) = (number("offset")?.unwrap_or(0), number("length")?);
    let length = length.unwrap_or(size.saturating_sub(offset));
    if offset.checked_add(length).is_none_or(|end| end > size) || length < needed {
        return Err(format!(
            "its shape needs {needed} bytes; '{location}' has {size}, of which {length} from byte {offset} are its"
        ));
    }
    Ok(())
}
