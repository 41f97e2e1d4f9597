//! Compaction: what it changes, and what it must not.

use std::collections::HashSet;

use arrow::array::{Array, AsArray};
use hub_schema::{BranchName, Feature, RowId};

use super::{append, author, head, labels, new_dataset, pets, relabel, row_ids, sample_image};
use crate::ops::compact::{CompactOptions, CompactReport};
use crate::ops::fragment_builder::encode_rows;
use crate::ops::fsck::Scope;
use crate::ops::packed_rows::PackedRows;
use crate::ops::values::ColumnValues;
use crate::sample::{MediaBytes, Value};
use crate::{Conflict, Dataset, Error, Snapshot};

async fn compact(dataset: &Dataset) -> CompactReport {
    let main = BranchName::main();
    dataset.compact(&main, &author(), CompactOptions::default()).await.unwrap().report
}

async fn images(snapshot: &Snapshot) -> Vec<(String, Vec<u8>)> {
    let rows = snapshot.index().await.unwrap().rows();
    let fields = snapshot.fields(Some(&["image".to_owned()])).unwrap();
    let batch = snapshot.read_positions(&(0..rows).collect::<Vec<_>>(), &fields).await.unwrap();
    let media = batch.column(0).as_struct();
    let bytes = media.column_by_name("bytes").unwrap().as_binary_view();
    let paths = media.column_by_name("path").unwrap().as_string::<i32>();
    (0..media.len()).map(|i| (paths.value(i).to_owned(), bytes.value(i).to_vec())).collect()
}

#[tokio::test]
async fn rows_keep_their_ids_and_values() {
    let dataset = new_dataset().await;
    let main = BranchName::main();
    for seed in 0..5 {
        append(&dataset, &[seed * 3, seed * 3 + 1, seed * 3 + 2]).await;
    }
    let base = head(&dataset).await;
    let ids = row_ids(&base).await;
    let relabelled = relabel(&base, &main, &[(ids[0], 1), (ids[13], 0)]).await.unwrap();
    let dropped: Vec<RowId> = [1, 3, 4, 5, 14].map(|i| ids[i]).to_vec();
    dataset.delete(&main, &author(), &dropped).await.unwrap();
    let before = head(&dataset).await;
    let report = compact(&dataset).await;
    assert_eq!((report.old_fragments, report.new_fragments), (5, 1));
    let after = head(&dataset).await;
    assert_eq!(row_ids(&after).await, row_ids(&before).await);
    assert_eq!(labels(&after).await, labels(&before).await);
    assert_eq!(images(&after).await, images(&before).await);
    assert!(before.diff(&after).await.unwrap().is_empty());
    let diff = base.diff(&after).await.unwrap();
    assert_eq!((diff.removed, diff.changed, diff.added), (5, 2, 0));
    assert!(relabelled.diff(&after).await.unwrap().changed == 0);
    for (position, id) in row_ids(&after).await.into_iter().enumerate() {
        let place = after.index().await.unwrap().of_row(id).unwrap();
        assert_eq!(after.index().await.unwrap().position(place), Some(position as u64));
    }
    assert_eq!(compact(&dataset).await, CompactReport::default(), "there is nothing left to do");
    append(&dataset, &[20]).await;
    let before = row_ids(&head(&dataset).await).await;
    dataset.delete(&main, &author(), &before[2..4]).await.unwrap();
    let before = row_ids(&head(&dataset).await).await;
    assert_eq!(compact(&dataset).await.new_fragments, 1);
    let twice = head(&dataset).await;
    assert_eq!(row_ids(&twice).await, before);
    assert_eq!(base.diff(&twice).await.unwrap().added, 1);
    assert!(dataset.fsck(Scope::All, |_| ()).await.unwrap().is_clean());
}

#[tokio::test]
async fn ids_of_compacted_rows_are_not_reused() {
    let dataset = new_dataset().await;
    append(&dataset, &[1, 2]).await;
    append(&dataset, &[3, 4]).await;
    compact(&dataset).await;
    append(&dataset, &[1, 2]).await;
    let ids = row_ids(&head(&dataset).await).await;
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 6);
    assert!(dataset.fsck(Scope::All, |_| ()).await.unwrap().is_clean());
}

#[tokio::test]
async fn compaction_removes_dropped_columns_and_replaced_files() {
    let dataset = new_dataset().await;
    let main = BranchName::main();
    let base = append(&dataset, &[0, 1, 2]).await;
    let ids = row_ids(&base).await;
    let scores = [ColumnValues::new("score", vec![(ids[1], Value::Float(0.5))])];
    dataset.add_column(&main, &author(), "score", Feature::float64(), &scores).await.unwrap();
    let scored = head(&dataset).await;
    relabel(&scored, &main, &[(ids[0], 1)]).await.unwrap();
    let report = compact(&dataset).await;
    assert_eq!((report.old_fragments, report.new_fragments), (1, 1));
    let files = head(&dataset).await.index().await.unwrap().fragments()[0].files.clone();
    assert_eq!(files.len(), 2);
    assert_eq!(scored.diff(&head(&dataset).await).await.unwrap().changed_by_column["label"], 1);
    dataset.drop_column(&main, &author(), "image").await.unwrap();
    let report = compact(&dataset).await;
    assert!(report.new_bytes < report.old_bytes);
    let fragment = head(&dataset).await.index().await.unwrap().fragments()[0].clone();
    assert_eq!(fragment.files.len(), 1);
    assert_eq!(labels(&head(&dataset).await).await, [1, 1, 0].map(Some));
}

#[tokio::test]
async fn compaction_keeps_splits_apart_and_removes_empty_fragments() {
    let dataset = new_dataset().await;
    let main = BranchName::main();
    for (i, split) in ["train", "val", "train", "val", "test"].into_iter().enumerate() {
        let rows = super::packed(&dataset, &pets(), Some(split), &[i as u64]).await;
        dataset.append(&main, &author(), &rows).await.unwrap();
    }
    let ids = row_ids(&head(&dataset).await).await;
    dataset.delete(&main, &author(), &ids[4..]).await.unwrap();
    let report = compact(&dataset).await;
    assert_eq!((report.old_fragments, report.new_fragments), (5, 2));
    let after = head(&dataset).await;
    assert_eq!(
        after.commit().counts.splits.clone().into_iter().collect::<Vec<_>>(),
        [("train".to_owned(), 2), ("val".to_owned(), 2)]
    );
    assert_eq!(row_ids(&after).await, [0, 2, 1, 3].map(|i| ids[i]));
}

#[tokio::test]
async fn compaction_cuts_new_row_groups_and_shares_media() {
    let dataset = new_dataset().await;
    let main = BranchName::main();
    // Seven fragments of one image of 5 MiB each: three images are a row group.
    for seed in 0..7 {
        let row = std::collections::HashMap::from([("image", sample_image(seed, 5 << 20))]);
        let encoded = encode_rows(&pets(), None, &[row]).unwrap();
        let (fragment, _) = dataset.put_fragment(encoded, &HashSet::new()).await.unwrap();
        let rows = PackedRows { schema: pets(), fragments: vec![fragment], ..PackedRows::default() };
        dataset.append(&main, &author(), &rows).await.unwrap();
    }
    let options = CompactOptions { target_bytes: 64 << 20, ..CompactOptions::default() };
    dataset.compact(&main, &author(), options).await.unwrap();
    let after = head(&dataset).await;
    assert_eq!(after.index().await.unwrap().fragments()[0].row_groups, [3, 3, 1]);
    for (seed, (name, bytes)) in images(&after).await.into_iter().enumerate() {
        let Value::Media(wanted) = sample_image(seed as u64, 5 << 20) else { panic!() };
        let MediaBytes::Memory(content) = wanted.bytes else { panic!() };
        assert!(name == wanted.name && bytes == content, "image {seed}");
    }
    assert!(dataset.fsck(Scope::Heads, |_| ()).await.unwrap().is_clean());
}

/// Compacts while others write: before each commit of the compaction one of `meanwhile` has been done.
#[tokio::test]
async fn during_a_compaction_appends_succeed_and_changes_are_refused() {
    let dataset = new_dataset().await;
    let main = BranchName::main();
    append(&dataset, &[0]).await;
    append(&dataset, &[1]).await;
    let by = author();
    let (a, b) = tokio::join!(
        dataset.compact(&main, &by, CompactOptions { target_bytes: 1 << 30, ..CompactOptions::default() }),
        append(&dataset, &[2]),
    );
    a.unwrap();
    assert!(b.commit().counts.rows >= 2);
    assert_eq!(head(&dataset).await.commit().counts.rows, 3);
    // What the compaction holds is old: a row of it was deleted.
    let base = append(&dataset, &[3]).await;
    let groups = crate::ops::compact::write_for_tests(&base).await;
    let ids = row_ids(&base).await;
    dataset.delete(&main, &author(), &ids[..1]).await.unwrap();
    let refused = crate::ops::compact::commit_for_tests(&dataset, &main, groups).await.unwrap_err();
    assert!(matches!(refused, Error::Conflict { conflict: Conflict::Rewritten { .. }, .. }), "{refused}");
}
