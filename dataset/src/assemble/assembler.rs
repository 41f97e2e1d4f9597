//! Finds recipes, keeps them, and reads the files they describe.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use hub_schema::{ContentHash, Fragment};
use moka::future::Cache;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use tokio::sync::Mutex;

use super::chunk::{Origin, RewrittenPart, RowGroup};
use super::nulls::Nulls;
use super::parts::OpenFragment;
use super::recipe::{Piece, Recipe};
use super::rewritten::{self, Job};
use super::shard::Shard;
use super::target::Target;
use super::{footer, target};
use crate::disk_cache::DiskCache;
use crate::error::{Error, Result};
use crate::file::EncodedFile;
use crate::read::Snapshot;

/// Capacity of the recipe cache, in bytes.
const RECIPES_BYTES: u64 = 64 * 1024 * 1024;

/// Capacity of the cache of rewritten row groups' footers, in bytes.
const FOOTERS_BYTES: u64 = 64 * 1024 * 1024;

/// Fragments of a shard that are opened concurrently.
const OPEN_AT_ONCE: usize = 8;

/// Row groups that are rewritten concurrently, at most.
const REWRITERS: usize = 4;

/// A file is read in pieces of at most this size, two at a time.
const PIECE_BYTES: u64 = 1024 * 1024;

/// Finds recipes and keeps them. Cheap to clone; clones share what is kept.
#[derive(Clone, Debug)]
pub struct Assembler {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    disk: DiskCache,
    recipes: Cache<ContentHash, Arc<Recipe>>,
    rewritten: Cache<ContentHash, RewrittenRowGroup>,
    /// Held, by key, while a row group is rewritten, so that concurrent requests don't rewrite the same one.
    rewrite_locks: [Mutex<()>; REWRITERS],
}

/// A rewritten row group: the hash of its bytes, and its footer.
#[derive(Clone, Debug)]
struct RewrittenRowGroup {
    hash: ContentHash,
    metadata: Arc<ParquetMetaData>,
}

/// A file that exists as a recipe only, ready to be read.
#[derive(Clone, Debug)]
pub struct Assembled {
    assembler: Assembler,
    snapshot: Snapshot,
    shard: Arc<Shard>,
    blob_address: Option<Arc<str>>,
    recipe: Arc<Recipe>,
}

impl Assembler {
    /// An assembler that caches rewritten row groups in `folder`, up to `max_bytes`.
    ///
    /// # Errors
    /// The folder can't be created or listed.
    pub fn new(folder: &Path, max_bytes: u64) -> Result<Self> {
        let size = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
        let recipes = Cache::builder().max_capacity(RECIPES_BYTES);
        let footers = Cache::builder().max_capacity(FOOTERS_BYTES);
        let inner = Inner {
            disk: DiskCache::open(folder, max_bytes)?,
            recipes: recipes.weigher(move |_, r: &Arc<Recipe>| size(r.memory_bytes())).build(),
            rewritten: footers
                .weigher(move |_, m: &RewrittenRowGroup| size(m.metadata.memory_size()))
                .build(),
            rewrite_locks: Default::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Finds the recipe of a shard: all columns of the revision, row group after row group.
    ///
    /// Long samples stay outside: their path becomes `blob_address`, with the object's hash for `{hash}`. Without
    /// an address it stays `blobs/<hash>`.
    ///
    /// # Errors
    /// A file is missing or damaged.
    pub async fn assemble(
        &self,
        snapshot: &Snapshot,
        shard: &Shard,
        blob_address: Option<&str>,
    ) -> Result<Assembled> {
        let index = snapshot.index().await?;
        let fragments: Vec<&Fragment> =
            shard.fragments.iter().filter_map(|place| index.fragments().get(*place)).collect();
        let target = Target::new(&snapshot.fields(None)?)?;
        let key = shard_key(&target, &fragments, blob_address);
        let recipe = match self.inner.recipes.get(&key).await {
            Some(recipe) => recipe,
            None => {
                let recipe = Arc::new(self.build_recipe(snapshot, &target, &fragments, blob_address).await?);
                self.inner.recipes.insert(key, Arc::clone(&recipe)).await;
                recipe
            }
        };
        Ok(Assembled {
            assembler: self.clone(),
            snapshot: snapshot.clone(),
            shard: Arc::new(shard.clone()),
            blob_address: blob_address.map(Arc::from),
            recipe,
        })
    }

    async fn build_recipe(
        &self,
        snapshot: &Snapshot,
        target: &Target,
        fragments: &[&Fragment],
        blob_address: Option<&str>,
    ) -> Result<Recipe> {
        let mut nulls = Nulls::default();
        let mut row_groups = Vec::new();
        let opened = fragments.iter().map(|f| open(snapshot, target, f)).collect::<Vec<_>>();
        let mut opened = stream::iter(opened).buffered(OPEN_AT_ONCE).enumerate();
        while let Some((nth, fragment)) = opened.next().await {
            let fragment = fragment?;
            let parts = self.parts(snapshot, target, nth, &fragment, blob_address);
            for (row_group, made) in parts.await? {
                let made = made.as_ref().map(|(part, made)| (part, made.metadata.as_ref()));
                let new: RowGroup = fragment.row_group(target, row_group, made, &mut nulls)?;
                row_groups.push(new);
            }
        }
        footer::lay_out(target, row_groups).map_err(Error::parquet("a new file"))
    }

    /// The row groups of a fragment, each with its rewritten part, if it needs one.
    async fn parts(
        &self,
        snapshot: &Snapshot,
        target: &Target,
        nth: usize,
        open: &OpenFragment<'_>,
        blob_address: Option<&str>,
    ) -> Result<Vec<(usize, Option<(Arc<RewrittenPart>, RewrittenRowGroup)>)>> {
        let mut parts = Vec::with_capacity(open.row_groups());
        for row_group in (0..open.row_groups()).filter(|g| open.live(*g) > 0) {
            let made = match open.rewrites(target, row_group, blob_address) {
                None => None,
                Some(what) => {
                    let job = open.job(target, row_group, what, blob_address);
                    let made = self.rewrite(snapshot, &job).await?;
                    let (key, hash) = (job.key(), made.hash);
                    Some((Arc::new(RewrittenPart { key, hash, fragment: nth, row_group, what }), made))
                }
            };
            parts.push((row_group, made));
        }
        Ok(parts)
    }

    /// Rewrites a row group, unless the cache holds the result.
    async fn rewrite(&self, snapshot: &Snapshot, job: &Job<'_>) -> Result<RewrittenRowGroup> {
        let key = job.key();
        if let Some(made) = self.inner.rewritten.get(&key).await {
            return Ok(made);
        }
        let _guard = self.inner.rewrite_locks[usize::from(key.0[0]) % REWRITERS].lock().await;
        let inner = Arc::clone(&self.inner);
        if let Some((bytes, hash)) = blocking(move || inner.disk.read(key)).await? {
            return self.cache_footer(key, hash, &bytes).await;
        }
        let encoded = self.encode(snapshot, job).await?;
        let hash = encoded.hash;
        let parts: Vec<Bytes> = encoded.payload.into_iter().collect();
        let inner = Arc::clone(&self.inner);
        let whole: Bytes = parts.concat().into();
        blocking(move || inner.disk.write(key, &parts, hash)).await?;
        self.cache_footer(key, hash, &whole).await
    }

    async fn encode(&self, snapshot: &Snapshot, job: &Job<'_>) -> Result<EncodedFile> {
        let reader = snapshot.open(job.fragment, &job.fields).await?;
        let batch = reader.read_row_group(job.row_group).await?;
        let fields: Vec<_> = job.fields.iter().map(|f| (*f).clone()).collect();
        let (what, live) = (job.what, job.live());
        let blob_address = job.blob_address.map(str::to_owned);
        blocking(move || rewritten::encode(&batch, &fields, what, &live, blob_address.as_deref())).await
    }

    async fn cache_footer(
        &self,
        key: ContentHash,
        hash: ContentHash,
        bytes: &Bytes,
    ) -> Result<RewrittenRowGroup> {
        let metadata = ParquetMetaDataReader::new().parse_and_finish(bytes);
        let metadata = metadata.map_err(Error::parquet("a rewritten row group"))?;
        let made = RewrittenRowGroup { hash, metadata: Arc::new(metadata) };
        self.inner.rewritten.insert(key, made.clone()).await;
        Ok(made)
    }
}

impl Assembled {
    /// The recipe: length, name, rows.
    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// A range of the file, in pieces; what lies behind its end is left out.
    pub fn read(&self, range: Range<u64>) -> BoxStream<'static, Result<Bytes>> {
        let pieces = Arc::clone(&self.recipe).pieces(range, PIECE_BYTES);
        let file = self.clone();
        let read = move |piece: Piece| {
            let file = file.clone();
            async move { file.piece(piece).await }
        };
        stream::iter(pieces).map(read).buffered(2).boxed()
    }

    /// The whole range in memory; for small ones.
    pub async fn read_all(&self, range: Range<u64>) -> Result<Bytes> {
        let parts: Vec<Bytes> = self.read(range).try_collect().await?;
        Ok(parts.concat().into())
    }

    async fn piece(&self, piece: Piece) -> Result<Bytes> {
        match piece.origin {
            Origin::Literal(bytes) => Ok(bytes.slice(piece.range.start as usize..piece.range.end as usize)),
            Origin::Stored(path) => self.snapshot.dataset().store().range(&path, piece.range).await,
            Origin::Rewritten(part) => self.read_rewritten(&part, piece.range).await,
        }
    }

    async fn read_rewritten(&self, part: &RewrittenPart, range: Range<u64>) -> Result<Bytes> {
        for _ in 0..2 {
            let (inner, key, wanted) = (Arc::clone(&self.assembler.inner), part.key, range.clone());
            if let Some(bytes) = blocking(move || inner.disk.read_range(key, &wanted)).await? {
                return Ok(bytes);
            }
            // It was evicted meanwhile: rewrite it once more.
            self.assembler.inner.rewritten.invalidate(&part.key).await;
            self.rewrite_again(part).await?;
        }
        let place = self.assembler.inner.disk.folder().display().to_string();
        let problem = "a file was evicted before it could be read; give this cache more room";
        Err(Error::damaged(place, problem))
    }

    async fn rewrite_again(&self, part: &RewrittenPart) -> Result<()> {
        let index = self.snapshot.index().await?;
        let place = self.shard.fragments.get(part.fragment).copied();
        let fragment = place.and_then(|p| index.fragments().get(p));
        let lost = || Error::damaged("a shard", "one of its fragments is not in the revision");
        let fragment = fragment.ok_or_else(lost)?;
        let fields = &self.snapshot.schema().fields;
        let rows = rewritten::row_groups(fragment).nth(part.row_group).unwrap_or_default();
        let row_group = (part.row_group, rows);
        let job = Job::new(fragment, row_group, part.what, fields, self.blob_address.as_deref());
        let made = self.assembler.rewrite(&self.snapshot, &job).await?;
        if made.hash == part.hash {
            return Ok(());
        }
        let problem = format!("rewriting row group {} again gave different bytes", part.row_group);
        Err(Error::damaged(format!("fragment {}", fragment.id), problem))
    }
}

async fn open<'a>(snapshot: &Snapshot, target: &Target, fragment: &'a Fragment) -> Result<OpenFragment<'a>> {
    let mut files = Vec::new();
    for file in &fragment.files {
        if target.fields.iter().any(|f| file.fields.contains(&f.id)) {
            let open = snapshot.dataset().file(file).await?;
            if !open.row_groups().eq(fragment.row_groups.iter().copied()) {
                return Err(Error::damaged(open.path(), "its row groups differ from those in the manifest"));
            }
            files.push((open, file));
        }
    }
    OpenFragment::new(target, fragment, files)
}

/// The hash of all that a recipe depends on.
fn shard_key(target: &target::Target, fragments: &[&Fragment], blob_address: Option<&str>) -> ContentHash {
    let mut hasher = blake3::Hasher::new();
    let mut add = |bytes: &[u8]| {
        hasher.update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
    };
    add(blob_address.unwrap_or_default().as_bytes());
    add(serde_json::to_string(&target.fields).unwrap_or_default().as_bytes());
    for fragment in fragments {
        add(&(fragment.files.len() as u64).to_le_bytes());
        for file in &fragment.files {
            add(&file.hash.0);
            file.fields.iter().for_each(|f| add(&f.0.to_le_bytes()));
        }
        fragment.deleted.iter().for_each(|offset| add(&offset.to_le_bytes()));
    }
    ContentHash(*hasher.finalize().as_bytes())
}

/// Runs blocking or computing work on the blocking pool, off the async threads.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    let lost = |e| Error::Io {
        path: "a background task".to_owned(),
        action: "finish it",
        source: std::io::Error::other(e),
    };
    done.map_err(lost).flatten()
}
