//! The samples, file by file.

use std::collections::{HashMap, VecDeque};

use arrow::array::RecordBatch;
use hub_dataset::sample::{Column, Sample, SampleError, SampleSource, SizeHint, Value};
use hub_schema::Feature;
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;

use super::files;
use super::footer::{CouldBe, Footer};
use super::guard::guarded;
use super::media_names::{MediaColumns, MediaNames, may_name_media, with_media};
use super::rows::{self, Naming};
use crate::read::input::Input;
use crate::read::media_leaves::{self, column_name};
use crate::read::table::Base;

/// Opens it; reads the footer of every file.
pub fn open(input: &Input) -> Result<Box<dyn SampleSource>, SampleError> {
    Ok(Box::new(ParquetSource::open(input, true)?))
}

/// Opens it for its values alone: names of media that lie beside it stay texts.
pub fn open_values(input: &Input) -> Result<Box<dyn SampleSource>, SampleError> {
    Ok(Box::new(ParquetSource::open(input, false)?))
}

pub struct ParquetSource {
    columns: Vec<Column>,
    /// The name and type of each in the files, where those of media are texts.
    from: Vec<(String, Feature)>,
    /// Where the media are that the rows name, if they do.
    media: Option<MediaNames>,
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
    fn open(input: &Input, takes_media: bool) -> Result<Self, SampleError> {
        let root = input.root();
        let mut footers = files::find(input)?.into_iter().map(Footer::read).collect::<Result<Vec<_>, _>>()?;
        let media = if takes_media { named_media(input, &mut footers)? } else { None };
        let source = input.source_root()?;
        footers.iter().for_each(|footer| source.note(&footer.file.path));
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
        let from: Vec<(String, Feature)> =
            columns.iter().map(|column| (column.name.clone(), column.feature.clone())).collect();
        if let Some((_, named)) = &media {
            set_media(&mut columns, named);
        }
        let media = media.map(|(media, _)| media);
        let total = |of: fn(&Footer) -> u64| Some(footers.iter().map(of).sum());
        let size = SizeHint { samples: total(|f| f.rows), bytes: total(|f| f.bytes) };
        let (footers, ready) = (footers.into_iter(), VecDeque::new());
        Ok(Self { columns, from, media, size, footers, current: None, ready })
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
                    let base = self.media.as_ref().map(|media| media.base(&current.footer.file));
                    for sample in current.samples(&self.from, &batch) {
                        self.ready.push_back(match &base {
                            Some(base) => sample.and_then(|sample| with_files(sample, &self.columns, base)),
                            None => sample,
                        });
                    }
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

/// The columns that name media beside the files, with where these are; none if there are none. Of several files, only
/// those stay that name media, and of these the ones called `metadata.parquet` if there are such.
fn named_media(
    input: &Input,
    footers: &mut Vec<Footer>,
) -> Result<Option<(MediaNames, MediaColumns)>, SampleError> {
    if !footers.iter().any(may_name_media) {
        return Ok(None);
    }
    let Some(media) = MediaNames::of(input)? else { return Ok(None) };
    let named: Vec<MediaColumns> = footers.iter().map(|footer| media.columns(footer)).collect();
    let is_metadata =
        |(footer, columns): &(&Footer, &MediaColumns)| footer.file.is_metadata() && !columns.is_empty();
    let has_metadata = footers.iter().zip(&named).any(|pair| is_metadata(&pair));
    let mut all = MediaColumns::new();
    let mut stays = Vec::new();
    for (footer, columns) in footers.iter().zip(&named) {
        let stay = !columns.is_empty() && (!has_metadata || footer.file.is_metadata());
        stays.push(stay);
        if stay {
            all.extend(columns.clone());
        }
    }
    if all.is_empty() {
        return Ok(None);
    }
    let mut stays = stays.into_iter();
    footers.retain(|_| stays.next().unwrap_or(true));
    Ok(Some((media, all)))
}

/// Gives the columns that name media their types and names.
fn set_media(columns: &mut [Column], named: &MediaColumns) {
    for i in 0..columns.len() {
        let Some(kinds) = named.get(&columns[i].name) else { continue };
        let name = column_name(&columns[i].name, kinds);
        if !columns.iter().any(|column| column.name == name) {
            columns[i].name = name;
        }
        columns[i].feature = media_leaves::with_media(&columns[i].feature, kinds);
    }
}

/// The sample with the media that it names.
fn with_files(mut sample: Sample, columns: &[Column], base: &Base) -> Result<Sample, SampleError> {
    for (value, column) in sample.values.iter_mut().zip(columns) {
        *value = with_media(std::mem::replace(value, Value::Null), &column.feature, base, &sample.place)?;
    }
    Ok(sample)
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
    fn samples(
        &self,
        columns: &[(String, Feature)],
        batch: &RecordBatch,
    ) -> Vec<Result<Sample, SampleError>> {
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
