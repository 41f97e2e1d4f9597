//! Shapes that random data sets of a few hundred rows don't have.

use hub_schema::Feature;
use hub_wordnet::WordNet;

use super::{Subject, main_branch, scan};
use crate::tests::{Hub, on_both};

on_both!(
    rows_of_several_blocks_are_found,
    a_data_set_without_labels_has_an_empty_index,
    counts_per_data_set_come_from_the_heads,
    wordnet_is_filled_once,
);

async fn rows_of_several_blocks_are_found(hub: &Hub) {
    use hub_dataset::ops::fragment_builder::FragmentBuilder;
    use hub_dataset::ops::packed_rows::PackedRows;
    use hub_dataset::sample::Value;
    let subject = Subject::new(1).await;
    let schema = hub_schema::Schema::new([("label", super::class_label(10))]).unwrap();
    let ids: Vec<_> = schema.fields.iter().map(|f| f.id).collect();
    let mut packed = PackedRows { schema: schema.clone(), ..PackedRows::default() };
    let mut n = 0_i64;
    for _ in 0..3 {
        let mut builder = FragmentBuilder::new(&schema, &ids, None).unwrap();
        for _ in 0..4 {
            // Runs of one class, then a mixture.
            let class = |n: i64| if n < 900_000 { n / 100_000 } else { (n * 7 + n / 13) % 10 };
            let rows: Vec<_> = (n..n + 100_000).map(|n| vec![Value::Int(class(n))]).collect();
            n += 100_000;
            builder.row_group(&rows).unwrap();
        }
        let encoded = builder.finish().unwrap();
        let (fragment, _) = subject.dataset.put_fragment(encoded, &Default::default()).await.unwrap();
        packed.fragments.push(fragment);
    }
    subject.dataset.append(&main_branch(), &super::author(), &packed).await.unwrap();
    let index = hub.catalog.synset_index();
    scan::compare(&index, &subject.head(&main_branch()).await).await;
    let rows = super::row_ids(&subject.head(&main_branch()).await).await;
    let gone: Vec<_> = rows.iter().copied().step_by(1001).collect();
    subject.dataset.delete(&main_branch(), &super::author(), &gone).await.unwrap();
    scan::compare(&index, &subject.head(&main_branch()).await).await;
}

async fn a_data_set_without_labels_has_an_empty_index(hub: &Hub) {
    let subject = Subject::new(2).await;
    let schema = hub_schema::Schema::new([("text", Feature::Text)]).unwrap();
    let row = std::collections::HashMap::from([("text", hub_dataset::sample::Value::text("a"))]);
    let encoded = hub_dataset::ops::fragment_builder::encode_rows(&schema, None, &[row]).unwrap();
    let (fragment, _) = subject.dataset.put_fragment(encoded, &Default::default()).await.unwrap();
    let packed =
        hub_dataset::ops::packed_rows::PackedRows { schema, fragments: vec![fragment], ..Default::default() };
    subject.dataset.append(&main_branch(), &super::author(), &packed).await.unwrap();
    let index = hub.catalog.synset_index();
    let head = subject.head(&main_branch()).await;
    assert!(index.apply(&head).await.unwrap());
    assert!(!index.apply(&head).await.unwrap());
}

async fn counts_per_data_set_come_from_the_heads(hub: &Hub) {
    let index = hub.catalog.synset_index();
    let animal = WordNet::get().resolve("animal.n.01").unwrap();
    let mut wanted = Vec::new();
    for seed in 0..3 {
        let mut subject = Subject::new(seed).await;
        index.apply(&subject.append(&main_branch(), 2, 50).await).await.unwrap();
        let head = subject.delete(&main_branch(), 3).await;
        index.apply(&head).await.unwrap();
        for name in ["label", "objects.category"] {
            let column = super::column(&head, name);
            let count = index.count(&head, &column, animal).await.unwrap().unwrap();
            wanted.push((subject.dataset.hub_file().uuid, head.at().clone(), name.to_owned(), count));
        }
    }
    wanted.sort_by_key(|(uuid, _, name, _)| (uuid.to_string(), name.clone()));
    let found = index.datasets_with(animal).await.unwrap();
    let found: Vec<_> = found.into_iter().map(|f| (f.dataset, f.at, f.column, f.count)).collect();
    assert_eq!(found, wanted);
    let none = WordNet::get().resolve("red.n.01").unwrap();
    assert_eq!(index.datasets_with(none).await.unwrap(), []);
}

async fn wordnet_is_filled_once(hub: &Hub) {
    let index = hub.catalog.synset_index();
    assert!(index.fill_wordnet().await.unwrap());
    assert!(!index.fill_wordnet().await.unwrap());
    let below = "SELECT count(*) AS n FROM wordnet_closure c
                 JOIN wordnet_synsets a ON a.number = c.ancestor
                 JOIN wordnet_synsets d ON d.number = c.descendant
                 WHERE a.id = $1 AND d.id LIKE 'n%'";
    let row = index.db.read(below).bind(super::id("canine.n.02")).row().await.unwrap().unwrap();
    assert_eq!(row.get::<i64>("n").unwrap(), 224);
    let all = index.db.read("SELECT count(*) AS n FROM wordnet_closure").row().await.unwrap().unwrap();
    assert_eq!(all.get::<i64>("n").unwrap(), 825_356);
}
