//! Fetching from a server and from folders, with small files in the exact forms.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use object_store::{BackoffConfig, RetryConfig};
use sha2::{Digest, Sha256};

use super::test_server::{Act, Server};
use super::*;

fn impatient() -> Fetcher {
    let backoff = BackoffConfig {
        init_backoff: Duration::from_millis(1),
        max_backoff: Duration::from_millis(2),
        base: 2.0,
    };
    let retry = RetryConfig { backoff, max_retries: 2, retry_timeout: Duration::from_secs(10) };
    let pause = Duration::from_millis(1);
    Fetcher { patience: Patience { retry, stops: 3, pause, silence: Duration::from_secs(5) } }
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

fn numbers(n: usize) -> Vec<u8> {
    (0..n).map(|i| (i * 7 + i / 251) as u8).collect()
}

/// A data set of files that lie at `base`.
fn known(base: &str, files: &[(&str, &[u8], bool)], more: &str) -> Known {
    let files: Vec<_> = files
        .iter()
        .map(|(name, bytes, unpack)| {
            serde_json::json!({ "name": name, "size_bytes": bytes.len(), "sha256": sha256(bytes),
                "addresses": [format!("{base}/{name}")], "unpack": unpack })
        })
        .collect();
    let json = format!(
        r#"{{"sets": [{{"name": "small", "title": "", "home": "http://home", "format": "idx", {more}
            "files": {}}}]}}"#,
        serde_json::Value::from(files)
    );
    Catalogue::from_json(&json).unwrap().sets.remove(0)
}

#[derive(Default)]
struct Notes(Mutex<Vec<String>>);

impl FetchProgress for Notes {
    fn note(&self, message: &str) {
        self.0.lock().unwrap().push(message.to_owned());
    }
}

fn cache() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

async fn fetch_small(known: &Known, cache: &Path, mirror: Option<&str>) -> Result<Fetched, FetchError> {
    impatient().fetch(known, cache, mirror, &Silent).await
}

#[tokio::test]
async fn files_arrive_whole_and_a_second_fetch_asks_for_nothing() {
    let (a, b) = (numbers(300_000), numbers(10));
    let server = Server::start([("a.gz", a.clone()), ("b.gz", b.clone())]);
    let small = known(&server.base, &[("a.gz", &a, false), ("b.gz", &b, false)], "");
    let cache = cache();
    let fetched = fetch_small(&small, cache.path(), None).await.unwrap();
    assert_eq!(fs::read(fetched.folder.join("a.gz")).unwrap(), a);
    assert_eq!(fs::read(fetched.folder.join("b.gz")).unwrap(), b);
    assert_eq!(fetched.options.format, Some(crate::Format::Idx));
    fetch_small(&small, cache.path(), None).await.unwrap();
    assert_eq!(server.log().len(), 2);
    assert!(!fetched.folder.join("a.gz.part").exists());
}

#[tokio::test]
async fn a_cut_body_goes_on_where_it_stopped() {
    let a = numbers(300_000);
    let server = Server::start([("a.gz", a.clone())]);
    server.next("a.gz", [Act::CutAfter(100_000), Act::CutAfter(0), Act::CutAfter(50_000)]);
    let small = known(&server.base, &[("a.gz", &a, false)], "");
    let cache = cache();
    let fetched = fetch_small(&small, cache.path(), None).await.unwrap();
    assert_eq!(fs::read(fetched.folder.join("a.gz")).unwrap(), a);
    let starts: Vec<_> = server.log().into_iter().map(|(_, start)| start.unwrap_or(0)).collect();
    assert_eq!(starts, [0, 100_000, 100_000, 150_000]);
}

#[tokio::test]
async fn a_later_run_goes_on_where_the_earlier_one_stopped() {
    let a = numbers(1000);
    let server = Server::start([("a.gz", a.clone())]);
    server.next("a.gz", [Act::CutAfter(400), Act::CutAfter(0), Act::CutAfter(0), Act::CutAfter(0)]);
    let small = known(&server.base, &[("a.gz", &a, false)], "");
    let cache = cache();
    let error = fetch_small(&small, cache.path(), None).await.unwrap_err();
    assert!(matches!(error, FetchError::Address { .. }), "{error}");
    let part = cache.path().join("small/data/a.gz.part");
    assert_eq!(fs::read(&part).unwrap(), a[..400]);
    let fetched = fetch_small(&small, cache.path(), None).await.unwrap();
    assert_eq!(fs::read(fetched.folder.join("a.gz")).unwrap(), a);
    assert_eq!(server.log().last().unwrap().1, Some(400));
}

#[tokio::test]
async fn a_server_without_ranges_means_starting_again() {
    let a = numbers(1000);
    let server = Server::start([("a.gz", a.clone())]);
    server.next("a.gz", [Act::CutAfter(400), Act::IgnoreRange]);
    let small = known(&server.base, &[("a.gz", &a, false)], "");
    let cache = cache();
    let fetched = fetch_small(&small, cache.path(), None).await.unwrap();
    assert_eq!(fs::read(fetched.folder.join("a.gz")).unwrap(), a);
}

#[tokio::test]
async fn a_damaged_file_is_named_and_not_kept() {
    let (right, mut wrong) = (numbers(1000), numbers(1000));
    wrong[500] ^= 1;
    let server = Server::start([("a.gz", wrong)]);
    let small = known(&server.base, &[("a.gz", &right, false)], "");
    let cache = cache();
    let error = fetch_small(&small, cache.path(), None).await.unwrap_err();
    assert!(matches!(&error, FetchError::Hash { expected, .. } if *expected == sha256(&right)), "{error}");
    assert!(!cache.path().join("small/data/a.gz").exists());
    assert_eq!(fs::metadata(cache.path().join("small/data/a.gz.part")).unwrap().len(), 0);
}

#[tokio::test]
async fn a_damaged_part_is_found_out_and_the_next_run_succeeds() {
    let a = numbers(1000);
    let server = Server::start([("a.gz", a.clone())]);
    let small = known(&server.base, &[("a.gz", &a, false)], "");
    let cache = cache();
    fs::create_dir_all(cache.path().join("small/data")).unwrap();
    fs::write(cache.path().join("small/data/a.gz.part"), [9; 700]).unwrap();
    let error = fetch_small(&small, cache.path(), None).await.unwrap_err();
    assert!(matches!(error, FetchError::Hash { .. }), "{error}");
    fetch_small(&small, cache.path(), None).await.unwrap();
    assert_eq!(server.log().iter().map(|(_, start)| *start).collect::<Vec<_>>(), [Some(700), None]);
}

#[tokio::test]
async fn a_file_of_another_size_is_refused_before_it_is_downloaded() {
    let server = Server::start([("a.gz", numbers(999))]);
    let small = known(&server.base, &[("a.gz", &numbers(1000), false)], "");
    let cache = cache();
    let error = fetch_small(&small, cache.path(), None).await.unwrap_err();
    assert!(matches!(error, FetchError::Size { found: 999, expected: 1000, .. }), "{error}");
    assert_eq!(fs::metadata(cache.path().join("small/data/a.gz.part")).unwrap().len(), 0);
}

#[tokio::test]
async fn a_missing_file_is_said_and_the_next_address_is_tried() {
    let a = numbers(1000);
    let server = Server::start([("a.gz", a.clone())]);
    let mut small = known(&server.base, &[("a.gz", &a, false)], "");
    small.files[0].addresses.insert(0, format!("{}/gone/a.gz", server.base));
    fetch_small(&small, cache().path(), None).await.unwrap();

    small.files[0].addresses.pop();
    let error = fetch_small(&small, cache().path(), None).await.unwrap_err();
    assert_eq!(error.to_string(), format!("{}/gone/a.gz: not found (404)", server.base));

    small.files[0].addresses.push("http://127.0.0.1:1/a.gz".to_owned());
    let error = fetch_small(&small, cache().path(), None).await.unwrap_err().to_string();
    assert!(
        error.starts_with(
            "a.gz can't be downloaded from any of its addresses; give another source with --mirror"
        ),
        "{error}"
    );
    assert_eq!(error.lines().count(), 3, "{error}");
}

#[tokio::test]
async fn a_server_in_trouble_is_asked_again() {
    let a = numbers(1000);
    let server = Server::start([("a.gz", a.clone())]);
    server.next("a.gz", [Act::Status(500), Act::Status(503)]);
    let small = known(&server.base, &[("a.gz", &a, false)], "");
    fetch_small(&small, cache().path(), None).await.unwrap();
    assert_eq!(server.log().len(), 3);
}

#[tokio::test]
async fn a_mirror_is_an_address_or_a_folder() {
    let a = numbers(1000);
    let server = Server::start([("a.gz", a.clone())]);
    let small = known("http://127.0.0.1:1", &[("a.gz", &a, false)], "");
    fetch_small(&small, cache().path(), Some(&format!("{}/", server.base))).await.unwrap();

    let folder = tempfile::tempdir().unwrap();
    let mirror = folder.path().to_str();
    let error = fetch_small(&small, cache().path(), mirror).await.unwrap_err();
    assert!(matches!(error, FetchError::Missing { .. }), "{error}");
    fs::write(folder.path().join("a.gz"), &a).unwrap();
    let cache = cache();
    let fetched = fetch_small(&small, cache.path(), mirror).await.unwrap();
    assert_eq!(fs::read(fetched.folder.join("a.gz")).unwrap(), a);
    let error = fetch_small(&small, cache.path(), Some("no/such/folder")).await.unwrap_err();
    assert!(matches!(error, FetchError::Mirror { .. }), "{error}");
}

#[tokio::test]
async fn a_file_without_a_published_hash_is_noted() {
    let a = numbers(1000);
    let server = Server::start([("a.gz", a.clone())]);
    let mut small = known(&server.base, &[("a.gz", &a, false)], "");
    small.files[0].sha256 = None;
    let notes = Notes::default();
    impatient().fetch(&small, cache().path(), None, &notes).await.unwrap();
    assert_eq!(*notes.0.lock().unwrap(), ["a.gz: no SHA-256 is published, size checked only"]);
}

#[tokio::test]
async fn two_processes_do_not_write_one_file() {
    let a = numbers(1000);
    let server = Server::start([("a.gz", a.clone())]);
    let small = known(&server.base, &[("a.gz", &a, false)], "");
    let cache = cache();
    fs::create_dir_all(cache.path().join("small/data")).unwrap();
    let other = fs::File::create(cache.path().join("small/data/a.gz.part")).unwrap();
    other.lock().unwrap();
    let error = fetch_small(&small, cache.path(), None).await.unwrap_err();
    assert!(matches!(error, FetchError::Busy { .. }), "{error}");
    drop(other);
    fetch_small(&small, cache.path(), None).await.unwrap();
}

#[tokio::test]
async fn what_needs_an_agreement_is_taken_from_a_folder() {
    let (train, val) = (numbers(1000), numbers(500));
    let files = [("train.tar", &*train, false), ("val.tar", &*val, false)];
    let small = known("", &files, r#""by_hand": "ask first","#);
    let error = fetch_small(&small, cache().path(), None).await.unwrap_err().to_string();
    assert!(error.contains("ask first. Get train.tar, val.tar from http://home"), "{error}");

    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("train.tar"), &train).unwrap();
    assert!(matches!(from_folder(&small, folder.path()), Err(FetchError::Missing { .. })));
    fs::write(folder.path().join("val.tar"), &train).unwrap();
    assert!(matches!(from_folder(&small, folder.path()), Err(FetchError::Size { found: 1000, .. })));
    fs::write(folder.path().join("val.tar"), &val).unwrap();
    assert_eq!(from_folder(&small, folder.path()).unwrap().folder, folder.path());
}

fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn tar_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        // The builder would refuse a hostile name, so it is put into the header as it is.
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        tar.append(&header, *bytes).unwrap();
    }
    tar.into_inner().unwrap()
}

fn gz_of(bytes: &[u8]) -> Vec<u8> {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(bytes).unwrap();
    gz.finish().unwrap()
}

#[tokio::test]
async fn archives_are_unpacked_once_and_removed() {
    let a = zip_of(&[("ann/a.json", b"{}"), ("val/1.jpg", b"one")]);
    let b = tar_of(&[("./val/2.jpg", b"two")]);
    let server = Server::start([("a.zip", a.clone()), ("b.tar", b.clone())]);
    let small = known(&server.base, &[("a.zip", &a, true), ("b.tar", &b, true)], r#""folder": "val","#);
    let cache = cache();
    let fetched = fetch_small(&small, cache.path(), None).await.unwrap();
    assert_eq!(fs::read(fetched.folder.join("1.jpg")).unwrap(), b"one");
    assert_eq!(fs::read(fetched.folder.join("2.jpg")).unwrap(), b"two");
    assert!(cache.path().join("small/data/ann/a.json").exists());
    assert!(!cache.path().join("small/archives/a.zip").exists());
    fetch_small(&small, cache.path(), None).await.unwrap();
    assert_eq!(server.log().len(), 2);
}

#[tokio::test]
async fn archives_of_a_mirror_folder_are_left_where_they_are() {
    let a = zip_of(&[("val/1.jpg", b"one")]);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.zip"), &a).unwrap();
    let small = known("", &[("a.zip", &a, true)], "");
    let cache = cache();
    let fetched = fetch_small(&small, cache.path(), folder.path().to_str()).await.unwrap();
    assert_eq!(fs::read(fetched.folder.join("val/1.jpg")).unwrap(), b"one");
    assert!(folder.path().join("a.zip").exists());
}

#[tokio::test]
async fn hostile_archives_are_refused_by_member() {
    let link = {
        let mut tar = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Symlink);
        header.set_size(0);
        tar.append_link(&mut header, "link", "/etc").unwrap();
        tar.into_inner().unwrap()
    };
    let cases = [
        ("a.zip", zip_of(&[("ok", b"1"), ("../../x", b"2")]), "../../x"),
        ("a.tar", tar_of(&[("/tmp/x", b"2")]), "/tmp/x"),
        ("b.tar", tar_of(&[("a/../../x", b"2")]), "a/../../x"),
        ("c.tar", link, "link"),
        ("b.zip", b"PK but nothing more".to_vec(), ""),
        ("d.tar", tar_of(&[("short", &[2; 900])])[..512 + 100].to_vec(), "short"),
        ("e.tar.gz", gz_of(&tar_of(&[("zeros", &vec![0; 100 << 20])])), "zeros"),
    ];
    for (name, bytes, member) in cases {
        let server = Server::start([(name, bytes.clone())]);
        let small = known(&server.base, &[(name, &bytes, true)], "");
        let cache = cache();
        let error = fetch_small(&small, cache.path(), None).await.unwrap_err();
        assert!(matches!(&error, FetchError::Archive { member: m, .. } if m == member), "{name}: {error}");
        assert!(!cache.path().join("small/x").exists() && !cache.path().join("x").exists());
    }
}

#[tokio::test]
async fn folders_without_samples_are_left_out() {
    let tar = gz_of(&tar_of(&[
        ("./README.md", b"read me"),
        ("./_background_noise_/tap.wav", b"noise"),
        ("./bed/1.wav", b"1"),
        ("./bed/2.wav", b"2"),
        ("./cat/3.wav", b"3"),
        ("./testing_list.txt", b"bed/2.wav\n"),
        ("./validation_list.txt", b"cat/3.wav\n"),
    ]));
    let server = Server::start([("s.tar.gz", tar.clone())]);
    let more = r#""leave_out": ["_background_noise_"],"#;
    let mut small = known(&server.base, &[("s.tar.gz", &tar, true)], more);
    small.format = crate::Format::ClassFolder;
    let (cache, notes) = (cache(), Notes::default());
    let fetched = impatient().fetch(&small, cache.path(), None, &notes).await.unwrap();
    assert_eq!(*notes.0.lock().unwrap(), ["s.tar.gz: _background_noise_ holds no samples and was left out"]);
    let mut source = crate::read::open(&fetched.folder, &fetched.options).unwrap();
    let mut found = Vec::new();
    while let Some(sample) = source.source.next_sample() {
        let sample = sample.unwrap();
        found.push((sample.place, sample.split.unwrap()));
    }
    let expected = [("bed/1.wav", "train"), ("bed/2.wav", "test"), ("cat/3.wav", "val")];
    assert_eq!(found, expected.map(|(place, split)| (place.to_owned(), split.to_owned())));
}

#[tokio::test]
async fn what_was_fetched_is_read_with_its_class_names() {
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/fashion-mnist");
    let names = ["t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"];
    let bytes = names.map(|name| fs::read(files.join(name)).unwrap());
    let mut fashion = known("", &[(names[0], &bytes[0], false), (names[1], &bytes[1], false)], "");
    fashion.name = "fashion-mnist".to_owned();
    let cache = cache();
    let fetched = fetch_small(&fashion, cache.path(), files.to_str()).await.unwrap();
    let mut source = crate::read::open(&fetched.folder, &fetched.options).unwrap();
    let hub_schema::Feature::ClassLabel { names, .. } = &source.source.columns()[1].feature else { panic!() };
    assert_eq!(names[0], "T-shirt/top");
    assert_eq!(source.source.next_sample().unwrap().unwrap().split.as_deref(), Some("test"));
}
