//! Tables of values: types of columns, known types, broken files.

use hub_dataset::sample::Value;
use hub_schema::Feature;

use super::ValueTable;

fn csv(text: &str) -> ValueTable {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    std::fs::write(&path, text).unwrap();
    ValueTable::read(&path).unwrap()
}

#[test]
fn a_csv_column_has_the_narrowest_type_of_its_cells() {
    let table = csv(
        "id,n,x,ok,at,zip,t,none\n1,1,1,true,2026-01-31,007,a,\n2,,0.5,false,2026-02-01T10:00:00Z,123,,\n",
    );
    let of = |name: &str| table.column(name).unwrap().typed();
    assert_eq!(of("n"), (Feature::int64(), vec![Value::Int(1), Value::Null]));
    assert_eq!(of("x"), (Feature::float64(), vec![Value::Float(1.0), Value::Float(0.5)]));
    assert_eq!(of("ok"), (Feature::Bool, vec![Value::Bool(true), Value::Bool(false)]));
    let (feature, times) = of("at");
    assert_eq!((feature, &times[0]), (Feature::Timestamp, &Value::Int(1_769_817_600_000_000)));
    assert_eq!(of("zip"), (Feature::Text, vec![Value::text("007"), Value::text("123")]));
    assert_eq!(of("t"), (Feature::Text, vec![Value::text("a"), Value::Null]));
    assert_eq!(of("none"), (Feature::Text, vec![Value::Null, Value::Null]));
    assert_eq!(table.places, ["t.csv:2", "t.csv:3"]);
}

#[test]
fn a_column_is_read_as_a_known_type() {
    let table = csv("label,n\ndog,1\ncat,1.5\n,2\n");
    let labels = Feature::labels(["cat", "dog"]);
    let values = table.column("label").unwrap().read_as(&labels).unwrap();
    assert_eq!(values, [Value::Int(1), Value::Int(0), Value::Null]);
    let bad = table.column("n").unwrap().read_as(&Feature::int64()).unwrap_err();
    assert_eq!(bad.row, 1);
    assert!(bad.problem.to_string().starts_with("expected int64"), "{}", bad.problem);
    let bad = table.column("label").unwrap().read_as(&Feature::labels(["cat", "dig"])).unwrap_err();
    assert_eq!(bad.problem.to_string(), "no class 'dog' among its 2 classes; did you mean dig?");
}

#[test]
fn broken_files_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let said = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        ValueTable::read(&path).unwrap_err().to_string()
    };
    assert!(said("t.csv", "a,b\n1\n").contains("t.csv:2: 1 cells, expected 2"));
    assert!(said("t.csv", "").contains("no rows"));
    assert!(said("t.txt", "a\n1\n").ends_with("expected a .csv, .tsv or .parquet file, found '.txt'"));
    assert!(said("t.parquet", "a\n1\n").contains("not a readable Parquet file"));
}
