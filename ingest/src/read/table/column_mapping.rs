//! Maps the columns of tables, as surveyed, to columns of the data set.
//!
//! * A column of **media** has the name `file_name` (or `…_file_name`), as Hugging Face has it, or its first
//!   values are paths of media files that are there (at least half of them), perhaps without their extensions. `file_name`, `path` and their like
//!   become `image`, `audio` or `video`; `left_file_name` becomes `left`; other names stay.
//! * Lists and structs whose texts name media hold these; `file_names` becomes `images`, `left_file_names` `left`.
//! * `split` of texts is not a column but says the split of each row.
//! * `label`, `class` and `category` of texts, of at most 10,000 and some of them repeated, are **class
//!   labels**; names sorted. Integers stay integers, since which class is 3 is not known. Where a
//!   `classnames.txt` lies beside the table, texts that are all in it have its order, and a `label` of integers
//!   is a class label of its names.
//! * In JSON lines, objects of `value`, `name` and `synset`, as they are exported, are **class labels** in a column of
//!   any name.
//! * A column called as a fact of a media column (`image.width`) is left out: facts are probed again.
//! * All others have the type that holds every value of them ([`super::shape`]).

use hub_dataset::sample::{Column, SampleError};
use hub_schema::{Feature, facts, schema::check_column_name};

use super::paths::Base;
use super::shape::Shape;
use super::survey::{Survey, Surveyed};
use crate::read::class_names;
use crate::read::inside::SourceRoot;
use crate::read::kind::{KINDS, MediaKind, feature_of, kind_of_name};
use crate::read::labels::label_feature;
use crate::read::media_leaves::{column_name, with_media};
use crate::read::split::split_of;

/// Names of a column of paths that say nothing more.
const PATH_NAMES: [&str; 18] = [
    "file_name",
    "filename",
    "file",
    "path",
    "filepath",
    "file_path",
    "image_path",
    "audio_path",
    "image_name",
    "imagename",
    "img_path",
    "img_name",
    "img",
    "id",
    "image_id",
    "imageid",
    "img_id",
    "file_id",
];

/// Names of a column of numbers that may be the names of files: `1` for `train/1.jpg`.
const ID_NAMES: [&str; 9] =
    ["id", "image_id", "imageid", "img_id", "image", "img", "file", "filename", "file_id"];

/// Extensions of the name of a column of paths, behind the medium's own name.
const PATH_ENDINGS: [&str; 3] = ["_file_name", "_filename", "_path"];

/// What becomes of a table's column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// A path of a medium.
    Media(MediaKind),
    /// Paths of media in lists or structs.
    Nested,
    /// A class by its number in a list beside the table.
    NumberedClass(usize),
    /// A class as an object with its number; the numbers of the classes, in order.
    Label(Vec<i64>),
    /// A value of the column's type.
    Plain,
}

/// A column of the source, and the column of the tables it is made from.
#[derive(Debug)]
pub struct MappedColumn {
    pub from: String,
    pub role: Role,
}

/// What becomes of each column of the tables.
#[derive(Debug, Default)]
pub struct ColumnMapping {
    pub columns: Vec<Column>,
    pub mapped: Vec<MappedColumn>,
    /// The column that says the split.
    pub split: Option<String>,
    /// The column of media whose top folder says the split.
    pub split_folder: Option<String>,
}

impl ColumnMapping {
    /// Is there a column of media?
    pub fn has_media(&self) -> bool {
        self.mapped.iter().any(|p| matches!(p.role, Role::Media(_) | Role::Nested))
    }

    /// Decides from what the tables hold; `root` and `folder` are where class names may lie.
    ///
    /// # Errors
    /// A column's name can't be one, `file_name` names no media, or the class names can't be read.
    pub fn of(
        survey: &Survey,
        bases: &[Base],
        (root, folder): (&SourceRoot, &str),
        place: &str,
    ) -> Result<Self, SampleError> {
        let mut mapping = Self::default();
        let listed = class_names::beside(root, folder)?;
        let media: Vec<Option<MediaKind>> = survey.columns.iter().map(|c| media_kind(c, bases)).collect();
        for (column, kind) in survey.columns.iter().zip(&media) {
            if let Some(kind) = kind {
                let name = mapping.media_name(&column.name, *kind, survey);
                mapping.push(name, feature_of(*kind), &column.name, Role::Media(*kind));
                let in_splits = column.firsts.iter().all(|(_, path)| split_of_path(path).is_some());
                if in_splits && mapping.split_folder.is_none() {
                    mapping.split_folder = Some(column.name.clone());
                }
            } else if column.name == "file_name" && column.filled > 0 {
                let problem =
                    format!("'file_name' names no image, audio or video file: '{}'", first_of(column));
                return Err(SampleError::fatal(place, problem)
                    .advise("expected paths relative to the table's folder"));
            }
        }
        let facts: Vec<String> = mapping
            .columns
            .iter()
            .flat_map(|c| facts::columns_of(&c.name, &c.feature))
            .map(|(name, _)| name)
            .collect();
        for (column, _) in survey.columns.iter().zip(&media).filter(|(_, kind)| kind.is_none()) {
            check_column_name(&column.name).map_err(|e| {
                SampleError::fatal(place, e.to_string()).advise("rename the column in the table")
            })?;
            if let Some((name, feature)) = nested_media(column, bases) {
                mapping.push(name, feature, &column.name, Role::Nested);
            } else if column.name == "split" && column.shape == Shape::Text {
                mapping.split = Some(column.name.clone());
            } else if !facts.contains(&column.name) {
                mapping.add_plain(column, listed.as_deref());
            }
        }
        Ok(mapping)
    }

    fn push(&mut self, name: String, feature: Feature, from: &str, role: Role) {
        self.columns.push(Column::new(name, feature));
        self.mapped.push(MappedColumn { from: from.to_owned(), role });
    }

    fn add_plain(&mut self, column: &Surveyed, listed: Option<&[String]>) {
        if let Some(labels) = column.labels() {
            let (numbers, feature) = labels.feature(listed);
            self.push(column.name.clone(), feature, &column.name, Role::Label(numbers));
            return;
        }
        let is_label = column.classes.is_some();
        let of_the_list = |list: &&[String]| column.all_classes_in(list);
        let (feature, role) = match (column.class_names(), &column.shape, listed) {
            (_, Shape::Text, Some(names)) if of_the_list(&names) => {
                (label_feature(names.to_vec()), Role::Plain)
            }
            (Some(names), ..) => (label_feature(names), Role::Plain),
            (None, Shape::Int, Some(names)) if is_label => {
                (label_feature(names.to_vec()), Role::NumberedClass(names.len()))
            }
            (None, shape, _) => (shape.feature(), Role::Plain),
        };
        self.push(column.name.clone(), feature, &column.name, role);
    }

    /// The name of a column of media, which no other may have.
    fn media_name(&self, name: &str, kind: MediaKind, survey: &Survey) -> String {
        let lower = name.to_ascii_lowercase();
        let wanted = if PATH_NAMES.contains(&lower.as_str()) {
            kind.to_string()
        } else {
            let stem = PATH_ENDINGS.iter().find_map(|ending| lower.strip_suffix(ending));
            stem.filter(|stem| !stem.is_empty()).map_or(name, |stem| &name[..stem.len()]).to_owned()
        };
        let is_taken = self.columns.iter().any(|c| c.name == wanted)
            || survey.columns.iter().any(|c| c.name == wanted && c.name != name);
        if is_taken { name.to_owned() } else { wanted }
    }
}

/// The kind of media that a column's values name, if they do.
fn media_kind(column: &Surveyed, bases: &[Base]) -> Option<MediaKind> {
    let lower = column.name.to_ascii_lowercase();
    let may_be_number = column.shape == Shape::Int && ID_NAMES.contains(&lower.as_str());
    if column.shape != Shape::Text && !may_be_number || column.firsts.is_empty() {
        return None;
    }
    let named = ["file_name"].contains(&column.name.as_str()) || column.name.ends_with("_file_name");
    let by_name = column.firsts.iter().find_map(|(_, path)| kind_of_name(path));
    let all_named = column.firsts.iter().all(|(_, path)| kind_of_name(path).is_some());
    if named && by_name.is_some() {
        return by_name;
    }
    // Names without extensions are not those of media for a column of labels.
    if !all_named && column.classes.is_some() {
        return None;
    }
    let there = |(table, path): &(usize, String)| bases.get(*table).and_then(|base| base.kind_of(path));
    let kinds: Vec<MediaKind> = column.firsts.iter().filter_map(there).collect();
    let most =
        KINDS.into_iter().find(|kind| kinds.iter().filter(|k| *k == kind).count() * 2 >= kinds.len().max(1));
    most.filter(|_| kinds.len() * 2 >= column.firsts.len())
}

/// The name and type of a column whose lists or structs name media.
fn nested_media(column: &Surveyed, bases: &[Base]) -> Option<(String, Feature)> {
    let there = |table: usize, path: &str| bases.get(table).and_then(|base| base.kind_of(path));
    let kinds = column.nested.kinds(&column.name, &there);
    let plain = column.shape.feature();
    let feature = with_media(&plain, &kinds);
    (feature != plain).then(|| (column_name(&column.name, &kinds), feature))
}

/// A column whose values look like names of media that are not there, with one of them.
pub fn missing_media(survey: &Survey) -> Option<(&str, &str)> {
    let looks = |column: &&Surveyed| {
        !column.firsts.is_empty() && column.firsts.iter().all(|(_, path)| kind_of_name(path).is_some())
    };
    survey.columns.iter().find(looks).map(|column| (column.name.as_str(), first_of(column)))
}

fn first_of(column: &Surveyed) -> &str {
    column.firsts.first().map_or("", |(_, text)| text.as_str())
}

/// The split that the top folder of a path is named as.
pub fn split_of_path(path: &str) -> Option<&'static str> {
    let path = path.strip_prefix("./").unwrap_or(path);
    path.split_once('/').and_then(|(top, _)| split_of(top))
}
