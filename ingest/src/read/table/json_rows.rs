//! The lines of a JSON lines file as rows.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};

use hub_dataset::sample::SampleError;
use serde_json::Value as Json;

use super::row::{Cells, MAX_ROW_BYTES, Row, not_utf8, too_long};
use crate::read::file_errors::unreadable;

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

/// An integer of fewer digits fits 64 bits.
const LONG_DIGITS: usize = 19;

/// The text with quotes around integers of more than 64 bits, of which the parser would make floats of 53; none where
/// there are none.
fn quote_long_integers(text: &str) -> Option<String> {
    let mut quoted: Option<String> = None;
    let (mut taken, mut in_string) = (0, false);
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if in_string => at += 1,
            b'"' => in_string = !in_string,
            b'-' | b'0'..=b'9' if !in_string => {
                let is_number = |b: &u8| matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
                let end = at + bytes[at..].iter().take_while(|b| is_number(b)).count();
                let number = &text[at..end];
                let is_integer = !number.contains(['.', 'e', 'E']);
                let fits = number.parse::<i64>().is_ok() || number.parse::<u64>().is_ok();
                if number.len() >= LONG_DIGITS && is_integer && !fits {
                    let out = quoted.get_or_insert_default();
                    out.push_str(&text[taken..at]);
                    out.push('"');
                    out.push_str(number);
                    out.push('"');
                    taken = end;
                }
                at = end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    quoted.map(|out| out + &text[taken..])
}

/// The parser's message without its own line and column, which count in the line alone.
fn reason(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message.split(" at line").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_integers_that_do_not_fit_are_quoted() {
        let text = r#"{"a": 123456789012345678901234, "b": [-99999999999999999999, 18446744073709551615],
                       "123456789012345678901234": "say \"123456789012345678901234\"", "c": 1.23456789012345678901234e5}"#;
        let quoted = quote_long_integers(text).unwrap();
        let expected = text
            .replace(": 123456789012345678901234", ": \"123456789012345678901234\"")
            .replace("-99999999999999999999", "\"-99999999999999999999\"");
        assert_eq!(quoted, expected);
        assert_eq!(quote_long_integers(r#"{"a": 9223372036854775807}"#), None);
    }
}
