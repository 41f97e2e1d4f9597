//! The text of an XML file in the encoding that it has: by its byte order mark, else as its first line declares
//! (`<?xml version="1.0" encoding="gb2312"?>`), else UTF-8.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How many bytes of the file are searched for the declaration.
const HEAD_BYTES: usize = 256;

/// Decodes a whole file.
///
/// # Errors
/// The encoding is unknown, or the bytes are not in it; in a clause.
pub fn decode(bytes: &[u8]) -> Result<String, String> {
    let (encoding, bytes) = match Encoding::for_bom(bytes) {
        Some((encoding, mark_bytes)) => (encoding, &bytes[mark_bytes..]),
        None => (without_mark(bytes)?, bytes),
    };
    if encoding == UTF_8 {
        return str::from_utf8(bytes).map(str::to_owned).map_err(|e| {
            let line = bytes[..e.valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
            format!(
                "line {line} is not UTF-8 (byte {}); convert the file, or declare its encoding in the first line: \
                 <?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>",
                e.valid_up_to()
            )
        });
    }
    let (text, malformed) = encoding.decode_without_bom_handling(bytes);
    match malformed {
        true => Err(format!("the bytes are not {}, the encoding that the file declares", encoding.name())),
        false => Ok(text.into_owned()),
    }
}

fn without_mark(bytes: &[u8]) -> Result<&'static Encoding, String> {
    // The first character is `<`: of UTF-16, beside a zero.
    match bytes {
        [b'<', 0, ..] => return Ok(UTF_16LE),
        [0, b'<', ..] => return Ok(UTF_16BE),
        _ => {}
    }
    let Some(label) = declared(&bytes[..bytes.len().min(HEAD_BYTES)]) else { return Ok(UTF_8) };
    match Encoding::for_label(label.as_bytes()) {
        // The declaration itself could be read as bytes: the text was saved anew, and not as UTF-16.
        Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => Ok(UTF_8),
        Some(encoding) => Ok(encoding),
        None => Err(format!("unknown encoding '{label}'; convert the file to UTF-8")),
    }
}

/// The encoding in the XML declaration.
fn declared(head: &[u8]) -> Option<String> {
    let head: String = head.iter().map(|b| char::from(*b)).collect();
    let declaration = head.trim_start().strip_prefix("<?xml")?.split("?>").next()?;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split(quote).next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_declared_encoding_counts() {
        let xml = |encoding: &str, text: &[u8]| {
            let head = format!("<?xml version='1.0' encoding=\"{encoding}\"?><a>");
            decode(&[head.as_bytes(), text, b"</a>"].concat())
        };
        let cases: [(&str, &[u8], &str); 7] = [
            ("utf-8", "\u{e9}猫".as_bytes(), "\u{e9}猫"),
            ("ISO-8859-1", b"caf\xe9", "caf\u{e9}"),
            ("windows-1252", b"\x80 5", "€ 5"),
            ("gb2312", b"\xc3\xa8", "猫"),
            ("GBK", b"\xc3\xa8", "猫"),
            ("Shift_JIS", b"\x94\x4c", "猫"),
            ("utf-16", "\u{e9}".as_bytes(), "\u{e9}"),
        ];
        for (encoding, bytes, text) in cases {
            let read = xml(encoding, bytes).unwrap();
            assert!(read.ends_with(&format!("<a>{text}</a>")), "{encoding}: {read}");
        }
        assert!(xml("klingon", b"").unwrap_err().starts_with("unknown encoding 'klingon'"));
        assert!(xml("utf-8", b"\n\xe9").unwrap_err().starts_with("line 2 is not UTF-8"));
        assert!(xml("gbk", b"\xff").unwrap_err().contains("are not GBK"));
    }

    #[test]
    fn utf16_is_known_with_and_without_its_mark() {
        let text = "<?xml version=\"1.0\" encoding=\"utf-16\"?><a>猫</a>";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [&little, &big, &[b"\xff\xfe", &little[..]].concat(), &[b"\xfe\xff", &big[..]].concat()]
        {
            assert_eq!(decode(bytes).unwrap(), text);
        }
        assert_eq!(decode(b"\xef\xbb\xbf<a/>").unwrap(), "<a/>");
    }
}
