//! MNIST's IDX: two files a split, `train-images-idx3-ubyte.gz` and `train-labels-idx1-ubyte.gz`.
//!
//! An IDX file is a magic number (element type, number of dimensions), the dimensions, and the elements, all
//! big-endian; the first dimension counts the samples. Tensors of any shape and of the element types that IDX
//! has fit. The test split is `t10k`, as MNIST calls it; other splits have their own names; without splits
//! the names begin with `images` and `labels`. Class names, for which IDX has no place, go to a list beside
//! the files, `classes.txt`, which our reader knows and others pass over.

mod gzip;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use hub_dataset::sample::{Column, Sample, SampleError, Value};
use hub_schema::{DType, Feature, TensorRole};

use self::gzip::HeadedGzip;
use super::columns::{self, LabelColumn, unexpected};
use super::loss::{Loss, Unfit};
use super::names::one_line;
use super::splits::Splits;
use super::staging::{Writer, cant};
use crate::Format;

const FORMAT: Format = Format::Idx;

/// What is written.
#[derive(Clone, Debug)]
pub struct Plan {
    at: usize,
    column: String,
    element: Element,
    shape: Vec<usize>,
    label: LabelColumn,
}

/// An element type of IDX.
#[derive(Clone, Copy, Debug)]
struct Element {
    code: u8,
    word: &'static str,
    size_bytes: usize,
}

impl Element {
    fn of(dtype: DType) -> Option<Self> {
        let (code, word) = match dtype {
            DType::U8 => (0x08, "ubyte"),
            DType::I8 => (0x09, "byte"),
            DType::I16 => (0x0b, "short"),
            DType::I32 => (0x0c, "int"),
            DType::F32 => (0x0d, "float"),
            DType::F64 => (0x0e, "double"),
            _ => return None,
        };
        Some(Self { code, word, size_bytes: dtype.size_bytes() })
    }
}

/// Finds the tensor and the label, and what is lost.
pub fn fit(columns: &[Column]) -> Result<(Plan, Vec<Loss>), Unfit> {
    const NEEDS: &str = "a column of raw images or other tensors, all of one shape, and one of class labels";
    let tensors = || {
        columns.iter().enumerate().filter_map(|(at, column)| match &column.feature {
            Feature::Tensor { dtype, shape, role } => Some((at, *dtype, shape, *role)),
            _ => None,
        })
    };
    let image = tensors().find(|(.., role)| *role == TensorRole::Image);
    let (at, dtype, shape, _) =
        image.or_else(|| tensors().next()).ok_or_else(|| columns::lacking(FORMAT, NEEDS, columns))?;
    let label = columns::label(columns).ok_or_else(|| columns::lacking(FORMAT, NEEDS, columns))?;
    let refuse = |needs| Unfit::Column {
        format: FORMAT,
        column: columns[at].name.clone(),
        needs,
        found: columns[at].feature.describe(),
    };
    if label.names.len() > 256 {
        let (column, found) = (label.name.clone(), columns[label.at].feature.describe());
        return Err(Unfit::Column { format: FORMAT, column, needs: "at most 256 classes", found });
    }
    let element = Element::of(dtype)
        .ok_or_else(|| refuse("elements of uint8, int8, int16, int32, float32 or float64"))?;
    if shape.len() > 254 || shape.iter().any(|d| u32::try_from(*d).is_err()) {
        return Err(refuse("fewer and smaller dimensions"));
    }
    let mut losses = Vec::new();
    losses.extend(columns::others(FORMAT, columns, &[at, label.at]));
    losses.extend(label.synset_loss(FORMAT, &label.names));
    let column = columns[at].name.clone();
    Ok((Plan { at, column, element, shape: shape.clone(), label }, losses))
}

/// Writes IDX files.
pub struct Idx {
    plan: Plan,
    root: PathBuf,
    splits: Splits,
    open: HashMap<String, Pair>,
}

/// The two files of a split.
struct Pair {
    images: IdxFile,
    labels: IdxFile,
}

impl Idx {
    pub fn new(plan: Plan, root: PathBuf, splits: &[String]) -> Self {
        Self { plan, root, splits: Splits::new(splits), open: HashMap::new() }
    }

    fn pair(&mut self, split: Option<&str>) -> Result<&mut Pair, SampleError> {
        let name = match self.splits.name(split) {
            Some(name) if name == "test" => "t10k-".to_owned(),
            Some(name) => name + "-",
            None => String::new(),
        };
        if !self.open.contains_key(&name) {
            let labels = Element::of(DType::U8).unwrap_or(self.plan.element);
            let pair = Pair {
                images: IdxFile::create(&self.root, &name, "images", self.plan.element, &self.plan.shape)?,
                labels: IdxFile::create(&self.root, &name, "labels", labels, &[])?,
            };
            self.open.insert(name.clone(), pair);
        }
        let place = self.root.display().to_string();
        self.open.get_mut(&name).ok_or_else(|| SampleError::fatal(place, "the file was closed"))
    }
}

impl Writer for Idx {
    fn write(&mut self, sample: &Sample) -> Result<(), SampleError> {
        let class = self.plan.label.class(sample)?.ok_or_else(|| {
            SampleError::sample(&sample.place, "no label, and IDX has one for every sample")
                .advise("leave out the rows without label, or take csv")
        })?;
        let expected = self.plan.shape.iter().product::<usize>() * self.plan.element.size_bytes;
        let bytes = match sample.values.get(self.plan.at) {
            Some(Value::Bytes(bytes)) if bytes.len() == expected => bytes,
            other => return Err(unexpected(sample, &self.plan.column, "a tensor of its size", other)),
        };
        let element = self.plan.element.size_bytes;
        let swapped: Vec<u8>;
        let big_endian: &[u8] = if element == 1 {
            bytes
        } else {
            swapped = bytes.chunks_exact(element).flat_map(|e| e.iter().rev().copied()).collect();
            &swapped
        };
        let pair = self.pair(sample.split.as_deref())?;
        pair.images.write(big_endian)?;
        pair.labels.write(&[class as u8])
    }

    fn finish(&mut self) -> Result<(), SampleError> {
        for (_, pair) in self.open.drain() {
            pair.images.finish()?;
            pair.labels.finish()?;
        }
        let path = self.root.join("classes.txt");
        let names: String = self.plan.label.names.iter().map(|name| one_line(name) + "\n").collect();
        fs::write(&path, names).map_err(|e| cant("write", &path, e))
    }
}

/// One IDX file; the number of samples is put into its header at the end.
struct IdxFile {
    path: PathBuf,
    file: HeadedGzip,
    header: Vec<u8>,
    samples: u32,
}

impl IdxFile {
    fn create(
        root: &Path,
        split: &str,
        what: &str,
        element: Element,
        shape: &[usize],
    ) -> Result<Self, SampleError> {
        let dimensions = shape.len() + 1;
        let path = root.join(format!("{split}{what}-idx{dimensions}-{}.gz", element.word));
        let mut header = vec![0, 0, element.code, dimensions as u8, 0, 0, 0, 0];
        for dimension in shape {
            header.extend((*dimension as u32).to_be_bytes());
        }
        let file = HeadedGzip::create(&path, header.len()).map_err(|e| cant("write", &path, e))?;
        Ok(Self { path, file, header, samples: 0 })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), SampleError> {
        self.samples = self.samples.checked_add(1).ok_or_else(|| {
            SampleError::fatal(self.path.display().to_string(), "more samples than IDX can count")
        })?;
        self.file.write(bytes).map_err(|e| cant("write", &self.path, e))
    }

    fn finish(mut self) -> Result<(), SampleError> {
        self.header[4..8].copy_from_slice(&self.samples.to_be_bytes());
        self.file.finish(&self.header).map_err(|e| cant("write", &self.path, e))
    }
}
