use std::path::Path;

use hub_dataset::sample::{Column, Sample, Value};
use hub_schema::Feature;

use crate::format::Format;
use crate::read::options::ReadOptions;
use crate::read::testing::{folder, put, read_all, read_as, refusal};

fn media_name(sample: &Sample) -> &str {
    match &sample.values[0] {
        Value::Media(media) => &media.name,
        other => panic!("{other:?}"),
    }
}

fn columns(path: &Path) -> Vec<Column> {
    read_all(path).0.columns().to_vec()
}

#[test]
fn where_every_row_is_broken_the_first_says_why() {
    for (name, text, expected) in [
        (
            "metadata.jsonl",
            "{\"file_name\": \"a.jpg\", \"x\": NaN}\n{\n",
            "metadata.jsonl:1: not JSON: NaN at column 29",
        ),
        ("metadata.csv", "file_name\na.jpg,x\nb.jpg,y\n", "metadata.csv:2: 2 cells, expected 1"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        put(dir.path(), "a.jpg", b"x");
        put(dir.path(), name, text.as_bytes());
        let error = refusal(dir.path());
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn columns_of_csv_get_the_type_that_holds_all_rows() {
    let dir = folder(&["a.jpg", "sub/b.jpg", "unnamed.jpg"]);
    let text = "file_name,label,n,x,ok,note,code,split,image.width\n\
        a.jpg,dog,1,1,true,\"one, two\",007,train,10\n\
        ./sub/b.jpg,dog,,2.5,False,,8,valid,20\n";
    put(dir.path(), "metadata.csv", text.as_bytes());
    let (source, samples, errors) = read_all(dir.path());
    assert_eq!(source.format(), "CSV");
    let expected = [
        Column::new("image", Feature::Image),
        Column::new("n", Feature::int64()),
        Column::new("x", Feature::float64()),
        Column::new("ok", Feature::Bool),
        Column::new("note", Feature::Text),
        Column::new("code", Feature::Text),
    ];
    let mut found = source.columns().to_vec();
    let label = found.remove(1);
    assert_eq!(found, expected);
    assert!(matches!(&label.feature, Feature::ClassLabel { names, .. } if names == &["dog"]));
    assert_eq!(source.size_hint().samples, Some(2));
    assert_eq!(samples[1].place, "metadata.csv:3");
    assert_eq!(media_name(&samples[1]), "sub/b.jpg");
    let values =
        [Value::Int(0), Value::Null, Value::Float(2.5), Value::Bool(false), Value::Null, Value::text("8")];
    assert_eq!(samples[1].values[1..], values);
    assert_eq!(samples[0].values[5], Value::text("one, two"));
    let splits: Vec<_> = samples.iter().map(|s| s.split.as_deref()).collect();
    assert_eq!(splits, [Some("train"), Some("val")]);
    assert!(errors.is_empty(), "{errors:?}");
}

#[test]
fn json_lines_keep_their_structure() {
    let dir = folder(&["a.wav", "b.wav"]);
    let text = "{\"file_name\": \"a.wav\", \"words\": [\"x\"], \"at\": {\"from\": 0, \"to\": 1.5}, \"any\": 1, \"label\": 3}\n\
        {\"file_name\": \"b.wav\", \"at\": {\"from\": 2}, \"any\": {\"k\": null}, \"label\": 4}\n";
    put(dir.path(), "metadata.jsonl", text.as_bytes());
    let (source, samples, errors) = read_all(dir.path());
    assert_eq!(source.format(), "JSON lines");
    let at = Feature::structure([("from", Feature::int64()), ("to", Feature::float64())]);
    let expected = [
        Column::new("audio", Feature::Audio),
        Column::new("words", Feature::list(Feature::Text)),
        Column::new("at", at),
        Column::new("any", Feature::Json),
        Column::new("label", Feature::int64()),
    ];
    assert_eq!(source.columns(), expected);
    assert_eq!(samples[0].values[1], Value::List(vec![Value::text("x")]));
    assert_eq!(samples[0].values[3], Value::text("1"));
    let second = [
        Value::Null,
        Value::Struct(vec![Value::Int(2), Value::Null]),
        Value::text("{\"k\":null}"),
        Value::Int(4),
    ];
    assert_eq!(samples[1].values[1..], second);
    assert!(errors.is_empty());
}

#[test]
fn integers_are_labels_only_where_their_names_are_known() {
    let dir = folder(&["a.jpg", "b.jpg", "c.jpg"]);
    put(dir.path(), "metadata.csv", b"file_name,label\na.jpg,1\nb.jpg,-1\nc.jpg,5\n");
    assert_eq!(columns(dir.path())[1].feature, Feature::int64());
    put(dir.path(), "classes.txt", b"zebra\nant\n");
    let (source, samples, errors) = read_all(dir.path());
    assert!(
        matches!(&source.columns()[1].feature, Feature::ClassLabel { names, .. } if names == &["zebra", "ant"])
    );
    assert_eq!(samples[0].values[1], Value::Int(1));
    assert_eq!(samples[1].values[1], Value::Null);
    assert!(errors[0].starts_with("metadata.csv:4, column 'label': 5 is not a number of the 2 classes"));
}

#[test]
fn texts_that_never_repeat_are_no_labels() {
    let dir = folder(&["a.jpg", "b.jpg"]);
    put(dir.path(), "metadata.csv", b"file_name,label\na.jpg,one\nb.jpg,two\n");
    assert_eq!(columns(dir.path())[1].feature, Feature::Text);
}

#[test]
fn any_column_of_paths_names_media() {
    let dir = folder(&["img/a.png", "img/b.png", "snd/a.mp3"]);
    let text = "id\tpicture\tsound_path\toriginal\n1\timg/a.png\tsnd/a.mp3\tx.jpg\n2\timg/b.png\t\ty.jpg\n";
    put(dir.path(), "list.tsv", text.as_bytes());
    let (source, samples, _) = read_all(dir.path());
    let names: Vec<_> = source.columns().iter().map(|c| (c.name.as_str(), c.feature.describe())).collect();
    let expected = [("picture", "image"), ("sound", "audio"), ("id", "int64"), ("original", "text")];
    assert_eq!(names, expected.map(|(name, feature)| (name, feature.to_owned())));
    assert_eq!(samples[1].values[1], Value::Null);
    let (_, again, _) = read_all(&dir.path().join("list.tsv"));
    assert_eq!(samples, again);
}

#[test]
fn splits_are_in_folders_and_names_too() {
    let dir = folder(&["train/a.jpg", "valid/b.jpg"]);
    put(dir.path(), "train/metadata.csv", b"file_name,n\na.jpg,1\n");
    put(dir.path(), "valid/metadata.csv", b"file_name,m\nb.jpg,x\n");
    let (source, samples, _) = read_all(dir.path());
    let names: Vec<_> = source.columns().iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["image", "n", "m"]);
    assert_eq!(media_name(&samples[1]), "valid/b.jpg");
    assert_eq!(samples[1].place, "valid/metadata.csv:2");
    let splits: Vec<_> = samples.iter().map(|s| s.split.as_deref()).collect();
    assert_eq!(splits, [Some("train"), Some("val")]);

    let dir = folder(&["train/a.jpg", "test/b.jpg"]);
    put(dir.path(), "metadata.csv", b"file_name\ntrain/a.jpg\ntest/b.jpg\n");
    let (_, samples, _) = read_all(dir.path());
    let splits: Vec<_> = samples.iter().map(|s| s.split.as_deref()).collect();
    assert_eq!(splits, [Some("train"), Some("test")]);

    let dir = folder(&["i/a.jpg", "i/b.jpg"]);
    put(dir.path(), "my_train.csv", b"path\ni/a.jpg\n");
    put(dir.path(), "my_test.csv", b"path\ni/b.jpg\n");
    put(dir.path(), "sample_submission.csv", b"id,label\n1,2\n");
    let (source, samples, _) = read_all(dir.path());
    assert_eq!(source.columns().len(), 1);
    let splits: Vec<_> = samples.iter().map(|s| s.split.as_deref()).collect();
    assert_eq!(splits, [Some("test"), Some("train")]);
}

#[test]
fn bad_rows_are_told_by_line_and_cost_themselves() {
    let dir = folder(&["a.jpg", "b.jpg", "x.wav"]);
    let text =
        b"file_name,n\na.jpg,1\n../b.jpg,2\nnone.jpg,3\nb.jpg\nx.wav,4\nb.jpg,\xff\n/etc/a.jpg,5\nb.jpg,6\n";
    put(dir.path(), "metadata.csv", text);
    let (_, samples, errors) = read_all(dir.path());
    assert_eq!(samples.len(), 2);
    let starts = [
        "metadata.csv:3, column 'file_name': '../b.jpg' is not a path below the source",
        "metadata.csv:4, column 'file_name': file 'none.jpg' not found",
        "metadata.csv:5: 1 cells, expected 2",
        "metadata.csv:6, column 'file_name': expected an image as in the other rows, found 'x.wav'",
        "metadata.csv:7: the text in column 'n' is not UTF-8",
        "metadata.csv:8, column 'file_name': '/etc/a.jpg' is not a path below the source",
    ];
    for (error, start) in errors.iter().zip(starts) {
        assert!(error.starts_with(start), "{error}");
    }
    assert_eq!(errors.len(), starts.len());
}

#[test]
fn a_quote_that_is_not_closed_costs_its_row() {
    let dir = folder(&["a.jpg", "b.jpg"]);
    for end in ["", "\n", "\r\n"] {
        put(dir.path(), "metadata.csv", format!("file_name,n\na.jpg,\"x\ny\"\nb.jpg,\"z{end}").as_bytes());
        let (_, samples, errors) = read_all(dir.path());
        assert_eq!((samples.len(), errors.len()), (1, 1), "{errors:?}");
        assert!(errors[0].starts_with("metadata.csv:4: a quote is opened"), "{errors:?}");
        put(dir.path(), "metadata.csv", format!("file_name,n\na.jpg,x\nb.jpg,\"z\"{end}").as_bytes());
        let (_, samples, errors) = read_all(dir.path());
        assert_eq!((samples.len(), errors.len()), (2, 0), "{errors:?}");
    }
    put(dir.path(), "metadata.csv", b"file_name,\"n\na.jpg,1\n");
    assert!(refusal(dir.path()).contains("a quote is not closed"));
}

#[test]
fn tables_that_name_nothing_are_refused_and_tables_without_media_are_not() {
    let dir = folder(&["a.jpg"]);
    put(dir.path(), "metadata.csv", b"file_name\nnames\n");
    assert!(refusal(dir.path()).contains("'file_name' names no image, audio or video file: 'names'"));
    put(dir.path(), "list.csv", b"photo,n\ngone.jpg,1\n");
    let message = refusal(&dir.path().join("list.csv"));
    assert!(
        message.contains("column 'photo' seems to name media, but 'gone.jpg' was not found in"),
        "{message}"
    );
    put(dir.path(), "numbers.csv", b"n,m\n1,2\n");
    assert_eq!(read_all(&dir.path().join("numbers.csv")).1[0].values, [Value::Int(1), Value::Int(2)]);
    put(dir.path(), "empty.csv", b"n,m\n");
    assert!(refusal(&dir.path().join("empty.csv")).contains("no rows"));
}

#[test]
fn class_folders_beside_a_table_that_names_no_media_are_class_folders() {
    let dir = folder(&["cat/a.jpg", "dog/b.jpg"]);
    put(dir.path(), "notes.csv", b"class,count\ncat,1\ndog,1\n");
    assert_eq!(read_all(dir.path()).0.format(), "class folders");
    let options = ReadOptions { format: Some(Format::Csv), ..ReadOptions::default() };
    assert_eq!(read_as(dir.path(), &options).1.len(), 2);
}

#[test]
fn kaggle_s_names_lead_to_files_in_other_folders() {
    let dir = folder(&["train/000a.jpg", "train/000b.jpg", "test/000c.jpg", "images/x.jpg"]);
    put(dir.path(), "train.csv", b"id,breed,label\n000a,pug,0\n000b,corgi,1\n");
    put(dir.path(), "sample_submission.csv", b"id,label\n000c,0\n");
    let (source, samples, errors) = read_all(dir.path());
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!((source.format(), samples.len()), ("CSV", 2));
    assert_eq!(source.columns()[0], Column::new("image", Feature::Image));
    assert_eq!((media_name(&samples[1]), samples[1].split.as_deref()), ("train/000b.jpg", Some("train")));
    let reading = crate::read::open(dir.path(), &ReadOptions::default()).unwrap().reading;
    let passed = reading.passed_over();
    assert!(passed.iter().any(|p| p.first == ["sample_submission.csv"]), "{passed:?}");
    // Numbers name files too, in a column of names.
    let dir = folder(&["images/1.png", "images/2.png"]);
    put(dir.path(), "labels.csv", b"id,species\n1,oak\n2,elm\n");
    assert_eq!(media_name(&read_all(dir.path()).1[1]), "images/2.png");
}

#[test]
fn paths_of_windows_and_tables_in_folders_of_splits_are_read() {
    let dir = folder(&["images/a.jpg", "images/b.jpg"]);
    put(dir.path(), "labels.csv", b"image_path,label\nimages\\a.jpg,cat\nimages\\b.jpg,cat\n");
    let (_, samples, errors) = read_all(dir.path());
    assert_eq!((media_name(&samples[0]), errors.len()), ("images/a.jpg", 0));
    let dir = folder(&["train/a.jpg", "valid/b.jpg"]);
    put(dir.path(), "train/_classes.csv", b"filename,cat,dog\na.jpg,1,0\n");
    put(dir.path(), "valid/_classes.csv", b"filename,cat,dog\nb.jpg,0,1\n");
    let (source, samples, _) = read_all(dir.path());
    assert_eq!(source.format(), "CSV");
    let got: Vec<_> =
        samples.iter().map(|s| (media_name(s), s.split.as_deref(), s.values[1].clone())).collect();
    assert_eq!(
        got,
        [("train/a.jpg", Some("train"), Value::Int(1)), ("valid/b.jpg", Some("val"), Value::Int(0))]
    );
}

#[test]
fn a_table_of_any_place_counts_however_many_files_there_are() {
    let names: Vec<String> = (0..5_000).map(|n| format!("{n}.jpg")).collect();
    let dir = folder(&names.iter().map(String::as_str).collect::<Vec<_>>());
    put(dir.path(), "zz_labels.csv", b"file,label\n0.jpg,cat\n1.jpg,cat\n");
    assert_eq!(read_all(dir.path()).0.format(), "CSV");
}

#[test]
fn a_metadata_table_without_files_is_refused() {
    let dir = folder(&["a.jpg", "b.jpg"]);
    put(dir.path(), "metadata.jsonl", b"{\"titles\": [\"a\", \"b\"], \"text\": \"x\"}\n");
    let error = refusal(dir.path());
    assert!(
        error.contains("no column names the images, audio or video beside it; its columns are titles, text"),
        "{error}"
    );
    assert!(error.contains("--format jsonl") && error.contains("--ignore 'metadata.jsonl'"), "{error}");
}

#[test]
fn lists_and_structs_of_names_are_media() {
    let dir = folder(&["a.jpg", "b.jpg", "c.wav"]);
    let rows = concat!(
        "{\"file_names\": [\"a.jpg\", \"b.jpg\"], \"left_file_names\": [], \"one\": {\"path\": \"a.jpg\", \"n\": 1}, ",
        "\"texts\": [\"x\"], \"sound\": [{\"at\": \"c.wav\"}]}\n",
        "{\"file_names\": [\"b.jpg\"], \"left_file_names\": [\"a.jpg\"], \"one\": null, \"texts\": [], \"sound\": null}\n",
    );
    put(dir.path(), "metadata.jsonl", rows.as_bytes());
    let (source, samples, errors) = read_all(dir.path());
    assert_eq!(errors, [""; 0]);
    let columns: Vec<_> =
        source.columns().iter().map(|c| format!("{}: {}", c.name, c.feature.describe())).collect();
    assert!(columns[0].starts_with("images: ") && columns[1].starts_with("left: "), "{columns:?}");
    let media = |name: &str, kind: Feature| (name.to_owned(), kind);
    let at = |name: &str| source.columns().iter().position(|c| c.name == name).unwrap();
    for (name, feature) in [
        media("images", Feature::list(Feature::Image)),
        media("left", Feature::list(Feature::Image)),
        media("one", Feature::structure([("path", Feature::Image), ("n", Feature::int64())])),
        media("texts", Feature::list(Feature::Text)),
        media("sound", Feature::list(Feature::structure([("at", Feature::Audio)]))),
    ] {
        assert_eq!(source.columns()[at(&name)].feature, feature, "{name}");
    }
    let names = |value: &Value| match value {
        Value::List(items) => items
            .iter()
            .map(|item| match item {
                Value::Media(media) => media.name.clone(),
                other => panic!("{other:?}"),
            })
            .collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(names(&samples[0].values[at("images")]), ["a.jpg", "b.jpg"]);
    assert_eq!(names(&samples[1].values[at("left")]), ["a.jpg"]);
    assert_eq!(samples[1].values[at("one")], Value::Null);

    put(dir.path(), "metadata.jsonl", b"{\"file_names\": [\"a.jpg\", \"gone.jpg\"]}\n");
    let (_, samples, errors) = read_all(dir.path());
    assert_eq!(samples.len(), 0);
    assert!(
        errors[0].starts_with("metadata.jsonl:1, column 'file_names': file 'gone.jpg' not found"),
        "{errors:?}"
    );
}

#[test]
fn rows_of_boxes_are_gathered_by_image() {
    let dir = folder(&["train/a.jpg", "train/b.jpg", "train/c.jpg"]);
    let table = "filename,width,height,class,xmin,ymin,xmax,ymax\n\
                 a.jpg,64,48,dog,1,2,11,14\nb.jpg,64,48,cat,0,0,5,6\na.jpg,64,48,cat,3,4,8,9\nc.jpg,64,48,,,,,\n";
    put(dir.path(), "train/_annotations.csv", table.as_bytes());
    let (source, samples, errors) = read_all(dir.path());
    assert_eq!(errors, [""; 0]);
    let columns: Vec<_> = source.columns().iter().map(|c| c.name.as_str()).collect();
    assert_eq!(columns, ["image", "objects"]);
    let Feature::List { item } = &source.columns()[1].feature else { panic!() };
    let Feature::Struct { fields } = &**item else { panic!() };
    assert!(
        matches!(&fields[0].feature, Feature::ClassLabel { names, .. } if *names == ["cat", "dog"]),
        "{fields:?}"
    );
    let object = |class: i64, bbox: [f64; 4]| Value::Struct(vec![Value::Int(class), Value::bbox(bbox)]);
    let found: Vec<_> = samples.iter().map(|s| s.values[1].clone()).collect();
    assert_eq!(
        found,
        [
            Value::List(vec![object(1, [1.0, 2.0, 10.0, 12.0]), object(0, [3.0, 4.0, 5.0, 5.0])]),
            Value::List(vec![object(0, [0.0, 0.0, 5.0, 6.0])]),
            Value::List(vec![]),
        ]
    );
    assert!(samples.iter().all(|s| s.split.as_deref() == Some("train")));

    // One class each, other names, one more column; a box that is none costs its image.
    let table = "path,x1,y1,x2,y2,label,score\na.jpg,1,2,11,14,dog,0.5\nb.jpg,9,9,5,6,cat,0.25\nb.jpg,1,1,5,6,ant,1\n";
    put(dir.path(), "train/_annotations.csv", table.as_bytes());
    let (source, samples, errors) = read_all(dir.path());
    let Feature::List { item } = &source.columns()[1].feature else { panic!() };
    assert!(matches!(&**item, Feature::Struct { fields } if fields[2].name == "score"), "{item:?}");
    assert_eq!(samples.len(), 1);
    assert_eq!(errors.len(), 1);
    assert!(
        errors[0]
            .starts_with("train/_annotations.csv:3: a box from (9, 9) to (5, 6), expected the upper left"),
        "{errors:?}"
    );
}

#[test]
fn boxes_between_0_and_1_are_fractions() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "a.png", &hub_media::encode_png(&[7; 800], 40, 20, 1).unwrap());
    put(dir.path(), "boxes.csv", b"ImageID,LabelName,XMin,XMax,YMin,YMax\na,/m/dog,0.25,0.75,0,0.5\n");
    let (_, samples, errors) = read_all(dir.path());
    assert_eq!(errors, [""; 0]);
    let Value::List(objects) = &samples[0].values[1] else { panic!() };
    let Value::Struct(members) = &objects[0] else { panic!() };
    assert_eq!(members[1], Value::bbox([10.0, 0.0, 20.0, 10.0]));
}
