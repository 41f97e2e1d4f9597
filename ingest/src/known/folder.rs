//! Files that the user already has: a mirror's folder, or one with files downloaded by hand.
//!
//! Small files are copied, checked as they go by; archives, which can be large, are checked where they lie and
//! unpacked from there. What a person downloaded by hand is read where it lies.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::blocking::blocking;
use super::catalogue::{Known, KnownFile};
use super::error::{FetchError, disk};
use super::fetched::Fetched;
use super::part::{Part, check, hash_all};
use super::progress::FetchProgress;

/// A data set that can only be downloaded by hand, in the folder a person put it in. Names and sizes are
/// checked; hashes are not, since reading 150 GB twice would cost more than the push itself, which reads
/// and checks every image anyway.
///
/// # Errors
/// A file is missing or of another size.
pub fn from_folder(known: &Known, folder: &Path) -> Result<Fetched, FetchError> {
    for file in &known.files {
        let path = folder.join(&file.name);
        let found = fs::metadata(&path).map_err(|_| missing(&known.name, &path))?.len();
        if let Some(expected) = file.size_bytes.filter(|size| *size != found) {
            let from = path.display().to_string();
            return Err(FetchError::Size { file: file.name.clone(), from, found, expected });
        }
    }
    Ok(Fetched::of(known, folder))
}

fn missing(name: &str, path: &Path) -> FetchError {
    FetchError::Missing { path: path.to_owned(), name: name.to_owned() }
}

/// Copies a file of a mirror folder, checked as it goes by.
pub(super) async fn copy(
    name: &str,
    file: &KnownFile,
    mirror: &Path,
    part: &mut Part,
    progress: &dyn FetchProgress,
) -> Result<(), FetchError> {
    let path = mirror.join(&file.name);
    let mut from = File::open(&path).map_err(|_| missing(name, &path))?;
    progress.begin("copy", &file.name, file.size_bytes, 0);
    part.restart().await?;
    let mut block = vec![0; 1 << 20];
    loop {
        let n = disk("can't read", &path, from.read(&mut block))?;
        if n == 0 {
            return part.check(file, &path.display().to_string()).await;
        }
        part.append(&block[..n]).await?;
        progress.advance(n as u64);
    }
}

/// Checks a file of a mirror folder where it lies.
pub(super) async fn checked_in_place(
    name: &str,
    file: &KnownFile,
    mirror: &Path,
    progress: &dyn FetchProgress,
) -> Result<PathBuf, FetchError> {
    let path = mirror.join(&file.name);
    let from = File::open(&path).map_err(|_| missing(name, &path))?;
    progress.begin("check", &file.name, file.size_bytes, 0);
    let (file, checked) = (file.clone(), path.clone());
    blocking(progress, move |advance| {
        let mut hash = Sha256::new();
        let mut from = Watched { inner: from, advance };
        let len = disk("can't read", &checked, hash_all(&mut from, &mut hash))?;
        check(&file, &checked.display().to_string(), len, hash)
    })
    .await?;
    Ok(path)
}

/// Reads, and says how much.
struct Watched<'a> {
    inner: File,
    advance: &'a mut dyn FnMut(u64) -> io::Result<()>,
}

impl Read for Watched<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(out)?;
        (self.advance)(n as u64)?;
        Ok(n)
    }
}
