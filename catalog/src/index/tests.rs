//! The index's promises, on both engines: every answer is compared with a scan of the labels that knows nothing
//! of the index.

mod history;
mod scan;
mod shapes;
mod together;

use std::collections::{HashMap, HashSet};

use hub_dataset::ops::fragment_builder::encode_rows;
use hub_dataset::ops::packed_rows::PackedRows;
use hub_dataset::ops::values::ColumnValues;
use hub_dataset::sample::Value;
use hub_dataset::{Author, Dataset, LabelColumn, Snapshot, Store};
use hub_schema::{BranchName, Feature, RowId, Schema};
use hub_wordnet::WordNet;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

/// Classes and their synsets: dogs have two parents, two names are of one synset, one is a verb, two have none.
const CLASSES: [(&str, &str); 10] = [
    ("dog", "dog.n.01"),
    ("wolf", "wolf.n.01"),
    ("thing", ""),
    ("cat", "cat.n.01"),
    ("hound", "dog.n.01"),
    ("child", "child.n.01"),
    ("go", "go.v.01"),
    ("stuff", ""),
    ("guitar", "guitar.n.01"),
    ("kitten", "kitten.n.01"),
];

/// Concepts to query, of all depths, and one that no row has.
const CONCEPTS: [&str; 12] = [
    "entity.n.01",
    "dog.n.01",
    "canine.n.02",
    "domestic_animal.n.01",
    "animal.n.01",
    "organism.n.01",
    "causal_agent.n.01",
    "feline.n.01",
    "travel.v.01",
    "artifact.n.01",
    "guitar.n.01",
    "red.n.01",
];

fn id(name: &str) -> String {
    WordNet::get().resolve(name).unwrap().to_string()
}

/// A label of the first so many classes.
fn class_label(classes: usize) -> Feature {
    let (names, synsets) = CLASSES[..classes]
        .iter()
        .map(|(name, synset)| ((*name).to_owned(), (!synset.is_empty()).then(|| id(synset))))
        .unzip();
    Feature::ClassLabel { names, synsets }
}

/// A label, and boxes with one each.
fn schema(classes: usize) -> Schema {
    let boxes = Feature::structure([("bbox", Feature::Bbox), ("category", class_label(classes))]);
    Schema::new([("label", class_label(classes)), ("objects", Feature::list(boxes))]).unwrap()
}

fn main_branch() -> BranchName {
    BranchName::main()
}

fn author() -> Author {
    Author::new("test", "")
}

/// A data set that is changed at random.
struct Subject {
    dataset: Dataset,
    random: SmallRng,
    classes: usize,
    made: u64,
}

impl Subject {
    async fn new(seed: u64) -> Self {
        let dataset = Dataset::create(Store::memory()).await.unwrap();
        Self { dataset, random: SmallRng::seed_from_u64(seed), classes: 4, made: 0 }
    }

    async fn head(&self, branch: &BranchName) -> Snapshot {
        self.dataset.head(branch).await.unwrap().unwrap()
    }

    fn class(&mut self) -> Value {
        if self.random.random_ratio(1, 12) {
            return Value::Null;
        }
        Value::Int(self.random.random_range(0..self.classes as i64))
    }

    fn boxes(&mut self) -> Value {
        match self.random.random_range(0..6) {
            0 => Value::Null,
            n => Value::List(
                (1..n)
                    .map(|i| Value::Struct(vec![Value::bbox([i as f64, 0.0, 1.0, 1.0]), self.class()]))
                    .collect(),
            ),
        }
    }

    async fn pack(&mut self, fragments: usize, rows: usize) -> PackedRows {
        let schema = schema(self.classes);
        let mut packed = PackedRows { schema: schema.clone(), ..PackedRows::default() };
        for _ in 0..fragments {
            let values: Vec<_> = (0..rows)
                .map(|_| HashMap::from([("label", self.class()), ("objects", self.boxes())]))
                .collect();
            self.made += 1;
            let encoded = encode_rows(&schema, Some("train"), &values).unwrap();
            let (fragment, _) = self.dataset.put_fragment(encoded, &HashSet::new()).await.unwrap();
            packed.fragments.push(fragment);
        }
        packed
    }

    async fn append(&mut self, branch: &BranchName, fragments: usize, rows: usize) -> Snapshot {
        // Columns are packed for what the branch holds by now.
        let head = self.dataset.head(branch).await.unwrap();
        let mut packed = self.pack(fragments, rows).await;
        if let Some(head) = head {
            packed.schema = head.schema().union(&packed.schema).unwrap();
        }
        self.dataset.append(branch, &author(), &packed).await.unwrap();
        self.head(branch).await
    }

    async fn some_rows(&mut self, branch: &BranchName, one_in: u32) -> Vec<RowId> {
        let mut rows = row_ids(&self.head(branch).await).await;
        rows.retain(|_| self.random.random_ratio(1, one_in));
        rows
    }

    async fn delete(&mut self, branch: &BranchName, one_in: u32) -> Snapshot {
        let rows = self.some_rows(branch, one_in).await;
        self.dataset.delete(branch, &author(), &rows).await.unwrap();
        self.head(branch).await
    }

    async fn relabel(&mut self, branch: &BranchName, one_in: u32) -> Snapshot {
        let rows = self.some_rows(branch, one_in).await;
        let label = rows.iter().map(|row| (*row, self.class())).collect();
        let rows = self.some_rows(branch, one_in).await;
        let boxes = rows.iter().map(|row| (*row, self.boxes())).collect();
        let values = [ColumnValues::new("label", label), ColumnValues::new("objects", boxes)];
        let base = self.head(branch).await;
        self.dataset.replace_values(branch, &author(), &values, &base).await.unwrap();
        self.head(branch).await
    }

    async fn compact(&mut self, branch: &BranchName) -> Snapshot {
        self.dataset.compact(branch, &author(), Default::default()).await.unwrap();
        self.head(branch).await
    }
}

/// The ids of all rows, in order.
async fn row_ids(snapshot: &Snapshot) -> Vec<RowId> {
    let index = snapshot.index().await.unwrap();
    index.fragments().iter().flat_map(|f| f.live_offsets().map(|o| f.row_id(o))).collect()
}

/// A label column by its name.
fn column(snapshot: &Snapshot, name: &str) -> LabelColumn {
    LabelColumn::all(snapshot.schema()).into_iter().find(|c| c.name() == name).unwrap()
}
