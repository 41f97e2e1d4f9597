//! The label map that a person edits: a table of labels and the synsets they stand for.
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
    /// What it stands for.
    pub synset: Option<SynsetId>,
    /// How it was found, in words; empty where the file doesn't say.
    pub how: String,
}

/// What is wrong with a label map, and where: line and column count from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct LabelMapError {
    /// The line of the file.
    pub line: usize,
    /// The column: which cell of the line.
    pub column: usize,
    /// What is wrong.
    pub problem: LabelMapProblem,
}

/// What is wrong in one place of a label map.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LabelMapProblem {
    /// There is no first line that names the columns.
    #[error(
        "the first line must name the columns, with tabs between, among them `label` and `synset`; found `{0}`"
    )]
    Header(String),
    /// A column is named twice.
    #[error("the column `{0}` is there twice")]
    ColumnTwice(String),
    /// A line ends before the columns that are needed.
    #[error("the line ends here; expected {expected} cells with tabs between, found {found}")]
    Short {
        /// Cells found.
        found: usize,
        /// Cells needed.
        expected: usize,
    },
    /// A row without a label.
    #[error("the label is empty")]
    NoLabel,
    /// A backslash before something else than `t`, `n`, `r`, `\` or `#`.
    #[error("`\\{0}` means nothing; a backslash in a label is written `\\\\`")]
    Escape(String),
    /// A label that an earlier line has.
    #[error("`{label}` is already in line {first}; keep one of them and put # in front of the other")]
    Twice {
        /// The label.
        label: String,
        /// The line that has it first.
        first: usize,
    },
    /// A text that is no synset, or not one.
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
