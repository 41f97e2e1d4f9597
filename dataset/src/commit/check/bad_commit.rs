//! Why a commit may not stand: which rule it breaks, where, and what was expected.

use hub_schema::{BranchName, CommitParent, FieldId, FragmentId, RowId, SchemaError};

/// The rule that a commit breaks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCommit {
    /// It can't be parsed.
    #[error("not the JSON of a commit: {0}")]
    Json(String),
    /// Written in another version of the format.
    #[error("it has format version {found}, expected is {known}")]
    Format {
        /// Its version.
        found: u32,
        /// The version that is written here.
        known: u32,
    },
    /// More parents than any operation has.
    #[error("{found} parents, at most {most} make sense")]
    TooManyParents {
        /// Parents that it names.
        found: usize,
        /// The limit.
        most: usize,
    },
    /// Versions of a branch are never skipped.
    #[error("branch '{branch}' has no version {before} that it could follow")]
    Gap {
        /// The branch.
        branch: BranchName,
        /// The version that is missing.
        before: u64,
    },
    /// Branches and tags share one set of names.
    #[error("there is a tag '{0}' already; a branch needs another name")]
    TagOfThatName(BranchName),
    /// A parent is not where the commit says.
    #[error("its parent {} is not version {} of branch '{}'", .0.id.short(), .0.version, .0.branch)]
    NoParent(CommitParent),
    /// The first commit of a branch deletes it.
    #[error("a branch can't begin with its end")]
    BeginsWithEnd,
    /// The very commit is the head.
    #[error("it is the branch's head already")]
    IsHead,
    /// It doesn't follow the branch's head.
    #[error(
        "its first parent is not the head of branch '{}' (version {}, {}); apply it to that",
        .0.branch, .0.version, .0.id.short()
    )]
    NotOnHead(CommitParent),
    /// More columns than any data set has.
    #[error("{found} columns, at most {most} are taken")]
    TooManyColumns {
        /// Columns that it names.
        found: usize,
        /// The limit.
        most: usize,
    },
    /// A column's name that can't be used.
    #[error(transparent)]
    ColumnName(#[from] SchemaError),
    /// A name twice.
    #[error("two columns are called '{0}'")]
    SameColumn(String),
    /// A column's id twice, or one that can't be.
    #[error("column '{column}': its id {id} is another's or too great")]
    ColumnId {
        /// The column.
        column: String,
        /// Its id.
        id: FieldId,
    },
    /// A fact without its media column.
    #[error("column '{0}' is a fact of a column that there is not")]
    FactOfNothing(String),
    /// Lists in lists in lists.
    #[error("column '{column}': types are nested deeper than {most}")]
    TooDeep {
        /// The column.
        column: String,
        /// The limit.
        most: usize,
    },
    /// An empty or a huge tensor.
    #[error("column '{column}': a tensor of shape {shape:?} can't be stored")]
    TensorShape {
        /// The column.
        column: String,
        /// Its shape.
        shape: Vec<usize>,
    },
    /// Classes and synsets that don't pair.
    #[error("column '{column}': {classes} classes with {synsets} synsets")]
    Synsets {
        /// The column.
        column: String,
        /// Classes.
        classes: usize,
        /// Synsets, which should be as many.
        synsets: usize,
    },
    /// A manifest's sums are not those that the commit gives with its name.
    #[error("{path} holds {fragments} fragments with {rows} rows, the commit differs")]
    ManifestSums {
        /// The manifest.
        path: String,
        /// Fragments in it.
        fragments: u64,
        /// Rows in it that are not deleted.
        rows: u64,
    },
    /// A deleted branch with rows.
    #[error("the end of a branch holds no rows")]
    EndWithRows,
    /// A sum in the commit is not that over its manifests.
    #[error("it says {said} {what}, its manifests hold {found}")]
    Sum {
        /// What was added up: rows, fragments, bytes, rows of a split.
        what: String,
        /// The commit's sum.
        said: u64,
        /// The sum that was found.
        found: u64,
    },
    /// More rows than any reader counts.
    #[error("it holds {found} rows, a revision has at most {most}")]
    TooManyRows {
        /// Rows.
        found: u64,
        /// The limit.
        most: u64,
    },
    /// Files that several fragments name, with too many rows.
    #[error(
        "its fragments name files again that others name, and {found} rows with them; at most {most} may come that way"
    )]
    TooMuchRepeated {
        /// Rows of fragments with a file that another fragment names before them.
        found: u64,
        /// The limit.
        most: u64,
    },
    /// Two fragments of one id.
    #[error("two fragments are named {0}")]
    SameFragment(FragmentId),
    /// Two rows of one id.
    #[error("two rows have the id {0}")]
    SameRow(RowId),
    /// A fragment's description breaks a rule.
    #[error("fragment {id}: {problem}")]
    Fragment {
        /// The fragment.
        id: FragmentId,
        /// The rule.
        problem: BadFragment,
    },
    /// An object that the commit adds is not in the store.
    #[error("{path} is not there; upload it first")]
    Missing {
        /// The object.
        path: String,
    },
    /// An object has another length.
    #[error("{path} is {found} bytes long, the commit says {said}")]
    Length {
        /// The object.
        path: String,
        /// Its length.
        found: u64,
        /// The length that the commit, or its manifest, gives.
        said: u64,
    },
    /// A manifest that nobody should load.
    #[error("{path} is {bytes} bytes long, a manifest has at most {most}")]
    ManifestTooLong {
        /// The manifest.
        path: String,
        /// Its length.
        bytes: u64,
        /// The limit.
        most: u64,
    },
    /// An object can't be read.
    #[error("{path} can't be read: {why}")]
    Unreadable {
        /// The object.
        path: String,
        /// Why.
        why: String,
    },
    /// A file is not what its fragment says.
    #[error("{path}: {problem}")]
    File {
        /// The file.
        path: String,
        /// What is wrong with it.
        problem: BadFile,
    },
}

/// What is wrong with a fragment's description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadFragment {
    /// More rows than a row id can count.
    #[error("{found} rows, it may hold {most}")]
    TooManyRows {
        /// Rows.
        found: u32,
        /// The limit.
        most: u32,
    },
    /// Row groups are empty, or are not all of the rows.
    #[error("its row groups don't add up to its {rows} rows")]
    RowGroups {
        /// Its rows.
        rows: u32,
    },
    /// A row group that takes too much memory to read.
    #[error("a row group has {found} rows, at most {most} are taken")]
    RowGroupTooLong {
        /// Rows of the row group.
        found: u32,
        /// The limit.
        most: u32,
    },
    /// The bitmap of deleted rows goes on behind the last row.
    #[error("rows are deleted that it doesn't hold")]
    DeletedRows,
    /// Runs of row ids that are not all of the rows.
    #[error("its row ids don't add up to its {rows} rows")]
    RowIds {
        /// Its rows.
        rows: u32,
    },
    /// A column that is read from two files.
    #[error("two files hold column {0}")]
    SameColumn(FieldId),
    /// Rows without a value.
    #[error("it has rows and no files")]
    NoFiles,
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadFile {
    /// Row groups of another number or length.
    #[error("its {found} row groups are not the {expected} of its fragment")]
    RowGroups {
        /// Row groups in the file.
        found: usize,
        /// Row groups of the fragment.
        expected: usize,
    },
    /// No checksums: damage could not be told from data.
    #[error("its footer holds no checksums of its row groups")]
    NoChecksums,
    /// A column is not there.
    #[error("it doesn't hold column {0}, which the manifest names")]
    NoColumn(FieldId),
    /// A row group that takes too much memory to read.
    #[error(
        "row group {row_group} has {found} bytes of annotations when it is unpacked, at most {most} are taken; push \
         fewer rows in a row group, or long texts as files"
    )]
    RowGroupTooLong {
        /// The row group, counted from 0.
        row_group: usize,
        /// Its length in memory.
        found: u64,
        /// The limit.
        most: u64,
    },
}
