//! Pushes from samples in memory and from files.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hub_dataset::ops::values::ColumnValues;
use hub_dataset::sample::{Column, Media, MediaBytes, Sample, SampleError, SampleSink, SampleSource, Value};
use hub_dataset::{Author, Dataset, Store};
use hub_schema::{BLOB_THRESHOLD_BYTES, BranchName, Feature};

use super::{OnError, Progress, PushMode, PushOptions, PushReport, push};
use crate::{Error, pull};

/// A source that gives what it was made of.
struct Given {
    columns: Vec<Column>,
    samples: std::vec::IntoIter<Result<Sample, SampleError>>,
}

impl SampleSource for Given {
    fn format(&self) -> &'static str {
        "test samples"
    }
    fn columns(&self) -> &[Column] {
        &self.columns
    }
    fn next_sample(&mut self) -> Option<Result<Sample, SampleError>> {
        self.samples.next()
    }
}

fn columns(classes: &[&str]) -> Vec<Column> {
    vec![Column::new("image", Feature::Image), Column::new("label", Feature::labels(classes.iter().copied()))]
}

fn png(shade: u8) -> Vec<u8> {
    hub_media::encode_png(&[shade; 12], 2, 2, 3).unwrap()
}

fn sample(name: &str, bytes: Vec<u8>, label: i64) -> Sample {
    let medium = Media { name: name.into(), bytes: MediaBytes::Memory(bytes.into()) };
    Sample {
        place: name.into(),
        split: Some("train".into()),
        values: vec![Value::Media(medium), Value::Int(label)],
    }
}

async fn push_samples(
    dataset: &Dataset,
    options: &PushOptions,
    classes: &[&str],
    samples: Vec<Sample>,
) -> Result<PushReport, Error> {
    let columns = columns(classes);
    let open = move || -> Result<Box<dyn SampleSource>, SampleError> {
        let samples: Vec<_> = samples.iter().cloned().map(Ok).collect();
        Ok(Box::new(Given { columns: columns.clone(), samples: samples.into_iter() }))
    };
    push(dataset, options, &Arc::new(Progress::default()), open).await
}

async fn new_dataset() -> Dataset {
    Dataset::create(Store::memory()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_commits_rows_with_facts_and_a_second_one_nothing() {
    let dataset = new_dataset().await;
    let samples: Vec<_> = (0..5).map(|i| sample(&format!("{i}.png"), png(i), i64::from(i) % 2)).collect();
    let options = PushOptions::default();
    let first = push_samples(&dataset, &options, &["cat", "dog"], samples.clone()).await.unwrap();
    assert_eq!((first.rows, first.added, first.is_new), (5, 5, true));
    let again = push_samples(&dataset, &options, &["cat", "dog"], samples).await.unwrap();
    assert_eq!((again.is_new, again.uploaded.written_bytes, again.head), (false, 0, first.head));
    let head = dataset.head(&BranchName::main()).await.unwrap().unwrap();
    let fields = head.fields(Some(&["image.width".into(), "image.name".into()])).unwrap();
    let batch = head.read_positions(&[3], &fields).await.unwrap();
    let row = hub_dataset::sample::extract::rows(&batch, &fields, &|_, _| unreachable!()).unwrap();
    assert_eq!(row, [[Value::Int(2), Value::text("3.png")]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn new_classes_keep_the_old_numbers() {
    let dataset = new_dataset().await;
    let options = PushOptions { mode: PushMode::Append, ..PushOptions::default() };
    push_samples(&dataset, &options, &["cat", "dog"], vec![sample("a", png(1), 1)]).await.unwrap();
    push_samples(&dataset, &options, &["bird", "dog"], vec![sample("b", png(2), 0), sample("c", png(3), 1)])
        .await
        .unwrap();
    let head = dataset.head(&BranchName::main()).await.unwrap().unwrap();
    let Feature::ClassLabel { names, .. } = &head.schema().find("label").unwrap().feature else { panic!() };
    assert_eq!(names, &["cat", "dog", "bird"]);
    let fields = head.fields(Some(&["label".into()])).unwrap();
    let batch = head.read_positions(&[0, 1, 2], &fields).await.unwrap();
    let rows = hub_dataset::sample::extract::rows(&batch, &fields, &|_, _| unreachable!()).unwrap();
    assert_eq!(rows.concat(), [1, 2, 1].map(Value::Int));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_image_stops_the_push_or_is_left_out() {
    let dataset = new_dataset().await;
    let cut = png(9)[..30].to_vec();
    let samples =
        vec![sample("good.png", png(1), 0), sample("cut.png", cut, 0), sample("odd.png", png(2), 7)];
    let options = PushOptions::default();
    let refused = push_samples(&dataset, &options, &["cat"], samples.clone()).await.unwrap_err().to_string();
    assert!(refused.starts_with("cut.png: image: truncated"), "{refused}");
    assert!(dataset.head(&BranchName::main()).await.unwrap().is_none(), "nothing is committed");
    let options = PushOptions { on_error: OnError::Skip, ..options };
    let report = push_samples(&dataset, &options, &["cat"], samples).await.unwrap();
    assert_eq!((report.rows, report.skipped_count), (1, 2));
    let head = dataset.head(&BranchName::main()).await.unwrap().unwrap();
    let places: Vec<_> = head.commit().skipped.iter().map(|s| s.place.as_str()).collect();
    assert_eq!(places, ["cut.png", "odd.png"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_writers_that_bring_other_classes_both_land() {
    let dataset = new_dataset().await;
    let options = PushOptions { mode: PushMode::Append, ..PushOptions::default() };
    let (cats, dogs) = tokio::join!(
        push_samples(&dataset, &options, &["cat"], vec![sample("a", png(1), 0)]),
        push_samples(&dataset, &options, &["dog"], vec![sample("b", png(2), 0)]),
    );
    cats.unwrap();
    dogs.unwrap();
    let head = dataset.head(&BranchName::main()).await.unwrap().unwrap();
    assert_eq!(head.commit().counts.rows, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_writes_nothing() {
    let dataset = new_dataset().await;
    let options = PushOptions { dry_run: true, ..PushOptions::default() };
    let report = push_samples(&dataset, &options, &["cat"], vec![sample("a", png(1), 0)]).await.unwrap();
    assert!(report.uploaded.written_bytes > 0 && report.head.is_none());
    let data: Vec<_> = futures::StreamExt::collect(dataset.store().list("data")).await;
    assert!(data.is_empty());
}

/// A film of `len` bytes: the frames of a real one lie in its `mdat`, here the rest is padding behind it.
fn long_wav(path: &Path, len: u64) {
    use std::io::{Seek, SeekFrom, Write};
    let mut file = std::fs::File::create(path).unwrap();
    let data = (len - 44) as u32;
    let mut head = Vec::new();
    head.extend(b"RIFF");
    head.extend((data + 36).to_le_bytes());
    head.extend(b"WAVEfmt ");
    head.extend(16u32.to_le_bytes());
    head.extend([1, 0, 1, 0]);
    head.extend(8000u32.to_le_bytes());
    head.extend(16000u32.to_le_bytes());
    head.extend([2, 0, 16, 0]);
    head.extend(b"data");
    head.extend(data.to_le_bytes());
    file.write_all(&head).unwrap();
    file.seek(SeekFrom::Start(len - 1)).unwrap();
    file.write_all(&[1]).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_sample_is_an_object_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("long.wav");
    let len = BLOB_THRESHOLD_BYTES + 1000;
    long_wav(&path, len);
    let dataset = Dataset::create(Store::local(&dir.path().join("set")).unwrap()).await.unwrap();
    let open = move || -> Result<Box<dyn SampleSource>, SampleError> {
        let bytes = MediaBytes::File { path: path.clone(), offset: 0, len };
        let medium = Media { name: "long.wav".into(), bytes };
        let sample = Sample { place: "long.wav".into(), split: None, values: vec![Value::Media(medium)] };
        let columns = vec![Column::new("audio", Feature::Audio)];
        Ok(Box::new(Given { columns, samples: vec![Ok(sample)].into_iter() }))
    };
    let options = PushOptions::default();
    let progress = Arc::new(Progress::default());
    let report = push(&dataset, &options, &progress, open.clone()).await.unwrap();
    assert!(report.uploaded.written_bytes > len);
    let again = push(&dataset, &options, &progress, open).await.unwrap();
    assert!(!again.is_new && again.uploaded.written_bytes == 0);
    let head = dataset.head(&BranchName::main()).await.unwrap().unwrap();
    let fields = head.fields(None).unwrap();
    let batch = head.read_positions(&[0], &fields).await.unwrap();
    let rows =
        hub_dataset::sample::extract::rows(&batch, &fields, &|hash, len| head.blob(hash, len)).unwrap();
    let Value::Media(Media { name, bytes }) = &rows[0][0] else { panic!("{:?}", rows[0][0]) };
    assert_eq!((name.as_str(), bytes.size_bytes()), ("long.wav", len));
    assert_eq!(bytes.read_at(len - 1, 9).unwrap().as_ref(), [1]);
    assert_eq!(rows[0][5], Value::Int(8000), "the sample rate is a fact");
}

/// A sink that counts.
struct Counting(Arc<AtomicUsize>);

impl SampleSink for Counting {
    fn write(&mut self, _: &Sample) -> Result<(), SampleError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
    fn finish(&mut self) -> Result<(), SampleError> {
        Ok(())
    }
}

/// Pushes, copies and exports images and a long audio file; where the store is in memory all waiting is the runtime's.
async fn push_and_pull() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("long.wav");
    let len = BLOB_THRESHOLD_BYTES + 1000;
    long_wav(&path, len);
    let dataset = new_dataset().await;
    let samples = (0..5).map(|i| sample(&format!("{i}.png"), png(i), 0)).collect();
    push_samples(&dataset, &PushOptions::default(), &["cat"], samples).await.unwrap();
    let open = move || -> Result<Box<dyn SampleSource>, SampleError> {
        let medium =
            Media { name: "long.wav".into(), bytes: MediaBytes::File { path: path.clone(), offset: 0, len } };
        let sample = Sample { place: "long.wav".into(), split: None, values: vec![Value::Media(medium)] };
        let columns = vec![Column::new("audio", Feature::Audio)];
        Ok(Box::new(Given { columns, samples: vec![Ok(sample)].into_iter() }))
    };
    let options = PushOptions { mode: PushMode::Append, ..PushOptions::default() };
    let progress = Arc::new(Progress::default());
    let report = push(&dataset, &options, &progress, open).await.unwrap();
    assert!(report.uploaded.written_bytes > len);
    let head = dataset.head(&BranchName::main()).await.unwrap().unwrap();
    let (target, main, author) = (new_dataset().await, BranchName::main(), Author::default());
    assert_eq!(pull::copy(&head, &target, &main, &author, &progress).await.unwrap().rows, 6);
    let count = Arc::new(AtomicUsize::new(0));
    let sink = Box::new(Counting(Arc::clone(&count)));
    pull::export(&head, &pull::ExportOptions::default(), sink, &progress).await.unwrap();
    assert_eq!(count.load(Ordering::Relaxed), 6);
}

#[test]
fn push_and_pull_run_on_any_runtime() {
    // One thread for everything, and a pool for blocking work that is as small as it gets.
    let one = tokio::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(1).build();
    one.unwrap().block_on(push_and_pull());
    let two = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    two.unwrap().block_on(push_and_pull());
}

/// A source that never ends, and counts itself.
struct Endless(#[allow(dead_code, reason = "it is counted")] Arc<()>, usize);

impl SampleSource for Endless {
    fn format(&self) -> &'static str {
        "test samples"
    }
    fn columns(&self) -> &[Column] {
        &[]
    }
    fn next_sample(&mut self) -> Option<Result<Sample, SampleError>> {
        self.1 += 1;
        Some(Ok(Sample { place: self.1.to_string(), split: None, values: Vec::new() }))
    }
}

#[tokio::test]
async fn a_push_that_is_dropped_ends() {
    let dataset = new_dataset().await;
    let held = Arc::new(());
    let source = Arc::clone(&held);
    let open = move || -> Result<Box<dyn SampleSource>, SampleError> {
        Ok(Box::new(Endless(Arc::clone(&source), 0)))
    };
    let (options, progress) = (PushOptions::default(), Arc::new(Progress::default()));
    let pushed = push(&dataset, &options, &progress, open);
    assert!(tokio::time::timeout(Duration::from_millis(100), pushed).await.is_err());
    assert!(!progress.is_cancelled());
    let ended = async {
        while Arc::strong_count(&held) > 1 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), ended).await.unwrap();
}

/// A source of images without labels.
async fn push_unlabelled(dataset: &Dataset, options: &PushOptions) -> Result<PushReport, Error> {
    let open = || -> Result<Box<dyn SampleSource>, SampleError> {
        let mut sample = sample("0.png", png(0), 0);
        sample.values.truncate(1);
        let columns = vec![Column::new("image", Feature::Image)];
        Ok(Box::new(Given { columns, samples: vec![Ok(sample)].into_iter() }))
    };
    push(dataset, options, &Arc::new(Progress::default()), open).await
}

#[tokio::test(flavor = "multi_thread")]
async fn labelled_rows_are_not_replaced_by_unlabelled_ones() {
    let dataset = new_dataset().await;
    let options = PushOptions::default();
    let labelled = vec![sample("0.png", png(0), 0)];
    push_samples(&dataset, &options, &["cat"], labelled).await.unwrap();
    let error = push_unlabelled(&dataset, &options).await.unwrap_err();
    assert!(matches!(&error, Error::LabelsLost { column, .. } if column == "label"), "{error}");
    let append = PushOptions { mode: PushMode::Append, ..PushOptions::default() };
    assert_eq!(push_unlabelled(&dataset, &append).await.unwrap().added, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn labels_that_were_added_later_don_t_stand_in_the_way() {
    let dataset = new_dataset().await;
    let options = PushOptions::default();
    push_unlabelled(&dataset, &options).await.unwrap();
    let main = BranchName::main();
    let head = dataset.head(&main).await.unwrap().unwrap();
    let row = head.index().await.unwrap().fragments()[0].row_id(0);
    let guesses = [ColumnValues::new("guess", vec![(row, Value::Int(0))])];
    let feature = Feature::labels(["cat"]);
    dataset.add_column(&main, &Default::default(), "guess", feature, &guesses).await.unwrap();
    let again = push_unlabelled(&dataset, &options).await.unwrap();
    assert!(!again.is_new);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_append_with_a_key_is_made_once() {
    let dataset = new_dataset().await;
    let cats: Vec<_> = (0..3).map(|i| sample(&format!("{i}.png"), png(i), 0)).collect();
    let append = PushOptions { mode: PushMode::Append, once: Some("day 1".into()), ..PushOptions::default() };
    let first = push_samples(&dataset, &append, &["cat"], cats.clone()).await.unwrap();
    assert_eq!((first.is_new, first.earlier, first.added), (true, None, 3));
    // Meanwhile the data set got other classes and columns, in which the files are encoded differently.
    let plain = PushOptions { mode: PushMode::Append, ..PushOptions::default() };
    push_samples(&dataset, &plain, &["aardvark", "cat"], vec![sample("9.png", png(9), 0)]).await.unwrap();
    let main = BranchName::main();
    dataset.add_column(&main, &Author::default(), "score", Feature::float64(), &[]).await.unwrap();
    let again = push_samples(&dataset, &append, &["cat"], cats.clone()).await.unwrap();
    assert_eq!((again.is_new, again.added, again.rows), (false, 0, 3));
    assert_eq!(again.earlier, first.head);
    assert_eq!(dataset.head(&main).await.unwrap().unwrap().commit().counts.rows, 4);
    let dry = PushOptions { dry_run: true, ..append.clone() };
    let dry = push_samples(&dataset, &dry, &["cat"], cats.clone()).await.unwrap();
    assert_eq!((dry.added, dry.earlier), (0, first.head.clone()));
    for other in [cats[..2].to_vec(), [&cats[..2], &[sample("2.png", png(7), 0)]].concat()] {
        let refused = push_samples(&dataset, &append, &["cat"], other).await.unwrap_err();
        assert!(
            refused.to_string().starts_with("an append with the key 'day 1' was made before"),
            "{refused}"
        );
    }
    let next = PushOptions { once: Some("day 2".into()), ..append };
    let next = push_samples(&dataset, &next, &["cat"], cats).await.unwrap();
    assert_eq!((next.is_new, next.added), (true, 3));
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy_folder(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).unwrap()),
        }
    }
}

/// A PNG that says that it is displayed turned.
fn turned_png() -> Vec<u8> {
    let png = png(1);
    let chunk = b"eXIfMM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let length = (chunk.len() as u32 - 4).to_be_bytes();
    // The checksum of a chunk that decoders may ignore is not looked at.
    [&png[..33], &length, chunk, &[0; 4], &png[33..]].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_set_from_before_a_fact_gets_it_with_the_next_rows() {
    let dir = tempfile::tempdir().unwrap();
    copy_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema/golden/v1"), dir.path());
    let dataset = Dataset::open(Store::local(dir.path()).unwrap()).await.unwrap();
    let before = dataset.head(&BranchName::main()).await.unwrap().unwrap();
    assert!(before.schema().find("image.orientation").is_none());
    let rows = before.commit().counts.rows;
    let open = move || -> Result<Box<dyn SampleSource>, SampleError> {
        let medium = Media { name: "new.png".into(), bytes: MediaBytes::Memory(turned_png().into()) };
        let sample = Sample { place: "new.png".into(), split: None, values: vec![Value::Media(medium)] };
        let columns = vec![Column::new("image", Feature::Image).with("coco.info", "{}")];
        Ok(Box::new(Given { columns, samples: vec![Ok(sample)].into_iter() }))
    };
    let options = PushOptions { mode: PushMode::Append, ..PushOptions::default() };
    push(&dataset, &options, &Arc::new(Progress::default()), open).await.unwrap();
    let head = dataset.head(&BranchName::main()).await.unwrap().unwrap();
    let fields = head.fields(Some(&["image.orientation".into(), "image.width".into()])).unwrap();
    let batch = head.read_positions(&[0, rows], &fields).await.unwrap();
    let read = hub_dataset::sample::extract::rows(&batch, &fields, &|_, _| unreachable!()).unwrap();
    assert_eq!(read, [[Value::Null, Value::Int(1)], [Value::Int(6), Value::Int(2)]]);
    assert_eq!(head.schema().find("image").unwrap().metadata["coco.info"], "{}");
    let exported = pull::exported_columns(&head, &pull::ExportOptions::default()).unwrap();
    assert_eq!(exported[0].metadata["coco.info"], "{}");
}
