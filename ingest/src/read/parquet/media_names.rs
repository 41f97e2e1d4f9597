//! Media that lie beside a Parquet file, whose rows name them: Hugging Face's `metadata.parquet`.
//!
//! As in tables ([`super::super::table`]), a column named `file_name`, or whose first texts are names of media that are
//! there, holds these media; so do texts in its lists and structs (`file_names`). Paths are relative to the file's folder.

use std::collections::BTreeMap;

use hub_dataset::sample::{SampleError, Value};
use hub_schema::Feature;

use super::files::ParquetFile;
use super::footer::Footer;
use super::guard::guarded;
use super::rows::{self, Naming};
use crate::read::input::Input;
use crate::read::inside::SourceRoot;
use crate::read::kind::{MediaKind, kind_of_name};
use crate::read::media_leaves::{Kinds, LeafTexts};
use crate::read::sniff::Sniff;
use crate::read::table::{Base, MediaFolders};

/// Column → the leaves of it that name media.
pub type MediaColumns = BTreeMap<String, Kinds>;

/// Where the media are that files name.
#[derive(Debug)]
pub struct MediaNames {
    root: SourceRoot,
    folders: MediaFolders,
}

impl MediaNames {
    /// Those of a source; none if there are no media in its folder.
    ///
    /// # Errors
    /// The folder can't be read.
    pub fn of(input: &Input) -> Result<Option<Self>, SampleError> {
        let root = input.source_root()?;
        let beside;
        let look = if input.look.is_dir {
            &input.look
        } else {
            beside = Sniff::at(root.shown(), &input.options.ignore, input.options.allow_outside);
            &beside
        };
        let has_media = look.media().iter().any(|(_, count)| *count > 0);
        Ok(has_media.then(|| Self { root, folders: MediaFolders::of(look) }))
    }

    /// Those of a folder that is only looked at.
    pub fn in_folder(look: &Sniff) -> Option<Self> {
        Some(Self { root: SourceRoot::of(&look.root, false).ok()?, folders: MediaFolders::of(look) })
    }

    /// Where the paths of a file lead.
    pub fn base(&self, file: &ParquetFile) -> Base {
        let folder = file.name.rfind('/').map_or("", |slash| &file.name[..=slash]);
        Base::of(&self.root, folder, file.split.as_deref(), &self.folders)
    }

    /// The columns of a file that name media.
    pub fn columns(&self, footer: &Footer) -> MediaColumns {
        let base = self.base(&footer.file);
        kinds_of(footer, &|_, path| base.kind_of(path))
    }
}

/// Has a file a column whose texts look like names of media, whether these are there or not?
pub fn may_name_media(footer: &Footer) -> bool {
    !kinds_of(footer, &|_, path| kind_of_name(path)).is_empty()
}

fn kinds_of(footer: &Footer, there: &dyn Fn(usize, &str) -> Option<MediaKind>) -> MediaColumns {
    // With media of its own, its texts say where these came from.
    if footer.columns.iter().any(|(.., feature)| has(feature, &Feature::is_media)) {
        return MediaColumns::new();
    }
    let is_text = |feature: &Feature| *feature == Feature::Text;
    let mut texts: BTreeMap<&String, LeafTexts> = BTreeMap::new();
    let first = footer.batches().ok().and_then(|mut rows| guarded(|| rows.next().transpose()).ok().flatten());
    let Some(batch) = first else { return MediaColumns::new() };
    for (_, name, feature) in footer.columns.iter().filter(|(.., feature)| has(feature, &is_text)) {
        let Some(array) = batch.column_by_name(name) else { continue };
        let naming = Naming::File { file: &footer.file.name, first_row: 0 };
        for value in rows::column(name, feature, array, &naming).into_iter().flatten() {
            texts.entry(name).or_default().add_value(feature, &value, 0);
        }
    }
    let kinds = texts.into_iter().map(|(name, texts)| (name.clone(), texts.kinds(name, there)));
    kinds.filter(|(_, kinds)| !kinds.is_empty()).collect()
}

/// Is the type, or one inside of it, such a one?
pub fn has(feature: &Feature, wanted: &dyn Fn(&Feature) -> bool) -> bool {
    match feature {
        Feature::List { item } => has(item, wanted),
        Feature::Struct { fields } => fields.iter().any(|field| has(&field.feature, wanted)),
        feature => wanted(feature),
    }
}

/// The value with the media that its texts name, where the column's type has media.
///
/// # Errors
/// A file is not there, is empty or leads out of the source.
pub fn with_media(value: Value, feature: &Feature, base: &Base, place: &str) -> Result<Value, SampleError> {
    let all = |values: Vec<Value>, features: &mut dyn Iterator<Item = &Feature>| {
        values
            .into_iter()
            .zip(features)
            .map(|(v, f)| with_media(v, f, base, place))
            .collect::<Result<Vec<Value>, SampleError>>()
    };
    match (feature, value) {
        (feature, Value::Text(path)) if feature.is_media() => base.media(place, &path).map(Value::Media),
        (Feature::List { item }, Value::List(values)) => {
            all(values, &mut std::iter::repeat(&**item)).map(Value::List)
        }
        (Feature::Struct { fields }, Value::Struct(values)) => {
            all(values, &mut fields.iter().map(|field| &field.feature)).map(Value::Struct)
        }
        (_, value) => Ok(value),
    }
}
