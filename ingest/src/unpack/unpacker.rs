//! Unpacks an archive member by member.

use std::cell::Cell;
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::compression::Compression;
use super::error::{UnpackError, disk};
use crate::read::inside::clean;

/// How large an archive may get.
#[derive(Clone, Copy, Debug)]
pub struct Growth {
    /// Unpacked, it may have this many times its size…
    pub times: u64,
    /// … plus this.
    pub spare_bytes: u64,
}

/// What a member counts for at least, so that millions of empty ones are not free.
const MEMBER_BYTES: u64 = 512;

/// Maximum size of what stands before a member of a tar: headers, and padding of the one before.
const MAX_HEADER_BYTES: u64 = 1 << 20;

/// Maximum size of what is read behind the last member of a tar.
const MAX_REST_BYTES: u64 = 64 << 20;

/// Is it an archive that [`unpack`] takes, by its name?
pub fn is_archive(name: &str) -> bool {
    const ENDINGS: [&str; 11] = [
        ".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tbz", ".tar.xz", ".txz", ".tar.zst",
        ".tzst",
    ];
    let name = name.to_ascii_lowercase();
    ENDINGS.iter().any(|ending| name.strip_suffix(ending).is_some_and(|stem| !stem.is_empty()))
}

/// Unpacks `archive` (a zip, or a tar in any compression, told by its first bytes) into `folder`, without the paths that
/// `leave_out` says. `advance` is called with the size of every block written; its error stops the unpacking.
///
/// # Errors
/// The archive is damaged, has a member that is not a plain file in it, or grows too large; or the disk fails. What was
/// written by then stays.
pub fn unpack(
    archive: &Path,
    folder: &Path,
    growth: Growth,
    leave_out: &dyn Fn(&str) -> bool,
    advance: &mut dyn FnMut(u64) -> io::Result<()>,
) -> Result<(), UnpackError> {
    let file = disk("can't open", archive, File::open(archive))?;
    let size = disk("can't open", archive, file.metadata())?.len();
    let left = size.saturating_mul(growth.times).saturating_add(growth.spare_bytes);
    let mut file = BufReader::with_capacity(1 << 20, file);
    let mut head = Vec::new();
    let read = file.by_ref().take(Compression::HEAD_BYTES as u64).read_to_end(&mut head);
    disk("can't read", archive, read)?;
    disk("can't read", archive, file.rewind())?;
    let mut out = Unpacker { archive, folder, leave_out, left, written: HashSet::new(), advance };
    if head.starts_with(b"PK") {
        return out.zip(file);
    }
    match Compression::of_head(&head) {
        Some(compression) => {
            let reader = disk("can't read", archive, compression.reader(file))?;
            out.tar(reader)
        }
        None => out.tar(file),
    }
}

struct Unpacker<'a> {
    archive: &'a Path,
    folder: &'a Path,
    leave_out: &'a dyn Fn(&str) -> bool,
    /// Number of bytes that may still be written.
    left: u64,
    written: HashSet<PathBuf>,
    advance: &'a mut dyn FnMut(u64) -> io::Result<()>,
}

impl Unpacker<'_> {
    fn refuse(&self, member: &str, problem: impl Into<String>) -> UnpackError {
        let (archive, member) = (self.archive.to_owned(), member.to_owned());
        UnpackError::Archive { archive, member, problem: problem.into() }
    }

    fn zip(&mut self, file: BufReader<File>) -> Result<(), UnpackError> {
        let broken = |e: &dyn std::error::Error| format!("can't be read: {e}");
        let mut zip = zip::ZipArchive::new(file)
            .map_err(|e| self.refuse("", format!("not a complete zip file ({e})")))?;
        for i in 0..zip.len() {
            let mut member = zip.by_index(i).map_err(|e| self.refuse(&format!("no. {i}"), broken(&e)))?;
            let name = member.name().map_err(|e| self.refuse(&format!("no. {i}"), broken(&e)))?.into_owned();
            if (self.leave_out)(&name) {
                continue;
            }
            if member.is_symlink() {
                return Err(self.refuse(&name, "expected a file, found a link"));
            } else if member.is_dir() {
                self.make_folder(&name)?;
            } else {
                let size = member.size();
                self.write(&name, &mut member, size)?;
            }
        }
        Ok(())
    }

    fn tar(&mut self, file: impl Read) -> Result<(), UnpackError> {
        let allowance = Rc::new(Cell::new(MAX_HEADER_BYTES));
        let mut tar = tar::Archive::new(Metered { inner: file, allowance: Rc::clone(&allowance) });
        let broken = |e: io::Error| format!("not a complete tar file ({e})");
        let mut members = 0;
        for member in tar.entries().map_err(|e| self.refuse("", broken(e)))? {
            let mut member = member.map_err(|e| self.refuse("", broken(e)))?;
            let name = String::from_utf8(member.path_bytes().into_owned());
            let name = name
                .map_err(|e| self.refuse(&String::from_utf8_lossy(e.as_bytes()), "the name is not UTF-8"))?;
            let size = member.size();
            allowance.set(size.saturating_add(MAX_HEADER_BYTES));
            members += 1;
            if (self.leave_out)(&name) {
                continue;
            }
            match member.header().entry_type() {
                tar::EntryType::Regular | tar::EntryType::Continuous => {
                    self.write(&name, &mut member, size)?
                }
                tar::EntryType::Directory => self.make_folder(&name)?,
                tar::EntryType::XGlobalHeader => {}
                tar::EntryType::Symlink | tar::EntryType::Link => {
                    return Err(self.refuse(&name, "expected a file, found a link"));
                }
                other => {
                    return Err(self.refuse(&name, format!("expected a file or folder, found {other:?}")));
                }
            }
        }
        if members == 0 {
            return Err(self.refuse("", "not a tar file, or an empty one"));
        }
        // What follows the last member shows whether a compressed file was cut off.
        let mut rest = tar.into_inner().inner.take(MAX_REST_BYTES);
        io::copy(&mut rest, &mut io::sink()).map_err(|e| self.refuse("", broken(e)))?;
        Ok(())
    }

    fn make_folder(&mut self, name: &str) -> Result<(), UnpackError> {
        // Tars of a whole folder begin with the folder itself.
        if matches!(name, "." | "./") {
            return Ok(());
        }
        self.count(name, MEMBER_BYTES)?;
        let path = self.place(name)?;
        disk("can't create", &path, fs::create_dir_all(&path))
    }

    /// Writes a member of `size` bytes.
    fn write(&mut self, name: &str, member: &mut dyn Read, size: u64) -> Result<(), UnpackError> {
        self.count(name, MEMBER_BYTES)?;
        let path = self.place(name)?;
        if let Some(parent) = path.parent() {
            disk("can't create", parent, fs::create_dir_all(parent))?;
        }
        // What an interrupted run left behind is overwritten, but no member hides another.
        if !self.written.insert(path.clone()) {
            return Err(self.refuse(name, "a second member of that name"));
        }
        let mut file = disk("can't write", &path, File::create(&path))?;
        let mut block = vec![0; 256 << 10];
        let mut len = 0;
        loop {
            let n = match member.read(&mut block) {
                Ok(0) if len < size => return Err(self.refuse(name, "the data ends in the middle")),
                Ok(0) => return Ok(()),
                Ok(n) => n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e)
                    if e.kind() == io::ErrorKind::Unsupported || e.to_string().contains("not supported") =>
                {
                    return Err(self.refuse(name, format!("can't be unpacked: {e}")));
                }
                Err(e) => return Err(self.refuse(name, format!("the data is damaged ({e})"))),
            };
            len += n as u64;
            self.count(name, n as u64)?;
            disk("can't write", &path, file.write_all(&block[..n]))?;
            disk("stopped while unpacking", self.archive, (self.advance)(n as u64))?;
        }
    }

    /// Takes some bytes off what may be written.
    fn count(&mut self, name: &str, bytes: u64) -> Result<(), UnpackError> {
        let left = self.left.checked_sub(bytes);
        self.left = left.ok_or_else(|| self.refuse(name, "unpacks to far more data than expected"))?;
        Ok(())
    }

    /// The path of a member below the folder; an error if its name leads out of it.
    fn place(&self, name: &str) -> Result<PathBuf, UnpackError> {
        let name = clean(name).map_err(|problem| self.refuse(name, problem.to_string()))?;
        Ok(self.folder.join(name))
    }
}

/// A reader that gives no more than it is allowed to: the `tar` crate reads long names whole, however long.
struct Metered<R> {
    inner: R,
    allowance: Rc<Cell<u64>>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let allowed = self.allowance.get().min(out.len() as u64);
        if allowed == 0 && !out.is_empty() {
            return Err(io::Error::other(format!("a header of more than {MAX_HEADER_BYTES} bytes")));
        }
        let read = self.inner.read(&mut out[..allowed as usize])?;
        self.allowance.set(self.allowance.get() - read as u64);
        Ok(read)
    }
}
