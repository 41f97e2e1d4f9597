//! Queues: their names, and the rows that they have.

use std::collections::HashSet;
use std::sync::Arc;

use hub_dataset::ops::pictures::OutlierKind;
use hub_schema::api::QueueReason;

/// A way to find rows that are worth a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QueueKind {
    Disagrees,
    Unlike,
    Duplicates,
    Outliers,
    Class,
    New,
}

impl QueueKind {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 6] =
        [Self::Disagrees, Self::Unlike, Self::Duplicates, Self::Outliers, Self::Class, Self::New];

    /// The queue of a name in an address.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Its name in addresses and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Disagrees => "disagrees",
            Self::Unlike => "unlike",
            Self::Duplicates => "duplicates",
            Self::Outliers => "outliers",
            Self::Class => "class",
            Self::New => "new",
        }
    }

    /// Its name for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Disagrees => "Model disagrees",
            Self::Unlike => "Unlike its class",
            Self::Duplicates => "Same picture, two labels",
            Self::Outliers => "Outliers",
            Self::Class => "Class at a glance",
            Self::New => "New since a revision",
        }
    }

    /// How its rows are found, in one sentence.
    pub const fn how(self) -> &'static str {
        match self {
            Self::Disagrees => {
                "A model gives another class more probability than the label. The surest come first."
            }
            Self::Unlike => "Most of the 20 samples with the nearest embeddings have another label.",
            Self::Duplicates => "Equal or nearly equal pictures with different labels: one of them is wrong.",
            Self::Outliers => {
                "Pictures that are blank, grey among colour, tiny, very long, or can’t be decoded."
            }
            Self::Class => {
                "All pictures of one class, those least like the rest first: the eye finds the odd one."
            }
            Self::New => "What was added or changed since an earlier revision.",
        }
    }

    /// Whether its rows are likely mistakes, which are counted: of the others most are right.
    pub const fn has_mistakes(self) -> bool {
        !matches!(self, Self::Class | Self::New)
    }
}

/// Why a picture that stands out is in a queue.
pub const fn reason(kind: OutlierKind) -> QueueReason {
    match kind {
        OutlierKind::Damaged => QueueReason::Damaged,
        OutlierKind::Blank => QueueReason::Blank,
        OutlierKind::Grey => QueueReason::Grey,
        OutlierKind::Tiny => QueueReason::Tiny,
        OutlierKind::Extreme => QueueReason::Extreme,
    }
}

/// A row of a queue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QueueRow {
    /// Its position.
    pub row: u32,
    /// Rows of one group follow each other; in most queues each row is a group.
    pub group: u32,
    pub reason: QueueReason,
    /// By what it is sorted (see [`hub_schema::api::QueueItem::score`]); NaN without.
    pub score: f32,
    /// The number of the class that is suggested.
    pub suggestion: Option<u32>,
}

/// The rows of a queue in their order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Queue {
    pub rows: Vec<QueueRow>,
}

impl Queue {
    /// A queue each row of which is a group.
    pub fn of_rows(rows: impl IntoIterator<Item = (u32, QueueReason, f32, Option<u32>)>) -> Self {
        let rows = rows.into_iter().zip(0..);
        let row =
            |((row, reason, score, suggestion), group)| QueueRow { row, group, reason, score, suggestion };
        Self { rows: rows.map(row).collect() }
    }

    /// The groups for which not all rows are among `kept`.
    pub fn groups<'a>(&'a self, kept: &'a HashSet<u32>) -> impl Iterator<Item = &'a [QueueRow]> {
        let groups = self.rows.chunk_by(|a, b| a.group == b.group);
        groups.filter(|group| !group.iter().all(|row| kept.contains(&row.row)))
    }
}

/// The queues of likely mistakes of a revision that were found last.
pub type Found = Arc<Vec<(QueueKind, Arc<Queue>)>>;
