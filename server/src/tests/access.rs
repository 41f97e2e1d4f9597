//! Who may do what.

use reqwest::{Method, StatusCode};

use super::hub::problem;
use super::{Hub, Who};

#[tokio::test]
async fn private_and_missing_look_the_same() {
    let hub = Hub::new().await;
    hub.dataset("pets", "private").await;
    for who in [Who::Stranger, Who::Outsider, Who::OwnerElsewhere] {
        let mut seen = Vec::new();
        for name in ["pets", "none"] {
            let got = hub.get(who, &format!("/api/v1/datasets/vision/{name}/objects")).await;
            let (status, text) = (got.status(), got.text().await.unwrap());
            let mut json: serde_json::Value = serde_json::from_str(&text).unwrap();
            json["request_id"] = serde_json::Value::Null;
            seen.push((status, json.to_string().replace(name, "X")));
        }
        assert_eq!(seen[0], seen[1], "{who:?}");
        assert_eq!(seen[0].0, StatusCode::NOT_FOUND);
    }
    let wrong = hub.http.get(format!("http://{}/api/v1/datasets/vision/pets/objects", hub.address));
    let wrong = wrong.bearer_auth("hub_wrong").send().await.unwrap();
    assert!(wrong.headers().contains_key("www-authenticate"));
    assert_eq!(problem(wrong, 401).await, "unauthorized");
}

#[tokio::test]
async fn a_reader_may_not_write() {
    let hub = Hub::new().await;
    hub.dataset("pets", "public").await;
    let path = format!("/api/v1/datasets/vision/pets/objects/blobs/{}", blake3::hash(b"x").to_hex());
    for (who, status) in [
        (Who::Stranger, 401),
        (Who::Outsider, 403),
        (Who::Reader, 403),
        (Who::OwnerToRead, 403),
        (Who::OwnerElsewhere, 403),
        (Who::Writer, 201),
        (Who::Admin, 200),
    ] {
        let put = hub.request(who, Method::PUT, &path).body("x").send().await.unwrap();
        assert_eq!(put.status().as_u16(), status, "{who:?}");
    }
}
