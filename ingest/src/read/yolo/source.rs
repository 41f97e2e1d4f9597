//! The samples, image by image.

use std::fs::File;
use std::io::Read;

use hub_dataset::sample::{Column, Media, Sample, SampleError, SampleSource, Value};
use hub_media::{Limits, probe_image};
use hub_schema::Feature;

use super::config::Config;
use super::find::find;
use super::label_files::labels_of;
use super::lines::{Expected, Frame, object};
use super::paths::{Images, Place, places};
use crate::read::input::Input;
use crate::read::labels::label_feature;
use crate::read::media_path::media_at;

/// Maximum size of a label file, and of an image whose size in pixels is read.
const MAX_LABEL_BYTES: u64 = 16 << 20;
const MAX_IMAGE_BYTES: u64 = 256 << 20;

pub fn open(input: &Input) -> Result<Box<dyn SampleSource>, SampleError> {
    Ok(Box::new(YoloSource::open(input)?))
}

/// A YOLO data set, opened.
pub struct YoloSource {
    config: Config,
    columns: [Column; 2],
    places: std::vec::IntoIter<Result<Place, SampleError>>,
    current: Option<(Option<String>, Images)>,
}

impl YoloSource {
    fn open(input: &Input) -> Result<Self, SampleError> {
        let config = find(input)?;
        let places = places(&config, input);
        if places.iter().all(Result::is_err) {
            let first = places.into_iter().find_map(Result::err);
            return Err(first.map_or_else(
                || SampleError::fatal(&config.place, "none of its splits names a folder"),
                |e| SampleError { fatal: true, ..e },
            ));
        }
        let mut members = vec![
            ("category", label_feature(config.names.clone())),
            ("bbox", Feature::Bbox),
            ("segmentation", Feature::Polygon),
        ];
        if let Some((_, _, names)) = &config.keypoints {
            members.push(("keypoints", Feature::Keypoints { names: names.clone(), skeleton: Vec::new() }));
        }
        let objects = Feature::list(Feature::structure(members));
        let columns = [Column::new("image", Feature::Image), Column::new("objects", objects)];
        Ok(Self { config, columns, places: places.into_iter(), current: None })
    }

    fn sample(&self, split: Option<&String>, name: &str) -> Result<Sample, SampleError> {
        let wrong = |problem: String| SampleError::sample(name, problem);
        let image = media_at(&self.config.base, name, name)?;
        let image = image.ok_or_else(|| wrong("the file was not found any more".into()))?;
        let labels = labels_of(name);
        let objects = match self.text(&labels)? {
            Some(text) if !text.trim().is_empty() => {
                let frame = frame(&image).map_err(wrong)?;
                self.objects(&labels, &text, frame)?
            }
            _ => Vec::new(),
        };
        let values = vec![Value::Media(image), Value::List(objects)];
        Ok(Sample { place: name.to_owned(), split: split.cloned(), values })
    }

    /// A label file's text; `None` if there is none.
    fn text(&self, labels: &str) -> Result<Option<String>, SampleError> {
        let found = self.config.base.file(labels).map_err(|refusal| refusal.at(labels))?;
        let Some(found) = found else { return Ok(None) };
        let wrong = |problem: String| SampleError::sample(labels, problem);
        let file = File::open(&found.path).map_err(|e| wrong(format!("can't be opened: {e}")))?;
        let mut text = String::new();
        let read = file.take(MAX_LABEL_BYTES + 1).read_to_string(&mut text);
        match read.map_err(|e| wrong(format!("can't be read: {e}")))? as u64 {
            0..=MAX_LABEL_BYTES => Ok(Some(text)),
            _ => Err(wrong(format!("longer than {MAX_LABEL_BYTES} bytes, the limit for a label file"))),
        }
    }

    fn objects(&self, labels: &str, text: &str, frame: Frame) -> Result<Vec<Value>, SampleError> {
        let keypoints = self.config.keypoints.as_ref().map(|(count, each, _)| (*count, *each));
        let expected = Expected { classes: self.config.names.len(), keypoints };
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let object = |(i, line): (usize, &str)| {
            object(line, expected, frame)
                .map_err(|problem| SampleError::sample(format!("{labels}:{}", i + 1), problem))
        };
        lines.map(object).collect()
    }
}

/// The size of an image, from its header.
fn frame(image: &Media) -> Result<Frame, String> {
    let size = image.bytes.size_bytes();
    if size > MAX_IMAGE_BYTES {
        return Err(format!("the image has {size} bytes, expected at most {MAX_IMAGE_BYTES}"));
    }
    let bytes = image.bytes.read_all().map_err(|e| format!("can't be read: {e}"))?;
    let facts = probe_image(&bytes, &Limits::default()).map_err(|e| e.to_string())?;
    Ok(Frame { width: facts.width.into(), height: facts.height.into() })
}

impl SampleSource for YoloSource {
    fn format(&self) -> &'static str {
        "YOLO"
    }

    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn next_sample(&mut self) -> Option<Result<Sample, SampleError>> {
        loop {
            if let Some((split, images)) = &mut self.current {
                match images.next() {
                    Some(Ok(name)) => {
                        let split = split.clone();
                        return Some(self.sample(split.as_ref(), &name));
                    }
                    Some(Err(e)) => return Some(Err(e)),
                    None => self.current = None,
                }
            }
            let opened = self.places.next()?.and_then(|place| {
                let images = Images::open(&self.config.base, &place)?;
                Ok((place.split, images))
            });
            match opened {
                Ok(opened) => self.current = Some(opened),
                Err(e) => return Some(Err(e)),
            }
        }
    }
}
