//! The samples, file by file.

use std::collections::{HashMap, VecDeque};

use arrow::array::RecordBatch;
use hub_dataset::sample::{Column, Sample, SampleError, SampleSource, SizeHint};
use hub_schema::Feature;
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;

use super::files;
use super::footer::{CouldBe, Footer};
use super::guard::guarded;
use super::rows::{self, Naming};
use crate::read::input::Input;

/// Opens it; reads the footer of every file.
pub fn open(input: &Input) -> Result<Box<dyn SampleSource>, SampleError> {
    Ok(Box::new(ParquetSource::open(input)?))
}

pub struct ParquetSource {
    columns: Vec<Column>,
    size: SizeHint,
    footers: std::vec::IntoIter<Footer>,
    current: Option<Current>,
    ready: VecDeque<Result<Sample, SampleError>>,
}

struct Current {
    footer: Footer,
    batches: ParquetRecordBatchReader,
    /// Rows read so far.
    at: u64,
}

impl ParquetSource {
    /// Reads the footer of every file.
    fn open(input: &Input) -> Result<Self, SampleError> {
        let root = input.root();
        let mut footers = files::find(input)?.into_iter().map(Footer::read).collect::<Result<Vec<_>, _>>()?;
        unite(&mut footers);
        let mut columns: Vec<Column> = Vec::new();
        for footer in &footers {
            for (place, name, feature) in &footer.columns {
                let metadata = footer.metadata_of(*place);
                match columns.iter_mut().find(|c| c.name == *name) {
                    None => columns.push(Column { name: name.clone(), feature: feature.clone(), metadata }),
                    Some(known) if known.feature == *feature => {
                        for (key, value) in metadata {
                            known.metadata.entry(key).or_insert(value);
                        }
                    }
                    Some(known) => {
                        let problem = format!(
                            "column '{name}' is {}, but {} in an earlier file",
                            feature.describe(),
                            known.feature.describe()
                        );
                        return Err(SampleError::fatal(&footer.file.name, problem)
                            .advise("push files with different columns one by one"));
                    }
                }
            }
        }
        if columns.is_empty() {
            return Err(SampleError::fatal(root.display().to_string(), "the files have no columns"));
        }
        let total = |of: fn(&Footer) -> u64| Some(footers.iter().map(of).sum());
        let size = SizeHint { samples: total(|f| f.rows), bytes: total(|f| f.bytes) };
        Ok(Self { columns, size, footers: footers.into_iter(), current: None, ready: VecDeque::new() })
    }

    /// Reads the next batch into `ready`; false at the end.
    fn fill(&mut self) -> Result<bool, SampleError> {
        loop {
            let Some(current) = &mut self.current else {
                let Some(footer) = self.footers.next() else { return Ok(false) };
                self.current = Some(Current { batches: footer.batches()?, footer, at: 0 });
                continue;
            };
            match guarded(|| current.batches.next().transpose()) {
                Ok(Some(batch)) => {
                    self.ready.extend(current.samples(&self.columns, &batch));
                    current.at += batch.num_rows() as u64;
                    return Ok(true);
                }
                Err(problem) => {
                    let place = format!("{} row {}", current.footer.file.name, current.at);
                    self.current = None;
                    return Err(SampleError::fatal(place, format!("can't be read from here on: {problem}"))
                        .advise("the file is damaged: download or write it again"));
                }
                Ok(None) => self.current = None,
            }
        }
    }
}

/// Gives the files the same features where their layouts are the same and only their first values differ: a column
/// of timestamps of which one file has nanoseconds is text in all, and one of bytes of which one file begins with
/// images is of images in all.
fn unite(footers: &mut [Footer]) {
    let mut wider: HashMap<String, Feature> = HashMap::new();
    for footer in footers.iter() {
        for (place, name, feature) in &footer.columns {
            let is_wider = match footer.could_be(*place) {
                CouldBe::Timestamp => *feature == Feature::Text,
                CouldBe::Media => feature.is_media(),
                CouldBe::Neither => false,
            };
            if is_wider {
                wider.entry(name.clone()).or_insert_with(|| feature.clone());
            }
        }
    }
    for footer in footers {
        let places: Vec<CouldBe> = footer.columns.iter().map(|(place, ..)| footer.could_be(*place)).collect();
        for ((_, name, feature), could_be) in footer.columns.iter_mut().zip(places) {
            let is_open = match could_be {
                CouldBe::Timestamp => *feature == Feature::Timestamp,
                CouldBe::Media => matches!(feature, Feature::Binary | Feature::Struct { .. }),
                CouldBe::Neither => false,
            };
            if let Some(wider) =
                wider.get(name).filter(|wider| is_open && wider.is_media() == (could_be == CouldBe::Media))
            {
                *feature = wider.clone();
            }
        }
    }
}

impl Current {
    fn samples(&self, columns: &[Column], batch: &RecordBatch) -> Vec<Result<Sample, SampleError>> {
        let file = &self.footer.file;
        let stem = file.name.rsplit_once('.').map_or(file.name.as_str(), |(stem, _)| stem);
        let naming = Naming::File { file: stem, first_row: self.at };
        let place = |row| format!("{} row {}", file.name, self.at + row);
        rows::samples(columns, batch, &naming, file.split.as_deref(), place)
    }
}

impl SampleSource for ParquetSource {
    fn format(&self) -> &'static str {
        "Parquet"
    }

    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn size_hint(&self) -> SizeHint {
        self.size
    }

    fn next_sample(&mut self) -> Option<Result<Sample, SampleError>> {
        while self.ready.is_empty() {
            match self.fill() {
                Ok(true) => {}
                Ok(false) => return None,
                Err(e) => return Some(Err(e)),
            }
        }
        self.ready.pop_front()
    }
}
