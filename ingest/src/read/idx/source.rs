//! The samples, split by split.

use hub_dataset::sample::{Column, Sample, SampleError, SampleSource, SizeHint, Value};
use hub_schema::{DType, Feature, TensorRole};

use super::classes;
use super::files::{Pair, pairs};
use super::label_rows;
use super::stream::{Expected, Stream};
use crate::read::input::Input;

pub fn open(input: &Input) -> Result<Box<dyn SampleSource>, SampleError> {
    Ok(Box::new(IdxSource::open(input)?))
}

pub struct IdxSource {
    columns: Vec<Column>,
    classes: usize,
    splits: std::vec::IntoIter<Split>,
    current: Option<Split>,
    size: SizeHint,
}

struct Split {
    split: Option<&'static str>,
    images: Stream,
    labels: Stream,
    row: u64,
}

impl IdxSource {
    /// Opens every file and reads its header.
    fn open(input: &Input) -> Result<Self, SampleError> {
        let (root, source) = (input.root(), input.source_root()?);
        let pairs = pairs(&source, root)?;
        let splits = pairs.iter().map(Split::open).collect::<Result<Vec<_>, _>>()?;
        let (Some(pair), Some(first)) = (pairs.first(), splits.first()) else {
            return Err(SampleError::fatal(root.display().to_string(), "no IDX images found"));
        };
        let shape = first.images.shape.clone();
        if let Some(other) = splits.iter().find(|s| s.images.shape != shape) {
            let problem = format!(
                "images have the shape {:?}, but {shape:?} in {}",
                other.images.shape, first.images.name
            );
            return Err(SampleError::fatal(&other.images.name, problem).advise("push them one by one"));
        }
        let label = classes::labels(&source, pair.folder, &pair.images.set)?;
        let classes = if let Feature::ClassLabel { names, .. } = &label { names.len() } else { 0 };
        let samples: u64 = splits.iter().map(|s| s.images.rows).sum();
        let bytes = samples * shape.iter().product::<usize>() as u64;
        let image = Feature::Tensor { dtype: DType::U8, shape, role: TensorRole::Image };
        let width = |split: &Split| split.labels.shape.iter().product::<usize>();
        if let Some(other) = splits.iter().find(|split| width(split) != width(first)) {
            let problem =
                format!("rows of {} labels, but of {} in {}", width(other), width(first), first.labels.name);
            return Err(SampleError::fatal(&other.labels.name, problem).advise("push them one by one"));
        }
        let mut columns = vec![Column::new("image", image), Column::new("label", label)];
        columns.extend(label_rows::columns(width(first)));
        Ok(Self {
            columns,
            classes,
            splits: splits.into_iter(),
            current: None,
            size: SizeHint { samples: Some(samples), bytes: Some(bytes) },
        })
    }
}

impl SampleSource for IdxSource {
    fn format(&self) -> &'static str {
        "IDX"
    }

    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn size_hint(&self) -> SizeHint {
        self.size
    }

    fn next_sample(&mut self) -> Option<Result<Sample, SampleError>> {
        loop {
            if self.current.is_none() {
                self.current = Some(self.splits.next()?);
            }
            let next = self.current.as_mut().and_then(|split| split.next(self.classes).transpose());
            if next.is_none() || next.as_ref().is_some_and(|n| n.as_ref().is_err_and(|e| e.fatal)) {
                self.current = None;
            }
            if next.is_some() {
                return next;
            }
        }
    }
}

impl Split {
    fn open(pair: &Pair) -> Result<Self, SampleError> {
        let images = Expected { dimensions: 3..=4, may_be_int32: false };
        let images = Stream::open(&pair.images_path, &images)?;
        let labels = Expected { dimensions: 1..=2, may_be_int32: true };
        let labels = Stream::open(&pair.labels_path, &labels)?;
        if images.rows != labels.rows {
            let problem = format!("{} labels for the {} images of {}", labels.rows, images.rows, images.name);
            return Err(SampleError::fatal(&labels.name, problem).advise("download both files again"));
        }
        Ok(Self { split: pair.images.split, images, labels, row: 0 })
    }

    fn next(&mut self, classes: usize) -> Result<Option<Sample>, SampleError> {
        // Both are read at the end, too, since each checks its own end.
        let (Some(image), Some(label)) = (self.images.next_row()?, self.labels.next_row()?) else {
            return self.labels.next_row().map(|_| None);
        };
        let row = self.row;
        self.row += 1;
        let numbers = label_rows::numbers(&label, self.labels.is_int32);
        let label = numbers.first().copied().unwrap_or_default();
        if !usize::try_from(label).is_ok_and(|label| label < classes) {
            let last = classes.saturating_sub(1);
            let problem = format!("label {label}, expected 0 to {last}");
            return Err(SampleError::sample(format!("{} row {row}", self.labels.name), problem)
                .advise("list the classes in a file classes.txt beside it, one name per line"));
        }
        let mut values = vec![Value::Bytes(image), Value::Int(label)];
        values.extend(label_rows::values(&numbers));
        Ok(Some(Sample {
            place: format!("{} row {row}", self.images.name),
            split: self.split.map(str::to_owned),
            values,
        }))
    }
}
