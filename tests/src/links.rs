//! Where clients read a bucket's files: at its public address, or through the server.

use serde_json::Value;

use crate::service::{Service, bucket, set};
use crate::{fixtures, s3};

fn planned(service: &Service) -> Vec<String> {
    let plan = service.request("POST", "/api/v1/datasets/ann/pets/plan", b"{}").json();
    let url = |file: &Value| file["url"].as_str().unwrap().to_owned();
    plan["files"].as_array().unwrap().iter().map(url).collect()
}

#[test]
fn links_lead_where_the_server_was_told() {
    let Some(s3) = s3() else { return };
    // The server reaches the bucket at an address that means nothing to clients.
    let inside = s3.endpoint.replace("127.0.0.1", "localhost");
    let store = s3.fresh_location("links");
    let with = |more: Vec<(String, String)>| {
        let mut settings = bucket(&store, &inside);
        settings.extend(more);
        Service::start(settings)
    };
    let first = with(vec![]);
    first.well(&["push", "ann/pets", &fixtures("class-folder").display().to_string()]);
    assert!(planned(&first).iter().all(|url| url.starts_with(&inside)), "{:?}", planned(&first));
    drop(first);

    let reindexed = |service: &Service| {
        // Another database; the bucket tells it all.
        let mut reindex = service.command(&["reindex", "--store", &store]);
        let home = service.path("home");
        reindex.env("HUB_HOME", &home).envs(bucket(&store, &inside)).env_remove("HUB_URL");
        assert!(reindex.output().unwrap().status.success());
    };
    let public = with(vec![set("HUB_PUBLIC_STORE_ENDPOINT", &s3.endpoint)]);
    reindexed(&public);
    let urls = planned(&public);
    assert!(urls.iter().all(|url| url.starts_with(&s3.endpoint)), "{urls:?}");
    // The bucket takes the signature under that name.
    assert!(public.well(&["pull", "ann/pets", &public.path("copy").display().to_string()]).contains("rows"));
    assert!(!String::from_utf8_lossy(&public.hub(&["stream", "ann/pets"]).stderr).contains("note:"));
    drop(public);

    let through = with(vec![set("HUB_LINKS", "server")]);
    reindexed(&through);
    let urls = planned(&through);
    assert!(urls.iter().all(|url| url.starts_with(&format!("{}/files/", through.url()))), "{urls:?}");
    through.well(&["stream", "ann/pets"]);
    drop(through);

    // Nobody is at the public address: a moment is lost, a note is said, and the server sends the files.
    let lost = with(vec![set("HUB_PUBLIC_STORE_ENDPOINT", "http://127.0.0.1:9")]);
    reindexed(&lost);
    let begun = std::time::Instant::now();
    let streamed = lost.hub(&["stream", "ann/pets", "--epochs", "2"]);
    let told = String::from_utf8_lossy(&streamed.stderr).into_owned();
    assert!(streamed.status.success(), "{told}");
    assert!(begun.elapsed() < std::time::Duration::from_secs(15), "{:?}", begun.elapsed());
    assert_eq!(told.matches("are read through").count(), 1, "{told}");
}

/// A link that a reader may begin with `HEAD`: the bucket's own links are signed for `GET`.
#[test]
fn links_can_be_asked_for_their_length_first() {
    let Some(s3) = s3() else { return };
    let service = Service::start(bucket(&s3.fresh_location("head"), &s3.endpoint));
    service.well(&["push", "ann/pets", &fixtures("class-folder").display().to_string()]);
    let plan = service.request("POST", "/api/v1/datasets/ann/pets/plan", br#"{"head":true}"#).json();
    for file in plan["files"].as_array().unwrap() {
        let path = file["url"].as_str().unwrap().strip_prefix(&service.url()).unwrap();
        let head = service.request("HEAD", path, b"");
        assert_eq!(head.status, 200, "{head:?}");
        assert!(head.head.contains(&format!("content-length: {}\r\n", file["size_bytes"])), "{head:?}");
        let get = service.get(path);
        assert_eq!(get.status, 307, "{get:?}");
        let to = get.head.lines().find_map(|line| line.strip_prefix("location: ")).unwrap();
        assert!(to.starts_with(&s3.endpoint), "{to}");
        let read = std::process::Command::new("curl").args(["-sf", to]).output().unwrap();
        assert_eq!(read.stdout.len() as u64, file["size_bytes"], "{to}");
    }
}
