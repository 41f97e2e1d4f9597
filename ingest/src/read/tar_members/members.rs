//! The walk over a tar, member by member.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use hub_dataset::sample::{MediaBytes, SampleError};
use hub_schema::BLOB_THRESHOLD_BYTES;

use super::header::{BLOCK_BYTES, Block, Extensions, Kind, check_name};
use crate::read::file_errors::unreadable;
use crate::unpack::Compression;

/// Maximum size of a member of a compressed tar.
pub const MAX_BYTES_IN_MEMORY: u64 = BLOB_THRESHOLD_BYTES;

/// Maximum size of an extension header (a long name).
const MAX_EXTENSION_BYTES: u64 = 1 << 20;

/// A file in a tar.
#[derive(Debug)]
pub struct Member {
    /// Its path in the archive, without `./` in front; for messages only where `content` is an error.
    pub name: String,
    /// Its content, or why it is refused.
    pub content: Result<MediaBytes, SampleError>,
}

/// The members of a tar, in the order they lie in it. After an error there is no more.
pub struct TarMembers {
    input: Input,
    /// The archive's name, for messages.
    place: String,
    at: u64,
    end: u64,
    /// Maximum size of a member of a compressed tar.
    most_in_memory: u64,
    done: bool,
}

enum Input {
    File { path: PathBuf, file: File },
    Stream(Box<dyn Read + Send>),
}

impl TarMembers {
    /// Opens a tar file, plain or compressed (told by its first bytes).
    ///
    /// # Errors
    /// The file can't be read.
    pub fn open(path: &Path) -> Result<Self, SampleError> {
        let place = file_name(path);
        let failed = |e| unreadable(&path.display().to_string(), e);
        let file = File::open(path).map_err(failed)?;
        let end = file.metadata().map_err(failed)?.len();
        let mut head = [0; Compression::HEAD_BYTES];
        let compression = file.read_exact_at(&mut head, 0).ok().and_then(|()| Compression::of_head(&head));
        let (input, end) = match compression {
            Some(compression) => {
                let reader = compression.reader(BufReader::new(file)).map_err(failed)?;
                (Input::Stream(reader), u64::MAX)
            }
            None => (Input::File { path: path.to_owned(), file }, end),
        };
        Ok(Self { input, place, at: 0, end, most_in_memory: MAX_BYTES_IN_MEMORY, done: false })
    }

    /// Opens a tar that lies in a file at `offset`.
    ///
    /// # Errors
    /// The file can't be read.
    pub fn inside(path: &Path, offset: u64, len: u64, place: String) -> Result<Self, SampleError> {
        let file = File::open(path).map_err(|e| unreadable(&place, e))?;
        let input = Input::File { path: path.to_owned(), file };
        Ok(Self {
            input,
            place,
            at: offset,
            end: offset.saturating_add(len),
            most_in_memory: MAX_BYTES_IN_MEMORY,
            done: false,
        })
    }

    /// Holds members of a compressed tar up to this length.
    pub fn hold(self, most_in_memory: u64) -> Self {
        Self { most_in_memory, ..self }
    }

    /// The place of a member, for messages: `archive.tar!name`.
    pub fn place_of(&self, member: &str) -> String {
        format!("{}!{member}", self.place)
    }

    /// The next member; `None` at the end.
    fn step(&mut self) -> Result<Option<Member>, SampleError> {
        let mut extensions = Extensions::default();
        loop {
            let Some(block) = self.read_header()? else { return Ok(None) };
            let size_bytes = match block.kind {
                Kind::LongName | Kind::Pax | Kind::Skipped => block.size_bytes,
                _ => extensions.size_bytes.unwrap_or(block.size_bytes),
            };
            self.check_inside(&block, size_bytes)?;
            match block.kind {
                Kind::LongName | Kind::Pax => {
                    let content = self.read_extension(size_bytes)?;
                    extensions.add(&block.kind, &content).map_err(|problem| self.broken(&problem))?;
                }
                Kind::Skipped => self.skip(size_bytes)?,
                Kind::Folder => {
                    self.skip(size_bytes)?;
                    extensions = Extensions::default();
                }
                Kind::File => {
                    let name = extensions.name.take().unwrap_or(block.name);
                    return self.member(&name, size_bytes, None).map(Some);
                }
                Kind::Refused(what) => {
                    let name = extensions.name.take().unwrap_or(block.name);
                    return self.member(&name, size_bytes, Some(what)).map(Some);
                }
            }
        }
    }

    fn member(
        &mut self,
        raw_name: &[u8],
        size_bytes: u64,
        refused: Option<&str>,
    ) -> Result<Member, SampleError> {
        let (name, problem) = match check_name(raw_name) {
            Ok(name) => (name, refused.map(ToOwned::to_owned)),
            Err((name, problem)) => (name, Some(problem)),
        };
        let content = match problem {
            Some(problem) => {
                self.skip(size_bytes)?;
                Err(SampleError::sample(self.place_of(&name), problem)
                    .advise("remove it from the archive, or unpack it and push the folder"))
            }
            None => self.content(&name, size_bytes)?,
        };
        Ok(Member { name, content })
    }

    /// Where the content lies; of a stream, the content. Afterwards the walk continues after it.
    fn content(
        &mut self,
        name: &str,
        size_bytes: u64,
    ) -> Result<Result<MediaBytes, SampleError>, SampleError> {
        if let Input::File { path, .. } = &self.input {
            let bytes = MediaBytes::File { path: path.clone(), offset: self.at, len: size_bytes };
            self.skip(size_bytes)?;
            return Ok(Ok(bytes));
        }
        if size_bytes > self.most_in_memory {
            self.skip(size_bytes)?;
            let problem = format!(
                "{size_bytes} bytes in a compressed archive, expected at most {} (they are held in memory)",
                self.most_in_memory
            );
            return Ok(Err(SampleError::sample(self.place_of(name), problem)
                .advise("decompress it to a plain .tar first")));
        }
        Ok(Ok(MediaBytes::Memory(self.read_content(size_bytes)?.into())))
    }

    fn read_header(&mut self) -> Result<Option<Block>, SampleError> {
        let mut bytes = [0; BLOCK_BYTES];
        let read = self.read_some(&mut bytes)?;
        if read == 0 {
            return Ok(None);
        }
        if read < BLOCK_BYTES {
            return Err(self.truncated("a header"));
        }
        let at = self.at;
        self.at += BLOCK_BYTES as u64;
        Block::decode(&bytes).map_err(|problem| self.broken(&format!("at byte {at}: {problem}")))
    }

    /// Reads as much of `out` as there is.
    fn read_some(&mut self, out: &mut [u8]) -> Result<usize, SampleError> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let wanted = out.len().min(left);
        let mut read = 0;
        while read < wanted {
            let result = match &mut self.input {
                Input::File { file, .. } => file.read_at(&mut out[read..wanted], self.at + read as u64),
                Input::Stream(stream) => stream.read(&mut out[read..wanted]),
            };
            match result {
                Ok(0) => break,
                Ok(n) => read += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Err(self.truncated("its data")),
                Err(e) => return Err(self.failed(e)),
            }
        }
        Ok(read)
    }

    /// Reads a member's content, which was checked to be small, and the padding behind it.
    fn read_content(&mut self, size_bytes: u64) -> Result<Vec<u8>, SampleError> {
        let mut content = vec![0; size_bytes as usize];
        if self.read_some(&mut content)? < content.len() {
            return Err(self.truncated("a member"));
        }
        self.at += size_bytes;
        let padding = size_bytes.next_multiple_of(BLOCK_BYTES as u64) - size_bytes;
        let mut rest = [0; BLOCK_BYTES];
        if (self.read_some(&mut rest[..padding as usize])? as u64) < padding {
            return Err(self.truncated("the padding behind a member"));
        }
        self.at += padding;
        Ok(content)
    }

    fn read_extension(&mut self, size_bytes: u64) -> Result<Vec<u8>, SampleError> {
        if size_bytes > MAX_EXTENSION_BYTES {
            return Err(self.broken(&format!("an extension header of {size_bytes} bytes")));
        }
        self.read_content(size_bytes)
    }

    /// Skips some content and its padding.
    fn skip(&mut self, size_bytes: u64) -> Result<(), SampleError> {
        let padded = size_bytes.checked_next_multiple_of(BLOCK_BYTES as u64).unwrap_or(u64::MAX);
        if let Input::Stream(stream) = &mut self.input {
            let skipped = io::copy(&mut stream.take(padded), &mut io::sink());
            let skipped = skipped.map_err(|e| self.failed(e))?;
            if skipped < size_bytes {
                return Err(self.truncated("a member"));
            }
            if skipped < padded {
                return Err(self.truncated("the padding behind a member"));
            }
        } else if padded > self.end.saturating_sub(self.at) {
            return Err(self.truncated("the padding behind a member"));
        }
        self.at = self.at.saturating_add(padded);
        Ok(())
    }

    fn check_inside(&self, block: &Block, size_bytes: u64) -> Result<(), SampleError> {
        if size_bytes > self.end.saturating_sub(self.at) {
            let name = String::from_utf8_lossy(&block.name);
            return Err(self.truncated(&format!("'{name}' ({size_bytes} bytes)")));
        }
        Ok(())
    }

    fn truncated(&self, inside: &str) -> SampleError {
        SampleError::fatal(&self.place, format!("the archive ends inside {inside}"))
            .advise("it was cut off; copy or download it again")
    }

    /// The error of a read: of the disk, or of the decoder.
    fn failed(&self, error: io::Error) -> SampleError {
        match self.input {
            Input::File { .. } => unreadable(&self.place, error),
            Input::Stream(_) => {
                SampleError::fatal(&self.place, format!("its compressed data are damaged: {error}"))
                    .advise("copy or download it again")
                    .because(error)
            }
        }
    }

    fn broken(&self, problem: &str) -> SampleError {
        SampleError::fatal(&self.place, format!("not a valid tar file: {problem}"))
            .advise("copy or download it again")
    }
}

impl Iterator for TarMembers {
    type Item = Result<Member, SampleError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let step = self.step().transpose();
        self.done = !matches!(step, Some(Ok(_)));
        step
    }
}

/// The last name of a path, for messages.
pub fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
