//! One plan a job, renewed before it ends.

use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::TryStreamExt;
use hub_dataset::Dataset;
use hub_stream::StreamBuilder;

use super::fake::{Fake, Reply, Request};
use super::whole::{NAME, Objects, append, open};

/// A hub whose links are good for a while, and by a signature that counts plans.
struct Planning {
    objects: Arc<Objects>,
    plans: AtomicU64,
    good_for: Duration,
    /// Links made so far end at once.
    revoked: AtomicU64,
    /// No link leads anywhere.
    lost: AtomicBool,
    /// Links lead to another place than the server.
    place: Mutex<String>,
}

impl Planning {
    fn answer(&self, request: &Request) -> Reply {
        if request.path().ends_with("/plan") {
            return self.plan(request);
        }
        // A link to `/files/` of this machine would be taken for the server's.
        if let Some(path) = request.path().trim_start_matches("/bucket").strip_prefix("/files/") {
            assert_eq!(request.header("authorization"), None);
            let end: i64 = request.query("end").unwrap().parse().unwrap();
            let plan: u64 = request.query("plan").unwrap().parse().unwrap();
            let over =
                chrono::Utc::now().timestamp_millis() > end || plan <= self.revoked.load(Ordering::Relaxed);
            if over || self.lost.load(Ordering::Relaxed) {
                return Reply::problem(403, "bad-signature", "it has run out");
            }
            return Reply::object(request, &self.objects.objects.lock().unwrap()[path]);
        }
        self.objects.answer(request)
    }

    fn plan(&self, request: &Request) -> Reply {
        let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
        let version: u64 = body["rev"].as_str().unwrap().strip_prefix("main:").unwrap().parse().unwrap();
        let plan = self.plans.fetch_add(1, Ordering::Relaxed) + 1;
        let objects = self.objects.objects.lock().unwrap();
        let commit = blake3::hash(&objects[&format!("refs/main/{version:020}.json")]).to_string();
        let expires = chrono::Utc::now() + self.good_for;
        let end = expires.timestamp_millis();
        let files: Vec<_> = objects
            .iter()
            .filter(|(path, _)| path.starts_with("data/") || path.starts_with("manifests/"))
            .map(|(path, bytes)| {
                let place = self.place.lock().unwrap();
                let url = format!("{place}/files/{path}?plan={plan}&end={end}");
                serde_json::json!({ "path": path, "size_bytes": bytes.len(), "url": url })
            })
            .collect();
        let answer = serde_json::json!({ "dataset": uuid::Uuid::nil(), "commit": commit, "branch": "main", "version": version, "rows": 1,
            "expires": expires, "files": files });
        Reply::json(200, answer)
    }
}

fn start(good_for: Duration) -> (Arc<Planning>, Fake) {
    let planning = Arc::new(Planning {
        objects: Objects::new(),
        plans: AtomicU64::new(0),
        good_for,
        revoked: AtomicU64::new(0),
        lost: AtomicBool::new(false),
        place: Mutex::default(),
    });
    let answering = planning.clone();
    (planning, Fake::start(move |request| answering.answer(request)))
}

/// Streams all rows, with a pause after each batch.
async fn stream(fake: &Fake, pause: Duration) -> hub_stream::Result<usize> {
    let snapshot = Dataset::open(open(fake)).await?.snapshot(&hub_schema::Revision::main()).await?;
    let mut stream = StreamBuilder::new(snapshot).batch_size(2).prefetch(1).build().await?;
    let mut rows = 0;
    while let Some(batch) = stream.try_next().await? {
        rows += batch.num_rows();
        tokio::time::sleep(pause).await;
    }
    Ok(rows)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_asks_once() {
    let (planning, fake) = start(Duration::from_secs(3600));
    let dataset = Dataset::open(open(&fake)).await.unwrap();
    for n in 1..=4 {
        append(&dataset, 2, 100 * n).await;
    }
    assert_eq!(stream(&fake, Duration::ZERO).await.unwrap(), 8);
    assert_eq!(planning.plans.load(Ordering::Relaxed), 1);
    let asked = fake.count("GET /api/v1/datasets/vision/pets/objects/data/");
    assert_eq!(asked, 0, "files were asked for one by one");
    assert!(fake.count("GET /files/data/") >= 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_epoch_outlives_its_links() {
    let (planning, fake) = start(Duration::from_secs(2));
    let dataset = Dataset::open(open(&fake)).await.unwrap();
    for n in 1..=8 {
        append(&dataset, 2, 100 * n).await;
    }
    assert_eq!(stream(&fake, Duration::from_millis(700)).await.unwrap(), 16);
    let plans = planning.plans.load(Ordering::Relaxed);
    assert!((2..=6).contains(&plans), "{plans} plans");
    assert_eq!(fake.count("GET /api/v1/datasets/vision/pets/objects/data/"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_refused_is_replaced() {
    let (planning, fake) = start(Duration::from_secs(3600));
    let dataset = Dataset::open(open(&fake)).await.unwrap();
    for n in 1..=6 {
        append(&dataset, 2, 100 * n).await;
    }
    let revoke = planning.clone();
    let revoking = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(300)).await;
        revoke.revoked.store(1, Ordering::Relaxed);
    });
    assert_eq!(stream(&fake, Duration::from_millis(200)).await.unwrap(), 12);
    revoking.await.unwrap();
    assert_eq!(planning.plans.load(Ordering::Relaxed), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn links_that_lead_nowhere_are_given_up() {
    let (planning, fake) = start(Duration::from_secs(3600));
    let dataset = Dataset::open(open(&fake)).await.unwrap();
    append(&dataset, 5, 100).await;
    planning.lost.store(true, Ordering::Relaxed);
    assert_eq!(stream(&fake, Duration::ZERO).await.unwrap(), 5);
    assert!(planning.plans.load(Ordering::Relaxed) <= 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_chunk_is_named() {
    let (planning, fake) = start(Duration::from_secs(3600));
    let dataset = Dataset::open(open(&fake)).await.unwrap();
    append(&dataset, 5, 1000).await;
    let path = {
        let mut objects = planning.objects.objects.lock().unwrap();
        let biggest = objects.iter_mut().filter(|(path, _)| path.starts_with("data/"));
        let (path, bytes) = biggest.max_by_key(|(_, bytes)| bytes.len()).unwrap();
        // In the first image.
        bytes[500] ^= 1;
        path.clone()
    };
    let error = stream(&fake, Duration::ZERO).await.unwrap_err();
    let text = format!("{error}");
    assert!(text.contains(&path) && text.contains("checksum"), "{text}");
    assert!(text.contains(NAME), "{text}");
    // A copy is not made of it either.
    let snapshot = dataset.snapshot(&hub_schema::Revision::main()).await.unwrap();
    let target = Dataset::create(hub_dataset::Store::memory()).await.unwrap();
    let author = hub_dataset::Author::default();
    let (main, progress) = (hub_schema::BranchName::main(), Default::default());
    let copied = crate::pull::copy(&snapshot, &target, &main, &author, &progress);
    let error = copied.await.unwrap_err();
    assert!(error.to_string().contains(&path), "{error}");
    assert!(target.head(&"main".parse().unwrap()).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn redirects_go_round_only_so_often() {
    let (planning, _fake) = start(Duration::from_secs(3600));
    let fake = Fake::start(move |request| {
        if request.path().starts_with("/files/") {
            return Reply::new(302, "").header("location", &request.target.clone());
        }
        planning.answer(request)
    });
    let dataset = Dataset::open(open(&fake)).await.unwrap();
    append(&dataset, 3, 100).await;
    // The server itself has the files.
    assert_eq!(stream(&fake, Duration::ZERO).await.unwrap(), 3);
    assert!(fake.count("/files/") < 60, "{}", fake.count("/files/"));
}

/// Streams with links to a place that this machine has no way to; gives the notes. `tries` counts what reached the place.
async fn stream_past(place: &str, name: &str, tries: &dyn Fn() -> usize) -> Vec<String> {
    let (planning, fake) = start(Duration::from_secs(3600));
    let dataset = Dataset::open(open(&fake)).await.unwrap();
    for n in 1..=6 {
        append(&dataset, 2, 100 * n).await;
    }
    *planning.place.lock().unwrap() = format!("{place}/bucket");
    assert_eq!(stream(&fake, Duration::ZERO).await.unwrap(), 12, "{name}");
    assert_eq!(fake.count("GET /files/"), 0);
    // What was found out holds for the next reader.
    let found_out = tries();
    assert_eq!(stream(&fake, Duration::ZERO).await.unwrap(), 12, "{name}");
    assert_eq!(tries(), found_out, "{name}");
    fake.notes(place)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_can_not_be_reached_is_found_out_once() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!("http://{}", listener.local_addr().unwrap());
    let taken = Arc::new(Mutex::new(Vec::new()));
    let keep = Arc::clone(&taken);
    std::thread::spawn(move || {
        listener.incoming().flatten().for_each(|taken| keep.lock().unwrap().push(taken))
    });
    let tries = || taken.lock().unwrap().len();
    let first = stream_past(&silent, "a place that takes connections and says nothing", &tries).await;
    assert!(tries() > 0);
    let gone = format!("http://{}", TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap());
    let second = stream_past(&gone, "a place where nobody listens", &|| 0).await;
    stream_past("http://no-such-host.invalid:9000", "a name that is not known", &|| 0).await;
    let mut notes = vec![first, second];
    for (status, body, name) in [
        (502, "<html>no route</html>", "a proxy that can't reach it"),
        (200, "<html>please log in</html>", "a portal that answers everything"),
        (404, "nothing here", "another server"),
    ] {
        let place = Fake::start(move |_| Reply::new(status, body));
        let told = stream_past(&place.address.to_string(), name, &|| place.log().len()).await;
        if status != 404 {
            notes.push(told);
        }
    }
    for notes in notes {
        assert!(matches!(notes.as_slice(), [note] if note.contains("read through http://")), "{notes:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_was_reached_is_tried_again_later() {
    let (planning, fake) = start(Duration::from_secs(3600));
    let dataset = Dataset::open(open(&fake)).await.unwrap();
    for n in 1..=6 {
        append(&dataset, 2, 100 * n).await;
    }
    let objects = planning.clone();
    let down = Arc::new(AtomicBool::new(false));
    let is_down = down.clone();
    let bucket = Fake::start(move |request| match is_down.load(Ordering::Relaxed) {
        true => Reply::cut(),
        false => objects.answer(request),
    });
    *planning.place.lock().unwrap() = format!("{}/bucket", bucket.address);
    assert_eq!(stream(&fake, Duration::ZERO).await.unwrap(), 12);
    assert_eq!(fake.count("GET /api/v1/datasets/vision/pets/objects/data/"), 0);
    down.store(true, Ordering::Relaxed);
    let before = bucket.log().len();
    assert_eq!(stream(&fake, Duration::ZERO).await.unwrap(), 12);
    assert!(bucket.log().len() > before + 2, "it was given up too soon");
    assert!(fake.count("GET /api/v1/datasets/vision/pets/objects/data/") >= 6);
}
