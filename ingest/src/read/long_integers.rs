//! Integers of more than 64 bits in JSON, whose digits are kept: as texts.

use serde_json::Value as Json;

/// An integer of fewer digits fits 64 bits.
const LONG_DIGITS: usize = 19;

/// The text with quotes around integers of more than 64 bits, of which the parser would make floats of 53; none where
/// there are none.
pub fn quote_long_integers(text: &str) -> Option<String> {
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

/// Parses a JSON value, with integers of more than 64 bits as texts.
///
/// # Errors
/// It is not JSON.
pub fn parse_exact(text: &str) -> Result<Json, serde_json::Error> {
    serde_json::from_str(quote_long_integers(text).as_deref().unwrap_or(text))
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
