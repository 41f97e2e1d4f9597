//! Writes each sample's tensor to one file of its split, and its label to the other.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use hub_dataset::sample::{Sample, SampleError, Value};
use hub_schema::DType;

use super::gzip::HeadedGzip;
use super::layout::{Element, Layout};
use crate::write::columns::unexpected;
use crate::write::names::one_line;
use crate::write::splits::Splits;
use crate::write::staging::{Writer, cant};

pub struct Idx {
    layout: Layout,
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
    pub fn new(layout: Layout, root: PathBuf, splits: &[String]) -> Self {
        Self { layout, root, splits: Splits::new(splits), open: HashMap::new() }
    }

    fn pair(&mut self, split: Option<&str>) -> Result<&mut Pair, SampleError> {
        let name = match self.splits.name(split) {
            Some(name) if name == "test" => "t10k-".to_owned(),
            Some(name) => name + "-",
            None => String::new(),
        };
        if !self.open.contains_key(&name) {
            let labels = Element::of(DType::U8).unwrap_or(self.layout.element);
            let pair = Pair {
                images: IdxFile::create(
                    &self.root,
                    &name,
                    "images",
                    self.layout.element,
                    &self.layout.shape,
                )?,
                labels: IdxFile::create(&self.root, &name, "labels", labels, &[])?,
            };
            self.open.insert(name.clone(), pair);
        }
        let place = self.root.display().to_string();
        self.open.get_mut(&name).ok_or_else(|| SampleError::fatal(place, "the output file is already closed"))
    }
}

impl Writer for Idx {
    fn write(&mut self, sample: &Sample) -> Result<(), SampleError> {
        let class = self.layout.label.class(sample)?.ok_or_else(|| {
            SampleError::sample(&sample.place, "the label is missing, but IDX needs one for every sample")
                .advise("leave out the rows without label, or use csv")
        })?;
        let expected = self.layout.shape.iter().product::<usize>() * self.layout.element.size_bytes;
        let bytes = match sample.values.get(self.layout.at) {
            Some(Value::Bytes(bytes)) if bytes.len() == expected => bytes,
            other => {
                return Err(unexpected(sample, &self.layout.column, "a tensor of the column's shape", other));
            }
        };
        let element = self.layout.element.size_bytes;
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
        let names: String = self.layout.label.names.iter().map(|name| one_line(name) + "\n").collect();
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
            SampleError::fatal(
                self.path.display().to_string(),
                "more samples than IDX can count (4,294,967,295)",
            )
        })?;
        self.file.write(bytes).map_err(|e| cant("write", &self.path, e))
    }

    fn finish(mut self) -> Result<(), SampleError> {
        self.header[4..8].copy_from_slice(&self.samples.to_be_bytes());
        self.file.finish(&self.header).map_err(|e| cant("write", &self.path, e))
    }
}
