//! `meta.mat` of the development kit: which class number stands for which WordNet id.
//!
//! A MATLAB file of version 5 with one variable `synsets`, an array of structs, of which the members
//! `ILSVRC2012_ID` and `WNID` are read. The crates that read such files either know no structs, bind a C
//! library, or panic on a damaged file; the part of the format that is needed is small: elements of a type, a
//! length and data, compressed ones around others.
//!
//! Source: MathWorks, "MAT-File Format", level 5.

use std::io::Read;
use std::path::Path;

use flate2::read::ZlibDecoder;
use hub_dataset::sample::SampleError;

use super::synset::{Numbering, is_synset};

const HEADER_BYTES: usize = 128;
const MATRIX: u32 = 14;
const COMPRESSED: u32 = 15;
const STRUCT_CLASS: u8 = 2;

/// A variable that unpacks to more is refused; the real one has 300 kB.
const MAX_BYTES: u64 = 64 << 20;

/// Reads the numbering from the bytes of `meta.mat`.
///
/// # Errors
/// It is not such a file.
pub fn ids_of_meta(path: &Path, bytes: &[u8]) -> Result<Numbering, SampleError> {
    let broken = |problem: &str| {
        SampleError::fatal(
            path.display().to_string(),
            format!("not the development kit's meta.mat: {problem}"),
        )
        .advise("download ILSVRC2012_devkit_t12.tar.gz again")
    };
    if bytes.get(126..HEADER_BYTES) != Some(b"IM") {
        return Err(broken("not a little-endian MATLAB 5 file"));
    }
    let mut rest = &bytes[HEADER_BYTES..];
    while let Some(element) = Element::take(&mut rest) {
        let unpacked = match element.kind {
            COMPRESSED => unpack(element.data).ok_or_else(|| broken("a compressed variable is damaged"))?,
            _ => Vec::new(),
        };
        let matrix = match element.kind {
            COMPRESSED => Element::take(&mut unpacked.as_slice()),
            _ => Some(element),
        };
        let ids = matrix.filter(|m| m.kind == MATRIX).and_then(|m| ids_of_synsets(m.data));
        if let Some(ids) = ids.filter(|ids| !ids.is_empty()) {
            return Ok(ids);
        }
    }
    Err(broken("no variable 'synsets' with ILSVRC2012_ID and WNID"))
}

fn unpack(data: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    ZlibDecoder::new(data).take(MAX_BYTES).read_to_end(&mut out).ok()?;
    Some(out)
}

/// A type, and data of that type.
#[derive(Clone, Copy)]
struct Element<'a> {
    kind: u32,
    data: &'a [u8],
}

impl<'a> Element<'a> {
    /// Takes the first element off `rest`.
    fn take(rest: &mut &'a [u8]) -> Option<Self> {
        let (tag, after) = rest.split_first_chunk::<4>()?;
        let tag = u32::from_le_bytes(*tag);
        if tag >> 16 != 0 {
            // A small element: length and type share the first four bytes, the data are the next four.
            let (data, after) = after.split_first_chunk::<4>()?;
            *rest = after;
            return Some(Self { kind: tag & 0xffff, data: data.get(..(tag >> 16) as usize)? });
        }
        let (len, after) = after.split_first_chunk::<4>()?;
        let len = u32::from_le_bytes(*len) as usize;
        let data = after.get(..len)?;
        let padded = if tag == COMPRESSED { len } else { len.next_multiple_of(8) };
        *rest = after.get(padded..).unwrap_or_default();
        Some(Self { kind: tag, data })
    }

    /// The data as a number, if it is one.
    fn number(self) -> Option<u32> {
        let value = match (self.kind, self.data) {
            (1 | 2, [b]) => f64::from(*b),
            (3 | 4, d) => f64::from(u16::from_le_bytes(d.try_into().ok()?)),
            (5 | 6, d) => f64::from(u32::from_le_bytes(d.try_into().ok()?)),
            (7, d) => f64::from(f32::from_le_bytes(d.try_into().ok()?)),
            (9, d) => f64::from_le_bytes(d.try_into().ok()?),
            _ => return None,
        };
        (value.fract() == 0.0 && (0.0..f64::from(u32::MAX)).contains(&value)).then_some(value as u32)
    }

    /// The data as text, of characters of one or two bytes.
    fn text(self) -> Option<String> {
        match self.kind {
            1 | 2 | 16 => String::from_utf8(self.data.to_vec()).ok(),
            4 | 17 => {
                let units = self.data.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
                char::decode_utf16(units).collect::<Result<_, _>>().ok()
            }
            _ => None,
        }
    }
}

/// The numbering, if the matrix is the struct array `synsets`.
fn ids_of_synsets(mut data: &[u8]) -> Option<Numbering> {
    let rest = &mut data;
    let flags = Element::take(rest)?;
    let _dimensions = Element::take(rest)?;
    let name = Element::take(rest)?.text()?;
    if name != "synsets" || *flags.data.first()? != STRUCT_CLASS {
        return None;
    }
    let name_bytes = Element::take(rest)?.number()? as usize;
    let names = Element::take(rest)?;
    if name_bytes == 0 {
        return None;
    }
    let members: Vec<&[u8]> = names
        .data
        .chunks(name_bytes)
        .map(|name| name.split(|b| *b == 0).next().unwrap_or_default())
        .collect();
    let id_at = members.iter().position(|name| *name == b"ILSVRC2012_ID")?;
    let synset_at = members.iter().position(|name| *name == b"WNID")?;
    let mut ids = Numbering::new();
    loop {
        let structure: Vec<Element> = (0..members.len()).map_while(|_| Element::take(rest)).collect();
        if structure.len() < members.len() {
            return Some(ids);
        }
        let id = value_of(structure[id_at])?.number()?;
        let synset = value_of(structure[synset_at])?.text()?;
        if !is_synset(&synset) {
            return None;
        }
        ids.insert(id, synset);
    }
}

/// What a matrix holds: the element behind its flags, dimensions and name.
fn value_of(matrix: Element) -> Option<Element> {
    let mut rest = matrix.data;
    for _ in 0..3 {
        Element::take(&mut rest)?;
    }
    Element::take(&mut rest)
}
