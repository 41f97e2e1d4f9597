//! What two sides of a commit or a merge disagree about.

use hub_schema::RowId;

/// What conflicts between two concurrent commits, or between the two sides of a merge.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// The branch's head changed while the commit was being written, and the operation can't be applied to the new one.
    #[error(
        "it moved from version {from} to {to} ({by}) while this commit was being written; see `hub log` and try \
         again"
    )]
    Moved {
        /// The head's version when the writer read it.
        from: u64,
        /// The head's version now.
        to: u64,
        /// The operation of the new head, in words.
        by: String,
    },
    /// Both sides changed the same values.
    #[error("both sides changed column '{column}' of row {row} and {} more rows", rows - 1)]
    Values {
        /// The column's name.
        column: String,
        /// The first of the rows.
        row: RowId,
        /// The number of rows that both changed.
        rows: u64,
    },
    /// One side deleted rows that the other changed.
    #[error("one side deleted row {row} that the other changed in column '{column}'")]
    DeletedAndChanged {
        /// The changed column's name.
        column: String,
        /// The first of the rows.
        row: RowId,
    },
    /// One side compacted or overwrote fragments that the other changed.
    #[error("one side rewrote fragment {fragment} that the other changed; merge before compacting")]
    Rewritten {
        /// The fragment's id.
        fragment: String,
    },
    /// Both sides changed the columns in ways that don't go together; the text names them.
    #[error("both sides changed the columns: {0}")]
    Columns(String),
    /// Both sides decided which synset a class means, and differently.
    #[error("{}", describe_clashes(column, branches, classes))]
    Synsets {
        /// The label column, or the path to the label in it (`objects.category`).
        column: String,
        /// The names of the two branches, ours first.
        branches: (String, String),
        /// The classes, in the order of their numbers.
        classes: Vec<SynsetClash>,
    },
    /// The two branches have no common ancestor.
    #[error(
        "the two branches share no commit, so they can't be merged; push the rows to this branch instead"
    )]
    Unrelated,
    /// Both sides added a fragment of the same id.
    #[error("both sides added a fragment {fragment}, with different rows")]
    SameId {
        /// The fragment's id.
        fragment: String,
    },
}

/// A class that means another synset on each side of a merge; `None`: no synset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SynsetClash {
    /// The class's name.
    pub class: String,
    /// Its synset on the branch that is merged into.
    pub ours: Option<String>,
    /// Its synset on the other side.
    pub theirs: Option<String>,
}

/// Classes that a conflict lists; of more only the number is given.
const CLASHES_LISTED: usize = 5;

fn describe_clashes(column: &str, (ours, theirs): &(String, String), classes: &[SynsetClash]) -> String {
    let synset = |synset: &Option<String>| synset.clone().unwrap_or_else(|| "no synset".to_owned());
    let each = classes.iter().take(CLASHES_LISTED).map(|clash| {
        let (our, their) = (synset(&clash.ours), synset(&clash.theirs));
        format!("class '{}' is {our} on '{ours}' and {their} on '{theirs}'", clash.class)
    });
    let more = match classes.len().saturating_sub(CLASHES_LISTED) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    let each = each.collect::<Vec<_>>().join("; ");
    format!("both sides mapped classes of column '{column}' to different synsets: {each}{more}")
}
