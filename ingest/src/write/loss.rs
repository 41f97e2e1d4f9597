//! What a format can't express, said before a byte is written.

use std::fmt;

use crate::format::Format;

/// Something that the format does not keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The format.
    pub format: Format,
    /// The columns it is about.
    pub names: Vec<String>,
    /// What is lost of them.
    pub kind: LossKind,
}

/// What is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LossKind {
    /// The whole column.
    Column,
    /// Names of files: what is kept of them.
    FileNames(&'static str),
    /// Class numbers: they are read back in the order of the names.
    ClassNumbers,
    /// Class names that can't be names of folders: some of them, and what each becomes.
    FolderNames(Vec<(String, String)>),
    /// The WordNet ids of classes.
    Synsets,
    /// Raw pixels: they become PNG pictures.
    RawPixels,
    /// Encoded pictures: they become raw pixels.
    Encoding,
    /// The type: values are written as this.
    Type(&'static str),
    /// The column's name: it is read back as this.
    Renamed(String),
    /// Having no split: samples are read back as `train`.
    Unsplit,
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
            LossKind::Column => write!(f, "{column} {names} {is} left out, {format} has no place for that"),
            LossKind::FileNames(kept) => write!(f, "{column} {names}: of the file names {kept} is kept"),
            LossKind::ClassNumbers => {
                write!(f, "{column} {names}: class numbers change, {format} numbers classes by their names")
            }
            LossKind::FolderNames(changed) => {
                let changed: Vec<_> = changed.iter().map(|(from, to)| format!("'{from}' → '{to}'")).collect();
                write!(f, "{column} {names}: class names change to be file names: {}", changed.join(", "))
            }
            LossKind::Synsets => write!(f, "{column} {names}: the WordNet ids of the classes are lost"),
            LossKind::RawPixels => write!(f, "{column} {names}: raw pixels become PNG pictures"),
            LossKind::Encoding => write!(f, "{column} {names}: pictures are decoded to raw pixels"),
            LossKind::Type(kind) => write!(f, "{column} {names} {is} written as {kind}"),
            LossKind::Renamed(name) => write!(f, "{column} {names} {is} read back as '{name}'"),
            LossKind::Unsplit => write!(f, "samples have no split; they are read back as 'train'"),
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
    #[error("{format} is read, not written; these are written: {}", written.iter().map(|f| f.name()).collect::<Vec<_>>().join(", "))]
    NotWritten { format: Format, written: Vec<Format> },
    #[error("{format} needs {needs}; the data set has {}", has.join(", "))]
    NoColumn { format: Format, needs: &'static str, has: Vec<String> },
    #[error("{format} needs {needs}; '{column}' is {found}")]
    Column { format: Format, column: String, needs: &'static str, found: String },
    #[error(
        "{format} has no place for the splits {}; take one with --split, or another format",
        quoted(splits)
    )]
    Splits { format: Format, splits: Vec<String> },
    #[error("{splits} splits; {format} is written for at most {most} at once, take some with --split")]
    TooManySplits { format: Format, splits: usize, most: usize },
}
