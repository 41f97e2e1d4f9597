//! What is read, in bytes.

use hub_dataset::ops::fragment_builder::FragmentBuilder;
use hub_dataset::testing::{Recorded, recorded};
use hub_schema::FieldId;

use super::*;

/// Long enough for a page of its own.
const IMAGE_BYTES: usize = 70_000;

/// Two fragments of four row groups of 32 rows; labels rise from row group to row group.
async fn sorted_zoo() -> (Snapshot, Arc<Recorded>) {
    let (store, counter) = recorded();
    let dataset = Dataset::create(store).await.unwrap();
    let schema =
        Schema::new([("image", Feature::Image), ("label", animals()), ("caption", Feature::Text)]).unwrap();
    let ids: Vec<FieldId> = schema.fields.iter().map(|f| f.id).collect();
    let mut rows = PackedRows { schema: schema.clone(), ..PackedRows::default() };
    for fragment in 0..2 {
        let mut builder = FragmentBuilder::new(&schema, &ids, Some(format!("part{fragment}"))).unwrap();
        for group in 0..4 {
            let row = |i: i64| -> Vec<Value> {
                let value = |name: &str| match name {
                    "image" => encoded_image(fragment * 1000 + group * 32 + i, IMAGE_BYTES),
                    "label" => Value::Int(group),
                    "caption" => Value::text(format!("row {i}")),
                    "image.width" => Value::Int(group * 100 + i),
                    _ => Value::Null,
                };
                schema.fields.iter().map(|f| value(&f.name)).collect()
            };
            builder.row_group(&(0..32).map(row).collect::<Vec<_>>()).unwrap();
        }
        let encoded = builder.finish().unwrap();
        rows.fragments.push(dataset.put_fragment(encoded, &HashSet::new()).await.unwrap().0);
    }
    dataset.append(&BranchName::main(), &author(), &rows).await.unwrap();
    // Opened anew: what was written is not kept.
    let dataset = Dataset::open(dataset.store().clone()).await.unwrap();
    let snapshot = dataset.head(&BranchName::main()).await.unwrap().unwrap();
    // Footers count once; here they should not.
    snapshot.estimate(&snapshot.fields(None).unwrap(), None).await.unwrap();
    counter.take_data_bytes();
    (snapshot, counter)
}

#[tokio::test]
async fn annotations_are_read_without_media() {
    let (zoo, counter) = sorted_zoo().await;
    query_json(&zoo, "SELECT count(*) FROM samples").await;
    assert_eq!(counter.take_data_bytes(), 0, "counts are in the manifests");
    query_json(&zoo, "SELECT label, count(*) FROM samples GROUP BY label").await;
    let labels = counter.take_data_bytes();
    assert!(labels > 0 && labels < 4_000, "{labels}");
    query_json(&zoo, "SELECT label FROM samples WHERE image.width >= 310").await;
    assert!(counter.take_data_bytes() < 4_000);
}

#[tokio::test]
async fn row_groups_are_ruled_out_by_statistics() {
    let (zoo, counter) = sorted_zoo().await;
    query_json(&zoo, "SELECT label FROM samples").await;
    let all = counter.take_data_bytes();
    for condition in [
        "isa(label, 'wolf.n.01')",
        "label = 'wolf'",
        "split = 'part1'",
        "_position < 128",
        "isa(label, 'goldfish')",
    ] {
        query_json(&zoo, &format!("SELECT label FROM samples WHERE {condition}")).await;
        let some = counter.take_data_bytes();
        let share = if condition.contains("goldfish") {
            0
        } else if condition.contains("wolf") {
            4
        } else {
            2
        };
        let most = all.checked_div(share).map_or(0, |part| part + 200);
        assert!(some <= most, "{condition}: {some} of {all}");
    }
    let explained =
        query_json(&zoo, "EXPLAIN SELECT label FROM samples WHERE image.width BETWEEN 205 AND 210")
            .await
            .to_string();
    assert!(explained.contains("rows<=64, row_groups=2"), "{explained}");
}

#[tokio::test]
async fn media_are_read_for_matching_rows_only() {
    let (zoo, counter) = sorted_zoo().await;
    let sql = "SELECT image, caption FROM samples WHERE label = 'dog' AND caption IN ('row 3', 'row 30')";
    let rows: usize = batches(&one(&zoo), sql).await.unwrap().iter().map(RecordBatch::num_rows).sum();
    assert_eq!(rows, 4);
    let read = counter.take_data_bytes();
    let wanted = (4 * IMAGE_BYTES) as u64;
    assert!(read >= wanted && read < wanted * 12 / 10, "{read} bytes for {wanted}");
    batches(&one(&zoo), "SELECT image FROM samples LIMIT 3").await.unwrap();
    let read = counter.take_data_bytes();
    assert!(read < (4 * IMAGE_BYTES) as u64, "{read}");
    let dogs = crate::filter(&zoo, "isa(label, 'dog.n.01')", None, &Limits::default()).await.unwrap();
    assert_eq!(dogs.len(), 64);
    assert!(counter.take_data_bytes() < 2_000);
}

#[tokio::test]
async fn an_index_spares_the_labels() {
    #[derive(Debug)]
    struct Known(RoaringBitmap);
    #[async_trait::async_trait]
    impl LabelIndex for Known {
        async fn positions(
            &self,
            _: &Snapshot,
            _: &LabelColumn,
            _: &[String],
        ) -> Result<Option<RoaringBitmap>, LabelIndexError> {
            Ok(Some(self.0.clone()))
        }
    }
    let (zoo, counter) = sorted_zoo().await;
    let index: Arc<dyn LabelIndex> = Arc::new(Known(RoaringBitmap::from_iter([33_u32, 40, 161])));
    let table = Tables::one(NamedSnapshot::new("zoo", zoo.clone()).with_index(Some(index.clone())));
    let counted =
        query_tables(&table, "SELECT count(*) FROM samples WHERE isa(label, 'dog.n.01')").await.unwrap();
    assert_eq!(counted, [serde_json::json!([3])]);
    let found = crate::filter(&zoo, "isa(label, 'dog.n.01')", Some(index), &Limits::default()).await.unwrap();
    assert_eq!(found.into_iter().collect::<Vec<_>>(), [33, 40, 161]);
    assert_eq!(counter.take_data_bytes(), 0);
    let sql = "SELECT _position, caption FROM samples WHERE isa(label, 'dog.n.01') AND caption <> 'row 8'";
    let rows = query_tables(&table, sql).await.unwrap();
    assert_eq!(Json::Array(rows), serde_json::json!([[33, "row 1"], [161, "row 1"]]));
}

#[tokio::test]
async fn a_dropped_answer_stops_reading() {
    let (zoo, counter) = sorted_zoo().await;
    let mut answer = crate::query(&one(&zoo), "SELECT image FROM samples", &Limits::default()).await.unwrap();
    answer.try_next().await.unwrap().unwrap();
    drop(answer);
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    let read = counter.take_data_bytes();
    assert!(read < (5 * 33 * IMAGE_BYTES) as u64, "{read}");
}

#[tokio::test]
async fn an_ordered_page_of_images_reads_only_its_images() {
    let (zoo, counter) = sorted_zoo().await;
    let sql =
        "SELECT image, caption FROM samples WHERE label = 'dog' ORDER BY image.width DESC LIMIT 3 OFFSET 1";
    let rows = query_json(&zoo, sql).await;
    let fetched = counter.take_data_bytes();
    assert!((3 * IMAGE_BYTES as u64..5 * IMAGE_BYTES as u64).contains(&fetched), "{fetched}");
    let captions: Vec<&str> = rows.as_array().unwrap().iter().map(|row| row[1].as_str().unwrap()).collect();
    // Both fragments have a row of each width.
    assert_eq!(captions, ["row 31", "row 30", "row 30"]);
    let all = query_json(&zoo, "SELECT * FROM samples ORDER BY _position LIMIT 2").await;
    assert_eq!(all[1][0], query_json(&zoo, "SELECT image FROM samples LIMIT 2").await[1][0]);
}
