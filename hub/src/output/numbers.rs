//! Numbers for people.

use std::time::Duration;

use chrono::{DateTime, Utc};

/// A number with thousands separators: `60,000`.
pub fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number with its noun: `1 row`, `60,000 rows`. Only the irregular plurals that are used are known.
pub fn counted(n: u64, word: &str) -> String {
    let plural = match word {
        "class" => "classes",
        "batch" => "batches",
        "index" => "indexes",
        "query" => "queries",
        "copy" => "copies",
        _ if n == 1 => word,
        _ => return format!("{} {word}s", number(n)),
    };
    format!("{} {}", number(n), if n == 1 { word } else { plural })
}

/// A size in bytes, in units of 1000: `0 B`, `999 B`, `1.1 GB`.
pub fn bytes(n: u64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    if n < 1000 {
        return format!("{n} B");
    }
    let mut value = n as f64 / 1000.0;
    let mut unit = 0;
    // What would be shown as 1000 goes up a unit.
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    let digits = usize::from(value < 9.95);
    format!("{value:.digits$} {}", UNITS[unit])
}

/// A duration: `3.1 s`, `240 ms`, `2 min 5 s`, `1 h 3 min`.
pub fn duration(d: Duration) -> String {
    let secs = d.as_secs();
    match secs {
        0 => format!("{} ms", d.as_millis()),
        1..10 => format!("{:.1} s", d.as_secs_f64()),
        10..60 => format!("{secs} s"),
        60..3600 => format!("{} min {} s", secs / 60, secs % 60),
        _ => format!("{} h {} min", secs / 3600, secs % 3600 / 60),
    }
}

/// The time since `time`: `just now`, `5 min ago`, `3 d ago`; from two months on its date (UTC).
pub fn age(time: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let secs = (now - time).num_seconds();
    match secs {
        i64::MIN..5 => "just now".to_owned(),
        5..60 => format!("{secs} s ago"),
        60..3600 => format!("{} min ago", secs / 60),
        3600..172_800 => format!("{} h ago", secs / 3600),
        172_800..5_184_000 => format!("{} d ago", secs / 86_400),
        _ => time.format("%Y-%m-%d").to_string(),
    }
}

/// How many a second; 0 where no time passed.
pub fn per_second(n: u64, time: Duration) -> f64 {
    let secs = time.as_secs_f64();
    if secs > 0.0 { n as f64 / secs } else { 0.0 }
}

/// A size and its rate over `time`: `44 MB, 37 MB/s`.
pub fn bytes_and_rate(n: u64, time: Duration) -> String {
    format!("{}, {}/s", bytes(n), bytes(per_second(n, time) as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_two_digits_that_tell() {
        let cases = [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (999_499, "999 kB"), (999_500, "1.0 MB")];
        for (n, text) in cases.into_iter().chain([(1_100_000_000, "1.1 GB"), (u64::MAX, "18 EB")]) {
            assert_eq!(bytes(n), text);
        }
    }

    #[test]
    fn counts_have_commas_and_plurals() {
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(counted(1, "row"), "1 row");
        assert_eq!(counted(60_000, "row"), "60,000 rows");
        assert_eq!(counted(2, "class"), "2 classes");
        assert_eq!(counted(1, "class"), "1 class");
    }

    #[test]
    fn times_are_short() {
        let now = DateTime::from_timestamp(1_750_000_000, 0).unwrap();
        let ago = |secs| age(now - chrono::TimeDelta::seconds(secs), now);
        assert_eq!(
            [ago(-3), ago(59), ago(7300), ago(200_000)],
            ["just now", "59 s ago", "2 h ago", "2 d ago"]
        );
        assert_eq!(ago(31_536_000), "2024-06-15");
        assert_eq!(duration(Duration::from_millis(240)), "240 ms");
        assert_eq!(duration(Duration::from_secs(125)), "2 min 5 s");
    }
}
