//! CIFAR's binary files: label, then 1,024 red, 1,024 green and 1,024 blue bytes.
//!
//! CIFAR-10 where the data set has one label; CIFAR-100, which writes the coarser label first, where it has a
//! `coarse_label` too. The training split of CIFAR-10 is cut into `data_batch_1.bin` to `data_batch_5.bin` of
//! 10,000 samples; the fifth, which is the last that programs read, gets all the rest.
//!
//! A hub's raw image has its channels innermost, CIFAR outermost; images that are encoded are decoded,
//! which is the same pixels if they were PNG.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use bytes::Bytes;
use hub_dataset::sample::{Column, Sample, SampleError, Value};
use hub_schema::Feature;

use super::columns::{self, LabelColumn, Pixels, unexpected};
use super::copy::{read_whole, unreadable};
use super::loss::{Loss, LossKind, Unfit};
use super::names::one_line;
use super::staging::{Writer, cant};
use crate::format::Format;

const FORMAT: Format = Format::Cifar;
const SIDE: usize = 32;
const PIXELS: usize = SIDE * SIDE;
const BATCH_SAMPLES: u64 = 10_000;
const MAX_BATCHES: u64 = 5;

#[derive(Debug)]
pub struct Layout {
    at: usize,
    column: String,
    is_encoded: bool,
    label: LabelColumn,
    coarse: Option<LabelColumn>,
}

/// Finds image and labels, and what is lost.
pub fn fit(columns: &[Column], splits: &[String]) -> Result<(Layout, Vec<Loss>), Unfit> {
    const NEEDS: &str = "a column of raw images of 32 × 32 × 3 bytes (or of encoded images of that size) \
                         and one of class labels";
    let size = Pixels { height: SIDE, width: SIDE, channels: 3 };
    let raw = columns.iter().position(|c| Pixels::of(&c.feature) == Some(size));
    let encoded = || columns.iter().position(|c| c.feature == Feature::Image);
    let at = raw.or_else(encoded).ok_or_else(|| columns::lacking(FORMAT, NEEDS, columns))?;
    let label = columns::label(columns).ok_or_else(|| columns::lacking(FORMAT, NEEDS, columns))?;
    let coarse = columns::label_named(columns, "coarse_label").filter(|coarse| coarse.at != label.at);
    let too_many = |label: &&LabelColumn| label.names.len() > 256;
    if let Some(label) = [Some(&label), coarse.as_ref()].into_iter().flatten().find(too_many) {
        let (column, found) = (label.name.clone(), columns[label.at].feature.describe());
        return Err(Unfit::Column { format: FORMAT, column, needs: "at most 256 classes", found });
    }
    let strange: Vec<_> =
        splits.iter().filter(|s| !matches!(s.as_str(), "train" | "test")).cloned().collect();
    if !strange.is_empty() {
        return Err(Unfit::Splits { format: FORMAT, splits: strange });
    }
    let mut losses = Vec::new();
    let kept: Vec<usize> = [at, label.at].into_iter().chain(coarse.as_ref().map(|c| c.at)).collect();
    losses.extend(columns::others(FORMAT, columns, &kept));
    if raw.is_none() {
        losses.push(Loss::new(FORMAT, [&columns[at].name], LossKind::Encoding));
    }
    losses.extend(label.synset_loss(FORMAT, &label.names));
    losses.extend(coarse.as_ref().and_then(|coarse| coarse.synset_loss(FORMAT, &coarse.names)));
    if splits.is_empty() {
        losses.push(Loss::new(FORMAT, [] as [&str; 0], LossKind::Unsplit));
    }
    let column = columns[at].name.clone();
    Ok((Layout { at, column, is_encoded: raw.is_none(), label, coarse }, losses))
}

/// A sink that writes CIFAR's binary batches.
pub struct Cifar {
    layout: Layout,
    root: PathBuf,
    open: HashMap<String, BufWriter<File>>,
    train_samples: u64,
}

impl Cifar {
    pub fn new(layout: Layout, root: PathBuf) -> Self {
        Self { layout, root, open: HashMap::new(), train_samples: 0 }
    }

    /// Red, green and blue of a sample, one after the other.
    fn planes(&self, sample: &Sample) -> Result<Vec<u8>, SampleError> {
        let column = &self.layout.column;
        let pixels = match sample.values.get(self.layout.at) {
            Some(Value::Bytes(bytes)) if bytes.len() == 3 * PIXELS => bytes.clone(),
            Some(Value::Media(media)) if self.layout.is_encoded => {
                let encoded = read_whole(&media.bytes).map_err(|e| unreadable(sample, e))?;
                decode(&encoded).map_err(|problem| {
                    SampleError::sample(&sample.place, format!("column '{column}': {problem}"))
                })?
            }
            other => return Err(unexpected(sample, column, "an image of 32 × 32 × 3 bytes", other)),
        };
        Ok((0..3).flat_map(|channel| pixels.iter().skip(channel).step_by(3).copied()).collect())
    }

    fn class(&self, sample: &Sample, label: &LabelColumn) -> Result<u8, SampleError> {
        let class = label.class(sample)?.and_then(|class| u8::try_from(class).ok());
        class.ok_or_else(|| {
            SampleError::sample(
                &sample.place,
                format!("column '{}' is empty, but CIFAR needs a label for every image", label.name),
            )
            .advise("leave out the rows without label, or use csv")
        })
    }

    /// The file a sample goes to.
    fn file_name(&mut self, split: Option<&str>) -> String {
        let is_test = split == Some("test");
        if self.layout.coarse.is_some() {
            return if is_test { "test.bin" } else { "train.bin" }.to_owned();
        }
        if is_test {
            return "test_batch.bin".to_owned();
        }
        let batch = (self.train_samples / BATCH_SAMPLES).min(MAX_BATCHES - 1);
        self.train_samples += 1;
        format!("data_batch_{}.bin", batch + 1)
    }
}

fn decode(encoded: &[u8]) -> Result<Bytes, String> {
    let (pixels, width, height) =
        hub_media::decode_rgb8(encoded, &hub_media::Limits::default()).map_err(|e| e.to_string())?;
    if (width as usize, height as usize) != (SIDE, SIDE) {
        return Err(format!("the image is {width} × {height}, expected 32 × 32 for CIFAR"));
    }
    Ok(pixels.into())
}

impl Writer for Cifar {
    fn write(&mut self, sample: &Sample) -> Result<(), SampleError> {
        let mut record = Vec::with_capacity(2 + 3 * PIXELS);
        if let Some(coarse) = &self.layout.coarse {
            record.push(self.class(sample, coarse)?);
        }
        record.push(self.class(sample, &self.layout.label)?);
        record.extend(self.planes(sample)?);
        let name = self.file_name(sample.split.as_deref());
        let path = self.root.join(&name);
        if !self.open.contains_key(&name) {
            let file = File::create(&path).map_err(|e| cant("write", &path, e))?;
            self.open.insert(name.clone(), BufWriter::with_capacity(1 << 18, file));
        }
        let Some(file) = self.open.get_mut(&name) else { return Ok(()) };
        file.write_all(&record).map_err(|e| cant("write", &path, e))
    }

    fn finish(&mut self) -> Result<(), SampleError> {
        for (name, mut file) in self.open.drain() {
            file.flush().map_err(|e| cant("write", &self.root.join(name), e))?;
        }
        let names =
            |label: &LabelColumn| label.names.iter().map(|name| one_line(name) + "\n").collect::<String>();
        let lists = match &self.layout.coarse {
            // The original ends in an empty line.
            None => vec![("batches.meta.txt", names(&self.layout.label) + "\n")],
            Some(coarse) => vec![
                ("coarse_label_names.txt", names(coarse)),
                ("fine_label_names.txt", names(&self.layout.label)),
            ],
        };
        for (name, text) in lists {
            let path = self.root.join(name);
            fs::write(&path, text).map_err(|e| cant("write", &path, e))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::testing::raw;

    #[test]
    fn the_fifth_batch_takes_the_rest() {
        let columns = [Column::new("image", raw(&[32, 32, 3])), Column::new("label", Feature::labels(["a"]))];
        let mut cifar = Cifar::new(fit(&columns, &[]).unwrap().0, PathBuf::new());
        let mut files: Vec<(String, usize)> = Vec::new();
        for _ in 0..60_000 {
            let name = cifar.file_name(Some("train"));
            match files.last_mut() {
                Some((last, count)) if *last == name => *count += 1,
                _ => files.push((name, 1)),
            }
        }
        assert_eq!(files[0], ("data_batch_1.bin".to_owned(), 10_000));
        assert_eq!(files[4], ("data_batch_5.bin".to_owned(), 20_000));
        assert_eq!((files.len(), cifar.file_name(Some("test"))), (5, "test_batch.bin".to_owned()));
    }
}
