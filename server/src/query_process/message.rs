//! What the server and the processes of queries tell each other.

use std::path::PathBuf;

use hub_schema::CommitParent;
use hub_schema::api::AnswerFormat;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The first message to a process: what it needs of the server's settings.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Start {
    /// The store of all data sets.
    pub store: String,
    pub store_patience_secs: u64,
    /// Memory of one query, in bytes.
    pub memory_bytes: usize,
}

/// From the server to a process, after [`Start`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ToWorker {
    Question(Question),
    /// The answer to [`FromWorker::Labels`]: the body has the positions, serialized.
    Labels {
        /// Whether the index holds the column.
        found: bool,
        /// Why the index can't answer.
        error: Option<String>,
    },
}

/// A query or filter.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Question {
    pub what: What,
    pub members: Vec<Member>,
    pub time_millis: u64,
    /// Maximum rows of a query's result.
    pub rows: u64,
    /// Maximum bytes of a query's result.
    pub answer_bytes: usize,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum What {
    /// The body of the answer is the result in this format.
    Query {
        sql: String,
        /// Whether the table has a column `dataset`.
        several: bool,
        format: AnswerFormat,
    },
    /// The body of the answer is the positions of the rows that meet the condition, serialized.
    Filter { condition: String },
}

/// A revision of a data set.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Member {
    pub name: String,
    pub uuid: Uuid,
    /// The data set's folder below the store's root, or its directory.
    pub place: MemberPlace,
    pub at: CommitParent,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MemberPlace {
    Directory(PathBuf),
    Bucket(String),
}

/// From a process to the server.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum FromWorker {
    /// Asks the label index of a data set.
    Labels {
        /// The index of the data set among [`Question::members`].
        member: usize,
        /// See [`hub_dataset::LabelColumn::path`].
        path: Vec<String>,
        synsets: Vec<String>,
    },
    Done {
        /// Notes about the result.
        notes: Vec<String>,
        /// Whether the process holds so much memory that it should be replaced.
        retire: bool,
    },
    Failed(Failure),
}

/// A query that failed, as a problem.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Failure {
    /// See [`crate::problem::Kind::slug`].
    pub kind: String,
    pub detail: String,
    /// The data set that can't be read, of several.
    pub dataset: Option<String>,
    /// Whether that is because its files are damaged, or missing in a store that works.
    pub is_damage: bool,
    /// The error with its causes for the server's log, if only the operator can fix it.
    pub log: Option<String>,
    /// Whether something of the query may still run or be held.
    pub retire: bool,
}
