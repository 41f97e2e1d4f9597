//! Merging branches: what goes together, and what is refused in which words.

use hub_schema::{BranchName, Feature, Operation, Revision, RowId, Schema};

use super::{append, author, head, labels, new_dataset, packed, relabel, row_ids};
use crate::ops::compact::CompactOptions;
use crate::ops::fsck::Scope;
use crate::ops::merge::Merged;
use crate::ops::values::ColumnValues;
use crate::sample::Value;
use crate::{Conflict, Dataset, Error, Snapshot};

fn main() -> BranchName {
    BranchName::main()
}

fn dev() -> BranchName {
    "dev".parse().unwrap()
}

async fn dev_head(dataset: &Dataset) -> Snapshot {
    dataset.head(&dev()).await.unwrap().unwrap()
}

/// Eight rows in two fragments, and a branch `dev` from there.
async fn forked() -> (Dataset, Snapshot, Vec<RowId>) {
    let dataset = new_dataset().await;
    append(&dataset, &[0, 1, 2, 3]).await;
    let base = append(&dataset, &[4, 5, 6, 7]).await;
    dataset.create_branch(&dev(), &base).await.unwrap();
    let ids = row_ids(&base).await;
    (dataset, base, ids)
}

async fn append_to(dataset: &Dataset, branch: &BranchName, seeds: &[u64]) {
    let schema: Schema = dataset.head(branch).await.unwrap().unwrap().schema().clone();
    let rows = packed(dataset, &schema, Some("train"), seeds).await;
    dataset.append(branch, &author(), &rows).await.unwrap();
}

/// Merges `dev` into `main`, checks the data set, and gives the head.
async fn merge(dataset: &Dataset) -> Snapshot {
    let merged = dataset.merge(&main(), &dev_head(dataset).await, &author()).await.unwrap();
    assert!(matches!(merged, Merged::New(_)), "{merged:?}");
    let report = dataset.fsck(Scope::All, |_| ()).await.unwrap();
    assert_eq!(report.damage, []);
    merged.snapshot().clone()
}

async fn refused(dataset: &Dataset) -> Conflict {
    let before = head(dataset).await;
    let error = dataset.merge(&main(), &dev_head(dataset).await, &author()).await.unwrap_err();
    assert_eq!(head(dataset).await.at(), before.at(), "a refused merge leaves the branch alone");
    match error {
        Error::Conflict { conflict, .. } => conflict,
        other => panic!("{other}"),
    }
}

async fn add_column(dataset: &Dataset, branch: &BranchName, name: &str, row: RowId, value: f64) {
    let values = [ColumnValues::new(name, vec![(row, Value::Float(value))])];
    dataset.add_column(branch, &author(), name, Feature::float64(), &values).await.unwrap();
}

async fn column(snapshot: &Snapshot, name: &str) -> Vec<Option<f64>> {
    use arrow::array::AsArray;
    let rows = snapshot.index().await.unwrap().rows();
    let fields = snapshot.fields(Some(&[name.to_owned()])).unwrap();
    let batch = snapshot.read_positions(&(0..rows).collect::<Vec<_>>(), &fields).await.unwrap();
    batch.column(0).as_primitive::<arrow::datatypes::Float64Type>().iter().collect()
}

#[tokio::test]
async fn an_unchanged_branch_is_fast_forwarded() {
    let (dataset, base, _) = forked().await;
    append_to(&dataset, &dev(), &[8]).await;
    let theirs = dev_head(&dataset).await;
    let merged = dataset.merge(&main(), &theirs, &author()).await.unwrap();
    assert!(matches!(&merged, Merged::FastForward(s) if s.at().id == theirs.at().id), "{merged:?}");
    assert_eq!(head(&dataset).await.at().version, base.at().version + 1);
    let again = dataset.merge(&main(), &theirs, &author()).await.unwrap();
    assert!(matches!(again, Merged::UpToDate(_)));
    append_to(&dataset, &main(), &[9]).await;
    let again = dataset.merge(&main(), &theirs, &author()).await.unwrap();
    assert!(matches!(again, Merged::UpToDate(_)));
    assert_eq!(head(&dataset).await.commit().counts.rows, 10);
    let new: BranchName = "new".parse().unwrap();
    let begun = dataset.merge(&new, &theirs, &author()).await.unwrap();
    assert_eq!(begun.snapshot().commit().counts.rows, 9);
}

#[tokio::test]
async fn changes_of_different_rows_and_columns_are_merged() {
    let (dataset, base, ids) = forked().await;
    // Ours: two labels of the first fragment, a row gone, a column, rows at the end.
    let ours = relabel(&base, &main(), &[(ids[0], 1), (ids[1], 0)]).await.unwrap();
    dataset.delete(&main(), &author(), &ids[7..]).await.unwrap();
    add_column(&dataset, &main(), "ours", ids[2], 0.5).await;
    append_to(&dataset, &main(), &[20]).await;
    // Theirs: another label of the first fragment, one of the second, another row gone, a column, a rename.
    let dev_base = dev_head(&dataset).await;
    relabel(&dev_base, &dev(), &[(ids[2], 1), (ids[4], 1)]).await.unwrap();
    dataset.delete(&dev(), &author(), &ids[6..7]).await.unwrap();
    add_column(&dataset, &dev(), "theirs", ids[2], 0.25).await;
    append_to(&dataset, &dev(), &[31, 32]).await;
    dataset.rename_column(&dev(), &author(), "image", "photo").await.unwrap();

    let merged = merge(&dataset).await;
    assert_eq!(labels(&merged).await, [1, 0, 1, 1, 1, 1, 0, 1, 0].map(Some));
    assert_eq!(column(&merged, "ours").await[2], Some(0.5));
    assert_eq!(column(&merged, "theirs").await[..4], [None, None, Some(0.25), None]);
    assert!(merged.schema().find("photo.width").is_some());
    let commit = merged.commit();
    assert_eq!(commit.operation, Operation::Merge { from: dev() });
    assert_eq!((commit.parents.len(), commit.counts.added, commit.counts.removed), (2, 2, 1));
    assert_eq!(commit.counts.changed, 2);
    assert_eq!(&row_ids(&merged).await[..6], &ids[..6]);
    assert_eq!(ours.diff(&merged).await.unwrap().changed, 2);
    assert_eq!(dev_base.diff(&merged).await.unwrap().changed, 4);
    // The other way nothing is left to do but to move forward; then both go on, and merge again.
    let back = dataset.merge(&dev(), &merged, &author()).await.unwrap();
    assert!(matches!(back, Merged::FastForward(_)));
    relabel(&merged, &dev(), &[(ids[2], 0)]).await.unwrap();
    relabel(&merged, &main(), &[(ids[3], 0)]).await.unwrap();
    assert_eq!(labels(&merge(&dataset).await).await[..4], [1, 0, 0, 0].map(Some));
}

#[tokio::test]
async fn a_branch_is_merged_again_and_again() {
    let (dataset, base, ids) = forked().await;
    add_column(&dataset, &main(), "a", ids[0], 1.0).await;
    add_column(&dataset, &dev(), "b", ids[0], 2.0).await;
    merge(&dataset).await;
    let b = [ColumnValues::new("b", vec![(ids[1], Value::Float(3.0))])];
    let theirs = dev_head(&dataset).await;
    dataset.replace_values(&dev(), &author(), &b, &theirs).await.unwrap();
    let merged = merge(&dataset).await;
    assert_eq!(column(&merged, "a").await[..2], [Some(1.0), None]);
    assert_eq!(column(&merged, "b").await[..2], [Some(2.0), Some(3.0)]);
    assert_eq!(merged.schema().names().len(), base.schema().names().len() + 2);
    let at = Revision::Named("main".into());
    assert_eq!(dataset.snapshot(&at).await.unwrap().log(usize::MAX).await.unwrap().len(), 7);
}

#[tokio::test]
async fn the_same_value_changed_twice_is_refused() {
    let (dataset, base, ids) = forked().await;
    relabel(&base, &main(), &[(ids[0], 1), (ids[1], 0), (ids[2], 1)]).await.unwrap();
    relabel(&base, &dev(), &[(ids[1], 0), (ids[2], 0), (ids[3], 0)]).await.unwrap();
    let conflict = refused(&dataset).await;
    assert_eq!(conflict, Conflict::Values { column: "label".into(), row: ids[1], rows: 2 });
    let words = format!("both sides changed column 'label' of row {} and 1 more rows", ids[1]);
    assert_eq!(conflict.to_string(), words);
}

#[tokio::test]
async fn a_row_deleted_here_and_changed_there_is_refused() {
    for swapped in [false, true] {
        let (dataset, base, ids) = forked().await;
        let (deleter, changer) = if swapped { (dev(), main()) } else { (main(), dev()) };
        dataset.delete(&deleter, &author(), &ids[3..4]).await.unwrap();
        relabel(&base, &changer, &[(ids[3], 0)]).await.unwrap();
        let conflict = refused(&dataset).await;
        assert_eq!(conflict, Conflict::DeletedAndChanged { column: "label".into(), row: ids[3] });
    }
}

#[tokio::test]
async fn a_compaction_merges_with_changes_of_the_other_side() {
    for compacted_is_ours in [false, true] {
        let (dataset, base, ids) = forked().await;
        let (compacter, changer) = if compacted_is_ours { (main(), dev()) } else { (dev(), main()) };
        let images = |snapshot: &Snapshot| {
            let id = snapshot.schema().find("image").unwrap().id;
            let snapshot = snapshot.clone();
            async move {
                let fragments = snapshot.index().await.unwrap().fragments().iter();
                fragments.map(|f| f.file_of(id).unwrap().hash).collect::<Vec<_>>()
            }
        };
        relabel(&base, &compacter, &[(ids[5], 0)]).await.unwrap();
        dataset.delete(&compacter, &author(), &ids[3..4]).await.unwrap();
        dataset.compact(&compacter, &author(), CompactOptions::default()).await.unwrap();
        let compacted = dataset.head(&compacter).await.unwrap().unwrap();
        relabel(&base, &changer, &[(ids[0], 1), (ids[7], 0)]).await.unwrap();
        dataset.delete(&changer, &author(), &ids[6..7]).await.unwrap();
        add_column(&dataset, &changer, "score", ids[1], 0.5).await;
        append_to(&dataset, &changer, &[9]).await;
        let merged = merge(&dataset).await;
        assert_eq!(merged.commit().counts.fragments, 2);
        let mut rows: Vec<_> = row_ids(&merged).await.into_iter().zip(labels(&merged).await).collect();
        rows.retain(|(id, _)| ids.contains(id));
        let kept = [(0, 1), (1, 1), (2, 0), (4, 0), (5, 0), (7, 0)];
        assert_eq!(rows, kept.map(|(row, label)| (ids[row], Some(label))));
        assert_eq!(column(&merged, "score").await.iter().flatten().collect::<Vec<_>>(), [&0.5]);
        // The compacted image file stays as it is: only labels and scores were written.
        assert!(images(&merged).await.contains(&images(&compacted).await[0]));
        assert_eq!(base.diff(&merged).await.unwrap().changed, 3);
        // Both go on from there.
        let back = dataset.merge(&dev(), &merged, &author()).await.unwrap();
        relabel(back.snapshot(), &dev(), &[(ids[2], 1)]).await.unwrap();
        relabel(&merged, &main(), &[(ids[4], 1)]).await.unwrap();
        merge(&dataset).await;
    }
}

#[tokio::test]
async fn both_sides_may_be_compacted_with_rows_of_their_own() {
    let (dataset, base, ids) = forked().await;
    for (branch, seed, relabelled) in [(main(), 20, 0), (dev(), 31, 1)] {
        append_to(&dataset, &branch, &[seed]).await;
        let head = dataset.head(&branch).await.unwrap().unwrap();
        let own = row_ids(&head).await[8];
        relabel(&head, &branch, &[(ids[relabelled], 1 - relabelled as i64), (own, 0)]).await.unwrap();
        dataset.compact(&branch, &author(), CompactOptions::default()).await.unwrap();
    }
    let merged = merge(&dataset).await;
    assert_eq!(labels(&merged).await, [1, 0, 0, 1, 0, 1, 0, 1, 0, 0].map(Some));
    assert_eq!(row_ids(&merged).await[..8], ids);
    assert_eq!((merged.commit().counts.added, merged.commit().counts.changed), (1, 1));
    assert_eq!(base.diff(&merged).await.unwrap().added, 2);
}

#[tokio::test]
async fn conflicts_with_a_compacted_side_are_named_by_their_rows() {
    let (dataset, base, ids) = forked().await;
    relabel(&base, &dev(), &[(ids[1], 0), (ids[6], 1)]).await.unwrap();
    dataset.compact(&dev(), &author(), CompactOptions::default()).await.unwrap();
    relabel(&base, &main(), &[(ids[0], 1), (ids[6], 1)]).await.unwrap();
    let conflict = refused(&dataset).await;
    assert_eq!(conflict, Conflict::Values { column: "label".into(), row: ids[6], rows: 1 });

    for deleter_is_compacted in [false, true] {
        let (dataset, base, ids) = forked().await;
        let (deleter, changer) = (dev(), main());
        dataset.delete(&deleter, &author(), &ids[2..3]).await.unwrap();
        relabel(&base, &changer, &[(ids[2], 1)]).await.unwrap();
        let compacted = if deleter_is_compacted { &deleter } else { &changer };
        dataset.compact(compacted, &author(), CompactOptions::default()).await.unwrap();
        let conflict = refused(&dataset).await;
        assert_eq!(conflict, Conflict::DeletedAndChanged { column: "label".into(), row: ids[2] });
    }
}

#[tokio::test]
async fn rows_that_both_sides_added_are_found_in_a_compacted_fragment() {
    let (dataset, ..) = forked().await;
    append_to(&dataset, &main(), &[50, 51]).await;
    append_to(&dataset, &dev(), &[50, 51]).await;
    let theirs = dev_head(&dataset).await;
    let new = row_ids(&theirs).await[8];
    relabel(&theirs, &dev(), &[(new, 1)]).await.unwrap();
    dataset.compact(&main(), &author(), CompactOptions::default()).await.unwrap();
    let merged = merge(&dataset).await;
    assert_eq!(labels(&merged).await[8..], [1, 1].map(Some));
}

#[tokio::test]
async fn synsets_of_classes_are_merged_class_by_class() {
    let map = |dataset: &Dataset, branch: BranchName, class: &str, synset: &str| {
        let (dataset, map) = (dataset.clone(), [(class.to_owned(), Some(synset.to_owned()))].into());
        async move { dataset.map_labels(&branch, &author(), "label", &map).await.unwrap() }
    };
    let (dataset, ..) = forked().await;
    map(&dataset, main(), "cat", "n02121620").await;
    map(&dataset, dev(), "dog", "n02084071").await;
    let brought = Schema::new([("label", Feature::labels(["cow"]))]).unwrap();
    let schema = dev_head(&dataset).await.schema().union(&brought).unwrap();
    let rows = packed(&dataset, &schema, None, &[20]).await;
    dataset.append(&dev(), &author(), &rows).await.unwrap();
    let merged = merge(&dataset).await;
    let label = merged.schema().find("label").unwrap().feature.clone();
    let names = ["cat", "dog", "cow"].map(str::to_owned).to_vec();
    let synsets = vec![Some("n02121620".to_owned()), Some("n02084071".to_owned()), None];
    assert_eq!(label, Feature::ClassLabel { names, synsets });

    map(&dataset, main(), "dog", "n02085936").await;
    map(&dataset, dev(), "dog", "n02086079").await;
    let conflict = refused(&dataset).await;
    assert_eq!(
        conflict.to_string(),
        "both sides mapped classes of column 'label' to different synsets: class 'dog' is n02085936 on 'main' and \
         n02086079 on 'dev'"
    );
    map(&dataset, dev(), "dog", "n02085936").await;
    merge(&dataset).await;
}

#[tokio::test]
async fn conflicting_columns_are_refused_with_the_reason() {
    let words = |conflict: Conflict| match conflict {
        Conflict::Columns(words) => words,
        other => panic!("{other}"),
    };
    let (dataset, _, ids) = forked().await;
    dataset.rename_column(&main(), &author(), "label", "animal").await.unwrap();
    dataset.rename_column(&dev(), &author(), "label", "pet").await.unwrap();
    let said = words(refused(&dataset).await);
    assert_eq!(said, "'main' renamed column 'label' to 'animal', 'dev' to 'pet'");

    let (dataset, ..) = forked().await;
    add_column(&dataset, &main(), "score", ids[0], 1.0).await;
    add_column(&dataset, &dev(), "score", ids[1], 1.0).await;
    let said = words(refused(&dataset).await);
    assert!(said.starts_with("'main' and 'dev' each have a column 'score' of their own"), "{said}");

    let (dataset, base, ids) = forked().await;
    dataset.drop_column(&main(), &author(), "label").await.unwrap();
    relabel(&base, &dev(), &[(ids[0], 1)]).await.unwrap();
    let said = words(refused(&dataset).await);
    assert_eq!(said, "'main' dropped column 'label', 'dev' replaced values of it");

    let (dataset, ..) = forked().await;
    dataset.drop_column(&dev(), &author(), "label").await.unwrap();
    dataset.rename_column(&main(), &author(), "label", "animal").await.unwrap();
    let said = words(refused(&dataset).await);
    assert_eq!(said, "'dev' dropped column 'label', 'main' changed it");
}

#[tokio::test]
async fn class_names_are_merged_where_one_list_extends_the_other() {
    for (ours, theirs, fine) in [
        (["cat", "dog"].as_slice(), ["cat", "dog", "cow"].as_slice(), true),
        (&["cat", "dog", "cow", "pig"], &["cat", "dog", "cow"], true),
        (&["cat", "dog", "pig"], &["cat", "dog", "cow"], false),
    ] {
        let (dataset, ..) = forked().await;
        for (branch, names) in [(main(), ours), (dev(), theirs)] {
            let head = dataset.head(&branch).await.unwrap().unwrap();
            let brought = Schema::new([("label", Feature::labels(names.iter().copied()))]).unwrap();
            let schema = head.schema().union(&brought).unwrap();
            let seed = if branch == main() { 20 } else { 21 };
            let rows = packed(&dataset, &schema, None, &[seed]).await;
            dataset.append(&branch, &author(), &rows).await.unwrap();
        }
        if fine {
            let label = merge(&dataset).await.schema().find("label").unwrap().feature.clone();
            let longer = if ours.len() > theirs.len() { ours } else { theirs };
            assert_eq!(label, Feature::labels(longer.iter().copied()));
        } else {
            assert!(matches!(refused(&dataset).await, Conflict::Columns(_)));
        }
    }
}

#[tokio::test]
async fn rows_that_both_sides_added_are_merged_into_one() {
    let (dataset, ..) = forked().await;
    append_to(&dataset, &main(), &[50, 51]).await;
    append_to(&dataset, &dev(), &[50, 51]).await;
    let theirs = dev_head(&dataset).await;
    let new = row_ids(&theirs).await[8];
    relabel(&theirs, &dev(), &[(new, 1)]).await.unwrap();
    append_to(&dataset, &main(), &[60]).await;
    let merged = merge(&dataset).await;
    assert_eq!(merged.commit().counts.rows, 11);
    assert_eq!(labels(&merged).await[8..], [1, 1, 0].map(Some));
}

#[tokio::test]
async fn unrelated_branches_are_refused() {
    let dataset = new_dataset().await;
    append(&dataset, &[0]).await;
    let rows = packed(&dataset, &super::pets(), None, &[5]).await;
    dataset.append(&dev(), &author(), &rows).await.unwrap();
    assert_eq!(refused(&dataset).await, Conflict::Unrelated);
}
