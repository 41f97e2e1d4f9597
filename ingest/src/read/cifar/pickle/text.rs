//! How protocol 0 writes strings.

/// The bytes of a string in quotes, as Python 2's `repr` writes it.
///
/// # Errors
/// The quotes are missing, or an escape is incomplete.
pub fn unquoted(line: &[u8]) -> Result<Vec<u8>, String> {
    let inside = match line.trim_ascii() {
        [b'\'', inside @ .., b'\''] | [b'"', inside @ .., b'"'] => inside,
        _ => return Err("a string without quotes around it".into()),
    };
    let mut bytes = Vec::with_capacity(inside.len());
    let mut rest = inside;
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'\\' {
            bytes.push(*first);
            continue;
        }
        let [escape, after @ ..] = rest else { return Err("an escape without its character".into()) };
        rest = after;
        let byte = match escape {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'a' => 7,
            b'b' => 8,
            b'v' => 11,
            b'f' => 12,
            b'x' => {
                let byte = rest.get(..2).and_then(|digits| number(digits, 16));
                rest = rest.get(2..).unwrap_or_default();
                byte.and_then(|b| u8::try_from(b).ok()).ok_or("an escape \\x without two digits")?
            }
            b'0'..=b'7' => {
                let more = rest.iter().take(2).take_while(|b| (b'0'..=b'7').contains(b)).count();
                let digits = [&[*escape], &rest[..more]].concat();
                rest = &rest[more..];
                number(&digits, 8).and_then(|b| u8::try_from(b).ok()).ok_or("an octal escape above 255")?
            }
            other => *other,
        };
        bytes.push(byte);
    }
    Ok(bytes)
}

/// The text of a line of Latin-1 with the escapes `\u1234` and `\U00012345`.
///
/// # Errors
/// An escape is not a character.
pub fn unescaped(line: &[u8]) -> Result<String, String> {
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let [first, after @ ..] = rest {
        rest = after;
        let digits = match (first, rest.first()) {
            (b'\\', Some(b'u')) => 4,
            (b'\\', Some(b'U')) => 8,
            _ => {
                text.push(char::from(*first));
                continue;
            }
        };
        let code = rest.get(1..=digits).and_then(|digits| number(digits, 16));
        rest = rest.get(digits + 1..).unwrap_or_default();
        text.push(code.and_then(char::from_u32).ok_or("an escape that is not a character")?);
    }
    Ok(text)
}

/// A byte for each character of a UTF-8 text; none where there is one above 255.
pub fn latin1(utf8: &[u8]) -> Option<Vec<u8>> {
    str::from_utf8(utf8).ok()?.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect()
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    let is_plain = digits.iter().all(u8::is_ascii_hexdigit);
    str::from_utf8(digits)
        .ok()
        .filter(|_| is_plain)
        .and_then(|digits| u32::from_str_radix(digits, radix).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone() {
        assert_eq!(unquoted(br"'a\'\\\n\x00\xff\101 '").unwrap(), b"a'\\\n\x00\xffA ");
        assert_eq!(unquoted(b"\"it's\"").unwrap(), b"it's");
        assert!(unquoted(b"abc").is_err() && unquoted(br"'\x0'").is_err() && unquoted(br"'\'").is_err());
        assert_eq!(unescaped(b"a\\u005cb\\u000a\xe9\\U0001f600").unwrap(), "a\\b\n\u{e9}\u{1f600}");
        assert!(unescaped(b"\\ud800").is_err() && unescaped(b"\\u12").is_err());
        assert_eq!(latin1("a\u{e9}".as_bytes()).unwrap(), b"a\xe9");
        assert_eq!(latin1("猫".as_bytes()), None);
    }
}
