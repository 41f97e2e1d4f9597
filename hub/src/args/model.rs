//! A model, as an argument names it.

use std::path::PathBuf;
use std::str::FromStr;

use hub_eval::model::ModelName;
use hub_schema::NameError;

/// A stored model's name, or a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelRef {
    Name(ModelName),
    File(PathBuf),
}

impl FromStr for ModelRef {
    type Err = NameError;

    /// What ends in `.onnx`, or can only be a path, is a file.
    fn from_str(text: &str) -> Result<Self, NameError> {
        let is_path = text.to_ascii_lowercase().ends_with(".onnx") || text.starts_with(['.', '/', '~']);
        if is_path {
            return Ok(Self::File(PathBuf::from(text)));
        }
        text.parse().map(Self::Name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_files() {
        assert_eq!("resnet50".parse(), Ok(ModelRef::Name("resnet50".parse().unwrap())));
        assert_eq!(
            "vision/squeezenet1.1".parse(),
            Ok(ModelRef::Name("vision/squeezenet1.1".parse().unwrap()))
        );
        for path in ["a.onnx", "dir/a.ONNX", "./a", "/a/b"] {
            assert_eq!(path.parse(), Ok(ModelRef::File(path.into())));
        }
        assert!("a b".parse::<ModelRef>().is_err());
    }
}
