//! Ids of what a description contains.

/// Percent-encodes a name for use in an id, since ids are parts of URLs.
pub fn id_of(name: &str) -> String {
    let mut id = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.' => id.push(byte.into()),
            other => id.push_str(&format!("%{other:02X}")),
        }
    }
    id
}
