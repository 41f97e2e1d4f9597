//! Numbers, sizes, times and addresses in words, as pages show them.

use chrono::{DateTime, TimeDelta, Utc};

/// A number with commas: `1,281,167`.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number that needs little room: `1.28 M`; up to 99,999 all digits.
pub fn short(n: u64) -> String {
    let scaled = |unit: f64, name: &str| {
        let n = n as f64 / unit;
        let digits = if n < 9.995 { 2 } else { usize::from(n < 99.95) };
        format!("{n:.digits$} {name}")
    };
    match n {
        0..100_000 => count(n),
        100_000..1_000_000 => count(n),
        1_000_000..1_000_000_000 => scaled(1e6, "M"),
        _ => scaled(1e9, "G"),
    }
}

/// A length in bytes, in powers of 1,000: `138 GB`.
pub fn bytes(n: u64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    if n < 1000 {
        return format!("{n} B");
    }
    let (mut value, mut unit) = (n as f64 / 1000.0, 0);
    while value >= 999.5 && unit + 1 < UNITS.len() {
        (value, unit) = (value / 1000.0, unit + 1);
    }
    let digits = usize::from(value < 9.95);
    format!("{value:.digits$} {}", UNITS[unit])
}

/// `one` or `many`, after the number: `1 row`, `2 rows`.
pub fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", short(n), if n == 1 { one } else { many })
}

/// How long ago: `4 min ago`, `yesterday`, `12 Mar 2026`.
pub fn ago(time: DateTime<Utc>) -> String {
    since(time, Utc::now())
}

fn since(time: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let age = now - time;
    let days = (now.date_naive() - time.date_naive()).num_days();
    match age {
        age if age < TimeDelta::seconds(60) => "just now".to_owned(),
        age if age < TimeDelta::minutes(60) => format!("{} min ago", age.num_minutes()),
        age if age < TimeDelta::hours(24) => format!("{} h ago", age.num_hours()),
        _ if days <= 1 => "yesterday".to_owned(),
        _ if days < 15 => format!("{days} days ago"),
        _ => time.format("%-d %b %Y").to_string(),
    }
}

/// A time for machines and for the hint: `2026-03-12T09:30:00Z`.
pub fn exact(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A time to the minute: `12 Mar 2026, 09:30 UTC`.
pub fn minute(time: DateTime<Utc>) -> String {
    time.format("%-d %b %Y, %H:%M UTC").to_string()
}

/// A float without needless digits: `0.02`, `4,288`, `1.5e9`.
pub fn float(value: f64) -> String {
    let size = value.abs();
    if value == value.trunc() && size < 1e15 {
        let sign = if value < 0.0 { "−" } else { "" };
        return format!("{sign}{}", count(size as u64));
    }
    match size {
        0.001..1e7 => {
            let digits = (3.0 - size.log10().floor()).clamp(0.0, 6.0) as usize;
            let text = format!("{value:.digits$}");
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        _ => format!("{value:.3e}"),
    }
}

/// Up to two letters for a person: `AL` of `ada.lovelace`.
pub fn initials(name: &str) -> String {
    let mut words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let first = words.next().unwrap_or("?");
    let letters: Vec<char> = match words.next() {
        Some(second) => first.chars().take(1).chain(second.chars().take(1)).collect(),
        None => first.chars().take(2).collect(),
    };
    letters.into_iter().flat_map(char::to_uppercase).collect()
}

/// Text as a value of a query or a part of a path.
pub fn encoded(text: &str) -> String {
    let text: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    // The serializer is for forms and writes a space as `+`, which in a path is a plus.
    text.replace('+', "%20")
}

/// At most `max` characters, with an ellipsis if some are left out.
pub fn cut(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
    }
}

/// The first line of a message; what it is about if it is empty.
pub fn first_line(message: &str, operation: &str) -> String {
    let line = message.lines().map(str::trim).find(|line| !line.is_empty());
    cut(line.unwrap_or(operation), 200)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_exact() {
        assert_eq!([count(0), count(999), count(1000), count(1_281_167)], ["0", "999", "1,000", "1,281,167"]);
        assert_eq!([short(99_999), short(1_281_167), short(999_999)], ["99,999", "1.28 M", "999,999"]);
        assert_eq!([short(12_345_678), short(123_456_789)], ["12.3 M", "123 M"]);
        assert_eq!(
            [bytes(999), bytes(1000), bytes(48_211), bytes(999_600)],
            ["999 B", "1.0 kB", "48 kB", "1.0 MB"]
        );
        assert_eq!(bytes(u64::MAX), "18 EB");
        assert_eq!(
            [float(0.02), float(4288.0), float(0.125_678), float(-3.0)],
            ["0.02", "4,288", "0.1257", "−3"]
        );
        assert_eq!([float(f64::NAN), float(1e-9), float(123.456)], ["NaN", "1.000e-9", "123.5"]);
        assert_eq!([counted(1, "row", "rows"), counted(2, "row", "rows")], ["1 row", "2 rows"]);
    }

    #[test]
    fn times_are_told_as_people_do() {
        let now: DateTime<Utc> = "2026-11-30T09:00:00Z".parse().unwrap();
        for (time, told) in [
            ("2026-11-30T08:59:30Z", "just now"),
            ("2026-11-30T08:56:00Z", "4 min ago"),
            ("2026-11-30T06:30:00Z", "2 h ago"),
            ("2026-11-29T07:00:00Z", "yesterday"),
            ("2026-11-27T12:00:00Z", "3 days ago"),
            ("2026-03-12T12:00:00Z", "12 Mar 2026"),
            ("2027-01-01T00:00:00Z", "just now"),
        ] {
            assert_eq!(since(time.parse().unwrap(), now), told);
        }
    }

    #[test]
    fn names_are_shortened() {
        assert_eq!(
            [initials("ada.lovelace"), initials("ada"), initials("é-ß"), initials("--")],
            ["AL", "AD", "ÉSS", "?"]
        );
        assert_eq!([cut("abc", 3), cut("äbcd", 3)], ["abc", "äbc…"]);
        assert_eq!([first_line("\n Fix it \nmore", "push"), first_line("", "push")], ["Fix it", "push"]);
        assert_eq!(encoded("a b/c&d=ä"), "a%20b%2Fc%26d%3D%C3%A4");
    }
}
