//! Recognises Pascal VOC.

use super::layout::find;
use crate::read::sniff::Sniff;

/// The first folder of VOC's XML files, or of its masks. The boxes of ImageNet are XML too, of a part of its images.
pub fn recognise(look: &Sniff) -> Option<String> {
    if !look.is_dir || look.all().any(|folder| folder.path.ends_with("Data/CLS-LOC/")) {
        return None;
    }
    let unit = find(look).into_iter().next()?;
    let Some(folder) = unit.xml.as_deref().and_then(|folder| look.folder(folder)) else {
        return Some(format!("{} and masks beside it", unit.images));
    };
    folder.files.iter().find(|name| name.ends_with(".xml")).map(|name| folder.path_of(name))
}
