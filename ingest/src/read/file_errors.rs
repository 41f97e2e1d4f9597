//! The errors of files that can't be read or have nothing in them.

use std::io::{self, Read};

use hub_dataset::sample::SampleError;

/// The error of a file without bytes.
pub fn empty(place: impl Into<String>) -> SampleError {
    SampleError::sample(place, "the file is empty").advise("replace the file, or remove it")
}

/// The (fatal) error of something that can't be opened.
pub fn unreadable(place: &str, error: io::Error) -> SampleError {
    let (problem, advice) = match error.kind() {
        io::ErrorKind::NotFound => ("no such file or folder".to_owned(), "check the path"),
        io::ErrorKind::PermissionDenied => {
            ("permission denied".to_owned(), "give yourself read permission (chmod), or remove it")
        }
        io::ErrorKind::InvalidData => {
            ("the text is not UTF-8".to_owned(), "convert the file to UTF-8 (iconv -f LATIN1 -t UTF-8)")
        }
        _ => (format!("can't be read: {error}"), "check the disk, then try again"),
    };
    SampleError::fatal(place, problem).advise(advice).because(error)
}

/// Why a text of a source could not be read.
#[derive(Debug)]
pub enum TextError {
    Io(io::Error),
    /// It has more bytes than this.
    TooLong(u64),
    /// The line, from 1, and the byte in it, from 1, that are not UTF-8.
    NotUtf8 {
        line: usize,
        byte: usize,
    },
}

/// A whole text of at most so many bytes, without its byte order mark.
///
/// # Errors
/// It can't be read, is longer, or is not UTF-8.
pub fn read_text(from: impl Read, most_bytes: u64) -> Result<String, TextError> {
    let mut bytes = Vec::new();
    let read = from.take(most_bytes + 1).read_to_end(&mut bytes).map_err(TextError::Io)?;
    if read as u64 > most_bytes {
        return Err(TextError::TooLong(most_bytes));
    }
    let text = String::from_utf8(bytes).map_err(|e| {
        let (before, bytes) = (e.utf8_error().valid_up_to(), e.as_bytes());
        let line_start = bytes[..before].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let line = bytes[..before].iter().filter(|b| **b == b'\n').count() + 1;
        TextError::NotUtf8 { line, byte: before - line_start + 1 }
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

impl TextError {
    /// The error of a whole source whose file at `place` is needed.
    pub fn fatal(self, place: &str) -> SampleError {
        match self {
            Self::Io(error) => unreadable(place, error),
            other => SampleError { fatal: true, ..other.sample(place) },
        }
    }

    /// The error of a sample.
    pub fn sample(self, place: &str) -> SampleError {
        match self {
            Self::Io(error) => SampleError { fatal: false, ..unreadable(place, error) },
            Self::TooLong(most) => SampleError::sample(place, format!("longer than {most} bytes")),
            Self::NotUtf8 { line, byte } => SampleError::sample(
                format!("{place}:{line}"),
                format!("byte {byte} of the line is not UTF-8"),
            )
            .advise("convert the file to UTF-8 (iconv -f LATIN1 -t UTF-8)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_utf8_up_to_a_length() {
        assert_eq!(read_text(&b"\xef\xbb\xbfa\n"[..], 5).unwrap(), "a\n");
        assert!(matches!(read_text(&b"abc"[..], 2), Err(TextError::TooLong(2))));
        let error = read_text(&b"a\ncaf\xe9\n"[..], 100).unwrap_err().fatal("x.yaml");
        assert!(error.fatal);
        assert!(error.to_string().starts_with("x.yaml:2: byte 4 of the line is not UTF-8"), "{error}");
    }
}
