//! The library's own code over a server that keeps objects in memory.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use hub_dataset::ops::fragment_builder::encode_rows;
use hub_dataset::sample::{Media, MediaBytes, Value};
use hub_dataset::{Author, Dataset, Store};
use hub_schema::{BranchName, Feature, HubFile, Schema};

use super::super::store;
use super::fake::{Fake, Reply, Request};

pub const NAME: &str = "vision/pets";

/// An upload: path, length, parts by number.
type Begun = (String, u64, BTreeMap<u64, Vec<u8>>);

/// Objects in memory behind the interface of a hub.
#[derive(Default)]
pub struct Objects {
    pub objects: Mutex<BTreeMap<String, Vec<u8>>>,
    uploads: Mutex<HashMap<String, Begun>>,
}

/// Small, so that tests need no big objects.
pub const PART_BYTES: u64 = 64 * 1024;

impl Objects {
    pub fn new() -> Arc<Self> {
        let this = Self::default();
        let hub = HubFile {
            format: hub_schema::FORMAT_VERSION,
            uuid: uuid::Uuid::new_v4(),
            created: chrono::Utc::now(),
            arbiter: hub_schema::commit::Arbiter::Store,
        };
        this.objects.lock().unwrap().insert("hub.json".into(), serde_json::to_vec(&hub).unwrap());
        Arc::new(this)
    }

    pub fn answer(&self, request: &Request) -> Reply {
        let base = format!("/api/v1/datasets/{NAME}/");
        let missing = || Reply::problem(404, "not-found", "no such object");
        if request.path() == "/api/v1/me" {
            let me = serde_json::json!({ "name": "grace", "admin": false, "created": "2026-01-01T00:00:00Z",
                "memberships": [], "token": null });
            return Reply::json(200, me);
        }
        let Some(path) = request.path().strip_prefix(&base) else { return missing() };
        if let Some(path) = path.strip_prefix("objects/") {
            return self.object(request, path).unwrap_or_else(missing);
        }
        match (request.method.as_str(), path.split('/').collect::<Vec<_>>().as_slice()) {
            ("GET", ["objects"]) => self.list(request),
            ("POST", ["uploads"]) => self.begin(request),
            ("PUT", ["uploads", id, part]) => {
                let mut uploads = self.uploads.lock().unwrap();
                let Some((_, _, parts)) = uploads.get_mut(*id) else { return missing() };
                parts.insert(part.parse().unwrap(), request.body.clone());
                Reply::json(201, serde_json::json!({ "stored": true }))
            }
            ("POST", ["uploads", id, "complete"]) => {
                let Some((path, size, parts)) = self.uploads.lock().unwrap().remove(*id) else {
                    return missing();
                };
                let whole: Vec<u8> = parts.into_values().flatten().collect();
                assert_eq!(whole.len() as u64, size);
                self.objects.lock().unwrap().insert(path, whole);
                Reply::json(201, serde_json::json!({ "stored": true }))
            }
            _ => missing(),
        }
    }

    fn object(&self, request: &Request, path: &str) -> Option<Reply> {
        let mut objects = self.objects.lock().unwrap();
        Some(match request.method.as_str() {
            "GET" => Reply::object(request, objects.get(path)?),
            "HEAD" => Reply { length: Some(objects.get(path)?.len() as u64), ..Reply::new(200, "") },
            "DELETE" => {
                objects.remove(path)?;
                Reply::new(204, "")
            }
            _ if request.header("if-none-match") == Some("*") && objects.contains_key(path) => {
                Reply::problem(412, "taken", "another commit came first")
            }
            _ => {
                let new = objects.insert(path.to_owned(), request.body.clone()).is_none();
                Reply::json(if new { 201 } else { 200 }, serde_json::json!({ "stored": new }))
            }
        })
    }

    fn list(&self, request: &Request) -> Reply {
        let prefix = request.query("prefix").unwrap();
        assert!(prefix.is_empty() || prefix.ends_with('/'), "{prefix}");
        let after = request.query("after").unwrap_or_default();
        let objects = self.objects.lock().unwrap();
        let below = objects.iter().filter(|(path, _)| path.starts_with(&prefix) && **path > after);
        // Pages of two.
        let mut page: Vec<_> = below.take(3).collect();
        let more = page.len() == 3;
        page.truncate(2);
        let next = page.last().filter(|_| more).map(|(path, _)| (*path).clone());
        let listed: Vec<_> = page
            .iter()
            .map(|(path, bytes)| {
                serde_json::json!({ "path": path, "size_bytes": bytes.len(), "modified": chrono::Utc::now() })
            })
            .collect();
        Reply::json(200, serde_json::json!({ "objects": listed, "next": next }))
    }

    fn begin(&self, request: &Request) -> Reply {
        let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
        let (path, size) = (body["path"].as_str().unwrap(), body["size_bytes"].as_u64().unwrap());
        if self.objects.lock().unwrap().contains_key(path) {
            let done =
                serde_json::json!({ "id": null, "part_bytes": PART_BYTES, "received": [], "stored": true });
            return Reply::json(200, done);
        }
        let id = format!("id{}", path.len() + size as usize);
        let mut uploads = self.uploads.lock().unwrap();
        let (_, _, parts) = uploads.entry(id.clone()).or_insert((path.to_owned(), size, BTreeMap::new()));
        let received: Vec<u64> = parts.keys().copied().collect();
        let open =
            serde_json::json!({ "id": id, "part_bytes": PART_BYTES, "received": received, "stored": false });
        Reply::json(200, open)
    }
}

pub fn open(fake: &Fake) -> Store {
    store::store(&fake.connection(), &NAME.parse().unwrap())
}

pub fn schema() -> Schema {
    Schema::new([("image".to_owned(), Feature::Image), ("n".to_owned(), Feature::int64())]).unwrap()
}

/// Appends rows with an image of so many bytes.
pub async fn append(dataset: &Dataset, rows: i64, bytes: usize) -> hub_dataset::Snapshot {
    let rows: Vec<HashMap<&str, Value>> = (0..rows)
        .map(|n| {
            let bytes = MediaBytes::Memory(Bytes::from(vec![n as u8; bytes]));
            let media = Value::Media(Media { name: format!("{n}.png"), bytes });
            HashMap::from([("image", media), ("n", Value::Int(n))])
        })
        .collect();
    let schema = schema();
    let fragment = encode_rows(&schema, Some("train"), &rows).unwrap();
    let (fragment, _) = dataset.put_fragment(fragment, &Default::default()).await.unwrap();
    let rows = hub_dataset::ops::packed_rows::PackedRows {
        schema,
        fragments: vec![fragment],
        skipped: Vec::new(),
        skipped_count: 0,
    };
    let author = Author::new("ada", "rows");
    dataset.append(&BranchName::main(), &author, &rows).await.unwrap().snapshot().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_set_lives_on_a_server() {
    let objects = Objects::new();
    let fake = Fake::start({
        let objects = objects.clone();
        move |request| objects.answer(request)
    });
    let dataset = Dataset::open(open(&fake)).await.unwrap();
    let first = append(&dataset, 3, 100).await;
    let second = append(&dataset, 4, 200).await;
    assert_eq!(second.at().version, 1);
    assert_eq!(second.commit().counts.rows, 7);
    // Whose token it is stands behind who was named.
    assert_eq!(second.commit().author, "ada (grace)");
    let guess = Author::guess("unknown@vm", "");
    let tag = dataset.create_tag(&"v1".parse().unwrap(), &first, &guess).await.unwrap();
    assert_eq!(tag.author, "grace");
    assert_eq!(fake.count("GET /api/v1/me"), 1);
    dataset.create_branch(&"dev".parse().unwrap(), &first).await.unwrap();
    assert_eq!(dataset.branches().await.unwrap().len(), 2);
    assert_eq!(dataset.tags().await.unwrap().len(), 1);
    let report = dataset.fsck(hub_dataset::ops::fsck::Scope::All, |_| {}).await.unwrap();
    assert!(report.is_clean(), "{:?}", report.damage);
    dataset.delete_tag(&"v1".parse().unwrap()).await.unwrap();
    assert_eq!(dataset.tags().await.unwrap().len(), 0);
    // Every request had the token, and nobody wrote the hint, which is the server's.
    let requests = fake.requests();
    assert!(requests.iter().all(|r| r.header("authorization") == Some("Bearer hub_secret")));
    assert!(!objects.objects.lock().unwrap().keys().any(|path| path.ends_with("hint")));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_pushers_both_land() {
    let objects = Objects::new();
    let fake = Fake::start({
        let objects = objects.clone();
        move |request| objects.answer(request)
    });
    let (one, other) = (Dataset::open(open(&fake)).await.unwrap(), Dataset::open(open(&fake)).await.unwrap());
    let (one, other) = tokio::join!(append(&one, 3, 10), append(&other, 5, 11));
    let rows = [&one, &other].map(|s| (s.at().version, s.commit().counts.rows));
    assert!(rows.contains(&(1, 8)), "{rows:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_there_is_not_sent_again() {
    let objects = Objects::new();
    let fake = Fake::start({
        let objects = objects.clone();
        move |request| objects.answer(request)
    });
    let dataset = Dataset::open(open(&fake)).await.unwrap();
    append(&dataset, 3, 100).await;
    append(&dataset, 3, 100).await;
    let data = fake.count("PUT /api/v1/datasets/vision/pets/objects/data/");
    let files = objects.objects.lock().unwrap().keys().filter(|path| path.starts_with("data/")).count();
    assert_eq!(data, files);
}

#[tokio::test]
async fn an_upload_goes_on_with_what_came() {
    let objects = Objects::new();
    let full = Arc::new(std::sync::atomic::AtomicBool::new(true));
    let fake = Fake::start({
        let (objects, full) = (objects.clone(), full.clone());
        move |request| {
            if request.target.ends_with("/2") && full.load(std::sync::atomic::Ordering::Relaxed) {
                return Reply::problem(413, "too-large", "the disk is full");
            }
            objects.answer(request)
        }
    });
    let store = open(&fake);
    let content: Vec<u8> = (0..5 * PART_BYTES / 2 + 7).map(|i| (i % 251) as u8).collect();
    let path = format!("blobs/{}", blake3::hash(&content));
    let send = |pieces: usize| {
        let (store, content, path) = (store.clone(), content.clone(), path.clone());
        async move {
            let mut upload = store.upload_of(&path, content.len() as u64).await.map_err(|e| e.to_string())?;
            for piece in content.chunks(pieces) {
                upload.put_part(Bytes::copy_from_slice(piece).into()).await.map_err(|e| e.to_string())?;
            }
            upload.complete().await.map_err(|e| e.to_string())
        }
    };
    let error = send(10_000).await.unwrap_err();
    assert!(error.contains("the disk is full"), "{error}");
    full.store(false, std::sync::atomic::Ordering::Relaxed);
    send(70_000).await.unwrap();
    assert_eq!(objects.objects.lock().unwrap()[&path], content);
    for part in [0, 1] {
        let put = format!("/{part}");
        let sent = fake.log().iter().filter(|l| l.starts_with("PUT") && l.ends_with(&put)).count();
        assert_eq!(sent, 1, "part {part}");
    }
    // And once it is there, nothing is sent.
    let before = fake.count("PUT");
    send(1 << 20).await.unwrap();
    assert_eq!(fake.count("PUT"), before);
}
