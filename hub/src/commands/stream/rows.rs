//! Which rows a stream's batches have: their ids, and how many of each data set of a mix.

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{UInt32Type, UInt64Type};
use hub_schema::RowId;
use serde_json::{Value, json};

use crate::output::number;

/// The data set of each row, which a batch of a mix has before its row ids.
fn data_sets_of(batch: &RecordBatch) -> Vec<u32> {
    let place = batch.num_columns().checked_sub(2);
    let found = place.and_then(|place| batch.column(place).as_primitive_opt::<UInt32Type>());
    found.map_or_else(Vec::new, |found| found.values().to_vec())
}

/// The ids of a batch's rows; in a mix, each behind the number of its data set: `1:ID`.
pub fn rows_of(batch: &RecordBatch, is_mix: bool) -> Vec<String> {
    let ids = batch.columns().last().and_then(|ids| ids.as_primitive_opt::<UInt64Type>());
    let ids = ids.into_iter().flat_map(|ids| ids.values()).map(|id| RowId::from_raw(*id));
    match is_mix {
        true => ids.zip(data_sets_of(batch)).map(|(id, of)| format!("{of}:{id}")).collect(),
        false => ids.map(|id| id.to_string()).collect(),
    }
}

/// Counts the rows of an epoch.
#[derive(Debug)]
pub struct RowCounts {
    of_data_sets: Vec<u64>,
    /// Rows of the smallest and of the largest batch.
    batch: Option<(usize, usize)>,
}

impl RowCounts {
    /// Of so many data sets.
    pub fn new(data_sets: usize) -> Self {
        Self { of_data_sets: vec![0; data_sets], batch: None }
    }

    /// Counts those of a batch.
    pub fn add(&mut self, batch: &RecordBatch, is_mix: bool) {
        let rows = batch.num_rows();
        let (least, most) = self.batch.unwrap_or((rows, rows));
        self.batch = Some((least.min(rows), most.max(rows)));
        if is_mix {
            for of in data_sets_of(batch) {
                if let Some(count) = self.of_data_sets.get_mut(of as usize) {
                    *count += 1;
                }
            }
        }
    }

    /// What is reported of them.
    pub fn shown(self, is_mix: bool, is_sized: bool) -> Shown {
        Shown { of_data_sets: is_mix.then_some(self.of_data_sets), batch: self.batch.filter(|_| is_sized) }
    }
}

/// Rows of each data set of a mix, and of the smallest and largest batch, where they are worth telling.
#[derive(Debug)]
pub struct Shown {
    of_data_sets: Option<Vec<u64>>,
    batch: Option<(usize, usize)>,
}

impl Shown {
    /// For people.
    pub fn describe(&self, text: &mut String) {
        if let Some(counts) = &self.of_data_sets {
            let counts: Vec<String> = counts
                .iter()
                .enumerate()
                .map(|(of, count)| format!("{} of data set {of}", number(*count)))
                .collect();
            *text += &format!("  samples: {}\n", counts.join(", "));
        }
        if let Some((least, most)) = self.batch {
            *text += &format!("  batches of {least} to {most} samples\n");
        }
    }

    /// For programs.
    pub fn to_json(&self, value: &mut Value) {
        if let Some(counts) = &self.of_data_sets {
            value["samples_of_data_sets"] = json!(counts);
        }
        if let Some((least, most)) = self.batch {
            value["batch_samples"] = json!({ "least": least, "most": most });
        }
    }
}
