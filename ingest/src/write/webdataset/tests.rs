use std::fs;

use hub_dataset::sample::{Column, Value};
use hub_schema::{DType, Feature, TensorRole};

use crate::format::Format;
use crate::write::testing::{assert_same, files, fixture, medium, read_in, sample, splits_of, write_out};
use crate::write::{Target, create, losses};

const JPEG: &[u8] = b"\xff\xd8\xff\xe0 not a whole one";

#[test]
fn pictures_labels_texts_and_json_come_back() {
    let columns = [
        Column::new("image", Feature::Image),
        Column::new("label", Feature::labels(["x", "y"])),
        Column::new("text", Feature::Text),
        Column::new("json", Feature::Json),
        Column::new("npz", Feature::Binary),
        Column::new("key", Feature::Text),
    ];
    let rows = |i: i64| {
        let split = if i < 6 { "train" } else { "val" };
        let key = format!("a/{i:04}");
        sample(
            Some(split),
            vec![
                medium(&format!("{key}.jpg"), JPEG),
                if i == 3 { Value::Null } else { Value::Int(i % 2) },
                Value::text(format!("text\n{i}")),
                Value::text(format!("{{\"n\":  {i}}}")),
                Value::Bytes(vec![i as u8; 700].into()),
                Value::text(key),
            ],
        )
    };
    let samples: Vec<_> = (0..8).map(rows).collect();
    assert_eq!(losses(Format::WebDataset, &columns, &splits_of(&samples)), Ok(Vec::new()));
    let dir = tempfile::tempdir().unwrap();
    let dest = dir.path().join("out");
    write_out(Format::WebDataset, &dest, &columns, &samples);
    assert_eq!(files(&dest), ["classnames.txt", "train-000000.tar", "val-000000.tar"]);
    let (columns_again, again) = read_in(&dest, None);
    assert_eq!(columns_again, columns);
    assert_same(&again, &samples);
}

#[test]
fn class_folders_go_in_and_come_out() {
    let (columns, samples) = read_in(&fixture("class-folder"), None);
    let dir = tempfile::tempdir().unwrap();
    let dest = dir.path().join("out");
    write_out(Format::WebDataset, &dest, &columns, &samples);
    let (columns_again, mut again) = read_in(&dest, None);
    assert_eq!(columns_again[..2], columns);
    for sample in &mut again {
        sample.values.truncate(2);
    }
    assert_same(&again, &samples);
}

#[test]
fn tars_are_cut_by_bytes_and_samples() {
    let columns = [Column::new("audio", Feature::Audio)];
    for (bytes, most, tars) in [(u64::MAX, Some(2), 3), (3 * 1024, None, 2), (u64::MAX, None, 1)] {
        let dir = tempfile::tempdir().unwrap();
        let dest = dir.path().join("out");
        let target = Target::new(Format::WebDataset, &dest, columns.to_vec(), Vec::new());
        let mut sink = create(Target { shard_bytes: bytes, shard_samples: most, ..target }).unwrap();
        for _ in 0..5 {
            sink.write(&sample(None, vec![medium("same.wav", b"RIFF")])).unwrap();
        }
        sink.finish().unwrap();
        let expected: Vec<_> = (0..tars).map(|n| format!("data-{n:06}.tar")).collect();
        assert_eq!(files(&dest), expected);
        let (_, again) = read_in(&dest, None);
        assert_eq!(again.len(), 5);
    }
}

#[test]
fn other_columns_are_said_and_written_all_the_same() {
    let columns = [
        Column::new("photo", Feature::Image),
        Column::new("seg", Feature::Image),
        Column::new(
            "vector",
            Feature::Tensor { dtype: DType::F32, shape: vec![2], role: TensorRole::Embedding },
        ),
        Column::new("box", Feature::Bbox),
        Column::new("n", Feature::int64()),
    ];
    let said: Vec<_> =
        losses(Format::WebDataset, &columns, &[]).unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "column 'vector' is written as NumPy arrays, which are read back as bytes",
            "columns 'box' and 'n' are written as members of one JSON document per sample",
            "column 'photo' is read back as 'image'",
            "columns 'photo' and 'seg': file names are kept only in part: without dots before the extension",
        ]
    );
    let dir = tempfile::tempdir().unwrap();
    let dest = dir.path().join("out");
    let row = vec![
        medium("../../x.y.jpg", JPEG),
        medium("", b"\x89PNG\r\n\x1a\n"),
        Value::Bytes([1.0_f32, 2.0].into_iter().flat_map(f32::to_le_bytes).collect::<Vec<_>>().into()),
        Value::bbox([1.0, 2.0, 3.0, 4.0]),
        Value::Int(5),
    ];
    write_out(Format::WebDataset, &dest, &columns, &[sample(None, row)]);
    let mut tar = tar::Archive::new(fs::File::open(dest.join("data-000000.tar")).unwrap());
    let names: Vec<_> =
        tar.entries().unwrap().map(|e| e.unwrap().path().unwrap().display().to_string()).collect();
    assert_eq!(names, ["_./_./x_y.jpg", "_./_./x_y.seg.png", "_./_./x_y.vector.npy", "_./_./x_y.json"]);
    let (columns_again, again) = read_in(&dest, None);
    let names: Vec<_> = columns_again.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["image", "seg", "json", "vector", "key"]);
    assert_eq!(
        again[0].values[2],
        Value::text(r#"{"box":{"x":1.0,"y":2.0,"width":3.0,"height":4.0},"n":5}"#)
    );
}

#[test]
fn numbers_that_json_does_not_have_are_null_and_said_before() {
    let columns = [Column::new("image", Feature::Image), Column::new("x", Feature::float64())];
    let said: Vec<_> =
        losses(Format::WebDataset, &columns, &[]).unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(said[0], "column 'x': NaN and infinity are written as null, JSON doesn't have them");
    let dir = tempfile::tempdir().unwrap();
    let dest = dir.path().join("out");
    let rows =
        [f64::NAN, 0.5].map(|x| sample(None, vec![medium(&format!("{x}.jpg"), JPEG), Value::Float(x)]));
    write_out(Format::WebDataset, &dest, &columns, &rows);
    let (columns, again) = read_in(&dest, None);
    let json = columns.iter().position(|c| c.name == "json").unwrap();
    assert_eq!(again[0].values[json], Value::text(r#"{"x":null}"#));
    assert_eq!(again[1].values[json], Value::text(r#"{"x":0.5}"#));
}
