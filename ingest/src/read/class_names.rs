//! Lists of class names that lie beside the data.
//!
//! Where data hold class numbers alone (WebDataset's `.cls`, a column of integers), such a list gives them
//! their names.

use hub_dataset::sample::SampleError;

use super::file_errors::{TextError, read_text};
use super::inside::SourceRoot;

/// Names a list of classes goes by.
const LISTS: [&str; 3] = ["classnames.txt", "classes.txt", "class_names.txt"];

/// A list longer than this is not one of class names.
const MAX_BYTES: u64 = 4 << 20;

/// The class names in a list in a folder of the source (`""` or with `/` at its end): one per line, the first
/// is class 0.
///
/// # Errors
/// There is such a list and it can't be read.
pub fn beside(root: &SourceRoot, folder: &str) -> Result<Option<Vec<String>>, SampleError> {
    let names = LISTS.map(|name| format!("{folder}{name}"));
    let opened = names.iter().find_map(|name| Some((name, root.open(name).transpose()?)));
    let Some((name, file)) = opened else { return Ok(None) };
    let file = file?;
    let place = root.shown().join(name).display().to_string();
    let text = match read_text(file, MAX_BYTES) {
        Err(TextError::TooLong(_)) => {
            let problem = format!("longer than {MAX_BYTES} bytes, so not a list of class names");
            return Err(SampleError::fatal(place, problem).advise("rename it or remove it"));
        }
        other => other.map_err(|e| e.fatal(&place))?,
    };
    let names: Vec<String> = text.lines().map(|line| line.trim().to_owned()).collect();
    if let Some(line) = names.iter().position(String::is_empty) {
        return Err(SampleError::fatal(
            format!("{place}:{}", line + 1),
            "an empty line in a list of class names",
        )
        .advise("expected one class name per line; the first is class 0"));
    }
    Ok((!names.is_empty()).then_some(names))
}
