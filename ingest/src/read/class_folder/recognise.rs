//! Recognises class folders.

use super::layout::{Layout, layout_of};
use crate::read::sniff::Sniff;

/// Number of folders that a sign names.
const NAMED: usize = 3;

/// Folders of a folder of class folders. A single class is not taken for one, except inside a split.
pub fn recognise(look: &Sniff) -> Option<String> {
    let layout = layout_of(look)?;
    let names: Vec<String> = match &layout {
        Layout::Splits(splits) => {
            let mut paths = splits.iter().filter(|s| s.has_classes).map(|s| s.classes.clone());
            let first = paths.next()?;
            look.folders_in(&first).map(|name| format!("{first}{name}/")).collect()
        }
        Layout::Classes(top) => look.folders_in(top).map(|name| format!("{top}{name}/")).collect(),
    };
    let with_media: Vec<&String> = names.iter().filter(|folder| look.media_below(folder)).collect();
    let shown: Vec<&str> = with_media.iter().take(NAMED).map(|name| name.as_str()).collect();
    let more = if with_media.len() > NAMED { ", …" } else { "" };
    Some(format!("folders {}{more}", shown.join(", ")))
}

/// The images of ILSVRC as Kaggle lays them out: `ILSVRC/Data/CLS-LOC/{train,val,test}` beside their boxes, which are
/// an XML file an image.
pub fn recognise_ilsvrc(look: &Sniff) -> Option<String> {
    let data = ["ILSVRC/Data/CLS-LOC/", "Data/CLS-LOC/"].into_iter().find_map(|path| look.folder(path))?;
    layout_of(look).map(|_| data.path.clone())
}
