//! What a format can't store, reported before anything is written.

use std::fmt;

use crate::format::Format;

/// Something that the format does not keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The format that can't store it.
    pub format: Format,
    /// The columns it is about.
    pub names: Vec<String>,
    /// What is lost of them.
    pub kind: LossKind,
}

/// What a format can't store of a column or of the data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LossKind {
    /// The whole column: it is not written.
    Column,
    /// Names of files: what is kept of them.
    FileNames(&'static str),
    /// Class numbers: they are read back in the order of the names.
    ClassNumbers,
    /// Class names that can't be names of folders: some of them, and what each becomes.
    FolderNames(Vec<(String, String)>),
    /// The WordNet ids of classes.
    Synsets,
    /// Raw pixels: they are encoded as PNG images.
    RawPixels,
    /// Encoded images: they are decoded to raw pixels.
    Encoding,
    /// The type: values are written as this.
    Type(&'static str),
    /// The column's name: it is read back as this.
    Renamed(String),
    /// Having no split: samples are read back as `train`.
    Unsplit,
    /// Names of classes, where they have numbers only: the numbers are written in their place.
    UnnamedClasses,
    /// NaN and infinity: they are written as null.
    NoNumbers,
    /// The order of the samples.
    Order,
}

impl Loss {
    pub(super) fn new<S: Into<String>>(
        format: Format,
        names: impl IntoIterator<Item = S>,
        kind: LossKind,
    ) -> Self {
        Self { format, names: names.into_iter().map(Into::into).collect(), kind }
    }
}

/// `'a'`, `'a' and 'b'`, `'a', 'b' and 'c'`.
fn quoted(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (format, names) = (self.format, quoted(&self.names));
        let (column, is) = if self.names.len() == 1 { ("column", "is") } else { ("columns", "are") };
        match &self.kind {
            LossKind::Column => write!(f, "{column} {names} {is} left out, {format} can't store it"),
            LossKind::FileNames(kept) => {
                write!(f, "{column} {names}: file names are kept only in part: {kept}")
            }
            LossKind::ClassNumbers => {
                write!(
                    f,
                    "{column} {names}: class numbers change, {format} numbers classes in the order of their names"
                )
            }
            LossKind::FolderNames(changed) => {
                let changed: Vec<_> = changed.iter().map(|(from, to)| format!("'{from}' → '{to}'")).collect();
                write!(f, "{column} {names}: class names change to valid file names: {}", changed.join(", "))
            }
            LossKind::Synsets => write!(f, "{column} {names}: the WordNet ids of the classes are lost"),
            LossKind::RawPixels => write!(f, "{column} {names}: raw pixels are encoded as PNG images"),
            LossKind::Encoding => write!(f, "{column} {names}: images are decoded to raw pixels"),
            LossKind::Type(kind) => write!(f, "{column} {names} {is} written as {kind}"),
            LossKind::Renamed(name) => write!(f, "{column} {names} {is} read back as '{name}'"),
            LossKind::Unsplit => write!(f, "samples have no split; they are read back as 'train'"),
            LossKind::UnnamedClasses => {
                write!(f, "{column} {names}: classes have no names; their numbers are written as names")
            }
            LossKind::NoNumbers => {
                write!(f, "{column} {names}: NaN and infinity are written as null, JSON doesn't have them")
            }
            LossKind::Order => {
                write!(f, "the order of samples is lost: {format} is read in the order of file names")
            }
        }
    }
}

/// Why a data set can't be written in a format at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)] // The messages say what each is.
pub enum Unfit {
    #[error("{format} can be read but not written; expected one of {}", written.iter().map(|f| f.name()).collect::<Vec<_>>().join(", "))]
    NotWritten { format: Format, written: Vec<Format> },
    #[error("{format} needs {needs}; the data set has {}", has.join(", "))]
    NoColumn { format: Format, needs: &'static str, has: Vec<String> },
    #[error("{format} needs {needs}; '{column}' is {found}")]
    Column { format: Format, column: String, needs: &'static str, found: String },
    #[error(
        "{format} can't store the splits {}; choose one with --split, or use another format",
        quoted(splits)
    )]
    Splits { format: Format, splits: Vec<String> },
    #[error(
        "the data set has {splits} splits, expected at most {most} for {format}; choose some with --split"
    )]
    TooManySplits { format: Format, splits: usize, most: usize },
}
