//! What a run predicted of single rows, found in its file without decoding the others.

use std::collections::HashMap;

use arrow::array::{Array, AsArray, RecordBatch, UInt64Array};
use arrow::compute::concat_batches;
use bytes::Bytes;
use hub_dataset::Dataset;
use hub_schema::RunHeader;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelection,
};
use parquet::file::metadata::PageIndexPolicy;

use super::error::RunError;
use super::table::{Columns, TableError, samples};
use crate::inference::SamplePrediction;

/// Classes of a prediction that have names in the file.
const NAMED: usize = 5;

/// A run's file of predictions, in which rows are looked up.
#[derive(Debug)]
pub struct PredictionFile {
    file: Bytes,
    metadata: ArrowReaderMetadata,
    /// The id of each sample's row and where the sample stands in the file, by id.
    places: Vec<(u64, u32)>,
    labels: HashMap<usize, usize>,
}

/// What a run predicted of one sample, with the names of classes when it ran.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedPrediction {
    /// The prediction.
    pub sample: SamplePrediction,
    /// The name of the label.
    pub label: Option<String>,
    /// The most probable classes, at most five: number, name, probability.
    pub top: Vec<(usize, String, f64)>,
}

impl PredictionFile {
    /// Reads a run's file. Its rows stay compressed, and are decoded when they are looked up.
    ///
    /// # Errors
    /// It can't be read, or isn't the one that the run's record names.
    pub async fn open(dataset: &Dataset, run: &RunHeader) -> Result<Self, RunError> {
        Ok(Self::of(dataset.run_predictions(run).await?)?)
    }

    /// A file of predictions.
    ///
    /// # Errors
    /// It isn't one.
    pub fn of(file: Bytes) -> Result<Self, TableError> {
        let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Optional);
        let metadata = ArrowReaderMetadata::load(&file, options)?;
        let mut found = Self { file, metadata, places: Vec::new(), labels: HashMap::new() };
        let table = found.read(None, &["row_id", "right_number", "label_number"])?;
        let columns = Columns(&table);
        let ids: &UInt64Array = columns.ids("row_id")?;
        found.places = ids.values().iter().copied().zip(0..).collect();
        found.places.sort_unstable();
        let (right, labels) = (columns.ints("right_number")?, columns.ints("label_number")?);
        let number = |number: i64| usize::try_from(number).ok();
        let pairs = right.iter().zip(labels.iter());
        found.labels = pairs.filter_map(|(of, label)| Some((number(of?)?, number(label?)?))).collect();
        Ok(found)
    }

    /// The label of samples for which a class of the model was right, by the class: numbers of both.
    pub fn labels(&self) -> &HashMap<usize, usize> {
        &self.labels
    }

    /// Bytes in memory.
    pub fn size_bytes(&self) -> usize {
        self.file.len() + size_of::<(u64, u32)>() * self.places.len() + 32 * self.labels.len()
    }

    /// What was predicted of a row: of its image, or of each of its boxes; nothing of rows that were not evaluated.
    ///
    /// # Errors
    /// The file is damaged.
    pub fn of_row(&self, row_id: u64) -> Result<Vec<NamedPrediction>, TableError> {
        let first = self.places.partition_point(|(id, _)| *id < row_id);
        let places = self.places.get(first..).unwrap_or_default();
        let places: Vec<u32> = places.iter().take_while(|(id, _)| *id == row_id).map(|(_, at)| *at).collect();
        if places.is_empty() {
            return Ok(Vec::new());
        }
        let table = self.read(Some(&places), &[])?;
        let columns = Columns(&table);
        let labels = columns.texts("label")?;
        let named = samples(&table)?.into_iter().enumerate().map(|(row, sample)| {
            let names = columns.list("top_classes", row)?;
            let names = names.as_ref().and_then(|names| names.as_string_opt::<i32>());
            let top = sample.prediction().map(|prediction| prediction.top.as_slice()).unwrap_or_default();
            let name = |at: usize, number: usize| {
                let text = names.filter(|names| at < names.len() && !names.is_null(at));
                text.map_or_else(|| number.to_string(), |names| names.value(at).to_owned())
            };
            let top = top.iter().take(NAMED).enumerate();
            let top = top.map(|(at, (number, probability))| (*number, name(at, *number), *probability));
            let label = (!labels.is_null(row)).then(|| labels.value(row).to_owned());
            Ok(NamedPrediction { top: top.collect(), label, sample })
        });
        named.collect()
    }

    /// Some rows, in ascending order (all without), of some columns (all where none is named).
    fn read(&self, rows: Option<&[u32]>, columns: &[&str]) -> Result<RecordBatch, TableError> {
        let mut builder =
            ParquetRecordBatchReaderBuilder::new_with_metadata(self.file.clone(), self.metadata.clone());
        if !columns.is_empty() {
            let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
            builder = builder.with_projection(mask);
        }
        if let Some(rows) = rows {
            let all = self.places.len();
            let ranges = rows.iter().map(|row| *row as usize..*row as usize + 1);
            builder = builder.with_row_selection(RowSelection::from_consecutive_ranges(ranges, all));
        }
        let reader = builder.build()?;
        let schema = arrow::array::RecordBatchReader::schema(&reader);
        let batches = reader.collect::<Result<Vec<_>, _>>()?;
        Ok(concat_batches(&schema, &batches)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inference::{Class, Outcome};
    use crate::run::table::{table, to_parquet};
    use crate::score::Prediction;

    /// Of 30,000 samples (more than a page holds) each row has its own, and a row of boxes one for each box.
    #[test]
    fn a_row_is_found_without_the_others() {
        let class = |name: &str| Class { name: name.to_owned(), synset: None };
        let classes: Vec<Class> = ["a", "b", "c", "d", "e", "f"].map(class).to_vec();
        let labels = [class("A"), class("B")];
        let sample = |at: u64, row_id: u64, item: Option<u32>| {
            let sure = 0.5 + (at % 1000) as f64 / 4000.0;
            let rest = (1.0 - sure) / 10.0;
            let probabilities = [rest * 4.0, sure, rest * 3.0, rest * 2.0, rest, 0.0];
            let prediction = Prediction::from_probabilities(Some(1), &probabilities, 6).unwrap();
            SamplePrediction {
                row_id,
                position: at,
                item,
                name: None,
                label: Some(0),
                valid: None,
                outcome: Outcome::Predicted { prediction, judgement: None },
            }
        };
        // Ids don't ascend, as after a merge.
        let mut made: Vec<SamplePrediction> = (0..30_000).map(|at| sample(at, 90_000 - at, None)).collect();
        made.extend((0..3).map(|item| sample(30_000, 7, Some(item))));
        made.push(SamplePrediction { outcome: Outcome::Corrupt("torn".into()), ..sample(30_001, 8, None) });
        let table = table(&made, &classes, &labels).unwrap();
        let file = PredictionFile::of(to_parquet(&table).unwrap()).unwrap();
        for at in [0, 12_345, 29_999] {
            let found = file.of_row(made[at].row_id).unwrap();
            assert_eq!(found.iter().map(|one| &one.sample).collect::<Vec<_>>(), [&made[at]]);
        }
        let boxes = file.of_row(7).unwrap();
        assert_eq!(boxes.iter().map(|one| one.sample.item).collect::<Vec<_>>(), [Some(0), Some(1), Some(2)]);
        let names: Vec<&str> = boxes[0].top.iter().map(|(_, name, _)| name.as_str()).collect();
        assert_eq!((names, boxes[0].label.as_deref()), (vec!["b", "a", "c", "d", "e"], Some("A")));
        let torn = file.of_row(8).unwrap();
        assert_eq!((torn[0].sample.prediction(), torn[0].top.len()), (None, 0));
        assert!(file.of_row(9).unwrap().is_empty() && file.of_row(u64::MAX).unwrap().is_empty());
        assert_eq!(file.labels(), &HashMap::from([(1, 0)]));
        assert!(PredictionFile::of(Bytes::from_static(b"PAR1")).is_err());
    }
}
