//! Recognises Pascal VOC.

use crate::read::kind::{MediaKind, kind_of_name};
use crate::read::sniff::Sniff;

/// Is there a folder `Annotations` of XML files beside images, or XML and images side by side?
pub fn recognise(look: &Sniff) -> bool {
    let is_voc = |path: &str| {
        look.head(path, 1024).is_some_and(|h| String::from_utf8_lossy(&h).contains("<annotation"))
    };
    let mut xml = look.files().filter(|f| f.ends_with(".xml")).filter(|f| {
        let (folder, name) = f.rsplit_once('/').unwrap_or(("", f));
        match folder.rsplit('/').next() {
            Some("Annotations") => true,
            _ => {
                let stem = name.trim_end_matches("xml");
                let beside = if folder.is_empty() { String::new() } else { format!("{folder}/") };
                look.files_in(&beside)
                    .any(|other| other.starts_with(stem) && kind_of_name(other) == Some(MediaKind::Image))
            }
        }
    });
    xml.next().is_some_and(is_voc)
}
