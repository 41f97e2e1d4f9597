//! COCO's compressed run lengths.
//!
//! A count is written like LEB128, but 5 bits a character, in the characters from `0` on (48); bit 6 says that
//! more follow, and the highest bit of the last character is the sign. From the fourth count on, what is
//! written is the difference to the count before the last.
//!
//! Source: `rleFrString` in the COCO API, `common/maskApi.c` (github.com/cocodataset/cocoapi).

/// The counts of a compressed string.
///
/// # Errors
/// What is wrong, and at which character.
pub fn decompress(text: &str) -> Result<Vec<u32>, String> {
    let mut counts: Vec<u32> = Vec::with_capacity(text.len() / 2);
    let mut value = 0_i64;
    let mut shift = 0;
    for (i, c) in text.bytes().enumerate() {
        let bits = c.checked_sub(48).filter(|b| *b < 64).ok_or_else(|| bad(text, i))?;
        if shift > 55 {
            return Err(format!("the count that ends at character {i} is too long"));
        }
        value |= i64::from(bits & 0x1f) << shift;
        shift += 5;
        if bits & 0x20 != 0 {
            continue;
        }
        if bits & 0x10 != 0 {
            value |= -1 << shift;
        }
        if counts.len() > 2 {
            value += i64::from(counts[counts.len() - 2]);
        }
        counts
            .push(u32::try_from(value).map_err(|_| format!("{value} is not a run length (character {i})"))?);
        (value, shift) = (0, 0);
    }
    if shift > 0 { Err("the string ends in the middle of a count".into()) } else { Ok(counts) }
}

fn bad(text: &str, i: usize) -> String {
    let c = text.get(i..).and_then(|t| t.chars().next()).unwrap_or('?');
    format!("character {i} is '{c}', expected one of '0' to 'o'")
}

/// Checks that the runs cover an image of that size, neither more nor less.
///
/// # Errors
/// What is wrong.
pub fn check(counts: &[u32], height: i32, width: i32) -> Result<(), String> {
    let pixels = i64::from(height) * i64::from(width);
    let covered: i64 = counts.iter().map(|c| i64::from(*c)).sum();
    if height < 0 || width < 0 || covered != pixels {
        return Err(format!(
            "run lengths cover {covered} pixels, which does not fit the size {height} × {width}"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_of_the_coco_api_are_decoded() {
        // What pycocotools.mask.frPyObjects makes of these counts.
        assert_eq!(decompress("61X12:").unwrap(), [6, 1, 40, 3, 50]);
        let long = [0, 1, 4000, 3, 5, 1000, 5, 1000, 4, 3986];
        assert_eq!(decompress("01Pm32USLUo000OZm2").unwrap(), long);
        assert_eq!(decompress("").unwrap(), [0_u32; 0]);
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(decompress("P").unwrap_err().contains("middle"));
        assert!(decompress("6 ").unwrap_err().contains("character 1 is ' '"));
        assert!(decompress("ä").is_err());
        assert!(decompress(&"o".repeat(40)).unwrap_err().contains("too long"));
        assert!(decompress("N").unwrap_err().contains("not a run length"));
        assert!(check(&[6, 1, 92], 10, 10).unwrap_err().contains("99 pixels"));
        assert!(check(&[100], 10, 10).is_ok() && check(&[], -1, 0).is_err());
    }
}
