//! The JSON bodies of the REST interface: what a client sends, and what a server answers.
//!
//! One file for each noun of the interface (`/api/v1/<noun>`). The server and the client use these types and no
//! others, so that neither can drift from the other. With the feature `openapi` they carry the schemas of the OpenAPI
//! document: each field's comment is its description there, and says what the field means, its unit, range and
//! default.
//!
//! Requests reject unknown members, so that a misspelt one is reported and not ignored; optional members that are not
//! set are not sent. Answers ignore unknown members, so that a newer server can add some. Query parameters
//! (`?limit=`), which only the server reads, are declared beside its handlers.

pub mod audit;
pub mod commits;
pub mod datasets;
pub mod edits;
pub mod ended_access;
pub mod facets;
pub mod health;
pub mod history;
pub mod lists;
pub mod media;
pub mod namespaces;
pub mod objects;
pub mod plan;
pub mod problem;
pub mod query;
pub mod review;
pub mod revisions;
pub mod rows;
pub mod runs;
mod secret;
pub mod session;
pub mod similar;
pub mod synsets;
pub mod tokens;
pub mod uploads;
pub mod users;

pub use audit::{AuditList, AuditView};
pub use commits::{At, CommitView};
pub use datasets::{
    CardView, CreateDataset, DatasetList, DatasetPage, DatasetView, Deleted, RenameDataset, Sweep, SweptView,
    UpdateDataset,
};
pub use edits::{CommitEdits, EditsCommitted, RowConflictView, RowEditView};
pub use ended_access::EndedAccess;
pub use facets::{
    ClassesBySplit, Distribution, FacetBucket, FacetConcept, FacetCount, FacetKind, FacetList, FacetView,
};
pub use health::Health;
pub use history::{
    BranchMoved, ChangeGroupView, ChangedValueView, ChangedValuesView, CreateBranch, CreateTag, DiffValues,
    MergeRevision, Outcome, RevertBranch, RowActionView, RowChangeView, RowLogView,
};
pub use lists::{Mark, MarkList, Neighbour, RankView, RowPage};
pub use media::{FrameTimes, PeaksView};
pub use namespaces::{CreateNamespace, MemberList, MemberView, NamespaceList, NamespaceView, SetMember};
pub use objects::{ListedObject, ObjectList, Stored};
pub use plan::{Plan, PlanRequest, PlannedFile, PlannedFragment, PlannedPart};
pub use problem::{AccessDenied, Problem};
pub use query::{AnswerFormat, QueryRequest};
pub use review::{
    DuplicateGroup, DuplicateList, DuplicateRow, OutlierList, OutlierRow, QueueClass, QueueItem, QueueList,
    QueuePage, QueueReason, QueueView, ReviewList, ReviewView, ScanState, ScanView, SetReviews,
};
pub use revisions::{
    ChangedRow, ColumnView, CommitList, CommitPage, DiffView, LeftOut, RefView, Refs, SchemaView, StatsView,
};
pub use rows::{RowList, RowView};
pub use runs::{
    BoardRank, BoardView, ClassProbability, Classified, LeaderboardView, ModelList, ModelView,
    PredictedClass, PredictionList, PredictionView, RowPrediction, RowPredictions, RunList, RunView,
    ShareView,
};
pub use secret::Secret;
pub use session::{ChangePassword, Login, Me, Membership, Setup};
pub use similar::{SimilarRow, SimilarRows};
pub use synsets::{
    CountView, CountedSynset, SynsetChildren, SynsetDataset, SynsetDatasets, SynsetList, SynsetPage,
    SynsetRow, SynsetRowList, SynsetView,
};
pub use tokens::{CreateToken, NewTokenView, TokenList, TokenView};
pub use uploads::{BeginUpload, OpenUpload};
pub use users::{ChangedUser, CreateUser, CreatedUser, UpdateUser, UserList, UserView};

/// The schema of any JSON value: `serde_json::Value` alone is described as an object.
#[cfg(feature = "openapi")]
fn any_value() -> utoipa::openapi::Object {
    use utoipa::openapi::schema::SchemaType;
    utoipa::openapi::ObjectBuilder::new().schema_type(SchemaType::AnyValue).build()
}
