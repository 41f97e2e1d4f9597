//! `/api/v1/datasets/{ns}/{name}/objects`, `/uploads`, `/plan` and `/files`.

use bytes::Bytes;
use hub_dataset::manifest::list;
use hub_dataset::{Author, Store, layout};
use reqwest::{Method, StatusCode, header};
use serde_json::{Value as Json, json};

use super::hub::{append, body, elsewhere, problem};
use super::{Hub, Who};
use crate::config::Settings;

const PETS: &str = "/api/v1/datasets/vision/pets";

fn at(path: &str) -> String {
    format!("{PETS}/objects/{path}")
}

async fn put(hub: &Hub, path: &str, content: Bytes) -> reqwest::Response {
    let request = hub.request(Who::Writer, Method::PUT, &at(path)).body(content);
    match ["refs/", "tags/", "views/"].iter().any(|folder| path.starts_with(folder)) {
        true => request.header(header::IF_NONE_MATCH, "*"),
        false => request,
    }
    .send()
    .await
    .unwrap()
}

/// Sorts objects so that files come before those that reference them.
fn in_order(mut objects: Vec<(String, Bytes)>) -> Vec<(String, Bytes)> {
    objects.retain(|(path, _)| path != "hub.json" && !path.ends_with("/hint"));
    objects.sort_by_key(|(path, _)| path.starts_with("refs/"));
    objects
}

#[tokio::test]
async fn a_push_over_http_copies_the_data_set() {
    let hub = Hub::new().await;
    hub.dataset("pets", "private").await;
    let (theirs, objects) = elsewhere().await;
    for (path, content) in in_order(objects) {
        let stored = body(put(&hub, &path, content.clone()).await, StatusCode::CREATED).await;
        assert_eq!(stored["stored"], true);
        let again = body(put(&hub, &path, content).await, StatusCode::OK).await;
        assert_eq!(again["stored"], false, "{path}");
    }
    let info = hub.state.catalog.dataset(&"vision/pets".parse().unwrap()).await.unwrap();
    assert_eq!(info.rows, 12);
    // A commit is found by its id, and by the short form of the id.
    let id = theirs.at().id.to_string();
    for digits in [&id[..8], &id[..40], &id[..40], &id, &id] {
        let found = hub.json(Who::Writer, &format!("{PETS}/commits/{digits}")).await;
        assert_eq!(found["id"], id, "{digits}");
    }
    // A tag of that name takes precedence.
    let second =
        append(&hub.state.datasets.open(&hub.state.root, &info).await.unwrap(), "main", 12, &[("val", &[1])])
            .await;
    let tag = Author::new("test", "not what it looks like");
    let pets = hub.state.datasets.open(&hub.state.root, &info).await.unwrap();
    pets.create_tag(&id[..8].parse().unwrap(), &second, &tag).await.unwrap();
    let found = hub.json(Who::Writer, &format!("{PETS}/commits/{}", &id[..8])).await;
    assert_eq!(found["id"], second.at().id.to_string());
    let dataset = hub.state.datasets.open(&hub.state.root, &info).await.unwrap();
    let ours = dataset.snapshot(&"main:0".parse().unwrap()).await.unwrap();
    assert_eq!(ours.at(), theirs.at());
    let report = dataset.fsck(hub_dataset::ops::fsck::Scope::All, |_| ()).await.unwrap();
    assert!(report.damage.is_empty(), "{report:?}");
}

#[tokio::test]
async fn an_invalid_commit_is_refused() {
    let hub = Hub::new().await;
    hub.dataset("pets", "private").await;
    let (_, objects) = elsewhere().await;
    let objects = in_order(objects);
    let (commit_path, commit) = objects.last().unwrap().clone();
    // The files are missing.
    let early = put(&hub, &commit_path, commit.clone()).await;
    assert_eq!(problem(early, 422).await, "bad-commit");
    for (path, content) in &objects[..objects.len() - 1] {
        put(&hub, path, content.clone()).await;
    }
    let plain =
        hub.request(Who::Writer, Method::PUT, &at(&commit_path)).body(commit.clone()).send().await.unwrap();
    assert_eq!(problem(plain, 428).await, "precondition-required");
    for (wrong, why) in [
        (json!({ "format": 99 }), "format"),
        (
            json!({ "counts": { "rows": 13, "fragments": 2, "bytes": 1, "splits": {}, "added": 0, "removed": 0, "changed": 0 } }),
            "rows",
        ),
        (json!({ "parents": [{ "id": "ab".repeat(32), "branch": "main", "version": 0 }] }), "parent"),
    ] {
        let mut json: Json = serde_json::from_slice(&commit).unwrap();
        json.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        let refused = put(&hub, &commit_path, json.to_string().into()).await;
        let refused = body(refused, StatusCode::UNPROCESSABLE_ENTITY).await;
        assert_eq!(refused["type"], "/problems/bad-commit");
        assert!(refused["detail"].as_str().unwrap().contains(why), "{refused}");
    }
    let gap = layout::commit(&"main".parse().unwrap(), 1);
    assert_eq!(problem(put(&hub, &gap, commit.clone()).await, 422).await, "bad-commit");
    assert_eq!(problem(put(&hub, &commit_path, "{".into()).await, 422).await, "bad-commit");
    body(put(&hub, &commit_path, commit.clone()).await, StatusCode::CREATED).await;
    let mut other: Json = serde_json::from_slice(&commit).unwrap();
    other["message"] = json!("another");
    let other = Bytes::from(other.to_string());
    assert_eq!(problem(put(&hub, &commit_path, other.clone()).await, 412).await, "taken");
    assert_eq!(problem(put(&hub, &gap, other).await, 422).await, "bad-commit");
}

#[tokio::test]
async fn one_of_two_concurrent_commits_wins() {
    let hub = Hub::new().await;
    hub.dataset("pets", "private").await;
    let (_, objects) = elsewhere().await;
    let objects = in_order(objects);
    let (path, commit) = objects.last().unwrap().clone();
    for (path, content) in &objects[..objects.len() - 1] {
        put(&hub, path, content.clone()).await;
    }
    let racers = (0..6).map(|i| {
        let mut json: Json = serde_json::from_slice(&commit).unwrap();
        json["message"] = json!(format!("racer {i}"));
        put(&hub, &path, json.to_string().into())
    });
    let ended = futures::future::join_all(racers).await;
    let statuses: Vec<u16> = ended.iter().map(|r| r.status().as_u16()).collect();
    assert_eq!(statuses.iter().filter(|s| **s == 201).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|s| **s == 412).count(), 5, "{statuses:?}");
}

#[tokio::test]
async fn duplicate_fragments_are_refused() {
    let hub = Hub::new().await;
    hub.dataset("pets", "private").await;
    let (theirs, objects) = elsewhere().await;
    let objects = in_order(objects);
    for (path, content) in &objects[..objects.len() - 1] {
        put(&hub, path, content.clone()).await;
    }
    let (path, commit) = objects.last().unwrap();
    let mut json: Json = serde_json::from_slice(commit).unwrap();
    let mut fragments = theirs.index().await.unwrap().fragments().to_vec();
    fragments[1].id = fragments[0].id;
    let store = Store::memory();
    let manifests = list::write(&store, &fragments).await.unwrap().all;
    let manifest = layout::manifest(manifests[0].hash);
    put(&hub, &manifest, store.need(&manifest).await.unwrap()).await;
    json["manifests"] = serde_json::to_value(&manifests).unwrap();
    let refused =
        body(put(&hub, path, json.to_string().into()).await, StatusCode::UNPROCESSABLE_ENTITY).await;
    assert_eq!(refused["type"], "/problems/bad-commit");
    assert!(refused["detail"].as_str().unwrap().contains("two fragments have the id"), "{refused}");
}

#[tokio::test]
async fn bytes_with_a_wrong_hash_are_not_stored() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "private").await;
    let name = blake3::hash(b"right").to_hex();
    let path = format!("blobs/{name}");
    assert_eq!(problem(put(&hub, &path, "wrong".into()).await, 422).await, "hash-mismatch");
    let long = Bytes::from(vec![1; 5 << 20]);
    assert_eq!(problem(put(&hub, &path, long).await, 422).await, "hash-mismatch");
    assert!(dataset.store().head(&path).await.unwrap().is_none());
    let folder = dataset.store().directory().unwrap().join("blobs");
    assert_eq!(std::fs::read_dir(folder).map_or(0, Iterator::count), 0);
    body(put(&hub, &path, "right".into()).await, StatusCode::CREATED).await;
    for wrong in ["hub.json", "about.json", "data/../hub.json", "x"] {
        let refused = put(&hub, wrong, "{}".into()).await;
        assert!([403, 404].contains(&refused.status().as_u16()), "{wrong}: {}", refused.status());
    }
}

#[tokio::test]
async fn ranges_are_served() {
    let hub = Hub::new().await;
    hub.dataset("pets", "public").await;
    let content: Bytes = (0..2_000_000u32).map(|i| (i >> 3) as u8).collect::<Vec<_>>().into();
    let hash = blake3::hash(&content).to_hex();
    let path = at(&format!("blobs/{hash}"));
    body(put(&hub, &format!("blobs/{hash}"), content.clone()).await, StatusCode::CREATED).await;
    let got = hub.get(Who::Stranger, &path).await;
    assert_eq!(got.headers()["etag"], format!("\"{hash}\""));
    assert_eq!(got.headers()["accept-ranges"], "bytes");
    assert_eq!(got.headers()["content-length"], "2000000");
    let modified = got.headers()["last-modified"].to_str().unwrap();
    let modified = chrono::DateTime::parse_from_rfc2822(modified).unwrap();
    assert!((chrono::Utc::now() - modified.to_utc()).num_seconds().abs() < 120, "{modified}");
    assert_eq!(got.bytes().await.unwrap(), content);
    let head = hub.request(Who::Stranger, Method::HEAD, &path).send().await.unwrap();
    assert_eq!(head.headers()["content-length"], "2000000");
    for (range, wanted) in
        [("bytes=1-3", 1..4), ("bytes=600000-", 600_000..2_000_000), ("bytes=-5", 1_999_995..2_000_000)]
    {
        let got = hub.request(Who::Stranger, Method::GET, &path).header("range", range).send().await.unwrap();
        assert_eq!(got.status(), 206);
        let told = format!("bytes {}-{}/2000000", wanted.start, wanted.end - 1);
        assert_eq!(got.headers()["content-range"], told);
        assert_eq!(got.bytes().await.unwrap(), content.slice(wanted));
    }
    let outside = hub.request(Who::Stranger, Method::GET, &path).header("range", "bytes=2000000-");
    let outside = outside.send().await.unwrap();
    assert_eq!(outside.headers()["content-range"], "bytes */2000000");
    assert_eq!(problem(outside, 416).await, "bad-range");
    let same = hub.request(Who::Stranger, Method::GET, &path).header("if-none-match", format!("\"{hash}\""));
    assert_eq!(same.send().await.unwrap().status(), 304);
    let missing = format!("blobs/{}", "ab".repeat(32));
    assert_eq!(problem(hub.get(Who::Stranger, &at(&missing)).await, 404).await, "not-found");
    assert_eq!(hub.request(Who::Stranger, Method::HEAD, &at(&missing)).send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn objects_are_listed_in_pages() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "public").await;
    for n in 0..5 {
        append(&dataset, "main", n, &[("train", &[2])]).await;
    }
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let page = hub.json(Who::Stranger, &format!("{PETS}/objects?prefix=refs/main/&limit=2{after}")).await;
        seen.extend(
            page["objects"].as_array().unwrap().iter().map(|o| o["path"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    let mut wanted: Vec<_> = (0..5).map(|v| layout::commit(&"main".parse().unwrap(), v)).collect();
    wanted.push("refs/main/hint".into());
    assert_eq!(seen, wanted);
    let all = hub.json(Who::Stranger, &format!("{PETS}/objects")).await;
    assert!(all["objects"].as_array().unwrap().iter().all(|o| o["path"] != "about.json"));
    let wrong = hub.get(Who::Stranger, &format!("{PETS}/objects?prefix=../")).await;
    assert_eq!(problem(wrong, 400).await, "bad-request");
}

#[tokio::test]
async fn an_upload_resumes() {
    let hub = Hub::with(Settings { part_bytes: Some(8 << 20), ..Settings::default() }).await;
    let dataset = hub.dataset("pets", "private").await;
    let content: Bytes = (0..20_000_000u32).map(|i| (i >> 4) as u8).collect::<Vec<_>>().into();
    let path = format!("blobs/{}", blake3::hash(&content).to_hex());
    let uploads = format!("{PETS}/uploads");
    let wanted = json!({ "path": path, "size_bytes": content.len() });
    let begin = || hub.send(Who::Writer, Method::POST, &uploads, wanted.clone());
    let begun = body(begin().await, StatusCode::OK).await;
    assert_eq!((begun["part_bytes"].as_u64(), &begun["received"]), (Some(8 << 20), &json!([])));
    let id = begun["id"].as_str().unwrap().to_owned();
    let part = |n: usize| content.slice(n << 23..((n + 1) << 23).min(content.len()));
    let send = |n: usize, bytes: Bytes| {
        hub.request(Who::Writer, Method::PUT, &format!("{uploads}/{id}/{n}")).body(bytes).send()
    };
    body(send(2, part(2)).await.unwrap(), StatusCode::CREATED).await;
    body(send(0, part(0)).await.unwrap(), StatusCode::CREATED).await;
    assert_eq!(problem(send(1, part(2)).await.unwrap(), 422).await, "invalid");
    assert_eq!(problem(send(3, part(2)).await.unwrap(), 422).await, "invalid");
    let complete = || hub.request(Who::Writer, Method::POST, &format!("{uploads}/{id}/complete")).send();
    let early = body(complete().await.unwrap(), StatusCode::CONFLICT).await;
    assert_eq!(early["detail"], "1 parts have not been received yet: 1");
    // Begun again: the received parts are reported.
    let again = body(begin().await, StatusCode::OK).await;
    assert_eq!((again["id"].as_str(), &again["received"]), (Some(id.as_str()), &json!([0, 2])));
    let others = hub.request(Who::Owner, Method::POST, &format!("{uploads}/{id}/complete")).send().await;
    assert_eq!(problem(others.unwrap(), 404).await, "not-found");
    body(send(1, part(1)).await.unwrap(), StatusCode::CREATED).await;
    body(send(1, part(1)).await.unwrap(), StatusCode::OK).await;
    body(complete().await.unwrap(), StatusCode::CREATED).await;
    assert_eq!(dataset.store().need(&path).await.unwrap(), content);
    assert_eq!(body(begin().await, StatusCode::OK).await["stored"], true);
    assert_eq!(problem(complete().await.unwrap(), 404).await, "not-found");
}

/// A late part of an aborted upload does not count for the next upload with the same id.
#[tokio::test]
async fn a_late_part_does_not_count_for_another_upload() {
    let hub = Hub::with(Settings { part_bytes: Some(8 << 20), ..Settings::default() }).await;
    let dataset = hub.dataset("pets", "private").await;
    let content: Bytes = vec![7; (8 << 20) + 1000].into();
    let path = format!("blobs/{}", blake3::hash(&content).to_hex());
    let uploads = format!("{PETS}/uploads");
    let wanted = json!({ "path": path, "size_bytes": content.len() });
    let begin = async || {
        body(hub.send(Who::Writer, Method::POST, &uploads, wanted.clone()).await, StatusCode::OK).await
    };
    let id = begin().await["id"].as_str().unwrap().to_owned();
    let at = |rest: &str| format!("{uploads}/{id}{rest}");
    let (sender, parts) = futures::channel::mpsc::unbounded::<Result<Bytes, std::io::Error>>();
    let late = hub.request(Who::Writer, Method::PUT, &at("/0")).body(reqwest::Body::wrap_stream(parts));
    let late = tokio::spawn(late.send());
    sender.unbounded_send(Ok(content.slice(..(8 << 20) - 1))).unwrap();
    let folder = hub.folder.path().join("datasets/.uploads").join(&id);
    let begun = async || std::fs::read_dir(&folder).unwrap().count() > 1;
    while !begun().await {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let gone = hub.request(Who::Writer, Method::DELETE, &at("")).send().await.unwrap();
    assert_eq!(gone.status(), 204);
    assert_eq!(begin().await["received"], json!([]));
    sender.unbounded_send(Ok(content.slice((8 << 20) - 1..8 << 20))).unwrap();
    drop(sender);
    let late = late.await.unwrap().unwrap();
    assert!([404, 503].contains(&late.status().as_u16()), "{}", late.status());
    assert_eq!(begin().await["received"], json!([]));
    for (part, range) in [(1, 8 << 20..content.len()), (0, 0..8 << 20)] {
        if part == 0 {
            let early = hub.request(Who::Writer, Method::POST, &at("/complete")).send().await.unwrap();
            assert_eq!(problem(early, 409).await, "conflict");
        }
        let sent = hub.request(Who::Writer, Method::PUT, &at(&format!("/{part}"))).body(content.slice(range));
        body(sent.send().await.unwrap(), StatusCode::CREATED).await;
    }
    // Of concurrent requests to complete it, each is answered that the object is stored, or that the upload has ended.
    let ends = (0..8).map(|_| hub.request(Who::Writer, Method::POST, &at("/complete")).send());
    let ends = futures::future::join_all(ends).await;
    let statuses: Vec<_> = ends.into_iter().map(|end| end.unwrap().status().as_u16()).collect();
    assert!(statuses.contains(&201) && statuses.iter().all(|s| [201, 404].contains(s)), "{statuses:?}");
    assert!(dataset.store().need(&path).await.unwrap() == content);
}

#[tokio::test]
async fn an_upload_with_a_wrong_hash_is_aborted() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "private").await;
    let path = format!("blobs/{}", blake3::hash(b"right").to_hex());
    let uploads = format!("{PETS}/uploads");
    let wanted = json!({ "path": path, "size_bytes": 5 });
    let begun =
        body(hub.send(Who::Writer, Method::POST, &uploads, wanted.clone()).await, StatusCode::OK).await;
    let id = begun["id"].as_str().unwrap().to_owned();
    let part = hub.request(Who::Writer, Method::PUT, &format!("{uploads}/{id}/0")).body("wrong");
    body(part.send().await.unwrap(), StatusCode::CREATED).await;
    let done = hub.request(Who::Writer, Method::POST, &format!("{uploads}/{id}/complete")).send().await;
    assert_eq!(problem(done.unwrap(), 422).await, "hash-mismatch");
    assert!(dataset.store().head(&path).await.unwrap().is_none());
    let again = body(hub.send(Who::Writer, Method::POST, &uploads, wanted).await, StatusCode::OK).await;
    assert_eq!(again["received"], json!([]));
    let gone = hub.request(Who::Writer, Method::DELETE, &format!("{uploads}/{id}")).send().await.unwrap();
    assert_eq!(gone.status(), 204);
    let odd =
        hub.send(Who::Writer, Method::POST, &uploads, json!({ "path": "hub.json", "size_bytes": 5 })).await;
    assert_eq!(problem(odd, 422).await, "invalid");
}

#[tokio::test]
async fn links_of_a_plan_need_no_token() {
    let hub = Hub::with(Settings { public_url: None, ..Settings::default() }).await;
    let dataset = hub.dataset("pets", "private").await;
    append(&dataset, "main", 0, &[("train", &[5, 4]), ("val", &[3])]).await;
    let plan = hub.send(Who::Reader, Method::POST, &format!("{PETS}/plan"), json!({ "split": "val" })).await;
    let plan = body(plan, StatusCode::OK).await;
    assert_eq!((plan["rows"].as_u64(), plan["version"].as_u64()), (Some(3), Some(0)));
    let files = plan["files"].as_array().unwrap();
    assert_eq!(files.len(), 3, "a manifest, media and annotations: {files:?}");
    for file in files {
        let url = file["url"].as_str().unwrap();
        let path = &url[url.find("/files/").unwrap()..];
        let got = hub.get(Who::Stranger, path).await;
        assert_eq!(got.status(), 200);
        let wanted = dataset.store().need(file["path"].as_str().unwrap()).await.unwrap();
        assert_eq!(got.bytes().await.unwrap(), wanted);
        for forged in [
            path.replace("exp=", "exp=9"),
            path.replace("/data/", "/blobs/").replace("/manifests/", "/blobs/"),
            path.replace("sig=", "sig=A"),
        ] {
            assert_eq!(problem(hub.get(Who::Stranger, &forged).await, 403).await, "bad-signature");
        }
    }
    let media = json!({ "columns": ["label"] });
    let plan =
        body(hub.send(Who::Reader, Method::POST, &format!("{PETS}/plan"), media).await, StatusCode::OK).await;
    assert_eq!(plan["files"].as_array().unwrap().len(), 3, "a manifest and two of annotations");
    let wrong = hub.send(Who::Reader, Method::POST, &format!("{PETS}/plan"), json!({ "split": "x" })).await;
    assert_eq!(problem(wrong, 404).await, "not-found");
}

#[tokio::test]
async fn tags_are_created_once_and_removed() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "private").await;
    let head = append(&dataset, "main", 0, &[("train", &[5])]).await;
    let tag =
        json!({ "commit": head.at(), "author": "willi", "message": "", "time": "2026-01-01T00:00:00Z" });
    let tag = Bytes::from(tag.to_string());
    body(put(&hub, "tags/v1.json", tag.clone()).await, StatusCode::CREATED).await;
    body(put(&hub, "tags/v1.json", tag.clone()).await, StatusCode::OK).await;
    let other = Bytes::from(String::from_utf8_lossy(&tag).replace("willi", "olga"));
    assert_eq!(problem(put(&hub, "tags/v1.json", other).await, 412).await, "taken");
    assert_eq!(problem(put(&hub, "tags/main.json", tag.clone()).await, 422).await, "bad-commit");
    let gone = hub.request(Who::Writer, Method::DELETE, &at("tags/v1.json")).send().await.unwrap();
    assert_eq!(gone.status(), 204);
    let commit = at(&layout::commit(&"main".parse().unwrap(), 0));
    let kept = hub.request(Who::Owner, Method::DELETE, &commit).send().await.unwrap();
    assert_eq!(problem(kept, 403).await, "read-only");
}

#[tokio::test]
async fn a_commit_whose_files_were_deleted_is_named_by_nothing_new() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "private").await;
    append(&dataset, "main", 0, &[("train", &[5])]).await;
    let dev = "dev".parse().unwrap();
    let first = append(&dataset, "dev", 5, &[("train", &[3])]).await;
    let by = Author::new("willi", "");
    let renamed = dataset.rename_column(&dev, &by, "label", "animal").await.unwrap();
    let lost = renamed.snapshot().unwrap().clone();
    let json = dataset.store().need(&layout::commit(&dev, lost.at().version)).await.unwrap();
    dataset.delete_branch(&dev, &by).await.unwrap();
    // As a garbage collection does after a day.
    for manifest in &first.commit().manifests {
        dataset.store().delete(&layout::manifest(manifest.hash)).await.unwrap();
    }
    let tag =
        json!({ "commit": lost.at(), "author": "willi", "message": "", "time": "2026-01-01T00:00:00Z" });
    let view = json!({ "format": hub_schema::FORMAT_VERSION, "nonce": uuid::Uuid::new_v4(),
        "sql": "SELECT * FROM samples", "base": lost.at(), "author": "willi", "message": "",
        "time": "2026-01-01T00:00:00Z" });
    let again = layout::commit(&"again".parse().unwrap(), 0);
    for (path, content) in [
        ("tags/v1.json", tag.to_string().into()),
        ("views/all/00000000000000000000.json", view.to_string().into()),
        (again.as_str(), json),
    ] {
        let refused = body(put(&hub, path, content).await, StatusCode::UNPROCESSABLE_ENTITY).await;
        let detail = refused["detail"].as_str().unwrap();
        assert!(detail.contains("no longer stored") || detail.contains("not found in the store"), "{detail}");
        let folder = hub.folder.path().display().to_string();
        assert!(!detail.contains(&folder), "where the store is stays the server's: {detail}");
    }
}

#[tokio::test]
async fn an_author_is_the_caller() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "private").await;
    let head = append(&dataset, "main", 0, &[("train", &[5])]).await;
    let main = layout::commit(&head.at().branch, 0);
    let original = dataset.store().need(&main).await.unwrap();
    let by = |author: &str| {
        let mut json: Json = serde_json::from_slice(&original).unwrap();
        json["author"] = json!(author);
        Bytes::from(json.to_string())
    };
    let commit_of = |branch: &str| layout::commit(&branch.parse().unwrap(), 0);
    for other in ["olga", "unknown@vm", "willi (olga)", ""] {
        let refused = put(&hub, &commit_of("other"), by(other)).await;
        let refused = body(refused, StatusCode::UNPROCESSABLE_ENTITY).await;
        assert!(refused["detail"].as_str().unwrap().contains("you are 'willi'"), "{refused}");
    }
    body(put(&hub, &commit_of("named"), by("me@desk (willi)")).await, StatusCode::CREATED).await;
    // A new branch may begin with a copy of any author's commit.
    let theirs = append(&dataset, "theirs", 100, &[("train", &[2])]).await;
    let mut json: Json =
        serde_json::from_slice(&dataset.store().need(&commit_of("theirs")).await.unwrap()).unwrap();
    json["author"] = json!("olga");
    let olgas = json.to_string();
    dataset.store().put(&commit_of("theirs"), olgas.clone().into_bytes()).await.unwrap();
    body(put(&hub, &commit_of("copy"), olgas.into()).await, StatusCode::CREATED).await;
    drop(theirs);
    let tag = |author: &str| {
        let tag =
            json!({ "commit": head.at(), "author": author, "message": "", "time": "2026-01-01T00:00:00Z" });
        Bytes::from(tag.to_string())
    };
    assert_eq!(problem(put(&hub, "tags/v1.json", tag("olga")).await, 422).await, "bad-commit");
    body(put(&hub, "tags/v1.json", tag("willi")).await, StatusCode::CREATED).await;
    let view = |author: &str| {
        let view = json!({ "format": hub_schema::FORMAT_VERSION, "nonce": uuid::Uuid::new_v4(),
            "sql": "SELECT * FROM samples", "base": head.at(), "author": author, "message": "",
            "time": "2026-01-01T00:00:00Z" });
        Bytes::from(view.to_string())
    };
    let path = layout::view(&"all".parse().unwrap(), 0);
    assert_eq!(problem(put(&hub, &path, view("olga")).await, 422).await, "bad-commit");
    body(put(&hub, &path, view("willi")).await, StatusCode::CREATED).await;
}

#[tokio::test]
async fn links_can_lead_through_the_server() {
    // Those of a directory always do; those of a bucket are tested with a bucket.
    let hub = Hub::with(Settings { links: Some(crate::config::Links::Server), ..Settings::default() }).await;
    let dataset = hub.dataset("pets", "private").await;
    append(&dataset, "main", 0, &[("train", &[5])]).await;
    let plan = hub.send(Who::Reader, Method::POST, &format!("{PETS}/plan"), json!({})).await;
    let plan = body(plan, StatusCode::OK).await;
    assert!(plan["files"].as_array().unwrap().iter().all(|f| f["url"].as_str().unwrap().contains("/files/")));
}
