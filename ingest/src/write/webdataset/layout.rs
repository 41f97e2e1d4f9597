//! Maps columns to members of a tar.

use bytes::Bytes;
use hub_dataset::sample::json::Style;
use hub_dataset::sample::{Column, MediaBytes, Sample, SampleError, Value};
use hub_media::kind_of_name;
use hub_schema::{DType, Feature, MaskEncoding};
use serde_json::Map;

use super::npy::npy;
use crate::write::columns::{self, LabelColumn, unexpected};
use crate::write::json;
use crate::write::medium::MediumColumn;
use crate::write::names::{base_name, split_ending};

#[derive(Clone, Debug)]
pub enum Member {
    /// A file, under its own extension or, with `word`, one of two words.
    Medium { column: MediumColumn, word: Option<String> },
    /// `.cls`.
    Class { at: usize },
    /// `.txt`.
    Text { at: usize },
    /// `.COLUMN.npy`.
    Npy { at: usize, dtype: DType, shape: Vec<usize> },
    /// `.COLUMN`.
    Bytes { at: usize },
}

impl Member {
    pub const fn at(&self) -> usize {
        match self {
            Self::Medium { column, .. } => column.at,
            Self::Class { at } | Self::Text { at } | Self::Npy { at, .. } | Self::Bytes { at } => *at,
        }
    }
}

/// What becomes of the columns.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// Columns that are members of their own.
    pub members: Vec<Member>,
    /// Columns that share the JSON.
    pub json: Vec<usize>,
    /// The column that is the key.
    pub key: Option<usize>,
    pub label: Option<LabelColumn>,
    /// Indices of columns that the format can't store.
    pub left_out: Vec<usize>,
}

/// A member of one sample, but for its key.
#[derive(Debug)]
pub struct File {
    /// The extension: what follows the key's dot.
    pub ending: String,
    /// The name of a media file in the data set.
    pub name: Option<String>,
    pub bytes: MediaBytes,
}

impl Layout {
    pub fn of(columns: &[Column]) -> Self {
        let mut layout = Self { label: columns::label(columns), ..Self::default() };
        let mut firsts: Vec<Feature> = Vec::new();
        for (at, column) in columns.iter().enumerate() {
            let is_label = layout.label.as_ref().is_some_and(|label| label.at == at);
            match &column.feature {
                Feature::ClassLabel { .. } if is_label => layout.members.push(Member::Class { at }),
                Feature::Text if column.name == "key" => layout.key = Some(at),
                Feature::Text if column.name == "text" => layout.members.push(Member::Text { at }),
                Feature::Binary if is_ending(&column.name) => layout.members.push(Member::Bytes { at }),
                feature => match MediumColumn::of(at, column) {
                    Some(medium) => {
                        // A mask is never the image.
                        let kind = if medium.is_raw() { Feature::Image } else { feature.clone() };
                        let is_mask = *feature == Feature::Mask { encoding: MaskEncoding::Png };
                        let is_first = !is_mask && !firsts.contains(&kind);
                        let word = (!is_first).then(|| word_of(&column.name));
                        firsts.extend(is_first.then_some(kind));
                        layout.members.push(Member::Medium { column: medium, word });
                    }
                    None => match feature {
                        Feature::Tensor { dtype, shape, .. } => {
                            let (dtype, shape) = (*dtype, shape.clone());
                            layout.members.push(Member::Npy { at, dtype, shape });
                        }
                        feature if json::fits(feature) => layout.json.push(at),
                        _ => layout.left_out.push(at),
                    },
                },
            }
        }
        // The media first, so that a streaming reader gets them at once.
        layout.members.sort_by_key(|member| !matches!(member, Member::Medium { .. }));
        layout
    }

    pub fn media(&self) -> impl Iterator<Item = &MediumColumn> {
        self.members.iter().filter_map(|member| match member {
            Member::Medium { column, .. } => Some(column),
            _ => None,
        })
    }

    /// Is the one column of the JSON a JSON document itself?
    pub fn json_is_alone(&self, columns: &[Column]) -> bool {
        matches!(self.json[..], [at] if columns[at].feature == Feature::Json)
    }

    /// Columns that are read back under another name.
    pub fn renamed(&self, columns: &[Column]) -> Vec<(usize, String)> {
        let json =
            self.json.iter().filter(|_| self.json_is_alone(columns)).map(|at| (*at, "json".to_owned()));
        let members = self.members.iter().filter_map(|member| {
            let name = match member {
                Member::Medium { column, word: None } => match &columns[column.at].feature {
                    Feature::Audio => "audio".to_owned(),
                    Feature::Video => "video".to_owned(),
                    _ => "image".to_owned(),
                },
                Member::Medium { word: Some(word), .. } => word.clone(),
                Member::Class { .. } => "label".to_owned(),
                Member::Npy { at, .. } => word_of(&columns[*at].name),
                Member::Text { .. } | Member::Bytes { .. } => return None,
            };
            Some((member.at(), name))
        });
        members.chain(json).filter(|(at, name)| columns[*at].name != *name).collect()
    }

    /// The key that the sample says itself.
    pub fn key_of(&self, sample: &Sample) -> Option<String> {
        match sample.values.get(self.key?) {
            Some(Value::Text(key)) => Some(key.clone()),
            _ => None,
        }
    }

    /// The members of a sample.
    pub fn files(&self, sample: &Sample, columns: &[Column], row: u64) -> Result<Vec<File>, SampleError> {
        let mut files = Vec::with_capacity(self.members.len() + 1);
        for member in &self.members {
            files.extend(self.file(member, sample, columns, row)?);
        }
        if !self.json.is_empty() {
            let text = if self.json_is_alone(columns) {
                match &sample.values[self.json[0]] {
                    Value::Text(text) => Some(text.clone()),
                    _ => None,
                }
            } else {
                Some(self.json_of(sample, columns)?)
            };
            files.extend(text.map(|text| plain("json".to_owned(), text.into_bytes())));
        }
        Ok(files)
    }

    fn json_of(&self, sample: &Sample, columns: &[Column]) -> Result<String, SampleError> {
        let mut members = Map::new();
        for at in &self.json {
            let column = &columns[*at];
            let value = json::of(&sample.values[*at], &column.feature, Style::WHOLE).map_err(|problem| {
                SampleError::sample(&sample.place, format!("column '{}': {problem}", column.name))
            })?;
            members.insert(column.name.clone(), value);
        }
        Ok(serde_json::Value::Object(members).to_string())
    }

    fn file(
        &self,
        member: &Member,
        sample: &Sample,
        columns: &[Column],
        row: u64,
    ) -> Result<Option<File>, SampleError> {
        let at = member.at();
        let name = &columns[at].name;
        Ok(match (member, &sample.values[at]) {
            (Member::Class { .. }, _) => {
                let class = self.label.as_ref().map(|label| label.class(sample)).transpose()?.flatten();
                let number = class.map_or("-1".to_owned(), |class| class.to_string());
                Some(plain("cls".to_owned(), number.into_bytes()))
            }
            (_, Value::Null) => None,
            (Member::Medium { column, word }, _) => column.file(sample, row)?.map(|medium| {
                let ending = match (split_ending(&medium.name).1.strip_prefix('.'), &word) {
                    (Some(ending), _) if kind_of_name(&medium.name).is_some() => ending.to_owned(),
                    _ => "bin".to_owned(),
                };
                let ending = word.as_ref().map_or(ending.clone(), |word| format!("{word}.{ending}"));
                File { ending, name: Some(medium.name), bytes: medium.bytes }
            }),
            (Member::Text { .. }, Value::Text(text)) => {
                Some(plain("txt".to_owned(), text.clone().into_bytes()))
            }
            (Member::Bytes { .. }, Value::Bytes(bytes)) => {
                Some(File { ending: name.clone(), name: None, bytes: MediaBytes::Memory(bytes.clone()) })
            }
            (Member::Npy { dtype, shape, .. }, Value::Bytes(bytes)) => {
                Some(plain(format!("{}.npy", word_of(name)), npy(*dtype, shape, bytes)))
            }
            (_, other) => return Err(unexpected(sample, name, &columns[at].feature.describe(), Some(other))),
        })
    }
}

fn plain(ending: String, bytes: Vec<u8>) -> File {
    File { ending, name: None, bytes: MediaBytes::Memory(Bytes::from(bytes)) }
}

/// Can a column's name be an extension that means nothing else?
fn is_ending(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let taken = matches!(name, "cls" | "txt" | "text" | "json" | "key");
    (1..=32).contains(&name.len())
        && name.chars().all(plain)
        && !taken
        && kind_of_name(&format!("x.{name}")).is_none()
}

/// The first word of an extension of two: the column's name, without what a file name or an extension can't
/// have.
fn word_of(name: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || c == '_' || c == '-' { c } else { '_' };
    let word: String = base_name(name).chars().flat_map(char::to_lowercase).map(plain).take(64).collect();
    if word.is_empty() { "column".to_owned() } else { word }
}
