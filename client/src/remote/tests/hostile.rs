//! Servers that lie.

use hub_schema::ContentHash;

use super::super::Error;
use super::fake::{Fake, Reply};
use super::whole::open;

fn hash(content: &[u8]) -> ContentHash {
    ContentHash(*blake3::hash(content).as_bytes())
}

async fn refused(
    reply: impl Fn(&super::fake::Request) -> Reply + Send + Sync + 'static,
    path: &str,
) -> String {
    let fake = Fake::start(reply);
    let error = open(&fake).get(path).await.unwrap_err();
    Error::find(&error).unwrap_or_else(|| panic!("{error:?}")).to_string()
}

#[tokio::test]
async fn bytes_that_are_not_those_of_the_name_are_not_given() {
    for path in [
        format!("blobs/{}", hash(b"wanted")),
        format!("data/{}.parquet", hash(b"wanted")),
        format!("manifests/{}", hash(b"wanted")),
    ] {
        let error = refused(|_| Reply::new(200, "another"), &path).await;
        assert!(error.contains(&path) && error.contains("BLAKE3"), "{error}");
    }
}

#[tokio::test]
async fn lengths_are_checked_before_memory_is_taken() {
    let long = |_: &_| Reply { length: Some(1 << 50), ..Reply::new(200, "x") };
    let error = refused(long, "hub.json").await;
    assert!(error.contains("more than"), "{error}");
    let fake = Fake::start(|_| {
        let reply = Reply { length: Some(1 << 50), ..Reply::new(206, "x") };
        reply.header("content-range", &format!("bytes 0-{}/{}", (1u64 << 50) - 1, 1u64 << 50))
    });
    let error = open(&fake).range(&format!("blobs/{}", hash(b"x")), 0..10).await.unwrap_err();
    assert!(Error::find(&error).unwrap().to_string().contains("requested was"));
}

#[tokio::test]
async fn parts_are_those_that_were_asked_for() {
    let path = format!("blobs/{}", hash(b"x"));
    for (status, range, text) in [
        (200, "", "the whole object came"),
        (206, "bytes 1-10/100", "requested was"),
        (206, "bytes 0-8/100", "requested was"),
        (206, "bytes x", "invalid Content-Range 'bytes x'"),
        (206, "", "invalid Content-Range ''"),
        (204, "", "status 204"),
    ] {
        let fake = Fake::start(move |_| Reply::new(status, vec![7; 10]).header("content-range", range));
        let error = open(&fake).range(&path, 0..10).await.unwrap_err();
        let error = Error::find(&error).unwrap().to_string();
        assert!(error.contains(text) || status == 204, "{error}");
    }
}

#[tokio::test]
async fn words_of_a_server_are_short_and_plain() {
    let long = format!("\x1b[31m{}", "a".repeat(100_000));
    let error = refused(move |_| Reply::problem(422, "invalid", &long[..50_000]), "hub.json").await;
    assert!(error.chars().count() < 1200 && !error.contains('\x1b'), "{error}");
    let error = refused(|_| Reply::new(400, vec![b'x'; 1 << 20]), "hub.json").await;
    assert!(error.contains("400"), "{error}");
    let error =
        refused(|_| Reply::new(400, "{").header("content-type", "application/json"), "hub.json").await;
    assert!(error.contains("400"), "{error}");
}

#[tokio::test]
async fn listings_end() {
    use futures::TryStreamExt;
    let object =
        |path: &str| serde_json::json!({ "path": path, "size_bytes": 1, "modified": "2026-01-01T00:00:00Z" });
    for (objects, next, text) in [
        (vec![object("tags/a.json")], "tags/a.json", "out of order"),
        (vec![], "tags/a.json", "doesn't come after"),
        (vec![object("tags/b.json"), object("tags/a.json")], "x", "out of order"),
        (vec![object("refs/main/x")], "x", "is listed in"),
    ] {
        let page = serde_json::json!({ "objects": objects, "next": next });
        let fake = Fake::start(move |_| Reply::json(200, page.clone()));
        let listed = open(&fake).list("tags").try_collect::<Vec<_>>().await;
        let error = listed.unwrap_err();
        assert!(Error::find(&error).unwrap().to_string().contains(text), "{error:?}");
    }
}

#[tokio::test]
async fn a_body_that_always_breaks_is_given_up() {
    let path = format!("blobs/{}", hash(b"x"));
    let fake = Fake::start(|request| {
        let mut reply = Reply::object(request, &[1; 1000]);
        reply.length = Some(reply.body.len() as u64);
        reply.body.clear();
        reply
    });
    let error = open(&fake).get(&path).await.unwrap_err();
    assert!(Error::find(&error).is_some(), "{error:?}");
    assert!(fake.log().len() < 60);
}

#[tokio::test]
async fn uploads_have_sensible_parts() {
    for open_upload in [
        serde_json::json!({ "id": "x", "part_bytes": 0, "received": [], "stored": false }),
        serde_json::json!({ "id": "x", "part_bytes": 1u64 << 50, "received": [], "stored": false }),
        serde_json::json!({ "id": null, "part_bytes": 1024, "received": [], "stored": false }),
        serde_json::json!({ "received": [] }),
    ] {
        let fake = Fake::start(move |_| Reply::json(200, open_upload.clone()));
        assert!(open(&fake).upload_of("blobs/x", 10).await.is_err());
    }
}
