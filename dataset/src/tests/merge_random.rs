//! Random operations on two branches, then a merge, against a model: a map from row ids to rows, merged value by value.
//!
//! Every value that is written is a new one, so a value differs exactly where a commit replaced it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use hub_schema::{BranchName, Feature, RowId, Schema};
use rand::rngs::SmallRng;
use rand::seq::{IndexedRandom, IteratorRandom};
use rand::{Rng, SeedableRng};

use super::{author, new_dataset, sample_image};
use crate::ops::compact::CompactOptions;
use crate::ops::fragment_builder::encode_rows;
use crate::ops::fsck::Scope;
use crate::ops::packed_rows::PackedRows;
use crate::ops::values::ColumnValues;
use crate::sample::Value;
use crate::{Conflict, Dataset, Error, Snapshot};

/// The columns that every row was pushed with, besides its image.
const COLUMNS: [&str; 2] = ["m", "n"];

/// A row: the name of its image, and its numbers by column; null is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    image: String,
    numbers: BTreeMap<String, i64>,
}

/// The rows of a branch.
type Rows = BTreeMap<RowId, Row>;

/// The rows of a merge; `None` if it must be refused. `columns` are those of the base.
fn merged(base: &Rows, columns: &[String], ours: &Rows, theirs: &Rows) -> Option<Rows> {
    let ids: BTreeSet<RowId> =
        [base, ours, theirs].into_iter().flat_map(|rows| rows.keys().copied()).collect();
    let mut merged = Rows::new();
    for id in ids {
        let row = match (base.get(&id), ours.get(&id), theirs.get(&id)) {
            (Some(base), Some(our), Some(their)) => both(base, our, their)?,
            // What was added to a deleted row is deleted with it; a replaced value is a conflict.
            (Some(base), Some(row), None) | (Some(base), None, Some(row)) => {
                if columns.iter().any(|column| base.numbers.get(column) != row.numbers.get(column)) {
                    return None;
                }
                continue;
            }
            (Some(_), None, None) => continue,
            (None, one, other) => one.or(other).cloned()?,
        };
        merged.insert(id, row);
    }
    Some(merged)
}

fn both(base: &Row, our: &Row, their: &Row) -> Option<Row> {
    let columns: BTreeSet<&String> =
        [base, our, their].into_iter().flat_map(|row| row.numbers.keys()).collect();
    let mut numbers = BTreeMap::new();
    for column in columns {
        let of = |row: &Row| row.numbers.get(column).copied();
        let number = match (of(base), of(our), of(their)) {
            (was, our, their) if our == their || was == their => our,
            (was, our, their) if was == our => their,
            _ => return None,
        };
        number.map(|number| numbers.insert(column.clone(), number));
    }
    Some(Row { image: base.image.clone(), numbers })
}

/// The rows as the data set has them.
async fn stored(snapshot: &Snapshot) -> Rows {
    let count = snapshot.index().await.unwrap().rows();
    let fields = snapshot.fields(None).unwrap();
    let batch = snapshot.read_positions(&(0..count).collect::<Vec<_>>(), &fields).await.unwrap();
    let images = batch.column_by_name("image").unwrap().as_struct().clone();
    let names = images.column_by_name("path").unwrap().as_string::<i32>().clone();
    let bytes = images.column_by_name("bytes").unwrap().as_binary_view().clone();
    let mut rows = Rows::new();
    for (i, id) in super::row_ids(snapshot).await.into_iter().enumerate() {
        let image = names.value(i).to_owned();
        let seed: u64 = image.trim_end_matches(".png").parse().unwrap();
        let Value::Media(wanted) = sample_image(seed, 40) else { panic!() };
        let crate::sample::MediaBytes::Memory(wanted) = wanted.bytes else { panic!() };
        assert_eq!(bytes.value(i), wanted, "{image}");
        let mut numbers = BTreeMap::new();
        for field in fields.iter().filter(|f| f.feature == Feature::int64() && f.fact_of.is_none()) {
            let column = batch.column_by_name(&field.name).unwrap().as_primitive::<Int64Type>();
            if let Some(number) = column.iter().nth(i).flatten() {
                numbers.insert(field.name.clone(), number);
            }
        }
        rows.insert(id, Row { image, numbers });
    }
    assert_eq!(rows.len() as u64, count, "row ids are unique");
    rows
}

/// A data set with two branches, and a source of random operations on them.
struct Trial {
    dataset: Dataset,
    random: SmallRng,
    /// The next number that no value has had.
    next: i64,
}

impl Trial {
    fn number(&mut self) -> i64 {
        self.next += 1;
        self.next
    }

    async fn head(&self, branch: &BranchName) -> Snapshot {
        self.dataset.head(branch).await.unwrap().unwrap()
    }

    async fn append(&mut self, branch: &BranchName, count: usize) {
        let schema = match self.dataset.head(branch).await.unwrap() {
            Some(head) => head.schema().clone(),
            None => {
                Schema::new([("image", Feature::Image), ("m", Feature::int64()), ("n", Feature::int64())])
                    .unwrap()
            }
        };
        let mut rows = Vec::new();
        for _ in 0..count {
            let mut row = HashMap::from([("image", sample_image(self.number() as u64, 40))]);
            for column in COLUMNS {
                if self.random.random_bool(0.8) {
                    row.insert(column, Value::Int(self.number()));
                }
            }
            rows.push(row);
        }
        let split = ["train", "val"].choose(&mut self.random).copied();
        let encoded = encode_rows(&schema, split, &rows).unwrap();
        let (fragment, _) = self.dataset.put_fragment(encoded, &HashSet::new()).await.unwrap();
        let rows = PackedRows { schema, fragments: vec![fragment], ..PackedRows::default() };
        self.dataset.append(branch, &author(), &rows).await.unwrap();
    }

    /// Some rows of a branch; the two branches mostly choose different ones.
    async fn some_rows(&mut self, branch: &BranchName, most: usize) -> Vec<RowId> {
        let parity = u64::from(*branch == BranchName::main());
        let any = self.random.random_bool(0.02);
        let ids = super::row_ids(&self.head(branch).await).await;
        let mine = ids.into_iter().filter(|id| any || id.raw() % 2 == parity);
        let count = self.random.random_range(1..=most);
        mine.choose_multiple(&mut self.random, count)
    }

    async fn replace(&mut self, branch: &BranchName) {
        let head = self.head(branch).await;
        let mut values = Vec::new();
        for field in head.schema().fields.iter().filter(|f| f.feature == Feature::int64()) {
            if field.fact_of.is_none() && self.random.random_bool(0.6) {
                let rows = self.some_rows(branch, 4).await;
                let given = rows.into_iter().map(|row| (row, Value::Int(self.number())));
                values.push(ColumnValues::new(field.name.clone(), given.collect()));
            }
        }
        self.dataset.replace_values(branch, &author(), &values, &head).await.unwrap();
    }

    async fn add_column(&mut self, branch: &BranchName) {
        let name = format!("added_{}", self.number());
        let rows = self.some_rows(branch, 6).await;
        let given = rows.into_iter().map(|row| (row, Value::Int(self.number()))).collect();
        let values = [ColumnValues::new(name.clone(), given)];
        self.dataset.add_column(branch, &author(), &name, Feature::int64(), &values).await.unwrap();
    }

    /// One operation on a branch.
    async fn operate(&mut self, branch: &BranchName) {
        match self.random.random_range(0..10) {
            0..3 => {
                let count = self.random.random_range(1..4);
                self.append(branch, count).await;
            }
            3..5 => {
                let rows = self.some_rows(branch, 3).await;
                self.dataset.delete(branch, &author(), &rows).await.unwrap();
            }
            5..7 => self.replace(branch).await,
            7 => self.add_column(branch).await,
            _ => {
                let target_bytes = [1, 3000, 1 << 25].choose(&mut self.random).copied().unwrap();
                self.dataset
                    .compact(branch, &author(), CompactOptions { target_bytes, ..CompactOptions::default() })
                    .await
                    .unwrap();
            }
        }
    }
}

/// Several rounds of operations and merges; the numbers of merges that were made and that were refused.
async fn trial(seed: u64) -> (u32, u32) {
    let (main, dev): (BranchName, BranchName) = (BranchName::main(), "dev".parse().unwrap());
    let mut trial = Trial { dataset: new_dataset().await, random: SmallRng::seed_from_u64(seed), next: 0 };
    for _ in 0..trial.random.random_range(1..4) {
        trial.append(&main, 4).await;
    }
    trial.operate(&main).await;
    let begun = trial.head(&main).await;
    trial.dataset.create_branch(&dev, &begun).await.unwrap();
    let (mut base, mut columns) = (stored(&begun).await, begun.schema().names());
    let (mut made, mut refused) = (0, 0);
    for round in 0..3 {
        for branch in [&main, &dev] {
            for _ in 0..trial.random.random_range(1..5) {
                trial.operate(branch).await;
            }
        }
        // Once in a while one side takes back what it did.
        if trial.random.random_bool(0.2) {
            let early = trial.head(&dev).await.log(usize::MAX).await.unwrap();
            let to = early.choose(&mut trial.random).unwrap().clone();
            trial.dataset.revert(&dev, &author(), &to).await.unwrap();
            trial.operate(&dev).await;
        }
        let (ours, theirs) = (trial.head(&main).await, trial.head(&dev).await);
        let (our_rows, their_rows) = (stored(&ours).await, stored(&theirs).await);
        let wanted = merged(&base, &columns, &our_rows, &their_rows);
        let place = format!("seed {seed}, round {round}");
        match (trial.dataset.merge(&main, &theirs, &author()).await, wanted) {
            (Ok(done), Some(wanted)) => {
                let found = stored(done.snapshot()).await;
                for id in wanted.keys().chain(found.keys()) {
                    assert_eq!(found.get(id), wanted.get(id), "{place}: row {id}");
                }
                let counts = &done.snapshot().commit().counts;
                assert_eq!(counts.rows, wanted.len() as u64, "{place}");
                made += 1;
            }
            (Err(Error::Conflict { conflict, .. }), wanted) => {
                // A side that went back to before a column was added has dropped it.
                let dropped = columns.iter().any(|column| theirs.schema().find(column).is_none());
                let of_columns = matches!(conflict, Conflict::Columns(_)) && dropped;
                assert!(wanted.is_none() || of_columns, "{place}: refused: {conflict}");
                assert_eq!(trial.head(&main).await.at(), ours.at(), "{place}");
                refused += 1;
                break;
            }
            (done, _) => {
                panic!("{place}: {:?}, expected a conflict", done.map(|d| d.snapshot().at().clone()))
            }
        }
        (base, columns) = (their_rows, theirs.schema().names());
    }
    let report = trial.dataset.fsck(Scope::All, |_| ()).await.unwrap();
    assert_eq!(report.damage, [], "seed {seed}");
    (made, refused)
}

#[tokio::test]
async fn random_operations_on_two_branches_merge_as_rows_do() {
    let (mut made, mut refused) = (0, 0);
    let seeds = std::env::var("HUB_MERGE_TRIALS").ok().and_then(|n| n.parse().ok()).unwrap_or(24);
    for seed in 0..seeds {
        let done = trial(seed).await;
        (made, refused) = (made + done.0, refused + done.1);
    }
    assert!(made > refused && refused > 0, "{made} merges were made, {refused} refused");
}
