//! One header block of a tar, and the extensions that may stand before it.
//!
//! The `tar` crate decodes the fields; this module interprets them. Names longer than a header holds come in a
//! block of their own before it: GNU's `L` (the name) or POSIX's `x` (records; of these `path` and `size`
//! matter).

use tar::{EntryType, Header, PaxExtensions};

use crate::read::inside::{BadName, clean};

/// A tar is made of blocks of this size.
pub const BLOCK_BYTES: usize = 512;

/// What a block stands for.
#[derive(Debug)]
pub enum Kind {
    File,
    Folder,
    /// GNU: the long name of the next member.
    LongName,
    /// Records about the next member.
    Pax,
    /// Of no interest: a long link target, records about the archive.
    Skipped,
    /// Not a file; the text says what it is, for messages.
    Refused(&'static str),
}

#[derive(Debug)]
pub struct Block {
    pub kind: Kind,
    pub name: Vec<u8>,
    pub size_bytes: u64,
}

/// What extensions say about the next member.
#[derive(Debug, Default)]
pub struct Extensions {
    pub name: Option<Vec<u8>>,
    pub size_bytes: Option<u64>,
}

impl Block {
    /// Decodes a block; `None` for the block of zeros at the archive's end.
    pub fn decode(bytes: &[u8; BLOCK_BYTES]) -> Result<Option<Self>, String> {
        if bytes.iter().all(|b| *b == 0) {
            return Ok(None);
        }
        let mut header = Header::new_old();
        header.as_mut_bytes().copy_from_slice(bytes);
        let wanted = header.cksum().map_err(|e| e.to_string())?;
        if !sums_of(bytes).contains(&i64::from(wanted)) {
            return Err("the header's checksum is wrong".to_owned());
        }
        let name = header.path_bytes().into_owned();
        let kind = kind_of(header.entry_type(), &name);
        // Links and devices have no content, whatever their size field says.
        let size_bytes = match header.entry_type() {
            EntryType::Symlink | EntryType::Char | EntryType::Block | EntryType::Fifo => 0,
            _ => header.entry_size().map_err(|e| e.to_string())?,
        };
        Ok(Some(Self { kind, name, size_bytes }))
    }
}

fn kind_of(entry: EntryType, name: &[u8]) -> Kind {
    match entry {
        // Before POSIX, a folder was a file whose name ends so.
        EntryType::Regular if name.ends_with(b"/") => Kind::Folder,
        EntryType::Regular | EntryType::Continuous => Kind::File,
        EntryType::Directory => Kind::Folder,
        EntryType::GNULongName => Kind::LongName,
        EntryType::XHeader => Kind::Pax,
        EntryType::GNULongLink | EntryType::XGlobalHeader => Kind::Skipped,
        EntryType::Link | EntryType::Symlink => Kind::Refused("expected a file, found a link"),
        EntryType::Char | EntryType::Block | EntryType::Fifo => {
            Kind::Refused("expected a file, found a device or pipe")
        }
        EntryType::GNUSparse => Kind::Refused("sparse files are not supported"),
        _ => Kind::Refused("unknown member type"),
    }
}

/// The checksum with bytes as unsigned (POSIX) and as signed (old tars) numbers; its own field counts as
/// spaces.
fn sums_of(bytes: &[u8; BLOCK_BYTES]) -> [i64; 2] {
    let counted = bytes.iter().enumerate().map(|(i, b)| if (148..156).contains(&i) { b' ' } else { *b });
    counted
        .fold([0, 0], |[unsigned, signed], b| [unsigned + i64::from(b), signed + i64::from(b.cast_signed())])
}

impl Extensions {
    /// Adds what an extension header says.
    pub fn add(&mut self, kind: &Kind, content: &[u8]) -> Result<(), String> {
        if matches!(kind, Kind::LongName) {
            let end = content.iter().position(|b| *b == 0).unwrap_or(content.len());
            self.name = Some(content[..end].to_vec());
            return Ok(());
        }
        for record in PaxExtensions::new(content) {
            let record = record.map_err(|e| e.to_string())?;
            match record.key_bytes() {
                b"path" => self.name = Some(record.value_bytes().to_vec()),
                b"size" => {
                    let size = record.value().ok().and_then(|v| v.parse().ok());
                    self.size_bytes = Some(size.ok_or("the size is not a number")?);
                }
                key if key.starts_with(b"GNU.sparse.") => {
                    return Err("sparse files are not supported".into());
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// A member's name without `./` in front; an error (with the name for messages) if it is not UTF-8 or names a
/// place outside the archive.
pub fn check_name(raw: &[u8]) -> Result<String, (String, String)> {
    let Ok(name) = std::str::from_utf8(raw) else {
        return Err((String::from_utf8_lossy(raw).into_owned(), "the name is not UTF-8".to_owned()));
    };
    clean(name).map_err(|problem| {
        let outside = match problem {
            BadName::Absolute | BadName::ParentFolder => ", which would lie outside the archive's folder",
            BadName::Windows | BadName::NoName => "",
        };
        (name.to_owned(), format!("{problem}{outside}"))
    })
}
