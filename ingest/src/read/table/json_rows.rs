//! The lines of a JSON lines file as rows.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};

use hub_dataset::sample::SampleError;
use serde_json::Value as Json;

use super::row::{Cells, MAX_ROW_BYTES, Row, not_utf8, too_long};
use crate::read::file_errors::unreadable;
use crate::read::long_integers::quote_long_integers;

/// The next line with something in it, parsed.
pub fn next_object(
    lines: &mut BufReader<File>,
    line: &mut u64,
    place: &str,
) -> Option<Result<Row, SampleError>> {
    loop {
        let mut bytes = Vec::new();
        *line += 1;
        let place = format!("{place}:{line}");
        match lines.take(MAX_ROW_BYTES + 1).read_until(b'\n', &mut bytes) {
            Ok(0) => return None,
            Ok(read) if read as u64 > MAX_ROW_BYTES => return Some(Err(too_long(place))),
            Ok(_) => {}
            Err(e) => return Some(Err(unreadable(&place, e))),
        }
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let Ok(text) = str::from_utf8(&bytes) else { return Some(Err(not_utf8(place, ""))) };
        let quoted = quote_long_integers(text);
        return Some(match serde_json::from_str(quoted.as_deref().unwrap_or(text)) {
            Ok(Json::Object(object)) => Ok(Row { line: *line, cells: Cells::Jsonl(object) }),
            Ok(_) => Err(SampleError::sample(place, "expected a JSON object, found another value")
                .advise("expected one object per line: {\"file_name\": \"a.jpg\", …}")),
            Err(e) => {
                let at = text.get(e.column().saturating_sub(1)..).unwrap_or_default();
                let word = NO_NUMBERS.iter().find(|word| at.starts_with(**word));
                let (problem, advice) = match word {
                    Some(word) => (
                        format!("not JSON: {word} at column {} is not a JSON number", e.column()),
                        "write null in its place",
                    ),
                    None => (
                        format!("not JSON: {} at column {}", reason(&e), e.column()),
                        "expected one whole object per line",
                    ),
                };
                let error = SampleError::sample(place, problem).advise(advice);
                Err(if word.is_some() { error } else { error.because(e) })
            }
        });
    }
}

/// Numbers that Python writes and JSON doesn't have.
const NO_NUMBERS: [&str; 3] = ["NaN", "Infinity", "-Infinity"];

/// The parser's message without its own line and column, which count in the line alone.
fn reason(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message.split(" at line").next().unwrap_or_default().to_owned()
}
