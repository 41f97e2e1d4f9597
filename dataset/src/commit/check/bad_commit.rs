//! Why a commit is invalid: which rule of the format it breaks, where, and what was expected.

use hub_schema::{BranchName, CommitParent, FieldId, FragmentId, RowId, SchemaError};

use crate::file::TypeMismatch;

/// The rule that a commit breaks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCommit {
    /// The JSON can't be parsed as a commit; the text is the parser's error.
    #[error("not the JSON of a commit: {0}")]
    Json(String),
    /// The commit was written in another version of the format.
    #[error("format version {found} found, expected {known}")]
    Format {
        /// The format version it states.
        found: u32,
        /// The format version that this software writes.
        known: u32,
    },
    /// More parents than any operation has.
    #[error("{found} parents, at most {max} are allowed")]
    TooManyParents {
        /// The number of parents it names.
        found: usize,
        /// The greatest number allowed.
        max: usize,
    },
    /// Versions of a branch are never skipped.
    #[error("branch '{branch}' has no version {before}, which must come before it")]
    Gap {
        /// The branch's name.
        branch: BranchName,
        /// The missing version, one below the commit's.
        before: u64,
    },
    /// Branches and tags share one set of names.
    #[error("a tag '{0}' already exists; give the branch another name")]
    TagOfThatName(BranchName),
    /// A parent is not the commit at its stated branch and version.
    #[error("its parent {} is not version {} of branch '{}'", .0.id.short(), .0.version, .0.branch)]
    NoParent(CommitParent),
    /// Version 0 of a branch is of the operation that deletes the branch.
    #[error("the first commit of a branch can't delete the branch")]
    BeginsWithEnd,
    /// The same commit was published before.
    #[error("it is the branch's head already")]
    IsHead,
    /// The first parent is not the branch's head, which is given here.
    #[error(
        "its first parent is not the head of branch '{}' (version {}, {}); apply the change to that",
        .0.branch, .0.version, .0.id.short()
    )]
    NotOnHead(CommitParent),
    /// More columns than a data set may have.
    #[error("{found} columns, at most {max} are allowed")]
    TooManyColumns {
        /// The number of columns.
        found: usize,
        /// The greatest number allowed.
        max: usize,
    },
    /// A column's name breaks the rules of names.
    #[error(transparent)]
    ColumnName(#[from] SchemaError),
    /// Two columns have the same name.
    #[error("two columns are named '{0}'")]
    SameColumn(String),
    /// A column's id is used twice, or is greater than [`FieldId::MAX`].
    #[error("column '{column}': its id {id} is used by another column or too great")]
    ColumnId {
        /// The column's name.
        column: String,
        /// The column's id.
        id: FieldId,
    },
    /// A fact, such as `image.width`, without its media column.
    #[error("column '{0}' is a fact of a media column that doesn't exist")]
    FactOfNothing(String),
    /// Lists and structs nested too deep.
    #[error("column '{column}': its type is nested deeper than {max} levels")]
    TooDeep {
        /// The column's name.
        column: String,
        /// The greatest number allowed.
        max: usize,
    },
    /// A tensor with no elements, or with too many.
    #[error("column '{column}': a tensor of shape {shape:?} is empty or too large to store")]
    TensorShape {
        /// The column's name.
        column: String,
        /// The length of each dimension.
        shape: Vec<usize>,
    },
    /// A column gives synsets, but not one for each class.
    #[error("column '{column}': {synsets} synsets for {classes} classes, expected one for each class")]
    Synsets {
        /// The column's name.
        column: String,
        /// The number of class names.
        classes: usize,
        /// The number of synsets, which should be the same.
        synsets: usize,
    },
    /// A manifest's counts are not those that the commit states for it.
    #[error("{path} holds {fragments} fragments with {rows} rows, which the commit states differently")]
    ManifestSums {
        /// The manifest's path.
        path: String,
        /// The number of fragments in it.
        fragments: u64,
        /// The number of rows in it that are not deleted.
        rows: u64,
    },
    /// A commit that deletes its branch lists rows.
    #[error("a commit that deletes its branch must hold no rows")]
    EndWithRows,
    /// The key of an append, or its links, break the rules of the format.
    #[error("its append key is invalid: {0}")]
    AppendKey(&'static str),
    /// A total in the commit is not the sum over its manifests.
    #[error("it states {stated} {what}, its manifests hold {found}")]
    Sum {
        /// What is counted: rows, fragments, bytes, rows of a split.
        what: String,
        /// The commit's total.
        stated: u64,
        /// The sum over the manifests.
        found: u64,
    },
    /// More rows than a revision may have.
    #[error("it holds {found} rows, a revision has at most {max}")]
    TooManyRows {
        /// The number of rows.
        found: u64,
        /// The greatest number allowed.
        max: u64,
    },
    /// Too many rows in fragments that share a file with an earlier fragment.
    #[error("fragments that share files with earlier fragments hold {found} rows, at most {max} are allowed")]
    TooMuchRepeated {
        /// The number of rows in fragments that share a file with an earlier one.
        found: u64,
        /// The greatest number allowed.
        max: u64,
    },
    /// Two fragments have the same id.
    #[error("two fragments have the id {0}")]
    SameFragment(FragmentId),
    /// Two rows have the same id.
    #[error("two rows have the id {0}")]
    SameRow(RowId),
    /// A fragment's entry in its manifest breaks a rule.
    #[error("fragment {id}: {problem}")]
    Fragment {
        /// The fragment's id.
        id: FragmentId,
        /// The rule that it breaks.
        problem: BadFragment,
    },
    /// An object that the commit adds is not in the store.
    #[error("{path} not found in the store; upload it before the commit")]
    Missing {
        /// The object's path.
        path: String,
    },
    /// An object's length is not the stated one.
    #[error("{path} is {found} bytes long, expected {stated} as the commit states")]
    Length {
        /// The object's path.
        path: String,
        /// The object's length in the store, in bytes.
        found: u64,
        /// The length that the commit, or its manifest, states, in bytes.
        stated: u64,
    },
    /// A manifest is too long to be loaded into memory.
    #[error("{path} is {bytes} bytes long, a manifest has at most {max}")]
    ManifestTooLong {
        /// The manifest's path.
        path: String,
        /// The manifest's length in bytes.
        bytes: u64,
        /// The greatest number allowed.
        max: u64,
    },
    /// An object can't be read or parsed.
    #[error("{path} can't be read: {why}")]
    Unreadable {
        /// The object's path.
        path: String,
        /// The error of reading it.
        why: String,
    },
    /// A data file doesn't fit its fragment.
    #[error("{path}: {problem}")]
    File {
        /// The file's path.
        path: String,
        /// How it differs.
        problem: BadFile,
    },
}

/// What is wrong with a fragment's entry in a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadFragment {
    /// More rows than a row id can count.
    #[error("{found} rows, a fragment holds at most {max}")]
    TooManyRows {
        /// The number of rows.
        found: u32,
        /// The greatest number allowed.
        max: u32,
    },
    /// A row group is empty, or the row groups' lengths don't sum up to the fragment's.
    #[error("its row groups don't add up to its {rows} rows")]
    RowGroups {
        /// The fragment's number of rows.
        rows: u32,
    },
    /// A row group would take too much memory to read.
    #[error("a row group has {found} rows, at most {max} are allowed")]
    RowGroupTooLong {
        /// The row group's number of rows.
        found: u32,
        /// The greatest number allowed.
        max: u32,
    },
    /// The bitmap of deleted rows names offsets beyond the last row.
    #[error("it lists deleted rows beyond its last row")]
    DeletedRows,
    /// The runs of row ids don't sum up to the fragment's rows.
    #[error("its row ids don't add up to its {rows} rows")]
    RowIds {
        /// The fragment's number of rows.
        rows: u32,
    },
    /// Two files of the fragment hold the same column.
    #[error("two files hold column {0}")]
    SameColumn(FieldId),
    /// The fragment has rows but no file to read them from.
    #[error("it has rows but no files")]
    NoFiles,
}

/// How a data file differs from what its fragment says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadFile {
    /// The file's row groups differ from the fragment's in number or length.
    #[error("its {found} row groups differ in number or length from the fragment's {expected}")]
    RowGroups {
        /// The number of row groups in the file.
        found: usize,
        /// The number of row groups that the fragment lists.
        expected: usize,
    },
    /// The footer holds no checksums, so damage to a row group could not be detected.
    #[error("its footer holds no checksums of its row groups")]
    NoChecksums,
    /// The file lacks a column that its manifest names.
    #[error("it doesn't hold column {0}, which the manifest names")]
    NoColumn(FieldId),
    /// A column's type in the file is not the one that the commit's schema gives it.
    #[error(transparent)]
    Type(#[from] TypeMismatch),
    /// A row group would take too much memory to read.
    #[error(
        "row group {row_group} has {found} bytes of annotations when decompressed, at most {max} are allowed; push \
         fewer rows in a row group, or long texts as files"
    )]
    RowGroupTooLong {
        /// The row group, counted from 0.
        row_group: usize,
        /// The decompressed length of its annotations, in bytes.
        found: u64,
        /// The greatest number allowed.
        max: u64,
    },
}
