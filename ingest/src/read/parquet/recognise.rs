//! Recognises Parquet files.

use hub_schema::Feature;

use super::files::{ParquetFile, is_parquet};
use super::footer::Footer;
use crate::read::sniff::Sniff;

/// A Parquet file, or the first in a folder where they are the data: no media lie beside them, or they hold media
/// themselves. (A data set of the hub itself is not a foreign format.)
pub fn recognise(look: &Sniff) -> Option<String> {
    if !look.is_dir {
        let is_file = is_parquet(&look.name()) || look.head("", 4).is_some_and(|head| head == *b"PAR1");
        return is_file.then(|| look.name());
    }
    let first = look.files().find(|path| is_parquet(path)).filter(|_| !look.has("hub.json"))?;
    let is_tar = |path: String| path.ends_with(".tar") || path.ends_with(".tar.gz") || path.ends_with(".tgz");
    let alone = look.media().iter().all(|(_, count)| *count == 0) && !look.files().any(is_tar);
    (alone || holds_media(look, &first)).then_some(first)
}

fn holds_media(look: &Sniff, path: &str) -> bool {
    let file = ParquetFile { name: path.to_owned(), path: look.root.join(path), split: None };
    Footer::read(file).is_ok_and(|footer| footer.columns.iter().any(|(.., feature)| has_media(feature)))
}

fn has_media(feature: &Feature) -> bool {
    match feature {
        Feature::Image | Feature::Audio | Feature::Video => true,
        Feature::List { item } => has_media(item),
        Feature::Struct { fields } => fields.iter().any(|field| has_media(&field.feature)),
        _ => false,
    }
}
