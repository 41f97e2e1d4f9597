//! The formats that results are written in.

use arrow::datatypes::DataType;

use super::*;

async fn written(sql: &str, format: Format) -> Shared {
    let zoo = small_zoo().await;
    let out = Shared::default();
    let answer = crate::query(&one(&zoo), sql, &Limits::default()).await.unwrap();
    crate::write::write(answer, format, out.clone()).await.unwrap();
    out
}

const SQL: &str = "SELECT label, image.width, image, objects, caption FROM samples WHERE _position IN (1, 7)";

#[tokio::test]
async fn tables_show_media_by_their_size() {
    let text = written(
        "SELECT label, image.width, image, embedding FROM samples WHERE _position IN (1, 7)",
        Format::Table,
    )
    .await
    .text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines,
        [
            "label  image.width  image         embedding",
            "─────  ───────────  ────────────  ────────────────",
            "dog            101  <image 3 kB>  <tensor 8 bytes>",
            "               107  <image 3 kB>  <tensor 8 bytes>",
        ]
    );
}

#[tokio::test]
async fn plans_are_pages() {
    let text = written("EXPLAIN SELECT label FROM samples", Format::Table).await.text();
    assert!(
        text.contains(
            "\nphysical_plan:\nCooperativeExec\n  SamplesExec: columns=[label], rows<=8, row_groups=2"
        ),
        "{text}"
    );
}

#[tokio::test]
async fn json_is_an_array_of_objects() {
    let rows: Vec<Json> = serde_json::from_slice(&written(SQL, Format::Json).await.bytes()).unwrap();
    assert_eq!(rows[0]["label"], "dog");
    assert_eq!(rows[1]["label"], Json::Null);
    assert_eq!(rows[0]["objects"][1]["category"], "tench");
    assert_eq!((&rows[0]["image"]["name"], &rows[0]["image"]["size_bytes"]), (&"1.png".into(), &3000.into()));
    assert_eq!(rows[0]["image"]["base64"].as_str().unwrap().len(), 4000);
    let none = written("SELECT label FROM samples WHERE false", Format::Json).await.text();
    assert_eq!(none, "[]\n");
}

#[tokio::test]
async fn json_has_each_name_once() {
    let sql = "SELECT a.label, b.label, a.label AS label_2 FROM samples a JOIN samples b ON a._position + 1 = b._position
               WHERE a._position = 1";
    let text = written(sql, Format::Json).await.text();
    let wanted = "[\n{\"label\":\"dog\",\"label_2\":\"wolf\",\"label_2_2\":\"dog\"}\n]\n";
    assert_eq!(text, wanted);
}

#[tokio::test]
async fn csv_quotes_what_needs_it() {
    let text = written(
        "SELECT label, 'a,\"b' AS t, objects.category FROM samples WHERE _position IN (1, 7)",
        Format::Csv,
    )
    .await
    .text();
    assert_eq!(
        text,
        "label,t,objects.category\ndog,\"a,\"\"b\",\"[\"\"dog\"\",\"\"tench\"\"]\"\n,\"a,\"\"b\",\"[\"\"cat\"\",\"\"tench\"\"]\"\n"
    );
}

#[tokio::test]
async fn files_hold_names_and_bytes() {
    let parquet = bytes::Bytes::from(written(SQL, Format::Parquet).await.bytes());
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(parquet).unwrap();
    assert_eq!(reader.schema().field(0).data_type(), &DataType::Utf8);
    let pairs = reader.metadata().file_metadata().key_value_metadata().unwrap();
    let features = pairs.iter().find(|pair| pair.key == "huggingface").unwrap().value.as_deref().unwrap();
    assert!(features.contains(r#""label":{"dtype":"string""#), "{features}");
    check_labels(&reader.build().unwrap().map(Result::unwrap).collect::<Vec<_>>());
    let ipc = written(SQL, Format::Arrow).await.bytes();
    let reader = arrow::ipc::reader::StreamReader::try_new(ipc.as_slice(), None).unwrap();
    check_labels(&reader.map(Result::unwrap).collect::<Vec<_>>());
}

fn check_labels(read: &[RecordBatch]) {
    let read = arrow::compute::concat_batches(&read[0].schema(), read).unwrap();
    assert_eq!(read.column(0).as_string::<i32>().iter().collect::<Vec<_>>(), [Some("dog"), None]);
    let objects = read.column(3).as_list::<i32>().value(0);
    let category = Arc::clone(objects.as_struct().column_by_name("category").unwrap());
    assert_eq!(category.as_string::<i32>().value(0), "dog");
}

#[tokio::test]
async fn computed_columns_have_the_nearest_feature() {
    let zoo = small_zoo().await;
    let sql =
        "SELECT CAST(18446744073709551615 AS BIGINT UNSIGNED) AS most, CAST(0.1 AS REAL) AS tenth, embedding,
                      CAST('NaN' AS DOUBLE) AS nan, CAST(1.50 AS DECIMAL(5, 2)) AS money, NULL AS none,
                      arrow_cast(1750000000, 'Timestamp(Second, Some(\"UTC\"))') AS at, [1, NULL] AS list,
                      {'a': label, 'b': 'c'} AS made, max(label) OVER () AS greatest
               FROM samples WHERE _position = 1";
    assert_eq!(
        query_json(&zoo, sql).await,
        serde_json::json!([[
            u64::MAX,
            0.1,
            [1.0, 1.0],
            "NaN",
            "1.50",
            null,
            "2025-06-15T15:06:40.000000Z",
            [1, null],
            { "a": "dog", "b": "c" },
            "dog"
        ]])
    );
}

#[tokio::test]
async fn nan_and_infinity_are_shown() {
    let sql =
        "SELECT CAST('NaN' AS DOUBLE) AS a, CAST('inf' AS REAL) AS b, CAST('-inf' AS DOUBLE) AS c, NULL AS d,
                      [CAST('NaN' AS DOUBLE)] AS e";
    assert_eq!(
        written(sql, Format::Csv).await.text(),
        "a,b,c,d,e\nNaN,Infinity,-Infinity,,\"[\"\"NaN\"\"]\"\n"
    );
    let json: Json = serde_json::from_slice(&written(sql, Format::Json).await.bytes()).unwrap();
    let wanted = serde_json::json!({"a": "NaN", "b": "Infinity", "c": "-Infinity", "d": null, "e": ["NaN"]});
    assert_eq!(json[0], wanted);
    let table = written(sql, Format::Table).await.text();
    assert!(table.lines().last().unwrap().starts_with("NaN  Infinity  -Infinity"), "{table}");
}
