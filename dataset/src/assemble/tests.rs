//! Every value of an assembled file is that of the revision, and every range of it is a range of the whole.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::concat_batches;
use hub_schema::arrow_types::{Form, arrow_schema};
use hub_schema::{BranchName, ContentHash, DType, Feature, Schema, TensorRole};
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use rand::{Rng, SeedableRng};

use super::{Assembled, Assembler, Shard, shards};
use crate::ops::fragment_builder::FragmentBuilder;
use crate::ops::packed_rows::PackedRows;
use crate::ops::values::ColumnValues;
use crate::read::StoredBlob;
use crate::sample::{Media, MediaBytes, Value};
use crate::tests::{author, head, new_dataset, relabel, row_ids, sample_image};
use crate::{Dataset, Snapshot, layout};

fn schema() -> Schema {
    let tensor = Feature::Tensor { dtype: DType::U8, shape: vec![20, 20], role: TensorRole::Image };
    Schema::new([
        ("image", Feature::Image),
        ("label", Feature::labels(["cat", "dog"])),
        ("boxes", Feature::list(Feature::structure([("box", Feature::Bbox), ("kind", Feature::Text)]))),
        ("raw", tensor),
    ])
    .unwrap()
}

fn row(seed: u64) -> HashMap<&'static str, Value> {
    let bbox = || Value::Struct(["x", "y", "width", "height"].map(|_| Value::Float(seed as f64)).into());
    let object = || Value::Struct(vec![bbox(), Value::text(format!("kind {seed}"))]);
    HashMap::from([
        ("image", if seed % 7 == 6 { Value::Null } else { sample_image(seed, 300 + seed as usize) }),
        ("label", Value::Int((seed % 2) as i64)),
        ("boxes", Value::List((0..seed % 3).map(|_| object()).collect())),
        ("raw", Value::Bytes(vec![seed as u8; 400].into())),
    ])
}

/// Appends a fragment of row groups of 3 rows.
async fn append(dataset: &Dataset, split: Option<&str>, rows: &[HashMap<&str, Value>]) -> Snapshot {
    let head = dataset.head(&BranchName::main()).await.unwrap();
    let schema = head.map_or_else(schema, |h| h.schema().clone());
    let ids: Vec<_> = schema.fields.iter().map(|f| f.id).collect();
    let mut builder = FragmentBuilder::new(&schema, &ids, split.map(str::to_owned)).unwrap();
    for rows in rows.chunks(3) {
        let value = |row: &HashMap<&str, Value>, name: &str| row.get(name).cloned().unwrap_or_default();
        let rows = rows.iter().map(|r| schema.fields.iter().map(|f| value(r, &f.name)).collect());
        builder.row_group(&rows.collect::<Vec<_>>()).unwrap();
    }
    let (fragment, _) = dataset.put_fragment(builder.finish().unwrap(), &HashSet::new()).await.unwrap();
    let rows = PackedRows { schema, fragments: vec![fragment], ..PackedRows::default() };
    dataset.append(&BranchName::main(), &author(), &rows).await.unwrap().snapshot().unwrap().clone()
}

/// A row whose image is an object of its own.
async fn long_row(dataset: &Dataset, seed: u64) -> HashMap<&'static str, Value> {
    let long = vec![seed as u8; 1000];
    let hash = ContentHash(*blake3::hash(&long).as_bytes());
    dataset.store().put(&layout::blob(hash), long.clone()).await.unwrap();
    let stored = StoredBlob::new(dataset.store().clone(), hash, long.len() as u64);
    let mut row = row(seed);
    let bytes = MediaBytes::Object(Arc::new(stored));
    row.insert("image", Value::Media(Media { name: "long.png".into(), bytes }));
    row
}

/// What the revision holds in a shard, by the crate's own reader.
async fn wanted(snapshot: &Snapshot, shard: &Shard) -> RecordBatch {
    let index = snapshot.index().await.unwrap();
    let places = shard.fragments.iter().flat_map(|f| {
        let offsets = index.fragments()[*f].live_offsets();
        offsets.map(|offset| crate::Place { fragment: *f, offset })
    });
    snapshot.read_places(&places.collect::<Vec<_>>(), &snapshot.fields(None).unwrap()).await.unwrap()
}

/// What the assembled file holds, by a Parquet reader that knows nothing of data sets.
async fn found(snapshot: &Snapshot, file: &Assembled) -> RecordBatch {
    let bytes = file.read_all(0..u64::MAX).await.unwrap();
    assert_eq!(bytes.len() as u64, file.recipe().size_bytes());
    let metadata = ArrowReaderMetadata::load(&bytes, ArrowReaderOptions::new()).unwrap();
    let fields = snapshot.fields(None).unwrap();
    assert_eq!(metadata.schema().fields(), arrow_schema(fields.clone(), Form::Declared).fields());
    assert!(metadata.schema().metadata().contains_key("huggingface"));
    let schema = Arc::new(arrow_schema(fields, Form::Read));
    let metadata =
        ArrowReaderMetadata::load(&bytes, ArrowReaderOptions::new().with_schema(Arc::clone(&schema)));
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(bytes, metadata.unwrap());
    let batches: Vec<_> = reader.build().unwrap().map(Result::unwrap).collect();
    concat_batches(&schema, &batches).unwrap()
}

struct Fixture {
    assembler: Assembler,
    folder: tempfile::TempDir,
}

fn fixture(max_bytes: u64) -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    Fixture { assembler: Assembler::new(folder.path(), max_bytes).unwrap(), folder }
}

impl Fixture {
    fn cached_files(&self) -> usize {
        std::fs::read_dir(self.folder.path()).unwrap().count()
    }

    /// Checks each shard of a revision, and gives them back.
    async fn check(&self, snapshot: &Snapshot) -> Vec<Assembled> {
        let mut files = Vec::new();
        for shard in shards(snapshot, 1 << 30).await.unwrap() {
            let file = self.assembler.assemble(snapshot, &shard, None).await.unwrap();
            assert_eq!(found(snapshot, &file).await, wanted(snapshot, &shard).await);
            assert_eq!(file.recipe().rows(), shard.rows);
            files.push(file);
        }
        files
    }
}

/// A data set with every kind of change in its history.
async fn dataset_with_every_change() -> Dataset {
    let dataset = new_dataset().await;
    let main = BranchName::main();
    append(&dataset, Some("train"), &(0..8).map(row).collect::<Vec<_>>()).await;
    let two = append(&dataset, Some("test"), &(20..25).map(row).collect::<Vec<_>>()).await;
    let ids = row_ids(&two).await;
    relabel(&two, &main, &[(ids[1], 0), (ids[9], 1)]).await.unwrap();
    let scores = [ColumnValues::new("score", vec![(ids[0], Value::Float(0.75))])];
    dataset.add_column(&main, &author(), "score", Feature::float64(), &scores).await.unwrap();
    let late = Feature::list(Feature::Text);
    dataset.add_column(&main, &author(), "late", late, &[]).await.unwrap();
    dataset.rename_column(&main, &author(), "label", "animal").await.unwrap();
    dataset.delete(&main, &author(), &[ids[4], ids[8], ids[9], ids[10], ids[11]]).await.unwrap();
    let long = long_row(&dataset, 40).await;
    append(&dataset, Some("train"), &[row(41), long, row(42), row(43)]).await;
    dataset
}

#[tokio::test]
async fn appended_rows_are_assembled_without_a_copy() {
    let dataset = new_dataset().await;
    append(&dataset, Some("train"), &(0..7).map(row).collect::<Vec<_>>()).await;
    append(&dataset, None, &(7..9).map(row).collect::<Vec<_>>()).await;
    let snapshot = append(&dataset, Some("train"), &(9..14).map(row).collect::<Vec<_>>()).await;
    let fixture = fixture(1 << 30);
    let files = fixture.check(&snapshot).await;
    assert_eq!(files.len(), 2);
    assert_eq!(fixture.cached_files(), 0);
    let data: u64 = files[0].recipe().stored_bytes();
    assert!(data > 12 * 700, "{data}");
}

#[tokio::test]
async fn every_kind_of_change_is_reflected() {
    let dataset = dataset_with_every_change().await;
    let snapshot = head(&dataset).await;
    let fixture = fixture(1 << 30);
    let files = fixture.check(&snapshot).await;
    assert_eq!(files.len(), 2);
    assert_eq!(fixture.cached_files(), 2, "row groups that lost some rows, but not all");
    let again = Assembler::new(fixture.folder.path(), 1 << 30).unwrap();
    for (file, shard) in files.iter().zip(shards(&snapshot, 1 << 30).await.unwrap()) {
        let other = again.assemble(&snapshot, &shard, None).await.unwrap();
        assert_eq!(other.recipe().etag(), file.recipe().etag());
    }
    dataset.drop_column(&BranchName::main(), &author(), "raw").await.unwrap();
    fixture.check(&head(&dataset).await).await;
    dataset.compact(&BranchName::main(), &author(), Default::default()).await.unwrap();
    fixture.check(&head(&dataset).await).await;
}

#[tokio::test]
async fn paths_of_long_samples_become_addresses() {
    let dataset = dataset_with_every_change().await;
    let snapshot = head(&dataset).await;
    let fixture = fixture(1 << 30);
    let shard = shards(&snapshot, 1 << 30).await.unwrap().remove(0);
    let file = fixture
        .assembler
        .assemble(&snapshot, &shard, Some("hf://datasets/a/b/blobs/{hash}/sample"))
        .await
        .unwrap();
    let (found, wanted) = (found(&snapshot, &file).await, wanted(&snapshot, &shard).await);
    let path = |batch: &RecordBatch, row: usize| {
        let paths = batch.column(0).as_struct().column_by_name("path").unwrap().clone();
        let paths = paths.as_string::<i32>();
        paths.is_valid(row).then(|| paths.value(row).to_owned())
    };
    let mut served = 0;
    for row in 0..found.num_rows() {
        let (found, wanted) = (path(&found, row), path(&wanted, row));
        if wanted.as_ref().is_some_and(|p| p.starts_with("blobs/")) {
            served += 1;
            assert_eq!(found.unwrap(), format!("hf://datasets/a/b/{}/sample", wanted.unwrap()));
        } else {
            assert_eq!(found, wanted);
        }
    }
    assert_eq!(served, 1);
    assert_eq!(found.column(1), wanted.column(1));
    let bytes = |b: &RecordBatch| b.column(0).as_struct().column_by_name("bytes").unwrap().clone();
    assert_eq!(&bytes(&found), &bytes(&wanted));
}

#[tokio::test]
async fn reads_of_any_range_match_the_whole_file() {
    let snapshot = head(&dataset_with_every_change().await).await;
    // The cache is too small for all rewritten row groups: some are rewritten again during the read.
    let fixture = fixture(3000);
    let mut random = rand::rngs::SmallRng::seed_from_u64(7);
    for shard in shards(&snapshot, 1 << 30).await.unwrap() {
        let file = fixture.assembler.assemble(&snapshot, &shard, Some("hf://x/{hash}")).await.unwrap();
        let whole = file.read_all(0..u64::MAX).await.unwrap();
        let size = whole.len() as u64;
        for _ in 0..300 {
            let (a, b) = (random.random_range(0..=size), random.random_range(0..=size + 9));
            let (start, end) = (a.min(b), a.max(b));
            let part = file.read_all(start..end).await.unwrap();
            assert_eq!(part, whole[start as usize..end.min(size) as usize], "{start}..{end} of {size}");
        }
        assert!(file.read_all(size..size + 5).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn shards_are_cut_by_size_and_appends_leave_them_alone() {
    let dataset = new_dataset().await;
    for n in 0..5 {
        append(&dataset, Some("train"), &(n * 5..n * 5 + 5).map(row).collect::<Vec<_>>()).await;
    }
    let before = head(&dataset).await;
    let size = before.index().await.unwrap().fragments()[0].size_bytes();
    let cut = shards(&before, size * 5 / 2).await.unwrap();
    assert_eq!(
        cut.iter().map(|s| s.fragments.clone()).collect::<Vec<_>>(),
        [vec![0, 1], vec![2, 3], vec![4]]
    );
    let after = append(&dataset, Some("train"), &[row(99)]).await;
    let grown = shards(&after, size * 5 / 2).await.unwrap();
    let fixture = fixture(1 << 30);
    for (old, new) in cut.iter().zip(&grown).take(2) {
        let old = fixture.assembler.assemble(&before, old, None).await.unwrap();
        let new = fixture.assembler.assemble(&after, new, None).await.unwrap();
        assert_eq!(old.recipe().etag(), new.recipe().etag());
    }
    let last = fixture.assembler.assemble(&after, &grown[2], None).await.unwrap();
    assert_eq!(last.recipe().rows(), 6);
    let none = fixture.assembler.assemble(&after, &Shard::empty(None), None).await.unwrap();
    assert_eq!(found(&after, &none).await.num_rows(), 0);
}

#[tokio::test]
async fn golden_files_are_assembled() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema/golden/v1");
    let dataset = Dataset::open(crate::Store::local(&folder).unwrap()).await.unwrap();
    let fixture = fixture(1 << 30);
    for revision in ["main", "dev", "v1.0", "main:1"] {
        fixture.check(&dataset.snapshot(&revision.parse().unwrap()).await.unwrap()).await;
    }
}
