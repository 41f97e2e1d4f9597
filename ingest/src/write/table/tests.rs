use std::fs;

use hub_dataset::sample::{Column, Sample, Value};
use hub_schema::{DType, Feature};

use crate::format::Format;
use crate::write::losses;
use crate::write::testing::{
    assert_round_trip, assert_same, files, fixture, medium, read_in, sample, splits_of, write_out,
};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n not a whole one";

fn round_trip(format: Format, columns: &[Column], samples: &[Sample]) {
    let dir = tempfile::tempdir().unwrap();
    let dest = dir.path().join("out");
    write_out(format, &dest, columns, samples);
    let (columns_again, again) = read_in(&dest, Some(format));
    assert_eq!(columns_again, columns);
    assert_same(&again, samples);
}

#[test]
fn class_folders_go_through_tables() {
    for format in [Format::Csv, Format::Jsonl] {
        assert_round_trip(&fixture("class-folder"), format);
    }
}

#[test]
fn plain_columns_come_back() {
    let columns = [
        Column::new("image", Feature::Image),
        Column::new("left", Feature::Image),
        Column::new("label", Feature::labels(["zebra", "ant", "unused"])),
        Column::new("n", Feature::int64()),
        Column::new("x", Feature::float64()),
        Column::new("ok", Feature::Bool),
        Column::new("note", Feature::Text),
    ];
    let row = |i: i64| {
        let null = i == 2;
        let or = |value: Value| if null { Value::Null } else { value };
        let values = vec![
            medium(&format!("train/a/{i}.png"), PNG),
            or(medium(&format!("train/left {i}.png"), PNG)),
            or(Value::Int(i % 2)),
            or(Value::Int(i << 50)),
            or(Value::Float(i as f64 / 3.0)),
            or(Value::Bool(i == 1)),
            or(Value::text(format!("a \"quoted\",\nbroken {i}"))),
        ];
        sample(Some("train"), values)
    };
    let samples: Vec<_> = (0..4).map(row).collect();
    for format in [Format::Csv, Format::Jsonl] {
        round_trip(format, &columns, &samples);
    }
}

#[test]
fn classes_that_look_like_numbers_are_numbered() {
    let columns =
        [Column::new("audio", Feature::Audio), Column::new("label", Feature::labels(["2", "1", "0"]))];
    let row = |i: i64| sample(None, vec![medium(&format!("{i}.wav"), b"RIFF"), Value::Int(i)]);
    for format in [Format::Csv, Format::Jsonl] {
        round_trip(format, &columns, &[row(0), row(2)]);
    }
}

#[test]
fn lists_and_structs_are_json() {
    let columns = [
        Column::new("image", Feature::Image),
        Column::new("tags", Feature::list(Feature::Text)),
        Column::new("at", Feature::structure([("x", Feature::int64()), ("y", Feature::float64())])),
    ];
    let tags = Value::List(vec![Value::text("a"), Value::text("b")]);
    let at = Value::Struct(vec![Value::Int(1), Value::Float(2.0)]);
    let samples = [sample(None, vec![medium("a.png", PNG), tags, at])];
    round_trip(Format::Jsonl, &columns, &samples);
    assert_eq!(losses(Format::Jsonl, &columns, &[]), Ok(Vec::new()));
    let said: Vec<_> = losses(Format::Csv, &columns, &[]).unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(said, ["columns 'tags' and 'at' are written as JSON text"]);
    let dir = tempfile::tempdir().unwrap();
    let dest = dir.path().join("out");
    write_out(Format::Csv, &dest, &columns, &samples);
    let csv = fs::read_to_string(dest.join("metadata.csv")).unwrap();
    assert_eq!(csv, "file_name,tags,at\na.png,\"[\"\"a\"\",\"\"b\"\"]\",\"{\"\"x\"\":1,\"\"y\"\":2.0}\"\n");
}

#[test]
fn splits_are_folders_and_a_column() {
    let columns = [
        Column::new("image", Feature::Image),
        Column::new("split", Feature::Text),
        Column::new("n", Feature::Number { dtype: DType::U8 }),
    ];
    let row =
        |split, name: &str| sample(Some(split), vec![medium(name, PNG), Value::text("s"), Value::Int(1)]);
    let samples = [row("train", "x.png"), row("fold/1", "x.png"), row("fold/1", "fold_1/x.png")];
    let said: Vec<_> = losses(Format::Csv, &columns, &splits_of(&samples))
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        said,
        [
            "column 'split' is read back as 'split-2'",
            "column 'split' is written as text, which is read back as numbers if all of it looks like numbers",
            "column 'n' is written as numbers, which are read back as int64 or float64",
        ]
    );
    let dir = tempfile::tempdir().unwrap();
    let dest = dir.path().join("out");
    write_out(Format::Csv, &dest, &columns, &samples);
    assert_eq!(files(&dest), ["fold_1/x-2.png", "fold_1/x.png", "metadata.csv", "train/x.png"]);
    let (_, again) = read_in(&dest, None);
    assert_eq!(splits_of(&again), ["train", "fold/1"]);
}

#[test]
fn json_lines_have_values_in_the_shape_of_all_outputs() {
    let breeds = Feature::ClassLabel {
        names: vec!["pug".into(), "basset".into()],
        synsets: vec![None, Some("n02088238".into())],
    };
    let columns = [Column::new("image", Feature::Image), Column::new("breed", breeds)];
    let row = |i: i64, breed| sample(None, vec![medium(&format!("{i}.png"), PNG), Value::Int(breed)]);
    // Not only `label`: the objects say what they are.
    round_trip(Format::Jsonl, &columns, &[row(0, 0), row(1, 1), row(2, 0)]);
    let said = losses(Format::Jsonl, &columns, &[]).unwrap();
    assert_eq!(
        said.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["column 'breed' is written as classes, of which those that no sample has are lost"]
    );

    let object = Feature::structure([("bbox", Feature::Bbox), ("category", Feature::labels(["cat"]))]);
    let columns = [Column::new("objects", Feature::list(object)), Column::new("x", Feature::float64())];
    let said = losses(Format::Jsonl, &columns, &[]).unwrap();
    let said: Vec<_> = said.iter().map(ToString::to_string).collect();
    assert!(said[1].starts_with("column 'x': NaN and infinity are written as null"), "{said:?}");
    assert_eq!(losses(Format::Csv, &columns[1..], &[]), Ok(Vec::new()));
    let object = Value::Struct(vec![Value::bbox([1.0, 2.0, 3.0, 4.0]), Value::Int(0)]);
    let dir = tempfile::tempdir().unwrap();
    let written = |format, name| {
        let dest = dir.path().join(name);
        let values = vec![Value::List(vec![object.clone()]), Value::Float(f64::NAN)];
        write_out(format, &dest, &columns, &[sample(None, values)]);
        fs::read_to_string(dest.join(format!("metadata.{name}"))).unwrap()
    };
    assert_eq!(
        written(Format::Jsonl, "jsonl"),
        "{\"objects\":[{\"bbox\":{\"x\":1.0,\"y\":2.0,\"width\":3.0,\"height\":4.0},\"category\":\
         {\"value\":0,\"name\":\"cat\",\"synset\":null}}],\"x\":null}\n"
    );
    let csv = written(Format::Csv, "csv");
    assert!(csv.contains("\"\"category\"\":\"\"cat\"\"}]\",NaN\n"), "{csv}");
}
