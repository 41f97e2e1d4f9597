//! VOC's XML, by the first bytes of a file.

use crate::read::sniff::Sniff;

/// Is an XML file one of VOC's, or of LabelMe's, which has the same members and polygons?
pub fn is_voc(look: &Sniff, path: &str) -> bool {
    /// Number of bytes that are read.
    const HEAD: usize = 4 << 10;
    let Some(head) = look.head_text(path, HEAD) else { return false };
    let root = head.find("<annotation").map(|at| &head[at + "<annotation".len()..]);
    root.is_some_and(|rest| rest.starts_with(|c: char| c == '>' || c == '/' || c.is_whitespace()))
}
