//! A data set on a server as an object store, so that the library needs no other code path for it.
//!
//! Files are read through the links of a plan where there is one. Objects named by their hash are written once. A
//! commit or a tag is a create: the server checks it, and reports that it exists where another came first. Other
//! operations of object stores (copy, rename, conditional overwrite) are errors: a hub's layout doesn't use them.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use chrono::Utc;
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use hub_dataset::ops::fragment_builder::is_young;
use hub_dataset::store::{OfAnotherDataset, PrefetchHint, Scan, UploadBytes, WriterIdentity};
use hub_dataset::{Author, Store, layout};
use hub_schema::{DatasetName, author};
use object_store::path::Path;
use object_store::{
    Attributes, CopyOptions, Error as ObjectError, GetOptions, GetRange, GetResult, GetResultPayload,
    ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMode, PutMultipartOptions, PutOptions,
    PutPayload, PutResult, Result,
};
use reqwest::StatusCode;

use super::connection::Connection;
use super::download;
use super::error::Error;
use super::links::Links;
use super::objects::{Meta, Objects, Opened};
use super::upload::Upload;

/// Before a longer manifest is sent, it is checked whether the server has it.
const CHECK_FIRST_BYTES: usize = 256 * 1024;

/// A data set on a server.
#[derive(Clone, Debug)]
pub struct RemoteStore(Arc<Objects>);

/// The store of a data set on a server.
pub fn store(connection: &Connection, name: &DatasetName) -> Store {
    let uri = format!("{}/{name}", connection.address());
    let remote = Arc::new(RemoteStore::new(connection.clone(), name.clone()));
    Store::new(Arc::clone(&remote) as Arc<dyn ObjectStore>, Path::default(), uri)
        .with_prefetch_hint(remote.clone())
        .with_writer_identity(remote)
}

impl RemoteStore {
    /// The store of the data set of that name; nothing is requested yet.
    pub fn new(connection: Connection, name: DatasetName) -> Self {
        let links = Links::new(connection.clone(), name.clone());
        Self(Arc::new(Objects { connection, name, links }))
    }

    fn result(&self, path: &str, opened: Opened) -> GetResult {
        let meta = ObjectMeta {
            location: Path::from(path),
            last_modified: Utc::now(),
            size: opened.total,
            e_tag: opened.etag.clone(),
            version: None,
        };
        let range = opened.range.clone();
        let payload = download::stream(Arc::clone(&self.0), path.to_owned(), opened);
        GetResult {
            payload: GetResultPayload::Stream(payload),
            meta,
            range,
            attributes: Attributes::default(),
        }
    }

    /// All objects below a folder.
    fn listed(&self, folder: String) -> BoxStream<'static, Result<Meta>> {
        let objects = Arc::clone(&self.0);
        let pages = stream::try_unfold(Some(None::<String>), move |after| {
            let (objects, folder) = (Arc::clone(&objects), folder.clone());
            async move {
                let Some(after) = after else { return Ok::<_, ObjectError>(None) };
                let (page, next) = match objects.list(&folder, after.as_deref()).await {
                    // An older server doesn't know this folder, so it has nothing in it.
                    Err(e)
                        if e.is(StatusCode::BAD_REQUEST)
                            && [layout::VIEWS, layout::RUNS].iter().any(|new| folder.starts_with(new)) =>
                    {
                        return Ok(None);
                    }
                    page => page.map_err(|e| e.of_object(&folder))?,
                };
                Ok(Some((stream::iter(page.into_iter().map(Ok)), next.map(Some))))
            }
        });
        pages.try_flatten().boxed()
    }
}

impl fmt::Display for RemoteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.0.connection.address(), self.0.name)
    }
}

impl PrefetchHint for RemoteStore {
    fn will_read<'a>(&'a self, scan: &'a Scan) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.0.links.will_read(scan).await.map_err(|e| e.of_object("plan")) })
    }
}

impl WriterIdentity for RemoteStore {
    fn author<'a>(&'a self, author: &'a Author) -> BoxFuture<'a, Result<String>> {
        Box::pin(async move {
            let login = self.0.connection.login().await.map_err(|e| e.of_object("me"))?;
            let attested = login.map(|login| match author.is_guess || author.name.is_empty() {
                true => login.to_owned(),
                false => author::attested(&author.name, login),
            });
            Ok(attested.unwrap_or_else(|| author.name.clone()))
        })
    }
}

fn object_meta(meta: Meta) -> Result<ObjectMeta> {
    let location = Path::parse(&meta.path)?;
    let (size, last_modified) = (meta.size_bytes, meta.modified);
    Ok(ObjectMeta { location, last_modified, size, e_tag: meta.etag, version: None })
}

fn not_remote(what: &'static str) -> ObjectError {
    ObjectError::NotSupported { source: Error::NotRemote(what).into() }
}

fn put_result() -> PutResult {
    PutResult { e_tag: None, version: None }
}

fn empty(path: &Path, at: u64) -> GetResult {
    let meta = ObjectMeta {
        location: path.clone(),
        last_modified: Utc::now(),
        size: at,
        e_tag: None,
        version: None,
    };
    GetResult {
        payload: GetResultPayload::Stream(stream::empty().boxed()),
        meta,
        range: Range { start: at, end: at },
        attributes: Attributes::default(),
    }
}

#[async_trait]
impl ObjectStore for RemoteStore {
    async fn put_opts(&self, location: &Path, payload: PutPayload, opts: PutOptions) -> Result<PutResult> {
        let path = location.as_ref();
        let create = match opts.mode {
            PutMode::Overwrite => false,
            PutMode::Create => true,
            PutMode::Update(_) => {
                return Err(not_remote("a hub server doesn't support conditional overwrites"));
            }
        };
        // The server itself writes the hint with the commit.
        if path.starts_with(layout::REFS) && path.ends_with("/hint") {
            return Ok(put_result());
        }
        // For other objects the writer has checked before.
        if path.starts_with(layout::MANIFESTS) && payload.content_length() > CHECK_FIRST_BYTES {
            let there = self.0.head(path).await;
            // An older object may be swept before a commit names it; sending it again renews it.
            let is_kept =
                |there: Meta| there.size_bytes == payload.content_length() as u64 && is_young(there.modified);
            if there.is_ok_and(is_kept) {
                return Ok(put_result());
            }
        }
        let import = opts.extensions.get::<OfAnotherDataset>().is_some();
        match self.0.put(path, payload, create, import).await {
            Ok(_) => Ok(put_result()),
            Err(e) if create && e.is(StatusCode::PRECONDITION_FAILED) => {
                Err(ObjectError::AlreadyExists { path: path.to_owned(), source: e.into() })
            }
            Err(e) => Err(e.of_object(path)),
        }
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        opts: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let Some(UploadBytes(size_bytes)) = opts.extensions.get::<UploadBytes>().copied() else {
            return Err(not_remote(
                "an upload in parts to a hub server needs the object's length beforehand",
            ));
        };
        let upload = Upload::begin(Arc::clone(&self.0), location.as_ref(), size_bytes).await;
        Ok(Box::new(upload.map_err(|e| e.of_object(location.as_ref()))?))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let path = location.as_ref();
        if options.head {
            let meta = self.0.head(path).await.map_err(|e| e.of_object(path))?;
            let mut result = empty(location, meta.size_bytes);
            result.meta = object_meta(meta)?;
            result.range = 0..0;
            options.check_preconditions(&result.meta)?;
            return Ok(result);
        }
        if let Some(GetRange::Bounded(range)) = &options.range
            && range.is_empty()
        {
            return Ok(empty(location, range.start));
        }
        let opened = self.0.open(path, options.range.as_ref()).await.map_err(|e| e.of_object(path))?;
        let result = self.result(path, opened);
        options.check_preconditions(&result.meta)?;
        Ok(result)
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        let fetch = |range: Range<u64>| async move {
            let options = GetOptions::new().with_range(Some(range));
            self.get_opts(location, options).await?.bytes().await
        };
        object_store::coalesce_ranges(ranges, fetch, object_store::OBJECT_STORE_COALESCE_DEFAULT).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        let objects = Arc::clone(&self.0);
        let deleted = locations.and_then(move |path| {
            let objects = Arc::clone(&objects);
            async move {
                objects.delete(path.as_ref()).await.map_err(|e| e.of_object(path.as_ref()))?;
                Ok(path)
            }
        });
        deleted.boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let folder = prefix.map(|prefix| prefix.as_ref().to_owned()).unwrap_or_default();
        self.listed(folder).and_then(|meta| async move { object_meta(meta) }).boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        let root = prefix.cloned().unwrap_or_default();
        let mut listed = self.list(prefix);
        let (mut objects, mut common_prefixes) = (Vec::new(), Vec::<Path>::new());
        while let Some(object) = listed.try_next().await? {
            let below: Vec<_> = object.location.prefix_match(&root).into_iter().flatten().collect();
            match below.as_slice() {
                [] => {}
                [_] => objects.push(object),
                [folder, ..] => {
                    let folder = root.clone().join(folder.clone());
                    if common_prefixes.last() != Some(&folder) {
                        common_prefixes.push(folder);
                    }
                }
            }
        }
        Ok(ListResult { common_prefixes, objects })
    }

    async fn copy_opts(&self, _: &Path, _: &Path, _: CopyOptions) -> Result<()> {
        Err(not_remote("a hub server doesn't support copying objects"))
    }
}
