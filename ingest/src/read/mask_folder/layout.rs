//! Finds the folders of images and of their masks.

use crate::read::folder_words::{is_mask_word, is_media_word};
use crate::read::kind::MediaKind;
use crate::read::sniff::{Folder, Sniff, stem, without_mask};

/// A folder of images. Paths are below the source, `""` or with `/` at the end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unit {
    pub images: String,
    /// The folders of masks, with the name that says which they are: `masks`.
    pub masks: Vec<(String, String)>,
    /// Do masks lie beside the images, with another ending of their names?
    pub beside: bool,
}

/// The first folder of masks.
pub fn recognise(look: &Sniff) -> Option<String> {
    let units = units(look);
    let masks = units.iter().flat_map(|unit| unit.masks.iter().map(|(_, folder)| folder.clone())).next();
    let beside = || units.iter().find(|unit| unit.beside).map(|unit| format!("{}*_mask.*", unit.images));
    masks.or_else(beside)
}

/// The folders of images, those without masks too; none if no folder has masks.
pub fn units(look: &Sniff) -> Vec<Unit> {
    let with_images = || look.all().filter(|folder| folder.count(MediaKind::Image) > 0);
    let pairs: Vec<(String, String, &Folder)> = with_images()
        .filter_map(|masks| images_of(look, masks).map(|(images, word)| (images, word, masks)))
        .collect();
    let mut units = Vec::new();
    for folder in with_images() {
        let masks: Vec<_> = pairs
            .iter()
            .filter(|(images, ..)| *images == folder.path)
            .map(|(_, word, masks)| (word.clone(), masks.path.clone()))
            .collect();
        let is_masks = pairs.iter().any(|(.., masks)| masks.path == folder.path);
        // Masks of at least half of the images.
        let beside = masks.is_empty() && folder.masks > 0 && folder.masks * 3 >= folder.media_count();
        if !is_masks {
            units.push(Unit { images: folder.path.clone(), masks, beside });
        }
    }
    if units.iter().any(|unit| !unit.masks.is_empty() || unit.beside) { units } else { Vec::new() }
}

/// The folder of the images that a folder has masks of, and the word that says that they are masks.
fn images_of(look: &Sniff, masks: &Folder) -> Option<(String, String)> {
    let parts: Vec<&str> = masks.path.trim_end_matches('/').split('/').collect();
    for (at, word) in parts.iter().enumerate().rev().filter(|(_, part)| is_mask_word(part)) {
        let above: String = parts[..at].iter().map(|part| format!("{part}/")).collect();
        let below: String = parts[at + 1..].iter().map(|part| format!("{part}/")).collect();
        let others = look.folders_in(&above).filter(|name| is_media_word(name) && name != word);
        let mut images = others.filter_map(|name| look.folder(&format!("{above}{name}/{below}")));
        if let Some(images) = images.find(|images| pairs_with(look, images, masks)) {
            return Some((images.path.clone(), word.to_lowercase()));
        }
    }
    None
}

/// Has one of the masks an image there?
fn pairs_with(look: &Sniff, images: &Folder, masks: &Folder) -> bool {
    let is_there = |stem: &str| {
        images.media_endings.iter().any(|ending| look.has(&format!("{}{stem}.{ending}", images.path)))
    };
    let stems = masks.media_names.iter().map(|name| stem(name));
    images.path != masks.path
        && stems.into_iter().any(|stem| is_there(stem) || without_mask(stem).is_some_and(is_there))
}
