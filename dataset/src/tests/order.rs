//! Orders and facets of whole revisions.

use std::collections::{HashMap, HashSet};

use hub_schema::{BranchName, Feature, Schema};
use roaring::RoaringBitmap;

use super::{author, head, new_dataset, row_ids, sample_image};
use crate::ops::facets::{Buckets, Counts};
use crate::ops::fragment_builder::encode_rows;
use crate::ops::order::OrderBy;
use crate::ops::packed_rows::PackedRows;
use crate::sample::Value;
use crate::{ColumnPath, Error, Snapshot};

/// Six rows in two fragments, of which the third was deleted.
async fn rows() -> Snapshot {
    let objects = Feature::list(Feature::structure([("category", Feature::labels(["car", "bus"]))]));
    let schema = Schema::new([
        ("image", Feature::Image),
        ("label", Feature::labels(["dog", "cat", "ant"])),
        ("objects", objects),
        ("score", Feature::float64()),
        ("text", Feature::Text),
        ("day", Feature::Timestamp),
        ("good", Feature::Bool),
    ])
    .unwrap();
    let of = |classes: &[i64]| {
        Value::List(classes.iter().map(|class| Value::Struct(vec![Value::Int(*class)])).collect())
    };
    let row = |n: u64, label: Value, objects: Value, score: Value, text: Value| {
        HashMap::from([
            ("image", sample_image(n, 300)),
            ("image.bytes", Value::Int(300)),
            ("image.width", Value::Int(100 * n as i64)),
            ("label", label),
            ("objects", objects),
            ("score", score),
            ("text", text),
            ("day", Value::Int(86_400_000_000 * n as i64)),
            ("good", Value::Bool(n.is_multiple_of(2))),
        ])
    };
    let rows = [
        row(0, Value::Int(0), of(&[0, 0, 1]), Value::Float(0.5), Value::text("b")),
        row(1, Value::Int(1), of(&[]), Value::Float(f64::NAN), Value::Null),
        row(2, Value::Int(2), of(&[1]), Value::Float(99.0), Value::text("deleted")),
        row(3, Value::Null, Value::Null, Value::Float(-1.0), Value::text("a")),
        row(4, Value::Int(2), of(&[1]), Value::Null, Value::text("b")),
        row(5, Value::Int(0), of(&[0]), Value::Float(0.5), Value::text("ä")),
    ];
    let dataset = new_dataset().await;
    let mut packed = PackedRows { schema: schema.clone(), ..PackedRows::default() };
    for (split, rows) in [("train", &rows[..4]), ("val", &rows[4..])] {
        let encoded = encode_rows(&schema, Some(split), rows).unwrap();
        packed.fragments.push(dataset.put_fragment(encoded, &HashSet::new()).await.unwrap().0);
    }
    let main = BranchName::main();
    dataset.append(&main, &author(), &packed).await.unwrap();
    let ids = row_ids(&head(&dataset).await).await;
    dataset.delete(&main, &author(), &ids[2..3]).await.unwrap();
    head(&dataset).await
}

#[tokio::test]
async fn rows_are_ordered_by_each_kind_of_column() {
    let snapshot = rows().await;
    let ordered = async |by: &str| {
        let by = OrderBy::parse(snapshot.schema(), by).unwrap();
        snapshot.order(&by).await.unwrap()
    };
    // Positions: 0 to 2 are the rows 0, 1 and 3; equal values stand in their order, no value comes last.
    assert_eq!(ordered("score").await, [2, 0, 4, 1, 3]);
    assert_eq!(ordered("-score").await, [0, 4, 2, 1, 3]);
    assert_eq!(ordered("label").await, [3, 1, 0, 4, 2]);
    assert_eq!(ordered("-label").await, [0, 4, 1, 3, 2]);
    assert_eq!(ordered("text").await, [2, 0, 3, 4, 1]);
    assert_eq!(ordered("-text").await, [4, 0, 3, 2, 1]);
    assert_eq!(ordered("-image.width").await, [4, 3, 2, 1, 0]);
    assert_eq!(ordered("-day").await, [4, 3, 2, 1, 0]);
    assert_eq!(ordered("good").await, [1, 2, 4, 0, 3]);
    assert_eq!(ordered("-objects").await, [0, 3, 4, 1, 2]);
    let random = ordered("random:1").await;
    assert_eq!(random, ordered("random:1").await);
    let others: HashSet<Vec<u32>> =
        HashSet::from([random.clone(), ordered("random:2").await, ordered("random:3").await]);
    assert!(others.len() > 1, "{others:?}");
    let mut all = random;
    all.sort_unstable();
    assert_eq!(all, [0, 1, 2, 3, 4]);
}

#[tokio::test]
async fn facets_count_what_rows_hold() {
    let snapshot = rows().await;
    let facet = async |path: &str| {
        let path = ColumnPath::find(snapshot.schema(), path).unwrap();
        snapshot.facet(&path, 40).await
    };
    let counts =
        |rows, buckets: &[u64], nulls| Counts { rows, buckets: buckets.to_vec(), nulls, not_finite: 0 };
    let label = facet("label").await.unwrap();
    assert_eq!(label.count(None), counts(5, &[2, 1, 1], 1));
    let some: RoaringBitmap = [0, 2, 4].into_iter().collect();
    assert_eq!(label.count(Some(&some)), counts(3, &[2, 0, 0], 1));
    let category = facet("objects.category").await.unwrap();
    assert_eq!(category.count(None), counts(5, &[2, 2], 2));
    let text = facet("text").await.unwrap();
    assert_eq!(text.buckets, Buckets::Values(vec!["a".into(), "b".into(), "ä".into()]));
    assert_eq!(text.count(None), counts(5, &[1, 2, 1], 1));
    assert_eq!(facet("good").await.unwrap().count(None), counts(5, &[3, 2], 0));
    let score = facet("score").await.unwrap();
    let Buckets::Numbers(bins) = &score.buckets else { panic!("{:?}", score.buckets) };
    let counted = score.count(None);
    assert_eq!((counted.not_finite, counted.nulls, counted.buckets.iter().sum::<u64>()), (1, 1, 3));
    assert_eq!(counted.buckets[bins.of(0.5) as usize], 2);
    assert_eq!(score.quantiles.unwrap()[4], 0.5);
    let objects = facet("objects").await.unwrap();
    assert_eq!(objects.buckets.len(), 4);
    assert_eq!(objects.count(None), counts(5, &[1, 2, 0, 1], 1));
    assert!(matches!(facet("day").await.unwrap().buckets, Buckets::Times(_)));
    assert!(matches!(facet("image").await, Err(Error::NoFacet { .. })));
    let splits = snapshot.split_facet().await.unwrap();
    assert_eq!(splits.count(None), counts(5, &[3, 2], 0));
    let by_split: Vec<Vec<u64>> = label.count_by(&splits).into_iter().map(|counts| counts.buckets).collect();
    assert_eq!(by_split, [[1, 1, 0], [1, 0, 1]]);
}

#[tokio::test]
async fn the_nearest_vectors_are_found() {
    use std::sync::Arc;

    use hub_schema::{DType, TensorRole};

    use crate::ops::points::Coordinate;

    let embedding = Feature::Tensor { dtype: DType::F32, shape: vec![2], role: TensorRole::Embedding };
    let schema =
        Schema::new([("image", Feature::Image), ("vector", embedding), ("n", Feature::int64())]).unwrap();
    let row = |n: u64, vector: Option<[f32; 2]>| {
        let bytes = |vector: [f32; 2]| vector.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>();
        let vector = vector.map_or(Value::Null, |vector| Value::Bytes(bytes(vector).into()));
        HashMap::from([("image", sample_image(n, 300)), ("vector", vector), ("n", Value::Int(n as i64))])
    };
    let rows = [
        row(0, Some([1.0, 0.0])),
        row(1, Some([0.0, 3.0])),
        row(2, Some([5.0, 5.0])),
        row(3, None),
        row(4, Some([-1.0, 0.0])),
        row(5, Some([0.0, 0.0])),
    ];
    let dataset = new_dataset().await;
    let mut packed = PackedRows { schema: schema.clone(), ..PackedRows::default() };
    for rows in rows.chunks(3) {
        let encoded = encode_rows(&schema, None, rows).unwrap();
        packed.fragments.push(dataset.put_fragment(encoded, &HashSet::new()).await.unwrap().0);
    }
    dataset.append(&BranchName::main(), &author(), &packed).await.unwrap();
    let snapshot = head(&dataset).await;
    let field = snapshot.schema().column("vector").unwrap();
    let to = snapshot.vector(field, 0).await.unwrap().unwrap();
    assert_eq!(to, [1.0, 0.0]);
    assert_eq!(snapshot.vector(field, 3).await.unwrap(), None);
    let found = snapshot.nearest(field, to.clone(), 3, None).await.unwrap();
    assert_eq!(found.iter().map(|row| row.position).collect::<Vec<_>>(), [0, 2, 1]);
    assert!((found[1].similarity - 0.5f32.sqrt()).abs() < 1e-6 && found[0].similarity == 1.0, "{found:?}");
    let some: RoaringBitmap = [1, 3, 4, 5].into_iter().collect();
    let found = snapshot.nearest(field, to, 9, Some(Arc::new(some))).await.unwrap();
    assert_eq!(found.iter().map(|row| row.position).collect::<Vec<_>>(), [1, 4]);
    let n = snapshot.schema().column("n").unwrap();
    assert!(matches!(snapshot.vector(n, 0).await, Err(Error::NoVectors { .. })));

    let y = Coordinate::find(snapshot.schema(), "vector[1]").unwrap();
    let y = snapshot.coordinates(&y).await.unwrap();
    assert!(y[3].is_nan());
    assert_eq!([y[0], y[1], y[2], y[4]], [0.0, 3.0, 5.0, 0.0]);
    let x = Coordinate::find(snapshot.schema(), "n").unwrap();
    assert_eq!(snapshot.coordinates(&x).await.unwrap(), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
    for wrong in ["vector", "vector[2]", "n[0]", "image", "none"] {
        assert!(Coordinate::find(snapshot.schema(), wrong).is_err(), "{wrong}");
    }
}
