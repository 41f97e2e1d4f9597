//! Durations: `90s`, `30m`, `24h`, `7d`.

use std::time::Duration;

/// A hundred years of 52 weeks, in seconds: the longest duration, so that a time from now on is a time that exists.
const MAX_SECS: u64 = 100 * 52 * 7 * 86_400;

/// Parses a duration; a number without a unit is refused, except 0.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let bad = || format!("'{text}' is not a duration: expected a number and s, m, h, d or w, such as 24h");
    let split = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(bad).or_else(|e| match text {
        "0" => Ok(1),
        _ => Err(e),
    })?;
    if split == 0 {
        return Err(bad());
    }
    let unit = match &text[split..] {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        "w" => 604_800,
        _ => return Err(bad()),
    };
    let number: Option<u64> = text[..split].parse().ok();
    let secs = number.and_then(|number| number.checked_mul(unit)).filter(|secs| *secs <= MAX_SECS);
    secs.map(Duration::from_secs).ok_or_else(|| format!("'{text}' is too long: expected at most 5200w"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units() {
        for (text, secs) in
            [("0", 0), ("90s", 90), ("24h", 86_400), ("7d", 604_800), ("2w", 1_209_600), ("5200w", MAX_SECS)]
        {
            assert_eq!(parse_duration(text), Ok(Duration::from_secs(secs)), "{text}");
        }
        for bad in [
            "",
            "24",
            "h",
            "1y",
            "-1h",
            "99999999999999999999s",
            "9999999999999999w",
            "5201w",
            "18446744073709551615s",
        ] {
            assert!(parse_duration(bad).is_err(), "{bad:?} was accepted");
        }
    }
}
