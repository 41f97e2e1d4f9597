//! Unpacks zips and tars, member by member, after checking every name.
//!
//! Only files and folders are unpacked. A name that is absolute or contains `..`, a link, or a device stops the
//! unpacking: official archives have none of them, so one that has is not the official archive. The unpacked
//! size is limited to a multiple of the archive's size, against archives made to fill a disk.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;

use super::error::{FetchError, disk};
use crate::read::inside::clean;

/// Unpacked, an archive may have this many times its size, plus [`SPARE_BYTES`].
const MAX_GROWTH: u64 = 20;
const SPARE_BYTES: u64 = 16 << 20;

/// Unpacks `archive` (`.zip`, `.tar`, `.tar.gz`, `.tgz`) into `folder`, without the top folders to leave out.
/// `advance` is called with the size of every block written; its error stops the unpacking.
pub(super) fn unpack(
    archive: &Path,
    folder: &Path,
    leave_out: &[String],
    advance: &mut dyn FnMut(u64) -> io::Result<()>,
) -> Result<(), FetchError> {
    let file = disk("can't open", archive, File::open(archive))?;
    let size = disk("can't open", archive, file.metadata())?.len();
    let left = size.saturating_mul(MAX_GROWTH).saturating_add(SPARE_BYTES);
    let mut out = Unpacker { archive, folder, leave_out, left, advance };
    let name = archive.to_string_lossy().to_lowercase();
    let file = BufReader::with_capacity(1 << 20, file);
    match name {
        n if n.ends_with(".zip") => out.zip(file),
        n if n.ends_with(".tar.gz") || n.ends_with(".tgz") => out.tar(MultiGzDecoder::new(file)),
        n if n.ends_with(".tar") => out.tar(file),
        _ => Err(out.refuse("", "neither a zip nor a tar file")),
    }
}

struct Unpacker<'a> {
    archive: &'a Path,
    folder: &'a Path,
    leave_out: &'a [String],
    left: u64,
    advance: &'a mut dyn FnMut(u64) -> io::Result<()>,
}

impl Unpacker<'_> {
    fn refuse(&self, member: &str, problem: impl Into<String>) -> FetchError {
        let (archive, member) = (self.archive.to_owned(), member.to_owned());
        FetchError::Archive { archive, member, problem: problem.into() }
    }

    fn zip(&mut self, file: BufReader<File>) -> Result<(), FetchError> {
        let broken = |e: &dyn std::error::Error| format!("not a complete zip file ({e})");
        let mut zip = zip::ZipArchive::new(file).map_err(|e| self.refuse("", broken(&e)))?;
        for i in 0..zip.len() {
            let mut member = zip.by_index(i).map_err(|e| self.refuse(&format!("no. {i}"), broken(&e)))?;
            let name = member.name().map_err(|e| self.refuse(&format!("no. {i}"), broken(&e)))?.into_owned();
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

    fn tar(&mut self, file: impl Read) -> Result<(), FetchError> {
        let mut tar = tar::Archive::new(file);
        let broken = |e: io::Error| format!("not a complete tar file ({e})");
        for member in tar.entries().map_err(|e| self.refuse("", broken(e)))? {
            let mut member = member.map_err(|e| self.refuse("", broken(e)))?;
            let name = String::from_utf8_lossy(&member.path_bytes()).into_owned();
            match member.header().entry_type() {
                tar::EntryType::Regular | tar::EntryType::Continuous => {
                    let size = member.size();
                    self.write(&name, &mut member, size)?;
                }
                tar::EntryType::Directory => self.make_folder(&name)?,
                tar::EntryType::XGlobalHeader => {}
                other => {
                    return Err(self.refuse(&name, format!("expected a file or folder, found {other:?}")));
                }
            }
        }
        Ok(())
    }

    fn is_left_out(&self, path: &Path) -> bool {
        self.leave_out.iter().any(|top| path.starts_with(self.folder.join(top)))
    }

    fn make_folder(&self, name: &str) -> Result<(), FetchError> {
        // Tars of a whole folder begin with the folder itself.
        if matches!(name, "." | "./") {
            return Ok(());
        }
        let path = self.place(name)?;
        if self.is_left_out(&path) {
            return Ok(());
        }
        disk("can't create", &path, fs::create_dir_all(&path))
    }

    /// Writes a member of `size` bytes.
    fn write(&mut self, name: &str, member: &mut dyn Read, size: u64) -> Result<(), FetchError> {
        let path = self.place(name)?;
        if self.is_left_out(&path) {
            return Ok(());
        }
        if let Some(parent) = path.parent() {
            disk("can't create", parent, fs::create_dir_all(parent))?;
        }
        let mut file = disk("can't write", &path, File::create(&path))?;
        let mut block = vec![0; 256 << 10];
        let mut len = 0;
        loop {
            let n = match member.read(&mut block) {
                Ok(0) if len < size => return Err(self.refuse(name, "the data ends in the middle")),
                Ok(0) => return Ok(()),
                Ok(n) => n,
                Err(e) => return Err(self.refuse(name, format!("the data is damaged ({e})"))),
            };
            len += n as u64;
            let left = self.left.checked_sub(n as u64);
            self.left = left.ok_or_else(|| self.refuse(name, "unpacks to far more data than expected"))?;
            disk("can't write", &path, file.write_all(&block[..n]))?;
            disk("stopped while unpacking", self.archive, (self.advance)(n as u64))?;
        }
    }

    /// The path of a member below the folder; an error if its name leads out of it.
    fn place(&self, name: &str) -> Result<PathBuf, FetchError> {
        let name = clean(name).map_err(|problem| self.refuse(name, problem.to_string()))?;
        Ok(self.folder.join(name))
    }
}
