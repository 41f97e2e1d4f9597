//! The samples, batch by batch.

use std::path::Path;

use hub_dataset::sample::{Column, Sample, SampleError, SampleSource, SizeHint, Value};
use hub_schema::{DType, Feature, TensorRole};

use super::batch::{Batch, Row};
use super::file_role::{Kind, Labels, Role, role};
use super::python;
use super::sizes::PICTURE_BYTES;
use super::store::{Store, StoredFile};
use crate::read::input::Input;
use crate::read::labels::{known_labels, label_feature};

/// Opens it; reads all of it once.
pub fn open(input: &Input) -> Result<Box<dyn SampleSource>, SampleError> {
    Ok(Box::new(CifarSource::open(input)?))
}

/// A CIFAR data set, opened.
pub struct CifarSource {
    survey: Survey,
    files: Box<dyn Iterator<Item = Result<StoredFile, SampleError>> + Send>,
    current: Option<Batch>,
}

/// What the first pass finds.
#[derive(Default)]
struct Survey {
    columns: Vec<Column>,
    kind: Option<Kind>,
    rows: u64,
    names: bool,
    fine: Vec<String>,
    coarse: Vec<String>,
}

impl CifarSource {
    /// Reads all of it once.
    fn open(input: &Input) -> Result<Self, SampleError> {
        let (root, store) = (input.root(), Store::at(input)?);
        let mut survey = Survey::default();
        for file in store.files()? {
            survey.see(file?)?;
        }
        survey.finish(root)?;
        Ok(Self { survey, files: store.files()?, current: None })
    }
}

impl Survey {
    fn see(&mut self, file: StoredFile) -> Result<(), SampleError> {
        match role(&file.name) {
            Some(Role::Names(_, labels)) => {
                let names = lines(&file)?;
                *(if labels == Labels::Fine { &mut self.fine } else { &mut self.coarse }) = names;
            }
            Some(Role::PythonNames) => {
                let (fine, coarse) = python::class_names(&file.place, &file.bytes)?;
                (self.fine, self.coarse) = (fine, coarse.unwrap_or_default());
            }
            Some(role) => {
                let Some(batch) = Batch::open(role, file)? else { return Ok(()) };
                if self.kind.is_some_and(|kind| kind != batch.kind) {
                    return Err(SampleError::fatal(batch.place, "found both CIFAR-10 and CIFAR-100 batches"));
                }
                self.kind = Some(batch.kind);
                self.rows += batch.rows;
                self.names |= matches!(role, Role::Python(_));
            }
            None => {}
        }
        Ok(())
    }

    /// The columns. Names that the files lack are the official ones.
    fn finish(&mut self, root: &Path) -> Result<(), SampleError> {
        let Some(kind) = self.kind else {
            return Err(SampleError::fatal(root.display().to_string(), "no CIFAR batches found"));
        };
        let labels = |names: &mut Vec<String>, data_set: &str| {
            let official = if names.is_empty() { known_labels(data_set) } else { None };
            let feature = official.unwrap_or_else(|| label_feature(names.clone()));
            if let Feature::ClassLabel { names: known, .. } = &feature {
                names.clone_from(known);
            }
            feature
        };
        let shape = vec![32, 32, 3];
        let image = Feature::Tensor { dtype: DType::U8, shape, role: TensorRole::Image };
        self.columns.push(Column::new("image", image));
        let data_set = if kind == Kind::Cifar10 { "cifar10" } else { "cifar100" };
        self.columns.push(Column::new("label", labels(&mut self.fine, data_set)));
        if kind == Kind::Cifar100 {
            self.columns.push(Column::new("coarse_label", labels(&mut self.coarse, "cifar100_coarse")));
        }
        if self.names {
            self.columns.push(Column::new("name", Feature::Text));
        }
        Ok(())
    }

    fn sample(&self, batch: &Batch, row: Row) -> Result<Sample, SampleError> {
        let place = format!("{} row {}", batch.place, row.number);
        let mut values = vec![Value::Bytes(row.image.into())];
        let labels = [(Some(row.label), &self.fine, "label"), (row.coarse, &self.coarse, "coarse label")];
        for (label, names, what) in labels {
            let Some(label) = label else { continue };
            if usize::from(label) >= names.len() {
                let last = names.len().saturating_sub(1);
                return Err(SampleError::sample(place, format!("{what} {label}, expected 0 to {last}")));
            }
            values.push(Value::Int(label.into()));
        }
        if self.names {
            values.push(row.name.map_or(Value::Null, Value::Text));
        }
        Ok(Sample { place, split: Some(batch.split.to_owned()), values })
    }
}

/// Class names, one per line.
fn lines(file: &StoredFile) -> Result<Vec<String>, SampleError> {
    const MAX_BYTES: usize = 1 << 16;
    let text = file.bytes.read_at(0, MAX_BYTES);
    let text = text.map_err(|e| SampleError::fatal(&file.place, "can't be read").because(e))?;
    let text = String::from_utf8_lossy(&text);
    Ok(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect())
}

impl SampleSource for CifarSource {
    fn format(&self) -> &'static str {
        if self.survey.kind == Some(Kind::Cifar100) { "CIFAR-100" } else { "CIFAR-10" }
    }

    fn columns(&self) -> &[Column] {
        &self.survey.columns
    }

    fn size_hint(&self) -> SizeHint {
        let rows = self.survey.rows;
        SizeHint { samples: Some(rows), bytes: Some(rows * PICTURE_BYTES as u64) }
    }

    fn next_sample(&mut self) -> Option<Result<Sample, SampleError>> {
        loop {
            if let Some(batch) = &mut self.current {
                match batch.next_row() {
                    Ok(Some(row)) => return Some(self.survey.sample(batch, row)),
                    Ok(None) => self.current = None,
                    Err(e) => {
                        self.current = None;
                        return Some(Err(e));
                    }
                }
            }
            let opened = self.files.next()?.and_then(|file| match role(&file.name) {
                Some(role) => Batch::open(role, file),
                None => Ok(None),
            });
            match opened {
                Ok(batch) => self.current = batch,
                Err(e) => return Some(Err(e)),
            }
        }
    }
}
