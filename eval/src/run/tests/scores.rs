//! What runs are scored by: slices, comparisons, labels above the model's classes, boxes, trees.

use std::collections::HashSet;

use hub_dataset::ops::fragment_builder::FragmentBuilder;
use hub_dataset::ops::packed_rows::PackedRows;
use hub_dataset::sample::{Media, MediaBytes, Value};
use hub_dataset::{Author, Dataset};
use hub_schema::{BranchName, Feature, FieldId, Schema};
use hub_wordnet::WordNet;

use super::setup::{
    COLOUR_BLIND, COLOURS, LABELS, MODEL_CLASSES, classes, dataset, evaluation, evaluation_of, local, model,
    rows,
};
use crate::inference::{Class, Columns, LabelMatch, Outcome, SamplePrediction, Selection};
use crate::run::{Finished, Scores, Wanted, compare, leaderboard, predictions};
use crate::score::hierarchy::Tree;
use crate::score::{Count, Prediction};

#[tokio::test]
async fn slices_and_comparison() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = dataset(local(&folder.path().join("set")), &rows(60)).await;
    let good = model(folder.path(), COLOURS);
    let mut evaluation_of_good = evaluation(&snapshot, &good, &Selection::default()).await;
    let limits = hub_query::Limits::default();
    let red = hub_query::filter(&snapshot, "label = 'red'", None, &limits).await.unwrap();
    evaluation_of_good.wanted.slices = vec![("label = 'red'".into(), red.clone())];
    let first = evaluation_of_good.run(good.classifier, |_| {}).await.unwrap();
    let slice = &first.run.scores.slices[0];
    assert_eq!(slice.top1.of, red.len());
    assert_eq!(slice.rest.of, 60 - red.len());
    assert!(slice.interval.unwrap().low < slice.difference.unwrap());
    let blind = model(folder.path(), COLOUR_BLIND);
    let mut evaluation_of_blind = evaluation(&snapshot, &blind, &Selection::default()).await;
    evaluation_of_blind.evaluated.model.name = "blind".into();
    evaluation_of_blind.evaluated.model.hash = "1".repeat(64);
    let second = evaluation_of_blind.run(blind.classifier, |_| {}).await.unwrap();
    let pair = |finished: &Finished| (finished.run.clone(), finished.samples.clone());
    let found = compare((&first.run, &first.samples), (&second.run, &second.samples), Some(0.01)).unwrap();
    let red_right =
        first.samples.iter().filter(|s| s.is_right() == Some(true) && s.label == Some(2)).count() as u64;
    assert_eq!(
        (found.samples, found.paired.only_first, found.paired.both_right),
        (60, red_right, 48 + 4 - red_right)
    );
    assert!(found.differs && found.equivalent == Some(false));
    assert_eq!(found.flips.len() as u64, found.paired.only_first + found.paired.only_second);
    let boards = leaderboard(vec![pair(&second), pair(&first), pair(&first)]);
    assert_eq!(boards.len(), 1);
    let ranks: Vec<_> = boards[0].ranks.iter().map(|rank| (rank.rank, rank.model.as_str())).collect();
    assert_eq!(ranks, [(1, "colours"), (2, "blind")]);
    let none = compare((&first.run, &first.samples[..1]), (&second.run, &second.samples[1..]), None);
    assert!(none.unwrap_err().to_string().contains("no scored sample in common"));
}

/// A sample of a label, by the probabilities of the model's classes.
fn sample(matched: &LabelMatch, label: usize, probabilities: [f32; 3]) -> SamplePrediction {
    let right = matched.space.classes_of(label);
    let (prediction, all) = Prediction::among(right, &probabilities, true, 3).unwrap();
    let judgement = matched.space.judge(label, &all);
    SamplePrediction {
        row_id: 0,
        position: 0,
        item: None,
        name: None,
        label: Some(label),
        valid: None,
        outcome: Outcome::Predicted { prediction, judgement },
    }
}

/// An ImageNet model meets labels above its classes.
#[test]
fn coarse_labels_have_three_accuracies_and_no_distances() {
    let id = |name: &str| WordNet::get().resolve(name).ok();
    let class = |name: &str| Class { name: name.to_owned(), synset: id(name) };
    let of_model = [class("poodle.n.01"), class("beagle.n.01"), class("tabby.n.01")];
    let labels = [class("dog.n.01"), class("cat.n.01"), class("deer.n.01")];
    let matched = LabelMatch::new(&of_model, &labels, false).unwrap();
    // A dog whose two kinds together are more probable than the cat.
    let samples = [
        sample(&matched, 0, [0.3, 0.3, 0.4]),
        sample(&matched, 1, [0.1, 0.2, 0.7]),
        sample(&matched, 2, [0.3, 0.3, 0.4]),
    ];
    let wanted = Wanted { top: vec![1], keep: 3, roots: vec![id("dog.n.01").unwrap()], ..Wanted::default() };
    let scores = Scores::of(&samples, &of_model, &labels, Some(&matched), &wanted);
    let space = scores.label_space.as_ref().unwrap();
    assert_eq!(
        (space.plain.right, space.restrict.right, space.restrict_sum.right, space.plain.of),
        (1, 1, 2, 2)
    );
    assert_eq!((scores.unreachable, space.unreachable.as_slice()), (1, &["deer.n.01".to_owned()][..]));
    assert_eq!(scores.top(1).unwrap().right, 1);
    assert!(scores.hierarchy.is_empty() && scores.hierarchy_note.is_some() && scores.brier.is_none());
    let classes = scores.classes.as_ref().unwrap();
    assert!(!classes.are_model_classes && classes.rows[0].score.recall == 1.0);
    assert_eq!(scores.subtrees[0].top1, Count { right: 0, of: 1 });
}

/// Each box is a sample; a crowd and a box that is too small are none, and a row without boxes has none.
#[tokio::test]
async fn boxes_are_samples() {
    let folder = tempfile::tempdir().unwrap();
    let object = Feature::structure([
        ("bbox", Feature::Bbox),
        ("category", Feature::labels(LABELS)),
        ("iscrowd", Feature::Bool),
    ]);
    let schema = Schema::new([("image", Feature::Image), ("objects", Feature::list(object))]).unwrap();
    let ids: Vec<FieldId> = schema.fields.iter().map(|f| f.id).collect();
    // The left half is red, the right half blue.
    let pixels: Vec<u8> =
        (0..40 * 80).flat_map(|at| if at % 80 < 40 { [200, 0, 0] } else { [0, 0, 200] }).collect();
    let png = hub_media::encode_png(&pixels, 80, 40, 3).unwrap();
    let boxed = |bbox: [f64; 4], label: i64, crowd: bool| {
        Value::Struct(vec![Value::bbox(bbox), Value::Int(label), Value::Bool(crowd)])
    };
    let (left, right) = ([0.0, 0.0, 40.0, 40.0], [40.0, 0.0, 40.0, 40.0]);
    let objects = [
        vec![boxed(left, 2, true), boxed(left, 2, false), boxed(right, 2, false)],
        Vec::new(),
        vec![boxed([0.0, 0.0, 20.0, 40.0], 2, false), boxed(right, 0, false)],
    ];
    let rows: Vec<Vec<Value>> = objects
        .into_iter()
        .enumerate()
        .map(|(number, objects)| {
            let bytes = MediaBytes::Memory(png.clone().into());
            let media = Media { name: format!("{number}.png"), bytes };
            let value = |field: &hub_schema::Field| match field.name.as_str() {
                "image" => Value::Media(media.clone()),
                "objects" => Value::List(objects.clone()),
                _ => Value::Null,
            };
            schema.fields.iter().map(value).collect()
        })
        .collect();
    let mut builder = FragmentBuilder::new(&schema, &ids, None).unwrap();
    builder.row_group(&rows).unwrap();
    let dataset = Dataset::create(local(&folder.path().join("set"))).await.unwrap();
    let (fragment, _) = dataset.put_fragment(builder.finish().unwrap(), &HashSet::new()).await.unwrap();
    let packed = PackedRows { schema: schema.clone(), fragments: vec![fragment], ..PackedRows::default() };
    let appended = dataset.append(&BranchName::main(), &Author::new("test", ""), &packed).await.unwrap();
    let snapshot = appended.snapshot().unwrap().clone();
    let model = model(folder.path(), COLOURS);
    let columns = Columns::of(&schema, None, None, None).unwrap().with_boxes(&schema, "objects").unwrap();
    assert!(Columns::of(&schema, None, None, None).unwrap().with_boxes(&schema, "image").is_err());
    let labels = columns.label.clone().unwrap().classes;
    let matched = LabelMatch::new(&classes(&MODEL_CLASSES), &labels, false).unwrap();
    let mut evaluation = evaluation_of(&snapshot, &model, &Selection::default(), columns, matched).await;
    evaluation.pipeline.batch_size = 2;
    let finished = evaluation.run(model.classifier, |_| {}).await.unwrap();
    let found: Vec<_> = finished.samples.iter().map(|s| (s.position, s.item, s.is_right())).collect();
    assert_eq!(found, [(0, Some(1), Some(true)), (0, Some(2), Some(false)), (2, Some(1), Some(true))]);
    let stored = predictions(&dataset, &finished.run).await.unwrap();
    assert_eq!(stored, finished.samples);
}

/// Classes are found in a tree by synset or by name; each graph that isn't there says why.
#[test]
fn distances_on_trees_of_the_users_own() {
    let id = |name: &str| WordNet::get().resolve(name).ok();
    let of_model = ["poodle", "beagle", "tabby"]
        .map(|name| Class { name: format!("a {name}"), synset: id(&format!("{name}.n.01")) });
    let matched = LabelMatch::new(&of_model, &of_model, false).unwrap();
    // A poodle taken for a beagle, then for a cat.
    let samples = [sample(&matched, 0, [0.3, 0.6, 0.1]), sample(&matched, 0, [0.1, 0.2, 0.7])];
    let synset = |at: usize| of_model[at].synset.unwrap();
    let by_synset = format!("animal dog\nanimal {}\ndog {}\ndog {}\n", synset(2), synset(0), synset(1));
    let tree = |text: &str| Tree::parse(text).unwrap();
    let trees = vec![
        ("synsets".to_owned(), tree(&by_synset)),
        ("names".to_owned(), tree("animal\tdog\nanimal\ta tabby\ndog\ta poodle\ndog\ta beagle\n")),
        ("cats".to_owned(), tree("animal\ta tabby\n")),
    ];
    let wanted = Wanted { top: vec![1], keep: 3, trees, ..Wanted::default() };
    let scores = Scores::of(&samples, &of_model, &of_model, Some(&matched), &wanted);
    let names: Vec<&str> = scores.hierarchy.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "tree-depth:names",
            "tree-depth:synsets",
            "tree-height:names",
            "tree-height:synsets",
            "wordnet-full",
            "wordnet-labels",
        ]
    );
    for graph in ["tree-depth:names", "tree-height:synsets"] {
        assert_eq!(scores.hierarchy[graph].mistake_severity, Some(1.5), "{graph}");
    }
    let note = format!(
        "tree-height:cats: class '{0}' is not in the tree; tree-depth:cats: class '{0}' is not in the tree",
        synset(0)
    );
    assert_eq!(scores.hierarchy_note, Some(note));
}
