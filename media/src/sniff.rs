//! The kind of a file by its first bytes, and the extension that its name should have.

use crate::kind::Kind;
use crate::magic::{self, Format};

/// The kind the first bytes show (64 are enough); none for anything else, or for formats not read here.
pub fn kind_of_bytes(head: &[u8]) -> Option<Kind> {
    magic::find(head)?.format.map(Format::kind)
}

/// The ending that a file with these first bytes (64 are enough) usually has: `jpg`, `wav`, `mp4`; none for
/// formats not read here. For media that came without a name.
pub fn ending_of_bytes(head: &[u8]) -> Option<&'static str> {
    Some(magic::find(head)?.format?.ending())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_show_a_kind_by_their_magic_number() {
        assert_eq!(kind_of_bytes(b"\x89PNG\r\n\x1a\n"), Some(Kind::Image));
        assert_eq!(kind_of_bytes(b"RIFF\x10\0\0\0WAVEfmt "), Some(Kind::Audio));
        assert_eq!(kind_of_bytes(b"RIFF\x10\0\0\0AVI LIST"), Some(Kind::Video));
        assert_eq!(kind_of_bytes(b"\0\0\0\x20ftypM4A \0\0\0\0"), Some(Kind::Audio));
        assert_eq!(kind_of_bytes(b"\0\0\0\x20ftypisom\0\0\0\0"), Some(Kind::Video));
        assert_eq!(kind_of_bytes(b"\0\0\0\x20ftypheic\0\0\0\0"), None);
        assert_eq!(kind_of_bytes(b"<!DOCTYPE html>"), None);
        assert_eq!(kind_of_bytes(b""), None);
    }
}
