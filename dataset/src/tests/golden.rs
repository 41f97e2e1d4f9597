//! The golden data sets in `schema/golden`: what was written once must be readable for good. They are never edited.
//! Whatever changes what is written gets a folder of its own, made by [`make`].

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Float64Type, Int32Type};
use bytes::Bytes;
use hub_schema::{BranchName, ContentHash, DType, Feature, Operation, RowId, Schema, TensorRole};

use super::files::stored_ids;
use super::{author, labels, relabel, row_ids};
use crate::ops::fragment_builder::encode_rows;
use crate::ops::fsck::Scope;
use crate::ops::packed_rows::PackedRows;
use crate::ops::values::ColumnValues;
use crate::sample::{Media, MediaBytes, Value};
use crate::{Dataset, Snapshot, Store, layout};

/// A golden data set, and what is fixed with it.
struct Golden {
    name: &'static str,
    /// The id of the head of `main`.
    head: &'static str,
    /// The ids of the fragments that hold the first rows.
    fragments: [&'static str; 2],
    /// Whether nested fields have ids.
    nested_ids: bool,
}

const GOLDEN: [Golden; 2] = [
    Golden {
        name: "v1",
        head: "aa3b08a13e00931e69f749dc14f7e8f26560d4c7b9a1a10cae847d1a3b3ff6fb",
        fragments: ["88ee54eefc", "7e7bb97b68"],
        nested_ids: false,
    },
    Golden {
        name: "v1-nested-ids",
        head: "43ef222229384c6ea687cd3ce555b966bb403c256b34962f377a828e6351e08b",
        fragments: ["672ff511f8", "61f0ebc588"],
        nested_ids: true,
    },
];

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../schema/golden").join(name)
}

/// An image of one pixel of the given grey.
fn gif(grey: u8) -> Bytes {
    let mut gif = b"GIF89a\x01\0\x01\0\x80\0\0".to_vec();
    gif.extend([grey, grey, grey, 0, 0, 0]);
    gif.extend(b",\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;");
    gif.into()
}

fn schema() -> Schema {
    let objects = Feature::list(Feature::structure([
        ("box", Feature::Bbox),
        ("kind", Feature::labels(["nose", "paw"])),
    ]));
    Schema::new([
        ("image", Feature::Image),
        (
            "label",
            Feature::ClassLabel {
                names: vec!["cat".into(), "dog".into()],
                synsets: vec![Some("n02121808".into()), Some("n02084071".into())],
            },
        ),
        ("objects", objects),
        ("caption", Feature::Text),
        ("vector", Feature::Tensor { dtype: DType::F32, shape: vec![2], role: TensorRole::Embedding }),
    ])
    .unwrap()
}

fn row(n: u8) -> HashMap<&'static str, Value> {
    let image = Media { name: format!("pets/{n}.gif"), bytes: MediaBytes::Memory(gif(n)) };
    let object = Value::Struct(vec![Value::bbox([0.0, 0.5, 1.0, f64::from(n)]), Value::Int(1)]);
    let vector: Vec<u8> = [f32::from(n), 0.5].iter().flat_map(|f| f.to_le_bytes()).collect();
    HashMap::from([
        ("image", Value::Media(image)),
        ("image.name", Value::text(format!("pets/{n}.gif"))),
        ("image.bytes", Value::Int(gif(n).len() as i64)),
        ("image.format", Value::text("gif")),
        ("image.width", Value::Int(1)),
        ("image.height", Value::Int(1)),
        ("image.channels", Value::Int(3)),
        ("label", if n == 4 { Value::Null } else { Value::Int(i64::from(n % 2)) }),
        ("objects", Value::List(vec![object; usize::from(n % 3)])),
        ("caption", Value::text(format!("Tier {n} – ä"))),
        ("vector", Value::Bytes(vector.into())),
    ])
}

async fn append(dataset: &Dataset, split: &str, rows: &[HashMap<&str, Value>]) -> Snapshot {
    let encoded = encode_rows(&schema(), Some(split), rows).unwrap();
    let (fragment, _) = dataset.put_fragment(encoded, &HashSet::new()).await.unwrap();
    let rows = PackedRows { schema: schema(), fragments: vec![fragment], ..PackedRows::default() };
    let done = dataset.append(&BranchName::main(), &author(), &rows).await.unwrap();
    done.snapshot().unwrap().clone()
}

/// Writes a golden data set into an empty folder: for the next one, never for one that exists.
#[tokio::test]
#[ignore = "golden files are made once"]
async fn make() {
    let main = BranchName::main();
    let dataset =
        Dataset::create(Store::local(&folder(GOLDEN[GOLDEN.len() - 1].name)).unwrap()).await.unwrap();
    append(&dataset, "train", &[row(0), row(1), row(2), row(3)]).await;
    let two = append(&dataset, "val", &[row(4), row(5)]).await;
    let ids = row_ids(&two).await;
    relabel(&two, &main, &[(ids[1], 0)]).await.unwrap();
    dataset.delete(&main, &author(), &ids[2..3]).await.unwrap();
    let tagged = super::head(&dataset).await;
    dataset.create_tag(&"v1.0".parse().unwrap(), &tagged, &author()).await.unwrap();
    let dev: BranchName = "dev".parse().unwrap();
    dataset.create_branch(&dev, &tagged).await.unwrap();
    let scores = [ColumnValues::new("score", vec![(ids[0], Value::Float(0.75))])];
    dataset.add_column(&dev, &author(), "score", Feature::float64(), &scores).await.unwrap();

    let long = gif(200);
    let hash = ContentHash(*blake3::hash(&long).as_bytes());
    dataset.store().put(&layout::blob(hash), long.clone()).await.unwrap();
    let stored = crate::read::StoredBlob::new(dataset.store().clone(), hash, long.len() as u64);
    let mut own = row(7);
    let bytes = MediaBytes::Object(Arc::new(stored));
    own.insert("image", Value::Media(Media { name: "pets/7.gif".into(), bytes }));
    append(&dataset, "train", &[row(6), own]).await;
    let theirs = dataset.head(&dev).await.unwrap().unwrap();
    dataset.merge(&main, &theirs, &author()).await.unwrap();
    dataset.rename_column(&main, &author(), "label", "animal").await.unwrap();
    dataset.compact(&main, &author(), Default::default()).await.unwrap();
}

async fn open(golden: &Golden) -> Dataset {
    Dataset::open(Store::local(&folder(golden.name)).unwrap()).await.unwrap()
}

async fn at(dataset: &Dataset, revision: &str) -> Snapshot {
    dataset.snapshot(&revision.parse().unwrap()).await.unwrap()
}

#[tokio::test]
async fn every_byte_is_as_it_was_written() {
    for golden in &GOLDEN {
        check_bytes(golden).await;
    }
}

async fn check_bytes(golden: &Golden) {
    let dataset = open(golden).await;
    let report = dataset.fsck(Scope::All, |_| ()).await.unwrap();
    assert_eq!(report.damage, []);
    assert_eq!((report.commits, report.blobs, report.orphans.unwrap().files), (9, 1, 0));
    let head = at(&dataset, "main").await;
    assert_eq!(head.at().id.to_string(), golden.head);
    let operations: Vec<_> =
        head.log(99).await.unwrap().iter().map(|s| s.commit().operation.describe()).collect();
    let wanted = [
        "compact",
        "rename column label to animal",
        "merge dev",
        "append",
        "add column score",
        "delete rows",
        "replace values of label",
        "append",
        "append",
    ];
    assert_eq!(operations, wanted);
}

#[tokio::test]
async fn golden_rows_ids_and_labels_are_read_back() {
    for golden in &GOLDEN {
        check_rows(golden).await;
    }
}

async fn check_rows(golden: &Golden) {
    let dataset = open(golden).await;
    let ids: Vec<RowId> = row_ids(&at(&dataset, "1").await).await;
    let [first, second] = golden.fragments;
    let wanted =
        (0..4).map(|row| format!("{first}:{row}")).chain((0..2).map(|row| format!("{second}:{row}")));
    assert_eq!(ids.iter().map(ToString::to_string).collect::<Vec<_>>(), wanted.collect::<Vec<_>>());
    assert_eq!(labels(&at(&dataset, "1").await).await, [Some(0), Some(1), Some(0), Some(1), None, Some(1)]);
    assert_eq!(labels(&at(&dataset, "2").await).await[1], Some(0));
    assert_eq!(labels(&at(&dataset, "v1.0").await).await, [Some(0), Some(0), Some(1), None, Some(1)]);
    let dev = at(&dataset, "dev").await;
    assert!(matches!(&dev.commit().operation, Operation::AddColumn { columns } if columns == &["score"]));

    let head = at(&dataset, "main").await;
    let kept: Vec<RowId> = row_ids(&head).await;
    assert_eq!((&kept[..3], &kept[5..]), (&[ids[0], ids[1], ids[3]][..], &ids[4..]));
    let fields: Vec<_> = head.schema().fields.iter().collect();
    let batch = head.read_positions(&[0, 1, 2, 3, 4, 5, 6], &fields).await.unwrap();
    let column = |name: &str| batch.column_by_name(name).unwrap();
    let media = column("image").as_struct();
    let (bytes, paths) = (media.column(0).as_binary_view(), media.column(1).as_string::<i32>());
    for (row, n) in [0, 1, 3, 6].into_iter().enumerate() {
        assert_eq!((bytes.value(row), paths.value(row)), (gif(n).as_ref(), &*format!("pets/{n}.gif")));
        assert_eq!(column("caption").as_string::<i32>().value(row), format!("Tier {n} – ä"));
    }
    assert!(bytes.is_null(4) && paths.value(4).starts_with("blobs/"));
    assert_eq!(column("image.name").as_string::<i32>().value(4), "pets/7.gif");
    assert!(column("image.width").as_primitive::<Int32Type>().values().iter().all(|w| *w == 1));
    let scores: Vec<_> = column("score").as_primitive::<Float64Type>().iter().collect();
    assert_eq!(scores, [Some(0.75), None, None, None, None, None, None]);
    let objects = column("objects").as_list::<i32>();
    assert_eq!((0..7).map(|i| objects.value_length(i)).collect::<Vec<_>>(), [0, 1, 0, 0, 1, 1, 2]);
    let vectors = column("vector").as_fixed_size_binary();
    assert_eq!(vectors.value(2), [3.0_f32.to_le_bytes(), 0.5_f32.to_le_bytes()].concat());
    let diff = at(&dataset, "1").await.diff(&head).await.unwrap();
    assert_eq!((diff.added, diff.removed, diff.changed), (2, 1, 1));
}

#[tokio::test]
async fn nested_fields_have_the_ids_that_they_were_written_with() {
    for golden in &GOLDEN {
        let dataset = open(golden).await;
        let head = at(&dataset, "main").await;
        for described in head.index().await.unwrap().fragments().iter().flat_map(|f| &f.files) {
            for (name, id) in stored_ids(&dataset.file(described).await.unwrap()) {
                let is_root = head.schema().fields.iter().any(|f| f.name == name) || name == "label";
                assert_eq!(id.is_some(), is_root || (golden.nested_ids && name != "list"), "{name}");
            }
        }
    }
}

/// Rows of files with and without nested ids are of one type, so that they can be read and compacted together.
#[tokio::test]
async fn golden_rows_go_together_with_new_ones() {
    let copy = tempfile::tempdir().unwrap();
    let from = folder("v1");
    for path in walk(&from) {
        let to = copy.path().join(path.strip_prefix(&from).unwrap());
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(&path, to).unwrap();
    }
    let dataset = Dataset::open(Store::local(copy.path()).unwrap()).await.unwrap();
    let renamed = dataset.rename_column(&BranchName::main(), &author(), "animal", "label").await.unwrap();
    let encoded =
        encode_rows(renamed.snapshot().unwrap().schema(), Some("train"), &[row(5), row(8)]).unwrap();
    let (fragment, _) = dataset.put_fragment(encoded, &HashSet::new()).await.unwrap();
    let rows = PackedRows {
        schema: renamed.snapshot().unwrap().schema().clone(),
        fragments: vec![fragment],
        ..PackedRows::default()
    };
    dataset.append(&BranchName::main(), &author(), &rows).await.unwrap();
    let both = super::head(&dataset).await;
    let all = [0, 1, 2, 3, 4, 5, 6, 7, 8];
    let fields = both.fields(None).unwrap();
    let batch = both.read_positions(&all, &fields).await.unwrap();
    dataset.compact(&BranchName::main(), &author(), Default::default()).await.unwrap();
    let compacted = super::head(&dataset).await;
    assert!(compacted.commit().counts.fragments < both.commit().counts.fragments);
    let order = row_ids(&both).await;
    let after = row_ids(&compacted).await;
    let positions: Vec<u64> =
        order.iter().map(|id| after.iter().position(|other| other == id).unwrap() as u64).collect();
    assert_eq!(compacted.read_positions(&positions, &fields).await.unwrap(), batch);
    assert_eq!(dataset.fsck(Scope::All, |_| ()).await.unwrap().damage, []);
}

fn walk(folder: &std::path::Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(walk(&path)) } else { files.push(path) }
    }
    files
}
