use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Decimal128Array, DictionaryArray, DurationMillisecondArray,
    DurationNanosecondArray, FixedSizeListArray, Float32Array, Int32Array, Int64Array, IntervalDayTimeArray,
    LargeListArray, ListArray, MapBuilder, RecordBatch, StringArray, StringBuilder, StructArray,
    TimestampMillisecondArray, TimestampNanosecondArray, UInt8Array, UInt64Array,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, Fields, Int32Type, Schema, TimeUnit};
use hub_dataset::sample::{Sample, Value, build};
use hub_schema::arrow_types::{Form, arrow_field};
use hub_schema::{DType, Feature, FieldId, MaskEncoding, TensorRole, facts};
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use crate::read::testing::{put, read_all, refusal};

fn write(path: &Path, columns: Vec<(Field, ArrayRef)>, note: Option<&str>, rows_a_group: usize) {
    let (fields, arrays): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap();
    let note = note.map(|note| vec![KeyValue::new("huggingface".to_owned(), note.to_owned())]);
    let properties = WriterProperties::builder()
        .set_key_value_metadata(note)
        .set_max_row_group_row_count(Some(rows_a_group))
        .build();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut writer =
        ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

fn column(name: &str, array: ArrayRef) -> (Field, ArrayRef) {
    (Field::new(name, array.data_type().clone(), true), array)
}

fn media(bytes: Vec<Option<&[u8]>>, paths: Vec<Option<&str>>) -> ArrayRef {
    let bytes: ArrayRef = Arc::new(BinaryArray::from(bytes));
    let paths: ArrayRef = Arc::new(StringArray::from(paths));
    Arc::new(StructArray::from(vec![
        (Arc::new(Field::new("bytes", DataType::Binary, true)), bytes),
        (Arc::new(Field::new("path", DataType::Utf8, true)), paths),
    ]))
}

fn png() -> Vec<u8> {
    hub_media::encode_png(&[7; 4], 2, 2, 1).unwrap()
}

fn values(samples: &[Sample], column: usize) -> Vec<&Value> {
    samples.iter().map(|s| &s.values[column]).collect()
}

fn floats(numbers: &[f64]) -> Value {
    Value::List(numbers.iter().map(|n| Value::Float(*n)).collect())
}

#[test]
fn hugging_face_shards_are_read_in_order() {
    let note = r#"{"info": {"features": {"image": {"_type": "Image"},
        "label": {"names": ["cat", "dog"], "_type": "ClassLabel"}}}}"#;
    let dir = tempfile::tempdir().unwrap();
    let png = png();
    for (name, label) in [
        ("data/test-00000-of-00001.parquet", -1),
        ("data/train-00001-of-00002.parquet", 1),
        ("data/train-00000-of-00002.parquet", 0),
    ] {
        let columns = vec![
            column("image", media(vec![Some(&png), Some(b"x"), None], vec![Some("/a/../b.png"), None, None])),
            column("label", Arc::new(Int64Array::from(vec![Some(label), None, Some(1)]))),
        ];
        write(&dir.path().join(name), columns, Some(note), 2);
    }
    put(dir.path(), "README.md", b"---");
    let (source, samples, errors) = read_all(dir.path());
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(source.size_hint().samples, Some(9));
    assert_eq!(source.columns()[0].feature, Feature::Image);
    assert_eq!(source.columns()[1].feature, Feature::labels(["cat", "dog"]));
    assert_eq!(samples[3].place, "data/train-00001-of-00002.parquet row 0");
    let splits: Vec<_> = samples.iter().filter_map(|s| s.split.as_deref()).collect();
    assert_eq!(splits, ["train", "train", "train", "train", "train", "train", "test", "test", "test"]);
    let names: Vec<_> = values(&samples[..3], 0)
        .into_iter()
        .map(|v| match v {
            Value::Media(m) => format!("{} {}", m.name, m.bytes.size_bytes()),
            other => other.kind().to_owned(),
        })
        .collect();
    assert_eq!(names, [&format!("a/b.png {}", png.len()), "data/train-00000-of-00002/1 1", "null"]);
    let labels = values(&samples, 1);
    assert_eq!(labels[..2], [&Value::Int(0), &Value::Null]);
    assert_eq!(labels[6], &Value::Null, "-1 is no label");
}

#[test]
fn bytes_that_are_pictures_are_pictures() {
    let dir = tempfile::tempdir().unwrap();
    let png = png();
    let columns = vec![
        column("picture", Arc::new(BinaryArray::from(vec![Some(&png[..]), None]))),
        column("other", Arc::new(BinaryArray::from(vec![&png[..], b"12"]))),
        column("pair", media(vec![Some(&png), Some(&png)], vec![Some("a.png"), None])),
    ];
    write(&dir.path().join("x.parquet"), columns, None, 9);
    let (source, samples, _) = read_all(dir.path());
    let features: Vec<_> = source.columns().iter().map(|c| c.feature.describe()).collect();
    assert_eq!(features, ["image", "binary", "image"]);
    assert!(matches!(&samples[1].values[2], Value::Media(m) if m.name == "x/1.png"), "{samples:?}");
}

#[test]
fn a_broken_picture_costs_its_row_and_not_the_column() {
    let dir = tempfile::tempdir().unwrap();
    let png = png();
    let mut bytes: Vec<Option<&[u8]>> = vec![Some(&png); 20];
    bytes[0] = Some(b"broken");
    bytes[3] = Some(b"");
    let mut late: Vec<Option<&[u8]>> = vec![None; 20];
    late[12] = Some(b"<html>");
    late[19] = Some(&png);
    let columns = vec![
        column("content", Arc::new(BinaryArray::from(bytes.clone()))),
        column("front_image", Arc::new(BinaryArray::from(late.clone()))),
        column("file", media(late.clone(), vec![None; 20])),
        column("payload", Arc::new(BinaryArray::from(late))),
    ];
    write(&dir.path().join("x.parquet"), columns, None, 9);
    let (source, samples, errors) = read_all(dir.path());
    assert!(errors.is_empty(), "{errors:?}");
    let features: Vec<_> = source.columns().iter().map(|c| c.feature.describe()).collect();
    assert_eq!(features, ["image", "image", "image", "binary"]);
    assert!(matches!(&samples[0].values[0], Value::Media(m) if m.bytes.size_bytes() == 6));
}

#[test]
fn files_of_one_layout_have_the_same_columns() {
    let dir = tempfile::tempdir().unwrap();
    let png = png();
    let moment = 1_600_000_000_000_000_000;
    for (name, bytes, nanos) in [("train-0", &b"broken"[..], moment + 1), ("train-1", &png[..], moment)] {
        let columns = vec![
            column("content", Arc::new(BinaryArray::from(vec![bytes]))),
            column("at", Arc::new(TimestampNanosecondArray::from(vec![nanos]))),
        ];
        write(&dir.path().join(format!("{name}.parquet")), columns, None, 9);
    }
    let (source, samples, errors) = read_all(dir.path());
    assert!(errors.is_empty(), "{errors:?}");
    let features: Vec<_> = source.columns().iter().map(|c| c.feature.describe()).collect();
    assert_eq!(features, ["image", "text"]);
    let texts = ["2020-09-13T12:26:40.000000001", "2020-09-13T12:26:40"].map(Value::text);
    assert_eq!(values(&samples, 1), texts.iter().collect::<Vec<_>>());
}

#[test]
fn two_columns_of_one_name_are_refused() {
    let ints = |n: i64| -> ArrayRef { Arc::new(Int64Array::from(vec![n])) };
    let dir = tempfile::tempdir().unwrap();
    let columns = vec![column("x", ints(1)), column("y", ints(2)), column("x", ints(3))];
    write(&dir.path().join("t.parquet"), columns, None, 9);
    let error = refusal(dir.path());
    assert!(error.contains("t.parquet: two columns named 'x'"), "{error}");
}

#[test]
fn nanoseconds_are_not_cut() {
    let dir = tempfile::tempdir().unwrap();
    let zoned = |nanos: Vec<i64>| -> ArrayRef {
        Arc::new(TimestampNanosecondArray::from(nanos).with_timezone("Europe/Berlin"))
    };
    let moment = 1_600_000_000_000_000_000;
    let columns = vec![
        column("fine", zoned(vec![moment, moment + 1])),
        column("bare", Arc::new(TimestampNanosecondArray::from(vec![Some(moment + 123_456_789), None]))),
        column("coarse", zoned(vec![moment, moment + 5_000])),
        column("took", Arc::new(DurationNanosecondArray::from(vec![90_500_000_001, -1]))),
        column("ms", Arc::new(DurationMillisecondArray::from(vec![1500, 0]))),
        column(
            "list",
            Arc::new(ListArray::new(
                Arc::new(Field::new("item", DataType::Timestamp(TimeUnit::Nanosecond, None), true)),
                OffsetBuffer::from_lengths([1, 1]),
                Arc::new(TimestampNanosecondArray::from(vec![moment, moment])),
                None,
            )),
        ),
    ];
    write(&dir.path().join("x.parquet"), columns.clone(), None, 9);
    let (source, samples, errors) = read_all(dir.path());
    assert!(errors.is_empty(), "{errors:?}");
    let features: Vec<_> = source.columns().iter().map(|c| c.feature.describe()).collect();
    assert_eq!(features, ["text", "text", "timestamp", "text", "text", "list of timestamp"]);
    let texts = |column: usize| samples.iter().map(|s| s.values[column].clone()).collect::<Vec<_>>();
    assert_eq!(texts(0), ["2020-09-13T12:26:40Z", "2020-09-13T12:26:40.000000001Z"].map(Value::text));
    assert_eq!(texts(1), [Value::text("2020-09-13T12:26:40.123456789"), Value::Null]);
    assert_eq!(texts(2)[1], Value::Int(1_600_000_000_000_005));
    assert_eq!(texts(3), ["PT90.500000001S", "-PT0.000000001S"].map(Value::text));
    assert_eq!(texts(4), ["PT1.5S", "PT0S"].map(Value::text));
    let deep: ArrayRef = Arc::new(ListArray::new(
        Arc::new(Field::new("item", DataType::Timestamp(TimeUnit::Nanosecond, None), true)),
        OffsetBuffer::from_lengths([1, 1]),
        Arc::new(TimestampNanosecondArray::from(vec![moment, moment + 1])),
        None,
    ));
    write(&dir.path().join("x.parquet"), vec![column("list", deep)], None, 9);
    let (_, samples, errors) = read_all(dir.path());
    assert_eq!(samples.len(), 1);
    assert!(errors[0].contains("but timestamps have microseconds here"), "{errors:?}");
}

#[test]
fn other_types_become_the_nearest() {
    let dir = tempfile::tempdir().unwrap();
    let mut map = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
    map.keys().append_value("k");
    map.values().append_value("v");
    map.append(true).unwrap();
    map.append(false).unwrap();
    let large = LargeListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1), None]), None]);
    let decimal = |digits| Decimal128Array::from(vec![125, -5]).with_precision_and_scale(digits, 2).unwrap();
    let vector = FixedSizeListArray::new(
        Arc::new(Field::new("item", DataType::Float32, true)),
        16,
        Arc::new(Float32Array::from(vec![0.5; 32])),
        None,
    );
    let columns = vec![
        column("dictionary", Arc::new(["a", "b"].into_iter().collect::<DictionaryArray<Int32Type>>())),
        column("map", Arc::new(map.finish())),
        column("large", Arc::new(large)),
        column("money", Arc::new(decimal(10))),
        column("sum", Arc::new(decimal(20))),
        column("naive", Arc::new(TimestampMillisecondArray::from(vec![1, 2]))),
        column("zoned", Arc::new(TimestampMillisecondArray::from(vec![1, 2]).with_timezone("Europe/Berlin"))),
        column("vector", Arc::new(vector)),
        column("nothing", arrow::array::new_null_array(&DataType::Null, 2)),
    ];
    write(&dir.path().join("x.parquet"), columns, None, 9);
    let (source, samples, errors) = read_all(dir.path());
    assert!(errors.is_empty(), "{errors:?}");
    let features: Vec<_> = source.columns().iter().map(|c| c.feature.describe()).collect();
    let pair = Value::Struct(vec![Value::text("k"), Value::text("v")]);
    let expected = [
        ("text", Value::text("a"), Value::text("b")),
        ("list of {keys: text, values: text}", Value::List(vec![pair]), Value::Null),
        ("list of int32", Value::List(vec![Value::Int(1), Value::Null]), Value::Null),
        ("float64", Value::Float(1.25), Value::Float(-0.05)),
        ("text", Value::text("1.25"), Value::text("-0.05")),
        ("timestamp", Value::Int(1000), Value::Int(2000)),
        ("timestamp", Value::Int(1000), Value::Int(2000)),
    ];
    for (i, (feature, first, second)) in expected.into_iter().enumerate() {
        let name = &source.columns()[i].name;
        assert_eq!(features[i], feature, "{name}");
        assert_eq!(values(&samples, i), [&first, &second], "{name}");
    }
    assert_eq!(features[7], "tensor float32[16]");
    assert_eq!(samples[1].values[7], Value::Bytes([0, 0, 0, 0x3f].repeat(16).into()));
    assert_eq!(samples[0].values[8], Value::Null);
}

#[test]
fn a_dict_of_lists_that_is_a_sequence_is_a_list_of_structs() {
    let note = r#"{"info": {"features": {"objects": {"_type": "Sequence", "feature": {
        "bbox": {"_type": "Sequence", "length": 2, "feature": {"dtype": "float32", "_type": "Value"}},
        "category": {"_type": "ClassLabel", "names": ["x", "y"]}}},
        "grid": {"_type": "Array2D", "shape": [2, 2], "dtype": "uint8"}}}}"#;
    let boxes = FixedSizeListArray::new(
        Arc::new(Field::new("item", DataType::Float32, true)),
        2,
        Arc::new(Float32Array::from(vec![1.0, 2.0, 3.0, 4.0])),
        None,
    );
    let list = |lengths: [usize; 2], items: ArrayRef| -> ArrayRef {
        let item = Arc::new(Field::new("item", items.data_type().clone(), true));
        Arc::new(ListArray::new(item, OffsetBuffer::from_lengths(lengths), items, None))
    };
    let objects = |categories: [usize; 2]| {
        let members = vec![
            list([2, 0], Arc::new(boxes.clone())),
            list(categories, Arc::new(Int64Array::from(vec![1, 0]))),
        ];
        let fields: Fields = ["bbox", "category"]
            .iter()
            .zip(&members)
            .map(|(name, array)| Field::new(*name, array.data_type().clone(), true))
            .collect();
        column("objects", Arc::new(StructArray::new(fields, members, None)))
    };
    let grid = |numbers: Vec<u8>| {
        let lines = list([2, 2], Arc::new(UInt8Array::from(numbers)));
        column("grid", list([2, 0], lines))
    };
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.parquet");
    write(&path, vec![objects([2, 0]), grid(vec![1, 2, 3, 4])], Some(note), 9);
    let (source, samples, errors) = read_all(&path);
    assert_eq!(
        source.columns()[0].feature.describe(),
        "list of {bbox: list of float32, category: class label of 2}"
    );
    assert_eq!(source.columns()[1].feature.describe(), "tensor uint8[2, 2]");
    let object = |bbox: [f64; 2], class| Value::Struct(vec![floats(&bbox), Value::Int(class)]);
    assert_eq!(samples[0].values[0], Value::List(vec![object([1.0, 2.0], 1), object([3.0, 4.0], 0)]));
    assert_eq!(samples[0].values[1], Value::Bytes(vec![1, 2, 3, 4].into()));
    assert!(
        errors[0].starts_with("x.parquet row 1: column 'grid': a tensor has a list of length 0, expected 2"),
        "{errors:?}"
    );

    write(&path, vec![objects([1, 1])], Some(note), 9);
    let (_, samples, errors) = read_all(&path);
    assert!(samples.is_empty());
    assert!(
        errors[0].ends_with(
            "column 'objects': the list 'category' differs in length from the other lists of its struct"
        ),
        "{errors:?}"
    );
}

#[test]
fn our_own_columns_come_back_as_they_were() {
    let box_of = |x| Value::bbox([x, 2.0, 3.0, 4.0]);
    let point = |x: f64, v| Value::Struct(vec![Value::Float(x), Value::Float(0.5), Value::Int(v)]);
    let corner = |x: f64| Value::Struct(vec![Value::Float(x), Value::Float(0.5)]);
    let png = Value::Media(hub_dataset::sample::Media {
        name: "a.png".into(),
        bytes: hub_dataset::sample::MediaBytes::Memory(png().into()),
    });
    let columns: Vec<(&str, Feature, [Value; 2])> = vec![
        ("image", Feature::Image, [png.clone(), Value::Null]),
        ("mask", Feature::Mask { encoding: MaskEncoding::Png }, [Value::Null, png]),
        ("bbox", Feature::Bbox, [box_of(1.0), Value::Null]),
        (
            "outline",
            Feature::Polygon,
            [Value::List(vec![Value::List(vec![corner(1.0), corner(2.0)])]), Value::Null],
        ),
        (
            "runs",
            Feature::Mask { encoding: MaskEncoding::Rle },
            [
                Value::Null,
                Value::Struct(vec![Value::Int(1), Value::Int(2), Value::List(vec![Value::Int(2)])]),
            ],
        ),
        (
            "points",
            Feature::Keypoints { names: vec!["nose".into()], skeleton: vec![] },
            [Value::List(vec![point(1.0, 2)]), Value::List(vec![])],
        ),
        (
            "digit",
            Feature::Tensor { dtype: DType::U8, shape: vec![2, 2], role: TensorRole::Image },
            [Value::Bytes(vec![1, 2, 3, 4].into()), Value::Null],
        ),
        ("note", Feature::Json, [Value::text("{}"), Value::Null]),
        (
            "link",
            Feature::Link,
            [Value::Struct(vec![Value::text("http://x"), Value::Int(5), Value::Null]), Value::Null],
        ),
        ("when", Feature::Timestamp, [Value::Int(5), Value::Null]),
        (
            "objects",
            Feature::list(Feature::structure([("label", Feature::labels(["x"])), ("box", Feature::Bbox)])),
            [
                Value::List(vec![Value::Struct(vec![Value::Int(0), box_of(9.0)]), Value::Null]),
                Value::List(vec![]),
            ],
        ),
    ];
    let dir = tempfile::tempdir().unwrap();
    let mut written = Vec::new();
    for (name, feature, values) in &columns {
        let field = hub_schema::Field {
            id: FieldId(written.len() as u32),
            name: (*name).to_owned(),
            feature: feature.clone(),
            fact_of: None,
            metadata: Default::default(),
        };
        let array = build::column(feature, values).unwrap();
        let declared = arrow_field(&field, Form::Declared);
        written.push((declared.clone(), arrow::compute::cast(&array, declared.data_type()).unwrap()));
    }
    for (name, feature) in facts::columns_of("image", &Feature::Image) {
        let null = build::column(&feature, &[Value::Null, Value::Null]).unwrap();
        written.push(column(&name, null));
    }
    written.push(column("mask.width", Arc::new(Int32Array::from(vec![1, 2]))));
    write(&dir.path().join("x.parquet"), written, None, 1);
    let (source, samples, errors) = read_all(dir.path());
    assert!(errors.is_empty(), "{errors:?}");
    let names: Vec<_> = source.columns().iter().map(|c| c.name.as_str()).collect();
    assert_eq!(
        names.len(),
        columns.len() + 1,
        "facts are left out, what only looks like one is not: {names:?}"
    );
    for (i, (name, feature, values)) in columns.iter().enumerate() {
        assert_eq!((names[i], &source.columns()[i].feature), (*name, feature));
        for (row, value) in values.iter().enumerate() {
            assert_eq!(&samples[row].values[i], value, "{name} row {row}");
        }
    }
}

#[test]
fn rows_that_do_not_fit_are_told_one_by_one() {
    let note = r#"{"info": {"features": {"label": {"names": ["cat"], "_type": "ClassLabel"},
        "image": {"_type": "Image"}}}}"#;
    let dir = tempfile::tempdir().unwrap();
    let columns = vec![
        column("big", Arc::new(UInt64Array::from(vec![1, u64::MAX, 3, 4]))),
        column("label", Arc::new(Int64Array::from(vec![0, 0, 5, 0]))),
        column("image", media(vec![None, None, None, None], vec![None, None, None, Some("http://x/a.png")])),
    ];
    write(&dir.path().join("x.parquet"), columns, Some(note), 9);
    let (_, samples, errors) = read_all(dir.path());
    assert_eq!(samples.len(), 1);
    let expected = [
        "x.parquet row 1: column 'big': 18446744073709551615 is greater than",
        "x.parquet row 2: column 'label': class 5, expected 0 to 0",
        "x.parquet row 3: column 'image': the file holds only the path 'http://x/a.png'",
    ];
    for (error, start) in errors.iter().zip(expected) {
        assert!(error.starts_with(start), "{error}");
    }
}

#[test]
fn files_that_differ() {
    let dir = tempfile::tempdir().unwrap();
    let n: ArrayRef = Arc::new(Int64Array::from(vec![1]));
    let b: ArrayRef = Arc::new(BooleanArray::from(vec![true]));
    write(&dir.path().join("train.parquet"), vec![column("n", n.clone()), column("b", b.clone())], None, 9);
    write(&dir.path().join("test.parquet"), vec![column("n", n.clone())], None, 9);
    let (_, samples, _) = read_all(dir.path());
    assert_eq!(samples[1].values, [Value::Int(1), Value::Null], "a column that a file lacks is null");
    write(&dir.path().join("test.parquet"), vec![column("n", b)], None, 9);
    assert!(
        refusal(dir.path()).starts_with("test.parquet: column 'n' is bool, but int64 in an earlier file")
    );
    let months: ArrayRef = Arc::new(IntervalDayTimeArray::from(vec![None]));
    write(&dir.path().join("test.parquet"), vec![column("n", n), column("i", months)], None, 9);
    let found = refusal(dir.path());
    assert!(found.starts_with("test.parquet column 'i': unsupported Arrow type Interval"), "{found}");
    let dir = tempfile::tempdir().unwrap();
    write(
        &dir.path().join("year=2020/a.parquet"),
        vec![column("n", Arc::new(Int64Array::from(vec![1])))],
        None,
        9,
    );
    assert!(refusal(dir.path()).contains("the folder 'year=2020' is a partition that stands for a column"));
}

#[test]
fn damaged_files_are_errors() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.parquet");
    let numbers: Vec<i64> = (0..2000).map(|i| i * i % 977).collect();
    let texts: Vec<String> = numbers.iter().map(|n| format!("text {n}")).collect();
    let columns = vec![
        column("n", Arc::new(Int64Array::from(numbers))),
        column("t", Arc::new(StringArray::from(texts))),
    ];
    write(&path, columns, None, 500);
    let whole = fs::read(&path).unwrap();
    put(dir.path(), "x.parquet", b"PAR1");
    assert!(refusal(dir.path()).contains("not a readable Parquet file"));
    put(dir.path(), "x.parquet", &whole[..whole.len() / 2]);
    assert!(refusal(dir.path()).contains("not a readable Parquet file"));
    // Whatever byte is wrong: an error or other rows, never a panic, never without end.
    for at in (0..whole.len()).step_by(97) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x55;
        put(dir.path(), "x.parquet", &damaged);
        if let Ok(mut source) = crate::read::open(dir.path(), &Default::default()) {
            let mut given = 0;
            while let Some(sample) = source.source.next_sample() {
                given += 1;
                if given > 5000 || sample.is_err_and(|e| e.fatal) {
                    break;
                }
            }
        }
    }
}

#[test]
fn files_beside_media_are_the_data_only_if_they_hold_media() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["cat/1.jpg", "dog/2.jpg", "preview.png"] {
        put(dir.path(), name, b"x");
    }
    let ids: ArrayRef = Arc::new(arrow::array::Int64Array::from(vec![1]));
    write(&dir.path().join("embeddings.parquet"), vec![column("id", ids)], None, 10);
    assert_eq!(read_all(dir.path()).0.format(), "class folders");
    let image = png();
    write(
        &dir.path().join("train.parquet"),
        vec![column("image", media(vec![Some(&image)], vec![None]))],
        None,
        10,
    );
    std::fs::remove_file(dir.path().join("embeddings.parquet")).unwrap();
    assert_eq!(read_all(dir.path()).0.format(), "Parquet");
}

#[test]
fn rows_name_the_media_beside_the_file() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["train/a.png", "train/b.png"] {
        put(dir.path(), name, &png());
    }
    let lists = ListArray::from_iter_primitive::<Int32Type, _, _>([Some([Some(1)]), None]);
    write(
        &dir.path().join("train/metadata.parquet"),
        vec![
            column("file_name", Arc::new(StringArray::from(vec!["a.png", "b.png"]))),
            column("text", Arc::new(StringArray::from(vec!["x", "y"]))),
            column("numbers", Arc::new(lists)),
        ],
        None,
        1,
    );
    // About the images, but not the table of them.
    let other = column("embedding", Arc::new(Int32Array::from(vec![1])));
    write(&dir.path().join("embeddings.parquet"), vec![other], None, 1);
    let (source, samples, errors) = read_all(dir.path());
    assert_eq!((source.format(), samples.len(), errors.len()), ("Parquet", 2, 0));
    let columns: Vec<_> = source.columns().iter().map(|c| (c.name.as_str(), c.feature.describe())).collect();
    assert_eq!(columns[0].0, "image");
    assert_eq!(source.columns()[0].feature, Feature::Image);
    assert_eq!(columns[1].0, "text");
    let Value::Media(media) = &samples[1].values[0] else { panic!("{:?}", samples[1]) };
    assert_eq!((media.name.as_str(), media.bytes.read_all().unwrap()), ("train/b.png", png().into()));
    assert_eq!(samples[0].split.as_deref(), Some("train"));

    // The file alone names them as well; where one is missing, its row says so.
    fs::remove_file(dir.path().join("train/b.png")).unwrap();
    let (_, samples, errors) = read_all(&dir.path().join("train/metadata.parquet"));
    assert_eq!(samples.len(), 1);
    assert!(errors[0].starts_with("metadata.parquet row 1: file 'b.png' not found in "), "{errors:?}");
}

#[test]
fn names_beside_media_of_its_own_are_texts() {
    let dir = tempfile::tempdir().unwrap();
    let bytes = png();
    write(
        &dir.path().join("train.parquet"),
        vec![
            column("image", media(vec![Some(&bytes)], vec![None])),
            column("file_name", Arc::new(StringArray::from(vec!["gone.png"]))),
        ],
        None,
        1,
    );
    let (source, samples, errors) = read_all(dir.path());
    assert_eq!((samples.len(), errors.len()), (1, 0));
    assert_eq!(source.columns()[1].feature, Feature::Text);
}
