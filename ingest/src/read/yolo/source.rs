//! The samples, image by image.

use std::fs::File;

use hub_dataset::sample::{Column, Sample, SampleError, SampleSource, Value};
use hub_schema::{Feature, frame};

use super::config::Config;
use super::find::find;
use super::label_files::labels_of;
use super::lines::{Expected, Frame, object};
use super::paths::{Images, Place, places};
use crate::read::file_errors::read_text;
use crate::read::input::Input;
use crate::read::labels::label_feature;
use crate::read::media_path::media_at;
use crate::read::orientation::facts;

/// Maximum size of a label file.
const MAX_LABEL_BYTES: u64 = 16 << 20;

/// Key of the column's metadata, before a class's name: the names of its keypoints, as JSON.
const KEYPOINTS: &str = "yolo.kpt_names.";

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
        if let Some(points) = &config.keypoints {
            members.push(("keypoints", Feature::Keypoints { names: points.names(), skeleton: Vec::new() }));
        }
        let objects = Column::new("objects", Feature::list(Feature::structure(members)));
        let columns = [Column::new("image", Feature::Image), described(objects, &config)];
        Ok(Self { config, columns, places: places.into_iter(), current: None })
    }

    fn sample(&self, split: Option<&String>, name: &str) -> Result<Sample, SampleError> {
        let wrong = |problem: String| SampleError::sample(name, problem);
        let image = media_at(&self.config.base, name, name)?;
        let image = image.ok_or_else(|| wrong("the file was not found any more".into()))?;
        let labels = labels_of(name);
        let objects = match self.text(&labels)? {
            Some(text) if !text.trim().is_empty() => {
                let frame = Frame::new(&facts(&image).map_err(wrong)?);
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
        match read_text(file, MAX_LABEL_BYTES) {
            Ok(text) => Ok(Some(text)),
            Err(e) => Err(e.sample(labels)),
        }
    }

    fn objects(&self, labels: &str, text: &str, frame: Frame) -> Result<Vec<Value>, SampleError> {
        let keypoints = self.config.keypoints.as_ref().map(|points| (points.count, points.numbers));
        let expected = Expected { classes: self.config.names.len(), keypoints };
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let object = |(i, line): (usize, &str)| {
            object(line, expected, frame)
                .map_err(|problem| SampleError::sample(format!("{labels}:{}", i + 1), problem))
        };
        lines.map(object).collect()
    }
}

/// The column with the frame of its coordinates, and the names of each class's keypoints.
fn described(column: Column, config: &Config) -> Column {
    let column = column.with(frame::KEY, frame::STORED);
    let named = config.keypoints.iter().flat_map(|points| &points.named);
    named.fold(column, |column, (class, names)| match config.names.get(*class) {
        Some(class) => column.with(format!("{KEYPOINTS}{class}"), serde_json::json!(names).to_string()),
        None => column,
    })
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
