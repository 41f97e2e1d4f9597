//! Weights in files beside a model. They never lead out of the model's folder.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Component, Path};

use super::messages::TensorProto;

/// Do the tensor's elements lie in another file?
pub fn is_external(tensor: &TensorProto) -> bool {
    tensor.data_location == 1
}

/// The file that holds the elements of a checked tensor, without `.` in its path.
pub fn file(tensor: &TensorProto) -> Option<String> {
    let location = tensor.external_data.iter().find(|entry| entry.key == "location")?;
    let parts = Path::new(&location.value).components().filter_map(|part| match part {
        Component::Normal(part) => part.to_str(),
        _ => None,
    });
    Some(parts.collect::<Vec<_>>().join("/"))
}

/// Reads the elements of a checked tensor into the tensor itself.
pub fn inline(tensor: &mut TensorProto, model: &Path) -> std::io::Result<()> {
    let Some(path) = file(tensor).filter(|_| is_external(tensor)) else { return Ok(()) };
    let number = |key: &str| {
        let entry = tensor.external_data.iter().find(|entry| entry.key == key)?;
        entry.value.parse::<u64>().ok()
    };
    let (offset, length) = (number("offset").unwrap_or(0), number("length").unwrap_or(u64::MAX));
    let mut file = File::open(model.parent().unwrap_or(Path::new(".")).join(path))?;
    file.seek(SeekFrom::Start(offset))?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes)?;
    tensor.raw_data = bytes.into();
    tensor.external_data.clear();
    tensor.data_location = 0;
    Ok(())
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
