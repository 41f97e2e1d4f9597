//! A data set's files, one after the other, into the cache.
//!
//! A file is there already, or comes from a folder, or from the first address that has it. One after the other
//! and not at once: the official servers are slow for one client however many connections it opens, and a
//! person reads one progress bar better than four.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::arrange;
use super::catalogue::{Arrange, Known, KnownFile};
use super::download::{Patience, download};
use super::error::{FetchError, disk};
use super::part::{Part, check};
use super::progress::FetchProgress;
use super::unpack::unpack;
use crate::read::ReadOptions;

/// A data set that is there.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// What to read.
    pub folder: PathBuf,
    /// How to read it.
    pub options: ReadOptions,
}

/// Fetches data sets. The default is as patient as the internet asks for.
#[derive(Clone, Debug, Default)]
pub struct Fetcher {
    /// How patient.
    pub patience: Patience,
}

/// Where files come from.
enum Source {
    /// Their official addresses.
    Official,
    /// Another address, ending without `/`.
    Address(String),
    /// A folder.
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
        Err(FetchError::Mirror { mirror: mirror.to_owned(), problem: "no such folder".to_owned() })
    }

    fn addresses(&self, file: &KnownFile) -> Vec<String> {
        match self {
            Self::Address(base) => vec![format!("{base}/{}", file.name)],
            _ => file.addresses.clone(),
        }
    }
}

impl Fetcher {
    /// See [`super::fetch`].
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
        if let (Some(why), Source::Official) = (&known.by_hand, &source) {
            let files = known.files.iter().map(|file| file.name.clone()).collect();
            let (name, home) = (known.name.clone(), known.home.clone());
            return Err(FetchError::ByHand { name, why: why.clone(), home, files });
        }
        let home = cache.join(&known.name);
        let (data, archives) = (home.join("data"), home.join("archives"));
        for folder in [&data, &archives] {
            disk("can't make", folder, fs::create_dir_all(folder))?;
        }
        for file in &known.files {
            if file.unpack {
                self.unpacked(known, file, &source, [&data, &archives], progress).await?;
            } else {
                self.whole(known, file, &source, &data, progress).await?;
            }
        }
        if known.arrange == Some(Arrange::SpeechCommands) {
            arrange::speech_commands(&data, &home.join("extra"))?;
        }
        Ok(Fetched { folder: read_folder(known, &data), options: read_options(known) })
    }

    /// Sees to it that `file` lies whole in `folder`; gives its path.
    async fn whole(
        &self,
        known: &Known,
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
            progress.note(&format!("{}: no published SHA-256, size checked only", file.name));
        }
        let mut part = Part::open(&dest, file)?;
        if let Source::Folder(mirror) = source {
            copy(known, file, mirror, &mut part, progress).await?;
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

    /// Sees to it that `file` is unpacked into `data`.
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
            Source::Folder(mirror) => (checked_in_place(known, file, mirror, progress).await?, false),
            _ => (self.whole(known, file, source, archives, progress).await?, true),
        };
        progress.begin("unpack", &file.name, None, 0);
        let (from, to) = (archive.clone(), data.to_owned());
        blocking(progress, move |advance| unpack(&from, &to, advance)).await?;
        disk("can't write", &done, fs::write(&done, file.sha256.as_deref().unwrap_or_default()))?;
        if is_ours {
            disk("can't remove", &archive, fs::remove_file(&archive))?;
        }
        progress.end(&file.name);
        Ok(())
    }
}

/// A data set that can only be downloaded by hand, in the folder a person put it in. Names and sizes are
/// checked; hashes are not, since reading 150 GB twice would cost more than the push itself, which reads
/// and checks every picture anyway.
///
/// # Errors
/// A file is missing or of another size.
pub fn from_folder(known: &Known, folder: &Path) -> Result<Fetched, FetchError> {
    for file in &known.files {
        let path = folder.join(&file.name);
        let found = fs::metadata(&path).map_err(|_| missing(known, &path))?.len();
        if let Some(expected) = file.size_bytes.filter(|size| *size != found) {
            let from = path.display().to_string();
            return Err(FetchError::Size { file: file.name.clone(), from, found, expected });
        }
    }
    Ok(Fetched { folder: read_folder(known, folder), options: read_options(known) })
}

fn read_folder(known: &Known, data: &Path) -> PathBuf {
    known.folder.as_ref().map_or_else(|| data.to_owned(), |folder| data.join(folder))
}

fn read_options(known: &Known) -> ReadOptions {
    ReadOptions { format: Some(known.format), ..ReadOptions::default() }
}

fn missing(known: &Known, path: &Path) -> FetchError {
    FetchError::Missing { path: path.to_owned(), name: known.name.clone() }
}

/// Copies a file of a mirror folder, checked as it goes by.
async fn copy(
    known: &Known,
    file: &KnownFile,
    mirror: &Path,
    part: &mut Part,
    progress: &dyn FetchProgress,
) -> Result<(), FetchError> {
    let path = mirror.join(&file.name);
    let mut from = File::open(&path).map_err(|_| missing(known, &path))?;
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
async fn checked_in_place(
    known: &Known,
    file: &KnownFile,
    mirror: &Path,
    progress: &dyn FetchProgress,
) -> Result<PathBuf, FetchError> {
    let path = mirror.join(&file.name);
    let from = File::open(&path).map_err(|_| missing(known, &path))?;
    progress.begin("check", &file.name, file.size_bytes, 0);
    let (file, checked) = (file.clone(), path.clone());
    blocking(progress, move |advance| {
        let mut hash = Sha256::new();
        let mut from = Watched { inner: from, advance };
        let len = disk("can't read", &checked, super::part::hash_all(&mut from, &mut hash))?;
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

/// Runs blocking work on a thread of its own; its progress comes back through a channel, which also tells the
/// work to stop when nobody waits for it any more.
async fn blocking<F>(progress: &dyn FetchProgress, work: F) -> Result<(), FetchError>
where
    F: FnOnce(&mut dyn FnMut(u64) -> io::Result<()>) -> Result<(), FetchError> + Send + 'static,
{
    let (tell, mut hear) = tokio::sync::mpsc::unbounded_channel();
    let task = tokio::task::spawn_blocking(move || {
        work(&mut |bytes| tell.send(bytes).map_err(|_| io::Error::other("the fetch was cancelled")))
    });
    while let Some(bytes) = hear.recv().await {
        progress.advance(bytes);
    }
    let ended = task.await.map_err(io::Error::other);
    disk("can't unpack into", Path::new("the cache"), ended)?
}
