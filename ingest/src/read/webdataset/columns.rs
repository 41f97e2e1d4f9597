//! Maps file name extensions to columns.
//!
//! | extension | column |
//! |---|---|
//! | of an image, audio file or video (`jpg`, `png`, `wav`, `mp4`, …) | `image`, `audio`, `video`; where one sample has two of a kind, each is called by its extension |
//! | `cls` | `label`: a class with `classnames.txt` beside the tars, else an integer (a text where it is none) |
//! | `txt`, `text` | `text` |
//! | `json` | `json`, as it is |
//! | of two words (`seg.png`, `left.cls`) | called by the first, typed by the last |
//! | any other (`npy`, `pth`, …) | bytes, called by the extension |
//!
//! A sample that lacks an extension has null there.

use std::collections::{BTreeMap, HashMap, HashSet};

use hub_dataset::sample::{Column, Media, MediaBytes, SampleError, Value};
use hub_schema::{BLOB_THRESHOLD_BYTES, Feature};
use serde::de::IgnoredAny;

use super::groups::{Group, Groups, Part};
use super::shards::Shard;
use crate::read::class_names;
use crate::read::file_errors::{empty, unreadable};
use crate::read::input::Input;
use crate::read::inside::SourceRoot;
use crate::read::kind::{KINDS, feature_of, kind_of_name};
use crate::read::labels::label_feature;
use crate::read::tar_members::TarMembers;

/// Number of samples of each tar that are read to find the columns, for the first tar and for the others.
const LOOKED_AT: (usize, usize) = (2_000, 20);

/// A class number or name has at most so many bytes.
const MAX_CLASS_BYTES: u64 = 1_024;

/// The columns, and which extensions go to which.
#[derive(Debug)]
pub struct ColumnMapping {
    pub columns: Vec<Column>,
    /// Extension → index in `columns`.
    of_ending: HashMap<String, usize>,
}

/// What the first samples show.
#[derive(Default)]
struct Seen {
    /// Each extension, with whether all its classes (if it is one) are integers.
    endings: BTreeMap<String, bool>,
    /// Extensions of media that share a sample with another of their kind.
    doubled: HashSet<String>,
    samples: usize,
}

impl ColumnMapping {
    /// Finds the columns from the first samples of the tars.
    ///
    /// # Errors
    /// A tar is broken, there is no sample, or the class names can't be read.
    pub fn of(input: &Input, shards: &[Shard]) -> Result<Self, SampleError> {
        let root = input.root();
        let mut seen = Seen::default();
        let mut first_error: Option<SampleError> = None;
        let mut most = LOOKED_AT.0;
        for shard in shards {
            for group in Groups::new(TarMembers::open(&shard.path)?).take(most) {
                match group {
                    Ok(group) => seen.add(&group),
                    // The same error is reported again when the sample is read.
                    Err(e) => {
                        let ends = e.fatal;
                        first_error.get_or_insert(e);
                        if ends {
                            break;
                        }
                    }
                }
            }
            most = LOOKED_AT.1;
        }
        if seen.samples == 0 {
            if let Some(error) = first_error {
                return Err(SampleError { fatal: true, ..error });
            }
            return Err(SampleError::fatal(root.display().to_string(), "no samples found")
                .advise("expected members like 0001.jpg and 0001.cls"));
        }
        let source = match root.is_dir() || root.exists() {
            true => input.source_root()?,
            false => SourceRoot::of(&shards[0].path, input.options.allow_outside)?,
        };
        let names = class_names::beside(&source, "")?;
        Ok(seen.mapping(names.as_deref()))
    }

    /// The values of a sample, in the order of the columns.
    ///
    /// # Errors
    /// A member is not what its ending says, or of an ending without a column.
    pub fn values(&self, place: &str, group: Group) -> Result<Vec<Value>, SampleError> {
        let mut values = vec![Value::Null; self.columns.len()];
        for part in group.parts {
            let place = format!("{place}.{}", part.ending);
            let Some(&at) = self.of_ending.get(&part.ending) else {
                return Err(SampleError::sample(
                    place,
                    "an extension that the first samples of the tars don't have",
                )
                .advise("put a tar that has it first, or remove the member"));
            };
            if values[at] != Value::Null {
                let problem = format!("a second member for the column '{}'", self.columns[at].name);
                return Err(SampleError::sample(place, problem)
                    .advise("give the members two-word extensions: left.jpg, right.jpg"));
            }
            values[at] = value_of(&place, part, &self.columns[at].feature)?;
        }
        if let Some(key) = values.last_mut() {
            *key = Value::Text(group.key);
        }
        Ok(values)
    }
}

impl Seen {
    fn add(&mut self, group: &Group) {
        self.samples += 1;
        for part in &group.parts {
            let is_number =
                last_word(&part.ending) != "cls" || class_text(&part.bytes).is_some_and(|t| is_integer(&t));
            *self.endings.entry(part.ending.clone()).or_insert(true) &= is_number;
        }
        for kind in KINDS {
            let of_kind =
                || group.parts.iter().filter(|p| is_plain(&p.ending) && kind_of_name(&p.name) == Some(kind));
            if of_kind().count() > 1 {
                self.doubled.extend(of_kind().map(|part| part.ending.clone()));
            }
        }
    }

    fn mapping(&self, names: Option<&[String]>) -> ColumnMapping {
        let mut columns: Vec<(Column, Vec<String>)> = Vec::new();
        for (ending, is_number) in &self.endings {
            let feature = self.feature(ending, *is_number, names);
            let name = self.column_name(ending);
            match columns.iter_mut().find(|(column, _)| column.name == name) {
                Some((column, endings)) if column.feature == feature => endings.push(ending.clone()),
                Some(_) => columns.push((Column::new(ending.clone(), feature), vec![ending.clone()])),
                None => columns.push((Column::new(name, feature), vec![ending.clone()])),
            }
        }
        columns.sort_by_key(|(column, _)| rank(&column.feature));
        let of_ending =
            columns.iter().zip(0..).flat_map(|((_, endings), i)| endings.iter().map(move |e| (e.clone(), i)));
        let of_ending = of_ending.collect();
        let mut columns: Vec<Column> = columns.into_iter().map(|(column, _)| column).collect();
        let key = if columns.iter().any(|column| column.name == "key") { "__key__" } else { "key" };
        columns.push(Column::new(key, Feature::Text));
        ColumnMapping { columns, of_ending }
    }

    fn column_name(&self, ending: &str) -> String {
        if let Some((first, _)) = ending.rsplit_once('.') {
            return first.to_owned();
        }
        match (kind_of_name(&format!("x.{ending}")), ending) {
            (Some(kind), _) if !self.doubled.contains(ending) => kind.to_string(),
            (None, "cls") => "label".to_owned(),
            (None, "txt") => "text".to_owned(),
            _ => ending.to_owned(),
        }
    }

    fn feature(&self, ending: &str, is_number: bool, names: Option<&[String]>) -> Feature {
        let word = last_word(ending);
        match (kind_of_name(&format!("x.{word}")), word) {
            (Some(kind), _) => feature_of(kind),
            (None, "cls") => match names {
                Some(names) => label_feature(names.to_vec()),
                None if is_number => Feature::int64(),
                None => Feature::Text,
            },
            (None, "txt" | "text") => Feature::Text,
            (None, "json") => Feature::Json,
            _ => Feature::Binary,
        }
    }
}

/// Media first, then labels, then what is read as text, then bytes.
fn rank(feature: &Feature) -> u8 {
    match feature {
        Feature::Image => 0,
        Feature::Audio => 1,
        Feature::Video => 2,
        Feature::ClassLabel { .. } | Feature::Number { .. } => 3,
        Feature::Text => 4,
        Feature::Json => 5,
        _ => 6,
    }
}

fn is_plain(ending: &str) -> bool {
    !ending.contains('.')
}

fn last_word(ending: &str) -> &str {
    ending.rsplit('.').next().unwrap_or(ending)
}

fn is_integer(text: &str) -> bool {
    text.parse::<i64>().is_ok()
}

fn class_text(bytes: &MediaBytes) -> Option<String> {
    if bytes.size_bytes() > MAX_CLASS_BYTES {
        return None;
    }
    let bytes = bytes.read_all().ok()?;
    Some(str::from_utf8(&bytes).ok()?.trim().to_owned())
}

fn value_of(place: &str, part: Part, feature: &Feature) -> Result<Value, SampleError> {
    if feature.is_media() {
        if part.bytes.size_bytes() == 0 {
            return Err(empty(place));
        }
        return Ok(Value::Media(Media { name: part.name, bytes: part.bytes }));
    }
    if part.bytes.size_bytes() > BLOB_THRESHOLD_BYTES {
        let problem = format!("{} bytes, expected at most {BLOB_THRESHOLD_BYTES}", part.bytes.size_bytes());
        return Err(SampleError::sample(place, problem).advise("shorten it or remove it"));
    }
    let bytes = part.bytes.read_all().map_err(|e| SampleError { fatal: false, ..unreadable(place, e) })?;
    if *feature == Feature::Binary {
        return Ok(Value::Bytes(bytes));
    }
    let text = str::from_utf8(&bytes).map_err(|e| {
        SampleError::sample(place, "the text is not UTF-8").advise("write it as UTF-8").because(e)
    })?;
    match feature {
        Feature::ClassLabel { names, .. } => class_of(place, text.trim(), names),
        Feature::Number { .. } => text.trim().parse().map(Value::Int).map_err(|_| {
            SampleError::sample(place, format!("expected a class number, found '{}'", shorten(text)))
                .advise("write class numbers in all members, or class names in all")
        }),
        Feature::Json => match serde_json::from_str::<IgnoredAny>(text) {
            Ok(_) => Ok(Value::text(text)),
            Err(e) => Err(SampleError::sample(place, format!("not JSON: {e}"))
                .advise("correct the JSON and write the archive again")
                .because(e)),
        },
        _ if last_word(&part.ending) == "cls" => Ok(Value::text(text.trim())),
        _ => Ok(Value::text(text)),
    }
}

/// A class number, or a name among the class names; -1 is "no label".
fn class_of(place: &str, text: &str, names: &[String]) -> Result<Value, SampleError> {
    let number = match text.parse::<i64>() {
        Ok(-1) => return Ok(Value::Null),
        Ok(number) => usize::try_from(number).ok().filter(|n| *n < names.len()),
        Err(_) => names.iter().position(|name| name == text),
    };
    number.map(|n| Value::Int(n as i64)).ok_or_else(|| {
        let problem =
            format!("'{}' is not one of the {} classes listed beside the tars", shorten(text), names.len());
        SampleError::sample(place, problem).advise("expected a class number (from 0) or a name from the list")
    })
}

/// The beginning of a text, for messages.
fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}
