//! Recognises Parquet files.

use hub_schema::Feature;

use super::files::{ParquetFile, is_parquet};
use super::footer::Footer;
use super::media_names::{MediaNames, has};
use crate::read::sniff::Sniff;
use crate::read::{class_folder, webdataset};

/// A Parquet file, or the first in a folder where they are the data: no media lie beside them, or they hold or name
/// media themselves. (A data set of the hub itself is not a foreign format.)
pub fn recognise(look: &Sniff) -> Option<String> {
    if !look.is_dir {
        let is_file = is_parquet(&look.name()) || look.head("", 4).is_some_and(|head| head == *b"PAR1");
        return is_file.then(|| look.name());
    }
    let mut files = look.files().filter(|path| is_parquet(path) && !look.has("hub.json"));
    let first = files.next()?;
    let has_media = look.media().iter().any(|(_, count)| *count > 0);
    let has_tar = look.files().any(|path| webdataset::is_tar(&path));
    if !has_media && !has_tar || holds_media(look, &first) {
        return Some(first);
    }
    /// Files that are looked into for names of media.
    const LOOKED_INTO: usize = 16;
    let media = MediaNames::in_folder(look).filter(|_| has_media)?;
    // Beside class folders, another table than that of the media would take their labels away.
    let has_classes = class_folder::recognise(look).is_some();
    std::iter::once(first).chain(files).take(LOOKED_INTO).find(|path| {
        let Some(footer) = footer_of(look, path) else { return false };
        (footer.file.is_metadata() || !has_classes) && !media.columns(&footer).is_empty()
    })
}

fn footer_of(look: &Sniff, path: &str) -> Option<Footer> {
    Footer::read(ParquetFile { name: path.to_owned(), path: look.root.join(path), split: None }).ok()
}

fn holds_media(look: &Sniff, path: &str) -> bool {
    footer_of(look, path)
        .is_some_and(|footer| footer.columns.iter().any(|(.., feature)| has(feature, &Feature::is_media)))
}
