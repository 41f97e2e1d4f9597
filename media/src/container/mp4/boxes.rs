//! Box headers: four letters and a size.

use std::io::{Read, Seek};

use crate::MediaError;
use crate::source::Source;

/// A box: where it is and what it is called.
#[derive(Clone, Debug)]
pub(super) struct Box4 {
    pub(super) kind: [u8; 4],
    /// Offset of its header in the file.
    pub(super) at: u64,
    /// Offset of its content in the file.
    pub(super) start: u64,
    /// Offset of the end of its content.
    pub(super) end: u64,
}

impl Box4 {
    /// The box at `at` of the file; none at its end. It must end inside the file.
    pub(super) fn top_level<R: Read + Seek>(
        source: &mut Source<R>,
        at: u64,
    ) -> Result<Option<Self>, MediaError> {
        let len = source.len();
        let Some(found) = Self::next(source, at, len)? else {
            return Ok(None);
        };
        // Some programs leave rubbish after the last box.
        if !found.kind.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ') {
            return Ok(None);
        }
        if found.end > len {
            let name = found.name();
            return Err(source.ends_before(format!("the {name} box at byte {at} up to byte {}", found.end)));
        }
        Ok(Some(found))
    }

    /// The boxes inside; each must end inside too.
    pub(super) fn children<R: Read + Seek>(
        &self,
        source: &mut Source<R>,
        mut visit: impl FnMut(&mut Source<R>, &Self) -> Result<(), MediaError>,
    ) -> Result<(), MediaError> {
        let mut at = self.start;
        while let Some(child) = Self::next(source, at, self.end)? {
            if child.end > self.end {
                let problem = format!(
                    "the {} box ends at byte {}, after the {} box around it",
                    child.name(),
                    child.end,
                    self.name()
                );
                return Err(MediaError::damaged(at, problem));
            }
            visit(source, &child)?;
            at = child.end;
        }
        Ok(())
    }

    /// The first box inside of a kind.
    pub(super) fn child<R: Read + Seek>(
        &self,
        source: &mut Source<R>,
        kind: &[u8; 4],
    ) -> Result<Option<Self>, MediaError> {
        let mut found = None;
        self.children(source, |_, child| {
            if child.kind == *kind && found.is_none() {
                found = Some(child.clone());
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// The first `N` bytes of its content.
    pub(super) fn head<const N: usize, R: Read + Seek>(
        &self,
        source: &mut Source<R>,
    ) -> Result<[u8; N], MediaError> {
        let len = self.end - self.start;
        if len < N as u64 {
            let problem = format!("the {} box holds {len} bytes where {N} are the least", self.name());
            return Err(MediaError::damaged(self.at, problem));
        }
        let mut bytes = [0; N];
        source.fill(self.start, &mut bytes, || format!("the {} box", self.name()))?;
        Ok(bytes)
    }

    /// The four letters of its type, escaped.
    pub(super) fn name(&self) -> String {
        self.kind.escape_ascii().to_string()
    }

    fn next<R: Read + Seek>(source: &mut Source<R>, at: u64, end: u64) -> Result<Option<Self>, MediaError> {
        if end.saturating_sub(at) < 8 {
            return Ok(None);
        }
        let mut header = [0; 8];
        source.fill(at, &mut header, || "a box".to_owned())?;
        let [s3, s2, s1, s0, kind @ ..] = header;
        let (size, header_len) = match u32::from_be_bytes([s3, s2, s1, s0]) {
            0 => (end - at, 8),
            1 => {
                let mut long = [0; 8];
                source.fill(at + 8, &mut long, || "the size of a box".to_owned())?;
                (u64::from_be_bytes(long), 16)
            }
            short => (short.into(), 8),
        };
        let box_end = at.checked_add(size).filter(|_| size >= header_len);
        let box_end = box_end.ok_or_else(|| {
            MediaError::damaged(at, format!("the {} box says it is {size} bytes long", kind.escape_ascii()))
        })?;
        Ok(Some(Self { kind, at, start: at + header_len, end: box_end }))
    }
}

/// A big-endian number at an offset of a header that was read.
pub(super) fn be32(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_be_bytes)
}

/// A big-endian number at an offset of a header that was read.
pub(super) fn be16(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).and_then(|two| two.try_into().ok()).map_or(0, u16::from_be_bytes)
}

/// A big-endian number at an offset of a header that was read.
pub(super) fn be64(bytes: &[u8], at: usize) -> u64 {
    u64::from(be32(bytes, at)) << 32 | u64::from(be32(bytes, at + 4))
}
