//! `/api/openapi.json`, `/api/docs`, and the comments of `router.rs`.

use std::collections::BTreeSet;

use super::{Hub, Who};

#[tokio::test]
async fn the_openapi_document_is_served_and_rendered() {
    let hub = Hub::new().await;
    let document = hub.json(Who::Stranger, "/api/openapi.json").await;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let page = hub.get(Who::Stranger, "/api/docs").await.text().await.unwrap();
    assert!(page.contains("swagger"));
    let mut ids = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        assert!(!path.contains('*'));
        for (method, operation) in item.as_object().unwrap() {
            assert!(operation["responses"]["default"].is_object(), "{method} {path}");
            assert!(operation["summary"].is_string(), "{method} {path}");
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{method} {path}: another operation is called {id}");
            for name in path.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
                let parameters = operation["parameters"].as_array().unwrap();
                let described = parameters.iter().any(|p| p["in"] == "path" && p["name"] == name);
                assert!(described, "{method} {path} does not describe {{{name}}}");
            }
        }
    }
    assert_eq!(hub.get(Who::Stranger, "/metrics").await.status(), 200);
    assert_eq!(hub.json(Who::Stranger, "/healthz").await["status"], "ok");
    assert_eq!(hub.json(Who::Stranger, "/readyz").await["status"], "ok");
}

#[test]
fn comments_in_the_router_match_the_routes() {
    let said: BTreeSet<String> = include_str!("../router.rs")
        .lines()
        .filter(|line| line.trim_start().starts_with(".routes("))
        .map(|line| line.split_once("// ").expect(line).1.trim().replace("{*", "{"))
        .collect();
    let found: BTreeSet<String> = crate::document().paths.paths.keys().cloned().collect();
    assert_eq!(said, found);
}
