//! Derived columns: computed beside the media, kept with them, and never read for others.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{Array, AsArray};
use hub_schema::{BranchName, CopyEncoding, DerivedKind, FieldId, Schema};

use super::{append, author, head, labels, new_dataset, pets, relabel, row_ids, sample_image};
use crate::ops::compact::CompactOptions;
use crate::ops::derived::Derive;
use crate::ops::fragment_builder::FragmentBuilder;
use crate::ops::fsck::Scope;
use crate::ops::packed_rows::PackedRows;
use crate::ops::values::ColumnValues;
use crate::sample::{Media, MediaBytes, Value};
use crate::{Committed, Dataset, Snapshot};

const COPIES: DerivedKind = DerivedKind::Copy { short_side: 256, encoding: CopyEncoding::Jpeg };

/// The first bytes of each sample; none where the first byte is 0.
#[derive(Debug)]
struct Beginning(DerivedKind);

impl Derive for Beginning {
    fn kind(&self) -> DerivedKind {
        self.0
    }

    fn derive(&self, media: &[u8]) -> Option<Vec<u8>> {
        (media[0] != 0).then(|| media[..20].to_vec())
    }
}

fn deriving(kinds: &[DerivedKind]) -> Vec<Arc<dyn Derive>> {
    kinds.iter().map(|kind| Arc::new(Beginning(*kind)) as Arc<dyn Derive>).collect()
}

async fn compact(dataset: &Dataset, target_bytes: u64, kinds: &[DerivedKind]) -> Committed {
    let image = head(dataset).await.schema().find("image").unwrap().id;
    let derive_of = kinds.iter().map(|kind| (image, *kind)).collect();
    let options = CompactOptions { target_bytes, derives: deriving(kinds), derive_of };
    dataset.compact(&BranchName::main(), &author(), options).await.unwrap().committed
}

/// The derived values of all rows, as far as they are there and current.
async fn values(snapshot: &Snapshot, kind: DerivedKind) -> Vec<Option<Vec<u8>>> {
    let image = snapshot.schema().find("image").unwrap().id;
    let fields = snapshot.schema().derived_of(image);
    let Some(field) = fields.iter().find(|field| field.derived_kind() == Some(kind)) else {
        return Vec::new();
    };
    let rows = snapshot.index().await.unwrap().rows();
    let batch = snapshot.read_positions(&(0..rows).collect::<Vec<_>>(), &[field]).await.unwrap();
    let column = batch.column(0);
    if let Some(images) = column.as_struct_opt() {
        let bytes = images.column(0).as_binary_view();
        return (0..bytes.len()).map(|i| bytes.is_valid(i).then(|| bytes.value(i).to_vec())).collect();
    }
    let bytes = column.as_binary::<i32>();
    (0..bytes.len()).map(|i| bytes.is_valid(i).then(|| bytes.value(i).to_vec())).collect()
}

/// Those of [`Beginning`] for the images of these seeds.
fn expected(seeds: &[u64]) -> Vec<Option<Vec<u8>>> {
    let of = |seed: &u64| {
        let Value::Media(Media { bytes: MediaBytes::Memory(bytes), .. }) = sample_image(*seed, 500) else {
            panic!()
        };
        Beginning(COPIES).derive(&bytes)
    };
    seeds.iter().map(of).collect()
}

async fn assert_sound(dataset: &Dataset) {
    let report = dataset.fsck(Scope::All, |_| ()).await.unwrap();
    assert!(report.is_clean(), "{report:?}");
}

#[tokio::test]
async fn a_compaction_computes_what_is_missing_and_leaves_the_rest_alone() {
    let dataset = new_dataset().await;
    append(&dataset, &[0, 1, 2]).await;
    let before = append(&dataset, &[3, 4]).await;
    // Too small a target for anything to be rewritten.
    let kinds = [DerivedKind::EntryPoints, COPIES];
    let done = compact(&dataset, 1, &kinds).await;
    assert!(matches!(done, Committed::New(_)));
    let after = head(&dataset).await;
    assert_eq!(after.schema().names(), before.schema().names(), "they are in no list of columns");
    assert_eq!(
        (row_ids(&after).await, labels(&after).await),
        (row_ids(&before).await, labels(&before).await)
    );
    for kind in kinds {
        assert_eq!(values(&after, kind).await, expected(&[0, 1, 2, 3, 4]));
    }
    let (old, new) = (before.index().await.unwrap().fragments(), after.index().await.unwrap().fragments());
    for (old, new) in old.iter().zip(new) {
        assert_eq!(
            (old.id, &old.files[..]),
            (new.id, &new.files[..2]),
            "the files of the columns are the same"
        );
        assert_eq!(new.files.len(), 4);
    }
    assert!(before.diff(&after).await.unwrap().is_empty());
    assert_sound(&dataset).await;
    assert!(
        matches!(compact(&dataset, 1, &kinds).await, Committed::Unchanged(_)),
        "nothing is missing any more"
    );
    // Rows that come later lack them, until the next compaction.
    append(&dataset, &[5]).await;
    let later = values(&head(&dataset).await, COPIES).await;
    assert_eq!(later[..5], expected(&[0, 1, 2, 3, 4]));
    assert_eq!(later[5], None);
    compact(&dataset, 1, &[COPIES]).await;
    let again = head(&dataset).await;
    assert_eq!(values(&again, COPIES).await[5..], expected(&[5]));
    assert_eq!(values(&again, DerivedKind::EntryPoints).await[5], None, "only what was asked for");
}

#[tokio::test]
async fn rewritten_fragments_have_them_too() {
    let dataset = new_dataset().await;
    append(&dataset, &[0, 1, 2]).await;
    append(&dataset, &[3, 4, 5]).await;
    let ids = row_ids(&head(&dataset).await).await;
    dataset.delete(&BranchName::main(), &author(), &ids[1..3]).await.unwrap();
    compact(&dataset, 1 << 25, &[COPIES]).await;
    let after = head(&dataset).await;
    assert_eq!(after.index().await.unwrap().fragments().len(), 1);
    assert_eq!(values(&after, COPIES).await, expected(&[0, 3, 4, 5]));
    assert_sound(&dataset).await;
    // A compaction that can't compute them loses those of the fragments that it writes anew, and nothing else.
    append(&dataset, &[6]).await;
    dataset.compact(&BranchName::main(), &author(), CompactOptions::default()).await.unwrap();
    assert_eq!(values(&head(&dataset).await, COPIES).await, vec![None; 5]);
    compact(&dataset, 1 << 25, &[COPIES]).await;
    assert_eq!(values(&head(&dataset).await, COPIES).await, expected(&[0, 3, 4, 5, 6]));
    assert_sound(&dataset).await;
}

async fn written(dataset: &Dataset, seeds: &[u64], kinds: &[DerivedKind]) -> PackedRows {
    let mut schema = pets();
    let image = schema.find("image").unwrap().id;
    kinds.iter().for_each(|kind| drop(schema.add_derived(image, *kind)));
    let ids: Vec<FieldId> = schema.fields.iter().map(|field| field.id).collect();
    let mut builder =
        FragmentBuilder::new(&schema, &ids, None).unwrap().derive(&schema, &deriving(kinds)).unwrap();
    for seeds in seeds.chunks(2) {
        let row = |seed: &u64| {
            let value = |name: &str| match name {
                "image" => sample_image(*seed, 500),
                "label" => Value::Int((*seed % 2) as i64),
                _ => Value::Null,
            };
            schema.fields.iter().map(|field| value(&field.name)).collect::<Vec<_>>()
        };
        builder.row_group(&seeds.iter().map(row).collect::<Vec<_>>()).unwrap();
    }
    let (fragment, _) = dataset.put_fragment(builder.finish().unwrap(), &HashSet::new()).await.unwrap();
    PackedRows { schema, fragments: vec![fragment], ..PackedRows::default() }
}

#[tokio::test]
async fn rows_that_are_written_with_them_keep_their_ids() {
    let dataset = new_dataset().await;
    let main = BranchName::main();
    let plain = written(&dataset, &[0, 1, 2, 3, 4], &[]).await;
    dataset.append(&main, &author(), &plain).await.unwrap();
    let before = head(&dataset).await;
    assert_eq!(values(&before, DerivedKind::EntryPoints).await, Vec::<Option<Vec<u8>>>::new());
    let with = written(&dataset, &[0, 1, 2, 3, 4], &[DerivedKind::EntryPoints]).await;
    dataset.overwrite(&main, &author(), &with, Some(&before)).await.unwrap();
    let after = head(&dataset).await;
    assert_eq!(row_ids(&after).await, row_ids(&before).await);
    assert!(before.diff(&after).await.unwrap().is_empty());
    assert_eq!(values(&after, DerivedKind::EntryPoints).await, expected(&[0, 1, 2, 3, 4]));
    // The same rows without them change nothing: what was computed stays.
    let done = dataset.overwrite(&main, &author(), &plain, Some(&after)).await.unwrap();
    assert!(matches!(done, Committed::Unchanged(_)));
    assert_sound(&dataset).await;
}

/// The facts of an image of 500 bytes that is no image.
fn with_facts(schema: &Schema, row: hub_schema::RowId, image: Value) -> Vec<ColumnValues> {
    let facts = schema.fields.iter().filter(|field| field.fact_of.is_some());
    let facts = facts.map(|field| ColumnValues::new(&field.name, vec![(row, Value::Null)]));
    std::iter::once(ColumnValues::new("image", vec![(row, image)])).chain(facts).collect()
}

#[tokio::test]
async fn a_changed_image_drops_what_was_computed_from_it() {
    let dataset = new_dataset().await;
    let main = BranchName::main();
    append(&dataset, &[0, 1, 2]).await;
    append(&dataset, &[3, 4]).await;
    compact(&dataset, 1, &[COPIES]).await;
    let base = head(&dataset).await;
    let ids = row_ids(&base).await;
    // Labels have nothing to do with it.
    relabel(&base, &main, &[(ids[1], 0)]).await.unwrap();
    let base = head(&dataset).await;
    assert_eq!(values(&base, COPIES).await, expected(&[0, 1, 2, 3, 4]));
    let changed = with_facts(base.schema(), ids[1], sample_image(9, 500));
    dataset.replace_values(&main, &author(), &changed, &base).await.unwrap();
    let after = head(&dataset).await;
    let found = values(&after, COPIES).await;
    assert_eq!((found[..3].to_vec(), found[3..].to_vec()), (vec![None; 3], expected(&[3, 4])));
    let files = &after.index().await.unwrap().fragments()[0].files;
    let derived = after.schema().derived[0].id;
    assert!(files.iter().all(|file| !file.fields.contains(&derived)), "no file of it is left to read");
    assert_sound(&dataset).await;
    compact(&dataset, 1, &[COPIES]).await;
    assert_eq!(values(&head(&dataset).await, COPIES).await, expected(&[0, 9, 2, 3, 4]));
}

/// As a writer would leave it that doesn't know derived columns: the file of the media is another, the derived one is
/// still listed.
#[tokio::test]
async fn what_was_computed_from_other_media_is_never_read() {
    let dataset = new_dataset().await;
    let main = BranchName::main();
    append(&dataset, &[0, 1, 2]).await;
    compact(&dataset, 1, &[COPIES, DerivedKind::EntryPoints]).await;
    let base = head(&dataset).await;
    let mut fragment = base.index().await.unwrap().fragments()[0].clone();
    let changed = with_facts(base.schema(), row_ids(&base).await[1], sample_image(9, 500));
    dataset.replace_values(&main, &author(), &changed, &base).await.unwrap();
    let after = head(&dataset).await;
    let new = after.index().await.unwrap().fragments()[0].clone();
    // The derived files of before, beside the media of after.
    let derived: Vec<FieldId> = base.schema().derived.iter().map(|derived| derived.id).collect();
    fragment.files.retain(|file| file.fields.iter().any(|field| derived.contains(field)));
    let stale =
        hub_schema::Fragment { files: new.files.iter().chain(&fragment.files).cloned().collect(), ..new };
    let fields = after.schema().derived_fields();
    let fields: Vec<_> = fields.iter().collect();
    let reader = after.open(&stale, &fields).await.unwrap();
    assert!(reader.files().is_empty());
    let batch = reader.read_row_group(0).await.unwrap();
    assert_eq!(batch.columns().iter().map(|column| column.null_count()).collect::<Vec<_>>(), [3, 3]);
    // A file that claims to be derived and doesn't say from what is not read either: here the labels'.
    let mut unsigned = base.index().await.unwrap().fragments()[0].clone();
    unsigned.files.retain(|file| !derived.iter().any(|id| file.fields.contains(id)));
    unsigned.files[1].fields.push(derived[0]);
    assert!(after.open(&unsigned, &fields[..1]).await.unwrap().files().is_empty());
}

#[tokio::test]
async fn merges_keep_them_where_the_media_are_the_same() {
    let dataset = new_dataset().await;
    let (main, dev) = (BranchName::main(), "dev".parse::<BranchName>().unwrap());
    let base = append(&dataset, &[0, 1, 2]).await;
    dataset.create_branch(&dev, &base).await.unwrap();
    compact(&dataset, 1, &[COPIES]).await;
    let on_dev = dataset.head(&dev).await.unwrap().unwrap();
    relabel(&on_dev, &dev, &[(row_ids(&base).await[0], 1)]).await.unwrap();
    let on_dev = dataset.head(&dev).await.unwrap().unwrap();
    dataset.merge(&main, &on_dev, &author()).await.unwrap();
    let merged = head(&dataset).await;
    assert_eq!(labels(&merged).await[0], Some(1));
    assert_eq!(values(&merged, COPIES).await, expected(&[0, 1, 2]));
    // The other side changes an image, this side has the copies anew.
    let on_dev = dataset.head(&dev).await.unwrap().unwrap();
    let changed = with_facts(on_dev.schema(), row_ids(&base).await[1], sample_image(9, 500));
    dataset.replace_values(&dev, &author(), &changed, &on_dev).await.unwrap();
    let on_dev = dataset.head(&dev).await.unwrap().unwrap();
    dataset.merge(&main, &on_dev, &author()).await.unwrap();
    assert_eq!(values(&head(&dataset).await, COPIES).await, vec![None; 3]);
    compact(&dataset, 1, &[COPIES]).await;
    assert_eq!(values(&head(&dataset).await, COPIES).await, expected(&[0, 9, 2]));
    assert_sound(&dataset).await;
}

#[tokio::test]
async fn what_is_not_what_is_computed_is_found() {
    let dataset = new_dataset().await;
    append(&dataset, &[0, 1, 2, 3, 4]).await;
    compact(&dataset, 1, &[COPIES, DerivedKind::EntryPoints]).await;
    let snapshot = head(&dataset).await;
    let right = deriving(&[COPIES, DerivedKind::EntryPoints]);
    assert_eq!(dataset.check_derived(&snapshot, &right).await.unwrap(), []);
    #[derive(Debug)]
    struct Other;
    impl Derive for Other {
        fn kind(&self) -> DerivedKind {
            COPIES
        }
        fn derive(&self, media: &[u8]) -> Option<Vec<u8>> {
            // Others of the second and third row (the first has none), and of the last.
            match media[0] {
                31 | 62 | 124 => Some(vec![1, 2, 3]),
                _ => Beginning(COPIES).derive(media),
            }
        }
    }
    let found = dataset.check_derived(&snapshot, &[Arc::new(Other)]).await.unwrap();
    let rows: Vec<_> = found[0].rows.iter().map(|rows| (rows.first, rows.last)).collect();
    assert_eq!((found.len(), rows), (1, vec![(1, 2), (4, 4)]));
    assert_eq!(found[0].rows[0].columns, ["image.jpeg_256"]);
}

#[tokio::test]
async fn they_go_with_their_media_column() {
    let dataset = new_dataset().await;
    let main = BranchName::main();
    append(&dataset, &[0, 1, 2]).await;
    compact(&dataset, 1, &[COPIES]).await;
    dataset.rename_column(&main, &author(), "image", "photo").await.unwrap();
    let renamed = head(&dataset).await;
    assert_eq!(renamed.schema().derived_fields()[0].name, "photo.jpeg_256");
    dataset.drop_column(&main, &author(), "photo").await.unwrap();
    let dropped = head(&dataset).await;
    assert!(dropped.schema().derived.is_empty());
    let report = dataset.compact(&main, &author(), CompactOptions::default()).await.unwrap().report;
    assert_eq!(report.new_fragments, 1, "the space is freed");
    assert_eq!(head(&dataset).await.index().await.unwrap().fragments()[0].files.len(), 1);
    assert_sound(&dataset).await;
}
