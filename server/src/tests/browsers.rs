//! What browsers are told: policies of answers, and pages of other sites.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::json;

use super::{Hub, Who};
use crate::config::Settings;

fn header<'a>(response: &'a reqwest::Response, name: &str) -> &'a str {
    response.headers().get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

#[tokio::test]
async fn every_answer_has_policies() {
    let hub = Hub::new().await;
    for path in [
        "/api/docs/",
        "/api/docs/swagger-ui.css",
        "/api/openapi.json",
        "/healthz",
        "/api/nothing",
        "/setup?secret=x",
    ] {
        let got = hub.get(Who::Stranger, path).await;
        let policy = header(&got, "content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert_eq!(header(&got, "x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header(&got, "referrer-policy"), "no-referrer", "{path}");
        assert_eq!(header(&got, "x-frame-options"), "DENY", "{path}");
    }
    // The documentation runs scripts of its own and no others.
    let page = hub.get(Who::Stranger, "/api/docs/").await;
    assert!(header(&page, "content-security-policy").contains("script-src 'self';"));
    let html = page.text().await.unwrap();
    for script in html.split("<script").skip(1) {
        assert!(
            script.split('>').next().unwrap().contains("src="),
            "an inline script would not run: {script}"
        );
    }
}

#[tokio::test]
async fn pages_of_other_sites_are_let_in_by_a_setting() {
    let site = "https://lab.example.com";
    let set = Settings {
        cors_origin: Some(vec![site.into(), "http://localhost:8080".into()]),
        ..Settings::default()
    };
    let hub = Hub::with(set).await;
    hub.dataset("pets", "public").await;
    let pets = "/api/v1/datasets/vision/pets";
    let from = |method, path: &str, origin: &str| {
        hub.request(Who::Stranger, method, path).header("origin", origin.to_owned())
    };
    let got = from(Method::GET, pets, site).send().await.unwrap();
    assert_eq!((got.status().as_u16(), header(&got, "access-control-allow-origin")), (200, site));
    assert!(header(&got, "access-control-expose-headers").contains("etag"));
    assert!(header(&got, "vary").contains("origin"));
    // Cookies stay out.
    assert_eq!(header(&got, "access-control-allow-credentials"), "");
    let asked = from(Method::OPTIONS, pets, site).header("access-control-request-method", "PATCH");
    let asked = asked.header("access-control-request-headers", "authorization").send().await.unwrap();
    assert_eq!(asked.status(), 204);
    assert!(header(&asked, "access-control-allow-methods").contains("PATCH"));
    let allowed = header(&asked, "access-control-allow-headers");
    assert!(
        allowed.contains("authorization") && allowed.contains("range") && !allowed.contains("x-hub-request")
    );
    // Errors can be read too.
    let missing =
        from(Method::GET, "/api/v1/datasets/vision/none", "http://localhost:8080").send().await.unwrap();
    assert_eq!(
        (missing.status().as_u16(), header(&missing, "access-control-allow-origin")),
        (404, "http://localhost:8080")
    );
    for other in ["https://evil.example", "https://lab.example.com.evil.example", "null"] {
        let got = from(Method::GET, pets, other).send().await.unwrap();
        assert_eq!(
            (got.status().as_u16(), header(&got, "access-control-allow-origin")),
            (200, ""),
            "{other}"
        );
    }
    let closed = Hub::new().await;
    let got =
        closed.request(Who::Stranger, Method::GET, "/healthz").header("origin", site).send().await.unwrap();
    assert_eq!(header(&got, "access-control-allow-origin"), "");
}

#[test]
fn a_tag_has_one_spelling() {
    let document = serde_json::to_value(crate::document()).unwrap();
    let operations =
        document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values());
    let tags: BTreeSet<String> = operations
        .filter_map(|operation| operation["tags"].as_array())
        .flatten()
        .map(|tag| tag.as_str().unwrap().to_owned())
        .collect();
    let plain: BTreeSet<String> =
        tags.iter().map(|tag| tag.replace([' ', '-', '_'], "").to_lowercase()).collect();
    assert_eq!(tags.len(), plain.len(), "{tags:?}");
    assert!(tags.contains("data sets"));
}

#[tokio::test]
async fn links_for_readers_that_begin_with_head() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "public").await;
    super::hub::append(&dataset, "main", 0, &[("train", &[3])]).await;
    let plan = json!({ "head": true });
    let plan = hub.send(Who::Stranger, Method::POST, "/api/v1/datasets/vision/pets/plan", plan).await;
    let plan: serde_json::Value = plan.json().await.unwrap();
    for file in plan["files"].as_array().unwrap() {
        let url = file["url"].as_str().unwrap().replace("127.0.0.1:3000", &hub.address.to_string());
        let head = hub.http.head(&url).send().await.unwrap();
        assert_eq!(head.status(), 200);
        assert_eq!(header(&head, "content-length"), file["size_bytes"].to_string());
        assert_eq!(
            hub.http.get(&url).send().await.unwrap().bytes().await.unwrap().len() as u64,
            file["size_bytes"]
        );
    }
}
