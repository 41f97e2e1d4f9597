use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field as ArrowField};
use hub_dataset::sample::{Column, Sample, Value, extract};
use hub_schema::arrow_types::{Form, arrow_schema};
use hub_schema::{DType, Feature, Field, FieldId, TensorRole};
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};

use crate::format::Format;
use crate::write::testing::{
    assert_same, files, fixture, medium, raw, read_in, sample, splits_of, write_out,
};
use crate::write::{Target, create, losses};

fn said(columns: &[Column], splits: &[String]) -> Vec<String> {
    losses(Format::Parquet, columns, splits).unwrap().iter().map(ToString::to_string).collect()
}

/// The values of a file of these columns.
fn values_of(path: &Path, columns: &[Column]) -> Vec<Vec<Value>> {
    let field = |(at, column): (usize, &Column)| Field {
        id: FieldId(at as u32),
        name: column.name.clone(),
        feature: column.feature.clone(),
        fact_of: None,
        metadata: Default::default(),
    };
    let fields: Vec<_> = columns.iter().enumerate().map(field).collect();
    let schema = Arc::new(arrow_schema(&fields, Form::Read));
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true).with_schema(schema);
    let file = File::open(path).unwrap();
    let reader =
        ParquetRecordBatchReaderBuilder::try_new_with_options(file, options).unwrap().build().unwrap();
    let fields: Vec<_> = fields.iter().collect();
    let no_blobs: extract::OpenBlob<'_> = &|_, _| panic!("no blob is written");
    reader.flat_map(|batch| extract::rows(&batch.unwrap(), &fields, no_blobs).unwrap()).collect()
}

fn rows(samples: &[Sample]) -> Vec<Vec<Value>> {
    samples.iter().map(|sample| sample.values.clone()).collect()
}

#[test]
fn coco_comes_back_column_by_column() {
    let (columns, samples) = read_in(&fixture("coco"), None);
    assert_eq!(said(&columns, &splits_of(&samples)), [] as [&str; 0]);
    let dir = tempfile::tempdir().unwrap();
    let dest = dir.path().join("my coco");
    write_out(Format::Parquet, &dest, &columns, &samples);
    let names = ["data/train-00000-of-00001.parquet", "data/validation-00000-of-00001.parquet"];
    assert_eq!(files(&dest), [&["README.md"], &names[..]].concat());
    // Ids would keep engines that read by id from finding the fields without one.
    let file = File::open(dest.join(names[0])).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let fields = reader.parquet_schema().root_schema().get_fields();
    assert!(fields.iter().all(|field| !field.get_basic_info().has_id()));
    let again = names.map(|name| values_of(&dest.join(name), &columns)).concat();
    assert!(again == rows(&samples));
    let card = fs::read_to_string(dest.join("README.md")).unwrap();
    assert!(
        card.contains("\n  - split: validation\n    path: data/validation-*\n---\n\n# my coco\n"),
        "{card}"
    );
}

#[test]
fn other_readers_are_told_what_it_is() {
    let columns = [Column::new("image", Feature::Image), Column::new("label", Feature::labels(["a", "b"]))];
    let samples = [sample(None, vec![medium("x.jpg", b"some bytes that are no picture"), Value::Int(1)])];
    assert_eq!(said(&columns, &[]), ["samples have no split; they are read back as 'train'"]);
    let dir = tempfile::tempdir().unwrap();
    let dest = dir.path().join("out");
    write_out(Format::Parquet, &dest, &columns, &samples);
    let file = File::open(dest.join("data/train-00000-of-00001.parquet")).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let schema = reader.schema();
    let bytes = ArrowField::new("bytes", DataType::Binary, true);
    let path = ArrowField::new("path", DataType::Utf8, true);
    assert_eq!(*schema.field(0).data_type(), DataType::Struct(vec![bytes, path].into()));
    let expected = r#"{"info":{"features":{"image":{"_type":"Image"},"label":{"names":["a","b"],"_type":"ClassLabel"}}}}"#;
    assert_eq!(schema.metadata()["huggingface"], expected);
}

#[test]
fn tensors_become_pictures_or_lists() {
    let tensor = Feature::Tensor { dtype: DType::F32, shape: vec![2, 3], role: TensorRole::Plain };
    let columns = [Column::new("image", raw(&[1, 2])), Column::new("t", tensor)];
    assert_eq!(said(&columns, &["train".into()]), ["column 'image': raw pixels are encoded as PNG images"]);
    let numbers = |from: u8| (from..from + 6).flat_map(|i| f32::from(i).to_le_bytes()).collect::<Vec<_>>();
    let row = |i: u8| {
        let tensor = if i == 1 { Value::Null } else { Value::Bytes(numbers(i).into()) };
        sample(Some("train"), vec![Value::Bytes(vec![i, 255].into()), tensor])
    };
    let dir = tempfile::tempdir().unwrap();
    let dest = dir.path().join("out");
    write_out(Format::Parquet, &dest, &columns, &[row(0), row(1), row(2)]);
    let number = Feature::Number { dtype: DType::F32 };
    let list = Column::new("t", Feature::list(Feature::list(number)));
    let again = values_of(
        &dest.join("data/train-00000-of-00001.parquet"),
        &[Column::new("image", Feature::Image), list],
    );
    let Value::Media(png) = &again[2][0] else { panic!() };
    assert_eq!(png.name, "00000002.png");
    let png = png.bytes.read_all().unwrap();
    assert_eq!(
        hub_media::decode_rgb8(&png, &hub_media::Limits::default()).unwrap().0,
        [2, 2, 2, 255, 255, 255]
    );
    let list = |from: u8| {
        let row = |from: u8| Value::List((from..from + 3).map(|i| Value::Float(f64::from(i))).collect());
        Value::List(vec![row(from), row(from + 3)])
    };
    assert_eq!([&again[0][1], &again[1][1], &again[2][1]], [&list(0), &Value::Null, &list(2)]);
}

#[test]
fn tensors_are_tensors_again_for_our_reader() {
    let tensor = |dtype, shape: &[usize], role| Feature::Tensor { dtype, shape: shape.to_vec(), role };
    let columns = [
        Column::new("v", tensor(DType::F32, &[3], TensorRole::Embedding)),
        Column::new("m", tensor(DType::I16, &[2, 3], TensorRole::Plain)),
        Column::new("depth", tensor(DType::F64, &[1, 2, 1], TensorRole::Image)),
    ];
    let row = |i: u8| {
        let bytes = |n: u8| Value::Bytes((i..i + n).collect::<Vec<_>>().into());
        let null = |value| if i == 1 { Value::Null } else { value };
        sample(Some("train"), vec![bytes(12), null(bytes(12)), bytes(16)])
    };
    let samples = [row(0), row(1), row(2)];
    assert_eq!(said(&columns, &splits_of(&samples)), [] as [&str; 0]);
    let dir = tempfile::tempdir().unwrap();
    let dest = dir.path().join("out");
    write_out(Format::Parquet, &dest, &columns, &samples);
    let (columns_again, again) = read_in(&dest, None);
    assert_eq!(columns_again, columns);
    assert_same(&again, &samples);
}

#[test]
fn files_are_cut_and_numbered() {
    let columns = [Column::new("n", Feature::int64())];
    let dir = tempfile::tempdir().unwrap();
    let dest = dir.path().join("out");
    let splits = ["a b".to_owned(), "a-b".to_owned()];
    let target = Target::new(Format::Parquet, &dest, columns.to_vec(), splits.to_vec());
    let mut sink = create(Target { shard_samples: Some(2), ..target }).unwrap();
    for n in 0..5 {
        sink.write(&sample(Some("a b"), vec![Value::Int(n)])).unwrap();
    }
    sink.write(&sample(Some("a-b"), vec![Value::Int(5)])).unwrap();
    sink.finish().unwrap();
    let names = ["a_b-00000-of-00003", "a_b-00001-of-00003", "a_b-00002-of-00003", "a_b_-00000-of-00001"];
    let paths = names.map(|name| format!("data/{name}.parquet"));
    assert_eq!(files(&dest)[1..], paths);
    let counts = paths.map(|path| values_of(&dest.join(path), &columns).len());
    assert_eq!(counts, [2, 2, 1, 1]);
}

#[test]
fn a_value_that_does_not_fit_is_named() {
    let columns = [Column::new("n", Feature::int64())];
    let dir = tempfile::tempdir().unwrap();
    let target = Target::new(Format::Parquet, dir.path().join("out"), columns.to_vec(), Vec::new());
    let mut sink = create(target).unwrap();
    sink.write(&sample(None, vec![Value::text("x")])).unwrap();
    let error = sink.finish().unwrap_err().to_string();
    assert_eq!(error, "row: column 'n': row 0: expected int64, found a text");
    drop(sink);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0, "nothing is left");
}
