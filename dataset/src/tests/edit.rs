//! Several changes in one commit.

use hub_schema::{BranchName, Feature, Operation, RowId};

use super::{append, author, head, labels, new_dataset, packed, pets, relabel, row_ids};
use crate::ops::edit::Edit;
use crate::ops::fsck::Scope;
use crate::ops::values::{ColumnValues, ValueEdit};
use crate::sample::Value;
use crate::{Committed, Dataset, Error};

fn relabelled(row: RowId, label: i64) -> ValueEdit {
    ValueEdit {
        new_columns: vec![("score".to_owned(), Feature::float64())],
        values: vec![
            ColumnValues::new("label", vec![(row, Value::Int(label))]),
            ColumnValues::new("score", vec![(row, Value::Float(0.5))]),
        ],
        ..ValueEdit::default()
    }
}

async fn checked(dataset: &Dataset) {
    let report = dataset.fsck(Scope::All, |_| ()).await.unwrap();
    assert!(report.is_clean(), "{report:?}");
}

#[tokio::test]
async fn rows_values_and_deletions_are_one_commit() {
    let dataset = new_dataset().await;
    let base = append(&dataset, &[0, 1, 2, 3]).await;
    let ids = row_ids(&base).await;
    let rows = packed(&dataset, &pets(), Some("val"), &[5, 7]).await;
    let values = relabelled(ids[0], 1);
    let edit = Edit { rows: Some(&rows), values: Some((&values, &base)), delete: &ids[1..3] };
    let done = dataset.edit(&BranchName::main(), &author(), edit).await.unwrap();
    let Committed::New(after) = done else { panic!("nothing was committed") };
    assert_eq!((after.at().version, after.commit().parents.as_slice()), (1, &[base.at().clone()][..]));
    assert_eq!(labels(&after).await, [1, 1, 1, 1].map(Some));
    assert_eq!(row_ids(&after).await[..2], [ids[0], ids[3]]);
    let counts = &after.commit().counts;
    assert_eq!((counts.rows, counts.added, counts.removed, counts.changed), (4, 2, 2, 1));
    assert_eq!(after.commit().operation, Operation::Append);
    assert!(after.schema().find("score").is_some());
    checked(&dataset).await;
}

#[tokio::test]
async fn an_edit_goes_on_from_what_others_committed_meanwhile() {
    let dataset = new_dataset().await;
    let base = append(&dataset, &[0, 1]).await;
    let ids = row_ids(&base).await;
    let rows = packed(&dataset, &pets(), Some("train"), &[5]).await;
    append(&dataset, &[3]).await;
    let edit = Edit { rows: Some(&rows), values: None, delete: &ids[..1] };
    dataset.edit(&BranchName::main(), &author(), edit).await.unwrap();
    assert_eq!(labels(&head(&dataset).await).await, [1, 1, 1].map(Some));
    checked(&dataset).await;
}

#[tokio::test]
async fn a_step_that_fails_leaves_nothing_of_the_others() {
    let dataset = new_dataset().await;
    let base = append(&dataset, &[0, 1]).await;
    let ids = row_ids(&base).await;
    let rows = packed(&dataset, &pets(), Some("train"), &[5]).await;
    let values = relabelled(ids[0], 1);
    // Another writer sets the same value.
    let theirs = relabel(&base, &BranchName::main(), &[(ids[0], 1)]).await.unwrap();
    let edit = Edit { rows: Some(&rows), values: Some((&values, &base)), delete: &[] };
    let refused = dataset.edit(&BranchName::main(), &author(), edit).await.unwrap_err();
    assert!(matches!(refused, Error::Conflict { .. }), "{refused}");
    let strange = RowId::from_raw(77);
    let edit = Edit { rows: Some(&rows), values: None, delete: &[strange] };
    let refused = dataset.edit(&BranchName::main(), &author(), edit).await.unwrap_err();
    assert!(matches!(refused, Error::NoRow(row) if row == strange), "{refused}");
    assert_eq!(head(&dataset).await.at(), theirs.at());
}

#[tokio::test]
async fn an_edit_with_nothing_to_do_is_no_commit() {
    let dataset = new_dataset().await;
    let base = append(&dataset, &[0, 1]).await;
    let done = dataset.edit(&BranchName::main(), &author(), Edit::default()).await.unwrap();
    let Committed::Unchanged(Some(same)) = done else { panic!("{done:?}") };
    assert_eq!(same.at(), base.at());
}
