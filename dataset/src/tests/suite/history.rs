//! A data set through all operations, one after the other.

use hub_schema::{BranchName, Feature, Operation};

use super::super::{append, author, head, labels, relabel, row_ids};
use crate::Dataset;
use crate::ops::fsck::Scope;
use crate::ops::merge::Merged;
use crate::ops::values::ColumnValues;
use crate::sample::Value;

pub async fn a_life(dataset: Dataset) {
    let main = BranchName::main();
    append(&dataset, &[0, 1, 2]).await;
    let first = append(&dataset, &[3, 4]).await;
    let ids = row_ids(&first).await;
    relabel(&first, &main, &[(ids[0], 1)]).await.unwrap();
    let scores = [ColumnValues::new("score", vec![(ids[4], Value::Float(0.5))])];
    dataset.add_column(&main, &author(), "score", Feature::float64(), &scores).await.unwrap();
    dataset.delete(&main, &author(), &ids[1..2]).await.unwrap();
    dataset.rename_column(&main, &author(), "label", "animal").await.unwrap();
    dataset.rename_column(&main, &author(), "animal", "label").await.unwrap();
    dataset.drop_column(&main, &author(), "score").await.unwrap();
    dataset.compact(&main, &author(), Default::default()).await.unwrap();
    let compacted = head(&dataset).await;
    assert_eq!(compacted.commit().operation, Operation::Compact);
    assert_eq!(labels(&compacted).await, [1, 0, 1, 0].map(Some));
    assert_eq!(row_ids(&compacted).await, [ids[0], ids[2], ids[3], ids[4]]);
    let diff = first.diff(&compacted).await.unwrap();
    assert_eq!((diff.added, diff.removed, diff.changed, diff.columns.len()), (0, 1, 1, 0));
    let stats = compacted.stats().await.unwrap();
    let label = stats.columns.iter().find(|c| c.name == "label").unwrap();
    assert_eq!((label.labels[0].classes[0].count, label.labels[0].classes[1].count), (2, 2));
    let tag: BranchName = "v1".parse().unwrap();
    dataset.create_tag(&tag, &compacted, &author()).await.unwrap();
    dataset.revert(&main, &author(), &first).await.unwrap();
    let reverted = head(&dataset).await;
    let counts = &reverted.commit().counts;
    // The row that was removed is back, the label that was changed too.
    assert_eq!((counts.added, counts.removed, counts.changed), (1, 0, 1));
    assert_eq!(labels(&reverted).await, [0, 1, 0, 1, 0].map(Some));
    assert_eq!(reverted.log(usize::MAX).await.unwrap().len(), 10);
    let tagged = dataset.snapshot(&"v1".parse().unwrap()).await.unwrap();
    assert_eq!(labels(&tagged).await.len(), 4);
    let report = dataset.fsck(Scope::All, |_| ()).await.unwrap();
    assert_eq!((report.damage, report.commits), (vec![], 10));
}

pub async fn branches_part_and_meet(dataset: Dataset) {
    let (main, dev): (BranchName, BranchName) = (BranchName::main(), "dev".parse().unwrap());
    let base = append(&dataset, &[0, 1, 2, 3]).await;
    let ids = row_ids(&base).await;
    dataset.create_branch(&dev, &base).await.unwrap();
    relabel(&base, &dev, &[(ids[0], 1)]).await.unwrap();
    let theirs = dataset.head(&dev).await.unwrap().unwrap();
    let forward = dataset.merge(&main, &theirs, &author()).await.unwrap();
    assert!(matches!(forward, Merged::FastForward(_)));
    relabel(forward.snapshot(), &main, &[(ids[1], 0)]).await.unwrap();
    relabel(&theirs, &dev, &[(ids[2], 1)]).await.unwrap();
    let theirs = dataset.head(&dev).await.unwrap().unwrap();
    let merged = dataset.merge(&main, &theirs, &author()).await.unwrap();
    assert!(matches!(merged, Merged::New(_)));
    assert_eq!(labels(merged.snapshot()).await, [1, 0, 1, 1].map(Some));
    relabel(merged.snapshot(), &main, &[(ids[3], 0)]).await.unwrap();
    relabel(&theirs, &dev, &[(ids[3], 0)]).await.unwrap();
    let theirs = dataset.head(&dev).await.unwrap().unwrap();
    assert!(dataset.merge(&main, &theirs, &author()).await.is_err());
    assert!(dataset.fsck(Scope::All, |_| ()).await.unwrap().is_clean());
}
