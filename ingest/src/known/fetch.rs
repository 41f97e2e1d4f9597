//! Fetches a data set's files into the cache, one after the other.
//!
//! A file is in the cache already, or comes from a folder, or from the first address that has it. Why not in
//! parallel: the official servers limit a client's rate however many connections it opens, and one progress
//! bar is easier to read than four.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::blocking::blocking;
use super::catalogue::{Known, KnownFile};
use super::download::{Patience, download};
use super::error::{FetchError, disk};
use super::fetched::Fetched;
use super::folder::{checked_in_place, copy, from_folder};
use super::part::Part;
use super::progress::FetchProgress;
use crate::read::inside::clean;
use crate::unpack::{Growth, unpack};

/// How large an official archive may get.
const GROWTH: Growth = Growth { times: 20, spare_bytes: 16 << 20 };

/// Fetches a data set's official files into `cache`, or takes what is there already.
///
/// `mirror` is an `http(s)` address or a folder that has the same files under the same names.
///
/// # Errors
/// See [`FetchError`]; what was downloaded stays, and the next call goes on from there.
pub async fn fetch(
    known: &Known,
    cache: &Path,
    mirror: Option<&str>,
    progress: &dyn FetchProgress,
) -> Result<Fetched, FetchError> {
    Fetcher::default().fetch(known, cache, mirror, progress).await
}

/// Fetches data sets; the default retries and time limits suit the internet.
#[derive(Clone, Debug, Default)]
pub struct Fetcher {
    /// Time limits and retries of downloads.
    pub patience: Patience,
}

enum Source {
    Official,
    /// Another address, ending without `/`.
    Address(String),
    /// A folder with the same files under the same names.
    Folder(PathBuf),
}

impl Source {
    fn of(mirror: Option<&str>) -> Result<Self, FetchError> {
        let Some(mirror) = mirror else { return Ok(Self::Official) };
        if mirror.starts_with("http://") || mirror.starts_with("https://") {
            return Ok(Self::Address(mirror.trim_end_matches('/').to_owned()));
        }
        let folder = PathBuf::from(mirror);
        if folder.is_dir() {
            return Ok(Self::Folder(folder));
        }
        Err(FetchError::Mirror { mirror: mirror.to_owned(), problem: "the folder does not exist".to_owned() })
    }

    fn addresses(&self, file: &KnownFile) -> Vec<String> {
        match self {
            Self::Address(base) => vec![format!("{base}/{}", file.name)],
            _ => file.addresses.clone(),
        }
    }
}

impl Fetcher {
    /// See [`fetch()`].
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn fetch(
        &self,
        known: &Known,
        cache: &Path,
        mirror: Option<&str>,
        progress: &dyn FetchProgress,
    ) -> Result<Fetched, FetchError> {
        let source = Source::of(mirror)?;
        match (&known.by_hand, &source) {
            (Some(why), Source::Official) => {
                let files = known.files.iter().map(|file| file.name.clone()).collect();
                let (name, home) = (known.name.clone(), known.home.clone());
                return Err(FetchError::ByHand { name, why: why.clone(), home, files });
            }
            (Some(_), Source::Folder(folder)) => return from_folder(known, folder),
            _ => {}
        }
        let home = cache.join(&known.name);
        let (data, archives) = (home.join("data"), home.join("archives"));
        for folder in [&data, &archives] {
            disk("can't create", folder, fs::create_dir_all(folder))?;
        }
        for file in &known.files {
            if file.unpack {
                self.unpacked(known, file, &source, [&data, &archives], progress).await?;
            } else {
                self.whole(&known.name, file, &source, &data, progress).await?;
            }
        }
        Ok(Fetched::of(known, &data))
    }

    /// Fetches a single file into a folder unless it is there already, and gives its path. `name` is what the file is of,
    /// for messages.
    ///
    /// # Errors
    /// See [`FetchError`]; what was downloaded stays, and the next call goes on from there.
    pub async fn fetch_file(
        &self,
        name: &str,
        file: &KnownFile,
        folder: &Path,
        mirror: Option<&str>,
        progress: &dyn FetchProgress,
    ) -> Result<PathBuf, FetchError> {
        let source = Source::of(mirror)?;
        disk("can't create", folder, fs::create_dir_all(folder))?;
        self.whole(name, file, &source, folder, progress).await
    }

    /// Fetches `file` into `folder` unless it is there already; returns its path.
    async fn whole(
        &self,
        name: &str,
        file: &KnownFile,
        source: &Source,
        folder: &Path,
        progress: &dyn FetchProgress,
    ) -> Result<PathBuf, FetchError> {
        let dest = folder.join(&file.name);
        let there = fs::metadata(&dest).ok().map(|found| found.len());
        if there.is_some_and(|size| file.size_bytes.is_none_or(|expected| size == expected)) {
            return Ok(dest);
        }
        if file.sha256.is_none() {
            let checked = if file.size_bytes.is_some() { "size checked only" } else { "not checked" };
            progress.note(&format!("{}: no SHA-256 is published, {checked}", file.name));
        }
        let mut part = Part::open(&dest, file)?;
        if let Source::Folder(mirror) = source {
            copy(name, file, mirror, &mut part, progress).await?;
        } else {
            self.download(file, &source.addresses(file), &mut part, progress).await?;
        }
        part.finish().await?;
        progress.end(&file.name);
        Ok(dest)
    }

    async fn download(
        &self,
        file: &KnownFile,
        addresses: &[String],
        part: &mut Part,
        progress: &dyn FetchProgress,
    ) -> Result<(), FetchError> {
        let mut tried = Vec::new();
        for address in addresses {
            progress.begin("download", &file.name, file.size_bytes, part.len());
            match download(file, address, part, &self.patience, progress).await {
                Ok(()) => return Ok(()),
                // No other address helps against a full disk.
                Err(error @ FetchError::Disk { .. }) => return Err(error),
                Err(error) => tried.push(error),
            }
        }
        match (tried.pop(), tried.is_empty()) {
            (Some(only), true) => Err(only),
            (last, _) => {
                tried.extend(last);
                Err(FetchError::Everywhere { file: file.name.clone(), tried })
            }
        }
    }

    /// Fetches `file` and unpacks it into `data`, unless that was done before.
    async fn unpacked(
        &self,
        known: &Known,
        file: &KnownFile,
        source: &Source,
        [data, archives]: [&Path; 2],
        progress: &dyn FetchProgress,
    ) -> Result<(), FetchError> {
        let done = archives.join(format!("{}.unpacked", file.name));
        if done.exists() {
            return Ok(());
        }
        let (archive, is_ours) = match source {
            Source::Folder(mirror) => (checked_in_place(&known.name, file, mirror, progress).await?, false),
            _ => (self.whole(&known.name, file, source, archives, progress).await?, true),
        };
        progress.begin("unpack", &file.name, None, 0);
        for folder in &known.leave_out {
            progress.note(&format!("{}: {folder} holds no samples and was left out", file.name));
        }
        let (from, to, tops) = (archive.clone(), data.to_owned(), known.leave_out.clone());
        let work = move |advance: &mut dyn FnMut(u64) -> io::Result<()>| {
            let leave_out = |name: &str| {
                let top = clean(name).unwrap_or_default();
                tops.iter().any(|left_out| Path::new(&top).starts_with(left_out))
            };
            Ok(unpack(&from, &to, GROWTH, &leave_out, advance)?)
        };
        blocking(progress, work).await?;
        disk("can't write", &done, write_whole(&done, file.sha256.as_deref().unwrap_or_default()))?;
        if is_ours {
            disk("can't remove", &archive, fs::remove_file(&archive))?;
        }
        progress.end(&file.name);
        Ok(())
    }
}

/// Writes a small file under a temporary name and renames it, so that a killed process leaves no partial file.
fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    let mut file = NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    file.persist(path)?;
    Ok(())
}
