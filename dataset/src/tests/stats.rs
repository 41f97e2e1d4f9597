//! Statistics.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hub_schema::{BranchName, Feature, Schema};

use super::{author, head, new_dataset, row_ids, sample_image};
use crate::ops::fragment_builder::{FragmentBuilder, encode_rows};
use crate::ops::packed_rows::PackedRows;
use crate::ops::stats::{Bound, Stats};
use crate::sample::Value;
use crate::{Dataset, LabelColumn, Postings};

fn object(label: i64) -> Value {
    Value::Struct(vec![Value::bbox([0.0; 4]), Value::Int(label)])
}

async fn street() -> Stats {
    head(&street_dataset().await).await.stats().await.unwrap()
}

async fn street_dataset() -> Dataset {
    let objects = Feature::list(Feature::structure([
        ("box", Feature::Bbox),
        ("category", Feature::labels(["car", "bus", "tram"])),
    ]));
    let schema = Schema::new([
        ("image", Feature::Image),
        ("objects", objects),
        ("caption", Feature::Text),
        ("score", Feature::float64()),
        ("taken", Feature::Timestamp),
    ])
    .unwrap();
    let row = |objects: Value, caption: &str, score: Value, taken: i64| {
        HashMap::from([
            ("image", sample_image(1, 300)),
            ("image.bytes", Value::Int(300)),
            ("image.width", Value::Int(taken)),
            ("objects", objects),
            ("caption", Value::text(caption)),
            ("score", score),
            ("taken", Value::Int(taken)),
        ])
    };
    let mut rows = [
        row(Value::List(vec![object(0), object(2)]), "ä", Value::Float(-1.5), 0),
        row(Value::List(vec![object(1)]), "deleted below", Value::Float(99.0), 900),
        row(Value::Null, "three", Value::Null, 2_000_000),
        row(
            Value::List(vec![object(0), Value::Struct(vec![Value::Null, Value::Null])]),
            "",
            Value::Int(2),
            7,
        ),
    ];
    rows[2].remove("image");
    rows[2].remove("image.bytes");
    let dataset = new_dataset().await;
    let main = BranchName::main();
    for (split, rows) in [("train", &rows[..3]), ("val", &rows[3..])] {
        let encoded = encode_rows(&schema, Some(split), rows).unwrap();
        let (fragment, _) = dataset.put_fragment(encoded, &HashSet::new()).await.unwrap();
        let rows = PackedRows { schema: schema.clone(), fragments: vec![fragment], ..PackedRows::default() };
        dataset.append(&main, &author(), &rows).await.unwrap();
    }
    let ids = row_ids(&head(&dataset).await).await;
    dataset.delete(&main, &author(), &ids[1..2]).await.unwrap();
    dataset
}

#[tokio::test]
async fn columns_and_labels_are_counted_without_deleted_rows() {
    let stats = street().await;
    let splits: Vec<_> = stats.splits.iter().map(|(name, s)| (name.as_str(), s.rows)).collect();
    assert_eq!((stats.rows, stats.fragments, splits), (3, 2, vec![("train", 2), ("val", 1)]));
    let column = |name: &str| stats.columns.iter().find(|c| c.name == name).unwrap();
    let ends = |name: &str| (column(name).min.clone().unwrap(), column(name).max.clone().unwrap());
    assert_eq!(column("image").nulls, Some(1));
    assert_eq!(column("image.width").fact_of.as_deref(), Some("image"));
    assert_eq!(ends("image.bytes"), (Bound::Int(300), Bound::Int(300)));
    assert_eq!(ends("score"), (Bound::Float(-1.5), Bound::Float(2.0)));
    assert_eq!(column("score").nulls, Some(1));
    assert_eq!(ends("caption"), (Bound::Int(0), Bound::Int(5)));
    let time = |text: &str| Bound::Time(text.to_owned());
    assert_eq!(ends("taken"), (time("1970-01-01T00:00:00+00:00"), time("1970-01-01T00:00:02+00:00")));
    assert_eq!(ends("objects"), (Bound::Int(2), Bound::Int(2)));
    let [labels] = column("objects").labels.as_slice() else { panic!() };
    let counts: Vec<_> = labels.classes.iter().map(|c| (c.name.as_str(), c.count)).collect();
    assert_eq!(labels.path, "objects.category");
    assert_eq!((counts, labels.nulls), (vec![("car", 2), ("bus", 0), ("tram", 1)], 1));
    serde_json::to_string(&stats).unwrap();
}

#[tokio::test]
async fn rows_are_found_by_class_as_they_are_counted() {
    let snapshot = {
        let dataset = street_dataset().await;
        head(&dataset).await
    };
    let labels = LabelColumn::all(snapshot.schema());
    let postings = Postings::read(&snapshot, &labels[0]).await.unwrap();
    let rows: Vec<Vec<u32>> = postings.classes.iter().map(|rows| rows.iter().collect()).collect();
    // The second row was deleted, so the third is at position 1 and the fourth at 2.
    assert_eq!(rows, [vec![0, 2], vec![], vec![0]]);
    assert_eq!(postings.unlabelled.iter().collect::<Vec<_>>(), [1]);
    assert_eq!(postings.any_of(|class| class != 1).iter().collect::<Vec<_>>(), [0, 2]);
}

#[tokio::test]
async fn other_tasks_run_while_rows_are_counted() {
    let schema = Schema::new([("n", Feature::int64())]).unwrap();
    let ids: Vec<_> = schema.fields.iter().map(|f| f.id).collect();
    let dataset = new_dataset().await;
    let mut packed = PackedRows { schema: schema.clone(), ..PackedRows::default() };
    let mut builder = FragmentBuilder::new(&schema, &ids, None).unwrap();
    let rows: Vec<_> = (0..10).map(|n| vec![Value::Int(n)]).collect();
    (0..64).for_each(|_| builder.row_group(&rows).unwrap());
    let (fragment, _) = dataset.put_fragment(builder.finish().unwrap(), &HashSet::new()).await.unwrap();
    packed.fragments.push(fragment);
    dataset.append(&BranchName::main(), &author(), &packed).await.unwrap();
    let head = head(&dataset).await;
    // The runtime has this thread only: another task on it counts how often it gets to run.
    let turns = Arc::new(AtomicUsize::new(0));
    let counting = Arc::clone(&turns);
    let others = crate::cpu_pool::abort_on_drop(async move {
        loop {
            counting.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
        }
    });
    assert_eq!(head.stats().await.unwrap().rows, 640);
    drop(others);
    let turns = turns.load(Ordering::Relaxed);
    assert!(turns >= 64, "{turns} turns for 64 row groups");
}
