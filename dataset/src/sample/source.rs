//! The traits that a foreign format implements: a source and a sink of samples.

use std::collections::BTreeMap;
use std::error::Error;

use hub_schema::{Feature, Schema, SchemaError};

use super::Sample;

/// A column as a format gives or takes it: no ids, no facts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Column {
    /// The column's name in the format.
    pub name: String,
    /// The type of its values.
    pub feature: Feature,
    /// What the format says about the whole column (see [`hub_schema::Field::metadata`]).
    pub metadata: BTreeMap<String, String>,
}

impl Column {
    /// A column of that name and type.
    pub fn new(name: impl Into<String>, feature: Feature) -> Self {
        Self { name: name.into(), feature, metadata: BTreeMap::new() }
    }

    /// The column with one more entry of metadata.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata.insert(key.into(), value.into());
        self
    }

    /// The schema of such columns: with ids, and the facts of media.
    ///
    /// # Errors
    /// A name is used twice or can't be a column's.
    pub fn schema(columns: &[Self]) -> Result<Schema, SchemaError> {
        let mut schema = Schema::new(columns.iter().map(|c| (c.name.clone(), c.feature.clone())))?;
        columns.iter().for_each(|c| schema.describe_column(&c.name, &c.metadata));
        Ok(schema)
    }
}

/// How much a source expects to give, for progress bars; `None` where it would have to read ahead to know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SizeHint {
    /// The number of samples.
    pub samples: Option<u64>,
    /// The total length of all images, audio and video, in bytes.
    pub bytes: Option<u64>,
}

/// Gives the samples of a foreign format, one after the other, always in the same order.
///
/// The columns are known before the first sample (class names included), so a source looks ahead as far as
/// it must, but never holds all samples. An error that is not [`SampleError::fatal`] is about one sample:
/// the caller may go on, and the next call gives the sample after it.
pub trait SampleSource: Send {
    /// The format in a few words, for the report: `class folders`, `COCO instances`.
    fn format(&self) -> &'static str;
    /// The columns of every sample.
    fn columns(&self) -> &[Column];
    /// What is known of the amount.
    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
    /// The next sample; `None` at the end. Blocks.
    fn next_sample(&mut self) -> Option<Result<Sample, SampleError>>;
}

/// Writes samples out in a foreign format.
pub trait SampleSink: Send {
    /// Takes one sample; its values stand in the order of the columns the sink was made for. Blocks.
    fn write(&mut self, sample: &Sample) -> Result<(), SampleError>;
    /// Completes the files. Without this call what was written is incomplete.
    fn finish(&mut self) -> Result<(), SampleError>;
}

/// What is wrong with one sample or one file: where, what, and how to go on.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {problem}{}", advice.as_deref().map(|a| format!("; {a}")).unwrap_or_default())]
pub struct SampleError {
    /// Where it happened: file, archive member, row, column.
    pub place: String,
    /// What was found and what was expected.
    pub problem: String,
    /// What the user can do about it.
    pub advice: Option<String>,
    /// Whether the whole source fails, rather than one sample.
    pub fatal: bool,
    /// The error that caused this one.
    #[source]
    pub source: Option<Box<dyn Error + Send + Sync>>,
}

impl SampleError {
    /// Something is wrong with the sample at `place`.
    pub fn sample(place: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { place: place.into(), problem: problem.into(), advice: None, fatal: false, source: None }
    }

    /// The source as a whole can't be read any further.
    pub fn fatal(place: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { fatal: true, ..Self::sample(place, problem) }
    }

    /// Adds advice to the user.
    #[must_use]
    pub fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// Adds the error that caused this one.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}
