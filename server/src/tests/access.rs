//! Access to data sets by role, and how fast changes of access take effect.

use hub_catalog::{NewToken, Scope};
use reqwest::{Method, StatusCode};
use serde_json::json;

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

/// Successful read checks are cached for a second, but changes made through this server take effect at once.
#[tokio::test]
async fn revoked_access_ends_at_once() {
    let hub = Hub::new().await;
    hub.dataset("pets", "public").await;
    let path = "/api/v1/datasets/vision/pets/objects/hub.json";
    let user = hub.state.catalog.user("rita").await.unwrap();
    let token = NewToken::new("short", Scope::Read);
    let (token, secret) = hub.state.catalog.create_token(user.id, &token).await.unwrap();
    let ask = || hub.http.get(format!("http://{}{path}", hub.address)).bearer_auth(secret.reveal());
    let status = async |who| hub.get(who, path).await.status().as_u16();
    assert_eq!(ask().send().await.unwrap().status(), 200);
    assert_eq!(
        [status(Who::Stranger).await, status(Who::Reader).await, status(Who::Outsider).await],
        [200; 3]
    );

    let hidden = json!({ "visibility": "private" });
    let hidden = hub.send(Who::Owner, Method::PATCH, "/api/v1/datasets/vision/pets", hidden).await;
    assert_eq!(hidden.status(), 200);
    assert_eq!([status(Who::Stranger).await, status(Who::Outsider).await], [404; 2]);
    assert_eq!([status(Who::Reader).await, ask().send().await.unwrap().status().as_u16()], [200; 2]);

    let revoked =
        hub.send(Who::Reader, Method::DELETE, &format!("/api/v1/tokens/{}", token.id), json!({})).await;
    assert_eq!(revoked.status(), 204);
    assert_eq!(problem(ask().send().await.unwrap(), 401).await, "unauthorized");

    let member = "/api/v1/namespaces/vision/members/rita";
    assert_eq!(hub.send(Who::Owner, Method::DELETE, member, json!({})).await.status(), 204);
    assert_eq!(status(Who::Reader).await, 404);
}

/// Changes made through another server, or by `hub token revoke`, take effect within a second or two.
#[tokio::test]
async fn access_revoked_elsewhere_ends_soon() {
    let hub = Hub::new().await;
    hub.dataset("pets", "private").await;
    let path = "/api/v1/datasets/vision/pets/objects/hub.json";
    assert_eq!(hub.get(Who::Reader, path).await.status(), 200);
    hub.state.catalog.remove_member("vision", "rita").await.unwrap();
    let mut tries = 0;
    while hub.get(Who::Reader, path).await.status() == 200 {
        tries += 1;
        assert!(tries < 100, "still cached");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(problem(hub.get(Who::Reader, path).await, 404).await, "not-found");
}
