//! The label map file, which users edit: a table of labels and their synsets.
//!
//! Text with tabs, so that any editor and any spreadsheet opens it. The first line names the columns:
//!
//! ```text
//! label   synset     name        gloss                                          how
//! mouse   n03793489  mouse.n.04  a hand-operated electronic device that …       0.81 word, sense 4; …
//! # mouse n02330245  mouse.n.01  any of numerous small rodents …                0.52 word, sense 1
//! thing   -          -           -                                              -
//! ```
//!
//! `label` and `synset` are read, and `name` is checked against `synset`, so that a half-made edit is found; the others
//! are for the reader. A synset may be written as an id or a name, or as a word with one sense; `-` or nothing is a
//! label without one. Lines that begin with `#` are comments: [`write_label_map`] puts the other candidates there, so
//! that choosing one means moving a `#`. A tab, a line break, a backslash or a leading `#` in a label is written `\t`,
//! `\n`, `\\`, `\#`.

mod read;
mod write;

pub use read::read_label_map;
pub use write::{write_label_map, write_mapped_labels};

use crate::{ResolveError, SynsetId};

/// One row of a label map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappedLabel {
    /// The label, as the data set has it.
    pub label: String,
    /// Its synset; `None` for a label without one.
    pub synset: Option<SynsetId>,
    /// How it was found, in words; empty where the file doesn't say.
    pub how: String,
}

/// An error in a label map file; line and column count from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct LabelMapError {
    /// The line of the file.
    pub line: usize,
    /// The column: which cell of the line.
    pub column: usize,
    /// What is invalid there.
    pub problem: LabelMapProblem,
}

/// What is invalid at one place of a label map file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LabelMapProblem {
    /// The header line is missing, or lacks a required column.
    #[error(
        "the first line must name the columns, separated by tabs, with `label` and `synset` among them; found `{0}`"
    )]
    Header(String),
    /// A column is named twice.
    #[error("duplicate column `{0}`")]
    ColumnTwice(String),
    /// A line ends before the columns that are needed.
    #[error("the line ends here; expected {expected} cells separated by tabs, found {found}")]
    Short {
        /// Number of cells found.
        found: usize,
        /// Number of cells needed.
        expected: usize,
    },
    /// A row without a label.
    #[error("the label is empty")]
    NoLabel,
    /// A backslash before something else than `t`, `n`, `r`, `\` or `#`.
    #[error("unknown escape `\\{0}`; a backslash in a label is written `\\\\`")]
    Escape(String),
    /// A label that an earlier line has.
    #[error("`{label}` is already in line {first}; keep one of them and put # in front of the other")]
    Twice {
        /// The label.
        label: String,
        /// The line that has it first.
        first: usize,
    },
    /// An unknown or ambiguous synset.
    #[error(transparent)]
    Synset(#[from] ResolveError),
    /// The name belongs to another synset.
    #[error(
        "`{found}` is not the name of {synset}, which is {expected}; correct one of the two, or empty the name"
    )]
    Name {
        /// The synset in the row.
        synset: SynsetId,
        /// Its name.
        expected: String,
        /// The name in the row.
        found: String,
    },
}
