//! Conditions → positions.

use hub_dataset::read::Estimate;

use super::*;

async fn positions(snapshot: &Snapshot, condition: &str) -> Vec<u32> {
    let plain = crate::filter(snapshot, condition, None, &Limits::default())
        .await
        .unwrap_or_else(|e| panic!("{condition}: {e}"));
    let index: Arc<dyn LabelIndex> = Arc::new(SlowIndex::default());
    assert_eq!(
        plain,
        crate::filter(snapshot, condition, Some(index), &Limits::default()).await.unwrap(),
        "{condition}"
    );
    plain.into_iter().collect()
}

#[tokio::test]
async fn conditions_give_positions() {
    let zoo = small_zoo().await;
    assert_eq!(positions(&zoo, "isa(label,'dog.n.01')").await, [1, 3]);
    assert_eq!(positions(&zoo, "isa(label,'dog.n.01') AND image.width > 101").await, [3]);
    assert_eq!(positions(&zoo, "split = 'test'").await, [5, 6, 7]);
    assert_eq!(positions(&zoo, "true").await.len(), 8);
    assert_eq!(positions(&zoo, "false").await, [0; 0]);
    assert_eq!(positions(&zoo, "label IS NULL").await, [7]);
    assert_eq!(positions(&zoo, "cosine_distance(embedding, [1.0, 1.0]) < 0.0001").await, [1]);
    for (condition, wanted) in [
        ("true; DROP TABLE samples", "expected the end of the condition, found ;"),
        ("true ORDER BY label", "expected the end of the condition, found ORDER"),
        ("label", "abel"),
        ("image['bytes'] IS NOT NULL", "refused"),
        ("image.path = '1.png'", "refused"),
        ("", "xpected"),
        ("lable = 1", "did you mean label?"),
        ("(SELECT 1) IS NOT NULL AND label = 'dgo'", "did you mean dog?"),
    ] {
        let found = crate::filter(&zoo, condition, None, &Limits::default()).await.unwrap_err().to_string();
        assert!(found.contains(wanted), "{condition}: {found}");
    }
}

#[tokio::test]
async fn plans_count_what_will_be_read() {
    let zoo = small_zoo().await;
    let estimate = async |columns: Option<&[String]>, positions: Option<&RoaringBitmap>| {
        let fields = zoo.fields(columns).unwrap();
        let parts = zoo.estimate(&fields, positions).await.unwrap();
        parts.into_iter().fold(Estimate::default(), |all, part| all + part.reads)
    };
    let all = estimate(None, None).await;
    assert_eq!((all.rows, all.row_groups), (8, 2));
    let dogs = crate::filter(&zoo, "label = 'dog'", None, &Limits::default()).await.unwrap();
    let some = estimate(Some(&["image".to_owned()]), Some(&dogs)).await;
    assert_eq!((some.rows, some.row_groups), (2, 1));
    assert!(some.bytes >= 6_000 && some.bytes < all.bytes, "{some:?} of {all:?}");
    let none = estimate(None, Some(&RoaringBitmap::new())).await;
    assert_eq!(none, Estimate::default());
}
