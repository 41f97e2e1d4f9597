//! Samples that are objects of their own.

use hub_dataset::layout;
use hub_decode::DecodeError;

/// The path of the object of a sample without bytes, from what its column has as its path; `format`: what the sample is.
pub fn object(path: &str, format: &'static str) -> Result<String, DecodeError> {
    let hash = layout::parse_blob(path).ok_or_else(|| {
        let problem =
            format!("it has no bytes, and its path '{path}' is none of a sample that is stored apart");
        DecodeError::Format { format, problem }
    })?;
    Ok(layout::blob(hash))
}
