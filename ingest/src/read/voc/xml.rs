//! VOC's XML: one file an image.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::Deserialize;

/// The longest file taken; real ones are a few kilobytes.
const MAX_BYTES: u64 = 8 << 20;

/// What is kept of a file.
#[derive(Debug, Deserialize)]
pub struct Annotation {
    #[serde(default, rename = "object")]
    pub objects: Vec<Object>,
}

/// An object. Texts are taken apart later, so that an error can name them.
#[derive(Debug, Deserialize)]
pub struct Object {
    pub name: String,
    pub pose: Option<String>,
    pub truncated: Option<String>,
    pub difficult: Option<String>,
    pub occluded: Option<String>,
    pub bndbox: Option<Corners>,
    #[serde(default, rename = "part")]
    pub parts: Vec<Part>,
}

/// A part of a person: head, hand, foot.
#[derive(Debug, Deserialize)]
pub struct Part {
    pub name: String,
    pub bndbox: Option<Corners>,
}

/// The first and the last pixel of a box, counted from 1.
#[derive(Debug, Deserialize)]
pub struct Corners {
    pub xmin: String,
    pub ymin: String,
    pub xmax: String,
    pub ymax: String,
}

impl Annotation {
    /// Reads a file.
    ///
    /// # Errors
    /// What is wrong with it, in a clause.
    pub fn read(path: &Path) -> Result<Self, String> {
        let mut text = String::new();
        let file = File::open(path).map_err(|e| format!("can't be opened: {e}"))?;
        file.take(MAX_BYTES + 1).read_to_string(&mut text).map_err(|e| format!("can't be read: {e}"))?;
        if text.len() as u64 > MAX_BYTES {
            return Err(format!("longer than {MAX_BYTES} bytes"));
        }
        let text = text.trim_start_matches('\u{feff}');
        quick_xml::de::from_str(text).map_err(|e| format!("not valid VOC XML: {e}"))
    }
}

impl Corners {
    /// x, y, width, height, counted from 0.
    ///
    /// # Errors
    /// A corner is not a number.
    pub fn to_box(&self) -> Result<[f64; 4], String> {
        let number = |(name, text): (&str, &String)| match text.trim().parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number),
            _ => Err(format!("{name} is '{text}', expected a number")),
        };
        let x = number(("xmin", &self.xmin))?;
        let y = number(("ymin", &self.ymin))?;
        let (right, bottom) = (number(("xmax", &self.xmax))?, number(("ymax", &self.ymax))?);
        Ok([x - 1.0, y - 1.0, right - x + 1.0, bottom - y + 1.0])
    }
}

/// A yes or no, which is written 0 and 1; nothing, or a word in their place, is null.
///
/// # Errors
/// Another number.
pub fn flag(name: &str, text: Option<&String>) -> Result<Option<bool>, String> {
    match text.map(|t| t.trim()) {
        Some("1") => Ok(Some(true)),
        Some("0") => Ok(Some(false)),
        Some(other) if other.parse::<f64>().is_ok() => Err(format!("{name} is '{other}', expected 0 or 1")),
        _ => Ok(None),
    }
}
