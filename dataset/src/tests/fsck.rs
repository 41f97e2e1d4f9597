//! Verify and sweep, on a data set that is whole and on damaged ones.

use std::path::{Path, PathBuf};
use std::time::Duration;

use hub_schema::BranchName;

use super::{append, author, head, pets, relabel, row_ids, sample_image};
use crate::ops::fragment_builder::FragmentBuilder;
use crate::ops::fsck::{Report, Scope};
use crate::ops::packed_rows::PackedRows;
use crate::sample::Value;
use crate::{Dataset, Store};

async fn on_disk(folder: &Path) -> Dataset {
    Dataset::create(Store::local(folder).unwrap()).await.unwrap()
}

async fn check(dataset: &Dataset) -> Report {
    dataset.fsck(Scope::All, |_| ()).await.unwrap()
}

/// One fragment of three row groups of four images.
async fn three_row_groups(dataset: &Dataset) {
    let schema = pets();
    let ids: Vec<_> = schema.given().map(|f| f.id).collect();
    let mut builder = FragmentBuilder::new(&schema, &ids, None).unwrap();
    for group in 0..3 {
        let rows = (0..4).map(|i| vec![sample_image(group * 4 + i, 3000), Value::Int(1)]).collect::<Vec<_>>();
        builder.row_group(&rows).unwrap();
    }
    let encoded = builder.finish().unwrap();
    let (fragment, _) = dataset.put_fragment(encoded, &Default::default()).await.unwrap();
    let rows = PackedRows { schema, fragments: vec![fragment], ..PackedRows::default() };
    dataset.append(&BranchName::main(), &author(), &rows).await.unwrap();
}

fn files(folder: &Path, below: &str) -> Vec<PathBuf> {
    let mut files: Vec<_> =
        std::fs::read_dir(folder.join(below)).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort_by_key(|f| f.metadata().unwrap().len());
    files
}

fn flip(file: &Path, at: usize) {
    let mut bytes = std::fs::read(file).unwrap();
    bytes[at] ^= 0xff;
    std::fs::write(file, bytes).unwrap();
}

#[tokio::test]
async fn a_whole_data_set_is_clean() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = on_disk(folder.path()).await;
    append(&dataset, &[0, 1, 2]).await;
    append(&dataset, &[0, 1, 2]).await;
    let base = append(&dataset, &[3]).await;
    let ids = row_ids(&base).await;
    relabel(&base, &BranchName::main(), &[(ids[1], 0)]).await.unwrap();
    dataset.delete(&BranchName::main(), &author(), &ids[2..3]).await.unwrap();
    dataset.create_tag(&"v1".parse().unwrap(), &base, &author()).await.unwrap();
    dataset.create_branch(&"dev".parse().unwrap(), &base).await.unwrap();
    let report = check(&dataset).await;
    assert_eq!(report.damage, []);
    assert_eq!((report.commits, report.data_files), (5, 5));
    assert_eq!(report.orphans.unwrap().files, 0);
    let heads = dataset.fsck(Scope::Heads, |_| ()).await.unwrap();
    assert!(heads.is_clean() && heads.commits == 2 && heads.orphans.is_none());
}

#[tokio::test]
async fn damage_names_the_rows() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = on_disk(folder.path()).await;
    three_row_groups(&dataset).await;
    let images = files(folder.path(), "data").pop().unwrap();
    // The second of three row groups of four images of 3,000 bytes.
    flip(&images, 20_000);
    let report = check(&Dataset::open(dataset.store().clone()).await.unwrap()).await;
    let [damage] = report.damage.as_slice() else { panic!("{:?}", report.damage) };
    let fragment = head(&dataset).await.index().await.unwrap().fragments()[0].id;
    let text = damage.to_string();
    assert!(text.starts_with("data/") && text.contains(": damaged: its BLAKE3 is "), "{text}");
    let rows = format!("; rows 4..7 (row group 1) of fragment {fragment}, columns image");
    assert!(text.ends_with(&rows), "{text}");
}

#[tokio::test]
async fn every_damaged_byte_is_detected() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = on_disk(folder.path()).await;
    append(&dataset, &[0, 1]).await;
    for below in ["data", "manifests"] {
        for file in files(folder.path(), below) {
            let whole = std::fs::read(&file).unwrap();
            for at in (0..whole.len()).step_by(97).chain([whole.len() - 1]) {
                flip(&file, at);
                let fresh = Dataset::open(dataset.store().clone()).await.unwrap();
                assert_eq!(check(&fresh).await.damage.len(), 1, "{} byte {at}", file.display());
                std::fs::write(&file, &whole).unwrap();
            }
            std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
            assert_eq!(check(&dataset).await.damage.len(), 1, "{} cut", file.display());
            std::fs::remove_file(&file).unwrap();
            let missing = check(&dataset).await.damage[0].to_string();
            assert!(missing.contains(": the file is missing"), "{missing}");
            std::fs::write(&file, &whole).unwrap();
        }
    }
    let commit = folder.path().join("refs/main").join(format!("{:020}.json", 0));
    let json = std::fs::read_to_string(&commit).unwrap();
    std::fs::write(&commit, json.replace("\"rows\": 2", "\"rows\": 3")).unwrap();
    let report = check(&dataset).await;
    assert!(report.damage[0].to_string().contains("it states 3 rows, its manifests hold 2"), "{report:?}");
    std::fs::write(&commit, &json[..99]).unwrap();
    let report = check(&dataset).await;
    assert!(report.damage[0].path.starts_with("refs/main"), "{report:?}");
    let refused = dataset.gc(Duration::ZERO, false).await.unwrap_err();
    assert!(refused.to_string().contains("refs/main"), "{refused}");
    assert!(!files(folder.path(), "data").is_empty(), "nothing is swept while a commit can't be read");
}

#[tokio::test]
async fn orphans_are_deleted_after_the_grace_time() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = on_disk(folder.path()).await;
    append(&dataset, &[0, 1]).await;
    let dev: BranchName = "dev".parse().unwrap();
    let base = head(&dataset).await;
    dataset.create_branch(&dev, &base).await.unwrap();
    let ids = row_ids(&base).await;
    relabel(&dataset.head(&dev).await.unwrap().unwrap(), &dev, &[(ids[0], 1)]).await.unwrap();
    let named = check(&dataset).await;
    assert_eq!((named.data_files, named.orphans.unwrap().files), (3, 0));
    dataset.delete_branch(&dev, &author()).await.unwrap();
    let half = format!("{}#3", crate::layout::data(hub_schema::ContentHash([7; 32])));
    std::fs::write(folder.path().join(half), b"half").unwrap();
    std::fs::write(folder.path().join("refs/main/00000000000000000001.json#1"), b"{").unwrap();
    std::fs::write(folder.path().join(crate::layout::probe(uuid::Uuid::nil())), b"probe").unwrap();
    let foreign = ["data/notes.txt", "data/scan#3", "refs/list.txt#1", "probe-results.csv", "blobs/cat.jpg"];
    for path in foreign {
        std::fs::create_dir_all(folder.path().join(path).parent().unwrap()).unwrap();
        std::fs::write(folder.path().join(path), b"not ours").unwrap();
    }
    // The branch's label file and its manifest.
    assert_eq!(check(&dataset).await.orphans.unwrap().files, 2);
    let young = dataset.gc(Duration::from_secs(3600), false).await.unwrap();
    assert_eq!((young.files, young.young_files), (0, 5));
    let dry = dataset.gc(Duration::ZERO, true).await.unwrap();
    assert_eq!((dry.files, dry.young_files), (5, 0));
    assert_eq!(dataset.gc(Duration::ZERO, false).await.unwrap(), dry);
    assert_eq!(dataset.gc(Duration::ZERO, false).await.unwrap().files, 0);
    for path in foreign {
        assert!(folder.path().join(path).exists(), "{path}");
    }
    let report = check(&dataset).await;
    assert!(report.is_clean() && report.data_files == 2, "{report:?}");
    assert_eq!(super::labels(&head(&dataset).await).await, [Some(0), Some(1)]);
}
