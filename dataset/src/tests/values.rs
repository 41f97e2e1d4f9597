//! Adding columns and replacing values.

use std::collections::HashMap;

use arrow::array::AsArray;
use arrow::datatypes::Float64Type;
use hub_schema::{BranchName, Feature, Operation, RowId, Schema};

use super::{append, author, head, labels, new_dataset, relabel, row_ids, sample_image};
use crate::ops::fragment_builder::encode_rows;
use crate::ops::packed_rows::PackedRows;
use crate::ops::values::{ColumnValues, ValueEdit};
use crate::sample::{MediaBytes, Value};
use crate::{Conflict, Error, Snapshot};

async fn scores(snapshot: &Snapshot) -> Vec<Option<f64>> {
    let rows = snapshot.index().await.unwrap().rows();
    let fields = snapshot.fields(Some(&["score".to_owned()])).unwrap();
    let batch = snapshot.read_positions(&(0..rows).collect::<Vec<_>>(), &fields).await.unwrap();
    batch.column(0).as_primitive::<Float64Type>().iter().collect()
}

fn score(rows: &[(RowId, f64)]) -> Vec<ColumnValues> {
    vec![ColumnValues::new("score", rows.iter().map(|(r, s)| (*r, Value::Float(*s))).collect())]
}

fn conflict(refused: Error) -> Conflict {
    match refused {
        Error::Conflict { conflict, .. } => conflict,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_new_column_is_null_where_nothing_is_given() {
    let dataset = new_dataset().await;
    append(&dataset, &[0, 1, 2]).await;
    let before = append(&dataset, &[3, 4]).await;
    let (main, ids) = (BranchName::main(), row_ids(&before).await);
    let given = score(&[(ids[2], 0.5), (ids[0], 0.25)]);
    dataset.add_column(&main, &author(), "score", Feature::float64(), &given).await.unwrap();
    let after = head(&dataset).await;
    assert_eq!(scores(&after).await, [Some(0.25), None, Some(0.5), None, None]);
    assert_eq!(labels(&after).await, labels(&before).await);
    let fragments = after.index().await.unwrap().fragments();
    assert_eq!((fragments[0].files.len(), fragments[1].files.len()), (3, 2));
    assert_eq!(fragments[0].files[..2], before.index().await.unwrap().fragments()[0].files);
    let again = dataset.add_column(&main, &author(), "score", Feature::float64(), &[]).await.unwrap_err();
    assert!(again.to_string().contains("column 'score' already exists"), "{again}");
    let other = dataset.add_column(&main, &author(), "grade", Feature::float64(), &given).await.unwrap_err();
    assert_eq!(other.to_string(), "no column 'score'; there are: grade");
    let base = head(&dataset).await;
    let later = score(&[(ids[4], 1.0)]);
    dataset.replace_values(&main, &author(), &later, &base).await.unwrap();
    assert_eq!(scores(&head(&dataset).await).await[3..], [None, Some(1.0)]);
}

#[tokio::test]
async fn replacing_labels_does_not_rewrite_images() {
    let dataset = new_dataset().await;
    append(&dataset, &[0, 1]).await;
    let before = append(&dataset, &[2, 3, 4]).await;
    let ids = row_ids(&before).await;
    let after = relabel(&before, &BranchName::main(), &[(ids[3], 0), (ids[2], 1)]).await.unwrap();
    assert_eq!(labels(&after).await, [0, 1, 1, 0, 0].map(Some));
    assert_eq!(after.commit().counts.changed, 2);
    let (old, new) = (before.index().await.unwrap(), after.index().await.unwrap());
    assert_eq!(old.fragments()[0], new.fragments()[0]);
    assert_eq!(old.fragments()[1].files[0], new.fragments()[1].files[0]);
    let patched = new.fragments()[1].files.last().unwrap();
    assert_eq!(patched.patches.len(), 1);
    assert_eq!(patched.patches[0].by, after.commit().nonce);
    assert_eq!(patched.patches[0].rows.iter().collect::<Vec<_>>(), [0, 1]);
    let third = relabel(&after, &BranchName::main(), &[(ids[4], 1)]).await.unwrap();
    let file = third.index().await.unwrap().fragments()[1].files.last().unwrap().clone();
    assert_eq!(file.patches.len(), 2, "patches are kept");
    let unknown = relabel(&third, &BranchName::main(), &[(ids[4], 7)]).await.unwrap_err();
    let cause = std::error::Error::source(&unknown).unwrap().to_string();
    assert_eq!(cause, "row 2: 7 does not fit class label of 2");
}

#[tokio::test]
async fn an_image_and_its_facts_are_replaced_together() {
    let dataset = new_dataset().await;
    let base = append(&dataset, &[0, 1]).await;
    let ids = row_ids(&base).await;
    let values = [
        ColumnValues::new("image", vec![(ids[1], sample_image(77, 900))]),
        ColumnValues::new("image.bytes", vec![(ids[1], Value::Int(900))]),
    ];
    dataset.replace_values(&BranchName::main(), &author(), &values, &base).await.unwrap();
    let after = head(&dataset).await;
    let fields = after.fields(Some(&["image".to_owned(), "image.bytes".to_owned()])).unwrap();
    let batch = after.read_positions(&[0, 1], &fields).await.unwrap();
    let bytes = batch.column(0).as_struct().column(0).as_binary_view().clone();
    let Value::Media(wanted) = sample_image(77, 900) else { panic!() };
    let MediaBytes::Memory(wanted) = wanted.bytes else { panic!() };
    assert_eq!((bytes.value(0).len(), bytes.value(1)), (500, wanted.as_ref()));
    assert_eq!(batch.column(1).as_primitive::<arrow::datatypes::Int64Type>().value(1), 900);
    let fragment = &after.index().await.unwrap().fragments()[0];
    assert_eq!(fragment.files.len(), 3, "the old image file has no column left and is gone");
}

#[tokio::test]
async fn two_writers_of_the_same_value_conflict() {
    let dataset = new_dataset().await;
    let base = append(&dataset, &[0, 1, 2, 3]).await;
    let (main, ids) = (BranchName::main(), row_ids(&base).await);
    relabel(&base, &main, &[(ids[0], 1), (ids[1], 0)]).await.unwrap();
    relabel(&base, &main, &[(ids[2], 1)]).await.unwrap();
    let refused = conflict(relabel(&base, &main, &[(ids[1], 1), (ids[3], 0)]).await.unwrap_err());
    assert_eq!(refused, Conflict::Values { column: "label".into(), row: ids[1], rows: 1 });
    dataset.delete(&main, &author(), &[ids[3]]).await.unwrap();
    let refused = conflict(relabel(&base, &main, &[(ids[3], 0)]).await.unwrap_err());
    assert_eq!(refused, Conflict::DeletedAndChanged { column: "label".into(), row: ids[3] });
    assert_eq!(labels(&head(&dataset).await).await, [1, 0, 1].map(Some));
    let fresh = head(&dataset).await;
    relabel(&fresh, &main, &[(ids[1], 1)]).await.unwrap();
    dataset.rename_column(&main, &author(), "label", "animal").await.unwrap();
    relabel(&fresh, &main, &[(ids[0], 0)]).await.unwrap();
    dataset.drop_column(&main, &author(), "animal").await.unwrap();
    let refused = conflict(relabel(&fresh, &main, &[(ids[0], 0)]).await.unwrap_err());
    assert!(matches!(refused, Conflict::Columns(_)));
}

#[tokio::test]
async fn columns_classes_and_values_are_one_commit() {
    let dataset = new_dataset().await;
    append(&dataset, &[0, 1]).await;
    let base = append(&dataset, &[2, 3]).await;
    let (main, ids) = (BranchName::main(), row_ids(&base).await);
    let edit = ValueEdit {
        new_columns: vec![("score".to_owned(), Feature::float64())],
        new_classes: vec![("label".to_owned(), vec!["cow".to_owned()])],
        values: vec![
            ColumnValues::new("label", vec![(ids[2], Value::Int(2))]),
            ColumnValues::new("score", vec![(ids[2], Value::Float(0.5)), (ids[3], Value::Float(0.75))]),
        ],
        deleted: Vec::new(),
    };
    dataset.edit_values(&main, &author(), &edit, &base).await.unwrap();
    let after = head(&dataset).await;
    assert_eq!(after.at().version, base.at().version + 1);
    assert_eq!(labels(&after).await, [0, 1, 2, 1].map(Some));
    assert_eq!(scores(&after).await, [None, None, Some(0.5), Some(0.75)]);
    assert_eq!(after.schema().find("label").unwrap().feature, Feature::labels(["cat", "dog", "cow"]));
    assert_eq!(after.commit().counts.changed, 1);
    let names = ["label", "score"].map(str::to_owned).to_vec();
    assert_eq!(after.commit().operation, Operation::ReplaceValues { columns: names });
    // The images stay in their files.
    let image = after.schema().find("image").unwrap().id;
    let files = |snapshot: &Snapshot| {
        let snapshot = snapshot.clone();
        async move {
            let fragments = snapshot.index().await.unwrap().fragments().iter();
            fragments.map(|f| f.file_of(image).unwrap().hash).collect::<Vec<_>>()
        }
    };
    assert_eq!(files(&base).await, files(&after).await);
    assert_eq!(base.index().await.unwrap().fragments()[0], after.index().await.unwrap().fragments()[0]);

    // Numbers of new classes are those after the classes that the writer saw.
    let edit = ValueEdit {
        new_classes: vec![("label".to_owned(), vec!["pig".to_owned()])],
        values: vec![ColumnValues::new("label", vec![(ids[0], Value::Int(2))])],
        ..ValueEdit::default()
    };
    let late = dataset.edit_values(&main, &author(), &edit, &base).await.unwrap_err();
    assert!(matches!(late, Error::SchemaMoved { .. }), "{late}");
    let fresh = head(&dataset).await;
    let edit = ValueEdit { values: vec![ColumnValues::new("label", vec![(ids[0], Value::Int(3))])], ..edit };
    dataset.edit_values(&main, &author(), &edit, &fresh).await.unwrap();
    assert_eq!(labels(&head(&dataset).await).await, [3, 1, 2, 1].map(Some));
}

#[tokio::test]
async fn a_new_column_passes_over_rows_that_are_gone() {
    let dataset = new_dataset().await;
    let base = append(&dataset, &[0, 1, 2]).await;
    let (main, ids) = (BranchName::main(), row_ids(&base).await);
    dataset.delete(&main, &author(), &ids[..1]).await.unwrap();
    dataset.compact(&main, &author(), Default::default()).await.unwrap();
    let edit = ValueEdit {
        new_columns: vec![("score".to_owned(), Feature::float64())],
        values: score(&[(ids[0], 0.5), (ids[1], 0.25)]),
        ..ValueEdit::default()
    };
    dataset.edit_values(&main, &author(), &edit, &base).await.unwrap();
    assert_eq!(scores(&head(&dataset).await).await, [Some(0.25), None]);
}

#[tokio::test]
async fn edits_of_parts_and_removals_are_one_commit() {
    use serde_json::json;

    use crate::ops::row_edits::{EditError, EditRequest, RowConflict, RowEdit, conflicts, prepare};

    let objects = Feature::list(Feature::structure([
        ("box", Feature::Bbox),
        ("category", Feature::labels(["car", "bus"])),
    ]));
    let schema = Schema::new([("image", Feature::Image), ("objects", objects)]).unwrap();
    let object = |x: f64| Value::Struct(vec![Value::bbox([x, 0.0, 5.0, 5.0]), Value::Int(0)]);
    let row = |seed: u64| {
        let objects = Value::List(vec![object(1.0), object(2.0)]);
        HashMap::from([("image", super::sample_image(seed, 500)), ("objects", objects)])
    };
    let encoded = encode_rows(&schema, None, &[row(0), row(1), row(2)]).unwrap();
    let dataset = new_dataset().await;
    let (fragment, _) = dataset.put_fragment(encoded, &Default::default()).await.unwrap();
    let packed = PackedRows { schema, fragments: vec![fragment], ..PackedRows::default() };
    let main = BranchName::main();
    dataset.append(&main, &author(), &packed).await.unwrap();
    let base = head(&dataset).await;
    let ids = row_ids(&base).await;
    let set = |row: usize, path: &str, was: Option<serde_json::Value>, value: Option<serde_json::Value>| {
        RowEdit::Set { row: ids[row], column: "objects".to_owned(), path: path.to_owned(), was, value }
    };
    let request = EditRequest {
        new_classes: vec![("objects.category".to_owned(), vec!["tram".to_owned()])],
        edits: vec![
            set(0, "/1/category", Some(json!("car")), Some(json!("tram"))),
            set(0, "/0/box/width", Some(json!(5)), Some(json!(9.5))),
            set(1, "/0", None, None),
            RowEdit::Remove { row: ids[2] },
        ],
    };
    let prepared = prepare(&base, &request).await.unwrap();
    assert_eq!((prepared.conflicts.len(), prepared.unchanged), (0, 0));
    let done = dataset.edit_values(&main, &author(), &prepared.edit, &base).await.unwrap();
    let after = done.snapshot().unwrap();
    assert_eq!(
        (after.commit().counts.changed, after.commit().counts.removed, after.commit().counts.rows),
        (2, 1, 2)
    );
    let field = after.schema().column("objects").unwrap();
    assert!(field.feature.describe().contains("class label of 3"), "{}", field.feature.describe());
    let batch = after.read_positions(&[0, 1], &[field]).await.unwrap();
    let open = |hash, size_bytes| after.blob(hash, size_bytes);
    let values = crate::sample::extract::column("objects", &field.feature, batch.column(0), &open).unwrap();
    let changed = Value::Struct(vec![Value::bbox([2.0, 0.0, 5.0, 5.0]), Value::Int(2)]);
    let wide = Value::Struct(vec![Value::bbox([1.0, 0.0, 9.5, 5.0]), Value::Int(0)]);
    assert_eq!(values, [Value::List(vec![wide, changed]), Value::List(vec![object(2.0)])]);
    // The media file is that of before.
    let media = |snapshot: &Snapshot, index: &crate::read::FragmentIndex| {
        let image = snapshot.schema().column("image").unwrap().id;
        index.fragments()[0].file_of(image).unwrap().hash
    };
    assert_eq!(media(&base, base.index().await.unwrap()), media(after, after.index().await.unwrap()));
    // The same edit of the old base: others (we) changed these rows since.
    let found = conflicts(&base, after, &prepared.edit).await.unwrap();
    assert_eq!(found, [RowConflict::changed(ids[0], "objects"), RowConflict::changed(ids[1], "objects")]);
    let refused = dataset.edit_values(&main, &author(), &prepared.edit, &base).await.unwrap_err();
    assert!(matches!(refused, Error::SchemaMoved { .. } | Error::Conflict { .. }), "{refused}");
    let groups = base.change_groups(after, &base.diff(after).await.unwrap(), None).await.unwrap();
    assert_eq!(groups.len(), 1);
    assert_eq!(
        (groups[0].column.as_str(), groups[0].new.as_deref(), groups[0].values),
        ("objects.category", Some("tram"), 1)
    );
    let wrong =
        EditRequest { edits: vec![set(1, "/0/box/width", None, Some(json!(-1)))], ..EditRequest::default() };
    assert!(matches!(prepare(after, &wrong).await, Err(Error::Edit(EditError::Shape { .. }))));
}
