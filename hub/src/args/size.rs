//! Sizes: `500`, `10MB`, `1.5 GiB`.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SizeArg(pub u64);

/// Parses a size in bytes; units are decimal (`MB`) or binary (`MiB`), in any case.
pub fn parse_size(text: &str) -> Result<SizeArg, String> {
    let bad =
        || format!("'{text}' is not a size: expected a number and B, KB, MB, GB, TB, KiB, MiB, GiB or TiB");
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let number: f64 = text[..split].parse().map_err(|_| bad())?;
    let unit: f64 = match text[split..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "k" | "kb" => 1e3,
        "m" | "mb" => 1e6,
        "g" | "gb" => 1e9,
        "t" | "tb" => 1e12,
        "kib" => 1024.0,
        "mib" => 1_048_576.0,
        "gib" => 1_073_741_824.0,
        "tib" => 1_099_511_627_776.0,
        _ => return Err(bad()),
    };
    let bytes = number * unit;
    if bytes.is_finite() && bytes < 1e18 { Ok(SizeArg(bytes as u64)) } else { Err(bad()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        for (text, bytes) in [("0", 0), ("12", 12), ("10MB", 10_000_000), ("1.5 GiB", 3 << 29), ("2k", 2000)]
        {
            assert_eq!(parse_size(text), Ok(SizeArg(bytes)), "{text}");
        }
        for bad in ["", "MB", "1x", "-1", "1.2.3", "99999999999TB"] {
            assert!(parse_size(bad).is_err(), "{bad:?} was accepted");
        }
    }
}
