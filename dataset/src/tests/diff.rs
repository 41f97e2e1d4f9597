//! What differs between two revisions.

use hub_schema::{BranchName, Feature};

use super::{append, author, head, new_dataset, relabel, row_ids};
use crate::ops::diff::ColumnChange;
use crate::ops::values::ColumnValues;
use crate::sample::Value;

#[tokio::test]
async fn rows_are_compared_by_id_and_columns_by_name() {
    let dataset = new_dataset().await;
    append(&dataset, &[0, 1]).await;
    let old = append(&dataset, &[2, 3, 4]).await;
    let (main, ids) = (BranchName::main(), row_ids(&old).await);
    assert!(old.diff(&old).await.unwrap().is_empty());
    dataset.delete(&main, &author(), &ids[1..2]).await.unwrap();
    let deleted = relabel(&head(&dataset).await, &main, &[(ids[3], 0), (ids[4], 1)]).await.unwrap();
    relabel(&deleted, &main, &[(ids[4], 0)]).await.unwrap();
    dataset.rename_column(&main, &author(), "label", "animal").await.unwrap();
    let scores = [ColumnValues::new("score", vec![(ids[0], Value::Float(1.0))])];
    dataset.add_column(&main, &author(), "score", Feature::float64(), &scores).await.unwrap();
    let new = append(&dataset, &[7]).await;
    let diff = old.diff(&new).await.unwrap();
    assert_eq!((diff.added, diff.removed, diff.changed), (1, 1, 2));
    assert_eq!(diff.removed_rows().collect::<Vec<_>>(), [ids[1]]);
    assert_eq!(diff.added_rows().collect::<Vec<_>>(), row_ids(&new).await[4..]);
    let mut changed = diff.changed_rows().collect::<Vec<_>>();
    changed.sort();
    let mut wanted = vec![(ids[3], vec!["animal"]), (ids[4], vec!["animal"])];
    wanted.sort();
    assert_eq!(changed, wanted);
    let words = [
        ColumnChange::Renamed { from: "label".into(), to: "animal".into() },
        ColumnChange::Added { column: "score".into(), feature: "float64".into() },
    ];
    assert_eq!(diff.columns, words);
    let back = new.diff(&old).await.unwrap();
    assert_eq!((back.added, back.removed, back.changed), (1, 1, 2));
    dataset.revert(&main, &author(), &old).await.unwrap();
    assert!(old.diff(&head(&dataset).await).await.unwrap().is_empty());
}
